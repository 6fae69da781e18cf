//! Moves that the allocator need not have made: those to where the same stands already, and those of what nobody reads.
//!
//! The allocator moves a value anew wherever pieces of its life meet, also to a word that still holds it. Such a move becomes
//! one of a register to itself, which has no code: lines keep their numbers. A load of what a register holds too becomes a
//! move.

use super::allocate::Allocated;
use super::emit::{Span, Spot};
use super::inst::{Code, CodeBlock, Inst, Reg, Role};
use super::liveness::is_read;
use super::places::{self, CLOBBERED, Set, holds};

/// Functions with more places times blocks than this stay as they are.
const LARGE: usize = 1 << 24;

/// Leaves out needless moves.
pub(super) fn settle(allocated: &mut Allocated) {
    let words = allocated.spills;
    if allocated.code.blocks.len().saturating_mul(places::count(words)) > LARGE {
        return;
    }
    drop_copies(&mut allocated.code, words);
    while drop_dead(&mut allocated.code, words) {}
    cut(allocated);
}

/// For each place the registers, as bits, that hold the same.
type Equal = Vec<u16>;

/// A place is about to be written.
fn lose(equal: &mut Equal, place: usize) {
    if let Some(bit) = 1u16.checked_shl(place as u32).filter(|_| place < 16) {
        equal.iter_mut().for_each(|same| *same &= !bit);
    }
    if let Some(same) = equal.get_mut(place) {
        *same = 0;
    }
}

/// A place gets what another one holds.
fn copy(equal: &mut Equal, to: usize, from: usize) {
    lose(equal, to);
    let bit = |place: usize| if place < 16 { 1u16 << place } else { 0 };
    let same = equal.get(from).copied().unwrap_or(0) | bit(from);
    for (place, others) in equal.iter_mut().enumerate() {
        if (*others | bit(place)) & same != 0 || place == from {
            *others |= bit(to) & !bit(place);
        }
    }
    if let Some(others) = equal.get_mut(to) {
        *others = same;
    }
}

/// Goes over an instruction.
fn advance(equal: &mut Equal, inst: &Inst) {
    match *inst {
        Inst::Move { dst, src } if dst == src => {}
        Inst::Move { dst, src } => copy(equal, places::register(dst), places::register(src)),
        Inst::Spill { src, cell } => {
            places::word(cell).into_iter().for_each(|to| copy(equal, to, places::register(src)));
        }
        Inst::Reload { dst, cell } => {
            places::word(cell).into_iter().for_each(|from| copy(equal, places::register(dst), from));
        }
        _ => {
            inst.clone().visit(&mut |reg, role| {
                if !is_read(role) {
                    lose(equal, places::register(*reg));
                }
            });
            if matches!(inst, Inst::Call { .. }) {
                (0..16).filter(|register| CLOBBERED >> register & 1 == 1).for_each(|place| lose(equal, place));
            }
        }
    }
}

/// What is equal where each block begins.
fn equalities(blocks: &[CodeBlock], words: u32) -> Vec<Equal> {
    let count = places::count(words);
    let mut begins = vec![vec![u16::MAX; count]; blocks.len()];
    if let Some(first) = begins.first_mut() {
        first.fill(0);
    }
    let mut open: Vec<usize> = (0..blocks.len()).rev().collect();
    while let Some(number) = open.pop() {
        let Some(block) = blocks.get(number) else { continue };
        let mut equal = begins[number].clone();
        block.lines.iter().for_each(|line| advance(&mut equal, &line.inst));
        for to in block.lines.last().map_or(Vec::new(), |line| line.inst.targets()) {
            let mut less = false;
            for (there, here) in begins[to as usize].iter_mut().zip(&equal) {
                less |= *there & !here != 0;
                *there &= here;
            }
            if less && !open.contains(&(to as usize)) {
                open.push(to as usize);
            }
        }
    }
    begins
}

/// Drops moves to places that hold the same.
fn drop_copies(code: &mut Code, words: u32) {
    let begins = equalities(&code.blocks, words);
    for (block, mut equal) in code.blocks.iter_mut().zip(begins) {
        let mut sources: [Option<Reg>; 16] = [None; 16];
        for line in &mut block.lines {
            read_sources(&mut line.inst, &sources, &equal);
            let same = |place: Option<usize>| place.and_then(|place| equal.get(place)).copied().unwrap_or(0);
            let nothing = |reg: Reg| Inst::Move { dst: reg, src: reg };
            let instead = match line.inst {
                Inst::Spill { src, cell } if same(places::word(cell)) >> src.number() & 1 == 1 => {
                    Some(nothing(src))
                }
                Inst::Move { dst, src } if same(Some(places::register(src))) >> dst.number() & 1 == 1 => {
                    Some(nothing(dst))
                }
                Inst::Reload { dst, cell } => match same(places::word(cell)) {
                    0 => None,
                    same if same >> dst.number() & 1 == 1 => Some(nothing(dst)),
                    same => Some(Inst::Move { dst, src: Reg(same.trailing_zeros()) }),
                },
                _ => None,
            };
            line.inst = instead.unwrap_or(line.inst.clone());
            advance(&mut equal, &line.inst);
            if let Inst::Move { dst, src } = line.inst
                && let Some(slot) = sources.get_mut(places::register(dst)).filter(|_| dst != src)
            {
                *slot = Some(src);
            }
        }
    }
}

/// Has an instruction read what was moved where it was before, when it is there still; the move may then go.
fn read_sources(inst: &mut Inst, sources: &[Option<Reg>; 16], equal: &Equal) {
    if matches!(inst, Inst::Move { .. } | Inst::Spill { .. }) {
        return;
    }
    let (mut overwritten, mut reads) = (0u32, 0u32);
    inst.visit(&mut |_, role| {
        if let Role::Reuse(index) = role {
            overwritten |= 1 << index;
        }
    });
    inst.visit(&mut |reg, role| {
        let own = overwritten >> reads & 1 == 1;
        reads += u32::from(is_read(role));
        let source = sources.get(places::register(*reg)).copied().flatten();
        let is_there =
            |source: &Reg| equal.get(places::register(*reg)).is_some_and(|same| same >> source.number() & 1 == 1);
        if role == Role::Use
            && !own
            && let Some(source) = source.filter(|source| source.number() < 8).filter(is_there)
        {
            *reg = source;
        }
    });
}

/// Drops moves to places that nobody reads then; tells whether there were any.
fn drop_dead(code: &mut Code, words: u32) -> bool {
    let ends = places::needed(code, words);
    let mut any = false;
    for (block, mut needed) in code.blocks.iter_mut().zip(ends) {
        for line in block.lines.iter_mut().rev() {
            let target = match line.inst {
                Inst::Move { dst, src } if dst != src => Some((places::register(dst), dst)),
                Inst::Reload { dst, .. } => Some((places::register(dst), dst)),
                Inst::Spill { src, cell } => places::word(cell).map(|place| (place, src)),
                _ => None,
            };
            if let Some((_, reg)) = target.filter(|&(place, _)| !holds(&needed, place)) {
                line.inst = Inst::Move { dst: reg, src: reg };
                any = true;
            }
            places::step(&line.inst, &mut needed);
        }
    }
    any
}

/// Where a move is gone, the value is not where it would be: only what is still needed there is told to be there.
fn cut(allocated: &mut Allocated) {
    let ranges = ranges(&allocated.code, allocated.spills);
    let place = |spot: Spot| match spot {
        Spot::Register(number) => Some(usize::from(number)),
        Spot::Cell(cell) => places::word(cell),
    };
    let mut spans = Vec::with_capacity(allocated.spans.len());
    for span in &allocated.spans {
        let Some(ranges) = place(span.place).and_then(|place| ranges.get(place)) else {
            spans.push(*span);
            continue;
        };
        let first = ranges.partition_point(|&(_, to)| to <= span.from);
        let touched = ranges.iter().skip(first).take_while(|&&(from, _)| from < span.to);
        spans.extend(touched.map(|&(from, to)| Span { from: from.max(span.from), to: to.min(span.to), ..*span }));
    }
    allocated.spans = spans;
}

/// For each place the lines before which it is needed, counted over all blocks, as ascending ranges.
fn ranges(code: &Code, words: u32) -> Vec<Vec<(u32, u32)>> {
    let mut ranges: Vec<Vec<(u32, u32)>> = vec![Vec::new(); places::count(words)];
    let mut first = 0;
    for (block, mut needed) in code.blocks.iter().zip(places::needed(code, words)) {
        let mut sets: Vec<Set> = Vec::with_capacity(block.lines.len());
        for line in block.lines.iter().rev() {
            places::step(&line.inst, &mut needed);
            sets.push(needed.clone());
        }
        for (set, line) in sets.iter().rev().zip(first..) {
            for (place, ranges) in ranges.iter_mut().enumerate().filter(|&(place, _)| holds(set, place)) {
                debug_assert!(place < places::count(words));
                match ranges.last_mut() {
                    Some((_, to)) if *to == line => *to = line + 1,
                    _ => ranges.push((line, line + 1)),
                }
            }
        }
        first += block.lines.len() as u32;
    }
    ranges
}
