//! Every module of the fixtures for Cortex-M0 that runs natively compiles, the same on one thread and on many, and its
//! bytes decode.

use artifact::FunctionCode;
use codegen::{Options, compile};
use native_ir::{EntityRef, Func, Module, text};
use std::path::{Path, PathBuf};
use verifier::{Engine, Verified};

fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let files = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok);
    files.map(walkdir::DirEntry::into_path).filter(|path| path.extension().is_some_and(|it| it == "nir")).collect()
}

/// The verified module of a file, if it is one for Cortex-M0.
fn module(path: &Path) -> Option<Verified<Module>> {
    let source = std::fs::read(path).expect("fixtures can be read");
    let parsed = text::parse(&source);
    let module = verifier::verify(parsed.module, &verifier::Options::default()).ok()?;
    (module.envelope.target == "sim-cortex-m0").then_some(module)
}

fn native(module: &Verified<Module>) -> Vec<Func> {
    let all = (0..module.functions.len()).map(Func::new);
    all.filter(|&func| module.for_engine(Engine::Native, &[func]).is_ok()).collect()
}

/// Decodes what the claim says is code. Gives lines of text.
fn decode(code: &FunctionCode) -> Vec<String> {
    let half = |at: usize| Some(u16::from_le_bytes([*code.code.get(at)?, *code.code.get(at + 1)?]));
    let (mut at, mut lines) = (0, Vec::new());
    while at < code.literals as usize {
        if let Some(pool) = code.pools.iter().find(|pool| pool.offset as usize == at) {
            at += pool.bytes as usize;
            continue;
        }
        let first = half(at).expect("code has whole halfwords");
        let inst = thumb::decode(first, half(at + 2)).unwrap_or_else(|| panic!("{first:04x} at {at:x}"));
        lines.push(format!("{at:4x} {inst}"));
        at += inst.size() as usize;
    }
    lines
}

#[test]
fn all_compile_alike_and_decode() {
    let (mut functions, mut bytes, wanted) = (0, 0, std::env::var("SHOW").ok());
    for path in fixtures() {
        let Some(module) = module(&path) else { continue };
        let mut funcs = native(&module);
        funcs.retain(|&func| match compile(&module, &[func], &Options::default()) {
            Err(error @ codegen::Error::Helper(..)) => {
                println!("{}: {error}", path.display());
                false
            }
            _ => true,
        });
        let compiled = [1, 4].map(|threads| {
            let options = Options { threads, ..Options::default() };
            compile(&module, &funcs, &options).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        });
        for (one, many) in compiled[0].functions.iter().zip(&compiled[1].functions) {
            functions += 1;
            bytes += one.code.len();
            assert_eq!((&one.code, &one.claim), (&many.code, &many.claim), "{}", path.display());
            let name = module.symbol_name(module.functions[one.func].symbol);
            let lines = decode(one);
            if wanted.as_deref() == Some(name) || wanted.as_deref() == path.file_stem().and_then(|it| it.to_str())
            {
                println!("{}: @{name}: {} bytes\n{}", path.display(), one.code.len(), lines.join("\n"));
            }
        }
    }
    println!("{functions} functions, {bytes} bytes");
    assert!(functions > 100, "only {functions} functions");
}
