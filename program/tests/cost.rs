//! Costs that the certificate states, beside runs of the fixtures' programs on an emulated Cortex-M0: each piece of code takes
//! the cycles that C8 says, and no run takes more stack than C4 says; where the program goes its deepest way, it takes as much.

use certify::cycles::{self, Timing};
use certify::stack::StackBound;
use devices::Bus;
use elf::firmware::{FirmwareOptions, Memory};
use emulator::cortex_m0::{Console, LR, Limits, PC, SP, Stop};
use native_ir::{Func, Module};
use program::{Board, Callable, End, How, Linked, Manner};
use std::fs;
use std::path::{Path, PathBuf};
use verifier::{Options, Verified, verify_text};

/// The programs for this processor, with their calls.
fn programs() -> Vec<(PathBuf, Verified<Module>, Vec<directive::Call>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/programs");
    let files = fs::read_dir(folder).expect("the fixtures are there").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.to_string_lossy().ends_with("-m0.nir")).collect();
    files.sort();
    let program = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a text");
        let report = verify_text(text.as_bytes(), &Options::default());
        let module = report.module.unwrap_or_else(|| panic!("{}: {:#?}", path.display(), report.diagnostics));
        let calls = directive::read(&text, &module).unwrap_or_else(|errors| panic!("{errors:?}"));
        assert!(!calls.is_empty(), "{} has no calls", path.display());
        (path, module, calls)
    };
    files.into_iter().map(program).collect()
}

/// A program with its parts, on a processor.
struct Ready<'m> {
    module: &'m Verified<Module>,
    linked: Linked<'m>,
    callable: Callable,
    board: Board,
}

impl<'m> Ready<'m> {
    fn new(module: &'m Verified<Module>, calls: &[directive::Call]) -> Ready<'m> {
        let memory = Memory::of_target(module).expect("firmware");
        let mut functions: Vec<Func> = calls.iter().map(|call| call.func).collect();
        functions.sort_unstable();
        functions.dedup();
        let mut options = FirmwareOptions::new(None, memory);
        options.calls = functions.clone();
        options.reports = false;
        let linked = program::firmware(module, &options, &How::default()).expect("parts");
        let callable = Callable::new(module, &functions, Vec::new(), memory, &How::default()).expect("an image");
        let manner = Manner { profile: true, ..Manner::default() };
        let board = Board::new(&callable, module, manner).expect("a board");
        Ready { module, linked, callable, board }
    }

    fn call(&mut self, call: &directive::Call, limits: &Limits) -> End {
        let world = (Bus::new(), Console::default());
        let arguments = (call.func, call.arguments.as_slice());
        self.board.call(&self.callable, self.module, arguments, world, limits).expect("it can be called").0
    }

    /// The cycles of each part's functions, in the order of units.
    fn timings(&self) -> Vec<Vec<Timing>> {
        let parts = std::iter::once(&self.linked.program).chain(&self.linked.library);
        let timing = |part: &program::Compiled<'_>| {
            cycles::cycles(part.module, &part.artifact, thumb::FAST_MULTIPLY, &|_| None)
        };
        parts.map(timing).collect()
    }
}

#[test]
fn each_piece_of_code_takes_the_cycles_that_are_stated() {
    let (mut ran, mut instructions) = (0, 0);
    for (path, module, calls) in programs() {
        let mut ready = Ready::new(&module, &calls);
        let timings = ready.timings();
        for call in &calls {
            ready.board.machine().take_profile();
            assert!(matches!(ready.call(call, &Limits::default()), End::Returned(_)), "{}", path.display());
            let profile = ready.board.machine().take_profile();
            for placed in &ready.linked.image.functions {
                let timing = timings[placed.unit].iter().find(|timing| timing.func == placed.func);
                for piece in &timing.expect("every function has one").pieces {
                    let code = placed.address + piece.start..placed.address + piece.end;
                    let sum = profile.sum(code.clone());
                    let entered = profile.count(code.start).executions;
                    let last = (code.start..code.end).step_by(2).rfind(|&at| profile.count(at).executions > 0);
                    let taken = last.map_or(0, |last| profile.count(last).taken);
                    let stated = (entered - taken) * u64::from(piece.cycles) + taken * u64::from(piece.taken);
                    assert_eq!(sum.cycles, stated, "{}: {piece:?} of {placed:?}", path.display());
                    ran += u64::from(entered > 0);
                    instructions += sum.executions;
                }
            }
        }
    }
    assert!(ran > 500 && instructions > 1_000_000, "{ran} pieces and {instructions} instructions say little");
}

/// Programs whose own numbers never lead their deepest way, and the function of which the first argument has to be negative
/// for that, once: it is made so when the function is entered.
const CHANGED: [(&str, &str); 1] = [("fir-m0.nir", "__aeabi_idivmod")];

#[test]
fn no_run_takes_more_stack_than_is_stated_and_the_deepest_takes_as_much() {
    let (mut bounded, mut recursive, mut wrong) = (0, 0, Vec::new());
    for (path, module, calls) in programs() {
        let mut ready = Ready::new(&module, &calls);
        let first = &calls[0];
        let same = calls.iter().filter(|call| call.func == first.func);
        let least = same.min_by_key(|call| {
            call.arguments.iter().filter(|&&bits| bits > 0).min().copied().unwrap_or(u128::MAX)
        });
        let mut options = FirmwareOptions::new(None, Memory::of_target(&module).expect("firmware"));
        options.reports = false;
        let StackBound::Bytes(bound) = ready.linked.stack(first.func, &options) else {
            recursive += 1;
            continue;
        };
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let changed = CHANGED.iter().find(|(program, _)| *program == name).map(|(_, function)| *function);
        let deepest = deepest(&mut ready, least.unwrap_or(first), changed);
        if u64::from(deepest) != bound {
            wrong.push(format!("{name}: {deepest} of {bound} bytes"));
        }
        bounded += 1;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!((bounded, recursive), (6, 2));
}

/// How far the stack pointer goes below where it was at the entry, when the first argument of a call of a function is negative.
fn deepest(ready: &mut Ready<'_>, call: &directive::Call, negative: Option<&str>) -> u32 {
    let mut entry = negative.map(|name| {
        let symbol = ready.linked.image.symbols.iter().find(|symbol| symbol.name == name);
        symbol.unwrap_or_else(|| panic!("there is no {name}")).address
    });
    let one = Limits { instructions: Some(1), ..Limits::default() };
    let top = {
        // No instruction has run when none may.
        ready.call(call, &Limits { instructions: Some(0), ..Limits::default() });
        ready.board.machine().register(SP)
    };
    let machine = ready.board.machine();
    let limits = Limits { until: Some(machine.register(LR)), ..one };
    let mut lowest = top;
    loop {
        if entry.take_if(|entry| *entry == machine.register(PC)).is_some() {
            machine.set_register(0, machine.register(0) | 1 << 31);
        }
        match machine.resume(&limits).expect("it runs") {
            Stop::Limit => lowest = lowest.min(machine.register(SP)),
            Stop::Reached => return top - lowest,
            stop => panic!("{stop:?}"),
        }
    }
}
