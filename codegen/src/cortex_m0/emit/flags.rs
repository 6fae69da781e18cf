//! Compares with 0 that the instruction before them has made already.
//!
//! What computes a register sets N and Z by its result, as `CMP` with 0 would. So the compare is left out when nothing
//! came between that writes the register or flags, and whoever reads the flags asks for N or Z alone: C and V differ.

use crate::cortex_m0::inst::{Cond, Inst, Line, Reg, Unary};

/// The register that N and Z tell of, if they tell of one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known(Option<Reg>);

impl Known {
    /// Whether the first of some lines is a compare that changes nothing that the others read.
    pub(super) fn says(self, lines: &[Line]) -> bool {
        let Some((first, rest)) = lines.split_first() else { return false };
        matches!(first.inst, Inst::CmpImm { a, imm: 0 } if self.0 == Some(a)) && reads_sign_or_zero(rest)
    }

    /// An instruction is written.
    pub(super) fn pass(&mut self, inst: &Inst) {
        self.0 = match *inst {
            Inst::Add { dst, .. }
            | Inst::Sub { dst, .. }
            | Inst::AddImm { dst, .. }
            | Inst::Alu { dst, .. }
            | Inst::Shift { dst, .. }
            | Inst::Borrow { dst }
            | Inst::Unary { op: Unary::Not | Unary::Neg, dst, .. } => Some(dst),
            Inst::Move { dst, .. }
            | Inst::Symbol { dst, .. }
            | Inst::Load { dst, .. }
            | Inst::Reload { dst, .. }
            | Inst::ReadSpecial { dst, .. }
            | Inst::Unary { dst, .. } => self.0.filter(|&reg| reg != dst),
            Inst::CmpImm { a, imm: 0 } => Some(a),
            Inst::Store { .. } | Inst::Spill { .. } | Inst::TrapIf { .. } => self.0,
            _ => None,
        };
    }
}

/// Whether whoever reads the flags that lines begin with asks for N or Z alone.
fn reads_sign_or_zero(lines: &[Line]) -> bool {
    for line in lines {
        match line.inst {
            Inst::Move { .. } | Inst::Spill { .. } | Inst::Reload { .. } => {}
            Inst::TrapIf { cond, .. } | Inst::Select { cond, .. } | Inst::Branch { cond, .. } => {
                if !matches!(cond, Cond::Eq | Cond::Ne | Cond::Mi | Cond::Pl) {
                    return false;
                }
            }
            ref inst => return !inst.flags().reads(),
        }
    }
    true
}
