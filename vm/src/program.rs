//! A program: a verified module with the bytecode of all functions that its entries reach.

use crate::config::{Config, MemoryMode};
use crate::frame::BytecodeFrame;
use crate::machine::slot_words;
use crate::memory::{ImageError, Region, data_offsets};
use crate::native::{NativeConfig, Tier};
use crate::operation::Op;
use crate::translate::{
    Code, Context, Inlined, Settings, Translator, effect_bits, first_inst_at, inst_at, is_small, kinds,
    parameter_slots, result_slots, signatures,
};
use crate::word;
use native_ir::diagnostic::{Diagnostic, HeaderPart, Place};
use native_ir::layout::{Layouts, MachineLayout};
use native_ir::{
    Block, Contract, EffectSet, EntityRef, Func, FunctionType, Inst, Item, Module, Opcode, Passing, Rule, Symbol,
    Trap, Type,
};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock};
use verifier::{Engine, Verified};

/// A function as the machine runs it.
#[derive(Debug)]
pub(crate) struct CompiledFunction {
    /// The first instruction; with fuel, what entering costs stands in the word before.
    pub(crate) entry: *const u64,
    /// Words of operand stack that an activation needs from its slot 0 on.
    pub(crate) words: usize,
    /// The signature's number and the effects, as calls through pointers expect them.
    pub(crate) expectation: u32,
    /// The function's number: the module's functions first, then imports.
    pub(crate) index: usize,
    code: Code,
    /// What stands before the code of a function that may become machine code: `heat`, and a return.
    front: Vec<u64>,
    step: OnceLock<StepCode>,
}

/// Code that stops before any instruction.
#[derive(Debug)]
struct StepCode {
    code: Code,
    /// The offset of each instruction.
    positions: Vec<u32>,
}

impl CompiledFunction {
    fn new(index: usize, code: Code, expectation: u32, slot: usize) -> CompiledFunction {
        let entry = code.words.as_ptr().wrapping_add(code.entry as usize);
        let words = code.reach as usize * slot;
        CompiledFunction { entry, words, expectation, index, code, front: Vec::new(), step: OnceLock::new() }
    }

    /// The same, counting how often it is called.
    fn counted(mut self, ty: &FunctionType) -> CompiledFunction {
        let back = word::pack(return_op(ty, false), 0, 0, 0);
        self.front = vec![word::pack_wide(Op::HEAT, 0, self.index as i32), self.entry as u64, back];
        self.entry = self.front.as_ptr();
        self
    }

    /// The address of a block's first instruction.
    pub(crate) fn block_address(&self, block: Block) -> u64 {
        self.code.words.as_ptr().wrapping_add(self.code.blocks[block.index()] as usize) as u64
    }

    /// How many slots its frame has, without what is passed on.
    pub(crate) fn frame(&self) -> usize {
        self.code.frame as usize
    }
}

/// Instructions that run without a call or a pause between them, and are counted together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    /// The function.
    pub(crate) func: Func,
    /// The block.
    pub(crate) block: Block,
    /// The first instruction.
    pub(crate) first: Inst,
    /// How many instructions.
    pub(crate) length: u32,
}

/// A translated module. It does not change, and may be shared by machines.
#[derive(Debug)]
pub struct Program {
    module: Arc<Verified<Module>>,
    config: Config,
    layouts: Layouts,
    settings: Settings,
    functions: Vec<CompiledFunction>,
    segments: Vec<Segment>,
    signatures: Vec<u32>,
    /// The beginnings of the functions' code, ascending, with the functions.
    starts: Vec<(usize, usize)>,
    data: Vec<u64>,
    limit: u64,
}

// SAFETY: the pointers in a program lead to its own code, which does not change once it is built; step code is built
// under a lock and stays as it is.
#[expect(unsafe_code, reason = "code is named by raw pointers, which know nothing of threads")]
unsafe impl Send for Program {}
// SAFETY: as above.
#[expect(unsafe_code, reason = "as above")]
unsafe impl Sync for Program {}

impl Program {
    /// Translates everything that the entries reach.
    ///
    /// # Errors
    /// What the VM alone cannot run: native functions, imports that no other module was linked in for, data that does
    /// not fit in the guest's memory.
    pub fn new(
        module: Arc<Verified<Module>>,
        entries: &[Func],
        config: &Config,
    ) -> Result<Arc<Program>, Vec<Diagnostic>> {
        let reached = reached(&module, entries)?;
        module.linked(&reached)?;
        Program::of(module, reached, &[], config)
    }

    /// Translates everything that the entries reach and that runs as bytecode, if only at first; `tiers` says that of
    /// each function.
    ///
    /// # Errors
    /// As [`Program::new`], but that native functions are allowed.
    pub fn beside(
        module: Arc<Verified<Module>>,
        entries: &[Func],
        tiers: &[Tier],
        config: &Config,
    ) -> Result<Arc<Program>, Vec<Diagnostic>> {
        let pointed = pointed(&module);
        let from = [entries, &pointed].concat();
        let mut reached = module.for_engine(Engine::Hybrid, &from)?.functions().to_vec();
        module.linked(&reached)?;
        reached.retain(|func| tiers.get(func.index()) != Some(&Tier::Native));
        Program::of(module, reached, tiers, config)
    }

    fn of(
        module: Arc<Verified<Module>>,
        reached: Vec<Func>,
        tiers: &[Tier],
        config: &Config,
    ) -> Result<Arc<Program>, Vec<Diagnostic>> {
        refuse_long_lists(&module, &reached)?;
        let contract = Contract::embedded();
        let target = contract.target(&module.envelope.target).map_or(0, |(index, _)| index);
        let machine = MachineLayout::of(contract, target);
        let layouts = Layouts::new(&module.types, &machine);
        let limit = Region::limit_for(config.memory_bytes, machine.pointer_bytes());
        let data = data_offsets(&module, &layouts, limit, config.native.map_or(0, NativeConfig::stack));
        let data = data.map_err(|error| vec![refused_data(error)])?;
        let refuels = |&func: &Func| {
            let function = &module.functions[func];
            // Nothing else holds opcodes of the VM alone.
            verifier::is_runtime(&module, function)
                && function.body.insts.values().any(|data| data.opcode == Opcode::FiberRefuel)
        };
        let settings = Settings {
            checked: config.memory_mode == MemoryMode::Checked,
            fuel: config.fuel || reached.iter().any(refuels),
            profile: config.profile,
            float_traps: config.trap_float_exceptions,
            narrow: machine.pointer_bytes() < 8,
        };
        let mut program = Program {
            signatures: signatures(&module),
            functions: Vec::with_capacity(module.functions.len() + module.imports.len()),
            segments: Vec::new(),
            starts: Vec::new(),
            config: config.clone(),
            module,
            layouts,
            settings,
            data,
            limit,
        };
        program.translate(&reached, tiers);
        Ok(Arc::new(program))
    }

    fn translate(&mut self, reached: &[Func], tiers: &[Tier]) {
        let module = self.module.clone();
        let mut context = context(
            &module,
            &self.layouts,
            self.settings,
            self.functions.as_ptr(),
            &self.data,
            self.limit,
            &self.signatures,
        );
        let slot = slot_words(self.settings.checked);
        let mut wanted = vec![false; module.functions.len()];
        reached.iter().for_each(|func| wanted[func.index()] = true);
        let may_be_inlined = |func: &Func| {
            let function = &module.functions[*func];
            !self.settings.profile && module.signature(function).is_some_and(|ty| is_small(function, ty))
        };
        let wanted = module.functions.keys().filter(|func| wanted[func.index()]);
        let (small, others): (Vec<Func>, Vec<Func>) = wanted.partition(may_be_inlined);
        let mut translated: FxHashMap<Func, Code> = translate_all(&context, &small, &mut self.segments).collect();
        let inlined = |func| Inlined::of(&module.functions[func], translated.get(&func)?);
        context.inlined = module.functions.keys().map(inlined).collect();
        translated.extend(translate_all(&context, &others, &mut self.segments));
        let mut functions = std::mem::take(&mut self.functions);
        for (func, function) in module.functions.iter() {
            let tier = tiers.get(func.index()).copied().unwrap_or_default();
            let code = translated.remove(&func);
            let is_wanted = code.is_some();
            let code = match code {
                Some(code) => code,
                None if tier == Tier::Native => {
                    stub(&module, Op::NATIVE, func.index(), function.ty, self.settings.fuel)
                }
                None => unreached(self.settings.fuel),
            };
            let expectation = context.expectation(function.ty) & !0xff
                | effect_bits(module.signature(function).map_or(EffectSet::EMPTY, |ty| ty.effects));
            let compiled = CompiledFunction::new(functions.len(), code, expectation, slot);
            functions.push(match module.signature(function) {
                Some(ty) if tier == Tier::Counted && is_wanted => compiled.counted(ty),
                _ => compiled,
            });
        }
        for import in module.imports.values() {
            let index = functions.len() - module.functions.len();
            let code = stub(&module, Op::RUNTIME, index, import.ty, self.settings.fuel);
            functions.push(CompiledFunction::new(functions.len(), code, context.expectation(import.ty), slot));
        }
        self.functions = functions;
        self.starts = (self.functions.iter().map(|f| (f.code.words.as_ptr() as usize, f.index))).collect();
        self.starts.sort_unstable();
    }

    /// The module.
    pub fn module(&self) -> &Verified<Module> {
        &self.module
    }

    /// How the program was translated.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Bytes of bytecode.
    pub fn bytes(&self) -> usize {
        self.functions.iter().map(|function| function.code.words.len() * 8).sum()
    }

    pub(crate) fn settings(&self) -> Settings {
        self.settings
    }

    pub(crate) fn layouts(&self) -> &Layouts {
        &self.layouts
    }

    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    pub(crate) fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// A function by number; imports stand behind the module's functions.
    pub(crate) fn function(&self, index: usize) -> Option<&CompiledFunction> {
        self.functions.get(index)
    }

    /// The number of a function of the program, by its address.
    pub(crate) fn index_of(&self, function: *const CompiledFunction) -> usize {
        (function as usize).wrapping_sub(self.functions.as_ptr() as usize) / size_of::<CompiledFunction>()
    }

    /// The function whose code an instruction is in, and where.
    pub(crate) fn locate(&self, ip: *const u64) -> Option<BytecodeFrame<'_>> {
        let address = ip as usize;
        let within = |code: &Code| {
            let start = code.words.as_ptr() as usize;
            (start..start + code.words.len() * 8).contains(&address).then(|| ((address - start) / 8) as u32)
        };
        let before = self.starts.partition_point(|&(start, _)| start <= address).checked_sub(1);
        let fast = before.map(|index| &self.functions[self.starts[index].1]);
        if let Some(function) = fast
            && let Some(offset) = within(&function.code)
        {
            return Some(BytecodeFrame { function, code: &function.code, offset });
        }
        self.functions
            .iter()
            .find_map(|function| {
                let step = function.step.get()?;
                Some(BytecodeFrame { function, code: &step.code, offset: within(&step.code)? })
            })
            .or_else(|| self.front(address))
    }

    /// The function whose front an instruction is in, as its beginning.
    fn front(&self, address: usize) -> Option<BytecodeFrame<'_>> {
        let within = |function: &&CompiledFunction| {
            let start = function.front.as_ptr() as usize;
            (start..start + function.front.len() * 8).contains(&address)
        };
        let function = self.functions.iter().find(within)?;
        Some(BytecodeFrame { function, code: &function.code, offset: function.code.entry })
    }

    /// The instruction of the IR that a word of bytecode belongs to.
    pub(crate) fn inst(&self, ip: *const u64) -> Option<(Func, Option<Inst>)> {
        let frame = self.locate(ip)?;
        let index = frame.function.index;
        (index < self.module.functions.len()).then(|| (Func::new(index), inst_at(&frame.code.marks, frame.offset)))
    }

    /// How much was charged for instructions behind one that stops its segment.
    pub(crate) fn unspent(&self, ip: *const u64) -> u32 {
        let Some(BytecodeFrame { function, code, offset }) = self.locate(ip) else { return 0 };
        let Some(function) = self.module.functions.get(Func::new(function.index)) else { return 0 };
        let before = code.charges.partition_point(|charge| charge.offset < offset).checked_sub(1);
        let (Some(charge), Some(inst)) = (before.map(|at| code.charges[at]), inst_at(&code.marks, offset)) else {
            return 0;
        };
        let blocks = function.body.blocks.values();
        let together = blocks.into_iter().any(|block| {
            let range = block.inst_range();
            range.contains(&charge.first.index()) && range.contains(&inst.index())
        });
        match inst >= charge.first && together {
            true => {
                let calls = code.inlined.iter().filter(|(call, _)| (charge.first..inst).contains(call));
                let own = (inst.index() - charge.first.index() + 1) as u32;
                charge.cost.saturating_sub(own + calls.map(|(_, cost)| cost).sum::<u32>())
            }
            // The branch of a block that is repeated behind a jump is the last of its segment.
            false => 0,
        }
    }

    /// Where step code goes on for a place where a segment begins.
    pub(crate) fn step_from(&self, ip: *const u64) -> Option<*const u64> {
        let BytecodeFrame { function, code, offset } = self.locate(ip)?;
        let step = self.step_code(function)?;
        let position = match offset == code.entry {
            true => step.code.entry,
            false => step.positions[first_inst_at(&code.marks, offset)?.index()],
        };
        Some(step.code.words.as_ptr().wrapping_add(position as usize))
    }

    fn step_code<'p>(&self, function: &'p CompiledFunction) -> Option<&'p StepCode> {
        if function.index >= self.module.functions.len() {
            return None;
        }
        let step = function.step.get_or_init(|| {
            let context = context(
                &self.module,
                &self.layouts,
                self.settings,
                self.functions.as_ptr(),
                &self.data,
                self.limit,
                &self.signatures,
            );
            let func = Func::new(function.index);
            let code = Translator::default().step(&context, func, function);
            let mut positions = vec![0; self.module.functions[func].body.insts.len()];
            for &(offset, inst) in code.marks.iter().rev() {
                if let Some(position) = positions.get_mut(inst.index()) {
                    *position = offset;
                }
            }
            StepCode { code, positions }
        });
        Some(step)
    }

    /// The code of a function, for listings.
    pub(crate) fn code(&self, index: usize) -> Option<&Code> {
        self.functions.get(index).map(|function| &function.code)
    }
}

/// The functions that a pointer in a data object may lead to.
fn pointed(module: &Module) -> Vec<Func> {
    let symbols = module.data.values().flat_map(|data| data.init.symbols());
    let function = |symbol| if let Item::Function(func) = module.item(symbol) { Some(func) } else { None };
    symbols.filter_map(function).collect()
}

/// The functions that the entries reach, and those that a pointer in a data object may lead to. Of the latter only what the
/// VM can run: nobody said that they are called.
fn reached(module: &Verified<Module>, entries: &[Func]) -> Result<Vec<Func>, Vec<Diagnostic>> {
    let mut reached = module.for_engine(Engine::Vm, entries)?.functions().to_vec();
    let pointed = pointed(module);
    match module.for_engine(Engine::Vm, &pointed) {
        Ok(runnable) => reached.extend(runnable.functions()),
        Err(_) => {
            let each = pointed.iter().filter_map(|&func| module.for_engine(Engine::Vm, &[func]).ok());
            reached.extend(each.flat_map(|runnable| runnable.functions().to_vec()));
        }
    }
    Ok(reached)
}

/// Instructions from which on it is worth several threads to translate functions.
const MANY: usize = 2_000;

/// The fast code of functions, each by itself: on all cores, unless segments are counted, which have numbers in order.
fn translate_all(
    context: &Context<'_>,
    functions: &[Func],
    segments: &mut Vec<Segment>,
) -> impl Iterator<Item = (Func, Code)> {
    let instructions: usize = functions.iter().map(|&func| context.module.functions[func].body.insts.len()).sum();
    let parts = match instructions >= MANY && !context.settings.profile {
        true => functions.len().min(8 * rayon::current_num_threads()),
        false => 1,
    };
    let translate = |part: &[Func], segments: &mut Vec<Segment>| -> Vec<(Func, Code)> {
        let mut translator = Translator::default();
        part.iter().map(|&func| (func, translator.fast(context, func, segments))).collect()
    };
    let chunk = functions.len().div_ceil(parts).max(1);
    let codes: Vec<_> = match parts {
        1 => vec![translate(functions, segments)],
        _ => functions.par_chunks(chunk).map(|part| translate(part, &mut Vec::new())).collect(),
    };
    codes.into_iter().flatten()
}

fn context<'m>(
    module: &'m Module,
    layouts: &'m Layouts,
    settings: Settings,
    functions: *const CompiledFunction,
    data: &[u64],
    limit: u64,
    signatures: &[u32],
) -> Context<'m> {
    Context {
        module,
        layouts,
        settings,
        functions: functions as usize,
        data: data.to_vec(),
        code: Region::code_offset(limit),
        signatures: signatures.to_vec(),
        kinds: kinds(module, settings.narrow),
        inlined: Vec::new(),
    }
}

/// The number of the function or import that a symbol is.
pub(crate) fn function_index(module: &Module, symbol: Symbol) -> Option<usize> {
    match module.item(symbol) {
        Item::Function(func) => Some(func.index()),
        Item::Import(import) => Some(module.functions.len() + import.index()),
        _ => None,
    }
}

/// The distance of a function's address from that of the first.
pub(crate) fn function_address(index: usize) -> u64 {
    Region::CODE_STRIDE * index as u64
}

/// Code that runs nowhere: no entry reaches the function.
fn unreached(fuel: bool) -> Code {
    let charge = fuel.then(|| word::pack(Op::CHARGE, 0, 0, 0));
    let trap = word::pack(Op::TRAP, Trap::Unreachable as u16, 0, 0);
    Code { words: charge.into_iter().chain([trap]).collect(), entry: u32::from(fuel), ..Code::default() }
}

/// The code of a function that others do, by its number there: what they do, and a return.
fn stub(module: &Module, op: Op, index: usize, ty: Type, fuel: bool) -> Code {
    let Some(function) = module.types.as_function(ty) else { return unreached(fuel) };
    let (parameters, results) = (parameter_slots(function), result_slots(function));
    let charge = fuel.then(|| word::pack(Op::CHARGE, 0, 0, 0));
    let body = [word::pack_wide(op, 0, index as i32), word::pack(return_op(function, fuel), 0, 0, 0)];
    Code {
        words: charge.into_iter().chain(body).collect(),
        entry: u32::from(fuel),
        frame: parameters.max(results).max(1),
        reach: parameters.max(results).max(1),
        ..Code::default()
    }
}

/// How a function returns whose results are in its first slots.
fn return_op(ty: &FunctionType, fuel: bool) -> Op {
    match (result_slots(ty), fuel) {
        (1, false) => Op::RETURN_ONE,
        (1, true) => Op::RETURN_ONE_FUEL,
        (_, false) => Op::RETURN,
        (_, true) => Op::RETURN_FUEL,
    }
}

/// The most slots that parameters and results of a function may take: they are named by 16 bits.
const MOST_PARAMETER_SLOTS: u32 = 32_000;

/// Refuses functions that take or give, or call others that take or give, more values than the machine can name.
fn refuse_long_lists(module: &Module, reached: &[Func]) -> Result<(), Vec<Diagnostic>> {
    let long = |ty: &FunctionType| parameter_slots(ty).max(result_slots(ty)) > MOST_PARAMETER_SLOTS;
    // Who passes a long list has its type; mostly there is none, and no body need be read.
    if !module.types.iter().any(|(ty, _)| module.types.as_function(ty).is_some_and(long)) {
        return Ok(());
    }
    let calls_long = |func: Func| {
        let body = &module.functions[func].body;
        body.insts.values().any(|data| match data.opcode {
            Opcode::Call | Opcode::TailCall => module.callee_type(data.symbol()).is_some_and(|(_, ty)| long(ty)),
            Opcode::CallIndirect | Opcode::TailCallIndirect => {
                module.types.as_code_pointer(body.operand_type(data.operand(0))).is_some_and(long)
            }
            _ => false,
        })
    };
    let takes_long = |func: Func| module.signature(&module.functions[func]).is_some_and(long);
    let diagnostics: Vec<Diagnostic> = (reached.iter())
        .filter(|&&func| takes_long(func) || calls_long(func))
        .map(|&func| {
            let name = module.symbol_name(module.functions[func].symbol);
            let message =
                format!("`@{name}` passes more than {MOST_PARAMETER_SLOTS} words of arguments or results");
            Diagnostic::new(Rule::SchemaLimit, Place::Function(func, HeaderPart::Name), message)
                .label("too many for the VM")
                .help("pass a pointer to an aggregate")
        })
        .collect();
    if diagnostics.is_empty() { Ok(()) } else { Err(diagnostics) }
}

fn refused_data(error: ImageError) -> Diagnostic {
    Diagnostic::new(Rule::ExecutionEntry, Place::Envelope("module"), error.to_string())
}

/// Whether values of all parameters and results can be given from outside: no aggregates.
pub(crate) fn is_callable(function: &FunctionType) -> bool {
    let plain = |passing: Passing| matches!(passing, Passing::Value | Passing::Zext | Passing::Sext);
    function.params.iter().chain(&function.results).all(|param| plain(param.passing))
}
