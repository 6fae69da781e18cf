//! C8: how many cycles the blocks of a function take, and a whole call of it, on a Cortex-M0 whose memory never waits.
//!
//! The code is decoded from its bytes, and its flow followed from each block's first instruction to where control enters
//! a block again or leaves the function. On a Cortex-M0 an instruction takes as long as it takes, whatever ran before, so
//! that the least and the most of all ways through are exact bounds; where there is one way, they are equal.
//!
//! Counted is what runs in the function itself: calls with the `BL` alone, waits and supervisor calls without what happens
//! meanwhile. A way that ends in a trap counts only where there is no other.

use crate::subject::Machine;
use artifact::{Artifact, FunctionCode, JumpTable};
use native_ir::{Block, Func};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use thumb::{Flow, Inst};

/// The least and the most cycles of some ways through code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cycles {
    /// Of the shortest way.
    pub least: u64,
    /// Of the longest; none when control may go round in a circle.
    pub most: Option<u64>,
}

/// What a block costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockCost {
    /// The block.
    pub block: Block,
    /// Its first byte.
    pub offset: u32,
    /// From there to the first instruction of the next block, or out of the function; none when control goes round
    /// within the block without end.
    pub cycles: Option<Cycles>,
}

/// What a function costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionCost {
    /// The function.
    pub func: Func,
    /// From its first instruction to the one behind its call; none when it never returns.
    pub cycles: Option<Cycles>,
    /// Its blocks, in the order of their code; blocks without code are not among them.
    pub blocks: Vec<BlockCost>,
}

/// The costs of all functions of an artifact, in its order. `multiply` is what `MULS` takes: 1 or 32. There are none for
/// machines whose instructions take different times, and none of code that C1 or C5 would refuse.
pub fn costs(artifact: &Artifact, multiply: u32) -> Vec<FunctionCost> {
    if Machine::of(&artifact.triple) != Some(Machine::CortexM0) {
        return Vec::new();
    }
    let functions = artifact.functions.iter();
    functions.filter_map(|code| Some(Code::new(code, multiply)?.cost())).collect()
}

/// Where a step leads.
#[derive(Clone, Copy, Debug)]
enum To {
    /// To an instruction, by its index.
    Inst(usize),
    /// Out of the function.
    Out,
    /// Into a trap.
    Trap,
}

/// A step from an instruction to the next, and its cycles.
type Step = (u32, To);

struct Code<'a> {
    code: &'a FunctionCode,
    insts: Vec<(u32, Inst)>,
    /// From each instruction, by index.
    steps: Vec<Vec<Step>>,
}

impl<'a> Code<'a> {
    fn new(code: &'a FunctionCode, multiply: u32) -> Option<Code<'a>> {
        let mut insts = Vec::new();
        let mut pools = code.pools.iter().peekable();
        let mut at = 0;
        while at < code.literals {
            if let Some(pool) = pools.next_if(|pool| pool.offset <= at) {
                at = at.max(pool.offset.checked_add(pool.bytes)?);
                continue;
            }
            let inst = thumb::decode_bytes(code.code.get(at as usize..)?)?;
            insts.push((at, inst));
            at += inst.size();
        }
        let mut all = Code { code, insts, steps: Vec::new() };
        all.steps = (0..all.insts.len()).map(|index| all.steps_from(index, multiply)).collect::<Option<_>>()?;
        Some(all)
    }

    /// The instruction that begins at an offset.
    fn index(&self, offset: u32) -> Option<usize> {
        self.insts.binary_search_by_key(&offset, |(at, _)| *at).ok()
    }

    fn steps_from(&self, index: usize, multiply: u32) -> Option<Vec<Step>> {
        let &(at, inst) = self.insts.get(index)?;
        let taken = inst.cycles(true, multiply);
        let next = || Some((inst.cycles(false, multiply), To::Inst(self.index(at + inst.size())?)));
        let jump = || Some((taken, To::Inst(self.index(inst.target(at)?)?)));
        let relocated = self.code.relocations.binary_search_by_key(&at, |field| field.offset).is_ok();
        Some(match inst.flow() {
            Flow::Next | Flow::CallReg(_) => vec![next()?],
            Flow::Branch => vec![next()?, jump()?],
            Flow::Jump => vec![jump()?],
            // A branch over a long distance, which gives up the link register.
            Flow::Call if !relocated => vec![jump()?],
            Flow::Call => vec![next()?],
            Flow::JumpSum(_) => self.entries(at)?.into_iter().map(|to| (taken, to)).collect(),
            Flow::JumpReg(_) | Flow::Pop => vec![(taken, To::Out)],
            Flow::Exception => match inst {
                Inst::Supervisor(_) => vec![next()?],
                _ => vec![(taken, To::Trap)],
            },
        })
    }

    /// Where the table leads whose jump stands at an offset.
    fn entries(&self, jump: u32) -> Option<Vec<To>> {
        let table: &JumpTable =
            self.code.claim.tables.iter().find(|table| Some(table.base) == jump.checked_add(4))?;
        let width = table.width as usize;
        let end = table.offset as usize + width * table.entries as usize;
        let bytes = self.code.code.get(table.offset as usize..end)?;
        let entry = |bytes: &[u8]| {
            let halfwords = bytes.iter().rev().fold(0_u32, |value, byte| value << 8 | u32::from(*byte));
            self.index(table.base.checked_add(halfwords.checked_mul(2)?)?).map(To::Inst)
        };
        bytes.chunks_exact(width.max(1)).map(entry).collect()
    }

    fn cost(&self) -> FunctionCost {
        let mut starts = vec![false; self.insts.len()];
        let rows = &self.code.claim.blocks;
        let blocks: Vec<(Block, u32, Option<usize>)> =
            rows.iter().map(|row| (row.block, row.offset, self.index(row.offset))).collect();
        for index in blocks.iter().filter_map(|block| block.2) {
            if let Some(start) = starts.get_mut(index) {
                *start = true;
            }
        }
        let mut costs = Vec::with_capacity(blocks.len());
        for (at, &(block, offset, index)) in blocks.iter().enumerate() {
            let empty = blocks.get(at + 1).is_some_and(|next| next.1 == offset);
            let cycles = match index {
                _ if empty => Some(Cycles { least: 0, most: Some(0) }),
                Some(index) => self.ways(index, &starts),
                None => None,
            };
            costs.push(BlockCost { block, offset, cycles });
        }
        let whole = vec![false; self.insts.len()];
        FunctionCost { func: self.code.func, cycles: self.ways(0, &whole), blocks: costs }
    }

    /// The ways from an instruction to one of `ends`, or out.
    fn ways(&self, from: usize, ends: &[bool]) -> Option<Cycles> {
        let leaves = |step: &Step, traps: bool| match step.1 {
            To::Inst(to) => ends.get(to) == Some(&true),
            To::Out => true,
            To::Trap => traps,
        };
        let inside = |step: &Step| match step.1 {
            To::Inst(to) if ends.get(to) != Some(&true) => Some((step.0, to)),
            _ => None,
        };
        [false, true].into_iter().find_map(|traps| {
            let least = self.least(from, &|step| leaves(step, traps), &inside)?;
            Some(Cycles { least, most: self.most(from, &|step| leaves(step, traps), &inside) })
        })
    }

    /// The cycles of the shortest way, by Dijkstra's algorithm.
    fn least(
        &self,
        from: usize,
        leaves: &dyn Fn(&Step) -> bool,
        inside: &dyn Fn(&Step) -> Option<(u32, usize)>,
    ) -> Option<u64> {
        let mut done: HashMap<usize, u64> = HashMap::new();
        let mut queue = BinaryHeap::from([Reverse((0_u64, Some(from)))]);
        while let Some(Reverse((cycles, at))) = queue.pop() {
            let Some(at) = at else { return Some(cycles) };
            if done.contains_key(&at) {
                continue;
            }
            done.insert(at, cycles);
            for step in self.steps.get(at)? {
                if leaves(step) {
                    queue.push(Reverse((cycles + u64::from(step.0), None)));
                } else if let Some((own, to)) = inside(step) {
                    queue.push(Reverse((cycles + u64::from(own), Some(to))));
                }
            }
        }
        None
    }

    /// The cycles of the longest way; none when there is a circle. Each instruction is settled behind those that it leads
    /// to.
    fn most(
        &self,
        from: usize,
        leaves: &dyn Fn(&Step) -> bool,
        inside: &dyn Fn(&Step) -> Option<(u32, usize)>,
    ) -> Option<u64> {
        // What is on the way has no value yet; ways that lead nowhere have none at all.
        let mut settled: HashMap<usize, Option<Option<u64>>> = HashMap::new();
        let mut stack = vec![from];
        while let Some(&at) = stack.last() {
            let steps = self.steps.get(at)?;
            if settled.insert(at, None).is_none() {
                for (_, to) in steps.iter().filter_map(inside) {
                    match settled.get(&to) {
                        Some(None) => return None,
                        Some(Some(_)) => {}
                        None => stack.push(to),
                    }
                }
                continue;
            }
            stack.pop();
            let way = |step: &Step| match inside(step) {
                _ if leaves(step) => Some(u64::from(step.0)),
                Some((own, to)) => Some(u64::from(own) + settled.get(&to).copied().flatten().flatten()?),
                None => None,
            };
            let longest = steps.iter().filter_map(way).max();
            settled.insert(at, Some(longest));
        }
        settled.get(&from).copied().flatten().flatten()
    }
}
