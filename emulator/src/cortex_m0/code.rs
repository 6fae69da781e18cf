//! Instructions by address, decoded once where the program cannot change them.

use super::Memory;
use thumb::{Inst, Reg};

/// What kind of instruction stands at an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nobody has looked yet.
    #[default]
    Unknown,
    /// Unicorn executes it, and it accesses no memory but that of its constants.
    Plain,
    /// Unicorn executes it, and it loads or stores one register.
    Access,
    /// Unicorn executes it, and it loads or stores several registers.
    Multiple,
    /// It is ours to execute.
    Special,
    /// It is none.
    Illegal,
}

/// What is kept of an instruction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) kind: Kind,
    /// Its size in bytes.
    pub(super) size: u8,
    /// Cycles when the next instruction follows, and when another does.
    pub(super) cycles: u8,
    pub(super) taken: u8,
    /// Whether it moves the stack pointer.
    pub(super) moves_stack: bool,
}

impl Known {
    pub(super) fn new(inst: Option<Inst>, multiply: u32) -> Known {
        let Some(inst) = inst else { return Known { kind: Kind::Illegal, ..Known::default() } };
        let cycles = |taken| inst.cycles(taken, multiply).min(255) as u8;
        Known {
            kind: kind(&inst),
            size: inst.size() as u8,
            cycles: cycles(false),
            taken: cycles(true),
            moves_stack: inst.effects().writes.contains(Reg::SP),
        }
    }
}

fn kind(inst: &Inst) -> Kind {
    match inst {
        Inst::ChangeState { .. }
        | Inst::Breakpoint(_)
        | Inst::Undefined(_)
        | Inst::Supervisor(_)
        | Inst::ReadSpecial { .. }
        | Inst::WriteSpecial { .. } => Kind::Special,
        Inst::Hint(hint) if *hint != thumb::Hint::Nop => Kind::Special,
        Inst::Barrier(_) => Kind::Special,
        Inst::Load { .. } | Inst::Store { .. } => Kind::Access,
        Inst::Push { .. } | Inst::Pop { .. } | Inst::LoadMultiple { .. } | Inst::StoreMultiple { .. } => {
            Kind::Multiple
        }
        _ => Kind::Plain,
    }
}

/// The instructions of the regions that the program cannot write to.
pub(super) struct Code {
    regions: Vec<(u32, Vec<Known>)>,
}

impl Code {
    pub(super) fn new(memory: &[Memory]) -> Code {
        let fixed = memory.iter().filter(|region| !region.writable);
        Code {
            regions: fixed
                .map(|region| (region.start, vec![Known::default(); region.bytes as usize / 2]))
                .collect(),
        }
    }

    /// What is known of an address; none where nothing is kept.
    #[inline]
    pub(super) fn at(&mut self, address: u32) -> Option<&mut Known> {
        let place = |start: u32| address.wrapping_sub(start) as usize / 2;
        self.regions.iter_mut().find_map(|(start, known)| known.get_mut(place(*start)))
    }

    /// Forgets everything: the host has changed memory.
    pub(super) fn forget(&mut self) {
        for (_, known) in &mut self.regions {
            known.fill(Known::default());
        }
    }
}
