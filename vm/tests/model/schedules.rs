//! Random schedules of fibers: who spawns, resumes with which mask, emits which bits, cancels, refuels and traps where.

use crate::compare::Case;
use crate::seeds;
use generate::Source;
use oracle::End;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use verifier::{Options, verify_text};

const HEAD: &str = r#"native-ir 1
module   schedule
target   x86_64-unknown-linux-elf
abi      zero-x86_64-sysv-v0.1
layout   "e-p:64:64-i64:64-i128:128-f64:64-f128:128-n8:16:32:64-S128"
profile  hosted
source   0 "schedule.c" lines=1

"#;

/// Functions that fibers begin in; each spawns only later ones, so that there is an end.
const FIBERS: usize = 5;

/// A function in the making: a line of actions that all go into one number.
struct Script<'s, 'b> {
    text: String,
    random: &'s mut Source<'b>,
    values: usize,
    children: Vec<usize>,
    number: usize,
}

impl Script<'_, '_> {
    fn line(&mut self, result: &str, operation: &str) -> usize {
        self.values += 1;
        let value = self.values;
        let result = if result.is_empty() { String::new() } else { format!("%v{value}: {result} = ") };
        writeln!(self.text, "    {result}{operation} !1:{value}").expect("a string takes text");
        value
    }

    /// The number so far, with another one mixed in.
    fn mix(&mut self, sum: usize, other: usize) -> usize {
        let product = self.line("i64", &format!("imul %v{sum}, 31"));
        self.line("i64", &format!("iadd %v{product}, %v{other}"))
    }

    fn bits(&mut self) -> u16 {
        match self.random.below(4) {
            _ if self.number == 0 && self.random.chance(80) => 0xffff,
            0 => 0xffff,
            1 => 1 << self.random.below(16),
            2 => 0x8000 | self.random.below(8) as u16,
            _ => self.random.below(8) as u16,
        }
    }

    fn child(&mut self) -> Option<usize> {
        self.random.pick(&self.children)
    }

    /// One action; the number after it.
    fn action(&mut self, sum: usize) -> Option<usize> {
        // The root seldom does what ends the program.
        let least = if self.number == 0 && self.random.chance(97) { 4 } else { 0 };
        match self.random.between(least, if least == 0 { 15 } else { 12 }) {
            0..=2 => {
                let bits = self.bits();
                let value = self.line("i64", &format!("emit %v{sum} signal={bits}"));
                Some(self.mix(sum, value))
            }
            3 if self.number < FIBERS => {
                let value = self.line("i64", &format!("call @deep(%v{sum})"));
                Some(self.mix(sum, value))
            }
            4..=6 if self.number + 1 < FIBERS => {
                let other = self.random.between(self.number + 1, FIBERS - 1);
                let address = format!("address @fiber{other}");
                let pointer =
                    self.line("ptr[code,fn(i64) -> (i64) effects(read, write, trap, suspend)]", &address);
                let child = self.line("fiber", &format!("fiber_spawn %v{pointer}, %v{sum}"));
                self.children.push(child);
                Some(sum)
            }
            7..=10 => {
                let (child, mask) = (self.child()?, self.bits());
                let (value, bits) = (self.values + 1, self.values + 2);
                self.values += 2;
                let results = format!("%v{value}: i64, %v{bits}: i32");
                writeln!(self.text, "    {results} = fiber_resume %v{child}, %v{sum} mask={mask} !1:{value}")
                    .ok()?;
                let wide = self.line("i64", &format!("sext %v{bits}"));
                let sum = self.mix(sum, value);
                Some(self.mix(sum, wide))
            }
            11 => {
                let child = self.child()?;
                let status = self.line("i32", &format!("fiber_status %v{child}"));
                let wide = self.line("i64", &format!("zext %v{status}"));
                Some(self.mix(sum, wide))
            }
            12 => {
                let child = self.child()?;
                match self.random.chance(30) {
                    true => self.line("", &format!("fiber_cancel %v{child}")),
                    false => {
                        let fuel = self.random.below(40);
                        self.line("", &format!("fiber_refuel %v{child}, {fuel}"))
                    }
                };
                Some(sum)
            }
            _ => self.trap(sum),
        }
    }

    /// Something that may trap, with a result of any width.
    fn trap(&mut self, sum: usize) -> Option<usize> {
        let narrow = ["i8", "i16", "i32"][self.random.below(3)];
        match self.random.below(5) {
            0 => {
                let small = self.line(narrow, &format!("trunc %v{sum}"));
                let divisor = self.line(narrow, &format!("and %v{small}, 3"));
                let quotient = self.line(narrow, &format!("udiv 100, %v{divisor}"));
                let extend = ["zext", "sext"][self.random.below(2)];
                let wide = self.line("i64", &format!("{extend} %v{quotient}"));
                Some(self.mix(sum, wide))
            }
            1 => {
                let wide = self.line("i128", &format!("sext %v{sum}"));
                let divisor = self.line("i128", &format!("and %v{wide}, 1"));
                let quotient = self.line("i128", &format!("sdiv %v{wide}, %v{divisor}"));
                let half = self.random.below(2) * 64;
                let half = self.line("i128", &format!("ushr %v{quotient}, {half}"));
                let low = self.line("i64", &format!("trunc %v{half}"));
                Some(self.mix(sum, low))
            }
            2 => {
                let nowhere = self.line("ptr[heap,i8]", "null");
                let byte = self.line(narrow, &format!("load.{narrow} %v{nowhere} align=1"));
                let extend = ["zext", "sext"][self.random.below(2)];
                let wide = self.line("i64", &format!("{extend} %v{byte}"));
                Some(self.mix(sum, wide))
            }
            3 => {
                let odd = self.line("i1", &format!("trunc %v{sum}"));
                self.line("", &format!("trap_if %v{odd}, user"));
                Some(sum)
            }
            _ => {
                let float = self.line("f64", &format!("bitcast %v{sum}"));
                let number = self.line(narrow, &format!("float_to_sint %v{float}"));
                let wide = self.line("i64", &format!("sext %v{number}"));
                Some(self.mix(sum, wide))
            }
        }
    }
}

fn function(name: &str, number: usize, actions: usize, random: &mut Source<'_>) -> String {
    let effects = "effects(read, write, trap, suspend)";
    let mut text = format!("fn pub @{name}(%v0: i64) -> (i64) {effects} source=0 {{\n");
    if random.chance(30) {
        text += "    slot $s: array[i64,3]\n";
    }
    text += "^entry:\n";
    let mut script = Script { text, random, values: 0, children: Vec::new(), number };
    let mut sum = 0;
    for _ in 0..actions {
        sum = script.action(sum).unwrap_or(sum);
    }
    if script.random.chance(12) {
        script.line("", "trap assertion");
    } else {
        script.line("", &format!("return %v{sum}"));
    }
    script.text + "}\n\n"
}

fn schedule(random: &mut Source<'_>) -> String {
    let mut text = HEAD.to_string();
    text += &function("main", 0, random.between(10, 50), random);
    for number in 1..FIBERS {
        text += &function(&format!("fiber{number}"), number, random.between(1, 12), random);
    }
    text + &function("deep", FIBERS, 4, random)
        .replace("call @deep", "iadd 1, ")
        .replace("iadd 1, (", "iadd 1, ")
        .replace(") !", " !")
}

#[test]
fn random_schedules_go_as_the_model_says() {
    let mut ends: BTreeMap<String, u32> = BTreeMap::new();
    let mut caught = 0;
    for seed in 0..seeds(1500) {
        let mut random = Source::from_seed(seed);
        let text = schedule(&mut random);
        let report = verify_text(text.as_bytes(), &Options::default());
        let Some(module) = report.module else { panic!("seed {seed}: {:#?}\n{text}", report.diagnostics) };
        let func = module.entry("main").expect("there is a main");
        let arguments = vec![u128::from(random.bits())];
        let case = Case { module: Arc::new(module), func, arguments, devices: false, limit: 100_000 };
        let said = case.compare(&mut random);
        caught += u32::from(said.model.caught);
        let end = match said.end {
            End::Trapped(trap, _) => trap.name().to_string(),
            End::Unclear(why) => format!("unclear: {why}"),
            end => format!("{end:?}").split('(').next().unwrap_or_default().to_string(),
        };
        *ends.entry(end).or_default() += 1;
    }
    println!("{ends:#?}, {caught} with caught traps");
    let all: u32 = ends.values().sum();
    let unclear: u32 = ends.iter().filter(|(end, _)| end.starts_with("unclear")).map(|(_, count)| count).sum();
    assert!(unclear * 5 < all && caught * 2 > all, "{unclear} of {all} are unclear, {caught} catch traps");
}
