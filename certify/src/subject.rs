//! What is checked: a function, and what all functions of an artifact share.

use crate::Checks;
use artifact::{Artifact, FunctionCode};
use native_ir::layout::{Layouts, MachineLayout};
use native_ir::{Contract, Function, Module, Type};

/// The machines that there are checks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Machine {
    /// [`crate::x86_64`]
    X86_64,
    /// [`crate::cortex_m0`]
    CortexM0,
}

impl Machine {
    /// The machine of a triple.
    pub(crate) fn of(triple: &str) -> Option<Machine> {
        match triple {
            "x86_64-unknown-linux-elf" => Some(Machine::X86_64),
            "sim-cortex-m0" => Some(Machine::CortexM0),
            _ => None,
        }
    }

    /// How many bits an address has.
    fn address_bits(self) -> u32 {
        match self {
            Machine::X86_64 => 64,
            Machine::CortexM0 => 32,
        }
    }
}

/// What the checks of all functions of an artifact share.
pub(crate) struct Context<'a> {
    pub(crate) module: &'a Module,
    pub(crate) artifact: &'a Artifact,
    pub(crate) machine: Machine,
    pub(crate) layouts: Layouts,
    /// The features of the artifact, as bits of the machine's own list.
    pub(crate) features: u32,
    pub(crate) checks: &'a Checks,
}

impl<'a> Context<'a> {
    /// None for a target without checks.
    pub(crate) fn new(module: &'a Module, artifact: &'a Artifact, checks: &'a Checks) -> Option<Context<'a>> {
        let machine = Machine::of(&artifact.triple)?;
        let contract = Contract::embedded();
        let target = contract.targets.iter().position(|row| row.triple == artifact.triple)?;
        let layouts = Layouts::new(&module.types, &MachineLayout::of(contract, target));
        let features = match machine {
            Machine::X86_64 => crate::x86_64::features(&artifact.features),
            Machine::CortexM0 => 0,
        };
        Some(Context { module, artifact, machine, layouts, features, checks })
    }
}

/// A function under the checks.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) function: &'a Function,
    pub(crate) code: &'a FunctionCode,
}

impl Subject<'_> {
    /// The width of a scalar type in bits.
    pub(crate) fn bits(&self, ty: Type) -> Option<u32> {
        self.context.module.types.kind(ty)?.bits(self.context.machine.address_bits())
    }
}
