//! Random modules in QEMU: one process, into which image after image is put, and whose calls end as the model says.
//!
//! Left out, by name, are functions with the effect `hardware`: QEMU has devices of its own and is silent about others.

use crate::module;
use crate::moves_the_stack;
use devices::Bus;
use elf::firmware::{Memory, Region};
use generate::Source;
use native_ir::{Effect, Func, Module};
use oracle::{End, Model, Tally, Verdict, agree, call_often, is_plain, result_kinds};
use program::{Callable, Error, How, Process};
use std::time::Duration;
use verifier::{Engine, Verified};

/// Modules that `make test` runs, and calls of each function.
const MODULES: u64 = 300;
const CALLS: usize = 48;
/// Instructions of a call after which the model gives up.
const LIMIT: u64 = 3000;
/// How long a call may take.
const TIME: Duration = Duration::from_secs(60);
/// More than the chip has: what recursion takes is not what is asked here.
const MEMORY: Memory = Memory {
    flash: Region { start: 0, bytes: 8 << 20 },
    ram: Region { start: 0x2000_0000, bytes: 512 << 10 },
    stack: 0,
};

#[test]
fn qemu_does_what_the_model_says() {
    let mut tally = Tally::default();
    let mut touching = 0;
    let mut process = None;
    for seed in 0..MODULES {
        let module = module(seed);
        let (entries, others) = entries(&module);
        touching += others;
        if entries.is_empty() || moves_the_stack(&module) {
            continue;
        }
        let callable = match Callable::new(&module, &entries, Vec::new(), MEMORY, &How::default()) {
            Ok(callable) => callable,
            // How many there are is seen by the other test of these modules.
            Err(Error::Certificate(_)) => continue,
            Err(error) if error.to_string().contains("holds a zero byte") => continue,
            Err(error) => panic!("seed {seed}: {error}"),
        };
        let placed = match &mut process {
            Some(process) => Process::replace(process, &callable),
            None => Process::new(&callable, false, false).map(|new| process = Some(new)),
        };
        placed.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let mut random = Source::from_seed(!seed);
        for func in entries {
            let process = process.as_mut().expect("it was made");
            let mut case = Case { seed, module: &module, callable: &callable, func, process, tally: &mut tally };
            call_often(&module, func, CALLS, &mut random, |arguments| case.call(arguments));
        }
    }
    println!("{touching} functions are left out, because they touch hardware");
    let compared = tally.total();
    tally.judge(MODULES);
    assert!(compared >= 1000, "{compared} runs are too few");
}

/// The functions that can be called from outside and touch nothing but memory, and the number of those that touch hardware.
fn entries(module: &Verified<Module>) -> (Vec<Func>, usize) {
    let native = |func: &Func| module.for_engine(Engine::Native, &[*func]).is_ok();
    let plain = module.functions.keys().filter(|&func| is_plain(module, func));
    let touches = |func: &Func| {
        let ty = module.signature(&module.functions[*func]);
        ty.is_some_and(|ty| ty.effects.contains(Effect::Hardware))
    };
    let (others, entries): (Vec<Func>, Vec<Func>) = plain.filter(native).partition(touches);
    (entries, others.len())
}

/// A function in QEMU.
struct Case<'a> {
    seed: u64,
    module: &'a Verified<Module>,
    callable: &'a Callable,
    func: Func,
    process: &'a mut Process,
    tally: &'a mut Tally,
}

impl Case<'_> {
    fn call(&mut self, arguments: &[u128]) -> Verdict {
        let mut model = Model::new(self.module, Bus::new());
        model.limit = LIMIT;
        let end = model.call(self.func, arguments);
        if let End::Unclear(why) = end {
            self.tally.left_out(why);
            return Verdict::Unclear;
        }
        if model.checked {
            self.tally.left_out("only checked memory promises what it does");
            return Verdict::Unclear;
        }
        let call = (self.func, arguments);
        let ended = self.process.call(self.callable, self.module, call, Some(TIME));
        self.tally.compared(&end);
        let kinds = result_kinds(self.module, self.func);
        let same = match (&end, &ended) {
            (End::Exited(expected), Ok((program::End::Exited(found), ..))) => expected == found,
            (End::Returned(expected), Ok((program::End::Returned(found), ..))) => agree(&kinds, expected, found),
            (End::Trapped(expected, _), Ok((program::End::Trapped { trap, .. }, ..))) => expected == trap,
            _ => false,
        };
        if same && ended.as_ref().is_ok_and(|(_, output, _)| *output == model.output) {
            return Verdict::Same;
        }
        let name = self.module.symbol_name(self.module.functions[self.func].symbol);
        self.tally.wrong(format!(
            "seed {}, @{name}{arguments:x?}\nthe model: {end:x?} \"{}\"\nQEMU: {ended:x?}\n{}",
            self.seed,
            model.output.escape_ascii(),
            native_ir::text::print(self.module)
        ));
        Verdict::Different
    }
}
