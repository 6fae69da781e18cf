//! `nir fmt`: the canonical form, in place.

mod common;

use common::{Folder, good, names};
use std::fs;

fn untidy() -> String {
    good().replace("    %sum: i32 = iadd", " %sum :i32=iadd")
}

#[test]
fn files_are_rewritten_in_canonical_form() {
    let folder = Folder::new();
    folder.write("a/one.nir", untidy());
    folder.write("a/two.nir", good());
    let output = folder.nir(&["fmt", "a"]);
    assert_eq!((output.status, output.out.as_str(), output.err.as_str()), (0, "", ""));
    assert_eq!((folder.read("a/one.nir"), folder.read("a/two.nir")), (good(), good()));
    assert_eq!(names(&folder.path("a")), ["one.nir", "two.nir"]);
}

#[test]
fn check_writes_nothing_and_names_the_files() {
    let folder = Folder::new();
    folder.write("one.nir", untidy());
    folder.write("two.nir", good());
    let output = folder.nir(&["fmt", "--check", "one.nir", "two.nir"]);
    assert_eq!((output.status, output.out.as_str()), (1, "one.nir\n"));
    assert_eq!(output.err, "1 file not in canonical form\n");
    assert_eq!(folder.read("one.nir"), untidy());
    assert_eq!(folder.nir(&["fmt", "--check", "two.nir"]).status, 0);
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = Folder::new();
    let output = folder.nir_with(&["fmt", "-"], untidy().as_bytes());
    assert_eq!((output.status, output.out), (0, good()));
}

#[test]
fn what_is_no_text_stays_as_it_is() {
    let folder = Folder::new();
    for (name, bytes) in [("bytes.nir", &b"native-ir 1\n\xff\n"[..]), ("quote.nir", b"native-ir 1\nlayout \"e\n")]
    {
        folder.write(name, bytes);
        let output = folder.nir(&["fmt", name]);
        assert_eq!((output.status, output.out.as_str()), (1, ""), "{name}");
        assert!(
            output.err.contains("NATIVE_IR_SCHEMA/") && output.err.contains(&format!("[{name}:2:")),
            "{}",
            output.err
        );
        assert_eq!(fs::read(folder.path(name)).unwrap(), bytes);
    }
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new();
    folder.write("real/one.nir", untidy());
    fs::set_permissions(folder.path("real/one.nir"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink(folder.path("real/one.nir"), folder.path("link.nir")).unwrap();
    assert_eq!(folder.nir(&["fmt", "link.nir"]).status, 0);
    assert!(folder.path("link.nir").is_symlink());
    assert_eq!(folder.read("real/one.nir"), good());
    assert_eq!(fs::metadata(folder.path("real/one.nir")).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(names(&folder.path("real")), ["one.nir"]);
}
