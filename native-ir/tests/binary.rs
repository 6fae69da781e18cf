//! The binary form: modules come back, and whatever is damaged is refused with its place.

use native_ir::binary::{BinaryError, Found, VERSION, decode, encode, is_binary, seal, unseal};
use native_ir::{Attributes, Contract, EntityRef, Func, Inst, Module, Opcode, Space, Type, text};
use std::path::{Path, PathBuf};

const TEXT: &str = "native-ir 1\nmodule   m\ntarget   sim-cortex-m0\nabi      zero-freestanding-v1\n\
    layout   \"e-p:32:32-i64:64-f64:64-n32-S64\"\nprofile  bare-metal\nsource   0 \"m\" lines=9\n\n\
    type @Node = struct{i32,ptr[heap,@Node]}\n\n\
    data @pattern : array[i32,2] readonly align=4 = [1, -1]\n\
    data @more : array[i32,3] = [1, 2, 3]\n\n\
    fn pub @f(%a: i32) -> (i32) effects(read) source=0 {\n\
    ^entry:\n    %p: ptr[static,array[i32,2]] = address @pattern !1:1\n\
    %q: ptr[static,i32] = element %p, %a !1:9\n    %b: i32 = load.i32 %q align=4 !2:1\n\
    switch %b, ^next(%a), 1: ^next(%b) !2:1\n\
    ^next(%c: i32):\n    %d: i1 = icmp.slt %c, -5 !0:0\n    branch %d, ^next(7), ^end !1:2\n\
    ^end:\n    return %c !1:1\n}\n";

fn small() -> Module {
    parse(TEXT.as_bytes()).expect("the text has no errors")
}

fn parse(text: &[u8]) -> Option<Module> {
    let parsed = text::parse(text);
    parsed.diagnostics.is_empty().then_some(parsed.module)
}

fn assert_comes_back(module: &Module, what: &dyn std::fmt::Debug) -> Vec<u8> {
    let bytes = encode(module);
    match decode(&bytes) {
        Ok(decoded) => {
            assert!(decoded == *module, "{what:?} came back as another module");
            assert_eq!(text::print(&decoded), text::print(module), "{what:?}");
            assert_eq!(encode(&decoded), bytes, "{what:?} is written in another way the second time");
        }
        Err(error) => panic!("{what:?}: {error}"),
    }
    bytes
}

fn fixtures() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the fixtures are there").flatten() {
            let list = if entry.path().is_dir() { &mut folders } else { &mut files };
            list.push(entry.path());
        }
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "nir"));
    files
}

/// Those that do not verify too, as long as they can be read.
#[test]
fn every_fixture_comes_back() {
    let mut count = 0;
    for file in fixtures() {
        if let Some(module) = parse(&std::fs::read(&file).expect("a fixture can be read")) {
            assert_comes_back(&module, &file);
            count += 1;
        }
    }
    assert!(count > 100, "only {count} fixtures");
}

#[test]
fn what_no_fixture_has_comes_back() {
    assert_comes_back(&Module::default(), &"nothing");
    let mut module = small();
    module.envelope.features = vec!["thumb".into(), "☃ \r\n\0".into()];
    let name = module.names.intern("");
    let function = &mut module.functions[Func::new(0)];
    function.section = Some(name);
    function.align = Some(u32::MAX);
    function.body.value_names[0] = name;
    function.body.insts[Inst::new(0)].attributes = Attributes(u16::MAX);
    function.body.spans[1] = native_ir::Span::MISSING;
    function.body.spans[2] = native_ir::Span::new(native_ir::Source::new(7), u32::MAX, u16::MAX);
    function.body.inline_sites = vec![0, 1, 2, u32::MAX, 3, 0, 0];
    assert_comes_back(&module, &"oddities");
}

/// Undefined names are the verifier's to refuse, so they travel.
#[test]
fn undefined_values_and_blocks_come_back() {
    let text = TEXT.replace("^next(7)", "^nowhere(%nothing)").replace("return %c", "return %none");
    let module = parse(text.as_bytes()).expect("the text has no errors");
    let bytes = assert_comes_back(&module, &"undefined names");
    let body = &decode(&bytes).expect("it came back before").functions[Func::new(0)].body;
    assert!(body.blocks.values().any(|block| !block.defined));
}

#[test]
fn every_cut_is_an_error() {
    let bytes = encode(&small());
    for end in 0..bytes.len() {
        let error = decode(&bytes[..end]).expect_err("it was cut off");
        let expected = match end {
            0..4 => error == BinaryError::Magic,
            4..50 => error == BinaryError::Cut { actual: end },
            _ => error == BinaryError::Length { declared: bytes.len() as u64, actual: end },
        };
        assert!(expected, "{end}: {error}");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert!(matches!(decode(&longer), Err(BinaryError::Length { .. })));
}

#[test]
fn every_flip_is_an_error() {
    let bytes = encode(&small());
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << bit;
            let error = decode(&damaged).expect_err("it was damaged");
            let expected = match at {
                0..4 => error == BinaryError::Magic,
                4..8 => error == BinaryError::TransferredAsText,
                8..10 => matches!(error, BinaryError::Version { .. }),
                10..42 => matches!(error, BinaryError::Contract { .. }),
                42..50 => matches!(error, BinaryError::Length { .. } | BinaryError::TooLarge { .. }),
                _ => error == BinaryError::Checksum { offset: bytes.len() - 32 },
            };
            assert!(expected, "{at}: {error}");
        }
    }
}

/// The bytes in the tables of the manual's example are those that are written.
#[test]
fn the_manual_shows_the_bytes() {
    let manual = include_str!("../../docs/binary.md");
    let (_, example) = manual.split_once("## Example").expect("the manual has an example");
    let mut fences = example.split("```");
    let function = fences.nth(1).expect("it has a function");
    let (envelope, _) = TEXT.split_once("type @Node").expect("the text has a type");
    let module = parse(format!("{envelope}{}", function.trim_start()).as_bytes()).expect("it can be read");
    let bytes = assert_comes_back(&module, &"the example");
    let rows = fences.next().expect("it has a table").lines().filter_map(|line| line.split('|').nth(1));
    let quoted = rows.flat_map(|cell| cell.split('`').skip(1).step_by(2)).flat_map(str::split_whitespace);
    let shown: Vec<u8> = quoted.map(|byte| u8::from_str_radix(byte, 16).expect("a byte")).collect();
    let sections = unseal(&bytes).expect("it is whole");
    assert!(sections.ends_with(&shown) && shown.len() == 5 + 44, "{shown:02x?}\n{sections:02x?}");
}

#[test]
fn text_is_no_container_and_a_container_is_no_text() {
    let bytes = encode(&small());
    assert!(is_binary(&bytes) && !is_binary(TEXT.as_bytes()) && !is_binary(b"\x89NI"));
    assert_eq!(decode(TEXT.as_bytes()).err(), Some(BinaryError::Magic));
    assert!(std::str::from_utf8(&bytes[..1]).is_err());
    let unix: Vec<u8> = bytes.iter().copied().filter(|&byte| byte != b'\r').collect();
    assert!(is_binary(&unix));
    assert_eq!(decode(&unix).err(), Some(BinaryError::TransferredAsText));
}

#[test]
fn another_version_and_another_contract_are_named() {
    let mut bytes = encode(&small());
    assert_eq!(u16::from_le_bytes([bytes[8], bytes[9]]), VERSION);
    assert_eq!(bytes[10..42], Contract::embedded().digest());
    bytes[10] ^= 0xff;
    let error = decode(&bytes).expect_err("another contract");
    let digest: String = bytes[10..42].iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(error.to_string().contains(&digest), "{error}");
    bytes[8] = 9;
    let error = decode(&bytes).expect_err("another version").to_string();
    assert!(error.contains("version 1 ") && error.contains("version 9;"), "{error}");
}

#[test]
fn a_damaged_module_is_refused() {
    let mut module = small();
    module.damaged = true;
    assert_eq!(decode(&encode(&module)).err(), Some(BinaryError::Damaged));
    module.damaged = false;
    module.functions[Func::new(0)].body.damaged = true;
    assert_eq!(decode(&encode(&module)).err(), Some(BinaryError::Damaged));
}

/// A number as the format has it.
fn number(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// The error for the small module with bytes that begin so far behind the first byte of a mark replaced.
fn refused(mark: &[u8], skip: usize, bytes: &[u8]) -> BinaryError {
    let whole = encode(&small());
    let mut sections = unseal(&whole).expect("it is whole").to_vec();
    let at = sections.windows(mark.len()).position(|window| window == mark).expect("the mark is there");
    let at = at + skip;
    sections.splice(at..at + bytes.len(), bytes.iter().copied());
    decode(&seal(&sections)).expect_err("it was damaged")
}

#[test]
fn contents_that_mean_nothing_are_refused_where_they_stand() {
    let content = |error: BinaryError| match error {
        BinaryError::Content { offset, section, expected, found } => (offset, section, expected, found),
        other => panic!("{other}"),
    };
    let load = [Opcode::Load as u8, 3 << 2 | 1];
    let icmp = [Opcode::Icmp as u8, (native_ir::Condition::Slt as u8) << 2 | 1];
    let (_, section, expected, found) = content(refused(&load, 2, &[200]));
    assert_eq!((section, expected, found), ("functions", "the number of a type", Found::Number(200)));
    let (_, _, expected, found) = content(refused(&load, 1, &[18 << 2 | 1]));
    assert_eq!((expected, found), ("attributes that the opcode can have", Found::Number(18)));
    let space = (Space::ALL.len() as u64 + 1) << 9;
    let (_, _, expected, found) = content(refused(&load, 1, &number(space << 2 | 1)));
    assert_eq!((expected, found), ("attributes that the opcode can have", Found::Number(space)));
    let (_, _, expected, found) = content(refused(&icmp, 1, &[24 << 2 | 1]));
    assert_eq!((expected, found), ("attributes that the opcode can have", Found::Number(24)));
    // Behind opcode, attributes, type, name and span come the operands; no operand is the constant 2^31.
    let (_, _, expected, found) = content(refused(&icmp, 5, &number(1 << 32 | 1)));
    assert_eq!((expected, found), ("an operand", Found::Number(1 << 32 | 1)));
    let (offset, section, expected, found) = content(refused(b"\x01", 1, &[0xff, 0xff, 0xff, 0x7f]));
    assert_eq!((offset, section, expected), (52, "envelope", "the section's length"));
    assert_eq!(found, Found::Number(0x7fff_ffff));
    let (_, section, expected, found) = content(refused(b"Node", 4, b"\x04Node"));
    assert_eq!((section, expected, found), ("names", "a new name", Found::Repeated));
    let i32 = Type::I32.index() as u8;
    let (_, section, expected, found) = content(refused(&[5, i32, 3], 2, &[2]));
    assert_eq!((section, expected, found), ("types", "a new type", Found::Repeated));
    let (_, section, expected, found) = content(refused(&[5, i32, 3], 1, &[0x7f]));
    assert_eq!((section, expected, found), ("types", "the number of a type", Found::Number(0x7f)));
    let (_, section, expected, found) = content(refused(&[6, 0, 2], 1, &[1]));
    assert_eq!((section, expected, found), ("types", "the number of a named type", Found::Number(1)));
    let (_, section, expected, found) = content(refused(&[i32, 7, 0], 1, &[1]));
    assert_eq!((section, expected, found), ("functions", "a new constant", Found::Repeated));
    let (_, _, expected, found) = content(refused(&load, 0, &[0x80 | Opcode::Load as u8]));
    assert_eq!((expected, found), ("a row of opcodes.tsv", Found::Number(0x80 | Opcode::Load as u64)));
    let (_, section, expected, found) = content(refused(b"\x04Node", 0, &[0x84, 0]));
    assert_eq!((section, found), ("names", Found::Other));
    assert!(expected.contains("shortest"), "{expected}");
}

#[test]
fn a_section_ends_where_it_says() {
    let whole = encode(&Module::default());
    let sections = unseal(&whole).expect("it is whole");
    let longer = [sections, &[0]].concat();
    assert!(matches!(decode(&seal(&longer)), Err(BinaryError::Content { found: Found::More, .. })));
    let mut longer = longer;
    let at = sections.len() - 5;
    longer[at] += 1;
    assert!(matches!(decode(&seal(&longer)), Err(BinaryError::Content { found: Found::More, .. })));
    longer[at] -= 2;
    assert!(matches!(decode(&seal(&longer)), Err(BinaryError::Content { found: Found::End, .. })));
}

/// Nothing is reserved for what a length promises and the bytes cannot hold.
#[test]
fn lengths_beyond_the_end_are_refused() {
    let whole = encode(&Module::default());
    let sections = unseal(&whole).expect("it is whole");
    let (&functions, before) = sections.split_last().expect("the number of functions");
    assert_eq!(functions, 0);
    for count in [1, 0x7f, u64::MAX] {
        let mut sections = before.to_vec();
        sections.extend(number(count));
        let length = (sections.len() - before.len()) as u32;
        let at = before.len() - 4;
        sections[at..at + 4].copy_from_slice(&length.to_le_bytes());
        match decode(&seal(&sections)).expect_err("there are no functions") {
            BinaryError::Content { expected: "the length of a list", found, .. } => {
                assert_eq!(found, Found::Number(count));
            }
            other => panic!("{other}"),
        }
    }
}
