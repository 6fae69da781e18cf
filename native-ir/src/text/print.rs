//! The canonical printer: one module has one text.
//!
//! What the printer writes, the reader reads back as an equal module, and the formatter leaves as it is. Modules that
//! the verifier would refuse print too, as well as their parts allow: ids that name nothing become their number or
//! `?`, and nothing panics. The text grows in one buffer; nothing recurses over the module.

mod data;
mod function;
mod instruction;
mod literal;
mod module;
mod name;
mod types;

use crate::{Block, Func, Function, Inst, Module, Operand, Symbol, Type, Value};
use std::fmt;

/// The text of a module.
pub fn print(module: &Module) -> String {
    let mut printer = Printer::with_capacity(module, module.instruction_count() * 48 + 1024);
    printer.module();
    printer.finish()
}

/// The text of a function, from `fn` to its closing brace and line end; empty for a function of another module.
pub fn print_function(module: &Module, func: Func) -> String {
    let mut printer = Printer::new(module);
    if let Some(function) = module.functions.get(func) {
        printer.function(function);
    }
    printer.finish()
}

/// The text of a type.
pub fn print_type(module: &Module, ty: Type) -> String {
    TypeText(module, ty).to_string()
}

/// A type, displayed as the text form has it.
#[derive(Clone, Copy)]
pub struct TypeText<'m>(pub &'m Module, pub Type);

/// An instruction, displayed as its line without indentation.
#[derive(Clone, Copy)]
pub struct InstText<'m>(pub &'m Module, pub &'m Function, pub Inst);

/// A value, displayed as `%name` or `%12`.
#[derive(Clone, Copy)]
pub struct ValueText<'m>(pub &'m Module, pub &'m Function, pub Value);

/// An operand, displayed as its value or as its literal.
#[derive(Clone, Copy)]
pub struct OperandText<'m>(pub &'m Module, pub &'m Function, pub Operand);

/// A block, displayed as `^name` or `^12`.
#[derive(Clone, Copy)]
pub struct BlockText<'m>(pub &'m Module, pub &'m Function, pub Block);

/// A symbol, displayed as `@name`.
#[derive(Clone, Copy)]
pub struct SymbolText<'m>(pub &'m Module, pub Symbol);

/// The bits of a type, displayed as its literal; those of a pointer that is not null as a hexadecimal number, which is
/// no literal.
#[derive(Clone, Copy)]
pub struct ScalarText<'m>(pub &'m Module, pub Type, pub u128);

macro_rules! display {
    ($($name:ident($($part:ident),*) => $method:ident;)*) => {$(
        impl fmt::Display for $name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let $name(module, $($part),*) = *self;
                let mut printer = Printer::new(module);
                printer.$method($($part),*);
                f.pad(&printer.finish())
            }
        }
    )*};
}

display! {
    TypeText(ty) => ty;
    InstText(function, inst) => instruction;
    ValueText(function, value) => value;
    OperandText(function, operand) => operand;
    BlockText(function, block) => block;
    SymbolText(symbol) => symbol;
    ScalarText(ty, bits) => outside_scalar;
}

/// A text in the making.
struct Printer<'m> {
    module: &'m Module,
    out: Vec<u8>,
    /// Where in `type_texts` the text of each type stands that was printed before; empty when it was not.
    type_ranges: Vec<(u32, u32)>,
    type_texts: Vec<u8>,
}

impl<'m> Printer<'m> {
    fn new(module: &'m Module) -> Printer<'m> {
        Printer::with_capacity(module, 0)
    }

    fn with_capacity(module: &'m Module, capacity: usize) -> Printer<'m> {
        let out = Vec::with_capacity(capacity);
        Printer { module, out, type_ranges: Vec::new(), type_texts: Vec::new() }
    }

    /// The text. Only whole strings and ASCII go into it, so the lossy branch is never taken.
    fn finish(self) -> String {
        String::from_utf8(self.out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    #[inline]
    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Writes items with `, ` between them.
    fn list<T>(&mut self, items: impl IntoIterator<Item = T>, mut each: impl FnMut(&mut Self, T)) {
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.put(", ");
            }
            each(self, item);
        }
    }
}
