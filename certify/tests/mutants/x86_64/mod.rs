//! Mistakes in x86-64 code.

mod families;
mod program;

pub(crate) use program::Program;
