//! The frame: what is where between a function's lowest byte of the stack and its caller's.
//!
//! From the lowest byte upwards: the area for arguments of calls; pieces for values; copies of aggregate arguments; the
//! pointer for an aggregate result; stack slots; saved registers; the return address; arguments that arrive on the stack.
//! The prologue pushes the saved registers and moves the stack pointer once, to the lowest byte, so that it is a multiple
//! of 16 at every call (psABI 3.2.2).
//!
//! A function that calls nothing leaves the stack pointer at its saved registers when all else fits into the red zone,
//! the 128 bytes below it that neither signals nor debuggers touch (psABI 3.2.2). Interrupt handlers and code for kernel
//! mode do not: what interrupts them takes the bytes below the stack pointer.

use super::X86;
use super::address::Address;
use super::emit::Emitter;
use super::encode::{Alu, Size};
use super::register::{Gpr, RAX, RSP};
use super::{help, status};
use crate::allocate::Allocation;
use crate::context::Context;
use crate::target::Target;
use artifact::{Saved, UnwindOp};
use native_ir::abi::{CallLayout, Location};
use native_ir::{EntityRef, Function, FunctionType, InstData, Opcode, Passing, Slot, Type, Value};

/// Frames above this touch each page on the way down, so that running out of stack is found on the guard page.
const PAGE: u32 = 4096;
/// Bytes below the stack pointer that are a function's until it calls.
const RED_ZONE: u32 = 128;

/// The frame of a function.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frame {
    /// Bytes of the argument area of calls.
    pub(super) outgoing: u32,
    /// Bytes from the lowest one to the saved registers.
    body: u32,
    /// How many of them lie below the stack pointer: all or none.
    below: u32,
    /// Saved registers in the order of their pushes.
    saved: Vec<u8>,
    /// For each stack slot its first byte and its alignment.
    slots: Vec<(u32, u32)>,
    /// For each parameter that is an aggregate in registers where its copy begins.
    pub(super) copies: Vec<u32>,
    /// Where the pointer for an aggregate result is kept.
    pub(super) result_pointer: Option<u32>,
    /// Bytes of arguments that the function takes off the stack when it returns.
    pub(super) pops: u32,
    /// Whether arguments of a call travel on the stack, or wait there.
    passes: bool,
    /// Whether flags that the function raises are undone.
    pub(super) covers_status: bool,
}

impl Frame {
    /// Lays out what calls need; gives the first byte for values.
    pub(super) fn begin(&mut self, context: &Context<'_, X86>, function: &Function) -> u32 {
        let body = &function.body;
        self.covers_status = status::covers(context, function);
        self.outgoing = if self.covers_status { 16 } else { 0 };
        self.passes = false;
        for (inst, data) in body.insts.iter() {
            let needs = if is_call(data.opcode) {
                let passed = outgoing(context, function, data);
                self.passes |= passed > 0;
                passed
            } else {
                let result = body.first_results[inst.index()];
                let kept = help::kept(context, body, data, result);
                kept.max(status::bytes(context, function, data, result))
            };
            self.outgoing = self.outgoing.max(needs);
        }
        self.outgoing = self.outgoing.next_multiple_of(16);
        self.outgoing
    }

    /// Lays out the rest, when values have their places. `calls` says whether an instruction calls and comes back.
    pub(super) fn end(
        &mut self,
        context: &Context<'_, X86>,
        function: &Function,
        allocation: &Allocation,
        calls: bool,
    ) {
        let mut at = (self.outgoing + allocation.bytes).next_multiple_of(16);
        self.copies.clear();
        self.result_pointer = None;
        self.pops = 0;
        if let Some(layout) = context.call_layout(function.ty) {
            for passed in &layout.params {
                let aggregate = matches!(passed.passing, Passing::Agg | Passing::ByVal);
                let registers =
                    layout.pieces(passed).iter().any(|piece| matches!(piece.location, Location::Register(_)));
                self.copies.push(at);
                if aggregate && registers {
                    at += 16;
                }
            }
            let memory = context.module.types.as_function(function.ty).is_some_and(returns_in_memory(layout));
            if memory {
                self.result_pointer = Some(at);
                at += 8;
            }
            if layout.callee_pops {
                self.pops = layout.stack_bytes as u32;
            }
        }
        self.slots.clear();
        for slot in function.slots.values() {
            let size = context.layouts.size(slot.ty).unwrap_or(0) as u32;
            let natural = context.layouts.align(slot.ty).unwrap_or(1);
            let align = slot.align.unwrap_or(natural).max(natural);
            at = at.next_multiple_of(align.min(X86::STACK_ALIGN));
            self.slots.push((at, align));
            at += size + align.saturating_sub(X86::STACK_ALIGN);
        }
        self.saved.clear();
        self.saved.extend(X86::CORE.preserved.iter().filter(|&&register| allocation.used >> register & 1 != 0));
        self.body = at.next_multiple_of(8);
        let aligned = calls || at > 0 || !self.slots.is_empty();
        if aligned && !(self.bytes() + 8).is_multiple_of(16) {
            self.body += 8;
        }
        let leaf = !calls && !self.passes && !function.interrupt;
        let fits = leaf && context.target.red_zone && self.body <= RED_ZONE;
        self.below = if fits { self.body } else { 0 };
    }

    /// A slot's first byte and its alignment; above 16 the first byte is the next multiple.
    pub(super) fn slot(&self, slot: Slot) -> (u32, u32) {
        self.slots.get(slot.index()).copied().unwrap_or((0, 1))
    }

    /// Bytes from the lowest one to the return address.
    pub(super) fn bytes(&self) -> u32 {
        self.body + 8 * self.saved.len() as u32
    }

    /// Bytes that the prologue takes off the stack pointer behind its pushes.
    fn lowered(&self) -> u32 {
        self.body - self.below
    }

    /// Bytes from the stack pointer of the body to what it is for the caller when the function has returned.
    pub(super) fn cfa(&self) -> u32 {
        self.bytes() - self.below + 8 + self.pops
    }

    /// The first byte of the arguments that arrive on the stack.
    pub(super) fn incoming(&self) -> u32 {
        self.bytes() + 8
    }

    /// What is claimed of it.
    pub(super) fn claim(&self) -> artifact::Frame {
        let slots = self.slots.iter().enumerate().map(|(slot, &(offset, _))| (Slot::new(slot), offset));
        let saved = self.saved.iter().rev().enumerate();
        artifact::Frame {
            bytes: self.bytes() - self.below,
            below: self.below,
            outgoing: self.outgoing,
            saved: saved
                .map(|(index, &register)| Saved { register, offset: self.body + 8 * index as u32 })
                .collect(),
            slots: slots.collect(),
        }
    }
}

/// Whether a function type's aggregate result, which is no `sret` parameter, goes through a pointer.
fn returns_in_memory(layout: &CallLayout) -> impl Fn(&FunctionType) -> bool {
    let memory = layout.returns_in_memory();
    move |ty| memory && ty.aggregate_result().is_some()
}

fn is_call(opcode: Opcode) -> bool {
    matches!(opcode, Opcode::Call | Opcode::CallIndirect | Opcode::TailCall | Opcode::TailCallIndirect)
}

/// Bytes of the argument area that a call needs, with those behind it where aggregates wait for their registers. A tail
/// call that needs more bytes than arrived moves the return address down by the difference: it stays clear of the
/// arguments that wait.
fn outgoing(context: &Context<'_, X86>, function: &Function, data: &InstData) -> u32 {
    let body = &function.body;
    let Some(ty) = callee_type(context, function, data) else { return 0 };
    let Some(signature) = context.module.types.as_function(ty) else { return 0 };
    let (arguments, _) = body.call_operands(data);
    let extra: Vec<Type> = match signature.varargs {
        true => arguments.iter().skip(signature.params.len()).map(|&operand| body.operand_type(operand)).collect(),
        false => Vec::new(),
    };
    let staged =
        signature.params.iter().filter(|param| matches!(param.passing, Passing::Agg | Passing::ByVal)).count();
    let bytes = match signature.varargs {
        true => context.variable_layout(signature, &extra).map_or(0, |layout| layout.stack_bytes),
        false => context.call_layout(ty).map_or(0, |layout| layout.stack_bytes),
    };
    let tail = matches!(data.opcode, Opcode::TailCall | Opcode::TailCallIndirect);
    let own = context.call_layout(function.ty).map_or(0, |layout| layout.stack_bytes);
    let moved = if tail { bytes.saturating_sub(own) } else { 0 };
    bytes as u32 + (moved as u32).max(16 * staged as u32)
}

/// The function type that a call is of.
pub(super) fn callee_type(context: &Context<'_, X86>, function: &Function, data: &InstData) -> Option<Type> {
    match data.opcode {
        Opcode::Call | Opcode::TailCall => context.module.callee_type(data.symbol()).map(|(ty, _)| ty),
        _ => {
            let pointer = function.body.operand_type(data.operand(0));
            context.module.types.as_pointer(pointer).map(|(_, pointee)| pointee)
        }
    }
}

impl Emitter<'_> {
    /// A piece of the frame, by its distance from the lowest byte.
    pub(super) fn cell(&self, offset: u32) -> Address {
        Address::base(RSP, offset as i32 - self.frame.below as i32)
    }

    /// The prologue.
    pub(super) fn enter(&mut self) {
        self.asm.inst_row(None);
        let mut cfa = self.frame.pops + 8;
        if self.frame.pops > 0 {
            self.asm.unwind_row(UnwindOp::Cfa(cfa));
            self.asm.unwind_row(UnwindOp::Return(cfa));
        }
        for &register in &self.frame.saved {
            cfa += 8;
            self.asm.push(Gpr(register));
            self.asm.unwind_row(UnwindOp::Cfa(cfa));
            self.asm.unwind_row(UnwindOp::Saved(register, cfa));
        }
        let mut left = self.frame.lowered();
        while left > PAGE {
            self.lower(PAGE, &mut cfa);
            self.asm.alu_imm(Alu::Or, Size::Byte, Address::base(RSP, 0), 0);
            left -= PAGE;
        }
        if left > 0 {
            self.lower(left, &mut cfa);
        }
        self.cover_status();
        self.arrive();
    }

    fn lower(&mut self, bytes: u32, cfa: &mut u32) {
        self.asm.alu_imm(Alu::Sub, Size::Quad, RSP, bytes as i32);
        *cfa += bytes;
        self.asm.unwind_row(UnwindOp::Cfa(*cfa));
    }

    /// The epilogue, up to where the stack pointer is that of the function's entry.
    pub(super) fn leave(&mut self) {
        let lowered = self.frame.lowered();
        if lowered == 0 && self.frame.saved.is_empty() {
            return;
        }
        self.remember();
        let mut cfa = self.frame.cfa();
        if lowered > 0 {
            self.asm.alu_imm(Alu::Add, Size::Quad, RSP, lowered as i32);
            cfa -= lowered;
            self.asm.unwind_row(UnwindOp::Cfa(cfa));
        }
        for &register in self.frame.saved.iter().rev() {
            self.asm.pop(Gpr(register));
            cfa -= 8;
            self.asm.unwind_row(UnwindOp::Restored(register));
            self.asm.unwind_row(UnwindOp::Cfa(cfa));
        }
    }

    /// Where the frame begins to go: for the code that follows the function's end here, if any does, it is there again.
    pub(super) fn remember(&mut self) {
        if !self.recall {
            self.asm.unwind_row(UnwindOp::Remember);
            self.recall = true;
        }
    }

    /// Where code begins that stands behind other code.
    pub(super) fn resume(&mut self) {
        if std::mem::take(&mut self.recall) {
            self.asm.unwind_row(UnwindOp::Recall);
        }
    }

    /// `slot` of a slot that is aligned to more bytes than the stack pointer.
    pub(super) fn aligned_slot(&mut self, slot: Slot, result: Value) {
        let (offset, align) = self.frame.slot(slot);
        let target = self.target(result, RAX);
        self.asm.lea(target, self.cell(offset + align - X86::STACK_ALIGN));
        self.asm.alu_imm(Alu::And, Size::Quad, target, -(align as i32));
        self.finish(result, target);
    }
}
