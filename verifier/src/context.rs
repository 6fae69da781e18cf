//! What every check of a module needs, worked out once: the target, the layouts, the rows of opcodes made ready.

use crate::{Options, target};
use native_ir::abi::{self, AbiError, Convention};
use native_ir::contract::memory::{AccessOrder, Operation};
use native_ir::contract::opcodes::{ExtraRule, OpcodeRow, Support};
use native_ir::contract::targets::TargetRow;
use native_ir::contract::types::{Class, TypeStatus};
use native_ir::layout::{Layouts, MachineLayout};
use native_ir::registers::RegisterMap;
use native_ir::{
    Contract, Diagnostic, EffectSet, MAX_FIXED, MAX_RESULTS, Module, Opcode, Space, Suffix, Type, TypeData,
    TypeKind, TypePattern, TypeTable,
};

/// A row of `opcodes.tsv` in the form that the loop over instructions reads.
///
/// Positions 0 to 2 are the operands, 3 and 4 the results. Each must have the type of the position that its entry in
/// `same` names, and a kind in its mask. The first position of a type variable carries the variable's mask and names
/// itself; a fixed type is a mask of its one kind; a position that the opcode does not have allows everything.
///
/// A rule fills a cache line, so that its place is a shift away from the opcode.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(crate) struct OpcodeRule {
    pub(crate) masks: [u32; POSITIONS],
    pub(crate) same: [u8; POSITIONS],
    pub(crate) operand_count: u8,
    /// [`OpcodeRule::CALLEE`] when the results are the callee's.
    pub(crate) result_count: u8,
    /// Effects that every use needs; loads and stores state theirs by ordering.
    pub(crate) effects: EffectSet,
    pub(crate) terminator: bool,
    /// Whether the third word is the accessed type.
    pub(crate) has_suffix: bool,
    /// Whether a list of operands or of edges follows.
    pub(crate) has_list: bool,
    /// Whether the opcode may be used everywhere; else it is refused here, or only the VM does it.
    pub(crate) everywhere: bool,
    /// Whether it is a terminator or has a list.
    pub(crate) is_special: bool,
    pub(crate) extra: Option<ExtraRule>,
}

/// How many positions with types an instruction has in itself.
pub(crate) const POSITIONS: usize = MAX_FIXED + MAX_RESULTS;

impl OpcodeRule {
    pub(crate) const CALLEE: u8 = u8::MAX;

    fn new(opcode: Opcode, contract: &Contract, target: usize, module: &Module) -> OpcodeRule {
        let shape = opcode.shape();
        let row = contract.opcode(opcode);
        let mut rule = OpcodeRule {
            masks: [u32::MAX; POSITIONS],
            same: [0, 1, 2, 3, 4],
            operand_count: shape.operands.len() as u8,
            result_count: if shape.result_list { Self::CALLEE } else { shape.results.len() as u8 },
            effects: row.effects,
            terminator: shape.terminator,
            has_suffix: shape.suffix == Suffix::Type,
            has_list: shape.has_list(),
            is_special: shape.terminator || shape.has_list(),
            everywhere: is_everywhere(opcode, contract, target, module),
            extra: row.extra_rule,
        };
        if matches!(row.extra_rule, Some(ExtraRule::Load | ExtraRule::Store)) {
            rule.effects = EffectSet::EMPTY;
        }
        let operands = shape.operands.iter().enumerate();
        let results = shape.results.iter().enumerate().map(|(index, pattern)| (MAX_FIXED + index, pattern));
        let mut first: [Option<u8>; MAX_FIXED] = [None; MAX_FIXED];
        for (position, pattern) in operands.chain(results) {
            match *pattern {
                TypePattern::Fixed(kind) => rule.masks[position] = 1 << kind.index(),
                TypePattern::Var(variable) => match first[usize::from(variable)] {
                    Some(first) => rule.same[position] = first,
                    None => {
                        first[usize::from(variable)] = Some(position as u8);
                        rule.masks[position] = variable_mask(row, target, usize::from(variable));
                    }
                },
            }
        }
        rule
    }
}

/// The kinds that a type variable may be bound to on a target, as bits.
pub(crate) fn variable_mask(row: &OpcodeRow, target: usize, variable: usize) -> u32 {
    let kinds = row.typevars.get(variable).into_iter().flat_map(|mask| mask.iter());
    let supported = kinds.filter(|&kind| row.support(target, Some(kind)) != Support::Rejected);
    supported.fold(0, |mask, kind| mask | 1 << kind.index())
}

/// Whether an opcode is neither refused on the target, at least without a feature, nor for the VM alone.
fn is_everywhere(opcode: Opcode, contract: &Contract, target: usize, module: &Module) -> bool {
    let row = contract.opcode(opcode);
    let refused = row.refused_without.as_ref().is_some_and(|feature| !module.envelope.features.contains(feature));
    let kinds = TypeKind::ALL.iter().map(|&kind| row.support(target, Some(kind)));
    let vm_only = kinds.chain([row.support(target, None)]).any(|support| support == Support::VmOnly);
    !refused && !vm_only && row.support(target, None) != Support::Rejected
}

/// Why a type may not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TypeFault {
    /// Something in it could not be read, or is reported where it is declared.
    Silent,
    /// This part is deferred.
    Deferred(Type),
    /// This part does not exist on the target.
    Rejected(Type),
    /// This part stands where its kind may not.
    Misplaced(Type),
    /// It is nested too deeply, or its text would be too long.
    TooDeep,
    /// It is larger than the address space.
    TooLarge,
    /// This part is a function type that the ABI cannot pass.
    Unpassable(Type),
}

pub(crate) type PlainEffects = [Option<EffectSet>; Space::ALL.len()];

pub(crate) struct Context<'a> {
    pub(crate) module: &'a Module,
    pub(crate) contract: &'a Contract,
    pub(crate) registers: Option<&'a RegisterMap>,
    /// The target's index in the contract.
    pub(crate) target: usize,
    pub(crate) row: &'a TargetRow,
    pub(crate) layouts: Layouts,
    pub(crate) convention: Convention,
    /// For each type the bit of its kind; 0 when the type may not be used.
    pub(crate) kind_bits: Vec<u32>,
    /// The bits of the kinds that values have.
    value_kinds: u32,
    pub(crate) faults: Vec<Option<TypeFault>>,
    pub(crate) opcodes: Box<[OpcodeRule; Opcode::ALL.len()]>,
    /// For each type space and pointee, if it is a pointer.
    pub(crate) pointers: Vec<Option<(Space, Type)>>,
    /// By space, the effects of an ordinary load or store; nothing where none is allowed.
    pub(crate) plain_loads: PlainEffects,
    pub(crate) plain_stores: PlainEffects,
    /// The effects that the profile allows.
    pub(crate) allowed_effects: EffectSet,
}

impl<'a> Context<'a> {
    /// Nothing, with a diagnostic, when the target is not known: then no other rule has a meaning.
    pub(crate) fn new(
        module: &'a Module,
        options: &Options<'a>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Context<'a>> {
        let contract = options.contract;
        let (index, row) = target::find(module, contract, diagnostics)?;
        let machine = MachineLayout::of(contract, index);
        let layouts = Layouts::new(&module.types, &machine);
        let convention = Convention::of(contract, index)?;
        let faults = type_faults(module, contract, index, (&layouts, convention));
        let kind_bits = kind_bits(&module.types, &faults);
        let rule = |opcode: usize| OpcodeRule::new(Opcode::ALL[opcode], contract, index, module);
        Some(Context {
            module,
            contract,
            registers: options.registers,
            target: index,
            row,
            layouts,
            convention,
            kind_bits,
            value_kinds: value_kinds(contract),
            faults,
            opcodes: Box::new(std::array::from_fn(rule)),
            pointers: module.types.iter().map(|(ty, _)| module.types.as_pointer(ty)).collect(),
            plain_loads: plain_effects(contract, Opcode::Load, Operation::Load),
            plain_stores: plain_effects(contract, Opcode::Store, Operation::Store),
            allowed_effects: contract.allowed_effects(&module.envelope.profile),
        })
    }

    pub(crate) fn pointer_bits(&self) -> u32 {
        self.row.pointer_width
    }

    /// The width of a type in bits, if it has one.
    pub(crate) fn bits(&self, ty: Type) -> Option<u32> {
        self.module.types.kind(ty)?.bits(self.pointer_bits())
    }

    /// Whether a type is of one of the classes' kinds and may be used on this target.
    pub(crate) fn is_value(&self, ty: Type) -> bool {
        self.kind_bits.get(ty.index()).is_some_and(|bits| bits & self.value_kinds != 0)
    }

    /// Whether a load or store can access the type.
    pub(crate) fn is_storable(&self, ty: Type) -> bool {
        self.has_class(ty, Class::Storable)
    }

    pub(crate) fn has_class(&self, ty: Type, class: Class) -> bool {
        match self.module.types.kind(ty) {
            Some(kind) => self.fault(ty).is_none() && self.contract.type_row(kind).classes.contains(&class),
            None => false,
        }
    }

    pub(crate) fn fault(&self, ty: Type) -> Option<TypeFault> {
        self.faults.get(ty.index()).copied().unwrap_or(Some(TypeFault::Silent))
    }

    /// Address space and pointee of a pointer type.
    #[inline]
    pub(crate) fn pointer(&self, ty: Type) -> Option<(Space, Type)> {
        self.pointers.get(ty.index()).copied().flatten()
    }

    /// A type as the text form spells it.
    pub(crate) fn type_text(&self, ty: Type) -> String {
        native_ir::text::print_type(self.module, ty)
    }

    /// A symbol as the text form spells it.
    pub(crate) fn symbol_text(&self, symbol: native_ir::Symbol) -> String {
        native_ir::text::SymbolText(self.module, symbol).to_string()
    }
}

/// What the memory model and the opcode's row demand of ordinary accesses, by space.
fn plain_effects(contract: &Contract, opcode: Opcode, operation: Operation) -> PlainEffects {
    let mut effects = PlainEffects::default();
    for &space in Space::ALL {
        let row = contract.memory.row(operation, space, AccessOrder::None);
        let allowed = row.filter(|row| row.allowed == Some(true) && space != Space::Mmio);
        effects[space.index()] = allowed.map(|row| row.required_effect.union(contract.opcode(opcode).effects));
    }
    effects
}

fn value_kinds(contract: &Contract) -> u32 {
    let values = TypeKind::ALL.iter().filter(|&&kind| contract.type_row(kind).classes.contains(&Class::Value));
    values.fold(0, |mask, kind| mask | 1 << kind.index())
}

fn kind_bits(types: &TypeTable, faults: &[Option<TypeFault>]) -> Vec<u32> {
    let bit = |(ty, _): (Type, _)| match types.kind(ty) {
        Some(kind) if faults[ty.index()].is_none() => 1 << kind.index(),
        _ => 0,
    };
    types.iter().map(bit).collect()
}

/// Judges every type once. Children come before parents, so one pass does; named types are judged by their
/// declaration, not where they are used.
fn type_faults(
    module: &Module,
    contract: &Contract,
    target: usize,
    machine: (&Layouts, Convention),
) -> Vec<Option<TypeFault>> {
    let types = &module.types;
    let mut faults: Vec<Option<TypeFault>> = Vec::with_capacity(types.len());
    for (ty, data) in types.iter() {
        let own = own_fault(module, contract, target, machine, ty, data);
        let inherited = data.parts().into_iter().find_map(|child| faults.get(child.index()).copied().flatten());
        faults.push(inherited.or(own));
    }
    faults
}

fn own_fault(
    module: &Module,
    contract: &Contract,
    target: usize,
    (layouts, convention): (&Layouts, Convention),
    ty: Type,
    data: &TypeData,
) -> Option<TypeFault> {
    let types = &module.types;
    if types.is_oversized(ty) {
        return Some(TypeFault::TooDeep);
    }
    let Some(kind) = types.kind(ty) else { return Some(TypeFault::Silent) };
    let row = contract.type_row(kind);
    if row.status == TypeStatus::Deferred {
        return Some(TypeFault::Deferred(ty));
    }
    if row.aligns.get(target).copied().flatten().is_none() {
        return Some(TypeFault::Rejected(ty));
    }
    let stored = |ty: &Type| !matches!(types.kind(*ty), Some(kind) if !is_memory_kind(kind));
    let misplaced = match data {
        TypeData::Pointer { space, pointee } => {
            let function = types.as_function(*pointee).is_some();
            let bad =
                (function != (*space == Space::Code)) || matches!(types.kind(*pointee), Some(TypeKind::Flags));
            bad.then_some(*pointee).filter(|ty| *ty != Type::ERROR)
        }
        TypeData::Array { element, .. } => Some(*element).filter(|ty| !stored(ty)),
        TypeData::Struct { fields, .. } => fields.iter().copied().find(|ty| !stored(ty)),
        TypeData::Function(function) => function
            .params
            .iter()
            .chain(&function.results)
            .map(|p| p.ty)
            .find(|&ty| types.as_function(ty).is_some()),
        _ => None,
    };
    if let Some(part) = misplaced {
        return Some(TypeFault::Misplaced(part));
    }
    match data {
        TypeData::Named(named) if types.named.get(*named).is_none() => Some(TypeFault::Silent),
        TypeData::Function(function) => match abi::classify(types, layouts, convention, function) {
            Ok(_) => None,
            Err(AbiError::Type(_)) => Some(TypeFault::Silent),
            Err(_) => Some(TypeFault::Unpassable(ty)),
        },
        TypeData::Struct { .. } | TypeData::Array { .. } if layouts.size(ty).is_none() => {
            let known = data.parts().iter().all(|&child| layouts.size(child).is_some());
            Some(if known { TypeFault::TooLarge } else { TypeFault::Silent })
        }
        _ => None,
    }
}

/// Whether values of the kind can be parts of an object in memory.
pub(crate) fn is_memory_kind(kind: TypeKind) -> bool {
    !matches!(kind, TypeKind::I1 | TypeKind::Flags | TypeKind::Fiber | TypeKind::Fn)
}
