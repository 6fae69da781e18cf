//! The emitter for Cortex-M0: ARMv6-M (ARM DDI 0419), arguments as AAPCS32 has them.
//!
//! | file | what it does |
//! |---|---|
//! | [`inst`] | the machine IR |
//! | [`encode`] | machine IR to halfwords: the encoder |
//! | [`buffer`] | labels, branches, constants and rows of one function |
//! | [`frame`] | what is where on the stack |

pub(crate) mod buffer;
pub(crate) mod encode;
pub(crate) mod frame;
pub(crate) mod inst;
