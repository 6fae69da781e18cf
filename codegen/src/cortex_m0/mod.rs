//! The emitter for Cortex-M0: ARMv6-M (ARM DDI 0419), arguments as AAPCS32 has them.
//!
//! A function goes through selection ([`lower`]), allocation of registers ([`allocate`]) and encoding ([`emit`]).
//!
//! | file | what it does |
//! |---|---|
//! | [`inst`] | the machine IR |
//! | [`lower`], [`select`] | selection: blocks, registers, constants; which opcode is selected how |
//! | [`integer`], [`bits`], [`compare`], [`wide`], [`float`], [`convert`] | operations |
//! | [`memory`], [`atomic`] | accesses, addresses; atomic ones, operations of the core |
//! | [`control`], [`call`], [`help`] | terminators; calls and what arrives; the runtime library |
//! | [`loops`], [`liveness`] | loops; what is live |
//! | [`key`] | what instructions compute |
//! | [`hoist`] | what loops compute anew moves out of them |
//! | [`settle`], [`places`] | moves that need not be go |
//! | [`high`], [`direct`] | words of the allocator in high registers |
//! | [`trial`], [`cost`] | the cheapest of several allocations |
//! | [`extend`] | loads that extend signs |
//! | [`tidy`] | what nobody needs is left out; two-address forms overwrite what dies |
//! | [`repeat`] | what a block computes twice is computed once |
//! | [`sink`] | what steps on from a value waits for its last reader |
//! | [`params`] | parameters of blocks that nobody reads go |
//! | [`allocate`] | registers for virtual registers |
//! | [`flags`] | compares that flags make needless; whether flags are fresh where they are read |
//! | [`place`] | the order of blocks |
//! | [`frame`] | what is where on the stack |
//! | [`emit`] | allocated machine IR to code with its rows |
//! | [`encode`] | instructions as halfwords |
//! | [`buffer`] | labels, branches, constants and rows of one function |

mod allocate;
mod atomic;
mod bits;
pub(crate) mod buffer;
mod call;
mod compare;
mod control;
mod convert;
mod cost;
mod direct;
pub(crate) mod emit;
pub(crate) mod encode;
mod extend;
mod flags;
mod float;
pub(crate) mod frame;
mod help;
mod high;
mod hoist;
pub(crate) mod inst;
mod integer;
mod key;
mod liveness;
mod loops;
mod lower;
mod memory;
mod params;
mod place;
mod places;
mod repeat;
mod select;
mod settle;
mod sink;
#[cfg(test)]
mod tests;
mod tidy;
mod trial;
mod wide;

use crate::context::{Class, Context};
use crate::live::Live;
use crate::target::{Bank, Target};
use allocate::Allocated;
use analysis::Order;
use artifact::FunctionCode;
use buffer::{Buffer, Demands};
use high::Free;
use native_ir::Func;
use native_ir::{Body, InstData, TypeKind, Value};

/// The target has nothing to choose.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct M0;

impl Target for M0 {
    // Registers are not given by value here.
    const CORE: Bank = Bank { clobbered: &[], preserved: &[] };
    const VECTOR: Bank = Bank { clobbered: &[], preserved: &[] };

    const STACK_ALIGN: u32 = 8;

    fn class(_: TypeKind) -> Class {
        Class::Core
    }

    fn sets_flags(_: TypeKind) -> bool {
        true
    }

    fn clobbers(_: &Context<'_, Self>, _: &Body, _: &InstData, _: Value) -> bool {
        false
    }
}

/// What emission needs for one function after the other.
#[derive(Default)]
pub(crate) struct Scratch {
    order: Order,
    live: Live,
    buffer: Buffer,
    allocator: allocate::Allocator,
}

/// Why a function has no machine code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Its code is too long for the distances that branches can have.
    TooLong,
    /// The runtime library lacks a function.
    Helper(String),
    /// The allocator of registers gave up.
    Registers(String),
}

/// Emits a function of a verified module.
///
/// # Errors
/// When its code is too long, or has no allocation of registers.
pub(crate) fn function(
    context: &Context<'_, M0>,
    func: Func,
    scratch: &mut Scratch,
) -> Result<FunctionCode, Failure> {
    let function = &context.module.functions[func];
    let Scratch { order, live, buffer, allocator } = scratch;
    order.compute(&function.body);
    live.compute(context, function, order);
    let lowered = lower::Lower::function(context, function, order, live);
    if let Some(missing) = lowered.missing {
        return Err(Failure::Helper(missing));
    }
    let (own, outgoing) = (lowered.own, lowered.outgoing);
    let mut code = lowered.finish();
    tidy::tidy(&mut code);
    let mut demands = Demands::default();
    let frame = |allocated: &Allocated, demands: Demands| {
        let needs = frame::Needs { own, outgoing, spills: allocated.spills, link: demands.link };
        frame::Frame::new(context, function, &allocated.code, needs)
    };
    let mut allocate = |demands: Demands| -> Result<Allocated, Failure> {
        let free = |allocated: &Allocated| Free::new(&frame(allocated, demands), &allocated.code, demands);
        let allocated = trial::allocate(allocator, code.clone(), free);
        let mut allocated = allocated.map_err(|error| Failure::Registers(error.to_string()))?;
        flags::drop_compares(&mut allocated.code);
        debug_assert_eq!(flags::stale(&allocated.code), None);
        direct::take_high(&mut allocated.code);
        debug_assert_eq!(flags::stale(&allocated.code), None);
        place::place(&mut allocated);
        Ok(allocated)
    };
    let mut allocated = allocate(demands)?;
    loop {
        let frame = frame(&allocated, demands);
        match emit::emit(buffer, &allocated.code, &frame, &allocated.spans, func, demands) {
            Ok(mut code) => {
                code.align = code.align.max(function.align.unwrap_or(1));
                return Ok(code);
            }
            Err(refusal) => {
                let link = demands.link;
                demands = demands.after(refusal).ok_or(Failure::TooLong)?;
                // lr is no longer free to hold something.
                if demands.link && !link {
                    allocated = allocate(demands)?;
                }
            }
        }
    }
}
