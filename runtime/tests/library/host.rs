//! The library for Cortex-M0 on the machine that the tests run on: the same IR, with another target in its envelope, as
//! machine code. There is an operation beside each helper: the opcode that it does, as that machine does it. A function
//! that is made here calls both and compares, so that a million operands take a fraction of a second.
//!
//! | file | what |
//! |---|---|
//! | `operands.nir` | bits, floats and integers from the number of a case |
//! | `operands` | functions that give operands of a type |
//! | `compare` | functions that compare |

mod compare;
mod operands;

use crate::M0;
use crate::computes::{computing, kind, operands};
use crate::machine::library;
use crate::values::is_float;
use native_ir::link::{LinkOptions, link};
use native_ir::{Func, Module, Opcode, Type, text};
use runtime::Helper;
use std::collections::BTreeSet;
use std::sync::Arc;
use verifier::{Options, Verified, verify};
use vm::{Config, Host, Outcome, Vm};

/// Cases for each helper: those for operations on floats of one type, those for other helpers, and those for divisions of
/// 128 bits, which go bit by bit.
const MANY: u64 = 1_000_000;
const SOME: u64 = 100_000;
const FEW: u64 = 10_000;

/// The functions that are made here begin as the module of the operands does.
const OPERANDS: &str = include_str!("host/operands.nir");

fn parsed(source: &str) -> Module {
    let parsed = text::parse(source);
    assert!(parsed.diagnostics.is_empty(), "{:#?}", parsed.diagnostics);
    parsed.module
}

/// The library for Cortex-M0 with the envelope of x86-64, and the functions that compare.
fn module() -> Arc<Verified<Module>> {
    let operands_module = parsed(OPERANDS);
    let mut library = library(M0);
    library.envelope = operands_module.envelope.clone();
    let envelope = OPERANDS.split("\n; ").next().unwrap_or_default();
    let mut source = format!(
        "{envelope}import module @mix : fn(i64) -> (i64)
import module @float : fn(i64, i64, i64, i64) -> (i64)
import module @near : fn(i64, i64, i64, i64, i64) -> (i64)
import module @integer : fn(i64, i64) -> (i64)\n"
    );
    let built = runtime::module(M0).expect("the target has a library");
    let symbols: BTreeSet<&str> = computing(M0).map(|helper| helper.symbol).collect();
    symbols.iter().for_each(|symbol| source += &compare::import(built, symbol));
    for ty in [Type::I32, Type::I64, Type::I128, Type::F16, Type::F32, Type::F64] {
        source += &operands::operand_functions(ty);
    }
    for (index, helper) in computing(M0).enumerate() {
        source += &compare::comparing(index, helper);
    }
    let all = vec![library, operands_module, parsed(&source)];
    let linked = link(all, &LinkOptions { require_all: true }).expect("types and names agree");
    Arc::new(verify(linked, &Options::default()).unwrap_or_else(|error| panic!("{:#?}", error.diagnostics)))
}

fn machine(module: &Arc<Verified<Module>>) -> Vm {
    let entries: Vec<Func> = module.functions.keys().collect();
    let config = Config { memory_bytes: Some(16 << 20), ..Config::default() };
    let (vm, jit) = jit::machine(module, &entries, &config, Host::default(), &jit::Options::default())
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(jit.tiers().rejected, [], "all are machine code");
    vm
}

fn call(vm: &mut Vm, name: &str, arguments: &[u128]) -> u128 {
    let func = vm.program().module().entry(name).unwrap_or_else(|error| panic!("{error:?}"));
    match vm.call(func, arguments).expect("the call fits") {
        Outcome::Returned(results) => results[0],
        outcome => panic!("@{name}{arguments:x?}: {outcome:?}"),
    }
}

fn cases(helper: &Helper) -> u64 {
    use Opcode::*;
    match helper.opcode {
        Udiv | Sdiv | Urem | Srem if helper.from == Type::I128 => FEW,
        _ if helper.from == helper.to && is_float(helper.from) => MANY,
        _ => SOME,
    }
}

#[test]
fn helpers_for_cortex_m0_compute_what_the_host_does() {
    let module = module();
    let mut vm = machine(&module);
    let mut wrong = Vec::new();
    for (index, helper) in computing(M0).enumerate() {
        let end = cases(helper);
        let found = call(&mut vm, &format!("cases{index}"), &[1, end.into()]);
        if found != u128::from(end) {
            let from = kind(helper.from);
            let places = 0..operands(helper.opcode);
            let operands: Vec<u128> =
                places.map(|place| call(&mut vm, &format!("operand{place}_{from}"), &[found])).collect();
            wrong.push(format!("{} as {} of {from} {operands:x?}", helper.symbol, helper.opcode));
        }
    }
    assert_eq!(wrong, [""; 0]);
}
