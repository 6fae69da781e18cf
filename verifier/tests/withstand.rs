//! Input that is hostile, huge or odd ends in success or in clear diagnostics, soon, and without a deep stack.

use generate::Source;
use native_ir::{Rule, text};
use std::fmt::Write;
use verifier::{Options, Report, verify_text};

const ENVELOPE: &str = "native-ir 1\nmodule   m\ntarget   x86_64-unknown-linux-elf\nabi      zero-x86_64-sysv-v0.1\n\
    layout   \"e-p:64:64-i64:64-i128:128-f64:64-f128:128-n8:16:32:64-S128\"\nprofile  hosted\n\
    source   0 \"m.zero\" lines=9\n\n";

fn check(items: &str) -> Report {
    verify_text(format!("{ENVELOPE}{items}").as_bytes(), &Options::default())
}

fn function(body: &str) -> String {
    format!("fn @f(%a: i32, %c: i1) -> () source=0 {{\n^entry:\n{body}}}\n")
}

/// Fails with the first diagnostics when the text does not verify.
fn accept(items: &str) {
    let report = check(items);
    let first: Vec<_> = report.diagnostics.iter().take(3).map(|d| (&d.diagnostic.message, d.start)).collect();
    assert!(report.module.is_some(), "{first:?}");
}

/// Fails unless there are diagnostics, all of them of these rules; their number.
fn reject(items: &str, rules: &[Rule]) -> usize {
    let report = check(items);
    let found: Vec<_> = report.diagnostics.iter().map(|d| (d.diagnostic.rule, &d.diagnostic.message)).collect();
    assert!(report.module.is_none() && !found.is_empty());
    let other = found.iter().find(|(rule, _)| !rules.contains(rule));
    assert!(other.is_none(), "{other:?} is not one of {rules:?}");
    found.len()
}

/// Lines made by number.
fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    let mut out = String::new();
    for index in 0..count {
        let _ = writeln!(out, "    {}", line(index));
    }
    out
}

#[test]
fn arbitrary_bytes() {
    let mut source = Source::from_seed(1);
    // Bytes, and bytes that look like text.
    const WORDS: &[&str] = &[
        "fn @f() -> () {",
        "}",
        "^a:",
        "\n",
        " ",
        "%x",
        ": i32 =",
        "iadd",
        "(",
        ")",
        "[",
        "]",
        "\"",
        "ptr[heap,",
        "type @T =",
        "data @d :",
        "= [",
        "struct{",
        "!1:1",
        "switch",
        "^b(",
        "-",
        "9",
        "0x",
        "nan(",
        "effects(",
        ";",
        "\\x",
        "é",
        "%\"",
    ];
    for round in 0..600 {
        let mut bytes = if round % 2 == 0 { ENVELOPE.as_bytes().to_vec() } else { Vec::new() };
        for _ in 0..source.below(120) {
            match round % 3 {
                0 => bytes.push(source.below(256) as u8),
                _ => bytes.extend(source.pick(WORDS).unwrap_or("").as_bytes()),
            }
        }
        let report = verify_text(&bytes, &Options::default());
        assert_eq!(
            report.module.is_none(),
            !report.diagnostics.is_empty(),
            "{:?}",
            String::from_utf8_lossy(&bytes)
        );
    }
}

/// Every file under a folder.
fn fixtures(folder: &str) -> Vec<Vec<u8>> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(folder);
    let mut entries: Vec<_> = std::fs::read_dir(&root).expect("the folder is there").flatten().collect();
    entries.sort_by_key(|entry| entry.path());
    entries.iter().filter_map(|entry| std::fs::read(entry.path()).ok()).collect()
}

#[test]
fn every_prefix_of_fixtures() {
    let texts = fixtures("accept");
    assert!(!texts.is_empty());
    for text in texts.iter().filter(|text| text.len() < 4000).take(8) {
        for end in 0..text.len() {
            let report = verify_text(&text[..end], &Options { threads: 1, ..Options::default() });
            assert_eq!(
                report.module.is_none(),
                !report.diagnostics.is_empty(),
                "{:?}",
                text.get(end.saturating_sub(60)..end)
            );
        }
    }
}

/// Bytes of a fixture changed, doubled or left out.
#[test]
fn damaged_fixtures() {
    let mut source = Source::from_seed(2);
    for text in fixtures("accept").iter().chain(&fixtures("programs")) {
        for _ in 0..12 {
            let mut bytes = text.clone();
            for _ in 0..source.between(1, 4) {
                let at = source.below(bytes.len());
                match source.below(3) {
                    0 => bytes[at] = source.below(128) as u8,
                    1 => drop(bytes.drain(at..(at + source.below(30)).min(bytes.len()))),
                    _ => bytes.extend_from_within(at..(at + 40).min(bytes.len())),
                }
            }
            let report = verify_text(&bytes, &Options::default());
            assert_eq!(report.module.is_none(), !report.diagnostics.is_empty());
        }
    }
}

#[test]
fn a_million_instructions() {
    let mut items = String::new();
    for func in 0..100 {
        let body = lines(10_000, |index| match index {
            0 => "%v0: i32 = iadd %a, 1 !1:1".to_string(),
            _ => format!("%v{index}: i32 = iadd %v{}, {index} !1:1", index - 1),
        });
        let _ = writeln!(
            items,
            "fn @f{func}(%a: i32) -> (i32) source=0 {{\n^entry:\n{body}    return %v9999 !1:1\n}}"
        );
    }
    accept(&items);
}

#[test]
fn one_block_of_200_000_instructions() {
    let body = lines(200_000, |index| format!("%v{index}: i32 = imul %a, {index} !1:1"));
    accept(&function(&format!("{body}    return !1:1\n")));
}

#[test]
fn a_hundred_thousand_blocks() {
    let mut body = "    jump ^b0 !1:1\n".to_string();
    for block in 0..100_000 {
        let _ = writeln!(body, "^b{block}:\n    branch %c, ^b{}, ^b{} !1:1", block + 1, (block * 7919) % 100_000);
    }
    accept(&function(&format!("{body}^b100000:\n    return !1:1\n")));
}

/// Blocks that each come after the next in the text, and a value that crosses them all.
#[test]
fn blocks_in_reverse_order() {
    let mut body = "    jump ^b50000 !1:1\n^b0:\n    %x: i32 = iadd %v, 1 !1:1\n    return !1:1\n".to_string();
    for block in 1..50_000 {
        let _ = writeln!(body, "^b{block}:\n    jump ^b{} !1:1", block - 1);
    }
    accept(&function(&format!("{body}^b50000:\n    %v: i32 = iadd %a, 1 !1:1\n    jump ^b49999 !1:1\n")));
}

#[test]
fn a_hundred_thousand_block_arguments() {
    let list = |item: &dyn Fn(usize) -> String| (0..100_000).map(item).collect::<Vec<_>>().join(", ");
    let args = list(&|_| "%a".to_string());
    let params = list(&|index| format!("%p{index}: i32"));
    let again = list(&|index| format!("%p{}", (index + 1) % 100_000));
    accept(&function(&format!(
        "    jump ^b({args}) !1:1\n^b({params}):\n    branch %c, ^b({again}), ^end !1:1\n^end:\n    return !1:1\n"
    )));
}

#[test]
fn a_switch_of_a_hundred_thousand_cases() {
    let cases = (0..100_000).map(|case| format!(", {case}: ^end")).collect::<String>();
    accept(&function(&format!("    switch %a, ^end{cases} !1:1\n^end:\n    return !1:1\n")));
    let twice = format!("{cases}, 7: ^end");
    let items = function(&format!("    switch %a, ^end{twice} !1:1\n^end:\n    return !1:1\n"));
    assert_eq!(reject(&items, &[Rule::TypeSwitchCase]), 1);
}

fn nested(open: &str, inner: &str, close: &str, depth: usize) -> String {
    format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
}

#[test]
fn types_nested_at_the_limit_and_past_it() {
    let limit = usize::from(native_ir::TypeTable::MAX_DEPTH);
    for (open, close) in [("ptr[heap,", "]"), ("struct{", "}"), ("array[", ",1]")] {
        let data = |depth| format!("import module @d : {}\n", nested(open, "i8", close, depth));
        accept(&data(limit));
        let rules = [Rule::SchemaLimit, Rule::TypeInvalidType];
        assert_eq!(reject(&data(limit + 1), &rules), 1);
        assert_eq!(reject(&data(200_000), &rules), 1);
        // Brackets that never close.
        reject(
            &format!("import module @d : {}\n", open.repeat(200_000)),
            &[Rule::SchemaLimit, Rule::SchemaSyntax],
        );
    }
}

#[test]
fn initial_values_nested_at_the_limit_and_past_it() {
    let limit = usize::from(native_ir::TypeTable::MAX_DEPTH);
    // The innermost type is an array of scalars, whose brackets are one level more.
    let ty = nested("struct{", "array[i8,1]", "}", limit - 1);
    accept(&format!("data @d : {ty} = {}\n", nested("{", "[1]", "}", limit - 1)));
    let rules = [Rule::TypeInitializer, Rule::SchemaSyntax, Rule::SchemaLimit];
    for depth in [limit + 1, 200_000] {
        assert!(reject(&format!("data @d : {ty} = {}\n", nested("{", "[1]", "}", depth)), &rules) < 5);
        assert!(reject(&format!("data @d : {ty} = {}\n", "{".repeat(depth)), &rules) < 5);
        assert!(reject(&format!("data @d : i8 = {}\n", nested("[", "1", "]", depth)), &rules) < 5);
    }
}

#[test]
fn huge_literals() {
    let digits = "9".repeat(1_000_000);
    let range = [Rule::TypeLiteralRange, Rule::SchemaLimit];
    for literal in [digits.clone(), format!("-{digits}"), format!("0x{}", "f".repeat(1_000_000))] {
        assert_eq!(
            reject(&function(&format!("    %x: i64 = iconst {literal} !1:1\n    return !1:1\n")), &range),
            1
        );
    }
    // Zeros in front change nothing, up to the limit of the format.
    let zero = |count| format!("    %x: i64 = iconst 0x{}1 !1:1\n    return !1:1\n", "0".repeat(count));
    accept(&function(&zero(16_000)));
    assert_eq!(reject(&function(&zero(1_000_000)), &[Rule::SchemaLimit]), 1);
    let zeros = "0".repeat(1_000_000);
    for literal in
        [format!("0.{zeros}1"), format!("{digits}.5"), "1.0e999999999999".into(), "1.0e-999999999999".into()]
    {
        for ty in ["f16", "f32", "f64", "f128"] {
            let report = check(&function(&format!("    %x: {ty} = fconst {literal} !1:1\n    return !1:1\n")));
            let rules: Vec<Rule> = report.diagnostics.iter().map(|d| d.diagnostic.rule).collect();
            assert!(
                rules.is_empty() || rules == [Rule::TypeLiteralRange] || rules == [Rule::SchemaLimit],
                "{rules:?}"
            );
        }
    }
    let length = [Rule::TypeLiteralRange, Rule::SchemaLimit, Rule::SchemaSyntax, Rule::SchemaIllTypedField];
    reject(&format!("data @d : array[i8,{digits}] = zero\n"), &length);
    reject("data @d : array[i8,18446744073709551615] = zero\n", &[Rule::TypeInvalidType]);
    reject("data @d : array[array[i8,4294967296],4294967296] = zero\n", &[Rule::TypeInvalidType]);
}

#[test]
fn names_of_a_megabyte() {
    let name = "n".repeat(1_000_000);
    let unicode = "é".repeat(500_000);
    let quoted = format!("\"{}\"", "a b".repeat(300_000));
    for name in [&name, &unicode, &quoted] {
        accept(&format!(
            "fn @{name}() -> () source=0 {{\n    slot ${name}: i8\n^{name}:\n    %{name}: i32 = iconst 1 !1:1\n    return !1:1\n}}\n"
        ));
        let items = function(&format!("    %x: i32 = ineg %{name} !1:1\n    jump ^{name} !1:1\n"));
        reject(&items, &[Rule::TypeUndefinedValue, Rule::ControlFlowMissingTarget]);
    }
}

#[test]
fn odd_graphs() {
    // Unreachable blocks that lead into reachable ones, to themselves, and that use values of each other.
    accept(&function(
        "    jump ^end !1:1\n^x:\n    %v: i32 = iadd %w, 1 !1:1\n    branch %c, ^y, ^end !1:1\n\
         ^y:\n    %w: i32 = iadd %v, 1 !1:1\n    jump ^x !1:1\n^self:\n    jump ^self !1:1\n^end:\n    return !1:1\n",
    ));
    // An irreducible loop with two entries.
    accept(&function(
        "    branch %c, ^l, ^r !1:1\n^l:\n    branch %c, ^r, ^end !1:1\n^r:\n    branch %c, ^l, ^end !1:1\n\
         ^end:\n    return !1:1\n",
    ));
    accept(&function("    jump ^self !1:1\n^self:\n    branch %c, ^self, ^self !1:1\n"));
    let crossing = function(
        "    branch %c, ^l, ^r !1:1\n^l:\n    %v: i32 = iadd %a, 1 !1:1\n    jump ^r !1:1\n^r:\n    %w: i32 = iadd %v, 1 !1:1\n    jump ^l !1:1\n",
    );
    assert_eq!(reject(&crossing, &[Rule::TypeDominance]), 1);
    // Many nested loops, each with two entries.
    let mut body = "    jump ^b0 !1:1\n".to_string();
    for block in 0..20_000 {
        let _ = writeln!(body, "^b{block}:\n    branch %c, ^b{}, ^b{} !1:1", block + 1, 20_000 - block);
    }
    accept(&function(&format!("{body}^b20000:\n    branch %c, ^b0, ^b1 !1:1\n")));
}

#[test]
fn recursive_types() {
    accept("type @A = struct{ptr[heap,@B], i32}\ntype @B = array[@A,2]\n");
    assert!(reject("type @A = struct{@B}\ntype @B = array[@A,2]\n", &[Rule::TypeRecursiveType]) >= 1);
    reject("type @A = @A\n", &[Rule::TypeRecursiveType, Rule::TypeInvalidType]);
    // A chain as long as it likes, by name, then a circle of the same length.
    let chain = |last: &str| {
        let types = (0..50_000).map(|index| format!("type @T{index} = struct{{@T{}}}\n", index + 1));
        format!("{}type @T50000 = struct{{{last}}}\n", types.collect::<String>())
    };
    accept(&chain("i8"));
    reject(&chain("@T0"), &[Rule::TypeRecursiveType]);
    // Doubling at each step.
    let doubled = (0..70).map(|index| format!("type @T{} = struct{{@T{index}, @T{index}}}\n", index + 1));
    reject(&format!("type @T0 = struct{{i64}}\n{}", doubled.collect::<String>()), &[Rule::TypeInvalidType]);
}

#[test]
fn conflicting_names() {
    let data = "data @x : i8 = 1\n".repeat(2000);
    reject(&data, &[Rule::SchemaNameConflict]);
    let items = "type @x = struct{i8}\ndata @x : i8 = 1\nregister @x : ptr[mmio,i8] = 0x10\n\
         fn @x() -> () source=0 {\n^entry:\n    return !1:1\n}\n";
    assert_eq!(reject(items, &[Rule::SchemaNameConflict]), 3);
    let values = lines(2000, |_| "%x: i32 = iconst 1 !1:1".to_string());
    assert_eq!(reject(&function(&format!("{values}    return !1:1\n")), &[Rule::TypeDuplicateValue]), 1999);
    let blocks = "    jump ^x !1:1\n".to_string() + &"^x:\n    return !1:1\n".repeat(500);
    assert_eq!(reject(&function(&blocks), &[Rule::TypeDuplicateValue]), 499);
    // A quoted name is the name that it spells.
    let quoted = "data @x : i8 = 1\ndata @\"x\" : i8 = 1\n";
    assert_eq!(reject(quoted, &[Rule::SchemaNameConflict]), 1);
}

/// Scripts, signs that combine, right-to-left text and emoji; names that only normalisation makes equal stay apart.
#[test]
fn unusual_unicode() {
    let names = [
        "e\u{301}",
        "\u{e9}",
        "\u{212b}",
        "\u{c5}",
        "A\u{30a}",
        "שלום",
        "مرحبا",
        "変数",
        "🦀",
        "👩\u{200d}🚀",
        "❤\u{fe0f}",
        "ﬁ",
        "fi",
        "ß",
        "ss",
        "ı",
        "i",
    ];
    let data: String = names.iter().map(|name| format!("data @{name} : i8 = 1\n")).collect();
    accept(&data);
    let report = check(&data);
    let module = report.module.expect("it was accepted");
    for name in names {
        assert!(module.find_symbol(name).is_some(), "{name}");
    }
    let printed = text::print(&module);
    assert!(text::parse(&printed).module == *module);
    // What is no name without quotes is one with them.
    for name in ["\u{200d}", "\u{301}x", "\u{202e}x", "a\u{a0}b", "€", "\u{e000}", "\u{10ffff}", "\u{feff}x"] {
        accept(&format!("data @\"{name}\" : i8 = 1\n"));
        let report = check(&format!("data @{name} : i8 = 1\n"));
        assert!(report.module.is_none() && report.diagnostics.len() <= 2, "{name:?}");
    }
}

/// As many mistakes as lines: one diagnostic each, in time.
#[test]
fn a_mistake_in_every_line() {
    let values = lines(20_000, |index| format!("%v{index}: i64 = iadd %a, 1 !1:1"));
    let items = function(&format!("{values}    return !1:1\n"));
    assert_eq!(reject(&items, &[Rule::TypeOperandMismatch, Rule::TypeResultMismatch]), 20_000);
    let noise = lines(20_000, |_| "?? ?? ??".to_string());
    assert_eq!(reject(&function(&format!("{noise}    return !1:1\n")), &[Rule::SchemaSyntax]), 20_000);
}
