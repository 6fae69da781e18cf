//! Volatile accesses: those that were made, those that are tried, and their text.
//!
//! The text is that of the directive `;! mmio:`, so that a trace can be pasted into a fixture.

use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// How wide an access is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Width {
    /// 1 byte.
    One,
    /// 2 bytes.
    Two,
    /// 4 bytes.
    Four,
    /// 8 bytes.
    Eight,
}

impl Width {
    /// The width with this number of bytes, if there is one.
    pub fn from_bytes(bytes: u64) -> Option<Self> {
        match bytes {
            1 => Some(Self::One),
            2 => Some(Self::Two),
            4 => Some(Self::Four),
            8 => Some(Self::Eight),
            _ => None,
        }
    }

    /// The number of bytes.
    pub fn bytes(self) -> u64 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
            Self::Eight => 8,
        }
    }

    /// A one in each bit of a value of this width.
    pub fn mask(self) -> u64 {
        u64::MAX >> (64 - 8 * self.bytes())
    }
}

/// An access that was made, or that a script expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Access {
    /// Whether it writes.
    pub write: bool,
    /// The address, in bytes.
    pub address: u64,
    /// The width.
    pub width: Width,
    /// What was written, or what the device answered; zero above the width.
    pub value: u64,
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, width, value, .. } = self;
        let verb = if self.write { "write" } else { "read" };
        write!(f, "{verb} {address:#010x} {} {value:#x}", width.bytes())
    }
}

/// An access that is tried: a read has no value yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Attempt {
    /// The address, in bytes.
    pub address: u64,
    /// The width.
    pub width: Width,
    /// What shall be written; `None` for a read.
    pub written: Option<u64>,
}

impl Attempt {
    /// The access, when the device answered a read with this value.
    pub(crate) fn made(self, answer: u64) -> Access {
        let Self { address, width, written } = self;
        Access { write: written.is_some(), address, width, value: written.unwrap_or(answer) }
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.written {
            Some(_) => self.made(0).fmt(f),
            None => write!(f, "read {:#010x} {}", self.address, self.width.bytes()),
        }
    }
}

/// Why a text is no access.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AccessError {
    /// Not four words.
    #[error("an access has four words, as in `write 0x4000251c 4 0x41`; here are {0}")]
    Words(usize),
    /// The first word is neither `read` nor `write`.
    #[error("an access begins with `read` or `write`, not with `{0}`")]
    Verb(String),
    /// The address is no number of 64 bits.
    #[error("`{0}` is no address: write a decimal or 0x-hexadecimal number below 2^64")]
    Address(String),
    /// The width is none of 1, 2, 4 and 8.
    #[error("`{0}` is no width: write 1, 2, 4 or 8, the number of bytes")]
    Width(String),
    /// The value is no number, or is wider than the access.
    #[error("`{text}` is no value of {bytes} bytes")]
    Value {
        /// What stands there.
        text: String,
        /// The width of the access.
        bytes: u64,
    },
}

impl FromStr for Access {
    type Err = AccessError;

    /// Reads `write 0x4000251c 4 0x41`: direction, address, width in bytes, value. Numbers are decimal or begin with `0x`;
    /// a value may be negative, if its width has a sign bit for it.
    fn from_str(text: &str) -> Result<Self, AccessError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [verb, address, width, value] = words[..] else {
            return Err(AccessError::Words(words.len()));
        };
        let write = match verb {
            "read" => false,
            "write" => true,
            _ => return Err(AccessError::Verb(verb.to_string())),
        };
        let address = number(address).ok_or_else(|| AccessError::Address(address.to_string()))?;
        let bytes = number(width).and_then(Width::from_bytes);
        let width = bytes.ok_or_else(|| AccessError::Width(width.to_string()))?;
        let wrong = || AccessError::Value { text: value.to_string(), bytes: width.bytes() };
        let value = value_of(value, width).ok_or_else(wrong)?;
        Ok(Self { write, address, width, value })
    }
}

/// An unsigned number. The sign that the standard library takes is refused here.
fn number(text: &str) -> Option<u64> {
    let (digits, radix) = text.strip_prefix("0x").map_or((text, 10), |digits| (digits, 16));
    if digits.starts_with('+') { None } else { u64::from_str_radix(digits, radix).ok() }
}

/// A value that fits the width, as its bits.
fn value_of(text: &str, width: Width) -> Option<u64> {
    let Some(magnitude) = text.strip_prefix('-') else {
        return number(text).filter(|value| *value <= width.mask());
    };
    let lowest = width.mask() / 2 + 1;
    number(magnitude).filter(|value| *value <= lowest).map(|value| value.wrapping_neg() & width.mask())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_back(text: &str) -> String {
        text.parse::<Access>().map_or_else(|error| error.to_string(), |access| access.to_string())
    }

    #[test]
    fn text_is_that_of_the_directive() {
        for text in ["write 0x4000251c 4 0x41", "read 0x40002518 4 0x41", "read 0x00000000 1 0x0"] {
            assert_eq!(read_back(text), text);
        }
        assert_eq!(
            read_back("write 0xffffffffffffffff 8 0xffffffffffffffff"),
            "write 0xffffffffffffffff 8 0xffffffffffffffff"
        );
        assert_eq!(read_back("  read  1073751320\t2 500 "), "read 0x40002518 2 0x1f4");
    }

    #[test]
    fn negative_values_become_their_bits() {
        assert_eq!(read_back("write 0x40000000 1 -1"), "write 0x40000000 1 0xff");
        assert_eq!(read_back("write 0x40000000 2 -32768"), "write 0x40000000 2 0x8000");
        assert_eq!(read_back("write 0x40000000 8 -0x8000000000000000"), "write 0x40000000 8 0x8000000000000000");
        assert_eq!(read_back("write 0x40000000 4 -0"), "write 0x40000000 4 0x0");
        assert_eq!(read_back("write 0x40000000 1 -129"), "`-129` is no value of 1 bytes");
        assert_eq!(read_back("write 0x40000000 1 --1"), "`--1` is no value of 1 bytes");
    }

    #[test]
    fn each_mistake_has_its_error() {
        let parse = |text: &str| text.parse::<Access>();
        assert_eq!(parse(""), Err(AccessError::Words(0)));
        assert_eq!(parse("read 0x40 4"), Err(AccessError::Words(3)));
        assert_eq!(parse("read 0x40 4 1 2"), Err(AccessError::Words(5)));
        assert_eq!(parse("Read 0x40 4 1"), Err(AccessError::Verb("Read".into())));
        for address in ["0x", "-1", "+1", "0x+1", "x", "0x10000000000000000", "18446744073709551616"] {
            assert_eq!(parse(&format!("read {address} 4 1")), Err(AccessError::Address(address.into())));
        }
        for width in ["0", "3", "16", "4i", "-4"] {
            assert_eq!(parse(&format!("read 0x40 {width} 1")), Err(AccessError::Width(width.into())));
        }
        for (bytes, value) in
            [(1, "256"), (2, "0x10000"), (4, "0x100000000"), (8, "0x10000000000000000"), (4, "a")]
        {
            assert_eq!(
                parse(&format!("read 0x40 {bytes} {value}")),
                Err(AccessError::Value { text: value.into(), bytes })
            );
        }
    }

    #[test]
    fn masks_are_as_wide_as_their_widths() {
        let masks = [1, 2, 4, 8].map(|bytes| Width::from_bytes(bytes).map(Width::mask));
        assert_eq!(masks, [Some(0xff), Some(0xffff), Some(0xffff_ffff), Some(u64::MAX)]);
    }

    #[test]
    fn a_tried_read_has_no_value() {
        let read = Attempt { address: 0x40, width: Width::Two, written: None };
        assert_eq!(read.to_string(), "read 0x00000040 2");
        assert_eq!(Attempt { written: Some(7), ..read }.to_string(), "write 0x00000040 2 0x7");
    }
}
