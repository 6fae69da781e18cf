//! System calls: those that the host runtime makes, by their numbers under Linux for x86-64. All others fail with `ENOSYS`.

use super::End;
use super::image::PAGE;
use super::machine::{Engine, State};
use super::signal::{ALTERNATE_BYTES, AlternateStack};
use std::io::{ErrorKind, Read, Write};
use unicorn_engine::{Prot, RegisterX86};

/// Where memory of the program's own begins that the kernel gives, far from everything else.
const FIRST_MAPPING: u64 = 0x2000_0000_0000;
/// The most memory that a program may have of the kernel, in bytes.
const MOST_MEMORY: u64 = 1 << 30;
/// The most that one system call reads or writes, in bytes; programs go on with the rest.
const MOST_BYTES: u64 = 1 << 20;
/// The most files that a program may open, and bytes in them.
const MOST_FILES: usize = 64;
const MOST_FILE_BYTES: usize = 16 << 20;

const EIO: i64 = -5;
const EBADF: i64 = -9;
const ENOMEM: i64 = -12;
const EFAULT: i64 = -14;
const EINVAL: i64 = -22;
const EMFILE: i64 = -24;
const ENOSPC: i64 = -28;
const ENOSYS: i64 = -38;

/// What the kernel keeps for a program.
pub(crate) struct Kernel {
    next_mapping: u64,
    mapped: u64,
    /// Files that were opened for writing: paths and contents.
    pub(crate) files: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Kernel {
    pub(crate) fn new() -> Kernel {
        Kernel { next_mapping: FIRST_MAPPING, mapped: 0, files: Vec::new() }
    }
}

/// Serves the system call that the processor has come to.
pub(crate) fn serve(engine: &mut Engine<'_>) {
    let register = |register: RegisterX86| engine.reg_read(register).unwrap_or(0);
    let number = register(RegisterX86::RAX);
    let arguments = [RegisterX86::RDI, RegisterX86::RSI, RegisterX86::RDX].map(register);
    let result = call(engine, number, arguments);
    // The register is there, and a result that does not arrive is the program's to see.
    let _ = engine.reg_write(RegisterX86::RAX, result as u64);
}

fn call(engine: &mut Engine<'_>, number: u64, [a, b, c]: [u64; 3]) -> i64 {
    match number {
        0 => read(engine, a, b, c),
        1 => write(engine, a, b, c),
        2 => open(engine, a),
        9 => map(engine, a, b),
        11 => unmap(engine, a, b),
        13 => handle(engine, a, b),
        39 => 1,
        60 | 231 => end(engine, End::Exited(a as u8)),
        62 => end(engine, End::Killed(b as u8)),
        131 => alternate_stack(engine, a),
        _ => ENOSYS,
    }
}

fn end(engine: &mut Engine<'_>, end: End) -> i64 {
    engine.get_data_mut().stop(end);
    // Whether it stops is seen by the end that was noted.
    let _ = engine.emu_stop();
    0
}

fn read(engine: &mut Engine<'_>, file: u64, to: u64, bytes: u64) -> i64 {
    if file != 0 {
        return EBADF;
    }
    let mut buffer = vec![0; bytes.min(MOST_BYTES) as usize];
    let read = loop {
        match engine.get_data_mut().host.input.read(&mut buffer) {
            Ok(read) => break read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return EIO,
        }
    };
    match engine.mem_write(to, &buffer[..read]) {
        Ok(()) => read as i64,
        Err(_) => EFAULT,
    }
}

fn write(engine: &mut Engine<'_>, file: u64, from: u64, bytes: u64) -> i64 {
    let mut buffer = vec![0; bytes.min(MOST_BYTES) as usize];
    if engine.mem_read(from, &mut buffer).is_err() {
        return EFAULT;
    }
    let State { host, kernel, .. } = engine.get_data_mut();
    let written = match file {
        1 => host.output.write_all(&buffer),
        2 => host.error.write_all(&buffer),
        _ => {
            let index = usize::try_from(file).ok().and_then(|file| file.checked_sub(3));
            let Some((_, contents)) = index.and_then(|index| kernel.files.get_mut(index)) else { return EBADF };
            if contents.len() + buffer.len() > MOST_FILE_BYTES {
                return ENOSPC;
            }
            contents.write_all(&buffer)
        }
    };
    if written.is_ok() { buffer.len() as i64 } else { EIO }
}

/// Opens a file for writing, whatever the flags say: it is new, and only what is written to it is there.
fn open(engine: &mut Engine<'_>, path: u64) -> i64 {
    let mut bytes = Vec::new();
    while bytes.len() < PAGE as usize {
        let mut byte = [0];
        if engine.mem_read(path + bytes.len() as u64, &mut byte).is_err() {
            return EFAULT;
        }
        if byte == [0] {
            break;
        }
        bytes.extend(byte);
    }
    let files = &mut engine.get_data_mut().kernel.files;
    if files.len() >= MOST_FILES {
        return EMFILE;
    }
    files.push((bytes, Vec::new()));
    files.len() as i64 + 2
}

/// Memory for reading and writing, without a file behind it, at an address that the kernel chooses.
fn map(engine: &mut Engine<'_>, address: u64, bytes: u64) -> i64 {
    if address != 0 || bytes == 0 {
        return EINVAL;
    }
    let Some(size) = bytes.checked_next_multiple_of(PAGE) else { return ENOMEM };
    let kernel = &mut engine.get_data_mut().kernel;
    if size > MOST_MEMORY - kernel.mapped {
        return ENOMEM;
    }
    let at = kernel.next_mapping;
    kernel.mapped += size;
    // A page between two mappings belongs to none.
    kernel.next_mapping += size + PAGE;
    match engine.mem_map(at, size, Prot::READ | Prot::WRITE) {
        Ok(()) => at as i64,
        Err(_) => ENOMEM,
    }
}

fn unmap(engine: &mut Engine<'_>, address: u64, bytes: u64) -> i64 {
    let Some(size) = bytes.checked_next_multiple_of(PAGE) else { return EINVAL };
    let inside = address >= FIRST_MAPPING && address.checked_add(size).is_some();
    if !inside || size == 0 || engine.mem_unmap(address, size).is_err() {
        return EINVAL;
    }
    let kernel = &mut engine.get_data_mut().kernel;
    kernel.mapped = kernel.mapped.saturating_sub(size);
    0
}

/// The first word of the structure is the handler.
fn handle(engine: &mut Engine<'_>, signal: u64, action: u64) -> i64 {
    let mut word = [0; 8];
    if engine.mem_read(action, &mut word).is_err() {
        return EFAULT;
    }
    let handlers = &mut engine.get_data_mut().signals.handlers;
    match usize::try_from(signal).ok().and_then(|signal| handlers.get_mut(signal)) {
        Some(handler) => *handler = u64::from_le_bytes(word),
        None => return EINVAL,
    }
    0
}

/// Three words: address, flags, size.
fn alternate_stack(engine: &mut Engine<'_>, stack: u64) -> i64 {
    let mut words = [0; 24];
    if engine.mem_read(stack, &mut words).is_err() {
        return EFAULT;
    }
    let word = |at: usize| words[at..at + 8].try_into().map_or(0, u64::from_le_bytes);
    let (start, size) = (word(0), word(16));
    if size < ALTERNATE_BYTES {
        return ENOMEM;
    }
    engine.get_data_mut().signals.alternate = Some(AlternateStack { end: start.wrapping_add(size) });
    0
}
