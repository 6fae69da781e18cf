//! Operations on 128 bits: integers, and floats as far as they are only moved.
//!
//! Values of 128 bits have 16 bytes of the frame; constants are immediates, or lie behind the code. The result of an
//! instruction may have the very bytes of an operand that dies there. So both halves are computed before either is
//! stored, or else nothing is read from memory any more when the first is stored.
//!
//! rax, rcx and rdx are three registers for four halves: where a third half must wait for rcx, it waits in xmm15.

use super::address::{Address, Rm};
use super::compare::Test;
use super::condition::Cc;
use super::emit::Emitter;
use super::encode::{Alu, Scan, Shift, Size, Unary};
use super::overflow::second;
use super::register::{Gpr, RAX, RCX, RDX, XMM15};
use artifact::Place;
use native_ir::{Condition, EntityRef, InstData, Opcode, Operand, TypeKind, Value, ValueDef};

/// The sign bit of a half.
pub(super) const SIGN: u64 = 1 << 63;

impl Emitter<'_> {
    /// The kind of the first operand, or for a `test` that of the operands compared.
    pub(super) fn operand_kind_of_compare(&self, data: &InstData) -> TypeKind {
        match data.opcode {
            Opcode::Test => {
                let compare = self.live.compare(self.body, self.inst);
                self.kind(self.body.insts[compare].operand(0))
            }
            _ => self.kind(data.operand(0)),
        }
    }

    /// An operation with an operand or a result of 128 bits that needs no function of the runtime library.
    pub(super) fn wide(&mut self, data: &InstData, result: Value) {
        match data.opcode {
            Opcode::Iadd
            | Opcode::Isub
            | Opcode::UaddSat
            | Opcode::UsubSat
            | Opcode::SaddSat
            | Opcode::SsubSat
            | Opcode::UaddOverflow
            | Opcode::SaddOverflow
            | Opcode::UsubOverflow
            | Opcode::SsubOverflow
            | Opcode::IaddCarry
            | Opcode::IsubBorrow => self.wide_sum(data, result),
            Opcode::Imul => self.wide_product(data.operand(0), data.operand(1), result),
            Opcode::Ineg | Opcode::Iabs | Opcode::Not => self.wide_unary(data, result),
            Opcode::Umin | Opcode::Umax | Opcode::Smin | Opcode::Smax => self.wide_extreme(data, result),
            Opcode::And | Opcode::Or | Opcode::Xor => self.wide_logic(data, result),
            Opcode::Shl | Opcode::Ushr | Opcode::Sshr => self.wide_shift(data, result),
            Opcode::Rotl => self.wide_funnel(true, data.operand(0), data.operand(0), data.operand(1), result),
            Opcode::Rotr => self.wide_funnel(false, data.operand(0), data.operand(0), data.operand(1), result),
            Opcode::FunnelLeft | Opcode::FunnelRight => {
                let left = data.opcode == Opcode::FunnelLeft;
                self.wide_funnel(left, data.operand(0), data.operand(1), data.operand(2), result);
            }
            Opcode::Clz | Opcode::Ctz | Opcode::Popcount => self.wide_count(data, result),
            Opcode::Bitrev | Opcode::Bswap => self.wide_reverse(data, result),
            Opcode::Icmp | Opcode::Test => self.compare_to_value(data, result),
            Opcode::Select => self.wide_select(data, result),
            Opcode::Zext | Opcode::Sext | Opcode::AddrToInt => self.widen(data, result),
            Opcode::Trunc | Opcode::IntToAddr => self.narrow(data.operand(0), result),
            Opcode::Fneg | Opcode::Fabs | Opcode::Copysign => self.wide_sign(data, result),
            // What is left moves bits: `bitcast`.
            _ => {
                self.load_halves(data.operand(0));
                self.finish_wide(result, RAX, RDX);
            }
        }
    }

    /// One half of an operand, 0 the low one, in memory.
    fn half_rm(&mut self, operand: Operand, half: u32) -> Rm {
        match self.constant(operand) {
            Some(bits) => {
                let bytes = ((bits >> (64 * half)) as u64).to_le_bytes();
                Rm::Mem(Address::literal(self.asm.literal(&bytes, 8)))
            }
            None => Rm::Mem(self.half(operand, half)),
        }
    }

    /// `to op= half of an operand`. Changes no flags before.
    pub(super) fn apply_half(&mut self, alu: Alu, to: Gpr, operand: Operand, half: u32) {
        let bits = self.constant(operand).map(|bits| (bits >> (64 * half)) as i64);
        match bits.and_then(|bits| i32::try_from(bits).ok()) {
            Some(value) => self.asm.alu_imm(alu, Size::Quad, to, value),
            None => {
                let from = self.half_rm(operand, half);
                self.asm.alu(alu, Size::Quad, to, from);
            }
        }
    }

    /// An operand in rax (low) and rdx. Changes no flags.
    fn load_halves(&mut self, operand: Operand) {
        self.half_into(operand, 0, RAX);
        self.half_into(operand, 1, RDX);
    }

    /// Stores one half of a result. Changes no flags.
    fn store_half(&mut self, result: Value, half: u32, from: Gpr) {
        if let Place::Frame(offset) = self.places[result.index()] {
            self.asm.store(Size::Quad, self.cell(offset + 8 * half), from);
        }
    }

    /// A result that is a number from 0 to 128, in a register.
    fn finish_small(&mut self, result: Value, low: Gpr) {
        self.store_half(result, 0, low);
        if let Place::Frame(offset) = self.places[result.index()] {
            self.asm.store_imm(Size::Quad, self.cell(offset + 8), 0);
        }
    }

    /// Sums and differences, wrapped, saturated, with carries in and out.
    fn wide_sum(&mut self, data: &InstData, result: Value) {
        let (a, b) = (data.operand(0), data.operand(1));
        let sum = matches!(
            data.opcode,
            Opcode::Iadd
                | Opcode::UaddSat
                | Opcode::SaddSat
                | Opcode::UaddOverflow
                | Opcode::SaddOverflow
                | Opcode::IaddCarry
        );
        let with_carry = if sum { Alu::Adc } else { Alu::Sbb };
        let first = match data.opcode {
            Opcode::IaddCarry | Opcode::IsubBorrow => self.carry_in(sum, data.operand(2)),
            _ if sum => Alu::Add,
            _ => Alu::Sub,
        };
        self.load_halves(a);
        self.apply_half(first, RAX, b, 0);
        self.apply_half(with_carry, RDX, b, 1);
        match data.opcode {
            Opcode::UaddSat => {
                self.asm.alu(Alu::Sbb, Size::Quad, RCX, RCX);
                self.asm.alu(Alu::Or, Size::Quad, RAX, RCX);
                self.asm.alu(Alu::Or, Size::Quad, RDX, RCX);
            }
            Opcode::UsubSat => {
                self.asm.mov_ri(Size::Long, RCX, 0);
                self.asm.cmov(Cc::Below, Size::Quad, RAX, RCX);
                self.asm.cmov(Cc::Below, Size::Quad, RDX, RCX);
            }
            Opcode::SaddSat | Opcode::SsubSat => self.wide_limit(),
            Opcode::UaddOverflow | Opcode::UsubOverflow | Opcode::IaddCarry | Opcode::IsubBorrow => {
                self.set_bit(Cc::Below, second(result));
            }
            Opcode::SaddOverflow | Opcode::SsubOverflow => self.set_bit(Cc::Overflow, second(result)),
            _ => {}
        }
        self.finish_wide(result, RAX, RDX);
    }

    /// When the overflow flag is set, replaces rdx and rax by the end of the signed range: the sign that came out is the
    /// wrong one.
    fn wide_limit(&mut self) {
        let done = self.asm.new_label();
        self.asm.jcc(Cc::NotOverflow, done);
        self.asm.mov_rr(Size::Quad, RAX, RDX);
        self.asm.shift_imm(Shift::Sar, Size::Quad, RAX, 63);
        self.asm.mov_ri(Size::Quad, RDX, SIGN);
        self.asm.alu(Alu::Xor, Size::Quad, RDX, RAX);
        self.asm.bind(done);
    }

    /// The low 128 bits of a product: that of the low halves, and in its high half both mixed ones.
    pub(super) fn wide_product(&mut self, a: Operand, b: Operand, result: Value) {
        self.half_into(a, 0, RAX);
        let low = self.half_rm(b, 0);
        self.asm.unary(Unary::Mul, Size::Quad, low);
        for (a, b) in [(a, b), (b, a)] {
            if self.has_no_high(b) {
                continue;
            }
            self.half_into(a, 0, RCX);
            let high = self.half_rm(b, 1);
            self.asm.imul(Size::Quad, RCX, high);
            self.asm.alu(Alu::Add, Size::Quad, RDX, RCX);
        }
        self.finish_wide(result, RAX, RDX);
    }

    /// Whether the high half of an operand is known to be 0: a product of two numbers of 64 bits is one instruction.
    fn has_no_high(&self, operand: Operand) -> bool {
        if let Some(bits) = self.constant(operand) {
            return bits >> 64 == 0;
        }
        let value = self.live.root(operand).value();
        matches!(value.map(|value| self.body.values[value].def()), Some(ValueDef::Result(inst))
            if matches!(self.body.insts[inst].opcode, Opcode::Zext | Opcode::AddrToInt))
    }

    fn wide_unary(&mut self, data: &InstData, result: Value) {
        self.load_halves(data.operand(0));
        match data.opcode {
            Opcode::Not => {
                self.asm.unary(Unary::Not, Size::Quad, RAX);
                self.asm.unary(Unary::Not, Size::Quad, RDX);
            }
            Opcode::Ineg => {
                self.asm.unary(Unary::Neg, Size::Quad, RAX);
                self.asm.alu_imm(Alu::Adc, Size::Quad, RDX, 0);
                self.asm.unary(Unary::Neg, Size::Quad, RDX);
            }
            // With s the sign, spread: (x ^ s) - s.
            _ => {
                self.asm.mov_rr(Size::Quad, RCX, RDX);
                self.asm.shift_imm(Shift::Sar, Size::Quad, RCX, 63);
                self.asm.alu(Alu::Xor, Size::Quad, RAX, RCX);
                self.asm.alu(Alu::Xor, Size::Quad, RDX, RCX);
                self.asm.alu(Alu::Sub, Size::Quad, RAX, RCX);
                self.asm.alu(Alu::Sbb, Size::Quad, RDX, RCX);
            }
        }
        self.finish_wide(result, RAX, RDX);
    }

    /// The smaller or greater of two.
    fn wide_extreme(&mut self, data: &InstData, result: Value) {
        let (a, b) = (data.operand(0), data.operand(1));
        let takes_second = match data.opcode {
            Opcode::Umin => Cc::AboveEqual,
            Opcode::Umax => Cc::Below,
            Opcode::Smin => Cc::GreaterEqual,
            _ => Cc::Less,
        };
        self.load_halves(a);
        self.apply_half(Alu::Cmp, RAX, b, 0);
        self.asm.mov_rr(Size::Quad, RCX, RDX);
        self.apply_half(Alu::Sbb, RCX, b, 1);
        for (half, to) in [(0, RAX), (1, RDX)] {
            let from = self.half_rm(b, half);
            self.asm.cmov(takes_second, Size::Quad, to, from);
        }
        self.finish_wide(result, RAX, RDX);
    }

    fn wide_logic(&mut self, data: &InstData, result: Value) {
        let (mut a, mut b) = (data.operand(0), data.operand(1));
        if self.constant(a).is_some() {
            (a, b) = (b, a);
        }
        let alu = match data.opcode {
            Opcode::And => Alu::And,
            Opcode::Or => Alu::Or,
            _ => Alu::Xor,
        };
        self.load_halves(a);
        self.apply_half(alu, RAX, b, 0);
        self.apply_half(alu, RDX, b, 1);
        self.finish_wide(result, RAX, RDX);
    }

    /// Shifts of one operand.
    fn wide_shift(&mut self, data: &InstData, result: Value) {
        let (a, by) = (data.operand(0), data.operand(1));
        match self.amount(by, 128) {
            Some(amount) => self.wide_shift_by(data.opcode, a, amount),
            None => self.wide_shift_variable(data.opcode, a, by),
        }
        self.finish_wide(result, RAX, RDX);
    }

    /// A shift by a constant, in rax and rdx.
    fn wide_shift_by(&mut self, opcode: Opcode, a: Operand, amount: u8) {
        let left = opcode == Opcode::Shl;
        let shift = shift_of(opcode);
        if amount < 64 {
            self.load_halves(a);
            let (far, near) = if left { (RDX, RAX) } else { (RAX, RDX) };
            if amount > 0 {
                self.asm.double_shift_imm(left, Size::Quad, far, near, amount);
                self.asm.shift_imm(shift, Size::Quad, near, amount);
            }
            return;
        }
        let (half, to, emptied) = if left { (0, RDX, RAX) } else { (1, RAX, RDX) };
        self.half_into(a, half, to);
        if opcode == Opcode::Sshr {
            self.asm.mov_rr(Size::Quad, emptied, to);
            self.asm.shift_imm(Shift::Sar, Size::Quad, emptied, 63);
        } else {
            self.asm.zero(emptied);
        }
        if amount > 64 {
            self.asm.shift_imm(shift, Size::Quad, to, amount - 64);
        }
    }

    /// A shift by a variable, in rax and rdx. The machine shifts modulo 64; bit 6 of the amount moves a whole half.
    fn wide_shift_variable(&mut self, opcode: Opcode, a: Operand, by: Operand) {
        let left = opcode == Opcode::Shl;
        self.load_halves(a);
        self.half_into(by, 0, RCX);
        let (far, near) = if left { (RDX, RAX) } else { (RAX, RDX) };
        self.asm.double_shift_cl(left, Size::Quad, far, near);
        self.asm.shift_cl(shift_of(opcode), Size::Quad, near);
        if opcode == Opcode::Sshr {
            self.asm.mov_rr(Size::Quad, RCX, near);
            self.asm.shift_imm(Shift::Sar, Size::Quad, RCX, 63);
            self.test_whole_half(by);
        } else {
            self.asm.test_imm(Size::Byte, RCX, 64);
            self.asm.mov_ri(Size::Long, RCX, 0);
        }
        self.asm.cmov(Cc::NotEqual, Size::Quad, far, near);
        self.asm.cmov(Cc::NotEqual, Size::Quad, near, RCX);
    }

    /// Sets the flags by bit 6 of a variable amount.
    fn test_whole_half(&mut self, by: Operand) {
        let by = self.half(by, 0);
        self.asm.test_imm(Size::Byte, by, 64);
    }

    /// Shifts of two operands in a row, and rotations, which are those of one operand twice. In the order in which they
    /// move, the halves are numbered from 0 to 3: the first half of the result is that of 0 filled from 1, the second
    /// that of 1 filled from 2, or all one further when bit 6 of the amount is set.
    fn wide_funnel(&mut self, left: bool, high: Operand, low: Operand, by: Operand, result: Value) {
        let halves = match left {
            true => [(high, 1), (high, 0), (low, 1), (low, 0)],
            false => [(low, 0), (low, 1), (high, 0), (high, 1)],
        };
        let (first, last) = if left { (1, 0) } else { (0, 1) };
        match self.amount(by, 128) {
            Some(amount) => {
                let skipped = usize::from(amount / 64);
                for (&(operand, half), to) in halves[skipped..].iter().zip([RAX, RDX, RCX]) {
                    self.half_into(operand, half, to);
                }
                if amount % 64 > 0 {
                    self.asm.double_shift_imm(left, Size::Quad, RAX, RDX, amount % 64);
                    self.asm.double_shift_imm(left, Size::Quad, RDX, RCX, amount % 64);
                }
                self.store_half(result, first, RAX);
            }
            None => {
                self.test_whole_half(by);
                for (index, to) in [(2, RCX), (0, RAX), (1, RDX)] {
                    let (operand, half) = halves[index];
                    self.half_into(operand, half, to);
                    let (operand, half) = halves[index + 1];
                    let further = self.half_rm(operand, half);
                    self.asm.cmov(Cc::NotEqual, Size::Quad, to, further);
                }
                self.asm.move_to_xmm(Size::Quad, XMM15, RCX);
                self.half_into(by, 0, RCX);
                self.asm.double_shift_cl(left, Size::Quad, RAX, RDX);
                self.store_half(result, first, RAX);
                self.asm.move_from_xmm(Size::Quad, RAX, XMM15);
                self.asm.double_shift_cl(left, Size::Quad, RDX, RAX);
            }
        }
        self.store_half(result, last, RDX);
    }

    /// Leading or trailing zeros, and ones.
    fn wide_count(&mut self, data: &InstData, result: Value) {
        let operand = data.operand(0);
        let features = self.context.target.features;
        match data.opcode {
            Opcode::Clz if features.lzcnt => self.wide_scan(Scan::Lzcnt, operand, 0, 1),
            Opcode::Ctz if features.bmi1 => self.wide_scan(Scan::Tzcnt, operand, 1, 0),
            Opcode::Clz => self.wide_leading_zeros(operand),
            Opcode::Ctz => self.wide_trailing_zeros(operand),
            _ if features.popcnt => {
                for (half, to) in [(0, RAX), (1, RDX)] {
                    let from = self.half_rm(operand, half);
                    self.asm.scan(Scan::Popcnt, Size::Quad, to, from);
                }
                self.asm.alu(Alu::Add, Size::Long, RDX, RAX);
            }
            _ => {
                self.half_into(operand, 0, RAX);
                self.ones_by_byte(Size::Quad);
                self.asm.move_to_xmm(Size::Quad, XMM15, RAX);
                self.half_into(operand, 1, RAX);
                self.ones_by_byte(Size::Quad);
                self.asm.move_from_xmm(Size::Quad, RDX, XMM15);
                self.asm.alu(Alu::Add, Size::Quad, RAX, RDX);
                self.sum_of_bytes(Size::Quad);
                self.asm.mov_rr(Size::Long, RDX, RAX);
            }
        }
        self.finish_small(result, RDX);
    }

    /// Counts zeros from one half on into rdx; when it has no one, the other's and 64.
    fn wide_scan(&mut self, scan: Scan, operand: Operand, behind: u32, before: u32) {
        let from = self.half_rm(operand, behind);
        self.asm.scan(scan, Size::Quad, RAX, from);
        self.asm.alu_imm(Alu::Add, Size::Long, RAX, 64);
        let from = self.half_rm(operand, before);
        self.asm.scan(scan, Size::Quad, RDX, from);
        self.asm.cmov(Cc::Below, Size::Quad, RDX, RAX);
    }

    /// Finds the index of the highest one, -1 when there is none: 127 less it is the number of leading zeros, in rdx.
    fn wide_leading_zeros(&mut self, operand: Operand) {
        let low = self.half_rm(operand, 0);
        self.asm.scan(Scan::Bsr, Size::Quad, RAX, low);
        self.asm.mov_ri(Size::Quad, RCX, u64::MAX);
        self.asm.cmov(Cc::Equal, Size::Quad, RAX, RCX);
        let high = self.half_rm(operand, 1);
        self.asm.scan(Scan::Bsr, Size::Quad, RCX, high);
        self.asm.lea32(RCX, Address::base(RCX, 64));
        self.asm.cmov(Cc::Equal, Size::Quad, RCX, RAX);
        self.asm.mov_ri(Size::Long, RDX, 127);
        self.asm.alu(Alu::Sub, Size::Long, RDX, RCX);
    }

    /// Finds the index of the lowest one, 128 when there is none, in rdx.
    fn wide_trailing_zeros(&mut self, operand: Operand) {
        let high = self.half_rm(operand, 1);
        self.asm.scan(Scan::Bsf, Size::Quad, RAX, high);
        self.asm.mov_ri(Size::Long, RCX, 64);
        self.asm.cmov(Cc::Equal, Size::Quad, RAX, RCX);
        self.asm.alu(Alu::Add, Size::Long, RAX, RCX);
        let low = self.half_rm(operand, 0);
        self.asm.scan(Scan::Bsf, Size::Quad, RDX, low);
        self.asm.cmov(Cc::Equal, Size::Quad, RDX, RAX);
    }

    /// Reverses bits or bytes: each half, and their order.
    fn wide_reverse(&mut self, data: &InstData, result: Value) {
        let operand = data.operand(0);
        self.half_into(operand, 0, RAX);
        if data.opcode == Opcode::Bswap {
            self.half_into(operand, 1, RDX);
            self.asm.bswap(Size::Quad, RAX);
            self.asm.bswap(Size::Quad, RDX);
            return self.finish_wide(result, RDX, RAX);
        }
        self.asm.bswap(Size::Quad, RAX);
        self.reverse_in_bytes(Size::Quad);
        self.asm.move_to_xmm(Size::Quad, XMM15, RAX);
        self.half_into(operand, 1, RAX);
        self.asm.bswap(Size::Quad, RAX);
        self.reverse_in_bytes(Size::Quad);
        self.asm.move_from_xmm(Size::Quad, RDX, XMM15);
        self.finish_wide(result, RAX, RDX);
    }

    /// Sets the flags for a condition on operands that no one instruction compares. Floats are compared by a function
    /// of the runtime library.
    pub(super) fn compare_by_parts(&mut self, a: Operand, b: Operand, condition: Condition) -> Test {
        match self.kind(a) {
            TypeKind::I128 => Test::One(self.compare_wide(a, b, condition)),
            kind => Test::One(self.compare_by_helper(a, b, kind, condition)),
        }
    }

    /// Sets the flags as a subtraction does, or for equality by what differs. Uses rax and rdx.
    fn compare_wide(&mut self, a: Operand, b: Operand, condition: Condition) -> Cc {
        let (exchanged, cc) = match condition {
            Condition::Eq => (false, Cc::Equal),
            Condition::Slt => (false, Cc::Less),
            Condition::Sge => (false, Cc::GreaterEqual),
            Condition::Ult => (false, Cc::Below),
            Condition::Uge => (false, Cc::AboveEqual),
            Condition::Sgt => (true, Cc::Less),
            Condition::Sle => (true, Cc::GreaterEqual),
            Condition::Ugt => (true, Cc::Below),
            Condition::Ule => (true, Cc::AboveEqual),
            _ => (false, Cc::NotEqual),
        };
        if matches!(cc, Cc::Equal | Cc::NotEqual) {
            let (a, b) = if self.constant(a).is_some() { (b, a) } else { (a, b) };
            self.load_halves(a);
            if self.constant(b) != Some(0) {
                self.apply_half(Alu::Xor, RAX, b, 0);
                self.apply_half(Alu::Xor, RDX, b, 1);
            }
            self.asm.alu(Alu::Or, Size::Quad, RAX, RDX);
            return cc;
        }
        let (a, b) = if exchanged { (b, a) } else { (a, b) };
        self.load_halves(a);
        self.apply_half(Alu::Cmp, RAX, b, 0);
        self.apply_half(Alu::Sbb, RDX, b, 1);
        cc
    }

    fn wide_select(&mut self, data: &InstData, result: Value) {
        let (mut yes, mut no) = (data.operand(1), data.operand(2));
        let mut test = self.condition(data.operand(0));
        // Of two conditions of which one suffices, each may choose the same.
        if let Test::Both(..) = test {
            (test, yes, no) = (test.negate(), no, yes);
        }
        self.load_halves(no);
        for (half, to) in [(0, RAX), (1, RDX)] {
            let from = self.half_rm(yes, half);
            match test {
                Test::One(cc) => self.asm.cmov(cc, Size::Quad, to, from),
                Test::Either(a, b) | Test::Both(a, b) => {
                    self.asm.cmov(a, Size::Quad, to, from);
                    self.asm.cmov(b, Size::Quad, to, from);
                }
            }
        }
        self.finish_wide(result, RAX, RDX);
    }

    /// Conversions from narrower types to 128 bits.
    fn widen(&mut self, data: &InstData, result: Value) {
        let operand = data.operand(0);
        if data.opcode != Opcode::Sext {
            let from = match Size::of(self.kind(operand)) {
                Size::Quad => self.core(operand, RAX),
                _ => {
                    self.extended_into(operand, false, RAX);
                    RAX
                }
            };
            return self.finish_small(result, from);
        }
        if self.kind(operand) == TypeKind::I1 {
            self.extended_into(operand, false, RAX);
            self.asm.unary(Unary::Neg, Size::Quad, RAX);
            return self.finish_wide(result, RAX, RAX);
        }
        self.extended_into(operand, true, RAX);
        self.asm.sign_extend_accumulator(Size::Quad);
        self.finish_wide(result, RAX, RDX);
    }

    /// Conversions from 128 bits to narrower types that are no alias of the low half.
    fn narrow(&mut self, operand: Operand, result: Value) {
        let target = self.target(result, RAX);
        self.half_into(operand, 0, target);
        if self.value_kind(result) == TypeKind::I1 {
            self.asm.alu_imm(Alu::And, Size::Long, target, 1);
        }
        self.finish(result, target);
    }

    /// Operations on the sign of a float.
    fn wide_sign(&mut self, data: &InstData, result: Value) {
        self.load_halves(data.operand(0));
        match data.opcode {
            Opcode::Fneg => {
                self.asm.mov_ri(Size::Quad, RCX, SIGN);
                self.asm.alu(Alu::Xor, Size::Quad, RDX, RCX);
            }
            Opcode::Fabs => {
                self.asm.shift_imm(Shift::Shl, Size::Quad, RDX, 1);
                self.asm.shift_imm(Shift::Shr, Size::Quad, RDX, 1);
            }
            _ => {
                self.half_into(data.operand(1), 1, RCX);
                self.asm.shift_imm(Shift::Shr, Size::Quad, RCX, 63);
                self.asm.shift_imm(Shift::Shl, Size::Quad, RDX, 1);
                self.asm.alu(Alu::Or, Size::Quad, RDX, RCX);
                self.asm.shift_imm(Shift::Ror, Size::Quad, RDX, 1);
            }
        }
        self.finish_wide(result, RAX, RDX);
    }
}

fn shift_of(opcode: Opcode) -> Shift {
    match opcode {
        Opcode::Shl => Shift::Shl,
        Opcode::Ushr => Shift::Shr,
        _ => Shift::Sar,
    }
}
