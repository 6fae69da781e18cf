//! Runs compiled functions in the test's process.
//!
//! All functions have the type `fn(ptr, ptr) -> ()`: they read operands from the first pointer and write results to the
//! second. Functions of the runtime library are those of crate `semantics`, behind a stub that overwrites every register
//! a callee may overwrite.

#![allow(unsafe_code, reason = "machine code is called, with pointers")]

use artifact::{FunctionCode, Reference, RelocationKind};
use codegen::{Options, compile};
use memmap2::{Mmap, MmapMut};
use native_ir::{Condition, EntityRef, Func, Module, Opcode, text};
use std::arch::{asm, global_asm};
use std::cell::UnsafeCell;
use std::sync::{Mutex, MutexGuard};
use verifier::Verified;

/// Operands or results, 16 bytes for each.
pub(crate) type Cells = [u128; 4];

global_asm!(
    // rdi: operands, rsi: results, rdx: the function. Gives 0, or 1 when it trapped.
    ".globl test_machine_enter",
    "test_machine_enter:",
    "push rbx; push rbp; push r12; push r13; push r14; push r15; sub rsp, 8",
    "mov [rip + {stack}], rsp",
    "call rdx",
    "xor eax, eax",
    "2: add rsp, 8; pop r15; pop r14; pop r13; pop r12; pop rbp; pop rbx; ret",
    ".globl test_machine_trapped",
    "test_machine_trapped:",
    "mov rsp, [rip + {stack}]",
    "mov eax, 1",
    "jmp 2b",
    // edi: a row of the runtime library's table.
    ".globl test_machine_help",
    "test_machine_help:",
    "sub rsp, 72",
    "movaps [rsp], xmm0; movaps [rsp + 16], xmm1; movaps [rsp + 32], xmm2",
    "stmxcsr [rsp + 64]",
    "mov rsi, rsp",
    "call {help}",
    "or [rsp + 64], eax; ldmxcsr [rsp + 64]",
    "movaps xmm0, [rsp]; mov rax, [rsp]",
    "pcmpeqd xmm1, xmm1; pcmpeqd xmm2, xmm2; pcmpeqd xmm3, xmm3; pcmpeqd xmm4, xmm4; pcmpeqd xmm5, xmm5",
    "pcmpeqd xmm6, xmm6; pcmpeqd xmm7, xmm7; pcmpeqd xmm8, xmm8; pcmpeqd xmm9, xmm9; pcmpeqd xmm10, xmm10",
    "pcmpeqd xmm11, xmm11; pcmpeqd xmm12, xmm12; pcmpeqd xmm13, xmm13; pcmpeqd xmm14, xmm14",
    "pcmpeqd xmm15, xmm15",
    "mov rcx, rsp; mov rdx, rsp; mov rsi, rsp; mov rdi, rsp; mov r8, rsp; mov r9, rsp; mov r10, rsp; mov r11, rsp",
    "add rsp, 72",
    "ret",
    stack = sym STACK,
    help = sym help,
);

unsafe extern "sysv64" {
    fn test_machine_enter(operands: *const Cells, results: *mut Cells, function: *const u8) -> u32;
    fn test_machine_trapped();
    fn test_machine_help();
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

/// What a function of the runtime library computes, of floats up to 64 bits. Gives the status flags that it raises.
extern "sysv64" fn help(row: u32, cells: &mut Cells) -> u32 {
    let row = runtime::helpers()[row as usize];
    let kind = |ty: native_ir::Type| Module::default().types.kind(ty).expect("a type with values");
    let operands = [cells[0], cells[1], cells[2]].map(|bits| bits & u128::from(u64::MAX));
    let run = |opcode, condition| {
        semantics::operation(opcode, condition, kind(row.from), kind(row.to)).expect("an operation")(&operands)
    };
    cells[0] = match row.opcode {
        Opcode::Fcmp | Opcode::Fcompare => {
            let holds = |condition| run(Opcode::Fcmp, condition).expect("a truth value")[0] == 1;
            match () {
                () if holds(Condition::Olt) => u128::from(u64::MAX),
                () if holds(Condition::Oeq) => 0,
                () if holds(Condition::Ogt) => 1,
                () => 2,
            }
        }
        Opcode::FloatToSint | Opcode::FloatToUint => u128::from(run(row.opcode, Condition::Eq).is_ok()),
        opcode => run(opcode, Condition::Eq).expect("a result")[0],
    };
    let strict = semantics::strict_operation(row.opcode, Condition::Oeq, kind(row.from), kind(row.to));
    let raised = strict.and_then(|function| function(&operands).ok()).map_or(0, |(_, status)| u32::from(status.0));
    raised & 1 | (raised & 0x1E) << 1
}

extern "C" fn on_trap(_: i32, _: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the kernel gives a context of this thread, which is in `run`, and takes it back.
    unsafe {
        let registers = &mut (*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs;
        let at = &mut registers[libc::REG_RIP as usize];
        *TRAPPED.0.get() = *at as u64;
        *at = test_machine_trapped as *const () as i64;
    }
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It returned, with these results, and these status flags raised, as `fenv_read` gives them.
    Returned(Cells, u8),
    /// It trapped, with this class.
    Trapped(native_ir::Trap),
}

/// Compiled functions.
pub(crate) struct Machine {
    memory: Mmap,
    /// By function.
    offsets: Vec<usize>,
    artifact: artifact::Artifact,
    _running: MutexGuard<'static, ()>,
}

/// The verified module of a text.
pub(crate) fn verified(source: &str) -> Verified<Module> {
    let parsed = text::parse(source.as_bytes());
    assert!(parsed.diagnostics.is_empty(), "{:?}\n{source}", parsed.diagnostics);
    match verifier::verify(parsed.module, &verifier::Options::default()) {
        Ok(module) => module,
        Err(diagnostics) => panic!("{diagnostics:?}\n{source}"),
    }
}

impl Machine {
    /// Compiles all functions of a module that has nothing else.
    pub(crate) fn new(module: &Verified<Module>, features: &[&str]) -> Machine {
        let running = RUNNING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let options = Options {
            features: features.iter().map(ToString::to_string).collect(),
            threads: 1,
            ..Default::default()
        };
        let functions: Vec<Func> = (0..module.functions.len()).map(Func::new).collect();
        let artifact = compile(module, &functions, &options).expect("short functions");
        let mut bytes = Vec::new();
        let stubs = stubs(&mut bytes);
        let mut offsets = Vec::new();
        for function in &artifact.functions {
            bytes.resize(bytes.len().next_multiple_of(function.align.max(16) as usize), 0xCC);
            offsets.push(bytes.len());
            bytes.extend(&function.code);
            relocate(function, &mut bytes, offsets[offsets.len() - 1], &stubs);
        }
        let mut memory = MmapMut::map_anon(bytes.len()).expect("memory");
        memory.copy_from_slice(&bytes);
        let memory = memory.make_exec().expect("executable memory");
        // SAFETY: the handler only touches what belongs to `run`.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = on_trap as *const () as usize;
            action.sa_flags = libc::SA_SIGINFO;
            libc::sigaction(libc::SIGILL, &raw const action, std::ptr::null_mut());
        }
        Machine { memory, offsets, artifact, _running: running }
    }

    /// Calls a function with operands, and with these cells where results go.
    pub(crate) fn run(&self, function: usize, operands: &Cells, mut results: Cells) -> End {
        let (clear, mut raised): (u32, u32) = (0x1F80, 0);
        let start = self.memory[self.offsets[function]..].as_ptr();
        // SAFETY: the function reads and writes nothing but what it is given, and keeps to the calling convention.
        let trapped = unsafe {
            asm!("ldmxcsr [{}]", in(reg) &raw const clear);
            let trapped = test_machine_enter(operands, &raw mut results, start);
            asm!("stmxcsr [{}]", in(reg) &raw mut raised);
            trapped == 1
        };
        if !trapped {
            return End::Returned(results, (raised & 1 | raised >> 1 & 0x1E) as u8);
        }
        // SAFETY: the handler has written it, on this thread.
        let at = unsafe { *TRAPPED.0.get() } - start as u64;
        let row = self.artifact.functions[function].traps.iter().find(|row| u64::from(row.offset) == at);
        End::Trapped(row.expect("a row for each trap").trap)
    }

    /// The code of a function, in lines.
    pub(crate) fn listing(&self, function: usize) -> String {
        use iced_x86::{Decoder, DecoderOptions, Formatter, IntelFormatter};
        let function = &self.artifact.functions[function];
        let code = &function.code[..function.literals as usize];
        let mut text = String::new();
        for inst in Decoder::with_ip(64, code, 0, DecoderOptions::NONE) {
            text += &format!("\n{:4x} ", inst.ip());
            IntelFormatter::new().format(&inst, &mut text);
        }
        text
    }
}

/// A stub for each function of the runtime library; gives their offsets, by row.
fn stubs(bytes: &mut Vec<u8>) -> Vec<usize> {
    let rows = 0..runtime::helpers().len() as u32;
    rows.map(|row| {
        let at = bytes.len();
        // mov edi, row; mov rax, help; jmp rax
        bytes.push(0xBF);
        bytes.extend(row.to_le_bytes());
        bytes.extend([0x48, 0xB8]);
        bytes.extend((test_machine_help as *const () as u64).to_le_bytes());
        bytes.extend([0xFF, 0xE0]);
        at
    })
    .collect()
}

fn relocate(function: &FunctionCode, bytes: &mut [u8], start: usize, stubs: &[usize]) {
    for relocation in &function.relocations {
        let Reference::Helper(symbol) = relocation.target else { panic!("{relocation:?}") };
        assert_eq!(relocation.kind, RelocationKind::Branch32);
        let row = runtime::helpers().iter().position(|row| row.symbol == symbol).expect("a row of the table");
        let field = start + relocation.offset as usize;
        let distance = stubs[row] as i64 + relocation.addend - field as i64;
        bytes[field..field + 4].copy_from_slice(&(distance as i32).to_le_bytes());
    }
}
