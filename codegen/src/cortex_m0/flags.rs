//! Flags, when registers are allocated: compares with 0 that ask what they say already, and whether they are fresh where they
//! are read.
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

/// The first line whose flags are not those of the instruction that it means: the last one in its block that makes flags,
/// with none between that may change them.
pub(super) fn stale(code: &Code) -> Option<&Line> {
    let stale_in = |lines| {
        let mut fresh = false;
        let mut lines: std::slice::Iter<'_, Line> = lines;
        lines.find(|line| {
            let flags = line.inst.flags();
            let stale = flags.reads() && !fresh;
            fresh = match flags {
                Flags::Makes => true,
                Flags::Keeps | Flags::Reads => fresh,
                Flags::Changes => false,
                // Sums and differences with carry go on to the next word.
                Flags::ReadsAndChanges => !matches!(line.inst, Inst::Select { .. }),
            };
            stale
        })
    };
    code.blocks.iter().find_map(|block| stale_in(block.lines.iter()))
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
    use crate::cortex_m0::buffer::{Buffer, Demands};
    use crate::cortex_m0::emit::emit;
    use crate::cortex_m0::frame::Frame;
    use crate::cortex_m0::inst::{Address, Alu, Callee, Cell, CodeBlock, Other, System, Width, Word};
    use artifact::Reference;
    use native_ir::{EntityRef, Func, SpecialRegister};

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

    fn code(insts: Vec<Inst>) -> Code {
        let lines = insts.into_iter().map(|inst| Line { inst, source: None }).collect();
        Code { blocks: vec![CodeBlock { lines, ..CodeBlock::default() }], ..Code::default() }
    }

    #[test]
    fn flags_that_something_may_have_changed_are_stale() {
        let compare = || Inst::CmpImm { a: R1, imm: 3 };
        let branch = || Inst::Branch { cond: Cond::Ne, yes: 0, no: 1 };
        let stale = |between: Vec<Inst>| {
            let insts = [compare()].into_iter().chain(between).chain([branch()]);
            stale(&code(insts.collect())).is_some()
        };
        let carry = || Inst::Alu { op: Alu::Adc, dst: R1, a: R1, b: R2 };
        let select = |other| Inst::Select { cond: Cond::Eq, words: vec![Word { dst: R1, then: R1, other }] };
        assert!(!stale(vec![]));
        assert!(!stale(vec![Inst::Move { dst: R2, src: R1 }, Inst::Reload { dst: R2, cell: Cell::Spill(0) }]));
        assert!(!stale(vec![carry(), carry()]));
        assert!(!stale(vec![select(Other::Reg(R2))]));
        assert!(stale(vec![select(Other::Byte(1))]));
        assert!(stale(vec![Inst::Const { dst: R2, value: 1 }]));
        assert!(stale(vec![Inst::Call { callee: Callee::Indirect(R2), args: vec![], results: vec![], pops: 0 }]));
        assert!(super::stale(&code(vec![branch()])).is_some(), "nothing made them");
    }

    /// What an instruction says of flags is what its code does, at any distance from the stack pointer.
    #[test]
    fn what_keeps_flags_has_no_code_that_changes_them() {
        let far = [0, 1020, 1024, 4000].map(Cell::Outgoing);
        let word = Width::Word;
        let cells = far.into_iter().flat_map(|cell| {
            let address = Address::Cell(cell);
            [
                Inst::Spill { src: R1, cell },
                Inst::Reload { dst: R1, cell },
                Inst::Load { dst: R1, width: word, signed: false, address },
                Inst::Store { src: R1, width: word, address },
            ]
        });
        let extensions = [Unary::Sxtb, Unary::Sxth, Unary::Uxtb, Unary::Uxth, Unary::Rev, Unary::Rev16];
        let offset = Address::Offset(R2, 4);
        let others = [
            Inst::Move { dst: R1, src: R2 },
            Inst::Symbol { dst: R1, reference: Reference::Helper("f"), addend: 0 },
            Inst::Load { dst: R1, width: word, signed: false, address: offset },
            Inst::Store { src: R1, width: Width::Byte, address: offset },
            Inst::Load { dst: R1, width: Width::Half, signed: true, address: Address::Index(R2, R1) },
            Inst::System(System::Dmb),
            Inst::ReadSpecial { dst: R1, register: SpecialRegister::Primask },
        ];
        let unary = extensions.map(|op| Inst::Unary { op, dst: R1, src: R2 });
        let frame = Frame { outgoing: 4096, ..Frame::default() };
        for inst in cells.chain(others).chain(unary) {
            assert_eq!(inst.flags(), Flags::Keeps, "{inst:?}");
            let code = code(vec![inst.clone(), Inst::Return { values: Vec::new() }]);
            let emitted = emit(&mut Buffer::default(), &code, &frame, &[], Func::new(0), Demands::default());
            let emitted = emitted.expect("it is short");
            let mut at = 0;
            while at < emitted.literals as usize {
                let decoded = thumb::decode_bytes(&emitted.code[at..]).expect("an instruction");
                assert_eq!(decoded.effects().flags_written, thumb::Flags::default(), "{inst:?}: {decoded}");
                at += decoded.size() as usize;
            }
        }
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
