use super::check::Check;
use super::*;
use crate::live::Live;
use crate::x86_64::X86;
use generate::{Config, Source};
use native_ir::{Contract, Module};
use proptest::prelude::*;
use std::path::Path;

/// Allocates every function of a verified module, and checks.
fn check(module: &Module) -> Result<(), String> {
    let Some(context) = Context::new(module, X86::default()) else { return Ok(()) };
    let (mut order, mut live, mut allocation) = (Order::default(), Live::default(), Allocation::default());
    for (func, function) in &module.functions {
        order.compute(&function.body);
        live.compute(&context, function, &order);
        allocation.compute(&context, function, &order, &live, 32);
        let check = Check { context: &context, function, order: &order, live: &live, allocation: &allocation };
        check.run().map_err(|error| format!("{func}: {error}"))?;
    }
    Ok(())
}

fn is_x86(module: &Module) -> bool {
    module.envelope.target == "x86_64-unknown-linux-elf"
}

#[test]
fn fixtures_have_places_that_are_apart() {
    let mut functions = 0;
    for file in walkdir::WalkDir::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")) {
        let path = file.expect("fixtures can be listed").into_path();
        if path.extension().is_none_or(|it| it != "nir") {
            continue;
        }
        let parsed = native_ir::text::parse(std::fs::read(&path).expect("fixtures can be read"));
        let Ok(module) = verifier::verify(parsed.module, &verifier::Options::default()) else { continue };
        if is_x86(&module) {
            functions += module.functions.len();
            check(&module).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    }
    assert!(functions > 1000, "only {functions} functions");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn random_functions_have_places_that_are_apart(seed: u64) {
        let contract = Contract::embedded();
        let row = contract.targets.iter().position(|row| row.triple == "x86_64-unknown-linux-elf").unwrap_or(0);
        let module = generate::module(&mut Source::from_seed(seed), &Config::new(contract, row));
        let module = verifier::verify(module, &verifier::Options::default());
        let module = module.map_err(|rejected| TestCaseError::fail(format!("{:?}", rejected.diagnostics)))?;
        prop_assert_eq!(check(&module), Ok(()));
    }
}
