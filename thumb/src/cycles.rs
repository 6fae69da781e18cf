//! How long instructions take on a Cortex-M0 with memory that never waits.
//!
//! The figures stand in `cycles.tsv` and come from the Cortex-M0 Technical Reference Manual (ARM DDI 0432C, 3.3). There
//! are two multipliers, of 1 and of 32 cycles; which one a chip has is for the caller to say.

use crate::Reg;
use crate::inst::Inst;
use crate::operand::{Alu, Hint};

/// Cycles of `MULS` with the fast multiplier, which the nRF51 has.
pub const FAST_MULTIPLY: u32 = 1;
/// Cycles of `MULS` with the small multiplier.
pub const SMALL_MULTIPLY: u32 = 32;

/// Cycles from an interrupt to the first instruction of its handler, and the most that the way back takes.
pub const EXCEPTION_LATENCY: u32 = TABLE[Class::Latency as usize].cycles;

#[derive(Clone, Copy)]
struct Cost {
    cycles: u32,
    per_register: u32,
    taken: u32,
}

/// Rows of the table, in its order.
#[derive(Clone, Copy)]
enum Class {
    Data,
    Access,
    Multiple,
    PopPc,
    BranchIf,
    Branch,
    System,
    Wait,
    Exception,
    Latency,
}

const CLASSES: usize = 10;

/// Read when the crate is compiled, so that a table that cannot be read is an error of the build.
static TABLE: [Cost; CLASSES] = parse(include_bytes!("../cycles.tsv"));

const fn parse(text: &[u8]) -> [Cost; CLASSES] {
    let mut table = [Cost { cycles: 0, per_register: 0, taken: 0 }; CLASSES];
    let mut at = behind(text, 0, b'\n');
    let mut row = 0;
    while row < CLASSES {
        let first = behind(text, at, b'\t');
        let second = behind(text, first, b'\t');
        let third = behind(text, second, b'\t');
        table[row] =
            Cost { cycles: number(text, first), per_register: number(text, second), taken: number(text, third) };
        at = behind(text, at, b'\n');
        row += 1;
    }
    assert!(at == text.len(), "as many rows as classes");
    table
}

/// The place behind the next byte of a kind.
const fn behind(text: &[u8], mut at: usize, byte: u8) -> usize {
    while text[at] != byte {
        at += 1;
    }
    at + 1
}

/// The decimal number that a column holds.
const fn number(text: &[u8], mut at: usize) -> u32 {
    let mut value = 0;
    while text[at] != b'\t' {
        assert!(text[at].is_ascii_digit(), "a number");
        value = value * 10 + (text[at] - b'0') as u32;
        at += 1;
    }
    value
}

impl Inst {
    /// How many cycles it takes. `taken` says whether a conditional branch is; `multiply` is what `MULS` takes.
    pub fn cycles(&self, taken: bool, multiply: u32) -> u32 {
        if let Inst::Alu { op: Alu::Mul, .. } = self {
            return multiply;
        }
        let cost = TABLE[self.class() as usize];
        let base = if taken { cost.taken } else { cost.cycles };
        base + cost.per_register * self.access().map_or(0, |access| access.count)
    }

    fn class(&self) -> Class {
        match self {
            Inst::LoadLiteral { .. } | Inst::Load { .. } | Inst::Store { .. } => Class::Access,
            Inst::Pop { list } if list.contains(Reg::PC) => Class::PopPc,
            Inst::Push { .. } | Inst::Pop { .. } => Class::Multiple,
            Inst::LoadMultiple { .. } | Inst::StoreMultiple { .. } => Class::Multiple,
            Inst::BranchIf { .. } => Class::BranchIf,
            Inst::Branch { .. } | Inst::BranchReg { .. } | Inst::CallReg { .. } => Class::Branch,
            Inst::Move { rd: Reg::PC, .. } | Inst::AddHigh { rdn: Reg::PC, .. } => Class::Branch,
            Inst::Call { .. } | Inst::Barrier(_) => Class::System,
            Inst::ReadSpecial { .. } | Inst::WriteSpecial { .. } => Class::System,
            Inst::Hint(Hint::Wfe | Hint::Wfi) => Class::Wait,
            Inst::Undefined(_) | Inst::Breakpoint(_) | Inst::Supervisor(_) => Class::Exception,
            _ => Class::Data,
        }
    }
}
