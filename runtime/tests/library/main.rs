//! The library in the VM against crate `semantics`: every helper on edge values and on random ones, the status that
//! helpers raise, blocks of memory, and the table against the contract.

mod computes;
mod cost;
mod machine;
mod memory;
mod status;
mod table;
mod values;

/// The target whose library is tested where no other is named.
const TRIPLE: &str = "x86_64-unknown-linux-elf";
/// The targets that have a library, each with its folder.
const TARGETS: [(&str, &str); 2] = [(TRIPLE, "x86_64"), ("sim-cortex-m0", "cortex_m0")];
