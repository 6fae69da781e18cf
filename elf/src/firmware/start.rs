//! The machine code that no IR can say: the first instructions, the handler of faults, requests to the host.
//!
//! Instructions are those of ARM DDI 0419, chapter A6; exception entry and return are its section B1.5. All code here
//! keeps the stack pointer where it found it but for the handler of faults, which sets it anew.

use super::layout::Mark;
use crate::program::Target;
use artifact::RelocationKind;

/// Where the processor begins.
pub(super) const RESET: &str = "__nir_reset";
/// The handler of faults where the program has none.
pub(super) const FAULT: &str = "__nir_fault";
/// The handler of exceptions that the program handles nowhere.
pub(super) const UNEXPECTED: &str = "__nir_unexpected";
/// A request to the host under which the machine runs: `fn(number, arguments) -> result`.
pub(super) const SEMIHOST: &str = "__nir_semihost";
/// Where an image that is only called from outside waits when its data has its values.
pub(super) const READY: &str = "__nir_ready";
/// The function of the library that gives data its values.
pub(super) const PREPARE: &str = "__nir_prepare";
/// The function of the library that ends the program.
pub(super) const EXIT: &str = "zero_exit";
/// The function of the library that reports a trap.
pub(super) const TRAPPED: &str = "__nir_trapped";

/// Bytes that an exception's entry pushes (B1.5.6).
pub(super) const EXCEPTION_FRAME: u32 = 32;
/// The class of faults that are no trap of the program, as the fault handler passes it on; the last entry of the table.
const OTHER: u16 = 0;

/// What a field of the code holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A function of the program.
    Function(Target),
    /// An address that is known when everything has its place, and what is added to it.
    Mark(Mark, i32),
    /// The first instruction of a function, with bit 0 clear.
    Place(Target),
    /// A number.
    Number(u32),
}

/// A field that is known only when addresses are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) offset: u32,
    pub(super) kind: RelocationKind,
    pub(super) value: Value,
}

/// Code under a name.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) name: &'static str,
    pub(super) bytes: Vec<u8>,
    /// Where constants begin.
    pub(super) literals: u32,
    pub(super) fields: Vec<Field>,
    /// Further symbols in it, by offset.
    pub(super) inner: Vec<(&'static str, u32)>,
}

/// What happens before and after the program's entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    /// [`PREPARE`], where there is data.
    pub(super) prepare: Option<Target>,
    /// The entry; without one the image waits to be called.
    pub(super) entry: Option<Target>,
    /// Whether its result is the exit status.
    pub(super) gives_status: bool,
    /// [`EXIT`], where the entry may return.
    pub(super) exit: Option<Target>,
}

impl Start {
    /// The reset handler. The processor has set the stack pointer.
    pub(super) fn code(self) -> Piece {
        let mut code = Code::default();
        if let Some(prepare) = self.prepare {
            code.load(0, Value::Mark(Mark::Data, 0));
            code.load(1, Value::Mark(Mark::DataEnd, 0));
            code.load(2, Value::Mark(Mark::DataLoad, 0));
            code.load(3, Value::Mark(Mark::ZeroEnd, 0));
            code.call(prepare);
        }
        let Some(entry) = self.entry else {
            let at = code.here();
            code.push(&[0xe7fe]); // b .
            return Piece { inner: vec![(READY, at)], ..code.finish(RESET) };
        };
        code.call(entry);
        if let Some(exit) = self.exit {
            if !self.gives_status {
                code.push(&[0x2000]); // movs r0, #0
            }
            code.call(exit);
        }
        code.push(&[0xe7fe]); // b .
        code.finish(RESET)
    }
}

/// [`SEMIHOST`]: a breakpoint that the host takes for a request.
pub(super) fn semihost() -> Piece {
    let mut code = Code::default();
    code.push(&[0xbeab]); // bkpt 0xab
    code.push(&[0x4770]); // bx lr
    code.finish(SEMIHOST)
}

/// The handler of unexpected exceptions: an instruction that traps as `unreachable` where traps are reported, else an
/// endless loop.
pub(super) fn unexpected(trap: Option<u8>) -> Piece {
    let mut code = Code::default();
    code.push(&[trap.map_or(0xe7fe, |number| 0xde00 | u16::from(number))]); // b . or udf
    code.finish(UNEXPECTED)
}

/// What the handler of faults does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Faults {
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
pub(super) fn fault(faults: Faults) -> Piece {
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

/// How many bytes of stack the functions take that images have of the writer itself, by their names.
pub(super) fn stack_of(name: &str) -> Option<u64> {
    (name == SEMIHOST).then_some(0)
}

#[derive(Default)]
struct Code {
    halfwords: Vec<u16>,
    fields: Vec<Field>,
    /// Loads of constants: the index of the instruction, and the constant.
    loads: Vec<(usize, Value)>,
}

impl Code {
    fn here(&self) -> u32 {
        self.halfwords.len() as u32 * 2
    }

    fn push(&mut self, halfwords: &[u16]) {
        self.halfwords.extend(halfwords);
    }

    fn call(&mut self, function: Target) {
        let (offset, kind) = (self.here(), RelocationKind::ThumbCall);
        self.fields.push(Field { offset, kind, value: Value::Function(function) });
        self.push(&[0xf000, 0xd000]); // bl
    }

    /// Loads a constant into a low register.
    fn load(&mut self, register: u16, value: Value) {
        self.loads.push((self.halfwords.len(), value));
        self.push(&[0x4800 | register << 8]); // ldr register, [pc, #…]
    }

    /// A conditional branch to where [`Code::land`] says.
    fn branch(&mut self, opcode: u16) -> usize {
        self.push(&[opcode]);
        self.halfwords.len() - 1
    }

    /// A branch goes to here. All code of this file is shorter than its reach.
    fn land(&mut self, branch: usize) {
        let distance = self.halfwords.len() as i64 - branch as i64 - 2;
        if let Some(opcode) = self.halfwords.get_mut(branch) {
            *opcode = *opcode & 0xff00 | (distance as u16) & 0xff;
        }
    }

    fn finish(mut self, name: &'static str) -> Piece {
        let literals = self.here();
        if !self.loads.is_empty() && !self.halfwords.len().is_multiple_of(2) {
            self.push(&[0]);
        }
        let mut constants: Vec<Value> = Vec::new();
        let base = self.here() / 4;
        for &(at, value) in &self.loads {
            let known = constants.iter().position(|other| *other == value);
            let index = known.unwrap_or_else(|| {
                constants.push(value);
                constants.len() - 1
            });
            // Words from the instruction's own place plus 4, rounded down to a word.
            let distance = base + index as u32 - (at as u32 + 2) / 2;
            if let Some(load) = self.halfwords.get_mut(at) {
                *load |= distance as u16 & 0xff;
            }
        }
        for value in constants {
            self.fields.push(Field { offset: self.here(), kind: RelocationKind::Absolute32, value });
            self.push(&[0, 0]);
        }
        let bytes = self.halfwords.iter().flat_map(|halfword| halfword.to_le_bytes()).collect();
        Piece { name, bytes, literals, fields: self.fields, inner: Vec::new() }
    }
}
