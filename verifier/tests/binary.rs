//! The binary form under the verifier: generated modules come back, and what a hostile writer seals ends in an error or
//! in a module that the verifier and the printer look at without panic.

mod common;

use common::{listing, seeds};
use generate::{Config, Source};
use native_ir::{Contract, binary, text};
use proptest::prelude::*;
use verifier::{Options, verify};

#[test]
fn generated_modules_come_back() {
    for config in Config::each_target() {
        for seed in 0..seeds(1000) {
            let module = generate::module(&mut Source::from_seed(seed), &config);
            let bytes = binary::encode(&module);
            match binary::decode(&bytes) {
                Ok(decoded) => {
                    assert!(decoded == module, "seed {seed}: another module\n{}", text::print(&module));
                    assert_eq!(text::print(&decoded), text::print(&module), "seed {seed}");
                    assert_eq!(binary::encode(&decoded), bytes, "seed {seed}");
                    if let Err(rejected) = verify(decoded, &Options { threads: 1, ..Options::default() }) {
                        panic!("seed {seed}\n{}", listing(&rejected.diagnostics));
                    }
                }
                Err(error) => panic!("seed {seed}: {error}"),
            }
        }
    }
}

/// Decodes sealed sections and shows the module to whoever looks at modules. Whether it was one.
fn withstand(sections: &[u8]) -> bool {
    let Ok(module) = binary::decode(&binary::seal(sections)) else { return false };
    drop(text::print(&module));
    let again = binary::encode(&module);
    let decoded = binary::decode(&again).map(|module| binary::encode(&module));
    assert_eq!(decoded.as_ref(), Ok(&again), "what was decoded comes back");
    match verify(module, &Options { threads: 1, ..Options::default() }) {
        Ok(verified) => drop(text::print(&verified)),
        Err(rejected) => assert!(!rejected.diagnostics.is_empty()),
    }
    true
}

fn sections(seed: u64, target: usize) -> Vec<u8> {
    let config = Config::new(Contract::embedded(), target);
    let container = binary::encode(&generate::module(&mut Source::from_seed(seed), &config));
    binary::unseal(&container).expect("it is whole").to_vec()
}

/// Each byte of the smallest of some modules, changed in each bit and cut off before it.
#[test]
fn every_resealed_flip_and_cut() {
    let smallest = (0..seeds(40)).map(|seed| sections(seed, 0)).min_by_key(Vec::len).expect("there is one");
    let mut modules = 0;
    for at in 0..smallest.len() {
        for bit in 0..8 {
            let mut flipped = smallest.clone();
            flipped[at] ^= 1 << bit;
            modules += usize::from(withstand(&flipped));
        }
        assert!(!withstand(&smallest[..at]), "a module without its end");
    }
    assert!(modules > 0, "the damage never reaches the verifier");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn resealed_damage(
        seed in 0_u64..1000,
        target in 0_usize..2,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut damaged = sections(seed, target);
        for (at, byte) in changes {
            let at = at.index(damaged.len());
            damaged[at] = byte;
        }
        withstand(&damaged);
    }

    #[test]
    fn bytes_are_no_module(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(binary::decode(&bytes).is_err());
        prop_assert!(!withstand(&bytes));
    }
}
