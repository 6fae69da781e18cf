//! What the tests with generated modules share.

use native_ir::Diagnostic;

/// How many seeds to try: as many times more as the environment variable `GENERATED_FACTOR` says.
pub(crate) fn seeds(usual: u64) -> u64 {
    let factor = std::env::var("GENERATED_FACTOR").ok().and_then(|factor| factor.parse::<f64>().ok());
    (usual as f64 * factor.unwrap_or(1.0)).ceil() as u64
}

/// Diagnostics, one a line.
pub(crate) fn listing(diagnostics: &[Diagnostic]) -> String {
    let lines = diagnostics.iter().map(|d| format!("{}: {} at {:?}\n", d.rule, d.message, d.place));
    lines.collect()
}
