//! What registers hold inside the code of one IR instruction, as far as a straight line of moves tells.
//!
//! At the first byte each register holds what it held before, which has no name but the register's. Moves, additions of
//! constants, loads of literals and of frame cells keep track; anything else is unknown.

use super::Subject;
use super::allowed::Access;
use super::decode::Decoded;
use crate::piece::{NONE, Piece};
use artifact::{Reference, Relocation, RelocationKind};
use iced_x86::{Mnemonic, OpKind, Register};

/// What a term is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// Nothing is known.
    Unknown,
    /// What a register held at the first byte: general-purpose ones are 0–15, vector ones 16–31.
    Held(u8),
    /// Nothing: the offset is a constant.
    Zero,
    /// The stack pointer.
    Stack,
    /// The stack pointer and the offset, rounded down to this alignment, which is more than the stack pointer's.
    Aligned(u32),
    /// The contents of the frame at a distance from the stack pointer.
    Cell(i64),
    /// The address of a symbol.
    Symbol(Reference),
    /// What the access that counts read.
    Loaded,
}

/// A base and a constant; the low bits of it that a register has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) base: Base,
    pub(crate) offset: i64,
    pub(crate) bits: u32,
}

impl Term {
    pub(crate) const UNKNOWN: Term = Term { base: Base::Unknown, offset: 0, bits: 0 };

    pub(crate) fn new(base: Base, offset: i64) -> Term {
        Term { base, offset, bits: 64 }
    }

    /// So much more.
    pub(crate) fn plus(self, offset: i64) -> Term {
        Term { offset: self.offset.wrapping_add(offset), ..self }
    }

    fn cut(self, bits: u32) -> Term {
        Term { bits: self.bits.min(bits), ..self }
    }

    /// Whether the low bits of this are those of another term.
    pub(crate) fn agrees(self, other: Term, bits: u32) -> bool {
        let mask = if bits >= 64 { !0 } else { (1_i64 << bits) - 1 };
        self.base == other.base && (self.offset ^ other.offset) & mask == 0 && self.bits >= bits
    }
}

/// The address of an operand in memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Address {
    pub(crate) term: Term,
    /// Whether something unknown is added.
    pub(crate) indexed: bool,
}

/// What registers hold.
pub(crate) struct Registers {
    held: [Term; 32],
}

impl Registers {
    /// At the first byte.
    pub(crate) fn new() -> Registers {
        let mut held = std::array::from_fn(|index| Term::new(Base::Held(index as u8), 0));
        held[number(Register::RSP).unwrap_or(4)] = Term::new(Base::Stack, 0);
        Registers { held }
    }

    /// What a register holds: general-purpose ones are 0–15, vector ones 16–31.
    pub(crate) fn get(&self, number: usize) -> Term {
        self.held.get(number).copied().unwrap_or(Term::UNKNOWN)
    }

    fn of(&self, register: Register) -> Term {
        match number(register) {
            // The second byte of a register.
            Some(_) if matches!(register, Register::AH | Register::BH | Register::CH | Register::DH) => {
                Term::UNKNOWN
            }
            Some(index) => self.held[index].cut(register.size() as u32 * 8),
            None => Term::UNKNOWN,
        }
    }

    fn set(&mut self, register: Register, term: Term) {
        let Some(index) = number(register) else { return };
        let bits = if register.is_xmm() { 64 } else { register.size() as u32 * 8 };
        // A write of 32 bits clears those above; of fewer, it keeps them: the low ones are known either way.
        self.held[index] = match (term.base, bits) {
            (Base::Zero, 32) if term.bits >= 32 => Term::new(Base::Zero, i64::from(term.offset as u32)),
            _ => term.cut(bits),
        };
    }

    /// The address of the operand in memory.
    pub(crate) fn address(&self, subject: Subject<'_>, inst: &Decoded) -> Address {
        let raw = &inst.raw;
        let displacement = raw.memory_displacement64() as i64;
        let (base, index) = (raw.memory_base(), raw.memory_index());
        if let Some(relocation) = relocation(subject, inst).filter(|relocation| !is_of_immediate(inst, relocation))
        {
            let behind = i64::from(inst.end() - relocation.offset);
            let offset = if inst.is_relative() { relocation.addend + behind } else { relocation.addend };
            let indexed = index != Register::None || !(inst.is_relative() || base == Register::None);
            return Address { term: Term::new(Base::Symbol(relocation.target), offset), indexed };
        }
        let term = match base {
            Register::None => Term::new(Base::Zero, 0),
            register => self.of(register),
        };
        // An index without base may be a constant, or a register that stands for the base.
        match (base, index, raw.memory_index_scale()) {
            (Register::None, index, 1) if index != Register::None => {
                Address { term: self.of(index).plus(displacement), indexed: false }
            }
            _ => Address { term: term.plus(displacement), indexed: index != Register::None },
        }
    }

    /// What a move, a store or an exchange takes from its second operand.
    pub(crate) fn source(&self, subject: Subject<'_>, inst: &Decoded) -> Term {
        let raw = &inst.raw;
        match raw.op1_kind() {
            OpKind::Register => self.of(raw.op1_register()),
            OpKind::Memory => self.loaded(subject, inst),
            kind if is_immediate(kind) => {
                match relocation(subject, inst).filter(|field| is_of_immediate(inst, field)) {
                    None => Term::new(Base::Zero, raw.immediate(1) as i64),
                    Some(relocation) => Term::new(Base::Symbol(relocation.target), relocation.addend),
                }
            }
            _ => Term::UNKNOWN,
        }
    }

    /// What a read of literals, of the global offset table or of the frame gives.
    fn loaded(&self, subject: Subject<'_>, inst: &Decoded) -> Term {
        let bits = inst.width() * 8;
        if let Some(relocation) = relocation(subject, inst) {
            return match relocation.kind {
                RelocationKind::GlobalOffset32 => Term::new(Base::Symbol(relocation.target), 0),
                _ => Term::UNKNOWN,
            };
        }
        if inst.is_relative() {
            let start = inst.raw.ip_rel_memory_address() as usize;
            let bytes = subject.code.code.get(start..start + inst.width().min(8) as usize).unwrap_or(&[]);
            let value = bytes.iter().rev().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
            return Term::new(Base::Zero, value as i64).cut(bits);
        }
        match inst.frame() {
            Some(offset) => Term::new(Base::Cell(offset), 0).cut(bits),
            None => Term::UNKNOWN,
        }
    }

    /// After an instruction, which reads with the access that counts, or not.
    pub(crate) fn advance(&mut self, subject: Subject<'_>, inst: &Decoded, counts: bool) {
        use Mnemonic as M;
        let raw = &inst.raw;
        let first = inst.first_register();
        let loaded = Term::new(Base::Loaded, 0).cut(inst.width() * 8);
        match raw.mnemonic() {
            M::Cmp | M::Test | M::Mfence | M::Bt => {}
            M::Mov | M::Movzx | M::Movsx | M::Movsxd | M::Movaps | M::Movups | M::Movd | M::Movq => {
                let term = if counts { loaded } else { self.source(subject, inst) };
                self.set(first, term);
            }
            M::Movss | M::Movsd => {
                let bits = if raw.mnemonic() == M::Movss { 32 } else { 64 };
                let term = if counts { loaded } else { self.source(subject, inst) };
                self.set(first, term.cut(bits));
            }
            M::Lea => {
                let address = self.address(subject, inst);
                self.set(first, if address.indexed { Term::UNKNOWN } else { address.term });
            }
            M::Xor | M::Xorps | M::Pxor if raw.op0_register() == raw.op1_register() && first != Register::None => {
                self.set(first, Term::new(Base::Zero, 0));
                if !raw.op0_register().is_xmm() && raw.op0_register().size() < 4 {
                    self.set(first, Term::UNKNOWN);
                }
            }
            M::Add | M::Sub if is_immediate(raw.op1_kind()) && inst.relocation == NONE => {
                let sign = if raw.mnemonic() == M::Add { 1 } else { -1 };
                let term = self.of(first).plus((raw.immediate(1) as i64).wrapping_mul(sign));
                self.set(first, term);
            }
            M::And if is_immediate(raw.op1_kind()) && self.of(first).base == Base::Stack => {
                let align = u32::try_from((raw.immediate(1) as i64).wrapping_neg()).unwrap_or(0);
                let held = self.of(first);
                let aligned = align.is_power_of_two() && held.bits == 64;
                self.set(first, if aligned { Term { base: Base::Aligned(align), ..held } } else { Term::UNKNOWN });
            }
            M::Xchg | M::Xadd if counts => self.set(raw.op1_register(), loaded),
            M::Cmpxchg if counts => self.set(Register::RAX, loaded),
            _ => self.forget(inst),
        }
    }

    /// What the instruction may write is unknown.
    fn forget(&mut self, inst: &Decoded) {
        use Mnemonic as M;
        let raw = &inst.raw;
        if inst.entry.first != Access::Read {
            self.set(inst.first_register(), Term::UNKNOWN);
        }
        let beside: &[Register] = match raw.mnemonic() {
            M::Xchg | M::Xadd | M::Mulx => &[raw.op1_register()],
            M::Imul if raw.op_count() > 1 => &[raw.op0_register()],
            M::Mul
            | M::Imul
            | M::Div
            | M::Idiv
            | M::Cwd
            | M::Cdq
            | M::Cqo
            | M::Cbw
            | M::Cwde
            | M::Cdqe
            | M::Cmpxchg => &[Register::RAX, Register::RDX],
            _ if inst.entry.block => &[Register::RCX, Register::RSI, Register::RDI],
            _ => &[],
        };
        beside.iter().for_each(|register| self.set(*register, Term::UNKNOWN));
        if raw.is_call_near() || raw.is_call_near_indirect() {
            let kept = [3, 4, 5, 12, 13, 14, 15];
            let lost = (0..32).filter(|index| !kept.contains(index));
            lost.for_each(|index| self.held[index] = Term::UNKNOWN);
        }
    }
}

fn relocation<'a>(subject: Subject<'a>, inst: &Decoded) -> Option<&'a Relocation> {
    subject.code.relocations.get(inst.relocation as usize)
}

/// Whether the field of a relocation is the immediate, which stands last, and not the displacement.
fn is_of_immediate(inst: &Decoded, relocation: &Relocation) -> bool {
    let bytes = if relocation.kind == RelocationKind::Absolute64 { 8 } else { 4 };
    is_immediate(inst.raw.op1_kind()) && relocation.offset + bytes == inst.end()
}

/// The number of a register in machine code; vector registers from 16 on.
pub(crate) fn number(register: Register) -> Option<usize> {
    if register.is_gpr() {
        return Some(register.full_register().number());
    }
    register.is_xmm().then(|| 16 + register.number())
}

pub(crate) fn is_immediate(kind: OpKind) -> bool {
    matches!(
        kind,
        OpKind::Immediate8
            | OpKind::Immediate16
            | OpKind::Immediate32
            | OpKind::Immediate64
            | OpKind::Immediate8to16
            | OpKind::Immediate8to32
            | OpKind::Immediate8to64
            | OpKind::Immediate32to64
    )
}
