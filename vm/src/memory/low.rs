//! Memory below 2 GiB, so that machine code can name its addresses in 32 bits.
//!
//! Invariants: the range is reserved from creation to drop and belongs to this value alone; nothing in it is accessible
//! until [`Low::protect`] says so.

#![allow(unsafe_code, reason = "where memory lies and what may be done with it is said by system calls")]

use std::io;

/// The lowest address that is tried.
const FIRST: u64 = 0x1000_0000;
/// Addresses are multiples of this.
const STEP: u64 = 0x100_0000;
/// Addresses end below this.
const END: u64 = 0x8000_0000;
/// Where programs expect hardware, which is not to be memory.
const DEVICES: std::ops::Range<u64> = 0x4000_0000..0x6000_0000;

/// What may be done with memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Reading and writing.
    Write,
    /// Reading and executing.
    Execute,
}

/// A reserved range.
#[derive(Debug)]
pub(super) struct Low {
    address: *mut u8,
    len: usize,
}

impl Low {
    /// Reserves so many bytes (whole pages) at a multiple of an alignment, which is at most 16 MiB.
    ///
    /// # Errors
    /// No free range is large enough, or the host refuses.
    pub(super) fn new(len: u64, align: u64) -> io::Result<Low> {
        debug_assert!(STEP.is_multiple_of(align));
        let free = |&start: &u64| start + len <= DEVICES.start || start >= DEVICES.end;
        let starts = (FIRST..END).step_by(STEP as usize).take_while(|start| start + len <= END);
        let mut error = io::Error::from(io::ErrorKind::AddrInUse);
        for start in starts.filter(free) {
            match Low::at(start, len as usize) {
                Ok(low) => return Ok(low),
                Err(refused) => error = refused,
            }
        }
        Err(error)
    }

    fn at(start: u64, len: usize) -> io::Result<Low> {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        // SAFETY: without MAP_FIXED it is a new mapping that replaces none; the address is a wish.
        let address = unsafe { libc::mmap(start as *mut libc::c_void, len, libc::PROT_NONE, flags, -1, 0) };
        if address == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let low = Low { address: address.cast(), len };
        // What is taken is not given.
        if address as u64 == start { Ok(low) } else { Err(io::ErrorKind::AddrInUse.into()) }
    }

    /// The first byte.
    pub(super) fn address(&self) -> *mut u8 {
        self.address
    }

    fn contains(&self, offset: u64, len: u64) -> bool {
        offset.checked_add(len).is_some_and(|end| end <= self.len as u64)
    }

    /// Says what may be done with whole pages, by distance from the first byte.
    ///
    /// # Errors
    /// When the pages are not of this range, or the host refuses.
    pub(super) fn protect(&self, offset: u64, len: u64, access: Access) -> io::Result<()> {
        if !self.contains(offset, len) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let protection = match access {
            Access::Write => libc::PROT_READ | libc::PROT_WRITE,
            Access::Execute => libc::PROT_READ | libc::PROT_EXEC,
        };
        let address = self.address.wrapping_add(offset as usize);
        // SAFETY: the pages are of this range, whose owner decides what may be done with them.
        match unsafe { libc::mprotect(address.cast(), len as usize, protection) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// Gives whole pages back to the host; they read as zero afterwards. Whether it could.
    pub(super) fn discard(&self, offset: u64, len: u64) -> bool {
        let address = self.address.wrapping_add(offset as usize);
        // SAFETY: the pages are of this range, anonymous and private: only their contents change.
        self.contains(offset, len)
            && unsafe { libc::madvise(address.cast(), len as usize, libc::MADV_DONTNEED) } == 0
    }
}

impl Drop for Low {
    fn drop(&mut self) {
        // SAFETY: the range belongs to this value alone. Failing leaves it mapped, which harms nobody.
        unsafe { libc::munmap(self.address.cast(), self.len) };
    }
}
