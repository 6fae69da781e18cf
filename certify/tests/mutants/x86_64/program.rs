//! Emitted code as a list of instructions that can be changed, and laid out again.

use artifact::{FunctionCode, Relocation};
use iced_x86::{Decoder, DecoderOptions, Encoder, IcedError, Instruction};

/// A function that can be changed. A relocation's offset is how far before the instruction's end its field begins.
pub(crate) type Program = crate::program::Program<Instruction, ()>;

type Line = crate::program::Line<Instruction, ()>;

impl crate::program::Own for () {}

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
            let relocation = code.relocations.iter().find(|field| (start..end).contains(&field.offset));
            let branches = raw.is_jmp_short_or_near() || raw.is_jcc_short_or_near() || raw.is_call_near();
            let target = (branches && relocation.is_none()).then(|| raw.near_branch64() as usize);
            raw.as_near_branch();
            let back = |field: &Relocation| Relocation { offset: end - field.offset, ..*field };
            let line = Line::emitted(raw, code, (start, end), inst);
            inst = line.inst;
            lines.push(Line { relocation: relocation.map(back), target, ..line });
        }
        let entries = |table: &artifact::JumpTable| {
            let at = table.offset as usize;
            let entries = code.code[at..at + 4 * table.entries as usize].chunks_exact(4);
            let distance = |entry: &[u8]| i32::from_le_bytes(entry.try_into().unwrap_or_default());
            entries.map(|entry| (i64::from(table.offset) + i64::from(distance(entry))) as usize).collect()
        };
        let tables = code.claim.tables.iter().map(entries).collect();
        Program { lines, code: code.clone(), pools: Vec::new(), tables }
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
        let place = |label: usize| self.place(label).map_or(end, |line| offsets[line]);
        drop(encoder.take_buffer());
        for (line, &at) in self.lines.iter().zip(&offsets) {
            let target = line.target.map_or(0, |label| u64::from(place(label)));
            encoder.encode(&placed(line, at.into(), target, old.literals, literals), at.into())?;
        }
        let mut code = old.clone();
        code.code = encoder.take_buffer();
        for (line, &end) in self.lines.iter().zip(&offsets[1..]) {
            if let Some(field) = line.relocation {
                let (at, bytes) = (end - field.offset, field.kind == artifact::RelocationKind::Absolute64);
                let bytes = if bytes { 8 } else { 4 };
                code.code[at as usize..(at + bytes) as usize].fill(0);
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
        let fields = self.lines.iter().zip(&offsets[1..]);
        let fields = fields.filter_map(|(line, end)| line.relocation.map(|field| (field, end - field.offset)));
        code.relocations = fields.map(|(field, offset)| Relocation { offset, ..field }).collect();
        self.put_rows(&mut code, &offsets, &offsets[1..]);
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
