//! Allocation by trial: how much moves out of loops is decided by what the allocations cost.

use super::allocate::{Allocated, Allocator};
use super::cost::cost;
use super::high::{Free, raise};
use super::hoist::{Limit, hoist};
use super::inst::Code;
use super::loops::Loops;
use super::settle::settle;
use super::tidy;
use regalloc2::RegAllocError;

/// How many registers may be taken in loops from which something moves.
const LIMITS: [Limit; 4] = [
    Limit { most: 7, calls: 4 },
    Limit { most: 9, calls: 6 },
    Limit { most: 12, calls: 9 },
    Limit { most: 20, calls: 20 },
];

/// Allocates the registers of tidied code.
///
/// # Errors
/// Those of [`Allocator::run`].
pub(super) fn allocate(
    allocator: &mut Allocator,
    mut code: Code,
    free: impl Fn(&Allocated) -> Free,
) -> Result<Allocated, RegAllocError> {
    let mut run = |code: Code| {
        let mut allocated = allocator.run(code)?;
        settle(&mut allocated);
        let free = free(&allocated);
        raise(&mut allocated, free);
        Ok(allocated)
    };
    let loops = Loops::find(&code.blocks);
    for (block, number) in code.blocks.iter_mut().zip(0..) {
        block.depth = loops.depth(number);
    }
    let limits: &[Limit] = if loops.list.is_empty() { &[] } else { &LIMITS };
    let mut most = 0;
    let mut best: Option<(u64, Allocated)> = None;
    for &limit in limits {
        let mut code = code.clone();
        // As much as under a lower limit is the same.
        let moved = hoist(&mut code, &loops, limit);
        if std::mem::replace(&mut most, moved) == moved {
            continue;
        }
        tidy::finish(&mut code);
        if let Ok(allocated) = run(code) {
            let cost = cost(&allocated.code);
            if best.as_ref().is_none_or(|&(least, _)| cost < least) {
                best = Some((cost, allocated));
            }
        }
    }
    let plain = run(code);
    match best {
        None => plain,
        Some((least, best)) => match plain {
            Ok(plain) if cost(&plain.code) <= least => Ok(plain),
            _ => Ok(best),
        },
    }
}
