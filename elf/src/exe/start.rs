//! The machine code that no IR can say: where the kernel enters the program, and system calls.
//!
//! At the entry the stack pointer is a multiple of 16 and points to the number of arguments, their pointers, a null,
//! and the environment (psABI for AMD64, section 3.4.1).

use crate::program::Target;
use artifact::RelocationKind;

/// The function of the host runtime that has traps reported from now on.
pub(super) const WATCH: &str = "__nir_watch";
/// The data object of the host runtime that gets the stack pointer at the entry.
pub(super) const STACK: &str = "__nir_initial_stack";
/// A system call: `fn(number, a, b, c, d, e, f) -> result`, all 64 bits wide.
pub(super) const SYSCALL: &str = "__nir_syscall";
/// Where the kernel enters the program.
pub(super) const ENTRY: &str = "__nir_start";

/// [`SYSCALL`]: the arguments of a function go to the registers of a system call, which keeps all but rax, rcx, r11.
pub(super) const SYSCALL_CODE: &[u8] = &[
    0x48, 0x89, 0xf8, // mov rax, rdi
    0x48, 0x89, 0xf7, // mov rdi, rsi
    0x48, 0x89, 0xd6, // mov rsi, rdx
    0x48, 0x89, 0xca, // mov rdx, rcx
    0x4d, 0x89, 0xc2, // mov r10, r8
    0x4d, 0x89, 0xc8, // mov r8, r9
    0x4c, 0x8b, 0x4c, 0x24, 0x08, // mov r9, [rsp+8]
    0x0f, 0x05, // syscall
    0xc3, // ret
];

/// How many bytes of stack the functions take that executables have of the writer itself, by their names: none.
pub fn stack_of(name: &str) -> Option<u64> {
    (name == SYSCALL).then_some(0)
}

/// Where the C library enters the program.
pub(super) const MAIN: &str = "main";

/// What happens before and after the program's entry.
pub(super) struct Start {
    /// Who enters the program.
    pub(super) by: By,
    /// The program's entry.
    pub(super) entry: Target,
    /// Whether its result is the exit status.
    pub(super) gives_status: bool,
    /// [`WATCH`], if it is to be called.
    pub(super) watch: Option<Target>,
    /// [`STACK`], if the program uses it.
    pub(super) stack: Option<Target>,
}

/// Who enters a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The kernel: the stack pointer is where the arguments are.
    Kernel,
    /// The C library, with C's arguments of `main`, which the entry may have too. The second points behind the number of
    /// arguments on the stack of the kernel.
    Library,
}

/// A field of the entry's code: all are `target + addend - place` in 4 bytes.
pub(super) struct Field {
    pub(super) offset: u32,
    pub(super) target: Target,
}

impl Start {
    /// How the fields are computed: all end their instruction.
    pub(super) const KIND: RelocationKind = RelocationKind::Relative32;
    /// What is added.
    pub(super) const ADDEND: i64 = -4;

    /// The code and its fields.
    pub(super) fn code(&self) -> (Vec<u8>, Vec<Field>) {
        match self.by {
            By::Kernel => self.entered_by_kernel(),
            By::Library => self.entered_by_library(),
        }
    }

    fn entered_by_kernel(&self) -> (Vec<u8>, Vec<Field>) {
        let mut code = Code::default();
        if let Some(stack) = self.stack {
            code.with_field(&[0x48, 0x89, 0x25], stack); // mov [rip + …], rsp
        }
        if let Some(watch) = self.watch {
            code.with_field(&[0xe8], watch); // call
        }
        code.with_field(&[0xe8], self.entry); // call
        code.bytes.extend(if self.gives_status {
            [0x89, 0xc7] // mov edi, eax
        } else {
            [0x31, 0xff] // xor edi, edi
        });
        const EXIT_GROUP: u8 = 231;
        code.bytes.extend([0xb8, EXIT_GROUP, 0, 0, 0, 0x0f, 0x05]); // mov eax, …; syscall
        (code.bytes, code.fields)
    }

    fn entered_by_library(&self) -> (Vec<u8>, Vec<Field>) {
        let mut code = Code::default();
        if let Some(stack) = self.stack {
            code.bytes.extend([0x48, 0x8d, 0x46, 0xf8]); // lea rax, [rsi-8]
            code.with_field(&[0x48, 0x89, 0x05], stack); // mov [rip + …], rax
        }
        // Three arguments and the return address: the stack stays aligned.
        code.bytes.extend([0x57, 0x56, 0x52]); // push rdi; push rsi; push rdx
        if let Some(watch) = self.watch {
            code.with_field(&[0xe8], watch); // call
            code.bytes.extend([0x48, 0x8b, 0x14, 0x24]); // mov rdx, [rsp]
            code.bytes.extend([0x48, 0x8b, 0x74, 0x24, 0x08]); // mov rsi, [rsp+8]
            code.bytes.extend([0x48, 0x8b, 0x7c, 0x24, 0x10]); // mov rdi, [rsp+16]
        }
        code.with_field(&[0xe8], self.entry); // call
        if !self.gives_status {
            code.bytes.extend([0x31, 0xc0]); // xor eax, eax
        }
        code.bytes.extend([0x48, 0x83, 0xc4, 0x18, 0xc3]); // add rsp, 24; ret
        (code.bytes, code.fields)
    }
}

#[derive(Default)]
struct Code {
    bytes: Vec<u8>,
    fields: Vec<Field>,
}

impl Code {
    /// An instruction that ends in a field.
    fn with_field(&mut self, opcode: &[u8], target: Target) {
        self.bytes.extend(opcode);
        self.fields.push(Field { offset: self.bytes.len() as u32, target });
        self.bytes.extend([0; 4]);
    }
}
