//! The generated sections of the reference: opcodes by family, types, memory, effects, traps, runtime, targets.

use super::markdown::{code, codes, plain, table};
use native_ir::contract::Table;
use native_ir::contract::opcodes::OpcodeRow;
use native_ir::contract::typing::{Attribute, Edges, Pattern, Signature};
use native_ir::{Condition, Contract, Ordering, RmwOp, SpecialRegister};

/// Every section: its name and its text.
pub(super) fn sections(contract: &Contract) -> Vec<(&'static str, String)> {
    vec![
        ("opcodes", opcodes(contract)),
        ("words", words()),
        ("types", rows(contract, "machine-types.tsv", &types_columns(contract))),
        ("memory", memory(contract)),
        ("effects", rows(contract, "effects.tsv", EFFECTS)),
        ("traps", rows(contract, "traps.tsv", TRAPS)),
        ("runtime", rows(contract, "runtime-abi.tsv", &runtime_columns(contract))),
        ("targets", targets(contract)),
    ]
}

/// How a column is shown: its name in the table, its heading, and what its cells become.
type Column<'a> = (&'a str, &'a str, fn(&str) -> String);

const EFFECTS: &[Column<'static>] =
    &[("effect", "effect", code), ("profiles", "profiles", codes), ("description", "meaning", plain)];

const TRAPS: &[Column<'static>] = &[
    ("trap", "trap", code),
    ("scope", "scope", plain),
    ("code", "code", plain),
    ("exit status", "exit status", plain),
    ("raised by program", "raised by `trap`", plain),
    ("description", "meaning", plain),
];

/// Some columns of a whole table.
fn rows(contract: &Contract, file: &str, columns: &[Column<'_>]) -> String {
    contract.table(file).map_or(String::new(), |found| chosen(found, columns, |_| true))
}

/// Some columns of some rows.
fn chosen(found: &Table, columns: &[Column<'_>], wanted: impl Fn(usize) -> bool) -> String {
    let header: Vec<&str> = columns.iter().map(|(_, heading, _)| *heading).collect();
    let rows = (0..found.rows.len()).filter(|&row| wanted(row));
    table(&header, rows.map(|row| columns.iter().map(|(name, _, show)| show(found.cell(row, name))).collect()))
}

/// The triples that other tables have a column for.
fn triples(contract: &Contract) -> impl Iterator<Item = &str> {
    contract.targets.iter().filter(|row| row.like.is_none()).map(|row| row.triple.as_str())
}

fn types_columns(contract: &Contract) -> Vec<Column<'_>> {
    let mut columns: Vec<Column<'_>> =
        vec![("type", "type", code), ("kind", "kind", plain), ("bits", "bits", plain)];
    let header = contract.table("machine-types.tsv").map_or(&[][..], |table| &table.header);
    let aligns = header.iter().filter(|name| name.starts_with("align:"));
    columns.extend(aligns.map(|name| -> Column<'_> { (name, name, rejected) }));
    columns.extend([("classes", "classes", codes as fn(&str) -> String), ("description", "meaning", plain)]);
    columns
}

/// An alignment; types that a target does not have have none.
fn rejected(cell: &str) -> String {
    if cell == "-" { "rejected".to_string() } else { cell.to_string() }
}

fn runtime_columns(contract: &Contract) -> Vec<Column<'_>> {
    let mut columns: Vec<Column<'_>> = vec![("symbol", "function", code), ("signature", "type", code)];
    columns.extend(triples(contract).map(|triple| -> Column<'_> { (triple, triple, plain) }));
    columns.extend([("vm", "VM", plain as fn(&str) -> String), ("description", "meaning", plain)]);
    columns
}

/// The rows of the memory model, by topic.
fn memory(contract: &Contract) -> String {
    let Some(found) = contract.table("memory-model.tsv") else { return String::new() };
    let mut out = String::new();
    let mut topics: Vec<&str> = Vec::new();
    for row in 0..found.rows.len() {
        let topic = found.cell(row, "topic");
        if !topics.contains(&topic) {
            topics.push(topic);
        }
    }
    let columns: &[Column<'_>] = &[
        ("rule", "rule", code),
        ("from", "from", code),
        ("to", "to", code),
        ("operation", "operation", code),
        ("ordering", "ordering", code),
        ("allowed", "allowed", plain),
        ("required effect", "needs", code),
        ("description", "meaning", plain),
    ];
    let spaces: &[Column<'_>] = &[("from", "space", code), ("description", "meaning", plain)];
    for topic in topics {
        let columns = if topic == "address-space" { spaces } else { columns };
        out += &format!("### {}\n\n", title(topic));
        out += &chosen(found, columns, |row| found.cell(row, "topic") == topic);
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

/// A target a section, a property a line: the rows are too wide for a table.
fn targets(contract: &Contract) -> String {
    let Some(found) = contract.table("targets.tsv") else { return String::new() };
    let mut out = String::new();
    for row in 0..found.rows.len() {
        out += &format!("### `{}`\n\n{}\n\n", found.cell(row, "triple"), found.cell(row, "description"));
        let properties =
            found.header.iter().filter(|name| !matches!(name.as_str(), "triple" | "description" | "like"));
        let cells = properties.map(|name| vec![name.clone(), code(found.cell(row, name))]);
        out += &table(&["property", "value"], cells.filter(|cells| !cells[1].is_empty()));
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

/// The words that stand in suffixes and attributes.
fn words() -> String {
    let conditions = |int: bool| {
        let all = Condition::ALL.iter().filter(|condition| condition.is_int() == int);
        all.map(|condition| condition.name()).collect::<Vec<_>>().join(" ")
    };
    let orderings = Ordering::ALL.iter().filter(|ordering| **ordering != Ordering::None);
    let orderings: Vec<&str> = orderings.map(|ordering| ordering.name()).collect();
    let operations: Vec<&str> = RmwOp::ALL.iter().map(|operation| operation.name()).collect();
    let registers: Vec<&str> = SpecialRegister::ALL.iter().map(|register| register.name()).collect();
    table(
        &["where", "words"],
        [
            ["conditions of `icmp`, and of flags of `compare`", &conditions(true)],
            ["conditions of `fcmp`, and of flags of `fcompare`", &conditions(false)],
            ["`ordering=`", &orderings.join(" ")],
            ["`op=`", &operations.join(" ")],
            ["special registers", &registers.join(" ")],
        ]
        .map(|[place, list]| vec![place.to_string(), codes(list)]),
    )
}

/// The opcodes, family by family.
fn opcodes(contract: &Contract) -> String {
    let Some(found) = contract.table("opcodes.tsv") else { return String::new() };
    let listed = || contract.opcodes().iter().filter(|row| row.listed);
    let mut families: Vec<&str> = Vec::new();
    for row in listed() {
        if !families.contains(&row.family.as_str()) {
            families.push(&row.family);
        }
    }
    let mut header = vec!["form", "types", "effects", "traps"];
    header.extend(triples(contract));
    header.extend(["VM", "meaning"]);
    let mut out = String::new();
    for family in families {
        let rows = listed().enumerate().filter(|(_, row)| row.family == family);
        out += &format!("### {}\n\n", title(family));
        out += &table(&header, rows.map(|(index, row)| opcode(contract, found, index, row)));
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

fn opcode(contract: &Contract, found: &Table, index: usize, row: &OpcodeRow) -> Vec<String> {
    let cell = |name: &str| found.cell(index, name);
    let traps = if cell("traps") == "*" { "the one named".to_string() } else { codes(cell("traps")) };
    let mut cells = vec![code(&form(cell("opcode"), &row.signature)), types(&row.signature)];
    cells.extend([codes(cell("effects")), traps]);
    cells.extend(triples(contract).map(|triple| cell(triple).to_string()));
    cells.extend([cell("vm").to_string(), meaning(row)]);
    cells
}

/// What an opcode does, and which feature matters.
fn meaning(row: &OpcodeRow) -> String {
    let mut text = row.description.clone();
    if let Some(feature) = &row.native_when {
        text += &format!(" One instruction with the feature `{feature}`.");
    }
    if let Some(feature) = &row.refused_without {
        text += &format!(" Refused without the feature `{feature}`.");
    }
    text
}

/// The textual form, with types in the places of values: `T, i1 = uadd_overflow T, T`.
fn form(name: &str, signature: &Signature) -> String {
    let pattern = |pattern: &Pattern| match pattern {
        Pattern::Var(index) => signature.typevars.get(*index).map_or("?", |(name, _)| name.as_str()).to_string(),
        Pattern::Fixed(name) => name.clone(),
    };
    let mut results: Vec<String> = signature.results.iter().map(pattern).collect();
    if signature.result_list {
        results.push("results…".to_string());
    }
    let mut operands: Vec<String> = signature.operands.iter().map(pattern).collect();
    operands.extend(match signature.edges {
        Edges::None => Vec::new(),
        Edges::Exactly(count) => vec!["^block".to_string(); count],
        Edges::Cases => vec!["^default".to_string(), "case: ^block…".to_string()],
    });
    let positional = signature.attributes.iter().filter(|attribute| attribute.is_positional());
    operands.extend(positional.map(|attribute| attribute.name().to_uppercase()));
    // What is called stands before its arguments, as in `call SYMBOL(arguments…)`.
    let operands = match (signature.variadic, operands.is_empty()) {
        (false, _) => operands.join(", "),
        (true, true) => "arguments…".to_string(),
        (true, false) => format!("{}(arguments…)", operands.join(", ")),
    };
    let mut text = if results.is_empty() { String::new() } else { format!("{} = ", results.join(", ")) };
    text += name;
    if !operands.is_empty() {
        text += &format!(" {operands}");
    }
    for attribute in signature.attributes.iter().filter(|attribute| !attribute.is_positional()) {
        match attribute {
            Attribute::IntCondition | Attribute::FloatCondition | Attribute::FlagsCondition => {}
            Attribute::Into => text += " [into P]",
            other => text += &format!(" [{}=…]", other.name()),
        }
    }
    text
}

fn types(signature: &Signature) -> String {
    let each = signature.typevars.iter().map(|(name, classes)| format!("{name}: {}", classes.join("|")));
    each.map(|text| code(&text)).collect::<Vec<_>>().join(" ")
}

/// `address-space` → `Address space`.
fn title(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map_or(String::new(), |first| first.to_uppercase().to_string());
    first + &letters.as_str().replace(['-', '_'], " ")
}
