//! LLVM's disassembler.

use crate::encodings::{self, Encoding};
use std::collections::BTreeMap;
use std::process::Command;
use thumb::Inst;

/// What LLVM's disassembler makes of an encoding.
#[derive(Debug, PartialEq)]
enum Answer {
    Invalid,
    /// "Potentially undefined": a should-be bit is not as it should be, or the manual says UNPREDICTABLE.
    Undefined,
    Text(String),
}

fn disassemble(encodings: &[Encoding]) -> Vec<Answer> {
    let mut input = String::with_capacity(encodings.len() * 22);
    for &(first, second) in encodings {
        let halfwords = std::iter::once(first).chain(second);
        let bytes: Vec<String> = halfwords.flat_map(u16::to_le_bytes).map(|byte| format!("{byte:#x}")).collect();
        input += &format!("[{}]\n", bytes.join(","));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("input");
    std::fs::write(&path, input).expect("a file");
    let mut command = Command::new("llvm-mc-19");
    command.args(["-triple=thumbv6m-none-eabi", "-disassemble"]).arg(&path);
    let output = command.output().expect("llvm-mc-19 runs: apt-get install llvm-19");
    let stdout = String::from_utf8(output.stdout).expect("text");
    let stderr = String::from_utf8(output.stderr).expect("text");
    let mut texts = stdout.lines().filter(|line| *line != "\t.text");
    let mut next =
        || texts.next().expect("a line for each encoding").split_whitespace().collect::<Vec<_>>().join(" ");
    let marks = marks(&stderr);
    let answers: Vec<Answer> = (1..=encodings.len())
        .map(|line| match marks.get(&line) {
            Some(true) => Answer::Invalid,
            Some(false) => {
                next();
                Answer::Undefined
            }
            None => Answer::Text(next()),
        })
        .collect();
    assert_eq!(texts.next(), None, "one line for each encoding");
    answers
}

/// Lines of the input that are warned of, and whether because they are no instruction.
fn marks(stderr: &str) -> BTreeMap<usize, bool> {
    let warnings = stderr.lines().filter_map(|line| {
        let (place, message) = line.split_once(": warning: ")?;
        let number = place.rsplit(':').nth(1)?.parse().ok()?;
        Some((number, message.starts_with("invalid")))
    });
    warnings.collect()
}

/// Encodings that LLVM prints and this crate refuses.
fn is_refused((first, second): Encoding) -> bool {
    match first {
        // UNPREDICTABLE: ADD pc, pc; CMP of two low registers in the form for high ones, and of pc; BX and BLX to pc.
        0x44ff..=0x453f | 0x4778 | 0x47f8 => true,
        0x4540..=0x45ff => first >> 3 & 15 == 15 || first & 0x87 == 0x87,
        // CPS of what ARMv6-M does not have, or of nothing.
        0xb660..=0xb667 | 0xb670..=0xb677 => !matches!(first, 0xb662 | 0xb672),
        // Hints without a meaning yet.
        0xbf50..=0xbfff => first & 15 == 0,
        // Barriers with reserved options.
        0xf3bf => matches!(second, Some(0x8f40..=0x8f4e | 0x8f50..=0x8f5e | 0x8f60..=0x8f6e)),
        _ => false,
    }
}

/// UDF in LLVM's own words, for its traps.
fn in_own_words(inst: Inst) -> String {
    match inst {
        Inst::Undefined(249) => "__brkdiv0".into(),
        Inst::Undefined(254) => "trap".into(),
        inst => inst.to_string(),
    }
}

fn compare(encodings: &[Encoding], instructions: usize) {
    let answers = disassemble(encodings);
    let mut differences = Vec::new();
    let mut agreed = 0;
    for (&(first, second), answer) in encodings.iter().zip(&answers) {
        let own = thumb::decode(first, second);
        let same = match (own, answer) {
            (None, Answer::Text(_)) => is_refused((first, second)),
            (None, _) => !is_refused((first, second)),
            (Some(inst), Answer::Text(text)) => in_own_words(inst) == *text,
            (Some(_), _) => false,
        };
        agreed += usize::from(own.is_some());
        if !same {
            differences.push(format!("{first:04x} {second:04x?}: {own:?}, LLVM {answer:?}"));
        }
    }
    let shown = differences.len().min(100);
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences[..shown].join("\n"));
    assert_eq!(agreed, instructions, "instructions among {} encodings", encodings.len());
}

#[test]
fn halfwords() {
    compare(&encodings::narrow(), 56_947);
}

#[test]
fn pairs() {
    compare(&encodings::wide(), 51_419);
}
