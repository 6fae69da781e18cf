//! Global values: variables, functions, aliases.

use super::{Body, Constant, List, Name, Node, ParamAttributes, Place, Type};
use cranelift_entity::entity_impl;

/// A global value of the file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Global(u32);
entity_impl!(Global, "global");

/// A global value.
#[derive(Debug)]
pub struct GlobalData<'t> {
    /// The name without `@`; the number of one without a name. A leading byte 1 (no mangling) is dropped.
    pub name: Name<'t>,
    /// Where it is defined or declared; where it is first named, if it is not.
    pub place: Place,
    /// How it is linked.
    pub linkage: Linkage,
    /// Whether visibility keeps it in the linked program (`hidden` and `protected`).
    pub hidden: bool,
    /// `thread_local`, which is refused.
    pub thread_local: bool,
    /// The address space of its pointer.
    pub address_space: u32,
    /// `section`
    pub section: Option<Name<'t>>,
    /// `align`, in bytes.
    pub align: Option<u32>,
    /// The `!dbg` attachment.
    pub debug: Option<Node>,
    /// What it is.
    pub kind: GlobalKind<'t>,
}

/// What a global value is.
#[derive(Debug)]
pub enum GlobalKind<'t> {
    /// Named, but neither defined nor declared; using it is an error.
    Unknown,
    /// A variable.
    Variable(Variable),
    /// A declared or defined function.
    Function(Box<Prototype<'t>>),
    /// `alias`
    Alias(Alias),
    /// `ifunc`, which is refused.
    IFunc,
}

/// A variable.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// The type of what it holds.
    pub ty: Type,
    /// `constant`
    pub constant: bool,
    /// The initial value; `None` for a declaration.
    pub init: Option<Constant>,
}

/// Another name of something.
#[derive(Clone, Copy, Debug)]
pub struct Alias {
    /// The type of what is there.
    pub ty: Type,
    /// What it stands for.
    pub aliasee: Constant,
}

/// A function.
#[derive(Debug)]
pub struct Prototype<'t> {
    /// Its function type.
    pub ty: Type,
    /// The calling convention: `None` for C; `fastcc`, `tailcc`, `cc 10` … otherwise.
    pub convention: Option<Name<'t>>,
    /// Attributes of the result.
    pub result: ParamAttributes,
    /// Attributes of the parameters, as many as there are.
    pub params: Vec<ParamAttributes>,
    /// Attributes of the function.
    pub attributes: FunctionAttributes,
    /// The body; `None` for a declaration.
    pub body: Option<Box<Body<'t>>>,
}

/// The attributes of a function or call that mean something here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FunctionAttributes {
    /// `alwaysinline`
    pub always_inline: bool,
    /// `noinline`
    pub no_inline: bool,
    /// `noreturn`
    pub no_return: bool,
    /// `naked`, which is refused.
    pub naked: bool,
    /// `strictfp`
    pub strict_float: bool,
    /// `"interrupt"`, an interrupt handler.
    pub interrupt: bool,
    /// `returns_twice`, which is refused.
    pub returns_twice: bool,
    /// `memory(none)`: neither reads nor writes.
    pub no_memory: bool,
    /// `memory(read)` and its kin: does not write.
    pub no_write: bool,
    /// `personality`, `gc`, `prefix`, `prologue`: the first of those that are there and are refused when they matter.
    pub refused: Option<&'static str>,
}

/// How a global value is linked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of LLVM's linkage types")]
pub enum Linkage {
    #[default]
    External,
    Private,
    Internal,
    AvailableExternally,
    LinkOnce,
    LinkOnceOdr,
    Weak,
    WeakOdr,
    Common,
    Appending,
    ExternWeak,
}

/// How a call leaves its caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tail {
    /// An ordinary call; also `tail` and `notail`, which promise nothing here.
    #[default]
    None,
    /// `musttail`: a guaranteed tail call.
    Must,
}

/// A list without anything in it.
impl Default for List {
    fn default() -> List {
        List { start: 0, len: 0 }
    }
}
