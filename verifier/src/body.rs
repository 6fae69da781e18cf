//! The loop over a function's instructions: what the tables say, checked in one pass in layout order.
//!
//! Each instruction costs a handful of comparisons here; whatever fails goes to a cold function in the file of its
//! rule, which looks again at leisure and says what is wrong. Rules that the tables cannot say are called by the name
//! that the row's `extra rule` column has.

use crate::context::{Context, OpcodeRule, POSITIONS};
use crate::dominance::{Dominators, EdgeRange};
use native_ir::contract::memory::Operation;
use native_ir::contract::opcodes::ExtraRule;
use native_ir::{
    Block, BlockData, Body, Diagnostic, Edges, EffectSet, EntityRef, Func, Function, FunctionType, Inst, InstData,
    Opcode, Operand, Part, Place, Type, Value, ValueData, ValueDef,
};
use std::collections::HashSet;

/// Memory that is used again for each function.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(crate) dominators: Dominators,
    /// For each instruction its block.
    pub(crate) inst_block: Vec<u32>,
    pub(crate) edge_ranges: Vec<EdgeRange>,
    known: Vec<Known>,
}

/// The types of an instruction that were found to be good, with the effects that they need.
///
/// Programs use few combinations of opcode and types over and over: what was judged once is only compared afterwards.
#[derive(Clone, Copy)]
struct Known {
    key: u64,
    effects: EffectSet,
}

impl Known {
    /// No key of an instruction: bit 62 is never set in one.
    const NOTHING: Known = Known { key: 1 << 62, effects: EffectSet::EMPTY };
    /// Entries for each opcode.
    const WAYS: usize = 4;
    const TYPE_BITS: usize = 12;

    /// Types, and whether the attributes are more than an alignment or a condition, as one number. Only for modules
    /// whose types all have small numbers ([`Known::can_tell`]).
    #[inline(always)]
    fn key(types: &[Type; POSITIONS], instruction: &InstData) -> u64 {
        let place = |position: usize| (types[position].index() as u64) << (position * Self::TYPE_BITS);
        let attributes = u64::from(!instruction.attributes.is_plain_access()) << 63;
        attributes | place(0) | place(1) | place(2) | place(3) | place(4)
    }

    fn can_tell(context: &Context<'_>) -> bool {
        context.kind_bits.len() >> Self::TYPE_BITS == 0
    }

    #[inline(always)]
    fn slot(opcode: Opcode, types: &[Type; POSITIONS]) -> usize {
        opcode as usize * Self::WAYS + (types[0].index() ^ types[3].index()) % Self::WAYS
    }
}

/// The state of checking one function.
pub(crate) struct Checker<'c, 's> {
    pub(crate) context: &'c Context<'c>,
    pub(crate) func: Func,
    pub(crate) function: &'c Function,
    pub(crate) signature: &'c FunctionType,
    pub(crate) body: &'c Body,
    pub(crate) values: &'c [ValueData],
    pub(crate) scratch: &'s mut Scratch,
    pub(crate) effects: EffectSet,
    /// The block that is being checked.
    pub(crate) block: Block,
    /// The first value of that block.
    pub(crate) block_first_value: u32,
    /// The value that the next parameter or result defines.
    pub(crate) next_value: u32,
    /// The first value after those of the entry block, which dominate everything.
    pub(crate) entry_end: u32,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Dominance is judged only where the control flow is sound: these are dropped otherwise.
    pub(crate) dominance: Vec<Diagnostic>,
    pub(crate) control_flow_broken: bool,
    pub(crate) undefined: HashSet<Value>,
}

/// All mistakes of a function.
pub(crate) fn check(context: &Context<'_>, func: Func, scratch: &mut Scratch) -> Vec<Diagnostic> {
    let function = &context.module.functions[func];
    let Some(signature) = context.module.signature(function) else {
        // The type could not be read, or a hand-made module gave it none.
        return crate::abi::no_signature(context, func).into_iter().collect();
    };
    let mut checker = Checker {
        context,
        func,
        function,
        signature,
        body: &function.body,
        values: function.body.values.values().as_slice(),
        scratch,
        effects: signature.effects,
        block: Block::new(0),
        block_first_value: 0,
        next_value: 0,
        entry_end: 0,
        diagnostics: Vec::new(),
        dominance: Vec::new(),
        control_flow_broken: false,
        undefined: HashSet::new(),
    };
    checker.scratch.known.resize(Opcode::ALL.len() * Known::WAYS, Known::NOTHING);
    checker.check_header();
    checker.check_header_spans();
    checker.check_body();
    if !checker.control_flow_broken {
        checker.diagnostics.append(&mut checker.dominance);
    }
    checker.diagnostics
}

impl<'c> Checker<'c, '_> {
    fn check_body(&mut self) {
        if !self.structure_holds() || !self.has_entry() {
            return;
        }
        self.check_inline_sites();
        self.prepare_control_flow();
        for (block, data) in self.body.layout() {
            if !self.parameters_hold(block, data) {
                return;
            }
            self.enter_block(block, data);
            if !self.check_instructions(data) {
                return;
            }
            if block.index() == 0 {
                self.entry_end = self.next_value;
            }
        }
        self.check_values_behind();
    }

    /// Finds each block's edges and, where there is more than one block, the dominator tree.
    fn prepare_control_flow(&mut self) {
        let body = self.body;
        let ranges = body.layout().map(|(_, block)| crate::control_flow::edges_of(body, block));
        self.scratch.edge_ranges.clear();
        self.scratch.edge_ranges.extend(ranges);
        if self.scratch.edge_ranges.len() > 1 {
            self.scratch.dominators.compute(body, &self.scratch.edge_ranges);
        }
        self.scratch.inst_block.clear();
        for (block, data) in body.layout() {
            self.scratch.inst_block.extend(std::iter::repeat_n(block.as_u32(), data.inst_range().len()));
        }
    }

    fn enter_block(&mut self, block: Block, data: &BlockData) {
        self.block = block;
        self.block_first_value = self.next_value;
        if block.index() == 0 {
            self.check_entry_parameters(data);
        } else {
            self.check_block_parameters(data);
        }
        self.next_value += data.params;
    }

    /// Checks a block's instructions; false when the layout invariant does not hold.
    fn check_instructions(&mut self, data: &BlockData) -> bool {
        let insts = self.body.insts.values().as_slice();
        let spans = self.body.spans.as_slice();
        let rules = self.context.opcodes.as_slice();
        let (own_source, own_lines) = (self.function.source, self.own_lines());
        let range = data.inst_range();
        let last = range.end.wrapping_sub(1);
        for (index, (instruction, span)) in
            range.clone().zip(insts[range.clone()].iter().zip(&spans[range.clone()]))
        {
            let inst = Inst::new(index);
            let rule = &rules[instruction.opcode as usize];
            if !rule.everywhere {
                self.check_availability(inst, instruction);
            }
            if span.source() != own_source || span.column == 0 || span.line.wrapping_sub(1) >= own_lines {
                self.check_other_span(inst, *span);
            }
            if rule.terminator != (index == last) {
                self.report_terminator(inst, rule.terminator, range.clone());
            }
            if !self.check_types(inst, instruction, rule) {
                return false;
            }
        }
        if range.is_empty() {
            self.report_empty_block(data);
        }
        true
    }

    /// Operands, edges and results of an instruction against its row.
    #[inline(always)]
    fn check_types(&mut self, inst: Inst, instruction: &InstData, rule: &OpcodeRule) -> bool {
        // A position that the opcode does not have passes with any type that is one.
        let mut types = [Type::I1; POSITIONS];
        let operands = usize::from(rule.operand_count);
        if operands > 0 {
            types[0] = self.use_operand(instruction.operand(0), inst, 0);
            if operands > 1 {
                types[1] = self.use_operand(instruction.operand(1), inst, 1);
                if operands > 2 {
                    types[2] = self.use_operand(instruction.operand(2), inst, 2);
                }
            }
        }
        let first = self.next_value;
        let results = instruction.results;
        if results != 0 {
            if !self.results_hold(inst, first, results) {
                return false;
            }
            types[3] = self.values[first as usize].ty;
            if results == 2 && rule.result_count == 2 {
                types[4] = self.values[first as usize + 1].ty;
            }
        }
        if rule.result_count == OpcodeRule::CALLEE {
            types[3] = Type::I1;
        }
        if rule.has_suffix {
            types[2] = instruction.access_type();
        }
        let key = Known::key(&types, instruction);
        let slot = Known::slot(instruction.opcode, &types);
        let known = self.scratch.known[slot];
        let counted = results == rule.result_count;
        if known.key != key || !counted || !known.effects.minus(self.effects).is_empty() {
            self.judge_types(inst, instruction, rule, &types, (slot, key));
        }
        if rule.has_list {
            self.check_list(inst, instruction);
        }
        self.next_value = first + u32::from(results);
        true
    }

    /// Judges types that are not known to be good, and remembers them if they and nothing else decide.
    fn judge_types(
        &mut self,
        inst: Inst,
        instruction: &InstData,
        rule: &OpcodeRule,
        types: &[Type; POSITIONS],
        (slot, key): (usize, u64),
    ) {
        let before = self.diagnostics.len();
        if !rule.effects.minus(self.effects).is_empty() {
            self.report_effect(inst, instruction, rule.effects);
        }
        let kind_bits = self.context.kind_bits.as_slice();
        let mut fits = true;
        for position in 0..POSITIONS {
            let ty = types[position];
            let bits = kind_bits.get(ty.index()).copied().unwrap_or(0);
            fits &= bits & rule.masks[position] != 0;
            fits &= ty == types[usize::from(rule.same[position])];
        }
        let counted = rule.result_count == OpcodeRule::CALLEE || instruction.results == rule.result_count;
        if !counted {
            return self.report_result_count(inst, instruction);
        }
        if !fits {
            return self.report_types(inst, instruction);
        }
        let mut effects = Some(EffectSet::EMPTY);
        if let Some(extra) = rule.extra {
            self.check_extra(extra, inst, instruction);
            effects = self.decided_by_types(extra, instruction, types);
        }
        let effects = effects.map(|effects| effects.union(rule.effects));
        if let Some(effects) = effects
            && Known::can_tell(self.context)
            && self.diagnostics.len() == before
        {
            self.scratch.known[slot] = Known { key, effects };
        }
    }

    /// The effects that an extra rule asks for if it looks at nothing but types; nothing when it looks at more.
    fn decided_by_types(
        &self,
        extra: ExtraRule,
        instruction: &InstData,
        types: &[Type; POSITIONS],
    ) -> Option<EffectSet> {
        let plain = instruction.attributes.is_plain_access();
        match extra {
            ExtraRule::Load if plain => self.plain_effects(Operation::Load, self.context.pointer(types[0])?.0),
            ExtraRule::Store if plain => self.plain_effects(Operation::Store, self.context.pointer(types[1])?.0),
            ExtraRule::Wider
            | ExtraRule::Narrower
            | ExtraRule::SameSize
            | ExtraRule::PointerCast
            | ExtraRule::PointerToAddress
            | ExtraRule::AddressToPointer
            | ExtraRule::PointerOffset
            | ExtraRule::NullPointer => Some(EffectSet::EMPTY),
            _ => None,
        }
    }

    /// Whether an instruction's results are the next values.
    #[inline(always)]
    fn results_hold(&mut self, inst: Inst, first: u32, count: u8) -> bool {
        let own = |index: u8| {
            let value = self.values.get(first as usize + usize::from(index));
            value.is_some_and(|value| value.is_result_of(inst))
        };
        let holds = self.body.first_results[inst.index()].as_u32() == first && own(0) && (1..count).all(own);
        if !holds {
            self.report_structure(inst, Part::Whole, "results that break the layout invariant");
        }
        holds
    }

    /// The operands of a list and the arguments of edges.
    fn check_list(&mut self, inst: Inst, instruction: &InstData) {
        match instruction.opcode.shape().edges {
            Edges::None => {
                if self.body.pool.get(instruction.list()).is_none() {
                    self.report_structure(inst, Part::Whole, "a list beyond the function's pool");
                }
            }
            _ => self.check_edges(inst, instruction),
        }
    }

    #[inline]
    fn check_extra(&mut self, rule: ExtraRule, inst: Inst, instruction: &InstData) {
        match rule {
            ExtraRule::Constant => self.check_constant(inst, instruction),
            ExtraRule::NullPointer => self.check_null(inst),
            ExtraRule::SymbolAddress => self.check_symbol_address(inst, instruction),
            ExtraRule::RegisterAddress => self.check_register_address(inst, instruction),
            ExtraRule::SlotAddress => self.check_slot_address(inst, instruction),
            ExtraRule::FlagsCondition => self.check_flags_condition(inst, instruction),
            ExtraRule::Wider | ExtraRule::Narrower | ExtraRule::SameSize => {
                self.check_conversion(rule, inst, instruction);
            }
            ExtraRule::PointerCast => self.check_cast(inst, instruction),
            ExtraRule::PointerToAddress => self.check_pointer_to_address(inst, instruction),
            ExtraRule::AddressToPointer => self.check_address_to_pointer(inst),
            ExtraRule::ElementAddress => self.check_element(inst, instruction),
            ExtraRule::FieldAddress => self.check_field(inst, instruction),
            ExtraRule::PointerOffset => self.check_offset(inst, instruction),
            ExtraRule::Load => self.check_load(inst, instruction),
            ExtraRule::Store => self.check_store(inst, instruction),
            ExtraRule::BlockCopy => self.check_block_copy(inst, instruction),
            ExtraRule::BlockFill => self.check_block_fill(inst, instruction),
            ExtraRule::SlotLifetime => self.check_slot_lifetime(inst, instruction),
            ExtraRule::AtomicAccess => self.check_atomic(inst, instruction),
            ExtraRule::Fence => self.check_fence(inst, instruction),
            ExtraRule::SwitchCases => self.check_switch_cases(inst, instruction),
            ExtraRule::Return => self.check_return(inst, instruction),
            ExtraRule::TrapClass => self.check_trap_class(inst, instruction),
            ExtraRule::Call => self.check_call(inst, instruction),
            ExtraRule::CallIndirect => self.check_call_indirect(inst, instruction),
            ExtraRule::TailCall => self.check_tail_call(inst, instruction),
            ExtraRule::TailCallIndirect => self.check_tail_call_indirect(inst, instruction),
            ExtraRule::FiberEntry => self.check_fiber_entry(inst, instruction),
            ExtraRule::StrictFloat => self.check_strict_float(inst),
        }
    }

    /// Values behind those that blocks and instructions define: only names that text uses and does not define.
    fn check_values_behind(&mut self) {
        let behind = self.values.get(self.next_value as usize..).unwrap_or(&[]);
        let known = |value: &ValueData| matches!(value.def(), ValueDef::Undefined | ValueDef::Damaged);
        if !behind.iter().all(known) {
            let place = Place::Function(self.func, native_ir::HeaderPart::Name);
            let message = "values stand behind those that the function defines";
            self.push(Diagnostic::new(native_ir::Rule::SchemaStructure, place, message));
        }
    }

    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub(crate) fn place(&self, inst: Inst, part: Part) -> Place {
        Place::Inst(self.func, inst, part)
    }

    pub(crate) fn opcode(&self, inst: Inst) -> Opcode {
        self.body.insts[inst].opcode
    }

    /// The type of an operand that was already checked.
    pub(crate) fn type_of(&self, operand: Operand) -> Type {
        self.body.operand_type(operand)
    }

    /// The declared type of a result of the instruction that is being checked.
    pub(crate) fn result_type(&self, index: u32) -> Type {
        self.body.value_type(Value::from_u32(self.next_value + index))
    }

    /// A value as the text form spells it.
    pub(crate) fn value_text(&self, value: Value) -> String {
        native_ir::text::ValueText(self.context.module, self.function, value).to_string()
    }

    pub(crate) fn type_text(&self, ty: Type) -> String {
        self.context.type_text(ty)
    }

    /// Where a value is defined.
    pub(crate) fn definition_place(&self, value: Value) -> Place {
        match self.values.get(value.index()).map(ValueData::def) {
            Some(ValueDef::Parameter(block)) => {
                let first = self.body.blocks.get(block).map_or(0, |data| data.first_param.as_u32());
                Place::BlockParameter(self.func, block, value.as_u32().saturating_sub(first))
            }
            Some(ValueDef::Result(inst)) => {
                let first = self.body.first_results.get(inst.index()).map_or(0, |first| first.as_u32());
                self.place(inst, Part::Result(value.as_u32().saturating_sub(first)))
            }
            _ => Place::Function(self.func, native_ir::HeaderPart::Name),
        }
    }
}
