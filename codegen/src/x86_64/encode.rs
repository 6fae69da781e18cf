//! The encoder: one method an instruction, which writes it at the end of the buffer.
//!
//! Methods are named after what they do, destination first. None fails: combinations of operands that don't exist are
//! ruled out by types, or by `debug_assert` where types can't. An access to memory is always one access of the size
//! that was asked for. Encodings follow the *Intel 64 and IA-32 Architectures Software Developer's Manual*, volume 2.

mod atomic;
mod control;
mod float;
mod integer;
mod opcode;
#[cfg(test)]
mod tests;

use super::address::{Address, Base, Rm, XmmRm};
use crate::buffer::Buffer;
use artifact::{Reference, RelocationKind};
pub(crate) use control::Jump;
pub(crate) use float::{Arith, Float, Logic};
pub(crate) use integer::{Alu, Scan, Shift, Unary};
use opcode::Opcode;

/// The buffer that instructions of x86-64 are written to.
pub(crate) type Assembler = Buffer<Jump>;

/// How wide an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Size {
    /// 8 bits.
    Byte,
    /// 16 bits.
    Word,
    /// 32 bits; the register's upper half becomes zero.
    Long,
    /// 64 bits.
    Quad,
}

impl Size {
    /// How many bytes that is.
    #[inline]
    pub(crate) fn bytes(self) -> u32 {
        1 << self as u32
    }

    /// How many bytes an immediate operand has.
    #[inline]
    fn immediate(self) -> u32 {
        self.bytes().min(4)
    }
}

/// ModRM, SIB and displacement of an address.
struct Tail {
    /// The first byte lowest; above `bytes` of them junk.
    word: u64,
    bytes: u32,
    /// The bits X and B of the REX prefix.
    rex: u8,
}

impl Tail {
    /// Of an address with a base register; `reg` is the ModRM byte's other operand.
    #[inline]
    fn of_base(reg: u8, base: u8, index: Option<(u8, u8)>, disp: i32) -> Tail {
        let (mode, disp_bytes) = match disp {
            0 if base & 7 != 5 => (0x00, 0),
            -128..=127 => (0x40, 1),
            _ => (0x80, 4),
        };
        Tail::assemble(mode, disp_bytes, reg, base, index, disp)
    }

    /// With a base register and a displacement of 4 bytes, whatever its value.
    fn of_base_wide(reg: u8, base: u8, disp: i32) -> Tail {
        Tail::assemble(0x80, 4, reg, base, None, disp)
    }

    #[inline]
    fn assemble(mode: u8, disp_bytes: u32, reg: u8, base: u8, index: Option<(u8, u8)>, disp: i32) -> Tail {
        let low = base & 7;
        let disp = u64::from(disp as u32);
        let modrm = u64::from(mode | (reg & 7) << 3);
        match index {
            None if low != 4 => {
                Tail { word: modrm | u64::from(low) | disp << 8, bytes: 1 + disp_bytes, rex: base >> 3 }
            }
            _ => {
                let (index, scale) = index.unwrap_or((4, 0));
                let sib = u64::from(scale << 6 | (index & 7) << 3 | low);
                let rex = base >> 3 | (index >> 3) << 1;
                Tail { word: modrm | 4 | sib << 8 | disp << 16, bytes: 2 + disp_bytes, rex }
            }
        }
    }

    /// Of an address with a displacement of 4 bytes and at most an index.
    fn of_index(reg: u8, index: Option<(u8, u8)>, disp: i32) -> Tail {
        let (index, scale) = index.unwrap_or((4, 0));
        let sib = u64::from(scale << 6 | (index & 7) << 3 | 5);
        let word = u64::from((reg & 7) << 3 | 4) | sib << 8 | u64::from(disp as u32) << 16;
        Tail { word, bytes: 6, rex: (index >> 3) << 1 }
    }

    /// Of an address relative to the instruction pointer; the displacement is filled in later.
    fn of_instruction_pointer(reg: u8) -> Tail {
        Tail { word: u64::from((reg & 7) << 3 | 5), bytes: 5, rex: 0 }
    }
}

impl Assembler {
    /// An instruction without operands in ModRM.
    #[inline]
    fn plain(&mut self, op: Opcode) {
        let (word, bits) = op.head(0);
        self.put(word.into(), bits / 8);
    }

    /// An instruction whose register is in the opcode.
    #[inline]
    fn register_in_opcode(&mut self, op: Opcode, reg: u8) {
        let (word, bits) = op.plus(reg).head(reg >> 3);
        self.put(word.into(), bits / 8);
    }

    /// An instruction with ModRM that names two registers, or a register and a digit of the opcode.
    #[inline]
    fn registers(&mut self, op: Opcode, reg: u8, rm: u8) {
        let (word, bits) = op.head((reg >> 3) << 2 | rm >> 3);
        let modrm = u64::from(0xC0 | (reg & 7) << 3 | rm & 7);
        self.put((word | modrm << bits).into(), bits / 8 + 1);
    }

    /// An instruction with ModRM that names memory; `trailing` bytes of it will follow.
    #[inline]
    fn memory(&mut self, op: Opcode, reg: u8, address: &Address, trailing: u32) {
        if let Base::Gpr(base) = address.base {
            let index = address.index.map(|(index, scale)| (index.0, scale));
            self.put_with(op, reg, Tail::of_base(reg, base.0, index, address.disp));
        } else {
            self.memory_elsewhere(op, reg, address, trailing);
        }
    }

    /// [`Assembler::memory`] without a base register, or with a symbol.
    #[inline(never)]
    fn memory_elsewhere(&mut self, op: Opcode, reg: u8, address: &Address, trailing: u32) {
        let index = address.index.map(|(index, scale)| (index.0, scale));
        let relative = !matches!(address.base, Base::None | Base::Symbol(_, RelocationKind::Absolute32Signed));
        let disp = if let Base::None = address.base { address.disp } else { 0 };
        debug_assert!(!relative || index.is_none());
        let tail = match index {
            _ if relative => Tail::of_instruction_pointer(reg),
            Some((base, 0)) => Tail::of_base_wide(reg, base, disp),
            _ => Tail::of_index(reg, index, disp),
        };
        self.put_with(op, reg, tail);
        let field = self.offset().wrapping_sub(4);
        let addend = i64::from(address.disp);
        match address.base {
            Base::None | Base::Gpr(_) => {}
            Base::Literal(literal) => self.refer(field, literal, trailing),
            Base::Symbol(symbol, kind) if relative => {
                self.relocate(field, kind, symbol, addend - 4 - i64::from(trailing));
            }
            Base::Symbol(symbol, kind) => self.relocate(field, kind, symbol, addend),
        }
    }

    #[inline]
    fn put_with(&mut self, op: Opcode, reg: u8, tail: Tail) {
        let (word, bits) = op.head((reg >> 3) << 2 | tail.rex);
        self.put(u128::from(word) | u128::from(tail.word) << (bits & 63), bits / 8 + tail.bytes);
    }

    #[inline]
    fn rm(&mut self, op: Opcode, reg: u8, rm: &Rm, trailing: u32) {
        match rm {
            Rm::Reg(register) => self.registers(op, reg, register.0),
            Rm::Mem(address) => self.memory(op, reg, address, trailing),
        }
    }

    /// Like [`Assembler::rm`] for an operation of one byte on a register, which needs REX when that is `spl` to `dil`.
    #[inline]
    fn sized_rm(&mut self, op: Opcode, size: Size, reg: u8, rm: &Rm, trailing: u32) {
        let op = match rm {
            Rm::Reg(register) if size == Size::Byte => op.byte_register(register.0),
            _ => op,
        };
        self.rm(op, reg, rm, trailing);
    }

    #[inline]
    fn xmm_rm(&mut self, op: Opcode, reg: u8, rm: &XmmRm, trailing: u32) {
        match rm {
            XmmRm::Reg(register) => self.registers(op, reg, register.0),
            XmmRm::Mem(address) => self.memory(op, reg, address, trailing),
        }
    }

    /// The immediate operand of the instruction just written, which said that it follows.
    #[inline]
    fn immediate(&mut self, value: i32, bytes: u32) {
        self.put((value as u32).into(), bytes);
    }

    /// A 4-byte distance to a symbol at the end of the instruction just written.
    fn branch_field(&mut self, symbol: Reference) {
        self.relocate(self.offset(), RelocationKind::Branch32, symbol, -4);
        self.put(0, 4);
    }
}
