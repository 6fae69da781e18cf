//! Random valid modules of native IR, and mutations of them that break exactly one rule: for tests.
//!
//! [`module`] makes a module from a [`Source`] of choices, which is a seed or the bytes of a fuzzer. It is driven by the
//! contract's tables: types by `machine-types.tsv`, opcodes by their rows, accesses and casts by the memory model, so
//! that a new row is generated without a change here. Rules that a row names and the tables cannot say
//! ([`ExtraRule`](native_ir::contract::opcodes::ExtraRule)) each have their maker, in an exhaustive match.
//!
//! What comes out means nothing, and it need not end; [`Config::loops`] keeps control from going back.

mod access;
mod call;
mod config;
mod control;
mod debug;
pub mod draft;
mod function;
mod graph;
mod initializer;
mod literal;
mod module;
pub mod mutate;
mod names;
mod operation;
mod pointer;
mod pool;
mod source;

pub use config::Config;
pub use module::module;
pub use source::Source;
