//! Where a program starts, and its arguments.

use crate::arguments::Run;
use crate::outcome::Failure;
use crate::picture;
use crate::tables::count;
use directive::values::{CallTypes, NO_AGGREGATES};
use native_ir::text::Scanner;
use native_ir::{Func, Module, Type};
use std::ffi::{OsStr, OsString};

/// A call of the function that a program starts with.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The function.
    pub(super) func: Func,
    /// The types of its results.
    pub(super) results: Vec<Type>,
    /// The bits of its arguments.
    pub(super) values: Vec<u128>,
    /// What the program finds as its arguments through the runtime.
    pub(super) arguments: Vec<Vec<u8>>,
}

impl Entry {
    /// The call that the arguments ask for.
    ///
    /// # Errors
    /// [`Failure::Usage`] when there is no such function, or the arguments do not fit it.
    pub(super) fn new(module: &Module, arguments: &Run) -> Result<Entry, Failure> {
        let func = start(module, arguments.entry.as_deref())?;
        let types = CallTypes::of(module, func)
            .map_err(|message| Failure::Usage(format!("{message}; {NO_AGGREGATES}")))?;
        let given = &arguments.arguments;
        let hosted = module.envelope.profile == "hosted";
        let (values, arguments) = match types.parameters.is_empty() && hosted {
            true => (Vec::new(), given.iter().map(|argument| bytes(argument)).collect()),
            false => (values(module, func, &types.parameters, given)?, Vec::new()),
        };
        Ok(Entry { func, results: types.results, values, arguments })
    }
}

/// The function of a name, or the one that a program starts with when nothing is said.
///
/// # Errors
/// [`Failure::Usage`] when there is none.
pub(crate) fn start(module: &Module, name: Option<&str>) -> Result<Func, Failure> {
    match name {
        Some(name) => picture::find(module, name),
        None => default(module),
    }
}

fn bytes(argument: &OsStr) -> Vec<u8> {
    argument.as_encoded_bytes().to_vec()
}

/// `@_start`, `@main`, or the only public function.
fn default(module: &Module) -> Result<Func, Failure> {
    let name = |func: Func| module.symbol_name(module.functions[func].symbol);
    let public = || module.functions.iter().filter(|(_, function)| function.public).map(|(func, _)| func);
    let named = |wanted: &str| module.functions.keys().find(|&func| name(func) == wanted);
    let only = || public().next().filter(|_| public().count() == 1);
    named("_start").or_else(|| named("main")).or_else(only).ok_or_else(|| {
        const MOST: usize = 8;
        let all: Vec<String> = public().take(MOST).map(|func| format!("--entry @{}", name(func))).collect();
        let more = if public().count() > MOST { " …" } else { "" };
        Failure::Usage(match all.is_empty() {
            true => "the module has no public function; say where to start with --entry".to_string(),
            false => format!("the module has no @main; say where to start: {}{more}", all.join(", ")),
        })
    })
}

fn values(module: &Module, func: Func, types: &[Type], given: &[OsString]) -> Result<Vec<u128>, Failure> {
    let name = module.symbol_name(module.functions[func].symbol);
    if types.len() != given.len() {
        let wanted = count(types.len(), "argument");
        return Err(Failure::Usage(format!("@{name} takes {wanted}, and {} given", were(given.len()))));
    }
    let each = types.iter().zip(given).enumerate();
    each.map(|(index, (&ty, text))| {
        let text = text.to_string_lossy();
        let wrong = |message: String, help: Option<String>| {
            let help = help.map(|help| format!(" ({help})")).unwrap_or_default();
            Failure::Usage(format!("argument {} of @{name}: {message}{help}", index + 1))
        };
        let mut scanner = Scanner::new(&text);
        let bits = scanner.scalar(module, ty).and_then(|bits| scanner.end().map(|()| bits));
        bits.map_err(|error| wrong(error.message, error.help))
    })
    .collect()
}

fn were(number: usize) -> String {
    match number {
        0 => "none was".to_string(),
        1 => "1 was".to_string(),
        more => format!("{more} were"),
    }
}
