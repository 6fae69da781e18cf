//! `nir build` for a machine without an operating system: formats, memory, handlers, refusals.

mod common;

use common::{Folder, M0, good};

fn fixture(name: &str) -> String {
    format!("{}/../fixtures/firmware/{name}.nir", env!("CARGO_MANIFEST_DIR"))
}

/// Builds a fixture in a format.
fn build(folder: &Folder, name: &str, arguments: &[&str]) -> Vec<u8> {
    let file = fixture(name);
    let output = folder.nir(&[&["build", &file, "-o", "out"], arguments].concat());
    assert_eq!((output.status, output.err.as_str()), (0, ""), "{name} {arguments:?}");
    std::fs::read(folder.path("out")).expect("it was made")
}

/// The bytes of Intel HEX from address 0 on, read anew: records of data, in the first 64 KiB alone.
fn from_hex(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in text.lines() {
        let digits = line.strip_prefix(':').expect(line);
        let pair = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).expect(line);
        let record: Vec<u8> = (0..digits.len()).step_by(2).map(pair).collect();
        assert_eq!(record.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)), 0, "{line}");
        assert_eq!(usize::from(record[0]), record.len() - 5, "{line}");
        if record[3] == 0 {
            bytes.resize(usize::from(u16::from_be_bytes([record[1], record[2]])), 0);
            bytes.extend(&record[4..record.len() - 1]);
        }
    }
    bytes
}

#[test]
fn every_fixture_becomes_an_image_in_every_format() {
    let folder = Folder::new();
    for (name, entry) in [("blinky", "@main"), ("button", "@button_start"), ("uart", "@self_test")] {
        let entry = ["--entry", entry];
        let of = |emit: &str| build(&folder, name, &[&["--emit", emit][..], &entry].concat());
        let bytes = of("bin");
        assert_eq!(bytes[..4], 0x2000_4000_u32.to_le_bytes());
        assert_eq!(from_hex(&String::from_utf8(of("hex")).expect("ASCII")), bytes);
        let elf = of("elf");
        assert_eq!((&elf[..4], elf.clone()), (&b"\x7fELF"[..], build(&folder, name, &entry)));
        assert!(elf.windows(bytes.len().min(192)).any(|part| part == &bytes[..192]));
        let map = String::from_utf8(of("map")).expect("UTF-8");
        assert!(map.contains("object    __nir_vectors"), "{map}");
        // The same input gives the same bytes, with debug information too.
        let debug = [&["-g"][..], &entry].concat();
        assert_eq!(build(&folder, name, &debug), build(&folder, name, &debug));
    }
}

#[test]
fn handlers_stand_where_the_vendor_has_their_lines() {
    let folder = Folder::new();
    for (name, line, handler) in [("blinky", 8, "TIMER0_IRQHandler"), ("uart", 2, "UART0_IRQHandler")] {
        let bytes = build(&folder, name, &["--emit", "bin", "--entry", "@self_test"]);
        let map =
            String::from_utf8(build(&folder, name, &["--emit", "map", "--entry", "@self_test"])).expect("UTF-8");
        let symbol = map.lines().find(|text| text.ends_with(&format!("function  {handler}"))).expect(&map);
        let address = u32::from_str_radix(&symbol.trim()[2..10], 16).expect(symbol);
        let at = (16 + line) * 4;
        assert_eq!(bytes[at..at + 4], (address | 1).to_le_bytes(), "{name}");
    }
    folder.write("a.nir", M0.to_string() + "fn pub interrupt @Uart_IRQHandler() -> () source=0 !1:1 {\n^entry:\n    return !1:1\n}\n\nfn pub @main() -> () source=0 !1:1 {\n^entry:\n    return !1:1\n}\n");
    let refused = folder.nir(&["build", "a.nir", "-o", "out"]);
    assert_eq!(refused.status, 1);
    assert!(
        refused.err.contains("`Uart_IRQHandler` is marked `interrupt`, but handles no exception"),
        "{}",
        refused.err
    );
    assert!(refused.err.contains("UART0_IRQHandler"), "{}", refused.err);
}

#[test]
fn memory_comes_from_a_file() {
    let folder = Folder::new();
    let with = |text: &str| {
        folder.write("board.mem", text);
        folder.nir(&["build", &fixture("blinky"), "--memory", "board.mem", "--emit", "bin", "-o", "out"])
    };
    assert_eq!(with("flash 0x18000 64K\nram 0x20002000 8K\n").status, 0);
    let bytes = std::fs::read(folder.path("out")).expect("it was made");
    assert_eq!(bytes[..4], 0x2000_4000_u32.to_le_bytes());
    assert_eq!(bytes[6..8], [1, 0], "the reset lies in flash");
    let refused = with("flash 0 256K\nram 0x20000000 16 K\n");
    assert_eq!(refused.status, 2);
    assert!(
        refused.err.starts_with("nir: board.mem: line 2: write `ram FIRST-ADDRESS LENGTH`"),
        "{}",
        refused.err
    );
    let refused = with("flash 0 200\nram 0x20000000 4K\n");
    assert_eq!(refused.status, 1);
    assert!(refused.err.starts_with("nir: the program does not fit in flash: it takes "), "{}", refused.err);
    assert!(refused.err.contains("  flash    .vectors                        192\n"), "{}", refused.err);
    let missing = folder.nir(&["build", &fixture("blinky"), "--memory", "none", "-o", "out"]);
    assert_eq!(missing.status, 2);
    assert!(missing.err.starts_with("nir: none: cannot be read"), "{}", missing.err);
}

#[test]
fn the_stack_is_compared_with_what_is_left_of_memory() {
    let folder = Folder::new();
    let with = |ram: &str| {
        folder.write("board.mem", format!("flash 0 256K\nram 0x20000000 {ram}\n"));
        folder.nir(&["build", &fixture("blinky"), "--certify", "--memory", "board.mem", "-o", "out"])
    };
    let built = with("4K");
    assert_eq!(built.status, 0, "{}", built.err);
    let bytes: u32 = built
        .err
        .trim()
        .strip_prefix("stack: at most ")
        .and_then(|text| text.strip_suffix(" bytes"))
        .expect(&built.err)
        .parse()
        .expect("a number");
    // The handler's exception alone takes 36.
    assert!((36..200).contains(&bytes), "{bytes}");
    let refused = with("32");
    assert_eq!(refused.status, 1);
    assert!(refused.err.contains("of RAM are left for it"), "{}", refused.err);
}

#[test]
fn what_is_for_other_targets_is_refused() {
    let folder = Folder::new();
    folder.write("a.nir", good());
    for emit in ["elf", "bin", "hex", "map"] {
        let refused = folder.nir(&["build", "a.nir", "--emit", emit, "-o", "out"]);
        assert_eq!(refused.status, 2);
        assert!(refused.err.contains("is not for the target x86_64-unknown-linux-elf"), "{}", refused.err);
    }
    folder.write("board.mem", "flash 0 4K\nram 0x20000000 4K\n");
    let refused = folder.nir(&["build", "a.nir", "--memory", "board.mem", "-o", "out"]);
    assert_eq!(refused.status, 2);
    assert!(refused.err.contains("--memory is not for the target x86_64-unknown-linux-elf"), "{}", refused.err);
    let refused = folder.nir(&["build", &fixture("blinky"), "--link", "-lm", "-o", "out"]);
    assert_eq!(refused.status, 2);
    assert!(refused.err.contains("--link is not for the target sim-cortex-m0"), "{}", refused.err);
}

#[test]
fn machine_code_is_listed_as_the_manual_of_the_core_has_it() {
    let folder = Folder::new();
    let listing = folder.nir(&["disasm", &fixture("blinky"), "@tick"]);
    assert_eq!(listing.status, 0, "{}", listing.err);
    for line in [".word 0x40008100\n", ".word 0x00000000  ; Absolute32 @ticks + 0\n", "  4770       bx lr\n"] {
        assert!(listing.out.contains(line), "{line}: {}", listing.out);
    }
    let listing = folder.nir(&["disasm", &fixture("blinky"), "@main"]);
    assert!(listing.out.contains("  f7ff fffe  bl @start\n"), "{}", listing.out);
}
