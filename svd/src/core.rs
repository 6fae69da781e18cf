//! The registers of the core, which vendors' files leave out.

use native_ir::registers::{Block, RegisterInfo, RegisterMap};

const ARMV6_M: &str = include_str!("../core/armv6-m.tsv");

/// The room of the core's registers (ARM DDI 0419, B3.1).
const SYSTEM: std::ops::Range<u64> = 0xe000_e000..0xe000_f000;

/// Adds the registers of a core of ARMv6-M, by its name in files, to those of a device, unless the device has its own.
pub(crate) fn add(cpu: &str, registers: &mut Vec<RegisterInfo>, blocks: &mut Vec<Block>) {
    let armv6_m = ["CM0", "CM0PLUS", "CM0+", "CM1", "SC000"].contains(&cpu);
    if !armv6_m || registers.iter().any(|register| SYSTEM.contains(&register.address)) {
        return;
    }
    let Ok(core) = RegisterMap::read("armv6-m.tsv", ARMV6_M.as_bytes()) else { return };
    let taken = |name: &str| registers.iter().any(|register| register.peripheral == name);
    if core.registers().iter().any(|register| taken(&register.peripheral)) {
        return;
    }
    registers.extend(core.registers().iter().cloned());
    blocks.extend(core.blocks().iter().cloned());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound_and_within_its_room() {
        let core = RegisterMap::read("armv6-m.tsv", ARMV6_M.as_bytes()).unwrap_or_default();
        assert_eq!(core.registers().len(), 17);
        assert!(core.registers().iter().all(|register| SYSTEM.contains(&register.address)));
    }

    #[test]
    fn only_cores_of_armv6_m_get_it_and_only_once() {
        let (mut registers, mut blocks) = (Vec::new(), Vec::new());
        add("CM4", &mut registers, &mut blocks);
        assert!(registers.is_empty());
        add("CM0", &mut registers, &mut blocks);
        add("CM0", &mut registers, &mut blocks);
        assert_eq!((registers.len(), blocks.len()), (17, 3));
    }
}
