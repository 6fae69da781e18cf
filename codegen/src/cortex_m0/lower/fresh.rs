//! Constants, addresses and sums that are used again while they are fresh.

use super::Lower;
use super::known::Known;
use crate::cortex_m0::inst::{Cell, Inst, Reg, Shift};
use artifact::Reference;

/// What a register holds that can be made again anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Again {
    Const(u32),
    Symbol(Reference, i32),
    Cell(Cell),
    /// `base + index << scale`
    Sum(Reg, Reg, u8),
}

/// A register that is used again while it is fresh.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fresh {
    what: Again,
    reg: Reg,
    /// The line that used it last.
    line: usize,
}

/// For how many lines a constant is fresh that one or two instructions make without a load.
const CHEAP: usize = 6;
/// For how many lines all else is fresh.
const DEAR: usize = 40;

impl Lower<'_> {
    fn line(&self) -> usize {
        self.code.blocks[self.current as usize].lines.len()
    }

    fn again(&mut self, what: Again, cheap: bool, make: impl FnOnce(Reg) -> Inst) -> Reg {
        let line = self.line();
        let limit = if cheap { CHEAP } else { DEAR };
        if let Some(fresh) = self.fresh.iter_mut().find(|fresh| fresh.what == what) {
            if fresh.line + limit >= line {
                fresh.line = line;
                return fresh.reg;
            }
            fresh.line = line;
            let reg = self.temp();
            self.emit(make(reg));
            if let Some(fresh) = self.fresh.iter_mut().find(|fresh| fresh.what == what) {
                fresh.reg = reg;
            }
            return reg;
        }
        let reg = self.temp();
        self.emit(make(reg));
        self.fresh.retain(|fresh| fresh.line + DEAR >= line);
        self.fresh.push(Fresh { what, reg, line });
        reg
    }

    /// A register with a constant.
    pub(crate) fn konst(&mut self, value: u32) -> Reg {
        let reg = self.again(Again::Const(value), value <= 255, |dst| Inst::Const { dst, value });
        self.know(reg, Known::constant(value))
    }

    /// A fresh constant that lies below a value by a multiple of `step` up to 31 of them.
    pub(crate) fn fresh_base(&self, value: u32, step: u32) -> Option<u32> {
        self.fresh.iter().find_map(|fresh| match fresh.what {
            Again::Const(base) if base > 255 => {
                let distance = value.wrapping_sub(base);
                (distance <= 31 * step && distance.is_multiple_of(step)).then_some(base)
            }
            _ => None,
        })
    }

    /// Whether the sum of a base and a scaled index is there already.
    pub(crate) fn has_sum(&self, base: Reg, index: Reg, scale: u8) -> bool {
        let (what, line) = (Again::Sum(base, index, scale), self.line());
        self.fresh.iter().any(|fresh| fresh.what == what && fresh.line + DEAR >= line)
    }

    /// The sum of a base and a scaled index.
    pub(crate) fn sum(&mut self, base: Reg, index: Reg, scale: u8) -> Reg {
        let shifted = match scale {
            0 => index,
            _ if self.has_sum(base, index, scale) => index,
            scale => self.shift(Shift::Lsl, index, scale.into()),
        };
        self.again(Again::Sum(base, index, scale), false, |dst| Inst::Add { dst, a: base, b: shifted })
    }

    /// The address of a symbol.
    pub(crate) fn symbol(&mut self, reference: Reference, addend: i32) -> Reg {
        self.again(Again::Symbol(reference, addend), false, |dst| Inst::Symbol { dst, reference, addend })
    }

    /// The address of something in the frame.
    pub(crate) fn cell_address(&mut self, cell: Cell) -> Reg {
        self.again(Again::Cell(cell), true, |dst| Inst::FrameAddress { dst, cell })
    }
}
