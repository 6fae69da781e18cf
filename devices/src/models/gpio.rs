//! The pins of the nRF51: 32, each with a bit in every word.

use super::check_word;
use crate::access::Width;
use crate::device::Device;
use crate::fault::Fault;

/// PIN_CNF: the direction, which is the same bit as in DIR.
const OUTPUT: u32 = 1;
/// PIN_CNF: the input buffer is not connected, so that IN reads 0.
const DISCONNECTED: u32 = 1 << 1;
/// PIN_CNF: a resistor holds the pin high when nobody drives it.
const PULL: u32 = 3 << 2;
const PULL_UP: u32 = 3 << 2;
/// PIN_CNF: all bits that exist.
const CONFIGURATION: u32 = OUTPUT | DISCONNECTED | PULL | 7 << 8 | 3 << 16;

/// Pins.
#[derive(Clone)]
pub struct Gpio {
    out: u32,
    direction: u32,
    /// PIN_CNF without the direction.
    configuration: [u32; 32],
    driven: u32,
    levels: u32,
}

impl Default for Gpio {
    fn default() -> Self {
        Self::new()
    }
}

impl Gpio {
    /// Pins that nobody drives.
    pub fn new() -> Self {
        Self { out: 0, direction: 0, configuration: [DISCONNECTED; 32], driven: 0, levels: 0 }
    }

    /// Drives the pins of a mask from outside, to the levels in `levels`.
    pub fn drive(&mut self, pins: u32, levels: u32) {
        self.driven |= pins;
        self.levels = self.levels & !pins | levels & pins;
    }

    /// Leaves the pins of a mask alone.
    pub fn release(&mut self, pins: u32) {
        self.driven &= !pins;
    }

    /// Which pins the program drives.
    pub fn outputs(&self) -> u32 {
        self.direction
    }

    /// The level of each pin: of an output what the program says, else what drives it from outside, else its resistor.
    pub fn levels(&self) -> u32 {
        let undriven = self.pins_with(|configuration| configuration & PULL == PULL_UP);
        let outside = self.levels & self.driven | undriven & !self.driven;
        self.out & self.direction | outside & !self.direction
    }

    fn input(&self) -> u32 {
        self.levels() & self.pins_with(|configuration| configuration & DISCONNECTED == 0)
    }

    fn pins_with(&self, wanted: impl Fn(u32) -> bool) -> u32 {
        let pins = self.configuration.iter().enumerate();
        pins.filter(|(_, configuration)| wanted(**configuration)).fold(0, |pins, (pin, _)| pins | 1 << pin)
    }

    fn configure(&mut self, pin: usize, value: u32) {
        self.configuration[pin] = value & CONFIGURATION & !OUTPUT;
        self.direction = self.direction & !(1 << pin) | (value & OUTPUT) << pin;
    }
}

impl Device for Gpio {
    fn read(&mut self, offset: u64, width: Width) -> Result<u64, Fault> {
        check_word(offset, width)?;
        let value = match offset {
            0x504..=0x50c => self.out,
            0x510 => self.input(),
            0x514..=0x51c => self.direction,
            0x700..=0x77c => {
                let pin = super::index(offset, 0x700);
                self.configuration[pin] | self.direction >> pin & OUTPUT
            }
            _ => return Err(Fault::NoRegister),
        };
        Ok(u64::from(value))
    }

    fn write(&mut self, offset: u64, width: Width, value: u64) -> Result<(), Fault> {
        check_word(offset, width)?;
        let value = value as u32;
        match offset {
            0x504 => self.out = value,
            0x508 => self.out |= value,
            0x50c => self.out &= !value,
            0x510 => return Err(Fault::ReadOnly),
            0x514 => self.direction = value,
            0x518 => self.direction |= value,
            0x51c => self.direction &= !value,
            0x700..=0x77c => self.configure(super::index(offset, 0x700), value),
            _ => return Err(Fault::NoRegister),
        }
        Ok(())
    }

    fn reset(&mut self) {
        let (driven, levels) = (self.driven, self.levels);
        *self = Self { driven, levels, ..Self::new() };
    }
}
