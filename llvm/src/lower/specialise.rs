//! Functions that touch hardware through a pointer parameter get an instance for each constant address that they are
//! called with, so that each access names its register.
//!
//! A parameter *sinks* when a volatile access, or an argument for a parameter that sinks, is so many bytes behind it.
//! From every function's general instance calls with constant arguments for such parameters lead to special ones,
//! and these to others. A general instance that nothing calls any more, and nothing else can reach, is left out.

use super::address::{Known, Trace, Tracer};
use super::body::{aligned_at, parts};
use super::link::Found;
use super::program::{Program, Unit};
use super::register::Registers;
use super::report::Note;
use super::scan::CallSite;
use crate::syntax::{Access, Body, Global, Inst, Op, Operand, Place, Type};
use native_ir::{Effect, EffectSet, Func};
use rustc_hash::{FxHashMap, FxHashSet};

/// The most instances with known addresses that a function gets.
const MAX_INSTANCES: u32 = 64;

/// An instance of a function: which parameters are which constant addresses.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Instance {
    /// The file of the definition.
    pub(super) file: usize,
    /// The function.
    pub(super) function: Global,
    /// Constant addresses by the numbers of parameters, ascending. Such parameters stay in the signature.
    pub(super) known: Vec<(u32, u64)>,
    /// Its number among all instances.
    pub(super) number: u32,
}

/// The instances of the program.
#[derive(Debug, Default)]
pub(super) struct Instances {
    /// The instances with known addresses that calls go to, by the caller's number and the call.
    calls: FxHashMap<(u32, Inst), u32>,
    /// The functions, by number.
    pub(super) functions: Vec<Option<Func>>,
}

impl Instances {
    /// The instance that a direct call in an instance goes to, when it is not the callee's general one.
    pub(super) fn callee(&self, caller: &Instance, call: Inst) -> Option<Func> {
        self.number(caller.number, call).and_then(|number| self.functions.get(number as usize).copied()?)
    }

    /// The same by its number.
    pub(super) fn number(&self, caller: u32, call: Inst) -> Option<u32> {
        if self.calls.is_empty() {
            return None;
        }
        self.calls.get(&(caller, call)).copied()
    }
}

/// A volatile load or store.
#[derive(Debug)]
struct Site {
    pointer: Operand,
    effect: Effect,
    /// The accesses that it becomes: offsets and bytes.
    parts: Vec<(u64, u32)>,
    trace: Option<Trace>,
}

/// A call of a function with parameters that sink: the call, the function, and what such arguments are.
#[derive(Debug)]
struct Passing {
    inst: Inst,
    callee: u32,
    arguments: Vec<(u32, Trace)>,
}

/// An access that a unit makes: the operand, an offset, and where it goes.
struct Touch {
    unit: u32,
    pointer: Operand,
    offset: u64,
    effect: Effect,
    /// Address, bytes and number of elements of the registers, and the index; none for one that is not known.
    place: Option<((u64, u32, u64), Option<Operand>)>,
}

/// Makes the program's instances, and says which registers they touch.
pub(super) fn specialise(program: &mut Program<'_, '_>) {
    for (function, definition) in program.linked.functions.iter().enumerate() {
        let number = function as u32;
        let instance = Instance { file: definition.file, function: definition.global, known: Vec::new(), number };
        program.units.push(Unit::new(instance, number));
        program.general.push(Some(number));
    }
    if program.scans.iter().all(|scan| scan.volatile.is_empty()) {
        return;
    }
    let mut work = Work::new(program);
    work.find_sites();
    work.find_sinks();
    work.instantiate();
    let touches = work.touches();
    let Work { units, calls, notes, .. } = work;
    program.units.extend(units);
    program.instances.calls = calls;
    program.report.notes.extend(notes);
    declare_registers(program, touches);
    leave_out(program);
}

/// What is known of the volatile accesses of a program, and what follows from it.
struct Work<'w, 'p, 't> {
    program: &'w Program<'p, 't>,
    /// By function.
    sites: Vec<Vec<Site>>,
    passing: Vec<Vec<Passing>>,
    /// Where calls stand in `passing`, by caller and instruction.
    places: FxHashMap<(u32, Inst), usize>,
    tracers: Vec<Option<Tracer<'w, 't>>>,
    /// The units with known addresses, by function and these.
    numbers: FxHashMap<(u32, Vec<(u32, u64)>), u32>,
    units: Vec<Unit>,
    /// By function how many units with known addresses it has.
    counts: Vec<u32>,
    calls: FxHashMap<(u32, Inst), u32>,
    notes: Vec<Note>,
}

impl<'w, 'p, 't> Work<'w, 'p, 't> {
    fn new(program: &'w Program<'p, 't>) -> Work<'w, 'p, 't> {
        let count = program.linked.functions.len();
        Work {
            program,
            sites: (0..count).map(|_| Vec::new()).collect(),
            passing: (0..count).map(|_| Vec::new()).collect(),
            places: FxHashMap::default(),
            tracers: (0..count).map(|_| None).collect(),
            numbers: FxHashMap::default(),
            units: Vec::new(),
            counts: vec![0; count],
            calls: FxHashMap::default(),
            notes: Vec::new(),
        }
    }

    fn body(&self, function: u32) -> Option<&'w Body<'t>> {
        self.program.body(function)
    }

    fn file(&self, function: u32) -> usize {
        self.program.linked.functions[function as usize].file
    }

    fn trace(&mut self, function: u32, operand: Operand) -> Option<Trace> {
        let (program, body, file) = (self.program, self.body(function)?, self.file(function));
        let new = || Tracer::new(&program.files[file], &program.layouts[file], body, &program.target);
        self.tracers[function as usize].get_or_insert_with(new).trace(operand)
    }

    /// Finds the volatile accesses of every function.
    fn find_sites(&mut self) {
        for function in 0..self.sites.len() as u32 {
            let scan = &self.program.scans[function as usize];
            let Some(body) = self.body(function) else { continue };
            for &inst in &scan.volatile {
                let site = match body.insts[inst].inst {
                    Op::Load { pointer, access } => {
                        self.site(function, pointer, body.insts[inst].ty, access, Effect::Read)
                    }
                    Op::Store { value, pointer, access } => {
                        let constant = |constant| self.program.files[self.file(function)].constants.ty(constant);
                        let ty = value.as_local().map(|local| body.locals[local]);
                        let ty = ty.or_else(|| value.as_constant().map(constant));
                        ty.and_then(|ty| self.site(function, pointer, ty, access, Effect::Write))
                    }
                    _ => None,
                };
                self.sites[function as usize].extend(site);
            }
        }
    }

    fn site(&mut self, function: u32, pointer: Operand, ty: Type, access: Access, effect: Effect) -> Option<Site> {
        let trace = self.trace(function, pointer);
        let layouts = &self.program.layouts[self.file(function)];
        let widest = u64::from(self.program.target.pointer_bytes);
        // What has no place here is refused when the body is lowered.
        let align = u64::from(access.align.or(layouts.align(ty).ok())?);
        let mut list = Vec::new();
        for leaf in layouts.leaves(ty).ok()? {
            let bytes = leaf.scalar.bytes(self.program.target.pointer_bytes);
            let split = parts(bytes, aligned_at(align, leaf.offset), widest);
            list.extend(split.map(|(offset, bytes)| (leaf.offset + offset, bytes as u32)));
        }
        Some(Site { pointer, effect, parts: list, trace })
    }

    /// Finds the parameters that sink, and the calls that pass something to them.
    fn find_sinks(&mut self) {
        let mut sinks: FxHashSet<(u32, u32)> = FxHashSet::default();
        for (function, sites) in self.sites.iter().enumerate() {
            sinks.extend(sites.iter().filter_map(|site| Some((function as u32, site.trace?.root?))));
        }
        if sinks.is_empty() {
            return;
        }
        let callers = self.callers();
        let mut rest: Vec<(u32, u32)> = sinks.iter().copied().collect();
        rest.sort_unstable();
        while let Some((function, parameter)) = rest.pop() {
            for &(caller, site) in &callers[function as usize] {
                let Some(body) = self.body(caller) else { continue };
                let call = &body.calls[site.call as usize];
                let argument = body.list(call.args).get(parameter as usize).copied();
                let trace = argument.and_then(|argument| self.trace(caller, argument));
                let Some(trace) = trace.filter(|trace| trace.index.is_none()) else { continue };
                self.pass(caller, site.inst, function, (parameter, trace));
                if let Some(root) = trace.root
                    && sinks.insert((caller, root))
                {
                    rest.push((caller, root));
                }
            }
        }
    }

    fn pass(&mut self, caller: u32, inst: Inst, callee: u32, argument: (u32, Trace)) {
        let list = &mut self.passing[caller as usize];
        let place = *self.places.entry((caller, inst)).or_insert(list.len());
        match list.get_mut(place) {
            Some(passing) => passing.arguments.push(argument),
            None => list.push(Passing { inst, callee, arguments: vec![argument] }),
        }
    }

    /// The direct calls of each function; none of those that another module may replace.
    fn callers(&self) -> Vec<Vec<(u32, CallSite)>> {
        let mut callers = vec![Vec::new(); self.sites.len()];
        for (function, scan) in self.program.scans.iter().enumerate() {
            let file = self.file(function as u32);
            for &site in &scan.calls {
                let found = site.callee.map(|global| self.program.linked.get(file, global));
                if let Some(Found::Function(callee)) = found
                    && !self.program.linked.functions[*callee as usize].weak
                {
                    callers[*callee as usize].push((function as u32, site));
                }
            }
        }
        callers
    }

    /// Makes the units that calls with constant addresses go to, and those that they call in turn.
    fn instantiate(&mut self) {
        let first = self.sites.len() as u32;
        let mut next = 0;
        while let Some((function, known)) = match next {
            general if general < first => Some((general, Vec::new())),
            made => {
                self.units.get((made - first) as usize).map(|unit| (unit.function, unit.instance.known.clone()))
            }
        } {
            for index in 0..self.passing[function as usize].len() {
                let Passing { inst, callee, arguments } = &self.passing[function as usize][index];
                let (inst, callee) = (*inst, *callee);
                let address = |(parameter, trace): &(u32, Trace)| {
                    Some((*parameter, trace.with(&known, &self.program.target).constant()?))
                };
                let mut passed: Vec<(u32, u64)> = arguments.iter().filter_map(address).collect();
                passed.sort_unstable();
                if !passed.is_empty()
                    && let Some(unit) = self.unit(function, inst, callee, passed)
                {
                    self.calls.insert((next, inst), unit);
                }
            }
            next += 1;
        }
    }

    /// The unit of a function with known addresses; none when the function has enough of them.
    fn unit(&mut self, caller: u32, call: Inst, function: u32, known: Vec<(u32, u64)>) -> Option<u32> {
        if let Some(&number) = self.numbers.get(&(function, known.clone())) {
            return Some(number);
        }
        if self.counts[function as usize] == MAX_INSTANCES {
            let name = &self.program.linked.functions[function as usize].name;
            let message = format!(
                "`@{name}` is called with more than {MAX_INSTANCES} addresses; its accesses stay ordered here"
            );
            let place = self.body(caller).map_or(Place::default(), |body| body.insts[call].place);
            self.notes.push(Note { file: self.file(caller), place, message });
            return None;
        }
        self.counts[function as usize] += 1;
        let definition = &self.program.linked.functions[function as usize];
        let number = (self.sites.len() + self.units.len()) as u32;
        let instance =
            Instance { file: definition.file, function: definition.global, known: known.clone(), number };
        self.units.push(Unit::new(instance, function));
        self.numbers.insert((function, known), number);
        Some(number)
    }

    /// What every unit touches.
    fn touches(&self) -> Vec<Touch> {
        let mut touches = Vec::new();
        for unit in self.program.units.iter().chain(&self.units) {
            for site in &self.sites[unit.function as usize] {
                let trace = site.trace.map(|trace| trace.with(&unit.instance.known, &self.program.target));
                let trace = trace.filter(|trace| trace.root.is_none());
                for &(offset, bytes) in &site.parts {
                    let place = trace.and_then(|trace| {
                        let address = trace.offset.checked_add(offset)?;
                        match trace.index {
                            None => Some(((address, bytes, 1), None)),
                            // An element is a register, no more and no less.
                            Some((index, size, count)) => (size == u64::from(bytes) && site.parts.len() == 1)
                                .then_some(((address, bytes, count), Some(index))),
                        }
                    });
                    let (unit, pointer, effect) = (unit.instance.number, site.pointer, site.effect);
                    touches.push(Touch { unit, pointer, offset, effect, place });
                }
            }
        }
        touches
    }
}

/// Declares the registers that are touched. What is none is memory.
fn declare_registers(program: &mut Program<'_, '_>, touches: Vec<Touch>) {
    let mut registers = Registers::default();
    let map = program.options.registers;
    for Touch { unit, pointer, offset, effect, place } in touches {
        let unit = &mut program.units[unit as usize];
        let found = place.and_then(|(place, index)| {
            let taken = &mut program.linked.taken;
            let register = registers.get(place, &program.target, map, &mut program.builder, taken)?;
            Some((place.1, index.map_or(Known::Register(register), |index| Known::Element(register, index))))
        });
        let effects = match found {
            Some((bytes, known)) => {
                unit.addresses.set(pointer, offset, bytes, known);
                match known {
                    Known::Register(_) => EffectSet::of(Effect::Hardware),
                    // An index beyond the array traps.
                    Known::Element(..) => [Effect::Hardware, Effect::Trap].into_iter().collect(),
                }
            }
            None => EffectSet::of(effect),
        };
        unit.volatile = unit.volatile.union(effects);
    }
}

/// Leaves out general instances that only special ones stand for: those of functions that are private to the program,
/// whose address nobody has, and that nothing calls which is not left out itself.
fn leave_out(program: &mut Program<'_, '_>) {
    let mut special = vec![false; program.linked.functions.len()];
    for unit in program.units.iter().filter(|unit| !unit.instance.known.is_empty()) {
        special[unit.function as usize] = true;
    }
    let mut reached = vec![false; program.units.len()];
    let mut rest = Vec::new();
    for alias in &program.linked.aliases {
        special[alias.function as usize] = false;
    }
    for (function, definition) in program.linked.functions.iter().enumerate() {
        if definition.public || program.uses.addressed[function] || !special[function] {
            reached[function] = true;
            rest.push(function as u32);
        }
    }
    while let Some(number) = rest.pop() {
        let unit = &program.units[number as usize];
        for site in &program.scans[unit.function as usize].calls {
            let found = site.callee.map(|global| program.linked.get(unit.instance.file, global));
            let Some(Found::Function(callee)) = found else { continue };
            let target = program.instances.number(number, site.inst).unwrap_or(*callee);
            if !std::mem::replace(&mut reached[target as usize], true) {
                rest.push(target);
            }
        }
    }
    for (number, _) in reached.into_iter().enumerate().filter(|(_, reached)| !reached) {
        program.units[number].left_out = true;
        if let Some(general) = program.general.get_mut(number) {
            *general = None;
        }
    }
}
