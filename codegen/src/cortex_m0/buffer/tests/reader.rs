//! Reads a program's code beside its parts.

use super::{Demands, LABELS, NOP, Part, SYMBOL, cond_of};
use artifact::*;
use native_ir::{EntityRef, Inst, Trap};

/// What the reader finds.
#[derive(Default)]
pub(super) struct Found<'a> {
    code: &'a [u8],
    pools: Vec<Pool>,
    at: u32,
    /// Whether the way ended here.
    ended: bool,
    labels: Vec<u32>,
    /// Where branches go, and to which label they should.
    branches: Vec<(u32, usize)>,
    /// Where the constants lie and what they should be.
    constants: Vec<(u32, u32)>,
    /// The same for addresses.
    addresses: Vec<(u32, i32)>,
    tables: Vec<(JumpTable, Vec<usize>)>,
    insts: Vec<InstRow>,
    calls: Vec<CallRow>,
    traps: Vec<TrapRow>,
    unwind: Vec<UnwindRow>,
    fields: Vec<u32>,
}

impl<'a> Found<'a> {
    /// Reads a whole program.
    pub(super) fn read(parts: &[Part], code: &'a FunctionCode, demands: Demands) -> Found<'a> {
        let mut found = Found { code: &code.code, pools: code.pools.clone(), ..Found::default() };
        let mut tables = code.claim.tables.iter();
        for (index, part) in parts.iter().enumerate() {
            let inst = Inst::new(index);
            found.row(Some(inst));
            if !matches!(part, Part::Bind) {
                assert_eq!(found.next(), 0x2000 | (index as u16 & 255), "the mark of {part:?}");
            }
            match part {
                Part::Switch(labels) => {
                    let table = tables.next().expect("a table").clone();
                    found.switch(table, labels, inst, demands);
                }
                _ => found.part(part, inst),
            }
            found.pass_end();
        }
        found.row(None);
        assert_eq!(found.next(), 0x4770);
        assert_eq!(found.at, code.literals);
        assert!(tables.next().is_none());
        found
    }

    fn row(&mut self, inst: Option<Inst>) {
        if self.insts.last().is_some_and(|last| last.offset == self.at) {
            self.insts.pop();
        }
        self.insts.push(InstRow { offset: self.at, inst });
    }

    fn half(&self, at: u32) -> u16 {
        let bytes = &self.code[at as usize..][..2];
        u16::from_le_bytes(bytes.try_into().expect("2 bytes"))
    }

    fn pool_at(&self, at: u32) -> Option<u32> {
        let pool = self.pools.iter().find(|pool| pool.offset == at)?;
        Some(pool.offset + pool.bytes)
    }

    /// Goes behind constants that nobody walks into.
    fn pass_end(&mut self) {
        if self.ended {
            while let Some(end) = self.pool_at(self.at) {
                self.at = end;
            }
        }
    }

    /// Goes behind constants that stand behind a branch around them.
    fn pass_around(&mut self) {
        if let Some(end) = self.pool_at(self.at + 2)
            && self.jump_target(self.at).is_some_and(|(target, _)| target == end)
        {
            self.at = end;
        }
    }

    fn next(&mut self) -> u16 {
        self.pass_around();
        for pool in &self.pools {
            assert!(
                !(pool.offset..pool.offset + pool.bytes).contains(&self.at),
                "walks into constants at {}",
                self.at
            );
        }
        self.ended = false;
        self.at += 2;
        self.half(self.at - 2)
    }

    /// Where `B` or `BL` at an offset goes, and how many bytes it has.
    fn jump_target(&self, at: u32) -> Option<(u32, u32)> {
        let first = self.half(at);
        let pc = at + 4;
        match first >> 11 {
            0b11100 => Some((pc.wrapping_add_signed(i32::from(first << 5) << 16 >> 20), 2)),
            0b11110 => {
                let second = self.half(at + 2);
                let bit = |bit: u16| u32::from(second >> bit & 1);
                let sign = u32::from(first >> 10 & 1);
                let (i1, i2) = (1 - (bit(13) ^ sign), 1 - (bit(11) ^ sign));
                let low = u32::from(first & 0x3FF) << 12 | u32::from(second & 0x7FF) << 1;
                let whole = sign << 24 | i1 << 23 | i2 << 22 | low;
                assert_eq!(second & 0xD000, 0xD000);
                Some((pc.wrapping_add_signed(((whole << 7) as i32) >> 7), 4))
            }
            _ => None,
        }
    }

    /// A jump, or nothing where it was left out.
    fn jump(&mut self, label: usize) {
        self.pass_around();
        match self.jump_target(self.at) {
            Some((target, bytes)) => {
                self.next();
                self.at += bytes - 2;
                self.branches.push((target, label));
                self.ended = true;
            }
            None => self.branches.push((self.at, label)),
        }
    }

    fn branch(&mut self, cond: u16, label: usize) {
        let first = self.next();
        assert_eq!(first >> 12, 0xD);
        let target = (self.at + 2).wrapping_add_signed(i32::from(first as u8 as i8) * 2);
        if first >> 8 & 15 == cond {
            return self.branches.push((target, label));
        }
        assert_eq!(first >> 8 & 15, cond ^ 1);
        let (far, bytes) = self.jump_target(self.at).expect("a jump behind the inverted branch");
        self.at += bytes;
        assert_eq!(target, self.at);
        self.branches.push((far, label));
    }

    /// Where a load of a constant finds it.
    fn load(&mut self) -> u32 {
        let load = self.next();
        assert_eq!(load >> 8, 0x49);
        ((self.at + 2) & !3) + 4 * u32::from(load & 255)
    }

    fn part(&mut self, part: &Part, inst: Inst) {
        match *part {
            Part::Filler(count) => (0..count).for_each(|_| assert_eq!(self.next(), NOP)),
            Part::Branch(None, label) => self.jump(label),
            Part::Branch(Some(cond), label) => self.branch(cond_of(cond).code().into(), label),
            Part::Bind => self.labels.push(self.at),
            Part::Call => {
                assert_eq!(self.next() >> 11, 0b11110);
                self.fields.push(self.at - 2);
                self.at += 2;
                self.calls.push(CallRow { offset: self.at, inst });
            }
            Part::Trap => {
                assert_eq!(self.next(), 0xDE04);
                self.traps.push(TrapRow { offset: self.at - 2, trap: Trap::Unreachable, inst });
                self.ended = true;
            }
            Part::Constant(number) => {
                let at = self.load();
                self.constants.push((at, number));
            }
            Part::Address(addend) => {
                let at = self.load();
                self.addresses.push((at, addend));
            }
            Part::Switch(_) => unreachable!("read by itself"),
            Part::Unwind(bytes) => {
                self.unwind.push(UnwindRow { offset: self.at, op: UnwindOp::Cfa(bytes) });
            }
        }
    }

    fn switch(&mut self, table: JumpTable, labels: &[usize], inst: Inst, demands: Demands) {
        let wide = table.width == 2;
        if wide {
            assert_eq!(self.next(), 0x0052, "lsls r2, r2, #1");
        }
        assert_eq!(self.next(), 0x447A, "add r2, pc");
        let pc = self.at + 2;
        assert_eq!(self.next(), if wide { 0x8892 } else { 0x7912 }, "ldrb r2, [r2, #4]");
        assert_eq!(pc + 4, table.offset);
        assert_eq!(self.next(), 0x0052, "lsls r2, r2, #1");
        assert_eq!(self.next(), 0x4497, "add pc, r2");
        assert_eq!((self.at + 2, self.at), (table.base, table.offset));
        assert_eq!((table.entries as usize, table.inst), (labels.len(), inst));
        self.ended = true;
        self.pass_end();
        let mut near: Vec<usize> = Vec::new();
        for &label in labels {
            if (demands.near_tables || label < self.labels.len()) && !near.contains(&label) {
                near.push(label);
                self.jump(label);
                self.pass_end();
            }
        }
        self.tables.push((table, labels.to_vec()));
    }

    /// Compares with what the buffer says.
    pub(super) fn check(&self, code: &FunctionCode) {
        for &(target, label) in &self.branches {
            assert_eq!(target, self.labels[label], "label {label}");
        }
        assert_eq!(code.claim.insts, self.insts);
        let blocks: Vec<_> = code.claim.blocks.iter().map(|row| row.offset).collect();
        assert_eq!(blocks, self.labels);
        assert_eq!(self.labels.len(), LABELS);
        assert_eq!(code.calls, self.calls);
        assert_eq!(code.traps, self.traps);
        assert_eq!(code.unwind, self.unwind);
        self.check_constants(code);
        for (table, labels) in &self.tables {
            self.check_table(table, labels);
        }
    }

    fn check_constants(&self, code: &FunctionCode) {
        let inside = |at: u32| {
            at >= code.literals
                || code.pools.iter().any(|pool| (pool.offset..pool.offset + pool.bytes).contains(&at))
        };
        for &(at, number) in &self.constants {
            assert_eq!(code.code[at as usize..][..4], number.to_le_bytes());
            assert!(inside(at) && inside(at + 3));
        }
        let mut fields = self.fields.clone();
        for &(at, addend) in &self.addresses {
            let wanted =
                Relocation { offset: at, kind: RelocationKind::Absolute32, target: SYMBOL, addend: addend.into() };
            assert!(code.relocations.contains(&wanted), "{wanted:?}");
            assert!(inside(at) && inside(at + 3));
            fields.push(at);
        }
        fields.sort_unstable();
        fields.dedup();
        let said: Vec<_> = code.relocations.iter().map(|it| it.offset).collect();
        assert_eq!(said, fields);
    }

    fn check_table(&self, table: &JumpTable, labels: &[usize]) {
        for (index, &label) in labels.iter().enumerate() {
            let at = table.offset + index as u32 * u32::from(table.width);
            let entry = match table.width {
                1 => self.code[at as usize].into(),
                _ => u32::from(self.half(at)),
            };
            let target = table.base + 2 * entry;
            if target != self.labels[label] {
                let (through, _) = self.jump_target(target).expect("a branch behind the table");
                assert_eq!(through, self.labels[label]);
            }
        }
    }
}
