//! Function bodies.

use super::instruction::{CallData, Callee, InstData, Op, ParamAttributes};
use super::{Constant, Inst, Name, Type};
use cranelift_entity::{PrimaryMap, entity_impl};
use std::ops::Range;

/// A local value: a parameter or a result. Parameters come first, in order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Local(u32);
entity_impl!(Local, "local");

/// A block.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Block(u32);
entity_impl!(Block, "block");

/// An operand: a local value or a constant of the module.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Operand(u32);

impl Operand {
    const CONSTANT: u32 = 1 << 31;

    /// An operand that is a local value.
    pub fn local(local: Local) -> Operand {
        Operand(local.as_u32())
    }

    /// An operand that is a constant.
    pub fn constant(constant: Constant) -> Operand {
        Operand(constant.as_u32() | Operand::CONSTANT)
    }

    /// The local value, if it is one.
    pub fn as_local(self) -> Option<Local> {
        (self.0 & Operand::CONSTANT == 0).then(|| Local::from_u32(self.0))
    }

    /// The constant, if it is one.
    pub fn as_constant(self) -> Option<Constant> {
        (self.0 & Operand::CONSTANT != 0).then(|| Constant::from_u32(self.0 & !Operand::CONSTANT))
    }
}

impl std::fmt::Debug for Operand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.as_local() {
            Some(local) => write!(f, "{local}"),
            None => write!(f, "constant{}", self.0 & !Operand::CONSTANT),
        }
    }
}

/// A block of instructions. The last one, and only that, is a terminator.
#[derive(Clone, Debug)]
pub struct BlockData<'t> {
    /// Its label; the number of one without.
    pub name: Name<'t>,
    /// The first instruction.
    pub first: Inst,
    /// Behind the last one.
    pub end: Inst,
}

impl BlockData<'_> {
    /// The instructions.
    pub fn insts(&self) -> impl DoubleEndedIterator<Item = Inst> + use<> {
        (self.first.as_u32()..self.end.as_u32()).map(Inst::from_u32)
    }
}

/// The body of a function. The reader guarantees: ids are valid, each local has one definition and is used with its
/// type, every block is defined, the first block is the entry and no branch goes to it, a `phi` has an entry for each
/// edge into its block and stands before other instructions. Dominance is left to the verifier of native IR.
#[derive(Debug, Default)]
pub struct Body<'t> {
    /// The blocks in the order of the text.
    pub blocks: PrimaryMap<Block, BlockData<'t>>,
    /// The instructions in the order of the text.
    pub insts: PrimaryMap<Inst, InstData>,
    /// The types of the local values.
    pub locals: PrimaryMap<Local, Type>,
    /// The names of the local values; empty for those without.
    pub names: Vec<Name<'t>>,
    /// How many of the local values are parameters.
    pub params: u32,
    /// Operands of lists.
    pub operands: Vec<Operand>,
    /// Values and blocks of `phi`.
    pub incoming: Vec<(Operand, Block)>,
    /// Cases of `switch`: constants and blocks.
    pub cases: Vec<(Constant, Block)>,
    /// Indices of `extractvalue` and `insertvalue`, masks.
    pub indices: Vec<u32>,
    /// The calls.
    pub calls: Vec<CallData<'t>>,
    /// Attributes of arguments.
    pub attributes: Vec<ParamAttributes>,
}

impl Body<'_> {
    /// The operands of a list.
    pub fn list(&self, list: super::List) -> &[Operand] {
        &self.operands[list.range()]
    }

    /// The operands of an instruction; of a call also what is called.
    pub fn each_operand(&self, op: &Op, each: &mut impl FnMut(Operand)) {
        match *op {
            Op::Binary(_, a, b)
            | Op::ICmp(_, a, b)
            | Op::FCmp(_, a, b)
            | Op::InsertValue(a, b, _)
            | Op::ExtractElement(a, b)
            | Op::ShuffleVector(a, b, _)
            | Op::Store { value: a, pointer: b, .. }
            | Op::AtomicRmw { pointer: a, value: b, .. } => [a, b].into_iter().for_each(each),
            Op::Select(a, b, c)
            | Op::InsertElement(a, b, c)
            | Op::CmpXchg { pointer: a, expected: b, replacement: c, .. } => [a, b, c].into_iter().for_each(each),
            Op::FNeg(a)
            | Op::Cast(_, a)
            | Op::Freeze(a)
            | Op::Load { pointer: a, .. }
            | Op::ExtractValue(a, _)
            | Op::CondBr(a, ..)
            | Op::Switch(a, ..) => each(a),
            Op::Alloca { count: a, .. } | Op::Ret(a) => a.into_iter().for_each(each),
            Op::Phi(list) => self.incoming[list.range()].iter().for_each(|&(value, _)| each(value)),
            Op::ElementPointer(_, list) => self.list(list).iter().copied().for_each(each),
            Op::Call(call) => {
                let call = &self.calls[call as usize];
                self.list(call.args).iter().copied().for_each(&mut *each);
                if let Callee::Operand(callee) = call.callee {
                    each(callee);
                }
            }
            Op::Fence(..) | Op::Br(_) | Op::Unreachable | Op::Refused(_) => {}
        }
    }

    /// The local values that are parameters.
    pub fn parameters(&self) -> Range<u32> {
        0..self.params
    }
}
