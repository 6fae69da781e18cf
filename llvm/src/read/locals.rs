//! The names of a function's values and blocks, which share numbers and names.

use super::cursor::Id;
use super::{Reader, Result};
use crate::syntax::{Block, BlockData, Inst, Local, Name, Operand, Place, Type};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// A value or a block, in one word.
#[derive(Clone, Copy)]
struct Named(u32);

impl Named {
    const BLOCK: u32 = 1 << 31;

    fn local(local: Local) -> Named {
        Named(local.as_u32())
    }

    fn label(label: u32) -> Named {
        Named(label | Named::BLOCK)
    }

    #[inline]
    fn as_local(self) -> Option<Local> {
        (self.0 & Named::BLOCK == 0).then(|| Local::from_u32(self.0))
    }

    #[inline]
    fn as_label(self) -> Option<u32> {
        (self.0 & Named::BLOCK != 0).then_some(self.0 & !Named::BLOCK)
    }
}

/// What the names in a function mean.
#[derive(Default)]
pub(super) struct LocalNames<'t> {
    /// What is defined with the numbers from 0 on.
    numbers: Vec<Named>,
    /// What is used before its definition, and what is defined behind a gap in the numbers.
    others: FxHashMap<u32, Named>,
    /// The next number.
    next: u32,
    names: FxHashMap<Name<'t>, Named>,
}

/// A block by its first mention. Until the function ends, blocks are named by the order of their first mentions.
pub(super) struct Label {
    /// The first mention.
    pub(super) place: Place,
    /// The block, once it is defined.
    pub(super) block: Option<Block>,
}

impl<'t> LocalNames<'t> {
    /// Forgets all names.
    pub(super) fn clear(&mut self) {
        self.numbers.clear();
        self.next = 0;
        // Emptying a table takes as long as filling it once did.
        if self.names.capacity() > 1024 && self.names.len() < self.names.capacity() / 16 {
            self.names = FxHashMap::default();
        }
        if self.others.capacity() > 1024 && self.others.len() < self.others.capacity() / 16 {
            self.others = FxHashMap::default();
        }
        self.names.clear();
        self.others.clear();
    }

    #[inline]
    fn get(&self, id: &Id<'t>) -> Option<Named> {
        match id {
            Id::Number(number) => match self.numbers.get(*number as usize) {
                Some(&named) => Some(named),
                None => self.others.get(number).copied(),
            },
            Id::Name(name) => self.names.get(name).copied(),
        }
    }

    /// Gives an id a meaning. Numbers that are not the next are used before their definition.
    fn insert(&mut self, id: Id<'t>, named: Named) {
        match id {
            Id::Number(number) => self.others.insert(number, named),
            Id::Name(name) => self.names.insert(name, named),
        };
    }

    /// What a number that is defined now meant before.
    #[inline]
    fn take_number(&mut self, number: u32) -> Option<Named> {
        self.next = number + 1;
        if self.others.is_empty() { None } else { self.others.remove(&number) }
    }

    #[inline]
    fn define_number(&mut self, number: u32, named: Named) {
        if self.numbers.len() == number as usize {
            self.numbers.push(named);
        } else {
            self.others.insert(number, named);
        }
    }
}

impl<'t> Reader<'t> {
    /// `%name` as a value of a type. The sigil stands here.
    #[inline]
    pub(super) fn local(&mut self, ty: Type) -> Result<Operand> {
        let place = self.cursor.place();
        self.cursor.at += 1;
        // Most values have a number and are defined.
        let start = self.cursor.at;
        if let Some(number) = self.cursor.digits()
            && let Some(named) = self.function.names.numbers.get(number as usize)
            && let Some(local) = named.as_local()
            && self.function.body.locals[local] == ty
        {
            return Ok(Operand::local(local));
        }
        self.cursor.at = start;
        let id = self.id("the name of a value")?;
        let local = match self.function.names.get(&id) {
            Some(named) => match named.as_local() {
                Some(local) => local,
                None => return Err(self.wrong_at(place, "LLVM/syntax", "a block is no value".to_owned())),
            },
            None => {
                let local = self.new_local(&id, ty);
                self.function.names.insert(id, Named::local(local));
                self.function.undefined.insert(local, place);
                local
            }
        };
        if self.function.body.locals[local] != ty {
            self.check_local(local, ty, place)?;
        }
        Ok(Operand::local(local))
    }

    #[cold]
    fn check_local(&mut self, local: Local, ty: Type, place: Place) -> Result<()> {
        if self.function.broken.contains(&local) {
            return Ok(());
        }
        self.check_same(ty, self.function.body.locals[local], place)
    }

    #[inline]
    fn new_local(&mut self, id: &Id<'t>, ty: Type) -> Local {
        self.function.body.names.push(match id {
            Id::Number(_) => Cow::Borrowed(""),
            Id::Name(name) => name.clone(),
        });
        self.function.body.locals.push(ty)
    }

    /// The number that comes next, for what has no name.
    pub(super) fn next_local(&self) -> Id<'t> {
        Id::Number(self.function.names.next)
    }

    /// What an id meant before its definition, which is here.
    #[inline]
    fn earlier(&mut self, id: &Id<'t>, place: Place) -> Result<Option<Named>> {
        match id {
            Id::Number(number) => {
                let next = self.function.names.next;
                if *number < next {
                    let message = format!("`{number}` comes too late: the next number is {next}");
                    return Err(self.wrong_at(place, "LLVM/syntax", message));
                }
                Ok(self.function.names.take_number(*number))
            }
            Id::Name(name) => Ok(self.function.names.names.get(name).copied()),
        }
    }

    /// A new value with a name.
    #[inline]
    pub(super) fn define_local(&mut self, id: Id<'t>, ty: Type, place: Place) -> Result<Local> {
        let known = self.earlier(&id, place)?;
        let local = match known {
            Some(named) => self.define_known_local(named, ty, place)?,
            None => self.new_local(&id, ty),
        };
        match id {
            Id::Number(number) => self.function.names.define_number(number, Named::local(local)),
            Id::Name(name) if known.is_none() => drop(self.function.names.names.insert(name, Named::local(local))),
            Id::Name(_) => {}
        }
        Ok(local)
    }

    fn define_known_local(&mut self, named: Named, ty: Type, place: Place) -> Result<Local> {
        let Some(local) = named.as_local() else {
            let message = "this name is that of a block".to_owned();
            return Err(self.wrong_at(place, "LLVM/syntax", message));
        };
        let Some(first) = self.function.undefined.remove(&local) else {
            let message = "a value of this name is defined before".to_owned();
            return Err(self.wrong_at(place, "LLVM/syntax", message));
        };
        let used = self.function.body.locals[local];
        if used != ty {
            let (used, ty) = (self.show(used), self.show(ty));
            let message = format!("this value has the type `{ty}`, but line {} uses it as `{used}`", first.line);
            return Err(self.wrong_at(place, "LLVM/type", message));
        }
        Ok(local)
    }

    /// A value whose instruction is wrong: it has a name, and its uses are not wrong.
    pub(super) fn define_broken(&mut self, id: Id<'t>) {
        let known = self.function.names.get(&id);
        if let Id::Number(number) = id {
            if number < self.function.names.next {
                return;
            }
            self.function.names.take_number(number);
        }
        let local = match known {
            Some(named) => named.as_local(),
            None => Some(self.new_local(&id, self.common.void)),
        };
        let Some(local) = local else { return };
        self.function.undefined.remove(&local);
        self.function.broken.insert(local);
        match id {
            Id::Number(number) => self.function.names.define_number(number, Named::local(local)),
            Id::Name(name) => drop(self.function.names.names.insert(name, Named::local(local))),
        }
    }

    /// `%name` as a block, by its first mention.
    pub(super) fn block(&mut self) -> Result<Block> {
        let place = self.cursor.here();
        if self.cursor.byte(0) != b'%' {
            return Err(self.unexpected("the name of a block"));
        }
        self.cursor.at += 1;
        let start = self.cursor.at;
        if let Some(number) = self.cursor.digits()
            && let Some(named) = self.function.names.numbers.get(number as usize)
            && let Some(label) = named.as_label()
        {
            return Ok(Block::from_u32(label));
        }
        self.cursor.at = start;
        let id = self.id("the name of a block")?;
        let label = match self.function.names.get(&id) {
            Some(named) => match named.as_label() {
                Some(label) => label,
                None => return Err(self.wrong_at(place, "LLVM/syntax", "a value is no block".to_owned())),
            },
            None => {
                let label = self.new_label(place);
                self.function.names.insert(id, Named::label(label));
                label
            }
        };
        Ok(Block::from_u32(label))
    }

    fn new_label(&mut self, place: Place) -> u32 {
        self.function.labels.push(Label { place, block: None });
        self.function.labels.len() as u32 - 1
    }

    /// A new block, at the end of those that there are. `name` is what its label is in the text.
    pub(super) fn define_block(&mut self, id: Id<'t>, name: Name<'t>, place: Place) -> Result<()> {
        let known = self.earlier(&id, place)?;
        let label = match known.map(Named::as_label) {
            Some(Some(label)) => label,
            Some(None) => {
                let message = "this name is that of a value".to_owned();
                return Err(self.wrong_at(place, "LLVM/syntax", message));
            }
            None => self.new_label(place),
        };
        if self.function.labels[label as usize].block.is_some() {
            let message = "a block of this name is defined before".to_owned();
            return Err(self.wrong_at(place, "LLVM/syntax", message));
        }
        let first = Inst::from_u32(self.function.body.insts.len() as u32);
        let block = self.function.body.blocks.push(BlockData { name, first, end: first });
        self.function.labels[label as usize].block = Some(block);
        match id {
            Id::Number(number) => self.function.names.define_number(number, Named::label(label)),
            Id::Name(name) if known.is_none() => drop(self.function.names.names.insert(name, Named::label(label))),
            Id::Name(_) => {}
        }
        Ok(())
    }

    /// Reports what is used and nowhere defined.
    pub(super) fn check_defined(&mut self) {
        let mut places: Vec<Place> = self.function.undefined.values().copied().collect();
        places.sort_unstable_by_key(|place| (place.line, place.column));
        for place in places {
            self.wrong_at(place, "LLVM/syntax", "this value is nowhere defined".to_owned());
        }
        for index in 0..self.function.labels.len() {
            let Label { place, block } = self.function.labels[index];
            if block.is_none() {
                self.wrong_at(place, "LLVM/syntax", "this block is nowhere defined".to_owned());
            }
        }
    }
}
