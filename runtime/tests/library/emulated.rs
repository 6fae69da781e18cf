//! The library for Cortex-M0 as code of that processor, in the emulator: what helpers compute, and what they cost in
//! cycles and bytes.

use crate::M0;
use crate::computes::{compare, computing, random_operands};
use crate::cost::{Kind, operand};
use crate::values::{Random, is_float};
use artifact::{FunctionCode, Reference, RelocationKind};
use codegen::{Options, all_functions, compile};
use emulator::cortex_m0::{Limits, Machine, NRF51, Stop};
use native_ir::abi::{CallLayout, Convention, Location, Passed, Register, classify};
use native_ir::layout::{Layouts, MachineLayout};
use native_ir::{Contract, Module, Type};
use std::collections::{BTreeMap, BTreeSet};
use verifier::Verified;

/// Random operands for each helper: those for operations on floats of one type, and those for others.
const MANY: usize = 20_000;
const SOME: usize = 500;
/// The first byte of the code, behind where a vector table would be, and the end of the memory that is the stack.
const CODE: u32 = 0x100;
const STACK: u32 = 0x2000_4000;
/// Cycles of the `BL` that calls a function (Arm DDI 0432C, 3.3).
const CALL_CYCLES: u64 = 4;

/// A function's place in memory.
struct Placed {
    address: u32,
    bytes: u32,
    callees: BTreeSet<String>,
}

/// A machine with the library in its memory.
struct Board {
    machine: Machine,
    library: &'static Verified<Module>,
    functions: BTreeMap<String, Placed>,
}

impl Board {
    fn new() -> Board {
        let library = runtime::module(M0).expect("the target has a library");
        let artifact = compile(library, &all_functions(library), &Options::default()).expect("all is compiled");
        let (functions, bytes) = link(library, &artifact.functions);
        let mut machine = Machine::new(&NRF51, devices::Bus::new()).expect("the emulator starts");
        machine.load(CODE, &bytes).expect("the code fits");
        Board { machine, library, functions }
    }

    fn layout(&self, symbol: &str) -> CallLayout {
        let func = self.library.entry(symbol).unwrap_or_else(|error| panic!("{error:?}"));
        let signature = self.library.signature(&self.library.functions[func]).expect("a function has one");
        let contract = Contract::embedded();
        let (target, _) = contract.target(M0).expect("the target is in the contract");
        let layouts = Layouts::new(&self.library.types, &MachineLayout::of(contract, target));
        classify(&self.library.types, &layouts, Convention::Aapcs32, signature).expect("it can be called")
    }

    /// What a function returns, and how many cycles a call of it takes.
    fn call(&mut self, symbol: &str, layout: &CallLayout, arguments: &[u128]) -> (Vec<u128>, u64) {
        let sp = STACK - layout.stack_bytes as u32;
        self.machine.set_register(13, sp);
        for (passed, bits) in layout.params.iter().zip(arguments) {
            for piece in layout.pieces(passed) {
                let bits = bits >> (8 * piece.offset);
                match piece.location {
                    Location::Register(Register::Core(number)) => self.machine.set_register(number, bits as u32),
                    Location::Stack(at) => {
                        let bytes = &bits.to_le_bytes()[..piece.bytes as usize];
                        self.machine.load(sp + at as u32, bytes).expect("the stack is memory");
                    }
                    Location::Register(register) => panic!("{register:?} is not of this machine"),
                }
            }
        }
        let start = self.machine.cycles();
        let limits = Limits { instructions: Some(1_000_000), ..Limits::default() };
        let stop = self.machine.call(self.functions[symbol].address, &limits).expect("the emulator works");
        assert_eq!(stop, Stop::Reached, "{symbol} of {arguments:x?}");
        assert_eq!(self.machine.register(13), sp, "the stack pointer is as before");
        let results = layout.results.iter().map(|passed| self.result(layout, passed)).collect();
        (results, self.machine.cycles() - start + CALL_CYCLES)
    }

    fn result(&self, layout: &CallLayout, passed: &Passed) -> u128 {
        let pieces = layout.pieces(passed).iter();
        pieces.fold(0, |bits, piece| match piece.location {
            Location::Register(Register::Core(number)) => {
                let word = u128::from(self.machine.register(number));
                let mask = (1 << (8 * piece.bytes)) - 1;
                bits | (word & mask) << (8 * piece.offset)
            }
            location => panic!("no result is in {location:?}"),
        })
    }

    /// Bytes of a function and of all that it calls.
    fn bytes(&self, symbol: &str) -> u32 {
        let (mut all, mut next) = (BTreeSet::new(), vec![symbol.to_string()]);
        while let Some(name) = next.pop() {
            next.extend(self.functions[&name].callees.iter().filter(|callee| !all.contains(*callee)).cloned());
            all.insert(name);
        }
        all.iter().map(|name| self.functions[name].bytes).sum()
    }
}

/// Puts functions one behind the other, and fills in where they call each other.
fn link(library: &Module, functions: &[FunctionCode]) -> (BTreeMap<String, Placed>, Vec<u8>) {
    let name = |function: &FunctionCode| library.symbol_name(library.functions[function.func].symbol).to_string();
    let target = |reference| match reference {
        Reference::Symbol(symbol) => library.symbol_name(symbol).to_string(),
        Reference::Helper(name) => name.to_string(),
    };
    let (mut placed, mut image) = (BTreeMap::new(), Vec::new());
    for function in functions {
        image.resize(image.len().next_multiple_of(4), 0);
        let callees = function.relocations.iter().map(|relocation| target(relocation.target)).collect();
        let address = CODE + image.len() as u32;
        placed.insert(name(function), Placed { address, bytes: function.code.len() as u32, callees });
        image.extend(&function.code);
    }
    for function in functions {
        let start = placed[&name(function)].address;
        for relocation in &function.relocations {
            let field = start + relocation.offset;
            let to = i64::from(placed[&target(relocation.target)].address) + relocation.addend;
            let bytes = match relocation.kind {
                RelocationKind::ThumbCall => branch_with_link((to - i64::from(field)) as i32),
                // The address of a function says that it is Thumb code.
                RelocationKind::Absolute32 => (to as u32 | 1).to_le_bytes(),
                kind => panic!("{kind:?} is not of this machine"),
            };
            let at = (field - CODE) as usize;
            image[at..at + 4].copy_from_slice(&bytes);
        }
    }
    (placed, image)
}

/// `BL` over a distance from 4 bytes behind it (ARM DDI 0419, A6.7.13).
fn branch_with_link(distance: i32) -> [u8; 4] {
    let bits = distance as u32;
    let sign = bits >> 31;
    let [j1, j2] = [23, 22].map(|bit| (bits >> bit & 1) ^ sign ^ 1);
    let first = 0xf000 | sign << 10 | bits >> 12 & 0x3ff;
    let second = 0xd000 | j1 << 13 | j2 << 11 | bits >> 1 & 0x7ff;
    (first | second << 16).to_le_bytes()
}

#[test]
fn helpers_compute_on_cortex_m0() {
    let mut board = Board::new();
    for (index, helper) in computing(M0).enumerate() {
        let layout = board.layout(helper.symbol);
        let mut generator = Random::new(0x0051_7cc1_b727 + index as u64);
        let arithmetic = helper.from == helper.to && is_float(helper.from);
        for _ in 0..if arithmetic { MANY } else { SOME } {
            let operands = random_operands(helper.from, &mut generator);
            compare(helper, operands, |arguments| board.call(helper.symbol, &layout, arguments).0);
        }
    }
}

/// Helper, its operands, their number, and the bounds on the mean of the cycles of a call and on the bytes of the function
/// and all that it calls: a tenth above what they are.
const BOUNDS: &[(&str, Kind, usize, u64, u32)] = &[
    ("__aeabi_fadd", Kind::Floats(Type::F32), 2, 82, 832),
    ("__aeabi_fmul", Kind::Floats(Type::F32), 2, 79, 696),
    ("__aeabi_fdiv", Kind::Floats(Type::F32), 2, 136, 760),
    ("sqrtf", Kind::Floats(Type::F32), 1, 415, 260),
    ("fmaf", Kind::Floats(Type::F32), 3, 535, 1963),
    ("__aeabi_dadd", Kind::Floats(Type::F64), 2, 143, 1420),
    ("__aeabi_dmul", Kind::Floats(Type::F64), 2, 305, 1300),
    ("__aeabi_ddiv", Kind::Floats(Type::F64), 2, 340, 1450),
    ("sqrt", Kind::Floats(Type::F64), 1, 2220, 470),
    ("fma", Kind::Floats(Type::F64), 3, 1323, 3410),
    ("__nir_compare_f32", Kind::Floats(Type::F32), 2, 42, 75),
    ("__nir_compare_f64", Kind::Floats(Type::F64), 2, 62, 110),
    ("__aeabi_f2d", Kind::Floats(Type::F32), 1, 30, 245),
    ("__aeabi_d2f", Kind::Floats(Type::F64), 1, 71, 215),
    ("__aeabi_h2f", Kind::Floats(Type::F16), 1, 34, 190),
    ("__aeabi_f2h", Kind::Floats(Type::F32), 1, 89, 172),
    ("__aeabi_i2f", Kind::Integers(32, 32), 1, 55, 128),
    ("__aeabi_i2d", Kind::Integers(32, 32), 1, 61, 119),
    ("__aeabi_l2d", Kind::Integers(64, 64), 1, 170, 416),
    ("__nir_float_to_sint_sat_f32_i32", Kind::Floats(Type::F32), 1, 21, 71),
    ("__nir_float_to_sint_sat_f64_i32", Kind::Floats(Type::F64), 1, 32, 102),
    ("__nir_round_even_f64", Kind::Floats(Type::F64), 1, 113, 324),
    ("__aeabi_uidivmod", Kind::Integers(32, 8), 2, 138, 304),
    ("__aeabi_uidivmod", Kind::Integers(32, 24), 2, 100, 304),
    ("__aeabi_idivmod", Kind::Integers(31, 8), 2, 150, 413),
    ("__aeabi_uldivmod", Kind::Integers(64, 16), 2, 527, 546),
    ("__aeabi_uldivmod", Kind::Integers(64, 48), 2, 383, 546),
    ("__aeabi_lmul", Kind::Integers(64, 64), 2, 48, 58),
    ("__nir_umulh_i32", Kind::Integers(32, 32), 2, 33, 42),
    ("__nir_clz_i32", Kind::Integers(16, 16), 1, 45, 86),
    ("__udivti3", Kind::Integers(128, 64), 2, 12100, 1210),
];

/// Calls for each mean.
const CALLS: u64 = 1000;

#[test]
fn helpers_cost_few_cycles_and_bytes() {
    let mut board = Board::new();
    let mut generator = Random::new(5);
    let mut much = Vec::new();
    for &(symbol, kind, count, cycles, bytes) in BOUNDS {
        let layout = board.layout(symbol);
        let mut total = 0;
        for _ in 0..CALLS {
            let operands: Vec<u128> = (0..count).map(|place| operand(kind, place, &mut generator)).collect();
            total += board.call(symbol, &layout, &operands).1;
        }
        let found = (total / CALLS, board.bytes(symbol));
        println!("{symbol} {kind:?} {} cycles, {} bytes", found.0, found.1);
        if found.0 > cycles || found.1 > bytes {
            much.push((symbol, found, (cycles, bytes)));
        }
    }
    assert_eq!(much, [], "helper, cycles and bytes, bounds");
}
