//! Emitted code as a list of instructions that can be changed, and laid out again.

use artifact::{FunctionCode, JumpTable, Location, Pool, Relocation, RelocationKind};
use thumb::{Halfwords, Inst};

/// What stands at an instruction of Cortex-M0 only.
#[derive(Clone, Debug, Default)]
pub(crate) struct Own {
    /// A halfword that stands in place of the instruction.
    pub(crate) instead: Option<u16>,
    /// The word that it loads, by where it stood.
    pub(crate) word: Option<u32>,
    /// The constants behind it, by index of the program's.
    pub(crate) pool: Option<usize>,
}

impl crate::program::Own for Own {
    fn split(&mut self) -> Own {
        Own { pool: self.pool.take(), ..Own::default() }
    }

    fn may_go(&self, follows: bool) -> bool {
        follows || self.pool.is_none()
    }

    fn absorb(&mut self, gone: Own) {
        self.pool = gone.pool.or(self.pool);
    }
}

/// A function that can be changed.
pub(crate) type Program = crate::program::Program<Inst, Own>;

type Line = crate::program::Line<Inst, Own>;

impl crate::Machine for Program {
    const TARGET: &'static str = "sim-cortex-m0";
    const FAMILIES: &'static [crate::Family<Program>] = super::families::FAMILIES;

    fn take_apart(code: &FunctionCode) -> Program {
        Program::new(code)
    }

    fn put_together(&self) -> Option<FunctionCode> {
        self.assemble()
    }

    fn lines(&self) -> usize {
        self.lines.len()
    }
}

impl Program {
    /// Takes emitted code apart. Labels are the offsets that places had.
    pub(crate) fn new(code: &FunctionCode) -> Program {
        let mut lines: Vec<Line> = Vec::new();
        let mut pools = Vec::new();
        let (mut inst, mut at) = (None, 0);
        while at < code.literals {
            if let Some(pool) = code.pools.iter().find(|pool| pool.offset == at) {
                let bytes = code.code[at as usize..(at + pool.bytes) as usize].to_vec();
                lines.last_mut().expect("constants are behind instructions").own.pool = Some(pools.len());
                pools.push((at, bytes));
                at += pool.bytes;
                continue;
            }
            let raw = thumb::decode_bytes(&code.code[at as usize..]).expect("instructions");
            let end = at + raw.size();
            let relocation = code.relocations.iter().find(|field| field.offset == at).copied();
            let loads = matches!(raw, Inst::LoadLiteral { .. });
            let target = raw.target(at).filter(|_| relocation.is_none());
            let line = Line::emitted(raw, code, (at, end), inst);
            inst = line.inst;
            let own = Own { word: target.filter(|_| loads), ..Own::default() };
            let target = target.filter(|_| !loads).map(|target| target as usize);
            lines.push(Line { relocation, target, own, ..line });
            at = end;
        }
        pools.push((code.literals, code.code[code.literals as usize..].to_vec()));
        let entries = |table: &JumpTable| {
            let width = usize::from(table.width);
            let bytes = &code.code[table.offset as usize..][..width * table.entries as usize];
            let halfwords =
                |entry: &[u8]| entry.iter().rev().fold(0, |value, byte| value << 8 | usize::from(*byte));
            bytes.chunks_exact(width).map(|entry| table.base as usize + 2 * halfwords(entry)).collect()
        };
        let tables = code.claim.tables.iter().map(entries).collect();
        Program { lines, code: code.clone(), pools, tables }
    }

    /// The code again; none when a branch or load does not reach any more.
    pub(crate) fn assemble(&self) -> Option<FunctionCode> {
        let old = &self.code;
        let layout = self.lay_out();
        let Layout { offsets, ends, pools, literals } = &layout;
        let place = |label: usize| self.place(label).map_or(*literals, |line| offsets[line]);
        let mut code = old.clone();
        code.code.clear();
        code.pools.clear();
        for (index, line) in self.lines.iter().enumerate() {
            self.put(&mut code.code, index, &layout, &place)?;
            if let Some(pool) = line.own.pool {
                let offset = code.code.len() as u32;
                self.put_pool(&mut code.code, pool, pools[pool]);
                code.pools.push(Pool { offset, bytes: code.code.len() as u32 - offset });
            }
        }
        code.literals = *literals;
        let last = self.pools.len() - 1;
        self.put_pool(&mut code.code, last, pools[last]);
        code.claim.tables = Vec::new();
        for (table, entries) in old.claim.tables.iter().zip(&self.tables) {
            let moved = JumpTable {
                offset: self.moved(&layout, table.offset)?,
                base: ends[self.place(table.base as usize - 4)?] + 2,
                ..table.clone()
            };
            for (index, &label) in entries.iter().enumerate() {
                let halfwords = place(label).checked_sub(moved.base)? / 2;
                let width = usize::from(moved.width);
                let at = moved.offset as usize + width * index;
                code.code.get_mut(at..at + width)?.copy_from_slice(&halfwords.to_le_bytes()[..width]);
            }
            code.claim.tables.push(moved);
        }
        let fields = self.lines.iter().zip(offsets.iter().copied());
        code.relocations =
            fields.filter_map(|(line, offset)| Some(Relocation { offset, ..line.relocation? })).collect();
        for field in old.relocations.iter().filter(|field| field.kind == RelocationKind::Absolute32) {
            code.relocations.push(Relocation { offset: self.moved(&layout, field.offset)?, ..*field });
        }
        code.relocations.sort_by_key(|field| field.offset);
        self.put_rows(&mut code, offsets, ends);
        let location = |location: &Location| Location {
            start: place(location.start as usize),
            end: place(location.end as usize),
            ..*location
        };
        code.claim.locations = old.claim.locations.iter().map(location).collect();
        Some(code)
    }

    /// Where everything goes.
    fn lay_out(&self) -> Layout {
        let mut layout =
            Layout { offsets: Vec::new(), ends: Vec::new(), pools: vec![0; self.pools.len()], literals: 0 };
        let mut at = 0;
        for line in &self.lines {
            layout.offsets.push(at);
            at += line.own.instead.map_or(line.raw.size(), |_| 2);
            layout.ends.push(at);
            if let Some(pool) = line.own.pool {
                layout.pools[pool] = self.place_pool(pool, at);
                at = layout.pools[pool] + self.pools[pool].1.len() as u32;
            }
        }
        layout.literals = at;
        let last = self.pools.len() - 1;
        layout.pools[last] = self.place_pool(last, at);
        layout
    }

    /// Tables stand where they are put; words keep their distance from a multiple of 4.
    fn place_pool(&self, pool: usize, at: u32) -> u32 {
        let old = self.pools[pool].0;
        let table = self.code.claim.tables.iter().any(|table| table.offset == old);
        if table { at } else { at + (old.wrapping_sub(at) & 3) }
    }

    fn put_pool(&self, code: &mut Vec<u8>, pool: usize, at: u32) {
        code.resize(at as usize, 0);
        code.extend_from_slice(&self.pools[pool].1);
    }

    /// Where a constant went.
    fn moved(&self, layout: &Layout, old: u32) -> Option<u32> {
        let holds = |pool: &(u32, Vec<u8>)| (pool.0..pool.0 + pool.1.len() as u32).contains(&old);
        let pool = self.pools.iter().position(holds)?;
        Some(layout.pools[pool] + old - self.pools[pool].0)
    }

    fn put(&self, code: &mut Vec<u8>, index: usize, layout: &Layout, place: &dyn Fn(usize) -> u32) -> Option<()> {
        let (line, at) = (&self.lines[index], layout.offsets[index]);
        if let Some(halfword) = line.own.instead {
            code.extend(halfword.to_le_bytes());
            return Some(());
        }
        let distance = |label: usize| place(label) as i32 - at as i32 - 4;
        let raw = match (line.raw, line.target, line.own.word) {
            (Inst::BranchIf { cond, .. }, Some(label), _) => {
                Inst::BranchIf { cond, offset: distance(label) as i16 }
            }
            (Inst::Branch { .. }, Some(label), _) => Inst::Branch { offset: distance(label) as i16 },
            (Inst::Call { .. }, Some(label), _) => Inst::Call { offset: distance(label) },
            (Inst::LoadLiteral { rt, .. }, _, Some(word)) => {
                let word = self.moved(layout, word)?;
                Inst::LoadLiteral { rt, offset: u16::try_from(word.checked_sub((at + 4) & !3)?).ok()? }
            }
            (raw, ..) => raw,
        };
        match raw.encode()? {
            Halfwords::One(first) => code.extend(first.to_le_bytes()),
            Halfwords::Two(first, second) => {
                code.extend(first.to_le_bytes());
                code.extend(second.to_le_bytes());
            }
        }
        Some(())
    }
}

/// Where everything goes.
struct Layout {
    /// The first byte of each line.
    offsets: Vec<u32>,
    /// The one behind it.
    ends: Vec<u32>,
    /// The first byte of each pool.
    pools: Vec<u32>,
    /// Where the instructions end.
    literals: u32,
}
