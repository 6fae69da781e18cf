//! The reader of LLVM IR.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::llvm(data));
