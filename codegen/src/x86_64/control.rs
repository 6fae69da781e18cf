//! Terminators, edges and traps.

use super::address::Address;
use super::compare::Test;
use super::condition::Cc;
use super::emit::{Cold, Emitter};
use super::encode::{Alu, Size};
use super::moves::Move;
use super::register::{RAX, RCX, RDX};
use crate::buffer::Label;
use artifact::Place;
use native_ir::{Edge, EntityRef, InstData, Opcode, Operand, TypeKind};

/// From how many cases on a switch looks into a table, when they lie close together.
const TABLE: usize = 5;
/// Up to how many cases are compared one by one.
const FEW: usize = 4;

/// A case of a switch: its constant, and where it goes.
#[derive(Clone, Copy)]
struct Case {
    bits: u64,
    label: Label,
}

impl Emitter<'_> {
    /// Emits the moves of an edge's arguments into the parameters.
    pub(super) fn move_arguments(&mut self, edge: Edge) {
        let edge = &self.body.edges[edge];
        let params = self.body.blocks[edge.block].params();
        for (&argument, param) in self.body.edge_args(edge).iter().zip(params) {
            let to = self.places[param.index()];
            let one = Move { to, from: self.source(argument), kind: self.value_kind(param) };
            self.moves.push(one);
        }
        self.move_all();
    }

    /// Whether an edge moves anything.
    fn has_moves(&self, edge: Edge) -> bool {
        let edge = &self.body.edges[edge];
        let params = self.body.blocks[edge.block].params();
        self.body.edge_args(edge).iter().zip(params).any(|(&argument, param)| {
            let to = self.places[param.index()];
            to != Place::Nowhere && (self.place(argument) != to || self.folded(argument).is_some())
        })
    }

    fn go(&mut self, edge: Edge) {
        self.move_arguments(edge);
        let label = self.label(self.body.edges[edge].block);
        self.asm.jmp(label);
    }

    pub(super) fn jump(&mut self, data: &InstData) {
        for edge in data.edges() {
            self.go(edge);
        }
    }

    pub(super) fn branch(&mut self, data: &InstData) {
        let mut edges = data.edges();
        let (Some(yes), Some(no)) = (edges.next(), edges.next()) else { return };
        let test = match data.opcode {
            Opcode::Branch => self.condition(data.operand(0)),
            _ => self.flags_condition(data),
        };
        self.branch_on(test, yes, no);
    }

    /// Goes along one of two edges. Moves stand on their own edge, in line; the jump leads around them.
    fn branch_on(&mut self, test: Test, yes: Edge, no: Edge) {
        let target = |edge: Edge| self.body.edges[edge].block;
        let (to_yes, to_no) = (self.label(target(yes)), self.label(target(no)));
        match (self.has_moves(yes), self.has_moves(no)) {
            (false, false) if self.is_next(target(yes)) => self.jump_if(test.negate(), to_no),
            (false, _) => {
                self.jump_if(test, to_yes);
                self.go(no);
            }
            (true, false) => {
                self.jump_if(test.negate(), to_no);
                self.go(yes);
            }
            (true, true) => {
                let behind = self.asm.new_label();
                let (first, second, test) =
                    if self.is_next(target(no)) { (yes, no, test.negate()) } else { (no, yes, test) };
                self.jump_if(test, behind);
                self.go(first);
                self.asm.bind(behind);
                self.go(second);
            }
        }
    }

    pub(super) fn trap_if(&mut self, data: &InstData) {
        let trap = data.attributes.trap();
        match self.constant(data.operand(0)) {
            Some(0) => {}
            _ => {
                let test = self.condition(data.operand(0));
                let label = self.trap_label(trap);
                self.jump_if(test, label);
            }
        }
    }

    /// The label that a case jumps to: the block's, or that of moves which stand behind all blocks.
    fn edge_label(&mut self, edge: Edge) -> Label {
        if !self.has_moves(edge) {
            return self.label(self.body.edges[edge].block);
        }
        let label = self.asm.new_label();
        self.cold.push(Cold::Edge(label, edge, self.inst));
        label
    }

    /// Few cases are compared one after the other; many that lie close together become a table; others are searched by
    /// halves.
    pub(super) fn switch(&mut self, data: &InstData) {
        let mut edges = data.edges();
        let Some(default) = edges.next() else { return };
        let operand = data.operand(0);
        let kind = self.kind(operand);
        if kind == TypeKind::I128 {
            return self.switch_wide(operand, default, edges);
        }
        let mask = kind.bits(64).map_or(u64::MAX, |width| u64::MAX >> (64 - width.clamp(1, 64)));
        let mut cases = Vec::with_capacity(edges.len());
        for edge in edges {
            let case = self.body.edges[edge].case().and_then(|case| self.body.constants.get(case));
            let bits = case.map_or(0, |case| case.bits() as u64) & mask;
            cases.push(Case { bits, label: self.edge_label(edge) });
        }
        cases.sort_unstable_by_key(|case| case.bits);
        let otherwise = self.edge_label(default);
        let size = Size::of(kind);
        match size {
            Size::Byte | Size::Word => {
                let from = self.rm(operand, RAX);
                self.asm.movzx(size, RAX, from);
            }
            _ => self.core_into(operand, RAX),
        }
        self.choose(&cases, size.or_long(), otherwise);
    }

    /// Goes to the case that rax equals.
    fn choose(&mut self, cases: &[Case], size: Size, otherwise: Label) {
        let span = match (cases.first(), cases.last()) {
            (Some(first), Some(last)) => last.bits - first.bits,
            _ => return self.asm.jmp(otherwise),
        };
        if cases.len() <= FEW {
            for case in cases {
                self.compare_case(case.bits, size);
                self.asm.jcc(Cc::Equal, case.label);
            }
            return self.asm.jmp(otherwise);
        }
        if cases.len() >= TABLE && span / 3 < cases.len() as u64 {
            return self.look_up(cases, span as usize + 1, size, otherwise);
        }
        let (low, high) = cases.split_at(cases.len() / 2);
        let upper = self.asm.new_label();
        self.compare_case(high.first().map_or(0, |case| case.bits), size);
        self.asm.jcc(Cc::AboveEqual, upper);
        self.choose(low, size, otherwise);
        self.asm.bind(upper);
        self.choose(high, size, otherwise);
    }

    fn compare_case(&mut self, bits: u64, size: Size) {
        let immediate =
            if size == Size::Long { Some(bits as u32 as i32) } else { i32::try_from(bits as i64).ok() };
        match immediate {
            Some(0) => self.asm.test(size, RAX, RAX),
            Some(value) => self.asm.alu_imm(Alu::Cmp, size, RAX, value),
            None => {
                self.asm.mov_ri(Size::Quad, RDX, bits);
                self.asm.alu(Alu::Cmp, size, RAX, RDX);
            }
        }
    }

    /// Goes by a table of distances. rax has the operand.
    fn look_up(&mut self, cases: &[Case], entries: usize, size: Size, otherwise: Label) {
        let first = cases.first().map_or(0, |case| case.bits);
        let mut labels = vec![otherwise; entries];
        for case in cases {
            labels[(case.bits - first) as usize] = case.label;
        }
        if first != 0 {
            self.asm.mov_ri(Size::Quad, RDX, first);
            self.asm.alu(Alu::Sub, size, RAX, RDX);
        }
        self.asm.alu_imm(Alu::Cmp, size, RAX, entries as i32 - 1);
        self.asm.jcc(Cc::Above, otherwise);
        if size == Size::Long {
            self.asm.mov_rr(Size::Long, RAX, RAX);
        }
        let table = self.asm.jump_table(&labels, self.inst);
        self.asm.lea(RCX, Address::literal(table));
        self.asm.load_signed(Size::Long, Size::Quad, RAX, Address::indexed(RCX, RAX, 2, 0));
        self.asm.alu(Alu::Add, Size::Quad, RAX, RCX);
        self.asm.jmp_rm(RAX);
    }

    /// Cases of 128 bits, one after the other.
    fn switch_wide(&mut self, operand: Operand, default: Edge, cases: impl Iterator<Item = Edge>) {
        self.half_into(operand, 0, RAX);
        self.half_into(operand, 1, RCX);
        for edge in cases {
            let case = self.body.edges[edge].case().and_then(|case| self.body.constants.get(case));
            let bits = case.map_or(0, |case| case.bits());
            let label = self.edge_label(edge);
            let differs = self.asm.new_label();
            self.asm.mov_ri(Size::Quad, RDX, bits as u64);
            self.asm.alu(Alu::Cmp, Size::Quad, RAX, RDX);
            self.asm.jcc(Cc::NotEqual, differs);
            self.asm.mov_ri(Size::Quad, RDX, (bits >> 64) as u64);
            self.asm.alu(Alu::Cmp, Size::Quad, RCX, RDX);
            self.asm.jcc(Cc::Equal, label);
            self.asm.bind(differs);
        }
        self.go(default);
    }
}
