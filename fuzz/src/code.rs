//! Machine code, whole and damaged, and the certificate.
//!
//! Nothing says which damage the certificate has to refuse: other code may do the same. What it accepts it must answer
//! questions of, and others must be able to write.

use artifact::{
    Artifact, BlockRow, CallRow, FunctionCode, InstRow, JumpTable, Location, Place, Pool, Reference, Relocation,
    RelocationKind, Saved, TrapRow, UnwindOp, UnwindRow,
};
use certify::{Certified, Checks, certify};
use codegen::{Options as Compile, compile};
use elf::Unit;
use generate::{Config, Source};
use native_ir::{Block, Contract, EntityRef, Func, Inst, Module, Slot, Symbol, Trap, Value};
use verifier::{Engine, Options, Verified, verify};

/// The first byte says how many of the others are damage; the rest chooses a target and drives the generator. The module
/// becomes machine code, whose bytes, rows and claim are damaged and certified: it is refused with text, or accepted, and
/// then its costs can be asked for and an object be written.
///
/// # Panics
/// When any of that panics, or something is refused without a word.
pub fn code(data: &[u8]) {
    let Some((&split, data)) = data.split_first() else { return };
    let (damage, choices) = data.split_at(data.len().min(usize::from(split)));
    let contract = Contract::embedded();
    let mut source = Source::from_bytes(choices);
    let target = source.below(contract.targets.len());
    let config = Config { functions: 2, native: true, ..Config::new(contract, target) };
    let module = generate::module(&mut source, &config);
    let Ok(module) = verify(module, &Options { threads: 1, ..Options::default() }) else {
        panic!("a generated module does not verify");
    };
    let functions = (0..module.functions.len()).map(Func::new);
    let functions: Vec<Func> =
        functions.filter(|func| module.for_engine(Engine::Native, &[*func]).is_ok()).collect();
    let Ok(mut artifact) = compile(&module, &functions, &Compile { threads: 1, ..Compile::default() }) else {
        return;
    };
    let mut source = Source::from_bytes(damage);
    // No change takes less than two bytes.
    for _ in 0..damage.len() / 2 {
        change(&mut artifact, &mut source);
    }
    let funcs: Vec<Func> = artifact.functions.iter().map(|code| code.func).collect();
    for func in funcs {
        drop(certify::listing(&module, &artifact, func));
    }
    match certify(&module, artifact, &Checks { stack: false, ..Checks::all() }) {
        Ok(certified) => use_it(&module, &certified),
        Err(findings) => {
            assert!(!findings.is_empty(), "refused without a word");
            assert!(findings.iter().all(|finding| !finding.to_string().is_empty()), "a finding without text");
        }
    }
}

/// Asks for costs, and writes an object.
fn use_it(module: &Verified<Module>, certified: &Certified<Artifact>) {
    drop(certify::cycles::cycles(module, certified, 1, &|_| None));
    drop(certify::stack::stack_bounds(module, certified, &|_| None));
    if let Err(error) = elf::object(Unit { module, artifact: certified }, &[], None) {
        assert!(!error.to_string().is_empty(), "refused without a word");
    }
}

/// A number that is near another, small, or anything.
fn number(source: &mut Source<'_>, near: u32) -> u32 {
    match source.below(6) {
        0 => source.bits() as u32,
        1 => u32::MAX - source.below(3) as u32,
        2 => source.below(9) as u32,
        _ => near.wrapping_add(source.below(17) as u32).wrapping_sub(8),
    }
}

/// An index for types that panic on the one number which stands for none.
fn entity<E: EntityRef>(source: &mut Source<'_>) -> E {
    E::new(number(source, 4).min(u32::MAX - 1) as usize)
}

/// Changes, repeats or drops a row, or adds one.
fn row<R: Clone>(rows: &mut Vec<R>, source: &mut Source<'_>, other: impl FnOnce(&mut Source<'_>) -> R) {
    let at = source.below(rows.len().max(1));
    match (source.below(6), rows.get(at).cloned()) {
        (0, Some(_)) => drop(rows.remove(at)),
        (1, Some(row)) => rows.insert(at, row),
        (2, Some(_)) => {
            let to = source.below(rows.len());
            rows.swap(at, to);
        }
        (3..=4, Some(_)) => rows[at] = other(source),
        _ => rows.insert(at.min(rows.len()), other(source)),
    }
}

fn change(artifact: &mut Artifact, source: &mut Source<'_>) {
    let functions = artifact.functions.len();
    let Some(code) = artifact.functions.get_mut(source.below(functions)) else { return };
    match source.below(24) {
        0 => code.literals = number(source, code.literals),
        1 => code.align = number(source, code.align),
        2 => code.code.truncate(source.below(code.code.len() + 1)),
        3 => code.code.push(source.below(256) as u8),
        4 => code.func = entity(source),
        5 => {
            let again = code.clone();
            row(&mut artifact.functions, source, |_| again);
        }
        6..=8 => change_rows(code, source),
        9..=12 => change_claim(code, source),
        _ => {
            let at = source.below(code.code.len());
            let byte = source.below(256) as u8;
            if let Some(found) = code.code.get_mut(at) {
                *found ^= byte;
            }
        }
    }
}

fn change_rows(code: &mut FunctionCode, source: &mut Source<'_>) {
    let near = source.below(code.code.len() + 1) as u32;
    match source.below(5) {
        0 => {
            row(&mut code.pools, source, |source| Pool { offset: number(source, near), bytes: number(source, 4) })
        }
        1 => row(&mut code.relocations, source, |source| relocation(source, near)),
        2 => row(&mut code.traps, source, |source| TrapRow {
            offset: number(source, near),
            trap: Trap::ALL[source.below(Trap::ALL.len())],
            inst: entity(source),
        }),
        3 => row(&mut code.calls, source, |source| CallRow { offset: number(source, near), inst: entity(source) }),
        _ => row(&mut code.unwind, source, |source| UnwindRow { offset: number(source, near), op: op(source) }),
    }
}

fn relocation(source: &mut Source<'_>, near: u32) -> Relocation {
    use RelocationKind as Kind;
    let kinds = [
        Kind::Absolute64,
        Kind::Absolute32Signed,
        Kind::Relative32,
        Kind::Branch32,
        Kind::GlobalOffset32,
        Kind::Absolute32,
        Kind::ThumbCall,
    ];
    let target = match source.below(3) {
        0 => Reference::Helper("__aeabi_uidiv"),
        _ => Reference::Symbol(entity::<Symbol>(source)),
    };
    let kind = kinds[source.below(kinds.len())];
    Relocation { offset: number(source, near), kind, target, addend: i64::from(number(source, 0) as i32) }
}

fn op(source: &mut Source<'_>) -> UnwindOp {
    let register = source.below(18) as u8;
    match source.below(6) {
        0 => UnwindOp::Cfa(number(source, 8)),
        1 => UnwindOp::Saved(register, number(source, 8)),
        2 => UnwindOp::Return(number(source, 8)),
        3 => UnwindOp::Restored(register),
        4 => UnwindOp::Remember,
        _ => UnwindOp::Recall,
    }
}

fn place(source: &mut Source<'_>) -> Place {
    let register = source.below(18) as u8;
    match source.below(4) {
        0 => Place::Nowhere,
        1 => Place::Core(register),
        2 => Place::Vector(register),
        _ => Place::Frame(number(source, 8)),
    }
}

fn change_claim(code: &mut FunctionCode, source: &mut Source<'_>) {
    let near = source.below(code.code.len() + 1) as u32;
    let claim = &mut code.claim;
    let frame = &mut claim.frame;
    match source.below(10) {
        0..=1 => row(&mut claim.insts, source, |source| InstRow {
            offset: number(source, near),
            inst: (source.below(4) > 0).then(|| entity::<Inst>(source)),
        }),
        2 => row(&mut claim.blocks, source, |source| BlockRow {
            offset: number(source, near),
            block: entity::<Block>(source),
        }),
        3 => row(&mut claim.tables, source, |source| JumpTable {
            offset: number(source, near),
            width: source.below(10) as u8,
            base: number(source, near),
            entries: number(source, 2),
            inst: entity(source),
        }),
        4 => row(&mut claim.places, source, place),
        5 => row(&mut claim.locations, source, |source| Location {
            value: entity::<Value>(source),
            word: source.below(5) as u8,
            start: number(source, near),
            end: number(source, near),
            place: place(source),
        }),
        6 => row(&mut frame.saved, source, |source| Saved {
            register: source.below(18) as u8,
            offset: number(source, 8),
        }),
        7 => row(&mut frame.slots, source, |source| (entity::<Slot>(source), number(source, 8))),
        8 => frame.bytes = number(source, frame.bytes),
        _ => match source.below(2) {
            0 => frame.below = number(source, frame.below),
            _ => frame.outgoing = number(source, frame.outgoing),
        },
    }
}
