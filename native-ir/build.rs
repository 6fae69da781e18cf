//! Makes the enums of the contract from its tables: opcodes with their shapes, type kinds, address spaces, effects,
//! traps and rules. A new row therefore does not compile until every `match` over the enum says what it does with it.
//! And the digest of the tables, which a program then need not compute when it starts.

#[path = "src/contract/digest.rs"]
#[expect(unreachable_pub, reason = "the crate exports the names of the tables")]
mod digest;
#[path = "build/methods.rs"]
mod methods;
#[path = "src/contract/typing.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    reason = "the crate exports the typing language, the build uses a part of it"
)]
mod typing;

use std::fmt::Write;
use std::{env, fs, path::Path};
use typing::{Attribute, Edges, Pattern, Signature, Suffix};

/// The rows of a table without its header and comments, as cells.
fn rows(table: &str) -> Vec<Vec<String>> {
    let path = format!("{table}.tsv");
    println!("cargo::rerun-if-changed={path}");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.skip(1).map(|line| line.split('\t').map(str::to_string).collect()).collect()
}

/// `umul_overflow` → `UmulOverflow`, `data-section` → `DataSection`.
fn camel(name: &str) -> String {
    let words = name.split(['_', '-', '.']).filter(|word| !word.is_empty());
    words.map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

/// Rust keeps `bool`-like words for itself; nothing else in the tables clashes with a keyword in camel case.
fn enum_text(name: &str, doc: &str, variants: &[(String, String, String)]) -> String {
    let mut out = String::new();
    let repr = if variants.len() <= 256 { "u8" } else { "u16" };
    let _ = writeln!(out, "/// {doc}\n#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]");
    let _ = writeln!(out, "#[repr({repr})]\npub enum {name} {{");
    for (variant, text, about) in variants {
        let _ = writeln!(out, "    /// `{text}`: {}\n    {variant},", escape_doc(about));
    }
    let _ = writeln!(
        out,
        "}}\nimpl {name} {{\n    /// Every variant, in table order.\n    pub const ALL: &'static [{name}] = &["
    );
    for (variant, ..) in variants {
        let _ = writeln!(out, "        {name}::{variant},");
    }
    let _ = writeln!(out, "    ];\n    const NAMES: &'static [&'static str] = &[");
    for (_, text, _) in variants {
        let _ = writeln!(out, "        {text:?},");
    }
    let _ = writeln!(
        out,
        "    ];
    /// The name in the table.
    pub const fn name(self) -> &'static str {{ Self::NAMES[self as usize] }}
    /// The row's index in the table.
    pub const fn index(self) -> usize {{ self as usize }}
    /// The variant of a table's name.
    pub fn from_name(name: &str) -> Option<Self> {{
        Self::NAMES.iter().position(|n| *n == name).map(|index| Self::ALL[index])
    }}
}}
impl std::fmt::Display for {name} {{
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {{ f.write_str(self.name()) }}
}}"
    );
    out
}

fn escape_doc(text: &str) -> String {
    text.replace('[', "\\[").replace(']', "\\]").replace('<', "\\<")
}

/// An enum whose variants are the first column of a table.
fn simple(name: &str, doc: &str, table: &str) -> String {
    let variants: Vec<_> =
        rows(table).iter().map(|row| (camel(&row[0]), row[0].clone(), row[row.len() - 1].clone())).collect();
    enum_text(name, doc, &variants)
}

/// `TypeKind` with its widths.
fn type_kinds() -> String {
    let rows = rows("machine-types");
    let mut out = simple("TypeKind", "A kind of type of `machine-types.tsv`.", "machine-types");
    let _ = writeln!(
        out,
        "impl TypeKind {{
    /// The width in bits of the kinds that have one of their own; pointers and addresses have the target's.
    pub const fn bits(self, pointer_bits: u32) -> Option<u32> {{
        match self {{"
    );
    for row in &rows {
        let bits = match row[2].as_str() {
            "-" => "None".to_string(),
            "pointer" => "Some(pointer_bits)".to_string(),
            bits => format!("Some({bits})"),
        };
        let _ = writeln!(out, "            TypeKind::{} => {bits},", camel(&row[0]));
    }
    let _ = writeln!(out, "        }}\n    }}\n}}");
    out
}

fn spaces() -> String {
    let variants: Vec<_> = rows("memory-model")
        .iter()
        .filter(|row| row[1] == "address-space")
        .map(|row| (camel(&row[2]), row[2].clone(), row[row.len() - 1].clone()))
        .collect();
    enum_text("Space", "An address space of `memory-model.tsv`.", &variants)
}

fn rules() -> String {
    let variants: Vec<_> = rows("diagnostics")
        .iter()
        .map(|row| {
            let code = row[0].trim_start_matches("NATIVE_IR_").to_lowercase();
            (camel(&code) + &camel(&row[1]), format!("{}/{}", row[0], row[1]), row[2].clone())
        })
        .collect();
    enum_text("Rule", "A rule of `diagnostics.tsv`, named `CODE/rule`.", &variants)
}

fn pattern_text(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Var(index) => format!("TypePattern::Var({index})"),
        Pattern::Fixed(name) => format!("TypePattern::Fixed(TypeKind::{})", camel(name)),
    }
}

fn shape_text(signature: &Signature, terminator: bool) -> String {
    let operands: Vec<_> = signature.operands.iter().map(pattern_text).collect();
    let results: Vec<_> = signature.results.iter().map(pattern_text).collect();
    let attributes: Vec<_> = signature.attributes.iter().map(|a| format!("Attribute::{a:?}")).collect();
    let edges = match signature.edges {
        Edges::None => "Edges::None".to_string(),
        Edges::Exactly(n) => format!("Edges::Exactly({n})"),
        Edges::Cases => "Edges::Cases".to_string(),
    };
    let suffix_var = match signature.suffix {
        Suffix::Type => signature.typevars.iter().position(|(name, _)| name == "T").unwrap_or(0),
        _ => 0,
    };
    format!(
        "    Shape {{ base: {:?}, suffix: Suffix::{:?}, suffix_var: {suffix_var}, operands: &[{}], variadic: {}, edges: {edges}, results: &[{}], result_list: {}, attributes: &[{}], terminator: {terminator} }},\n",
        signature.base,
        signature.suffix,
        operands.join(", "),
        signature.variadic,
        results.join(", "),
        signature.result_list,
        attributes.join(", "),
    )
}

/// The opcode enum with its shapes, and the builder's methods.
fn opcodes() -> (String, String) {
    let rows = rows("opcodes");
    let mut methods = String::new();
    let mut variants = Vec::new();
    let mut shapes = String::new();
    let mut by_base: Vec<(String, String)> = Vec::new();
    for row in &rows {
        let signature = Signature::parse(&row[0], &row[2], &row[3], &row[4], &row[5])
            .unwrap_or_else(|error| panic!("opcodes.tsv: {}: {error}", row[0]));
        let taken = signature.suffix != Suffix::None && rows.iter().any(|other| other[0] == signature.base);
        let variant = camel(if taken { &row[0] } else { &signature.base });
        shapes += &shape_text(&signature, row[7] == "yes");
        methods += &methods::methods(&signature, &variant, &escape_doc(&row[row.len() - 1]));
        let key = match signature.suffix {
            Suffix::None => signature.base.clone(),
            Suffix::Condition | Suffix::Type => format!("{}.", signature.base),
        };
        by_base.push((key, variant.clone()));
        variants.push((variant, row[0].clone(), row[row.len() - 1].clone()));
        let _: Option<Attribute> = signature.attributes.first().copied();
    }
    let mut out = enum_text("Opcode", "An opcode of `opcodes.tsv`.", &variants);
    let _ = writeln!(out, "static SHAPES: [Shape; {}] = [\n{shapes}];", variants.len());
    let _ = writeln!(out, "/// The opcode of a name; with a dot behind it when a suffix follows.");
    let _ =
        writeln!(out, "pub(crate) fn opcode_of_name(name: &[u8]) -> Option<Opcode> {{\n    Some(match name {{");
    for (key, variant) in &by_base {
        let _ = writeln!(out, "        b{key:?} => Opcode::{variant},");
    }
    let _ = writeln!(out, "        _ => return None,\n    }})\n}}");
    (out, format!("impl FunctionBuilder<'_> {{\n{methods}}}\n"))
}

/// The digest of all tables, as an array's text.
fn digest_text() -> String {
    let read = |name: &&'static str| {
        println!("cargo::rerun-if-changed={name}");
        (*name, fs::read(name).unwrap_or_else(|error| panic!("{name}: {error}")))
    };
    let tables: Vec<_> = digest::TABLES.iter().map(read).collect();
    format!("{:?}", digest::digest(tables.iter().map(|(name, bytes)| (*name, bytes.as_slice()))))
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build/methods.rs");
    println!("cargo::rerun-if-changed=src/contract/digest.rs");
    println!("cargo::rerun-if-changed=src/contract/typing.rs");
    let (opcodes, methods) = opcodes();
    let tables = [
        type_kinds(),
        spaces(),
        simple("Effect", "An effect of `effects.tsv`.", "effects"),
        simple("Trap", "A trap class of `traps.tsv`.", "traps"),
        rules(),
        opcodes,
    ];
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("tables.rs"), tables.join("\n")).expect("OUT_DIR is writable");
    fs::write(Path::new(&out).join("methods.rs"), methods).expect("OUT_DIR is writable");
    fs::write(Path::new(&out).join("digest.rs"), digest_text()).expect("OUT_DIR is writable");
}
