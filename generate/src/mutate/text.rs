//! The rules of the reader, broken in a printed text.

use super::Mutation;
use crate::Source;
use native_ir::Rule;

pub(super) const LIST: &[Mutation] = &[
    Mutation::text("encoding-bytes", Rule::SchemaEncoding, |text, source| insert_bytes(text, source, b"\xff")),
    Mutation::text("encoding-surrogate", Rule::SchemaEncoding, |text, source| {
        insert_bytes(text, source, b"\xed\xa0\x80")
    }),
    Mutation::text("encoding-return", Rule::SchemaEncoding, |text, source| insert_bytes(text, source, b"\r")),
    Mutation::text("encoding-nul", Rule::SchemaEncoding, |text, source| insert_bytes(text, source, b"\0")),
    Mutation::text("encoding-mark", Rule::SchemaEncoding, |text, _| Some(format!("\u{feff}{text}").into_bytes())),
    Mutation::text("version", Rule::SchemaVersion, |text, _| replace(text, "native-ir 1\n", "native-ir 2\n")),
    Mutation::text("missing-field", Rule::SchemaMissingField, |text, source| {
        let field = source.pick(&["module ", "abi ", "layout ", "profile "])?;
        let line = text.lines().find(|line| line.starts_with(field))?;
        replace(text, &format!("{line}\n"), "")
    }),
    Mutation::text("repeated-field", Rule::SchemaRepeatedField, |text, source| {
        let field = source.pick(&["module ", "target ", "abi ", "layout ", "profile "])?;
        let line = text.lines().find(|line| line.starts_with(field))?;
        replace(text, &format!("{line}\n"), &format!("{line}\n{line}\n"))
    }),
    Mutation::text("unknown-field", Rule::SchemaUnknownField, |text, _| {
        replace(text, "\nprofile ", "\ncolour   red\nprofile ")
    }),
    Mutation::text("unknown-attribute", Rule::SchemaUnknownField, |text, source| {
        insert_line(text, source, "fence ordering=seqcst colour=red !0:0")
    }),
    Mutation::text("ill-typed-field", Rule::SchemaIllTypedField, |text, source| {
        insert_line(text, source, "fence ordering=sometimes !0:0")
    }),
    Mutation::text("syntax", Rule::SchemaSyntax, |text, source| insert_line(text, source, "%%% = ) !0:0")),
    Mutation::text("unknown-opcode", Rule::SchemaUnknownOpcode, |text, source| {
        insert_line(text, source, "frobnicate !0:0")
    }),
    Mutation::text("name-conflict", Rule::SchemaNameConflict, |text, _| {
        let line = text.lines().find(|line| line.starts_with("register @"))?;
        replace(text, &format!("{line}\n"), &format!("{line}\n{line}\n"))
    }),
    Mutation::text("unknown-symbol", Rule::SchemaUnknownSymbol, |text, source| {
        insert_line(text, source, "%mutated: ptr[static,i8] = address @mutated !0:0")
    }),
    Mutation::text("limit-column", Rule::SchemaLimit, |text, source| {
        insert_line(text, source, "fence ordering=seqcst !1:70000")
    }),
    Mutation::text("unknown-type", Rule::TypeUnknownType, |text, source| {
        insert_line(text, source, "%mutated: i37 = iconst 0 !0:0")
    }),
    Mutation::text("duplicate-value", Rule::TypeDuplicateValue, |text, source| {
        insert_line(text, source, "%mutated: i32 = iconst 0 !0:0\n    %mutated: i32 = iconst 0 !0:0")
    }),
    Mutation::text("undefined-value-text", Rule::TypeUndefinedValue, |text, source| {
        insert_line(text, source, "%mutated: i32 = ineg %mutant !0:0")
    }),
    Mutation::text("untyped-literal", Rule::TypeUntypedLiteral, |text, source| {
        insert_line(text, source, "%mutated: i1 = icmp.eq 1, 2 !0:0")
    }),
    Mutation::text("literal-range", Rule::TypeLiteralRange, |text, source| {
        insert_line(text, source, "%mutated: i8 = iconst 256 !0:0")
    }),
    Mutation::text("unknown-effect", Rule::EffectUnknownEffect, |text, _| {
        Some(format!("{text}\nimport module @mutated : fn() -> () effects(magic)\n").into_bytes())
    }),
    Mutation::text("missing-target-text", Rule::ControlFlowMissingTarget, |text, _| {
        let body = "\nfn @mutated() -> () source=0 {\n^entry:\n    jump ^mutated !0:0\n}\n";
        Some(format!("{text}{body}").into_bytes())
    }),
];

fn replace(text: &str, from: &str, to: &str) -> Option<Vec<u8>> {
    text.contains(from).then(|| text.replacen(from, to, 1).into_bytes())
}

fn insert_bytes(text: &str, source: &mut Source<'_>, bytes: &[u8]) -> Option<Vec<u8>> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let at = source.pick(&starts)?;
    Some([&text.as_bytes()[..at], bytes, &text.as_bytes()[at..]].concat())
}

/// A line behind a random label.
fn insert_line(text: &str, source: &mut Source<'_>, line: &str) -> Option<Vec<u8>> {
    let label = |line: &&str| line.starts_with('^');
    let labels: Vec<&str> = text.lines().filter(label).collect();
    let chosen = source.pick(&labels)?;
    // Text after the label's own line: a label's address is that of its slice of the text.
    let end = chosen.as_ptr() as usize - text.as_ptr() as usize + chosen.len() + 1;
    let (before, behind) = text.split_at_checked(end)?;
    Some(format!("{before}    {line}\n{behind}").into_bytes())
}
