//! Calls against signatures: `NATIVE_IR_TYPE/argument-mismatch`, `callee`, `fiber-entry`.

use crate::body::Checker;
use native_ir::text::SymbolText;
use native_ir::{
    Attribute, Diagnostic, FunctionType, Inst, InstData, Item, Operand, Param, Part, Passing, Rule, Space, Type,
};
use std::fmt;

/// A callee: its type, its name for messages, and where the instruction names it.
pub(crate) struct Callee<'c> {
    pub(crate) ty: &'c FunctionType,
    pub(crate) name: CalleeName<'c>,
    pub(crate) part: Part,
    /// How many operands stand before the arguments, for their numbering.
    pub(crate) before: u32,
}

/// How messages call a callee; text only when there is a message.
#[derive(Clone, Copy)]
pub(crate) enum CalleeName<'c> {
    Symbol(SymbolText<'c>),
    Pointer,
}

impl fmt::Display for CalleeName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CalleeName::Symbol(symbol) => write!(f, "`{symbol}`"),
            CalleeName::Pointer => f.write_str("the callee"),
        }
    }
}

impl<'c> Checker<'c, '_> {
    pub(crate) fn check_call(&mut self, inst: Inst, instruction: &InstData) {
        match self.direct_callee(inst, instruction) {
            Some(callee) => self.check_called(inst, instruction, &callee, true),
            None => self.use_list(inst, instruction, 0),
        }
    }

    pub(crate) fn check_call_indirect(&mut self, inst: Inst, instruction: &InstData) {
        match self.indirect_callee(inst, instruction) {
            Some(callee) => self.check_called(inst, instruction, &callee, true),
            None => self.use_list(inst, instruction, 1),
        }
    }

    /// The function or import that an instruction calls by name.
    pub(crate) fn direct_callee(&mut self, inst: Inst, instruction: &InstData) -> Option<Callee<'c>> {
        let symbol = instruction.symbol();
        let module = self.context.module;
        let name = CalleeName::Symbol(SymbolText(module, symbol));
        let part = Part::Attribute(Attribute::Symbol);
        if let Some((_, ty)) = module.callee_type(symbol) {
            self.check_ffi_use(inst, symbol);
            return Some(Callee { ty, name, part, before: 0 });
        }
        match module.item(symbol) {
            Item::Undefined if module.damaged => {}
            Item::Undefined => {
                self.report_structure(inst, part, "a symbol that does not exist");
            }
            // A function whose type could not be read has been reported.
            Item::Function(_) => {}
            Item::Import(import) if module.imports.get(import).is_some_and(|i| i.ty == Type::ERROR) => {}
            _ => {
                let message = format!("{name} is no function");
                self.push(
                    Diagnostic::new(Rule::TypeCallee, self.place(inst, part), message).label("not a function"),
                );
            }
        }
        None
    }

    /// The function type behind the pointer that an instruction calls through.
    pub(crate) fn indirect_callee(&mut self, inst: Inst, instruction: &InstData) -> Option<Callee<'c>> {
        let pointer = self.type_of(instruction.operand(0));
        let part = Part::Operand(0);
        if let Some(ty) = self.context.module.types.as_code_pointer(pointer) {
            return Some(Callee { ty, name: CalleeName::Pointer, part, before: 1 });
        }
        if self.context.fault(pointer).is_none() {
            let message = format!("`{}` is no pointer to a function", self.type_text(pointer));
            self.push(
                Diagnostic::new(Rule::TypeCallee, self.place(inst, part), message).label("not a ptr[code,fn…]"),
            );
        }
        None
    }

    /// Dominance of arguments whose callee is not known.
    pub(crate) fn use_list(&mut self, inst: Inst, instruction: &InstData, before: u32) {
        let body = self.body;
        for (index, &operand) in body.list(instruction).iter().enumerate() {
            self.use_operand(operand, inst, before + index as u32);
        }
    }

    /// Arguments, effects and, for calls that come back, results.
    pub(crate) fn check_called(&mut self, inst: Inst, instruction: &InstData, callee: &Callee<'_>, returns: bool) {
        let body = self.body;
        let (args, into) = body.call_operands(instruction);
        self.check_arguments(inst, callee, args);
        self.check_callee_effects(inst, callee.part, callee.ty, callee.name);
        if returns {
            self.check_call_results(inst, instruction, callee);
            self.check_into(inst, callee, into);
        }
    }

    fn check_arguments(&mut self, inst: Inst, callee: &Callee<'_>, args: &[Operand]) {
        let params = &callee.ty.params;
        let count_fits = args.len() == params.len() || (callee.ty.varargs && args.len() > params.len());
        if !count_fits {
            let message = format!("{} takes {} arguments, not {}", callee.name, params.len(), args.len());
            self.push(
                Diagnostic::new(Rule::TypeArgumentMismatch, self.place(inst, callee.part), message)
                    .label("wrong number of arguments"),
            );
        }
        for (index, &arg) in args.iter().enumerate() {
            let part = Part::Operand(callee.before + index as u32);
            let ty = self.use_at(arg, inst, self.next_value, || part);
            match params.get(index) {
                Some(param) if !self.argument_fits(*param, ty) => {
                    self.report_argument(inst, part, callee, *param, ty)
                }
                None if count_fits && !self.is_vararg(ty) => self.report_vararg(inst, part, ty),
                _ => {}
            }
        }
    }

    fn argument_fits(&self, param: Param, ty: Type) -> bool {
        match param.passing {
            Passing::Value | Passing::Zext | Passing::Sext => ty == param.ty,
            Passing::Agg | Passing::ByVal => self.is_readable_pointer(ty, param.ty),
            Passing::SRet => self.context.pointer(ty) == Some((Space::Generic, param.ty)),
        }
    }

    fn is_readable_pointer(&self, ty: Type, pointee: Type) -> bool {
        let readable = |space| !matches!(space, Space::Code | Space::Mmio);
        self.context.pointer(ty).is_some_and(|(space, to)| to == pointee && readable(space))
    }

    /// C's default promotions have widened what goes through `...`.
    fn is_vararg(&self, ty: Type) -> bool {
        use native_ir::TypeKind::*;
        !matches!(self.context.module.types.kind(ty), Some(I1 | I8 | I16 | F16 | F32 | Fiber))
            && (self.context.is_value(ty) || self.context.fault(ty).is_some())
    }

    fn report_argument(&mut self, inst: Inst, part: Part, callee: &Callee<'_>, param: Param, actual: Type) {
        if self.context.fault(actual).is_some() || self.context.fault(param.ty).is_some() {
            return;
        }
        let wanted = self.type_text(param.ty);
        let wanted = match param.passing {
            Passing::Value | Passing::Zext | Passing::Sext => format!("`{wanted}`"),
            Passing::Agg | Passing::ByVal => format!("a pointer to `{wanted}`"),
            Passing::SRet => format!("`ptr[generic,{wanted}]`"),
        };
        let actual = self.type_text(actual);
        let message = format!("{} takes {wanted} here, not `{actual}`", callee.name);
        self.push(
            Diagnostic::new(Rule::TypeArgumentMismatch, self.place(inst, part), message)
                .label(format!("this is `{actual}`")),
        );
    }

    fn report_vararg(&mut self, inst: Inst, part: Part, ty: Type) {
        let ty = self.type_text(ty);
        let message = format!("`{ty}` does not go through `...`");
        self.push(
            Diagnostic::new(Rule::TypeArgumentMismatch, self.place(inst, part), message)
                .label(format!("this is `{ty}`"))
                .help("widen it first, as C does: small integers to i32, f32 to f64"),
        );
    }

    fn check_call_results(&mut self, inst: Inst, instruction: &InstData, callee: &Callee<'_>) {
        let results = &callee.ty.results[..callee.ty.value_results()];
        if usize::from(instruction.results) != results.len() {
            let message = format!("{} has {} results, not {}", callee.name, results.len(), instruction.results);
            self.push(
                Diagnostic::new(Rule::TypeArgumentMismatch, self.place(inst, callee.part), message)
                    .label("wrong number of results"),
            );
            return;
        }
        for (index, result) in results.iter().enumerate() {
            let actual = self.result_type(index as u32);
            if actual != result.ty
                && self.context.fault(actual).is_none()
                && self.context.fault(result.ty).is_none()
            {
                let (expected, actual) = (self.type_text(result.ty), self.type_text(actual));
                let message = format!("{} gives `{expected}` here, not `{actual}`", callee.name);
                self.push(
                    Diagnostic::new(
                        Rule::TypeArgumentMismatch,
                        self.place(inst, Part::Result(index as u32)),
                        message,
                    )
                    .label(format!("this is `{actual}`")),
                );
            }
        }
    }

    /// An aggregate result has a destination, and only that.
    fn check_into(&mut self, inst: Inst, callee: &Callee<'_>, into: Option<Operand>) {
        let part = Part::Attribute(Attribute::Into);
        let ty = into.map(|operand| self.use_part(operand, inst, part));
        let message = match (callee.ty.aggregate_result(), ty) {
            (None, None) => return,
            (Some(aggregate), Some(ty)) => {
                let types = &self.context.module.types;
                if types.as_pointer(ty) == Some((Space::Generic, aggregate)) || self.context.fault(ty).is_some() {
                    return;
                }
                format!("`into` takes `ptr[generic,{}]`, not `{}`", self.type_text(aggregate), self.type_text(ty))
            }
            (Some(aggregate), None) => {
                format!(
                    "{} returns `{}`: name its destination with `into`",
                    callee.name,
                    self.type_text(aggregate)
                )
            }
            (None, Some(_)) => format!("{} returns no aggregate, so there is nothing to put `into`", callee.name),
        };
        self.push(
            Diagnostic::new(Rule::TypeArgumentMismatch, self.place(inst, part), message).label("aggregate result"),
        );
    }

    pub(crate) fn check_fiber_entry(&mut self, inst: Inst, instruction: &InstData) {
        let pointer = self.type_of(instruction.operand(0));
        let word = [Param::value(Type::I64)];
        let function = self.context.module.types.as_code_pointer(pointer);
        let fits = function.is_some_and(|f| f.params == word && f.results == word && !f.varargs);
        if let Some(function) = function.filter(|_| fits) {
            // Whoever resumes the fiber need not know its function, so the spawner answers for its effects.
            self.check_callee_effects(inst, Part::Operand(0), function, "the fiber's function");
        }
        if !fits && self.context.fault(pointer).is_none() {
            let message =
                format!("a fiber runs a ptr[code,fn(i64) -> (i64) …], not `{}`", self.type_text(pointer));
            self.push(
                Diagnostic::new(Rule::TypeFiberEntry, self.place(inst, Part::Operand(0)), message)
                    .label("not a fiber's function"),
            );
        }
    }
}
