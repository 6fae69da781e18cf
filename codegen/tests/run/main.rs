//! Functions of a few instructions as machine code, each run and compared with what `semantics` says: floats and
//! conversions, atomics.

mod atomics;
mod floats;
mod machine;
