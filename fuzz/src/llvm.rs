//! The reader of LLVM IR on any bytes: a module that keeps its promises, or diagnostics at places in the text.

use llvm::syntax::{Block, Body, GlobalKind, Local, Module, Op, Operand, Type};
use native_ir::EntityRef;

/// Any bytes are a file of LLVM IR.
///
/// # Panics
/// When the reader does, refuses without a word or at no place, or what it gives breaks a promise of the data model.
pub fn llvm(data: &[u8]) {
    match llvm::read(0, data) {
        Ok(module) => check_module(&module),
        Err(diagnostics) => {
            assert!((1..=100).contains(&diagnostics.len()), "{} diagnostics", diagnostics.len());
            let lines: Vec<&[u8]> = data.split(|&byte| byte == b'\n').collect();
            for diagnostic in diagnostics {
                let line = lines.get((diagnostic.place.line as usize).wrapping_sub(1));
                let inside = line.is_some_and(|line| usize::from(diagnostic.place.column) <= line.len() + 1);
                assert!(inside && diagnostic.place.column > 0, "{diagnostic} is no place in the text");
                assert!(!diagnostic.message.is_empty(), "refused without a word");
            }
        }
    }
}

fn check_module(module: &Module<'_>) {
    for data in module.globals.values() {
        match &data.kind {
            GlobalKind::Unknown => panic!("@{} is not defined", data.name),
            GlobalKind::Variable(variable) => {
                assert!(variable.init.is_none_or(|init| module.constants.ty(init) == variable.ty));
            }
            GlobalKind::Function(prototype) => {
                if let Some(body) = &prototype.body {
                    check_body(module, body);
                }
            }
            GlobalKind::Alias(_) | GlobalKind::IFunc => {}
        }
    }
}

/// What `syntax::Body` promises.
fn check_body(module: &Module<'_>, body: &Body<'_>) {
    let ty = |operand: Operand| -> Type {
        match (operand.as_local(), operand.as_constant()) {
            (Some(local), _) => body.locals[local],
            (_, Some(constant)) => module.constants.ty(constant),
            _ => unreachable!("an operand is one of both"),
        }
    };
    let mut defined = vec![false; body.locals.len()];
    let mut define =
        |local: Local| assert!(!std::mem::replace(&mut defined[local.index()], true), "{local} twice");
    body.parameters().for_each(|index| define(Local::from_u32(index)));
    let mut sources = vec![Vec::new(); body.blocks.len()];
    let mut next = 0;
    for (block, data) in &body.blocks {
        assert_eq!(data.first.as_u32(), next, "blocks hold the instructions in order");
        next = data.end.as_u32();
        let last = data.insts().next_back().expect("a block has an instruction");
        for inst in data.insts() {
            let data = &body.insts[inst];
            assert_eq!(data.inst.is_terminator(), inst == last, "the last one is a terminator");
            if let Some(local) = data.result {
                define(local);
                assert_eq!(body.locals[local], data.ty, "a result has the type of its instruction");
            }
        }
        let mut edge = |to: Block| {
            assert_ne!(to.index(), 0, "an edge to the entry");
            sources[to.index()].push(block);
        };
        match &body.insts[last].inst {
            Op::Br(to) => edge(*to),
            Op::CondBr(_, then, other) => [*then, *other].into_iter().for_each(edge),
            Op::Switch(value, to, list) => {
                edge(*to);
                for (case, to) in &body.cases[list.range()] {
                    assert_eq!(module.constants.ty(*case), ty(*value));
                    edge(*to);
                }
            }
            // Its edges are not kept.
            Op::Refused(_) => return,
            _ => {}
        }
    }
    assert_eq!(next as usize, body.insts.len(), "every instruction is in a block");
    for (block, data) in &body.blocks {
        let mut expected = std::mem::take(&mut sources[block.index()]);
        expected.sort();
        let mut phis = true;
        for inst in data.insts() {
            let Op::Phi(list) = body.insts[inst].inst else {
                phis = false;
                continue;
            };
            assert!(phis, "a phi behind other instructions");
            let mut found: Vec<Block> = body.incoming[list.range()].iter().map(|(_, from)| *from).collect();
            found.sort();
            assert_eq!(found, expected, "an entry for each edge");
            assert!(body.incoming[list.range()].iter().all(|(value, _)| ty(*value) == body.insts[inst].ty));
        }
    }
    assert!(defined.iter().all(|&defined| defined), "every value is defined");
}
