//! Operands worth trying, by kind.

use native_ir::TypeKind;

/// Integers but `i1`.
pub(crate) const INTS: [TypeKind; 5] = [TypeKind::I8, TypeKind::I16, TypeKind::I32, TypeKind::I64, TypeKind::I128];
/// Floats.
pub(crate) const FLOATS: [TypeKind; 4] = [TypeKind::F16, TypeKind::F32, TypeKind::F64, TypeKind::F128];

/// Bits of a value.
pub(crate) fn width(kind: TypeKind) -> u32 {
    kind.bits(64).unwrap_or(64)
}

/// Bytes of a value, that of an `i1` one.
pub(crate) fn bytes(kind: TypeKind) -> usize {
    width(kind).div_ceil(8) as usize
}

/// The bits of a number that a kind has.
pub(crate) fn cut(kind: TypeKind, bits: u128) -> u128 {
    bits & u128::MAX >> (128 - width(kind))
}

pub(crate) fn is_float(kind: TypeKind) -> bool {
    FLOATS.contains(&kind)
}

/// Bits of the fraction of a float.
fn fraction_bits(kind: TypeKind) -> u32 {
    match kind {
        TypeKind::F16 => 10,
        TypeKind::F32 => 23,
        TypeKind::F64 => 52,
        _ => 112,
    }
}

/// The bits of an infinity.
fn infinity(kind: TypeKind) -> u128 {
    let fraction = fraction_bits(kind);
    ((1 << (width(kind) - 1 - fraction)) - 1) << fraction
}

pub(crate) fn is_nan(kind: TypeKind, bits: u128) -> bool {
    is_float(kind) && cut(kind, bits << 1) > infinity(kind) << 1
}

/// A constant as text: an integer in hexadecimal, a float by its fields.
pub(crate) fn literal(kind: TypeKind, bits: u128) -> String {
    if !is_float(kind) {
        return format!("{bits:#x}");
    }
    let digits = fraction_bits(kind);
    let bias = (1i64 << (width(kind) - 2 - digits)) - 1;
    let sign = if bits >> (width(kind) - 1) == 0 { "" } else { "-" };
    let fraction = bits & ((1 << digits) - 1);
    let exponent = (cut(kind, bits << 1) >> (digits + 1)) as i64;
    let padded = digits.next_multiple_of(4);
    let shown = fraction << (padded - digits);
    let places = (padded / 4) as usize;
    match exponent {
        0 => format!("{sign}0x0.{shown:0places$x}p{:+}", 1 - bias),
        _ if exponent <= 2 * bias => format!("{sign}0x1.{shown:0places$x}p{:+}", exponent - bias),
        _ if fraction == 0 => format!("{sign}inf"),
        _ => format!("{sign}nan({fraction:#x})"),
    }
}

/// A few numbers, to be constants.
pub(crate) fn constants(kind: TypeKind) -> Vec<u128> {
    let width = width(kind);
    let top = 1 << (width - 1);
    let list = match kind {
        TypeKind::I1 => vec![0, 1],
        _ if is_float(kind) => {
            let one = infinity(kind) >> 1 & infinity(kind);
            vec![0, top, one, one + 1, 1, infinity(kind)]
        }
        _ => {
            let any = 0x1234_5678_9abc_def0_1122_3344_5566_7788;
            vec![0, 1, 3, u128::from(width) - 1, u128::from(width) / 2, top, top - 1, u128::MAX, any]
        }
    };
    list.into_iter().map(|bits| cut(kind, bits)).collect()
}

/// Numbers at which something changes.
pub(crate) fn edges(kind: TypeKind) -> Vec<u128> {
    let mut list = match kind {
        TypeKind::I1 => vec![0, 1],
        _ if is_float(kind) => float_edges(kind),
        _ => {
            let top = 1 << (width(kind) - 1);
            let half = 1 << (width(kind) / 2);
            let small = [0, 1, 2, 3, 5, 7, 8, 15, 31, 32, 63, 64, 65, 127, 128, 0xff, 0x0f0f];
            let mut list = small.to_vec();
            list.extend([top, top - 1, top + 1, u128::MAX, u128::MAX - 1, half, half - 1]);
            list
        }
    };
    list.iter_mut().for_each(|bits| *bits = cut(kind, *bits));
    list.sort_unstable();
    list.dedup();
    list
}

fn float_edges(kind: TypeKind) -> Vec<u128> {
    let bits = fraction_bits(kind);
    let bias = (1u128 << (width(kind) - 2 - bits)) - 1;
    let with = |exponent: u128, fraction: u128| exponent << bits | fraction;
    let full = (1 << bits) - 1;
    let infinity = infinity(kind);
    let mut list = vec![0, 1, full, with(1, 0), with(2 * bias, full)];
    list.extend([infinity, infinity | 1 << (bits - 1), infinity | 1]);
    list.extend([
        with(bias, 0),
        with(bias, 1),
        with(bias - 1, 0),
        with(bias + 1, 0),
        with(bias + 1, 1 << (bits - 1)),
    ]);
    // Around the ends of the ranges of integers.
    for power in [u128::from(bits), 7, 8, 15, 16, 31, 32, 62, 63, 64, 127, 128] {
        if power < bias {
            list.extend([with(bias + power, 0), with(bias + power, 1), with(bias + power - 1, full)]);
        }
    }
    let negative = list.iter().map(|bits| bits | 1 << (width(kind) - 1)).collect::<Vec<_>>();
    list.extend(negative);
    list
}

/// A generator of pseudo-random numbers: splitmix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// Any bits of a kind; integers of all lengths.
    pub(crate) fn bits(&mut self, kind: TypeKind) -> u128 {
        let bits = u128::from(self.next()) << 64 | u128::from(self.next());
        match is_float(kind) {
            true => cut(kind, bits),
            false => cut(kind, bits) >> (self.next() % u64::from(width(kind))),
        }
    }
}
