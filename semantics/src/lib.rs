//! What each pure opcode of native IR computes.
//!
//! One generic function an opcode, named as the opcode; compares have one a condition (`icmp_slt`, `fcmp_olt`). All are
//! safe, total and free of panics: what can fail returns a [`Trap`](native_ir::Trap). They are small and inlined, so
//! that an engine's handler for one type is the host's instruction and nothing else.
//!
//! | IR | here |
//! |---|---|
//! | `i1` | `bool` |
//! | `i8` … `i128` | `u8` … `u128`, whatever sign an operation reads into them |
//! | `f16 f32 f64 f128` | [`Half`], `f32`, `f64`, [`Quad`] |
//!
//! [`operation`] finds the function of an opcode at run time, over operands as bits. [`strict_operation`] finds one that
//! reports the floating-point [`Status`] too. Pure opcodes are those of the families integer, overflow, bitwise,
//! compare, float and conversion; those over `flags` have no function here, because a value of that type stands for a
//! compare, which is [`operation`] of `icmp` or `fcmp` under the condition asked.

mod bitwise;
mod compare;
mod convert;
mod float;
mod half;
mod integer;
mod number;
mod overflow;
mod pack;
mod quad;
mod raise;
mod root;
mod round;
mod status;
mod strict;
mod table;
mod value;
mod word;

pub use bitwise::*;
pub use compare::*;
pub use convert::*;
pub use float::*;
pub use half::Half;
pub use integer::*;
pub use number::{Direction, Float};
pub use overflow::*;
pub use pack::Format;
pub use quad::Quad;
pub use round::*;
pub use status::Status;
pub use strict::{StrictOperation, strict_operation};
pub use table::{Operation, operation};
pub use value::{Bits, Value};
pub use word::{Int, Word};
