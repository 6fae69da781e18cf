//! Instructions.

use super::{Block, CastOp, FunctionAttributes, Local, Name, Node, Operand, Place, Tail, Type};
use cranelift_entity::entity_impl;
use std::ops::Range;

/// An instruction of a function.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Inst(u32);
entity_impl!(Inst, "inst");

/// A range of one of the lists beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct List {
    /// Where it begins.
    pub start: u32,
    /// How many there are.
    pub len: u32,
}

impl List {
    /// The indices.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.start as usize + self.len as usize
    }
}

/// An instruction with what all have.
#[derive(Clone, Copy, Debug)]
pub struct InstData {
    /// What it does.
    pub inst: Op,
    /// The type of its result, `void` for none.
    pub ty: Type,
    /// Its result.
    pub result: Option<Local>,
    /// Where it stands.
    pub place: Place,
    /// Its `!dbg`.
    pub debug: Option<Node>,
}

/// What an instruction does.
#[derive(Clone, Copy, Debug)]
pub enum Op {
    /// Integer and float arithmetic on two operands.
    Binary(BinaryOp, Operand, Operand),
    /// `fneg`
    FNeg(Operand),
    /// A conversion.
    Cast(CastOp, Operand),
    /// `icmp`
    ICmp(IntPredicate, Operand, Operand),
    /// `fcmp`
    FCmp(FloatPredicate, Operand, Operand),
    /// `select`
    Select(Operand, Operand, Operand),
    /// `freeze`
    Freeze(Operand),
    /// `phi`: values and blocks in [`super::Body::incoming`].
    Phi(List),
    /// `alloca T, iN count, align A`
    Alloca {
        /// The type of one.
        ty: Type,
        /// How many; `None` for one.
        count: Option<Operand>,
        /// The alignment in bytes.
        align: Option<u32>,
    },
    /// `load`
    Load {
        /// Where from.
        pointer: Operand,
        /// How.
        access: Access,
    },
    /// `store`
    Store {
        /// What.
        value: Operand,
        /// Where to.
        pointer: Operand,
        /// How.
        access: Access,
    },
    /// `getelementptr`: the type that the indices walk; the base and the indices in [`super::Body::operands`].
    ElementPointer(Type, List),
    /// `call`: its index in [`super::Body::calls`].
    Call(u32),
    /// `extractvalue`: the indices in [`super::Body::indices`].
    ExtractValue(Operand, List),
    /// `insertvalue`: the aggregate, the value, the indices in [`super::Body::indices`].
    InsertValue(Operand, Operand, List),
    /// `extractelement`
    ExtractElement(Operand, Operand),
    /// `insertelement`
    InsertElement(Operand, Operand, Operand),
    /// `shufflevector`: the mask in [`super::Body::indices`]; `u32::MAX` for a lane that is not defined.
    ShuffleVector(Operand, Operand, List),
    /// `atomicrmw`
    AtomicRmw {
        /// The operation.
        op: AtomicOp,
        /// Where.
        pointer: Operand,
        /// The second operand.
        value: Operand,
        /// How.
        access: Access,
    },
    /// `cmpxchg`: the result is the old value and whether it was replaced.
    CmpXchg {
        /// Where.
        pointer: Operand,
        /// The expected value.
        expected: Operand,
        /// Its replacement.
        replacement: Operand,
        /// How, with an ordering that is as strong as those of success and failure.
        access: Access,
    },
    /// `fence`; whether only with signal handlers of the same thread (`syncscope("singlethread")`).
    Fence(Ordering, bool),
    /// `br label`
    Br(Block),
    /// `br i1`
    CondBr(Operand, Block, Block),
    /// `switch`: the operand, the default, the cases in [`super::Body::cases`].
    Switch(Operand, Block, List),
    /// `ret`
    Ret(Option<Operand>),
    /// `unreachable`
    Unreachable,
    /// What is known and refused by its name: `invoke`, `indirectbr`, `landingpad`, `va_arg` …
    Refused(&'static str),
}

impl Op {
    /// Whether it ends a block.
    pub fn is_terminator(&self) -> bool {
        match self {
            Op::Br(_) | Op::CondBr(..) | Op::Switch(..) | Op::Ret(_) | Op::Unreachable => true,
            Op::Refused(name) => matches!(*name, "invoke" | "callbr" | "indirectbr" | "resume"),
            _ => false,
        }
    }
}

/// How memory is accessed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// `volatile`
    pub volatile: bool,
    /// The ordering of an atomic access.
    pub ordering: Option<Ordering>,
    /// `syncscope("singlethread")`: orders only with signal handlers of the same thread.
    pub single_thread: bool,
    /// The alignment in bytes; `None` where it is left out and the type's counts.
    pub align: Option<u32>,
}

/// The orderings of atomic operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of LLVM's orderings")]
pub enum Ordering {
    Unordered,
    Monotonic,
    Acquire,
    Release,
    AcqRel,
    SeqCst,
}

impl Ordering {
    /// The weakest ordering that is as strong as both.
    pub fn joined(self, other: Ordering) -> Ordering {
        use Ordering::{AcqRel, Acquire, Monotonic, Release, SeqCst, Unordered};
        match (self, other) {
            (SeqCst, _) | (_, SeqCst) => SeqCst,
            (AcqRel, _) | (_, AcqRel) | (Acquire, Release) | (Release, Acquire) => AcqRel,
            (Acquire, _) | (_, Acquire) => Acquire,
            (Release, _) | (_, Release) => Release,
            (Monotonic, _) | (_, Monotonic) => Monotonic,
            (Unordered, Unordered) => Unordered,
        }
    }
}

/// Arithmetic on two operands. Flags (`nsw`, `exact`, fast-math …) are dropped: they only make values undefined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of LLVM's instructions")]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    UDiv,
    SDiv,
    URem,
    SRem,
    Shl,
    LShr,
    AShr,
    And,
    Or,
    Xor,
    FAdd,
    FSub,
    FMul,
    FDiv,
    FRem,
}

/// Conditions of `icmp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of LLVM's predicates")]
pub enum IntPredicate {
    Eq,
    Ne,
    Ugt,
    Uge,
    Ult,
    Ule,
    Sgt,
    Sge,
    Slt,
    Sle,
}

/// Conditions of `fcmp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of LLVM's predicates")]
pub enum FloatPredicate {
    False,
    Oeq,
    Ogt,
    Oge,
    Olt,
    Ole,
    One,
    Ord,
    Ueq,
    Ugt,
    Uge,
    Ult,
    Ule,
    Une,
    Uno,
    True,
}

/// Operations of `atomicrmw`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of LLVM's operations")]
pub enum AtomicOp {
    Xchg,
    Add,
    Sub,
    And,
    Nand,
    Or,
    Xor,
    Max,
    Min,
    UMax,
    UMin,
    /// One that is refused: on floats, wrapping, saturating.
    Refused(&'static str),
}

/// A call.
#[derive(Clone, Debug)]
pub struct CallData<'t> {
    /// What is called.
    pub callee: Callee<'t>,
    /// The function type of the call.
    pub ty: Type,
    /// The calling convention, as in [`super::Prototype`].
    pub convention: Option<Name<'t>>,
    /// Whether it is a guaranteed tail call.
    pub tail: Tail,
    /// The arguments in [`super::Body::operands`].
    pub args: List,
    /// Their attributes, in [`super::Body::attributes`], as many.
    pub attributes: List,
    /// The attributes of the result.
    pub result: ParamAttributes,
    /// The attributes of the call itself.
    pub function: FunctionAttributes,
    /// The tag of the first operand bundle, if there is one: refused but for `"align"` and its kin on `llvm.assume`.
    pub bundle: Option<Name<'t>>,
}

/// What a call calls.
#[derive(Clone, Debug)]
pub enum Callee<'t> {
    /// A function by name, or a pointer.
    Operand(Operand),
    /// Inline assembly.
    Asm(Box<InlineAsm<'t>>),
}

/// Inline assembly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlineAsm<'t> {
    /// The template.
    pub template: Name<'t>,
    /// The constraints.
    pub constraints: Name<'t>,
    /// `sideeffect`
    pub side_effect: bool,
}

/// The attributes of a parameter, argument or result that mean something here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ParamAttributes {
    /// `zeroext`
    pub zext: bool,
    /// `signext`
    pub sext: bool,
    /// `byval(T)`
    pub byval: Option<Type>,
    /// `sret(T)`
    pub sret: Option<Type>,
    /// `align`, in bytes.
    pub align: Option<u32>,
    /// One that changes how it is passed and is refused: `inalloca`, `preallocated`, `inreg`, `nest`, `swiftself` …
    pub refused: Option<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::Ordering::{AcqRel, Acquire, Monotonic, Release, SeqCst};

    #[test]
    fn orderings_join_to_one_that_is_as_strong_as_both() {
        assert_eq!(Monotonic.joined(Acquire), Acquire);
        assert_eq!(Release.joined(Monotonic), Release);
        assert_eq!(Release.joined(Acquire), AcqRel);
        assert_eq!(Acquire.joined(SeqCst), SeqCst);
        assert_eq!(AcqRel.joined(Monotonic), AcqRel);
    }
}
