//! Bodies: constants, then blocks with their parameters and instructions, in layout order.
//!
//! Values, instructions, edges and ranges of the pool have the numbers that this order gives them.

use super::code::{Code, entities};
use super::error::Found;
use super::instruction;
use super::read::{Read, Reader};
use super::write::Writer;
use crate::{
    Block, BlockData, Body, ConstantData, ConstantPool, Inst, InstData, Name, Span, Type, Value, ValueData,
    ValueDef,
};
use cranelift_entity::EntityRef;
use std::ops::Range;

impl Code for Body {
    fn put(&self, w: &mut Writer) {
        self.constants.put(w);
        let inlined = !self.inline_sites.is_empty();
        inlined.put(w);
        w.values = 0;
        let defined = self.layout().count();
        w.count(defined);
        for (_, block) in self.layout() {
            put_block(self, block, inlined, w);
        }
        let undefined: Vec<Name> = self.blocks.values().skip(defined).map(|block| block.name).collect();
        undefined.put(w);
        put_values(self, w.values as usize..self.values.len(), w);
    }

    fn get(r: &mut Reader<'_>) -> Read<Body> {
        let mut body = Body { constants: Code::get(r)?, ..Body::default() };
        let inlined = bool::get(r)?;
        for _ in 0..r.count("the number of blocks")? {
            get_block(&mut body, inlined, r)?;
        }
        body.blocks.extend(Vec::get(r)?.into_iter().map(BlockData::undefined));
        get_values(&mut body, ValueDef::Undefined, r)?;
        body.shrink_to_fit();
        Ok(body)
    }
}

fn put_block(body: &Body, block: &BlockData, inlined: bool, w: &mut Writer) {
    block.name.put(w);
    let first = block.first_param.index();
    put_values(body, first..first.saturating_add(block.params as usize), w);
    let insts = body.insts.values().as_slice().get(block.inst_range()).unwrap_or(&[]);
    w.count(insts.len());
    for (inst, data) in block.insts().zip(insts) {
        put_inst(body, inst, data, inlined, w);
    }
}

fn get_block(body: &mut Body, inlined: bool, r: &mut Reader<'_>) -> Read<()> {
    let mut block = BlockData { defined: true, ..BlockData::undefined(Name::get(r)?) };
    block.first_param = Value::new(body.values.len());
    block.params = get_values(body, ValueDef::Parameter(Block::new(body.blocks.len())), r)?;
    block.first_inst = Inst::new(body.insts.len());
    for _ in 0..r.count("the number of instructions")? {
        get_inst(body, inlined, r)?;
    }
    block.end_inst = Inst::new(body.insts.len());
    body.blocks.push(block);
    Ok(())
}

/// What the instruction does, its results, its span, its inlining record, its operands.
fn put_inst(body: &Body, inst: Inst, data: &InstData, inlined: bool, w: &mut Writer) {
    instruction::put_head(data, w);
    let first = w.values;
    for value in body.results(inst) {
        put_value(body, value, w);
    }
    body.spans.get(inst.index()).unwrap_or(&Span::MISSING).put(w);
    if inlined {
        body.inline_sites.get(inst.index()).unwrap_or(&0).put(w);
    }
    instruction::put_operands(body, data, first, w);
}

fn get_inst(body: &mut Body, inlined: bool, r: &mut Reader<'_>) -> Read<()> {
    let mut data = instruction::get_head(r)?;
    let first = Value::new(body.values.len());
    let def = ValueDef::Result(Inst::new(body.insts.len()));
    for _ in 0..data.results {
        get_value(body, def, r)?;
    }
    body.first_results.push(first);
    body.spans.push(Span::get(r)?);
    if inlined {
        body.inline_sites.push(u32::get(r)?);
    }
    instruction::get_operands(body, &mut data, first.as_u32(), r)?;
    body.insts.push(data);
    Ok(())
}

/// Values behind their number; none when the range is no range of values.
fn put_values(body: &Body, range: Range<usize>, w: &mut Writer) {
    let range = if range.end <= body.values.len() { range } else { 0..0 };
    w.count(range.len());
    for index in range {
        put_value(body, Value::new(index), w);
    }
}

fn get_values(body: &mut Body, def: ValueDef, r: &mut Reader<'_>) -> Read<u32> {
    let count = r.count("the number of values")?;
    for _ in 0..count {
        get_value(body, def, r)?;
    }
    Ok(count as u32)
}

fn put_value(body: &Body, value: Value, w: &mut Writer) {
    body.value_type(value).put(w);
    body.value_names.get(value.index()).unwrap_or(&Name::NONE).put(w);
    w.values = w.values.wrapping_add(1);
}

fn get_value(body: &mut Body, def: ValueDef, r: &mut Reader<'_>) -> Read<()> {
    body.values.push(ValueData::new(Type::get(r)?, def));
    body.value_names.push(Name::get(r)?);
    Ok(())
}

impl Code for ConstantPool {
    fn put(&self, w: &mut Writer) {
        w.count(self.as_slice().len());
        for constant in self.as_slice() {
            constant.put(w);
        }
    }

    fn get(r: &mut Reader<'_>) -> Read<ConstantPool> {
        let mut pool = ConstantPool::default();
        for number in 0..r.count("the number of constants")? {
            let place = r.place();
            if pool.intern(ConstantData::get(r)?).index() != number {
                return Err(r.error(place, "a new constant", Found::Repeated));
            }
        }
        Ok(pool)
    }
}

impl Code for ConstantData {
    fn put(&self, w: &mut Writer) {
        self.ty.put(w);
        self.bits().put(w);
    }

    fn get(r: &mut Reader<'_>) -> Read<ConstantData> {
        Ok(ConstantData::new(Type::get(r)?, u128::get(r)?))
    }
}

entities! { Block "the number of a block"; }
