//! From a buffer to a function's code: everything at its place, all rows moved along.

use super::plan::{distance, switch_bytes, table_base};
use super::{Bound, Buffer, Refusal, What, Word};
use crate::cortex_m0::encode;
use artifact::{Claim, Frame, FunctionCode, JumpTable, Pool, Relocation, RelocationKind};
use native_ir::Func;

/// The alignment of functions: loads of constants count from a multiple of 4.
const ALIGN: u32 = 4;

/// The most bytes of code, so that `BL` reaches from one end to the other.
const MOST: u32 = 16_000_000;

/// What an offset tells of constants that were put there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Where the last instruction ended: a call's return address.
    Before,
    /// Where the way goes on: before a branch around constants, behind constants that nobody walks into.
    Way,
    /// Where the next instruction stands.
    Behind,
}

/// The function's bytes as they are put together, and what they hold beside instructions.
#[derive(Default)]
struct Output {
    code: Vec<u8>,
    pools: Vec<Pool>,
    tables: Vec<JumpTable>,
    relocations: Vec<Relocation>,
}

impl Output {
    fn offset(&self) -> u32 {
        self.code.len() as u32
    }

    fn put(&mut self, halfword: u16) {
        self.code.extend_from_slice(&halfword.to_le_bytes());
    }

    /// `BL` over a distance from 4 bytes behind it.
    fn put_link(&mut self, distance: i32) {
        let (first, second) = encode::bl(distance);
        self.put(first);
        self.put(second);
    }
}

impl Buffer {
    /// Takes the function out. The buffer must be begun anew after it.
    ///
    /// Labels that branches or tables go to must be bound, and the code must end with an edge.
    ///
    /// # Errors
    /// When it must be written in another way, or is too long.
    pub(crate) fn finish(&mut self, func: Func, frame: Frame) -> Result<FunctionCode, Refusal> {
        if self.too_long {
            return Err(Refusal::TooLong);
        }
        self.make_plan()?;
        let literals = self.plan.end();
        if literals > MOST {
            return Err(Refusal::TooLong);
        }
        let mut output = self.write();
        let fields = std::mem::take(&mut self.relocations);
        let fields = self.moved(&fields, Side::Behind, |row| &mut row.offset);
        output.relocations.extend(fields);
        output.relocations.sort_unstable_by_key(|it| it.offset);
        Ok(FunctionCode {
            func,
            code: output.code,
            literals,
            pools: output.pools,
            align: ALIGN,
            relocations: output.relocations,
            traps: self.moved(&self.traps, Side::Behind, |row| &mut row.offset),
            calls: self.moved(&self.calls, Side::Before, |row| &mut row.offset),
            unwind: self.moved(&self.unwind, Side::Way, |row| &mut row.offset),
            claim: self.claim(output.tables, frame),
        })
    }

    fn claim(&self, tables: Vec<JumpTable>, frame: Frame) -> Claim {
        let mut insts = self.moved(&self.insts, Side::Way, |row| &mut row.offset);
        drop_empty(&mut insts);
        let starts = self.moved(&self.locations, Side::Way, |row| &mut row.start);
        let mut locations = starts;
        for row in &mut locations {
            row.end = self.moved_offset(row.end, Side::Way);
        }
        locations.retain(|row| row.start < row.end);
        locations.sort_unstable_by_key(|row| (row.value, row.word, row.start));
        Claim {
            insts,
            blocks: self.moved(&self.blocks, Side::Way, |row| &mut row.offset),
            tables,
            frame,
            places: Vec::new(),
            locations,
        }
    }

    /// Where an offset went.
    fn moved_offset(&self, offset: u32, side: Side) -> u32 {
        let items = self.items.partition_point(|item| match item.what {
            What::Edge => item.raw < offset || item.raw == offset && side != Side::Before,
            What::Seam => item.raw < offset || item.raw == offset && side == Side::Behind,
            _ => item.raw < offset,
        });
        self.place_behind(Bound { offset, items: items as u32 })
    }

    /// Rows with the offsets where they went.
    fn moved<R: Copy>(&self, rows: &[R], side: Side, offset: impl Fn(&mut R) -> &mut u32) -> Vec<R> {
        let mut rows = rows.to_vec();
        for offset in rows.iter_mut().map(offset) {
            *offset = self.moved_offset(*offset, side);
        }
        rows
    }

    /// Puts everything at its place.
    fn write(&self) -> Output {
        let mut output = Output::default();
        output.code.reserve(self.plan.end() as usize + 4 * self.plan.words.len() + 4);
        let mut pools = 0;
        let mut raw = 0;
        for (index, item) in self.items.iter().enumerate() {
            output.code.extend_from_slice(&self.code[raw as usize..item.raw as usize]);
            raw = item.raw_end();
            if self.plan.pools.get(pools).is_some_and(|pool| pool.item as usize == index) {
                self.write_pool(&mut output, pools);
                pools += 1;
            }
            debug_assert_eq!(output.offset(), self.plan.starts[index]);
            self.write_item(&mut output, index, item.what);
        }
        output.code.extend_from_slice(&self.code[raw as usize..]);
        self.write_pool(&mut output, pools);
        output
    }

    /// Writes a pool. That behind the code is not among the declared ones.
    fn write_pool(&self, output: &mut Output, number: usize) {
        let Some(&pool) = self.plan.pools.get(number) else { return };
        let next = self.plan.pools.get(number + 1);
        let last = next.map_or(self.plan.words.len(), |next| next.first as usize);
        let words = &self.plan.words[pool.first as usize..last];
        if words.is_empty() {
            return;
        }
        let end = pool.at + 4 * words.len() as u32;
        if pool.jump {
            output.put(encode::b(distance(pool.begin, end)));
        }
        let offset = output.offset();
        if next.is_some() {
            output.pools.push(Pool { offset, bytes: end - offset });
        }
        output.code.resize(pool.at as usize, 0);
        for &word in words {
            let number = match self.words[word as usize] {
                Word::Number(number) => number,
                Word::Address(target, addend) => {
                    let (offset, addend) = (output.offset(), addend.into());
                    output.relocations.push(Relocation {
                        offset,
                        kind: RelocationKind::Absolute32,
                        target,
                        addend,
                    });
                    0
                }
            };
            output.code.extend_from_slice(&number.to_le_bytes());
        }
    }

    fn write_item(&self, output: &mut Output, index: usize, what: What) {
        let (at, size) = (self.plan.starts[index], self.plan.sizes[index]);
        match what {
            What::Edge | What::Seam => {}
            What::Jump(label) => match size {
                0 => {}
                2 => output.put(encode::b(distance(at, self.place_of(label)))),
                _ => output.put_link(distance(at, self.place_of(label))),
            },
            What::If(cond, label) => {
                let to = self.place_of(label);
                if size == 2 {
                    return output.put(encode::b_if(cond, distance(at, to)));
                }
                output.put(encode::b_if(cond.negate(), distance(at, at + size)));
                match size {
                    4 => output.put(encode::b(distance(at + 2, to))),
                    _ => output.put_link(distance(at + 2, to)),
                }
            }
            What::Load(register, _) => {
                let word = self.place_of_word(self.plan.reads[index]);
                output.put(encode::ldr_literal(register, word - ((at + 4) & !3)));
            }
            What::Switch(register, table) => self.write_switch(output, register, table, at, size),
        }
    }

    /// Where a word of a pool stands.
    fn place_of_word(&self, number: u32) -> u32 {
        let pools = self.plan.pools.partition_point(|pool| pool.first <= number);
        let pool = pools.checked_sub(1).and_then(|last| self.plan.pools.get(last));
        pool.map_or(0, |pool| pool.at + 4 * (number - pool.first))
    }

    /// Code that adds an entry of the table, which stands right behind it, to the program counter.
    fn write_switch(&self, output: &mut Output, register: u8, number: u32, at: u32, size: u32) {
        let table = self.tables[number as usize];
        let wide = size == switch_bytes(table.entries, true);
        if wide {
            output.put(encode::lsls_imm(register, register, 1));
        }
        output.put(encode::add_high(register, encode::PC));
        output.put(match wide {
            true => encode::ldrh(register, register, 4),
            false => encode::ldrb(register, register, 4),
        });
        output.put(encode::lsls_imm(register, register, 1));
        output.put(encode::add_high(encode::PC, register));
        let base = table_base(at, wide);
        let offset = output.offset();
        for &label in &self.targets[table.first as usize..][..table.entries as usize] {
            let halfwords = self.place_of(label).wrapping_sub(base) / 2;
            match wide {
                true => output.put(halfwords as u16),
                false => output.code.push(halfwords as u8),
            }
        }
        let end = at + size;
        output.code.resize(end as usize, 0);
        output.pools.push(Pool { offset, bytes: end - offset });
        let width = 1 + u8::from(wide);
        output.tables.push(JumpTable { offset, width, base, entries: table.entries, inst: table.inst });
    }
}

/// Leaves out rows of instructions whose branches went away.
fn drop_empty(rows: &mut Vec<artifact::InstRow>) {
    rows.dedup_by(|next, row| {
        let empty = next.offset == row.offset;
        if empty {
            *row = *next;
        }
        empty
    });
}
