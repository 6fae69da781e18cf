//! Where control goes behind an instruction, and which addresses it names.

use crate::{Inst, Reg};

/// Where control goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// To the next instruction.
    Next,
    /// To the target or the next instruction.
    Branch,
    /// To the target.
    Jump,
    /// To the address in a register.
    JumpReg(Reg),
    /// To the program counter plus a register (`ADD pc, rm`).
    JumpSum(Reg),
    /// To the address that is popped.
    Pop,
    /// To the target, and back behind this instruction.
    Call,
    /// To the address in a register, and back behind this instruction.
    CallReg(Reg),
    /// Into an exception: `UDF`, and `BKPT` without debugger, do not come back; `SVC` does.
    Exception,
}

impl Inst {
    /// Where control goes behind it.
    pub fn flow(&self) -> Flow {
        match *self {
            Inst::BranchIf { .. } => Flow::Branch,
            Inst::Branch { .. } => Flow::Jump,
            Inst::Call { .. } => Flow::Call,
            Inst::BranchReg { rm } | Inst::Move { rd: Reg::PC, rm } => Flow::JumpReg(rm),
            Inst::AddHigh { rdn: Reg::PC, rm } => Flow::JumpSum(rm),
            Inst::CallReg { rm } => Flow::CallReg(rm),
            Inst::Pop { list } if list.contains(Reg::PC) => Flow::Pop,
            Inst::Undefined(_) | Inst::Breakpoint(_) | Inst::Supervisor(_) => Flow::Exception,
            _ => Flow::Next,
        }
    }

    /// The address that a branch, a call, a literal's load or `ADR` names, when the instruction stands at an address.
    pub fn target(&self, address: u32) -> Option<u32> {
        let pc = address.wrapping_add(4);
        match *self {
            Inst::BranchIf { offset, .. } | Inst::Branch { offset } => Some(pc.wrapping_add_signed(offset.into())),
            Inst::Call { offset } => Some(pc.wrapping_add_signed(offset)),
            Inst::LoadLiteral { offset, .. } | Inst::AddressPc { offset, .. } => {
                Some((pc & !3).wrapping_add(offset.into()))
            }
            _ => None,
        }
    }
}
