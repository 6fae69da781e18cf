//! Operations on values: the numbers come from `semantics`, whose own tests stand behind them; here is what an operation
//! makes of undefined bits and of addresses.

use crate::memory::{Memory, State};
use crate::value::{Stop, Value, ones};
use native_ir::{Condition, Opcode, TypeKind};
use semantics::{operation, strict_operation};

/// An operation and the kinds of its operands and results; addresses are integers of their width.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    pub(crate) opcode: Opcode,
    pub(crate) condition: Condition,
    pub(crate) from: TypeKind,
    pub(crate) to: TypeKind,
    /// The floating-point status counts.
    pub(crate) strict: bool,
}

/// The width of a kind; 64 for what is no number.
fn width(kind: TypeKind) -> u32 {
    kind.bits(64).unwrap_or(64)
}

fn is_float(kind: TypeKind) -> bool {
    matches!(kind, TypeKind::F16 | TypeKind::F32 | TypeKind::F64 | TypeKind::F128)
}

fn is_nan(kind: TypeKind, bits: u128) -> bool {
    let significand = match kind {
        TypeKind::F16 => 10,
        TypeKind::F32 => 23,
        TypeKind::F64 => 52,
        TypeKind::F128 => 112,
        _ => return false,
    };
    bits & ones(width(kind) - 1) > ones(width(kind) - 1 - significand) << significand
}

/// Whether an operation moves the bits of a float and does not compute with its number.
fn moves_bits(opcode: Opcode) -> bool {
    matches!(opcode, Opcode::Fneg | Opcode::Fabs | Opcode::Copysign | Opcode::Bitcast)
}

impl Operation {
    /// Results, and the status flags that were raised.
    pub(crate) fn of(self, memory: &Memory, operands: &[Value]) -> Result<([Value; 2], u8), Stop> {
        if let Some(result) = self.symbolic(memory, operands) {
            return Ok(([result, Value::default()], 0));
        }
        let undefined = self.undefined(operands);
        let second = if undefined == 0 { 0 } else { 1 };
        let unsure = operands.iter().any(|operand| operand.unsure) || undefined != 0 && self.is_unsure();
        let known =
            |operand: &Value| operand.is_exact() || operand.nan && !moves_bits(self.opcode) && is_float(self.from);
        let mut bits = [0; 3];
        operands.iter().zip(&mut bits).for_each(|(operand, bits)| *bits = operand.bits);
        let decides = traps(self.opcode);
        if !operands.iter().all(known) || decides && operands.iter().any(|operand| operand.undefined != 0) {
            if decides || self.strict {
                return Err(Stop::Unclear("an operation that may trap or raise flags, on unspecified bits"));
            }
            let vague = |undefined| Value { unsure, ..Value::vague(undefined) };
            return Ok(([vague(undefined), vague(second)], 0));
        }
        let (results, raised) = self.compute(&bits)?;
        let nan = !moves_bits(self.opcode)
            && !matches!(self.opcode, Opcode::Canonicalize | Opcode::Zext)
            && is_nan(self.to, results[0]);
        let first = Value { bits: results[0], undefined, vague: nan, nan, unsure, ..Value::default() };
        Ok(([first, Value { bits: results[1], undefined: second, unsure, ..Value::default() }], raised))
    }

    fn compute(self, bits: &[u128; 3]) -> Result<([u128; 2], u8), Stop> {
        let Operation { opcode, condition, from, to, strict } = self;
        if strict && let Some(function) = strict_operation(opcode, condition, from, to) {
            let (results, status) = function(bits).map_err(Stop::Trap)?;
            return Ok((results, status.0));
        }
        let Some(function) = operation(opcode, condition, from, to) else {
            return Err(Stop::Unclear("no such operation"));
        };
        Ok((function(bits).map_err(Stop::Trap)?, 0))
    }

    /// Which bits of the first result are undefined: all when one of an operand is, but for bitwise operations.
    fn undefined(self, operands: &[Value]) -> u128 {
        let all = ones(if matches!(self.opcode, Opcode::Icmp | Opcode::Fcmp) { 1 } else { width(self.to) });
        let [a, b] = [0, 1].map(|index| operands.get(index).copied().unwrap_or_default());
        if operands.iter().all(|operand| operand.undefined == 0) {
            return 0;
        }
        let either = a.undefined | b.undefined;
        match self.opcode {
            Opcode::Not | Opcode::Zext | Opcode::Bitcast => a.undefined,
            Opcode::Trunc => a.undefined & all,
            Opcode::Xor => either,
            Opcode::And => (a.undefined | a.bits) & (b.undefined | b.bits) & either,
            Opcode::Or => (a.undefined | !a.bits) & (b.undefined | !b.bits) & either & all,
            Opcode::Shl | Opcode::Ushr | Opcode::Sshr | Opcode::Rotl | Opcode::Rotr if b.undefined == 0 => {
                let moved = operation(self.opcode, self.condition, self.from, self.to);
                moved.and_then(|moved| moved(&[a.undefined, b.bits, 0]).ok()).map_or(all, |moved| moved[0])
            }
            _ => all,
        }
    }

    /// Whether an engine may take more bits for undefined than the model does.
    fn is_unsure(self) -> bool {
        matches!(self.from, TypeKind::I1 | TypeKind::I128)
            || matches!(self.to, TypeKind::I128)
            || is_float(self.from) != is_float(self.to)
            || matches!(self.from, TypeKind::F16 | TypeKind::F128)
    }

    /// Arithmetic on addresses that is the same wherever the object lies.
    fn symbolic(self, memory: &Memory, operands: &[Value]) -> Option<Value> {
        let a = *operands.first()?;
        let b = operands.get(1).copied().unwrap_or_default();
        if a.vague || b.vague || a.undefined | b.undefined != 0 || a.base.or(b.base).is_none() {
            return None;
        }
        let mask = ones(width(self.to));
        let from = |base, bits: u128| Some(Value { bits: bits & mask, base, ..Value::default() });
        match (self.opcode, a.base, b.base) {
            (Opcode::Bitcast, Some(_), None) => Some(Value { tag: None, ..a }),
            (Opcode::Iadd, Some(_), None) => from(a.base, a.bits.wrapping_add(b.bits)),
            (Opcode::Iadd, None, Some(_)) => from(b.base, a.bits.wrapping_add(b.bits)),
            (Opcode::Isub, Some(_), None) => from(a.base, a.bits.wrapping_sub(b.bits)),
            (Opcode::Isub, Some(x), Some(y)) if x == y => from(None, a.bits.wrapping_sub(b.bits)),
            (Opcode::And, Some(base), None) if b.bits < u128::from(memory.object(base).align) => {
                from(None, a.bits & b.bits)
            }
            (Opcode::Icmp, ..) => self.compare_addresses(memory, a, b).map(|truth| Value::new(truth.into())),
            _ => None,
        }
    }

    fn compare_addresses(self, memory: &Memory, a: Value, b: Value) -> Option<bool> {
        let inside = |value: &Value| value.base.is_some_and(|base| value.bits < u128::from(memory.size(base)));
        let live = |value: &Value| value.base.is_some_and(|base| memory.object(base).state != State::Ended);
        let null = |value: &Value| value.base.is_none() && value.bits == 0;
        if a.base == b.base && (self.is_equality() || inside(&a) && inside(&b)) {
            let bits = [a.bits, b.bits, 0];
            return Some(operation(Opcode::Icmp, self.unsigned(), self.from, self.from)?(&bits).ok()?[0] != 0);
        }
        let apart = inside(&a) && live(&a) && inside(&b) && live(&b);
        let differ = apart || null(&a) && inside(&b) || null(&b) && inside(&a);
        (differ && self.is_equality()).then_some(self.condition == Condition::Ne)
    }

    fn is_equality(self) -> bool {
        matches!(self.condition, Condition::Eq | Condition::Ne)
    }

    /// The condition, if both addresses are in one object: none reaches across the middle of the addresses.
    fn unsigned(self) -> Condition {
        match self.condition {
            Condition::Slt => Condition::Ult,
            Condition::Sle => Condition::Ule,
            Condition::Sgt => Condition::Ugt,
            Condition::Sge => Condition::Uge,
            condition => condition,
        }
    }
}

/// Whether an operation may trap.
fn traps(opcode: Opcode) -> bool {
    use Opcode::{FloatToSint, FloatToUint, Sdiv, Srem, Udiv, Urem};
    matches!(opcode, Udiv | Sdiv | Urem | Srem | FloatToSint | FloatToUint)
}
