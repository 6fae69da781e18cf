//! From names to entities: symbols and types of the module, and the names of one function.
//!
//! A name is hashed once, by the interner; what it stands for is then an entry of a dense table. The tables outlive
//! the function: an epoch says which function an entry belongs to.

use super::cursor::{Read, Spelling, shorten};
use super::{Reader, text_place};
use crate::{Diagnostic, Item, Name, Rule, Symbol, SymbolData, Type};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// A name of a function or of the debug types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key<'t> {
    Named(Name),
    Number(u32),
    /// A number of more than nine digits.
    Large(&'t str),
}

/// What the names of one kind stand for.
#[derive(Default)]
pub(super) struct Scope<'t> {
    named: Vec<(u32, u32)>,
    numbered: Vec<(u32, u32)>,
    /// Numbers that the dense table has no room for.
    sparse: FxHashMap<Key<'t>, u32>,
    epoch: u32,
    bound: u32,
}

impl<'t> Scope<'t> {
    /// Forgets all names. Numbers below the bound are kept in a dense table.
    pub(super) fn begin(&mut self, bound: usize) {
        self.epoch += 1;
        self.bound = u32::try_from(bound).unwrap_or(u32::MAX);
        self.sparse.clear();
    }

    #[inline]
    pub(super) fn get(&self, key: Key<'t>) -> Option<u32> {
        let entry = match key {
            Key::Named(name) => self.named.get(name.index()),
            Key::Number(number) if number < self.bound => self.numbered.get(number as usize),
            key => return self.sparse.get(&key).copied(),
        };
        entry.and_then(|&(epoch, entity)| (epoch == self.epoch).then_some(entity))
    }

    /// Gives a name to an entity, unless it is taken: then it returns what has it.
    #[inline]
    pub(super) fn set(&mut self, key: Key<'t>, entity: u32) -> Option<u32> {
        let (table, index) = match key {
            Key::Named(name) => (&mut self.named, name.index()),
            Key::Number(number) if number < self.bound => (&mut self.numbered, number as usize),
            key => {
                let taken = self.sparse.get(&key).copied();
                self.sparse.entry(key).or_insert(entity);
                return taken;
            }
        };
        if index >= table.len() {
            table.resize(index + 1 + index / 2, (u32::MAX, 0));
        }
        let (epoch, first) = table[index];
        if epoch == self.epoch {
            return Some(first);
        }
        table[index] = (self.epoch, entity);
        None
    }
}

/// What a name behind `@` stands for.
#[derive(Clone, Copy)]
pub(super) enum Global {
    None,
    Symbol(Symbol),
    /// Nothing declares it, and only inlining records have named it so far.
    Gone(Symbol),
    Type(Type),
}

/// The names behind `@`.
#[derive(Default)]
pub(super) struct Globals(Vec<Global>);

impl Globals {
    pub(super) fn get(&self, name: Name) -> Global {
        self.0.get(name.index()).copied().unwrap_or(Global::None)
    }

    pub(super) fn set(&mut self, name: Name, global: Global) {
        if name.index() >= self.0.len() {
            self.0.resize(name.index() + 1, Global::None);
        }
        self.0[name.index()] = global;
    }
}

impl<'t> Reader<'t> {
    /// The key of a value's or block's name behind its sigil.
    #[inline]
    pub(super) fn key_here(&mut self, sigil: char) -> Read<Key<'t>> {
        if let Some(name) = self.cursor.ascii_name() {
            return Ok(Key::Named(self.module.names.intern(name)));
        }
        let spelling = self.cursor.spelling(sigil, true)?;
        Ok(self.key(spelling))
    }

    /// The key of a spelling.
    #[inline]
    pub(super) fn key(&mut self, spelling: Spelling<'t>) -> Key<'t> {
        match spelling {
            Spelling::Name(name) => Key::Named(self.module.names.intern(&name)),
            Spelling::Number(digits) if digits.len() <= 9 => Key::Number(digits.parse().unwrap_or(0)),
            Spelling::Number(digits) => Key::Large(digits),
        }
    }

    /// A name for what a key names and nothing defines.
    pub(super) fn undefined_name(&mut self, key: Key<'t>) -> Name {
        match key {
            Key::Named(name) => name,
            Key::Number(number) => self.module.names.intern(&number.to_string()),
            Key::Large(digits) => self.module.names.intern(digits),
        }
    }

    /// The symbol of a name that stands in a range. What is not declared is reported, and then declared as
    /// undefined: so it is reported once.
    pub(super) fn symbol(&mut self, name: &str, range: Range<usize>) -> Symbol {
        let name = self.module.names.intern(name);
        match self.globals.get(name) {
            Global::Symbol(symbol) => symbol,
            Global::Type(_) => {
                self.unknown(range, "is a type, not a symbol");
                self.module.symbols.push(SymbolData { name, item: Item::Undefined })
            }
            Global::None => {
                self.unknown(range, "is not declared");
                let symbol = self.module.symbols.push(SymbolData { name, item: Item::Undefined });
                self.globals.set(name, Global::Symbol(symbol));
                symbol
            }
            Global::Gone(symbol) => {
                self.unknown(range, "is not declared");
                self.globals.set(name, Global::Symbol(symbol));
                symbol
            }
        }
    }

    /// The symbol of a function that was inlined, which the module need not have any more.
    pub(super) fn inlined_symbol(&mut self, name: &str, range: Range<usize>) -> Symbol {
        let interned = self.module.names.intern(name);
        match self.globals.get(interned) {
            Global::Symbol(symbol) | Global::Gone(symbol) => symbol,
            Global::Type(_) => self.symbol(name, range),
            Global::None => {
                let symbol = self.module.symbols.push(SymbolData { name: interned, item: Item::Undefined });
                self.globals.set(interned, Global::Gone(symbol));
                symbol
            }
        }
    }

    /// Reports a use of something that is not there.
    pub(super) fn unknown(&mut self, range: Range<usize>, what: &str) {
        let name = shorten(self.cursor.text().get(range.clone()).unwrap_or(""));
        self.report(
            Diagnostic::new(Rule::SchemaUnknownSymbol, text_place(range), format!("`{name}` {what}")).label(what),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_forgets_and_keeps_the_first() {
        let mut scope = Scope::default();
        let keys = [Key::Number(3), Key::Number(1000), Key::Large("12345678901")];
        for key in keys {
            scope.begin(100);
            assert_eq!(scope.get(key), None);
            assert_eq!(scope.set(key, 7), None);
            assert_eq!(scope.set(key, 8), Some(7));
            assert_eq!(scope.get(key), Some(7));
        }
        scope.begin(100);
        assert!(keys.iter().all(|&key| scope.get(key).is_none()));
    }
}
