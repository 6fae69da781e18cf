//! The guest's memory.
//!
//! | file | what |
//! |---|---|
//! | `region.rs` | the one mapping that all guest memory lies in, and the addresses of functions behind it |
//! | `low.rs` | memory below 2 GiB, for machine code |
//! | `heap.rs` | the allocator of the region's bytes |
//! | `image.rs` | data objects: where they lie and what they begin as |
//! | `objects.rs`, `stacks.rs` | checked mode: which objects live where, and whether an access is allowed |
//! | `shadow.rs` | checked mode: which bits are defined, and which object a pointer in memory belongs to |
//!
//! Nothing that the engine relies on lies in guest memory: whatever a guest stores where, it harms itself alone.
//! Everything is deterministic, but that with 64-bit pointers addresses are the host's.
//!
//! What must not live here: anything that knows instructions, frames or fibers.

mod heap;
mod image;
mod low;
mod objects;
mod region;
mod shadow;
mod stacks;
#[cfg(test)]
mod tests;

pub(crate) use heap::Heap;
pub(crate) use image::{Image, ImageError, data_offsets};
pub(crate) use objects::{Access, Described, Kind, Objects, Site, Tag, Violation};
pub(crate) use region::{Region, RegionError};
pub(crate) use shadow::Shadow;
pub(crate) use stacks::Chunk;
