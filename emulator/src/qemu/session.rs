//! Single functions of firmware, called one after the other by way of the debugger's stub; memory is put back between them.
//!
//! The firmware's own start is never run: initial data is put in its place as the file's segments say, by their addresses
//! in memory, and everything else in RAM is zero.

use super::command::{Debugger, command};
use super::gdb::{Gdb, Reply, STATUS};
use super::run::missing;
use crate::{Error, Firmware};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Numbers of registers.
const SP: u8 = 13;
const LR: u8 = 14;
const PC: u8 = 15;
/// xPSR: Thumb state, no flags, no exception.
const THUMB: u32 = 1 << 24;
/// RAM of the board.
const RAM: (u32, u32) = (0x2000_0000, 0x4000);
/// Where a call returns to: the end of flash.
const BACK: u32 = 0x3_fff0;
/// How long QEMU may take to start.
const START: Duration = Duration::from_secs(30);

/// Why a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It returned.
    Returned,
    /// A trap: the instruction `udf #code` at this address.
    Trap {
        /// Its number, the column `code` of the table of traps.
        code: u8,
        /// Its address.
        address: u32,
    },
    /// Another fault of the instruction at this address.
    Fault(u32),
    /// The program ended by semihosting, with this status.
    Exited(u8),
    /// It ran too long.
    TimedOut,
    /// QEMU is gone: the processor is locked up.
    Gone,
}

/// Firmware in QEMU, stopped between calls.
pub struct Session {
    image: Vec<u8>,
    ram: Vec<u8>,
    vectors: Option<u32>,
    process: Process,
}

/// A process of QEMU.
struct Process {
    child: Child,
    gdb: Gdb,
    output: File,
    error: File,
    /// The socket and the outputs, for as long as the process uses them.
    _folder: TempDir,
}

impl Session {
    /// Starts QEMU with the ELF file of firmware.
    ///
    /// # Errors
    /// The file is no firmware; QEMU cannot be started.
    pub fn new(image: &[u8]) -> Result<Session, Error> {
        let firmware = Firmware::read(image)?;
        let mut ram = vec![0; RAM.1 as usize];
        for segment in &firmware.segments {
            let place = segment.place.checked_sub(RAM.0).map(|place| place as usize);
            let bytes = &segment.bytes;
            if let Some(to) = place.and_then(|place| ram.get_mut(place..place.checked_add(bytes.len())?)) {
                to.copy_from_slice(bytes);
            }
        }
        let process = Process::start(image)?;
        let mut session = Session { image: image.to_vec(), ram, vectors: None, process };
        session.prepare()?;
        Ok(session)
    }

    /// Has the program stop where calls return to and where faults lead.
    fn prepare(&mut self) -> Result<(), Error> {
        let gdb = &mut self.process.gdb;
        let mut vector = [0; 4];
        gdb.read(12, &mut vector)?;
        let handler = u32::from_le_bytes(vector) & !1;
        self.vectors = Some(handler).filter(|handler| *handler != 0);
        gdb.stop_at(BACK)?;
        if handler != 0 {
            gdb.stop_at(handler)?;
        }
        Ok(())
    }

    /// Puts memory and registers back; a process that is gone is started again.
    ///
    /// # Errors
    /// QEMU cannot be started.
    pub fn reset(&mut self) -> Result<(), Error> {
        let alive = matches!(self.process.child.try_wait(), Ok(None));
        let ram = std::mem::take(&mut self.ram);
        let mut result = if alive { self.process.gdb.write_memory(RAM.0, &ram) } else { Ok(()) };
        if !alive || result.is_err() {
            self.process = Process::start(&self.image)?;
            result = self.prepare().and_then(|()| self.process.gdb.write_memory(RAM.0, &ram));
        }
        self.ram = ram;
        result?;
        self.process.forget_output().map_err(|error| Error::Qemu(error.to_string()))?;
        for number in 0..SP {
            self.set_register(number, 0)?;
        }
        self.set_register(SP, RAM.0 + RAM.1)
    }

    /// What a register holds, by its number.
    ///
    /// # Errors
    /// QEMU is gone.
    pub fn register(&mut self, number: u8) -> Result<u32, Error> {
        self.process.gdb.register(number)
    }

    /// Sets a register.
    ///
    /// # Errors
    /// QEMU is gone.
    pub fn set_register(&mut self, number: u8, value: u32) -> Result<(), Error> {
        self.process.gdb.set_register(number, value)
    }

    /// Bytes of memory.
    ///
    /// # Errors
    /// There is no memory, or QEMU is gone.
    pub fn read(&mut self, address: u32, bytes: &mut [u8]) -> Result<(), Error> {
        self.process.gdb.read(address, bytes)
    }

    /// Writes bytes to memory.
    ///
    /// # Errors
    /// There is no memory, or QEMU is gone.
    pub fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), Error> {
        self.process.gdb.write_memory(address, bytes)
    }

    /// Calls a function, whose arguments are in place, until it returns.
    ///
    /// # Errors
    /// QEMU does not do what it should.
    pub fn call(&mut self, function: u32, limit: Duration) -> Result<Stop, Error> {
        let gdb = &mut self.process.gdb;
        gdb.set_register(STATUS, THUMB)?;
        gdb.set_register(LR, BACK | 1)?;
        gdb.set_register(PC, function & !1)?;
        match gdb.go_on(limit)? {
            Reply::Stopped => self.stopped(),
            Reply::Exited(status) => Ok(Stop::Exited(status)),
            Reply::Gone => Ok(self.process.end()),
            Reply::Silent => match self.process.gdb.interrupt()? {
                Reply::Exited(status) => Ok(Stop::Exited(status)),
                Reply::Gone => Ok(self.process.end()),
                _ => {
                    // The processor may be in a handler of its own.
                    self.process.kill();
                    Ok(Stop::TimedOut)
                }
            },
        }
    }

    /// Why the program stopped: it returned, or it is at the handler of faults, with the frame of the fault on its stack.
    fn stopped(&mut self) -> Result<Stop, Error> {
        let at = self.register(PC)? & !1;
        if Some(at) != self.vectors {
            return Ok(if at == BACK { Stop::Returned } else { Stop::Fault(at) });
        }
        let frame = self.register(SP)?;
        let mut word = [0; 4];
        self.read(frame.wrapping_add(24), &mut word)?;
        let address = u32::from_le_bytes(word);
        let mut half = [0; 2];
        let readable = self.read(address, &mut half).is_ok();
        // An exception that is under way would hold off those of the next call.
        self.process.kill();
        Ok(match half {
            [code, 0xde] if readable => Stop::Trap { code, address },
            _ => Stop::Fault(address),
        })
    }

    /// What the program wrote since the last reset, to its output and its error output.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn output(&mut self) -> Result<(Vec<u8>, Vec<u8>), Error> {
        self.process.output_since().map_err(|error| Error::Qemu(error.to_string()))
    }
}

impl Process {
    fn start(image: &[u8]) -> Result<Process, Error> {
        let unable = |error: io::Error| Error::Qemu(error.to_string());
        let folder = tempfile::tempdir().map_err(unable)?;
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("firmware.elf"), image).map_err(unable)?;
        let output = File::create_new(path("output")).map_err(unable)?;
        let error = File::create_new(path("error")).map_err(unable)?;
        let socket = Debugger::Socket(path("debugger").into_os_string());
        let mut command = command(&path("firmware.elf"), &[], Some(&socket));
        command.stdin(Stdio::null()).stdout(output.try_clone().map_err(unable)?);
        let mut child =
            command.stderr(error.try_clone().map_err(unable)?).spawn().map_err(|error| missing(&error))?;
        let (output, error) =
            (File::open(path("output")).map_err(unable)?, File::open(path("error")).map_err(unable)?);
        match connect(&path("debugger"), &mut child).and_then(Gdb::new) {
            Ok(gdb) => Ok(Process { child, gdb, output, error, _folder: folder }),
            Err(why) => {
                let _ = child.kill();
                let _ = child.wait();
                let said = std::fs::read_to_string(path("error")).unwrap_or_default();
                Err(Error::Qemu(format!("{why}\n{}", said.trim_end())))
            }
        }
    }

    /// Ends the process, if it has not ended.
    fn kill(&mut self) {
        // One that has ended cannot be ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// How the process ended that is gone.
    fn end(&mut self) -> Stop {
        match self.child.wait().ok().and_then(|status| status.code()) {
            Some(status) => Stop::Exited(status as u8),
            None => Stop::Gone,
        }
    }

    fn forget_output(&mut self) -> io::Result<()> {
        self.output.seek(SeekFrom::End(0))?;
        self.error.seek(SeekFrom::End(0)).map(|_| ())
    }

    fn output_since(&mut self) -> io::Result<(Vec<u8>, Vec<u8>)> {
        let (mut output, mut error) = (Vec::new(), Vec::new());
        self.output.read_to_end(&mut output)?;
        self.error.read_to_end(&mut error)?;
        Ok((output, error))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The connection to the stub, as soon as it is there.
fn connect(path: &Path, child: &mut Child) -> Result<UnixStream, Error> {
    let start = Instant::now();
    loop {
        match UnixStream::connect(path) {
            Ok(stream) => return Ok(stream),
            Err(error) if start.elapsed() > START => return Err(Error::Qemu(error.to_string())),
            Err(_) => {}
        }
        if let Ok(Some(status)) = child.try_wait() {
            return Err(Error::Qemu(format!("it ended ({status})")));
        }
        sleep(Duration::from_millis(2));
    }
}
