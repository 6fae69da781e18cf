//! The plan of interrupts that come from outside at given points of the volatile trace.

/// Lines, each with the number of accesses after which it becomes pending; in that order.
pub(super) struct Injections {
    plan: Vec<(u64, u16)>,
    next: usize,
    due: u64,
}

impl Default for Injections {
    fn default() -> Self {
        Self { plan: Vec::new(), next: 0, due: u64::MAX }
    }
}

impl Injections {
    /// Plans a line for the moment after so many accesses.
    pub(super) fn plan(&mut self, after: u64, line: u16) {
        let place = self.plan.partition_point(|(other, _)| *other <= after);
        self.plan.insert(place.max(self.next), (after, line));
        self.update();
    }

    /// Whether something is due after so many accesses.
    #[inline]
    pub(super) fn is_due(&self, accesses: u64) -> bool {
        accesses >= self.due
    }

    /// The next line that is due, once.
    pub(super) fn take(&mut self, accesses: u64) -> Option<u16> {
        let (after, line) = self.plan.get(self.next).copied()?;
        if after > accesses {
            return None;
        }
        self.next += 1;
        self.update();
        Some(line)
    }

    /// Begins the plan again.
    pub(super) fn restart(&mut self) {
        // One that was planned too late stands out of order in the plan of this run, not in that of the next.
        self.plan.sort_by_key(|(after, _)| *after);
        self.next = 0;
        self.update();
    }

    fn update(&mut self) {
        self.due = self.plan.get(self.next).map_or(u64::MAX, |(after, _)| *after);
    }
}
