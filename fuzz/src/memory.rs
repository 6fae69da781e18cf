//! Descriptions of a machine's memory.

use elf::firmware::Memory;

/// Any text is a description of memory: it is refused at one of its lines, or says two regions that lie apart.
///
/// # Panics
/// When the reader does, when it refuses without a word or at no line, or when regions are not as they promise.
pub fn memory(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Memory::parse(text) {
        Ok(memory) => {
            for region in [memory.flash, memory.ram] {
                assert!(region.bytes > 0 && (region.start | region.bytes).is_multiple_of(4), "{region:?}");
                assert!(region.end() <= 1 << 32, "{region:?} goes beyond the last address");
            }
            let apart = |one: elf::firmware::Region, other: elf::firmware::Region| {
                one.end() <= u64::from(other.start) || other.end() <= u64::from(one.start)
            };
            assert!(apart(memory.flash, memory.ram), "{memory:?} overlaps");
        }
        Err(error) => {
            assert!((1..=text.lines().count().max(1)).contains(&error.line), "{error} is at no line");
            assert!(!error.message.is_empty(), "refused without a word");
        }
    }
}
