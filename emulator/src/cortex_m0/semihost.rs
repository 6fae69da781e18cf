//! Requests of the program to the host: `bkpt 0xab` with a number in r0 and an argument or the address of a block of
//! arguments in r1 (Arm's semihosting, release 2.0). The answer is in r0.
//!
//! Files are the console alone, by its name `:tt`. The clock is that of the program, 16 million cycles a second.

use super::machine::Machine;
use super::{Stop, state::State};
use std::io::{ErrorKind, Read, Write};

/// The breakpoint that is a request.
pub(super) const BREAKPOINT: u8 = 0xab;

const FAILED: u32 = u32::MAX;
/// What the host says of its last failure.
const NOT_FOUND: u32 = 2;
const BAD_FILE: u32 = 9;
const BAD_ADDRESS: u32 = 14;
/// The reason of `SYS_EXIT` that is an end by the program itself.
const APPLICATION_EXIT: u32 = 0x2_0026;
const CYCLES_A_SECOND: u64 = 16_000_000;
/// The most bytes that one request reads or writes; of more only these are done.
const MOST: u32 = 1 << 20;

/// The console's files; the number of a file is its place, from 1.
#[derive(Default)]
pub(super) struct Files {
    open: Vec<Option<Stream>>,
    error: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stream {
    Input,
    Output,
    Error,
}

/// The most files that may be open.
const MOST_FILES: usize = 64;

impl Files {
    fn get(&self, file: u32) -> Option<Stream> {
        self.open.get(usize::try_from(file).ok()?.checked_sub(1)?).copied().flatten()
    }
}

impl Machine {
    /// Serves the request that the registers say.
    pub(super) fn serve(&mut self) {
        let (number, argument) = (self.register(0), self.register(1));
        if let Some(answer) = self.request(number, argument) {
            self.put(0, answer);
        }
    }

    /// The answer to a request; none when the register stays as it is.
    fn request(&mut self, number: u32, argument: u32) -> Option<u32> {
        let block = |index: u32| self.word(argument.wrapping_add(4 * index));
        let (first, second, third) = (block(0), block(1), block(2));
        let three = || Some((first?, second?, third?));
        let answer = match number {
            0x01 => three().map(|(name, mode, bytes)| self.open_file(name, mode, bytes)),
            0x02 => first.map(|file| self.close(file)),
            0x03 => {
                self.write_text(argument, Some(1));
                return None;
            }
            0x04 => {
                self.write_text(argument, None);
                return None;
            }
            0x05 => three().map(|(file, from, bytes)| self.write_file(file, from, bytes)),
            0x06 => three().map(|(file, to, bytes)| self.read_file(file, to, bytes)),
            0x07 => Some(self.read_byte()),
            0x08 => first.map(|status| u32::from(status as i32 >= -4095 && (status as i32) < 0)),
            0x09 => first.map(|file| self.of_file(file, |_| 1)),
            0x0a | 0x0e | 0x0f => Some(self.failed(BAD_FILE)),
            0x0c => first.map(|file| self.of_file(file, |_| 0)),
            0x10 => Some((self.state().course.cycles / (CYCLES_A_SECOND / 100)) as u32),
            0x11 => Some(0),
            0x13 => Some(self.state().files.error),
            0x15 => first.zip(second).map(|(to, bytes)| self.command_line(argument, to, bytes)),
            0x18 => Some(self.exit(if argument == APPLICATION_EXIT { 0 } else { 1 })),
            0x20 => {
                first.zip(second).map(|(why, status)| self.exit(if why == APPLICATION_EXIT { status } else { 1 }))
            }
            0x30 => Some(self.elapsed(argument)),
            0x31 => Some(CYCLES_A_SECOND as u32),
            _ => Some(FAILED),
        };
        Some(answer.unwrap_or_else(|| self.failed(BAD_ADDRESS)))
    }

    fn exit(&mut self, status: u32) -> u32 {
        self.state_mut().course.stop = Some(Stop::Exited(status));
        FAILED
    }

    fn failed(&mut self, error: u32) -> u32 {
        self.state_mut().files.error = error;
        FAILED
    }

    /// The mode says which stream: 0–3 read, 4–7 write, 8–11 append, which is standard error.
    fn open_file(&mut self, name: u32, mode: u32, bytes: u32) -> u32 {
        let mut text = [0; 3];
        if bytes != 3 || self.read(name, &mut text).is_err() || text != *b":tt" {
            return self.failed(NOT_FOUND);
        }
        let stream = match mode {
            0..=3 => Stream::Input,
            4..=7 => Stream::Output,
            8..=11 => Stream::Error,
            _ => return self.failed(NOT_FOUND),
        };
        let open = &mut self.state_mut().files.open;
        let place = open.iter().position(Option::is_none).unwrap_or(open.len());
        if place >= MOST_FILES {
            return self.failed(BAD_FILE);
        }
        open.resize(open.len().max(place + 1), None);
        open[place] = Some(stream);
        place as u32 + 1
    }

    fn close(&mut self, file: u32) -> u32 {
        if self.state().files.get(file).is_none() {
            return self.failed(BAD_FILE);
        }
        self.state_mut().files.open[file as usize - 1] = None;
        0
    }

    /// An answer about a file that is open.
    fn of_file(&mut self, file: u32, answer: impl FnOnce(Stream) -> u32) -> u32 {
        match self.state().files.get(file) {
            Some(stream) => answer(stream),
            None => self.failed(BAD_FILE),
        }
    }

    /// Bytes of memory, no more than [`MOST`].
    fn bytes(&self, address: u32, bytes: u32) -> Option<Vec<u8>> {
        let mut buffer = vec![0; bytes.min(MOST) as usize];
        self.read(address, &mut buffer).ok()?;
        Some(buffer)
    }

    /// The answer is how many bytes were not written.
    fn write_file(&mut self, file: u32, from: u32, bytes: u32) -> u32 {
        let Some(stream) = self.state().files.get(file) else { return self.failed(BAD_FILE) };
        let Some(buffer) = self.bytes(from, bytes) else { return self.failed(BAD_ADDRESS) };
        if self.state_mut().write(stream, &buffer) { bytes - buffer.len() as u32 } else { bytes }
    }

    /// The answer is how many bytes were not read.
    fn read_file(&mut self, file: u32, to: u32, bytes: u32) -> u32 {
        if self.state().files.get(file) != Some(Stream::Input) {
            return self.failed(BAD_FILE);
        }
        let mut buffer = vec![0; bytes.min(MOST) as usize];
        let read = self.state_mut().read(&mut buffer);
        if !self.is_writable(to, read as u32) || self.engine.mem_write(to.into(), &buffer[..read]).is_err() {
            return self.failed(BAD_ADDRESS);
        }
        bytes - read as u32
    }

    fn read_byte(&mut self) -> u32 {
        let mut byte = [0];
        if self.state_mut().read(&mut byte) == 1 { byte[0].into() } else { FAILED }
    }

    /// A text that ends with a zero byte, or so many bytes, to the debugger's channel: standard error, as in QEMU.
    fn write_text(&mut self, address: u32, bytes: Option<u32>) {
        let mut text = Vec::new();
        let mut byte = [0];
        while text.len() < bytes.unwrap_or(MOST) as usize {
            let end = self.read(address.wrapping_add(text.len() as u32), &mut byte).is_err();
            if end || bytes.is_none() && byte == [0] {
                break;
            }
            text.extend(byte);
        }
        self.state_mut().write(Stream::Error, &text);
    }

    /// The arguments with spaces between them, if there is room for them and a zero byte.
    fn command_line(&mut self, block: u32, to: u32, bytes: u32) -> u32 {
        let arguments =
            self.state().console.as_ref().map(|console| console.arguments.join(&b' ')).unwrap_or_default();
        let length = arguments.len() as u32;
        let text: Vec<u8> = arguments.into_iter().chain([0]).collect();
        let fits = text.len() <= bytes as usize && self.is_writable(to, bytes) && self.is_writable(block, 8);
        let written = fits
            && self.engine.mem_write(to.into(), &text).is_ok()
            && self.engine.mem_write(u64::from(block) + 4, &length.to_le_bytes()).is_ok();
        if written { 0 } else { self.failed(BAD_ADDRESS) }
    }

    /// Puts the cycles so far, of 8 bytes, at an address.
    fn elapsed(&mut self, to: u32) -> u32 {
        let cycles = self.state().course.cycles;
        let written = self.is_writable(to, 8) && self.engine.mem_write(to.into(), &cycles.to_le_bytes()).is_ok();
        if written { 0 } else { self.failed(BAD_ADDRESS) }
    }
}

impl State {
    fn write(&mut self, stream: Stream, bytes: &[u8]) -> bool {
        let Some(console) = &mut self.console else { return false };
        let to = if stream == Stream::Error { &mut console.error } else { &mut console.output };
        to.write_all(bytes).is_ok()
    }

    /// Reads until there is something, the end or a failure.
    fn read(&mut self, bytes: &mut [u8]) -> usize {
        let Some(console) = &mut self.console else { return 0 };
        loop {
            match console.input.read(bytes) {
                Ok(read) => return read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return 0,
            }
        }
    }
}
