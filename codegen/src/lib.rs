//! From verified modules to machine code.
//!
//! [`compile`] takes a [`Verified<Module>`], which is the only way in, and gives an [`Artifact`]: machine code by
//! function, with the rows and the claim that the certificate's checks need. For x86-64 it takes the fast path: each function is
//! looked at twice, gets places for its values in one scan, and is selected and encoded in one walk.
//!
//! | module | what it does |
//! |---|---|
//! | `context` | what all functions need to know of the module |
//! | `live` | folds, uses, live intervals |
//! | `allocate` | a place for each value |
//! | `buffer` | bytes, labels, branches, constants and rows of one function |
//! | `x86_64` | selection and encoding |
//! | `cortex_m0` | selection, allocation of registers, encoding |
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
use cortex_m0::{Failure, M0};
use native_ir::{EntityRef, Func, Module};
use rayon::prelude::*;
use verifier::Verified;
use x86_64::{Features, X86};

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
    #[error(
        "there is no emitter for the target `{0}`; there are some for x86_64-unknown-linux-elf and sim-cortex-m0"
    )]
    Target(String),
    /// A function has more machine code than distances within one can tell.
    #[error("the function `@{0}` is too long for machine code: split it")]
    TooLong(String),
    /// A function does what the runtime library of the target has no function for.
    #[error("the function `@{0}` needs a function of the runtime library that is missing: {1}")]
    Helper(String, String),
    /// A function needs more registers at once than there are.
    #[error("the function `@{0}` has no allocation of registers ({1}): split it")]
    Registers(String, String),
}

/// Compiles functions of a module, which must be such that run natively (`Verified::for_engine` says which do).
///
/// # Errors
/// When there is no emitter for the module's target, or a function is too long or has no allocation of registers.
pub fn compile(module: &Verified<Module>, functions: &[Func], options: &Options) -> Result<Artifact, Error> {
    let triple = &module.envelope.target;
    let mut features = module.envelope.features.clone();
    features.extend(options.features.iter().filter(|name| !module.envelope.features.contains(name)).cloned());
    let missing = || Error::Target(triple.clone());
    let functions = match triple.as_str() {
        "x86_64-unknown-linux-elf" => {
            let pic = options.relocation_model == RelocationModel::Pic;
            let target = X86 { features: Features::new(&features), pic, red_zone: !options.kernel_mode };
            let context = Context::new(module, target).ok_or_else(missing)?;
            compile_all(module, functions, options.threads, |scratch, func| {
                x86_64::function(&context, func, scratch).map_err(|_| Error::TooLong(name(module, func)))
            })?
        }
        "sim-cortex-m0" => {
            let context = Context::new(module, M0).ok_or_else(missing)?;
            compile_all(module, functions, options.threads, |scratch, func| {
                cortex_m0::function(&context, func, scratch).map_err(|failure| match failure {
                    Failure::TooLong => Error::TooLong(name(module, func)),
                    Failure::Helper(what) => Error::Helper(name(module, func), what),
                    Failure::Registers(reason) => Error::Registers(name(module, func), reason),
                })
            })?
        }
        _ => return Err(missing()),
    };
    Ok(Artifact {
        triple: triple.clone(),
        features,
        relocation_model: options.relocation_model,
        kernel_mode: options.kernel_mode,
        functions,
    })
}

fn name(module: &Module, func: Func) -> String {
    module.symbol_name(module.functions[func].symbol).to_string()
}

/// Instructions from which on several threads are worth their start, when nobody says how many.
const MANY: usize = 1_000;

/// Compiles functions one by one, on as many threads as are worth it; `Scratch` is what one thread uses again.
fn compile_all<Scratch: Default>(
    module: &Module,
    functions: &[Func],
    threads: usize,
    one: impl Fn(&mut Scratch, Func) -> Result<FunctionCode, Error> + Sync,
) -> Result<Vec<FunctionCode>, Error> {
    let count = |func: &Func| module.functions[*func].body.insts.len();
    let few = || functions.iter().map(count).sum::<usize>() < MANY;
    let some = |part: &[Func]| {
        let mut scratch = Scratch::default();
        part.iter().map(|&func| one(&mut scratch, func)).collect::<Result<Vec<_>, _>>()
    };
    if threads == 1 || functions.len() < 2 || threads == 0 && few() {
        return some(functions);
    }
    let chunk = functions.len().div_ceil(8 * rayon::current_num_threads()).max(1);
    let work = || {
        let parts = functions.par_chunks(chunk).map(some);
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
