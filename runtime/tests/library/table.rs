//! The table of helpers against the contract, and against the files that it names.

use crate::{TARGETS, TRIPLE};
use native_ir::contract::opcodes::{ExtraRule, Memory, OpcodeRow, Support};
use native_ir::{Contract, InstData, Module, Opcode, Type, TypeKind};
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
fn wanted(triple: &str) -> BTreeSet<(&'static str, Pair)> {
    let contract = Contract::embedded();
    let (target, _) = contract.target(triple).expect("the target is in the contract");
    let x86 = triple == TRIPLE;
    let mut wanted = BTreeSet::new();
    for row in contract.opcodes().iter() {
        if matches!(row.opcode, Opcode::Memcpy | Opcode::Memmove | Opcode::Memset) {
            assert_eq!(row.support(target, None), Support::Helper, "{}", row.opcode);
            wanted.insert((row.opcode.name(), (Type::ERROR, Type::ERROR)));
            if !x86 {
                wanted.insert((row.opcode.name(), (Type::I32, Type::I32)));
            }
            continue;
        }
        if row.memory != Memory::None || row.typevars.is_empty() {
            continue;
        }
        // Cortex-M0 has no binary128.
        let exists = |&(from, to): &(TypeKind, TypeKind)| x86 || from != TypeKind::F128 && to != TypeKind::F128;
        for (from, to) in pairs(row).into_iter().filter(exists) {
            let fused = x86 && row.opcode == Opcode::Fma && row.native_when.is_some();
            if row.support_of(target, [from, to]) == Support::Helper || fused {
                let [from, to] = [from, to].map(|kind| if x86 { kind } else { carrier(row.opcode, kind) });
                wanted.insert((row.opcode.name(), (Type::of_kind(from), Type::of_kind(to))));
            }
        }
    }
    wanted
}

/// The type as which an operation is done on Cortex-M0: no integer is narrower than a register, and binary16 is
/// converted, but where that rounds twice.
fn carrier(opcode: Opcode, kind: TypeKind) -> TypeKind {
    let converts = (Opcode::Fpromote..=Opcode::FloatToUintSat).contains(&opcode);
    match kind {
        TypeKind::I1 | TypeKind::I8 | TypeKind::I16 => TypeKind::I32,
        TypeKind::F16 if !converts && opcode != Opcode::Fma => TypeKind::F32,
        kind => kind,
    }
}

#[test]
fn there_is_a_row_for_each_helper_of_the_contract_and_no_other() {
    for (triple, _) in TARGETS {
        let rows: BTreeSet<_> =
            helpers(triple).iter().map(|row| (row.opcode.name(), (row.from, row.to))).collect();
        let wanted = wanted(triple);
        let none = Vec::<&(&str, Pair)>::new();
        assert_eq!(wanted.difference(&rows).collect::<Vec<_>>(), none, "{triple}: without a row");
        assert_eq!(rows.difference(&wanted).collect::<Vec<_>>(), none, "{triple}: not in the contract");
        assert!(rows.len() > 100, "{triple}: only {} rows", rows.len());
    }
}

#[test]
fn each_line_is_a_row_that_is_found() {
    let lines = include_str!("../../helpers.tsv").lines().count() - 1;
    let rows: usize = TARGETS.iter().map(|(triple, _)| helpers(triple).len()).sum();
    assert_eq!(rows, lines, "a line is none, stands twice, or is of no target");
    for (triple, _) in TARGETS {
        for row in helpers(triple) {
            assert_eq!(helper(triple, row.opcode, row.from, row.to), Some(row));
        }
        assert_eq!(helper(triple, Opcode::Iadd, Type::I128, Type::I128), None);
    }
    assert_eq!(helper(TRIPLE, Opcode::Udiv, Type::I64, Type::I64), None);
    assert_eq!(helper("riscv32", Opcode::Udiv, Type::I128, Type::I128), None);
    assert_eq!(helpers("riscv32"), []);
    assert!(module("riscv32").is_none());
}

fn texts(folder: &str) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(folder).expect("the folder is there");
    let text = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.expect("the folder can be read").path();
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        (name, fs::read_to_string(&path).expect("the file can be read"))
    };
    entries.map(text).collect()
}

#[test]
fn each_row_names_the_file_and_the_result_of_its_function() {
    for (triple, folder) in TARGETS {
        let texts = texts(folder);
        let library = module(triple).expect("the files parse, link and verify");
        for row in helpers(triple) {
            let symbol = row.symbol;
            assert!(texts[row.file].contains(&format!("fn pub @{symbol}(")), "{symbol} is not in {}", row.file);
            let entry = library.entry(symbol).unwrap_or_else(|error| panic!("the library has no {error:?}"));
            let signature = library.signature(&library.functions[entry]).expect("a function has a signature");
            assert!(row.result < signature.results.len().max(1), "{symbol} has no result {}", row.result);
        }
        let written: usize = texts.values().map(|text| text.matches("\nfn ").count()).sum();
        assert_eq!(library.functions.len(), written, "a file is not part of the library");
    }
}

/// Helpers that a program calls must not need helpers that call them again: they use no opcode that needs one, and
/// call each other without a cycle. Shifts by a constant need none.
#[test]
fn no_helper_needs_itself() {
    let contract = Contract::embedded();
    for (triple, _) in TARGETS {
        let (target, _) = contract.target(triple).expect("the target is in the contract");
        let library = module(triple).expect("the library is there");
        for function in library.functions.values() {
            let body = &function.body;
            for (inst, data) in body.insts.iter() {
                let shift = matches!(data.opcode, Opcode::Shl | Opcode::Ushr | Opcode::Sshr);
                if shift && triple != TRIPLE && data.operand(1).constant().is_some() {
                    continue;
                }
                let operands = body.operands(data).map(|operand| body.operand_type(operand));
                let types = operands.chain(body.results(inst).map(|value| body.value_type(value)));
                let kinds = types.filter_map(|ty| library.types.kind(ty));
                let row = contract.opcode(data.opcode);
                let name = library.symbol_name(function.symbol);
                assert_ne!(row.support_of(target, kinds), Support::Helper, "{name}: {}", data.opcode);
            }
        }
        assert_calls_end(library);
    }
}

/// Takes away functions that call none but those taken away, until no function is left.
fn assert_calls_end(library: &Module) {
    let mut calls: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for function in library.functions.values() {
        let name = |symbol| library.symbol_name(symbol).to_string();
        let calling = |data: &&InstData| matches!(data.opcode, Opcode::Call | Opcode::TailCall);
        let callees = function.body.insts.values().filter(calling).map(|data| name(data.symbol()));
        calls.insert(name(function.symbol), callees.collect());
    }
    while !calls.is_empty() {
        let left: BTreeSet<String> = calls.keys().cloned().collect();
        calls.retain(|_, callees| callees.iter().any(|callee| left.contains(callee)));
        assert!(calls.len() < left.len(), "these call each other in a circle, or stand before one: {left:?}");
    }
}
