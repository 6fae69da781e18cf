//! The front door: LLVM IR, as clang and rustc write it, becomes verified native IR.
//!
//! [`read`] makes [`syntax`] of text, [`lower`] makes a module of native IR of one or several files. What a construct
//! of LLVM IR becomes, and why that keeps its meaning, stands in `docs/llvm.md`; the table behind it is
//! `llvm/constructs.tsv`. Whatever is not there is refused by its name.

pub mod bitcode;
mod diagnostic;
mod import;
mod lower;
mod read;
pub mod syntax;

pub use diagnostic::Diagnostic;
pub use import::{Input, import};
pub use lower::{Note, Options, Report, lower};
pub use read::read;
