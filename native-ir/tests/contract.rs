//! The contract's tables: the embedded ones are clean, and each rule of reader, cross-check and overrides is broken once
//! and must be reported at the exact place.

use native_ir::contract::memory::{AccessOrder, Operation};
use native_ir::contract::opcodes::Support;
use native_ir::contract::types::ClassMask;
use native_ir::contract::{TABLES, TableError, embedded_source, promises, tsv};
use native_ir::{Contract, Effect, Opcode, Space, Trap, TypeKind};
use proptest::prelude::*;
use std::borrow::Cow;

const X86: &str = "x86_64-unknown-linux-elf";
const M0: &str = "sim-cortex-m0";

fn embedded_text(table: &str) -> String {
    String::from_utf8(embedded_source(table).expect("a table").to_vec()).expect("UTF-8")
}

/// Loads the embedded tables with one of them replaced.
fn with(table: &str, text: impl Into<Vec<u8>>) -> Result<Contract, Vec<TableError>> {
    let text = text.into();
    Contract::from_sources(|name| {
        Ok(Cow::Owned(if name == table { text.clone() } else { embedded_source(name).expect("a table").to_vec() }))
    })
}

/// A table being edited.
struct Edit {
    table: &'static str,
    rows: Vec<Vec<String>>,
}

impl Edit {
    fn of(table: &'static str) -> Edit {
        let text = embedded_text(table);
        let rows = text.lines().map(|line| line.split('\t').map(str::to_string).collect()).collect();
        Edit { table, rows }
    }

    fn row(&self, key: &str) -> usize {
        let found = self.rows.iter().position(|row| row[0] == key || row[..2].join("/") == key);
        found.unwrap_or_else(|| panic!("{}: no row {key}", self.table))
    }

    fn column(&self, name: &str) -> usize {
        self.rows[0].iter().position(|column| column == name).unwrap_or_else(|| panic!("no column {name}"))
    }

    fn set(mut self, key: &str, column: &str, value: &str) -> Edit {
        let (row, column) = (self.row(key), self.column(column));
        assert_ne!(self.rows[row][column], value, "the edit changes something");
        self.rows[row][column] = value.to_string();
        self
    }

    fn add(mut self, row: &[&str]) -> Edit {
        self.rows.push(row.iter().map(|cell| cell.to_string()).collect());
        self
    }

    fn copy(mut self, key: &str, changes: &[(&str, &str)]) -> Edit {
        let mut row = self.rows[self.row(key)].clone();
        for (column, value) in changes {
            row[self.column(column)] = value.to_string();
        }
        self.rows.push(row);
        self
    }

    fn delete(mut self, key: &str) -> Edit {
        let row = self.row(key);
        self.rows.remove(row);
        self
    }

    fn text(&self) -> String {
        self.rows.iter().map(|row| row.join("\t") + "\n").collect()
    }

    fn load(&self) -> Result<Contract, Vec<TableError>> {
        with(self.table, self.text())
    }

    /// The byte column at which a cell begins, from 1.
    fn start(&self, key: &str, column: &str) -> usize {
        let cells = &self.rows[self.row(key)][..self.column(column)];
        cells.iter().map(|cell| cell.len() + 1).sum::<usize>() + 1
    }

    fn rejected_places(&self) -> Vec<(usize, usize)> {
        let errors = self.load().map(|_| ()).expect_err("an error");
        errors.iter().map(|e| (e.line, e.column)).collect()
    }

    fn accepted(&self) -> Contract {
        self.load()
            .unwrap_or_else(|errors| panic!("{}", errors.iter().map(|e| format!("{e}\n")).collect::<String>()))
    }

    /// The last row with this key has an error at this word of this cell (`""`: at its start), and nothing else does.
    fn rejected(&self, key: &str, column: &str, word: &str, message: &str) {
        let index = self.rows.iter().rposition(|row| row[0] == key || row[..2].join("/") == key).expect("the row");
        let at = self.column(column);
        let before: usize = self.rows[index][..at].iter().map(|cell| cell.len() + 1).sum();
        let inside = self.rows[index][at].find(word).unwrap_or_else(|| panic!("no `{word}` in the cell"));
        self.rejected_at(index + 1, before + inside + 1, message);
    }

    fn rejected_at(&self, line: usize, column: usize, message: &str) {
        let errors = self.load().map(|_| ()).expect_err("an error");
        let found = errors.iter().any(|e| {
            (e.file.as_str(), e.line, e.column) == (self.table, line, column) && e.message.contains(message)
        });
        let all: String = errors.iter().map(|e| format!("{e}\n")).collect();
        assert!(found, "no error at {}:{line}:{column} with `{message}` in:\n{all}", self.table);
        assert!(errors.iter().all(|e| (e.line, e.column) == (line, column)), "other errors in:\n{all}");
    }
}

#[test]
fn embedded_tables_load_and_cross_check() {
    let checked = Contract::check_embedded();
    let checked =
        checked.unwrap_or_else(|errors| panic!("{}", errors.iter().map(|e| format!("{e}\n")).collect::<String>()));
    let contract = Contract::embedded();
    assert_eq!(checked.digest(), contract.digest(), "the digest that the build made");
    assert_eq!(contract.digest_hex().len(), 64);
    assert_eq!(contract.opcodes().len(), Opcode::ALL.len());
    for &opcode in Opcode::ALL {
        assert_eq!(contract.opcode(opcode).opcode, opcode);
    }
    for name in TABLES {
        assert!(contract.table(name).is_some(), "{name}");
    }
}

#[test]
fn each_byte_and_its_place_count_in_the_digest() {
    let embedded = Contract::embedded();
    assert!(embedded.is_embedded());
    // One more line at the end of a table, and at the begin of the next: the same bytes one behind the other.
    let texts = TABLES.map(embedded_text);
    let noted = TABLES.iter().zip(&texts).flat_map(|(name, text)| {
        [format!("# note\n{text}"), format!("{text}# note\n")]
            .map(|text| with(name, text).expect("a note is no row"))
    });
    let mut digests = vec![embedded.digest()];
    for contract in noted {
        assert!(!contract.is_embedded());
        digests.push(contract.digest());
    }
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(digests.len(), 1 + 2 * TABLES.len());
}

#[test]
fn fixed_rows_are_there() {
    let contract = Contract::embedded();
    let (index, x86) = contract.target(X86).expect("a row");
    assert_eq!((index, x86.abi.as_str(), x86.pointer_width), (0, "zero-x86_64-sysv-v0.1", 64));
    let (index, m0) = contract.target(M0).expect("a row");
    assert_eq!((index, m0.abi.as_str(), m0.cpu_family.as_str()), (1, "zero-freestanding-v1", "thumbv6m"));
    let ram = &m0.memory_regions[1];
    assert_eq!((ram.name.as_str(), ram.start, ram.length), ("ram", 0x2000_0000, 16 * 1024));
    assert!(!m0.accesses(64) && x86.accesses(64));
    assert_eq!(contract.trap(Trap::IntegerDivideByZero).exit_status, 64);
    assert!(contract.allowed_effects("bare-metal").contains(Effect::Hardware));
    assert!(!contract.allowed_effects("bare-metal").contains(Effect::Alloc));
    assert_eq!(contract.type_row(TypeKind::F128).aligns, [Some(16), None]);
}

#[test]
fn classes_are_those_of_the_types() {
    let contract = Contract::embedded();
    let mask = contract.opcode(Opcode::Iadd).typevars[0];
    let int = [TypeKind::I8, TypeKind::I16, TypeKind::I32, TypeKind::I64, TypeKind::I128];
    assert_eq!(mask, int.into_iter().collect::<ClassMask>());
    let bswap = contract.opcode(Opcode::Bswap).typevars[0];
    assert!(bswap.contains(TypeKind::I16) && !bswap.contains(TypeKind::I8));
    let select = contract.opcode(Opcode::Select).typevars[0];
    assert!(select.contains(TypeKind::Fiber) && !select.contains(TypeKind::Flags));
}

#[test]
fn support_depends_on_target_and_type() {
    let row = Contract::embedded().opcode(Opcode::Imul);
    assert_eq!(row.support(0, Some(TypeKind::I128)), Support::Native);
    assert_eq!(row.support(1, Some(TypeKind::I32)), Support::Native);
    assert_eq!(row.support(1, Some(TypeKind::I128)), Support::Helper);
    assert_eq!(row.support(7, None), Support::Rejected);
    let row = Contract::embedded().opcode(Opcode::SintToFloat);
    assert_eq!(row.support_of(0, [TypeKind::I32, TypeKind::F128]), Support::Helper);
    assert_eq!(row.support_of(0, [TypeKind::I32, TypeKind::F64]), Support::Native);
    let row = Contract::embedded().opcode(Opcode::AtomicLoad);
    assert_eq!(row.support_of(1, [TypeKind::Ptr, TypeKind::I64]), Support::Rejected);
    assert_eq!(Contract::embedded().opcode(Opcode::Emit).support_of(0, []), Support::VmOnly);
}

#[test]
fn memory_model_decides_every_case() {
    let memory = &Contract::embedded().memory;
    for &from in Space::ALL {
        for &to in Space::ALL {
            assert!(memory.cast(from, to).is_some(), "{from} {to}");
            assert!(to != Space::Mmio || from == to || !memory.allows_cast(from, to));
        }
        for operation in [Operation::AddrToPtr, Operation::PtrToAddr, Operation::Null, Operation::Offset] {
            assert!(memory.row(operation, from, AccessOrder::None).is_some(), "{operation:?} {from}");
        }
        for &order in AccessOrder::ALL {
            for operation in [Operation::Load, Operation::Store] {
                assert!(memory.row(operation, from, order).is_some(), "{operation:?} {from}");
                let volatile = order == AccessOrder::Volatile;
                let plain = !volatile && !matches!(from, Space::Mmio | Space::Code);
                let expected = if from == Space::Mmio { volatile } else { plain };
                assert_eq!(memory.allows(operation, from, order), expected, "{operation:?} {from} {order:?}");
            }
        }
        let ordinary = !matches!(from, Space::Mmio | Space::Code);
        assert_eq!(memory.allows(Operation::Block, from, AccessOrder::None), ordinary);
    }
    assert!(memory.allows_cast(Space::Stack, Space::Generic));
    assert!(!memory.allows_cast(Space::Generic, Space::Stack));
    let volatile = memory.row(Operation::Store, Space::Mmio, AccessOrder::Volatile).expect("a row");
    assert!(volatile.required_effect.contains(Effect::Hardware));
    assert!(!volatile.required_effect.contains(Effect::Write));
}

// The reader.

fn read(bytes: &[u8]) -> Vec<(usize, usize, String)> {
    let errors = tsv::read("t.tsv", bytes, &["key", "value"], 1).map(|_| ()).expect_err("an error");
    errors.into_iter().map(|e| (e.line, e.column, e.message)).collect()
}

fn one(bytes: &[u8], line: usize, column: usize, message: &str) {
    let errors = read(bytes);
    assert!(
        errors.len() == 1 && (errors[0].0, errors[0].1) == (line, column) && errors[0].2.contains(message),
        "{errors:?}"
    );
}

#[test]
fn reader_takes_a_good_table() {
    let table =
        tsv::read("t.tsv", b"# note\nkey\tvalue\na\tb c\n# note\nd\t-\n", &["key", "value"], 1).expect("good");
    assert_eq!(table.rows.len(), 2);
    assert_eq!((table.rows[1].line, table.cell(0, "value"), table.cell(1, "key")), (5, "b c", "d"));
}

#[test]
fn reader_names_the_place_of_bad_encoding() {
    one(b"key\tvalue\na\tb\xffc\n", 2, 4, "invalid UTF-8: byte 0xff");
    one(b"\xef\xbb\xbfkey\tvalue\n", 1, 1, "byte order mark");
    one(b"key\tvalue\r\n", 1, 10, "carriage return");
    one(b"key\tvalue\na\tb\0\n", 2, 4, "U+0000");
    one(b"key\tvalue\na\tb", 2, 4, "no line end");
    one(b"", 1, 1, "empty");
}

#[test]
fn reader_names_the_place_of_a_bad_header() {
    one(b"key\tvalue\tmore\na\tb\n", 1, 11, "unknown column `more`");
    one(b"key\na\n", 1, 4, "missing column `value`");
    one(b"value\tkey\n", 1, 1, "column `value` stands where `key` belongs");
    one(b"key\tvalue\tkey\n", 1, 11, "column `key` stands twice");
    assert_eq!(read(b"key\tworth\n").len(), 2);
}

#[test]
fn reader_names_the_place_of_a_bad_row() {
    one(b"key\tvalue\na\n", 2, 2, "truncated: 1 cells under 2");
    one(b"key\tvalue\n\n", 2, 1, "truncated");
    one(b"key\tvalue\na\tb\tc\n", 2, 5, "too long: 3 cells under 2");
    one(b"key\tvalue\na\t\n", 2, 3, "cell under `value` is empty");
    one(b"key\tvalue\na\tb \n", 2, 3, "blanks at an end");
    one(b"key\tvalue\na\tb\na\tc\n", 3, 1, "`a` stands twice");
    let long = [b"key\tvalue\n".as_slice(), &vec![b'a'; tsv::MAX_ROW + 1], b"\n"].concat();
    one(&long, 2, tsv::MAX_ROW + 1, "longer than");
}

#[test]
fn reader_reports_all_errors_and_shows_the_row() {
    assert_eq!(read(b"key\tvalue\na\t\nb\n\xff\n").len(), 3);
    let errors =
        tsv::read("t.tsv", b"key\tvalue\na\t b\n", &["key", "value"], 1).map(|_| ()).expect_err("an error");
    let help = "t.tsv:2:3: the cell under `value` has blanks at an end\n  | a\t b\n  |  \t^\n  help: delete them";
    assert_eq!(errors[0].to_string(), help);
}

#[test]
fn a_missing_table_is_named() {
    let errors = Contract::load(std::path::Path::new("no such directory")).map(|_| ()).expect_err("an error");
    assert_eq!(errors.len(), TABLES.len());
    assert!(errors[0].message.contains("cannot be read"), "{}", errors[0]);
}

#[test]
fn each_table_is_read_strictly() {
    for table in TABLES {
        let text = embedded_text(table);
        let errors = with(table, text.replacen('\t', "\tx", 1)).map(|_| ()).expect_err("a wrong header");
        assert!(errors.iter().all(|e| e.file == table && e.line == 1), "{table}");
        let errors = with(table, text.clone() + "cut\n").map(|_| ()).expect_err("a truncated row");
        assert_eq!(
            (errors[0].file.as_str(), errors[0].line, errors[0].column),
            (table, text.lines().count() + 1, 4)
        );
    }
}

// Unknown words.

#[test]
fn unknown_words_are_named() {
    Edit::of("effects.tsv").set("io", "implies", "read warp").rejected("io", "implies", "warp", "unknown effect");
    Edit::of("traps.tsv").set("user", "scope", "some").rejected("user", "scope", "some", "unknown scope `some`");
    Edit::of("traps.tsv").set("user", "code", "x7").rejected("user", "code", "x7", "is no number");
    Edit::of("traps.tsv").set("user", "code", "700").rejected("user", "code", "700", "is no number that fits");
    let edit = Edit::of("traps.tsv").set("user", "raised by program", "maybe");
    edit.rejected("user", "raised by program", "maybe", "neither yes nor no");
    let edit = Edit::of("machine-types.tsv").set("i8", "classes", "bits wide");
    edit.rejected("i8", "classes", "wide", "unknown class `wide`");
    let edit = Edit::of("machine-types.tsv").set("i8", "classes", "bits bits");
    edit.rejected_at(3, 25, "`bits` stands twice");
    let edit = Edit::of("machine-types.tsv").set("i8", &format!("align:{M0}"), "3");
    edit.rejected("i8", &format!("align:{M0}"), "3", "power of two");
    let edit = Edit::of("memory-model.tsv").set("cast-stack-heap", "to", "pile");
    edit.rejected("cast-stack-heap", "to", "pile", "unknown address space `pile`");
    let edit = Edit::of("memory-model.tsv").set("cast-stack-heap", "allowed", "perhaps");
    edit.rejected("cast-stack-heap", "allowed", "perhaps", "neither yes nor no");
    let edit = Edit::of("memory-model.tsv").set("cast-stack-heap", "diagnostic", "NATIVE_IR_TYPE/none");
    edit.rejected("cast-stack-heap", "diagnostic", "NATIVE_IR_TYPE/none", "unknown diagnostic rule");
    let edit = Edit::of("memory-model.tsv").set("cast-stack-heap", "enforced by", "-");
    edit.rejected("cast-stack-heap", "enforced by", "-", "names nothing that enforces");
    let edit = Edit::of("targets.tsv").set(M0, "memory regions", "flash=0x0:0x40000 ram=high");
    edit.rejected(M0, "memory regions", "ram=high", "no memory region");
    let edit = Edit::of("targets.tsv").set(M0, "endianness", "middle");
    edit.rejected(M0, "endianness", "middle", "unknown endianness");
    let edit = Edit::of("schema.tsv").set("target/module", "kind", "noun");
    edit.rejected("target/module", "kind", "noun", "unknown kind of field");
    let edit = Edit::of("runtime-abi.tsv").set("zero_exit", "signature", "fn(i32) -> () effects(io, warp)");
    edit.rejected("zero_exit", "signature", "warp", "unknown effect `warp`");
    let edit = Edit::of("runtime-abi.tsv").set("zero_exit", "signature", "i32");
    edit.rejected("zero_exit", "signature", "i32", "no function type");
    let edit = Edit::of("lowering-invariants.tsv").set("dominance", "evidence", "hearsay");
    edit.rejected("dominance", "evidence", "hearsay", "is no evidence");
    let edit = Edit::of("diagnostics.tsv").set("NATIVE_IR_TYPE/dominance", "rule", "reign");
    let errors = edit.load().map(|_| ()).expect_err("an error");
    assert!(errors[0].message.contains("unknown diagnostic rule `NATIVE_IR_TYPE/reign`"), "{}", errors[0]);
}

#[test]
fn cells_say_something_and_lists_are_tidy() {
    let edit = Edit::of("effects.tsv").set("io", "description", "-");
    edit.rejected("io", "description", "-", "the cell under `description` says nothing");
    let edit = Edit::of("effects.tsv").set("io", "profiles", "hosted  freestanding");
    edit.rejected("io", "profiles", " freestanding", "two blanks in a list");
    let edit = Edit::of("opcodes.tsv").set("iadd", M0, "native helper:i32,i64 rejected:i64");
    let text = edit.rejected_places();
    let cell = edit.start("iadd", M0);
    assert_eq!(text, [(edit.row("iadd") + 1, cell + "native helper:i32,i64 rejected:".len())]);
}

#[test]
fn runtime_functions_can_be_imported_where_they_are() {
    let contract = Contract::embedded();
    for row in &contract.runtime {
        for (target, available) in contract.targets.iter().zip(&row.available) {
            let allows = |profile: &String| row.effects.minus(contract.allowed_effects(profile)).is_empty();
            assert!(!available || target.profiles.iter().any(allows), "{} on {}", row.symbol, target.triple);
        }
    }
}

#[test]
fn unknown_words_of_opcodes_are_named() {
    let iadd = |column, value, word, message| {
        Edit::of("opcodes.tsv").set("iadd", column, value).rejected("iadd", column, word, message);
    };
    iadd("typevars", "T:int|warp", "warp", "`warp` is no class and no type");
    iadd("operands", "T V", "V", "`V` is no type variable of the row and no type");
    iadd("results", "T i7", "i7", "`i7` is no type variable");
    iadd("effects", "io warp", "warp", "unknown effect");
    iadd("memory", "some", "some", "unknown memory use");
    iadd("traps", "boom", "boom", "unknown trap class");
    iadd(M0, "native helper:i7", "i7", "unknown type `i7`");
    iadd(M0, "swift", "swift", "unknown support");
    iadd(M0, "native i64", "i64", "is no exception");
    iadd("extra rule", "whim", "whim", "unknown extra rule");
    let edit = Edit::of("opcodes.tsv").set("iadd", "attributes", "whim");
    edit.rejected("iadd", "attributes", "whim", "unknown attribute `whim`");
    let edit = Edit::of("opcodes.tsv").copy("iadd", &[("opcode", "ixadd")]);
    edit.rejected("ixadd", "opcode", "", "unknown opcode `ixadd`");
}

// References between tables.

#[test]
fn dangling_references_are_named() {
    let edit = Edit::of("opcodes.tsv").set("barrier_memory", "refused without", "warp");
    edit.rejected("barrier_memory", "refused without", "warp", "no target has the feature `warp`");
    let edit = Edit::of("opcodes.tsv").set("iadd", "refused without", "sse2");
    assert_eq!(edit.accepted().opcode(Opcode::Iadd).refused_without.as_deref(), Some("sse2"));
    let edit = Edit::of("opcodes.tsv").set("iadd", M0, "native rejected:f32");
    edit.rejected("iadd", M0, "f32", "no type variable of the row is ever `f32`");
    let edit = Edit::of("effects.tsv").set("io", "profiles", "hosted freestanding desk");
    edit.rejected("io", "profiles", "desk", "no target has the profile `desk`");
    let edit = Edit::of("targets.tsv").set(X86, "profiles", "hosted desk");
    edit.rejected(X86, "profiles", "desk", "no effect is allowed in the profile `desk`");
    let edit = Edit::of("targets.tsv").copy(M0, &[("triple", "board"), ("like", "nothing")]);
    edit.rejected("board", "like", "nothing", "no built-in target");
    let mut edit = edit;
    let board = edit.rows.pop().expect("the board");
    edit.rows.insert(1, board);
    edit.rejected("board", "like", "nothing", "no built-in target");
    let edit = Edit::of("lowering-invariants.tsv").set("dominance", "evidence", "case:none");
    edit.rejected("dominance", "evidence", "none", "`none` is no case");
    let edit = Edit::of("lowering-invariants.tsv").set("dominance", "evidence", "-");
    edit.rejected("dominance", "evidence", "-", "nothing shows that `dominance` holds");
    let edit = Edit::of("lowering-invariants.tsv").set("dominance", "diagnostic", "-");
    edit.rejected("dominance", "diagnostic", "-", "the verifier has no diagnostic");
    let edit = Edit::of("lowering-invariants.tsv").set("c7-values", "status", "active");
    let errors = edit.load().map(|_| ()).expect_err("an error");
    assert!(errors[0].message.contains("status and enforcer contradict"), "{}", errors[0]);
}

#[test]
fn dangling_references_of_opcodes_are_named() {
    let of = |column: &str, value: &str, message: &str| {
        let edit = Edit::of("opcodes.tsv").set("iadd", column, value);
        let errors = edit.load().map(|_| ()).expect_err("an error");
        assert!(errors.iter().any(|e| e.message.contains(message)), "{}", errors[0]);
        assert!(errors.iter().all(|e| e.line == edit.row("iadd") + 1), "{}", errors[0]);
    };
    of("diagnostic", "NATIVE_IR_NONE", "no code of diagnostics.tsv");
    of("traps", "user", "traps and the effect `trap` go together");
    of("attributes", "align", "may not change `attributes`");
    let schema = Edit::of("schema.tsv").delete("imm8/instruction");
    let errors = schema.load().map(|_| ()).expect_err("an error");
    let place = |e: &TableError| (e.file.clone(), e.line, e.column);
    let opcodes = Edit::of("opcodes.tsv");
    let line = opcodes.row("supervisor_call");
    let column: usize = opcodes.rows[line][..opcodes.column("attributes")].iter().map(|cell| cell.len() + 1).sum();
    assert!(errors.iter().any(|e| place(e) == ("opcodes.tsv".to_string(), line + 1, column + 1)), "{}", errors[0]);
}

#[test]
fn contradictory_numbers_are_named() {
    let clash = |edit: Edit, key: &str, column: &str, message: &str| {
        let errors = edit.load().map(|_| ()).expect_err("an error");
        let found = errors.iter().any(|e| e.message.contains(message) && e.line == edit.row(key) + 1);
        assert!(found, "{column}: {}", errors[0]);
    };
    clash(Edit::of("traps.tsv").set("user", "code", "1"), "user", "code", "code 1 is taken");
    clash(Edit::of("traps.tsv").set("user", "exit status", "3"), "user", "exit status", "outside 64 to 95");
    clash(Edit::of("traps.tsv").set("user", "exit status", "64"), "user", "exit status", "64 is taken");
    let edit = Edit::of("traps.tsv").set("misaligned", "raised by program", "yes");
    clash(edit, "misaligned", "raised by program", "would raise the checked trap");
    clash(Edit::of("targets.tsv").set(M0, "pointer width", "64"), M0, "pointer width", "has no p:64:64");
    clash(Edit::of("targets.tsv").set(M0, "pointer width", "16"), M0, "pointer width", "no pointer is 16 bits");
    clash(
        Edit::of("targets.tsv").set(M0, "access widths", "8 24 32"),
        M0,
        "access widths",
        "no access is 24 bits",
    );
    clash(Edit::of("targets.tsv").set(M0, "atomic width", "64"), M0, "atomic width", "is not done at once");
    clash(Edit::of("targets.tsv").set(M0, "atomic width", "64"), M0, "atomic width", "have at most 32 bits");
    clash(Edit::of("targets.tsv").set(M0, "stack align", "6"), M0, "stack align", "no power of two");
    clash(Edit::of("effects.tsv").set("io", "implies", "io"), "io", "implies", "implies itself");
    clash(Edit::of("machine-types.tsv").set("vec", "classes", "value"), "vec", "classes", "is in a class");
    let edit = Edit::of("runtime-abi.tsv").set("zero_exit", X86, "no").set("zero_exit", M0, "no");
    clash(edit.set("zero_exit", "vm", "no"), "zero_exit", "vm", "nowhere to be had");
}

#[test]
fn contradictory_memory_rows_are_named() {
    let clash = |edit: Edit, row: usize, message: &str| {
        let errors = edit.load().map(|_| ()).expect_err("an error");
        assert!(errors.iter().any(|e| e.message.contains(message) && e.line == row + 1), "{}", errors[0]);
    };
    let edit = Edit::of("memory-model.tsv").copy("cast-stack-heap", &[("rule", "again")]);
    let row = edit.row("again");
    clash(edit, row, "decides what `cast-stack-heap` decides already");
    let edit = Edit::of("memory-model.tsv").set("cast-stack-heap", "operation", "-");
    let row = edit.row("cast-stack-heap");
    clash(edit, row, "says whether something is allowed, but not what");
    let edit = Edit::of("memory-model.tsv").set("cast-stack-heap", "diagnostic", "-");
    clash(edit, row, "has no diagnostic");
    let edit = Edit::of("memory-model.tsv").set("space-heap", "from", "-");
    let row = edit.row("space-heap");
    clash(edit, row, "names no address space");
    let edit = Edit::of("memory-model.tsv").delete("space-heap");
    clash(edit, 0, "the row of the address space `heap` is missing");
    for key in ["cast-stack-mmio", "cast-generic-mmio", "addr-to-ptr-mmio"] {
        let edit = Edit::of("memory-model.tsv").set(key, "allowed", "yes");
        edit.rejected(key, "allowed", "", "nothing becomes an mmio pointer");
    }
}

#[test]
fn cases_are_checked() {
    let case = |row: &[&str], column: &str, message: &str| {
        Edit::of("verification-cases.tsv").add(row).rejected(row[0], column, "", message);
    };
    let good =
        ["zz", "fixtures/reject/zz.nir", "reject", "NATIVE_IR_TYPE", "dominance", "3:4", "-", "dominance", "d"];
    let contract = Edit::of("verification-cases.tsv").add(&good).accepted();
    assert_eq!(contract.cases().last().expect("the case").at, Some((3, 4)));
    let change = |index: usize, cell: &'static str| {
        let mut row = good;
        row[index] = cell;
        row
    };
    case(&change(1, "fixtures/reject/zz.txt"), "fixture", "is no module");
    case(&change(4, "none"), "rule", "unknown diagnostic rule `NATIVE_IR_TYPE/none`");
    case(&change(4, "-"), "rule", "code and rule go together");
    case(&change(5, "-"), "at", "names a place");
    case(&change(5, "34"), "at", "is no place");
    case(&change(5, "0:4"), "at", "is no place");
    case(&change(6, "luck"), "with", "nothing to check with");
    case(&change(7, "luck"), "covers", "`luck` is no invariant");
    let mut row = change(2, "accept");
    row[5] = "-";
    case(&row, "rule", "a rejected case names its rule");
    row[3] = "-";
    row[4] = "-";
    Edit::of("verification-cases.tsv").add(&row).accepted();
}

// What a loaded contract may change.

#[test]
fn loaded_tables_may_narrow() {
    let features = Edit::of("targets.tsv").set(X86, "features", "sse2");
    let contract = features.accepted();
    assert!(!contract.is_embedded() && !contract.targets[0].has_feature("fma"));
    let contract = Edit::of("opcodes.tsv").set("iadd", M0, "rejected").accepted();
    assert_eq!(contract.opcode(Opcode::Iadd).support(1, Some(TypeKind::I32)), Support::Rejected);
    assert_eq!(contract.opcode(Opcode::Iadd).support(0, Some(TypeKind::I32)), Support::Native);
    let contract = Edit::of("opcodes.tsv").set("iadd", X86, "native rejected:i128").accepted();
    assert_eq!(contract.opcode(Opcode::Iadd).support(0, Some(TypeKind::I128)), Support::Rejected);
    let contract = Edit::of("opcodes.tsv").delete("fma").accepted();
    let row = contract.opcode(Opcode::Fma);
    assert_eq!((row.listed, row.support(0, Some(TypeKind::F32))), (false, Support::Rejected));
    assert_eq!(contract.opcode(Opcode::Fneg).opcode, Opcode::Fneg);
    let contract = Edit::of("opcodes.tsv").set("iadd", "effects", "io").accepted();
    assert!(contract.opcode(Opcode::Iadd).effects.contains(Effect::Io));
    let contract = Edit::of("machine-types.tsv").set("i128", "classes", "bits").accepted();
    assert!(!contract.opcode(Opcode::Iadd).typevars[0].contains(TypeKind::I128));
    let contract = Edit::of("machine-types.tsv").delete("f16").accepted();
    assert_eq!(contract.type_row(TypeKind::F16).aligns, [None, None]);
    assert!(!contract.opcode(Opcode::Fadd).typevars[0].contains(TypeKind::F16));
    let contract = Edit::of("memory-model.tsv").delete("cast-heap-generic").accepted();
    assert!(!contract.memory.allows_cast(Space::Heap, Space::Generic));
    let contract = Edit::of("memory-model.tsv").set("offset-heap", "allowed", "no").accepted();
    assert!(!contract.memory.allows(Operation::Offset, Space::Heap, AccessOrder::None));
    let contract = Edit::of("runtime-abi.tsv").delete("zero_read").accepted();
    assert!(contract.runtime_function("zero_read").is_none());
    let contract = Edit::of("traps.tsv").set("user", "raised by program", "no").accepted();
    assert!(!contract.trap(Trap::User).raised_by_program);
}

#[test]
fn loaded_tables_may_widen_what_is_table_driven() {
    let contract = Edit::of("memory-model.tsv").set("cast-generic-stack", "allowed", "yes").accepted();
    assert!(contract.memory.allows_cast(Space::Generic, Space::Stack));
    let contract = Edit::of("effects.tsv").set("io", "profiles", "hosted freestanding bare-metal").accepted();
    assert!(contract.allowed_effects("bare-metal").contains(Effect::Io));
    let regions = "flash=0x0:0x8000 ram=0x20000000:0x1000";
    let board = [("triple", "board"), ("like", M0), ("features", "-"), ("memory regions", regions)];
    let contract = Edit::of("targets.tsv").copy(M0, &board).accepted();
    let (index, row) = contract.target("board").expect("the board");
    assert_eq!((index, contract.base_target(row).triple.as_str(), row.memory_regions[0].length), (2, M0, 0x8000));
    let opcode = contract.opcode(Opcode::Imul);
    assert_eq!(opcode.support(2, Some(TypeKind::I64)), opcode.support(1, Some(TypeKind::I64)));
    assert_eq!(contract.type_row(TypeKind::F128).aligns, [Some(16), None, None]);
    assert_eq!(contract.runtime_function("zero_read").expect("a row").available, [true, false, false]);
}

#[test]
fn loaded_tables_may_drop_a_target() {
    let drop = |name: &str| {
        let text = String::from_utf8(embedded_source(name).expect("a table").to_vec()).expect("UTF-8");
        let header: Vec<&str> = text.lines().next().unwrap_or("").split('\t').collect();
        let gone = header.iter().position(|column| *column == X86 || *column == format!("align:{X86}"));
        let keep = |line: &str| {
            let cells = line.split('\t').enumerate().filter(|(index, _)| Some(*index) != gone);
            cells.map(|(_, cell)| cell).collect::<Vec<_>>().join("\t") + "\n"
        };
        text.lines().filter(|line| !line.starts_with(X86)).map(keep).collect::<String>()
    };
    let contract = Contract::from_sources(|name| Ok(Cow::Owned(drop(name).into_bytes())));
    let contract = contract.unwrap_or_else(|errors| panic!("{}", errors[0]));
    assert_eq!(contract.targets.len(), 1);
    assert_eq!(contract.opcode(Opcode::WaitInterrupt).support(0, None), Support::Native);
}

#[test]
fn loaded_tables_may_not_widen_targets() {
    let edit = Edit::of("targets.tsv").set(M0, "features", "thumb thumb2");
    edit.rejected(M0, "features", "thumb2", "may not add `thumb2` to `features`");
    let edit = Edit::of("targets.tsv").set(M0, "abi", "other");
    edit.rejected(M0, "abi", "other", "may not change `abi`");
    let edit = Edit::of("targets.tsv").set(M0, "memory regions", "-");
    edit.rejected(M0, "memory regions", "-", "may not change `memory regions`");
    let edit = Edit::of("targets.tsv").set(M0, "relocation models", "static pic");
    edit.rejected(M0, "relocation models", "pic", "may not add `pic`");
    let edit = Edit::of("targets.tsv").set(M0, "access widths", "8 16 32 64");
    edit.rejected(M0, "access widths", "64", "may not add `64`");
    let edit = Edit::of("targets.tsv").copy(M0, &[("triple", "board"), ("like", M0), ("features", "thumb dsp")]);
    edit.rejected("board", "features", "dsp", "may not add `dsp`");
    let edit = Edit::of("targets.tsv").set(M0, "like", X86);
    let errors = edit.load().map(|_| ()).expect_err("an error");
    assert!(
        errors.iter().any(|e| e.file == "opcodes.tsv" && e.line == 1 && e.message.contains(M0)),
        "{}",
        errors[0]
    );
}

#[test]
fn loaded_tables_may_not_change_opcodes() {
    let change = |key: &str, column: &str, value: &str, word: &str, message: &str| {
        Edit::of("opcodes.tsv").set(key, column, value).rejected(key, column, word, message);
    };
    change("iadd", "typevars", "T:bits", "", "may not change `typevars`: it is `T:int`");
    change("iadd", "operands", "T T T", "", "may not change `operands`");
    change("iadd", "results", "T i1", "", "may not change `results`");
    change("iadd", "attributes", "align", "", "may not change `attributes`");
    change("iadd", "terminator", "yes", "", "may not change `terminator`");
    change("iadd", "memory", "read", "", "may not change `memory`");
    change("clz", "native when", "-", "", "may not change `native when`");
    change("zext", "extra rule", "-", "", "may not change `extra rule`");
    change("memcpy", "effects", "read", "", "may not remove effects: `write` is missing");
    change("sdiv", "traps", "integer_overflow", "", "may not remove traps");
    change("iadd", M0, "helper", "", "may not make helper of native");
    change("wait_interrupt", X86, "native", "", "may not make native of rejected");
    change("emit", X86, "helper", "", "may not make helper of vm-only");
    change("atomic_load.T", M0, "native rejected:f64", "", "may not make native of rejected for i64");
}

#[test]
fn loaded_tables_may_not_change_types_effects_traps_and_fields() {
    let edit = Edit::of("machine-types.tsv").set("i1", "classes", "bits value comparable storable");
    edit.rejected("i1", "classes", "storable", "may not add `storable` to `classes`");
    let edit = Edit::of("machine-types.tsv").set("i8", "bits", "9");
    edit.rejected("i8", "bits", "9", "may not change `bits`");
    let edit = Edit::of("machine-types.tsv").set("vec", "status", "active");
    edit.rejected("vec", "status", "active", "has no meaning yet");
    let column = format!("align:{M0}");
    Edit::of("machine-types.tsv").set("f128", &column, "8").rejected(
        "f128",
        &column,
        "8",
        "not change its alignment",
    );
    let edit = Edit::of("traps.tsv").set("user", "code", "99");
    edit.rejected("user", "code", "99", "may not change `code`");
    let edit = Edit::of("traps.tsv").set("lockup", "raised by program", "yes");
    edit.rejected("lockup", "raised by program", "yes", "may not let programs raise `lockup`");
    Edit::of("traps.tsv").delete("user").rejected_at(1, 1, "the row of `user` is missing");
    Edit::of("effects.tsv").delete("fenv").rejected_at(1, 1, "the row of `fenv` is missing");
    Edit::of("diagnostics.tsv").delete("NATIVE_IR_SPAN/inlined").rejected_at(1, 1, "is missing");
    let edit = Edit::of("schema.tsv").set("span/instruction", "required", "no");
    edit.rejected("span/instruction", "required", "no", "may not change `required`");
    let edit = Edit::of("schema.tsv").copy("span/instruction", &[("field", "spin")]);
    edit.rejected("spin/instruction", "field", "spin", "the text form has no `spin` there");
    Edit::of("schema.tsv").delete("span/slot").rejected_at(1, 1, "the row of `span` (slot) is missing");
}

#[test]
fn loaded_tables_may_not_widen_memory_and_runtime() {
    let change = |key: &str, column: &str, value: &str, word: &str, message: &str| {
        Edit::of("memory-model.tsv").set(key, column, value).rejected(key, column, word, message);
    };
    change("store-code", "allowed", "yes", "", "may allow casts alone");
    change("lifetime-returned", "diagnostic", "NATIVE_IR_TYPE/callee", "", "may not change `diagnostic`");
    change("load-mmio-volatile", "required effect", "-", "", "may not remove effects: `hardware` is missing");
    Edit::of("memory-model.tsv").delete("lifetime-stored").rejected_at(1, 1, "`lifetime-stored` is missing");
    let edit = Edit::of("memory-model.tsv").copy("lifetime-stored", &[("rule", "lifetime-lent")]);
    edit.rejected("lifetime-lent", "rule", "", "no rule that anything here enforces");
    let edit = Edit::of("runtime-abi.tsv").copy("zero_exit", &[("symbol", "zero_warp")]);
    edit.rejected("zero_warp", "symbol", "", "nothing here provides `zero_warp`");
    let edit = Edit::of("runtime-abi.tsv").set("zero_read", M0, "yes");
    edit.rejected("zero_read", M0, "", "nothing here provides `zero_read` there");
    let edit = Edit::of("runtime-abi.tsv").set("zero_exit", "version", "2");
    edit.rejected("zero_exit", "version", "", "may not change `version`");
}

// Promises.

#[test]
fn promises_need_evidence() {
    let read = |row: &str| {
        let text = format!("promise\tsince\tevidence\tgate\tstatus\tdescription\n{row}\n");
        promises::read("p.tsv", text.as_bytes()).map(|(_, rows)| rows.len())
    };
    assert_eq!(read("p\t0.1\ttest:a.rs#b\ttest\tactive\td"), Ok(1));
    assert_eq!(read("p\t0.1\t-\ttest\tplanned\td"), Ok(1));
    let errors = read("p\t0.1\t-\ttest\tactive\td").expect_err("an error");
    assert_eq!((errors[0].line, errors[0].column), (2, 7));
    let errors = read("p\t0.1\ttest:b\ttest\tactive\td").expect_err("an error");
    assert!(errors[0].message.contains("no evidence"), "{}", errors[0]);
}

#[test]
fn the_release_contract_is_well_formed() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../compat/native-ir-contract.tsv");
    let bytes = std::fs::read(path).expect("the table");
    if let Err(errors) = promises::read("native-ir-contract.tsv", &bytes) {
        panic!("{}", errors.iter().map(|e| format!("{e}\n")).collect::<String>());
    }
}

// Whatever the bytes, the loader answers.

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn the_reader_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = tsv::read("t.tsv", &bytes, &["key", "value"], 1).map_err(|e| e.iter().map(ToString::to_string).collect::<String>());
    }

    #[test]
    fn the_loader_never_panics(
        table in 0..TABLES.len(),
        at in any::<prop::sample::Index>(),
        length in 0usize..40,
        bytes in "[\\x00-\\x7f\t\n é*^:|,=-]{0,24}",
    ) {
        let mut text = embedded_source(TABLES[table]).expect("a table").to_vec();
        let start = at.index(text.len());
        let end = (start + length).min(text.len());
        text.splice(start..end, bytes.into_bytes());
        if let Err(errors) = with(TABLES[table], text) {
            prop_assert!(!errors.is_empty());
            for error in errors {
                prop_assert!(error.line > 0 && error.column > 0 && !error.to_string().is_empty());
            }
        }
    }
}
