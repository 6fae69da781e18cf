//! Every form with all its operands, read again by a decoder that knows nothing of the encoder.

use super::*;
use crate::cortex_m0::inst::Cond;

const LOW: std::ops::Range<u8> = 0..8;

/// The text of an instruction; it must have exactly one encoding, the given one.
fn text(first: u16, second: Option<u16>) -> String {
    let inst =
        thumb::decode(first, second).unwrap_or_else(|| panic!("{first:04x} {second:04x?} is no instruction"));
    let halfwords = match second {
        None => thumb::Halfwords::One(first),
        Some(second) => thumb::Halfwords::Two(first, second),
    };
    assert_eq!(inst.encode(), Some(halfwords));
    inst.to_string()
}

#[track_caller]
fn same(halfword: u16, wanted: String) {
    assert_eq!(text(halfword, None), wanted);
}

#[track_caller]
fn same_pair((first, second): (u16, u16), wanted: String) {
    assert_eq!(text(first, Some(second)), wanted);
}

/// The name of a register.
fn name(register: u8) -> String {
    match register {
        SP => "sp".to_string(),
        LR => "lr".to_string(),
        PC => "pc".to_string(),
        _ => format!("r{register}"),
    }
}

/// Instructions of two low registers.
#[test]
fn two_registers() {
    type Form = fn(u8, u8) -> u16;
    let forms: [(&str, Form); 21] = [
        ("adcs", adcs),
        ("sbcs", sbcs),
        ("ands", ands),
        ("orrs", orrs),
        ("eors", eors),
        ("bics", bics),
        ("mvns", mvns),
        ("tst", tst),
        ("cmp", cmp_reg),
        ("cmn", cmn),
        ("lsls", lsls_reg),
        ("lsrs", lsrs_reg),
        ("asrs", asrs_reg),
        ("rors", rors),
        ("sxth", sxth),
        ("sxtb", sxtb),
        ("uxth", uxth),
        ("uxtb", uxtb),
        ("rev", rev),
        ("rev16", rev16),
        ("mov", mov),
    ];
    for (a, b) in LOW.flat_map(|a| LOW.map(move |b| (a, b))) {
        for (mnemonic, form) in forms {
            same(form(a, b), format!("{mnemonic} r{a}, r{b}"));
        }
        same(rsbs(a, b), format!("rsbs r{a}, r{b}, #0"));
        same(muls(a, b), format!("muls r{a}, r{b}, r{a}"));
    }
}

#[test]
fn three_registers() {
    type Form = fn(u8, u8, u8) -> u16;
    let accesses: [(&str, Form); 8] = [
        ("str", str_reg),
        ("strh", strh_reg),
        ("strb", strb_reg),
        ("ldrsb", ldrsb_reg),
        ("ldr", ldr_reg),
        ("ldrh", ldrh_reg),
        ("ldrb", ldrb_reg),
        ("ldrsh", ldrsh_reg),
    ];
    for (a, b) in LOW.flat_map(|a| LOW.map(move |b| (a, b))) {
        for c in LOW {
            same(adds_reg(a, b, c), format!("adds r{a}, r{b}, r{c}"));
            same(subs_reg(a, b, c), format!("subs r{a}, r{b}, r{c}"));
            for (mnemonic, form) in accesses {
                same(form(a, b, c), format!("{mnemonic} r{a}, [r{b}, r{c}]"));
            }
        }
    }
}

#[test]
fn any_registers() {
    for (a, b) in (0..16u8).flat_map(|a| (0..16u8).map(move |b| (a, b))) {
        let (x, y) = (name(a), name(b));
        if a != PC {
            same(mov(a, b), format!("mov {x}, {y}"));
        }
        if (a, b) != (PC, PC) {
            let wanted = if b == SP { format!("add {x}, sp, {x}") } else { format!("add {x}, {y}") };
            same(add_high(a, b), wanted);
        }
        if a != PC && b != PC {
            same(cmp_reg(a, b), format!("cmp {x}, {y}"));
        }
    }
    for register in 0..PC {
        same(bx(register), format!("bx {}", name(register)));
        same(blx(register), format!("blx {}", name(register)));
    }
}

#[test]
fn numbers() {
    for (a, b) in LOW.flat_map(|a| LOW.map(move |b| (a, b))) {
        for imm in 0..8 {
            same(adds_imm3(a, b, imm), format!("adds r{a}, r{b}, #{imm}"));
            same(subs_imm3(a, b, imm), format!("subs r{a}, r{b}, #{imm}"));
        }
        for amount in 1..=32 {
            if amount < 32 {
                same(lsls_imm(a, b, amount), format!("lsls r{a}, r{b}, #{amount}"));
            }
            same(lsrs_imm(a, b, amount), format!("lsrs r{a}, r{b}, #{amount}"));
            same(asrs_imm(a, b, amount), format!("asrs r{a}, r{b}, #{amount}"));
        }
    }
    for (a, imm) in LOW.flat_map(|a| (0..256).map(move |imm| (a, imm))) {
        same(movs_imm(a, imm), format!("movs r{a}, #{imm}"));
        same(adds_imm8(a, imm), format!("adds r{a}, #{imm}"));
        same(subs_imm8(a, imm), format!("subs r{a}, #{imm}"));
        same(cmp_imm(a, imm), format!("cmp r{a}, #{imm}"));
        same(add_rd_sp(a, 4 * imm), format!("add r{a}, sp, #{}", 4 * imm));
        same(ldr_literal(a, 4 * imm), format!("ldr r{a}, [pc, #{}]", 4 * imm));
        same(udf(imm), format!("udf #{imm}"));
        same(svc(imm), format!("svc #{imm}"));
    }
    for bytes in (0..=508).step_by(4) {
        same(add_sp(bytes), format!("add sp, #{bytes}"));
        same(sub_sp(bytes), format!("sub sp, #{bytes}"));
    }
}

#[test]
fn accesses() {
    type Form = fn(u8, u8, u32) -> u16;
    let accesses: [(&str, u32, Form); 6] = [
        ("ldr", 4, ldr),
        ("ldrh", 2, ldrh),
        ("ldrb", 1, ldrb),
        ("str", 4, str),
        ("strh", 2, strh),
        ("strb", 1, strb),
    ];
    let place = |base: String, offset: u32| match offset {
        0 => format!("[{base}]"),
        _ => format!("[{base}, #{offset}]"),
    };
    for (a, b) in LOW.flat_map(|a| LOW.map(move |b| (a, b))) {
        for ((mnemonic, width, form), units) in
            accesses.iter().flat_map(|it| (0..32).map(move |units| (it, units)))
        {
            same(form(a, b, units * width), format!("{mnemonic} r{a}, {}", place(name(b), units * width)));
        }
    }
    for (a, words) in LOW.flat_map(|a| (0..256).map(move |words| (a, words))) {
        same(ldr_sp(a, 4 * words), format!("ldr r{a}, {}", place(name(SP), 4 * words)));
        same(str_sp(a, 4 * words), format!("str r{a}, {}", place(name(SP), 4 * words)));
    }
}

/// The text of registers as bits.
fn braces(list: u16) -> String {
    let names: Vec<_> = (0..16).filter(|register| list >> register & 1 == 1).map(name).collect();
    format!("{{{}}}", names.join(", "))
}

#[test]
fn lists() {
    for list in (0..0x100u16).flat_map(|low| [(low, 0), (low, 1)]) {
        if list != (0, 0) {
            same(push(list.0 | list.1 << LR), format!("push {}", braces(list.0 | list.1 << LR)));
            same(pop(list.0 | list.1 << PC), format!("pop {}", braces(list.0 | list.1 << PC)));
        }
    }
}

#[test]
fn branches() {
    let names = ["eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le"];
    for (cond, wanted) in Cond::ALL.into_iter().zip(names) {
        for distance in (-256..=254).step_by(2) {
            same(b_if(cond, distance), format!("b{wanted} #{distance}"));
        }
    }
    for distance in (-2048..=2046).step_by(2) {
        same(b(distance), format!("b #{distance}"));
    }
    let limit = 1 << 24;
    let ends =
        [-limit, -limit + 2, -(1 << 23), -(1 << 22) - 2, -4, -2, 0, 2, 1 << 22, (1 << 23) - 2, 1 << 23, limit - 2];
    for distance in ends.into_iter().chain((-limit..limit).step_by(99_998)) {
        same_pair(bl(distance), format!("bl #{distance}"));
    }
}

#[test]
fn words_to_the_machine() {
    for (halfword, wanted) in [(WFE, "wfe"), (WFI, "wfi"), (SEV, "sev"), (CPSIE, "cpsie i"), (CPSID, "cpsid i")] {
        same(halfword, wanted.to_string());
    }
    for (pair, wanted) in [(DMB, "dmb sy"), (DSB, "dsb sy"), (ISB, "isb sy")] {
        same_pair(pair, wanted.to_string());
    }
    let special = [(0, "apsr"), (5, "ipsr"), (8, "msp"), (9, "psp"), (16, "primask"), (20, "control")];
    for ((number, wanted), register) in
        special.into_iter().flat_map(|it| (0..13).map(move |register| (it, register)))
    {
        same_pair(mrs(register, number), format!("mrs r{register}, {wanted}"));
        same_pair(msr(number, register), format!("msr {wanted}, r{register}"));
    }
}
