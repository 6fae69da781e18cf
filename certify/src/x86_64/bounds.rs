//! C2: an index into an array of registers is compared with the array's length, and leads to the trap when it is not below.
//!
//! The end of the check is
//!
//! ```text
//! cmp   index, length
//! jae   trap
//! ```
//!
//! in 64 bits, unsigned, the index sign-extended: no negative one passes. An index of 128 bits has its upper half compared
//! with zero before, by `test` and `jne`. No other branch stands in the code of the instruction.

use super::Subject;
use super::allowed::Access;
use super::decode::Decoded;
use super::place::Forms;
use super::term::{Base, Registers, Term, number};
use crate::operand::{constant_bits, width};
use crate::piece::Class;
use iced_x86::{Mnemonic, Register};
use native_ir::{InstData, Operand, Trap};

/// Whether the code of an `element` compares its index with a length. `forms` is used for that.
pub(crate) fn is_checked(
    subject: Subject<'_>,
    code: &[Decoded],
    data: &InstData,
    length: u64,
    forms: &mut Forms,
) -> bool {
    let index = data.operand(1);
    let width = width(subject, index);
    forms.clear();
    forms.trace(subject, index);
    let mut registers = Registers::new();
    let mut is_small = width <= 64;
    for (at, inst) in code.iter().enumerate() {
        if matches!(inst.entry.class, Class::Branch | Class::Jump) {
            let Some(compare) = at.checked_sub(1).map(|before| &code[before]) else { return false };
            let register = compare.first_register();
            let held = number(register).map_or(Term::UNKNOWN, |number| registers.get(number));
            let other = registers.source(subject, compare);
            let traps = register.is_gpr64() && is_trap(subject, inst.raw.near_branch64());
            match (inst.raw.mnemonic(), compare.raw.mnemonic()) {
                (Mnemonic::Jne, Mnemonic::Test)
                    if traps && compare.raw.op1_register() == register && is_high(subject, held, index, forms) =>
                {
                    is_small = true;
                }
                (Mnemonic::Jae, Mnemonic::Cmp) => {
                    let whole = width >= 64 || held.base == Base::Zero || is_extended(&code[..at - 1], register);
                    let compares = other.agrees(Term::new(Base::Zero, length as i64), 64)
                        && forms.accept_value(held, width.min(64));
                    return traps && is_small && whole && compares;
                }
                _ => return false,
            }
        }
        registers.advance(subject, inst, false);
    }
    false
}

/// Whether a trap of this class begins at an offset. Which instruction's it is, C5 knows.
fn is_trap(subject: Subject<'_>, offset: u64) -> bool {
    let traps = &subject.code.traps;
    traps.iter().any(|row| u64::from(row.offset) == offset && row.trap == Trap::Bounds)
}

/// Whether a term is the upper half of an operand of 128 bits.
fn is_high(subject: Subject<'_>, term: Term, operand: Operand, forms: &Forms) -> bool {
    let constant = constant_bits(subject, operand).map(|bits| Term::new(Base::Zero, (bits >> 64) as i64));
    let behind = |cell: &i64| Term::new(Base::Cell(*cell + 8), 0);
    constant.into_iter().chain(forms.cells.iter().map(behind)).any(|high| term.agrees(high, 64))
}

/// Whether the last write to a register extends a sign to its 64 bits.
fn is_extended(code: &[Decoded], register: Register) -> bool {
    let writes = |inst: &&Decoded| {
        inst.entry.first != Access::Read && inst.first_register().full_register() == register.full_register()
    };
    let last = code.iter().rfind(writes);
    last.is_some_and(|inst| {
        matches!(inst.raw.mnemonic(), Mnemonic::Movsx | Mnemonic::Movsxd) && inst.first_register().is_gpr64()
    })
}
