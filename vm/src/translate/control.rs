//! Where control goes: branches, switches, edges with their moves, returns, traps.

use super::assembler::Label;
use super::function::{Emit, Form as CodeForm};
use super::live::words;
use super::moves::Moves;
use super::plan::compare_of_flags;
use crate::operation::{Form, Key, Op};
use crate::word;
use native_ir::{Block, Edge, EntityRef, Inst, InstData, Opcode, Operand, Trap, TypeKind};

impl Emit<'_, '_> {
    /// `jump`, `branch`, `branch.cc` and `switch`
    pub(super) fn branch_away(&mut self, inst: Inst, data: &InstData, next: Option<Block>) {
        let mut edges = data.edges();
        let Some(first) = edges.next() else { return };
        match (data.opcode, edges.len()) {
            (Opcode::Jump, _) => {
                self.in_stub = false;
                self.go_along(first, next);
                self.in_stub = true;
            }
            (Opcode::Switch, _) => self.switch(data, first, edges),
            _ => edges.for_each(|second| self.branch(inst, data, first, second, next)),
        }
    }

    /// Goes along an edge from here; falls through where the target is next.
    fn go_along(&mut self, edge: Edge, next: Option<Block>) {
        self.edge_moves(edge);
        self.go_to(self.body.edges[edge].block, next);
    }

    /// Goes to a block from here, its parameters written; falls through where it is next.
    fn go_to(&mut self, block: Block, next: Option<Block>) {
        match self.form {
            CodeForm::Step(fast) => {
                self.asm.op(Op::RESUME_FAST, 0, 0, 0);
                self.asm.literal(fast.block_address(block));
            }
            CodeForm::Fast if next == Some(block) => {}
            CodeForm::Fast if self.repeats(block) => self.repeat(block, next),
            CodeForm::Fast => self.jump(self.labels[block.index()]),
        }
    }

    /// Jumps, in one instruction with the move just before.
    fn jump(&mut self, to: Label) {
        let joined = self.asm.before().and_then(|(word, literal)| match word::op(word) {
            Op::COPY => Some((word, literal, self.fuelled(Op::COPY_JUMP, Op::COPY_JUMP_FUEL))),
            Op::COPY_TWO => Some((word, literal, self.fuelled(Op::COPY_TWO_JUMP, Op::COPY_TWO_JUMP_FUEL))),
            _ => None,
        });
        let Some((word, literal, op)) = joined else {
            return self.asm.go(self.fuelled(Op::JUMP, Op::JUMP_FUEL), 0, to);
        };
        self.asm.take_back();
        let at = self.asm.here();
        self.asm.op(op, word::a(word), word::b(word), word::c(word));
        self.asm.lower_distance(at, to, literal as u32);
    }

    /// Whether a block is nothing but a compare and a branch, so that it can be done where it is gone to. A loop that
    /// tests first so goes round with one instruction less.
    fn repeats(&self, block: Block) -> bool {
        let data = &self.body.blocks[block];
        let insts = data.inst_range();
        let last = Inst::new(insts.end - 1);
        let silent = |inst: usize| self.plan.is_absorbed(Inst::new(inst));
        // What is fused in a block is known once it is emitted.
        let known = self.asm.is_placed(self.labels[block.index()]);
        let branches = matches!(self.body.insts[last].opcode, Opcode::Branch | Opcode::BranchCc);
        !self.repeating && known && branches && (insts.start..insts.end - 1).all(silent)
    }

    fn repeat(&mut self, block: Block, next: Option<Block>) {
        let data = &self.body.blocks[block];
        let (first, last) = (data.first_inst, Inst::new(data.end_inst.index() - 1));
        let cost = data.insts().len() as u32;
        if self.fuel() && !self.lengthen_segment(cost) {
            self.charge_word(cost, first);
        }
        // What runs next here is the whole block; what traps is its branch.
        self.asm.mark(first);
        self.asm.mark(last);
        self.count_segment(block, first);
        self.repeating = true;
        self.temporaries = 0;
        self.branch_away(last, &self.body.insts[last], next);
        self.repeating = false;
    }

    /// Whether going along an edge needs nothing but going.
    fn is_direct(&self, edge: Edge) -> bool {
        !self.steps() && Moves::is_direct(self.body, self.allocation, &self.body.edges[edge])
    }

    /// A label that leads along an edge: its target's where that is all, or one of moves that stand apart.
    fn edge_label(&mut self, edge: Edge, is_direct: bool) -> Label {
        if is_direct {
            return self.labels[self.body.edges[edge].block.index()];
        }
        let label = self.asm.label();
        self.stubs.push((label, edge, self.repeating));
        label
    }

    /// Writes the moves that stand apart.
    pub(super) fn emit_stubs(&mut self, next: Option<Block>) {
        while let Some((label, edge, repeating)) = self.stubs.pop() {
            if self.fuel() {
                self.charge_word(0, Inst::new(0));
            }
            self.asm.place(label);
            // A block that goes to itself would be repeated without end.
            self.repeating = repeating;
            self.edge_moves(edge);
            self.go_to_or_stub(edge, next);
            self.repeating = false;
        }
    }

    /// Two ways. One of them is gone to, the other follows at once.
    fn branch(&mut self, inst: Inst, data: &InstData, yes: Edge, no: Edge, next: Option<Block>) {
        let [yes_direct, no_direct] = [yes, no].map(|edge| self.is_direct(edge));
        let is_next = |edge: Edge| next == Some(self.body.edges[edge].block);
        // An edge with moves is gone along at once, so that they need not stand apart, with a jump round them.
        let swapped = no_direct && (!yes_direct || !is_next(no) && is_next(yes));
        let ways = [(yes, yes_direct), (no, no_direct)];
        let [(away, away_direct), (along, along_direct)] = if swapped { [ways[1], ways[0]] } else { ways };
        let label = self.edge_label(away, away_direct);
        self.conditional(inst, data, !swapped, label);
        if self.fuel() && !self.begins_segment(along, next.filter(|_| self.stubs.is_empty())) {
            self.charge_word(0, Inst::new(0));
        }
        if !along_direct {
            self.edge_moves(along);
        }
        self.go_to_or_stub(along, next);
    }

    /// Whether the first word of going along an edge is that of a segment.
    fn begins_segment(&self, edge: Edge, next: Option<Block>) -> bool {
        let block = self.body.edges[edge].block;
        self.is_direct(edge) && (next == Some(block) || self.repeats(block))
    }

    /// Goes to an edge's block, its moves made; moves that stand apart and would be in the way of falling through come behind.
    fn go_to_or_stub(&mut self, edge: Edge, next: Option<Block>) {
        self.go_to(self.body.edges[edge].block, next.filter(|_| self.stubs.is_empty()));
    }

    /// Goes to a label when the condition of a branch is `on`.
    fn conditional(&mut self, inst: Inst, data: &InstData, on: bool, to: Label) {
        if let Some((value, when_set)) = self.bit(data.operand(0)).filter(|_| data.opcode == Opcode::Branch) {
            let value = self.operand_of(value, 1);
            return self.go_if(value, on == when_set, to);
        }
        let source = match data.opcode {
            Opcode::BranchCc => Some(data),
            _ => self.absorbed(data.operand(0)),
        };
        if let Some((key, operands)) = source.and_then(|source| self.branch_key(source)) {
            let key = if on { key } else { negated(key) };
            if self.compare_and_go(key, operands, to) {
                return;
            }
        }
        let condition = match data.opcode {
            Opcode::BranchCc => self.test_for(inst, data),
            _ => self.operand_of(data.operand(0), 1),
        };
        self.go_if(condition, on, to);
    }

    /// Goes to a label when the lowest bit of a slot is `on`.
    fn go_if(&mut self, condition: u16, on: bool, to: Label) {
        let op = match on {
            true => self.fuelled(Op::BRANCH, Op::BRANCH_FUEL),
            false => self.fuelled(Op::BRANCH_NOT, Op::BRANCH_NOT_FUEL),
        };
        self.asm.go(op, condition, to);
    }

    /// The compare that a branch can do itself where there is an operation for it, for the instruction that gives the
    /// condition: a compare, a test of flags or a branch on flags.
    pub(super) fn branch_key(&self, source: &InstData) -> Option<(Key, [Operand; 2])> {
        let compare = match source.opcode {
            Opcode::Test | Opcode::BranchCc => compare_of_flags(self.body, source.operand(0).value()?)?,
            _ => source,
        };
        let form = if self.fuel() { Form::FuelBranch } else { Form::Branch };
        let key = self.compare_key(compare, source.attributes.condition(), form);
        let strict =
            self.function.float == native_ir::FloatMode::Strict && !source.attributes.condition().is_int();
        (!strict).then_some((key, [compare.operand(0), compare.operand(1)]))
    }

    /// The key of a compare that adds before, a slot or a number, if its right operand can stand in it.
    fn add_key(&self, key: Key, right: Operand, of_slots: bool) -> Option<Key> {
        let literal = self.constant(right).is_some();
        let form = match (key.form, of_slots, literal) {
            (Form::Branch, false, false) => Form::AddBranch,
            (Form::Branch, false, true) => Form::AddBranchLiteral,
            (Form::Branch, true, false) => Form::SumBranch,
            (Form::Branch, true, true) => Form::SumBranchLiteral,
            (Form::FuelBranch, false, false) => Form::FuelAddBranch,
            (Form::FuelBranch, false, true) => Form::FuelAddBranchLiteral,
            (Form::FuelBranch, true, false) => Form::FuelSumBranch,
            (Form::FuelBranch, true, true) => Form::FuelSumBranchLiteral,
            _ => return None,
        };
        if literal {
            i32::try_from(self.signed_constant(right)?).ok()?;
        }
        Some(Key { form, ..key })
    }

    /// Makes one instruction of an addition just before and the compare of its sum.
    fn join_addition(&mut self, key: Key, left: Operand, right: Operand, to: Label) -> bool {
        let Some((word, literal)) = self.asm.before().filter(|_| !self.steps()) else { return false };
        let sum = self.root(left).value().map(|value| self.slot(value));
        if sum != Some(u32::from(word::a(word))) {
            return false;
        }
        let before = word::op(word).entry().key;
        let before = before.filter(|before| before.opcode == Opcode::Iadd && before.from == key.from);
        let (of_slots, step) = match before.map(|before| before.form) {
            Some(Form::Slots) => (true, word::c(word)),
            Some(Form::Literal) => {
                let step = if key.from == TypeKind::I32 { i64::from(literal as i32) } else { literal as i64 };
                let Ok(step) = i16::try_from(step) else { return false };
                (false, step as u16)
            }
            _ => return false,
        };
        let Some(op) = self.add_key(key, right, of_slots).and_then(Op::find) else { return false };
        let right = match (self.signed_constant(right), self.source(right, 0)) {
            (Some(number), _) => number as i32 as u32,
            // The sum is written before the right operand is read here, and after it there.
            (None, Some(slot)) if Some(slot) != sum && slot < u32::from(u16::MAX) => slot,
            _ => return false,
        };
        self.asm.take_back();
        let at = self.asm.here();
        self.asm.op(op, word::a(word), word::b(word), step);
        self.asm.lower_distance(at, to, right);
        true
    }

    fn compare_and_go(&mut self, key: Key, operands: [Operand; 2], to: Label) -> bool {
        let (key, [left, right]) = self.literal_last(key, operands);
        if self.join_addition(key, left, right, to) {
            return true;
        }
        let literal = match key.form {
            Form::FuelBranch => Form::FuelBranchLiteral,
            _ => Form::BranchLiteral,
        };
        match (self.constant(right), Op::find(Key { form: literal, ..key }), Op::find(key)) {
            (Some(bits), Some(op), _) => {
                let left = self.operand_of(left, 1);
                self.asm.go(op, left, to);
                self.asm.literal(bits as u64);
                true
            }
            (_, _, Some(op)) => {
                let (left, right) = (self.operand_of(left, 1), self.operand_of(right, 1));
                let from = self.asm.here();
                self.asm.op(op, left, right, 0);
                self.asm.distance(from, to);
                true
            }
            _ => false,
        }
    }

    /// The truth value of a branch on flags of a type that has no branch of its own.
    fn test_for(&mut self, _: Inst, data: &InstData) -> u16 {
        let to = self.temporary(1);
        if let Some(compare) = data.operand(0).value().and_then(|flags| compare_of_flags(self.body, flags)) {
            let key = self.compare_key(compare, data.attributes.condition(), Form::Slots);
            self.apply_compare(key, [compare.operand(0), compare.operand(1)], to);
        }
        to
    }

    fn switch(&mut self, data: &InstData, default: Edge, cases: impl ExactSizeIterator<Item = Edge>) {
        let slots = self.operand_slots(data.operand(0));
        let value = self.operand(data.operand(0));
        let mut labelled: Vec<(u128, Label)> = Vec::with_capacity(cases.len());
        for edge in cases {
            let case = self.body.edges[edge].case().and_then(|case| self.body.constants.get(case));
            let bits = case.map_or(0, |case| case.bits());
            labelled.push((bits, self.edge_label(edge, self.is_direct(edge))));
        }
        let default = self.edge_label(default, self.is_direct(default));
        labelled.sort_by_key(|case| case.0);
        let from = self.asm.here();
        match dense(&labelled) {
            Some((first, length)) if slots == 1 => {
                self.asm.op(self.fuelled(Op::TABLE, Op::TABLE_FUEL), value, 0, 0);
                self.asm.literal(first);
                self.asm.literal(length);
                self.asm.distance(from, default);
                let mut cases = labelled.iter().peekable();
                for number in 0..length {
                    let case = cases.next_if(|case| case.0 == u128::from(first) + u128::from(number));
                    self.asm.distance(from, case.map_or(default, |case| case.1));
                }
            }
            _ => {
                let op = match slots {
                    2 => self.fuelled(Op::SEARCH_PAIR, Op::SEARCH_PAIR_FUEL),
                    _ => self.fuelled(Op::SEARCH, Op::SEARCH_FUEL),
                };
                self.asm.op(op, value, 0, 0);
                self.asm.literal(labelled.len() as u64);
                self.asm.distance(from, default);
                for (bits, label) in labelled {
                    self.asm.literal(bits as u64);
                    self.asm.literal((bits >> 64) as u64);
                    self.asm.distance(from, label);
                }
            }
        }
    }

    /// `return`
    pub(super) fn leave_function(&mut self, data: &InstData) {
        let operands = self.body.list(data).to_vec();
        if let Some(ty) = self.signature.aggregate_result() {
            if let Some(&from) = operands.first() {
                self.copy_result(from, ty);
            }
            self.end_objects();
            return self.asm.op(self.fuelled(Op::RETURN, Op::RETURN_FUEL), 0, 0, 0);
        }
        self.end_objects();
        match operands[..] {
            [] => self.asm.op(self.fuelled(Op::RETURN, Op::RETURN_FUEL), 0, 0, 0),
            [operand] if self.operand_slots(operand) == 1 => {
                let from = self.operand(operand);
                self.asm.op(self.fuelled(Op::RETURN_ONE, Op::RETURN_ONE_FUEL), from, 0, 0);
            }
            _ => {
                self.pass_in_place(&operands, 0);
                self.asm.op(self.fuelled(Op::RETURN, Op::RETURN_FUEL), 0, 0, 0);
            }
        }
    }

    /// Puts operands into the frame's first slots, all at once.
    pub(super) fn pass_in_place(&mut self, operands: &[Operand], first: u32) -> u32 {
        let mut at = first;
        // Behind the frame's slots is room that nobody uses now; constants and values from there need no order.
        let staged = self.frame.total;
        let mut copies = Vec::new();
        for &operand in operands {
            let slots = words(self.body.operand_type(operand)).max(1);
            for half in 0..slots {
                copies.push((at + half, operand, half));
            }
            at += slots;
        }
        let in_the_way = copies.iter().any(|&(_, operand, half)| {
            self.source(operand, half).is_some_and(|from| {
                copies.iter().any(|&(to, other, h)| to == from && self.source(other, h) != Some(to))
            })
        });
        match in_the_way {
            false => copies.iter().for_each(|&(to, operand, half)| self.put_half(to, operand, half)),
            true => {
                for (index, &(_, operand, half)) in copies.iter().enumerate() {
                    self.put_half(staged + index as u32, operand, half);
                }
                for (index, &(to, ..)) in copies.iter().enumerate() {
                    self.copy_slot(to, staged + index as u32);
                }
            }
        }
        at
    }

    /// The slot that half an operand is in, unless it is a constant.
    fn source(&self, operand: Operand, half: u32) -> Option<u32> {
        self.root(operand).value().map(|value| self.slot(value) + half)
    }

    fn put_half(&mut self, to: u32, operand: Operand, half: u32) {
        match (self.constant(operand), self.source(operand, half)) {
            (Some(bits), _) => self.put_constant(to, (bits >> (64 * half)) as u64),
            (None, Some(from)) if from != to => self.copy_slot(to, from),
            _ => {}
        }
    }

    /// Ends the activation's objects.
    pub(super) fn end_objects(&mut self) {
        if self.has_objects() {
            let ending = if self.checked() { self.object_offsets.len() as i32 } else { 0 };
            self.asm.op_wide(Op::LEAVE, self.frame.objects as u16, ending);
        }
    }

    /// `trap` and `unreachable`
    pub(super) fn trap(&mut self, class: Trap) {
        self.asm.op(Op::TRAP, class as u16, 0, 0);
    }

    /// `trap_if`
    pub(super) fn trap_if(&mut self, data: &InstData) {
        let condition = self.operand_of(data.operand(0), 1);
        self.asm.op(Op::TRAP_IF, condition, data.attributes.trap() as u16, 0);
    }
}

/// First case and number of entries of a table for cases, where a table is no waste.
fn dense(cases: &[(u128, Label)]) -> Option<(u64, u64)> {
    let (first, last) = (cases.first()?.0, cases.last()?.0);
    let length = last.checked_sub(first)?.checked_add(1)?;
    let fits = last <= u128::from(u64::MAX) && length <= 4 * cases.len() as u128 + 8;
    (fits && cases.len() > 3).then_some((first as u64, length as u64))
}

fn negated(key: Key) -> Key {
    Key { condition: key.condition.map(|condition| condition.negate()), ..key }
}
