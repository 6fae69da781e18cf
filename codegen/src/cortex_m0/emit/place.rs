//! Constants, loads and stores, and addresses in the frame.

use super::{Address, Cell, Code, Emitter, Inst, Width, Word};
use crate::cortex_m0::encode;
use rustc_hash::{FxHashMap, FxHashSet};

/// How far `LDR`, `STR` and `ADD` reach from the stack pointer.
const REACH: u32 = 1020;

/// What one instruction adds or takes away.
const BYTE: u32 = 255;

/// How often a constant is made before it stands in the code.
const OFTEN: u32 = 3;

/// What is done with the byte that a constant begins as.
#[derive(Clone, Copy)]
enum Second {
    Not,
    Shift(u32),
    Add(u32),
}

/// How two instructions make a constant: from a byte, and what is done with it.
fn two_steps(value: u32) -> Option<(u32, Second)> {
    let zeros = value.trailing_zeros();
    if !value <= BYTE {
        Some((!value, Second::Not))
    } else if value != 0 && value >> zeros <= BYTE {
        Some((value >> zeros, Second::Shift(zeros)))
    } else if value <= 2 * BYTE {
        Some((BYTE, Second::Add(value.saturating_sub(BYTE))))
    } else {
        None
    }
}

/// The constants of a function that are made so often that they stand in the code.
pub(super) fn pooled(code: &Code) -> FxHashSet<u32> {
    let mut counts: FxHashMap<u32, u32> = FxHashMap::default();
    for line in code.blocks.iter().flat_map(|block| &block.lines) {
        if let Inst::Const { value, .. } = line.inst
            && value > BYTE
        {
            *counts.entry(value).or_default() += 1;
        }
    }
    counts.into_iter().filter_map(|(value, count)| (count >= OFTEN).then_some(value)).collect()
}

impl Emitter<'_> {
    /// A constant in as few bytes as there are forms for. Two instructions take as long as a load of one that stands in
    /// the code, and more bytes from the third on that the function has of it.
    pub(super) fn constant(&mut self, rd: u8, value: u32) {
        match two_steps(value) {
            _ if value <= BYTE => self.asm.put(encode::movs_imm(rd, value)),
            Some((first, second)) if !self.pooled.contains(&value) => {
                self.asm.put(encode::movs_imm(rd, first));
                self.asm.put(match second {
                    Second::Not => encode::mvns(rd, rd),
                    Second::Shift(amount) => encode::lsls_imm(rd, rd, amount),
                    Second::Add(amount) => encode::adds_imm8(rd, amount),
                });
            }
            _ => self.asm.load_word(rd, Word::Number(value)),
        }
    }

    pub(super) fn load(&mut self, rt: u8, width: Width, signed: bool, address: Address) {
        let halfword = match address {
            Address::Cell(cell) => {
                debug_assert!(width == Width::Word && !signed);
                return self.load_at(rt, self.frame.offset(cell));
            }
            Address::Offset(base, offset) => {
                debug_assert!(!signed);
                let (base, offset) = (base.number(), offset.into());
                match width {
                    Width::Byte => encode::ldrb(rt, base, offset),
                    Width::Half => encode::ldrh(rt, base, offset),
                    Width::Word => encode::ldr(rt, base, offset),
                }
            }
            Address::Index(base, index) => {
                let (base, index) = (base.number(), index.number());
                match (width, signed) {
                    (Width::Byte, false) => encode::ldrb_reg(rt, base, index),
                    (Width::Half, false) => encode::ldrh_reg(rt, base, index),
                    (Width::Byte, true) => encode::ldrsb_reg(rt, base, index),
                    (Width::Half, true) => encode::ldrsh_reg(rt, base, index),
                    (Width::Word, _) => encode::ldr_reg(rt, base, index),
                }
            }
        };
        self.asm.put(halfword);
    }

    pub(super) fn store(&mut self, rt: u8, width: Width, address: Address) {
        let halfword = match address {
            Address::Cell(cell) => {
                debug_assert!(width == Width::Word);
                return self.store_at(rt, self.frame.offset(cell));
            }
            Address::Offset(base, offset) => {
                let (base, offset) = (base.number(), offset.into());
                match width {
                    Width::Byte => encode::strb(rt, base, offset),
                    Width::Half => encode::strh(rt, base, offset),
                    Width::Word => encode::str(rt, base, offset),
                }
            }
            Address::Index(base, index) => {
                let (base, index) = (base.number(), index.number());
                match width {
                    Width::Byte => encode::strb_reg(rt, base, index),
                    Width::Half => encode::strh_reg(rt, base, index),
                    Width::Word => encode::str_reg(rt, base, index),
                }
            }
        };
        self.asm.put(halfword);
    }

    /// Loads a word so many bytes above the stack pointer. No flag changes.
    pub(super) fn load_at(&mut self, rt: u8, offset: u32) {
        if offset <= REACH {
            return self.asm.put(encode::ldr_sp(rt, offset));
        }
        self.far_address(rt, offset);
        self.asm.put(encode::ldr(rt, rt, 0));
    }

    /// Stores a word so many bytes above the stack pointer. No flag changes. Far away the address is made in a register
    /// whose value waits in r12.
    pub(super) fn store_at(&mut self, rt: u8, offset: u32) {
        if offset <= REACH {
            return self.asm.put(encode::str_sp(rt, offset));
        }
        let lent = u8::from(rt == 0);
        self.asm.put(encode::mov(encode::IP, lent));
        self.far_address(lent, offset);
        self.asm.put(encode::str(rt, lent, 0));
        self.asm.put(encode::mov(lent, encode::IP));
    }

    /// An address above the stack pointer, of any distance. No flag changes.
    fn far_address(&mut self, rd: u8, offset: u32) {
        self.asm.load_word(rd, Word::Number(offset));
        self.asm.put(encode::add_high(rd, encode::SP));
    }

    /// The address of something in the frame.
    pub(super) fn frame_address(&mut self, rd: u8, cell: Cell) {
        let align = match cell {
            Cell::Slot(slot, _) => self.frame.slot_align(slot),
            _ => 1,
        };
        if let Cell::Slot(slot, bytes) = cell
            && align > STACK_ALIGN
        {
            // The stack pointer is a multiple of 4: the next multiple of the alignment lies at most that less 4 ahead.
            let first = self.frame.offset(Cell::Slot(slot, 0));
            self.address_at(rd, first + align - 4);
            let zeros = align.trailing_zeros();
            self.asm.put(encode::lsrs_imm(rd, rd, zeros));
            self.asm.put(encode::lsls_imm(rd, rd, zeros));
            return self.advance(rd, bytes);
        }
        self.address_at(rd, self.frame.offset(cell));
    }

    /// An address so many bytes above the stack pointer.
    fn address_at(&mut self, rd: u8, offset: u32) {
        let near = (offset & !3).min(REACH);
        if offset - near > BYTE {
            return self.far_address(rd, offset);
        }
        self.asm.put(encode::add_rd_sp(rd, near));
        self.advance(rd, offset - near);
    }

    /// Adds a number to a register, by way of r12 when it is large.
    fn advance(&mut self, rd: u8, bytes: u32) {
        match bytes {
            0 => {}
            1..=BYTE => self.asm.put(encode::adds_imm8(rd, bytes)),
            _ => {
                self.asm.put(encode::mov(encode::IP, rd));
                self.asm.load_word(rd, Word::Number(bytes));
                self.asm.put(encode::add_high(rd, encode::IP));
            }
        }
    }
}

/// The alignment of the stack pointer on which addresses of slots rely.
const STACK_ALIGN: u32 = 8;
