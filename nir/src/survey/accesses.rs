//! Volatile accesses in the text of a function: how many of which register, and of which size.

use native_ir::text::SymbolText;
use native_ir::{Function, InstData, Module, Opcode, Operand, Ordering, ValueDef};
use std::collections::BTreeMap;

/// The volatile accesses of a function to one register, or to what no register in sight names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Accesses {
    /// The register, or a word for those that come through a parameter, a block or memory.
    pub(super) place: String,
    /// Its address, where it is known.
    pub(super) address: Option<u64>,
    /// How many loads there are.
    pub(super) reads: u64,
    /// How many stores there are.
    pub(super) writes: u64,
}

/// What accesses are called whose register is not in sight.
const ELSEWHERE: &str = "through pointers";

/// The volatile accesses of a function, by register in the module's order, those without one last.
pub(super) fn of(module: &Module, function: &Function) -> Vec<Accesses> {
    let mut counts: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
    for data in function.body.insts.values() {
        let pointer = match data.opcode {
            Opcode::Load => data.operand(0),
            Opcode::Store => data.operand(1),
            _ => continue,
        };
        if data.attributes.ordering() != Ordering::Volatile {
            continue;
        }
        let register = register(function, pointer).unwrap_or(u32::MAX);
        let (reads, writes) = counts.entry(register).or_default();
        *(if data.opcode == Opcode::Load { reads } else { writes }) += 1;
    }
    let each = counts.into_iter().map(|(index, (reads, writes))| {
        let register = module.registers.values().nth(index as usize);
        let place = register.map(|register| SymbolText(module, register.symbol).to_string());
        let address = register.map(|register| register.address);
        Accesses { place: place.unwrap_or_else(|| ELSEWHERE.to_string()), address, reads, writes }
    });
    each.collect()
}

/// The index of the register that a pointer comes from, through elements and casts.
fn register(function: &Function, pointer: Operand) -> Option<u32> {
    let mut operand = pointer;
    // A chain of definitions is no longer than the function.
    for _ in 0..function.body.insts.len() {
        let value = function.body.values.get(operand.value()?)?;
        let ValueDef::Result(inst) = value.def() else { return None };
        let data: &InstData = function.body.insts.get(inst)?;
        match data.opcode {
            Opcode::Register => return Some(data.register().as_u32()),
            Opcode::Element | Opcode::Cast => operand = data.operand(0),
            _ => return None,
        }
    }
    None
}
