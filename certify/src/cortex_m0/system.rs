//! C1: instructions that speak to the system stand where the IR wants them, and there alone.
//!
//! An operation of the family `hardware` has its own instruction, exactly once. Barriers may stand with atomic accesses and
//! fences too, and atomic updates hold interrupts off: `MRS` and `MSR` of PRIMASK, `CPSID`.

use super::Subject;
use super::decode::Decoded;
use crate::finding::{Check, Fault};
use crate::piece::fault;
use crate::rows::{Row, Rows};
use native_ir::{InstData, Opcode, SpecialRegister};
use thumb::{Barrier, Hint, Inst, Special};

/// Checks all rows of a function.
pub(crate) fn check(subject: Subject<'_>, insts: &[Decoded], rows: &Rows) -> Result<(), Fault> {
    for row in &rows.rows {
        let data = row.inst().and_then(|inst| subject.function.body.insts.get(inst));
        check_row(&insts[row.start as usize..row.end as usize], row, data)?;
    }
    Ok(())
}

fn check_row(code: &[Decoded], row: &Row, data: Option<&InstData>) -> Result<(), Fault> {
    let wanted = data.and_then(wanted);
    let mut found = 0;
    for inst in code.iter().filter(|inst| speaks(&inst.raw)) {
        if wanted.is_some_and(|wanted| wanted.fits(&inst.raw)) {
            found += 1;
        } else if !data.is_some_and(|data| may_stand(data.opcode, &inst.raw)) {
            return Err(fault(
                Check::Decode,
                inst,
                format!("`{}` where the IR has nothing for the system", inst.raw),
            ));
        }
    }
    match (wanted, code.first(), row.inst()) {
        (Some(_), Some(first), Some(inst)) if found != 1 => {
            let message = "an operation for the system is not done exactly once";
            Err(fault(Check::Decode, first, message).of(inst))
        }
        _ => Ok(()),
    }
}

/// Whether an instruction speaks to the system.
fn speaks(inst: &Inst) -> bool {
    match inst {
        Inst::ChangeState { .. } | Inst::Barrier(_) | Inst::Supervisor(_) => true,
        Inst::ReadSpecial { .. } | Inst::WriteSpecial { .. } => true,
        Inst::Hint(hint) => *hint != Hint::Nop,
        _ => false,
    }
}

/// The instruction of an operation.
#[derive(Clone, Copy)]
enum Wanted {
    Exactly(Inst),
    Read(Special),
    Write(Special),
}

impl Wanted {
    fn fits(self, inst: &Inst) -> bool {
        match (self, *inst) {
            (Wanted::Exactly(wanted), inst) => wanted == inst,
            (Wanted::Read(wanted), Inst::ReadSpecial { special, .. })
            | (Wanted::Write(wanted), Inst::WriteSpecial { special, .. }) => wanted == special,
            _ => false,
        }
    }
}

/// What an operation of the family `hardware` takes.
fn wanted(data: &InstData) -> Option<Wanted> {
    use Opcode as O;
    let special = || special(data.attributes.special_register());
    Some(match data.opcode {
        O::BarrierMemory => Wanted::Exactly(Inst::Barrier(Barrier::Dmb)),
        O::BarrierSync => Wanted::Exactly(Inst::Barrier(Barrier::Dsb)),
        O::BarrierInstruction => Wanted::Exactly(Inst::Barrier(Barrier::Isb)),
        O::WaitInterrupt => Wanted::Exactly(Inst::Hint(Hint::Wfi)),
        O::WaitEvent => Wanted::Exactly(Inst::Hint(Hint::Wfe)),
        O::SendEvent => Wanted::Exactly(Inst::Hint(Hint::Sev)),
        O::InterruptDisable => Wanted::Exactly(Inst::ChangeState { disable: true }),
        O::InterruptEnable => Wanted::Exactly(Inst::ChangeState { disable: false }),
        O::SupervisorCall => Wanted::Exactly(Inst::Supervisor(data.attributes.0 as u8)),
        O::SpecialRead => Wanted::Read(special()),
        O::SpecialWrite => Wanted::Write(special()),
        _ => return None,
    })
}

fn special(register: SpecialRegister) -> Special {
    match register {
        SpecialRegister::Apsr => Special::Apsr,
        SpecialRegister::Ipsr => Special::Ipsr,
        SpecialRegister::Msp => Special::Msp,
        SpecialRegister::Psp => Special::Psp,
        SpecialRegister::Primask => Special::Primask,
        SpecialRegister::Control => Special::Control,
    }
}

/// What may stand in the code of an instruction beside what it wants.
fn may_stand(opcode: Opcode, inst: &Inst) -> bool {
    use Opcode as O;
    let update = matches!(opcode, O::AtomicRmw | O::AtomicCas);
    match inst {
        Inst::Barrier(Barrier::Dmb) => update || matches!(opcode, O::AtomicLoad | O::AtomicStore | O::Fence),
        // What is written to CONTROL and PRIMASK holds for the instructions behind it.
        Inst::Barrier(Barrier::Isb) => opcode == O::SpecialWrite,
        Inst::ReadSpecial { special: Special::Primask, .. } => update,
        Inst::WriteSpecial { special: Special::Primask, .. } => update,
        Inst::ChangeState { disable: true } => update,
        _ => false,
    }
}
