//! Control flow, values and spans.

use super::Mutation;
use super::edit::{Edit, add_function, change, find};
use crate::Source;
use crate::draft::{DraftBlock, DraftInst, Use};
use crate::graph::Graph;
use native_ir::{
    Attribute, Body, ConstantData, EntityRef, FunctionType, InlineSite, Module, Name, Opcode, Rule, Span, Type,
};

pub(super) const LIST: &[Mutation] = &[
    Mutation::module("missing-entry", Rule::ControlFlowMissingEntry, missing_entry),
    Mutation::module("missing-target", Rule::ControlFlowMissingTarget, missing_target),
    Mutation::module("missing-terminator", Rule::ControlFlowMissingTerminator, |module, source| {
        change(
            module,
            source,
            |_, inst| inst.opcode.is_terminator(),
            |draft, block, _, _| draft.blocks[block].insts.pop().map(drop),
        )
    }),
    Mutation::module("after-terminator", Rule::ControlFlowAfterTerminator, |module, source| {
        change(
            module,
            source,
            |_, inst| inst.opcode.is_terminator(),
            |draft, block, _, _| {
                let mut inst = DraftInst { span: Span::COMPILER, ..DraftInst::new(Opcode::Fence) };
                inst.attributes.set_ordering(native_ir::Ordering::Seqcst);
                draft.blocks[block].insts.push(inst);
                Some(())
            },
        )
    }),
    Mutation::module("entry-target", Rule::ControlFlowEntryTarget, |module, source| {
        change(
            module,
            source,
            |_, inst| !inst.edges.is_empty(),
            |draft, block, at, source| {
                let edges = &mut draft.blocks[block].insts[at].edges;
                let edge = source.below(edges.len());
                edges[edge].block = 0;
                Some(())
            },
        )
    }),
    Mutation::module("dominance-in-block", Rule::TypeDominance, dominance_in_block),
    Mutation::module("dominance-between-blocks", Rule::TypeDominance, dominance_between_blocks),
    Mutation::module("undefined-value", Rule::TypeUndefinedValue, |module, source| {
        let mut edit = Edit::anywhere(module, source)?;
        let value = edit.draft.value(Type::I32, Name::NONE);
        edit.put(DraftInst::new(Opcode::Ineg).with(&[Use::Value(value)]), &[Type::I32]);
        edit.done()
    }),
    Mutation::module("block-argument-extra", Rule::TypeBlockArgumentMismatch, |module, source| {
        change(
            module,
            source,
            |_, inst| !inst.edges.is_empty(),
            |draft, block, at, source| {
                let edges = &mut draft.blocks[block].insts[at].edges;
                let edge = source.below(edges.len());
                edges[edge].args.push(literal(Type::I32));
                Some(())
            },
        )
    }),
    Mutation::module("block-argument-missing", Rule::TypeBlockArgumentMismatch, |module, source| {
        let has = |_: &Module, inst: &DraftInst| inst.edges.iter().any(|edge| !edge.args.is_empty());
        change(module, source, has, |draft, block, at, _| {
            let mut edges = draft.blocks[block].insts[at].edges.iter_mut();
            edges.find_map(|edge| edge.args.pop()).map(drop)
        })
    }),
    Mutation::module("block-argument-type", Rule::TypeBlockArgumentMismatch, |module, source| {
        let has = |_: &Module, inst: &DraftInst| inst.edges.iter().any(|edge| !edge.args.is_empty());
        change(module, source, has, |draft, block, at, _| {
            let edge = draft.blocks[block].insts[at].edges.iter().position(|edge| !edge.args.is_empty())?;
            let ty = draft.type_of(draft.blocks[block].insts[at].edges[edge].args[0]);
            let other = if ty == Type::I32 { Type::I64 } else { Type::I32 };
            draft.blocks[block].insts[at].edges[edge].args[0] = literal(other);
            Some(())
        })
    }),
    Mutation::module("return-extra", Rule::TypeReturnMismatch, |module, source| {
        change(
            module,
            source,
            |_, inst| inst.opcode == Opcode::Return,
            |draft, block, at, _| {
                draft.blocks[block].insts[at].list.push(literal(Type::I32));
                Some(())
            },
        )
    }),
    Mutation::module("return-missing", Rule::TypeReturnMismatch, |module, source| {
        let has = |_: &Module, inst: &DraftInst| inst.opcode == Opcode::Return && !inst.list.is_empty();
        change(module, source, has, |draft, block, at, _| draft.blocks[block].insts[at].list.pop().map(drop))
    }),
    Mutation::module("switch-case", Rule::TypeSwitchCase, |module, source| {
        let has = |_: &Module, inst: &DraftInst| inst.opcode == Opcode::Switch && inst.edges.len() > 1;
        change(module, source, has, |draft, block, at, source| {
            let edges = &mut draft.blocks[block].insts[at].edges;
            let edge = edges[source.between(1, edges.len() - 1)].clone();
            edges.push(edge);
            Some(())
        })
    }),
    Mutation::module("span-missing", Rule::SpanMissing, |module, source| {
        set_span(module, source, |_, _| Span::MISSING)
    }),
    Mutation::module("span-unknown-source", Rule::SpanUnknownSource, |module, source| {
        set_span(module, source, |module, _| Span::new(native_ir::Source::new(module.sources.len()), 1, 1))
    }),
    Mutation::module("span-line", Rule::SpanOutOfRange, |module, source| {
        set_span(module, source, |module, source| {
            let file = native_ir::Source::new(source.below(module.sources.len()));
            Span::new(file, module.sources[file].lines + 1, 1)
        })
    }),
    Mutation::module("span-column", Rule::SpanOutOfRange, |module, source| {
        set_span(module, source, |_, _| Span::new(native_ir::Source::new(0), 1, 0))
    }),
    Mutation::module("span-inlined", Rule::SpanInlined, |module, source| {
        change(
            module,
            source,
            |_, _| true,
            |draft, block, at, _| {
                draft.blocks[block].insts[at].site = Some(InlineSite::new(1000));
                Some(())
            },
        )
    }),
    Mutation::module("structure-spans", Rule::SchemaStructure, |module, source| {
        body(module, source)?.spans.pop().map(drop)
    }),
    Mutation::module("structure-names", Rule::SchemaStructure, |module, source| {
        body(module, source)?.value_names.push(Name::NONE);
        Some(())
    }),
    Mutation::module("structure-blocks", Rule::SchemaStructure, |module, source| {
        let block = body(module, source)?.blocks.values_mut().next()?;
        block.first_inst = block.end_inst;
        Some(())
    }),
    Mutation::module("structure-constant", Rule::SchemaStructure, |module, source| {
        let has = |_: &Module, inst: &DraftInst| inst.opcode.shape().has(Attribute::Literal);
        let (func, draft, block, at) = find(module, source, has)?;
        let before: usize = draft.blocks[..block].iter().map(|block| block.insts.len()).sum();
        let inst = native_ir::Inst::new(before + at);
        module.functions[func].body.insts[inst].words[2] = u32::MAX / 4;
        Some(())
    }),
];

/// A constant operand.
pub(super) fn literal(ty: Type) -> Use {
    Use::Literal(ConstantData::new(ty, 1))
}

fn body<'m>(module: &'m mut Module, source: &mut Source<'_>) -> Option<&'m mut Body> {
    let index = source.below(module.functions.len());
    module.functions.values_mut().nth(index).map(|function| &mut function.body)
}

fn missing_entry(module: &mut Module, _: &mut Source<'_>) -> Option<()> {
    let func = add_function(module, &FunctionType::new(&[], &[]), |_| ());
    module.functions[func].body = Body::default();
    Some(())
}

fn missing_target(module: &mut Module, source: &mut Source<'_>) -> Option<()> {
    change(
        module,
        source,
        |_, inst| !inst.edges.is_empty(),
        |draft, block, at, source| {
            let undefined = draft.blocks.len();
            let edges = &mut draft.blocks[block].insts[at].edges;
            let edge = source.below(edges.len());
            edges[edge].block = undefined;
            draft.blocks.push(DraftBlock::default());
            Some(())
        },
    )
}

fn set_span(
    module: &mut Module,
    source: &mut Source<'_>,
    span: impl FnOnce(&Module, &mut Source<'_>) -> Span,
) -> Option<()> {
    let span = span(module, source);
    change(
        module,
        source,
        |_, _| true,
        |draft, block, at, _| {
            draft.blocks[block].insts[at].span = span;
            Some(())
        },
    )
}

/// A use in front of the definition in the same block.
fn dominance_in_block(module: &mut Module, source: &mut Source<'_>) -> Option<()> {
    let mut edit = Edit::anywhere(module, source)?;
    // The next value but one is that of the constant behind.
    let later = native_ir::Value::new(edit.draft.values.len() + 1);
    edit.put(DraftInst::new(Opcode::Ineg).with(&[Use::Value(later)]), &[Type::I32]);
    edit.integer(Type::I32);
    edit.done()
}

/// A use in a block that is reached without the definition.
fn dominance_between_blocks(module: &mut Module, source: &mut Source<'_>) -> Option<()> {
    let mut edit = Edit::anywhere(module, source)?;
    let edges =
        |block: &DraftBlock| block.insts.iter().flat_map(|inst| &inst.edges).map(|edge| edge.block).collect();
    let graph = Graph::of(edit.draft.blocks.iter().map(edges).collect());
    let mut pairs = Vec::new();
    for to in (0..graph.order.len()).filter(|&to| graph.is_reached(to)) {
        let dominators: Vec<usize> = std::iter::successors(Some(to), |&at| graph.idom[at]).collect();
        pairs.extend((0..graph.order.len()).filter(|from| !dominators.contains(from)).map(|from| (from, to)));
    }
    let (from, to) = source.pick(&pairs)?;
    let value = edit.draft.value(Type::I32, Name::NONE);
    let result = edit.draft.value(Type::I32, Name::NONE);
    let literal = Some(ConstantData::new(Type::I32, 1));
    let span = Span::COMPILER;
    let constant = DraftInst { literal, span, results: vec![value], ..DraftInst::new(Opcode::Iconst) };
    edit.draft.blocks[from].insts.insert(0, constant);
    let user = DraftInst { span, results: vec![result], ..DraftInst::new(Opcode::Ineg) };
    edit.draft.blocks[to].insts.insert(0, user.with(&[Use::Value(value)]));
    edit.done()
}
