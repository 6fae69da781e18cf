//! Results in the Test Anything Protocol, version 14: <https://testanything.org/tap-version-14-specification.html>.
//! The plan stands at the end, because only then the number of tests is known.

use super::report::{FileReport, Reporter, Totals, Verdict};
use crate::outcome::Failure;
use std::io::{self, Write};

/// Writes TAP to standard output.
#[derive(Default)]
pub(super) struct Tap {
    /// Tests so far.
    tests: usize,
}

impl Tap {
    /// A writer.
    pub(super) fn new() -> Tap {
        Tap::default()
    }

    fn test(&mut self, out: &mut impl Write, title: &str, verdict: &Verdict) -> io::Result<()> {
        if self.tests == 0 {
            writeln!(out, "TAP version 14")?;
        }
        self.tests += 1;
        let (number, title) = (self.tests, escape(title));
        match verdict {
            Verdict::Passed => writeln!(out, "ok {number} - {title}"),
            Verdict::Skipped(reason) => {
                writeln!(out, "ok {number} - {title} # SKIP {}", escape(&reason.replace('\n', " ")))
            }
            Verdict::Failed(text) => {
                writeln!(out, "not ok {number} - {title}\n  ---\n  message: |")?;
                for line in text.lines() {
                    writeln!(out, "    {line}")?;
                }
                writeln!(out, "  ...")
            }
        }
    }
}

/// A `#` would begin a directive of TAP, and a backslash an escape.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('#', "\\#")
}

impl Reporter for Tap {
    fn file(&mut self, file: &FileReport) -> Result<(), Failure> {
        let mut out = io::BufWriter::new(io::stdout().lock());
        for (line, column, message) in file.outcome.mistakes() {
            let title = format!("{}:{line}:{column}", file.path);
            self.test(&mut out, &title, &Verdict::Failed(message))?;
        }
        for call in file.outcome.calls() {
            let title = format!("{}:{}: {}", file.path, call.line, call.text);
            self.test(&mut out, &title, &call.verdict)?;
        }
        out.flush()?;
        Ok(())
    }

    fn finish(&mut self, _: &Totals) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        if self.tests == 0 {
            writeln!(out, "TAP version 14")?;
        }
        writeln!(out, "1..{}", self.tests)?;
        Ok(())
    }
}
