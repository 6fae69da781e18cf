//! The binary form of modules.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::sections(data));
