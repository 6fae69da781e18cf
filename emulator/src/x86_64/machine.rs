//! The processor, its memory, and hardware registers on the bus.

use super::image::{Image, PAGE, Segment};
use super::kernel::{self, Kernel};
use super::signal::{self, Signals};
use super::{End, Host, Run, stack};
use crate::Error;
use devices::{BusFault, Width};
use std::ops::Range;
use std::time::Instant;
use unicorn_engine::{Arch, HookType, MemType, Mode, Prot, RegisterX86, Unicorn, X86Insn, uc_error};

/// The processor with what belongs to the program.
pub(crate) type Engine<'a> = Unicorn<'a, State>;

/// What belongs to the program beside memory and registers.
pub(crate) struct State {
    pub(crate) host: Host,
    pub(crate) kernel: Kernel,
    pub(crate) signals: Signals,
    end: Option<End>,
}

impl State {
    /// Notes how the program ended; the first end counts.
    pub(crate) fn stop(&mut self, end: End) {
        self.end.get_or_insert(end);
    }
}

/// Runs a static executable to its end.
///
/// # Errors
/// It cannot be loaded, or the emulator fails. What the program does wrong is an [`End`].
pub fn run(image: &[u8], host: Host) -> Result<Run, Error> {
    let image = Image::read(image)?;
    let stack = stack::initial(&host.arguments, &host.environment)?;
    let registers = host.registers.clone();
    let state = State { host, kernel: Kernel::new(), signals: Signals::new(), end: None };
    let mut engine = Unicorn::new_with_data(Arch::X86, Mode::MODE_64, state).map_err(failed)?;
    add_hooks(&mut engine).map_err(failed)?;
    for segment in &image.segments {
        load(&mut engine, segment)?;
    }
    let first = stack::TOP - stack.len() as u64;
    let place = stack::TOP - stack::SIZE;
    let mapped = engine.mem_map(place, stack::SIZE, Prot::READ | Prot::WRITE);
    mapped.and_then(|()| engine.mem_write(first, &stack)).map_err(|_| Error::Map("the stack", place))?;
    for page in pages(&registers) {
        map_registers(&mut engine, page)?;
    }
    engine.reg_write(RegisterX86::RSP, first).map_err(failed)?;
    let end = execute(&mut engine, image.entry)?;
    let state = engine.get_data_mut();
    // Whoever takes the output has it now or never; that it could not be written changes nothing of the run.
    let _ = state.host.output.flush();
    let _ = state.host.error.flush();
    Ok(Run { end, files: std::mem::take(&mut state.kernel.files), bus: std::mem::take(&mut state.host.bus) })
}

fn failed(error: uc_error) -> Error {
    Error::Emulator(format!("{error:?}"))
}

/// Runs from an address on until the program has ended.
fn execute(engine: &mut Engine<'_>, entry: u64) -> Result<End, Error> {
    let start = Instant::now();
    let mut at = entry;
    loop {
        let left = engine.get_data().host.limit.map(|limit| limit.saturating_sub(start.elapsed()));
        if left.is_some_and(|left| left.is_zero()) {
            return Ok(End::TimedOut);
        }
        // Without a limit the number is 0, which is none.
        let micros = left.map_or(0, |left| (left.as_micros() as u64).max(1));
        // No instruction lies at the last address, so that only the program's end ends it.
        let result = engine.emu_start(at, u64::MAX, micros, 0);
        if let Some(end) = engine.get_data_mut().end.take() {
            return Ok(end);
        }
        let exception = engine.get_data_mut().signals.exception.take();
        if let Some(signal) = signal::of(result, exception).map_err(failed)?
            && !signal::deliver(engine, signal).map_err(failed)?
        {
            return Ok(End::Killed(signal));
        }
        at = engine.reg_read(RegisterX86::RIP).map_err(failed)?;
    }
}

/// Hooks come first: the emulator does not show them code that it has already translated.
fn add_hooks(engine: &mut Engine<'_>) -> Result<(), uc_error> {
    engine.add_insn_sys_hook(X86Insn::SYSCALL, 1, 0, kernel::serve)?;
    engine.add_mem_hook(HookType::MEM_INVALID, 1, 0, |engine, _, address, _, _| {
        engine.get_data_mut().signals.fault = address;
        false
    })?;
    engine.add_intr_hook(|engine, number| {
        engine.get_data_mut().signals.exception = Some(number);
        // An interrupt that is not taken would be passed over.
        let _ = engine.emu_stop();
    })?;
    Ok(())
}

fn load(engine: &mut Engine<'_>, segment: &Segment<'_>) -> Result<(), Error> {
    let unfit = |_| Error::Map("a segment", segment.address);
    let (start, size) = segment.pages();
    let rights =
        [(segment.readable, Prot::READ), (segment.writable, Prot::WRITE), (segment.executable, Prot::EXEC)];
    let given = rights.into_iter().filter(|(given, _)| *given);
    let rights = given.fold(Prot::NONE, |all, (_, right)| all | right);
    engine.mem_map(start, size, rights).map_err(unfit)?;
    engine.mem_write(segment.address, segment.bytes).map_err(unfit)
}

/// The pages of ranges, in ascending order, each once.
fn pages(ranges: &[Range<u64>]) -> Vec<u64> {
    let of = |range: &Range<u64>| range.start / PAGE..range.end.div_ceil(PAGE);
    let mut pages: Vec<u64> = ranges.iter().flat_map(of).map(|page| page * PAGE).collect();
    pages.sort_unstable();
    pages.dedup();
    pages
}

/// A page of hardware registers is memory that is brought up to date just before it is read: a device sees each access whole,
/// as the processor makes it. (The emulator's own way to map registers halves accesses of 8 bytes.)
fn map_registers(engine: &mut Engine<'_>, page: u64) -> Result<(), Error> {
    let unfit = |_| Error::Map("a hardware register", page);
    engine.mem_map(page, PAGE, Prot::READ | Prot::WRITE).map_err(unfit)?;
    let hooked = engine.add_mem_hook(
        HookType::MEM_READ | HookType::MEM_WRITE,
        page,
        page + PAGE - 1,
        |engine, kind, address, bytes, value| {
            let written = (kind == MemType::WRITE).then_some(value as u64);
            access(engine, address, bytes, written);
            true
        },
    );
    hooked.map(|_| ()).map_err(unfit)
}

/// An access to a hardware register; one that the bus refuses ends the program, and what comes until then is not made.
fn access(engine: &mut Engine<'_>, address: u64, bytes: usize, written: Option<u64>) {
    let state = engine.get_data_mut();
    if state.end.is_some() {
        return;
    }
    let bus = &mut state.host.bus;
    let result: Result<Option<u64>, String> = match (Width::from_bytes(bytes as u64), written) {
        (Some(width), None) => bus.read(address, width).map(Some).map_err(text),
        (Some(width), Some(value)) => bus.write(address, width, value).map(|()| None).map_err(text),
        (None, _) => Err(format!("an access of {bytes} bytes at {address:#010x}")),
    };
    let end = match result {
        Ok(None) => return,
        Ok(Some(value)) => match engine.mem_write(address, &value.to_le_bytes()[..bytes]) {
            Ok(()) => return,
            Err(error) => End::Hardware(format!("{address:#010x}: {error:?}")),
        },
        Err(fault) => End::Hardware(fault),
    };
    engine.get_data_mut().stop(end);
    // Whether it stops is seen by the end that was noted.
    let _ = engine.emu_stop();
}

fn text(fault: BusFault) -> String {
    fault.to_string()
}
