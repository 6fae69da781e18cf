//! What a file of LLVM IR says: the data model between the reader and the lowering.
//!
//! Everything stands in arenas and is named by dense ids; names and metadata borrow from the text. Nothing here
//! decides what a construct means. What the reader has no place for, it refuses; what it drops because nothing
//! depends on it (fast-math flags, `!tbaa` and its kin, debug records, `uselistorder`) has no place here at all.

mod constant;
mod function;
mod global;
mod instruction;
mod metadata;
mod types;

pub use constant::{CastOp, Constant, ConstantData, Constants, Expr};
pub use function::{Block, BlockData, Body, Local, Operand};
pub use global::{Alias, FunctionAttributes, Global, GlobalData, GlobalKind, Linkage, Prototype, Tail, Variable};
pub use instruction::{
    Access, AtomicOp, BinaryOp, CallData, Callee, FloatPredicate, InlineAsm, Inst, InstData, IntPredicate, List,
    Op, Ordering, ParamAttributes,
};
pub use metadata::{Location, Metadata, Node, Record};
pub use types::{NamedType, Type, TypeData, Types};

use cranelift_entity::PrimaryMap;
use std::borrow::Cow;

/// A name of LLVM: a byte string that is UTF-8; escapes are resolved.
pub type Name<'t> = Cow<'t, str>;

/// Where something stands in the text: line and column from 1, columns in bytes. Larger columns are 65,535.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u16,
}

/// A file of LLVM IR.
#[derive(Debug, Default)]
pub struct Module<'t> {
    /// `source_filename`.
    pub source_name: Option<Name<'t>>,
    /// `target datalayout`.
    pub layout: Option<(Name<'t>, Place)>,
    /// `target triple`.
    pub triple: Option<(Name<'t>, Place)>,
    /// `module asm`, each line.
    pub assembly: Vec<(Name<'t>, Place)>,
    /// The types.
    pub types: Types<'t>,
    /// The constants of data and of function bodies.
    pub constants: Constants,
    /// Variables, functions and aliases, in the order in which they are first named.
    pub globals: PrimaryMap<Global, GlobalData<'t>>,
    /// The metadata that means something here.
    pub metadata: Metadata<'t>,
}
