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
    MAX_FIXED, MAX_RESULTS, Opcode, Operand, Part, Place, Source, Span, Type, Value, ValueData, ValueDef,
};
use std::cell::Cell;
use std::collections::HashSet;
use std::ops::Range;

/// Whether a span lies in the lines of a source.
fn is_own(span: Span, source: Source, lines: u32) -> bool {
    (span.source() == source) & (span.column != 0) & (span.line.wrapping_sub(1) < lines)
}

/// Memory that is used again for each function.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(crate) dominators: Dominators,
    /// For each instruction its block; behind them what is left of a longer function.
    pub(crate) inst_block: Vec<u32>,
    pub(crate) edge_ranges: Vec<EdgeRange>,
}

/// What was found to be good, for all functions that one thread checks.
pub(crate) struct KnownTypes(Box<[Cell<Known>; Opcode::ALL.len() * Known::WAYS]>);

impl Default for KnownTypes {
    fn default() -> KnownTypes {
        KnownTypes(Box::new([const { Cell::new(Known::NOTHING) }; Opcode::ALL.len() * Known::WAYS]))
    }
}

/// The types of an instruction that were found to be good, with the effects that they need. The instruction has as
/// many results as its row, and attributes that are no more than an alignment or a condition.
///
/// Programs use few combinations of opcode and types over and over: what was judged once is only compared afterwards.
#[derive(Clone, Copy)]
struct Known {
    key: u64,
    effects: EffectSet,
    /// Whether anything is known: any key can be that of some instruction.
    live: bool,
}

impl Known {
    const NOTHING: Known = Known { key: 0, effects: EffectSet::EMPTY, live: false };
    /// Entries for each opcode.
    const WAYS: usize = 8;
    const TYPE_BITS: usize = 12;

    /// The type at a position, where a key has it. Only in modules whose types all have small numbers do keys tell
    /// them apart ([`Known::can_tell`]).
    #[inline(always)]
    fn place(position: usize, ty: Type) -> u64 {
        (ty.index() as u64) << (position * Self::TYPE_BITS)
    }

    fn can_tell(context: &Context<'_>) -> bool {
        context.kind_bits.len() >> Self::TYPE_BITS == 0
    }

    #[inline(always)]
    fn slot(opcode: Opcode, key: u64) -> usize {
        // The low bits of the first operand's type: what an opcode is used with most differs there.
        opcode as usize * Self::WAYS + (key as usize & (Self::WAYS - 1))
    }

    /// All slots of an opcode.
    fn ways(opcode: Opcode) -> Range<usize> {
        let first = opcode as usize * Self::WAYS;
        first..first + Self::WAYS
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
    known: &'s KnownTypes,
    pub(crate) effects: EffectSet,
    /// The block that is being checked.
    pub(crate) block: Block,
    spans_are_own: bool,
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
pub(crate) fn check(
    context: &Context<'_>,
    func: Func,
    scratch: &mut Scratch,
    known: &KnownTypes,
) -> Vec<Diagnostic> {
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
        known,
        effects: signature.effects,
        block: Block::new(0),
        spans_are_own: false,
        block_first_value: 0,
        next_value: 0,
        entry_end: 0,
        diagnostics: Vec::new(),
        dominance: Vec::new(),
        control_flow_broken: false,
        undefined: HashSet::new(),
    };
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
        self.spans_are_own = self.spans_are_own();
        if !self.prepare_control_flow() {
            return;
        }
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
    /// False when the layout invariant does not hold: an edge belongs to one terminator.
    fn prepare_control_flow(&mut self) -> bool {
        let body = self.body;
        let (mut next, mut ordered) = (0, true);
        self.scratch.edge_ranges.clear();
        for (_, block) in body.layout() {
            let (start, end) = crate::control_flow::edges_of(body, block);
            if start < end {
                ordered &= start >= next;
                next = end;
            }
            self.scratch.edge_ranges.push((start, end));
        }
        if !ordered {
            self.push_structure(self.func, "edges");
            return false;
        }
        if self.scratch.edge_ranges.len() > 1 {
            self.scratch.dominators.compute(body, &self.scratch.edge_ranges);
        }
        let insts = body.insts.len().max(self.scratch.inst_block.len());
        self.scratch.inst_block.resize(insts, 0);
        for (block, data) in body.layout() {
            self.scratch.inst_block[data.inst_range()].fill(block.as_u32());
        }
        true
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

    /// Whether all instructions have spans in the lines of the function's own source.
    fn spans_are_own(&self) -> bool {
        let (source, lines) = (self.function.source, self.own_lines());
        self.body.spans.iter().fold(true, |all, span| all & is_own(*span, source, lines))
    }

    /// Checks a block's instructions; false when the layout invariant does not hold.
    #[inline(never)]
    fn check_instructions(&mut self, data: &BlockData) -> bool {
        let range = data.inst_range();
        let body = self.body;
        let insts = &body.insts.values().as_slice()[range.clone()];
        let firsts = &body.first_results[range.clone()];
        if !self.spans_are_own {
            self.check_spans(range.clone());
        }
        let rules = &self.context.opcodes;
        let known = &*self.known.0;
        let mut next = self.next_value;
        for (index, (instruction, first)) in range.clone().zip(insts.iter().zip(firsts)) {
            let inst = Inst::new(index);
            let rule = &rules[instruction.opcode as usize];
            if !rule.everywhere {
                self.check_availability(inst, instruction);
            }
            let mut key = self.operand_key(inst, instruction, rule, next);
            let results = instruction.results;
            if results != 0 {
                let own = self.values.get(next as usize).filter(|value| value.is_result_of(inst));
                match own.filter(|_| first.as_u32() == next) {
                    Some(value) => key |= Known::place(MAX_FIXED, value.ty),
                    None => return self.report_results(inst),
                }
                if results > 1 {
                    match self.more_results(inst, next, results) {
                        Some(ty) => key |= Known::place(MAX_FIXED + 1, ty),
                        None => return self.report_results(inst),
                    }
                }
            }
            let plain = results == rule.result_count && instruction.attributes.is_plain_access();
            let good = known[Known::slot(instruction.opcode, key)].get();
            if !plain || !good.live || good.key != key || !good.effects.minus(self.effects).is_empty() {
                self.judge_types(inst, instruction, rule, key);
            }
            next += u32::from(results);
            self.next_value = next;
            if rule.is_special {
                self.check_special(inst, instruction, rule, &range);
            }
        }
        self.check_end(data, insts.last());
        true
    }

    /// The part of an instruction's key that its operands and suffix make.
    #[inline(always)]
    fn operand_key(&mut self, inst: Inst, instruction: &InstData, rule: &OpcodeRule, next: u32) -> u64 {
        let mut key = 0;
        let operands = rule.operand_count;
        if operands > 0 {
            key = Known::place(0, self.use_at(instruction.operand(0), inst, next, || Part::Operand(0)));
            if operands > 1 {
                key |= Known::place(1, self.use_at(instruction.operand(1), inst, next, || Part::Operand(1)));
                if operands > 2 {
                    key |= Known::place(2, self.use_at(instruction.operand(2), inst, next, || Part::Operand(2)));
                }
            }
        }
        if rule.has_suffix {
            key |= Known::place(2, instruction.access_type());
        }
        key
    }

    /// The last instruction of a block is its terminator.
    #[inline]
    fn check_end(&mut self, data: &BlockData, last: Option<&InstData>) {
        match last {
            None => self.report_empty_block(data),
            Some(last) if !last.opcode.is_terminator() => {
                let range = data.inst_range();
                self.report_terminator(Inst::new(range.end - 1), false, range);
            }
            Some(_) => {}
        }
    }

    /// Terminators, and opcodes with lists.
    #[inline(never)]
    fn check_special(&mut self, inst: Inst, instruction: &InstData, rule: &OpcodeRule, block: &Range<usize>) {
        if rule.terminator && inst.index() + 1 != block.end {
            self.report_terminator(inst, true, block.clone());
        }
        match instruction.opcode.shape().edges {
            Edges::None => {
                if rule.has_list && self.body.pool.get(instruction.list()).is_none() {
                    self.report_structure(inst, Part::Whole, "a list beyond the function's pool");
                }
            }
            _ => self.check_edges(inst, instruction),
        }
    }

    #[cold]
    fn check_spans(&mut self, range: Range<usize>) {
        let (source, lines) = (self.function.source, self.own_lines());
        for index in range {
            let span = self.body.spans[index];
            if !is_own(span, source, lines) {
                self.check_other_span(Inst::new(index), span);
            }
        }
    }

    /// The type of the second result, when all results are the next values.
    #[inline(never)]
    fn more_results(&self, inst: Inst, first: u32, count: u8) -> Option<Type> {
        let values = self.values.get(first as usize..first as usize + usize::from(count))?;
        let own = values.iter().all(|value| value.is_result_of(inst));
        values.get(1).filter(|_| own).map(|value| value.ty)
    }

    #[cold]
    fn report_results(&mut self, inst: Inst) -> bool {
        self.report_structure(inst, Part::Whole, "results that break the layout invariant");
        false
    }

    /// Judges types that are not known to be good, and remembers them if they and nothing else decide.
    #[inline(never)]
    fn judge_types(&mut self, inst: Inst, instruction: &InstData, rule: &OpcodeRule, key: u64) {
        let (slot, ways) = (Known::slot(instruction.opcode, key), Known::ways(instruction.opcode));
        let counted = rule.result_count == OpcodeRule::CALLEE || instruction.results == rule.result_count;
        let plain = counted && instruction.attributes.is_plain_access();
        let known = self.known.0[ways.clone()].iter().map(Cell::get).find(|known| known.live && known.key == key);
        if plain && known.is_some_and(|known| known.effects.minus(self.effects).is_empty()) {
            return;
        }
        let before = self.diagnostics.len();
        if !rule.effects.minus(self.effects).is_empty() {
            self.report_effect(inst, instruction, rule.effects);
        }
        if !counted {
            return self.report_result_count(inst, instruction);
        }
        let types = self.types_of(instruction, rule);
        if !self.types_fit(rule, &types) {
            return self.report_types(inst, instruction);
        }
        let mut effects = Some(EffectSet::EMPTY);
        if let Some(extra) = rule.extra {
            self.check_extra(extra, inst, instruction);
            effects = self.decided_by_types(extra, instruction, &types);
        }
        let effects = effects.map(|effects| effects.union(rule.effects));
        if let Some(effects) = effects
            && plain
            && Known::can_tell(self.context)
            && self.diagnostics.len() == before
        {
            let free = std::iter::once(slot).chain(ways).find(|&way| !self.known.0[way].get().live);
            self.known.0[free.unwrap_or(slot)].set(Known { key, effects, live: true });
        }
    }

    /// The types at an instruction's positions; [`Type::ERROR`] at those that it does not have.
    fn types_of(&self, instruction: &InstData, rule: &OpcodeRule) -> [Type; POSITIONS] {
        let mut types = [Type::ERROR; POSITIONS];
        for (position, ty) in types.iter_mut().enumerate().take(usize::from(rule.operand_count)) {
            *ty = self.type_of(instruction.operand(position));
        }
        if rule.has_suffix {
            types[2] = instruction.access_type();
        }
        for index in 0..u32::from(instruction.results.min(MAX_RESULTS as u8)) {
            types[MAX_FIXED + index as usize] = self.result_type(index);
        }
        types
    }

    /// Whether each position has a type that its row allows there.
    fn types_fit(&self, rule: &OpcodeRule, types: &[Type; POSITIONS]) -> bool {
        (0..POSITIONS).all(|position| {
            let ty = types[position];
            let bits = self.context.kind_bits.get(ty.index()).copied().unwrap_or(0);
            let wanted = rule.masks[position];
            // A repeated type variable has no mask of its own: it is the type of its first position.
            (wanted == u32::MAX || bits & wanted != 0) && ty == types[usize::from(rule.same[position])]
        })
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
