//! Which registers and words of the allocator are needed where, when registers are allocated.

use super::inst::{BlockIndex, Cell, Code, Inst, Reg};
use super::liveness::is_read;

/// The machine's registers come before the allocator's words.
const REGISTERS: usize = 16;

/// A place by number: a register, or a word of the allocator.
pub(super) fn word(cell: Cell) -> Option<usize> {
    match cell {
        Cell::Spill(index) => Some(REGISTERS + index as usize),
        _ => None,
    }
}

/// A register as a place.
pub(super) fn register(reg: Reg) -> usize {
    usize::from(reg.number())
}

/// How many places there are.
pub(super) fn count(words: u32) -> usize {
    REGISTERS + words as usize
}

/// What calls change.
pub(super) const CLOBBERED: u16 = 0x500F;

/// Bits by place.
pub(super) type Set = Vec<u64>;

pub(super) fn holds(set: &[u64], place: usize) -> bool {
    set.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
}

pub(super) fn put(set: &mut [u64], place: usize, needed: bool) {
    if let Some(word) = set.get_mut(place / 64) {
        *word = *word & !(1 << (place % 64)) | u64::from(needed) << (place % 64);
    }
}

/// The places that are needed where each block ends.
pub(super) fn needed(code: &Code, words: u32) -> Vec<Set> {
    let mut before: Vec<Vec<BlockIndex>> = vec![Vec::new(); code.blocks.len()];
    for (from, block) in code.blocks.iter().enumerate() {
        for to in block.lines.last().map_or(Vec::new(), |line| line.inst.targets()) {
            before.get_mut(to as usize).into_iter().for_each(|before| before.push(from as u32));
        }
    }
    let mut ends: Vec<Set> = vec![vec![0; count(words).div_ceil(64)]; code.blocks.len()];
    let mut open: Vec<BlockIndex> = (0..code.blocks.len() as u32).collect();
    while let Some(number) = open.pop() {
        let mut set = ends[number as usize].clone();
        for line in code.blocks[number as usize].lines.iter().rev() {
            step(&line.inst, &mut set);
        }
        for &from in &before[number as usize] {
            let mut more = false;
            for (there, here) in ends[from as usize].iter_mut().zip(&set) {
                more |= here & !*there != 0;
                *there |= here;
            }
            if more {
                open.push(from);
            }
        }
    }
    ends
}

/// Goes back over an instruction.
pub(super) fn step(inst: &Inst, set: &mut [u64]) {
    match *inst {
        Inst::Move { dst, src } if dst == src => return,
        Inst::Spill { cell, .. } => word(cell).into_iter().for_each(|place| put(set, place, false)),
        Inst::Call { .. } => {
            (0..REGISTERS).filter(|place| CLOBBERED >> place & 1 == 1).for_each(|place| put(set, place, false))
        }
        _ => {}
    }
    let mut inst = inst.clone();
    inst.visit(&mut |reg, role| {
        if !is_read(role) {
            put(set, register(*reg), false);
        }
    });
    inst.visit(&mut |reg, role| {
        if is_read(role) {
            put(set, register(*reg), true);
        }
    });
    if let Inst::Reload { cell, .. } = inst {
        word(cell).into_iter().for_each(|place| put(set, place, true));
    }
}
