//! Assembly on the border between the host and machine code, both ways, by the System V convention.
//!
//! Going in, [`enter`] keeps the host's callee-saved registers and stack pointer, changes to the guest's stack, loads
//! argument registers from an [`Entry`], calls, and stores result registers there. Coming out for a call of something
//! that is not machine code, the way from a stub ends in [`depart`], which keeps argument registers in an
//! [`Exit`] on the guest's stack, changes to the host's stack below the innermost [`enter`], and calls
//! [`crate::engine::leave`]. When the program ended there, or in a signal's handler, [`abandon`] ends the
//! innermost [`enter`] without returning through the guest's frames.

#![allow(unsafe_code, reason = "assembly")]

use std::arch::naked_asm;
use std::mem::offset_of;

/// A call into machine code.
#[repr(C, align(16))]
#[derive(Debug, Default)]
pub(crate) struct Entry {
    /// The host's stack pointer, once inside.
    host: u64,
    /// Where the guest's stack begins, downwards; a multiple of 16.
    pub(crate) guest: u64,
    /// The first instruction.
    pub(crate) code: u64,
    /// Arguments on the stack: their words, and how many bytes they are, a multiple of 16.
    pub(crate) stack: u64,
    pub(crate) stack_bytes: u64,
    /// How many vector registers hold arguments.
    pub(crate) vectors: u64,
    /// rdi, rsi, rdx, rcx, r8, r9.
    pub(crate) core: [u64; 6],
    /// xmm0 to xmm7.
    pub(crate) vector: [u128; 8],
    /// rax, rdx and xmm0, xmm1 as the function left them.
    pub(crate) core_results: [u64; 2],
    pub(crate) vector_results: [u128; 2],
    /// The host's floating-point environment, and the guest's.
    host_status: u32,
    pub(crate) status: u32,
    /// 1 when the function did not return.
    pub(crate) abandoned: u64,
}

/// What machine code had in its registers when it called something that is not.
#[repr(C, align(16))]
#[derive(Debug, Default)]
pub(crate) struct Exit {
    /// xmm0 to xmm7; the results are put in the first two.
    pub(crate) vector: [u128; 8],
    /// rdi, rsi, rdx, rcx, r8, r9.
    pub(crate) core: [u64; 6],
    /// rax and rdx for the caller.
    pub(crate) core_results: [u64; 2],
    /// Which function is called.
    pub(crate) function: u64,
    /// The guest's floating-point environment.
    pub(crate) status: u32,
    /// The innermost call into machine code.
    pub(crate) entry: u64,
    /// How many bytes of arguments the callee pops.
    pub(crate) pops: u64,
}

impl Exit {
    /// The stack pointer at the call's target, from the address of this: the return address is there, arguments behind.
    pub(crate) fn stack(address: u64) -> u64 {
        address + FRAME as u64 + 8
    }
}

/// Bytes of an [`Exit`].
const FRAME: usize = size_of::<Exit>();

/// The address of [`abandon`], which ends the call whose [`Entry`] rdi points to.
pub(crate) fn abandon_address() -> u64 {
    abandon as *const () as u64
}

/// The way to the VM: `mov r10, border; jmp leave`, with r11 as the stub left it.
pub(crate) fn way(border: u64) -> Vec<u8> {
    let mut bytes = vec![0x49, 0xba];
    bytes.extend(border.to_le_bytes());
    bytes.extend([0xff, 0x25, 0, 0, 0, 0]);
    bytes.extend((depart as *const () as u64).to_le_bytes());
    bytes
}

/// Calls machine code.
///
/// # Safety
/// The entry's code is a function whose arguments are where its call layout says, its stack is large enough or ends in
/// inaccessible pages, and `crate::fault` knows of the call.
#[unsafe(naked)]
pub(crate) unsafe extern "sysv64" fn enter(entry: *mut Entry) {
    naked_asm!(
        "push rbp",
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "mov rbx, rdi",
        "mov [rbx + {host}], rsp",
        "stmxcsr [rbx + {host_status}]",
        "ldmxcsr [rbx + {status}]",
        "mov rsp, [rbx + {guest}]",
        "mov rcx, [rbx + {stack_bytes}]",
        "sub rsp, rcx",
        "shr rcx, 3",
        "mov rsi, [rbx + {stack}]",
        "mov rdi, rsp",
        "rep movsq",
        "movaps xmm0, [rbx + {vector}]",
        "movaps xmm1, [rbx + {vector} + 16]",
        "movaps xmm2, [rbx + {vector} + 32]",
        "movaps xmm3, [rbx + {vector} + 48]",
        "movaps xmm4, [rbx + {vector} + 64]",
        "movaps xmm5, [rbx + {vector} + 80]",
        "movaps xmm6, [rbx + {vector} + 96]",
        "movaps xmm7, [rbx + {vector} + 112]",
        "mov rdi, [rbx + {core}]",
        "mov rsi, [rbx + {core} + 8]",
        "mov rdx, [rbx + {core} + 16]",
        "mov rcx, [rbx + {core} + 24]",
        "mov r8, [rbx + {core} + 32]",
        "mov r9, [rbx + {core} + 40]",
        "mov rax, [rbx + {vectors}]",
        "call [rbx + {code}]",
        "mov [rbx + {core_results}], rax",
        "mov [rbx + {core_results} + 8], rdx",
        "movaps [rbx + {vector_results}], xmm0",
        "movaps [rbx + {vector_results} + 16], xmm1",
        "jmp {finish}",
        host = const offset_of!(Entry, host),
        guest = const offset_of!(Entry, guest),
        code = const offset_of!(Entry, code),
        stack = const offset_of!(Entry, stack),
        stack_bytes = const offset_of!(Entry, stack_bytes),
        vectors = const offset_of!(Entry, vectors),
        core = const offset_of!(Entry, core),
        vector = const offset_of!(Entry, vector),
        core_results = const offset_of!(Entry, core_results),
        vector_results = const offset_of!(Entry, vector_results),
        host_status = const offset_of!(Entry, host_status),
        status = const offset_of!(Entry, status),
        finish = sym finish,
    )
}

/// The end of [`enter`], whose entry rbx points to.
#[unsafe(naked)]
unsafe extern "sysv64" fn finish() {
    naked_asm!(
        "cld",
        "stmxcsr [rbx + {status}]",
        "ldmxcsr [rbx + {host_status}]",
        "mov rsp, [rbx + {host}]",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret",
        host = const offset_of!(Entry, host),
        host_status = const offset_of!(Entry, host_status),
        status = const offset_of!(Entry, status),
    )
}

/// Ends a call of [`enter`] from anywhere inside.
#[unsafe(naked)]
unsafe extern "sysv64" fn abandon(entry: *mut Entry) {
    naked_asm!(
        "mov rbx, rdi",
        "mov qword ptr [rbx + {abandoned}], 1",
        "jmp {finish}",
        abandoned = const offset_of!(Entry, abandoned),
        finish = sym finish,
    )
}

/// The end of the way from a stub: r10 is the border, whose first word is the innermost [`Entry`], and r11 the function's
/// number. The return address is 8 below a multiple of 16.
#[unsafe(naked)]
unsafe extern "sysv64" fn depart() {
    naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "sub rsp, {frame}",
        "mov [rsp + {core}], rdi",
        "mov [rsp + {core} + 8], rsi",
        "mov [rsp + {core} + 16], rdx",
        "mov [rsp + {core} + 24], rcx",
        "mov [rsp + {core} + 32], r8",
        "mov [rsp + {core} + 40], r9",
        "movaps [rsp + {vector}], xmm0",
        "movaps [rsp + {vector} + 16], xmm1",
        "movaps [rsp + {vector} + 32], xmm2",
        "movaps [rsp + {vector} + 48], xmm3",
        "movaps [rsp + {vector} + 64], xmm4",
        "movaps [rsp + {vector} + 80], xmm5",
        "movaps [rsp + {vector} + 96], xmm6",
        "movaps [rsp + {vector} + 112], xmm7",
        "mov [rsp + {function}], r11",
        "mov rax, [r10]",
        "mov [rsp + {entry}], rax",
        "stmxcsr [rsp + {status}]",
        "ldmxcsr [rax + {host_status}]",
        "mov rdi, r10",
        "mov rsi, rsp",
        "mov rsp, [rax + {host}]",
        "sub rsp, 8",
        "call {leave}",
        "mov rsp, rbp",
        "sub rsp, {frame}",
        "test al, al",
        "jz 3f",
        "ldmxcsr [rsp + {status}]",
        "mov rdi, [rsp + {entry}]",
        "jmp {abandon}",
        "3:",
        "ldmxcsr [rsp + {status}]",
        "mov rax, [rsp + {core_results}]",
        "mov rdx, [rsp + {core_results} + 8]",
        "movaps xmm0, [rsp + {vector}]",
        "movaps xmm1, [rsp + {vector} + 16]",
        "mov r11, [rsp + {pops}]",
        "mov rsp, rbp",
        "pop rbp",
        "pop rcx",
        "add rsp, r11",
        "jmp rcx",
        frame = const FRAME,
        core = const offset_of!(Exit, core),
        vector = const offset_of!(Exit, vector),
        function = const offset_of!(Exit, function),
        entry = const offset_of!(Exit, entry),
        status = const offset_of!(Exit, status),
        core_results = const offset_of!(Exit, core_results),
        pops = const offset_of!(Exit, pops),
        host = const offset_of!(Entry, host),
        host_status = const offset_of!(Entry, host_status),
        leave = sym crate::engine::leave,
        abandon = sym abandon,
    )
}
