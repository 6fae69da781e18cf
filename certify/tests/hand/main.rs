//! Code written by hand, right and wrong: what each check takes and refuses. No emitter has a part in it.

mod abi;
mod decode;
mod emit;
mod flow;
mod listing;
mod trace;
