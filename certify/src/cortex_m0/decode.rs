//! C1: the bytes of a function are instructions that emitters use, constants that some instruction reads, jump tables of
//! the claim, and padding of zeros, nothing else.
//!
//! Instructions are decoded one behind the other from the first byte to the literals, but for the pools that the
//! artifact names; the decoder of the crate `thumb` knows nothing but what ARMv6-M defines, and each instruction in one
//! form alone. A constant is a word of a pool or behind the instructions, at a multiple of 4, that `LDR` reads. The field
//! of a relocation is a `BL` or such a word.

use super::{Subject, jump_table};
use crate::finding::{Check, Fault};
use crate::piece::{self, Class, NONE, Piece, fault};
use crate::rows::Rows;
use artifact::{JumpTable, Reference, Relocation, RelocationKind};
use native_ir::{Contract, InstData, Item, Opcode, Trap};
use thumb::{Halfwords, Hint, Inst, Reg};

/// A decoded instruction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decoded {
    pub(crate) raw: Inst,
    offset: u32,
    class: Class,
    /// The relocation of its field, by index.
    pub(crate) relocation: u32,
    row: u32,
    enters: bool,
    reached: bool,
}

impl Piece for Decoded {
    fn offset(&self) -> u32 {
        self.offset
    }

    fn end(&self) -> u32 {
        self.offset + self.raw.size()
    }

    fn class(&self) -> Class {
        self.class
    }

    fn relocation(&self) -> u32 {
        self.relocation
    }

    fn target(&self) -> u64 {
        self.raw.target(self.offset).map_or(u64::MAX, u64::from)
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

    /// Where the register leads, C2 and C3 ask.
    fn leaves(_: Subject<'_>, inst: &Decoded, data: &InstData) -> bool {
        let ends = matches!(data.opcode, Opcode::Return | Opcode::TailCall | Opcode::TailCallIndirect);
        ends && matches!(inst.raw, Inst::BranchReg { .. })
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
        let width = u32::from(table.width);
        let at = table.offset.saturating_add(width.saturating_mul(index));
        let bytes = subject.code.code.get(at as usize..).unwrap_or(&[]);
        let halfwords =
            bytes.iter().take(width as usize).rev().fold(0, |value, byte| value << 8 | i64::from(*byte));
        piece::Entry { at, width, target: i64::from(table.base) + 2 * halfwords }
    }

    /// `UDF` has the class's code.
    fn tells(inst: &Decoded, trap: Trap) -> bool {
        let mut rows = Contract::embedded().traps().iter();
        rows.any(|row| row.trap == trap && inst.raw == Inst::Undefined(row.code))
    }
}

/// What was decoded of a function.
#[derive(Default)]
pub(crate) struct Decoder {
    pub(crate) insts: Vec<Decoded>,
    /// For each byte, one more than the index of the instruction that begins there; 0 where none does.
    pub(crate) at: Vec<u32>,
    /// Constants and tables that something refers to: offset and size in bytes.
    constants: Vec<(u32, u32)>,
    /// Ranges without instructions, ascending.
    areas: Vec<(u32, u32)>,
}

impl Decoder {
    /// Decodes a function.
    pub(crate) fn decode(&mut self, subject: Subject<'_>) -> Result<(), Fault> {
        self.insts.clear();
        self.at.clear();
        self.constants.clear();
        self.take_areas(subject)?;
        let code = subject.code;
        self.at.resize(code.literals as usize, 0);
        let mut relocations = code.relocations.iter().enumerate().peekable();
        let mut at = 0;
        for area in 0..self.areas.len() {
            let (start, end) = self.areas[area];
            while at < start {
                let mut inst = decode_one(subject, at, start)?;
                while let Some((index, relocation)) = relocations.next_if(|field| field.1.offset < inst.end()) {
                    check_call_field(subject, &inst, relocation)
                        .map_err(|text| fault(Check::Decode, &inst, text))?;
                    inst.relocation = index as u32;
                }
                self.take(subject, inst)?;
                at = inst.end();
            }
            while let Some((_, relocation)) = relocations.next_if(|field| field.1.offset < end) {
                check_word_field(subject, relocation)
                    .map_err(|message| Fault::at(Check::Decode, relocation.offset, message))?;
            }
            at = end;
        }
        match relocations.next() {
            None if self.insts.is_empty() => Err(Fault::at(Check::Decode, 0, "the function has no instructions")),
            None => self.check_constants(subject),
            Some((_, left)) => {
                Err(Fault::at(Check::Decode, left.offset, "a relocation out of order, or behind the code"))
            }
        }
    }

    /// The pools and what stands behind the instructions.
    fn take_areas(&mut self, subject: Subject<'_>) -> Result<(), Fault> {
        self.areas.clear();
        let code = subject.code;
        let refuse = |offset, message: &str| Err(Fault::at(Check::Decode, offset, message));
        let length = u32::try_from(code.code.len()).unwrap_or(0);
        if code.literals == 0 || code.literals > length || length > i32::MAX as u32 {
            return refuse(0, "the function has no instructions, they end behind its bytes, or are 2 GiB");
        }
        if code.align < 4 || !code.align.is_power_of_two() {
            return refuse(0, "an alignment that is no power of two from 4 on");
        }
        let mut before = 0;
        for pool in &code.pools {
            let end = u64::from(pool.offset) + u64::from(pool.bytes);
            let inside = pool.offset >= before && pool.bytes > 0 && end <= u64::from(code.literals);
            if !inside || !pool.offset.is_multiple_of(2) || !pool.bytes.is_multiple_of(2) {
                return refuse(pool.offset, "a pool out of order, outside of the instructions or of odd size");
            }
            before = end as u32;
            self.areas.push((pool.offset, before));
        }
        self.areas.push((code.literals, length));
        Ok(())
    }

    fn take(&mut self, subject: Subject<'_>, inst: Decoded) -> Result<(), Fault> {
        if let Inst::LoadLiteral { .. } = inst.raw {
            let target = inst.raw.target(inst.offset).unwrap_or(0);
            let whole = (target, target.saturating_add(4));
            if !self.is_constant(whole) {
                return Err(fault(Check::Decode, &inst, "a load of a constant from where none stands"));
            }
            self.constants.push((target, 4));
        }
        let _ = subject;
        self.at[inst.offset as usize] = self.insts.len() as u32 + 1;
        self.insts.push(inst);
        Ok(())
    }

    /// Whether bytes all lie in one range without instructions.
    fn is_constant(&self, (start, end): (u32, u32)) -> bool {
        let next = self.areas.partition_point(|area| area.1 <= start);
        self.areas.get(next).is_some_and(|area| area.0 <= start && end <= area.1)
    }

    /// What is no instruction is accounted for, byte by byte.
    fn check_constants(&mut self, subject: Subject<'_>) -> Result<(), Fault> {
        let code = subject.code;
        for relocation in code.relocations.iter().filter(|field| field.kind == RelocationKind::Absolute32) {
            if !self.constants.contains(&(relocation.offset, 4)) {
                return Err(Fault::at(
                    Check::Decode,
                    relocation.offset,
                    "a relocation of a word that no instruction reads",
                ));
            }
        }
        for table in &code.claim.tables {
            let bytes = u64::from(table.entries) * u64::from(table.width);
            let end = u32::try_from(u64::from(table.offset) + bytes).unwrap_or(u32::MAX);
            let form = matches!(table.width, 1 | 2) && table.entries > 0;
            if !form || !self.is_constant((table.offset, end)) {
                return Err(Fault::at(
                    Check::Decode,
                    table.offset,
                    "a jump table outside of the pools, or of another form",
                ));
            }
            self.constants.push((table.offset, bytes as u32));
        }
        self.constants.sort_unstable();
        let mut next = 0;
        for &(start, end) in &self.areas {
            let mut covered = start;
            while let Some(&(at, bytes)) = self.constants.get(next).filter(|constant| constant.0 < end) {
                check_padding(subject, covered, at)?;
                covered = covered.max(at + bytes);
                next += 1;
            }
            check_padding(subject, covered, end)?;
        }
        Ok(())
    }
}

/// The instruction at an offset, which ends before a limit.
fn decode_one(subject: Subject<'_>, at: u32, limit: u32) -> Result<Decoded, Fault> {
    let bytes = subject.code.code.get(at as usize..limit as usize).unwrap_or(&[]);
    let refuse = |shown: usize, message: String| Fault::at(Check::Decode, at, message).showing(shown);
    let Some(raw) = thumb::decode_bytes(bytes) else {
        return Err(refuse(bytes.len().min(4), "bytes that are no instruction".into()));
    };
    if !is_used(&raw) {
        return Err(refuse(raw.size() as usize, format!("`{raw}` is no instruction that emitters use")));
    }
    let same = match raw.encode() {
        Some(Halfwords::One(first)) => bytes.starts_with(&first.to_le_bytes()),
        Some(Halfwords::Two(first, second)) => {
            bytes.starts_with(&first.to_le_bytes()) && bytes[2..].starts_with(&second.to_le_bytes())
        }
        None => false,
    };
    if !same {
        return Err(refuse(raw.size() as usize, "bytes that are not the form of their instruction".into()));
    }
    let relocated = subject.code.relocations.binary_search_by_key(&at, |field| field.offset).is_ok();
    let class = class(&raw, relocated);
    Ok(Decoded { raw, offset: at, class, relocation: NONE, row: NONE, enters: false, reached: false })
}

/// Whether emitters use an instruction.
fn is_used(inst: &Inst) -> bool {
    match *inst {
        Inst::AddressPc { .. }
        | Inst::Breakpoint(_)
        | Inst::Hint(Hint::Yield)
        | Inst::Move { rd: Reg::PC, .. } => false,
        // What it stores of its own base is unknown.
        Inst::StoreMultiple { rn, list } => !list.contains(rn) || list.iter().next() == Some(rn),
        _ => true,
    }
}

/// How control goes on. `BL` to a place in the function is a jump that overwrites lr.
fn class(inst: &Inst, relocated: bool) -> Class {
    use thumb::Flow;
    match inst.flow() {
        Flow::Next => Class::Plain,
        Flow::Branch => Class::Branch,
        Flow::Jump => Class::Jump,
        Flow::Call if relocated => Class::Call,
        Flow::Call => Class::Jump,
        Flow::CallReg(_) => Class::CallIndirect,
        Flow::JumpReg(_) | Flow::JumpSum(_) => Class::JumpIndirect,
        Flow::Pop => Class::Return,
        Flow::Exception => match inst {
            Inst::Undefined(_) => Class::Trap,
            Inst::Supervisor(_) => Class::Plain,
            _ => Class::Refused,
        },
    }
}

/// The relocation of an instruction is that of a call, to a function.
fn check_call_field(subject: Subject<'_>, inst: &Decoded, relocation: &Relocation) -> Result<(), &'static str> {
    let calls = matches!(inst.raw, Inst::Call { .. }) && inst.relocation == NONE;
    if !calls || relocation.offset != inst.offset || relocation.kind != RelocationKind::ThumbCall {
        return Err("a relocation that is not the one of a call");
    }
    if relocation.addend != -4 {
        return Err("a relocation of a call that goes beside its target");
    }
    let callable = match relocation.target {
        Reference::Helper(name) => !name.is_empty(),
        Reference::Symbol(symbol) => subject.context.module.callee_type(symbol).is_some(),
    };
    if callable { Ok(()) } else { Err("a call of what is no function of the module") }
}

/// The relocation of a constant is that of a whole word.
fn check_word_field(subject: Subject<'_>, relocation: &Relocation) -> Result<(), &'static str> {
    let start = relocation.offset as usize;
    if relocation.kind != RelocationKind::Absolute32 || !relocation.offset.is_multiple_of(4) {
        return Err("a relocation among constants that is not the one of a word");
    }
    if subject.code.code.get(start..start + 4) != Some(&[0; 4]) {
        return Err("a word with a relocation that is not zero");
    }
    let known = match relocation.target {
        Reference::Helper(name) => !name.is_empty(),
        Reference::Symbol(symbol) => {
            !matches!(subject.context.module.item(symbol), Item::Undefined | Item::Register(_))
        }
    };
    if known { Ok(()) } else { Err("a relocation to a symbol that the module does not declare") }
}

fn check_padding(subject: Subject<'_>, start: u32, end: u32) -> Result<(), Fault> {
    let gap = subject.code.code.get(start as usize..end as usize).unwrap_or(&[]);
    match gap.iter().position(|byte| *byte != 0) {
        None => Ok(()),
        Some(at) => {
            let message = "a byte that is neither instruction, nor constant, nor jump table, nor padding";
            Err(Fault::at(Check::Decode, start + at as u32, message).showing(1))
        }
    }
}
