//! Programs in C and Rust, compiled to LLVM IR, imported and run in the VM: they do what the same source does natively.
//!
//! | file | what |
//! |---|---|
//! | `clang` | C made into LLVM IR, and into native programs to compare with |
//! | `machine` | LLVM IR made into native IR and run in the VM; native programs run |
//! | `kernels` | the kernels of the project against their checksums |
//! | `library` | the C library of `llvm/libc` against the host's |
//! | `random` | programs that csmith makes |
//! | `open` | zlib, LZ4, bzip2, Lua, libsecp256k1, whose sources come with packages |
//! | `rust` | functions of a `no_std` crate |
//!
//! clang-19 and csmith must be installed; a test that misses one of them fails and says so. What is compared with runs on
//! the processor that tests run on, so that has to be an x86-64 under Linux.
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

mod clang;
mod kernels;
mod library;
mod machine;
mod open;
mod random;
mod rust;
