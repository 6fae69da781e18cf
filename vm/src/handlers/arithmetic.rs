//! Instructions that compute: operands from slots or a literal, results to slots.
//!
//! What they compute is in the crate `semantics`. In checked mode they also say which bits of the result are undefined:
//! by default all, when a bit of an operand is; bitwise operations follow [`Rule`].

#![allow(unsafe_code, reason = "handlers work on the machine's registers; see `machine`")]

use crate::machine::{Exit, Machine, Value};
use native_ir::Trap;
use semantics::{Operation, Status, StrictOperation};

/// How undefined bits of the operands reach the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// One undefined bit spoils all.
    Smear,
    /// A defined 0 gives a defined 0.
    And,
    /// A defined 1 gives a defined 1.
    Or,
    /// Bit by bit.
    Xor,
    /// The undefined bits are shifted with the others, and only by defined amounts.
    Shift,
}

/// Which bits of a result are undefined: the operands' bits with their undefined ones. It takes numbers alone, as all that
/// handlers call on their way must: a machine in host memory would keep the last call from being a jump.
#[cold]
#[inline(never)]
fn spread(rule: Rule, (left, left_undefined): (u64, u64), (right, right_undefined): (u64, u64)) -> u64 {
    match rule {
        Rule::And => (left_undefined | left) & (right_undefined | right) & (left_undefined | right_undefined),
        Rule::Or => (left_undefined | !left) & (right_undefined | !right) & (left_undefined | right_undefined),
        Rule::Xor => left_undefined | right_undefined,
        Rule::Smear | Rule::Shift => u64::MAX,
    }
}

/// As [`spread`]; a shift moves undefined bits as it moves the others, and zeros or copies of the sign come in.
#[inline(always)]
fn undefined_result<T: Value, U: Value, R: Value>(
    rule: Rule,
    left: (u64, u64),
    right: (u64, u64),
    f: impl Fn(T, U) -> R,
) -> u64 {
    match rule {
        _ if T::SLOTS == 2 => u64::MAX,
        Rule::Shift if right.1 == 0 => f(T::from_slots(left.1, 0), U::from_slots(right.0, 0)).slots().0,
        _ => spread(rule, left, right),
    }
}

/// `a = f(b, c)`
#[inline(always)]
pub(crate) unsafe fn binary<const C: bool, T: Value, U: Value, R: Value>(
    m: Machine<C>,
    rule: Rule,
    f: impl Fn(T, U) -> R,
) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let (b, c) = (m.b(), m.c());
        let result = f(m.read(b), m.read(c));
        let mut undefined = 0;
        if C && (m.undefined_in(b, T::SLOTS) | m.undefined_in(c, U::SLOTS)) != 0 {
            let (left, right) = ((m.get(b), m.undefined(b)), (m.get(c), m.undefined(c)));
            undefined = undefined_result(rule, left, right, f);
        }
        m.write_result(result, undefined);
        m.next(1)
    }
}

/// `a = f(b, literal)`
#[inline(always)]
pub(crate) unsafe fn binary_literal<const C: bool, T: Value, U: Value, R: Value>(
    m: Machine<C>,
    rule: Rule,
    f: impl Fn(T, U) -> R,
) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let b = m.b();
        let literal = m.word(1);
        let result = f(m.read(b), U::from_slots(literal, 0));
        let mut undefined = 0;
        if C && m.undefined(b) != 0 {
            undefined = undefined_result(rule, (m.get(b), m.undefined(b)), (literal, 0), f);
        }
        m.write_result(result, undefined);
        m.next(2)
    }
}

/// `a = second(first(b, c), literal's slot)`: two operations, the first result used by the second alone. Not for checked
/// mode, which keeps them apart.
#[inline(always)]
pub(crate) unsafe fn pair<const C: bool, T: Value>(
    m: Machine<C>,
    first: impl Fn(T, T) -> T,
    second: impl Fn(T, T) -> T,
) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let between = first(m.read(m.b()), m.read(m.c()));
        m.write(m.a(), second(between, m.read(m.word(1) as usize)));
        m.next(2)
    }
}

/// As [`pair`]: `a = second(first(b, literal), c)`.
#[inline(always)]
pub(crate) unsafe fn pair_after_literal<const C: bool, T: Value>(
    m: Machine<C>,
    first: impl Fn(T, T) -> T,
    second: impl Fn(T, T) -> T,
) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let between = first(m.read(m.b()), T::from_slots(m.word(1), 0));
        m.write(m.a(), second(between, m.read(m.c())));
        m.next(2)
    }
}

/// As [`pair`]: `a = second(first(b, c), literal)`.
#[inline(always)]
pub(crate) unsafe fn pair_with_literal<const C: bool, T: Value>(
    m: Machine<C>,
    first: impl Fn(T, T) -> T,
    second: impl Fn(T, T) -> T,
) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let between = first(m.read(m.b()), m.read(m.c()));
        m.write(m.a(), second(between, T::from_slots(m.word(1), 0)));
        m.next(2)
    }
}

/// As [`pair`]: `a = second(first(b, literal's lower half), literal's upper half)`, the halves numbers with a sign.
#[inline(always)]
pub(crate) unsafe fn pair_of_literals<const C: bool, T: Value>(
    m: Machine<C>,
    first: impl Fn(T, T) -> T,
    second: impl Fn(T, T) -> T,
) -> Exit {
    // SAFETY: the machine's invariants; a word has two halves.
    unsafe {
        let halves = m.ip.cast::<i32>();
        let number = |half: i32| T::from_slots(i64::from(half) as u64, 0);
        let between = first(m.read(m.b()), number(*halves.add(2)));
        m.write(m.a(), second(between, number(*halves.add(3))));
        m.next(2)
    }
}

/// `a = f(b, c)`, or a trap.
#[inline(always)]
pub(crate) unsafe fn binary_trapping<const C: bool, T: Value>(
    m: Machine<C>,
    f: impl Fn(T, T) -> Result<T, Trap>,
) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let (b, c) = (m.b(), m.c());
        match f(m.read(b), m.read(c)) {
            Ok(result) => {
                let undefined = m.undefined_in(b, T::SLOTS) | m.undefined_in(c, T::SLOTS);
                m.write_result(result, if undefined == 0 { 0 } else { u64::MAX });
                m.next(1)
            }
            Err(trap) => m.trap(trap),
        }
    }
}

/// `a = f(b, literal)`, or a trap.
#[inline(always)]
pub(crate) unsafe fn binary_trapping_literal<const C: bool, T: Value>(
    m: Machine<C>,
    f: impl Fn(T, T) -> Result<T, Trap>,
) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let b = m.b();
        match f(m.read(b), T::from_slots(m.word(1), 0)) {
            Ok(result) => {
                m.write_result(result, if m.undefined(b) == 0 { 0 } else { u64::MAX });
                m.next(2)
            }
            Err(trap) => m.trap(trap),
        }
    }
}

/// `a = f(b)`; undefined bits go through `through`.
#[inline(always)]
pub(crate) unsafe fn unary<const C: bool, T: Value, R: Value>(
    m: Machine<C>,
    through: impl Fn(u64) -> u64,
    f: impl Fn(T) -> R,
) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let b = m.b();
        let undefined = m.undefined_in(b, T::SLOTS);
        m.write_result(f(m.read(b)), if undefined == 0 { 0 } else { through(undefined) });
        m.next(1)
    }
}

/// Undefined bits spoil all.
pub(crate) fn smear(_: u64) -> u64 {
    u64::MAX
}

/// Undefined bits stay where they are.
pub(crate) fn keep(undefined: u64) -> u64 {
    undefined
}

/// `a = b's lowest bit ? c : literal's slot`, of so many slots.
#[inline(always)]
pub(crate) unsafe fn select<const C: bool>(m: Machine<C>, slots: usize) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let condition = m.b();
        // The condition is seldom foreseeable.
        let chosen = m.get(condition) & 1 != 0;
        let from = std::hint::select_unpredictable(chosen, m.c(), m.word(1) as u16 as usize);
        let (to, spoiled) = (m.a(), m.undefined(condition) & 1);
        let second = (slots == 2).then(|| (m.get(from + 1), m.undefined(from + 1)));
        m.copy(to, from);
        if let Some((word, undefined)) = second {
            m.put(to + 1, word);
            m.set_undefined(to + 1, undefined);
        }
        if C && spoiled != 0 {
            (0..slots).for_each(|index| m.set_undefined(to + index, u64::MAX));
        }
        m.next(2)
    }
}

/// `a = condition(b, right) ? c : the literal's upper half's slot`; right is the literal's lower half, a slot or a number.
#[inline(always)]
pub(crate) unsafe fn compare_select<const C: bool, const LITERAL: bool, T: Value>(
    m: Machine<C>,
    condition: impl Fn(T, T) -> bool,
) -> Exit {
    // SAFETY: the machine's invariants; a word has two halves.
    unsafe {
        let halves = m.ip.cast::<i32>();
        let low = *halves.add(2);
        let right = match LITERAL {
            true => T::from_slots(i64::from(low) as u64, 0),
            false => m.read(low as usize),
        };
        let chosen = condition(m.read(m.b()), right);
        let from = std::hint::select_unpredictable(chosen, m.c(), *halves.add(3) as usize);
        m.copy(m.a(), from);
        m.next(2)
    }
}

/// `a = condition(b, the literal's lower half) ? c : the literal's upper half`, the last two numbers without a sign.
#[inline(always)]
pub(crate) unsafe fn compare_select_number<const C: bool, T: Value>(
    m: Machine<C>,
    condition: impl Fn(T, T) -> bool,
) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let literal = m.word(1);
        let right = T::from_slots(i64::from(literal as i32) as u64, 0);
        let chosen = condition(m.read(m.b()), right);
        m.put(m.a(), std::hint::select_unpredictable(chosen, m.c() as u64, literal >> 32));
        m.next(2)
    }
}

/// Literal 2 of [`apply`]: the slots of what goes in and out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Signature {
    /// The third operand's slot.
    pub(crate) third: u16,
    /// The second result's slot.
    pub(crate) second: u16,
    /// How many operands.
    pub(crate) operands: u8,
    /// How many results.
    pub(crate) results: u8,
    /// Bit `i` says that operand `i` takes two slots, bit 4 that the first result does.
    pub(crate) wide: u8,
}

impl Signature {
    pub(crate) fn pack(self) -> u64 {
        u64::from(self.third)
            | u64::from(self.second) << 16
            | u64::from(self.operands) << 32
            | u64::from(self.results) << 40
            | u64::from(self.wide) << 48
    }

    pub(crate) fn unpack(word: u64) -> Signature {
        Signature {
            third: word as u16,
            second: (word >> 16) as u16,
            operands: (word >> 32) as u8,
            results: (word >> 40) as u8,
            wide: (word >> 48) as u8,
        }
    }
}

/// `a, second = operation(b, c, third)`: any operation of `semantics`, by its function.
#[inline(always)]
pub(crate) unsafe fn apply<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants; literal 1 is a function pointer that the translator put there, of this type.
    let trap = unsafe {
        invoke::<C>(m.ip, m.fp, |address, operands| {
            std::mem::transmute::<usize, Operation>(address)(operands).map(|results| (results, Status::EMPTY))
        })
    };
    // SAFETY: the machine's invariants.
    unsafe { finish(m, trap) }
}

/// As [`apply`], for operations that raise floating-point status flags.
#[inline(always)]
pub(crate) unsafe fn apply_strict<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: as `apply`; invariant 3.
    let trap = unsafe {
        let vm = m.vm;
        invoke::<C>(m.ip, m.fp, move |address, operands| {
            let (results, status) = std::mem::transmute::<usize, StrictOperation>(address)(operands)?;
            (*vm).raise_status(status);
            Ok((results, status))
        })
    };
    // SAFETY: the machine's invariants.
    unsafe { finish(m, trap) }
}

/// As [`apply`]; a NaN or an infinity that comes of finite operands is a trap. Literal 3 says how wide the operands and the
/// result are: their exponents' places.
#[inline(always)]
pub(crate) unsafe fn apply_watched<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: as `apply`.
    let trap = unsafe {
        // What the closure holds has to fit in registers.
        let (formats, signature) = (m.word(3), m.word(2));
        invoke::<C>(m.ip, m.fp, move |address, operands| {
            let (operands_exponent, result_exponent) = exponents(formats);
            let count = usize::from(Signature::unpack(signature).operands);
            let results = std::mem::transmute::<usize, Operation>(address)(operands)?;
            let ordinary = operands.iter().take(count).all(|bits| bits & operands_exponent != operands_exponent);
            if ordinary && results[0] & result_exponent == result_exponent {
                return Err(Trap::FloatException);
            }
            Ok((results, Status::EMPTY))
        })
    };
    // SAFETY: the machine's invariants.
    unsafe { finish_with(m, trap, 4) }
}

/// The bits of the exponents of two formats: for each first bit and number of bits, a byte each. A format that is no float
/// has none, and is never out of the ordinary.
fn exponents(word: u64) -> (u128, u128) {
    let mask = |first: u64, count: u64| if count == 0 { 1 << 127 } else { ((1_u128 << count) - 1) << first };
    (mask(word & 0xff, word >> 8 & 0xff), mask(word >> 16 & 0xff, word >> 24 & 0xff))
}

/// Calls an operation on the operands of the instruction at `ip` and writes its results; the number of the trap that it is
/// plus one, or 0. It stands apart so that the handler has nothing in host memory when it goes on.
///
/// # Safety
/// The machine's invariants; `call` is for the address in literal 1.
#[inline(never)]
unsafe fn invoke<const C: bool>(
    ip: *const u64,
    fp: *mut u64,
    call: impl FnOnce(usize, &[u128; 3]) -> Result<([u128; 2], Status), Trap>,
) -> u32 {
    let m = Machine::<C> { ip, fp, vm: std::ptr::null_mut(), memory: std::ptr::null_mut(), fuel: 0 };
    // SAFETY: the caller's promise; only `ip` and `fp` are used.
    unsafe {
        let signature = Signature::unpack(m.word(2));
        let (operands, undefined) = m.operands(signature);
        match call(m.word(1) as usize, &operands) {
            Ok((results, _)) => {
                m.results(signature, results, undefined);
                0
            }
            Err(trap) => trap as u32 + 1,
        }
    }
}

#[inline(always)]
unsafe fn finish<const C: bool>(m: Machine<C>, trap: u32) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe { finish_with(m, trap, 3) }
}

#[inline(always)]
unsafe fn finish_with<const C: bool>(m: Machine<C>, trap: u32, words: usize) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        match Trap::ALL.get((trap as usize).wrapping_sub(1)) {
            None => m.next(words),
            Some(&trap) => m.trap(trap),
        }
    }
}

impl<const C: bool> Machine<C> {
    #[inline(always)]
    unsafe fn write_result<R: Value>(self, result: R, undefined: u64) {
        // SAFETY: the machine's invariants.
        unsafe {
            let a = self.a();
            self.write(a, result);
            if C && undefined != 0 {
                self.spoil::<R>(a, undefined);
            }
        }
    }

    #[inline(always)]
    unsafe fn spoil<R: Value>(self, slot: usize, undefined: u64) {
        // SAFETY: the machine's invariants. Bits beyond the result's width are never undefined: they are zero.
        unsafe {
            let (low, high) = R::from_slots(undefined, undefined).slots();
            self.set_undefined(slot, low);
            if R::SLOTS == 2 {
                self.set_undefined(slot + 1, high);
            }
        }
    }

    #[inline(always)]
    unsafe fn operands(self, signature: Signature) -> ([u128; 3], bool) {
        // SAFETY: the machine's invariants.
        unsafe {
            let slots = [self.b(), self.c(), usize::from(signature.third)];
            let (mut operands, mut undefined) = ([0; 3], 0);
            for index in 0..usize::from(signature.operands).min(3) {
                let wide = signature.wide >> index & 1 != 0;
                operands[index] = u128::from(self.get(slots[index]));
                undefined |= self.undefined(slots[index]);
                if wide {
                    operands[index] |= u128::from(self.get(slots[index] + 1)) << 64;
                    undefined |= self.undefined(slots[index] + 1);
                }
            }
            (operands, undefined != 0)
        }
    }

    #[inline(always)]
    unsafe fn results(self, signature: Signature, results: [u128; 2], undefined: bool) {
        // SAFETY: the machine's invariants.
        unsafe {
            let a = self.a();
            self.put(a, results[0] as u64);
            if signature.wide & 16 != 0 {
                self.put(a + 1, (results[0] >> 64) as u64);
            }
            if signature.results == 2 {
                self.put(usize::from(signature.second), results[1] as u64);
            }
            if C && undefined {
                self.set_undefined(a, u64::MAX);
                if signature.wide & 16 != 0 {
                    self.set_undefined(a + 1, u64::MAX);
                }
                if signature.results == 2 {
                    self.set_undefined(usize::from(signature.second), 1);
                }
            }
        }
    }
}
