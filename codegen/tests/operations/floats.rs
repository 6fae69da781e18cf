//! Floats in machine code: every operation and conversion, with each set of features, gives what crate `semantics`
//! gives, status flags of strict functions included.
//!
//! Operands come from registers, the frame and constants, and are used again behind the operation or not.

use crate::machine::{Cells, Machine};
use crate::{machine, verified};
use native_ir::{Condition, EntityRef, Func, Opcode, TypeKind};
use std::fmt::Write;

const FLOATS: [TypeKind; 3] = [TypeKind::F16, TypeKind::F32, TypeKind::F64];
const INTEGERS: [TypeKind; 4] = [TypeKind::I8, TypeKind::I16, TypeKind::I32, TypeKind::I64];

/// An operation on types.
#[derive(Clone, Copy, Debug)]
struct Case {
    opcode: Opcode,
    condition: Condition,
    from: TypeKind,
    to: TypeKind,
    operands: usize,
    strict: bool,
    shape: Shape,
}

/// Where operands are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// In registers that are free behind the operation.
    Dying,
    /// In registers, and used again behind it.
    Kept,
    /// In registers, and used again behind it but for the last.
    LastDies,
    /// In the frame.
    Frame,
    /// One operand for all.
    Same,
    /// The last operand is a constant, by number.
    Last(usize),
    /// The first operand is a constant.
    First(usize),
}

/// Constants, as text and as a number.
const CONSTANTS: [(&str, f64); 4] = [("0.0", 0.0), ("-0.0", -0.0), ("-1.5", -1.5), ("nan", f64::NAN)];

const SHAPES: [Shape; 13] = [
    Shape::Dying,
    Shape::Kept,
    Shape::LastDies,
    Shape::Frame,
    Shape::Same,
    Shape::Last(0),
    Shape::Last(1),
    Shape::Last(2),
    Shape::Last(3),
    Shape::First(0),
    Shape::First(1),
    Shape::First(2),
    Shape::First(3),
];

impl Case {
    fn all() -> Vec<Case> {
        let mut cases = Vec::new();
        for opcode in
            Opcode::ALL.iter().copied().filter(|opcode| (Opcode::Fadd..=Opcode::Bitcast).contains(opcode))
        {
            for from in FLOATS.into_iter().chain(INTEGERS) {
                for to in FLOATS.into_iter().chain(INTEGERS) {
                    let conversion = opcode > Opcode::Canonicalize;
                    let float = FLOATS.contains(&from) || FLOATS.contains(&to);
                    let defined = semantics::operation(opcode, Condition::Eq, from, to).is_some();
                    if float && defined && (conversion || from == to) {
                        cases.push((opcode, Condition::Eq, from, to));
                    }
                }
            }
        }
        for condition in Condition::ALL.iter().copied().filter(|condition| !condition.is_int()) {
            cases.extend(FLOATS.map(|kind| (Opcode::Fcmp, condition, kind, TypeKind::I1)));
        }
        let mut all = Vec::new();
        for (opcode, condition, from, to) in cases {
            let operands = match opcode {
                Opcode::Fma => 3,
                Opcode::Fadd | Opcode::Fsub | Opcode::Fmul | Opcode::Fdiv | Opcode::Copysign | Opcode::Fcmp => 2,
                opcode if (Opcode::Fminimum..=Opcode::FmaximumNumber).contains(&opcode) => 2,
                _ => 1,
            };
            for strict in [false, true] {
                for shape in SHAPES {
                    let constant = matches!(shape, Shape::Last(_) | Shape::First(_));
                    let makes_sense = match shape {
                        Shape::Same | Shape::First(_) | Shape::LastDies => operands > 1,
                        _ => true,
                    };
                    if makes_sense && !(constant && INTEGERS.contains(&from)) {
                        all.push(Case { opcode, condition, from, to, operands, strict, shape });
                    }
                }
            }
        }
        all
    }

    /// The text of a function that does it once.
    fn function(&self, number: usize) -> String {
        let (from, to) = (self.from.name(), self.to.name());
        let mut text = format!(
            "fn pub @f{number}(%in: ptr[generic,i8], %out: ptr[generic,i8]) -> () effects(read, write, trap) float={} source=0 !1:1 {{\n^entry:\n",
            if self.strict { "strict" } else { "precise" }
        );
        let mut line = |line: std::fmt::Arguments<'_>| writeln!(text, "    {line} !1:1").expect("text");
        let live = if self.shape == Shape::Frame { 24 } else { 0 };
        let mut operands = Vec::new();
        for index in 0..self.operands {
            match self.shape {
                Shape::Last(constant) if index + 1 == self.operands => {
                    line(format_args!("%v{index}: {from} = fconst {}", CONSTANTS[constant].0));
                }
                Shape::First(constant) if index == 0 => {
                    line(format_args!("%v{index}: {from} = fconst {}", CONSTANTS[constant].0));
                }
                _ => {
                    line(format_args!("%p{index}: ptr[generic,i8] = offset %in, {}", 16 * index));
                    line(format_args!("%v{index}: {from} = load.{from} %p{index}"));
                }
            }
            operands.push(if self.shape == Shape::Same { "%v0".to_string() } else { format!("%v{index}") });
        }
        for index in 0..live {
            line(format_args!("%l{index}: {from} = load.{from} %p0 ordering=ordered"));
        }
        let suffix = match self.opcode {
            Opcode::Fcmp => format!("fcmp.{}", self.condition.name()),
            opcode => opcode.name().to_string(),
        };
        let result = if self.to == TypeKind::I1 { "i8" } else { to };
        line(format_args!("%r: {to} = {suffix} {}", operands.join(", ")));
        if self.to == TypeKind::I1 {
            line(format_args!("%z: i8 = zext %r"));
            line(format_args!("store.i8 %z, %out"));
        } else {
            line(format_args!("store.{result} %r, %out"));
        }
        line(format_args!("%o: ptr[generic,i8] = offset %out, 16"));
        for index in 0..live {
            line(format_args!("store.{from} %l{index}, %o ordering=ordered"));
        }
        for (index, operand) in operands[..self.kept()].iter().enumerate() {
            if live == 0 {
                line(format_args!("%o{index}: ptr[generic,i8] = offset %out, {}", 16 + 16 * index));
                line(format_args!("store.{from} {operand}, %o{index}"));
            }
        }
        line(format_args!("return"));
        text + "}\n"
    }

    /// How many operands are stored behind the operation.
    fn kept(&self) -> usize {
        match self.shape {
            Shape::Kept => self.operands,
            Shape::LastDies => self.operands - 1,
            Shape::Frame => 1,
            _ => 0,
        }
    }

    /// The operands that the operation really has.
    fn operands(&self, given: &Cells) -> [u128; 3] {
        let mut operands = [given[0], given[1], given[2]].map(|bits| bits & mask(self.from));
        match self.shape {
            Shape::Same => operands = [operands[0]; 3],
            Shape::Last(constant) => operands[self.operands - 1] = bits_of(CONSTANTS[constant].1, self.from),
            Shape::First(constant) => operands[0] = bits_of(CONSTANTS[constant].1, self.from),
            _ => {}
        }
        operands
    }

    /// What the operation gives: bits and flags, or a trap.
    fn expected(&self, operands: &[u128; 3]) -> Result<(u128, u8), native_ir::Trap> {
        match semantics::strict_operation(self.opcode, self.condition, self.from, self.to) {
            Some(function) => function(operands).map(|(results, status)| (results[0], status.0)),
            None => {
                let function = semantics::operation(self.opcode, self.condition, self.from, self.to);
                function.expect("an operation")(operands).map(|results| (results[0], 0))
            }
        }
    }

    fn check(&self, machine: &Machine, number: usize, given: &Cells) {
        let operands = self.operands(given);
        let end = machine.run(Func::new(number), given, Cells::default());
        let right = match (end, self.expected(&operands)) {
            (Err(trap), Err(expected)) => trap == expected,
            (Ok((cells, raised)), Ok((bits, status))) => {
                let kept = (0..self.kept()).all(|index| cells[1 + index] == operands[index]);
                kept && self.same(cells[0], bits) && (!self.strict || raised == status)
            }
            _ => false,
        };
        assert!(
            right,
            "{self:?}\noperands {operands:x?}\nexpected {:x?}\nis {end:x?}{}",
            self.expected(&operands),
            machine.listing(Func::new(number))
        );
    }

    /// Whether results are the same: NaNs are, unless bits only move.
    fn same(&self, a: u128, b: u128) -> bool {
        let moves = matches!(
            self.opcode,
            Opcode::Fneg | Opcode::Fabs | Opcode::Copysign | Opcode::Bitcast | Opcode::Canonicalize
        );
        a == b || !moves && FLOATS.contains(&self.to) && is_nan(a, self.to) && is_nan(b, self.to)
    }
}

fn mask(kind: TypeKind) -> u128 {
    (1 << kind.bits(64).expect("a type with bits")) - 1
}

/// Widths of a float's significand field and of its exponent.
fn format(kind: TypeKind) -> (u32, u32) {
    match kind {
        TypeKind::F16 => (10, 5),
        TypeKind::F32 => (23, 8),
        _ => (52, 11),
    }
}

fn is_nan(bits: u128, kind: TypeKind) -> bool {
    let (fraction, exponent) = format(kind);
    bits & mask(kind) >> 1 > ((1 << exponent) - 1) << fraction
}

fn bits_of(number: f64, kind: TypeKind) -> u128 {
    if number.is_nan() {
        let (fraction, exponent) = format(kind);
        return ((2 << exponent) - 1) << (fraction - 1);
    }
    match kind {
        TypeKind::F64 => number.to_bits().into(),
        _ => {
            let demote = semantics::operation(Opcode::Fdemote, Condition::Eq, TypeKind::F64, kind);
            demote.expect("a conversion")(&[number.to_bits().into(), 0, 0]).expect("a number")[0]
        }
    }
}

/// Operands where something happens, by kind.
fn edges(kind: TypeKind) -> Vec<u128> {
    let bits = kind.bits(64).expect("a type with bits");
    let mut edges = vec![0, 1, 2, mask(kind), mask(kind) - 1];
    for bit in 0..bits {
        edges.extend([
            1 << bit,
            (1 << bit) - 1,
            (1u128 << bit) + 1,
            mask(kind) ^ (1 << bit),
            mask(kind) << bit & mask(kind),
        ]);
    }
    if FLOATS.contains(&kind) {
        let (fraction, exponent) = format(kind);
        edges.truncate(5);
        let infinity = ((1u128 << exponent) - 1) << fraction;
        edges.extend([1 << fraction, (1 << fraction) - 1, infinity, infinity - 1]);
        edges.extend([infinity + 1, infinity | 1 << (fraction - 1), infinity | 1 << (fraction - 1) | 5]);
        for number in [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 0.1, 0.75, 1e-5, 1e30, 1e300] {
            edges.push(bits_of(number, kind));
        }
        // The borders of integers, halves beside them, and the numbers next to these.
        for power in [7, 8, 10, 11, 15, 16, 22, 23, 24, 31, 32, 51, 52, 53, 63, 64] {
            for beside in [-1.0, -0.5, 0.0, 0.5, 1.0] {
                let at = bits_of(2f64.powi(power) + beside, kind);
                edges.extend([at - 1, at, at + 1]);
            }
        }
        let half = bits_of(0.5, kind);
        edges.extend([half - 1, half + 1]);
        let negative: Vec<u128> = edges.iter().map(|bits| bits ^ 1 << (fraction + exponent)).collect();
        edges.extend(negative);
    }
    edges.iter_mut().for_each(|bits| *bits &= mask(kind));
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ bits >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ bits >> 31
    }

    /// Any bits, an edge, or a number of middling size.
    fn operand(&mut self, kind: TypeKind, edges: &[u128]) -> u128 {
        match self.next() % 4 {
            0 | 1 => edges[self.next() as usize % edges.len()],
            2 => u128::from(self.next()) & mask(kind),
            _ if FLOATS.contains(&kind) => {
                let (fraction, exponent) = format(kind);
                let middle = (1u64 << (exponent - 1)) - 4
                    + self.next() % (u64::from(fraction) + 16).min(1 << (exponent - 1));
                (u128::from(self.next()) & ((1 << fraction) - 1))
                    | u128::from(middle) << fraction
                    | u128::from(self.next() & 1) << (fraction + exponent)
            }
            _ => u128::from(self.next() >> (self.next() % 64)) & mask(kind),
        }
    }
}

fn check_all(features: &[&str]) {
    let cases = Case::all();
    let mut source = String::from(
        "native-ir 1\nmodule floats\ntarget x86_64-unknown-linux-elf\nabi zero-x86_64-sysv-v0.1\n\
         layout \"e-p:64:64-i64:64-i128:128-f64:64-f128:128-n8:16:32:64-S128\"\nprofile hosted\n\
         source 0 \"floats\" lines=1\n",
    );
    cases.iter().enumerate().for_each(|(number, case)| source += &case.function(number));
    let module = verified(&source);
    let machine = machine(&module, features);
    let mut random = Random(7);
    for (number, case) in cases.iter().enumerate() {
        let edges = edges(case.from);
        if case.operands == 1 {
            for &bits in &edges {
                case.check(&machine, number, &[bits, 0, 0, 0]);
            }
        }
        for _ in 0..RUNS {
            let mut given: Cells = std::array::from_fn(|_| random.operand(case.from, &edges));
            // Bits above an operand's are whatever they are.
            given.iter_mut().for_each(|bits| *bits |= u128::from(random.next()) << 64 & !mask(case.from));
            case.check(&machine, number, &given);
        }
    }
}

/// Random operands for each function.
const RUNS: usize = 60;

/// The sets of features that change what is emitted, as far as the processor has them.
#[test]
fn floats_are_those_of_the_semantics() {
    check_all(&[]);
    let has = |name: &str| match name {
        "sse4.1" => is_x86_feature_detected!("sse4.1"),
        "fma" => is_x86_feature_detected!("fma"),
        _ => is_x86_feature_detected!("f16c"),
    };
    for features in [&["sse4.1"][..], &["f16c"], &["sse4.1", "fma", "f16c"]] {
        if features.iter().all(|name| has(name)) {
            check_all(features);
        }
    }
}
