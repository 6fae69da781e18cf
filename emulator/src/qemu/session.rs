//! Single functions of firmware, called one after the other by way of the debugger's stub; memory is put back between them.
//!
//! Firmware that says where it is ready for calls is run up to there, once. Else its own start is never run: initial data is
//! put in its place as the file's segments say, by their addresses in memory, and everything else in RAM is zero.
//!
//! Starting QEMU takes longer than most calls, so a session can take other firmware. QEMU would put an image that it was
//! started with back into flash at each reset; therefore it is started without one, and the debugger's stub fills flash.

use super::command::{Debugger, FLASH_BYTES, RAM_BYTES, set_memory, without_image};
use super::gdb::{Gdb, Reply, STATUS};
use super::run::{ABORT, forget_report, missing};
use crate::backtrace::interrupted;
use crate::{Error, Firmware};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
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
/// Where RAM begins.
const RAM: u32 = 0x2000_0000;
/// Where a call returns to when the firmware has no place for that: the end of flash.
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
    /// QEMU ended itself because the processor is locked up.
    Lockup,
    /// QEMU is gone.
    Gone,
}

/// Firmware in QEMU, stopped between calls.
pub struct Session {
    firmware: Firmware,
    options: Options,
    /// What RAM holds before a call, as far as data lies in it.
    ram: Vec<u8>,
    /// The stack pointer likewise.
    stack: u32,
    /// r0 to pc, as they are or, before a call, as they will be.
    registers: [u32; 16],
    /// The handler of faults, if the program stops there.
    fault: Option<u32>,
    process: Process,
}

/// How functions of firmware are called.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the firmware waits for calls, and where they return to.
    pub ready: Option<u32>,
    /// Whether faults go to the firmware's handler; else they end a call.
    pub handles_faults: bool,
    /// The firmware's arguments.
    pub arguments: Vec<Vec<u8>>,
    /// Whether the streams are those of this process; else the input is empty, and the outputs are kept.
    pub streams: bool,
    /// Bytes of flash and of RAM.
    pub flash: u32,
    /// See `flash`.
    pub ram: u32,
}

impl Default for Options {
    /// The board with its own memory; its firmware's start is not run, and its faults end a call.
    fn default() -> Options {
        Options {
            ready: None,
            handles_faults: false,
            arguments: Vec::new(),
            streams: false,
            flash: FLASH_BYTES,
            ram: RAM_BYTES,
        }
    }
}

/// A process of QEMU.
struct Process {
    child: Child,
    gdb: Gdb,
    /// The outputs, unless they are those of this process.
    kept: Option<(File, File)>,
    /// The socket and the outputs, for as long as the process uses them.
    _folder: TempDir,
}

impl Session {
    /// Starts QEMU with the ELF file of firmware.
    ///
    /// # Errors
    /// The file is no firmware; QEMU cannot be started; the firmware does not get ready.
    pub fn new(image: &[u8], options: Options) -> Result<Session, Error> {
        let firmware = Firmware::read(image)?;
        let process = Process::start(&options)?;
        let (ram, stack) = (Vec::new(), RAM.wrapping_add(options.ram));
        let mut session = Session { firmware, options, ram, stack, registers: [0; 16], fault: None, process };
        session.load()?;
        Ok(session)
    }

    /// Puts other firmware in the place of the session's; `ready` is where it waits for calls.
    ///
    /// # Errors
    /// As for [`Session::new`].
    pub fn replace(&mut self, image: &[u8], ready: Option<u32>) -> Result<(), Error> {
        let firmware = Firmware::read(image)?;
        if self.process.is_alive() {
            let back = self.back();
            let gdb = &mut self.process.gdb;
            self.fault.map_or(Ok(()), |handler| gdb.pass(handler))?;
            gdb.pass(back)?;
        } else {
            self.process = Process::start(&self.options)?;
        }
        self.firmware = firmware;
        self.options.ready = ready;
        self.load()
    }

    /// Makes calls of the firmware possible, in a process that knows nothing of it.
    fn load(&mut self) -> Result<(), Error> {
        self.ram = initial(&self.firmware, self.options.ram);
        self.stack = RAM.wrapping_add(self.options.ram);
        self.prepare()?;
        if self.options.ready.is_some() {
            self.get_ready()?;
        }
        Ok(())
    }

    /// Fills flash; has the program stop where calls return to, and where faults lead if they end a call.
    fn prepare(&mut self) -> Result<(), Error> {
        let back = self.back();
        let gdb = &mut self.process.gdb;
        for segment in &self.firmware.segments {
            gdb.write_memory(segment.address, &segment.bytes)?;
        }
        // The first instruction and the stack are what the vectors say at a reset.
        gdb.reset()?;
        let mut vector = [0; 4];
        gdb.read(12, &mut vector)?;
        let handler = u32::from_le_bytes(vector) & !1;
        self.fault = Some(handler).filter(|handler| *handler != 0 && !self.options.handles_faults);
        gdb.stop_at(back)?;
        self.fault.map_or(Ok(()), |handler| gdb.stop_at(handler))
    }

    /// Where calls return to.
    fn back(&self) -> u32 {
        self.options.ready.unwrap_or(BACK)
    }

    /// Lets the program run until it is ready, and keeps its memory.
    fn get_ready(&mut self) -> Result<(), Error> {
        let reply = self.process.gdb.go_on(START)?;
        let registers = if reply == Reply::Stopped { self.process.gdb.registers()? } else { [0; 16] };
        if registers[usize::from(PC)] != self.back() {
            return Err(Error::Qemu(format!("the firmware does not get ready for calls ({reply:?})")));
        }
        self.stack = registers[usize::from(SP)];
        let mut ram = std::mem::take(&mut self.ram);
        self.process.gdb.read(RAM, &mut ram)?;
        self.ram = ram;
        Ok(())
    }

    /// Puts memory, registers and devices back; a process that is gone is started again.
    ///
    /// # Errors
    /// QEMU cannot be started.
    pub fn reset(&mut self) -> Result<(), Error> {
        let alive = self.process.is_alive();
        let ram = std::mem::take(&mut self.ram);
        let gdb = &mut self.process.gdb;
        // What a call told the timers and the interrupt controller is not for the next one.
        let mut result = if alive { gdb.reset().and_then(|()| gdb.write_memory(RAM, &ram)) } else { Ok(()) };
        if !alive || result.is_err() {
            self.process = Process::start(&self.options)?;
            result = self.prepare().and_then(|()| self.process.gdb.write_memory(RAM, &ram));
        }
        self.ram = ram;
        result?;
        self.process.forget_output().map_err(|error| Error::Qemu(error.to_string()))?;
        self.registers = [0; 16];
        self.set_register(SP, self.stack);
        Ok(())
    }

    /// All core registers: where a call ended with a trap or another fault, as that instruction found them. After a call that
    /// ended otherwise and did not return they are what they were before.
    pub fn registers(&self) -> crate::Registers {
        self.registers
    }

    /// One of them by its number; 0 for a number above 15.
    pub fn register(&self, number: u8) -> u32 {
        self.registers.get(usize::from(number)).copied().unwrap_or(0)
    }

    /// Sets a core register for the next call, by its number.
    pub fn set_register(&mut self, number: u8, value: u32) {
        if let Some(register) = self.registers.get_mut(usize::from(number)) {
            *register = value;
        }
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
    pub fn call(&mut self, function: u32, limit: Option<Duration>) -> Result<Stop, Error> {
        self.set_register(LR, self.back() | 1);
        self.set_register(PC, function & !1);
        let gdb = &mut self.process.gdb;
        gdb.set_registers(&self.registers)?;
        gdb.set_register(STATUS, THUMB)?;
        match gdb.go_on(limit.unwrap_or(Duration::MAX))? {
            Reply::Stopped => self.stopped(),
            Reply::Exited(status) => Ok(Stop::Exited(status)),
            Reply::Gone => Ok(self.process.end()),
            Reply::Silent => match self.process.gdb.interrupt()? {
                Reply::Exited(status) => Ok(Stop::Exited(status)),
                Reply::Gone => Ok(self.process.end()),
                _ => Ok(Stop::TimedOut),
            },
        }
    }

    /// Why the program stopped: it returned, or it is at the handler of faults, with the frame of the fault on its stack.
    fn stopped(&mut self) -> Result<Stop, Error> {
        self.registers = self.process.gdb.registers()?;
        let at = self.register(PC) & !1;
        if Some(at) != self.fault {
            return Ok(if at == self.back() { Stop::Returned } else { Stop::Fault(at) });
        }
        let mut word = |address: u32| {
            let mut word = [0; 4];
            self.process.gdb.read(address, &mut word).ok().map(|()| u32::from_le_bytes(word))
        };
        // The frame of a process stack is where nobody says.
        let before = interrupted(self.registers, &mut word);
        let address = match before {
            Some(before) => before[usize::from(PC)],
            None => word(self.registers[usize::from(SP)].wrapping_add(24)).unwrap_or(0),
        };
        self.registers = before.unwrap_or(self.registers);
        let mut half = [0; 2];
        let readable = self.read(address, &mut half).is_ok();
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
        let output = self.process.output_since();
        let (output, mut error) = output.map_err(|error| Error::Qemu(error.to_string()))?;
        if !self.process.is_alive() {
            forget_report(&mut error);
        }
        Ok((output, error))
    }
}

impl Process {
    fn start(options: &Options) -> Result<Process, Error> {
        let unable = |error: io::Error| Error::Qemu(error.to_string());
        let folder = tempfile::tempdir().map_err(unable)?;
        let path = |name: &str| folder.path().join(name);
        let socket = Debugger::Socket(path("debugger").into_os_string());
        let mut command = without_image(&options.arguments, Some(&socket));
        set_memory(&mut command, options.flash, options.ram);
        let kept = match options.streams {
            true => None,
            false => {
                let file = |name: &str| -> io::Result<(File, File)> {
                    Ok((File::create_new(path(name))?, File::open(path(name))?))
                };
                let (output, error) = (file("output").map_err(unable)?, file("error").map_err(unable)?);
                command.stdin(Stdio::null()).stdout(output.0).stderr(error.0);
                Some((output.1, error.1))
            }
        };
        let mut child = command.spawn().map_err(|error| missing(&error))?;
        match connect(&path("debugger"), &mut child).and_then(Gdb::new) {
            Ok(gdb) => Ok(Process { child, gdb, kept, _folder: folder }),
            Err(why) => {
                let _ = child.kill();
                let _ = child.wait();
                let said = std::fs::read_to_string(path("error")).unwrap_or_default();
                Err(Error::Qemu(format!("{why}\n{}", said.trim_end())))
            }
        }
    }

    fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Ends the process, if it has not ended.
    fn kill(&mut self) {
        // One that has ended cannot be ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// How the process ended that is gone.
    fn end(&mut self) -> Stop {
        let status = self.child.wait().ok();
        match status.and_then(|status| status.code()) {
            Some(status) => Stop::Exited(status as u8),
            None if status.and_then(|status| status.signal()) == Some(ABORT) => Stop::Lockup,
            None => Stop::Gone,
        }
    }

    fn forget_output(&mut self) -> io::Result<()> {
        for file in self.kept.iter_mut().flat_map(|(output, error)| [output, error]) {
            file.seek(SeekFrom::End(0))?;
        }
        Ok(())
    }

    fn output_since(&mut self) -> io::Result<(Vec<u8>, Vec<u8>)> {
        let (mut all, mut errors) = (Vec::new(), Vec::new());
        if let Some((output, error)) = &mut self.kept {
            output.read_to_end(&mut all)?;
            error.read_to_end(&mut errors)?;
        }
        Ok((all, errors))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What RAM, of which there are so many bytes, holds before a call, as far as data lies in it.
fn initial(firmware: &Firmware, bytes: u32) -> Vec<u8> {
    let mut ram = vec![0; used(firmware, bytes)];
    for segment in &firmware.segments {
        let place = segment.place.checked_sub(RAM).map(|place| place as usize);
        let bytes = &segment.bytes;
        if let Some(to) = place.and_then(|place| ram.get_mut(place..place.checked_add(bytes.len())?)) {
            to.copy_from_slice(bytes);
        }
    }
    ram
}

/// How many bytes of RAM data takes: up to the last object that has a name, and all of it when nothing has.
fn used(firmware: &Firmware, ram: u32) -> usize {
    if firmware.symbols.is_empty() {
        return ram as usize;
    }
    let objects = firmware.symbols.iter().filter(|symbol| !symbol.function);
    let names = objects.map(|symbol| u64::from(symbol.address) + u64::from(symbol.bytes));
    let bytes = firmware.segments.iter().map(|segment| u64::from(segment.place) + segment.bytes.len() as u64);
    let inside = |end: &u64| (u64::from(RAM)..=u64::from(RAM) + u64::from(ram)).contains(end);
    let last = names.chain(bytes).filter(inside).max();
    last.map_or(0, |last| (last - u64::from(RAM)) as usize)
}

/// The connection to the stub, as soon as it is there.
pub(super) fn connect(path: &Path, child: &mut Child) -> Result<UnixStream, Error> {
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
