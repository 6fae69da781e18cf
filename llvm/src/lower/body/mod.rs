//! Bodies of functions.
//!
//! Blocks that no path reaches are left out, with their entries in `phi`s. `phi`s become block parameters, one for
//! each leaf; the entry block of LLVM becomes the entry block. Blocks stand in the order of the text; they are filled
//! in reverse postorder, so that what dominates a use is there before it.

mod aggregate;
pub(super) mod assembly;
mod atomic;
mod call;
mod constant;
mod control;
mod convert;
mod copy;
mod float;
mod flow;
mod integer;
pub(super) mod intrinsic;
mod memory;
mod pointer;
mod value;
mod variadic;
mod vector;

pub(super) use memory::{aligned_at, parts};
pub(super) use value::Atom;

use super::address::Addresses;
use super::context::{Context, Refusal};
use super::debug::Spans;
use super::helper::Helpers;
use super::layout::Layouts;
use super::report::Note;
use super::signature::Signature;
use super::specialise::{Instance, Instances};
use crate::Diagnostic;
use crate::syntax::{self, Block, Body, Inst, Op, Place};
use flow::Flow;
use native_ir::Span;
use native_ir::builder::FunctionBuilder;
use value::Values;

/// What bodies leave behind for the module.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// What was refused.
    pub(super) errors: Vec<Diagnostic>,
    /// What the user should know.
    pub(super) notes: Vec<Note>,
    /// The functions that the importer made.
    pub(super) helpers: Helpers,
}

/// One body that is to be lowered, with what is known of it.
pub(super) struct Job<'c, 'p, 't> {
    pub(super) cx: &'c Context<'p, 't>,
    pub(super) instances: &'c Instances,
    pub(super) instance: &'c Instance,
    pub(super) signature: &'c Signature,
    pub(super) body: &'p Body<'t>,
    pub(super) addresses: Addresses,
    pub(super) spans: Spans,
}

/// The lowering of one body.
pub(super) struct Lowering<'c, 'p, 't, 'm> {
    pub(super) cx: &'c Context<'p, 't>,
    pub(super) instances: &'c Instances,
    pub(super) instance: &'c Instance,
    pub(super) signature: &'c Signature,
    /// The file that the body is in, and what belongs to it.
    pub(super) file: usize,
    pub(super) module: &'p syntax::Module<'t>,
    pub(super) layouts: &'c Layouts,
    pub(super) body: &'p Body<'t>,
    pub(super) b: FunctionBuilder<'m>,
    pub(super) shared: &'c mut Shared,
    addresses: Addresses,
    spans: Spans,
    /// The instruction that is being lowered.
    pub(super) inst: Inst,
    values: Values,
    flow: Flow,
    /// The native blocks, by the body's; those that are not reached have the entry's.
    blocks: Vec<native_ir::Block>,
    /// The block that is being filled.
    block: Block,
    /// For each block whether it may run more than once; known once an `alloca` asks.
    cyclic: Option<Vec<bool>>,
}

/// Lowers a body into a function's builder, and finishes that. What is refused is recorded in `shared`.
pub(super) fn lower<'c>(job: Job<'c, '_, '_>, shared: &'c mut Shared, builder: FunctionBuilder<'_>) {
    let Job { cx, instances, instance, signature, body, addresses, spans } = job;
    let file = instance.file;
    let mut lowering = Lowering {
        cx,
        instances,
        instance,
        signature,
        file,
        module: &cx.files[file],
        layouts: &cx.layouts[file],
        body,
        b: builder,
        shared,
        addresses,
        spans,
        inst: Inst::from_u32(0),
        values: Values::new(body.locals.len()),
        flow: Flow::new(body),
        blocks: Vec::new(),
        block: Block::from_u32(0),
        cyclic: None,
    };
    lowering.b.reserve(body.insts.len() + body.insts.len() / 2);
    lowering.lower_body();
    lowering.b.finish();
}

impl Lowering<'_, '_, '_, '_> {
    fn lower_body(&mut self) {
        self.b.set_span(Span::COMPILER);
        self.create_blocks();
        self.parameters();
        for index in 0..self.flow.order.len() {
            let block = self.flow.order[index];
            self.enter(block);
            for inst in self.body.blocks[block].insts() {
                self.lower_inst(inst);
                if self.b.is_terminated() {
                    break;
                }
            }
        }
    }

    fn lower_inst(&mut self, inst: Inst) {
        self.inst = inst;
        let (span, site) = self.spans.of(self.body, inst, &mut self.b);
        self.b.set_span(span);
        self.b.set_inline_site(site);
        if let Err(refusal) = self.dispatch() {
            self.refuse(refusal);
            if let Some(result) = self.body.insts[inst].result {
                self.values.refuse(result);
            }
        }
    }

    fn dispatch(&mut self) -> Result<(), Refusal> {
        let body = self.body;
        match body.insts[self.inst].inst {
            Op::Binary(op, a, b) => self.binary(op, a, b),
            Op::FNeg(a) => self.fneg(a),
            Op::Cast(op, a) => self.convert(op, a),
            Op::ICmp(predicate, a, b) => self.icmp(predicate, a, b),
            Op::FCmp(predicate, a, b) => self.fcmp(predicate, a, b),
            Op::Select(condition, a, b) => self.select(condition, a, b),
            Op::Freeze(a) => self.freeze(a),
            Op::ExtractElement(vector, index) => self.extract_element(vector, index),
            Op::InsertElement(vector, lane, index) => self.insert_element(vector, lane, index),
            Op::ShuffleVector(a, b, mask) => self.shuffle_vector(a, b, mask),
            Op::Phi(_) => Ok(()),
            Op::Alloca { ty, count, align } => self.alloca(ty, count, align),
            Op::Load { pointer, access } => self.load(pointer, access),
            Op::Store { value, pointer, access } => self.store(value, pointer, access),
            Op::ElementPointer(ty, list) => self.element_pointer(ty, list),
            Op::Call(call) => self.call(&body.calls[call as usize]),
            Op::ExtractValue(value, path) => self.extract_value(value, path),
            Op::InsertValue(value, part, path) => self.insert_value(value, part, path),
            Op::AtomicRmw { op, pointer, value, access } => self.atomic_rmw(op, pointer, value, access),
            Op::CmpXchg { pointer, expected, replacement, access } => {
                self.compare_exchange(pointer, expected, replacement, access)
            }
            Op::Fence(ordering, _) => self.fence(ordering),
            Op::Br(block) => self.jump(block),
            Op::CondBr(condition, then, otherwise) => self.branch(condition, then, otherwise),
            Op::Switch(operand, default, cases) => self.switch(operand, default, cases),
            Op::Ret(value) => self.ret(value),
            Op::Unreachable => {
                self.b.unreachable();
                Ok(())
            }
            Op::Refused(name) => {
                Err(Refusal::new("LLVM/instruction", format!("`{name}` has no place in native IR")))
            }
        }
    }

    /// The place of the instruction that is being lowered.
    pub(super) fn place(&self) -> Place {
        self.body.insts.get(self.inst).map_or(Place::default(), |inst| inst.place)
    }

    /// Records what was refused, at the instruction that is being lowered.
    fn refuse(&mut self, refusal: Refusal) {
        if !refusal.is_consequence() {
            let Refusal { rule, message, help } = refusal;
            let (file, place) = (self.file, self.place());
            self.shared.errors.push(Diagnostic { file, place, len: 0, rule, message, help });
        }
    }

    /// Tells the user of something, at the instruction that is being lowered.
    pub(super) fn note(&mut self, message: String) {
        let (file, place) = (self.file, self.place());
        self.shared.notes.push(Note { file, place, message });
    }
}
