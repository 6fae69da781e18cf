//! What small functions become; and regalloc2's checker on all fixtures (it runs in every compile of these tests).

use crate::{Options, compile};
use native_ir::{EntityRef, Func, Module, text};
use std::path::Path;
use verifier::{Engine, Verified};

fn verified(source: &[u8]) -> Option<Verified<Module>> {
    verifier::verify(text::parse(source).module, &verifier::Options::default()).ok()
}

/// The instructions of a function `@f`, pools left out.
fn code(function: &str) -> Vec<String> {
    let source = format!(
        "native-ir 1\nmodule m\ntarget sim-cortex-m0\nabi zero-freestanding-v1\n\
         layout \"e-p:32:32-i64:64-f64:64-n32-S64\"\nprofile bare-metal\nsource 0 \"m.c\" lines=1\n\n{function}\n"
    );
    let module = verified(source.as_bytes()).expect("a verified module");
    let funcs: Vec<Func> = (0..module.functions.len()).map(Func::new).collect();
    let artifact = compile(&module, &funcs, &Options::default()).expect("code");
    let code = &artifact.functions[0];
    let half = |at: usize| Some(u16::from_le_bytes([*code.code.get(at)?, *code.code.get(at + 1)?]));
    let (mut at, mut lines) = (0, Vec::new());
    while at < code.literals as usize {
        let inst = thumb::decode(half(at).expect("a halfword"), half(at + 2)).expect("an instruction");
        lines.push(inst.to_string());
        at += inst.size() as usize;
    }
    lines
}

/// A function of two `i32` and what it computes of them, as `%r`.
fn binary(line: &str) -> Vec<String> {
    code(&format!(
        "fn pub @f(%a: i32, %b: i32) -> (i32) source=0 !1:1 {{\n^entry:\n    {line}\n    return %r !1:1\n}}"
    ))
}

#[test]
fn arithmetic_is_as_short_as_it_can_be() {
    assert_eq!(binary("%r: i32 = iadd %a, %b !1:1"), ["adds r0, r0, r1", "bx lr"]);
    assert_eq!(binary("%r: i32 = isub %a, 200 !1:1"), ["subs r0, #200", "bx lr"]);
    assert_eq!(binary("%r: i32 = and %a, 255 !1:1"), ["uxtb r0, r0", "bx lr"]);
    assert_eq!(binary("%r: i32 = imul %a, %b !1:1"), ["muls r0, r1, r0", "bx lr"]);
    assert_eq!(binary("%r: i32 = ushr %a, 3 !1:1"), ["lsrs r0, r0, #3", "bx lr"]);
    assert_eq!(binary("%r: i32 = shl %a, %b !1:1"), ["movs r3, #31", "ands r1, r3", "lsls r0, r1", "bx lr"]);
    assert_eq!(binary("%r: i32 = rotr %a, %b !1:1"), ["rors r0, r1", "bx lr"]);
}

#[test]
fn compares_need_no_branch_where_arithmetic_says_the_same() {
    let compare = |line: &str| binary(&format!("%c: i1 = {line} !1:1\n    %r: i32 = zext %c !1:1"));
    assert_eq!(compare("icmp.eq %a, 0"), ["mov r1, r0", "rsbs r0, r0, #0", "adcs r0, r1", "bx lr"]);
    assert_eq!(compare("icmp.slt %a, 0"), ["lsrs r0, r0, #31", "bx lr"]);
    assert_eq!(compare("icmp.ult %a, %b").len(), 4);
}

#[test]
fn an_access_to_a_register_is_one_access() {
    let lines = code(
        "register @out : ptr[mmio,i32] = 0x50000508 access=write-only\n\
         fn pub @f() -> () effects(hardware) source=0 !1:1 {\n^entry:\n\
         \x20   %p: ptr[mmio,i32] = register @out !1:1\n\
         \x20   store.i32 1, %p address_space=mmio ordering=volatile !1:1\n\
         \x20   store.i32 1, %p address_space=mmio ordering=volatile !1:1\n\
         \x20   return !1:1\n}",
    );
    let stores: Vec<&String> = lines.iter().filter(|line| line.starts_with("str")).collect();
    assert_eq!(stores.len(), 2, "{lines:?}");
    assert_eq!(lines.len(), 5, "one base, one constant: {lines:?}");
}

#[test]
fn all_fixtures_are_allocated_right() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let mut functions = 0;
    for entry in walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok) {
        if !entry.file_name().to_string_lossy().ends_with("-m0.nir") {
            continue;
        }
        let source = std::fs::read(entry.path()).expect("fixtures can be read");
        let Some(module) = verified(&source) else { continue };
        for func in (0..module.functions.len()).map(Func::new) {
            if module.for_engine(Engine::Native, &[func]).is_ok() {
                compile(&module, &[func], &Options::default()).expect("code");
                functions += 1;
            }
        }
    }
    assert!(functions > 900, "only {functions} functions");
}
