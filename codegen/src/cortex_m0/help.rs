//! Calls of the runtime library, for what the machine has no instructions for.

use super::inst::{Alu, Callee, Cell, Inst, Reg, Shift, Width};
use super::integer::second;
use super::lower::Lower;
use super::memory::{Place, Purpose};
use artifact::Reference;
use native_ir::{InstData, Opcode, Operand, Type, TypeKind, Value};

/// The triple of the target.
pub(super) const TRIPLE: &str = "sim-cortex-m0";

/// Up to how many accesses copies and fills are done in place.
const SMALL: u32 = 4;

/// A division of 32 bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Division {
    pub(super) opcode: Opcode,
    pub(super) dividend: Reg,
    pub(super) divisor: Reg,
}

/// The function of the library that does an opcode, and which of its results is the opcode's.
fn find(opcode: Opcode, from: Type, to: Type) -> Option<(&'static str, usize)> {
    runtime::helper(TRIPLE, opcode, from, to).map(|helper| (helper.symbol, helper.result))
}

impl Lower<'_> {
    /// Calls the function that does an opcode on kinds of values. Each argument has its words; gives the words of the
    /// result, `words` of them.
    ///
    /// A row that the table does not have is an error of the table: the function has no machine code then.
    pub(super) fn call_helper(
        &mut self,
        opcode: Opcode,
        from: TypeKind,
        to: TypeKind,
        args: &[&[Reg]],
        words: usize,
    ) -> Vec<Reg> {
        let Some((symbol, result)) = find(opcode, Type::of_kind(from), Type::of_kind(to)) else {
            return self.no_helper(opcode, from, words);
        };
        self.call_symbol(symbol, args, result * words, words)
    }

    /// Whether the library has a function for an opcode on kinds of values.
    pub(super) fn has_helper(&self, opcode: Opcode, from: TypeKind, to: TypeKind) -> bool {
        find(opcode, Type::of_kind(from), Type::of_kind(to)).is_some()
    }

    fn no_helper(&mut self, opcode: Opcode, from: TypeKind, words: usize) -> Vec<Reg> {
        self.missing.get_or_insert_with(|| format!("{} of {}", opcode.name(), from.name()));
        (0..words).map(|_| self.konst(0)).collect()
    }

    /// Calls a function of the library by its name. `first` is the word of its results with which those begin that are
    /// asked for. Arguments travel as in AAPCS32: what has two or four words begins at an even register, and at a
    /// multiple of 8 bytes on the stack.
    pub(super) fn call_symbol(
        &mut self,
        symbol: &'static str,
        args: &[&[Reg]],
        first: usize,
        words: usize,
    ) -> Vec<Reg> {
        let mut passed = Vec::new();
        let (mut next, mut stack) = (0u8, 0u32);
        for arg in args {
            if arg.len() > 1 {
                next = next.next_multiple_of(2);
                if next >= 4 {
                    stack = stack.next_multiple_of(8);
                }
            }
            for &reg in *arg {
                if next < 4 {
                    passed.push((reg, next));
                    next += 1;
                } else {
                    self.store_to(reg, Place::Cell(Cell::Outgoing(stack)), Width::Word);
                    stack += 4;
                }
            }
        }
        self.outgoing = self.outgoing.max(stack.next_multiple_of(8));
        let results: Vec<Reg> = (0..words).map(|_| self.temp()).collect();
        self.emit(Inst::Call {
            callee: Callee::Direct(Reference::Helper(symbol)),
            args: passed,
            results: results.iter().copied().zip(first as u8..).collect(),
            pops: 0,
        });
        results
    }

    /// A quotient or remainder of 32 bits; the divisor is not 0, and nothing overflows.
    pub(super) fn divide_words(&mut self, division: Division) -> Reg {
        let Division { opcode, dividend, divisor } = division;
        self.call_helper(opcode, TypeKind::I32, TypeKind::I32, &[&[dividend], &[divisor]], 1)[0]
    }

    /// A count or a reversal of 32 bits.
    pub(super) fn bits_by_helper(&mut self, opcode: Opcode, reg: Reg) -> Reg {
        self.call_helper(opcode, TypeKind::I32, TypeKind::I32, &[&[reg]], 1)[0]
    }

    /// `umulh`, `smulh` of 32 bits.
    pub(super) fn multiply_high_word(&mut self, data: &InstData, result: Value) {
        let (a, b) = (self.reg(data.operand(0)), self.reg(data.operand(1)));
        let value = self.call_helper(data.opcode, TypeKind::I32, TypeKind::I32, &[&[a], &[b]], 1);
        self.define_all(result, &value);
    }

    /// `umul_overflow`, `smul_overflow` of 32 bits: the library says whether the product fits.
    pub(super) fn overflow_product_word(&mut self, data: &InstData, result: Value) {
        let (a, b) = (self.reg(data.operand(0)), self.reg(data.operand(1)));
        let product = self.alu(Alu::Mul, a, b);
        let bit = self.call_helper(data.opcode, TypeKind::I32, TypeKind::I32, &[&[a], &[b]], 1)[0];
        let bit = self.know(bit, super::lower::Known::unsigned(1));
        self.define(result, 0, product);
        self.define(second(result), 0, bit);
    }

    /// Copies bytes between two places that are the same or apart: in place when that takes few accesses.
    pub(super) fn copy_block(&mut self, to: Place, from: Place, bytes: u32, align: u32) {
        let align = align.clamp(1, 4);
        if bytes.div_ceil(align) <= SMALL + 1 {
            return self.copy_in_place(to, from, bytes, align);
        }
        let (to, from, bytes) = (self.place_value(to), self.place_value(from), self.konst(bytes));
        let kind = if align == 4 { Type::I32 } else { Type::ERROR };
        self.call_memory(Opcode::Memcpy, kind, &[to, from, bytes]);
    }

    /// Reads a piece and writes it before the next is read, as both places may be the same.
    fn copy_in_place(&mut self, to: Place, from: Place, bytes: u32, align: u32) {
        let mut at = 0;
        while at < bytes {
            let step = match bytes - at {
                4.. if align == 4 => Width::Word,
                2.. if align >= 2 => Width::Half,
                _ => Width::Byte,
            };
            let part = self.load_from(from.offset(at), step);
            self.store_to(part, to.offset(at), step);
            at += step.bytes();
        }
    }

    fn call_memory(&mut self, opcode: Opcode, kind: Type, args: &[Reg]) {
        let helper = find(opcode, kind, kind).or_else(|| find(opcode, Type::ERROR, Type::ERROR));
        match helper {
            Some((symbol, _)) => {
                let args: Vec<&[Reg]> = args.iter().map(std::slice::from_ref).collect();
                self.call_symbol(symbol, &args, 0, 0);
            }
            None => {
                self.no_helper(opcode, TypeKind::Ptr, 0);
            }
        }
    }

    /// `memcpy`, `memmove`, `memset`
    pub(super) fn block(&mut self, data: &InstData) {
        let align = data.attributes.align().unwrap_or(1).min(4) as u32;
        let count = self.constant(data.operand(2)).and_then(|bits| u32::try_from(bits).ok());
        if count == Some(0) {
            return;
        }
        let small = count.filter(|&count| count.div_ceil(align) <= SMALL);
        match (data.opcode, small) {
            (Opcode::Memcpy, Some(bytes)) => {
                let (to, from) =
                    (self.place(data.operand(0), Purpose::BLOCK), self.place(data.operand(1), Purpose::BLOCK));
                return self.copy_in_place(to, from, bytes, align);
            }
            (Opcode::Memset, Some(bytes)) => return self.fill(data, bytes, align),
            _ => {}
        }
        let kind = if align == 4 { Type::I32 } else { Type::ERROR };
        let (to, last) = (self.reg(data.operand(0)), self.reg(data.operand(2)));
        let middle: Operand = data.operand(1);
        let middle = self.reg(middle);
        // The library's `memset` has the number before the byte.
        let args = if data.opcode == Opcode::Memset { [to, last, middle] } else { [to, middle, last] };
        self.call_memory(data.opcode, kind, &args);
    }

    /// Sets few bytes.
    fn fill(&mut self, data: &InstData, bytes: u32, align: u32) {
        let value = match self.constant(data.operand(1)) {
            Some(bits) => self.konst((bits as u32 & 0xff) * ((u32::MAX / 255) >> (32 - 8 * align))),
            None if align == 1 => self.reg(data.operand(1)),
            None => {
                let byte = self.unsigned(data.operand(1));
                let high = self.shift(Shift::Lsl, byte, 8);
                let half = self.alu(Alu::Orr, high, byte);
                if align == 2 {
                    half
                } else {
                    let high = self.shift(Shift::Lsl, half, 16);
                    self.alu(Alu::Orr, high, half)
                }
            }
        };
        let place = self.place(data.operand(0), Purpose::BLOCK);
        let mut at = 0;
        while at < bytes {
            let step = match bytes - at {
                4.. if align == 4 => Width::Word,
                2.. if align >= 2 => Width::Half,
                _ => Width::Byte,
            };
            self.store_to(value, place.offset(at), step);
            at += step.bytes();
        }
    }
}
