//! The same for Cortex-M0, on an emulated one: all opcodes on all types that the target has.
//!
//! Code and the runtime library lie in flash, operands and results in RAM. What a callee preserves is looked at behind
//! every call, and the words around the stack pointer.

mod large;

use crate::case::{Case, cases};
use crate::form::Form;
use crate::{Runs, check_on};
use artifact::{Artifact, FunctionCode, Reference, RelocationKind};
use codegen::{Options, all_functions, compile};
use devices::Bus;
use emulator::cortex_m0::{Limits, Machine, Memory, SP, Stop};
use native_ir::{Contract, Func, Item, Module, Opcode, Trap, TypeKind};
use std::collections::HashMap;
use verifier::Verified;

const TRIPLE: &str = "sim-cortex-m0";

const HEADER: &str = "native-ir 1
module   operations
target   sim-cortex-m0
abi      zero-freestanding-v1
layout   \"e-p:32:32-i64:64-f64:64-n32-S64\"
profile  bare-metal
source   0 \"operations\" lines=1
";

/// Where the operands lie; results follow them, the stack is above.
const INPUT: u32 = 0x2000_0000;
const OUTPUT: u32 = INPUT + 0x1000;
const STACK: u32 = INPUT + 0x4000;

/// Code in flash, and RAM.
const MEMORY: [Memory; 2] = [
    Memory { start: 0, bytes: 16 << 20, writable: false },
    Memory { start: INPUT, bytes: 0x8000, writable: true },
];

/// What no operation here takes.
const LIMITS: Limits = Limits { until: None, instructions: Some(200_000), time: None };

/// What is in r4 to r11 when a function is called.
fn preserved(register: u8) -> u32 {
    0x0101_0101 * u32::from(register)
}

/// Code that can be run.
struct Emulated {
    machine: Machine,
    code: Vec<u8>,
    functions: HashMap<Func, (usize, FunctionCode)>,
    traps: HashMap<u32, Trap>,
}

impl Emulated {
    fn new(module: &Verified<Module>) -> Emulated {
        let library = runtime::module(TRIPLE).expect("the target has a library");
        let options = Options::default();
        let [own, help] = [module, library].map(|module| {
            compile(module, &all_functions(module), &options).unwrap_or_else(|error| panic!("{error}"))
        });
        Emulated::link((module, &own), (library, &help))
    }

    fn link(own: (&Module, &Artifact), library: (&Module, &Artifact)) -> Emulated {
        let (mut code, mut starts, mut helpers) = (Vec::new(), Vec::new(), HashMap::new());
        for (module, artifact) in [own, library] {
            let mut places = HashMap::new();
            for function in &artifact.functions {
                code.resize(usize::next_multiple_of(code.len(), function.align as usize), 0);
                places.insert(function.func, code.len());
                let symbol = module.functions[function.func].symbol;
                helpers.insert(module.symbol_name(symbol).to_string(), code.len());
                code.extend(&function.code);
            }
            starts.push(places);
        }
        let mut traps = HashMap::new();
        for ((module, artifact), starts) in [own, library].into_iter().zip(&starts) {
            let find = |reference| match reference {
                Reference::Helper(name) => helpers[name],
                Reference::Symbol(symbol) => match module.item(symbol) {
                    Item::Function(func) => starts[&func],
                    item => panic!("{item:?} has no address"),
                },
            };
            for function in &artifact.functions {
                let start = starts[&function.func];
                traps.extend(function.traps.iter().map(|row| (start as u32 + row.offset, row.trap)));
                relocate(function, start, &mut code, find);
            }
        }
        let mut machine = Machine::new(&MEMORY, Bus::new()).expect("a machine");
        machine.load(0, &code).expect("there is flash");
        let functions = own.1.functions.iter().map(|it| (it.func, (starts[0][&it.func], it.clone()))).collect();
        Emulated { machine, code, functions, traps }
    }
}

/// Fills in distances and addresses.
fn relocate(function: &FunctionCode, start: usize, code: &mut [u8], find: impl Fn(Reference) -> usize) {
    for relocation in &function.relocations {
        let field = start + relocation.offset as usize;
        let target = find(relocation.target) as i64 + relocation.addend;
        let bytes = match relocation.kind {
            RelocationKind::ThumbCall => link(target - field as i64),
            RelocationKind::Absolute32 => (target as u32 | 1).to_le_bytes(),
            kind => panic!("{kind:?}"),
        };
        code[field..field + 4].copy_from_slice(&bytes);
    }
}

/// `BL` over a distance from 4 bytes behind it.
fn link(distance: i64) -> [u8; 4] {
    let bits = distance as u32;
    let sign = bits >> 24 & 1;
    let same = |bit: u32| 1 ^ sign ^ (bits >> bit & 1);
    let first = 0xF000 | sign << 10 | bits >> 12 & 0x3FF;
    let second = 0xD000 | same(23) << 13 | same(22) << 11 | bits >> 1 & 0x7FF;
    (first | second << 16).to_le_bytes()
}

impl Runs for Emulated {
    fn call(&mut self, func: Func, input: &[u8], output: &mut [u8]) -> Result<(), Trap> {
        let machine = &mut self.machine;
        machine.load(INPUT, input).expect("there is memory");
        machine.load(OUTPUT, output).expect("there is memory");
        let guard = [0x5A; 32];
        machine.load(STACK, &guard).expect("there is memory");
        for register in 0..13 {
            machine.set_register(register, preserved(register));
        }
        machine.set_register(0, INPUT);
        machine.set_register(1, OUTPUT);
        machine.set_register(SP, STACK);
        let stop = machine.call(self.functions[&func].0 as u32, &LIMITS).expect("the emulator works");
        match stop {
            Stop::Reached => {}
            Stop::Trap { code, address } => {
                let trap = *self.traps.get(&address).unwrap_or_else(|| panic!("no trap is at {address:x}"));
                assert_eq!(Contract::embedded().trap(trap).code, code);
                return Err(trap);
            }
            stop => panic!("{stop:?}{}", self.listing(func)),
        }
        machine.read(OUTPUT, output).expect("there is memory");
        let mut around = guard;
        machine.read(STACK, &mut around).expect("there is memory");
        assert_eq!(around, guard, "the caller's stack changes{}", self.listing(func));
        assert_eq!(self.machine.register(SP), STACK, "the stack pointer changes{}", self.listing(func));
        for register in 4..12 {
            let now = self.machine.register(register);
            assert_eq!(now, preserved(register), "r{register} changes{}", self.listing(func));
        }
        Ok(())
    }

    fn listing(&self, func: Func) -> String {
        let (start, function) = &self.functions[&func];
        let code = &self.code[*start..][..function.literals as usize];
        let (mut text, mut at) = (String::new(), 0);
        while at < code.len() {
            if let Some(pool) = function.pools.iter().find(|pool| pool.offset as usize == at) {
                at += pool.bytes as usize;
                continue;
            }
            let inst = thumb::decode_bytes(&code[at..]).expect("an instruction");
            text += &format!("\n{:6x} {}", start + at, inst.at((start + at) as u32));
            at += inst.size() as usize;
        }
        text
    }
}

/// The operations that the target has.
fn check(wanted: impl Fn(&Case) -> bool, count: usize) {
    let forms = |case: &Case| Form::all(case).into_iter().filter(|&form| form != Form::Strict).collect();
    let cases = cases(|case| !case.has(TypeKind::F128) && wanted(case));
    check_on(HEADER, &cases, forms, count, Emulated::new);
}

#[test]
fn integers_of_a_word() {
    let wide = |case: &Case| case.has(TypeKind::I64) || case.has(TypeKind::I128);
    check(|case| case.is_integer() && !wide(case), 10);
}

#[test]
fn integers_of_two_words() {
    check(|case| case.is_integer() && case.has(TypeKind::I64) && !case.has(TypeKind::I128), 16);
}

#[test]
fn integers_of_four_words() {
    check(|case| case.is_integer() && case.has(TypeKind::I128), 16);
}

#[test]
fn floats() {
    check(|case| !case.is_integer() && case.opcode != Opcode::Fcmp, 16);
}

#[test]
fn conditions_of_floats() {
    check(|case| case.opcode == Opcode::Fcmp, 12);
}
