//! The certificate: emitted machine code is decoded again from its final bytes and checked against the IR.
//!
//! [`certify`] is the only maker of [`Certified`], which writers of files and the JIT take. It shares no code with
//! emitters: it reads the artifact's bytes with a decoder of its own and takes the claim as a hint that may be wrong. What
//! does not hold comes back as [`Finding`]s, each a bug of the emitter but for those of C4.
//!
//! | check | says | when |
//! |---|---|---|
//! | C1 | every byte is an allowed instruction, a literal, a jump table or padding | always |
//! | C2 | volatile, ordered and atomic accesses, calls and traps are the IR's, each once, whole, in order | always |
//! | C5 | control goes where the IR's edges go | always |
//! | C3 | registers, stack and unwinding follow the platform's rules | [`Checks::abi`] |
//! | C4 | no function calls itself, so that the stack has a bound ([`stack`]) | [`Checks::stack`] |
//! | C8 | cycles of Cortex-M0 code ([`cycles`]) | asked for |
//!
//! Functions are checked independently of each other, many in parallel, in linear time; findings come in the order of the
//! functions, at most one a function, because what follows a mistake is seldom another.

mod certified;
mod cortex_m0;
pub mod cycles;
mod finding;
mod flow;
mod listing;
mod member;
mod memory;
mod operand;
mod piece;
mod rows;
pub mod stack;
mod subject;
mod x86_64;

pub use certified::Certified;
pub use finding::{Check, Finding};
pub use listing::listing;

use artifact::{Artifact, FunctionCode};
use native_ir::{EntityRef, Module};
use rayon::prelude::*;
use subject::{Context, Machine, Subject};
use verifier::Verified;

/// Which checks to make beside those that are always made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checks {
    /// C1: whether each instruction is encoded in the one form that an independent encoder has for it.
    pub canonical: bool,
    /// C3.
    pub abi: bool,
    /// C4: functions that call each other in a circle are findings. What the functions outside take, [`stack`] asks.
    pub stack: bool,
}

impl Checks {
    /// All checks.
    pub fn all() -> Checks {
        Checks { canonical: true, abi: true, stack: true }
    }
}

/// Checks an artifact against the module that it was made of.
///
/// # Errors
/// What does not hold. The artifact is not handed back: nothing may be done with it.
pub fn certify(
    module: &Verified<Module>,
    artifact: Artifact,
    checks: &Checks,
) -> Result<Certified<Artifact>, Vec<Finding>> {
    let mut findings = check_whole(module, &artifact);
    if findings.is_empty() {
        findings = check_functions(module, &artifact, checks);
    }
    if findings.is_empty() && checks.stack {
        findings = stack::check(module, &artifact);
    }
    if findings.is_empty() { Ok(Certified::new(artifact, module.digest())) } else { Err(findings) }
}

/// What concerns no single function.
fn check_whole(module: &Module, artifact: &Artifact) -> Vec<Finding> {
    let fault = |message: String| vec![Finding::of_artifact(Check::Decode, message)];
    if Machine::of(&artifact.triple).is_none() || module.envelope.target != artifact.triple {
        return fault(format!("code for {} of a module for {}", artifact.triple, module.envelope.target));
    }
    let ascending = artifact.functions.windows(2).all(|pair| pair[0].func < pair[1].func);
    let known = artifact.functions.iter().all(|code| code.func.index() < module.functions.len());
    if !ascending || !known {
        return fault("functions that the module does not have, or not in its order".into());
    }
    Vec::new()
}

/// Functions that are checked one behind the other, at least.
const CHUNK: usize = 16;

/// Bytes of code from which on several threads are worth their start.
const MANY: usize = 20_000;

/// Memory that is used again for each function.
#[derive(Default)]
struct Scratch {
    x86_64: x86_64::Scratch,
    cortex_m0: cortex_m0::Scratch,
}

fn check_functions(module: &Module, artifact: &Artifact, checks: &Checks) -> Vec<Finding> {
    let Some(context) = Context::new(module, artifact, checks) else {
        return vec![Finding::of_artifact(Check::Decode, format!("no checks for {}", artifact.triple))];
    };
    let check = |scratch: &mut Scratch, code: &FunctionCode| {
        let subject = Subject { context: &context, function: &module.functions[code.func], code };
        let result = match context.machine {
            Machine::X86_64 => x86_64::check(subject, &mut scratch.x86_64),
            Machine::CortexM0 => cortex_m0::check(subject, &mut scratch.cortex_m0),
        };
        Some(Finding::locate(module, code, result.err()?))
    };
    let bytes: usize = artifact.functions.iter().map(|function| function.code.len()).sum();
    if bytes < MANY {
        let mut scratch = Scratch::default();
        return artifact.functions.iter().filter_map(|function| check(&mut scratch, function)).collect();
    }
    let functions = artifact.functions.par_iter().with_min_len(CHUNK);
    functions.map_init(Scratch::default, check).flatten_iter().collect()
}
