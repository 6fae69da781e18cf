//! The serial port UART of the nRF51.
//!
//! The line takes no time: a byte is sent as it is written, and the next one comes when the last one was read. A byte comes
//! in or goes out only after ENABLE and the task STARTRX or STARTTX.

use super::check_word;
use super::events::Events;
use crate::access::Width;
use crate::device::Device;
use crate::fault::Fault;
use std::collections::VecDeque;
use std::io::Write;

const RXDRDY: u32 = 1 << 2;
const TXDRDY: u32 = 1 << 7;
const ERROR: u32 = 1 << 9;
const RXTO: u32 = 1 << 17;
/// Besides these, CTS and NCTS.
const EVENTS: u32 = 1 | 1 << 1 | RXDRDY | TXDRDY | ERROR | RXTO;

/// What ENABLE holds when the port is on.
const ON: u32 = 4;

enum Output {
    Kept(Vec<u8>),
    Sink(Box<dyn Write + Send>),
}

/// What a reset sets back.
struct State {
    events: Events,
    receiving: bool,
    sending: bool,
    /// What RXD holds; `fresh` until it is read.
    received: u8,
    fresh: bool,
    shorts: u32,
    error_source: u32,
    enable: u32,
    /// PSELRTS, PSELTXD, PSELCTS, PSELRXD.
    pins: [u32; 4],
    baud_rate: u32,
    config: u32,
    power: u32,
}

impl State {
    fn new() -> Self {
        Self {
            events: Events::new(EVENTS),
            receiving: false,
            sending: false,
            received: 0,
            fresh: false,
            shorts: 0,
            error_source: 0,
            enable: 0,
            pins: [u32::MAX; 4],
            baud_rate: 0,
            config: 0,
            power: 0,
        }
    }
}

/// A serial port.
pub struct Uart {
    state: State,
    input: VecDeque<u8>,
    output: Output,
}

impl Default for Uart {
    fn default() -> Self {
        Self::new()
    }
}

impl Uart {
    /// A port that keeps what the program sends.
    pub fn new() -> Self {
        Self { state: State::new(), input: VecDeque::new(), output: Output::Kept(Vec::new()) }
    }

    /// A port that hands each byte on as the program sends it. The sink is not flushed.
    pub fn with_output(sink: Box<dyn Write + Send>) -> Self {
        Self { output: Output::Sink(sink), ..Self::new() }
    }

    /// Puts bytes on the line, for the program to receive.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.input.extend(bytes);
        self.receive();
    }

    /// How many bytes the program has not read yet.
    pub fn unread(&self) -> usize {
        self.input.len() + usize::from(self.state.fresh)
    }

    /// What the program has sent; nothing when it was handed on.
    pub fn sent(&self) -> &[u8] {
        if let Output::Kept(bytes) = &self.output { bytes } else { &[] }
    }

    /// Raises an error on the line: bits of ERRORSRC (1 overrun, 2 parity, 4 framing, 8 break).
    pub fn fail(&mut self, source: u32) {
        self.state.error_source |= source & 0xf;
        self.state.events.raise(ERROR);
    }

    fn receive(&mut self) {
        let state = &mut self.state;
        if !state.receiving || state.enable != ON || state.fresh {
            return;
        }
        if let Some(byte) = self.input.pop_front() {
            state.received = byte;
            state.fresh = true;
            state.events.raise(RXDRDY);
        }
    }

    fn send(&mut self, byte: u8) -> Result<(), Fault> {
        if !self.state.sending || self.state.enable != ON {
            return Ok(());
        }
        match &mut self.output {
            Output::Kept(bytes) => bytes.push(byte),
            Output::Sink(sink) => sink.write_all(&[byte]).map_err(|error| Fault::Output(error.kind()))?,
        }
        self.state.events.raise(TXDRDY);
        Ok(())
    }

    /// The tasks, from STARTRX to SUSPEND.
    fn task(&mut self, offset: u64) {
        match offset {
            0x000 => self.state.receiving = true,
            0x004 => {
                self.state.receiving = false;
                self.state.events.raise(RXTO);
            }
            0x008 => self.state.sending = true,
            0x00c => self.state.sending = false,
            _ => (self.state.receiving, self.state.sending) = (false, false),
        }
        self.receive();
    }

    fn take_received(&mut self) -> u32 {
        let byte = self.state.received;
        self.state.fresh = false;
        self.receive();
        u32::from(byte)
    }
}

impl Device for Uart {
    fn read(&mut self, offset: u64, width: Width) -> Result<u64, Fault> {
        check_word(offset, width)?;
        let state = &self.state;
        let value = match offset {
            0x000..=0x00c | 0x01c | 0x51c => return Err(Fault::WriteOnly),
            0x200 => state.shorts,
            0x480 => state.error_source,
            0x500 => state.enable,
            0x508..=0x514 => state.pins[super::index(offset, 0x508)],
            0x518 => self.take_received(),
            0x524 => state.baud_rate,
            0x56c => state.config,
            0xffc => state.power,
            _ => state.events.read(offset).ok_or(Fault::NoRegister)?,
        };
        Ok(u64::from(value))
    }

    fn write(&mut self, offset: u64, width: Width, value: u64) -> Result<(), Fault> {
        check_word(offset, width)?;
        let value = value as u32;
        let state = &mut self.state;
        match offset {
            0x000..=0x00c | 0x01c if value & 1 != 0 => self.task(offset),
            0x000..=0x00c | 0x01c => {}
            0x200 => state.shorts = value & 0x18,
            0x480 => state.error_source &= !value,
            0x500 => {
                state.enable = value & 7;
                self.receive();
            }
            0x508..=0x514 => state.pins[super::index(offset, 0x508)] = value,
            0x518 => return Err(Fault::ReadOnly),
            0x51c => self.send(value as u8)?,
            0x524 => state.baud_rate = value,
            0x56c => state.config = value & 0xf,
            0xffc => state.power = value & 1,
            _ => state.events.write(offset, value).ok_or(Fault::NoRegister)?,
        }
        Ok(())
    }

    fn interrupt(&self) -> bool {
        self.state.events.interrupt()
    }

    fn reset(&mut self) {
        self.state = State::new();
    }
}
