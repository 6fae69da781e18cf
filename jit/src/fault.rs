//! Signals of machine code: `ud2` is a trap, an access that the system refuses is one too.
//!
//! A handler that finds the stack pointer on the stack of machine code keeps what it saw and makes the thread go on where
//! the innermost call into machine code is abandoned. Every other signal goes to whoever handled it before.

#![allow(unsafe_code, reason = "handlers of signals are given raw pointers")]

use crate::engine::Border;
use crate::enter::abandon_address;
use std::cell::Cell;
use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::OnceLock;

/// What a signal found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Which signal.
    pub(crate) signal: i32,
    /// The instruction.
    pub(crate) pc: u64,
    /// The stack pointer there.
    pub(crate) stack: u64,
    /// The address of the access, if it was one.
    pub(crate) address: u64,
}

/// Signals of instructions that fail.
const SIGNALS: [i32; 4] = [libc::SIGILL, libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE];
/// Bytes below the stack of machine code that are inaccessible and nothing else's. Machine code touches each page of
/// what it puts on its stack, so it does not get past them.
pub(crate) const GUARD: u64 = 1 << 16;
/// Bytes of a stack for handlers.
const STACK: usize = 64 << 10;

thread_local! {
    /// The border that this thread is beyond.
    static ACTIVE: Cell<*const Border> = const { Cell::new(ptr::null()) };
}

/// Who handled the signals before.
static BEFORE: OnceLock<[libc::sigaction; SIGNALS.len()]> = OnceLock::new();

/// Says that this thread runs machine code; gives what [`restore`] wants.
pub(crate) fn activate(border: &Border) -> *const Border {
    ACTIVE.replace(border)
}

/// Ends what [`activate`] began.
pub(crate) fn restore(before: *const Border) {
    ACTIVE.set(before);
}

/// Installs the handlers, once for the process, and a stack for them, once for the thread.
///
/// # Errors
/// The system refuses.
pub(crate) fn install() -> io::Result<()> {
    install_stack()?;
    let mut result = Ok(());
    BEFORE.get_or_init(|| {
        let mut before = SIGNALS.map(|_| {
            // SAFETY: a `sigaction` of zeros is the default action without flags.
            unsafe { MaybeUninit::<libc::sigaction>::zeroed().assume_init() }
        });
        for (signal, before) in SIGNALS.into_iter().zip(&mut before) {
            if let Err(error) = install_one(signal, before) {
                result = Err(error);
            }
        }
        before
    });
    result
}

fn install_one(signal: i32, before: &mut libc::sigaction) -> io::Result<()> {
    // SAFETY: as above.
    let mut action = unsafe { MaybeUninit::<libc::sigaction>::zeroed().assume_init() };
    action.sa_sigaction = handle as *const () as usize;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_RESTART;
    // SAFETY: both point to `sigaction`s, and the handler does nothing that a handler must not do.
    match unsafe { libc::sigaction(signal, &action, before) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// A thread whose own stack may be used up needs another for handlers. Threads of the standard library have one.
fn install_stack() -> io::Result<()> {
    let mut known = libc::stack_t { ss_sp: ptr::null_mut(), ss_flags: 0, ss_size: 0 };
    // SAFETY: nothing is changed.
    if unsafe { libc::sigaltstack(ptr::null(), &mut known) } != 0 {
        return Err(io::Error::last_os_error());
    }
    if known.ss_flags & libc::SS_DISABLE == 0 {
        return Ok(());
    }
    // It has to outlive the thread's last signal, so it is never given back.
    let stack = Box::leak(vec![0u8; STACK].into_boxed_slice());
    let stack = libc::stack_t { ss_sp: stack.as_mut_ptr().cast(), ss_flags: 0, ss_size: STACK };
    // SAFETY: the memory stays.
    match unsafe { libc::sigaltstack(&stack, ptr::null_mut()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

extern "C" fn handle(signal: i32, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the system hands over a `ucontext_t`, ours until the handler returns.
    let registers = unsafe { &mut (*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs };
    let border = ACTIVE.get();
    // SAFETY: a border stays where it is while a thread is beyond it.
    if let Some(border) = unsafe { border.as_ref() } {
        let stack = registers[libc::REG_RSP as usize] as u64;
        // Whoever uses it up has its stack pointer below.
        if (border.stack.start.saturating_sub(GUARD)..=border.stack.end).contains(&stack) {
            // SAFETY: these signals have an address.
            let address = unsafe { (*info).si_addr() } as u64;
            let pc = registers[libc::REG_RIP as usize] as u64;
            border.fault.set(Some(Fault { signal, pc, stack, address }));
            registers[libc::REG_RDI as usize] = border.entry.get() as i64;
            registers[libc::REG_RIP as usize] = abandon_address() as i64;
            return;
        }
    }
    pass_on(signal, info, context);
}

/// Does what was done with the signal before.
fn pass_on(signal: i32, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let at = SIGNALS.iter().position(|&other| other == signal);
    let before = at.zip(BEFORE.get()).and_then(|(at, before)| before.get(at));
    match before {
        Some(before) if before.sa_sigaction != libc::SIG_DFL && before.sa_sigaction != libc::SIG_IGN => {
            // SAFETY: the system would have called it so; one without SA_SIGINFO ignores the other arguments.
            unsafe {
                let handler: extern "C" fn(i32, *mut libc::siginfo_t, *mut libc::c_void) =
                    std::mem::transmute(before.sa_sigaction);
                handler(signal, info, context);
            }
        }
        // The instruction fails again when the handler returns, and then the default happens.
        // SAFETY: as documented.
        _ => unsafe {
            libc::signal(signal, libc::SIG_DFL);
        },
    }
}
