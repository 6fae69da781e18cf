//! Where hardware registers are.

use native_ir::layout::{Layouts, MachineLayout};
use native_ir::{Contract, Module, RegisterData};
use std::ops::Range;

/// The ranges of a module's hardware registers, in bytes. One whose size is not known has a byte.
pub fn registers(module: &Module) -> Vec<Range<u64>> {
    let contract = Contract::embedded();
    let target = contract.target(&module.envelope.target).map_or(usize::MAX, |(index, _)| index);
    let layouts = Layouts::new(&module.types, &MachineLayout::of(contract, target));
    let range = |register: &RegisterData| {
        let pointee = module.types.as_pointer(register.ty).map(|(_, pointee)| pointee);
        let size = pointee.and_then(|ty| layouts.size(ty)).unwrap_or(1);
        register.address..register.address.saturating_add(size)
    };
    module.registers.values().map(range).collect()
}
