//! The runtime library: functions that compiled programs call where a target has no instruction for an opcode.
//!
//! They are written in native IR (`x86_64/*.nir`, `cortex_m0/*.nir`) and compiled as any module is. `helpers.tsv` says which function does
//! which opcode on which types, by target; [`helper`] finds it, [`module`] has all of them, verified, for the
//! targets of [`TARGETS`].

mod library;
mod table;

pub use library::{TARGETS, module};
pub use table::{Helper, helper, helpers};
