//! Calls: direct, through pointers, of imports, as guaranteed tail calls.

use super::Lowering;
use super::value::Atom;
use crate::lower::context::Refusal;
use crate::lower::layout::{Leaf, Scalar};
use crate::lower::link::{Symbol, intrinsic};
use crate::lower::signature::{self, ParamPlan, ResultPlan, Signature};
use crate::syntax::{
    CallData, Callee, ConstantData, Global, GlobalKind, Operand, ParamAttributes, Tail, TypeData,
};
use native_ir::builder::{Arg, Results, SymbolRef};
use native_ir::layout::{Layouts, MachineLayout};
use native_ir::{Abi, Contract, Param, Space, Value, abi};

fn returns_twice() -> Refusal {
    Refusal::new("LLVM/attribute", "a function that returns twice, such as `setjmp`")
        .help("native IR has no such calls")
}

/// What a call goes to.
#[derive(Clone, Copy)]
enum Goal {
    Symbol(SymbolRef),
    /// A `ptr[code,fn…]`.
    Pointer(Value),
}

impl<'c, 'p> Lowering<'c, 'p, '_, '_> {
    pub(super) fn call(&mut self, call: &'p CallData<'_>) -> Result<(), Refusal> {
        let callee = match &call.callee {
            Callee::Asm(assembly) => return self.assembly(assembly, call),
            Callee::Operand(operand) => *operand,
        };
        let global = match callee.as_constant().map(|constant| self.module.constants.get(constant)) {
            Some(ConstantData::Global(global)) => global,
            _ => return self.indirect_call(callee, call),
        };
        let cx = self.cx;
        match cx.symbols.get(self.file, global) {
            Symbol::Intrinsic => {
                let name = intrinsic(&self.module.globals[global].name);
                if self.memory_intrinsic(name, call)? || self.variadic_intrinsic(name, call)? {
                    return Ok(());
                }
                self.intrinsic(name, call)
            }
            Symbol::Block(function) => self.block_function(*function, call),
            Symbol::Function(func, signature) => {
                self.check_declared(global, signature, call)?;
                let func = self.instances.callee(self.instance, self.inst).unwrap_or(*func);
                self.finish_call(Goal::Symbol(func.into()), signature, call)
            }
            Symbol::Import(import, signature) => {
                self.check_declared(global, signature, call)?;
                self.finish_call(Goal::Symbol((*import).into()), signature, call)
            }
            Symbol::Refused(rule, message) => Err(Refusal::new(rule, message.clone())),
            Symbol::Data(_) | Symbol::ImportedData(_) | Symbol::Null => self.indirect_call(callee, call),
        }
    }

    /// Refuses a call of a function that is declared to return twice, and one of another type than the declaration where
    /// something goes through memory: whether both sides pass the same could not be seen from the scalars.
    fn check_declared(
        &self,
        global: Global,
        signature: &Signature,
        call: &'p CallData<'_>,
    ) -> Result<(), Refusal> {
        let declared = match &self.module.globals[global].kind {
            GlobalKind::Function(prototype) if prototype.attributes.returns_twice => return Err(returns_twice()),
            GlobalKind::Function(prototype) => prototype.ty == call.ty,
            _ => false,
        };
        let plain = |plan: &ParamPlan| matches!(plan, ParamPlan::Scalars(_));
        if declared || (signature.params.iter().all(plain) && matches!(signature.result, ResultPlan::Scalars(_))) {
            return Ok(());
        }
        Err(disagreement("has another type"))
    }

    fn indirect_call(&mut self, callee: Operand, call: &'p CallData<'_>) -> Result<(), Refusal> {
        let signature = signature::of_call(self.cx, self.file, self.body, call)?;
        let Atom::Value(pointer) = self.scalar(callee)? else {
            return Err(Refusal::new("LLVM/type", "a pointer is called"));
        };
        let types = self.b.types();
        let ty = types.function(signature.ty.clone());
        let ty = types.pointer(Space::Code, ty);
        let pointer = self.b.cast(ty, pointer);
        self.finish_call(Goal::Pointer(pointer), &signature, call)
    }

    fn finish_call(&mut self, goal: Goal, signature: &Signature, call: &'p CallData<'_>) -> Result<(), Refusal> {
        if let Some(bundle) = &call.bundle {
            return Err(Refusal::new(
                "LLVM/instruction",
                format!("the operand bundle `{bundle}` has no place here"),
            ));
        }
        if call.function.returns_twice {
            return Err(returns_twice());
        }
        let args = self.arguments(signature, call)?;
        if call.tail == Tail::Must {
            return self.tail_call(goal, signature, call, args);
        }
        match signature.result {
            ResultPlan::Scalars(_) => {
                let results = match goal {
                    Goal::Symbol(symbol) => self.b.call(symbol, args),
                    Goal::Pointer(pointer) => self.b.call_indirect(pointer, args),
                };
                self.scalar_results(signature, results)
            }
            ResultPlan::Aggregate(ty) => {
                let result = self.result_type();
                let align = self.layouts.align(result)?;
                let slot = self.aligned_slot(ty, align);
                let generic = self.b.types().pointer(Space::Generic, ty);
                let into = self.b.cast(generic, slot);
                match goal {
                    Goal::Symbol(symbol) => self.b.call_into(symbol, args, into),
                    Goal::Pointer(pointer) => self.b.call_indirect_into(pointer, args, into),
                }
                if self.body.insts[self.inst].result.is_none() {
                    return Ok(());
                }
                let base = self.cast(self.cx.stack, slot);
                let atoms = self.load_leaves(base, result, align.into())?;
                self.results(atoms);
                Ok(())
            }
        }
    }

    fn scalar_results(&mut self, signature: &Signature, results: Results) -> Result<(), Refusal> {
        let result = self.result_type();
        if self.body.insts[self.inst].result.is_none() || *self.module.types.get(result) == TypeData::Void {
            return Ok(());
        }
        let leaves = self.scalars(result)?;
        let wanted = leaves.iter().map(|leaf| self.native(leaf.scalar));
        if !wanted.eq(signature.ty.results.iter().map(|result| result.ty)) {
            return Err(disagreement("returns something else"));
        }
        if let [leaf] = leaves {
            let value = results.one();
            let atom = match leaf.scalar {
                Scalar::Int(bits) => self.clip(value, bits),
                _ => value.into(),
            };
            self.result(atom);
            return Ok(());
        }
        let values: Vec<Value> = results.into_iter().collect();
        let atoms = self.passed(result, 0, |_, index| values[index])?;
        self.results(atoms);
        Ok(())
    }

    /// The arguments as the signature passes them, and those of `...` behind them.
    fn arguments(&mut self, signature: &Signature, call: &'p CallData<'_>) -> Result<Vec<Arg>, Refusal> {
        let operands = self.body.list(call.args);
        let attributes = &self.body.attributes[call.attributes.range()];
        let mut args = Vec::with_capacity(operands.len());
        if operands.len() < signature.params.len() {
            return Err(disagreement("takes more arguments"));
        }
        for (index, &operand) in operands.iter().enumerate() {
            let given = attributes.get(index).copied().unwrap_or_default();
            if let Some(name) = given.refused {
                return Err(Refusal::new("LLVM/attribute", format!("`{name}` has no place in native IR")));
            }
            match signature.params.get(index) {
                Some(&plan) => self.argument(operand, given, plan, signature, &mut args)?,
                None if signature.rest => break,
                None if signature.ty.varargs => self.variadic_argument(operand, given, &mut args)?,
                None => return Err(disagreement("takes fewer arguments")),
            }
        }
        if signature.rest {
            args.push(self.further_arguments(signature.params.len(), call)?.into());
        }
        Ok(args)
    }

    fn argument(
        &mut self,
        operand: Operand,
        given: ParamAttributes,
        plan: ParamPlan,
        signature: &Signature,
        args: &mut Vec<Arg>,
    ) -> Result<(), Refusal> {
        if given.byval.is_some() != matches!(plan, ParamPlan::ByVal(_)) {
            return Err(disagreement("takes an argument `byval` on one side alone"));
        }
        match plan {
            ParamPlan::Scalars(_) => {
                let params = signature.ty.params.get(args.len()..).unwrap_or(&[]);
                let leaves = self.scalars(self.ty(operand))?;
                let fits = |(leaf, param): (&Leaf, &Param)| self.native(leaf.scalar) == param.ty;
                if params.len() < leaves.len() || !leaves.iter().zip(params).all(fits) {
                    return Err(disagreement("takes an argument of another type"));
                }
                self.append_leaves(operand, args)
            }
            ParamPlan::Aggregate(ty) => {
                args.push(self.spill(operand, ty)?.into());
                Ok(())
            }
            ParamPlan::ByVal(ty) => {
                let pointer = self.address(operand)?;
                let space = self.space(pointer);
                let wanted = self.b.types().pointer(space, ty);
                args.push(self.cast(wanted, pointer).into());
                Ok(())
            }
            ParamPlan::SRet(ty) => {
                let Atom::Value(pointer) = self.scalar(operand)? else {
                    return Err(disagreement("takes a pointer"));
                };
                let wanted = self.b.types().pointer(Space::Generic, ty);
                args.push(self.cast(wanted, pointer).into());
                Ok(())
            }
        }
    }

    /// An argument of `...`; C's promotions have been done.
    fn variadic_argument(
        &mut self,
        operand: Operand,
        given: ParamAttributes,
        args: &mut Vec<Arg>,
    ) -> Result<(), Refusal> {
        let leaves = self.scalars(self.ty(operand))?;
        let narrow = |scalar| match scalar {
            Scalar::Int(bits) => bits < 17,
            scalar => matches!(scalar, Scalar::F16 | Scalar::F32),
        };
        if given.byval.is_some() || leaves.iter().any(|leaf| narrow(leaf.scalar)) {
            let message = "an argument of `...` that is a structure in memory, or narrower than C passes it";
            return Err(Refusal::new("LLVM/varargs", message).help("pass a pointer to it"));
        }
        self.append_leaves(operand, args)
    }

    fn tail_call(
        &mut self,
        goal: Goal,
        signature: &Signature,
        call: &'p CallData<'_>,
        args: Vec<Arg>,
    ) -> Result<(), Refusal> {
        self.check_tail_call(signature, call)?;
        match goal {
            Goal::Symbol(symbol) => self.b.tail_call(symbol, args),
            Goal::Pointer(pointer) => self.b.tail_call_indirect(pointer, args),
        }
        Ok(())
    }

    /// What native IR asks of a guaranteed tail call.
    fn check_tail_call(&mut self, signature: &Signature, call: &'p CallData<'_>) -> Result<(), Refusal> {
        let own = self.signature;
        if signature.rest {
            return Err(Refusal::new("LLVM/convention", "`musttail` of a function with `...`"));
        }
        let refused = |message: &str| Err(Refusal::new("LLVM/convention", format!("`musttail` where {message}")));
        if signature.ty.abi != own.ty.abi || signature.ty.results != own.ty.results {
            return refused("caller and callee have other conventions or results");
        }
        for (index, plan) in signature.params.iter().enumerate() {
            match plan {
                ParamPlan::Scalars(_) => {}
                ParamPlan::SRet(_) => {
                    let operand = self.body.list(call.args).get(index);
                    let first = operand.and_then(|operand| operand.as_local()).is_some_and(|l| l.as_u32() == 0);
                    if !first || !matches!(own.params.first(), Some(ParamPlan::SRet(_))) {
                        return refused("the result goes elsewhere than the caller's");
                    }
                }
                ParamPlan::Aggregate(_) | ParamPlan::ByVal(_) => {
                    return refused("an argument is passed through the caller's frame");
                }
            }
        }
        if signature.ty.abi != Abi::Tail && signature.ty.params != own.ty.params && !self.stack_suffices(signature)
        {
            return refused("the callee's arguments take more of the stack than the caller's did");
        }
        Ok(())
    }

    fn stack_suffices(&mut self, signature: &Signature) -> bool {
        let contract = Contract::embedded();
        let row = self.cx.target.row;
        let Some(convention) = abi::Convention::of(contract, row) else { return false };
        let types = &self.b.module().module().types;
        let layouts = Layouts::new(types, &MachineLayout::of(contract, row));
        let bytes = |signature: &Signature| {
            abi::classify(types, &layouts, convention, &signature.ty).map(|layout| layout.stack_bytes)
        };
        match (bytes(signature), bytes(self.signature)) {
            (Ok(needed), Ok(received)) => needed <= received,
            _ => false,
        }
    }
}

fn disagreement(what: &str) -> Refusal {
    let message = format!("the callee {what} than this call says");
    Refusal::new("LLVM/signature", message).help("declare the function as it is defined")
}
