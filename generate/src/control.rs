//! Terminators, by the number of edges that the graph gives a block.

use crate::draft::{DraftEdge, DraftInst, Use};
use crate::function::Writer;
use crate::literal::literal;
use native_ir::{Attributes, ConstantData, Opcode, Type, Value};

impl Writer<'_, '_, '_, '_> {
    /// Ends the block.
    pub(crate) fn terminator(&mut self) {
        let done = match self.graph.successors[self.block].len() {
            0 => self.leave(),
            1 if self.source.chance(90) => self.jump(),
            2 if self.source.chance(80) => {
                let opcode = self.source.pick(&[Opcode::Branch, Opcode::BranchCc]).unwrap_or(Opcode::Branch);
                self.branch(opcode)
            }
            _ => self.switch(),
        };
        debug_assert!(done.is_some(), "every value that a terminator needs can be made");
    }

    /// Leaves the function; with a return, where the other ways are closed.
    fn leave(&mut self) -> Option<()> {
        const WAYS: [Opcode; 5] =
            [Opcode::Return, Opcode::Trap, Opcode::Unreachable, Opcode::TailCall, Opcode::TailCallIndirect];
        let way = self.source.pick(&WAYS)?;
        self.operation(way).or_else(|| self.ret())
    }

    fn jump(&mut self) -> Option<()> {
        let edges = self.edges()?;
        self.push(DraftInst { edges, ..DraftInst::new(Opcode::Jump) }, &[]);
        Some(())
    }

    /// `branch` and `branch.cc`.
    pub(crate) fn branch(&mut self, opcode: Opcode) -> Option<()> {
        let (operand, attributes) = match opcode {
            Opcode::BranchCc => {
                let (flags, condition) = self.flags()?;
                (Use::Value(flags), Attributes::of_condition(condition))
            }
            _ => (self.operand(Type::I1, true)?, Attributes::default()),
        };
        let edges = self.edges()?;
        self.push(DraftInst { edges, attributes, ..DraftInst::new(opcode).with(&[operand]) }, &[]);
        Some(())
    }

    /// A switch, whose operand is a value: only that gives its cases a type.
    pub(crate) fn switch(&mut self) -> Option<()> {
        let ty = self.bind(Opcode::Switch, 0)?;
        let operand = self.value(ty)?;
        let mut edges = self.edges()?;
        let mut seen: Vec<ConstantData> = Vec::new();
        for edge in edges.iter_mut().skip(1) {
            let mut case = literal(&self.module.types, self.config, self.source, ty)?;
            let mut next = 0;
            while seen.contains(&case) {
                case = ConstantData::new(ty, next);
                next += 1;
            }
            seen.push(case);
            edge.case = Some(case);
        }
        let inst = DraftInst { edges, ..DraftInst::new(Opcode::Switch).with(&[Use::Value(operand)]) };
        self.push(inst, &[]);
        Some(())
    }

    /// The edges that the graph has for the block, with arguments.
    fn edges(&mut self) -> Option<Vec<DraftEdge>> {
        let targets = self.graph.successors[self.block].clone();
        let mut edges = Vec::with_capacity(targets.len());
        for block in targets {
            let params: Vec<Value> = self.draft.blocks[block].params.clone();
            let types = params.into_iter().map(|param| self.draft.values[param].ty).collect::<Vec<_>>();
            let args = types.into_iter().map(|ty| self.operand(ty, true)).collect::<Option<_>>()?;
            edges.push(DraftEdge { block, args, case: None });
        }
        Some(edges)
    }
}
