//! `NATIVE_IR_EFFECT`: what a function does is among the effects it declares, and those among the profile's.

use crate::body::Checker;
use native_ir::{
    Diagnostic, Effect, EffectSet, FloatMode, FunctionType, HeaderPart, Inst, InstData, Part, Place, Rule,
};
use std::fmt::Display;

impl Checker<'_, '_> {
    /// The header: effects that the profile or an interrupt handler must not have.
    pub(crate) fn check_declared_effects(&mut self) {
        let place = Place::Function(self.func, HeaderPart::Clause("effects"));
        let name = self.context.symbol_text(self.function.symbol);
        self.diagnostics.extend(profile_diagnostic(self.context, self.effects, &name, place.clone()));
        let forbidden: EffectSet = [Effect::Suspend, Effect::Alloc].into_iter().collect();
        let excess = self.effects.minus(self.effects.minus(forbidden));
        if self.function.interrupt && !excess.is_empty() {
            let message = format!("interrupt handler `{name}` declares the effect {excess}");
            self.push(Diagnostic::new(Rule::EffectInterrupt, place, message).label("not in a handler"));
        }
    }

    /// An operation that needs more than the function declares.
    #[cold]
    pub(crate) fn report_effect(&mut self, inst: Inst, instruction: &InstData, needed: EffectSet) {
        let missing = needed.minus(self.effects);
        let name = self.context.symbol_text(self.function.symbol);
        let opcode = instruction.opcode;
        let message = format!("`{opcode}` has the effect {missing}, which `{name}` does not declare");
        self.push(
            Diagnostic::new(Rule::EffectOperation, self.place(inst, Part::Opcode), message)
                .label(format!("needs {missing}"))
                .also(Place::Function(self.func, HeaderPart::Clause("effects")), "declared here")
                .row("opcodes.tsv", opcode.name()),
        );
    }

    /// A callee that has more effects than the caller declares.
    pub(crate) fn check_callee_effects(
        &mut self,
        inst: Inst,
        part: Part,
        callee: &FunctionType,
        callee_name: impl Display,
    ) {
        let missing = callee.effects.minus(self.effects);
        if missing.is_empty() {
            return;
        }
        let name = self.context.symbol_text(self.function.symbol);
        let message = format!("{callee_name} has the effect {missing}, which `{name}` does not declare");
        self.push(
            Diagnostic::new(Rule::EffectCallee, self.place(inst, part), message)
                .label(format!("needs {missing}"))
                .also(Place::Function(self.func, HeaderPart::Clause("effects")), "declared here"),
        );
    }

    pub(crate) fn check_strict_float(&mut self, inst: Inst) {
        if self.function.float != FloatMode::Strict {
            let message = format!("`{}` in a function that is not float=strict", self.opcode(inst));
            self.push(
                Diagnostic::new(Rule::EffectStrictFloat, self.place(inst, Part::Opcode), message)
                    .label("status flags exist under float=strict only"),
            );
        }
    }
}

/// Effects that the module's profile forbids.
pub(crate) fn profile_diagnostic(
    context: &crate::context::Context<'_>,
    effects: EffectSet,
    name: &str,
    place: Place,
) -> Option<Diagnostic> {
    let profile = &context.module.envelope.profile;
    let excess = effects.minus(context.allowed_effects);
    // A profile that the target does not have has been reported.
    if excess.is_empty() || !context.row.profiles.contains(profile) {
        return None;
    }
    let row = excess.iter().next().map_or("", Effect::name);
    let message = format!("profile {profile} forbids the effect {excess} of `{name}`");
    Some(Diagnostic::new(Rule::EffectProfile, place, message).label("forbidden").row("effects.tsv", row))
}
