//! What stands before the ModRM byte: prefixes and opcode.

use super::Size;

/// The bit W of the REX prefix.
const WIDE: u8 = 8;

/// A REX prefix without any bit.
const REX: u8 = 0x40;

/// Prefixes and opcode of an instruction, without the register bits of REX. It fits a register.
#[derive(Clone, Copy)]
pub(super) struct Opcode {
    /// Up to three bytes, the first lowest; or VEX prefix and opcode.
    bytes: u32,
    /// Up to two prefixes, the first lowest.
    prefixes: u16,
    /// Bits of REX; not zero when it must stand there.
    rex: u8,
    /// How many bits of `bytes` there are; [`VEX_BITS`] only with a VEX prefix.
    bits: u8,
}

/// The length of a VEX prefix with its opcode.
const VEX_BITS: u8 = 32;

impl Opcode {
    /// An opcode of one byte.
    pub(super) const fn one(opcode: u8) -> Opcode {
        Opcode { bytes: opcode as u32, prefixes: 0, rex: 0, bits: 8 }
    }

    /// `0F` and another byte.
    pub(super) const fn two(opcode: u8) -> Opcode {
        Opcode { bytes: 0x0F | (opcode as u32) << 8, bits: 16, ..Opcode::one(0) }
    }

    /// `0F 3A` and another byte.
    pub(super) const fn three(opcode: u8) -> Opcode {
        Opcode { bytes: 0x3A0F | (opcode as u32) << 16, bits: 24, ..Opcode::one(0) }
    }

    /// A byte behind a VEX prefix for 128 bits with the implied prefix 66: map 2 is `0F 38`, 3 is `0F 3A`; `second` is
    /// the register that ModRM does not name.
    pub(super) const fn vex(map: u8, wide: bool, second: u8, opcode: u8) -> Opcode {
        let last = (wide as u8) << 7 | (!second & 15) << 3 | 1;
        Opcode { bytes: u32::from_le_bytes([0xC4, 0xE0 | map, last, opcode]), bits: VEX_BITS, ..Opcode::one(0) }
    }

    /// With a prefix before those that are there.
    pub(super) const fn prefix(self, prefix: u8) -> Opcode {
        Opcode { prefixes: self.prefixes << 8 | prefix as u16, ..self }
    }

    /// With the bit W of REX.
    pub(super) const fn wide(self) -> Opcode {
        Opcode { rex: self.rex | WIDE, ..self }
    }

    /// For an instruction without a form for bytes.
    pub(super) const fn size(self, size: Size) -> Opcode {
        match size {
            Size::Byte | Size::Long => self,
            Size::Word => self.prefix(0x66),
            Size::Quad => self.wide(),
        }
    }

    /// For an instruction whose form for bytes has the opcode, the other forms have the next one.
    pub(super) const fn sized(self, size: Size) -> Opcode {
        match size {
            Size::Byte => self,
            _ => self.plus(1).size(size),
        }
    }

    /// With the lowest three bits of a number added to its last byte.
    pub(super) const fn plus(self, number: u8) -> Opcode {
        Opcode { bytes: self.bytes | (number as u32 & 7) << (self.bits - 8), ..self }
    }

    /// With a byte register, which is `ah` to `bh` without REX when its number is 4 to 7.
    pub(super) const fn byte_register(self, register: u8) -> Opcode {
        match register {
            4..=7 => Opcode { rex: self.rex | REX, ..self },
            _ => self,
        }
    }

    /// Prefixes, REX and opcode, and how many bits they are; `rex` are the bits R, X and B.
    #[inline(always)]
    pub(super) const fn head(self, rex: u8) -> (u64, u32) {
        if self.bits == VEX_BITS {
            return (self.bytes as u64 ^ (rex as u64) << 13, 32);
        }
        let rex = self.rex | rex;
        let (mut word, mut bits) = (self.bytes as u64, self.bits as u32);
        if rex != 0 {
            word = word << 8 | (REX | rex) as u64;
            bits += 8;
        }
        match self.prefixes {
            0 => (word, bits),
            1..=0xFF => (word << 8 | self.prefixes as u64, bits + 8),
            _ => (word << 16 | self.prefixes as u64, bits + 16),
        }
    }
}
