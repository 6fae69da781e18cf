//! C1: the bytes of a function are instructions of the target, from the first byte to the literals; behind them
//! stand constants that some instruction reads, jump tables of the claim, and padding of `int3`, nothing else.
//!
//! Instructions are decoded one behind the other, so that they tile the range. A field of a relocation is the whole
//! displacement or immediate of one instruction, of the kind and with the addend that the relocation allows there.

use super::allowed::{self, Access, Entry};
use super::{Subject, fault, jump_table};
use crate::finding::{Check, Fault};
use crate::piece::{self, Class, NONE, Piece};
use crate::rows::Rows;
use artifact::{JumpTable, Reference, Relocation, RelocationKind, RelocationModel};
use iced_x86::{Code, ConstantOffsets, DecoderOptions, Instruction, OpKind, Register};
use native_ir::{InstData, Opcode, Trap};

/// The byte between literals.
const PADDING: u8 = 0xcc;

/// A decoded instruction.
#[derive(Clone, Copy)]
pub(crate) struct Decoded {
    pub(crate) raw: Instruction,
    pub(crate) entry: Entry,
    /// The relocation of one of its fields, by index.
    pub(crate) relocation: u32,
    /// The row that it belongs to, by index.
    pub(crate) row: u32,
    /// Whether a block begins here.
    pub(crate) enters: bool,
    /// Whether control comes here.
    pub(crate) reached: bool,
    /// The operand in memory, 5 when there is none.
    pub(crate) memory: u8,
}

impl Piece for Decoded {
    fn offset(&self) -> u32 {
        self.raw.ip32()
    }

    fn end(&self) -> u32 {
        self.raw.next_ip32()
    }

    fn class(&self) -> Class {
        self.entry.class
    }

    fn relocation(&self) -> u32 {
        self.relocation
    }

    fn target(&self) -> u64 {
        self.raw.near_branch64()
    }

    fn row(&self) -> u32 {
        self.row
    }

    fn set_row(&mut self, row: u32) {
        self.row = row;
    }

    fn enters(&self) -> bool {
        self.enters
    }

    fn set_enters(&mut self) {
        self.enters = true;
    }

    fn reached(&self) -> bool {
        self.reached
    }

    fn set_reached(&mut self) {
        self.reached = true;
    }

    fn leaves(subject: Subject<'_>, inst: &Decoded, data: &InstData) -> bool {
        match data.opcode {
            Opcode::TailCallIndirect => inst.relocation == NONE,
            Opcode::TailCall => is_got(subject, inst.relocation, data),
            _ => false,
        }
    }

    fn table<'a>(
        subject: Subject<'a>,
        insts: &[Decoded],
        jump: usize,
        rows: &Rows,
    ) -> Result<&'a JumpTable, Fault> {
        jump_table::check(subject, insts, jump, rows)
    }

    fn entry(subject: Subject<'_>, table: &JumpTable, index: u32) -> piece::Entry {
        let at = table.offset + 4 * index;
        let bytes = subject.code.code.get(at as usize..).and_then(|bytes| bytes.first_chunk());
        let distance = i32::from_le_bytes(bytes.copied().unwrap_or_default());
        piece::Entry { at, width: 4, target: i64::from(table.offset) + i64::from(distance) }
    }

    /// `ud2` tells nothing: the row of the trap does.
    fn tells(_: &Decoded, _: Trap) -> bool {
        true
    }
}

/// A load of the entry of a call's symbol in the global offset table.
fn is_got(subject: Subject<'_>, relocation: u32, data: &InstData) -> bool {
    subject.code.relocations.get(relocation as usize).is_some_and(|relocation| {
        relocation.kind == RelocationKind::GlobalOffset32 && relocation.target == Reference::Symbol(data.symbol())
    })
}

impl Decoded {
    /// Whether it has an explicit operand in memory.
    pub(crate) fn has_memory(&self) -> bool {
        self.memory != NO_MEMORY
    }

    /// What it does to its explicit operand in memory.
    pub(crate) fn access(&self) -> Access {
        match self.memory {
            NO_MEMORY => Access::None,
            0 => self.entry.first,
            _ if self.entry.first == Access::None || self.raw.mnemonic() == iced_x86::Mnemonic::Lea => {
                Access::None
            }
            _ => Access::Read,
        }
    }

    /// How many bytes of memory it accesses.
    pub(crate) fn width(&self) -> u32 {
        self.raw.memory_size().size() as u32
    }

    /// Whether its operand in memory is relative to the instruction pointer.
    pub(crate) fn is_relative(&self) -> bool {
        self.raw.memory_base() == Register::RIP
    }

    /// Whether its operand in memory is at a constant distance from the stack pointer.
    pub(crate) fn frame(&self) -> Option<i64> {
        let plain = self.raw.memory_base() == Register::RSP && self.raw.memory_index() == Register::None;
        plain.then(|| self.raw.memory_displacement64() as i64)
    }

    /// The register that its first operand is, when it is one.
    pub(crate) fn first_register(&self) -> Register {
        if self.raw.op0_kind() == OpKind::Register { self.raw.op0_register() } else { Register::None }
    }
}

const NO_MEMORY: u8 = 5;

/// What was decoded of a function.
#[derive(Default)]
pub(crate) struct Decoder {
    pub(crate) insts: Vec<Decoded>,
    /// For each byte, one more than the index of the instruction that begins there; 0 where none does.
    pub(crate) at: Vec<u32>,
    /// Literals that instructions refer to: offset and size in bytes.
    literals: Vec<(u32, u32)>,
}

impl Decoder {
    /// Decodes a function's instructions.
    pub(crate) fn decode(&mut self, subject: Subject<'_>) -> Result<(), Fault> {
        self.insts.clear();
        self.literals.clear();
        self.at.clear();
        let code = subject.code;
        let Some(bytes) = code.code.get(..code.literals as usize).filter(|bytes| !bytes.is_empty()) else {
            return Err(Fault::at(
                Check::Decode,
                0,
                "the function has no instructions, or they end behind its bytes",
            ));
        };
        if u32::try_from(code.code.len()).is_err() || !code.align.is_power_of_two() {
            return Err(Fault::at(Check::Decode, 0, "4 GiB of code, or an alignment that is no power of two"));
        }
        self.at.resize(bytes.len(), 0);
        let table = allowed::table();
        let mut decoder = iced_x86::Decoder::with_ip(64, bytes, 0, DecoderOptions::NONE);
        let mut relocations = Relocations { list: &code.relocations, next: 0 };
        while decoder.can_decode() {
            let start = decoder.position();
            let raw = decoder.decode();
            let entry = table[raw.code() as usize];
            let mut inst = Decoded {
                raw,
                entry,
                relocation: NONE,
                row: NONE,
                enters: false,
                reached: false,
                memory: memory_operand(&raw),
            };
            let repeats = raw.has_rep_prefix() || raw.has_repne_prefix();
            if entry.class == Class::Refused
                || entry.features & !subject.context.features != 0
                || repeats && !entry.block
            {
                return Err(refused(subject, &inst, bytes));
            }
            if relocations.next_offset() < u64::from(inst.end()) {
                let offsets = decoder.get_constant_offsets(&raw);
                inst.relocation = relocations.take(subject, &inst, &offsets)?;
            }
            if inst.has_memory() {
                self.check_memory(subject, &inst)?;
            }
            self.at[start] = self.insts.len() as u32 + 1;
            self.insts.push(inst);
        }
        match code.relocations.get(relocations.next) {
            None => Ok(()),
            Some(left) => Err(Fault::at(Check::Decode, left.offset, "a relocation behind the instructions")),
        }
    }

    /// Registers are 64 bits wide in addresses, no segment is named, literals lie behind the code.
    fn check_memory(&mut self, subject: Subject<'_>, inst: &Decoded) -> Result<(), Fault> {
        let raw = &inst.raw;
        if raw.segment_prefix() != Register::None {
            return Err(fault(Check::Decode, inst, "an address in a segment"));
        }
        let (base, index) = (raw.memory_base(), raw.memory_index());
        let wide = |register: Register| register == Register::None || register.is_gpr64();
        if !(wide(base) || base == Register::RIP) || !wide(index) {
            return Err(fault(Check::Decode, inst, "an address of 32 bits"));
        }
        if base != Register::RIP || inst.relocation != NONE {
            return Ok(());
        }
        let code = subject.code;
        let target = raw.ip_rel_memory_address();
        let size = if raw.code() == Code::Lea_r64_m { 0 } else { inst.width() };
        let end = target.checked_add(u64::from(size));
        if target < u64::from(code.literals) || end.is_none_or(|end| end > code.code.len() as u64) {
            return Err(fault(Check::Decode, inst, "an address relative to the code that is no literal's"));
        }
        if inst.access().writes() {
            return Err(fault(Check::Decode, inst, "a write to a literal"));
        }
        if size == 16 && needs_alignment(raw) && (!target.is_multiple_of(16) || code.align < 16) {
            return Err(fault(Check::Decode, inst, "a literal of 16 bytes that is not aligned"));
        }
        if size != 0 {
            self.literals.push((target as u32, size));
        }
        Ok(())
    }

    /// What stands behind the instructions is accounted for, byte by byte.
    pub(crate) fn check_literals(&mut self, subject: Subject<'_>) -> Result<(), Fault> {
        let code = subject.code;
        for table in &code.claim.tables {
            let end = u64::from(table.offset) + 4 * u64::from(table.entries);
            let form = (table.width, table.base) == (4, table.offset);
            if table.offset < code.literals || end > code.code.len() as u64 || table.entries == 0 || !form {
                return Err(Fault::at(
                    Check::Decode,
                    table.offset,
                    "a jump table outside the literals, or of another form",
                ));
            }
            self.literals.push((table.offset, table.entries * 4));
        }
        self.literals.sort_unstable();
        let mut covered = code.literals as usize;
        for &(start, size) in &self.literals {
            check_padding(subject, covered, start as usize)?;
            covered = covered.max(start as usize + size as usize);
        }
        check_padding(subject, covered, code.code.len())
    }
}

fn memory_operand(raw: &Instruction) -> u8 {
    if raw.op0_kind() == OpKind::Memory {
        return 0;
    }
    if raw.op1_kind() == OpKind::Memory {
        return 1;
    }
    (2..raw.op_count()).find(|&index| raw.op_kind(index) == OpKind::Memory).map_or(NO_MEMORY, |index| index as u8)
}

/// Whether an access of 16 bytes faults when it is not aligned.
pub(crate) fn needs_alignment(raw: &Instruction) -> bool {
    use iced_x86::Mnemonic::{Movdqu, Movupd, Movups};
    raw.memory_size().size() == 16
        && !matches!(raw.mnemonic(), Movups | Movupd | Movdqu)
        && raw.encoding() == iced_x86::EncodingKind::Legacy
}

fn check_padding(subject: Subject<'_>, start: usize, end: usize) -> Result<(), Fault> {
    let gap = subject.code.code.get(start..end).unwrap_or(&[]);
    match gap.iter().position(|byte| *byte != PADDING) {
        None => Ok(()),
        Some(at) => {
            let message = "a byte behind the instructions that is neither literal, nor jump table, nor padding";
            Err(Fault::at(Check::Decode, (start + at) as u32, message).showing(1))
        }
    }
}

#[cold]
fn refused(subject: Subject<'_>, inst: &Decoded, bytes: &[u8]) -> Fault {
    let raw = &inst.raw;
    if raw.is_invalid() {
        let shown = bytes.len().saturating_sub(inst.offset() as usize).min(15);
        return Fault::at(Check::Decode, inst.offset(), "bytes that are no instruction").showing(shown);
    }
    let missing = allowed::missing(&inst.entry, subject.context.features);
    let message = match (inst.entry.class, missing.is_empty()) {
        (Class::Refused, _) | (_, true) => format!("{:?} is no instruction that emitters use", raw.code()),
        _ => format!("{:?} needs {}, which the artifact does not have", raw.mnemonic(), missing.join(", ")),
    };
    fault(Check::Decode, inst, message)
}

/// The relocations that no instruction had yet.
struct Relocations<'a> {
    list: &'a [Relocation],
    next: usize,
}

impl Relocations<'_> {
    fn next_offset(&self) -> u64 {
        self.list.get(self.next).map_or(u64::MAX, |relocation| u64::from(relocation.offset))
    }

    /// The next relocation, which begins before the end of an instruction.
    fn take(&mut self, subject: Subject<'_>, inst: &Decoded, offsets: &ConstantOffsets) -> Result<u32, Fault> {
        let index = self.next;
        let relocation = &self.list[index];
        self.next += 1;
        if self.next_offset() < u64::from(inst.end()) {
            return Err(fault(
                Check::Decode,
                inst,
                "two relocations in an instruction, or relocations out of order",
            ));
        }
        match check_field(subject, inst, offsets, relocation) {
            Ok(()) => Ok(index as u32),
            Err(message) => Err(fault(Check::Decode, inst, message)),
        }
    }
}

/// The field of a relocation is one of the instruction's, and one that its kind is for.
fn check_field(
    subject: Subject<'_>,
    inst: &Decoded,
    offsets: &ConstantOffsets,
    relocation: &Relocation,
) -> Result<(), &'static str> {
    let raw = &inst.raw;
    let at = relocation.offset.checked_sub(inst.offset()).ok_or("a relocation out of order")? as usize;
    let displacement = offsets.has_displacement() && offsets.displacement_offset() == at;
    let immediate = offsets.has_immediate() && offsets.immediate_offset() == at;
    let size = if displacement { offsets.displacement_size() } else { offsets.immediate_size() };
    if !displacement && !immediate {
        return Err("a relocation that is no field of its instruction");
    }
    let wide = if relocation.kind == RelocationKind::Absolute64 { 8 } else { 4 };
    if size != wide {
        return Err("a relocation of another width than its field");
    }
    // To the end of the instruction, from which relative addresses count.
    let behind = i64::from(inst.end() - relocation.offset);
    let relative = displacement && inst.is_relative();
    let pic = subject.context.artifact.relocation_model == RelocationModel::Pic;
    let branches = matches!(inst.entry.class, Class::Call | Class::Jump | Class::Branch);
    match relocation.kind {
        RelocationKind::Absolute32 | RelocationKind::ThumbCall => Err("a relocation of another processor"),
        RelocationKind::Branch32 if !branches || relocation.addend != -4 => {
            Err("a relocation for branches that is none, or goes beside its target")
        }
        RelocationKind::Relative32 if !relative => Err("a relative relocation of an absolute field"),
        RelocationKind::GlobalOffset32 if !relative || relocation.addend != -behind || !reads_pointer(inst) => {
            Err("a relocation for the global offset table that is no read of an entry")
        }
        RelocationKind::Absolute64 | RelocationKind::Absolute32Signed if pic => {
            Err("an absolute relocation in position-independent code")
        }
        RelocationKind::Absolute32Signed if relative || branches => {
            Err("an absolute relocation of a relative field")
        }
        RelocationKind::Absolute64 if raw.code() != Code::Mov_r64_imm64 => {
            Err("a relocation of 8 bytes that is no move's")
        }
        _ if displacement && raw.memory_base() == Register::RSP => Err("a relocation of a distance in the frame"),
        _ if !known(subject, relocation) => Err("a relocation to a symbol that the module does not declare"),
        _ => Ok(()),
    }
}

/// Whether it reads the 8 bytes of its operand, to use them as an address.
fn reads_pointer(inst: &Decoded) -> bool {
    inst.access() == Access::Read && inst.width() == 8
}

fn known(subject: Subject<'_>, relocation: &Relocation) -> bool {
    use native_ir::Item;
    match relocation.target {
        Reference::Helper(name) => !name.is_empty(),
        Reference::Symbol(symbol) => {
            !matches!(subject.context.module.item(symbol), Item::Undefined | Item::Register(_))
        }
    }
}
