//! The README's tour and those of `docs/llvm.md` and `docs/cortex-m0.md`: their commands run, the README's module is refused and mended as it says.

mod common;

use common::{Folder, Output};

const README: &str = include_str!("../../README.md");
const LLVM: &str = include_str!("../../docs/llvm.md");
const CORTEX_M0: &str = include_str!("../../docs/cortex-m0.md");

/// The fenced blocks of the README.
fn blocks() -> Vec<&'static str> {
    README.split("```\n").skip(1).step_by(2).collect()
}

/// Runs a compiler in a folder.
fn compile(folder: &Folder, command: &str) {
    let mut words = command.split(' ');
    let program = words.next().expect("a program");
    let output = std::process::Command::new(program).args(words).current_dir(folder.path("")).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}; `make tools` installs it"));
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A folder with the fixtures.
fn fixtures() -> Folder {
    let folder = Folder::new();
    for name in ["fixtures", "kernels"] {
        let there = format!("{}/../{name}", env!("CARGO_MANIFEST_DIR"));
        std::os::unix::fs::symlink(there, folder.path(name)).expect("a link");
    }
    folder
}

/// Runs a command of a manual: `nir`, after a time limit or with what `printf` writes as its input. None for others.
fn run(folder: &Folder, command: &str, nir: &str) -> Option<Output> {
    let (input, command) = match command.strip_prefix("printf '").and_then(|rest| rest.split_once("' | ")) {
        Some((text, command)) => (text.replace("\\012", "\n").replace("\\004", "\u{4}"), command),
        None => (String::new(), command),
    };
    let (limit, command) = match command.strip_prefix("timeout ").and_then(|rest| rest.split_once(' ')) {
        Some((seconds, command)) => (Some(seconds), command),
        None => (None, command),
    };
    let arguments: Vec<&str> = command.strip_prefix(nir)?.split(' ').collect();
    Some(match limit {
        Some(seconds) => folder.nir_for(seconds, &arguments),
        None => folder.nir_with(&arguments, input.as_bytes()),
    })
}

/// A folder with the README's module and the fixtures.
fn folder() -> Folder {
    let folder = fixtures();
    let module = blocks().into_iter().find(|block| block.starts_with("native-ir 1\n")).expect("the tour's module");
    folder.write("blink.nir", module);
    folder
}

/// Does to the module what the tour says.
fn mend(folder: &Folder) {
    let mended = "-> () effects(hardware) source=0";
    assert!(README.contains(mended));
    folder.write("blink.nir", folder.read("blink.nir").replace("-> () source=0", mended));
}

#[test]
fn every_command_of_the_tour_runs() {
    let folder = folder();
    let lines = blocks().into_iter().flat_map(str::lines);
    let commands: Vec<&str> = lines.filter_map(|line| line.strip_prefix("$ ")).collect();
    assert!(commands.len() >= 5, "the tour has commands: {commands:?}");
    for command in commands {
        let Some(output) = run(&folder, command, "target/release/nir ") else {
            if command.starts_with("clang") {
                compile(&folder, command);
            }
            continue;
        };
        let expected = match command {
            _ if command.ends_with(" check blink.nir") => 1,
            // The blinker blinks until it is stopped.
            _ if command.starts_with("timeout") => 124,
            _ => 0,
        };
        assert_eq!(output.status, expected, "{command}: {output:?}");
        // What came, and how many bytes that were.
        assert!(!command.starts_with("printf") || output.out == "hello\n6\n", "{output:?}");
        if expected == 1 {
            mend(&folder);
        }
    }
    assert!(folder.read("crc32.svg").starts_with("<svg"));
}

#[test]
fn the_tours_module_is_refused_and_mended_as_it_says() {
    let folder = folder();
    let refused = folder.nir(&["check", "blink.nir"]);
    let rule = "NATIVE_IR_VOLATILE/no-hardware";
    assert!(refused.err.contains(rule) && README.contains(rule), "{refused:?}");
    mend(&folder);
    assert_eq!(folder.nir(&["check", "blink.nir"]).status, 0);
}

/// The text of the first block of a language in `docs/llvm.md`.
fn source(language: &str) -> &'static str {
    let (_, rest) = LLVM.split_once(&format!("```{language}\n")).expect("a block");
    rest.split_once("```").expect("its end").0
}

#[test]
fn the_tours_through_the_front_door_run() {
    let folder = Folder::new();
    folder.write("blink.c", source("c"));
    folder.write("mix.rs", source("rust"));
    let tours = LLVM.split("## A hosted program").next().expect("the tours");
    let mut last = Vec::new();
    for command in tours.lines().filter_map(|line| line.strip_prefix("$ ")) {
        match command.strip_prefix("nir ") {
            Some(arguments) => {
                let output = folder.nir(&arguments.split(' ').collect::<Vec<_>>());
                assert_eq!(output.status, 0, "{command}: {output:?}");
                last.push(output);
            }
            None => compile(&folder, command),
        }
    }
    let module = folder.read("blink.nir");
    assert!(module.contains("effects(hardware)") && module.contains("@mmio_50000508"), "{module}");
    let traced = last.iter().filter(|output| output.err.contains("0x50000508")).count();
    assert_eq!(traced, 1, "the run on registers shows its accesses: {last:?}");
    let mixed = 7_u32.wrapping_mul(0x9e37_79b9).rotate_left(9) ^ 9;
    assert_eq!(last.last().map(|output| output.out.trim()), Some(mixed.to_string().as_str()));
}

#[test]
fn the_way_to_firmware_is_as_the_manual_says() {
    let folder = fixtures();
    let (_, rest) = CORTEX_M0.split_once("```c\n").expect("the program");
    folder.write("blink.c", rest.split_once("```").expect("its end").0);
    let mut count = 0;
    for command in CORTEX_M0.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let Some(output) = run(&folder, command, "nir ") else {
            compile(&folder, command);
            continue;
        };
        count += 1;
        let expected = match command {
            "nir run --engine qemu blink.elf" => 7,
            _ if command.contains("--fault") => 125,
            _ => 0,
        };
        assert_eq!(output.status, expected, "{command}: {output:?}");
        assert!(!command.starts_with("printf") || output.out == "hello\n6\n", "{output:?}");
    }
    assert!(count >= 12, "{count} commands");
    assert!(
        folder.read("blink.nir").contains("@\"GPIO.OUTSET\"") || folder.read("blink.nir").contains("@GPIO.OUTSET")
    );
    assert!(folder.read("blink.hex").ends_with(":00000001FF\n"));
}
