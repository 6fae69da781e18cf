//! Selection: from the IR of a function to its machine IR.
//!
//! Blocks are walked in order, each instruction that is not folded ([`crate::live`]) gives the machine instructions that
//! compute it. Results are registers that are written once; what copies nothing gives its operand's register again.
//!
//! **What registers hold.** A value of up to 32 bits has one register, one of 64 bits two and one of 128 bits four, the
//! lowest word first. The bits above the width of an integer narrower than 32 bits are unspecified; [`Known`] says of each
//! register what it is known to fit into, so that few extensions are needed: a narrow load, a compare, a shift to the right
//! leave zeros there. An `i1` is 0 or 1 in all 32 bits. An `f16` is the low half, the other unspecified.
//!
//! **Flags.** All operands of an instruction that reads flags are in registers before the one that makes them is
//! written: a constant may change flags.
//!
//! **Constants, addresses of symbols and of slots** are made where they are first used in a block, and used again while
//! they are fresh and no call is between: making one costs what loading one from the frame costs.

use super::M0;
use super::inst::{Alu, BlockIndex, Cell, Code, CodeBlock, Inst, Line, Reg, Shift, Unary};
use super::place::reached;
use super::wide::Part;
use crate::context::Context;
use crate::live::{Fold, Live};
use analysis::{Order, edges_of};
use artifact::Reference;
use native_ir::{Block, Body, Edge, EntityRef, Function, InstData, Operand, TypeKind, Value};
use rustc_hash::FxHashMap;

/// What the 32 bits of a register are known to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// Read without a sign they are below 2 to this.
    pub(super) unsigned: u8,
    /// Read with a sign they fit into so many bits.
    pub(super) signed: u8,
}

impl Known {
    pub(super) const NOTHING: Known = Known { unsigned: 32, signed: 32 };

    /// Of what is below 2 to the power of `bits`.
    pub(super) fn unsigned(bits: u32) -> Known {
        Known { unsigned: bits.min(32) as u8, signed: (bits + 1).min(32) as u8 }
    }

    /// Of what fits into so many bits with a sign.
    pub(super) fn signed(bits: u32) -> Known {
        Known { unsigned: 32, signed: bits.min(32) as u8 }
    }

    /// Of a constant.
    pub(super) fn constant(value: u32) -> Known {
        let magnitude = if (value as i32) < 0 { !value } else { value };
        Known { unsigned: (32 - value.leading_zeros()) as u8, signed: (33 - magnitude.leading_zeros()) as u8 }
    }
}

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
struct Fresh {
    what: Again,
    reg: Reg,
    /// The line that used it last.
    line: usize,
}

/// For how many lines a constant is fresh that one or two instructions make without a load.
const CHEAP: usize = 6;
/// For how many lines all else is fresh.
const DEAR: usize = 40;

/// The selection of one function.
pub(super) struct Lower<'a> {
    pub(super) context: &'a Context<'a, M0>,
    pub(super) function: &'a Function,
    pub(super) body: &'a Body,
    pub(super) order: &'a Order,
    pub(super) live: &'a Live,
    pub(super) code: Code,
    /// The instruction that is selected; none in what comes before the first.
    pub(super) source: Option<native_ir::Inst>,
    /// What the copies of arguments and the like take of the frame, in bytes.
    pub(super) own: u32,
    /// The largest area for arguments of calls, in bytes.
    pub(super) outgoing: u32,
    /// Where the pointer for an aggregate result is: a register, defined in the entry block.
    pub(super) result_pointer: Option<Reg>,
    /// What the runtime library lacks.
    pub(super) missing: Option<String>,
    /// The block that is being filled.
    pub(super) current: BlockIndex,
    /// For each value the index of its first word in `words`.
    starts: Vec<u32>,
    /// Registers of values, word by word.
    words: Vec<Reg>,
    /// By virtual register.
    known: Vec<Known>,
    fresh: Vec<Fresh>,
    /// Edges of the block's terminator that want a block of their own.
    edges: Vec<(BlockIndex, Edge)>,
    /// Those blocks, by where their edge leads to and what it passes.
    same: FxHashMap<(Block, &'a [Operand]), BlockIndex>,
    /// For each IR block how many edges lead to it.
    arrivals: Vec<u32>,
    /// For each IR block, by number, the first of the blocks that selection made for it.
    made: Vec<BlockIndex>,
}

const NONE: u32 = u32::MAX;

/// How many registers values of a kind have.
pub(super) fn words_of(kind: TypeKind) -> usize {
    match kind {
        TypeKind::I64 | TypeKind::F64 | TypeKind::Fiber => 2,
        TypeKind::I128 | TypeKind::F128 => 4,
        TypeKind::Flags => 0,
        _ => 1,
    }
}

impl<'a> Lower<'a> {
    /// Selects a function of a verified module.
    pub(super) fn function(
        context: &'a Context<'a, M0>,
        function: &'a Function,
        order: &'a Order,
        live: &'a Live,
    ) -> Lower<'a> {
        let body = &function.body;
        let mut lower = Lower {
            context,
            function,
            body,
            order,
            live,
            code: Code::default(),
            source: None,
            own: 0,
            outgoing: 0,
            result_pointer: None,
            missing: None,
            current: 0,
            starts: vec![NONE; body.values.len()],
            words: Vec::new(),
            known: Vec::new(),
            fresh: Vec::new(),
            edges: Vec::new(),
            same: FxHashMap::default(),
            arrivals: vec![0; body.blocks.len()],
            made: Vec::new(),
        };
        lower.blocks();
        lower
    }

    fn blocks(&mut self) {
        for &block in &self.order.blocks {
            for edge in edges_of(self.body, block) {
                self.arrivals[edge.block.index()] += 1;
            }
            self.code.blocks.push(CodeBlock { block: Some(block), ..CodeBlock::default() });
        }
        for (number, &block) in self.order.blocks.iter().enumerate() {
            for param in self.body.blocks[block].params() {
                let words = if number > 0 && self.is_used(param) { words_of(self.value_kind(param)) } else { 0 };
                for word in 0..words {
                    let reg = self.temp();
                    self.define(param, word, reg);
                    self.code.blocks[number].params.push(reg);
                }
            }
        }
        for (number, &block) in self.order.blocks.iter().enumerate() {
            self.begin(number as BlockIndex);
            self.made.push(self.code.blocks.len() as BlockIndex);
            let depth = self.live.loops.depth(number as u32);
            if number == 0 {
                self.source = None;
                self.arrive();
            }
            for inst in self.body.blocks[block].insts() {
                let data = &self.body.insts[inst];
                let first = self.body.first_results[inst.index()];
                if data.results > 0 && self.live.folds[first.index()] != Fold::Own {
                    continue;
                }
                self.source = Some(inst);
                self.select(data, first);
            }
            self.edge_blocks();
            let made = self.made.last().map_or(0, |&first| first as usize);
            let (old, new) = self.code.blocks.split_at_mut(made);
            old.get_mut(number).into_iter().chain(new).for_each(|block| block.depth = depth);
        }
    }

    /// The selected function. Blocks that selection made stand behind the block of the IR that they were made for.
    pub(super) fn finish(mut self) -> Code {
        let count = self.order.blocks.len();
        let reached = reached(&self.code.blocks);
        let mut numbers = vec![NONE; self.code.blocks.len()];
        let mut next = 0;
        let mut number = |index: usize, numbers: &mut Vec<BlockIndex>| {
            if let Some(slot) = numbers.get_mut(index).filter(|_| reached[index]) {
                *slot = next;
                next += 1;
            }
        };
        for block in 0..count {
            number(block, &mut numbers);
            let own = self.made.get(block).copied().unwrap_or(0) as usize;
            let end = self.made.get(block + 1).map_or(numbers.len(), |&end| end as usize);
            (own..end).for_each(|index| number(index, &mut numbers));
        }
        let mut blocks: Vec<(BlockIndex, CodeBlock)> =
            numbers.iter().copied().zip(std::mem::take(&mut self.code.blocks)).collect();
        blocks.retain(|&(number, _)| number != NONE);
        blocks.sort_by_key(|&(number, _)| number);
        self.code.blocks = blocks.into_iter().map(|(_, block)| block).collect();
        for block in &mut self.code.blocks {
            if let Some(line) = block.lines.last_mut() {
                line.inst.redirect(|to| numbers.get(to as usize).copied().unwrap_or(0));
            }
        }
        self.code
    }

    /// Goes on at the end of a block.
    pub(super) fn begin(&mut self, block: BlockIndex) {
        self.current = block;
        self.fresh.clear();
    }

    /// A new block without a block of the IR, behind all others.
    pub(super) fn new_block(&mut self) -> BlockIndex {
        self.code.blocks.push(CodeBlock::default());
        self.code.blocks.len() as BlockIndex - 1
    }

    /// Where an edge leads to: the block itself, or one of the edge's own when the edge passes something, or when other
    /// edges lead to the block too. `alone` says that the terminator has no other edge.
    pub(super) fn target(&mut self, edge: Edge) -> BlockIndex {
        let to = self.body.edges[edge].block;
        let number = self.order.number(to);
        if self.arrivals[to.index()] == 1 && self.code.blocks[number as usize].params.is_empty() {
            return number;
        }
        let args = self.body.edge_args(&self.body.edges[edge]);
        if let Some(&block) = self.same.get(&(to, args)) {
            return block;
        }
        let block = self.new_block();
        self.same.insert((to, args), block);
        self.edges.push((block, edge));
        block
    }

    /// Fills the blocks that edges of the last terminator got.
    fn edge_blocks(&mut self) {
        self.same.clear();
        for (block, edge) in std::mem::take(&mut self.edges) {
            self.begin(block);
            self.go(edge);
        }
    }

    /// Goes along the only edge of the block.
    pub(super) fn go(&mut self, edge: Edge) {
        let data = &self.body.edges[edge];
        let params = self.body.blocks[data.block].params();
        let mut args = Vec::new();
        for (&argument, param) in self.body.edge_args(data).iter().zip(params) {
            if self.is_used(param) {
                for word in 0..words_of(self.value_kind(param)) {
                    let reg = self.word(argument, word);
                    // The narrow bits that are known of a parameter are known of no argument in general.
                    args.push(reg);
                }
            }
        }
        self.code.blocks[self.current as usize].args = args;
        let to = self.order.number(data.block);
        self.emit(Inst::Jump { to });
    }

    /// Whether anything needs a value.
    pub(super) fn is_used(&self, value: Value) -> bool {
        self.live.intervals[value.index()].end > 0
    }

    // Registers.

    /// A new register of which nothing is known.
    pub(super) fn temp(&mut self) -> Reg {
        self.known.push(Known::NOTHING);
        self.code.registers = self.known.len();
        Reg::new_virtual(self.known.len() - 1)
    }

    /// What is known of a register.
    pub(super) fn known(&self, reg: Reg) -> Known {
        reg.virtual_index().and_then(|index| self.known.get(index)).copied().unwrap_or(Known::NOTHING)
    }

    /// Says what is known of a register.
    pub(super) fn know(&mut self, reg: Reg, known: Known) -> Reg {
        if let Some(slot) = reg.virtual_index().and_then(|index| self.known.get_mut(index)) {
            slot.unsigned = slot.unsigned.min(known.unsigned);
            slot.signed = slot.signed.min(known.signed);
        }
        reg
    }

    /// Says which register a word of a value is in.
    pub(super) fn define(&mut self, value: Value, word: usize, reg: Reg) {
        self.reserve(value);
        let index = self.starts[value.index()] as usize + word;
        if let Some(slot) = self.words.get_mut(index) {
            *slot = reg;
        }
        self.code.values.push((reg, value, word as u8));
    }

    /// The register that a word of an operand is in; constants and addresses are made.
    pub(super) fn word(&mut self, operand: Operand, word: usize) -> Reg {
        if let Some(bits) = self.constant(operand) {
            return self.konst((bits >> (32 * word)) as u32);
        }
        let Some(value) = self.live.root(operand).value() else { return self.konst(0) };
        match self.live.folds[value.index()] {
            Fold::Address(address) if word == 0 => self.address_value(address),
            Fold::Own => match self.starts[value.index()] {
                NONE => self.konst(0),
                start => match self.words.get(start as usize + word) {
                    Some(&reg) if reg != Reg(NONE) => reg,
                    // A word that is known to be 0.
                    _ => self.konst(0),
                },
            },
            _ => self.konst(0),
        }
    }

    /// A word of an operand: a number where it is known.
    pub(super) fn part(&mut self, operand: Operand, word: usize) -> Part {
        if let Some(bits) = self.constant(operand) {
            return Part::Number((bits >> (32 * word)) as u32);
        }
        let start = self.live.root(operand).value().map_or(NONE, |value| match self.live.folds[value.index()] {
            Fold::Own => self.starts[value.index()],
            _ => NONE,
        });
        match self.words.get((start as usize).saturating_add(word)) {
            Some(&Reg(NONE)) => Part::ZERO,
            _ => Part::Reg(self.word(operand, word)),
        }
    }

    /// Defines all words of a value; those that are 0 get no register.
    pub(super) fn define_parts(&mut self, value: Value, parts: &[Part]) {
        for (word, &part) in parts.iter().enumerate().take(words_of(self.value_kind(value))) {
            match part {
                Part::ZERO => self.reserve(value),
                part => {
                    let reg = self.part_in_register(part);
                    self.define(value, word, reg);
                }
            }
        }
    }

    /// Makes room for the words of a value; a word that is not defined then is 0.
    fn reserve(&mut self, value: Value) {
        let kind = self.value_kind(value);
        let start = &mut self.starts[value.index()];
        if *start == NONE {
            *start = self.words.len() as u32;
            self.words.extend(std::iter::repeat_n(Reg(NONE), words_of(kind)));
        }
    }

    /// The register of an operand of up to 32 bits; the lowest word of a wider one.
    pub(super) fn reg(&mut self, operand: Operand) -> Reg {
        self.word(operand, 0)
    }

    /// All words of an operand.
    pub(super) fn all_words(&mut self, operand: Operand) -> Vec<Reg> {
        (0..words_of(self.kind(operand))).map(|word| self.word(operand, word)).collect()
    }

    /// Defines all words of a value.
    pub(super) fn define_all(&mut self, value: Value, regs: &[Reg]) {
        for (word, &reg) in regs.iter().enumerate().take(words_of(self.value_kind(value))) {
            self.define(value, word, reg);
        }
    }

    /// The bits of a constant operand, cut to its type's width.
    pub(super) fn constant(&self, operand: Operand) -> Option<u128> {
        let constant = self.live.root(operand).constant()?;
        let bits = self.body.constants.get(constant)?.bits();
        let width = self.kind(operand).bits(32).unwrap_or(32).clamp(1, 128);
        Some(bits & (u128::MAX >> (128 - width)))
    }

    /// The kind of an operand, pointers as `i32`.
    pub(super) fn kind(&self, operand: Operand) -> TypeKind {
        self.context.operand_kind(self.body, operand)
    }

    /// The kind of a value, pointers as `i32`.
    pub(super) fn value_kind(&self, value: Value) -> TypeKind {
        self.context.kind(self.body.values[value].ty)
    }

    /// The instruction that defines an operand, when it is no parameter and no constant.
    pub(super) fn definition(&self, operand: Operand) -> Option<&'a InstData> {
        let value = self.live.root(operand).value()?;
        match self.body.values[value].def() {
            native_ir::ValueDef::Result(inst) => self.body.insts.get(inst),
            _ => None,
        }
    }

    // Instructions.

    /// Appends an instruction to the current block.
    pub(super) fn emit(&mut self, inst: Inst) {
        let source = self.source;
        if matches!(inst, Inst::Call { .. }) {
            self.fresh.clear();
        }
        self.code.blocks[self.current as usize].lines.push(Line { inst, source });
    }

    /// Puts an instruction before the one that made the flags, which is the last one, but for those that read them.
    pub(super) fn emit_before_flags(&mut self, inst: Inst) {
        let source = self.source;
        if let Some(block) = self.code.blocks.get_mut(self.current as usize) {
            let readers = block.lines.iter().rev().take_while(|line| line.inst.flags().reads()).count();
            let at = block.lines.len().saturating_sub(readers + 1);
            block.lines.insert(at, Line { inst, source });
        }
    }

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
    pub(super) fn konst(&mut self, value: u32) -> Reg {
        let reg = self.again(Again::Const(value), value <= 255, |dst| Inst::Const { dst, value });
        self.know(reg, Known::constant(value))
    }

    /// A fresh constant that lies below a value by a multiple of `step` up to 31 of them.
    pub(super) fn fresh_base(&self, value: u32, step: u32) -> Option<u32> {
        self.fresh.iter().find_map(|fresh| match fresh.what {
            Again::Const(base) if base > 255 => {
                let distance = value.wrapping_sub(base);
                (distance <= 31 * step && distance.is_multiple_of(step)).then_some(base)
            }
            _ => None,
        })
    }

    /// Whether the sum of a base and a scaled index is there already.
    pub(super) fn has_sum(&self, base: Reg, index: Reg, scale: u8) -> bool {
        let (what, line) = (Again::Sum(base, index, scale), self.line());
        self.fresh.iter().any(|fresh| fresh.what == what && fresh.line + DEAR >= line)
    }

    /// The sum of a base and a scaled index.
    pub(super) fn sum(&mut self, base: Reg, index: Reg, scale: u8) -> Reg {
        let shifted = match scale {
            0 => index,
            _ if self.has_sum(base, index, scale) => index,
            scale => self.shift(Shift::Lsl, index, scale.into()),
        };
        self.again(Again::Sum(base, index, scale), false, |dst| Inst::Add { dst, a: base, b: shifted })
    }

    /// The address of a symbol.
    pub(super) fn symbol(&mut self, reference: Reference, addend: i32) -> Reg {
        self.again(Again::Symbol(reference, addend), false, |dst| Inst::Symbol { dst, reference, addend })
    }

    /// The address of something in the frame.
    pub(super) fn cell_address(&mut self, cell: Cell) -> Reg {
        self.again(Again::Cell(cell), true, |dst| Inst::FrameAddress { dst, cell })
    }

    /// A sum.
    pub(super) fn add(&mut self, a: Reg, b: Reg) -> Reg {
        let dst = self.temp();
        self.emit(Inst::Add { dst, a, b });
        dst
    }

    /// A difference.
    pub(super) fn sub(&mut self, a: Reg, b: Reg) -> Reg {
        let dst = self.temp();
        self.emit(Inst::Sub { dst, a, b });
        dst
    }

    /// A sum with a constant, in one or two instructions or by way of a register; `src` itself when it is 0.
    pub(super) fn add_imm(&mut self, src: Reg, imm: i32) -> Reg {
        let mut left = imm;
        let mut src = src;
        if left.unsigned_abs() > 510 {
            let value = self.konst(imm.unsigned_abs());
            return if imm < 0 { self.sub(src, value) } else { self.add(src, value) };
        }
        while left != 0 {
            let step = left.clamp(-255, 255);
            let dst = self.temp();
            self.emit(Inst::AddImm { dst, src, imm: step as i16 });
            src = dst;
            left -= step;
        }
        src
    }

    /// A two-address operation.
    pub(super) fn alu(&mut self, op: Alu, a: Reg, b: Reg) -> Reg {
        let dst = self.temp();
        self.emit(Inst::Alu { op, dst, a, b });
        let (x, y) = (self.known(a), self.known(b));
        match op {
            Alu::And => {
                self.know(dst, Known::unsigned(x.unsigned.min(y.unsigned).into()));
                self.know(dst, Known { unsigned: 32, signed: x.signed.max(y.signed) })
            }
            Alu::Orr | Alu::Eor => {
                self.know(dst, Known { unsigned: x.unsigned.max(y.unsigned), signed: x.signed.max(y.signed) })
            }
            _ => dst,
        }
    }

    /// A shift by a constant from 0 to 31; `src` itself for 0.
    pub(super) fn shift(&mut self, op: Shift, src: Reg, amount: u32) -> Reg {
        if amount == 0 {
            return src;
        }
        let dst = self.temp();
        self.emit(Inst::Shift { op, dst, src, amount: amount as u8 });
        let known = self.known(src);
        match op {
            Shift::Lsr => self.know(dst, Known::unsigned(u32::from(known.unsigned).saturating_sub(amount))),
            Shift::Asr => self.know(dst, Known::signed(u32::from(known.signed).saturating_sub(amount).max(1))),
            Shift::Lsl => self.know(
                dst,
                Known {
                    unsigned: (u32::from(known.unsigned) + amount).min(32) as u8,
                    signed: (u32::from(known.signed) + amount).min(32) as u8,
                },
            ),
        }
    }

    /// A one-operand operation.
    pub(super) fn unary(&mut self, op: Unary, src: Reg) -> Reg {
        let dst = self.temp();
        self.emit(Inst::Unary { op, dst, src });
        let known = match op {
            Unary::Uxtb => Known::unsigned(8),
            Unary::Uxth => Known::unsigned(16),
            Unary::Sxtb => Known::signed(8),
            Unary::Sxth => Known::signed(16),
            Unary::Not => Known::signed(self.known(src).signed.into()),
            _ => Known::NOTHING,
        };
        self.know(dst, known)
    }

    /// The low `width` bits of a register, extended with zeros.
    pub(super) fn zero_extended(&mut self, src: Reg, width: u32) -> Reg {
        match width {
            _ if u32::from(self.known(src).unsigned) <= width => src,
            8 => self.unary(Unary::Uxtb, src),
            16 => self.unary(Unary::Uxth, src),
            _ => {
                let high = self.shift(Shift::Lsl, src, 32 - width);
                self.shift(Shift::Lsr, high, 32 - width)
            }
        }
    }

    /// The low `width` bits of a register, extended with copies of the highest of them.
    pub(super) fn sign_extended(&mut self, src: Reg, width: u32) -> Reg {
        match width {
            _ if u32::from(self.known(src).signed) <= width => src,
            8 => self.unary(Unary::Sxtb, src),
            16 => self.unary(Unary::Sxth, src),
            _ => {
                let high = self.shift(Shift::Lsl, src, 32 - width);
                self.shift(Shift::Asr, high, 32 - width)
            }
        }
    }

    /// An operand of up to 32 bits as all 32, with zeros. A constant is made so.
    pub(super) fn unsigned(&mut self, operand: Operand) -> Reg {
        let reg = self.reg(operand);
        let width = self.width(operand);
        self.zero_extended(reg, width)
    }

    /// An operand of up to 32 bits as all 32, with copies of its sign; an `i1` is 0 or -1.
    pub(super) fn signed(&mut self, operand: Operand) -> Reg {
        let width = self.width(operand);
        if let Some(bits) = self.constant(operand) {
            return self.konst(crate::context::sign_extended(bits, width) as u32);
        }
        let reg = self.reg(operand);
        match width {
            1 => self.unary(Unary::Neg, reg),
            width => self.sign_extended(reg, width),
        }
    }

    /// The width of an operand of up to 32 bits, in bits; 32 for the lowest word of a wider one.
    pub(super) fn width(&self, operand: Operand) -> u32 {
        self.kind(operand).bits(32).unwrap_or(32).min(32)
    }
}
