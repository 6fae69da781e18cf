//! The builder of functions: blocks, spans, names, slots, debug variables. Opcodes are in the modules beside it.

use super::argument::{Arg, SymbolRef};
use super::error::{BuildError, Misuse};
use super::module::ModuleBuilder;
use crate::{
    Attributes, Block, ConstantPool, DebugType, Execution, FloatMode, Func, Function, Inline, InlineData,
    InlineSite, InstData, Location, Name, Opcode, Operand, Param, Passing, PrimaryMap, Slot, SlotData, Source,
    Space, Span, Symbol, Type, TypeTable, Value, Variable,
};
use std::ops::Range;

/// Stands for a value that there is not; using it is reported.
pub(super) fn no_value() -> Value {
    Value::from_u32(i32::MAX as u32)
}

/// A block that is being filled.
#[derive(Debug)]
pub(super) struct DraftBlock {
    pub(super) name: Name,
    pub(super) params: Vec<Value>,
    pub(super) insts: Runs,
}

/// The instructions of a block, as ranges of the function's list. A block that is filled in one go has a single one.
#[derive(Debug, Default)]
pub(super) struct Runs {
    earlier: Vec<Range<u32>>,
    last: Range<u32>,
}

impl Runs {
    fn push(&mut self, inst: u32) {
        if self.last.end == inst && !self.last.is_empty() {
            self.last.end += 1;
            return;
        }
        let run = std::mem::replace(&mut self.last, inst..inst + 1);
        if !run.is_empty() {
            self.earlier.push(run);
        }
    }

    fn last(&self) -> Option<u32> {
        self.last.clone().next_back()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        self.earlier.iter().cloned().chain([self.last.clone()]).flatten()
    }
}

/// An instruction in the builder's numbering.
#[derive(Debug)]
pub(super) struct DraftInst {
    pub(super) data: InstData,
    pub(super) first_result: Value,
    pub(super) span: Span,
    /// Index + 1 of the inlining record; 0 for none.
    pub(super) site: u32,
}

/// An edge whose arguments wait for the target's parameters.
#[derive(Debug)]
pub(super) struct DraftEdge {
    pub(super) block: Block,
    pub(super) args: Range<usize>,
    pub(super) case: Option<Operand>,
    /// Where it was written, for errors.
    pub(super) opcode: Opcode,
    pub(super) span: Span,
}

/// A value in the builder's numbering.
#[derive(Clone, Copy, Debug)]
pub(super) struct DraftValue {
    pub(super) ty: Type,
    pub(super) name: Name,
}

/// The builder of a function; see the [module's documentation](crate::builder).
///
/// Besides the methods below there is one for each opcode, in order of operands; a type comes first where the
/// operands do not show it, a condition before it.
#[derive(Debug)]
#[must_use = "a function has no body until `finish` is called"]
pub struct FunctionBuilder<'m> {
    pub(super) module: &'m mut ModuleBuilder,
    func: Func,
    pub(super) function: Function,
    pub(super) blocks: PrimaryMap<Block, DraftBlock>,
    pub(super) insts: Vec<DraftInst>,
    pub(super) values: PrimaryMap<Value, DraftValue>,
    pub(super) pool: Vec<Operand>,
    pub(super) edges: Vec<DraftEdge>,
    pub(super) edge_args: Vec<Arg>,
    pub(super) constants: ConstantPool,
    pub(super) order: Vec<Block>,
    current: Option<Block>,
    span: Span,
    site: u32,
    /// The opcode that is being written, for errors.
    pub(super) opcode: Option<Opcode>,
}

impl<'m> FunctionBuilder<'m> {
    pub(super) fn new(module: &'m mut ModuleBuilder, func: Func) -> FunctionBuilder<'m> {
        let declared = module.module.functions.get(func).cloned();
        let known = declared.is_some();
        let function = declared.unwrap_or_else(|| Function::new(Symbol::from_u32(0), Type::ERROR));
        let mut builder = FunctionBuilder {
            module,
            func,
            function,
            blocks: PrimaryMap::new(),
            insts: Vec::new(),
            values: PrimaryMap::new(),
            pool: Vec::new(),
            edges: Vec::new(),
            edge_args: Vec::new(),
            constants: ConstantPool::default(),
            order: Vec::new(),
            current: None,
            span: Span::MISSING,
            site: 0,
            opcode: None,
        };
        if !known {
            builder.misuse(Misuse::ForeignItem("function"));
        }
        builder.open_entry();
        builder
    }

    fn open_entry(&mut self) {
        let entry = self.named_block("entry");
        let signature = self.module.module.signature(&self.function);
        let params = signature.map(|signature| signature.params.clone()).unwrap_or_default();
        for param in params {
            let ty = self.param_type(param);
            let value = self.add_value(ty);
            self.blocks[entry].params.push(value);
        }
        self.current = Some(entry);
    }

    /// What a parameter is in the body.
    fn param_type(&mut self, param: Param) -> Type {
        match param.passing {
            Passing::Value | Passing::Zext | Passing::Sext => param.ty,
            Passing::Agg | Passing::ByVal => self.types().pointer(Space::Stack, param.ty),
            Passing::SRet => self.types().pointer(Space::Generic, param.ty),
        }
    }

    /// Ends the function: lays out its blocks, the entry first, and puts it into the module.
    pub fn finish(mut self) {
        self.opcode = None;
        self.span = Span::MISSING;
        let body = self.lay_out();
        let defined = self.module.module.functions.get(self.func).is_some_and(|f| !f.body.blocks.is_empty());
        if defined {
            self.misuse(Misuse::DefinedTwice);
        }
        if let Some(function) = self.module.module.functions.get_mut(self.func) {
            *function = self.function;
            function.body = body;
        }
    }

    /// Makes room for so many more instructions, each with a result.
    pub fn reserve(&mut self, instructions: usize) {
        self.insts.reserve(instructions);
        self.values.reserve(instructions);
    }

    /// The module's builder, to declare what this function turns out to need.
    pub fn module(&mut self) -> &mut ModuleBuilder {
        self.module
    }

    /// The module's types.
    pub fn types(&mut self) -> &mut TypeTable {
        self.module.types()
    }

    /// Makes the function visible outside the module.
    pub fn set_public(&mut self, public: bool) {
        self.function.public = public;
    }

    /// Lets another definition replace the function at link time.
    pub fn set_weak(&mut self, weak: bool) {
        self.function.weak = weak;
    }

    /// Makes the function an interrupt handler.
    pub fn set_interrupt(&mut self, interrupt: bool) {
        self.function.interrupt = interrupt;
    }

    /// Sets on which engines the function is meant to run.
    pub fn set_execution(&mut self, execution: Execution) {
        self.function.execution = execution;
    }

    /// Sets whether the function is to be inlined.
    pub fn set_inline(&mut self, inline: Inline) {
        self.function.inline = inline;
    }

    /// Sets which rewrites of floating-point operations are allowed.
    pub fn set_float_mode(&mut self, mode: FloatMode) {
        self.function.float = mode;
    }

    /// Sets whether multiply-add may be contracted.
    pub fn set_contract(&mut self, contract: bool) {
        self.function.contract = contract;
    }

    /// Sets the section that the function goes to.
    pub fn set_section(&mut self, section: &str) {
        self.function.section = Some(self.module.name(section));
    }

    /// Sets the function's alignment in bytes.
    pub fn set_align(&mut self, align: u32) {
        self.function.align = Some(align);
    }

    /// Sets the source that [`FunctionBuilder::at`] means. It is the module's first unless this says otherwise.
    pub fn set_source(&mut self, source: Source) {
        self.function.source = source;
    }

    /// Sets where the source declares the function.
    pub fn set_declaration(&mut self, span: Span) {
        self.function.span = span;
    }

    /// Sets the span of the instructions, slots and variables that follow.
    pub fn set_span(&mut self, span: Span) {
        self.span = if span.is_compiler() { Span::COMPILER } else { span };
    }

    /// Sets the span to a line and column of the function's source, both from 1, columns in UTF-8 bytes.
    pub fn at(&mut self, line: u32, column: u16) {
        self.set_span(Span::new(self.function.source, line, column));
    }

    /// The span that is set; [`Span::MISSING`] before one is.
    pub fn span(&self) -> Span {
        self.span
    }

    /// Records that a callee was inlined at a place, in the inlined body `parent` if there is one. A callee that the module
    /// has not any more is [`ModuleBuilder::undeclared`].
    pub fn inlined(&mut self, callee: impl Into<SymbolRef>, span: Span, parent: Option<InlineSite>) -> InlineSite {
        let callee = self.symbol(callee.into());
        if parent.is_some_and(|parent| !self.function.inlined.is_valid(parent)) {
            self.misuse(Misuse::ForeignEntity("inlining record"));
        }
        self.function.inlined.push(InlineData { callee, span, parent })
    }

    /// Sets the inlined body that the instructions which follow belong to.
    pub fn set_inline_site(&mut self, site: Option<InlineSite>) {
        if site.is_some_and(|site| !self.function.inlined.is_valid(site)) {
            return self.misuse(Misuse::ForeignEntity("inlining record"));
        }
        self.site = site.map_or(0, |site| site.as_u32() + 1);
    }

    /// Adds a stack slot.
    pub fn add_slot(&mut self, name: &str, ty: Type, align: Option<u32>) -> Slot {
        let name = self.module.name(name);
        self.function.slots.push(SlotData { name, ty, align, span: self.span })
    }

    /// Adds a variable of the source.
    pub fn add_variable(&mut self, name: &str, ty: DebugType, location: Location) {
        let name = self.module.name(name);
        self.function.variables.push(Variable { name, ty, location, span: self.span });
    }

    /// The entry block.
    pub fn entry(&self) -> Block {
        Block::from_u32(0)
    }

    /// A parameter of the function. One that there is not gives a value whose use is reported.
    pub fn param(&self, index: usize) -> Value {
        self.block_params(self.entry()).get(index).copied().unwrap_or_else(no_value)
    }

    /// A block's parameters; the function's, for the entry block.
    pub fn block_params(&self, block: Block) -> &[Value] {
        self.blocks.get(block).map_or(&[], |block| &block.params)
    }

    /// Creates a block without a name. Blocks are laid out in order of creation.
    pub fn create_block(&mut self) -> Block {
        self.blocks.push(DraftBlock { name: Name::NONE, params: Vec::new(), insts: Runs::default() })
    }

    /// Creates a block with a name.
    pub fn named_block(&mut self, name: &str) -> Block {
        let block = self.create_block();
        self.blocks[block].name = self.module.name(name);
        block
    }

    /// Appends a parameter to a block.
    pub fn append_param(&mut self, block: Block, ty: Type) -> Value {
        if block == self.entry() {
            self.misuse(Misuse::EntryParameter);
            return no_value();
        }
        let value = self.values.next_key();
        match self.blocks.get_mut(block) {
            Some(block) => block.params.push(value),
            None => {
                self.misuse(Misuse::ForeignEntity("block"));
                return no_value();
            }
        }
        self.add_value(ty)
    }

    /// Writes what follows at the end of a block.
    pub fn switch_to(&mut self, block: Block) {
        if self.blocks.is_valid(block) {
            self.current = Some(block);
        } else {
            self.current = None;
            self.misuse(Misuse::ForeignEntity("block"));
        }
    }

    /// The block that is being written.
    pub fn current_block(&self) -> Option<Block> {
        self.current
    }

    /// Whether the block that is being written ends in a terminator already.
    pub fn is_terminated(&self) -> bool {
        let last = self.current.and_then(|block| self.blocks[block].insts.last());
        last.is_some_and(|inst| self.insts[inst as usize].data.opcode.is_terminator())
    }

    /// Lays out these blocks first, in this order, behind the entry block; the others follow in order of creation.
    pub fn set_layout(&mut self, blocks: &[Block]) {
        self.order = blocks.to_vec();
    }

    /// Names a value. Names that come twice get a number behind them.
    pub fn set_name(&mut self, value: Value, name: &str) {
        let name = self.module.name(name);
        match self.values.get_mut(value) {
            Some(data) => data.name = name,
            None => self.misuse(Misuse::ForeignEntity("value")),
        }
    }

    /// The type of a value; [`Type::ERROR`] for one of another function.
    pub fn value_type(&self, value: Value) -> Type {
        self.values.get(value).map_or(Type::ERROR, |data| data.ty)
    }

    /// Appends an instruction whose operands and lists are made by hand, with results of these types. The way for
    /// generators and for passes that move instructions; the methods named after opcodes are the way for front ends.
    pub fn push(&mut self, data: InstData, results: &[Type]) -> Option<Value> {
        let first = self.append(data, results);
        (!results.is_empty()).then_some(first)
    }

    pub(super) fn append(&mut self, mut data: InstData, results: &[Type]) -> Value {
        let first_result = self.values.next_key();
        let Some(block) = self.current else {
            self.misuse(Misuse::NoBlock);
            return no_value();
        };
        match u8::try_from(results.len()) {
            Ok(count) => data.results = count,
            Err(_) => {
                self.misuse(Misuse::TooManyResults(results.len()));
                return no_value();
            }
        }
        for &ty in results {
            self.add_value(ty);
        }
        self.blocks[block].insts.push(self.insts.len() as u32);
        self.insts.push(DraftInst { data, first_result, span: self.span, site: self.site });
        first_result
    }

    fn add_value(&mut self, ty: Type) -> Value {
        self.values.push(DraftValue { ty, name: Name::NONE })
    }

    /// The symbol of an item; of one that is not this module's a wrong one, reported.
    pub(super) fn symbol(&mut self, item: SymbolRef) -> Symbol {
        self.module.find(item).unwrap_or_else(|misuse| {
            self.misuse(misuse);
            Symbol::from_u32(0)
        })
    }

    pub(super) fn set_alignment(&mut self, attributes: &mut Attributes, align: u64) {
        if !attributes.set_align(align) {
            self.misuse(Misuse::Alignment(align));
        }
    }

    pub(super) fn misuse(&mut self, misuse: Misuse) {
        self.misuse_at(self.opcode, self.span, misuse);
    }

    pub(super) fn misuse_at(&mut self, opcode: Option<Opcode>, span: Span, misuse: Misuse) {
        let function = Some(self.module.module.symbol_name(self.function.symbol).to_string());
        self.module.errors.push(BuildError { function, opcode, span, misuse });
    }
}
