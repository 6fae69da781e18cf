//! What functions of the runtime library cost beside those of libgcc of the same names: the mean of the cycles of a call, and
//! the bytes that a program gets by one of them alone. `cargo test -p elf --test thumb cost -- --nocapture` prints the
//! table of `docs/runtime.md`.
//!
//! Floats are from 2^-8 to 2^8 and of either sign; integers have all lengths, each as often. Both libraries get the same.

use super::library::{Chip, archive};
use super::qemu::tool;
use generate::Source;
use object::{Object, ObjectSection};
use std::path::Path;

/// A kind of operand.
#[derive(Clone, Copy)]
enum Kind {
    F32,
    F64,
    I32,
    U32,
    I64,
    U64,
    /// A double word whose upper word is 0.
    Low,
    /// The amount of a shift of 64 bits.
    Amount,
}
use Kind::{Amount, F32, F64, I32, I64, Low, U32, U64};

/// Functions with their operands. Where a divisor is, it is the second.
const FUNCTIONS: &[(&str, &[Kind])] = &[
    ("__aeabi_fadd", &[F32, F32]),
    ("__aeabi_fsub", &[F32, F32]),
    ("__aeabi_fmul", &[F32, F32]),
    ("__aeabi_fdiv", &[F32, F32]),
    ("__aeabi_dadd", &[F64, F64]),
    ("__aeabi_dsub", &[F64, F64]),
    ("__aeabi_dmul", &[F64, F64]),
    ("__aeabi_ddiv", &[F64, F64]),
    ("__aeabi_f2d", &[F32]),
    ("__aeabi_d2f", &[F64]),
    ("__aeabi_i2f", &[I32]),
    ("__aeabi_i2d", &[I32]),
    ("__aeabi_l2f", &[I64]),
    ("__aeabi_l2d", &[I64]),
    ("__aeabi_f2iz", &[F32]),
    ("__aeabi_d2iz", &[F64]),
    ("__aeabi_f2lz", &[F32]),
    ("__aeabi_d2lz", &[F64]),
    ("__aeabi_fcmple", &[F32, F32]),
    ("__aeabi_dcmple", &[F64, F64]),
    ("__aeabi_cfcmple", &[F32, F32]),
    ("__aeabi_cdcmple", &[F64, F64]),
    ("__aeabi_uidiv", &[U32, U32]),
    ("__aeabi_idiv", &[I32, I32]),
    ("__aeabi_uidivmod", &[U32, U32]),
    ("__aeabi_idivmod", &[I32, I32]),
    ("__aeabi_uldivmod", &[U64, U64]),
    ("__aeabi_uldivmod", &[Low, Low]),
    ("__aeabi_ldivmod", &[I64, I64]),
    ("__aeabi_lmul", &[I64, I64]),
    ("__aeabi_llsl", &[I64, Amount]),
    ("__aeabi_llsr", &[I64, Amount]),
    ("__aeabi_lasr", &[I64, Amount]),
];

/// Functions that may take more bytes than those of libgcc; none may take more cycles.
const MORE_BYTES: &[&str] = &["__aeabi_f2d", "__aeabi_f2iz", "__aeabi_llsl", "__aeabi_llsr", "__aeabi_lasr"];

/// Calls for each mean.
const CALLS: u64 = 400;
/// Cycles of the `BL` that calls a function (Arm DDI 0432C, 3.3).
const CALL_CYCLES: u64 = 4;

/// The words of an operand, which is not 0.
fn words(kind: Kind, random: &mut Source<'_>) -> Vec<u32> {
    let mut integer = |bits: u32, signed: bool| {
        let length = 1 + random.below((bits - u32::from(signed)) as usize) as u32;
        let value = random.bits() >> (64 - length) | 1 << (length - 1);
        if signed && random.bits() & 1 != 0 { value.wrapping_neg() } else { value }
    };
    let halves = |value: u64| vec![value as u32, (value >> 32) as u32];
    match kind {
        U32 => vec![integer(32, false) as u32],
        I32 => vec![integer(32, true) as u32],
        U64 => halves(integer(64, false)),
        Low => halves(integer(32, false)),
        I64 => halves(integer(64, true)),
        Amount => vec![random.below(64) as u32],
        F32 => {
            let bits = random.bits() as u32;
            vec![bits & 0x807f_ffff | (127 - 8 + random.below(16) as u32) << 23]
        }
        F64 => {
            let bits = random.bits();
            halves(bits & 0x800f_ffff_ffff_ffff | (1023 - 8 + random.below(16) as u64) << 52)
        }
    }
}

/// A program of one function and what it calls: the processor with it, and its bytes.
fn program(folder: &Path, symbol: &str, library: &str) -> (Chip, u64) {
    let places = ["-Ttext=0x1000", "-Tdata=0x20000000", "--gc-sections", "-e", symbol, "-u", symbol];
    tool(folder, "arm-none-eabi-ld", &[&places[..], &[library, "-o", "program"]].concat());
    let bytes = std::fs::read(folder.join("program")).expect("it is there");
    let file = object::File::parse(&bytes[..]).expect("an ELF file");
    let text = file.sections().filter(|section| [Ok(".text"), Ok(".rodata")].contains(&section.name()));
    let size = text.map(|section| section.size()).sum();
    (Chip::new(&bytes), size)
}

/// The mean of the cycles of a call.
fn mean(chip: &mut Chip, symbol: &str, kinds: &[Kind]) -> u64 {
    let mut random = Source::from_seed(7);
    let mut total = 0;
    for _ in 0..CALLS {
        let each: Vec<u32> = kinds.iter().flat_map(|&kind| words(kind, &mut random)).collect();
        let operands = std::array::from_fn(|index| each.get(index).copied().unwrap_or(0));
        let start = chip.machine.cycles();
        chip.call(symbol, operands);
        total += chip.machine.cycles() - start + CALL_CYCLES;
    }
    total / CALLS
}

#[test]
fn functions_cost_no_more_than_those_of_libgcc() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("libnir.a"), archive("sim-cortex-m0")).expect("the folder can be written");
    let found = tool(folder.path(), "arm-none-eabi-gcc", &["-mcpu=cortex-m0", "-print-libgcc-file-name"]);
    let (mut slow, mut large) = (Vec::new(), Vec::new());
    for &(symbol, kinds) in FUNCTIONS {
        let (mut own, own_bytes) = program(folder.path(), symbol, "libnir.a");
        let (mut other, other_bytes) = program(folder.path(), symbol, found.trim());
        let (ours, theirs) = (mean(&mut own, symbol, kinds), mean(&mut other, symbol, kinds));
        println!("| `{symbol}` | {ours} | {theirs} | {own_bytes} | {other_bytes} |");
        if ours > theirs {
            slow.push(symbol);
        }
        if own_bytes > other_bytes && !MORE_BYTES.contains(&symbol) {
            large.push(symbol);
        }
    }
    assert!(slow.is_empty() && large.is_empty(), "slower: {slow:?}; larger: {large:?}");
}
