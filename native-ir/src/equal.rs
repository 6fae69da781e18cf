//! Equality of modules: the same module, whatever the order in which names, types, symbols and constants were interned.
//!
//! Everything that the text form can say counts: order of items, names, spans, attributes, debug types. Types are
//! compared by interning those of both modules into one table, names by text, symbols by the item that they stand for,
//! constants by value, lists by their operands. Structures are taken apart without `..`, so that a new field does not
//! compile until it is compared.

use crate::debug::{DebugKind, DebugTypeData, Member};
use crate::link::types::translate;
use crate::{Attribute, Initializer};
use crate::{
    BlockData, Body, Constant, DataObject, EdgeData, Function, ImportData, InitNode, InlineData, InstData, Item,
    Module, Name, NamedTypeData, Names, Operand, RegisterData, SlotData, Suffix, Symbol, Type, TypeTable,
    Variable,
};
use cranelift_entity::{EntityRef, EntitySet, PrimaryMap};
use rustc_hash::FxHashMap;

impl PartialEq for Module {
    fn eq(&self, other: &Module) -> bool {
        Comparison::new(self, other).modules()
    }
}

struct Comparison<'a> {
    left: &'a Module,
    right: &'a Module,
    /// By name of the left module: not asked yet, or the right module's equal name, if it has one.
    names: Vec<Option<Option<Name>>>,
    /// By type of the module the type in a table that both share.
    left_types: Vec<Type>,
    right_types: Vec<Type>,
    /// By symbol of the left module the right module's.
    symbols: Vec<Option<Symbol>>,
}

impl<'a> Comparison<'a> {
    fn new(left: &'a Module, right: &'a Module) -> Comparison<'a> {
        let (mut table, mut names) = (TypeTable::default(), Names::default());
        let mut shared = |module: &Module| {
            let named: Vec<_> = module.types.named.keys().collect();
            translate(&module.types, &mut table, |name| names.intern(module.names.text(name)), &named)
        };
        let (left_types, right_types) = (shared(left), shared(right));
        let names = vec![None; left.names.len()];
        Comparison { left, right, names, left_types, right_types, symbols: Vec::new() }
    }

    fn name(&mut self, left: Name, right: Name) -> bool {
        match self.names.get_mut(left.index()) {
            Some(known) => {
                let find = || self.right.names.find(self.left.names.text(left));
                *known.get_or_insert_with(find) == Some(right)
            }
            None => left == right,
        }
    }

    fn section(&mut self, left: Option<Name>, right: Option<Name>) -> bool {
        self.name(left.unwrap_or(Name::NONE), right.unwrap_or(Name::NONE)) && left.is_some() == right.is_some()
    }

    fn ty(&self, left: Type, right: Type) -> bool {
        match (self.left_types.get(left.index()), self.right_types.get(right.index())) {
            (Some(left), Some(right)) => left == right,
            (None, None) => left == right,
            _ => false,
        }
    }

    fn symbol(&self, left: Symbol, right: Symbol) -> bool {
        match self.symbols.get(left.index()) {
            Some(&symbol) => symbol == Some(right),
            None => left == right && right.index() >= self.right.symbols.len(),
        }
    }

    fn modules(&mut self) -> bool {
        let (left, right) = (self.left, self.right);
        // `names` and `types` are compared where they are used, in the other fields.
        let Module {
            envelope,
            names: _,
            types,
            sources,
            symbols: _,
            registers,
            data,
            imports,
            debug_types,
            functions,
            damaged,
        } = left;
        *envelope == right.envelope
            && *damaged == right.damaged
            && *sources == right.sources
            && all(&types.named, &right.types.named, |l, r| self.named_type(l, r))
            && self.pair_symbols()
            && all(registers, &right.registers, |l, r| self.register(l, r))
            && all(data, &right.data, |l, r| self.data(l, r))
            && all(imports, &right.imports, |l, r| self.import(l, r))
            && all(debug_types, &right.debug_types, |l, r| self.debug_type(l, r))
            && all(functions, &right.functions, |l, r| self.function(l, r))
    }

    fn named_type(&mut self, left: &NamedTypeData, right: &NamedTypeData) -> bool {
        let NamedTypeData { name, body } = *left;
        self.name(name, right.name) && self.ty(body, right.body)
    }

    /// Finds the partner of each symbol: that of the item with the same number. Symbols without an item pair by name.
    fn pair_symbols(&mut self) -> bool {
        let (left, right) = (self.left, self.right);
        let mut orphans: FxHashMap<&str, Vec<Symbol>> = FxHashMap::default();
        for (symbol, data) in right.symbols.iter().rev() {
            if symbol_of(right, data.item).is_none() {
                orphans.entry(right.names.text(data.name)).or_default().push(symbol);
            }
        }
        let mut taken = EntitySet::new();
        for data in left.symbols.values() {
            let partner = match symbol_of(left, data.item) {
                Some(_) => symbol_of(right, data.item),
                None => orphans.get_mut(left.names.text(data.name)).and_then(Vec::pop),
            };
            let same = partner
                .and_then(|symbol| right.symbols.get(symbol))
                .is_some_and(|other| other.item == data.item && self.name(data.name, other.name));
            if !same || !partner.is_some_and(|symbol| taken.insert(symbol)) {
                return false;
            }
            self.symbols.push(partner);
        }
        left.symbols.len() == right.symbols.len()
    }

    fn register(&mut self, left: &RegisterData, right: &RegisterData) -> bool {
        let RegisterData { symbol, ty, address, access } = *left;
        self.symbol(symbol, right.symbol)
            && self.ty(ty, right.ty)
            && address == right.address
            && access == right.access
    }

    fn import(&mut self, left: &ImportData, right: &ImportData) -> bool {
        let ImportData { symbol, kind, ty } = *left;
        self.symbol(symbol, right.symbol) && kind == right.kind && self.ty(ty, right.ty)
    }

    fn data(&mut self, left: &DataObject, right: &DataObject) -> bool {
        let DataObject { symbol, ty, public, weak, readonly, align, section, init } = left;
        self.symbol(*symbol, right.symbol)
            && self.ty(*ty, right.ty)
            && (public, weak, readonly, align) == (&right.public, &right.weak, &right.readonly, &right.align)
            && self.section(*section, right.section)
            && self.initializer(init, &right.init)
    }

    fn initializer(&self, left: &Initializer, right: &Initializer) -> bool {
        let bytes = |init: &Initializer, start: u32, len: u32| {
            let start = start as usize;
            init.bytes.get(start..start.saturating_add(len as usize)).map(<[u8]>::to_vec)
        };
        left.nodes.len() == right.nodes.len()
            && left.nodes.iter().zip(&right.nodes).all(|nodes| match nodes {
                (&InitNode::Scalars { start, len }, &InitNode::Scalars { start: other, len: other_len }) => {
                    len == other_len && bytes(left, start, len) == bytes(right, other, other_len)
                }
                (InitNode::Address { symbol, addend }, InitNode::Address { symbol: other, addend: by }) => {
                    self.symbol(*symbol, *other) && addend == by
                }
                (left, right) => left == right,
            })
    }

    fn debug_type(&mut self, left: &DebugTypeData, right: &DebugTypeData) -> bool {
        let DebugTypeData { name, kind } = left;
        self.name(*name, right.name)
            && match (kind, &right.kind) {
                (
                    DebugKind::Base { name, encoding, bytes },
                    DebugKind::Base { name: other, encoding: e, bytes: b },
                ) => self.name(*name, *other) && (encoding, bytes) == (e, b),
                (DebugKind::Pointer { to, bytes }, DebugKind::Pointer { to: t, bytes: b }) => {
                    (to, bytes) == (t, b)
                }
                (DebugKind::Typedef { name, of }, DebugKind::Typedef { name: other, of: o }) => {
                    self.name(*name, *other) && of == o
                }
                (DebugKind::Array { of, count }, DebugKind::Array { of: o, count: c }) => (of, count) == (o, c),
                (
                    DebugKind::Struct { name, bytes, members },
                    DebugKind::Struct { name: other, bytes: b, members: m },
                ) => self.name(*name, *other) && bytes == b && self.members(members, m),
                (DebugKind::Enum { name, of, values }, DebugKind::Enum { name: other, of: o, values: v }) => {
                    self.name(*name, *other)
                        && of == o
                        && values.len() == v.len()
                        && values.iter().zip(v).all(|(l, r)| self.name(l.0, r.0) && l.1 == r.1)
                }
                _ => false,
            }
    }

    fn members(&mut self, left: &[Member], right: &[Member]) -> bool {
        left.len() == right.len()
            && left.iter().zip(right).all(|(left, right)| {
                let Member { name, ty, offset } = *left;
                self.name(name, right.name) && ty == right.ty && offset == right.offset
            })
    }

    fn function(&mut self, left: &Function, right: &Function) -> bool {
        let Function {
            symbol,
            ty,
            public,
            weak,
            interrupt,
            execution,
            inline,
            float,
            contract,
            section,
            align,
            source,
            span,
            slots,
            variables,
            inlined,
            body,
        } = left;
        self.symbol(*symbol, right.symbol)
            && self.ty(*ty, right.ty)
            && (public, weak, interrupt) == (&right.public, &right.weak, &right.interrupt)
            && (execution, inline) == (&right.execution, &right.inline)
            && (float, contract, align) == (&right.float, &right.contract, &right.align)
            && (source, span) == (&right.source, &right.span)
            && self.section(*section, right.section)
            && all(slots, &right.slots, |l, r| self.slot(l, r))
            && variables.len() == right.variables.len()
            && variables.iter().zip(&right.variables).all(|(l, r)| self.variable(l, r))
            && all(inlined, &right.inlined, |l, r| self.inline_site(l, r))
            && self.body(body, &right.body)
    }

    fn slot(&mut self, left: &SlotData, right: &SlotData) -> bool {
        let SlotData { name, ty, align, span } = *left;
        self.name(name, right.name) && self.ty(ty, right.ty) && (align, span) == (right.align, right.span)
    }

    fn variable(&mut self, left: &Variable, right: &Variable) -> bool {
        let Variable { name, ty, location, span } = *left;
        self.name(name, right.name) && (ty, location, span) == (right.ty, right.location, right.span)
    }

    fn inline_site(&mut self, left: &InlineData, right: &InlineData) -> bool {
        let InlineData { callee, span, parent } = *left;
        self.symbol(callee, right.callee) && (span, parent) == (right.span, right.parent)
    }

    fn body(&mut self, left: &Body, right: &Body) -> bool {
        // Edges, the pool and constants are compared where instructions use them.
        let Body {
            blocks,
            insts,
            first_results: _,
            spans,
            inline_sites: _,
            values,
            value_names,
            edges: _,
            pool: _,
            constants: _,
            damaged,
        } = left;
        *damaged == right.damaged
            && *spans == right.spans
            && all(blocks, &right.blocks, |l, r| self.block(l, r))
            && all(values, &right.values, |l, r| self.ty(l.ty, r.ty) && l.def() == r.def())
            && value_names.len() == right.value_names.len()
            && value_names.iter().zip(&right.value_names).all(|(l, r)| self.name(*l, *r))
            && all(insts, &right.insts, |l, r| self.inst(left, right, l, r))
            && insts.keys().all(|inst| {
                left.inline_site(inst) == right.inline_site(inst) && left.results(inst).eq(right.results(inst))
            })
    }

    fn block(&mut self, left: &BlockData, right: &BlockData) -> bool {
        let BlockData { name, first_param: _, params: _, first_inst: _, end_inst: _, defined, damaged } = *left;
        self.name(name, right.name)
            && left.params().eq(right.params())
            && left.insts().eq(right.insts())
            && (defined, damaged) == (right.defined, right.damaged)
    }

    fn inst(&self, left_body: &Body, right_body: &Body, left: &InstData, right: &InstData) -> bool {
        let InstData { opcode, results, attributes, words: _ } = *left;
        if (opcode, results, attributes) != (right.opcode, right.results, right.attributes) {
            return false;
        }
        let shape = opcode.shape();
        let operand = |l, r| self.operand(left_body, right_body, l, r);
        let same = (0..left.fixed_operands()).all(|index| operand(left.operand(index), right.operand(index)));
        let immediate = if shape.has(Attribute::Symbol) {
            self.symbol(left.symbol(), right.symbol())
        } else if shape.has(Attribute::Literal) {
            self.constant(left_body, right_body, left.literal(), right.literal())
        } else if shape.suffix == Suffix::Type {
            self.ty(left.access_type(), right.access_type())
        } else {
            left.fixed_operands() > 2 || left.words[2] == right.words[2]
        };
        same && immediate
            && self.operands(left_body, right_body, left_body.list(left), right_body.list(right))
            && left.list_len() == right.list_len()
            && left.edges().zip(right.edges()).all(|(l, r)| {
                match (left_body.edges.get(l), right_body.edges.get(r)) {
                    (Some(l), Some(r)) => self.edge(left_body, right_body, l, r),
                    (l, r) => l == r,
                }
            })
    }

    fn edge(&self, left_body: &Body, right_body: &Body, left: &EdgeData, right: &EdgeData) -> bool {
        let case = match (left.case(), right.case()) {
            (Some(l), Some(r)) => self.constant(left_body, right_body, l, r),
            (l, r) => l == r,
        };
        case && left.block == right.block
            && left.args().len() == right.args().len()
            && self.operands(left_body, right_body, left_body.edge_args(left), right_body.edge_args(right))
    }

    fn operands(&self, left_body: &Body, right_body: &Body, left: &[Operand], right: &[Operand]) -> bool {
        left.len() == right.len()
            && left.iter().zip(right).all(|(&l, &r)| self.operand(left_body, right_body, l, r))
    }

    fn operand(&self, left_body: &Body, right_body: &Body, left: Operand, right: Operand) -> bool {
        match (left.constant(), right.constant()) {
            (Some(l), Some(r)) => self.constant(left_body, right_body, l, r),
            _ => left == right,
        }
    }

    fn constant(&self, left_body: &Body, right_body: &Body, left: Constant, right: Constant) -> bool {
        match (left_body.constants.get(left), right_body.constants.get(right)) {
            (Some(l), Some(r)) => self.ty(l.ty, r.ty) && l.bits() == r.bits(),
            (None, None) => left == right,
            _ => false,
        }
    }
}

/// The symbol of an item, if the module has it.
pub(crate) fn symbol_of(module: &Module, item: Item) -> Option<Symbol> {
    match item {
        Item::Register(item) => module.registers.get(item).map(|item| item.symbol),
        Item::Data(item) => module.data.get(item).map(|item| item.symbol),
        Item::Import(item) => module.imports.get(item).map(|item| item.symbol),
        Item::Function(item) => module.functions.get(item).map(|item| item.symbol),
        Item::Undefined => None,
    }
}

fn all<K: EntityRef, A>(
    left: &PrimaryMap<K, A>,
    right: &PrimaryMap<K, A>,
    mut same: impl FnMut(&A, &A) -> bool,
) -> bool {
    left.len() == right.len() && left.values().zip(right.values()).all(|(left, right)| same(left, right))
}

impl InstData {
    /// How many operands or edges are in the list; 0 without list.
    fn list_len(&self) -> usize {
        if self.opcode.shape().has_list() { self.list().len() } else { 0 }
    }
}

#[cfg(test)]
mod tests;
