//! Register allocation: virtual registers become r0 to r7, and what does not fit gets words of the frame.
//!
//! The allocator is `regalloc2`. It sees each [`Inst`] with the roles of its registers and says for each of them which
//! machine register it is; what it moves between instructions becomes [`Inst::Move`], [`Inst::Spill`] and
//! [`Inst::Reload`], which change no flags. It has no scratch register: r12 cannot be loaded or stored, and a low one that
//! is free, or is kept in the frame meanwhile, is found where one is needed.
//!
//! r0 to r3 are taken first: they need not be saved. A call clobbers them.

use super::emit::{Span, Spot};
use super::inst::{BlockIndex, Cell, Code, CodeBlock, Inst, Line, Reg, Role};
use native_ir::Value;
use regalloc2::{
    Allocation, Ctx, Edit, Function, InstRange, MachineEnv, Operand, Output, PReg, PRegSet, ProgPoint,
    RegAllocError, RegClass, RegallocOptions, VReg,
};
use std::ops::Range;

/// Registers that a call clobbers.
const CLOBBERED: Range<u8> = 0..4;
/// Registers that it leaves alone.
const PRESERVED: Range<u8> = 4..8;

/// A function whose registers are allocated.
#[derive(Debug, Default)]
pub(super) struct Allocated {
    /// Its blocks, without parameters and arguments.
    pub(super) code: Code,
    /// How many words of the frame the allocator takes.
    pub(super) spills: u32,
    /// Where words of values are.
    pub(super) spans: Vec<Span>,
}

/// The allocator, with memory that is used again for each function.
#[derive(Default)]
pub(super) struct Allocator {
    memory: Ctx,
}

impl Allocator {
    /// Allocates the registers of a function. Blocks keep their order.
    ///
    /// Each block but the first must be reached, and no edge may lead from a block with several successors to one with
    /// several predecessors.
    ///
    /// # Errors
    /// When code is not as it must be, or an instruction needs more registers than there are.
    pub(super) fn run(&mut self, mut code: Code) -> Result<Allocated, RegAllocError> {
        let input = Input::new(&mut code);
        let options = RegallocOptions { validate_ssa: cfg!(debug_assertions), ..RegallocOptions::default() };
        let output = regalloc2::run_with_ctx(&input, &environment(), &options, &mut self.memory)?;
        #[cfg(test)]
        check(&input, output);
        Ok(input.apply(code, output))
    }
}

/// Has the allocator's own checker look at an allocation.
#[cfg(test)]
fn check(input: &Input, output: &Output) {
    let environment = environment();
    let mut checker = regalloc2::checker::Checker::new(input, &environment);
    checker.prepare(output);
    let found = checker.run();
    assert!(found.is_ok(), "the allocation is wrong: {found:?}");
}

/// Gives blocks another order, in which some may be left out.
pub(super) fn reorder(allocated: &mut Allocated, order: &[BlockIndex]) {
    let blocks = std::mem::take(&mut allocated.code.blocks);
    let mut to = vec![0; blocks.len()];
    let mut kept = vec![false; blocks.len()];
    for (&block, index) in order.iter().zip(0..) {
        to[block as usize] = index;
        kept[block as usize] = true;
    }
    let old = starts(&blocks);
    let mut blocks: Vec<Option<CodeBlock>> = blocks.into_iter().map(Some).collect();
    allocated.code.blocks = order.iter().filter_map(|&block| blocks[block as usize].take()).collect();
    for block in &mut allocated.code.blocks {
        if let Some(line) = block.lines.last_mut() {
            line.inst.redirect(|block| to[block as usize]);
        }
    }
    let new = starts(&allocated.code.blocks);
    let spans = std::mem::take(&mut allocated.spans);
    for span in spans {
        // Block by block, as they part.
        let mut block = old.partition_point(|&start| start <= span.from).saturating_sub(1);
        while let Some(&[first, behind]) = old.get(block..).and_then(|rest| rest.first_chunk()) {
            if first >= span.to {
                break;
            }
            if kept[block] {
                let moved = |line: u32| line - first + new[to[block] as usize];
                let (from, to) = (moved(span.from.max(first)), moved(span.to.min(behind)));
                allocated.spans.push(Span { from, to, ..span });
            }
            block += 1;
        }
    }
    join(&mut allocated.spans);
}

/// The first line of each block, counted over all blocks, and the number of lines.
fn starts(blocks: &[CodeBlock]) -> Vec<u32> {
    let mut starts = Vec::with_capacity(blocks.len() + 1);
    let mut line = 0;
    for block in blocks {
        starts.push(line);
        line += block.lines.len() as u32;
    }
    starts.push(line);
    starts
}

/// Sorts spans by value, word and line, and joins what adjoins.
fn join(spans: &mut Vec<Span>) {
    spans.sort_by_key(|span| (span.value, span.word, span.from));
    spans.dedup_by(|next, span| {
        let same = (next.value, next.word, next.place) == (span.value, span.word, span.place);
        let joined = same && next.from <= span.to;
        if joined {
            span.to = span.to.max(next.to);
        }
        joined
    });
}

fn environment() -> MachineEnv {
    let set = |registers: Range<u8>| registers.fold(PRegSet::empty(), |set, number| set.with(machine(number)));
    let none = PRegSet::empty;
    MachineEnv {
        preferred_regs_by_class: [set(CLOBBERED), none(), none()],
        non_preferred_regs_by_class: [set(PRESERVED), none(), none()],
        scratch_by_class: [None; 3],
        fixed_stack_slots: Vec::new(),
    }
}

fn machine(number: u8) -> PReg {
    PReg::new(number.into(), RegClass::Int)
}

/// A block as the allocator sees it.
struct Block {
    insts: InstRange,
    successors: Vec<regalloc2::Block>,
    predecessors: Vec<regalloc2::Block>,
    params: Vec<VReg>,
    args: Vec<VReg>,
}

/// An instruction as the allocator sees it.
struct Described {
    /// Where its operands begin in [`Input::operands`].
    operands: u32,
    clobbers: PRegSet,
    branches: bool,
    leaves: bool,
}

/// A function as the allocator sees it.
struct Input {
    blocks: Vec<Block>,
    insts: Vec<Described>,
    operands: Vec<Operand>,
    registers: usize,
    /// Registers to tell the places of, over all instructions, labelled by index in `values`.
    labels: Vec<(VReg, regalloc2::Inst, regalloc2::Inst, u32)>,
    values: Vec<(Value, u8)>,
}

impl Input {
    fn new(code: &mut Code) -> Input {
        let count = code.blocks.iter().map(|block| block.lines.len()).sum();
        let mut input = Input {
            blocks: Vec::with_capacity(code.blocks.len()),
            insts: Vec::with_capacity(count),
            operands: Vec::new(),
            registers: code.registers,
            labels: Vec::new(),
            values: Vec::new(),
        };
        for block in &mut code.blocks {
            let from = input.insts.len();
            block.lines.iter_mut().for_each(|line| input.describe(&mut line.inst));
            let insts = InstRange::new(regalloc2::Inst::new(from), regalloc2::Inst::new(input.insts.len()));
            input.blocks.push(Block::new(block, insts));
        }
        input.find_predecessors();
        input.label(code);
        input
    }

    fn describe(&mut self, inst: &mut Inst) {
        let operands = self.operands.len() as u32;
        inst.visit(&mut |reg, role| self.operands.extend(operand(*reg, role)));
        let described =
            Described { operands, clobbers: clobbers(inst), branches: inst.is_branch(), leaves: inst.is_exit() };
        self.insts.push(described);
    }

    fn find_predecessors(&mut self) {
        for index in 0..self.blocks.len() {
            for to in self.blocks[index].successors.clone() {
                self.blocks[to.index()].predecessors.push(regalloc2::Block::new(index));
            }
        }
    }

    fn label(&mut self, code: &Code) {
        let (first, last) = (regalloc2::Inst::new(0), regalloc2::Inst::new(self.insts.len()));
        // What nobody reads is left out, and the allocator knows nothing of its register.
        let mut known = vec![false; self.registers];
        self.operands.iter().for_each(|operand| known[operand.vreg().vreg()] = true);
        for &(reg, value, word) in &code.values {
            if let Some(reg) = virtual_register(reg).filter(|reg| known[reg.vreg()]) {
                self.labels.push((reg, first, last, self.values.len() as u32));
                self.values.push((value, word));
            }
        }
        self.labels.sort_by_key(|&(reg, ..)| reg.vreg());
    }

    /// Writes the allocator's answer into the code.
    fn apply(&self, mut code: Code, output: &Output) -> Allocated {
        let mut places = Places {
            output,
            edits: output.edits.iter().peekable(),
            starts: Vec::new(),
            own: Vec::new(),
            lines: 0,
        };
        let mut number = 0;
        for block in &mut code.blocks {
            block.params.clear();
            block.args.clear();
            let mut lines = Vec::with_capacity(block.lines.len());
            for line in std::mem::take(&mut block.lines) {
                places.place(regalloc2::Inst::new(number), line, &mut lines);
                number += 1;
            }
            places.lines += lines.len() as u32;
            block.lines = lines;
        }
        places.starts.push(places.lines);
        let spans = self.spans(output, &places.starts, &places.own);
        Allocated { code, spills: output.num_spillslots as u32, spans }
    }

    /// Something is where the allocator moves it when that has been done, and is no more where it was when that begins.
    fn spans(&self, output: &Output, starts: &[u32], own: &[u32]) -> Vec<Span> {
        let is_before = |point: ProgPoint| point.pos() == regalloc2::InstPosition::Before;
        let at = |lines: &[u32], index: usize| lines.get(index).or(starts.last()).copied().unwrap_or(0);
        let begins = |point: ProgPoint| match is_before(point) {
            true => at(own, point.inst().index()),
            false => at(starts, point.inst().index() + 1),
        };
        let ends = |point: ProgPoint| match is_before(point) {
            true => at(starts, point.inst().index()),
            false => own.get(point.inst().index()).map_or(at(starts, starts.len()), |line| line + 1),
        };
        let spans = output.debug_locations.iter().filter_map(|&(label, from, to, allocation)| {
            let &(value, word) = self.values.get(label as usize)?;
            Some(Span { value, word, from: begins(from), to: ends(to), place: spot(allocation)? })
        });
        spans.filter(|span| span.from < span.to).collect()
    }
}

/// Where the allocator's answer is read.
struct Places<'a> {
    output: &'a Output,
    edits: std::iter::Peekable<std::slice::Iter<'a, (ProgPoint, Edit)>>,
    /// For each instruction the first line that belongs to it.
    starts: Vec<u32>,
    /// For each instruction its own line.
    own: Vec<u32>,
    /// Lines of the blocks before.
    lines: u32,
}

impl Places<'_> {
    /// Appends what stands before an instruction, the instruction with machine registers, and what stands behind it.
    fn place(&mut self, inst: regalloc2::Inst, mut line: Line, lines: &mut Vec<Line>) {
        self.starts.push(self.lines + lines.len() as u32);
        self.edit(ProgPoint::before(inst), &line, lines);
        self.own.push(self.lines + lines.len() as u32);
        let mut allocations = self.output.inst_allocs(inst).iter();
        line.inst.visit(&mut |reg, _| {
            if reg.virtual_index().is_some()
                && let Some(number) = allocations.next().and_then(|allocation| allocation.as_reg())
            {
                *reg = Reg(number.hw_enc() as u32);
            }
        });
        let source = line.source;
        lines.push(line);
        self.edit(ProgPoint::after(inst), &Line { inst: Inst::Jump { to: 0 }, source }, lines);
    }

    /// Appends the moves of a point, which belong to what the instruction there belongs to.
    fn edit(&mut self, point: ProgPoint, line: &Line, lines: &mut Vec<Line>) {
        while let Some((_, edit)) = self.edits.next_if(|(at, _)| *at <= point) {
            let Edit::Move { from, to } = edit;
            if let Some(inst) = moved(*from, *to) {
                lines.push(Line { inst, source: line.source });
            }
        }
    }
}

/// A move between places, of which at most one is a word of the frame.
fn moved(from: Allocation, to: Allocation) -> Option<Inst> {
    Some(match (spot(from)?, spot(to)?) {
        (Spot::Register(src), Spot::Register(dst)) => Inst::Move { dst: Reg(dst.into()), src: Reg(src.into()) },
        (Spot::Register(src), Spot::Cell(cell)) => Inst::Spill { src: Reg(src.into()), cell },
        (Spot::Cell(cell), Spot::Register(dst)) => Inst::Reload { dst: Reg(dst.into()), cell },
        (Spot::Cell(_), Spot::Cell(_)) => return None,
    })
}

fn spot(allocation: Allocation) -> Option<Spot> {
    let register = allocation.as_reg().map(|register| Spot::Register(register.hw_enc() as u8));
    register.or_else(|| Some(Spot::Cell(Cell::Spill(allocation.as_stack()?.index() as u32))))
}

impl Block {
    fn new(block: &CodeBlock, insts: InstRange) -> Block {
        let all = |registers: &[Reg]| registers.iter().filter_map(|&reg| virtual_register(reg)).collect();
        let targets = block.lines.last().map(|line| line.inst.targets()).unwrap_or_default();
        Block {
            insts,
            successors: distinct(targets),
            predecessors: Vec::new(),
            params: all(&block.params),
            args: all(&block.args),
        }
    }
}

/// Blocks, each once.
fn distinct(mut targets: Vec<BlockIndex>) -> Vec<regalloc2::Block> {
    targets.sort_unstable();
    targets.dedup();
    targets.into_iter().map(|block| regalloc2::Block::new(block as usize)).collect()
}

fn virtual_register(reg: Reg) -> Option<VReg> {
    reg.virtual_index().map(|index| VReg::new(index, RegClass::Int))
}

/// A register of an instruction as the allocator sees it; nothing for one that is a machine register already.
fn operand(reg: Reg, role: Role) -> Option<Operand> {
    let reg = virtual_register(reg)?;
    Some(match role {
        Role::Use => Operand::reg_use(reg),
        Role::Late => Operand::reg_use_at_end(reg),
        Role::UseIn(number) => Operand::reg_fixed_use(reg, machine(number)),
        Role::Def => Operand::reg_def(reg),
        Role::Early => Operand::reg_def_at_start(reg),
        Role::DefIn(number) => Operand::reg_fixed_def(reg, machine(number)),
        Role::Reuse(index) => Operand::reg_reuse_def(reg, index.into()),
    })
}

/// What a call clobbers beside its results.
fn clobbers(inst: &Inst) -> PRegSet {
    let Inst::Call { results, .. } = inst else { return PRegSet::empty() };
    let kept = CLOBBERED.filter(|number| results.iter().all(|(_, result)| result != number));
    kept.fold(PRegSet::empty(), |set, number| set.with(machine(number)))
}

impl Function for Input {
    fn num_insts(&self) -> usize {
        self.insts.len()
    }

    fn num_blocks(&self) -> usize {
        self.blocks.len()
    }

    fn entry_block(&self) -> regalloc2::Block {
        regalloc2::Block::new(0)
    }

    fn block_insns(&self, block: regalloc2::Block) -> InstRange {
        self.blocks[block.index()].insts
    }

    fn block_succs(&self, block: regalloc2::Block) -> &[regalloc2::Block] {
        &self.blocks[block.index()].successors
    }

    fn block_preds(&self, block: regalloc2::Block) -> &[regalloc2::Block] {
        &self.blocks[block.index()].predecessors
    }

    fn block_params(&self, block: regalloc2::Block) -> &[VReg] {
        &self.blocks[block.index()].params
    }

    fn is_ret(&self, inst: regalloc2::Inst) -> bool {
        self.insts[inst.index()].leaves
    }

    fn is_branch(&self, inst: regalloc2::Inst) -> bool {
        self.insts[inst.index()].branches
    }

    fn branch_blockparams(&self, block: regalloc2::Block, _: regalloc2::Inst, _: usize) -> &[VReg] {
        &self.blocks[block.index()].args
    }

    fn inst_operands(&self, inst: regalloc2::Inst) -> &[Operand] {
        let from = self.insts[inst.index()].operands as usize;
        let to = self.insts.get(inst.index() + 1).map_or(self.operands.len(), |next| next.operands as usize);
        &self.operands[from..to]
    }

    fn inst_clobbers(&self, inst: regalloc2::Inst) -> PRegSet {
        self.insts[inst.index()].clobbers
    }

    fn num_vregs(&self) -> usize {
        self.registers
    }

    fn debug_value_labels(&self) -> &[(VReg, regalloc2::Inst, regalloc2::Inst, u32)] {
        &self.labels
    }

    fn spillslot_size(&self, _: RegClass) -> usize {
        1
    }
}
