//! Functions of a module, called in the VM.

use native_ir::{Func, Module};
use std::sync::Arc;
use verifier::{Options, Verified, verify};
use vm::{Config, Host, Outcome, Program, Vm};

/// More fuel than any helper takes.
const FUEL: u64 = 1 << 40;

pub(crate) struct Machine {
    vm: Vm,
}

/// A target's library, free to be changed.
pub(crate) fn library(triple: &str) -> Module {
    runtime::module(triple).expect("the target has a library").clone().into_inner()
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

    /// The first result of a function, and how many instructions it took.
    #[track_caller]
    pub(crate) fn call(&mut self, func: Func, arguments: &[u128]) -> (u128, u64) {
        (self.results(func, arguments)[0], FUEL - self.vm.fuel())
    }

    /// What a function returns.
    #[track_caller]
    pub(crate) fn results(&mut self, func: Func, arguments: &[u128]) -> Vec<u128> {
        self.vm.set_fuel(FUEL);
        match self.vm.call(func, arguments).expect("the call fits") {
            Outcome::Returned(results) => results.to_vec(),
            outcome => panic!("{arguments:x?}: {outcome:?}"),
        }
    }
}
