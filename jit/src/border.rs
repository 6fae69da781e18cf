//! Which word is in which register: the call layouts of the platform on one side, words as the VM has them on the other.

use crate::enter::{Entry, Exit};
use native_ir::abi::{CallLayout, Location, Piece, Register};
use native_ir::layout::Layouts;
use native_ir::{FunctionType, Module, Passing, Type, TypeKind};
use vm::Vm;

/// The registers of integer arguments in their order, by their numbers in machine code.
const CORE: [u8; 6] = [7, 6, 2, 1, 8, 9];
/// Those of results.
const CORE_RESULTS: [u8; 2] = [0, 2];

/// A function type on the border.
#[derive(Clone, Copy)]
pub(crate) struct Signature<'a> {
    pub(crate) module: &'a Module,
    pub(crate) layouts: &'a Layouts,
    pub(crate) ty: &'a FunctionType,
    pub(crate) layout: &'a CallLayout,
}

/// A value's bytes.
type Bytes = Vec<u8>;

fn is_aggregate(passing: Passing) -> bool {
    matches!(passing, Passing::Agg | Passing::ByVal)
}

/// Up to 8 bytes as a word.
fn word(bytes: &[u8]) -> u64 {
    let mut word = [0; 8];
    word.iter_mut().zip(bytes).for_each(|(to, &from)| *to = from);
    u64::from_le_bytes(word)
}

/// Up to 16 bytes as a vector.
fn vector(bytes: &[u8]) -> u128 {
    let mut vector = [0; 16];
    vector.iter_mut().zip(bytes).for_each(|(to, &from)| *to = from);
    u128::from_le_bytes(vector)
}

/// The bytes of a piece; none beyond the value's end.
fn part<'b>(bytes: &'b [u8], piece: &Piece) -> &'b [u8] {
    let end = (piece.offset.saturating_add(piece.bytes) as usize).min(bytes.len());
    bytes.get(piece.offset as usize..end).unwrap_or(&[])
}

impl Signature<'_> {
    /// Whether an aggregate travels by value.
    pub(crate) fn has_aggregates(&self) -> bool {
        self.ty.params.iter().chain(&self.ty.results).any(|param| is_aggregate(param.passing))
    }

    /// How many words a value takes.
    fn words(&self, ty: Type) -> usize {
        match self.kind(ty) {
            TypeKind::I128 | TypeKind::F128 => 2,
            _ => 1,
        }
    }

    fn kind(&self, ty: Type) -> TypeKind {
        self.module.types.kind(ty).unwrap_or(TypeKind::I64)
    }

    /// The width of a value in bits.
    fn width(&self, ty: Type) -> u32 {
        self.kind(ty).bits(64).filter(|&bits| bits > 0).unwrap_or(64)
    }

    fn size(&self, ty: Type) -> u64 {
        self.layouts.size(ty).unwrap_or(0)
    }

    /// The bytes that travel for a scalar of some words.
    fn scalar(&self, ty: Type, passing: Passing, words: &[u64]) -> Bytes {
        let mut words = words.to_vec();
        if let (Passing::Sext, Some(first)) = (passing, words.first_mut()) {
            let unused = 64 - self.width(ty).min(64);
            *first = u64::from(((*first << unused) as i64 >> unused) as u32);
        }
        words.into_iter().flat_map(u64::to_le_bytes).collect()
    }

    /// The words of a scalar's bytes.
    fn words_of(&self, ty: Type, bytes: &[u8]) -> Vec<u64> {
        let mut words: Vec<u64> = bytes.chunks(8).map(word).collect();
        words.resize(self.words(ty), 0);
        if let ([first], width @ ..64) = (&mut words[..], self.width(ty)) {
            *first &= (1 << width) - 1;
        }
        words
    }

    /// Puts arguments where the function finds them. The words that travel on the stack are in the second.
    ///
    /// None when an aggregate is outside the guest's memory.
    pub(crate) fn enter(&self, vm: &Vm, words: &[u64]) -> Option<(Entry, Vec<u64>)> {
        let mut entry = Entry::default();
        let mut stack = vec![0u8; self.layout.stack_bytes as usize];
        let mut words = words.iter().copied();
        for (param, passed) in self.ty.params.iter().zip(&self.layout.params) {
            let bytes: Bytes = if is_aggregate(param.passing) {
                vm.bytes(words.next()?, self.size(param.ty))?.to_vec()
            } else {
                let count = if param.passing == Passing::SRet { 1 } else { self.words(param.ty) };
                let own: Vec<u64> = words.by_ref().take(count).collect();
                self.scalar(param.ty, param.passing, &own)
            };
            for piece in self.layout.pieces(passed) {
                let part = if is_aggregate(param.passing) { part(&bytes, piece) } else { whole(&bytes, piece) };
                match piece.location {
                    Location::Register(Register::Core(number)) => {
                        let index = CORE.iter().position(|&other| other == number)?;
                        entry.core[index] = word(part);
                    }
                    Location::Register(Register::Vector(number)) => {
                        *entry.vector.get_mut(usize::from(number))? = vector(part);
                        entry.vectors = entry.vectors.max(u64::from(number) + 1);
                    }
                    Location::Stack(offset) => {
                        let room = stack.get_mut(offset as usize..)?;
                        room.iter_mut().zip(part).for_each(|(to, &from)| *to = from);
                    }
                }
            }
        }
        if let (Some(pointer), Some(_)) = (self.layout.result_pointer, self.ty.aggregate_result())
            && let Register::Core(number) = pointer.passed
        {
            let index = CORE.iter().position(|&other| other == number)?;
            entry.core[index] = words.next()?;
        }
        let stack = stack.chunks(8).map(word).collect();
        Some((entry, stack))
    }

    /// The words of the results that a function left; an aggregate in registers is put where the last argument says.
    ///
    /// None when that is outside the guest's memory.
    pub(crate) fn entered(&self, vm: &mut Vm, entry: &Entry, arguments: &[u64]) -> Option<Vec<u64>> {
        let mut words = Vec::new();
        for (result, passed) in self.ty.results.iter().zip(&self.layout.results) {
            let pieces = self.layout.pieces(passed);
            let mut bytes = vec![0; bytes_of(pieces)];
            for piece in pieces {
                let from = match piece.location {
                    Location::Register(Register::Core(number)) => {
                        let index = CORE_RESULTS.iter().position(|&other| other == number)?;
                        u128::from(entry.core_results[index])
                    }
                    Location::Register(Register::Vector(number)) => {
                        *entry.vector_results.get(usize::from(number))?
                    }
                    Location::Stack(_) => return None,
                };
                copy_part(&mut bytes, piece, &from.to_le_bytes());
            }
            match result.passing {
                // It was written through the pointer.
                Passing::Agg if pieces.is_empty() => {}
                Passing::Agg => {
                    let to = vm.bytes_mut(*arguments.last()?, self.size(result.ty))?;
                    to.iter_mut().zip(&bytes).for_each(|(to, &from)| *to = from);
                }
                _ => words.extend(self.words_of(result.ty, &bytes)),
            }
        }
        Some(words)
    }

    /// The words of the arguments that a caller left. Aggregates in registers are put on the guest's stack, downwards
    /// from `top`, and so is room for an aggregate that comes back in registers.
    ///
    /// None when the stack is used up.
    pub(crate) fn leave(&self, vm: &mut Vm, exit: &Exit, at: u64, top: &mut u64) -> Option<Vec<u64>> {
        let incoming = Exit::stack(at) + 8;
        let mut words = Vec::new();
        for (param, passed) in self.ty.params.iter().zip(&self.layout.params) {
            let pieces = self.layout.pieces(passed);
            if let (true, Some(&Piece { location: Location::Stack(offset), .. })) =
                (is_aggregate(param.passing), pieces.first())
            {
                words.push(incoming + offset);
                continue;
            }
            let mut bytes = vec![0; bytes_of(pieces)];
            for piece in pieces {
                let from = match piece.location {
                    Location::Register(Register::Core(number)) => {
                        let index = CORE.iter().position(|&other| other == number)?;
                        u128::from(exit.core[index])
                    }
                    Location::Register(Register::Vector(number)) => *exit.vector.get(usize::from(number))?,
                    Location::Stack(offset) => vector(vm.bytes(incoming + offset, piece.bytes)?),
                };
                copy_part(&mut bytes, piece, &from.to_le_bytes());
            }
            match param.passing {
                Passing::Agg | Passing::ByVal => {
                    *top = room(*top, self.size(param.ty));
                    vm.bytes_mut(*top, bytes.len() as u64)?.copy_from_slice(&bytes);
                    words.push(*top);
                }
                Passing::SRet => words.push(word(&bytes)),
                _ => words.extend(self.words_of(param.ty, &bytes)),
            }
        }
        if let Some(aggregate) = self.ty.aggregate_result() {
            words.push(match self.layout.result_pointer.map(|pointer| pointer.passed) {
                Some(Register::Core(number)) => exit.core[CORE.iter().position(|&other| other == number)?],
                _ => {
                    *top = room(*top, self.size(aggregate));
                    *top
                }
            });
        }
        Some(words)
    }

    /// The bytes of arguments that the function takes off the stack when it returns.
    pub(crate) fn taken(&self) -> u64 {
        if self.layout.callee_pops { self.layout.stack_bytes } else { 0 }
    }

    /// Puts results where the caller finds them; `arguments` are what [`Signature::leave`] gave.
    pub(crate) fn left(&self, vm: &Vm, exit: &mut Exit, arguments: &[u64], results: &[u64]) -> Option<()> {
        exit.pops = self.taken();
        if self.layout.result_pointer.is_some() {
            let sret = self.ty.aggregate_result().is_none();
            exit.core_results[0] = if sret { *arguments.first()? } else { *arguments.last()? };
            return Some(());
        }
        let mut results = results.iter().copied();
        for (result, passed) in self.ty.results.iter().zip(&self.layout.results) {
            let aggregate = result.passing == Passing::Agg;
            let bytes = if aggregate {
                vm.bytes(*arguments.last()?, self.size(result.ty))?.to_vec()
            } else {
                let own: Vec<u64> = results.by_ref().take(self.words(result.ty)).collect();
                self.scalar(result.ty, result.passing, &own)
            };
            for piece in self.layout.pieces(passed) {
                let part = if aggregate { part(&bytes, piece) } else { whole(&bytes, piece) };
                match piece.location {
                    Location::Register(Register::Core(number)) => {
                        let index = CORE_RESULTS.iter().position(|&other| other == number)?;
                        exit.core_results[index] = word(part);
                    }
                    Location::Register(Register::Vector(number)) => {
                        *exit.vector.get_mut(usize::from(number))? = vector(part);
                    }
                    Location::Stack(_) => return None,
                }
            }
        }
        Some(())
    }
}

/// How many bytes pieces have together.
fn bytes_of(pieces: &[Piece]) -> usize {
    pieces.iter().map(|piece| piece.offset + piece.bytes).max().unwrap_or(0) as usize
}

/// A piece of a scalar, with the bits of the register above it.
fn whole<'b>(bytes: &'b [u8], piece: &Piece) -> &'b [u8] {
    bytes.get(piece.offset as usize..).unwrap_or(&[])
}

/// Copies a piece into a value's bytes.
fn copy_part(bytes: &mut [u8], piece: &Piece, from: &[u8]) {
    let to = bytes.iter_mut().skip(piece.offset as usize).take(piece.bytes as usize);
    to.zip(from).for_each(|(to, &from)| *to = from);
}

/// Where so many bytes begin below an address, aligned for anything that travels in registers.
fn room(top: u64, bytes: u64) -> u64 {
    top.wrapping_sub(bytes) & !15
}
