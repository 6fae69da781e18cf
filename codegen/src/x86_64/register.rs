//! The registers of x86-64, by their numbers in machine code.

use std::fmt;

/// A general-purpose register: 0 to 15.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Gpr(pub(crate) u8);

/// A vector register: 0 to 15.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Xmm(pub(crate) u8);

macro_rules! registers {
    ($class:ident: $($name:ident = $number:literal),*) => {
        $(#[allow(dead_code, reason = "registers have names whether selection asks for them or not")]
        pub(crate) const $name: $class = $class($number);)*

        impl fmt::Debug for $class {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                const NAMES: [&str; 16] = [$(stringify!($name)),*];
                match NAMES.get(usize::from(self.0)) {
                    Some(name) => out.write_str(name),
                    None => write!(out, concat!(stringify!($class), "({})"), self.0),
                }
            }
        }
    };
}

registers!(Gpr: RAX = 0, RCX = 1, RDX = 2, RBX = 3, RSP = 4, RBP = 5, RSI = 6, RDI = 7,
    R8 = 8, R9 = 9, R10 = 10, R11 = 11, R12 = 12, R13 = 13, R14 = 14, R15 = 15);
registers!(Xmm: XMM0 = 0, XMM1 = 1, XMM2 = 2, XMM3 = 3, XMM4 = 4, XMM5 = 5, XMM6 = 6, XMM7 = 7,
    XMM8 = 8, XMM9 = 9, XMM10 = 10, XMM11 = 11, XMM12 = 12, XMM13 = 13, XMM14 = 14, XMM15 = 15);
