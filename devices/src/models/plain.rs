//! A block of registers that only remember what was written.

use crate::access::Width;
use crate::device::Device;
use crate::fault::Fault;
use std::collections::BTreeMap;

/// Registers of any width at any offset; zero until they are written. Bytes lie with the lowest first.
#[derive(Clone, Default)]
pub struct Plain {
    bytes: BTreeMap<u64, u8>,
}

impl Plain {
    /// Registers that hold zero.
    pub fn new() -> Self {
        Self::default()
    }
}

fn offsets(offset: u64, width: Width) -> impl DoubleEndedIterator<Item = u64> {
    (0..width.bytes()).map(move |i| offset.wrapping_add(i))
}

impl Device for Plain {
    fn read(&mut self, offset: u64, width: Width) -> Result<u64, Fault> {
        let byte = |at| self.bytes.get(&at).copied().unwrap_or(0);
        Ok(offsets(offset, width).rev().fold(0, |value, at| value << 8 | u64::from(byte(at))))
    }

    fn write(&mut self, offset: u64, width: Width, value: u64) -> Result<(), Fault> {
        self.bytes.extend(offsets(offset, width).zip(value.to_le_bytes()));
        Ok(())
    }

    fn reset(&mut self) {
        self.bytes.clear();
    }
}
