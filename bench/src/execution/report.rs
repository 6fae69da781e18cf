//! The table of the comparison: for each program the time on each engine, and ratios of medians.

use super::{Cell, RATIOS};
use crate::measure::Subject;
use crate::table;

/// Prints times and ratios. The cells are the first program on each engine, then the second, and so on; means are over the
/// programs that both engines of a ratio have.
///
/// # Panics
/// When [`RATIOS`] names an engine that is not there, which would be a mistake in this program.
pub(super) fn print(programs: &[&str], engines: &[&str], cells: &[Cell]) {
    let place = |name: &str| engines.iter().position(|engine| *engine == name).expect("ratios are of engines");
    let places = RATIOS.map(|pair| pair.map(place));
    let mut header = vec!["program".to_string()];
    header.extend(engines.iter().map(|engine| format!("{engine} ms")));
    header.extend(RATIOS.map(|[engine, by]| format!("{engine} / {by}")));
    let header: Vec<&str> = header.iter().map(String::as_str).collect();

    let rows: Vec<Vec<Option<f64>>> = cells
        .chunks(engines.len())
        .map(|row| row.iter().map(|cell| cell.as_ref().map(Subject::median)).collect())
        .collect();
    let ratios: Vec<_> = rows.iter().map(|row| places.map(|[engine, by]| Some(row[engine]? / row[by]?))).collect();
    let written = |number: Option<f64>| number.map_or(String::new(), |number| format!("{number:.2}"));
    let mut lines: Vec<Vec<String>> = Vec::new();
    for ((program, row), ratios) in programs.iter().zip(&rows).zip(&ratios) {
        let times = row.iter().map(|seconds| written(seconds.map(|seconds| seconds * 1e3)));
        lines.push(std::iter::once(program.to_string()).chain(times).chain(ratios.map(written)).collect());
    }
    let mut means = vec!["geometric mean".to_string()];
    means.resize(1 + engines.len(), String::new());
    means.extend(
        (0..RATIOS.len()).map(|column| written(geometric_mean(ratios.iter().filter_map(|row| row[column])))),
    );
    lines.push(means);
    table::print("Execution, CPU time of a run, ratios of medians", &header, lines);
}

fn geometric_mean(ratios: impl Iterator<Item = f64>) -> Option<f64> {
    let logarithms: Vec<f64> = ratios.map(f64::ln).collect();
    (!logarithms.is_empty()).then(|| (logarithms.iter().sum::<f64>() / logarithms.len() as f64).exp())
}
