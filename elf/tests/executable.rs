//! Executables that are written without a linker: what they hold, and that the kernel runs them.

mod common;

use artifact::{Reference, RelocationKind, RelocationModel};
use common::{Draft, Made, certified, execute, inst, relocation};
use elf::{DwarfVersion, Error, Executable, Unit, executable};
use native_ir::Func;
use object::read::elf::{ElfFile64, ProgramHeader};
use object::{Endianness, Object, ObjectSymbol, elf as constants};

/// A program that writes a text, and whose result is the status.
fn hello(status: u8) -> Made {
    let text = format!(
        "import runtime @zero_write : fn(i32, ptr[generic,i8], addr) -> (addr) effects(read, io)\n\
         data @text : array[i8,6] readonly = \"hello\\n\"\ndata @number : i32 = {status}\n\
         data @unused : array[i8,100000] readonly = zero\n\
         fn pub @_start() -> (i32) effects(read, io) source=0 !1:1 {{\n^entry:\n\
         %t: ptr[static,array[i8,6]] = address @text !2:2\n%a: ptr[static,i8] = element %t, 0 !2:2\n\
         %b: ptr[generic,i8] = cast %a !2:2\n%c: addr = call @zero_write(1, %b, 6) !2:2\n\
         %p: ptr[static,i32] = address @number !2:2\n%n: i32 = load.i32 %p !2:2\n    return %n !2:2\n}}\n\
         fn pub @unused_too() -> (i32) source=0 !1:1 {{\n^entry:\n    return 0 !2:2\n}}\n"
    );
    Made::compiled("hello", &text, RelocationModel::Static)
}

fn link(program: &Made, options: impl FnOnce(&mut Executable)) -> Result<Vec<u8>, Error> {
    let mut wanted = Executable::new(program.func("_start"));
    options(&mut wanted);
    let host = elf::host("x86_64-unknown-linux-elf").expect("the host runtime verifies");
    let functions: Vec<Func> = host.functions.keys().collect();
    let artifact = codegen::compile(host, &functions, &codegen::Options::default()).expect("it compiles");
    let artifact = certified(host, artifact);
    executable(program.unit(), &[Unit { module: host, artifact: &artifact }], &wanted)
}

#[test]
fn a_program_runs_and_gives_its_status() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = link(&hello(42), |_| {}).expect("it can be written");
    let output = execute(folder.path(), &bytes, &[]);
    assert_eq!((&output.stdout[..], output.status.code()), (&b"hello\n"[..], Some(42)));
    assert!(bytes.len() < 900, "{} bytes", bytes.len());
}

#[test]
fn nothing_is_loaded_that_is_not_reached() {
    let bytes = link(&hello(0), |options| options.symbols = true).expect("it can be written");
    let file: ElfFile64<'_> = ElfFile64::parse(&bytes[..]).expect("an ELF file");
    let mut names: Vec<&str> = file.symbols().map(|symbol| symbol.name().expect("UTF-8")).collect();
    names.sort_unstable();
    let expected = [
        "__nir_start",
        "__nir_syscall",
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
    // A store to a constant is stopped by the machine.
    let text = "data @text : i32 readonly = 1\n\
                fn pub @_start() -> (i32) effects(write) source=0 !1:1 {\n^entry:\n\
                %p: ptr[static,i32] = address @text !2:2\n%q: ptr[generic,i32] = cast %p !2:2\n\
                store.i32 2, %q address_space=generic !2:2\nreturn 0 !2:2\n}\n";
    let made = Made::compiled("store", text, RelocationModel::Static);
    let output = execute(folder.path(), &link(&made, |_| {}).expect("it can be written"), &[]);
    assert_eq!(output.status.code(), None);
}

#[test]
fn zeros_take_no_room_in_the_file_and_alignments_hold() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "data @before : i8 = 1\ndata @page : array[i8,9] align=65536 = \"\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x08\\x09\"\n\
                data @zeros : array[i8,1000000] align=4096 = zero\n\
                fn pub @_start() -> (i32) effects(read) source=0 !1:1 {\n^entry:\n\
                %a: ptr[static,i8] = address @before !2:2\n%b: i8 = load.i8 %a !2:2\n\
                %c: ptr[static,array[i8,9]] = address @page !2:2\n%d: ptr[static,i8] = element %c, 0 !2:2\n\
                %e: i8 = load.i8 %d !2:2\n%f: ptr[static,array[i8,1000000]] = address @zeros !2:2\n\
                %g: ptr[static,i8] = element %f, 999999 !2:2\n%h: i8 = load.i8 %g !2:2\n\
                %i: addr = ptr_to_addr %f !2:2\n%j: i64 = addr_to_int %i !2:2\n%k: i64 = and %j, 4095 !2:2\n\
                %l: i32 = trunc %k !2:2\n%m: i8 = isub %b, %e !2:2\n%n: i8 = iadd %m, %h !2:2\n\
                %o: i32 = zext %n !2:2\n%p: i32 = iadd %l, %o !2:2\nreturn %p !2:2\n}\n";
    // The status is 0 when the two ones differ in nothing, the zeros end with one, and their address ends with zeros.
    let made = Made::compiled("zeros", text, RelocationModel::Static);
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
    let text = "import module @__nir_initial_stack : ptr[generic,i64]\n\
                fn pub @_start() -> (i32) effects(read) source=0 !1:1 {\n^entry:\n\
                %a: ptr[static,ptr[generic,i64]] = address @__nir_initial_stack !2:2\n\
                %b: ptr[generic,i64] = load.ptr[generic,i64] %a !2:2\n%c: i64 = load.i64 %b !2:2\n\
                %d: i32 = trunc %c !2:2\nreturn %d !2:2\n}\n";
    // The number of arguments.
    let made = Made::compiled("arguments", text, RelocationModel::Static);
    let bytes = link(&made, |_| {}).expect("it can be written");
    let output = execute(folder.path(), &bytes, &["one", "two"]);
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn what_nothing_defines_is_an_error() {
    let text = "import ffi @puts : fn() -> (i32)\n\
                fn pub native @_start() -> (i32) source=0 !1:1 {\n^entry:\n    %a: i32 = call @puts() !2:2\n    return %a !2:2\n}\n";
    let made = Made::compiled("ffi", text, RelocationModel::Static);
    let error = link(&made, |_| {}).expect_err("nothing defines it");
    assert_eq!(error.to_string(), "`_start` uses `puts`, which nothing defines");
    let text = "fn pub @_start() -> (i32) source=0 !1:1 {\n^entry:\n    %a: i32 = imul 1, 2 !2:2\n    return %a !2:2\n}\n";
    let mut draft = Draft::new("helper", text);
    draft.calls("_start", Reference::Helper("__nothing"));
    let error = link(&draft.finish(), |_| {}).expect_err("nothing defines it");
    assert_eq!(error.to_string(), "`_start` uses `__nothing`, which nothing defines");
}

#[test]
fn an_entry_has_no_parameters_and_at_most_a_status() {
    for header in ["@_start(%a: i32) -> ()", "@_start() -> (i64)", "@_start() -> (i32, i32)"] {
        let results = header.split("-> (").nth(1).expect("results").matches('i').count();
        let values = ["", " 0", " 0, 0"][results];
        let text = format!("fn pub {header} source=0 !1:1 {{\n^entry:\n    return{values} !2:2\n}}\n");
        let made = Made::compiled("entry", &text, RelocationModel::Static);
        let error = link(&made, |_| {}).expect_err("it is no entry");
        assert_eq!(error, Error::Entry("_start".to_string()));
    }
}

#[test]
fn a_load_of_an_address_that_is_none_is_an_error() {
    let text = "data @number : i32 = 1\nfn pub @_start() -> (i32) effects(read) source=0 !1:1 {\n^entry:\n\
                %p: ptr[static,i32] = address @number !2:2\n%n: i32 = load.i32 %p !2:2\n    return %n !2:2\n}\n";
    let mut draft = Draft::new("add", text);
    let number = draft.symbol("number");
    // xor ecx, ecx; add rcx, [rip + number@GOT]; mov eax, [rcx]; ret
    let bytes = [0x31, 0xc9, 0x48, 0x03, 0x0d, 0, 0, 0, 0, 0x8b, 0x01, 0xc3];
    let code = draft.code("_start", &bytes, &[inst(0, 1), inst(11, 2)]);
    code.relocations.push(relocation(5, RelocationKind::GlobalOffset32, number, -4));
    let error = link(&draft.finish(), |_| {}).expect_err("it cannot be rewritten");
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
