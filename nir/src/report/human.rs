//! Diagnostics for people: an excerpt of the source, what is wrong, how to mend it, and the row of the contract that
//! says so.

use super::excerpt::{Excerpt, visible};
use super::lines::Lines;
use super::{Examined, Reporter, Totals};
use crate::outcome::Failure;
use crate::tables::count;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity, SourceCode, SourceSpan};
use native_ir::Contract;
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::ops::Range;
use verifier::Located;

/// The most diagnostics of a file that are written.
const MOST: usize = 100;
/// The most places of a diagnostic that are shown.
const MOST_LABELS: usize = 8;

/// How diagnostics are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    /// Whether there are colours.
    pub(crate) colour: bool,
}

impl Look {
    /// What suits standard error: colours on a terminal only, and not when `NO_COLOR` is set to something.
    pub(crate) fn of_stderr() -> Look {
        let forbidden = |name: &str, value: fn(&str) -> bool| {
            std::env::var_os(name).is_some_and(|text| value(&text.to_string_lossy()))
        };
        let terminal = io::stderr().is_terminal();
        let colour = terminal
            && !forbidden("NO_COLOR", |text| !text.is_empty())
            && !forbidden("TERM", |text| text == "dumb");
        Look { colour }
    }
}

/// Writes diagnostics for people to standard error.
pub(crate) struct Human<'a> {
    contract: &'a Contract,
    handler: GraphicalReportHandler,
}

impl<'a> Human<'a> {
    /// A writer for a terminal; the contract is the one that the files are held to.
    pub(crate) fn new(contract: &'a Contract, look: Look) -> Human<'a> {
        let theme = if look.colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_links(false)
            .with_context_lines(1)
            .with_wrap_lines(false);
        Human { contract, handler }
    }

    fn write(&self, out: &mut impl Write, file: &Examined) -> Result<(), Failure> {
        let findings = file.diagnostics.iter().take(MOST).map(|located| Finding::of(self.contract, located));
        self.findings(out, &file.path, &file.text, findings)?;
        let more = file.diagnostics.len().saturating_sub(MOST);
        if more > 0 {
            writeln!(out, "{}: {} more; --format json shows all\n", visible(&file.path), count(more, "error"))?;
        }
        Ok(())
    }

    /// Writes what was found in a text, whoever found it.
    pub(crate) fn findings(
        &self,
        out: &mut impl Write,
        path: &str,
        text: &[u8],
        findings: impl Iterator<Item = Finding>,
    ) -> Result<(), Failure> {
        let lines = Lines::new(text);
        for finding in findings {
            let shown = Shown::new(path, text, &lines, finding);
            let mut report = String::new();
            // Formatting into a string fails only when the excerpt does not hold its own places.
            if self.handler.render_report(&mut report, &shown).is_err() {
                report = format!("{path}: {shown}\n");
            }
            writeln!(out, "{report}")?;
        }
        Ok(())
    }
}

impl Reporter for Human<'_> {
    fn file(&mut self, file: &Examined) -> Result<(), Failure> {
        self.write(&mut io::BufWriter::new(io::stderr().lock()), file)
    }

    fn finish(&mut self, totals: &Totals) -> Result<(), Failure> {
        let files = count(totals.files, "file");
        if totals.errors > 0 {
            let errors = count(totals.errors, "error");
            writeln!(io::stderr(), "{errors} in {} of {files}", totals.rejected)?;
            return Ok(());
        }
        writeln!(
            io::stdout(),
            "verified {files}: {}, {} (contract {}{})",
            count(totals.functions, "function"),
            count(totals.instructions, "instruction"),
            &self.contract.digest_hex()[..12],
            if self.contract.is_embedded() { "" } else { ", loaded" },
        )?;
        Ok(())
    }
}

/// Something that is wrong with a text.
pub(crate) struct Finding {
    /// Its name: a code and a rule.
    pub(crate) code: &'static str,
    /// What is wrong.
    pub(crate) message: String,
    /// How to mend it.
    pub(crate) help: String,
    /// Where, in bytes, with what is there: the place itself first, then others that belong to it.
    pub(crate) places: Vec<(Range<usize>, String)>,
}

impl Finding {
    fn of(contract: &Contract, located: &Located) -> Finding {
        let diagnostic = &located.diagnostic;
        let others = located.labels.iter().take(MOST_LABELS).cloned();
        Finding {
            code: diagnostic.rule.name(),
            message: diagnostic.message.clone(),
            help: help(contract, located),
            places: std::iter::once((located.range.clone(), diagnostic.label.clone())).chain(others).collect(),
        }
    }
}

/// A finding in the form that miette draws.
#[derive(Debug)]
struct Shown {
    message: String,
    code: &'static str,
    help: String,
    labels: Vec<LabeledSpan>,
    excerpt: Excerpt,
}

impl Shown {
    fn new(path: &str, text: &[u8], lines: &Lines<'_>, finding: Finding) -> Shown {
        let places: Vec<_> = finding.places.iter().map(|(range, _)| range.clone()).collect();
        let (excerpt, spans) = Excerpt::new(path, text, lines, &places);
        let texts = finding.places.iter().map(|(_, text)| text);
        let labels = spans.iter().zip(texts).enumerate().map(|(index, (span, text))| label(index, *span, text));
        Shown {
            message: visible(&finding.message),
            code: finding.code,
            labels: labels.collect(),
            help: finding.help,
            excerpt,
        }
    }
}

fn label(index: usize, span: SourceSpan, text: &str) -> LabeledSpan {
    let text = if text.is_empty() && index == 0 { "here".to_string() } else { visible(text) };
    match index {
        0 => LabeledSpan::new_primary_with_span(Some(text), span),
        _ => LabeledSpan::new_with_span(Some(text), span),
    }
}

/// How to mend it, and the rows behind it.
fn help(contract: &Contract, located: &Located) -> String {
    let diagnostic = &located.diagnostic;
    let rule = contract.diagnostic(diagnostic.rule);
    let advice = diagnostic.help.as_deref().unwrap_or(&rule.help);
    let enforcer = &rule.enforced_by;
    let mut text =
        format!("{}\nrow: diagnostics.tsv {} · enforced by {enforcer}", visible(advice), rule.rule.name());
    if let Some((table, key)) = &diagnostic.row {
        text += &format!("\nrow: {table} {}", visible(key));
    }
    text
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl miette::Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn severity(&self) -> Option<Severity> {
        Some(Severity::Error)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
