//! A function's body taken apart, so that instructions and blocks can be put in, taken out and moved; [`Draft::lay_out`]
//! puts it together again as [`Body`]'s layout invariant has it.
//!
//! Values and blocks have numbers of the draft's own, in no order. A value that nothing defines becomes one that the
//! text uses and does not define, a block that is not [`DraftBlock::defined`] one that it only names.

use native_ir::{
    Attribute, Attributes, Block, BlockData, Body, ConstantData, EdgeData, EntityRef, InlineSite, Inst, InstData,
    Name, Opcode, Operand, PrimaryMap, Span, Type, Value, ValueData, ValueDef,
};

/// An operand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Use {
    /// A value of the draft.
    Value(Value),
    /// A literal.
    Literal(ConstantData),
}

/// An edge of a terminator.
#[derive(Clone, Debug)]
pub struct DraftEdge {
    /// The block it goes to, by index in the draft.
    pub block: usize,
    /// The arguments for the block's parameters.
    pub args: Vec<Use>,
    /// The constant of a switch's case.
    pub case: Option<ConstantData>,
}

/// An instruction.
#[derive(Clone, Debug)]
pub struct DraftInst {
    /// What it does.
    pub opcode: Opcode,
    /// Its attributes.
    pub attributes: Attributes,
    /// The operands that every instruction of the opcode has.
    pub operands: Vec<Use>,
    /// The list of operands that follows them.
    pub list: Vec<Use>,
    /// The edges.
    pub edges: Vec<DraftEdge>,
    /// The number of the symbol, register, slot, field or type.
    pub immediate: u32,
    /// The constant of `iconst` and `fconst`.
    pub literal: Option<ConstantData>,
    /// The values it defines.
    pub results: Vec<Value>,
    /// Its span.
    pub span: Span,
    /// The inlined body it belongs to.
    pub site: Option<InlineSite>,
}

impl DraftInst {
    /// An instruction without operands, results and span.
    pub fn new(opcode: Opcode) -> DraftInst {
        DraftInst {
            opcode,
            attributes: Attributes::default(),
            operands: Vec::new(),
            list: Vec::new(),
            edges: Vec::new(),
            immediate: 0,
            literal: None,
            results: Vec::new(),
            span: Span::MISSING,
            site: None,
        }
    }

    /// With these operands.
    #[must_use]
    pub fn with(mut self, operands: &[Use]) -> DraftInst {
        self.operands = operands.to_vec();
        self
    }

    /// With the number of a symbol, register, slot, field or type.
    #[must_use]
    pub fn immediate(mut self, immediate: usize) -> DraftInst {
        self.immediate = immediate as u32;
        self
    }

    /// Every operand: those of its own, of its list, of its edges.
    pub fn uses_mut(&mut self) -> impl Iterator<Item = &mut Use> {
        let edges = self.edges.iter_mut().flat_map(|edge| edge.args.iter_mut());
        self.operands.iter_mut().chain(&mut self.list).chain(edges)
    }
}

/// A block.
#[derive(Clone, Debug, Default)]
pub struct DraftBlock {
    /// Its name.
    pub name: Option<Name>,
    /// Its parameters; the function's, for the first block.
    pub params: Vec<Value>,
    /// Its instructions.
    pub insts: Vec<DraftInst>,
    /// Whether it is there, and not only named by an edge.
    pub defined: bool,
}

/// A value.
#[derive(Clone, Copy, Debug)]
pub struct DraftValue {
    /// Its type.
    pub ty: Type,
    /// Its name.
    pub name: Name,
}

/// A body taken apart.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The blocks; the first one is the entry.
    pub blocks: Vec<DraftBlock>,
    /// The values.
    pub values: PrimaryMap<Value, DraftValue>,
}

impl Draft {
    /// Takes a whole body apart. Values and blocks keep their numbers.
    pub fn of(body: &Body) -> Draft {
        let names = body.value_names.iter();
        let values = body.values.values().zip(names).map(|(value, &name)| DraftValue { ty: value.ty, name });
        let block = |data: &BlockData| DraftBlock {
            name: data.name.is_some().then_some(data.name),
            params: data.params().collect(),
            insts: data.insts().map(|inst| instruction(body, inst)).collect(),
            defined: data.defined,
        };
        Draft { blocks: body.blocks.values().map(block).collect(), values: values.collect() }
    }

    /// A new value.
    pub fn value(&mut self, ty: Type, name: Name) -> Value {
        self.values.push(DraftValue { ty, name })
    }

    /// The type of an operand.
    pub fn type_of(&self, operand: Use) -> Type {
        match operand {
            Use::Value(value) => self.values[value].ty,
            Use::Literal(data) => data.ty,
        }
    }

    /// The body with its blocks in an order, and for each value of the draft its number there. Blocks that are not
    /// defined stand behind the others, as do values without a definition.
    pub fn lay_out(&self, order: &[usize]) -> (Body, Vec<Value>) {
        let mut layout =
            Layout { body: Body::default(), blocks: vec![Block::new(0); self.blocks.len()], values: Vec::new() };
        layout.number(self, order);
        for &index in order {
            layout.block(layout.blocks[index], &self.blocks[index]);
        }
        if layout.body.inline_sites.iter().all(|&site| site == 0) {
            layout.body.inline_sites.clear();
        }
        (layout.body, layout.values)
    }

    /// [`Draft::lay_out`] with the blocks in the draft's own order.
    pub fn in_order(&self) -> Body {
        let (defined, others): (Vec<_>, Vec<_>) =
            (0..self.blocks.len()).partition(|&index| self.blocks[index].defined);
        self.lay_out(&[defined, others].concat()).0
    }
}

fn instruction(body: &Body, inst: Inst) -> DraftInst {
    let data = &body.insts[inst];
    let shape = data.opcode.shape();
    let operand = |operand: Operand| match operand.constant().and_then(|constant| body.constants.get(constant)) {
        Some(constant) => Use::Literal(*constant),
        None => Use::Value(Value::new(operand.bits() as usize)),
    };
    let edge = |edge| {
        let edge: &EdgeData = &body.edges[edge];
        DraftEdge {
            block: edge.block.index(),
            args: body.edge_args(edge).iter().copied().map(operand).collect(),
            case: edge.case().and_then(|case| body.constants.get(case)).copied(),
        }
    };
    let literal = shape.has(Attribute::Literal).then(|| body.constants.get(data.literal()).copied()).flatten();
    DraftInst {
        opcode: data.opcode,
        attributes: data.attributes,
        operands: (0..shape.operands.len()).map(|index| operand(data.operand(index))).collect(),
        list: body.list(data).iter().copied().map(operand).collect(),
        edges: data.edges().map(edge).collect(),
        immediate: if shape.has_list() { data.words[0] } else { data.words[2] },
        literal,
        results: body.results(inst).collect(),
        span: body.spans[inst.index()],
        site: body.inline_site(inst),
    }
}

/// A body in the making, with the new numbers of the draft's blocks and values.
struct Layout {
    body: Body,
    blocks: Vec<Block>,
    values: Vec<Value>,
}

impl Layout {
    fn number(&mut self, draft: &Draft, order: &[usize]) {
        let mut numbers: Vec<Option<Value>> = vec![None; draft.values.len()];
        let body = &mut self.body;
        let mut define = |body: &mut Body, value: Value, def: ValueDef| {
            let DraftValue { ty, name } = draft.values[value];
            body.value_names.push(name);
            numbers[value.index()] = Some(body.values.push(ValueData::new(ty, def)));
        };
        let mut inst = 0;
        for &index in order {
            let block = &draft.blocks[index];
            let name = block.name.unwrap_or(Name::NONE);
            let number = body.blocks.push(BlockData { defined: block.defined, ..BlockData::undefined(name) });
            self.blocks[index] = number;
            block.params.iter().for_each(|&param| define(body, param, ValueDef::Parameter(number)));
            for draft in &block.insts {
                draft.results.iter().for_each(|&result| define(body, result, ValueDef::Result(Inst::new(inst))));
                inst += 1;
            }
        }
        for (number, value) in numbers.iter_mut().zip(draft.values.values()) {
            self.values.push(*number.get_or_insert_with(|| {
                body.value_names.push(value.name);
                body.values.push(ValueData::new(Type::ERROR, ValueDef::Undefined))
            }));
        }
    }

    fn block(&mut self, number: Block, draft: &DraftBlock) {
        if !draft.defined {
            return;
        }
        let first_inst = self.body.insts.next_key();
        draft.insts.iter().for_each(|inst| self.inst(inst));
        let end_inst = self.body.insts.next_key();
        let first_param = draft.params.first().map_or(Value::new(0), |param| self.values[param.index()]);
        let data = &mut self.body.blocks[number];
        *data = BlockData { first_param, params: draft.params.len() as u32, first_inst, end_inst, ..*data };
    }

    fn inst(&mut self, draft: &DraftInst) {
        let shape = draft.opcode.shape();
        let mut data = InstData { attributes: draft.attributes, ..InstData::new(draft.opcode) };
        data.results = draft.results.len() as u8;
        if shape.has_list() {
            data.words[0] = draft.immediate;
        } else {
            data.words[2] = draft.immediate;
        }
        for (index, &operand) in draft.operands.iter().enumerate() {
            data.words[index] = self.operand(operand).bits();
        }
        if let Some(literal) = draft.literal {
            data.words[2] = self.body.constants.intern(literal).as_u32();
        }
        if shape.variadic {
            let list = self.list(&draft.list);
            (data.words[1], data.words[2]) = (list.start as u32, list.len() as u32);
        } else if shape.has_list() {
            let edges: Vec<EdgeData> = draft.edges.iter().map(|edge| self.edge(edge)).collect();
            (data.words[1], data.words[2]) = (self.body.edges.len() as u32, edges.len() as u32);
            for edge in edges {
                self.body.edges.push(edge);
            }
        }
        self.body.insts.push(data);
        let first = draft.results.first().map_or(Value::new(0), |result| self.values[result.index()]);
        self.body.first_results.push(first);
        self.body.spans.push(draft.span);
        self.body.inline_sites.push(draft.site.map_or(0, |site| site.as_u32() + 1));
    }

    fn operand(&mut self, operand: Use) -> Operand {
        match operand {
            Use::Value(value) => self.values[value.index()].into(),
            Use::Literal(data) => self.body.constants.intern(data).into(),
        }
    }

    fn list(&mut self, list: &[Use]) -> std::ops::Range<usize> {
        let operands: Vec<Operand> = list.iter().map(|&operand| self.operand(operand)).collect();
        let start = self.body.pool.len();
        self.body.pool.extend(operands);
        start..self.body.pool.len()
    }

    fn edge(&mut self, edge: &DraftEdge) -> EdgeData {
        let args = self.list(&edge.args);
        let case = edge.case.map(|case| self.body.constants.intern(case));
        EdgeData::new(self.blocks[edge.block], args, case)
    }
}
