//! The half in C: of each signature a function that we call, a call of ours, and the comparison.

use crate::signature::{Machine, Narrow, Passed, Signature};

/// With a C library.
const HOSTED: &str = "
#include <stdio.h>
#include <string.h>
static void tell(unsigned signature, const char *way, int byte) { printf(\"%u %s: byte %d\\n\", signature, way, byte); }
static int end(int failures) {
    if (!failures) printf(\"%d signatures\\n\", COUNT);
    return failures != 0;
}
";

/// Without: the vector table, what compilers want of memory, and the host by semihosting.
const BARE: &str = "
#include <stddef.h>
int main(void);
void *memcpy(void *to, const void *from, size_t n) {
    for (size_t i = 0; i < n; i++) ((volatile char *)to)[i] = ((const char *)from)[i];
    return to;
}
void *memmove(void *to, const void *from, size_t n) {
    if ((char *)to <= (const char *)from) return memcpy(to, from, n);
    while (n--) ((volatile char *)to)[n] = ((const char *)from)[n];
    return to;
}
void *memset(void *to, int byte, size_t n) {
    for (size_t i = 0; i < n; i++) ((volatile char *)to)[i] = byte;
    return to;
}
void __aeabi_memcpy(void *to, const void *from, size_t n) { memcpy(to, from, n); }
void __aeabi_memcpy4(void *to, const void *from, size_t n) { memcpy(to, from, n); }
void __aeabi_memcpy8(void *to, const void *from, size_t n) { memcpy(to, from, n); }
void __aeabi_memclr(void *to, size_t n) { memset(to, 0, n); }
void __aeabi_memclr4(void *to, size_t n) { memset(to, 0, n); }
void __aeabi_memclr8(void *to, size_t n) { memset(to, 0, n); }
static int memcmp(const void *a, const void *b, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (((const char *)a)[i] != ((const char *)b)[i]) return 1;
    return 0;
}
static void host(int request, const void *arguments) {
    register int number __asm__(\"r0\") = request;
    register const void *block __asm__(\"r1\") = arguments;
    __asm__ volatile(\"bkpt 0xab\" : \"+r\"(number) : \"r\"(block) : \"memory\");
}
static void say(const char *text) { host(4, text); }
static void number(unsigned value) {
    char digits[12], *at = digits + 11;
    *at = 0;
    unsigned tens = 0;
    do {
        for (tens = 0; value >= 10; tens++) value -= 10;
        *--at = '0' + value;
        value = tens;
    } while (value);
    say(at);
}
static void tell(unsigned signature, const char *way, int byte) {
    number(signature); say(\" \"); say(way); say(\": byte \"); number(byte); say(\"\\n\");
}
static void leave(int status) {
    unsigned block[2] = { 0x20026, status };
    host(0x20, block);
    for (;;) {}
}
static int end(int failures) {
    if (!failures) { number(COUNT); say(\" signatures\\n\"); }
    return failures != 0;
}
static void start(void) { leave(main()); }
static void fault(void) { say(\"a fault\\n\"); leave(99); }
__attribute__((section(\".vectors\"), used)) static void *const vectors[16] = {
    (void *)0x20004000, (void *)start, (void *)fault, (void *)fault
};
";

const BEGIN: &str = "
#include <stdarg.h>
typedef struct { unsigned short at, bytes; } Leaf;
typedef struct { unsigned short at; signed char bits; } Narrow;
typedef struct {
    unsigned char *args, *got;
    unsigned size;
    const Leaf *leaves;
    const Narrow *narrow;
    void (*ours)(void), (*theirs)(void);
    unsigned number;
} Case;
";

/// Fills `args` with random bytes, calls, compares; several times each way.
const END: &str = "
static unsigned long long state = 1;
static unsigned char byte(void) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return state >> 56;
}
static void fill(const Case *c) {
    for (unsigned i = 0; i < c->size; i++) c->args[i] = byte();
    for (const Narrow *n = c->narrow; n->bits; n++) {
        int value;
        memcpy(&value, c->args + n->at, 4);
        int bits = n->bits < 0 ? -n->bits : n->bits;
        value = n->bits < 0 ? value << (32 - bits) >> (32 - bits) : value & ((1 << bits) - 1);
        memcpy(c->args + n->at, &value, 4);
    }
    for (unsigned i = 0; i < c->size; i++) c->got[i] = ~c->args[i];
}
static int same(const Case *c) {
    for (const Leaf *l = c->leaves; l->bytes; l++)
        if (memcmp(c->args + l->at, c->got + l->at, l->bytes)) return l->at + 1;
    return 0;
}
int main(void) {
    int failures = 0;
    for (unsigned i = 0; i < COUNT; i++)
        for (int time = 0; time < 8; time++) {
            const Case *c = &cases[i];
            void (*call)(void) = time & 1 ? c->ours : c->theirs;
            if (!call) continue;
            fill(c);
            call();
            int at = same(c);
            if (at) {
                tell(cases[i].number, time & 1 ? \"we call C\" : \"C calls us\", at - 1);
                failures++;
                break;
            }
        }
    return end(failures);
}
";

/// A program that checks all of them.
pub(crate) fn program(machine: Machine, signatures: &[Signature]) -> String {
    let own = if machine == Machine::CortexM0 { BARE } else { HOSTED };
    let mut text = format!("#define COUNT {}\n{own}{BEGIN}", signatures.len());
    signatures.iter().for_each(|signature| text += &functions(signature));
    text += "static const Case cases[] = {\n";
    for signature in signatures {
        let index = signature.index;
        let theirs = if signature.fixed.is_some() { "0".to_string() } else { format!("theirs{index}") };
        text += &format!(
            "    {{ (unsigned char *)&args{index}, (unsigned char *)&got{index}, sizeof args{index}, leaves{index}, \
             narrow{index}, call{index}, {theirs}, {index} }},\n"
        );
    }
    text + "};\n" + END
}

/// What one signature needs.
pub(crate) fn functions(signature: &Signature) -> String {
    let index = signature.index;
    let mut text: String = signature.fields().filter_map(|passed| Some(&*passed.aggregate()?.c)).collect();
    let fields = signature.fields().enumerate().map(|(field, _)| format!("F{index}_{field} f{field}; "));
    let types = signature.fields().enumerate();
    text += &types
        .map(|(field, passed)| format!("typedef {} F{index}_{field};\n", passed.stored().1))
        .collect::<String>();
    text += &format!("extern struct B{index} {{ {}}} args{index}, got{index};\n", fields.collect::<String>());
    text += &tables(signature);
    let result = match &signature.result {
        Passed::Nothing => "void".to_string(),
        passed => ty(signature, 0, passed),
    };
    let fixed = signature.fixed.unwrap_or(signature.params.len());
    let params = signature.params.iter().take(fixed).enumerate();
    let params: Vec<String> =
        params.map(|(param, passed)| format!("{} p{param}", ty(signature, param + 1, passed))).collect();
    let params = if params.is_empty() { "void".to_string() } else { params.join(", ") };
    let rest = if signature.fixed.is_some() { ", ..." } else { "" };
    text += &format!("void call{index}(void);\n{result} c{index}({params}{rest}) {{\n");
    text += &(0..fixed).map(|param| format!("    got{index}.f{} = p{param};\n", param + 1)).collect::<String>();
    if signature.fixed.is_some() {
        text += &format!("    va_list rest;\n    va_start(rest, p{});\n", fixed - 1);
        for field in fixed + 1..=signature.params.len() {
            text += &format!("    got{index}.f{field} = va_arg(rest, F{index}_{field});\n");
        }
        text += "    va_end(rest);\n";
    }
    let nothing = matches!(signature.result, Passed::Nothing);
    text += &if nothing { "}\n".to_string() } else { format!("    return args{index}.f0;\n}}\n") };
    if signature.fixed.is_none() {
        let arguments: Vec<String> =
            (1..=signature.params.len()).map(|field| format!("args{index}.f{field}")).collect();
        let into = if nothing { String::new() } else { format!("got{index}.f0 = ") };
        text += &format!(
            "{result} n{index}({params});\nstatic void theirs{index}(void) {{ {into}n{index}({}); }}\n",
            arguments.join(", ")
        );
    }
    text
}

/// The type that travels.
fn ty(signature: &Signature, field: usize, passed: &Passed) -> String {
    match passed.scalar() {
        Some(scalar) => scalar.c.to_string(),
        None => format!("F{}_{field}", signature.index),
    }
}

/// The bytes that count, and the narrow integers.
fn tables(signature: &Signature) -> String {
    let index = signature.index;
    let (mut leaves, mut narrow) = (String::new(), String::new());
    for (field, passed) in signature.fields().enumerate() {
        let start = format!("__builtin_offsetof(struct B{index}, f{field})");
        for (at, bytes) in passed.leaves() {
            leaves += &format!("{{ {start} + {at}, {bytes} }}, ");
        }
        if let Some(scalar) = passed.scalar() {
            let bits = if scalar.ir == "i1" { 1 } else { 8 * scalar.bytes as i64 };
            match scalar.narrow {
                Narrow::Not => {}
                Narrow::Zext => narrow += &format!("{{ {start}, {bits} }}, "),
                Narrow::Sext => narrow += &format!("{{ {start}, -{bits} }}, "),
            }
        }
    }
    format!(
        "static const Leaf leaves{index}[] = {{ {leaves}{{ 0, 0 }} }};\nstatic const Narrow narrow{index}[] = {{ {narrow}{{ 0, 0 }} }};\n"
    )
}
