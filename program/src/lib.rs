//! Modules as programs: compiled, certified, and linked with what they need of the libraries; and calls of functions of
//! firmware, on an emulated processor and in QEMU.
//!
//! [`compile`] makes certified machine code of functions and what they reach, [`helpers`] and [`host`] that of the libraries,
//! [`firmware`] links an image. A [`Callable`] is an image that waits for calls; `Board` (with the feature `unicorn`) and
//! [`Process`] make them.

#[cfg(feature = "unicorn")]
mod board;
mod callable;
mod compiled;
mod frame;
mod image;
mod qemu;
mod registers;

#[cfg(feature = "unicorn")]
pub use board::{Board, Manner};
pub use callable::{Callable, End, is_firmware};
pub use compiled::{Compiled, Error, How, compile, function, helpers, host};
pub use image::{Linked, firmware};
pub use qemu::Process;
pub use registers::registers;
