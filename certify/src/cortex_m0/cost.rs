//! C8: the pieces of a function, what each takes, and where control goes from it.

use super::decode::{Decoded, Decoder};
use crate::cycles::Piece as Span;
use crate::piece::{Class, Piece, index_at};
use crate::subject::Subject;
use artifact::Reference;
use native_ir::Opcode;

/// Where control goes from a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// To a piece, by index.
    To(usize),
    /// Out of the function.
    Ends,
}

/// A piece of code without branches.
#[derive(Clone, Debug)]
pub(crate) struct Cost {
    pub(crate) span: Span,
    /// Where control goes, and what the piece then takes.
    pub(crate) exits: Vec<(Exit, u32)>,
    /// What is called at its end, if something is; none inside for a call through a pointer.
    pub(crate) call: Option<Option<Reference>>,
}

/// The pieces of a function, the entry first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Costs {
    pub(crate) pieces: Vec<Cost>,
}

impl Costs {
    /// What is called by name.
    pub(crate) fn callees(&self) -> impl Iterator<Item = Reference> {
        self.pieces.iter().filter_map(|piece| piece.call.flatten())
    }
}

/// The pieces of a function that was certified; none when it cannot be decoded.
pub(crate) fn costs(subject: Subject<'_>, multiply: u32) -> Option<Costs> {
    let mut decoder = Decoder::default();
    decoder.decode(subject).ok()?;
    let insts = &decoder.insts;
    let mut begins = vec![false; insts.len() + 1];
    begins[0] = true;
    for (index, inst) in insts.iter().enumerate() {
        targets(subject, &decoder, inst).into_iter().for_each(|target| begins[target] = true);
        begins[index + 1] |= inst.class() != Class::Plain;
    }
    // For each instruction that begins a piece, the number of the piece.
    let mut numbers = vec![0; insts.len() + 1];
    let mut count = 0;
    for (number, begins) in numbers.iter_mut().zip(&begins) {
        *number = count;
        count += usize::from(*begins);
    }
    let mut pieces = Vec::new();
    let mut start = 0;
    for (end, begins) in begins.iter().enumerate().skip(1) {
        if *begins || end == insts.len() {
            pieces.push(piece(subject, &decoder, start, end, &numbers, multiply));
            start = end;
        }
    }
    Some(Costs { pieces })
}

/// The instructions that an instruction may jump to.
fn targets(subject: Subject<'_>, decoder: &Decoder, inst: &Decoded) -> Vec<usize> {
    match inst.class() {
        Class::Jump | Class::Branch => index_at(&decoder.at, inst.target()).into_iter().collect(),
        Class::JumpIndirect => {
            let tables = subject.code.claim.tables.iter().filter(|table| table.base == inst.offset() + 4);
            let entries = tables.flat_map(|table| {
                (0..table.entries).map(move |entry| Decoded::entry(subject, table, entry).target)
            });
            entries.filter_map(|target| index_at(&decoder.at, u64::try_from(target).ok()?)).collect()
        }
        _ => Vec::new(),
    }
}

/// The piece of the instructions from one to before another.
fn piece(
    subject: Subject<'_>,
    decoder: &Decoder,
    start: usize,
    end: usize,
    numbers: &[usize],
    multiply: u32,
) -> Cost {
    let code = &decoder.insts[start..end];
    let last = &code[code.len() - 1];
    let before: u32 = code[..code.len() - 1].iter().map(|inst| inst.raw.cycles(false, multiply)).sum();
    let cycles = before + last.raw.cycles(false, multiply);
    let taken = before + last.raw.cycles(true, multiply);
    let next = (Exit::To(numbers[end]), cycles);
    let jumps = targets(subject, decoder, last).into_iter().map(|target| (Exit::To(numbers[target]), taken));
    let mut exits: Vec<(Exit, u32)> = jumps.collect();
    let mut call = None;
    match last.class() {
        Class::Plain | Class::Branch => exits.push(next),
        Class::Call | Class::CallIndirect => {
            let relocation = subject.code.relocations.get(last.relocation as usize);
            call = Some(relocation.map(|relocation| relocation.target));
            exits.push(next);
        }
        Class::Return => exits.push((Exit::Ends, cycles)),
        // A tail call takes what its callee takes.
        Class::JumpIndirect if exits.is_empty() => {
            call = tail(subject, last);
            exits.push((Exit::Ends, cycles));
        }
        _ => {}
    }
    let span = Span { start: code[0].offset(), end: last.end(), cycles, taken };
    Cost { span, exits, call }
}

/// What a jump to a register's contents calls, when it is a tail call.
fn tail(subject: Subject<'_>, inst: &Decoded) -> Option<Option<Reference>> {
    let rows = &subject.code.claim.insts;
    let row = rows.partition_point(|row| row.offset <= inst.offset()).checked_sub(1)?;
    let data = subject.function.body.insts.get(rows.get(row)?.inst?)?;
    match data.opcode {
        Opcode::TailCall => Some(Some(Reference::Symbol(data.symbol()))),
        Opcode::TailCallIndirect => Some(None),
        _ => None,
    }
}
