//! The hardware registers that a program touches, each declared once.

use super::layout::free_name;
use super::target::Target;
use native_ir::builder::ModuleBuilder;
use native_ir::registers::RegisterMap;
use native_ir::{Access, Register, Type};
use rustc_hash::{FxHashMap, FxHashSet};

/// The registers of the module in the making.
#[derive(Default)]
pub(super) struct Registers {
    /// By address, bytes of one, and number; `None` for what is no register.
    declared: FxHashMap<(u64, u32, u64), Option<Register>>,
}

impl Registers {
    /// The register at an address, or the array of so many from there; `None` when the target has no access of this
    /// width there, when ordinary memory lies there, or when the register map has no such register.
    pub(super) fn get(
        &mut self,
        (address, bytes, count): (u64, u32, u64),
        target: &Target,
        map: Option<&RegisterMap>,
        builder: &mut ModuleBuilder,
        taken: &mut FxHashSet<String>,
    ) -> Option<Register> {
        *self.declared.entry((address, bytes, count)).or_insert_with(|| {
            let access = access((address, bytes, count), target, map)?;
            let ty = match bytes {
                1 => Type::I8,
                2 => Type::I16,
                4 => Type::I32,
                8 => Type::I64,
                _ => return None,
            };
            let ty = if count == 1 { ty } else { builder.types().array(ty, count) };
            let known = map.and_then(|map| map.find(address));
            let name = known.map_or_else(|| format!("mmio_{address:x}"), |known| known.full_name());
            Some(builder.register(&free_name(taken, &name), ty, address, access))
        })
    }
}

/// What may be done with registers, if they are some.
fn access((address, bytes, count): (u64, u32, u64), target: &Target, map: Option<&RegisterMap>) -> Option<Access> {
    let row = target.contract_row()?;
    let (stride, bits) = (u64::from(bytes), bytes * 8);
    let last = count.checked_sub(1)?.checked_mul(stride)?.checked_add(address)?.checked_add(stride - 1)?;
    let end = if row.pointer_width >= 64 { u64::MAX } else { (1 << row.pointer_width) - 1 };
    let memory = row
        .memory_regions
        .iter()
        .any(|region| address <= region.start.saturating_add(region.length - 1) && region.start <= last);
    if !row.accesses(bits) || !address.is_multiple_of(stride) || last > end || memory {
        return None;
    }
    let Some(map) = map else { return Some(Access::ReadWrite) };
    // A map has no more registers than this, so the search ends.
    if count > native_ir::registers::MAX_REGISTERS as u64 {
        return None;
    }
    let mut rights = (0..count).map(|index| map.rights(address + index * stride, bits));
    let first = rights.next()??;
    rights.try_fold(first, |all, next| Some(if next? == all { all } else { Access::ReadWrite }))
}
