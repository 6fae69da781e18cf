//! What selection knows of the 32 bits that a register holds.

/// What the 32 bits of a register are known to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// Read without a sign they are below 2 to this.
    pub(crate) unsigned: u8,
    /// Read with a sign they fit into so many bits.
    pub(crate) signed: u8,
}

impl Known {
    pub(crate) const NOTHING: Known = Known { unsigned: 32, signed: 32 };

    /// Of what is below 2 to the power of `bits`.
    pub(crate) fn unsigned(bits: u32) -> Known {
        Known { unsigned: bits.min(32) as u8, signed: (bits + 1).min(32) as u8 }
    }

    /// Of what fits into so many bits with a sign.
    pub(crate) fn signed(bits: u32) -> Known {
        Known { unsigned: 32, signed: bits.min(32) as u8 }
    }

    /// Of a constant.
    pub(crate) fn constant(value: u32) -> Known {
        let magnitude = if (value as i32) < 0 { !value } else { value };
        Known { unsigned: (32 - value.leading_zeros()) as u8, signed: (33 - magnitude.leading_zeros()) as u8 }
    }
}
