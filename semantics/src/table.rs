//! The function of an opcode, found at run time.

use crate::*;
use native_ir::{Condition, Opcode, Trap, TypeKind};

/// An opcode for certain types: operands and results as bits, zero-extended; an `i1` is 0 or 1. Operands and results
/// that the opcode does not have are ignored, and 0.
pub type Operation = fn(&[u128; 3]) -> Result<[u128; 2], Trap>;

/// Results as bits.
pub(crate) trait Outcome {
    fn outcome(self) -> Result<[u128; 2], Trap>;
}

impl<T: Value> Outcome for T {
    fn outcome(self) -> Result<[u128; 2], Trap> {
        Ok([self.bits(), 0])
    }
}

impl<T: Value> Outcome for (T, bool) {
    fn outcome(self) -> Result<[u128; 2], Trap> {
        Ok([self.0.bits(), self.1.bits()])
    }
}

impl<T: Value> Outcome for Result<T, Trap> {
    fn outcome(self) -> Result<[u128; 2], Trap> {
        self?.outcome()
    }
}

/// An expression for each type of a class, with the type's name bound; none for other kinds.
macro_rules! for_class {
    ($kind:expr, $name:ident => $body:expr; $($variant:ident $ty:ty),*) => {
        match $kind {
            $(native_ir::TypeKind::$variant => {
                type $name = $ty;
                $body
            })*
            _ => return None,
        }
    };
}

macro_rules! for_int {
    ($kind:expr, $name:ident => $body:expr) => {
        for_class!($kind, $name => $body; I8 u8, I16 u16, I32 u32, I64 u64, I128 u128)
    };
}

macro_rules! for_bits {
    ($kind:expr, $name:ident => $body:expr) => {
        for_class!($kind, $name => $body; I1 bool, I8 u8, I16 u16, I32 u32, I64 u64, I128 u128)
    };
}

macro_rules! for_float {
    ($kind:expr, $name:ident => $body:expr) => {
        for_class!($kind, $name => $body; F16 Half, F32 f32, F64 f64, F128 Quad)
    };
}

/// A function over bits from one over values of these types.
macro_rules! call {
    ($function:expr, $a:ty) => {
        (|x: &[u128; 3]| $function(<$a>::of_bits(x[0])).outcome()) as Operation
    };
    ($function:expr, $a:ty, $b:ty) => {
        (|x: &[u128; 3]| $function(<$a>::of_bits(x[0]), <$b>::of_bits(x[1])).outcome()) as Operation
    };
    ($function:expr, $a:ty, $b:ty, $c:ty) => {
        (|x: &[u128; 3]| $function(<$a>::of_bits(x[0]), <$b>::of_bits(x[1]), <$c>::of_bits(x[2])).outcome())
            as Operation
    };
}

pub(crate) use {for_class, for_float, for_int};

/// The width of a kind that values of this crate have.
pub(crate) fn width(kind: TypeKind) -> Option<u32> {
    let width = kind.bits(0)?;
    (width > 0).then_some(width)
}

/// The function of a pure opcode.
///
/// `from` is the kind of the opcode's first type variable, `to` that of the second, or the same where there is but one;
/// for `int_to_addr` and `addr_to_int` they are the kinds of operand and result. Addresses and pointers are given as the
/// integer of their width. The condition counts for `icmp` and `fcmp` alone.
///
/// None where the contract has no such instruction, and for opcodes that are not pure or handle `flags`.
pub fn operation(opcode: Opcode, condition: Condition, from: TypeKind, to: TypeKind) -> Option<Operation> {
    use Opcode::*;
    Some(match opcode {
        Iadd => for_int!(from, T => call!(iadd, T, T)),
        Isub => for_int!(from, T => call!(isub, T, T)),
        Imul => for_int!(from, T => call!(imul, T, T)),
        Udiv => for_int!(from, T => call!(udiv, T, T)),
        Sdiv => for_int!(from, T => call!(sdiv, T, T)),
        Urem => for_int!(from, T => call!(urem, T, T)),
        Srem => for_int!(from, T => call!(srem, T, T)),
        Ineg => for_int!(from, T => call!(ineg, T)),
        Iabs => for_int!(from, T => call!(iabs, T)),
        Umulh => for_int!(from, T => call!(umulh, T, T)),
        Smulh => for_int!(from, T => call!(smulh, T, T)),
        Umin => for_int!(from, T => call!(umin, T, T)),
        Umax => for_int!(from, T => call!(umax, T, T)),
        Smin => for_int!(from, T => call!(smin, T, T)),
        Smax => for_int!(from, T => call!(smax, T, T)),
        UaddSat => for_int!(from, T => call!(uadd_sat, T, T)),
        SaddSat => for_int!(from, T => call!(sadd_sat, T, T)),
        UsubSat => for_int!(from, T => call!(usub_sat, T, T)),
        SsubSat => for_int!(from, T => call!(ssub_sat, T, T)),
        UaddOverflow => for_int!(from, T => call!(uadd_overflow, T, T)),
        SaddOverflow => for_int!(from, T => call!(sadd_overflow, T, T)),
        UsubOverflow => for_int!(from, T => call!(usub_overflow, T, T)),
        SsubOverflow => for_int!(from, T => call!(ssub_overflow, T, T)),
        UmulOverflow => for_int!(from, T => call!(umul_overflow, T, T)),
        SmulOverflow => for_int!(from, T => call!(smul_overflow, T, T)),
        IaddCarry => for_int!(from, T => call!(iadd_carry, T, T, bool)),
        IsubBorrow => for_int!(from, T => call!(isub_borrow, T, T, bool)),
        And => for_bits!(from, T => call!(and, T, T)),
        Or => for_bits!(from, T => call!(or, T, T)),
        Xor => for_bits!(from, T => call!(xor, T, T)),
        Not => for_bits!(from, T => call!(not, T)),
        Shl => for_int!(from, T => call!(shl, T, T)),
        Ushr => for_int!(from, T => call!(ushr, T, T)),
        Sshr => for_int!(from, T => call!(sshr, T, T)),
        Rotl => for_int!(from, T => call!(rotl, T, T)),
        Rotr => for_int!(from, T => call!(rotr, T, T)),
        FunnelLeft => for_int!(from, T => call!(funnel_left, T, T, T)),
        FunnelRight => for_int!(from, T => call!(funnel_right, T, T, T)),
        Clz => for_int!(from, T => call!(clz, T)),
        Ctz => for_int!(from, T => call!(ctz, T)),
        Popcount => for_int!(from, T => call!(popcount, T)),
        Bitrev => for_int!(from, T => call!(bitrev, T)),
        Bswap if from != TypeKind::I8 => for_int!(from, T => call!(bswap, T)),
        Icmp => return icmp(condition, from),
        Fcmp => return fcmp(condition, from),
        Fadd => for_float!(from, T => call!(fadd, T, T)),
        Fsub => for_float!(from, T => call!(fsub, T, T)),
        Fmul => for_float!(from, T => call!(fmul, T, T)),
        Fdiv => for_float!(from, T => call!(fdiv, T, T)),
        Sqrt => for_float!(from, T => call!(sqrt, T)),
        Fma => for_float!(from, T => call!(fma, T, T, T)),
        Fneg => for_float!(from, T => call!(fneg, T)),
        Fabs => for_float!(from, T => call!(fabs, T)),
        Copysign => for_float!(from, T => call!(copysign, T, T)),
        Fminimum => for_float!(from, T => call!(fminimum, T, T)),
        Fmaximum => for_float!(from, T => call!(fmaximum, T, T)),
        FminimumNumber => for_float!(from, T => call!(fminimum_number, T, T)),
        FmaximumNumber => for_float!(from, T => call!(fmaximum_number, T, T)),
        RoundEven => for_float!(from, T => call!(round_even, T)),
        RoundAway => for_float!(from, T => call!(round_away, T)),
        RoundZero => for_float!(from, T => call!(round_zero, T)),
        RoundDown => for_float!(from, T => call!(round_down, T)),
        RoundUp => for_float!(from, T => call!(round_up, T)),
        Canonicalize => for_float!(from, T => call!(canonicalize, T)),
        _ => return conversion(opcode, from, to),
    })
}

fn conversion(opcode: Opcode, from: TypeKind, to: TypeKind) -> Option<Operation> {
    use Opcode::*;
    let (from_width, to_width) = (width(from)?, width(to)?);
    let wider = to_width > from_width;
    let narrower = to_width < from_width;
    Some(match opcode {
        Zext if wider => for_int!(to, U => for_bits!(from, T => call!(zext::<T, U>, T))),
        Sext if wider => for_int!(to, U => for_bits!(from, T => call!(sext::<T, U>, T))),
        Trunc if narrower => for_bits!(to, U => for_int!(from, T => call!(trunc::<T, U>, T))),
        Fpromote if wider => for_float!(to, U => for_float!(from, T => call!(fpromote::<T, U>, T))),
        Fdemote if narrower => for_float!(to, U => for_float!(from, T => call!(fdemote::<T, U>, T))),
        SintToFloat => for_float!(to, U => for_int!(from, T => call!(sint_to_float::<T, U>, T))),
        UintToFloat => for_float!(to, U => for_int!(from, T => call!(uint_to_float::<T, U>, T))),
        FloatToSint => for_int!(to, U => for_float!(from, T => call!(float_to_sint::<T, U>, T))),
        FloatToUint => for_int!(to, U => for_float!(from, T => call!(float_to_uint::<T, U>, T))),
        FloatToSintSat => for_int!(to, U => for_float!(from, T => call!(float_to_sint_sat::<T, U>, T))),
        FloatToUintSat => for_int!(to, U => for_float!(from, T => call!(float_to_uint_sat::<T, U>, T))),
        Bitcast if to_width == from_width => cast(from, to)?,
        IntToAddr => for_int!(to, U => for_int!(from, T => call!(int_to_addr::<T, U>, T))),
        AddrToInt => for_int!(to, U => for_int!(from, T => call!(addr_to_int::<T, U>, T))),
        _ => return None,
    })
}

/// Both kinds have the same width.
fn cast(from: TypeKind, to: TypeKind) -> Option<Operation> {
    let castable = |kind| {
        use TypeKind::*;
        matches!(kind, I8 | I16 | I32 | I64 | I128 | F16 | F32 | F64 | F128)
    };
    let operation = call!(bitcast::<u128, u128>, u128);
    (castable(from) && castable(to)).then_some(operation)
}

fn icmp(condition: Condition, kind: TypeKind) -> Option<Operation> {
    use Condition::*;
    Some(for_bits!(kind, T => match condition {
        Eq => call!(icmp_eq, T, T),
        Ne => call!(icmp_ne, T, T),
        Slt => call!(icmp_slt, T, T),
        Sle => call!(icmp_sle, T, T),
        Sgt => call!(icmp_sgt, T, T),
        Sge => call!(icmp_sge, T, T),
        Ult => call!(icmp_ult, T, T),
        Ule => call!(icmp_ule, T, T),
        Ugt => call!(icmp_ugt, T, T),
        Uge => call!(icmp_uge, T, T),
        _ => return None,
    }))
}

fn fcmp(condition: Condition, kind: TypeKind) -> Option<Operation> {
    use Condition::*;
    Some(for_float!(kind, T => match condition {
        Oeq => call!(fcmp_oeq, T, T),
        One => call!(fcmp_one, T, T),
        Olt => call!(fcmp_olt, T, T),
        Ole => call!(fcmp_ole, T, T),
        Ogt => call!(fcmp_ogt, T, T),
        Oge => call!(fcmp_oge, T, T),
        Ord => call!(fcmp_ord, T, T),
        Uno => call!(fcmp_uno, T, T),
        Ueq => call!(fcmp_ueq, T, T),
        Une => call!(fcmp_une, T, T),
        Nlt => call!(fcmp_nlt, T, T),
        Nle => call!(fcmp_nle, T, T),
        Ngt => call!(fcmp_ngt, T, T),
        Nge => call!(fcmp_nge, T, T),
        _ => return None,
    }))
}
