//! Runs of the engine beside the model: in both memory modes, with and without fuel, with profile, in slices.

use devices::{Bus, Device, Fault, Width};
use generate::Source;
use native_ir::{Func, Inst, Module, Opcode, TypeKind};
use oracle::{Capture, End, Model, TOO_LONG, Value};
use std::collections::BTreeMap;
use std::sync::Arc;
use verifier::Verified;
use vm::{Config, Host, MemoryMode, Outcome, Program, Vm};

/// The most volatile accesses that are compared.
const TRACED: usize = 1 << 12;

/// More fuel than any segment of a test costs.
const AMPLE: u64 = 1 << 20;

/// A device everywhere, whose answers depend on where and how often it is asked.
#[derive(Default)]
struct Echo {
    asked: u64,
    written: u64,
}

impl Device for Echo {
    fn read(&mut self, offset: u64, _: Width) -> Result<u64, Fault> {
        self.asked += 1;
        Ok((offset ^ self.written).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(self.asked as u32))
    }

    fn write(&mut self, offset: u64, _: Width, value: u64) -> Result<(), Fault> {
        self.written = self.written.rotate_left(7) ^ value ^ offset;
        Ok(())
    }

    fn reset(&mut self) {
        *self = Echo::default();
    }
}

/// A bus with that device, or with nothing.
pub(crate) fn bus(devices: bool) -> Bus {
    let mut bus = Bus::new();
    bus.record(TRACED);
    if devices {
        bus.map_rest("echo", Box::new(Echo::default())).expect("an empty bus takes a device");
    }
    bus
}

/// What a run of the engine did.
struct Run {
    outcome: Outcome,
    vm: Vm,
    output: Capture,
}

/// A call that is compared.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) module: Arc<Verified<Module>>,
    pub(crate) func: Func,
    pub(crate) arguments: Vec<u128>,
    /// Whether devices answer.
    pub(crate) devices: bool,
    /// Instructions after which both the model and the engine are stopped.
    pub(crate) limit: u64,
}

/// What the model says of a call.
pub(crate) struct Said<'m> {
    pub(crate) end: End,
    pub(crate) model: Model<'m>,
}

pub(crate) const CHECKED: Config = config(MemoryMode::Checked);
pub(crate) const FAST: Config = config(MemoryMode::Fast);

const fn config(memory_mode: MemoryMode) -> Config {
    Config {
        memory_mode,
        fuel: false,
        profile: false,
        stack_bytes: 8 << 20,
        memory_bytes: Some(16 << 20),
        trap_float_exceptions: false,
        sleeps_lightly: true,
        native: None,
    }
}

impl Case {
    /// Whether there may be more fibers than one, each with fuel of its own, so that fuel bounds nothing.
    fn spawns(&self) -> bool {
        let bodies = self.module.functions.values().map(|function| &function.body);
        bodies.flat_map(|body| body.insts.values()).any(|data| data.opcode == Opcode::FiberSpawn)
    }

    /// Whether the engine takes the function for an entry.
    pub(crate) fn runs(&self) -> bool {
        self.machine(&FAST).is_some()
    }

    /// Every comparison there is. What the model said.
    pub(crate) fn compare(&self, random: &mut Source<'_>) -> Said<'_> {
        let mut said = self.model(u64::MAX);
        // Without fuel a program that does not end would not come back.
        let ends = !matches!(said.end, End::Unclear(_));
        for config in [CHECKED, FAST] {
            let fast = config.memory_mode == MemoryMode::Fast;
            if ends && !(fast && said.model.checked) {
                self.agree(&mut said, &config, "");
                self.agree(&mut said, &Config { fuel: true, ..config.clone() }, "with fuel");
                self.profiled(&mut said, &config);
                self.exactly(&said, &config);
                self.in_slices(&config, random);
            } else if said.end == TOO_LONG && !(fast && said.model.checked) && !self.spawns() {
                self.in_slices(&config, random);
            } else if !self.spawns() {
                // Whatever it does, the host stays whole.
                let machine = self.machine(&Config { fuel: true, ..config.clone() });
                machine.map(|machine| self.run(machine, Some(self.limit)));
            }
        }
        said
    }

    pub(crate) fn model(&self, fuel: u64) -> Said<'_> {
        let mut model = Model::new(&self.module, bus(self.devices));
        model.limit = self.limit;
        model.fuel_at_start = fuel;
        let end = model.call(self.func, &self.arguments);
        Said { end, model }
    }

    fn machine(&self, config: &Config) -> Option<(Vm, Capture)> {
        let program = Program::new(self.module.clone(), &[self.func], config).ok()?;
        let output = Capture::default();
        let host = Host { output: Box::new(output.clone()), bus: bus(self.devices), ..Host::default() };
        Some((Vm::new(program, host).expect("the host has memory"), output))
    }

    fn run(&self, (mut vm, output): (Vm, Capture), fuel: Option<u64>) -> Run {
        if let Some(fuel) = fuel {
            vm.set_fuel(fuel);
        }
        let outcome = vm.call(self.func, &self.arguments).expect("the call fits the function");
        Run { outcome, vm, output }
    }

    /// Runs the engine and compares it with what the model said.
    fn agree(&self, said: &mut Said<'_>, config: &Config, how: &str) -> Vm {
        let machine = self.machine(config).expect("the engine takes the program");
        let mut run = self.run(machine, None);
        self.same(&said.end, &run.outcome, config, how);
        let output = run.output.take();
        assert_eq!(output, said.model.output, "{}", self.told(config, how));
        let (trace, expected) = (run.vm.host().bus.trace(), said.model.bus.trace());
        assert_eq!(trace, expected, "volatile accesses\n{}", self.told(config, how));
        run.vm
    }

    /// The counts of a profile are those of the model.
    fn profiled(&self, said: &mut Said<'_>, config: &Config) {
        let vm = self.agree(said, &Config { profile: true, ..config.clone() }, "with profile");
        // Segments that a trap cut short count wholly, and single steps before the fuel ends do not.
        if said.model.caught || said.model.starved || !matches!(said.end, End::Returned(_)) {
            return;
        }
        let profile = vm.profile();
        let mut expected: BTreeMap<Opcode, u64> = BTreeMap::new();
        for (&(func, inst), &count) in &said.model.counts {
            *expected.entry(self.module.functions[func].body.insts[inst].opcode).or_default() += count;
        }
        let found: BTreeMap<Opcode, u64> = profile.opcodes.iter().copied().collect();
        assert_eq!(found, expected, "opcodes\n{}", self.told(config, "with profile"));
        let instructions: u64 = profile.blocks.values().map(|count| count.instructions).sum();
        assert_eq!(instructions, said.model.executed, "instructions\n{}", self.told(config, "with profile"));
        for (&(func, block), count) in &profile.blocks {
            let data = &self.module.functions[func].body.blocks[block];
            let entered = said.model.counts.get(&(func, data.first_inst)).copied().unwrap_or(0);
            assert_eq!(count.entered, entered, "{block}\n{}", self.told(config, "with profile"));
        }
    }

    /// The fuel that the model counts is enough, and one less is not.
    fn exactly(&self, said: &Said<'_>, config: &Config) {
        if said.model.has_fibers() {
            return;
        }
        let config = &Config { fuel: true, ..config.clone() };
        let fuelled = |fuel| self.run(self.machine(config).expect("as before"), Some(fuel));
        let enough = fuelled(said.model.executed);
        self.same(&said.end, &enough.outcome, config, "with just enough fuel");
        assert_eq!(enough.vm.fuel(), 0, "{}", self.told(config, "fuel that is left"));
        // With more, segments are charged at once, and what a trap leaves of one is given back.
        let ample = fuelled(said.model.executed + AMPLE);
        self.same(&said.end, &ample.outcome, config, "with more than enough fuel");
        assert_eq!(ample.vm.fuel(), AMPLE, "{}", self.told(config, "fuel that is left of more than enough"));
        let short = fuelled(said.model.executed - 1);
        assert_eq!(short.outcome, Outcome::OutOfFuel, "{}", self.told(config, "with one unit less"));
    }

    /// The engine stops where the model stops, for any slices of fuel.
    fn in_slices(&self, config: &Config, random: &mut Source<'_>) {
        let config = &Config { fuel: true, ..config.clone() };
        let slice = |random: &mut Source<'_>| match random.below(3) {
            0 => random.below(4) as u64,
            1 => random.below(30) as u64,
            _ => random.below(300) as u64,
        };
        let first = slice(random);
        let Said { mut end, mut model } = self.model(first);
        // Other slices may lead elsewhere, to what fast mode does not promise.
        if matches!(end, End::Unclear(_)) || model.checked && config.memory_mode == MemoryMode::Fast {
            return;
        }
        let mut run = self.run(self.machine(config).expect("as before"), Some(first));
        for index in 0..2000 {
            self.same(&end, &run.outcome, config, &format!("slice {index}"));
            if end != End::OutOfFuel {
                return;
            }
            let next = slice(random) + index / 50;
            model.set_fuel(next);
            run.vm.set_fuel(next);
            end = model.resume();
            if matches!(end, End::Unclear(_)) || model.checked && config.memory_mode == MemoryMode::Fast {
                return;
            }
            run.outcome = run.vm.resume();
        }
    }

    /// Whether the engine ended as the model says.
    pub(crate) fn same(&self, end: &End, outcome: &Outcome, config: &Config, how: &str) {
        let same = match (end, outcome) {
            (End::Unclear(_), _) => true,
            (End::OutOfFuel, Outcome::OutOfFuel) => true,
            (End::Exited(expected), Outcome::Exited(found)) => expected == found,
            (End::Trapped(expected, stack), Outcome::Trapped(report)) => {
                let found: Vec<(Func, Option<Inst>)> =
                    report.stack.iter().map(|site| (site.function, site.inst)).collect();
                assert_eq!((report.trap, &found), (*expected, stack), "\n{}", self.told(config, how));
                true
            }
            (End::Returned(expected), Outcome::Returned(found)) => {
                let kinds = self.result_kinds();
                expected.len() == found.len()
                    && kinds.iter().zip(expected).zip(found).all(|((&kind, value), &bits)| is(kind, value, bits))
            }
            _ => false,
        };
        assert!(same, "the model: {end:x?}\nthe engine: {outcome:x?}\n{}", self.told(config, how));
    }

    fn result_kinds(&self) -> Vec<Option<TypeKind>> {
        let ty = self.module.signature(&self.module.functions[self.func]);
        ty.map_or(Vec::new(), |ty| ty.results.iter().map(|result| self.module.types.kind(result.ty)).collect())
    }

    fn told(&self, config: &Config, how: &str) -> String {
        let name = self.module.symbol_name(self.module.functions[self.func].symbol);
        format!(
            "@{name}{:x?}, {:?} {how}\n{}",
            self.arguments,
            config.memory_mode,
            native_ir::text::print(&self.module)
        )
    }
}

/// Whether bits are what the model says.
fn is(kind: Option<TypeKind>, value: &Value, bits: u128) -> bool {
    let significand = match kind {
        Some(TypeKind::F16) => 10,
        Some(TypeKind::F32) => 23,
        Some(TypeKind::F64) => 52,
        Some(TypeKind::F128) => 112,
        _ => 0,
    };
    let fraction = (1_u128 << significand) - 1;
    match value {
        Value { nan: true, .. } => {
            bits & fraction != 0 && (bits ^ value.bits) & !fraction & (u128::MAX >> 1) & exponent(significand) == 0
        }
        value if !value.is_exact() => true,
        value => (bits ^ value.bits) & !value.undefined == 0,
    }
}

/// The bits of an exponent, for the significand's length.
fn exponent(significand: u32) -> u128 {
    let bits = match significand {
        10 => 5,
        23 => 8,
        52 => 11,
        _ => 15,
    };
    ((1 << bits) - 1) << significand
}
