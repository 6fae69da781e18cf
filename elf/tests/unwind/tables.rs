//! What the tables for unwinding say.

use crate::common::trace::{Registers, Traced};
use gimli::{
    BaseAddresses, CfaRule, EhFrame, EndianSlice, LittleEndian, Register, RegisterRule, UnwindContext,
    UnwindSection, X86_64,
};
use object::read::elf::ElfFile64;
use object::{Object, ObjectSection, ObjectSymbol, SymbolKind};
use std::collections::BTreeMap;

type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// As in [`State::preserved`].
const PRESERVED: [Register; 6] = [X86_64::RBX, X86_64::RBP, X86_64::R12, X86_64::R13, X86_64::R14, X86_64::R15];

/// Where a function goes on, and the registers that calls preserve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) pc: u64,
    pub(crate) stack: u64,
    pub(crate) preserved: [u64; 6],
}

impl State {
    pub(crate) fn at(registers: Registers) -> State {
        State { pc: registers.pc(), stack: registers.stack(), preserved: registers.preserved() }
    }

    fn register(&self, register: Register) -> u64 {
        match PRESERVED.iter().position(|&preserved| preserved == register) {
            Some(index) => self.preserved[index],
            None if register == X86_64::RSP => self.stack,
            None => panic!("a rule uses {register:?}"),
        }
    }
}

/// The functions and tables of a program.
pub(crate) struct Tables<'a> {
    frames: EhFrame<Slice<'a>>,
    bases: BaseAddresses,
    functions: BTreeMap<u64, &'a str>,
}

impl<'a> Tables<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Tables<'a> {
        let file: ElfFile64<'a> = ElfFile64::parse(bytes).expect("an ELF file");
        let section = |name| file.section_by_name(name).expect("a section");
        let (frames, text) = (section(".eh_frame"), section(".text"));
        let bases = BaseAddresses::default().set_eh_frame(frames.address()).set_text(text.address());
        let functions = file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text);
        let functions = functions.map(|symbol| (symbol.address(), symbol.name().expect("UTF-8"))).collect();
        Tables { frames: EhFrame::new(frames.data().expect("bytes"), LittleEndian), bases, functions }
    }

    pub(crate) fn functions(&self) -> impl Iterator<Item = (&u64, &'a str)> {
        self.functions.iter().map(|(start, name)| (start, *name))
    }

    /// Whether a function begins at an address.
    pub(crate) fn begins(&self, address: u64) -> bool {
        self.functions.contains_key(&address)
    }

    /// The function at an address and the distance from its first byte.
    pub(crate) fn function_at(&self, address: u64) -> String {
        let before = self.functions.range(..=address).next_back();
        before.map_or(format!("{address:#x}"), |(start, name)| format!("{name}+{}", address - start))
    }

    /// What the caller goes on with, from where a function is, or from where it goes on when a call returns.
    pub(crate) fn caller(&self, state: &State, calls: bool, traced: &Traced) -> Option<State> {
        let mut context = UnwindContext::new();
        // A call may be a function's last instruction.
        let address = state.pc - u64::from(calls);
        let row =
            self.frames.unwind_info_for_address(&self.bases, &mut context, address, |section, bases, offset| {
                section.cie_from_offset(bases, offset)
            });
        let row = row.ok()?;
        let CfaRule::RegisterAndOffset { register, offset } = *row.cfa() else { panic!("{:?}", row.cfa()) };
        let frame = state.register(register).wrapping_add_signed(offset);
        let saved = |register: Register, now: u64| match row.register(register) {
            Some(RegisterRule::Offset(offset)) => traced.word(frame.wrapping_add_signed(offset)),
            None | Some(RegisterRule::Undefined | RegisterRule::SameValue) => now,
            Some(rule) => panic!("{register:?}: {rule:?}"),
        };
        let mut preserved = state.preserved;
        preserved.iter_mut().zip(PRESERVED).for_each(|(value, register)| *value = saved(register, *value));
        Some(State { pc: saved(X86_64::RA, 0), stack: frame, preserved })
    }
}
