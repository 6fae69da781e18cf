//! Operations of the family `float` that round to an integral value of the same format (IEEE 754-2019, 5.9). Infinities
//! stay, and the sign is kept: -0.3 gives -0.

use crate::number::{Direction, Float};

/// roundToIntegralTiesToEven
#[inline]
pub fn round_even<T: Float>(a: T) -> T {
    a.integral(Direction::Even)
}

/// roundToIntegralTiesToAway
#[inline]
pub fn round_away<T: Float>(a: T) -> T {
    a.integral(Direction::Away)
}

/// roundToIntegralTowardZero
#[inline]
pub fn round_zero<T: Float>(a: T) -> T {
    a.integral(Direction::Zero)
}

/// roundToIntegralTowardNegative
#[inline]
pub fn round_down<T: Float>(a: T) -> T {
    a.integral(Direction::Down)
}

/// roundToIntegralTowardPositive
#[inline]
pub fn round_up<T: Float>(a: T) -> T {
    a.integral(Direction::Up)
}
