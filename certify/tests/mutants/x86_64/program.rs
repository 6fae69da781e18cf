//! Emitted code as a list of instructions that can be changed, and laid out again.

use artifact::{BlockRow, CallRow, FunctionCode, InstRow, Relocation, TrapRow, UnwindRow};
use iced_x86::{Decoder, DecoderOptions, Encoder, IcedError, Instruction};

/// An instruction with everything that stands at it. What names a place names the number of its line.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) raw: Instruction,
    /// The IR instruction, as a row of the claim has it.
    pub(crate) row: Option<Option<native_ir::Inst>>,
    pub(crate) blocks: Vec<native_ir::Block>,
    pub(crate) unwind: Vec<artifact::UnwindOp>,
    pub(crate) trap: Option<TrapRow>,
    pub(crate) call: Option<CallRow>,
    /// The relocation, and how far before the instruction's end its field begins.
    pub(crate) relocation: Option<(Relocation, u32)>,
    /// The label that a branch goes to.
    pub(crate) target: Option<usize>,
    pub(crate) labels: Vec<usize>,
    /// The IR instruction that the line belongs to.
    pub(crate) inst: Option<native_ir::Inst>,
}

/// A function that can be changed.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) lines: Vec<Line>,
    pub(crate) code: FunctionCode,
    /// For each table the labels of its entries.
    pub(crate) tables: Vec<Vec<usize>>,
}

impl crate::Machine for Program {
    const TARGET: &'static str = "x86_64-unknown-linux-elf";
    const FAMILIES: &'static [crate::Family<Program>] = super::families::FAMILIES;

    fn take_apart(code: &FunctionCode) -> Program {
        Program::new(code)
    }

    fn put_together(&self) -> Option<FunctionCode> {
        self.assemble().ok()
    }

    fn lines(&self) -> usize {
        self.lines.len()
    }
}

impl Program {
    /// Takes emitted code apart. Labels are the offsets that places had.
    pub(crate) fn new(code: &FunctionCode) -> Program {
        let bytes = &code.code[..code.literals as usize];
        let mut lines: Vec<Line> = Vec::new();
        let mut inst = None;
        for mut raw in &mut Decoder::with_ip(64, bytes, 0, DecoderOptions::NONE) {
            let (start, end) = (raw.ip32(), raw.next_ip32());
            let row = code.claim.insts.iter().rfind(|row| row.offset == start).map(|row| row.inst);
            inst = row.unwrap_or(inst);
            let relocation = code.relocations.iter().find(|field| (start..end).contains(&field.offset));
            let branches = raw.is_jmp_short_or_near() || raw.is_jcc_short_or_near() || raw.is_call_near();
            let target = (branches && relocation.is_none()).then(|| raw.near_branch64() as usize);
            raw.as_near_branch();
            lines.push(Line {
                raw,
                row,
                blocks: code.claim.blocks.iter().filter(|row| row.offset == start).map(|row| row.block).collect(),
                unwind: code.unwind.iter().filter(|row| row.offset == start).map(|row| row.op).collect(),
                trap: code.traps.iter().find(|row| row.offset == start).copied(),
                call: code.calls.iter().find(|row| row.offset == end).copied(),
                relocation: relocation.map(|field| (*field, end - field.offset)),
                target,
                labels: vec![start as usize],
                inst,
            });
        }
        let entries = |table: &artifact::JumpTable| {
            let at = table.offset as usize;
            let entries = code.code[at..at + 4 * table.entries as usize].chunks_exact(4);
            let distance = |entry: &[u8]| i32::from_le_bytes(entry.try_into().unwrap_or_default());
            entries.map(|entry| (i64::from(table.offset) + i64::from(distance(entry))) as usize).collect()
        };
        let tables = code.claim.tables.iter().map(entries).collect();
        Program { lines, code: code.clone(), tables }
    }

    /// Takes a line out; what stood at it stands at the next.
    pub(crate) fn remove(&mut self, at: usize) -> bool {
        if at + 1 >= self.lines.len() {
            return false;
        }
        let gone = self.lines.remove(at);
        let next = &mut self.lines[at];
        next.blocks.splice(0..0, gone.blocks);
        next.unwind.splice(0..0, gone.unwind);
        next.labels.extend(gone.labels);
        if next.row.is_none() {
            next.row = gone.row;
        }
        true
    }

    /// Puts an instruction behind a line, in the same row.
    pub(crate) fn insert(&mut self, after: usize, raw: Instruction) {
        let inst = self.lines[after].inst;
        let line = Line {
            raw,
            row: None,
            blocks: Vec::new(),
            unwind: Vec::new(),
            trap: None,
            call: None,
            relocation: None,
            target: None,
            labels: Vec::new(),
            inst,
        };
        self.lines.insert(after + 1, line);
    }

    /// The code again.
    pub(crate) fn assemble(&self) -> Result<FunctionCode, IcedError> {
        let old = &self.code;
        let mut encoder = Encoder::new(64);
        let mut offsets = Vec::new();
        let mut at = 0;
        for line in &self.lines {
            offsets.push(at as u32);
            at += encoder.encode(&placed(line, at as u64, at as u64, old.literals, old.literals), at as u64)?;
        }
        let end = at as u32;
        offsets.push(end);
        // Literals keep their distance from a multiple of 64.
        let literals = end + (old.literals.wrapping_sub(end) & 63);
        let place = |label: usize| {
            let line = self.lines.iter().position(|line| line.labels.contains(&label));
            line.map_or(end, |line| offsets[line])
        };
        drop(encoder.take_buffer());
        for (line, &at) in self.lines.iter().zip(&offsets) {
            let target = line.target.map_or(0, |label| u64::from(place(label)));
            encoder.encode(&placed(line, at.into(), target, old.literals, literals), at.into())?;
        }
        let mut code = old.clone();
        code.code = encoder.take_buffer();
        for (line, &end) in self.lines.iter().zip(&offsets[1..]) {
            if let Some((field, back)) = line.relocation {
                let bytes = if field.kind == artifact::RelocationKind::Absolute64 { 8 } else { 4 };
                code.code[(end - back) as usize..(end - back + bytes) as usize].fill(0);
            }
        }
        code.literals = end;
        code.code.resize(literals as usize, 0xcc);
        code.code.extend_from_slice(&old.code[old.literals as usize..]);
        code.claim.tables.clear();
        for (table, entries) in old.claim.tables.iter().zip(&self.tables) {
            let offset = table.offset - old.literals + literals;
            for (index, &label) in entries.iter().enumerate() {
                let distance = place(label).wrapping_sub(offset).to_le_bytes();
                let at = offset as usize + 4 * index;
                code.code[at..at + 4].copy_from_slice(&distance);
            }
            code.claim.tables.push(artifact::JumpTable { offset, base: offset, ..table.clone() });
        }
        let rows = || self.lines.iter().zip(offsets.windows(2).map(|pair| (pair[0], pair[1])));
        code.relocations = rows()
            .filter_map(|(line, (_, end))| {
                line.relocation.map(|(field, back)| Relocation { offset: end - back, ..field })
            })
            .collect();
        code.traps = rows().filter_map(|(line, (offset, _))| Some(TrapRow { offset, ..line.trap? })).collect();
        code.calls = rows().filter_map(|(line, (_, offset))| Some(CallRow { offset, ..line.call? })).collect();
        code.unwind = rows()
            .flat_map(|(line, (offset, _))| line.unwind.iter().map(move |&op| UnwindRow { offset, op }))
            .collect();
        code.claim.insts =
            rows().filter_map(|(line, (offset, _))| Some(InstRow { offset, inst: line.row? })).collect();
        code.claim.blocks = rows()
            .flat_map(|(line, (offset, _))| line.blocks.iter().map(move |&block| BlockRow { offset, block }))
            .collect();
        Ok(code)
    }
}

/// A line's instruction with its addresses filled in.
fn placed(line: &Line, at: u64, target: u64, old_literals: u32, literals: u32) -> Instruction {
    let mut raw = line.raw;
    if raw.is_jmp_near() || raw.is_jcc_near() || raw.is_call_near() {
        raw.set_near_branch64(if line.relocation.is_some() { at } else { target });
    }
    if raw.is_ip_rel_memory_operand() {
        let old = line.raw.ip_rel_memory_address();
        let address =
            if line.relocation.is_some() { at } else { old - u64::from(old_literals) + u64::from(literals) };
        raw.set_memory_displacement64(address);
    }
    raw
}
