//! Every module of the fixtures that runs natively compiles, the same on one thread and on many, and its bytes decode.

use codegen::{Options, compile};
use iced_x86::{Decoder, DecoderOptions, Formatter, IntelFormatter};
use native_ir::{EntityRef, Func, Module, text};
use std::path::{Path, PathBuf};
use verifier::{Engine, Verified};

fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let files = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok);
    files.map(walkdir::DirEntry::into_path).filter(|path| path.extension().is_some_and(|it| it == "nir")).collect()
}

/// The verified module of a file, if it is one for x86-64.
fn module(path: &Path) -> Option<Verified<Module>> {
    let source = std::fs::read(path).expect("fixtures can be read");
    let parsed = text::parse(&source);
    let module = verifier::verify(parsed.module, &verifier::Options::default()).ok()?;
    (module.envelope.target == "x86_64-unknown-linux-elf").then_some(module)
}

fn native(module: &Verified<Module>) -> Vec<Func> {
    let all = (0..module.functions.len()).map(Func::new);
    all.filter(|&func| module.for_engine(Engine::Native, &[func]).is_ok()).collect()
}

#[test]
fn all_compile_alike_and_decode() {
    let (mut functions, wanted) = (0, std::env::var("SHOW").ok());
    for path in fixtures() {
        let Some(module) = module(&path) else { continue };
        let funcs = native(&module);
        let compiled = [1, 4].map(|threads| {
            let options = Options { threads, ..Options::default() };
            compile(&module, &funcs, &options).expect("fixtures are not too long")
        });
        for (one, many) in compiled[0].functions.iter().zip(&compiled[1].functions) {
            functions += 1;
            assert_eq!((&one.code, &one.claim), (&many.code, &many.claim), "{}", path.display());
            let name = module.symbol_name(module.functions[one.func].symbol);
            let code = &one.code[..one.literals as usize];
            let mut formatter = IntelFormatter::new();
            for inst in Decoder::with_ip(64, code, 0, DecoderOptions::NONE) {
                assert!(!inst.is_invalid(), "{} @{name} at {:x}", path.display(), inst.ip());
                if wanted.as_deref() == Some(name) {
                    let mut line = String::new();
                    formatter.format(&inst, &mut line);
                    println!("{:4x} {line}", inst.ip());
                }
            }
        }
    }
    assert!(functions > 1000, "only {functions} functions");
}
