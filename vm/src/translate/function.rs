//! A function: its frame, its prologue, its blocks and their segments.

use super::assembler::{Assembler, Label};
use super::inline::Inlined;
use super::moves::Moves;
use super::plan::{Plan, ends_segment};
use super::slots::{Allocation, Allocator, OUTGOING};
use super::{Context, parameter_slots, result_slots};
use crate::frame::HEADER;
use crate::operation::Op;
use crate::program::{CompiledFunction, Segment};
use native_ir::{
    Block, Body, EntityRef, Func, Function, FunctionType, Inst, InstData, Opcode, Operand, Passing, Type, Value,
};

/// Which form of code.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form<'c> {
    /// Fused.
    Fast,
    /// One instruction after the other; its blocks lead to those of the function's fast code.
    Step(&'c CompiledFunction),
}

/// What a translation gives.
#[derive(Debug, Default)]
pub(crate) struct Code {
    /// The bytecode.
    pub(crate) words: Box<[u64]>,
    /// The offset of the first instruction.
    pub(crate) entry: u32,
    /// Which instruction of the IR the words from an offset on belong to.
    pub(crate) marks: Box<[(u32, Inst)]>,
    /// What segments cost, in order of offsets.
    pub(crate) charges: Box<[Charge]>,
    /// Calls that are done in place, with how many instructions the callee has.
    pub(crate) inlined: Box<[(Inst, u32)]>,
    /// The offset of each block's beginning; meaningless for blocks that nothing reaches.
    pub(crate) blocks: Box<[u32]>,
    /// Slots of the frame, without what is passed on.
    pub(crate) frame: u32,
    /// Slots of the frame and of what is passed on.
    pub(crate) reach: u32,
}

/// What a segment costs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Charge {
    /// Where it is charged; the segment begins behind.
    pub(crate) offset: u32,
    /// The segment's first instruction.
    pub(crate) first: Inst,
    /// How many instructions it has.
    pub(crate) cost: u32,
}

/// Where things are in a frame, behind the slots of values.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Frame {
    /// The address of the objects; the slot behind holds what brings the previous ones back.
    pub(super) objects: u32,
    /// The pointer to where an aggregate result goes.
    pub(super) result: u32,
    /// In checked mode the pointer to each stack slot's object.
    pub(super) pointers: u32,
    /// Slots for constants and what else one instruction needs.
    pub(super) temporaries: u32,
    /// Slots in all.
    pub(super) total: u32,
    /// Slots of parameters.
    parameters: u32,
    /// How far slots of values behind the parameters are moved up.
    shift: u32,
    /// Allocated slots below this one are where they were allocated, and near enough for 16 bits with the one behind.
    plain: u32,
    /// Bytes of objects.
    pub(super) bytes: u64,
    /// Their alignment.
    pub(super) align: u64,
}

/// How many temporaries there are: three operands and two results of two slots each.
const TEMPORARIES: u32 = 10;

/// From here on slots are too far for 16 bits.
const FAR: u32 = u16::MAX as u32;

/// Translates functions one after the other.
#[derive(Default)]
pub(crate) struct Translator {
    allocator: Allocator,
    plan: Plan,
    moves: Moves,
    assembler: Assembler,
    labels: Vec<Label>,
    offsets: Vec<u64>,
}

impl Translator {
    /// The fast code of a function. `segments` gets the segments that have counters.
    pub(crate) fn fast(&mut self, context: &Context<'_>, func: Func, segments: &mut Vec<Segment>) -> Code {
        self.translate(context, func, Form::Fast, segments)
    }

    /// The step code of a function that has fast code.
    pub(crate) fn step(&mut self, context: &Context<'_>, func: Func, fast: &CompiledFunction) -> Code {
        self.translate(context, func, Form::Step(fast), &mut Vec::new())
    }

    fn translate(
        &mut self,
        context: &Context<'_>,
        func: Func,
        form: Form<'_>,
        segments: &mut Vec<Segment>,
    ) -> Code {
        let function = &context.module.functions[func];
        let body = &function.body;
        let alias = |inst: Inst, data: &InstData| context.alias(body, inst, data);
        let allocation = self.allocator.allocate(function, alias, |_, data| context.clobbers(data));
        self.plan.begin(body);
        self.assembler.clear();
        self.labels.clear();
        self.labels.extend(body.blocks.iter().map(|_| self.assembler.label()));
        let mut emit = Emit {
            context,
            func,
            function,
            body,
            signature: context.module.signature(function).unwrap_or(&NO_SIGNATURE),
            allocation,
            plan: &mut self.plan,
            moves: &mut self.moves,
            asm: &mut self.assembler,
            labels: &self.labels,
            object_offsets: &mut self.offsets,
            form,
            frame: Frame::default(),
            temporaries: 0,
            far_results: Vec::new(),
            charges: Vec::new(),
            inlined_calls: Vec::new(),
            in_stub: true,
            repeating: false,
            stubs: Vec::new(),
            truncated: None,
            segments,
        };
        emit.function();
        emit.finish()
    }
}

static NO_SIGNATURE: FunctionType = FunctionType {
    params: Vec::new(),
    results: Vec::new(),
    varargs: false,
    abi: native_ir::Abi::Module,
    effects: native_ir::EffectSet::EMPTY,
};

/// The state of one translation.
pub(super) struct Emit<'t, 'm> {
    pub(super) context: &'t Context<'m>,
    pub(super) func: Func,
    pub(super) function: &'t Function,
    pub(super) body: &'t Body,
    pub(super) signature: &'t FunctionType,
    pub(super) allocation: &'t Allocation,
    pub(super) plan: &'t mut Plan,
    pub(super) moves: &'t mut Moves,
    pub(super) asm: &'t mut Assembler,
    pub(super) labels: &'t [Label],
    /// The offset of each stack slot in the frame's objects, then that of each copied argument.
    pub(super) object_offsets: &'t mut Vec<u64>,
    pub(super) form: Form<'t>,
    pub(super) frame: Frame,
    /// Temporaries in use.
    pub(super) temporaries: u32,
    /// Temporaries whose content belongs in a far slot.
    pub(super) far_results: Vec<(u16, u32)>,
    /// What was charged, the segment that is emitted last.
    pub(super) charges: Vec<Charge>,
    /// Calls that were done in place, with how many instructions the callee has.
    pub(super) inlined_calls: Vec<(Inst, u32)>,
    /// Whether what is emitted may be one way of several out of a block.
    pub(super) in_stub: bool,
    /// Whether a block is repeated where another one goes to it.
    pub(super) repeating: bool,
    /// Edges whose moves stand apart, with their labels, and whether they come of a block that is repeated.
    pub(super) stubs: Vec<(Label, native_ir::Edge, bool)>,
    /// The result of a truncation that was left out, and what is truncated.
    pub(super) truncated: Option<(Value, Operand)>,
    pub(super) segments: &'t mut Vec<Segment>,
}

impl Emit<'_, '_> {
    fn function(&mut self) {
        self.lay_out_frame();
        if self.fuel() && self.has_prologue() {
            self.charge_word(0, Inst::new(0));
        }
        self.prologue();
        let order = &self.allocation.order;
        for (index, &block) in order.iter().enumerate() {
            self.block(block, order.get(index + 1).copied());
        }
        self.asm.finish();
    }

    fn finish(self) -> Code {
        let reachable = self.allocation.order.iter();
        let mut blocks = vec![0; self.body.blocks.len()].into_boxed_slice();
        reachable.for_each(|&block| blocks[block.index()] = self.asm.offset(self.labels[block.index()]));
        Code {
            words: self.asm.words.as_slice().into(),
            entry: u32::from(self.fuel()),
            marks: self.asm.marks.as_slice().into(),
            charges: self.charges.as_slice().into(),
            inlined: self.inlined_calls.as_slice().into(),
            blocks,
            frame: self.frame.total,
            reach: self.frame.total + self.outgoing_slots(),
        }
    }

    /// Whether fuel is accounted for.
    pub(super) fn fuel(&self) -> bool {
        self.context.settings.fuel
    }

    /// Whether memory is checked.
    pub(super) fn checked(&self) -> bool {
        self.context.settings.checked
    }

    /// Of two operations the one for the setting of fuel.
    pub(super) fn fuelled(&self, without: Op, with: Op) -> Op {
        if self.fuel() { with } else { without }
    }

    /// Adds instructions to the segment that ends here by a jump; not where another one began since its charge.
    pub(super) fn lengthen_segment(&mut self, cost: u32) -> bool {
        let Some(charge) = self.charges.last_mut().filter(|charge| !self.in_stub && charge.cost > 0) else {
            return false;
        };
        charge.cost += cost;
        self.asm.words[charge.offset as usize] += u64::from(cost) << 32;
        true
    }

    fn lay_out_frame(&mut self) {
        let least = self.staged_slots();
        let parameters = parameter_slots(self.signature);
        self.place_objects();
        let count = self.object_offsets.len() as u32;
        let pointers = if self.checked() { count } else { 0 };
        let base = self.allocation.frame.max(least).max(parameters);
        let size = 2 + 1 + pointers + TEMPORARIES;
        let far = base + size >= FAR;
        // In a very large frame what is needed by every instruction stands before the values.
        let first = if far { parameters } else { base };
        self.frame = Frame {
            objects: first,
            result: first + 2,
            pointers: if far { base + size } else { first + 3 },
            temporaries: first + 3 + if far { 0 } else { pointers },
            total: base + size,
            parameters,
            shift: if far { size - pointers } else { 0 },
            plain: if far { parameters } else { base },
            ..self.frame
        };
        if far {
            self.frame.total += size;
        }
    }

    /// Slots of arguments and results behind the frame.
    fn outgoing_slots(&self) -> u32 {
        let calls = self.allocation.calls.iter().filter_map(|&inst| {
            let data = &self.body.insts[inst];
            let callee = self.callee_type(data)?;
            let inlined = self.inlined(data).map_or(0, Inlined::frame);
            Some(parameter_slots(callee).max(result_slots(callee)).max(inlined))
        });
        calls.max().unwrap_or(0).max(self.staged_slots()) + HEADER as u32
    }

    fn place_objects(&mut self) {
        let layouts = self.context.layouts;
        let (mut bytes, mut most) = (0_u64, 1_u64);
        self.object_offsets.clear();
        let slots = self.function.slots.values().map(|slot| (slot.ty, slot.align));
        let copied = self.signature.params.iter().filter(|param| is_copied(param.passing));
        for (ty, align) in slots.chain(copied.map(|param| (param.ty, None))) {
            let natural = u64::from(layouts.align(ty).unwrap_or(1));
            let align = align.map_or(natural, |align| u64::from(align).max(natural));
            bytes = bytes.next_multiple_of(align);
            self.object_offsets.push(bytes);
            // Objects without bytes are still apart from each other.
            bytes += layouts.size(ty).unwrap_or(0).max(1);
            most = most.max(align);
        }
        self.frame.bytes = bytes;
        self.frame.align = most;
    }

    /// The slot that checked mode keeps the pointer to an object in.
    pub(super) fn object_pointer(&self, object: usize) -> u32 {
        self.frame.pointers + object as u32
    }

    /// Whether activations have objects.
    pub(super) fn has_objects(&self) -> bool {
        !self.object_offsets.is_empty()
    }

    /// Whether anything is done before the first block.
    fn has_prologue(&self) -> bool {
        self.has_objects() || self.signature.aggregate_result().is_some() || !self.allocation.addresses.is_empty()
    }

    fn prologue(&mut self) {
        for &(symbol, slot) in &self.allocation.addresses {
            self.put_address(self.place(slot), symbol);
        }
        let parameters = parameter_slots(self.signature);
        if self.signature.aggregate_result().is_some() {
            self.copy_slot(self.frame.result, parameters - 1);
        }
        if !self.has_objects() {
            return;
        }
        if i32::try_from(self.frame.bytes).is_err() {
            // No stack is so large.
            return self.trap(native_ir::Trap::StackExhausted);
        }
        let base = self.frame.objects as u16;
        self.asm.op_wide(Op::ENTER, base, self.frame.bytes as u32 as i32);
        self.asm.literal(self.frame.align);
        let slots = self.function.slots.len();
        if self.checked() {
            for (index, slot) in self.function.slots.values().enumerate() {
                self.new_object(index, self.object_pointer(index), slot.ty, index as u32);
            }
        }
        let (mut at, mut object) = (0, slots);
        for param in &self.signature.params {
            if is_copied(param.passing) {
                self.copy_argument(object, at, param.ty);
                object += 1;
            }
            at += super::parameter_slot(param.ty, param.passing);
        }
    }

    /// Makes the callee's own copy of an aggregate argument.
    fn copy_argument(&mut self, object: usize, slot: u32, ty: Type) {
        let size = self.context.layouts.size(ty).unwrap_or(0);
        let offset = self.object_offsets[object] as u32 as i32;
        self.asm.op_wide(Op::COPY_IN, slot as u16, offset);
        self.asm.literal(size);
        self.asm.literal(u64::from(self.frame.objects));
        if self.checked() {
            self.new_object(object, slot, ty, u32::MAX);
            self.copy_slot(self.object_pointer(object), slot);
        }
    }

    fn new_object(&mut self, object: usize, slot: u32, ty: Type, number: u32) {
        let temporary = self.frame.temporaries as u16;
        let to = if slot < FAR { slot as u16 } else { temporary };
        self.asm.op_wide(Op::NEW_OBJECT, to, self.object_offsets[object] as u32 as i32);
        self.asm.literal(self.context.layouts.size(ty).unwrap_or(0));
        self.asm.literal(u64::from(self.frame.objects) | u64::from(number) << 32);
        if slot >= FAR {
            self.copy_slot(slot, u32::from(temporary));
        }
    }

    fn block(&mut self, block: Block, next: Option<Block>) {
        let data = &self.body.blocks[block];
        let first = data.first_inst;
        if self.fuel() {
            let cost = if self.steps() { 0 } else { self.segment_length(first, data.end_inst) };
            self.charge_word(cost, first);
        }
        self.asm.place(self.labels[block.index()]);
        self.count_segment(block, first);
        if !self.steps() {
            self.fuse(data.inst_range());
        }
        for inst in data.insts() {
            self.asm.mark(inst);
            if self.steps() && self.fuel() {
                self.asm.op(Op::STEP, 0, 0, 0);
            }
            self.temporaries = 0;
            let data = &self.body.insts[inst];
            if !self.is_alias(inst, data) && !self.plan.is_absorbed(inst) {
                self.instruction(inst, data, next);
            }
            if !self.far_results.is_empty() {
                self.store_far_results();
            }
        }
        self.emit_stubs(next);
    }

    /// Whether an instruction's result is just another operand.
    pub(super) fn is_alias(&self, inst: Inst, data: &InstData) -> bool {
        let result = || Operand::from(self.body.first_results[inst.index()]);
        data.results == 1 && self.root(result()) != result()
    }

    /// Whether this is step code.
    pub(super) fn steps(&self) -> bool {
        matches!(self.form, Form::Step(_))
    }

    /// How many instructions there are from one up to where its segment ends, those of callees in place among them.
    fn segment_length(&self, first: Inst, end: Inst) -> u32 {
        let mut length = 0;
        for inst in (first.index()..end.index()).map(Inst::new) {
            let data = &self.body.insts[inst];
            length += 1;
            if ends_segment(data.opcode) {
                let Some(inlined) = self.inlined(data) else { break };
                length += inlined.cost;
            }
        }
        length
    }

    /// A word that charges fuel when it is run, and is read by what goes to the word behind it.
    pub(super) fn charge_word(&mut self, cost: u32, first: Inst) {
        self.charges.push(Charge { offset: self.asm.here(), first, cost });
        self.asm.op_wide(Op::CHARGE, 0, cost as i32);
    }

    pub(super) fn count_segment(&mut self, block: Block, first: Inst) {
        if self.context.settings.profile && !self.steps() {
            let length = self.segment_length(first, self.body.blocks[block].end_inst);
            self.asm.op(Op::COUNT, 0, 0, 0);
            self.asm.literal(self.segments.len() as u64);
            self.segments.push(Segment { func: self.func, block, first, length });
        }
    }

    /// Begins the segment behind an instruction that ended one.
    pub(super) fn begin_segment(&mut self, inst: Inst) {
        let next = Inst::new(inst.index() + 1);
        let block = self.block_of(inst);
        let end = self.body.blocks[block].end_inst;
        if self.fuel() {
            let cost = if self.steps() { 0 } else { self.segment_length(next, end) };
            self.charge_word(cost, next);
        }
        self.asm.mark(next);
        self.count_segment(block, next);
    }

    pub(super) fn block_of(&self, inst: Inst) -> Block {
        // Blocks are in layout order.
        let blocks = self.body.blocks.values().as_slice();
        Block::new(blocks.partition_point(|block| block.defined && block.end_inst <= inst))
    }

    fn instruction(&mut self, inst: Inst, data: &InstData, next: Option<Block>) {
        use Opcode::*;
        match data.opcode {
            Address => self.address_of(inst, data),
            Null => self.constant_result(inst, 0),
            Register => self.register(inst, data),
            Slot => self.slot_address(inst, data),
            Element | Offset => self.element(inst, data),
            Field => self.field(inst, data),
            Load | AtomicLoad => self.load(inst, data),
            Store | AtomicStore => self.store(inst, data),
            Memcpy | Memmove | Memset => self.block_operation(data),
            LifetimeStart | LifetimeEnd => self.lifetime(data),
            AtomicRmw | AtomicCas => self.atomic(inst, data),
            Jump | Branch | BranchCc | Switch => self.branch_away(inst, data, next),
            Return => self.leave_function(data),
            Trap => self.trap(data.attributes.trap()),
            Unreachable => self.trap(native_ir::Trap::Unreachable),
            TrapIf => self.trap_if(data),
            Call | CallIndirect => self.call(inst, data),
            TailCall | TailCallIndirect => self.tail_call(data),
            Emit | FiberSpawn | FiberResume | FiberCancel | FiberStatus | FiberRefuel => self.fiber(inst, data),
            BarrierMemory | BarrierSync | BarrierInstruction | WaitInterrupt | WaitEvent | SendEvent
            | InterruptDisable | InterruptEnable | SupervisorCall | SpecialRead | SpecialWrite => {
                self.hardware(inst, data);
            }
            FenvRead | FenvClear => self.fenv(inst, data),
            Fence | Compare | Fcompare => {}
            _ => self.compute(inst, data),
        }
    }

    /// What an operand is: a value with a slot, or a constant.
    pub(super) fn root(&self, operand: Operand) -> Operand {
        self.allocation.root(operand)
    }

    /// Whether an operand is a constant.
    pub(super) fn is_constant(&self, operand: Operand) -> bool {
        self.root(operand).constant().is_some()
    }

    /// The bits of an operand, when it is a constant.
    pub(super) fn constant(&self, operand: Operand) -> Option<u128> {
        self.body.constants.get(self.root(operand).constant()?).map(|constant| constant.bits())
    }

    /// The slot of a value in the frame as it is laid out.
    pub(super) fn slot(&self, value: Value) -> u32 {
        self.place(self.allocation.slot(value))
    }

    /// The place of an allocated slot in the frame as it is laid out.
    #[inline]
    pub(super) fn place(&self, slot: u32) -> u32 {
        if slot < self.frame.plain { slot } else { self.moved_place(slot) }
    }

    fn moved_place(&self, slot: u32) -> u32 {
        match slot {
            Allocation::NONE => self.frame.temporaries + TEMPORARIES - 2,
            slot if slot & OUTGOING != 0 => self.frame.total + (slot & !OUTGOING),
            slot if slot >= self.frame.parameters => slot + self.frame.shift,
            slot => slot,
        }
    }

    /// The slot of a value, when it is a plain one, as most are.
    #[inline]
    fn plain_slot(&self, value: Value) -> Option<u16> {
        let slot = self.allocation.slot(value);
        (slot < self.frame.plain).then_some(slot as u16)
    }

    /// So many temporaries, in a row.
    pub(super) fn temporary(&mut self, slots: u32) -> u16 {
        let first = self.frame.temporaries + self.temporaries;
        self.temporaries += slots;
        first as u16
    }

    /// The slots of a value where an instruction can name them, filled.
    #[inline]
    pub(super) fn operand(&mut self, operand: Operand) -> u16 {
        if let Some(slot) = operand.value().and_then(|value| self.plain_slot(value)) {
            return slot;
        }
        self.fetch(operand, super::live::words(self.body.operand_type(operand)).max(1))
    }

    /// As [`Emit::operand`], of so many slots.
    #[inline]
    pub(super) fn operand_of(&mut self, operand: Operand, slots: u32) -> u16 {
        let plain = operand.value().and_then(|value| self.plain_slot(value));
        plain.unwrap_or_else(|| self.fetch(operand, slots))
    }

    /// The slots of an operand that is a constant or may be too far to be named.
    fn fetch(&mut self, operand: Operand, slots: u32) -> u16 {
        if let Some(bits) = self.constant(operand) {
            let to = self.temporary(slots);
            for half in 0..slots {
                self.put_constant(u32::from(to) + half, (bits >> (64 * half)) as u64);
            }
            return to;
        }
        let slot = self.root(operand).value().map_or(0, |value| self.slot(value));
        if slot + slots <= FAR {
            return slot as u16;
        }
        let to = self.temporary(slots);
        for half in 0..slots {
            self.copy_slot(u32::from(to) + half, slot + half);
        }
        to
    }

    /// The slots where an instruction puts a result.
    #[inline]
    pub(super) fn result(&mut self, value: Value) -> u16 {
        self.plain_slot(value).unwrap_or_else(|| self.moved_result(value))
    }

    fn moved_result(&mut self, value: Value) -> u16 {
        let slots = super::live::words(self.body.value_type(value)).max(1);
        let slot = self.slot(value);
        if slot + slots <= FAR {
            return slot as u16;
        }
        let to = self.temporary(slots);
        for half in 0..slots {
            self.far_results.push((to + half as u16, slot + half));
        }
        to
    }

    /// The slots of an instruction's first result.
    #[inline]
    pub(super) fn first_result(&mut self, inst: Inst) -> u16 {
        match self.body.insts[inst].results {
            0 => self.temporary(2),
            _ => self.result(self.body.first_results[inst.index()]),
        }
    }

    #[cold]
    fn store_far_results(&mut self) {
        for index in 0..self.far_results.len() {
            let (from, to) = self.far_results[index];
            self.copy_slot(to, u32::from(from));
        }
        self.far_results.clear();
    }
}

/// Whether the callee gets a copy of what a pointer points to.
pub(super) fn is_copied(passing: Passing) -> bool {
    matches!(passing, Passing::Agg | Passing::ByVal)
}
