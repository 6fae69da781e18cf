//! `helpers.tsv`: which function does an opcode on which types, by target.
//!
//! The table is part of the library and never changes at run time. It is read once, into rows ordered by target, opcode
//! and types, each triple once.

use native_ir::{Opcode, Type};
use std::sync::LazyLock;

/// A row of the table: a function of a target's library that does an opcode on certain types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Helper {
    /// The triple of the target.
    pub target: &'static str,
    /// The opcode.
    pub opcode: Opcode,
    /// The kind of its first type variable; [`Type::ERROR`] for opcodes whose types do not matter.
    pub from: Type,
    /// The kind of its second type variable; the first again where there is but one.
    pub to: Type,
    /// The linker's name of the function, and its name in the library's module.
    pub symbol: &'static str,
    /// Which of the function's results is the opcode's, from 0.
    pub result: usize,
    /// The file that has it, in the target's folder.
    pub file: &'static str,
    /// What it does, and what its caller sees to.
    pub description: &'static str,
}

/// What rows are ordered by.
type Key<'a> = (&'a str, usize, usize, usize);

impl Helper {
    fn key(&self) -> Key<'static> {
        (self.target, self.opcode.index(), self.from.index(), self.to.index())
    }
}

static ROWS: LazyLock<Vec<Helper>> = LazyLock::new(|| {
    let mut rows: Vec<Helper> = include_str!("../helpers.tsv").lines().skip(1).filter_map(row).collect();
    rows.sort_by_key(Helper::key);
    rows
});

/// A row, or nothing where the line is none; the tests hold the number of rows against the number of lines.
fn row(line: &'static str) -> Option<Helper> {
    let [target, opcode, types, symbol, result, file, description] =
        line.split('\t').collect::<Vec<_>>().try_into().ok()?;
    let (from, to) = match types.split_once(' ') {
        Some((from, to)) => (Type::from_keyword(from)?, Type::from_keyword(to)?),
        None if types == "-" => (Type::ERROR, Type::ERROR),
        None => (Type::from_keyword(types)?, Type::from_keyword(types)?),
    };
    let (opcode, result) = (Opcode::from_name(opcode)?, result.parse().ok()?);
    Some(Helper { target, opcode, from, to, symbol, result, file, description })
}

/// All rows of a target, ordered by opcode and types; none for a target that has no library.
pub fn helpers(triple: &str) -> &'static [Helper] {
    let start = ROWS.partition_point(|row| row.target < triple);
    let rows = ROWS.get(start..).unwrap_or(&[]);
    let end = rows.partition_point(|row| row.target == triple);
    rows.get(..end).unwrap_or(&[])
}

/// The function that does an opcode on these types on a target, where one is needed.
///
/// `from` is the type of the opcode's first type variable, `to` that of the second, or the same where there is but one.
/// `memcpy`, `memmove` and `memset` are asked for with [`Type::ERROR`] twice: they take pointers and an `addr`.
///
/// Parameters and results are the opcode's operands and results, in their order, but:
/// - Where the function has several results, [`Helper::result`] is the opcode's.
/// - Divisions do not trap: their caller has made sure that the divisor is not 0, and that a signed division does not
///   overflow.
/// - `float_to_sint` and `float_to_uint` give an `i32`: 1 when the conversion does not trap. Its value is then that of
///   `float_to_sint_sat` and `float_to_uint_sat`.
/// - `fcmp` and `fcompare` give an `i32`: -1 when the first operand is less, 0 when they are equal, 1 when it is
///   greater, 2 when they are unordered.
/// - `umul_overflow` and `smul_overflow` give an `i32`: 1 when the product does not fit. The product is `imul`.
/// - `memcpy`, `memmove` and `memset` give their first operand back; `memset` takes the byte as an `i32`, whose other
///   bits do not count.
///
/// On Cortex-M0 besides:
/// - `shl`, `ushr`, `sshr`, `rotl`, `rotr`, `funnel_left`, `funnel_right` take the amount as an `i32`, less than the
///   width.
/// - `clz`, `ctz` and `popcount` give an `i32`.
/// - `memcpy`, `memmove` and `memset` give nothing back, as the run-time ABI for the Arm architecture (RTABI32, "Memory
///   copying, clearing, and setting") has it, and `memset` takes the number of bytes before the byte. Those for
///   addresses that are multiples of 4 are asked for with [`Type::I32`] twice.
pub fn helper(triple: &str, opcode: Opcode, from: Type, to: Type) -> Option<&'static Helper> {
    let key: Key<'_> = (triple, opcode.index(), from.index(), to.index());
    let index = ROWS.binary_search_by(|row| (row.key() as Key<'_>).cmp(&key)).ok()?;
    ROWS.get(index)
}
