//! Volatile accesses in the text of a function: how many of which register, of which width, and in which direction.

use native_ir::registers::RegisterMap;
use native_ir::text::SymbolText;
use native_ir::{Contract, Function, InstData, Module, Opcode, Operand, Ordering, Register, ValueDef};
use std::collections::BTreeMap;

/// The volatile accesses of a function to one register, or to what no register in sight names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Accesses {
    /// The register, with the index of an element where that is a constant; or a word for those that come through a
    /// parameter, a block or memory.
    pub(super) place: String,
    /// Its address, where it is known; of an array without constant index that of the first.
    pub(super) address: Option<u64>,
    /// What the register map calls it.
    pub(super) known: Option<String>,
    /// How many bits an access has.
    pub(super) width: u32,
    /// How many loads there are.
    pub(super) reads: u64,
    /// How many stores there are.
    pub(super) writes: u64,
    /// What a read does beside reading, by the register map.
    pub(super) read_action: Option<&'static str>,
}

/// What accesses are called whose register is not in sight.
const ELSEWHERE: &str = "through pointers";

/// A register, and which of an array it is, where that is known. What is not in sight sorts behind all others.
type Target = (Option<Register>, Option<u64>);

/// The volatile accesses of a function, by register in the module's order, then by element and width, those without a
/// register last.
pub(super) fn of(module: &Module, function: &Function, map: Option<&RegisterMap>) -> Vec<Accesses> {
    let mut counts: BTreeMap<(bool, Target, u32), (u64, u64)> = BTreeMap::new();
    for data in function.body.insts.values() {
        let (pointer, reads_it) = match data.opcode {
            Opcode::Load => (data.operand(0), true),
            Opcode::Store => (data.operand(1), false),
            _ => continue,
        };
        if data.attributes.ordering() != Ordering::Volatile {
            continue;
        }
        let target = register(function, pointer).map_or((None, None), |(register, index)| (Some(register), index));
        let width = width(module, function, pointer);
        let (reads, writes) = counts.entry((target.0.is_none(), target, width)).or_default();
        *(if reads_it { reads } else { writes }) += 1;
    }
    let each = counts.into_iter().map(|((_, target, width), count)| describe(module, map, target, width, count));
    each.collect()
}

fn describe(
    module: &Module,
    map: Option<&RegisterMap>,
    (register, index): Target,
    width: u32,
    (reads, writes): (u64, u64),
) -> Accesses {
    let data = register.and_then(|register| module.registers.get(register));
    let step = u64::from(width / 8);
    let address = data.map(|data| data.address.saturating_add(index.unwrap_or(0).saturating_mul(step)));
    let of_array = data.is_some_and(|data| is_array(module, data.ty));
    let place = data.map(|data| SymbolText(module, data.symbol).to_string());
    let place = place.map(|name| match index {
        Some(index) if of_array => format!("{name}[{index}]"),
        None => format!("{name}[…]"),
        _ => name,
    });
    let info = map.zip(address).and_then(|(map, address)| {
        let fits = |info: &&native_ir::registers::RegisterInfo| info.width == width;
        Some((map.alternates(address).find(fits).or_else(|| map.find(address))?, address))
    });
    Accesses {
        place: place.unwrap_or_else(|| ELSEWHERE.to_string()),
        address,
        known: info.map(|(info, address)| if index.is_some() { info.name_at(address) } else { info.full_name() }),
        width,
        reads,
        writes,
        read_action: info.and_then(|(info, _)| info.read_action).map(|action| action.name()),
    }
}

fn is_array(module: &Module, ty: native_ir::Type) -> bool {
    let pointee = module.types.as_pointer(ty).map(|(_, pointee)| pointee);
    pointee.is_some_and(|pointee| matches!(module.types.data(pointee), native_ir::TypeData::Array { .. }))
}

/// The bits of an access: those of what its pointer points to.
fn width(module: &Module, function: &Function, pointer: Operand) -> u32 {
    let address = Contract::embedded().target(&module.envelope.target).map_or(64, |(_, row)| row.pointer_width);
    let pointee = module.types.as_pointer(function.body.operand_type(pointer)).map(|(_, pointee)| pointee);
    pointee.and_then(|ty| module.types.kind(ty)?.bits(address)).unwrap_or(0)
}

/// The register that a pointer comes from, through elements and casts, and the index of the element, where it is a
/// constant.
fn register(function: &Function, pointer: Operand) -> Option<(Register, Option<u64>)> {
    let mut operand = pointer;
    let mut index = Some(0_u64);
    // A chain of definitions is no longer than the function.
    for _ in 0..function.body.insts.len() {
        let value = function.body.values.get(operand.value()?)?;
        let ValueDef::Result(inst) = value.def() else { return None };
        let data: &InstData = function.body.insts.get(inst)?;
        match data.opcode {
            Opcode::Register => return Some((data.register(), index)),
            Opcode::Element => {
                let constant =
                    data.operand(1).constant().and_then(|constant| function.body.constants.get(constant));
                let further = constant.and_then(|constant| u64::try_from(constant.bits()).ok());
                index = index.zip(further).and_then(|(index, further)| index.checked_add(further));
                operand = data.operand(0);
            }
            Opcode::Cast => operand = data.operand(0),
            _ => return None,
        }
    }
    None
}
