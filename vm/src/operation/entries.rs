//! The entries of the table of operations, in the order of their numbers: a macro for each family, over its types and forms.
//!
//! Where the translator computes a number (accesses, loads that are used at once), the order of a family's rows is part of
//! what [`super::Op`] knows.

#![allow(unsafe_code, reason = "the entries call handlers; see `machine`")]

use super::{Entry, Form, Key, Op, Pair, PairForm};
use crate::handlers::arithmetic::{self, Rule};
use crate::handlers::memory::{Narrow, Wide};
use crate::handlers::{block, branch, call, memory, request, transfer};
use crate::machine::{Exit, Handler, Machine};
use crate::vm::Vm;
use native_ir::{Condition, Opcode, TypeKind};

/// The two handlers of a body that is generic over the memory mode.
macro_rules! handlers {
    (|$m:ident| $body:expr) => {{
        unsafe fn fast(ip: *const u64, fp: *mut u64, vm: *mut Vm, memory: *mut u8, fuel: i64) -> Exit {
            let $m = Machine::<false> { ip, fp, vm, memory, fuel };
            // SAFETY: the caller keeps the machine's invariants.
            unsafe { $body }
        }
        unsafe fn checked(ip: *const u64, fp: *mut u64, vm: *mut Vm, memory: *mut u8, fuel: i64) -> Exit {
            let $m = Machine::<true> { ip, fp, vm, memory, fuel };
            // SAFETY: the caller keeps the machine's invariants.
            unsafe { $body }
        }
        (fast as Handler, checked as Handler)
    }};
}

/// The handlers of what checked mode, which keeps operations apart, never runs.
macro_rules! fast_alone {
    (|$m:ident| $body:expr) => {
        (handlers!(|$m| $body).0, handlers!(|m| branch::trap(m)).1)
    };
}

const fn entry(name: &'static str, form: &'static str, words: u8, handlers: (Handler, Handler)) -> Entry {
    Entry {
        name,
        form,
        words,
        checked_literal: false,
        key: None,
        pair: None,
        fast: handlers.0,
        checked: handlers.1,
    }
}

const fn access(name: &'static str, form: &'static str, words: u8, handlers: (Handler, Handler)) -> Entry {
    Entry {
        name,
        form,
        words,
        checked_literal: true,
        key: None,
        pair: None,
        fast: handlers.0,
        checked: handlers.1,
    }
}

const fn keyed(
    key: Key,
    name: &'static str,
    form: &'static str,
    words: u8,
    handlers: (Handler, Handler),
) -> Entry {
    Entry {
        name,
        form,
        words,
        checked_literal: false,
        key: Some(key),
        pair: None,
        fast: handlers.0,
        checked: handlers.1,
    }
}

macro_rules! named {
    ($($constant:ident: $entry:expr;)*) => {
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "they number constants of these names")]
        #[derive(Clone, Copy)]
        enum Number { $($constant,)* }

        impl Op {
            $(pub(crate) const $constant: Op = Op(Number::$constant as u16);)*
        }

        pub(super) const NAMED: &[Entry] = &[$($entry),*];
    };
}

named! {
    COPY: entry("copy", "a = b", 1, handlers!(|m| transfer::copy(m)));
    COPY_TWO: entry("copy.two", "a = b ; c = s1", 2, handlers!(|m| transfer::copy_two(m)));
    CONSTANT: entry("constant", "a = 1", 2, handlers!(|m| transfer::constant(m)));
    SMALL: entry("constant", "a = #bc", 1, handlers!(|m| transfer::small_constant(m)));
    LOAD_FAR: entry("load.far", "a = s1", 2, handlers!(|m| transfer::load_far(m)));
    STORE_FAR: entry("store.far", "s1 = a", 2, handlers!(|m| transfer::store_far(m)));
    APPLY: entry("apply", "a = b c", 3, handlers!(|m| arithmetic::apply(m)));
    APPLY_STRICT: entry("apply.strict", "a = b c", 3, handlers!(|m| arithmetic::apply_strict(m)));
    APPLY_WATCHED: entry("apply.watched", "a = b c", 4, handlers!(|m| arithmetic::apply_watched(m)));
    SELECT: entry("select", "a = b c s1", 2, handlers!(|m| arithmetic::select(m, 1)));
    SELECT_PAIR: entry("select.pair", "a = b c s1", 2, handlers!(|m| arithmetic::select(m, 2)));

    JUMP: entry("jump", "^bc", 1, handlers!(|m| branch::jump::<_, false>(m)));
    JUMP_FUEL: entry("jump.fuel", "^bc", 1, handlers!(|m| branch::jump::<_, true>(m)));
    COPY_JUMP: entry("copy.jump", "a = b ^1l", 2, handlers!(|m| branch::copy_jump::<_, false>(m, 1)));
    COPY_JUMP_FUEL: entry("copy.jump.fuel", "a = b ^1l", 2, handlers!(|m| branch::copy_jump::<_, true>(m, 1)));
    COPY_TWO_JUMP:
        entry("copy.two.jump", "a = b ; c = s1h ^1l", 2, handlers!(|m| branch::copy_jump::<_, false>(m, 2)));
    COPY_TWO_JUMP_FUEL:
        entry("copy.two.jump.fuel", "a = b ; c = s1h ^1l", 2, handlers!(|m| branch::copy_jump::<_, true>(m, 2)));
    BRANCH: entry("branch", "a ^bc", 1, handlers!(|m| branch::branch::<_, false>(m, true)));
    BRANCH_FUEL: entry("branch.fuel", "a ^bc", 1, handlers!(|m| branch::branch::<_, true>(m, true)));
    BRANCH_NOT: entry("branch.not", "a ^bc", 1, handlers!(|m| branch::branch::<_, false>(m, false)));
    BRANCH_NOT_FUEL: entry("branch.not.fuel", "a ^bc", 1, handlers!(|m| branch::branch::<_, true>(m, false)));
    TABLE: entry("switch.table", "a", 0, handlers!(|m| branch::switch_table::<_, false>(m)));
    TABLE_FUEL: entry("switch.table.fuel", "a", 0, handlers!(|m| branch::switch_table::<_, true>(m)));
    SEARCH: entry("switch.search", "a", 0, handlers!(|m| branch::switch_search::<_, false>(m, 1)));
    SEARCH_FUEL: entry("switch.search.fuel", "a", 0, handlers!(|m| branch::switch_search::<_, true>(m, 1)));
    SEARCH_PAIR: entry("switch.search.pair", "a", 0, handlers!(|m| branch::switch_search::<_, false>(m, 2)));
    SEARCH_PAIR_FUEL: entry("switch.search.pair.fuel", "a", 0, handlers!(|m| branch::switch_search::<_, true>(m, 2)));
    CHARGE: entry("charge", "#bc", 1, handlers!(|m| branch::charge(m)));
    STEP: entry("step", "", 1, handlers!(|m| branch::step(m)));
    RESUME_FAST: entry("resume.fast", "", 2, handlers!(|m| branch::resume_fast(m)));
    COUNT: entry("count", "1", 2, handlers!(|m| branch::count(m)));
    TRAP: entry("trap", "#a", 1, handlers!(|m| branch::trap(m)));
    TRAP_IF: entry("trap.if", "a #b", 1, handlers!(|m| branch::trap_if(m)));

    CALL: entry("call", "a = @1 +#bc", 2, handlers!(|m| call::call::<_, false>(m)));
    CALL_FUEL: entry("call.fuel", "a = @1 +#bc", 2, handlers!(|m| call::call::<_, true>(m)));
    CALL_INDIRECT: entry("call.indirect", "a = s1 +#bc", 2, handlers!(|m| call::call_indirect::<_, false>(m)));
    CALL_INDIRECT_FUEL: entry("call.indirect.fuel", "a = s1 +#bc", 2, handlers!(|m| call::call_indirect::<_, true>(m)));
    TAIL: entry("tail.call", "@1", 2, handlers!(|m| call::tail_call::<_, false>(m)));
    TAIL_FUEL: entry("tail.call.fuel", "@1", 2, handlers!(|m| call::tail_call::<_, true>(m)));
    TAIL_INDIRECT: entry("tail.call.indirect", "s1", 2, handlers!(|m| call::tail_call_indirect::<_, false>(m)));
    TAIL_INDIRECT_FUEL:
        entry("tail.call.indirect.fuel", "s1", 2, handlers!(|m| call::tail_call_indirect::<_, true>(m)));
    RETURN: entry("return", "", 1, handlers!(|m| call::leave::<_, false, false>(m)));
    RETURN_FUEL: entry("return.fuel", "", 1, handlers!(|m| call::leave::<_, true, false>(m)));
    RETURN_ONE: entry("return", "a", 1, handlers!(|m| call::leave::<_, false, true>(m)));
    RETURN_ONE_FUEL: entry("return.fuel", "a", 1, handlers!(|m| call::leave::<_, true, true>(m)));
    HALT: entry("halt", "", 1, handlers!(|m| call::halt(m)));
    ENTER: entry("enter.objects", "a = #bc align 1", 2, handlers!(|m| call::enter_objects(m)));
    LEAVE: entry("leave.objects", "a #bc", 1, handlers!(|m| call::leave_objects(m)));
    NEW_OBJECT: entry("new.object", "a = +#bc 1 s2", 3, handlers!(|m| call::new_object(m)));
    MARK_LIFETIME: entry("mark.lifetime", "a #b", 1, handlers!(|m| call::mark_lifetime(m)));

    ADDRESS: access("address", "a = region + 1", 2, handlers!(|m| memory::address(m)));
    DISPLACE_WIDE: entry("displace", "a = b + 1", 2, handlers!(|m| memory::displace::<_, Wide>(m)));
    DISPLACE_NARROW: entry("displace.narrow", "a = b + 1", 2, handlers!(|m| memory::displace::<_, Narrow>(m)));
    STRIP: entry("strip", "a = b", 1, handlers!(|m| memory::strip(m)));
    ELEMENT_WIDE_32: entry("element.32", "a = b + c * 1", 2, handlers!(|m| memory::element::<_, Wide, u32>(m)));
    ELEMENT_WIDE_64: entry("element.64", "a = b + c * 1", 2, handlers!(|m| memory::element::<_, Wide, u64>(m)));
    ELEMENT_NARROW_32:
        entry("element.narrow.32", "a = b + c * 1", 2, handlers!(|m| memory::element::<_, Narrow, u32>(m)));
    ELEMENT_NARROW_64:
        entry("element.narrow.64", "a = b + c * 1", 2, handlers!(|m| memory::element::<_, Narrow, u64>(m)));
    REGISTER_32: entry("register.32", "a = b + c * 1 below 2", 3, handlers!(|m| memory::register_element::<_, u32>(m)));
    REGISTER_64: entry("register.64", "a = b + c * 1 below 2", 3, handlers!(|m| memory::register_element::<_, u64>(m)));
    BLOCK_COPY: access("block.copy", "a b c", 1, handlers!(|m| block::copy(m)));
    BLOCK_MOVE: access("block.move", "a b c", 1, handlers!(|m| block::shift(m)));
    BLOCK_FILL: access("block.fill", "a b c", 1, handlers!(|m| block::fill(m)));
    COPY_IN: entry("copy.in", "a = s2 + #bc 1", 3, handlers!(|m| block::copy_in(m)));
    COPY_OUT: entry("copy.out", "a b 1", 2, handlers!(|m| block::copy_out(m)));

    RUNTIME: entry("runtime", "#bc", 1, handlers!(|m| request::request(m)));
    NATIVE: entry("native", "#bc", 1, handlers!(|m| request::request(m)));
    HEAT: entry("heat", "#bc 1", 2, handlers!(|m| call::heat(m)));
    EMIT: entry("emit", "a = b #c", 1, handlers!(|m| request::request(m)));
    FIBER_SPAWN: entry("fiber.spawn", "a = b c", 2, handlers!(|m| request::request(m)));
    FIBER_RESUME: entry("fiber.resume", "a = b c 1", 2, handlers!(|m| request::request(m)));
    FIBER_CANCEL: entry("fiber.cancel", "b", 1, handlers!(|m| request::request(m)));
    FIBER_STATUS: entry("fiber.status", "a = b", 1, handlers!(|m| request::request(m)));
    FIBER_REFUEL: entry("fiber.refuel", "b c", 1, handlers!(|m| request::request(m)));
    DEVICE_LOAD: entry("device.load", "a = b #c", 1, handlers!(|m| request::request(m)));
    DEVICE_STORE: entry("device.store", "b = a #c", 1, handlers!(|m| request::request(m)));
    HARDWARE: entry("hardware", "a #b #c", 1, handlers!(|m| request::request(m)));
    ATOMIC: access("atomic", "a = b c 1", 2, handlers!(|m| request::request(m)));
    FENV_READ: entry("fenv.read", "a", 1, handlers!(|m| request::request(m)));
    FENV_CLEAR: entry("fenv.clear", "b", 1, handlers!(|m| request::request(m)));
    INTERRUPT_RETURN: entry("interrupt.return", "", 1, handlers!(|m| request::request(m)));
}

const fn key(opcode: Opcode, from: TypeKind, to: TypeKind, form: Form) -> Key {
    Key { opcode, condition: None, from, to, form }
}

/// For each opcode the entries that a macro gives for each of the types `u8` to `u64`.
macro_rules! for_each_integer {
    ($entry:ident: $($opcode:ident $function:ident $text:literal $rule:ident;)*) => {
        &[$(
            $entry!($opcode $function $text $rule u8 I8 ".i8"),
            $entry!($opcode $function $text $rule u16 I16 ".i16"),
            $entry!($opcode $function $text $rule u32 I32 ".i32"),
            $entry!($opcode $function $text $rule u64 I64 ".i64"),
        )*]
    };
}

macro_rules! slots {
    ($opcode:ident $function:ident $text:literal $rule:ident $ty:ident $kind:ident $suffix:literal) => {
        keyed(
            key(Opcode::$opcode, TypeKind::$kind, TypeKind::$kind, Form::Slots),
            concat!($text, $suffix),
            "a = b c",
            1,
            handlers!(|m| arithmetic::binary(m, Rule::$rule, semantics::$function::<$ty>)),
        )
    };
}

macro_rules! literal {
    ($opcode:ident $function:ident $text:literal $rule:ident $ty:ident $kind:ident $suffix:literal) => {
        keyed(
            key(Opcode::$opcode, TypeKind::$kind, TypeKind::$kind, Form::Literal),
            concat!($text, $suffix),
            "a = b 1",
            2,
            handlers!(|m| arithmetic::binary_literal(m, Rule::$rule, semantics::$function::<$ty>)),
        )
    };
}

macro_rules! integer_binary {
    ($constant:ident $literals:ident: $($rest:tt)*) => {
        const $constant: &[Entry] = for_each_integer!(slots: $($rest)*);
        const $literals: &[Entry] = for_each_integer!(literal: $($rest)*);
    };
}

integer_binary! { BINARY BINARY_LITERAL:
    Iadd iadd "iadd" Smear;
    Isub isub "isub" Smear;
    Imul imul "imul" Smear;
    And and "and" And;
    Or or "or" Or;
    Xor xor "xor" Xor;
    Shl shl "shl" Shift;
    Ushr ushr "ushr" Shift;
    Sshr sshr "sshr" Shift;
    Rotl rotl "rotl" Shift;
    Rotr rotr "rotr" Shift;
    Umin umin "umin" Smear;
    Umax umax "umax" Smear;
    Smin smin "smin" Smear;
    Smax smax "smax" Smear;
}

macro_rules! trapping {
    ($opcode:ident $function:ident $text:literal $rule:ident $ty:ident $kind:ident $suffix:literal) => {
        keyed(
            key(Opcode::$opcode, TypeKind::$kind, TypeKind::$kind, Form::Slots),
            concat!($text, $suffix),
            "a = b c",
            1,
            handlers!(|m| arithmetic::binary_trapping(m, semantics::$function::<$ty>)),
        )
    };
}

macro_rules! trapping_literal {
    ($opcode:ident $function:ident $text:literal $rule:ident $ty:ident $kind:ident $suffix:literal) => {
        keyed(
            key(Opcode::$opcode, TypeKind::$kind, TypeKind::$kind, Form::Literal),
            concat!($text, $suffix),
            "a = b 1",
            2,
            handlers!(|m| arithmetic::binary_trapping_literal(m, semantics::$function::<$ty>)),
        )
    };
}

const DIVISION: &[Entry] = for_each_integer!(trapping:
    Udiv udiv "udiv" Smear;
    Sdiv sdiv "sdiv" Smear;
    Urem urem "urem" Smear;
    Srem srem "srem" Smear;
);

const DIVISION_LITERAL: &[Entry] = for_each_integer!(trapping_literal:
    Udiv udiv "udiv" Smear;
    Sdiv sdiv "sdiv" Smear;
    Urem urem "urem" Smear;
    Srem srem "srem" Smear;
);

macro_rules! unary {
    ($opcode:ident $function:ident $text:literal $through:ident $ty:ident $kind:ident $suffix:literal) => {
        keyed(
            key(Opcode::$opcode, TypeKind::$kind, TypeKind::$kind, Form::Slots),
            concat!($text, $suffix),
            "a = b",
            1,
            handlers!(|m| arithmetic::unary(m, arithmetic::$through, semantics::$function::<$ty>)),
        )
    };
}

const UNARY: &[Entry] = for_each_integer!(unary:
    Ineg ineg "ineg" smear;
    Iabs iabs "iabs" smear;
    Not not "not" keep;
    Clz clz "clz" smear;
    Ctz ctz "ctz" smear;
    Popcount popcount "popcount" smear;
);

/// Changes of byte order.
const SWAPS: &[Entry] = &[
    unary!(Bswap bswap "bswap" smear u16 I16 ".i16"),
    unary!(Bswap bswap "bswap" smear u32 I32 ".i32"),
    unary!(Bswap bswap "bswap" smear u64 I64 ".i64"),
];

/// Wide integers: what 128-bit arithmetic mostly needs.
macro_rules! wide {
    ($($opcode:ident $function:ident $text:literal $rule:ident;)*) => {
        &[$(slots!($opcode $function $text $rule u128 I128 ".i128"),)*]
    };
}

const WIDE: &[Entry] = wide! {
    Iadd iadd "iadd" Smear;
    Isub isub "isub" Smear;
    Imul imul "imul" Smear;
    And and "and" Smear;
    Or or "or" Smear;
    Xor xor "xor" Smear;
};

/// Truth values.
const TRUTH: &[Entry] = &[
    slots!(And and "and" And bool I1 ".i1"),
    slots!(Or or "or" Or bool I1 ".i1"),
    slots!(Xor xor "xor" Xor bool I1 ".i1"),
    unary!(Not not "not" keep bool I1 ".i1"),
];

macro_rules! for_each_float {
    ($entry:ident: $($opcode:ident $function:ident $text:literal;)*) => {
        &[$(
            $entry!($opcode $function $text Smear f32 F32 ".f32"),
            $entry!($opcode $function $text Smear f64 F64 ".f64"),
        )*]
    };
}

macro_rules! float_binary {
    ($constant:ident $literals:ident: $($rest:tt)*) => {
        const $constant: &[Entry] = for_each_float!(slots: $($rest)*);
        const $literals: &[Entry] = for_each_float!(literal: $($rest)*);
    };
}

float_binary! { FLOAT FLOAT_LITERAL:
    Fadd fadd "fadd";
    Fsub fsub "fsub";
    Fmul fmul "fmul";
    Fdiv fdiv "fdiv";
}

const FLOAT_UNARY: &[Entry] = &[
    unary!(Fneg fneg "fneg" smear f32 F32 ".f32"),
    unary!(Fneg fneg "fneg" smear f64 F64 ".f64"),
    unary!(Fabs fabs "fabs" smear f32 F32 ".f32"),
    unary!(Fabs fabs "fabs" smear f64 F64 ".f64"),
    unary!(Sqrt sqrt "sqrt" smear f32 F32 ".f32"),
    unary!(Sqrt sqrt "sqrt" smear f64 F64 ".f64"),
];

macro_rules! conversions {
    ($($opcode:ident $function:ident $text:literal $through:ident: $($from:ident $from_kind:ident $to:ident $to_kind:ident),*;)*) => {
        &[$($(keyed(
            key(Opcode::$opcode, TypeKind::$from_kind, TypeKind::$to_kind, Form::Slots),
            concat!($text, ".", stringify!($from), ".", stringify!($to)),
            "a = b",
            1,
            handlers!(|m| arithmetic::unary(m, arithmetic::$through, semantics::$function::<$from, $to>)),
        ),)*)*]
    };
}

const CONVERSIONS: &[Entry] = conversions! {
    Zext zext "zext" keep: bool I1 u8 I8, bool I1 u16 I16, bool I1 u32 I32, bool I1 u64 I64,
        u8 I8 u16 I16, u8 I8 u32 I32, u8 I8 u64 I64, u16 I16 u32 I32, u16 I16 u64 I64, u32 I32 u64 I64;
    Sext sext "sext" smear: bool I1 u8 I8, bool I1 u16 I16, bool I1 u32 I32, bool I1 u64 I64,
        u8 I8 u16 I16, u8 I8 u32 I32, u8 I8 u64 I64, u16 I16 u32 I32, u16 I16 u64 I64, u32 I32 u64 I64;
    Trunc trunc "trunc" keep: u8 I8 bool I1, u16 I16 bool I1, u32 I32 bool I1, u64 I64 bool I1,
        u16 I16 u8 I8, u32 I32 u8 I8, u64 I64 u8 I8, u32 I32 u16 I16, u64 I64 u16 I16, u64 I64 u32 I32;
    Fpromote fpromote "fpromote" smear: f32 F32 f64 F64;
    Fdemote fdemote "fdemote" smear: f64 F64 f32 F32;
    SintToFloat sint_to_float "sint_to_float" smear: u32 I32 f32 F32, u32 I32 f64 F64, u64 I64 f32 F32, u64 I64 f64 F64;
    UintToFloat uint_to_float "uint_to_float" smear: u32 I32 f32 F32, u32 I32 f64 F64, u64 I64 f32 F32, u64 I64 f64 F64;
    FloatToSintSat float_to_sint_sat "float_to_sint_sat" smear:
        f32 F32 u32 I32, f32 F32 u64 I64, f64 F64 u32 I32, f64 F64 u64 I64;
    FloatToUintSat float_to_uint_sat "float_to_uint_sat" smear:
        f32 F32 u32 I32, f32 F32 u64 I64, f64 F64 u32 I32, f64 F64 u64 I64;
};

const fn compare_key(opcode: Opcode, condition: Condition, kind: TypeKind, form: Form) -> Key {
    Key { opcode, condition: Some(condition), from: kind, to: TypeKind::I1, form }
}

/// A compare to a truth value and its branches, for one type.
macro_rules! compare {
    ($opcode:ident $condition:ident $function:ident ($text:expr) $ty:ident $kind:ident) => {
        [
            keyed(
                compare_key(Opcode::$opcode, Condition::$condition, TypeKind::$kind, Form::Slots),
                $text,
                "a = b c",
                1,
                handlers!(|m| arithmetic::binary(m, Rule::Smear, semantics::$function::<$ty>)),
            ),
            keyed(
                compare_key(Opcode::$opcode, Condition::$condition, TypeKind::$kind, Form::Literal),
                $text,
                "a = b 1",
                2,
                handlers!(|m| arithmetic::binary_literal(m, Rule::Smear, semantics::$function::<$ty>)),
            ),
            keyed(
                compare_key(Opcode::$opcode, Condition::$condition, TypeKind::$kind, Form::Branch),
                $text,
                "a b ^1",
                2,
                handlers!(|m| branch::compare::<_, false, _>(m, semantics::$function::<$ty>)),
            ),
            keyed(
                compare_key(Opcode::$opcode, Condition::$condition, TypeKind::$kind, Form::BranchLiteral),
                $text,
                "a 1 ^bc",
                2,
                handlers!(|m| branch::compare_literal::<_, false, _>(m, semantics::$function::<$ty>)),
            ),
            keyed(
                compare_key(Opcode::$opcode, Condition::$condition, TypeKind::$kind, Form::FuelBranch),
                $text,
                "a b ^1",
                2,
                handlers!(|m| branch::compare::<_, true, _>(m, semantics::$function::<$ty>)),
            ),
            keyed(
                compare_key(Opcode::$opcode, Condition::$condition, TypeKind::$kind, Form::FuelBranchLiteral),
                $text,
                "a 1 ^bc",
                2,
                handlers!(|m| branch::compare_literal::<_, true, _>(m, semantics::$function::<$ty>)),
            ),
        ]
    };
}

macro_rules! compares {
    ($opcode:ident $prefix:literal $ty:ident $kind:ident $suffix:literal: $($condition:ident $function:ident $text:literal;)*) => {
        &[$(compare!($opcode $condition $function (concat!($prefix, $text, $suffix)) $ty $kind)),*]
    };
}

/// The entries of one type under all integer conditions.
macro_rules! integer_compares {
    ($ty:ident $kind:ident $suffix:literal) => {
        compares!(Icmp "icmp." $ty $kind $suffix:
            Eq icmp_eq "eq"; Ne icmp_ne "ne"; Slt icmp_slt "slt"; Sle icmp_sle "sle"; Sgt icmp_sgt "sgt";
            Sge icmp_sge "sge"; Ult icmp_ult "ult"; Ule icmp_ule "ule"; Ugt icmp_ugt "ugt"; Uge icmp_uge "uge";
        )
    };
}

/// The entries of one type under all conditions of floats.
macro_rules! float_compares {
    ($ty:ident $kind:ident $suffix:literal) => {
        compares!(Fcmp "fcmp." $ty $kind $suffix:
            Oeq fcmp_oeq "oeq"; One fcmp_one "one"; Olt fcmp_olt "olt"; Ole fcmp_ole "ole"; Ogt fcmp_ogt "ogt";
            Oge fcmp_oge "oge"; Ord fcmp_ord "ord"; Uno fcmp_uno "uno"; Ueq fcmp_ueq "ueq"; Une fcmp_une "une";
            Nlt fcmp_nlt "nlt"; Nle fcmp_nle "nle"; Ngt fcmp_ngt "ngt"; Nge fcmp_nge "nge";
        )
    };
}

const COMPARES: [&[[Entry; 6]]; 6] = [
    integer_compares!(u8 I8 ".i8"),
    integer_compares!(u16 I16 ".i16"),
    integer_compares!(u32 I32 ".i32"),
    integer_compares!(u64 I64 ".i64"),
    float_compares!(f32 F32 ".f32"),
    float_compares!(f64 F64 ".f64"),
];

/// A branch of one type under one integer condition that adds before it compares.
macro_rules! add_branch {
    ($form:ident $fuel:literal $number:literal $literal:literal $written:literal
        $condition:ident $function:ident ($text:expr) $ty:ident $kind:ident) => {
        keyed(
            compare_key(Opcode::Icmp, Condition::$condition, TypeKind::$kind, Form::$form),
            concat!("add.", $text),
            $written,
            2,
            handlers!(|m| branch::add_compare::<_, $fuel, $number, $literal, $ty>(
                m,
                semantics::iadd,
                semantics::$function
            )),
        )
    };
}

/// The branches of one type under one integer condition that add before they compare.
macro_rules! add_branches_under {
    ($($compare:tt)*) => {
        [
            add_branch!(AddBranch false true false "a = b + #c ; s1h ^1l" $($compare)*),
            add_branch!(AddBranchLiteral false true true "a = b + #c ; #1h ^1l" $($compare)*),
            add_branch!(FuelAddBranch true true false "a = b + #c ; s1h ^1l" $($compare)*),
            add_branch!(FuelAddBranchLiteral true true true "a = b + #c ; #1h ^1l" $($compare)*),
            add_branch!(SumBranch false false false "a = b + c ; s1h ^1l" $($compare)*),
            add_branch!(SumBranchLiteral false false true "a = b + c ; #1h ^1l" $($compare)*),
            add_branch!(FuelSumBranch true false false "a = b + c ; s1h ^1l" $($compare)*),
            add_branch!(FuelSumBranchLiteral true false true "a = b + c ; #1h ^1l" $($compare)*),
        ]
    };
}

macro_rules! add_branches {
    ($ty:ident $kind:ident $suffix:literal: $($condition:ident $function:ident $text:literal;)*) => {
        &[$(add_branches_under!($condition $function (concat!("icmp.", $text, $suffix)) $ty $kind)),*]
    };
}

macro_rules! all_add_branches {
    ($ty:ident $kind:ident $suffix:literal) => {
        add_branches!($ty $kind $suffix:
            Eq icmp_eq "eq"; Ne icmp_ne "ne"; Slt icmp_slt "slt"; Sle icmp_sle "sle"; Sgt icmp_sgt "sgt";
            Sge icmp_sge "sge"; Ult icmp_ult "ult"; Ule icmp_ule "ule"; Ugt icmp_ugt "ugt"; Uge icmp_uge "uge";
        )
    };
}

/// What loops end with.
const ADD_BRANCHES: [&[[Entry; 8]]; 3] =
    [all_add_branches!(u8 I8 ".i8"), all_add_branches!(u32 I32 ".i32"), all_add_branches!(u64 I64 ".i64")];

/// A choice between two slots by a compare of one type under one integer condition.
macro_rules! select_compare {
    ($ty:ident $kind:ident $suffix:literal: $($condition:ident $function:ident $text:literal;)*) => {
        &[$([
            keyed(
                compare_key(Opcode::Icmp, Condition::$condition, TypeKind::$kind, Form::Select),
                concat!("select.icmp.", $text, $suffix),
                "a = b s1 ? c : s1h",
                2,
                fast_alone!(|m| arithmetic::compare_select::<_, false, $ty>(m, semantics::$function)),
            ),
            keyed(
                compare_key(Opcode::Icmp, Condition::$condition, TypeKind::$kind, Form::SelectLiteral),
                concat!("select.icmp.", $text, $suffix),
                "a = b #1l ? c : s1h",
                2,
                fast_alone!(|m| arithmetic::compare_select::<_, true, $ty>(m, semantics::$function)),
            ),
            keyed(
                compare_key(Opcode::Icmp, Condition::$condition, TypeKind::$kind, Form::SelectNumber),
                concat!("select.icmp.", $text, $suffix),
                "a = b #1l ? +c : +1h",
                2,
                fast_alone!(|m| arithmetic::compare_select_number::<_, $ty>(m, semantics::$function)),
            ),
        ]),*]
    };
}

macro_rules! selects {
    ($ty:ident $kind:ident $suffix:literal) => {
        select_compare!($ty $kind $suffix:
            Eq icmp_eq "eq"; Ne icmp_ne "ne"; Slt icmp_slt "slt"; Sle icmp_sle "sle"; Sgt icmp_sgt "sgt";
            Sge icmp_sge "sge"; Ult icmp_ult "ult"; Ule icmp_ule "ule"; Ugt icmp_ugt "ugt"; Uge icmp_uge "uge";
        )
    };
}

const SELECTS: [&[[Entry; 3]]; 3] = [selects!(u8 I8 ".i8"), selects!(u32 I32 ".i32"), selects!(u64 I64 ".i64")];

/// One access for each width of 1 to 16 bytes.
macro_rules! widths {
    ($name:literal $form:literal $words:literal $handler:ident $($generics:ty),*) => {
        [
            access(concat!($name, ".1"), $form, $words, handlers!(|m| memory::$handler::<_, $($generics,)* u8>(m))),
            access(concat!($name, ".2"), $form, $words, handlers!(|m| memory::$handler::<_, $($generics,)* u16>(m))),
            access(concat!($name, ".4"), $form, $words, handlers!(|m| memory::$handler::<_, $($generics,)* u32>(m))),
            access(concat!($name, ".8"), $form, $words, handlers!(|m| memory::$handler::<_, $($generics,)* u64>(m))),
            access(concat!($name, ".16"), $form, $words, handlers!(|m| memory::$handler::<_, $($generics,)* u128>(m))),
        ]
    };
}

/// By transfer and width of addresses.
pub(super) const ACCESSES: &[[Entry; 5]] = &[
    widths!("load" "a = [b + #c]" 1 load Wide),
    widths!("load.narrow" "a = [b + #c]" 1 load Narrow),
    widths!("store" "[b + #c] = a" 1 store Wide),
    widths!("store.narrow" "[b + #c] = a" 1 store Narrow),
    widths!("store.small" "[b + #c] = #a" 1 store_small Wide),
    widths!("store.small.narrow" "[b + #c] = #a" 1 store_small Narrow),
];

/// By transfer, width of addresses and width of indices; then the same for strides that are the access's width.
pub(super) const INDEXED: &[[Entry; 5]] = &[
    widths!("load.32" "a = [b + c * 1]" 2 load_indexed Wide, u32),
    widths!("load.64" "a = [b + c * 1]" 2 load_indexed Wide, u64),
    widths!("load.narrow.32" "a = [b + c * 1]" 2 load_indexed Narrow, u32),
    widths!("load.narrow.64" "a = [b + c * 1]" 2 load_indexed Narrow, u64),
    widths!("store.32" "[b + c * 1] = a" 2 store_indexed Wide, u32),
    widths!("store.64" "[b + c * 1] = a" 2 store_indexed Wide, u64),
    widths!("store.narrow.32" "[b + c * 1] = a" 2 store_indexed Narrow, u32),
    widths!("store.narrow.64" "[b + c * 1] = a" 2 store_indexed Narrow, u64),
    widths!("store.small.32" "[b + c * 1] = #a" 2 store_small_indexed Wide, u32),
    widths!("store.small.64" "[b + c * 1] = #a" 2 store_small_indexed Wide, u64),
    widths!("store.small.narrow.32" "[b + c * 1] = #a" 2 store_small_indexed Narrow, u32),
    widths!("store.small.narrow.64" "[b + c * 1] = #a" 2 store_small_indexed Narrow, u64),
    widths!("load.scaled.32" "a = [b + c ]" 1 load_scaled Wide, u32),
    widths!("load.scaled.64" "a = [b + c ]" 1 load_scaled Wide, u64),
    widths!("load.scaled.narrow.32" "a = [b + c ]" 1 load_scaled Narrow, u32),
    widths!("load.scaled.narrow.64" "a = [b + c ]" 1 load_scaled Narrow, u64),
    widths!("store.scaled.32" "[b + c ] = a" 1 store_scaled Wide, u32),
    widths!("store.scaled.64" "[b + c ] = a" 1 store_scaled Wide, u64),
    widths!("store.scaled.narrow.32" "[b + c ] = a" 1 store_scaled Narrow, u32),
    widths!("store.scaled.narrow.64" "[b + c ] = a" 1 store_scaled Narrow, u64),
    widths!("store.small.scaled.32" "[b + c ] = #a" 1 store_small_scaled Wide, u32),
    widths!("store.small.scaled.64" "[b + c ] = #a" 1 store_small_scaled Wide, u64),
    widths!("store.small.scaled.narrow.32" "[b + c ] = #a" 1 store_small_scaled Narrow, u32),
    widths!("store.small.scaled.narrow.64" "[b + c ] = #a" 1 store_small_scaled Narrow, u64),
];

/// Loads of a narrow integer with its sign, for each width in memory and in the slot.
macro_rules! signed {
    ($name:literal $form:literal $words:literal $handler:ident $($generics:ty),*) => {
        [
            access(concat!($name, ".1.4"), $form, $words, handlers!(|m| memory::$handler::<_, $($generics,)* u8, u32>(m, semantics::sext))),
            access(concat!($name, ".1.8"), $form, $words, handlers!(|m| memory::$handler::<_, $($generics,)* u8, u64>(m, semantics::sext))),
            access(concat!($name, ".2.4"), $form, $words, handlers!(|m| memory::$handler::<_, $($generics,)* u16, u32>(m, semantics::sext))),
            access(concat!($name, ".2.8"), $form, $words, handlers!(|m| memory::$handler::<_, $($generics,)* u16, u64>(m, semantics::sext))),
            access(concat!($name, ".4.8"), $form, $words, handlers!(|m| memory::$handler::<_, $($generics,)* u32, u64>(m, semantics::sext))),
        ]
    };
}

/// By kind of address (displaced, with an index of 32 or 64 bits, with one that is scaled by the width) and width of
/// addresses.
pub(super) const SIGNED: &[[Entry; 5]] = &[
    signed!("load.signed" "a = [b + #c]" 1 load_signed Wide),
    signed!("load.signed.narrow" "a = [b + #c]" 1 load_signed Narrow),
    signed!("load.signed.32" "a = [b + c * 1]" 2 load_signed_indexed Wide, u32),
    signed!("load.signed.narrow.32" "a = [b + c * 1]" 2 load_signed_indexed Narrow, u32),
    signed!("load.signed.64" "a = [b + c * 1]" 2 load_signed_indexed Wide, u64),
    signed!("load.signed.narrow.64" "a = [b + c * 1]" 2 load_signed_indexed Narrow, u64),
    signed!("load.signed.scaled.32" "a = [b + c ]" 1 load_signed_scaled Wide, u32),
    signed!("load.signed.scaled.narrow.32" "a = [b + c ]" 1 load_signed_scaled Narrow, u32),
    signed!("load.signed.scaled.64" "a = [b + c ]" 1 load_signed_scaled Wide, u64),
    signed!("load.signed.scaled.narrow.64" "a = [b + c ]" 1 load_signed_scaled Narrow, u64),
];

/// Loads of one kind of number, by [`Use`].
macro_rules! loaded {
    ($name:literal $stored:ident $ty:ident ($extend:expr) $add:ident $add_name:literal $multiply:ident $multiply_name:literal) => {
        [
            entry(
                concat!($name, ".", $add_name),
                "a = [b + c * 1] s2",
                3,
                fast_alone!(|m| {
                    memory::load_apply::<_, $stored, $ty>(m, $extend, semantics::$add, |sum, _| sum)
                }),
            ),
            entry(
                concat!($name, ".", $multiply_name),
                "a = [b + c * 1] s2",
                3,
                fast_alone!(|m| {
                    memory::load_apply::<_, $stored, $ty>(m, $extend, semantics::$multiply, |product, _| product)
                }),
            ),
            entry(
                concat!($name, ".", $multiply_name, ".", $add_name),
                "a = [b + c * 1] s2 s2h",
                3,
                fast_alone!(|m| {
                    memory::load_apply::<_, $stored, $ty>(m, $extend, semantics::$multiply, semantics::$add)
                }),
            ),
        ]
    };
}

/// By [`Loaded`]: what products of vectors and matrices do with each of their elements.
const LOADED: [[Entry; 3]; 5] = [
    loaded!("load.4" u32 u32 (|stored| stored) iadd "iadd.i32" imul "imul.i32"),
    loaded!("load.signed.2.4" u16 u32 (semantics::sext) iadd "iadd.i32" imul "imul.i32"),
    loaded!("load.8" u64 u64 (|stored| stored) iadd "iadd.i64" imul "imul.i64"),
    loaded!("load.4" u32 f32 (f32::from_bits) fadd "fadd.f32" fmul "fmul.f32"),
    loaded!("load.8" u64 f64 (f64::from_bits) fadd "fadd.f64" fmul "fmul.f64"),
];

/// Two operations of one type in one.
macro_rules! pair {
    ($form:ident $first:ident $f:ident $second:ident $g:expr, $left:literal $text:literal; $ty:ident $kind:ident $suffix:literal) => {
        Entry {
            pair: Some(Pair {
                first: Opcode::$first,
                second: Opcode::$second,
                kind: TypeKind::$kind,
                left: $left,
                form: PairForm::$form,
            }),
            ..entry(concat!($text, $suffix), pair!($form), 2, pair!($form $ty semantics::$f, $g))
        }
    };
    (Slots) => { "a = b c s1" };
    (FirstLiteral) => { "a = b 1 c" };
    (SecondLiteral) => { "a = b c 1" };
    (Literals) => { "a = b #1l #1h" };
    (Slots $ty:ident $f:expr, $g:expr) => { fast_alone!(|m| arithmetic::pair::<_, $ty>(m, $f, $g)) };
    (FirstLiteral $ty:ident $f:expr, $g:expr) => { fast_alone!(|m| arithmetic::pair_after_literal::<_, $ty>(m, $f, $g)) };
    (SecondLiteral $ty:ident $f:expr, $g:expr) => { fast_alone!(|m| arithmetic::pair_with_literal::<_, $ty>(m, $f, $g)) };
    (Literals $ty:ident $f:expr, $g:expr) => { fast_alone!(|m| arithmetic::pair_of_literals::<_, $ty>(m, $f, $g)) };
}

macro_rules! pairs {
    ($constant:ident $ty:ident $kind:ident $suffix:literal:
        $($form:ident $first:ident $f:ident $second:ident $g:ident $text:literal;)*) => {
        const $constant: &[Entry] = &[$(
            pair!($form $first $f $second semantics::$g, true $text; $ty $kind $suffix),
        )*];
    };
}

/// What loops over arrays of numbers, hashes and mixing of bits have next to each other.
macro_rules! integer_pairs {
    ($constant:ident $($ty:tt)*) => {
        pairs! { $constant $($ty)*:
            Slots Iadd iadd Iadd iadd "iadd.iadd";
            Slots Imul imul Iadd iadd "imul.iadd";
            Slots Xor xor Xor xor "xor.xor";
            Slots Xor xor And and "xor.and";
            Slots And and Xor xor "and.xor";
            Slots And and Or or "and.or";
            FirstLiteral Imul imul Iadd iadd "imul.iadd";
            FirstLiteral Imul imul Xor xor "imul.xor";
            FirstLiteral And and Iadd iadd "and.iadd";
            FirstLiteral And and Or or "and.or";
            FirstLiteral And and Xor xor "and.xor";
            FirstLiteral Shl shl Iadd iadd "shl.iadd";
            FirstLiteral Shl shl Or or "shl.or";
            FirstLiteral Shl shl Xor xor "shl.xor";
            FirstLiteral Ushr ushr Or or "ushr.or";
            FirstLiteral Ushr ushr Xor xor "ushr.xor";
            FirstLiteral Rotl rotl Xor xor "rotl.xor";
            SecondLiteral Iadd iadd And and "iadd.and";
            SecondLiteral Iadd iadd Iadd iadd "iadd.iadd";
            SecondLiteral Xor xor And and "xor.and";
            SecondLiteral Xor xor Rotl rotl "xor.rotl";
            Literals Iadd iadd And and "iadd.and";
            Literals Imul imul And and "imul.and";
            Literals Imul imul Iadd iadd "imul.iadd";
            Literals And and Shl shl "and.shl";
            Literals Shl shl And and "shl.and";
            Literals Ushr ushr And and "ushr.and";
            Literals Ushr ushr Imul imul "ushr.imul";
        }
    };
}

integer_pairs! { PAIRS_8 u8 I8 ".i8" }
integer_pairs! { PAIRS_32 u32 I32 ".i32" }
integer_pairs! { PAIRS_64 u64 I64 ".i64" }

macro_rules! float_pairs {
    ($constant:ident $from:ident $ty:ident $kind:ident $suffix:literal) => {
        pairs! { $constant $ty $kind $suffix:
            Slots Fadd fadd Fadd fadd "fadd.fadd";
            Slots Fadd fadd Fmul fmul "fadd.fmul";
            Slots Fsub fsub Fadd fadd "fsub.fadd";
            Slots Fsub fsub Fmul fmul "fsub.fmul";
            Slots Fmul fmul Fadd fadd "fmul.fadd";
            Slots Fmul fmul Fsub fsub "fmul.fsub";
            Slots Fmul fmul Fmul fmul "fmul.fmul";
            Slots Fdiv fdiv Fadd fadd "fdiv.fadd";
            FirstLiteral Fmul fmul Fadd fadd "fmul.fadd";
            FirstLiteral Fmul fmul Fmul fmul "fmul.fmul";
            SecondLiteral Fadd fadd Fadd fadd "fadd.fadd";
            SecondLiteral Fadd fadd Fmul fmul "fadd.fmul";
            SecondLiteral Fmul fmul Fadd fadd "fmul.fadd";
            SecondLiteral Fmul fmul Fsub fsub "fmul.fsub";
        }
        const $from: &[Entry] =
    &[pair!(Slots Fmul fmul Fsub |a, b| semantics::fsub(b, a), false "fmul.fsub.from"; $ty $kind $suffix)];
    };
}

float_pairs! { PAIRS_F32 PAIRS_FROM_F32 f32 F32 ".f32" }
float_pairs! { PAIRS_F64 PAIRS_FROM_F64 f64 F64 ".f64" }

const PARTS: &[&[Entry]] = &[
    NAMED,
    ACCESSES.as_flattened(),
    INDEXED.as_flattened(),
    SIGNED.as_flattened(),
    LOADED.as_flattened(),
    PAIRS_8,
    PAIRS_32,
    PAIRS_64,
    PAIRS_F32,
    PAIRS_FROM_F32,
    PAIRS_F64,
    PAIRS_FROM_F64,
    BINARY,
    BINARY_LITERAL,
    DIVISION,
    DIVISION_LITERAL,
    UNARY,
    SWAPS,
    WIDE,
    TRUTH,
    FLOAT,
    FLOAT_LITERAL,
    FLOAT_UNARY,
    CONVERSIONS,
    COMPARES[0].as_flattened(),
    COMPARES[1].as_flattened(),
    COMPARES[2].as_flattened(),
    COMPARES[3].as_flattened(),
    COMPARES[4].as_flattened(),
    COMPARES[5].as_flattened(),
    ADD_BRANCHES[0].as_flattened(),
    ADD_BRANCHES[1].as_flattened(),
    ADD_BRANCHES[2].as_flattened(),
    SELECTS[0].as_flattened(),
    SELECTS[1].as_flattened(),
    SELECTS[2].as_flattened(),
];

pub(super) const COUNT: usize = {
    let (mut count, mut part) = (0, 0);
    while part < PARTS.len() {
        count += PARTS[part].len();
        part += 1;
    }
    count
};

/// Every operation, by number.
pub(crate) static OPERATIONS: [Entry; COUNT] = all();

const fn all() -> [Entry; COUNT] {
    let mut all = [NAMED[0]; COUNT];
    let (mut next, mut part) = (0, 0);
    while part < PARTS.len() {
        let mut index = 0;
        while index < PARTS[part].len() {
            all[next] = PARTS[part][index];
            next += 1;
            index += 1;
        }
        part += 1;
    }
    all
}

/// The handlers alone, by number: what dispatch reads.
#[cfg(chained)]
pub(crate) static FAST_HANDLERS: [Handler; COUNT] = handlers_of(false);

/// As [`FAST_HANDLERS`], of checked mode.
#[cfg(chained)]
pub(crate) static CHECKED_HANDLERS: [Handler; COUNT] = handlers_of(true);

#[cfg(chained)]
const fn handlers_of(checked: bool) -> [Handler; COUNT] {
    let (entries, mut handlers) = (all(), [NAMED[0].fast; COUNT]);
    let mut index = 0;
    while index < COUNT {
        handlers[index] = if checked { entries[index].checked } else { entries[index].fast };
        index += 1;
    }
    handlers
}
