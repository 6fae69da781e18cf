//! Generated modules: whatever the tables allow verifies, prints, reads back equal and stays as it is.

mod common;

use common::{listing, seeds};
use generate::{Config, Source};
use native_ir::{Contract, Effect, Execution, Module, Opcode, text};
use std::collections::HashSet;
use verifier::{Engine, Options, verify, verify_text};

/// A module for each seed and target.
fn each_module(count: u64, mut test: impl FnMut(u64, &Config<'_>, Module)) {
    for config in Config::each_target() {
        for seed in 0..seeds(count) {
            test(seed, &config, generate::module(&mut Source::from_seed(seed), &config));
        }
    }
}

#[test]
fn generated_modules_verify() {
    each_module(1500, |seed, config, module| {
        if let Err(rejected) = verify(module, &Options { threads: 1, ..Options::default() }) {
            let target = &config.row().triple;
            panic!("seed {seed}, {target}\n{}\n{}", listing(&rejected.diagnostics), text::print(&rejected.module));
        }
    });
}

#[test]
fn generated_modules_come_back_from_their_text() {
    each_module(1000, |seed, config, module| {
        let target = &config.row().triple;
        let printed = text::print(&module);
        let parsed = text::parse(&printed);
        assert!(parsed.diagnostics.is_empty(), "seed {seed}, {target}\n{:#?}\n{printed}", parsed.diagnostics);
        let again = text::print(&parsed.module);
        assert_eq!(again, printed, "seed {seed}, {target}: printing what was read");
        assert!(parsed.module == module, "seed {seed}, {target}: another module was read\n{printed}");
        assert_eq!(text::format(&printed).as_ref(), Ok(&printed), "seed {seed}, {target}: the formatter");
        let report = verify_text(printed.as_bytes(), &Options::default());
        assert!(report.module.is_some(), "seed {seed}, {target}\n{:#?}\n{printed}", report.diagnostics);
    });
}

/// Each opcode comes up soon on each target that does not reject it.
#[test]
fn every_opcode_is_generated_for_every_target() {
    use native_ir::contract::opcodes::Support;
    let contract = Contract::embedded();
    for config in Config::each_target() {
        let possible = Opcode::ALL
            .iter()
            .filter(|&&opcode| contract.opcode(opcode).support(config.target, None) != Support::Rejected);
        let mut missing: HashSet<Opcode> = possible.copied().collect();
        for seed in 0..150 {
            let module = generate::module(&mut Source::from_seed(seed), &config);
            let insts = module.functions.values().flat_map(|function| function.body.insts.values());
            for inst in insts {
                missing.remove(&inst.opcode);
            }
        }
        assert!(missing.is_empty(), "{}: never generated: {missing:?}", config.row().triple);
    }
}

/// A fuzzer's bytes make a valid module too, whatever they are and wherever they end.
#[test]
fn bytes_make_valid_modules() {
    let mut random = Source::from_seed(1);
    for config in Config::each_target() {
        for length in 0..seeds(60) as usize {
            let bytes: Vec<u8> = (0..length * 16).map(|_| random.below(256) as u8).collect();
            let module = generate::module(&mut Source::from_bytes(&bytes), &config);
            if let Err(rejected) = verify(module, &Options::default()) {
                panic!("{length}\n{}\n{}", listing(&rejected.diagnostics), text::print(&rejected.module));
            }
        }
    }
}

/// Without loops no edge goes back to a block that leads to it.
#[test]
fn modules_without_loops_have_none() {
    for config in Config::each_target() {
        let config = Config { loops: false, blocks: 20, ..config };
        for seed in 0..seeds(60) {
            let module = generate::module(&mut Source::from_seed(seed), &config);
            for function in module.functions.values() {
                let body = &function.body;
                let mut left: Vec<usize> = body.blocks.keys().map(|_| 0).collect();
                let edges = |block: &native_ir::BlockData| -> Vec<usize> {
                    let last = body.insts[block.insts().next_back().expect("a terminator")];
                    last.edges().map(|edge| body.edges[edge].block.as_u32() as usize).collect()
                };
                body.blocks.values().flat_map(edges).for_each(|target| left[target] += 1);
                let mut work: Vec<usize> = (0..left.len()).filter(|&block| left[block] == 0).collect();
                let mut done = 0;
                while let Some(block) = work.pop() {
                    done += 1;
                    for target in edges(&body.blocks[native_ir::Block::from_u32(block as u32)]) {
                        left[target] -= 1;
                        work.extend((left[target] == 0).then_some(target));
                    }
                }
                assert_eq!(done, left.len(), "seed {seed}: a circle\n{}", text::print(&module));
            }
        }
    }
}

/// What an engine can run is what a plain walk over calls and addresses says.
#[test]
fn engines_run_what_a_walk_reaches() {
    each_module(100, |seed, _, module| {
        let Ok(verified) = verify(module, &Options::default()) else { panic!("seed {seed}") };
        let only = |execution: Execution| {
            move |function: &native_ir::Function, module: &Module| match execution {
                Execution::Native => function.execution == Execution::Native,
                _ => {
                    let ty = module.signature(function);
                    function.execution == Execution::Runtime
                        || ty.is_some_and(|ty| ty.effects.contains(Effect::Suspend))
                }
            }
        };
        for entry in verified.functions.keys() {
            let reached = walk(&verified, entry);
            let any =
                |execution| reached.iter().any(|&func| only(execution)(&verified.functions[func], &verified));
            assert_eq!(verified.for_engine(Engine::Vm, &[entry]).is_ok(), !any(Execution::Native), "seed {seed}");
            assert_eq!(
                verified.for_engine(Engine::Native, &[entry]).is_ok(),
                !any(Execution::Runtime),
                "seed {seed}"
            );
            assert!(verified.for_engine(Engine::Hybrid, &[entry]).is_ok(), "seed {seed}");
        }
    });
}

fn walk(module: &Module, entry: native_ir::Func) -> Vec<native_ir::Func> {
    let mut reached = vec![entry];
    let mut next = 0;
    while let Some(&func) = reached.get(next) {
        next += 1;
        for inst in module.functions[func].body.insts.values() {
            let by_name = matches!(inst.opcode, Opcode::Call | Opcode::TailCall | Opcode::Address);
            if by_name
                && let native_ir::Item::Function(callee) = module.item(inst.symbol())
                && !reached.contains(&callee)
            {
                reached.push(callee);
            }
        }
    }
    reached
}
