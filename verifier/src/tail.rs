//! `NATIVE_IR_TAIL`: a required tail call is one that every engine can do: the caller's frame is gone before the
//! callee starts, so nothing of it may be needed, and the callee's stack arguments fit where the caller's stood.

use crate::body::Checker;
use crate::call::Callee;
use native_ir::{Abi, Diagnostic, FunctionType, Inst, InstData, Opcode, Operand, Part, Passing, Rule, Space, abi};

impl Checker<'_, '_> {
    pub(crate) fn check_tail_call(&mut self, inst: Inst, instruction: &InstData) {
        match self.direct_callee(inst, instruction) {
            Some(callee) => self.check_tail(inst, instruction, &callee),
            None => self.use_list(inst, instruction, 0),
        }
    }

    pub(crate) fn check_tail_call_indirect(&mut self, inst: Inst, instruction: &InstData) {
        match self.indirect_callee(inst, instruction) {
            Some(callee) => self.check_tail(inst, instruction, &callee),
            None => self.use_list(inst, instruction, 1),
        }
    }

    fn check_tail(&mut self, inst: Inst, instruction: &InstData, callee: &Callee<'_>) {
        self.check_called(inst, instruction, callee, false);
        let caller = self.signature;
        if callee.ty.abi != caller.abi {
            self.report_tail(
                inst,
                callee,
                Rule::TailAbi,
                format!("{} has another ABI than its caller", callee.name),
            );
        }
        if callee.ty.results != caller.results {
            let message = format!("{} has other results than its caller", callee.name);
            self.report_tail(inst, callee, Rule::TailResults, message);
        }
        self.check_stack_bytes(inst, callee);
        self.check_tail_arguments(inst, instruction, callee);
    }

    fn report_tail(&mut self, inst: Inst, callee: &Callee<'_>, rule: Rule, message: String) {
        let header = native_ir::Place::Function(self.func, native_ir::HeaderPart::Name);
        self.push(
            Diagnostic::new(rule, self.place(inst, callee.part), message)
                .label("cannot be a tail call")
                .also(header, "the caller"),
        );
    }

    /// `abi=tail` lifts this limit: there the callee pops its arguments.
    fn check_stack_bytes(&mut self, inst: Inst, callee: &Callee<'_>) {
        if callee.ty.abi == Abi::Tail && self.signature.abi == Abi::Tail {
            return;
        }
        let bytes = |ty: &FunctionType| {
            let context = self.context;
            abi::classify(&context.module.types, &context.layouts, context.convention, ty)
                .ok()
                .map(|l| l.stack_bytes)
        };
        let (Some(needed), Some(received)) = (bytes(callee.ty), bytes(self.signature)) else { return };
        if needed > received {
            let message =
                format!("{} takes {needed} bytes of stack arguments, its caller received {received}", callee.name);
            self.report_tail(inst, callee, Rule::TailStackArguments, message);
        }
    }

    fn check_tail_arguments(&mut self, inst: Inst, instruction: &InstData, callee: &Callee<'_>) {
        let body = self.body;
        let (args, _) = body.call_operands(instruction);
        for (index, &arg) in args.iter().enumerate() {
            let part = Part::Operand(callee.before + index as u32);
            let passing = callee.ty.params.get(index).map_or(Passing::Value, |param| param.passing);
            let stack = matches!(self.context.pointer(self.type_of(arg)), Some((Space::Stack, _)));
            let (rule, message) = match passing {
                Passing::ByVal | Passing::Agg => {
                    (Rule::TailByval, "an aggregate is passed by value through the caller's frame")
                }
                Passing::SRet if !self.is_own_sret(arg) => {
                    (Rule::TailResults, "the sret argument is not the caller's own")
                }
                _ if stack => (Rule::TailStackPointer, "a pointer into the caller's frame is passed on"),
                _ => continue,
            };
            let diagnostic =
                Diagnostic::new(rule, self.place(inst, part), message).label("gone before the callee starts");
            self.push(diagnostic);
        }
    }

    /// Whether an operand is the caller's own `sret` parameter, through pointer casts.
    fn is_own_sret(&self, operand: Operand) -> bool {
        let own = self.signature.params.first().is_some_and(|param| param.passing == Passing::SRet);
        let mut operand = operand;
        while let Some(value) = operand.value() {
            match self.values.get(value.as_u32() as usize).map(|value| value.def()) {
                Some(native_ir::ValueDef::Parameter(block)) => {
                    return own && block.as_u32() == 0 && value.as_u32() == 0;
                }
                Some(native_ir::ValueDef::Result(source)) if source < self.body.insts.next_key() => {
                    let data = &self.body.insts[source];
                    if data.opcode != Opcode::Cast || data.operand(0) == operand {
                        return false;
                    }
                    operand = data.operand(0);
                }
                _ => return false,
            }
        }
        false
    }
}
