//! From the entities of one module to those of the linked module.

use crate::{DebugType, Module, Name, Names, Register, Source, Span, Symbol, Type};
use cranelift_entity::EntityRef;

/// The maps of one module, each by the module's own index.
///
/// An index that the module does not have maps to one that the linked module does not have either.
#[derive(Default)]
pub(super) struct Maps {
    pub(super) names: Vec<Option<Name>>,
    pub(super) types: Vec<Type>,
    pub(super) sources: Vec<Source>,
    pub(super) symbols: Vec<Symbol>,
    pub(super) registers: Vec<Register>,
    pub(super) debug_types: Vec<DebugType>,
}

impl Maps {
    pub(super) fn new(module: &Module) -> Maps {
        Maps { names: vec![None; module.names.len()], ..Maps::default() }
    }

    /// A name of the module, interned where it is needed for the first time.
    pub(super) fn name(&mut self, from: &Names, into: &mut Names, name: Name) -> Name {
        match self.names.get_mut(name.index()) {
            Some(known) => *known.get_or_insert_with(|| into.intern(from.text(name))),
            None => Name::NONE,
        }
    }

    pub(super) fn ty(&self, ty: Type) -> Type {
        super::types::mapped(&self.types, ty)
    }

    pub(super) fn symbol(&self, symbol: Symbol) -> Symbol {
        entity(&self.symbols, symbol)
    }

    pub(super) fn register(&self, register: Register) -> Register {
        entity(&self.registers, register)
    }

    pub(super) fn debug_type(&self, ty: DebugType) -> DebugType {
        entity(&self.debug_types, ty)
    }

    /// A source; the first one in a module that declares none.
    pub(super) fn source(&self, source: Source) -> Source {
        if self.sources.is_empty() { source } else { entity(&self.sources, source) }
    }

    pub(super) fn span(&self, span: Span) -> Span {
        if span.is_compiler() || span.is_missing() {
            return span;
        }
        Span::new(self.source(span.source()), span.line, span.column)
    }
}

fn entity<K: EntityRef + Copy>(map: &[K], key: K) -> K {
    map.get(key.index()).copied().unwrap_or_else(|| K::new(u32::MAX as usize - 1))
}
