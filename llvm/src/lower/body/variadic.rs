//! Functions with `...` that are defined in the program: the caller lays the further arguments down one after the
//! other, as they would lie on the stack, and passes their address in a parameter of its own.
//!
//! Code that reads them is clang's: it walks a `va_list`. On Arm that is the address itself; on x86-64 it is a
//! structure which says that no argument is in a register, so that all are read from the stack's area.

use super::Lowering;
use crate::lower::context::Refusal;
use crate::syntax::{CallData, Operand, ParamAttributes};
use native_ir::builder::MemoryAccess;
use native_ir::{Type, Value};

/// What `va_list` of x86-64 says of registers when all of them are used up: psABI 1.0, section 3.5.7.
const REGISTERS_USED: [(u64, i32); 2] = [(0, 48), (4, 176)];
/// Where it has the address of the next argument on the stack, and that of the saved registers.
const STACK_AREA: u64 = 8;
const REGISTER_AREA: u64 = 16;
/// Bytes of it.
const VA_LIST: u64 = 24;

/// A further argument and where it lies.
struct Further {
    operand: Operand,
    /// Bytes of a structure that is passed by value; its operand is a pointer.
    structure: Option<u64>,
    offset: u64,
    align: u64,
}

impl<'p> Lowering<'_, 'p, '_, '_> {
    /// The address of a call's further arguments, from the first behind the parameters on.
    pub(super) fn further_arguments(&mut self, first: usize, call: &'p CallData<'_>) -> Result<Value, Refusal> {
        let operands = self.body.list(call.args).get(first..).unwrap_or(&[]);
        let attributes = &self.body.attributes[call.attributes.range()];
        let mut list = Vec::with_capacity(operands.len());
        let mut end = 0_u64;
        for (index, &operand) in (first..).zip(operands) {
            let given = attributes.get(index).copied().unwrap_or_default();
            let (further, next) = self.place_further(operand, given, end)?;
            list.push(further);
            end = next;
        }
        let memory = self.b.types().array(Type::I8, end.max(1));
        let base = self.temporary(memory, 16);
        for further in list {
            self.write_further(base, &further)?;
        }
        Ok(self.cast(self.cx.generic, base))
    }

    /// Where a further argument lies, when `end` bytes are used before it; and where it ends.
    fn place_further(
        &self,
        operand: Operand,
        given: ParamAttributes,
        end: u64,
    ) -> Result<(Further, u64), Refusal> {
        let word = u64::from(self.cx.target.pointer_bytes);
        let ty = self.ty(operand);
        let (structure, size, align) = match given.byval {
            Some(ty) => {
                let size = self.layouts.size(ty)?;
                (Some(size), size, given.align.unwrap_or(self.layouts.align(ty)?))
            }
            None => (None, self.layouts.size(ty)?, self.layouts.align(ty)?),
        };
        // The stack's alignment is two words on both targets.
        let align = u64::from(align).clamp(word, 2 * word);
        let overflow = || Refusal::new("LLVM/varargs", "the arguments of `...` take too many bytes");
        let offset = end.checked_next_multiple_of(align).ok_or_else(overflow)?;
        let next = offset.checked_add(size).and_then(|next| next.checked_next_multiple_of(word));
        let next = next.filter(|&next| next <= 1 << 20).ok_or_else(overflow)?;
        Ok((Further { operand, structure, offset, align }, next))
    }

    fn write_further(&mut self, base: Value, further: &Further) -> Result<(), Refusal> {
        let at = self.offset(base, further.offset);
        if let Some(size) = further.structure {
            let source = self.address(further.operand)?;
            if size > 0 {
                self.b.memcpy(at, source, size as i64);
            }
            return Ok(());
        }
        let atoms = self.leaves(further.operand)?;
        self.store_leaves(at, self.ty(further.operand), &atoms, further.align)
    }

    /// `llvm.va_start`, `llvm.va_copy` or `llvm.va_end`; `false` for any other intrinsic.
    pub(super) fn variadic_intrinsic(&mut self, name: &str, call: &'p CallData<'_>) -> Result<bool, Refusal> {
        match (name.split('.').next(), self.body.list(call.args)) {
            (Some("va_start"), &[list]) => self.va_start(list)?,
            (Some("va_copy"), &[to, from]) => {
                let (to, from) = (self.address(to)?, self.address(from)?);
                let bytes = if self.is_64_bit() { VA_LIST as i64 } else { 4 };
                self.b.memcpy(to, from, bytes);
            }
            (Some("va_end"), _) => {}
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn va_start(&mut self, list: Operand) -> Result<(), Refusal> {
        if !self.signature.rest {
            return Err(Refusal::new("LLVM/varargs", "`va_start` in a function without `...`"));
        }
        let rest = self.b.param(self.signature.ty.params.len() - 1);
        let list = self.address(list)?;
        let generic = self.cx.generic;
        if !self.is_64_bit() {
            self.b.store(generic, rest, list);
            return Ok(());
        }
        for (offset, used) in REGISTERS_USED {
            let at = self.offset(list, offset);
            self.b.store_with(Type::I32, used, at, MemoryAccess::default());
        }
        let at = self.offset(list, STACK_AREA);
        self.b.store(generic, rest, at);
        let at = self.offset(list, REGISTER_AREA);
        let null = self.b.null(generic);
        self.b.store(generic, null, at);
        Ok(())
    }

    fn is_64_bit(&self) -> bool {
        self.cx.target.pointer_bytes == 8
    }
}
