//! Selection: from the IR of a function to its machine IR.
//!
//! Blocks are walked in order, each instruction that is not folded ([`crate::live`]) gives the machine instructions that
//! compute it. Results are registers that are written once; what copies nothing gives its operand's register again.
//!
//! **What registers hold.** A value of up to 32 bits has one register, one of 64 bits two and one of 128 bits four, the
//! lowest word first. The bits above the width of an integer narrower than 32 bits are unspecified; [`Known`] says of each
//! register what it is known to fit into, so that few extensions are needed: a narrow load, a compare, a shift to the right
//! leave zeros there. An `i1` is 0 or 1 in all 32 bits. An `f16` is the low half, the other unspecified.
//!
//! **Flags.** All operands of an instruction that reads flags are in registers before the one that makes them is
//! written: a constant may change flags.
//!
//! **Constants, addresses of symbols and of slots** are made where they are first used in a block, and used again while
//! they are fresh and no call is between: making one costs what loading one from the frame costs.

mod build;
mod fresh;
mod known;
mod values;
mod zeros;

use super::M0;
use super::inst::{BlockIndex, Code, CodeBlock, Inst, Reg};
use super::loops::postorder;
use crate::context::Context;
use crate::live::{Fold, Live};
use analysis::{Order, edges_of};
use fresh::Fresh;
pub(super) use known::Known;
use native_ir::{Block, Body, Edge, EntityRef, Function, Operand, TypeKind, Value};
use rustc_hash::FxHashMap;

/// The selection of one function.
pub(super) struct Lower<'a> {
    pub(super) context: &'a Context<'a, M0>,
    pub(super) function: &'a Function,
    pub(super) body: &'a Body,
    pub(super) order: &'a Order,
    pub(super) live: &'a Live,
    pub(super) code: Code,
    /// The instruction that is selected; none in what comes before the first.
    pub(super) source: Option<native_ir::Inst>,
    /// What the copies of arguments and the like take of the frame, in bytes.
    pub(super) own: u32,
    /// The largest area for arguments of calls, in bytes.
    pub(super) outgoing: u32,
    /// Where the pointer for an aggregate result is: a register, defined in the entry block.
    pub(super) result_pointer: Option<Reg>,
    /// What the runtime library lacks.
    pub(super) missing: Option<String>,
    /// The block that is being filled.
    pub(super) current: BlockIndex,
    /// For each value the index of its first word in `words`.
    starts: Vec<u32>,
    /// Registers of values, word by word.
    words: Vec<Reg>,
    /// By virtual register.
    known: Vec<Known>,
    fresh: Vec<Fresh>,
    /// Edges of the block's terminator that want a block of their own.
    edges: Vec<(BlockIndex, Edge)>,
    /// Those blocks, by where their edge leads to and what it passes.
    same: FxHashMap<(Block, &'a [Operand]), BlockIndex>,
    /// For each IR block how many edges lead to it.
    arrivals: Vec<u32>,
    /// For each block the number of the IR block that it is, or was made for.
    groups: Vec<u32>,
    /// For each value how many low bits are 0.
    zeros: Vec<u8>,
}

const NONE: u32 = u32::MAX;

/// How many registers values of a kind have.
pub(super) fn words_of(kind: TypeKind) -> usize {
    match kind {
        TypeKind::I64 | TypeKind::F64 | TypeKind::Fiber => 2,
        TypeKind::I128 | TypeKind::F128 => 4,
        TypeKind::Flags => 0,
        _ => 1,
    }
}

impl<'a> Lower<'a> {
    /// Selects a function of a verified module.
    pub(super) fn function(
        context: &'a Context<'a, M0>,
        function: &'a Function,
        order: &'a Order,
        live: &'a Live,
    ) -> Lower<'a> {
        let body = &function.body;
        let mut lower = Lower {
            context,
            function,
            body,
            order,
            live,
            code: Code::default(),
            source: None,
            own: 0,
            outgoing: 0,
            result_pointer: None,
            missing: None,
            current: 0,
            starts: vec![NONE; body.values.len()],
            words: Vec::new(),
            known: Vec::new(),
            fresh: Vec::new(),
            edges: Vec::new(),
            same: FxHashMap::default(),
            arrivals: vec![0; body.blocks.len()],
            groups: Vec::new(),
            zeros: Vec::new(),
        };
        lower.find_zeros();
        lower.blocks();
        lower
    }

    fn blocks(&mut self) {
        for &block in &self.order.blocks {
            for edge in edges_of(self.body, block) {
                self.arrivals[edge.block.index()] += 1;
            }
            self.code.blocks.push(CodeBlock { block: Some(block), ..CodeBlock::default() });
        }
        for (number, &block) in self.order.blocks.iter().enumerate() {
            for param in self.body.blocks[block].params() {
                let words = if number > 0 && self.is_used(param) { words_of(self.value_kind(param)) } else { 0 };
                for word in 0..words {
                    let reg = self.temp();
                    self.define(param, word, reg);
                    self.code.blocks[number].params.push(reg);
                }
            }
        }
        self.groups.extend(0..self.code.blocks.len() as u32);
        for (number, &block) in self.order.blocks.iter().enumerate() {
            self.begin(number as BlockIndex);
            if number == 0 {
                self.source = None;
                self.arrive();
            }
            for inst in self.body.blocks[block].insts() {
                let data = &self.body.insts[inst];
                let first = self.body.first_results[inst.index()];
                if data.results > 0 && self.live.folds[first.index()] != Fold::Own {
                    continue;
                }
                self.source = Some(inst);
                self.select(data, first);
            }
            self.edge_blocks();
            self.groups.resize(self.code.blocks.len(), number as u32);
        }
    }

    /// The selected function. Blocks that selection made stand behind the block of the IR that they were made for, and each
    /// before those of them that it leads to.
    pub(super) fn finish(mut self) -> Code {
        let targets = |block: &CodeBlock| block.lines.last().map_or(Vec::new(), |line| line.inst.targets());
        let mut order = postorder(&self.code.blocks.iter().map(targets).collect::<Vec<_>>());
        order.reverse();
        order.sort_by_key(|&block| self.groups.get(block as usize).copied());
        let mut numbers = vec![0; self.code.blocks.len()];
        for (&block, number) in order.iter().zip(0..) {
            numbers[block as usize] = number;
        }
        let mut blocks: Vec<Option<CodeBlock>> =
            std::mem::take(&mut self.code.blocks).into_iter().map(Some).collect();
        let take = |&block: &BlockIndex| blocks.get_mut(block as usize).and_then(Option::take);
        self.code.blocks = order.iter().filter_map(take).collect();
        for block in &mut self.code.blocks {
            if let Some(line) = block.lines.last_mut() {
                line.inst.redirect(|to| numbers.get(to as usize).copied().unwrap_or(0));
            }
        }
        self.code
    }

    /// Goes on at the end of a block.
    pub(super) fn begin(&mut self, block: BlockIndex) {
        self.current = block;
        self.fresh.clear();
    }

    /// A new block without a block of the IR, behind all others.
    pub(super) fn new_block(&mut self) -> BlockIndex {
        self.code.blocks.push(CodeBlock::default());
        self.code.blocks.len() as BlockIndex - 1
    }

    /// Where an edge leads to: the block itself, or one of the edge's own when the edge passes something, or when other
    /// edges lead to the block too. `alone` says that the terminator has no other edge.
    pub(super) fn target(&mut self, edge: Edge) -> BlockIndex {
        let to = self.body.edges[edge].block;
        let number = self.order.number(to);
        if self.arrivals[to.index()] == 1 && self.code.blocks[number as usize].params.is_empty() {
            return number;
        }
        let args = self.body.edge_args(&self.body.edges[edge]);
        if let Some(&block) = self.same.get(&(to, args)) {
            return block;
        }
        let block = self.new_block();
        self.same.insert((to, args), block);
        self.edges.push((block, edge));
        block
    }

    /// Fills the blocks that edges of the last terminator got.
    fn edge_blocks(&mut self) {
        self.same.clear();
        for (block, edge) in std::mem::take(&mut self.edges) {
            self.begin(block);
            self.go(edge);
        }
    }

    /// Goes along the only edge of the block.
    pub(super) fn go(&mut self, edge: Edge) {
        let data = &self.body.edges[edge];
        let params = self.body.blocks[data.block].params();
        let mut args = Vec::new();
        for (&argument, param) in self.body.edge_args(data).iter().zip(params) {
            if self.is_used(param) {
                for word in 0..words_of(self.value_kind(param)) {
                    let reg = self.word(argument, word);
                    // The narrow bits that are known of a parameter are known of no argument in general.
                    args.push(reg);
                }
            }
        }
        self.code.blocks[self.current as usize].args = args;
        let to = self.order.number(data.block);
        self.emit(Inst::Jump { to });
    }

    /// Whether anything needs a value.
    pub(super) fn is_used(&self, value: Value) -> bool {
        self.live.intervals[value.index()].end > 0
    }
}
