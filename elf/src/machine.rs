//! What belongs to one instruction set: numbers of relocations and registers, and what unwinders find where a function
//! begins.

use artifact::RelocationKind;
use gimli::write::{CallFrameInstruction, CommonInformationEntry};
use gimli::{Arm, Encoding, Register, X86_64};
use native_ir::{Contract, Module};
use object::{Architecture, elf};

/// An instruction set that files are written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Machine {
    /// 64-bit x86.
    X86_64,
    /// ARMv6-M, with Thumb instructions alone.
    Thumb,
}

impl Machine {
    /// The machine of a module's target.
    pub(crate) fn of(module: &Module) -> Machine {
        let row = Contract::embedded().target(&module.envelope.target);
        match row.map(|(_, row)| row.cpu_family.as_str()) {
            Some("thumbv6m") => Machine::Thumb,
            _ => Machine::X86_64,
        }
    }

    /// The architecture of object files.
    pub(crate) fn architecture(self) -> Architecture {
        match self {
            Machine::X86_64 => Architecture::X86_64,
            Machine::Thumb => Architecture::Arm,
        }
    }

    /// How many bytes an address has.
    pub(crate) fn address_bytes(self) -> u8 {
        match self {
            Machine::X86_64 => 8,
            Machine::Thumb => 4,
        }
    }

    /// How an address in data is computed.
    pub(crate) fn pointer(self) -> RelocationKind {
        match self {
            Machine::X86_64 => RelocationKind::Absolute64,
            Machine::Thumb => RelocationKind::Absolute32,
        }
    }

    /// The value of the symbol of a function that lies somewhere: bit 0 says that it is of Thumb instructions.
    pub(crate) fn function_address(self, place: u64) -> u64 {
        match self {
            Machine::X86_64 => place,
            Machine::Thumb => place | 1,
        }
    }

    /// The number of an address in a table: of its full width, or of 4 bytes.
    pub(crate) fn table_relocation(self, bytes: u8) -> elf::RelocationType {
        match (self, bytes) {
            (Machine::X86_64, 8) => elf::R_X86_64_64,
            (Machine::X86_64, _) => elf::R_X86_64_32,
            (Machine::Thumb, _) => elf::R_ARM_ABS32,
        }
    }

    /// The DWARF number of a core register.
    ///
    /// psABI for AMD64, figure 3.36; AADWARF32, section 4.1, where it is the register's own.
    pub(crate) fn core_register(self, number: u8) -> Register {
        const REGISTERS: [Register; 8] = [
            X86_64::RAX,
            X86_64::RCX,
            X86_64::RDX,
            X86_64::RBX,
            X86_64::RSP,
            X86_64::RBP,
            X86_64::RSI,
            X86_64::RDI,
        ];
        let own = Register(u16::from(number));
        match self {
            Machine::X86_64 => REGISTERS.get(usize::from(number)).copied().unwrap_or(own),
            Machine::Thumb => own,
        }
    }

    /// The DWARF number of a vector register, which x86-64 alone has.
    pub(crate) fn vector_register(self, number: u8) -> Register {
        Register(X86_64::XMM0.0 + u16::from(number))
    }

    /// The register or column that stands for the return address.
    pub(crate) fn return_address(self) -> Register {
        match self {
            Machine::X86_64 => X86_64::RA,
            Machine::Thumb => Arm::LR,
        }
    }

    /// How far the canonical frame address lies above the stack pointer where a function begins: x86-64 pushes the
    /// return address.
    pub(crate) fn frame_at_entry(self) -> u8 {
        match self {
            Machine::X86_64 => 8,
            Machine::Thumb => 0,
        }
    }

    /// What unwinding tables say of all functions: what holds at their first byte.
    pub(crate) fn common_entry(self, version: u16) -> CommonInformationEntry {
        let encoding = Encoding { format: gimli::Format::Dwarf32, version, address_size: self.address_bytes() };
        let word = self.address_bytes() as i8;
        let mut entry = CommonInformationEntry::new(encoding, 1, -word, self.return_address());
        match self {
            Machine::X86_64 => {
                entry.add_instruction(CallFrameInstruction::Cfa(X86_64::RSP, 8));
                entry.add_instruction(CallFrameInstruction::Offset(X86_64::RA, -8));
            }
            Machine::Thumb => entry.add_instruction(CallFrameInstruction::Cfa(Arm::SP, 0)),
        }
        entry
    }
}

/// The number of a kind of relocation: table 4.9 of the psABI for AMD64, table 4-9 of the ELF for the Arm Architecture.
pub(crate) fn relocation_type(kind: RelocationKind) -> elf::RelocationType {
    match kind {
        RelocationKind::Absolute64 => elf::R_X86_64_64,
        RelocationKind::Absolute32Signed => elf::R_X86_64_32S,
        RelocationKind::Relative32 => elf::R_X86_64_PC32,
        RelocationKind::Branch32 => elf::R_X86_64_PLT32,
        RelocationKind::GlobalOffset32 => elf::R_X86_64_REX_GOTPCRELX,
        RelocationKind::Absolute32 => elf::R_ARM_ABS32,
        // Its present name is R_ARM_THM_CALL.
        RelocationKind::ThumbCall => elf::R_ARM_THM_PC22,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_relocation_has_its_number() {
        let kinds = [
            (RelocationKind::Absolute64, 1),
            (RelocationKind::Absolute32Signed, 11),
            (RelocationKind::Relative32, 2),
            (RelocationKind::Branch32, 4),
            (RelocationKind::GlobalOffset32, 42),
            (RelocationKind::Absolute32, 2),
            (RelocationKind::ThumbCall, 10),
        ];
        for (kind, number) in kinds {
            assert_eq!(relocation_type(kind).0, number);
        }
    }
}
