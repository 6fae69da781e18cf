//! C4: how much stack a function and all that it calls can take.
//!
//! The bytes of a function are those that its machine code takes, not those that the claim says. A call through a
//! pointer may go to any function of the pointer's type whose address the module takes. What a helper or an import takes
//! is asked of whoever knows.
//!
//! Functions that call each other in a circle have no bound. Jumps (tail calls) are no calls: a circle of nothing but
//! jumps takes as much as its members do, because each leaves its frame before.

use crate::Checks;
use crate::finding::{Check, Finding};
use crate::subject::{Context, Machine, Subject};
use crate::{cortex_m0, x86_64};
use artifact::{Artifact, FunctionCode, Reference};
use native_ir::{EntityRef, Func, Item, Module, Opcode, Symbol, Type};
use std::collections::{HashMap, HashSet, VecDeque};

/// The stack of a function with all that it calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StackBound {
    /// At most so many bytes, the return address of the function itself not counted.
    Bytes(u64),
    /// There is no bound: each of these functions calls the next, and the last the first.
    Recursive(Vec<Func>),
    /// A function is called of which nothing is known: its name.
    Unknown(String),
}

impl StackBound {
    /// What is said of a function without bound; none when it has one.
    pub fn message(&self, module: &Module) -> Option<String> {
        match self {
            StackBound::Bytes(_) => None,
            StackBound::Recursive(circle) => {
                let name = |&func: &Func| format!("@{}", module.symbol_name(module.functions[func].symbol));
                let names: Vec<String> = circle.iter().chain(circle.first()).map(name).collect();
                Some(format!("the stack has no bound: {}", names.join(" calls ")))
            }
            StackBound::Unknown(name) => Some(format!("the stack has no known bound: it calls {name}")),
        }
    }
}

/// The bounds of all functions of an artifact, in its order. `known` has the bytes of functions outside of the artifact,
/// by the names that linkers use.
pub fn stack_bounds(
    module: &Module,
    artifact: &Artifact,
    known: &dyn Fn(&str) -> Option<u64>,
) -> Vec<(Func, StackBound)> {
    let checks = Checks::default();
    let funcs = artifact.functions.iter().map(|code| code.func);
    let Some(context) = Context::new(module, artifact, &checks) else {
        return funcs.map(|func| (func, StackBound::Unknown("code of an unknown target".into()))).collect();
    };
    let graph = Graph::new(&context, known);
    let bounds = graph.solve();
    funcs.zip(bounds).collect()
}

/// A module of a program, and its machine code.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// The module.
    pub module: &'a Module,
    /// Its machine code.
    pub artifact: &'a Artifact,
}

/// The bound of a function of the last part. Parts call public functions of those before them, by name; `known` has the
/// bytes of what no part has. Parts but the last neither call through pointers of others nor hand pointers to functions
/// out.
pub fn program_bound(parts: &[Part<'_>], entry: Func, known: &dyn Fn(&str) -> Option<u64>) -> StackBound {
    let mut found: HashMap<&str, u64> = HashMap::new();
    let mut bounds = Vec::new();
    for part in parts {
        let known = |name: &str| found.get(name).copied().or_else(|| known(name));
        bounds = stack_bounds(part.module, part.artifact, &known);
        for (func, bound) in &bounds {
            let function = &part.module.functions[*func];
            if let (StackBound::Bytes(bytes), true) = (bound, function.public) {
                found.entry(part.module.symbol_name(function.symbol)).or_insert(*bytes);
            }
        }
    }
    let of_entry = bounds.into_iter().find(|(func, _)| *func == entry);
    of_entry.map_or_else(|| StackBound::Unknown("a function without machine code".into()), |(_, bound)| bound)
}

/// The bound of a program whose handlers interrupt it: all of them may run one inside the other, each once, as a handler cannot
/// interrupt itself. Each takes its own bound and what the machine puts on the stack for an exception. Without any order of
/// urgency that is known nothing less is certain.
pub fn with_handlers(
    entry: StackBound,
    handlers: impl IntoIterator<Item = StackBound>,
    exception: u64,
) -> StackBound {
    handlers.into_iter().fold(entry, |total, handler| match (total, handler) {
        (StackBound::Bytes(sum), StackBound::Bytes(own)) => {
            StackBound::Bytes(sum.saturating_add(own).saturating_add(exception))
        }
        (StackBound::Bytes(_), without) => without,
        (without, _) => without,
    })
}

/// Circles of calls, each told once. What calls go out of the artifact to, whoever links it knows.
pub(crate) fn check(module: &Module, artifact: &Artifact) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (func, bound) in stack_bounds(module, artifact, &|_| None) {
        if let (StackBound::Recursive(circle), Some(message)) = (&bound, bound.message(module))
            && circle.first() == Some(&func)
        {
            let function = module.functions.get(func).map_or("", |function| module.symbol_name(function.symbol));
            let finding = Finding::of_artifact(Check::Stack, message);
            findings.push(Finding { function: function.to_string(), ..finding });
        }
    }
    findings
}

/// How deep a function's stack gets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Depths {
    /// The most bytes below the entry's stack pointer, with those below the stack pointer that it uses.
    pub(crate) deepest: u64,
    /// Calls and jumps to other functions.
    pub(crate) calls: Vec<Leave>,
}

/// A call, or a jump to another function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leave {
    /// Its first byte.
    pub(crate) offset: u32,
    /// Where it goes; none when it goes through a pointer.
    pub(crate) target: Option<Reference>,
    /// How far the callee's stack pointer lies below the entry's, both as they are at the entry; below 0 when a jump takes
    /// away more arguments than the callee has.
    pub(crate) depth: i64,
    /// Whether it is a jump: the frame is gone.
    pub(crate) jumps: bool,
}

/// Who calls whom, by index in the artifact.
struct Graph {
    funcs: Vec<Func>,
    nodes: Vec<Node>,
}

#[derive(Default)]
struct Node {
    /// What it takes itself, and with callees that are known.
    bytes: i64,
    calls: Vec<Edge>,
    unknown: Option<String>,
}

/// A call in the artifact.
#[derive(Clone, Copy)]
struct Edge {
    callee: usize,
    /// How far the callee's stack pointer lies below the caller's.
    depth: i64,
    /// Whether the caller's frame is gone.
    jumps: bool,
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
        for members in self.components() {
            match self.circle(&members) {
                Some(circle) => {
                    let circle = circle.into_iter().map(|node| self.funcs[node]).collect();
                    let bound = StackBound::Recursive(circle);
                    members.iter().for_each(|&node| bounds[node] = Some(bound.clone()));
                }
                None => self.bound(&members, &mut bounds),
            }
        }
        bounds.into_iter().map(|bound| bound.unwrap_or(StackBound::Bytes(0))).collect()
    }

    /// Bounds of functions that do nothing but jump to each other, or of one. Where the stack pointer is at the entry
    /// of each depends on the sizes of their arguments alone, not on the path.
    fn bound(&self, members: &[usize], bounds: &mut [Option<StackBound>]) {
        let mut depths: HashMap<usize, i64> = HashMap::from([(members[0], 0)]);
        let mut open = vec![members[0]];
        let mut deepest = i64::MIN;
        let mut outside = None;
        while let Some(node) = open.pop() {
            let depth = depths[&node];
            let node = &self.nodes[node];
            deepest = deepest.max(depth.saturating_add(node.bytes));
            if let Some(name) = &node.unknown {
                outside = Some(StackBound::Unknown(name.clone()));
            }
            for edge in &node.calls {
                let below = depth.saturating_add(edge.depth);
                match &bounds[edge.callee] {
                    Some(StackBound::Bytes(bytes)) => deepest = deepest.max(below.saturating_add_unsigned(*bytes)),
                    Some(other) => outside = Some(other.clone()),
                    None if depths.contains_key(&edge.callee) => {}
                    None => {
                        depths.insert(edge.callee, below);
                        open.push(edge.callee);
                    }
                }
            }
        }
        for member in members {
            let own = deepest.saturating_sub(depths.get(member).copied().unwrap_or(0));
            let bytes = StackBound::Bytes(own.max(0).unsigned_abs());
            bounds[*member] = Some(outside.clone().unwrap_or(bytes));
        }
    }

    /// The shortest circle that goes through a call between members of a component; none when they only jump.
    fn circle(&self, members: &[usize]) -> Option<Vec<usize>> {
        let inside: HashSet<usize> = members.iter().copied().collect();
        let inner = |node: usize| self.nodes[node].calls.iter().filter(|edge| inside.contains(&edge.callee));
        let mut calls = members.iter().flat_map(|&node| inner(node).map(move |edge| (node, edge)));
        let (caller, call) = calls.find(|(_, edge)| !edge.jumps)?;
        let mut before: HashMap<usize, usize> = HashMap::from([(call.callee, caller)]);
        let mut open = VecDeque::from([call.callee]);
        while let Some(node) = open.pop_front().filter(|&node| node != caller) {
            for edge in inner(node) {
                before.entry(edge.callee).or_insert_with(|| {
                    open.push_back(edge.callee);
                    node
                });
            }
        }
        let mut circle = vec![caller];
        let mut node = before.get(&caller).copied().unwrap_or(caller);
        while node != caller {
            circle.push(node);
            node = before.get(&node).copied().unwrap_or(caller);
        }
        circle.reverse();
        let first = (0..circle.len()).min_by_key(|&index| circle[index]).unwrap_or(0);
        circle.rotate_left(first);
        Some(circle)
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
                if let Some(&Edge { callee, .. }) = self.nodes[node].calls.get(*edge) {
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
        let depths = match context.machine {
            Machine::X86_64 => x86_64::depths(subject),
            Machine::CortexM0 => cortex_m0::depths(subject),
        };
        let Ok(depths) = depths else {
            return Node { unknown: Some("code that cannot be followed".into()), ..Node::default() };
        };
        let mut node = Node { bytes: depths.deepest as i64, ..Node::default() };
        for leave in depths.calls {
            match leave.target {
                Some(Reference::Helper(name)) => self.add_known(&mut node, name, leave),
                Some(Reference::Symbol(symbol)) => self.add(&mut node, symbol, leave),
                None => self.add_pointer(&mut node, code, function, leave),
            }
        }
        node
    }

    fn add_known(&self, node: &mut Node, name: &str, leave: Leave) {
        match (self.known)(name) {
            Some(bytes) => node.bytes = node.bytes.max(leave.depth.saturating_add_unsigned(bytes)),
            None => node.unknown = Some(format!("@{name}")),
        }
    }

    fn add(&self, node: &mut Node, symbol: Symbol, leave: Leave) {
        match self.module.item(symbol) {
            Item::Function(func) if self.index.contains_key(&func) => {
                node.calls.push(Edge { callee: self.index[&func], depth: leave.depth, jumps: leave.jumps });
            }
            _ => self.add_known(node, self.module.symbol_name(symbol), leave),
        }
    }

    /// A call through a pointer: to any function of its type.
    fn add_pointer(&self, node: &mut Node, code: &FunctionCode, function: &native_ir::Function, leave: Leave) {
        let row = code.claim.insts.partition_point(|row| row.offset <= leave.offset);
        let inst = row.checked_sub(1).and_then(|row| code.claim.insts[row].inst);
        let Some(data) = inst.and_then(|inst| function.body.insts.get(inst)) else { return };
        if !matches!(data.opcode, Opcode::CallIndirect | Opcode::TailCallIndirect) {
            return;
        }
        let pointee = self.module.types.as_pointer(function.body.operand_type(data.operand(0)));
        let callees = self.targets.iter().filter(|&&symbol| self.fits(symbol, pointee.map(|(_, ty)| ty)));
        callees.for_each(|&symbol| self.add(node, symbol, leave));
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

/// The functions and imports whose address the module takes.
fn pointer_targets(module: &Module) -> Vec<Symbol> {
    let bodies = module.functions.values().flat_map(|function| function.body.insts.values());
    let addresses = bodies.filter(|data| data.opcode == Opcode::Address).map(native_ir::InstData::symbol);
    let initial = module.data.values().flat_map(|data| data.init.symbols());
    let mut symbols: Vec<Symbol> = addresses.chain(initial).collect();
    symbols.sort_unstable_by_key(|symbol| symbol.index());
    symbols.dedup();
    symbols
}
