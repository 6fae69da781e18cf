//! High registers as operands: `CMP` and `ADD` take them in a form of their own, so that what is there need not move to a low
//! register first. That `ADD` changes no flags.

use super::inst::{Code, Flags, Inst, Line, Reg};
use super::places::{self, Set, holds};

/// Takes operands from where they are.
pub(super) fn take_high(code: &mut Code) {
    let ends = places::needed(code, 0);
    for (block, end) in code.blocks.iter_mut().zip(ends) {
        let mut behind: Vec<Set> = Vec::with_capacity(block.lines.len());
        let mut needed = end;
        for line in block.lines.iter().rev() {
            behind.push(needed.clone());
            places::step(&line.inst, &mut needed);
        }
        behind.reverse();
        for at in 0..block.lines.len() {
            if let Inst::Move { dst, src } = block.lines[at].inst
                && dst.number() < 8
                && src.number() >= 8
            {
                join(&mut block.lines, &behind, at, (dst, src));
            }
        }
    }
}

fn is_nothing(line: &Line) -> bool {
    matches!(line.inst, Inst::Move { dst, src } if dst == src)
}

/// What comes behind a line and is something.
fn next(lines: &[Line], at: usize) -> Option<usize> {
    (at + 1..lines.len()).find(|&at| !is_nothing(&lines[at]))
}

/// Whether lines read the flags that are there before them.
fn flags_are_read(lines: &[Line]) -> bool {
    let mut flags = lines.iter().map(|line| line.inst.flags());
    flags.find(|&flags| flags != Flags::Keeps).is_some_and(Flags::reads)
}

/// Joins a move of a high register to a low one, at a line, with what reads it there alone.
fn join(lines: &mut [Line], behind: &[Set], at: usize, (low, high): (Reg, Reg)) {
    let Some(reader) = next(lines, at) else { return };
    let dies = |reg: Reg, at: usize| behind.get(at).is_some_and(|needed| !holds(needed, places::register(reg)));
    let flags = flags_are_read(lines.get(reader + 1..).unwrap_or(&[]));
    let nothing = Inst::Move { dst: low, src: low };
    match lines[reader].inst {
        Inst::Cmp { a, b } if (a == low) != (b == low) && dies(low, reader) => {
            let of = |reg: Reg| if reg == low { high } else { reg };
            lines[reader].inst = Inst::Cmp { a: of(a), b: of(b) };
            lines[at].inst = nothing;
        }
        Inst::Add { dst, a, b } if (a == low) != (b == low) && !flags => {
            let other = if a == low { b } else { a };
            if dst == other && dies(low, reader) {
                lines[reader].inst = Inst::Add { dst, a: dst, b: high };
                lines[at].inst = nothing;
            } else if let Some(back) = moved_back(lines, reader, (dst, high)).filter(|&back| dies(dst, back))
                && (dst == low || dies(low, reader))
            {
                lines[reader].inst = Inst::Add { dst: high, a: high, b: other };
                lines[at].inst = nothing.clone();
                lines[back].inst = nothing;
            }
        }
        _ => {}
    }
}

/// The line behind another one in which a register moves to a high one, when neither is touched between.
fn moved_back(lines: &[Line], from: usize, (low, high): (Reg, Reg)) -> Option<usize> {
    for (at, line) in lines.iter().enumerate().skip(from + 1) {
        if line.inst == (Inst::Move { dst: high, src: low }) {
            return Some(at);
        }
        let mut touched = matches!(line.inst, Inst::Call { .. });
        line.inst.clone().visit(&mut |reg, _| touched |= *reg == low || *reg == high);
        if touched && !is_nothing(line) {
            return None;
        }
    }
    None
}
