//! What a program has to do, computed slowly and simply: the model that engines are tested against.
//!
//! [`Model::call`] runs a function of a verified module and says how it ends, or that the run has no one meaning
//! ([`End::Unclear`]): what it decides on then is for the engine to choose, and not to be compared.

mod agree;
mod arguments;
mod calls;
mod capture;
mod fibers;
mod machine;
mod memory;
mod operate;
mod tally;
mod value;

pub use agree::agree;
pub use arguments::{arguments, is_plain, result_kinds};
pub use calls::{Verdict, call_often};
pub use capture::Capture;
pub use machine::{End, Model, TOO_LONG};
pub use tally::Tally;
pub use value::{Value, ones};
