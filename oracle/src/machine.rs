//! The model: one instruction of the IR after the other, every activation an object, nothing fast.
//!
//! It says what a program does, or that this is unclear: when a program decides on bits that are not specified, or does
//! what only the engine's limits answer. What it says, the engine has to do in both memory modes; what ends in a checked
//! trap, in checked mode alone.

use crate::fibers::{Fiber, Waiting};
use crate::memory::{Access, Kind, Memory, State};
use crate::operate::Operation;
use crate::value::{Id, Stop, Value, ones};
use devices::{Bus, Width};
use native_ir::contract::traps::TrapScope;
use native_ir::layout::{Layouts, MachineLayout};
use native_ir::*;
use std::collections::BTreeMap;

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// The function returned these.
    Returned(Vec<Value>),
    /// The program ended itself with a status.
    Exited(u8),
    /// A trap, and the places that the program had come to, the innermost first.
    Trapped(Trap, Vec<(Func, Option<Inst>)>),
    /// The program's fuel is gone.
    OutOfFuel,
    /// There is no one answer, and why.
    Unclear(&'static str),
}

/// The end of a run that has come to the model's limit.
pub const TOO_LONG: End = End::Unclear("too many instructions");

/// Activations beyond which it is the engine's business whether they fit.
const MOST_FRAMES: usize = 400;
/// Bytes of stack objects, heap objects and copies that an engine has room for in any case.
const MOST_BYTES: u64 = 1 << 16;

/// An activation.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) func: Func,
    /// The instruction that runs; `None` while arguments are copied.
    pub(crate) inst: Option<Inst>,
    values: Vec<Option<Value>>,
    /// The operands of compares to flags.
    flags: BTreeMap<u32, [Value; 2]>,
    slots: Vec<Id>,
    copies: Vec<Id>,
    /// Where an aggregate result goes.
    into: Option<Value>,
    /// The instruction is done again, and was paid for.
    pub(crate) paid: bool,
}

/// The model of a machine with a program.
pub struct Model<'m> {
    pub(crate) module: &'m Module,
    layouts: Layouts,
    pub(crate) memory: Memory,
    data: Vec<Id>,
    code: Vec<Id>,
    pub(crate) fibers: Vec<Fiber>,
    pub(crate) current: usize,
    /// The devices.
    pub bus: Bus,
    /// What the program wrote.
    pub output: Vec<u8>,
    status: u8,
    interrupts_off: bool,
    /// The fuel that the program began with.
    pub fuel_at_start: u64,
    /// Instructions that were executed, those that trapped among them.
    pub executed: u64,
    /// How often each instruction was executed.
    pub counts: BTreeMap<(Func, Inst), u64>,
    /// A trap happened that only checked mode promises.
    pub checked: bool,
    /// A trap was caught.
    pub caught: bool,
    /// A fiber ran out of fuel.
    pub starved: bool,
    /// Instructions after which the model gives up.
    pub limit: u64,
}

impl<'m> Model<'m> {
    /// A machine whose data are as the module says.
    pub fn new(module: &'m Module, bus: Bus) -> Model<'m> {
        let contract = Contract::embedded();
        let target = contract.target(&module.envelope.target).map_or(0, |(index, _)| index);
        let layouts = Layouts::new(&module.types, &MachineLayout::of(contract, target));
        let pointer_bytes = layouts.machine().pointer_bytes();
        let mut model = Model {
            module,
            layouts,
            memory: Memory::new(pointer_bytes),
            data: Vec::new(),
            code: Vec::new(),
            fibers: Vec::new(),
            current: 0,
            bus,
            output: Vec::new(),
            status: 0,
            interrupts_off: false,
            fuel_at_start: u64::MAX,
            executed: 0,
            counts: BTreeMap::new(),
            checked: false,
            caught: false,
            starved: false,
            limit: u64::MAX,
        };
        for object in module.data.values() {
            let (size, align) = model.extent(object.ty);
            let align = object.align.map_or(align, u64::from);
            let id = model.memory.create(Kind::Data, size, align, true);
            model.data.push(id);
        }
        for index in 0..module.functions.len() + module.imports.len() {
            model.code.push(model.memory.create(Kind::Code(index), 0, 1, true));
        }
        for (data, object) in module.data.iter() {
            model.initialise(model.data[data.index()], object);
            model.memory.object_mut(model.data[data.index()]).readonly = object.readonly;
        }
        model
    }

    /// Size and alignment of a type.
    fn extent(&self, ty: Type) -> (u64, u64) {
        (self.layouts.size(ty).unwrap_or(0), u64::from(self.layouts.align(ty).unwrap_or(1)))
    }

    /// Writes an initial value: the nodes in preorder, the types of what is still to come on a stack.
    fn initialise(&mut self, id: Id, object: &DataObject) {
        let mut parts: Vec<(Type, u64)> = vec![(object.ty, 0)];
        for node in &object.init.nodes {
            let Some((ty, at)) = parts.pop() else { return };
            match *node {
                InitNode::Zero => {}
                InitNode::Scalars { start, len } => {
                    let bytes = &object.init.bytes[start as usize..(start + len) as usize];
                    self.scalars(id, ty, at, bytes);
                }
                InitNode::List(_) => parts.extend(self.parts(ty, at).into_iter().rev()),
                InitNode::Address { symbol, addend } => {
                    let (target, tag) = match self.module.item(symbol) {
                        Item::Data(data) => (self.data[data.index()], Some(self.data[data.index()])),
                        item => (self.code[self.number(item)], None),
                    };
                    let width = 8 * self.memory.pointer_bytes;
                    let bits = addend as u128 & ones(width);
                    let value = Value { bits, base: Some(target), tag, ..Value::default() };
                    self.memory.store(id, at as usize, width as usize / 8, &value, true);
                }
            }
        }
    }

    fn parts(&self, ty: Type, at: u64) -> Vec<(Type, u64)> {
        match self.module.types.resolved(ty) {
            TypeData::Array { element, length } => {
                let stride = self.layouts.stride(*element).unwrap_or(0);
                (0..*length).map(|index| (*element, at + index * stride)).collect()
            }
            TypeData::Struct { fields, .. } => {
                let offset = |index| self.layouts.field_offset(&self.module.types, ty, index).unwrap_or(0);
                fields.iter().enumerate().map(|(index, &field)| (field, at + offset(index))).collect()
            }
            _ => Vec::new(),
        }
    }

    fn scalars(&mut self, id: Id, ty: Type, at: u64, bytes: &[u8]) {
        let element = match self.module.types.resolved(ty) {
            TypeData::Array { element, .. } => *element,
            _ => ty,
        };
        // Addresses are kept in 8 bytes whatever the target.
        let size = self.extent(element).0.max(1) as usize;
        let kept = if element == Type::ADDR { 8 } else { size };
        for (index, chunk) in bytes.chunks(kept).enumerate() {
            let mut word = [0; 16];
            word[..chunk.len()].copy_from_slice(chunk);
            let value = Value::new(u128::from_le_bytes(word) & ones(8 * size as u32));
            self.memory.store(id, at as usize + index * size, size, &value, false);
        }
    }

    /// The number that calls of a function or import go by.
    fn number(&self, item: Item) -> usize {
        match item {
            Item::Function(func) => func.index(),
            Item::Import(import) => self.module.functions.len() + import.index(),
            _ => usize::MAX,
        }
    }

    /// Begins a call in the root fiber, and runs it.
    pub fn call(&mut self, func: Func, arguments: &[u128]) -> End {
        self.fibers.clear();
        self.fibers.push(Fiber::new(self.fuel_at_start));
        self.current = 0;
        let arguments: Vec<Value> = arguments.iter().copied().map(Value::new).collect();
        match self.enter(func, &arguments, None) {
            Ok(()) => self.resume(),
            Err(_) => End::Unclear("the first call"),
        }
    }

    /// Goes on until the run ends.
    pub fn resume(&mut self) -> End {
        loop {
            if self.executed >= self.limit {
                return TOO_LONG;
            }
            let fiber = &mut self.fibers[self.current];
            let paid = fiber.frames.last_mut().is_some_and(|frame| std::mem::take(&mut frame.paid));
            if !paid {
                if fiber.fuel == 0 {
                    match self.starve() {
                        true => continue,
                        false => return End::OutOfFuel,
                    }
                }
                if fiber.fuel != u64::MAX {
                    fiber.fuel -= 1;
                }
                self.executed += 1;
                let place = self.place();
                *self.counts.entry(place).or_default() += 1;
            }
            match self.step() {
                Ok(None) => {}
                Ok(Some(results)) => return End::Returned(results),
                Err(Stop::Exit(status)) => return End::Exited(status),
                Err(Stop::Unclear(why)) => return End::Unclear(why),
                Err(Stop::Trap(trap)) => {
                    self.checked |= Contract::embedded().trap(trap).scope == TrapScope::Checked;
                    match self.catch(trap) {
                        Ok(true) => {}
                        Ok(false) => return End::Trapped(trap, self.call_stack()),
                        Err(why) => return End::Unclear(why),
                    }
                }
            }
        }
    }

    fn place(&self) -> (Func, Inst) {
        let frame = self.frame();
        (frame.func, frame.inst.unwrap_or(Inst::from_u32(0)))
    }

    fn call_stack(&self) -> Vec<(Func, Option<Inst>)> {
        let mut at = Some(self.current);
        let chain = std::iter::from_fn(|| {
            let fiber = &self.fibers[at?];
            at = fiber.parent;
            Some(fiber)
        });
        chain.flat_map(|fiber| fiber.frames.iter().rev().map(|frame| (frame.func, frame.inst))).collect()
    }

    pub(crate) fn frame(&self) -> &Frame {
        self.fibers[self.current].frames.last().expect("a fiber that runs has a frame")
    }

    pub(crate) fn frame_mut(&mut self) -> &mut Frame {
        self.fibers[self.current].frames.last_mut().expect("a fiber that runs has a frame")
    }

    /// The module's body that the current frame is of, which outlives the borrow of the machine.
    fn body(&self) -> &'m Body {
        &self.module.functions[self.frame().func].body
    }

    fn kind(&self, ty: Type) -> TypeKind {
        match self.module.types.kind(ty) {
            Some(TypeKind::Addr | TypeKind::Ptr) if self.memory.pointer_bytes == 4 => TypeKind::I32,
            Some(TypeKind::Addr | TypeKind::Ptr | TypeKind::Fiber) | None => TypeKind::I64,
            Some(kind) => kind,
        }
    }

    fn width(&self, ty: Type) -> u32 {
        self.kind(ty).bits(64).unwrap_or(64)
    }

    fn get(&self, operand: Operand) -> Value {
        let body = self.body();
        match operand.constant() {
            Some(constant) => Value::new(body.constants.get(constant).map_or(0, |data| data.bits())),
            None => {
                let value = operand.value().expect("an operand is a constant or a value");
                self.frame().values[value.index()].expect("a definition dominates its uses")
            }
        }
    }

    /// Gives the current instruction its results and goes on behind it.
    pub(crate) fn define(&mut self, results: &[Value]) {
        let body = self.body();
        let frame = self.frame_mut();
        let inst = frame.inst.expect("an instruction runs");
        for (result, &value) in body.results(inst).zip(results) {
            frame.values[result.index()] = Some(value);
        }
        frame.inst = Some(Inst::from_u32(inst.as_u32() + 1));
    }

    /// Whether the instruction at which a fiber trapped takes a value in place of its result, and so of how many bits.
    pub(crate) fn takes(&self) -> Result<Option<u32>, &'static str> {
        let body = self.body();
        let Some(inst) = self.frame().inst else { return Err("a caught trap before the first instruction") };
        let data = &body.insts[inst];
        let results: Vec<Type> = body.results(inst).map(|value| body.value_type(value)).collect();
        let is_call = matches!(data.opcode, Opcode::Call | Opcode::CallIndirect);
        match results[..] {
            _ if data.opcode == Opcode::Return => Err("a caught trap at a return"),
            [] | [_] if is_call && data.attributes.has_into() => Err("a caught trap at a call of an aggregate"),
            [_, _, ..] if is_call => Err("a caught trap at a call with several results"),
            [ty, ..] => Ok(Some(self.width(ty))),
            [] => Ok(None),
        }
    }

    /// Whether the current instruction ends its block.
    pub(crate) fn at_terminator(&self) -> bool {
        self.frame().inst.is_some_and(|inst| self.body().insts[inst].opcode.is_terminator())
    }

    /// One instruction. Results when the first function has returned.
    fn step(&mut self) -> Result<Option<Vec<Value>>, Stop> {
        use Opcode::*;
        let body = self.body();
        let inst = self.frame().inst.ok_or(Stop::Unclear("no instruction"))?;
        let data = body.insts[inst];
        let operand = |model: &Self, index: usize| model.get(data.operand(index));
        match data.opcode {
            Jump | Branch | BranchCc | Switch => self.branch(&data)?,
            Return => return self.leave(&data),
            Trap => return Err(Stop::Trap(data.attributes.trap())),
            Unreachable => return Err(Stop::Trap(native_ir::Trap::Unreachable)),
            TrapIf => {
                if self.truth(operand(self, 0))? {
                    return Err(Stop::Trap(data.attributes.trap()));
                }
                self.define(&[]);
            }
            Call | CallIndirect => self.call_function(&data)?,
            TailCall | TailCallIndirect => self.tail_call(&data)?,
            Compare | Fcompare => {
                let operands = [operand(self, 0), operand(self, 1)];
                let result = body.results(inst).next().map_or(0, |value| value.as_u32());
                self.frame_mut().flags.insert(result, operands);
                self.define(&[Value::default()]);
            }
            Load | AtomicLoad => self.load(&data)?,
            Store | AtomicStore => self.store(&data)?,
            Memcpy | Memmove | Memset => self.block(&data)?,
            AtomicRmw | AtomicCas => self.atomic(&data)?,
            LifetimeStart | LifetimeEnd => {
                let slot = self.frame().slots[data.slot().index()];
                match data.opcode {
                    LifetimeStart => self.memory.begin_anew(slot),
                    _ => self.memory.object_mut(slot).state = State::Suspended,
                }
                self.define(&[]);
            }
            Emit | FiberSpawn | FiberResume | FiberCancel | FiberStatus | FiberRefuel => self.fiber(&data)?,
            _ => {
                let results = self.compute(inst, &data)?;
                self.define(&results);
            }
        }
        Ok(None)
    }

    /// What computes, and has no effect but on the floating-point status and the core's special registers.
    fn compute(&mut self, inst: Inst, data: &InstData) -> Result<Vec<Value>, Stop> {
        use Opcode::*;
        let body = self.body();
        let operand = |index: usize| self.get(data.operand(index));
        let address = 8 * self.memory.pointer_bytes;
        let one = |value| Ok(vec![value]);
        match data.opcode {
            Iconst | Fconst => one(self.get(Operand::from(data.literal()))),
            Null => one(Value::new(0)),
            Address => one(match self.module.item(data.symbol()) {
                Item::Data(data) => Value::pointer(self.data[data.index()]),
                item => Value { tag: None, ..Value::pointer(self.code[self.number(item)]) },
            }),
            Register => one(Value::new(self.module.registers[data.register()].address.into())),
            Slot => one(Value::pointer(self.frame().slots[data.slot().index()])),
            Cast => one(operand(0)),
            AddrToPtr | PtrToAddr => one(Value { tag: None, ..operand(0) }),
            Element | Offset | Field => self.derive(data),
            Select => self.select(data),
            Test => {
                let truth = self.test(data)?;
                one(truth)
            }
            IntToAddr | AddrToInt => {
                let to = self.width(body.value_type(body.results(inst).next().ok_or(Stop::Unclear("no result"))?));
                let from = self.width(body.operand_type(data.operand(0)));
                let value = operand(0);
                let cut = to < from.min(address) || to < from && value.base.is_some();
                match value.base {
                    Some(_) if cut => {
                        one(Value { unsure: value.unsure, ..Value::vague(value.undefined & ones(to)) })
                    }
                    Some(_) => one(value),
                    None => {
                        one(Value { bits: value.bits & ones(to), undefined: value.undefined & ones(to), ..value })
                    }
                }
            }
            Fence | BarrierMemory | BarrierSync | BarrierInstruction | SendEvent | SupervisorCall => {
                Ok(Vec::new())
            }
            WaitInterrupt | WaitEvent => Ok(Vec::new()),
            InterruptDisable | InterruptEnable => {
                self.interrupts_off = data.opcode == InterruptDisable;
                Ok(Vec::new())
            }
            SpecialRead => match data.attributes.special_register() {
                SpecialRegister::Primask => one(Value::new(self.interrupts_off.into())),
                SpecialRegister::Ipsr | SpecialRegister::Control => one(Value::new(0)),
                // Flags and stacks are what the code makes of them.
                SpecialRegister::Apsr | SpecialRegister::Msp | SpecialRegister::Psp => one(Value::vague(0)),
            },
            SpecialWrite => {
                let value = operand(0);
                if data.attributes.special_register() == SpecialRegister::Primask {
                    value.defined(u128::MAX)?;
                    self.interrupts_off = value.exact()? & 1 != 0;
                }
                Ok(Vec::new())
            }
            FenvRead => one(Value::new(self.status.into())),
            FenvClear => {
                let value = operand(0);
                if value.undefined != 0 {
                    return Err(Stop::Unclear("status flags that are cleared by undefined bits"));
                }
                self.status &= !(value.exact()? as u8);
                Ok(Vec::new())
            }
            _ => {
                let from = self.kind(body.operand_type(data.operand(0)));
                let to = body.results(inst).next().map_or(from, |value| self.kind(body.value_type(value)));
                let count = data.fixed_operands();
                let operands: Vec<Value> = (0..count).map(operand).collect();
                let condition = match data.opcode {
                    Icmp | Fcmp => data.attributes.condition(),
                    _ => Condition::Eq,
                };
                let to = if matches!(data.opcode, Icmp | Fcmp) { TypeKind::I1 } else { to };
                self.operation(Operation { opcode: data.opcode, condition, from, to, strict: false }, &operands)
            }
        }
    }

    fn operation(&mut self, operation: Operation, operands: &[Value]) -> Result<Vec<Value>, Stop> {
        let strict = self.module.functions[self.frame().func].float == FloatMode::Strict;
        let (results, raised) = Operation { strict, ..operation }.of(&self.memory, operands)?;
        self.status |= raised;
        Ok(results.to_vec())
    }

    fn truth(&self, value: Value) -> Result<bool, Stop> {
        value.defined(1)?;
        Ok(value.exact()? & 1 != 0)
    }

    fn select(&self, data: &InstData) -> Result<Vec<Value>, Stop> {
        let [condition, yes, no] = [0, 1, 2].map(|index| self.get(data.operand(index)));
        if condition.undefined != 0 {
            let width = self.width(self.body().operand_type(data.operand(1)));
            return Ok(vec![Value { unsure: condition.unsure, ..Value::vague(ones(width)) }]);
        }
        Ok(vec![if condition.exact()? & 1 != 0 { yes } else { no }])
    }

    /// One condition of the compare behind flags.
    fn test(&mut self, data: &InstData) -> Result<Value, Stop> {
        let body = self.body();
        let flags = data.operand(0).value().ok_or(Stop::Unclear("flags that are a constant"))?;
        let ValueDef::Result(compare) = body.values[flags].def() else {
            return Err(Stop::Unclear("flags that no compare made"));
        };
        let operands = self.frame().flags[&flags.as_u32()];
        let from = self.kind(body.operand_type(body.insts[compare].operand(0)));
        let condition = data.attributes.condition();
        let opcode = if condition.is_int() { Opcode::Icmp } else { Opcode::Fcmp };
        let to = TypeKind::I1;
        Ok(self.operation(Operation { opcode, condition, from, to, strict: false }, &operands)?[0])
    }

    fn branch(&mut self, data: &InstData) -> Result<(), Stop> {
        let body = self.body();
        let edges: Vec<Edge> = data.edges().collect();
        let edge = match data.opcode {
            Opcode::Jump => edges[0],
            Opcode::Switch => {
                let value = self.get(data.operand(0));
                value.defined(u128::MAX)?;
                let bits = value.exact()?;
                let is = |edge: &&Edge| {
                    let case = body.edges[**edge].case().and_then(|case| body.constants.get(case));
                    case.is_some_and(|case| case.bits() == bits)
                };
                *edges[1..].iter().find(is).unwrap_or(&edges[0])
            }
            _ => {
                let condition = match data.opcode {
                    Opcode::BranchCc => self.test(data)?,
                    _ => self.get(data.operand(0)),
                };
                edges[usize::from(!self.truth(condition)?)]
            }
        };
        let edge = &body.edges[edge];
        let arguments: Vec<Value> = body.edge_args(edge).iter().map(|&operand| self.get(operand)).collect();
        let block = &body.blocks[edge.block];
        let frame = self.frame_mut();
        for (param, argument) in block.params().zip(arguments) {
            frame.values[param.index()] = Some(argument);
        }
        frame.inst = Some(block.first_inst);
        Ok(())
    }

    fn derive(&self, data: &InstData) -> Result<Vec<Value>, Stop> {
        let body = self.body();
        let pointer = self.get(data.operand(0));
        let (space, pointee) =
            self.module.types.as_pointer(body.operand_type(data.operand(0))).ok_or(Stop::Unclear("no pointer"))?;
        let mask = ones(8 * self.memory.pointer_bytes);
        let types = &self.module.types;
        if data.opcode == Opcode::Field {
            let offset = self.layouts.field_offset(types, pointee, data.field_index() as usize).unwrap_or(0);
            return Ok(vec![spoilt(pointer, pointer.bits.wrapping_add(offset.into()), mask, Value::default())]);
        }
        let index = self.get(data.operand(1));
        let (element, length) = match *types.resolved(pointee) {
            TypeData::Array { element, length } => (element, length),
            _ => (pointee, 0),
        };
        let stride = match data.opcode {
            Opcode::Offset => 1,
            _ => self.layouts.stride(element).unwrap_or(0),
        };
        let width = self.width(body.operand_type(data.operand(1))).min(64);
        let signed = (index.bits as i64) << (64 - width) >> (64 - width);
        if space == Space::Mmio && data.opcode == Opcode::Element && data.operand(1).constant().is_none() {
            index.defined(u128::MAX)?;
            if index.exact()? as u64 != index.bits as u64 || signed as u64 >= length {
                return Err(Stop::Trap(Trap::Bounds));
            }
        }
        let distance = (signed as u64).wrapping_mul(stride);
        Ok(vec![spoilt(pointer, pointer.bits.wrapping_add(distance as i64 as u128), mask, index)])
    }

    /// The access of an instruction through a pointer operand.
    fn access(&self, data: &InstData, pointer: Operand, write: bool) -> Access {
        let ty = match data.opcode {
            Opcode::AtomicRmw | Opcode::AtomicCas => self.body().operand_type(data.operand(1)),
            _ => data.access_type(),
        };
        let (len, natural) = self.extent(ty);
        let named = match data.opcode {
            Opcode::AtomicRmw | Opcode::AtomicCas => None,
            _ => data.attributes.align(),
        };
        Access { space: self.space(pointer), write, align: named.unwrap_or(natural), len }
    }

    fn space(&self, pointer: Operand) -> Space {
        let ty = self.body().operand_type(pointer);
        self.module.types.as_pointer(ty).map_or(Space::Generic, |(space, _)| space)
    }

    fn is_pointer(&self, ty: Type) -> bool {
        self.module.types.as_pointer(ty).is_some()
    }

    fn load(&mut self, data: &InstData) -> Result<(), Stop> {
        let pointer = self.get(data.operand(0));
        if data.attributes.ordering() == Ordering::Volatile {
            let value = self.device(data, pointer, None)?;
            self.define(&[Value::new(value.into())]);
            return Ok(());
        }
        let access = self.access(data, data.operand(0), false);
        let (id, offset) = self.memory.check(&pointer, access)?;
        let value = self.memory.load(id, offset, access.len as usize, self.is_pointer(data.access_type()));
        self.define(&[value]);
        Ok(())
    }

    fn store(&mut self, data: &InstData) -> Result<(), Stop> {
        let (value, pointer) = (self.get(data.operand(0)), self.get(data.operand(1)));
        if data.attributes.ordering() == Ordering::Volatile {
            self.device(data, pointer, Some(value))?;
        } else {
            let access = self.access(data, data.operand(1), true);
            let (id, offset) = self.memory.check(&pointer, access)?;
            let is_pointer = self.is_pointer(data.access_type());
            self.memory.store(id, offset, access.len as usize, &value, is_pointer);
        }
        self.define(&[]);
        Ok(())
    }

    /// A volatile access.
    fn device(&mut self, data: &InstData, pointer: Value, written: Option<Value>) -> Result<u64, Stop> {
        pointer.defined(u128::MAX)?;
        if let Some(value) = &written {
            value.defined(u128::MAX)?;
        }
        let unmapped = Stop::Trap(Trap::UnmappedMmio);
        let (address, written) = (pointer.exact()? as u64, written.map(|value| value.exact()).transpose()?);
        let width = Width::from_bytes(self.extent(data.access_type()).0).ok_or(unmapped)?;
        self.bus.prepare();
        let result = match written {
            Some(value) => self.bus.write(address, width, value as u64).map(|()| 0),
            None => self.bus.read(address, width),
        };
        let value = result.map_err(|_| unmapped)?;
        self.bus.advance(1);
        Ok(value)
    }

    fn block(&mut self, data: &InstData) -> Result<(), Stop> {
        let [to, from, len] = [0, 1, 2].map(|index| self.get(data.operand(index)));
        let fill = data.opcode == Opcode::Memset;
        for value in [Some(&to), Some(&from).filter(|_| !fill), Some(&len)].into_iter().flatten() {
            value.defined(u128::MAX)?;
        }
        let len = len.exact()? as u64;
        if len != 0 {
            let align = data.attributes.align().unwrap_or(1);
            let access =
                |model: &Self, index, write| Access { space: model.space(data.operand(index)), write, align, len };
            let target = self.memory.check(&to, access(self, 0, true))?;
            if fill {
                self.memory.fill(target, len as usize, &from);
            } else {
                let source = self.memory.check(&from, access(self, 1, false))?;
                let distance = (target.1 as u64).abs_diff(source.1 as u64);
                if data.opcode == Opcode::Memcpy && target.0 == source.0 && distance != 0 && distance < len {
                    return Err(Stop::Trap(Trap::OverlappingCopy));
                }
                self.memory.copy(target, source, len as usize);
            }
        }
        self.define(&[]);
        Ok(())
    }

    fn atomic(&mut self, data: &InstData) -> Result<(), Stop> {
        let [pointer, value] = [0, 1].map(|index| self.get(data.operand(index)));
        let access = self.access(data, data.operand(0), true);
        let (id, offset) = self.memory.check(&pointer, access)?;
        let len = access.len as usize;
        let old = self.memory.load(id, offset, len, false);
        if old.undefined != 0 || value.undefined != 0 {
            return Err(Stop::Unclear("an atomic operation on undefined bits"));
        }
        let bits = 8 * len as u32;
        let new = match data.opcode {
            Opcode::AtomicCas => {
                let replacement = self.get(data.operand(2));
                if replacement.undefined != 0 {
                    return Err(Stop::Unclear("an atomic operation on undefined bits"));
                }
                if old.exact()? == value.exact()? { replacement } else { old }
            }
            _ if data.attributes.rmw_op() == RmwOp::Xchg => value,
            _ => Value::new(combine(data.attributes.rmw_op(), old.exact()?, value.exact()?, bits)),
        };
        self.memory.store(id, offset, len, &new, false);
        self.define(&[old]);
        Ok(())
    }

    /// The function or import that a call goes to, by number, and its arguments.
    fn callee(&self, data: &InstData) -> Result<usize, Stop> {
        if matches!(data.opcode, Opcode::Call | Opcode::TailCall) {
            return Ok(self.number(self.module.item(data.symbol())));
        }
        self.function_at(data.operand(0))
    }

    /// The function behind a code pointer, which has to be of the pointer's type.
    pub(crate) fn function_at(&self, operand: Operand) -> Result<usize, Stop> {
        let pointer = self.get(operand);
        pointer.defined(u128::MAX)?;
        let bad = Stop::Trap(Trap::BadSignature);
        if pointer.vague {
            return Err(Stop::Unclear("a call of an unspecified address"));
        }
        let Some(base) = pointer.base else {
            return Err(if pointer.bits < 4096 { bad } else { Stop::Unclear("a call of a number") });
        };
        let Kind::Code(number) = self.memory.object(base).kind else { return Err(bad) };
        if pointer.bits != 0 {
            return Err(Stop::Unclear("a call of an address near a function"));
        }
        let wanted = self.module.types.as_code_pointer(self.body().operand_type(operand)).ok_or(bad)?;
        let found = self.type_of(number).ok_or(bad)?;
        let same = found.clone().with_effects(wanted.effects) == *wanted;
        if same && found.effects.minus(wanted.effects).is_empty() { Ok(number) } else { Err(bad) }
    }

    fn type_of(&self, number: usize) -> Option<&'m FunctionType> {
        let functions = self.module.functions.len();
        let ty = match number.checked_sub(functions) {
            None => self.module.functions[Func::new(number)].ty,
            Some(import) => self.module.imports[Import::new(import)].ty,
        };
        self.module.types.as_function(ty)
    }

    fn call_function(&mut self, data: &InstData) -> Result<(), Stop> {
        let body = self.body();
        let number = self.callee(data)?;
        let (operands, into) = body.call_operands(data);
        let arguments: Vec<Value> = operands.iter().map(|&operand| self.get(operand)).collect();
        let into = into.map(|operand| self.get(operand));
        match number.checked_sub(self.module.functions.len()) {
            None => self.enter(Func::new(number), &arguments, into),
            Some(import) => {
                let results = self.runtime(Import::new(import), &arguments)?;
                self.define(&results);
                Ok(())
            }
        }
    }

    fn tail_call(&mut self, data: &InstData) -> Result<(), Stop> {
        let number = self.callee(data)?;
        let arguments: Vec<Value> = self.body().list(data).iter().map(|&operand| self.get(operand)).collect();
        let Some(import) = number.checked_sub(self.module.functions.len()) else {
            let into = self.frame().into;
            self.drop_frame();
            return self.enter(Func::new(number), &arguments, into);
        };
        if self.fibers[self.current].frames.len() == 1 {
            return Err(Stop::Unclear("a first function that leaves through the runtime"));
        }
        let results = match self.runtime(Import::new(import), &arguments) {
            // The frame is gone when the callee starts.
            Err(Stop::Trap(trap)) => {
                self.drop_frame();
                return Err(Stop::Trap(trap));
            }
            results => results?,
        };
        self.drop_frame();
        self.define(&results);
        Ok(())
    }

    /// Begins an activation.
    pub(crate) fn enter(&mut self, func: Func, arguments: &[Value], into: Option<Value>) -> Result<(), Stop> {
        let function = &self.module.functions[func];
        let ty = self.module.signature(function).ok_or(Stop::Unclear("no signature"))?;
        let frames: usize = self.fibers.iter().map(|fiber| fiber.frames.len()).sum();
        if frames >= MOST_FRAMES {
            return Err(Stop::Unclear("calls are nested deeply"));
        }
        let mut slots = Vec::new();
        for slot in function.slots.values() {
            let (size, align) = self.extent(slot.ty);
            if size > MOST_BYTES {
                return Err(Stop::Unclear("a large stack slot"));
            }
            let align = u64::from(slot.align.unwrap_or(0)).max(align);
            slots.push(self.memory.create(Kind::Stack, size, align, false));
        }
        let values = vec![None; function.body.values.len()];
        let flags = BTreeMap::new();
        let frame = Frame { func, inst: None, values, flags, slots, copies: Vec::new(), into, paid: false };
        self.fibers[self.current].frames.push(frame);
        let entry = &function.body.blocks[Block::from_u32(0)];
        for ((value, param), argument) in entry.params().zip(&ty.params).zip(arguments) {
            let passed = match param.passing {
                Passing::Agg | Passing::ByVal => self.copy_argument(param.ty, argument)?,
                _ => *argument,
            };
            self.frame_mut().values[value.index()] = Some(passed);
        }
        self.frame_mut().inst = Some(entry.first_inst);
        Ok(())
    }

    /// The callee's own copy of an aggregate.
    fn copy_argument(&mut self, ty: Type, argument: &Value) -> Result<Value, Stop> {
        let (len, align) = self.extent(ty);
        let access = Access { space: Space::Generic, write: false, align: 1, len };
        argument.defined(u128::MAX)?;
        let copy = self.memory.create(Kind::Stack, len, align, false);
        self.frame_mut().copies.push(copy);
        if len > 0 {
            let source = self.memory.check(argument, access)?;
            self.memory.copy((copy, 0), source, len as usize);
        }
        Ok(Value::pointer(copy))
    }

    /// Ends an activation and its objects.
    pub(crate) fn drop_frame(&mut self) {
        if let Some(frame) = self.fibers[self.current].frames.pop() {
            frame.slots.iter().chain(&frame.copies).for_each(|&id| self.memory.end(id));
        }
    }

    /// `return`: results when the first function of the root fiber has returned.
    fn leave(&mut self, data: &InstData) -> Result<Option<Vec<Value>>, Stop> {
        let mut results: Vec<Value> = self.body().list(data).iter().map(|&operand| self.get(operand)).collect();
        let function = &self.module.functions[self.frame().func];
        let aggregate = self.module.signature(function).and_then(FunctionType::aggregate_result);
        if let (Some(ty), Some(into)) = (aggregate, self.frame().into) {
            let (len, from) = (self.extent(ty).0, results[0]);
            into.defined(u128::MAX)?;
            from.defined(u128::MAX)?;
            if len > 0 {
                let access = |write| Access { space: Space::Generic, write, align: 1, len };
                let target = self.memory.check(&into, access(true))?;
                let source = self.memory.check(&from, access(false))?;
                self.memory.copy(target, source, len as usize);
            }
            results.clear();
        }
        self.drop_frame();
        if !self.fibers[self.current].frames.is_empty() {
            self.define(&results);
            return Ok(None);
        }
        if self.current == 0 {
            return Ok(Some(results));
        }
        self.finish_fiber(results[0])?;
        Ok(None)
    }

    /// A function of the runtime.
    fn runtime(&mut self, import: Import, arguments: &[Value]) -> Result<Vec<Value>, Stop> {
        let name = self.module.symbol_name(self.module.imports[import].symbol);
        for argument in arguments {
            argument.defined(u128::MAX)?;
        }
        let argument = |index: usize| arguments.get(index).copied().unwrap_or_default();
        let all = ones(8 * self.memory.pointer_bytes);
        let result = match name {
            "zero_write" => {
                let (descriptor, len) = (argument(0).exact()?, argument(2).exact()? as u64);
                if len == 0 {
                    return Err(Stop::Unclear("no bytes"));
                }
                let access = Access { space: Space::Generic, write: false, align: 1, len };
                let (id, offset) = self.memory.check(&argument(1), access)?;
                let bytes = self.memory.bytes(id, offset, len as usize)?;
                if descriptor == 1 {
                    self.output.extend(bytes);
                }
                Value::new(if matches!(descriptor, 1 | 2) { len.into() } else { all })
            }
            "zero_read" => {
                let (descriptor, len) = (argument(0).exact()?, argument(2).exact()? as u64);
                if descriptor != 0 {
                    return Ok(vec![Value::new(all)]);
                }
                if len == 0 {
                    return Err(Stop::Unclear("no bytes"));
                }
                let access = Access { space: Space::Generic, write: true, align: 1, len };
                self.memory.check(&argument(1), access)?;
                Value::new(0)
            }
            "zero_exit" => return Err(Stop::Exit(argument(0).exact()? as u8)),
            "zero_alloc" => {
                let (size, align) = (argument(0).exact()? as u64, argument(1).exact()? as u64);
                if !align.is_power_of_two() || align > 1 << 16 {
                    return Ok(vec![Value::new(0)]);
                }
                if size > MOST_BYTES {
                    return Err(Stop::Unclear("a large allocation"));
                }
                Value::pointer(self.memory.create(Kind::Heap, size, align.max(16), false))
            }
            "zero_free" => {
                self.free(argument(0))?;
                return Ok(Vec::new());
            }
            "zero_argument_count" | "zero_argument_length" => Value::new(0),
            "zero_argument_pointer" => {
                argument(0).exact()?;
                Value::new(0)
            }
            _ => return Err(Stop::Unclear("an import that the model does not know")),
        };
        Ok(vec![result])
    }

    fn free(&mut self, pointer: Value) -> Result<(), Stop> {
        if pointer.is_exact() && pointer.bits == 0 {
            return Ok(());
        }
        let access = Access { space: Space::Heap, write: true, align: 1, len: 0 };
        let (id, offset) = self.memory.check(&pointer, access)?;
        if offset != 0 {
            return Err(Stop::Trap(Trap::OutOfBounds));
        }
        self.memory.end(id);
        Ok(())
    }

    /// A fiber's own part of the machine's interface.
    fn fiber(&mut self, data: &InstData) -> Result<(), Stop> {
        let operand = |model: &Self, index: usize| model.get(data.operand(index));
        let plain = |value: Value| {
            let unclear = Stop::Unclear("an undefined value that goes from fiber to fiber");
            if value.undefined == 0 { Ok(value) } else { Err(unclear) }
        };
        let handle = |model: &Self| model.get(data.operand(0)).bits as usize;
        match data.opcode {
            Opcode::Emit => {
                let value = operand(self, 0);
                value.defined(u128::MAX)?;
                self.emit(data.attributes.0, value)?;
            }
            Opcode::FiberSpawn => {
                let number = self.function_at(data.operand(0))?;
                let argument = plain(operand(self, 1))?;
                let fiber = self.spawn(Func::new(number), argument)?;
                self.define(&[Value::new(fiber as u128)]);
            }
            Opcode::FiberResume => {
                let (fiber, value) = (handle(self), plain(operand(self, 1))?);
                self.resume_fiber(fiber, value, data.attributes.0)?;
            }
            Opcode::FiberCancel => {
                self.cancel(handle(self));
                self.define(&[]);
            }
            Opcode::FiberStatus => {
                let status = self.fibers[handle(self)].status;
                self.define(&[Value::new(status as u128)]);
            }
            _ => {
                let (fiber, fuel) = (handle(self), plain(operand(self, 1))?);
                self.refuel(fiber, fuel.exact()? as u64)?;
                self.define(&[]);
            }
        }
        Ok(())
    }

    /// Takes the value that a fiber is resumed with, as the instruction where it waits wants it.
    pub(crate) fn deliver(&mut self, waiting: Waiting, value: Value) {
        match waiting {
            Waiting::Nothing => {}
            Waiting::Value(width) => {
                let cut = match value.base {
                    Some(_) if width < 64 => Value::vague(0),
                    Some(_) => value,
                    None => Value { bits: value.bits & ones(width), ..value },
                };
                self.define(&[Value { nan: false, ..cut }, Value::new(0)]);
            }
            Waiting::Done => self.define(&[]),
        }
    }
}

/// A pointer that is moved; undefined bits spoil all of it.
fn spoilt(pointer: Value, bits: u128, mask: u128, index: Value) -> Value {
    let undefined = pointer.undefined | index.undefined;
    Value {
        bits: bits & mask,
        undefined: if undefined == 0 { 0 } else { mask },
        vague: pointer.vague || !index.is_exact(),
        unsure: pointer.unsure || index.unsure,
        nan: false,
        ..pointer
    }
}

/// What an atomic operation leaves in the place of `old`.
fn combine(op: RmwOp, old: u128, value: u128, bits: u32) -> u128 {
    let sign = |word: u128| (word as i128) << (128 - bits) >> (128 - bits);
    let new = match op {
        RmwOp::Xchg => value,
        RmwOp::Add => old.wrapping_add(value),
        RmwOp::Sub => old.wrapping_sub(value),
        RmwOp::And => old & value,
        RmwOp::Or => old | value,
        RmwOp::Xor => old ^ value,
        RmwOp::Nand => !(old & value),
        RmwOp::Smin => sign(old).min(sign(value)) as u128,
        RmwOp::Smax => sign(old).max(sign(value)) as u128,
        RmwOp::Umin => old.min(value),
        RmwOp::Umax => old.max(value),
    };
    new & ones(bits)
}
