//! Where in the code values stand in their places.
//!
//! A value has one place from its definition to its last use, and nothing else stands there in between. So it can be
//! shown in the code of every instruction behind its definition from which a use can still be reached. Of the code of
//! its last use only the first byte counts: the instruction may overwrite the place, but a debugger that stops there
//! has not executed it yet.

use super::{join, rows};
use artifact::FunctionCode;
use native_ir::{Block, Body, EntityRef, Function, Inst, Value, ValueDef};
use rustc_hash::{FxHashMap, FxHashSet};

/// The ranges of code, by value, in ascending order.
pub(super) type Ranges = FxHashMap<Value, Vec<(u32, u32)>>;

/// Finds where each of some values stands in its place.
pub(super) fn ranges(function: &Function, code: &FunctionCode, values: &FxHashSet<Value>) -> Ranges {
    let body = &function.body;
    let blocks = blocks(body);
    let mut rows_of: Vec<Vec<(Inst, u32, u32)>> = vec![Vec::new(); body.blocks.len()];
    for (inst, begin, end) in rows(code) {
        if let Some(rows) = blocks.get(inst.index()).and_then(|block| rows_of.get_mut(block.index())) {
            rows.push((inst, begin, end));
        }
    }
    let uses = uses(body, &blocks, values);
    let predecessors = predecessors(body, &blocks);
    let mut all = Ranges::default();
    for (value, uses) in uses {
        let Some((home, defined)) = definition(body, &blocks, value) else { continue };
        let through = live_out(home, uses.keys().copied(), &predecessors);
        let mut found: Vec<(u32, u32)> = Vec::new();
        let used = uses.keys().copied().filter(|block| !through.contains(block));
        for block in through.iter().copied().chain(used) {
            let last = if through.contains(&block) { None } else { uses.get(&block).copied() };
            let begun = |inst: Inst| block != home || defined.is_none_or(|defined| inst > defined);
            for &(inst, begin, end) in rows_of.get(block.index()).into_iter().flatten().filter(|row| begun(row.0))
            {
                match last {
                    Some(last) if inst > last => {}
                    Some(last) if inst == last => found.push((begin, end.min(begin + 1))),
                    _ => found.push((begin, end)),
                }
            }
        }
        found.sort_unstable();
        let mut joined = Vec::new();
        found.into_iter().for_each(|range| join(&mut joined, range));
        all.insert(value, joined);
    }
    all
}

/// The block of each instruction.
fn blocks(body: &Body) -> Vec<Block> {
    let mut blocks = vec![Block::new(0); body.insts.len()];
    for (block, data) in body.layout() {
        if let Some(insts) = blocks.get_mut(data.inst_range()) {
            insts.fill(block);
        }
    }
    blocks
}

/// For each value the last use in each block that has one.
fn uses(body: &Body, blocks: &[Block], values: &FxHashSet<Value>) -> FxHashMap<Value, FxHashMap<Block, Inst>> {
    let mut uses: FxHashMap<Value, FxHashMap<Block, Inst>> = FxHashMap::default();
    for ((inst, data), &block) in body.insts.iter().zip(blocks) {
        for value in
            body.operands(data).filter_map(|operand| operand.value()).filter(|value| values.contains(value))
        {
            uses.entry(value).or_default().insert(block, inst);
        }
    }
    uses
}

fn predecessors(body: &Body, blocks: &[Block]) -> Vec<Vec<Block>> {
    let mut all = vec![Vec::new(); body.blocks.len()];
    for ((_, data), &block) in body.insts.iter().zip(blocks) {
        for edge in data.edges().filter_map(|edge| body.edges.get(edge)) {
            if let Some(predecessors) = all.get_mut(edge.block.index()) {
                predecessors.push(block);
            }
        }
    }
    all
}

/// Where a value is defined: the block, and the instruction unless it is a parameter.
fn definition(body: &Body, blocks: &[Block], value: Value) -> Option<(Block, Option<Inst>)> {
    match body.values.get(value)?.def() {
        ValueDef::Parameter(block) => Some((block, None)),
        ValueDef::Result(inst) => Some((*blocks.get(inst.index())?, Some(inst))),
        ValueDef::Undefined | ValueDef::Damaged => None,
    }
}

/// The blocks at whose ends a value is still needed: on the way back from its uses to its definition.
fn live_out(home: Block, uses: impl Iterator<Item = Block>, predecessors: &[Vec<Block>]) -> FxHashSet<Block> {
    let mut through = FxHashSet::default();
    let mut open: Vec<Block> = uses.filter(|&block| block != home).collect();
    while let Some(block) = open.pop() {
        for &before in predecessors.get(block.index()).into_iter().flatten() {
            if through.insert(before) && before != home {
                open.push(before);
            }
        }
    }
    through
}
