//! What each operation does: handlers, generic over the memory mode, by family.
//!
//! Every handler is inlined where the table makes its two functions of it: a function that takes the machine as a whole
//! takes it through host memory, and would not be left by a jump.

pub(crate) mod arithmetic;
pub(crate) mod block;
pub(crate) mod branch;
pub(crate) mod call;
pub(crate) mod memory;
pub(crate) mod request;
pub(crate) mod transfer;
