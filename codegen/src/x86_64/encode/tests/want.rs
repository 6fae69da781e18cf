//! What an instruction should decode to, and the check that it does.

use crate::x86_64::address::{Address, Base, Rm, XmmRm};
use crate::x86_64::encode::{Assembler, Float, Size};
use crate::x86_64::register::{Gpr, Xmm};
use artifact::{Frame, FunctionCode, RelocationKind};
use iced_x86::{Decoder, DecoderOptions, Encoder, Instruction, Mnemonic, OpKind, Register};
use native_ir::{EntityRef, Func};

/// The symbol that relocations name.
pub(super) const SYMBOL: &str = "symbol";

/// Where it lies.
pub(super) const SYMBOL_ADDRESS: i64 = 0x2000_0000;

/// An operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Reg(Register),
    Imm(u64),
    Mem {
        base: Register,
        index: Register,
        scale: u32,
        disp: u64,
        bytes: usize,
    },
    Target(u64),
    /// A constant behind the code, aligned to 16 bytes.
    Literal {
        bytes: usize,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Want {
    pub(super) mnemonic: Mnemonic,
    pub(super) lock: bool,
    pub(super) ops: Vec<Op>,
}

pub(super) fn want<const N: usize>(mnemonic: Mnemonic, ops: [Op; N]) -> Want {
    Want { mnemonic, lock: false, ops: ops.to_vec() }
}

pub(super) fn locked<const N: usize>(mnemonic: Mnemonic, ops: [Op; N]) -> Want {
    Want { lock: true, ..want(mnemonic, ops) }
}

fn register(first: Register, number: u8) -> Register {
    Register::try_from(first as usize + usize::from(number)).expect("numbers go to 15")
}

pub(super) fn gpr(register_: Gpr, size: Size) -> Op {
    Op::Reg(match (size, register_.0) {
        (Size::Byte, low @ 0..=3) => register(Register::AL, low),
        (Size::Byte, other) => register(Register::SPL, other - 4),
        (Size::Word, number) => register(Register::AX, number),
        (Size::Long, number) => register(Register::EAX, number),
        (Size::Quad, number) => register(Register::RAX, number),
    })
}

pub(super) fn xmm(it: Xmm) -> Op {
    Op::Reg(register(Register::XMM0, it.0))
}

pub(super) fn rm(rm: Rm, size: Size) -> Op {
    match rm {
        Rm::Reg(it) => gpr(it, size),
        Rm::Mem(address) => memory(address, size.bytes() as usize),
    }
}

pub(super) fn xmm_rm(rm: XmmRm, bytes: usize) -> Op {
    match rm {
        XmmRm::Reg(it) => xmm(it),
        XmmRm::Mem(address) => memory(address, bytes),
    }
}

pub(super) fn bytes_of(float: Float) -> usize {
    match float {
        Float::Single => 4,
        Float::Double => 8,
    }
}

/// An immediate operand as the bits that count.
pub(super) fn immediate(value: i32, size: Size) -> Op {
    let value = i64::from(value) as u64;
    Op::Imm(value & (u64::MAX >> (64 - 8 * size.bytes())))
}

pub(super) fn memory(address: Address, bytes: usize) -> Op {
    let wide = |it: Gpr| register(Register::RAX, it.0);
    let disp = i64::from(address.disp);
    let (index, scale) = address.index.map_or((Register::None, 1), |(it, scale)| (wide(it), 1 << scale));
    let at_symbol = (SYMBOL_ADDRESS + disp) as u64;
    match address.base {
        Base::None => Op::Mem { base: Register::None, index, scale, disp: disp as u64, bytes },
        Base::Gpr(base) => Op::Mem { base: wide(base), index, scale, disp: disp as u64, bytes },
        Base::Literal(_) => Op::Literal { bytes },
        Base::Symbol(_, RelocationKind::Absolute32Signed) if scale == 1 => {
            Op::Mem { base: index, index: Register::None, scale, disp: at_symbol, bytes }
        }
        Base::Symbol(_, RelocationKind::Absolute32Signed) => {
            Op::Mem { base: Register::None, index, scale, disp: at_symbol, bytes }
        }
        Base::Symbol(..) => {
            Op::Mem { base: Register::RIP, index: Register::None, scale: 1, disp: at_symbol, bytes }
        }
    }
}

/// Takes the code out.
pub(super) fn finish(asm: &mut Assembler) -> FunctionCode {
    asm.finish(Func::new(0), Frame::default(), Vec::new()).expect("it is short")
}

/// Fills in the fields as a linker does that puts the code at 0.
pub(super) fn link(code: &mut FunctionCode) {
    for it in &code.relocations {
        let place = i64::from(it.offset);
        let value = match it.kind {
            RelocationKind::Absolute32Signed => SYMBOL_ADDRESS + it.addend,
            _ => SYMBOL_ADDRESS + it.addend - place,
        };
        let value = i32::try_from(value).expect("the symbol is near");
        code.code[it.offset as usize..][..4].copy_from_slice(&value.to_le_bytes());
    }
}

/// The one instruction of some code.
pub(super) fn decode(name: &str, code: &FunctionCode) -> Instruction {
    let bytes = &code.code[..code.literals as usize];
    let instruction = Decoder::new(64, bytes, DecoderOptions::NONE).decode();
    assert!(!instruction.is_invalid(), "{name}: {bytes:02x?} is no instruction");
    assert_eq!(instruction.len(), bytes.len(), "{name}: {bytes:02x?} is more than {instruction:?}");
    instruction
}

/// Takes the instruction out and compares.
#[track_caller]
pub(super) fn check(name: &str, mut asm: Assembler, want: &Want) -> Assembler {
    let mut code = finish(&mut asm);
    link(&mut code);
    let instruction = decode(name, &code);
    let seen = seen(&instruction);
    let want = Want { ops: want.ops.iter().map(|&op| place_literal(op, &code)).collect(), ..want.clone() };
    let bytes = &code.code[..code.literals as usize];
    assert_eq!(seen, want, "{name}: {bytes:02x?}");
    assert_eq!(encoded_again(instruction, code.relocations.is_empty()), bytes, "{name}: not the shortest form");
    asm
}

/// A literal's operand as it is seen once it has its place: the only one, behind the code.
fn place_literal(op: Op, code: &FunctionCode) -> Op {
    match op {
        Op::Literal { bytes } => {
            let disp = u64::from(code.literals.next_multiple_of(16));
            Op::Mem { base: Register::RIP, index: Register::None, scale: 1, disp, bytes }
        }
        op => op,
    }
}

fn seen(instruction: &Instruction) -> Want {
    Want {
        mnemonic: instruction.mnemonic(),
        lock: instruction.has_lock_prefix(),
        ops: (0..instruction.op_count()).map(|index| operand(instruction, index)).collect(),
    }
}

fn operand(it: &Instruction, index: u32) -> Op {
    match it.op_kind(index) {
        OpKind::Register => Op::Reg(it.op_register(index)),
        OpKind::NearBranch64 => Op::Target(it.near_branch_target()),
        OpKind::Memory => Op::Mem {
            base: it.memory_base(),
            index: it.memory_index(),
            scale: it.memory_index_scale(),
            disp: it.memory_displacement64(),
            bytes: it.memory_size().size(),
        },
        OpKind::Immediate8 => Op::Imm(u64::from(it.immediate8())),
        OpKind::Immediate8to16 | OpKind::Immediate16 => Op::Imm(u64::from(it.immediate(index) as u16)),
        OpKind::Immediate8to32 | OpKind::Immediate32 => Op::Imm(u64::from(it.immediate(index) as u32)),
        OpKind::Immediate8to64 | OpKind::Immediate32to64 | OpKind::Immediate64 => Op::Imm(it.immediate(index)),
        other => panic!("no method writes an operand of {other:?}"),
    }
}

/// The bytes that the other encoder chooses: with the shortest displacement when it may choose.
fn encoded_again(mut instruction: Instruction, free: bool) -> Vec<u8> {
    let has_memory = instruction.op_kinds().any(|kind| kind == OpKind::Memory);
    if free && has_memory && !instruction.is_ip_rel_memory_operand() {
        let displacement = instruction.memory_displacement64();
        instruction.set_memory_displ_size(u32::from(displacement != 0));
    }
    let mut encoder = Encoder::new(64);
    encoder.encode(&instruction, 0).expect("it was decoded");
    encoder.take_buffer()
}
