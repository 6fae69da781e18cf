//! Callers: by `.debug_frame` (DWARF 5, section 6.4; AADWARF32), and from a handler to what it interrupted (ARM DDI 0419,
//! B1.5.6 and B1.5.8).

use super::Registers;
use crate::Error;
use crate::sections::{Slice, damaged, section};
use gimli::{
    BaseAddresses, CfaRule, DebugFrame, Register, RegisterRule, SectionId, UnwindContext, UnwindSection,
    UnwindTableRow,
};

/// Numbers of registers.
const SP: usize = 13;
const LR: usize = 14;
pub(super) const PC: usize = 15;
/// Registers that a function hands back as it found them, beside sp and lr.
const PRESERVED: std::ops::RangeInclusive<usize> = 4..=11;

/// Link registers of handlers begin here; this one says that a process stack holds the frame, whose pointer is not known
/// here (table B1-8).
const EXCEPTION_RETURN: u32 = 0xffff_fff0;
const TO_PROCESS: u32 = 0xffff_fffd;
/// Bytes of an exception's frame, and the bit of its xPSR that says that there is a word more.
const FRAME: u32 = 32;
const ALIGNED: u32 = 1 << 9;

/// What a function goes back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// Behind a call, with these registers.
    Call(Registers),
    /// To the instruction that an exception came before.
    Interrupted(Registers),
    /// Nothing called it.
    Nobody,
    /// There was a caller; memory does not say which.
    Lost,
    /// No table knows the code.
    Unknown,
}

/// The unwinding tables of a file.
pub(super) struct Frames<'f>(DebugFrame<Slice<'f>>);

impl<'f> Frames<'f> {
    pub(super) fn new(file: &'f [u8]) -> Result<Frames<'f>, Error> {
        let mut table = DebugFrame::from(section(file, SectionId::DebugFrame)?);
        table.set_address_size(4);
        Ok(Frames(table))
    }

    /// The caller of the function that an address is in, with these registers there.
    pub(super) fn caller(
        &self,
        address: u32,
        registers: &Registers,
        memory: &mut dyn FnMut(u32) -> Option<u32>,
    ) -> Result<Caller, Error> {
        let (bases, mut context) = (BaseAddresses::default(), UnwindContext::new());
        let find = DebugFrame::cie_from_offset;
        let row = self.0.unwind_info_for_address(&bases, &mut context, address.into(), find);
        let row = match row {
            Ok(row) => row,
            Err(gimli::Error::NoUnwindInfoForAddress) => return Ok(Caller::Unknown),
            Err(error) => return Err(damaged(error)),
        };
        if row.register(Register(LR as u16)) == Some(RegisterRule::Undefined) {
            return Ok(Caller::Nobody);
        }
        let Some(before) = before(row, registers, memory) else { return Ok(Caller::Lost) };
        if before[LR] >= EXCEPTION_RETURN {
            return Ok(interrupted(before, memory).map_or(Caller::Lost, Caller::Interrupted));
        }
        Ok(by_link(&before))
    }
}

/// The registers that a function goes back with, but for the program counter, by the rules that hold where it is.
fn before(
    row: &UnwindTableRow<usize>,
    registers: &Registers,
    memory: &mut dyn FnMut(u32) -> Option<u32>,
) -> Option<Registers> {
    let frame = match *row.cfa() {
        CfaRule::RegisterAndOffset { register, offset } => {
            registers.get(usize::from(register.0))?.wrapping_add(offset as u32)
        }
        CfaRule::Expression(_) => return None,
    };
    let mut before = *registers;
    before[SP] = frame;
    for number in PRESERVED.chain([LR]) {
        match row.register(Register(number as u16)) {
            None | Some(RegisterRule::SameValue) => {}
            Some(RegisterRule::Offset(offset)) => {
                *before.get_mut(number)? = memory(frame.wrapping_add(offset as u32))?;
            }
            Some(_) => return None,
        }
    }
    Some(before)
}

/// The caller that the link register leads to; none that is no address of Thumb code.
pub(super) fn by_link(registers: &Registers) -> Caller {
    let mut before = *registers;
    before[PC] = before[LR];
    if before[PC] & 1 == 0 { Caller::Lost } else { Caller::Call(before) }
}

/// The registers that an exception found, from those at the first instruction of its handler or behind its last.
pub(crate) fn interrupted(registers: Registers, memory: &mut dyn FnMut(u32) -> Option<u32>) -> Option<Registers> {
    let frame = registers[SP];
    if registers[LR] == TO_PROCESS {
        return None;
    }
    let mut word = |index: u32| memory(frame.wrapping_add(4 * index));
    let mut before = registers;
    for (index, number) in (0..).zip([0, 1, 2, 3, 12, LR, PC]) {
        before[number] = word(index)?;
    }
    let padding = if word(7)? & ALIGNED == 0 { 0 } else { 4 };
    before[SP] = frame.wrapping_add(FRAME + padding);
    Some(before)
}
