//! Memory, registers, calls: the machine as others see it.

use super::code::Code;
use super::plan::Plan;
use super::semihost::Files;
use super::state::{Core, Course, Engine, State};
use super::step::{DEVICES, add_hooks};
use super::{Event, Fault, Limits, Memory, Profile, Settings, Stop, access};
use crate::{Error, Firmware};
use devices::Bus;
use unicorn_engine::{Arch, ArmCpuModel, Mode, Prot, RegisterARM, Unicorn, uc_error};

/// The number of the stack pointer.
pub const SP: u8 = 13;
/// The number of the link register.
pub const LR: u8 = 14;
/// The number of the program counter.
pub const PC: u8 = 15;

/// Registers by their numbers.
pub(super) const CORE: [RegisterARM; 16] = [
    RegisterARM::R0,
    RegisterARM::R1,
    RegisterARM::R2,
    RegisterARM::R3,
    RegisterARM::R4,
    RegisterARM::R5,
    RegisterARM::R6,
    RegisterARM::R7,
    RegisterARM::R8,
    RegisterARM::R9,
    RegisterARM::R10,
    RegisterARM::R11,
    RegisterARM::R12,
    RegisterARM::SP,
    RegisterARM::LR,
    RegisterARM::PC,
];

/// Bytes of a page.
const PAGE: u64 = 4096;

/// Where a call returns to: an address that is nobody's.
const BACK: u32 = 0xf000_0000;

/// A processor with memory and devices.
pub struct Machine {
    pub(super) engine: Engine,
    memory: Vec<Memory>,
    profiles: bool,
}

/// Registers and the memory that can be written, to go back to. Devices are not in it.
#[derive(Clone, Debug)]
pub struct Snapshot {
    registers: crate::Registers,
    flags: u32,
    core: Core,
    memory: Vec<(u32, Vec<u8>)>,
}

impl Machine {
    /// A machine for functions: without a console, whose faults end the run.
    ///
    /// # Errors
    /// As for [`Machine::with`].
    pub fn new(memory: &[Memory], bus: Bus) -> Result<Machine, Error> {
        let memory = memory.to_vec();
        Machine::with(Settings { memory, bus, faults_are_exceptions: false, console: None, ..Settings::default() })
    }

    /// A machine whose memory and registers are zero.
    ///
    /// # Errors
    /// The emulator is no Cortex-M0; regions overlap each other or devices, or are no whole pages.
    pub fn with(settings: Settings) -> Result<Machine, Error> {
        let (memory, registers) = (settings.memory.clone(), settings.registers.clone());
        let profiles = settings.profile;
        let state = state(settings)?;
        let mut engine = Unicorn::new_with_data(Arch::ARM, Mode::THUMB, state).map_err(failed)?;
        engine.ctl_set_cpu_model(ArmCpuModel::CORTEX_M0 as i32).map_err(failed)?;
        if engine.ctl_get_cpu_model().map_err(failed)? != ArmCpuModel::CORTEX_M0 as i32 {
            return Err(Error::Emulator("it does not emulate a Cortex-M0".to_string()));
        }
        add_hooks(&mut engine).map_err(failed)?;
        for region in &memory {
            let rights = if region.writable { Prot::ALL } else { Prot::READ | Prot::EXEC };
            let mapped = engine.mem_map(region.start.into(), region.bytes.into(), rights);
            mapped.map_err(|_| Error::Map("memory", region.start.into()))?;
        }
        let pages =
            registers.iter().flat_map(|range| u64::from(range.start) / PAGE..u64::from(range.end).div_ceil(PAGE));
        let mut pages: Vec<u64> = pages.map(|page| page * PAGE).collect();
        pages.sort_unstable();
        pages.dedup();
        let more = pages.into_iter().filter(|page| !is_device(*page)).map(|page| (page, PAGE));
        for (start, size) in DEVICES.into_iter().chain(more) {
            let mapped = engine.mmio_map(start, size, Some(access::read(start)), Some(access::write(start)));
            mapped.map_err(|_| Error::Map("hardware registers", start))?;
        }
        Ok(Machine { engine, memory, profiles })
    }

    /// Puts bytes into memory, into what the program cannot write too.
    ///
    /// # Errors
    /// There is no memory for all of them.
    pub fn load(&mut self, address: u32, bytes: &[u8]) -> Result<(), Error> {
        if !self.is_writable(address, bytes.len() as u32) {
            self.state_mut().code.forget();
            // Nor does the emulator know what it translated from bytes that were others.
            self.engine.ctl_flush_tb().map_err(failed)?;
        }
        self.engine.mem_write(address.into(), bytes).map_err(|_| Error::Map("bytes", address.into()))
    }

    /// Loads firmware. [`Machine::boot`] starts it.
    ///
    /// # Errors
    /// There is no memory for a segment.
    pub fn load_firmware(&mut self, firmware: &Firmware) -> Result<(), Error> {
        firmware.segments.iter().try_for_each(|segment| self.load(segment.address, &segment.bytes))
    }

    /// Bytes of memory.
    ///
    /// # Errors
    /// There is no memory for all of them.
    pub fn read(&self, address: u32, bytes: &mut [u8]) -> Result<(), Error> {
        // The emulator would ask devices.
        let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let missing = Error::Map("bytes", address.into());
        if !self.memory.iter().any(|region| region.has(address, size)) {
            return Err(missing);
        }
        self.engine.mem_read(address.into(), bytes).map_err(|_| missing)
    }

    /// A word of memory.
    pub(super) fn word(&self, address: u32) -> Option<u32> {
        let mut bytes = [0; 4];
        self.read(address, &mut bytes).ok()?;
        Some(u32::from_le_bytes(bytes))
    }

    /// Whether all of some bytes are memory that the program can write to.
    pub(super) fn is_writable(&self, address: u32, bytes: u32) -> bool {
        self.memory.iter().any(|region| region.writable && region.has(address, bytes))
    }

    /// What a core register holds, by its number; 0 for a number above 15.
    pub fn register(&self, number: u8) -> u32 {
        let register = CORE.get(usize::from(number));
        register.and_then(|&register| self.engine.reg_read(register).ok()).unwrap_or(0) as u32
    }

    /// All core registers, with the address of the next instruction as the program counter.
    pub fn registers(&self) -> crate::Registers {
        std::array::from_fn(|number| self.register(number as u8))
    }

    /// Sets a core register by its number; the program counter, whose bit 0 does not count, says what is next.
    pub fn set_register(&mut self, number: u8, value: u32) {
        match number {
            PC => self.set_next(value),
            SP => self.put(SP, value & !3),
            _ => self.put(number, value),
        }
    }

    pub(super) fn put(&mut self, number: u8, value: u32) {
        if let Some(&register) = CORE.get(usize::from(number)) {
            // The register is there.
            let _ = self.engine.reg_write(register, value.into());
        }
    }

    pub(super) fn state(&self) -> &State {
        self.engine.get_data()
    }

    pub(super) fn state_mut(&mut self) -> &mut State {
        self.engine.get_data_mut()
    }

    /// The bus.
    pub fn bus(&mut self) -> &mut Bus {
        &mut self.state_mut().bus
    }

    /// Puts another bus in the place of the machine's, and gives that back. As at the start it gets a system timer when it has
    /// a controller, unless something else is there.
    pub fn replace_bus(&mut self, mut bus: Bus) -> Bus {
        if bus.has_controller() && !bus.has_system() {
            // What is there instead answers.
            let _ = bus.map_system();
        }
        std::mem::replace(&mut self.state_mut().bus, bus)
    }

    /// The console, if there is one.
    pub fn console(&mut self) -> Option<&mut super::Console> {
        self.state_mut().console.as_mut()
    }

    /// How many cycles have passed since the start or reset, those that the program slept among them.
    pub fn cycles(&self) -> u64 {
        self.state().course.cycles
    }

    /// How many instructions were executed since the start or reset.
    pub fn instructions(&self) -> u64 {
        self.state().course.instructions
    }

    /// What the last HardFault was for.
    pub fn last_fault(&self) -> Option<&Fault> {
        self.state().course.fault.as_ref()
    }

    /// Begins to count how often each instruction runs, as [`Settings::profile`] does.
    pub fn start_profile(&mut self) {
        self.profiles = true;
        self.state_mut().profile = Some(Profile::new(&self.memory));
    }

    /// How often each instruction ran since the profile was taken last.
    pub fn take_profile(&mut self) -> Profile {
        let fresh = self.profiles.then(|| Profile::new(&self.memory));
        std::mem::replace(&mut self.state_mut().profile, fresh).unwrap_or_default()
    }

    /// Plans an event for the moment before the n-th instruction since the start or reset, counted from 1.
    pub fn plan(&mut self, before: u64, event: Event) {
        self.state_mut().plan.add(before, event);
    }

    /// Forgets what was planned.
    pub fn clear_plan(&mut self) {
        self.state_mut().plan.clear();
    }

    /// Runs from an address on until another is next, for so many instructions at most. Bit 0 of addresses does not count.
    ///
    /// # Errors
    /// The emulator itself failed.
    pub fn run(&mut self, from: u32, until: u32, instructions: u64) -> Result<Stop, Error> {
        self.set_next(from);
        self.resume(&Limits { until: Some(until), instructions: Some(instructions), time: None })
    }

    /// Calls a function, whose arguments are in place, until it returns; `limits.until` does not count.
    ///
    /// # Errors
    /// The emulator itself failed.
    pub fn call(&mut self, function: u32, limits: &Limits) -> Result<Stop, Error> {
        self.put(LR, BACK | 1);
        self.set_next(function);
        self.resume(&Limits { until: Some(BACK), ..*limits })
    }

    /// Registers, devices and counters as after a reset; memory stays, and so does what is planned.
    pub fn reset(&mut self) {
        for number in 0..PC {
            self.put(number, 0);
        }
        self.set_flags(0);
        let state = self.state_mut();
        state.core = Core::default();
        state.course = Course::default();
        state.files = Files::default();
        state.bus.reset();
    }

    /// Registers and memory, to go back to.
    pub fn snapshot(&self) -> Snapshot {
        let writable = self.memory.iter().filter(|region| region.writable);
        let memory = writable.map(|region| {
            let mut bytes = vec![0; region.bytes as usize];
            // The region is there.
            let _ = self.engine.mem_read(region.start.into(), &mut bytes);
            (region.start, bytes)
        });
        Snapshot {
            registers: self.registers(),
            flags: self.flags(),
            core: self.state().core,
            memory: memory.collect(),
        }
    }

    /// Goes back to registers and memory; counters begin again. Devices stay as they are.
    pub fn restore(&mut self, snapshot: &Snapshot) {
        for (start, bytes) in &snapshot.memory {
            // The region is there.
            let _ = self.engine.mem_write((*start).into(), bytes);
        }
        for (number, value) in (0..PC).zip(snapshot.registers) {
            self.put(number, value);
        }
        self.set_next(snapshot.registers[usize::from(PC)]);
        self.set_flags(snapshot.flags);
        let state = self.state_mut();
        state.core = snapshot.core;
        state.course = Course::default();
        state.files = Files::default();
    }
}

fn state(settings: Settings) -> Result<State, Error> {
    let Settings { memory, bus, profile, .. } = settings;
    let bus = with_system(bus)?;
    Ok(State {
        code: Code::new(&memory),
        profile: profile.then(|| Profile::new(&memory)),
        bus,
        clock: settings.clock,
        multiply: settings.multiply,
        faults_are_exceptions: settings.faults_are_exceptions,
        refusals_are_faults: settings.refusals_are_faults,
        stops_at_faults: settings.stops_at_faults,
        stack_limit: settings.stack_limit.unwrap_or(0),
        sleeps_lightly: settings.sleeps_lightly,
        console: settings.console,
        files: Files::default(),
        registers: settings.registers,
        plan: Plan::default(),
        core: Core::default(),
        course: Course::default(),
    })
}

/// A bus that has a system timer if it has a controller of interrupts.
fn with_system(mut bus: Bus) -> Result<Bus, Error> {
    if bus.has_controller() && !bus.has_system() {
        bus.map_system().map_err(|_| Error::Map("the system timer", 0xe000_e010))?;
    }
    Ok(bus)
}

/// Whether an address belongs to the architecture's places for devices.
fn is_device(address: u64) -> bool {
    DEVICES.iter().any(|(start, size)| address.checked_sub(*start).is_some_and(|offset| offset < *size))
}

impl State {
    /// Whether an access to an address goes to the bus.
    pub(super) fn is_device(&self, address: u32) -> bool {
        let in_page = |range: &std::ops::Range<u32>| {
            let page = u64::from(address) / PAGE;
            (u64::from(range.start) / PAGE..u64::from(range.end).div_ceil(PAGE)).contains(&page)
        };
        is_device(address.into()) || self.registers.iter().any(in_page)
    }
}

impl Memory {
    /// Whether all of some bytes are in it.
    fn has(&self, address: u32, bytes: u32) -> bool {
        let distance = address.checked_sub(self.start);
        distance.is_some_and(|distance| u64::from(distance) + u64::from(bytes) <= u64::from(self.bytes))
    }
}

fn failed(error: uc_error) -> Error {
    Error::Emulator(error.to_string())
}
