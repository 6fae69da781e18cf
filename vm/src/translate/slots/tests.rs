//! Allocations of fixtures and of generated modules, checked against liveness by its definition, and the loops of the
//! benchmark programs, which go round without a move.

use super::check::{Rules, check};
use super::*;
use crate::frame::HEADER;
use crate::translate::live::writes_at_once;
use crate::translate::moves::Moves;
use analysis::edges_of;
use generate::{Config, Source};
use native_ir::contract::opcodes::Memory;
use native_ir::{Contract, Module, Opcode, Type, text};
use proptest::prelude::*;
use verifier::{Options, verify, verify_text};

fn never(_: Inst, _: &InstData) -> bool {
    false
}

fn no_alias(_: Inst, _: &InstData) -> Option<Operand> {
    None
}

/// Constants and what only changes a type.
fn aliases(body: &Body) -> impl Fn(Inst, &InstData) -> Option<Operand> {
    |inst, data| match data.opcode {
        Opcode::Iconst | Opcode::Fconst => Some(data.literal().into()),
        Opcode::Cast | Opcode::PtrToAddr | Opcode::AddrToPtr => Some(data.operand(0)),
        Opcode::Bitcast => {
            let result = body.results(inst).next().map_or(Type::ERROR, |result| body.value_type(result));
            let operand = data.operand(0);
            (words(result) == words(body.operand_type(operand))).then_some(operand)
        }
        _ => None,
    }
}

/// Some instructions, so that each opcode is among them sometimes.
fn some(inst: Inst, _: &InstData) -> bool {
    inst.as_u32().is_multiple_of(5)
}

/// Checks all functions of a module, with aliases and without.
fn check_module(allocator: &mut Allocator, module: &Module) {
    for function in module.functions.values() {
        let body = &function.body;
        let alias = aliases(body);
        let allocation = allocator.allocate(function, &alias, never);
        check(body, allocation, &Rules { alias: &alias, clobbers: &never });
        let allocation = allocator.allocate(function, no_alias, some);
        check(body, allocation, &Rules { alias: &no_alias, clobbers: &some });
    }
}

fn fixtures(folder: &str) -> Vec<Module> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/").to_string() + folder;
    let mut modules = Vec::new();
    for entry in walkdir::WalkDir::new(root).sort_by_file_name() {
        let path = entry.expect("a folder of fixtures").into_path();
        if path.extension().is_some_and(|extension| extension == "nir") {
            let source = std::fs::read(&path).expect("a fixture");
            let report = verify_text(&source, &Options::default());
            modules
                .push(report.module.unwrap_or_else(|| panic!("{} does not verify", path.display())).into_inner());
        }
    }
    modules
}

#[test]
fn fixtures_are_allocated_as_liveness_demands() {
    let mut allocator = Allocator::default();
    let modules: Vec<Module> = ["accept", "programs", "firmware"].into_iter().flat_map(fixtures).collect();
    assert!(modules.len() > 50);
    modules.iter().for_each(|module| check_module(&mut allocator, module));
}

fn generated(seed: u64, blocks: usize, instructions: usize, params: usize) -> Vec<Module> {
    let configs = Config::each_target().map(|config| Config { blocks, instructions, params, ..config });
    configs.map(|config| generate::module(&mut Source::from_seed(seed), &config)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn generated_modules_are_allocated_as_liveness_demands(
        seed: u64, blocks in 1usize..16, instructions in 0usize..16, params in 0usize..6
    ) {
        let mut allocator = Allocator::default();
        for module in generated(seed, blocks, instructions, params) {
            check_module(&mut allocator, &module);
        }
    }

    /// Control flow of every kind, and much that lives across it.
    #[test]
    fn graphs_are_allocated_as_liveness_demands(seed: u64, blocks in 8usize..40) {
        let mut allocator = Allocator::default();
        for module in generated(seed, blocks, 2, 3) {
            check_module(&mut allocator, &module);
        }
    }
}

#[test]
fn the_opcodes_that_write_at_once_are_load_and_those_without_effect() {
    for &opcode in Opcode::ALL {
        let row = Contract::embedded().opcode(opcode);
        let pure = row.memory == Memory::None && !row.terminator && opcode != Opcode::TrapIf;
        assert_eq!(writes_at_once(opcode), pure || opcode == Opcode::Load, "{opcode:?}");
    }
}

/// A module's function by name.
fn function<'m>(module: &'m Module, name: &str) -> &'m Function {
    let symbol = module.find_symbol(name).expect("a symbol");
    module.functions.values().find(|function| function.symbol == symbol).expect("a function")
}

/// The blocks whose edges back to themselves or before need moves, by name.
fn moving_back_edges(module: &Module, function: &Function) -> Vec<String> {
    let body = &function.body;
    let mut allocator = Allocator::default();
    let allocation = allocator.allocate(function, aliases(body), never);
    let mut moves = Moves::default();
    let mut found = Vec::new();
    for &block in &allocation.order {
        for edge in edges_of(body, block).iter().filter(|edge| edge.block <= block) {
            if !moves.edge(body, allocation, edge).is_empty() {
                found.push(module.names.text(body.blocks[block].name).to_string());
            }
        }
    }
    found
}

#[test]
fn inner_loops_go_round_without_moves() {
    let programs = fixtures("programs");
    let with =
        |name: &str| programs.iter().filter(|module| module.envelope.name.starts_with(name)).collect::<Vec<_>>();
    for (program, allowed) in [("fib", &[][..]), ("sieve", &[]), ("crc32", &["next_byte"])] {
        let modules = with(program);
        assert_eq!(modules.len(), 2, "{program}");
        for module in modules {
            for function in module.functions.values() {
                let moving = moving_back_edges(module, function);
                assert!(moving.iter().all(|block| allowed.contains(&block.as_str())), "{program}: {moving:?}");
            }
        }
    }
}

fn parse(functions: &str) -> Module {
    let head = "native-ir 1\nmodule m\ntarget x86_64-unknown-linux-elf\nabi zero-x86_64-sysv-v0.1\n\
        layout \"e-p:64:64-i64:64-i128:128-f64:64-f128:128-n8:16:32:64-S128\"\nprofile hosted\n\
        source 0 \"m\" lines=9\n";
    let parsed = text::parse(&(head.to_string() + functions));
    assert!(parsed.diagnostics.is_empty(), "{:#?}", parsed.diagnostics);
    match verify(parsed.module, &Options::default()) {
        Ok(verified) => verified.into_inner(),
        Err(rejected) => panic!("{:#?}", rejected.diagnostics),
    }
}

/// The slots of the named values of the function `f`.
fn slots<const N: usize>(module: &Module, values: [&str; N]) -> [u32; N] {
    let function = function(module, "f");
    let body = &function.body;
    let mut allocator = Allocator::default();
    let allocation = allocator.allocate(function, aliases(body), never);
    check(body, allocation, &Rules { alias: &aliases(body), clobbers: &never });
    let named = |name: &str| body.value_names.iter().position(|&other| module.names.text(other) == name);
    values.map(|value| allocation.values[named(value).expect("a value")].slot)
}

#[test]
fn arguments_are_computed_into_the_callees_frame() {
    let module = parse(
        "fn @f(%a: i32, %wide: i128, %c: i32) -> (i32) source=0 !1:1 {\n\
         ^entry:\n\
         %early: i32 = iadd %a, 1 !1:1\n\
         %twice: i32 = iadd %a, 2 !1:1\n\
         %w: i128 = iadd %wide, 1 !1:1\n\
         %x: i32 = iadd %c, 3 !1:1\n\
         %r: i32 = call @f(%twice, %w, %x) !1:1\n\
         %s: i32 = call @f(%early, %wide, %twice) !1:1\n\
         %y: i32 = iadd %r, %s !1:1\n\
         tail_call @f(%y, 0, %c) !1:1\n\
         }\n",
    );
    let [early, twice, w, x, r, y] = slots(&module, ["early", "twice", "w", "x", "r", "y"]);
    assert!(early < OUTGOING, "a call stands between");
    assert!(twice < OUTGOING, "two calls read it");
    assert!(r < OUTGOING, "a call writes it");
    assert_eq!([w, x, y], [1, 3, 0].map(|place| OUTGOING | (HEADER as u32 + place)));
}

#[test]
fn a_loops_slot_is_kept_for_its_next_value() {
    let module = parse(
        "fn @f(%n: i32) -> (i32) source=0 !1:1 {\n\
         ^entry:\n\
         jump ^round(%n) !1:1\n\
         ^round(%i: i32):\n\
         %a: i32 = imul %i, 3 !1:1\n\
         %b: i32 = iadd %a, 7 !1:1\n\
         %next: i32 = imul %b, %a !1:1\n\
         %more: i1 = icmp.ult %next, %b !1:1\n\
         branch %more, ^round(%next), ^done(%next) !1:1\n\
         ^done(%result: i32):\n\
         return %result !1:1\n\
         }\n",
    );
    let [n, i, a, b, next, result] = slots(&module, ["n", "i", "a", "b", "next", "result"]);
    assert_eq!([n, i, next, result], [0; 4]);
    assert!(a != 0 && b != 0);
}

#[test]
fn a_parameter_that_is_needed_behind_its_loop_lends_its_slot_when_it_is_dead() {
    let module = parse(
        "fn @f(%n: i32) -> (i32) source=0 !1:1 {\n\
         ^entry:\n\
         jump ^round(0, 0, 0) !1:1\n\
         ^round(%i: i32, %j: i32, %k: i32):\n\
         %more: i1 = icmp.ult %i, %n !1:1\n\
         branch %more, ^body, ^done !1:1\n\
         ^body:\n\
         %i1: i32 = iadd %i, 1 !1:1\n\
         %t: i32 = iadd %j, 1 !1:1\n\
         %j1: i32 = iadd %t, %j !1:1\n\
         %k1: i32 = iadd %k, 1 !1:1\n\
         %u: i32 = iadd %k1, %k !1:1\n\
         jump ^round(%i1, %j1, %k1) !1:1\n\
         ^done:\n\
         %r: i32 = iadd %i, %j !1:1\n\
         %s: i32 = iadd %r, %k !1:1\n\
         %v: i32 = iadd %r, %s !1:1\n\
         return %v !1:1\n\
         }\n",
    );
    let [n, i, j, k] = slots(&module, ["n", "i", "j", "k"]);
    let [i1, t, j1, k1] = slots(&module, ["i1", "t", "j1", "k1"]);
    assert_eq!([i1, j1], [i, j]);
    assert!(t != j && k1 != k, "the old value is still to be read");
    let [r, s] = slots(&module, ["r", "s"]);
    assert_eq!([r, s], [n, i], "behind the loop the slots are free");
}

#[test]
fn slots_are_given_back() {
    let module = parse(
        "fn @f(%dead: i128, %n: i32) -> (i32) source=0 !1:1 {\n\
         ^entry:\n\
         %a: i32 = iadd %n, 1 !1:1\n\
         %b: i32 = iadd %n, 2 !1:1\n\
         %c: i32 = iadd %n, 3 !1:1\n\
         jump ^round(0, 0) !1:1\n\
         ^round(%i: i32, %unread: i32):\n\
         %j: i32 = iadd %i, %n !1:1\n\
         %more: i1 = icmp.ult %j, %n !1:1\n\
         branch %more, ^round(1, 1), ^done !1:1\n\
         ^done:\n\
         %d: i32 = iadd %n, 1 !1:1\n\
         %e: i32 = iadd %n, %d !1:1\n\
         return %e !1:1\n\
         }\n",
    );
    let [n, a, b, c] = slots(&module, ["n", "a", "b", "c"]);
    assert_eq!([n, a, b, c], [2, 0, 0, 0], "nothing reads them");
    let [i, unread, j, more, d, e] = slots(&module, ["i", "unread", "j", "more", "d", "e"]);
    assert_eq!([i, j, more], [0, 1, 1], "the next round has slot 0");
    assert_eq!(unread, Allocation::NONE);
    assert_eq!([d, e], [0, 0], "there is no next round");
}

#[test]
fn both_arms_of_a_choice_share_a_slot() {
    let module = parse(
        "fn @f(%n: i32) -> (i32) source=0 !1:1 {\n\
         ^entry:\n\
         %c: i1 = icmp.eq %n, 0 !1:1\n\
         branch %c, ^one, ^two !1:1\n\
         ^one:\n\
         %x: i32 = iadd %n, 1 !1:1\n\
         jump ^join(%x) !1:1\n\
         ^two:\n\
         %t: i32 = imul %n, 5 !1:1\n\
         %y: i32 = imul %t, %n !1:1\n\
         jump ^join(%y) !1:1\n\
         ^join(%z: i32):\n\
         return %z !1:1\n\
         }\n",
    );
    let [x, y, z] = slots(&module, ["x", "y", "z"]);
    assert_eq!([y, z], [x, x]);
}

#[test]
fn arms_share_a_slot_where_the_first_cannot() {
    let module = parse(
        "fn @f(%n: i32) -> (i32) source=0 !1:1 {\n\
         ^entry:\n\
         switch %n, ^join(%n), 0: ^one, 1: ^two !1:1\n\
         ^one:\n\
         %t: i32 = iadd %n, 1 !1:1\n\
         %x: i32 = iadd %t, 1 !1:1\n\
         %u: i32 = iadd %t, %x !1:1\n\
         jump ^join(%x) !1:1\n\
         ^two:\n\
         %y: i32 = imul %n, 5 !1:1\n\
         jump ^join(%y) !1:1\n\
         ^join(%z: i32):\n\
         %sum: i32 = iadd %z, %n !1:1\n\
         return %sum !1:1\n\
         }\n",
    );
    let [n, x, y, z] = slots(&module, ["n", "x", "y", "z"]);
    assert_eq!([y, z], [x, x]);
    assert_eq!([n, x], [0, 2]);
}
