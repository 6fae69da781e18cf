//! Comparisons of floats that answer in the flags, for the objects of other compilers (RTABI32, "The floating-point helper
//! functions", comparisons with result in PSR): Z is set when the operands are equal, C is clear when they are ordered and the
//! first is less, so that unordered ones have Z clear and C set. All core registers but ip and lr stay as they are.
//!
//! Each calls the comparison of the library that gives a number: -1 less, 0 equal, 1 greater, 2 unordered.

use super::Piece;
use super::code::Code;
use crate::program::Target;
use artifact::{UnwindOp, UnwindRow};

/// Code for a library, and the function that its calls mean: it is the only external one.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    pub(crate) piece: Piece,
    pub(crate) calls: &'static str,
}

/// Names of a type's functions.
struct Names {
    /// Whether the first operand is less.
    less: &'static str,
    /// Whether they are equal. The two would differ in which NaNs signal, and there is nothing to signal with.
    equal: &'static str,
    /// Whether the second operand is less.
    reversed: &'static str,
    /// The function that gives a number.
    number: &'static str,
}

const SINGLE: Names = Names {
    less: "__aeabi_cfcmple",
    equal: "__aeabi_cfcmpeq",
    reversed: "__aeabi_cfrcmple",
    number: "__nir_compare_f32",
};
const DOUBLE: Names = Names {
    less: "__aeabi_cdcmple",
    equal: "__aeabi_cdcmpeq",
    reversed: "__aeabi_cdrcmple",
    number: "__nir_compare_f64",
};

/// Operands change places: r0 and r1, or r0:r1 and r2:r3.
const SWAP_SINGLE: &[u16] = &[
    0x4684, // mov ip, r0
    0x4608, // mov r0, r1
    0x4661, // mov r1, ip
];
const SWAP_DOUBLE: &[u16] = &[
    0x4684, // mov ip, r0
    0x4610, // mov r0, r2
    0x4662, // mov r2, ip
    0x468c, // mov ip, r1
    0x4619, // mov r1, r3
    0x4663, // mov r3, ip
];

/// All comparisons.
pub(crate) fn comparisons() -> Vec<Comparison> {
    let mut all = Vec::new();
    for (names, swap) in [(SINGLE, SWAP_SINGLE), (DOUBLE, SWAP_DOUBLE)] {
        let forward = Piece { inner: vec![(names.equal, 0)], ..comparison(names.less, &[]) };
        let pieces = [forward, comparison(names.reversed, swap)];
        all.extend(pieces.map(|piece| Comparison { piece, calls: names.number }));
    }
    all
}

/// A comparison whose operands are moved first.
fn comparison(name: &'static str, moves: &[u16]) -> Piece {
    const SAVED: u32 = 24;
    const LR: u8 = 14;
    let mut code = Code::default();
    // r4 keeps the stack pointer a multiple of 8.
    code.push(&[0xb51f]); // push {r0, r1, r2, r3, r4, lr}
    let saved = code.here();
    code.push(moves);
    code.call(Target::External(0));
    // Of -1 the borrow clears C.
    code.push(&[0x3001]); // adds r0, #1
    code.push(&[0x2801]); // cmp r0, #1
    code.push(&[0xbd1f]); // pop {r0, r1, r2, r3, r4, pc}
    let row = |op| UnwindRow { offset: saved, op };
    let unwind = vec![row(UnwindOp::Cfa(SAVED)), row(UnwindOp::Saved(LR, 4))];
    Piece { unwind, ..code.finish(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_stands_once() {
        let all = comparisons();
        let mut names: Vec<&str> = all
            .iter()
            .flat_map(|one| one.piece.inner.iter().map(|(name, _)| *name).chain([one.piece.name]))
            .collect();
        names.sort_unstable();
        let expected = [
            "__aeabi_cdcmpeq",
            "__aeabi_cdcmple",
            "__aeabi_cdrcmple",
            "__aeabi_cfcmpeq",
            "__aeabi_cfcmple",
            "__aeabi_cfrcmple",
        ];
        assert_eq!(names, expected);
    }
}
