//! Tables for unwinders: `.eh_frame` for what runs, `.debug_frame` for what only a debugger unwinds.

use crate::Error;
use crate::program::Program;
use crate::section::Section;
use artifact::{FunctionCode, UnwindOp, UnwindRow};
use gimli::write::{Address, CallFrameInstruction, CommonInformationEntry, FrameDescriptionEntry, FrameTable};
use gimli::write::{DebugFrame, EhFrame};
use gimli::{Encoding, Format, Register, X86_64, constants};

/// The DWARF number of a core register of x86-64.
///
/// psABI for AMD64, figure 3.36.
pub(crate) fn core_register(number: u8) -> Register {
    const REGISTERS: [Register; 8] =
        [X86_64::RAX, X86_64::RCX, X86_64::RDX, X86_64::RBX, X86_64::RSP, X86_64::RBP, X86_64::RSI, X86_64::RDI];
    REGISTERS.get(usize::from(number)).copied().unwrap_or(Register(u16::from(number)))
}

/// The DWARF number of a vector register of x86-64.
pub(crate) fn vector_register(number: u8) -> Register {
    Register(X86_64::XMM0.0 + u16::from(number))
}

/// `.eh_frame` of all functions.
pub(crate) fn eh_frame(program: &Program<'_>) -> Result<Section, Error> {
    let mut section = EhFrame(Section::new());
    table(program, 1, constants::DW_EH_PE_pcrel | constants::DW_EH_PE_sdata4).write_eh_frame(&mut section)?;
    Ok(section.0)
}

/// `.debug_frame` of all functions.
pub(crate) fn debug_frame(program: &Program<'_>) -> Result<Section, Error> {
    let mut section = DebugFrame(Section::new());
    table(program, 4, constants::DW_EH_PE_absptr).write_debug_frame(&mut section)?;
    Ok(section.0)
}

fn table(program: &Program<'_>, version: u16, pointers: constants::DwEhPe) -> FrameTable {
    let encoding = Encoding { format: Format::Dwarf32, version, address_size: 8 };
    let mut entry = CommonInformationEntry::new(encoding, 1, -8, X86_64::RA);
    entry.fde_address_encoding = pointers;
    // What holds at a function's first byte.
    entry.add_instruction(CallFrameInstruction::Cfa(X86_64::RSP, 8));
    entry.add_instruction(CallFrameInstruction::Offset(X86_64::RA, -8));
    let mut table = FrameTable::default();
    let common = table.add_cie(entry);
    for (index, part) in program.functions.iter().enumerate() {
        let address = Address::Symbol { symbol: index, addend: 0 };
        let mut entry = FrameDescriptionEntry::new(address, part.code.literals);
        for row in &part.code.unwind {
            entry.add_instruction(first_byte(part.code, row.offset), instruction(row.op));
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

fn instruction(op: UnwindOp) -> CallFrameInstruction {
    match op {
        UnwindOp::Cfa(distance) => CallFrameInstruction::CfaOffset(distance as i32),
        UnwindOp::Saved(register, below) => {
            CallFrameInstruction::Offset(core_register(register), (below as i32).wrapping_neg())
        }
        UnwindOp::Return(below) => CallFrameInstruction::Offset(X86_64::RA, (below as i32).wrapping_neg()),
        UnwindOp::Restored(register) => CallFrameInstruction::Restore(core_register(register)),
        UnwindOp::Remember => CallFrameInstruction::RememberState,
        UnwindOp::Recall => CallFrameInstruction::RestoreState,
    }
}

/// Where the caller's frame is.
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
