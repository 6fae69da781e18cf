use super::sketch::{self, Sketch, empty_body};
use super::*;
use crate::debug::{DebugKind, DebugTypeData, Encoding};
use crate::*;
use cranelift_entity::EntityRef;

const ALL: LinkOptions = LinkOptions { require_all: true };
const SOME: LinkOptions = LinkOptions { require_all: false };

fn linked(modules: Vec<Module>) -> Module {
    link(modules, &SOME).unwrap_or_else(|errors| panic!("{errors:?}"))
}

fn errors(modules: Vec<Module>) -> Vec<String> {
    link(modules, &SOME).err().unwrap_or_default().iter().map(LinkError::to_string).collect()
}

fn nothing() -> FunctionType {
    FunctionType::new(&[], &[])
}

fn with(effects: &[Effect]) -> FunctionType {
    nothing().with_effects(effects.iter().copied().collect())
}

/// A module with an import and a `pub` function that calls it.
fn caller(module: &str, name: &str, import: &str, ty: FunctionType) -> Module {
    let mut m = sketch::module(module);
    let import_ty = m.types.function(ty.clone());
    let callee = sketch::import(&mut m, ImportKind::Module, import, import_ty);
    let mut body = Sketch::default();
    body.block(&[]);
    body.call(callee, &[], &[]);
    body.ret(&[]);
    sketch::function(&mut m, true, name, ty, body.body);
    m
}

/// A module with one function.
fn definer(module: &str, name: &str, public: bool, ty: FunctionType) -> Module {
    let mut m = sketch::module(module);
    sketch::function(&mut m, public, name, ty, empty_body());
    m
}

fn weak(mut m: Module) -> Module {
    m.functions.values_mut().for_each(|function| function.weak = true);
    m
}

fn symbol_names(m: &Module) -> Vec<&str> {
    m.symbols.keys().map(|symbol| m.symbol_name(symbol)).collect()
}

fn function<'a>(m: &'a Module, name: &str) -> &'a Function {
    match m.find_symbol(name).map(|symbol| m.item(symbol)) {
        Some(Item::Function(func)) => &m.functions[func],
        other => panic!("@{name} is {other:?}"),
    }
}

/// What the first instruction of a function names.
fn first_symbol(m: &Module, name: &str) -> String {
    let body = &function(m, name).body;
    body.insts.values().next().map_or(String::new(), |inst| m.symbol_name(inst.symbol()).to_string())
}

#[test]
fn one_module_links_to_itself() {
    let module = caller("a", "main", "f", with(&[Effect::Read]));
    assert!(linked(vec![module.clone()]) == module);
}

#[test]
fn three_modules_are_joined_by_name() {
    let modules = vec![
        caller("app", "main", "middle", nothing()),
        caller("lib", "middle", "bottom", nothing()),
        definer("base", "bottom", true, nothing()),
    ];
    let mut expected = sketch::module("app");
    for path in ["lib.zero", "base.zero"] {
        expected.sources.push(SourceData { path: path.to_string(), sha256: None, lines: 99 });
    }
    let [main, middle, bottom] = [0, 1, 2].map(Symbol::new);
    for (symbol, callee) in [(main, Some(middle)), (middle, Some(bottom)), (bottom, None)] {
        let source = Source::new(expected.functions.len());
        let mut body = Sketch::default();
        body.block(&[]);
        if let Some(callee) = callee {
            body.call(callee, &[], &[]);
        }
        body.ret(&[]);
        body.body.spans.iter_mut().for_each(|span| *span = Span::new(source, span.line, span.column));
        let name = ["main", "middle", "bottom"][symbol.index()];
        let (func, _) = sketch::function(&mut expected, true, name, nothing(), body.body);
        expected.functions[func].source = source;
        expected.functions[func].span = Span::new(source, 1, 1);
    }
    assert_eq!(link(modules.clone(), &ALL), Ok(expected));
    let mut reversed = modules;
    reversed.reverse();
    let reversed = linked(reversed);
    assert_eq!(reversed.envelope.name, "base");
    assert_eq!(first_symbol(&reversed, "main"), "middle");
    assert_eq!(symbol_names(&reversed), ["bottom", "middle", "main"]);
}

#[test]
fn what_no_module_defines_stays_an_import_unless_all_is_required() {
    let modules = vec![
        caller("a", "f", "missing", with(&[Effect::Read, Effect::Io])),
        caller("b", "g", "missing", with(&[Effect::Io, Effect::Write])),
    ];
    let joined = linked(modules.clone());
    assert_eq!(symbol_names(&joined), ["missing", "f", "g"]);
    let ty = joined.imports.values().next().map_or(Type::ERROR, |import| import.ty);
    let effects = joined.types.as_function(ty).map(|ty| ty.effects);
    assert_eq!(effects, Some(EffectSet::of(Effect::Io)), "what both expect");
    let errors = link(modules, &ALL).err();
    let [unresolved] = errors.as_deref().unwrap_or_default() else { panic!("{errors:?}") };
    assert_eq!(
        unresolved.to_string(),
        "no module defines `@missing`, which module `a` imports; add the module that does"
    );
}

#[test]
fn two_definitions_conflict_unless_one_is_weak() {
    let strong = |module| definer(module, "f", true, with(&[Effect::Read]));
    assert_eq!(
        errors(vec![strong("a"), weak(strong("b")), strong("c")]),
        ["`@f` is defined in modules `a` and `c`; make one of them weak or internal, or rename it"]
    );
    let mut marked = strong("b");
    marked.functions.values_mut().for_each(|function| function.align = Some(16));
    let joined =
        linked(vec![weak(strong("a")), marked, weak(strong("c")), caller("d", "g", "f", with(&[Effect::Read]))]);
    assert_eq!(joined.functions.len(), 2);
    assert_eq!(function(&joined, "f").align, Some(16), "the one that is not weak");
    assert_eq!(first_symbol(&joined, "g"), "f");
}

#[test]
fn of_weak_definitions_the_first_counts() {
    let with_align = |module, align| {
        let mut m = weak(definer(module, "f", true, nothing()));
        m.functions.values_mut().for_each(|function| function.align = Some(align));
        m
    };
    let joined = linked(vec![with_align("a", 2), with_align("b", 4)]);
    assert_eq!(joined.functions.len(), 1);
    assert_eq!(function(&joined, "f").align, Some(2));
}

#[test]
fn a_definition_may_have_fewer_effects_and_nothing_else_different() {
    let import = || caller("a", "main", "f", with(&[Effect::Read]));
    assert_eq!(
        errors(vec![import(), definer("b", "f", true, with(&[Effect::Read, Effect::Io]))]),
        [
            "`@f` of module `b` is not what module `a` declares: the definition also has the effects (io); make the \
          declaration in `a` agree with the definition"
        ]
    );
    let other = FunctionType::new(&[Type::I32], &[]);
    let found = errors(vec![import(), definer("b", "f", true, other)]);
    assert!(found.len() == 1 && found[0].contains("their types differ"), "{found:?}");
    let mut data = sketch::module("b");
    sketch::data(&mut data, true, "f", Type::I32);
    let found = errors(vec![import(), data]);
    assert!(found.len() == 1 && found[0].contains("one is a function"), "{found:?}");
    let found =
        errors(vec![weak(definer("a", "f", true, nothing())), definer("b", "f", true, with(&[Effect::Io]))]);
    assert!(found.len() == 1 && found[0].contains("(io)"), "{found:?}");
    assert!(linked(vec![import(), definer("b", "f", true, nothing())]).imports.is_empty());
}

/// A module that takes the address of an import twice and uses it.
fn address_taker(ty: FunctionType) -> Module {
    let mut m = sketch::module("a");
    let function_ty = m.types.function(ty.clone());
    let pointer = m.types.pointer(Space::Code, function_ty);
    let f = sketch::import(&mut m, ImportKind::Module, "f", function_ty);
    let mut body = Sketch::default();
    let x = body.block(&[pointer])[0];
    let first = body.address(f, pointer);
    let [start, count] = body.list(&[]);
    body.inst(Opcode::CallIndirect, [Operand::from(first).bits(), start, count], &[]);
    let [edge, edges] = body.edges(&[(1, &[first.into(), x.into()])]);
    body.inst(Opcode::Jump, [0, edge, edges], &[]);
    let params = body.block(&[pointer, pointer]);
    let second = body.address(f, pointer);
    let same = body.icmp(Condition::Eq, second.into(), params[1].into());
    body.inst(Opcode::TrapIf, [Operand::from(same).bits(), 0, 0], &[]);
    body.ret(&[]);
    let mut main = nothing();
    main.params.push(Param::value(pointer));
    let (func, _) = sketch::function(&mut m, true, "main", main, body.body);
    let (name, ty) = (m.names.intern("p"), DebugType::new(0));
    m.functions[func].body.value_names[first.index()] = name;
    m.functions[func].variables.push(Variable {
        name,
        ty,
        location: Location::Value(first),
        span: Span::COMPILER,
    });
    m
}

#[test]
fn an_address_with_more_effects_is_cast() {
    let declared = with(&[Effect::Read, Effect::Io]);
    let joined = linked(vec![address_taker(declared.clone()), definer("b", "f", true, with(&[Effect::Io]))]);
    let mut types = joined.types.clone();
    let [few, more] = [with(&[Effect::Io]), declared.clone()].map(|ty| {
        let function = types.function(ty);
        types.pointer(Space::Code, function)
    });
    let main = function(&joined, "main");
    let opcodes: Vec<Opcode> = main.body.insts.values().map(|inst| inst.opcode).collect();
    use Opcode::{Address, CallIndirect, Cast, Icmp, Jump, Return, TrapIf};
    assert_eq!(opcodes, [Address, Cast, CallIndirect, Jump, Address, Cast, Icmp, TrapIf, Return]);
    let types: Vec<Type> = main.body.values.values().map(|value| value.ty).collect();
    assert_eq!(types, [more, few, more, more, more, few, more, Type::I1]);
    let defs: Vec<ValueDef> = main.body.values.values().map(ValueData::def).collect();
    let (param, result) = (|b| ValueDef::Parameter(Block::new(b)), |i| ValueDef::Result(Inst::new(i)));
    assert_eq!(defs, [param(0), result(0), result(1), param(1), param(1), result(4), result(5), result(6)]);
    let value = |index| Operand::from(Value::new(index));
    let operand = |inst: usize, index| main.body.insts[Inst::new(inst)].operand(index);
    assert_eq!([operand(1, 0), operand(2, 0), operand(5, 0)], [value(1), value(2), value(5)]);
    assert_eq!([operand(6, 0), operand(6, 1), operand(7, 0)], [value(6), value(4), value(7)]);
    assert_eq!(main.body.edge_args(&main.body.edges[Edge::new(0)]), [value(2), value(0)]);
    let firsts: Vec<Vec<Value>> = main.body.insts.keys().map(|inst| main.body.results(inst).collect()).collect();
    let [v1, v2, v5, v6, v7] = [1, 2, 5, 6, 7].map(|index| vec![Value::new(index)]);
    assert_eq!(firsts, [v1, v2, vec![], vec![], v5, v6, v7, vec![], vec![]]);
    let ranges: Vec<_> = main.body.blocks.values().map(BlockData::inst_range).collect();
    assert_eq!(ranges, [0..4, 4..9]);
    let params: Vec<Value> = main.body.blocks[Block::new(1)].params().collect();
    assert_eq!(params, [Value::new(3), Value::new(4)]);
    assert_eq!(main.body.spans.len(), 9);
    assert_eq!(main.body.spans[1], main.body.spans[0]);
    let named = |index: usize| joined.names.text(main.body.value_names[index]);
    assert_eq!([named(1), named(2)], ["", "p"]);
    assert_eq!(main.variables[0].location, Location::Value(Value::new(2)));
    let same = linked(vec![address_taker(declared.clone()), definer("b", "f", true, declared)]);
    assert_eq!(function(&same, "main").body.insts.len(), 7, "equal types need no cast");
}

#[test]
fn internal_symbols_of_one_name_stay_apart_whatever_the_order() {
    let module = |name: &str| {
        let mut m = sketch::module(name);
        let (_, helper) = sketch::function(&mut m, false, "helper", nothing(), empty_body());
        let mut body = Sketch::default();
        body.block(&[]);
        body.call(helper, &[], &[]);
        body.ret(&[]);
        sketch::function(&mut m, true, &format!("{name}_main"), nothing(), body.body);
        m
    };
    for order in [["a", "b"], ["b", "a"]] {
        let joined = linked(order.map(module).to_vec());
        assert_eq!(first_symbol(&joined, "a_main"), "a::helper");
        assert_eq!(first_symbol(&joined, "b_main"), "b::helper");
        assert_eq!(joined.find_symbol("helper"), None);
    }
    let joined = linked(vec![module("a"), definer("c", "helper", true, nothing())]);
    assert_eq!(first_symbol(&joined, "a_main"), "a::helper");
    assert!(function(&joined, "helper").public);
}

#[test]
fn a_name_that_is_taken_gets_a_number() {
    let internal = || definer("a", "f", false, nothing());
    let joined = linked(vec![internal(), internal(), definer("b", "a::f", true, nothing())]);
    assert_eq!(symbol_names(&joined), ["a::f.2", "a::f.3", "a::f"]);
}

#[test]
fn equal_imports_are_joined_and_others_conflict() {
    let importer = |module, kind, ty: Type| {
        let mut m = sketch::module(module);
        sketch::import(&mut m, kind, "x", ty);
        m
    };
    use ImportKind::{Ffi, Runtime};
    let joined = linked(vec![importer("a", Ffi, Type::I32), importer("b", Ffi, Type::I32)]);
    assert_eq!(joined.imports.len(), 1);
    let found = errors(vec![importer("a", Ffi, Type::I32), importer("b", Ffi, Type::I64)]);
    assert!(found.len() == 1 && found[0].contains("their types differ"), "{found:?}");
    assert_eq!(
        errors(vec![importer("a", Ffi, Type::I32), importer("b", Runtime, Type::I32)]),
        [
            "`@x` is an ffi import in module `a` and a runtime import in module `b`; rename one, or use `import module` \
          for what another module defines"
        ]
    );
    let mut data = sketch::module("b");
    sketch::data(&mut data, true, "x", Type::I32);
    let found = errors(vec![importer("a", Ffi, Type::I32), data.clone()]);
    assert!(found.len() == 1 && found[0].contains("is defined in module `b`"), "{found:?}");
    let joined = linked(vec![importer("a", ImportKind::Module, Type::I32), data]);
    assert_eq!((joined.imports.len(), joined.data.len()), (0, 1));
}

#[test]
fn effects_of_ffi_imports_agree() {
    let importer = |module, effects: &[Effect]| {
        let mut m = sketch::module(module);
        let ty = m.types.function(with(effects));
        sketch::import(&mut m, ImportKind::Ffi, "puts", ty);
        m
    };
    for (a, b) in [(&[Effect::Io][..], &[][..]), (&[], &[Effect::Io])] {
        let found = errors(vec![importer("a", a), importer("b", b)]);
        assert!(found.len() == 1 && found[0].contains("(io)"), "{found:?}");
    }
}

#[test]
fn equal_registers_are_joined_and_others_stay_apart() {
    let module = |name: &str, address| {
        let mut m = sketch::module(name);
        let ty = m.types.pointer(Space::Mmio, Type::I32);
        let other = sketch::symbol(&mut m, &format!("{name}_only"), Item::Register(Register::new(0)));
        m.registers.push(RegisterData { symbol: other, ty, address: 0, access: Access::ReadOnly });
        let symbol = sketch::symbol(&mut m, "led", Item::Register(Register::new(1)));
        m.registers.push(RegisterData { symbol, ty, address, access: Access::ReadWrite });
        let mut body = Sketch::default();
        body.block(&[]);
        body.inst(Opcode::Register, [0, 0, 1], &[ty]);
        body.ret(&[]);
        sketch::function(&mut m, true, &format!("{name}_main"), nothing(), body.body);
        m
    };
    let used = |m: &Module, name: &str| {
        let register = function(m, name).body.insts.values().next().map(InstData::register);
        register.and_then(|r| m.registers.get(r)).map(|r| m.symbol_name(r.symbol).to_string())
    };
    let joined = linked(vec![module("a", 4), module("b", 4)]);
    assert_eq!(joined.registers.len(), 3);
    assert_eq!(
        (used(&joined, "a_main").as_deref(), used(&joined, "b_main").as_deref()),
        (Some("led"), Some("led"))
    );
    let apart = linked(vec![module("a", 4), module("b", 8)]);
    assert_eq!(apart.registers.len(), 4);
    assert_eq!(used(&apart, "a_main").as_deref(), Some("a::led"));
    assert_eq!(used(&apart, "b_main").as_deref(), Some("b::led"));
}

/// A module with a recursive `@Node` whose first field has a type, and a slot, an access and data of such types.
fn with_node(module: &str, field: Type) -> Module {
    let mut m = sketch::module(module);
    if module == "b" {
        m.types.array(Type::I8, 77);
        m.names.intern("other");
    }
    let name = m.names.intern("Node");
    let (named, node) = m.types.declare(name);
    let next = m.types.pointer(Space::Heap, node);
    let body = m.types.structure(&[field, next]);
    m.types.define(named, body);
    let many = m.types.array(node, 2);
    sketch::data(&mut m, true, &format!("{module}_data"), many);
    let mut body = Sketch::default();
    let p = body.block(&[next])[0];
    let place = m.types.pointer(Space::Heap, next);
    let q = body.inst(Opcode::Cast, [Operand::from(p).bits(), 0, 0], &[place])[0];
    body.inst(Opcode::Load, [Operand::from(q).bits(), 0, next.index() as u32], &[next]);
    body.ret(&[]);
    let mut ty = nothing();
    ty.params.push(Param::value(next));
    let (func, _) = sketch::function(&mut m, true, &format!("{module}_main"), ty, body.body);
    let name = m.names.intern("here");
    m.functions[func].slots.push(SlotData { name, ty: node, align: None, span: Span::COMPILER });
    m
}

#[test]
fn named_types_are_joined_when_they_are_equal() {
    let joined = linked(vec![with_node("a", Type::I32), with_node("b", Type::I32)]);
    assert_eq!(joined.types.named.len(), 1);
    let objects: Vec<Type> = joined.data.values().map(|data| data.ty).collect();
    assert_eq!(objects[0], objects[1]);
    let [a, b] = ["a_main", "b_main"].map(|name| function(&joined, name));
    assert_eq!(a.ty, b.ty);
    assert_eq!(a.slots[Slot::new(0)].ty, b.slots[Slot::new(0)].ty);
    assert_eq!(joined.names.text(b.slots[Slot::new(0)].name), "here");
    assert_eq!(a.body.insts, b.body.insts, "access types are mapped");
    assert_eq!(a.body.values, b.body.values);
    assert_eq!(
        errors(vec![with_node("a", Type::I32), with_node("b", Type::I64)]),
        ["type `@Node` is not the same in modules `a` and `b`; make the declarations equal, or rename one"]
    );
}

#[test]
fn types_and_symbols_share_their_names() {
    let node = || with_node("a", Type::I32);
    assert_eq!(
        errors(vec![node(), definer("b", "Node", true, nothing())]),
        ["`@Node` is a symbol in module `b` and a type in module `a`; rename one of the two"]
    );
    let joined = linked(vec![node(), definer("b", "Node", false, nothing())]);
    assert!(symbol_names(&joined).contains(&"b::Node"));
}

#[test]
fn envelopes_agree_and_features_add_up() {
    let changed = |change: fn(&mut Envelope)| {
        let mut m = sketch::module("b");
        change(&mut m.envelope);
        errors(vec![sketch::module("a"), m])
    };
    assert_eq!(
        changed(|e| e.target = "pdp11".to_string()),
        [
            "modules `a` and `b` have different targets: `sim-cortex-m0` and `pdp11`; build both for the same target"
        ]
    );
    for change in [
        |e: &mut Envelope| e.abi.clear(),
        |e: &mut Envelope| e.layout.clear(),
        |e: &mut Envelope| e.profile.clear(),
    ] {
        assert_eq!(changed(change).len(), 1);
    }
    let [mut a, mut b] = ["a", "b"].map(sketch::module);
    a.envelope.features = vec!["x".to_string(), "y".to_string()];
    b.envelope.features = vec!["y".to_string(), "z".to_string()];
    assert_eq!(linked(vec![a, b]).envelope.features, ["x", "y", "z"]);
    assert_eq!(link(Vec::new(), &SOME), Err(vec![LinkError::Empty]));
}

#[test]
fn sources_are_joined_by_path_and_hash() {
    let module = |name: &str, hash: u8| {
        let mut m = definer(name, &format!("{name}_main"), true, nothing());
        m.sources.push(SourceData { path: "common.zero".to_string(), sha256: Some([hash; 32]), lines: 9 });
        m.functions.values_mut().for_each(|function| {
            function.body.spans[0] = Span::new(Source::new(1), 3, 4);
            function.inlined.push(InlineData { callee: Symbol::new(0), span: Span::COMPILER, parent: None });
        });
        m
    };
    let joined = linked(vec![module("a", 1), module("b", 1), module("c", 2)]);
    let paths: Vec<&str> = joined.sources.values().map(|source| source.path.as_str()).collect();
    assert_eq!(paths, ["a.zero", "common.zero", "b.zero", "c.zero", "common.zero"]);
    let places = ["a_main", "b_main", "c_main"].map(|name| {
        let function = function(&joined, name);
        let callee = function.inlined[InlineSite::new(0)].callee;
        assert_eq!(joined.symbol_name(callee), name);
        (function.source.index(), function.body.spans[0].source().index())
    });
    assert_eq!(places, [(0, 1), (2, 1), (3, 4)]);
    let mut many = sketch::module("many");
    for index in 0..Span::MAX_SOURCES {
        many.sources.push(SourceData { path: index.to_string(), sha256: None, lines: 1 });
    }
    assert_eq!(errors(vec![many]), ["the modules have more than 65535 sources together; link fewer modules"]);
}

#[test]
fn data_and_debug_types_are_carried_over() {
    let module = |name: &str| {
        let mut m = sketch::module(name);
        let unused = m.types.array(Type::I64, name.len() as u64);
        assert_ne!(unused, Type::ERROR);
        let own = sketch::data(&mut m, false, "table", Type::I32);
        sketch::data(&mut m, true, &format!("{name}_data"), Type::ADDR);
        let section = m.names.intern(&format!(".{name}"));
        m.data[Data::new(1)].section = Some(section);
        m.data[Data::new(1)].init.nodes = vec![InitNode::Address { symbol: own, addend: -4 }];
        let (int, alias) = (m.names.intern("int"), m.names.intern(&format!("{name}_int")));
        let base = DebugKind::Base { name: int, encoding: Encoding::Signed, bytes: 4 };
        m.debug_types.push(DebugTypeData { name: int, kind: base });
        let typedef = DebugKind::Typedef { name: alias, of: DebugType::new(0) };
        m.debug_types.push(DebugTypeData { name: alias, kind: typedef });
        let (func, _) = sketch::function(&mut m, true, &format!("{name}_main"), nothing(), empty_body());
        let (ty, location) = (DebugType::new(1), Location::Slot(Slot::new(0)));
        m.functions[func].variables.push(Variable { name: int, ty, location, span: Span::COMPILER });
        m
    };
    let joined = linked(vec![module("a"), module("bb")]);
    let names: Vec<&str> = joined.debug_types.values().map(|ty| joined.names.text(ty.name)).collect();
    assert_eq!(names, ["a::int", "a_int", "bb::int", "bb_int"]);
    let DebugKind::Typedef { name, of } = joined.debug_types[DebugType::new(3)].kind else { panic!() };
    assert_eq!((joined.names.text(name), of), ("bb_int", DebugType::new(2)));
    assert_eq!(function(&joined, "bb_main").variables[0].ty, DebugType::new(3));
    let data = &joined.data[Data::new(3)];
    assert_eq!(data.section.map(|name| joined.names.text(name)), Some(".bb"));
    let InitNode::Address { symbol, addend } = data.init.nodes[0] else { panic!() };
    assert_eq!((joined.symbol_name(symbol), addend), ("bb::table", -4));
}

/// A module whose function `name` has inlined `f`, which it has not any more.
fn inliner(module: &str, name: &str) -> Module {
    let mut m = definer(module, name, true, nothing());
    let callee = sketch::symbol(&mut m, "f", Item::Undefined);
    let function = m.functions.values_mut().next().unwrap_or_else(|| panic!("there is one"));
    function.inlined.push(InlineData { callee, span: Span::COMPILER, parent: None });
    m
}

fn inlined_callee(joined: &Module, name: &str) -> Symbol {
    function(joined, name).inlined[InlineSite::new(0)].callee
}

#[test]
fn a_name_that_is_gone_joins_what_another_module_has() {
    let joined = linked(vec![inliner("a", "a_main"), definer("b", "f", true, nothing())]);
    let callee = inlined_callee(&joined, "a_main");
    assert_eq!(callee, function(&joined, "f").symbol);
    let joined = linked(vec![inliner("a", "a_main"), inliner("b", "b_main")]);
    let callee = inlined_callee(&joined, "a_main");
    assert_eq!((joined.symbol_name(callee), joined.item(callee)), ("f", Item::Undefined));
    assert_eq!(inlined_callee(&joined, "b_main"), callee);
    let joined = linked(vec![inliner("a", "a_main"), definer("b", "f", false, nothing())]);
    let callee = inlined_callee(&joined, "a_main");
    assert_eq!((joined.symbol_name(callee), joined.item(callee)), ("a::f", Item::Undefined));
}

#[test]
fn a_name_that_is_gone_and_used_is_refused() {
    let mut m = inliner("a", "main");
    let callee = m.functions[Func::new(0)].inlined[InlineSite::new(0)].callee;
    let data = sketch::data(&mut m, true, "pointer", Type::ADDR);
    let Item::Data(data) = m.item(data) else { panic!() };
    m.data[data].init.nodes[0] = InitNode::Address { symbol: callee, addend: 0 };
    let said = errors(vec![m, sketch::module("b")]);
    assert!(said[0].contains("`@f` is not declared"), "{said:?}");
}

/// A symbol that no item stands for.
fn ghost(m: &mut Module, name: &str) {
    sketch::symbol(m, name, Item::Undefined);
}

#[test]
fn broken_modules_are_refused() {
    let refused = |change: fn(&mut Module)| {
        let mut m = caller("a", "main", "f", nothing());
        change(&mut m);
        errors(vec![m, sketch::module("b")])
    };
    for (change, expected) in [
        ((|m: &mut Module| m.damaged = true) as fn(&mut Module), "its text had errors"),
        (|m| m.functions.values_mut().for_each(|f| f.body.damaged = true), "its text had errors"),
        (|m| ghost(m, "main"), "`@main` is declared twice"),
        (|m| ghost(m, "ghost"), "`@ghost` is not declared"),
        (
            |m| {
                let import = m.imports[Import::new(0)];
                m.imports.push(import);
            },
            "an item has no symbol of its own",
        ),
        (
            |m| {
                let ty = m.types.array(Type::I8, 3);
                m.functions[Func::new(0)].body.constants.intern(ConstantData::new(ty, 1));
            },
            "`@main` has a constant of no scalar type",
        ),
    ] {
        let what = format!("module `a` is broken: {expected}; verify it alone and mend what that reports");
        assert_eq!(refused(change), [what]);
    }
}

#[test]
fn what_is_wrong_with_a_module_stays_wrong_without_panic() {
    let mut m = caller("a", "main", "f", nothing());
    m.sources.clear();
    let body = &mut m.functions[Func::new(0)].body;
    body.insts[Inst::new(0)].words[0] = 1000;
    body.spans[0] = Span::new(Source::new(9), 1, 1);
    body.values.push(ValueData::new(Type::from_index(5000), ValueDef::Undefined));
    let joined = linked(vec![sketch::module("b"), m]);
    let body = &function(&joined, "main").body;
    assert_eq!(joined.item(body.insts[Inst::new(0)].symbol()), Item::Undefined);
    assert_eq!(body.values[Value::new(0)].ty, Type::ERROR);
}
