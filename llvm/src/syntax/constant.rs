//! Constants: what stands for a value in data and operands.

use super::{BinaryOp, Global, List, Node, Type};
use cranelift_entity::{PrimaryMap, entity_impl};

/// A constant of the file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Constant(u32);
entity_impl!(Constant, "constant");

/// What a constant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstantData {
    /// An integer of at most 128 bits, its bits zero-extended.
    Int(u128),
    /// A float, its bits in the format of the type.
    Float(u128),
    /// `null`
    Null,
    /// `undef`
    Undef,
    /// `poison`
    Poison,
    /// `zeroinitializer`
    Zero,
    /// `none`
    NoToken,
    /// `@name`
    Global(Global),
    /// The elements of an array, vector or struct, in [`Constants::lists`].
    List(List),
    /// `splat (T x)`: a vector of equal lanes.
    Splat(Constant),
    /// `c"…"`: bytes in [`Constants::bytes`].
    Bytes(List),
    /// Metadata as an argument: its node, if it is one.
    Metadata(Option<Node>),
    /// `metadata !"…"`: bytes in [`Constants::bytes`].
    MetadataText(List),
    /// An expression.
    Expr(Expr),
    /// What is known and refused: `blockaddress`, `dso_local_equivalent`, `no_cfi`, `ptrauth`, integers beyond 128 bits.
    Refused(&'static str),
}

/// A constant expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expr {
    /// A conversion.
    Cast(CastOp, Constant),
    /// `add`, `sub`, `mul`, `xor` and what older versions have.
    Binary(BinaryOp, Constant, Constant),
    /// `getelementptr`: the type that the indices walk; the base and the indices, in [`Constants::lists`].
    ElementPointer(Type, List),
    /// An expression that is refused by its name: lane operations on constants.
    Refused(&'static str),
}

/// A conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of LLVM's instructions")]
pub enum CastOp {
    Trunc,
    ZExt,
    SExt,
    FpTrunc,
    FpExt,
    FpToUi,
    FpToSi,
    UiToFp,
    SiToFp,
    PtrToInt,
    PtrToAddr,
    IntToPtr,
    BitCast,
    AddrSpaceCast,
}

/// The constants of a file. They are not interned.
#[derive(Debug, Default)]
pub struct Constants {
    /// Each constant with its type.
    pub list: PrimaryMap<Constant, (Type, ConstantData)>,
    /// The elements of lists and expressions.
    pub lists: Vec<Constant>,
    /// The bytes of strings.
    pub bytes: Vec<u8>,
}

impl Constants {
    /// A constant's type.
    pub fn ty(&self, constant: Constant) -> Type {
        self.list[constant].0
    }

    /// What a constant is.
    pub fn get(&self, constant: Constant) -> ConstantData {
        self.list[constant].1
    }

    /// The constants of a list.
    pub fn elements(&self, list: List) -> &[Constant] {
        &self.lists[list.range()]
    }

    /// Whether two constants of one type are written alike but for their parts, which are added to `parts`.
    pub(crate) fn same_head(&self, a: Constant, b: Constant, parts: &mut Vec<(Constant, Constant)>) -> bool {
        use ConstantData::{Bytes, List, Splat};
        let (a, b) = (self.get(a), self.get(b));
        match (a, b) {
            (List(a), List(b)) => self.same_lists(a, b, parts),
            (Splat(a), Splat(b)) => {
                parts.push((a, b));
                true
            }
            (Bytes(a), Bytes(b)) => self.bytes[a.range()] == self.bytes[b.range()],
            (ConstantData::Expr(a), ConstantData::Expr(b)) => self.same_exprs(a, b, parts),
            _ => a == b,
        }
    }

    fn same_exprs(&self, a: Expr, b: Expr, parts: &mut Vec<(Constant, Constant)>) -> bool {
        match (a, b) {
            (Expr::Cast(op, a), Expr::Cast(other, b)) => {
                parts.push((a, b));
                op == other
            }
            (Expr::Binary(op, a, c), Expr::Binary(other, b, d)) => {
                parts.extend([(a, b), (c, d)]);
                op == other
            }
            (Expr::ElementPointer(ty, a), Expr::ElementPointer(other, b)) => {
                ty == other && self.same_lists(a, b, parts)
            }
            _ => a == b,
        }
    }

    fn same_lists(&self, a: List, b: List, parts: &mut Vec<(Constant, Constant)>) -> bool {
        parts.extend(self.elements(a).iter().copied().zip(self.elements(b).iter().copied()));
        a.len == b.len
    }
}
