//! `--coverage`: which lines of the source the calls ran, by the counts of the emulated processor.

use crate::files;
use crate::outcome::Failure;
use emulator::coverage::Coverage;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Gathers the counts of all files.
#[derive(Default)]
pub(super) struct Collector(Mutex<Coverage>);

impl Collector {
    /// Adds what came of the instructions of an image that has debug information.
    ///
    /// # Errors
    /// The image cannot be read.
    #[cfg(feature = "unicorn")]
    pub(super) fn add(
        &self,
        image: &elf::firmware::Firmware,
        executions: impl Fn(u32) -> u64,
    ) -> Result<(), String> {
        let file = image.elf().map_err(|error| error.to_string())?;
        let lines = emulator::coverage::Lines::read(&file).map_err(|error| error.to_string())?;
        let firmware = emulator::Firmware::read(&file).map_err(|error| error.to_string())?;
        // Counts that were half added would be too low, and nothing panics between.
        let mut coverage = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        coverage.add(&lines, &firmware, executions);
        Ok(())
    }

    /// Writes a tracefile of lcov.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn write(&self, path: &Path) -> Result<(), Failure> {
        let coverage = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        files::replace(path, coverage.lcov().as_bytes())
    }
}
