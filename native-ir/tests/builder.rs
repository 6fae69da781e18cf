//! The builder writes every opcode, lays out and numbers what it wrote, and tells what cannot be written.

use native_ir::builder::{
    Arg, BuildErrors, DataOptions, FunctionBuilder, Init, MemoryAccess, Misuse, ModuleBuilder, Target,
};
use native_ir::debug::{DebugKind, Encoding, Member};
use native_ir::text::{format, parse, print};
use native_ir::{
    Access, Condition, EffectSet, EntityRef, FunctionType, ImportKind, InstData, Location, Module, Opcode,
    Ordering, Param, Passing, RmwOp, Slot, Space, Span, SpecialRegister, Trap, Type, Value,
};
use std::collections::BTreeSet;

const TARGET: &str = "x86_64-unknown-linux-elf";

fn round_trip(module: &Module) {
    let text = print(module);
    assert_eq!(format(&text).as_deref(), Ok(text.as_str()), "the formatter leaves canonical text alone");
    let parsed = parse(&text);
    assert_eq!(parsed.diagnostics, [], "{text}");
    assert_eq!(print(&parsed.module), text);
    assert!(parsed.module == *module, "reads back as another module:\n{text}");
}

/// A module with one function, `@f`, over these types.
fn function(params: &[Type], results: &[Type], write: impl FnOnce(&mut FunctionBuilder<'_>)) -> Module {
    try_function(params, results, write).expect("nothing is misused")
}

fn try_function(
    params: &[Type],
    results: &[Type],
    write: impl FnOnce(&mut FunctionBuilder<'_>),
) -> Result<Module, BuildErrors> {
    let mut m = ModuleBuilder::for_target("test", TARGET);
    m.source("test.zero", 100);
    let f = m.declare("f", FunctionType::new(params, results));
    let mut b = m.define(f);
    b.at(1, 1);
    write(&mut b);
    b.finish();
    m.finish()
}

fn misuses<T>(write: impl FnOnce(&mut FunctionBuilder<'_>) -> T) -> Vec<Misuse> {
    let write = |b: &mut FunctionBuilder<'_>| {
        write(b);
    };
    let errors = try_function(&[Type::I32], &[Type::I32], write).expect_err("something is misused");
    errors.0.into_iter().map(|error| error.misuse).collect()
}

/// The lines of a module's functions between their braces.
fn body_text(module: &Module) -> String {
    let text = print(module);
    let start = text.find("{\n").map_or(0, |at| at + 2);
    text[start..].trim_end_matches("}\n").to_string()
}

fn integers(b: &mut FunctionBuilder<'_>, x: Value) {
    type Binary = for<'a, 'm> fn(&'a mut FunctionBuilder<'m>, Value, i32) -> Value;
    let binary: [Binary; 27] = [
        |b, x, y| b.iadd(x, y),
        |b, x, y| b.isub(x, y),
        |b, x, y| b.imul(x, y),
        |b, x, y| b.udiv(x, y),
        |b, x, y| b.sdiv(x, y),
        |b, x, y| b.urem(x, y),
        |b, x, y| b.srem(x, y),
        |b, x, y| b.umulh(x, y),
        |b, x, y| b.smulh(x, y),
        |b, x, y| b.umin(x, y),
        |b, x, y| b.umax(x, y),
        |b, x, y| b.smin(x, y),
        |b, x, y| b.smax(x, y),
        |b, x, y| b.uadd_sat(x, y),
        |b, x, y| b.sadd_sat(x, y),
        |b, x, y| b.usub_sat(x, y),
        |b, x, y| b.ssub_sat(x, y),
        |b, x, y| b.and(x, y),
        |b, x, y| b.or(x, y),
        |b, x, y| b.xor(x, y),
        |b, x, y| b.shl(x, y),
        |b, x, y| b.ushr(x, y),
        |b, x, y| b.sshr(x, y),
        |b, x, y| b.rotl(x, y),
        |b, x, y| b.rotr(x, y),
        |b, x, y| b.select(true, x, y),
        |b, x, y| b.icmp(Condition::Slt, x, y),
    ];
    for op in binary {
        op(b, x, 3);
    }
    for op in [FunctionBuilder::ineg, FunctionBuilder::iabs, FunctionBuilder::not, FunctionBuilder::clz] {
        op(b, x);
    }
    for op in [FunctionBuilder::ctz, FunctionBuilder::popcount, FunctionBuilder::bitrev, FunctionBuilder::bswap] {
        op(b, x);
    }
    b.funnel_left(x, 1, 3);
    b.funnel_right(1, x, 3);
    b.uadd_overflow(x, 1);
    b.sadd_overflow(x, 1);
    b.usub_overflow(x, 1);
    b.ssub_overflow(x, 1);
    b.umul_overflow(x, 1);
    let (_, over) = b.smul_overflow(x, 1);
    let (_, carry) = b.iadd_carry(x, -1, over);
    b.isub_borrow(1, x, carry);
    b.trap_if(carry, Trap::Bounds);
}

fn floats(b: &mut FunctionBuilder<'_>) {
    let x = b.fconst(Type::F64, -0.0);
    for op in [FunctionBuilder::fadd, FunctionBuilder::fsub, FunctionBuilder::fmul, FunctionBuilder::fdiv] {
        op(b, x, 0.1);
    }
    for op in [FunctionBuilder::fminimum, FunctionBuilder::fmaximum, FunctionBuilder::copysign] {
        op(b, x, f64::NEG_INFINITY);
    }
    for op in [FunctionBuilder::fminimum_number, FunctionBuilder::fmaximum_number] {
        op(b, x, f64::NAN);
    }
    for op in [FunctionBuilder::sqrt, FunctionBuilder::fneg, FunctionBuilder::fabs, FunctionBuilder::canonicalize]
    {
        op(b, x);
    }
    for op in [FunctionBuilder::round_even, FunctionBuilder::round_away, FunctionBuilder::round_zero] {
        op(b, x);
    }
    b.round_down(x);
    b.round_up(x);
    b.fma(x, 2.5, 1e300);
    b.fcmp(Condition::Ueq, x, 1.0);
    let flags = b.fcompare(x, Arg::bits(Type::F64, 0xfff0_0000_0000_0001));
    b.test(Condition::Une, flags);
    let wide = b.fpromote(Type::F128, x);
    b.fadd(wide, 1.5);
    let narrow = b.fdemote(Type::F16, x);
    b.fadd(narrow, -65504.0);
    b.sint_to_float(Type::F32, Arg::int(Type::I32, 7));
    b.uint_to_float(Type::F32, Arg::int(Type::I8, 7));
    for op in [FunctionBuilder::float_to_sint, FunctionBuilder::float_to_uint] {
        op(b, Type::I32, x);
    }
    for op in [FunctionBuilder::float_to_sint_sat, FunctionBuilder::float_to_uint_sat, FunctionBuilder::bitcast] {
        op(b, Type::I64, x);
    }
}

fn pointers(b: &mut FunctionBuilder<'_>, x: Value, slot: Slot) {
    let cells = b.slot(slot);
    b.lifetime_start(slot);
    let cell = b.element(cells, 1);
    b.element(cells, Arg::int(Type::I64, 1));
    let number = b.field(cell, 1);
    let heap = b.types().pointer(Space::Heap, Type::I8);
    b.null(heap);
    let generic = b.types().pointer(Space::Generic, Type::I32);
    let number = b.cast(generic, number);
    let addr = b.ptr_to_addr(number);
    let addr_as_int = b.addr_to_int(Type::I64, addr);
    let addr = b.int_to_addr(addr_as_int);
    b.icmp(Condition::Eq, addr, u64::MAX);
    b.addr_to_ptr(generic, addr);
    b.offset(number, 4);
    b.zext(Type::I64, x);
    b.sext(Type::I64, x);
    b.trunc(Type::I1, x);
    let value = b.load(Type::I32, number);
    b.store(Type::I32, value, number);
    b.load_with(Type::I32, number, MemoryAccess::aligned(2));
    b.store_with(Type::I32, 5, number, MemoryAccess::ORDERED);
    b.memcpy(number, cell, 8);
    b.memmove(number, cell, Arg::int(Type::ADDR, 8));
    b.memset_with(number, 0, addr, MemoryAccess::aligned(1));
    b.atomic_load(Type::I32, number, Ordering::Acquire);
    b.atomic_store(Type::I32, 1, number, Ordering::Release);
    b.atomic_rmw(number, x, RmwOp::Umax, Ordering::Acqrel);
    b.atomic_cas(number, x, 2, Ordering::Seqcst);
    b.fence(Ordering::Seqcst);
    b.lifetime_end(slot);
}

fn hardware(b: &mut FunctionBuilder<'_>) {
    b.barrier_memory();
    b.barrier_sync();
    b.barrier_instruction();
    b.wait_interrupt();
    b.wait_event();
    b.send_event();
    b.interrupt_disable();
    b.interrupt_enable();
    b.supervisor_call(200);
    let mask = b.special_read(SpecialRegister::Primask);
    b.special_write(mask, SpecialRegister::Control);
    let status = b.fenv_read();
    b.fenv_clear(status);
}

fn fibers(b: &mut FunctionBuilder<'_>, entry: Value) {
    let fiber = b.fiber_spawn(entry, 7);
    let (value, _) = b.fiber_resume(fiber, 3, 0x8001);
    b.emit(value, 0xffff);
    b.fiber_status(fiber);
    b.fiber_refuel(fiber, 1000);
    b.fiber_cancel(fiber);
}

/// A module with every opcode, item and clause.
fn everything() -> Module {
    let mut m = ModuleBuilder::for_target("everything", TARGET);
    m.set_profile("freestanding");
    m.add_feature("sse4.1");
    m.source("a b.zero", 10);
    let other = m.hashed_source("größe\\\"\n.zero", 20, [0xa5; 32]);
    let (node, node_type) = m.declare_type("Node");
    let next = m.types().pointer(Space::Heap, node_type);
    let node_body = m.types().structure(&[next, Type::I32]);
    m.define_type(node, node_body);
    let register = m.register("uart tx", Type::I32, 0x4000_2000, Access::WriteOnly);
    let text = m.types().array(Type::I8, 5);
    let message = m.data("message", text, DataOptions::READONLY, Init::array(*b"a\"\xff\0\xc3"));
    let options =
        DataOptions { public: true, weak: true, align: Some(16), section: Some(".x"), ..Default::default() };
    let pointer = m.types().pointer(Space::Static, text);
    let pair = m.types().structure(&[pointer, Type::F32]);
    let pairs = m.types().array(pair, 3);
    let symbol = m.symbol(message);
    let first = Init::list([Init::address(symbol, -3), Init::scalar(1.5_f32)]);
    let second = Init::list([Init::address(symbol, 0), Init::zero()]);
    m.data("pairs", pairs, options, Init::list([first, second, Init::zero()]));
    let mut printf = FunctionType::new(&[Type::I32], &[Type::I32]);
    printf.varargs = true;
    printf.params[0].passing = Passing::Sext;
    let printf = m.import(ImportKind::Ffi, "printf", printf.with_effects(EffectSet::all()));
    m.import_data(ImportKind::Module, "errno", Type::I32);
    let (int_name, point_name, x_name) = (m.name("int"), m.name("Point"), m.name("x"));
    let int = m.debug_type("int", DebugKind::Base { name: int_name, encoding: Encoding::Signed, bytes: 4 });
    let member = Member { name: x_name, ty: int, offset: 0 };
    let point = m.debug_type("", DebugKind::Struct { name: point_name, bytes: 4, members: vec![member] });
    m.debug_type("", DebugKind::Pointer { to: point, bytes: 8 });
    m.debug_type("", DebugKind::Typedef { name: x_name, of: point });
    m.debug_type("", DebugKind::Array { of: point, count: 3 });
    m.debug_type("", DebugKind::Enum { name: x_name, of: int, values: vec![(int_name, -1), (x_name, i64::MAX)] });

    let fiber_entry = m.declare("fiber", FunctionType::new(&[Type::I64], &[Type::I64]));
    let mut aggregate = FunctionType::new(&[node_type, Type::I32], &[node_type]).with_effects(EffectSet::all());
    aggregate.params[0] = Param { ty: node_type, passing: Passing::ByVal };
    aggregate.results[0].passing = Passing::Agg;
    let all = m.declare("all", aggregate);
    let leaf = m.declare("leaf", FunctionType::new(&[Type::I32], &[Type::I32, Type::I1]));

    let mut b = m.define(fiber_entry);
    b.set_weak(true);
    b.at(1, 1);
    let argument = b.param(0);
    b.ret(argument);
    b.finish();

    let mut b = m.define(all);
    b.set_public(true);
    b.set_source(other);
    b.set_execution(native_ir::Execution::Runtime);
    b.set_inline(native_ir::Inline::Never);
    b.set_float_mode(native_ir::FloatMode::Strict);
    b.set_contract(true);
    b.set_section(".text.hot");
    b.set_align(32);
    b.at(3, 4);
    b.set_declaration(b.span());
    let cells = b.types().array(node_type, 4);
    let slot = b.add_slot("cells", cells, Some(8));
    b.add_variable("cells", point, Location::Slot(slot));
    let (node, x) = (b.param(0), b.param(1));
    b.set_name(x, "x");
    b.add_variable("x", int, Location::Value(x));
    integers(&mut b, x);
    let outer = b.inlined(leaf, b.span(), None);
    let inner = b.inlined(leaf, Span::COMPILER, Some(outer));
    let gone = b.module().undeclared("gone");
    assert_eq!(b.module().undeclared("gone"), gone);
    b.inlined(gone, Span::COMPILER, Some(inner));
    b.set_inline_site(Some(inner));
    floats(&mut b);
    b.set_inline_site(None);
    b.set_span(Span::COMPILER);
    pointers(&mut b, x, slot);
    hardware(&mut b);
    b.set_span(Span::new(native_ir::Source::new(0), 5, 6));
    let led = b.register(register);
    b.store_with(Type::I32, 1, led, MemoryAccess::MMIO);
    b.iconst(Type::I128, i128::MIN);
    let entry = b.address(fiber_entry);
    b.address(message);
    fibers(&mut b, entry);
    let [a, c] = <[Value; 2]>::try_from(b.call(leaf, x).into_iter().collect::<Vec<_>>()).expect("two results");
    b.call(printf, (1, a, 5_i64, c).into_args());
    b.call_indirect(entry, 5);
    b.call_into(all, (node, 1), node);
    let callee = b.address(all);
    b.call_indirect_into(callee, (node, 1), node);
    let flags = b.compare(x, 1);
    let ends: Vec<_> = (0..7).map(|_| b.create_block()).collect();
    let param = b.append_param(ends[0], Type::I32);
    b.branch_cc(Condition::Sle, flags, (ends[0], x), ends[1]);
    b.switch_to(ends[0]);
    b.switch(param, ends[2], [(1, Target::from(ends[3])), (-1, (ends[0], 5).into())]);
    b.switch_to(ends[1]);
    b.branch(c, ends[4], (ends[0], [7]));
    b.switch_to(ends[2]);
    b.jump(ends[5], ());
    b.switch_to(ends[3]);
    b.unreachable();
    b.switch_to(ends[4]);
    b.trap(Trap::User);
    b.switch_to(ends[5]);
    b.tail_call(all, (node, 3));
    b.switch_to(ends[6]);
    b.tail_call_indirect(callee, [Arg::from(node), 3.into()]);
    b.finish();

    let mut b = m.define(leaf);
    b.at(2, 2);
    let x = b.param(0);
    b.ret((x, true));
    b.finish();
    m.finish().expect("nothing is misused")
}

/// Literals beyond a callee's parameters carry their own type.
trait IntoArgs {
    fn into_args(self) -> Vec<Arg>;
}

impl IntoArgs for (i32, Value, i64, Value) {
    fn into_args(self) -> Vec<Arg> {
        vec![self.0.into(), self.1.into(), Arg::int(Type::I64, self.2), self.3.into()]
    }
}

#[test]
fn every_opcode_is_written_and_reads_back() {
    let module = everything();
    let insts = module.functions.values().flat_map(|function| function.body.insts.values());
    let written: BTreeSet<Opcode> = insts.map(|inst| inst.opcode).collect();
    let missing: Vec<_> = Opcode::ALL.iter().filter(|opcode| !written.contains(opcode)).collect();
    assert!(missing.is_empty(), "not built: {missing:?}");
    round_trip(&module);
}

#[test]
fn results_take_their_types_from_operands() {
    let module = function(&[Type::I16, Type::F32], &[], |b| {
        let (x, y) = (b.param(0), b.param(1));
        let (sum, carry) = b.uadd_overflow(3, x);
        assert_eq!((b.value_type(sum), b.value_type(carry)), (Type::I16, Type::I1));
        let both = b.select(carry, 1.5, y);
        assert_eq!(b.value_type(both), Type::F32);
        let wide = b.sext(Type::I64, sum);
        assert_eq!(b.value_type(wide), Type::I64);
        b.ret(());
    });
    let expected = "^entry:\n    %2: i16, %3: i1 = uadd_overflow 3, %0 !1:1\n    %4: f32 = select %3, 1.5, %1 !1:1\n    %5: i64 = sext %2 !1:1\n    return !1:1\n";
    assert_eq!(body_text(&module), expected);
    round_trip(&module);
}

#[test]
fn literals_that_the_text_cannot_type_get_names() {
    let module = function(&[], &[], |b| {
        b.icmp(Condition::Eq, Arg::int(Type::I8, 1), 2);
        b.fcmp(Condition::Oeq, Arg::float(Type::F32, 1.0), Arg::float(Type::F32, 2.0));
        b.icmp(Condition::Eq, Arg::int(Type::ADDR, 16), 2);
        b.iadd(Arg::int(Type::I32, 1), 2);
        let end = b.create_block();
        b.switch(Arg::int(Type::I32, 1), end, [(1, end)]);
        b.switch_to(end);
        b.ret(());
    });
    let expected = "^entry:\n    %0: i8 = iconst 1 !1:1\n    %1: i1 = icmp.eq %0, 2 !1:1\n    %2: f32 = fconst 1.0 !1:1\n    %3: i1 = fcmp.oeq %2, 2.0 !1:1\n    %4: i64 = iconst 16 !1:1\n    %5: addr = int_to_addr %4 !1:1\n    %6: i1 = icmp.eq %5, 2 !1:1\n    %7: i32 = iadd 1, 2 !1:1\n    %8: i32 = iconst 1 !1:1\n    switch %8, ^1, 1: ^1 !1:1\n^1:\n    return !1:1\n";
    assert_eq!(body_text(&module), expected);
    round_trip(&module);
}

/// Where nothing beside a literal says its type, the text has a default; other types need a name.
#[test]
fn literals_of_other_types_than_the_default_read_back() {
    let round_trips = |index: Arg| {
        let module = function(&[], &[], |b| {
            let array = b.types().array(Type::I32, 9);
            let slot = b.add_slot("s", array, None);
            let base = b.slot(slot);
            b.element(base, index);
            b.offset(base, index);
            b.ret(());
        });
        round_trip(&module);
    };
    round_trips(Arg::int(Type::I8, 1));
    round_trips(Arg::int(Type::I32, 1));
    round_trips(Arg::int(Type::I64, 1));
    round_trips(Arg::int(Type::I64, 1i64 << 40));
    round_trips(1.into());
}

#[test]
fn blocks_filled_in_any_order_are_numbered_in_layout_order() {
    let module = function(&[Type::I32], &[Type::I32], |b| {
        let (last, first, middle) = (b.named_block("last"), b.named_block("b"), b.named_block("b"));
        let x = b.param(0);
        b.switch_to(last);
        let late = b.append_param(last, Type::I32);
        b.ret(late);
        b.switch_to(middle);
        let y = b.imul(x, 2);
        b.set_name(y, "v");
        b.jump(last, y);
        b.switch_to(first);
        let z = b.iadd(x, 1);
        b.set_name(z, "v");
        let c = b.icmp(Condition::Eq, z, 0);
        b.branch(c, middle, (last, 9));
        b.switch_to(b.entry());
        assert!(!b.is_terminated());
        b.jump(first, ());
        assert!(b.is_terminated());
        b.set_layout(&[first, middle]);
    });
    let expected = "^entry:\n    jump ^b !1:1\n^b:\n    %v: i32 = iadd %0, 1 !1:1\n    %2: i1 = icmp.eq %v, 0 !1:1\n    branch %2, ^b_2, ^last(9) !1:1\n^b_2:\n    %v_2: i32 = imul %0, 2 !1:1\n    jump ^last(%v_2) !1:1\n^last(%4: i32):\n    return %4 !1:1\n";
    assert_eq!(body_text(&module), expected);
    let body = &module.functions.values().next().expect("one function").body;
    for (block, data) in &body.blocks {
        assert!(data.defined && data.first_inst <= data.end_inst, "{block}");
    }
    let results: Vec<_> = body.insts.keys().flat_map(|inst| body.results(inst)).map(EntityRef::index).collect();
    assert_eq!(results, [1, 2, 3]);
    round_trip(&module);
}

#[test]
fn edges_may_be_written_before_their_target_has_parameters() {
    let module = function(&[], &[], |b| {
        let head = b.create_block();
        b.jump(head, (1, 2.5));
        b.append_param(head, Type::I8);
        b.append_param(head, Type::F64);
        b.switch_to(head);
        b.ret(());
    });
    assert_eq!(body_text(&module), "^entry:\n    jump ^1(1, 2.5) !1:1\n^1(%0: i8, %1: f64):\n    return !1:1\n");
    round_trip(&module);
}

#[test]
fn misuse_is_told_when_the_module_is_finished() {
    let foreign = Value::from_u32(77);
    assert_eq!(misuses(|b| b.iadd(foreign, 1)), [Misuse::ForeignEntity("value")]);
    assert_eq!(
        misuses(|b| b.iadd(1, 2)),
        [Misuse::UntypedLiteral("1".into()), Misuse::UntypedLiteral("2".into())]
    );
    let range = Misuse::LiteralRange { literal: "4294967296".into(), ty: "i32".into() };
    assert_eq!(misuses(|b| b.iadd(b.param(0), 1_i64 << 32)), [range]);
    let kind = Misuse::LiteralRange { literal: "0.5".into(), ty: "i32".into() };
    assert_eq!(misuses(|b| b.ret(0.5)), [kind]);
    assert_eq!(misuses(|b| b.switch_to(native_ir::Block::from_u32(9))), [Misuse::ForeignEntity("block")]);
    assert_eq!(misuses(|b| b.jump(native_ir::Block::from_u32(9), ())), [Misuse::ForeignEntity("block")]);
    assert_eq!(misuses(|b| b.append_param(b.entry(), Type::I8)), [Misuse::EntryParameter]);
    assert_eq!(misuses(|b| b.slot(Slot::from_u32(3))), [Misuse::ForeignEntity("slot")]);
    assert_eq!(misuses(|b| b.ineg(b.param(5))), [Misuse::ForeignEntity("value")]);
    assert_eq!(misuses(|b| b.call(native_ir::Func::from_u32(5), ())), [Misuse::ForeignItem("function")]);
    let wild = InstData { words: [9, 0x8000_0009, 0], ..InstData::new(Opcode::Iadd) };
    assert_eq!(
        misuses(|b| b.push(wild, &[Type::I32])),
        [Misuse::ForeignEntity("value"), Misuse::ForeignEntity("constant")]
    );
    let align = MemoryAccess::aligned(3);
    let misaligned = misuses(|b| {
        let heap = b.types().pointer(Space::Heap, Type::I8);
        let p = b.null(heap);
        b.load_with(Type::I8, p, align);
    });
    assert_eq!(misaligned, [Misuse::Alignment(3)]);
}

#[test]
fn misuse_of_modules_is_told_with_function_and_opcode() {
    let mut m = ModuleBuilder::for_target("test", TARGET);
    let f = m.declare("f", FunctionType::new(&[], &[]));
    m.declare("f", FunctionType::new(&[], &[]));
    m.define(f).finish();
    m.define(f).finish();
    let mut b = m.define(native_ir::Func::from_u32(9));
    b.ineg(1);
    b.finish();
    let errors = m.finish().expect_err("four misuses");
    let expected = "the module already has an item named `@f`\n@f: the function has a body already\n\
        @f: the function is not one of this module\n\
        @f: ineg: nothing gives the literal 1 a type: use `Arg::int` or `Arg::float`";
    assert_eq!(errors.to_string(), expected);
}

#[test]
fn what_does_not_verify_can_be_written() {
    let module = function(&[Type::I32, Type::F32], &[], |b| {
        let (x, y) = (b.param(0), b.param(1));
        b.iadd(x, y);
        let block = b.create_block();
        b.jump(block, ());
        b.iadd(x, 1);
    });
    let expected =
        "^entry:\n    %2: i32 = iadd %0, %1 !1:1\n    jump ^1 !1:1\n    %3: i32 = iadd %0, 1 !1:1\n^1:\n";
    assert_eq!(body_text(&module), expected);
}
