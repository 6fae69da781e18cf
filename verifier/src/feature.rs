//! `NATIVE_IR_TARGET_FEATURE`: features, opcodes and types that the target does not have.

use crate::body::Checker;
use crate::context::Context;
use native_ir::contract::opcodes::Support;
use native_ir::{Diagnostic, Inst, InstData, Opcode, Part, Place, Rule, Type, TypeKind};

pub(crate) fn check_module(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for (index, feature) in context.module.envelope.features.iter().enumerate() {
        if !context.row.has_feature(feature) {
            let message = format!("target {} has no feature `{feature}`", context.row.triple);
            diagnostics.push(
                Diagnostic::new(Rule::TargetFeatureUnknownFeature, Place::Feature(index as u32), message)
                    .label("not a feature of the target")
                    .help(format!("features of this target: {}", context.row.features.join(", ")))
                    .row("targets.tsv", context.row.triple.clone()),
            );
        }
    }
}

/// A type that the target does not have.
pub(crate) fn type_diagnostic(context: &Context<'_>, ty: Type, place: Place) -> Diagnostic {
    let message = format!("type `{}` does not exist on target {}", context.type_text(ty), context.row.triple);
    let kind = context.module.types.kind(ty).map_or("", TypeKind::name);
    Diagnostic::new(Rule::TargetFeatureTypeRejected, place, message)
        .label("not on this target")
        .row("machine-types.tsv", kind)
}

/// Why an opcode cannot be used with a type of this kind (or at all), at the opcode's place.
pub(crate) fn opcode_diagnostic(
    context: &Context<'_>,
    opcode: Opcode,
    kind: Option<TypeKind>,
    place: Place,
) -> Option<Diagnostic> {
    let row = context.contract.opcode(opcode);
    if row.support(context.target, kind) == Support::Rejected {
        let on = kind.map_or(String::new(), |kind| format!(" on {kind}"));
        let message = format!("`{opcode}`{on} is rejected on target {}", context.row.triple);
        return Some(
            Diagnostic::new(Rule::TargetFeatureOpcodeRejected, place, message)
                .label("not on this target")
                .row("opcodes.tsv", opcode.name()),
        );
    }
    let features = &context.module.envelope.features;
    let feature = row.refused_without.as_ref().filter(|feature| !features.contains(feature))?;
    let message = format!("`{opcode}` is refused without the feature `{feature}`");
    Some(
        Diagnostic::new(Rule::TargetFeatureOpcodeFeature, place, message)
            .label("needs a feature")
            .help(format!("add `{feature}` to the module's features"))
            .row("opcodes.tsv", opcode.name()),
    )
}

impl Checker<'_, '_> {
    /// An opcode that the target or the module's features refuse, or that only the VM does.
    #[cold]
    pub(crate) fn check_availability(&mut self, inst: Inst, instruction: &InstData) {
        let place = self.place(inst, Part::Opcode);
        match opcode_diagnostic(self.context, instruction.opcode, None, place.clone()) {
            Some(diagnostic) => self.push(diagnostic),
            None => self.check_vm_only(instruction.opcode, place),
        }
    }
}
