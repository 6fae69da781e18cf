//! Objects: symbols, sections, relocations, attributes; linked with C by two linkers and run.

use super::common::{Draft, Made, call, inst, relocation, trap};
use super::qemu::{execute, tool};
use artifact::{Pool, Reference, RelocationKind, UnwindOp, UnwindRow};
use native_ir::Trap;
use object::read::elf::ElfFile32;
use object::{Object, ObjectSection, ObjectSymbol, RelocationFlags, elf as constants};
use std::path::Path;

const PROGRAM: &str = "\
data pub @table : array[i32,2] = [40, 2]
data pub @pointers : struct{ptr[static,array[i32,2]], ptr[code,fn(i32) -> (i32)]} = {@table+4, @helper}
data pub @zeros : array[i8,100] align=16 = zero
import ffi @from_c : fn(i32) -> (i32)

fn @helper(%a: i32) -> (i32) source=0 !1:1 {
^entry:
    %b: i32 = iadd %a, 1 !2:3
    return %b !3:3
}

fn pub @add_one(%a: i32) -> (i32) source=0 !5:1 {
^entry:
    %b: i32 = call @helper(%a) !6:3
    return %b !7:3
}

fn pub native @twice(%a: i32) -> (i32) source=0 !9:1 {
^entry:
    %b: i32 = call @from_c(%a) !10:3
    return %b !11:3
}

fn pub @sum() -> (i32) effects(read) source=0 !13:1 {
^entry:
    %p: ptr[static,array[i32,2]] = address @table !14:3
    %q: ptr[static,i32] = element %p, 1 !14:4
    %r: ptr[static,i32] = element %p, 0 !14:5
    %a: i32 = load.i32 %r !14:6
    %b: i32 = load.i32 %q !14:7
    %c: i32 = iadd %a, %b !14:8
    return %c !15:3
}

fn pub @quotient(%a: i32, %b: i32) -> (i32) effects(trap) source=0 section=\".hot\" !17:1 {
^entry:
    %c: i32 = udiv %a, %b !18:3
    return %c !19:3
}
";

const LIBRARY: &str = "\
fn pub @__divide(%a: i32, %b: i32) -> (i32) !0:0 {
^entry:
    return %a !0:0
}

fn pub @__unused(%a: i32) -> (i32) !0:0 {
^entry:
    return %a !0:0
}
";

fn saved() -> Vec<UnwindRow> {
    [UnwindOp::Cfa(8), UnwindOp::Saved(4, 8), UnwindOp::Saved(14, 4)]
        .map(|op| UnwindRow { offset: 2, op })
        .to_vec()
}

fn program() -> Made {
    let mut made = Draft::thumb("prog", PROGRAM);
    // adds r0, #1; bx lr
    made.halfwords("helper", &[0x3001, 0x4770], 4, &[inst(0, 0), inst(2, 1)]);
    let targets = [made.symbol("helper"), made.symbol("from_c")];
    for (name, callee) in ["add_one", "twice"].into_iter().zip(targets) {
        // push {r4, lr}; bl callee; pop {r4, pc}
        let code = made.halfwords(name, &[0xb510, 0xf000, 0xf800, 0xbd10], 8, &[inst(2, 0), inst(6, 1)]);
        code.relocations.push(relocation(2, RelocationKind::ThumbCall, callee, -4));
        code.calls.push(call(6, 0));
        code.unwind = saved();
    }
    let table = made.symbol("table");
    let halfwords = [
        0x4901, // 0: ldr r1, [pc, #4]
        0x6808, // 2: ldr r0, [r1]
        0xe002, // 4: b 12
        0,      // 6: padding of the constant
        0, 0,      // 8: the constant
        0x6849, // 12: ldr r1, [r1, #4]
        0x1840, // 14: adds r0, r0, r1
        0x4770, // 16: bx lr
    ];
    let code =
        made.halfwords("sum", &halfwords, 18, &[inst(0, 0), inst(2, 3), inst(12, 4), inst(14, 5), inst(16, 6)]);
    code.pools.push(Pool { offset: 6, bytes: 6 });
    code.relocations.push(relocation(8, RelocationKind::Absolute32, table, 0));
    let halfwords = [
        0xb510, // 0: push {r4, lr}
        0x2900, // 2: cmp r1, #0
        0xd002, // 4: beq 12
        0xf000, 0xf800, // 6: bl __divide
        0xbd10, // 10: pop {r4, pc}
        0xde01, // 12: udf #1
    ];
    let code = made.halfwords("quotient", &halfwords, 14, &[inst(2, 0), inst(10, 1), inst(12, 0)]);
    code.relocations.push(relocation(6, RelocationKind::ThumbCall, Reference::Helper("__divide"), -4));
    code.calls.push(call(10, 0));
    code.traps.push(trap(12, Trap::IntegerDivideByZero, 0));
    code.unwind = saved();
    made.finish()
}

fn library() -> Made {
    let mut made = Draft::thumb("lib", LIBRARY);
    made.halfwords("__divide", &[0x4770], 2, &[inst(0, 0)]); // bx lr
    made.halfwords("__unused", &[0x4770], 2, &[inst(0, 0)]);
    made.finish()
}

fn bytes() -> Vec<u8> {
    let (program, library) = (program(), library());
    elf::object(program.unit(), &[library.unit()], Some(&elf::Debug::default())).expect("it can be written")
}

#[test]
fn symbols_and_sections_are_those_of_the_platform() {
    let bytes = bytes();
    let file: ElfFile32<'_> = ElfFile32::parse(&bytes[..]).expect("an ELF file");
    let symbol = |name: &str| {
        let symbol = file.symbols().find(|symbol| symbol.name() == Ok(name)).expect(name);
        let section = file.section_by_index(symbol.section_index().expect("a section")).expect("a section");
        (section.name().expect("UTF-8").to_string(), symbol.address(), symbol.size(), symbol.is_global())
    };
    assert_eq!(symbol("add_one"), (".text.add_one".to_string(), 1, 8, true));
    assert_eq!(symbol("pn::prog::helper$fn(i32,i32)"), (".text.pn::prog::helper$fn(i32,i32)".into(), 1, 4, false));
    assert_eq!(symbol("quotient"), (".hot".to_string(), 1, 14, true));
    assert_eq!(symbol("__divide"), (".text.__divide".to_string(), 1, 2, false));
    assert_eq!(symbol("table"), (".data.table".to_string(), 0, 8, true));
    assert_eq!(symbol("zeros"), (".bss.zeros".to_string(), 0, 100, true));
    assert!(file.symbols().all(|symbol| symbol.name() != Ok("__unused")));
    let undefined: Vec<&str> = file
        .symbols()
        .filter(|symbol| symbol.is_undefined())
        .map(|symbol| symbol.name().expect("UTF-8"))
        .collect();
    assert_eq!(undefined, ["from_c"]);
    let marks = |section: &str| {
        let index = file.section_by_name(section).expect(section).index();
        let own = file.symbols().filter(|symbol| symbol.section_index() == Some(index));
        let marks = own.filter(|symbol| symbol.name().is_ok_and(|name| name.starts_with('$')));
        marks.map(|symbol| (symbol.name().expect("UTF-8").to_string(), symbol.address())).collect::<Vec<_>>()
    };
    assert_eq!(marks(".text.sum"), [("$t".to_string(), 0), ("$d".to_string(), 6), ("$t".to_string(), 12)]);
    assert_eq!(marks(".hot"), [("$t".to_string(), 0)]);
    for name in [".eh_frame", ".note.GNU-stack"] {
        assert!(file.section_by_name(name).is_none(), "{name}");
    }
    let note = file.section_by_name(".note.nir.abi").expect("a note");
    assert_eq!(
        note.flags(),
        object::SectionFlags::Elf { sh_type: constants::SHT_NOTE, sh_flags: Default::default() }
    );
}

#[test]
fn addends_stand_in_the_fields() {
    let bytes = bytes();
    let file: ElfFile32<'_> = ElfFile32::parse(&bytes[..]).expect("an ELF file");
    let of = |section: &str| {
        let section = file.section_by_name(section).expect(section);
        let data = section.data().expect("bytes").to_vec();
        let relocations = section.relocations().map(|(offset, relocation)| match relocation.flags() {
            RelocationFlags::Elf { r_type } => (
                r_type.0,
                offset,
                data[offset as usize..offset as usize + 4].to_vec(),
                relocation.has_implicit_addend(),
            ),
            other => panic!("{other:?}"),
        });
        relocations.collect::<Vec<_>>()
    };
    assert_eq!(of(".text.add_one"), [(10, 2, vec![0xff, 0xf7, 0xfe, 0xff], true)]);
    assert_eq!(of(".text.sum"), [(2, 8, vec![0, 0, 0, 0], true)]);
    assert_eq!(of(".data.pointers"), [(2, 0, vec![4, 0, 0, 0], true), (2, 4, vec![0, 0, 0, 0], true)]);
}

#[test]
fn tools_read_attributes_and_debug_information() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("made.o"), bytes()).expect("the folder can be written");
    let text = tool(folder.path(), "arm-none-eabi-readelf", &["-A", "-h", "made.o"]);
    for line in [
        "Flags:                             0x5000000, Version5 EABI",
        "Tag_CPU_name: \"Cortex-M0\"",
        "Tag_CPU_arch: v6S-M",
        "Tag_CPU_arch_profile: Microcontroller",
        "Tag_THUMB_ISA_use: Thumb-1",
        "Tag_ABI_FP_number_model: IEEE 754",
        "Tag_ABI_align_needed: 8-byte",
        "Tag_ABI_align_preserved: 8-byte, except leaf SP",
        "Tag_ABI_FP_16bit_format: IEEE 754",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let text = tool(folder.path(), "llvm-dwarfdump-19", &["--verify", "made.o"]);
    assert!(text.contains("No errors."), "{text}");
    // Instructions and constants are told apart.
    let text = tool(folder.path(), "arm-none-eabi-objdump", &["-d", "made.o"]);
    for line in [".word\t0x00000000", "\tudf\t#1", "6849      \tldr\tr1, [r1, #4]"] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let text = tool(folder.path(), "arm-none-eabi-readelf", &["--debug-dump=frames", "made.o"]);
    assert!(text.contains("r13 ofs 0") || text.contains("DW_CFA_def_cfa: r13 (sp) ofs 0"), "{text}");
    assert!(text.contains("Return address column: 14"), "{text}");
}

/// Begins at the reset, checks what crosses between C and native IR, and ends with the number of the first check that fails.
const DRIVER: &str = r#"
extern int add_one(int), twice(int), sum(void), table[2];
extern unsigned quotient(unsigned, unsigned);
extern struct { int *second; int (*helper)(int); } pointers;
extern char zeros[100], stack_top[];
int from_c(int a) { return 2 * a; }
static void end(int status) {
    int block[2] = { 0x20026, status };
    register int number __asm__("r0") = 0x20;
    register int *arguments __asm__("r1") = block;
    __asm__ volatile ("bkpt 0xab" : "+r"(number) : "r"(arguments) : "memory");
    for (;;) {}
}
static int check(void) {
    if (add_one(41) != 42) return 1;
    if (twice(21) != 42) return 2;
    if (sum() != 42) return 3;
    if (pointers.second != &table[1] || *pointers.second != 2) return 4;
    if (pointers.helper(6) != 7 || !((unsigned)pointers.helper & 1)) return 5;
    for (int i = 0; i < 100; i++) if (zeros[i]) return 6;
    if ((unsigned)zeros % 16) return 7;
    if (quotient(9, 3) != 9) return 8;
    return 99;
}
void reset(void) { end(check()); }
static void fault(void) { end(255); }
__attribute__((section(".vectors"), used)) static void *const vectors[] = { stack_top, reset, fault, fault };
"#;

const SCRIPT: &str = "
ENTRY(reset)
SECTIONS {
    .text 0 : { KEEP(*(.vectors)) *(.text*) *(.hot) *(.rodata*) }
    .data 0x20000000 : { *(.data*) }
    .bss : { *(.bss*) }
    stack_top = 0x20004000;
}
";

fn compile(folder: &Path) {
    std::fs::write(folder.join("made.o"), bytes()).expect("the folder can be written");
    std::fs::write(folder.join("driver.c"), DRIVER).expect("the folder can be written");
    std::fs::write(folder.join("script.ld"), SCRIPT).expect("the folder can be written");
    tool(folder, "arm-none-eabi-gcc", &["-mcpu=cortex-m0", "-Os", "-ffreestanding", "-c", "driver.c"]);
}

#[test]
fn objects_link_with_those_of_gcc_by_two_linkers() {
    let folder = tempfile::tempdir().expect("a folder");
    compile(folder.path());
    let archive = elf::archive(&[("made.o", &bytes())]).expect("it is an object");
    std::fs::write(folder.path().join("libmade.a"), archive).expect("the folder can be written");
    for (linker, made) in
        [("arm-none-eabi-ld", "made.o"), ("ld.lld-19", "made.o"), ("arm-none-eabi-ld", "libmade.a")]
    {
        let arguments = ["-T", "script.ld", "driver.o", made, "-o", "program.elf"];
        // A linker that finds attributes that do not go together says so.
        assert_eq!(tool(folder.path(), linker, &arguments), "", "{linker}");
        let ended = execute(&folder.path().join("program.elf"));
        assert_eq!((ended.status, ended.err.as_str()), (Some(99), ""), "{linker}");
        let text = tool(folder.path(), "llvm-dwarfdump-19", &["--verify", "program.elf"]);
        assert!(text.contains("No errors."), "{linker}: {text}");
        let text = tool(folder.path(), "arm-none-eabi-readelf", &["--debug-dump=decodedline", "program.elf"]);
        assert!(text.contains("prog.zero"), "{linker}: {text}");
    }
}
