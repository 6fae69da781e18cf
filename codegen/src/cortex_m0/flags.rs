//! Compares with 0 that ask what the flags say already, when registers are allocated.
//!
//! An instruction that makes flags of its result leaves N and Z as `CMP` of that result with 0 would. Where only these
//! two are asked for, the compare becomes a move of a register to itself, which has no code: lines keep their numbers.

use super::inst::{Code, Cond, Flags, Inst, Line, Reg, Role, Unary};

/// Drops needless compares.
pub(super) fn drop_compares(code: &mut Code) {
    for block in &mut code.blocks {
        // The register of which N and Z speak.
        let mut about: Option<Reg> = None;
        for index in 0..block.lines.len() {
            let Some((line, behind)) = block.lines.get_mut(index..).and_then(|rest| rest.split_first_mut()) else {
                break;
            };
            if let Inst::CmpImm { a, imm: 0 } = line.inst {
                if about == Some(a) && only_sign_and_zero(behind) {
                    line.inst = Inst::Move { dst: a, src: a };
                } else {
                    about = Some(a);
                }
                continue;
            }
            about = after(&mut line.inst, about);
        }
    }
}

/// Whether all that reads the flags asks for N or Z alone.
fn only_sign_and_zero(behind: &[Line]) -> bool {
    for line in behind {
        let cond = match &line.inst {
            Inst::Branch { cond, .. } | Inst::TrapIf { cond, .. } | Inst::Select { cond, .. } => *cond,
            inst if inst.flags().reads() => return false,
            inst if inst.flags() == Flags::Keeps => continue,
            _ => return true,
        };
        if !matches!(cond, Cond::Eq | Cond::Ne | Cond::Mi | Cond::Pl) {
            return false;
        }
    }
    true
}

/// The register of which N and Z speak behind an instruction.
fn after(inst: &mut Inst, about: Option<Reg>) -> Option<Reg> {
    let made = match *inst {
        Inst::Add { dst, .. }
        | Inst::Sub { dst, .. }
        | Inst::AddImm { dst, .. }
        | Inst::Alu { dst, .. }
        | Inst::Shift { dst, .. }
        | Inst::Unary { op: Unary::Not | Unary::Neg, dst, .. } => return Some(dst),
        _ => about.filter(|_| matches!(inst.flags(), Flags::Keeps | Flags::Reads)),
    };
    let mut kept = made;
    inst.visit(&mut |reg, role| {
        let written = !matches!(role, Role::Use | Role::UseIn(_) | Role::Late);
        // A move of a register to itself writes nothing.
        if written && Some(*reg) == made {
            kept = None;
        }
    });
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cortex_m0::inst::{Alu, CodeBlock};

    const R1: Reg = Reg(1);
    const R2: Reg = Reg(2);

    fn drops(before: Vec<Inst>, cond: Cond) -> bool {
        let compare = Inst::CmpImm { a: R1, imm: 0 };
        let branch = Inst::Branch { cond, yes: 0, no: 1 };
        let insts = before.into_iter().chain([compare, branch]);
        let lines = insts.map(|inst| Line { inst, source: None }).collect();
        let mut code = Code { blocks: vec![CodeBlock { lines, ..CodeBlock::default() }], ..Code::default() };
        drop_compares(&mut code);
        let lines = &code.blocks[0].lines;
        lines[lines.len() - 2].inst == Inst::Move { dst: R1, src: R1 }
    }

    #[test]
    fn a_compare_goes_behind_its_result() {
        let subtract = || Inst::AddImm { dst: R1, src: R1, imm: -1 };
        assert!(drops(vec![subtract()], Cond::Ne));
        assert!(drops(vec![subtract(), Inst::Move { dst: R2, src: R1 }], Cond::Mi));
        assert!(!drops(vec![subtract()], Cond::Gt), "V differs");
        assert!(!drops(vec![subtract()], Cond::Cs), "C differs");
        assert!(!drops(vec![subtract(), Inst::Move { dst: R1, src: R2 }], Cond::Ne), "another value");
        assert!(!drops(vec![subtract(), Inst::Const { dst: R2, value: 1 }], Cond::Ne), "other flags");
        assert!(!drops(vec![Inst::Move { dst: R1, src: R2 }], Cond::Ne), "no flags");
        let multiply = Inst::Alu { op: Alu::Mul, dst: R1, a: R1, b: R2 };
        assert!(drops(vec![multiply], Cond::Eq));
    }
}
