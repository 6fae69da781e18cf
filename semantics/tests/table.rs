//! Every pure opcode of the contract has a function, for all types and conditions that the contract allows, and no
//! other opcode has one.

use native_ir::contract::opcodes::{ExtraRule, OpcodeRow};
use native_ir::contract::typing::Suffix;
use native_ir::{Condition, Contract, Opcode, TypeKind};
use semantics::{operation, strict_operation};

const FAMILIES: [&str; 6] = ["integer", "overflow", "bitwise", "compare", "float", "conversion"];

/// Those over flags: a value of that type stands for the compare itself.
const OVER_FLAGS: [Opcode; 3] = [Opcode::Compare, Opcode::Fcompare, Opcode::Test];

fn is_pure(row: &OpcodeRow) -> bool {
    FAMILIES.contains(&row.family.as_str()) && !OVER_FLAGS.contains(&row.opcode)
}

fn conditions(row: &OpcodeRow) -> Vec<Condition> {
    let int = row.opcode == Opcode::Icmp;
    match row.signature.suffix {
        Suffix::Condition => {
            Condition::ALL.iter().copied().filter(|condition| condition.is_int() == int).collect()
        }
        _ => vec![Condition::Eq],
    }
}

/// The kinds of a type variable; addresses and pointers as the integers that they are given as.
fn kinds(row: &OpcodeRow, variable: usize) -> Vec<TypeKind> {
    let resolve = |kind| match kind {
        TypeKind::Addr | TypeKind::Ptr => vec![TypeKind::I32, TypeKind::I64],
        kind => vec![kind],
    };
    row.typevars[variable].iter().flat_map(resolve).collect()
}

fn pairs(row: &OpcodeRow) -> Vec<(TypeKind, TypeKind)> {
    let bits = |kind: TypeKind| kind.bits(0).unwrap_or(0);
    let first = kinds(row, 0).into_iter();
    match row.opcode {
        Opcode::IntToAddr => first.flat_map(|from| [(from, TypeKind::I32), (from, TypeKind::I64)]).collect(),
        Opcode::AddrToInt => first.flat_map(|to| [(TypeKind::I32, to), (TypeKind::I64, to)]).collect(),
        _ if row.typevars.len() < 2 => first.map(|kind| (kind, kind)).collect(),
        _ => {
            let all = first.flat_map(|from| kinds(row, 1).into_iter().map(move |to| (from, to)));
            let allowed = |&(from, to): &(TypeKind, TypeKind)| match row.extra_rule {
                Some(ExtraRule::Wider) => bits(to) > bits(from),
                Some(ExtraRule::Narrower) => bits(to) < bits(from),
                Some(ExtraRule::SameSize) => bits(to) == bits(from),
                _ => true,
            };
            all.filter(allowed).collect()
        }
    }
}

#[test]
fn every_pure_opcode_has_a_function() {
    let mut missing = Vec::new();
    let mut found = 0;
    for row in Contract::embedded().opcodes().iter().filter(|row| is_pure(row)) {
        for (from, to) in pairs(row) {
            for condition in conditions(row) {
                found += 1;
                if operation(row.opcode, condition, from, to).is_none() {
                    missing.push(format!("{}.{} {from} {to}", row.opcode, condition.name()));
                }
            }
        }
    }
    assert_eq!(missing, [""; 0]);
    assert!(found > 500, "only {found} are looked at");
}

#[test]
fn every_float_opcode_has_a_strict_function() {
    let float = |kind| matches!(kind, TypeKind::F16 | TypeKind::F32 | TypeKind::F64 | TypeKind::F128);
    for row in Contract::embedded().opcodes().iter().filter(|row| is_pure(row) && row.opcode != Opcode::Bitcast) {
        for (from, to) in pairs(row) {
            for condition in conditions(row) {
                let strict = strict_operation(row.opcode, condition, from, to).is_some();
                assert_eq!(strict, float(from) || float(to), "{}.{} {from} {to}", row.opcode, condition.name());
            }
        }
    }
}

#[test]
fn nothing_else_has_a_function() {
    for row in Contract::embedded().opcodes() {
        let allowed = if is_pure(row) { pairs(row) } else { Vec::new() };
        for &from in TypeKind::ALL {
            for &to in TypeKind::ALL {
                // Where there is one type variable, the second kind does not count.
                let is_allowed = allowed.contains(&(from, to))
                    || is_pure(row) && row.typevars.len() < 2 && allowed.contains(&(from, from));
                let addresses = matches!(row.opcode, Opcode::IntToAddr | Opcode::AddrToInt);
                for &condition in Condition::ALL {
                    let fits = row.signature.suffix != Suffix::Condition || conditions(row).contains(&condition);
                    let found = operation(row.opcode, condition, from, to).is_some();
                    assert!(
                        !found || addresses || is_allowed && fits,
                        "{}.{} {from} {to} has a function",
                        row.opcode,
                        condition.name()
                    );
                }
            }
        }
    }
}
