//! Files for Cortex-M0: objects that link with gcc's, images that run under QEMU, what tools say of both.

#[path = "../common/mod.rs"]
mod common;
mod cost;
mod debugger;
mod image;
mod library;
mod object;
mod qemu;
mod rights;
