//! The decoder beside those of LLVM and binutils: the same encodings accepted, but for listed ones, with the same text.

mod encodings;
mod llvm;
mod objdump;
