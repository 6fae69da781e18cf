//! System V psABI for AMD64, version 1.0: section 3.2.3, "Parameter Passing".
//!
//! The classes here are INTEGER, SSE and SSEUP (only the high half of an `f128`) by eightbyte, and MEMORY. X87 and its
//! kin have no type in the IR. There are no unions, so that a SSEUP always follows its SSE and the post-merger clean-up
//! 5(d) never applies, and no vectors, so that clause 5(c) sends everything over two eightbytes to memory.

use super::{AbiError, CallLayout, Passed, Places, Position, Register, ResultPointer, Shape, Signature};
use crate::{Param, Passing, TypeKind};

/// rdi, rsi, rdx, rcx, r8, r9 (clause "Passing", 2).
const CORE_ARGUMENTS: [u8; 6] = [7, 6, 2, 1, 8, 9];
/// rax, rdx (clause "Returning of values", 3).
const CORE_RESULTS: [u8; 2] = [0, 2];
/// xmm0 to xmm7 (clause "Passing", 3).
const VECTOR_ARGUMENTS: [u8; 8] = [0, 1, 2, 3, 4, 5, 6, 7];
/// xmm0, xmm1 (clause "Returning of values", 4).
const VECTOR_RESULTS: [u8; 2] = [0, 1];
const EIGHTBYTE: u64 = 8;
/// The pointer to a result of class MEMORY: in rdi as if it were the first argument, back in rax (clause "Returning of
/// values", 2).
const RESULT_POINTER: ResultPointer =
    ResultPointer { passed: Register::Core(CORE_ARGUMENTS[0]), returned: Some(Register::Core(CORE_RESULTS[0])) };
/// The end of the argument area is aligned to this (3.2.2).
const STACK_ALIGN: u64 = 16;

/// The class of an eightbyte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Integer,
    Sse,
    SseUp,
}

/// The classes of a value's eightbytes. NO_CLASS is no class at all: a value of no bytes, and a second eightbyte that
/// is padding alone, as behind an empty array of `i128`.
#[derive(Clone, Copy)]
struct Classes {
    list: [Class; 2],
    count: usize,
}

impl Classes {
    const NONE: Classes = Classes { list: [Class::Integer; 2], count: 0 };

    fn of(first: Class, second: Option<Class>) -> Classes {
        Classes { list: [first, second.unwrap_or(first)], count: 1 + usize::from(second.is_some()) }
    }

    fn as_slice(&self) -> &[Class] {
        &self.list[..self.count]
    }
}

/// Registers of either kind that are free, the next one first.
#[derive(Clone, Copy)]
struct Free {
    core: &'static [u8],
    vector: &'static [u8],
}

impl Free {
    /// Takes a register for each class, or none at all: "If there are no registers available for any eightbyte of an
    /// argument, the whole argument is passed on the stack. If registers have already been assigned for some
    /// eightbytes of such an argument, the assignments get reverted."
    fn take(&mut self, classes: &[Class]) -> Option<[Option<Register>; 2]> {
        let mut free = *self;
        let mut taken = [None; 2];
        for (register, class) in taken.iter_mut().zip(classes) {
            *register = match class {
                Class::Integer => Some(Register::Core(pop(&mut free.core)?)),
                Class::Sse => Some(Register::Vector(pop(&mut free.vector)?)),
                // "the eightbyte is passed in the next available eightbyte chunk of the last used vector register"
                Class::SseUp => None,
            };
        }
        *self = free;
        Some(taken)
    }
}

fn pop(list: &mut &'static [u8]) -> Option<u8> {
    let (&first, rest) = list.split_first()?;
    *list = rest;
    Some(first)
}

pub(super) fn classify(signature: &Signature<'_>) -> Result<CallLayout, AbiError> {
    let mut places = Places::new(signature);
    let mut free = Free { core: &CORE_ARGUMENTS, vector: &VECTOR_ARGUMENTS };
    results(signature, &mut places, &mut free)?;
    for (at, param) in signature.params() {
        let passed = argument(signature, &mut places, &mut free, at, param)?;
        places.layout.params.push(passed);
    }
    if signature.function.varargs {
        // al is an upper bound on the number of vector registers used; this is the number itself.
        places.layout.vector_registers = Some((VECTOR_ARGUMENTS.len() - free.vector.len()) as u8);
    }
    Ok(places.finish(STACK_ALIGN))
}

/// Places the results: in the next registers of their classes, or behind [`RESULT_POINTER`].
fn results(signature: &Signature<'_>, places: &mut Places, free: &mut Free) -> Result<(), AbiError> {
    let mut left = Free { core: &CORE_RESULTS, vector: &VECTOR_RESULTS };
    for (index, (at, result)) in signature.results().enumerate() {
        let begin = places.begin();
        let shape = signature.shape(at, result)?;
        match classes(signature, result, shape) {
            None => {
                free.core = &CORE_ARGUMENTS[1..];
                places.layout.result_pointer = Some(RESULT_POINTER);
            }
            Some(classes) => {
                let taken = left.take(classes.as_slice()).ok_or(AbiError::Results(index))?;
                in_registers(places, taken, classes.as_slice(), shape.bytes());
            }
        }
        let passed = places.end(begin, result);
        places.layout.results.push(passed);
    }
    Ok(())
}

/// Clause "Passing": in the next registers of its classes, or in memory.
fn argument(
    signature: &Signature<'_>,
    places: &mut Places,
    free: &mut Free,
    at: Position,
    param: &Param,
) -> Result<Passed, AbiError> {
    let begin = places.begin();
    let shape = signature.shape(at, param)?;
    let classes = match param.passing {
        Passing::ByVal => None,
        _ => classes(signature, param, shape),
    };
    match classes.and_then(|classes| Some((classes, free.take(classes.as_slice())?))) {
        Some((classes, taken)) => in_registers(places, taken, classes.as_slice(), shape.bytes()),
        None if shape.bytes() == 0 => {}
        // "The size of each argument gets rounded up to eightbytes", at an address that respects its alignment.
        None => places.stack(0, shape.bytes(), shape.align(), EIGHTBYTE)?,
    }
    if param.passing == Passing::SRet {
        places.layout.result_pointer = Some(RESULT_POINTER);
    }
    Ok(places.end(begin, param))
}

fn in_registers(places: &mut Places, taken: [Option<Register>; 2], classes: &[Class], bytes: u64) {
    for (index, register) in taken.into_iter().enumerate() {
        let Some(register) = register else { continue };
        let offset = index as u64 * EIGHTBYTE;
        let whole = classes.get(index + 1) == Some(&Class::SseUp);
        let most = if whole { 2 * EIGHTBYTE } else { EIGHTBYTE };
        places.register(register, offset, bytes.saturating_sub(offset).min(most));
    }
}

/// Clause "Classification", 1 to 4, for scalars. An `i128` is treated as two INTEGER eightbytes; an `f16` is SSE, as
/// `_Float16` is.
fn scalar(kind: TypeKind) -> Classes {
    match kind {
        TypeKind::F16 | TypeKind::F32 | TypeKind::F64 => Classes::of(Class::Sse, None),
        TypeKind::F128 => Classes::of(Class::Sse, Some(Class::SseUp)),
        TypeKind::I128 => Classes::of(Class::Integer, Some(Class::Integer)),
        _ => Classes::of(Class::Integer, None),
    }
}

/// The classes of a value, or `None` for MEMORY.
fn classes(signature: &Signature<'_>, param: &Param, shape: Shape) -> Option<Classes> {
    match shape {
        Shape::Scalar { kind, .. } => Some(scalar(kind)),
        Shape::Aggregate { .. } => aggregate(signature, param),
    }
}

/// Clause "Classification" of aggregates: MEMORY over two eightbytes or with an unaligned field (1, 5), else the
/// fields' classes merged by eightbyte (4).
fn aggregate(signature: &Signature<'_>, param: &Param) -> Option<Classes> {
    let mut merged = [None; 2];
    for (at, kind) in signature.layouts.leaves(param.ty)?.iter() {
        let (_, align) = signature.machine().scalar(kind)?;
        if at % align != 0 {
            return None;
        }
        let first = at as usize / EIGHTBYTE as usize;
        for (eightbyte, &class) in scalar(kind).as_slice().iter().enumerate() {
            let into = merged.get_mut(first + eightbyte)?;
            *into = Some(merge(*into, class));
        }
    }
    let [first, second] = merged;
    Some(first.map_or(Classes::NONE, |first| Classes::of(first, second)))
}

/// Equal classes stay, NO_CLASS gives way, INTEGER wins over SSE (clause "Classification", 4(a) to (f)).
fn merge(into: Option<Class>, class: Class) -> Class {
    if into == Some(Class::Integer) { Class::Integer } else { class }
}
