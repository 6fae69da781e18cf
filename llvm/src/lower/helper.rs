//! Functions that the importer puts into a module, each once and only where something needs it.
//!
//! Their names begin with `llvm.`, which no function of a program does.

use native_ir::builder::{FunctionBuilder, ModuleBuilder};
use native_ir::{Condition, Func, FunctionType, Span, Type, Value};

/// The helper functions that a module has so far.
#[derive(Debug, Default)]
pub(super) struct Helpers {
    frem: Option<Func>,
}

impl Helpers {
    /// The remainder of a division of f64 that is rounded toward zero: C's `fmod`, exact.
    pub(super) fn frem(&mut self, module: &mut ModuleBuilder) -> Func {
        *self.frem.get_or_insert_with(|| {
            let func = module.declare("llvm.frem.f64", FunctionType::new(&[Type::F64; 2], &[Type::F64]));
            define_frem(module.define(func));
            func
        })
    }
}

const FRACTION: u64 = (1 << 52) - 1;
const INFINITY: u64 = 0x7ff << 52;

/// An f64 that is not 0, by its bits without the sign, as a fraction from 2^52 to 2^53 - 1 and an exponent.
fn split(b: &mut FunctionBuilder<'_>, bits: Value) -> (Value, Value) {
    let exponent = b.ushr(bits, 52);
    let fraction = b.and(bits, FRACTION);
    let zeros = b.clz(fraction);
    let shift = b.isub(zeros, 11);
    let small = b.icmp(Condition::Eq, exponent, 0);
    let whole = b.or(fraction, FRACTION + 1);
    let shifted = b.shl(fraction, shift);
    let below = b.isub(1, shift);
    (b.select(small, shifted, whole), b.select(small, below, exponent))
}

/// A long division: the dividend's fraction is shifted left bit by bit, and the divisor's is taken off where it fits.
/// What remains is below the divisor and a multiple of its last place, so that the last product is exact.
fn define_frem(mut b: FunctionBuilder<'_>) {
    b.set_span(Span::COMPILER);
    let (x, y) = (b.param(0), b.param(1));
    let [invalid, ordered, small, divide, step, next, done] =
        ["invalid", "ordered", "small", "divide", "step", "next", "done"].map(|name| b.named_block(name));

    let x_bits = b.bitcast(Type::I64, x);
    let x_bits = b.and(x_bits, i64::MAX);
    let y_bits = b.bitcast(Type::I64, y);
    let y_bits = b.and(y_bits, i64::MAX);
    let x_finite = b.icmp(Condition::Ult, x_bits, INFINITY);
    let y_less = b.isub(y_bits, 1);
    let y_ordered = b.icmp(Condition::Ult, y_less, INFINITY);
    let both = b.and(x_finite, y_ordered);
    b.branch(both, ordered, invalid);

    b.switch_to(invalid);
    let nan = b.fconst(Type::F64, f64::NAN);
    b.ret(nan);

    b.switch_to(ordered);
    let less = b.icmp(Condition::Ult, x_bits, y_bits);
    b.branch(less, small, divide);

    b.switch_to(small);
    b.ret(x);

    b.switch_to(divide);
    let (x_fraction, x_exponent) = split(&mut b, x_bits);
    let (y_fraction, y_exponent) = split(&mut b, y_bits);
    b.jump(step, (x_fraction, x_exponent));

    let fraction = b.append_param(step, Type::I64);
    let exponent = b.append_param(step, Type::I64);
    b.switch_to(step);
    let fits = b.icmp(Condition::Uge, fraction, y_fraction);
    let difference = b.isub(fraction, y_fraction);
    let rest = b.select(fits, difference, fraction);
    let more = b.icmp(Condition::Sgt, exponent, y_exponent);
    b.branch(more, next, done);

    b.switch_to(next);
    let shifted = b.shl(rest, 1);
    let below = b.isub(exponent, 1);
    b.jump(step, (shifted, below));

    b.switch_to(done);
    let result = scale(&mut b, rest, y_exponent);
    let signed = b.copysign(result, x);
    b.ret(signed);
    b.finish();
}

/// An integer below 2^53 times 2^(exponent - 1075). Below the smallest exponent its lowest bits are zeros.
fn scale(b: &mut FunctionBuilder<'_>, number: Value, exponent: Value) -> Value {
    let lacking = b.isub(1, exponent);
    let lacking = b.smax(lacking, 0);
    let number = b.ushr(number, lacking);
    let exponent = b.smax(exponent, 1);
    let float = b.uint_to_float(Type::F64, number);
    let biased = b.isub(exponent, 52);
    let normal = b.shl(biased, 52);
    let place = b.isub(exponent, 1);
    let subnormal = b.shl(1, place);
    let is_normal = b.icmp(Condition::Sgt, biased, 0);
    let bits = b.select(is_normal, normal, subnormal);
    let factor = b.bitcast(Type::F64, bits);
    b.fmul(float, factor)
}
