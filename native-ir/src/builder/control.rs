//! Instructions with lists and edges: branches, returns, calls.

use super::argument::{Arg, Args, SymbolRef, Target};
use super::error::Misuse;
use super::function::{DraftEdge, FunctionBuilder};
use super::operation::Results;
use crate::{Attributes, Block, Condition, FunctionType, InstData, Opcode, Operand, Passing, Type};

impl FunctionBuilder<'_> {
    /// Goes to a block.
    pub fn jump(&mut self, block: Block, args: impl Args) {
        self.opcode = Some(Opcode::Jump);
        let start = self.edges.len();
        self.edge((block, args).into(), None);
        self.terminator(Opcode::Jump, Attributes::default(), None, start);
    }

    /// Goes to the first target when the condition, an `i1`, is 1, else to the second.
    pub fn branch(&mut self, condition: impl Into<Arg>, then: impl Into<Target>, otherwise: impl Into<Target>) {
        self.opcode = Some(Opcode::Branch);
        let condition = self.operand(condition.into(), Some(Type::I1));
        let start = self.edges.len();
        self.edge(then.into(), None);
        self.edge(otherwise.into(), None);
        self.terminator(Opcode::Branch, Attributes::default(), Some(condition), start);
    }

    /// Goes to the first target when a condition holds of flags, else to the second.
    pub fn branch_cc(
        &mut self,
        cc: Condition,
        flags: impl Into<Arg>,
        then: impl Into<Target>,
        otherwise: impl Into<Target>,
    ) {
        self.opcode = Some(Opcode::BranchCc);
        let flags = self.operand(flags.into(), Some(Type::FLAGS));
        let start = self.edges.len();
        self.edge(then.into(), None);
        self.edge(otherwise.into(), None);
        self.terminator(Opcode::BranchCc, Attributes::of_condition(cc), Some(flags), start);
    }

    /// Goes to the case whose number equals the operand, else to the first target.
    pub fn switch<N: Into<i128>, T: Into<Target>>(
        &mut self,
        operand: impl Into<Arg>,
        default: impl Into<Target>,
        cases: impl IntoIterator<Item = (N, T)>,
    ) {
        self.opcode = Some(Opcode::Switch);
        let operand = self.switched(operand.into());
        let ty = self.operand_type(operand);
        let start = self.edges.len();
        self.edge(default.into(), None);
        for (number, target) in cases {
            let case = self.operand(Arg::int(ty, number), Some(ty));
            self.edge(target.into(), Some(case));
        }
        self.terminator(Opcode::Switch, Attributes::default(), Some(operand), start);
    }

    /// A literal has no type here that the text would show.
    fn switched(&mut self, operand: Arg) -> Operand {
        if operand.value().is_some() { self.operand(operand, None) } else { self.named_literal(operand, None) }
    }

    fn operand_type(&self, operand: Operand) -> Type {
        operand.value().map_or(Type::ERROR, |value| self.value_type(value))
    }

    fn edge(&mut self, target: Target, case: Option<Operand>) {
        let start = self.edge_args.len();
        self.edge_args.extend(target.args);
        self.edges.push(DraftEdge {
            block: target.block,
            args: start..self.edge_args.len(),
            case,
            opcode: self.opcode.unwrap_or(Opcode::Jump),
            span: self.span(),
        });
    }

    fn terminator(&mut self, opcode: Opcode, attributes: Attributes, operand: Option<Operand>, start: usize) {
        let words = [operand.map_or(0, Operand::bits), start as u32, (self.edges.len() - start) as u32];
        self.append(InstData { attributes, words, ..InstData::new(opcode) }, &[]);
    }

    /// Leaves the function with its results; with the address of the result, when that is an aggregate.
    pub fn ret(&mut self, results: impl Args) {
        self.opcode = Some(Opcode::Return);
        let signature = self.module.module.signature(&self.function);
        let expected: Vec<Option<Type>> = match signature {
            Some(signature) => signature.results.iter().map(|result| passed(result.passing, result.ty)).collect(),
            None => Vec::new(),
        };
        let list = self.list(results, &expected, None);
        self.append(list_data(Opcode::Return, 0, list), &[]);
    }

    /// Calls a function or an import.
    pub fn call(&mut self, callee: impl Into<SymbolRef>, args: impl Args) -> Results {
        self.direct(Opcode::Call, callee.into(), args, None)
    }

    /// Calls a function whose result is an aggregate, which goes to where `destination` points.
    pub fn call_into(&mut self, callee: impl Into<SymbolRef>, args: impl Args, destination: impl Into<Arg>) {
        self.direct(Opcode::Call, callee.into(), args, Some(destination.into()));
    }

    /// Leaves the function through another.
    pub fn tail_call(&mut self, callee: impl Into<SymbolRef>, args: impl Args) {
        self.direct(Opcode::TailCall, callee.into(), args, None);
    }

    /// Calls through a `ptr[code,fn…]`.
    pub fn call_indirect(&mut self, pointer: impl Into<Arg>, args: impl Args) -> Results {
        self.indirect(Opcode::CallIndirect, pointer.into(), args, None)
    }

    /// Calls through a pointer to a function whose result is an aggregate, which goes to where `destination` points.
    pub fn call_indirect_into(&mut self, pointer: impl Into<Arg>, args: impl Args, destination: impl Into<Arg>) {
        self.indirect(Opcode::CallIndirect, pointer.into(), args, Some(destination.into()));
    }

    /// Leaves the function through a `ptr[code,fn…]`.
    pub fn tail_call_indirect(&mut self, pointer: impl Into<Arg>, args: impl Args) {
        self.indirect(Opcode::TailCallIndirect, pointer.into(), args, None);
    }

    fn direct(&mut self, opcode: Opcode, callee: SymbolRef, args: impl Args, into: Option<Arg>) -> Results {
        self.opcode = Some(opcode);
        let symbol = self.symbol(callee);
        let signature = self.module.module.callee_type(symbol).map(|(_, ty)| Expected::of(ty));
        self.call_with(opcode, symbol.as_u32(), signature, args, into)
    }

    fn indirect(&mut self, opcode: Opcode, pointer: Arg, args: impl Args, into: Option<Arg>) -> Results {
        self.opcode = Some(opcode);
        let pointer = self.operand(pointer, None);
        let ty = self.operand_type(pointer);
        let signature = self.module.module.types.as_code_pointer(ty).map(Expected::of);
        self.call_with(opcode, pointer.bits(), signature, args, into)
    }

    fn call_with(
        &mut self,
        opcode: Opcode,
        head: u32,
        signature: Option<Expected>,
        args: impl Args,
        into: Option<Arg>,
    ) -> Results {
        let Expected { params, results } = signature.unwrap_or_default();
        let has_into = into.is_some();
        let list = self.list(args, &params, into);
        let mut data = list_data(opcode, head, list);
        data.attributes = Attributes(u16::from(has_into));
        let results = if opcode.is_terminator() { &[] } else { &results[..] };
        Results { first: self.append(data, results), count: results.len() as u32 }
    }

    /// A range of the pool. Literals beyond the parameters have no type that the text would show, so they get names.
    fn list(&mut self, args: impl Args, expected: &[Option<Type>], into: Option<Arg>) -> (usize, usize) {
        let mut list = Vec::new();
        args.push_to(&mut list);
        let mut operands = Vec::with_capacity(list.len() + 1);
        for (index, arg) in list.into_iter().enumerate() {
            operands.push(match expected.get(index) {
                None if arg.value().is_none() => self.named_literal(arg, None),
                None => self.operand(arg, None),
                Some(ty) => self.argument(arg, *ty),
            });
        }
        if let Some(into) = into {
            operands.push(self.argument(into, None));
        }
        let start = self.pool.len();
        self.pool.extend(operands);
        (start, self.pool.len())
    }

    /// An operand where a value or a literal of a type stands; only a value where there is no such type.
    fn argument(&mut self, arg: Arg, ty: Option<Type>) -> Operand {
        if ty.is_none() && arg.value().is_none() {
            self.misuse(Misuse::LiteralRange { literal: arg.kind.text(), ty: "a pointer".to_string() });
        }
        self.operand(arg, ty.or(arg.ty))
    }
}

/// What a call's operands and results are.
#[derive(Default)]
struct Expected {
    params: Vec<Option<Type>>,
    results: Vec<Type>,
}

impl Expected {
    fn of(ty: &FunctionType) -> Expected {
        let results = if ty.aggregate_result().is_some() { &[] } else { &ty.results[..] };
        Expected {
            params: ty.params.iter().map(|param| passed(param.passing, param.ty)).collect(),
            results: results.iter().map(|result| result.ty).collect(),
        }
    }
}

/// The type of a value that is passed; `None` for an aggregate, which goes by a pointer.
fn passed(passing: Passing, ty: Type) -> Option<Type> {
    match passing {
        Passing::Value | Passing::Zext | Passing::Sext => Some(ty),
        Passing::Agg | Passing::ByVal | Passing::SRet => None,
    }
}

fn list_data(opcode: Opcode, head: u32, (start, end): (usize, usize)) -> InstData {
    InstData { words: [head, start as u32, (end - start) as u32], ..InstData::new(opcode) }
}
