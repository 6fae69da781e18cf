//! Checks an allocation against liveness by its definition: sets of values, iterated until nothing changes.

use super::{Allocation, OUTGOING};
use crate::frame::HEADER;
use crate::translate::live::{words, writes_at_once};
use crate::translate::moves::{Moves, Origin};
use analysis::edges_of;
use native_ir::{Block, Body, EntityRef, Inst, InstData, Opcode, Operand, Type, Value, ValueDef};
use std::collections::BTreeSet;

type Set = BTreeSet<u32>;

/// What the translator says of instructions.
pub(super) struct Rules<'a> {
    pub(super) alias: &'a dyn Fn(Inst, &InstData) -> Option<Operand>,
    pub(super) clobbers: &'a dyn Fn(Inst, &InstData) -> bool,
}

impl Rules<'_> {
    fn is_alias(&self, inst: Inst, data: &InstData) -> bool {
        data.results == 1 && (self.alias)(inst, data).is_some()
    }

    /// What an operand is, by following aliases one by one.
    fn root(&self, body: &Body, operand: Operand) -> Operand {
        let mut operand = operand;
        while let Some(value) = operand.value()
            && let ValueDef::Result(inst) = body.values[value].def()
            && body.insts[inst].results == 1
            && let Some(other) = (self.alias)(inst, &body.insts[inst])
        {
            operand = other;
        }
        operand
    }

    /// The values an instruction reads, aliases resolved and flags replaced by what was compared.
    fn reads(&self, body: &Body, inst: Inst) -> Vec<u32> {
        let data = &body.insts[inst];
        if self.is_alias(inst, data) || matches!(data.opcode, Opcode::Compare | Opcode::Fcompare) {
            return Vec::new();
        }
        let mut reads = Vec::new();
        for operand in body.operands(data) {
            match operand.value() {
                Some(flags) if body.value_type(flags) == Type::FLAGS => {
                    let ValueDef::Result(compare) = body.values[flags].def() else {
                        panic!("flags of no compare")
                    };
                    reads.extend(body.operands(&body.insts[compare]).map(|operand| self.root(body, operand)));
                }
                _ => reads.push(self.root(body, operand)),
            }
        }
        reads.into_iter().filter_map(|operand| operand.value()).map(Value::as_u32).collect()
    }
}

/// The values that are live before each instruction and at the start of each block, by index.
struct Liveness {
    before: Vec<Set>,
    blocks: Vec<Set>,
}

fn liveness(body: &Body, rules: &Rules<'_>) -> Liveness {
    let mut found =
        Liveness { before: vec![Set::new(); body.insts.len()], blocks: vec![Set::new(); body.blocks.len()] };
    let mut changed = true;
    while changed {
        changed = false;
        for (block, data) in body.blocks.iter().rev() {
            let after = |edge: &native_ir::EdgeData| found.blocks[edge.block.index()].iter().copied();
            let mut live: Set = edges_of(body, block).iter().flat_map(after).collect();
            for inst in data.insts().rev() {
                live.retain(|&value| body.results(inst).all(|result| result.as_u32() != value));
                live.extend(rules.reads(body, inst));
                found.before[inst.index()].clone_from(&live);
            }
            live.retain(|&value| data.params().all(|param| param.as_u32() != value));
            changed |= found.blocks[block.index()] != live;
            found.blocks[block.index()] = live;
        }
    }
    found
}

/// Checks everything that [`Allocation`] promises.
///
/// # Panics
/// When it does not hold.
pub(super) fn check(body: &Body, allocation: &Allocation, rules: &Rules<'_>) {
    let live = liveness(body, rules);
    check_order(body, allocation);
    check_signature(body, allocation);
    check_aliases(body, allocation, rules);
    for &block in &allocation.order {
        let data = &body.blocks[block];
        let params = data.params().map(Value::as_u32);
        let placed = params.filter(|&param| allocation.values[param as usize].slot != Allocation::NONE);
        let at_start: Set = live.blocks[block.index()].iter().copied().chain(placed).collect();
        check_disjoint(body, allocation, &at_start);
        let first = data.insts().next().expect("a terminator");
        assert!(live.before[first.index()].is_subset(&at_start), "{block}: a parameter that is read has no slot");
        for inst in data.insts() {
            let results = body.results(inst).filter(|&result| {
                body.value_type(result) != Type::FLAGS && !rules.is_alias(inst, &body.insts[inst])
            });
            let behind = Inst::new(inst.index() + 1);
            let after = if behind < data.end_inst { live.before[behind.index()].clone() } else { Set::new() };
            let all = after.into_iter().chain(results.map(Value::as_u32)).collect();
            check_disjoint(body, allocation, &all);
        }
    }
    check_addresses(body, allocation);
    check_outgoing(body, allocation, rules);
    check_moves(body, allocation);
    assert!(allocation.scratch == Allocation::NONE || allocation.scratch + 1 == allocation.frame);
}

fn check_order(body: &Body, allocation: &Allocation) {
    let mut reached = Set::from([0]);
    let mut work = vec![Block::new(0)];
    while let Some(block) = work.pop() {
        work.extend(edges_of(body, block).iter().map(|edge| edge.block).filter(|b| reached.insert(b.as_u32())));
    }
    let order: Set = allocation.order.iter().map(|block| block.as_u32()).collect();
    assert_eq!(order, reached);
    assert_eq!(order.len(), allocation.order.len(), "a block twice");
}

fn check_signature(body: &Body, allocation: &Allocation) {
    let mut slot = 0;
    for param in body.blocks[Block::new(0)].params() {
        assert_eq!(allocation.slot(param), slot, "{param}");
        slot += words(body.value_type(param));
    }
}

fn check_aliases(body: &Body, allocation: &Allocation, rules: &Rules<'_>) {
    let reached = |block: Block| allocation.order.contains(&block);
    for (block, data) in body.blocks.iter().filter(|&(block, _)| reached(block)) {
        for value in data.insts().flat_map(|inst| body.results(inst)) {
            let root = rules.root(body, value.into());
            assert_eq!(allocation.values[value.index()].root, root, "{value} in {block}");
            let slot = root.value().map_or(Allocation::NONE, |root| allocation.slot(root));
            assert_eq!(allocation.slot(value), slot, "{value} in {block}");
        }
    }
}

/// No two of these values share a slot, and each has one.
fn check_disjoint(body: &Body, allocation: &Allocation, values: &Set) {
    let mut taken = BTreeSet::new();
    for &value in values {
        let first = allocation.values[value as usize].slot;
        assert_ne!(first, Allocation::NONE, "v{value} is live and has no slot");
        for slot in first..first + words(body.value_type(Value::from_u32(value))) {
            assert!(
                first & OUTGOING != 0 || slot < allocation.scratch.min(allocation.frame),
                "v{value}: slot {slot}"
            );
            let shared = allocation.is_permanent(Value::from_u32(value));
            assert!(taken.insert(slot) || shared, "v{value} shares slot {slot} with another of {values:?}");
        }
    }
}

/// In the slot of a symbol's address is nothing else, in all of the function.
fn check_addresses(body: &Body, allocation: &Allocation) {
    for (value, data) in
        body.values.iter().filter(|&(value, _)| allocation.values[value.index()].root == value.into())
    {
        let first = allocation.slot(value);
        let is_own = |symbol| match data.def() {
            ValueDef::Result(inst) => {
                body.insts[inst].opcode == Opcode::Address && body.insts[inst].symbol() == symbol
            }
            _ => false,
        };
        for &(symbol, slot) in &allocation.addresses {
            let apart =
                first == Allocation::NONE || !(first..first + words(body.value_type(value))).contains(&slot);
            assert!(apart || is_own(symbol), "{value} is in slot {slot} of {symbol}");
        }
    }
}

fn check_outgoing(body: &Body, allocation: &Allocation, rules: &Rules<'_>) {
    for (value, data) in body.values.iter() {
        let slot = allocation.slot(value);
        if slot == Allocation::NONE
            || slot & OUTGOING == 0
            || allocation.values[value.index()].root != value.into()
        {
            continue;
        }
        let ValueDef::Result(def) = data.def() else { panic!("{value}: a parameter in the callee's frame") };
        let reads = body.insts.keys().flat_map(|inst| rules.reads(body, inst).into_iter().map(move |v| (inst, v)));
        let reached = |inst: Inst| {
            let block = body.blocks.iter().find(|(_, data)| data.inst_range().contains(&inst.index()));
            block.is_some_and(|(block, _)| allocation.order.contains(&block))
        };
        let reads: Vec<Inst> =
            reads.filter(|&(inst, read)| read == value.as_u32() && reached(inst)).map(|(inst, _)| inst).collect();
        let [call] = reads[..] else { panic!("{value} is read {} times", reads.len()) };
        assert!(writes_at_once(body.insts[def].opcode), "{value}");
        let block = body.blocks.values().find(|block| block.inst_range().contains(&call.index()));
        assert!(block.is_some_and(|block| block.inst_range().contains(&def.index())) && def < call, "{value}");
        for between in (def.index()..call.index()).map(Inst::new) {
            let data = &body.insts[between];
            let call = matches!(data.opcode, Opcode::Call | Opcode::CallIndirect);
            assert!(!call && !(rules.clobbers)(between, data), "{value}: {between} is between");
        }
        let (args, _) = body.call_operands(&body.insts[call]);
        let of = |operand: &Operand| rules.root(body, *operand) == value.into();
        let index = args.iter().position(of).expect("an argument");
        let before: u32 = args[..index].iter().map(|&arg| words(body.operand_type(arg))).sum();
        assert_eq!(slot, OUTGOING | (HEADER as u32 + before), "{value}");
    }
}

/// The moves of each edge put every argument where the parameter is.
fn check_moves(body: &Body, allocation: &Allocation) {
    let mut moves = Moves::default();
    for edge in allocation.order.iter().flat_map(|&block| edges_of(body, block)) {
        let origins: Vec<Origin> = (0..allocation.frame).map(Origin::Slot).collect();
        let mut frame = origins.clone();
        for step in moves.edge(body, allocation, edge) {
            frame[step.to as usize] = match step.from {
                Origin::Slot(from) => frame[from as usize],
                constant => constant,
            };
        }
        for (param, &arg) in body.blocks[edge.block].params().zip(body.edge_args(edge)) {
            let to = allocation.slot(param);
            for half in (0..words(body.value_type(param))).filter(|_| to != Allocation::NONE) {
                let root = allocation.root(arg);
                let expected = match root.value() {
                    Some(value) => Some(origins[(allocation.slot(value) + half) as usize]),
                    None => root.constant().map(|constant| Origin::Constant { constant, half }),
                };
                assert_eq!(Some(frame[(to + half) as usize]), expected, "{param}");
            }
        }
    }
}
