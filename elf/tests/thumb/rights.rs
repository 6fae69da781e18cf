//! What files promise whoever loads them: which memory is written and which executed, and by which contract they were made.

use super::common::Made;
use super::image::{HELLO, link, module};
use object::read::elf::{ElfFile32, FileHeader as _, ProgramHeader as _};
use object::{Endianness, Object, ObjectSection, SectionFlags, elf as constants};

/// The rights of what is loaded, in the order of the file.
fn loaded(bytes: &[u8]) -> Vec<u32> {
    let header = constants::FileHeader32::<Endianness>::parse(bytes).expect("an ELF file");
    let endian = header.endian().expect("a byte order");
    let segments = header.program_headers(endian, bytes).expect("segments").iter();
    segments.filter(|it| it.p_type(endian) == constants::PT_LOAD).map(|it| it.p_flags(endian).0).collect()
}

/// Sections with all of some rights.
fn sections(bytes: &[u8], rights: u64) -> Vec<String> {
    let file: ElfFile32<'_> = ElfFile32::parse(bytes).expect("an ELF file");
    let has = |section: &object::read::elf::ElfSection32<'_, '_>| match section.flags() {
        SectionFlags::Elf { sh_flags, .. } => sh_flags.0 & rights == rights,
        _ => false,
    };
    file.sections().filter(has).map(|section| section.name().expect("UTF-8").to_string()).collect()
}

#[test]
fn no_memory_is_both_written_and_executed() {
    let bytes = link(&module(HELLO), |_| {}).expect("it fits").elf().expect("it can be written");
    let (read, write, run) = (constants::PF_R.0, constants::PF_W.0, constants::PF_X.0);
    // Flash with vectors, code and constants; data; zeros.
    assert_eq!(loaded(&bytes), [read | run, read | write, read | write]);
    let (write, run) = (constants::SHF_WRITE.0, constants::SHF_EXECINSTR.0);
    assert_eq!(sections(&bytes, run), [".text"]);
    assert_eq!(sections(&bytes, write), [".data", ".bss", ".stack"]);
}

#[test]
fn files_note_their_abi_and_their_contract() {
    let made: Made = module(HELLO);
    let object = elf::object(made.unit(), &[], None).expect("it can be written");
    let image = link(&made, |_| {}).expect("it fits").elf().expect("it can be written");
    let name = b"zero-freestanding-v1";
    for bytes in [object, image] {
        let file: ElfFile32<'_> = ElfFile32::parse(&bytes[..]).expect("an ELF file");
        let note = file.section_by_name(".note.nir.abi").expect("a note").data().expect("bytes").to_vec();
        assert_eq!(&note[..16], &[4, 0, 0, 0, 52, 0, 0, 0, 1, 0, 0, 0, b'N', b'I', b'R', 0]);
        assert_eq!(&note[16..48], native_ir::Contract::embedded().digest());
        assert_eq!(&note[48..], name);
    }
}
