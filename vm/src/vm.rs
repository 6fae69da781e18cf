//! The machine: current fiber, memory, fuel, and what the handlers ask of it.
//!
//! [`Vm::call`] starts a function in the root fiber. [`crate::machine::run`] runs instructions until something needs the
//! whole machine; then [`crate::schedule`], [`crate::service`] or [`crate::report`] does that, and the run goes on.

use crate::config::{Config, Host, MemoryMode};
use crate::exception::Halt;
use crate::fiber::{Arena, Fiber, FiberEntry, FiberId, FiberStatus, Piece};
use crate::frame::{CallFrame, HEADER, SuspendedFrame, Taken};
use crate::handlers::memory::Stored;
use crate::machine::{self, Exit, slot_words};
use crate::memory::{
    Access, Heap, Image, ImageError, Kind, Objects, Region, RegionError, Shadow, Site, Tag, Violation,
};
use crate::native::{Native, NativeConfig};
use crate::operation::{Entry, Op};
use crate::program::{CompiledFunction, Program, function_index, is_callable};
use crate::report::TrapReport;
use crate::service::Done;
use crate::stack::Stack;
use crate::translate::{EFFECT_BITS, result_slots};
use crate::word;
use native_ir::{Data, EntityRef, Func, Slot, Trap};
use semantics::Status;
use std::rc::Rc;
use std::sync::Arc;
use thiserror::Error;

/// Why a machine cannot do what it is asked.
#[derive(Debug, Error)]
pub enum Error {
    /// The host gives no memory.
    #[error("the guest's memory cannot be reserved: {0}")]
    Memory(String),
    /// The program was not translated from this function.
    #[error("the program has no function {0}")]
    NoFunction(Func),
    /// The function takes or gives aggregates, which have no form outside the program.
    #[error("the function takes or gives an aggregate by value; call it from a function that does not")]
    Aggregate,
    /// More or fewer arguments than parameters.
    #[error("the function takes {expected} arguments, not {found}")]
    Arguments {
        /// How many parameters there are.
        expected: usize,
        /// How many arguments were given.
        found: usize,
    },
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The function returned these bits.
    Returned(Vec<u128>),
    /// The program ended itself with this status.
    Exited(u8),
    /// The program was stopped.
    Trapped(Box<TrapReport>),
    /// The fuel of a fiber is used up; [`Vm::set_fuel`] and [`Vm::resume`] go on.
    OutOfFuel,
    /// The processor ended the run.
    Halted(Halt),
}

/// What checked mode knows.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) objects: Objects,
    pub(crate) shadow: Shadow,
    /// The provenance of each data object.
    pub(crate) data: Vec<Tag>,
}

/// What stopped an instruction.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) trap: Trap,
    pub(crate) violation: Option<Violation>,
    pub(crate) detail: Option<String>,
    /// What is known of a trap inside machine code.
    pub(crate) inside: Option<Box<TrapReport>>,
}

/// Fuel that does not run out.
const ENDLESS: i64 = i64::MAX / 2;

/// A machine that runs a program.
pub struct Vm {
    pub(crate) ip: *const u64,
    pub(crate) fp: *mut u64,
    pub(crate) fuel: i64,
    pub(crate) stack_end: *mut u64,
    /// How many addresses of the region accesses may begin at.
    pub(crate) limit: u64,
    pub(crate) program: Arc<Program>,
    pub(crate) host: Host,
    pub(crate) region: Region,
    pub(crate) heap: Heap,
    pub(crate) image: Image,
    pub(crate) checked: Option<Box<Checked>>,
    pub(crate) fibers: Vec<FiberEntry>,
    pub(crate) current: FiberId,
    pub(crate) pending: Option<Pending>,
    pub(crate) status: Status,
    pub(crate) counts: Vec<u64>,
    /// The address of the objects that were made last, and what was before.
    pub(crate) objects: (u64, u64),
    /// What each new fiber has.
    pub(crate) fuel_at_start: i64,
    /// Handlers by exception, and where interrupted code goes on.
    pub(crate) handlers: Vec<(u16, Func)>,
    pub(crate) interrupted: Vec<*const u64>,
    pub(crate) interrupts_off: bool,
    /// Whether the program sleeps, and nothing would have woken it.
    pub(crate) asleep: bool,
    /// The type of the function that was called from outside.
    pub(crate) entry: Option<Func>,
    /// Where the program's arguments lie in guest memory, once it asked.
    pub(crate) arguments: Vec<(u64, u64)>,
    /// What runs functions without bytecode.
    pub(crate) native: Option<Rc<dyn Native>>,
    /// How many calls of each function are left before it becomes machine code.
    pub(crate) heat: Vec<u32>,
    #[cfg(debug_assertions)]
    stack_mark: usize,
}

/// What a fiber's first function, and an interrupt's handler, return to.
static RETURNS: [u64; 4] = [
    word::pack(Op::CHARGE, 0, 0, 0),
    word::pack(Op::HALT, 0, 0, 0),
    word::pack(Op::CHARGE, 0, 0, 0),
    word::pack(Op::INTERRUPT_RETURN, 0, 0, 0),
];

/// Where a fiber's first function returns to.
pub(crate) fn halt() -> *const u64 {
    &raw const RETURNS[1]
}

/// Where an interrupt's handler returns to.
pub(crate) fn interrupt_return() -> *const u64 {
    &raw const RETURNS[3]
}

impl Vm {
    /// A machine for a program, its data as the module says.
    ///
    /// # Errors
    /// The host gives no memory.
    pub fn new(program: Arc<Program>, host: Host) -> Result<Vm, Error> {
        let memory = |error: RegionError| Error::Memory(error.to_string());
        let pointer_bytes = program.layouts().machine().pointer_bytes();
        let native = program.config().native;
        let region = match native {
            Some(native) => Region::low(program.limit(), native.code_bytes),
            None => Region::new(pointer_bytes, program.limit()),
        };
        let region = region.map_err(memory)?;
        let module = program.module();
        let code = |symbol| region.code_address(function_index(module, symbol)? as u32);
        let image = Image::new(module, program.layouts(), &region, native.map_or(0, NativeConfig::stack), code);
        let image = image.map_err(|error: ImageError| Error::Memory(error.to_string()))?;
        let checked = match program.config().memory_mode {
            MemoryMode::Fast => None,
            MemoryMode::Checked => Some(Box::new(Checked {
                objects: Objects::new(region.code()),
                shadow: Shadow::new(region.limit(), pointer_bytes).map_err(memory)?,
                data: Vec::new(),
            })),
        };
        let mut vm = Vm {
            ip: halt(),
            fp: std::ptr::null_mut(),
            fuel: ENDLESS,
            stack_end: std::ptr::null_mut(),
            limit: region.limit(),
            counts: vec![0; program.segments().len()],
            host,
            heap: Heap::new(image.end(), 0),
            region,
            image,
            checked,
            fibers: Vec::new(),
            current: FiberId::ROOT,
            pending: None,
            objects: (0, 0),
            status: Status::default(),
            fuel_at_start: ENDLESS,
            handlers: Vec::new(),
            interrupted: Vec::new(),
            interrupts_off: false,
            asleep: false,
            entry: None,
            arguments: Vec::new(),
            native: None,
            heat: native.map_or(Vec::new(), |native| vec![native.threshold; module.functions.len()]),
            program,
            #[cfg(debug_assertions)]
            stack_mark: 0,
        };
        vm.reset();
        Ok(vm)
    }

    /// Everything as in a new machine, but for the host, which stays as it is.
    pub fn reset(&mut self) {
        self.fibers.clear();
        self.interrupted.clear();
        self.arguments.clear();
        self.interrupts_off = false;
        self.asleep = false;
        self.status = Status::default();
        self.pending = None;
        self.entry = None;
        // The image was made for this region, so it fits.
        let _ = self.image.install(&mut self.region);
        let end = self.region.base() + self.region.limit();
        self.heap = Heap::new(self.image.end(), end.saturating_sub(self.image.end()));
        let Some(checked) = &mut self.checked else { return };
        checked.objects = Objects::new(self.region.code());
        // What is known of other bytes means nothing until an object begins there, which says it anew.
        let data = self.image.end().saturating_sub(self.region.base());
        checked.shadow.fill(0, data, 0);
        checked.shadow.clear_tags(0, data);
        checked.data = (self.image.places())
            .map(|(data, place)| {
                checked.objects.create(place.address, place.size, Kind::Data, place.readonly, Site::Data(data))
            })
            .collect();
        for &(address, data) in self.image.pointers() {
            if let Some(offset) = self.region.offset(address) {
                checked.shadow.set_tag(offset, checked.data[data.index()]);
            }
        }
    }

    /// Runs a function with arguments, one for each parameter: their bits, zero above the type's width.
    ///
    /// # Errors
    /// The program has no such function, or it does not take these arguments.
    pub fn call(&mut self, func: Func, arguments: &[u128]) -> Result<Outcome, Error> {
        let program = self.program.clone();
        let function = program.module().functions.get(func).ok_or(Error::NoFunction(func))?;
        let compiled = program.function(func.index()).ok_or(Error::NoFunction(func))?;
        let ty = program.module().signature(function).ok_or(Error::NoFunction(func))?;
        if !is_callable(ty) {
            return Err(Error::Aggregate);
        }
        if arguments.len() != ty.params.len() {
            return Err(Error::Arguments { expected: ty.params.len(), found: arguments.len() });
        }
        for entry in std::mem::take(&mut self.fibers) {
            entry.fiber.iter().for_each(|fiber| self.free_arena(&fiber.arena));
        }
        self.interrupted.clear();
        self.asleep = false;
        self.entry = Some(func);
        let words = arguments.iter().zip(&ty.params).flat_map(|(&bits, param)| {
            let halves = 0..crate::translate::parameter_slot(param.ty, param.passing);
            halves.map(move |half| (bits >> (64 * half)) as u64)
        });
        let root = self.new_fiber(compiled, words);
        self.fibers.push(FiberEntry { status: FiberStatus::Running, value: 0, fiber: Some(root) });
        self.switch_to(FiberId::ROOT);
        self.fuel = self.fuel_at_start;
        Ok(self.resume())
    }

    /// A fiber that will call a function with words as its parameters.
    pub(crate) fn new_fiber(
        &self,
        compiled: &CompiledFunction,
        arguments: impl IntoIterator<Item = u64>,
    ) -> Box<Fiber> {
        let slot = self.slot();
        let base = (1 + HEADER) * slot;
        let mut stack = Stack::new(base + compiled.words);
        stack.set(slot, halt() as u64);
        stack.set(2 * slot, 1 << 16);
        let mut at = base;
        for word in arguments {
            stack.set(at, word);
            at += slot;
        }
        // Entering costs fuel: the word before the first instruction charges it.
        let ip = compiled.entry.wrapping_sub(usize::from(self.program.settings().fuel));
        Box::new(Fiber {
            frame: SuspendedFrame { ip, fp: base, result: None, second: None, taken: Taken::WHOLE },
            stack,
            arena: Arena::default(),
            fuel: self.fuel_at_start,
            parent: None,
            mask: 0,
            innermost: FiberId::ROOT,
        })
    }

    /// Goes on with a run that [`Outcome::OutOfFuel`] or [`Halt::Asleep`] ended. Without one, the outcome is that nothing was returned.
    pub fn resume(&mut self) -> Outcome {
        if self.fibers.is_empty() {
            return Outcome::Returned(Vec::new());
        }
        if self.asleep
            && let Done::Over(outcome) = self.sleep()
        {
            return outcome;
        }
        loop {
            let exit = machine::run(self);
            let done = match exit {
                Exit::Next => None,
                Exit::Short => {
                    if let Some(step) = self.program.step_from(self.ip) {
                        self.ip = step;
                    }
                    None
                }
                Exit::Empty => self.starve(),
                Exit::Returned => self.finish_fiber(),
                Exit::Trapped => self.handle_trap(),
                Exit::Request => self.serve(),
            };
            if let Some(outcome) = done {
                return outcome;
            }
        }
    }

    /// The results of the function that was called from outside.
    pub(crate) fn results(&self) -> Vec<u128> {
        let program = &self.program;
        let module = program.module();
        let ty = self.entry.and_then(|func| module.signature(&module.functions[func]));
        let Some(ty) = ty else { return Vec::new() };
        let mut words = self.first_results(FiberId::ROOT, result_slots(ty)).into_iter();
        let mut read = |slots: u32| {
            let halves = words.by_ref().take(slots as usize).enumerate();
            halves.map(|(half, word)| u128::from(word) << (64 * half)).sum()
        };
        ty.results.iter().map(|result| read(crate::translate::parameter_slot(result.ty, result.passing))).collect()
    }

    /// The words that the first function of a fiber returned, so many.
    pub(crate) fn first_results(&self, id: FiberId, slots: u32) -> Vec<u64> {
        let Some(fiber) = self.fiber(id) else { return Vec::new() };
        let first = if slots == 1 { 0 } else { 1 + HEADER };
        (first..first + slots as usize).map(|at| fiber.stack.get(at * self.slot())).collect()
    }

    /// Gives the fiber that runs, or starves, so much fuel; before a call, the root and every fiber that it spawns.
    pub fn set_fuel(&mut self, fuel: u64) {
        let fuel = i64::try_from(fuel).unwrap_or(ENDLESS).min(ENDLESS);
        match self.fibers.is_empty() || self.entry_returned() {
            true => self.fuel_at_start = fuel,
            false => self.fuel = fuel,
        }
    }

    fn entry_returned(&self) -> bool {
        self.fibers.first().is_none_or(|root| root.status != FiberStatus::Running)
    }

    /// The fuel that is left to the fiber that ran last.
    pub fn fuel(&self) -> u64 {
        self.fuel.max(0) as u64
    }

    /// What the program reaches outside itself.
    pub fn host(&mut self) -> &mut Host {
        &mut self.host
    }

    /// The program.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// How the program is run.
    pub(crate) fn config(&self) -> &Config {
        self.program.config()
    }

    /// The status of each fiber, the root first.
    pub fn fiber_statuses(&self) -> impl Iterator<Item = FiberStatus> + '_ {
        self.fibers.iter().map(|entry| entry.status)
    }

    /// Words of a slot.
    pub(crate) fn slot(&self) -> usize {
        slot_words(self.checked.is_some())
    }

    pub(crate) fn checked(&self) -> bool {
        self.checked.is_some()
    }

    pub(crate) fn memory(&self) -> *mut u8 {
        self.region.host()
    }

    pub(crate) fn base(&self) -> u64 {
        self.region.base()
    }

    /// The word at `ip`.
    pub(crate) fn word(&self, index: usize) -> u64 {
        machine::word_at(self.ip, index)
    }

    /// The operation at `ip`.
    pub(crate) fn operation(&self) -> &'static Entry {
        word::op(self.word(0)).entry()
    }

    pub(crate) fn fiber(&self, id: FiberId) -> Option<&Fiber> {
        self.fibers.get(id.index())?.fiber.as_deref()
    }

    pub(crate) fn fiber_mut(&mut self, id: FiberId) -> Option<&mut Fiber> {
        self.fibers.get_mut(id.index())?.fiber.as_deref_mut()
    }

    /// Index of a word of a slot of the current frame.
    fn word_index(&self, fiber: &Fiber, slot: usize) -> usize {
        fiber.stack.index(self.fp) + slot * self.slot()
    }

    /// The bits of a slot of the current frame.
    pub(crate) fn get(&self, slot: u16) -> u64 {
        self.fiber(self.current).map_or(0, |fiber| fiber.stack.get(self.word_index(fiber, usize::from(slot))))
    }

    /// Whether a bit of a slot of the current frame is undefined.
    pub(crate) fn is_undefined(&self, slot: u16) -> bool {
        let undefined = |fiber: &Fiber| fiber.stack.get(self.word_index(fiber, usize::from(slot)) + 1) != 0;
        self.checked() && self.fiber(self.current).is_some_and(undefined)
    }

    /// The provenance of a slot of the current frame.
    pub(crate) fn tag(&self, slot: u16) -> u64 {
        match (self.checked(), self.fiber(self.current)) {
            (true, Some(fiber)) => fiber.stack.get(self.word_index(fiber, usize::from(slot)) + 2),
            _ => 0,
        }
    }

    /// Writes a slot of the current frame, defined and without provenance.
    pub(crate) fn put(&mut self, slot: u16, bits: u64) {
        self.put_tagged(slot, bits, 0);
    }

    /// Writes a slot of the current frame, defined.
    pub(crate) fn put_tagged(&mut self, slot: u16, bits: u64, tag: u64) {
        let (fp, slots) = (self.fp, self.slot());
        if let Some(fiber) = self.fiber_mut(self.current) {
            let at = fiber.stack.index(fp) + usize::from(slot) * slots;
            fiber.stack.set(at, bits);
            if slots > 1 {
                fiber.stack.set(at + 1, 0);
                fiber.stack.set(at + 2, tag);
            }
        }
    }

    /// Makes a fiber the one that runs; its frame and fuel become the machine's.
    pub(crate) fn switch_to(&mut self, id: FiberId) {
        self.current = id;
        if let Some(fiber) = self.fiber(id) {
            let (ip, fp, fuel) = (fiber.frame.ip, fiber.stack.address(fiber.frame.fp), fiber.fuel);
            let end = fiber.stack.address(fiber.stack.len());
            (self.ip, self.fp, self.fuel, self.stack_end) = (ip, fp, fuel, end);
        }
    }

    /// Leaves the fiber that runs where it is.
    pub(crate) fn park(&mut self, ip: *const u64, result: Option<u16>, second: Option<u16>) {
        let (fp, fuel) = (self.fp, self.fuel);
        if let Some(fiber) = self.fiber_mut(self.current) {
            fiber.frame = SuspendedFrame { ip, fp: fiber.stack.index(fp), result, second, taken: Taken::WHOLE };
            fiber.fuel = fuel;
        }
    }

    /// Notes why the current instruction traps; what a check found before stays.
    pub(crate) fn raise(&mut self, trap: Trap) {
        let known = self.pending.take().filter(|pending| pending.trap == trap);
        self.pending = Some(known.unwrap_or(Pending { trap, violation: None, detail: None, inside: None }));
    }

    pub(crate) fn raise_status(&mut self, status: Status) {
        self.status |= status;
    }

    pub(crate) fn count(&mut self, segment: usize) {
        if let Some(count) = self.counts.get_mut(segment) {
            *count += 1;
        }
    }

    #[cfg(debug_assertions)]
    pub(crate) fn mark_stack(&mut self) {
        let here = 0_u8;
        self.stack_mark = (&raw const here) as usize;
    }

    /// Handlers call each other in tail position; the host stack must not have grown.
    #[cfg(debug_assertions)]
    pub(crate) fn check_stack(&self) {
        let here = 0_u8;
        let grown = self.stack_mark.abs_diff((&raw const here) as usize);
        debug_assert!(grown < 16 << 10, "handlers are not chained by jumps: {grown} bytes of host stack");
    }

    /// Room for so many words from `fp` on; where the frame is then.
    pub(crate) fn grow_stack(&mut self, fp: *mut u64, words: usize) -> Result<*mut u64, Trap> {
        let most = self.config().stack_bytes / 8;
        let fiber = self.fibers.get_mut(self.current.index()).and_then(|entry| entry.fiber.as_deref_mut());
        let Some(fiber) = fiber else { return Err(Trap::StackExhausted) };
        let at = fiber.stack.index(fp);
        let needed = at + words;
        if needed > most {
            return Err(Trap::StackExhausted);
        }
        fiber.stack.grow(needed.max(fiber.stack.len() * 2).min(most));
        let end = fiber.stack.address(fiber.stack.len());
        let fp = fiber.stack.address(at);
        self.stack_end = end;
        Ok(fp)
    }

    /// Guest memory for the objects of an activation. `Vm::objects` says where, and what [`Vm::pop_objects`] wants.
    #[inline(never)]
    pub(crate) fn push_objects(&mut self, bytes: u64, align: u64) -> Option<Trap> {
        match self.take_objects(bytes, align) {
            Ok(objects) => {
                self.objects = objects;
                None
            }
            Err(trap) => Some(trap),
        }
    }

    fn take_objects(&mut self, bytes: u64, align: u64) -> Result<(u64, u64), Trap> {
        let most = self.config().stack_bytes as u64;
        let index = self.current.index();
        let Some(fiber) = self.fibers.get_mut(index).and_then(|entry| entry.fiber.as_deref_mut()) else {
            return Err(Trap::StackExhausted);
        };
        let arena = &mut fiber.arena;
        let mark = arena.next;
        let start = arena.next.next_multiple_of(align);
        // No piece is filled to its end: a mark there would also be the beginning of a piece that follows in memory.
        if let Some(piece) = arena.pieces.last()
            && start + bytes < piece.end
        {
            arena.next = start + bytes;
            return Ok((start, mark));
        }
        // A piece twice as large as all before: their number stays small, and little of them unused.
        let size = (bytes + align).max(arena.bytes).max(512).next_multiple_of(16);
        if arena.bytes + size > most.max(2 * (bytes + align)) {
            return Err(Trap::StackExhausted);
        }
        let piece = self.heap.alloc(size, 16).ok_or(Trap::StackExhausted)?;
        let chunk = self.checked.as_mut().map(|checked| checked.objects.open_chunk(piece, size));
        arena.pieces.push(Piece { start: piece, end: piece + size, chunk });
        arena.bytes += size;
        let start = piece.next_multiple_of(align);
        arena.next = start + bytes;
        Ok((start, mark))
    }

    /// Ends the objects of an activation, so many of them.
    pub(crate) fn pop_objects(&mut self, mark: u64, objects: u32) {
        let site = self.site();
        let Some(fiber) = self.fibers.get_mut(self.current.index()).and_then(|entry| entry.fiber.as_deref_mut())
        else {
            return;
        };
        let arena = &mut fiber.arena;
        if let (Some(checked), Some(chunk)) =
            (&mut self.checked, arena.pieces.last().and_then(|piece| piece.chunk))
        {
            let depth = checked.objects.depth(chunk).saturating_sub(objects);
            checked.objects.truncate(chunk, depth, site);
        }
        while let Some(&piece) = arena.pieces.last()
            && !(piece.start..piece.end).contains(&mark)
        {
            if arena.pieces.len() == 1 {
                // The first piece stays for the next call.
                arena.next = piece.start;
                return;
            }
            arena.pieces.pop();
            arena.bytes -= piece.end - piece.start;
            if let (Some(checked), Some(chunk)) = (&mut self.checked, piece.chunk) {
                checked.objects.close_chunk(chunk, site);
            }
            // The piece came from the heap.
            let _ = self.heap.free(piece.start);
        }
        arena.next = mark;
    }

    /// Gives back what a fiber has in guest memory.
    pub(crate) fn free_arena(&mut self, arena: &Arena) {
        let site = self.site();
        for piece in &arena.pieces {
            if let (Some(checked), Some(chunk)) = (&mut self.checked, piece.chunk) {
                checked.objects.close_chunk(chunk, site);
            }
            let _ = self.heap.free(piece.start);
        }
    }

    /// The instruction that runs, as the place where objects come from and end. Only checked mode asks for it.
    pub(crate) fn site(&self) -> Site {
        if self.checked.is_none() {
            return Site::Engine;
        }
        match self.program.inst(self.ip) {
            Some((func, Some(inst))) => Site::Inst(func, inst),
            Some((func, None)) => Site::Function(func),
            None => Site::Engine,
        }
    }

    /// Checked mode: a new object of the activation that runs.
    pub(crate) fn new_object(&mut self, ip: *const u64, address: u64, size: u64, slot: u32) -> u64 {
        let func = self.program.locate(ip).map_or(Func::new(0), |frame| Func::new(frame.function.index));
        let piece = self.fiber(self.current).and_then(|fiber| fiber.arena.pieces.last().copied());
        let (Some(checked), Some(chunk)) = (&mut self.checked, piece.and_then(|piece| piece.chunk)) else {
            return 0;
        };
        let (kind, site) = match slot {
            u32::MAX => (Kind::Copy, Site::Function(func)),
            slot => (Kind::Slot, Site::Slot(func, Slot::from_u32(slot))),
        };
        if kind == Kind::Slot
            && let Some(offset) = self.region.offset(address)
        {
            checked.shadow.fill(offset, size, 0xff);
        }
        checked.objects.push(chunk, address, size, kind, site).0
    }

    /// Checked mode: a slot's object begins anew or ends.
    pub(crate) fn mark_lifetime(&mut self, tag: u64, start: bool) {
        let site = self.site();
        let Some(checked) = &mut self.checked else { return };
        match start {
            true => {
                checked.objects.start_lifetime(Tag(tag));
                if let Some(object) = checked.objects.describe(Tag(tag))
                    && let Some(offset) = self.region.offset(object.base)
                {
                    checked.shadow.fill(offset, object.size, 0xff);
                }
            }
            false => checked.objects.end_lifetime(Tag(tag), site),
        }
    }

    /// The provenance of a data object, by number plus one.
    pub(crate) fn data_tag(&self, number: u64) -> u64 {
        let data = number.checked_sub(1).map(|index| Data::new(index as usize));
        let tag = self.checked.as_ref().zip(data).and_then(|(checked, data)| checked.data.get(data.index()));
        tag.map_or(0, |tag| tag.0)
    }

    /// Checked mode: whether an access is allowed.
    #[inline]
    pub(crate) fn check(&mut self, tag: u64, address: u64, len: u64, access: Access) -> Result<(), Trap> {
        let Some(checked) = &self.checked else { return Ok(()) };
        match checked.objects.check(Tag(tag), address, len, access) {
            Ok(()) => Ok(()),
            Err(violation) => Err(self.violate(*violation)),
        }
    }

    #[cold]
    pub(crate) fn violate(&mut self, violation: Violation) -> Trap {
        let trap = violation.trap;
        self.pending = Some(Pending { trap, violation: Some(violation), detail: None, inside: None });
        trap
    }

    /// An access outside the guest's memory.
    #[cold]
    pub(crate) fn stray(&mut self, address: u64) -> Trap {
        let trap = Trap::OutOfBounds;
        let detail = Some(format!("the address {address:#x} is outside the program's memory"));
        self.pending = Some(Pending { trap, violation: None, detail, inside: None });
        trap
    }

    /// Checked mode: which bits of bytes are undefined.
    #[inline]
    pub(crate) fn undefined_bits(&self, offset: u64, len: usize) -> u128 {
        self.checked.as_ref().map_or(0, |checked| checked.shadow.undefined(offset, len))
    }

    /// As [`Vm::undefined_bits`], of a type of value.
    #[inline(always)]
    pub(crate) fn undefined_of<T: Stored>(&self, offset: u64) -> u128 {
        self.checked.as_ref().map_or(0, |checked| T::undefined(&checked.shadow, offset))
    }

    /// As [`Vm::set_shadow`], of a type of value.
    #[inline(always)]
    pub(crate) fn set_shadow_of<T: Stored>(&mut self, offset: u64, undefined: u128, tag: u64) {
        if let Some(checked) = &mut self.checked {
            T::set_undefined(&mut checked.shadow, offset, undefined);
            match tag {
                0 => checked.shadow.clear_tags(offset, size_of::<T>() as u64),
                tag => checked.shadow.set_tag(offset, Tag(tag)),
            }
        }
    }

    /// Checked mode: the provenance of the pointer at an offset.
    #[inline]
    pub(crate) fn provenance(&self, offset: u64) -> u64 {
        self.checked.as_ref().map_or(0, |checked| checked.shadow.tag(offset).0)
    }

    /// Checked mode: what is known of bytes that were written.
    #[inline]
    pub(crate) fn set_shadow(&mut self, offset: u64, len: usize, undefined: u128, tag: u64) {
        if let Some(checked) = &mut self.checked {
            checked.shadow.set_undefined(offset, len, undefined);
            match tag {
                0 => checked.shadow.clear_tags(offset, len as u64),
                tag => checked.shadow.set_tag(offset, Tag(tag)),
            }
        }
    }

    /// Copies bytes of the guest, as if through a buffer.
    pub(crate) fn copy_bytes(&mut self, to: u64, from: u64, len: u64) -> Result<(), Trap> {
        if len == 0 {
            return Ok(());
        }
        let base = self.region.base();
        let (target, source) = (to.wrapping_sub(base), from.wrapping_sub(base));
        let inside = |offset: u64| offset.checked_add(len).is_some_and(|end| end <= self.region.limit());
        if !inside(target) {
            return Err(self.stray(to));
        }
        if !inside(source) {
            return Err(self.stray(from));
        }
        if let Some(bytes) = self.region.slice_mut(base, self.region.limit()) {
            bytes.copy_within(source as usize..(source + len) as usize, target as usize);
        }
        if let Some(checked) = &mut self.checked {
            checked.shadow.copy(target, source, len);
        }
        Ok(())
    }

    /// Fills bytes of the guest.
    pub(crate) fn fill_bytes(&mut self, to: u64, byte: u8, undefined: u8, len: u64) -> Result<(), Trap> {
        if len == 0 {
            return Ok(());
        }
        match self.region.slice_mut(to, len) {
            Some(bytes) => bytes.fill(byte),
            None => return Err(self.stray(to)),
        }
        if let (Some(checked), Some(offset)) = (&mut self.checked, self.region.offset(to)) {
            checked.shadow.fill(offset, len, undefined);
            checked.shadow.clear_tags(offset, len);
        }
        Ok(())
    }

    /// The function that a call through a pointer reaches, if it is one of the expected signature with no more effects.
    pub(crate) fn function_at(&mut self, address: u64, expected: u32) -> Result<*const CompiledFunction, Trap> {
        let program = &self.program;
        let function = self.region.code_index(address).and_then(|index| program.function(index as usize));
        let effects = (1 << EFFECT_BITS) - 1;
        let fits = |function: &&CompiledFunction| {
            function.expectation >> EFFECT_BITS == expected >> EFFECT_BITS
                && function.expectation & !expected & effects == 0
        };
        match function.filter(fits) {
            Some(function) => Ok(function),
            None => {
                let detail = match function {
                    Some(function) => {
                        format!("the pointer leads to {}, of another type", program.name_of(function))
                    }
                    None => format!("no function is at the address {address:#x}"),
                };
                let trap = Trap::BadSignature;
                self.pending = Some(Pending { trap, violation: None, detail: Some(detail), inside: None });
                Err(trap)
            }
        }
    }

    /// The header of the frame at `fp` of a fiber's stack.
    pub(crate) fn header(&self, fiber: &Fiber, fp: usize) -> CallFrame {
        let slot = self.slot();
        CallFrame {
            return_ip: fiber.stack.get(fp.wrapping_sub(2 * slot)) as *const u64,
            link: fiber.stack.get(fp.wrapping_sub(slot)),
        }
    }
}
