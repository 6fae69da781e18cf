//! What the builder's methods take: operands, lists of operands, targets of edges, references to items.

use crate::{Block, Data, Func, Import, Register, Symbol, Type, Value};

/// An operand: a value, or a literal whose type the instruction gives it or [`Arg::int`] and its kin state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arg {
    /// The stated type of a literal.
    pub(super) ty: Option<Type>,
    pub(super) kind: ArgKind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum ArgKind {
    Value(Value),
    Int(i128),
    Float(f64),
    Bits(u128),
}

impl Arg {
    /// An integer literal of a type.
    pub fn int(ty: Type, number: impl Into<i128>) -> Arg {
        Arg { ty: Some(ty), kind: ArgKind::Int(number.into()) }
    }

    /// A floating-point literal of a type; rounded to nearest, ties to even.
    pub fn float(ty: Type, number: impl Into<f64>) -> Arg {
        Arg { ty: Some(ty), kind: ArgKind::Float(number.into()) }
    }

    /// A literal of a type by its bits, such as a NaN with a payload.
    pub fn bits(ty: Type, bits: u128) -> Arg {
        Arg { ty: Some(ty), kind: ArgKind::Bits(bits) }
    }

    /// The value, if it is one.
    pub(super) fn value(&self) -> Option<Value> {
        match self.kind {
            ArgKind::Value(value) => Some(value),
            _ => None,
        }
    }
}

impl ArgKind {
    /// The literal as a message shows it.
    pub(super) fn text(self) -> String {
        match self {
            ArgKind::Value(value) => value.to_string(),
            ArgKind::Int(number) => number.to_string(),
            ArgKind::Float(number) => format!("{number:?}"),
            ArgKind::Bits(bits) => format!("{bits:#x}"),
        }
    }
}

/// A list of operands: `()`, one operand, a tuple of up to eight, an array, a slice or a vector.
pub trait Args {
    /// Appends the operands to a list.
    fn push_to(self, list: &mut Vec<Arg>);
}

impl Args for () {
    fn push_to(self, _: &mut Vec<Arg>) {}
}

impl<T: Into<Arg>, const N: usize> Args for [T; N] {
    fn push_to(self, list: &mut Vec<Arg>) {
        list.extend(self.map(Into::into));
    }
}

impl<T: Into<Arg>> Args for Vec<T> {
    fn push_to(self, list: &mut Vec<Arg>) {
        list.extend(self.into_iter().map(Into::into));
    }
}

impl<T: Into<Arg> + Copy> Args for &[T] {
    fn push_to(self, list: &mut Vec<Arg>) {
        list.extend(self.iter().map(|&arg| arg.into()));
    }
}

impl Args for Arg {
    fn push_to(self, list: &mut Vec<Arg>) {
        list.push(self);
    }
}

macro_rules! operands {
    ($($ty:ty => $kind:ident;)*) => {$(
        impl From<$ty> for Arg {
            fn from(operand: $ty) -> Arg {
                Arg { ty: None, kind: ArgKind::$kind(operand.into()) }
            }
        }

        impl Args for $ty {
            fn push_to(self, list: &mut Vec<Arg>) {
                list.push(self.into());
            }
        }
    )*};
}

operands! {
    Value => Value;
    bool => Int;
    u8 => Int;
    i8 => Int;
    u16 => Int;
    i16 => Int;
    u32 => Int;
    i32 => Int;
    u64 => Int;
    i64 => Int;
    i128 => Int;
    f32 => Float;
    f64 => Float;
}

macro_rules! tuples {
    ($(($($name:ident)*))*) => {$(
        impl<$($name: Into<Arg>),*> Args for ($($name,)*) {
            #[expect(non_snake_case, reason = "the type parameters' names serve for the fields")]
            fn push_to(self, list: &mut Vec<Arg>) {
                let ($($name,)*) = self;
                list.extend([$($name.into()),*]);
            }
        }
    )*};
}

tuples! { (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H) }

/// Where an edge goes: a block, or `(block, arguments)`.
#[derive(Clone, Debug)]
pub struct Target {
    pub(super) block: Block,
    pub(super) args: Vec<Arg>,
}

impl From<Block> for Target {
    fn from(block: Block) -> Target {
        Target { block, args: Vec::new() }
    }
}

impl<A: Args> From<(Block, A)> for Target {
    fn from((block, list): (Block, A)) -> Target {
        let mut args = Vec::new();
        list.push_to(&mut args);
        Target { block, args }
    }
}

/// An item of the module, by any of its ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolRef {
    /// By its symbol.
    Symbol(Symbol),
    /// A function.
    Func(Func),
    /// An import.
    Import(Import),
    /// A data object.
    Data(Data),
    /// A register.
    Register(Register),
}

macro_rules! references {
    ($($ty:ident)*) => {$(
        impl From<$ty> for SymbolRef {
            fn from(item: $ty) -> SymbolRef {
                SymbolRef::$ty(item)
            }
        }
    )*};
}

references! { Symbol Func Import Data Register }
