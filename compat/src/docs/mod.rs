//! The documentation that is made from the tables: sections of `docs/native-ir.md` and `docs/llvm.md`, and all of
//! `docs/diagnostics.md`.
//!
//! A section stands between `<!-- generated: NAME -->` and `<!-- end -->`, each in a line of its own.

mod diagnostics;
pub(crate) mod llvm;
mod markdown;
mod reference;

use crate::{Finding, Tree};
use native_ir::Contract;
use std::fs;

const REFERENCE: &str = "docs/native-ir.md";
const DIAGNOSTICS: &str = "docs/diagnostics.md";
const LLVM: &str = "docs/llvm.md";

/// A page as it is to be.
struct Page {
    file: &'static str,
    text: String,
}

/// Makes the pages anew.
fn pages(tree: &Tree, contract: &Contract) -> Vec<Result<Page, String>> {
    let read = |file: &str| tree.text(file).ok_or_else(|| format!("{file}: cannot be read"));
    let spliced = |file: &'static str, sections: &[(&'static str, String)]| {
        read(file).and_then(|page| splice(file, &page, sections)).map(|text| Page { file, text })
    };
    let constructs = read(llvm::CONSTRUCTS).and_then(|text| llvm::constructs(&text));
    vec![
        spliced(REFERENCE, &reference::sections(contract)),
        constructs.and_then(|table| spliced(LLVM, &llvm::sections(&table))),
        Ok(Page { file: DIAGNOSTICS, text: diagnostics::page(contract, &|fixture: &str| tree.text(fixture)) }),
    ]
}

/// Whether the pages are current.
pub(crate) fn check(tree: &Tree, contract: &Contract) -> Finding {
    let pages = pages(tree, contract);
    let stale = |page: &Result<Page, String>| match page {
        Ok(page) if tree.text(page.file).as_deref() == Some(&page.text) => None,
        Ok(page) => Some(format!("{}: is not what the tables say; run `make docs`", page.file)),
        Err(problem) => Some(problem.clone()),
    };
    Finding::new("documentation", pages.len(), pages.iter().filter_map(stale).collect())
}

/// Writes the pages, and gives the names of those that changed.
///
/// # Errors
/// A sentence: the tables are wrong, a page lacks its markers, or it cannot be written.
pub fn write(tree: &Tree) -> Result<Vec<&'static str>, String> {
    let contract = Contract::load(&tree.path("native-ir"))
        .map_err(|errors| errors.iter().map(|error| format!("\n{error}")).collect::<String>())?;
    let mut written = Vec::new();
    for page in pages(tree, &contract) {
        let page = page?;
        if tree.text(page.file).as_deref() != Some(&page.text) {
            fs::write(tree.path(page.file), &page.text).map_err(|error| format!("{}: {error}", page.file))?;
            written.push(page.file);
        }
    }
    Ok(written)
}

/// A page with its generated sections replaced.
fn splice(file: &str, page: &str, sections: &[(&'static str, String)]) -> Result<String, String> {
    let mut out = String::new();
    let mut placed = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        out += line;
        out.push('\n');
        let Some(name) = marker(line) else { continue };
        let at = format!("{file}:{}", index + 1);
        let Some((_, section)) = sections.iter().find(|(known, _)| *known == name) else {
            return Err(format!("{at}: no section is named {name}"));
        };
        placed.push(name);
        out += section;
        if !lines.any(|(_, line)| line == END) {
            return Err(format!("{at}: the section {name} has no {END}"));
        }
        out += END;
        out.push('\n');
    }
    match sections.iter().find(|(name, _)| !placed.contains(name)) {
        Some((name, _)) => Err(format!("{file}: no `<!-- generated: {name} -->`")),
        None => Ok(out),
    }
}

const END: &str = "<!-- end -->";

/// The section that a line begins.
fn marker(line: &str) -> Option<&str> {
    line.strip_prefix("<!-- generated: ")?.strip_suffix(" -->")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_replaced_and_what_is_around_them_stays() {
        let sections = [("a", "new\n".to_string())];
        let page = "before\n<!-- generated: a -->\nold\nolder\n<!-- end -->\nafter\n";
        let spliced = splice("page", page, &sections).unwrap();
        assert_eq!(spliced, "before\n<!-- generated: a -->\nnew\n<!-- end -->\nafter\n");
        assert_eq!(splice("page", &spliced, &sections).unwrap(), spliced);
    }

    #[test]
    fn markers_that_do_not_fit_are_named() {
        let sections = [("a", String::new())];
        let wrong = |page: &str| splice("page", page, &sections).unwrap_err();
        assert!(wrong("nothing\n").contains("generated: a"));
        assert!(wrong("<!-- generated: a -->\nold\n").contains(":1: the section a has no <!-- end -->"));
        assert!(wrong("x\n<!-- generated: b -->\n<!-- end -->\n").contains(":2: no section is named b"));
    }
}
