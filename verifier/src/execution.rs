//! `NATIVE_IR_EXECUTION`: on which engines a function can run, and what an engine can run of a module.

use crate::Verified;
use crate::body::Checker;
use native_ir::{
    Attribute, Diagnostic, Effect, EntityRef, Execution, Func, Function, HeaderPart, Import, ImportKind, InitNode,
    Inst, Item, Module, Opcode, Part, Place, Rule, Symbol,
};

/// A way to run a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// Bytecode alone.
    Vm,
    /// Machine code alone: ahead of time, in an image, or just in time.
    Native,
    /// Bytecode and machine code in one process.
    Hybrid,
}

/// What an engine can run of a verified module, from some entries: it reaches no function of another engine.
#[derive(Clone, Debug)]
pub struct Runnable<'a> {
    module: &'a Verified<Module>,
    engine: Engine,
    reached: Vec<Func>,
}

impl<'a> Runnable<'a> {
    /// The module.
    pub fn module(&self) -> &'a Verified<Module> {
        self.module
    }

    /// The engine.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The functions that the entries reach by calls or by address, in the order in which they were found.
    pub fn functions(&self) -> &[Func] {
        &self.reached
    }
}

/// Whether only the VM can run a function of a module: it is marked so, or suspends.
pub fn is_runtime(module: &Module, function: &Function) -> bool {
    let suspends = module.signature(function).is_some_and(|ty| ty.effects.contains(Effect::Suspend));
    function.execution == Execution::Runtime || suspends
}

impl Verified<Module> {
    /// The view of the module for an engine and entries.
    ///
    /// # Errors
    /// `NATIVE_IR_EXECUTION`, once for each function in the way: a native one that the VM alone would reach, one only
    /// for the VM in a native build, an entry that the module does not define.
    pub fn for_engine(&self, engine: Engine, entries: &[Func]) -> Result<Runnable<'_>, Vec<Diagnostic>> {
        let mut diagnostics = Vec::new();
        let mut reached: Vec<Func> = Vec::new();
        let mut from: Vec<Option<Func>> = vec![None; self.functions.len()];
        let mut seen = vec![false; self.functions.len()];
        for &entry in entries {
            match seen.get_mut(entry.index()) {
                Some(seen) if *seen => {}
                Some(seen) => {
                    *seen = true;
                    reached.push(entry);
                }
                None => {
                    let message = format!("entry {entry} is not a function of the module");
                    diagnostics.push(Diagnostic::new(Rule::ExecutionEntry, Place::Envelope("module"), message));
                }
            }
        }
        let mut pointers = DataPointers::new(self);
        let mut next = 0;
        while let Some(&func) = reached.get(next) {
            next += 1;
            let function = &self.functions[func];
            diagnostics.extend(self.wrong_engine(engine, func, function, &from));
            for callee in pointers.functions(references(function)) {
                if !std::mem::replace(&mut seen[callee.index()], true) {
                    from[callee.index()] = Some(func);
                    reached.push(callee);
                }
            }
        }
        if diagnostics.is_empty() { Ok(Runnable { module: self, engine, reached }) } else { Err(diagnostics) }
    }

    /// Whether all that functions use of other modules is there: running them, or making a program of them, needs it.
    ///
    /// # Errors
    /// `NATIVE_IR_EXECUTION/entry`, once for each import of another module that one of them calls or takes the address of.
    pub fn linked(&self, functions: &[Func]) -> Result<(), Vec<Diagnostic>> {
        // Mostly there is nothing to be missed, and no body need be read.
        if !self.imports.values().any(|import| import.kind == ImportKind::Module) {
            return Ok(());
        }
        let mut open: Vec<Import> = functions
            .iter()
            .flat_map(|&func| references(&self.functions[func]))
            .filter_map(|symbol| match self.item(symbol) {
                Item::Import(import) if self.imports[import].kind == ImportKind::Module => Some(import),
                _ => None,
            })
            .collect();
        open.sort_unstable();
        open.dedup();
        let diagnostics = open.into_iter().map(|import| {
            let name = self.symbol_name(self.imports[import].symbol);
            let message = format!("`@{name}` is imported from another module, which was not linked in");
            Diagnostic::new(Rule::ExecutionEntry, Place::Import(import), message)
                .label("imported here")
                .help("name all modules: they are linked together")
        });
        let diagnostics: Vec<Diagnostic> = diagnostics.collect();
        if diagnostics.is_empty() { Ok(()) } else { Err(diagnostics) }
    }

    /// The function of a name, as an entry.
    ///
    /// # Errors
    /// `NATIVE_IR_EXECUTION/entry` when the module defines no such function.
    pub fn entry(&self, name: &str) -> Result<Func, Box<Diagnostic>> {
        match self.find_symbol(name).map(|symbol| self.item(symbol)) {
            Some(Item::Function(func)) => Ok(func),
            found => {
                let what = if found.is_some() { "is no function" } else { "does not exist" };
                let message = format!("entry `@{name}` {what} in this module");
                Err(Box::new(Diagnostic::new(Rule::ExecutionEntry, Place::Envelope("module"), message)))
            }
        }
    }

    fn wrong_engine(
        &self,
        engine: Engine,
        func: Func,
        function: &Function,
        from: &[Option<Func>],
    ) -> Option<Diagnostic> {
        let native = function.execution == Execution::Native;
        let (rule, who, what) = match engine {
            Engine::Vm if native => (Rule::ExecutionNativeOnVm, "the VM alone", "is marked native"),
            Engine::Native if is_runtime(self, function) => {
                (Rule::ExecutionRuntimeInNative, "a native build", "runs in the VM only")
            }
            _ => return None,
        };
        let name = |func: Func| format!("`@{}`", self.symbol_name(self.functions[func].symbol));
        let mut path = Vec::new();
        let mut at = func;
        while let Some(caller) = from[at.index()] {
            path.push(name(caller));
            at = caller;
        }
        path.reverse();
        let way = if path.is_empty() { String::new() } else { format!(", reached through {}", path.join(", ")) };
        let message = format!("{who} cannot run {}, which {what}{way}", name(func));
        let part = match (function.execution, rule) {
            (Execution::Native, _) => HeaderPart::Mark("native"),
            (Execution::Runtime, _) => HeaderPart::Mark("runtime"),
            _ => HeaderPart::Clause("effects"),
        };
        Some(Diagnostic::new(rule, Place::Function(func, part), message).label(what))
    }
}

/// The symbols that a function calls or takes the address of.
fn references(function: &Function) -> impl Iterator<Item = Symbol> + '_ {
    function.body.insts.values().filter_map(|inst| match inst.opcode {
        Opcode::Call | Opcode::TailCall | Opcode::Address => Some(inst.symbol()),
        _ => None,
    })
}

/// Follows addresses in the initial values of data objects, each object once.
struct DataPointers<'a> {
    module: &'a Module,
    seen: Vec<bool>,
}

impl<'a> DataPointers<'a> {
    fn new(module: &'a Module) -> DataPointers<'a> {
        DataPointers { module, seen: vec![false; module.data.len()] }
    }

    /// The functions among symbols, and those that data objects among them hold the address of, directly or through
    /// other objects.
    fn functions(&mut self, symbols: impl Iterator<Item = Symbol>) -> Vec<Func> {
        let mut symbols: Vec<Symbol> = symbols.collect();
        let (mut functions, mut next) = (Vec::new(), 0);
        while let Some(&symbol) = symbols.get(next) {
            next += 1;
            match self.module.item(symbol) {
                Item::Function(func) => functions.push(func),
                Item::Data(data) if !std::mem::replace(&mut self.seen[data.index()], true) => {
                    let nodes = &self.module.data[data].init.nodes;
                    symbols.extend(nodes.iter().filter_map(|node| match node {
                        InitNode::Address { symbol, .. } => Some(*symbol),
                        _ => None,
                    }));
                }
                _ => {}
            }
        }
        functions
    }
}

impl Checker<'_, '_> {
    /// Marks that contradict the effects.
    pub(crate) fn check_marks(&mut self, name: &str) {
        if self.function.execution == Execution::Native && self.effects.contains(Effect::Suspend) {
            let message = format!("`{name}` is marked native and may suspend, which only the VM can");
            let place = Place::Function(self.func, HeaderPart::Mark("native"));
            self.push(
                Diagnostic::new(Rule::ExecutionContradiction, place, message)
                    .label("marked native")
                    .also(Place::Function(self.func, HeaderPart::Clause("effects")), "declares suspend"),
            );
        }
    }

    /// An opcode that only the VM does stands in a function that only the VM runs.
    pub(crate) fn check_vm_only(&mut self, opcode: Opcode, place: Place) {
        if !is_runtime(self.context.module, self.function) {
            let message =
                format!("only the VM does `{opcode}`, and the function is neither marked runtime nor suspends");
            self.push(
                Diagnostic::new(Rule::ExecutionContradiction, place, message)
                    .label("VM only")
                    .row("opcodes.tsv", opcode.name()),
            );
        }
    }

    /// Calling an ffi import, or taking its address, is for native functions.
    pub(crate) fn check_ffi_use(&mut self, inst: Inst, symbol: Symbol) {
        if crate::abi::is_ffi(self.context, symbol) && self.function.execution != Execution::Native {
            let name = self.context.symbol_text(self.function.symbol);
            let import = self.context.symbol_text(symbol);
            let message = format!("`{name}` uses the ffi import `{import}` and is not marked native");
            let place = self.place(inst, Part::Attribute(Attribute::Symbol));
            self.push(Diagnostic::new(Rule::ExecutionFfi, place, message).label("an ffi import"));
        }
    }
}
