//! Blocks, edges and terminators.

use super::Lowering;
use super::value::Atom;
use crate::lower::context::Refusal;
use crate::lower::layout::{Scalar, native_int};
use crate::lower::signature::{ParamPlan, ResultPlan};
use crate::syntax::{Block, ConstantData, Inst, List, Local, Op, Operand};
use native_ir::Type;
use native_ir::builder::Arg;
use rustc_hash::FxHashMap;

/// An edge as the builder takes it.
type Edge = (native_ir::Block, Vec<Arg>);

impl Lowering<'_, '_, '_, '_> {
    /// Creates the blocks in the order of the text, with the `phi`s as their parameters.
    pub(super) fn create_blocks(&mut self) {
        let body = self.body;
        self.blocks = vec![self.b.entry(); body.blocks.len()];
        for (block, data) in body.blocks.iter().skip(1) {
            if !self.flow.is_reached(block) {
                continue;
            }
            let numbered = data.name.bytes().all(|byte| byte.is_ascii_digit());
            let native = if numbered { self.b.create_block() } else { self.b.named_block(&data.name) };
            self.blocks[block.as_u32() as usize] = native;
            for inst in data.insts() {
                let Op::Phi(_) = body.insts[inst].inst else { break };
                self.phi(native, inst);
            }
        }
    }

    fn phi(&mut self, block: native_ir::Block, inst: Inst) {
        self.inst = inst;
        let Some(local) = self.body.insts[inst].result else { return };
        match self.scalars(self.body.locals[local]) {
            Ok(leaves) => {
                let atoms: Vec<Atom> = leaves
                    .iter()
                    .map(|leaf| self.b.append_param(block, self.native(leaf.scalar)).into())
                    .collect();
                self.define(local, atoms);
            }
            Err(refusal) => {
                self.refuse(refusal);
                self.values.refuse(local);
            }
        }
    }

    /// Begins to fill a block.
    pub(super) fn enter(&mut self, block: Block) {
        self.block = block;
        self.b.switch_to(self.blocks[block.as_u32() as usize]);
    }

    /// Defines the parameters.
    pub(super) fn parameters(&mut self) {
        let signature = self.signature;
        let mut next = 0;
        for (local, &plan) in (0..self.body.params).map(Local::from_u32).zip(&signature.params) {
            if let Err(refusal) = self.parameter(local, plan, next) {
                self.refuse(refusal);
                self.values.refuse(local);
            }
            next += match plan {
                ParamPlan::Scalars(count) => count as usize,
                ParamPlan::Aggregate(_) | ParamPlan::ByVal(_) | ParamPlan::SRet(_) => 1,
            };
        }
    }

    fn parameter(&mut self, local: Local, plan: ParamPlan, first: usize) -> Result<(), Refusal> {
        let ty = self.body.locals[local];
        let atoms = match plan {
            ParamPlan::Scalars(_) => self.passed(ty, first, |lowering, index| lowering.b.param(index))?,
            ParamPlan::Aggregate(_) => {
                let pointer = self.b.param(first);
                let base = self.b.cast(self.cx.stack, pointer);
                self.load_leaves(base, ty, u64::from(self.layouts.align(ty)?))?
            }
            ParamPlan::ByVal(_) => {
                let pointer = self.b.param(first);
                vec![self.b.cast(self.cx.stack, pointer).into()]
            }
            ParamPlan::SRet(_) => {
                let pointer = self.b.param(first);
                vec![self.b.cast(self.cx.generic, pointer).into()]
            }
        };
        self.define(local, atoms);
        Ok(())
    }

    /// The leaves of a type as they come in from a caller or a callee. What is above an odd integer's width is not
    /// known there.
    pub(super) fn passed(
        &mut self,
        ty: crate::syntax::Type,
        first: usize,
        mut value: impl FnMut(&mut Self, usize) -> native_ir::Value,
    ) -> Result<Vec<Atom>, Refusal> {
        let leaves = self.scalars(ty)?;
        let mut atoms = Vec::with_capacity(leaves.len());
        for (index, leaf) in (first..).zip(leaves) {
            let value = value(self, index);
            atoms.push(match leaf.scalar {
                Scalar::Int(bits) => self.clip(value, bits),
                _ => value.into(),
            });
        }
        Ok(atoms)
    }

    /// A value with the bits above a width cleared.
    pub(super) fn clip(&mut self, value: native_ir::Value, bits: u32) -> Atom {
        if matches!(bits, 1 | 8 | 16 | 32 | 64 | 128) {
            return value.into();
        }
        let mask = Arg::bits(native_int(bits), (1 << bits) - 1);
        self.b.and(value, mask).into()
    }

    pub(super) fn jump(&mut self, block: Block) -> Result<(), Refusal> {
        let (target, args) = self.edge(block)?;
        self.b.jump(target, args);
        Ok(())
    }

    pub(super) fn branch(&mut self, condition: Operand, then: Block, otherwise: Block) -> Result<(), Refusal> {
        let condition = self.scalar(condition)?;
        let then = self.edge(then)?;
        let otherwise = self.edge(otherwise)?;
        self.b.branch(condition, then, otherwise);
        Ok(())
    }

    pub(super) fn switch(&mut self, operand: Operand, default: Block, cases: List) -> Result<(), Refusal> {
        let Scalar::Int(bits) = self.kind(self.ty(operand))? else {
            return Err(Refusal::new("LLVM/type", "a switch is over integers"));
        };
        let mut operand = self.scalar(operand)?;
        if bits == 1 {
            operand = self.b.zext(Type::I8, operand).into();
        }
        let default = self.edge(default)?;
        let cases = &self.body.cases[cases.range()];
        let mut edges: FxHashMap<Block, Edge> = FxHashMap::default();
        let mut list = Vec::with_capacity(cases.len());
        for &(constant, block) in cases {
            let number = match self.module.constants.get(constant) {
                ConstantData::Int(number) => number,
                ConstantData::Zero => 0,
                _ => return Err(Refusal::new("LLVM/constant", "a case of a switch is no integer")),
            };
            let edge = match edges.get(&block) {
                Some(edge) => edge.clone(),
                None => {
                    let edge = self.edge(block)?;
                    edges.insert(block, edge.clone());
                    edge
                }
            };
            list.push((number as i128, edge));
        }
        self.b.switch(operand, default, list);
        Ok(())
    }

    /// The edge from the block that is being filled to another, with what its `phi`s get.
    fn edge(&mut self, to: Block) -> Result<Edge, Refusal> {
        let mut args = Vec::new();
        let mut last = None;
        for index in self.flow.edge(self.block, to) {
            let entry = self.flow.entry(index);
            if last.replace(entry.phi) != Some(entry.phi) {
                self.append_leaves(entry.value, &mut args)?;
            }
        }
        Ok((self.blocks[to.as_u32() as usize], args))
    }

    pub(super) fn ret(&mut self, value: Option<Operand>) -> Result<(), Refusal> {
        match (value, self.signature.result) {
            (None, ResultPlan::Scalars(0)) => self.b.ret(()),
            (Some(value), ResultPlan::Scalars(count)) => {
                let mut args: Vec<Arg> = Vec::new();
                self.append_leaves(value, &mut args)?;
                if args.len() != count as usize {
                    return Err(Refusal::new("LLVM/type", "the function has another result type"));
                }
                self.b.ret(args);
            }
            (Some(value), ResultPlan::Aggregate(ty)) => {
                let pointer = self.spill(value, ty)?;
                self.b.ret(pointer);
            }
            (None, _) => return Err(Refusal::new("LLVM/type", "the function has a result, and none is given")),
        }
        Ok(())
    }
}
