//! The table of the kernels: their sizes and checksums.

use std::path::{Path, PathBuf};

/// A size, and the checksum for it.
pub(crate) type Sized = (u32, u32);

/// A row of `kernels/checksums.txt`.
pub(crate) struct Kernel {
    pub(crate) name: String,
    /// For a first check, and for seeing that everything runs.
    pub(crate) small: Sized,
    /// For measuring.
    pub(crate) large: Sized,
}

/// The folder of this workspace that has the C sources.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../kernels")
}

/// Reads the table. The error says which file or row is at fault.
pub(crate) fn table() -> Result<Vec<Kernel>, String> {
    let path = folder().join("checksums.txt");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let rows = text.lines().filter(|row| !row.starts_with('#'));
    rows.map(|row| parse(row).ok_or_else(|| format!("{}: not a row: {row}", path.display()))).collect()
}

fn parse(row: &str) -> Option<Kernel> {
    let mut words = row.split_whitespace();
    let name = words.next()?.to_string();
    let numbers = words.map(|word| word.parse().ok()).collect::<Option<Vec<u32>>>()?;
    match numbers[..] {
        [_, _, n_small, small, n_large, large] => {
            Some(Kernel { name, small: (n_small, small), large: (n_large, large) })
        }
        _ => None,
    }
}
