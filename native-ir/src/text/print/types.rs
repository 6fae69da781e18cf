//! Types. A type's text is made once and copied from then on; nesting is walked with an explicit stack.

use super::Printer;
use crate::{Abi, FunctionType, Module, Param, Type, TypeData};

/// What is still to be written of a type, in reverse order on a stack.
enum Step<'m> {
    Type(Type),
    Param(Param),
    Text(&'static str),
    /// `,N]`
    Length(u64),
    /// ABI and effects.
    Clauses(&'m FunctionType),
}

impl<'m> Printer<'m> {
    pub(super) fn ty(&mut self, ty: Type) {
        match self.module.types.data(ty) {
            TypeData::Primitive(kind) => self.put(kind.name()),
            TypeData::Error => self.put("?"),
            _ => self.composite(ty),
        }
    }

    fn composite(&mut self, ty: Type) {
        if self.type_ranges.is_empty() {
            self.type_ranges.resize(self.module.types.len(), (0, 0));
        }
        let (start, end) = self.type_ranges[ty.index()];
        if end > 0 {
            self.out.extend_from_slice(&self.type_texts[start as usize..end as usize]);
            return;
        }
        let from = self.out.len();
        self.steps(vec![Step::Type(ty)]);
        self.remember(ty, from);
    }

    /// Keeps the text that ends the output as the type's, while all kept texts stay within the range's integers.
    fn remember(&mut self, ty: Type, from: usize) {
        let start = self.type_texts.len();
        let end = start + self.out.len() - from;
        if let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end)) {
            self.type_texts.extend_from_slice(&self.out[from..]);
            self.type_ranges[ty.index()] = (start, end);
        }
    }

    /// A parameter's or result's type with how it is passed.
    pub(super) fn param_type(&mut self, param: Param) {
        self.steps(vec![Step::Param(param)]);
    }

    fn steps(&mut self, mut stack: Vec<Step<'m>>) {
        while let Some(step) = stack.pop() {
            match step {
                Step::Text(text) => self.put(text),
                Step::Length(length) => {
                    self.put(",");
                    self.decimal(length);
                    self.put("]");
                }
                Step::Param(param) => push_param(&mut stack, param),
                Step::Clauses(function) => self.function_type_clauses(function),
                Step::Type(ty) => self.type_step(ty, &mut stack),
            }
        }
    }

    fn type_step(&mut self, ty: Type, stack: &mut Vec<Step<'m>>) {
        let module: &'m Module = self.module;
        match module.types.data(ty) {
            _ if module.types.is_unprintable(ty) => self.put("…"),
            TypeData::Error => self.put("?"),
            TypeData::Primitive(kind) => self.put(kind.name()),
            TypeData::Pointer { space, pointee } => {
                self.put("ptr[");
                self.put(space.name());
                self.put(",");
                stack.extend([Step::Text("]"), Step::Type(*pointee)]);
            }
            TypeData::Struct { packed, fields } => {
                self.put(if *packed { "packed{" } else { "struct{" });
                stack.push(Step::Text("}"));
                push_list(stack, fields.iter().map(|&field| Step::Type(field)));
            }
            TypeData::Array { element, length } => {
                self.put("array[");
                stack.extend([Step::Length(*length), Step::Type(*element)]);
            }
            TypeData::Vector { element, lanes } => {
                self.put("vec[");
                stack.extend([Step::Length(*lanes), Step::Type(*element)]);
            }
            TypeData::Named(named) => match module.types.named.get(*named) {
                Some(data) => self.type_name(data.name),
                None => self.put("?"),
            },
            TypeData::Function(function) => {
                self.put("fn(");
                push_function(stack, function);
            }
        }
    }

    /// `abi=…` and `effects(…)`, each with a blank before it, unless they are the default.
    pub(super) fn function_type_clauses(&mut self, function: &FunctionType) {
        match function.abi {
            Abi::Module => {}
            Abi::Tail => self.put(" abi=tail"),
            Abi::Named(name) => {
                self.put(" abi=");
                self.word(self.module.names.text(name));
            }
        }
        if !function.effects.is_empty() {
            self.put(" effects(");
            self.list(function.effects.iter(), |printer, effect| printer.put(effect.name()));
            self.put(")");
        }
    }
}

fn push_list<'m>(stack: &mut Vec<Step<'m>>, items: impl DoubleEndedIterator<Item = Step<'m>>) {
    for (index, item) in items.rev().enumerate() {
        if index > 0 {
            stack.push(Step::Text(", "));
        }
        stack.push(item);
    }
}

fn push_param(stack: &mut Vec<Step<'_>>, param: Param) {
    if let Some(wrapper) = param.passing.wrapper() {
        stack.extend([Step::Text(")"), Step::Type(param.ty), Step::Text("("), Step::Text(wrapper)]);
        return;
    }
    if let Some(extension) = param.passing.extension() {
        stack.extend([Step::Text(extension), Step::Text(" ")]);
    }
    stack.push(Step::Type(param.ty));
}

fn push_function<'m>(stack: &mut Vec<Step<'m>>, function: &'m FunctionType) {
    stack.extend([Step::Clauses(function), Step::Text(")")]);
    push_list(stack, function.results.iter().map(|&result| Step::Param(result)));
    stack.push(Step::Text(") -> ("));
    let varargs = function.varargs.then_some(Step::Text("..."));
    push_list(stack, function.params.iter().map(|&param| Step::Param(param)).chain(varargs));
}
