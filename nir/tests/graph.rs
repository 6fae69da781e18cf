//! `nir graph`: which function is drawn, and where the picture goes.

mod common;

use common::{Folder, X86, bad, names};

fn module() -> String {
    X86.to_string()
        + "\
fn @helper(%x: i32) -> (i32) source=0 {
^entry:
    switch %x, ^other, -1: ^minus, 7: ^seven !1:1
^minus:
    return 1 !1:1
^seven:
    return 2 !1:1
^other:
    jump ^seven !1:1
^lost:
    return 3 !1:1
}

fn pub @main(%c: i1) -> () source=0 {
^entry:
    branch %c, ^yes, ^no !1:1
^yes:
    return !1:1
^no:
    return !2:2
}
"
}

#[test]
fn the_first_public_function_is_drawn_by_default() {
    let folder = Folder::new();
    folder.write("m.nir", module());
    let output = folder.nir(&["graph", "m.nir"]);
    assert_eq!((output.status, output.err.as_str()), (0, ""));
    assert!(output.out.starts_with("<svg") || output.out.starts_with("<?xml"), "{}", output.out);
    assert!(output.out.contains("@main") && !output.out.contains("@helper"));
}

#[test]
fn edges_say_when_they_are_taken() {
    let folder = Folder::new();
    folder.write("m.nir", module());
    let main = folder.nir(&["graph", "m.nir", "--format", "dot"]).out;
    assert!(main.starts_with("digraph") && main.contains("true") && main.contains("false"), "{main}");
    let helper = folder.nir(&["graph", "m.nir", "@helper", "--format", "dot"]).out;
    for text in ["default", "-1", "7", "^lost", "return 3 !1:1"] {
        assert!(helper.contains(text), "{text} in {helper}");
    }
    assert_eq!(helper, folder.nir(&["graph", "m.nir", "helper", "--format", "dot"]).out);
}

#[test]
fn pictures_go_where_they_are_sent() {
    let folder = Folder::new();
    folder.write("m.nir", module());
    assert_eq!(folder.nir(&["graph", "m.nir", "-o", "one.dot"]).out, "");
    assert!(folder.read("one.dot").starts_with("digraph"));
    let all = folder.nir(&["graph", "m.nir", "-o", "all/"]);
    assert_eq!((all.status, all.out.as_str()), (0, "drew 2 functions into all/\n"));
    assert_eq!(names(&folder.path("all")), ["helper.svg", "main.svg"]);
    assert_eq!(folder.nir(&["graph", "m.nir", "@main", "--format", "dot", "-o", "all"]).status, 0);
    assert_eq!(names(&folder.path("all")), ["helper.svg", "main.dot", "main.svg"]);
}

#[test]
fn a_module_that_does_not_verify_is_drawn_as_far_as_it_reads() {
    let folder = Folder::new();
    let broken = bad().replace("^entry:\n", "^entry:\n    what is this\n");
    let output = folder.nir_with(&["graph", "-", "--format", "dot"], broken.as_bytes());
    assert_eq!(output.status, 0, "{output:?}");
    assert!(output.err.contains("drawing what could be read"), "{}", output.err);
    assert!(output.out.contains("iadd"), "{}", output.out);
}

#[test]
fn a_function_that_is_not_there_is_wrong_usage() {
    let folder = Folder::new();
    folder.write("m.nir", module());
    folder.write("none.nir", X86);
    let output = folder.nir(&["graph", "m.nir", "@mian"]);
    assert_eq!((output.status, output.out.as_str()), (2, ""));
    assert!(output.err.contains("did you mean @main?"), "{}", output.err);
    assert_eq!(folder.nir(&["graph", "none.nir"]).status, 2);
    assert_eq!(folder.nir(&["graph", "missing.nir"]).status, 2);
}
