//! Calls of intrinsics: one table says what becomes of each.
//!
//! An intrinsic is looked up by its name without the types behind it; what it works on is taken from the types of its
//! arguments. Nothing guarantees that a declaration has the right type, so each handler checks what it relies on.

use super::convert::{self, is_float};
use super::integer::Ints;
use super::{Atom, Lowering};
use crate::lower::context::Refusal;
use crate::lower::layout::{Leaf, Scalar, native_int};
use crate::syntax::{BinaryOp, CallData, CastOp, ConstantData, Operand};
use native_ir::builder::FunctionBuilder;
use native_ir::{Condition, Effect, EffectSet, Ordering, Trap, Type, Value};

type Fallible = Result<(), Refusal>;
type Words = fn(&mut Ints<'_, '_>, &[Atom]) -> Atom;
type Floats = fn(&mut FunctionBuilder<'_>, &[Atom]) -> Value;

/// What becomes of a call of an intrinsic.
#[derive(Clone, Copy)]
enum Handler {
    /// An operation on words of integers, lane by lane, of so many arguments. Those behind are constants that only
    /// make results undefined.
    Words(usize, Words),
    /// The same with a second result that says whether there was an overflow.
    Overflow(fn(&mut Ints<'_, '_>, Atom, Atom) -> (Atom, Atom)),
    /// An operation on floats, lane by lane, of so many arguments.
    Floats(usize, Floats),
    /// The lanes of the only argument joined by an integer operation.
    ReduceWords(Words),
    /// The same by an operation on floats.
    ReduceFloats(Floats),
    /// The lanes of the second argument joined by float arithmetic, beginning with the first argument.
    ReduceFrom(BinaryOp),
    /// What has a function of its own.
    Special(fn(&mut Lowering<'_, '_, '_, '_>, &[Operand]) -> Fallible),
    /// A hardware operation by its option.
    Hardware(fn(&mut FunctionBuilder<'_>, u128)),
    /// A stop.
    Stop,
    /// The first argument as it is.
    First,
    /// The result is this number; for a pointer `null`.
    Number(u128),
    /// Nothing that is done depends on it.
    Dropped,
    /// Refused, with the rule and help.
    Refused(&'static str, &'static str),
}

use Handler::{
    Dropped, First, Floats as F, Hardware, Number, Overflow, ReduceFloats, ReduceFrom, ReduceWords, Refused,
    Special, Stop, Words as W,
};

const LIBRARY: &str =
    "compile with -fno-builtin, so that the C library's function is called, and link one that has it";
const STACK: &str = "native IR does not show where frames lie; leave out what walks the stack";
const EXCEPTIONS: &str = "compile without exceptions (-fno-exceptions, panic=abort)";
const ROUNDING: &str = "compile without -frounding-math and with -ffp-exception-behavior=ignore";
const THREADS: &str =
    "native IR has no thread-local storage; -femulated-tls or an ordinary variable serve instead";
const SCALABLE: &str = "compile for a target without scalable vectors";
const MASKED: &str = "compile with -fno-vectorize -fno-slp-vectorize, or for a target without masked vectors";
const FIXED: &str = "write fixed-point arithmetic with integers";
const CLOCK: &str = "read a timer of the hardware instead";

/// The intrinsics in the order of their names.
static TABLE: &[(&str, Handler)] = &[
    ("abs", W(1, |i, a| i.abs(a[0]))),
    ("acos", Refused("LLVM/intrinsic", LIBRARY)),
    ("allow.runtime.check", Number(1)),
    ("allow.ubsan.check", Number(1)),
    ("annotation", First),
    ("arm.dmb", Hardware(|b, _| b.barrier_memory())),
    ("arm.dsb", Hardware(|b, _| b.barrier_sync())),
    ("arm.hint", Hardware(hint)),
    ("arm.isb", Hardware(|b, _| b.barrier_instruction())),
    ("asin", Refused("LLVM/intrinsic", LIBRARY)),
    ("assume", Dropped),
    ("atan", Refused("LLVM/intrinsic", LIBRARY)),
    ("atan2", Refused("LLVM/intrinsic", LIBRARY)),
    ("bitreverse", W(1, |i, a| i.bitreverse(a[0]))),
    ("bswap", Special(bswap)),
    ("canonicalize", F(1, |b, a| b.canonicalize(a[0]))),
    ("ceil", F(1, |b, a| b.round_up(a[0]))),
    ("codeview.annotation", Dropped),
    ("convert.from.fp16", Special(|l, a| l.half_to_float(a))),
    ("convert.to.fp16", Special(|l, a| l.float_to_half(a))),
    ("copysign", F(2, |b, a| b.copysign(a[0], a[1]))),
    ("cos", Refused("LLVM/intrinsic", LIBRARY)),
    ("cosh", Refused("LLVM/intrinsic", LIBRARY)),
    ("ctlz", W(1, |i, a| i.ctlz(a[0]))),
    ("ctpop", W(1, |i, a| i.ctpop(a[0]))),
    ("cttz", W(1, |i, a| i.cttz(a[0]))),
    ("dbg.assign", Dropped),
    ("dbg.declare", Dropped),
    ("dbg.label", Dropped),
    ("dbg.value", Dropped),
    ("debugtrap", Stop),
    ("donothing", Dropped),
    ("eh", Refused("LLVM/intrinsic", EXCEPTIONS)),
    ("exp", Refused("LLVM/intrinsic", LIBRARY)),
    ("exp10", Refused("LLVM/intrinsic", LIBRARY)),
    ("exp2", Refused("LLVM/intrinsic", LIBRARY)),
    ("expect", First),
    ("experimental.constrained", Refused("LLVM/intrinsic", ROUNDING)),
    ("experimental.noalias.scope.decl", Dropped),
    ("fabs", F(1, |b, a| b.fabs(a[0]))),
    ("fake.use", Dropped),
    ("floor", F(1, |b, a| b.round_down(a[0]))),
    ("fma", F(3, |b, a| b.fma(a[0], a[1], a[2]))),
    ("fmuladd", F(3, multiply_add)),
    ("fptosi.sat", Special(|l, a| l.convert_lanes(CastOp::FpToSi, first(a)?))),
    ("fptoui.sat", Special(|l, a| l.convert_lanes(CastOp::FpToUi, first(a)?))),
    ("fptrunc.round", Refused("LLVM/intrinsic", ROUNDING)),
    ("frameaddress", Refused("LLVM/intrinsic", STACK)),
    ("frexp", Refused("LLVM/intrinsic", LIBRARY)),
    ("fshl", W(3, |i, a| i.fshl(a[0], a[1], a[2]))),
    ("fshr", W(3, |i, a| i.fshr(a[0], a[1], a[2]))),
    ("get.rounding", Number(1)),
    ("invariant.end", Dropped),
    ("invariant.start", Number(0)),
    ("is.constant", Number(0)),
    ("is.fpclass", Special(|l, a| l.float_class(a))),
    ("launder.invariant.group", First),
    ("ldexp", Refused("LLVM/intrinsic", LIBRARY)),
    ("llrint", Special(|l, a| l.rounded(a, |b, x| b.round_even(x)))),
    ("llround", Special(|l, a| l.rounded(a, |b, x| b.round_away(x)))),
    ("localescape", Refused("LLVM/intrinsic", STACK)),
    ("log", Refused("LLVM/intrinsic", LIBRARY)),
    ("log10", Refused("LLVM/intrinsic", LIBRARY)),
    ("log2", Refused("LLVM/intrinsic", LIBRARY)),
    ("lrint", Special(|l, a| l.rounded(a, |b, x| b.round_even(x)))),
    ("lround", Special(|l, a| l.rounded(a, |b, x| b.round_away(x)))),
    ("masked", Refused("LLVM/intrinsic", MASKED)),
    ("maximum", F(2, |b, a| b.fmaximum(a[0], a[1]))),
    ("maximumnum", F(2, |b, a| b.fmaximum_number(a[0], a[1]))),
    ("maxnum", F(2, |b, a| b.fmaximum_number(a[0], a[1]))),
    ("minimum", F(2, |b, a| b.fminimum(a[0], a[1]))),
    ("minimumnum", F(2, |b, a| b.fminimum_number(a[0], a[1]))),
    ("minnum", F(2, |b, a| b.fminimum_number(a[0], a[1]))),
    ("modf", Refused("LLVM/intrinsic", LIBRARY)),
    ("nearbyint", F(1, |b, a| b.round_even(a[0]))),
    ("objectsize", Special(|l, a| l.object_size(a))),
    ("pow", Refused("LLVM/intrinsic", LIBRARY)),
    ("powi", Refused("LLVM/intrinsic", LIBRARY)),
    ("prefetch", Dropped),
    ("pseudoprobe", Dropped),
    ("ptr.annotation", First),
    ("ptrmask", Special(|l, a| l.pointer_mask(a))),
    ("read_register", Refused("LLVM/intrinsic", STACK)),
    ("readcyclecounter", Refused("LLVM/intrinsic", CLOCK)),
    ("readsteadycounter", Refused("LLVM/intrinsic", CLOCK)),
    ("returnaddress", Refused("LLVM/intrinsic", STACK)),
    ("rint", F(1, |b, a| b.round_even(a[0]))),
    ("round", F(1, |b, a| b.round_away(a[0]))),
    ("roundeven", F(1, |b, a| b.round_even(a[0]))),
    ("sadd.sat", W(2, |i, a| i.sadd_sat(a[0], a[1]))),
    ("sadd.with.overflow", Overflow(|i, x, y| i.sadd_overflow(x, y))),
    ("scmp", Special(|l, a| l.three_way(a, Condition::Slt, Condition::Sgt))),
    ("sdiv.fix", Refused("LLVM/intrinsic", FIXED)),
    ("sideeffect", Dropped),
    ("sin", Refused("LLVM/intrinsic", LIBRARY)),
    ("sincos", Refused("LLVM/intrinsic", LIBRARY)),
    ("sinh", Refused("LLVM/intrinsic", LIBRARY)),
    ("smax", W(2, |i, a| i.smax(a[0], a[1]))),
    ("smin", W(2, |i, a| i.smin(a[0], a[1]))),
    ("smul.fix", Refused("LLVM/intrinsic", FIXED)),
    ("smul.with.overflow", Overflow(|i, x, y| i.smul_overflow(x, y))),
    ("sqrt", F(1, |b, a| b.sqrt(a[0]))),
    ("ssa.copy", First),
    ("sshl.sat", W(2, |i, a| i.sshl_sat(a[0], a[1]))),
    ("ssub.sat", W(2, |i, a| i.ssub_sat(a[0], a[1]))),
    ("ssub.with.overflow", Overflow(|i, x, y| i.ssub_overflow(x, y))),
    ("stackrestore", Dropped),
    ("stacksave", Number(0)),
    ("strip.invariant.group", First),
    ("tan", Refused("LLVM/intrinsic", LIBRARY)),
    ("tanh", Refused("LLVM/intrinsic", LIBRARY)),
    ("threadlocal.address", Refused("LLVM/intrinsic", THREADS)),
    ("trap", Stop),
    ("trunc", F(1, |b, a| b.round_zero(a[0]))),
    ("uadd.sat", W(2, |i, a| i.uadd_sat(a[0], a[1]))),
    ("uadd.with.overflow", Overflow(|i, x, y| i.uadd_overflow(x, y))),
    ("ubsantrap", Stop),
    ("ucmp", Special(|l, a| l.three_way(a, Condition::Ult, Condition::Ugt))),
    ("udiv.fix", Refused("LLVM/intrinsic", FIXED)),
    ("umax", W(2, |i, a| i.umax(a[0], a[1]))),
    ("umin", W(2, |i, a| i.umin(a[0], a[1]))),
    ("umul.fix", Refused("LLVM/intrinsic", FIXED)),
    ("umul.with.overflow", Overflow(|i, x, y| i.umul_overflow(x, y))),
    ("ushl.sat", W(2, |i, a| i.ushl_sat(a[0], a[1]))),
    ("usub.sat", W(2, |i, a| i.usub_sat(a[0], a[1]))),
    ("usub.with.overflow", Overflow(|i, x, y| i.usub_overflow(x, y))),
    ("var.annotation", Dropped),
    ("vector.extract", Special(|l, a| l.extract_vector(a))),
    ("vector.insert", Special(|l, a| l.insert_vector(a))),
    ("vector.reduce.add", ReduceWords(|i, a| i.add(a[0], a[1]))),
    ("vector.reduce.and", ReduceWords(|i, a| i.b.and(a[0], a[1]).into())),
    ("vector.reduce.fadd", ReduceFrom(BinaryOp::FAdd)),
    ("vector.reduce.fmax", ReduceFloats(|b, a| b.fmaximum_number(a[0], a[1]))),
    ("vector.reduce.fmaximum", ReduceFloats(|b, a| b.fmaximum(a[0], a[1]))),
    ("vector.reduce.fmin", ReduceFloats(|b, a| b.fminimum_number(a[0], a[1]))),
    ("vector.reduce.fminimum", ReduceFloats(|b, a| b.fminimum(a[0], a[1]))),
    ("vector.reduce.fmul", ReduceFrom(BinaryOp::FMul)),
    ("vector.reduce.mul", ReduceWords(|i, a| i.mul(a[0], a[1]))),
    ("vector.reduce.or", ReduceWords(|i, a| i.b.or(a[0], a[1]).into())),
    ("vector.reduce.smax", ReduceWords(|i, a| i.smax(a[0], a[1]))),
    ("vector.reduce.smin", ReduceWords(|i, a| i.smin(a[0], a[1]))),
    ("vector.reduce.umax", ReduceWords(|i, a| i.umax(a[0], a[1]))),
    ("vector.reduce.umin", ReduceWords(|i, a| i.umin(a[0], a[1]))),
    ("vector.reduce.xor", ReduceWords(|i, a| i.b.xor(a[0], a[1]).into())),
    ("vector.reverse", Special(|l, a| l.reverse_vector(a))),
    ("vscale", Refused("LLVM/vector", SCALABLE)),
    ("write_register", Refused("LLVM/intrinsic", STACK)),
    ("x86.sse.sfence", Special(|l, _| l.full_fence())),
    ("x86.sse2.lfence", Special(|l, _| l.full_fence())),
    ("x86.sse2.mfence", Special(|l, _| l.full_fence())),
    ("x86.sse2.pause", Dropped),
];

/// The row of an intrinsic: that of the longest name which its name begins with, in whole words.
fn find(name: &str) -> Option<(&'static str, Handler)> {
    let mut name = name;
    loop {
        if let Ok(row) = TABLE.binary_search_by(|&(row, _)| row.cmp(name)) {
            return Some(TABLE[row]);
        }
        name = &name[..name.rfind('.')?];
    }
}

/// The effects of what an intrinsic becomes, by its name behind `llvm.`; those of block copies and lifetimes are not
/// among them.
pub(in crate::lower) fn effects(name: &str) -> EffectSet {
    match find(name) {
        Some((_, Stop)) => EffectSet::of(Effect::Trap),
        Some((_, Hardware(_))) => EffectSet::of(Effect::Hardware),
        // Of odd widths the amount is the rest of a division.
        Some(("fshl" | "fshr", _)) => EffectSet::of(Effect::Trap),
        _ => EffectSet::EMPTY,
    }
}

/// What `llvm.arm.hint` asks for; a pause is none.
fn hint(b: &mut FunctionBuilder<'_>, number: u128) {
    match number {
        2 => b.wait_event(),
        3 => b.wait_interrupt(),
        4 | 5 => b.send_event(),
        _ => {}
    }
}

fn multiply_add(b: &mut FunctionBuilder<'_>, a: &[Atom]) -> Value {
    let product = b.fmul(a[0], a[1]);
    b.fadd(product, a[2])
}

/// What a wrong declaration of an intrinsic gets.
fn wrong_type() -> Refusal {
    Refusal::new("LLVM/intrinsic", "an intrinsic with arguments or a result of wrong types")
}

fn first(args: &[Operand]) -> Result<Operand, Refusal> {
    args.first().copied().ok_or_else(wrong_type)
}

fn pair(args: &[Operand]) -> Result<(Operand, Operand), Refusal> {
    match args {
        [x, y, ..] => Ok((*x, *y)),
        _ => Err(wrong_type()),
    }
}

impl<'p> Lowering<'_, 'p, '_, '_> {
    /// A call of an intrinsic, by its name behind `llvm.`.
    pub(super) fn intrinsic(&mut self, name: &str, call: &'p CallData<'_>) -> Fallible {
        let body = self.body;
        let args = body.list(call.args);
        let Some((_, handler)) = find(name) else {
            return Err(Refusal::new("LLVM/intrinsic", format!("`llvm.{name}` has no counterpart in native IR")));
        };
        match handler {
            W(count, op) => self.on_words(args, count, op),
            Overflow(op) => self.with_overflow(args, op),
            F(count, op) => self.on_floats(args, count, op),
            ReduceWords(op) => {
                self.reduce(None, first(args)?, |lowering, scalar, x, y| lowering.on_word(scalar, &[x, y], op))
            }
            ReduceFloats(op) => self.reduce(None, first(args)?, |lowering, scalar, x, y| {
                if is_float(scalar) { Ok(op(&mut lowering.b, &[x, y]).into()) } else { Err(wrong_type()) }
            }),
            ReduceFrom(op) => self.reduce_from(args, op),
            Special(handle) => handle(self, args),
            Hardware(_) if !self.cx.target.is_thumb() => {
                Err(Refusal::new("LLVM/intrinsic", format!("`llvm.{name}` on a target that is no Cortex-M")))
            }
            Hardware(op) => {
                let option = first(args).ok().and_then(|option| self.constant_number(option));
                op(&mut self.b, option.ok_or_else(wrong_type)?);
                Ok(())
            }
            Stop => {
                self.b.trap_if(true, Trap::User);
                self.undefined()
            }
            First => self.freeze(first(args)?),
            Number(number) => self.give_number(number),
            Dropped => Ok(()),
            Refused(rule, help) => {
                Err(Refusal::new(rule, format!("`llvm.{name}` has no counterpart in native IR")).help(help))
            }
        }
    }

    /// The result is a number; a pointer is null.
    fn give_number(&mut self, number: u128) -> Fallible {
        let atom = match self.scalars(self.result_type())? {
            [] => return Ok(()),
            [Leaf { scalar: Scalar::Int(bits), .. }] => {
                Atom::Bits(self.native(Scalar::Int(*bits)), number & u128::MAX >> (128 - bits))
            }
            [Leaf { scalar, .. }] => self.zero(*scalar),
            _ => return Err(wrong_type()),
        };
        self.result(atom);
        Ok(())
    }

    /// The result, if there is one, may be anything.
    pub(super) fn undefined(&mut self) -> Fallible {
        let leaves = self.scalars(self.result_type())?;
        let zeros: Vec<Atom> = leaves.iter().map(|leaf| self.zero(leaf.scalar)).collect();
        self.results(zeros);
        Ok(())
    }

    /// The number that an operand is, when it is a constant integer.
    pub(super) fn constant_number(&self, operand: Operand) -> Option<u128> {
        match self.module.constants.get(operand.as_constant()?) {
            ConstantData::Int(number) => Some(number),
            ConstantData::Zero => Some(0),
            _ => None,
        }
    }

    /// The first arguments, which have the same type, leaf by leaf.
    fn same_typed<'a>(&self, args: &'a [Operand], count: usize) -> Result<&'a [Operand], Refusal> {
        let args = args.get(..count).ok_or_else(wrong_type)?;
        let ty = self.ty(first(args)?);
        if args.iter().any(|&arg| self.ty(arg) != ty) { Err(wrong_type()) } else { Ok(args) }
    }

    /// An operation on words on one leaf.
    fn on_word(&mut self, scalar: Scalar, leaves: &[Atom], op: Words) -> Result<Atom, Refusal> {
        let Scalar::Int(bits) = scalar else { return Err(wrong_type()) };
        let mut ints = Ints { b: &mut self.b, bits };
        if bits > 1 {
            return Ok(op(&mut ints, leaves));
        }
        let words: Vec<Atom> = leaves.iter().map(|&leaf| ints.word(leaf)).collect();
        let word = op(&mut ints, &words);
        Ok(ints.leaf(word))
    }

    fn on_words(&mut self, args: &[Operand], count: usize, op: Words) -> Fallible {
        let args = self.same_typed(args, count)?;
        if self.result_type() != self.ty(first(args)?) {
            return Err(wrong_type());
        }
        self.leaf_by_leaf(args, |lowering, scalar, leaves| lowering.on_word(scalar, leaves, op))
    }

    fn on_floats(&mut self, args: &[Operand], count: usize, op: Floats) -> Fallible {
        let args = self.same_typed(args, count)?;
        if self.result_type() != self.ty(first(args)?) {
            return Err(wrong_type());
        }
        self.leaf_by_leaf(args, |lowering, scalar, leaves| {
            if is_float(scalar) { Ok(op(&mut lowering.b, leaves).into()) } else { Err(wrong_type()) }
        })
    }

    /// An operation on as many operands as there are.
    fn leaf_by_leaf(
        &mut self,
        args: &[Operand],
        op: impl Fn(&mut Self, Scalar, &[Atom]) -> Result<Atom, Refusal>,
    ) -> Fallible {
        match *args {
            [x] => self.lanes([x], |lowering, scalar, leaves| op(lowering, scalar, &leaves)),
            [x, y] => self.lanes([x, y], |lowering, scalar, leaves| op(lowering, scalar, &leaves)),
            [x, y, z] => self.lanes([x, y, z], |lowering, scalar, leaves| op(lowering, scalar, &leaves)),
            _ => Err(wrong_type()),
        }
    }

    /// The result is a struct: all results, then all truth values.
    fn with_overflow(
        &mut self,
        args: &[Operand],
        op: fn(&mut Ints<'_, '_>, Atom, Atom) -> (Atom, Atom),
    ) -> Fallible {
        let args = self.same_typed(args, 2)?;
        let (x, y) = pair(args)?;
        let scalars = self.scalars(self.ty(x))?;
        if self.scalars(self.result_type())?.len() != 2 * scalars.len() {
            return Err(wrong_type());
        }
        let (x, y) = (self.leaves(x)?, self.leaves(y)?);
        let (mut results, mut overflows) = (Vec::with_capacity(2 * x.len()), Vec::with_capacity(x.len()));
        for (leaf, (x, y)) in scalars.iter().zip(x.into_iter().zip(y)) {
            let Scalar::Int(bits) = leaf.scalar else { return Err(wrong_type()) };
            let mut ints = Ints { b: &mut self.b, bits };
            let (x, y) = (ints.word(x), ints.word(y));
            let (word, overflow) = op(&mut ints, x, y);
            results.push(ints.leaf(word));
            overflows.push(overflow);
        }
        results.append(&mut overflows);
        self.results(results);
        Ok(())
    }

    fn reduce_from(&mut self, args: &[Operand], op: BinaryOp) -> Fallible {
        let (start, vector) = pair(args)?;
        let start_scalar = self.kind(self.ty(start))?;
        self.reduce(Some(start), vector, |lowering, scalar, x, y| {
            if !is_float(scalar) || scalar != start_scalar {
                return Err(wrong_type());
            }
            lowering.float_binary(op, scalar, x, y)
        })
    }

    fn three_way(&mut self, args: &[Operand], less: Condition, more: Condition) -> Fallible {
        let args = self.same_typed(args, 2)?;
        let result = match self.scalars(self.result_type())?.first() {
            Some(Leaf { scalar: Scalar::Int(bits @ 2..), .. }) => *bits,
            _ => return Err(wrong_type()),
        };
        let (x, y) = pair(args)?;
        self.lanes([x, y], |lowering, scalar, [x, y]| match scalar {
            Scalar::Int(bits) => Ok(Ints { b: &mut lowering.b, bits }.three_way(less, more, x, y, result)),
            _ => Err(wrong_type()),
        })
    }

    /// Rounded by an operation, then an integer; what is out of range may give anything.
    fn rounded(&mut self, args: &[Operand], round: fn(&mut FunctionBuilder<'_>, Atom) -> Value) -> Fallible {
        let result = match self.scalars(self.result_type())?.first() {
            Some(Leaf { scalar: Scalar::Int(bits), .. }) => *bits,
            _ => return Err(wrong_type()),
        };
        self.lanes([first(args)?], |lowering, scalar, [x]| {
            if !is_float(scalar) {
                return Err(wrong_type());
            }
            let rounded = round(&mut lowering.b, x);
            Ok(convert::float_to_sint(&mut lowering.b, result, rounded.into()))
        })
    }

    /// `llvm.convert.from.fp16`: the bits of a half as a float.
    fn half_to_float(&mut self, args: &[Operand]) -> Fallible {
        let to = self.kind(self.result_type())?;
        if self.kind(self.ty(first(args)?))? != Scalar::Int(16) || !matches!(to, Scalar::F32 | Scalar::F64) {
            return Err(wrong_type());
        }
        let bits = self.scalar(first(args)?)?;
        let half = self.b.bitcast(Type::F16, bits);
        let float = self.b.fpromote(self.native(to), half);
        self.result(float);
        Ok(())
    }

    /// `llvm.convert.to.fp16`: a float rounded to a half, as its bits.
    fn float_to_half(&mut self, args: &[Operand]) -> Fallible {
        let from = self.kind(self.ty(first(args)?))?;
        if self.kind(self.result_type())? != Scalar::Int(16) || !matches!(from, Scalar::F32 | Scalar::F64) {
            return Err(wrong_type());
        }
        let float = self.scalar(first(args)?)?;
        let half = self.b.fdemote(Type::F16, float);
        let bits = self.b.bitcast(Type::I16, half);
        self.result(bits);
        Ok(())
    }

    /// The address is masked; the pointer moves by the difference and stays with its object.
    fn pointer_mask(&mut self, args: &[Operand]) -> Fallible {
        let (pointer, mask) = pair(args)?;
        let (Scalar::Pointer, Scalar::Int(bits)) = (self.kind(self.ty(pointer))?, self.kind(self.ty(mask))?)
        else {
            return Err(wrong_type());
        };
        if bits != self.cx.target.pointer_bytes * 8 {
            return Err(wrong_type());
        }
        let pointer = self.address(pointer)?;
        let mask = self.scalar(mask)?;
        let address = self.b.ptr_to_addr(pointer);
        let address = self.b.addr_to_int(native_int(bits), address);
        let masked = self.b.and(address, mask);
        let distance = self.b.isub(masked, address);
        let moved = self.b.offset(pointer, distance);
        self.result(moved);
        Ok(())
    }

    /// How large the object behind a pointer is, is not known: zero when the least is asked for, else all ones.
    fn object_size(&mut self, args: &[Operand]) -> Fallible {
        let least = args.get(1).and_then(|&least| self.constant_number(least)).ok_or_else(wrong_type)?;
        self.give_number(if least == 1 { 0 } else { u128::MAX })
    }

    /// `llvm.vector.extract`: lanes from a constant one on.
    fn extract_vector(&mut self, args: &[Operand]) -> Fallible {
        let (vector, index) = pair(args)?;
        let lanes = self.leaves(vector)?;
        let count = self.scalars(self.result_type())?.len();
        let part = self.lanes_from(index, count).and_then(|range| lanes.get(range)).ok_or_else(wrong_type)?;
        let part = part.to_vec();
        self.results(part);
        Ok(())
    }

    /// `llvm.vector.insert`: lanes from a constant one on are those of another vector.
    fn insert_vector(&mut self, args: &[Operand]) -> Fallible {
        let (vector, part) = pair(args)?;
        let (mut lanes, part) = (self.leaves(vector)?, self.leaves(part)?);
        let index = args.get(2).ok_or_else(wrong_type)?;
        let range = self.lanes_from(*index, part.len());
        let place = range.and_then(|range| lanes.get_mut(range)).ok_or_else(wrong_type)?;
        place.copy_from_slice(&part);
        self.results(lanes);
        Ok(())
    }

    fn lanes_from(&self, index: Operand, count: usize) -> Option<std::ops::Range<usize>> {
        let start = usize::try_from(self.constant_number(index)?).ok()?;
        Some(start..start.checked_add(count)?)
    }

    fn reverse_vector(&mut self, args: &[Operand]) -> Fallible {
        let mut lanes = self.leaves(first(args)?)?;
        lanes.reverse();
        self.results(lanes);
        Ok(())
    }

    fn full_fence(&mut self) -> Fallible {
        self.b.fence(Ordering::Seqcst);
        Ok(())
    }

    /// `llvm.is.fpclass`: whether a float is in one of the classes of a mask.
    fn float_class(&mut self, args: &[Operand]) -> Fallible {
        let (x, mask) = pair(args)?;
        let mask = self.constant_number(mask).ok_or_else(wrong_type)?;
        self.lanes([x], |lowering, scalar, [x]| {
            let format = Format::of(scalar).ok_or_else(wrong_type)?;
            let bits = lowering.b.bitcast(native_int(format.bits), x);
            Ok(format.in_classes(&mut lowering.b, bits, mask).into())
        })
    }
}

/// Bytes in reverse order; only of whole pairs of bytes.
fn bswap(lowering: &mut Lowering<'_, '_, '_, '_>, args: &[Operand]) -> Fallible {
    let scalars = lowering.scalars(lowering.ty(first(args)?))?;
    if scalars.iter().any(|leaf| !matches!(leaf.scalar, Scalar::Int(bits) if bits % 16 == 0)) {
        return Err(wrong_type());
    }
    lowering.on_words(args, 1, |i, a| i.bswap(a[0]))
}

/// The layout of a floating-point format.
struct Format {
    bits: u32,
    /// Bits of the fraction, without the hidden one.
    fraction: u32,
}

impl Format {
    fn of(scalar: Scalar) -> Option<Format> {
        let (bits, fraction) = match scalar {
            Scalar::F16 => (16, 10),
            Scalar::F32 => (32, 23),
            Scalar::F64 => (64, 52),
            Scalar::F128 => (128, 112),
            Scalar::Int(_) | Scalar::Pointer => return None,
        };
        Some(Format { bits, fraction })
    }

    /// Each class is a range of the bits without sign, from the first of these to below the next one; positive and
    /// negative ones have bits of their own in the mask.
    fn in_classes(&self, b: &mut FunctionBuilder<'_>, bits: Value, mask: u128) -> Value {
        let ty = native_int(self.bits);
        let infinity = (1_u128 << (self.bits - 1)) - (1 << self.fraction);
        let quiet = infinity | 1 << (self.fraction - 1);
        // First pattern, last pattern, bit of positive ones, bit of negative ones.
        let classes = [
            (infinity + 1, quiet - 1, 0, 0),
            (quiet, (1 << (self.bits - 1)) - 1, 1, 1),
            (infinity, infinity, 9, 2),
            (1 << self.fraction, infinity - 1, 8, 3),
            (1, (1 << self.fraction) - 1, 7, 4),
            (0, 0, 6, 5),
        ];
        let sign = 1_u128 << (self.bits - 1);
        let mut found: Option<Value> = None;
        for (low, high, positive, negative) in classes {
            for (bit, sign) in [(positive, 0), (negative, sign)] {
                if mask >> bit & 1 == 0 {
                    continue;
                }
                let distance = b.isub(bits, Atom::Bits(ty, low | sign));
                let here = b.icmp(Condition::Ule, distance, Atom::Bits(ty, high - low));
                found = Some(match found {
                    Some(found) => b.or(found, here),
                    None => here,
                });
            }
        }
        found.unwrap_or_else(|| b.iconst(Type::I1, false))
    }
}

#[cfg(test)]
mod tests {
    use super::{Handler, TABLE, find};

    #[test]
    fn the_table_is_in_order() {
        assert!(TABLE.is_sorted_by(|(a, _), (b, _)| a < b));
    }

    #[test]
    fn each_intrinsic_is_a_construct_with_its_fate() {
        let rows: Vec<Vec<&str>> =
            include_str!("../../../constructs.tsv").lines().map(|line| line.split('\t').collect()).collect();
        for (name, handler) in TABLE {
            let full = format!("llvm.{name}");
            let row = rows.iter().find(|row| row[0] == full);
            let row = row.unwrap_or_else(|| panic!("constructs.tsv has no {full}"));
            let fate = match handler {
                Handler::Refused(rule, _) => ("refused", *rule),
                Handler::Dropped => ("dropped", "-"),
                _ => (if row[2] == "split" { "split" } else { "mapped" }, "-"),
            };
            assert_eq!((row[1], row[2], row[4]), ("intrinsic", fate.0, fate.1), "{full}");
        }
    }

    #[test]
    fn intrinsics_are_found_by_their_longest_name() {
        let name = |name| find(name).map(|(row, _)| row);
        assert_eq!(name("umin.i32"), Some("umin"));
        assert_eq!(name("fptosi.sat.v4i32.v4f32"), Some("fptosi.sat"));
        assert_eq!(name("vector.reduce.fmaximum.v4f32"), Some("vector.reduce.fmaximum"));
        assert_eq!(name("exp2.f64"), Some("exp2"));
        assert_eq!(name("donothing"), Some("donothing"));
        assert_eq!(name("vector.reduce"), None);
        assert_eq!(name("uminx.i32"), None);
        assert_eq!(name(""), None);
    }
}
