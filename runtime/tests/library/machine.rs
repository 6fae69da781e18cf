//! Functions of a module, called in the VM.

use crate::TRIPLE;
use native_ir::{Func, Module};
use std::sync::Arc;
use verifier::{Options, Verified, verify};
use vm::{Config, Host, Outcome, Program, Vm};

/// More fuel than any helper takes.
const FUEL: u64 = 1 << 40;

pub(crate) struct Machine {
    vm: Vm,
}

/// The library, free to be changed.
pub(crate) fn library() -> Module {
    runtime::module(TRIPLE).expect("the target has a library").clone().into_inner()
}

impl Machine {
    /// A machine that counts instructions.
    pub(crate) fn new(module: Module) -> Machine {
        let module =
            verify(module, &Options::default()).unwrap_or_else(|error| panic!("{:#?}", error.diagnostics));
        let module: Arc<Verified<Module>> = Arc::new(module);
        let entries: Vec<Func> = module.functions.keys().collect();
        let config = Config { fuel: true, ..Config::default() };
        let program = Program::new(module, &entries, &config).expect("the VM runs all functions");
        Machine { vm: Vm::new(program, Host::default()).expect("the host has memory") }
    }

    /// The function of a name.
    #[track_caller]
    pub(crate) fn function(&self, name: &str) -> Func {
        self.vm.program().module().entry(name).unwrap_or_else(|error| panic!("{error:?}"))
    }

    /// What a function returns, and how many instructions it took.
    #[track_caller]
    pub(crate) fn call(&mut self, func: Func, arguments: &[u128]) -> (u128, u64) {
        self.vm.set_fuel(FUEL);
        match self.vm.call(func, arguments).expect("the call fits") {
            Outcome::Returned(results) => (results[0], FUEL - self.vm.fuel()),
            outcome => panic!("{arguments:x?}: {outcome:?}"),
        }
    }
}
