//! Instructions without lists and edges: operands find their types, results follow from them.
//!
//! One routine serves all opcodes by their [`crate::Shape`]; the methods named after opcodes are made from
//! `opcodes.tsv` at build time, so a new row has its method. By hand are those whose types come from elsewhere than
//! their operands.

use super::argument::{Arg, ArgKind, SymbolRef};
use super::error::Misuse;
use super::function::{FunctionBuilder, no_value};
use super::literal;
use crate::opcode::{MAX_FIXED, MAX_RESULTS};
use crate::{
    Attributes, Condition, ConstantData, InstData, Item, Opcode, Operand, Ordering, Register, RmwOp, Shape, Slot,
    Space, SpecialRegister, Suffix, Trap, Type, TypeData, TypePattern, Value,
};

/// How an access to memory is made, where it is not the plain one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryAccess {
    /// The alignment in bytes; natural when it is `None`.
    pub align: Option<u64>,
    /// The address space, where it is to be written.
    pub space: Option<Space>,
    /// The ordering.
    pub ordering: Option<Ordering>,
}

impl MemoryAccess {
    /// An access to a hardware register.
    pub const MMIO: MemoryAccess =
        MemoryAccess { align: None, space: Some(Space::Mmio), ordering: Some(Ordering::Volatile) };
    /// C's `volatile` on ordinary memory.
    pub const ORDERED: MemoryAccess = MemoryAccess { align: None, space: None, ordering: Some(Ordering::Ordered) };

    /// An access that is aligned to so many bytes.
    pub const fn aligned(align: u64) -> MemoryAccess {
        MemoryAccess { align: Some(align), space: None, ordering: None }
    }
}

/// The results of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Results {
    pub(super) first: Value,
    pub(super) count: u32,
}

impl Results {
    /// The only result, or the first. When there is none, a value whose use is reported.
    pub fn one(self) -> Value {
        if self.count > 0 { self.first } else { no_value() }
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.count as usize
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.count == 0
    }
}

impl IntoIterator for Results {
    type Item = Value;
    type IntoIter = std::iter::Map<std::ops::Range<u32>, fn(u32) -> Value>;

    fn into_iter(self) -> Self::IntoIter {
        let first = self.first.as_u32();
        (first..first + self.count).map(Value::from_u32)
    }
}

/// An instruction but for its operands.
struct Operation {
    opcode: Opcode,
    /// The suffix's type, or that of results which no operand shows.
    ty: Option<Type>,
    attributes: Attributes,
    /// The immediate.
    word: u32,
}

impl Operation {
    fn new(opcode: Opcode) -> Operation {
        Operation { opcode, ty: None, attributes: Attributes::default(), word: 0 }
    }

    fn typed(opcode: Opcode, ty: Type) -> Operation {
        Operation { ty: Some(ty), ..Operation::new(opcode) }
    }

    fn with(self, attributes: Attributes) -> Operation {
        Operation { attributes, ..self }
    }

    fn immediate(self, word: u32) -> Operation {
        Operation { word, ..self }
    }
}

/// More than the type variables of any row.
const MAX_VARS: usize = 8;

/// What is known of a row's type variables.
#[derive(Default)]
struct Binding {
    types: [Option<Type>; MAX_VARS],
    /// Bound in the text too, where a literal shows no type: by a value, a result or a suffix.
    shown: [bool; MAX_VARS],
}

impl Binding {
    fn bind(&mut self, var: u8, ty: Type, shown: bool) {
        let var = usize::from(var);
        self.types[var].get_or_insert(ty);
        self.shown[var] |= shown;
    }

    fn of(&self, pattern: TypePattern) -> Option<Type> {
        match pattern {
            TypePattern::Var(var) => self.types[usize::from(var)],
            TypePattern::Fixed(kind) => Some(Type::of_kind(kind)),
        }
    }

    fn is_shown(&self, pattern: TypePattern) -> bool {
        match pattern {
            TypePattern::Var(var) => self.shown[usize::from(var)],
            TypePattern::Fixed(_) => true,
        }
    }
}

/// The variable that [`Operation::ty`] binds: the suffix's, or the result's that no operand has.
fn free_var(shape: &Shape) -> Option<u8> {
    if shape.suffix == Suffix::Type {
        return Some(shape.suffix_var);
    }
    shape.results.iter().find_map(|&pattern| match pattern {
        TypePattern::Var(var) if !shape.operands.contains(&pattern) => Some(var),
        _ => None,
    })
}

/// The type of an index or a count that is a literal without a type: the one that the reader gives it.
fn count_type(opcode: Opcode, operand: usize, literal: ArgKind) -> Option<Type> {
    let counts = match opcode {
        Opcode::Element | Opcode::Offset => operand == 1,
        Opcode::Memcpy | Opcode::Memmove | Opcode::Memset => operand == 2,
        _ => false,
    };
    match literal {
        ArgKind::Int(number) if counts && i32::try_from(number).is_ok() => Some(Type::I32),
        ArgKind::Int(number) if counts && i64::try_from(number).is_ok() => Some(Type::I64),
        ArgKind::Int(_) if counts => Some(Type::I128),
        _ => None,
    }
}

impl FunctionBuilder<'_> {
    /// Appends an instruction; returns its first result.
    fn operation(&mut self, operation: Operation, args: &[Arg]) -> Value {
        let Operation { opcode, ty, attributes, word } = operation;
        let shape = opcode.shape();
        self.opcode = Some(opcode);
        let mut binding = self.bind(shape, ty, args);
        let mut data = InstData { attributes, words: [0, 0, word], ..InstData::new(opcode) };
        if shape.suffix == Suffix::Type {
            data.words[2] = ty.unwrap_or(Type::ERROR).index() as u32;
        }
        for (index, (&pattern, &arg)) in shape.operands.iter().zip(args).enumerate().take(MAX_FIXED) {
            data.words[index] = self.fixed_operand(opcode, index, pattern, arg, &mut binding).bits();
        }
        let mut results = [Type::ERROR; MAX_RESULTS];
        for (result, &pattern) in results.iter_mut().zip(shape.results) {
            *result = binding.of(pattern).unwrap_or(Type::ERROR);
        }
        self.append(data, &results[..shape.results.len()])
    }

    fn bind(&self, shape: &Shape, ty: Option<Type>, args: &[Arg]) -> Binding {
        let mut binding = Binding::default();
        if let (Some(var), Some(ty)) = (free_var(shape), ty) {
            binding.bind(var, ty, true);
        }
        for &pattern in shape.results {
            if let TypePattern::Var(var) = pattern {
                binding.shown[usize::from(var)] = true;
            }
        }
        let vars = || shape.operands.iter().zip(args);
        for (&pattern, arg) in vars() {
            if let (TypePattern::Var(var), Some(value)) = (pattern, arg.value()) {
                binding.bind(var, self.value_type(value), true);
            }
        }
        for (&pattern, arg) in vars() {
            if let (TypePattern::Var(var), Some(ty)) = (pattern, arg.ty) {
                binding.bind(var, ty, false);
            }
        }
        binding
    }

    /// An operand. A literal whose type the text would not show is named by an instruction of its own.
    fn fixed_operand(
        &mut self,
        opcode: Opcode,
        index: usize,
        pattern: TypePattern,
        arg: Arg,
        binding: &mut Binding,
    ) -> Operand {
        if arg.value().is_some() || binding.is_shown(pattern) {
            return self.operand(arg, binding.of(pattern));
        }
        let count = count_type(opcode, index, arg.kind);
        let ty = binding.of(pattern).or(count);
        if ty == count || ty.is_none() {
            return self.operand(arg, ty);
        }
        if let TypePattern::Var(var) = pattern {
            binding.shown[usize::from(var)] = true;
        }
        self.named_literal(arg, ty)
    }

    /// An operand of a type; `None` where nothing says which.
    pub(super) fn operand(&mut self, arg: Arg, ty: Option<Type>) -> Operand {
        if let Some(value) = arg.value() {
            if !self.values.is_valid(value) {
                self.misuse(Misuse::ForeignEntity("value"));
                return self.no_operand();
            }
            return value.into();
        }
        let Some(ty) = ty.or(arg.ty) else {
            self.misuse(Misuse::UntypedLiteral(arg.kind.text()));
            return self.no_operand();
        };
        let Some(kind) = self.module.module.types.kind(ty) else {
            // What has no type was reported, or the verifier will: no second word about it.
            return self.no_operand();
        };
        let fits = arg.ty.is_none_or(|stated| stated == ty);
        match literal::bits(arg.kind, kind, self.module.pointer_width) {
            Some(bits) if fits => self.constants.intern(ConstantData::new(ty, bits)).into(),
            _ => {
                let ty = crate::text::print_type(&self.module.module, ty);
                self.misuse(Misuse::LiteralRange { literal: arg.kind.text(), ty });
                self.no_operand()
            }
        }
    }

    fn no_operand(&mut self) -> Operand {
        self.constants.intern(ConstantData::new(Type::ERROR, 0)).into()
    }

    /// A literal as the result of a constant's instruction, for places that give a literal no type.
    pub(super) fn named_literal(&mut self, arg: Arg, ty: Option<Type>) -> Operand {
        let opcode = self.opcode;
        let operand = match ty.or(arg.ty) {
            None => self.operand(arg, None),
            Some(Type::ADDR) => {
                let number = self.literal_instruction(Opcode::Iconst, Type::I64, Arg { ty: None, ..arg });
                self.int_to_addr(number).into()
            }
            Some(ty @ (Type::F16 | Type::F32 | Type::F64 | Type::F128)) => {
                self.literal_instruction(Opcode::Fconst, ty, arg).into()
            }
            Some(ty) => self.literal_instruction(Opcode::Iconst, ty, arg).into(),
        };
        self.opcode = opcode;
        operand
    }

    fn literal_instruction(&mut self, opcode: Opcode, ty: Type, literal: Arg) -> Value {
        self.opcode = Some(opcode);
        let operand = self.operand(literal, Some(ty));
        match operand.constant() {
            Some(constant) => self.operation(Operation::typed(opcode, ty).immediate(constant.as_u32()), &[]),
            None => {
                self.misuse(Misuse::NoLiteral);
                no_value()
            }
        }
    }

    /// An integer constant with a name.
    pub fn iconst(&mut self, ty: Type, literal: impl Into<Arg>) -> Value {
        self.literal_instruction(Opcode::Iconst, ty, literal.into())
    }

    /// A floating-point constant with a name.
    pub fn fconst(&mut self, ty: Type, literal: impl Into<Arg>) -> Value {
        self.literal_instruction(Opcode::Fconst, ty, literal.into())
    }

    /// The address of a data object, function or import.
    pub fn address(&mut self, item: impl Into<SymbolRef>) -> Value {
        self.opcode = Some(Opcode::Address);
        let symbol = self.symbol(item.into());
        let (space, ty) = self.object_at(symbol);
        let ty = self.types().pointer(space, ty);
        self.operation(Operation::typed(Opcode::Address, ty).immediate(symbol.as_u32()), &[])
    }

    /// Where a symbol's object lies, and its type.
    fn object_at(&self, symbol: crate::Symbol) -> (Space, Type) {
        let module = &self.module.module;
        let ty = match module.item(symbol) {
            Item::Data(data) => module.data.get(data).map(|data| data.ty),
            Item::Import(import) => module.imports.get(import).map(|import| import.ty),
            Item::Function(func) => module.functions.get(func).map(|function| function.ty),
            Item::Register(_) | Item::Undefined => None,
        };
        let ty = ty.unwrap_or(Type::ERROR);
        (if module.types.as_function(ty).is_some() { Space::Code } else { Space::Static }, ty)
    }

    /// The address of a hardware register.
    pub fn register(&mut self, register: Register) -> Value {
        self.opcode = Some(Opcode::Register);
        let Some(data) = self.module.module.registers.get(register) else {
            self.misuse(Misuse::ForeignItem("register"));
            return no_value();
        };
        self.operation(Operation::typed(Opcode::Register, data.ty).immediate(register.as_u32()), &[])
    }

    /// The address of a stack slot.
    pub fn slot(&mut self, slot: Slot) -> Value {
        self.opcode = Some(Opcode::Slot);
        let ty = self.function.slots.get(slot).map(|data| data.ty);
        let word = self.slot_word(slot);
        let ty = self.types().pointer(Space::Stack, ty.unwrap_or(Type::ERROR));
        self.operation(Operation::typed(Opcode::Slot, ty).immediate(word), &[])
    }

    fn slot_word(&mut self, slot: Slot) -> u32 {
        if !self.function.slots.is_valid(slot) {
            self.misuse(Misuse::ForeignEntity("slot"));
        }
        slot.as_u32()
    }

    /// The address of an element of an array that `pointer` points to.
    pub fn element(&mut self, pointer: impl Into<Arg>, index: impl Into<Arg>) -> Value {
        let pointer = pointer.into();
        let ty = self.inside(pointer, |data| match data {
            TypeData::Array { element, .. } => Some(*element),
            _ => None,
        });
        self.operation(Operation::typed(Opcode::Element, ty), &[pointer, index.into()])
    }

    /// The address of a field of a structure that `pointer` points to; fields count from 0.
    pub fn field(&mut self, pointer: impl Into<Arg>, index: u32) -> Value {
        let pointer = pointer.into();
        let ty = self.inside(pointer, |data| match data {
            TypeData::Struct { fields, .. } => fields.get(index as usize).copied(),
            _ => None,
        });
        self.operation(Operation::typed(Opcode::Field, ty).immediate(index), &[pointer])
    }

    /// The type of a pointer to a part of what an operand points to.
    fn inside(&mut self, pointer: Arg, part: impl Fn(&TypeData) -> Option<Type>) -> Type {
        let ty = pointer.value().map_or(Type::ERROR, |value| self.value_type(value));
        let types = self.types();
        let Some((space, pointee)) = types.as_pointer(ty) else { return Type::ERROR };
        let part = part(types.resolved(pointee)).unwrap_or(Type::ERROR);
        types.pointer(space, part)
    }

    fn access(&mut self, access: MemoryAccess) -> Attributes {
        let mut attributes = Attributes::default();
        if let Some(align) = access.align {
            self.set_alignment(&mut attributes, align);
        }
        if let Some(space) = access.space {
            attributes.set_address_space(space);
        }
        if let Some(ordering) = access.ordering {
            attributes.set_ordering(ordering);
        }
        attributes
    }
}

fn pair(first: Value) -> (Value, Value) {
    (first, Value::from_u32(first.as_u32() + 1))
}

fn ordered(ordering: Ordering, op: Option<RmwOp>) -> Attributes {
    let mut attributes = Attributes::default();
    attributes.set_ordering(ordering);
    if let Some(op) = op {
        attributes.set_rmw_op(op);
    }
    attributes
}

include!(concat!(env!("OUT_DIR"), "/methods.rs"));
