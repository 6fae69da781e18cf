//! `nir build --emit bytecode` and `nir disasm`: the binary form is taken wherever a text is.

mod common;

use common::{Folder, X86, bad, good, names};

fn built() -> Folder {
    let folder = Folder::new();
    folder.write("a.nir", good());
    let output = folder.nir(&["build", "a.nir", "--emit", "bytecode", "-o", "a.nirb"]);
    assert_eq!((output.status, output.out.as_str(), output.err.as_str()), (0, "", ""));
    folder
}

#[test]
fn the_binary_form_is_checked_run_built_and_shown_like_the_text() {
    let folder = built();
    assert_eq!(names(&folder.path("")), ["a.nir", "a.nirb"]);
    assert_eq!(folder.nir(&["check", "a.nirb"]).out, folder.nir(&["check", "a.nir"]).out);
    assert_eq!(folder.nir(&["run", "a.nirb", "2", "3"]).out, "5\n");
    assert_eq!(folder.nir(&["disasm", "a.nirb"]).out, folder.nir(&["disasm", "a.nir"]).out);
    assert_eq!(folder.nir(&["build", "a.nirb", "--emit", "bytecode", "-o", "b.nirb"]).status, 0);
    let bytes = |name| std::fs::read(folder.path(name)).unwrap();
    assert_eq!(bytes("a.nirb"), bytes("b.nirb"));
    assert!(native_ir::binary::is_binary(&bytes("a.nirb")));
}

#[test]
fn several_files_are_linked() {
    let folder = Folder::new();
    let main = "import module @helper : fn(i32) -> (i32)\n\
                fn pub @main(%a: i32) -> (i32) source=0 {\n^entry:\n    \
                %r: i32 = call @helper(%a) !1:1\n    return %r !1:1\n}\n";
    let helper = "fn pub @helper(%a: i32) -> (i32) source=0 {\n^entry:\n    \
                  %r: i32 = imul %a, 3 !1:1\n    return %r !1:1\n}\n";
    folder.write("main.nir", X86.to_string() + main);
    folder.write("helper.nir", X86.replace("module   sample", "module   other") + helper);
    let build = ["build", "main.nir", "helper.nir", "--emit", "bytecode", "-o", "out.nirb"];
    assert_eq!(folder.nir(&build).status, 0);
    assert_eq!(folder.nir(&["run", "out.nirb", "14"]).out, "42\n");
    let alone = folder.nir(&["run", "main.nir", "14"]);
    assert_eq!(alone.status, 125);
    assert!(alone.err.contains("`@helper` is imported from another module"), "{}", alone.err);
    let twice =
        folder.nir(&["build", "helper.nir", "helper.nir", "main.nir", "--emit", "bytecode", "-o", "x.nirb"]);
    assert_eq!(twice.status, 1);
    assert!(twice.err.contains("`@helper` is defined in modules"), "{}", twice.err);
    assert!(!folder.path("x.nirb").exists());
}

#[test]
fn what_does_not_verify_is_not_built() {
    let folder = Folder::new();
    folder.write("bad.nir", bad());
    folder.write("good.nir", good());
    let output = folder.nir(&["build", "bad.nir", "--emit", "bytecode", "-o", "out"]);
    assert_eq!(output.status, 1);
    assert!(output.err.starts_with("NATIVE_IR_TYPE/undefined-value"), "{}", output.err);
    assert_eq!(folder.nir(&["build", "good.nir", "--emit", "bytecode", "-o", "no/folder/out"]).status, 2);
    assert_eq!(names(&folder.path("")), ["bad.nir", "good.nir"]);
}

#[test]
fn an_executable_runs_with_and_without_debug_information() {
    let folder = Folder::new();
    let hello = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/programs/hello.nir");
    for options in [&[][..], &["-g"], &["-g", "--dwarf-version", "4", "--certify"], &["--relocation-model", "pic"]]
    {
        let output = folder.nir(&[&["build", hello, "-o", "hello"], options].concat());
        let (certifies, says) = (options.contains(&"--certify"), output.err.starts_with("stack: at most "));
        assert_eq!((output.status, output.err.is_empty(), says), (0, !certifies, certifies), "{options:?}");
        let run = std::process::Command::new(folder.path("hello")).output().expect("it can be run");
        assert_eq!((run.stdout.as_slice(), run.status.code()), (&b"Hello, world!\n"[..], Some(0)), "{options:?}");
    }
}

/// Ends with a status, and does nothing else.
const EXIT: &str = "\
fn pub @_start() -> (i32) effects() source=0 {
^entry:
    return 42 !1:1
}
";

/// The sizes stand in docs/x86-64.md.
#[test]
fn small_programs_are_small_files() {
    let folder = Folder::new();
    folder.write("exit.nir", X86.to_string() + EXIT);
    let hello = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/programs/hello.nir");
    for (source, most, status) in [("exit.nir", 340, 42), (hello, 611, 0)] {
        assert_eq!(folder.nir(&["build", source, "-o", "small"]).status, 0);
        let bytes = std::fs::metadata(folder.path("small")).expect("it was written").len();
        assert!(bytes <= most, "{source}: {bytes} bytes, not {most}");
        let run = std::process::Command::new(folder.path("small")).output().expect("it can be run");
        assert_eq!(run.status.code(), Some(status), "{source}");
    }
}

/// Calls the C library, directly and through a pointer in data.
const FOREIGN: &str = "\
import ffi @puts : fn(ptr[generic,i8]) -> (i32) effects(read, io)
data @text : array[i8,6] readonly = \"hello\\x00\"
data @table : ptr[code,fn(ptr[generic,i8]) -> (i32) effects(read, io)] = @puts
fn native pub @main() -> (i32) effects(read, io) source=0 {
^entry:
    %text: ptr[static,array[i8,6]] = address @text !1:1
    %bytes: ptr[generic,i8] = cast %text !1:1
    %r: i32 = call @puts(%bytes) !1:1
    return 7 !1:1
}
";

#[test]
fn foreign_functions_come_from_the_c_library() {
    let folder = Folder::new();
    folder.write("a.nir", X86.to_string() + FOREIGN);
    for (name, options) in [("one", &[][..]), ("two", &[]), ("debug", &["-g"]), ("with", &["--link", "-lm"])] {
        let output = folder.nir(&[&["build", "a.nir", "-o", name], options].concat());
        assert_eq!((output.status, output.err.as_str()), (0, ""), "{options:?}");
        let run = std::process::Command::new(folder.path(name)).output().expect("it can be run");
        assert_eq!((run.stdout.as_slice(), run.status.code()), (&b"hello\n"[..], Some(7)), "{options:?}");
    }
    let bytes = |name| std::fs::read(folder.path(name)).unwrap();
    assert_eq!(bytes("one"), bytes("two"), "the folder of linking does not show");
    folder.write("b.nir", X86.to_string() + &FOREIGN.replace("@puts", "@no_such_function_anywhere"));
    let refused = folder.nir(&["build", "b.nir", "-o", "b"]);
    assert_eq!(refused.status, 1);
    assert!(
        refused.err.contains("could not link") && refused.err.contains("no_such_function_anywhere"),
        "{}",
        refused.err
    );
    assert!(!folder.path("b").exists());
}

#[test]
fn an_archive_has_an_object_of_each_file_and_no_time() {
    let folder = Folder::new();
    let module = |name: &str| {
        let function = format!(
            "fn pub @{name}(%a: i128, %b: i128) -> (i128) effects(trap) source=0 {{\n^entry:\n    \
             %q: i128 = udiv %a, %b !1:1\n    return %q !1:1\n}}\n"
        );
        X86.replace("module   sample", &format!("module   {name}")) + &function
    };
    folder.write("a.nir", module("first"));
    folder.write("b.nir", module("second"));
    let build = |output: &str, epoch: &str| {
        let status = std::process::Command::new(env!("CARGO_BIN_EXE_nir"))
            .args(["build", "-g", "a.nir", "b.nir", "--emit", "archive", "-o", output])
            .env("SOURCE_DATE_EPOCH", epoch)
            .current_dir(folder.path(""))
            .status();
        assert!(status.expect("it starts").success());
        std::fs::read(folder.path(output)).expect("it was written")
    };
    assert_eq!(build("libone.a", "1"), build("libtwo.a", "1700000000"));
    let users = "__int128 first(__int128, __int128), second(__int128, __int128);\n\
                 int main(void) { return (int)(first(40, 5) * 10 + second(9, 3)); }\n";
    folder.write("main.c", users);
    let cc = std::process::Command::new("cc")
        .args(["-no-pie", "main.c", "libone.a", "-o", "main"])
        .current_dir(folder.path(""))
        .output()
        .expect("there is a C compiler");
    assert!(cc.status.success(), "{}", String::from_utf8_lossy(&cc.stderr));
    let status = std::process::Command::new(folder.path("main")).status().expect("it can be run");
    assert_eq!(status.code(), Some(83));
}

#[test]
fn the_runtime_library_is_an_archive_of_its_target() {
    let folder = Folder::new();
    let build = |arguments: &[&str]| folder.nir(&[&["build", "-o", "lib.a"], arguments].concat());
    for (target, symbol) in [("sim-cortex-m0", "__aeabi_cfcmple"), ("x86_64-unknown-linux-elf", "__udivti3")] {
        let made = build(&["--emit", "runtime", "--target", target]);
        assert_eq!(made.status, 0, "{made:?}");
        let bytes = std::fs::read(folder.path("lib.a")).expect("it was written");
        let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(bytes.starts_with(b"!<arch>\n") && has(symbol), "{target}");
    }
    folder.write("a.nir", X86);
    for (arguments, message) in [
        (&["--emit", "runtime", "--target", "z80"][..], "the target `z80` has no runtime library; x86_64-"),
        (&["--emit", "runtime", "a.nir"], "--emit runtime takes --target in the place of files"),
        (&["--emit", "obj", "--target", "sim-cortex-m0"], "--emit runtime takes --target in the place of files"),
        (&["--emit", "runtime"], "<FILE>..."),
        (&["--emit", "runtime", "--target", "sim-cortex-m0", "a.nir"], "cannot be used with"),
    ] {
        let refused = build(arguments);
        assert!(refused.status != 0 && refused.err.contains(message), "{arguments:?}: {refused:?}");
    }
}

#[test]
fn a_stack_without_bound_is_refused_by_its_circle() {
    let folder = Folder::new();
    let text = "\
        fn @f(%n: i32) -> () !0:0 {\n^entry:\ncall @g(%n) !0:0\nreturn !0:0\n}\n\
        fn @g(%n: i32) -> () !0:0 {\n^entry:\n%c: i1 = icmp.eq %n, 0 !0:0\nbranch %c, ^done, ^more !0:0\n^done:\n\
        return !0:0\n^more:\n%m: i32 = isub %n, 1 !0:0\ncall @f(%m) !0:0\nreturn !0:0\n}\n\
        fn pub @main() -> () !0:0 {\n^entry:\ncall @f(9) !0:0\nreturn !0:0\n}\n";
    folder.write("circle.nir", X86.to_string() + text);
    let build = |options: &[&str]| folder.nir(&[&["build", "circle.nir", "-o", "out"], options].concat());
    for emit in ["exe", "obj"] {
        let refused = build(&["--certify", "--emit", emit]);
        assert_eq!(refused.status, 1);
        assert!(refused.err.contains("the stack has no bound: @f calls @g calls @f"), "{}", refused.err);
    }
    assert_eq!(names(&folder.path("")), ["circle.nir"]);
    let taken = build(&["--certify", "--allow-recursion"]);
    assert_eq!((taken.status, taken.err.as_str()), (0, "the stack has no bound: @f calls @g calls @f\n"));
    assert_eq!(build(&[]).status, 0);
}

#[test]
fn a_listing_has_machine_code_under_the_instructions_of_the_ir() {
    let folder = Folder::new();
    let fib = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/programs/fib.nir");
    assert_eq!(folder.nir(&["build", fib, "--emit", "asm", "-o", "fib.s"]).status, 0);
    let listing = std::fs::read_to_string(folder.path("fib.s")).expect("it was written");
    let place = listing.find("return %n !3:36").expect("the IR stands there");
    assert!(listing[place..].lines().nth(1).is_some_and(|line| line.contains("mov")), "{listing}");
}

#[test]
fn a_damaged_container_is_an_error_everywhere() {
    let folder = built();
    let mut bytes = std::fs::read(folder.path("a.nirb")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    folder.write("damaged.nirb", &bytes);
    for (arguments, status) in [
        (&["check", "damaged.nirb"][..], 1),
        (&["run", "damaged.nirb", "1", "2"], 125),
        (&["disasm", "damaged.nirb"], 1),
        (&["build", "damaged.nirb", "--emit", "bytecode", "-o", "out"], 1),
    ] {
        let output = folder.nir(arguments);
        assert_eq!((output.status, output.out.as_str()), (status, ""), "{arguments:?}");
        assert!(output.err.contains("the file was damaged"), "{}", output.err);
    }
}

#[test]
fn a_module_that_was_not_verified_is_shown_as_text() {
    let folder = Folder::new();
    // What the text form calls well-formed and the contract refuses.
    let text = good().replace("return %sum !2:1", "return %sum !21:1");
    let parsed = native_ir::text::parse(&text);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    folder.write("a.nirb", native_ir::binary::encode(&parsed.module));
    let output = folder.nir(&["run", "a.nirb", "1", "2"]);
    assert_eq!(output.status, 125);
    assert!(output.err.contains("NATIVE_IR_SPAN/") && output.err.contains("return %sum"), "{}", output.err);
}

const TWO: &str = "fn @two() -> (i32) source=0 {\n^entry:\n    return 2 !3:4\n}\n\
                   fn native @three() -> () source=0 {\n^entry:\n    return !1:1\n}\n\
                   fn runtime @four() -> () source=0 {\n^entry:\n    return !1:1\n}\n";

#[test]
fn disassembly_is_of_all_functions_or_of_one() {
    let folder = Folder::new();
    folder.write("a.nir", good() + TWO);
    let all = folder.nir(&["disasm", "--bytecode", "a.nir"]);
    assert_eq!((all.status, all.err.as_str()), (0, ""));
    assert!(all.out.contains("@main") && all.out.contains("@two"), "{}", all.out);
    assert!(all.out.contains("iadd") && all.out.contains("3:4"), "{}", all.out);
    assert!(all.out.contains("; @three is not for the VM: NATIVE_IR_EXECUTION/native-on-vm"), "{}", all.out);
    let one = folder.nir(&["disasm", "--bytecode", "a.nir", "@two"]);
    assert!(one.status == 0 && !one.out.contains("@main") && all.out.contains(&one.out), "{}", one.out);
    let native = folder.nir(&["disasm", "--bytecode", "a.nir", "@three"]);
    assert_eq!((native.status, native.out.as_str()), (1, ""));
    assert!(native.err.starts_with("NATIVE_IR_EXECUTION/native-on-vm"), "{}", native.err);
    let missing = folder.nir(&["disasm", "a.nir", "@tow"]);
    assert_eq!(missing.status, 2);
    assert!(missing.err.contains("did you mean @two?"), "{}", missing.err);
}

#[test]
fn disassembly_has_machine_code_unless_bytecode_is_wanted() {
    let folder = Folder::new();
    folder.write("a.nir", good() + TWO);
    let all = folder.nir(&["disasm", "a.nir"]);
    assert_eq!((all.status, all.err.as_str()), (0, ""));
    assert!(all.out.contains("; return 2 !3:4"), "{}", all.out);
    let place =
        all.out.find("; %sum: i32 = iadd %a, %b !1:1  sample.c:1:1").expect("the IR and its span stand there");
    assert!(all.out[place..].lines().nth(1).is_some_and(|line| line.contains("add edi, esi")), "{}", all.out);
    assert!(all.out.contains("@three: ") && all.out.contains("; @four has no machine code: "), "{}", all.out);
    let one = folder.nir(&["disasm", "a.nir", "@two"]);
    assert!(one.status == 0 && !one.out.contains("@main") && all.out.contains(&one.out), "{}", one.out);
    assert_eq!(folder.nir(&["disasm", "a.nir", "@four"]).status, 1);
    let firmware = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/programs/fib-m0.nir");
    let thumb = folder.nir(&["disasm", firmware]);
    assert_eq!((thumb.status, thumb.err.as_str()), (0, ""));
    assert!(thumb.out.contains("@k_fib: ") && thumb.out.contains("adds r"), "{}", thumb.out);
    assert_eq!(folder.nir(&["disasm", "--bytecode", firmware]).status, 0);
}
