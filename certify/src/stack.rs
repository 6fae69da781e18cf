//! C4: how much stack a function and all that it calls can take.
//!
//! The bytes of a function are those that its machine code takes, not those that the claim says. A call through a
//! pointer may go to any function of the pointer's type whose address the module takes. What a helper or an import takes
//! is asked of whoever knows.

use crate::Checks;
use crate::finding::{Check, Finding};
use crate::x86_64::{self, Context, Decoder, Subject};
use artifact::{Artifact, FunctionCode, Reference};
use native_ir::{EntityRef, Func, InitNode, Item, Module, Opcode, Symbol, Type};
use std::collections::HashMap;

/// The stack of a function with all that it calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StackBound {
    /// At most so many bytes, the return address of the function itself not counted.
    Bytes(u64),
    /// There is no bound: these functions call each other in a circle.
    Recursive(Vec<Func>),
    /// A function is called of which nothing is known: its name.
    Unknown(String),
}

/// The bounds of all functions of an artifact, in its order. `known` has the bytes of functions outside of the artifact,
/// by the names that linkers use.
pub fn stack_bounds(
    module: &Module,
    artifact: &Artifact,
    known: &dyn Fn(&str) -> Option<u64>,
) -> Vec<(Func, StackBound)> {
    let checks = Checks::default();
    let context = Context::new(module, artifact, &checks);
    let graph = Graph::new(&context, known);
    let bounds = graph.solve();
    artifact.functions.iter().map(|code| code.func).zip(bounds).collect()
}

/// Functions without a bound.
pub(crate) fn check(module: &Module, artifact: &Artifact) -> Vec<Finding> {
    let bounds = stack_bounds(module, artifact, &|_| None);
    bounds.into_iter().filter_map(|(func, bound)| Some(finding(module, func, &message(module, &bound)?))).collect()
}

fn message(module: &Module, bound: &StackBound) -> Option<String> {
    match bound {
        StackBound::Bytes(_) => None,
        StackBound::Recursive(cycle) => {
            let names =
                cycle.iter().map(|&func| format!("@{}", module.symbol_name(module.functions[func].symbol)));
            Some(format!("the stack has no bound: {} call each other", names.collect::<Vec<_>>().join(", ")))
        }
        StackBound::Unknown(name) => Some(format!("the stack has no known bound: it calls {name}")),
    }
}

fn finding(module: &Module, func: Func, message: &str) -> Finding {
    let name = module.functions.get(func).map_or("", |function| module.symbol_name(function.symbol));
    Finding { function: name.to_string(), ..Finding::of_artifact(Check::Stack, message.to_string()) }
}

/// Who calls whom, by index in the artifact.
struct Graph {
    funcs: Vec<Func>,
    nodes: Vec<Node>,
}

#[derive(Default)]
struct Node {
    /// What it takes itself, and with callees that are known.
    bytes: u64,
    /// Callees in the artifact, and the bytes at the call.
    calls: Vec<(usize, u64)>,
    unknown: Option<String>,
}

impl Graph {
    fn new(context: &Context<'_>, known: &dyn Fn(&str) -> Option<u64>) -> Graph {
        let functions = &context.artifact.functions;
        let index = functions.iter().enumerate().map(|(index, code)| (code.func, index)).collect();
        let lookup = Lookup { module: context.module, index, targets: pointer_targets(context.module), known };
        let nodes = functions.iter().map(|code| lookup.node(context, code)).collect();
        Graph { funcs: functions.iter().map(|code| code.func).collect(), nodes }
    }

    /// Bounds in the order of the nodes, callees first: a depth-first search without recursion of its own.
    fn solve(&self) -> Vec<StackBound> {
        let mut bounds: Vec<Option<StackBound>> = vec![None; self.nodes.len()];
        for cycle in self.components() {
            let inner = |&&(callee, _): &&(usize, u64)| cycle.contains(&callee);
            let recursive = cycle.len() > 1 || self.nodes[cycle[0]].calls.iter().any(|call| inner(&call));
            let bound = match recursive {
                true => StackBound::Recursive(cycle.iter().map(|&node| self.funcs[node]).collect()),
                false => self.bound(cycle[0], &bounds),
            };
            cycle.iter().for_each(|&node| bounds[node] = Some(bound.clone()));
        }
        bounds.into_iter().map(|bound| bound.unwrap_or(StackBound::Bytes(0))).collect()
    }

    fn bound(&self, node: usize, bounds: &[Option<StackBound>]) -> StackBound {
        let node = &self.nodes[node];
        if let Some(name) = &node.unknown {
            return StackBound::Unknown(name.clone());
        }
        let mut bytes = node.bytes;
        for &(callee, at) in &node.calls {
            match &bounds[callee] {
                Some(StackBound::Bytes(deep)) => bytes = bytes.max(at.saturating_add(*deep)),
                Some(other) => return other.clone(),
                None => {}
            }
        }
        StackBound::Bytes(bytes)
    }

    /// Strongly connected components, callees before callers (Tarjan 1972).
    fn components(&self) -> Vec<Vec<usize>> {
        const NEW: usize = usize::MAX;
        let count = self.nodes.len();
        let (mut number, mut low) = (vec![NEW; count], vec![0; count]);
        let (mut open, mut on_stack, mut result) = (Vec::new(), vec![false; count], Vec::new());
        let mut next = 0;
        for root in 0..count {
            let mut path: Vec<(usize, usize)> = if number[root] == NEW { vec![(root, 0)] } else { Vec::new() };
            while let Some((node, edge)) = path.last_mut() {
                let node = *node;
                if *edge == 0 && number[node] == NEW {
                    (number[node], low[node], on_stack[node]) = (next, next, true);
                    next += 1;
                    open.push(node);
                }
                if let Some(&(callee, _)) = self.nodes[node].calls.get(*edge) {
                    *edge += 1;
                    if number[callee] == NEW {
                        path.push((callee, 0));
                    } else if on_stack[callee] {
                        low[node] = low[node].min(number[callee]);
                    }
                    continue;
                }
                path.pop();
                if let Some(&(parent, _)) = path.last() {
                    low[parent] = low[parent].min(low[node]);
                }
                if low[node] == number[node] {
                    let from = open.iter().rposition(|&member| member == node).unwrap_or(0);
                    let mut members = open.split_off(from);
                    members.iter().for_each(|&member| on_stack[member] = false);
                    members.sort_unstable();
                    result.push(members);
                }
            }
        }
        result
    }
}

/// What is known of callees.
struct Lookup<'a> {
    module: &'a Module,
    index: HashMap<Func, usize>,
    /// Functions whose address is taken.
    targets: Vec<Symbol>,
    known: &'a dyn Fn(&str) -> Option<u64>,
}

impl Lookup<'_> {
    fn node(&self, context: &Context<'_>, code: &FunctionCode) -> Node {
        let function = &self.module.functions[code.func];
        let subject = Subject { context, function, code };
        let (Ok(depths), Ok(decoder)) = (x86_64::depths(subject), decoded(subject)) else {
            return Node { unknown: Some("code that cannot be followed".into()), ..Node::default() };
        };
        let mut node = Node { bytes: depths.deepest, ..Node::default() };
        for (index, depth) in depths.calls {
            let inst = &decoder.insts[index];
            match code.relocations.get(inst.relocation as usize).map(|relocation| relocation.target) {
                Some(Reference::Helper(name)) => self.add_known(&mut node, name, depth),
                Some(Reference::Symbol(symbol)) => self.add(&mut node, symbol, depth),
                None => self.add_pointer(&mut node, code, inst.offset(), function, depth),
            }
        }
        node
    }

    fn add_known(&self, node: &mut Node, name: &str, depth: u64) {
        match (self.known)(name) {
            Some(bytes) => node.bytes = node.bytes.max(depth.saturating_add(bytes)),
            None => node.unknown = Some(format!("@{name}")),
        }
    }

    fn add(&self, node: &mut Node, symbol: Symbol, depth: u64) {
        match self.module.item(symbol) {
            Item::Function(func) if self.index.contains_key(&func) => node.calls.push((self.index[&func], depth)),
            _ => self.add_known(node, self.module.symbol_name(symbol), depth),
        }
    }

    /// A call through a pointer: to any function of its type.
    fn add_pointer(
        &self,
        node: &mut Node,
        code: &FunctionCode,
        offset: u32,
        function: &native_ir::Function,
        depth: u64,
    ) {
        let row = code.claim.insts.partition_point(|row| row.offset <= offset);
        let inst = row.checked_sub(1).and_then(|row| code.claim.insts[row].inst);
        let Some(data) = inst.and_then(|inst| function.body.insts.get(inst)) else { return };
        if !matches!(data.opcode, Opcode::CallIndirect | Opcode::TailCallIndirect) {
            return;
        }
        let pointee = self.module.types.as_pointer(function.body.operand_type(data.operand(0)));
        let callees = self.targets.iter().filter(|&&symbol| self.fits(symbol, pointee.map(|(_, ty)| ty)));
        callees.for_each(|&symbol| self.add(node, symbol, depth));
    }

    /// Whether a pointer of a type may lead to a function: types are compared but for their effects.
    fn fits(&self, symbol: Symbol, ty: Option<Type>) -> bool {
        let wanted = ty.and_then(|ty| self.module.types.as_function(ty));
        let Some((_, have)) = self.module.callee_type(symbol) else { return false };
        wanted.is_some_and(|wanted| {
            (&have.params, &have.results, have.abi) == (&wanted.params, &wanted.results, wanted.abi)
        })
    }
}

fn decoded(subject: Subject<'_>) -> Result<Decoder, crate::finding::Fault> {
    let mut decoder = Decoder::default();
    decoder.decode(subject)?;
    Ok(decoder)
}

/// The functions and imports whose address the module takes.
fn pointer_targets(module: &Module) -> Vec<Symbol> {
    let bodies = module.functions.values().flat_map(|function| function.body.insts.values());
    let addresses = bodies.filter(|data| data.opcode == Opcode::Address).map(native_ir::InstData::symbol);
    let nodes = module.data.values().flat_map(|data| &data.init.nodes);
    let initial = nodes.filter_map(|node| match node {
        InitNode::Address { symbol, .. } => Some(*symbol),
        _ => None,
    });
    let mut symbols: Vec<Symbol> = addresses.chain(initial).collect();
    symbols.sort_unstable_by_key(|symbol| symbol.index());
    symbols.dedup();
    symbols
}
