//! Shapes that grow: each is one function of about as many instructions as asked for.

use super::native::start;
use native_ir::builder::FunctionBuilder;
use native_ir::{Block, Condition, FunctionType, Module, Type, Value};

/// A kind of function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shape {
    /// One block.
    Straight,
    /// Loops in loops: the dominator tree and the loops are as deep as the function is long.
    Nested,
    /// One switch over all other blocks.
    Switch,
    /// One block that all others may go to, with arguments.
    Predecessors,
}

impl Shape {
    /// Every shape.
    pub(crate) const ALL: [Shape; 4] = [Shape::Straight, Shape::Nested, Shape::Switch, Shape::Predecessors];

    /// The name in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Shape::Straight => "straight line",
            Shape::Nested => "nested loops",
            Shape::Switch => "wide switch",
            Shape::Predecessors => "many predecessors",
        }
    }

    /// A module with one function of this shape.
    ///
    /// # Panics
    /// When the builder refuses it, which would be a mistake in this file.
    pub(crate) fn module(self, instructions: usize) -> Module {
        let mut module = start(0);
        let func = module.declare("grow", FunctionType::new(&[Type::I32, Type::I32], &[Type::I32]));
        let mut b = module.define(func);
        b.set_public(true);
        b.at(1, 1);
        match self {
            Shape::Straight => straight(&mut b, instructions),
            Shape::Nested => nested(&mut b, instructions / 6),
            Shape::Switch => switch(&mut b, instructions / 3),
            Shape::Predecessors => predecessors(&mut b, instructions / 3),
        }
        b.finish();
        module.finish().expect("the shape builds")
    }
}

fn straight(b: &mut FunctionBuilder<'_>, instructions: usize) {
    let (mut before, mut last) = (b.param(0), b.param(1));
    for index in 1..instructions {
        b.at(1 + index as u32 % 900_000, 5);
        let next = match index % 4 {
            0 => b.iadd(before, last),
            1 => b.imul(last, 31),
            2 => b.xor(before, last),
            _ => b.isub(last, 7),
        };
        (before, last) = (last, next);
    }
    b.ret(last);
}

/// Heads down to the innermost loop, then latches out again; each latch uses a value of its own loop's head.
fn nested(b: &mut FunctionBuilder<'_>, depth: usize) {
    let heads: Vec<(Block, Value)> = (0..depth).map(|_| block(b)).collect();
    let latches: Vec<(Block, Value)> = (0..depth).map(|_| block(b)).collect();
    let (end, result) = block(b);
    let n = b.param(0);
    let inward = |depth: usize| heads.get(depth).or(latches.first()).unwrap_or(&(end, result)).0;
    b.jump(inward(0), n);
    let mut sums = Vec::with_capacity(depth);
    for (index, &(head, x)) in heads.iter().enumerate() {
        b.switch_to(head);
        let sum = b.iadd(x, 1);
        sums.push(sum);
        let c = b.icmp(Condition::Ult, sum, n);
        // The latches stand from the innermost loop outwards.
        b.branch(c, (inward(index + 1), sum), (latches[depth - 1 - index].0, x));
    }
    for (index, &(latch, x)) in latches.iter().enumerate() {
        let own = depth - 1 - index;
        b.switch_to(latch);
        let sum = b.xor(x, sums[own]);
        let c = b.icmp(Condition::Slt, sum, n);
        let outward = latches.get(index + 1).map_or(end, |latch| latch.0);
        b.branch(c, (heads[own].0, sum), (outward, sum));
    }
    b.switch_to(end);
    b.ret(result);
}

fn switch(b: &mut FunctionBuilder<'_>, cases: usize) {
    let targets: Vec<(Block, Value)> = (0..cases).map(|_| block(b)).collect();
    let (end, result) = block(b);
    let (n, m) = (b.param(0), b.param(1));
    let list = targets.iter().enumerate().map(|(index, target)| (index as i64, (target.0, m)));
    b.switch(n, (end, n), list);
    for &(target, x) in &targets {
        b.switch_to(target);
        let sum = b.iadd(x, n);
        let product = b.imul(sum, 31);
        b.jump(end, product);
    }
    b.switch_to(end);
    b.ret(result);
}

fn predecessors(b: &mut FunctionBuilder<'_>, count: usize) {
    let (end, result) = block(b);
    let (n, m) = (b.param(0), b.param(1));
    let mut sum = n;
    for _ in 0..count {
        let next = b.create_block();
        sum = b.iadd(sum, m);
        let c = b.icmp(Condition::Eq, sum, 7);
        b.branch(c, (end, sum), next);
        b.switch_to(next);
    }
    b.jump(end, sum);
    b.switch_to(end);
    b.ret(result);
}

fn block(b: &mut FunctionBuilder<'_>) -> (Block, Value) {
    let block = b.create_block();
    (block, b.append_param(block, Type::I32))
}
