//! Bodies: labels first, then the lines in order, then what had to wait for the end.
//!
//! Blocks, instructions, values and edges get their numbers in the order of the text, as [`Body`] demands. A value
//! that is used before its line is patched in at the end; one that has no line comes behind all others.

use super::cursor::Read;
use super::map::FunctionMap;
use super::operand::{Argument, Hint, Patch, Pending, Site};
use super::outline::FunctionLines;
use super::resolve::Scope;
use super::signature::Definition;
use super::{Reader, text_place};
use crate::{
    Attribute, Block, BlockData, Body, Constant, ConstantPool, Diagnostic, EdgeData, Func, Inst, Location, Name,
    Operand, Place, Rule, Source, Type, Value, ValueData, ValueDef,
};
use cranelift_entity::EntityRef;
use std::ops::Range;

/// Bodies with more instructions keep the memory they were read into.
const LARGE: usize = 4096;

/// A label that was read.
pub(super) struct Label {
    /// Its parameters among [`Current::label_params`].
    pub(super) params: Range<usize>,
}

/// The function whose body is being read. The tables outlive it.
pub(super) struct Current<'t> {
    pub(super) func: Func,
    pub(super) body: Body,
    pub(super) map: FunctionMap,
    pub(super) source: Source,
    pub(super) values: Scope<'t>,
    pub(super) blocks: Scope<'t>,
    pub(super) slots: Scope<'t>,
    /// The labels, by block.
    pub(super) labels: Vec<Label>,
    pub(super) label_params: Vec<Definition<'t>>,
    /// The results of the line that is being read.
    pub(super) results: Vec<Definition<'t>>,
    pub(super) inline_site: Option<u32>,
    pub(super) patches: Vec<Patch<'t>>,
    pub(super) pending: Vec<Pending<'t>>,
    /// The block that is being read.
    pub(super) block: Option<Block>,
    /// Whether a line before the first label was reported.
    no_label: bool,
}

impl Default for Current<'_> {
    fn default() -> Self {
        Current {
            func: Func::new(0),
            body: Body::default(),
            map: FunctionMap::default(),
            source: Source::new(0),
            values: Scope::default(),
            blocks: Scope::default(),
            slots: Scope::default(),
            labels: Vec::new(),
            label_params: Vec::new(),
            results: Vec::new(),
            inline_site: None,
            patches: Vec::new(),
            pending: Vec::new(),
            block: None,
            no_label: false,
        }
    }
}

impl<'t> Reader<'t> {
    /// Reads a body.
    pub(super) fn body(&mut self, lines: &FunctionLines<'t>, labels: &[usize]) {
        let errors = self.diagnostics.len();
        self.begin(lines);
        self.labels(labels);
        self.define_params(lines);
        self.cursor.at = lines.body.start;
        self.lines(lines.body.end);
        self.finish(self.diagnostics.len() > errors || !lines.closed);
    }

    fn begin(&mut self, lines: &FunctionLines<'t>) {
        let current = &mut self.current;
        current.func = lines.func;
        current.source = self.module.functions[lines.func].source;
        let insts = lines.count.saturating_sub(lines.labels.len());
        current.body.blocks.reserve(lines.labels.len());
        current.body.insts.reserve(insts);
        current.body.first_results.reserve(insts);
        current.body.spans.reserve(insts);
        current.body.values.reserve(insts);
        current.body.value_names.reserve(insts);
        current.map = std::mem::take(&mut self.map.functions[lines.func.index()]);
        current.map.insts.reserve_exact(insts);
        current.map.blocks.reserve_exact(lines.labels.len());
        // The shortest definition of a value takes more than four bytes.
        let bound = lines.body.len() / 4 + lines.params.len() + 16;
        for scope in [&mut current.values, &mut current.blocks, &mut current.slots] {
            scope.begin(bound);
        }
        current.labels.clear();
        current.label_params.clear();
        current.block = None;
        current.no_label = false;
    }

    /// Reads all labels, so that each edge knows its block and the block's parameters.
    fn labels(&mut self, labels: &[usize]) {
        for &at in labels {
            self.cursor.at = at;
            self.current.map.blocks.push(at as u32);
            let first = self.current.label_params.len();
            let block = self.current.body.blocks.push(BlockData::undefined(Name::NONE));
            let outcome = self.label(block);
            let damaged = !self.give_up(outcome);
            let params = first..self.current.label_params.len();
            let data = &mut self.current.body.blocks[block];
            data.defined = true;
            data.damaged = damaged;
            self.current.labels.push(Label { params });
        }
    }

    /// `^name(%a: T, %b: T):`
    fn label(&mut self, block: Block) -> Read<()> {
        let start = self.cursor.at;
        self.cursor.at += 1;
        let key = self.key_here('^')?;
        self.current.body.blocks[block].name = key.name();
        if let Some(first) = self.current.blocks.set(key, block.as_u32()) {
            let place = Place::Block(self.current.func, Block::from_u32(first));
            self.duplicate(start..self.cursor.at, Some(place));
        }
        if self.cursor.eat(b'(') {
            let mut more = !self.cursor.eat(b')');
            while more {
                let (key, range) = self.value_name()?;
                self.cursor.expect(b':')?;
                let ty = self.read_type()?;
                self.current.label_params.push(Definition::new(key, ty, range));
                more = self.comma_or(b')')?;
            }
            if block.index() == 0
                && let Some(first) = self.current.label_params.first()
            {
                let message = "the entry block has no parameters of its own: the function's are its parameters";
                let place = text_place(first.range());
                return Err(Box::new(Diagnostic::new(Rule::TypeInvalidType, place, message)));
            }
        }
        self.cursor.expect(b':')?;
        if !self.cursor.at_line_end() {
            return Err(self.cursor.unexpected("the end of the line behind the label"));
        }
        Ok(())
    }

    /// Reports a second definition of a name.
    pub(super) fn duplicate(&mut self, range: Range<usize>, first: Option<Place>) {
        let name = super::cursor::shorten(self.cursor.text().get(range.clone()).unwrap_or(""));
        let message = format!("`{name}` is defined twice");
        let mut error = Diagnostic::new(Rule::TypeDuplicateValue, text_place(range), message).label("the second");
        if let Some(first) = first {
            error = error.also(first, "the first");
        }
        self.report(error);
    }

    fn define_params(&mut self, lines: &FunctionLines<'t>) {
        for &param in &lines.params {
            self.define(param, ValueDef::Parameter(Block::new(0)));
        }
        if let Some(entry) = self.current.body.blocks.values_mut().next() {
            entry.first_param = Value::new(0);
            entry.params = lines.params.len() as u32;
        }
    }

    /// Defines the next value.
    #[inline]
    pub(super) fn define(&mut self, definition: Definition<'t>, def: ValueDef) {
        let current = &mut self.current;
        let value = current.body.values.push(ValueData::new(definition.ty, def));
        current.body.value_names.push(definition.key.name());
        if let Some(first) = current.values.set(definition.key, value.as_u32()) {
            let first = self.definition_place(self.current.func, Value::from_u32(first));
            self.duplicate(definition.range(), first);
        }
    }

    fn lines(&mut self, end: usize) {
        let mut next_label = 0;
        while self.cursor.at < end {
            self.cursor.skip_blanks();
            match self.cursor.peek() {
                b'\n' => {}
                b';' => self.cursor.skip_line(),
                b'^' => {
                    self.begin_block(Block::new(next_label));
                    next_label += 1;
                    self.cursor.skip_line();
                }
                _ => {
                    self.line();
                    if self.cursor.peek() != b'\n' {
                        self.cursor.skip_line();
                    }
                }
            }
            self.cursor.at += 1;
        }
    }

    fn begin_block(&mut self, block: Block) {
        self.end_block();
        let first_param = self.current.body.values.next_key();
        let Some(params) = self.current.labels.get(block.index()).map(|label| label.params.clone()) else {
            return;
        };
        // Parameters of the entry block are a mistake, which is reported; their names are known all the same.
        let def = if block.index() > 0 { ValueDef::Parameter(block) } else { ValueDef::Damaged };
        for index in params.clone() {
            self.define(self.current.label_params[index], def);
        }
        let first_inst = self.current.body.insts.next_key();
        let data = &mut self.current.body.blocks[block];
        if block.index() > 0 {
            data.first_param = first_param;
            data.params = params.len() as u32;
        }
        data.first_inst = first_inst;
        data.end_inst = first_inst;
        self.current.block = Some(block);
    }

    fn end_block(&mut self) {
        let end = self.current.body.insts.next_key();
        if let Some(block) = self.current.block {
            self.current.body.blocks[block].end_inst = end;
        }
    }

    /// A line that is no label: an instruction, or a declaration before the first label.
    fn line(&mut self) {
        if self.cursor.peek().is_ascii_lowercase() && self.header_line() {
            return;
        }
        let values = self.current.body.values.len();
        let (patches, pending) = (self.current.patches.len(), self.current.pending.len());
        let Err(error) = self.instruction() else { return };
        if self.current.block.is_some() || !self.current.no_label {
            self.report(*error);
        }
        self.current.no_label |= self.current.block.is_none();
        self.damage(values);
        self.current.patches.truncate(patches);
        self.current.pending.truncate(pending);
    }

    /// Takes back an instruction that could not be read, but for its results.
    fn damage(&mut self, first_value: usize) {
        self.current.inline_site = None;
        let body = &mut self.current.body;
        for index in first_value..body.values.len() {
            let data = &mut body.values[Value::new(index)];
            *data = ValueData::new(data.ty, ValueDef::Damaged);
        }
        if let Some(block) = self.current.block {
            body.blocks[block].damaged = true;
        }
    }

    fn finish(&mut self, damaged: bool) {
        self.end_block();
        self.patch();
        self.type_pending();
        let errors_after = self.current.body.damaged;
        let mut body = take_exactly(&mut self.current.body);
        body.damaged = damaged || errors_after;
        if !body.inline_sites.is_empty() {
            body.inline_sites.resize(body.insts.len(), 0);
        }
        self.current.map.shrink_to_fit();
        let func = self.current.func;
        self.map.functions[func.index()] = std::mem::take(&mut self.current.map);
        self.module.functions[func].body = body;
    }

    /// Puts values in where they were used before their definitions.
    fn patch(&mut self) {
        let patches = std::mem::take(&mut self.current.patches);
        for patch in &patches {
            let value = match self.current.values.get(patch.key) {
                Some(value) => Value::from_u32(value),
                None => self.undefined_value(patch),
            };
            self.put(patch.site, Operand::from(value));
        }
        self.current.patches = patches;
        self.current.patches.clear();
    }

    fn undefined_value(&mut self, patch: &Patch<'t>) -> Value {
        let name = self.undefined_name(patch.key);
        let value = self.current.body.values.push(ValueData::new(Type::ERROR, ValueDef::Undefined));
        self.current.body.value_names.push(name);
        self.current.values.set(patch.key, value.as_u32());
        value
    }

    fn put(&mut self, site: Site, operand: Operand) {
        let body = &mut self.current.body;
        match site {
            Site::Word(inst, word) => body.insts[Inst::from_u32(inst)].words[usize::from(word)] = operand.bits(),
            Site::Pool(index) => body.pool[index as usize] = operand,
            Site::Case(edge) => {
                let data = body.edges[edge];
                body.edges[edge] = EdgeData::new(data.block, data.args(), operand.constant());
            }
            Site::Variable(index) => {
                let variables = &mut self.module.functions[self.current.func].variables;
                if let (Some(variable), Some(value)) = (variables.get_mut(index as usize), operand.value()) {
                    variable.location = Location::Value(value);
                }
            }
        }
    }

    /// Types the literals that waited for a value's definition.
    fn type_pending(&mut self) {
        if self.current.pending.is_empty() {
            return;
        }
        let errors = self.diagnostics.len();
        for pending in std::mem::take(&mut self.current.pending) {
            let value = self.current.values.get(pending.key).map(Value::from_u32);
            let ty = value.map_or(Type::ERROR, |value| self.current.body.value_type(value));
            let hint = match pending.parameter {
                None => Hint::of(ty),
                Some(index) => {
                    let callee = self.module.types.as_pointer(ty);
                    callee.map_or(Hint::Free, |(_, callee)| self.param_hint(callee, index))
                }
            };
            let bits = self.place(pending.site, Argument::Literal(pending.literal), hint);
            self.put(pending.site, Operand::from_bits(bits));
        }
        order_constants(&mut self.current.body);
        self.current.body.damaged = self.diagnostics.len() > errors;
    }
}

/// A body without spare memory. The one that was filled keeps its memory for the next, unless it is large.
fn take_exactly(body: &mut Body) -> Body {
    if body.insts.len() > LARGE {
        let mut body = std::mem::take(body);
        body.shrink_to_fit();
        return body;
    }
    let exact = Body {
        blocks: body.blocks.clone(),
        insts: body.insts.clone(),
        first_results: body.first_results.clone(),
        spans: body.spans.clone(),
        inline_sites: body.inline_sites.clone(),
        values: body.values.clone(),
        value_names: body.value_names.clone(),
        edges: body.edges.clone(),
        pool: body.pool.clone(),
        constants: std::mem::take(&mut body.constants),
        damaged: body.damaged,
    };
    body.blocks.clear();
    body.insts.clear();
    body.first_results.clear();
    body.spans.clear();
    body.inline_sites.clear();
    body.values.clear();
    body.value_names.clear();
    body.edges.clear();
    body.pool.clear();
    body.damaged = false;
    exact
}

/// Numbers the constants in the order of the text.
fn order_constants(body: &mut Body) {
    let old = std::mem::take(&mut body.constants);
    let mut new = ConstantPool::default();
    let mut renumber = |constant: Constant| match old.get(constant) {
        Some(data) => new.intern(*data),
        None => constant,
    };
    let mut operand = |operand: Operand| match operand.constant() {
        Some(constant) => Operand::from(renumber(constant)),
        None => operand,
    };
    for inst in body.insts.values_mut() {
        for word in 0..inst.fixed_operands() {
            inst.words[word] = operand(inst.operand(word)).bits();
        }
        let shape = inst.opcode.shape();
        if shape.has(Attribute::Literal) {
            let literal = operand(Operand::from(inst.literal()));
            inst.words[2] = literal.constant().map_or(inst.words[2], Constant::as_u32);
        }
        if shape.variadic {
            for item in &mut body.pool[inst.list()] {
                *item = operand(*item);
            }
        }
        for edge in inst.edges() {
            let data = body.edges[edge];
            let case = data.case().and_then(|case| operand(Operand::from(case)).constant());
            body.edges[edge] = EdgeData::new(data.block, data.args(), case);
            for item in &mut body.pool[data.args()] {
                *item = operand(*item);
            }
        }
    }
    body.constants = new;
}
