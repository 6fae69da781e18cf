//! Code for Cortex-M0 that is right in ways that are not obvious: several values in one register, an instruction's code in
//! several places, blocks without code of their own, programs that write where they should not. None of it is refused.

use certify::{Checks, certify};
use native_ir::Func;
use verifier::{Engine, Options, verify};

const HEADER: &str = "native-ir 1\nmodule m\ntarget sim-cortex-m0\nabi zero-freestanding-v1\n\
    layout \"e-p:32:32-i64:64-f64:64-n32-S64\"\nfeatures thumb\nprofile bare-metal\nsource 0 \"m.zero\" lines=1\n";

/// Certifies what the emitter makes of a module whose instructions have no spans.
#[track_caller]
fn is_right(text: &str) {
    let instruction = |line: &&&str| line.starts_with(' ') && !line.trim_start().starts_with("slot");
    let lines = text.lines().map(|line| match Some(&line).filter(instruction) {
        Some(line) => format!("{line} !1:1\n"),
        None => format!("{line}\n"),
    });
    let parsed = native_ir::text::parse(format!("{HEADER}{}", lines.collect::<String>()));
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let module = verify(parsed.module, &Options { threads: 1, ..Options::default() });
    let module = module.unwrap_or_else(|rejected| panic!("{:?}", rejected.diagnostics));
    let native = |func: &Func| module.for_engine(Engine::Native, &[*func]).is_ok();
    let functions: Vec<Func> = codegen::all_functions(&module).into_iter().filter(native).collect();
    let options = codegen::Options { threads: 1, ..codegen::Options::default() };
    let artifact = codegen::compile(&module, &functions, &options).expect("there is code for all");
    let checks = Checks { stack: false, ..Checks::all() };
    let findings = certify(&module, artifact.clone(), &checks).err().unwrap_or_default();
    let listing = certify::listing(&module, &artifact, functions[0]).unwrap_or_default();
    assert!(findings.is_empty(), "{}\n{listing}", findings[0]);
}

#[test]
fn a_pointer_and_its_index_are_one_number() {
    is_right(
        r"fn @f(%index: i64) -> () effects(read, write) {
^entry:
    %null: ptr[generic,i8] = null
    %p: ptr[generic,i8] = offset %null, %index
    %old: i8 = atomic_rmw %p, 16 op=nand ordering=relaxed
    return
}",
    );
}

#[test]
fn a_remainder_and_a_pointer_are_one_constant() {
    is_right(
        r"data @place : ptr[heap,i32] = zero

fn @f() -> () effects(write, trap) {
^entry:
    %one: i8 = iconst 1
    %rest: i8 = urem 1, %one
    %place: ptr[static,ptr[heap,i32]] = address @place
    %to: ptr[heap,ptr[heap,i32]] = null
    %null: ptr[heap,i32] = null
    atomic_store.ptr[heap,i32] %null, %place ordering=relaxed
    return
}",
    );
}

#[test]
fn a_parameter_is_there_before_its_block_begins() {
    is_right(
        r"data @cell : i16 = zero

fn @f() -> () effects(read, write, trap) {
^entry:
    %one: ptr[static,i16] = address @cell
    %other: ptr[static,i16] = address @cell
    branch 1, ^loop(2336998349, %one), ^loop(7, %other)
^loop(%limit: addr, %cell: ptr[static,i16]):
    %old: i16 = atomic_cas %cell, -32296, -32296 ordering=relaxed
    %null: ptr[generic,addr] = null
    %least: addr = atomic_rmw %null, %limit op=umin ordering=relaxed
    %wide: i128 = iconst 170141183460469231731687303715884105727
    %small: i128 = iconst 61
    %sum: i128 = sadd_sat %small, %wide
    %rest: i128 = urem %sum, %wide
    %order: flags = compare %limit, 4294967295
    branch.slt %order, ^loop(4, %cell), ^loop(%limit, %one)
}",
    );
}

#[test]
fn a_move_stands_between_a_compare_and_its_branch() {
    is_right(
        r"register @r : ptr[mmio,array[i32,8]] = 0x40003500

fn @f() -> () effects(trap) {
^entry:
    %zero: i32 = iconst 0
    %index: i32 = clz %zero
    %r: ptr[mmio,array[i32,8]] = register @r
    %element: ptr[mmio,i32] = element %r, %index
    %five: i128 = iconst 5
    %rest: i128 = udiv %five, 24
    %order: flags = compare %index, %index
    branch.sgt %order, ^one, ^other
^one:
    return
^other:
    tail_call @f()
}",
    );
}

#[test]
fn an_aggregate_that_arrived_is_told_behind_the_entry() {
    is_right(
        r"fn @f(%pair: agg(array[i8,2])) -> () effects(read) {
^entry:
    %word: ptr[stack,addr] = cast %pair
    jump ^loop
^loop:
    %read: addr = atomic_load.addr %word ordering=relaxed
    jump ^loop
}",
    );
}

#[test]
fn a_program_writes_beyond_a_slot() {
    is_right(
        r"fn @f() -> () effects(read, write, trap) {
    slot $small: ptr[heap,i8]
^entry:
    %small: ptr[stack,ptr[heap,i8]] = slot $small
    %beyond: ptr[stack,ptr[heap,i8]] = offset %small, 1
    %read: ptr[heap,i8] = atomic_load.ptr[heap,i8] %small ordering=relaxed
    atomic_store.ptr[heap,i8] %read, %beyond ordering=relaxed
    %float: f64 = fconst 5e-324
    %number: i8 = float_to_sint %float
    return
}",
    );
}

#[test]
fn the_code_of_a_block_stands_on_the_way_out_of_it() {
    is_right(
        r"data @one : addr = 1
data @other : addr = 2

fn @f() -> (addr) effects(read) {
^entry:
    %bit: i1 = iconst 1
    %number: i32 = iconst -2147483648
    %order: flags = compare %number, %number
    branch.uge %order, ^through, ^test
^through:
    branch %bit, ^onward, ^onward
^onward:
    jump ^meet
^test:
    %less: i32, %over: i1 = ssub_overflow 48, 2147483647
    branch %over, ^meet, ^aside
^aside:
    %other: ptr[static,addr] = address @other
    branch 1, ^end(%other), ^end(%other)
^meet:
    %never: i128 = iconst -11896129047663168720188937863427576540
    %one: ptr[static,addr] = address @one
    switch %never, ^end(%one)
^end(%from: ptr[static,addr]):
    %read: addr = atomic_load.addr %from ordering=relaxed
    return %read
}",
    );
}

#[test]
fn code_that_ends_the_way_stands_among_traps() {
    is_right(
        r"data @data : i64 = 24

fn @f() -> () effects(read, write, hardware, trap) {
^entry:
    %flags: i32 = special_read apsr
    %one: i64 = iconst 1
    %most: i32 = smax %flags, -1
    %same: flags = compare %flags, %flags
    %data: ptr[static,i64] = address @data
    %place: ptr[generic,i8] = cast %data
    branch.ne %same, ^left, ^right(%place)
^left:
    %product: i64, %over: i1 = umul_overflow %one, %one
    branch %over, ^right(%place), ^right(%place)
^right(%to: ptr[generic,i8]):
    %quotient: i32 = sdiv %most, %flags
    %again: ptr[static,i64] = address @data
    %cell: ptr[generic,ptr[generic,i8]] = cast %again
    store.ptr[generic,i8] %to, %cell
    unreachable
}",
    );
}

#[test]
fn an_edge_has_code_behind_that_of_another_block() {
    is_right(
        r"fn @f(%a: i64, %b: i32, %c: i16, %left: i1) -> () effects(read, write, hardware, trap) {
^entry:
    %called: i64 = call @g(%a)
    %step: i16 = isub %c, 3
    %wide: f64 = uint_to_float %a
    %order: flags = fcompare 1.8, %wide
    branch.ord %order, ^loop(%step), ^other
^other:
    %count: i32 = popcount %b
    %next: i64 = call @g(%called)
    %quotient: i32 = sdiv %count, %b
    branch %left, ^loop(-1), ^other
^loop(%n: i16):
    %high: i16 = smulh %n, %c
    switch %high, ^loop(1), 32767: ^other
}

fn @g(%a: i64) -> (i64) effects(read, write, hardware, trap) {
^entry:
    return %a
}",
    );
}

#[test]
fn an_argument_is_read_where_the_program_says() {
    is_right(
        r"fn @f(%pair: byval(struct{f32, addr})) -> () effects(read, write) {
^entry:
    %index: i16 = iconst -32768
    %away: ptr[stack,struct{f32, addr}] = element %pair, %index
    call @f(%away)
    return
}",
    );
}
