//! The memory of a machine without an operating system: which addresses programs may use.
//!
//! It comes from the target's row of the contract or from a text, a line for each of `flash`, `ram` and `stack`:
//!
//! ```text
//! # name   first address   length
//! flash    0x00000000      256K
//! ram      0x20000000      16K
//! # what has to be left for the stack, if that matters
//! stack    1K
//! ```
//!
//! Numbers are decimal or, after `0x`, hexadecimal; `K` and `M` behind a decimal one mean 1,024 and 1,048,576. `#` begins
//! a comment.

use native_ir::{Contract, Module};

/// A range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// The first address, a multiple of 4.
    pub start: u32,
    /// The length in bytes, a multiple of 4, not 0.
    pub bytes: u32,
}

impl Region {
    /// The first address behind it.
    pub fn end(self) -> u64 {
        u64::from(self.start) + u64::from(self.bytes)
    }
}

/// What programs may use. The two regions do not overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Read and executed, and there when the machine starts. It begins with the vector table.
    pub flash: Region,
    /// Read and written.
    pub ram: Region,
    /// How many bytes of RAM data have to leave for the stack.
    pub stack: u32,
}

/// What is wrong with a text that describes memory.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct MemoryError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it, and how to mend it.
    pub message: String,
}

impl Memory {
    /// The memory of a module's target; none for targets under an operating system.
    pub fn of_target(module: &Module) -> Option<Memory> {
        let (_, row) = Contract::embedded().target(&module.envelope.target)?;
        let region = |name: &str| {
            let region = row.memory_regions.iter().find(|region| region.name == name)?;
            let (start, bytes) = (u32::try_from(region.start).ok()?, u32::try_from(region.length).ok()?);
            checked(start, bytes).ok()
        };
        Memory { flash: region("flash")?, ram: region("ram")?, stack: 0 }.without_overlap()
    }

    /// The memory that a text describes.
    ///
    /// # Errors
    /// The first line that is no such line, and what it lacks; the last line when a region is missing.
    pub fn parse(text: &str) -> Result<Memory, MemoryError> {
        let (mut flash, mut ram, mut stack) = (None, None, None);
        let mut last = 1;
        for (index, line) in text.lines().enumerate() {
            last = index + 1;
            let wrong = |message: String| MemoryError { line: last, message };
            let code = line.split('#').next().unwrap_or_default();
            let words: Vec<&str> = code.split_whitespace().collect();
            match words[..] {
                [] => {}
                ["stack", bytes] => once(&mut stack, number(bytes), "stack").map_err(wrong)?,
                ["flash", start, bytes] => once(&mut flash, region(start, bytes), "flash").map_err(wrong)?,
                ["ram", start, bytes] => once(&mut ram, region(start, bytes), "ram").map_err(wrong)?,
                ["stack", ..] => return Err(wrong("write `stack LENGTH`".to_string())),
                [name @ ("flash" | "ram"), ..] => {
                    return Err(wrong(format!(
                        "write `{name} FIRST-ADDRESS LENGTH`, such as `{name} 0x20000000 16K`"
                    )));
                }
                [name, ..] => {
                    return Err(wrong(format!(
                        "`{name}` is no memory: lines begin with `flash`, `ram` or `stack`"
                    )));
                }
            }
        }
        let missing =
            |name: &str| MemoryError { line: last, message: format!("the line `{name} …` is missing") };
        let memory = Memory {
            flash: flash.ok_or_else(|| missing("flash"))?,
            ram: ram.ok_or_else(|| missing("ram"))?,
            stack: stack.unwrap_or(0),
        };
        let overlap = || MemoryError { line: last, message: "flash and RAM overlap".to_string() };
        memory.without_overlap().ok_or_else(overlap)
    }

    fn without_overlap(self) -> Option<Memory> {
        let (flash, ram) = (self.flash, self.ram);
        let apart = flash.end() <= u64::from(ram.start) || ram.end() <= u64::from(flash.start);
        apart.then_some(self)
    }
}

/// Keeps what a line says, which may be said once.
fn once<T>(kept: &mut Option<T>, value: Result<T, String>, name: &str) -> Result<(), String> {
    match kept.replace(value?) {
        None => Ok(()),
        Some(_) => Err(format!("`{name}` stands here for the second time")),
    }
}

fn region(start: &str, bytes: &str) -> Result<Region, String> {
    checked(number(start)?, number(bytes)?)
}

fn checked(start: u32, bytes: u32) -> Result<Region, String> {
    if !start.is_multiple_of(4) || !bytes.is_multiple_of(4) {
        return Err("address and length have to be multiples of 4".to_string());
    }
    if bytes == 0 {
        return Err("the length is 0".to_string());
    }
    let region = Region { start, bytes };
    if region.end() > 1 << 32 { Err("the region goes beyond address 0xffffffff".to_string()) } else { Ok(region) }
}

fn number(text: &str) -> Result<u32, String> {
    let unit = text.chars().next_back();
    let (digits, radix, factor) = match (text.strip_prefix("0x"), unit) {
        (Some(digits), _) => (digits, 16, 1),
        (None, Some('K')) => (&text[..text.len() - 1], 10, 1 << 10),
        (None, Some('M')) => (&text[..text.len() - 1], 10, 1 << 20),
        (None, _) => (text, 10, 1),
    };
    let digit = digits.starts_with(|first: char| first.is_digit(radix));
    let value = if digit { u64::from_str_radix(digits, radix).ok() } else { None };
    let value = value.and_then(|value| value.checked_mul(factor)).and_then(|value| u32::try_from(value).ok());
    value.ok_or_else(|| format!("`{text}` is no number of 32 bits, such as 4096, 0x1000 or 4K"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_says_one_thing() {
        let text = "# a board\nflash 0x18000 160K # behind a boot loader\n\n  ram\t0x20002000 8192\nstack 1K\n";
        let memory = Memory {
            flash: Region { start: 0x1_8000, bytes: 0x2_8000 },
            ram: Region { start: 0x2000_2000, bytes: 0x2000 },
            stack: 1024,
        };
        assert_eq!(Memory::parse(text), Ok(memory));
        assert_eq!(
            Memory::parse("ram 0x20000000 1M\nflash 0 4K"),
            Memory::parse("flash 0 4096\nram 536870912 1024K")
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let both = |line: &str| format!("flash 0 4K\nram 0x20000000 4K\n{line}");
        let cases = [
            (both("rom 1 2"), "line 3: `rom` is no memory: lines begin with `flash`, `ram` or `stack`"),
            (both("ram 0 4K"), "line 3: `ram` stands here for the second time"),
            (both("stack"), "line 3: write `stack LENGTH`"),
            (both("stack 1 2"), "line 3: write `stack LENGTH`"),
            (both("stack K"), "line 3: `K` is no number of 32 bits, such as 4096, 0x1000 or 4K"),
            (both("stack -1"), "line 3: `-1` is no number of 32 bits, such as 4096, 0x1000 or 4K"),
            (both("stack 0x+1"), "line 3: `0x+1` is no number of 32 bits, such as 4096, 0x1000 or 4K"),
            (both("stack 4096M"), "line 3: `4096M` is no number of 32 bits, such as 4096, 0x1000 or 4K"),
            ("flash 0\n".into(), "line 1: write `flash FIRST-ADDRESS LENGTH`, such as `flash 0x20000000 16K`"),
            ("flash 2 4K".into(), "line 1: address and length have to be multiples of 4"),
            ("flash 0 0".into(), "line 1: the length is 0"),
            ("flash 0xfffffffc 8".into(), "line 1: the region goes beyond address 0xffffffff"),
            ("flash 0 4K\n".into(), "line 1: the line `ram …` is missing"),
            ("flash 0 4K\nram 0xffc 4K".into(), "line 2: flash and RAM overlap"),
            ("é".into(), "line 1: `é` is no memory: lines begin with `flash`, `ram` or `stack`"),
            ("".into(), "line 1: the line `flash …` is missing"),
        ];
        for (text, message) in cases {
            let error = Memory::parse(&text).expect_err(&text);
            assert_eq!(error.to_string(), message, "{text}");
        }
        assert!(Memory::parse("flash 0 4é").is_err());
    }
}
