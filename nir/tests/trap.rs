//! Traps and faults of firmware: the place in the source and the calls that led there, as the VM tells them.

mod common;

use common::{Folder, Output};

const HEAD: &str = "native-ir 1\nmodule a\ntarget sim-cortex-m0\nabi zero-freestanding-v1\n\
                    layout \"e-p:32:32-i64:64-f64:64-n32-S64\"\nfeatures thumb\nprofile bare-metal\n\
                    source 0 \"src/a.zero\" lines=99\n";

/// A trap below a frame with a slot, one below arguments on the stack, inlined calls, recursion, a load from where nothing
/// is, and a call to where nothing is.
const CALLS: &str = "\
fn @divide(%a: i32, %b: i32) -> (i32) effects(trap) inline=never source=0 !1:1 {
^entry:
    %q: i32 = udiv %a, %b !1:8
    return %q !1:9
}
fn @many(%a: i64, %b: i64, %c: i32, %d: i32) -> (i32) effects(trap) inline=never source=0 !2:1 {
^entry:
    %q: i32 = call @divide(%c, %d) !2:5
    %r: i32 = trunc %a !2:6
    %s: i32 = iadd %q, %r !2:7
    return %s !2:8
}
fn pub @outer(%d: i32) -> (i32) effects(read, write, trap) source=0 !3:1 {
    slot $kept: array[i32,9] align=8
    inlined 0 @many !3:20
    inlined 1 @divide !4:21 in=0
^entry:
    %k: ptr[stack,array[i32,9]] = slot $kept !3:2
    %p: ptr[stack,i32] = element %k, %d !3:3
    store.i32 %d, %p ordering=ordered !3:3
    %q: i32 = call @many(1, 2, %d, %d) !3:5
    %wrong: i1 = icmp.eq %q, 2 !5:22 inlined=1
    trap_if %wrong, assertion !5:23 inlined=1
    %kept: i32 = load.i32 %p ordering=ordered !3:6
    %r: i32 = iadd %q, %kept !3:6
    return %r !3:6
}
fn pub @down(%n: i32) -> (i32) effects(trap) source=0 !6:1 {
^entry:
    %end: i1 = icmp.eq %n, 0 !6:2
    trap_if %end, assertion !6:3
    %m: i32 = isub %n, 1 !6:4
    %r: i32 = call @down(%m) !6:5
    %s: i32 = iadd %r, %n !6:6
    return %s !6:7
}
fn @load(%p: ptr[generic,i32]) -> (i32) effects(read) inline=never source=0 !7:1 {
^entry:
    %v: i32 = load.i32 %p !7:2
    return %v !7:3
}
fn pub @wild() -> (i32) effects(read) source=0 !8:1 {
^entry:
    %n: i32 = iconst 0x30000000 !8:2
    %a: addr = int_to_addr %n !8:2
    %p: ptr[generic,i32] = addr_to_ptr %a !8:2
    %r: i32 = call @load(%p) !8:3
    %s: i32 = iadd %r, 1 !8:4
    return %s !8:4
}
fn pub @copy() -> () effects(read, write) source=0 !9:1 {
^entry:
    %n: i32 = iconst 0x30000000 !9:2
    %a: addr = int_to_addr %n !9:2
    %p: ptr[generic,i8] = addr_to_ptr %a !9:2
    %many: i32 = iconst 100 !9:2
    %bytes: addr = int_to_addr %many !9:2
    memcpy %p, %p, %bytes !9:3
    return !9:4
}
fn pub @jump() -> (i32) source=0 !10:1 {
^entry:
    %n: i32 = iconst 0x30000001 !10:2
    %a: addr = int_to_addr %n !10:2
    %p: ptr[generic,i8] = addr_to_ptr %a !10:2
    %g: ptr[code,fn(i32) -> (i32)] = cast %p !10:2
    %r: i32 = call_indirect %g(%n) !10:3
    %s: i32 = iadd %r, 1 !10:4
    return %s !10:4
}
";

fn run(folder: &Folder, engine: &str, arguments: &[&str]) -> Output {
    folder.nir_with(&[&["run", "--engine", engine], arguments].concat(), b"")
}

/// The engines that this `nir` has for firmware.
fn engines() -> &'static [&'static str] {
    if cfg!(feature = "unicorn") { &["qemu", "emulator"] } else { &["qemu"] }
}

#[test]
fn traps_are_told_as_by_the_vm() {
    let folder = Folder::new();
    folder.write("a.nir", HEAD.to_string() + CALLS);
    for arguments in [
        &["--entry", "@outer", "a.nir", "0"][..],
        // 2 / 2 + 1 is what the inlined function does not want.
        &["--entry", "@outer", "a.nir", "2"],
        &["--entry", "@down", "a.nir", "0"],
        &["--entry", "@down", "a.nir", "31"],
        &["--entry", "@down", "a.nir", "32"],
        &["--entry", "@down", "a.nir", "300"],
    ] {
        let vm = run(&folder, "vm", arguments);
        assert!(vm.status >= 64 && vm.err.lines().count() > 1, "{vm:?}");
        for engine in engines() {
            let output = run(&folder, engine, arguments);
            assert_eq!((output.status, &output.err), (vm.status, &vm.err), "{engine} {arguments:?}");
        }
    }
    let deep = run(&folder, "qemu", &["--entry", "@down", "a.nir", "300"]).err;
    assert!(deep.contains("  at @down (src/a.zero:6:3)\n  at @down (src/a.zero:6:5)\n"), "{deep}");
    assert!(deep.contains("\n  … 269 calls\n") && deep.lines().count() == 34, "{deep}");
}

#[test]
fn faults_are_told_with_their_place() {
    let folder = Folder::new();
    folder.write("a.nir", HEAD.to_string() + CALLS);
    for engine in engines() {
        let wild = run(&folder, engine, &["--entry", "@wild", "a.nir"]);
        let place = "\n  at @load (src/a.zero:7:2)\n  at @wild (src/a.zero:8:3)\n";
        assert!(wild.status == 125 && wild.err.ends_with(place), "{engine}: {wild:?}");
        // The library's functions have no source.
        let copy = run(&folder, engine, &["--entry", "@copy", "a.nir"]);
        assert!(copy.err.contains("\n  at @__aeabi_memcpy4 (0x0000"), "{engine}: {copy:?}");
        assert!(copy.err.ends_with(")\n  at @copy (src/a.zero:9:3)\n"), "{engine}: {copy:?}");
        // Where no code is, the link register says who went there.
        let jump = run(&folder, engine, &["--entry", "@jump", "a.nir"]);
        assert!(jump.err.ends_with("\n  at 0x30000000\n  at @jump (src/a.zero:10:3)\n"), "{engine}: {jump:?}");
    }
}

/// Images tell class and address themselves; the calls are told behind that, with the sources if the image knows them.
#[test]
fn images_are_told_with_their_calls() {
    let folder = Folder::new();
    let main = "fn pub @main() -> (i32) effects(read, write, trap) source=0 !20:1 {\n^entry:\n    \
                %r: i32 = call @outer(0) !20:2\n    %s: i32 = iadd %r, 1 !20:2\n    return %s !20:3\n}\n";
    folder.write("a.nir", HEAD.to_string() + CALLS + main);
    for (name, option) in [("plain.elf", &[][..]), ("debug.elf", &["-g"])] {
        let built = folder.nir(&[&["build", "--emit", "elf", "-o", name, "a.nir"], option].concat());
        assert_eq!(built.status, 0, "{built:?}");
    }
    for engine in engines() {
        let debug = run(&folder, engine, &["debug.elf"]);
        let (head, calls) = debug.err.split_at(debug.err.find("\n  at @").expect(&debug.err));
        assert!(head.starts_with("trap: integer division by zero\n  at 0x0000"), "{engine}: {debug:?}");
        let sources = "\n  at @divide (src/a.zero:1:8)\n  at @many (src/a.zero:2:5)\n  at @outer (src/a.zero:3:5)\n  \
                       at @main (src/a.zero:20:2)\n";
        assert_eq!((debug.status, calls), (64, sources), "{engine}");
        let plain = run(&folder, engine, &["plain.elf"]);
        let names: Vec<&str> = plain
            .err
            .lines()
            .skip(2)
            .filter_map(|line| line.split_once(" (0x0000"))
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["  at @divide", "  at @many", "  at @outer", "  at @main"], "{engine}: {plain:?}");
    }
}

/// A handler that traps has what it interrupted for its caller.
#[cfg(feature = "unicorn")]
#[test]
fn handlers_are_told_with_what_they_interrupted() {
    let folder = Folder::new();
    let text = "register @in : ptr[mmio,i32] = 0x40010000\n\
        fn pub interrupt @handler() -> () effects(trap) source=0 !1:1 {\n^entry:\n    trap assertion !1:2\n}\n\
        fn @read() -> (i32) effects(read, hardware) inline=never source=0 !2:1 {\n^entry:\n    \
        %p: ptr[mmio,i32] = register @in !2:2\n    %v: i32 = load.i32 %p ordering=volatile address_space=mmio !2:3\n    \
        %w: i32 = load.i32 %p ordering=volatile address_space=mmio !2:4\n    %s: i32 = iadd %v, %w !2:5\n    return %s !2:5\n}\n\
        fn pub @main() -> (i32) effects(read, hardware) source=0 !3:1 {\n^entry:\n    \
        %a: i32 = call @read() !3:2\n    %b: i32 = iadd %a, 1 !3:3\n    return %b !3:3\n}\n";
    folder.write("a.nir", HEAD.to_string() + text);
    let arguments = ["--devices", "plain", "--interrupt", "2=@handler", "--entry", "@main", "a.nir"];
    let vm = run(&folder, "vm", &arguments);
    let places = "  at @handler (src/a.zero:1:2)\n  at @read (src/a.zero:2:4)\n  at @main (src/a.zero:3:2)\n";
    assert!(vm.err.ends_with(places), "{vm:?}");
    let emulator = run(&folder, "emulator", &arguments);
    assert_eq!((emulator.status, &emulator.err), (vm.status, &vm.err));
    // What no device has is refused where it is accessed.
    let none = ["--entry", "@main", "a.nir"];
    let (vm, emulator) = (run(&folder, "vm", &none), run(&folder, "emulator", &none));
    let vm = vm.err.split("help:").next().unwrap_or_default().to_string();
    assert_eq!(emulator.err, vm);
}

/// A stack that reaches the data is noticed on the emulated processor, by whatever instruction moves it there.
#[cfg(feature = "unicorn")]
#[test]
fn a_stack_that_grows_into_the_data_is_a_trap() {
    let folder = Folder::new();
    // 15 KiB of data leave 1 KiB: less than one frame of `@wide` has, and room for so many of `@down`.
    let wide = "data pub @kept : array[i32,3840] = zero\n\
                fn @use(%p: ptr[stack,array[i32,300]]) -> () effects(write) inline=never source=0 !30:1 {\n^entry:\n    \
                %q: ptr[stack,i32] = element %p, 0 !30:2\n    store.i32 1, %q !30:3\n    return !30:4\n}\n\
                fn pub @wide() -> () effects(read, write) source=0 !31:1 {\n    slot $room: array[i32,300]\n^entry:\n    \
                %p: ptr[stack,array[i32,300]] = slot $room !31:2\n    %k: ptr[static,array[i32,3840]] = address @kept !31:3\n    \
                %l: ptr[static,i32] = element %k, 9 !31:3\n    store.i32 5, %l !31:3\n    call @use(%p) !31:4\n    return !31:5\n}\n";
    let main = "fn pub @main() -> () effects(read, write, trap) source=0 !32:1 {\n^entry:\n    \
                %r: i32 = call @down(100000) !32:2\n    call @wide() !32:3\n    return !32:4\n}\n";
    folder.write("a.nir", HEAD.to_string() + CALLS + wide + main);
    let run = |arguments: &[&str]| run(&folder, "emulator", arguments);
    let fits = run(&["--entry", "@down", "a.nir", "20"]);
    assert!(fits.err.starts_with("trap: assertion failed\n"), "{fits:?}");
    let deep = run(&["--entry", "@down", "a.nir", "100000"]);
    // It is noticed behind the instruction that moved the stack pointer, the prologue's last or only one.
    let exhausted = |err: &str| {
        let lines: Vec<&str> = err.lines().take(3).collect();
        lines[0] == "trap: stack exhausted"
            && lines[1].starts_with("  at @down (src/a.zero:6:")
            && lines[2] == "  at @down (src/a.zero:6:5)"
    };
    assert!(deep.status == 82 && exhausted(&deep.err), "{deep:?}");
    let wide = run(&["--entry", "@wide", "a.nir"]);
    assert_eq!((wide.status, wide.err.as_str()), (82, "trap: stack exhausted\n  at @wide (src/a.zero:31:3)\n"));
    let built = folder.nir(&["build", "-g", "--emit", "elf", "-o", "a.elf", "a.nir"]);
    assert_eq!(built.status, 0, "{built:?}");
    let image = run(&["a.elf"]);
    assert!(image.status == 82 && exhausted(&image.err), "{image:?}");
    assert!(image.err.ends_with("  at @down (src/a.zero:6:5)\n  at @main (src/a.zero:32:2)\n"), "{image:?}");
}
