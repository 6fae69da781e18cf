//! `--engine emulator`: programs do there what they do as processes, and hardware registers have devices. With the feature
//! `unicorn` alone.
#![cfg(feature = "unicorn")]

mod common;

use common::{CALLS, Folder, HOSTED, Output, X86};

/// Functions that ask for much, or for what is not there.
const GREEDY: &str = "\
import runtime @zero_alloc : fn(addr, addr) -> (ptr[generic,i8]) effects(alloc)
fn pub @deep(%a: i64) -> (i64) source=0 {
^entry:
    %b: i64 = iadd %a, 1 !6:3
    %c: i64 = call @deep(%b) !6:5
    %d: i64 = iadd %c, %a !6:7
    return %d !6:1
}
fn pub @heap(%size: addr) -> (i32) effects(read, write, alloc) source=0 {
^entry:
    %p: ptr[generic,i8] = call @zero_alloc(%size, 8) !7:3
    %q: ptr[generic,i32] = cast %p !7:3
    store.i32 77, %q !7:5
    %r: i32 = load.i32 %q !7:7
    return %r !7:1
}
fn pub @wild() -> (i8) effects(read) source=0 {
^entry:
    %n: i64 = iconst 8 !8:1
    %a: addr = int_to_addr %n !8:1
    %p: ptr[generic,i8] = addr_to_ptr %a !8:1
    %r: i8 = load.i8 %p !8:2
    return %r !8:1
}
";

fn run(folder: &Folder, engine: &str, arguments: &[&str]) -> Output {
    folder.nir_with(&[&["run", "--engine", engine], arguments].concat(), b"hello")
}

#[test]
fn programs_do_what_they_do_as_processes() {
    let folder = Folder::new();
    for (name, text) in [("calls.nir", CALLS), ("hosted.nir", HOSTED), ("greedy.nir", GREEDY)] {
        folder.write(name, X86.to_string() + text);
    }
    let hello = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/programs/hello.nir");
    for (arguments, status) in [
        (&[hello][..], 0),
        (&["hosted.nir", "one", "two"], 0),
        (&["--entry", "@echo", "hosted.nir"], 0),
        (&["--entry", "@leave", "hosted.nir", "0"], 0),
        (&["--entry", "@leave", "hosted.nir", "70"], 70),
        (&["--entry", "@outer", "calls.nir", "7"], 64),
        (&["--entry", "@heap", "greedy.nir", "100"], 0),
        (&["--entry", "@heap", "greedy.nir", "10000000"], 0),
        (&["--entry", "@deep", "greedy.nir", "1"], 82),
        (&["--entry", "@wild", "greedy.nir"], 139),
    ] {
        let (native, emulator) = (run(&folder, "native", arguments), run(&folder, "emulator", arguments));
        assert_eq!(native.status, status, "{arguments:?}: {native:?}");
        // How deep the stack goes differs by what stands above it.
        let number = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
        let same =
            (emulator.status, &emulator.out, number(&emulator.err)) == (status, &native.out, number(&native.err));
        assert!(same, "{arguments:?}: {emulator:?}, expected {native:?}");
    }
}

#[test]
fn foreign_functions_and_other_processors_are_refused() {
    let folder = Folder::new();
    let foreign = "import ffi @abs : fn(i32) -> (i32)\nfn native pub @main(%a: i32) -> (i32) source=0 {\n^entry:\n    \
                   %b: i32 = call @abs(%a) !1:1\n    return %b !1:1\n}\n";
    folder.write("a.nir", X86.to_string() + foreign);
    let refused = run(&folder, "emulator", &["a.nir", "1"]);
    assert!(refused.status == 125 && refused.err.contains("not a static executable"), "{refused:?}");
    let plain = "fn pub @main() -> () source=0 {\n^entry:\n    return !1:1\n}\n";
    folder.write("b.nir", X86.replace("profile  hosted", "features avx\nprofile  hosted") + plain);
    let refused = run(&folder, "emulator", &["b.nir"]);
    assert!(refused.status == 125 && refused.err.contains("does not know avx"), "{refused:?}");
}

const HARDWARE: &str = "\
register @in : ptr[mmio,i32] = 0x40000000 access=read-only
register @out : ptr[mmio,i64] = 0x40000008 access=write-only
;! run: @copy() == 7
;! mmio: read 0x40000000 4 7
;! mmio: write 0x40000008 8 0x700000007
fn pub @copy() -> (i32) effects(read, write, hardware) source=0 {
^entry:
    %in: ptr[mmio,i32] = register @in !1:1
    %value: i32 = load.i32 %in address_space=mmio ordering=volatile !1:1
    %low: i64 = zext %value !1:2
    %high: i64 = shl %low, 32 !1:2
    %both: i64 = or %low, %high !1:2
    %out: ptr[mmio,i64] = register @out !1:2
    store.i64 %both, %out address_space=mmio ordering=volatile !1:2
    return %value !1:3
}
";

#[test]
fn hardware_registers_have_devices() {
    let folder = Folder::new();
    let module = X86.replace("profile  hosted", "profile  freestanding") + HARDWARE;
    folder.write("a.nir", &module);
    let output = folder.nir(&["test", "--engine", "vm,jit,emulator", "a.nir"]);
    assert!(output.status == 0 && output.out.starts_with("3 calls in 1 file: 3 passed ("), "{output:?}");
    folder.write("b.nir", module.replace("0x700000007", "0x700000008"));
    let output = folder.nir(&["test", "--engine", "emulator", "b.nir"]);
    let why =
        "volatile access 2: expected `write 0x40000008 8 0x700000008`, found `write 0x40000008 8 0x700000007`";
    assert!(output.status == 1 && output.out.contains(why), "{output:?}");
    let traced = |engine| {
        let output = folder.nir(&["run", "--engine", engine, "--devices", "plain", "--trace-mmio", "a.nir"]);
        (output.status, output.out, output.err)
    };
    assert_eq!(traced("emulator"), traced("vm"));
    let nothing = run(&folder, "emulator", &["a.nir"]);
    assert_eq!(nothing.status, 83, "{nothing:?}");
    assert!(nothing.err.contains("`read 0x40000000 4`: no device is there"), "{}", nothing.err);
}
