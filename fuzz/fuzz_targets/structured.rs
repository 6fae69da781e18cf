//! The verifier on generated and damaged modules.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::structured(data));
