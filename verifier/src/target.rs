//! `NATIVE_IR_TARGET`: the target is a row of `targets.tsv`, the profile one of the row's.

use native_ir::contract::targets::TargetRow;
use native_ir::{Contract, Diagnostic, Module, Place, Rule};

/// The target's index and row.
pub(crate) fn find<'a>(
    module: &Module,
    contract: &'a Contract,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(usize, &'a TargetRow)> {
    let triple = &module.envelope.target;
    let Some((index, row)) = contract.target(triple) else {
        // A target that the text does not even name has been reported by the reader.
        if !(module.damaged && triple.is_empty()) {
            let known: Vec<_> = contract.targets.iter().map(|row| row.triple.as_str()).collect();
            let message = format!("unknown target `{triple}`");
            let known = format!("known targets: {}", known.join(", "));
            diagnostics.push(
                Diagnostic::new(Rule::TargetUnknownTarget, Place::Envelope("target"), message)
                    .label("not a row of targets.tsv")
                    .help(known),
            );
        }
        return None;
    };
    let profile = &module.envelope.profile;
    let unread = module.damaged && profile.is_empty();
    if !unread && !row.profiles.contains(profile) {
        let message = format!("target {triple} has no profile `{profile}`");
        diagnostics.push(
            Diagnostic::new(Rule::TargetProfile, Place::Envelope("profile"), message)
                .label("not a profile of the target")
                .help(format!("profiles of this target: {}", row.profiles.join(", ")))
                .row("targets.tsv", triple.clone()),
        );
    }
    Some((index, row))
}
