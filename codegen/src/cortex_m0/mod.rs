//! The emitter for Cortex-M0: ARMv6-M (ARM DDI 0419), arguments as AAPCS32 has them.
//!
//! | file | what it does |
//! |---|---|
//! | [`inst`] | the machine IR |
//! | [`frame`] | what is where on the stack |

pub(crate) mod frame;
pub(crate) mod inst;
