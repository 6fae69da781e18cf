//! What has no counterpart in native IR is refused by its name, at its place: each operation and intrinsic that
//! `constructs.tsv` calls refused.

const HEADER: &str =
    "target datalayout = \"e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128\"
target triple = \"x86_64-unknown-linux-gnu\"
";

/// The rule, line and message of each diagnostic about a file.
fn refusals(text: &str) -> Vec<(&'static str, u32, String)> {
    let input = llvm::Input { path: "refused.ll".to_string(), text: format!("{HEADER}{text}").into_bytes() };
    let errors = llvm::import(&[input], &llvm::Options::default()).expect_err("the file is refused");
    errors.into_iter().map(|error| (error.rule, error.place.line, error.message)).collect()
}

/// The constructs of a kind that are refused, with their rules.
fn refused(kind: &str) -> Vec<(&'static str, &'static str)> {
    let rows = include_str!("../constructs.tsv").lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter(|row| row[1] == kind && row[2] == "refused").map(|row| (row[0], row[4])).collect()
}

#[test]
fn intrinsics() {
    let rows = refused("intrinsic");
    assert!(rows.len() > 30, "{} rows", rows.len());
    for (name, rule) in rows {
        let text =
            format!("declare void @{name}.x()\ndefine void @f() {{\n  call void @{name}.x()\n  ret void\n}}\n");
        let found = refusals(&text);
        let [(actual, 5, message)] = &found[..] else { panic!("{name}: {found:?}") };
        assert_eq!(*actual, rule, "{name}");
        assert!(message.contains(name), "{message}");
    }
}

#[test]
fn intrinsics_that_nobody_knows() {
    let found = refusals(
        "declare void @llvm.some.new.i32()\ndefine void @f() {\n  call void @llvm.some.new.i32()\n  ret void\n}\n",
    );
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].0, found[0].1), ("LLVM/intrinsic", 5));
    assert!(found[0].2.contains("llvm.some.new.i32"));
}

#[test]
fn intrinsics_of_wrong_types() {
    for (result, name, arguments) in [
        ("i32", "umin.i32", "i32 1"),
        ("i32", "umin.i32", "i32 1, i64 2"),
        ("float", "umin.i32", "float 1.0, float 2.0"),
        ("i32", "sqrt.f32", "i32 4"),
        ("i24", "bswap.i24", "i24 4"),
        ("{ i32, i1 }", "uadd.with.overflow.i32", "i32 1"),
        ("{ i32 }", "uadd.with.overflow.i32", "i32 1, i32 2"),
        ("i1", "ucmp.i1.i32", "i32 1, i32 2"),
        ("i32", "vector.reduce.add.v2i32", ""),
        ("float", "lrint.f32", "float 1.0"),
        ("i64", "objectsize.i64", "ptr null"),
    ] {
        let types: Vec<&str> = arguments.split(", ").filter_map(|argument| argument.split(' ').next()).collect();
        let types = types.join(", ");
        let text = format!(
            "declare {result} @llvm.{name}({types})\ndefine void @f() {{\n  \
             %r = call {result} @llvm.{name}({arguments})\n  ret void\n}}\n"
        );
        let found = refusals(&text);
        assert!(found.iter().all(|(rule, line, _)| *rule == "LLVM/intrinsic" && *line == 5), "{name}: {found:?}");
    }
}

#[test]
fn assembly() {
    for (template, constraints) in [
        ("bkpt 0xab", ""),
        ("cpsid f", ""),
        ("mov r0, r1", ""),
        ("dsb\\0Amov r0, r1", ""),
        ("svc $0", "r"),
        ("msr psp, $0", "~{memory}"),
    ] {
        let text = format!(
            "define void @f() {{\n  call void asm sideeffect \"{template}\", \"{constraints}\"()\n  ret void\n}}\n"
        );
        let found = refusals(&text);
        assert!(matches!(found[..], [("LLVM/assembly", 4, _)]), "{template}: {found:?}");
    }
}

#[test]
fn operations() {
    for (line, rule) in [
        ("%r = frem fp128 %q, %q", "LLVM/instruction"),
        ("%r = fadd bfloat 0xR3F80, 0xR3F80", "LLVM/type"),
        ("%r = fadd x86_fp80 0xK3FFF8000000000000000, 0xK3FFF8000000000000000", "LLVM/type"),
        (
            "%r = fadd ppc_fp128 0xM3FF00000000000000000000000000000, 0xM3FF00000000000000000000000000000",
            "LLVM/type",
        ),
        ("%r = add i129 1, 1", "LLVM/type"),
    ] {
        let found = refusals(&format!("define void @f(fp128 %q) {{\n  {line}\n  ret void\n}}\n"));
        assert!(matches!(&found[..], [(actual, 4, _)] if *actual == rule), "{line}: {found:?}");
    }
}
