//! The events of an nRF51 peripheral and their interrupt: each event has a register from 0x100 on, and the same place as a
//! bit in INTENSET and INTENCLR.

pub(super) const INTENSET: u64 = 0x304;
pub(super) const INTENCLR: u64 = 0x308;

#[derive(Clone)]
pub(super) struct Events {
    known: u32,
    raised: u32,
    enabled: u32,
}

impl Events {
    /// None raised, none enabled; `known` has a bit for each event that exists.
    pub(super) fn new(known: u32) -> Self {
        Self { known, raised: 0, enabled: 0 }
    }

    pub(super) fn raise(&mut self, events: u32) {
        self.raised |= events;
    }

    /// Whether an enabled event is raised.
    pub(super) fn interrupt(&self) -> bool {
        self.enabled_of(self.raised)
    }

    /// Whether one of these events is enabled.
    pub(super) fn enabled_of(&self, events: u32) -> bool {
        events & self.enabled != 0
    }

    /// What the register at this offset holds, if it is one of these.
    pub(super) fn read(&self, offset: u64) -> Option<u32> {
        match offset {
            INTENSET | INTENCLR => Some(self.enabled),
            _ => self.event(offset).map(|event| u32::from(self.raised & event != 0)),
        }
    }

    /// Writes the register at this offset, if it is one of these.
    pub(super) fn write(&mut self, offset: u64, value: u32) -> Option<()> {
        match offset {
            INTENSET => self.enabled |= value & self.known,
            INTENCLR => self.enabled &= !value,
            _ => {
                let event = self.event(offset)?;
                self.raised = if value & 1 != 0 { self.raised | event } else { self.raised & !event };
            }
        }
        Some(())
    }

    fn event(&self, offset: u64) -> Option<u32> {
        let place = (0x100..0x180).contains(&offset).then(|| super::index(offset, 0x100))?;
        Some(self.known & 1 << place).filter(|event| *event != 0)
    }
}
