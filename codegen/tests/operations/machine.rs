//! Runs machine code on the machine that the tests run on.
//!
//! The code and the runtime library lie in one piece of memory. Functions take two pointers. A thunk enters them with
//! known values in the registers that a callee preserves, and looks at these afterwards. Where the code traps, a signal
//! handler goes back to the thunk, by way of the stack pointer that it kept. Functions of the library are reached by way
//! of stubs that overwrite every register which a callee may overwrite and which holds no result.

#![allow(unsafe_code, reason = "machine code is entered and left here")]

use artifact::{Artifact, FunctionCode, Reference, RelocationKind};
use native_ir::{EntityRef, Func, Item, Module, Opcode, Trap};
use std::arch::{asm, global_asm};
use std::cell::UnsafeCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Mutex, Once, PoisonError};

global_asm!(
    // rdi: the code, rsi and rdx: its arguments. Gives 0; -1 when it trapped; else a preserved register changed.
    ".globl nir_operations_enter",
    "nir_operations_enter:",
    "push rbx; push rbp; push r12; push r13; push r14; push r15; sub rsp, 8",
    "mov [rip + {stack}], rsp",
    "mov rax, rdi; mov rdi, rsi; mov rsi, rdx",
    "mov ebx, 1; mov ebp, 2; mov r12d, 4; mov r13d, 8; mov r14d, 16; mov r15d, 32",
    "call rax",
    "xor ebx, 1; xor ebp, 2; xor r12, 4; xor r13, 8; xor r14, 16; xor r15, 32",
    "or rbx, rbp; or rbx, r12; or rbx, r13; or rbx, r14; or rbx, r15",
    "xor eax, eax; neg rbx; sbb rax, rax; and eax, 1",
    "2: add rsp, 8; pop r15; pop r14; pop r13; pop r12; pop rbp; pop rbx; ret",
    ".globl nir_operations_trapped",
    "nir_operations_trapped:",
    "mov rsp, [rip + {stack}]",
    "mov rax, -1",
    "jmp 2b",
    // What a callee may overwrite: all when an integer is the result, all but xmm0 and rdx.
    ".globl nir_operations_overwrite",
    "nir_operations_overwrite:",
    "pcmpeqd xmm0, xmm0; mov rdx, -1",
    ".globl nir_operations_overwrite_rest",
    "nir_operations_overwrite_rest:",
    "pcmpeqd xmm1, xmm1; pcmpeqd xmm2, xmm2; pcmpeqd xmm3, xmm3; pcmpeqd xmm4, xmm4; pcmpeqd xmm5, xmm5",
    "pcmpeqd xmm6, xmm6; pcmpeqd xmm7, xmm7; pcmpeqd xmm8, xmm8; pcmpeqd xmm9, xmm9; pcmpeqd xmm10, xmm10",
    "pcmpeqd xmm11, xmm11; pcmpeqd xmm12, xmm12; pcmpeqd xmm13, xmm13; pcmpeqd xmm14, xmm14; pcmpeqd xmm15, xmm15",
    "mov rcx, -1; mov rsi, -1; mov rdi, -1; mov r8, -1; mov r9, -1; mov r10, -1; mov r11, -1",
    "ret",
    stack = sym STACK,
);

unsafe extern "sysv64" {
    fn nir_operations_enter(code: *const u8, input: *const u8, output: *mut u8) -> i64;
    fn nir_operations_trapped();
    fn nir_operations_overwrite();
    fn nir_operations_overwrite_rest();
}

/// A word that assembly and a signal handler write.
#[repr(transparent)]
struct Word(UnsafeCell<u64>);

// SAFETY: it is used under `RUNNING` alone.
unsafe impl Sync for Word {}

/// The stack pointer to go back to from a trap.
static STACK: Word = Word(UnsafeCell::new(0));
/// The address that trapped.
static TRAPPED: Word = Word(UnsafeCell::new(0));
static RUNNING: Mutex<()> = Mutex::new(());

extern "C" fn on_trap(_: i32, _: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the kernel gives a context of this thread, which is in `Machine::call`, and takes it back.
    unsafe {
        let registers = &mut (*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs;
        let at = &mut registers[libc::REG_RIP as usize];
        *TRAPPED.0.get() = *at as u64;
        *at = nir_operations_trapped as *const () as i64;
    }
}

fn catch_traps() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the handler only touches what belongs to `Machine::call`.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = on_trap as *const () as usize;
            action.sa_flags = libc::SA_SIGINFO;
            assert_eq!(libc::sigaction(libc::SIGILL, &raw const action, std::ptr::null_mut()), 0);
        }
    });
}

/// Operands or results, 16 bytes for each.
pub(crate) type Cells = [u128; 4];

/// Code that can be run.
pub(crate) struct Machine {
    memory: memmap2::Mmap,
    /// Where each function's instructions lie.
    code: HashMap<Func, Range<usize>>,
    /// The class of each instruction that traps, by where it lies.
    traps: HashMap<usize, Trap>,
}

impl Machine {
    /// Loads a module's code, linked with that of a library.
    pub(crate) fn new(own: (&Module, &Artifact), library: (&Module, &Artifact)) -> Machine {
        catch_traps();
        let (mut bytes, mut starts, mut helpers) = (Vec::new(), Vec::new(), HashMap::new());
        for (module, artifact) in [own, library] {
            let mut places = HashMap::new();
            for function in &artifact.functions {
                bytes.resize(usize::next_multiple_of(bytes.len(), function.align.max(16) as usize), 0xcc);
                places.insert(function.func, bytes.len());
                let symbol = module.functions[function.func].symbol;
                helpers.insert(module.symbol_name(symbol).to_string(), bytes.len());
                bytes.extend(&function.code);
            }
            starts.push(places);
        }
        let stubs = stubs(&helpers, &mut bytes);
        let mut traps = HashMap::new();
        for ((module, artifact), starts) in [own, library].into_iter().zip(&starts) {
            let find = |reference| match reference {
                Reference::Helper(name) => stubs[name],
                Reference::Symbol(symbol) => match module.item(symbol) {
                    Item::Function(func) => starts[&func],
                    item => panic!("{item:?} has no address"),
                },
            };
            for function in &artifact.functions {
                let start = starts[&function.func];
                traps.extend(function.traps.iter().map(|row| (start + row.offset as usize, row.trap)));
                relocate(function, start, &mut bytes, find);
            }
        }
        let mut memory = memmap2::MmapMut::map_anon(bytes.len()).expect("memory for code");
        memory.copy_from_slice(&bytes);
        let range = |function: &FunctionCode| {
            starts[0][&function.func]..starts[0][&function.func] + function.literals as usize
        };
        let code = own.1.functions.iter().map(|function| (function.func, range(function))).collect();
        Machine { memory: memory.make_exec().expect("executable memory"), code, traps }
    }

    /// Calls a function; tells the class when it traps.
    ///
    /// # Panics
    /// When it does not preserve what a callee must, or stops where no trap is.
    pub(crate) fn call(&self, func: Func, input: &[u8], output: &mut [u8]) -> Result<(), Trap> {
        let _running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        self.enter(func, input.as_ptr(), output.as_mut_ptr())
    }

    /// Calls a function with these cells where results go. Gives them, and the status flags that it raises, as
    /// `fenv_read` gives them; the class when it traps.
    ///
    /// # Panics
    /// As [`Machine::call`].
    pub(crate) fn run(&self, func: Func, operands: &Cells, mut results: Cells) -> Result<(Cells, u8), Trap> {
        let _running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let (clear, mut raised): (u32, u32) = (0x1F80, 0);
        // SAFETY: rounding, masks and flags are those that a program begins with.
        unsafe { asm!("ldmxcsr [{}]", in(reg) &raw const clear) };
        self.enter(func, operands.as_ptr().cast(), results.as_mut_ptr().cast())?;
        // SAFETY: it is written to a local variable.
        unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut raised) };
        Ok((results, (raised & 1 | raised >> 1 & 0x1E) as u8))
    }

    /// Enters a function, while no other thread does.
    fn enter(&self, func: Func, input: *const u8, output: *mut u8) -> Result<(), Trap> {
        let code = self.memory[self.code[&func].start..].as_ptr();
        // SAFETY: the function reads and writes nothing but what it is given, and keeps to the calling convention.
        let end = unsafe { nir_operations_enter(code, input, output) };
        assert!(end != 1, "{} changes a register that a callee preserves{}", func.index(), self.listing(func));
        if end == 0 {
            return Ok(());
        }
        // SAFETY: the handler has written it, on this thread.
        let at = unsafe { *TRAPPED.0.get() } as usize - self.memory.as_ptr() as usize;
        Err(*self.traps.get(&at).unwrap_or_else(|| panic!("no trap is at {at:x}{}", self.listing(func))))
    }

    /// The code of a function, in lines.
    pub(crate) fn listing(&self, func: Func) -> String {
        use iced_x86::{Decoder, DecoderOptions, Formatter, IntelFormatter};
        let range = self.code[&func].clone();
        let mut text = String::new();
        for inst in Decoder::with_ip(64, &self.memory[range.clone()], range.start as u64, DecoderOptions::NONE) {
            text += &format!("\n{:6x} ", inst.ip());
            IntelFormatter::new().format(&inst, &mut text);
        }
        text
    }
}

/// A stub for each function of the library; gives where they lie.
fn stubs(helpers: &HashMap<String, usize>, bytes: &mut Vec<u8>) -> HashMap<&'static str, usize> {
    let mut stubs = HashMap::new();
    for row in runtime::helpers("x86_64-unknown-linux-elf") {
        let integer = matches!(
            row.opcode,
            Opcode::FloatToSint | Opcode::FloatToUint | Opcode::Fcmp | Opcode::UmulOverflow | Opcode::SmulOverflow
        );
        let overwrite = if integer { nir_operations_overwrite } else { nir_operations_overwrite_rest };
        let start = bytes.len();
        stubs.insert(row.symbol, start);
        // sub rsp, 8; call; add rsp, 8; mov r11, overwrite; jmp r11
        let distance = helpers[row.symbol] as i64 - (start as i64 + 9);
        bytes.extend([0x48, 0x83, 0xec, 0x08, 0xe8]);
        bytes.extend((distance as i32).to_le_bytes());
        bytes.extend([0x48, 0x83, 0xc4, 0x08, 0x49, 0xbb]);
        bytes.extend((overwrite as *const () as u64).to_le_bytes());
        bytes.extend([0x41, 0xff, 0xe3]);
    }
    stubs
}

/// Fills in the distances to other functions.
fn relocate(function: &FunctionCode, start: usize, bytes: &mut [u8], find: impl Fn(Reference) -> usize) {
    for relocation in &function.relocations {
        assert!(matches!(relocation.kind, RelocationKind::Branch32 | RelocationKind::Relative32));
        let field = start + relocation.offset as usize;
        let distance = find(relocation.target) as i64 + relocation.addend - field as i64;
        bytes[field..field + 4].copy_from_slice(&(distance as i32).to_le_bytes());
    }
}
