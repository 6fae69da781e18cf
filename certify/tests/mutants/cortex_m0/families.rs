//! Mistakes that an emitter could make.

use super::Program;
use crate::Family;
use crate::program::chooses_blocks;
use artifact::{Place, Reference, UnwindOp};
use native_ir::{Function, Opcode};
use thumb::{Alu, Barrier, Cond, Hint, Inst, LoadKind, Offset, Reg, RegSet, Shift, Special, Width};

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
    family("it goes to another address", |p, at, f| counts(p, at, f) && displace(p, at)),
    family("it goes through another register", |p, at, f| counts(p, at, f) && rebase(p, at)),
    family("it is one that an interrupt may do again", |p, at, f| counts(p, at, f) && multiple(p, at)),
    family("two change places", |p, at, f| counts(p, at, f) && swap_accesses(p, at, f)),
    family("it is split in two", |p, at, f| counts(p, at, f) && resize(p, at) && p.repeat(at)),
    family("it moves into the block before", |p, at, f| counts(p, at, f) && hoist(p, at)),
    family("a store of it takes another register", |p, at, f| counts(p, at, f) && other_stored(p, at)),
    family("a load of it goes to another register", |p, at, f| counts(p, at, f) && other_loaded(p, at, f)),
    family("interrupts are not held off in an atomic update", |p, at, f| {
        p.updates(at, f) && p.lines[at].raw == (Inst::ChangeState { disable: true }) && p.remove(at)
    }),
    family("they are held off for ever", |p, at, f| {
        p.updates(at, f) && matches!(p.lines[at].raw, Inst::WriteSpecial { .. }) && p.remove(at)
    }),
    family("PRIMASK gets another value", |p, at, f| p.updates(at, f) && other_mask(p, at)),
    family("interrupts come between the load and the store of an update", |p, at, f| {
        p.updates(at, f) && matches!(p.lines[at].raw, Inst::WriteSpecial { .. }) && swap(p, at)
    }),
    family("an atomic update goes to another address", |p, at, f| p.updates(at, f) && displace(p, at)),
    family("a fence is dropped", |p, at, f| {
        let counts =
            p.is(at, f, Opcode::BarrierMemory) || p.is(at, f, Opcode::BarrierSync) || p.is(at, f, Opcode::Fence);
        counts && matches!(p.lines[at].raw, Inst::Barrier(_)) && nop(p, at)
    }),
    family("a sequentially consistent access is not fenced", |p, at, f| {
        let barrier = p.lines[at].raw == Inst::Barrier(Barrier::Dmb);
        let own = p.is(at, f, Opcode::AtomicStore) || p.is(at, f, Opcode::AtomicLoad) || p.updates(at, f);
        own && barrier && nop(p, at)
    }),
    family("an operation for the system is dropped", |p, at, f| speaks(p, at, f) && nop(p, at)),
    family("it is done twice for the system", |p, at, f| speaks(p, at, f) && p.repeat(at)),
    family("it is another one", |p, at, f| speaks(p, at, f) && other_operation(p, at)),
    family("another instruction reads memory", |p, at, f| plain(p, at, f) && p.insert(at, read_memory())),
    family("another instruction writes memory", |p, at, f| plain(p, at, f) && p.insert(at, write_memory())),
    family("a saved register is overwritten", |p, at, f| plain(p, at, f) && write_saved(p, at)),
    family("a write below the stack pointer", |p, at, f| plain(p, at, f) && write_below(p, at)),
    family("a plain store is dropped", |p, at, f| p.is(at, f, Opcode::Store) && stores(p, at) && p.remove(at)),
    family("a plain store is widened or narrowed", |p, at, f| {
        p.is(at, f, Opcode::Store) && stores(p, at) && resize(p, at)
    }),
    family("a jump is dropped", |p, at, f| {
        leaves(p, at, f) && matches!(p.lines[at].raw, Inst::Branch { .. }) && p.remove(at)
    }),
    family("a branch is dropped", |p, at, f| {
        leaves(p, at, f) && matches!(p.lines[at].raw, Inst::BranchIf { .. }) && p.remove(at)
    }),
    family("a branch goes one instruction too far", |p, at, f| {
        leaves(p, at, f) && p.retarget(at, 1) && leaves(p, at, f)
    }),
    family("a branch goes one instruction too short", |p, at, f| {
        leaves(p, at, f) && p.retarget(at, -1) && leaves(p, at, f)
    }),
    family("a return is dropped", |p, at, f| p.is(at, f, Opcode::Return) && returns(p, at) && p.remove(at)),
    family("a return too early", |p, at, f| plain(p, at, f) && p.insert(at, Inst::BranchReg { rm: Reg::LR })),
    family("a return goes elsewhere", |p, at, f| {
        let raw = &mut p.lines[at].raw;
        let own = *raw == Inst::BranchReg { rm: Reg::LR };
        *raw = Inst::BranchReg { rm: low(3) };
        own && p.is(at, f, Opcode::Return)
    }),
    family("a trap is dropped", |p, at, _| {
        let next = p.lines.get(at + 1).and_then(|line| line.trap).map(|trap| trap.trap);
        let own = p.lines[at].trap.map(|trap| trap.trap);
        own.is_some() && own != next && p.remove(at)
    }),
    family("a trap has another class", |p, at, _| p.other_trap(at)),
    family("a trap tells another class", |p, at, _| {
        let raw = &mut p.lines[at].raw;
        let Inst::Undefined(code) = *raw else { return false };
        *raw = Inst::Undefined(code ^ 3);
        true
    }),
    family("a trap has no row", |p, at, _| p.lines[at].trap.take().is_some()),
    family("a call is dropped", |p, at, f| calls(p, at, f) && p.remove(at)),
    family("a call is done twice", |p, at, f| calls(p, at, f) && p.repeat(at)),
    family("a branch goes around a call", |p, at, f| calls(p, at, f) && branch(p, at, true)),
    family("a branch goes back over a call", |p, at, f| calls(p, at, f) && branch(p, at, false)),
    family("a call goes to another function", |p, at, f| calls(p, at, f) && p.other_callee(at)),
    family("a call's addend is off", |p, at, _| {
        let field = p.lines[at].relocation.as_mut();
        field.is_some_and(|field| {
            field.addend += 4;
            true
        })
    }),
    family("a call has no row", |p, at, _| p.lines[at].call.take().is_some()),
    family("a call through a pointer goes through another register", |p, at, f| {
        p.is(at, f, Opcode::CallIndirect) && other_pointer(p, at)
    }),
    family("an index check is dropped", |p, at, f| checks_index(p, at, f) && p.remove(at)),
    family("an index check has the opposite condition", |p, at, f| checks_index(p, at, f) && negate(p, at)),
    family("an index check is signed", |p, at, f| checks_index(p, at, f) && signed_check(p, at)),
    family("an index is compared with another length", |p, at, f| {
        at + 1 < p.lines.len() && checks_index(p, at + 1, f) && other_constant(p, at)
    }),
    family("another index is compared", |p, at, f| {
        at + 1 < p.lines.len() && checks_index(p, at + 1, f) && other_source(p, at)
    }),
    family("a register is not saved", |p, at, _| shorten(p, at, true)),
    family("a register is not restored", |p, at, _| shorten(p, at, false)),
    family("a high register is not saved", |p, at, _| saved_high(p, at).is_some() && p.remove(at)),
    family("another high register is saved", |p, at, _| other_high(p, at, saved_high(p, at))),
    family("a high register is not given back", |p, at, _| restored_high(p, at).is_some() && p.remove(at)),
    family("another high register is given back", |p, at, _| other_high(p, at, restored_high(p, at))),
    value("a value comes from another high register", |p, at, f| {
        plain(p, at, f) && other_high(p, at, read_high(p, at))
    }),
    family("the return address is not saved", |p, at, _| unlink(p, at)),
    family("a preserved register is clobbered", |p, at, f| {
        plain(p, at, f) && !saves(p, 7) && p.insert(at, Inst::MoveImm { rd: low(7), imm: 1 })
    }),
    family("the frame is not made", |p, at, _| moves_stack(p, at) && p.remove(at)),
    family("the frame is 8 bytes larger in one place", |p, at, _| grow(p, at)),
    family("a row for unwinding is missing", |p, at, _| {
        let tells = tells_frame(p, at);
        p.lines[at].unwind.retain(|op| !matches!(op, UnwindOp::Cfa(_)));
        tells
    }),
    family("a row for unwinding comes late", |p, at, _| tells_frame(p, at) && p.late_unwind(at)),
    family("a frame below the stack pointer is claimed", |p, at, _| {
        p.code.claim.frame.below = 8;
        at == 0
    }),
    family("an instruction of another machine", |p, at, f| plain(p, at, f) && insert_half(p, at, 0xb100)),
    family("an encoding that is not predictable", |p, at, f| plain(p, at, f) && insert_half(p, at, 0x4501)),
    family("a privileged instruction", |p, at, f| {
        plain(p, at, f) && p.insert(at, Inst::ChangeState { disable: true })
    }),
    family("a stop for a debugger", |p, at, f| plain(p, at, f) && p.insert(at, Inst::Breakpoint(0))),
    family("control runs into a table", |p, at, _| {
        matches!(p.lines[at].raw, Inst::AddHigh { rdn: Reg::PC, .. }) && nop(p, at)
    }),
    family("a constant is read where none stands", |p, at, _| {
        let line = &mut p.lines[at];
        let (Inst::LoadLiteral { rt, .. }, Some(_)) = (line.raw, line.own.word.take()) else { return false };
        line.raw = Inst::LoadLiteral { rt, offset: 1020 };
        p.code.code.len() < 1020
    }),
    family("a long jump where the return address is not saved", |p, at, _| {
        let jumps = matches!(p.lines[at].raw, Inst::Branch { .. });
        p.lines[at].raw = Inst::Call { offset: 0 };
        jumps && !saves(p, 14)
    }),
    family("a byte among the constants that nobody reads", |p, at, _| {
        p.pools.last_mut().is_some_and(|pool| {
            pool.1.extend([1, 0, 0, 0]);
            at == 0
        })
    }),
    family("a block begins one instruction late in the claim", |p, at, _| {
        p.lines[at].blocks.iter().all(|block| block.as_u32() > 0) && p.late_block(at)
    }),
    family("two entries of a table lead to one place", |p, at, _| at == 0 && p.same_entries()),
    family("a table's bound is off by one", |p, at, f| p.is(at, f, Opcode::Switch) && loosen(p, at)),
    family("a slot lies 1 byte further", |p, at, f| names_slot(p, at, f) && p.move_slots()),
    value("a jump inside one instruction's code is dropped", |p, at, f| {
        !leaves(p, at, f) && p.lines[at].target.is_some() && p.remove(at)
    }),
    value("a branch has the opposite condition", |p, at, _| negate(p, at)),
    value("a comparison with the other signedness", |p, at, _| other_sign(p, at)),
    value("an addition is a subtraction", |p, at, _| subtract(p, at)),
    value("another constant", |p, at, f| plain(p, at, f) && other_constant(p, at)),
    value("another register is read", |p, at, f| plain(p, at, f) && other_source(p, at)),
    value("another cell of the frame is read", |p, at, _| other_cell(p, at)),
    value("a plain access one element further", |p, at, f| {
        p.is(at, f, Opcode::Load) && !counts(p, at, f) && displace(p, at)
    }),
    value("the flags are stale", |p, at, _| stale(p, at)),
];

fn low(number: u8) -> Reg {
    Reg::new(number).expect("a register")
}

/// Whether a line is an access that counts: volatile or ordered, not through the stack pointer, which is the frame's.
fn counts(p: &Program, at: usize, f: &Function) -> bool {
    p.is_ordered(at, f) && accesses(p, at)
}

/// Whether a line is a load or store of one register, not through the stack pointer.
fn accesses(p: &Program, at: usize) -> bool {
    match p.lines[at].raw {
        Inst::Load { rn, .. } | Inst::Store { rn, .. } => rn != Reg::SP,
        _ => false,
    }
}

fn stores(p: &Program, at: usize) -> bool {
    matches!(p.lines[at].raw, Inst::Store { .. }) && accesses(p, at)
}

/// Whether a line belongs to an instruction that accesses no memory and ends no block, and goes on to the next.
fn plain(p: &Program, at: usize, f: &Function) -> bool {
    let line = &p.lines[at];
    p.is_pure(at, f) && line.own.pool.is_none() && line.raw.flow() == thumb::Flow::Next
}

fn returns(p: &Program, at: usize) -> bool {
    matches!(p.lines[at].raw.flow(), thumb::Flow::JumpReg(_) | thumb::Flow::Pop)
}

fn calls(p: &Program, at: usize, f: &Function) -> bool {
    let own = p.lines[at].relocation.is_some_and(|field| matches!(field.target, Reference::Symbol(_)));
    p.is(at, f, Opcode::Call) && p.lines[at].call.is_some() && own
}

/// Whether a line is what an operation for the system takes.
fn speaks(p: &Program, at: usize, f: &Function) -> bool {
    let wants =
        p.data(at, f).is_some_and(|data| (Opcode::BarrierMemory..=Opcode::SpecialWrite).contains(&data.opcode));
    let raw = p.lines[at].raw;
    wants
        && (matches!(raw, Inst::Hint(_) | Inst::Barrier(_) | Inst::ChangeState { .. } | Inst::Supervisor(_))
            || matches!(raw, Inst::ReadSpecial { .. } | Inst::WriteSpecial { .. }))
}

/// Whether a line is the branch behind the compare of an index.
fn checks_index(p: &Program, at: usize, f: &Function) -> bool {
    p.is(at, f, Opcode::Element) && matches!(p.lines[at].raw, Inst::BranchIf { .. })
}

fn insert_half(p: &mut Program, at: usize, halfword: u16) -> bool {
    p.insert(at, Inst::Hint(Hint::Nop));
    p.lines[at + 1].own.instead = Some(halfword);
    true
}

fn nop(p: &mut Program, at: usize) -> bool {
    p.lines[at].raw = Inst::Hint(Hint::Nop);
    true
}

/// A line and the one before it, when nothing else stands at them.
fn swap(p: &mut Program, at: usize) -> bool {
    let Some(before) = at.checked_sub(1).filter(|&before| p.lines[before].inst == p.lines[at].inst) else {
        return false;
    };
    let raw = p.lines[at].raw;
    p.lines[at].raw = p.lines[before].raw;
    p.lines[before].raw = raw;
    p.lines[at].own.pool.is_none() && stores(p, at)
}

/// The same access of another width.
fn resize(p: &mut Program, at: usize) -> bool {
    let raw = &mut p.lines[at].raw;
    match raw {
        Inst::Load { kind, offset: Offset::Imm(imm), .. } => {
            *kind = match kind {
                LoadKind::Word => LoadKind::Half,
                LoadKind::Half => LoadKind::Byte,
                _ => LoadKind::Half,
            };
            *imm = 0;
        }
        Inst::Load { kind, .. } => {
            *kind = match kind {
                LoadKind::Word => LoadKind::Half,
                LoadKind::Half | LoadKind::SignedHalf => LoadKind::Byte,
                _ => LoadKind::Half,
            };
        }
        Inst::Store { width, offset, .. } => {
            *width = if *width == Width::Half { Width::Word } else { Width::Half };
            if let Offset::Imm(imm) = offset {
                *imm = 0;
            }
        }
        _ => return false,
    }
    true
}

/// The same access one element further.
fn displace(p: &mut Program, at: usize) -> bool {
    let (width, offset) = match &mut p.lines[at].raw {
        Inst::Load { kind, rn, offset, .. } if *rn != Reg::SP => (kind.width(), offset),
        Inst::Store { width, rn, offset, .. } if *rn != Reg::SP => (*width, offset),
        _ => return false,
    };
    let Offset::Imm(imm) = offset else { return false };
    let step = u16::from(width.bytes());
    *imm = if *imm + step <= 31 * step { *imm + step } else { *imm - step };
    true
}

fn rebase(p: &mut Program, at: usize) -> bool {
    match &mut p.lines[at].raw {
        Inst::Load { rn, .. } | Inst::Store { rn, .. } if rn.is_low() => {
            *rn = low(rn.number() ^ 4);
            true
        }
        _ => false,
    }
}

/// An access of several registers, of which there is one.
fn multiple(p: &mut Program, at: usize) -> bool {
    let raw = &mut p.lines[at].raw;
    *raw = match *raw {
        Inst::Load { kind: LoadKind::Word, rt, rn, offset: Offset::Imm(0) } => {
            Inst::LoadMultiple { rn, list: RegSet::one(rt).with(low(rt.number() ^ 1)) }
        }
        Inst::Store { width: Width::Word, rt, rn, offset: Offset::Imm(0) }
            if rt.number() ^ 1 != rn.number() && rt != rn =>
        {
            Inst::StoreMultiple { rn, list: RegSet::one(rt).with(low(rt.number() ^ 1)) }
        }
        _ => return false,
    };
    true
}

/// The next access that counts, behind a line, in another row.
fn swap_accesses(p: &mut Program, at: usize, f: &Function) -> bool {
    let Some(next) = (at + 1..p.lines.len()).find(|&next| counts(p, next, f)) else { return false };
    let (one, two) = (p.lines[at].raw, p.lines[next].raw);
    (p.lines[at].raw, p.lines[next].raw) = (two, one);
    one != two && p.lines[next].inst != p.lines[at].inst && (counts_alike(one) != counts_alike(two))
}

/// What tells two accesses apart.
fn counts_alike(raw: Inst) -> (bool, Option<Offset>, Option<Reg>) {
    match raw {
        Inst::Load { offset, rn, .. } => (false, Some(offset), Some(rn)),
        Inst::Store { offset, rn, .. } => (true, Some(offset), Some(rn)),
        _ => (false, None, None),
    }
}

/// To the end of the block before.
fn hoist(p: &mut Program, at: usize) -> bool {
    let begin = (1..=at).rev().find(|&line| !p.lines[line].blocks.is_empty());
    let Some(before) = begin.map(|begin| begin - 1).filter(|&before| p.lines[before].own.pool.is_none()) else {
        return false;
    };
    let raw = p.lines[at].raw;
    p.remove(at) && p.insert(before, raw)
}

fn other_stored(p: &mut Program, at: usize) -> bool {
    let Inst::Store { rt, .. } = &mut p.lines[at].raw else { return false };
    *rt = low(rt.number() ^ 4);
    true
}

fn other_loaded(p: &mut Program, at: usize, f: &Function) -> bool {
    let result = p.lines[at].inst.and_then(|inst| f.body.results(inst).next());
    let mut locations = p.code.claim.locations.iter();
    let used =
        locations.any(|location| Some(location.value) == result && matches!(location.place, Place::Core(_)));
    let Inst::Load { rt, .. } = &mut p.lines[at].raw else { return false };
    *rt = low(rt.number() ^ 4);
    used
}

fn other_mask(p: &mut Program, at: usize) -> bool {
    let Inst::WriteSpecial { rn, .. } = &mut p.lines[at].raw else { return false };
    *rn = low(rn.number() ^ 4);
    true
}

fn other_operation(p: &mut Program, at: usize) -> bool {
    let raw = &mut p.lines[at].raw;
    *raw = match *raw {
        Inst::Hint(Hint::Wfi) => Inst::Hint(Hint::Wfe),
        Inst::Hint(_) => Inst::Hint(Hint::Wfi),
        Inst::Barrier(Barrier::Dmb) => Inst::Barrier(Barrier::Isb),
        Inst::Barrier(_) => Inst::Barrier(Barrier::Dmb),
        Inst::ChangeState { disable } => Inst::ChangeState { disable: !disable },
        Inst::Supervisor(number) => Inst::Supervisor(number ^ 1),
        Inst::ReadSpecial { rd, .. } => Inst::ReadSpecial { rd, special: Special::Iepsr },
        Inst::WriteSpecial { rn, .. } => Inst::WriteSpecial { special: Special::Xpsr, rn },
        _ => return false,
    };
    true
}

fn read_memory() -> Inst {
    Inst::Load { kind: LoadKind::Word, rt: low(3), rn: low(3), offset: Offset::Imm(0) }
}

fn write_memory() -> Inst {
    Inst::Store { width: Width::Word, rt: low(3), rn: low(3), offset: Offset::Imm(0) }
}

/// Over a cell where the caller's register is.
fn write_saved(p: &mut Program, at: usize) -> bool {
    let Some(saved) = p.code.claim.frame.saved.first().copied() else { return false };
    let offset = Offset::Imm(saved.offset as u16);
    p.insert(at, Inst::Store { width: Width::Word, rt: low(3), rn: Reg::SP, offset });
    // What moves the stack pointer around calls would move the cell.
    saved.offset <= 1020
}

fn write_below(p: &mut Program, at: usize) -> bool {
    p.insert(at, Inst::Store { width: Width::Word, rt: low(3), rn: low(3), offset: Offset::Imm(0) });
    p.insert(at, Inst::AddImm8 { sub: true, rdn: low(3), imm: 4 });
    p.insert(at, Inst::Move { rd: low(3), rm: Reg::SP });
    true
}

fn other_pointer(p: &mut Program, at: usize) -> bool {
    let Inst::CallReg { rm } = &mut p.lines[at].raw else { return false };
    *rm = low(rm.number() ^ 4);
    true
}

/// A branch at a call, which does not run over constants.
fn branch(p: &mut Program, at: usize, forward: bool) -> bool {
    let after = if forward { at.wrapping_sub(1) } else { at };
    let runs = p.lines.get(after).is_some_and(|line| line.own.pool.is_none());
    runs && p.branch(at, forward, Inst::BranchIf { cond: Cond::Ne, offset: 0 })
}

fn negate(p: &mut Program, at: usize) -> bool {
    let Inst::BranchIf { cond, .. } = &mut p.lines[at].raw else { return false };
    *cond = cond.inverted();
    true
}

fn signed_check(p: &mut Program, at: usize) -> bool {
    let Inst::BranchIf { cond, .. } = &mut p.lines[at].raw else { return false };
    *cond = match cond {
        Cond::Hs => Cond::Ge,
        Cond::Lo => Cond::Lt,
        _ => return false,
    };
    true
}

/// A push or pop of one register less.
fn shorten(p: &mut Program, at: usize, push: bool) -> bool {
    let list = match &mut p.lines[at].raw {
        Inst::Push { list } if push => list,
        Inst::Pop { list } if !push => list,
        _ => return false,
    };
    let preserved = list.0 & 0xf0;
    list.0 &= !(1 << preserved.trailing_zeros().min(8));
    preserved != 0 && !list.is_empty()
}

const HIGH: std::ops::Range<u8> = 8..12;

/// The high register that a line moves to a low one.
fn read_high(p: &Program, at: usize) -> Option<u8> {
    let Inst::Move { rd, rm } = p.lines[at].raw else { return None };
    Some(rm.number()).filter(|number| HIGH.contains(number) && rd.number() < 8)
}

/// The one that it does so in the prologue.
fn saved_high(p: &Program, at: usize) -> Option<u8> {
    read_high(p, at).filter(|_| p.lines[at].inst.is_none())
}

/// The high register that has its value again behind a line.
fn restored_high(p: &Program, at: usize) -> Option<u8> {
    let Inst::Move { rd, .. } = p.lines[at].raw else { return None };
    let row = UnwindOp::Restored(rd.number());
    let restores = p.lines.get(at + 1).is_some_and(|next| next.unwind.contains(&row));
    Some(rd.number()).filter(|number| restores && HIGH.contains(number))
}

/// Has a move to or from a high register use the next one.
fn other_high(p: &mut Program, at: usize, high: Option<u8>) -> bool {
    let (Some(high), Inst::Move { rd, rm }) = (high, &mut p.lines[at].raw) else { return false };
    let Some(other) = Reg::new(high ^ 1) else { return false };
    *(if rd.number() == high { rd } else { rm }) = other;
    true
}

fn unlink(p: &mut Program, at: usize) -> bool {
    let Inst::Push { list } = &mut p.lines[at].raw else { return false };
    let saved = list.contains(Reg::LR);
    list.0 &= !(1 << 14);
    saved && !list.is_empty()
}

fn saves(p: &Program, register: u8) -> bool {
    p.code.claim.frame.saved.iter().any(|saved| saved.register == register)
}

fn moves_stack(p: &Program, at: usize) -> bool {
    matches!(p.lines[at].raw, Inst::AdjustSp { .. })
}

fn grow(p: &mut Program, at: usize) -> bool {
    let Inst::AdjustSp { bytes, .. } = &mut p.lines[at].raw else { return false };
    *bytes += 8;
    *bytes <= 508
}

/// Whether the frame is found in another way from a line on.
fn tells_frame(p: &Program, at: usize) -> bool {
    p.lines[at].unwind.iter().any(|op| matches!(op, UnwindOp::Cfa(_)))
}

/// Whether a branch or jump goes along an edge, or is the only one to a trap.
fn leaves(p: &Program, at: usize, f: &Function) -> bool {
    let Some((target, branches)) = p.branches_with(at) else { return false };
    let ends = p.data(at, f).is_some_and(|data| data.opcode.is_terminator() && chooses_blocks(f, data));
    ends && !target.blocks.is_empty() && !p.is(at, f, Opcode::Switch) || target.trap.is_some() && branches == 1
}

/// Whether a plain access names a slot's first byte.
fn names_slot(p: &Program, at: usize, f: &Function) -> bool {
    let slots = &p.code.claim.frame.slots;
    let own = p.is(at, f, Opcode::Store) || p.is(at, f, Opcode::Load);
    own && match p.lines[at].raw {
        Inst::Load { rn: Reg::SP, offset: Offset::Imm(imm), .. }
        | Inst::Store { rn: Reg::SP, offset: Offset::Imm(imm), .. } => {
            slots.iter().any(|slot| slot.1 == u32::from(imm))
        }
        _ => false,
    }
}

fn loosen(p: &mut Program, at: usize) -> bool {
    let table = p.code.claim.tables.iter().any(|table| Some(table.inst) == p.lines[at].inst);
    let Inst::CompareImm { imm, .. } = &mut p.lines[at].raw else { return false };
    *imm = imm.wrapping_add(1);
    let next = p.lines.get(at + 1).map(|line| line.raw);
    table && matches!(next, Some(Inst::BranchIf { cond: Cond::Hi, .. }))
}

fn other_sign(p: &mut Program, at: usize) -> bool {
    let Inst::BranchIf { cond, .. } = &mut p.lines[at].raw else { return false };
    *cond = match cond {
        Cond::Lt => Cond::Lo,
        Cond::Lo => Cond::Lt,
        Cond::Ge => Cond::Hs,
        Cond::Gt => Cond::Hi,
        Cond::Le => Cond::Ls,
        _ => return false,
    };
    true
}

fn subtract(p: &mut Program, at: usize) -> bool {
    match &mut p.lines[at].raw {
        Inst::AddReg { sub, .. } | Inst::AddImm3 { sub, .. } | Inst::AddImm8 { sub, .. } => {
            *sub = !*sub;
            true
        }
        _ => false,
    }
}

fn other_constant(p: &mut Program, at: usize) -> bool {
    match &mut p.lines[at].raw {
        Inst::MoveImm { imm, .. } | Inst::CompareImm { imm, .. } => {
            *imm ^= 1;
            true
        }
        _ => false,
    }
}

fn other_source(p: &mut Program, at: usize) -> bool {
    let register = match &mut p.lines[at].raw {
        Inst::AddReg { rm, .. } | Inst::Alu { rm, .. } => rm,
        Inst::CompareImm { rn, .. } => rn,
        _ => return false,
    };
    *register = low(register.number() ^ 4);
    true
}

fn other_cell(p: &mut Program, at: usize) -> bool {
    match &mut p.lines[at].raw {
        Inst::Load { rn: Reg::SP, offset: Offset::Imm(imm), .. } => {
            *imm ^= 4;
            true
        }
        _ => false,
    }
}

fn stale(p: &mut Program, at: usize) -> bool {
    let compares = matches!(p.lines[at].raw, Inst::CompareImm { .. } | Inst::Alu { op: Alu::Cmp | Alu::Tst, .. });
    compares
        && p.lines[at].own.pool.is_none()
        && p.insert(at, Inst::Shift { op: Shift::Lsl, rd: low(3), rm: low(3), amount: 1 })
}
