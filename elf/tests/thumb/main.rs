//! Files for Cortex-M0: objects that link with gcc's, images that run under QEMU, what tools say of both.

#[path = "../common/mod.rs"]
mod common;
mod debugger;
mod image;
mod object;
mod qemu;
mod rights;
