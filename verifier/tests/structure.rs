//! `NATIVE_IR_SCHEMA/structure`: modules that neither text nor builder can make, put together by hand.

use native_ir::builder::ModuleBuilder;
use native_ir::{
    Block, Constant, ConstantData, EntityRef, FunctionType, Inst, Item, Module, Opcode, Operand, Rule, SymbolData,
    Type, Value, ValueData, ValueDef, text,
};
use verifier::{Options, verify};

const TEXT: &str = "\
native-ir 1
module m
target x86_64-unknown-linux-elf
abi zero-x86_64-sysv-v0.1
layout \"e-p:64:64-i64:64-i128:128-f64:64-f128:128-n8:16:32:64-S128\"
profile hosted
source 0 \"m\" lines=9

fn pub @f(%a: i32) -> (i32) source=0 {
^entry:
    %b: i32 = iadd %a, 1 !1:1
    jump ^next(%b) !1:1
^next(%c: i32):
    return %c !1:1
}
";

/// The rules that a damaged copy of the module breaks.
fn rules(damage: impl FnOnce(&mut Module)) -> Vec<Rule> {
    let parsed = text::parse(TEXT.as_bytes());
    assert!(parsed.diagnostics.is_empty());
    let mut module = parsed.module;
    damage(&mut module);
    match verify(module, &Options::default()) {
        Ok(_) => Vec::new(),
        Err(rejected) => rejected.diagnostics.iter().map(|diagnostic| diagnostic.rule).collect(),
    }
}

#[test]
fn a_broken_layout_invariant_is_refused() {
    assert_eq!(rules(|_| ()), []);
    let body = |change: fn(&mut native_ir::Body)| {
        rules(move |module| change(&mut module.functions.values_mut().next().expect("there is one").body))
    };
    let structure = [Rule::SchemaStructure];
    assert_eq!(body(|body| body.spans.truncate(1)), structure, "a side table that is too short");
    assert_eq!(body(|body| body.value_names.truncate(1)), structure, "names for too few values");
    assert_eq!(body(|body| body.blocks[Block::new(1)].first_inst = Inst::new(1)), structure, "overlapping blocks");
    assert_eq!(
        body(|body| body.blocks[Block::new(1)].end_inst = Inst::new(9)),
        structure,
        "a block beyond the end"
    );
    assert_eq!(
        body(|body| body.blocks[Block::new(1)].first_param = Value::new(0)),
        structure,
        "another's parameter"
    );
    assert_eq!(body(|body| body.first_results[0] = Value::new(2)), structure, "results out of order");
    assert_eq!(
        body(|body| {
            let _ = body.values.push(ValueData::new(Type::I32, ValueDef::Result(Inst::new(0))));
        }),
        structure,
        "a value that nothing defines"
    );
    assert_eq!(
        body(|body| {
            let _ = body.constants.intern(ConstantData::new(Type::I8, 256));
        }),
        structure,
        "a constant with bits beyond its type"
    );
}

#[test]
fn references_beyond_the_arrays_are_refused() {
    let first = |change: fn(&mut native_ir::InstData)| {
        rules(move |module| {
            let function = module.functions.values_mut().next().expect("there is one");
            change(&mut function.body.insts[Inst::new(0)]);
        })
    };
    let value = |inst: &mut native_ir::InstData| inst.words[0] = Operand::from(Value::new(77)).bits();
    assert!(first(value).contains(&Rule::SchemaStructure));
    let constant = |inst: &mut native_ir::InstData| inst.words[1] = Operand::from(Constant::new(77)).bits();
    assert!(first(constant).contains(&Rule::SchemaStructure));
    let edges = |module: &mut Module| {
        let function = module.functions.values_mut().next().expect("there is one");
        function.body.insts[Inst::new(1)].words = [0, u32::MAX - 1, 7];
    };
    assert!(rules(edges).contains(&Rule::SchemaStructure));
}

#[test]
fn a_symbol_that_is_something_else_is_refused() {
    let swap = |module: &mut Module| {
        let name = module.names.intern("g");
        let symbol = module.symbols.push(SymbolData { name, item: Item::Undefined });
        module.functions.values_mut().next().expect("there is one").symbol = symbol;
    };
    assert_eq!(rules(swap), [Rule::SchemaStructure]);
}

/// A function that was inlined everywhere may be gone; nothing else than an inlining record can name it then.
#[test]
fn only_inlining_records_name_what_is_not_declared() {
    let rules = |called: bool| {
        let mut m = ModuleBuilder::for_target("m", "x86_64-unknown-linux-elf");
        m.source("m", 9);
        let f = m.declare("f", FunctionType::new(&[], &[]));
        let gone = m.undeclared("gone");
        let mut b = m.define(f);
        b.at(1, 1);
        let site = b.inlined(gone, b.span(), None);
        b.set_inline_site(Some(site));
        if called {
            b.call(gone, ());
        }
        b.ret(());
        b.finish();
        match verify(m.finish().expect("it can be written down"), &Options::default()) {
            Ok(_) => Vec::new(),
            Err(rejected) => rejected.diagnostics.iter().map(|diagnostic| diagnostic.rule).collect(),
        }
    };
    assert_eq!(rules(false), []);
    assert_eq!(rules(true), [Rule::SchemaStructure]);
}

/// What was judged good once is only compared afterwards; the comparison must not overlook what is missing.
#[test]
fn a_known_instruction_without_its_result_is_refused() {
    let text = TEXT.replace("i32", "i1").replace("iadd %a, 1", "and %a, %a");
    let text = text.replace("    jump", "    %d: i1 = and %a, %a !1:1\n    jump");
    let damaged = |damage: bool| {
        let parsed = text::parse(text.as_bytes());
        assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
        let mut module = parsed.module;
        if damage {
            let body = &mut module.functions.values_mut().next().expect("there is one").body;
            body.insts[Inst::new(1)].results = 0;
            // The value goes too, so that only the number of results is wrong.
            let kept: Vec<ValueData> = body.values.values().take(2).copied().collect();
            body.values = kept.into_iter().collect();
            body.values.push(ValueData::new(Type::I1, ValueDef::Parameter(Block::new(1))));
            body.value_names.truncate(3);
            body.blocks[Block::new(1)].first_param = Value::new(2);
            body.pool[1] = Operand::from(Value::new(2));
        }
        match verify(module, &Options::default()) {
            Ok(_) => Vec::new(),
            Err(rejected) => rejected.diagnostics.iter().map(|diagnostic| diagnostic.rule).collect(),
        }
    };
    assert_eq!(damaged(false), []);
    assert_eq!(damaged(true), [Rule::TypeOperandCount]);
}

#[test]
fn a_terminator_has_its_own_edges() {
    let with_last = |opcode, start, len| {
        rules(move |module| {
            let body = &mut module.functions.values_mut().next().expect("there is one").body;
            let last = &mut body.insts[Inst::new(2)];
            last.opcode = opcode;
            last.words = [0, start, len];
        })
    };
    // Two terminators with one edge: dominators must not follow it twice.
    assert_eq!(with_last(Opcode::Jump, 0, 1), [Rule::SchemaStructure]);
    // Billions of edges that there are not: one report, at once.
    assert_eq!(with_last(Opcode::Switch, 1, u32::MAX), [Rule::SchemaStructure]);
    // A list beyond the pool, from the largest start there is.
    assert!(with_last(Opcode::Return, u32::MAX, 1).contains(&Rule::SchemaStructure));
}

/// Checks are silent about what a reader could not read. Without such a reader nothing may pass because of that.
#[test]
fn what_is_no_type_and_what_claims_to_be_unread_is_refused() {
    let body = |change: fn(&mut native_ir::Body)| {
        rules(move |module| change(&mut module.functions.values_mut().next().expect("there is one").body))
    };
    let structure = [Rule::SchemaStructure];
    for kind in [None, Some(native_ir::TypeKind::Ptr), Some(native_ir::TypeKind::Struct)] {
        let ty = kind.map_or(Type::ERROR, Type::of_kind);
        let retype = rules(move |module| {
            let function = module.functions.values_mut().next().expect("there is one");
            function.body.values[Value::new(1)].ty = ty;
        });
        assert_eq!(retype, structure, "{kind:?}");
    }
    assert_eq!(body(|body| body.damaged = true), structure);
    assert_eq!(body(|body| body.blocks[Block::new(1)].damaged = true), structure);
    let hollow =
        rules(|module| drop(module.types.pointer(native_ir::Space::Heap, Type::ERROR).index().to_string()));
    assert_eq!(hollow, structure);
}
