//! Operands: those at the edges of what a type has, and random ones that meet at such edges often.

use native_ir::Type;

/// A generator of pseudo-random bits (Marsaglia, *Xorshift RNGs*, 2003).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed | 1)
    }

    pub(crate) fn word(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        (self.word() >> 32) % limit
    }

    fn wide(&mut self) -> u128 {
        u128::from(self.word()) << 64 | u128::from(self.word())
    }

    /// Bits of any length, some of them long runs.
    fn pattern(&mut self) -> u128 {
        let bits = self.wide() >> self.below(128);
        match self.below(8) {
            0 => !bits,
            1 => bits << self.below(128),
            2 => !(bits << self.below(128)),
            3 => (1u128 << self.below(128)).wrapping_sub(1 << self.below(128)),
            _ => self.wide() >> self.below(128),
        }
    }
}

/// Width, digits of the fraction and greatest exponent of a float type.
fn format(ty: Type) -> Option<(u32, u32, u32)> {
    match ty {
        Type::F16 => Some((16, 10, 15)),
        Type::F32 => Some((32, 23, 127)),
        Type::F64 => Some((64, 52, 1023)),
        Type::F128 => Some((128, 112, 16383)),
        _ => None,
    }
}

pub(crate) fn width(ty: Type) -> u32 {
    match ty {
        Type::I8 => 8,
        Type::I16 => 16,
        Type::I32 => 32,
        Type::I64 => 64,
        Type::I128 => 128,
        ty => format(ty).map_or(0, |(width, ..)| width),
    }
}

fn mask(ty: Type) -> u128 {
    u128::MAX >> (128 - width(ty))
}

pub(crate) fn is_float(ty: Type) -> bool {
    format(ty).is_some()
}

/// Whether bits are a NaN of a type.
pub(crate) fn is_nan(ty: Type, bits: u128) -> bool {
    format(ty).is_some_and(|(width, digits, _)| {
        let infinity = (1 << (width - 1)) - (1 << digits);
        bits & (mask(ty) >> 1) > infinity
    })
}

/// Whether bits are a quiet NaN of a type.
pub(crate) fn is_quiet_nan(ty: Type, bits: u128) -> bool {
    is_nan(ty, bits) && format(ty).is_some_and(|(_, digits, _)| bits >> (digits - 1) & 1 == 1)
}

/// Edge values of a type.
pub(crate) fn edges(ty: Type) -> Vec<u128> {
    let mut found = match format(ty) {
        Some((width, digits, most)) => float_edges(width, digits, most),
        None => int_edges(width(ty)),
    };
    found.iter_mut().for_each(|bits| *bits &= mask(ty));
    found.sort_unstable();
    found.dedup();
    found
}

fn int_edges(width: u32) -> Vec<u128> {
    let powers = [0, 1, 7, 11, 16, 24, 25, 31, 32, 33, 53, 54, 63, 64, 65, 96, 113, 114, 126, 127];
    let powers = powers.into_iter().filter(|&power| power < width).map(|power| 1u128 << power);
    let near = powers.flat_map(|power| [power - 1, power, power + 1, 3 * (power / 2), power.wrapping_neg()]);
    near.chain([0, 1, 2, 3, 10, u128::MAX, u128::MAX - 1, u128::MAX << 32, u128::MAX << 64, (1 << 65) - 3])
        .collect()
}

fn float_edges(width: u32, digits: u32, most: u32) -> Vec<u128> {
    let hidden = 1u128 << digits;
    let infinity = (1 << (width - 1)) - hidden;
    let mut found = vec![0, 1, 2, 3, hidden / 2, hidden - 1, hidden, hidden + 1, 2 * hidden, infinity - 1];
    found.extend([infinity - hidden, infinity, infinity + 1, infinity + hidden / 2, infinity + hidden - 1]);
    // Powers of two around 1, around the limits of integers, and where numbers have no fraction any more; with the
    // neighbours, the middle of the next numbers, and a fraction of one half.
    let integers = [7, 8, 15, 16, 31, 32, 63, 64, 127, 128];
    let ends = [digits - 1, digits, digits + 1].into_iter().chain([1, 2]);
    for exponent in integers.into_iter().chain(ends).filter(|&exponent| exponent <= most) {
        let power = u128::from(most + exponent) << digits;
        let half = hidden.checked_shr(exponent + 1).unwrap_or(0);
        found.extend([power - 1, power, power + 1, power + half, power + half + 1, power | (hidden / 2)]);
    }
    for below in 0..3 {
        let power = u128::from(most - below) << digits;
        found.extend([power - 1, power, power + 1, power | (hidden / 2)]);
    }
    // Least and greatest numbers of the shorter formats, and what rounds to them.
    for (short, limit) in [(10, 15), (23, 127), (52, 1023)].into_iter().filter(|&(short, _)| short < digits as i32)
    {
        for exponent in [limit, 1 - limit, -limit, 1 - limit - short, -limit - short] {
            let power = ((most as i32 + exponent) as u128) << digits;
            let last = hidden >> short;
            let nines = power + hidden - last;
            found.extend([
                power - 1,
                power,
                power + 1,
                power + last / 2,
                power + last / 2 - 1,
                power + last / 2 + 1,
            ]);
            found.extend([
                nines,
                nines + last / 2 - 1,
                nines + last / 2,
                nines + last / 2 + 1,
                power + hidden / 2,
            ]);
        }
    }
    let sign = 1 << (width - 1);
    found.iter().flat_map(|&bits| [bits, bits | sign]).collect()
}

/// A random value of a type.
pub(crate) fn random(ty: Type, random: &mut Random) -> u128 {
    let bits = match format(ty) {
        Some((width, digits, most)) if random.below(16) > 0 => {
            let near = u64::from(2 * digits + 8).min(u64::from(2 * most + 1));
            let field = match random.below(4) {
                0 => random.below(u64::from(2 * most + 2)),
                1 => random.below(u64::from(digits + 4).min(u64::from(2 * most + 1))),
                _ => (u64::from(most) + random.below(near)).saturating_sub(near / 2).min(u64::from(2 * most)),
            };
            let sign = u128::from(random.below(2)) << (width - 1);
            sign | u128::from(field) << digits | random.pattern() & ((1 << digits) - 1)
        }
        _ => random.pattern(),
    };
    bits & mask(ty)
}

/// A random value that is near to another: the same exponent, or one that is a few less or more, so that sums cancel.
pub(crate) fn random_near(ty: Type, other: u128, generator: &mut Random) -> u128 {
    let Some((width, digits, most)) = format(ty) else {
        return match generator.below(4) {
            0 => other.wrapping_add(generator.below(5).into()).wrapping_sub(2) & mask(ty),
            1 => generator.pattern() & mask(ty) | 1 << generator.below(width(ty).into()),
            _ => random(ty, generator),
        };
    };
    let field = (other >> digits) as i64 & i64::from(2 * most + 1);
    match generator.below(4) {
        0 => random(ty, generator),
        1 => (other ^ generator.below(4) as u128) ^ (u128::from(generator.below(2)) << (width - 1)),
        _ => {
            let reach = i64::from(digits) + 4;
            let moved = field - reach + generator.below(2 * reach as u64) as i64;
            let field = moved.clamp(0, i64::from(2 * most)) as u128;
            let sign = u128::from(generator.below(2)) << (width - 1);
            sign | field << digits | generator.pattern() & ((1 << digits) - 1)
        }
    }
}

/// The number nearest to minus a product of two, roughly: a third operand that a product cancels.
pub(crate) fn random_against(ty: Type, factors: [u128; 2], generator: &mut Random) -> u128 {
    let Some((width, digits, most)) = format(ty) else {
        return random(ty, generator);
    };
    let field = |bits: u128| (bits >> digits) as i64 & i64::from(2 * most + 1);
    let fields = field(factors[0]) + field(factors[1]) - i64::from(most);
    let near =
        (fields.clamp(0, i64::from(2 * most)) as u128) << digits | generator.pattern() & ((1 << digits) - 1);
    let sign = (factors[0] ^ factors[1]) >> (width - 1) << (width - 1);
    random_near(ty, near | sign, generator)
}

/// Operands of a fused multiply-add that chance does not find, of binary64: sums beside a boundary of rounding. The
/// first three are a quarter of an ulp below the least normal number (a tie, when exponents have no bound), a bit more,
/// and a bit less; then a rest far below all numbers, and ties above an odd and an even number; last the middle between
/// the greatest number and infinity, and a bit less.
const TIGHT: [[u128; 3]; 8] = [
    [0x2161_a7b9_611a_7b98, 0x1e9d_0000_0000_0000, 0x8000_0000_0000_0002],
    [0x202a_fde4_26cc_f800, 0x1fd2_f800_025f_0000, 0x8000_0000_0000_0002],
    [0x20ac_5a79_cc76_bae8, 0x1f52_0ecb_0b00_0000, 0x8000_0000_0000_0004],
    [0x1e60_0000_0000_0001, 0x1e5f_ffff_ffff_fffe, 0x8000_0000_0000_0001],
    [0x20c8_0000_0000_0000, 0x1c00_0000_0000_0000, 2],
    [0x20c8_0000_0000_0000, 0x1c00_0000_0000_0000, 1],
    [0x7fef_ffff_ffff_ffff, 0x3ff0_0000_0000_0000, 0x7c90_0000_0000_0000],
    [0x7fef_ffff_ffff_ffff, 0x3ff0_0000_0000_0000, 0x7c8f_ffff_ffff_ffff],
];

/// All triples of what is special in a float type, and those of [`TIGHT`].
pub(crate) fn corners(ty: Type) -> Vec<[u128; 3]> {
    let Some((width, digits, most)) = format(ty) else { return Vec::new() };
    let (sign, infinity, one) = (1 << (width - 1), (1 << (width - 1)) - (1 << digits), u128::from(most) << digits);
    let quiet = infinity | 1 << (digits - 1);
    let positive = [0, 1, 1 << digits, one, one + 1, infinity - 1, infinity, infinity + 1, quiet];
    let all: Vec<u128> = positive.into_iter().flat_map(|bits| [bits, bits | sign]).collect();
    let pairs = || all.iter().flat_map(|&a| all.iter().map(move |&b| (a, b)));
    let mut found: Vec<_> = pairs().flat_map(|(a, b)| all.iter().map(move |&c| [a, b, c])).collect();
    if ty == Type::F64 {
        found.extend(TIGHT);
    }
    found
}
