//! The disassembler of binutils, which is less strict.

use crate::encodings::{self, Encoding};
use std::process::Command;
use thumb::{Alu, Inst};

/// What binutils' disassembler makes of each encoding; none for what it calls undefined. An encoding of 32 bits that it
/// does not know, it reads as two of 16.
fn disassemble(encodings: &[Encoding]) -> Vec<(usize, Option<String>)> {
    let mut image = Vec::new();
    let mut starts = Vec::new();
    for &(first, second) in encodings {
        starts.push(image.len());
        image.extend(first.to_le_bytes());
        // A first halfword that stands alone takes this one.
        image.extend(second.unwrap_or(NOP).to_le_bytes());
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("image");
    std::fs::write(&path, image).expect("a file");
    let mut command = Command::new("arm-none-eabi-objdump");
    command.args(["-D", "-z", "-b", "binary", "-m", "armv6s-m", "-M", "force-thumb"]).arg(&path);
    let output = command.output().expect("arm-none-eabi-objdump runs: apt-get install binutils-arm-none-eabi");
    let text = String::from_utf8(output.stdout).expect("text");
    let mut lines = text.lines().filter_map(line).peekable();
    let answers = starts.iter().map(|&start| {
        while lines.next_if(|&(at, _)| at < start).is_some() {}
        (start, lines.next_if(|&(at, _)| at == start).and_then(|(_, text)| text))
    });
    answers.collect()
}

const NOP: u16 = 0xbf00;

/// The address and text of a line; no text when it is undefined.
fn line(line: &str) -> Option<(usize, Option<String>)> {
    let (address, rest) = line.split_once(":\t")?;
    let address = usize::from_str_radix(address.trim(), 16).ok()?;
    let (_, text) = rest.split_once('\t')?;
    let undefined = text.contains("UNDEFINED");
    let text = text.split([';', '@']).next().unwrap_or(text);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Some((address, (!undefined).then_some(text)))
}

/// The text of an instruction at an address in the form that binutils prints.
fn in_its_words(inst: Inst, address: usize) -> String {
    match inst {
        Inst::AddressPc { rd, offset } => format!("add {rd}, pc, #{offset}"),
        Inst::Alu { op: Alu::Mul, rdn, rm } => format!("muls {rdn}, {rm}"),
        Inst::Alu { op: Alu::Rsb, rdn, rm } => format!("negs {rdn}, {rm}"),
        Inst::Breakpoint(imm) => format!("bkpt 0x{imm:04x}"),
        Inst::Supervisor(imm) => format!("svc {imm}"),
        Inst::AddHigh { rdn, rm } => format!("add {rdn}, {rm}"),
        Inst::LoadLiteral { offset: 0, rt } => format!("ldr {rt}, [pc]"),
        Inst::LoadLiteral { .. } => inst.to_string(),
        Inst::Move { rd, rm } if rd.number() == 8 && rm == rd => "nop".into(),
        Inst::ReadSpecial { .. } | Inst::WriteSpecial { .. } => inst.to_string(),
        inst => inst.at(address as u32).to_string(),
    }
}

fn normalised(text: &str) -> String {
    let names = [
        ("sl", "r10"),
        ("fp", "r11"),
        ("ip", "r12"),
        ("bcs.n", "bhs"),
        ("bcc.n", "blo"),
        ("psr", "xpsr"),
        ("cpsr", "apsr"),
        ("cpsr_f", "apsr"),
    ];
    let text = text.to_lowercase();
    let word = |word: &str| names.iter().find(|name| name.0 == word).map_or(word, |name| name.1).to_string();
    let words: Vec<String> = text
        .split(' ')
        .map(|part| match part.strip_suffix(',') {
            Some(part) => word(part) + ",",
            None => word(part),
        })
        .collect();
    let text = words.join(" ").replace(", #0]", "]").replace(".n ", " ");
    text.replace("ldmia", "ldm").replace("stmia<und>", "stm").replace("stmia", "stm").replace("rsbs", "negs")
}

/// Encodings of 16 bits that binutils prints and this crate refuses.
fn is_refused(bits: u16) -> bool {
    match bits {
        // UNPREDICTABLE: ADD pc, pc; CMP of two low registers in the form for high ones, and of pc.
        0x44ff..=0x453f => true,
        0x4540..=0x45ff => bits >> 3 & 15 == 15 || bits & 0x87 == 0x87,
        // BX and BLX to pc, with bits set that should be zero, and the forms of ARMv8-M.
        0x4700..=0x477f => bits >> 3 & 15 == 15 || bits & 7 != 0,
        0x4780..=0x47ff => bits & 0x7f == 0x78 || bits & 7 == 4,
        // CBZ and CBNZ, of ARMv6T2.
        0xb100..=0xb1ff | 0xb300..=0xb3ff | 0xb900..=0xb9ff | 0xbb00..=0xbbff => true,
        // CPS of what ARMv6-M does not have, or of nothing.
        0xb660..=0xb667 | 0xb670..=0xb677 => !matches!(bits, 0xb662 | 0xb672),
        // Empty lists.
        0xb400 | 0xbc00 => true,
        0xc000..=0xcfff => bits & 0xff == 0,
        // SETPAN, SETEND and HLT, of other architectures.
        0xb610 | 0xb618 | 0xb650 | 0xb658 => true,
        0xba80..=0xbabf => true,
        // Hints without a meaning yet.
        0xbf50..=0xbfff => bits & 15 == 0,
        _ => false,
    }
}

fn compare(encodings: &[Encoding]) {
    let answers = disassemble(encodings);
    let mut differences = Vec::new();
    for (&(first, second), (address, answer)) in encodings.iter().zip(&answers) {
        let own = thumb::decode(first, second);
        let same = match (own, answer) {
            (None, answer) => is_refused(first) == answer.is_some(),
            (Some(inst), Some(text)) => in_its_words(inst, *address) == normalised(text),
            (Some(_), None) => false,
        };
        if !same {
            differences.push(format!("{first:04x} {second:04x?}: {own:?}, binutils {answer:?}"));
        }
    }
    let shown = differences.len().min(100);
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences[..shown].join("\n"));
}

#[test]
fn halfwords() {
    // IT, of ARMv6T2, would make conditional what stands behind it.
    let conditional = |bits: u16| bits >> 8 == 0xbf && bits & 15 != 0;
    let encodings = encodings::narrow().into_iter();
    let encodings: Vec<Encoding> =
        encodings.filter(|&(bits, _)| bits < encodings::WIDE && !conditional(bits)).collect();
    compare(&encodings);
}

/// What of pairs is an instruction here, is one there. The others are those of ARMv7-M, which LLVM knows apart.
#[test]
fn pairs() {
    let encodings = encodings::wide().into_iter();
    let encodings: Vec<Encoding> =
        encodings.filter(|&(first, second)| thumb::decode(first, second).is_some()).collect();
    compare(&encodings);
}
