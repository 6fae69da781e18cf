//! A module as firmware and as bytecode, and calls of its functions.

use devices::{Access, Bus, Plain};
use elf::firmware::{Memory, Region};
use emulator::cortex_m0::{Clock, Console, Limits};
use generate::Source;
use native_ir::{EntityRef, Func, Module};
use oracle::{Capture, End, Model, Tally, Verdict, agree, call_often, is_plain, result_kinds};
use program::{Board, Callable, How, Manner};
use std::fmt;
use std::sync::Arc;
use verifier::{Engine, Verified};
use vm::{Config, Host, Outcome, Program, Vm};

/// Instructions of a call after which the model gives up.
const LIMIT: u64 = 3000;
/// Machine instructions of a call after which the processor is stopped: a call of the runtime library takes up to some
/// thousands.
const MACHINE_LIMIT: u64 = 20_000_000;
/// Bytes of guest memory.
const MEMORY: u64 = 16 << 20;
/// Accesses that are recorded.
const RECORDED: usize = 10_000;

/// A module on an emulated processor and as bytecode.
pub(crate) struct Machines {
    module: Arc<Verified<Module>>,
    /// Functions that can be called from outside.
    entries: Vec<Func>,
    callable: Callable,
    board: Board,
    vm: Vm,
    output: Capture,
}

/// Registers that remember what is written to them.
fn bus() -> Bus {
    let mut bus = Bus::new();
    bus.map_rest("registers", Box::new(Plain::new())).expect("the bus is empty");
    bus.record(RECORDED);
    bus
}

impl Machines {
    /// # Errors
    /// What the emitter, the certificate or the linker says.
    pub(crate) fn new(module: &Arc<Verified<Module>>) -> Result<Machines, String> {
        let native = |func: &Func| module.for_engine(Engine::Native, &[*func]).is_ok();
        let plain = module.functions.keys().filter(|&func| is_plain(module, func));
        let entries: Vec<Func> = plain.filter(native).collect();
        let memory = Memory {
            flash: Region { start: 0, bytes: 8 << 20 },
            ram: Region { start: 0x2000_0000, bytes: 512 << 10 },
            stack: 0,
        };
        let failed = |error: program::Error| format!("{error}\n{}", native_ir::text::print(module));
        let callable = Callable::new(module, &entries, Vec::new(), memory, &How::default()).map_err(failed)?;
        let manner =
            Manner { clock: Clock::Accesses, handles_faults: false, sleeps_lightly: true, ..Manner::default() };
        let board = Board::new(&callable, module, manner).map_err(failed)?;
        let config = Config { memory_bytes: Some(MEMORY), ..Config::default() };
        let program = Program::new(module.clone(), &entries, &config).map_err(|_| "no bytecode".to_string())?;
        let output = Capture::default();
        let host = Host { output: Box::new(output.clone()), ..Host::default() };
        let vm = Vm::new(program, host).map_err(|error| error.to_string())?;
        Ok(Machines { module: module.clone(), entries, callable, board, vm, output })
    }

    /// Calls each function so often, with random arguments; less often those that do nothing clear, or take none.
    pub(crate) fn run(&mut self, seed: u64, calls: usize, random: &mut Source<'_>, tally: &mut Tally) {
        for func in self.entries.clone() {
            let module = self.module.clone();
            call_often(&module, func, calls, random, |arguments| self.call(seed, func, arguments, tally));
        }
    }

    fn call(&mut self, seed: u64, func: Func, arguments: &[u128], tally: &mut Tally) -> Verdict {
        let mut model = Model::new(&self.module, bus());
        model.limit = LIMIT;
        let end = model.call(func, arguments);
        if let End::Unclear(why) = end {
            tally.left_out(why);
            return Verdict::Unclear;
        }
        if model.checked {
            tally.left_out("only checked memory promises what it does");
            return Verdict::Unclear;
        }
        let expected = Seen { end: None, output: model.output.clone(), trace: model.bus.trace().to_vec() };
        let (on_board, board) = self.on_board(func, arguments, &end);
        let (in_vm, vm) = self.in_vm(func, arguments, &end);
        tally.compared(&end);
        if on_board && in_vm && board.same(&expected) && vm.same(&expected) {
            return Verdict::Same;
        }
        let name = self.module.symbol_name(self.module.functions[func].symbol);
        tally.wrong(format!(
            "seed {seed}, @{name}{arguments:x?}\nthe model: {end:x?} {expected}\nthe processor: {board}\nthe VM: {vm}\n{}\n{}",
            native_ir::text::print(&self.module),
            self.listing(func)
        ));
        Verdict::Different
    }

    fn on_board(&mut self, func: Func, arguments: &[u128], expected: &End) -> (bool, Seen) {
        let output = Capture::default();
        let console = Console { output: Box::new(output.clone()), ..Console::default() };
        let limits = Limits { instructions: Some(MACHINE_LIMIT), ..Limits::default() };
        let call = (func, arguments);
        match self.board.call(&self.callable, &self.module, call, (bus(), console), &limits) {
            Ok((end, bus)) => {
                let kinds = result_kinds(&self.module, func);
                let same = match (expected, &end) {
                    (End::Exited(expected), program::End::Exited(found)) => expected == found,
                    (End::Returned(expected), program::End::Returned(found)) => agree(&kinds, expected, found),
                    (End::Trapped(expected, _), program::End::Trapped { trap, .. }) => expected == trap,
                    _ => false,
                };
                (same, Seen { end: Some(format!("{end:x?}")), output: output.take(), trace: bus.trace().to_vec() })
            }
            Err(error) => (false, Seen { end: Some(error.to_string()), output: Vec::new(), trace: Vec::new() }),
        }
    }

    fn in_vm(&mut self, func: Func, arguments: &[u128], expected: &End) -> (bool, Seen) {
        self.vm.reset();
        self.vm.host().bus = bus();
        let kinds = result_kinds(&self.module, func);
        match self.vm.call(func, arguments) {
            Ok(outcome) => {
                let same = match (expected, &outcome) {
                    (End::Exited(expected), Outcome::Exited(found)) => expected == found,
                    (End::Returned(expected), Outcome::Returned(found)) => agree(&kinds, expected, found),
                    (End::Trapped(expected, _), Outcome::Trapped(report)) => *expected == report.trap,
                    _ => false,
                };
                let trace = self.vm.host().bus.trace().to_vec();
                (same, Seen { end: Some(format!("{outcome:x?}")), output: self.output.take(), trace })
            }
            Err(error) => (false, Seen { end: Some(error.to_string()), output: Vec::new(), trace: Vec::new() }),
        }
    }

    fn listing(&self, func: Func) -> String {
        let artifact =
            codegen::compile(&self.module, &[func], &codegen::Options { threads: 1, ..Default::default() });
        let listing = artifact.ok().and_then(|artifact| certify::listing(&self.module, &artifact, func));
        listing.unwrap_or_else(|| format!("no machine code of function {}", func.index()))
    }
}

/// What a run did.
struct Seen {
    /// How it ended, for people.
    end: Option<String>,
    output: Vec<u8>,
    trace: Vec<Access>,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Seen { end, output, trace } = self;
        write!(f, "{} \"{}\" {trace:x?}", end.as_deref().unwrap_or_default(), output.escape_ascii())
    }
}

impl Seen {
    fn same(&self, other: &Seen) -> bool {
        self.output == other.output && self.trace == other.trace
    }
}
