//! C5: a jump through a table goes to one of the table's entries.
//!
//! The sequence is
//!
//! ```text
//! cmp   index, entries-1        (or entries)
//! ja    elsewhere               (or jae)
//! …
//! lea   base, [rip+table]
//! movsxd target, dword [base+index*4]
//! add   target, base
//! jmp   target
//! ```
//!
//! in the code of one `switch`, which is the table's in the claim. Nothing enters it behind the compare: what is between
//! does not change the index, but for cutting it to 32 bits. When the compare has 32 bits, the index is cut before or
//! behind it by the last write to its register, so that the bits above are zero.

use super::allowed::Access;
use super::decode::Decoded;
use super::{Subject, fault};
use crate::finding::{Check, Fault};
use crate::piece::Class;
use crate::piece::Piece;
use crate::rows::Rows;
use artifact::JumpTable;
use iced_x86::{Code, Instruction, Mnemonic, OpKind, Register};

/// The table of the jump at an index.
pub(crate) fn check<'a>(
    subject: Subject<'a>,
    insts: &[Decoded],
    jump: usize,
    rows: &Rows,
) -> Result<&'a JumpTable, Fault> {
    let row = rows.rows[insts[jump].row as usize];
    let code = &insts[row.start as usize..=jump];
    let refuse = |message: &str| fault(Check::Flow, &insts[jump], message);
    let [before @ .., lea, load, add, jump] = code else { return Err(refuse("a jump that is no table's")) };
    let (lea, load, add, jump) = (&lea.raw, &load.raw, &add.raw, &jump.raw);
    let (base, target) = (lea.op0_register(), jump.op0_register());
    let sequence = lea.code() == Code::Lea_r64_m
        && lea.memory_base() == Register::RIP
        && load.code() == Code::Movsxd_r64_rm32
        && load.op1_kind() == OpKind::Memory
        && load.op0_register() == target
        && load.memory_base() == base
        && load.memory_index_scale() == 4
        && load.memory_displacement64() == 0
        && matches!(add.code(), Code::Add_r64_rm64 | Code::Add_rm64_r64)
        && add.op0_kind() == OpKind::Register
        && add.op0_register() == target
        && add.op1_kind() == OpKind::Register
        && add.op1_register() == base
        && jump.op0_kind() == OpKind::Register
        && base != target;
    if !sequence {
        return Err(refuse("a jump through a register that is not the sequence of a table's"));
    }
    let offset = lea.ip_rel_memory_address();
    let table = subject.code.claim.tables.iter().find(|table| u64::from(table.offset) == offset);
    let Some(table) = table.filter(|table| table.inst.as_u32() == row.inst) else {
        return Err(refuse("a jump through a table that the claim does not have, or has for another switch"));
    };
    let index = load.memory_index();
    let check = if index == base || index == Register::None { None } else { bound(before, index, table.entries) };
    let Some(check) = check else {
        return Err(refuse("a jump through a table with an index that may lie beyond it"));
    };
    if is_entered(insts, code, check) {
        return Err(refuse("a jump through a table that is reached around its check"));
    }
    Ok(table)
}

/// Whether control may come to the end of the code of a row other than through the instruction at an index.
fn is_entered(insts: &[Decoded], code: &[Decoded], check: usize) -> bool {
    let (first, last) = (&code[check], &code[code.len() - 1]);
    let following = insts.iter().skip_while(|inst| inst.offset() <= last.offset());
    let own = code.iter().chain(following.take_while(|inst| inst.row == last.row));
    let mut branches = own.filter(|inst| matches!(inst.entry.class, Class::Branch | Class::Jump));
    let behind = u64::from(first.offset()) + 1..=u64::from(last.offset());
    code[check + 1..].iter().any(|inst| inst.enters)
        || branches.any(|inst| behind.contains(&inst.raw.near_branch64()))
}

/// The instruction from which on an index is known to be below a bound: the compare, or a move before it that clears
/// the upper half.
fn bound(before: &[Decoded], index: Register, entries: u32) -> Option<usize> {
    let mut cut = false;
    for (at, inst) in before.iter().enumerate().rev() {
        if inst.entry.class == Class::Branch {
            let at = at.checked_sub(1)?;
            let compare = &before[at].raw;
            let limit = match inst.raw.mnemonic() {
                Mnemonic::Ja => u64::from(entries) - 1,
                Mnemonic::Jae => u64::from(entries),
                _ => return None,
            };
            let wide = match compare.code() {
                Code::Cmp_rm64_imm8 | Code::Cmp_rm64_imm32 | Code::Cmp_RAX_imm32 => true,
                Code::Cmp_rm32_imm8 | Code::Cmp_rm32_imm32 | Code::Cmp_EAX_imm32 => false,
                _ => return None,
            };
            let compares = compare.op0_kind() == OpKind::Register
                && compare.op0_register().full_register() == index
                && compare.immediate(1) == limit;
            return match (compares, wide || cut) {
                (false, _) => None,
                (true, true) => Some(at),
                (true, false) => cut_before(&before[..at], index),
            };
        }
        // A move of the index's own low half keeps what was compared.
        cut |= is_own_cut(&inst.raw, index);
        if !keeps(inst, index) && !is_own_cut(&inst.raw, index) {
            return None;
        }
    }
    None
}

/// The last write to a register, when it clears the upper half.
fn cut_before(before: &[Decoded], register: Register) -> Option<usize> {
    let at = before.iter().rposition(|inst| !keeps(inst, register))?;
    let writes = before[at].entry.class == Class::Plain && is_simple(&before[at].raw);
    (writes && before[at].first_register() == register.full_register32()).then_some(at)
}

/// Whether an instruction surely leaves a register as it is.
fn keeps(inst: &Decoded, register: Register) -> bool {
    let writes = inst.entry.first != Access::Read && inst.first_register().full_register() == register;
    inst.entry.class == Class::Branch || is_simple(&inst.raw) && !writes
}

/// Instructions that write nothing but their first operand.
fn is_simple(raw: &Instruction) -> bool {
    use Mnemonic::{Add, And, Cmp, Lea, Mov, Movsx, Movsxd, Movzx, Sub, Test};
    matches!(raw.mnemonic(), Add | And | Cmp | Lea | Mov | Movsx | Movsxd | Movzx | Sub | Test)
}

fn is_own_cut(raw: &Instruction, register: Register) -> bool {
    let half = register.full_register32();
    raw.mnemonic() == Mnemonic::Mov
        && raw.op0_kind() == OpKind::Register
        && raw.op1_kind() == OpKind::Register
        && (raw.op0_register(), raw.op1_register()) == (half, half)
}
