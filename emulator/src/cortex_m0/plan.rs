//! What shall happen at a given instruction.

/// Something from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// An interrupt line becomes pending.
    Interrupt(u16),
    /// Bits of a core register change, by its number below 15.
    FlipRegister {
        /// The register.
        number: u8,
        /// The bits.
        mask: u32,
    },
    /// Bits of a byte in memory change.
    FlipByte {
        /// The byte.
        address: u32,
        /// The bits.
        mask: u8,
    },
}

/// Events by the number of instructions that come before them, in that order.
#[derive(Default)]
pub(super) struct Plan {
    events: Vec<(u64, Event)>,
    next: usize,
}

impl Plan {
    /// Plans an event for the moment before the n-th instruction, counted from 1.
    pub(super) fn add(&mut self, before: u64, event: Event) {
        let after = before.saturating_sub(1);
        let place = self.events.partition_point(|(other, _)| *other <= after);
        self.events.insert(place.max(self.next), (after, event));
    }

    /// After how many instructions the next event comes.
    pub(super) fn due(&self) -> u64 {
        self.events.get(self.next).map_or(u64::MAX, |(after, _)| *after)
    }

    /// The next event that is due, once.
    pub(super) fn take(&mut self, instructions: u64) -> Option<Event> {
        let (_, event) = self.events.get(self.next).copied().filter(|(after, _)| *after <= instructions)?;
        self.next += 1;
        Some(event)
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        *self = Plan::default();
    }
}
