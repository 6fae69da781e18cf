//! What the emitter makes of every fixture and program is certified, by all checks but the bound of the stack.

use certify::{Checks, Finding, certify};
use native_ir::{Contract, Module};
use std::path::{Path, PathBuf};
use verifier::{Engine, Options, Verified};

fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let entries = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok);
    entries
        .map(|entry| entry.into_path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "nir"))
        .collect()
}

fn verified(path: &Path) -> Option<Verified<Module>> {
    let parsed = native_ir::text::parse(std::fs::read(path).ok()?);
    let options = Options { contract: Contract::embedded(), ..Options::default() };
    (parsed.diagnostics.is_empty()).then(|| verifier::verify(parsed.module, &options).ok())?
}

/// Certifies what the emitter makes of a module, one function that runs natively after the other.
fn findings(module: &Verified<Module>, options: &codegen::Options) -> Vec<Finding> {
    let native = |func: &native_ir::Func| module.for_engine(Engine::Native, &[*func]).is_ok();
    let functions: Vec<_> = codegen::all_functions(module).into_iter().filter(native).collect();
    let checks = Checks { abi: true, canonical: true, stack: false };
    let artifact = codegen::compile(module, &functions, options).expect("there is an emitter");
    assert_eq!(artifact.functions.len(), functions.len());
    certify(module, artifact, &checks).err().unwrap_or_default()
}

#[test]
fn fixtures_are_certified() {
    let (mut found, mut modules) = (0, 0);
    for path in sources() {
        let Some(module) = verified(&path).filter(|module| module.envelope.target.starts_with("x86")) else {
            continue;
        };
        modules += 1;
        for features in ["", "popcnt lzcnt bmi1 fma f16c sse4.1"] {
            for model in [artifact::RelocationModel::Static, artifact::RelocationModel::Pic] {
                let features = features.split_whitespace().map(str::to_string).collect();
                let options =
                    codegen::Options { features, relocation_model: model, ..codegen::Options::default() };
                for finding in findings(&module, &options) {
                    println!("{}: {finding}", path.display());
                    found += 1;
                }
            }
        }
    }
    assert_eq!(found, 0);
    assert!(modules > 30, "{modules} modules");
}

/// In kernel mode nothing is below the stack pointer, and what is made for other modes is refused there.
#[test]
fn kernel_mode_keeps_away_from_the_red_zone() {
    let module = runtime::module("x86_64-unknown-linux-elf").expect("there is one");
    let checks = Checks { abi: true, ..Checks::default() };
    let [user, kernel] = [false, true].map(|kernel_mode| {
        let options = codegen::Options { kernel_mode, ..codegen::Options::default() };
        codegen::compile(module, &codegen::all_functions(module), &options).expect("there is an emitter")
    });
    let below = |artifact: &artifact::Artifact| {
        artifact.functions.iter().filter(|code| code.claim.frame.below > 0).count()
    };
    let count = below(&user);
    assert!(count > 10, "{count} functions use the red zone");
    assert_eq!(below(&kernel), 0);
    certify(module, kernel, &checks).unwrap_or_else(|findings| panic!("{}", findings[0]));
    let mistaken = artifact::Artifact { kernel_mode: true, ..user };
    let findings = certify(module, mistaken, &checks).err().unwrap_or_default();
    assert_eq!(findings.len(), count, "{:?}", findings.first());
}

#[test]
fn the_runtime_library_is_certified() {
    let module = runtime::module("x86_64-unknown-linux-elf").expect("there is one");
    let findings = findings(module, &codegen::Options::default());
    assert!(findings.is_empty(), "{}", findings[0]);
}
