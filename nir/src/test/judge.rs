//! Judges what a call did: against what its directives say, and against what it did on another engine.

use super::report::Verdict;
use directive::values::{self, CallTypes};
use directive::{Call, End};
use native_ir::{Module, Trap};

/// What a call did.
#[derive(Clone, Debug, Default)]
pub(super) struct Observed {
    /// How it ended.
    pub(super) end: Ended,
    /// What it wrote to standard output and standard error.
    pub(super) output: Vec<u8>,
    pub(super) error: Vec<u8>,
    /// How many instructions it executed, where the engine counts.
    pub(super) fuel: Option<u64>,
    /// What is wrong with its volatile accesses.
    pub(super) mismatch: Option<String>,
    /// Where it stopped, for people.
    pub(super) place: Option<String>,
}

/// How a call ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Ended {
    /// It did not.
    #[default]
    Never,
    /// It returned these bits.
    Returned(Vec<u128>),
    /// The program exited with this status.
    Exited(u8),
    /// It stopped with this trap.
    Trapped(Trap),
    /// It was stopped otherwise: how, in words.
    Stopped(String),
}

/// The verdict on a call by its directives, and by what it did on another engine, if it ran there.
pub(super) fn judge(
    module: &Module,
    call: &Call,
    observed: &Observed,
    other: Option<(&'static str, &Observed)>,
) -> Verdict {
    let types = CallTypes::of(module, call.func).unwrap_or_default();
    let mut complaints = Vec::new();
    complaints.extend(observed.mismatch.clone());
    complaints.extend(end(module, &types, call, observed));
    complaints.extend(bytes("standard output", call.world.stdout.as_deref(), &observed.output));
    complaints.extend(bytes("standard error", call.world.stderr.as_deref(), &observed.error));
    if let (Some(wanted), Some(used)) = (call.world.fuel, observed.fuel)
        && wanted != used
    {
        complaints.push(format!("expected {wanted} instructions, got {used}"));
    }
    if let Some((engine, other)) = other {
        complaints.extend(differences(module, &types, call, engine, other, observed));
    }
    if complaints.is_empty() {
        return Verdict::Passed;
    }
    complaints.extend(observed.place.clone());
    Verdict::Failed(complaints.join("\n"))
}

fn end(module: &Module, types: &CallTypes, call: &Call, observed: &Observed) -> Option<String> {
    let good = match (&call.end, &observed.end) {
        (End::Well, Ended::Returned(_) | Ended::Exited(0)) => true,
        (End::Returns(wanted), Ended::Returned(found)) => {
            wanted.len() == found.len() && wanted.iter().zip(found).all(|(wanted, found)| wanted.is(*found))
        }
        (End::Traps(wanted), Ended::Trapped(found)) => wanted == found,
        (End::Exits(wanted), Ended::Exited(found)) => wanted == found,
        _ => false,
    };
    let expected = || expectation(module, types, &call.end);
    (!good).then(|| format!("expected {}, got {}", expected(), ending(module, types, &observed.end)))
}

fn bytes(what: &str, wanted: Option<&[u8]>, found: &[u8]) -> Option<String> {
    let wanted = wanted.filter(|wanted| *wanted != found)?;
    Some(format!("expected {} on {what}, got {}", quoted(wanted), quoted(found)))
}

/// What two engines did not do alike. What a directive says of a part, it has said to both.
fn differences(
    module: &Module,
    types: &CallTypes,
    call: &Call,
    engine: &str,
    other: &Observed,
    observed: &Observed,
) -> Vec<String> {
    let mut lines = Vec::new();
    if call.end == End::Well && other.end != observed.end {
        let (there, here) = (ending(module, types, &other.end), ending(module, types, &observed.end));
        lines.push(format!("{engine} gave {there}, got {here}"));
    }
    for (what, is_judged, there, here) in [
        ("standard output", call.world.stdout.is_some(), &other.output, &observed.output),
        ("standard error", call.world.stderr.is_some(), &other.error, &observed.error),
    ] {
        if !is_judged && there != here {
            lines.push(format!("{engine} gave {} on {what}, got {}", quoted(there), quoted(here)));
        }
    }
    lines
}

fn quoted(bytes: &[u8]) -> String {
    const MOST: usize = 200;
    let shown = bytes.get(..MOST).unwrap_or(bytes).escape_ascii();
    if bytes.len() > MOST { format!("\"{shown}\"… ({} bytes)", bytes.len()) } else { format!("\"{shown}\"") }
}

fn expectation(module: &Module, types: &CallTypes, end: &End) -> String {
    match end {
        End::Well => "a return".to_string(),
        End::Returns(wanted) => {
            let bits: Vec<u128> = wanted.iter().map(|wanted| wanted.bits()).collect();
            values::tuple(&values::literals(module, &types.results, &bits))
        }
        End::Traps(trap) => format!("the trap {}", trap.name()),
        End::Exits(status) => format!("exit status {status}"),
    }
}

fn ending(module: &Module, types: &CallTypes, end: &Ended) -> String {
    match end {
        Ended::Never => "no end".to_string(),
        Ended::Returned(values) => values::tuple(&values::literals(module, &types.results, values)),
        Ended::Exited(status) => format!("exit status {status}"),
        Ended::Trapped(trap) => format!("the trap {}", trap.name()),
        Ended::Stopped(how) => how.clone(),
    }
}
