//! The engine against a model of what it has to do: fixtures, random modules, random schedules of fibers.
//!
//! The model is the crate `oracle`; what it is compared with, and how, is in `compare`.

mod compare;
mod fixtures;
mod fused;
mod generated;
mod schedules;
mod small;

/// How many seeds to try: as many times more as the environment variable `GENERATED_FACTOR` says.
fn seeds(usual: u64) -> u64 {
    let factor = std::env::var("GENERATED_FACTOR").ok().and_then(|factor| factor.parse::<f64>().ok());
    (usual as f64 * factor.unwrap_or(1.0)).ceil() as u64
}
