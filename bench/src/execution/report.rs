//! The table of the comparison: for each program the time on each engine, and ratios of medians.

use super::RATIOS;
use crate::measure::Subject;
use crate::table;

/// Prints times and ratios. The subjects are the first program on each engine, then the second, and so on.
///
/// # Panics
/// When [`RATIOS`] names an engine that is not there, which would be a mistake in this program.
pub(super) fn print(programs: &[&str], engines: &[&str], subjects: &[Subject<'_>]) {
    let place = |name: &str| engines.iter().position(|engine| *engine == name).expect("ratios are of engines");
    let places = RATIOS.map(|pair| pair.map(place));
    let mut header = vec!["program".to_string(), "n".to_string()];
    header.extend(engines.iter().map(|engine| format!("{engine} ms")));
    header.extend(RATIOS.map(|[engine, by]| format!("{engine} / {by}")));
    let header: Vec<&str> = header.iter().map(String::as_str).collect();

    let mut logarithms = [0.0; RATIOS.len()];
    let mut rows = Vec::new();
    for (program, subjects) in programs.iter().zip(subjects.chunks(engines.len())) {
        let ratios = places.map(|[engine, by]| subjects[engine].median() / subjects[by].median());
        logarithms.iter_mut().zip(ratios).for_each(|(sum, ratio)| *sum += ratio.ln());
        let mut row = vec![program.to_string(), subjects[0].work.to_string()];
        row.extend(subjects.iter().map(|subject| format!("{:.2}", subject.median() * 1e3)));
        row.extend(ratios.map(|ratio| format!("{ratio:.2}")));
        rows.push(row);
    }
    let mut means = vec!["geometric mean".to_string()];
    means.resize(2 + engines.len(), String::new());
    means.extend(logarithms.map(|sum| format!("{:.2}", (sum / programs.len() as f64).exp())));
    rows.push(means);
    table::print("Execution, CPU time of a run, ratios of medians", &header, rows);
}
