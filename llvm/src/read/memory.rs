//! Instructions that name memory.

use super::{Reader, Result};
use crate::syntax::{Access, AtomicOp, ConstantData, List, Op, Operand, Ordering, Place, Type, TypeData};

impl Reader<'_> {
    /// A pointer behind its type.
    #[inline]
    fn pointer(&mut self) -> Result<Operand> {
        let place = self.cursor.here();
        let (ty, pointer) = self.typed_operand()?;
        if ty == self.common.ptr || self.is_pointer(ty) {
            return Ok(pointer);
        }
        let message = format!("a pointer is needed, not `{}`", self.show(ty));
        Err(self.wrong_at(place, "LLVM/type", message))
    }

    /// `, align N`, if it stands here.
    #[inline]
    fn optional_align(&mut self) -> Result<Option<u32>> {
        if self.cursor.peek() != b',' {
            return Ok(None);
        }
        let mark = self.cursor.mark();
        self.cursor.at += 1;
        if self.cursor.eat_word("align") {
            return self.alignment().map(Some);
        }
        self.cursor.rewind(mark);
        Ok(None)
    }

    /// `atomic`, `volatile`
    #[inline]
    fn access_flags(&mut self) -> (bool, Access) {
        let atomic = self.cursor.peek() == b'a' && self.cursor.eat_word("atomic");
        let volatile = self.cursor.peek() == b'v' && self.cursor.eat_word("volatile");
        (atomic, Access { volatile, ..Access::default() })
    }

    /// `syncscope("…")`: whether it is that of one thread.
    fn sync_scope(&mut self) -> Result<bool> {
        if !self.cursor.eat_word("syncscope") {
            return Ok(false);
        }
        self.expect(b'(')?;
        let place = self.cursor.here();
        let name = self.string("the name of a scope")?;
        self.expect(b')')?;
        match &*name {
            "" => Ok(false),
            "singlethread" => Ok(true),
            _ => Err(self.wrong_at(
                place,
                "LLVM/atomic",
                format!("the synchronisation scope \"{name}\" is not taken"),
            )),
        }
    }

    fn ordering(&mut self) -> Result<Ordering> {
        let mark = self.cursor.mark();
        Ok(match self.cursor.word() {
            "unordered" => Ordering::Unordered,
            "monotonic" => Ordering::Monotonic,
            "acquire" => Ordering::Acquire,
            "release" => Ordering::Release,
            "acq_rel" => Ordering::AcqRel,
            "seq_cst" => Ordering::SeqCst,
            _ => {
                self.cursor.rewind(mark);
                return Err(self.unexpected("an ordering"));
            }
        })
    }

    /// The end of a load or store: scope, ordering, alignment.
    fn access_end(&mut self, atomic: bool, access: &mut Access) -> Result<()> {
        if atomic {
            access.single_thread = self.sync_scope()?;
            access.ordering = Some(self.ordering()?);
        }
        access.align = self.optional_align()?;
        Ok(())
    }

    pub(super) fn load(&mut self) -> Result<(Op, Type)> {
        let (atomic, mut access) = self.access_flags();
        let ty = self.memory_type()?;
        self.expect(b',')?;
        let pointer = self.pointer()?;
        self.access_end(atomic, &mut access)?;
        Ok((Op::Load { pointer, access }, ty))
    }

    pub(super) fn store(&mut self) -> Result<(Op, Type)> {
        let (atomic, mut access) = self.access_flags();
        let ty = self.memory_type()?;
        let value = self.operand(ty)?;
        self.expect(b',')?;
        let pointer = self.pointer()?;
        self.access_end(atomic, &mut access)?;
        Ok((Op::Store { value, pointer, access }, self.common.void))
    }

    /// `alloca T, T count, align N, addrspace(N)`
    pub(super) fn alloca(&mut self) -> Result<(Op, Type)> {
        let place = self.cursor.here();
        if self.cursor.eat_word("inalloca") || self.cursor.eat_word("swifterror") {
            let message = "memory for arguments in `inalloca` and for `swifterror` is not taken".to_owned();
            return Err(self.wrong_at(place, "LLVM/alloca", message));
        }
        let ty = self.memory_type()?;
        let (mut count, mut align, mut pointer) = (None, None, self.common.ptr);
        while self.next_operand() {
            if self.cursor.eat_word("align") {
                align = Some(self.alignment()?);
            } else if let Some(space) = self.optional_address_space()? {
                pointer = self.module.types.intern(TypeData::Ptr(space));
            } else {
                count = self.count()?;
            }
        }
        Ok((Op::Alloca { ty, count, align }, pointer))
    }

    /// How many; none for one.
    fn count(&mut self) -> Result<Option<Operand>> {
        let place = self.cursor.here();
        let (ty, count) = self.typed_operand()?;
        if !self.is_int(ty) {
            let message = format!("an integer type is needed, not `{}`", self.show(ty));
            return Err(self.wrong_at(place, "LLVM/type", message));
        }
        let constant = count.as_constant().map(|constant| self.module.constants.get(constant));
        Ok((constant != Some(ConstantData::Int(1))).then_some(count))
    }

    pub(super) fn element_pointer(&mut self) -> Result<(Op, Type)> {
        self.element_flags()?;
        let source = self.memory_type()?;
        self.expect(b',')?;
        let place = self.cursor.here();
        let base = self.operands.len();
        let (_, pointer) = self.typed_operand()?;
        self.operands.push(pointer);
        while self.next_operand() {
            let (_, index) = self.typed_operand()?;
            self.operands.push(index);
        }
        let ty = self.element_pointer_type(source, base, place)?;
        let list = &mut self.function.body.operands;
        let start = list.len() as u32;
        let len = (self.operands.len() - base) as u32;
        list.extend(self.operands.drain(base..));
        Ok((Op::ElementPointer(source, List { start, len }), ty))
    }

    pub(super) fn fence(&mut self) -> Result<(Op, Type)> {
        let single_thread = self.sync_scope()?;
        let ordering = self.ordering()?;
        Ok((Op::Fence(ordering, single_thread), self.common.void))
    }

    /// `atomicrmw volatile add ptr %p, i32 1 syncscope("…") seq_cst, align 4`
    pub(super) fn atomic_rmw(&mut self) -> Result<(Op, Type)> {
        let mut access = Access { volatile: self.cursor.eat_word("volatile"), ..Access::default() };
        let op = self.atomic_op()?;
        let pointer = self.pointer()?;
        self.expect(b',')?;
        let place = self.cursor.here();
        let (ty, value) = self.typed_operand()?;
        self.access_end(true, &mut access)?;
        let (lane, vector) = (self.lane(ty), self.lanes(ty).is_some());
        let fits = match op {
            AtomicOp::Xchg => !vector && (self.is_int(ty) || self.is_float(ty) || self.is_pointer(ty)),
            AtomicOp::Refused(name) if name.starts_with('f') => self.is_float(lane),
            _ => self.is_int(ty),
        };
        self.check_atomic_type(fits, ty, place)?;
        Ok((Op::AtomicRmw { op, pointer, value, access }, ty))
    }

    fn check_atomic_type(&mut self, fits: bool, ty: Type, place: Place) -> Result<()> {
        if fits {
            return Ok(());
        }
        let message = format!("no such atomic operation on `{}`", self.show(ty));
        Err(self.wrong_at(place, "LLVM/type", message))
    }

    fn atomic_op(&mut self) -> Result<AtomicOp> {
        const REFUSED: [&str; 10] = [
            "fadd",
            "fsub",
            "fmax",
            "fmin",
            "fmaximum",
            "fminimum",
            "uinc_wrap",
            "udec_wrap",
            "usub_cond",
            "usub_sat",
        ];
        let mark = self.cursor.mark();
        Ok(match self.cursor.word() {
            "xchg" => AtomicOp::Xchg,
            "add" => AtomicOp::Add,
            "sub" => AtomicOp::Sub,
            "and" => AtomicOp::And,
            "nand" => AtomicOp::Nand,
            "or" => AtomicOp::Or,
            "xor" => AtomicOp::Xor,
            "max" => AtomicOp::Max,
            "min" => AtomicOp::Min,
            "umax" => AtomicOp::UMax,
            "umin" => AtomicOp::UMin,
            word => match REFUSED.into_iter().find(|&name| name == word) {
                Some(name) => AtomicOp::Refused(name),
                None => {
                    self.cursor.rewind(mark);
                    return Err(self.unexpected("an operation of `atomicrmw`"));
                }
            },
        })
    }

    /// `cmpxchg weak volatile ptr %p, T %a, T %b syncscope("…") acq_rel monotonic, align 4`
    pub(super) fn cmpxchg(&mut self) -> Result<(Op, Type)> {
        self.cursor.eat_word("weak");
        let mut access = Access { volatile: self.cursor.eat_word("volatile"), ..Access::default() };
        let pointer = self.pointer()?;
        self.expect(b',')?;
        let place = self.cursor.here();
        let (ty, expected) = self.typed_operand()?;
        self.check_atomic_type(self.is_int(ty) || self.is_pointer(ty), ty, place)?;
        self.expect(b',')?;
        let place = self.cursor.here();
        let (found, replacement) = self.typed_operand()?;
        self.check_same(ty, found, place)?;
        access.single_thread = self.sync_scope()?;
        let success = self.ordering()?;
        let failure = self.ordering()?;
        access.ordering = Some(success.joined(failure));
        access.align = self.optional_align()?;
        let result = self.module.types.intern_struct(&[ty, self.common.i1], false);
        Ok((Op::CmpXchg { pointer, expected, replacement, access }, result))
    }
}
