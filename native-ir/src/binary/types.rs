//! Names and types.

use super::code::{Code, choice, entities, record, rows, text};
use super::error::Found;
use super::read::{Read, Reader, unzigzag};
use super::write::{Writer, zigzag};
use crate::{
    Abi, Effect, EffectSet, FunctionType, Name, NamedType, NamedTypeData, Names, Param, Passing, Space, Type,
    TypeData, TypeKind, TypeTable,
};
use cranelift_entity::EntityRef;

/// A list of distinct texts; a name is its number in it.
impl Code for Names {
    fn put(&self, w: &mut Writer) {
        w.count(self.len());
        for text in self.iter() {
            w.blob(text.as_bytes());
        }
    }

    fn get(r: &mut Reader<'_>) -> Read<Names> {
        let mut names = Names::default();
        for number in 0..r.count("the number of names")? {
            let place = r.place();
            let name = names.intern(text(r)?);
            if name.index() != number {
                return Err(r.error(place, "a new name", Found::Repeated));
            }
            r.names.push(name);
        }
        Ok(names)
    }
}

/// 0 for none, else 1 more than the distance from the number behind the last name. Names are numbered as they come up,
/// so most distances are 0.
impl Code for Name {
    fn put(&self, w: &mut Writer) {
        if !self.is_some() {
            return w.byte(0);
        }
        let index = self.index() as u32;
        w.number(1 + zigzag(i64::from(index) - i64::from(w.next_name)));
        w.next_name = index.wrapping_add(1);
    }

    fn get(r: &mut Reader<'_>) -> Read<Name> {
        let place = r.place();
        let Some(distance) = r.number("a name")?.checked_sub(1) else { return Ok(Name::NONE) };
        let index = i64::from(r.next_name).checked_add(unzigzag(distance));
        let index = index.and_then(|index| usize::try_from(index).ok());
        match index.and_then(|index| r.names.get(index)) {
            Some(&name) => {
                r.next_name = name.index() as u32 + 1;
                Ok(name)
            }
            None => Err(r.error(place, "the distance to a name", Found::Number(distance))),
        }
    }
}

/// The number of a type that stands before.
impl Code for Type {
    fn put(&self, w: &mut Writer) {
        w.count(self.index());
    }

    fn get(r: &mut Reader<'_>) -> Read<Type> {
        let place = r.place();
        let number = r.number("a type")?;
        if number < r.types as u64 {
            return Ok(Type::from_index(number as u32));
        }
        Err(r.error(place, "the number of a type", Found::Number(number)))
    }
}

/// The names of the named types, the types behind those that every table has, the bodies of the named types.
impl Code for TypeTable {
    fn put(&self, w: &mut Writer) {
        w.count(self.named.len());
        for NamedTypeData { name, body: _ } in self.named.values() {
            name.put(w);
        }
        let fixed = TypeTable::default().len();
        w.count(self.len().saturating_sub(fixed));
        for (_, data) in self.iter().skip(fixed) {
            data.put(w);
        }
        for NamedTypeData { name: _, body } in self.named.values() {
            body.put(w);
        }
    }

    fn get(r: &mut Reader<'_>) -> Read<TypeTable> {
        let mut table = TypeTable::default();
        for _ in 0..r.count("the number of named types")? {
            table.named.push(NamedTypeData { name: Name::get(r)?, body: Type::ERROR });
        }
        r.types = table.len();
        for _ in 0..r.count("the number of types")? {
            let place = r.place();
            let data = TypeData::get(r)?;
            if let TypeData::Named(named) = data
                && named.index() >= table.named.len()
            {
                let found = Found::Number(named.as_u32().into());
                return Err(r.error(place, "the number of a named type", found));
            }
            if table.intern(data).index() != r.types {
                return Err(r.error(place, "a new type", Found::Repeated));
            }
            r.types += 1;
        }
        for named in table.named.values_mut() {
            named.body = Type::get(r)?;
        }
        Ok(table)
    }
}

choice! { TypeData, "the tag of a type" {
    0 Error;
    1 Primitive(kind);
    2 Pointer { space, pointee };
    3 Function(function);
    4 Struct { packed, fields };
    5 Array { element, length };
    6 Named(named);
    7 Vector { element, lanes };
} }

rows! {
    TypeKind "a row of machine-types.tsv";
    Space "an address space";
}

entities! { NamedType "the number of a named type"; }

record! { FunctionType { params, results, varargs, abi, effects } }
record! { Param { ty, passing } }

choice! { Abi, "the tag of an ABI" { 0 Module; 1 Tail; 2 Named(name); } }

choice! { Passing, "how a parameter is passed" {
    0 Value;
    1 Zext;
    2 Sext;
    3 Agg;
    4 ByVal;
    5 SRet;
} }

/// A bit for each row of `effects.tsv`.
impl Code for EffectSet {
    fn put(&self, w: &mut Writer) {
        w.number(self.iter().map(|effect| 1 << effect.index()).sum());
    }

    fn get(r: &mut Reader<'_>) -> Read<EffectSet> {
        let bits = r.number_to((1 << Effect::ALL.len()) - 1, "a set of effects")?;
        Ok(Effect::ALL.iter().copied().filter(|effect| bits >> effect.index() & 1 != 0).collect())
    }
}
