//! The processor, memory, registers, running.

use super::Stop;
use crate::Error;
use devices::{Bus, Width};
use unicorn_engine::{Arch, ArmCpuModel, Mode, Prot, RegisterARM, Unicorn, uc_error};

/// The number of the stack pointer.
pub const SP: u8 = 13;
/// The number of the link register.
pub const LR: u8 = 14;
/// The number of the program counter.
pub const PC: u8 = 15;

/// Registers by their numbers.
const CORE: [RegisterARM; 16] = [
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

/// Where volatile accesses go to devices: the architecture's peripherals, and its private registers (ARM DDI 0419, B3.1).
const DEVICES: [(u64, u64); 2] = [(0x4000_0000, 0x2000_0000), (0xe000_0000, 0x10_0000)];

/// A region of memory; both numbers are multiples of 4096.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Its first byte.
    pub start: u32,
    /// Its size in bytes.
    pub bytes: u32,
    /// Whether the program may write to it.
    pub writable: bool,
}

/// What belongs to the processor beside memory and registers.
struct State {
    bus: Bus,
    refused: Option<String>,
    exception: Option<u32>,
}

/// A processor with memory and devices.
pub struct Machine {
    engine: Unicorn<'static, State>,
}

impl Machine {
    /// A machine whose memory and registers are zero.
    ///
    /// # Errors
    /// The emulator is no Cortex-M0; regions overlap each other or devices, or are no whole pages.
    pub fn new(memory: &[Memory], bus: Bus) -> Result<Machine, Error> {
        let state = State { bus, refused: None, exception: None };
        let mut engine = Unicorn::new_with_data(Arch::ARM, Mode::THUMB, state).map_err(failed)?;
        engine.ctl_set_cpu_model(ArmCpuModel::CORTEX_M0 as i32).map_err(failed)?;
        if engine.ctl_get_cpu_model().map_err(failed)? != ArmCpuModel::CORTEX_M0 as i32 {
            return Err(Error::Emulator("it does not emulate a Cortex-M0".to_string()));
        }
        let hooked = engine.add_intr_hook(|engine, number| {
            engine.get_data_mut().exception = Some(number);
            // An exception that is not taken would be passed over.
            let _ = engine.emu_stop();
        });
        hooked.map_err(failed)?;
        for region in memory {
            let rights = if region.writable { Prot::ALL } else { Prot::READ | Prot::EXEC };
            let mapped = engine.mem_map(region.start.into(), region.bytes.into(), rights);
            mapped.map_err(|_| Error::Map("memory", region.start.into()))?;
        }
        for (start, size) in DEVICES {
            let mapped = engine.mmio_map(start, size, Some(read(start)), Some(write(start)));
            mapped.map_err(|_| Error::Map("hardware registers", start))?;
        }
        Ok(Machine { engine })
    }

    /// Puts bytes into memory, into what the program cannot write too.
    ///
    /// # Errors
    /// There is no memory for all of them.
    pub fn load(&mut self, address: u32, bytes: &[u8]) -> Result<(), Error> {
        self.engine.mem_write(address.into(), bytes).map_err(|_| Error::Map("bytes", address.into()))
    }

    /// Bytes of memory.
    ///
    /// # Errors
    /// There is no memory for all of them.
    pub fn read(&self, address: u32, bytes: &mut [u8]) -> Result<(), Error> {
        self.engine.mem_read(address.into(), bytes).map_err(|_| Error::Map("bytes", address.into()))
    }

    /// What a core register holds, by its number; 0 for a number above 15.
    pub fn register(&self, number: u8) -> u32 {
        let register = CORE.get(usize::from(number));
        register.and_then(|&register| self.engine.reg_read(register).ok()).unwrap_or(0) as u32
    }

    /// Sets a core register by its number below 15. Where the program goes on is said to [`Machine::run`].
    pub fn set_register(&mut self, number: u8, value: u32) {
        if let Some(&register) = CORE.get(usize::from(number)).filter(|_| number < PC) {
            // The register is there.
            let _ = self.engine.reg_write(register, value.into());
        }
    }

    /// The bus.
    pub fn bus(&mut self) -> &mut Bus {
        &mut self.engine.get_data_mut().bus
    }

    /// Runs from an address on until another is next, for so many instructions at most. Bit 0 of addresses is left out.
    ///
    /// # Errors
    /// The emulator itself failed.
    pub fn run(&mut self, from: u32, until: u32, instructions: u64) -> Result<Stop, Error> {
        let count = usize::try_from(instructions).unwrap_or(usize::MAX).max(1);
        let result = self.engine.emu_start(u64::from(from | 1), u64::from(until & !1), 0, count);
        let at = self.register(PC);
        let state = self.engine.get_data_mut();
        if let Some(refused) = state.refused.take() {
            return Ok(Stop::Hardware(refused));
        }
        let exception = state.exception.take();
        match (result, exception) {
            (Ok(()), None) if at == until & !1 => Ok(Stop::Reached),
            (Ok(()), None) => Ok(Stop::Limit),
            (Err(uc_error::FETCH_UNMAPPED), _) if at == until & !1 => Ok(Stop::Reached),
            (Err(uc_error::HANDLE | uc_error::ARG | uc_error::NOMEM | uc_error::RESOURCE), _) => {
                Err(Error::Emulator(format!("{result:?}")))
            }
            (result, exception) => Ok(self.fault(at, result, exception)),
        }
    }

    /// What stopped the processor at an instruction.
    fn fault(&self, address: u32, result: Result<(), uc_error>, exception: Option<u32>) -> Stop {
        let mut half = [0; 2];
        let udf = self.read(address, &mut half).is_ok() && half[1] == 0xde;
        if udf && matches!(result, Err(uc_error::INSN_INVALID)) {
            return Stop::Trap { code: half[0], address };
        }
        let what = match (result, exception) {
            (_, Some(2)) => "a supervisor call".to_string(),
            (_, Some(7)) => "a breakpoint".to_string(),
            (_, Some(number)) => format!("an unaligned access, or exception {number}"),
            (Err(error), None) => error.to_string(),
            (Ok(()), None) => "an end without a reason".to_string(),
        };
        Stop::Fault { what, address }
    }
}

fn failed(error: uc_error) -> Error {
    Error::Emulator(error.to_string())
}

fn read(start: u64) -> impl FnMut(&mut Unicorn<'_, State>, u64, usize) -> u64 {
    move |engine, offset, bytes| access(engine, start + offset, bytes, None)
}

fn write(start: u64) -> impl FnMut(&mut Unicorn<'_, State>, u64, usize, u64) {
    move |engine, offset, bytes, value| {
        access(engine, start + offset, bytes, Some(value));
    }
}

/// An access to a hardware register. The first that the bus refuses ends the run; what comes until then is not made.
fn access(engine: &mut Unicorn<'_, State>, address: u64, bytes: usize, written: Option<u64>) -> u64 {
    let state = engine.get_data_mut();
    if state.refused.is_some() {
        return 0;
    }
    let result = match (Width::from_bytes(bytes as u64), written) {
        (Some(width), None) => state.bus.read(address, width),
        (Some(width), Some(value)) => state.bus.write(address, width, value).map(|()| 0),
        (None, _) => return 0,
    };
    match result {
        Ok(value) => value,
        Err(fault) => {
            state.refused = Some(fault.to_string());
            // Whether it stops is seen by what was noted.
            let _ = engine.emu_stop();
            0
        }
    }
}
