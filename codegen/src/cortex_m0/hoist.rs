//! What a loop computes anew each time round, and need not, moves in front of it.
//!
//! Candidates are instructions that do nothing but compute, of operands that the loop does not change, and whose flags
//! nobody reads. A candidate that others of the loop read moves to the loop's *preheader*, with the candidates that it is
//! computed of; equal ones become one. Loops are taken from the inside outward, so that something may move out of several.
//!
//! Each costs a register throughout the loop. [`Limit`] says how many registers may be taken at once; the most useful
//! candidates come first.

use super::cost::weight;
use super::inst::{BlockIndex, Code, Line, Reg};
use super::key::{Key, key};
use super::liveness::{Liveness, Pressure, is_read};
use super::loops::{Loop, Loops};
use rustc_hash::{FxHashMap, FxHashSet};

/// How many registers may be live at once in a loop from which something moves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    /// Anywhere.
    pub(super) most: u32,
    /// Across a call.
    pub(super) calls: u32,
}

impl Limit {
    /// The registers that there are.
    pub(super) const REGISTERS: Limit = Limit { most: 8, calls: 4 };

    fn least(self, other: Limit) -> Limit {
        Limit { most: self.most.min(other.most), calls: self.calls.min(other.calls) }
    }

    fn allows(self, pressure: Pressure) -> bool {
        pressure.most <= self.most && pressure.calls.is_none_or(|calls| calls <= self.calls)
    }
}

/// Moves what may move. Tells how much did; then what is left of it in loops, which nobody reads, is to be left out.
pub(super) fn hoist(code: &mut Code, loops: &Loops, limit: Limit) -> usize {
    let Some(liveness) = Liveness::new(code) else { return 0 };
    let pressure = liveness.pressure(code);
    let mut hoist = Hoist { code, limit, liveness, pressure, same: FxHashMap::default() };
    for one in &loops.list {
        if let Some(preheader) = one.preheader {
            hoist.relieve(one, preheader);
        }
    }
    hoist.replace()
}

struct Hoist<'a> {
    code: &'a mut Code,
    limit: Limit,
    liveness: Liveness,
    pressure: Vec<Pressure>,
    /// What stands for a register of which all readers are to read another one.
    same: FxHashMap<Reg, Reg>,
}

/// Equal candidates of a loop.
#[derive(Default)]
struct Group {
    /// Their results.
    members: Vec<Reg>,
    /// How much is saved when they are not computed.
    weight: u64,
    /// Whether others than candidates read them.
    read: bool,
}

/// The candidates of a loop.
#[derive(Default)]
struct Candidates {
    groups: Vec<(Key, Group)>,
    /// For each key its group.
    by_key: FxHashMap<Key, usize>,
    /// For each result its group.
    by_reg: FxHashMap<Reg, usize>,
    /// How often something reads a register in the loop.
    reads: FxHashMap<Reg, u32>,
}

/// What a preheader computes.
struct Made {
    by_key: FxHashMap<Key, Reg>,
    /// For each group that is computed there its register.
    moved: FxHashMap<usize, Reg>,
}

impl Candidates {
    /// A group with all that it is computed of, those before the ones that are computed of them.
    fn tree(&self, group: usize) -> Vec<usize> {
        let mut tree = Vec::new();
        let mut open = vec![(group, false)];
        while let Some((node, ready)) = open.pop() {
            if tree.contains(&node) {
                continue;
            }
            if ready {
                tree.push(node);
            } else {
                open.push((node, true));
                let operands = self.groups[node].0.operands();
                open.extend(operands.filter_map(|reg| self.by_reg.get(&reg)).map(|&node| (node, false)));
            }
        }
        tree
    }

    /// What stands for equal ones.
    fn representative(&self, reg: Reg) -> Reg {
        let group = self.by_reg.get(&reg).and_then(|&group| self.groups.get(group));
        group.and_then(|(_, group)| group.members.first()).copied().unwrap_or(reg)
    }
}

impl Hoist<'_> {
    fn resolve(&self, reg: Reg) -> Reg {
        let mut reg = reg;
        while let Some(&other) = self.same.get(&reg) {
            reg = other;
        }
        reg
    }

    /// Empties a loop of what may move.
    fn relieve(&mut self, one: &Loop, preheader: BlockIndex) {
        let mut candidates = self.candidates(one);
        self.count_readers(one, &mut candidates);
        let mut order: Vec<usize> =
            (0..candidates.groups.len()).filter(|&at| candidates.groups[at].1.read).collect();
        let useful: Vec<u64> = order.iter().map(|&group| self.saved(&candidates, group)).collect();
        let useful: FxHashMap<usize, u64> = order.iter().copied().zip(useful).collect();
        order.sort_by_key(|group| std::cmp::Reverse(useful.get(group).copied()));
        let mut made = self.made(preheader);
        for group in order {
            self.consider(one, preheader, &candidates, group, &mut made);
        }
    }

    /// What a preheader computes itself.
    fn made(&self, preheader: BlockIndex) -> Made {
        let lines = self.code.blocks.get(preheader as usize).map_or(&[][..], |block| &block.lines);
        let computed = lines.iter().filter_map(|line| key(&line.inst, |reg| self.resolve(reg)));
        Made { by_key: computed.collect(), moved: FxHashMap::default() }
    }

    /// Finds the candidates, those before the ones that are computed of them.
    fn candidates(&self, one: &Loop) -> Candidates {
        let mut written: FxHashSet<Reg> = FxHashSet::default();
        for &block in &one.blocks {
            let block = &self.code.blocks[block as usize];
            written.extend(&block.params);
            for line in &block.lines {
                line.inst.clone().visit(&mut |reg, role| {
                    if !is_read(role) {
                        written.insert(*reg);
                    }
                });
            }
        }
        let mut candidates = Candidates::default();
        let mut changed = true;
        while changed {
            changed = false;
            for &number in &one.blocks {
                let block = &self.code.blocks[number as usize];
                for (at, line) in block.lines.iter().enumerate() {
                    let keeps = block.lines.get(at + 1).is_none_or(|next| !next.inst.flags().reads());
                    let of = |reg: Reg| candidates.representative(self.resolve(reg));
                    let Some((key, dst)) = key(&line.inst, of).filter(|_| keeps) else { continue };
                    let known = |reg: Reg| !written.contains(&reg) || candidates.by_reg.contains_key(&reg);
                    let is_new = !candidates.by_reg.contains_key(&dst) && !self.same.contains_key(&dst);
                    if is_new && key.operands().all(known) {
                        changed = true;
                        let next = candidates.groups.len();
                        let group = *candidates.by_key.entry(key).or_insert(next);
                        if group == next {
                            candidates.groups.push((key, Group::default()));
                        }
                        candidates.by_reg.insert(dst, group);
                        let group = &mut candidates.groups[group].1;
                        group.members.push(dst);
                        group.weight += weight(block.depth) * u64::from(key.cycles());
                    }
                }
            }
        }
        candidates
    }

    /// Notes which candidates others read, and how often anything is read.
    fn count_readers(&self, one: &Loop, candidates: &mut Candidates) {
        for &block in &one.blocks {
            let block = &self.code.blocks[block as usize];
            for line in &block.lines {
                let result = key(&line.inst, |reg| reg).map(|(_, dst)| dst);
                if result.is_some_and(|dst| self.same.contains_key(&dst)) {
                    continue;
                }
                let other = result.is_none_or(|dst| !candidates.by_reg.contains_key(&dst));
                line.inst.clone().visit(&mut |reg, role| {
                    if is_read(role) {
                        self.read(candidates, *reg, other);
                    }
                });
            }
            for &arg in &block.args {
                self.read(candidates, arg, true);
            }
        }
    }

    fn read(&self, candidates: &mut Candidates, reg: Reg, by_others: bool) {
        let reg = self.resolve(reg);
        *candidates.reads.entry(reg).or_default() += 1;
        let group = candidates.by_reg.get(&reg).copied();
        if let Some((_, group)) = group.and_then(|group| candidates.groups.get_mut(group)) {
            group.read |= by_others;
        }
    }

    /// How much is saved when a group moves, with what is computed for it alone.
    fn saved(&self, candidates: &Candidates, group: usize) -> u64 {
        let tree = candidates.tree(group).into_iter();
        let own = tree.filter(|&node| node == group || !candidates.groups[node].1.read);
        own.map(|node| candidates.groups[node].1.weight).sum()
    }

    /// Moves a group with what it is computed of, when the loop has a register left for it.
    fn consider(
        &mut self,
        one: &Loop,
        preheader: BlockIndex,
        candidates: &Candidates,
        group: usize,
        made: &mut Made,
    ) {
        let tree = candidates.tree(group);
        let freed = self.freed(one, candidates, &tree);
        let more = |pressure: Pressure| {
            let more = |count: u32| (count + 1).saturating_sub(freed);
            Pressure { most: more(pressure.most), calls: pressure.calls.map(more) }
        };
        let limit = match candidates.groups[group].0.is_cheap() {
            true => self.limit.least(Limit::REGISTERS),
            false => self.limit,
        };
        let blocks = || one.blocks.iter().map(|&block| block as usize);
        if !blocks().all(|block| limit.allows(more(self.pressure[block]))) {
            return;
        }
        blocks().for_each(|block| self.pressure[block] = more(self.pressure[block]));
        for &node in &tree {
            self.make(preheader, candidates, node, made);
        }
        if let Some(&new) = made.moved.get(&group) {
            candidates.groups[group].1.members.iter().for_each(|&member| _ = self.same.insert(member, new));
        }
    }

    /// Has the preheader compute a candidate, whose operands it computes already.
    fn make(&mut self, preheader: BlockIndex, candidates: &Candidates, node: usize, made: &mut Made) {
        if made.moved.contains_key(&node) {
            return;
        }
        let of = |reg: Reg| {
            let group = candidates.by_reg.get(&reg);
            group.and_then(|group| made.moved.get(group)).copied().unwrap_or_else(|| self.resolve(reg))
        };
        let key = candidates.groups[node].0.with(of);
        let reg = made.by_key.get(&key).copied().unwrap_or_else(|| {
            let dst = Reg::new_virtual(self.code.registers);
            self.code.registers += 1;
            let block = &mut self.code.blocks[preheader as usize];
            if let Some(jump) = block.lines.pop() {
                block.lines.push(Line { inst: key.inst(dst), source: jump.source });
                block.lines.push(jump);
            }
            dst
        });
        made.by_key.insert(key, reg);
        made.moved.insert(node, reg);
    }

    /// How many registers the loop needs no more when what is computed of them has moved.
    fn freed(&self, one: &Loop, candidates: &Candidates, tree: &[usize]) -> u32 {
        let mut reads: FxHashMap<Reg, u32> = FxHashMap::default();
        for &node in tree {
            let (key, group) = &candidates.groups[node];
            for operand in key.operands().filter(|operand| !candidates.by_reg.contains_key(operand)) {
                *reads.entry(operand).or_default() += group.members.len() as u32;
            }
        }
        let inside = |block: u32| one.blocks.contains(&block);
        let leaves = |reg: Reg| {
            let ends = one.blocks.iter().filter_map(|&block| self.code.blocks[block as usize].lines.last());
            let mut targets = ends.flat_map(|line| line.inst.targets());
            targets.any(|to| !inside(to) && self.liveness.begins(to, reg))
        };
        let free = |(&reg, &count): (&Reg, &u32)| candidates.reads.get(&reg) == Some(&count) && !leaves(reg);
        reads.iter().filter(|&read| free(read)).count() as u32
    }

    /// Has everyone read what stands for what they read; tells how many did.
    fn replace(self) -> usize {
        let resolved: Vec<(Reg, Reg)> = self.same.keys().map(|&reg| (reg, self.resolve(reg))).collect();
        let same: FxHashMap<Reg, Reg> = resolved.into_iter().collect();
        let replace = |reg: &mut Reg| *reg = same.get(reg).copied().unwrap_or(*reg);
        for block in &mut self.code.blocks {
            for line in &mut block.lines {
                line.inst.visit(&mut |reg, role| {
                    if is_read(role) {
                        replace(reg);
                    }
                });
            }
            block.args.iter_mut().for_each(replace);
        }
        self.code.values.iter_mut().for_each(|(reg, ..)| replace(reg));
        same.len()
    }
}
