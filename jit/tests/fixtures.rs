//! Runs the directives of the fixtures for x86-64, and of `border/`, as machine code and in the VM: both give what the directive says. Then
//! again with every other function as bytecode, so that calls cross the border both ways, and with functions that
//! become machine code at their second call.
//!
//! `cargo test -p jit --test fixtures -- FILTER…` runs the calls of files whose path, or of functions whose name with
//! its `@`, contains a filter. `--disasm` shows the machine code of the function of each call that goes wrong.

use devices::{Bus, Scripted};
use directive::values::{self, CallTypes};
use directive::{Call, End};
use native_ir::{Contract, EntityRef, Func, Item, Module};
use oracle::Capture;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use verifier::Verified;
use vm::{Config, Host, Outcome, Program, Vm};

/// Bytes of guest memory.
const MEMORY: u64 = 64 << 20;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let disasm = arguments.iter().any(|argument| argument == "--disasm");
    let filters: Vec<String> = arguments.into_iter().filter(|argument| !argument.starts_with('-')).collect();
    let mut tally = Tally { disasm, ..Tally::default() };
    for root in ["../fixtures/accept", "../fixtures/programs", "tests/border"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
        for entry in walkdir::WalkDir::new(&root).sort_by_file_name().into_iter().flatten() {
            let path = entry.path();
            let name = path.strip_prefix(root.parent().unwrap_or(&root)).unwrap_or(path).display().to_string();
            if path.extension().is_some_and(|extension| extension == "nir") {
                tally.file(&name, path, &filters);
            }
        }
    }
    tally.summary()
}

/// Which functions are machine code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    All,
    Even,
    Odd,
    Second,
}

#[derive(Default)]
struct Tally {
    disasm: bool,
    /// By file: calls that are right, wrong, and left out.
    files: BTreeMap<String, [usize; 3]>,
    reasons: BTreeMap<String, usize>,
}

impl Tally {
    fn file(&mut self, name: &str, path: &Path, filters: &[String]) {
        let Ok(bytes) = std::fs::read(path) else { return };
        if !directive::any_in(&bytes) {
            return;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let report = verifier::verify_text(&bytes, &verifier::Options::default());
        let Some(module) = report.module else {
            return self.wrong(name, &format!("it does not verify: {:?}", report.diagnostics.first()));
        };
        if module.envelope.target != "x86_64-unknown-linux-elf" {
            return;
        }
        let Ok(calls) = directive::read(&text, &module) else { return self.wrong(name, "its directives") };
        let wanted = |call: &&Call| {
            let function = format!("@{}", module.symbol_name(module.functions[call.func].symbol));
            filters.is_empty() || filters.iter().any(|filter| name.contains(filter) || function.contains(filter))
        };
        let wanted: Vec<&Call> = calls.iter().filter(wanted).collect();
        let module = Arc::new(module.clone());
        for mode in [Mode::All, Mode::Even, Mode::Odd, Mode::Second] {
            if !wanted.is_empty() {
                self.calls(name, &module, &wanted, mode);
            }
        }
    }

    fn wrong(&mut self, name: &str, what: &str) {
        println!("{name}: {what}");
        self.files.entry(name.to_string()).or_default()[1] += 1;
    }

    fn left_out(&mut self, name: &str, reason: String) {
        self.files.entry(name.to_string()).or_default()[2] += 1;
        *self.reasons.entry(reason).or_default() += 1;
    }

    fn calls(&mut self, name: &str, module: &Arc<Verified<Module>>, calls: &[&Call], mode: Mode) {
        let config = Config { memory_bytes: Some(MEMORY), ..Config::default() };
        let mut entries: Vec<Func> = calls.iter().map(|call| call.func).collect();
        entries.sort_unstable();
        entries.dedup();
        let mut options = jit::Options { threads: 1, ..jit::Options::default() };
        let every = |rest: usize| module.functions.keys().filter(move |func| func.index() % 2 == rest).collect();
        match mode {
            Mode::All => {}
            Mode::Even => options.except = every(1),
            Mode::Odd => options.except = every(0),
            Mode::Second => options.threshold = 1,
        }
        let (mut native, _) = loop {
            match jit::machine(module, &entries, &config, Host::default(), &options) {
                Ok(machine) => break machine,
                Err(jit::Error::Certificate(findings)) => {
                    // The others are run all the same.
                    let known = options.except.len();
                    for finding in &findings {
                        self.wrong(name, &finding.to_string());
                        let symbol = module.find_symbol(&finding.function).map(|symbol| module.item(symbol));
                        if let Some(Item::Function(func)) = symbol {
                            options.except.push(func);
                            if self.disasm {
                                disassemble(module, func);
                            }
                        }
                    }
                    if options.except.len() == known {
                        return;
                    }
                }
                Err(error) => return self.wrong(name, &format!("no machine: {error}: {error:?}")),
            }
        };
        let machine = |entries: &[Func]| {
            let program = Program::new(module.clone(), entries, &config).ok()?;
            Vm::new(program, Host::default()).ok()
        };
        let mut all = machine(&entries);
        for &call in calls {
            if !call.world.mmio.is_empty() || !call.world.interrupts.is_empty() {
                self.left_out(name, "it has devices".to_string());
                continue;
            }
            if let End::Traps(trap) = call.end
                && Contract::embedded().trap(trap).scope == native_ir::contract::traps::TrapScope::Checked
            {
                self.left_out(name, "only checked memory promises the trap".to_string());
                continue;
            }
            let by_native = run(&mut native, call);
            let mut one = if all.is_none() { machine(&[call.func]) } else { None };
            let by_vm = all.as_mut().or(one.as_mut()).map(|vm| run(vm, call));
            let good = by_native.is(call) && by_vm.as_ref().is_none_or(|by_vm| by_native.same(by_vm, call));
            self.files.entry(name.to_string()).or_default()[usize::from(!good)] += 1;
            if !good {
                let types = CallTypes::of(module, call.func).unwrap_or_default();
                println!("{name}:{}: {} ({mode:?})", call.line, call.text);
                println!("    native: {}", by_native.text(module, &types));
                if let Some(by_vm) = by_vm.filter(|by_vm| !by_vm.is(call) || !by_native.same(by_vm, call)) {
                    println!("    vm:     {}", by_vm.text(module, &types));
                }
                if self.disasm {
                    disassemble(module, call.func);
                }
            }
        }
    }

    fn summary(&self) -> ExitCode {
        println!("\n{:>7} {:>7} {:>7}  file", "right", "wrong", "out");
        let mut totals = [0; 3];
        for (name, counts) in &self.files {
            println!("{:>7} {:>7} {:>7}  {name}", counts[0], counts[1], counts[2]);
            totals.iter_mut().zip(counts).for_each(|(total, count)| *total += count);
        }
        println!("{:>7} {:>7} {:>7}  in all", totals[0], totals[1], totals[2]);
        for (reason, count) in &self.reasons {
            println!("{count:>23}  out: {reason}");
        }
        if totals[1] == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// What came of a call.
struct Ended {
    outcome: Outcome,
    output: Vec<u8>,
    error: Vec<u8>,
}

impl Ended {
    fn is(&self, call: &Call) -> bool {
        let end = match (&call.end, &self.outcome) {
            (End::Well, Outcome::Returned(_) | Outcome::Exited(0)) => true,
            (End::Returns(wanted), Outcome::Returned(found)) => {
                wanted.len() == found.len() && wanted.iter().zip(found).all(|(wanted, found)| wanted.is(*found))
            }
            (End::Traps(wanted), Outcome::Trapped(report)) => *wanted == report.trap,
            (End::Exits(wanted), Outcome::Exited(found)) => wanted == found,
            _ => false,
        };
        let stdout = call.world.stdout.as_ref().is_none_or(|wanted| *wanted == self.output);
        end && stdout && call.world.stderr.as_ref().is_none_or(|wanted| *wanted == self.error)
    }

    fn same(&self, other: &Ended, call: &Call) -> bool {
        let outcome = match (&self.outcome, &other.outcome) {
            // The bits of a NaN that an operation makes are nobody's.
            (Outcome::Returned(_), Outcome::Returned(_)) if matches!(call.end, End::Returns(_)) => true,
            (Outcome::Trapped(one), Outcome::Trapped(two)) => {
                let places = |report: &vm::TrapReport| -> Vec<_> {
                    report.stack.iter().map(|site| (site.function, site.span)).collect()
                };
                one.trap == two.trap && places(one) == places(two)
            }
            (one, two) => one == two,
        };
        outcome && self.output == other.output && self.error == other.error
    }

    fn text(&self, module: &Module, types: &CallTypes) -> String {
        let mut text = match &self.outcome {
            Outcome::Returned(bits) => values::tuple(&values::literals(module, &types.results, bits)),
            Outcome::Exited(status) => format!("exit {status}"),
            Outcome::Trapped(report) => report.render(module).trim_end().replace('\n', "\n            "),
            Outcome::OutOfFuel => "out of fuel".to_string(),
            Outcome::Halted(halt) => halt.to_string(),
        };
        if !self.output.is_empty() || !self.error.is_empty() {
            text += &format!(", wrote \"{}\" \"{}\"", self.output.escape_ascii(), self.error.escape_ascii());
        }
        text
    }
}

fn run(vm: &mut Vm, call: &Call) -> Ended {
    let (output, error) = (Capture::default(), Capture::default());
    let mut bus = Bus::new();
    let _ = bus.map_rest("script", Box::new(Scripted::new(Vec::new())));
    *vm.host() = Host {
        input: Box::new(Cursor::new(call.world.stdin.clone())),
        output: Box::new(output.clone()),
        error: Box::new(error.clone()),
        arguments: call.world.arguments.clone(),
        bus,
    };
    vm.reset();
    let outcome = vm.call(call.func, &call.arguments).unwrap_or_else(|error| panic!("{}: {error}", call.text));
    Ended { outcome, output: output.take(), error: error.take() }
}

fn disassemble(module: &Verified<Module>, func: Func) {
    let artifact = codegen::compile(module, &[func], &codegen::Options { threads: 1, ..Default::default() });
    let listing = artifact.ok().and_then(|artifact| Some((certify::listing(module, &artifact, func)?, artifact)));
    let Some((listing, artifact)) = listing else { return };
    println!("{listing}");
    let places = artifact.functions.first().map_or(&[][..], |code| &code.claim.places);
    for (value, place) in places.iter().enumerate().filter(|(_, place)| **place != artifact::Place::Nowhere) {
        println!("    v{value}: {place:?}");
    }
}
