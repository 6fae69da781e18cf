//! Calls: arguments into the callee's frame, and results out of it.

use super::function::Emit;
use super::live::words;
use super::parameter_slots;
use crate::frame::HEADER;
use crate::operation::Op;
use native_ir::{FunctionType, Inst, InstData, Opcode, Operand, Value};

impl<'t> Emit<'t, '_> {
    /// The function type that a call is of.
    pub(super) fn callee_type(&self, data: &InstData) -> Option<&'t FunctionType> {
        let module = self.context.module;
        match data.opcode {
            Opcode::Call | Opcode::TailCall => module.callee_type(data.symbol()).map(|(_, ty)| ty),
            _ => module.types.as_code_pointer(self.body.operand_type(data.operand(0))),
        }
    }

    /// `call` and `call_indirect`
    pub(super) fn call(&mut self, inst: Inst, data: &InstData) {
        if let Some(inlined) = self.inlined(data) {
            return self.inline(inst, data, inlined);
        }
        let body = self.body;
        let (args, into) = body.call_operands(data);
        let base = self.frame.total + HEADER as u32;
        // A pointer that is called may be in the way of nothing, but has to be where the call can name it.
        let target = self.target(data);
        self.pass(args, into, base);
        let results: Vec<Value> = body.results(inst).collect();
        let one = match results[..] {
            [result] if words(body.value_type(result)) == 1 => Some(result),
            _ => None,
        };
        let to = one.map_or(0, |result| self.result(result));
        let op = match data.opcode {
            Opcode::Call => self.fuelled(Op::CALL, Op::CALL_FUEL),
            _ => self.fuelled(Op::CALL_INDIRECT, Op::CALL_INDIRECT_FUEL),
        };
        self.asm.op_wide(op, to, self.frame.total as i32);
        self.asm.literal(target);
        self.begin_segment(inst);
        if one.is_none() {
            let mut from = base;
            for &result in &results {
                for half in 0..words(body.value_type(result)) {
                    let to = self.slot(result) + half;
                    self.copy_slot(to, from);
                    from += 1;
                }
            }
        }
    }

    /// Literal 1 of a call: the function, or what [`crate::handlers::call::call_indirect`] wants.
    fn target(&mut self, data: &InstData) -> u64 {
        match data.opcode {
            Opcode::Call | Opcode::TailCall => {
                let index = self.context.function_index(data.symbol()).unwrap_or(0);
                self.context.function_address(index)
            }
            _ => {
                let pointer = data.operand(0);
                let slot = self.operand(pointer);
                self.code_pointer(slot, pointer)
            }
        }
    }

    /// A slot with a code pointer, and what is expected of the function behind it.
    pub(super) fn code_pointer(&self, slot: u16, pointer: Operand) -> u64 {
        let expectation = self.pointer_type(pointer).map_or(0, |(_, pointee)| self.context.expectation(pointee));
        u64::from(slot) | u64::from(expectation) << 32
    }

    /// Puts arguments, and the pointer to where an aggregate result goes, into slots of the frame as it is laid out.
    fn pass(&mut self, args: &[Operand], into: Option<Operand>, base: u32) {
        let mut at = base;
        for &arg in args.iter().chain(&into) {
            let slots = words(self.body.operand_type(arg)).max(1);
            let already = self.root(arg).value().is_some_and(|value| self.is_passed_on(value));
            if !already {
                self.put(at, arg, slots);
            }
            at += slots;
        }
    }

    /// `tail_call` and `tail_call_indirect`
    pub(super) fn tail_call(&mut self, data: &InstData) {
        let mut target = self.target(data);
        if data.opcode == Opcode::TailCallIndirect {
            // The arguments may be put where the pointer is.
            let pointer = self.frame.temporaries as u16 + 7;
            self.copy_slot(u32::from(pointer), target as u32 & 0xffff);
            target = target >> 32 << 32 | u64::from(pointer);
        }
        self.end_objects();
        let args = self.body.list(data);
        let result = self.signature.aggregate_result().is_some();
        let last = self.pass_in_place(args, 0);
        if result {
            self.copy_slot(last, self.frame.result);
        }
        let op = match data.opcode {
            Opcode::TailCall => self.fuelled(Op::TAIL, Op::TAIL_FUEL),
            _ => self.fuelled(Op::TAIL_INDIRECT, Op::TAIL_INDIRECT_FUEL),
        };
        self.asm.op(op, 0, 0, 0);
        self.asm.literal(target);
    }

    /// Slots at the frame's beginning that tail calls and returns write to; as many behind the frame help them.
    pub(super) fn staged_slots(&self) -> u32 {
        let calls = self.allocation.calls.iter().map(|&inst| &self.body.insts[inst]);
        let calls = calls.filter_map(|data| match data.opcode {
            Opcode::TailCall | Opcode::TailCallIndirect => Some(parameter_slots(self.callee_type(data)?)),
            _ => None,
        });
        calls.max().unwrap_or(0).max(super::result_slots(self.signature))
    }
}
