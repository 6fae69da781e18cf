//! Whether an allocation is right, asked without anything that made it but folds.
//!
//! Liveness is computed anew, exactly, as the least fixed point over the graph. Behind every instruction and on entry to
//! every block the values that are live must have places that do not touch each other, and what is live behind a call
//! but not made by it must be where the call leaves it alone.

use super::Allocation;
use crate::context::{Class, Context};
use crate::live::{Base, Fold, Live};
use crate::target::Target;
use analysis::{Order, edges_of};
use artifact::Place;
use native_ir::{Block, Body, EntityRef, Function, InstData, Operand, Value};
use std::collections::BTreeSet;

type Set = BTreeSet<usize>;

/// A function and where its values are said to be.
pub(crate) struct Check<'a, T> {
    pub(crate) context: &'a Context<'a, T>,
    pub(crate) function: &'a Function,
    pub(crate) order: &'a Order,
    pub(crate) live: &'a Live,
    pub(crate) allocation: &'a Allocation,
}

impl<T: Target> Check<'_, T> {
    /// What is wrong, or nothing.
    pub(crate) fn run(&self) -> Result<(), String> {
        let body = &self.function.body;
        let mut live_in: Vec<Set> = vec![Set::new(); body.blocks.len()];
        let mut changed = true;
        while changed {
            changed = false;
            for &block in self.order.blocks.iter().rev() {
                let set = self.walk(block, &live_in, &mut |_, _, _, _| Ok(()))?;
                changed |= set != live_in[block.index()];
                live_in[block.index()] = set;
            }
        }
        for &block in &self.order.blocks {
            let mut behind =
                |set: &Set, data: &InstData, first, results: &Set| self.behind(set, data, first, results);
            let mut entry = self.walk(block, &live_in, &mut behind)?;
            entry.extend(body.blocks[block].params().map(|param| param.index()).filter(|&it| self.is_used(it)));
            self.apart(&entry)?;
        }
        Ok(())
    }

    /// What is live where a block begins, its parameters left out. `behind` sees what is live behind each instruction.
    fn walk(
        &self,
        block: Block,
        live_in: &[Set],
        behind: &mut impl FnMut(&Set, &InstData, Value, &Set) -> Result<(), String>,
    ) -> Result<Set, String> {
        let body = &self.function.body;
        let mut set = Set::new();
        for edge in edges_of(body, block) {
            set.extend(&live_in[edge.block.index()]);
        }
        let mut terminator = true;
        for inst in body.blocks[block].insts().rev() {
            let data = &body.insts[inst];
            let first = body.first_results[inst.index()].index();
            let results: Set = (first..first + usize::from(data.results)).collect();
            let folded = data.results > 0 && self.live.folds[first] != Fold::Own;
            if !folded {
                if !terminator {
                    let mut after = set.clone();
                    after.extend(results.iter().filter(|&&result| self.is_used(result)));
                    behind(&after, data, Value::new(first), &results)?;
                }
                set.retain(|value| !results.contains(value));
                for operand in self.operands(body, block, data, terminator) {
                    self.read(body, operand, &mut set);
                }
            }
            terminator = false;
        }
        set.retain(|&value| !body.blocks[block].params().any(|param| param.index() == value));
        Ok(set)
    }

    /// What an instruction reads; a terminator also the arguments for parameters that are used.
    fn operands(&self, body: &Body, block: Block, data: &InstData, terminator: bool) -> Vec<Operand> {
        let mut all: Vec<Operand> = (0..data.fixed_operands()).map(|index| data.operand(index)).collect();
        all.extend(body.list(data));
        for edge in edges_of(body, block).iter().filter(|_| terminator) {
            let params = body.blocks[edge.block].params();
            let used = body.edge_args(edge).iter().zip(params).filter(|(_, param)| self.is_used(param.index()));
            all.extend(used.map(|(&argument, _)| argument));
        }
        all
    }

    fn is_used(&self, value: usize) -> bool {
        self.allocation.places[value] != Place::Nowhere
    }

    fn read(&self, body: &Body, operand: Operand, set: &mut Set) {
        let Some(value) = operand.value() else { return };
        match self.live.folds[value.index()] {
            Fold::Own => {
                set.insert(value.index());
            }
            Fold::Alias(root) => set.extend(root.value().map(Value::index)),
            Fold::Address(address) => {
                let address = self.live.addresses[address as usize];
                if let Base::Value(base) = address.base {
                    set.insert(base.index());
                }
                set.extend(address.index.map(|(index, ..)| index.index()));
            }
            Fold::Compare(inst) => {
                let data = &body.insts[self.live.compare(body, inst)];
                self.read(body, data.operand(0), set);
                self.read(body, data.operand(1), set);
            }
            Fold::Dead => {}
        }
    }

    fn behind(&self, set: &Set, data: &InstData, first: Value, results: &Set) -> Result<(), String> {
        self.apart(set)?;
        if T::clobbers(self.context, &self.function.body, data, first) {
            for &value in set.difference(results) {
                let clobbered = match self.allocation.places[value] {
                    Place::Core(register) => !T::CORE.preserved.contains(&register),
                    Place::Vector(register) => !T::VECTOR.preserved.contains(&register),
                    Place::Frame(_) | Place::Nowhere => false,
                };
                if clobbered {
                    return Err(format!("{} is lost in a call ({:?})", Value::new(value), data.opcode));
                }
            }
        }
        Ok(())
    }

    /// Whether values have places, each of its kind, that do not touch each other.
    fn apart(&self, set: &Set) -> Result<(), String> {
        let mut taken: Vec<(Place, usize)> = Vec::new();
        for &value in set {
            let class = T::class(self.context.kind(self.function.body.values[Value::new(value)].ty));
            let place = self.allocation.places[value];
            let parts = match (class, place) {
                (Class::Wide, Place::Frame(offset)) => vec![Place::Frame(offset), Place::Frame(offset + 8)],
                (Class::Core, Place::Core(_) | Place::Frame(_)) => vec![place],
                (Class::Vector, Place::Vector(_) | Place::Frame(_)) => vec![place],
                _ => return Err(format!("{} is live and lies in {place:?}", Value::new(value))),
            };
            for part in parts {
                if let Some((_, other)) = taken.iter().find(|(it, _)| *it == part) {
                    let [value, other] = [value, *other].map(Value::new);
                    return Err(format!("{value} and {other} are live at once in {part:?}"));
                }
                taken.push((part, value));
            }
        }
        Ok(())
    }
}
