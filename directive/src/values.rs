//! Values of a call from outside: what a function's signature lets a command line or a directive pass and expect.

use native_ir::text::ScalarText;
use native_ir::{Func, Function, Module, Param, Passing, Type};

/// The types of a call's arguments and results.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallTypes {
    /// Of the parameters.
    pub parameters: Vec<Type>,
    /// Of the results.
    pub results: Vec<Type>,
}

impl CallTypes {
    /// The types of a function's calls.
    ///
    /// # Errors
    /// The function passes an aggregate, which no literal spells.
    pub fn of(module: &Module, func: Func) -> Result<CallTypes, String> {
        let function = &module.functions[func];
        let Some(signature) = module.signature(function) else { return Ok(CallTypes::default()) };
        let plain = |params: &[Param], what: &str| -> Result<Vec<Type>, String> {
            let aggregate = params.iter().position(|param| !is_plain(param));
            match aggregate {
                Some(index) => {
                    Err(format!("{what} {} of `@{}` is an aggregate", index + 1, name(module, function)))
                }
                None => Ok(params.iter().map(|param| param.ty).collect()),
            }
        };
        Ok(CallTypes {
            parameters: plain(&signature.params, "parameter")?,
            results: plain(&signature.results, "result")?,
        })
    }
}

fn is_plain(param: &Param) -> bool {
    matches!(param.passing, Passing::Value | Passing::Zext | Passing::Sext)
}

fn name<'m>(module: &'m Module, function: &Function) -> &'m str {
    module.symbol_name(function.symbol)
}

/// How to get around an aggregate.
pub const NO_AGGREGATES: &str = "call it from a function whose parameters and results are scalars";

/// Values as literals, one text for each.
pub fn literals(module: &Module, types: &[Type], values: &[u128]) -> Vec<String> {
    types.iter().zip(values).map(|(&ty, &bits)| ScalarText(module, ty, bits).to_string()).collect()
}

/// Values as a directive has them: one alone, several in parentheses.
pub fn tuple(literals: &[String]) -> String {
    match literals {
        [one] => one.clone(),
        several => format!("({})", several.join(", ")),
    }
}
