//! The README's tour: its commands run, its module is refused and mended as it says.

mod common;

use common::Folder;

const README: &str = include_str!("../../README.md");

/// The fenced blocks of the README.
fn blocks() -> Vec<&'static str> {
    README.split("```\n").skip(1).step_by(2).collect()
}

/// A folder with the README's module and the fixtures.
fn folder() -> Folder {
    let folder = Folder::new();
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures");
    std::os::unix::fs::symlink(fixtures, folder.path("fixtures")).expect("a link to the fixtures");
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
    let commands: Vec<&str> = lines.filter_map(|line| line.strip_prefix("$ target/release/nir ")).collect();
    assert!(commands.len() >= 5, "the tour has commands: {commands:?}");
    for command in commands {
        let output = folder.nir(&command.split(' ').collect::<Vec<_>>());
        let expected = if command == "check blink.nir" { 1 } else { 0 };
        assert_eq!(output.status, expected, "nir {command}: {output:?}");
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
