//! Functions of many kilobytes: branches of every length, constants among the code, tables of both widths, and frames
//! out of the reach of short forms.

use super::{Emulated, HEADER};
use crate::numbers::Random;
use crate::{Runs, verified};
use codegen::all_functions;
use std::fmt::Write;

/// A step of a computation with an `i32`.
#[derive(Clone, Copy)]
enum Step {
    Add(u32),
    Xor(u32),
    Times(u32),
    Turn(u32),
}

impl Step {
    fn any(random: &mut Random) -> Step {
        let bits = random.next();
        // Few constants come again, so that there are many.
        let number = (bits >> 32) as u32;
        match bits % 4 {
            0 => Step::Add(number),
            1 => Step::Xor(number),
            2 => Step::Times(number | 1),
            _ => Step::Turn(number % 31 + 1),
        }
    }

    fn text(self) -> String {
        let (opcode, number) = match self {
            Step::Add(number) => ("iadd", number),
            Step::Xor(number) => ("xor", number),
            Step::Times(number) => ("imul", number),
            Step::Turn(number) => ("rotl", number),
        };
        format!("{opcode} %, {number:#x}")
    }

    fn apply(self, x: u32) -> u32 {
        match self {
            Step::Add(number) => x.wrapping_add(number),
            Step::Xor(number) => x ^ number,
            Step::Times(number) => x.wrapping_mul(number),
            Step::Turn(number) => x.rotate_left(number),
        }
    }
}

/// A function's text as it grows.
#[derive(Default)]
struct Text {
    text: String,
    values: usize,
}

impl Text {
    fn line(&mut self, line: impl AsRef<str>) {
        writeln!(self.text, "    {} !0:0", line.as_ref()).expect("text grows");
    }

    /// Steps from a value on; gives the last one's name.
    fn steps(&mut self, from: &str, steps: &[Step]) -> String {
        let mut name = from.to_string();
        for step in steps {
            self.values += 1;
            let next = format!("%x{}", self.values);
            self.line(format!("{next}: i32 = {}", step.text().replace('%', &name)));
            name = next;
        }
        name
    }
}

const PARAMETERS: &str = "(%in: ptr[generic,i8], %out: ptr[generic,i8]) -> () effects(read, write, trap) !0:0";

/// A loop around so many steps. With a call in it the return address is saved from the start.
fn round(steps: &[Step], calls: bool) -> String {
    let mut text = Text { text: format!("fn @f{PARAMETERS} {{\n^entry:\n"), values: 0 };
    text.line("%x: i32 = load.i32 %in align=4");
    text.line("jump ^top(%x, 0)");
    text.text += "^top(%y: i32, %i: i32):\n";
    let mut last = text.steps("%y", steps);
    if calls {
        text.line(format!("%q: i32 = udiv {last}, 7"));
        text.line("%z: i32 = iadd %q, 1");
        last = String::from("%z");
    }
    text.line("%j: i32 = iadd %i, 1");
    text.line("%more: i1 = icmp.ult %j, 3");
    text.line(format!("branch %more, ^top({last}, %j), ^end({last})"));
    text.text += "^end(%r: i32):\n";
    text.line("store.i32 %r, %out align=4");
    text.line("return");
    text.text + "}\n"
}

/// The result of a function for an operand.
fn result(machine: &mut Emulated, number: usize, x: u32) -> u32 {
    let funcs: Vec<_> = (0..=number).map(native_ir::EntityRef::new).collect();
    let mut output = [0; 4];
    machine.call(funcs[number], &x.to_le_bytes(), &mut output).expect("nothing traps");
    u32::from_le_bytes(output)
}

#[test]
fn loops_of_any_length() {
    let mut random = Random(11);
    let mut most = 0;
    for (length, calls) in [10, 40, 130, 200, 900, 5000].into_iter().flat_map(|it| [(it, false), (it, true)]) {
        let steps: Vec<_> = (0..length).map(|_| Step::any(&mut random)).collect();
        let module = verified(&(HEADER.to_string() + &round(&steps, calls)));
        let mut machine = Emulated::new(&module);
        assert_eq!(all_functions(&module).len(), 1);
        for x in [0, 1, 0x8000_0000, random.next() as u32] {
            let mut wanted = x;
            for _ in 0..3 {
                wanted = steps.iter().fold(wanted, |x, step| step.apply(x));
                wanted = if calls { wanted / 7 + 1 } else { wanted };
            }
            assert_eq!(result(&mut machine, 0, x), wanted, "{length} steps");
        }
        most = machine.functions.values().map(|(_, it)| it.code.len()).fold(most, usize::max);
    }
    assert!(most > 30_000, "{most} bytes are not many");
}

/// A switch in a loop, each case with some steps; the default ends the loop.
fn choices(cases: &[Vec<Step>]) -> String {
    let mut text = Text { text: format!("fn @f{PARAMETERS} {{\n^entry:\n"), values: 0 };
    text.line("%x: i32 = load.i32 %in align=4");
    text.line("jump ^top(%x, 0)");
    text.text += "^top(%y: i32, %i: i32):\n";
    let list: String = (0..cases.len()).map(|case| format!(", {case}: ^c{case}")).collect();
    text.line(format!("switch %i, ^end{list}"));
    for (number, steps) in cases.iter().enumerate() {
        writeln!(text.text, "^c{number}:").expect("text grows");
        let last = text.steps("%y", steps);
        text.line(format!("%j{number}: i32 = iadd %i, 1"));
        text.line(format!("jump ^top({last}, %j{number})"));
    }
    text.text += "^end:\n";
    text.line("store.i32 %y, %out align=4");
    text.line("return");
    text.text + "}\n"
}

#[test]
fn tables_of_any_width() {
    let mut random = Random(12);
    let mut widths = Vec::new();
    for (count, length) in [(12, 1), (20, 8), (60, 10), (100, 40), (150, 200)] {
        let mut case = || (0..length).map(|_| Step::any(&mut random)).collect::<Vec<_>>();
        let cases: Vec<_> = (0..count).map(|_| case()).collect();
        let module = verified(&(HEADER.to_string() + &choices(&cases)));
        let mut machine = Emulated::new(&module);
        for x in [0, 5, 0xFFFF_FFFF] {
            let wanted = cases.iter().flatten().fold(x, |x, step| step.apply(x));
            assert_eq!(result(&mut machine, 0, x), wanted, "{count} cases");
        }
        widths.extend(machine.functions.values().flat_map(|(_, it)| it.claim.tables.iter().map(|it| it.width)));
    }
    assert!(widths.contains(&1) && widths.contains(&2), "{widths:?}");
}

/// A function that keeps `live` values over many steps, above a slot of some words.
fn crowded(words: u32, live: u32) -> String {
    let mut text =
        Text { text: format!("fn @f{PARAMETERS} {{\n    slot $s: array[i32,{words}]\n^entry:\n"), values: 0 };
    text.line("%x: i32 = load.i32 %in align=4");
    text.line(format!("%s: ptr[stack,array[i32,{words}]] = slot $s"));
    for index in [0, 1, words / 2, words - 1] {
        text.line(format!("%e{index}: ptr[stack,i32] = element %s, {index}"));
        text.line(format!("%w{index}: i32 = xor %x, {index}"));
        text.line(format!("store.i32 %w{index}, %e{index}"));
    }
    for number in 0..live {
        text.line(format!("%l{number}: i32 = imul %x, {}", 2 * number + 3));
        text.line(format!("%m{number}: i32 = udiv %l{number}, {}", number + 3));
    }
    let mut sum = String::from("%x");
    let parts = (0..live).map(|it| format!("%m{it}")).chain((0..live).map(|it| format!("%l{it}")));
    for (number, part) in parts.enumerate() {
        text.line(format!("%t{number}: i32 = iadd {sum}, {part}"));
        sum = format!("%t{number}");
    }
    for index in [0, 1, words / 2, words - 1] {
        text.line(format!("%v{index}: i32 = load.i32 %e{index}"));
        text.line(format!("%u{index}: i32 = imul {sum}, 31"));
        text.line(format!("%a{index}: i32 = iadd %u{index}, %v{index}"));
        sum = format!("%a{index}");
    }
    text.line(format!("store.i32 {sum}, %out align=4"));
    text.line("return");
    text.text + "}\n"
}

#[test]
fn frames_of_any_size() {
    for (words, live) in [(4, 40), (200, 30), (300, 300), (1200, 30), (1500, 300)] {
        let module = verified(&(HEADER.to_string() + &crowded(words, live)));
        let mut machine = Emulated::new(&module);
        for x in [0u32, 1, 0x1234_5678, u32::MAX] {
            let product = |number: u32| x.wrapping_mul(2 * number + 3);
            let mut wanted = (0..live).fold(x, |sum, it| sum.wrapping_add(product(it) / (it + 3)));
            wanted = (0..live).fold(wanted, |sum, it| sum.wrapping_add(product(it)));
            for index in [0, 1, words / 2, words - 1] {
                wanted = wanted.wrapping_mul(31).wrapping_add(x ^ index);
            }
            assert_eq!(result(&mut machine, 0, x), wanted, "{words} words, {live} values");
        }
    }
}
