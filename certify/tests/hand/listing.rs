//! Listings.

use crate::emit::{Emit, artifact, module};
use certify::listing;
use iced_x86::code_asm::*;
use iced_x86::{Code, Register};
use native_ir::{Func, Trap};

#[test]
fn a_listing_shows_code_below_its_instructions() {
    let module =
        module("fn pub @f(%a: i32, %c: i1) -> (f64) effects(trap) {\n^entry:\ntrap_if %c, bounds\nreturn 1.5\n}");
    let build = |e: &mut Emit| {
        let mut bounds = e.a.create_label();
        e.literals = 1.5_f64.to_le_bytes().to_vec();
        e.block(0);
        e.inst(0).test(sil, 1)?;
        e.a.jne(bounds)?;
        e.inst(1);
        e.relative(Code::Movsd_xmm_xmmm64, Register::XMM0, 32)?;
        e.a.ret()?;
        e.a.set_label(&mut bounds)?;
        e.trap(0, Trap::Bounds)
    };
    let (artifact, _) = artifact(&module, &[&build]);
    let text = listing(&module, &artifact, Func::from_u32(0)).unwrap_or_default();
    let expected = "@f: 17 bytes, 23 of literals, frame of 0\n^entry:\n        ; trap_if %c, bounds !1:1  m.zero:1:1\n     \
        0  40f6c601              test sil, 1\n     4  7509                  jne 0xf\n        \
        ; return 1.5 !1:1  m.zero:1:1\n     6  f20f100512000000      movsd xmm0, [0x20]\n     \
        e  c3                    ret\n        ; trap_if %c, bounds !1:1  m.zero:1:1\n     \
        f  0f0b                  ud2  ; trap bounds\n    11  cccccccccccccc\n    18  cccccccccccccccc\n    \
        20  000000000000f83f\n";
    assert_eq!(text, expected, "{text}");
    assert!(listing(&module, &artifact, Func::from_u32(1)).is_none());
}
