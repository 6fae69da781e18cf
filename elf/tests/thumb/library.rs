//! The runtime library as an archive: objects of gcc find in it what they call, the linker takes what is used, and the
//! comparisons that answer in the flags do what the run-time ABI says.

use super::common::artifact;
use super::qemu::tool;
use codegen::Options;
use devices::Bus;
use elf::{Unit, runtime_archive};
use emulator::Firmware;
use emulator::cortex_m0::{Limits, Machine, NRF51, SP, Stop};
use object::read::archive::ArchiveFile;
use object::{Object, ObjectSymbol};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::path::Path;

const TOP: u32 = 0x2000_4000;

/// Callers that give the flags in ip, and leave all else as the callee does.
const CALLERS: &str = "
    .syntax unified
    .thumb
    .macro caller name
    .global test_\\name
    .type test_\\name, %function
    .thumb_func
test_\\name:
    push {r4, lr}
    bl \\name
    mrs r12, apsr
    pop {r4, pc}
    .endm
    caller __aeabi_cfcmpeq
    caller __aeabi_cfcmple
    caller __aeabi_cfrcmple
    caller __aeabi_cdcmpeq
    caller __aeabi_cdcmple
    caller __aeabi_cdrcmple
";

/// What gcc makes calls of.
const USER: &str = "
float single(float a, float b) { return a * b + (a < b ? 1.0f : a / b); }
double mixed(double a, long long b) { return a - (double)b; }
unsigned long long wide(unsigned long long a, unsigned long long b) { return a / b * 7 + (a % b << (b & 63)); }
int narrow(int a, int b) { return a / b * 100 + a % b; }
";

/// The library of a target.
pub(crate) fn archive(triple: &str) -> Vec<u8> {
    let library = runtime::module(triple).expect("the target has a library");
    let code = artifact(library, &Options::default());
    runtime_archive(Unit { module: library, artifact: &code }).expect("it can be written")
}

/// Compiles a file and links it with the library alone: no symbol may be left undefined.
fn link(folder: &Path, file: &str, text: &str) -> Vec<u8> {
    std::fs::write(folder.join(file), text).expect("the folder can be written");
    std::fs::write(folder.join("libnir.a"), archive("sim-cortex-m0")).expect("the folder can be written");
    tool(folder, "arm-none-eabi-gcc", &["-mcpu=cortex-m0", "-Os", "-ffreestanding", "-c", file, "-o", "user.o"]);
    let places = ["-Ttext=0x1000", "-Tdata=0x20000000", "-e", "0"];
    let said = tool(folder, "arm-none-eabi-ld", &[&places[..], &["user.o", "libnir.a", "-o", "program"]].concat());
    assert_eq!(said, "");
    std::fs::read(folder.join("program")).expect("it is there")
}

/// A processor with a program in its memory.
pub(crate) struct Chip {
    pub(crate) machine: Machine,
    firmware: Firmware,
}

impl Chip {
    pub(crate) fn new(program: &[u8]) -> Chip {
        let firmware = Firmware::read(program).expect("an ELF file");
        let mut machine = Machine::new(&NRF51, Bus::new()).expect("a machine");
        machine.load_firmware(&firmware).expect("there is memory");
        Chip { machine, firmware }
    }

    /// Registers behind a call of a function, whose arguments are words in r0 to r3; the others have noise.
    pub(crate) fn call(&mut self, name: &str, words: [u32; 4]) -> [u32; 16] {
        let before = Chip::before(words);
        for (number, word) in (0..).zip(before) {
            self.machine.set_register(number, word);
        }
        self.machine.set_register(SP, TOP);
        let address = self.firmware.address(name).expect(name);
        let limits = Limits { instructions: Some(10_000), ..Limits::default() };
        assert_eq!(self.machine.call(address, &limits), Ok(Stop::Reached), "{name} {words:x?}");
        std::array::from_fn(|number| self.machine.register(number as u8))
    }

    /// What r0 to r11 hold before a call.
    fn before(words: [u32; 4]) -> [u32; 12] {
        std::array::from_fn(|number| words.get(number).copied().unwrap_or(0x5a5a_0000 + 0x1_0001 * number as u32))
    }
}

/// Calls a comparison and checks its flags, and that it changed nothing else.
fn check(chip: &mut Chip, name: &str, words: [u32; 4], order: Option<Ordering>) {
    const ZERO: u32 = 1 << 30;
    const CARRY: u32 = 1 << 29;
    let after = chip.call(&format!("test_{name}"), words);
    let equal = if order == Some(Ordering::Equal) { ZERO } else { 0 };
    let not_less = if order == Some(Ordering::Less) { 0 } else { CARRY };
    assert_eq!(after[12] & (ZERO | CARRY), equal | not_less, "{name} {words:08x?}: flags {:08x}", after[12]);
    assert_eq!(after[..12], Chip::before(words), "{name} {words:08x?}: registers");
    assert_eq!(after[13], TOP, "{name} {words:08x?}: stack pointer");
}

/// Zeros, subnormals, numbers, infinities and NaNs of either sign, by the bits of their places.
fn singles() -> Vec<u32> {
    let positive = [
        0,
        1,
        2,
        0x007f_ffff,
        0x0080_0000,
        0x3f80_0000,
        0x3f80_0001,
        0x7f7f_ffff,
        0x7f80_0000,
        0x7f80_0001,
        0x7fc0_0000,
        0x7fff_ffff,
    ];
    positive.into_iter().flat_map(|bits| [bits, bits | 1 << 31]).collect()
}

/// Likewise, with pairs that differ in one word only.
fn doubles() -> Vec<u64> {
    let positive = [
        0,
        1,
        1 << 32,
        (1 << 52) - 1,
        1 << 52,
        0x3ff0_0000_0000_0000,
        0x3ff0_0000_0000_0001,
        0x3ff0_0000_ffff_ffff,
        0x3ff0_0001_0000_0000,
        0x7fef_ffff_ffff_ffff,
        0x7ff0_0000_0000_0000,
        0x7ff0_0000_0000_0001,
        0x7ff8_0000_0000_0000,
        0x7fff_ffff_ffff_ffff,
    ];
    positive.into_iter().flat_map(|bits| [bits, bits | 1 << 63]).collect()
}

#[test]
fn comparisons_answer_in_the_flags_and_keep_the_registers() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut chip = Chip::new(&link(folder.path(), "callers.s", CALLERS));
    for a in singles() {
        for b in singles() {
            let order = f32::from_bits(a).partial_cmp(&f32::from_bits(b));
            let words = [a, b, 0x1111_2222, 0x3333_4444];
            check(&mut chip, "__aeabi_cfcmpeq", words, order);
            check(&mut chip, "__aeabi_cfcmple", words, order);
            check(&mut chip, "__aeabi_cfrcmple", words, order.map(Ordering::reverse));
        }
    }
    for a in doubles() {
        for b in doubles() {
            let order = f64::from_bits(a).partial_cmp(&f64::from_bits(b));
            let words = [a as u32, (a >> 32) as u32, b as u32, (b >> 32) as u32];
            check(&mut chip, "__aeabi_cdcmpeq", words, order);
            check(&mut chip, "__aeabi_cdcmple", words, order);
            check(&mut chip, "__aeabi_cdrcmple", words, order.map(Ordering::reverse));
        }
    }
    let said = tool(folder.path(), "arm-none-eabi-readelf", &["--debug-dump=frames", "program"]);
    assert!(said.contains("DW_CFA_def_cfa_offset: 24\n  DW_CFA_offset: r14 at cfa-4\n"), "{said}");
}

#[test]
fn objects_of_gcc_need_no_other_library() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = link(folder.path(), "user.c", USER);
    let mut chip = Chip::new(&program);
    let (a, b) = (2.5f32, 0.75f32);
    let single = chip.call("single", [a.to_bits(), b.to_bits(), 0, 0]);
    assert_eq!(single[0], (a * b + a / b).to_bits());
    let c = 1.0e10f64.to_bits();
    let mixed = chip.call("mixed", [c as u32, (c >> 32) as u32, 3, 1]);
    let expected = (1.0e10 - 4_294_967_299.0f64).to_bits();
    assert_eq!(mixed[..2], [expected as u32, (expected >> 32) as u32]);
    let wide = chip.call("wide", [5, 0x100, 7, 1]);
    let (n, d) = (0x100_0000_0005u64, 0x1_0000_0007u64);
    let expected = (n / d * 7).wrapping_add((n % d) << (d & 63));
    assert_eq!(wide[..2], [expected as u32, (expected >> 32) as u32]);
    assert_eq!(chip.call("narrow", [-1234i32 as u32, 100, 0, 0])[0], (-1234i32 / 100 * 100 - 34) as u32);
    // What is not called is not there.
    let file = object::File::parse(&program[..]).expect("an ELF file");
    let names: BTreeSet<&str> = file.symbols().filter_map(|symbol| symbol.name().ok()).collect();
    assert!(names.contains("__aeabi_fmul") && names.contains("__aeabi_uldivmod"), "{names:?}");
    let unused = ["__aeabi_cfcmple", "__aeabi_cdcmple", "__aeabi_cfrcmple", "sqrt", "fma", "__udivti3", "memcpy"];
    assert!(unused.iter().all(|name| !names.contains(name)), "{names:?}");
}

/// Names that programs cannot mean are hidden, so that they are not exported; and no two objects define the same.
#[test]
fn each_symbol_is_in_one_object() {
    for triple in ["sim-cortex-m0", "x86_64-unknown-linux-elf"] {
        let bytes = archive(triple);
        let read = ArchiveFile::parse(&bytes[..]).expect("an archive");
        let (mut names, mut members) = (BTreeSet::new(), BTreeSet::new());
        for member in read.members() {
            let member = member.expect("a member");
            assert!(members.insert(member.name().to_vec()), "{:?}", String::from_utf8_lossy(member.name()));
            let file = object::File::parse(member.data(&bytes[..]).expect("its bytes")).expect("an object");
            for symbol in file.symbols().filter(|symbol| symbol.is_global() && symbol.is_definition()) {
                let name = symbol.name().expect("a name").to_string();
                let public = !name.starts_with("pn::");
                let object::SymbolFlags::Elf { st_other, .. } = symbol.flags() else { panic!("no ELF") };
                let hidden = st_other.visibility() == object::elf::STV_HIDDEN;
                assert_eq!(hidden, !public, "{name}");
                assert!(names.insert(name.clone()), "{name} is there twice");
            }
        }
    }
}
