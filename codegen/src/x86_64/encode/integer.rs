//! Moves, arithmetic, shifts and bits of general-purpose registers.

use super::{Address, Assembler, Opcode, Rm, Size};
use crate::x86_64::condition::Cc;
use crate::x86_64::register::Gpr;

/// Operations of two operands that all have the same forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum Alu {
    Add = 0,
    Or = 1,
    Adc = 2,
    Sbb = 3,
    And = 4,
    Sub = 5,
    Xor = 6,
    /// Sub that keeps only the flags.
    Cmp = 7,
}

/// Operations of one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Unary {
    Not,
    Neg,
    /// `rdx:rax` becomes `rax` times the operand, without sign; bytes: `ax`.
    Mul,
    /// The same with sign.
    Imul,
    /// Divides `rdx:rax` without sign: quotient in `rax`, remainder in `rdx`; bytes: `ax` into `al` and `ah`.
    Div,
    /// The same with sign.
    Idiv,
    /// Leaves the carry flag alone.
    Inc,
}

/// Shifts and rotations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum Shift {
    Rol = 0,
    Ror = 1,
    Shl = 4,
    Shr = 5,
    Sar = 7,
}

/// Searches for bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Scan {
    /// Index of the lowest bit; undefined for 0.
    Bsf,
    /// Index of the highest bit; undefined for 0.
    Bsr,
    /// Zeros below the lowest bit; needs BMI1.
    Tzcnt,
    /// Zeros above the highest bit; needs LZCNT.
    Lzcnt,
    /// Number of bits; needs POPCNT.
    Popcnt,
}

impl Assembler {
    /// Copies a register. Bytes and words copy 32 bits, as a write of part of a register waits for the rest.
    #[inline]
    pub(crate) fn mov_rr(&mut self, size: Size, dst: Gpr, src: Gpr) {
        let op = Opcode::one(0x8B);
        self.registers(if size == Size::Quad { op.wide() } else { op }, dst.0, src.0);
    }

    /// Sets a register to a number in the shortest form that keeps the flags. Bits of the number above the size are
    /// ignored; those of the register above it become zero.
    pub(crate) fn mov_ri(&mut self, size: Size, dst: Gpr, value: u64) {
        let value = match size {
            Size::Quad => value,
            _ => value & (u64::MAX >> (64 - 8 * size.bytes())),
        };
        if u32::try_from(value).is_ok() {
            self.register_in_opcode(Opcode::one(0xB8), dst.0);
            self.put(value.into(), 4);
        } else if i32::try_from(value as i64).is_ok() {
            self.registers(Opcode::one(0xC7).wide(), 0, dst.0);
            self.immediate(value as i32, 4);
        } else {
            self.register_in_opcode(Opcode::one(0xB8).wide(), dst.0);
            self.put(value.into(), 8);
        }
    }

    /// Sets a register to zero; changes the flags.
    #[inline]
    pub(crate) fn zero(&mut self, dst: Gpr) {
        self.registers(Opcode::one(0x33), dst.0, dst.0);
    }

    /// Loads; bytes and words are extended with zeros to 32 bits.
    #[inline]
    pub(crate) fn load(&mut self, size: Size, dst: Gpr, address: Address) {
        self.memory(zero_extending(size), dst.0, &address, 0);
    }

    /// Copies with zeros above the size `from`, in the whole register.
    #[inline]
    pub(crate) fn movzx(&mut self, from: Size, dst: Gpr, src: impl Into<Rm>) {
        self.sized_rm(zero_extending(from), from, dst.0, &src.into(), 0);
    }

    /// Copies with the sign of the size `from` up to the size `to`, which is larger and not a byte.
    #[inline]
    pub(crate) fn load_signed(&mut self, from: Size, to: Size, dst: Gpr, src: impl Into<Rm>) {
        debug_assert!(from.bytes() < to.bytes());
        let op = match from {
            Size::Byte => Opcode::two(0xBE),
            Size::Word => Opcode::two(0xBF),
            Size::Long | Size::Quad => Opcode::one(0x63),
        };
        self.sized_rm(op.size(to), from, dst.0, &src.into(), 0);
    }

    /// Stores the low part of a register.
    #[inline]
    pub(crate) fn store(&mut self, size: Size, address: Address, src: Gpr) {
        let op = Opcode::one(0x88).sized(size);
        self.memory(byte_operand(op, size, src), src.0, &address, 0);
    }

    /// Stores a number; for [`Size::Quad`] extended with its sign.
    #[inline]
    pub(crate) fn store_imm(&mut self, size: Size, address: Address, value: i32) {
        self.memory(Opcode::one(0xC6).sized(size), 0, &address, size.immediate());
        self.immediate(value, size.immediate());
    }

    /// The address itself.
    #[inline]
    pub(crate) fn lea(&mut self, dst: Gpr, address: Address) {
        self.memory(Opcode::one(0x8D).wide(), dst.0, &address, 0);
    }

    /// The low 32 bits of the address; the upper half becomes zero.
    #[inline]
    pub(crate) fn lea32(&mut self, dst: Gpr, address: Address) {
        self.memory(Opcode::one(0x8D), dst.0, &address, 0);
    }

    /// `dst op= src`
    #[inline]
    pub(crate) fn alu(&mut self, alu: Alu, size: Size, dst: Gpr, src: impl Into<Rm>) {
        let op = Opcode::one((alu as u8) << 3 | 2).sized(size);
        self.sized_rm(byte_operand(op, size, dst), size, dst.0, &src.into(), 0);
    }

    /// `[address] op= src`; without lock.
    #[inline]
    pub(crate) fn alu_to_memory(&mut self, alu: Alu, size: Size, address: Address, src: Gpr) {
        let op = Opcode::one((alu as u8) << 3).sized(size);
        self.memory(byte_operand(op, size, src), src.0, &address, 0);
    }

    /// `dst op= value`; for [`Size::Quad`] extended with its sign. For bytes and words only the low bits count.
    #[inline]
    pub(crate) fn alu_imm(&mut self, alu: Alu, size: Size, dst: impl Into<Rm>, value: i32) {
        let value = narrowed(size, value);
        let short = size != Size::Byte && i8::try_from(value).is_ok();
        let (op, bytes) = match short {
            true => (Opcode::one(0x83).size(size), 1),
            false => (Opcode::one(0x80).sized(size), size.immediate()),
        };
        self.sized_rm(op, size, alu as u8, &dst.into(), bytes);
        self.immediate(value, bytes);
    }

    /// The flags of `a & b`.
    #[inline]
    pub(crate) fn test(&mut self, size: Size, a: impl Into<Rm>, b: Gpr) {
        let op = Opcode::one(0x84).sized(size);
        self.sized_rm(byte_operand(op, size, b), size, b.0, &a.into(), 0);
    }

    /// The flags of `a & value`.
    #[inline]
    pub(crate) fn test_imm(&mut self, size: Size, a: impl Into<Rm>, value: i32) {
        self.sized_rm(Opcode::one(0xF6).sized(size), size, 0, &a.into(), size.immediate());
        self.immediate(value, size.immediate());
    }

    /// `dst *= src`; not for bytes.
    #[inline]
    pub(crate) fn imul(&mut self, size: Size, dst: Gpr, src: impl Into<Rm>) {
        debug_assert_ne!(size, Size::Byte);
        self.rm(Opcode::two(0xAF).size(size), dst.0, &src.into(), 0);
    }

    /// `dst = src * value`; not for bytes.
    #[inline]
    pub(crate) fn imul_imm(&mut self, size: Size, dst: Gpr, src: impl Into<Rm>, value: i32) {
        debug_assert_ne!(size, Size::Byte);
        let value = narrowed(size, value);
        let (op, bytes) = match i8::try_from(value) {
            Ok(_) => (Opcode::one(0x6B), 1),
            Err(_) => (Opcode::one(0x69), size.immediate()),
        };
        self.rm(op.size(size), dst.0, &src.into(), bytes);
        self.immediate(value, bytes);
    }

    /// An operation of one operand.
    #[inline]
    pub(crate) fn unary(&mut self, unary: Unary, size: Size, rm: impl Into<Rm>) {
        let (op, digit) = match unary {
            Unary::Not => (0xF6, 2),
            Unary::Neg => (0xF6, 3),
            Unary::Mul => (0xF6, 4),
            Unary::Imul => (0xF6, 5),
            Unary::Div => (0xF6, 6),
            Unary::Idiv => (0xF6, 7),
            Unary::Inc => (0xFE, 0),
        };
        self.sized_rm(Opcode::one(op).sized(size), size, digit, &rm.into(), 0);
    }

    /// `rdx` becomes the sign of `rax`: `cwd`, `cdq`, `cqo`. Bytes: `ax` becomes `al` with its sign (`cbw`).
    #[inline]
    pub(crate) fn sign_extend_accumulator(&mut self, size: Size) {
        self.plain(match size {
            Size::Byte => Opcode::one(0x98).size(Size::Word),
            _ => Opcode::one(0x99).size(size),
        });
    }

    /// Shifts by a number, which is masked with 31, or with 63 for [`Size::Quad`].
    #[inline]
    pub(crate) fn shift_imm(&mut self, shift: Shift, size: Size, rm: impl Into<Rm>, count: u8) {
        if count == 1 {
            self.sized_rm(Opcode::one(0xD0).sized(size), size, shift as u8, &rm.into(), 0);
        } else {
            self.sized_rm(Opcode::one(0xC0).sized(size), size, shift as u8, &rm.into(), 1);
            self.put(count.into(), 1);
        }
    }

    /// Shifts by `cl`, masked in the same way.
    #[inline]
    pub(crate) fn shift_cl(&mut self, shift: Shift, size: Size, rm: impl Into<Rm>) {
        self.sized_rm(Opcode::one(0xD2).sized(size), size, shift as u8, &rm.into(), 0);
    }

    /// Shifts bits of `src` into `dst`: `shld` (left) or `shrd`; not for bytes.
    #[inline]
    pub(crate) fn double_shift_imm(&mut self, left: bool, size: Size, dst: impl Into<Rm>, src: Gpr, count: u8) {
        debug_assert_ne!(size, Size::Byte);
        let op = Opcode::two(if left { 0xA4 } else { 0xAC });
        self.rm(op.size(size), src.0, &dst.into(), 1);
        self.put(count.into(), 1);
    }

    /// The same by `cl`.
    #[inline]
    pub(crate) fn double_shift_cl(&mut self, left: bool, size: Size, dst: impl Into<Rm>, src: Gpr) {
        debug_assert_ne!(size, Size::Byte);
        let op = Opcode::two(if left { 0xA5 } else { 0xAD });
        self.rm(op.size(size), src.0, &dst.into(), 0);
    }

    /// A byte 1 if the condition holds, else 0.
    #[inline]
    pub(crate) fn setcc(&mut self, cc: Cc, dst: impl Into<Rm>) {
        self.sized_rm(Opcode::two(0x90 + cc as u8), Size::Byte, 0, &dst.into(), 0);
    }

    /// `dst = src` if the condition holds; memory is read in any case. Not for bytes.
    #[inline]
    pub(crate) fn cmov(&mut self, cc: Cc, size: Size, dst: Gpr, src: impl Into<Rm>) {
        debug_assert_ne!(size, Size::Byte);
        self.rm(Opcode::two(0x40 + cc as u8).size(size), dst.0, &src.into(), 0);
    }

    /// Reverses the bytes of 4 or 8.
    #[inline]
    pub(crate) fn bswap(&mut self, size: Size, dst: Gpr) {
        debug_assert!(matches!(size, Size::Long | Size::Quad));
        self.register_in_opcode(Opcode::two(0xC8).size(size), dst.0);
    }

    /// Searches for bits; not for bytes.
    #[inline]
    pub(crate) fn scan(&mut self, scan: Scan, size: Size, dst: Gpr, src: impl Into<Rm>) {
        debug_assert_ne!(size, Size::Byte);
        let op = match scan {
            Scan::Bsf => Opcode::two(0xBC),
            Scan::Bsr => Opcode::two(0xBD),
            Scan::Tzcnt => Opcode::two(0xBC).prefix(0xF3),
            Scan::Lzcnt => Opcode::two(0xBD).prefix(0xF3),
            Scan::Popcnt => Opcode::two(0xB8).prefix(0xF3),
        };
        self.rm(op.size(size), dst.0, &src.into(), 0);
    }

    /// The carry flag becomes a bit of the operand, its number masked to the size; not for bytes.
    #[inline]
    pub(crate) fn bit_test_imm(&mut self, size: Size, rm: impl Into<Rm>, bit: u8) {
        debug_assert_ne!(size, Size::Byte);
        self.rm(Opcode::two(0xBA).size(size), 4, &rm.into(), 1);
        self.put(bit.into(), 1);
    }
}

/// The opcode that copies into a register with zeros above the size.
fn zero_extending(size: Size) -> Opcode {
    match size {
        Size::Byte => Opcode::two(0xB6),
        Size::Word => Opcode::two(0xB7),
        Size::Long => Opcode::one(0x8B),
        Size::Quad => Opcode::one(0x8B).wide(),
    }
}

/// The opcode with REX if a register operand of the size needs it.
pub(super) fn byte_operand(op: Opcode, size: Size, register: Gpr) -> Opcode {
    match size {
        Size::Byte => op.byte_register(register.0),
        _ => op,
    }
}

/// An immediate operand of the size, with the sign that its bits have there.
fn narrowed(size: Size, value: i32) -> i32 {
    match size {
        Size::Byte => (value as i8).into(),
        Size::Word => (value as i16).into(),
        Size::Long | Size::Quad => value,
    }
}
