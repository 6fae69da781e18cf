//! What the table of cases leaves: conditions, every address, lengths, strings, padding, and fields for the linker.

use super::draw::DISPLACEMENTS;
use super::want::{SYMBOL, check, decode, finish, gpr, memory, want};
use crate::x86_64::address::Address;
use crate::x86_64::condition::Cc;
use crate::x86_64::encode::{Alu, Assembler, Size};
use crate::x86_64::register::*;
use artifact::{Reference, Relocation, RelocationKind};
use iced_x86::{Decoder, DecoderOptions, Mnemonic, Register};

/// Conditions, with their `jcc`, `setcc` and `cmovcc`.
pub(super) const CONDITIONS: [(Cc, [Mnemonic; 3]); 16] = [
    (Cc::Overflow, [Mnemonic::Jo, Mnemonic::Seto, Mnemonic::Cmovo]),
    (Cc::NotOverflow, [Mnemonic::Jno, Mnemonic::Setno, Mnemonic::Cmovno]),
    (Cc::Below, [Mnemonic::Jb, Mnemonic::Setb, Mnemonic::Cmovb]),
    (Cc::AboveEqual, [Mnemonic::Jae, Mnemonic::Setae, Mnemonic::Cmovae]),
    (Cc::Equal, [Mnemonic::Je, Mnemonic::Sete, Mnemonic::Cmove]),
    (Cc::NotEqual, [Mnemonic::Jne, Mnemonic::Setne, Mnemonic::Cmovne]),
    (Cc::BelowEqual, [Mnemonic::Jbe, Mnemonic::Setbe, Mnemonic::Cmovbe]),
    (Cc::Above, [Mnemonic::Ja, Mnemonic::Seta, Mnemonic::Cmova]),
    (Cc::Sign, [Mnemonic::Js, Mnemonic::Sets, Mnemonic::Cmovs]),
    (Cc::NotSign, [Mnemonic::Jns, Mnemonic::Setns, Mnemonic::Cmovns]),
    (Cc::Parity, [Mnemonic::Jp, Mnemonic::Setp, Mnemonic::Cmovp]),
    (Cc::NotParity, [Mnemonic::Jnp, Mnemonic::Setnp, Mnemonic::Cmovnp]),
    (Cc::Less, [Mnemonic::Jl, Mnemonic::Setl, Mnemonic::Cmovl]),
    (Cc::GreaterEqual, [Mnemonic::Jge, Mnemonic::Setge, Mnemonic::Cmovge]),
    (Cc::LessEqual, [Mnemonic::Jle, Mnemonic::Setle, Mnemonic::Cmovle]),
    (Cc::Greater, [Mnemonic::Jg, Mnemonic::Setg, Mnemonic::Cmovg]),
];

/// Whether a condition holds of two numbers, by what it says rather than by flags; none where it asks for flags that
/// no comparison is about.
fn holds(cc: Cc, a: i8, b: i8) -> Option<bool> {
    let (left, right) = (a as u8, b as u8);
    Some(match cc {
        Cc::Below => left < right,
        Cc::AboveEqual => left >= right,
        Cc::BelowEqual => left <= right,
        Cc::Above => left > right,
        Cc::Equal => a == b,
        Cc::NotEqual => a != b,
        Cc::Less => a < b,
        Cc::GreaterEqual => a >= b,
        Cc::LessEqual => a <= b,
        Cc::Greater => a > b,
        _ => return None,
    })
}

#[test]
fn conditions_negated_and_swapped() {
    for cc in Cc::ALL {
        assert_eq!(cc.negate().negate(), cc);
        assert_ne!(cc.negate(), cc);
        for (a, b) in [(0, 0), (1, 2), (2, 1), (-1, 1), (1, -1), (i8::MIN, i8::MAX)] {
            assert_eq!(holds(cc.negate(), a, b), holds(cc, a, b).map(|held| !held), "{cc:?} {a} {b}");
            assert_eq!(holds(cc.swap_operands(), b, a), holds(cc, a, b), "{cc:?} {a} {b}");
        }
    }
}

#[test]
fn every_address() {
    let mut asm = Assembler::new();
    let all = || (0..16).map(Gpr);
    for disp in DISPLACEMENTS {
        for base in all() {
            asm = check_address(asm, Address::base(base, disp));
            for (index, scale) in indexes() {
                asm = check_address(asm, Address::indexed(base, index, scale, disp));
            }
        }
        asm = check_address(asm, Address::fixed(disp));
        for (index, scale) in indexes().filter(|&(_, scale)| scale > 0) {
            asm = check_address(asm, Address::scaled(index, scale, disp));
        }
    }
}

fn indexes() -> impl Iterator<Item = (Gpr, u8)> {
    (0..16).map(Gpr).filter(|&index| index != RSP).flat_map(|index| (0..4).map(move |scale| (index, scale)))
}

fn check_address(mut asm: Assembler, address: Address) -> Assembler {
    asm.load(Size::Quad, RDX, address);
    asm = check("load", asm, &want(Mnemonic::Mov, [gpr(RDX, Size::Quad), memory(address, 8)]));
    asm.store(Size::Byte, address, R9);
    check("store", asm, &want(Mnemonic::Mov, [memory(address, 1), gpr(R9, Size::Byte)]))
}

/// The bytes of one instruction.
fn bytes(emit: impl FnOnce(&mut Assembler)) -> Vec<u8> {
    let mut asm = Assembler::new();
    emit(&mut asm);
    let code = finish(&mut asm);
    code.code[..code.literals as usize].to_vec()
}

#[test]
fn bytes_as_the_manual_gives_them() {
    assert_eq!(bytes(|asm| asm.alu(Alu::Add, Size::Long, RAX, RCX)), [0x03, 0xC1]);
    assert_eq!(bytes(|asm| asm.alu(Alu::Add, Size::Quad, R8, RCX)), [0x4C, 0x03, 0xC1]);
    assert_eq!(bytes(|asm| asm.store(Size::Byte, Address::base(RAX, 0), RSI)), [0x40, 0x88, 0x30]);
    assert_eq!(bytes(|asm| asm.load(Size::Long, RAX, Address::base(RSP, 8))), [0x8B, 0x44, 0x24, 0x08]);
    assert_eq!(bytes(|asm| asm.mov_ri(Size::Quad, RAX, u64::MAX)), [0x48, 0xC7, 0xC0, 255, 255, 255, 255]);
    assert_eq!(bytes(|asm| asm.mov_ri(Size::Byte, RAX, u64::MAX)), [0xB8, 255, 0, 0, 0]);
    assert_eq!(
        bytes(|asm| asm.fma(super::super::Float::Double, XMM1, XMM2, XMM3)),
        [0xC4, 0xE2, 0xE9, 0xA9, 0xCB]
    );
}

/// The decoder takes any width for what it says; the shortest is for us to choose.
#[test]
fn immediates_are_as_short_as_they_can_be() {
    let long = |value| bytes(|asm| asm.alu_imm(Alu::Add, Size::Long, RBX, value)).len();
    assert_eq!([-129, -128, 0, 127, 128].map(long), [6, 3, 3, 3, 6]);
    let word = |value| bytes(|asm| asm.alu_imm(Alu::Add, Size::Word, RBX, value)).len();
    assert_eq!([-129, -128, 127, 128, 0xFF7F, 0xFF80, 0xFFFF].map(word), [5, 4, 4, 5, 5, 4, 4]);
    let byte = |value| bytes(|asm| asm.alu_imm(Alu::Add, Size::Byte, RBX, value)).len();
    assert_eq!([0, 0x7F, 0xFF].map(byte), [3, 3, 3]);
    let product = |value| bytes(|asm| asm.imul_imm(Size::Word, RBX, RBX, value)).len();
    assert_eq!([-129, -128, 127, 128, 0xFF80].map(product), [5, 4, 4, 5, 4]);
}

#[test]
fn strings() {
    let movs = [
        (Size::Byte, Mnemonic::Movsb),
        (Size::Word, Mnemonic::Movsw),
        (Size::Long, Mnemonic::Movsd),
        (Size::Quad, Mnemonic::Movsq),
    ];
    for (size, want) in movs {
        let code = bytes(|asm| asm.rep_movs(size));
        let it = Decoder::new(64, &code, DecoderOptions::NONE).decode();
        assert_eq!((it.mnemonic(), it.len()), (want, code.len()), "{code:02x?}");
        assert!(it.has_rep_prefix());
    }
}

#[test]
fn padding_has_the_length_asked_for_and_few_instructions() {
    for length in 0..40 {
        let code = bytes(|asm| asm.nop(length));
        assert_eq!(code.len(), length as usize);
        let decoded: Vec<_> = Decoder::new(64, &code, DecoderOptions::NONE).into_iter().collect();
        assert_eq!(decoded.len(), length.div_ceil(9) as usize);
        assert!(decoded.iter().all(|it| it.mnemonic() == Mnemonic::Nop), "{code:02x?}");
    }
}

#[test]
fn fields_for_the_linker() {
    let symbol = Reference::Helper(SYMBOL);
    let field = |emit: &dyn Fn(&mut Assembler)| {
        let mut asm = Assembler::new();
        emit(&mut asm);
        finish(&mut asm).relocations
    };
    let want = |offset, kind, addend| vec![Relocation { offset, kind, target: symbol, addend }];
    let got = field(&|asm| asm.load(Size::Quad, R9, Address::got(symbol)));
    assert_eq!(got, want(3, RelocationKind::GlobalOffset32, -4));
    let relative = field(&|asm| asm.alu_imm(Alu::Cmp, Size::Word, Address::relative(symbol, 6), 1000));
    assert_eq!(relative, want(3, RelocationKind::Relative32, 6 - 4 - 2));
    let absolute = field(&|asm| asm.alu_imm(Alu::Cmp, Size::Long, Address::absolute(symbol, 6, None), 1000));
    assert_eq!(absolute, want(3, RelocationKind::Absolute32Signed, 6));
    let stack = field(&|asm| asm.load(Size::Long, RAX, Address::absolute(symbol, 6, Some((RSP, 0)))));
    assert_eq!(stack, want(3, RelocationKind::Absolute32Signed, 6));
    assert_eq!(field(&|asm| asm.call(symbol)), want(1, RelocationKind::Branch32, -4));
}

#[test]
fn the_global_offset_table_is_relative_to_the_instruction_pointer() {
    let mut asm = Assembler::new();
    asm.load(Size::Quad, R9, Address::got(Reference::Helper(SYMBOL)));
    let it = decode("load", &finish(&mut asm));
    assert_eq!((it.mnemonic(), it.op0_register()), (Mnemonic::Mov, Register::R9));
    assert!(it.is_ip_rel_memory_operand());
}

#[test]
fn addresses_further_on() {
    assert_eq!(Address::base(RAX, 8).offset(8), Some(Address::base(RAX, 16)));
    assert_eq!(Address::base(RAX, i32::MAX).offset(1), None);
}

#[test]
fn registers_have_names() {
    assert_eq!(format!("{RAX:?} {R15:?} {XMM9:?}"), "RAX R15 XMM9");
    assert_eq!(format!("{:?}", Gpr(16)), "Gpr(16)");
}
