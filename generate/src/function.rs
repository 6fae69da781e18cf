//! Bodies: blocks, parameters, and the values that operands are chosen from.
//!
//! Blocks are written in an order in which a block comes after all that dominate it, so that the values in scope are
//! known; then they are laid out in any order, so that in the text uses stand before definitions as well.

use crate::draft::{Draft, DraftBlock, DraftInst, Use};
use crate::graph::Graph;
use crate::literal::literal;
use crate::module::span;
use crate::names::{NameSpace, any_text};
use crate::pool::Pool;
use crate::{Config, Source};
use native_ir::{
    DebugType, Effect, EffectSet, EntityRef, Func, Function, FunctionType, InlineData, InlineSite, Location,
    Module, Name, Opcode, Param, Passing, Slot, SlotData, Space, Span, Symbol, Type, TypeKind, Value, Variable,
};
use std::collections::HashMap;

/// Fills the body of a function that is declared.
pub(crate) fn write(module: &mut Module, func: Func, pool: &Pool, source: &mut Source<'_>, config: &Config<'_>) {
    let Some(signature) = module.signature(&module.functions[func]).cloned() else { return };
    let graph = Graph::random(source, config);
    let mut writer = Writer {
        effects: signature.effects,
        signature,
        module,
        func,
        pool,
        source,
        config,
        block: 0,
        defined: vec![Vec::new(); graph.order.len()],
        graph,
        draft: Draft::default(),
        scope: Vec::new(),
        origins: HashMap::new(),
        names: NameSpace::default(),
        slot_names: NameSpace::default(),
    };
    writer.header();
    writer.open_blocks();
    for block in writer.graph.order.clone() {
        writer.block(block);
    }
    writer.finish();
}

/// The instruction that defines a value, as far as a later one depends on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    pub(crate) opcode: Opcode,
    pub(crate) operand: Option<Value>,
    pub(crate) immediate: u32,
}

/// A function in the making.
pub(crate) struct Writer<'m, 's, 'b, 'c> {
    pub(crate) module: &'m mut Module,
    pub(crate) func: Func,
    pub(crate) signature: FunctionType,
    pub(crate) effects: EffectSet,
    pub(crate) pool: &'m Pool,
    pub(crate) source: &'s mut Source<'b>,
    pub(crate) config: &'s Config<'c>,
    pub(crate) graph: Graph,
    pub(crate) draft: Draft,
    pub(crate) block: usize,
    /// The values that dominate what is written next.
    pub(crate) scope: Vec<Value>,
    /// The values of each block.
    defined: Vec<Vec<Value>>,
    pub(crate) origins: HashMap<Value, Origin>,
    names: NameSpace,
    slot_names: NameSpace,
}

impl Writer<'_, '_, '_, '_> {
    pub(crate) fn function(&self) -> &Function {
        &self.module.functions[self.func]
    }

    fn name(&mut self, prefix: &str) -> Name {
        if self.source.chance(50) {
            return Name::NONE;
        }
        let name = self.names.fresh(self.source, prefix);
        self.module.names.intern(&name)
    }

    pub(crate) fn span(&mut self) -> Span {
        let own = self.function().source;
        span(self.module, own, self.source)
    }

    fn maybe_span(&mut self) -> Span {
        if self.source.chance(50) { self.span() } else { Span::MISSING }
    }

    /// Slots and inlining records.
    fn header(&mut self) {
        for _ in 0..self.source.between(1, 3) {
            let ty = self.pool.object(&mut self.module.types, self.source, self.config, 2);
            self.add_slot(ty);
        }
        if self.source.chance(30) {
            for index in 0..self.source.between(1, 3) {
                let callee = Symbol::new(self.source.below(self.module.symbols.len()));
                let parent = self.source.chance(50) && index > 0;
                let parent = parent.then(|| InlineSite::new(self.source.below(index)));
                let span = self.span();
                self.module.functions[self.func].inlined.push(InlineData { callee, span, parent });
            }
        }
    }

    pub(crate) fn add_slot(&mut self, ty: Type) -> Slot {
        let name = self.slot_names.fresh(self.source, "slot");
        let name = self.module.names.intern(&name);
        let align = self.source.chance(25).then(|| 1 << self.source.below(7));
        let span = self.maybe_span();
        self.module.functions[self.func].slots.push(SlotData { name, ty, align, span })
    }

    /// Blocks with their parameters; the entry's are the function's.
    fn open_blocks(&mut self) {
        let params = self.signature.params.clone();
        let mut names = NameSpace::default();
        for block in 0..self.graph.order.len() {
            let types: Vec<Type> = match block {
                0 => params.iter().map(|&param| self.param_type(param)).collect(),
                _ => (0..self.source.below(self.config.params + 1)).map(|_| self.block_param_type()).collect(),
            };
            let params: Vec<Value> = types.into_iter().map(|ty| self.new_value(ty)).collect();
            let name = self.source.chance(70).then(|| names.fresh(self.source, "block"));
            let name = name.map(|name| self.module.names.intern(&name));
            self.draft.blocks.push(DraftBlock { name, params, insts: Vec::new(), defined: true });
        }
    }

    fn param_type(&mut self, param: Param) -> Type {
        match param.passing {
            Passing::Value | Passing::Zext | Passing::Sext => param.ty,
            Passing::Agg | Passing::ByVal => self.module.types.pointer(Space::Stack, param.ty),
            Passing::SRet => self.module.types.pointer(Space::Generic, param.ty),
        }
    }

    /// Of a type that a value can always be made for.
    fn block_param_type(&mut self) -> Type {
        if self.source.chance(8) && self.effects.contains(Effect::Suspend) {
            return Type::FIBER;
        }
        match self.source.chance(8).then(|| self.some_register()).flatten() {
            Some(register) => self.module.registers[register].ty,
            None => self.pool.value(&mut self.module.types, self.source, self.config),
        }
    }

    pub(crate) fn new_value(&mut self, ty: Type) -> Value {
        let name = self.name("v");
        self.draft.value(ty, name)
    }

    /// Writes a block: parameters, instructions, a terminator.
    fn block(&mut self, block: usize) {
        self.block = block;
        self.scope = self.dominating(block);
        let params = self.draft.blocks[block].params.clone();
        self.defined[block].extend(&params);
        self.scope.extend(params);
        let opcodes: Vec<Opcode> = Opcode::ALL.iter().copied().filter(|op| !op.is_terminator()).collect();
        for _ in 0..self.source.below(self.config.instructions + 1) {
            if let Some(opcode) = self.source.pick(&opcodes) {
                // What cannot be done here, such as a call of what has more effects, is left out.
                let _ = self.operation(opcode);
            }
        }
        self.terminator();
    }

    /// The values of the blocks that dominate a block; of all blocks that are written, for one that is not reached.
    fn dominating(&self, block: usize) -> Vec<Value> {
        if !self.graph.is_reached(block) {
            return self.defined.concat();
        }
        let chain = std::iter::successors(self.graph.idom[block], |&at| self.graph.idom[at]);
        chain.flat_map(|at| self.defined[at].iter().copied()).collect()
    }

    /// Appends an instruction with results of these types; the first result.
    pub(crate) fn push(&mut self, mut inst: DraftInst, results: &[Type]) -> Option<Value> {
        inst.span = self.span();
        let records = self.function().inlined.len();
        if records > 0 && self.source.chance(20) {
            inst.site = Some(InlineSite::new(self.source.below(records)));
        }
        inst.results = results.iter().map(|&ty| self.new_value(ty)).collect();
        let operand = inst.operands.first().and_then(|&operand| match operand {
            Use::Value(value) => Some(value),
            Use::Literal(_) => None,
        });
        let origin = Origin { opcode: inst.opcode, operand, immediate: inst.immediate };
        self.origins.extend(inst.results.iter().map(|&value| (value, origin)));
        self.defined[self.block].extend(&inst.results);
        self.scope.extend(&inst.results);
        let first = inst.results.first().copied();
        self.draft.blocks[self.block].insts.push(inst);
        first
    }

    /// An operand of a type: a value, or a literal where the text would give it the type.
    pub(crate) fn operand(&mut self, ty: Type, may_be_literal: bool) -> Option<Use> {
        if may_be_literal && self.source.chance(35) {
            let constant = literal(&self.module.types, self.config, self.source, ty);
            if let Some(constant) = constant {
                return Some(Use::Literal(constant));
            }
        }
        self.value(ty).map(Use::Value)
    }

    /// A value of a type: one in scope, else a new one.
    pub(crate) fn value(&mut self, ty: Type) -> Option<Value> {
        let known: Vec<Value> =
            self.scope.iter().copied().filter(|&value| self.draft.values[value].ty == ty).collect();
        match self.source.pick(&known) {
            Some(value) if self.source.chance(85) => Some(value),
            _ => self.make(ty),
        }
    }

    /// A new value of a type.
    fn make(&mut self, ty: Type) -> Option<Value> {
        match self.module.types.kind(ty)? {
            TypeKind::Ptr => self.make_pointer(ty),
            TypeKind::Addr => {
                let number = self.value(Type::I32)?;
                self.push(DraftInst::new(Opcode::IntToAddr).with(&[Use::Value(number)]), &[ty])
            }
            TypeKind::Flags => {
                let number = self.value(Type::I32)?;
                let operands = [Use::Value(number), Use::Value(number)];
                self.push(DraftInst::new(Opcode::Compare).with(&operands), &[ty])
            }
            TypeKind::Fiber => self.make_fiber(),
            _ => {
                let literal = literal(&self.module.types, self.config, self.source, ty)?;
                let float = matches!(ty, Type::F16 | Type::F32 | Type::F64 | Type::F128);
                let opcode = if float { Opcode::Fconst } else { Opcode::Iconst };
                self.push(DraftInst { literal: Some(literal), ..DraftInst::new(opcode) }, &[ty])
            }
        }
    }

    /// Lays the body out, and adds debug variables.
    fn finish(mut self) {
        let mut order: Vec<usize> = (0..self.draft.blocks.len()).collect();
        if self.source.chance(40) {
            self.source.shuffle(&mut order[1..]);
        }
        let (body, numbers) = self.draft.lay_out(&order);
        let slots = self.function().slots.len();
        for _ in 0..self.source.below(4) {
            let location = match self.source.pick(&numbers) {
                Some(value) if self.source.chance(60) => Location::Value(value),
                _ => Location::Slot(Slot::new(self.source.below(slots))),
            };
            let text = any_text(self.source, "variable");
            let name = self.module.names.intern(&text);
            let ty = DebugType::new(self.source.below(self.module.debug_types.len()));
            let span = self.maybe_span();
            self.module.functions[self.func].variables.push(Variable { name, ty, location, span });
        }
        self.module.functions[self.func].body = body;
    }
}
