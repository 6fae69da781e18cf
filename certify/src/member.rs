//! What counts in the sequence of the IR's accesses, calls and traps.

use crate::finding::{Check, Fault};
use crate::flow;
use crate::operand::length;
use crate::subject::Subject;
use native_ir::{Inst, InstData, Opcode, Ordering, Trap};

/// What counts in a row: one of these has code of its own on every path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Member {
    /// Nothing.
    None,
    /// A load or store that is volatile, ordered or atomic.
    Access,
    /// An atomic read-modify-write or compare-exchange.
    Update,
    /// A fence that takes an instruction.
    Fence,
    /// A call.
    Call,
    /// A plain store.
    Store,
    /// A constant.
    Constant,
    /// An index that is compared with a length.
    Index,
    /// Another that has an effect.
    Other,
}

/// What an instruction is in the sequence.
pub(crate) fn member(subject: Subject<'_>, data: &InstData) -> Member {
    use Opcode as O;
    match data.opcode {
        O::Load if data.attributes.is_plain_access() => Member::None,
        O::Store if data.attributes.is_plain_access() => Member::Store,
        O::Load | O::Store if data.attributes.ordering() == Ordering::None => {
            if data.opcode == O::Store {
                Member::Store
            } else {
                Member::None
            }
        }
        O::Load | O::Store | O::AtomicLoad | O::AtomicStore => Member::Access,
        O::AtomicRmw | O::AtomicCas => Member::Update,
        O::Fence if data.attributes.ordering() != Ordering::Seqcst => Member::None,
        O::Fence | O::BarrierMemory | O::BarrierSync => Member::Fence,
        O::Call | O::CallIndirect => Member::Call,
        O::TailCall | O::TailCallIndirect | O::FenvRead | O::FenvClear => Member::Other,
        O::Iconst | O::Fconst | O::Null | O::Address | O::Register | O::Slot => Member::Constant,
        O::Element if length(subject, data).is_some() => Member::Index,
        _ => Member::None,
    }
}

/// The traps that an instruction may take.
pub(crate) fn traps(subject: Subject<'_>, data: &InstData) -> [Option<Trap>; 2] {
    use Opcode as O;
    let constant = |operand| flow::constant(subject, operand).is_some();
    match data.opcode {
        O::Trap => [Some(data.attributes.trap()), None],
        O::TrapIf if !constant(data.operand(0)) => [Some(data.attributes.trap()), None],
        O::Unreachable => [Some(Trap::Unreachable), None],
        O::Udiv | O::Urem | O::Srem if !constant(data.operand(1)) => [Some(Trap::IntegerDivideByZero), None],
        O::Sdiv if constant(data.operand(1)) => [None, None],
        O::Sdiv if constant(data.operand(0)) => [Some(Trap::IntegerDivideByZero), None],
        O::Sdiv => [Some(Trap::IntegerDivideByZero), Some(Trap::IntegerOverflow)],
        O::FloatToSint | O::FloatToUint if !constant(data.operand(0)) => [Some(Trap::InvalidConversion), None],
        O::Element if length(subject, data).is_some() => [Some(Trap::Bounds), None],
        _ => [None, None],
    }
}

/// Traps that instructions may take, and those that have a row: instruction and class.
#[derive(Default)]
pub(crate) struct Traps {
    wanted: Vec<(u32, u8)>,
    found: Vec<(u32, u8)>,
}

impl Traps {
    /// Forgets the function before.
    pub(crate) fn clear(&mut self) {
        self.wanted.clear();
    }

    /// Notes the traps that an instruction may take.
    pub(crate) fn want(&mut self, subject: Subject<'_>, inst: Inst, data: &InstData) {
        let traps = traps(subject, data).into_iter().flatten();
        self.wanted.extend(traps.map(|trap| (inst.as_u32(), trap as u8)));
    }

    /// Each trap that the IR may take is there.
    pub(crate) fn check(&mut self, subject: Subject<'_>) -> Result<(), Fault> {
        let Traps { wanted, found } = self;
        found.clear();
        found.extend(subject.code.traps.iter().map(|row| (row.inst.as_u32(), row.trap as u8)));
        found.sort_unstable();
        let missing = wanted.iter().find(|wanted| found.binary_search(wanted).is_err());
        match missing {
            None => Ok(()),
            Some((inst, _)) => {
                let message = "an instruction that may trap has no code for it";
                Err(Fault::at(Check::Trace, 0, message).of(Inst::from_u32(*inst)))
            }
        }
    }
}
