//! Calls of functions and imports, direct and through pointers, and required tail calls.

use crate::draft::{DraftInst, Use};
use crate::function::Writer;
use native_ir::{
    Attributes, EntityRef, Execution, FunctionType, ImportKind, Item, Opcode, Passing, Space, Symbol, Type,
    TypeKind, Value,
};

impl Writer<'_, '_, '_, '_> {
    /// The functions and imports that may be called here.
    fn callees(&self) -> Vec<(Symbol, FunctionType)> {
        let native = self.function().execution == Execution::Native;
        let usable = |symbol| match self.module.item(symbol) {
            Item::Import(import) => native || self.module.imports[import].kind != ImportKind::Ffi,
            _ => true,
        };
        let all = self.module.symbols.keys().filter(|&symbol| usable(symbol));
        let typed = all.filter_map(|symbol| Some((symbol, self.module.callee_type(symbol)?.1.clone())));
        typed.filter(|(_, ty)| self.declares(ty.effects)).collect()
    }

    /// A pointer to a function of a type that satisfies a condition.
    fn code_pointer(&mut self, fits: impl Fn(&Self, &FunctionType) -> bool) -> Option<(Value, FunctionType)> {
        let pointer = self.pointer_where(|writer, space, pointee| {
            let function = writer.module.types.as_function(pointee).filter(|_| space == Space::Code);
            function.is_some_and(|ty| writer.declares(ty.effects) && fits(writer, ty))
        })?;
        let ty = self.module.types.as_code_pointer(self.draft.values[pointer].ty)?.clone();
        Some((pointer, ty))
    }

    /// A pointer to an aggregate that is passed or returned.
    fn aggregate(&mut self, ty: Type) -> Option<Use> {
        let space = self.source.pick(&[Space::Stack, Space::Heap, Space::Static, Space::Generic])?;
        let ty = self.module.types.pointer(space, ty);
        self.value(ty).map(Use::Value)
    }

    fn arguments(&mut self, ty: &FunctionType) -> Option<Vec<Use>> {
        let mut arguments = Vec::new();
        for param in &ty.params {
            arguments.push(match param.passing {
                Passing::Value | Passing::Zext | Passing::Sext => self.operand(param.ty, true)?,
                Passing::Agg | Passing::ByVal => self.aggregate(param.ty)?,
                Passing::SRet => {
                    let ty = self.module.types.pointer(Space::Generic, param.ty);
                    Use::Value(self.value(ty)?)
                }
            });
        }
        if ty.varargs {
            for _ in 0..self.source.below(4) {
                arguments.extend(self.vararg());
            }
        }
        Some(arguments)
    }

    /// A value that goes through `...`: what C's promotions leave.
    fn vararg(&mut self) -> Option<Use> {
        use TypeKind::*;
        let ty = self.pool.value(&mut self.module.types, self.source, self.config);
        let narrow = matches!(self.module.types.kind(ty), None | Some(I1 | I8 | I16 | F16 | F32 | Fiber));
        (!narrow).then(|| self.value(ty)).flatten().map(Use::Value)
    }

    pub(crate) fn call(&mut self) -> Option<()> {
        let callees = self.callees();
        let (symbol, ty) = callees.get(self.source.below(callees.len()))?;
        self.finish_call(DraftInst::new(Opcode::Call).immediate(symbol.index()), ty)
    }

    pub(crate) fn call_indirect(&mut self) -> Option<()> {
        let (pointer, ty) = self.code_pointer(|_, _| true)?;
        self.finish_call(DraftInst::new(Opcode::CallIndirect).with(&[Use::Value(pointer)]), &ty)
    }

    fn finish_call(&mut self, mut inst: DraftInst, ty: &FunctionType) -> Option<()> {
        inst.list = self.arguments(ty)?;
        if let Some(aggregate) = ty.aggregate_result() {
            let destination = self.module.types.pointer(Space::Generic, aggregate);
            inst.list.push(Use::Value(self.value(destination)?));
            inst.attributes = Attributes(1);
        }
        let results: Vec<Type> = ty.results[..ty.value_results()].iter().map(|result| result.ty).collect();
        self.push(inst, &results);
        Some(())
    }

    /// Whether the function may leave through a function of a type: nothing of its own frame is needed then.
    fn may_tail_call(&self, ty: &FunctionType) -> bool {
        let own = &self.signature;
        let bytes = |ty| self.pool.stack_bytes(&self.module.types, ty);
        let fits = (ty.abi == native_ir::Abi::Tail)
            || bytes(ty).zip(bytes(own)).is_some_and(|(callee, own)| callee <= own);
        let passes = ty.params.iter().all(|param| match param.passing {
            Passing::Value | Passing::Zext | Passing::Sext => {
                !matches!(self.module.types.as_pointer(param.ty), Some((Space::Stack, _)))
            }
            Passing::SRet => own.params.first() == Some(param),
            Passing::Agg | Passing::ByVal => false,
        });
        ty.abi == own.abi && ty.results == own.results && !ty.varargs && fits && passes
    }

    pub(crate) fn tail_call(&mut self) -> Option<()> {
        let callees: Vec<_> = self.callees().into_iter().filter(|(_, ty)| self.may_tail_call(ty)).collect();
        let (symbol, ty) = callees.get(self.source.below(callees.len()))?;
        self.finish_tail_call(DraftInst::new(Opcode::TailCall).immediate(symbol.index()), ty)
    }

    pub(crate) fn tail_call_indirect(&mut self) -> Option<()> {
        let (pointer, ty) = match self.code_pointer(Self::may_tail_call) {
            Some(found) => found,
            None if self.may_tail_call(&self.signature) => {
                let own = self.signature.clone();
                let function = self.module.types.function(own.clone());
                let pointer = self.module.types.pointer(Space::Code, function);
                (self.value(pointer)?, own)
            }
            None => return None,
        };
        self.finish_tail_call(DraftInst::new(Opcode::TailCallIndirect).with(&[Use::Value(pointer)]), &ty)
    }

    fn finish_tail_call(&mut self, mut inst: DraftInst, ty: &FunctionType) -> Option<()> {
        inst.list = self.arguments(ty)?;
        if ty.params.first().is_some_and(|param| param.passing == Passing::SRet) {
            inst.list[0] = Use::Value(*self.draft.blocks[0].params.first()?);
        }
        self.push(inst, &[]);
        Some(())
    }

    pub(crate) fn ret(&mut self) -> Option<()> {
        let mut list = Vec::new();
        for result in self.signature.results.clone() {
            list.push(match result.passing {
                Passing::Agg => self.aggregate(result.ty)?,
                _ => self.operand(result.ty, true)?,
            });
        }
        self.push(DraftInst { list, ..DraftInst::new(Opcode::Return) }, &[]);
        Some(())
    }
}
