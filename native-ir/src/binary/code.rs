//! How a structure is described once for both directions.

use super::error::Found;
use super::read::{Read, Reader, unzigzag};
use super::write::{Writer, zigzag};
use cranelift_entity::{EntityRef, PrimaryMap};

/// What has a binary form. `get` reads what `put` writes; no value takes less than a byte.
pub(super) trait Code: Sized {
    fn put(&self, w: &mut Writer);
    fn get(r: &mut Reader<'_>) -> Read<Self>;
}

/// A structure: its fields in this order. A field that is left out does not compile.
macro_rules! record {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::binary::code::Code for $name {
            fn put(&self, w: &mut $crate::binary::write::Writer) {
                let $name { $($field),* } = self;
                $($field.put(w);)*
            }

            fn get(r: &mut $crate::binary::read::Reader<'_>) -> $crate::binary::read::Read<$name> {
                $(let $field = $crate::binary::code::Code::get(r)?;)*
                Ok($name { $($field),* })
            }
        }
    };
}

/// An enum: a byte for each variant, then the variant's fields. A variant that is left out does not compile.
macro_rules! choice {
    ($name:ident, $what:literal {
        $($tag:literal $variant:ident $(($($field:ident),*))? $({$($named:ident),*})?;)*
    }) => {
        impl $crate::binary::code::Code for $name {
            fn put(&self, w: &mut $crate::binary::write::Writer) {
                match self {
                    $($name::$variant $(($($field),*))? $({$($named),*})? => {
                        w.byte($tag);
                        $($($field.put(w);)*)?
                        $($($named.put(w);)*)?
                    })*
                }
            }

            fn get(r: &mut $crate::binary::read::Reader<'_>) -> $crate::binary::read::Read<$name> {
                let place = r.place();
                Ok(match r.byte($what)? {
                    $($tag => {
                        $($(let $field = $crate::binary::code::Code::get(r)?;)*)?
                        $($(let $named = $crate::binary::code::Code::get(r)?;)*)?
                        $name::$variant $(($($field),*))? $({$($named),*})?
                    })*
                    other => {
                        let found = $crate::binary::error::Found::Number(other.into());
                        return Err(r.error(place, $what, found));
                    }
                })
            }
        }
    };
}

/// Enums that the build makes of a table's rows: the row's number in a byte.
macro_rules! rows {
    ($($name:ident $what:literal;)*) => {$(
        const _: () = assert!($name::ALL.len() <= 256);

        impl $crate::binary::code::Code for $name {
            fn put(&self, w: &mut $crate::binary::write::Writer) {
                w.byte(*self as u8);
            }

            fn get(r: &mut $crate::binary::read::Reader<'_>) -> $crate::binary::read::Read<$name> {
                let place = r.place();
                let row = r.byte($what)?;
                let found = $crate::binary::error::Found::Number(row.into());
                $name::ALL.get(usize::from(row)).copied().ok_or_else(|| r.error(place, $what, found))
            }
        }
    )*};
}

/// Numbers of entities: any that an entity may have, whether or not there is one.
macro_rules! entities {
    ($($name:ident $what:literal;)*) => {$(
        impl $crate::binary::code::Code for $name {
            fn put(&self, w: &mut $crate::binary::write::Writer) {
                w.number(self.as_u32().into());
            }

            fn get(r: &mut $crate::binary::read::Reader<'_>) -> $crate::binary::read::Read<$name> {
                // The largest number is no entity's.
                let number = r.number_to(u64::from(u32::MAX) - 1, $what)?;
                Ok($name::from_u32(number as u32))
            }
        }
    )*};
}

pub(super) use {choice, entities, record, rows};

macro_rules! numbers {
    ($($name:ident $what:literal;)*) => {$(
        impl Code for $name {
            fn put(&self, w: &mut Writer) {
                w.number((*self).into());
            }

            fn get(r: &mut Reader<'_>) -> Read<$name> {
                r.number_to($name::MAX.into(), $what).map(|number| number as $name)
            }
        }
    )*};
}

numbers! {
    u16 "a number of 16 bits";
    u32 "a number of 32 bits";
    u64 "a number of 64 bits";
}

impl Code for i64 {
    fn put(&self, w: &mut Writer) {
        w.number(zigzag(*self));
    }

    fn get(r: &mut Reader<'_>) -> Read<i64> {
        r.number("a signed number").map(unzigzag)
    }
}

/// Two halves, the lower first.
impl Code for u128 {
    fn put(&self, w: &mut Writer) {
        w.number(*self as u64);
        w.number((*self >> 64) as u64);
    }

    fn get(r: &mut Reader<'_>) -> Read<u128> {
        let low = r.number("the lower half of a number")?;
        let high = r.number("the upper half of a number")?;
        Ok(u128::from(high) << 64 | u128::from(low))
    }
}

impl Code for bool {
    fn put(&self, w: &mut Writer) {
        w.byte(u8::from(*self));
    }

    fn get(r: &mut Reader<'_>) -> Read<bool> {
        let place = r.place();
        match r.byte("0 or 1")? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(r.error(place, "0 or 1", Found::Number(other.into()))),
        }
    }
}

impl Code for String {
    fn put(&self, w: &mut Writer) {
        w.blob(self.as_bytes());
    }

    fn get(r: &mut Reader<'_>) -> Read<String> {
        text(r).map(str::to_string)
    }
}

/// A string of UTF-8 behind its length in bytes.
pub(super) fn text<'b>(r: &mut Reader<'b>) -> Read<&'b str> {
    let place = r.place();
    let bytes = r.blob("a string")?;
    simdutf8::basic::from_utf8(bytes).map_err(|_| r.error(place, "a string of UTF-8", Found::Other))
}

impl Code for Vec<u8> {
    fn put(&self, w: &mut Writer) {
        w.blob(self);
    }

    fn get(r: &mut Reader<'_>) -> Read<Vec<u8>> {
        r.blob("bytes").map(<[u8]>::to_vec)
    }
}

impl Code for [u8; 32] {
    fn put(&self, w: &mut Writer) {
        w.out.extend(self);
    }

    fn get(r: &mut Reader<'_>) -> Read<[u8; 32]> {
        let mut digest = [0; 32];
        digest.copy_from_slice(r.take(32, "a digest of 32 bytes")?);
        Ok(digest)
    }
}

impl<T: Code> Code for Option<T> {
    fn put(&self, w: &mut Writer) {
        self.is_some().put(w);
        if let Some(some) = self {
            some.put(w);
        }
    }

    fn get(r: &mut Reader<'_>) -> Read<Option<T>> {
        Ok(if bool::get(r)? { Some(T::get(r)?) } else { None })
    }
}

impl<T: Code> Code for Box<T> {
    fn put(&self, w: &mut Writer) {
        T::put(self, w);
    }

    fn get(r: &mut Reader<'_>) -> Read<Box<T>> {
        T::get(r).map(Box::new)
    }
}

impl<A: Code, B: Code> Code for (A, B) {
    fn put(&self, w: &mut Writer) {
        self.0.put(w);
        self.1.put(w);
    }

    fn get(r: &mut Reader<'_>) -> Read<(A, B)> {
        Ok((A::get(r)?, B::get(r)?))
    }
}

/// A list behind its length.
impl<T: Code> Code for Vec<T> {
    fn put(&self, w: &mut Writer) {
        put_list(self, w);
    }

    fn get(r: &mut Reader<'_>) -> Read<Vec<T>> {
        let count = r.count("the length of a list")?;
        // Items are larger in memory than in the file: of a long list only what was read is paid for.
        let mut list = Vec::with_capacity(count.min(1 << 10));
        for _ in 0..count {
            list.push(T::get(r)?);
        }
        Ok(list)
    }
}

impl<T: Code> Code for Box<[T]> {
    fn put(&self, w: &mut Writer) {
        put_list(self, w);
    }

    fn get(r: &mut Reader<'_>) -> Read<Box<[T]>> {
        Vec::get(r).map(Vec::into_boxed_slice)
    }
}

impl<K: EntityRef, V: Code> Code for PrimaryMap<K, V> {
    fn put(&self, w: &mut Writer) {
        put_list(self.values().as_slice(), w);
    }

    fn get(r: &mut Reader<'_>) -> Read<PrimaryMap<K, V>> {
        Vec::get(r).map(PrimaryMap::from)
    }
}

fn put_list<T: Code>(list: &[T], w: &mut Writer) {
    w.count(list.len());
    for item in list {
        item.put(w);
    }
}
