//! What the emitter makes of random modules is certified: the certificate refuses nothing that is right.
//!
//! `make test` checks modules from seed 0 on; `RANDOM_SEED` and `RANDOM_MODULES` choose others, and more.

use artifact::RelocationModel;
use certify::{Checks, certify};
use generate::{Config, Source};
use native_ir::Contract;
use rayon::prelude::*;
use verifier::{Engine, Options, Verified, verify};

/// Modules that `make test` checks.
const MODULES: u64 = 3000;

fn module(target: &str, seed: u64) -> Verified<native_ir::Module> {
    let contract = Contract::embedded();
    let target = contract.target(target).map_or(0, |(index, _)| index);
    // Half of them mean something; the others have more of what is rare.
    let config =
        Config { runnable: seed.is_multiple_of(2), native: true, loops: true, ..Config::new(contract, target) };
    let config = match seed % 3 {
        0 => Config { params: 20, instructions: 24, ..config },
        _ => config,
    };
    let module = generate::module(&mut Source::from_seed(seed), &config);
    verify(module, &Options { threads: 1, ..Options::default() })
        .unwrap_or_else(|_| panic!("seed {seed}: not valid"))
}

/// What the certificate says of the module of a seed, with the code.
fn findings(target: &str, seed: u64) -> Vec<String> {
    let module = module(target, seed);
    let native = |func: &native_ir::Func| module.for_engine(Engine::Native, &[*func]).is_ok();
    let functions: Vec<_> = codegen::all_functions(&module).into_iter().filter(native).collect();
    let relocation_model = if seed % 4 < 2 { RelocationModel::Static } else { RelocationModel::Pic };
    let options = codegen::Options { relocation_model, threads: 1, ..codegen::Options::default() };
    let artifact = codegen::compile(&module, &functions, &options);
    let artifact =
        artifact.unwrap_or_else(|error| panic!("seed {seed}: {error}\n{}", native_ir::text::print(&module)));
    let checks = Checks { stack: false, ..Checks::all() };
    let findings = certify(&module, artifact.clone(), &checks).err().unwrap_or_default();
    let told = findings.into_iter().map(|finding| {
        let symbol = module.find_symbol(&finding.function).map(|symbol| module.item(symbol));
        let listing = match symbol {
            Some(native_ir::Item::Function(func)) => certify::listing(&module, &artifact, func),
            _ => None,
        };
        format!("seed {seed}: {finding}\n{}{}", listing.unwrap_or_default(), native_ir::text::print(&module))
    });
    told.collect()
}

fn check(target: &str, modules: u64) {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let first = number("RANDOM_SEED").unwrap_or(0);
    let modules = number("RANDOM_MODULES").unwrap_or(modules);
    let seeds = (first..first + modules).into_par_iter();
    let found: Vec<String> = seeds.flat_map_iter(|seed| findings(target, seed)).collect();
    found.iter().for_each(|finding| println!("{finding}"));
    assert!(found.is_empty(), "{} functions of {modules} modules are refused", found.len());
}

#[test]
fn random_modules_are_certified() {
    check("x86_64-unknown-linux-elf", MODULES);
}

#[test]
fn random_modules_for_cortex_m0_are_certified() {
    check("sim-cortex-m0", MODULES);
}
