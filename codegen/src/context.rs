//! What the emission of every function needs to know of the module.

use crate::target::Target;
use native_ir::abi::{self, CallLayout, Convention};
use native_ir::layout::{Layouts, MachineLayout};
use native_ir::{
    Body, Contract, FloatMode, Function, FunctionType, InstData, Module, Opcode, Operand, Register, Slot, Space,
    Type, TypeKind, Value,
};

/// In which kind of place values of a type live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// A general-purpose register, or a word of the frame.
    Core,
    /// A vector register, or a word of the frame.
    Vector,
    /// 16 bytes of the frame.
    Wide,
    /// Nowhere: `flags`.
    None,
}

/// How far from its base a pointer lies.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Distance {
    /// Bytes.
    Constant(i64),
    /// A value of a type, shifted left.
    Scaled(Value, Type, u8),
}

/// What the emission of every function needs to know of the module.
pub(crate) struct Context<'m, T> {
    pub(crate) module: &'m Module,
    pub(crate) target: T,
    pub(crate) convention: Convention,
    pub(crate) layouts: Layouts,
    /// The kind of each type, by [`Type::index`]; pointers are integers of their width.
    kinds: Vec<TypeKind>,
    /// The call layout of each function type without variable arguments, by [`Type::index`].
    calls: Vec<Option<CallLayout>>,
    /// Whether status flags of floats count in some function.
    pub(crate) strict: bool,
}

impl<'m, T: Target> Context<'m, T> {
    /// Looks at a module. None when the contract does not know the module's target, which no verified module has.
    pub(crate) fn new(module: &'m Module, target: T) -> Option<Context<'m, T>> {
        let contract = Contract::embedded();
        let row = contract.targets.iter().position(|row| row.triple == module.envelope.target)?;
        let convention = Convention::of(contract, row)?;
        let layouts = Layouts::new(&module.types, &MachineLayout::of(contract, row));
        let word = if layouts.machine().pointer_bytes() == 4 { TypeKind::I32 } else { TypeKind::I64 };
        let kinds = module.types.iter().map(|(ty, _)| match module.types.kind(ty) {
            None | Some(TypeKind::Addr | TypeKind::Ptr | TypeKind::Fiber) => word,
            Some(kind) => kind,
        });
        let kinds = kinds.collect();
        let calls = module.types.iter().map(|(_, data)| match data {
            native_ir::TypeData::Function(ty) => abi::classify(&module.types, &layouts, convention, ty).ok(),
            _ => None,
        });
        let calls = calls.collect();
        let strict = module.functions.values().any(|function| function.float == FloatMode::Strict);
        Some(Context { module, target, convention, layouts, kinds, calls, strict })
    }

    /// The kind of a type's values: addresses and pointers are integers of their width.
    #[inline]
    pub(crate) fn kind(&self, ty: Type) -> TypeKind {
        self.kinds.get(ty.index()).copied().unwrap_or(TypeKind::I64)
    }

    /// The kind of an operand.
    #[inline]
    pub(crate) fn operand_kind(&self, body: &Body, operand: Operand) -> TypeKind {
        self.kind(body.operand_type(operand))
    }

    /// Whether values of a type fill a word of the machine.
    pub(crate) fn is_word(&self, ty: Type) -> bool {
        self.kind(ty).bits(0) == Some(self.layouts.machine().pointer_bytes() * 8)
    }

    /// Whether the stack pointer's alignment is enough for a slot's, so that its distance from there is known.
    pub(crate) fn is_plain_slot(&self, function: &Function, slot: Slot) -> bool {
        let align = function
            .slots
            .get(slot)
            .map(|slot| slot.align.unwrap_or(1).max(self.layouts.align(slot.ty).unwrap_or(1)));
        align.is_none_or(|align| align <= T::STACK_ALIGN)
    }

    /// Whether a conversion between integers (or of one into itself) changes no bit of the result's width.
    pub(crate) fn same_bits(&self, from: Type, to: Type) -> bool {
        let (from, to) = (self.kind(from), self.kind(to));
        from == to || is_integer(from) && is_integer(to) && to.bits(0) <= from.bits(0)
    }

    /// The call layout of a function type without variable arguments.
    pub(crate) fn call_layout(&self, ty: Type) -> Option<&CallLayout> {
        self.calls.get(ty.index())?.as_ref()
    }

    /// The call layout of a call with more arguments than parameters.
    pub(crate) fn variable_layout(&self, ty: &FunctionType, extra: &[Type]) -> Option<CallLayout> {
        abi::classify_call(&self.module.types, &self.layouts, self.convention, ty, extra).ok()
    }

    /// The address of a hardware register.
    pub(crate) fn register_address(&self, register: Register) -> i64 {
        self.module.registers.get(register).map_or(0, |register| register.address as i64)
    }

    /// How far the result of `field`, `offset` or `element` lies from its base, when the machine's addressing modes
    /// can add it. `root` gives the operand behind aliases.
    pub(crate) fn distance(
        &self,
        body: &Body,
        data: &InstData,
        root: impl Fn(Operand) -> Operand,
    ) -> Option<Distance> {
        let (_, pointee) = self.module.types.as_pointer(body.operand_type(data.operand(0)))?;
        let stride = match data.opcode {
            Opcode::Field => {
                let offset =
                    self.layouts.field_offset(&self.module.types, pointee, data.field_index() as usize)?;
                return i64::try_from(offset).ok().map(Distance::Constant);
            }
            Opcode::Offset => 1,
            _ => self.stride(body, data)?,
        };
        let index = data.operand(1);
        let ty = body.operand_type(index);
        let root = root(index);
        match root.constant() {
            // An index into an array of registers is checked, unless it is known to be in range.
            _ if self.is_checked(body, data, root) => None,
            Some(constant) => {
                let bits = body.constants.get(constant)?.bits();
                let index = sign_extended(bits, self.kind(ty).bits(0)?);
                Some(Distance::Constant(index.wrapping_mul(stride as i64)))
            }
            None if stride.is_power_of_two() && stride <= 8 && self.kind(ty) != TypeKind::I128 => {
                Some(Distance::Scaled(root.value()?, ty, stride.trailing_zeros() as u8))
            }
            None => None,
        }
    }

    /// Whether an instruction compares an index with the length of an array of registers. `root` is the index behind
    /// aliases; a constant that has a name may be out of range.
    pub(crate) fn is_checked(&self, body: &Body, data: &InstData, root: Operand) -> bool {
        let Some(length) = self.registers(body, data) else { return false };
        let Some(constant) = root.constant().and_then(|constant| body.constants.get(constant)) else {
            return true;
        };
        let in_range = match self.kind(body.operand_type(data.operand(1))).bits(0) {
            Some(width @ 0..=64) => {
                u64::try_from(sign_extended(constant.bits(), width)).is_ok_and(|index| index < length)
            }
            _ => constant.bits() < u128::from(length),
        };
        !in_range
    }

    /// The length of the array of registers that an `element` points into.
    pub(crate) fn registers(&self, body: &Body, data: &InstData) -> Option<u64> {
        if data.opcode != Opcode::Element {
            return None;
        }
        let types = &self.module.types;
        match types.as_pointer(body.operand_type(data.operand(0)))? {
            (Space::Mmio, pointee) => match *types.resolved(pointee) {
                native_ir::TypeData::Array { length, .. } => Some(length),
                _ => None,
            },
            _ => None,
        }
    }

    /// The size of the elements that `element` counts.
    pub(crate) fn stride(&self, body: &Body, data: &InstData) -> Option<u64> {
        let (_, pointee) = self.module.types.as_pointer(body.operand_type(data.operand(0)))?;
        let result = match self.module.types.resolved(pointee) {
            native_ir::TypeData::Array { element, .. } => *element,
            _ => pointee,
        };
        self.layouts.stride(result)
    }
}

/// Whether values of a kind are integers of whole bytes.
pub(crate) fn is_integer(kind: TypeKind) -> bool {
    matches!(kind, TypeKind::I8 | TypeKind::I16 | TypeKind::I32 | TypeKind::I64 | TypeKind::I128)
}

/// The low bits of a number, sign-extended to 64.
pub(crate) fn sign_extended(bits: u128, width: u32) -> i64 {
    let shift = 64u32.saturating_sub(width);
    ((bits as i64) << shift) >> shift
}
