//! The reader on whole texts: what it makes of good ones, what it says of bad ones, and that nothing makes it panic.

use native_ir::text::{Locator, Parsed, parse, print};
use native_ir::{
    Block, Condition, EntityRef, Func, HeaderPart, Inst, Item, Module, Opcode, Operand, Part, Place, Rule, Source,
    Span, Type, Value, ValueDef,
};
use proptest::prelude::*;
use std::fmt::Write;
use std::time::{Duration, Instant};

const ENVELOPE: &str = "\
native-ir 1
module   m
target   sim-cortex-m0
abi      zero-freestanding-v1
layout   \"e-p:32:32-i64:64-f64:64-n32-S64\"
features thumb
profile  bare-metal
source   0 \"m.zero\" sha256:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f lines=12
source   1 \"n.zero\" lines=99
";

/// Something of everything.
const ITEMS: &str = r##"
type @Node = struct{i32, ptr[heap,@Node], array[i8,3]}
register @out : ptr[mmio,i32] = 0x50000504 access=write-only
data pub weak @pattern : array[i32,4] readonly align=4 section=".rodata" = [1, -1,
    0xffffffff, ; a comment inside
    zero]
data @nested : struct{array[i8,3], array[ptr[static,i8],2], f32} = {"a\xff\n", [@pattern + 4, zero], 1.5}
import runtime @write : fn(i32, ptr[generic,i8], addr) -> (addr) effects(io)
import ffi @printf : fn(ptr[generic,i8], ...) -> (i32 sext) abi=tail
debugtype #int = base "int" signed bytes=4
debugtype #1 = struct "Node" bytes=8 {"a": #int at 0, "next": #2 at 4}
debugtype #2 = pointer #1 bytes=4
debugtype #color = enum "Color" #int {"red" = 0, "blue" = -1}

fn pub native @main(%n: i32 zext, %node: byval(@Node), %to: sret(@Node)) -> (i32, i64) effects(read, hardware) source=1 inline=never float=strict contract=on section=".text" align=4 !1:1 {
    slot $buffer: array[i8,16] align=8 !2:5
    variable "n": #int = %n !2:9
    variable "later": #int = %sum !2:9
    inlined 0 @main !3:1
    inlined 1 @main !0:4:1 in=0
^entry:
    %wide: i64, %carry: i1 = iadd_carry 1, 2, 0 !3:1
    %c: i1 = icmp.slt %n, 7 !3:2
    branch %c, ^loop(0, %n), ^"the end" !3:3
^loop(%i: i32, %sum: i32):
    %p: ptr[static,i32] = address @pattern !0:4:1
    %q: ptr[static,i32] = element %p, 3 !4:2
    %v: i32 = load.i32 %q align=4 ordering=ordered !4:3 inlined=1
    %led: ptr[mmio,i32] = register @out !4:4
    store.i32 5, %led address_space=mmio ordering=volatile !4:5
    %late: i32 = iadd 1, %12 !4:6
    %12: i32 = imul %i, %i !4:7
    switch %v, ^loop(1, 2), 1: ^"the end", 0x7f: ^loop(%12, 4) !0:0
^"the end":
    %r: i32, %s: i64 = call @main(1, %node, %to) !5:1
    return %r, 9 !5:2
}
"##;

fn whole(items: &str) -> String {
    format!("{ENVELOPE}{items}")
}

/// A function with a body of these lines behind the label of the entry block.
fn in_function(lines: &str) -> String {
    whole(&format!("fn @f(%a: i32, %p: ptr[heap,i32]) -> (i32) source=0 {{\n^entry:\n{lines}\n}}\n"))
}

fn read(text: &str) -> Module {
    let parsed = parse(text);
    assert_eq!(shown(text, &parsed), Vec::<String>::new());
    assert!(!parsed.module.damaged);
    parsed.module
}

/// Each diagnostic as `line:column rule text-of-the-place`.
fn shown(text: &str, parsed: &Parsed) -> Vec<String> {
    let locator = Locator::new(text, &parsed.map);
    let mut diagnostics = parsed.diagnostics.clone();
    locator.resolve(&mut diagnostics);
    let show = |diagnostic: &native_ir::Diagnostic| {
        let range = locator.range(&diagnostic.place);
        let (line, column) = locator.position(range.start);
        format!("{line}:{column} {} {}", diagnostic.rule_name(), &text[range])
    };
    diagnostics.iter().map(show).collect()
}

/// What is said of the lines of a function's body; line 1 is the first of them.
fn said_of(lines: &str) -> Vec<String> {
    let text = in_function(lines);
    let before = ENVELOPE.lines().count() + 2;
    let parsed = parse(&text);
    assert_eq!(parsed.module.damaged, !parsed.diagnostics.is_empty());
    check_layout(&parsed.module);
    let renumber = |said: String| {
        let (line, rest) = said.split_once(':').unwrap();
        format!("{}:{rest}", line.parse::<usize>().unwrap() as i64 - before as i64)
    };
    shown(&text, &parsed).into_iter().map(renumber).collect()
}

/// The layout invariant of bodies.
fn check_layout(module: &Module) {
    for function in module.functions.values() {
        let body = &function.body;
        let mut next_inst = 0;
        let mut next_value = 0;
        let mut next_edge = 0;
        for (block, data) in body.layout() {
            assert_eq!(data.first_inst.index(), next_inst);
            for value in data.params() {
                assert_eq!(value.index(), next_value);
                assert_eq!(body.values[value].def(), ValueDef::Parameter(block));
                next_value += 1;
            }
            for inst in data.insts() {
                while body.values.get(Value::new(next_value)).is_some_and(|v| v.def() == ValueDef::Damaged) {
                    next_value += 1;
                }
                for value in body.results(inst) {
                    assert_eq!(value.index(), next_value);
                    assert_eq!(body.values[value].def(), ValueDef::Result(inst));
                    next_value += 1;
                }
                for edge in body.insts[inst].edges() {
                    assert!(edge.index() == next_edge || body.damaged);
                    next_edge = edge.index() + 1;
                }
                for operand in body.operands(&body.insts[inst]) {
                    match (operand.value(), operand.constant()) {
                        (Some(value), _) => assert!(value.index() < body.values.len()),
                        (_, Some(constant)) => assert!(body.constants.get(constant).is_some()),
                        _ => unreachable!(),
                    }
                }
            }
            while body.values.get(Value::new(next_value)).is_some_and(|v| v.def() == ValueDef::Damaged) {
                next_value += 1;
            }
            next_inst = data.end_inst.index();
        }
        let lists = [body.insts.len(), body.first_results.len(), body.spans.len()];
        assert!(body.blocks.is_empty() || lists == [next_inst; 3]);
        assert_eq!(body.values.len(), body.value_names.len());
        assert!(body.inline_sites.is_empty() || body.inline_sites.len() == body.insts.len());
        assert!(body.blocks.values().skip_while(|block| block.defined).all(|block| !block.defined));
    }
}

#[test]
fn all_forms_are_read() {
    let text = whole(ITEMS);
    let module = read(&text);
    check_layout(&module);
    assert_eq!((module.envelope.name.as_str(), module.envelope.features.len()), ("m", 1));
    assert_eq!(module.sources[Source::new(0)].sha256.map(|digest| (digest[1], digest[31])), Some((1, 31)));
    assert_eq!((module.sources.len(), module.types.named.len(), module.debug_types.len()), (2, 1, 4));
    assert_eq!(module.data.values().next().unwrap().init.bytes[4..8], [0xff; 4]);
    let function = &module.functions[Func::new(0)];
    let body = &function.body;
    assert_eq!((body.blocks.len(), body.insts.len(), body.edges.len()), (3, 13, 5));
    assert_eq!(body.inline_sites[5], 2);
    let span = |line, column| Span::new(Source::new(1), line, column);
    assert_eq!(body.spans[0], span(3, 1));
    assert_eq!(body.spans[3], Span::new(Source::new(0), 4, 1));
    assert_eq!(body.spans[10], Span::COMPILER);
    let compare = &body.insts[Inst::new(1)];
    assert_eq!((compare.opcode, compare.attributes.condition()), (Opcode::Icmp, Condition::Slt));
    let sum = function.variables[1].location;
    assert_eq!(sum, native_ir::Location::Value(body.blocks[Block::new(1)].params().nth(1).unwrap()));
    assert_eq!(parse(print(&module)).module, module);
}

#[test]
fn literals_take_the_type_that_the_instruction_says() {
    let text = whole(
        "import ffi @printf : fn(i64, ...) -> ()\n\
         fn @f(%p: ptr[heap,i32], %x: f32) -> (i64) source=0 {\n^entry:\n\
         %s: i16 = iadd %late, 1 !1:1\n\
         %a: i8 = and 1, 2 !1:1\n\
         %c: i1 = fcmp.olt %x, 0x1p+1 !1:1\n\
         store.i16 3, %q !1:1\n\
         call @printf(4, 5, 0x100000000, 1.5) !1:1\n\
         %e: ptr[heap,i32] = offset %p, 2147483648 !1:1\n\
         call_indirect %fn(7) !1:1\n\
         %late: i16 = iconst 6 !1:1\n\
         %fn: ptr[code,fn(i128) -> ()] = null !1:1\n\
         %w: i1 = icmp.eq %late, -1 !1:1\n\
         jump ^b(8) !1:1\n\
         ^b(%y: addr):\n\
         return 9 !1:1\n}\n",
    );
    let module = read(&text.replace("store.i16 3, %q", "store.i16 3, %p"));
    let types: Vec<Type> = module.functions[Func::new(0)].body.constants.as_slice().iter().map(|c| c.ty).collect();
    use Type as T;
    let wanted = [
        T::I16,
        T::I8,
        T::I8,
        T::F32,
        T::I16,
        T::I64,
        T::I32,
        T::I64,
        T::F64,
        T::I64,
        T::I128,
        T::I16,
        T::I16,
        T::ADDR,
        T::I64,
    ];
    assert_eq!(types, wanted);
}

#[test]
fn constants_stand_in_the_order_of_the_text_even_when_one_had_to_wait() {
    let lines =
        "%s: i1 = icmp.eq %late, 40 !1:1\n%t: i32 = iadd %a, 41 !1:1\n%late: i16 = iconst 42 !1:1\nreturn 43 !1:1";
    let module = read(&in_function(lines));
    let constants = module.functions[Func::new(0)].body.constants.as_slice().to_vec();
    let bits: Vec<u128> = constants.iter().map(|constant| constant.bits()).collect();
    assert_eq!(bits, [40, 41, 42, 43]);
    assert_eq!(constants[0].ty, Type::I16);
}

#[test]
fn cases_wait_for_the_operand_and_not_for_an_argument() {
    let lines = "jump ^s !1:1\n^end(%k: i64):\nreturn 1 !1:1\n^s:\nswitch %late, ^end(%other), 2: ^end(%other) !1:1\n\
                 ^never:\n%late: i16 = iconst 3 !1:1\n%other: i64 = iconst 4 !1:1\nunreachable !1:1";
    let module = read(&in_function(lines));
    let body = &module.functions[Func::new(0)].body;
    let case = body.edges.values().find_map(|edge| edge.case()).and_then(|case| body.constants.get(case));
    assert_eq!(case.map(|constant| (constant.ty, constant.bits())), Some((Type::I16, 2)));
}

#[test]
fn names_are_one_whether_quoted_or_not_and_numbers_are_none() {
    let module = read(&in_function(
        "%\"x\": i32 = iadd %a, 1 !1:1\n%7: i32 = iadd %x, 2 !1:1\n%\"7\": i32 = iadd %7, 3 !1:1\n\
         %9999999999: i32 = iadd %\"7\", %9999999999 !1:1\nreturn %🦀 !1:1\n^größe:\nunreachable !1:1",
    ));
    let body = &module.functions[Func::new(0)].body;
    let names: Vec<&str> = body.value_names.iter().map(|&name| module.names.text(name)).collect();
    assert_eq!(names, ["a", "p", "x", "", "7", "", "🦀"]);
    assert_eq!(body.insts[Inst::new(3)].operand(1), Operand::from(Value::new(5)));
    assert_eq!(body.values[Value::new(6)].def(), ValueDef::Undefined);
}

#[test]
fn what_is_not_defined_comes_last_and_is_left_to_the_verifier() {
    let module = read(&in_function("%x: i32 = iadd %nowhere, 1 !1:1\njump ^gone(%nowhere) !1:1"));
    let body = &module.functions[Func::new(0)].body;
    let last = &body.values[Value::new(body.values.len() - 1)];
    assert_eq!((last.def(), last.ty, body.values.len()), (ValueDef::Undefined, Type::ERROR, 4));
    let gone = &body.blocks[Block::new(1)];
    assert_eq!((gone.defined, module.names.text(gone.name)), (false, "gone"));
    assert!(!body.damaged);
}

#[test]
fn every_mistake_is_reported_once_and_where_it_is() {
    let said = said_of(
        "%x: i32 = iad %a, 1 !1:1\n\
         %y: i32 = iadd %x, %a, %a !1:1\n\
         %z: strange = load.strange %p !1:1\n\
         %w: i32 = iadd %z, %y align=4 !1:1\n\
         %x: i8 = iconst 256 !1:1\n\
         call @missing(%x) !1:1\n\
         call @missing(%y) !1:1\n\
         %s: ptr[stack,i8] = slot $nothing !1:1\n\
         %i: i1 = icmp.eq 1, 2 !1:1\n\
         store.i32 %a, %p align=3 ordering=sometimes !1:1\n\
         store.i32 %a %p !1:1\n\
         return %w !1 ; what a line",
    );
    assert_eq!(
        said,
        [
            "1:11 unknown-opcode iad",
            "2:11 operand-count iadd",
            "3:5 unknown-type strange",
            "4:23 unknown-field align",
            "5:1 duplicate-value %x",
            "5:17 literal-range 256",
            "6:6 unknown-symbol @missing",
            "8:26 unknown-symbol $nothing",
            "9:18 untyped-literal 1",
            "10:18 alignment align=3",
            "10:35 ill-typed-field sometimes",
            "11:14 syntax %p",
            "12:11 syntax !1",
        ]
    );
}

#[test]
fn a_line_that_cannot_be_read_defines_its_results_and_damages_its_block() {
    let text =
        in_function("%x: i32, %y: i64 = oops\n%z: i32 = iadd %x, 1 !1:1\nreturn %z !1:1\n^next:\nreturn 1 !1:1");
    let parsed = parse(&text);
    assert_eq!(parsed.diagnostics.len(), 1);
    let body = &parsed.module.functions[Func::new(0)].body;
    assert!(body.damaged && body.blocks[Block::new(0)].damaged && !body.blocks[Block::new(1)].damaged);
    let x = &body.values[Value::new(2)];
    assert_eq!((x.def(), x.ty), (ValueDef::Damaged, Type::I32));
    assert_eq!(body.value_type(Value::new(3)), Type::I64);
    assert_eq!(body.insts.len(), 3);
}

#[test]
fn broken_items_do_not_hide_what_stands_behind_them() {
    let text = whole(
        "data @d : array[i8,3] = [1, 2\n\
         type @T = struct{i32\n\
         fn @broken(%a i32) -> () source=0 {\n^entry:\n    return %a !1:1\n}\n\
         fn @open() -> () source=0 {\n^entry:\n    return !1:1\n\
         fn @no_brace() -> () source=0\n^entry:\n    return !1:1\n}\n\
         what is this\nand this\n\
         fn @good() -> () source=0 {\n^entry:\n    %x: i32 = wrong\n    return !1:1\n}\n\
         data @d : i8 = 1\n",
    );
    let parsed = parse(&text);
    let said: Vec<String> =
        shown(&text, &parsed).iter().map(|said| said.split_once(' ').unwrap().1.into()).collect();
    assert_eq!(
        said,
        [
            "syntax type",
            "syntax ",
            "syntax i32",
            "syntax fn @open() -> () source=0 {",
            "syntax ",
            "syntax what",
            "unknown-opcode wrong",
            "name-conflict @d",
        ]
    );
    let good = parsed.module.find_symbol("good").unwrap();
    assert!(matches!(parsed.module.item(good), Item::Function(_)));
}

#[test]
fn the_envelope_is_checked_field_by_field() {
    let said = |text: &str| shown(text, &parse(text));
    assert_eq!(said(""), ["1:1 version "]);
    assert_eq!(said(&whole("").replace("native-ir 1", "native-ir 2")), ["1:11 version 2"]);
    let twice = whole("").replace("profile  bare-metal\n", "profile  bare-metal\nabi again\n");
    assert_eq!(said(&twice), ["8:1 repeated-field abi"]);
    let gap = whole("source 5 \"x\" lines=1\n");
    assert_eq!(said(&gap), ["10:8 ill-typed-field 5"]);
    assert_eq!(said(&whole("").replace("abi      zero-freestanding-v1\n", "")), ["1:1 missing-field native-ir 1"]);
    assert_eq!(said(&whole("type @T = i8\nmodule m\n")), ["11:1 syntax module"]);
}

#[test]
fn bytes_that_are_no_text_end_the_reading() {
    for (bytes, at) in
        [(&b"native-ir 1\xff"[..], 11), (b"\xef\xbb\xbfnative-ir 1", 0), (b"native-ir 1\r\n", 11), (b"\0", 0)]
    {
        let parsed = parse(bytes);
        assert_eq!(parsed.diagnostics.len(), 1);
        assert_eq!(parsed.diagnostics[0].rule, Rule::SchemaEncoding);
        let locator = Locator::new(bytes, &parsed.map);
        assert_eq!(locator.range(&parsed.diagnostics[0].place).start, at);
        assert!(parsed.module.damaged);
    }
}

#[test]
fn each_place_has_its_text() {
    let text = whole(ITEMS);
    let parsed = parse(&text);
    let locator = Locator::new(&text, &parsed.map);
    let at = |place: Place| &text[locator.range(&place)];
    let func = Func::new(0);
    let inst = |index: usize, part| at(Place::Inst(func, Inst::new(index), part));
    let header = |part| at(Place::Function(func, part));
    assert_eq!(at(Place::Envelope("layout")), "\"e-p:32:32-i64:64-f64:64-n32-S64\"");
    assert_eq!(at(Place::Envelope("abi")), "zero-freestanding-v1");
    assert_eq!(at(Place::Feature(0)), "thumb");
    assert_eq!(at(Place::Source(Source::new(1))), "1 \"n.zero\" lines=99");
    assert_eq!(at(Place::NamedType(native_ir::NamedType::new(0))), "@Node");
    assert_eq!(at(Place::Data(native_ir::Data::new(0))), "@pattern");
    assert_eq!(at(Place::DebugType(native_ir::DebugType::new(1))), "#1");
    assert_eq!(header(HeaderPart::Name), "@main");
    assert_eq!(header(HeaderPart::Mark("native")), "native");
    assert_eq!(header(HeaderPart::Mark("weak")), "@main");
    assert_eq!(header(HeaderPart::Parameter(1)), "%node: byval(@Node)");
    assert_eq!(header(HeaderPart::Results), "(i32, i64)");
    assert_eq!(header(HeaderPart::Clause("effects")), "effects(read, hardware)");
    assert_eq!(header(HeaderPart::Clause("source")), "source=1");
    assert_eq!(header(HeaderPart::Clause("section")), "section=\".text\"");
    assert_eq!(header(HeaderPart::Clause("abi")), "@main");
    assert_eq!(header(HeaderPart::Span), "!1:1");
    assert_eq!(at(Place::Slot(func, native_ir::Slot::new(0))), "slot $buffer: array[i8,16] align=8 !2:5");
    assert_eq!(at(Place::InlineSite(func, native_ir::InlineSite::new(1))), "inlined 1 @main !0:4:1 in=0");
    assert_eq!(at(Place::Block(func, Block::new(2))), "^\"the end\"");
    assert_eq!(at(Place::BlockParameter(func, Block::new(0), 0)), "%n: i32 zext");
    assert_eq!(at(Place::BlockParameter(func, Block::new(1), 1)), "%sum: i32");
    assert_eq!(inst(0, Part::Whole), "%wide: i64, %carry: i1 = iadd_carry 1, 2, 0");
    assert_eq!(inst(0, Part::Result(1)), "%carry: i1");
    assert_eq!(inst(0, Part::Operand(2)), "0");
    assert_eq!(inst(1, Part::Opcode), "icmp.slt");
    assert_eq!(inst(2, Part::Edge(1)), "^\"the end\"");
    assert_eq!(inst(2, Part::EdgeArgument(0, 1)), "%n");
    assert_eq!(inst(3, Part::Attribute(native_ir::Attribute::Symbol)), "@pattern");
    assert_eq!(inst(5, Part::Attribute(native_ir::Attribute::Align)), "align=4");
    assert_eq!(inst(5, Part::Span), "!4:3");
    assert_eq!(inst(7, Part::Opcode), "store.i32");
    assert_eq!(inst(7, Part::Attribute(native_ir::Attribute::Ordering)), "ordering=volatile");
    assert_eq!(inst(10, Part::Operand(0)), "%v");
    assert_eq!(inst(10, Part::Edge(2)), "^loop");
    assert_eq!(inst(10, Part::EdgeArgument(2, 0)), "%12");
    assert_eq!(inst(11, Part::Operand(2)), "%to");
    assert_eq!(inst(11, Part::Attribute(native_ir::Attribute::Into)), "call");
    assert_eq!(inst(12, Part::Operand(1)), "9");
    assert_eq!(locator.position(0), (1, 1));
    assert_eq!(locator.position(ENVELOPE.len() + 1), (11, 1));
    assert_eq!(locator.position(usize::MAX), (text.lines().count() + 1, 1));
}

#[test]
fn limits_are_errors() {
    let deep = format!("type @T = {}i8{}\n", "array[".repeat(65), ",1]".repeat(65));
    assert_eq!(parse(whole(&deep)).diagnostics[0].rule, Rule::SchemaLimit);
    let deepest = format!("type @T = {}i8{}\n", "array[".repeat(64), ",1]".repeat(64));
    read(&whole(&deepest));
    let bottomless = format!("type @T = {}\ndata @d : i8 = {}\n", "struct{".repeat(200_000), "[".repeat(200_000));
    assert_eq!(parse(whole(&bottomless)).diagnostics.len(), 2);
    for (results, fits) in [(255, true), (256, false)] {
        let list: Vec<String> = (0..results).map(|index| format!("%r{index}: i8")).collect();
        let text = in_function(&format!("{} = call @f(%a, %p) !1:1", list.join(", ")));
        let rules: Vec<Rule> = parse(&text).diagnostics.iter().map(|diagnostic| diagnostic.rule).collect();
        assert_eq!(rules, if fits { vec![] } else { vec![Rule::SchemaLimit] });
    }
    assert_eq!(said_of("return 1 !1:65536"), ["1:10 limit !1:65536"]);
    assert_eq!(said_of("return 1 !65535:1:1"), ["1:10 limit !65535:1:1"]);
}

/// The time to read a text, once it was read without errors.
fn time(text: &str) -> Duration {
    let start = Instant::now();
    let parsed = parse(text);
    let time = start.elapsed();
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics.first());
    time
}

#[test]
fn large_inputs_take_linear_time() {
    let arguments = |count: usize| {
        let numbers: Vec<String> = (0..count).map(|index| index.to_string()).collect();
        let params: Vec<String> = (0..count).map(|index| format!("%p{index}: i32")).collect();
        in_function(&format!("jump ^b({}) !1:1\n^b({}):\nreturn 1 !1:1", numbers.join(", "), params.join(", ")))
    };
    let blocks = |count: usize| {
        let mut lines = String::from("jump ^0 !1:1\n");
        for index in 0..count {
            let _ = writeln!(
                lines,
                "^{index}:\n%v{index}: i32 = iadd %v{}, %a !1:1\njump ^{} !1:1",
                index + 1,
                index + 1
            );
        }
        in_function(&format!("{lines}^{count}:\n%v{count}: i32 = iadd %a, 1 !1:1\nreturn 1 !1:1"))
    };
    let name = |length: usize| {
        let name = "x".repeat(length * 10);
        in_function(&format!("%{name}: i32 = iadd %a, 1 !1:1\nreturn %{name} !1:1"))
    };
    for make in [&arguments as &dyn Fn(usize) -> String, &blocks, &name] {
        let (small, large) = (make(2_000), make(100_000));
        let unit = (0..3).map(|_| time(&small)).min().unwrap_or_default().max(Duration::from_millis(1));
        // Fifty times the input; a quadratic reader would take 2,500 times as long.
        assert!(time(&large) < unit * 500);
    }
}

#[test]
fn every_cut_of_a_text_is_read_or_refused() {
    let text = whole(ITEMS);
    for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
        let parsed = parse(&text[..end]);
        check_layout(&parsed.module);
        assert_eq!(parsed.module.damaged, !parsed.diagnostics.is_empty());
        shown(&text[..end], &parsed);
    }
}

fn survives(bytes: &[u8]) {
    let parsed = parse(bytes);
    assert_eq!(parsed.module.damaged, !parsed.diagnostics.is_empty());
    check_layout(&parsed.module);
    let locator = Locator::new(bytes, &parsed.map);
    let mut diagnostics = parsed.diagnostics.clone();
    locator.resolve(&mut diagnostics);
    for diagnostic in &diagnostics {
        let range = locator.range(&diagnostic.place);
        assert!(range.start <= range.end && range.end <= bytes.len());
        assert!(std::str::from_utf8(bytes).is_err() || std::str::from_utf8(&bytes[range]).is_ok());
        for (place, _) in &diagnostic.labels {
            assert!(locator.range(place).end <= bytes.len());
        }
    }
    print(&parsed.module);
}

/// Pieces that mean something somewhere.
const PIECES: &[&str] = &[
    "%",
    "^",
    "@",
    "#",
    "$",
    "!",
    "\"",
    "\\",
    ":",
    ",",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "=",
    ";",
    "\n",
    " ",
    "-",
    ".",
    "0x",
    "nan(0x1)",
    "1.5",
    "18446744073709551616",
    "%12",
    "^loop",
    "@main",
    "ptr[",
    "struct{",
    "fn",
    "slot $x: i8\n",
    "into %p",
    "align=",
    "inlined=1",
    "\nfn @f",
    "\n}\n",
    "é",
    "🦀",
    "...",
    "->",
    "source=",
    "iadd ",
    "switch %n, ^loop",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        survives(&bytes);
    }

    #[test]
    fn pieces_of_the_language_are_read_or_refused(picks in proptest::collection::vec(0..PIECES.len(), 0..80)) {
        let text: String = picks.iter().map(|&pick| PIECES[pick]).collect();
        survives(in_function(&text).as_bytes());
        survives(whole(&text).as_bytes());
    }

    #[test]
    fn changed_texts_are_read_or_refused(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), 0..6_usize, 0..PIECES.len()), 1..6)
    ) {
        let mut text = whole(ITEMS);
        for (index, removed, piece) in changes {
            let start = text.floor_char_boundary(index.index(text.len()));
            let end = text.floor_char_boundary((start + removed).min(text.len())).max(start);
            text.replace_range(start..end, PIECES[piece]);
        }
        survives(text.as_bytes());
    }
}
