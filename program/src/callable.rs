//! Firmware whose functions are called from outside: an image that waits for calls.

use crate::{Error, How, firmware};
use elf::DwarfVersion;
use elf::firmware::{Firmware, FirmwareOptions, Handler, Memory, SymbolKind};
use emulator::{Backtrace, Registers};
use native_ir::abi::{CallLayout, Convention, classify};
use native_ir::layout::{Layouts, MachineLayout};
use native_ir::{Contract, Func, Module, Trap};
use std::collections::HashMap;
use verifier::Verified;

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It returned these bits.
    Returned(Vec<u128>),
    /// The program exited with this status.
    Exited(u8),
    /// It stopped with a trap.
    Trapped {
        /// The class.
        trap: Trap,
        /// The instruction that stopped it.
        address: u32,
        /// What happened, where the class does not say it all.
        detail: Option<String>,
        /// Where that is, in words.
        place: String,
    },
    /// It was stopped otherwise: how, in words.
    Stopped(String),
}

/// An image that waits for calls.
pub struct Callable {
    /// The image.
    pub image: Firmware,
    layouts: HashMap<Func, CallLayout>,
}

/// Whether the programs of a module's target are firmware.
pub fn is_firmware(module: &Module) -> bool {
    Memory::of_target(module).is_some()
}

impl Callable {
    /// An image in which functions can be called and interrupt lines have handlers.
    ///
    /// # Errors
    /// There is no machine code for something that is reached, or no place for it; a function cannot be called from outside.
    pub fn new(
        module: &Verified<Module>,
        calls: &[Func],
        handlers: Vec<Handler>,
        memory: Memory,
        how: &How,
    ) -> Result<Callable, Error> {
        Callable::with_debug(module, calls, handlers, memory, how, None)
    }

    /// Such an image with debug information, if that is wanted.
    ///
    /// # Errors
    /// As for [`Callable::new`].
    pub fn with_debug(
        module: &Verified<Module>,
        calls: &[Func],
        handlers: Vec<Handler>,
        memory: Memory,
        how: &How,
        debug: Option<DwarfVersion>,
    ) -> Result<Callable, Error> {
        let contract = Contract::embedded();
        let target = contract.target(&module.envelope.target).map_or(usize::MAX, |(index, _)| index);
        let layouts = Layouts::new(&module.types, &MachineLayout::of(contract, target));
        let convention = Convention::of(contract, target)
            .ok_or_else(|| Error::Machine("the target has no calling convention".into()))?;
        let layout = |&func: &Func| {
            let function = &module.functions[func];
            let name = || module.symbol_name(function.symbol).to_string();
            let ty =
                module.signature(function).ok_or_else(|| Error::Call(name(), "it has no signature".into()))?;
            let layout = classify(&module.types, &layouts, convention, ty);
            Ok((func, layout.map_err(|error| Error::Call(name(), error.to_string()))?))
        };
        let layouts = calls.iter().map(layout).collect::<Result<_, Error>>()?;
        let mut options = FirmwareOptions::new(None, memory);
        options.calls = calls.to_vec();
        options.calls.sort_unstable();
        options.calls.dedup();
        options.handlers = handlers;
        options.debug = debug;
        // Whoever calls sees traps itself.
        options.reports = false;
        let linked = firmware(module, &options, how)?;
        Ok(Callable { image: linked.image, layouts })
    }

    /// Where a function begins, and how it is called.
    pub(crate) fn function(&self, func: Func) -> Result<(u32, &CallLayout), Error> {
        let found = self.image.function(func).zip(self.layouts.get(&func));
        found.ok_or_else(|| Error::Machine("the function is not in the image".into()))
    }

    /// Where calls return to.
    pub(crate) fn ready(&self) -> Result<u32, Error> {
        self.image.ready.ok_or_else(|| Error::Machine("the image does not wait for calls".into()))
    }

    /// Down to where the stack may grow.
    #[cfg(feature = "unicorn")]
    pub(crate) fn stack_limit(&self) -> Option<u32> {
        self.image.sections.iter().find(|section| section.name == ".stack").map(|stack| stack.address)
    }

    /// The end that a trap's number means.
    pub(crate) fn trapped(&self, code: u8, address: u32) -> End {
        let contract = Contract::embedded();
        let trap = Trap::ALL.iter().copied().find(|&trap| contract.trap(trap).code == code);
        match trap {
            Some(trap) => End::Trapped { trap, address, detail: None, place: self.place(address) },
            None => End::Stopped(format!("an unknown trap, {code}, {}", self.place(address))),
        }
    }

    /// The calls that led to registers and a memory.
    ///
    /// # Errors
    /// The image cannot be written as an ELF file, or that not be read.
    pub(crate) fn backtrace(
        &self,
        registers: Registers,
        memory: &mut dyn FnMut(u32) -> Option<u32>,
    ) -> Result<Backtrace, Error> {
        let file = self.image.elf()?;
        Backtrace::new(&file, registers, memory).map_err(|error| Error::Machine(error.to_string()))
    }

    /// An address in words.
    pub(crate) fn place(&self, address: u32) -> String {
        let functions = self.image.symbols.iter().filter(|symbol| symbol.kind == SymbolKind::Function);
        let mut inside = functions.filter_map(|symbol| {
            let distance = address.checked_sub(symbol.address).filter(|distance| *distance < symbol.size)?;
            Some(format!("at {address:#010x}, @{} + {distance}", symbol.name))
        });
        inside.next().unwrap_or_else(|| format!("at {address:#010x}"))
    }
}
