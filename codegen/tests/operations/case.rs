//! The operations: opcodes on types.

use crate::numbers::{FLOATS, INTS, Random, edges};
use native_ir::{Condition, Opcode, TypeKind};
use semantics::{Operation, operation};

/// An operation on types.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    pub(crate) opcode: Opcode,
    pub(crate) condition: Option<Condition>,
    /// The first type variable.
    pub(crate) from: TypeKind,
    /// The second, or the first again.
    pub(crate) to: TypeKind,
    pub(crate) operation: Operation,
}

impl Case {
    pub(crate) fn operands(&self) -> usize {
        self.opcode.shape().operands.len()
    }

    pub(crate) fn operand_kind(&self, index: usize) -> TypeKind {
        match (self.opcode, index) {
            (Opcode::IaddCarry | Opcode::IsubBorrow, 2) | (Opcode::Select, 0) => TypeKind::I1,
            _ => self.from,
        }
    }

    pub(crate) fn results(&self) -> Vec<TypeKind> {
        match self.opcode {
            Opcode::Icmp | Opcode::Fcmp => vec![TypeKind::I1],
            opcode if opcode.shape().results.len() == 2 => vec![self.to, TypeKind::I1],
            _ => vec![self.to],
        }
    }

    /// The word in the text.
    pub(crate) fn mnemonic(&self) -> String {
        match self.condition {
            Some(condition) => format!("{}.{}", self.opcode.shape().base, condition.name()),
            None => self.opcode.shape().base.to_string(),
        }
    }

    pub(crate) fn is_integer(&self) -> bool {
        !FLOATS.contains(&self.from) && !FLOATS.contains(&self.to)
    }

    /// Whether a type is among those of the operation.
    pub(crate) fn has(&self, kind: TypeKind) -> bool {
        self.from == kind || self.to == kind
    }

    /// Operands: edges with edges, as many as wanted at most, and half as many random ones.
    pub(crate) fn inputs(&self, random: &mut Random, count: usize) -> Vec<[u128; 3]> {
        let list = |index| if index < self.operands() { edges(self.operand_kind(index)) } else { vec![0] };
        let lists: [Vec<u128>; 3] = std::array::from_fn(list);
        let all: usize = lists.iter().map(Vec::len).product();
        let mut inputs = Vec::new();
        for number in 0..all.min(count) {
            let mut pick = if all <= count { number } else { random.next() as usize % all };
            inputs.push(lists.each_ref().map(|list| {
                let bits = list[pick % list.len()];
                pick /= list.len();
                bits
            }));
        }
        inputs.extend((0..count / 2).map(|_| std::array::from_fn(|index| random.bits(self.operand_kind(index)))));
        inputs
    }
}

/// All operations on values that some wish takes.
pub(crate) fn cases(wanted: impl Fn(&Case) -> bool) -> Vec<Case> {
    let kinds: Vec<TypeKind> = [TypeKind::I1].into_iter().chain(INTS).chain(FLOATS).collect();
    let mut cases = Vec::new();
    for &opcode in Opcode::ALL {
        let conditions: Vec<Option<Condition>> = match opcode {
            Opcode::Icmp | Opcode::Fcmp => Condition::ALL.iter().copied().map(Some).collect(),
            _ => vec![None],
        };
        let converts = (Opcode::Zext..=Opcode::Bitcast).contains(&opcode);
        for &from in &kinds {
            for &to in kinds.iter().filter(|&&to| converts || to == from) {
                for &condition in &conditions {
                    if let Some(operation) = meaning(opcode, condition, from, to) {
                        cases.push(Case { opcode, condition, from, to, operation });
                    }
                }
            }
        }
    }
    cases.retain(wanted);
    cases
}

fn meaning(opcode: Opcode, condition: Option<Condition>, from: TypeKind, to: TypeKind) -> Option<Operation> {
    match opcode {
        Opcode::IntToAddr | Opcode::AddrToInt => None,
        Opcode::Select => Some(|x| Ok([if x[0] == 1 { x[1] } else { x[2] }, 0])),
        _ => operation(opcode, condition.unwrap_or(Condition::Eq), from, to),
    }
}
