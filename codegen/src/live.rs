//! What is known of a function's values before they have places: what becomes of each, and how long it lives.
//!
//! **Folds.** Not every value is computed where it is defined. What has the bits of another operand is an *alias* of
//! it; a pointer that is only ever dereferenced is an *address* that its loads and stores compute in their addressing
//! mode; a compare whose one use is the condition of a branch, select or `trap_if` of its block is computed there, and
//! so are all `flags`. A folded value has no place. Its uses are uses of what it is made of. Folds of folds are
//! resolved when they are made, so no chain is ever walked.
//!
//! What has no effect and whose results nobody uses is *dead*, and left out.
//!
//! **Intervals.** Instructions are numbered from 1 in the order of emission. An instruction reads all operands before
//! it writes a result, so a value occupies its place from its definition, exclusive, to the last instruction that
//! needs it, inclusive. Parameters of a block are written on the edges to it, after all reads of the terminator; they
//! count as defined by the instruction before the block. A value lives to its last use in the order, and to the end of
//! every loop that contains a use and begins after the definition; `analysis::Loops` says why that suffices.
//!
//! One walk against the order counts uses, one along it folds and extends intervals: linear time but for a logarithm of
//! the depth of loops.

use crate::context::{Context, Distance};
use crate::target::Target;
use analysis::{Loops, Order, edges_of};
use native_ir::{
    Body, EntityRef, FloatMode, Function, Inst, InstData, Opcode, Operand, Slot, Symbol, Type, Value,
};

/// No value.
pub(crate) const NONE: u32 = u32::MAX;

/// What becomes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    /// It is computed where it is defined.
    Own,
    /// It has the low bits of this operand, which is not folded itself.
    Alias(Operand),
    /// It is this address, by index in [`Live::addresses`].
    Address(u32),
    /// It is computed by who tests it.
    Compare(Inst),
    /// Nobody uses it.
    Dead,
}

/// What an address starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// A value that is not folded.
    Value(Value),
    /// A stack slot.
    Slot(Slot),
    /// A symbol.
    Symbol(Symbol),
    /// Zero.
    Zero,
}

/// `base + index << scale + displacement`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) base: Base,
    /// A value that is not folded, with the type that it is an index in, and the scale's logarithm.
    pub(crate) index: Option<(Value, Type, u8)>,
    pub(crate) displacement: i64,
}

impl Address {
    fn of(base: Base) -> Address {
        Address { base, index: None, displacement: 0 }
    }
}

/// How a value is used, as far as folding asks.
const PLAIN: u8 = 1;
const DEREFERENCED: u8 = 2;
const CONDITION: u8 = 4;
/// As the result of the instruction is used.
const THROUGH: u8 = 8;

/// What is known of a value. Values are written as indices.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Interval {
    /// The instruction that defines it, by number.
    pub(crate) start: u32,
    /// The last instruction that needs it, by number; 0 when none does.
    pub(crate) end: u32,
    /// How often it is used, uses in loops counted eightfold for each.
    pub(crate) weight: u32,
    /// The block that defines it, by index in the order.
    block: u32,
    /// The parameter that it is passed to.
    pub(crate) share: u32,
    /// The last instruction that uses it, by number, while folds are decided.
    user: u32,
    /// How often it is named, saturating.
    uses: u8,
    kinds: u8,
}

const NEW: Interval = Interval { start: 0, end: 0, weight: 0, block: 0, share: NONE, user: 0, uses: 0, kinds: 0 };

/// Live intervals and folds of a function. Filled again for each function, it allocates nothing once it is large
/// enough.
#[derive(Debug, Default)]
pub(crate) struct Live {
    /// By value.
    pub(crate) intervals: Vec<Interval>,
    /// By value.
    pub(crate) folds: Vec<Fold>,
    pub(crate) addresses: Vec<Address>,
    /// Numbers of the instructions that clobber what the platform lets calls clobber, ascending.
    pub(crate) calls: Vec<u32>,
    /// For each block, by index in the order, the number of its first instruction.
    pub(crate) firsts: Vec<u32>,
    pub(crate) loops: Loops,
}

impl Live {
    /// Finds folds and intervals of a verified body.
    pub(crate) fn compute<T: Target>(&mut self, context: &Context<'_, T>, function: &Function, order: &Order) {
        let body = &function.body;
        self.loops.compute(body, order);
        self.intervals.clear();
        self.intervals.resize(body.values.len(), NEW);
        self.folds.clear();
        self.folds.resize(body.values.len(), Fold::Own);
        self.addresses.clear();
        self.calls.clear();
        self.count(context, function, order);
        self.walk(context, function, order);
    }

    /// The operand behind aliases.
    #[inline]
    pub(crate) fn root(&self, operand: Operand) -> Operand {
        match operand.value() {
            Some(value) => match self.folds[value.index()] {
                Fold::Alias(root) => root,
                _ => operand,
            },
            None => operand,
        }
    }

    /// Whether a value is named once.
    pub(crate) fn is_used_once(&self, value: Value) -> bool {
        self.intervals[value.index()].uses == 1
    }

    /// The walk against the order: numbers blocks, counts uses. What a value that may fold reads, its users read.
    fn count<T: Target>(&mut self, context: &Context<'_, T>, function: &Function, order: &Order) {
        let body = &function.body;
        self.firsts.clear();
        let mut next = 1;
        for &block in &order.blocks {
            self.firsts.push(next);
            next += body.blocks[block].insts().len() as u32;
        }
        self.firsts.push(next);
        let mut at = next;
        for &block in order.blocks.iter().rev() {
            for edge in edges_of(body, block) {
                for &operand in body.edge_args(edge) {
                    self.note(operand, Use::plain(at - 1));
                }
            }
            let range = body.blocks[block].inst_range();
            let insts = &body.insts.values().as_slice()[range.clone()];
            for (data, &first) in insts.iter().zip(&body.first_results[range]).rev() {
                at -= 1;
                if data.results == 0 || !self.is_dead(context, function, data, first) {
                    self.note_operands(body, data, first, at);
                }
            }
        }
    }

    #[inline]
    fn note_operands(&mut self, body: &Body, data: &InstData, first: Value, at: u32) {
        for index in 0..data.fixed_operands() {
            let kind = kind_of_use(data.opcode, index);
            let one = if kind == THROUGH { self.through(first, at) } else { Use { kinds: kind, at, count: 1 } };
            self.note(data.operand(index), one);
        }
        for &operand in body.list(data) {
            self.note(operand, Use::plain(at));
        }
    }

    /// How the first operand of an instruction that may fold is used: as its result is.
    fn through(&self, result: Value, at: u32) -> Use {
        let Interval { kinds, user, uses, .. } = self.intervals[result.index()];
        if kinds == DEREFERENCED { Use { kinds, at: user, count: uses } } else { Use::plain(at) }
    }

    #[inline]
    fn note(&mut self, operand: Operand, one: Use) {
        if let Some(value) = operand.value() {
            let interval = &mut self.intervals[value.index()];
            interval.uses = interval.uses.saturating_add(one.count);
            interval.kinds |= one.kinds;
            interval.user = interval.user.max(one.at);
        }
    }

    /// Whether an instruction computes what nobody uses, and does nothing else.
    #[inline]
    fn is_dead<T: Target>(
        &self,
        context: &Context<'_, T>,
        function: &Function,
        data: &InstData,
        first: Value,
    ) -> bool {
        let first = first.index();
        let unused = |results: usize| (first..first + results).all(|value| self.intervals[value].uses == 0);
        unused(usize::from(data.results)) && is_pure(context, function, data)
    }

    /// The walk along the order: decides folds, extends intervals.
    fn walk<T: Target>(&mut self, context: &Context<'_, T>, function: &Function, order: &Order) {
        let body = &function.body;
        let mut at = 0;
        for (number, &block) in order.blocks.iter().enumerate() {
            let number = number as u32;
            for param in body.blocks[block].params() {
                self.define(param, at, number);
            }
            let last = self.firsts[number as usize + 1] - 1;
            let point = Point { block: number, weight: 1 << (3 * self.loops.depth(number).min(8)), at, last };
            let insts = &body.insts.values().as_slice()[body.blocks[block].inst_range()];
            for (inst, data) in body.blocks[block].insts().zip(insts) {
                at += 1;
                self.visit(context, function, inst, data, Point { at, ..point });
            }
            // Arguments of a terminator that calls before it branches are read behind the call.
            let at_edges = at + u32::from(self.calls.last() == Some(&at));
            for edge in edges_of(body, block) {
                let params = body.blocks[edge.block].params();
                for (&operand, param) in body.edge_args(edge).iter().zip(params) {
                    self.read(body, operand, Point { at: at_edges, ..point });
                    self.share(operand, param);
                }
            }
        }
    }

    fn define(&mut self, value: Value, at: u32, block: u32) {
        let interval = &mut self.intervals[value.index()];
        (interval.start, interval.block) = (at, block);
    }

    fn visit<T: Target>(
        &mut self,
        context: &Context<'_, T>,
        function: &Function,
        inst: Inst,
        data: &InstData,
        point: Point,
    ) {
        let body = &function.body;
        let first = body.first_results[inst.index()];
        if data.results > 0 && self.is_dead(context, function, data, first) {
            self.folds[first.index()..][..usize::from(data.results)].fill(Fold::Dead);
            return;
        }
        if data.results == 1 {
            let fold = self.fold(context, function, inst, data, first, point.last);
            if fold != Fold::Own {
                self.folds[first.index()] = fold;
                return;
            }
        }
        for index in 0..data.fixed_operands() {
            self.read(body, data.operand(index), point);
        }
        for &operand in body.list(data) {
            self.read(body, operand, point);
        }
        // Where an aggregate result goes is needed when the callee has returned.
        if matches!(data.opcode, Opcode::Call | Opcode::CallIndirect)
            && let (_, Some(into)) = body.call_operands(data)
        {
            self.read(body, into, Point { at: point.at + 1, ..point });
        }
        for result in first.index()..first.index() + usize::from(data.results) {
            self.define(Value::new(result), point.at, point.block);
        }
        if T::clobbers(context, body, data, first) {
            self.calls.push(point.at);
        }
    }

    /// The operands that a use of an operand reads.
    #[inline]
    fn read(&mut self, body: &Body, operand: Operand, point: Point) {
        let Some(value) = operand.value() else { return };
        match self.folds[value.index()] {
            Fold::Own => self.extend(value, point),
            Fold::Alias(root) => {
                if let Some(root) = root.value() {
                    self.extend(root, point);
                }
            }
            Fold::Address(address) => self.read_address(address, point),
            Fold::Compare(inst) => self.read_compare(body, inst, point),
            Fold::Dead => {}
        }
    }

    fn read_address(&mut self, address: u32, point: Point) {
        let Address { base, index, .. } = self.addresses[address as usize];
        if let Base::Value(base) = base {
            self.extend(base, point);
        }
        if let Some((index, ..)) = index {
            self.extend(index, point);
        }
    }

    /// Reads what a folded compare reads: two operands that are no compares, or the flags that a `test` is about.
    fn read_compare(&mut self, body: &Body, inst: Inst, point: Point) {
        let compare = self.compare(body, inst);
        let data = &body.insts[compare];
        for operand in [data.operand(0), data.operand(1)].map(|operand| self.root(operand)) {
            let Some(value) = operand.value() else { continue };
            match self.folds[value.index()] {
                Fold::Address(address) => self.read_address(address, point),
                _ => self.extend(value, point),
            }
        }
    }

    /// The compare behind a folded compare: itself, or the one whose flags a `test` is about.
    pub(crate) fn compare(&self, body: &Body, inst: Inst) -> Inst {
        let data = &body.insts[inst];
        let flags = (data.opcode == Opcode::Test).then(|| data.operand(0).value()).flatten();
        match flags.map(|flags| self.folds[flags.index()]) {
            Some(Fold::Compare(compare)) => compare,
            _ => inst,
        }
    }

    #[inline]
    fn extend(&mut self, value: Value, point: Point) {
        let block = self.intervals[value.index()].block;
        let around = self.loops.end_around(point.block, block);
        let end = if around == 0 { point.at } else { self.firsts[around as usize + 1] - 1 };
        let interval = &mut self.intervals[value.index()];
        interval.end = interval.end.max(end);
        interval.weight = interval.weight.saturating_add(point.weight);
    }

    /// An argument and the parameter it is passed to would like one place.
    fn share(&mut self, operand: Operand, param: Value) {
        if let Some(value) = self.root(operand).value() {
            let interval = &mut self.intervals[value.index()];
            if interval.share == NONE {
                interval.share = param.as_u32();
            }
        }
    }

    /// What becomes of the one result of an instruction.
    fn fold<T: Target>(
        &mut self,
        context: &Context<'_, T>,
        function: &Function,
        inst: Inst,
        data: &InstData,
        result: Value,
        last: u32,
    ) -> Fold {
        let body = &function.body;
        let use_of = self.intervals[result.index()];
        match data.opcode {
            Opcode::Iconst | Opcode::Fconst => Fold::Alias(data.literal().into()),
            Opcode::Null => self.add(Address::of(Base::Zero)),
            Opcode::Slot if context.is_plain_slot(function, data.slot()) => {
                self.add(Address::of(Base::Slot(data.slot())))
            }
            Opcode::Address => self.add(Address::of(Base::Symbol(data.symbol()))),
            Opcode::Register => {
                let displacement = context.register_address(data.register());
                self.add(Address { displacement, ..Address::of(Base::Zero) })
            }
            Opcode::Cast
            | Opcode::PtrToAddr
            | Opcode::AddrToPtr
            | Opcode::IntToAddr
            | Opcode::AddrToInt
            | Opcode::Trunc
            | Opcode::Bitcast => self.fold_same_bits(context, body, data, result),
            Opcode::Field | Opcode::Offset | Opcode::Element => {
                let same_block = use_of.uses == 1 && use_of.user <= last;
                self.fold_pointer(context, body, data, use_of.kinds, same_block)
            }
            Opcode::Compare | Opcode::Fcompare => Fold::Compare(inst),
            // What raises status flags does so where it stands.
            Opcode::Fcmp | Opcode::Test if raises(function, data) => Fold::Own,
            Opcode::Icmp | Opcode::Fcmp => {
                let folds = T::sets_flags(context.kind(body.operand_type(data.operand(0))));
                if folds && use_of.is_condition(last) { Fold::Compare(inst) } else { Fold::Own }
            }
            Opcode::Test => {
                let compare = &body.insts[self.compare(body, inst)];
                let folds = T::sets_flags(context.kind(body.operand_type(compare.operand(0))));
                if folds && use_of.is_condition(last) { Fold::Compare(inst) } else { Fold::Own }
            }
            _ => Fold::Own,
        }
    }

    fn add(&mut self, address: Address) -> Fold {
        self.addresses.push(address);
        Fold::Address(self.addresses.len() as u32 - 1)
    }

    /// Conversions that change no bit which anyone looks at.
    fn fold_same_bits<T: Target>(
        &mut self,
        context: &Context<'_, T>,
        body: &Body,
        data: &InstData,
        result: Value,
    ) -> Fold {
        let operand = data.operand(0);
        let (from, to) = (body.operand_type(operand), body.values[result].ty);
        if !context.same_bits(from, to) {
            return Fold::Own;
        }
        match operand.value().map(|value| self.folds[value.index()]) {
            None | Some(Fold::Own) => Fold::Alias(operand),
            Some(fold @ Fold::Alias(_)) => fold,
            Some(fold @ Fold::Address(_)) if context.is_word(to) => fold,
            Some(_) => Fold::Own,
        }
    }

    /// Pointer arithmetic: constant distances where the pointer is only dereferenced or starts from what needs no
    /// place, variable ones where the one load or store behind it can do them.
    fn fold_pointer<T: Target>(
        &mut self,
        context: &Context<'_, T>,
        body: &Body,
        data: &InstData,
        kinds: u8,
        same_block: bool,
    ) -> Fold {
        let base = self.root(data.operand(0));
        let Some(value) = base.value() else { return Fold::Own };
        let start = match self.folds[value.index()] {
            Fold::Address(address) => self.addresses[address as usize],
            _ => Address::of(Base::Value(value)),
        };
        let address = match context.distance(body, data, |operand| self.root(operand)) {
            Some(Distance::Constant(bytes)) => {
                let displacement = start.displacement.wrapping_add(bytes);
                let fixed = !matches!(start.base, Base::Value(_)) && start.index.is_none();
                let folds = kinds == DEREFERENCED && (start.index.is_none() || same_block) || fixed;
                folds.then_some(Address { displacement, ..start })
            }
            Some(Distance::Scaled(index, ty, scale)) => {
                let free = start.index.is_none() && self.folds[index.index()] == Fold::Own;
                (free && kinds == DEREFERENCED && same_block)
                    .then_some(Address { index: Some((index, ty, scale)), ..start })
            }
            None => None,
        };
        // Where a slot lies in its frame is added later.
        let near =
            |address: &Address| (-REACH..REACH).contains(&address.displacement) || address.base == Base::Zero;
        match address.filter(near) {
            Some(address) => self.add(address),
            None => Fold::Own,
        }
    }
}

impl Interval {
    /// Whether the one use is the condition of an instruction up to `last`.
    fn is_condition(&self, last: u32) -> bool {
        self.uses == 1 && self.kinds == CONDITION && self.user <= last
    }
}

/// Displacements from a base are below this in size, in bytes.
const REACH: i64 = 1 << 30;

/// Where a use stands.
#[derive(Clone, Copy)]
struct Point {
    /// The block, by index in the order.
    block: u32,
    weight: u32,
    /// The instruction, by number.
    at: u32,
    /// The last instruction of the block, by number.
    last: u32,
}

/// A use, or all uses of a result that may fold.
#[derive(Clone, Copy)]
struct Use {
    kinds: u8,
    at: u32,
    count: u8,
}

impl Use {
    fn plain(at: u32) -> Use {
        Use { kinds: PLAIN, at, count: 1 }
    }
}

fn kind_of_use(opcode: Opcode, index: usize) -> u8 {
    match (opcode, index) {
        (Opcode::Load, 0) | (Opcode::Store, 1) => DEREFERENCED,
        (Opcode::Branch | Opcode::Select | Opcode::TrapIf, 0) => CONDITION,
        (Opcode::Cast | Opcode::Field | Opcode::Offset | Opcode::Element, 0) => THROUGH,
        _ => PLAIN,
    }
}

/// Opcodes that compute their results and do nothing else, as bits: those up to `offset` that cannot trap.
const PURE: u128 = {
    let traps = 1 << Opcode::Udiv as u32
        | 1 << Opcode::Sdiv as u32
        | 1 << Opcode::Urem as u32
        | 1 << Opcode::Srem as u32
        | 1 << Opcode::FloatToSint as u32
        | 1 << Opcode::FloatToUint as u32;
    ((2 << Opcode::Offset as u32) - 1) & !traps
};

/// Whether an instruction computes its results and does nothing else.
#[inline]
fn is_pure<T: Target>(context: &Context<'_, T>, function: &Function, data: &InstData) -> bool {
    let pure = data.opcode <= Opcode::Offset && PURE >> (data.opcode as u32) & 1 != 0;
    // An index into an array of registers that is no literal may be out of range.
    let checked = || data.operand(1).constant().is_none() && context.registers(&function.body, data).is_some();
    pure && !raises(function, data) && !(data.opcode == Opcode::Element && checked())
}

/// Whether an instruction may raise status flags that count: one on floats of a strict function. A `test` is the
/// compare that it asks.
#[inline]
fn raises(function: &Function, data: &InstData) -> bool {
    if function.float != FloatMode::Strict {
        return false;
    }
    match data.opcode {
        Opcode::Test => !data.attributes.condition().is_int(),
        opcode => (Opcode::Fadd..=Opcode::FloatToUintSat).contains(&opcode) || opcode == Opcode::Fcmp,
    }
}
