//! Mistakes that an emitter could make.

use super::Program;
use crate::Family;
use crate::program::chooses_blocks;
use iced_x86::{Code, ConditionCode, Instruction, MemoryOperand, Mnemonic, OpKind, Register};
use native_ir::{Function, Opcode};

const fn family(name: &'static str, change: fn(&mut Program, usize, &Function) -> bool) -> Family<Program> {
    Family { name, promised: true, change }
}

/// A family that changes values only.
const fn value(name: &'static str, change: fn(&mut Program, usize, &Function) -> bool) -> Family<Program> {
    Family { name, promised: false, change }
}

pub(crate) const FAMILIES: &[Family<Program>] = &[
    family("a volatile or ordered access is dropped", |p, at, f| counts(p, at, f) && p.remove(at)),
    family("it is done twice", |p, at, f| counts(p, at, f) && p.repeat(at)),
    family("it is widened or narrowed", |p, at, f| counts(p, at, f) && resize(p, at)),
    family("it goes to another address", |p, at, f| counts(p, at, f) && displace(p, at, 8)),
    family("two change places", |p, at, f| counts(p, at, f) && swap_accesses(p, at, f)),
    family("two become one that is wider", |p, at, f| counts(p, at, f) && merge(p, at, f)),
    family("it is split in two", |p, at, f| counts(p, at, f) && resize(p, at) && p.repeat(at)),
    family("it moves into the block before", |p, at, f| counts(p, at, f) && hoist(p, at)),
    family("a store of it has another constant", |p, at, f| counts(p, at, f) && store_another(p, at)),
    family("a load of it goes to another register", |p, at, f| counts(p, at, f) && other_target(p, at, f)),
    family("an atomic update is not locked", |p, at, _| unlock(p, at)),
    family("an atomic update goes to another address", |p, at, f| p.updates(at, f) && displace(p, at, 8)),
    family("an atomic update reads another cell", |p, at, f| p.updates(at, f) && other_cell(p, at)),
    family("a sequentially consistent store is a plain one", |p, at, f| {
        p.is(at, f, Opcode::AtomicStore) && unexchange(p, at)
    }),
    family("a fence is dropped", |p, at, _| {
        p.lines[at].raw.mnemonic() == Mnemonic::Mfence && replace(p, at, nop())
    }),
    family("another instruction reads memory", |p, at, f| plain(p, at, f) && p.insert(at, read_memory())),
    family("another instruction writes memory", |p, at, f| plain(p, at, f) && p.insert(at, write_memory())),
    family("the return address is overwritten", |p, at, f| plain(p, at, f) && write_frame(p, at)),
    family("a plain store is dropped", |p, at, f| p.is(at, f, Opcode::Store) && writes(p, at) && p.remove(at)),
    family("a plain store is widened or narrowed", |p, at, f| {
        p.is(at, f, Opcode::Store) && writes(p, at) && resize(p, at)
    }),
    family("a jump is dropped", |p, at, f| {
        leaves(p, at, f) && !p.is(at, f, Opcode::Switch) && p.lines[at].raw.is_jmp_near() && p.remove(at)
    }),
    family("a branch is dropped", |p, at, f| leaves(p, at, f) && p.lines[at].raw.is_jcc_near() && p.remove(at)),
    family("a branch goes one instruction too far", |p, at, f| {
        leaves(p, at, f) && p.retarget(at, 1) && leaves(p, at, f)
    }),
    family("a branch goes one instruction too short", |p, at, f| {
        leaves(p, at, f) && p.retarget(at, -1) && leaves(p, at, f)
    }),
    family("a return is dropped", |p, at, _| p.lines[at].raw.mnemonic() == Mnemonic::Ret && p.remove(at)),
    family("a return too early", |p, at, f| plain(p, at, f) && p.insert(at, Instruction::with(Code::Retnq))),
    family("a trap is dropped", |p, at, _| p.lines[at].trap.is_some() && p.remove(at)),
    family("a trap has another class", |p, at, _| p.other_trap(at)),
    family("a trap has no row", |p, at, _| p.lines[at].trap.take().is_some()),
    family("a call is dropped", |p, at, f| calls(p, at, f) && p.remove(at)),
    family("a call is done twice", |p, at, f| calls(p, at, f) && p.repeat(at)),
    family("a branch goes around a call", |p, at, f| calls(p, at, f) && p.branch(at, true, branch())),
    family("a branch goes back over a call", |p, at, f| calls(p, at, f) && p.branch(at, false, branch())),
    family("a call goes to another function", |p, at, f| calls(p, at, f) && p.other_callee(at)),
    family("a call's addend is off", |p, at, _| other_addend(p, at)),
    family("a call has no row", |p, at, _| p.lines[at].call.take().is_some()),
    family("an index check is dropped", |p, at, f| checks_index(p, at, f) && p.remove(at)),
    family("an index check has the opposite condition", |p, at, f| checks_index(p, at, f) && negate(p, at)),
    family("an index check is signed", |p, at, f| checks_index(p, at, f) && compare_signed(p, at)),
    family("an index is compared with another length", |p, at, f| {
        at + 2 < p.lines.len() && checks_index(p, at + 2, f) && other_constant(p, at)
    }),
    family("another index is compared", |p, at, f| {
        at + 3 < p.lines.len() && checks_index(p, at + 3, f) && other_source(p, at)
    }),
    family("an index that is compared is not extended", |p, at, f| {
        at + 3 < p.lines.len() && checks_index(p, at + 3, f) && truncate(p, at)
    }),
    family("a register is not saved", |p, at, _| p.lines[at].raw.mnemonic() == Mnemonic::Push && p.remove(at)),
    family("a register is not restored", |p, at, _| p.lines[at].raw.mnemonic() == Mnemonic::Pop && p.remove(at)),
    family("a preserved register is clobbered", |p, at, f| {
        plain(p, at, f) && !saves(p, Register::R15) && p.insert(at, clobber())
    }),
    family("the frame is not made", |p, at, _| moves_stack(p, at) && p.remove(at)),
    family("the frame is 8 bytes larger in one place", |p, at, _| moves_stack(p, at) && grow(p, at)),
    family("a row for unwinding is missing", |p, at, _| tells_frame(p, at) && p.lines[at].unwind.pop().is_some()),
    family("a row for unwinding comes late", |p, at, _| tells_frame(p, at) && p.late_unwind(at)),
    family("a row for the return address is missing", |p, at, _| {
        let rows = &mut p.lines[at].unwind;
        let before = rows.len();
        rows.retain(|row| !matches!(row, artifact::UnwindOp::Return(_)));
        rows.len() < before
    }),
    family("a write below the stack pointer", |p, at, f| {
        let below = p.code.claim.frame.below;
        plain(p, at, f) && p.insert(at, write_below(below))
    }),
    family("the frame of a function that calls is below the stack pointer", |p, at, _| at == 0 && hang_frame(p)),
    family("fewer bytes are claimed below the stack pointer", |p, at, _| at == 0 && claim_below(p, -16)),
    family("more bytes are claimed below the stack pointer", |p, at, _| at == 0 && claim_below(p, 16)),
    family("an instruction of another machine", |p, at, f| plain(p, at, f) && insert_gated(p, at)),
    family("a privileged instruction", |p, at, f| plain(p, at, f) && p.insert(at, Instruction::with(Code::Cli))),
    family("a block begins one instruction late in the claim", |p, at, _| p.late_block(at)),
    family("two entries of a table lead to one place", |p, at, _| at == 0 && p.same_entries()),
    family("a table's bound is off by one", |p, at, f| p.is(at, f, Opcode::Switch) && loosen(p, at)),
    family("a slot lies 1 byte further", |p, at, f| at == 0 && names_slot(p, f) && p.move_slots()),
    value("a jump inside one instruction's code is dropped", |p, at, f| {
        !leaves(p, at, f) && p.lines[at].target.is_some() && p.remove(at)
    }),
    value("a jump of a switch is dropped", |p, at, f| {
        p.is(at, f, Opcode::Switch) && p.lines[at].target.is_some() && p.remove(at)
    }),
    value("a branch has the opposite condition", |p, at, _| negate(p, at)),
    value("a comparison with the other signedness", |p, at, _| other_sign(p, at)),
    value("an addition is a subtraction", |p, at, _| subtract(p, at)),
    value("another constant", |p, at, f| plain(p, at, f) && other_constant(p, at)),
    value("another register is read", |p, at, f| plain(p, at, f) && other_source(p, at)),
    value("another cell of the frame is read", |p, at, f| plain(p, at, f) && other_cell(p, at)),
    value("a plain access 4 bytes further", |p, at, f| {
        p.is(at, f, Opcode::Load) && !counts(p, at, f) && displace(p, at, 4)
    }),
    value("the flags are stale", |p, at, _| stale(p, at)),
];

/// Whether a line is an access that counts: volatile or ordered, to no cell of the frame.
fn counts(p: &Program, at: usize, f: &Function) -> bool {
    let raw = &p.lines[at].raw;
    let own = raw.memory_base() != Register::RSP && raw.mnemonic() != Mnemonic::Lea;
    p.is_ordered(at, f) && has_memory(raw) && own
}

/// Whether a line belongs to an instruction that accesses no memory and ends no block, and goes on to the next.
fn plain(p: &Program, at: usize, f: &Function) -> bool {
    p.is_pure(at, f) && flows(&p.lines[at].raw)
}

fn branch() -> Instruction {
    Instruction::with_branch(Code::Jne_rel32_64, 0).unwrap_or_default()
}

fn flows(raw: &Instruction) -> bool {
    raw.flow_control() == iced_x86::FlowControl::Next
}

fn has_memory(raw: &Instruction) -> bool {
    (0..raw.op_count()).any(|index| raw.op_kind(index) == OpKind::Memory)
}

fn writes(p: &Program, at: usize) -> bool {
    let raw = &p.lines[at].raw;
    raw.op0_kind() == OpKind::Memory && raw.mnemonic() == Mnemonic::Mov
}

fn calls(p: &Program, at: usize, f: &Function) -> bool {
    p.is(at, f, Opcode::Call) && p.lines[at].call.is_some()
}

/// Whether a line is the branch behind the compare of an index.
fn checks_index(p: &Program, at: usize, f: &Function) -> bool {
    p.is(at, f, Opcode::Element) && p.lines[at].raw.is_jcc_near()
}

fn compare_signed(p: &mut Program, at: usize) -> bool {
    let raw = &mut p.lines[at].raw;
    let compares = raw.condition_code() == ConditionCode::ae;
    raw.set_code(Code::Jge_rel32_64);
    compares
}

/// A move of 32 bits where the sign was extended.
fn truncate(p: &mut Program, at: usize) -> bool {
    let raw = &mut p.lines[at].raw;
    let extends = raw.code() == Code::Movsxd_r64_rm32;
    raw.set_code(Code::Mov_r32_rm32);
    raw.set_op0_register(raw.op0_register().full_register32());
    extends
}

/// The same move of another width.
fn resize(p: &mut Program, at: usize) -> bool {
    const WIDTHS: &[(Code, Code)] = &[
        (Code::Mov_r32_rm32, Code::Mov_r64_rm64),
        (Code::Mov_rm32_r32, Code::Mov_rm16_r16),
        (Code::Mov_r64_rm64, Code::Mov_r32_rm32),
        (Code::Mov_rm64_r64, Code::Mov_rm32_r32),
        (Code::Mov_rm16_r16, Code::Mov_rm32_r32),
        (Code::Movzx_r32_rm8, Code::Movzx_r32_rm16),
        (Code::Movzx_r32_rm16, Code::Movzx_r32_rm8),
        (Code::Movsd_xmm_xmmm64, Code::Movss_xmm_xmmm32),
        (Code::Movss_xmm_xmmm32, Code::Movsd_xmm_xmmm64),
        (Code::Movsd_xmmm64_xmm, Code::Movss_xmmm32_xmm),
        (Code::Mov_rm32_imm32, Code::Mov_rm64_imm32),
        (Code::Mov_rm8_imm8, Code::Mov_rm32_imm32),
    ];
    let raw = &mut p.lines[at].raw;
    let Some((_, to)) = WIDTHS.iter().find(|(from, _)| *from == raw.code()) else { return false };
    raw.set_code(*to);
    for index in 0..2 {
        if raw.op_kind(index) == OpKind::Register && raw.op_register(index).is_gpr() {
            let full = raw.op_register(index).full_register();
            let register = match to {
                Code::Mov_r64_rm64 => full,
                Code::Mov_rm16_r16 => Register::AX + full.number() as u32,
                _ => full.full_register32(),
            };
            raw.set_op_register(index, register);
        }
        match (to, raw.op_kind(index)) {
            (Code::Mov_rm64_imm32, OpKind::Immediate32) => raw.set_op_kind(index, OpKind::Immediate32to64),
            (Code::Mov_rm32_imm32, OpKind::Immediate8) => raw.set_op_kind(index, OpKind::Immediate32),
            _ => {}
        }
    }
    true
}

fn displace(p: &mut Program, at: usize, by: i64) -> bool {
    if let Some(field) = &mut p.lines[at].relocation {
        field.addend += by;
        return true;
    }
    let raw = &mut p.lines[at].raw;
    if !has_memory(raw)
        || raw.is_ip_rel_memory_operand()
        || raw.mnemonic() == Mnemonic::Lea
        || raw.memory_base() == Register::RSP
    {
        return false;
    }
    raw.set_memory_displacement64(raw.memory_displacement64().wrapping_add(by as u64));
    if raw.memory_displ_size() == 0 {
        raw.set_memory_displ_size(1);
    }
    true
}

/// The next access that counts, behind a line.
fn next_access(p: &Program, at: usize, f: &Function) -> Option<usize> {
    let next = (at + 1..p.lines.len()).find(|&next| counts(p, next, f))?;
    (p.lines[next].inst != p.lines[at].inst).then_some(next)
}

fn swap_accesses(p: &mut Program, at: usize, f: &Function) -> bool {
    let Some(next) = next_access(p, at, f) else { return false };
    let (one, two) = (p.lines[at].clone(), p.lines[next].clone());
    if one.raw == two.raw && one.relocation == two.relocation {
        return false;
    }
    (p.lines[at].raw, p.lines[at].relocation) = (two.raw, two.relocation);
    (p.lines[next].raw, p.lines[next].relocation) = (one.raw, one.relocation);
    true
}

fn merge(p: &mut Program, at: usize, f: &Function) -> bool {
    let Some(next) = next_access(p, at, f) else { return false };
    resize(p, at) && p.remove(next)
}

/// Into the code of the instruction before, when a block begins here.
fn hoist(p: &mut Program, at: usize) -> bool {
    if at == 0 || p.lines[at].blocks.is_empty() || !flows(&p.lines[at].raw) {
        return false;
    }
    let line = p.lines[at].clone();
    p.remove(at) && {
        p.insert(at - 1, line.raw);
        p.lines.swap(at - 1, at);
        p.lines[at - 1].relocation = line.relocation;
        let (row, blocks) = (p.lines[at].row.take(), std::mem::take(&mut p.lines[at].blocks));
        (p.lines[at - 1].row, p.lines[at - 1].blocks) = (row, blocks);
        true
    }
}

fn store_another(p: &mut Program, at: usize) -> bool {
    let raw = &mut p.lines[at].raw;
    if raw.op0_kind() != OpKind::Memory
        || raw.op1_kind() != OpKind::Immediate32
        || p.lines[at].relocation.is_some()
    {
        return false;
    }
    let raw = &mut p.lines[at].raw;
    raw.set_immediate32(raw.immediate32() ^ 1);
    true
}

fn other_target(p: &mut Program, at: usize, f: &Function) -> bool {
    let used = p.data(at, f).is_some_and(|data| {
        let inst = p.lines[at].inst;
        data.results > 0
            && inst
                .and_then(|inst| f.body.results(inst).next())
                .is_some_and(|value| p.code.claim.place(value) != artifact::Place::Nowhere)
    });
    let raw = &mut p.lines[at].raw;
    if !used
        || raw.op0_kind() != OpKind::Register
        || raw.op0_register().is_xmm()
        || raw.op0_register().full_register() == Register::R11
    {
        return false;
    }
    let register = if raw.op0_register().is_gpr64() { Register::R11 } else { Register::R11D };
    raw.set_op0_register(register);
    true
}

fn replace(p: &mut Program, at: usize, raw: Instruction) -> bool {
    p.lines[at].raw = raw;
    true
}

fn nop() -> Instruction {
    Instruction::with(Code::Nopd)
}

fn unlock(p: &mut Program, at: usize) -> bool {
    let raw = &mut p.lines[at].raw;
    let locked = raw.has_lock_prefix();
    raw.set_has_lock_prefix(false);
    locked
}

fn unexchange(p: &mut Program, at: usize) -> bool {
    let raw = &mut p.lines[at].raw;
    let to = match raw.code() {
        Code::Xchg_rm32_r32 => Code::Mov_rm32_r32,
        Code::Xchg_rm64_r64 => Code::Mov_rm64_r64,
        _ => return false,
    };
    raw.set_code(to);
    true
}

fn read_memory() -> Instruction {
    Instruction::with2(Code::Mov_r32_rm32, Register::ECX, MemoryOperand::with_base(Register::RCX))
        .unwrap_or_default()
}

fn write_memory() -> Instruction {
    Instruction::with2(Code::Mov_rm32_r32, MemoryOperand::with_base(Register::RCX), Register::ECX)
        .unwrap_or_default()
}

fn write_below(below: u32) -> Instruction {
    let memory = MemoryOperand::with_base_displ(Register::RSP, -16 - i64::from(below));
    Instruction::with2(Code::Mov_rm64_r64, memory, Register::RCX).unwrap_or_default()
}

fn write_frame(p: &mut Program, at: usize) -> bool {
    let memory = MemoryOperand::with_base_displ(Register::RSP, p.code.claim.frame.bytes.into());
    p.insert(at, Instruction::with2(Code::Mov_rm64_r64, memory, Register::RCX).unwrap_or_default())
}

/// Whether an instruction's memory is at a constant distance from the stack pointer.
fn is_of_frame(raw: &Instruction) -> bool {
    has_memory(raw) && raw.memory_base() == Register::RSP && raw.memory_index() == Register::None
}

/// Leaves the stack pointer where the function's pushes put it, in a function that calls.
fn hang_frame(p: &mut Program) -> bool {
    let frame = p.code.claim.frame.clone();
    let body = frame.bytes - 8 * frame.saved.len() as u32;
    let calls = p.lines.iter().any(|line| line.call.is_some());
    if !calls || body == 0 || body > 128 {
        return false;
    }
    (p.code.claim.frame.bytes, p.code.claim.frame.below) = (frame.bytes - body, body);
    while let Some(at) = (0..p.lines.len()).find(|&at| moves_stack(p, at)) {
        p.lines[at + 1].unwind.retain(|op| !matches!(op, artifact::UnwindOp::Cfa(_)));
        p.remove(at);
    }
    for line in p.lines.iter_mut().filter(|line| is_of_frame(&line.raw)) {
        line.raw.set_memory_displacement64(line.raw.memory_displacement64().wrapping_sub(body.into()));
        line.raw.set_memory_displ_size(8);
    }
    true
}

/// Claims more or fewer bytes below the stack pointer, of which the code names the lowest.
fn claim_below(p: &mut Program, more: i32) -> bool {
    let below = i64::from(p.code.claim.frame.below);
    let names = |raw: &Instruction| is_of_frame(raw) && (raw.memory_displacement64() as i64) < 16 - below;
    let frame = &mut p.code.claim.frame;
    frame.below = frame.below.saturating_add_signed(more);
    below > 0 && frame.outgoing == 0 && p.lines.iter().any(|line| names(&line.raw))
}

fn clobber() -> Instruction {
    Instruction::with2(Code::Mov_r32_imm32, Register::R15D, 1).unwrap_or_default()
}

fn saves(p: &Program, register: Register) -> bool {
    p.code.claim.frame.saved.iter().any(|saved| usize::from(saved.register) == register.number())
        || p.lines.iter().any(|line| line.raw.mnemonic() == Mnemonic::Push && line.raw.op0_register() == register)
}

fn insert_gated(p: &mut Program, at: usize) -> bool {
    p.insert(
        at,
        Instruction::with3(Code::VEX_Pdep_r32_r32_rm32, Register::ECX, Register::ECX, Register::ECX)
            .unwrap_or_default(),
    )
}

fn other_addend(p: &mut Program, at: usize) -> bool {
    let calls = p.lines[at].raw.is_call_near();
    let Some(field) = p.lines[at].relocation.as_mut().filter(|_| calls) else { return false };
    field.addend += 4;
    true
}

fn moves_stack(p: &Program, at: usize) -> bool {
    let raw = &p.lines[at].raw;
    matches!(raw.mnemonic(), Mnemonic::Sub | Mnemonic::Add) && raw.op0_register() == Register::RSP
}

fn grow(p: &mut Program, at: usize) -> bool {
    let raw = &mut p.lines[at].raw;
    let more = raw.immediate(1).wrapping_add(8);
    match raw.op1_kind() {
        OpKind::Immediate8to64 if more < 128 => raw.set_immediate8to64(more as i64),
        OpKind::Immediate32to64 => raw.set_immediate32to64(more as i64),
        _ => return false,
    }
    true
}

/// Whether a branch or jump goes along an edge, or is the only one to a trap.
fn leaves(p: &Program, at: usize, f: &Function) -> bool {
    let Some((target, branches)) = p.branches_with(at) else { return false };
    let ends = p.data(at, f).is_some_and(|data| data.opcode.is_terminator() && chooses_blocks(f, data));
    ends && target.inst != p.lines[at].inst || target.trap.is_some() && branches == 1
}

/// Whether the frame is found in another way from a line on.
fn tells_frame(p: &Program, at: usize) -> bool {
    matches!(p.lines[at].unwind.as_slice(), [artifact::UnwindOp::Cfa(_)])
}

fn loosen(p: &mut Program, at: usize) -> bool {
    let table = p.code.claim.tables.iter().any(|table| Some(table.inst) == p.lines[at].inst);
    let raw = &mut p.lines[at].raw;
    if !table || raw.mnemonic() != Mnemonic::Cmp || raw.op1_kind() != OpKind::Immediate8to32 {
        return false;
    }
    raw.set_immediate8to32(raw.immediate8to32() + 1);
    true
}

/// Whether a plain access names a slot's first byte.
fn names_slot(p: &Program, f: &Function) -> bool {
    let names = |raw: &Instruction| {
        let distance = raw.memory_displacement64() as i64;
        let frame = &p.code.claim.frame;
        is_of_frame(raw) && frame.slots.iter().any(|slot| frame.distance(slot.1) == distance)
    };
    (0..p.lines.len())
        .any(|at| (p.is(at, f, Opcode::Store) || p.is(at, f, Opcode::Load)) && names(&p.lines[at].raw))
}

fn negate(p: &mut Program, at: usize) -> bool {
    let raw = &mut p.lines[at].raw;
    let branches = raw.is_jcc_near();
    raw.negate_condition_code();
    branches
}

fn other_sign(p: &mut Program, at: usize) -> bool {
    let raw = &mut p.lines[at].raw;
    let to = match (raw.is_jcc_near(), raw.condition_code()) {
        (true, ConditionCode::l) => Code::Jb_rel32_64,
        (true, ConditionCode::b) => Code::Jl_rel32_64,
        (true, ConditionCode::ge) => Code::Jae_rel32_64,
        (true, ConditionCode::g) => Code::Ja_rel32_64,
        (true, ConditionCode::le) => Code::Jbe_rel32_64,
        _ => return false,
    };
    raw.set_code(to);
    true
}

fn subtract(p: &mut Program, at: usize) -> bool {
    let raw = &mut p.lines[at].raw;
    let to = match raw.code() {
        Code::Add_r32_rm32 => Code::Sub_r32_rm32,
        Code::Add_r64_rm64 => Code::Sub_r64_rm64,
        Code::Add_rm32_r32 => Code::Sub_rm32_r32,
        Code::Add_rm32_imm8 => Code::Sub_rm32_imm8,
        _ => return false,
    };
    raw.set_code(to);
    true
}

fn other_constant(p: &mut Program, at: usize) -> bool {
    let raw = &mut p.lines[at].raw;
    match raw.op1_kind() {
        OpKind::Immediate32 if raw.op_count() == 2 => raw.set_immediate32(raw.immediate32() ^ 1),
        OpKind::Immediate8to32 => raw.set_immediate8to32(raw.immediate8to32() ^ 1),
        _ => return false,
    }
    p.lines[at].relocation.is_none()
}

fn other_source(p: &mut Program, at: usize) -> bool {
    let raw = &mut p.lines[at].raw;
    if raw.op_count() != 2 || raw.op1_kind() != OpKind::Register || !raw.op1_register().is_gpr32() {
        return false;
    }
    raw.set_op1_register(if raw.op1_register() == Register::R11D { Register::R10D } else { Register::R11D });
    true
}

fn other_cell(p: &mut Program, at: usize) -> bool {
    let raw = &mut p.lines[at].raw;
    let reads = raw.mnemonic() == Mnemonic::Mov && raw.op1_kind() == OpKind::Memory;
    if !reads || raw.memory_base() != Register::RSP {
        return false;
    }
    raw.set_memory_displacement64(raw.memory_displacement64() ^ 8);
    true
}

fn stale(p: &mut Program, at: usize) -> bool {
    let compares = matches!(p.lines[at].raw.mnemonic(), Mnemonic::Cmp | Mnemonic::Test);
    compares
        && p.insert(at, Instruction::with2(Code::Test_rm32_r32, Register::ECX, Register::ECX).unwrap_or_default())
}
