//! `--fault`: what goes wrong in the hardware under firmware on the emulated processor.
//!
//! | text | what |
//! |---|---|
//! | `flip=REGISTER:MASK@N` | bits of a core register change before the N-th instruction, counted from 1 |
//! | `flip=ADDRESS:MASK@N` | bits of a byte of memory likewise |
//! | `stuck=ADDRESS:MASK=VALUE` | reads of a hardware register tell these bits as in VALUE |
//! | `lose=LINE@N` | the N-th interrupt that a device asks for on a line gets lost, counted from 1 |
//! | `raise=LINE@N` | an interrupt line becomes pending before the N-th instruction |

#[cfg(feature = "unicorn")]
use crate::outcome::Failure;
#[cfg(feature = "unicorn")]
use emulator::cortex_m0::{Event, Machine};
use std::str::FromStr;

/// How many interrupt lines there are.
const LINES: u64 = 32;

/// Something that goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "unicorn"), allow(dead_code, reason = "only the emulated processor has faults"))]
pub(crate) enum Fault {
    /// Bits of a register change before an instruction.
    FlipRegister { number: u8, mask: u32, before: u64 },
    /// Bits of a byte of memory likewise.
    FlipByte { address: u32, mask: u8, before: u64 },
    /// Bits of a hardware register are read as these.
    Stuck { address: u32, mask: u32, value: u32 },
    /// An interrupt gets lost.
    Lost { line: u16, number: u64 },
    /// An interrupt line becomes pending before an instruction.
    Raised { line: u16, before: u64 },
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Fault, String> {
        let kinds = || "write flip=…, stuck=…, lose=… or raise=…".to_string();
        let (kind, what) = text.split_once('=').ok_or_else(kinds)?;
        match kind {
            "flip" => flip(what),
            "stuck" => stuck(what),
            "lose" => line(what).map(|(line, number)| Fault::Lost { line, number }),
            "raise" => line(what).map(|(line, before)| Fault::Raised { line, before }),
            _ => Err(kinds()),
        }
    }
}

/// `REGISTER:MASK@N` or `ADDRESS:MASK@N`
fn flip(text: &str) -> Result<Fault, String> {
    let form = "write flip=REGISTER:MASK@N or flip=ADDRESS:MASK@N, as in flip=r3:0x80@1200";
    let (place, rest) = text.split_once(':').ok_or(form)?;
    let (mask, before) = rest.split_once('@').ok_or(form)?;
    let before = count(before)?;
    match register(place) {
        Some(number) => Ok(Fault::FlipRegister { number, mask: bits(mask, u32::MAX)?, before }),
        None => {
            let address = number(place, u32::MAX).map_err(|_| {
                format!("`{place}` is neither a register, r0 to r12, sp or lr, nor an address of 32 bits")
            })?;
            Ok(Fault::FlipByte { address, mask: bits(mask, u8::MAX.into())? as u8, before })
        }
    }
}

/// `ADDRESS:MASK=VALUE`
fn stuck(text: &str) -> Result<Fault, String> {
    let form = "write stuck=ADDRESS:MASK=VALUE, as in stuck=0x4000251c:0x1=0";
    let (address, rest) = text.split_once(':').ok_or(form)?;
    let (mask, value) = rest.split_once('=').ok_or(form)?;
    let (address, mask, value) = (number(address, u32::MAX)?, bits(mask, u32::MAX)?, number(value, u32::MAX)?);
    match value & !mask {
        0 => Ok(Fault::Stuck { address, mask, value }),
        beyond => Err(format!("the value has bits beside the mask, {beyond:#x}")),
    }
}

/// `LINE@N`
fn line(text: &str) -> Result<(u16, u64), String> {
    let (line, number) = text.split_once('@').ok_or("write LINE@N, as in lose=8@2")?;
    match line.parse::<u16>().ok().filter(|line| u64::from(*line) < LINES) {
        Some(line) => Ok((line, count(number)?)),
        None => Err(format!("`{line}` is no interrupt line; there are 0 to {}", LINES - 1)),
    }
}

/// A core register below the program counter.
fn register(name: &str) -> Option<u8> {
    match name {
        "sp" => Some(13),
        "lr" => Some(14),
        _ => name.strip_prefix('r')?.parse().ok().filter(|number| *number <= 14),
    }
}

/// Bits that change or are stuck: one at least.
fn bits(text: &str, most: u32) -> Result<u32, String> {
    match number(text, most)? {
        0 => Err("a mask of 0 changes nothing".to_string()),
        mask => Ok(mask),
    }
}

fn count(text: &str) -> Result<u64, String> {
    let counted = text.parse().ok().filter(|count| *count > 0);
    counted.ok_or_else(|| format!("`{text}` is no number from 1"))
}

/// A number, decimal or hexadecimal behind `0x`.
fn number(text: &str, most: u32) -> Result<u32, String> {
    let (digits, radix) = text.strip_prefix("0x").map_or((text, 10), |digits| (digits, 16));
    let signed = digits.starts_with('+');
    let number = u32::from_str_radix(digits, radix).ok().filter(|number| !signed && *number <= most);
    number.ok_or_else(|| format!("`{text}` is no number up to {most:#x}"))
}

/// Has faults come over a machine that is about to run. Its count of instructions begins with the run.
///
/// # Errors
/// [`Failure::Usage`] for a byte that is nowhere.
#[cfg(feature = "unicorn")]
pub(super) fn plan(faults: &[Fault], machine: &mut Machine) -> Result<(), Failure> {
    for fault in faults {
        match *fault {
            Fault::FlipRegister { number, mask, before } => {
                machine.plan(before, Event::FlipRegister { number, mask });
            }
            Fault::FlipByte { address, mask, before } => {
                let nowhere = |_| Failure::Usage(format!("--fault flip: no memory is at {address:#010x}"));
                machine.read(address, &mut [0]).map_err(nowhere)?;
                machine.plan(before, Event::FlipByte { address, mask });
            }
            Fault::Raised { line, before } => machine.plan(before, Event::Interrupt(line)),
            Fault::Stuck { .. } | Fault::Lost { .. } => {}
        }
    }
    Ok(())
}

/// Has faults come over a bus.
#[cfg(feature = "unicorn")]
pub(super) fn damage(faults: &[Fault], bus: &mut devices::Bus) {
    for fault in faults {
        match *fault {
            Fault::Stuck { address, mask, value } => bus.stick(address.into(), mask.into(), value.into()),
            Fault::Lost { line, number } => bus.lose(line, number),
            Fault::FlipRegister { .. } | Fault::FlipByte { .. } | Fault::Raised { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_form() {
        let read = |text: &str| text.parse::<Fault>();
        assert_eq!(read("flip=r3:0x80@1200"), Ok(Fault::FlipRegister { number: 3, mask: 0x80, before: 1200 }));
        assert_eq!(read("flip=lr:1@1"), Ok(Fault::FlipRegister { number: 14, mask: 1, before: 1 }));
        let byte = Fault::FlipByte { address: 0x2000_0010, mask: 255, before: 7 };
        assert_eq!(read("flip=0x20000010:255@7"), Ok(byte));
        let stuck = Fault::Stuck { address: 0x4000_2108, mask: 3, value: 2 };
        assert_eq!(read("stuck=0x40002108:3=2"), Ok(stuck));
        assert_eq!(read("lose=8@2"), Ok(Fault::Lost { line: 8, number: 2 }));
        assert_eq!(read("raise=31@9"), Ok(Fault::Raised { line: 31, before: 9 }));
    }

    #[test]
    fn each_mistake_is_told() {
        for (text, why) in [
            ("r3", "write flip=…, stuck=…, lose=… or raise=…"),
            ("drop=3", "write flip=…, stuck=…, lose=… or raise=…"),
            ("flip=r3:1", "write flip=REGISTER:MASK@N or"),
            ("flip=r3@1", "write flip=REGISTER:MASK@N or"),
            ("flip=r15:1@1", "`r15` is neither a register"),
            ("flip=pc:1@1", "`pc` is neither a register"),
            ("flip=0x20000000:0x100@1", "`0x100` is no number up to 0xff"),
            ("flip=r0:0@1", "a mask of 0 changes nothing"),
            ("flip=r0:1@0", "`0` is no number from 1"),
            ("flip=r0:-1@1", "`-1` is no number"),
            ("stuck=0x40000000:1", "write stuck=ADDRESS:MASK=VALUE"),
            ("stuck=0x40000000:1=2", "bits beside the mask, 0x2"),
            ("stuck=0x100000000:1=1", "`0x100000000` is no number"),
            ("lose=32@1", "`32` is no interrupt line; there are 0 to 31"),
            ("lose=3", "write LINE@N"),
            ("raise=3@x", "`x` is no number from 1"),
        ] {
            let said = text.parse::<Fault>().expect_err(text);
            assert!(said.contains(why), "{text}: {said}");
        }
    }
}
