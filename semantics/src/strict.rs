//! The function of a floating-point opcode together with what it raises, for functions that are `float=strict`.

use crate::table::{Outcome, for_class, for_float, for_int, width};
use crate::*;
use native_ir::{Condition, Opcode, Trap, TypeKind};

/// An [`Operation`] that also gives what it raised. A trap raises nothing: the program has ended.
pub type StrictOperation = fn(&[u128; 3]) -> Result<([u128; 2], Status), Trap>;

macro_rules! call {
    ($function:expr, $raised:expr, $a:ty) => {
        (|x: &[u128; 3]| {
            let a = <$a>::of_bits(x[0]);
            Ok(($function(a).outcome()?, $raised(a)))
        }) as StrictOperation
    };
    ($function:expr, $raised:expr, $a:ty, $b:ty) => {
        (|x: &[u128; 3]| {
            let (a, b) = (<$a>::of_bits(x[0]), <$b>::of_bits(x[1]));
            Ok(($function(a, b).outcome()?, $raised(a, b)))
        }) as StrictOperation
    };
    ($function:expr, $raised:expr, $a:ty, $b:ty, $c:ty) => {
        (|x: &[u128; 3]| {
            let (a, b, c) = (<$a>::of_bits(x[0]), <$b>::of_bits(x[1]), <$c>::of_bits(x[2]));
            Ok(($function(a, b, c).outcome()?, $raised(a, b, c)))
        }) as StrictOperation
    };
}

/// The function of an opcode of the family float, of `fcmp`, and of conversions from or to floats; arguments as of
/// [`operation`]. None for all others, which raise nothing (`bitcast` among them).
///
/// The status covers f32 and f64: an operation on other floats, and a conversion that has one of those on either side,
/// raises nothing. Operations to integral values raise *invalid* alone (IEEE 754-2019, 5.9). Conversions to integers
/// are the exact ones (5.8): they raise *inexact* when a fraction is lost, as hardware does, and the clamping ones
/// *invalid* when they clamp or meet a NaN. `canonicalize` raises *invalid* for a signalling NaN. Of `fma` with a quiet
/// NaN, 0 × infinity raises nothing (7.2 leaves the choice).
pub fn strict_operation(
    opcode: Opcode,
    condition: Condition,
    from: TypeKind,
    to: TypeKind,
) -> Option<StrictOperation> {
    use Opcode::*;
    Some(match opcode {
        Fcmp => return fcmp(condition, from),
        Fadd => for_float!(from, T => call!(fadd, raise::sum, T, T)),
        Fsub => for_float!(from, T => call!(fsub, raise::difference, T, T)),
        Fmul => for_float!(from, T => call!(fmul, raise::product, T, T)),
        Fdiv => for_float!(from, T => call!(fdiv, raise::quotient, T, T)),
        Sqrt => for_float!(from, T => call!(sqrt, raise::root, T)),
        Fma => for_float!(from, T => call!(fma, raise::multiply_add, T, T, T)),
        Fneg => for_float!(from, T => call!(fneg, raise::nothing, T)),
        Fabs => for_float!(from, T => call!(fabs, raise::nothing, T)),
        Copysign => for_float!(from, T => call!(copysign, raise::nothing2, T, T)),
        Fminimum => for_float!(from, T => call!(fminimum, raise::quiet2, T, T)),
        Fmaximum => for_float!(from, T => call!(fmaximum, raise::quiet2, T, T)),
        FminimumNumber => for_float!(from, T => call!(fminimum_number, raise::quiet2, T, T)),
        FmaximumNumber => for_float!(from, T => call!(fmaximum_number, raise::quiet2, T, T)),
        RoundEven => for_float!(from, T => call!(round_even, raise::quiet, T)),
        RoundAway => for_float!(from, T => call!(round_away, raise::quiet, T)),
        RoundZero => for_float!(from, T => call!(round_zero, raise::quiet, T)),
        RoundDown => for_float!(from, T => call!(round_down, raise::quiet, T)),
        RoundUp => for_float!(from, T => call!(round_up, raise::quiet, T)),
        Canonicalize => for_float!(from, T => call!(canonicalize, raise::quiet, T)),
        _ => return conversion(opcode, from, to),
    })
}

fn conversion(opcode: Opcode, from: TypeKind, to: TypeKind) -> Option<StrictOperation> {
    use Opcode::*;
    let (from_width, to_width) = (width(from)?, width(to)?);
    Some(match opcode {
        Fpromote if to_width > from_width => {
            for_float!(to, U => for_float!(from, T => call!(fpromote::<T, U>, raise::conversion::<T, U>, T)))
        }
        Fdemote if to_width < from_width => {
            for_float!(to, U => for_float!(from, T => call!(fdemote::<T, U>, raise::conversion::<T, U>, T)))
        }
        SintToFloat => {
            for_float!(to, U => for_int!(from, T => call!(sint_to_float::<T, U>, raise::of_signed::<T, U>, T)))
        }
        UintToFloat => {
            for_float!(to, U => for_int!(from, T => call!(uint_to_float::<T, U>, raise::of_unsigned::<T, U>, T)))
        }
        FloatToSint => {
            for_int!(to, U => for_float!(from, T => call!(float_to_sint::<T, U>, raise::to_signed::<T, U>, T)))
        }
        FloatToUint => {
            for_int!(to, U => for_float!(from, T => call!(float_to_uint::<T, U>, raise::to_unsigned::<T, U>, T)))
        }
        FloatToSintSat => {
            for_int!(to, U => for_float!(from, T => call!(float_to_sint_sat::<T, U>, raise::to_signed::<T, U>, T)))
        }
        FloatToUintSat => {
            for_int!(to, U => for_float!(from, T => call!(float_to_uint_sat::<T, U>, raise::to_unsigned::<T, U>, T)))
        }
        _ => return None,
    })
}

fn fcmp(condition: Condition, kind: TypeKind) -> Option<StrictOperation> {
    use Condition::*;
    Some(for_float!(kind, T => match condition {
        Oeq => call!(fcmp_oeq, raise::quiet2, T, T),
        One => call!(fcmp_one, raise::quiet2, T, T),
        Olt => call!(fcmp_olt, raise::quiet2, T, T),
        Ole => call!(fcmp_ole, raise::quiet2, T, T),
        Ogt => call!(fcmp_ogt, raise::quiet2, T, T),
        Oge => call!(fcmp_oge, raise::quiet2, T, T),
        Ord => call!(fcmp_ord, raise::quiet2, T, T),
        Uno => call!(fcmp_uno, raise::quiet2, T, T),
        Ueq => call!(fcmp_ueq, raise::quiet2, T, T),
        Une => call!(fcmp_une, raise::quiet2, T, T),
        Nlt => call!(fcmp_nlt, raise::quiet2, T, T),
        Nle => call!(fcmp_nle, raise::quiet2, T, T),
        Ngt => call!(fcmp_ngt, raise::quiet2, T, T),
        Nge => call!(fcmp_nge, raise::quiet2, T, T),
        _ => return None,
    }))
}
