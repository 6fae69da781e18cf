//! Random modules as machine code, in the VM, and by the model of the crate `oracle`: all three do the same.
//!
//! The model says which runs have a meaning: what it calls unclear, such as a decision on the bits of an address or of a
//! NaN that an operation made, is not compared. Each module is compiled for some of the features of this machine.
//!
//! `make test` runs modules from seed 0 on; `RANDOM_SEED` and `RANDOM_MODULES` choose others, and more.

mod case;
mod result;
mod watch;

use case::Machines;
use generate::{Config, Source};
use native_ir::{Contract, Module};
use oracle::Tally;
use std::sync::Arc;
use verifier::{Options, Verified, verify};
use watch::Watch;

/// Modules that `make test` runs.
const MODULES: u64 = 3500;
/// Calls of each function.
const CALLS: usize = 48;

/// The features of the target that this machine has.
fn features_here() -> Vec<&'static str> {
    let all = [
        ("sse3", std::arch::is_x86_feature_detected!("sse3")),
        ("ssse3", std::arch::is_x86_feature_detected!("ssse3")),
        ("sse4.1", std::arch::is_x86_feature_detected!("sse4.1")),
        ("sse4.2", std::arch::is_x86_feature_detected!("sse4.2")),
        ("popcnt", std::arch::is_x86_feature_detected!("popcnt")),
        ("lzcnt", std::arch::is_x86_feature_detected!("lzcnt")),
        ("bmi1", std::arch::is_x86_feature_detected!("bmi1")),
        ("bmi2", std::arch::is_x86_feature_detected!("bmi2")),
        ("fma", std::arch::is_x86_feature_detected!("fma")),
        ("f16c", std::arch::is_x86_feature_detected!("f16c")),
        ("cx16", std::arch::is_x86_feature_detected!("cmpxchg16b")),
        ("avx", std::arch::is_x86_feature_detected!("avx")),
        ("avx2", std::arch::is_x86_feature_detected!("avx2")),
    ];
    let sse2 = std::iter::once("sse2");
    sse2.chain(all.into_iter().filter(|(_, here)| *here).map(|(name, _)| name)).collect()
}

/// A module that runs on this machine; seven in eight have no loops, and end unless they call themselves.
fn module(seed: u64, here: &[&str]) -> Arc<Verified<Module>> {
    let contract = Contract::embedded();
    let target = contract.target("x86_64-unknown-linux-elf").map_or(0, |(index, _)| index);
    let config =
        Config { runnable: true, native: true, loops: seed.is_multiple_of(8), ..Config::new(contract, target) };
    let config = match seed % 3 {
        0 => Config { params: 20, instructions: 24, ..config },
        _ => config,
    };
    let mut module = generate::module(&mut Source::from_seed(seed), &config);
    module.envelope.features.retain(|name| here.contains(&name.as_str()));
    match verify(module, &Options { threads: 1, ..Options::default() }) {
        Ok(module) => Arc::new(module),
        Err(_) => panic!("seed {seed}: not valid"),
    }
}

#[test]
fn machine_code_and_vm_do_what_the_model_says() {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let first = number("RANDOM_SEED").unwrap_or(0);
    let modules = number("RANDOM_MODULES").unwrap_or(MODULES);
    let here = features_here();
    let watch = Watch::start();
    let mut tally = Tally::default();
    for seed in first..first + modules {
        let module = module(seed, &here);
        let mut random = Source::from_seed(!seed);
        match Machines::new(&module) {
            Ok(mut machines) => machines.run(seed, CALLS, &mut random, &mut tally, &watch),
            Err(wrong) => tally.wrong(format!("seed {seed}: {wrong}")),
        }
    }
    drop(watch);
    tally.judge(modules);
}
