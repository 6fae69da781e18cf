//! C5.

use crate::emit::{Emit, Patch, accept, reject};
use artifact::{BlockRow, Place, Reference, RelocationKind};
use certify::Check;
use iced_x86::code_asm::*;
use native_ir::{Block, Inst, Symbol, Trap};

type Done = Result<(), iced_x86::IcedError>;

/// 0 `icmp`, 1 `branch`; 2 `return`; 3 `return`.
const CHOICE: &str = "fn pub @f(%a: i32) -> (i32) {\n^entry:\n%c: i1 = icmp.eq %a, 1\nbranch %c, ^one, ^two\n\
    ^one:\nreturn 5\n^two:\nreturn 6\n}";

/// How the branch of [`CHOICE`] goes wrong.
#[derive(Clone, Copy, PartialEq)]
enum Wrong {
    Nothing,
    Dropped,
    Same,
    Middle,
    Back,
    Late,
}

fn choice(e: &mut Emit, wrong: Wrong) -> Done {
    let (mut start, mut two, mut late) = (e.a.create_label(), e.a.create_label(), e.a.create_label());
    e.block(0);
    e.inst(1);
    e.a.set_label(&mut start)?;
    e.a.cmp(edi, 1)?;
    match wrong {
        Wrong::Nothing | Wrong::Same => e.a.jne(two)?,
        Wrong::Dropped => e.a.nop()?,
        Wrong::Middle => e.a.db(&[0x75, 0x02])?,
        Wrong::Back => {
            e.a.jne(two)?;
            e.a.jo(start)?;
        }
        Wrong::Late => e.a.jne(late)?,
    }
    e.block(1);
    e.inst(2);
    if wrong == Wrong::Same {
        e.a.set_label(&mut two)?;
    }
    e.a.mov(eax, 5)?;
    e.a.ret()?;
    e.block(2);
    e.inst(3);
    if wrong != Wrong::Same {
        e.a.set_label(&mut two)?;
    }
    e.a.mov(eax, 6)?;
    e.a.set_label(&mut late)?;
    e.a.ret()
}

#[test]
fn edges_are_the_irs() {
    accept(CHOICE, |e| choice(e, Wrong::Nothing));
    reject(CHOICE, Check::Flow, "no path leads to", |e| choice(e, Wrong::Dropped));
    reject(CHOICE, Check::Flow, "no path leads to", |e| choice(e, Wrong::Same));
    reject(CHOICE, Check::Flow, "no instruction of the function", |e| choice(e, Wrong::Middle));
    reject(CHOICE, Check::Flow, "none of its edges", |e| choice(e, Wrong::Back));
    let finding = reject(CHOICE, Check::Flow, "not next", |e| choice(e, Wrong::Late));
    assert!(finding.instruction.is_some_and(|text| text.starts_with("branch")));
}

#[test]
fn a_branch_out_of_the_function_is_refused() {
    reject(CHOICE, Check::Flow, "no instruction of the function", |e| {
        choice(e, Wrong::Nothing)?;
        e.patch = Some(Box::new(|code| code.code[4] = 0x70));
        Ok(())
    });
}

#[test]
fn claimed_blocks_are_where_code_begins() {
    let patches: [(&str, Patch); 6] = [
        ("inside an instruction", |code| code.claim.blocks[1].offset += 1),
        ("do not ascend", |code| code.claim.blocks.swap(1, 2)),
        ("does not have", |code| code.claim.blocks[1].block = Block::from_u32(9)),
        ("not the entry", |code| code.claim.blocks[0].block = Block::from_u32(2)),
        ("no blocks", |code| code.claim.blocks.clear()),
        ("one twice", |code| {
            code.claim.blocks.push(BlockRow { offset: code.claim.blocks[2].offset, block: Block::from_u32(2) })
        }),
    ];
    for (words, patch) in patches {
        reject(CHOICE, Check::Flow, words, |e| {
            e.patch = Some(Box::new(patch));
            choice(e, Wrong::Nothing)
        });
    }
}

#[test]
fn claimed_rows_are_where_code_begins() {
    let patches: [(&str, Patch); 5] = [
        ("inside an instruction", |code| code.claim.insts[1].offset += 1),
        ("do not ascend", |code| code.claim.insts.swap(0, 2)),
        ("does not have", |code| code.claim.insts[1].inst = Some(Inst::from_u32(9))),
        ("does not end where", |code| code.claim.insts[1].inst = Some(Inst::from_u32(3))),
        ("of no instruction", |code| code.claim.insts[1].inst = None),
    ];
    for (words, patch) in patches {
        reject(CHOICE, Check::Flow, words, |e| {
            e.patch = Some(Box::new(patch));
            choice(e, Wrong::Nothing)
        });
    }
}

/// 0 `trap_if`, 1 `udiv`, 2 `return`.
const TRAPS: &str = "fn pub @f(%a: i32, %c: i1) -> (i32) effects(trap) {\n^entry:\ntrap_if %c, bounds\n\
    %q: i32 = udiv 7, %a\nreturn %q\n}";

fn traps(e: &mut Emit, checked: bool) -> Done {
    let (mut bounds, mut zero) = (e.a.create_label(), e.a.create_label());
    e.block(0);
    e.inst(0).test(sil, 1)?;
    e.a.jne(bounds)?;
    e.inst(1).mov(eax, 7)?;
    e.a.xor(edx, edx)?;
    if checked {
        e.a.test(edi, edi)?;
        e.a.je(zero)?;
    }
    e.a.div(edi)?;
    e.inst(2).ret()?;
    e.a.set_label(&mut bounds)?;
    e.trap(0, Trap::Bounds)?;
    e.a.set_label(&mut zero)?;
    e.trap(1, Trap::IntegerDivideByZero)
}

#[test]
fn traps_stand_apart_with_rows_of_their_own() {
    accept(TRAPS, |e| traps(e, true));
    reject(TRAPS, Check::Flow, "no path leads to", |e| traps(e, false));
    let patches: [(Check, &str, Patch); 5] = [
        (Check::Flow, "without a row", |code| code.traps = code.traps[1..].to_vec()),
        (Check::Flow, "without a row", |code| code.traps.truncate(1)),
        (Check::Flow, "class", |code| code.traps[0].trap = Trap::Assertion),
        (Check::Flow, "another instruction", |code| code.traps[1].inst = Inst::from_u32(0)),
        (Check::Flow, "where none is", |code| {
            let trap = code.traps[1];
            code.traps.push(trap);
        }),
    ];
    for (check, words, patch) in patches {
        reject(TRAPS, check, words, |e| {
            e.patch = Some(Box::new(patch));
            traps(e, true)
        });
    }
}

#[test]
fn a_division_without_its_trap_is_refused() {
    reject(TRAPS, Check::Trace, "may trap", |e| {
        let mut bounds = e.a.create_label();
        e.block(0);
        e.inst(0).test(sil, 1)?;
        e.a.jne(bounds)?;
        e.inst(1).mov(eax, 7)?;
        e.a.xor(edx, edx)?;
        e.a.div(edi)?;
        e.inst(2).ret()?;
        e.a.set_label(&mut bounds)?;
        e.trap(0, Trap::Bounds)
    });
}

/// 0 `jump`; 1 `jump`; 2 `return`.
const EMPTY: &str = "fn pub @f() -> () {\n^entry:\njump ^one\n^one:\njump ^two\n^two:\nreturn\n}";

#[test]
fn empty_blocks_share_the_place_of_the_next() {
    let code = |e: &mut Emit| {
        e.block(0);
        e.inst(0).nop()?;
        e.block(1);
        e.block(2);
        e.inst(2).ret()
    };
    accept(EMPTY, code);
    reject(EMPTY, Check::Flow, "does not begin where", |e| {
        e.patch = Some(Box::new(|code| code.claim.blocks.swap(1, 2)));
        code(e)
    });
    // What an absent block does not do is not missed: it leads to the next.
    let elsewhere = EMPTY.replace("jump ^two", "jump ^three") + "\n";
    let elsewhere = elsewhere.replace("return\n}", "return\n^three:\njump ^two\n}");
    accept(&elsewhere, code);
    accept(EMPTY, |e| {
        e.block(0);
        e.inst(0).nop()?;
        e.block(2);
        e.inst(2).ret()
    });
}

#[test]
fn code_behind_the_last_instruction_is_not_reached() {
    reject(EMPTY, Check::Flow, "falls off", |e| {
        e.block(0);
        e.inst(0).nop()?;
        e.block(1);
        e.block(2);
        e.inst(2).nop()
    });
    reject(EMPTY, Check::Flow, "no path leads to", |e| {
        e.block(0);
        e.inst(0).nop()?;
        e.block(1);
        e.block(2);
        e.inst(2).ret()?;
        e.a.ret()
    });
}

/// 0 `load`, 1 `store`, 2 `return`.
const ROWS: &str = "fn pub @f(%p: ptr[heap,i32], %q: ptr[heap,i32]) -> (i32) effects(read, write) {\n^entry:\n\
    %v: i32 = load.i32 %p\nstore.i32 1, %q\nreturn %v\n}";

#[test]
fn rows_are_not_jumped_over() {
    accept(ROWS, |e| {
        e.block(0);
        e.inst(0).mov(eax, dword_ptr(rdi))?;
        e.inst(1).mov(dword_ptr(rsi), 1)?;
        e.inst(2).ret()
    });
    reject(ROWS, Check::Flow, "not next", |e| {
        let mut over = e.a.create_label();
        e.block(0);
        e.inst(0).mov(eax, dword_ptr(rdi))?;
        e.a.test(eax, eax)?;
        e.a.je(over)?;
        e.inst(1).mov(dword_ptr(rsi), 1)?;
        e.inst(2);
        e.a.set_label(&mut over)?;
        e.a.ret()
    });
    reject(ROWS, Check::Flow, "return in an instruction that is none", |e| {
        e.block(0);
        e.inst(0).mov(eax, dword_ptr(rdi))?;
        e.inst(1).mov(dword_ptr(rsi), 1)?;
        e.a.ret()
    });
}

/// 0 `call`, 1 `return`.
const CALL: &str = "import ffi @g : fn() -> () effects(io)\nimport ffi @h : fn() -> () effects(io)\n\
    fn pub native @f() -> () effects(io) {\n^entry:\ncall @g()\nreturn\n}";

fn call(e: &mut Emit, symbol: u32) -> Done {
    e.block(0);
    e.inst(0).sub(rsp, 8)?;
    e.call(0, symbol)?;
    e.inst(1).add(rsp, 8)?;
    e.a.ret()
}

#[test]
fn calls_go_to_their_symbols() {
    accept(CALL, |e| call(e, 0));
    reject(CALL, Check::Flow, "another function", |e| call(e, 1));
    reject(CALL, Check::Flow, "without a row", |e| {
        e.patch = Some(Box::new(|code| code.calls.clear()));
        call(e, 0)
    });
    reject(CALL, Check::Decode, "beside its target", |e| {
        e.patch = Some(Box::new(|code| code.relocations[0].addend = 0));
        call(e, 0)
    });
    reject(CALL, Check::Flow, "another function", |e| {
        e.patch = Some(Box::new(|code| code.relocations.clear()));
        call(e, 0)
    });
    reject(CALL, Check::Flow, "another function", |e| {
        e.block(0);
        e.inst(0).call(rax)?;
        e.called(0);
        e.inst(1).ret()
    });
}

#[test]
fn helpers_may_be_called_by_any_instruction() {
    let helper = |e: &mut Emit, symbol: Option<u32>| {
        let helper =
            symbol.map_or(Reference::Helper("__addtf3"), |symbol| Reference::Symbol(Symbol::from_u32(symbol)));
        e.block(0);
        e.inst(0).sub(rsp, 8)?;
        e.call(0, 0)?;
        e.inst(1);
        e.relocate(4, RelocationKind::Branch32, helper, -4);
        e.a.call(0x2000)?;
        e.called(1);
        e.a.add(rsp, 8)?;
        e.a.ret()
    };
    accept(CALL, |e| helper(e, None));
    reject(CALL, Check::Flow, "another function", |e| helper(e, Some(0)));
}

/// 0 `tail_call`.
const TAIL: &str = "fn pub @f() -> () {\n^entry:\ntail_call @f()\n}\nfn @g() -> () {\n^entry:\nreturn\n}";

#[test]
fn tail_calls_jump_to_their_symbols() {
    let tail = |e: &mut Emit, symbol| {
        e.block(0);
        e.inst(0);
        e.relocate(4, RelocationKind::Branch32, Reference::Symbol(Symbol::from_u32(symbol)), -4);
        e.a.db(&[0xe9, 0, 0, 0, 0])
    };
    accept(TAIL, |e| tail(e, 0));
    reject(TAIL, Check::Flow, "another function", |e| tail(e, 1));
    reject(TAIL, Check::Flow, "return in an instruction that is none", |e| {
        e.block(0);
        e.inst(0).ret()
    });
}

/// 0 `switch`; 1–4 `return`.
const SWITCH: &str = "fn pub @f(%a: i32) -> (i32) {\n^entry:\nswitch %a, ^other, 0: ^zero, 1: ^one, 2: ^two\n^zero:\n\
    return 7\n^one:\nreturn 8\n^two:\nreturn 9\n^other:\nreturn 1\n}";

/// What differs from the right table jump.
#[derive(Clone, Copy, PartialEq)]
enum Table {
    Right,
    Bound,
    Unchecked,
    Signed,
    Wide,
    Scale,
    OtherBase,
    Entry,
    Inside,
    Around,
}

fn switch(e: &mut Emit, how: Table) -> Done {
    let (mut other, mut table, mut around) = (e.a.create_label(), e.a.create_label(), e.a.create_label());
    e.block(0);
    e.inst(0);
    if how == Table::Around {
        e.a.je(around)?;
    }
    if how != Table::Wide {
        e.a.mov(eax, edi)?;
    }
    let limit = if how == Table::Bound { 3 } else { 2 };
    if how == Table::Wide {
        e.a.cmp(edi, limit)?
    } else {
        e.a.cmp(eax, limit)?
    }
    match how {
        Table::Unchecked => e.a.nop()?,
        Table::Signed => e.a.jg(other)?,
        _ => e.a.ja(other)?,
    }
    e.a.set_label(&mut around)?;
    e.a.lea(rcx, ptr(table))?;
    let index = if how == Table::Wide { rdi } else { rax };
    let scale = if how == Table::Scale { 8 } else { 4 };
    e.a.movsxd(rdx, dword_ptr(rcx + index * scale))?;
    e.a.add(rdx, if how == Table::OtherBase { rsi } else { rcx })?;
    e.a.jmp(rdx)?;
    let mut entries = Vec::new();
    for (block, inst, value) in [(1, 1, 7), (2, 2, 8), (3, 3, 9), (4, 4, 1)] {
        entries.push(e.here());
        e.block(block);
        e.inst(inst);
        if block == 4 {
            e.a.set_label(&mut other)?;
        }
        e.a.mov(eax, value)?;
        e.a.ret()?;
    }
    entries.truncate(3);
    if how == Table::Entry {
        entries[1] = entries[0];
    }
    if how == Table::Inside {
        entries[1] += 1;
    }
    // The label stands where the literals begin.
    e.a.set_label(&mut table)?;
    e.a.nop()?;
    e.table = Some((Inst::from_u32(0), entries));
    e.patch = Some(Box::new(|code| {
        // Without the instruction that only held the label.
        code.literals -= 1;
        let at = code.literals as usize;
        code.code[at] = 0xcc;
        let target = code.claim.tables[0].offset;
        let lea = code.code.windows(3).position(|bytes| bytes == [0x48, 0x8d, 0x0d]).unwrap_or(0);
        let distance = target - (lea as u32 + 7);
        code.code[lea + 3..lea + 7].copy_from_slice(&distance.to_le_bytes());
    }));
    Ok(())
}

#[test]
fn jumps_through_tables_are_bounded_and_lead_along_edges() {
    accept(SWITCH, |e| switch(e, Table::Right));
    for how in [Table::Bound, Table::Unchecked, Table::Signed, Table::Wide] {
        reject(SWITCH, Check::Flow, "may lie beyond it", |e| switch(e, how));
    }
    for how in [Table::Scale, Table::OtherBase] {
        reject(SWITCH, Check::Flow, "not the sequence", |e| switch(e, how));
    }
    reject(SWITCH, Check::Flow, "around its check", |e| switch(e, Table::Around));
    reject(SWITCH, Check::Flow, "no path", |e| switch(e, Table::Entry));
    reject(SWITCH, Check::Flow, "not next", |e| switch(e, Table::Inside));
}

#[test]
fn tables_are_those_of_the_claim() {
    let switch_with = |e: &mut Emit, change: fn(&mut artifact::FunctionCode)| {
        switch(e, Table::Right)?;
        let Some(patch) = e.patch.take() else { return Ok(()) };
        e.patch = Some(Box::new(move |code| {
            patch(code);
            change(code);
        }));
        Ok(())
    };
    reject(SWITCH, Check::Flow, "another switch", |e| {
        switch_with(e, |code| code.claim.tables[0].inst = Inst::from_u32(1))
    });
    reject(SWITCH, Check::Decode, "neither literal", |e| switch_with(e, |code| code.claim.tables.clear()));
    reject(SWITCH, Check::Decode, "outside the literals", |e| {
        switch_with(e, |code| code.claim.tables[0].entries = 99)
    });
    reject(SWITCH, Check::Flow, "leads to no instruction", |e| {
        switch_with(e, |code| {
            let at = code.claim.tables[0].offset as usize;
            code.code[at] = code.code[at].wrapping_add(1);
        })
    });
}

#[test]
fn jumps_through_registers_are_tables_and_tail_calls() {
    const INDIRECT: &str = "fn pub @f(%p: ptr[code,fn() -> ()]) -> () {\n^entry:\ntail_call_indirect %p()\n}";
    accept(INDIRECT, |e| {
        e.place(0, Place::Core(7));
        e.block(0);
        e.inst(0).jmp(rdi)
    });
    reject(EMPTY, Check::Flow, "neither a table's nor a tail call's", |e| {
        e.block(0);
        e.inst(0).jmp(rdi)
    });
}

#[test]
fn the_prologue_leads_to_the_entry_alone() {
    accept(EMPTY, |e| {
        e.prologue().sub(rsp, 8)?;
        e.block(0);
        e.inst(0).nop()?;
        e.block(1);
        e.block(2);
        e.inst(2).add(rsp, 8)?;
        e.a.ret()
    });
    reject(EMPTY, Check::Flow, "leads elsewhere", |e| {
        let mut end = e.a.create_label();
        e.prologue().test(edi, edi)?;
        e.a.je(end)?;
        e.block(0);
        e.inst(0).nop()?;
        e.block(1);
        e.block(2);
        e.inst(2);
        e.a.set_label(&mut end)?;
        e.a.ret()
    });
}
