//! Functions and their bodies.
//!
//! **The layout invariant.** Blocks, instructions, values and edges are numbered in layout order, the order of the
//! text. A block's instructions are a contiguous range, an instruction's results are consecutive values. So "defined
//! earlier in this block" is one comparison, a pass over a function is a linear walk over arrays, and two equal
//! functions have equal arrays. A pass that moves instructions builds a new body.

use crate::instruction::{InstData, Operand};
use crate::span::Span;
use crate::types::Type;
use crate::{Block, Constant, DebugType, Edge, InlineSite, Inst, Name, Slot, Source, Symbol, Value};
use cranelift_entity::{EntityRef, PrimaryMap};
use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;
use std::ops::Range;

/// On which engines a function is meant to run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Execution {
    /// On any.
    #[default]
    Any,
    /// `runtime`: as bytecode.
    Runtime,
    /// `native`: as machine code.
    Native,
}

/// Whether a function is to be inlined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Inline {
    /// As the optimiser sees fit.
    #[default]
    Auto,
    /// Wherever it is called.
    Always,
    /// Nowhere.
    Never,
}

/// Which rewrites of floating-point operations are allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FloatMode {
    /// IEEE 754 results; status flags may be ignored.
    #[default]
    Precise,
    /// IEEE 754 results and status flags.
    Strict,
    /// Algebraic rewrites.
    Fast,
}

/// A stack slot: one object for each activation of the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotData {
    /// Its name, without the `$`.
    pub name: Name,
    /// The type of the object.
    pub ty: Type,
    /// The alignment in bytes, when it is written.
    pub align: Option<u32>,
    /// Where the source declares it.
    pub span: Span,
}

/// Where a debug variable lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// In a stack slot, for the whole activation.
    Slot(Slot),
    /// In a value, where that is live.
    Value(Value),
}

/// A variable of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name in the source.
    pub name: Name,
    /// Its type.
    pub ty: DebugType,
    /// Where it lives.
    pub location: Location,
    /// Where the source declares it.
    pub span: Span,
}

/// A record that a callee was inlined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InlineData {
    /// The callee. The module may not have it any more: then nothing but inlining records names this symbol, and it is
    /// [`crate::Item::Undefined`].
    pub callee: Symbol,
    /// Where it was called.
    pub span: Span,
    /// The inlined body in which that call stands, if it does; an earlier record.
    pub parent: Option<InlineSite>,
}

/// A constant: a type and up to 128 bits of it, the others zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConstantData {
    /// An integer, float or `addr` type.
    pub ty: Type,
    low: u64,
    high: u64,
}

impl ConstantData {
    /// A constant of a type. Bits beyond the type's width do not verify.
    pub fn new(ty: Type, bits: u128) -> ConstantData {
        ConstantData { ty, low: bits as u64, high: (bits >> 64) as u64 }
    }

    /// Its bits.
    pub fn bits(&self) -> u128 {
        u128::from(self.high) << 64 | u128::from(self.low)
    }
}

/// The constants of a function, each once.
#[derive(Clone, Debug, Default)]
pub struct ConstantPool {
    list: PrimaryMap<Constant, ConstantData>,
    table: HashTable<u32>,
}

impl ConstantPool {
    /// The constant of a type with bits, added when it is new.
    pub fn intern(&mut self, data: ConstantData) -> Constant {
        let hasher = FxBuildHasher;
        let hash = hasher.hash_one(data);
        let list = &mut self.list;
        if let Some(&index) = self.table.find(hash, |&i| list[Constant::from_u32(i)] == data) {
            return Constant::from_u32(index);
        }
        let constant = list.push(data);
        self.table.insert_unique(hash, constant.as_u32(), |&i| hasher.hash_one(list[Constant::from_u32(i)]));
        constant
    }

    /// A constant, unless the index is another function's.
    pub fn get(&self, constant: Constant) -> Option<&ConstantData> {
        self.list.get(constant)
    }

    /// All constants.
    pub fn as_slice(&self) -> &[ConstantData] {
        self.list.values().as_slice()
    }

    fn heap_bytes(&self) -> usize {
        self.list.len() * size_of::<ConstantData>() + self.table.capacity() * 5
    }
}

impl PartialEq for ConstantPool {
    fn eq(&self, other: &ConstantPool) -> bool {
        self.as_slice() == other.as_slice()
    }
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueDef {
    /// A parameter of a block (of the function, for the entry block).
    Parameter(Block),
    /// A result of an instruction.
    Result(Inst),
    /// Nowhere: the text uses a name that it does not define. Does not verify.
    Undefined,
    /// A line that could not be read. Only in bodies that are [`Body::damaged`].
    Damaged,
}

/// Type and origin of a value, in 8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueData {
    /// Its type.
    pub ty: Type,
    def: u32,
}

const _: () = assert!(size_of::<ValueData>() == 8);

impl ValueData {
    const BLOCK: u32 = 1 << 31;
    const UNDEFINED: u32 = u32::MAX;
    const DAMAGED: u32 = u32::MAX - 1;

    /// A value of a type and an origin.
    pub fn new(ty: Type, def: ValueDef) -> ValueData {
        let def = match def {
            ValueDef::Parameter(block) => block.as_u32() | Self::BLOCK,
            ValueDef::Result(inst) => inst.as_u32(),
            ValueDef::Undefined => Self::UNDEFINED,
            ValueDef::Damaged => Self::DAMAGED,
        };
        ValueData { ty, def }
    }

    /// Whether it is a result of an instruction.
    #[inline]
    pub fn is_result_of(&self, inst: Inst) -> bool {
        self.def == inst.as_u32()
    }

    /// Whether it is a parameter of a block.
    #[inline]
    pub fn is_parameter_of(&self, block: Block) -> bool {
        self.def == block.as_u32() | Self::BLOCK
    }

    /// Where it comes from.
    #[inline]
    pub fn def(&self) -> ValueDef {
        match self.def {
            Self::UNDEFINED => ValueDef::Undefined,
            Self::DAMAGED => ValueDef::Damaged,
            def if def & Self::BLOCK != 0 => ValueDef::Parameter(Block::from_u32(def & !Self::BLOCK)),
            def => ValueDef::Result(Inst::from_u32(def)),
        }
    }
}

/// A block: parameters and a contiguous range of instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockData {
    /// Its name, without the `^`.
    pub name: Name,
    /// Its first parameter; meaningless when there is none.
    pub first_param: Value,
    /// How many parameters it has; they are consecutive values.
    pub params: u32,
    /// Its first instruction.
    pub first_inst: Inst,
    /// The instruction after its last.
    pub end_inst: Inst,
    /// Whether the block is defined, rather than only named by an edge. Undefined blocks stand behind all others.
    pub defined: bool,
    /// Whether a line of it could not be read. Only in bodies that are [`Body::damaged`].
    pub damaged: bool,
}

impl BlockData {
    /// A block that is named and not defined yet.
    pub fn undefined(name: Name) -> BlockData {
        BlockData {
            name,
            first_param: Value::from_u32(0),
            params: 0,
            first_inst: Inst::from_u32(0),
            end_inst: Inst::from_u32(0),
            defined: false,
            damaged: false,
        }
    }

    /// Its parameters.
    pub fn params(&self) -> impl ExactSizeIterator<Item = Value> + DoubleEndedIterator + use<> {
        let first = self.first_param.as_u32();
        (first..first.saturating_add(self.params)).map(Value::from_u32)
    }

    /// Its instructions.
    pub fn insts(&self) -> impl ExactSizeIterator<Item = Inst> + DoubleEndedIterator + use<> {
        (self.first_inst.as_u32()..self.end_inst.as_u32()).map(Inst::from_u32)
    }

    /// Its instructions, as a range of indices.
    pub fn inst_range(&self) -> Range<usize> {
        self.first_inst.index()..self.end_inst.index()
    }
}

/// An edge: where to, with which arguments, and for a switch's case under which constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EdgeData {
    /// The block it goes to.
    pub block: Block,
    first_arg: u32,
    args: u32,
    case: u32,
}

const _: () = assert!(size_of::<EdgeData>() == 16);

impl EdgeData {
    /// An edge whose arguments are a range of the body's pool.
    pub fn new(block: Block, args: Range<usize>, case: Option<Constant>) -> EdgeData {
        EdgeData {
            block,
            first_arg: args.start as u32,
            args: args.len() as u32,
            case: case.map_or(u32::MAX, Constant::as_u32),
        }
    }

    /// The range of its arguments in the body's pool.
    pub fn args(&self) -> Range<usize> {
        let start = self.first_arg as usize;
        start..start.saturating_add(self.args as usize)
    }

    /// The constant of a switch's case.
    pub fn case(&self) -> Option<Constant> {
        (self.case != u32::MAX).then(|| Constant::from_u32(self.case))
    }
}

/// The body of a function. Its fields obey the layout invariant of the module's documentation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// Blocks; the first is the entry.
    pub blocks: PrimaryMap<Block, BlockData>,
    /// Instructions.
    pub insts: PrimaryMap<Inst, InstData>,
    /// The first result of each instruction; meaningless when it has none.
    pub first_results: Vec<Value>,
    /// The span of each instruction.
    pub spans: Vec<Span>,
    /// For each instruction the inlined body it belongs to, as index + 1; 0 for none. Empty when nothing was inlined.
    pub inline_sites: Vec<u32>,
    /// Values.
    pub values: PrimaryMap<Value, ValueData>,
    /// The name of each value, without the `%`.
    pub value_names: Vec<Name>,
    /// Edges of the terminators.
    pub edges: PrimaryMap<Edge, EdgeData>,
    /// Lists of operands: arguments of calls, returns and edges.
    pub pool: Vec<Operand>,
    /// Constants.
    pub constants: ConstantPool,
    /// Whether the text it was read from had errors. A damaged body never verifies.
    pub damaged: bool,
}

impl Body {
    /// The results of an instruction.
    pub fn results(&self, inst: Inst) -> impl ExactSizeIterator<Item = Value> + use<> {
        let first = self.first_results.get(inst.index()).map_or(0, |value| value.as_u32());
        let count = self.insts.get(inst).map_or(0, |data| u32::from(data.results));
        (first..first.saturating_add(count)).map(Value::from_u32)
    }

    /// The type of a value; [`Type::ERROR`] for a value of another function.
    pub fn value_type(&self, value: Value) -> Type {
        self.values.get(value).map_or(Type::ERROR, |data| data.ty)
    }

    /// The type of an operand; [`Type::ERROR`] for an operand of another function.
    pub fn operand_type(&self, operand: Operand) -> Type {
        match operand.constant() {
            Some(constant) => self.constants.get(constant).map_or(Type::ERROR, |data| data.ty),
            None => self.values.get(Value::from_u32(operand.bits())).map_or(Type::ERROR, |data| data.ty),
        }
    }

    /// The operands in an instruction's list, without the edges' arguments; with the `into` destination last.
    pub fn list(&self, inst: &InstData) -> &[Operand] {
        if inst.opcode.shape().variadic { self.pool.get(inst.list()).unwrap_or(&[]) } else { &[] }
    }

    /// A call's arguments and its `into` destination.
    pub fn call_operands(&self, inst: &InstData) -> (&[Operand], Option<Operand>) {
        let list = self.list(inst);
        match list.split_last() {
            Some((&into, args)) if inst.attributes.has_into() => (args, Some(into)),
            _ => (list, None),
        }
    }

    /// An edge's arguments.
    pub fn edge_args(&self, edge: &EdgeData) -> &[Operand] {
        self.pool.get(edge.args()).unwrap_or(&[])
    }

    /// All operands of an instruction: those in its words, its list, its edges' arguments.
    pub fn operands<'a>(&'a self, inst: &'a InstData) -> impl Iterator<Item = Operand> + 'a {
        let fixed = (0..inst.fixed_operands()).map(|index| inst.operand(index));
        let edges = self.edges.values().as_slice().get(inst.edge_range()).unwrap_or(&[]);
        let edge_args = edges.iter().flat_map(|edge| self.edge_args(edge).iter().copied());
        fixed.chain(self.list(inst).iter().copied()).chain(edge_args)
    }

    /// The inlined body an instruction belongs to.
    pub fn inline_site(&self, inst: Inst) -> Option<InlineSite> {
        match self.inline_sites.get(inst.index()) {
            None | Some(0) => None,
            Some(&site) => Some(InlineSite::from_u32(site - 1)),
        }
    }

    /// The blocks that are defined, in layout order.
    pub fn layout(&self) -> impl Iterator<Item = (Block, &BlockData)> {
        self.blocks.iter().take_while(|(_, block)| block.defined)
    }

    /// Bytes of heap memory in use, once [`Body::shrink_to_fit`] has run.
    pub fn heap_bytes(&self) -> usize {
        self.blocks.len() * size_of::<BlockData>()
            + self.insts.len() * size_of::<InstData>()
            + self.first_results.capacity() * 4
            + self.spans.capacity() * size_of::<Span>()
            + self.inline_sites.capacity() * 4
            + self.values.len() * size_of::<ValueData>()
            + self.value_names.capacity() * 4
            + self.edges.len() * size_of::<EdgeData>()
            + self.pool.capacity() * 4
            + self.constants.heap_bytes()
    }

    /// Gives back memory that growth left over.
    pub fn shrink_to_fit(&mut self) {
        self.blocks.shrink_to_fit();
        self.insts.shrink_to_fit();
        self.first_results.shrink_to_fit();
        self.spans.shrink_to_fit();
        self.inline_sites.shrink_to_fit();
        self.values.shrink_to_fit();
        self.value_names.shrink_to_fit();
        self.edges.shrink_to_fit();
        self.pool.shrink_to_fit();
    }
}

/// A function.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Its symbol.
    pub symbol: Symbol,
    /// Its function type: parameters, results, ABI, effects.
    pub ty: Type,
    /// Whether it is visible outside the module.
    pub public: bool,
    /// Whether another definition may replace it at link time.
    pub weak: bool,
    /// Whether it is an interrupt handler.
    pub interrupt: bool,
    /// Its execution mark.
    pub execution: Execution,
    /// Its inlining mark.
    pub inline: Inline,
    /// Its float mode.
    pub float: FloatMode,
    /// Whether multiply-add may be contracted.
    pub contract: bool,
    /// The section it goes to, if one is named.
    pub section: Option<Name>,
    /// Its alignment in bytes, if one is written.
    pub align: Option<u32>,
    /// The source that its spans are in unless they say otherwise.
    pub source: Source,
    /// Where the source declares it.
    pub span: Span,
    /// Stack slots.
    pub slots: PrimaryMap<Slot, SlotData>,
    /// Debug variables.
    pub variables: Vec<Variable>,
    /// Inlining records.
    pub inlined: PrimaryMap<InlineSite, InlineData>,
    /// Blocks, instructions and values.
    pub body: Body,
}

impl Function {
    /// A function without marks and without body.
    pub fn new(symbol: Symbol, ty: Type) -> Function {
        Function {
            symbol,
            ty,
            public: false,
            weak: false,
            interrupt: false,
            execution: Execution::Any,
            inline: Inline::Auto,
            float: FloatMode::Precise,
            contract: false,
            section: None,
            align: None,
            source: Source::new(0),
            span: Span::MISSING,
            slots: PrimaryMap::new(),
            variables: Vec::new(),
            inlined: PrimaryMap::new(),
            body: Body::default(),
        }
    }
}
