//! Atomic accesses in machine code: what they leave in memory and give, on each width, with results used and not.

use crate::machine::{Cells, Machine};
use crate::{machine, verified};
use native_ir::{EntityRef, Func, RmwOp};

const INTEGERS: [&str; 4] = ["i8", "i16", "i32", "i64"];
const VALUES: [u64; 8] = [0, 1, 5, 0x7F, 0x80, 0x8000_0000_0000_0000, 0x1234_5678_9ABC_DEF0, u64::MAX];

/// Where the operand is, and whether the result is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Used,
    Unused,
    /// The operand is -3, or -1.5.
    Constant,
    /// The operand is an integer that is no immediate of the machine's.
    Large,
    /// The operand lies in the frame, and is used behind.
    Frame,
}

const SHAPES: [Shape; 5] = [Shape::Used, Shape::Unused, Shape::Constant, Shape::Large, Shape::Frame];
/// Its low bits, on every width, have the highest bit set.
const LARGE: u64 = 0x8765_4321_8000_8081;

/// Bits of a type.
fn bits(ty: &str) -> u32 {
    ty[1..].parse().unwrap_or(64)
}

fn mask(ty: &str) -> u64 {
    u64::MAX >> (64 - bits(ty))
}

/// A function that does `text`, where `T` is the type, on `%m`, memory of the second pointer, with `%a` and `%b` of the
/// first one. What `text` calls `%r` is stored behind, unless the shape says that it is not used.
fn function(number: usize, ty: &str, shape: Shape, text: &str) -> String {
    let mut lines = vec!["%q: ptr[generic,i8] = offset %in, 16".to_string(), format!("%b: {ty} = load.{ty} %q")];
    let float = ty.starts_with('f');
    lines.push(match shape {
        Shape::Constant if float => format!("%a: {ty} = fconst -1.5"),
        Shape::Constant => format!("%a: {ty} = iconst -3"),
        Shape::Large if !float => format!("%a: {ty} = iconst {:#x}", LARGE & mask(ty)),
        _ => format!("%a: {ty} = load.{ty} %in"),
    });
    let live = if shape == Shape::Frame { 16 } else { 0 };
    lines.extend((0..live).map(|index| format!("%l{index}: {ty} = load.{ty} %in ordering=ordered")));
    lines.extend(text.lines().map(|line| line.replace('T', ty)));
    if shape != Shape::Unused {
        lines.push("%o: ptr[generic,i8] = offset %m, 16".into());
        lines.push(format!("store.{ty} %r, %o"));
    }
    lines.push("%o2: ptr[generic,i8] = offset %m, 32".into());
    lines.extend((0..live).map(|index| format!("store.{ty} %l{index}, %o2 ordering=ordered")));
    if shape == Shape::Frame {
        lines.push(format!("store.{ty} %a, %o2 ordering=ordered"));
    }
    lines.push("return".into());
    let lines: String = lines.iter().map(|line| format!("    {line} !1:1\n")).collect();
    format!(
        "fn pub @f{number}(%in: ptr[generic,i8], %m: ptr[generic,i8]) -> () effects(read, write) source=0 !1:1 {{\n\
         ^entry:\n{lines}}}\n"
    )
}

/// The bits of the operand.
fn operand(ty: &str, shape: Shape, a: u64) -> u64 {
    let bits = match (shape, ty) {
        (Shape::Constant, "f32") => (-1.5f32).to_bits().into(),
        (Shape::Constant, "f64") => (-1.5f64).to_bits(),
        (Shape::Constant, _) => u64::MAX - 2,
        (Shape::Large, "f32" | "f64") => a,
        (Shape::Large, _) => LARGE,
        _ => a,
    };
    bits & mask(ty)
}

/// What an update writes.
fn update(op: RmwOp, width: u32, old: u64, a: u64) -> u64 {
    let signed = |bits: u64| (bits << (64 - width)) as i64;
    match op {
        RmwOp::Xchg => a,
        RmwOp::Add => old.wrapping_add(a),
        RmwOp::Sub => old.wrapping_sub(a),
        RmwOp::And => old & a,
        RmwOp::Or => old | a,
        RmwOp::Xor => old ^ a,
        RmwOp::Nand => !(old & a),
        RmwOp::Smin => {
            if signed(old) < signed(a) {
                old
            } else {
                a
            }
        }
        RmwOp::Smax => {
            if signed(old) > signed(a) {
                old
            } else {
                a
            }
        }
        RmwOp::Umin => old.min(a),
        RmwOp::Umax => old.max(a),
    }
}

/// The functions of cases, and a way to run each on memory that has `old` in every 8 bytes of its first 16. Gives what
/// these are behind, and the result, or 0.
struct Suite(Machine);

impl Suite {
    fn new(functions: impl Iterator<Item = String>) -> Suite {
        let head = "native-ir 1\nmodule atomics\ntarget x86_64-unknown-linux-elf\nabi zero-x86_64-sysv-v0.1\n\
             layout \"e-p:64:64-i64:64-i128:128-f64:64-f128:128-n8:16:32:64-S128\"\nprofile hosted\n\
             source 0 \"atomics\" lines=1\n";
        Suite(machine(&verified(&(head.to_string() + &functions.collect::<String>())), &[]))
    }

    fn run(&self, number: usize, old: u64, [a, b]: [u64; 2]) -> [u64; 3] {
        let memory: Cells = [u128::from(old) << 64 | u128::from(old), 0, 0, 0];
        let (cells, _) =
            self.0.run(Func::new(number), &[a.into(), b.into(), 0, 0], memory).expect("nothing traps");
        [cells[0] as u64, (cells[0] >> 64) as u64, cells[1] as u64]
    }

    /// Runs a function and compares: memory becomes `new`, the result is `result`.
    fn check(
        &self,
        number: usize,
        (ty, shape): (&str, Shape),
        old: u64,
        operands: [u64; 2],
        new: u64,
        result: u64,
    ) {
        let result = if shape == Shape::Unused { 0 } else { result & mask(ty) };
        let expected = [old & !mask(ty) | new & mask(ty), old, result];
        let is = self.run(number, old, operands);
        let listing = self.0.listing(Func::new(number));
        assert_eq!(is, expected, "{ty} {shape:?} of {old:x} with {operands:x?}{listing}");
    }
}

#[test]
fn updates() {
    let mut cases = Vec::new();
    for &op in RmwOp::ALL {
        cases.extend(INTEGERS.into_iter().flat_map(|ty| SHAPES.map(|shape| (op, ty, shape))));
    }
    let suite = Suite::new(cases.iter().enumerate().map(|(number, &(op, ty, shape))| {
        let text = format!("%r: T = atomic_rmw %m, %a op={} ordering=seqcst", op.name());
        function(number, ty, shape, &text)
    }));
    for (number, &(op, ty, shape)) in cases.iter().enumerate() {
        for old in VALUES {
            for a in VALUES {
                let new = update(op, bits(ty), old & mask(ty), operand(ty, shape, a));
                suite.check(number, (ty, shape), old, [a, 0], new, old);
            }
        }
    }
}

#[test]
fn exchanges() {
    let cases: Vec<_> = INTEGERS.into_iter().flat_map(|ty| SHAPES.map(|shape| (ty, shape))).collect();
    let suite = Suite::new(cases.iter().enumerate().map(|(number, &(ty, shape))| {
        function(number, ty, shape, "%r: T = atomic_cas %m, %b, %a ordering=seqcst")
    }));
    for (number, &(ty, shape)) in cases.iter().enumerate() {
        for old in VALUES {
            for b in VALUES {
                let new = if (old ^ b) & mask(ty) == 0 { operand(ty, shape, 0x55) } else { old };
                suite.check(number, (ty, shape), old, [0x55, b], new, old);
            }
        }
    }
}

#[test]
fn stores_and_loads() {
    let mut cases = Vec::new();
    for orders in [["relaxed"; 2], ["release", "acquire"], ["seqcst"; 2]] {
        for ty in ["i8", "i16", "i32", "i64", "f32", "f64"] {
            cases.extend(SHAPES.map(|shape| (orders, ty, shape)));
        }
    }
    let suite = Suite::new(cases.iter().enumerate().map(|(number, &([store, load], ty, shape))| {
        let text = format!(
            "atomic_store.T %a, %m ordering={store}\nfence ordering=seqcst\n%r: T = atomic_load.T %m ordering={load}"
        );
        function(number, ty, shape, &text)
    }));
    for (number, &(_, ty, shape)) in cases.iter().enumerate() {
        for a in VALUES {
            let stored = operand(ty, shape, a);
            suite.check(number, (ty, shape), 0x0102_0304_0506_0708, [a, 0], stored, stored);
        }
    }
}
