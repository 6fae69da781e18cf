//! Instructions: arithmetic, comparisons, conversions, parts of values, the ends of blocks.

use super::expressions::cast_op;
use super::{MAX_BYTES, Reader, Result};
use crate::syntax::{
    BinaryOp, CastOp, ConstantData, FloatPredicate, IntPredicate, List, Op, Operand, Place, Tail, Type, TypeData,
};

/// Flags of integer arithmetic, conversions and comparisons. They only make values undefined.
const INT_FLAGS: [&str; 6] = ["nuw", "nsw", "exact", "disjoint", "nneg", "samesign"];
/// Flags of arithmetic on floats, which allow other results.
const FLOAT_FLAGS: [&str; 8] = ["fast", "nnan", "ninf", "nsz", "arcp", "contract", "afn", "reassoc"];

/// The most lanes of a mask that is written as `zeroinitializer` and so on.
const MAX_MASK: u64 = 1024;

impl Reader<'_> {
    /// What an instruction does, and the type of its result; none for what means nothing. The word is taken already.
    #[inline]
    pub(super) fn instruction(&mut self, word: &str, place: Place) -> Result<Option<(Op, Type)>> {
        let found = match word.as_bytes() {
            b"load" => self.load()?,
            b"store" => self.store()?,
            b"getelementptr" => self.element_pointer()?,
            b"call" => return self.call(Tail::None),
            b"tail" | b"notail" => {
                self.expect_word("call")?;
                return self.call(Tail::None);
            }
            b"musttail" => {
                self.expect_word("call")?;
                return self.call(Tail::Must);
            }
            b"br" => self.branch()?,
            b"icmp" => self.icmp()?,
            b"fcmp" => self.fcmp()?,
            b"phi" => self.phi()?,
            b"select" => self.select()?,
            b"alloca" => self.alloca()?,
            b"add" => self.binary(BinaryOp::Add, false)?,
            b"sub" => self.binary(BinaryOp::Sub, false)?,
            b"mul" => self.binary(BinaryOp::Mul, false)?,
            b"udiv" => self.binary(BinaryOp::UDiv, false)?,
            b"sdiv" => self.binary(BinaryOp::SDiv, false)?,
            b"urem" => self.binary(BinaryOp::URem, false)?,
            b"srem" => self.binary(BinaryOp::SRem, false)?,
            b"shl" => self.binary(BinaryOp::Shl, false)?,
            b"lshr" => self.binary(BinaryOp::LShr, false)?,
            b"ashr" => self.binary(BinaryOp::AShr, false)?,
            b"and" => self.binary(BinaryOp::And, false)?,
            b"or" => self.binary(BinaryOp::Or, false)?,
            b"xor" => self.binary(BinaryOp::Xor, false)?,
            b"fadd" => self.binary(BinaryOp::FAdd, true)?,
            b"fsub" => self.binary(BinaryOp::FSub, true)?,
            b"fmul" => self.binary(BinaryOp::FMul, true)?,
            b"fdiv" => self.binary(BinaryOp::FDiv, true)?,
            b"frem" => self.binary(BinaryOp::FRem, true)?,
            b"fneg" => self.fneg()?,
            b"freeze" => {
                let (ty, value) = self.typed_operand()?;
                (Op::Freeze(value), ty)
            }
            b"ret" => self.ret()?,
            b"switch" => self.switch()?,
            b"unreachable" => (Op::Unreachable, self.common.void),
            b"extractvalue" => self.extract_value()?,
            b"insertvalue" => self.insert_value()?,
            b"extractelement" => self.extract_element()?,
            b"insertelement" => self.insert_element()?,
            b"shufflevector" => self.shuffle_vector()?,
            b"atomicrmw" => self.atomic_rmw()?,
            b"cmpxchg" => self.cmpxchg()?,
            b"fence" => self.fence()?,
            b"invoke" => self.invoke()?,
            b"callbr" => self.callbr()?,
            b"landingpad" => self.landing_pad()?,
            b"resume" => {
                self.typed_operand()?;
                (Op::Refused("resume"), self.common.void)
            }
            b"indirectbr" => self.indirect_branch()?,
            b"va_arg" => self.variable_argument()?,
            b"catchswitch" | b"catchpad" | b"catchret" | b"cleanuppad" | b"cleanupret" => {
                let message = format!("`{word}`: no exceptions of Windows are taken");
                return Err(self.wrong_at(place, "LLVM/instruction", message));
            }
            _ => match cast_op(word) {
                Some(op) => self.cast(op)?,
                None => return Err(self.unknown_instruction(word, place)),
            },
        };
        Ok(Some(found))
    }

    #[cold]
    fn unknown_instruction(&mut self, word: &str, place: Place) -> super::Stop {
        match word {
            "" => self.unexpected("an instruction"),
            _ => self.wrong_at(place, "LLVM/instruction", format!("unknown instruction `{word}`")),
        }
    }

    /// Takes the flags of integer operations.
    #[inline]
    pub(super) fn int_flags(&mut self) {
        while matches!(self.cursor.peek(), b'n' | b'e' | b'd' | b's')
            && INT_FLAGS.iter().any(|flag| self.cursor.eat_word(flag))
        {}
    }

    /// Takes the flags of operations on floats.
    #[inline]
    pub(super) fn float_flags(&mut self) {
        while matches!(self.cursor.peek(), b'n' | b'a' | b'c' | b'r' | b'f')
            && FLOAT_FLAGS.iter().any(|flag| self.cursor.eat_word(flag))
        {}
    }

    fn needs(&mut self, fits: bool, what: &str, ty: Type, place: Place) -> Result<()> {
        if fits {
            return Ok(());
        }
        let message = format!("{what} is needed, not `{}`", self.show(ty));
        Err(self.wrong_at(place, "LLVM/type", message))
    }

    #[inline]
    fn binary(&mut self, op: BinaryOp, float: bool) -> Result<(Op, Type)> {
        if float {
            self.float_flags()
        } else {
            self.int_flags()
        }
        let place = self.cursor.here();
        let (ty, a) = self.typed_operand()?;
        self.expect(b',')?;
        let b = self.operand(ty)?;
        let lane = self.lane(ty);
        if float {
            self.needs(self.is_float(lane), "a float type", ty, place)?;
        } else {
            self.needs(self.is_int(lane), "an integer type", ty, place)?;
        }
        Ok((Op::Binary(op, a, b), ty))
    }

    fn fneg(&mut self) -> Result<(Op, Type)> {
        self.float_flags();
        let place = self.cursor.here();
        let (ty, value) = self.typed_operand()?;
        self.needs(self.is_float(self.lane(ty)), "a float type", ty, place)?;
        Ok((Op::FNeg(value), ty))
    }

    #[inline]
    fn cast(&mut self, op: CastOp) -> Result<(Op, Type)> {
        self.int_flags();
        self.float_flags();
        let place = self.cursor.here();
        let (from, value) = self.typed_operand()?;
        self.expect_word("to")?;
        let to = self.first_class()?;
        self.check_cast(op, from, to, place)?;
        Ok((Op::Cast(op, value), to))
    }

    #[inline]
    fn icmp(&mut self) -> Result<(Op, Type)> {
        let mut place = self.cursor.here();
        let mut word = self.cursor.word();
        if word == "samesign" {
            place = self.cursor.here();
            word = self.cursor.word();
        }
        let predicate = match word.as_bytes() {
            b"eq" => IntPredicate::Eq,
            b"ne" => IntPredicate::Ne,
            b"ugt" => IntPredicate::Ugt,
            b"uge" => IntPredicate::Uge,
            b"ult" => IntPredicate::Ult,
            b"ule" => IntPredicate::Ule,
            b"sgt" => IntPredicate::Sgt,
            b"sge" => IntPredicate::Sge,
            b"slt" => IntPredicate::Slt,
            b"sle" => IntPredicate::Sle,
            _ => return Err(self.wrong_at(place, "LLVM/syntax", format!("unknown condition `{word}` of `icmp`"))),
        };
        let place = self.cursor.here();
        let (ty, a) = self.typed_operand()?;
        self.expect(b',')?;
        let b = self.operand(ty)?;
        let lane = self.lane(ty);
        self.needs(self.is_int(lane) || self.is_pointer(lane), "an integer or pointer type", ty, place)?;
        Ok((Op::ICmp(predicate, a, b), self.shaped(self.common.i1, ty)))
    }

    fn fcmp(&mut self) -> Result<(Op, Type)> {
        // The condition `false` begins like a flag.
        self.float_flags();
        let place = self.cursor.here();
        let word = self.cursor.word();
        let predicate = match word.as_bytes() {
            b"false" => FloatPredicate::False,
            b"oeq" => FloatPredicate::Oeq,
            b"ogt" => FloatPredicate::Ogt,
            b"oge" => FloatPredicate::Oge,
            b"olt" => FloatPredicate::Olt,
            b"ole" => FloatPredicate::Ole,
            b"one" => FloatPredicate::One,
            b"ord" => FloatPredicate::Ord,
            b"ueq" => FloatPredicate::Ueq,
            b"ugt" => FloatPredicate::Ugt,
            b"uge" => FloatPredicate::Uge,
            b"ult" => FloatPredicate::Ult,
            b"ule" => FloatPredicate::Ule,
            b"une" => FloatPredicate::Une,
            b"uno" => FloatPredicate::Uno,
            b"true" => FloatPredicate::True,
            _ => return Err(self.wrong_at(place, "LLVM/syntax", format!("unknown condition `{word}` of `fcmp`"))),
        };
        let place = self.cursor.here();
        let (ty, a) = self.typed_operand()?;
        self.expect(b',')?;
        let b = self.operand(ty)?;
        self.needs(self.is_float(self.lane(ty)), "a float type", ty, place)?;
        Ok((Op::FCmp(predicate, a, b), self.shaped(self.common.i1, ty)))
    }

    fn select(&mut self) -> Result<(Op, Type)> {
        self.float_flags();
        let place = self.cursor.here();
        let (ty, condition) = self.typed_operand()?;
        self.expect(b',')?;
        let (then_type, then) = self.typed_operand()?;
        self.expect(b',')?;
        let other_place = self.cursor.here();
        let (other_type, other) = self.typed_operand()?;
        self.check_same(then_type, other_type, other_place)?;
        let fits =
            ty == self.common.i1 || self.lane(ty) == self.common.i1 && self.lanes(ty) == self.lanes(then_type);
        self.needs(fits, "a condition of type `i1` or as many of them", ty, place)?;
        Ok((Op::Select(condition, then, other), then_type))
    }

    /// `phi T [ value, %block ], …`
    fn phi(&mut self) -> Result<(Op, Type)> {
        self.float_flags();
        self.function.has_phi = true;
        let ty = self.first_class()?;
        let start = self.function.body.incoming.len();
        loop {
            self.expect(b'[')?;
            let value = self.operand(ty)?;
            self.expect(b',')?;
            let block = self.block()?;
            self.expect(b']')?;
            self.function.body.incoming.push((value, block));
            if !self.next_operand() {
                break;
            }
        }
        let len = self.function.body.incoming.len() - start;
        Ok((Op::Phi(List { start: start as u32, len: len as u32 }), ty))
    }

    /// Takes a comma, unless an attachment stands behind it.
    #[inline]
    pub(super) fn next_operand(&mut self) -> bool {
        if self.cursor.peek() != b',' {
            return false;
        }
        let mark = self.cursor.mark();
        self.cursor.at += 1;
        if self.cursor.peek() == b'!' {
            self.cursor.rewind(mark);
            return false;
        }
        true
    }

    // Parts of values.

    /// Indices of `extractvalue` and `insertvalue`, each behind a comma, and the type that they lead to.
    fn path(&mut self, mut ty: Type) -> Result<(List, Type)> {
        let start = self.function.body.indices.len();
        while self.next_operand() {
            let place = self.cursor.here();
            let index = self.u32("an index")?;
            let part = match *self.module.types.get(ty) {
                TypeData::Array(count, element) => (u64::from(index) < count).then_some(element),
                TypeData::Struct(..) => self.part(ty, u64::from(index)),
                _ => None,
            };
            let Some(part) = part else {
                let message = format!("the type `{}` has no part {index}", self.show(ty));
                return Err(self.wrong_at(place, "LLVM/type", message));
            };
            self.function.body.indices.push(index);
            ty = part;
        }
        let len = self.function.body.indices.len() - start;
        if len == 0 {
            return Err(self.unexpected("`,` and an index"));
        }
        Ok((List { start: start as u32, len: len as u32 }, ty))
    }

    fn extract_value(&mut self) -> Result<(Op, Type)> {
        let (ty, value) = self.typed_operand()?;
        let (path, part) = self.path(ty)?;
        Ok((Op::ExtractValue(value, path), part))
    }

    fn insert_value(&mut self) -> Result<(Op, Type)> {
        let (ty, aggregate) = self.typed_operand()?;
        self.expect(b',')?;
        let place = self.cursor.here();
        let (found, value) = self.typed_operand()?;
        let (path, part) = self.path(ty)?;
        self.check_same(part, found, place)?;
        Ok((Op::InsertValue(aggregate, value, path), ty))
    }

    fn extract_element(&mut self) -> Result<(Op, Type)> {
        let place = self.cursor.here();
        let (ty, vector) = self.typed_operand()?;
        self.needs(self.lanes(ty).is_some(), "a vector", ty, place)?;
        self.expect(b',')?;
        let index = self.lane_index()?;
        Ok((Op::ExtractElement(vector, index), self.lane(ty)))
    }

    fn lane_index(&mut self) -> Result<Operand> {
        let place = self.cursor.here();
        let (ty, index) = self.typed_operand()?;
        self.needs(self.is_int(ty), "an integer type", ty, place)?;
        Ok(index)
    }

    fn insert_element(&mut self) -> Result<(Op, Type)> {
        let place = self.cursor.here();
        let (ty, vector) = self.typed_operand()?;
        self.needs(self.lanes(ty).is_some(), "a vector", ty, place)?;
        self.expect(b',')?;
        let place = self.cursor.here();
        let (found, value) = self.typed_operand()?;
        self.check_same(self.lane(ty), found, place)?;
        self.expect(b',')?;
        let index = self.lane_index()?;
        Ok((Op::InsertElement(vector, value, index), ty))
    }

    fn shuffle_vector(&mut self) -> Result<(Op, Type)> {
        let place = self.cursor.here();
        let (ty, a) = self.typed_operand()?;
        self.needs(self.lanes(ty).is_some(), "a vector", ty, place)?;
        self.expect(b',')?;
        let place = self.cursor.here();
        let (found, b) = self.typed_operand()?;
        self.check_same(ty, found, place)?;
        self.expect(b',')?;
        let place = self.cursor.here();
        let mask_type = self.first_class()?;
        let mask = self.constant(mask_type)?;
        let fits = self.lane(mask_type) == self.common.i32 && self.lanes(mask_type).is_some();
        self.needs(fits, "a mask of `i32`", mask_type, place)?;
        let start = self.function.body.indices.len();
        let lanes = self.lanes(ty).map_or(0, |(count, _)| count);
        let Some(len) = self.mask(mask, mask_type, lanes) else {
            let message =
                "a mask is made of constant numbers of lanes that there are, 1024 where they are not written \
                           out"
                .to_owned();
            return Err(self.wrong_at(place, "LLVM/vector", message));
        };
        let list = List { start: start as u32, len };
        Ok((Op::ShuffleVector(a, b, list), self.shaped(self.lane(ty), mask_type)))
    }

    /// Appends the numbers that a mask names, none of them beyond twice `lanes`; how many they are.
    fn mask(&mut self, mask: crate::syntax::Constant, ty: Type, lanes: u64) -> Option<u32> {
        let constants = &self.module.constants;
        let number = |constant| match constants.get(constant) {
            ConstantData::Int(number) => {
                u64::try_from(number).ok().filter(|&number| number < 2 * lanes).map(|number| number as u32)
            }
            ConstantData::Undef | ConstantData::Poison => Some(u32::MAX),
            ConstantData::Zero => Some(0),
            _ => None,
        };
        let indices = &mut self.function.body.indices;
        let all = match constants.get(mask) {
            ConstantData::List(list) => {
                for &lane in constants.elements(list) {
                    indices.push(number(lane)?);
                }
                return Some(list.len);
            }
            ConstantData::Splat(lane) => number(lane)?,
            _ => number(mask)?,
        };
        let (count, _) = self
            .lanes(ty)
            .filter(|&(count, _)| count <= MAX_MASK && self.function.body.indices.len() < MAX_BYTES)?;
        self.function.body.indices.extend((0..count).map(|_| all));
        Some(count as u32)
    }

    fn variable_argument(&mut self) -> Result<(Op, Type)> {
        self.typed_operand()?;
        self.expect(b',')?;
        let ty = self.first_class()?;
        Ok((Op::Refused("va_arg"), ty))
    }

    // The ends of blocks.

    /// A block to which an edge goes from the current one, without or with `label` before it.
    #[inline]
    pub(super) fn target_block(&mut self) -> Result<crate::syntax::Block> {
        self.expect_word("label")?;
        let block = self.block()?;
        if let Some(from) = self.current_block() {
            self.function.edges.push((from, block));
        }
        Ok(block)
    }

    fn branch(&mut self) -> Result<(Op, Type)> {
        let void = self.common.void;
        if self.cursor.peek() == b'l' {
            return Ok((Op::Br(self.target_block()?), void));
        }
        let place = self.cursor.here();
        let (ty, condition) = self.typed_operand()?;
        self.needs(ty == self.common.i1, "a condition of type `i1`", ty, place)?;
        self.expect(b',')?;
        let then = self.target_block()?;
        self.expect(b',')?;
        let other = self.target_block()?;
        Ok((Op::CondBr(condition, then, other), void))
    }

    fn ret(&mut self) -> Result<(Op, Type)> {
        let place = self.cursor.here();
        let void = self.common.void;
        let ty = self.ty()?;
        if ty != self.function.result {
            let expected = self.show(self.function.result);
            let message = format!("this function gives `{expected}`, not `{}`", self.show(ty));
            return Err(self.wrong_at(place, "LLVM/type", message));
        }
        if ty == void {
            return Ok((Op::Ret(None), void));
        }
        let value = self.operand(ty)?;
        Ok((Op::Ret(Some(value)), void))
    }

    /// `switch T value, label %default [ T c, label %block … ]`
    fn switch(&mut self) -> Result<(Op, Type)> {
        let place = self.cursor.here();
        let (ty, value) = self.typed_operand()?;
        self.needs(self.is_int(ty), "an integer type", ty, place)?;
        self.expect(b',')?;
        let default = self.target_block()?;
        self.expect(b'[')?;
        let start = self.function.body.cases.len();
        let mut seen = std::mem::take(&mut self.function.seen);
        seen.clear();
        while !self.cursor.eat(b']') {
            let place = self.cursor.here();
            let found = self.first_class()?;
            self.check_same(ty, found, place)?;
            let case = self.constant(ty)?;
            let number = match self.module.constants.get(case) {
                ConstantData::Int(number) => number,
                ConstantData::Zero => 0,
                // Switches on wider integers are refused as a whole.
                ConstantData::Refused(_) => u128::from(case.as_u32()),
                _ => return Err(self.wrong_at(place, "LLVM/syntax", "a case is a number".to_owned())),
            };
            if !seen.insert(number) {
                return Err(self.wrong_at(place, "LLVM/syntax", "this case stands here a second time".to_owned()));
            }
            self.expect(b',')?;
            let block = self.target_block()?;
            self.function.body.cases.push((case, block));
        }
        // Emptying a large table for each small `switch` would take as long as filling it.
        if seen.capacity() < 1024 {
            self.function.seen = seen;
        }
        let len = self.function.body.cases.len() - start;
        Ok((Op::Switch(value, default, List { start: start as u32, len: len as u32 }), self.common.void))
    }

    fn indirect_branch(&mut self) -> Result<(Op, Type)> {
        self.typed_operand()?;
        self.expect(b',')?;
        self.block_list()?;
        Ok((Op::Refused("indirectbr"), self.common.void))
    }

    /// `[label %a, label %b]`
    pub(super) fn block_list(&mut self) -> Result<()> {
        self.expect(b'[')?;
        if self.cursor.eat(b']') {
            return Ok(());
        }
        loop {
            self.target_block()?;
            if !self.cursor.eat(b',') {
                return self.expect(b']');
            }
        }
    }

    /// `landingpad T cleanup catch ptr @x filter [1 x ptr] [ptr @y]`
    fn landing_pad(&mut self) -> Result<(Op, Type)> {
        let ty = self.first_class()?;
        self.cursor.eat_word("cleanup");
        while self.cursor.eat_word("catch") || self.cursor.eat_word("filter") {
            self.typed_operand()?;
        }
        Ok((Op::Refused("landingpad"), ty))
    }
}
