//! Whether an engine ended as the model says.

use native_ir::{Func, Inst, TypeKind};
use oracle::{End, agree};
use vm::Outcome;

/// Whether the ends are the same, for results of these kinds.
pub(crate) fn same(kinds: &[Option<TypeKind>], end: &End, outcome: &Outcome) -> bool {
    match (end, outcome) {
        (End::Exited(expected), Outcome::Exited(found)) => expected == found,
        (End::Trapped(expected, stack), Outcome::Trapped(report)) => {
            let found: Vec<(Func, Option<Inst>)> =
                report.stack.iter().map(|site| (site.function, site.inst)).collect();
            (report.trap, &found) == (*expected, stack)
        }
        (End::Returned(expected), Outcome::Returned(found)) => agree(kinds, expected, found),
        _ => false,
    }
}
