//! Instructions by their rows: the types that a row allows on the target, operands of these types, attributes.

use crate::draft::{DraftInst, Use};
use crate::function::Writer;
use crate::literal::literal;
use native_ir::contract::opcodes::{ExtraRule, Support};
use native_ir::{
    Attribute, Attributes, Condition, FloatMode, FunctionType, Opcode, SpecialRegister, Trap, Type, TypeKind,
    TypePattern, Value,
};

impl Writer<'_, '_, '_, '_> {
    /// Appends an instruction of an opcode, and what its operands need; nothing when the function cannot have it.
    pub(crate) fn operation(&mut self, opcode: Opcode) -> Option<()> {
        if !self.may(opcode) {
            return None;
        }
        let Some(rule) = self.config.contract.opcode(opcode).extra_rule else { return self.plain(opcode) };
        match rule {
            ExtraRule::Constant => self.constant(opcode),
            ExtraRule::NullPointer => self.null_pointer(),
            ExtraRule::SymbolAddress => self.symbol_address(),
            ExtraRule::RegisterAddress => self.register_address(),
            ExtraRule::SlotAddress => self.slot_address(),
            ExtraRule::FlagsCondition => self.flags_condition(opcode),
            ExtraRule::Wider => self.conversion(opcode, |from, to| to > from),
            ExtraRule::Narrower => self.conversion(opcode, |from, to| to < from),
            ExtraRule::SameSize => self.conversion(opcode, |from, to| to == from),
            ExtraRule::PointerCast => self.pointer_cast(),
            ExtraRule::PointerToAddress => self.pointer_to_address(),
            ExtraRule::AddressToPointer => self.address_to_pointer(),
            ExtraRule::ElementAddress => self.element_address(),
            ExtraRule::FieldAddress => self.field_address(),
            ExtraRule::PointerOffset => self.pointer_offset(),
            ExtraRule::Load => self.load(),
            ExtraRule::Store => self.store(),
            ExtraRule::BlockCopy => self.block_copy(opcode),
            ExtraRule::BlockFill => self.block_fill(opcode),
            ExtraRule::SlotLifetime => self.slot_lifetime(opcode),
            ExtraRule::AtomicAccess => self.atomic(opcode),
            ExtraRule::Fence => self.fence(),
            ExtraRule::SwitchCases => self.switch(),
            ExtraRule::Return => self.ret(),
            ExtraRule::TrapClass => self.trap(opcode),
            ExtraRule::Call => self.call(),
            ExtraRule::CallIndirect => self.call_indirect(),
            ExtraRule::TailCall => self.tail_call(),
            ExtraRule::TailCallIndirect => self.tail_call_indirect(),
            ExtraRule::FiberEntry => self.make_fiber().map(drop),
            ExtraRule::StrictFloat => self.plain(opcode),
        }
    }

    /// Whether target, features and the function's header allow the opcode. Loads and stores say their effects later.
    fn may(&self, opcode: Opcode) -> bool {
        let row = self.config.contract.opcode(opcode);
        let features = &self.module.envelope.features;
        let refused = row.refused_without.as_ref().is_some_and(|feature| !features.contains(feature));
        let by_space = matches!(row.extra_rule, Some(ExtraRule::Load | ExtraRule::Store));
        let strict = row.extra_rule != Some(ExtraRule::StrictFloat) || self.function().float == FloatMode::Strict;
        let supported = row.support(self.config.target, None) != Support::Rejected;
        supported && !refused && strict && (by_space || self.declares(row.effects))
    }

    /// A type for a type variable of a row.
    pub(crate) fn bind(&mut self, opcode: Opcode, variable: usize) -> Option<Type> {
        let row = self.config.contract.opcode(opcode);
        let fits = |kind: &TypeKind| {
            let supported = row.support(self.config.target, Some(*kind)) != Support::Rejected;
            supported && crate::pool::is_on_target(self.config, *kind)
        };
        let kinds: Vec<TypeKind> = row.typevars.get(variable)?.iter().filter(fits).collect();
        Some(match self.source.pick(&kinds)? {
            TypeKind::Ptr => {
                let pointer = self.pointer_where(|_, _, _| true)?;
                self.draft.values[pointer].ty
            }
            kind => Type::of_kind(kind),
        })
    }

    fn bind_all(&mut self, opcode: Opcode) -> Option<Vec<Type>> {
        let count = self.config.contract.opcode(opcode).typevars.len();
        (0..count).map(|variable| self.bind(opcode, variable)).collect()
    }

    /// An instruction that its row describes wholly.
    fn plain(&mut self, opcode: Opcode) -> Option<()> {
        let types = self.bind_all(opcode)?;
        let attributes = self.attributes(opcode)?;
        self.typed(opcode, &types, attributes)
    }

    /// An instruction with its row's type variables bound.
    fn typed(&mut self, opcode: Opcode, types: &[Type], attributes: Attributes) -> Option<()> {
        let shape = opcode.shape();
        let of = |pattern: TypePattern| match pattern {
            TypePattern::Fixed(kind) => Some(Type::of_kind(kind)),
            TypePattern::Var(variable) => types.get(usize::from(variable)).copied(),
        };
        // A literal stands only where a value, a result or a suffix shows the type.
        let mut shown: Vec<TypePattern> = shape.results.to_vec();
        let mut operands = Vec::with_capacity(shape.operands.len());
        for &pattern in shape.operands {
            let fixed = matches!(pattern, TypePattern::Fixed(_));
            operands.push(self.operand(of(pattern)?, fixed || shown.contains(&pattern))?);
            shown.push(pattern);
        }
        let results: Vec<Type> = shape.results.iter().map(|&pattern| of(pattern)).collect::<Option<_>>()?;
        self.push_with(DraftInst::new(opcode).with(&operands), attributes, &results)
    }

    fn attributes(&mut self, opcode: Opcode) -> Option<Attributes> {
        let mut attributes = Attributes::default();
        for &attribute in opcode.shape().attributes {
            attributes = match attribute {
                Attribute::IntCondition => Attributes::of_condition(self.condition(true)?),
                Attribute::FloatCondition => Attributes::of_condition(self.condition(false)?),
                Attribute::Imm8 => Attributes(self.source.below(256) as u16),
                Attribute::Signal | Attribute::Mask => Attributes(self.source.bits() as u16),
                Attribute::SpecialRegister => Attributes(self.source.pick(SpecialRegister::ALL)? as u16),
                _ => attributes,
            };
        }
        Some(attributes)
    }

    fn condition(&mut self, int: bool) -> Option<Condition> {
        let fitting: Vec<Condition> = Condition::ALL.iter().copied().filter(|cc| cc.is_int() == int).collect();
        self.source.pick(&fitting)
    }

    fn constant(&mut self, opcode: Opcode) -> Option<()> {
        let ty = self.bind(opcode, 0)?;
        let literal = literal(&self.module.types, self.config, self.source, ty)?;
        self.push_with(
            DraftInst { literal: Some(literal), ..DraftInst::new(opcode) },
            Attributes::default(),
            &[ty],
        )
    }

    fn conversion(&mut self, opcode: Opcode, fits: impl Fn(u32, u32) -> bool) -> Option<()> {
        for _ in 0..30 {
            let types = self.bind_all(opcode)?;
            let bits = |ty| crate::literal::literal_bits(&self.module.types, self.config, ty);
            if fits(bits(*types.first()?)?, bits(*types.last()?)?) {
                return self.typed(opcode, &types, Attributes::default());
            }
        }
        None
    }

    /// Flags in scope, or new ones, with a condition that fits the compare that made them.
    pub(crate) fn flags(&mut self) -> Option<(Value, Condition)> {
        if self.source.chance(30) {
            let compare = self.source.pick(&[Opcode::Compare, Opcode::Fcompare])?;
            // Where there is nothing to compare, other flags do.
            let _ = self.plain(compare);
        }
        let flags = self.value(Type::FLAGS)?;
        let int = self.origins.get(&flags).is_some_and(|origin| origin.opcode == Opcode::Compare);
        Some((flags, self.condition(int)?))
    }

    fn flags_condition(&mut self, opcode: Opcode) -> Option<()> {
        if opcode.is_terminator() {
            return self.branch(opcode);
        }
        let (flags, condition) = self.flags()?;
        let inst = DraftInst::new(opcode).with(&[Use::Value(flags)]);
        self.push_with(inst, Attributes::of_condition(condition), &[Type::I1])
    }

    fn trap(&mut self, opcode: Opcode) -> Option<()> {
        let contract = self.config.contract;
        let raised = Trap::ALL.iter().copied().filter(|&trap| contract.trap(trap).raised_by_program);
        let trap = self.source.pick(&raised.collect::<Vec<_>>())?;
        self.typed(opcode, &[], Attributes::of_trap(trap))
    }

    /// A fiber, of a function whose effects this one declares.
    pub(crate) fn make_fiber(&mut self) -> Option<Value> {
        if !self.may(Opcode::FiberSpawn) {
            return None;
        }
        let known = self.pool.fiber_function;
        let effects = self.module.types.as_function(known)?.effects;
        let function = match self.declares(effects) {
            true => known,
            false => self.module.types.function(FunctionType::new(&[Type::I64], &[Type::I64])),
        };
        let pointer = self.module.types.pointer(native_ir::Space::Code, function);
        let pointer = self.value(pointer)?;
        let argument = self.operand(Type::I64, true)?;
        self.push(DraftInst::new(Opcode::FiberSpawn).with(&[Use::Value(pointer), argument]), &[Type::FIBER])
    }
}
