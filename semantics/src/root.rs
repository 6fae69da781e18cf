//! Square roots of numbers with long significands, digit by digit.

use crate::pack::Parts;

/// Digits of the result: two more than the longest format has.
const DIGITS: u32 = 115;
/// Digits of the radicand that the loop takes two at a time before it takes zeros.
const RADICAND: u32 = 114;

/// The square root of a positive number, rounded to odd at [`DIGITS`] digits (see [`crate::pack::pack`]). The
/// significand has at most 113 digits; the sign is ignored.
pub(crate) fn square_root(radicand: Parts) -> Parts {
    let Parts { exponent, significand, .. } = radicand;
    let left = significand.leading_zeros() as i32 - (128 - RADICAND as i32);
    // An even exponent, so that half of it is one.
    let left = if (exponent - left) % 2 == 0 { left } else { left - 1 };
    let digits = significand << left.unsigned_abs();
    let (mut root, mut rest) = (0u128, 0u128);
    for step in 0..DIGITS {
        let pair = if 2 * step < RADICAND { digits >> (RADICAND - 2 - 2 * step) & 3 } else { 0 };
        rest = rest << 2 | pair;
        let trial = root << 2 | 1;
        root <<= 1;
        if rest >= trial {
            rest -= trial;
            root |= 1;
        }
    }
    let taken = RADICAND as i32 / 2;
    Parts {
        negative: false,
        exponent: (exponent - left) / 2 - (DIGITS as i32 - taken),
        significand: root | u128::from(rest != 0),
    }
}
