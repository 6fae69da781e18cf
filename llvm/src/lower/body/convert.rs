//! Conversions between scalars, and bit casts between values of any shape.

use super::integer::Ints;
use super::{Atom, Lowering};
use crate::lower::context::Refusal;
use crate::lower::layout::{Leaf, Scalar, native_int};
use crate::syntax::{CastOp, Operand};
use native_ir::Type;
use native_ir::builder::FunctionBuilder;

/// The width in bits of a scalar that is no pointer.
fn scalar_bits(scalar: Scalar) -> u32 {
    match scalar {
        Scalar::Int(bits) => bits,
        Scalar::F16 => 16,
        Scalar::F32 => 32,
        Scalar::F64 => 64,
        Scalar::F128 => 128,
        Scalar::Pointer => 0,
    }
}

/// The native type of an integer leaf.
fn leaf_type(bits: u32) -> Type {
    if bits == 1 { Type::I1 } else { native_int(bits) }
}

fn native_bits(ty: Type) -> u32 {
    match ty {
        Type::I1 => 1,
        Type::I8 => 8,
        Type::I16 => 16,
        Type::I32 => 32,
        Type::I64 => 64,
        _ => 128,
    }
}

/// Zero-extends or truncates between native types.
fn resize(b: &mut FunctionBuilder<'_>, from: Type, to: Type, x: Atom) -> Atom {
    match native_bits(from).cmp(&native_bits(to)) {
        std::cmp::Ordering::Less => b.zext(to, x).into(),
        std::cmp::Ordering::Equal => x,
        std::cmp::Ordering::Greater => b.trunc(to, x).into(),
    }
}

/// An integer leaf as one of another width: truncated or zero-extended.
pub(super) fn int_to_int(b: &mut FunctionBuilder<'_>, from: u32, to: u32, x: Atom) -> Atom {
    let resized = resize(b, leaf_type(from), leaf_type(to), x);
    if to < from && to > 1 { Ints { b, bits: to }.mask(resized) } else { resized }
}

fn sext(b: &mut FunctionBuilder<'_>, from: u32, to: u32, x: Atom) -> Atom {
    let (small, large) = (leaf_type(from), leaf_type(to));
    if native_bits(small) == from {
        let extended = b.sext(large, x);
        return Ints { b, bits: to }.mask(extended);
    }
    let wide = resize(b, small, large, x);
    let high = b.shl(wide, native_bits(large) - from);
    let extended = b.sshr(high, to - from);
    Ints { b, bits: to }.low(extended)
}

fn sint_to_float(b: &mut FunctionBuilder<'_>, bits: u32, to: Type, x: Atom) -> Atom {
    let mut ints = Ints { b, bits };
    let word = ints.word(x);
    let signed = ints.signed(word);
    b.sint_to_float(to, signed).into()
}

fn uint_to_float(b: &mut FunctionBuilder<'_>, bits: u32, to: Type, x: Atom) -> Atom {
    let word = Ints { b, bits }.word(x);
    b.uint_to_float(to, word).into()
}

/// Float to signed integer, clamped to the range of the width.
pub(super) fn float_to_sint(b: &mut FunctionBuilder<'_>, bits: u32, x: Atom) -> Atom {
    let word = b.float_to_sint_sat(native_int(bits), x);
    clamp_signed(b, bits, word.into())
}

/// A signed native integer, clamped to the range of the width.
fn clamp_signed(b: &mut FunctionBuilder<'_>, bits: u32, word: Atom) -> Atom {
    let mut ints = Ints { b, bits };
    if ints.spare() == 0 {
        return word;
    }
    let largest = (ints.ones() >> 1) as i128;
    let word = ints.b.smin(word, largest);
    let word = ints.b.smax(word, -largest - 1);
    let word = ints.mask(word);
    ints.leaf(word)
}

/// Float to unsigned integer, clamped to the range of the width.
pub(super) fn float_to_uint(b: &mut FunctionBuilder<'_>, bits: u32, x: Atom) -> Atom {
    let word = b.float_to_uint_sat(native_int(bits), x).into();
    let mut ints = Ints { b, bits };
    if ints.spare() == 0 {
        return word;
    }
    let largest = ints.literal(ints.ones());
    let word = ints.umin(word, largest);
    ints.leaf(word)
}

/// A pointer's address as an integer of a width.
fn pointer_to_int(b: &mut FunctionBuilder<'_>, bits: u32, pointer: Atom) -> Atom {
    let address = b.ptr_to_addr(pointer);
    let word = b.addr_to_int(native_int(bits), address);
    let mut ints = Ints { b, bits };
    if bits == 1 { ints.leaf(word.into()) } else { ints.mask(word) }
}

fn int_to_pointer(b: &mut FunctionBuilder<'_>, bits: u32, generic: Type, x: Atom) -> Atom {
    let word = Ints { b, bits }.word(x);
    let address = b.int_to_addr(word);
    b.addr_to_ptr(generic, address).into()
}

/// The same bits as another scalar of the same width.
fn bitcast_scalar(b: &mut FunctionBuilder<'_>, from: Scalar, to: Scalar, generic: Type, x: Atom) -> Atom {
    let (source, target) = (from.native(generic), to.native(generic));
    if source == target { x } else { b.bitcast(target, x).into() }
}

/// The same bits in leaves of other widths; the first leaf has the lowest bits, as in little-endian memory.
pub(super) fn reslice(
    b: &mut FunctionBuilder<'_>,
    from: &[(Scalar, Atom)],
    to: impl ExactSizeIterator<Item = Scalar>,
    generic: Type,
) -> Vec<Atom> {
    if from.len() == to.len() {
        return from.iter().zip(to).map(|(&(scalar, x), to)| bitcast_scalar(b, scalar, to, generic, x)).collect();
    }
    let mut pieces = Vec::with_capacity(from.len());
    let mut end = 0;
    for &(scalar, x) in from {
        let bits = scalar_bits(scalar);
        pieces.push(Piece { start: end, bits, value: bitcast_scalar(b, scalar, Scalar::Int(bits), generic, x) });
        end += bits;
    }
    let mut start = 0;
    to.map(|scalar| {
        let bits = scalar_bits(scalar);
        let joined = gather(b, &pieces, start, bits);
        start += bits;
        bitcast_scalar(b, Scalar::Int(bits), scalar, generic, joined)
    })
    .collect()
}

/// An integer leaf and where its bits begin in the whole.
struct Piece {
    start: u32,
    bits: u32,
    value: Atom,
}

/// The integer leaf made of the bits from `start`.
fn gather(b: &mut FunctionBuilder<'_>, pieces: &[Piece], start: u32, bits: u32) -> Atom {
    let mut whole: Option<Atom> = None;
    let first = pieces.partition_point(|piece| piece.start + piece.bits <= start);
    for piece in pieces[first..].iter().take_while(|piece| piece.start < start + bits) {
        let part = slice(b, piece, start, bits);
        whole = Some(match whole {
            Some(whole) => b.or(whole, part).into(),
            None => part,
        });
    }
    whole.unwrap_or_else(|| Atom::Bits(leaf_type(bits), 0))
}

/// What a piece gives to the bits from `start`, in its place there.
fn slice(b: &mut FunctionBuilder<'_>, piece: &Piece, start: u32, bits: u32) -> Atom {
    if piece.start < start {
        let shifted = b.ushr(piece.value, start - piece.start);
        return int_to_int(b, piece.bits, bits, shifted.into());
    }
    let resized = int_to_int(b, piece.bits, bits, piece.value);
    match piece.start - start {
        0 => resized,
        place => {
            let shifted = b.shl(resized, place);
            Ints { b, bits }.mask(shifted)
        }
    }
}

/// A conversion of one scalar; `None` for one that there is not.
fn convert(
    b: &mut FunctionBuilder<'_>,
    op: CastOp,
    from: Scalar,
    to: Scalar,
    generic: Type,
    x: Atom,
) -> Option<Atom> {
    let target = to.native(generic);
    Some(match (op, from, to) {
        (CastOp::Trunc | CastOp::ZExt, Scalar::Int(from), Scalar::Int(to)) => int_to_int(b, from, to, x),
        (CastOp::SExt, Scalar::Int(from), Scalar::Int(to)) if from < to => sext(b, from, to, x),
        (CastOp::FpTrunc, _, _) if is_float(from) && is_float(to) => b.fdemote(target, x).into(),
        (CastOp::FpExt, _, _) if is_float(from) && is_float(to) => b.fpromote(target, x).into(),
        (CastOp::FpToSi, _, Scalar::Int(bits)) if is_float(from) => float_to_sint(b, bits, x),
        (CastOp::FpToUi, _, Scalar::Int(bits)) if is_float(from) => float_to_uint(b, bits, x),
        (CastOp::SiToFp, Scalar::Int(bits), _) if is_float(to) => sint_to_float(b, bits, target, x),
        (CastOp::UiToFp, Scalar::Int(bits), _) if is_float(to) => uint_to_float(b, bits, target, x),
        (CastOp::PtrToInt | CastOp::PtrToAddr, Scalar::Pointer, Scalar::Int(bits)) => pointer_to_int(b, bits, x),
        (CastOp::IntToPtr, Scalar::Int(bits), Scalar::Pointer) => int_to_pointer(b, bits, generic, x),
        _ => return None,
    })
}

/// Whether a scalar is a float.
pub(super) fn is_float(scalar: Scalar) -> bool {
    matches!(scalar, Scalar::F16 | Scalar::F32 | Scalar::F64 | Scalar::F128)
}

impl Lowering<'_, '_, '_, '_> {
    /// A conversion, lane by lane but for bit casts.
    pub(super) fn convert(&mut self, op: CastOp, x: Operand) -> Result<(), Refusal> {
        match op {
            CastOp::BitCast => self.bit_cast(x),
            CastOp::AddrSpaceCast => self.freeze(x),
            _ => self.convert_lanes(op, x),
        }
    }

    /// A conversion of each lane of an operand to the lanes of the result.
    pub(super) fn convert_lanes(&mut self, op: CastOp, x: Operand) -> Result<(), Refusal> {
        let to = self.scalars(self.result_type())?;
        let (Some(leaf), true) = (to.first(), to.len() == self.scalars(self.ty(x))?.len()) else {
            return Err(Refusal::new("LLVM/type", "a conversion to another number of lanes"));
        };
        let (to, generic) = (leaf.scalar, self.cx.generic);
        self.lanes([x], |lowering, from, [x]| {
            convert(&mut lowering.b, op, from, to, generic, x)
                .ok_or_else(|| Refusal::new("LLVM/type", "a conversion between types of other kinds"))
        })
    }

    fn bit_cast(&mut self, x: Operand) -> Result<(), Refusal> {
        let (from, to) = (self.scalars(self.ty(x))?, self.scalars(self.result_type())?);
        if let ([Leaf { scalar: Scalar::Pointer, .. }], [_]) = (from, to) {
            return self.freeze(x);
        }
        let bits = |leaves: &[Leaf]| leaves.iter().map(|leaf| u64::from(scalar_bits(leaf.scalar))).sum::<u64>();
        let pointers = |leaves: &[Leaf]| leaves.iter().filter(|leaf| leaf.scalar == Scalar::Pointer).count();
        if bits(from) != bits(to) || pointers(from) != pointers(to) {
            return Err(Refusal::new("LLVM/type", "`bitcast` between types of other sizes"));
        }
        let leaves = self.leaves(x)?;
        let pieces: Vec<_> = from.iter().map(|leaf| leaf.scalar).zip(leaves).collect();
        let results = reslice(&mut self.b, &pieces, to.iter().map(|leaf| leaf.scalar), self.cx.generic);
        self.results(results);
        Ok(())
    }
}
