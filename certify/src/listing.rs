//! Machine code as text, below the IR instructions that it belongs to.

use crate::finding::span;
use crate::subject::Machine;
use artifact::{Artifact, FunctionCode, Reference, Relocation, RelocationKind};
use iced_x86::{Decoder, DecoderOptions, Formatter, IntelFormatter};
use native_ir::text::{BlockText, InstText};
use native_ir::{EntityRef, Func, Function, Module};
use std::fmt::Write;

/// The machine code of a function: each block's name where it begins, each IR instruction with its span above its code,
/// each machine instruction with its offset, bytes and relocation; then the literals. ARMv6-M is shown in halfwords and words, as
/// its manual has it, and a call with its callee. None for a function that the artifact does not have. Of an artifact that is not certified the listing shows what is there, and what is no
/// instruction as such.
pub fn listing(module: &Module, artifact: &Artifact, func: Func) -> Option<String> {
    let code = artifact.functions.iter().find(|code| code.func == func)?;
    let function = module.functions.get(func)?;
    let machine = Machine::of(&artifact.triple)?;
    let mut writer = Writer { module, function, code, machine, formatter: formatter(), text: String::new() };
    writer.write();
    Some(writer.text)
}

fn formatter() -> IntelFormatter {
    let mut formatter = IntelFormatter::new();
    let options = formatter.options_mut();
    options.set_rip_relative_addresses(false);
    options.set_branch_leading_zeros(false);
    options.set_show_branch_size(false);
    options.set_small_hex_numbers_in_decimal(true);
    options.set_hex_prefix("0x");
    options.set_hex_suffix("");
    options.set_uppercase_hex(false);
    options.set_space_after_operand_separator(true);
    formatter
}

struct Writer<'a> {
    module: &'a Module,
    function: &'a Function,
    code: &'a FunctionCode,
    machine: Machine,
    formatter: IntelFormatter,
    text: String,
}

impl<'a> Writer<'a> {
    fn write(&mut self) {
        let code = self.code;
        let end = (code.literals as usize).min(code.code.len());
        let name = self.module.symbol_name(self.function.symbol);
        let literals = code.code.len() - end;
        let frame = u64::from(code.claim.frame.bytes) + u64::from(code.claim.frame.below);
        let _ = writeln!(self.text, "@{name}: {end} bytes, {literals} of literals, frame of {frame}");
        let mut insts = code.claim.insts.iter().peekable();
        let mut blocks = code.claim.blocks.iter().peekable();
        let mut pools = code.pools.iter().peekable();
        let mut at = 0;
        while at < end {
            if let Some(pool) = pools.next_if(|pool| pool.offset as usize == at && pool.bytes > 0) {
                let next = (at + pool.bytes as usize).min(end);
                self.write_literals(at, next);
                at = next;
                continue;
            }
            while let Some(row) = blocks.next_if(|row| row.offset as usize <= at) {
                if row.block.index() < self.function.body.blocks.len() {
                    let _ = writeln!(self.text, "{}:", BlockText(self.module, self.function, row.block));
                }
            }
            let mut owner = None;
            while let Some(row) = insts.next_if(|row| row.offset as usize <= at) {
                owner = row.inst;
            }
            if let Some(inst) = owner.filter(|inst| inst.index() < self.function.body.insts.len()) {
                let _ = write!(self.text, "        ; {}", InstText(self.module, self.function, inst));
                let path = span(self.module, self.function, inst);
                let _ = path.map(|path| write!(self.text, "  {path}"));
                self.text.push('\n');
            }
            let limit = pools.peek().map_or(end, |pool| (pool.offset as usize).clamp(at + 1, end));
            let (bytes, text) = self.machine(&code.code[at..limit], at);
            self.write_machine(at as u32, (at + bytes) as u32, &text);
            at += bytes;
        }
        self.write_literals(end, code.code.len());
    }

    /// How many bytes the instruction at the start of some code has, and its text.
    fn machine(&mut self, code: &[u8], at: usize) -> (usize, String) {
        match self.machine {
            Machine::X86_64 => {
                let raw = Decoder::with_ip(64, code, at as u64, DecoderOptions::NONE).decode();
                let mut text = String::new();
                self.formatter.format(&raw, &mut text);
                (raw.len().max(1), text)
            }
            Machine::CortexM0 => match thumb::decode_bytes(code) {
                Some(inst) => (inst.size() as usize, inst.at(at as u32).to_string()),
                None => (code.len().min(2), "(bad)".into()),
            },
        }
    }

    fn write_machine(&mut self, start: u32, end: u32, text: &str) {
        let bytes = self.code.code.get(start as usize..end as usize).unwrap_or(&[]);
        let shown = self.digits(bytes);
        let _ = match self.machine {
            Machine::X86_64 => write!(self.text, "{start:6x}  {shown:<20}  "),
            Machine::CortexM0 => write!(self.text, "{start:6x}  {shown:<9}  "),
        };
        let index = self.code.relocations.partition_point(|relocation| relocation.offset < start);
        let relocation = self.code.relocations.get(index).filter(|relocation| relocation.offset < end);
        let _ = match relocation {
            // The field has the distance to itself until the call is linked.
            Some(Relocation { kind: RelocationKind::ThumbCall, target, addend: -4, .. }) => {
                write!(self.text, "bl @{}", self.name(*target))
            }
            Some(relocation) => write!(self.text, "{text}  ; {}", self.reference(relocation)),
            None => write!(self.text, "{text}"),
        };
        if let Some(trap) = self.code.traps.iter().find(|trap| trap.offset == start) {
            let _ = write!(self.text, "  ; trap {}", trap.trap.name());
        }
        self.text.push('\n');
    }

    /// Bytes in hexadecimal: one by one, or as the halfwords that they are.
    fn digits(&self, bytes: &[u8]) -> String {
        match self.machine {
            Machine::X86_64 => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
            Machine::CortexM0 => {
                let halves = bytes.chunks(2).map(|half| match *half {
                    [low, high] => format!("{high:02x}{low:02x}"),
                    _ => half.iter().map(|byte| format!("{byte:02x}")).collect(),
                });
                halves.collect::<Vec<_>>().join(" ")
            }
        }
    }

    fn name(&self, target: Reference) -> &'a str {
        match target {
            Reference::Symbol(symbol) => self.module.symbol_name(symbol),
            Reference::Helper(name) => name,
        }
    }

    fn reference(&self, relocation: &Relocation) -> String {
        let name = self.name(relocation.target);
        let sign = if relocation.addend < 0 { '-' } else { '+' };
        format!("{:?} @{name} {sign} {}", relocation.kind, relocation.addend.unsigned_abs())
    }

    /// Constants with their relocations, as far as the next multiple of eight bytes a line, for ARMv6-M each word; of jump
    /// tables each entry with the place that it leads to.
    fn write_literals(&mut self, mut at: usize, stop: usize) {
        let code = self.code;
        while at < stop {
            let table = code.claim.tables.iter().find(|table| table.offset as usize == at);
            if let Some(table) = table {
                let _ = writeln!(self.text, "{at:6x}  table of {} entries", table.entries);
                let width = usize::from(table.width).max(1);
                for entry in code.code[at..].chunks_exact(width).take(table.entries as usize) {
                    let _ = writeln!(self.text, "          -> {:x}", i64::from(table.base) + distance(entry));
                }
                at += width * (table.entries as usize).max(1);
                continue;
            }
            let relocation = code.relocations.iter().find(|field| field.offset as usize == at);
            let next = code.claim.tables.iter().map(|table| table.offset as usize);
            let next = next.chain(code.relocations.iter().map(|field| field.offset as usize));
            let next = next.filter(|&next| next > at).min().unwrap_or(usize::MAX);
            let line = if self.machine == Machine::X86_64 { 8 } else { 4 };
            let end = (at / line * line + line).min(next).min(stop);
            let end = if relocation.is_some() { end.min(at + 4) } else { end };
            let _ = write!(self.text, "{at:6x}  {}", self.literal(&code.code[at..end]));
            if let Some(relocation) = relocation {
                let _ = write!(self.text, "  ; {}", self.reference(relocation));
            }
            self.text.push('\n');
            at = end;
        }
    }

    fn literal(&self, bytes: &[u8]) -> String {
        match (self.machine, <[u8; 4]>::try_from(bytes)) {
            (Machine::CortexM0, Ok(word)) => format!(".word 0x{:08x}", u32::from_le_bytes(word)),
            _ => self.digits(bytes),
        }
    }
}

/// The distance that an entry of a table tells: of 4 bytes in bytes with a sign, of fewer in halfwords.
fn distance(entry: &[u8]) -> i64 {
    match <[u8; 4]>::try_from(entry) {
        Ok(bytes) => i32::from_le_bytes(bytes).into(),
        Err(_) => 2 * entry.iter().rev().fold(0, |value, byte| value << 8 | i64::from(*byte)),
    }
}
