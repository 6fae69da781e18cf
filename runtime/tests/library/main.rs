//! The library in the VM against crate `semantics`: every helper on edge values and on random ones, the status that
//! helpers raise, blocks of memory, and the table against the contract; and the library for Cortex-M0 as machine code of
//! the host.

mod computes;
mod cost;
mod emulated;
mod host;
mod machine;
mod memory;
mod status;
mod table;
mod values;

/// The target whose library is tested where no other is named.
const TRIPLE: &str = "x86_64-unknown-linux-elf";
/// The other target.
const M0: &str = "sim-cortex-m0";
/// The targets that have a library, each with its folder.
const TARGETS: [(&str, &str); 2] = [(TRIPLE, "x86_64"), (M0, "cortex_m0")];
