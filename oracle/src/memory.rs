//! Memory of the model: objects with bytes, and every access checked by the rules as they are written down.

use crate::value::{Id, Stop, Value};
use native_ir::{Space, Trap};

/// What sort of object it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A stack slot, or the copy of an argument.
    Stack,
    /// Memory of the runtime's allocator.
    Heap,
    /// A data object.
    Data,
    /// A function or import, by the number that calls go by.
    Code(usize),
}

/// What became of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Live,
    /// Between `lifetime_end` and `lifetime_start`.
    Suspended,
    Ended,
}

/// A byte, and what is known of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Byte {
    bits: u8,
    undefined: u8,
    vague: bool,
    nan: bool,
    unsure: bool,
    /// It is a byte of a value that is counted from an object's address.
    part: Option<Part>,
}

/// Byte `index` of an address.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Part {
    base: Id,
    offset: u64,
    tag: Option<Id>,
    index: u8,
}

const UNDEFINED: Byte = Byte { bits: 0, undefined: 0xff, vague: false, nan: false, unsure: false, part: None };

/// An object.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) kind: Kind,
    pub(crate) align: u64,
    pub(crate) readonly: bool,
    pub(crate) state: State,
    bytes: Vec<Byte>,
}

/// What an access asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Access {
    pub(crate) space: Space,
    pub(crate) write: bool,
    pub(crate) align: u64,
    pub(crate) len: u64,
}

/// All objects there ever were.
#[derive(Debug)]
pub(crate) struct Memory {
    objects: Vec<Object>,
    /// Bytes of an address: 4 or 8.
    pub(crate) pointer_bytes: u32,
}

impl Memory {
    /// No objects, and addresses of so many bytes.
    pub(crate) fn new(pointer_bytes: u32) -> Memory {
        Memory { objects: Vec::new(), pointer_bytes }
    }

    /// A new object, undefined or zero.
    pub(crate) fn create(&mut self, kind: Kind, size: u64, align: u64, zero: bool) -> Id {
        let byte = if zero { Byte::default() } else { UNDEFINED };
        let bytes = vec![byte; size as usize];
        self.objects.push(Object { kind, align, readonly: false, state: State::Live, bytes });
        self.objects.len() as Id - 1
    }

    pub(crate) fn object(&self, id: Id) -> &Object {
        &self.objects[id as usize]
    }

    pub(crate) fn object_mut(&mut self, id: Id) -> &mut Object {
        &mut self.objects[id as usize]
    }

    /// Ends an object and forgets its bytes.
    pub(crate) fn end(&mut self, id: Id) {
        self.objects[id as usize].state = State::Ended;
    }

    /// `lifetime_start`: a new object in the place of the old one.
    pub(crate) fn begin_anew(&mut self, id: Id) {
        let object = &mut self.objects[id as usize];
        object.state = State::Live;
        object.bytes.fill(UNDEFINED);
    }

    /// The object that an access goes to, and the offset of its first byte.
    pub(crate) fn check(&self, pointer: &Value, access: Access) -> Result<(Id, usize), Stop> {
        pointer.defined(u128::MAX)?;
        let offset = pointer.bits as u64;
        if pointer.vague {
            return Err(Stop::Unclear("an access through an unspecified address"));
        }
        let Some(base) = pointer.base else { return Err(self.nowhere(offset)) };
        let object = self.object(base);
        if let Kind::Code(_) = object.kind {
            let class = if access.write { Trap::ReadOnlyStore } else { Trap::WrongAddressSpace };
            return Err(if offset < 16 {
                Stop::Trap(class)
            } else {
                Stop::Unclear("an address behind a function")
            });
        }
        if pointer.tag.is_none() && (object.state != State::Live || offset >= object.bytes.len() as u64) {
            return Err(Stop::Unclear("an address that belongs to no object that the model knows"));
        }
        let inside = offset.checked_add(access.len).is_some_and(|end| end <= object.bytes.len() as u64);
        if object.state != State::Live {
            return Err(Stop::Trap(Trap::UseAfterLifetime));
        } else if !fits(object.kind, access.space) {
            return Err(Stop::Trap(Trap::WrongAddressSpace));
        } else if !inside {
            return Err(Stop::Trap(Trap::OutOfBounds));
        } else if access.write && object.readonly {
            return Err(Stop::Trap(Trap::ReadOnlyStore));
        } else if !offset.is_multiple_of(access.align.min(object.align)) {
            return Err(Stop::Trap(Trap::Misaligned));
        } else if access.align > object.align {
            return Err(Stop::Unclear("an alignment that the object does not promise"));
        }
        Ok((base, offset as usize))
    }

    /// The trap of an access at an address that is just a number.
    fn nowhere(&self, address: u64) -> Stop {
        let guest = if self.pointer_bytes == 4 { 0x1000_0000..0x4000_0000 } else { 1 << 40..1 << 48 };
        if guest.contains(&address) {
            return Stop::Unclear("a number in the range of the guest's addresses");
        }
        Stop::Trap(Trap::OutOfBounds)
    }

    /// Reads a value of at most 16 bytes; `pointer` says that its type is a pointer.
    pub(crate) fn load(&self, id: Id, offset: usize, len: usize, pointer: bool) -> Value {
        let bytes = &self.object(id).bytes[offset..offset + len];
        let mut value = Value::default();
        for (index, byte) in bytes.iter().enumerate() {
            value.bits |= u128::from(byte.bits) << (8 * index);
            value.undefined |= u128::from(byte.undefined) << (8 * index);
            value.vague |= byte.vague || byte.part.is_some();
            value.unsure |= byte.unsure;
        }
        value.nan = bytes.iter().all(|byte| byte.nan);
        let Some(first) = bytes.first().and_then(|byte| byte.part) else { return value };
        let whole = |(index, byte): (usize, &Byte)| {
            byte.part == Some(Part { index: index as u8, ..first }) && byte.undefined == 0
        };
        if len == self.pointer_bytes as usize && bytes.iter().enumerate().all(whole) {
            let aligned = offset.is_multiple_of(len) && self.object(id).align >= len as u64;
            let tag = first.tag.filter(|_| pointer && aligned);
            return Value { bits: first.offset.into(), base: Some(first.base), tag, ..Value::default() };
        }
        value
    }

    /// Writes a value of at most 16 bytes; `pointer` says that its type is a pointer.
    pub(crate) fn store(&mut self, id: Id, offset: usize, len: usize, value: &Value, pointer: bool) {
        let bytes = &mut self.objects[id as usize].bytes[offset..offset + len];
        for (index, byte) in bytes.iter_mut().enumerate() {
            let part = value.base.map(|base| Part {
                base,
                offset: value.bits as u64,
                tag: value.tag.filter(|_| pointer),
                index: index as u8,
            });
            *byte = Byte {
                bits: if part.is_some() { 0 } else { (value.bits >> (8 * index)) as u8 },
                undefined: (value.undefined >> (8 * index)) as u8,
                vague: value.vague,
                nan: value.nan,
                unsure: value.unsure,
                part,
            };
        }
    }

    /// Copies bytes as if through a buffer.
    pub(crate) fn copy(&mut self, to: (Id, usize), from: (Id, usize), len: usize) {
        let bytes = self.object(from.0).bytes[from.1..from.1 + len].to_vec();
        self.objects[to.0 as usize].bytes[to.1..to.1 + len].copy_from_slice(&bytes);
    }

    /// Sets bytes to the low 8 bits of a value.
    pub(crate) fn fill(&mut self, to: (Id, usize), len: usize, value: &Value) {
        let byte = Byte {
            bits: value.bits as u8,
            undefined: value.undefined as u8,
            vague: !value.is_exact(),
            nan: false,
            unsure: value.unsure,
            part: None,
        };
        self.objects[to.0 as usize].bytes[to.1..to.1 + len].fill(byte);
    }

    /// The bytes that a program hands out.
    pub(crate) fn bytes(&self, id: Id, offset: usize, len: usize) -> Result<Vec<u8>, Stop> {
        let bytes = &self.object(id).bytes[offset..offset + len];
        if bytes.iter().any(|byte| byte.undefined != 0) {
            let unsure = bytes.iter().any(|byte| byte.unsure);
            return Err(match unsure {
                true => Stop::Unclear("output that may be undefined"),
                false => Stop::Trap(Trap::Uninitialized),
            });
        }
        if bytes.iter().any(|byte| byte.vague || byte.part.is_some()) {
            return Err(Stop::Unclear("output of unspecified bytes"));
        }
        Ok(bytes.iter().map(|byte| byte.bits).collect())
    }

    /// The size of an object in bytes.
    pub(crate) fn size(&self, id: Id) -> u64 {
        self.object(id).bytes.len() as u64
    }
}

/// Whether objects of a kind lie in a space.
fn fits(kind: Kind, space: Space) -> bool {
    match space {
        Space::Stack => kind == Kind::Stack,
        Space::Heap => kind == Kind::Heap,
        Space::Static => kind == Kind::Data,
        Space::Generic => !matches!(kind, Kind::Code(_)),
        Space::Code | Space::Mmio => false,
    }
}
