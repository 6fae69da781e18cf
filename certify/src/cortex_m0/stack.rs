//! C4: how deep a function's own stack gets, and where it leaves for others.

use super::decode::{Decoded, Decoder};
use super::run::Run;
use crate::piece::{Class, Piece};
use crate::rows::Rows;
use crate::stack::{Depths, Leave};
use crate::subject::Subject;
use artifact::Reference;
use native_ir::{InstData, Opcode};
use thumb::Inst;

/// The depths of a function that was run.
pub(crate) fn depths(subject: Subject<'_>, decoder: &Decoder, rows: &Rows, run: &Run) -> Depths {
    let mut depths = Depths::default();
    for (index, inst) in decoder.insts.iter().enumerate() {
        let depth = i64::from(run.seen[index].depth);
        let pushed = match inst.raw {
            Inst::Push { list } => 4 * i64::from(list.len()),
            _ => 0,
        };
        depths.deepest = depths.deepest.max((depth + pushed).max(0).unsigned_abs());
        let row = rows.rows[inst.row() as usize];
        let data = row.inst().and_then(|inst| subject.function.body.insts.get(inst));
        let jumps = inst.class() == Class::JumpIndirect;
        if jumps && is_tail(inst, data) || matches!(inst.class(), Class::Call | Class::CallIndirect) {
            depths.calls.push(Leave { offset: inst.offset(), target: target(subject, inst, data), depth, jumps });
        }
    }
    depths
}

fn is_tail(inst: &Decoded, data: Option<&InstData>) -> bool {
    let tail = data.is_some_and(|data| matches!(data.opcode, Opcode::TailCall | Opcode::TailCallIndirect));
    tail && matches!(inst.raw, Inst::BranchReg { .. })
}

/// Where a call or jump goes; none when it goes through a pointer.
fn target(subject: Subject<'_>, inst: &Decoded, data: Option<&InstData>) -> Option<Reference> {
    let relocation = subject.code.relocations.get(inst.relocation as usize);
    relocation.map(|relocation| relocation.target).or_else(|| {
        let data = data.filter(|data| data.opcode == Opcode::TailCall)?;
        Some(Reference::Symbol(data.symbol()))
    })
}
