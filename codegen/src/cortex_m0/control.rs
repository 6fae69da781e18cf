//! Terminators and traps.

use super::compare::Test;
use super::inst::{Alu, BlockIndex, Cond, Inst, Reg};
use super::lower::{Lower, words_of};
use native_ir::{Edge, Inst as IrInst, InstData, Opcode, Operand, Trap, TypeKind};
use rustc_hash::FxHashMap;

/// Up to how many cases are compared one by one.
const FEW: usize = 4;
/// What a jump through a table takes beside its entries, in the bytes that two cases take (eight).
const TABLE: u64 = 14;

/// A case of a switch: its constant, and where it goes.
#[derive(Clone, Copy)]
struct Case {
    bits: u32,
    edge: Edge,
}

/// What makes up a condition: where the first is what ends it, it is `then`, else what the second is.
struct Parts {
    first: Operand,
    ends: bool,
    then: bool,
    second: Operand,
}

/// Where a part of a condition leads.
#[derive(Clone, Copy)]
enum Way {
    /// To a block that nothing else leads to.
    To(BlockIndex),
    /// To a block that others lead to, by way of one of its own.
    Over(BlockIndex),
}

impl Lower<'_> {
    /// `jump`
    pub(super) fn jump(&mut self, data: &InstData) {
        if let Some(edge) = data.edges().next() {
            self.go(edge);
        }
    }

    /// `branch`, `branch.cc`
    pub(super) fn branch(&mut self, data: &InstData) {
        let mut edges = data.edges();
        let (Some(yes), Some(no)) = (edges.next(), edges.next()) else { return };
        if data.opcode == Opcode::Branch && self.parts_of(data.operand(0)).is_some() {
            let (yes, no) = (self.target(yes), self.target(no));
            return self.decide(data.operand(0), yes, no);
        }
        let test = match data.opcode {
            Opcode::Branch => self.condition(data.operand(0)),
            _ => self.flags_condition(data),
        };
        match test {
            Test::Known(holds) => self.go(if holds { yes } else { no }),
            Test::Flags(cond) => {
                let (yes, no) = (self.target(yes), self.target(no));
                self.branch_to(cond, yes, no);
            }
        }
    }

    /// A condition that two others make up, and nobody else needs: each gets a branch of its own. What has computed the
    /// whole, and compares that are computed for it, are then read by nobody.
    fn parts_of(&self, operand: Operand) -> Option<Parts> {
        let once = |operand: Operand| operand.value().is_some_and(|value| self.live.is_used_once(value));
        let root = self.live.root(operand);
        let data = self.definition(operand).filter(|_| once(root) && self.kind(operand) == TypeKind::I1)?;
        let (a, b) = match data.opcode {
            Opcode::And | Opcode::Or => (data.operand(0), data.operand(1)),
            Opcode::Select => (data.operand(1), data.operand(2)),
            _ => return None,
        };
        let parts = match (data.opcode, self.constant(a), self.constant(b)) {
            (Opcode::And, None, None) => Parts { first: a, ends: false, then: false, second: b },
            (Opcode::Or, None, None) => Parts { first: a, ends: true, then: true, second: b },
            (Opcode::Select, None, Some(then)) => {
                Parts { first: data.operand(0), ends: false, then: then & 1 != 0, second: a }
            }
            (Opcode::Select, Some(then), None) => {
                Parts { first: data.operand(0), ends: true, then: then & 1 != 0, second: b }
            }
            _ => return None,
        };
        let compares = [parts.first, parts.second].into_iter().any(|part| self.compared(part).is_some());
        compares.then_some(parts)
    }

    /// The compare of integers that nobody needs but a branch on it.
    fn compared(&self, operand: Operand) -> Option<IrInst> {
        let value = self.live.root(operand).value().filter(|&value| self.live.is_used_once(value))?;
        let native_ir::ValueDef::Result(inst) = self.body.values[value].def() else { return None };
        (self.body.insts[inst].opcode == Opcode::Icmp).then_some(inst)
    }

    /// Goes to one of two blocks by a condition that others make up. What is left to decide waits on a list, with where it
    /// leads: to blocks of its own, or to others by way of one.
    fn decide(&mut self, operand: Operand, yes: BlockIndex, no: BlockIndex) {
        let mut waiting = vec![(self.current, operand, Way::Over(yes), Way::Over(no))];
        while let Some((block, operand, yes, no)) = waiting.pop() {
            if block != self.current {
                self.begin(block);
            }
            if let Some(Parts { first, ends, then, second }) = self.parts_of(operand) {
                let rest = self.new_block();
                let end = if then { yes } else { no };
                waiting.push((rest, second, yes, no));
                let (yes, no) = if ends { (end, Way::To(rest)) } else { (Way::To(rest), end) };
                waiting.push((block, first, yes, no));
                continue;
            }
            let test = match self.compared(operand) {
                Some(inst) => Test::Flags(self.compare(inst, self.body.insts[inst].attributes.condition())),
                None => self.condition(operand),
            };
            let (yes, no) = (self.way(yes), self.way(no));
            match test {
                Test::Known(holds) => self.emit(Inst::Jump { to: if holds { yes } else { no } }),
                Test::Flags(cond) => self.branch_to(cond, yes, no),
            }
        }
    }

    fn way(&mut self, way: Way) -> BlockIndex {
        match way {
            Way::To(block) => block,
            Way::Over(block) => self.stop_over(block),
        }
    }

    /// Goes to one of two blocks, which may be the same.
    pub(super) fn branch_to(&mut self, cond: Cond, yes: BlockIndex, no: BlockIndex) {
        if yes == no {
            return self.emit(Inst::Jump { to: yes });
        }
        self.emit(Inst::Branch { cond, yes, no });
    }

    /// `trap_if`
    pub(super) fn trap_if(&mut self, data: &InstData) {
        let trap = data.attributes.trap();
        match self.condition(data.operand(0)) {
            Test::Known(false) => {}
            Test::Known(true) => {
                let reg = self.konst(0);
                self.emit(Inst::CmpImm { a: reg, imm: 0 });
                self.emit(Inst::TrapIf { cond: Cond::Eq, trap });
            }
            Test::Flags(cond) => self.emit(Inst::TrapIf { cond, trap }),
        }
    }

    /// `trap`, `unreachable`
    pub(super) fn stop(&mut self, trap: Trap) {
        self.emit(Inst::Trap { trap });
    }

    /// A block that goes on to another: an edge of its own for what several branches lead to.
    fn stop_over(&mut self, to: BlockIndex) -> BlockIndex {
        let here = self.current;
        let block = self.new_block();
        self.current = block;
        self.emit(Inst::Jump { to });
        self.current = here;
        block
    }

    /// Few cases are compared one after the other; many that lie close together become a table; others are searched by
    /// halves.
    pub(super) fn switch(&mut self, data: &InstData) {
        let mut edges = data.edges();
        let Some(default) = edges.next() else { return };
        let operand = data.operand(0);
        if words_of(self.kind(operand)) > 1 {
            return self.switch_wide(data, default);
        }
        let width = self.width(operand);
        let mask = if width == 32 { u32::MAX } else { (1 << width) - 1 };
        let mut cases = Vec::with_capacity(edges.len());
        for edge in edges {
            let case = self.body.edges[edge].case().and_then(|case| self.body.constants.get(case));
            cases.push(Case { bits: case.map_or(0, |case| case.bits() as u32) & mask, edge });
        }
        cases.sort_unstable_by_key(|case| case.bits);
        let index = self.unsigned(operand);
        self.choose_case(index, &cases, default);
    }

    /// Goes to the case that the register equals. Halves wait on a list.
    fn choose_case(&mut self, index: Reg, cases: &[Case], default: Edge) {
        let mut waiting = vec![(self.current, cases)];
        while let Some((block, cases)) = waiting.pop() {
            self.begin(block);
            let (Some(first), Some(last)) = (cases.first(), cases.last()) else {
                let to = self.target(default);
                let to = self.stop_over(to);
                self.emit(Inst::Jump { to });
                continue;
            };
            let span = u64::from(last.bits - first.bits) + 1;
            if span + TABLE < 4 * cases.len() as u64 {
                self.look_up(index, cases, span as usize, default);
                continue;
            }
            if cases.len() <= FEW {
                self.compare_cases(index, cases, default);
                continue;
            }
            let (low, high) = cases.split_at(cases.len() / 2);
            let (below, above) = (self.new_block(), self.new_block());
            self.compare_with(index, high.first().map_or(0, |case| case.bits));
            self.emit(Inst::Branch { cond: Cond::Cc, yes: below, no: above });
            waiting.push((above, high));
            waiting.push((below, low));
        }
    }

    /// Compares one by one.
    fn compare_cases(&mut self, index: Reg, cases: &[Case], default: Edge) {
        for (number, case) in cases.iter().enumerate() {
            let yes = self.target(case.edge);
            let yes = self.stop_over(yes);
            let no = if number + 1 == cases.len() {
                let to = self.target(default);
                self.stop_over(to)
            } else {
                self.new_block()
            };
            self.compare_with(index, case.bits);
            self.emit(Inst::Branch { cond: Cond::Eq, yes, no });
            if number + 1 < cases.len() {
                let fresh = self.current;
                self.begin(no);
                debug_assert_ne!(fresh, no);
            }
        }
    }

    /// Goes by a table.
    fn look_up(&mut self, index: Reg, cases: &[Case], entries: usize, default: Edge) {
        let first = cases.first().map_or(0, |case| case.bits);
        let otherwise = self.target(default);
        let index = match first {
            0 => index,
            first => self.add_imm(index, (first as i32).wrapping_neg()),
        };
        let (inside, outside) = (self.new_block(), self.stop_over(otherwise));
        self.compare_with(index, entries as u32 - 1);
        self.emit(Inst::Branch { cond: Cond::Hi, yes: outside, no: inside });
        self.begin(inside);
        let hole = self.stop_over(otherwise);
        let mut targets = vec![hole; entries];
        for case in cases {
            let to = self.target(case.edge);
            if let Some(slot) = targets.get_mut((case.bits - first) as usize) {
                *slot = to;
            }
        }
        self.separate(&mut targets);
        let temp = self.temp();
        self.emit(Inst::Table { index, temp, targets });
    }

    /// Gives targets of a table that other branches of the switch lead to blocks of their own.
    fn separate(&mut self, targets: &mut [BlockIndex]) {
        let mut own: FxHashMap<BlockIndex, BlockIndex> = FxHashMap::default();
        for slot in targets {
            *slot = *own.entry(*slot).or_insert_with_key(|&to| self.stop_over(to));
        }
    }

    /// Cases of more than 32 bits, one after the other.
    fn switch_wide(&mut self, data: &InstData, default: Edge) {
        let words = self.all_words(data.operand(0));
        let cases: Vec<Edge> = data.edges().skip(1).collect();
        for edge in cases {
            let case = self.body.edges[edge].case().and_then(|case| self.body.constants.get(case));
            let bits = case.map_or(0, |case| case.bits());
            let mut difference = None;
            for (word, &reg) in words.iter().enumerate() {
                let bits = self.konst((bits >> (32 * word)) as u32);
                let one = self.alu(Alu::Eor, bits, reg);
                difference = Some(match difference {
                    None => one,
                    Some(other) => self.alu(Alu::Orr, other, one),
                });
            }
            let difference = difference.unwrap_or_else(|| self.konst(0));
            self.emit(Inst::CmpImm { a: difference, imm: 0 });
            let yes = self.target(edge);
            let (yes, no) = (self.stop_over(yes), self.new_block());
            self.emit(Inst::Branch { cond: Cond::Eq, yes, no });
            self.begin(no);
        }
        let to = self.target(default);
        let to = self.stop_over(to);
        self.emit(Inst::Jump { to });
    }
}
