//! What helpers cost: IR instructions of a call, those of its callees included, the mean over operands of ordinary
//! size. Each has a bound, somewhat above what it takes; `cargo test -p runtime cost -- --nocapture` shows the figures.

use crate::TRIPLE;
use crate::machine::{Machine, library};
use crate::values::Random;
use native_ir::Type;

const CALLS: u64 = 1000;

/// How operands are chosen.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Integers whose lengths in bits are at most these.
    Integers(u32, u32),
    /// Positive floats from 2^-8 to 2^8.
    Floats(Type),
}

/// Helper, its operands, their number, and the bound on the mean.
const BOUNDS: &[(&str, Kind, usize, u64)] = &[
    ("__udivti3", Kind::Integers(64, 64), 2, 16),
    ("__udivti3", Kind::Integers(128, 64), 2, 82),
    ("__udivti3", Kind::Integers(128, 96), 2, 83),
    ("__modti3", Kind::Integers(128, 96), 2, 94),
    ("__nir_umulh_i128", Kind::Integers(128, 128), 2, 32),
    ("__addtf3", Kind::Floats(Type::F128), 2, 97),
    ("__multf3", Kind::Floats(Type::F128), 2, 146),
    ("__divtf3", Kind::Floats(Type::F128), 2, 289),
    ("__nir_sqrt_f128", Kind::Floats(Type::F128), 1, 214),
    ("__nir_fma_f128", Kind::Floats(Type::F128), 3, 217),
    ("__nir_compare_f128", Kind::Floats(Type::F128), 2, 26),
    ("__nir_round_even_f128", Kind::Floats(Type::F128), 1, 22),
    ("__floattitf", Kind::Integers(128, 128), 1, 52),
    ("__extenddftf2", Kind::Floats(Type::F64), 1, 22),
    ("__trunctfdf2", Kind::Floats(Type::F128), 1, 64),
    ("__extendhfsf2", Kind::Floats(Type::F16), 1, 17),
    ("__truncsfhf2", Kind::Floats(Type::F32), 1, 25),
    ("__nir_fma_f16", Kind::Floats(Type::F16), 3, 116),
    ("fmaf", Kind::Floats(Type::F32), 3, 31),
    ("fma", Kind::Floats(Type::F64), 3, 173),
];

pub(crate) fn operand(kind: Kind, place: usize, generator: &mut Random) -> u128 {
    let wide = u128::from(generator.word()) << 64 | u128::from(generator.word());
    match kind {
        Kind::Integers(first, second) => (wide | 1 << 127) >> (128 - if place == 0 { first } else { second }),
        Kind::Floats(ty) => {
            let (digits, most) = match ty {
                Type::F16 => (10, 15),
                Type::F32 => (23, 127),
                Type::F64 => (52, 1023),
                _ => (112, 16383),
            };
            let field = u128::from(most - 8 + generator.below(16));
            field << digits | wide & ((1 << digits) - 1)
        }
    }
}

#[test]
fn helpers_take_few_instructions() {
    let mut machine = Machine::new(library(TRIPLE));
    let mut generator = Random::new(5);
    let mut slow = Vec::new();
    for &(symbol, kind, count, bound) in BOUNDS {
        let func = machine.function(symbol);
        let mut total = 0;
        for _ in 0..CALLS {
            let operands: Vec<u128> = (0..count).map(|place| operand(kind, place, &mut generator)).collect();
            total += machine.call(func, &operands).1;
        }
        let mean = total / CALLS;
        println!("{symbol} {mean}");
        if mean > bound {
            slow.push((symbol, mean, bound));
        }
    }
    assert_eq!(slow, [], "helper, instructions, bound");
}
