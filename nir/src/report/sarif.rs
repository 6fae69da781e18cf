//! Diagnostics as SARIF 2.1.0, the form that editors and code hosts load.
//!
//! Every rule of the contract is described once, with its help; results refer to it. Columns count characters, as the
//! log's `columnKind` says, and paths are URIs.

use super::lines::Lines;
use super::{Examined, Reporter, Totals};
use crate::outcome::Failure;
use native_ir::contract::diagnostics::DiagnosticRow;
use native_ir::{Contract, Rule};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Component, Path};
use verifier::Located;

/// Gathers results, and writes one log to standard output at the end.
pub(crate) struct Sarif<'a> {
    contract: &'a Contract,
    results: Vec<Value>,
}

impl<'a> Sarif<'a> {
    /// A writer; the contract is the one that the files are held to.
    pub(crate) fn new(contract: &'a Contract) -> Sarif<'a> {
        Sarif { contract, results: Vec::new() }
    }
}

impl Reporter for Sarif<'_> {
    fn file(&mut self, file: &Examined) -> Result<(), Failure> {
        let lines = Lines::new(&file.text);
        let uri = uri(&file.path);
        let results = file.diagnostics.iter().map(|located| result(self.contract, &uri, &lines, located));
        self.results.extend(results);
        Ok(())
    }

    fn finish(&mut self, _totals: &Totals) -> Result<(), Failure> {
        let log = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "nir",
                    "version": env!("CARGO_PKG_VERSION"),
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": self.contract.diagnostics().iter().map(rule).collect::<Vec<_>>(),
                }},
                "columnKind": "unicodeCodePoints",
                "invocations": [{ "executionSuccessful": true }],
                "results": std::mem::take(&mut self.results),
            }],
        });
        let mut out = io::BufWriter::new(io::stdout().lock());
        writeln!(out, "{log:#}")?;
        out.flush()?;
        Ok(())
    }
}

fn rule(row: &DiagnosticRow) -> Value {
    json!({
        "id": row.rule.name(),
        "shortDescription": { "text": row.summary },
        "fullDescription": { "text": row.summary },
        "help": {
            "text": format!("{} To mend it: {}.", row.summary, row.help),
            "markdown": format!("{}\n\nTo mend it: {}.\n\n`nir explain {}` shows examples.", row.summary, row.help, row.rule.name()),
        },
        "defaultConfiguration": { "level": "error" },
        "properties": { "tags": [row.code] },
    })
}

fn result(contract: &Contract, uri: &str, lines: &Lines<'_>, located: &Located) -> Value {
    let diagnostic = &located.diagnostic;
    let help = diagnostic.help.as_deref().unwrap_or(&contract.diagnostic(diagnostic.rule).help);
    let related: Vec<Value> = located
        .labels
        .iter()
        .enumerate()
        .map(|(id, (range, text))| {
            json!({ "id": id, "message": { "text": text }, "physicalLocation": location(uri, lines, range) })
        })
        .collect();
    json!({
        "ruleId": diagnostic.rule.name(),
        "ruleIndex": rule_index(contract, diagnostic.rule),
        "level": "error",
        "message": { "text": format!("{}. To mend it: {help}.", diagnostic.message) },
        "locations": [{ "physicalLocation": location(uri, lines, &located.range) }],
        "relatedLocations": related,
    })
}

fn rule_index(contract: &Contract, rule: Rule) -> usize {
    contract.diagnostics().iter().position(|row| row.rule == rule).unwrap_or(0)
}

fn location(uri: &str, lines: &Lines<'_>, range: &Range<usize>) -> Value {
    let (start, end) = (lines.character_position(range.start), lines.character_position(range.end));
    json!({
        "artifactLocation": { "uri": uri },
        "region": {
            "startLine": start.0,
            "startColumn": start.1,
            "endLine": end.0,
            "endColumn": end.1,
            "byteOffset": range.start,
            "byteLength": range.len(),
        },
    })
}

/// The URI of a path: relative ones stay so, that a code host can find them in the repository.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    let mut components = Path::new(path).components().peekable();
    while let Some(component) = components.next() {
        match component {
            Component::RootDir => uri += "file:///",
            Component::CurDir => continue,
            other => escape(&mut uri, &other.as_os_str().to_string_lossy()),
        }
        if components.peek().is_some() && !uri.ends_with('/') {
            uri.push('/');
        }
    }
    uri
}

fn escape(uri: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("./a b/ü.nir"), "a%20b/%C3%BC.nir");
        assert_eq!(uri("/a/b.nir"), "file:///a/b.nir");
        assert_eq!(uri("../c#1.nir"), "../c%231.nir");
        assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
    }
}
