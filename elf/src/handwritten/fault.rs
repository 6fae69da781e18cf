//! The handler of faults, which sets the stack pointer anew where it ends the program.

use super::code::Code;
use super::{EXCEPTION_FRAME, Mark, Piece, Value};
use crate::program::Target;

/// The handler of faults where the program has none.
pub(crate) const FAULT: &str = "__nir_fault";
/// The function of the library that reports a trap.
pub(crate) const TRAPPED: &str = "__nir_trapped";
/// The class of faults that are no trap of the program, as the fault handler passes it on; the last entry of the table.
const OTHER: u16 = 0;

/// What the handler of faults does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Faults {
    /// It loops for ever.
    Stop,
    /// A request to a host that is not there gives -1; on all else it loops for ever.
    SkipRequests,
    /// As before, but all else goes to [`TRAPPED`].
    Report(Target),
}

/// The handler of faults.
///
/// A request to the host is a fault when there is no host: then the result is -1 and the program goes on behind it. Any
/// other fault ends the program: the exception returns to the reporter, at the top of the stack, in the mode that the
/// program was in, so that the reporter may make requests.
pub(crate) fn fault(faults: Faults) -> Piece {
    let mut code = Code::default();
    if faults == Faults::Stop {
        code.push(&[0xe7fe]); // b .
        return code.finish(FAULT);
    }
    code.push(&[0x4670]); // mov r0, lr
    code.push(&[0x0740]); // lsls r0, r0, #29: which stack was in use
    code.push(&[0xf3ef, 0x8008]); // mrs r0, msp
    code.push(&[0xd501]); // bpl over the next
    code.push(&[0xf3ef, 0x8009]); // mrs r0, psp
    code.push(&[0x6981]); // ldr r1, [r0, #24]: the instruction's address
    code.load(2, Value::Mark(Mark::Text, 0));
    code.push(&[0x1a8a]); // subs r2, r1, r2
    code.load(3, Value::Mark(Mark::TextBytes, 0));
    code.push(&[0x429a]); // cmp r2, r3
    let outside = code.branch(0xd200); // bcs: no instruction of the program's
    code.push(&[0x880a]); // ldrh r2, [r1]
    code.load(3, Value::Number(0xbeab));
    code.push(&[0x429a]); // cmp r2, r3
    let other = code.branch(0xd100); // bne: no request
    code.push(&[0x2200]); // movs r2, #0
    code.push(&[0x43d2]); // mvns r2, r2
    code.push(&[0x6002]); // str r2, [r0]: the result
    code.push(&[0x3102]); // adds r1, #2
    code.push(&[0x6181]); // str r1, [r0, #24]
    code.push(&[0x4770]); // bx lr
    code.land(other);
    match faults {
        Faults::Report(reporter) => report(&mut code, outside, reporter),
        Faults::Stop | Faults::SkipRequests => {
            code.land(outside);
            code.push(&[0xe7fe]); // b .
        }
    }
    code.finish(FAULT)
}

/// The second half of [`fault`]: r1 has the instruction's address, r2 the instruction where it is one of the program's.
fn report(code: &mut Code, outside: usize, reporter: Target) {
    code.push(&[0x0a13]); // lsrs r3, r2, #8
    code.push(&[0xb2d2]); // uxtb r2, r2: of `udf #number` the number
    code.push(&[0x2bde]); // cmp r3, #0xde
    let known = code.branch(0xd000); // beq
    code.land(outside);
    code.push(&[0x2200 | OTHER]); // movs r2, #0
    code.land(known);
    code.push(&[0x69c3]); // ldr r3, [r0, #28]: xPSR
    code.load(0, Value::Mark(Mark::StackTop, -(EXCEPTION_FRAME as i32)));
    code.push(&[0xf380, 0x8808]); // msr msp, r0
    code.push(&[0x6002]); // str r2, [r0]: r0 of the reporter
    code.push(&[0x6041]); // str r1, [r0, #4]: r1 of the reporter
    code.push(&[0x069b]); // lsls r3, r3, #26
    code.push(&[0x0e9b]); // lsrs r3, r3, #26: of xPSR the exception that was handled
    code.push(&[0x2201]); // movs r2, #1
    code.push(&[0x0612]); // lsls r2, r2, #24: and the bit for Thumb
    code.push(&[0x4313]); // orrs r3, r2
    code.push(&[0x61c3]); // str r3, [r0, #28]
    code.load(3, Value::Place(reporter));
    code.push(&[0x6183]); // str r3, [r0, #24]: where it goes on
    code.push(&[0x2204]); // movs r2, #4
    code.push(&[0x4673]); // mov r3, lr
    code.push(&[0x4393]); // bics r3, r2: with the main stack
    code.push(&[0x4718]); // bx r3
}
