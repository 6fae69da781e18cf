//! What the bus does with each access that was made: nothing, keep it, or hand it on.

use crate::access::Access;

/// Who hears of accesses.
#[derive(Default)]
pub(super) enum Trace {
    /// Nobody.
    #[default]
    Off,
    /// A list with an end; later accesses are only counted.
    Kept { accesses: Vec<Access>, limit: usize, dropped: u64 },
    /// A function, as each access is made.
    Handed(Box<dyn FnMut(Access) + Send>),
}

impl Trace {
    #[inline]
    pub(super) fn note(&mut self, access: Access) {
        if !matches!(self, Self::Off) {
            self.note_on(access);
        }
    }

    #[cold]
    fn note_on(&mut self, access: Access) {
        match self {
            Self::Off => {}
            Self::Kept { accesses, limit, .. } if accesses.len() < *limit => accesses.push(access),
            Self::Kept { dropped, .. } => *dropped += 1,
            Self::Handed(function) => function(access),
        }
    }

    /// Forgets what was kept, and goes on.
    pub(super) fn restart(&mut self) {
        if let Self::Kept { accesses, dropped, .. } = self {
            accesses.clear();
            *dropped = 0;
        }
    }
}
