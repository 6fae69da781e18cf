//! C5: a jump through a table goes to one of the table's entries.
//!
//! The sequence is, with bytes as entries,
//!
//! ```text
//! cmp   index, entries-1        (or entries)
//! bhi   elsewhere               (or bhs; or bls over a branch elsewhere)
//! …                             moves
//! add   r, pc
//! ldrb  r, [r, #table]
//! lsls  r, r, #1
//! add   pc, r
//! ```
//!
//! and with halfwords `lsls r, index, #1` before and `ldrh`. It stands in the code of one `switch`, which is the table's
//! in the claim. Nothing enters it behind the compare, and what is between does not change the index.

use super::Subject;
use super::decode::Decoded;
use crate::finding::{Check, Fault};
use crate::piece::{Class, Piece, fault};
use crate::rows::Rows;
use artifact::JumpTable;
use thumb::{Alu, Cond, Inst, LoadKind, Offset, Reg, Shift};

/// The table of the jump at an index.
pub(crate) fn check<'a>(
    subject: Subject<'a>,
    insts: &[Decoded],
    jump: usize,
    rows: &Rows,
) -> Result<&'a JumpTable, Fault> {
    let row = rows.rows[insts[jump].row() as usize];
    let code = &insts[row.start as usize..=jump];
    let refuse = |message: &str| fault(Check::Flow, &insts[jump], message);
    let Some(sequence) = sequence(code) else {
        return Err(refuse("a jump through a register that is not the sequence of a table's"));
    };
    let matches = |table: &&JumpTable| {
        (table.offset, table.width, table.base) == (sequence.table, sequence.width, insts[jump].offset() + 4)
    };
    let table = subject.code.claim.tables.iter().find(matches);
    let Some(table) = table.filter(|table| table.inst.as_u32() == row.inst) else {
        return Err(refuse("a jump through a table that the claim does not have, or has for another switch"));
    };
    let before = &code[..sequence.first];
    let Some(compare) = bound(subject, before, sequence.index, table.entries) else {
        return Err(refuse("a jump through a table with an index that may lie beyond it"));
    };
    if is_entered(insts, code, compare, sequence.first) {
        return Err(refuse("a jump through a table that is reached around its check"));
    }
    Ok(table)
}

/// A sequence that goes through a table.
struct Sequence {
    /// Its first instruction, in the code of the row.
    first: usize,
    /// The register that holds the index before it.
    index: Reg,
    table: u32,
    width: u8,
}

fn sequence(code: &[Decoded]) -> Option<Sequence> {
    let first = code.len().checked_sub(4)?;
    let [add, load, double, jump] = &code[first..] else { return None };
    let Inst::AddHigh { rdn: Reg::PC, rm: r } = jump.raw else { return None };
    let twice = Inst::Shift { op: Shift::Lsl, rd: r, rm: r, amount: 1 };
    let Inst::Load { kind, rt, rn, offset: Offset::Imm(distance) } = load.raw else { return None };
    if add.raw != (Inst::AddHigh { rdn: r, rm: Reg::PC }) || (rt, rn) != (r, r) || double.raw != twice {
        return None;
    }
    let table = add.offset() + 4 + u32::from(distance);
    if kind == LoadKind::Byte {
        return Some(Sequence { first, index: r, table, width: 1 });
    }
    let scale = first.checked_sub(1)?;
    match (kind, code[scale].raw) {
        (LoadKind::Half, Inst::Shift { op: Shift::Lsl, rd, rm, amount: 1 }) if rd == r => {
            Some(Sequence { first: scale, index: rm, table, width: 2 })
        }
        _ => None,
    }
}

/// The compare from which on an index is known to be below a bound, by its place in the code before the sequence.
fn bound(subject: Subject<'_>, before: &[Decoded], index: Reg, entries: u32) -> Option<usize> {
    let mut index = index;
    let mut at = before.len();
    while let Some(last) = at.checked_sub(1) {
        let inst = &before[last];
        match (inst.class(), inst.raw) {
            (Class::Branch | Class::Jump, _) => return compare(subject, before, last, index, entries),
            (Class::Plain, Inst::Move { rd, rm } | Inst::MoveFlags { rd, rm }) if rd == index => index = rm,
            (Class::Plain, raw) if !raw.effects().writes.contains(index) => {}
            _ => return None,
        }
        at = last;
    }
    None
}

/// The compare before a branch that is not taken when the index is below the bound.
fn compare(subject: Subject<'_>, before: &[Decoded], last: usize, index: Reg, entries: u32) -> Option<usize> {
    let (at, cond) = match before[last].raw {
        Inst::BranchIf { cond, .. } => (last, cond),
        _ => {
            let over = last.checked_sub(1)?;
            let Inst::BranchIf { cond, .. } = before[over].raw else { return None };
            let skips = before[over].target() == u64::from(before[last].end());
            (over, skips.then(|| cond.inverted())?)
        }
    };
    let limit = match cond {
        Cond::Hi => entries.checked_sub(1)?,
        Cond::Hs => entries,
        _ => return None,
    };
    let compare = at.checked_sub(1)?;
    let compares = match before[compare].raw {
        Inst::CompareImm { rn, imm } => rn == index && u32::from(imm) == limit,
        Inst::Alu { op: Alu::Cmp, rdn, rm } => {
            rdn == index && constant(subject, &before[..compare], rm) == Some(limit)
        }
        _ => false,
    };
    compares.then_some(compare)
}

/// The constant that a register holds behind a straight line.
fn constant(subject: Subject<'_>, code: &[Decoded], register: Reg) -> Option<u32> {
    let at = code
        .iter()
        .rposition(|inst| inst.class() != Class::Plain || inst.raw.effects().writes.contains(register))?;
    let (inst, before) = (&code[at], &code[..at]);
    // Each step goes back by at least one instruction; constants take two or three.
    match inst.raw {
        Inst::MoveImm { imm, .. } => Some(imm.into()),
        Inst::LoadLiteral { .. } => {
            let start = usize::try_from(inst.target()).ok()?;
            let bytes = subject.code.code.get(start..)?.first_chunk()?;
            let relocated = subject.code.relocations.iter().any(|field| u64::from(field.offset) == inst.target());
            (!relocated).then(|| u32::from_le_bytes(*bytes))
        }
        Inst::Shift { op: Shift::Lsl, rm, amount, .. } => Some(immediate(before, rm)? << amount),
        Inst::AddImm8 { sub: false, rdn, imm } => Some(immediate(before, rdn)? + u32::from(imm)),
        _ => None,
    }
}

/// What the last instruction puts into a register, when it is a small constant.
fn immediate(code: &[Decoded], register: Reg) -> Option<u32> {
    match code.last()?.raw {
        Inst::MoveImm { rd, imm } if rd == register => Some(imm.into()),
        _ => None,
    }
}

/// Whether control may come to the sequence other than through the compare.
fn is_entered(insts: &[Decoded], code: &[Decoded], compare: usize, first: usize) -> bool {
    let (from, last) = (&code[compare], &code[first]);
    let behind = u64::from(from.offset()) + 1..=u64::from(last.offset()) + 8;
    let own = insts.iter().filter(|inst| inst.row() == last.row());
    let mut branches = own.filter(|inst| matches!(inst.class(), Class::Branch | Class::Jump));
    // The branch behind the compare may lead around the one behind it.
    let (branch, next) = (&code[compare + 1], &code[compare + 2]);
    let skips = next.class() == Class::Jump && branch.target() == u64::from(next.end());
    let around = |inst: &Decoded| skips && inst.offset() == branch.offset();
    code[compare + 1..].iter().any(Piece::enters)
        || branches.any(|inst| behind.contains(&inst.target()) && !around(inst))
}
