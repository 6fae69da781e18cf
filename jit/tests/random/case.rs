//! A module in both engines, and calls of its functions.

use crate::result::same;
use crate::watch::Watch;
use certify::Finding;
use devices::Bus;
use generate::Source;
use native_ir::{Func, Item, Module};
use oracle::{Capture, End, Model, Tally, Verdict, call_often, is_plain, result_kinds};
use std::sync::Arc;
use verifier::Verified;
use vm::{Config, Host, Outcome, Program, Vm};

/// Instructions of a call after which the model gives up.
const LIMIT: u64 = 3000;
/// Bytes of guest memory.
const MEMORY: u64 = 16 << 20;

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
        let machine = jit::machine(module, &entries, &config, host(&output), &options);
        let (native, tiers) = machine.map_err(|error| match error {
            jit::Error::Certificate(findings) => refused(module, &findings),
            error => format!("{error}: {error:?}"),
        })?;
        let tiers = tiers.tiers();
        let entries: Vec<Func> = entries.into_iter().filter(|func| tiers.native.contains(func)).collect();
        let program = Program::new(module.clone(), &entries, &config).ok();
        let bytecode = program.and_then(|program| {
            let output = Capture::default();
            Some((Vm::new(program, host(&output)).ok()?, output))
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
            watch.at(seed, func);
            let module = self.module.clone();
            call_often(&module, func, calls, random, |arguments| self.call(seed, func, arguments, tally));
        }
    }

    fn call(&mut self, seed: u64, func: Func, arguments: &[u128], tally: &mut Tally) -> Verdict {
        let mut model = Model::new(&self.module, Bus::new());
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
            return Verdict::Same;
        }
        let name = self.module.symbol_name(self.module.functions[func].symbol);
        tally.wrong(format!(
            "seed {seed}, @{name}{arguments:x?}\nthe model: {end:x?} \"{}\"\n{}\n{}\n{}",
            output.escape_ascii(),
            wrong.join("\n"),
            native_ir::text::print(&self.module),
            listing(&self.module, func)
        ));
        Verdict::Different
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

/// A host whose output is kept.
fn host(output: &Capture) -> Host {
    Host { output: Box::new(output.clone()), ..Host::default() }
}
