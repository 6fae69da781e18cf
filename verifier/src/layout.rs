//! `NATIVE_IR_LAYOUT`: the module's data layout is its target's.

use crate::context::Context;
use native_ir::{Diagnostic, Place, Rule};

pub(crate) fn check(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let envelope = &context.module.envelope;
    let expected = &context.row.data_layout;
    if envelope.layout != *expected && !(context.module.damaged && envelope.layout.is_empty()) {
        let message = format!("data layout `{}` is not that of target {}", envelope.layout, envelope.target);
        diagnostics.push(
            Diagnostic::new(Rule::LayoutMismatch, Place::Envelope("layout"), message)
                .label("not the target's layout")
                .help(format!("write layout \"{expected}\""))
                .row("targets.tsv", envelope.target.clone()),
        );
    }
}
