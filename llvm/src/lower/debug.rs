//! Spans: `!dbg` becomes source, line, column and inlined-at; without it the place in the file of LLVM IR counts.
//!
//! A function with a `DISubprogram` is of that source, and its instructions without `!dbg` are compiler-made. A column
//! that is not known is 1. What a location says is worked out once for each node, before any body.

use crate::import::Input;
use crate::syntax::{self, Global, Inst, Module, Node, Record};
use native_ir::builder::{FunctionBuilder, ModuleBuilder};
use native_ir::{EntityRef, InlineSite, Source, Span, Symbol};
use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;

/// The longest source that is read for its hash, in bytes.
const MAX_SOURCE_BYTES: u64 = 1 << 26;

/// The sources of the module in the making.
#[derive(Debug, Default)]
pub(super) struct Sources {
    list: Vec<SourceRecord>,
    ids: FxHashMap<String, usize>,
}

#[derive(Debug)]
struct SourceRecord {
    path: String,
    sha256: Option<[u8; 32]>,
    lines: u32,
}

impl Sources {
    /// The source of a path, new ones with what is known of them.
    fn add(&mut self, path: String, known: impl FnOnce(&str) -> (Option<[u8; 32]>, u32)) -> Source {
        let next = self.list.len();
        let index = *self.ids.entry(path.clone()).or_insert(next);
        if index == next {
            let (sha256, lines) = known(&path);
            self.list.push(SourceRecord { path, sha256, lines });
        }
        Source::new(index)
    }

    /// A source has a line.
    fn see(&mut self, source: Source, line: u32) {
        if let Some(record) = self.list.get_mut(source.index()) {
            record.lines = record.lines.max(line);
        }
    }

    /// Without any source, takes a file of LLVM IR for one: functions that the importer makes have to name one.
    pub(super) fn have_one(&mut self, input: &Input) {
        if self.list.is_empty() {
            self.add_input(input);
        }
    }

    fn add_input(&mut self, input: &Input) -> Source {
        let known = |_: &str| (Some(Sha256::digest(&input.text).into()), lines(&input.text));
        self.add(input.path.clone(), known)
    }

    /// Whether spans can name them all.
    pub(super) fn fit(&self) -> bool {
        self.list.len() <= Span::MAX_SOURCES
    }

    /// Declares them.
    pub(super) fn declare(&self, builder: &mut ModuleBuilder) {
        for SourceRecord { path, sha256, lines } in &self.list {
            match sha256 {
                Some(sha256) => builder.hashed_source(path, *lines, *sha256),
                None => builder.source(path, *lines),
            };
        }
    }
}

/// How many lines a text has.
fn lines(text: &[u8]) -> u32 {
    let ends = memchr::memchr_iter(b'\n', text).count();
    let open = text.last().is_some_and(|&byte| byte != b'\n');
    u32::try_from(ends + usize::from(open)).unwrap_or(u32::MAX - 1)
}

/// Hash and number of lines of a source: of the file when it can be read and has the hash that the compiler saw.
fn read_source(path: &str, seen: Option<[u8; 32]>) -> (Option<[u8; 32]>, u32) {
    let path = Path::new(path);
    let readable = path.metadata().is_ok_and(|data| data.is_file() && data.len() <= MAX_SOURCE_BYTES);
    let text = if readable { std::fs::read(path).ok() } else { None };
    let hash = text.as_deref().map(|text| <[u8; 32]>::from(Sha256::digest(text)));
    match (text, hash) {
        (Some(text), hash) if seen.is_none() || seen == hash => (hash, lines(&text)),
        _ => (seen, 1),
    }
}

/// What a location says.
#[derive(Clone, Copy, Debug)]
struct Located {
    span: Span,
    /// The call into which it was inlined, and the subprogram that was.
    inlined: Option<(Node, Option<Node>)>,
}

/// The debug information of a file, ready for use.
#[derive(Debug)]
pub(super) struct Debug {
    /// By node: those with numbers in the text, then those without.
    located: Vec<Located>,
    numbered: usize,
    /// The source of each subprogram and its line.
    subprograms: FxHashMap<Node, Span>,
    /// The functions that subprograms became.
    symbols: FxHashMap<Node, Symbol>,
    /// The names of subprograms that were inlined everywhere.
    gone: FxHashMap<Node, String>,
    /// The file of LLVM IR itself, when a function has no better source.
    own: Option<Source>,
}

/// Where a node stands in a list of all nodes, of which so many have numbers in the text.
fn index(node: Node, numbered: usize) -> usize {
    match node.0.checked_sub(Node::INLINE) {
        Some(index) => numbered + index as usize,
        None => node.0 as usize,
    }
}

/// The source and the subprogram of a scope.
type Scope = (Option<Source>, Option<Node>);

/// Reads a file's debug information.
pub(super) fn read(module: &Module<'_>, input: &Input, sources: &mut Sources) -> Debug {
    let (numbered, inline) = (module.metadata.nodes.len(), module.metadata.inline.len());
    let count = numbered + inline;
    let mut reader = Reader { module, sources, scopes: vec![None; count], numbered, files: FxHashMap::default() };
    let mut located = Vec::with_capacity(count);
    let mut subprograms = FxHashMap::default();
    let nodes = (0..numbered as u32).chain((0..inline as u32).map(|index| Node::INLINE + index)).map(Node);
    for node in nodes {
        located.push(reader.located(module.metadata.get(node)));
    }
    // Declarations of what comes from elsewhere bring no source with them.
    for node in module.globals.values().filter_map(|global| global.debug) {
        if let Record::Subprogram { line, .. } = module.metadata.get(node) {
            subprograms.insert(node, reader.span(node, *line, 1));
        }
    }
    let mut debug = Debug {
        located,
        numbered,
        subprograms,
        symbols: FxHashMap::default(),
        gone: FxHashMap::default(),
        own: None,
    };
    let plain = module.globals.values().any(|global| match &global.kind {
        syntax::GlobalKind::Function(function) => {
            function.body.is_some() && !global.debug.is_some_and(|node| debug.subprograms.contains_key(&node))
        }
        _ => false,
    });
    if plain {
        debug.own = Some(sources.add_input(input));
    }
    debug
}

struct Reader<'a, 't> {
    module: &'a Module<'t>,
    sources: &'a mut Sources,
    scopes: Vec<Option<Scope>>,
    numbered: usize,
    files: FxHashMap<Node, Source>,
}

impl Reader<'_, '_> {
    fn located(&mut self, record: &Record<'_>) -> Located {
        let Record::Location(location) = record else {
            return Located { span: Span::COMPILER, inlined: None };
        };
        let span = self.span(location.scope, location.line, location.column);
        let subprogram = self.scope(location.scope).1;
        Located { span, inlined: location.inlined_at.map(|at| (at, subprogram)) }
    }

    fn span(&mut self, scope: Node, line: u32, column: u16) -> Span {
        match self.scope(scope).0 {
            Some(source) if line > 0 => {
                self.sources.see(source, line);
                Span::new(source, line, column.max(1))
            }
            _ => Span::COMPILER,
        }
    }

    fn file(&mut self, node: Node) -> Option<Source> {
        if let Some(&source) = self.files.get(&node) {
            return Some(source);
        }
        let Record::File { name, directory, sha256 } = self.module.metadata.get(node) else { return None };
        let path = match Path::new(&**name).is_relative() && !directory.is_empty() {
            true => format!("{}/{name}", directory.trim_end_matches('/')),
            false => name.to_string(),
        };
        let source = self.sources.add(path, |path| read_source(path, *sha256));
        self.files.insert(node, source);
        Some(source)
    }

    /// The source and the subprogram of a scope: its own, else those of the scope around it.
    fn scope(&mut self, node: Node) -> Scope {
        let mut chain = Vec::new();
        let mut next = Some(node);
        let mut found: Scope = (None, None);
        while let Some(node) = next {
            match self.scopes.get(index(node, self.numbered)) {
                Some(Some(scope)) => {
                    found = *scope;
                    break;
                }
                // A scope that is around itself ends where it is met again.
                Some(None) if chain.len() <= self.scopes.len() => chain.push(node),
                _ => break,
            }
            next = match self.module.metadata.get(node) {
                Record::Scope { scope, .. } => *scope,
                _ => None,
            };
        }
        for node in chain.into_iter().rev() {
            let own = match self.module.metadata.get(node) {
                Record::Scope { file, .. } => (*file, found.1),
                Record::Subprogram { file, .. } => (*file, Some(node)),
                _ => (None, None),
            };
            found = (own.0.and_then(|file| self.file(file)).or(found.0), own.1);
            self.scopes[index(node, self.numbered)] = Some(found);
        }
        found
    }
}

impl Debug {
    fn located(&self, node: Node) -> Option<Located> {
        self.located.get(index(node, self.numbered)).copied()
    }

    /// Says which function a subprogram became.
    pub(super) fn set_symbol(&mut self, subprogram: Node, symbol: Symbol) {
        self.symbols.entry(subprogram).or_insert(symbol);
    }

    /// Finds names for subprograms that were inlined and are no functions of the file any more: the function of the program
    /// that has the name, else a name that no item has.
    pub(super) fn name_gone(
        &mut self,
        module: &Module<'_>,
        functions: &FxHashMap<String, Symbol>,
        taken: &FxHashSet<String>,
    ) {
        let callees = self.located.iter().filter_map(|located| located.inlined?.1);
        let gone: BTreeSet<Node> = callees.filter(|callee| !self.symbols.contains_key(callee)).collect();
        for node in gone {
            let Record::Subprogram { name, linkage_name, .. } = module.metadata.get(node) else { continue };
            let name = linkage_name.as_ref().unwrap_or(name);
            match functions.get(&**name) {
                _ if name.is_empty() => {}
                Some(&symbol) => self.set_symbol(node, symbol),
                None => {
                    let mut name = name.to_string();
                    while taken.contains(&name) {
                        name.push_str(".inlined");
                    }
                    self.gone.insert(node, name);
                }
            }
        }
    }

    /// The symbol of a subprogram that was inlined.
    fn symbol(&self, subprogram: Node, builder: &mut FunctionBuilder<'_>) -> Option<Symbol> {
        let found = self.symbols.get(&subprogram).copied();
        found.or_else(|| Some(builder.module().undeclared(self.gone.get(&subprogram)?)))
    }

    /// The source of a function, and where it is declared.
    pub(super) fn declaration(&self, module: &Module<'_>, function: Global) -> (Source, Span) {
        let global = &module.globals[function];
        let span = global.debug.and_then(|node| self.subprograms.get(&node).copied());
        match (span, self.own) {
            (Some(span), _) => (span.source(), span),
            (None, Some(own)) => (own, Span::new(own, global.place.line, global.place.column.max(1))),
            (None, None) => (Source::new(0), Span::COMPILER),
        }
    }
}

/// The spans of one function's instructions.
pub(super) struct Spans {
    debug: Rc<Debug>,
    /// The source of instructions without `!dbg`; `None` when these are compiler-made.
    own: Option<Source>,
    /// The inlining records that the function has, by the location of the call.
    sites: FxHashMap<Node, Option<InlineSite>>,
    last: Option<(Node, Option<InlineSite>)>,
}

impl Spans {
    /// The spans of a function.
    pub(super) fn new(debug: &Rc<Debug>, module: &Module<'_>, function: Global) -> Spans {
        let subprogram = module.globals[function].debug.filter(|node| debug.subprograms.contains_key(node));
        let own = if subprogram.is_some() { None } else { debug.own };
        Spans { debug: Rc::clone(debug), own, sites: FxHashMap::default(), last: None }
    }

    /// The span of an instruction, and the inlined body that it belongs to. Records inlining in the function's builder
    /// the first time that it is seen.
    pub(super) fn of(
        &mut self,
        body: &syntax::Body<'_>,
        inst: Inst,
        builder: &mut FunctionBuilder<'_>,
    ) -> (Span, Option<InlineSite>) {
        let data = &body.insts[inst];
        let Some(located) = data.debug.and_then(|node| self.debug.located(node)) else {
            let place = data.place;
            let own = self.own.map(|own| Span::new(own, place.line, place.column.max(1)));
            return (own.unwrap_or(Span::COMPILER), None);
        };
        let site = located.inlined.and_then(|(at, callee)| self.site(at, callee, builder));
        (located.span, site)
    }

    fn site(&mut self, at: Node, callee: Option<Node>, builder: &mut FunctionBuilder<'_>) -> Option<InlineSite> {
        if let Some((node, site)) = self.last
            && node == at
        {
            return site;
        }
        let debug = Rc::clone(&self.debug);
        let mut chain = Vec::new();
        let (mut next, mut parent) = (Some((at, callee)), None);
        while let Some((node, callee)) = next {
            if let Some(&site) = self.sites.get(&node) {
                parent = site;
                break;
            }
            // Calls that are inlined into each other have no order.
            if chain.len() > debug.located.len() {
                self.sites.insert(at, None);
                return None;
            }
            chain.push((node, callee));
            next = debug.located(node).and_then(|located| located.inlined);
        }
        for (node, callee) in chain.into_iter().rev() {
            let symbol = callee.and_then(|callee| debug.symbol(callee, builder));
            let span = debug.located(node).map_or(Span::COMPILER, |located| located.span);
            if let Some(symbol) = symbol {
                parent = Some(builder.inlined(native_ir::builder::SymbolRef::Symbol(symbol), span, parent));
            }
            self.sites.insert(node, parent);
        }
        self.last = Some((at, parent));
        parent
    }
}
