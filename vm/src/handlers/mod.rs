//! What each operation does: handlers, generic over the memory mode, by family.

pub(crate) mod arithmetic;
pub(crate) mod block;
pub(crate) mod branch;
pub(crate) mod call;
pub(crate) mod memory;
pub(crate) mod request;
pub(crate) mod transfer;
