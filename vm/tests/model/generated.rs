//! Random verified modules.

use crate::compare::Case;
use crate::seeds;
use generate::{Config, Source};
use native_ir::{EntityRef, Func, Module, Passing, binary, text};
use oracle::End;
use std::collections::BTreeMap;
use std::sync::Arc;
use verifier::{Options, Verified, verify};

/// Bits for the parameters of a function that can be called from outside.
fn arguments(module: &Verified<Module>, func: Func, random: &mut Source<'_>) -> Option<Vec<u128>> {
    let ty = module.signature(&module.functions[func])?;
    let plain = |passing| matches!(passing, Passing::Value | Passing::Zext | Passing::Sext);
    if !ty.params.iter().chain(&ty.results).all(|param| plain(param.passing)) {
        return None;
    }
    let each = ty.params.iter().map(|param| {
        let width = match module.types.as_pointer(param.ty) {
            Some(_) => return Some(0),
            None => module.types.kind(param.ty)?.bits(32)?,
        };
        let all = oracle::ones(width);
        let bits = match random.below(6) {
            0 => 0,
            1 => u128::MAX,
            2 => 1 << (width - 1),
            3 => random.below(9) as u128,
            _ => u128::from(random.bits()) << 64 | u128::from(random.bits()),
        };
        (module.types.kind(param.ty) != Some(native_ir::TypeKind::Fiber)).then_some(bits & all)
    });
    each.collect()
}

#[test]
fn random_modules_do_what_the_model_says() {
    let mut ends: BTreeMap<String, u32> = BTreeMap::new();
    for config in Config::each_target() {
        for seed in 0..seeds(1500) {
            let config = Config { loops: seed % 6 == 0, runnable: seed % 8 != 0, ..config };
            let module = generate::module(&mut Source::from_seed(seed), &config);
            let Ok(module) = verify(module, &Options { threads: 1, ..Options::default() }) else {
                panic!("seed {seed}: not valid")
            };
            let module = Arc::new(module);
            let mut random = Source::from_seed(!seed);
            for func in module.functions.keys().collect::<Vec<_>>() {
                let Some(arguments) = arguments(&module, func, &mut random) else { continue };
                let case = Case { module: module.clone(), func, arguments, devices: seed % 4 != 0, limit: 3000 };
                if !case.runs() {
                    continue;
                }
                let said = case.compare(&mut random);
                let end = match said.end {
                    End::Returned(_) => "returned".to_string(),
                    End::Exited(_) => "exited".to_string(),
                    End::Trapped(trap, _) => trap.name().to_string(),
                    End::OutOfFuel => "out of fuel".to_string(),
                    End::Unclear(why) => format!("unclear: {why}"),
                };
                *ends.entry(end).or_default() += 1;
                if func == Func::new(0) {
                    again(&case, &mut random);
                }
            }
        }
    }
    for (end, count) in &ends {
        println!("{count:6} {end}");
    }
    let all: u32 = ends.values().sum();
    let unclear: u32 = ends.iter().filter(|(end, _)| end.starts_with("unclear")).map(|(_, count)| count).sum();
    let returned = ends.get("returned").copied().unwrap_or(0);
    assert!(unclear * 3 < all && returned * 9 > all, "{unclear} of {all} runs are unclear, {returned} return");
}

/// A module that was written and read again runs as before.
fn again(case: &Case, random: &mut Source<'_>) {
    let printed = text::parse(text::print(&case.module)).module;
    let decoded = binary::decode(&binary::encode(&case.module)).expect("what was encoded can be decoded");
    let expected = case.model(u64::MAX);
    for module in [printed, decoded] {
        let Ok(module) = verify(module, &Options { threads: 1, ..Options::default() }) else {
            panic!("not valid")
        };
        let case = Case { module: Arc::new(module), ..case.clone() };
        let said = case.compare(random);
        assert_eq!(said.end, expected.end);
    }
}
