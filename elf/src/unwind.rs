//! Tables for unwinders: `.eh_frame` for what runs, `.debug_frame` for what only a debugger unwinds.

use crate::Error;
use crate::machine::Machine;
use crate::program::Program;
use crate::section::Section;
use artifact::{FunctionCode, UnwindOp, UnwindRow};
use gimli::constants;
use gimli::write::{Address, CallFrameInstruction, FrameDescriptionEntry, FrameTable};
use gimli::write::{DebugFrame, EhFrame};

/// `.eh_frame` of all functions.
pub(crate) fn eh_frame(program: &Program<'_>) -> Result<Section, Error> {
    let mut section = EhFrame(Section::new());
    table(program, &[], 1, constants::DW_EH_PE_pcrel | constants::DW_EH_PE_sdata4).write_eh_frame(&mut section)?;
    Ok(section.0)
}

/// Code that a writer adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Added<'p> {
    /// How many bytes of instructions it has.
    pub(crate) bytes: u32,
    /// Whether nothing called it.
    pub(crate) is_outermost: bool,
    /// What it does to the stack pointer and the return address; nothing, where there are none.
    pub(crate) rows: &'p [UnwindRow],
}

/// `.debug_frame` of all functions, and of code that a writer adds: its symbols follow those of the functions.
pub(crate) fn debug_frame(program: &Program<'_>, added: &[Added<'_>]) -> Result<Section, Error> {
    let mut section = DebugFrame(Section::new());
    table(program, added, 4, constants::DW_EH_PE_absptr).write_debug_frame(&mut section)?;
    Ok(section.0)
}

fn table(program: &Program<'_>, added: &[Added<'_>], version: u16, pointers: constants::DwEhPe) -> FrameTable {
    let machine = program.machine();
    let mut entry = machine.common_entry(version);
    entry.fde_address_encoding = pointers;
    let mut table = FrameTable::default();
    let common = table.add_cie(entry);
    for (index, part) in program.functions.iter().enumerate() {
        let address = Address::Symbol { symbol: index, addend: 0 };
        let mut entry = FrameDescriptionEntry::new(address, part.code.literals);
        for row in &part.code.unwind {
            entry.add_instruction(first_byte(part.code, row.offset), instruction(machine, row.op));
        }
        table.add_fde(common, entry);
    }
    for (index, code) in added.iter().enumerate() {
        let address = Address::Symbol { symbol: program.functions.len() + index, addend: 0 };
        let mut entry = FrameDescriptionEntry::new(address, code.bytes);
        if code.is_outermost {
            entry.add_instruction(0, CallFrameInstruction::Undefined(machine.return_address()));
        }
        for row in code.rows {
            entry.add_instruction(row.offset, instruction(machine, row.op));
        }
        table.add_fde(common, entry);
    }
    table
}

/// Where a row begins in a table. Unwinders look for a caller's rules at the last byte of its call, so that what holds
/// where the call returns to begins there; nothing stops inside of the call itself.
fn first_byte(code: &FunctionCode, offset: u32) -> u32 {
    let returns = code.calls.binary_search_by_key(&offset, |row| row.offset).is_ok();
    offset.saturating_sub(u32::from(returns))
}

fn instruction(machine: Machine, op: UnwindOp) -> CallFrameInstruction {
    match op {
        UnwindOp::Cfa(distance) => CallFrameInstruction::CfaOffset(distance as i32),
        UnwindOp::Saved(register, below) => {
            CallFrameInstruction::Offset(machine.core_register(register), (below as i32).wrapping_neg())
        }
        UnwindOp::Return(below) => {
            CallFrameInstruction::Offset(machine.return_address(), (below as i32).wrapping_neg())
        }
        UnwindOp::Restored(register) => CallFrameInstruction::Restore(machine.core_register(register)),
        UnwindOp::Remember => CallFrameInstruction::RememberState,
        UnwindOp::Recall => CallFrameInstruction::RestoreState,
    }
}

/// Where the caller's frame is, on x86-64.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrameAddress {
    /// The first byte of the function for which it is there.
    pub(crate) offset: u32,
    /// From the stack pointer to behind the return address.
    pub(crate) distance: u32,
    /// From there to the canonical frame address: arguments that the function takes off the stack.
    pub(crate) taken: u32,
}

/// Where the caller's frame is, from each offset on.
pub(crate) fn frame_addresses(rows: &[UnwindRow]) -> Vec<FrameAddress> {
    let (mut now, mut kept) = ((8, 8), Vec::new());
    let address = |offset, (cfa, back): (u32, u32)| {
        let taken = back.saturating_sub(8);
        FrameAddress { offset, distance: cfa.saturating_sub(taken), taken }
    };
    let mut all = vec![address(0, now)];
    for row in rows {
        match row.op {
            UnwindOp::Cfa(bytes) => now.0 = bytes,
            UnwindOp::Return(below) => now.1 = below,
            UnwindOp::Remember => kept.push(now),
            UnwindOp::Recall => now = kept.pop().unwrap_or(now),
            UnwindOp::Saved(..) | UnwindOp::Restored(_) => continue,
        }
        let found = address(row.offset, now);
        match all.last_mut() {
            Some(last) if last.offset == row.offset => *last = found,
            Some(last) if (last.distance, last.taken) == (found.distance, found.taken) => {}
            _ => all.push(found),
        }
    }
    all
}
