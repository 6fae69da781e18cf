//! A device that expects given accesses, one after the other, and answers as they say.
//!
//! Put on a bus with [`crate::Bus::map_rest`] it sees addresses, as the script names them.

use crate::access::{Access, Attempt, Width};
use crate::device::Device;
use crate::fault::Fault;
use std::fmt;

/// Where a run left its script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The place in the script, from 0.
    pub index: usize,
    /// What the script says there; `None` at its end.
    pub expected: Option<Access>,
    /// What the program did; `None` when it did no more.
    pub found: Option<Attempt>,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "volatile access {}: expected ", self.index + 1)?;
        match self.expected {
            Some(access) => write!(f, "`{access}`")?,
            None => f.write_str("none")?,
        }
        match self.found {
            Some(attempt) => write!(f, ", found `{attempt}`"),
            None => f.write_str(", found none"),
        }
    }
}

/// A script. After its first mismatch each access is a fault, so that a program that polls ends.
#[derive(Clone)]
pub struct Scripted {
    script: Vec<Access>,
    next: usize,
    mismatch: Option<Mismatch>,
}

impl Scripted {
    /// A device that expects these accesses.
    pub fn new(script: Vec<Access>) -> Self {
        Self { script, next: 0, mismatch: None }
    }

    /// Whether the accesses so far are the whole script.
    ///
    /// # Errors
    /// The first mismatch; else the first access that was not made.
    pub fn finish(&self) -> Result<(), Mismatch> {
        let expected = self.script.get(self.next).copied();
        let missing = expected.map(|_| Mismatch { index: self.next, expected, found: None });
        self.mismatch.or(missing).map_or(Ok(()), Err)
    }

    fn step(&mut self, found: Attempt) -> Result<u64, Fault> {
        if self.mismatch.is_some() {
            return Err(Fault::Script);
        }
        let expected = self.script.get(self.next).copied();
        match expected {
            Some(access) if found.made(access.value) == access => {
                self.next += 1;
                Ok(access.value)
            }
            _ => {
                self.mismatch = Some(Mismatch { index: self.next, expected, found: Some(found) });
                Err(Fault::Script)
            }
        }
    }
}

impl Device for Scripted {
    fn read(&mut self, offset: u64, width: Width) -> Result<u64, Fault> {
        self.step(Attempt { address: offset, width, written: None })
    }

    fn write(&mut self, offset: u64, width: Width, value: u64) -> Result<(), Fault> {
        self.step(Attempt { address: offset, width, written: Some(value) }).map(|_| ())
    }

    /// Begins the script again.
    fn reset(&mut self) {
        self.next = 0;
        self.mismatch = None;
    }
}
