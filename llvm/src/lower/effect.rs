//! Effects, inferred bottom-up over the call graph. An indirect call has the union of the effects of the functions of
//! its signature whose address is taken.
//!
//! The nodes are functions' instances and the signatures of indirect calls. Functions that call each other have the
//! effects of all of them.

use super::link::Found;
use super::program::{Imported, Program, Unit};
use super::scan::MEMORY;
use super::signature::{self, Signature};
use native_ir::{Effect, EffectSet, FunctionType};
use rustc_hash::FxHashMap;

/// The effects of functions and of indirect calls.
#[derive(Debug, Default)]
pub(super) struct Effects {
    indirect: FxHashMap<FunctionType, EffectSet>,
}

/// What is assumed of a function of which nothing is known, as nobody has its address who is in the program.
pub(super) fn unknown() -> EffectSet {
    [Effect::Read, Effect::Write, Effect::Trap].into_iter().collect()
}

impl Effects {
    /// The effects of a call through a pointer to a function of a signature.
    pub(super) fn indirect(&self, signature: &Signature) -> EffectSet {
        let mut key = signature.ty.clone();
        key.effects = EffectSet::EMPTY;
        self.indirect.get(&key).copied().unwrap_or_else(unknown)
    }
}

/// Works out the effects of all units, and what indirect calls have.
pub(super) fn settle(program: &mut Program<'_, '_>) -> Effects {
    let mut graph = Graph::new(program.units.len());
    for unit in &program.units {
        calls(program, unit, &mut graph);
    }
    for (function, &addressed) in program.uses.addressed.iter().enumerate() {
        let found = (program.general[function], program.signatures[function].as_ref());
        if let (true, (Some(unit), Some(signature))) = (addressed, found) {
            graph.address(unit, signature);
        }
    }
    for (import, &addressed) in program.uses.addressed_imports.iter().enumerate() {
        if let (true, Imported::Foreign(signature) | Imported::Runtime(signature)) =
            (addressed, &program.imported[import])
        {
            graph.address_import(signature, signature.ty.effects);
        }
    }
    let (effects, indirect) = graph.solve();
    for (function, &general) in program.general.iter().enumerate() {
        if let (Some(general), Some(signature)) = (general, &mut program.signatures[function]) {
            signature.ty.effects = effects[general as usize];
        }
    }
    program.effects = effects;
    indirect
}

/// What a unit does by itself, and what it calls.
fn calls(program: &Program<'_, '_>, unit: &Unit, graph: &mut Graph) {
    let (number, file, function) = (unit.instance.number, unit.instance.file, unit.function as usize);
    let scan = &program.scans[function];
    graph.add(number, scan.effects.union(unit.volatile));
    let Some(body) = program.body(unit.function) else { return };
    graph.pass(number, program.signatures[function].as_ref());
    for site in &scan.calls {
        match site.callee.map(|global| program.linked.get(file, global)) {
            Some(Found::Function(callee)) => {
                let special = program.instances.number(number, site.inst);
                if let Some(callee) = special.or(program.general[*callee as usize]) {
                    graph.call(number, callee);
                }
                graph.pass(number, program.signatures[*callee as usize].as_ref());
            }
            Some(Found::Import(import)) => {
                let imported = &program.imported[*import as usize];
                if let Imported::Foreign(signature) | Imported::Runtime(signature) = imported {
                    graph.add(number, signature.ty.effects);
                    graph.pass(number, Some(signature));
                }
            }
            Some(Found::Block(_) | Found::Intrinsic | Found::Refused(..)) => {}
            None | Some(Found::Data(_) | Found::Null) => {
                let (types, layouts) = (&program.files[file].types, &program.layouts[file]);
                let call = &body.calls[site.call as usize];
                if let Ok(signature) = signature::of_plain_call(&program.passes, types, layouts, body, call) {
                    graph.call_indirect(number, &signature);
                    graph.pass(number, Some(&signature));
                }
            }
        }
    }
}

/// A call graph in the making.
#[derive(Debug, Default)]
struct Graph {
    /// The effects of each node by itself, then with those that it calls.
    effects: Vec<EffectSet>,
    calls: Vec<Vec<u32>>,
    signatures: FxHashMap<FunctionType, u32>,
    /// By node: whether it is the signature of a function that is known.
    known: Vec<bool>,
}

impl Graph {
    /// A graph of so many functions.
    fn new(functions: usize) -> Graph {
        Graph {
            effects: vec![EffectSet::EMPTY; functions],
            calls: vec![Vec::new(); functions],
            signatures: FxHashMap::default(),
            known: vec![true; functions],
        }
    }

    /// A function has effects by itself.
    fn add(&mut self, function: u32, effects: EffectSet) {
        let own = &mut self.effects[function as usize];
        *own = own.union(effects);
    }

    /// A function has a signature, or calls something with it.
    fn pass(&mut self, function: u32, signature: Option<&Signature>) {
        if signature.is_some_and(Signature::uses_memory) {
            self.add(function, MEMORY);
        }
    }

    /// A function calls another.
    fn call(&mut self, caller: u32, callee: u32) {
        self.calls[caller as usize].push(callee);
    }

    /// A function calls through a pointer to functions of a signature.
    fn call_indirect(&mut self, caller: u32, signature: &Signature) {
        let node = self.signature(signature);
        self.call(caller, node);
    }

    /// A function's address is taken.
    fn address(&mut self, function: u32, signature: &Signature) {
        let node = self.signature(signature);
        self.known[node as usize] = true;
        self.call(node, function);
    }

    /// An import's address is taken.
    fn address_import(&mut self, signature: &Signature, effects: EffectSet) {
        let node = self.signature(signature);
        self.known[node as usize] = true;
        self.add(node, effects);
    }

    fn signature(&mut self, signature: &Signature) -> u32 {
        let mut key = signature.ty.clone();
        key.effects = EffectSet::EMPTY;
        let next = self.effects.len() as u32;
        let node = *self.signatures.entry(key).or_insert(next);
        if node == next {
            self.effects.push(EffectSet::EMPTY);
            self.calls.push(Vec::new());
            self.known.push(false);
        }
        node
    }

    /// The effects of each function, and those of indirect calls.
    fn solve(mut self) -> (Vec<EffectSet>, Effects) {
        let functions = self.effects.len() - self.signatures.len();
        for (effects, _) in self.effects.iter_mut().zip(&self.known).filter(|(_, known)| !**known) {
            *effects = effects.union(unknown());
        }
        Walk::new(&mut self).run();
        let indirect = self.signatures.into_iter().map(|(ty, node)| (ty, self.effects[node as usize])).collect();
        self.effects.truncate(functions);
        (self.effects, Effects { indirect })
    }
}

/// Tarjan's walk with an explicit stack: components come callees first, and all of a component have the same effects.
///
/// R. Tarjan, "Depth-first search and linear graph algorithms", SIAM Journal on Computing 1 (1972).
struct Walk<'a> {
    graph: &'a mut Graph,
    /// By node: 0 not seen, [`Walk::DONE`] finished, else the smallest number that it reaches.
    low: Vec<u32>,
    next: u32,
    open: Vec<u32>,
}

struct Frame {
    node: u32,
    number: u32,
    call: usize,
}

impl<'a> Walk<'a> {
    const DONE: u32 = u32::MAX;

    fn new(graph: &'a mut Graph) -> Walk<'a> {
        let low = vec![0; graph.effects.len()];
        Walk { graph, low, next: 1, open: Vec::new() }
    }

    fn run(mut self) {
        for node in 0..self.low.len() as u32 {
            if self.low[node as usize] == 0 {
                self.visit(node);
            }
        }
    }

    fn visit(&mut self, root: u32) {
        let mut stack = vec![self.enter(root)];
        while let Some(frame) = stack.last_mut() {
            let (node, number) = (frame.node, frame.number);
            match self.graph.calls[node as usize].get(frame.call).copied() {
                Some(callee) => {
                    frame.call += 1;
                    match self.low[callee as usize] {
                        0 => stack.push(self.enter(callee)),
                        Self::DONE => self.take(node, callee),
                        low => self.lower(node, low),
                    }
                }
                None => {
                    stack.pop();
                    let low = self.low[node as usize];
                    if low == number {
                        self.close(node);
                    }
                    if let Some(caller) = stack.last() {
                        let caller = caller.node;
                        self.take(caller, node);
                        if low != number {
                            self.lower(caller, low);
                        }
                    }
                }
            }
        }
    }

    fn enter(&mut self, node: u32) -> Frame {
        let number = self.next;
        self.next += 1;
        self.low[node as usize] = number;
        self.open.push(node);
        Frame { node, number, call: 0 }
    }

    fn lower(&mut self, node: u32, low: u32) {
        let own = &mut self.low[node as usize];
        *own = low.min(*own);
    }

    fn take(&mut self, caller: u32, callee: u32) {
        let effects = self.graph.effects[callee as usize];
        self.graph.add(caller, effects);
    }

    /// Ends the component that a node is the first of.
    fn close(&mut self, first: u32) {
        let start = self.open.iter().rposition(|&node| node == first).unwrap_or(0);
        let component = self.open.split_off(start);
        let all =
            component.iter().fold(EffectSet::EMPTY, |all, &node| all.union(self.graph.effects[node as usize]));
        for node in component {
            self.graph.effects[node as usize] = all;
            self.low[node as usize] = Self::DONE;
        }
    }
}
