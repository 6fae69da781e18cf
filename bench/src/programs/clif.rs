//! The mix in CLIF.

use super::K;
use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::immediates::Ieee64;
use cranelift_codegen::ir::types::{F64, I32, I64};
use cranelift_codegen::ir::{
    AbiParam, Block, BlockArg, ExtFuncData, ExternalName, FuncRef, Function, InstBuilder, MemFlagsData, Signature,
    UserExternalName, UserFuncName, Value,
};
use cranelift_codegen::isa::CallConv;

/// A function of so many loops.
pub(crate) fn function(index: u32, loops: usize) -> Function {
    let mut signature = Signature::new(CallConv::SystemV);
    signature.params.extend([I32, I64, I64, I64].map(AbiParam::new));
    signature.returns.push(AbiParam::new(I32));
    let mut function = Function::with_name_signature(UserFuncName::user(0, index + 1), signature);
    let leaf = leaf(&mut function);
    let entry = function.dfg.make_block();
    let params = [I32, I64, I64, I64].map(|ty| function.dfg.append_block_param(entry, ty));
    let mut mix = Mix { cursor: FuncCursor::new(&mut function), leaf, params };
    mix.body(entry, loops);
    function
}

fn leaf(function: &mut Function) -> FuncRef {
    let mut signature = Signature::new(CallConv::SystemV);
    signature.params.extend([I32, I32].map(AbiParam::new));
    signature.returns.push(AbiParam::new(I32));
    let signature = function.import_signature(signature);
    let name = function.declare_imported_user_function(UserExternalName::new(0, 0));
    let name = ExternalName::user(name);
    function.import_function(ExtFuncData { name, signature, colocated: true, patchable: false })
}

struct Mix<'f> {
    cursor: FuncCursor<'f>,
    leaf: FuncRef,
    params: [Value; 4],
}

impl Mix<'_> {
    fn body(&mut self, entry: Block, loops: usize) {
        let n = self.params[0];
        let (mut head, mut x) = self.block();
        self.cursor.insert_block(entry);
        self.cursor.ins().jump(head, &[BlockArg::Value(n)]);
        let mut before = n;
        for _ in 0..loops {
            (head, x, before) = self.one_loop(head, x, before);
        }
        self.cursor.insert_block(head);
        self.cursor.ins().return_(&[x]);
    }

    fn one_loop(&mut self, head: Block, x: Value, before: Value) -> (Block, Value, Value) {
        let [n, p, q, r] = self.params;
        let flags = MemFlagsData::trusted();
        let (block_b, y) = self.block();
        let (block_c, z) = self.block();
        let (block_d, v) = self.block();
        let (next, next_x) = self.block();
        let code = &mut self.cursor;

        code.insert_block(head);
        let l = code.ins().load(I32, flags, p, 0);
        let s = code.ins().iadd(x, l);
        let factor = code.ins().iconst(I32, 31);
        let m = code.ins().imul(s, factor);
        let w = code.ins().bxor(m, before);
        code.ins().store(flags, w, p, 0);
        let d = code.ins().isub(w, s);
        let limit = code.ins().iconst(I32, 100);
        let c = code.ins().icmp(IntCC::SignedLessThan, d, limit);
        code.ins().brif(c, block_b, &[BlockArg::Value(w)], block_c, &[BlockArg::Value(d)]);

        code.insert_block(block_b);
        let e = code.ins().sextend(I64, y);
        let l = code.ins().load(I64, flags, q, 0);
        let m = code.ins().imul(e, l);
        let k = code.ins().iconst(I64, K);
        let s = code.ins().iadd(m, k);
        code.ins().store(flags, s, q, 0);
        let t = code.ins().ireduce(I32, s);
        let c = code.ins().icmp(IntCC::NotEqual, t, w);
        code.ins().brif(c, block_c, &[BlockArg::Value(t)], next, &[BlockArg::Value(t)]);

        code.insert_block(block_c);
        let l = code.ins().load(F64, flags, r, 0);
        let f = code.ins().fcvt_from_sint(F64, z);
        let m = code.ins().fmul(l, f);
        let more = code.ins().f64const(Ieee64::with_float(1.5));
        let s = code.ins().fadd(m, more);
        code.ins().store(flags, s, r, 0);
        let limit = code.ins().f64const(Ieee64::with_float(1e6));
        let g = code.ins().fcmp(FloatCC::LessThan, s, limit);
        let pick = code.ins().select(g, z, d);
        code.ins().jump(block_d, &[BlockArg::Value(pick)]);

        code.insert_block(block_d);
        let mask = code.ins().iconst(I32, 1023);
        let i = code.ins().band(v, mask);
        let wide = code.ins().sextend(I64, i);
        let o = code.ins().iadd(p, wide);
        let l = code.ins().load(I32, flags, o, 0);
        let call = code.ins().call(self.leaf, &[l, v]);
        let called = code.func.dfg.first_result(call);
        let u = code.ins().iadd(called, w);
        let amount = code.ins().iconst(I32, 3);
        let h = code.ins().ushr(u, amount);
        let c = code.ins().icmp(IntCC::UnsignedLessThan, h, n);
        code.ins().brif(c, head, &[BlockArg::Value(h)], next, &[BlockArg::Value(u)]);
        (next, next_x, w)
    }

    /// A block with one parameter.
    fn block(&mut self) -> (Block, Value) {
        let block = self.cursor.func.dfg.make_block();
        (block, self.cursor.func.dfg.append_block_param(block, I32))
    }
}
