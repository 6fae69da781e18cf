//! What engines and emitters know of a function's control flow before they translate it.
//!
//! [`Order`] is the order in which blocks are emitted, [`Loops`] the forest of loops in that order. Both are filled
//! again for each function, allocate nothing once they are large enough, and take linear time.

mod loops;
mod order;

pub use loops::Loops;
pub use order::{Order, edges_of};
