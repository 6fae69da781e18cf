//! Images in a debugger: gdb stops by lines, steps, and finds the callers, through interrupts too.

use super::common::Made;
use super::image::{link, module};
use super::qemu::command;
use elf::DwarfVersion;
use elf::firmware::handlers;
use std::path::Path;
use std::process::Command;

const PROGRAM: &str = "\
debugtype #int = base \"int\" signed bytes=4
debugtype #long = base \"long\" signed bytes=8

fn @leaf(%a: i32, %b: i64) -> (i32) inline=never source=0 !3:1 {
    variable \"a\": #int = %a !3:9
    variable \"b\": #long = %b !3:12
    variable \"sum\": #int = %s !4:7
^entry:
    %low: i32 = trunc %b !4:9
    %s: i32 = iadd %a, %low !4:11
    %t: i32 = imul %s, %s !5:9
    %u: i32 = xor %t, %a !6:9
    %c: i64 = iadd %b, 1 !6:11
    %upper: i64 = ushr %c, 32 !6:13
    %high: i32 = trunc %upper !6:15
    %lower: i32 = trunc %c !6:17
    %v: i32 = iadd %u, %high !6:19
    %w: i32 = iadd %v, %lower !6:21
    return %w !6:3
}

fn @middle(%a: i32) -> (i32) effects(read, write) inline=never source=0 !8:1 {
    slot $kept: array[i32,3] align=4 !8:9
    variable \"kept\": #int = $kept !8:9
^entry:
    %k: ptr[stack,array[i32,3]] = slot $kept !8:9
    %p: ptr[stack,i32] = element %k, 0 !8:9
    store.i32 77, %p ordering=ordered !8:11
    %r: i32 = call @leaf(%a, 0x500000002) !9:7
    %s: i32 = iadd %r, 1 !10:7
    return %s !10:3
}

fn pub interrupt @SVC_Handler() -> () effects(read, write) source=0 !12:1 {
^entry:
    %r: i32 = call @middle(3) !13:3
    return !14:1
}

fn pub @main() -> (i32) effects(read, write, hardware) source=0 !16:1 {
^entry:
    %a: i32 = call @middle(40) !17:3
    supervisor_call 1 !18:3
    return 5 !19:3
}
";

fn program() -> Made {
    module(PROGRAM)
}

/// What gdb says when it runs an image with some commands.
fn debug(folder: &Path, commands: &[&str]) -> String {
    let qemu = command(&folder.join("image.elf"));
    let words: Vec<String> = qemu.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
    let target =
        format!("target remote | exec {} {} -S -gdb stdio", qemu.get_program().to_string_lossy(), words.join(" "));
    let mut arguments = vec!["-q", "-nx", "-batch", "-ex", "set pagination off", "-ex", &target];
    commands.iter().for_each(|command| arguments.extend(["-ex", command]));
    arguments.push("image.elf");
    gdb(folder, &arguments)
}

/// What gdb writes. How it ends does not count: at its end it kills QEMU, which may be faster in closing the connection
/// than gdb.
fn gdb(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("gdb-multiarch").args(arguments).current_dir(folder).output();
    let output = output.unwrap_or_else(|error| panic!("gdb-multiarch cannot be run, see `make tools`: {error}"));
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn gdb_stops_steps_and_finds_callers() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = program();
    for version in [DwarfVersion::V5, DwarfVersion::V4] {
        let image = link(&made, |options| {
            options.debug = Some(version);
            options.handlers = handlers(made.unit().module, &[]).expect("it has a handler's name");
        });
        let bytes = image.expect("it fits").elf().expect("it can be written");
        std::fs::write(folder.path().join("image.elf"), bytes).expect("the folder can be written");
        let commands = [
            "set backtrace past-main on",
            "break prog.zero:5",
            "continue",
            "backtrace",
            "info args",
            "print sum",
            "frame 1",
            "print kept",
            "frame 0",
            "next",
            "finish",
            "echo second\\n",
            "continue",
            "backtrace",
            "delete",
            "break zero_exit",
            "continue",
            "print $r0",
        ];
        let said = debug(folder.path(), &commands);
        let (first, second) = said.split_once("second\n").expect(&said);
        for line in [
            "#0  leaf (a=40, b=21474836482) at src/prog.zero:5\n",
            " in middle () at src/prog.zero:9\n",
            " in main () at src/prog.zero:17\n",
            " in __nir_reset ()\na = 40\nb = 21474836482\n",
            "$1 = 42\n",
            "$2 = 77\n",
            "\n6 in src/prog.zero\n",
            "\nmiddle () at src/prog.zero:10\n",
        ] {
            let text = first.replace("6\tin", "6 in");
            assert!(text.contains(line), "{line}\n{said}");
        }
        for line in [
            "#0  leaf (a=3, b=21474836482)",
            " in SVC_Handler () at src/prog.zero:13\n",
            "<signal handler called>\n",
            "main () at src/prog.zero:1",
        ] {
            assert!(second.contains(line), "{line}\n{said}");
        }
        assert!(second.contains("$3 = 5\n"), "{said}");
    }
}

/// Requests to a host that is not there do nothing, and the program sleeps at its end.
#[test]
fn a_machine_without_a_host_goes_on_behind_requests() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = module(super::image::HELLO);
    let image = link(&made, |_| {}).expect("it fits");
    std::fs::write(folder.path().join("image.elf"), image.elf().expect("it can be written")).expect("a file");
    let qemu = command(&folder.path().join("image.elf"));
    let words: Vec<String> = qemu.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
    let without: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !word.contains("semihosting") && !word.starts_with("enable=on"))
        .collect();
    let target = format!("target remote | exec qemu-system-arm {} -S -gdb stdio", without.join(" "));
    let arguments = [
        "-q",
        "-nx",
        "-batch",
        "-ex",
        &target,
        "-ex",
        "tbreak __nir_fault",
        "-ex",
        "continue",
        "-ex",
        "stepi 14",
        "-ex",
        "tbreak zero_exit",
        "-ex",
        "continue",
        "-ex",
        "print $r0",
        "image.elf",
    ];
    let said = gdb(folder.path(), &arguments);
    // zero_write gives -1 three times: 40 + 1 + 0 - 1 - 1.
    assert!(said.contains("$1 = 39\n"), "{said}");
}
