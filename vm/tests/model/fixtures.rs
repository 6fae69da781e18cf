//! Every call that a fixture asks for: the model and the engine, in all its modes, give what the fixture says.

use crate::compare::Case;
use generate::Source;
use native_ir::text::Scanner;
use native_ir::{Item, Module, Trap, Type};
use oracle::End;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use verifier::{Options, verify_text};

/// What a fixture says of a call.
enum Expected {
    Anything,
    Bits(Vec<Option<u128>>),
    Trap(Trap),
}

fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let folders =
        ["accept", "programs"].map(|folder| walkdir::WalkDir::new(root.join(folder)).sort_by_file_name());
    let files = folders.into_iter().flatten().filter_map(Result::ok).map(|entry| entry.into_path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "nir")).collect()
}

/// A call and what comes of it, when the line has one.
fn call(line: &str, module: &Module) -> Option<(native_ir::Func, Vec<u128>, Expected)> {
    let mut scanner = Scanner::new(line);
    let traps = !scanner.eat(";! run:");
    if traps && !scanner.eat(";! trap:") {
        return None;
    }
    let symbol = module.find_symbol(&scanner.symbol().ok()?)?;
    let Item::Function(func) = module.item(symbol) else { return None };
    let ty = module.signature(&module.functions[func])?;
    let types = |params: &[native_ir::Param]| params.iter().map(|param| param.ty).collect::<Vec<_>>();
    let arguments = list(&mut scanner, module, &types(&ty.params))?;
    let arguments = arguments.into_iter().map(|argument| argument.unwrap_or(0)).collect();
    if traps {
        return Some((func, arguments, Expected::Trap(Trap::from_name(scanner.word())?)));
    }
    if !scanner.eat("==") {
        return Some((func, arguments, Expected::Anything));
    }
    let results = types(&ty.results);
    let expected = match (&results[..], scanner.clone().eat("(")) {
        ([ty], false) => vec![scalar(&mut scanner, module, *ty)?],
        _ => list(&mut scanner, module, &results)?,
    };
    Some((func, arguments, Expected::Bits(expected)))
}

fn list(scanner: &mut Scanner<'_>, module: &Module, types: &[Type]) -> Option<Vec<Option<u128>>> {
    scanner.expect("(").ok()?;
    let mut values = Vec::new();
    for (index, &ty) in types.iter().enumerate() {
        if index > 0 {
            scanner.expect(",").ok()?;
        }
        values.push(scalar(scanner, module, ty)?);
    }
    scanner.expect(")").ok()?;
    Some(values)
}

/// The bits of a literal; `Some(None)` for any NaN.
fn scalar(scanner: &mut Scanner<'_>, module: &Module, ty: Type) -> Option<Option<u128>> {
    let mut ahead = scanner.clone();
    let any = ahead.word() == "nan" && !ahead.eat("(");
    let bits = scanner.scalar(module, ty).ok()?;
    Some((!any).then_some(bits))
}

#[test]
fn the_model_and_the_engine_give_what_fixtures_say() {
    let (mut calls, mut clear) = (0, 0);
    for path in fixtures() {
        let bytes = std::fs::read(&path).expect("a fixture can be read");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some(module) = verify_text(&bytes, &Options::default()).module else { panic!("{}", path.display()) };
        let module = Arc::new(module);
        for (index, line) in text
            .lines()
            .enumerate()
            .filter(|(_, line)| line.starts_with(";! run:") || line.starts_with(";! trap:"))
        {
            let place = format!("{}:{}: {line}", path.display(), index + 1);
            let Some((func, arguments, expected)) = call(line, &module) else { panic!("{place}: cannot be read") };
            // A call with `nan` for an argument means the quiet one, which the scanner has given as any.
            if line.split("==").next().is_some_and(|call| call.contains("nan")) {
                continue;
            }
            let scripted = text
                .lines()
                .skip(index + 1)
                .take_while(|next| next.starts_with(";! "))
                .any(|next| next.starts_with(";! mmio"));
            let case = Case { module: module.clone(), func, arguments, devices: false, limit: 400_000 };
            if scripted || !case.runs() {
                continue;
            }
            calls += 1;
            let said = case.compare(&mut Source::from_seed(index as u64));
            match (&said.end, &expected) {
                (End::Unclear(_), _)
                | (End::Returned(_), Expected::Anything)
                | (End::Exited(0), Expected::Anything) => {}
                (End::Trapped(trap, _), Expected::Trap(expected)) => assert_eq!(trap, expected, "{place}"),
                (End::Returned(values), Expected::Bits(expected)) => {
                    assert_eq!(values.len(), expected.len(), "{place}");
                    for (value, expected) in values.iter().zip(expected) {
                        // Whether it is a NaN at all is seen where the engine is compared.
                        let same = expected.is_none_or(|bits| !value.is_exact() || value.bits == bits);
                        assert!(same, "{place}: {value:x?}");
                    }
                }
                (end, _) => panic!("{place}: the model ends with {end:x?}"),
            }
            match said.end {
                End::Unclear(why) => println!("{place}: {why}"),
                _ => clear += 1,
            }
        }
    }
    println!("{clear} of {calls} calls are clear");
    assert!(clear * 100 > calls * 98 && calls > 4000, "{clear} of {calls} calls are clear to the model");
}
