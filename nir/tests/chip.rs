//! Firmware on `--engine qemu` and, where `nir` has it, `--engine emulator`.

mod common;

use common::{Folder, Output};

const M0: &str = "native-ir 1\nmodule a\ntarget sim-cortex-m0\nabi zero-freestanding-v1\n\
                  layout \"e-p:32:32-i64:64-f64:64-n32-S64\"\nfeatures thumb\nprofile bare-metal\nsource 0 \"a.zero\" lines=99\n";

/// Functions whose ends differ.
const CALLS: &str = "\
data @count : i32 = 7
fn pub @add(%a: i64, %b: i32, %c: i64, %d: i8) -> (i64) source=0 {
^entry:
    %x: i64 = iadd %a, %c !1:1
    %w: i64 = zext %b !1:1
    %y: i64 = iadd %x, %w !1:1
    %v: i64 = sext %d !1:1
    %z: i64 = iadd %y, %v !1:1
    return %z !1:2
}
fn pub @next() -> (i32, i32) effects(read, write) source=0 {
^entry:
    %p: ptr[static,i32] = address @count !2:1
    %a: i32 = load.i32 %p !2:1
    %b: i32 = iadd %a, 1 !2:1
    store.i32 %b, %p !2:1
    return %a, %b !2:2
}
fn pub @index(%i: i32) -> (i32) effects(trap) source=0 {
^entry:
    %wrong: i1 = icmp.ugt %i, 5 !3:1
    trap_if %wrong, bounds !3:1
    return %i !3:2
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
fn functions_take_and_give_what_they_do_in_the_vm() {
    let folder = Folder::new();
    folder.write("a.nir", M0.to_string() + CALLS);
    for arguments in [
        &["--entry", "@add", "a.nir", "0x123456789abcdef", "-1", "0x1000000000", "-3"][..],
        &["--entry", "@next", "a.nir"],
        &["--entry", "@index", "a.nir", "5"],
    ] {
        let vm = run(&folder, "vm", arguments);
        assert_eq!(vm.status, 0, "{vm:?}");
        for engine in engines() {
            let output = run(&folder, engine, arguments);
            assert_eq!((output.status, &output.out), (0, &vm.out), "{engine} {arguments:?}: {output:?}");
        }
    }
    for engine in engines() {
        let trap = run(&folder, engine, &["--entry", "@index", "a.nir", "6"]);
        let said = "trap: index out of bounds\n  at @index (a.zero:3:1)\n";
        assert_eq!((trap.status, trap.err.as_str()), (68, said), "{engine}");
    }
}

#[test]
fn images_begin_as_in_a_chip_and_end_with_their_status() {
    let folder = Folder::new();
    let main =
        "fn pub @main() -> (i32) source=0 {\n^entry:\n    %s: i32 = iconst 42 !1:1\n    return %s !1:1\n}\n";
    folder.write("a.nir", M0.to_string() + main);
    let built = folder.nir(&["build", "--emit", "elf", "--output", "a.elf", "a.nir"]);
    assert_eq!(built.status, 0, "{built:?}");
    for engine in engines() {
        let output = run(&folder, engine, &["a.elf"]);
        assert_eq!((output.status, output.out.as_str()), (42, ""), "{engine}: {output:?}");
    }
    for engine in ["vm", "native"] {
        let refused = run(&folder, engine, &["a.elf"]);
        assert!(refused.status == 125 && refused.err.contains("image of machine code"), "{refused:?}");
    }
}

#[test]
fn what_an_engine_cannot_do_is_refused_by_name() {
    let folder = Folder::new();
    folder.write("a.nir", M0.to_string() + CALLS);
    folder.write("b.nir", common::X86.to_string() + common::CALLS);
    for (engine, arguments, why) in [
        ("qemu", &["--trace-mmio", "--entry", "@next", "a.nir"][..], "--trace-mmio is not for --engine qemu"),
        ("qemu", &["--devices", "plain", "--entry", "@next", "a.nir"], "--devices plain is not for --engine qemu"),
        ("qemu", &["--fuel", "5", "--entry", "@next", "a.nir"], "--fuel is not for --engine qemu"),
        ("qemu", &["--entry", "@outer", "b.nir", "7"], "--engine qemu is for firmware"),
        ("native", &["--entry", "@next", "a.nir"], "is not this machine"),
        ("vm", &["--gdb", "3333", "--entry", "@next", "a.nir"], "--gdb is for --engine qemu"),
    ] {
        let refused = run(&folder, engine, arguments);
        assert!(refused.status == 125 && refused.err.contains(why), "{engine} {arguments:?}: {refused:?}");
    }
}

#[cfg(feature = "unicorn")]
#[test]
fn cycles_are_told_by_function_and_line() {
    let folder = Folder::new();
    folder.write("a.nir", M0.to_string() + CALLS);
    let output = run(&folder, "emulator", &["--profile=folded.txt", "--entry", "@index", "a.nir", "5"]);
    assert_eq!(output.status, 0, "{output:?}");
    let rows: Vec<Vec<&str>> = output.err.lines().map(|line| line.split_whitespace().collect()).collect();
    // CMP, a branch that is not taken, BX: 1 + 1 + 3 cycles.
    assert!(rows.contains(&vec!["5", "100.0%", "@index"]), "{}", output.err);
    assert!(rows.contains(&vec!["5", "100.0%", "@index", "a.zero:3"]), "{}", output.err);
    let folded = std::fs::read_to_string(folder.path("folded.txt")).expect("folded stacks");
    assert_eq!(folded, "@index;a.zero:3 5\n");
}

/// The reasons why a call may be skipped.
const REASONS: [&str; 13] = [
    "QEMU is for firmware",
    "not this machine",
    "does not know",
    "does not keep",
    "the emulator raises no interrupts",
    "QEMU raises no interrupts",
    "QEMU has devices of its own",
    "have neither input nor arguments",
    "runs in the VM only",
    "only --memory-mode checked",
    "there is no emitter",
    "rejected",
    "needs the profile",
];

/// All fixtures, for either target, on the engines that this `nir` has.
#[test]
fn all_fixtures_do_on_each_engine_what_they_do_in_the_vm() {
    let folder = Folder::new();
    std::os::unix::fs::symlink(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures"), folder.path("fixtures"))
        .expect("a link");
    let engines = if cfg!(feature = "unicorn") { "vm,emulator,qemu" } else { "vm,qemu" };
    let output = folder.nir(&["test", "--engine", engines, "--format", "tap", "fixtures"]);
    assert_eq!((output.status, output.err.as_str()), (0, ""), "{}", output.out);
    let (skipped, passed): (Vec<&str>, Vec<&str>) =
        output.out.lines().filter(|line| line.starts_with("ok ")).partition(|line| line.contains("# SKIP"));
    let unknown = skipped.iter().find(|line| !REASONS.iter().any(|reason| line.contains(reason)));
    assert_eq!(unknown, None);
    // Of nearly as many calls for each target an engine skips few, but QEMU those for x86-64.
    for (engine, least) in [("vm", 4600), ("emulator", 4500), ("qemu", 2100)] {
        let passed = passed.iter().filter(|line| line.contains(&format!("({engine})"))).count();
        assert!(passed >= least || !engines.contains(engine), "{engine}: {passed} passed");
    }
}

/// A program that reads and writes, and a handler that does too.
#[cfg(feature = "unicorn")]
const HANDLER: &str = "\
register @in : ptr[mmio,i32] = 0x40000000
register @out : ptr[mmio,i8] = 0x40000101
data @sum : i32 = 0
fn pub interrupt @handler() -> () effects(write, hardware) source=0 {
^entry:
    %p: ptr[mmio,i8] = register @out !1:1
    store.i8 9, %p address_space=mmio ordering=volatile !1:1
    return !1:2
}
DIRECTIVES
fn pub @copy() -> (i32) effects(read, write, hardware) source=0 {
^entry:
    %p: ptr[mmio,i32] = register @in !2:1
    %a: i32 = load.i32 %p address_space=mmio ordering=volatile !2:1
    %b: i32 = iadd %a, 1 !2:2
    store.i32 %b, %p address_space=mmio ordering=volatile !2:3
    %c: i32 = load.i32 %p address_space=mmio ordering=volatile !2:4
    %d: i32 = iadd %b, %c !2:5
    return %d !2:6
}
";

#[cfg(feature = "unicorn")]
#[test]
fn interrupts_come_before_the_access_that_the_directive_says() {
    let folder = Folder::new();
    let accesses = ["read 0x40000000 4 5", "write 0x40000000 4 6", "read 0x40000000 4 8"];
    let mut directives = String::new();
    for before in 1..=3 {
        directives += &format!(";! run: @copy() == 14\n;! interrupt: {before} @handler\n");
        for (index, access) in accesses.iter().enumerate() {
            if index + 1 == before {
                directives += ";! mmio: write 0x40000101 1 9\n";
            }
            directives += &format!(";! mmio: {access}\n");
        }
    }
    folder.write("a.nir", M0.to_string() + &HANDLER.replace("DIRECTIVES\n", &directives));
    let output = folder.nir(&["test", "--engine", "vm,emulator", "a.nir"]);
    assert!(output.status == 0 && output.out.starts_with("6 calls in 1 file: 6 passed"), "{output:?}");
    folder.write("b.nir", M0.to_string() + &HANDLER.replace("DIRECTIVES\n", &directives.replace("1 9", "1 8")));
    let output = folder.nir(&["test", "--engine", "emulator", "b.nir"]);
    assert!(output.status == 1 && output.out.contains("3 failed"), "{output:?}");
}

#[cfg(feature = "unicorn")]
#[test]
fn coverage_is_written_for_lcov() {
    let folder = Folder::new();
    let directives = ";! run: @index(3) == 3\n;! trap: @index(9) bounds\n";
    folder.write(
        "a.nir",
        M0.to_string() + &CALLS.replace("fn pub @index", &(directives.to_string() + "fn pub @index")),
    );
    let output = folder.nir(&["test", "--engine", "emulator", "--coverage", "a.lcov", "a.nir"]);
    assert_eq!(output.status, 0, "{output:?}");
    let lcov = folder.read("a.lcov");
    assert!(lcov.contains("SF:a.zero\n") || lcov.contains("/a.zero\n"), "{lcov}");
    assert!(lcov.contains("FNDA:2,index\n") && lcov.contains("DA:3,2\n"), "{lcov}");
    let refused = folder.nir(&["test", "--engine", "vm", "--coverage", "b.lcov", "a.nir"]);
    assert!(
        refused.status == 2 && refused.err.contains("--coverage counts what --engine emulator runs"),
        "{refused:?}"
    );
}

#[cfg(feature = "unicorn")]
#[test]
fn hardware_has_the_faults_that_are_asked_for() {
    let folder = Folder::new();
    folder.write("calls.nir", M0.to_string() + CALLS);
    folder.write("handler.nir", M0.to_string() + &HANDLER.replace("DIRECTIVES\n", ""));
    let run = |faults: &[&str], rest: &[&str]| {
        let faults: Vec<&str> = faults.iter().flat_map(|fault| ["--fault", fault]).collect();
        run(&folder, "emulator", &[&faults[..], rest].concat())
    };
    let index = ["--entry", "@index", "calls.nir", "6"];
    assert_eq!(run(&[], &index).status, 68);
    assert_eq!(run(&["flip=r0:0x2@1"], &index).out, "4\n");
    assert_eq!(run(&["flip=r0:0x2@1", "flip=r0:4@1"], &index).out, "0\n");
    // What is behind the last instruction changes nothing.
    assert_eq!(run(&["flip=r0:0x2@10000"], &index).status, 68);
    assert_eq!(run(&["flip=0x20000000:0x10@1"], &["--entry", "@next", "calls.nir"]).out, "23\n24\n");
    let copy =
        ["--devices", "plain", "--trace-mmio", "--interrupt", "9=@handler", "--entry", "@copy", "handler.nir"];
    assert_eq!(run(&[], &copy).out, "2\n");
    assert_eq!(run(&["stuck=0x40000000:0xff=0x20"], &copy).out, "65\n");
    let raised = run(&["raise=0@2"], &copy);
    assert!(raised.err.starts_with(";! mmio: write 0x40000101 1 0x9\n"), "{raised:?}");
    // The timer's only interrupt is lost, and it asks for no other.
    let blinky = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/firmware/blinky.nir");
    let asleep = run(&["lose=8@1"], &["--devices", "nrf51", blinky]);
    assert!(asleep.status == 125 && asleep.err.contains("a sleep from which nothing wakes it"), "{asleep:?}");
}

#[test]
fn faults_that_mean_nothing_are_refused() {
    let folder = Folder::new();
    folder.write("a.nir", M0.to_string() + CALLS);
    let wrong = run(&folder, "vm", &["--fault", "flip=r3", "a.nir"]);
    assert!(wrong.status == 125 && wrong.err.contains("flip=REGISTER:MASK@N"), "{wrong:?}");
    for engine in ["vm", "qemu"] {
        let refused = run(&folder, engine, &["--fault", "lose=3@1", "--entry", "@next", "a.nir"]);
        let said = refused.err.contains("--fault is for --engine emulator and firmware");
        assert!(refused.status == 125 && said, "{refused:?}");
    }
    if cfg!(feature = "unicorn") {
        let refused = run(&folder, "emulator", &["--fault", "flip=0x30000000:1@1", "--entry", "@next", "a.nir"]);
        assert!(refused.status == 125 && refused.err.contains("no memory is at 0x30000000"), "{refused:?}");
    }
}

#[test]
fn exceptions_come_on_every_engine_alike() {
    let folder = Folder::new();
    std::os::unix::fs::symlink(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures"), folder.path("fixtures"))
        .expect("a link");
    let engines = [&["vm"], engines()].concat();
    let files = ["fixtures/firmware/exceptions.nir", "fixtures/firmware/faults.nir"];
    let names = engines.join(",");
    let output = folder.nir(&[&["test", "--engine", &names], &files[..]].concat());
    // Nothing is skipped: each engine has the processor's own devices.
    let calls = 20 * engines.len();
    let wanted = format!("{calls} calls in 2 files: {calls} passed");
    assert!(output.status == 0 && output.out.starts_with(&wanted), "{output:?}");
}

#[test]
fn a_sleep_that_nothing_ends_is_told_by_name() {
    let folder = Folder::new();
    let main = "fn pub @main() -> () effects(hardware) source=0 {\n^entry:\n    wait_interrupt !1:1\n    return !1:1\n}\n";
    folder.write("a.nir", M0.to_string() + main);
    for engine in ["vm", "emulator"].into_iter().filter(|engine| *engine == "vm" || cfg!(feature = "unicorn")) {
        let output = run(&folder, engine, &["a.nir"]);
        let said = output.err.contains("the program was stopped: a sleep from which nothing wakes it");
        assert!(output.status == 125 && said, "{engine}: {output:?}");
    }
}

#[test]
fn standard_input_wakes_a_program_at_its_serial_port() {
    let folder = Folder::new();
    let echo = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/firmware/echo.nir");
    for engine in ["vm", "emulator"].into_iter().filter(|engine| *engine == "vm" || cfg!(feature = "unicorn")) {
        let arguments = ["run", "--engine", engine, "--devices", "nrf51", echo];
        let output = folder.nir_with(&arguments, b"hello\n\x04");
        assert_eq!((output.status, output.out.as_str()), (0, "hello\n6\n"), "{engine}: {output:?}");
    }
}
