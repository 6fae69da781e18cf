//! Atomic operations. An atomic access is one access that keeps its place among volatile ones, so a volatile atomic
//! access to memory is an atomic access; to a hardware register there is none.

use super::Lowering;
use super::value::Atom;
use crate::lower::context::Refusal;
use crate::lower::layout::Scalar;
use crate::syntax::{self, Access, AtomicOp, Operand, Ordering};
use native_ir::{Condition, RmwOp, Type, Value};

impl Lowering<'_, '_, '_, '_> {
    pub(super) fn atomic_load(&mut self, pointer: Operand, access: Access) -> Result<(), Refusal> {
        let scalar = self.atomic_scalar(self.result_type(), pointer, access)?;
        let base = self.address(pointer)?;
        let ordering = native_ordering(access);
        let atom = match scalar {
            Scalar::F16 => {
                let bits = self.b.atomic_load(Type::I16, base, ordering);
                self.integer_to_scalar(scalar, bits)
            }
            _ => self.b.atomic_load(self.native(scalar), base, ordering).into(),
        };
        self.result(atom);
        Ok(())
    }

    pub(super) fn atomic_store(
        &mut self,
        value: Operand,
        pointer: Operand,
        access: Access,
    ) -> Result<(), Refusal> {
        let scalar = self.atomic_scalar(self.ty(value), pointer, access)?;
        let mut atom = self.scalar(value)?;
        let mut ty = self.native(scalar);
        if scalar == Scalar::F16 {
            (atom, ty) = (self.integer(scalar, atom), Type::I16);
        }
        let base = self.address(pointer)?;
        self.b.atomic_store(ty, atom, base, native_ordering(access));
        Ok(())
    }

    pub(super) fn atomic_rmw(
        &mut self,
        op: AtomicOp,
        pointer: Operand,
        value: Operand,
        access: Access,
    ) -> Result<(), Refusal> {
        let op = native_op(op)?;
        let scalar = self.atomic_scalar(self.ty(value), pointer, access)?;
        let atom = self.scalar(value)?;
        let number = self.atomic_integer(scalar, atom);
        let base = self.address(pointer)?;
        let old = self.b.atomic_rmw(base, number, op, native_ordering(access));
        let old = self.atomic_result(scalar, old);
        self.result(old);
        Ok(())
    }

    pub(super) fn compare_exchange(
        &mut self,
        pointer: Operand,
        expected: Operand,
        replacement: Operand,
        access: Access,
    ) -> Result<(), Refusal> {
        let scalar = self.atomic_scalar(self.ty(expected), pointer, access)?;
        let expected = self.scalar(expected)?;
        let expected = self.atomic_integer(scalar, expected);
        let replacement = self.scalar(replacement)?;
        let replacement = self.atomic_integer(scalar, replacement);
        let base = self.address(pointer)?;
        let old = self.b.atomic_cas(base, expected, replacement, native_ordering(access));
        let replaced = self.b.icmp(Condition::Eq, old, expected);
        let old = self.atomic_result(scalar, old);
        self.results([old, replaced.into()]);
        Ok(())
    }

    /// A fence that orders with signal handlers of the same thread alone becomes one that orders with all.
    pub(super) fn fence(&mut self, ordering: Ordering) -> Result<(), Refusal> {
        self.b.fence(match ordering {
            Ordering::Acquire => native_ir::Ordering::Acquire,
            Ordering::Release => native_ir::Ordering::Release,
            Ordering::AcqRel => native_ir::Ordering::Acqrel,
            _ => native_ir::Ordering::Seqcst,
        });
        Ok(())
    }

    /// The scalar of an atomic access, once it is sure that the target has one.
    fn atomic_scalar(&self, ty: syntax::Type, pointer: Operand, access: Access) -> Result<Scalar, Refusal> {
        let scalar = self.kind(ty)?;
        let bytes = self.bytes(scalar);
        let widest = u64::from(self.cx.target.pointer_bytes);
        if !bytes.is_power_of_two() || bytes > widest || matches!(scalar, Scalar::Int(bits) if bits % 8 != 0) {
            let message = format!("an atomic access of {bytes} bytes; the target does at most {widest}");
            return Err(Refusal::new("LLVM/atomic", message));
        }
        if self.alignment(access, ty)? < bytes {
            return Err(Refusal::new("LLVM/atomic", "an atomic access that is less than naturally aligned"));
        }
        if self.is_register(pointer, bytes) {
            return Err(Refusal::new("LLVM/atomic", "an atomic access to a hardware register")
                .help("use `volatile` alone"));
        }
        Ok(scalar)
    }

    /// What read-modify-write operations take: integers, and address values for pointers.
    fn atomic_integer(&mut self, scalar: Scalar, atom: Atom) -> Atom {
        match scalar {
            Scalar::Pointer => self.b.ptr_to_addr(atom).into(),
            _ => self.integer(scalar, atom),
        }
    }

    fn atomic_result(&mut self, scalar: Scalar, old: Value) -> Atom {
        match scalar {
            Scalar::Pointer => self.b.addr_to_ptr(self.cx.generic, old).into(),
            _ => self.integer_to_scalar(scalar, old),
        }
    }
}

fn native_ordering(access: Access) -> native_ir::Ordering {
    match access.ordering {
        None | Some(Ordering::Unordered | Ordering::Monotonic) => native_ir::Ordering::Relaxed,
        Some(Ordering::Acquire) => native_ir::Ordering::Acquire,
        Some(Ordering::Release) => native_ir::Ordering::Release,
        Some(Ordering::AcqRel) => native_ir::Ordering::Acqrel,
        Some(Ordering::SeqCst) => native_ir::Ordering::Seqcst,
    }
}

fn native_op(op: AtomicOp) -> Result<RmwOp, Refusal> {
    Ok(match op {
        AtomicOp::Xchg => RmwOp::Xchg,
        AtomicOp::Add => RmwOp::Add,
        AtomicOp::Sub => RmwOp::Sub,
        AtomicOp::And => RmwOp::And,
        AtomicOp::Nand => RmwOp::Nand,
        AtomicOp::Or => RmwOp::Or,
        AtomicOp::Xor => RmwOp::Xor,
        AtomicOp::Max => RmwOp::Smax,
        AtomicOp::Min => RmwOp::Smin,
        AtomicOp::UMax => RmwOp::Umax,
        AtomicOp::UMin => RmwOp::Umin,
        AtomicOp::Refused(name) => {
            return Err(Refusal::new("LLVM/atomic", format!("`atomicrmw {name}` has no place in native IR")));
        }
    })
}
