//! Between selection and allocation: instructions whose results nobody reads go, and the operands of two-address
//! instructions that commute change places where that saves a copy.

use super::inst::{Code, Flags, Inst, Reg, Role};
use super::params;
use super::reach;

/// What is known of a virtual register.
#[derive(Clone, Copy, Default)]
struct Use {
    /// How often it is read.
    count: u32,
    /// Whether another block than the defining one reads it.
    abroad: bool,
    /// The block that writes it, plus 1.
    home: u32,
    /// Whether it is a constant.
    constant: bool,
}

/// Leaves out what nobody needs, then arranges operands.
pub(super) fn tidy(code: &mut Code) {
    reach::drop_unreached(code);
    params::drop_unread(code);
    let mut uses = vec![Use::default(); code.registers];
    count(code, &mut uses);
    leave_out(code, &mut uses);
    params::drop_unread(code);
    arrange(code, &uses);
}

fn slot(uses: &mut [Use], reg: Reg) -> Option<&mut Use> {
    reg.virtual_index().and_then(|index| uses.get_mut(index))
}

fn count(code: &mut Code, uses: &mut [Use]) {
    for (number, block) in code.blocks.iter_mut().enumerate() {
        let number = number as u32 + 1;
        for &param in &block.params {
            if let Some(one) = slot(uses, param) {
                one.home = number;
            }
        }
        for line in &mut block.lines {
            let constant = matches!(line.inst, Inst::Const { .. });
            line.inst.visit(&mut |reg, role| {
                if let Some(one) = slot(uses, *reg)
                    && !is_read(role)
                {
                    one.home = number;
                    one.constant = constant;
                }
            });
        }
    }
    for (number, block) in code.blocks.iter_mut().enumerate() {
        let number = number as u32 + 1;
        let mut read = |reg: Reg| {
            if let Some(one) = slot(uses, reg) {
                one.count += 1;
                one.abroad |= one.home != number;
            }
        };
        for line in &mut block.lines {
            line.inst.visit(&mut |reg, role| {
                if is_read(role) {
                    read(*reg);
                }
            });
        }
        block.args.iter().for_each(|&arg| read(arg));
    }
}

fn is_read(role: Role) -> bool {
    matches!(role, Role::Use | Role::Late | Role::UseIn(_))
}

/// Whether an instruction does nothing but write registers and flags.
fn is_pure(inst: &Inst) -> bool {
    matches!(
        inst,
        Inst::Const { .. }
            | Inst::Symbol { .. }
            | Inst::FrameAddress { .. }
            | Inst::Move { .. }
            | Inst::Add { .. }
            | Inst::Sub { .. }
            | Inst::AddImm { .. }
            | Inst::Alu { .. }
            | Inst::Shift { .. }
            | Inst::Unary { .. }
            | Inst::Borrow { .. }
            | Inst::Cmp { .. }
            | Inst::CmpImm { .. }
            | Inst::Cmn { .. }
            | Inst::Tst { .. }
            | Inst::Select { .. }
    )
}

/// Goes against the order, so that what only served the dead dies too. A register's home stands before its readers in the
/// order of blocks, but for parameters.
fn leave_out(code: &mut Code, uses: &mut [Use]) {
    for block in code.blocks.iter_mut().rev() {
        let mut flags_read = false;
        let mut kept = Vec::with_capacity(block.lines.len());
        for mut line in std::mem::take(&mut block.lines).into_iter().rev() {
            let flags = line.inst.flags();
            let mut needed = !is_pure(&line.inst) || flags_read && flags != Flags::Keeps;
            line.inst.visit(&mut |reg, role| {
                if !is_read(role) {
                    needed |= slot(uses, *reg).is_none_or(|one| one.count > 0);
                }
            });
            if needed {
                flags_read = match flags {
                    Flags::Reads | Flags::ReadsAndChanges => true,
                    Flags::Makes | Flags::Changes => false,
                    Flags::Keeps => flags_read,
                };
                kept.push(line);
            } else {
                line.inst.visit(&mut |reg, role| {
                    if let Some(one) = slot(uses, *reg)
                        && is_read(role)
                    {
                        one.count = one.count.saturating_sub(1);
                    }
                });
            }
        }
        kept.reverse();
        block.lines = kept;
    }
}

/// A first operand that is read later is copied; a second one that is not is overwritten instead, where the operation
/// commutes. Of a value and a constant that both die the value is overwritten: its register is chosen already, often by a
/// call or by where it arrived.
fn arrange(code: &mut Code, uses: &[Use]) {
    // For each register the block, plus 1, in which a later line reads it.
    let mut later = vec![0u32; code.registers];
    for (number, block) in code.blocks.iter_mut().enumerate() {
        let number = number as u32 + 1;
        let note = |later: &mut Vec<u32>, reg: Reg| {
            if let Some(slot) = reg.virtual_index().and_then(|index| later.get_mut(index)) {
                *slot = number;
            }
        };
        block.args.iter().for_each(|&arg| note(&mut later, arg));
        for line in block.lines.iter_mut().rev() {
            let lives = |reg: Reg| {
                let index = reg.virtual_index();
                let abroad = index.and_then(|index| uses.get(index)).is_none_or(|one| one.abroad);
                abroad || index.and_then(|index| later.get(index)).is_none_or(|&block| block == number)
            };
            let is_constant = |reg: Reg| {
                let index = reg.virtual_index();
                index.and_then(|index| uses.get(index)).is_some_and(|one| one.constant)
            };
            if let Inst::Alu { op, a, b, .. } = &mut line.inst
                && op.commutes()
                && !lives(*b)
                && (lives(*a) || is_constant(*a) && !is_constant(*b))
            {
                std::mem::swap(a, b);
            }
            line.inst.visit(&mut |reg, role| {
                if is_read(role) {
                    note(&mut later, *reg);
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cortex_m0::inst::{Alu, CodeBlock, Cond, Line};

    fn code(insts: Vec<Inst>, registers: usize) -> Code {
        let lines = insts.into_iter().map(|inst| Line { inst, source: None }).collect();
        Code { blocks: vec![CodeBlock { lines, ..CodeBlock::default() }], registers, ..Code::default() }
    }

    fn v(index: usize) -> Reg {
        Reg::new_virtual(index)
    }

    #[test]
    fn flags_that_are_read_keep_their_maker_and_others_go() {
        let mut code = code(
            vec![
                Inst::Const { dst: v(0), value: 1 },
                Inst::Const { dst: v(1), value: 2 },
                Inst::Add { dst: v(2), a: v(0), b: v(0) },
                Inst::Add { dst: v(3), a: v(1), b: v(1) },
                Inst::TrapIf { cond: Cond::Cs, trap: native_ir::Trap::User },
                Inst::Return { values: vec![] },
            ],
            4,
        );
        tidy(&mut code);
        let insts: Vec<Inst> = code.blocks[0].lines.iter().map(|line| line.inst.clone()).collect();
        assert_eq!(insts.len(), 4);
        assert_eq!(insts[0], Inst::Const { dst: v(1), value: 2 });
        assert_eq!(insts[1], Inst::Add { dst: v(3), a: v(1), b: v(1) });
    }

    #[test]
    fn what_dies_is_overwritten() {
        let alu = |op, dst, a, b| Inst::Alu { op, dst: v(dst), a: v(a), b: v(b) };
        let mut code = code(
            vec![
                Inst::Const { dst: v(0), value: 1 },
                Inst::Const { dst: v(1), value: 2 },
                alu(Alu::And, 2, 0, 1),
                alu(Alu::Bic, 3, 0, 2),
                Inst::Return { values: vec![(v(0), 0), (v(3), 1)] },
            ],
            4,
        );
        tidy(&mut code);
        assert_eq!(code.blocks[0].lines[2].inst, alu(Alu::And, 2, 1, 0));
        assert_eq!(code.blocks[0].lines[3].inst, alu(Alu::Bic, 3, 0, 2));
    }
}
