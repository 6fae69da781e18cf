//! `NATIVE_IR_ABI`: the module's ABI, and signatures that the ABI can pass.

use crate::body::Checker;
use crate::context::Context;
use crate::types::fault_diagnostic;
use native_ir::abi::{self, AbiError, Position};
use native_ir::{
    Abi, Diagnostic, Execution, Func, FunctionType, HeaderPart, ImportKind, Item, Param, Passing, Place, Rule,
    Type,
};

pub(crate) fn check_module(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let envelope = &context.module.envelope;
    let expected = &context.row.abi;
    if envelope.abi != *expected && !(context.module.damaged && envelope.abi.is_empty()) {
        let message = format!("ABI `{}` is not that of target {}", envelope.abi, envelope.target);
        diagnostics.push(
            Diagnostic::new(Rule::AbiMismatch, Place::Envelope("abi"), message)
                .label("not the target's ABI")
                .help(format!("write abi {expected}"))
                .row("targets.tsv", envelope.target.clone()),
        );
    }
    for (import, data) in &context.module.imports {
        check_import(context, data, Place::Import(import), diagnostics);
    }
}

fn check_import(
    context: &Context<'_>,
    data: &native_ir::ImportData,
    place: Place,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let name = context.symbol_text(data.symbol);
    match context.module.types.as_function(data.ty) {
        Some(ty) => {
            signature_faults(context, ty, &name, &|_| place.clone(), diagnostics);
            diagnostics.extend(crate::effect::profile_diagnostic(context, ty.effects, &name, place.clone()));
        }
        None => diagnostics.extend(fault_diagnostic(context, data.ty, place.clone())),
    }
    if data.kind == ImportKind::Runtime {
        diagnostics.extend(runtime_fault(context, data, &name, place));
    }
}

/// A runtime import is what its row says.
fn runtime_fault(
    context: &Context<'_>,
    data: &native_ir::ImportData,
    name: &str,
    place: Place,
) -> Option<Diagnostic> {
    let bare = context.module.symbol_name(data.symbol);
    let Some(row) = context.contract.runtime_function(bare) else {
        let known: Vec<_> = context.contract.runtime.iter().map(|row| row.symbol.as_str()).collect();
        let message = format!("the runtime has no `{name}`");
        let help = format!("runtime functions: {}", known.join(", "));
        return Some(
            Diagnostic::new(Rule::AbiRuntimeImport, place, message).label("not in runtime-abi.tsv").help(help),
        );
    };
    let available = row.available.get(context.target).copied().unwrap_or(false);
    let message = if !available {
        format!("`{name}` is not available on target {}", context.row.triple)
    } else if context.fault(data.ty).is_none() && context.type_text(data.ty) != row.signature {
        format!("`{name}` has the type `{}` in the runtime's ABI", row.signature)
    } else {
        return None;
    };
    let label = if available { "another type" } else { "not available" };
    Some(
        Diagnostic::new(Rule::AbiRuntimeImport, place, message)
            .label(label)
            .row("runtime-abi.tsv", row.symbol.clone()),
    )
}

/// A function whose type is no function type.
pub(crate) fn no_signature(context: &Context<'_>, func: Func) -> Option<Diagnostic> {
    let place = Place::Function(func, HeaderPart::Name);
    let message = "the function's type is no function type";
    (!context.module.damaged).then(|| Diagnostic::new(Rule::SchemaStructure, place, message))
}

impl Checker<'_, '_> {
    /// Signature, marks and effects of the header.
    pub(crate) fn check_header(&mut self) {
        let func = self.func;
        let place = |part: SignaturePart| {
            let part = match part {
                SignaturePart::Whole => HeaderPart::Name,
                SignaturePart::Abi => HeaderPart::Clause("abi"),
                SignaturePart::Param(index) => HeaderPart::Parameter(index),
                SignaturePart::Results => HeaderPart::Results,
            };
            Place::Function(func, part)
        };
        let name = self.context.symbol_text(self.function.symbol);
        signature_faults(self.context, self.signature, &name, &place, &mut self.diagnostics);
        if self.signature.varargs {
            let message = format!("`{name}` takes any number of arguments, which only imports may");
            self.push(
                Diagnostic::new(Rule::AbiSignature, place(SignaturePart::Whole), message)
                    .label("defined with `...`"),
            );
        }
        self.check_interrupt(&name);
        self.check_declared_effects();
        self.check_marks(&name);
        self.check_slots();
    }

    fn check_interrupt(&mut self, name: &str) {
        if !self.function.interrupt {
            return;
        }
        let plain = self.signature.params.is_empty() && self.signature.results.is_empty();
        if !plain || self.signature.abi != Abi::Module || self.function.execution == Execution::Runtime {
            let message = format!("interrupt handler `{name}` is not of the form `fn interrupt @name() -> ()`");
            let place = Place::Function(self.func, HeaderPart::Mark("interrupt"));
            self.push(Diagnostic::new(Rule::AbiInterrupt, place, message).label("an interrupt handler"));
        }
    }

    fn check_slots(&mut self) {
        for (slot, data) in &self.function.slots {
            let place = Place::Slot(self.func, slot);
            if let Some(diagnostic) = object_fault(self.context, data.ty, &place) {
                self.push(diagnostic);
            }
        }
    }
}

/// Why a type cannot be that of an object in memory.
pub(crate) fn object_fault(context: &Context<'_>, ty: Type, place: &Place) -> Option<Diagnostic> {
    if context.fault(ty).is_some() {
        return fault_diagnostic(context, ty, place.clone());
    }
    let in_memory = context.module.types.kind(ty).is_some_and(crate::context::is_memory_kind);
    (!in_memory).then(|| {
        let message = format!("an object of type `{}` cannot be in memory", context.type_text(ty));
        Diagnostic::new(Rule::TypeInvalidType, place.clone(), message).label("not a type of objects")
    })
}

/// A part of a signature, for the place of a diagnostic.
#[derive(Clone, Copy)]
pub(crate) enum SignaturePart {
    Whole,
    Abi,
    Param(u32),
    Results,
}

/// What a signature may not be, of a definition or of an import.
fn signature_faults(
    context: &Context<'_>,
    ty: &FunctionType,
    name: &str,
    place: &dyn Fn(SignaturePart) -> Place,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let before = diagnostics.len();
    for (index, param) in ty.params.iter().enumerate() {
        diagnostics.extend(type_fault(context, *param, &place(SignaturePart::Param(index as u32))));
    }
    for result in &ty.results {
        diagnostics.extend(type_fault(context, *result, &place(SignaturePart::Results)));
    }
    let layout = abi::classify(&context.module.types, &context.layouts, context.convention, ty);
    if let Err(error) = layout
        && diagnostics.len() == before
    {
        diagnostics.extend(classification_fault(context, &error, name, place));
    }
}

/// A parameter or result whose type cannot be passed at all.
fn type_fault(context: &Context<'_>, param: Param, place: &Place) -> Option<Diagnostic> {
    if context.fault(param.ty).is_some() {
        return fault_diagnostic(context, param.ty, place.clone());
    }
    let as_value = matches!(param.passing, Passing::Value | Passing::Zext | Passing::Sext);
    (as_value && !context.is_value(param.ty)).then(|| {
        let message = format!("a value of type `{}` cannot be passed", context.type_text(param.ty));
        Diagnostic::new(Rule::TypeInvalidType, place.clone(), message)
            .label("not a type of values")
            .help("wrap an aggregate as agg(T), byval(T) or sret(T)")
    })
}

/// A function type that stands in another type and that the ABI cannot pass.
pub(crate) fn unpassable(context: &Context<'_>, ty: Type, place: Place) -> Option<Diagnostic> {
    let function = context.module.types.as_function(ty)?;
    let error = abi::classify(&context.module.types, &context.layouts, context.convention, function).err()?;
    classification_fault(context, &error, &context.type_text(ty), &|_| place.clone())
}

/// What the classifier says, as a diagnostic. Types were looked at before.
fn classification_fault(
    context: &Context<'_>,
    error: &AbiError,
    name: &str,
    place: &dyn Fn(SignaturePart) -> Place,
) -> Option<Diagnostic> {
    let at = |position: Position| match position {
        Position::Parameter(index) => place(SignaturePart::Param(index as u32)),
        Position::Result(_) => place(SignaturePart::Results),
    };
    let (rule, place, label) = match *error {
        AbiError::Convention => (Rule::AbiFunctionAbi, place(SignaturePart::Abi), "unknown ABI"),
        AbiError::Results(_) => (Rule::AbiResults, place(SignaturePart::Results), "too many results"),
        AbiError::Form(position) => (Rule::AbiSignature, at(position), "not an aggregate"),
        AbiError::Extension(position) => (Rule::AbiSignature, at(position), "nothing to extend"),
        AbiError::AggregateResult(position) => (Rule::AbiSignature, at(position), "an aggregate result"),
        AbiError::Sret(position) => (Rule::AbiSignature, at(position), "sret"),
        AbiError::StackArea => (Rule::AbiSignature, place(SignaturePart::Whole), "too many arguments"),
        AbiError::Type(_) => return None,
    };
    let diagnostic = Diagnostic::new(rule, place, format!("`{name}`: {error}")).label(label);
    Some(match rule {
        Rule::AbiResults => diagnostic.row("targets.tsv", context.row.triple.clone()),
        _ => diagnostic,
    })
}

/// Whether a symbol is an ffi import.
pub(crate) fn is_ffi(context: &Context<'_>, symbol: native_ir::Symbol) -> bool {
    let Item::Import(import) = context.module.item(symbol) else { return false };
    context.module.imports.get(import).is_some_and(|import| import.kind == ImportKind::Ffi)
}
