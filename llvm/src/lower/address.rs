//! Addresses that are known while translating: constants, and constants plus an index into a typed array.
//!
//! A pointer is followed back through `getelementptr`, conversions, sums, and loads of a variable that is stored to
//! once, to a constant or to a parameter. The address of a volatile access that ends at a constant is that of a
//! hardware register; one that ends at a parameter makes its function one to specialise.

use super::fold::{Folded, fold, low, scaled};
use super::layout::Layouts;
use super::target::Target;
use crate::syntax::{
    BinaryOp, Body, Callee, CastOp, ConstantData, Inst, Local, Module, Op, Operand, Type as SyntaxType, TypeData,
};
use native_ir::Register;
use rustc_hash::FxHashMap;

/// What is known of the address of a volatile access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// A hardware register.
    Register(Register),
    /// An element of an array of hardware registers, and the index.
    Element(Register, Operand),
}

/// What is known of the addresses in one instance of a function.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    known: FxHashMap<(Operand, u64, u32), Known>,
}

impl Addresses {
    /// The register that a volatile access of so many bytes at an offset from a pointer touches, if that is known. It is
    /// an integer of the access's width, or an array of them.
    pub(super) fn register(&self, _body: &Body<'_>, pointer: Operand, offset: u64, bytes: u32) -> Option<Known> {
        if self.known.is_empty() {
            return None;
        }
        self.known.get(&(pointer, offset, bytes)).copied()
    }

    /// Says what an access touches.
    pub(super) fn set(&mut self, pointer: Operand, offset: u64, bytes: u32, known: Known) {
        self.known.insert((pointer, offset, bytes), known);
    }
}

/// Where a pointer points, as far as it can be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Trace {
    /// The parameter that it comes from; none for a constant.
    pub(super) root: Option<u32>,
    /// The sum of the constants on the way; for a constant the address.
    pub(super) offset: u64,
    /// An index into a typed array: the index, bytes of an element, number of elements.
    pub(super) index: Option<(Operand, u64, u64)>,
}

impl Trace {
    fn add(&mut self, bytes: u64, pointer_bits: u32) {
        self.offset = low(u128::from(self.offset.wrapping_add(bytes)), pointer_bits) as u64;
    }

    /// The same, with parameters that are known to be these addresses.
    pub(super) fn with(mut self, known: &[(u32, u64)], target: &Target) -> Trace {
        let found = self.root.and_then(|root| known.iter().find(|entry| entry.0 == root));
        if let Some(&(_, address)) = found {
            self.root = None;
            self.add(address, target.pointer_bytes * 8);
        }
        self
    }

    /// The address, when it is a constant without an index.
    pub(super) fn constant(&self) -> Option<u64> {
        (self.root.is_none() && self.index.is_none()).then_some(self.offset)
    }
}

/// The most steps that a pointer is followed back.
const MAX_STEPS: u32 = 1000;

/// Follows pointers of one function.
pub(super) struct Tracer<'a, 't> {
    module: &'a Module<'t>,
    layouts: &'a Layouts,
    body: &'a Body<'t>,
    pointer_bits: u32,
    /// The instruction that defines each local value.
    definitions: Vec<Option<Inst>>,
    variables: FxHashMap<Local, Variable>,
}

/// An `alloca` of one pointer or integer.
#[derive(Clone, Copy)]
struct Variable {
    ty: SyntaxType,
    /// What is stored to it.
    stored: Option<Operand>,
    /// Whether it is stored to once, and used for nothing but that and loads. What a load before the store gives is
    /// not defined, so it may be the value too.
    constant: bool,
}

impl<'a, 't> Tracer<'a, 't> {
    /// Reads a function's definitions.
    pub(super) fn new(
        module: &'a Module<'t>,
        layouts: &'a Layouts,
        body: &'a Body<'t>,
        target: &Target,
    ) -> Tracer<'a, 't> {
        let mut tracer = Tracer {
            module,
            layouts,
            body,
            pointer_bits: target.pointer_bytes * 8,
            definitions: vec![None; body.locals.len()],
            variables: FxHashMap::default(),
        };
        tracer.define();
        tracer.use_variables();
        tracer
    }

    fn define(&mut self) {
        for (inst, data) in &self.body.insts {
            let Some(local) = data.result else { continue };
            if let Some(definition) = self.definitions.get_mut(local.as_u32() as usize) {
                *definition = Some(inst);
            }
            if let Op::Alloca { ty, count: None, .. } = data.inst
                && matches!(self.module.types.get(ty), TypeData::Ptr(0) | TypeData::Int(_))
            {
                self.variables.insert(local, Variable { ty, stored: None, constant: true });
            }
        }
    }

    /// Finds out which variables are stored to once and used for nothing else than loads.
    fn use_variables(&mut self) {
        if self.variables.is_empty() {
            return;
        }
        let body = self.body;
        for data in body.insts.values() {
            match data.inst {
                Op::Load { pointer, access } if !access.volatile => self.load(pointer, data.ty),
                Op::Store { value, pointer, access } if !access.volatile => {
                    self.spoil(value);
                    self.store(pointer, value);
                }
                Op::Call(call) if self.is_lifetime(call) => {}
                op => body.each_operand(&op, &mut |operand| self.spoil(operand)),
            }
        }
    }

    fn variable(&mut self, pointer: Operand) -> Option<&mut Variable> {
        self.variables.get_mut(&pointer.as_local()?)
    }

    fn spoil(&mut self, operand: Operand) {
        if let Some(variable) = self.variable(operand) {
            variable.constant = false;
        }
    }

    fn load(&mut self, pointer: Operand, ty: SyntaxType) {
        if let Some(variable) = self.variable(pointer) {
            variable.constant &= variable.ty == ty;
        }
    }

    fn store(&mut self, pointer: Operand, value: Operand) {
        let ty = self.ty(value);
        if let Some(variable) = self.variable(pointer) {
            variable.constant &= Some(variable.ty) == ty && variable.stored.is_none();
            variable.stored = Some(value);
        }
    }

    fn is_lifetime(&self, call: u32) -> bool {
        let callee = self.body.calls.get(call as usize).map(|call| &call.callee);
        let Some(Callee::Operand(callee)) = callee else { return false };
        match callee.as_constant().map(|constant| self.module.constants.get(constant)) {
            Some(ConstantData::Global(global)) => self.module.globals[global].name.starts_with("llvm.lifetime."),
            _ => false,
        }
    }

    fn ty(&self, operand: Operand) -> Option<SyntaxType> {
        match operand.as_local() {
            Some(local) => self.body.locals.get(local).copied(),
            None => Some(self.module.constants.ty(operand.as_constant()?)),
        }
    }

    /// Follows an operand back. The null pointer points nowhere.
    pub(super) fn trace(&self, operand: Operand) -> Option<Trace> {
        let mut trace = Trace { root: None, offset: 0, index: None };
        let mut operand = operand;
        for _ in 0..MAX_STEPS {
            let Some(local) = operand.as_local() else {
                trace.add(self.number(operand).filter(|&number| number != 0)? as u64, self.pointer_bits);
                return Some(trace);
            };
            if local.as_u32() < self.body.params {
                trace.root = Some(local.as_u32());
                return Some(trace);
            }
            operand = self.step(local, &mut trace)?;
        }
        None
    }

    /// The operand that a local value is a number of bytes behind.
    fn step(&self, local: Local, trace: &mut Trace) -> Option<Operand> {
        let data = &self.body.insts[self.definitions.get(local.as_u32() as usize).copied()??];
        let whole = self.width(data.ty) == Some(self.pointer_bits);
        match data.inst {
            Op::Freeze(of) => Some(of),
            // A narrower integer on the way would lose bits.
            Op::Cast(op, of) => {
                let kept = matches!(
                    op,
                    CastOp::BitCast
                        | CastOp::AddrSpaceCast
                        | CastOp::IntToPtr
                        | CastOp::PtrToInt
                        | CastOp::PtrToAddr
                );
                (kept && whole && self.width(self.ty(of)?) == Some(self.pointer_bits)).then_some(of)
            }
            Op::Binary(op @ (BinaryOp::Add | BinaryOp::Sub), a, b) if whole => {
                let (of, number) = match (self.number(a), self.number(b)) {
                    (_, Some(number)) if op == BinaryOp::Add => (a, number),
                    (_, Some(number)) => (a, number.wrapping_neg()),
                    (Some(number), None) if op == BinaryOp::Add => (b, number),
                    _ => return None,
                };
                trace.add(number as u64, self.pointer_bits);
                Some(of)
            }
            Op::ElementPointer(ty, list) => self.element(ty, self.body.list(list), trace),
            Op::Load { pointer, .. } => {
                let variable = self.variables.get(&pointer.as_local()?)?;
                variable.stored.filter(|_| variable.constant)
            }
            _ => None,
        }
    }

    fn number(&self, operand: Operand) -> Option<u128> {
        match fold(self.module, self.layouts, operand.as_constant()?) {
            Ok(Folded::Number(number)) => Some(number),
            _ => None,
        }
    }

    fn width(&self, ty: SyntaxType) -> Option<u32> {
        match self.module.types.get(ty) {
            TypeData::Int(bits) => Some(*bits),
            TypeData::Ptr(0) => Some(self.pointer_bits),
            _ => None,
        }
    }

    /// The base of a `getelementptr`. One index may be no constant, if it walks an array of a known length.
    fn element(&self, of: SyntaxType, operands: &[Operand], trace: &mut Trace) -> Option<Operand> {
        let (&base, indices) = operands.split_first()?;
        let mut ty = of;
        for (number, &index) in indices.iter().enumerate() {
            let (element, length) = match self.module.types.get(ty) {
                _ if number == 0 => (ty, None),
                TypeData::Struct(fields, _) => {
                    let field = u32::try_from(self.number(index)?).ok()?;
                    trace.add(self.layouts.field(ty, field).ok()?, self.pointer_bits);
                    ty = *fields.get(field as usize)?;
                    continue;
                }
                TypeData::Array(length, element) => (*element, Some(*length)),
                _ => return None,
            };
            let size = self.layouts.size(element).ok()?;
            match self.number(index) {
                Some(number) => {
                    let bits = self.width(self.ty(index)?)?;
                    trace.add(scaled(number, bits, size) as u64, self.pointer_bits);
                }
                None if trace.index.is_none() && index.as_local().is_some() => {
                    trace.index = Some((index, size, length?));
                }
                None => return None,
            }
            ty = element;
        }
        Some(base)
    }
}
