//! Calls on an emulated processor, with devices behind hardware registers.

use crate::{Callable, End, Error, frame, registers};
use devices::Bus;
use elf::firmware::Region;
use emulator::Backtrace;
use emulator::cortex_m0::{Clock, Console, LR, Limits, Machine, Memory, PC, SP, Settings, Snapshot, Stop};
use native_ir::{Func, Module, Trap};

/// How many bytes a page of the processor has.
const PAGE: u32 = 4096;

/// A processor with an image that waits for calls.
pub struct Board {
    machine: Machine,
    ready: Snapshot,
    /// Whether the last call ended at an instruction that could not be done.
    failed: bool,
}

/// How a board differs from a chip.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// How time passes.
    pub clock: Clock,
    /// Whether traps and other faults go to the program's own handler.
    pub handles_faults: bool,
    /// Whether a program that sleeps for ever goes on, as in the VM.
    pub sleeps_lightly: bool,
    /// Whether to count how often each instruction runs.
    pub profile: bool,
}

impl Board {
    /// The processor.
    pub fn machine(&mut self) -> &mut Machine {
        &mut self.machine
    }

    /// A board whose data has its values.
    ///
    /// # Errors
    /// The emulator cannot be set up, or the image does not get ready.
    pub fn new(callable: &Callable, module: &Module, manner: Manner) -> Result<Board, Error> {
        let memory = callable.image.memory;
        let region = |region: Region, writable| Memory {
            start: region.start / PAGE * PAGE,
            bytes: (region.start % PAGE + region.bytes).next_multiple_of(PAGE),
            writable,
        };
        let mut machine = Machine::with(Settings {
            memory: vec![region(memory.flash, false), region(memory.ram, true)],
            registers: narrow(module),
            clock: manner.clock,
            faults_are_exceptions: manner.handles_faults,
            sleeps_lightly: manner.sleeps_lightly,
            stack_limit: callable.stack_limit(),
            profile: manner.profile,
            ..Settings::default()
        })?;
        for segment in callable.image.segments() {
            machine.load(segment.address, &segment.bytes)?;
        }
        machine.boot()?;
        let limits = Limits { until: Some(callable.ready()?), instructions: Some(1 << 30), time: None };
        match machine.resume(&limits)? {
            Stop::Reached => Ok(Board { ready: machine.snapshot(), machine, failed: false }),
            stop => Err(Error::Machine(format!("the image does not get ready: {stop:?}"))),
        }
    }

    /// Calls a function in a fresh state. The bus that the call had comes back.
    ///
    /// # Errors
    /// It cannot be called, or the emulator fails.
    pub fn call(
        &mut self,
        callable: &Callable,
        module: &Module,
        call: (Func, &[u128]),
        world: (Bus, Console),
        limits: &Limits,
    ) -> Result<(End, Bus), Error> {
        self.call_and_wake(callable, module, call, world, limits, &mut |_| false)
    }

    /// Does so too. When the program sleeps and nothing will wake it, `wake` is asked whether something comes from outside.
    ///
    /// # Errors
    /// As for [`Board::call`].
    pub fn call_and_wake(
        &mut self,
        callable: &Callable,
        module: &Module,
        call: (Func, &[u128]),
        world: (Bus, Console),
        limits: &Limits,
        wake: &mut dyn FnMut(&mut Bus) -> bool,
    ) -> Result<(End, Bus), Error> {
        let (address, layout) = callable.function(call.0)?;
        let frame = frame::frame(module, layout, call.1);
        let machine = &mut self.machine;
        machine.restore(&self.ready);
        machine.replace_bus(world.0);
        if let Some(console) = machine.console() {
            *console = world.1;
        }
        let stack = machine.register(SP).wrapping_sub(frame.stack.len() as u32);
        machine.set_register(SP, stack);
        machine.load(stack, &frame.stack)?;
        for (number, value) in (0..).zip(frame.registers) {
            machine.set_register(number, value);
        }
        let back = callable.ready()?;
        machine.set_register(LR, back | 1);
        machine.set_register(PC, address);
        let until = Limits { until: Some(back), ..*limits };
        let mut stop = machine.resume(&until)?;
        while stop == Stop::Asleep && wake(machine.bus()) {
            stop = machine.resume(&until)?;
        }
        self.failed = matches!(
            stop,
            Stop::Trap { .. } | Stop::StackOverflow(_) | Stop::Hardware(_) | Stop::Fault(_) | Stop::Lockup(_)
        );
        let registers = [0, 1, 2, 3].map(|number| machine.register(number));
        let at = machine.register(PC);
        let bus = machine.replace_bus(Bus::new());
        // What is buffered goes out; a reader that has gone changes nothing.
        if let Some(console) = machine.console() {
            let _ = console.output.flush();
            let _ = console.error.flush();
        }
        let end = match stop {
            Stop::Reached => End::Returned(frame::results(module, layout, registers)),
            Stop::Exited(status) => End::Exited(status as u8),
            Stop::Trap { code, address } => callable.trapped(code, address),
            Stop::StackOverflow(address) => {
                let place = callable.place(address);
                End::Trapped { trap: Trap::StackExhausted, address, detail: None, place }
            }
            Stop::Hardware(text) => End::Trapped {
                trap: Trap::UnmappedMmio,
                address: at,
                detail: Some(text),
                place: callable.place(at),
            },
            Stop::Fault(fault) | Stop::Raised(fault) => {
                End::Stopped(format!("{}, {}", fault.what, callable.place(fault.address)))
            }
            Stop::Lockup(fault) => End::Trapped {
                trap: Trap::Lockup,
                address: fault.address,
                place: callable.place(fault.address),
                detail: Some(fault.what),
            },
            Stop::Asleep => End::Stopped("a sleep from which nothing wakes it".to_string()),
            Stop::Reset => End::Stopped("a reset that it asked for".to_string()),
            Stop::Limit | Stop::TimedOut => End::Stopped(late(limits)),
        };
        Ok((end, bus))
    }

    /// The calls that led to the trap or fault by which the last call ended; none when it ended otherwise.
    ///
    /// # Errors
    /// The image has no tables that can be read.
    pub fn backtrace(&self, callable: &Callable) -> Result<Backtrace, Error> {
        if !self.failed {
            return Ok(Backtrace::default());
        }
        let mut word = |address| {
            let mut bytes = [0; 4];
            self.machine.read(address, &mut bytes).ok().map(|()| u32::from_le_bytes(bytes))
        };
        callable.backtrace(self.machine.registers(), &mut word)
    }
}

/// What is said of a call that took too long.
fn late(limits: &Limits) -> String {
    match (limits.time, limits.instructions) {
        (Some(time), _) => format!("more than {} seconds", time.as_secs()),
        (None, count) => format!("more than {} instructions", count.unwrap_or_default()),
    }
}

/// Where the hardware registers of a module are.
fn narrow(module: &Module) -> Vec<std::ops::Range<u32>> {
    let low = |address: u64| u32::try_from(address).unwrap_or(u32::MAX);
    registers(module).into_iter().map(|range| low(range.start)..low(range.end)).collect()
}
