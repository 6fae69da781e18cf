//! Debug information, read again: lines with columns, functions, what was inlined, variables; and what gdb makes of it.

mod common;

use artifact::{BlockRow, Frame, Place, RelocationModel};
use common::{Draft, Made, cfa, execute, inst, run};
use elf::{DwarfVersion, Executable, PathMap, executable};
use gimli::{EndianSlice, LittleEndian, Reader as _};
use native_ir::{Block, Slot};
use object::read::elf::ElfFile64;
use object::{Object, ObjectSection, ObjectSymbol};

const TEXT: &str = "\
source 1 \"src/helper.zero\" lines=9
debugtype #int = base \"int\" signed bytes=4
debugtype #pair = struct \"pair\" bytes=8 {\"first\": #int at 0, \"second\": #int at 4}

fn @square(%x: i32) -> (i32) source=1 !1:3:1 {
^entry:
    %r: i32 = imul %x, %x !1:4:12
    return %r !1:4:5
}

fn pub @_start() -> (i32) effects(read, write) source=0 !10:1 {
    slot $total: i32 align=4 !11:9
    variable \"total\": #int = $total !11:9
    variable \"a\": #int = %a !12:9
    variable \"nowhere\": #int = %b
    inlined 0 @square !12:14
^entry:
    %p: ptr[stack,i32] = slot $total !11:9
    %a: i32 = iadd 6, 1 !12:5
    %b: i32 = imul %a, %a !1:4:12 inlined=0
    store.i32 %b, %p !13:5
    jump ^done !0:0
^done:
    %t: i32 = load.i32 %p !14:7
    %s: i32 = isub %t, %a !14:11
    return %s !15:3
}
";

fn program() -> Made {
    let mut made = Draft::new("debug", TEXT);
    // imul edi, edi; mov eax, edi; ret
    made.code("square", &[0x0f, 0xaf, 0xff, 0x89, 0xf8, 0xc3], &[inst(0, 0), inst(3, 1)]);
    let mut bytes = vec![0x48, 0x83, 0xec, 0x08]; // 0: sub rsp, 8
    bytes.extend([0xbe, 7, 0, 0, 0]); // 4: mov esi, 7
    bytes.extend([0x89, 0xf1]); // 9: mov ecx, esi
    bytes.extend([0x0f, 0xaf, 0xce]); // 11: imul ecx, ecx
    bytes.extend([0x89, 0x0c, 0x24]); // 14: mov [rsp], ecx
    bytes.extend([0x90]); // 17: nop
    bytes.extend([0x8b, 0x04, 0x24]); // 18: mov eax, [rsp]
    bytes.extend([0x29, 0xf0]); // 21: sub eax, esi
    bytes.extend([0x48, 0x83, 0xc4, 0x08]); // 23: add rsp, 8
    bytes.extend([0xc3]); // 27: ret
    let insts = [inst(4, 1), inst(9, 2), inst(14, 3), inst(17, 4), inst(18, 5), inst(21, 6), inst(23, 7)];
    let code = made.code("_start", &bytes, &insts);
    code.unwind = vec![cfa(4, 16), cfa(27, 8)];
    code.claim.blocks.push(BlockRow { offset: 18, block: Block::from_u32(1) });
    code.claim.places = vec![Place::Nowhere, Place::Core(6), Place::Nowhere, Place::Core(0), Place::Core(0)];
    let slots = vec![(Slot::from_u32(0), 0)];
    code.claim.frame = Frame { bytes: 8, slots, ..Frame::default() };
    made.finish()
}

fn linked(version: DwarfVersion, paths: PathMap) -> Vec<u8> {
    let made = program();
    let mut options = Executable::new(made.func("_start"));
    options.debug = Some(version);
    options.paths = paths;
    executable(made.unit(), &[], &options).expect("it can be written")
}

type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// The debug information of a file, and the address of `_start`.
fn read(bytes: &[u8]) -> (gimli::Dwarf<Slice<'_>>, u64) {
    let file: ElfFile64<'_> = ElfFile64::parse(bytes).expect("an ELF file");
    let load = |id: gimli::SectionId| {
        let data = file.section_by_name(id.name()).map_or(Ok(&[][..]), |section| section.data());
        data.map(|data| EndianSlice::new(data, LittleEndian))
    };
    let dwarf = gimli::Dwarf::load(load).expect("sections");
    let start = file.symbols().find(|symbol| symbol.name() == Ok("_start")).expect("a symbol");
    (dwarf, start.address())
}

fn unit<'a>(dwarf: &gimli::Dwarf<Slice<'a>>) -> gimli::Unit<Slice<'a>> {
    let mut headers = dwarf.units();
    let header = headers.next().expect("readable").expect("a unit");
    assert!(headers.next().expect("readable").is_none());
    dwarf.unit(header).expect("readable")
}

#[test]
fn a_row_stands_where_the_span_changes() {
    for version in [DwarfVersion::V4, DwarfVersion::V5] {
        let bytes = linked(version, PathMap::default());
        let (dwarf, start) = read(&bytes);
        let unit = unit(&dwarf);
        let program = unit.line_program.clone().expect("lines");
        let mut rows = program.rows();
        let mut found = Vec::new();
        while let Some((header, row)) = rows.next_row().expect("readable") {
            let Some(offset) = row.address().checked_sub(start) else { continue };
            let file = row.file(header).expect("a file");
            let path = dwarf.attr_string(&unit, file.path_name()).expect("a path").to_string_lossy().into_owned();
            let column = match row.column() {
                gimli::ColumnType::LeftEdge => 0,
                gimli::ColumnType::Column(column) => column.get(),
            };
            let line = row.line().map_or(0, |line| line.get());
            let flags = (row.is_stmt(), row.prologue_end(), row.end_sequence());
            found.push((offset, format!("{path}:{line}:{column}"), flags));
        }
        let row = |offset, place: &str, flags| (offset, format!("src/{place}"), flags);
        let expected = [
            row(0, "debug.zero:10:1", (true, false, false)),
            row(4, "debug.zero:12:5", (true, true, false)),
            row(9, "helper.zero:4:12", (true, false, false)),
            row(14, "debug.zero:13:5", (true, false, false)),
            row(17, "debug.zero:0:0", (false, false, false)),
            row(18, "debug.zero:14:7", (true, false, false)),
            row(21, "debug.zero:14:11", (true, false, false)),
            row(23, "debug.zero:15:3", (true, false, false)),
            row(28, "debug.zero:15:3", (true, false, true)),
        ];
        assert_eq!(found, expected, "{version:?}");
    }
}

/// The entries of a unit as text: depth, tag, and the attributes that tests look at.
fn entries(bytes: &[u8]) -> Vec<String> {
    let (dwarf, start) = read(bytes);
    let unit = unit(&dwarf);
    let mut cursor = unit.entries();
    let mut all = Vec::new();
    while let Some(entry) = cursor.next_dfs().expect("readable") {
        let mut text = format!("{}{}", "  ".repeat(entry.depth() as usize), entry.tag());
        for attribute in entry.attrs() {
            let value = match (attribute.name(), attribute.value()) {
                (gimli::DW_AT_name, value) => {
                    dwarf.attr_string(&unit, value).expect("a text").to_string_lossy().into_owned()
                }
                (gimli::DW_AT_low_pc, gimli::AttributeValue::Addr(address)) if address >= start => {
                    format!("start+{}", address - start)
                }
                (gimli::DW_AT_high_pc | gimli::DW_AT_call_line | gimli::DW_AT_call_column, value) => {
                    value.udata_value().expect("a number").to_string()
                }
                (gimli::DW_AT_location, gimli::AttributeValue::Exprloc(expression)) => {
                    format!("{:?}", expression.0.to_slice().expect("bytes"))
                }
                (gimli::DW_AT_location, value) => {
                    let mut list = dwarf.attr_locations(&unit, value).expect("readable").expect("a list");
                    let mut text = String::new();
                    while let Some(place) = list.next().expect("readable") {
                        let (begin, end) = (place.range.begin - start, place.range.end - start);
                        text += &format!("{begin}..{end} {:?}", place.data.0.to_slice().expect("bytes"));
                    }
                    text
                }
                (gimli::DW_AT_inline, _) => "yes".to_string(),
                _ => continue,
            };
            text += &format!(
                " {}={value}",
                attribute.name().static_string().expect("known").trim_start_matches("DW_AT_")
            );
        }
        all.push(text);
    }
    all
}

#[test]
fn functions_inlined_calls_and_variables_have_entries() {
    for version in [DwarfVersion::V4, DwarfVersion::V5] {
        let bytes = linked(version, PathMap::default());
        let all = entries(&bytes);
        let expected = [
            "DW_TAG_compile_unit name=src/debug.zero",
            "  DW_TAG_base_type name=int",
            "  DW_TAG_structure_type name=pair",
            "    DW_TAG_member name=first",
            "    DW_TAG_member name=second",
            "  DW_TAG_subprogram name=square inline=yes",
            "  DW_TAG_subprogram name=_start low_pc=start+0 high_pc=28",
            "    DW_TAG_inlined_subroutine low_pc=start+9 high_pc=5 call_line=12 call_column=14",
            // DW_OP_fbreg -16: the frame begins 16 bytes below the caller's.
            "    DW_TAG_variable name=total location=[145, 112]",
            // DW_OP_reg4 is rsi: from behind its definition to its last use, of which the first byte counts.
            "    DW_TAG_variable name=a location=9..22 [84]",
            "    DW_TAG_variable name=nowhere",
        ];
        assert_eq!(all, expected, "{version:?}");
    }
}

#[test]
fn paths_are_mapped_by_the_last_beginning_that_fits() {
    let map = [("src/", "/first/"), ("src/", "/second/"), ("src/helper", "/third/help-")];
    let map = PathMap(map.map(|(old, new)| (old.to_string(), new.to_string())).to_vec());
    let bytes = linked(DwarfVersion::V5, map);
    let (dwarf, _) = read(&bytes);
    let unit = unit(&dwarf);
    let header = unit.line_program.as_ref().expect("lines").header();
    let paths = header
        .file_names()
        .iter()
        .map(|file| dwarf.attr_string(&unit, file.path_name()).expect("a path").to_string_lossy().into_owned());
    assert_eq!(paths.collect::<Vec<_>>(), ["/second/debug.zero", "/third/help-.zero"]);
    assert!(!String::from_utf8_lossy(&bytes).contains("src/"));
}

#[test]
fn a_debugger_stops_by_line_and_shows_the_stack_and_variables() {
    let folder = tempfile::tempdir().expect("a folder");
    for version in [DwarfVersion::V4, DwarfVersion::V5] {
        let bytes = linked(version, PathMap::default());
        assert_eq!(execute(folder.path(), &bytes, &[]).status.code(), Some(42));
        let commands = [
            "break helper.zero:4",
            "run",
            "bt",
            "up",
            "print a",
            "break debug.zero:15",
            "continue",
            "print total",
        ];
        let mut arguments = vec!["-nx", "-batch"];
        commands.iter().for_each(|command| arguments.extend(["-ex", command]));
        arguments.push("./program");
        let output = run(folder.path(), "gdb", &arguments);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        for expected in [
            "\n$1 = 7\n",
            "#0  square () at src/helper.zero:4\n",
            "#1  _start () at src/debug.zero:12\n",
            "in __nir_start ()\n",
            "\n$2 = 49\n",
        ] {
            assert!(text.contains(expected), "{version:?} {expected:?}: {text}");
        }
    }
}

#[test]
fn a_debugger_finds_variables_in_the_red_zone() {
    let made = Made::compiled("debug", TEXT, RelocationModel::Static);
    assert!(made.code("_start").claim.frame.below > 0);
    let mut options = Executable::new(made.func("_start"));
    options.debug = Some(DwarfVersion::V5);
    let bytes = executable(made.unit(), &[], &options).expect("it can be written");
    let folder = tempfile::tempdir().expect("a folder");
    execute(folder.path(), &bytes, &[]);
    let commands = ["break 14", "run", "print total", "set var total = 50", "continue"];
    let mut arguments = vec!["-nx", "-batch"];
    commands.iter().for_each(|command| arguments.extend(["-ex", command]));
    arguments.push("./program");
    let output = run(folder.path(), "gdb", &arguments);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("\n$1 = 49\n"), "{text}");
    assert!(text.contains("exited with code 053]"), "{text}");
}
