//! The interner: each distinct name of a module is stored once and known by a [`Name`].

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;
use std::sync::OnceLock;

/// An interned name. [`Name::NONE`] stands for "unnamed".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(u32);

impl Name {
    /// No name.
    pub const NONE: Name = Name(u32::MAX);

    /// Whether there is a name.
    pub fn is_some(self) -> bool {
        self != Name::NONE
    }

    /// A dense index, for side tables by name.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// All names of a module, in the order in which they were first seen.
#[derive(Clone, Debug, Default)]
pub struct Names {
    text: String,
    ends: Vec<u32>,
    /// Made when a name is looked for, so that a finished module need not keep it.
    table: OnceLock<HashTable<u32>>,
}

impl Names {
    /// The name of a text, interned when it is new.
    pub fn intern(&mut self, text: &str) -> Name {
        let hash_of_text = hash(text);
        if let Some(known) = self.find_hashed(text, hash_of_text) {
            return known;
        }
        let index = self.ends.len() as u32;
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
        let (all, ends) = (&self.text, &self.ends);
        if let Some(table) = self.table.get_mut() {
            table.insert_unique(hash_of_text, index, |&index| hash(slice(all, ends, index)));
        }
        Name(index)
    }

    /// The name of a text, if it was ever interned.
    pub fn find(&self, text: &str) -> Option<Name> {
        self.find_hashed(text, hash(text))
    }

    fn find_hashed(&self, text: &str, hash: u64) -> Option<Name> {
        let table = self.table.get_or_init(|| self.new_table());
        table.find(hash, |&index| slice(&self.text, &self.ends, index) == text).map(|&index| Name(index))
    }

    fn new_table(&self) -> HashTable<u32> {
        let hash_of = |&index: &u32| hash(slice(&self.text, &self.ends, index));
        let mut table = HashTable::with_capacity(self.ends.len());
        for index in 0..self.ends.len() as u32 {
            table.insert_unique(hash_of(&index), index, hash_of);
        }
        table
    }

    /// The text of a name; empty for [`Name::NONE`] and for names of another module.
    pub fn text(&self, name: Name) -> &str {
        if name.index() < self.ends.len() { slice(&self.text, &self.ends, name.0) } else { "" }
    }

    /// The texts of all names, in the order of [`Name::index`].
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len() as u32).map(|index| slice(&self.text, &self.ends, index))
    }

    /// How many distinct names there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether no name was interned yet.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes of heap memory in use.
    pub fn heap_bytes(&self) -> usize {
        let table = self.table.get().map_or(0, HashTable::capacity);
        self.text.capacity() + self.ends.capacity() * 4 + table * 5
    }

    /// Gives back memory that growth left over, and the table, which the next search makes again.
    pub fn shrink_to_fit(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.table = OnceLock::new();
    }
}

fn hash(text: &str) -> u64 {
    FxBuildHasher.hash_one(text.as_bytes())
}

fn slice<'a>(text: &'a str, ends: &[u32], index: u32) -> &'a str {
    let index = index as usize;
    let start = if index == 0 { 0 } else { ends[index - 1] as usize };
    &text[start..ends[index] as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_name_and_comes_back() {
        let mut names = Names::default();
        let a = names.intern("alpha");
        let empty = names.intern("");
        let b = names.intern("beta");
        assert_eq!(names.intern("alpha"), a);
        assert_ne!(a, b);
        assert_eq!([names.text(a), names.text(empty), names.text(b)], ["alpha", "", "beta"]);
        names.shrink_to_fit();
        assert_eq!(names.intern("beta"), b);
        assert_eq!(names.find("beta"), Some(b));
        assert_eq!(names.find("gamma"), None);
        assert_eq!(names.text(Name::NONE), "");
    }
}
