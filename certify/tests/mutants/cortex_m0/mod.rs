//! Mistakes in Cortex-M0 code.

mod families;
mod program;

pub(crate) use program::Program;
