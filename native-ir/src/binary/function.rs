//! Functions without their bodies.

use super::code::{choice, entities, record};
use crate::{
    Execution, FloatMode, Function, Inline, InlineData, InlineSite, Location, Slot, SlotData, Value, Variable,
};

record! { Function {
    symbol, ty, public, weak, interrupt, execution, inline, float, contract, section, align, source, span, slots,
    variables, inlined, body,
} }

record! { SlotData { name, ty, align, span } }
record! { Variable { name, ty, location, span } }
record! { InlineData { callee, span, parent } }

choice! { Execution, "an execution mark" { 0 Any; 1 Runtime; 2 Native; } }
choice! { Inline, "an inlining mark" { 0 Auto; 1 Always; 2 Never; } }
choice! { FloatMode, "a float mode" { 0 Precise; 1 Strict; 2 Fast; } }
choice! { Location, "the tag of a location" { 0 Slot(slot); 1 Value(value); } }

entities! {
    Slot "the number of a slot";
    Value "the number of a value";
    InlineSite "the number of an inlining record";
}
