//! What an emitter hands over, and what it claims about it.
//!
//! An [`Artifact`] is a module as machine code: for each function bytes, relocations, and rows that say which trap,
//! which unwinding and which call belongs to which place. Beside each function stands its [`Claim`], the emitter's
//! word on what the bytes mean: which of them belong to which instruction of the IR, where blocks begin, where values
//! live. Nobody trusts a claim: the certificate's checks read it as a hint, decode the bytes and refuse the function
//! when the two do not fit.
//!
//! Emitters make artifacts, `certify` checks them, writers of objects and the JIT take them. These share this crate
//! and nothing else. The data objects of the module are not copied here: writers lay them out from the module itself.
//!
//! Offsets are in bytes from the first byte of the function; addresses of the machine stand nowhere.

mod claim;
mod code;
mod unwind;

pub use claim::{BlockRow, Claim, Frame, InstRow, JumpTable, Location, Place, Saved};
pub use code::{CallRow, FunctionCode, Pool, Reference, Relocation, RelocationKind, TrapRow};
pub use unwind::{UnwindOp, UnwindRow};

/// How addresses of symbols are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RelocationModel {
    /// The program lies at fixed addresses below 2 GiB.
    #[default]
    Static,
    /// The code runs at any address; symbols of others are reached through the global offset table.
    Pic,
}

/// A module as machine code.
#[derive(Clone, Debug)]
pub struct Artifact {
    /// The target's triple.
    pub triple: String,
    /// The CPU features that the code may use, in the order of the target's row.
    pub features: Vec<String>,
    /// How addresses are made.
    pub relocation_model: RelocationModel,
    /// Whether the code keeps away from the memory below the stack pointer.
    pub kernel_mode: bool,
    /// Functions in the module's order: all that run natively.
    pub functions: Vec<FunctionCode>,
}
