//! Procedure Call Standard for the Arm Architecture (AAPCS32), base standard: "Result Return" and "Parameter Passing",
//! whose rules are cited by their names (A.1 to C.8). Floats go in core registers. Rule B.2, which extends narrow
//! integers, is the front end's: it writes `zext` or `sext`.
//!
//! An `i128` is no fundamental type of the standard. It is passed as LLVM does: four words that begin at an even
//! register and go on on the stack, as C.5 has it for aggregates; its result is in r0 to r3. A `byval` is on the stack
//! whatever registers are free, and like every argument on the stack leaves no register to those behind it (C.6).

use super::{AbiError, CallLayout, Passed, Places, Position, Register, ResultPointer, Shape, Signature};
use crate::{Param, Passing};

const WORD: u64 = 4;
const DOUBLE_WORD: u64 = 8;
/// r0 to r3 pass arguments and results ("Core registers").
const REGISTERS: u64 = 4;
/// The stack's alignment at a public interface ("Stack constraints at a public interface").
const STACK_ALIGN: u64 = 8;
/// "an address passed as an extra argument" ("Result Return") is in r0 (A.4); nothing promises that it comes back.
const RESULT_POINTER: ResultPointer = ResultPointer { passed: Register::Core(0), returned: None };

pub(super) fn classify(signature: &Signature<'_>) -> Result<CallLayout, AbiError> {
    let mut places = Places::new(signature);
    results(signature, &mut places)?;
    // A.1, A.4: the next core register number.
    let mut ncrn = u64::from(places.layout.result_pointer.is_some());
    for (at, param) in signature.params() {
        let passed = argument(signature, &mut places, &mut ncrn, at, param)?;
        places.layout.params.push(passed);
    }
    Ok(places.finish(STACK_ALIGN))
}

/// "Result Return": fundamental types in r0, r0 and r1, or r0 to r3; an aggregate of at most a word in r0, a larger one in memory.
/// Several results follow each other as arguments do, and do not go to the stack.
fn results(signature: &Signature<'_>, places: &mut Places) -> Result<(), AbiError> {
    let mut next = 0;
    for (index, (at, result)) in signature.results().enumerate() {
        let begin = places.begin();
        let shape = signature.shape(at, result)?;
        if matches!(shape, Shape::Aggregate { bytes, .. } if bytes > WORD) {
            places.layout.result_pointer = Some(RESULT_POINTER);
        } else {
            next = round_even(next, shape.align());
            if next + words(shape.bytes()) > REGISTERS {
                return Err(AbiError::Results(index));
            }
            next = in_registers(places, next, shape.bytes());
        }
        let passed = places.end(begin, result);
        places.layout.results.push(passed);
    }
    Ok(())
}

/// "Parameter Passing", stage C. C.1 and C.2 are for co-processor registers, which the base standard does not use.
fn argument(
    signature: &Signature<'_>,
    places: &mut Places,
    ncrn: &mut u64,
    at: Position,
    param: &Param,
) -> Result<Passed, AbiError> {
    let begin = places.begin();
    let shape = signature.shape(at, param)?;
    let bytes = shape.bytes();
    if bytes > 0 {
        // C.3
        let first = round_even(*ncrn, shape.align());
        let splits = first < REGISTERS && places.layout.stack_bytes == 0;
        let fits = words(bytes) <= REGISTERS.saturating_sub(first);
        if param.passing != Passing::ByVal && (fits || splits) {
            // C.4, C.5
            let front = bytes.min((REGISTERS - first) * WORD);
            *ncrn = in_registers(places, first, front);
            if front < bytes {
                places.stack(front, bytes - front, WORD, WORD)?;
            }
        } else {
            // C.6 to C.8
            *ncrn = REGISTERS;
            places.stack(0, bytes, stack_align(shape.align()), WORD)?;
        }
    }
    if param.passing == Passing::SRet {
        places.layout.result_pointer = Some(RESULT_POINTER);
    }
    Ok(places.end(begin, param))
}

/// The size in words, rounded up (B.4).
fn words(bytes: u64) -> u64 {
    bytes.div_ceil(WORD)
}

/// What needs double-word alignment begins at an even register (C.3).
fn round_even(register: u64, align: u64) -> u64 {
    if align >= DOUBLE_WORD { register.next_multiple_of(2) } else { register }
}

/// An argument's alignment on the stack is that of a word or of a double word (B.5, C.7).
fn stack_align(align: u64) -> u64 {
    if align >= DOUBLE_WORD { DOUBLE_WORD } else { WORD }
}

/// Puts bytes into registers from `first` on, a word each; the register behind them.
fn in_registers(places: &mut Places, first: u64, bytes: u64) -> u64 {
    for word in 0..words(bytes) {
        let offset = word * WORD;
        places.register(Register::Core((first + word) as u8), offset, WORD.min(bytes - offset));
    }
    first + words(bytes)
}
