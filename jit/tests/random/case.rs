//! A module in both engines, and calls of its functions.

use crate::result::same;
use crate::watch::Watch;
use certify::Finding;
use devices::Bus;
use generate::Source;
use native_ir::{Func, Item, Module};
use oracle::{End, Model, Tally, arguments, is_plain, result_kinds};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use verifier::Verified;
use vm::{Config, Host, Outcome, Program, Vm};

/// Instructions of a call after which the model gives up.
const LIMIT: u64 = 3000;
/// Bytes of guest memory.
const MEMORY: u64 = 16 << 20;

/// Calls without a clear one after which a function is given up.
const HOPE: usize = 4;

/// What became of a call.
enum Call {
    Same,
    Different,
    /// The model does not say.
    Unclear,
}

/// A module as machine code and as bytecode.
pub(crate) struct Machines {
    module: Arc<Verified<Module>>,
    /// Functions that can be called from outside.
    entries: Vec<Func>,
    native: (Vm, Capture),
    bytecode: Option<(Vm, Capture)>,
}

impl Machines {
    /// # Errors
    /// What the emitter or the certificate says.
    pub(crate) fn new(module: &Arc<Verified<Module>>) -> Result<Machines, String> {
        let config = Config { memory_bytes: Some(MEMORY), ..Config::default() };
        let entries: Vec<Func> = module.functions.keys().filter(|&func| is_plain(module, func)).collect();
        let options = jit::Options { threads: 1, ..jit::Options::default() };
        let output = Capture::default();
        let machine = jit::machine(module, &entries, &config, output.host(), &options);
        let (native, tiers) = machine.map_err(|error| match error {
            jit::Error::Certificate(findings) => refused(module, &findings),
            error => format!("{error}: {error:?}"),
        })?;
        let tiers = tiers.tiers();
        let entries: Vec<Func> = entries.into_iter().filter(|func| tiers.native.contains(func)).collect();
        let program = Program::new(module.clone(), &entries, &config).ok();
        let bytecode = program.and_then(|program| {
            let output = Capture::default();
            Some((Vm::new(program, output.host()).ok()?, output))
        });
        Ok(Machines { module: module.clone(), entries, native: (native, output), bytecode })
    }

    /// Calls each function so often, with random arguments; less often those that do nothing clear, or take none.
    pub(crate) fn run(
        &mut self,
        seed: u64,
        calls: usize,
        random: &mut Source<'_>,
        tally: &mut Tally,
        watch: &Watch,
    ) {
        for func in self.entries.clone() {
            let takes =
                self.module.signature(&self.module.functions[func]).is_some_and(|ty| !ty.params.is_empty());
            let mut compared = 0;
            watch.at(seed, func);
            for call in 0..if takes { calls } else { 1 } {
                let arguments = arguments(&self.module, func, random);
                match self.call(seed, func, &arguments, tally) {
                    Call::Same => compared += 1,
                    Call::Unclear if compared == 0 && call >= HOPE => break,
                    Call::Unclear => {}
                    Call::Different => break,
                }
            }
        }
    }

    fn call(&mut self, seed: u64, func: Func, arguments: &[u128], tally: &mut Tally) -> Call {
        let mut model = Model::new(&self.module, Bus::new());
        model.limit = LIMIT;
        let end = model.call(func, arguments);
        if let End::Unclear(why) = end {
            tally.left_out(why);
            return Call::Unclear;
        }
        if model.checked {
            tally.left_out("only checked memory promises what it does");
            return Call::Unclear;
        }
        let kinds = result_kinds(&self.module, func);
        let output = model.output;
        let mut wrong = Vec::new();
        let native = Some(("machine code", &mut self.native));
        let bytecode = self.bytecode.as_mut().map(|machine| ("VM", machine));
        for (name, (vm, captured)) in native.into_iter().chain(bytecode) {
            vm.reset();
            let outcome = vm.call(func, arguments).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
            let written = captured.take();
            if !same(&kinds, &end, &outcome) || written != output {
                wrong.push(format!("the {name}: {}", told(&self.module, &outcome, &written)));
            }
        }
        tally.compared(&end);
        if wrong.is_empty() {
            return Call::Same;
        }
        let name = self.module.symbol_name(self.module.functions[func].symbol);
        tally.wrong(format!(
            "seed {seed}, @{name}{arguments:x?}\nthe model: {end:x?} \"{}\"\n{}\n{}\n{}",
            output.escape_ascii(),
            wrong.join("\n"),
            native_ir::text::print(&self.module),
            listing(&self.module, func)
        ));
        Call::Different
    }
}

/// What the certificate says of machine code, beside the code.
fn refused(module: &Verified<Module>, findings: &[Finding]) -> String {
    let told = findings.iter().map(|finding| {
        let symbol = module.find_symbol(&finding.function).map(|symbol| module.item(symbol));
        let listing = match symbol {
            Some(Item::Function(func)) => listing(module, func),
            _ => String::new(),
        };
        format!("{finding}\n{}\n{listing}", native_ir::text::print(module))
    });
    told.collect()
}

fn told(module: &Module, outcome: &Outcome, written: &[u8]) -> String {
    match outcome {
        Outcome::Trapped(report) => {
            format!("{} {:?} \"{}\"", report.render(module), report.stack, written.escape_ascii())
        }
        outcome => format!("{outcome:x?} \"{}\"", written.escape_ascii()),
    }
}

fn listing(module: &Verified<Module>, func: Func) -> String {
    let artifact = codegen::compile(module, &[func], &codegen::Options { threads: 1, ..Default::default() });
    let listing = artifact.ok().and_then(|artifact| certify::listing(module, &artifact, func));
    listing.map_or("no machine code".to_string(), |listing| listing.to_string())
}

/// Keeps what is written.
#[derive(Clone, Default)]
pub(crate) struct Capture(Arc<Mutex<Vec<u8>>>);

impl Capture {
    fn host(&self) -> Host {
        Host { output: Box::new(self.clone()), ..Host::default() }
    }

    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
