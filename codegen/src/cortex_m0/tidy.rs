//! Between selection and allocation: instructions whose results nobody reads go, and the operands of two-address
//! instructions that commute change places where that saves a copy.

use super::extend;
use super::inst::{Code, CodeBlock, Flags, Inst, Reg};
use super::liveness::is_read;
use super::params;
use super::repeat;
use super::sink;
use rustc_hash::FxHashMap;

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

/// Leaves out what nobody needs.
pub(super) fn tidy(code: &mut Code) {
    params::drop_unread(code);
    drop_unread(code);
    extend::extend_loads(code);
    repeat::drop_repeated(code);
    finish(code);
}

/// Leaves out what nobody reads, then arranges operands.
pub(super) fn finish(code: &mut Code) {
    let uses = drop_unread(code);
    params::drop_unread(code);
    sink::sink(code);
    arrange(code, &uses);
}

/// Drops instructions whose results nobody reads; tells how the others are read.
fn drop_unread(code: &mut Code) -> Vec<Use> {
    let mut uses = vec![Use::default(); code.registers];
    count(code, &mut uses);
    leave_out(code, &mut uses);
    uses
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
    let origins = origins(code);
    let origin = |reg: Reg| reg.virtual_index().and_then(|index| origins.get(index).copied()).unwrap_or(reg);
    let passed = passed(code);
    // For each register the parameter that what is computed of it is passed to.
    let mut wanted: FxHashMap<Reg, Reg> = FxHashMap::default();
    for (number, block) in code.blocks.iter_mut().enumerate() {
        let number = number as u32 + 1;
        let note = |later: &mut Vec<u32>, reg: Reg| {
            if let Some(slot) = reg.virtual_index().and_then(|index| later.get_mut(index)) {
                *slot = number;
            }
        };
        block.args.iter().for_each(|&arg| note(&mut later, arg));
        wanted.clear();
        wanted.extend(passed.get(number as usize - 1).into_iter().flatten().copied());
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
            if let Inst::Alu { op, dst, a, b } = &mut line.inst
                && op.commutes()
                && !lives(*b)
            {
                let comes = |reg: Reg| wanted.get(dst).is_some_and(|&param| origin(reg) == param);
                let better = comes(*b) && !comes(*a) || is_constant(*a) && !is_constant(*b) && !comes(*a);
                if lives(*a) || better {
                    std::mem::swap(a, b);
                }
            }
            if let Some((dst, first)) = overwrites(&line.inst)
                && let Some(&param) = wanted.get(&dst)
            {
                wanted.entry(first).or_insert(param);
            }
            line.inst.visit(&mut |reg, role| {
                if is_read(role) {
                    note(&mut later, *reg);
                }
            });
        }
    }
}

/// What an instruction makes, and of what, where both would like one register.
fn overwrites(inst: &Inst) -> Option<(Reg, Reg)> {
    match *inst {
        Inst::Alu { dst, a, .. } | Inst::Add { dst, a, .. } | Inst::Sub { dst, a, .. } => Some((dst, a)),
        Inst::AddImm { dst, src, .. } | Inst::Shift { dst, src, .. } | Inst::Unary { dst, src, .. } => {
            Some((dst, src))
        }
        _ => None,
    }
}

/// For each register the parameter of a block that it is computed of step by step, in one block or several; or itself.
fn origins(code: &Code) -> Vec<Reg> {
    let mut origins: Vec<Reg> = (0..code.registers).map(Reg::new_virtual).collect();
    for line in code.blocks.iter().flat_map(|block| &block.lines) {
        if let Some((dst, first)) = overwrites(&line.inst)
            && let (Some(dst), Some(first)) = (dst.virtual_index(), first.virtual_index())
        {
            origins[dst] = origins[first];
        }
    }
    origins
}

/// For each block what it passes, with the parameter that it passes it to.
fn passed(code: &Code) -> Vec<Vec<(Reg, Reg)>> {
    let of = |block: &CodeBlock| match block.lines.last().map(|line| &line.inst) {
        Some(&Inst::Jump { to }) => {
            let params = code.blocks.get(to as usize).map_or(&[][..], |to| &to.params);
            block.args.iter().copied().zip(params.iter().copied()).collect()
        }
        _ => Vec::new(),
    };
    code.blocks.iter().map(of).collect()
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
