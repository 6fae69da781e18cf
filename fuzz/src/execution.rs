//! Verified modules run: from the generator, from damaged arrays, from the sections of containers.
//!
//! What a run does is compared with what another run of the same call does. Two runs on one machine, which is reset
//! between them, are of the same addresses and the same bytes, so they have to be equal in every bit. Runs on two machines
//! are compared only where nothing says that they may differ; [`Case::differ`] names the reasons.

use crate::damage;
use devices::{Access, Bus, Plain, Scripted};
use generate::{Config as Shape, Source};
use native_ir::contract::traps::TrapScope;
use native_ir::{Contract, Func, Inst, Item, Module, Opcode, Param, Passing, Trap, Type, TypeKind, binary, text};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use verifier::{Engine, Options, Verified, verify};
use vm::{CallSite, Config, Host, MemoryMode, Outcome, Program, Vm, signal};

/// Functions of a module that are run.
const FUNCTIONS: usize = 4;
/// The most fuel of a run.
const FUEL: usize = 1024;
/// The most slices that fuel is given in; what is left comes in one.
const SLICES: usize = 60;
/// The most volatile accesses that are compared.
const TRACED: usize = 1 << 12;
/// The line of planned interrupts.
const LINE: u16 = 3;

/// The first byte says how many of the others are a plan: where the module comes from, how it is run, and with what
/// arguments. The rest makes the module. Its functions run, in both memory modes, with fuel at once and in slices and
/// without, and do the same.
///
/// # Panics
/// When they do not.
pub fn execution(data: &[u8]) {
    let Some((&split, data)) = data.split_first() else { return };
    let (plan, rest) = data.split_at(data.len().min(usize::from(split)));
    let mut plan = Source::from_bytes(plan);
    let Some(module) = module(&mut plan, rest) else { return };
    if !ends(&module) {
        return;
    }
    let module = Arc::new(module);
    let common = Common::new(&module, &mut plan);
    for func in module.functions.keys().take(FUNCTIONS) {
        if let Some(arguments) = arguments(&module, func, &mut plan) {
            Case { common: &common, func, arguments }.run(&mut plan);
        }
    }
}

fn module(plan: &mut Source<'_>, bytes: &[u8]) -> Option<Verified<Module>> {
    let origin = plan.below(8);
    let module = match origin {
        0 | 1 => binary::decode(&binary::seal(bytes)).ok()?,
        2 => {
            let (damage, choices) = bytes.split_at(bytes.len().min(plan.below(40)));
            let mut module = generated(plan, &mut Source::from_bytes(choices));
            damage::damage(&mut module, damage);
            module
        }
        3 => {
            let seed = plan.bits();
            generated(plan, &mut Source::from_seed(seed))
        }
        _ => generated(plan, &mut Source::from_bytes(bytes)),
    };
    let verified = verify(module, &Options { threads: 1, ..Options::default() });
    assert!(origin < 3 || verified.is_ok(), "a generated module does not verify");
    verified.ok()
}

/// Whether fuel ends every run. It does not where something gives fuel, nor where a fiber spawns another: each has its own.
fn ends(module: &Verified<Module>) -> bool {
    let has = |func: Func, opcode| module.functions[func].body.insts.values().any(|inst| inst.opcode == opcode);
    let spawners: Vec<Func> = module.functions.keys().filter(|&func| has(func, Opcode::FiberSpawn)).collect();
    let i64s = |params: &[Param]| matches!(params, [param] if param.ty == Type::I64);
    let begins_fiber = |func: Func| {
        module.signature(&module.functions[func]).is_some_and(|ty| i64s(&ty.params) && i64s(&ty.results))
    };
    let spawns = |func: Func| {
        let reached = module.for_engine(Engine::Vm, &[func]).map(|runnable| runnable.functions().to_vec());
        reached.is_ok_and(|reached| reached.iter().any(|func| spawners.contains(func)))
    };
    let mut pointed = module.data.values().flat_map(|data| data.init.symbols());
    !module.functions.keys().any(|func| has(func, Opcode::FiberRefuel) || begins_fiber(func) && spawns(func))
        && !pointed.any(|symbol| matches!(module.item(symbol), Item::Function(func) if spawns(func)))
}

fn generated(plan: &mut Source<'_>, source: &mut Source<'_>) -> Module {
    let contract = Contract::embedded();
    let shape = Shape::new(contract, plan.below(contract.targets.len()));
    generate::module(source, &Shape { loops: plan.below(2) == 0, runnable: plan.below(4) != 0, ..shape })
}

/// Bits for the parameters of a function that can be called from outside.
fn arguments(module: &Module, func: Func, plan: &mut Source<'_>) -> Option<Vec<u128>> {
    let ty = module.signature(&module.functions[func])?;
    let plain = |passing| matches!(passing, Passing::Value | Passing::Zext | Passing::Sext);
    if !ty.params.iter().chain(&ty.results).all(|param| plain(param.passing)) {
        return None;
    }
    let each = ty.params.iter().map(|param| {
        let kind = module.types.kind(param.ty)?;
        let width = match kind {
            TypeKind::Fiber => return Some(plan.below(4) as u128),
            TypeKind::Ptr | TypeKind::Addr => pointer_bits(module),
            kind => kind.bits(pointer_bits(module))?,
        };
        let bits = match plan.below(7) {
            0 => 0,
            1 => u128::MAX,
            2 => 1 << (width - 1),
            3 => plan.below(9) as u128,
            // Where the memory of 32-bit machines begins.
            4 => 0x1000_0000 + plan.below(4096) as u128,
            _ => u128::from(plan.bits()) << 64 | u128::from(plan.bits()),
        };
        Some(bits & u128::MAX >> (128 - width))
    });
    each.collect()
}

fn pointer_bits(module: &Module) -> u32 {
    let target = Contract::embedded().target(&module.envelope.target);
    target.map_or(64, |(_, row)| row.pointer_width)
}

/// What all runs of a module have in common.
struct Common {
    module: Arc<Verified<Module>>,
    config: Config,
    fuel: u64,
    /// Whether devices answer.
    devices: bool,
    /// Before which volatile accesses an interrupt comes.
    interrupts: Vec<u64>,
    /// Whether a resume of a fiber catches traps, so that a run does not end in the trap that made it unspecified.
    catches: bool,
}

impl Common {
    fn new(module: &Arc<Verified<Module>>, plan: &mut Source<'_>) -> Common {
        let insts = module.functions.values().flat_map(|function| function.body.insts.values());
        let catches = |inst: &native_ir::InstData| {
            inst.opcode == Opcode::FiberResume && inst.attributes.0 & signal::ERROR != 0
        };
        Common {
            catches: insts.clone().any(catches),
            module: module.clone(),
            config: Config {
                memory_mode: MemoryMode::Fast,
                fuel: true,
                profile: plan.below(4) == 0,
                stack_bytes: 64 << 10,
                memory_bytes: Some(1 << 20),
                trap_float_exceptions: plan.below(8) == 0,
                ..Config::default()
            },
            fuel: plan.between(0, FUEL) as u64,
            devices: plan.below(4) != 0,
            interrupts: match module.functions.values().any(|function| function.interrupt) {
                true => (0..plan.below(4)).map(|_| plan.below(12) as u64).collect(),
                false => Vec::new(),
            },
        }
    }

    fn bus(&self) -> Bus {
        let mut bus = Bus::new();
        if self.devices {
            bus.map_rest("plain", Box::new(Plain::new())).expect("an empty bus takes a device");
        }
        self.wired(bus)
    }

    /// A bus that records, with the planned interrupts.
    fn wired(&self, mut bus: Bus) -> Bus {
        bus.record(TRACED);
        for &before in &self.interrupts {
            bus.inject(before, LINE).expect("there is such a line");
        }
        bus
    }
}

/// Standard output that can be looked at.
#[derive(Clone, Default)]
struct Capture(Arc<Mutex<Vec<u8>>>);

impl Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How a run ended.
#[derive(Debug, PartialEq)]
enum End {
    Returned(Vec<u128>),
    Exited(u8),
    Trapped(Trap, Vec<(Func, Option<Inst>)>),
    Starved,
}

impl End {
    /// The place where an interrupt came in lies between instructions, and is given as one of those around it: with
    /// `interrupts` only the innermost place of a trap is looked at.
    fn of(outcome: Outcome, module: &Module, interrupts: bool) -> End {
        match outcome {
            Outcome::Returned(results) => End::Returned(results),
            Outcome::Exited(status) => End::Exited(status),
            Outcome::OutOfFuel => End::Starved,
            Outcome::Halted(halt) => panic!("no program here can end by {halt}"),
            Outcome::Trapped(report) => {
                assert!(!report.render(module).is_empty(), "a trap without text");
                let site = |(index, site): (usize, &CallSite)| {
                    (site.function, site.inst.filter(|_| index == 0 || !interrupts))
                };
                End::Trapped(report.trap, report.stack.iter().enumerate().map(site).collect())
            }
        }
    }

    fn is_checked_trap(&self) -> bool {
        matches!(self, End::Trapped(trap, _) if Contract::embedded().trap(*trap).scope == TrapScope::Checked)
    }
}

/// What a run did.
#[derive(Debug, PartialEq)]
struct Ran {
    end: End,
    fuel: u64,
    output: Vec<u8>,
    trace: Vec<Access>,
    fibers: usize,
}

/// A machine with what it writes.
struct Machine {
    vm: Vm,
    output: Capture,
}

/// A call.
struct Case<'c> {
    common: &'c Common,
    func: Func,
    arguments: Vec<u128>,
}

impl Case<'_> {
    fn run(&self, plan: &mut Source<'_>) {
        let config = &self.common.config;
        let Some((mut fast, first)) = self.whole(config) else { return };
        self.on_one_machine(&mut fast, &first, plan);
        let Some((_other, second)) = self.whole(config) else { return };
        let checked_config = Config { memory_mode: MemoryMode::Checked, ..config.clone() };
        let Some((mut machine, checked)) = self.whole(&checked_config) else { return };
        self.on_one_machine(&mut machine, &checked, plan);
        let unspecified = first != second
            || [&first, &checked].into_iter().any(|ran| ran.end.is_checked_trap() || self.differ(ran));
        if !unspecified {
            assert_eq!(first, checked, "fast, and checked\n{}", self.told());
        }
        if first == second && first.end != End::Starved && first.fibers == 1 {
            let free = Config { fuel: false, ..config.clone() };
            let Some((_, ran)) = self.whole(&free) else { return };
            let ran = Ran { fuel: first.fuel, ..ran };
            assert_eq!(first, ran, "with fuel, and without\n{}", self.told());
        }
    }

    /// Whether a run may differ from that on another machine, though each does the same again:
    ///
    /// - A fiber's resumer may have caught a checked trap.
    fn differ(&self, ran: &Ran) -> bool {
        ran.fibers > 1 && self.common.catches
    }

    /// A new machine, and what it does with all of the fuel.
    fn whole(&self, config: &Config) -> Option<(Machine, Ran)> {
        let module = &self.common.module;
        let handler = module.functions.iter().find(|(_, function)| function.interrupt).map(|(func, _)| func);
        // A handler that the machine cannot run is none.
        let with_handler = handler.and_then(|handler| {
            Some((Program::new(module.clone(), &[self.func, handler], config).ok()?, Some(handler)))
        });
        let alone = || Some((Program::new(module.clone(), &[self.func], config).ok()?, None));
        let (program, handler) = with_handler.or_else(alone)?;
        let output = Capture::default();
        let host = Host { output: Box::new(output.clone()), bus: self.common.bus(), ..Host::default() };
        let mut vm = Vm::new(program, host).ok()?;
        if let Some(handler) = handler {
            vm.on_interrupt(LINE, handler);
        }
        let mut machine = Machine { vm, output };
        machine.vm.set_fuel(self.common.fuel);
        let ran = self.call(&mut machine);
        Some((machine, ran))
    }

    fn call(&self, machine: &mut Machine) -> Ran {
        let outcome = machine.vm.call(self.func, &self.arguments).expect("the call fits the function");
        self.ran(machine, outcome)
    }

    /// What is left when a run with interrupts does not return is not looked at: what an interrupted function has paid
    /// in advance is not given back.
    fn ran(&self, machine: &mut Machine, outcome: Outcome) -> Ran {
        let known = self.common.interrupts.is_empty() || matches!(outcome, Outcome::Returned(_));
        let output = std::mem::take(&mut *machine.output.0.lock().unwrap_or_else(PoisonError::into_inner));
        Ran {
            end: End::of(outcome, &self.common.module, !self.common.interrupts.is_empty()),
            fuel: if known { machine.vm.fuel() } else { 0 },
            output,
            trace: machine.vm.host().bus.trace().to_vec(),
            fibers: machine.vm.fiber_statuses().count(),
        }
    }

    /// The machine after a reset does the same again, with its devices, with a script of what they did, and in slices
    /// of fuel. Asked to go on after the end, it stays whole.
    fn on_one_machine(&self, machine: &mut Machine, first: &Ran, plan: &mut Source<'_>) {
        machine.vm.resume();
        self.renew(machine, self.common.bus());
        machine.vm.set_fuel(self.common.fuel);
        let again = self.call(machine);
        assert_eq!(*first, again, "after a reset\n{}", self.told());

        if self.common.devices && first.trace.len() < TRACED {
            let mut bus = Bus::new();
            let script = Scripted::new(first.trace.clone());
            bus.map_rest("script", Box::new(script)).expect("an empty bus takes a device");
            self.renew(machine, self.common.wired(bus));
            machine.vm.set_fuel(self.common.fuel);
            let scripted = self.call(machine);
            assert_eq!(*first, scripted, "by script\n{}", self.told());
        }

        self.renew(machine, self.common.bus());
        let sliced = self.in_slices(machine, plan);
        // Fibers get the fuel of the first slice; and a handler starves earlier where more was paid in advance.
        let same_fuel = self.common.interrupts.is_empty() || first.end != End::Starved;
        if first.fibers == 1 && same_fuel {
            assert_eq!(*first, sliced, "in slices\n{}", self.told());
        }
        // Without a reset, memory is what the last call left.
        let _ = self.call(machine);
    }

    fn renew(&self, machine: &mut Machine, bus: Bus) {
        machine.vm.reset();
        machine.vm.host().bus = bus;
        machine.output.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The same fuel, in slices. What is left at the end is what is left of all.
    fn in_slices(&self, machine: &mut Machine, plan: &mut Source<'_>) -> Ran {
        let mut left = self.common.fuel;
        let most = [3, 17, 140][plan.below(3)];
        let mut slice = |index: usize, left: u64| match index {
            SLICES.. => left,
            _ => left.min(plan.below(most) as u64),
        };
        let first = slice(0, left);
        left -= first;
        machine.vm.set_fuel(first);
        let mut outcome = machine.vm.call(self.func, &self.arguments).expect("the call fits the function");
        for index in 1.. {
            if outcome != Outcome::OutOfFuel || left == 0 {
                break;
            }
            let next = slice(index, left);
            left -= next;
            machine.vm.set_fuel(next);
            outcome = machine.vm.resume();
        }
        let ran = self.ran(machine, outcome);
        let known = self.common.interrupts.is_empty() || matches!(ran.end, End::Returned(_));
        Ran { fuel: if known { ran.fuel + left } else { 0 }, ..ran }
    }

    fn told(&self) -> String {
        let module = &self.common.module;
        let name = module.symbol_name(module.functions[self.func].symbol);
        let Common { config, fuel, devices, interrupts, .. } = self.common;
        format!(
            "@{name}{:x?}, fuel {fuel}, devices {devices}, interrupts {interrupts:?}, {config:?}\n{}",
            self.arguments,
            text::print(module)
        )
    }
}

#[cfg(test)]
mod tests {
    use native_ir::{binary, text};
    use std::path::{Path, PathBuf};

    /// A plan of 24 bytes that begins with these, then looks random, and what makes the module.
    fn input(plan: &[u8], number: u64, rest: &[u8]) -> Vec<u8> {
        let mut random = generate::Source::from_seed(number);
        let mut data = vec![24];
        data.extend_from_slice(plan);
        data.resize_with(25, || random.bits() as u8);
        data.extend_from_slice(rest);
        data
    }

    fn fixtures() -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("the fixtures are there").flatten() {
                let list = if entry.path().is_dir() { &mut folders } else { &mut files };
                list.push(entry.path());
            }
        }
        files.sort();
        files
    }

    #[test]
    fn fixtures_run_alike_whole_and_damaged() {
        for (index, file) in fixtures().iter().enumerate() {
            let bytes = std::fs::read(file).expect("a fixture can be read");
            super::execution(&input(&[4], index as u64, &bytes));
            let container = binary::encode(&text::parse(&bytes).module);
            let mut sections = binary::unseal(&container).expect("it was just sealed").to_vec();
            super::execution(&input(&[0], index as u64, &sections));
            for at in (index % 97..sections.len()).step_by(97) {
                let byte = std::mem::replace(&mut sections[at], index as u8);
                super::execution(&input(&[0], at as u64, &sections));
                sections[at] = byte;
            }
        }
    }

    #[test]
    fn generated_modules_run_alike_whole_and_damaged() {
        for seed in 0..600 {
            super::execution(&input(&[3], seed, &[]));
            super::execution(&input(&[2], seed, &input(&[], !seed, &[])));
        }
    }
}
