//! Executables that are written without a linker: what they hold, and that the kernel runs them.

mod common;

use artifact::{Reference, RelocationKind};
use common::{Made, execute, relocation};
use elf::{DwarfVersion, Error, Executable, executable};
use object::read::elf::{ElfFile64, ProgramHeader};
use object::{Endianness, Object, ObjectSymbol, elf as constants};

const WRITE: &str = "import runtime @zero_write : fn(i32, ptr[generic,i8], addr) -> (addr) effects(read, io)\n";

/// A host runtime of a few bytes: the arguments of these functions are where system calls have theirs.
fn host() -> Made {
    let mut made = Made::new(
        "host",
        "fn pub @zero_write(%a: i32, %b: ptr[generic,i8], %c: addr) -> (addr) {\n^entry:\n    return %c !0:0\n}\n\
         fn pub @zero_exit(%a: i32) -> () {\n^entry:\n    return !0:0\n}\n\
         data pub @__nir_initial_stack : i64 = zero\n",
    );
    // mov eax, 1; syscall; ret
    made.code("zero_write", &[0xb8, 1, 0, 0, 0, 0x0f, 0x05, 0xc3]);
    // mov eax, 231; syscall
    made.code("zero_exit", &[0xb8, 231, 0, 0, 0, 0x0f, 0x05]);
    made
}

/// A program that writes a text, and whose result is the status.
fn hello(status: u8) -> Made {
    let text = format!(
        "{WRITE}data @text : array[i8,6] readonly = \"hello\\n\"\ndata @number : i32 = {status}\n\
         data @unused : array[i8,100000] readonly = zero\n\
         fn pub @_start() -> (i32) effects(read, io) source=0 !1:1 {{\n^entry:\n    return 0 !2:2\n}}\n\
         fn pub @unused_too() -> (i32) source=0 !1:1 {{\n^entry:\n    return 0 !2:2\n}}\n"
    );
    let mut made = Made::new("hello", &text);
    let (string, number, write) = (made.symbol("text"), made.symbol("number"), made.symbol("zero_write"));
    let mut bytes = vec![0x51]; // push rcx
    bytes.extend([0xbf, 1, 0, 0, 0]); // mov edi, 1
    bytes.extend([0x48, 0xc7, 0xc6, 0, 0, 0, 0]); // mov rsi, text
    bytes.extend([0xba, 6, 0, 0, 0]); // mov edx, 6
    bytes.extend([0xe8, 0, 0, 0, 0]); // call zero_write
    bytes.extend([0x48, 0x8b, 0x0d, 0, 0, 0, 0]); // mov rcx, [rip + number@GOT]
    bytes.extend([0x8b, 0x01, 0x59, 0xc3]); // mov eax, [rcx]; pop rcx; ret
    let code = made.code("_start", &bytes);
    code.relocations.push(relocation(9, RelocationKind::Absolute32Signed, string, 0));
    code.relocations.push(relocation(19, RelocationKind::Branch32, write, -4));
    code.relocations.push(relocation(26, RelocationKind::GlobalOffset32, number, -4));
    made.code("unused_too", &[0xc3]);
    made
}

fn link(program: &Made, options: impl FnOnce(&mut Executable)) -> Result<Vec<u8>, Error> {
    let mut wanted = Executable::new(program.func("_start"));
    options(&mut wanted);
    executable(program.unit(), &[host().unit()], &wanted)
}

#[test]
fn a_program_runs_and_gives_its_status() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = link(&hello(42), |_| {}).expect("it can be written");
    let output = execute(folder.path(), &bytes, &[]);
    assert_eq!((&output.stdout[..], output.status.code()), (&b"hello\n"[..], Some(42)));
    assert!(bytes.len() < 600, "{} bytes", bytes.len());
}

#[test]
fn nothing_is_loaded_that_is_not_reached() {
    let bytes = link(&hello(0), |options| options.symbols = true).expect("it can be written");
    let file: ElfFile64<'_> = ElfFile64::parse(&bytes[..]).expect("an ELF file");
    let mut names: Vec<&str> = file.symbols().map(|symbol| symbol.name().expect("UTF-8")).collect();
    names.sort_unstable();
    let expected = [
        "__nir_start",
        "_start",
        "pn::hello::number$data(,i32)",
        "pn::hello::text$data(,array[i8,6])",
        "zero_write",
    ];
    assert_eq!(names, expected);
}

#[test]
fn no_memory_is_both_written_and_executed() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = link(&hello(0), |_| {}).expect("it can be written");
    let file: ElfFile64<'_> = ElfFile64::parse(&bytes[..]).expect("an ELF file");
    let headers = file.elf_program_headers();
    let rights = |kind| {
        let wanted = headers.iter().filter(|header| header.p_type(Endianness::Little) == kind);
        wanted.map(|header| header.p_flags(Endianness::Little).0).collect::<Vec<_>>()
    };
    let (read, write, run) = (constants::PF_R.0, constants::PF_W.0, constants::PF_X.0);
    assert_eq!(rights(constants::PT_LOAD), [read | run, read, read | write]);
    assert_eq!(rights(constants::PT_GNU_STACK), [read | write]);
    let mut pages = Vec::new();
    for header in headers.iter().filter(|header| header.p_type(Endianness::Little) == constants::PT_LOAD) {
        let (start, size) = (header.p_vaddr(Endianness::Little), header.p_memsz(Endianness::Little));
        assert_eq!(start % 4096, header.p_offset(Endianness::Little) % 4096);
        pages.push((start / 4096, (start + size).div_ceil(4096)));
    }
    assert!(pages.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{pages:?}");
    // A store to a constant is stopped by the machine: the program's `text` is one.
    let mut made = hello(0);
    let text = made.symbol("text");
    let code = &mut made.artifact.functions[0];
    code.code[..8].copy_from_slice(&[0xc6, 0x04, 0x25, 0, 0, 0, 0, 1]); // mov byte [text], 1
    code.relocations = vec![relocation(3, RelocationKind::Absolute32Signed, text, 0)];
    let output = execute(folder.path(), &link(&made, |_| {}).expect("it can be written"), &[]);
    assert_eq!(output.status.code(), None);
}

#[test]
fn zeros_take_no_room_in_the_file_and_alignments_hold() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "data @before : i8 = 1\ndata @page : array[i8,9] align=65536 = \"\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x08\\x09\"\n\
                data @zeros : array[i8,1000000] align=4096 = zero\n\
                fn pub @_start() -> (i32) source=0 !1:1 {\n^entry:\n    return 0 !2:2\n}\n";
    let mut made = Made::new("zeros", text);
    let symbols = ["before", "page", "zeros"].map(|name| made.symbol(name));
    let mut bytes = Vec::new();
    for _ in symbols {
        bytes.extend([0xb8, 0, 0, 0, 0]); // mov eax, symbol
    }
    // eax is `zeros`: the low 12 bits of its address, and what stands at its end, are the status.
    bytes.extend([0x0f, 0xb6, 0x88, 0x3f, 0x42, 0x0f, 0x00]); // movzx ecx, byte [rax+999999]
    bytes.extend([0x25, 0xff, 0x0f, 0x00, 0x00, 0x01, 0xc8, 0xc3]); // and eax, 4095; add eax, ecx; ret
    let code = made.code("_start", &bytes);
    for (index, symbol) in symbols.into_iter().enumerate() {
        code.relocations.push(relocation(index as u32 * 5 + 1, RelocationKind::Absolute32Signed, symbol, 0));
    }
    let bytes = link(&made, |options| options.symbols = true).expect("it can be written");
    assert!(bytes.len() < 75_000, "{} bytes", bytes.len());
    let file: ElfFile64<'_> = ElfFile64::parse(&bytes[..]).expect("an ELF file");
    let page = file.symbols().find(|symbol| symbol.name() == Ok("pn::zeros::page$data(,array[i8,9])"));
    assert_eq!(page.expect("a symbol").address() % 65536, 0);
    let output = execute(folder.path(), &bytes, &[]);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_stack_at_the_start_is_kept_where_the_program_uses_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "import module @__nir_initial_stack : i64\n\
                fn pub @_start() -> (i32) source=0 !1:1 {\n^entry:\n    return 0 !2:2\n}\n";
    let mut made = Made::new("arguments", text);
    let stack = made.symbol("__nir_initial_stack");
    // mov rax, [stack]; mov eax, [rax]; ret: the number of arguments.
    let code = made.code("_start", &[0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0, 0x8b, 0x00, 0xc3]);
    code.relocations.push(relocation(4, RelocationKind::Absolute32Signed, stack, 0));
    let bytes = link(&made, |_| {}).expect("it can be written");
    let output = execute(folder.path(), &bytes, &["one", "two"]);
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn what_nothing_defines_is_an_error() {
    let mut made = hello(0);
    made.artifact.functions[0].relocations[1].target = Reference::Helper("__nothing");
    let error = link(&made, |_| {}).expect_err("nothing defines it");
    assert_eq!(error.to_string(), "`_start` uses `__nothing`, which nothing defines");
    let text = "import ffi @puts : fn(ptr[generic,i8]) -> (i32)\n\
                fn pub native @_start() -> () source=0 !1:1 {\n^entry:\n    return !2:2\n}\n";
    let mut made = Made::new("ffi", text);
    let puts = made.symbol("puts");
    let code = made.code("_start", &[0xe9, 0, 0, 0, 0]);
    code.relocations.push(relocation(1, RelocationKind::Branch32, puts, -4));
    let error = link(&made, |_| {}).expect_err("nothing defines it");
    assert_eq!(error.to_string(), "`_start` uses `puts`, which nothing defines");
}

#[test]
fn an_entry_has_no_parameters_and_at_most_a_status() {
    for header in ["@_start(%a: i32) -> ()", "@_start() -> (i64)", "@_start() -> (i32, i32)"] {
        let results = header.split("-> (").nth(1).expect("results").matches('i').count();
        let values = ["", " 0", " 0, 0"][results];
        let text = format!("fn pub {header} source=0 !1:1 {{\n^entry:\n    return{values} !2:2\n}}\n");
        let mut made = Made::new("entry", &text);
        made.code("_start", &[0xc3]);
        let error = link(&made, |_| {}).expect_err("it is no entry");
        assert_eq!(error, Error::Entry("_start".to_string()));
    }
}

#[test]
fn a_load_of_an_address_that_is_none_is_an_error() {
    let mut made = hello(0);
    made.artifact.functions[0].code[24] = 0x03; // add rcx, [rip + number@GOT]
    let error = link(&made, |_| {}).expect_err("it cannot be rewritten");
    assert!(matches!(error, Error::Reach { .. }), "{error}");
}

#[test]
fn debug_information_changes_nothing_that_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    for version in [DwarfVersion::V4, DwarfVersion::V5] {
        let bytes = link(&hello(9), |options| options.debug = Some(version)).expect("it can be written");
        let plain = link(&hello(9), |_| {}).expect("it can be written");
        // The file's header says where the sections are.
        assert_eq!(bytes[64..plain.len()], plain[64..]);
        let file: ElfFile64<'_> = ElfFile64::parse(&bytes[..]).expect("an ELF file");
        for name in [".debug_info", ".debug_line", ".debug_frame", ".text", ".rodata", ".data", ".note.nir.abi"] {
            assert!(file.section_by_name(name).is_some(), "{name}");
        }
        assert_eq!(execute(folder.path(), &bytes, &[]).status.code(), Some(9));
        assert_eq!(bytes, link(&hello(9), |options| options.debug = Some(version)).expect("it can be written"));
    }
}
