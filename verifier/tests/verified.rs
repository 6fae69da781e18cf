//! What a verified module carries. That nothing else makes one is shown by the examples of `Verified` that must not
//! compile.

use native_ir::Contract;
use native_ir::contract::embedded_source;
use verifier::{Options, verify_text};

const TEXT: &str = "native-ir 1\nmodule m\ntarget sim-cortex-m0\nabi zero-freestanding-v1\n\
    layout \"e-p:32:32-i64:64-f64:64-n32-S64\"\nprofile bare-metal\n";

#[test]
fn a_verified_module_carries_the_digest_of_its_contract() {
    let verified = |contract: &Contract| {
        let options = Options { contract, ..Options::default() };
        verify_text(TEXT.as_bytes(), &options).module.expect("it verifies").digest()
    };
    let embedded = Contract::embedded();
    assert_eq!(verified(embedded), embedded.digest());
    let narrowed = Contract::from_sources(|name| {
        let table = embedded_source(name).expect("a table of the contract").to_vec();
        Ok(match name {
            "targets.tsv" => String::from_utf8(table).expect("text").replace("cx16 ", "").into_bytes(),
            _ => table,
        }
        .into())
    });
    let narrowed = narrowed.expect("a contract may drop a feature");
    assert_eq!(verified(&narrowed), narrowed.digest());
    assert_ne!(narrowed.digest(), embedded.digest());
}

#[test]
fn a_rejected_module_comes_back_as_it_was() {
    let parsed = native_ir::text::parse(TEXT.replace("sim-cortex-m0", "pdp-11"));
    let rejected =
        verifier::verify(parsed.module.clone(), &Options::default()).expect_err("there is no such target");
    assert_eq!(rejected.module, parsed.module);
    assert_eq!(rejected.diagnostics.len(), 1);
}
