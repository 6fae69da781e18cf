//! Fibers: what runs on its own operand stack, and can be paused.

use crate::frame::SuspendedFrame;
use crate::memory::Chunk;
use crate::stack::Stack;

/// Whether a fiber runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum FiberStatus {
    /// It was not resumed yet.
    New = 0,
    /// It runs, or waits for a fiber that it resumed.
    Running = 1,
    /// It emitted a signal, ran out of fuel, or trapped and was caught.
    Paused = 2,
    /// Its function returned, or it was cancelled.
    Dead = 3,
    /// It trapped, and its resumer did not catch that.
    Error = 4,
}

/// Signal bits that the machine itself raises; programs may emit them too.
pub mod signal {
    /// A trap, whose code is the value.
    pub const ERROR: u16 = 1 << 15;
    /// The fuel is used up.
    pub const FUEL: u16 = 1 << 14;
}

/// A number of a fiber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FiberId(pub(crate) u32);

impl FiberId {
    /// The fiber that a program begins in.
    pub(crate) const ROOT: FiberId = FiberId(0);

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Where a fiber's stack objects are: pieces of guest memory, each used from its beginning on.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    /// The pieces, in the order in which they were needed.
    pub(crate) pieces: Vec<Piece>,
    /// The first free byte of the last piece.
    pub(crate) next: u64,
    /// Bytes of all pieces.
    pub(crate) bytes: u64,
}

/// A piece of guest memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// In checked mode the list of objects in it.
    pub(crate) chunk: Option<Chunk>,
}

/// What a fiber needs to go on; given back when it ends.
#[derive(Debug)]
pub(crate) struct Fiber {
    /// Operand stack: frames with their locals, one behind the other.
    pub(crate) stack: Stack,
    /// Its stack objects.
    pub(crate) arena: Arena,
    /// Where it goes on, while it does not run itself.
    pub(crate) frame: SuspendedFrame,
    /// Its fuel, while it does not run itself.
    pub(crate) fuel: i64,
    /// Who resumed it.
    pub(crate) parent: Option<FiberId>,
    /// Which signals its resumer catches.
    pub(crate) mask: u16,
    /// The fiber that goes on when this one is resumed: itself, or one that it waits for.
    pub(crate) innermost: FiberId,
}

/// An entry of the table of fibers.
#[derive(Debug)]
pub(crate) struct FiberEntry {
    pub(crate) status: FiberStatus,
    /// The result of a dead fiber, the trap's code of one in error.
    pub(crate) value: u64,
    /// None once the fiber is dead or in error.
    pub(crate) fiber: Option<Box<Fiber>>,
}
