//! `nir fmt`: the canonical form of files.

use crate::arguments::Fmt;
use crate::files;
use crate::outcome::{Failure, Status};
use crate::report::{Examined, Human, Look, Reporter};
use crate::tables::count;
use native_ir::text;
use native_ir::{Contract, Diagnostic, Place};
use std::io::{self, Write};
use std::path::Path;
use verifier::Located;

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// It is in canonical form.
    Canonical,
    /// It was not.
    Changed,
    /// It cannot be read as tokens; why was printed.
    Rejected,
}

/// Runs the command.
pub(crate) fn run(arguments: &Fmt) -> Result<Status, Failure> {
    let (mut changed, mut rejected) = (0, 0);
    let paths = files::collect(&arguments.paths)?;
    for path in &paths {
        match format(path, arguments.check)? {
            Outcome::Canonical => {}
            Outcome::Changed => changed += 1,
            Outcome::Rejected => rejected += 1,
        }
    }
    if rejected > 0 || (arguments.check && changed > 0) {
        let mut err = io::stderr().lock();
        if changed > 0 && arguments.check {
            writeln!(err, "{} not in canonical form", count(changed, "file"))?;
        }
        return Ok(Status::Rejected);
    }
    Ok(Status::Fine)
}

fn format(path: &Path, check: bool) -> Result<Outcome, Failure> {
    let bytes = files::read(path)?;
    let formatted = match std::str::from_utf8(&bytes).map(text::format) {
        Ok(Ok(formatted)) => formatted,
        Ok(Err(diagnostics)) => return reject(path, bytes, diagnostics),
        // The reader of the text form says best what is wrong with bytes that are no text.
        Err(_) => {
            let diagnostics = text::parse(&bytes).diagnostics;
            return reject(path, bytes, diagnostics);
        }
    };
    let changed = formatted.as_bytes() != bytes;
    let stdin = path.as_os_str() == files::STDIN;
    if stdin && !check {
        io::stdout().lock().write_all(formatted.as_bytes())?;
    } else if changed && check {
        writeln!(io::stdout(), "{}", files::display(path))?;
    } else if changed {
        files::replace(path, formatted.as_bytes())?;
    }
    Ok(if changed { Outcome::Changed } else { Outcome::Canonical })
}

fn reject(path: &Path, text: Vec<u8>, diagnostics: Vec<Diagnostic>) -> Result<Outcome, Failure> {
    let diagnostics = diagnostics.into_iter().map(locate).collect();
    let file = Examined { path: files::display(path), text, diagnostics };
    Human::new(Contract::embedded(), Look::of_stderr()).file(&file)?;
    Ok(Outcome::Rejected)
}

/// The tokens' diagnostics are places of the text already.
fn locate(diagnostic: Diagnostic) -> Located {
    let range = |place: &Place| match place {
        Place::Text(range) => range.clone(),
        _ => 0..0,
    };
    let labels = diagnostic.labels.iter().map(|(place, text)| (range(place), text.clone())).collect();
    Located { range: range(&diagnostic.place), start: (1, 1), end: (1, 1), labels, diagnostic }
}
