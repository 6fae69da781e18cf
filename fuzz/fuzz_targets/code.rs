//! The certificate on machine code, whole and damaged.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::code(data));
