//! The table of operations of the bytecode.
//!
//! An operation is a number in an instruction's first word, and an [`Entry`] here: its name, how it is written, and
//! the handlers of both memory modes. Operations that do one thing of the IR on one type have a [`Key`], by which the
//! translator finds them; those that only the translator knows have a constant in [`Op`].
//!
//! The entries are what measurements made worth having. Whatever of the IR has none goes through `apply`, which calls
//! the operation's function in the crate `semantics`.

mod entries;

pub(crate) use entries::OPERATIONS;
#[cfg(chained)]
pub(crate) use entries::{CHECKED_HANDLERS, FAST_HANDLERS};

use crate::handlers::arithmetic;
use crate::machine::Handler;
use entries::{ACCESSES, COUNT, INDEXED, NAMED, SIGNED};
use native_ir::{Condition, Opcode, TypeKind};

/// The number of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Op(pub(crate) u16);

/// What an operation is.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    /// Its name in listings.
    pub(crate) name: &'static str,
    /// How it is written: words are copied, `a` `b` `c` are slots, `#a` … numbers, `#bc` both, `1` … literals as
    /// numbers, `s1` … literals that name slots, `^bc` `^1` distances, `@1` functions, `e` the end of a conditional part.
    pub(crate) form: &'static str,
    /// How many words an instruction has in fast mode; 0 when a literal says it.
    pub(crate) words: u8,
    /// Whether checked mode adds a literal.
    pub(crate) checked_literal: bool,
    /// What of the IR it does.
    pub(crate) key: Option<Key>,
    /// Which two operations of the IR it does.
    pair: Option<Pair>,
    /// The handler of fast mode.
    pub(crate) fast: Handler,
    /// The handler of checked mode.
    pub(crate) checked: Handler,
}

/// How an operation takes its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// From slots, to a slot.
    Slots,
    /// The last operand is a literal.
    Literal,
    /// A compare that branches.
    Branch,
    /// A compare with a literal that branches.
    BranchLiteral,
    /// A compare that branches and charges fuel.
    FuelBranch,
    /// A compare with a literal that branches and charges fuel.
    FuelBranchLiteral,
    /// A small number is added to the left operand before it is compared; otherwise as the four above.
    AddBranch,
    /// See [`Form::AddBranch`].
    AddBranchLiteral,
    /// See [`Form::AddBranch`].
    FuelAddBranch,
    /// See [`Form::AddBranch`].
    FuelAddBranchLiteral,
    /// A slot is added to the left operand before it is compared; otherwise as the four above.
    SumBranch,
    /// See [`Form::SumBranch`].
    SumBranchLiteral,
    /// See [`Form::SumBranch`].
    FuelSumBranch,
    /// See [`Form::SumBranch`].
    FuelSumBranchLiteral,
    /// A compare that selects; fast mode alone.
    Select,
    /// A compare with a literal of 32 bits and a sign that selects; fast mode alone.
    SelectLiteral,
    /// As [`Form::SelectLiteral`], of two small numbers.
    SelectNumber,
}

/// What of the IR an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// The opcode.
    pub(crate) opcode: Opcode,
    /// The condition of a compare.
    pub(crate) condition: Option<Condition>,
    /// The operands' type; integers stand for addresses and pointers of their width.
    pub(crate) from: TypeKind,
    /// The result's type; the operands' unless the opcode is a conversion.
    pub(crate) to: TypeKind,
    /// How it takes its operands.
    pub(crate) form: Form,
}

/// What of the IR an operation does that does two: the first one's result is used by the second alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// The first opcode.
    pub(crate) first: Opcode,
    /// The second opcode.
    pub(crate) second: Opcode,
    /// The type of all operands and results.
    pub(crate) kind: TypeKind,
    /// Whether the first one's result is the second one's left operand; true where it makes no difference.
    pub(crate) left: bool,
    /// Which operands are literals.
    pub(crate) form: PairForm,
}

/// Which operands of two operations in one are literals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PairForm {
    /// None.
    Slots,
    /// The first one's right operand.
    FirstLiteral,
    /// The second one's right operand.
    SecondLiteral,
    /// Both, with 32 bits and a sign each.
    Literals,
}

/// What a memory access does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transfer {
    /// Reads to a slot.
    Load,
    /// Writes from a slot.
    Store,
    /// Writes a small number.
    StoreSmall,
}

/// What an access's index is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Index {
    /// It has 64 bits, rather than 32.
    pub(crate) long: bool,
    /// It is scaled by the access's width and nothing is added, so that no literal says so.
    pub(crate) by_width: bool,
}

/// What is done with a number at once when it is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// A slot is added.
    Add,
    /// It is multiplied by a slot.
    Multiply,
    /// It is multiplied by a slot, and another one is added.
    MultiplyAdd,
}

/// Which number is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loaded {
    /// 32 bits.
    I32,
    /// 16 bits, widened to 32 with their sign.
    Signed16,
    /// 64 bits.
    I64,
    /// A float of 32 bits.
    F32,
    /// A float of 64 bits.
    F64,
}

impl Entry {
    /// Whether it does two operations in one.
    pub(crate) fn is_pair(&self) -> bool {
        self.pair.is_some()
    }
}

impl Op {
    /// Whether nothing follows it in its block.
    pub(crate) fn ends_block(self) -> bool {
        let leaves =
            [Op::TRAP, Op::TAIL, Op::TAIL_FUEL, Op::TAIL_INDIRECT, Op::TAIL_INDIRECT_FUEL, Op::RESUME_FAST];
        leaves.contains(&self)
    }

    /// Whether it looks for a case.
    pub(crate) fn is_search(self) -> bool {
        [Op::SEARCH, Op::SEARCH_FUEL, Op::SEARCH_PAIR, Op::SEARCH_PAIR_FUEL].contains(&self)
    }

    /// The slot of a second result, if it has one, from its literals.
    pub(crate) fn second_result(self, first: u64, second: u64) -> Option<u16> {
        match self {
            Op::FIBER_RESUME => Some((first >> 32) as u16),
            Op::APPLY | Op::APPLY_STRICT | Op::APPLY_WATCHED => {
                let signature = arithmetic::Signature::unpack(second);
                (signature.results == 2).then_some(signature.second)
            }
            _ => None,
        }
    }

    /// Its entry.
    pub(crate) fn entry(self) -> &'static Entry {
        &OPERATIONS[usize::from(self.0)]
    }

    /// A memory access of `1 << log` bytes at a slot plus a number.
    pub(crate) fn access(transfer: Transfer, narrow: bool, log: u32) -> Op {
        let row = transfer as usize * 2 + usize::from(narrow);
        Op((NAMED.len() + row * 5 + log as usize) as u16)
    }

    /// A memory access of `1 << log` bytes at a slot plus an index.
    pub(crate) fn indexed(transfer: Transfer, narrow: bool, index: Index, log: u32) -> Op {
        let kind = usize::from(index.by_width) * 3 + transfer as usize;
        let row = (kind * 2 + usize::from(narrow)) * 2 + usize::from(index.long);
        Op((NAMED.len() + ACCESSES.len() * 5 + row * 5 + log as usize) as u16)
    }

    /// A load of `1 << log` bytes with their sign to `1 << wide`, from a slot plus a number or an index; none for widths
    /// that nothing narrows to.
    pub(crate) fn signed(index: Option<Index>, narrow: bool, log: u32, wide: u32) -> Option<Op> {
        let column = match (log, wide) {
            (0, 2) => 0,
            (0, 3) => 1,
            (1, 2) => 2,
            (1, 3) => 3,
            (2, 3) => 4,
            _ => return None,
        };
        let kind = index.map_or(0, |index| 1 + 2 * usize::from(index.by_width) + usize::from(index.long));
        let row = kind * 2 + usize::from(narrow);
        Some(Op((NAMED.len() + (ACCESSES.len() + INDEXED.len() + row) * 5 + column) as u16))
    }

    /// A load of a number from a slot plus an index, with what is done with it at once.
    pub(crate) fn loaded(kind: Loaded, then: Use) -> Op {
        let before = NAMED.len() + (ACCESSES.len() + INDEXED.len() + SIGNED.len()) * 5;
        Op((before + kind as usize * 3 + then as usize) as u16)
    }

    /// The operation that does these two of the IR, if one does.
    pub(crate) fn pair(pair: Pair) -> Option<Op> {
        found(PAIRED[pair.place()?])
    }

    /// The operation that does this of the IR, if one does.
    #[inline]
    pub(crate) fn find(key: Key) -> Option<Op> {
        found(KEYED[key.place()])
    }
}

#[inline]
fn found(number: u16) -> Option<Op> {
    (number != NOTHING).then_some(Op(number))
}

/// No operation.
const NOTHING: u16 = u16::MAX;

/// The number of the operation of each key, by its place.
static KEYED: [u16; Key::PLACES] = {
    let mut index = [NOTHING; Key::PLACES];
    let mut number = 0;
    while number < COUNT {
        if let Some(key) = OPERATIONS[number].key {
            index[key.place()] = number as u16;
        }
        number += 1;
    }
    index
};

/// The number of the operation of each pair, by its place.
static PAIRED: [u16; Pair::PLACES] = {
    let mut index = [NOTHING; Pair::PLACES];
    let mut number = 0;
    while number < COUNT {
        if let Some(pair) = OPERATIONS[number].pair
            && let Some(place) = pair.place()
        {
            index[place] = number as u16;
        }
        number += 1;
    }
    index
};

impl Pair {
    /// What is paired.
    const OPCODES: [Opcode; 11] = {
        use Opcode::*;
        [Iadd, Imul, And, Or, Xor, Shl, Ushr, Rotl, Fadd, Fsub, Fmul]
    };
    const PLACES: usize = (Self::OPCODES.len() + 1) * Self::OPCODES.len() * 5 * 8;

    /// Its number among the opcodes that are paired.
    const fn row(opcode: Opcode) -> Option<usize> {
        let mut row = 0;
        while row < Self::OPCODES.len() {
            if Self::OPCODES[row] as usize == opcode as usize {
                return Some(row);
            }
            row += 1;
        }
        None
    }

    /// None for what is not paired.
    const fn place(self) -> Option<usize> {
        let first = match self.first {
            Opcode::Fdiv => Some(Self::OPCODES.len()),
            first => Self::row(first),
        };
        let kind = match self.kind {
            TypeKind::I8 => 0,
            TypeKind::I32 => 1,
            TypeKind::I64 => 2,
            TypeKind::F32 => 3,
            TypeKind::F64 => 4,
            _ => return None,
        };
        let form = self.form as usize * 2 + self.left as usize;
        match (first, Self::row(self.second)) {
            (Some(first), Some(second)) => Some(((first * Self::OPCODES.len() + second) * 5 + kind) * 8 + form),
            _ => None,
        }
    }
}

impl Key {
    const KINDS: usize = TypeKind::ALL.len();
    const ROWS: usize = Opcode::ALL.len() + Condition::ALL.len();
    const FORMS: usize = 17;
    const COLUMNS: usize = Self::FORMS + Self::KINDS;
    const PLACES: usize = Self::ROWS * Self::KINDS * Self::COLUMNS;

    /// Conversions are told apart by their results, the others by their forms.
    const fn place(self) -> usize {
        let row = match self.condition {
            Some(condition) => Opcode::ALL.len() + condition as usize,
            None => self.opcode as usize,
        };
        let column = match self.condition.is_none() && self.from as usize != self.to as usize {
            true => Self::FORMS + self.to as usize,
            false => self.form as usize,
        };
        (row * Self::KINDS + self.from as usize) * Self::COLUMNS + column
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_finds_its_own_entry() {
        for (number, entry) in OPERATIONS.iter().enumerate() {
            if let Some(key) = entry.key {
                assert_eq!(Op::find(key), Some(Op(number as u16)), "{key:?} is there twice");
            }
            if let Some(pair) = entry.pair {
                assert_eq!(Op::pair(pair), Some(Op(number as u16)), "{pair:?} is there twice, or has no place");
            }
        }
    }

    #[test]
    fn accesses_are_where_their_numbers_say() {
        assert_eq!(Op::access(Transfer::StoreSmall, true, 3).entry().name, "store.small.narrow.8");
        let index = Index { long: true, by_width: false };
        assert_eq!(Op::indexed(Transfer::Store, false, index, 0).entry().name, "store.64.1");
        let scaled = Index { by_width: true, ..index };
        assert_eq!(Op::indexed(Transfer::Load, true, scaled, 2).entry().name, "load.scaled.narrow.64.4");
        assert_eq!(
            Op::signed(Some(scaled), false, 0, 2).map(|op| op.entry().name),
            Some("load.signed.scaled.64.1.4")
        );
        let signed = Op::signed(Some(index), true, 1, 3).map(|op| op.entry().name);
        assert_eq!(signed, Some("load.signed.narrow.64.2.8"));
        assert_eq!(Op::loaded(Loaded::Signed16, Use::Multiply).entry().name, "load.signed.2.4.imul.i32");
        assert_eq!(Op::loaded(Loaded::F64, Use::MultiplyAdd).entry().name, "load.8.fmul.f64.fadd.f64");
        assert_eq!(Op::HALT.entry().name, "halt");
    }
}
