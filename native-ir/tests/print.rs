//! The printer is canonical and total; the formatter changes blanks only.

use native_ir::builder::{DataOptions, Init, ModuleBuilder};
use native_ir::text::{
    BlockText, InstText, OperandText, SymbolText, TypeText, ValueText, format, print, print_function, print_type,
};
use native_ir::{
    Attributes, Block, BlockData, Constant, Edge, EdgeData, Func, Function, FunctionType, Inst, InstData, Module,
    Name, Opcode, Operand, Param, Passing, Span, Symbol, Type, TypeData, Value, ValueData, ValueDef,
};

#[test]
fn a_module_prints_as_the_reference_shows() {
    let mut m = ModuleBuilder::for_target("demo", "sim-cortex-m0");
    m.add_feature("thumb");
    m.hashed_source("demo.zero", 9, [0x9f; 32]);
    let add = m.declare("add one", FunctionType::new(&[Type::I32], &[Type::I32]));
    let mut b = m.define(add);
    b.set_public(true);
    b.at(2, 3);
    let x = b.param(0);
    b.set_name(x, "x");
    let y = b.iadd(x, 1);
    b.ret(y);
    b.finish();
    m.declare("later", FunctionType::new(&[], &[]));
    let module = m.finish().expect("nothing is misused");
    let expected = format!(
        "native-ir 1\nmodule   demo\ntarget   sim-cortex-m0\nabi      zero-freestanding-v1\n\
        layout   \"e-p:32:32-i64:64-f64:64-n32-S64\"\nfeatures thumb\nprofile  bare-metal\n\
        source   0 \"demo.zero\" sha256:{} lines=9\n\n\
        fn pub @\"add one\"(%x: i32) -> (i32) source=0 {{\n^entry:\n    %1: i32 = iadd %x, 1 !2:3\n    return %1 !2:3\n}}\n\n\
        fn @later() -> () source=0 {{\n}}\n",
        "9f".repeat(32)
    );
    assert_eq!(print(&module), expected);
    assert_eq!(format(&expected), Ok(expected.clone()));
    let functions: String = ["", "\n"]
        .iter()
        .zip(module.functions.keys())
        .map(|(gap, func)| gap.to_string() + &print_function(&module, func))
        .collect();
    assert!(expected.ends_with(&functions));
    assert_eq!(print_function(&module, Func::from_u32(7)), "");
}

#[test]
fn data_prints_by_its_type() {
    let mut m = ModuleBuilder::for_target("demo", "sim-cortex-m0");
    let bytes = m.types().array(Type::I8, 4);
    let rows = m.types().array(bytes, 2);
    let halves = m.types().array(Type::F16, 2);
    let pointer = m.types().pointer(native_ir::Space::Static, bytes);
    let mixed = m.types().structure(&[rows, Type::I16, pointer, halves]);
    let a = m.data("a", bytes, DataOptions::READONLY, Init::array(*b"a\"\xc3\0"));
    let symbol = m.symbol(a);
    let init = Init::list([
        Init::list([Init::array([1_u8, 2, 3, 0x80]), Init::zero()]),
        Init::scalar(-2_i16),
        Init::address(symbol, -3),
        Init::array([0x3e00_u16, 0xfc00]),
    ]);
    let options =
        DataOptions { public: true, weak: true, align: Some(8), section: Some(".x"), ..Default::default() };
    m.data("b", mixed, options, init);
    m.data("c", mixed, DataOptions::default(), Init::list([]));
    m.data("d", Type::I32, DataOptions::default(), Init::zero());
    let text = print(&m.finish().expect("nothing is misused"));
    let lines: Vec<_> = text.lines().filter_map(|line| line.split_once(" = ")).map(|(_, init)| init).collect();
    let b = "{[\"\\x01\\x02\\x03\\x80\", zero], -2, @a - 3, [0x1.8p+0, -inf]}";
    assert_eq!(lines, ["\"a\\\"\\xc3\\0\"", b, "{}", "zero"]);
    assert!(text.contains("\ndata pub weak @b : struct{array[array[i8,4],2], i16, ptr[static,array[i8,4]], array[f16,2]} align=8 section=\".x\" = {"));
}

#[test]
fn spans_name_their_source_when_it_is_not_the_functions() {
    let mut m = ModuleBuilder::for_target("demo", "sim-cortex-m0");
    let first = m.source("a", 9);
    let second = m.source("b", 9);
    let f = m.declare("f", FunctionType::new(&[], &[]));
    let mut b = m.define(f);
    b.set_source(second);
    b.at(1, 2);
    b.set_declaration(b.span());
    let site = b.inlined(f, Span::new(first, 3, 4), None);
    b.fence(native_ir::Ordering::Seqcst);
    b.set_inline_site(Some(site));
    b.set_span(Span::new(first, 5, 6));
    b.fence(native_ir::Ordering::Acquire);
    b.set_inline_site(None);
    b.set_span(Span::COMPILER);
    b.ret(());
    b.finish();
    let module = m.finish().expect("nothing is misused");
    let expected = "fn @f() -> () source=1 !1:2 {\n    inlined 0 @f !0:3:4\n^entry:\n    fence ordering=seqcst !1:2\n    fence ordering=acquire !0:5:6 inlined=0\n    return !0:0\n}\n";
    assert_eq!(print_function(&module, f), expected);
}

#[test]
fn types_print_with_everything_they_say() {
    let mut module = Module::default();
    let name = module.names.intern("List");
    let (named, list) = module.types.declare(name);
    let pointer = module.types.pointer(native_ir::Space::Heap, list);
    let mut function = FunctionType::new(&[Type::I8, list, list], &[Type::I16]);
    function.params[0].passing = Passing::Zext;
    function.params[1].passing = Passing::SRet;
    function.params[2].passing = Passing::Agg;
    function.results.push(Param { ty: Type::I1, passing: Passing::Sext });
    function.varargs = true;
    function.abi = native_ir::Abi::Tail;
    function.effects = native_ir::EffectSet::of(native_ir::Effect::Io);
    let function = module.types.function(function);
    let code = module.types.pointer(native_ir::Space::Code, function);
    let packed = module.types.intern(TypeData::Struct { packed: true, fields: vec![Type::I8, code].into() });
    let array = module.types.array(packed, u64::MAX);
    let body = module.types.structure(&[pointer, array]);
    module.types.define(named, body);
    let expected = "struct{ptr[heap,@List], array[packed{i8, \
        ptr[code,fn(i8 zext, sret(@List), agg(@List), ...) -> (i16, i1 sext) abi=tail effects(io)]},18446744073709551615]}";
    assert_eq!(print_type(&module, body), expected);
    assert_eq!(std::format!("[{:6}]", TypeText(&module, Type::I8)), "[i8    ]");
    assert_eq!(print_type(&module, Type::ERROR), "?");
    assert_eq!(print_type(&module, Type::from_index(u32::MAX)), "?");
}

#[test]
fn types_nest_without_recursion() {
    let mut module = Module::default();
    let mut ty = Type::I8;
    for _ in 0..100_000 {
        ty = module.types.array(ty, 1);
    }
    assert_eq!(print_type(&module, ty).len(), 100_000 * "array[,1]".len() + 2);
}

/// Equal parts are stored once; spelled out, this type would have 2^60 of them.
#[test]
fn a_type_that_is_too_long_to_spell_is_cut() {
    let mut module = Module::default();
    let mut ty = Type::I8;
    for _ in 0..60 {
        ty = module.types.structure(&[ty, ty]);
    }
    assert_eq!(print_type(&module, ty), "…");
}

/// A body in which every index points to nothing.
fn wild_function(ty: Type) -> Function {
    let mut function = Function::new(Symbol::from_u32(99), ty);
    let body = &mut function.body;
    let wild = 0x7fff_fff0;
    body.blocks.push(BlockData {
        first_param: Value::from_u32(wild),
        params: u32::MAX,
        first_inst: Inst::from_u32(0),
        end_inst: Inst::from_u32(wild),
        defined: true,
        damaged: true,
        ..BlockData::undefined(Name::NONE)
    });
    body.blocks.push(BlockData {
        first_inst: Inst::from_u32(5),
        defined: true,
        ..body.blocks[Block::from_u32(0)]
    });
    for &opcode in Opcode::ALL {
        for words in [[0; 3], [wild; 3], [0x8000_0007, 0, 2], [0x8000_0007, 0, wild]] {
            body.insts.push(InstData { opcode, results: 3, attributes: Attributes(u16::MAX), words });
        }
    }
    body.values.push(ValueData::new(Type::from_index(wild), ValueDef::Undefined));
    body.edges.push(EdgeData::new(Block::from_u32(wild), 0..usize::MAX, Some(Constant::from_u32(wild))));
    body.pool.push(Operand::from_bits(wild));
    body.inline_sites.push(3);
    body.spans.push(Span::MISSING);
    function
}

#[test]
fn damaged_modules_print_what_is_there() {
    let mut module = Module::default();
    let ty = module.types.function(FunctionType::new(&[Type::ERROR], &[]));
    for ty in [ty, Type::I8, Type::ERROR] {
        module.functions.push(wild_function(ty));
    }
    let text = print(&module);
    assert_eq!(text.matches("fn @\"\"(").count(), 3);
    for opcode in Opcode::ALL {
        assert!(text.contains(opcode.shape().base), "{opcode}");
    }
}

#[test]
fn messages_show_entities_as_the_text_does() {
    let mut m = ModuleBuilder::for_target("demo", "sim-cortex-m0");
    let f = m.declare("f", FunctionType::new(&[Type::I64], &[]));
    let mut b = m.define(f);
    let sum = b.iadd(b.param(0), -5);
    b.set_name(sum, "a b");
    b.ret(());
    b.finish();
    let module = m.finish().expect("nothing is misused");
    let function = &module.functions[f];
    assert_eq!(InstText(&module, function, Inst::from_u32(0)).to_string(), "%\"a b\": i64 = iadd %0, -5");
    assert_eq!(InstText(&module, function, Inst::from_u32(9)).to_string(), "");
    assert_eq!(ValueText(&module, function, Value::from_u32(0)).to_string(), "%0");
    assert_eq!(OperandText(&module, function, Operand::from(Constant::from_u32(0))).to_string(), "-5");
    assert_eq!(OperandText(&module, function, Operand::from(Constant::from_u32(1))).to_string(), "?");
    assert_eq!(BlockText(&module, function, Block::from_u32(0)).to_string(), "^entry");
    assert_eq!(BlockText(&module, function, Block::from_u32(4)).to_string(), "^4");
    assert_eq!(SymbolText(&module, function.symbol).to_string(), "@f");
    assert!(function.body.edges.get(Edge::from_u32(0)).is_none());
}

mod format_property {
    use native_ir::text::format;
    use proptest::prelude::*;

    /// Pieces that texts are made of, and some that they are not.
    const PIECES: [&str; 40] = [
        " ",
        "  ",
        "\n",
        "\n\n",
        "\t",
        ",",
        ":",
        "=",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "->",
        "...",
        "!3:5",
        "; note ",
        "\"a \\\" b\"",
        "@x",
        "@\"a b\"",
        "%v",
        "%12",
        "^b",
        "$s",
        "#t",
        "fn",
        "data",
        "type",
        "source",
        "align",
        "ptr",
        "load.i32",
        "struct",
        "-1",
        "- 4",
        "+4",
        "0x1.8p+3",
        "nan",
        "größe",
    ];

    fn without_blanks(text: &str) -> String {
        text.split_ascii_whitespace().collect()
    }

    proptest! {
        #[test]
        fn formatting_is_idempotent_and_moves_blanks_only(pieces in prop::collection::vec(0..PIECES.len(), 0..60)) {
            let text: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
            if let Ok(once) = format(&text) {
                prop_assert_eq!(without_blanks(&once), without_blanks(&text));
                prop_assert_eq!(format(&once), Ok(once));
            }
        }

        #[test]
        fn no_text_makes_the_formatter_panic(text in "\\PC*|(?s).*") {
            let _ = format(&text);
        }
    }
}
