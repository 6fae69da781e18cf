//! The table of helpers against the contract, and against the files that it names.

use crate::TRIPLE;
use native_ir::contract::opcodes::{ExtraRule, OpcodeRow, Support};
use native_ir::{Contract, Opcode, Type, TypeKind};
use runtime::{helper, helpers, module};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Types of an opcode: its one type variable twice, or its two.
type Pair = (Type, Type);

/// Families of opcodes whose helpers depend on types; those of the others work on memory.
fn pairs(row: &OpcodeRow) -> Vec<(TypeKind, TypeKind)> {
    let first = || row.typevars[0].iter();
    let bits = |kind: TypeKind| kind.bits(64).unwrap_or(0);
    match row.typevars.len() {
        1 => first().map(|kind| (kind, kind)).collect(),
        _ => first()
            .flat_map(|from| row.typevars[1].iter().map(move |to| (from, to)))
            .filter(|&(from, to)| match row.extra_rule {
                Some(ExtraRule::Wider) => bits(to) > bits(from),
                Some(ExtraRule::Narrower) => bits(to) < bits(from),
                _ => true,
            })
            .collect(),
    }
}

/// What the contract wants helpers for: where the cell says so, and where an instruction comes with a feature and there
/// is no short expansion.
fn wanted() -> BTreeSet<(&'static str, Pair)> {
    let contract = Contract::embedded();
    let (target, _) = contract.target(TRIPLE).expect("the target is in the contract");
    let mut wanted = BTreeSet::new();
    for row in contract.opcodes().iter() {
        if row.memory != native_ir::contract::opcodes::Memory::None {
            if row.support(target, None) == Support::Helper {
                wanted.insert((row.opcode.name(), (Type::ERROR, Type::ERROR)));
            }
            continue;
        }
        if row.typevars.is_empty() {
            continue;
        }
        for (from, to) in pairs(row) {
            let fused = row.opcode == Opcode::Fma && row.native_when.is_some();
            if row.support_of(target, [from, to]) == Support::Helper || fused {
                wanted.insert((row.opcode.name(), (Type::of_kind(from), Type::of_kind(to))));
            }
        }
    }
    wanted
}

#[test]
fn there_is_a_row_for_each_helper_of_the_contract_and_no_other() {
    let rows: BTreeSet<_> = helpers().iter().map(|row| (row.opcode.name(), (row.from, row.to))).collect();
    let wanted = wanted();
    assert_eq!(wanted.difference(&rows).collect::<Vec<_>>(), Vec::<&(&str, Pair)>::new(), "without a row");
    assert_eq!(rows.difference(&wanted).collect::<Vec<_>>(), Vec::<&(&str, Pair)>::new(), "not in the contract");
    assert!(rows.len() > 100, "only {} rows", rows.len());
}

#[test]
fn each_line_is_a_row_that_is_found() {
    let lines = include_str!("../../helpers.tsv").lines().count() - 1;
    assert_eq!(helpers().len(), lines, "a line is none or stands twice");
    for row in helpers() {
        assert_eq!(helper(row.opcode, row.from, row.to), Some(row));
    }
    assert_eq!(helper(Opcode::Iadd, Type::I128, Type::I128), None);
    assert_eq!(helper(Opcode::Udiv, Type::I64, Type::I64), None);
}

#[test]
fn each_row_names_the_file_of_its_function() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("x86_64");
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("the folder can be read").path();
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        texts.insert(name, fs::read_to_string(&path).expect("the file can be read"));
    }
    let library = module(TRIPLE).expect("the files parse, link and verify");
    for row in helpers() {
        assert!(
            texts[row.file].contains(&format!("fn pub @{}(", row.symbol)),
            "{} is not in {}",
            row.symbol,
            row.file
        );
        assert!(library.entry(row.symbol).is_ok(), "the library has no {}", row.symbol);
    }
    let built_in: usize = texts.values().map(|text| text.matches("\nfn ").count()).sum();
    assert_eq!(library.functions.len(), built_in, "a file is not part of the library");
    assert!(module("sim-cortex-m0").is_none());
}

/// Helpers that a program calls must not need helpers that call them again.
#[test]
fn no_helper_uses_an_opcode_that_needs_one() {
    let contract = Contract::embedded();
    let (target, _) = contract.target(TRIPLE).expect("the target is in the contract");
    let library = module(TRIPLE).expect("the library is there");
    for function in library.functions.values() {
        let body = &function.body;
        for (inst, data) in body.insts.iter() {
            let operands = body.operands(data).map(|operand| body.operand_type(operand));
            let types = operands.chain(body.results(inst).map(|value| body.value_type(value)));
            let kinds = types.filter_map(|ty| library.types.kind(ty));
            let row = contract.opcode(data.opcode);
            assert_ne!(row.support_of(target, kinds), Support::Helper, "{}", data.opcode);
        }
    }
}
