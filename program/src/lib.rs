//! Modules as programs: compiled, certified, and linked with what they need of the libraries; and calls of functions of
//! firmware, on an emulated processor and in QEMU.
//!
//! [`compile`] makes certified machine code of functions and what they reach, [`helpers`] and [`host`] that of the libraries,
//! [`firmware`] links an image. A [`Callable`] is an image that waits for calls; `Board` (with the feature `unicorn`) and
//! [`Process`] make them.

#[cfg(feature = "unicorn")]
mod board;
mod callable;
mod compiled;
mod frame;
mod image;
mod qemu;

#[cfg(feature = "unicorn")]
pub use board::{Board, Manner};
pub use callable::{Callable, End, is_firmware};
pub use compiled::{Compiled, Error, How, compile, function, helpers, host};
pub use image::{Linked, firmware};
pub use qemu::Process;

/// Where the hardware registers of a module are, in bytes.
pub fn registers(module: &native_ir::Module) -> Vec<std::ops::Range<u64>> {
    use native_ir::layout::{Layouts, MachineLayout};
    let contract = native_ir::Contract::embedded();
    let target = contract.target(&module.envelope.target).map_or(usize::MAX, |(index, _)| index);
    let layouts = Layouts::new(&module.types, &MachineLayout::of(contract, target));
    let range = |register: &native_ir::RegisterData| {
        let pointee = module.types.as_pointer(register.ty).map(|(_, pointee)| pointee);
        let size = pointee.and_then(|ty| layouts.size(ty)).unwrap_or(1);
        register.address..register.address.saturating_add(size)
    };
    module.registers.values().map(range).collect()
}
