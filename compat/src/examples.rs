//! Which fixtures show a rule best: the shortest that breaks it, and the shortest part of another that keeps it.

use native_ir::contract::cases::{CaseRow, Expect};
use native_ir::{Contract, Rule};

/// The shortest fixture that breaks a rule. `text` gives the text of a fixture, where there is one to show.
pub fn failing<'a, T: AsRef<str>>(
    contract: &'a Contract,
    rule: Rule,
    text: &impl Fn(&str) -> Option<T>,
) -> Option<&'a CaseRow> {
    shortest(contract, text, |case| case.expect == Expect::Reject && case.rule == Some(rule))
}

/// A part of a fixture that is accepted.
#[derive(Clone, Debug)]
pub struct Passing<'a> {
    /// The fixture's row.
    pub case: &'a CaseRow,
    /// The lines between two empty ones: a function, an envelope, a group of declarations.
    pub text: String,
}

/// The shortest part of an accepted fixture that has a line like the one which the failing fixture is marked at: the
/// same opcode or field with the same attributes, on the same target.
pub fn passing<'a, T: AsRef<str>>(
    contract: &'a Contract,
    rule: Rule,
    text: &impl Fn(&str) -> Option<T>,
) -> Option<Passing<'a>> {
    let failing = failing(contract, rule, text).and_then(|case| Some((text(&case.fixture)?, case.at?)));
    let marked = failing.as_ref().and_then(|(text, (line, _))| text.as_ref().lines().nth(*line as usize - 1));
    let target = failing.as_ref().and_then(|(text, _)| target(text.as_ref()));
    let words = marked.map(words).unwrap_or_default();
    // From the most telling to what is always there.
    let wanted = [&words[..], &words[..words.len().min(1)], &["fn".to_string()]];
    let wanted = || wanted.iter().filter(|wanted| !wanted.is_empty());
    // A failing fixture may name a target that there is not.
    let same = wanted().find_map(|wanted| part(contract, text, target, wanted));
    same.or_else(|| wanted().find_map(|wanted| part(contract, text, None, wanted)))
}

/// The shortest part of an accepted fixture with a line that has all of the words.
fn part<'a, T: AsRef<str>>(
    contract: &'a Contract,
    text: &impl Fn(&str) -> Option<T>,
    wanted_target: Option<&str>,
    wanted: &[String],
) -> Option<Passing<'a>> {
    let mut best: Option<Passing<'a>> = None;
    for case in contract.cases().iter().filter(|case| case.expect == Expect::Accept) {
        let Some(text) = text(&case.fixture) else { continue };
        if wanted_target.is_some() && target(text.as_ref()) != wanted_target {
            continue;
        }
        let like = |line: &str| {
            let words = words(line);
            wanted.iter().all(|word| words.contains(word))
        };
        for part in text.as_ref().split("\n\n").filter(|part| part.lines().any(like)) {
            if best.as_ref().is_none_or(|best| part.len() < best.text.len()) {
                best = Some(Passing { case, text: part.trim_matches('\n').to_string() });
            }
        }
    }
    best
}

/// What kind of line it is: its opcode or first word, then the names of its attributes.
fn words(line: &str) -> Vec<String> {
    let line = line.split(';').next().unwrap_or("");
    let instruction = line.split_once(" = ").filter(|_| line.starts_with(' ')).map_or(line, |(_, rest)| rest);
    let mut words = instruction.split_whitespace();
    let plain = |word: &&str| word.starts_with(|c: char| c.is_ascii_alphabetic());
    let Some(first) = words.next().filter(plain) else { return Vec::new() };
    let base = first.split('.').next().unwrap_or(first).to_string();
    let attributes =
        words.filter(plain).filter_map(|word| word.split_once('=')).map(|(name, _)| format!("{name}="));
    std::iter::once(base).chain(attributes).collect()
}

fn shortest<'a, T: AsRef<str>>(
    contract: &'a Contract,
    text: &impl Fn(&str) -> Option<T>,
    wanted: impl Fn(&CaseRow) -> bool,
) -> Option<&'a CaseRow> {
    let cases = contract.cases().iter().filter(|case| wanted(case));
    let sized = cases.filter_map(|case| Some((text(&case.fixture)?.as_ref().len(), case)));
    sized.min_by_key(|(size, _)| *size).map(|(_, case)| case)
}

/// The target that a text names.
fn target(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.strip_prefix("target ")).map(str::trim)
}

/// A line of an example, cut where nobody reads on, with control characters replaced.
pub fn short(line: &str) -> String {
    const LONGEST: usize = 160;
    let shown = |c: char| if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c };
    let mut text: String = line.chars().take(LONGEST).map(shown).collect();
    if line.chars().nth(LONGEST).is_some() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_examples_are_cut_and_cannot_command_a_terminal() {
        assert_eq!(short("a\x1bb\tc\r"), "a\u{fffd}b\tc\u{fffd}");
        assert_eq!(short(&"é".repeat(200)).chars().count(), 161);
    }

    #[test]
    fn lines_are_alike_when_their_opcodes_and_attributes_are() {
        let load = "    %v: i32 = load.i32 %p ordering=ordered align=4 !1:1 ; why=not";
        assert_eq!(words(load), ["load", "ordering=", "align="]);
        assert_eq!(words("source   0 \"m = x\" lines=9"), ["source", "lines="]);
        assert_eq!(words("^entry:"), [""; 0]);
        assert_eq!(words("    return !1:1"), ["return"]);
    }

    #[test]
    fn a_passing_example_is_the_shortest_part_with_a_like_line() {
        let contract = Contract::embedded();
        let accepted =
            contract.cases().iter().find(|case| case.expect == Expect::Accept).expect("a case to accept");
        let fixture = "\
target sim-cortex-m0

fn @a() {
    return
}

fn @b() {
    x = iadd 1, 2
    return
}

fn @c() {
    long = iadd 100, 200
    return
}
";
        let text = |path: &str| (path == accepted.fixture).then_some(fixture);
        let part = |target, word: &str| {
            part(contract, &text, Some(target), &[word.to_string()]).map(|example| example.text)
        };
        assert_eq!(part("sim-cortex-m0", "iadd").as_deref(), Some("fn @b() {\n    x = iadd 1, 2\n    return\n}"));
        assert_eq!(part("sim-cortex-m0", "fn").as_deref(), Some("fn @a() {\n    return\n}"));
        assert_eq!(part("sim-cortex-m0", "isub"), None);
        assert_eq!(part("x86_64-unknown-linux-elf", "iadd"), None);
    }

    #[test]
    fn the_target_of_a_text_is_found() {
        assert_eq!(target("native-ir 1\ntarget   sim-cortex-m0\n"), Some("sim-cortex-m0"));
        assert_eq!(target("; target x\n"), None);
    }
}
