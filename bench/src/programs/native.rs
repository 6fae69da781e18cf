//! The mix in native IR, made with the builder.

use super::K;
use native_ir::builder::{FunctionBuilder, ModuleBuilder};
use native_ir::{Block, Condition, Effect, EffectSet, Func, FunctionType, Module, Space, Type, Value};

/// Instructions of a loop.
const LOOP: usize = 32;

/// How many loops a function of about so many instructions has.
pub(crate) fn loops(instructions: usize) -> usize {
    (instructions / LOOP).max(1)
}

/// How values and blocks are called.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Naming {
    /// By number.
    Numbers,
    /// As a front end calls them: a word, and a number to tell it from others.
    Names,
}

/// A module of so many functions of about so many instructions each.
///
/// # Panics
/// When the builder refuses the mix, which would be a mistake in this file.
pub(crate) fn module(functions: usize, instructions: usize, naming: Naming) -> Module {
    let mut module = start(1 + functions as u32 * 4);
    let leaf = leaf(&mut module);
    let pointers = [Type::I32, Type::I64, Type::F64].map(|ty| module.types().pointer(Space::Heap, ty));
    let ty = FunctionType::new(&[Type::I32, pointers[0], pointers[1], pointers[2]], &[Type::I32]);
    let ty = ty.with_effects(memory_effects());
    for index in 0..functions {
        let func = module.declare(&format!("work{index}"), ty.clone());
        let mut mix = Mix { b: module.define(func), leaf, naming, serial: 0 };
        mix.b.set_public(true);
        mix.body(loops(instructions));
        mix.b.finish();
    }
    module.finish().expect("the mix builds")
}

/// A module for the host's target with one source.
pub(crate) fn start(lines: u32) -> ModuleBuilder {
    let mut module = ModuleBuilder::for_target("bench", "x86_64-unknown-linux-elf");
    module.source("src/bench.c", lines.max(1_000_000));
    module
}

/// Reading and writing memory.
pub(crate) fn memory_effects() -> EffectSet {
    [Effect::Read, Effect::Write].into_iter().collect()
}

fn leaf(module: &mut ModuleBuilder) -> Func {
    let leaf = module.declare("leaf", FunctionType::new(&[Type::I32, Type::I32], &[Type::I32]));
    let mut b = module.define(leaf);
    b.at(1, 1);
    let sum = b.iadd(b.param(0), b.param(1));
    b.ret(sum);
    b.finish();
    leaf
}

struct Mix<'m> {
    b: FunctionBuilder<'m>,
    leaf: Func,
    naming: Naming,
    serial: u32,
}

impl Mix<'_> {
    fn body(&mut self, loops: usize) {
        let n = self.b.param(0);
        for (index, name) in ["n", "words", "longs", "reals"].into_iter().enumerate() {
            let param = self.b.param(index);
            self.name(param, name, false);
        }
        self.b.at(2, 1);
        let (mut head, mut x) = self.block("loop");
        self.b.jump(head, n);
        let mut before = n;
        for _ in 0..loops {
            (head, x, before) = self.one_loop(head, x, before);
        }
        self.b.switch_to(head);
        self.at();
        self.b.ret(x);
    }

    /// Fills the blocks of a loop whose head is there; gives the next head, its parameter and the loop's `w`.
    fn one_loop(&mut self, head: Block, x: Value, before: Value) -> (Block, Value, Value) {
        let [n, p, q, r] = [0, 1, 2, 3].map(|index| self.b.param(index));
        let (block_b, y) = self.block("then");
        let (block_c, z) = self.block("join");
        let (block_d, v) = self.block("latch");
        let (next, next_x) = self.block("loop");

        self.b.switch_to(head);
        let l = self.value("load", |b| b.load(Type::I32, p));
        let s = self.value("add", |b| b.iadd(x, l));
        let m = self.value("mul", |b| b.imul(s, 31));
        let w = self.value("xor", |b| b.xor(m, before));
        self.at();
        self.b.store(Type::I32, w, p);
        let d = self.value("sub", |b| b.isub(w, s));
        let c = self.value("cmp", |b| b.icmp(Condition::Slt, d, 100));
        self.at();
        self.b.branch(c, (block_b, w), (block_c, d));

        self.b.switch_to(block_b);
        let e = self.value("conv", |b| b.sext(Type::I64, y));
        let l = self.value("load", |b| b.load(Type::I64, q));
        let m = self.value("mul", |b| b.imul(e, l));
        let s = self.value("add", |b| b.iadd(m, K));
        self.at();
        self.b.store(Type::I64, s, q);
        let t = self.value("conv", |b| b.trunc(Type::I32, s));
        let c = self.value("cmp", |b| b.icmp(Condition::Ne, t, w));
        self.at();
        self.b.branch(c, (block_c, t), (next, t));

        self.b.switch_to(block_c);
        let l = self.value("load", |b| b.load(Type::F64, r));
        let f = self.value("conv", |b| b.sint_to_float(Type::F64, z));
        let m = self.value("fmul", |b| b.fmul(l, f));
        let s = self.value("fadd", |b| b.fadd(m, 1.5));
        self.at();
        self.b.store(Type::F64, s, r);
        let g = self.value("fcmp", |b| b.fcmp(Condition::Olt, s, 1e6));
        let pick = self.value("cond", |b| b.select(g, z, d));
        self.at();
        self.b.jump(block_d, pick);

        self.b.switch_to(block_d);
        let i = self.value("and", |b| b.and(v, 1023));
        let o = self.value("ptr", |b| b.offset(p, i));
        let l = self.value("load", |b| b.load(Type::I32, o));
        let leaf = self.leaf;
        let called = self.value("call", |b| b.call(leaf, (l, v)).one());
        let u = self.value("add", |b| b.iadd(called, w));
        let h = self.value("shr", |b| b.ushr(u, 3));
        let c = self.value("cmp", |b| b.icmp(Condition::Ult, h, n));
        self.at();
        self.b.branch(c, (head, h), (next, u));
        (next, next_x, w)
    }

    fn at(&mut self) {
        self.serial += 1;
        let (line, column) = (2 + self.serial / 3 % 900_000, 5 + self.serial % 3 * 9);
        self.b.at(line, column as u16);
    }

    fn value(&mut self, word: &str, make: impl FnOnce(&mut FunctionBuilder<'_>) -> Value) -> Value {
        self.at();
        let value = make(&mut self.b);
        self.name(value, word, true);
        value
    }

    fn name(&mut self, value: Value, word: &str, numbered: bool) {
        if self.naming == Naming::Names {
            let number = if numbered { self.serial.to_string() } else { String::new() };
            self.b.set_name(value, &format!("{word}{number}"));
        }
    }

    /// A block with one parameter.
    fn block(&mut self, word: &str) -> (Block, Value) {
        self.serial += 1;
        let block = match self.naming {
            Naming::Names => self.b.named_block(&format!("{word}{}", self.serial)),
            Naming::Numbers => self.b.create_block(),
        };
        let param = self.b.append_param(block, Type::I32);
        self.name(param, "i", true);
        (block, param)
    }
}
