//! Runs of the VM.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::execution(data));
