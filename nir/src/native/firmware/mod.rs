//! Functions of firmware, called from outside: an image that waits for calls, and where their arguments and results go.
//!
//! `frame` puts values where the calling convention says, `board` has an emulated processor, `qemu` one in QEMU.

#[cfg(feature = "unicorn")]
pub(crate) mod board;
mod frame;
pub(crate) mod qemu;

use super::image;
use crate::arguments::Native;
use elf::firmware::{Firmware, FirmwareOptions, Handler, Memory, SymbolKind};
use native_ir::abi::{CallLayout, Convention, classify};
use native_ir::layout::{Layouts, MachineLayout};
use native_ir::{Contract, Func, Module, Trap};
use std::collections::HashMap;
use verifier::Verified;

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It returned these bits.
    Returned(Vec<u128>),
    /// The program exited with this status.
    Exited(u8),
    /// It stopped with this trap; where, in words.
    Trapped(Trap, String),
    /// It was stopped otherwise: how, in words.
    Stopped(String),
}

/// An image that waits for calls.
pub(crate) struct Callable {
    pub(crate) image: Firmware,
    layouts: HashMap<Func, CallLayout>,
}

/// Whether the programs of a module's target are firmware.
pub(crate) fn is_target(module: &Module) -> bool {
    Memory::of_target(module).is_some()
}

impl Callable {
    /// An image in which functions can be called and interrupt lines have handlers.
    ///
    /// # Errors
    /// There is no machine code for something that is reached, or no place for it; a function cannot be called from outside.
    pub(crate) fn new(
        module: &Verified<Module>,
        calls: &[Func],
        handlers: Vec<Handler>,
        memory: Memory,
    ) -> Result<Callable, String> {
        let contract = Contract::embedded();
        let target = contract.target(&module.envelope.target).map_or(usize::MAX, |(index, _)| index);
        let layouts = Layouts::new(&module.types, &MachineLayout::of(contract, target));
        let convention = Convention::of(contract, target).ok_or("the target has no calling convention")?;
        let layout = |&func: &Func| {
            let function = &module.functions[func];
            let name = || module.symbol_name(function.symbol).to_string();
            let ty = module.signature(function).ok_or_else(|| format!("`@{}` has no signature", name()))?;
            let layout = classify(&module.types, &layouts, convention, ty);
            Ok((func, layout.map_err(|error| format!("`@{}` cannot be called: {error}", name()))?))
        };
        let layouts = calls.iter().map(layout).collect::<Result<_, String>>()?;
        let mut options = FirmwareOptions::new(None, memory);
        options.calls = calls.to_vec();
        options.calls.sort_unstable();
        options.calls.dedup();
        options.handlers = handlers;
        // Whoever calls sees traps itself.
        options.reports = false;
        let image = image::firmware(module, &options, &Native::default())?;
        Ok(Callable { image, layouts })
    }

    /// Where a function begins, and how it is called.
    fn function(&self, func: Func) -> Result<(u32, &CallLayout), String> {
        let found = self.image.function(func).zip(self.layouts.get(&func));
        found.ok_or_else(|| "the function is not in the image".to_string())
    }

    /// Where calls return to.
    fn ready(&self) -> Result<u32, String> {
        self.image.ready.ok_or_else(|| "the image does not wait for calls".to_string())
    }

    /// The end that a trap's number means.
    fn trapped(&self, code: u8, address: u32) -> End {
        let contract = Contract::embedded();
        let trap = Trap::ALL.iter().copied().find(|&trap| contract.trap(trap).code == code);
        match trap {
            Some(trap) => End::Trapped(trap, self.place(address)),
            None => End::Stopped(format!("an unknown trap, {code}, {}", self.place(address))),
        }
    }

    /// An address in words.
    fn place(&self, address: u32) -> String {
        let functions = self.image.symbols.iter().filter(|symbol| symbol.kind == SymbolKind::Function);
        let mut inside = functions.filter_map(|symbol| {
            let distance = address.checked_sub(symbol.address).filter(|distance| *distance < symbol.size)?;
            Some(format!("at {address:#010x}, @{} + {distance}", symbol.name))
        });
        inside.next().unwrap_or_else(|| format!("at {address:#010x}"))
    }
}
