//! The mix in WebAssembly.

use super::K;
use wasm_encoder::{
    BlockType, CodeSection, Function, FunctionSection, Ieee64, MemArg, MemArgTarget, MemorySection, MemoryType,
    Module, TypeSection, ValType,
};

/// Locals of a function: the parameters, then the values that live longer than an expression.
const N: u32 = 0;
const P: u32 = 1;
const Q: u32 = 2;
const R: u32 = 3;
/// The head's parameter.
const X: u32 = 4;
const S: u32 = 5;
/// `w` of this loop and of the one before take turns.
const W: [u32; 2] = [6, 7];
const D: u32 = 8;
/// The parameters of blocks `c` and `d`.
const Z: u32 = 9;
const V: u32 = 10;
const H: u32 = 11;
const LONG: u32 = 12;
const REAL: u32 = 13;

/// The bytes of a module of so many functions of so many loops each.
pub(crate) fn module(functions: usize, loops: usize) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32; 2], [ValType::I32]);
    types.ty().function([ValType::I32; 4], [ValType::I32]);
    let mut indices = FunctionSection::new();
    let mut code = CodeSection::new();
    indices.function(0);
    code.function(&leaf());
    let work = function(loops);
    for _ in 0..functions {
        indices.function(1);
        code.function(&work);
    }
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut module = Module::new();
    module.section(&types).section(&indices).section(&memories).section(&code);
    module.finish()
}

fn leaf() -> Function {
    let mut leaf = Function::new([]);
    leaf.instructions().local_get(0).local_get(1).i32_add().end();
    leaf
}

fn function(loops: usize) -> Function {
    let mut work = Function::new([(8, ValType::I32), (1, ValType::I64), (1, ValType::F64)]);
    work.instructions().local_get(N).local_tee(X).local_set(W[1]);
    for index in 0..loops {
        one_loop(&mut work, W[index % 2], W[(index + 1) % 2]);
    }
    work.instructions().local_get(X).end();
    work
}

fn one_loop(work: &mut Function, w: u32, before: u32) {
    let at = |align| MemArg { offset: 0, align, target: MemArgTarget::Memory(0), ordering: None };
    let mut code = work.instructions();
    code.block(BlockType::Empty).loop_(BlockType::Empty).block(BlockType::Empty);
    // a
    code.local_get(X).local_get(P).i32_load(at(2)).i32_add().local_tee(S).i32_const(31).i32_mul();
    code.local_get(before).i32_xor().local_set(w).local_get(P).local_get(w).i32_store(at(2));
    code.local_get(w).local_get(S).i32_sub().local_tee(D).local_tee(Z).i32_const(100).i32_ge_s().br_if(0);
    // b
    code.local_get(Q)
        .local_get(w)
        .i64_extend_i32_s()
        .local_get(Q)
        .i64_load(at(3))
        .i64_mul()
        .i64_const(K)
        .i64_add();
    code.local_tee(LONG).i64_store(at(3)).local_get(LONG).i32_wrap_i64().local_tee(Z).local_tee(X);
    code.local_get(w).i32_eq().br_if(2).end();
    // c
    code.local_get(R).local_get(R).f64_load(at(3)).local_get(Z).f64_convert_i32_s().f64_mul();
    code.f64_const(Ieee64::from(1.5)).f64_add().local_tee(REAL).f64_store(at(3));
    code.local_get(Z).local_get(D).local_get(REAL).f64_const(Ieee64::from(1e6)).f64_lt().select().local_set(V);
    // d
    code.local_get(V).i32_const(1023).i32_and().local_get(P).i32_add().i32_load(at(2)).local_get(V).call(0);
    code.local_get(w).i32_add().local_tee(X).i32_const(3).i32_shr_u().local_tee(H).local_get(N).i32_lt_u();
    code.if_(BlockType::Empty).local_get(H).local_set(X).br(1).end();
    code.end().end();
}
