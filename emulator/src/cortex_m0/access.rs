//! Volatile accesses: each goes to the bus whole, when and as wide as the processor makes it.

use super::machine::CORE;
use super::settings::Clock;
use super::state::State;
use super::step::stop;
use devices::{BusFault, Fault, Width};
use unicorn_engine::Unicorn;

/// A read of so many bytes of hardware registers that begin at an address.
pub(super) fn read(start: u64) -> impl FnMut(&mut Unicorn<'_, State>, u64, usize) -> u64 {
    move |engine, offset, bytes| access(engine, start + offset, bytes, None)
}

/// A write likewise.
pub(super) fn write(start: u64) -> impl FnMut(&mut Unicorn<'_, State>, u64, usize, u64) {
    move |engine, offset, bytes, value| {
        access(engine, start + offset, bytes, Some(value));
    }
}

/// An access. When the bus refuses it, the instruction is undone by [`super::run`], and what comes until then is not made.
fn access(engine: &mut Unicorn<'_, State>, address: u64, bytes: usize, written: Option<u64>) -> u64 {
    let state = engine.get_data_mut();
    if state.course.refused.is_some() {
        return 0;
    }
    match state.make(address, bytes, written) {
        Ok(value) => value,
        Err(refused) => {
            let low = std::array::from_fn(|number| engine.reg_read(CORE[number]).unwrap_or(0) as u32);
            engine.get_data_mut().course.refused = Some((refused, low));
            stop(engine);
            0
        }
    }
}

impl State {
    /// Makes an access; why it was refused, in words.
    fn make(&mut self, address: u64, bytes: usize, written: Option<u64>) -> Result<u64, String> {
        let Some(width) = Width::from_bytes(bytes as u64) else {
            return Err(format!("an access of {bytes} bytes at {address:#010x}"));
        };
        if !self.is_single_access() {
            let what = "an interrupt would make LDM, STM, PUSH and POP do an access twice";
            return Err(format!("several accesses by one instruction at {address:#010x}: {what}"));
        }
        self.tell_time();
        let result = match written {
            None => self.bus.read(address, width),
            Some(value) => self.bus.write(address, width, value).map(|()| 0),
        };
        let value = match result {
            // The program is not to blame for the host's output.
            Err(BusFault::Device { fault: Fault::Output(_), .. }) => 0,
            result => result.map_err(|fault| fault.to_string())?,
        };
        if self.clock == Clock::Accesses {
            self.bus.advance(1);
        }
        self.set_alarm();
        Ok(value)
    }
}
