//! Debug types.

use super::code::{choice, entities, record};
use crate::DebugType;
use crate::debug::{DebugKind, DebugTypeData, Encoding, Member};

record! { DebugTypeData { name, kind } }
record! { Member { name, ty, offset } }

choice! { DebugKind, "the tag of a debug type" {
    0 Base { name, encoding, bytes };
    1 Pointer { to, bytes };
    2 Typedef { name, of };
    3 Array { of, count };
    4 Struct { name, bytes, members };
    5 Enum { name, of, values };
} }

choice! { Encoding, "an encoding" { 0 Signed; 1 Unsigned; 2 Float; 3 Boolean; 4 Char; } }

entities! { DebugType "the number of a debug type"; }
