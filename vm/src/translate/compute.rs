//! Operations on values: with an operation of their own where the table has one, else through `apply`.

use super::Context;
use super::function::Emit;
use super::live::words;
use super::plan::compare_of_flags;
use super::slots::OUTGOING;
use crate::handlers::arithmetic::Signature;
use crate::operation::{Form, Key, Op};
use crate::word;
use native_ir::{
    Body, Condition, EntityRef, FloatMode, Inst, InstData, Opcode, Operand, Trap, Type, TypeKind, Value,
};

impl Context<'_> {
    /// The operand that an instruction's result is, when it has the same bits: no code is made for it.
    pub(super) fn alias(&self, body: &Body, inst: Inst, data: &InstData) -> Option<Operand> {
        let operand = || data.operand(0);
        match data.opcode {
            Opcode::Iconst | Opcode::Fconst => Some(Operand::from(data.literal())),
            Opcode::Cast | Opcode::AddrToPtr => Some(operand()),
            Opcode::PtrToAddr => (!self.settings.checked).then(operand),
            Opcode::Bitcast => Some(operand()),
            // Slots hold zeros above a value, so widening with zeros is nothing.
            Opcode::Zext => {
                let result = body.results(inst).next()?;
                (words(body.value_type(result)) == 1).then(operand)
            }
            // The first field, or element, is where the whole is.
            Opcode::Field if self.first_part(body, data) => Some(operand()),
            Opcode::IntToAddr => {
                let fits = self.width(body.operand_type(operand())) <= if self.settings.narrow { 32 } else { 64 };
                fits.then(operand)
            }
            _ => None,
        }
    }

    fn first_part(&self, body: &Body, data: &InstData) -> bool {
        let types = &self.module.types;
        let pointee = types.as_pointer(body.operand_type(data.operand(0))).map(|(_, pointee)| pointee);
        let index = data.field_index() as usize;
        pointee.is_some_and(|pointee| self.layouts.field_offset(types, pointee, index) == Some(0))
    }

    /// Whether an instruction may run code that uses the slots behind the frame, or leaves them to others.
    pub(super) fn clobbers(&self, data: &InstData) -> bool {
        use Opcode::*;
        match data.opcode {
            Load | Store => data.attributes.ordering() == native_ir::Ordering::Volatile,
            BarrierMemory | BarrierSync | BarrierInstruction | WaitInterrupt | WaitEvent | SendEvent
            | InterruptDisable | InterruptEnable | SupervisorCall | SpecialRead | SpecialWrite => true,
            // An operation with two results may write the second elsewhere.
            _ => data.results > 1,
        }
    }
}

impl Emit<'_, '_> {
    /// Copies a slot to another, both of the frame as it is laid out.
    pub(super) fn copy_slot(&mut self, to: u32, from: u32) {
        const FAR: u32 = u16::MAX as u32;
        let temporary = self.frame.temporaries as u16 + 9;
        match (to < FAR, from < FAR) {
            (true, true) => self.asm.op(Op::COPY, to as u16, from as u16, 0),
            (true, false) => {
                self.asm.op(Op::LOAD_FAR, to as u16, 0, 0);
                self.asm.literal(u64::from(from));
            }
            (false, true) => {
                self.asm.op(Op::STORE_FAR, from as u16, 0, 0);
                self.asm.literal(u64::from(to));
            }
            (false, false) => {
                self.copy_slot(u32::from(temporary), from);
                self.copy_slot(to, u32::from(temporary));
            }
        }
    }

    /// Puts bits into a slot of the frame as it is laid out.
    pub(super) fn put_constant(&mut self, to: u32, bits: u64) {
        if to >= u32::from(u16::MAX) {
            let temporary = u32::from(self.frame.temporaries as u16 + 9);
            self.put_constant(temporary, bits);
            return self.copy_slot(to, temporary);
        }
        match i32::try_from(bits as i64) {
            Ok(small) => self.asm.op_wide(Op::SMALL, to as u16, small),
            Err(_) => {
                self.asm.op(Op::CONSTANT, to as u16, 0, 0);
                self.asm.literal(bits);
            }
        }
    }

    /// Puts an operand into slots of the frame as it is laid out.
    pub(super) fn put(&mut self, to: u32, operand: Operand, slots: u32) {
        if let Some(bits) = self.constant(operand) {
            (0..slots).for_each(|half| self.put_constant(to + half, (bits >> (64 * half)) as u64));
        } else if let Some(value) = self.root(operand).value() {
            let from = self.slot(value);
            if from != to {
                (0..slots).for_each(|half| self.copy_slot(to + half, from + half));
            }
        }
    }

    /// An instruction whose result is known.
    pub(super) fn constant_result(&mut self, inst: Inst, bits: u128) {
        for value in self.body.results(inst) {
            let to = self.slot(value);
            for half in 0..words(self.body.value_type(value)) {
                self.put_constant(to + half, (bits >> (64 * half)) as u64);
            }
        }
    }

    /// An operation of the families that compute.
    pub(super) fn compute(&mut self, inst: Inst, data: &InstData) {
        match data.opcode {
            Opcode::Select => self.select(inst, data),
            Opcode::Test => self.test(inst, data),
            Opcode::PtrToAddr => {
                let (from, to) = (self.operand(data.operand(0)), self.first_result(inst));
                self.asm.op(Op::STRIP, to, from, 0);
            }
            Opcode::IntToAddr => self.resize(inst, data),
            Opcode::AddrToInt => self.resize(inst, data),
            Opcode::Sext if self.load_signed(inst, data) => {}
            Opcode::Trunc if self.leave_truncation(inst, data) => {}
            _ => self.operate(inst, data),
        }
    }

    /// An integer that becomes an address value, or the other way round.
    fn resize(&mut self, inst: Inst, data: &InstData) {
        let from = self.body.operand_type(data.operand(0));
        let Some(result) = self.body.results(inst).next() else { return };
        let to = self.body.value_type(result);
        let widths = self.context.width(from).cmp(&self.context.width(to));
        let (from, to) = (self.context.kind(from), self.context.kind(to));
        match widths {
            std::cmp::Ordering::Equal => self.put(self.slot(result), data.operand(0), 1),
            std::cmp::Ordering::Less => self.convert(Opcode::Zext, from, to, inst, data.operand(0)),
            std::cmp::Ordering::Greater => self.convert(Opcode::Trunc, from, to, inst, data.operand(0)),
        }
    }

    fn convert(&mut self, opcode: Opcode, from: TypeKind, to: TypeKind, inst: Inst, operand: Operand) {
        let key = Key { opcode, condition: None, from, to, form: Form::Slots };
        self.with_key(key, inst, &[operand]);
    }

    fn select(&mut self, inst: Inst, data: &InstData) {
        let ty = self.body.operand_type(data.operand(1));
        let slots = words(ty);
        let bit = self.bit(data.operand(0));
        let compare = self.absorbed(data.operand(0)).filter(|_| bit.is_none());
        if let Some((op, operands)) = compare.and_then(|compare| self.select_of(data, compare)) {
            return self.compare_select(inst, data, op, operands);
        }
        let (condition, when_set) = bit.unwrap_or((data.operand(0), true));
        let (yes, no) = if when_set { (1, 2) } else { (2, 1) };
        let condition = self.operand_of(condition, 1);
        let [yes, no] = [yes, no].map(|index| self.operand_of(data.operand(index), slots));
        let to = self.first_result(inst);
        self.asm.op(if slots == 2 { Op::SELECT_PAIR } else { Op::SELECT }, to, condition, yes);
        self.asm.literal(u64::from(no));
    }

    fn compare_select(&mut self, inst: Inst, data: &InstData, op: Op, [left, right]: [Operand; 2]) {
        let left = self.operand_of(left, 1);
        if let Some(numbers) = self.small_numbers(data)
            && op.entry().key.is_some_and(|key| key.form == Form::SelectNumber)
        {
            let to = self.first_result(inst);
            self.asm.op(op, to, left, numbers.0);
            let right = self.signed_constant(right).unwrap_or(0);
            return self.asm.literal(word::pair(right as u32, numbers.1));
        }
        let [yes, no] = [1, 2].map(|index| self.operand_of(data.operand(index), 1));
        let literal = op.entry().key.is_some_and(|key| key.form == Form::SelectLiteral);
        let number = self.signed_constant(right).filter(|_| literal);
        let low = number.map_or_else(|| u32::from(self.operand_of(right, 1)), |number| number as u32);
        let to = self.first_result(inst);
        self.asm.op(op, to, left, yes);
        self.asm.literal(word::pair(low, u32::from(no)));
    }

    /// A test of flags is the compare under another condition.
    fn test(&mut self, inst: Inst, data: &InstData) {
        if let Some(compare) = data.operand(0).value().and_then(|flags| compare_of_flags(self.body, flags)) {
            let key = self.compare_key(compare, data.attributes.condition(), Form::Slots);
            let operands = [compare.operand(0), compare.operand(1)];
            self.with_key(key, inst, &operands);
        }
    }

    /// The key of a compare, or of a test of its flags.
    pub(super) fn compare_key(&self, compare: &InstData, condition: Condition, form: Form) -> Key {
        let from = self.context.kind(self.body.operand_type(compare.operand(0)));
        let opcode = if condition.is_int() { Opcode::Icmp } else { Opcode::Fcmp };
        // A truth value is compared as a byte; with a sign, 1 is less than 0.
        let (from, condition) = match from {
            TypeKind::I1 => (TypeKind::I8, unsigned_of_truth(condition)),
            from => (from, condition),
        };
        Key { opcode, condition: Some(condition), from, to: TypeKind::I1, form }
    }

    fn operate(&mut self, inst: Inst, data: &InstData) {
        let kind = |ty: Type| self.context.kind(ty);
        let from = kind(self.body.operand_type(data.operand(0)));
        let to = match data.results {
            0 => from,
            _ => kind(self.body.value_type(self.body.first_results[inst.index()])),
        };
        let key = match data.opcode {
            Opcode::Icmp | Opcode::Fcmp => self.compare_key(data, data.attributes.condition(), Form::Slots),
            opcode => Key { opcode, condition: None, from, to, form: Form::Slots },
        };
        let operands = data.words.map(Operand::from_bits);
        match rotation(data.opcode) {
            // Clang writes rotations so.
            Some(opcode) if operands[0] == operands[1] => {
                self.with_key(Key { opcode, ..key }, inst, &[operands[0], operands[2]]);
            }
            _ => self.with_key(key, inst, &operands[..data.fixed_operands().min(3)]),
        }
    }

    /// An operation with operands, in the best form there is.
    fn with_key(&mut self, key: Key, inst: Inst, operands: &[Operand]) {
        let special = self.needs_status(key.opcode) || self.context.settings.float_traps && is_float(key.to);
        let done = !special
            && match *operands {
                [operand] => self.one_operand(key, inst, operand),
                [left, right] => self.two_operands(key, inst, [left, right]),
                _ => false,
            };
        if !done {
            self.apply(key, inst, operands);
        }
    }

    /// An operation of its own on one operand. False where there is none.
    fn one_operand(&mut self, key: Key, inst: Inst, operand: Operand) -> bool {
        let Some(op) = Op::find(key) else { return false };
        let from = self.operand(operand);
        let to = self.first_result(inst);
        self.asm.op(op, to, from, 0);
        true
    }

    /// An operation of its own on two operands. False where there is none.
    fn two_operands(&mut self, key: Key, inst: Inst, operands: [Operand; 2]) -> bool {
        let operands = operands.map(|operand| self.before_truncation(operand));
        let (key, [left, right]) = self.literal_last(key, operands);
        if self.join(key, inst, [left, right]) {
            return true;
        }
        if let Some(bits) = self.constant(right)
            && let Some(op) = Op::find(Key { form: Form::Literal, ..key })
        {
            let left = self.operand(left);
            let to = self.first_result(inst);
            self.asm.op(op, to, left, 0);
            self.asm.literal(bits as u64);
            return true;
        }
        let Some(op) = Op::find(key) else { return false };
        let (left, right) = (self.operand(left), self.operand(right));
        let to = self.first_result(inst);
        self.asm.op(op, to, left, right);
        true
    }

    /// The same operation with a constant second where the operands may change places.
    #[inline]
    pub(super) fn literal_last(&self, key: Key, [left, right]: [Operand; 2]) -> (Key, [Operand; 2]) {
        match self.is_constant(left) && !self.is_constant(right) {
            true => swapped(key, [left, right]),
            false => (key, [left, right]),
        }
    }

    pub(super) fn needs_status(&self, opcode: Opcode) -> bool {
        self.function.float == FloatMode::Strict && raises_status(opcode)
    }

    /// An operation through its function in `semantics`.
    fn apply(&mut self, key: Key, inst: Inst, operands: &[Operand]) {
        let Some((op, function)) = self.function_of(key) else {
            // The contract gives every operation on every type a meaning; a test goes through them all.
            return self.trap(Trap::Unreachable);
        };
        let mut signature = Signature { operands: operands.len() as u8, ..Signature::default() };
        let mut slots = [0_u16; 3];
        for (index, &operand) in operands.iter().enumerate() {
            slots[index] = self.operand(operand);
            signature.wide |= u8::from(words(self.body.operand_type(operand)) == 2) << index;
        }
        let results: Vec<Value> = self.body.results(inst).collect();
        let to = self.first_result(inst);
        signature.results = results.len() as u8;
        signature.wide |= u8::from(results.first().is_some_and(|&r| words(self.body.value_type(r)) == 2)) << 4;
        signature.third = slots[2];
        if let Some(&second) = results.get(1) {
            signature.second = self.result(second);
        }
        self.asm.op(op, to, slots[0], slots[1]);
        self.asm.literal(function as u64);
        self.asm.literal(signature.pack());
        if op == Op::APPLY_WATCHED {
            self.asm.literal(exponent(key.from) | exponent(key.to) << 16);
        }
    }

    /// The operation that calls a key's function in `semantics`, and the function's address.
    fn function_of(&self, key: Key) -> Option<(Op, usize)> {
        let condition = key.condition.unwrap_or(Condition::Eq);
        match self.needs_status(key.opcode) {
            true => {
                let function = semantics::strict_operation(key.opcode, condition, key.from, key.to)?;
                Some((Op::APPLY_STRICT, function as usize))
            }
            false => {
                let function = semantics::operation(key.opcode, condition, key.from, key.to)?;
                let watched = self.context.settings.float_traps && is_float(key.to) && key.condition.is_none();
                Some((if watched { Op::APPLY_WATCHED } else { Op::APPLY }, function as usize))
            }
        }
    }

    /// The smaller of two unsigned 128-bit integers.
    pub(super) fn smaller_wide(&mut self, to: u16, [left, right]: [u16; 2]) {
        let wide = TypeKind::I128;
        let key = Key { opcode: Opcode::Umin, condition: None, from: wide, to: wide, form: Form::Slots };
        if let Some((op, function)) = self.function_of(key) {
            let signature = Signature { operands: 2, results: 1, wide: 1 | 2 | 16, ..Signature::default() };
            self.asm.op(op, to, left, right);
            self.asm.literal(function as u64);
            self.asm.literal(signature.pack());
        }
    }

    /// A compare of two slots, or pairs of them, through its function.
    pub(super) fn apply_to(&mut self, key: Key, to: u16, slots: [u16; 2], pairs: bool) {
        if let Some((op, function)) = self.function_of(key) {
            let wide = if pairs { 3 } else { 0 };
            let signature = Signature { operands: 2, results: 1, wide, ..Signature::default() };
            self.asm.op(op, to, slots[0], slots[1]);
            self.asm.literal(function as u64);
            self.asm.literal(signature.pack());
        }
    }

    /// The moves of an edge, in order.
    pub(super) fn edge_moves(&mut self, edge: native_ir::Edge) {
        use super::moves::{Moves, Origin};
        let data = &self.body.edges[edge];
        if Moves::is_direct(self.body, self.allocation, data) {
            return;
        }
        let moves = self.moves.edge(self.body, self.allocation, data);
        let mut rest = &moves[..];
        while let Some((step, after)) = rest.split_first() {
            rest = after;
            let to = self.place(step.to);
            match step.from {
                Origin::Constant { constant, half } => {
                    let bits = self.body.constants.get(constant).map_or(0, |constant| constant.bits());
                    self.put_constant(to, (bits >> (64 * half)) as u64);
                }
                Origin::Slot(from) => {
                    let from = self.place(from);
                    let second = after.first().and_then(|second| match second.from {
                        Origin::Slot(from) => Some((self.place(second.to), self.place(from))),
                        Origin::Constant { .. } => None,
                    });
                    match second {
                        Some((to_2, from_2))
                            if [to, from, to_2, from_2].iter().all(|&s| s < u32::from(u16::MAX)) =>
                        {
                            self.asm.op(Op::COPY_TWO, to as u16, from as u16, to_2 as u16);
                            self.asm.literal(u64::from(from_2));
                            rest = &after[1..];
                        }
                        _ => self.copy_slot(to, from),
                    }
                }
            }
        }
        self.moves.give_back(moves);
    }

    /// Whether an allocated slot is in the next callee's frame.
    pub(super) fn is_passed_on(&self, value: Value) -> bool {
        let slot = self.allocation.slot(value);
        slot & OUTGOING != 0 && slot != super::slots::Allocation::NONE
    }
}

/// The same operation with its operands the other way round, where that gives the same.
fn swapped(key: Key, [left, right]: [Operand; 2]) -> (Key, [Operand; 2]) {
    let condition = match (key.condition, key.opcode) {
        (Some(condition), _) => swap(condition),
        (None, Opcode::Iadd | Opcode::Imul | Opcode::And | Opcode::Or | Opcode::Xor) => None,
        _ => return (key, [left, right]),
    };
    match key.condition.is_none() || condition.is_some() {
        true => (Key { condition, ..key }, [right, left]),
        false => (key, [left, right]),
    }
}

/// The condition on bytes that holds when a condition holds of truth values.
fn unsigned_of_truth(condition: Condition) -> Condition {
    use Condition::*;
    match condition {
        Slt => Ugt,
        Sle => Uge,
        Sgt => Ult,
        Sge => Ule,
        condition => condition,
    }
}

/// The condition that holds of swapped operands.
pub(super) fn swap(condition: Condition) -> Option<Condition> {
    use Condition::*;
    Some(match condition {
        Slt => Sgt,
        Sle => Sge,
        Sgt => Slt,
        Sge => Sle,
        Ult => Ugt,
        Ule => Uge,
        Ugt => Ult,
        Uge => Ule,
        Olt => Ogt,
        Ole => Oge,
        Ogt => Olt,
        Oge => Ole,
        Nlt => Ngt,
        Nle => Nge,
        Ngt => Nlt,
        Nge => Nle,
        Eq | Ne | Oeq | One | Ord | Uno | Ueq | Une => condition,
    })
}

/// What a funnel shift of a value and itself is.
fn rotation(opcode: Opcode) -> Option<Opcode> {
    match opcode {
        Opcode::FunnelLeft => Some(Opcode::Rotl),
        Opcode::FunnelRight => Some(Opcode::Rotr),
        _ => None,
    }
}

/// First bit and number of bits of a format's exponent, a byte each; 0 for what is no float.
fn exponent(kind: TypeKind) -> u64 {
    let (first, count) = match kind {
        TypeKind::F16 => (10, 5),
        TypeKind::F32 => (23, 8),
        TypeKind::F64 => (52, 11),
        TypeKind::F128 => (112, 15),
        _ => return 0,
    };
    first | count << 8
}

fn is_float(kind: TypeKind) -> bool {
    matches!(kind, TypeKind::F16 | TypeKind::F32 | TypeKind::F64 | TypeKind::F128)
}

/// Whether an operation of IEEE 754 may raise status flags.
fn raises_status(opcode: Opcode) -> bool {
    semantics::strict_operation(opcode, Condition::Oeq, TypeKind::F32, TypeKind::F32).is_some()
        || semantics::strict_operation(opcode, Condition::Oeq, TypeKind::F64, TypeKind::F32).is_some()
        || semantics::strict_operation(opcode, Condition::Oeq, TypeKind::F32, TypeKind::F64).is_some()
        || semantics::strict_operation(opcode, Condition::Oeq, TypeKind::F64, TypeKind::I64).is_some()
        || semantics::strict_operation(opcode, Condition::Oeq, TypeKind::I64, TypeKind::F64).is_some()
}
