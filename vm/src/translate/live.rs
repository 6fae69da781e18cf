//! How long values live: one interval for each, without holes.
//!
//! Instructions are numbered from 1 in the order of emission. An instruction reads all its operands before it writes a
//! result, so a value that is defined by instruction `d` and needed to instruction `e` occupies its slot from the
//! result of `d` to the operands of `e`; the result of `e` may take the slot. A block's parameters are written on the
//! way to the block, before its first instruction reads. An edge's arguments are read by the terminator.
//!
//! **Ends.** A value lives to its last use in the order of emission, and past it to the end of every loop (see
//! [`Loops`]) that contains the use and begins after the definition. That is enough: say a value is live at `P`,
//! behind its last use. A path leads from `P` to a use `U` before `P` and not through the definition, which dominates
//! all of the path and so, in this order, stands before all of it. Each boundary between `U` and `P` is crossed by an
//! edge of the path that goes back, hence by a loop that begins behind the definition. These loops overlap in a chain
//! from `U` to `P`, and as loops are nested, the one that begins first contains both.
//!
//! **Holes.** A loop's parameter may be needed behind the loop, mostly in the block that is reached when the loop's
//! condition fails. It is dead from the last use inside the loop, or the last exit of the loop (each put off to the end
//! of inner loops around it, as above), up to the loop's end: from there no path leads to a use but through the header,
//! where the parameter is written anew.
//!
//! **Aliases.** A value that has the bits of another operand, so the translator says, is that operand: it has no
//! interval, and its uses are uses of its root. `flags` have no interval either; who tests them reads the operands of
//! the compare.

use super::plan::is_fusible;
use super::slots::{Allocation, Assigned};
use crate::frame::HEADER;
use analysis::{Loops, Order};
use native_ir::{
    Block, Body, EdgeData, EntityRef, Inst, InstData, Opcode, Operand, Symbol, Type, Value, ValueDef,
};

/// No value, no slot.
pub(crate) const NONE: u32 = u32::MAX;

/// The bit of slots that lie in the frame of the function that is called next.
pub(crate) const OUTGOING: u32 = 1 << 31;

/// How many slots a value of a type takes.
#[inline]
pub(crate) fn words(ty: Type) -> u32 {
    if ty == Type::I128 || ty == Type::F128 { 2 } else { u32::from(ty != Type::FLAGS) }
}

/// What is known of a value before it has a slot. Values are written as indices.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))] // So that finding one is a shift.
pub(crate) struct Interval {
    /// The block that defines it, by index in the order.
    pub(crate) block: u32,
    /// The last instruction that needs it; 0 when none does.
    pub(crate) end: u32,
    /// When a loop's header defines it and `end` is behind the loop: the last instruction of the loop that needs it, 0
    /// when none does; else [`NONE`].
    inside: u32,
    /// Its slot in the callee's frame, when its one use is an argument and it can be written there at once.
    pub(crate) outgoing: u32,
    /// The parameter it is passed to on an edge that goes back.
    pub(crate) back: u32,
    /// The parameter it is passed to on an edge that goes ahead.
    pub(crate) ahead: u32,
    /// Of a parameter: a value that it is passed on an edge that goes ahead.
    pub(crate) from: u32,
}

impl Interval {
    const NEW: Interval =
        Interval { block: 0, end: 0, inside: NONE, outgoing: NONE, back: NONE, ahead: NONE, from: NONE };

    /// Whether it may have a wish for a slot: as a parameter, or as what is passed to one.
    #[inline]
    pub(crate) fn wishes(&self) -> bool {
        self.back & self.ahead & self.from != NONE
    }
}

/// A block's instructions, by number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    /// The first.
    pub(crate) first: u32,
    /// The terminator.
    pub(crate) last: u32,
}

/// Live intervals. Filled again for each function, it allocates nothing once it is large enough.
#[derive(Debug, Default)]
pub(crate) struct Live {
    /// By value.
    pub(crate) intervals: Vec<Interval>,
    /// By index of the block in the order.
    pub(crate) ranges: Vec<Range>,
    /// The loops.
    pub(crate) loops: Loops,
    /// The symbols whose addresses are taken, once for each time.
    pub(crate) addresses: Vec<Symbol>,
    /// Whether an edge has more than one argument, so that its moves may form a circle.
    pub(crate) circles: bool,
}

impl Live {
    /// Finds the intervals of a verified body and, for `allocation`, what each value is an alias of, how often it is
    /// used, and which instructions call.
    pub(crate) fn compute(
        &mut self,
        body: &Body,
        order: &Order,
        allocation: &mut Allocation,
        alias: impl Fn(Inst, &InstData) -> Option<Operand>,
        clobbers: impl Fn(Inst, &InstData) -> bool,
    ) {
        self.loops.compute(body, order);
        self.number(body, order);
        self.circles = false;
        self.intervals.clear();
        self.intervals.resize(body.values.len(), Interval::NEW);
        let Allocation { values, calls, fusing, .. } = allocation;
        values.clear();
        let types = body.values.values().as_slice().iter().map(|data| data.ty).enumerate();
        values.extend(types.map(|(index, ty)| Assigned::new(Value::new(index), ty)));
        calls.clear();
        fusing.clear();
        let Live { intervals, ranges, loops, addresses, circles } = self;
        addresses.clear();
        let mut walk = Walk {
            body,
            order,
            loops,
            ranges,
            intervals,
            addresses,
            circles,
            values,
            calls,
            block: 0,
            at: 0,
            quiet: 0,
        };
        for &block in &order.blocks {
            walk.enter(block);
            let range = body.blocks[block].inst_range();
            let first_results = &body.first_results[range.clone()];
            let insts = &body.insts.values().as_slice()[range.clone()];
            for (index, (data, &first)) in insts.iter().zip(first_results).enumerate() {
                walk.at += 1;
                let inst = Inst::new(range.start + index);
                if data.results == 1
                    && let Some(operand) = alias(inst, data)
                {
                    walk.name(first, operand);
                    continue;
                }
                if walk.may_fuse(data) {
                    fusing.push(inst);
                }
                walk.read(inst, data);
                for result in first.index()..first.index() + usize::from(data.results) {
                    walk.intervals[result].block = walk.block;
                }
                if clobbers(inst, data) {
                    walk.quiet = inst.as_u32() + 1;
                }
            }
            walk.block += 1;
        }
    }

    /// The last instruction of the loop that a block, by index in the order, heads.
    pub(crate) fn loop_end(&self, header: u32) -> Option<u32> {
        let end = self.loops.end(header);
        (end != 0).then(|| self.ranges[end as usize].last)
    }

    /// The instruction from which a parameter of a loop's header is dead up to the loop's end, when it is so and needed
    /// again behind the loop.
    pub(crate) fn hole(&self, header: u32, param: Value) -> Option<u32> {
        let last = self.loop_end(header)?;
        let Interval { inside, .. } = self.intervals[param.index()];
        let exit = self.ranges[self.loops.exit(header) as usize].last;
        let start = inside.max(exit).max(self.ranges[header as usize].first);
        (inside != NONE && start < last).then_some(start)
    }

    fn number(&mut self, body: &Body, order: &Order) {
        self.ranges.clear();
        let mut last = 0;
        for &block in &order.blocks {
            let first = last + 1;
            last += body.blocks[block].insts().len() as u32;
            self.ranges.push(Range { first, last });
        }
    }
}

/// Whether an opcode's result is there when its handler ends, whatever else it does: the opcodes without effect but a
/// trap, which are the first of the table, and `load`.
pub(crate) fn writes_at_once(opcode: Opcode) -> bool {
    opcode as usize <= Opcode::Offset as usize || opcode == Opcode::Load
}

/// The walk over all instructions in the order of emission.
struct Walk<'a> {
    body: &'a Body,
    order: &'a Order,
    loops: &'a Loops,
    ranges: &'a [Range],
    intervals: &'a mut [Interval],
    addresses: &'a mut Vec<Symbol>,
    circles: &'a mut bool,
    values: &'a mut [Assigned],
    calls: &'a mut Vec<Inst>,
    /// The block, by index in the order.
    block: u32,
    /// The instruction, by number in the order.
    at: u32,
    /// The instruction behind the last one of the block that clobbers the callee's frame, by number in the layout.
    quiet: u32,
}

impl Walk<'_> {
    fn enter(&mut self, block: Block) {
        let data = &self.body.blocks[block];
        self.quiet = data.first_inst.as_u32();
        data.params().for_each(|param| self.intervals[param.index()].block = self.block);
    }

    /// Notes that a result is just another operand. No code reads it for that.
    fn name(&mut self, result: Value, operand: Operand) {
        self.values[result.index()].root =
            operand.value().map_or(operand, |value| self.values[value.index()].root);
    }

    /// Whether an instruction may do the work of the one behind its address, condition or operand, so that this is left out.
    #[inline]
    fn may_fuse(&self, data: &InstData) -> bool {
        let part = match data.opcode {
            Opcode::Load | Opcode::Branch | Opcode::Select | Opcode::Sext => data.operand(0),
            Opcode::Store => data.operand(1),
            _ => return false,
        };
        let root = part.value().and_then(|value| self.values[value.index()].root.value());
        let def = root.map(|root| self.body.values[root].def());
        let Some(ValueDef::Result(inst)) = def else { return false };
        let behind = self.body.insts[inst].opcode;
        if data.opcode == Opcode::Sext { behind == Opcode::Load } else { is_fusible(behind) }
    }

    #[inline]
    fn read(&mut self, inst: Inst, data: &InstData) {
        match data.opcode {
            // Who tests the flags reads.
            Opcode::Compare | Opcode::Fcompare => (0..data.fixed_operands()).for_each(|index| {
                self.count(data.operand(index));
            }),
            Opcode::Test => self.read_flags(data.operand(0)),
            Opcode::Address => self.addresses.push(data.symbol()),
            Opcode::BranchCc => {
                self.read_flags(data.operand(0));
                self.read_list(data);
            }
            Opcode::Call | Opcode::TailCall => self.read_call(inst, data),
            Opcode::CallIndirect | Opcode::TailCallIndirect => {
                self.read_operand(data.operand(0));
                self.read_call(inst, data);
            }
            opcode => {
                let shape = opcode.shape();
                for &word in &data.words[..shape.operands.len()] {
                    self.read_operand(Operand::from_bits(word));
                }
                if shape.has_list() {
                    self.read_list(data);
                }
            }
        }
    }

    fn read_list(&mut self, data: &InstData) {
        let body = self.body;
        body.list(data).iter().for_each(|&operand| self.read_operand(operand));
        let edges = body.edges.values().as_slice().get(data.edge_range()).unwrap_or(&[]);
        edges.iter().for_each(|edge| self.read_edge(edge));
    }

    /// Counts a use. The value that is used, aliases resolved.
    #[inline]
    fn count(&mut self, operand: Operand) -> Option<Value> {
        let root = self.values[operand.value()?.index()].root.value()?;
        self.values[root.index()].add_use();
        Some(root)
    }

    /// A use.
    #[inline]
    fn read_operand(&mut self, operand: Operand) {
        if let Some(value) = self.count(operand) {
            self.read_value(value);
        }
    }

    /// A use of a value that is no alias. The instruction up to which it was needed before; 0 when nothing read it.
    #[inline]
    fn read_value(&mut self, value: Value) -> u32 {
        let interval = &mut self.intervals[value.index()];
        let before = interval.end;
        // Never less than before: who is behind a use is in the loop that the use's end was put off to, or behind it.
        interval.end = self.at;
        interval.outgoing = NONE;
        if interval.block != self.block {
            self.read_across(value, before);
        }
        before
    }

    /// A use of another block's value, which was needed up to `before` until now.
    fn read_across(&mut self, value: Value, before: u32) {
        let loops = self.loops;
        let interval = &mut self.intervals[value.index()];
        let last = loops.end_around(self.block, interval.block);
        if last != 0 {
            interval.end = self.ranges[last as usize].last;
        }
        let own = loops.end(interval.block);
        if own != 0 && own < self.block && interval.inside == NONE {
            interval.inside = before;
        }
    }

    fn read_flags(&mut self, flags: Operand) {
        let Some(flags) = self.count(flags) else { return };
        let ValueDef::Result(inst) = self.body.values[flags].def() else { return };
        let compare = &self.body.insts[inst];
        for index in 0..compare.fixed_operands() {
            if let Some(value) = self.count(compare.operand(index)) {
                self.read_value(value);
                self.values[value.index()].add_uses();
            }
        }
    }

    fn read_call(&mut self, inst: Inst, data: &InstData) {
        self.calls.push(inst);
        let (args, into) = self.body.call_operands(data);
        let mut slot = OUTGOING | HEADER as u32;
        for &arg in args {
            if let Some(value) = self.count(arg)
                && self.read_value(value) == 0
                && self.can_write_ahead(value)
            {
                self.intervals[value.index()].outgoing = slot;
            }
            slot += words(self.body.operand_type(arg));
        }
        into.into_iter().for_each(|into| self.read_operand(into));
        self.quiet = inst.as_u32() + 1;
    }

    /// Whether a value that this call takes can be written to the callee's frame when it is computed.
    fn can_write_ahead(&self, value: Value) -> bool {
        let ValueDef::Result(def) = self.body.values[value].def() else { return false };
        let nothing_between = self.intervals[value.index()].block == self.block && def.as_u32() >= self.quiet;
        nothing_between && writes_at_once(self.body.insts[def].opcode)
    }

    fn read_edge(&mut self, edge: &EdgeData) {
        let ahead = self.order.number(edge.block) > self.block;
        let args = self.body.edge_args(edge);
        *self.circles |= args.len() > 1;
        for (param, &arg) in self.body.blocks[edge.block].params().zip(args) {
            let Some(value) = self.count(arg) else { continue };
            self.read_value(value);
            let intervals = &mut self.intervals;
            let set = |wish: &mut u32, value: Value| {
                if *wish == NONE {
                    *wish = value.as_u32();
                }
            };
            if ahead {
                set(&mut intervals[value.index()].ahead, param);
                set(&mut intervals[param.index()].from, value);
            } else {
                set(&mut intervals[value.index()].back, param);
            }
        }
    }
}
