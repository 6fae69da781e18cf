//! Constant expressions, and what they have in common with instructions: the rules of conversions and of the indices of
//! `getelementptr`.

use super::{Reader, Result};
use crate::syntax::{BinaryOp, CastOp, Constant, ConstantData, Expr, Operand, Place, Type, TypeData};

/// The conversion with this name.
pub(super) fn cast_op(word: &str) -> Option<CastOp> {
    Some(match word {
        "trunc" => CastOp::Trunc,
        "zext" => CastOp::ZExt,
        "sext" => CastOp::SExt,
        "fptrunc" => CastOp::FpTrunc,
        "fpext" => CastOp::FpExt,
        "fptoui" => CastOp::FpToUi,
        "fptosi" => CastOp::FpToSi,
        "uitofp" => CastOp::UiToFp,
        "sitofp" => CastOp::SiToFp,
        "ptrtoint" => CastOp::PtrToInt,
        "ptrtoaddr" => CastOp::PtrToAddr,
        "inttoptr" => CastOp::IntToPtr,
        "bitcast" => CastOp::BitCast,
        "addrspacecast" => CastOp::AddrSpaceCast,
        _ => return None,
    })
}

fn int_op(word: &str) -> Option<BinaryOp> {
    Some(match word {
        "add" => BinaryOp::Add,
        "sub" => BinaryOp::Sub,
        "mul" => BinaryOp::Mul,
        "shl" => BinaryOp::Shl,
        "lshr" => BinaryOp::LShr,
        "ashr" => BinaryOp::AShr,
        "and" => BinaryOp::And,
        "or" => BinaryOp::Or,
        "xor" => BinaryOp::Xor,
        _ => return None,
    })
}

impl Reader<'_> {
    /// The expression that begins with this word, and its type; none if no expression begins so.
    pub(super) fn expression(&mut self, word: &str, place: Place) -> Result<Option<(Type, Expr)>> {
        self.nested(|reader| {
            if let Some(op) = cast_op(word) {
                return reader.cast_expression(op, place).map(Some);
            }
            if let Some(op) = int_op(word) {
                return reader.binary_expression(op).map(Some);
            }
            match word {
                "getelementptr" => reader.element_expression().map(Some),
                "extractelement" | "insertelement" | "shufflevector" => reader.lane_expression(word).map(Some),
                "icmp" | "fcmp" | "select" | "udiv" | "sdiv" | "urem" | "srem" | "fneg" | "fadd" | "fsub"
                | "fmul" | "fdiv" | "frem" | "extractvalue" | "insertvalue" => {
                    let message = format!("`{word}` as a constant expression is that of LLVM before 19");
                    Err(reader.wrong_at(place, "LLVM/constant", message))
                }
                _ => Ok(None),
            }
        })
    }

    fn cast_expression(&mut self, op: CastOp, place: Place) -> Result<(Type, Expr)> {
        while self.cursor.eat_word("nuw") || self.cursor.eat_word("nsw") || self.cursor.eat_word("nneg") {}
        self.expect(b'(')?;
        let from = self.typed_constant()?;
        self.expect_word("to")?;
        let to = self.first_class()?;
        self.expect(b')')?;
        self.check_cast(op, self.module.constants.ty(from), to, place)?;
        Ok((to, Expr::Cast(op, from)))
    }

    fn binary_expression(&mut self, op: BinaryOp) -> Result<(Type, Expr)> {
        while ["nuw", "nsw", "exact", "disjoint"].iter().any(|flag| self.cursor.eat_word(flag)) {}
        self.expect(b'(')?;
        let a = self.typed_constant()?;
        self.expect(b',')?;
        let place = self.cursor.here();
        let b = self.typed_constant()?;
        self.expect(b')')?;
        let ty = self.module.constants.ty(a);
        self.check_same(ty, self.module.constants.ty(b), place)?;
        if !self.is_int(self.lane(ty)) {
            let message = format!("integer arithmetic on `{}`", self.show(ty));
            return Err(self.wrong_at(place, "LLVM/type", message));
        }
        Ok((ty, Expr::Binary(op, a, b)))
    }

    fn lane_expression(&mut self, word: &str) -> Result<(Type, Expr)> {
        self.expect(b'(')?;
        let base = self.constants.len();
        loop {
            let constant = self.typed_constant()?;
            self.constants.push(constant);
            if !self.cursor.eat(b',') {
                break;
            }
        }
        self.expect(b')')?;
        let ty = self.module.constants.ty(self.constants[base]);
        let mask = self.module.constants.ty(self.constants[self.constants.len() - 1]);
        let count = self.constants.len() - base;
        self.constants.truncate(base);
        match (word, count) {
            ("extractelement", 2) => Ok((self.lane(ty), Expr::Refused("extractelement"))),
            ("insertelement", 3) => Ok((ty, Expr::Refused("insertelement"))),
            ("shufflevector", 3) => Ok((self.shaped(self.lane(ty), mask), Expr::Refused("shufflevector"))),
            _ => Err(self.wrong("LLVM/syntax", format!("`{word}` has not {count} operands"))),
        }
    }

    /// `getelementptr inbounds (T, ptr @x, i64 1)`; the word is taken already.
    fn element_expression(&mut self) -> Result<(Type, Expr)> {
        self.element_flags()?;
        self.expect(b'(')?;
        let source = self.memory_type()?;
        self.expect(b',')?;
        let place = self.cursor.here();
        let base = self.constants.len();
        let pointer = self.typed_constant()?;
        self.constants.push(pointer);
        while self.cursor.eat(b',') {
            // What versions before 19 write here means nothing.
            self.cursor.eat_word("inrange");
            let index = self.typed_constant()?;
            self.constants.push(index);
        }
        self.expect(b')')?;
        let list = self.constant_list(base);
        let operands = self.operands.len();
        let constants = &self.module.constants.lists[list.range()];
        self.operands.extend(constants.iter().map(|&constant| Operand::constant(constant)));
        let ty = self.element_pointer_type(source, operands, place);
        self.operands.truncate(operands);
        Ok((ty?, Expr::ElementPointer(source, list)))
    }

    /// `inbounds`, `nusw`, `nuw`, `inrange(-16, 16)`
    pub(super) fn element_flags(&mut self) -> Result<()> {
        loop {
            if self.cursor.peek() == b'i' && self.cursor.eat_word("inrange") {
                if self.cursor.peek() != b'(' {
                    return Err(self.unexpected("`(`"));
                }
                self.cursor.skip_group();
            } else if !matches!(self.cursor.byte(0), b'i' | b'n')
                || !["inbounds", "nuw", "nusw"].iter().any(|flag| self.cursor.eat_word(flag))
            {
                return Ok(());
            }
        }
    }

    /// The type of a `getelementptr` whose operands, the pointer first, are the last on the stack, from `base` on.
    pub(super) fn element_pointer_type(&mut self, source: Type, base: usize, place: Place) -> Result<Type> {
        let pointer = self.operand_type(self.operands[base]);
        let mut result = pointer;
        if !self.is_pointer(self.lane(pointer)) {
            let message = format!("a pointer is needed, not `{}`", self.show(pointer));
            return Err(self.wrong_at(place, "LLVM/type", message));
        }
        let mut walked = source;
        for index in base + 1..self.operands.len() {
            let operand = self.operands[index];
            let ty = self.operand_type(operand);
            if !self.is_int(self.lane(ty)) {
                let message = format!("an index is an integer, not `{}`", self.show(ty));
                return Err(self.wrong_at(place, "LLVM/type", message));
            }
            match (self.lanes(result), self.lanes(ty)) {
                (None, Some(_)) => result = self.shaped(result, ty),
                (Some(lanes), Some(other)) if lanes != other => {
                    let message = "the vectors have not as many lanes".to_owned();
                    return Err(self.wrong_at(place, "LLVM/type", message));
                }
                _ => {}
            }
            if index == base + 1 {
                continue;
            }
            let step = match self.module.types.get(walked) {
                TypeData::Struct(..) => {
                    let number = operand.as_constant().and_then(|constant| self.constant_index(constant));
                    number.and_then(|number| self.part(walked, number))
                }
                _ => self.part(walked, 0),
            };
            let Some(next) = step else {
                let message = format!("the type `{}` has no part with this index", self.show(walked));
                return Err(self.wrong_at(place, "LLVM/type", message));
            };
            walked = next;
        }
        Ok(result)
    }

    /// The number that a constant index is, in all its lanes.
    fn constant_index(&self, constant: Constant) -> Option<u64> {
        match self.module.constants.get(constant) {
            ConstantData::Int(number) => u64::try_from(number).ok(),
            ConstantData::Zero => Some(0),
            ConstantData::Splat(lane) => self.constant_index_of_lane(lane),
            ConstantData::List(list) => {
                let lanes = self.module.constants.elements(list);
                let first = self.constant_index_of_lane(*lanes.first()?);
                lanes.iter().all(|&lane| self.constant_index_of_lane(lane) == first).then_some(first)?
            }
            _ => None,
        }
    }

    fn constant_index_of_lane(&self, constant: Constant) -> Option<u64> {
        match self.module.constants.get(constant) {
            ConstantData::Int(number) => u64::try_from(number).ok(),
            _ => None,
        }
    }

    /// Says it if there is no such conversion.
    #[inline]
    pub(super) fn check_cast(&mut self, op: CastOp, from: Type, to: Type, place: Place) -> Result<()> {
        if self.can_cast(op, from, to) {
            return Ok(());
        }
        let message = format!("no such conversion from `{}` to `{}`", self.show(from), self.show(to));
        Err(self.wrong_at(place, "LLVM/type", message))
    }

    fn can_cast(&self, op: CastOp, from: Type, to: Type) -> bool {
        if op == CastOp::BitCast {
            return self.can_bitcast(from, to);
        }
        if self.lanes(from) != self.lanes(to) {
            return false;
        }
        let (from, to) = (self.lane(from), self.lane(to));
        let (ints, floats) = ((self.is_int(from), self.is_int(to)), (self.is_float(from), self.is_float(to)));
        let pointers = (self.is_pointer(from), self.is_pointer(to));
        match op {
            CastOp::Trunc => ints == (true, true) && self.bits(from) > self.bits(to),
            CastOp::ZExt | CastOp::SExt => ints == (true, true) && self.bits(from) < self.bits(to),
            CastOp::FpTrunc => floats == (true, true) && self.bits(from) > self.bits(to),
            CastOp::FpExt => floats == (true, true) && self.bits(from) < self.bits(to),
            CastOp::FpToUi | CastOp::FpToSi => floats.0 && ints.1,
            CastOp::UiToFp | CastOp::SiToFp => ints.0 && floats.1,
            CastOp::PtrToInt | CastOp::PtrToAddr => pointers.0 && ints.1,
            CastOp::IntToPtr => ints.0 && pointers.1,
            CastOp::AddrSpaceCast => pointers == (true, true) && from != to,
            CastOp::BitCast => false,
        }
    }

    fn can_bitcast(&self, from: Type, to: Type) -> bool {
        let pointers = (self.is_pointer(self.lane(from)), self.is_pointer(self.lane(to)));
        if from == to {
            return true;
        }
        if pointers.0 || pointers.1 {
            // A vector of one pointer is that pointer.
            let lanes = |ty| self.lanes(ty).map_or(1, |(count, _)| count);
            return self.lane(from) == self.lane(to) && lanes(from) == lanes(to);
        }
        let size = |ty| {
            let (count, scalable) = self.lanes(ty).unwrap_or((1, false));
            (count.saturating_mul(u64::from(self.bits(self.lane(ty)))), scalable)
        };
        size(from).0 != 0 && size(from) == size(to)
    }

    /// The bits of an integer or float, 0 for other types.
    pub(super) fn bits(&self, ty: Type) -> u32 {
        match *self.module.types.written(ty) {
            TypeData::Int(bits) => bits,
            TypeData::Half | TypeData::BFloat => 16,
            TypeData::Float => 32,
            TypeData::Double => 64,
            TypeData::X86Fp80 => 80,
            TypeData::Fp128 | TypeData::PpcFp128 => 128,
            _ => 0,
        }
    }
}
