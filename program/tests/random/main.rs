//! Random modules as firmware of an emulated Cortex-M0, in the VM, and by the model of the crate `oracle`: all three end
//! alike and make the same accesses to hardware registers, in the same order.
//!
//! The model says which runs have a meaning: what it calls unclear is not compared. Behind each register stands memory, which
//! begins with zeros. QEMU, as a second opinion, makes some of the calls of functions that touch no hardware.
//!
//! `make test` runs modules from seed 0 on; `RANDOM_SEED` and `RANDOM_MODULES` choose others, and more.

mod case;
mod qemu;

use case::Machines;
use generate::{Config, Source};
use native_ir::{Contract, InstData, Module, Opcode, SpecialRegister};
use oracle::Tally;
use std::sync::Arc;
use verifier::{Options, Verified, verify};

/// Modules that `make test` runs.
const MODULES: u64 = 2200;
/// Calls of each function.
const CALLS: usize = 48;

/// A module for the Cortex-M0; seven in eight have no loops, and end unless they call themselves.
fn module(seed: u64) -> Arc<Verified<Module>> {
    let contract = Contract::embedded();
    let target = contract.target("sim-cortex-m0").map_or(0, |(index, _)| index);
    let config =
        Config { runnable: true, native: true, loops: seed.is_multiple_of(8), ..Config::new(contract, target) };
    let config = match seed % 3 {
        0 => Config { params: 20, instructions: 24, ..config },
        _ => config,
    };
    let module = generate::module(&mut Source::from_seed(seed), &config);
    match verify(module, &Options { threads: 1, ..Options::default() }) {
        Ok(module) => Arc::new(module),
        Err(_) => panic!("seed {seed}: not valid"),
    }
}

#[test]
fn firmware_and_vm_do_what_the_model_says() {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let first = number("RANDOM_SEED").unwrap_or(0);
    let modules = number("RANDOM_MODULES").unwrap_or(MODULES);
    let mut tally = Tally::default();
    for seed in first..first + modules {
        let module = module(seed);
        if moves_the_stack(&module) {
            tally.left_out("the stack pointer is written");
            continue;
        }
        let mut random = Source::from_seed(!seed);
        match Machines::new(&module) {
            Ok(mut machines) => machines.run(seed, CALLS, &mut random, &mut tally),
            // No file can hold such a name.
            Err(error) if error.contains("holds a zero byte") => tally.left_out("a name with a zero byte"),
            Err(wrong) => tally.wrong(format!("seed {seed}: {wrong}")),
        }
    }
    tally.judge(modules);
}

/// Whether some function writes a special register by which another stack takes the place of the program's.
fn moves_the_stack(module: &Module) -> bool {
    let moves = |data: &InstData| {
        let stacks = [SpecialRegister::Msp, SpecialRegister::Psp, SpecialRegister::Control];
        data.opcode == Opcode::SpecialWrite && stacks.contains(&data.attributes.special_register())
    };
    module.functions.values().any(|function| function.body.insts.values().any(moves))
}
