//! A function: its blocks in order, and what stands behind them.

use super::X86;
use super::encode::{Assembler, Size};
use super::frame::Frame;
use super::help::helper;
use super::moves::Moves;
use crate::allocate::Allocation;
use crate::buffer::{Label, TooLong};
use crate::context::Context;
use crate::live::{Fold, Live};
use analysis::Order;
use artifact::{FunctionCode, Place};
use native_ir::{Block, Body, Edge, EntityRef, Func, Function, Inst, InstData, Opcode, Trap, TypeKind, Value};

/// What stands behind the blocks, because it is seldom reached.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cold {
    /// A trap.
    Trap(Label, Trap, Inst),
    /// An edge with moves, of a terminator.
    Edge(Label, Edge, Inst),
}

/// What emission needs for one function after the other. Filled again for each, it allocates little once it is large
/// enough.
#[derive(Default)]
pub(crate) struct Scratch {
    order: Order,
    live: Live,
    allocation: Allocation,
    asm: Assembler,
    frame: Frame,
    moves: Moves,
    cold: Vec<Cold>,
}

/// The emission of one function.
pub(super) struct Emitter<'a> {
    pub(super) context: &'a Context<'a, X86>,
    pub(super) function: &'a Function,
    pub(super) body: &'a Body,
    pub(super) order: &'a Order,
    pub(super) live: &'a Live,
    pub(super) places: &'a [Place],
    pub(super) asm: &'a mut Assembler,
    pub(super) frame: &'a Frame,
    pub(super) moves: &'a mut Moves,
    pub(super) cold: &'a mut Vec<Cold>,
    /// The instruction that is emitted.
    pub(super) inst: Inst,
    /// The block that is emitted, by index in the order.
    pub(super) block: u32,
    /// Whether unwinding has to remember the frame for the code behind.
    pub(super) recall: bool,
    /// The label of the first block; those of the others follow in order.
    labels: Label,
}

/// Emits a function of a verified module.
///
/// # Errors
/// When its code is too long for the distances that branches can have.
pub(crate) fn function(
    context: &Context<'_, X86>,
    func: Func,
    scratch: &mut Scratch,
) -> Result<FunctionCode, TooLong> {
    let function = &context.module.functions[func];
    let Scratch { order, live, allocation, asm, frame, moves, cold } = scratch;
    asm.clear();
    cold.clear();
    order.compute(&function.body);
    live.compute(context, function, order);
    let base = frame.begin(context, function);
    allocation.compute(context, function, order, live, base);
    frame.end(context, function, allocation, !live.calls.is_empty());
    let labels = asm.labels(order.blocks.len() as u32);
    let mut emitter = Emitter {
        context,
        function,
        body: &function.body,
        order,
        live,
        places: &allocation.places,
        asm,
        frame,
        moves,
        cold,
        inst: Inst::new(0),
        block: 0,
        recall: false,
        labels,
    };
    emitter.enter();
    emitter.blocks();
    emitter.behind();
    let mut code = asm.finish(func, frame.claim(), allocation.places.clone())?;
    code.align = code.align.max(function.align.unwrap_or(1));
    Ok(code)
}

impl Emitter<'_> {
    fn blocks(&mut self) {
        for (number, &block) in self.order.blocks.iter().enumerate() {
            self.block = number as u32;
            self.resume();
            self.asm.bind(self.labels.nth(number as u32));
            self.asm.block_row(block);
            for inst in self.body.blocks[block].insts() {
                let data = &self.body.insts[inst];
                let first = self.body.first_results[inst.index()];
                if data.results > 0 && self.live.folds[first.index()] != Fold::Own {
                    continue;
                }
                self.asm.inst_row(Some(inst));
                self.inst = inst;
                self.emit(data, first);
            }
        }
    }

    /// Emits what was put off.
    fn behind(&mut self) {
        let mut next = 0;
        while let Some(&cold) = self.cold.get(next) {
            next += 1;
            self.resume();
            match cold {
                Cold::Trap(label, trap, inst) => {
                    self.asm.bind(label);
                    self.asm.inst_row(Some(inst));
                    self.stop(trap, inst);
                }
                Cold::Edge(label, edge, inst) => {
                    self.asm.bind(label);
                    self.asm.inst_row(Some(inst));
                    self.move_arguments(edge);
                    self.asm.jmp(self.label(self.body.edges[edge].block));
                }
            }
        }
    }

    /// The label of a block.
    pub(super) fn label(&self, block: Block) -> Label {
        self.labels.nth(self.order.number(block))
    }

    /// Whether a block comes next.
    pub(super) fn is_next(&self, block: Block) -> bool {
        self.order.number(block) == self.block + 1
    }

    /// The instruction that traps, here.
    pub(super) fn stop(&mut self, trap: Trap, inst: Inst) {
        self.asm.trap_row(trap, inst);
        self.asm.trap();
    }

    /// The label of code that traps for the instruction that is emitted.
    pub(super) fn trap_label(&mut self, trap: Trap) -> Label {
        let label = self.asm.new_label();
        self.cold.push(Cold::Trap(label, trap, self.inst));
        label
    }

    /// Emits an instruction that is neither folded nor dead; `result` is its first result, when it has any.
    fn emit(&mut self, data: &InstData, result: Value) {
        if let Some(helper) = helper(self.context, self.body, data, result) {
            return self.help(helper, data, result);
        }
        let wide = self.is_wide(data, result);
        match data.opcode {
            // Constants are always folded.
            Opcode::Iconst | Opcode::Fconst | Opcode::Null | Opcode::Address | Opcode::Register => {}
            Opcode::Slot => self.aligned_slot(data.slot(), result),
            Opcode::LifetimeStart | Opcode::LifetimeEnd => {}
            _ if wide => self.wide(data, result),
            Opcode::Iadd | Opcode::Isub | Opcode::And | Opcode::Or | Opcode::Xor => self.arithmetic(data, result),
            Opcode::Imul => self.multiply(data, result),
            Opcode::Udiv | Opcode::Sdiv | Opcode::Urem | Opcode::Srem => self.divide(data, result),
            Opcode::Umulh | Opcode::Smulh => self.multiply_high(data, result),
            Opcode::Ineg | Opcode::Not => self.unary(data, result),
            Opcode::Iabs => self.absolute(data, result),
            Opcode::Umin | Opcode::Umax | Opcode::Smin | Opcode::Smax => self.extreme(data, result),
            Opcode::UaddSat | Opcode::SaddSat | Opcode::UsubSat | Opcode::SsubSat => self.saturating(data, result),
            Opcode::UaddOverflow
            | Opcode::SaddOverflow
            | Opcode::UsubOverflow
            | Opcode::SsubOverflow
            | Opcode::UmulOverflow
            | Opcode::SmulOverflow => self.overflowing(data, result),
            Opcode::IaddCarry | Opcode::IsubBorrow => self.carrying(data, result),
            Opcode::Shl | Opcode::Ushr | Opcode::Sshr | Opcode::Rotl | Opcode::Rotr => self.shift(data, result),
            Opcode::FunnelLeft | Opcode::FunnelRight => self.funnel(data, result),
            Opcode::Clz | Opcode::Ctz | Opcode::Popcount => self.count_bits(data, result),
            Opcode::Bitrev => self.reverse_bits(data, result),
            Opcode::Bswap => self.swap_bytes(data, result),
            Opcode::Icmp | Opcode::Fcmp | Opcode::Test => self.compare_to_value(data, result),
            // Flags are always folded.
            Opcode::Compare | Opcode::Fcompare => {}
            Opcode::Select => self.select(data, result),
            Opcode::Fadd
            | Opcode::Fsub
            | Opcode::Fmul
            | Opcode::Fdiv
            | Opcode::Sqrt
            | Opcode::Fma
            | Opcode::Fneg
            | Opcode::Fabs
            | Opcode::Copysign
            | Opcode::Fminimum
            | Opcode::Fmaximum
            | Opcode::FminimumNumber
            | Opcode::FmaximumNumber
            | Opcode::RoundEven
            | Opcode::RoundAway
            | Opcode::RoundZero
            | Opcode::RoundDown
            | Opcode::RoundUp
            | Opcode::Canonicalize => self.float(data, result),
            Opcode::Zext | Opcode::Sext | Opcode::Trunc | Opcode::IntToAddr | Opcode::AddrToInt => {
                self.resize(data, result);
            }
            Opcode::Fpromote
            | Opcode::Fdemote
            | Opcode::SintToFloat
            | Opcode::UintToFloat
            | Opcode::FloatToSint
            | Opcode::FloatToUint
            | Opcode::FloatToSintSat
            | Opcode::FloatToUintSat => self.convert(data, result),
            Opcode::Bitcast => self.bitcast(data, result),
            Opcode::Cast | Opcode::PtrToAddr | Opcode::AddrToPtr => self.copy(data.operand(0), result),
            Opcode::Element | Opcode::Field | Opcode::Offset => self.pointer(data, result),
            Opcode::Load | Opcode::AtomicLoad => self.load(data, result),
            Opcode::Store => self.store(data),
            Opcode::Memcpy | Opcode::Memmove | Opcode::Memset => self.small_memory(data),
            Opcode::AtomicStore => self.atomic_store(data),
            Opcode::AtomicRmw => self.atomic_update(data, result),
            Opcode::AtomicCas => self.compare_exchange(data, result),
            Opcode::Fence => self.fence(data),
            Opcode::BarrierMemory | Opcode::BarrierSync => self.asm.mfence(),
            Opcode::Jump => self.jump(data),
            Opcode::Branch | Opcode::BranchCc => self.branch(data),
            Opcode::Switch => self.switch(data),
            Opcode::Return => self.give_back(data),
            Opcode::Trap => self.stop(data.attributes.trap(), self.inst),
            Opcode::TrapIf => self.trap_if(data),
            Opcode::Unreachable => self.stop(Trap::Unreachable, self.inst),
            Opcode::Call | Opcode::CallIndirect => self.call(data, result),
            Opcode::TailCall | Opcode::TailCallIndirect => self.tail_call(data),
            Opcode::FenvRead => self.read_status(result),
            Opcode::FenvClear => self.clear_status(data),
            // No function that runs natively has these: the verifier's rules for engines and features keep them out.
            Opcode::BarrierInstruction
            | Opcode::WaitInterrupt
            | Opcode::WaitEvent
            | Opcode::SendEvent
            | Opcode::InterruptDisable
            | Opcode::InterruptEnable
            | Opcode::SupervisorCall
            | Opcode::SpecialRead
            | Opcode::SpecialWrite
            | Opcode::Emit
            | Opcode::FiberSpawn
            | Opcode::FiberResume
            | Opcode::FiberCancel
            | Opcode::FiberStatus
            | Opcode::FiberRefuel => self.stop(Trap::Unreachable, self.inst),
        }
    }

    /// Whether a pure operation has an operand or a result of 128 bits.
    fn is_wide(&self, data: &InstData, result: Value) -> bool {
        let wide = |kind: TypeKind| matches!(kind, TypeKind::I128 | TypeKind::F128);
        data.opcode <= Opcode::AddrToInt
            && (data.results > 0 && wide(self.value_kind(result))
                || data.fixed_operands() > 0 && wide(self.operand_kind_of_compare(data)))
    }
}

/// The size of an integer, `i1` as a byte; pointers have the kind of integer that they are.
impl Size {
    pub(super) fn of(kind: TypeKind) -> Size {
        match kind {
            TypeKind::I1 | TypeKind::I8 => Size::Byte,
            TypeKind::I16 | TypeKind::F16 => Size::Word,
            TypeKind::I32 | TypeKind::F32 => Size::Long,
            _ => Size::Quad,
        }
    }

    /// The size to compute in where only the low bits of the result count.
    pub(super) fn or_long(self) -> Size {
        if self == Size::Quad { Size::Quad } else { Size::Long }
    }
}
