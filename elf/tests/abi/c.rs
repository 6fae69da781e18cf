//! The half in C: of each signature a function that we call, a call of ours, and the comparison.

use crate::signature::{Narrow, Passed, Signature};

const BEGIN: &str = "
#include <stdarg.h>
typedef __SIZE_TYPE__ size_t;
typedef struct { unsigned short at, bytes; } Leaf;
typedef struct { unsigned short at; signed char bits; } Narrow;
typedef struct {
    unsigned char *args, *got;
    unsigned size;
    const Leaf *leaves;
    const Narrow *narrow;
    void (*ours)(void), (*theirs)(void);
} Case;
";

/// What a C library has, for targets that come without.
pub(crate) const LIBRARY: &str = "
void *memcpy(void *to, const void *from, size_t n) {
    for (size_t i = 0; i < n; i++) ((volatile char *)to)[i] = ((const char *)from)[i];
    return to;
}
void *memset(void *to, int byte, size_t n) {
    for (size_t i = 0; i < n; i++) ((volatile char *)to)[i] = byte;
    return to;
}
void __aeabi_memcpy(void *to, const void *from, size_t n) { memcpy(to, from, n); }
void __aeabi_memcpy4(void *to, const void *from, size_t n) { memcpy(to, from, n); }
void __aeabi_memcpy8(void *to, const void *from, size_t n) { memcpy(to, from, n); }
void __aeabi_memset(void *to, size_t n, int byte) { memset(to, byte, n); }
void __aeabi_memclr(void *to, size_t n) { memset(to, 0, n); }
void __aeabi_memclr4(void *to, size_t n) { memset(to, 0, n); }
void __aeabi_memclr8(void *to, size_t n) { memset(to, 0, n); }
int memcmp(const void *a, const void *b, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (((const char *)a)[i] != ((const char *)b)[i]) return 1;
    return 0;
}
";

/// What an operating system calls.
pub(crate) const MAIN: &str = "
extern int printf(const char *, ...);
int main(void) { printf(\"%u\", run()); }
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
/* 0, or the first that fails: the byte, which way, and the number of the signature, plus 1. */
unsigned run(void) {
    for (unsigned i = 0; i < COUNT; i++)
        for (int time = 0; time < 8; time++) {
            const Case *c = &cases[i];
            void (*call)(void) = time & 1 ? c->ours : c->theirs;
            if (!call) continue;
            fill(c);
            call();
            int at = same(c);
            if (at) return 1 + (at - 1) * 2048 + (time & 1) * 1024 + i;
        }
    return 0;
}
";

/// A program that checks all of them, with a library before them and an entry behind.
pub(crate) fn program(library: &str, signatures: &[Signature], end: &str) -> String {
    let mut text = BEGIN.to_string() + library;
    signatures.iter().for_each(|signature| text += &functions(signature));
    text += &format!("#define COUNT {}\nstatic const Case cases[] = {{\n", signatures.len());
    for signature in signatures {
        let index = signature.index;
        let theirs = if signature.fixed.is_some() { "0".to_string() } else { format!("theirs{index}") };
        text += &format!(
            "    {{ (unsigned char *)&args{index}, (unsigned char *)&got{index}, sizeof args{index}, leaves{index}, \
             narrow{index}, call{index}, {theirs} }},\n"
        );
    }
    text + "};\n" + END + end
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
