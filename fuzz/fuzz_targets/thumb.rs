//! The decoder of ARMv6-M.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::thumb(data));
