//! What the emitter for Cortex-M0 makes of every fixture and of the runtime library is certified, by all checks but the
//! bound of the stack.

use certify::{Checks, Finding, certify};
use native_ir::{Func, Module};
use std::path::{Path, PathBuf};
use verifier::{Engine, Options, Verified};

const TARGET: &str = "sim-cortex-m0";

fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let entries = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = entries.map(walkdir::DirEntry::into_path);
    files.filter(|path| path.extension().is_some_and(|extension| extension == "nir")).collect()
}

fn verified(path: &Path) -> Option<Verified<Module>> {
    let parsed = native_ir::text::parse(std::fs::read(path).ok()?);
    (parsed.diagnostics.is_empty()).then(|| verifier::verify(parsed.module, &Options::default()).ok())?
}

/// Certifies what the emitter makes of a module's functions; says how many there are.
fn findings(module: &Verified<Module>) -> (usize, Vec<Finding>) {
    let native = |func: &Func| module.for_engine(Engine::Native, &[*func]).is_ok();
    let functions: Vec<Func> = codegen::all_functions(module).into_iter().filter(native).collect();
    let checks = Checks { stack: false, ..Checks::all() };
    let artifact = codegen::compile(module, &functions, &codegen::Options::default());
    let artifact = artifact.unwrap_or_else(|error| panic!("{error}"));
    (functions.len(), certify(module, artifact, &checks).err().unwrap_or_default())
}

#[test]
fn fixtures_are_certified() {
    let (mut found, mut functions) = (0, 0);
    for path in sources() {
        let Some(module) = verified(&path).filter(|module| module.envelope.target == TARGET) else { continue };
        let (count, findings) = findings(&module);
        functions += count;
        found += findings.len();
        findings.iter().for_each(|finding| println!("{}: {finding}", path.display()));
    }
    assert_eq!(found, 0);
    assert!(functions > 900, "{functions} functions");
}

#[test]
fn the_runtime_library_is_certified() {
    let module = runtime::module(TARGET).expect("there is one");
    let (functions, findings) = findings(module);
    findings.iter().for_each(|finding| println!("{finding}"));
    assert!(findings.is_empty(), "{} of {functions}", findings.len());
}

#[test]
fn constants_of_an_index_may_be_part_of_the_offset() {
    let text = "native-ir 1\nmodule a\ntarget sim-cortex-m0\nabi zero-freestanding-v1\n\
                layout \"e-p:32:32-i64:64-f64:64-n32-S64\"\nfeatures thumb\nprofile bare-metal\nsource 0 \"a.c\" lines=9\n\
                data @table : array[i32, 9] = zero\n\
                fn pub @f(%i: i32) -> (i32) effects(read) source=0 {\n^entry:\n\
                \x20   %p: ptr[static,array[i32, 9]] = address @table !1:1\n\
                \x20   %j: i32 = iadd %i, 2 !1:1\n\
                \x20   %q: ptr[static,i32] = element %p, %j !1:1\n\
                \x20   %r: i32 = load.i32 %q ordering=ordered !1:1\n\
                \x20   return %r !1:1\n}\n\
                fn pub @wide(%i: i64) -> (i32) effects(read) source=0 {\n^entry:\n\
                \x20   %p: ptr[static,array[i32, 9]] = address @table !1:1\n\
                \x20   %j: i64 = iadd %i, 2 !1:1\n\
                \x20   %k: i32 = trunc %j !1:1\n\
                \x20   %q: ptr[static,i32] = element %p, %k !1:1\n\
                \x20   %r: i32 = load.i32 %q ordering=ordered !1:1\n\
                \x20   return %r !1:1\n}\n";
    let report = verifier::verify_text(text.as_bytes(), &Options::default());
    let module = report.module.unwrap_or_else(|| panic!("{:#?}", report.diagnostics));
    let (functions, findings) = findings(&module);
    assert!(functions == 2 && findings.is_empty(), "{findings:?}");
}
