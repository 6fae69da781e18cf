//! The readers of CMSIS-SVD files and register maps.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::svd(data));
