//! Typed indices into the dense arenas of a module and of a function.
//!
//! All are `u32`. Module-level: [`Symbol`], [`Func`], [`Data`], [`Import`], [`Register`], [`Source`], [`NamedType`],
//! [`DebugType`]. Function-level: [`Value`], [`Inst`], [`Block`], [`Edge`], [`Constant`], [`Slot`], [`InlineSite`].

use cranelift_entity::entity_impl;

macro_rules! entities {
    ($($(#[$doc:meta])* $name:ident $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);
        entity_impl!($name, $prefix);
    )*};
}

entities! {
    /// A name of the module's one name space: a register, data object, import or function.
    Symbol "symbol";
    /// A function with a body.
    Func "func";
    /// A data object.
    Data "data";
    /// An import.
    Import "import";
    /// A hardware register.
    Register "register";
    /// A source file.
    Source "source";
    /// A named aggregate type.
    NamedType "type";
    /// A debug type.
    DebugType "debug";
    /// An SSA value of a function. Numbered in layout order: parameters, then block by block parameters and results.
    Value "v";
    /// An instruction of a function. Numbered in layout order.
    Inst "inst";
    /// A block of a function. Numbered in layout order; block 0 is the entry.
    Block "block";
    /// An edge from a terminator to a block, with arguments. The edges of a terminator are consecutive.
    Edge "edge";
    /// A constant of a function's pool.
    Constant "const";
    /// A stack slot of a function.
    Slot "slot";
    /// A record that a callee was inlined at a place.
    InlineSite "inlined";
}
