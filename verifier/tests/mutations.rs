//! Each mutation of a valid module gives the diagnostics of its rule and no others.

mod common;

use common::{listing, seeds};
use generate::mutate::{Mutated, Mutation, mutations};
use generate::{Config, Source};
use native_ir::{Diagnostic, Rule, text};
use std::collections::BTreeSet;
use verifier::{Options, verify, verify_text};

/// The diagnostics of what a mutation gave, with the text for people to look at.
fn diagnose(mutated: Mutated, threads: usize) -> (Vec<Diagnostic>, String) {
    let options = Options { threads, ..Options::default() };
    match mutated {
        Mutated::Module(module) => {
            let printed = text::print(&module);
            (verify(*module, &options).err().map_or(Vec::new(), |rejected| rejected.diagnostics), printed)
        }
        Mutated::Text(bytes) => {
            let report = verify_text(&bytes, &options);
            let diagnostics = report.diagnostics.into_iter().map(|located| located.diagnostic).collect();
            (diagnostics, String::from_utf8_lossy(&bytes).into_owned())
        }
    }
}

/// Each mutation on generated modules, until it applied so many times for the targets together.
fn each_mutated(times: u64, mut test: impl FnMut(&Mutation, String, Mutated)) {
    for mutation in mutations() {
        let mut applied = 0;
        'seeds: for seed in 0..200 {
            for config in Config::each_target() {
                let mut source = Source::from_seed(seed);
                let module = generate::module(&mut source, &config);
                let Some(mutated) = mutation.apply(&module, &mut source) else { continue };
                test(mutation, format!("{} seed {seed} {}", mutation.name, config.row().triple), mutated);
                applied += 1;
                if applied >= times {
                    break 'seeds;
                }
            }
        }
        assert!(applied > 0, "{} never applies", mutation.name);
    }
}

#[test]
fn a_mutation_breaks_its_rule_and_no_other() {
    let mut wrong = String::new();
    each_mutated(seeds(40), |mutation, name, mutated| {
        let (diagnostics, text) = diagnose(mutated, 1);
        let exact =
            !diagnostics.is_empty() && diagnostics.iter().all(|diagnostic| diagnostic.rule == mutation.rule);
        if !exact && !wrong.contains(&format!("{} seed", mutation.name)) {
            wrong += &format!("{name}: expected {}\n{}{text}\n", mutation.rule, listing(&diagnostics));
        }
    });
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn diagnostics_do_not_depend_on_the_number_of_threads() {
    each_mutated(seeds(4), |_, name, mutated| {
        assert_eq!(diagnose(mutated.clone(), 1).0, diagnose(mutated, 4).0, "{name}");
    });
}

/// Rules without a mutation, and why.
const WITHOUT: [Rule; 6] = [
    // No opcode of the built-in contract is refused without a feature.
    Rule::TargetFeatureOpcodeFeature,
    // They need a register map.
    Rule::VolatileRegisterUnknown,
    Rule::VolatileRegisterWidth,
    // They are about running a valid module: `engines_run_what_a_walk_reaches` in tests/generated.rs.
    Rule::ExecutionNativeOnVm,
    Rule::ExecutionRuntimeInNative,
    Rule::ExecutionEntry,
];

#[test]
fn every_rule_has_a_mutation() {
    let broken: BTreeSet<Rule> = mutations().map(|mutation| mutation.rule).collect();
    let without: Vec<&Rule> =
        Rule::ALL.iter().filter(|rule| !broken.contains(rule) && !WITHOUT.contains(rule)).collect();
    assert!(without.is_empty(), "rules without a mutation: {without:?}");
}
