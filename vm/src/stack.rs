//! A fiber's operand stack: words that handlers reach by pointer, and everything else by checked index.

#![allow(unsafe_code, reason = "the same words are reached through raw pointers while the machine runs")]

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ptr::NonNull;

/// Words, all zero at first. They have no other references than pointers, so that handlers may write to them while the
/// machine owns the stack.
#[derive(Debug)]
pub(crate) struct Stack {
    words: NonNull<u64>,
    len: usize,
}

impl Stack {
    /// So many words, at least one.
    pub(crate) fn new(len: usize) -> Stack {
        let len = len.max(1);
        let Ok(layout) = Layout::array::<u64>(len) else { handle_alloc_error(Layout::new::<u64>()) };
        // SAFETY: the layout has a size other than zero.
        let words = unsafe { alloc_zeroed(layout) };
        match NonNull::new(words.cast::<u64>()) {
            Some(words) => Stack { words, len },
            None => handle_alloc_error(layout),
        }
    }

    /// How many words there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The address of a word, or of the end.
    pub(crate) fn address(&self, index: usize) -> *mut u64 {
        self.words.as_ptr().wrapping_add(index.min(self.len))
    }

    /// The number of the word at an address of this stack.
    pub(crate) fn index(&self, address: *const u64) -> usize {
        (address as usize).wrapping_sub(self.words.as_ptr() as usize) / size_of::<u64>()
    }

    /// A word; 0 beyond the end.
    pub(crate) fn get(&self, index: usize) -> u64 {
        if index >= self.len {
            return 0;
        }
        // SAFETY: the word is there, and was zero when it was allocated.
        unsafe { *self.words.as_ptr().add(index) }
    }

    /// Writes a word; nothing beyond the end.
    pub(crate) fn set(&mut self, index: usize, word: u64) {
        if index < self.len {
            // SAFETY: the word is there; no reference to it exists.
            unsafe { *self.words.as_ptr().add(index) = word };
        }
    }

    /// Makes it so many words long, if it is shorter.
    pub(crate) fn grow(&mut self, len: usize) {
        if len > self.len {
            let longer = Stack::new(len);
            // SAFETY: both have at least `self.len` words and do not overlap.
            unsafe { self.words.as_ptr().copy_to_nonoverlapping(longer.words.as_ptr(), self.len) };
            *self = longer;
        }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        if let Ok(layout) = Layout::array::<u64>(self.len) {
            // SAFETY: allocated in `new` with this layout.
            unsafe { dealloc(self.words.as_ptr().cast(), layout) };
        }
    }
}

// SAFETY: a stack owns its words.
unsafe impl Send for Stack {}
