//! Where the arguments and results of a call go: the calling conventions of both targets, as pure functions over
//! signatures.
//!
//! [`classify`] answers for a signature, [`classify_call`] for one call of it, which matters when arguments follow the
//! parameters. Every answer is a [`CallLayout`]: for each parameter and result the pieces that it travels in. Callers
//! and callees, the verifier's rules on tail calls and result counts, and all engines take it from here.
//!
//! `abi=tail` puts everything in the same places; only who pops the stack differs ([`CallLayout::callee_pops`]).
//!
//! Values narrower than a register leave the register's other bits unspecified, but for `zext` and `sext`, which
//! whoever passes the value extends to [`EXTENDED_BITS`], and but for an `i1` without extension, which is a byte 0 or 1.

mod aapcs32;
mod sysv;

use crate::layout::{Layouts, MachineLayout};
use crate::{Abi, Contract, FunctionType, Param, Passing, Type, TypeKind, TypeTable};
use std::fmt;
use std::ops::Range;

/// To how many bits `zext` and `sext` extend, in either convention.
pub const EXTENDED_BITS: u32 = 32;

/// A calling convention that is implemented here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Convention {
    /// System V psABI for AMD64, version 1.0, section 3.2.
    SysV,
    /// Procedure Call Standard for the Arm Architecture (AAPCS32), base standard: floats in core registers.
    Aapcs32,
}

impl Convention {
    /// The convention of a contract's target row, by index: that of the built-in row behind it.
    pub fn of(contract: &Contract, target: usize) -> Option<Convention> {
        match contract.base_target(contract.targets.get(target)?).abi.as_str() {
            "zero-x86_64-sysv-v0.1" => Some(Convention::SysV),
            "zero-freestanding-v1" => Some(Convention::Aapcs32),
            _ => None,
        }
    }
}

/// A register that takes a piece of an argument or result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Register {
    /// A general-purpose register, by its number in machine code: on x86-64 rax is 0, rdx 2, rdi 7; on Arm r0 is 0.
    Core(u8),
    /// An SSE register.
    Vector(u8),
}

impl Register {
    /// The register's name in a convention's assembly language.
    pub fn name(self, convention: Convention) -> String {
        const X86: [&str; 8] = ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi"];
        match (convention, self) {
            (Convention::SysV, Register::Core(number)) => {
                X86.get(usize::from(number)).map_or_else(|| format!("r{number}"), |name| (*name).to_string())
            }
            (Convention::Aapcs32, Register::Core(number)) => format!("r{number}"),
            (_, Register::Vector(number)) => format!("xmm{number}"),
        }
    }
}

/// Where a piece goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Location {
    /// In the low bytes of a register.
    Register(Register),
    /// On the stack: an offset in bytes from the first byte of the argument area, which is where the stack pointer
    /// points at the call instruction.
    Stack(u64),
}

/// A piece of a value, or of an aggregate's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Piece {
    /// Where it goes.
    pub location: Location,
    /// The first of the value's bytes that are in it.
    pub offset: u64,
    /// How many bytes of the value are in it.
    pub bytes: u64,
}

/// How a parameter, argument or result is passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// Its type; of an `agg` or `byval` the aggregate, of an `sret` the aggregate behind the pointer.
    pub ty: Type,
    /// What the signature asks for. The pieces of an `agg` or `byval` hold the aggregate's bytes, those of an `sret`
    /// the pointer.
    pub passing: Passing,
    pieces: Range<u32>,
}

/// Where the pointer to an aggregate result goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResultPointer {
    /// The register in which the caller passes it.
    pub passed: Register,
    /// The register in which it comes back, where the convention promises that.
    pub returned: Option<Register>,
}

/// Where everything of a call goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallLayout {
    /// Parameters in order; in a call with more arguments, those too.
    pub params: Vec<Passed>,
    /// Results in order. An `agg` result in memory has no pieces.
    pub results: Vec<Passed>,
    /// The pointer to an `agg` result in memory, or to what an `sret` parameter names.
    pub result_pointer: Option<ResultPointer>,
    /// The size of the argument area in bytes, a multiple of the stack's alignment.
    pub stack_bytes: u64,
    /// Whether the callee pops the argument area (`abi=tail`).
    pub callee_pops: bool,
    /// Of a call with varargs how many SSE registers hold arguments: what `al` tells the callee (psABI 3.2.3).
    pub vector_registers: Option<u8>,
    pieces: Vec<Piece>,
}

impl CallLayout {
    /// The pieces of a parameter or result, in the order of its bytes. A value of no bytes has none.
    pub fn pieces(&self, passed: &Passed) -> &[Piece] {
        self.pieces.get(passed.pieces.start as usize..passed.pieces.end as usize).unwrap_or(&[])
    }

    /// Whether an aggregate result is written through a pointer that the caller passes.
    pub fn returns_in_memory(&self) -> bool {
        self.result_pointer.is_some()
    }
}

/// A parameter or result of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Position {
    /// A parameter, from 0.
    Parameter(usize),
    /// A result, from 0.
    Result(usize),
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Position::Parameter(index) => write!(f, "parameter {}", index + 1),
            Position::Result(index) => write!(f, "result {}", index + 1),
        }
    }
}

/// Why a signature has no call layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AbiError {
    /// A function type names an ABI that no target has.
    #[error("the function's ABI is neither the module's nor `tail`")]
    Convention,
    /// The result registers do not suffice.
    #[error("result {} does not fit into the result registers that are left", .0 + 1)]
    Results(usize),
    /// A type that values of this target do not have, or an aggregate without a size.
    #[error("{0} has a type that cannot be passed on this target")]
    Type(Position),
    /// An aggregate passed as a value, or a scalar as an aggregate.
    #[error("{0} is an aggregate where a value stands, or a value where an aggregate stands")]
    Form(Position),
    /// `zext` or `sext` on something that is no integer narrower than [`EXTENDED_BITS`].
    #[error("{0} is extended and is no integer narrower than {EXTENDED_BITS} bits")]
    Extension(Position),
    /// An aggregate result beside other results, or `byval` or `sret` as a result.
    #[error("{0} cannot stand there: an aggregate result stands alone, and is `agg`")]
    AggregateResult(Position),
    /// An `sret` parameter that is not the first, or that stands beside results.
    #[error("{0} is `sret`, which is the first parameter of a function without results")]
    Sret(Position),
    /// The arguments on the stack take more bytes than an object may have.
    #[error("the arguments need more stack than the target can address")]
    StackArea,
}

/// The layout of every call of a function type without varargs, and of what a function with it finds at its entry.
///
/// # Errors
/// What in the signature has no place under the convention; the first parameter or result that has none.
pub fn classify(
    types: &TypeTable,
    layouts: &Layouts,
    convention: Convention,
    function: &FunctionType,
) -> Result<CallLayout, AbiError> {
    classify_call(types, layouts, convention, function, &[])
}

/// The layout of a call with arguments of the types `extra` behind the parameters. They go where parameters of these
/// types would go; C's promotions are for front ends.
///
/// # Errors
/// As for [`classify`]; positions of extra arguments go on from the parameters'.
pub fn classify_call(
    types: &TypeTable,
    layouts: &Layouts,
    convention: Convention,
    function: &FunctionType,
    extra: &[Type],
) -> Result<CallLayout, AbiError> {
    let extra: Vec<Param> = extra.iter().copied().map(Param::value).collect();
    let signature = Signature { types, layouts, function, extra: &extra };
    signature.check()?;
    match convention {
        Convention::SysV => sysv::classify(&signature),
        Convention::Aapcs32 => aapcs32::classify(&signature),
    }
}

/// A parameter or result as the conventions see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// A scalar with its size and alignment in bytes.
    Scalar { kind: TypeKind, bytes: u64, align: u64 },
    /// An aggregate with its size and alignment in bytes.
    Aggregate { bytes: u64, align: u64 },
}

impl Shape {
    fn bytes(self) -> u64 {
        match self {
            Shape::Scalar { bytes, .. } | Shape::Aggregate { bytes, .. } => bytes,
        }
    }

    fn align(self) -> u64 {
        match self {
            Shape::Scalar { align, .. } | Shape::Aggregate { align, .. } => align,
        }
    }
}

/// A signature together with what is needed to read it.
struct Signature<'a> {
    types: &'a TypeTable,
    layouts: &'a Layouts,
    function: &'a FunctionType,
    extra: &'a [Param],
}

impl<'a> Signature<'a> {
    fn machine(&self) -> &'a MachineLayout {
        self.layouts.machine()
    }

    fn params(&self) -> impl Iterator<Item = (Position, &'a Param)> + use<'a> {
        self.function.params.iter().chain(self.extra).enumerate().map(|(i, p)| (Position::Parameter(i), p))
    }

    fn results(&self) -> impl Iterator<Item = (Position, &'a Param)> + use<'a> {
        self.function.results.iter().enumerate().map(|(i, p)| (Position::Result(i), p))
    }

    /// What no convention allows.
    fn check(&self) -> Result<(), AbiError> {
        if matches!(self.function.abi, Abi::Named(_)) {
            return Err(AbiError::Convention);
        }
        for (at, param) in self.params() {
            self.check_extension(at, param)?;
            let misplaced = at != Position::Parameter(0) || !self.function.results.is_empty();
            if param.passing == Passing::SRet && misplaced {
                return Err(AbiError::Sret(at));
            }
        }
        for (at, result) in self.results() {
            self.check_extension(at, result)?;
            let alone = self.function.results.len() == 1;
            match result.passing {
                Passing::ByVal | Passing::SRet => return Err(AbiError::AggregateResult(at)),
                Passing::Agg if !alone => return Err(AbiError::AggregateResult(at)),
                _ => {}
            }
        }
        Ok(())
    }

    fn check_extension(&self, at: Position, param: &Param) -> Result<(), AbiError> {
        let narrow = matches!(self.types.kind(param.ty), Some(TypeKind::I1 | TypeKind::I8 | TypeKind::I16));
        match param.passing {
            Passing::Zext | Passing::Sext if !narrow => Err(AbiError::Extension(at)),
            _ => Ok(()),
        }
    }

    /// What travels for a parameter or result: for an `sret` the pointer.
    fn shape(&self, at: Position, param: &Param) -> Result<Shape, AbiError> {
        let kind = self.types.kind(param.ty).ok_or(AbiError::Type(at))?;
        let aggregate = matches!(kind, TypeKind::Struct | TypeKind::Array);
        match param.passing {
            Passing::Agg | Passing::ByVal | Passing::SRet if !aggregate => Err(AbiError::Form(at)),
            Passing::Value | Passing::Zext | Passing::Sext if aggregate => Err(AbiError::Form(at)),
            Passing::SRet => self.scalar(at, TypeKind::Ptr),
            Passing::Agg | Passing::ByVal => {
                let bytes = self.layouts.size(param.ty).ok_or(AbiError::Type(at))?;
                let align = self.layouts.align(param.ty).ok_or(AbiError::Type(at))?;
                Ok(Shape::Aggregate { bytes, align: u64::from(align) })
            }
            Passing::Value | Passing::Zext | Passing::Sext => self.scalar(at, kind),
        }
    }

    /// An `i1` and a fiber are passed although they do not stand in memory: as a byte, and as a 64-bit handle.
    fn scalar(&self, at: Position, kind: TypeKind) -> Result<Shape, AbiError> {
        let stands_for = match kind {
            TypeKind::I1 => TypeKind::I8,
            TypeKind::Fiber => TypeKind::I64,
            kind => kind,
        };
        let (bytes, align) = self.machine().scalar(stands_for).ok_or(AbiError::Type(at))?;
        Ok(Shape::Scalar { kind: stands_for, bytes: u64::from(bytes), align: u64::from(align) })
    }
}

/// A call layout in the making: the argument area grows, pieces are added to the item that is open.
struct Places {
    layout: CallLayout,
    max_bytes: u64,
}

impl Places {
    fn new(signature: &Signature<'_>) -> Places {
        let layout = CallLayout {
            params: Vec::with_capacity(signature.function.params.len() + signature.extra.len()),
            results: Vec::with_capacity(signature.function.results.len()),
            result_pointer: None,
            stack_bytes: 0,
            callee_pops: signature.function.abi == Abi::Tail,
            vector_registers: None,
            pieces: Vec::new(),
        };
        Places { layout, max_bytes: signature.machine().max_bytes() }
    }

    fn register(&mut self, register: Register, offset: u64, bytes: u64) {
        self.layout.pieces.push(Piece { location: Location::Register(register), offset, bytes });
    }

    /// Puts bytes at the next place of the argument area that has an alignment, and ends the area at a multiple of the
    /// size of a stack slot.
    fn stack(&mut self, offset: u64, bytes: u64, align: u64, slot: u64) -> Result<(), AbiError> {
        let at = self.layout.stack_bytes.checked_next_multiple_of(align.max(slot)).ok_or(AbiError::StackArea)?;
        let end = at.checked_add(bytes).and_then(|end| end.checked_next_multiple_of(slot));
        self.layout.stack_bytes = end.filter(|&end| end <= self.max_bytes).ok_or(AbiError::StackArea)?;
        self.layout.pieces.push(Piece { location: Location::Stack(at), offset, bytes });
        Ok(())
    }

    fn begin(&self) -> u32 {
        self.layout.pieces.len() as u32
    }

    /// The item whose pieces were added since `begin`.
    fn end(&self, begin: u32, param: &Param) -> Passed {
        Passed { ty: param.ty, passing: param.passing, pieces: begin..self.layout.pieces.len() as u32 }
    }

    fn finish(mut self, stack_align: u64) -> CallLayout {
        self.layout.stack_bytes = self.layout.stack_bytes.next_multiple_of(stack_align);
        self.layout
    }
}

#[cfg(test)]
mod tests;
