//! Calls from the VM into machine code, and from machine code to the VM.
//!
//! Machine code runs on one stack, which calls in both directions share: an inner call into machine code begins below
//! where the outer one left. The host's stack grows with each change of direction, so the nesting ends at
//! [`HOST_STACK`] bytes of it, as a trap.

#![allow(unsafe_code, reason = "machine code is called, and calls back with pointers")]

use crate::border::Signature;
use crate::compile::compile;
use crate::enter::{Entry, Exit, enter};
use crate::fault::{self, Fault};
use crate::link::{Code, Unit};
use crate::walk;
use crate::{Error, Options, Reason, Rejected, Tiers};
use native_ir::abi::{CallLayout, Convention, classify};
use native_ir::layout::{Layouts, MachineLayout};
use native_ir::{Contract, Func, Item, Module, Symbol, Trap, Type, TypeData};
use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::sync::Arc;
use verifier::Verified;
use vm::{Called, Native, Stop, Vm};

/// How much of the host's stack calls that go to and fro may take.
const HOST_STACK: usize = 512 << 10;
/// Bytes below the stack pointer that a leaf function may use.
const RED_ZONE: u64 = 128;
/// The floating-point environment that programs begin in: rounding to nearest, nothing raised, no traps.
const STATUS: u32 = 0x1f80;
/// The bits of exceptions that were raised.
const RAISED: u32 = 0x3f;

/// What assembly and signals know of an engine.
#[repr(C)]
pub(crate) struct Border {
    /// The innermost call into machine code. Assembly reads it, so it comes first.
    pub(crate) entry: Cell<*mut Entry>,
    /// The stack of machine code.
    pub(crate) stack: Range<u64>,
    /// What a signal found.
    pub(crate) fault: Cell<Option<Fault>>,
    /// The machine, while machine code runs.
    vm: Cell<*mut Vm>,
    /// Where the next call into machine code has its stack.
    top: Cell<u64>,
    /// An address on the host's stack at the outermost call.
    outermost: Cell<usize>,
    /// How the program ended beyond the border.
    stop: RefCell<Option<Stop>>,
    /// What the function that the host called ends with.
    tail: RefCell<Option<(Symbol, Vec<u64>)>>,
    /// None until it is linked. Nobody keeps it borrowed while machine code or bytecode runs.
    code: RefCell<Option<Code>>,
    /// Functions that stay bytecode for good.
    rejected: RefCell<Vec<Rejected>>,
    inner: Inner,
}

/// What does not change.
struct Inner {
    module: Arc<Verified<Module>>,
    options: Options,
    layouts: Layouts,
    /// By [`Type::index`].
    calls: Vec<Option<CallLayout>>,
    /// The symbol of each function and import, by number.
    symbols: Vec<Symbol>,
}

/// The engine of machine code.
pub(crate) struct Engine {
    border: Box<Border>,
}

impl Engine {
    /// Puts code into a machine's region.
    ///
    /// # Errors
    /// As [`Code::add`].
    pub(crate) fn new(
        module: Arc<Verified<Module>>,
        units: Vec<Unit>,
        vm: &mut Vm,
        rejected: Vec<Rejected>,
        options: &Options,
    ) -> Result<Engine, Error> {
        let contract = Contract::embedded();
        let row = contract.targets.iter().position(|row| row.triple == module.envelope.target).unwrap_or(0);
        let layouts = Layouts::new(&module.types, &MachineLayout::of(contract, row));
        let convention = Convention::of(contract, row).ok_or(Error::Config("the target has no convention"))?;
        let calls = module.types.iter().map(|(_, data)| match data {
            TypeData::Function(ty) => classify(&module.types, &layouts, convention, ty).ok(),
            _ => None,
        });
        let calls = calls.collect();
        let functions = module.functions.values().map(|function| function.symbol);
        let symbols = functions.chain(module.imports.values().map(|import| import.symbol)).collect();
        let stack = vm.native_stack();
        let border = Box::new(Border {
            entry: Cell::new(std::ptr::null_mut()),
            fault: Cell::new(None),
            vm: Cell::new(std::ptr::null_mut()),
            top: Cell::new(stack.end),
            outermost: Cell::new(0),
            stop: RefCell::new(None),
            tail: RefCell::new(None),
            stack,
            code: RefCell::new(None),
            rejected: RefCell::new(rejected),
            inner: Inner { module: module.clone(), options: options.clone(), layouts, calls, symbols },
        });
        let address = (&raw const *border) as u64;
        let mut code = Code::new(&module, vm, address)?;
        code.add(vm, units)?;
        border.code.replace(Some(code));
        fault::install().map_err(|error| Error::Memory(format!("no handler of signals: {error}")))?;
        Ok(Engine { border })
    }
}

impl Engine {
    /// Which functions run how.
    pub(crate) fn tiers(&self) -> Tiers {
        let inner = &self.border.inner;
        let code = self.border.code.borrow();
        let is_native = |func: &Func| code.as_ref().is_some_and(|code| code.entry(*func).is_some());
        let mut rejected = self.border.rejected.borrow().clone();
        rejected.sort_by_key(|rejected| rejected.func);
        let native: Vec<Func> = inner.module.functions.keys().filter(is_native).collect();
        let known = |func: &Func| rejected.binary_search_by_key(func, |rejected| rejected.func).is_ok();
        let cold = inner.module.functions.keys().filter(|func| !is_native(func) && !known(func));
        let reason = Reason::Cold(inner.options.threshold);
        let cold: Vec<Rejected> = cold.map(|func| Rejected { func, reason: reason.clone() }).collect();
        rejected.extend(cold);
        rejected.sort_by_key(|rejected| rejected.func);
        Tiers { native, rejected }
    }

    /// See [`crate::Jit::perf_map`].
    pub(crate) fn perf_map(&self) -> String {
        let code = self.border.code.borrow();
        let functions = code.iter().flat_map(Code::functions);
        let lines = functions.map(|placed| {
            let name = placed.module.symbol_name(placed.module.functions[placed.code.func].symbol);
            format!("{:x} {:x} {name}\n", placed.start, placed.code.code.len())
        });
        lines.collect()
    }
}

impl Native for Engine {
    fn prepare(&self, vm: &mut Vm, func: Func) -> bool {
        let border = &*self.border;
        let mut code = border.code.borrow_mut();
        let Some(code) = code.as_mut() else { return false };
        if code.entry(func).is_some() {
            return true;
        }
        let units = compile(&border.inner.module, &[func], &border.inner.options, Some(code));
        match units.and_then(|units| code.add(vm, units)) {
            Ok(()) => true,
            Err(error) => {
                let reason = Reason::Failed(error.to_string());
                border.rejected.borrow_mut().push(Rejected { func, reason });
                false
            }
        }
    }

    fn call(&self, vm: &mut Vm, func: Func, arguments: &[u64]) -> Result<Called, Stop> {
        let border = &*self.border;
        let inner = &border.inner;
        let missing = || Stop::trap(Trap::Unreachable, None, Vec::new());
        let exhausted = || Stop::trap(Trap::StackExhausted, None, Vec::new());
        let signature = inner.signature(inner.module.functions[func].ty).ok_or_else(missing)?;
        let (mut entry, stack) = signature.enter(vm, arguments).ok_or_else(|| outside("argument"))?;
        entry.code = border.entry_of(func).ok_or_else(missing)?;
        entry.guest = border.top.get() & !15;
        (entry.stack, entry.stack_bytes) = (stack.as_ptr() as u64, 8 * stack.len() as u64);
        entry.status = STATUS | status_bits(vm.float_status());
        let room = entry.guest.saturating_sub(border.stack.start);
        let here = (&raw const entry).addr();
        let outermost = border.entry.get().is_null();
        if outermost {
            border.outermost.set(here);
        }
        let deep = border.outermost.get().abs_diff(here) > HOST_STACK;
        if deep || room < entry.stack_bytes + RED_ZONE {
            return Err(exhausted());
        }
        border.run(vm, &mut entry);
        vm.set_float_status(float_status(entry.status));
        if entry.abandoned == 0 {
            let results = signature.entered(vm, &entry, arguments).ok_or_else(|| outside("result"));
            return results.map(Called::Returned);
        }
        if let Some((symbol, words)) = border.tail.take() {
            return Ok(Called::Tail(symbol, words));
        }
        match (border.fault.take(), border.stop.take()) {
            (Some(fault), _) => match border.code.borrow().as_ref() {
                Some(code) => Err(walk::stop(&inner.module, code, vm, &border.stack, &fault)),
                None => Err(missing()),
            },
            (None, Some(stop)) => Err(stop),
            (None, None) => Err(missing()),
        }
    }
}

fn outside(what: &str) -> Stop {
    Stop::trap(Trap::OutOfBounds, Some(format!("an aggregate {what} is outside the program's memory")), Vec::new())
}

/// The exceptions that a processor's status has raised, as the VM has them: it has no denormal operands, the second bit.
fn float_status(status: u32) -> u8 {
    (status & 1 | status >> 1 & 0x1e) as u8
}

/// The opposite of [`float_status`].
fn status_bits(raised: u8) -> u32 {
    let raised = u32::from(raised);
    raised & 1 | (raised & 0x1e) << 1
}

impl Border {
    fn entry_of(&self, func: Func) -> Option<u64> {
        self.code.borrow().as_ref()?.entry(func)
    }

    /// Runs machine code until it returns or is abandoned.
    fn run(&self, vm: &mut Vm, entry: &mut Entry) {
        let outer = self.entry.replace(entry);
        let machine = self.vm.replace(vm);
        let top = self.top.get();
        let active = fault::activate(self);
        // SAFETY: `Engine::call` filled the entry by the function's call layout; its stack lies in the region and ends
        // in an inaccessible page; signals find this border. The machine is reached through the pointer alone until
        // the call is over.
        unsafe { enter(entry) };
        fault::restore(active);
        self.top.set(top);
        self.vm.set(machine);
        self.entry.set(outer);
    }

    /// A call of something that is not machine code. Whether the function that the host called is abandoned: the program
    /// ended in the call, or the call is the function's end.
    fn call_back(&self, vm: &mut Vm, exit: &mut Exit, at: u64) -> bool {
        let symbol = self.inner.symbols.get(exit.function as usize).copied();
        let callee = symbol.and_then(|symbol| Some((symbol, self.inner.symbol_signature(symbol)?)));
        let called = match &callee {
            Some((symbol, signature)) => {
                if let Some(words) = self.tail_call(vm, exit, at, signature) {
                    self.tail.replace(Some((*symbol, words)));
                    return true;
                }
                self.call_symbol(vm, exit, at, *symbol, signature)
            }
            None => Err(Stop::trap(Trap::Unreachable, None, Vec::new())),
        };
        let Err(mut stop) = called else { return false };
        if let Stop::Trapped(report) = &mut stop
            && let Some(code) = self.code.borrow().as_ref()
        {
            let taken = callee.map(|(_, signature)| signature.taken());
            walk::calls_outside(&self.inner.module, code, vm, Exit::stack(at), taken, &mut report.stack);
        }
        self.stop.replace(Some(stop));
        true
    }

    /// The words of a call whose return address is not in machine code: it stands for a return to the host, which can make
    /// the call itself when the guest's stack holds nothing for it.
    fn tail_call(&self, vm: &mut Vm, exit: &Exit, at: u64, signature: &Signature<'_>) -> Option<Vec<u64>> {
        let caller = walk::word(vm, Exit::stack(at))?;
        let inside = self.code.borrow().as_ref()?.find(caller.wrapping_sub(1)).is_some();
        if inside || signature.has_aggregates() {
            return None;
        }
        signature.leave(vm, exit, at, &mut { at })
    }

    fn call_symbol(
        &self,
        vm: &mut Vm,
        exit: &mut Exit,
        at: u64,
        symbol: Symbol,
        signature: &Signature<'_>,
    ) -> Result<(), Stop> {
        let exhausted = || Stop::trap(Trap::StackExhausted, None, Vec::new());
        let mut top = at;
        let words = signature.leave(vm, exit, at, &mut top).ok_or_else(exhausted)?;
        let outer = self.top.replace(top);
        vm.set_float_status(float_status(exit.status));
        let results = vm.call_back(symbol, &words);
        exit.status = exit.status & !RAISED | status_bits(vm.float_status());
        self.top.set(outer);
        signature.left(vm, exit, &words, &results?).ok_or_else(|| outside("result"))
    }
}

impl Inner {
    fn signature(&self, ty: Type) -> Option<Signature<'_>> {
        let function = self.module.types.as_function(ty)?;
        let layout = self.calls.get(ty.index())?.as_ref()?;
        Some(Signature { module: &self.module, layouts: &self.layouts, ty: function, layout })
    }

    fn symbol_signature(&self, symbol: Symbol) -> Option<Signature<'_>> {
        match self.module.item(symbol) {
            Item::Function(func) => self.signature(self.module.functions.get(func)?.ty),
            Item::Import(import) => self.signature(self.module.imports.get(import)?.ty),
            _ => None,
        }
    }
}

/// Where machine code arrives that calls something else. Whether the program ended in it.
pub(crate) extern "sysv64" fn leave(border: *const Border, exit: *mut Exit) -> bool {
    // SAFETY: the way to the VM carries the address of the border that the code was linked with, which lives as long
    // as the code does; the exit is on the guest's stack, written just now.
    let (border, exit) = unsafe { (&*border, &mut *exit) };
    let at = (&raw const *exit) as u64;
    // SAFETY: `run` put it there, and reaches the machine through this pointer alone until its call is over.
    match unsafe { border.vm.get().as_mut() } {
        Some(vm) => border.call_back(vm, exit, at),
        None => true,
    }
}
