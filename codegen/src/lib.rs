//! From verified modules to machine code.
//!
//! [`compile`] takes a [`Verified<Module>`], which is the only way in, and gives an [`Artifact`]: machine code by
//! function, with the rows and the claim that the certificate's checks need. It takes the fast path: each function is
//! looked at twice, gets places for its values in one scan, and is selected and encoded in one walk.
//!
//! | module | what it does |
//! |---|---|
//! | `context` | what all functions need to know of the module |
//! | `live` | folds, uses, live intervals |
//! | `allocate` | a place for each value |
//! | `buffer` | bytes, labels, branches, constants and rows of one function |
//! | `x86_64` | selection and encoding |
//!
//! Functions are independent: they are compiled in parallel, and the result is the same on any number of threads. Time
//! is linear in the number of instructions, but for logarithms.

mod allocate;
mod buffer;
mod context;
mod cortex_m0;
mod live;
mod target;
mod x86_64;

use artifact::{Artifact, FunctionCode, RelocationModel};
use context::Context;
use native_ir::{EntityRef, Func, Module};
use rayon::prelude::*;
use verifier::Verified;
use x86_64::{Features, Scratch, X86};

/// How to compile.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// CPU features beside those that the module names.
    pub features: Vec<String>,
    /// How addresses of symbols are made.
    pub relocation_model: RelocationModel,
    /// Whether code keeps away from memory below the stack pointer.
    pub kernel_mode: bool,
    /// How many threads to use: 0 for as many as there are cores where the work is worth their start.
    pub threads: usize,
}

/// Why a module has no machine code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no emitter for the target.
    #[error("there is no emitter for the target `{0}`; there is one for x86_64-unknown-linux-elf")]
    Target(String),
    /// A function has more machine code than distances within one can tell.
    #[error("the function `@{0}` is too long for machine code: split it")]
    TooLong(String),
}

/// Compiles functions of a module, which must be such that run natively (`Verified::for_engine` says which do).
///
/// # Errors
/// When there is no emitter for the module's target, or a function is too long.
pub fn compile(module: &Verified<Module>, functions: &[Func], options: &Options) -> Result<Artifact, Error> {
    let triple = &module.envelope.target;
    let mut features = module.envelope.features.clone();
    features.extend(options.features.iter().filter(|name| !module.envelope.features.contains(name)).cloned());
    let pic = options.relocation_model == RelocationModel::Pic;
    let target = X86 { features: Features::new(&features), pic, red_zone: !options.kernel_mode };
    let context = match triple.as_str() {
        "x86_64-unknown-linux-elf" => Context::new(module, target),
        _ => None,
    };
    let context = context.ok_or_else(|| Error::Target(triple.clone()))?;
    let functions = compile_all(&context, functions, options.threads)?;
    Ok(Artifact {
        triple: triple.clone(),
        features,
        relocation_model: options.relocation_model,
        kernel_mode: options.kernel_mode,
        functions,
    })
}

/// Instructions from which on several threads are worth their start, when nobody says how many.
const MANY: usize = 1_000;

fn compile_all(
    context: &Context<'_, X86>,
    functions: &[Func],
    threads: usize,
) -> Result<Vec<FunctionCode>, Error> {
    let one = |scratch: &mut Scratch, &func: &Func| {
        x86_64::function(context, func, scratch).map_err(|_| {
            let symbol = context.module.functions[func].symbol;
            Error::TooLong(context.module.symbol_name(symbol).to_string())
        })
    };
    let count = |func: &Func| context.module.functions[*func].body.insts.len();
    let few = || functions.iter().map(count).sum::<usize>() < MANY;
    if threads == 1 || functions.len() < 2 || threads == 0 && few() {
        let mut scratch = Scratch::default();
        return functions.iter().map(|func| one(&mut scratch, func)).collect();
    }
    let chunk = functions.len().div_ceil(8 * rayon::current_num_threads()).max(1);
    let work = || {
        let parts = functions.par_chunks(chunk).map(|part| {
            let mut scratch = Scratch::default();
            part.iter().map(|func| one(&mut scratch, func)).collect::<Result<Vec<_>, _>>()
        });
        parts.collect::<Result<Vec<_>, _>>().map(|parts| parts.into_iter().flatten().collect())
    };
    if threads == 0 {
        return work();
    }
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

/// All functions of a module.
pub fn all_functions(module: &Module) -> Vec<Func> {
    (0..module.functions.len()).map(Func::new).collect()
}
