//! Object files: their symbols, sections and relocations, and that they link with C.

mod common;

use artifact::{Reference, RelocationKind, RelocationModel, UnwindOp, UnwindRow};
use common::{Draft, Made, call, cfa, inst, relocation, run, trap};
use elf::object as write;
use native_ir::Trap;
use object::read::elf::ElfFile64;
use object::{Object, ObjectSection, ObjectSymbol};

const PROGRAM: &str = "\
data pub @table : array[i32,2] = [40, 2]
data @secret : i64 readonly = 7
data pub @pointers : struct{ptr[static,array[i32,2]], ptr[code,fn(i32) -> (i32)]} = {@table+4, @helper}
data pub @zeros : array[i8,1000] align=64 = zero
data pub weak @placed : i32 section=\".special\" = 5
data @none : array[i8,0] = zero

import ffi @puts : fn(ptr[generic,i8]) -> (i32)
import ffi @unused : fn() -> ()

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

fn pub weak native @greet(%text: ptr[generic,i8]) -> (i32) source=0 section=\".hot\" align=32 !9:1 {
^entry:
    %b: i32 = call @puts(%text) !10:3
    return %b !11:3
}

fn pub @quotient(%a: i32, %b: i32) -> (i32) effects(trap) source=0 !13:1 {
^entry:
    %c: i32 = udiv %a, %b !14:3
    return %c !15:3
}
";

const LIBRARY: &str = "\
fn pub @__divide(%a: i32, %b: i32) -> (i32) !0:0 {
^entry:
    %c: i32 = call @inner(%a, %b) !0:0
    return %c !0:0
}

fn pub @__unused(%a: i32) -> (i32) !0:0 {
^entry:
    return %a !0:0
}

fn @inner(%a: i32, %b: i32) -> (i32) !0:0 {
^entry:
    return %a !0:0
}
";

fn program() -> Made {
    let mut made = Draft::new("prog", PROGRAM);
    // lea eax, [rdi+1]; ret
    made.code("helper", &[0x8d, 0x47, 0x01, 0xc3], &[inst(0, 0), inst(3, 1)]);
    let (helper, puts) = (made.symbol("helper"), made.symbol("puts"));
    // push rbx; call helper; pop rbx; ret
    let code = made.code("add_one", &[0x53, 0xe8, 0, 0, 0, 0, 0x5b, 0xc3], &[inst(1, 0), inst(6, 1)]);
    code.relocations.push(relocation(2, RelocationKind::Branch32, helper, -4));
    code.calls.push(call(6, 0));
    code.unwind = vec![cfa(1, 16), UnwindRow { offset: 1, op: UnwindOp::Saved(3, 16) }];
    code.unwind.extend([cfa(7, 8), UnwindRow { offset: 7, op: UnwindOp::Restored(3) }]);
    made.calls("greet", puts);
    let mut bytes = vec![0x48, 0x83, 0xec, 0x08]; // 0: sub rsp, 8
    bytes.extend([0x85, 0xf6]); // 4: test esi, esi
    bytes.extend([0x74, 0x0a]); // 6: je 18
    bytes.extend([0xe8, 0, 0, 0, 0]); // 8: call __divide
    bytes.extend([0x48, 0x83, 0xc4, 0x08]); // 13: add rsp, 8
    bytes.extend([0xc3]); // 17: ret
    bytes.extend([0x0f, 0x0b]); // 18: ud2
    let code = made.code("quotient", &bytes, &[inst(4, 0), inst(13, 1), inst(18, 0)]);
    code.relocations.push(relocation(9, RelocationKind::Branch32, Reference::Helper("__divide"), -4));
    code.calls.push(call(13, 0));
    code.traps.push(trap(18, Trap::IntegerDivideByZero, 0));
    code.unwind = vec![cfa(4, 16), cfa(17, 8), cfa(18, 16)];
    made.finish()
}

fn library() -> Made {
    let mut made = Draft::new("lib", LIBRARY);
    let inner = made.symbol("inner");
    made.calls("__divide", inner);
    made.code("__unused", &[0xc3], &[inst(0, 0)]);
    // mov eax, edi; xor edx, edx; div esi; ret
    made.code("inner", &[0x89, 0xf8, 0x31, 0xd2, 0xf7, 0xf6, 0xc3], &[inst(0, 0)]);
    made.finish()
}

fn bytes() -> Vec<u8> {
    let (program, library) = (program(), library());
    write(program.unit(), &[library.unit()], None).expect("it can be written")
}

#[test]
fn only_public_items_are_visible_and_only_used_imports_undefined() {
    let bytes = bytes();
    let file: ElfFile64<'_> = ElfFile64::parse(&bytes[..]).expect("an ELF file");
    let names = |wanted: &dyn Fn(&object::read::elf::ElfSymbol64<'_, '_>) -> bool| {
        let each = file.symbols().filter(|symbol| wanted(symbol));
        let mut names: Vec<String> = each.map(|symbol| symbol.name().expect("UTF-8").to_string()).collect();
        names.retain(|name| !name.is_empty());
        names.sort();
        names
    };
    let visible = names(&|symbol| symbol.is_global() && symbol.is_definition());
    assert_eq!(visible, ["add_one", "greet", "placed", "pointers", "quotient", "table", "zeros"]);
    assert_eq!(names(&|symbol| symbol.is_weak()), ["greet", "placed"]);
    assert_eq!(names(&|symbol| symbol.is_undefined()), ["puts"]);
    let local = names(&|symbol| symbol.is_local() && symbol.is_definition());
    let expected = [
        "__divide",
        "pn::lib::inner$fn(i32;i32,i32)",
        "pn::prog::helper$fn(i32,i32)",
        "pn::prog::none$data(,array[i8,0])",
        "pn::prog::secret$data(,i64)",
    ];
    assert_eq!(local, expected);
}

#[test]
fn parts_have_sections_of_their_kind_or_those_the_module_names() {
    let bytes = bytes();
    let file: ElfFile64<'_> = ElfFile64::parse(&bytes[..]).expect("an ELF file");
    let section_of = |name: &str| {
        let symbol = file.symbols().find(|symbol| symbol.name() == Ok(name)).expect("a symbol");
        let section = file.section_by_index(symbol.section_index().expect("a section")).expect("a section");
        (section.name().expect("UTF-8").to_string(), section.align(), symbol.size())
    };
    assert_eq!(section_of("add_one"), (".text.add_one".to_string(), 16, 8));
    assert_eq!(section_of("greet"), (".hot".to_string(), 32, 14));
    assert_eq!(section_of("zeros"), (".bss.zeros".to_string(), 64, 1000));
    assert_eq!(section_of("table"), (".data.table".to_string(), 4, 8));
    assert_eq!(section_of("placed"), (".special".to_string(), 4, 4));
    assert_eq!(section_of("pn::prog::secret$data(,i64)").0, ".rodata.pn::prog::secret$data(,i64)");
    let note = file.section_by_name(".note.nir.abi").expect("a note").data().expect("bytes");
    assert_eq!(&note[..16], &[4, 0, 0, 0, 53, 0, 0, 0, 1, 0, 0, 0, b'N', b'I', b'R', 0]);
    assert_eq!(&note[16..48], native_ir::Contract::embedded().digest());
    assert_eq!(&note[48..], b"zero-x86_64-sysv-v0.1\0\0\0");
    assert!(file.section_by_name(".note.GNU-stack").is_some());
}

#[test]
fn read_only_addresses_of_position_independent_code_are_relocated_at_load_time() {
    let text = "data pub @a : i32 readonly = 1\ndata pub @b : ptr[static,i32] readonly = @a\n";
    let section = |model| {
        let bytes = write(Made::compiled("prog", text, model).unit(), &[], None).expect("it can be written");
        let file: ElfFile64<'_> = ElfFile64::parse(&bytes[..]).expect("an ELF file");
        let symbol = file.symbols().find(|symbol| symbol.name() == Ok("b")).expect("a symbol");
        let section = file.section_by_index(symbol.section_index().expect("a section")).expect("a section");
        section.name().expect("UTF-8").to_string()
    };
    assert_eq!(section(RelocationModel::Static), ".rodata.b");
    assert_eq!(section(RelocationModel::Pic), ".data.rel.ro.b");
}

#[test]
fn a_helper_that_no_module_has_is_an_error() {
    let program = program();
    let error = write(program.unit(), &[], None).expect_err("nothing defines the helper");
    assert_eq!(error.to_string(), "`quotient` uses `__divide`, which nothing defines");
}

#[test]
fn equal_inputs_give_equal_bytes() {
    assert_eq!(bytes(), bytes());
}

#[test]
fn an_object_links_with_c() {
    let folder = tempfile::tempdir().expect("a folder");
    let (program, library) = (program(), library());
    let bytes = write(program.unit(), &[library.unit()], Some(&elf::Debug::default())).expect("it can be written");
    std::fs::write(folder.path().join("made.o"), &bytes).expect("the folder can be written");
    let main = "
        #include <stdio.h>
        extern int add_one(int), greet(const char *), quotient(unsigned, unsigned), table[2], placed;
        extern struct { int *second; int (*helper)(int); } pointers;
        extern char zeros[1000];
        int main(void) {
            greet(\"hello\");
            for (int i = 0; i < 1000; i++) if (zeros[i]) return 1;
            printf(\"%d %d %d %d %d %d\\n\", add_one(41), table[0], *pointers.second, pointers.helper(2), quotient(41, 5),
                   placed);
            return 0;
        }";
    std::fs::write(folder.path().join("main.c"), main).expect("the folder can be written");
    for flags in [&["-no-pie"][..], &["-no-pie", "-Wl,--gc-sections"]] {
        let mut arguments = vec!["-Wall", "-Wl,--fatal-warnings", "main.c", "made.o", "-o", "program"];
        arguments.extend(flags);
        run(folder.path(), "gcc", &arguments);
        let output = run(folder.path(), "./program", &[]);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "hello\n42 40 2 3 8 5\n");
    }
    // A strong definition replaces a weak one.
    let strong =
        main.replace("int main", "int greet(const char *text) { return 0; }\nint main").replace("placed;", "x;")
            + "\nint placed = 6;";
    let strong = strong.replace("table[2], x;", "table[2]; extern int placed;");
    std::fs::write(folder.path().join("main.c"), strong).expect("the folder can be written");
    run(folder.path(), "gcc", &["main.c", "made.o", "-no-pie", "-o", "program"]);
    let output = run(folder.path(), "./program", &[]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "42 40 2 3 8 6\n");
}

#[test]
fn an_archive_has_an_index_of_its_symbols() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = bytes();
    let members = [("made.o", &bytes[..]), ("a name that is too long for a header.o", &bytes[..])];
    let archive = elf::archive(&members).expect("it can be written");
    let read = object::read::archive::ArchiveFile::parse(&archive[..]).expect("an archive");
    let found: Vec<_> = read.members().map(|member| member.expect("a member")).collect();
    assert_eq!(found.len(), 2);
    for (member, (name, bytes)) in found.iter().zip(members) {
        assert_eq!(member.name(), name.as_bytes());
        assert_eq!(member.data(&archive[..]), Ok(bytes));
    }
    let symbols = read.symbols().expect("an index").expect("an index");
    assert_eq!(symbols.count(), 14);
    std::fs::write(folder.path().join("libmade.a"), elf::archive(&members[..1]).expect("it can be written"))
        .expect("the folder can be written");
    let main = "int add_one(int); int main(void) { return add_one(41) != 42; }";
    std::fs::write(folder.path().join("main.c"), main).expect("the folder can be written");
    run(folder.path(), "gcc", &["main.c", "libmade.a", "-no-pie", "-o", "program"]);
    run(folder.path(), "./program", &[]);
}
