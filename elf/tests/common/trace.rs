//! A process that runs step by step.

#![allow(unsafe_code, reason = "ptrace is a system call with pointers")]

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command};
use std::{io, mem, ptr};

/// The registers that calls are about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Registers(libc::user_regs_struct);

impl Registers {
    pub(crate) fn pc(&self) -> u64 {
        self.0.rip
    }

    pub(crate) fn stack(&self) -> u64 {
        self.0.rsp
    }

    /// rbx, rbp, r12 to r15.
    pub(crate) fn preserved(&self) -> [u64; 6] {
        [self.0.rbx, self.0.rbp, self.0.r12, self.0.r13, self.0.r14, self.0.r15]
    }
}

/// A process that stands still between steps.
pub(crate) struct Traced {
    child: Child,
    memory: File,
    status: Option<i32>,
}

impl Traced {
    /// Starts a program; it stands before its first instruction.
    pub(crate) fn start(path: &Path) -> Traced {
        let mut command = Command::new(path);
        let traced = || match unsafe { libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        };
        // SAFETY: between fork and exec there is one system call, which allocates nothing.
        let child = unsafe { command.pre_exec(traced) }.spawn().expect("the program starts");
        let memory = File::options().read(true).write(true).open(format!("/proc/{}/mem", child.id()));
        let memory = memory.expect("the memory of a traced child");
        let mut traced = Traced { child, memory, status: None };
        assert!(traced.wait(), "it ended before it began");
        traced
    }

    fn pid(&self) -> libc::pid_t {
        self.child.id() as libc::pid_t
    }

    /// Waits until it stands still; false when it has ended.
    fn wait(&mut self) -> bool {
        let mut status = 0;
        // SAFETY: the pointer is to a local variable.
        let waited = unsafe { libc::waitpid(self.pid(), &raw mut status, 0) };
        assert_eq!(waited, self.pid(), "{}", io::Error::last_os_error());
        if libc::WIFSTOPPED(status) {
            assert_eq!(libc::WSTOPSIG(status), libc::SIGTRAP, "at {:x?}", self.registers());
            return true;
        }
        self.status = libc::WIFEXITED(status).then(|| libc::WEXITSTATUS(status));
        false
    }

    /// One instruction; false when the program ended.
    pub(crate) fn step(&mut self) -> bool {
        // SAFETY: the child is ours, and stopped.
        let stepped = unsafe { libc::ptrace(libc::PTRACE_SINGLESTEP, self.pid(), 0, 0) };
        assert_eq!(stepped, 0, "{}", io::Error::last_os_error());
        self.wait()
    }

    pub(crate) fn registers(&self) -> Registers {
        // SAFETY: the structure is of integers; the child is stopped; the call fills it.
        unsafe {
            let mut registers: libc::user_regs_struct = mem::zeroed();
            let none = ptr::null_mut::<libc::c_void>();
            let read = libc::ptrace(libc::PTRACE_GETREGS, self.pid(), none, &raw mut registers);
            assert_eq!(read, 0, "{}", io::Error::last_os_error());
            Registers(registers)
        }
    }

    /// A word of its memory.
    pub(crate) fn word(&self, address: u64) -> u64 {
        let mut bytes = [0; 8];
        self.memory.read_exact_at(&mut bytes, address).unwrap_or_else(|error| panic!("{address:#x}: {error}"));
        u64::from_le_bytes(bytes)
    }

    /// Bytes of its memory from an address on.
    pub(crate) fn read(&self, address: u64, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.memory.read_exact_at(&mut bytes, address).unwrap_or_else(|error| panic!("{address:#x}: {error}"));
        bytes
    }

    /// Puts bytes into its memory.
    pub(crate) fn write(&self, address: u64, bytes: &[u8]) {
        self.memory.write_all_at(bytes, address).unwrap_or_else(|error| panic!("{address:#x}: {error}"));
    }

    /// The status with which it exited.
    pub(crate) fn status(&self) -> Option<i32> {
        self.status
    }
}
