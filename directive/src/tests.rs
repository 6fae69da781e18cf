//! Reading directives: each form, and each mistake with its place.

use super::*;
use devices::Width;

const MODULE: &str = r#"native-ir 1
module   sample
target   x86_64-unknown-linux-elf
abi      zero-x86_64-sysv-v0.1
layout   "e-p:64:64-i64:64-i128:128-f64:64-f128:128-n8:16:32:64-S128"
profile  hosted
source   0 "sample.c" lines=20
type @Pair = struct{i32, i32}
data @table : i32 = 0
fn @one(%a: i32) -> (i32) source=0 {
^entry:
    return %a !1:1
}
fn @two(%a: i8, %b: f32) -> (i8, f32) source=0 {
^entry:
    return %a, %b !1:1
}
fn @none() -> () source=0 {
^entry:
    return !1:1
}
fn @"a b"(%p: ptr[heap,i8]) -> (i1) source=0 {
^entry:
    return 1 !1:1
}
fn @pair(%p: byval(@Pair)) -> () source=0 {
^entry:
    return !1:1
}
"#;

fn read_lines(lines: &str) -> Result<Vec<Call>, Vec<DirectiveError>> {
    let text = format!("{MODULE}{lines}");
    let parsed = native_ir::text::parse(&text);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    read(&text, &parsed.module)
}

fn one(line: &str) -> Call {
    let mut calls = read_lines(line).unwrap_or_else(|errors| panic!("{line}: {}", errors[0]));
    assert_eq!(calls.len(), 1);
    calls.remove(0)
}

/// Column, message and help of the only mistake.
fn wrong(line: &str) -> (usize, String, String) {
    let errors = read_lines(line).expect_err(line);
    assert_eq!(errors.len(), 1, "{errors:?}");
    let error = &errors[0];
    (error.column, error.message.clone(), error.help.clone().unwrap_or_default())
}

#[test]
fn calls_are_typed_by_the_function() {
    let call = one(";! run: @two(-1, 0.5) == (255, nan) ; the same");
    assert_eq!(call.text, "run: @two(-1, 0.5) == (255, nan) ; the same");
    assert_eq!(call.arguments, [255, 0.5_f32.to_bits().into()]);
    assert_eq!(call.end, End::Returns(vec![Wanted::Bits(255), Wanted::Nan(0x7fc0_0000)]));
    assert_eq!(call.line, MODULE.lines().count() + 1);
    assert_eq!(one("  ;!run:@one(0x10)==16").end, End::Returns(vec![Wanted::Bits(16)]));
    assert_eq!(one(";! run: @one(1) == (1)").end, End::Returns(vec![Wanted::Bits(1)]));
    assert_eq!(one(";! run: @\"a b\"(null)").end, End::Well);
    assert_eq!(one(";! run: @none() == ()").end, End::Returns(Vec::new()));
    assert_eq!(one(";! trap: @one(1) bounds").end, End::Traps(Trap::Bounds));
    assert_eq!(one(";! exit: @none() 255").end, End::Exits(255));
}

#[test]
fn a_nan_with_bits_or_a_sign_is_itself() {
    let end = |value: &str| one(&format!(";! run: @two(0, 0.0) == (0, {value})")).end;
    assert_eq!(end("nan(0x1)"), End::Returns(vec![Wanted::Bits(0), Wanted::Bits(0x7f80_0001)]));
    assert_eq!(end("-nan"), End::Returns(vec![Wanted::Bits(0), Wanted::Bits(0xffc0_0000)]));
}

#[test]
fn a_nan_is_any_nan_and_no_infinity() {
    for (quiet, infinity, one) in [
        (0x7e00, 0x7c00, 0x3c00),
        (u128::from(f32::NAN.to_bits()), f32::INFINITY.to_bits().into(), 1.0_f32.to_bits().into()),
        (u128::from(f64::NAN.to_bits()), f64::INFINITY.to_bits().into(), 1.0_f64.to_bits().into()),
        (0xffff << 111, 0x7fff << 112, 0x3fff << 112),
    ] {
        let nan = Wanted::Nan(quiet);
        let sign = (infinity << 1) & !infinity;
        for found in [quiet, infinity | 1, infinity | (quiet - 1), quiet | sign, infinity | sign | 1] {
            assert!(nan.is(found), "{found:#x}");
        }
        for found in [infinity, infinity | sign, one, one | 1, 0, sign] {
            assert!(!nan.is(found), "{found:#x}");
        }
        assert!(Wanted::Bits(quiet).is(quiet) && !Wanted::Bits(quiet).is(quiet | 1));
    }
}

#[test]
fn additions_belong_to_the_call_above() {
    let lines = "\
;! run: @none()
;! stdin: \"in\\n\"
;! args: \"a\" \"\\xff;\"
;! stdout: \"one\"
; a comment
;! stdout: \"two\"
;! stderr: \"\"
;! mmio: read 0x40 2 0x1 ; a comment
;! mmio: write 0x44 4 -1
;! devices: core
;! interrupt: 2 @none
;! fuel: 7
;! run: @one(1)
";
    let calls = read_lines(lines).unwrap();
    let func = calls[0].func;
    let access = |write, address, width, value| devices::Access { write, address, width, value };
    let world = World {
        stdin: b"in\n".to_vec(),
        arguments: vec![b"a".to_vec(), b"\xff;".to_vec()],
        stdout: Some(b"onetwo".to_vec()),
        stderr: Some(Vec::new()),
        mmio: vec![access(false, 0x40, Width::Two, 1), access(true, 0x44, Width::Four, 0xffff_ffff)],
        core: true,
        interrupts: vec![(2, func)],
        fuel: Some(7),
    };
    assert_eq!(calls[0].world, world);
    assert_eq!(calls[1].world, World::default());
}

#[test]
fn each_mistake_has_its_place_and_a_way_out() {
    let of = |line: &str, column: usize, message: &str, help: &str| {
        let found = wrong(line);
        assert_eq!((found.0, found.1.as_str()), (column, message), "{line}");
        assert!(found.2.contains(help), "{line}: {}", found.2);
    };
    of(";! rum: @one(1)", 4, "`rum` is no directive", "did you mean `run`?");
    of(";! ", 4, "`` is no directive", "directives are run, ");
    of(";! run @one(1)", 8, "expected `:`, found `@one`", "");
    of(";! run: one(1)", 9, "expected an `@` and a name, found `one`", "");
    of(";! run: @onee(1)", 9, "`@onee` does not exist in this module", "did you mean @one?");
    of(";! run: @table(1)", 9, "`@table` is no function in this module", "");
    of(";! run: @pair(1)", 9, "parameter 1 of `@pair` is an aggregate", "scalars");
    of(";! run: @one", 13, "expected `(`, found the end of the line", "");
    of(";! run: @one()", 13, "`@one` takes 1 argument, and here are fewer", "");
    of(";! run: @one(1, 2)", 17, "`@one` takes 1 argument, and here are more", "");
    of(";! run: @one(1.0)", 14, "`1.0` is no literal of type `i32`", "");
    of(";! run: @two(256, 0.0)", 14, "`256` does not fit type `i8`", "-2^7");
    of(";! run: @\"a b\"(1)", 16, "`1` is no literal of type `ptr[heap,i8]`", "null");
    of(";! run: @two(1, 1.0) == 1", 25, "expected `(`, found `1`", "");
    of(";! run: @two(1, 1.0) == (1)", 25, "`@two` gives 2 results, and here are fewer", "");
    of(";! run: @none() == 1", 20, "expected `(`, found `1`", "");
    of(";! run: @one(1) == 1 2", 22, "expected the end of the line, found `2`", "");
    of(";! trap: @one(1) bonds", 18, "`bonds` is no class of traps", "did you mean bounds?");
    of(";! trap: @one(1)", 17, "`` is no class of traps", "nir contract list traps");
    of(";! exit: @none() 256", 18, "exit statuses are 0 to 255, not 256", "");
    of(";! stdout: \"x\"", 4, "`stdout` belongs to a call, and none stands above it", "below the `run`");
    let below = |line: &str| format!(";! run: @none()\n{line}");
    of(&below(";! stdout: x"), 12, "expected a text in double quotes, found `x`", "");
    of(&below(";! mmio: write 0x40 3 1"), 10, "`3` is no width: write 1, 2, 4 or 8, the number of bytes", "width");
    of(&below(";! devices: nrf51"), 13, "`nrf51` are no devices of tests", "`core`");
    of(&below(";! interrupt: 1 @one"), 17, "`@one` has parameters or results, and so is no handler", "");
    of(&below(";! fuel: x"), 10, "expected a number of instructions, found `x`", "");
    of(&below(";! fuel: 1\n;! fuel: 1"), 4, "the call above has its `fuel` already", "");
}

#[test]
fn a_mistake_costs_its_line_alone() {
    let errors = read_lines(";! run: @x()\n;! stdout: \"x\"\n;! run: @none()\n;! fuel: -\n").unwrap_err();
    let first = MODULE.lines().count() + 1;
    let lines: Vec<usize> = errors.iter().map(|error| error.line).collect();
    assert_eq!(lines, [first, first + 3]);
    let text = errors[0].to_string();
    assert_eq!(text, "`@x` does not exist in this module\n  | ;! run: @x()\n  |         ^");
}

#[test]
fn a_text_without_directives_has_none() {
    assert!(!any_in(MODULE.as_bytes()));
    assert!(any_in(b"a\n\t;! run: @f()"));
    assert!(!any_in(b"a ;! run: @f()\n"));
    assert_eq!(read_lines("; no ;! directive\n"), Ok(Vec::new()));
}
