//! What instructions compute that do nothing else: equal keys give equal results.

use super::inst::{Alu, Cell, Inst, Reg, Shift, Unary};
use artifact::Reference;

/// What an instruction computes, of which operands.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Const(u32),
    Symbol(Reference, i32),
    Frame(Cell),
    Sum(Reg, Reg),
    Difference(Reg, Reg),
    Plus(Reg, i16),
    Alu(Alu, Reg, Reg),
    Shift(Shift, Reg, u8),
    Unary(Unary, Reg),
}

/// What an instruction that may move computes, of operands by their representatives; and its result.
pub(super) fn key(inst: &Inst, of: impl Fn(Reg) -> Reg) -> Option<(Key, Reg)> {
    Some(match *inst {
        Inst::Const { dst, value } => (Key::Const(value), dst),
        Inst::Symbol { dst, reference, addend } => (Key::Symbol(reference, addend), dst),
        Inst::FrameAddress { dst, cell } => (Key::Frame(cell), dst),
        Inst::Add { dst, a, b } => (Key::Sum(of(a), of(b)), dst),
        Inst::Sub { dst, a, b } => (Key::Difference(of(a), of(b)), dst),
        Inst::AddImm { dst, src, imm } => (Key::Plus(of(src), imm), dst),
        Inst::Alu { op: Alu::Adc | Alu::Sbc, .. } => return None,
        Inst::Alu { op, dst, a, b } => (Key::Alu(op, of(a), of(b)), dst),
        Inst::Shift { op, dst, src, amount } => (Key::Shift(op, of(src), amount), dst),
        Inst::Unary { op, dst, src } => (Key::Unary(op, of(src)), dst),
        _ => return None,
    })
}

impl Key {
    pub(super) fn operands(self) -> impl Iterator<Item = Reg> {
        let (one, other) = match self {
            Key::Const(_) | Key::Symbol(..) | Key::Frame(_) => (None, None),
            Key::Sum(a, b) | Key::Difference(a, b) | Key::Alu(_, a, b) => (Some(a), Some(b)),
            Key::Plus(a, _) | Key::Shift(_, a, _) | Key::Unary(_, a) => (Some(a), None),
        };
        one.into_iter().chain(other)
    }

    /// The same of other operands.
    pub(super) fn with(self, of: impl Fn(Reg) -> Reg) -> Key {
        match self {
            Key::Const(_) | Key::Symbol(..) | Key::Frame(_) => self,
            Key::Sum(a, b) => Key::Sum(of(a), of(b)),
            Key::Difference(a, b) => Key::Difference(of(a), of(b)),
            Key::Plus(a, imm) => Key::Plus(of(a), imm),
            Key::Alu(op, a, b) => Key::Alu(op, of(a), of(b)),
            Key::Shift(op, a, amount) => Key::Shift(op, of(a), amount),
            Key::Unary(op, a) => Key::Unary(op, of(a)),
        }
    }

    pub(super) fn inst(self, dst: Reg) -> Inst {
        match self {
            Key::Const(value) => Inst::Const { dst, value },
            Key::Symbol(reference, addend) => Inst::Symbol { dst, reference, addend },
            Key::Frame(cell) => Inst::FrameAddress { dst, cell },
            Key::Sum(a, b) => Inst::Add { dst, a, b },
            Key::Difference(a, b) => Inst::Sub { dst, a, b },
            Key::Plus(src, imm) => Inst::AddImm { dst, src, imm },
            Key::Alu(op, a, b) => Inst::Alu { op, dst, a, b },
            Key::Shift(op, src, amount) => Inst::Shift { op, dst, src, amount },
            Key::Unary(op, src) => Inst::Unary { op, dst, src },
        }
    }

    /// Cycles of the instruction.
    pub(super) fn cycles(self) -> u32 {
        match self {
            Key::Symbol(..) | Key::Const(256..) => 2,
            _ => 1,
        }
    }

    /// Whether it is no computation, but something that is made anew anywhere.
    pub(super) fn is_made_anew(self) -> bool {
        matches!(self, Key::Const(_) | Key::Symbol(..) | Key::Frame(_))
    }

    /// Whether it is made again as fast as it is brought from where it waits.
    pub(super) fn is_cheap(self) -> bool {
        matches!(self, Key::Const(0..=255) | Key::Frame(_))
    }
}
