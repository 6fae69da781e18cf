//! Names in symbol tables. A `pub` item has its own name; what stays inside a module is local and has a name that
//! tells where it comes from: `pn::<module>::<item>$<kind>(<parameters>,<result>)`. The kind is `fn` or `data`, several
//! parameters or results stand with `;` between them, and a data object has its type in the place of the result.

use crate::Error;
use native_ir::text::TypeText;
use native_ir::{Module, Param, Symbol, Type};

/// The name of a function or data object, `public` or not.
///
/// # Errors
/// When it holds a zero byte.
pub(crate) fn name(module: &Module, symbol: Symbol, ty: Type, public: bool) -> Result<String, Error> {
    let item = module.symbol_name(symbol);
    let name = if public { item.to_string() } else { internal(module, item, ty) };
    checked(name)
}

/// A name, if it can stand in an ELF string table.
pub(crate) fn checked(name: String) -> Result<String, Error> {
    if name.contains('\0') { Err(Error::ZeroByte { name }) } else { Ok(name) }
}

fn internal(module: &Module, item: &str, ty: Type) -> String {
    let (kind, params, results) = match module.types.as_function(ty) {
        Some(function) => ("fn", list(module, &function.params), list(module, &function.results)),
        None => ("data", String::new(), text(module, ty)),
    };
    format!("pn::{}::{item}${kind}({params},{results})", module.envelope.name)
}

fn list(module: &Module, params: &[Param]) -> String {
    let each = params.iter().map(|param| match param.passing.wrapper() {
        Some(wrapper) => format!("{wrapper}({})", text(module, param.ty)),
        None => text(module, param.ty),
    });
    each.collect::<Vec<_>>().join(";")
}

/// A type without blanks, which tools take for the end of a name.
fn text(module: &Module, ty: Type) -> String {
    TypeText(module, ty).to_string().replace(' ', "")
}
