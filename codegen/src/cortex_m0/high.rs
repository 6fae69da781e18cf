//! Words of the allocator in high registers, where that is worth it.
//!
//! Moving a word to a high register or back takes one cycle, storing or loading it two, in as many bytes. r12 and, where it
//! is saved anyway and no call needs it, lr cost nothing more: r12 takes a word that no call is crossed with. r8 to r11
//! have to be saved: they are taken when what they save, weighted by the depth of loops, is more than that costs.

use super::allocate::Allocated;
use super::buffer::Demands;
use super::cost::{BYTE, weight};
use super::emit::Spot;
use super::encode::{IP, LR};
use super::frame::Frame;
use super::inst::{Address, Cell, Code, Inst, Reg};

/// Registers that are to be saved before they hold something.
const SAVED: [u8; 4] = [8, 9, 10, 11];

/// Only so many words are looked at, those that are moved most.
const MOST: usize = 12;

/// What a register of [`SAVED`] takes in the prologue and in the epilogue: `MOV` and a word of a `PUSH`, `LDR` and `MOV`.
const BYTES: u64 = 6;
const CYCLES: u64 = 5;
/// What the first of them takes beside: the `PUSH`.
const FIRST: u64 = 2 * BYTE + 1;

/// How far instructions reach from the stack pointer, less what saving registers takes.
const REACH: u32 = 1020 - 32;

/// Which registers are there to be taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Free {
    /// No sequence of the encoder needs r12 but at calls.
    pub(super) scratch: bool,
    /// lr is saved, or is to be when it is taken, and no branch is so long that it needs it.
    pub(super) link: bool,
    /// The frame has room for r8 to r11.
    pub(super) saved: bool,
}

impl Free {
    /// What a function's code leaves free that has a frame so far.
    pub(super) fn new(frame: &Frame, code: &Code, demands: Demands) -> Free {
        let insts = || code.blocks.iter().flat_map(|block| &block.lines).map(|line| &line.inst);
        let takes_arguments = insts().any(|inst| matches!(inst, Inst::TailCall { stack: Some(_), .. }));
        Free {
            scratch: frame.slots.iter().all(|&(_, align)| align <= 8) && insts().all(|inst| is_near(inst, frame)),
            link: !demands.link && frame.saved >> LR & 1 == 1,
            saved: frame.pops == 0 && !takes_arguments,
        }
    }
}

/// Whether what an instruction names in the frame is in reach of one, also when registers are saved beside.
fn is_near(inst: &Inst, frame: &Frame) -> bool {
    match *inst {
        Inst::FrameAddress { cell, .. }
        | Inst::Store { address: Address::Cell(cell), .. }
        | Inst::Spill { cell, .. } => frame.offset(cell) <= REACH,
        _ => true,
    }
}

/// Gives words of the allocator high registers; the others move together.
pub(super) fn raise(allocated: &mut Allocated, free: Free) {
    let homes = homes(allocated, free);
    if homes.is_empty() {
        return;
    }
    let mut places = Vec::with_capacity(allocated.spills as usize);
    let mut left = 0;
    for index in 0..allocated.spills {
        places.push(match homes.iter().find(|home| home.0 == index) {
            Some(&(_, register)) => Spot::Register(register),
            None => {
                left += 1;
                Spot::Cell(Cell::Spill(left - 1))
            }
        });
    }
    allocated.spills = left;
    let place = |cell: Cell| match cell {
        Cell::Spill(index) => places.get(index as usize).copied().unwrap_or(Spot::Cell(cell)),
        cell => Spot::Cell(cell),
    };
    for line in allocated.code.blocks.iter_mut().flat_map(|block| &mut block.lines) {
        line.inst = match line.inst {
            Inst::Spill { src, cell } => match place(cell) {
                Spot::Register(number) => Inst::Move { dst: Reg(number.into()), src },
                Spot::Cell(cell) => Inst::Spill { src, cell },
            },
            Inst::Reload { dst, cell } => match place(cell) {
                Spot::Register(number) => Inst::Move { dst, src: Reg(number.into()) },
                Spot::Cell(cell) => Inst::Reload { dst, cell },
            },
            _ => continue,
        };
    }
    for span in &mut allocated.spans {
        if let Spot::Cell(cell) = span.place {
            span.place = place(cell);
        }
    }
}

/// Which words get which registers.
fn homes(allocated: &Allocated, free: Free) -> Vec<(u32, u8)> {
    let code = &allocated.code;
    let mut homes = Vec::new();
    let (mut scratch, mut link) = (free.scratch, free.link && !calls(code));
    let mut saved = Vec::new();
    for (index, gain) in gains(code, allocated.spills).into_iter().take(MOST) {
        if (scratch || link) && !crosses_call(code, index) {
            if std::mem::take(&mut scratch) {
                homes.push((index, IP));
                continue;
            }
            link = false;
            homes.push((index, LR));
        } else if free.saved && saved.len() < SAVED.len() {
            saved.push((index, gain));
        }
    }
    homes.extend(worthwhile(&saved).iter().zip(SAVED).map(|(&(index, _), register)| (index, register)));
    homes
}

/// The first so many words, of which those that are moved most come first, that gain most beyond what their registers cost.
fn worthwhile(words: &[(u32, u64)]) -> &[(u32, u64)] {
    let (mut total, mut best, mut count) = (-(FIRST as i64), 0, 0);
    for (&(_, gain), number) in words.iter().zip(1..) {
        total += gain as i64 - (BYTE * BYTES + CYCLES) as i64;
        if total > best {
            (best, count) = (total, number);
        }
    }
    words.get(..count).unwrap_or(&[])
}

/// The words and the cycles that each would gain, the most first.
fn gains(code: &Code, words: u32) -> Vec<(u32, u64)> {
    let mut gains: Vec<(u32, u64)> = (0..words).map(|index| (index, 0)).collect();
    for block in &code.blocks {
        for line in &block.lines {
            if let Inst::Spill { cell: Cell::Spill(index), .. } | Inst::Reload { cell: Cell::Spill(index), .. } =
                line.inst
                && let Some((_, gain)) = gains.get_mut(index as usize)
            {
                *gain += weight(block.depth);
            }
        }
    }
    gains.sort_by_key(|&(_, gain)| std::cmp::Reverse(gain));
    gains
}

/// Whether an instruction overwrites r12 and lr.
fn is_call(inst: &Inst) -> bool {
    matches!(inst, Inst::Call { .. })
}

/// Whether code calls, or leaves by a jump, which takes lr with it.
fn calls(code: &Code) -> bool {
    let calls = |inst: &Inst| is_call(inst) || matches!(inst, Inst::TailCall { .. });
    code.blocks.iter().flat_map(|block| &block.lines).any(|line| calls(&line.inst))
}

/// Whether a call is crossed with a word: it is stored before and loaded behind.
fn crosses_call(code: &Code, index: u32) -> bool {
    let own = |cell: Cell| cell == Cell::Spill(index);
    let mut before: Vec<Vec<u32>> = vec![Vec::new(); code.blocks.len()];
    for (from, block) in code.blocks.iter().enumerate() {
        for to in block.lines.last().map_or(Vec::new(), |line| line.inst.targets()) {
            before.get_mut(to as usize).into_iter().for_each(|before| before.push(from as u32));
        }
    }
    // Whether the word is needed where a block ends.
    let mut needed = vec![false; code.blocks.len()];
    let mut open: Vec<u32> = (0..code.blocks.len() as u32).collect();
    while let Some(number) = open.pop() {
        let Some(block) = code.blocks.get(number as usize) else { continue };
        let mut live = needed[number as usize];
        for line in block.lines.iter().rev() {
            match line.inst {
                Inst::Spill { cell, .. } if own(cell) => live = false,
                Inst::Reload { cell, .. } if own(cell) => live = true,
                ref inst if live && is_call(inst) => return true,
                _ => {}
            }
        }
        if live {
            for &from in &before[number as usize] {
                if !std::mem::replace(&mut needed[from as usize], true) {
                    open.push(from);
                }
            }
        }
    }
    false
}
