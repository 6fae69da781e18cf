//! From the builder's numbering to the layout invariant of [`Body`]: everything numbered in the order of the text.

use super::argument::Arg;
use super::error::Misuse;
use super::function::{DraftEdge, FunctionBuilder};
use crate::{
    Attribute, Block, BlockData, Body, Constant, ConstantData, EdgeData, Edges, Inst, InstData, Location, Name,
    Names, Operand, PrimaryMap, Slot, Type, Value, ValueData, ValueDef,
};
use cranelift_entity::EntityRef;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// New numbers by old ones, and the body as far as it is laid out.
struct Layout {
    body: Body,
    blocks: Vec<Block>,
    values: Vec<Value>,
}

impl FunctionBuilder<'_> {
    pub(super) fn lay_out(&mut self) -> Body {
        let order = self.block_order();
        let mut layout = Layout {
            body: self.empty_body(),
            blocks: vec![Block::from_u32(0); self.blocks.len()],
            values: vec![Value::from_u32(0); self.values.len()],
        };
        self.number(&order, &mut layout);
        for &block in &order {
            self.write_block(block, &mut layout);
        }
        self.locate_variables(&layout);
        self.unique_names(&mut layout.body);
        layout.body.shrink_to_fit();
        layout.body
    }

    /// A body with room for all that there is.
    fn empty_body(&self) -> Body {
        let (insts, values) = (self.insts.len(), self.values.len());
        Body {
            blocks: PrimaryMap::with_capacity(self.blocks.len()),
            insts: PrimaryMap::with_capacity(insts),
            first_results: Vec::with_capacity(insts),
            spans: Vec::with_capacity(insts),
            values: PrimaryMap::with_capacity(values),
            value_names: Vec::with_capacity(values),
            edges: PrimaryMap::with_capacity(self.edges.len()),
            pool: Vec::with_capacity(self.pool.len() + self.edge_args.len()),
            ..Body::default()
        }
    }

    /// The entry, the blocks of the given order, the others; each once.
    fn block_order(&mut self) -> Vec<Block> {
        let mut placed = vec![false; self.blocks.len()];
        let mut order = Vec::with_capacity(self.blocks.len());
        let mut given = vec![self.entry()];
        given.append(&mut self.order);
        for block in given.into_iter().chain(self.blocks.keys()) {
            match placed.get_mut(block.index()) {
                Some(placed) if !*placed => {
                    *placed = true;
                    order.push(block);
                }
                Some(_) => {}
                None => self.misuse(Misuse::ForeignEntity("block")),
            }
        }
        order
    }

    /// Numbers blocks and values, so that uses may stand before definitions.
    fn number(&self, order: &[Block], layout: &mut Layout) {
        let Layout { body, blocks, values } = layout;
        let mut inst = 0;
        for &old in order {
            let draft = &self.blocks[old];
            let block = body.blocks.push(BlockData { name: draft.name, ..BlockData::undefined(Name::NONE) });
            blocks[old.index()] = block;
            for &param in &draft.params {
                let ValueHeader { ty, name } = self.header(param);
                values[param.index()] = body.values.push(ValueData::new(ty, ValueDef::Parameter(block)));
                body.value_names.push(name);
            }
            for index in draft.insts.iter() {
                let draft = &self.insts[index as usize];
                let first = draft.first_result.as_u32();
                for old in (first..first + u32::from(draft.data.results)).map(Value::from_u32) {
                    let ValueHeader { ty, name } = self.header(old);
                    let def = ValueDef::Result(Inst::from_u32(inst));
                    values[old.index()] = body.values.push(ValueData::new(ty, def));
                    body.value_names.push(name);
                }
                inst += 1;
            }
        }
    }

    fn header(&self, value: Value) -> ValueHeader {
        let draft = &self.values[value];
        ValueHeader { ty: draft.ty, name: draft.name }
    }

    fn write_block(&mut self, old: Block, layout: &mut Layout) {
        let draft = std::mem::take(&mut self.blocks[old].insts);
        let params = &self.blocks[old].params;
        let first_inst = layout.body.insts.next_key();
        let first_param = params.first().map_or(Value::from_u32(0), |param| layout.values[param.index()]);
        let params = params.len() as u32;
        for index in draft.iter() {
            self.write_inst(index as usize, layout);
        }
        let block = &mut layout.body.blocks[layout.blocks[old.index()]];
        *block = BlockData {
            first_param,
            params,
            first_inst,
            end_inst: layout.body.insts.next_key(),
            defined: true,
            ..*block
        };
    }

    fn write_inst(&mut self, index: usize, layout: &mut Layout) {
        let draft = &self.insts[index];
        let (mut data, span, site) = (draft.data, draft.span, draft.site);
        let first = layout.values.get(draft.first_result.index()).copied().unwrap_or(Value::from_u32(0));
        let shape = data.opcode.shape();
        for word in 0..shape.operands.len() {
            data.words[word] = self.renumber(data.operand(word), layout).bits();
        }
        if shape.has(Attribute::Literal) {
            data.words[2] = self.renumber_constant(data.literal(), layout).as_u32();
        }
        if shape.variadic {
            self.write_list(&mut data, layout);
        } else if shape.edges != Edges::None {
            self.write_edges(&mut data, layout);
        }
        let body = &mut layout.body;
        let inst = body.insts.push(data);
        body.first_results.push(if data.results > 0 { first } else { Value::from_u32(0) });
        body.spans.push(span);
        if site > 0 && body.inline_sites.is_empty() {
            body.inline_sites.resize(inst.index(), 0);
        }
        if site > 0 || !body.inline_sites.is_empty() {
            body.inline_sites.push(site);
        }
    }

    fn write_list(&mut self, data: &mut InstData, layout: &mut Layout) {
        let start = layout.body.pool.len();
        let range = data.list();
        let range = if range.end <= self.pool.len() { range } else { 0..0 };
        for index in range {
            let operand = self.renumber(self.pool[index], layout);
            layout.body.pool.push(operand);
        }
        data.words[1] = start as u32;
        data.words[2] = (layout.body.pool.len() - start) as u32;
    }

    fn write_edges(&mut self, data: &mut InstData, layout: &mut Layout) {
        let start = layout.body.edges.len();
        let range = data.edge_range();
        let range = range.start..range.end.min(self.edges.len());
        for index in range {
            let edge = self.write_edge(index, layout);
            layout.body.edges.push(edge);
        }
        data.words[1] = start as u32;
        data.words[2] = (layout.body.edges.len() - start) as u32;
    }

    fn write_edge(&mut self, index: usize, layout: &mut Layout) -> EdgeData {
        let DraftEdge { block, ref args, case, opcode, span } = self.edges[index];
        let args = args.clone();
        self.opcode = Some(opcode);
        self.set_span(span);
        let case = case.and_then(Operand::constant).map(|case| self.renumber_constant(case, layout));
        let args = self.write_edge_args(block, args, layout);
        let target = layout.blocks.get(block.index()).copied();
        if target.is_none() {
            self.misuse(Misuse::ForeignEntity("block"));
        }
        EdgeData::new(target.unwrap_or(Block::from_u32(0)), args, case)
    }

    fn write_edge_args(&mut self, target: Block, args: Range<usize>, layout: &mut Layout) -> Range<usize> {
        let start = layout.body.pool.len();
        for (position, index) in args.enumerate() {
            let arg: Arg = self.edge_args[index];
            let param = self.block_params(target).get(position).copied();
            let ty = param.map(|param| self.value_type(param));
            let operand = self.operand(arg, ty);
            let operand = self.renumber(operand, layout);
            layout.body.pool.push(operand);
        }
        start..layout.body.pool.len()
    }

    fn renumber(&mut self, operand: Operand, layout: &mut Layout) -> Operand {
        match operand.constant() {
            Some(constant) => self.renumber_constant(constant, layout).into(),
            None => {
                let value = layout.values.get(operand.bits() as usize).copied();
                if value.is_none() {
                    self.misuse(Misuse::ForeignEntity("value"));
                }
                value.unwrap_or(Value::from_u32(0)).into()
            }
        }
    }

    fn renumber_constant(&mut self, constant: Constant, layout: &mut Layout) -> Constant {
        let data = self.constants.get(constant).copied();
        if data.is_none() {
            self.misuse(Misuse::ForeignEntity("constant"));
        }
        layout.body.constants.intern(data.unwrap_or(ConstantData::new(Type::ERROR, 0)))
    }

    fn locate_variables(&mut self, layout: &Layout) {
        let mut foreign = None;
        for variable in &mut self.function.variables {
            match &mut variable.location {
                Location::Value(value) => match layout.values.get(value.index()) {
                    Some(&new) => *value = new,
                    None => foreign = Some("value"),
                },
                Location::Slot(slot) if !self.function.slots.is_valid(*slot) => foreign = Some("slot"),
                Location::Slot(_) => {}
            }
        }
        if let Some(kind) = foreign {
            self.misuse(Misuse::ForeignEntity(kind));
        }
    }

    fn unique_names(&mut self, body: &mut Body) {
        let names = &mut self.module.module.names;
        make_unique(names, body.value_names.iter_mut());
        make_unique(names, body.blocks.values_mut().map(|block| &mut block.name));
        let slots: &mut PrimaryMap<Slot, _> = &mut self.function.slots;
        make_unique(names, slots.values_mut().map(|slot| &mut slot.name));
    }
}

struct ValueHeader {
    ty: Type,
    name: Name,
}

/// Gives the second and later of equal names a number: `x`, `x_2`, `x_3`.
fn make_unique<'a>(names: &mut Names, list: impl Iterator<Item = &'a mut Name>) {
    let mut taken = FxHashSet::default();
    let mut last: FxHashMap<Name, u32> = FxHashMap::default();
    for name in list.filter(|name| name.is_some()) {
        if taken.insert(*name) {
            continue;
        }
        let number = last.entry(*name).or_insert(1);
        let base = names.text(*name).to_string();
        loop {
            *number += 1;
            let next = names.intern(&format!("{base}_{number}"));
            if taken.insert(next) {
                *name = next;
                break;
            }
        }
    }
}
