//! A module in both engines, and calls of its functions.

use crate::result::same;
use crate::tally::Tally;
use crate::watch::Watch;
use certify::Finding;
use devices::Bus;
use generate::Source;
use native_ir::{Func, Item, Module, Passing, TypeKind};
use oracle::{End, Model, ones};
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

fn result_kinds(module: &Module, func: Func) -> Vec<Option<TypeKind>> {
    let ty = module.signature(&module.functions[func]);
    ty.map_or(Vec::new(), |ty| ty.results.iter().map(|result| module.types.kind(result.ty)).collect())
}

/// Whether a function can be called from outside.
fn is_plain(module: &Module, func: Func) -> bool {
    let Some(ty) = module.signature(&module.functions[func]) else { return false };
    let plain = |passing| matches!(passing, Passing::Value | Passing::Zext | Passing::Sext);
    ty.params.iter().chain(&ty.results).all(|param| plain(param.passing))
        && ty.params.iter().all(|param| module.types.kind(param.ty) != Some(TypeKind::Fiber))
}

/// Bits for the parameters of a function.
fn arguments(module: &Module, func: Func, random: &mut Source<'_>) -> Vec<u128> {
    let params = module.signature(&module.functions[func]).map_or(&[][..], |ty| &ty.params);
    let each = params.iter().map(|param| match module.types.as_pointer(param.ty) {
        Some(_) => 0,
        None => {
            let kind = module.types.kind(param.ty).unwrap_or(TypeKind::I64);
            argument(kind, kind.bits(64).unwrap_or(64), random)
        }
    });
    each.collect()
}

/// An edge of the type, something near one, or anything.
fn argument(kind: TypeKind, width: u32, random: &mut Source<'_>) -> u128 {
    let all = ones(width);
    let anything = u128::from(random.bits()) << 64 | u128::from(random.bits());
    let bits = match random.below(10) {
        0 => 0,
        1 => u128::MAX,
        2 => 1 << (width - 1),
        3 => (1 << (width - 1)) - 1,
        4 => random.below(9) as u128,
        5 => (random.below(9) as u128).wrapping_neg(),
        6 => 1 << random.below(width as usize),
        7 => all >> random.below(width as usize),
        _ => anything,
    };
    let float = match kind {
        TypeKind::F16 => Some(10),
        TypeKind::F32 => Some(23),
        TypeKind::F64 => Some(52),
        TypeKind::F128 => Some(112),
        _ => None,
    };
    let bits = match float {
        Some(significand) if random.chance(60) => float_edge(width, significand, anything, random),
        _ => bits,
    };
    bits & all
}

/// Zeros, small numbers, the largest, the least, infinities, NaNs; of either sign.
fn float_edge(width: u32, significand: u32, anything: u128, random: &mut Source<'_>) -> u128 {
    let exponents = (1_u128 << (width - 1 - significand)) - 1;
    let fraction = anything & ones(significand);
    let bits = match random.below(8) {
        0 => 0,
        1 => exponents << significand,
        2 => exponents << significand | 1 << (significand - 1) | fraction,
        3 => (exponents << significand) - 1,
        4 => 1 << significand,
        5 => fraction,
        // Around the integers.
        6 => (exponents / 2 + random.below(70) as u128) << significand,
        _ => ((exponents / 2 + random.below(70) as u128) << significand | fraction).min(exponents << significand),
    };
    bits | u128::from(random.chance(40)) << (width - 1)
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
