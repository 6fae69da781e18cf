//! Which virtual registers are live where blocks begin and end, and how many at once.

use super::inst::{Code, Inst, Reg, Role};

/// Registers times blocks of functions that are too large.
const LARGE: usize = 1 << 26;

/// Bits by block and register.
struct Bits {
    words: usize,
    bits: Vec<u64>,
}

impl Bits {
    fn new(blocks: usize, registers: usize) -> Bits {
        let words = registers.div_ceil(64);
        Bits { words, bits: vec![0; blocks * words] }
    }

    fn row(&self, block: usize) -> &[u64] {
        self.bits.get(block * self.words..(block + 1) * self.words).unwrap_or(&[])
    }

    fn row_mut(&mut self, block: usize) -> &mut [u64] {
        self.bits.get_mut(block * self.words..(block + 1) * self.words).unwrap_or(&mut [])
    }
}

fn set(row: &mut [u64], reg: Reg, to: bool) -> bool {
    let Some(index) = reg.virtual_index() else { return false };
    let Some(word) = row.get_mut(index / 64) else { return false };
    let bit = 1 << (index % 64);
    let before = *word & bit != 0;
    *word = if to { *word | bit } else { *word & !bit };
    before != to
}

/// Live registers of a function.
pub(super) struct Liveness {
    begin: Bits,
    end: Bits,
}

/// How many registers are live at once in a block.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pressure {
    /// At most, anywhere.
    pub(super) most: u32,
    /// At most across a call; none when it has no call.
    pub(super) calls: Option<u32>,
}

pub(super) fn is_read(role: Role) -> bool {
    matches!(role, Role::Use | Role::Late | Role::UseIn(_))
}

impl Liveness {
    /// Finds what is live. What is read in a block before it is written there is live where the block begins; what is live
    /// where a block begins is live where those before it end, but for its parameters. None of functions that are too large.
    pub(super) fn new(code: &mut Code) -> Option<Liveness> {
        let count = code.blocks.len();
        if code.registers.saturating_mul(count) > LARGE {
            return None;
        }
        let (mut begin, mut end) = (Bits::new(count, code.registers), Bits::new(count, code.registers));
        let mut written = Bits::new(count, code.registers);
        let mut before: Vec<Vec<u32>> = vec![Vec::new(); count];
        for (number, block) in code.blocks.iter_mut().enumerate() {
            let (read, write) = (begin.row_mut(number), written.row_mut(number));
            block.params.iter().for_each(|&param| _ = set(write, param, true));
            for line in &mut block.lines {
                let mut note = |reg: &mut Reg, role: Role| {
                    let index = reg.virtual_index().unwrap_or(usize::MAX);
                    let own = write.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1);
                    if !is_read(role) {
                        set(write, *reg, true);
                    } else if !own {
                        set(read, *reg, true);
                    }
                };
                line.inst.visit(&mut note);
            }
            for &arg in &block.args {
                let index = arg.virtual_index().unwrap_or(usize::MAX);
                if write.get(index / 64).is_none_or(|word| word >> (index % 64) & 1 == 0) {
                    set(read, arg, true);
                }
                set(end.row_mut(number), arg, true);
            }
            for to in block.lines.last().map_or(Vec::new(), |line| line.inst.targets()) {
                before.get_mut(to as usize).into_iter().for_each(|before| before.push(number as u32));
            }
        }
        let mut open: Vec<u32> = (0..count as u32).collect();
        while let Some(block) = open.pop() {
            for &from in &before[block as usize] {
                if pass(&mut begin, &mut end, &written, (from as usize, block as usize)) {
                    open.push(from);
                }
            }
        }
        Some(Liveness { begin, end })
    }

    /// Whether a register is live where a block begins.
    pub(super) fn begins(&self, block: u32, reg: Reg) -> bool {
        let index = reg.virtual_index().unwrap_or(usize::MAX);
        self.begin.row(block as usize).get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    /// Whether a register is live where a block ends.
    pub(super) fn ends(&self, block: u32, reg: Reg) -> bool {
        let index = reg.virtual_index().unwrap_or(usize::MAX);
        self.end.row(block as usize).get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    /// How many registers each block has live at once.
    pub(super) fn pressure(&self, code: &mut Code) -> Vec<Pressure> {
        let mut live = Vec::new();
        let of = |(number, block): (usize, &mut super::inst::CodeBlock)| {
            live.clear();
            live.extend_from_slice(self.end.row(number));
            let mut count: u32 = live.iter().map(|word| word.count_ones()).sum();
            let mut pressure = Pressure { most: count, calls: None };
            for line in block.lines.iter_mut().rev() {
                line.inst.visit(&mut |reg, role| {
                    count -= u32::from(!is_read(role) && set(&mut live, *reg, false));
                });
                if matches!(line.inst, Inst::Call { .. }) {
                    pressure.calls = pressure.calls.max(Some(count));
                }
                line.inst.visit(&mut |reg, role| count += u32::from(is_read(role) && set(&mut live, *reg, true)));
                pressure.most = pressure.most.max(count);
            }
            pressure
        };
        code.blocks.iter_mut().enumerate().map(of).collect()
    }
}

/// What is live where a block begins becomes live where one before it ends, and where that begins unless it is written
/// there; tells whether more is live there now.
fn pass(begin: &mut Bits, end: &mut Bits, written: &Bits, (from, block): (usize, usize)) -> bool {
    let mut more = false;
    for index in 0..begin.words {
        let live = begin.row(block).get(index).copied().unwrap_or(0);
        let through = live & !written.row(from).get(index).copied().unwrap_or(0);
        if let Some(word) = end.row_mut(from).get_mut(index) {
            *word |= live;
        }
        if let Some(word) = begin.row_mut(from).get_mut(index) {
            more |= through & !*word != 0;
            *word |= through;
        }
    }
    more
}
