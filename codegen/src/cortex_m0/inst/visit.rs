//! The registers of an instruction, with what it does with each.

use super::{Address, Callee, Inst, Other, Reg, Role, Word};

impl Inst {
    /// Visits each register with what the instruction does with it: uses before definitions.
    pub(crate) fn visit(&mut self, see: &mut impl FnMut(&mut Reg, Role)) {
        match self {
            Inst::Entry { params } => {
                params.iter_mut().for_each(|(reg, number)| see(reg, Role::DefIn(*number)));
            }
            Inst::Const { dst, .. }
            | Inst::Symbol { dst, .. }
            | Inst::FrameAddress { dst, .. }
            | Inst::Borrow { dst }
            | Inst::ReadSpecial { dst, .. }
            | Inst::Reload { dst, .. } => see(dst, Role::Def),
            Inst::Move { dst, src } | Inst::Shift { dst, src, .. } | Inst::Unary { dst, src, .. } => {
                see(src, Role::Use);
                see(dst, Role::Def);
            }
            Inst::Add { dst, a, b } | Inst::Sub { dst, a, b } => {
                see(a, Role::Use);
                see(b, Role::Use);
                see(dst, Role::Def);
            }
            Inst::AddImm { dst, src, imm } => {
                see(src, Role::Use);
                see(dst, if (-7..=7).contains(imm) { Role::Def } else { Role::Reuse(0) });
            }
            Inst::Alu { dst, a, b, .. } => {
                see(a, Role::Use);
                see(b, Role::Use);
                see(dst, Role::Reuse(0));
            }
            Inst::Cmp { a, b } | Inst::Cmn { a, b } | Inst::Tst { a, b } => {
                see(a, Role::Use);
                see(b, Role::Use);
            }
            Inst::CmpImm { a, .. } => see(a, Role::Use),
            Inst::Load { dst, address, .. } => {
                address.visit(see);
                see(dst, Role::Def);
            }
            Inst::Store { src, address, .. } => {
                see(src, Role::Use);
                address.visit(see);
            }
            Inst::Select { words, .. } => visit_select(words, see),
            Inst::Call { callee, args, results, .. } => {
                if let Callee::Indirect(target) = callee {
                    see(target, Role::Use);
                }
                args.iter_mut().for_each(|(reg, number)| see(reg, Role::UseIn(*number)));
                results.iter_mut().for_each(|(reg, number)| see(reg, Role::DefIn(*number)));
            }
            Inst::WriteSpecial { src, .. } | Inst::Spill { src, .. } => see(src, Role::Use),
            Inst::Table { index, temp, .. } => {
                see(index, Role::Use);
                see(temp, Role::Early);
            }
            Inst::Return { values } => {
                values.iter_mut().for_each(|(reg, number)| see(reg, Role::UseIn(*number)));
            }
            Inst::TailCall { target, args, .. } => {
                see(target, Role::Use);
                args.iter_mut().for_each(|(reg, number)| see(reg, Role::UseIn(*number)));
            }
            Inst::TrapIf { .. }
            | Inst::System(_)
            | Inst::Jump { .. }
            | Inst::Branch { .. }
            | Inst::Trap { .. } => {}
        }
    }
}

/// All `then` come first, so that each definition knows the number of its own. Of several words the second is read when
/// the first is written.
fn visit_select(words: &mut [Word], see: &mut impl FnMut(&mut Reg, Role)) {
    words.iter_mut().for_each(|word| see(&mut word.then, Role::Use));
    let role = if words.len() > 1 { Role::Late } else { Role::Use };
    for word in words.iter_mut() {
        if let Other::Reg(other) = &mut word.other {
            see(other, role);
        }
    }
    for (index, word) in words.iter_mut().enumerate() {
        see(&mut word.dst, Role::Reuse(index as u8));
    }
}

impl Address {
    fn visit(&mut self, see: &mut impl FnMut(&mut Reg, Role)) {
        match self {
            Address::Offset(base, _) => see(base, Role::Use),
            Address::Index(base, index) => {
                see(base, Role::Use);
                see(index, Role::Use);
            }
            Address::Cell(_) => {}
        }
    }
}
