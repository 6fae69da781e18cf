//! Descriptions of a machine's memory.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::memory(data));
