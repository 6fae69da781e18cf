//! The instructions of ARMv6-M, the architecture of the Cortex-M0.
//!
//! [`decode`] says of each halfword, and of each pair, what instruction it is; [`Inst`] what the instruction does: its
//! text, registers, flags, access to memory, where control goes, how many cycles it takes. The crate knows nothing of
//! emitters, and emitters do not use it, so that it can judge them.
//!
//! An instruction here has a defined effect on ARMv6-M (ARM DDI 0419): what the manual calls UNDEFINED or UNPREDICTABLE
//! is none. The exception is `UDF`, which is there to be undefined: it is how programs trap.
//!
//! ```
//! let inst = thumb::decode(0x4770, None).ok_or("no instruction")?;
//! assert_eq!(inst.to_string(), "bx lr");
//! assert_eq!(inst.cycles(true, thumb::FAST_MULTIPLY), 3);
//! assert_eq!(inst.encode(), Some(thumb::Halfwords::One(0x4770)));
//! # Ok::<(), &str>(())
//! ```

mod cycles;
mod decode;
mod effect;
mod encode;
mod flow;
mod inst;
mod operand;
mod register;
mod text;

pub use cycles::{EXCEPTION_LATENCY, FAST_MULTIPLY, SMALL_MULTIPLY};
pub use decode::decode;
pub use effect::{Access, AccessOffset, Effects, Flags};
pub use encode::Halfwords;
pub use flow::Flow;
pub use inst::Inst;
pub use operand::{Alu, Barrier, Cond, Extend, Hint, LoadKind, Offset, Reverse, Shift, Special, Width};
pub use register::{Reg, RegSet};
pub use text::Placed;

/// The instruction at the start of some code, little-endian; none when it is none or the code ends.
pub fn decode_bytes(code: &[u8]) -> Option<Inst> {
    let half = |at: usize| Some(u16::from_le_bytes(*code.get(at..)?.first_chunk()?));
    decode(half(0)?, half(2))
}
