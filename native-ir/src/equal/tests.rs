use crate::debug::{DebugKind, DebugTypeData, Encoding, Member};
use crate::link::sketch::{self, Sketch};
use crate::*;
use cranelift_entity::EntityRef;

/// A module with one of everything. `junk` interns other names, types and constants first, and declares the symbols in
/// another order.
fn sample(junk: bool) -> Module {
    let mut module = sketch::module("sample");
    if junk {
        module.names.intern("never used");
        module.types.pointer(Space::Heap, Type::F64);
        module.types.array(Type::I128, 3);
    }
    module.sources.push(SourceData { path: "b.zero".to_string(), sha256: Some([7; 32]), lines: 5 });
    let (named, node) = {
        let name = module.names.intern("Node");
        module.types.declare(name)
    };
    let next = module.types.pointer(Space::Heap, node);
    let body = module.types.structure(&[Type::I32, next]);
    module.types.define(named, body);
    let symbols: Vec<Symbol> = {
        let items = [
            ("led", Item::Register(Register::new(0))),
            ("table", Item::Data(Data::new(0))),
            ("puts", Item::Import(Import::new(0))),
            ("main", Item::Function(Func::new(0))),
            ("leaf", Item::Function(Func::new(1))),
        ];
        let mut order: Vec<usize> = (0..items.len()).collect();
        if junk {
            order.reverse();
        }
        let mut symbols = vec![Symbol::new(0); items.len()];
        for index in order {
            symbols[index] = sketch::symbol(&mut module, items[index].0, items[index].1);
        }
        symbols
    };
    let led = module.types.pointer(Space::Mmio, Type::I32);
    module.registers.push(RegisterData {
        symbol: symbols[0],
        ty: led,
        address: 0x5000_0504,
        access: Access::ReadWrite,
    });
    let signature = FunctionType { abi: Abi::Tail, ..FunctionType::new(&[Type::I32], &[Type::I32]) };
    let leaf_ty = module.types.function(signature.clone());
    let code = module.types.pointer(Space::Code, leaf_ty);
    let words = module.types.array(Type::I16, 2);
    let table = module.types.structure(&[words, code]);
    module.data.push(DataObject {
        symbol: symbols[1],
        ty: table,
        public: true,
        weak: false,
        readonly: true,
        align: Some(8),
        section: Some(module.names.intern(".rodata.t")),
        init: Initializer {
            nodes: vec![
                InitNode::List(2),
                InitNode::Scalars { start: 0, len: 4 },
                InitNode::Address { symbol: symbols[4], addend: 2 },
            ],
            bytes: vec![1, 0, 2, 0],
        },
    });
    module.imports.push(ImportData { symbol: symbols[2], kind: ImportKind::Ffi, ty: leaf_ty });
    debug_types(&mut module);
    main_function(&mut module, &symbols, junk);
    let mut leaf = Sketch::default();
    let x = leaf.block(&[Type::I32])[0];
    leaf.ret(&[x.into()]);
    let mut function = Function::new(symbols[4], leaf_ty);
    function.body = leaf.body;
    module.functions.push(function);
    module
}

fn debug_types(module: &mut Module) {
    let mut name = |text: &str| module.names.intern(text);
    let base = DebugKind::Base { name: name("int"), encoding: Encoding::Signed, bytes: 4 };
    let members = vec![Member { name: name("value"), ty: DebugType::new(0), offset: 0 }];
    let kinds = [
        base,
        DebugKind::Pointer { to: DebugType::new(4), bytes: 4 },
        DebugKind::Typedef { name: name("word"), of: DebugType::new(0) },
        DebugKind::Array { of: DebugType::new(2), count: 3 },
        DebugKind::Struct { name: name("node"), bytes: 8, members },
        DebugKind::Enum { name: name("colour"), of: DebugType::new(0), values: vec![(name("red"), -1)] },
    ];
    let names = ["i", "p", "w", "a", "n", "e"].map(name);
    for (name, kind) in names.into_iter().zip(kinds) {
        module.debug_types.push(DebugTypeData { name, kind });
    }
}

fn main_function(module: &mut Module, symbols: &[Symbol], junk: bool) {
    let mut sketch = Sketch::default();
    if junk {
        sketch.constant(Type::I64, 99);
        sketch.list(&[Operand::from_bits(0); 3]);
    }
    let x = sketch.block(&[Type::I32])[0];
    let one = sketch.constant(Type::I32, 1);
    let slot = module.types.pointer(Space::Stack, Type::I32);
    let place = sketch.inst(Opcode::Slot, [0; 3], &[slot])[0];
    sketch.inst(Opcode::Store, [one.bits(), Operand::from(place).bits(), Type::I32.index() as u32], &[]);
    let value = sketch.call(symbols[2], &[x.into(), one], &[Type::I32])[0];
    let seven = sketch.constant(Type::I32, 7);
    let Some(literal) = seven.constant() else { return };
    let seven = sketch.inst(Opcode::Iconst, [0, 0, literal.as_u32()], &[Type::I32])[0];
    let less = sketch.icmp(Condition::Slt, seven.into(), x.into());
    let [first, count] = sketch.edges(&[(1, &[value.into()]), (2, &[])]);
    sketch.inst(Opcode::Branch, [Operand::from(less).bits(), first, count], &[]);
    let y = sketch.block(&[Type::I32])[0];
    sketch.ret(&[y.into()]);
    sketch.block(&[]);
    sketch.inst(Opcode::Trap, [0; 3], &[]);
    sketch.attributes(Attributes::of_trap(Trap::User));
    sketch.body.value_names[0] = module.names.intern("x");
    sketch.body.blocks[Block::new(1)].name = module.names.intern("then");
    sketch.body.inline_sites = vec![0; sketch.body.insts.len()];
    sketch.body.inline_sites[1] = 1;
    let ty = module.types.function(FunctionType::new(&[Type::I32], &[Type::I32]));
    let mut function = Function::new(symbols[3], ty);
    function.section = Some(module.names.intern(".text.main"));
    function.body = sketch.body;
    function.slots.push(SlotData {
        name: module.names.intern("cell"),
        ty: Type::I32,
        align: Some(4),
        span: Span::COMPILER,
    });
    function.variables.push(Variable {
        name: module.names.intern("x"),
        ty: DebugType::new(0),
        location: Location::Value(Value::new(0)),
        span: Span::COMPILER,
    });
    function.inlined.push(InlineData { callee: symbols[4], span: Span::COMPILER, parent: None });
    module.functions.push(function);
}

#[test]
fn the_order_of_interning_does_not_matter() {
    let (plain, junk) = (sample(false), sample(true));
    assert!(plain == plain.clone());
    assert!(plain == junk);
    assert!(junk == plain);
    assert_ne!(plain.functions[Func::new(0)].body.constants, junk.functions[Func::new(0)].body.constants);
}

type Change = fn(&mut Module);

fn main(module: &mut Module) -> &mut Function {
    &mut module.functions[Func::new(0)]
}

fn inst(module: &mut Module, index: usize) -> &mut InstData {
    &mut main(module).body.insts[Inst::new(index)]
}

fn debug(module: &mut Module, index: usize) -> &mut DebugKind {
    &mut module.debug_types[DebugType::new(index)].kind
}

fn object(module: &mut Module) -> &mut DataObject {
    &mut module.data[Data::new(0)]
}

/// Each changes one thing.
const CHANGES: &[(&str, Change)] = &[
    ("module name", |m| m.envelope.name.push('!')),
    ("target", |m| m.envelope.target.push('!')),
    ("abi", |m| m.envelope.abi.push('!')),
    ("layout", |m| m.envelope.layout.push('!')),
    ("profile", |m| m.envelope.profile.push('!')),
    ("features", |m| m.envelope.features.push("thumb".to_string())),
    ("damaged", |m| m.damaged = true),
    ("source path", |m| m.sources[Source::new(0)].path.push('!')),
    ("source hash", |m| m.sources[Source::new(1)].sha256 = Some([8; 32])),
    ("source lines", |m| m.sources[Source::new(1)].lines += 1),
    ("more sources", |m| {
        m.sources.push(SourceData { path: String::new(), sha256: None, lines: 1 });
    }),
    ("named type's name", |m| m.types.named[NamedType::new(0)].name = m.names.intern("Other")),
    ("named type's body", |m| m.types.named[NamedType::new(0)].body = Type::I32),
    ("more named types", |m| {
        let name = m.names.intern("More");
        m.types.declare(name);
    }),
    ("symbol's name", |m| {
        let symbol = m.find_symbol("leaf").unwrap_or(Symbol::new(0));
        m.symbols[symbol].name = m.names.intern("other");
    }),
    ("more symbols", |m| {
        sketch::symbol(m, "ghost", Item::Undefined);
    }),
    ("register's type", |m| {
        m.registers[Register::new(0)].ty = m.types.pointer(Space::Mmio, Type::I16);
    }),
    ("register's address", |m| m.registers[Register::new(0)].address += 4),
    ("register's access", |m| m.registers[Register::new(0)].access = Access::ReadOnly),
    ("import's kind", |m| m.imports[Import::new(0)].kind = ImportKind::Module),
    ("import's type", |m| m.imports[Import::new(0)].ty = Type::I8),
    ("data's type", |m| object(m).ty = Type::I8),
    ("data pub", |m| object(m).public = false),
    ("data weak", |m| object(m).weak = true),
    ("data readonly", |m| object(m).readonly = false),
    ("data align", |m| object(m).align = None),
    ("data section", |m| object(m).section = None),
    ("data section's name", |m| m.data[Data::new(0)].section = Some(m.names.intern(".other"))),
    ("data bytes", |m| object(m).init.bytes[2] = 9),
    ("data list", |m| object(m).init.nodes[0] = InitNode::List(3)),
    ("data fewer bytes", |m| object(m).init.nodes[1] = InitNode::Scalars { start: 0, len: 2 }),
    ("data zero", |m| object(m).init.nodes[1] = InitNode::Zero),
    ("data addend", |m| {
        let InitNode::Address { symbol, .. } = object(m).init.nodes[2] else { return };
        object(m).init.nodes[2] = InitNode::Address { symbol, addend: 3 };
    }),
    ("data address", |m| {
        let symbol = m.functions[Func::new(0)].symbol;
        object(m).init.nodes[2] = InitNode::Address { symbol, addend: 2 };
    }),
    ("debug name", |m| m.debug_types[DebugType::new(0)].name = Name::NONE),
    ("debug encoding", |m| {
        if let DebugKind::Base { encoding, .. } = debug(m, 0) {
            *encoding = Encoding::Unsigned;
        }
    }),
    ("debug pointer", |m| *debug(m, 1) = DebugKind::Pointer { to: DebugType::new(4), bytes: 8 }),
    ("debug typedef", |m| {
        if let DebugKind::Typedef { of, .. } = debug(m, 2) {
            *of = DebugType::new(1);
        }
    }),
    ("debug array", |m| *debug(m, 3) = DebugKind::Array { of: DebugType::new(2), count: 4 }),
    ("debug member", |m| {
        if let DebugKind::Struct { members, .. } = debug(m, 4) {
            members[0].offset = 4;
        }
    }),
    ("debug enum", |m| {
        if let DebugKind::Enum { values, .. } = debug(m, 5) {
            values[0].1 = 1;
        }
    }),
    ("debug kind", |m| *debug(m, 1) = DebugKind::Array { of: DebugType::new(4), count: 4 }),
    ("fewer functions", |m| {
        m.functions = m.functions.values().take(1).cloned().collect();
    }),
    ("function's type", |m| {
        let ty = m.types.function(FunctionType::new(&[Type::I32], &[Type::I32]).with_effects(EffectSet::all()));
        main(m).ty = ty;
    }),
    ("function pub", |m| main(m).public = true),
    ("function weak", |m| main(m).weak = true),
    ("function interrupt", |m| main(m).interrupt = true),
    ("function execution", |m| main(m).execution = Execution::Native),
    ("function inline", |m| main(m).inline = Inline::Never),
    ("function float", |m| main(m).float = FloatMode::Strict),
    ("function contract", |m| main(m).contract = true),
    ("function section", |m| main(m).section = None),
    ("function align", |m| main(m).align = Some(4)),
    ("function source", |m| main(m).source = Source::new(1)),
    ("function span", |m| main(m).span = Span::COMPILER),
    ("slot name", |m| m.functions[Func::new(0)].slots[Slot::new(0)].name = m.names.intern("other")),
    ("slot type", |m| main(m).slots[Slot::new(0)].ty = Type::I16),
    ("slot align", |m| main(m).slots[Slot::new(0)].align = None),
    ("slot span", |m| main(m).slots[Slot::new(0)].span = Span::MISSING),
    ("variable name", |m| m.functions[Func::new(0)].variables[0].name = m.names.intern("z")),
    ("variable type", |m| main(m).variables[0].ty = DebugType::new(1)),
    ("variable place", |m| main(m).variables[0].location = Location::Slot(Slot::new(0))),
    ("variable span", |m| main(m).variables[0].span = Span::MISSING),
    ("fewer variables", |m| main(m).variables.clear()),
    ("inlined callee", |m| {
        let symbol = main(m).symbol;
        main(m).inlined[InlineSite::new(0)].callee = symbol;
    }),
    ("inlined span", |m| main(m).inlined[InlineSite::new(0)].span = Span::MISSING),
    ("inlined parent", |m| main(m).inlined[InlineSite::new(0)].parent = Some(InlineSite::new(0))),
    ("body damaged", |m| main(m).body.damaged = true),
    ("instruction span", |m| main(m).body.spans[3].column += 1),
    ("inline site", |m| main(m).body.inline_sites[2] = 1),
    ("no inline sites", |m| main(m).body.inline_sites.clear()),
    ("value name", |m| m.functions[Func::new(0)].body.value_names[0] = m.names.intern("y")),
    ("no value name", |m| main(m).body.value_names[0] = Name::NONE),
    ("value type", |m| {
        let value = Value::new(1);
        let def = main(m).body.values[value].def();
        main(m).body.values[value] = ValueData::new(Type::ADDR, def);
    }),
    ("value definition", |m| {
        main(m).body.values[Value::new(1)] = ValueData::new(Type::I32, ValueDef::Undefined);
    }),
    ("block name", |m| m.functions[Func::new(0)].body.blocks[Block::new(1)].name = Name::NONE),
    ("block parameters", |m| main(m).body.blocks[Block::new(1)].params = 0),
    ("block undefined", |m| main(m).body.blocks[Block::new(2)].defined = false),
    ("block damaged", |m| main(m).body.blocks[Block::new(2)].damaged = true),
    ("block end", |m| main(m).body.blocks[Block::new(2)].end_inst = Inst::new(0)),
    ("opcode", |m| inst(m, 6).opcode = Opcode::Unreachable),
    ("operand", |m| inst(m, 1).words[1] = 0),
    ("slot operand", |m| inst(m, 0).words[2] = 1),
    ("access type", |m| inst(m, 1).words[2] = Type::F32.index() as u32),
    ("access attributes", |m| assert!(inst(m, 1).attributes.set_align(2))),
    ("callee", |m| {
        let symbol = main(m).symbol;
        inst(m, 2).words[0] = symbol.as_u32();
    }),
    ("argument", |m| {
        let start = inst(m, 2).words[1] as usize;
        main(m).body.pool[start] = Operand::from(Value::new(1));
    }),
    ("argument constant", |m| {
        let start = inst(m, 2).words[1] as usize;
        let two = main(m).body.constants.intern(ConstantData::new(Type::I32, 2));
        main(m).body.pool[start + 1] = two.into();
    }),
    ("argument constant's type", |m| {
        let start = inst(m, 2).words[1] as usize;
        let one = main(m).body.constants.intern(ConstantData::new(Type::I16, 1));
        main(m).body.pool[start + 1] = one.into();
    }),
    ("fewer arguments", |m| inst(m, 2).words[2] = 1),
    ("literal", |m| {
        let eight = main(m).body.constants.intern(ConstantData::new(Type::I32, 8));
        inst(m, 3).words[2] = eight.as_u32();
    }),
    ("condition", |m| inst(m, 4).attributes = Attributes::of_condition(Condition::Sle)),
    ("edge's block", |m| main(m).body.edges[Edge::new(1)].block = Block::new(1)),
    ("edge's arguments", |m| {
        main(m).body.edges[Edge::new(0)] = EdgeData::new(Block::new(1), 0..0, None);
    }),
    ("edge's argument", |m| {
        let args = main(m).body.edges[Edge::new(0)].args();
        main(m).body.pool[args.start] = Operand::from(Value::new(0));
    }),
    ("edge's case", |m| {
        let args = main(m).body.edges[Edge::new(0)].args();
        main(m).body.edges[Edge::new(0)] = EdgeData::new(Block::new(1), args, Some(Constant::new(0)));
    }),
    ("fewer edges", |m| inst(m, 5).words[2] = 1),
    ("trap class", |m| inst(m, 7).attributes = Attributes::of_trap(Trap::Bounds)),
    ("result count", |m| inst(m, 4).results = 0),
    ("first result", |m| main(m).body.first_results[3] = Value::new(1)),
];

#[test]
fn every_difference_is_seen_from_both_sides() {
    let (original, other) = (sample(false), sample(true));
    for (what, change) in CHANGES {
        let mut changed = sample(false);
        change(&mut changed);
        assert!(original != changed, "{what}");
        assert!(changed != original, "{what}, from the other side");
        assert!(changed != other, "{what}, against other interning");
        assert!(changed == changed.clone(), "{what}: a module equals its copy");
    }
}

#[test]
fn symbols_pair_one_to_one() {
    let two = |same: bool| {
        let mut module = sketch::module("m");
        sketch::symbol(&mut module, "a", Item::Undefined);
        sketch::symbol(&mut module, if same { "a" } else { "b" }, Item::Undefined);
        module
    };
    assert!(two(true) != two(false));
    assert!(two(false) != two(true));
    assert!(two(false) == two(false));
}

#[test]
fn symbols_without_an_item_pair_by_name() {
    let module = |names: [&str; 2]| {
        let mut module = sketch::module("m");
        for name in names {
            sketch::symbol(&mut module, name, Item::Undefined);
        }
        module
    };
    assert!(module(["a", "b"]) == module(["b", "a"]));
    assert!(module(["a", "b"]) != module(["a", "c"]));
}
