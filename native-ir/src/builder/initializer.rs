//! Initial values of data objects, by the type of the Rust numbers that make them.

use crate::{InitNode, Initializer, Symbol};

/// A number that a data object may hold: little-endian, in its width. `f16` and `f128` go in as `u16` and `u128` with
/// their bits, `addr` as `u64`.
pub trait Scalar: Copy {
    /// Appends the number's bytes.
    fn push_to(self, bytes: &mut Vec<u8>);
}

macro_rules! scalars {
    ($($ty:ty)*) => {$(
        impl Scalar for $ty {
            fn push_to(self, bytes: &mut Vec<u8>) {
                bytes.extend(self.to_le_bytes());
            }
        }
    )*};
}

scalars! { u8 i8 u16 i16 u32 i32 u64 i64 u128 i128 f32 f64 }

/// Makers of [`Initializer`]s. Whether one fits its object's type, the verifier says.
#[derive(Clone, Copy, Debug)]
pub struct Init;

impl Init {
    /// All bytes zero, for any type.
    pub fn zero() -> Initializer {
        Initializer { nodes: vec![InitNode::Zero], bytes: Vec::new() }
    }

    /// One number.
    pub fn scalar(number: impl Scalar) -> Initializer {
        Init::array([number])
    }

    /// An array of numbers.
    pub fn array<T: Scalar>(numbers: impl IntoIterator<Item = T>) -> Initializer {
        let mut bytes = Vec::new();
        for number in numbers {
            number.push_to(&mut bytes);
        }
        Initializer { nodes: vec![InitNode::Scalars { start: 0, len: bytes.len() as u32 }], bytes }
    }

    /// An array of `i8` with the bytes of a text.
    pub fn text(text: &str) -> Initializer {
        Init::array(text.bytes())
    }

    /// The address of an item ([`super::ModuleBuilder::symbol`]) plus a number of bytes.
    pub fn address(symbol: Symbol, addend: i64) -> Initializer {
        Initializer { nodes: vec![InitNode::Address { symbol, addend }], bytes: Vec::new() }
    }

    /// The fields of a struct, or the elements of an array of anything but numbers.
    pub fn list(items: impl IntoIterator<Item = Initializer>) -> Initializer {
        let mut all = Initializer { nodes: vec![InitNode::List(0)], bytes: Vec::new() };
        let mut count = 0;
        for item in items {
            let offset = all.bytes.len() as u32;
            all.nodes.extend(item.nodes.into_iter().map(|node| match node {
                InitNode::Scalars { start, len } => InitNode::Scalars { start: start + offset, len },
                node => node,
            }));
            all.bytes.extend(item.bytes);
            count += 1;
        }
        all.nodes[0] = InitNode::List(count);
        all
    }
}
