//! Which tables there are, and the digest that names what they say. The build takes this file too: the digest of the
//! embedded tables is a constant, and made as that of others is.

use sha2::{Digest, Sha256};

/// The file names of the tables, in the order in which the digest takes them.
pub const TABLES: [&str; 11] = [
    "targets.tsv",
    "machine-types.tsv",
    "effects.tsv",
    "traps.tsv",
    "opcodes.tsv",
    "memory-model.tsv",
    "runtime-abi.tsv",
    "schema.tsv",
    "diagnostics.tsv",
    "lowering-invariants.tsv",
    "verification-cases.tsv",
];

/// SHA-256 over name, length and bytes of tables in the order of [`TABLES`].
pub(crate) fn digest<'a>(tables: impl Iterator<Item = (&'a str, &'a [u8])>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for (name, bytes) in tables {
        hash.update(name.as_bytes());
        hash.update([0]);
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    hash.finalize().into()
}
