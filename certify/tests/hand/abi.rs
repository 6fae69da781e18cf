//! C3 and C4.

use crate::emit::{Emit, accept, accept_all, module, reject, reject_all};
use artifact::{Place, UnwindOp};
use certify::stack::{Part, StackBound, program_bound, stack_bounds};
use certify::{Check, Checks};
use iced_x86::code_asm::*;
use native_ir::Func;

type Done = Result<(), iced_x86::IcedError>;

/// 0 `call`, 1 `return`.
const CALL: &str = "import ffi @g : fn() -> () effects(io)\nfn pub native @f() -> () effects(io) {\n^entry:\ncall @g()\nreturn\n}";

/// What is wrong with the frame of [`CALL`].
#[derive(Clone, Copy, PartialEq)]
enum Wrong {
    Nothing,
    NoPop,
    NotSaved,
    OtherOrder,
    Misaligned,
    Unbalanced,
    NoRow,
    LateRow,
    NoSavedRow,
    NoRestoredRow,
    Overwritten,
    ReturnAddress,
    Below,
    Unknown,
}

fn call(e: &mut Emit, wrong: Wrong) -> Done {
    let is = |other| wrong == other;
    e.checks = Checks { abi: true, ..Checks::default() };
    e.frame.bytes = if is(Wrong::Misaligned) { 32 } else { 24 };
    let own = if is(Wrong::Misaligned) { 16 } else { 8 };
    e.prologue();
    if !is(Wrong::NotSaved) {
        e.a.push(rbx)?;
        if !is(Wrong::NoRow) {
            e.unwind(UnwindOp::Cfa(16));
        }
        if !is(Wrong::NoSavedRow) {
            e.unwind(UnwindOp::Saved(3, 16));
        }
    } else {
        e.a.sub(rsp, 8)?;
        e.unwind(UnwindOp::Cfa(16));
    }
    e.a.push(r12)?;
    if is(Wrong::LateRow) {
        e.a.nop()?;
    }
    e.unwind(UnwindOp::Cfa(24));
    e.unwind(UnwindOp::Saved(12, 24));
    e.a.sub(rsp, own)?;
    e.unwind(UnwindOp::Cfa(24 + own as u32));
    e.a.mov(ebx, 1)?;
    e.a.mov(r12d, 2)?;
    match wrong {
        Wrong::Overwritten => e.a.mov(dword_ptr(rsp + 12), eax)?,
        Wrong::ReturnAddress => e.a.mov(dword_ptr(rsp + 28), eax)?,
        Wrong::Below => e.a.mov(dword_ptr(rsp - 8), eax)?,
        Wrong::Unknown => e.a.and(rsp, -16)?,
        _ => {}
    }
    e.block(0);
    e.inst(0);
    e.call(0, 0)?;
    e.inst(1).add(rsp, if is(Wrong::Unbalanced) { own - 8 } else { own })?;
    e.unwind(UnwindOp::Cfa(24));
    let (first, second) = if is(Wrong::OtherOrder) { (rbx, r12) } else { (r12, rbx) };
    if !is(Wrong::NoPop) {
        e.a.pop(first)?;
        e.unwind(UnwindOp::Cfa(16));
        if !is(Wrong::NoRestoredRow) {
            e.unwind(UnwindOp::Restored(12));
        }
        e.a.pop(second)?;
    } else {
        e.a.add(rsp, 16)?;
    }
    e.unwind(UnwindOp::Cfa(8));
    e.unwind(UnwindOp::Restored(3));
    e.a.ret()
}

#[test]
fn frames_and_saved_registers_are_given_back() {
    accept(CALL, |e| call(e, Wrong::Nothing));
    let wrong = [
        (Wrong::NoPop, "not given back"),
        (Wrong::NotSaved, "not given back"),
        (Wrong::OtherOrder, "not given back"),
        (Wrong::Misaligned, "no multiple of 16"),
        (Wrong::Unbalanced, "off by"),
        (Wrong::NoRow, "unwinding finds the caller"),
        (Wrong::LateRow, "unwinding finds the caller"),
        (Wrong::NoSavedRow, "RBX"),
        (Wrong::NoRestoredRow, "R12"),
        (Wrong::Overwritten, "given back"),
        (Wrong::ReturnAddress, "return address"),
        (Wrong::Below, "below the stack pointer"),
        (Wrong::Unknown, "cannot be followed"),
    ];
    for (wrong, words) in wrong {
        reject(CALL, Check::Abi, words, |e| call(e, wrong));
    }
}

const LEAF: &str = "fn pub @f(%a: i32) -> (i32) {\n^entry:\n%s: i32 = iadd %a, 1\nreturn %s\n}";

#[test]
fn the_red_zone_is_for_leaves_outside_kernel_mode() {
    let leaf = |e: &mut Emit, at: i32, below: u32, kernel: bool| {
        e.checks = Checks { abi: true, ..Checks::default() };
        e.frame.below = below;
        e.artifact = Some(Box::new(move |artifact| artifact.kernel_mode = kernel));
        e.prologue().mov(dword_ptr(rsp + at), edi)?;
        e.block(0);
        e.inst(0).lea(eax, dword_ptr(rdi + 1))?;
        e.inst(1).ret()
    };
    accept(LEAF, |e| leaf(e, -128, 128, false));
    accept(LEAF, |e| leaf(e, -4, 16, false));
    reject(LEAF, Check::Abi, "where none may be", |e| leaf(e, -8, 16, true));
    // Too little is claimed; too much; more than there is.
    reject(LEAF, Check::Abi, "a write below the stack pointer", |e| leaf(e, -8, 0, false));
    reject(LEAF, Check::Abi, "a write below the stack pointer", |e| leaf(e, -20, 16, false));
    reject(LEAF, Check::Abi, "not used", |e| leaf(e, -16, 32, false));
    reject(LEAF, Check::Abi, "below the red zone", |e| leaf(e, -132, 136, false));
    // A slot that nothing but a pointer leads to, in a function that calls and in an interrupt handler.
    let slot = CALL.replace("{\n^entry", "{\nslot $s: i64 !1:1\n^entry");
    accept(CALL, |e| caller(e, 0, false));
    reject(&slot, Check::Abi, "where none may be", |e| {
        e.slot(0, 0);
        e.frame.below = 16;
        caller(e, 0, false)
    });
    let handler = "fn interrupt @f() -> () {\nslot $s: i64 !1:1\n^entry:\nreturn\n}";
    for (text, accepted) in [(handler, false), (&handler.replace("interrupt ", ""), true)] {
        let returns = |e: &mut Emit| {
            e.checks = Checks { abi: true, ..Checks::default() };
            e.slot(0, 0);
            e.frame.below = 16;
            e.frame.bytes = 0;
            e.block(0);
            e.inst(0).ret()
        };
        match accepted {
            true => accept(text, returns),
            false => drop(reject(text, Check::Abi, "where none may be", returns)),
        }
    }
}

/// The bytes below the stack pointer count.
#[test]
fn the_red_zone_belongs_to_the_stack() {
    let leaf = |e: &mut Emit| {
        e.checks = Checks::all();
        e.frame.below = 96;
        e.block(0);
        e.inst(0).mov(dword_ptr(rsp - 96), edi)?;
        e.a.lea(eax, dword_ptr(rdi + 1))?;
        e.inst(1).ret()
    };
    accept(LEAF, leaf);
    let module = module(LEAF);
    let (artifact, _) = crate::emit::artifact(&module, &[&leaf]);
    assert_eq!(stack_bounds(&module, &artifact, &|_| None)[0].1, StackBound::Bytes(96));
}

#[test]
fn paths_agree_on_the_stack_pointer() {
    let choice = "fn pub @f(%a: i32) -> (i32) {\n^entry:\n%c: i1 = icmp.eq %a, 1\nbranch %c, ^one, ^two\n\
        ^one:\njump ^two\n^two:\nreturn 6\n}";
    reject(choice, Check::Abi, "differs between two paths", |e| {
        e.checks = Checks { abi: true, ..Checks::default() };
        let (mut two, mut again) = (e.a.create_label(), e.a.create_label());
        e.prologue().cmp(edi, 1)?;
        e.a.push(rbx)?;
        e.unwind(UnwindOp::Cfa(16));
        e.unwind(UnwindOp::Saved(3, 16));
        e.block(0);
        e.inst(1).jne(two)?;
        e.block(1);
        e.inst(2).nop()?;
        e.block(2);
        e.inst(3);
        e.a.set_label(&mut two)?;
        e.a.nop()?;
        e.a.set_label(&mut again)?;
        e.a.pop(rbx)?;
        e.a.jno(again)?;
        e.a.ret()
    });
}

#[test]
fn aligned_accesses_are_aligned() {
    let aligned = |e: &mut Emit, at: i32| {
        e.checks = Checks { abi: true, ..Checks::default() };
        e.frame.bytes = 40;
        e.prologue().sub(rsp, 40)?;
        e.unwind(UnwindOp::Cfa(48));
        e.block(0);
        e.inst(0).movaps(xmmword_ptr(rsp + at), xmm13)?;
        e.a.lea(eax, dword_ptr(rdi + 1))?;
        e.inst(1).add(rsp, 40)?;
        e.unwind(UnwindOp::Cfa(8));
        e.a.ret()
    };
    accept(LEAF, |e| aligned(e, 16));
    reject(LEAF, Check::Abi, "not aligned", |e| aligned(e, 8));
}

/// `@f` calls `@g` and itself by a pointer.
const GRAPH: &str = "fn pub @f() -> () {\n^entry:\ncall @g()\nreturn\n}\nfn @g() -> () {\n^entry:\nreturn\n}";

fn caller(e: &mut Emit, symbol: u32, stack: bool) -> Done {
    e.checks = Checks { abi: true, stack, ..Checks::default() };
    e.frame.bytes = 24;
    e.prologue().sub(rsp, 24)?;
    e.unwind(UnwindOp::Cfa(32));
    e.block(0);
    e.inst(0);
    e.call(0, symbol)?;
    e.inst(1).add(rsp, 24)?;
    e.unwind(UnwindOp::Cfa(8));
    e.a.ret()
}

fn leaf(e: &mut Emit) -> Done {
    e.checks = Checks::all();
    e.prologue().sub(rsp, 40)?;
    e.unwind(UnwindOp::Cfa(48));
    e.block(0);
    e.inst(0).add(rsp, 40)?;
    e.unwind(UnwindOp::Cfa(8));
    e.a.ret()
}

#[test]
fn bounds_add_up_along_calls() {
    accept_all(GRAPH, &[&|e| caller(e, 1, true), &leaf]);
    let module = module(GRAPH);
    let (artifact, _) = crate::emit::artifact(&module, &[&|e| caller(e, 1, true), &leaf]);
    let bounds = stack_bounds(&module, &artifact, &|_| None);
    let (f, g) = (Func::from_u32(0), Func::from_u32(1));
    assert_eq!(bounds, [(f, StackBound::Bytes(24 + 8 + 40)), (g, StackBound::Bytes(40))]);
}

#[test]
fn recursion_and_unknown_callees_have_no_bound() {
    let round = GRAPH.replace("fn @g() -> () {\n^entry:\nreturn", "fn @g() -> () {\n^entry:\ncall @f()\nreturn");
    let finding = reject_all(
        &round,
        Check::Stack,
        "@f calls @g calls @f",
        &[&|e| caller(e, 1, true), &|e| caller(e, 0, true)],
    );
    assert_eq!(finding.function, "f");
    accept_all(&round, &[&|e| caller(e, 1, false), &|e| caller(e, 0, false)]);
    // What an import takes is for those to know who link it.
    accept(CALL, |e| caller(e, 0, true));
    let module = module(CALL);
    let (artifact, _) = crate::emit::artifact(&module, &[&|e| caller(e, 0, true)]);
    let unknown = &stack_bounds(&module, &artifact, &|_| None)[0].1;
    let message = unknown.message(&module);
    assert_eq!(message.as_deref(), Some("the stack has no known bound: it calls @g"));
    let known = |name: &str| (name == "g").then_some(100);
    assert_eq!(stack_bounds(&module, &artifact, &known)[0].1, StackBound::Bytes(24 + 8 + 100));
}

#[test]
fn parts_of_a_program_are_joined_by_name() {
    let (library, program) = (module("fn pub @g() -> () {\n^entry:\nreturn\n}"), module(CALL));
    let (below, _) = crate::emit::artifact(&library, &[&leaf]);
    let (above, _) = crate::emit::artifact(&program, &[&|e| caller(e, 0, true)]);
    let parts = [Part { module: &library, artifact: &below }, Part { module: &program, artifact: &above }];
    let f = Func::from_u32(0);
    assert_eq!(program_bound(&parts, f, &|_| None), StackBound::Bytes(24 + 8 + 40));
    assert_eq!(program_bound(&parts[1..], f, &|_| None), StackBound::Unknown("@g".into()));
    // A function of the library has the entry's number.
    let nothing = artifact::Artifact { functions: Vec::new(), ..above.clone() };
    let parts = [parts[0], Part { artifact: &nothing, ..parts[1] }];
    assert!(matches!(program_bound(&parts, f, &|_| None), StackBound::Unknown(_)));
}

#[test]
fn calls_through_pointers_go_to_functions_of_the_type() {
    let items = "fn pub @f(%p: ptr[code,fn() -> ()]) -> () {\n^entry:\ncall_indirect %p()\nreturn\n}\n\
        fn @g() -> () {\n^entry:\nreturn\n}\nfn @h() -> (i32) {\n^entry:\nreturn 1\n}\n\
        data @table : array[ptr[code,fn() -> ()],1] = [@g]\ndata @other : ptr[code,fn() -> (i32)] = @h\n";
    let caller = |e: &mut Emit| {
        e.place(0, Place::Core(7));
        e.checks = Checks::all();
        e.prologue().sub(rsp, 8)?;
        e.unwind(UnwindOp::Cfa(16));
        e.block(0);
        e.inst(0).call(rdi)?;
        e.called(0);
        e.inst(1).add(rsp, 8)?;
        e.unwind(UnwindOp::Cfa(8));
        e.a.ret()
    };
    let deep = |e: &mut Emit| {
        e.checks = Checks::all();
        e.prologue().sub(rsp, 400)?;
        e.unwind(UnwindOp::Cfa(408));
        e.block(0);
        e.inst(0).mov(eax, 1)?;
        e.a.add(rsp, 400)?;
        e.unwind(UnwindOp::Cfa(8));
        e.a.ret()
    };
    accept_all(items, &[&caller, &leaf, &deep]);
    let module = module(items);
    let (artifact, _) = crate::emit::artifact(&module, &[&caller, &leaf, &deep]);
    assert_eq!(stack_bounds(&module, &artifact, &|_| None)[0].1, StackBound::Bytes(8 + 8 + 40));
}

#[test]
fn tail_calls_leave_the_frame() {
    let items = "fn pub @f() -> () {\n^entry:\ntail_call @f()\n}";
    let tail = |e: &mut Emit, frame: i32| {
        e.checks = Checks { abi: true, ..Checks::default() };
        e.prologue().sub(rsp, 8)?;
        e.unwind(UnwindOp::Cfa(16));
        e.block(0);
        e.inst(0).add(rsp, frame)?;
        e.unwind(UnwindOp::Cfa(16 - frame as u32));
        let target = artifact::Reference::Symbol(native_ir::Symbol::from_u32(0));
        e.relocate(4, artifact::RelocationKind::Branch32, target, -4);
        e.a.db(&[0xe9, 0, 0, 0, 0])
    };
    accept(items, |e| tail(e, 8));
    reject(items, Check::Abi, "off by", |e| tail(e, 0));
    // A function that jumps to itself calls nothing.
    let module = module(items);
    let (artifact, _) = crate::emit::artifact(&module, &[&|e| tail(e, 8)]);
    assert_eq!(stack_bounds(&module, &artifact, &|_| None)[0].1, StackBound::Bytes(8));
}

/// How the code of a tail call that takes all arguments off the stack is made wrong.
#[derive(Clone, Copy, PartialEq)]
enum Moved {
    Nothing,
    NoRow,
    EarlyRow,
    OldRow,
    OtherRegister,
    OtherPlace,
    Left,
    Lost,
}

fn shrink(e: &mut Emit, wrong: Moved) -> Done {
    let is = |other| wrong == other;
    e.checks = Checks { abi: true, ..Checks::default() };
    e.unwind(UnwindOp::Cfa(40));
    e.unwind(UnwindOp::Return(40));
    e.prologue().nop()?;
    e.block(0);
    e.inst(0).mov(rax, qword_ptr(rsp))?;
    if is(Moved::EarlyRow) {
        e.unwind(UnwindOp::Return(8));
    }
    if is(Moved::Lost) {
        e.a.mov(qword_ptr(rsp), rcx)?;
    }
    if !is(Moved::Left) {
        let at = if is(Moved::OtherPlace) { 24 } else { 32 };
        e.a.mov(qword_ptr(rsp + at), if is(Moved::OtherRegister) { rcx } else { rax })?;
    }
    if !is(Moved::NoRow) && !is(Moved::EarlyRow) {
        e.unwind(UnwindOp::Return(if is(Moved::OldRow) { 40 } else { 8 }));
    }
    e.a.lea(rsp, qword_ptr(rsp + 32))?;
    e.unwind(UnwindOp::Cfa(8));
    let target = artifact::Reference::Symbol(native_ir::Symbol::from_u32(1));
    e.relocate(4, artifact::RelocationKind::Branch32, target, -4);
    e.a.db(&[0xe9, 0, 0, 0, 0])
}

#[test]
fn the_return_address_is_found_where_a_tail_call_moves_it() {
    let parameters: Vec<String> = (0..9).map(|index| format!("%a{index}: i64")).collect();
    let items = format!(
        "fn pub @f({}) -> () abi=tail {{\n^entry:\ntail_call @g()\n}}\n\
            fn @g() -> () abi=tail {{\n^entry:\nreturn\n}}",
        parameters.join(", ")
    );
    let returns = |e: &mut Emit| {
        e.checks = Checks { abi: true, ..Checks::default() };
        e.block(0);
        e.inst(0).ret()
    };
    accept_all(&items, &[&|e| shrink(e, Moved::Nothing), &returns]);
    let wrong = [
        (Moved::NoRow, "does not find the return address"),
        (Moved::EarlyRow, "does not find the return address"),
        (Moved::OldRow, "does not find the return address"),
        (Moved::OtherRegister, "return address is not at the stack pointer"),
        (Moved::OtherPlace, "return address is not at the stack pointer"),
        (Moved::Left, "return address is not at the stack pointer"),
        (Moved::Lost, "return address is overwritten"),
    ];
    for (wrong, words) in wrong {
        reject_all(&items, Check::Abi, words, &[&|e| shrink(e, wrong), &returns]);
    }
}
