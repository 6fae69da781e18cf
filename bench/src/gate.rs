//! The wall time of `make native-ir-check` once it is built.

use crate::{Plan, table};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Runs it once to have it built, and then some times more.
pub(crate) fn run(plan: &Plan) {
    let Some(mut seconds) = (0..=plan.rounds.div_ceil(3)).map(|_| once()).collect::<Option<Vec<f64>>>() else {
        return println!("\n`make native-ir-check` could not be run, or failed");
    };
    seconds.remove(0);
    seconds.sort_by(f64::total_cmp);
    let [median, least] = [seconds[seconds.len() / 2], seconds[0]].map(|seconds| format!("{seconds:.2}"));
    let row = vec!["make native-ir-check".to_string(), median, least];
    table::print("The release gate, built, wall time", &["command", "median s", "least s"], [row]);
}

fn once() -> Option<f64> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let mut make = Command::new("make");
    make.arg("native-ir-check").current_dir(workspace).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = make.status().ok()?;
    status.success().then(|| start.elapsed().as_secs_f64())
}
