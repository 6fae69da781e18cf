//! `nir report`: the same survey as text, JSON and a page.

mod common;

use common::{Folder, X86};
use serde_json::{Value, json};

/// A leaf, a caller, recursion, a foreign function, what runs in the VM only, and volatile accesses.
const MODULE: &str = "\
import ffi @puts : fn(ptr[generic,i8]) -> (i32) effects(read, io)
data @text : array[i8,6] readonly = \"hello\\x00\"
data @count : i64 = zero
fn pub @leaf(%a: i128, %b: i128) -> (i128) effects(trap) source=0 {
^entry:
    %r: i128 = udiv %a, %b !1:1
    return %r !1:1
}
fn pub @caller(%a: i128) -> (i128) effects(trap) source=0 {
^entry:
    %r: i128 = call @leaf(%a, 3) !1:1
    %s: i128 = iadd %r, 1 !1:1
    return %s !1:1
}
fn @again(%a: i32) -> (i32) source=0 {
^entry:
    %r: i32 = call @again(%a) !1:1
    %s: i32 = iadd %r, 1 !1:1
    return %s !1:1
}
fn native @foreign(%p: ptr[generic,i8]) -> (i32) effects(read, io) source=0 {
^entry:
    %r: i32 = call @puts(%p) !1:1
    return %r !1:1
}
fn runtime @slow() -> () source=0 {
^entry:
    return !1:1
}
";

const HARDWARE: &str = "\
register @status : ptr[mmio,i32] = 0x40000400 access=read-only
register @pins : ptr[mmio,array[i32,4]] = 0x50000700 access=read-write
fn pub @poll() -> (i32) effects(read, write, hardware) source=0 {
^entry:
    %s: ptr[mmio,i32] = register @status !1:1
    %a: i32 = load.i32 %s address_space=mmio ordering=volatile !1:1
    %b: i32 = load.i32 %s address_space=mmio ordering=volatile !1:1
    %p: ptr[mmio,array[i32,4]] = register @pins !1:1
    %q: ptr[mmio,i32] = element %p, 2 !1:1
    store.i32 %a, %q address_space=mmio ordering=volatile !1:1
    call @set(%q) !1:1
    return %b !1:1
}
fn @set(%q: ptr[mmio,i32]) -> () effects(write, hardware) source=0 {
^entry:
    store.i32 1, %q address_space=mmio ordering=volatile !1:1
    return !1:1
}
";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("a.nir", X86.to_string() + MODULE);
    folder.write("h.nir", X86.replace("profile  hosted", "profile  freestanding") + HARDWARE);
    folder
}

fn json(folder: &Folder, file: &str) -> Value {
    let output = folder.nir(&["report", "--format", "json", file]);
    assert_eq!((output.status, output.err.as_str()), (0, ""));
    serde_json::from_str(&output.out).expect("JSON")
}

fn function<'v>(report: &'v Value, name: &str) -> &'v Value {
    let all = report["functions"].as_array().expect("a list");
    all.iter().find(|function| function["name"] == name).expect(name)
}

#[test]
fn sizes_and_stacks_are_those_of_the_machine_code() {
    let folder = folder();
    let report = json(&folder, "a.nir");
    let number = |name: &str, key: &str| function(&report, name)[key].as_u64().expect(key);
    // A function takes its frame, the return address of its callee, and what the callee takes.
    let helper =
        report["helpers"].as_array().expect("a list").iter().find(|h| h["name"] == "__udivti3").expect("it");
    let deep = helper["stack"].as_u64().expect("a bound");
    assert_eq!(number("leaf", "stack"), number("leaf", "frame") + 8 + deep);
    assert_eq!(number("caller", "stack"), number("caller", "frame") + 8 + number("leaf", "stack"));
    assert_eq!(function(&report, "again")["stack_reason"], "recursive: @again");
    assert_eq!(function(&report, "foreign")["stack_reason"], "calls @puts");
    assert_eq!(function(&report, "foreign")["effects"], json!(["read", "io"]));
    let slow = function(&report, "slow");
    assert!(slow["bytes"].is_null() && slow["without_code"].as_str().is_some_and(|why| !why.is_empty()), "{slow}");
    // The object's code is as large as the report says.
    assert_eq!(report["totals"]["constants"], 6);
    assert_eq!(report["totals"]["data"], 8);
    let listing = folder.nir(&["disasm", "a.nir", "@leaf"]).out;
    let literals = number("leaf", "literals");
    let head = format!("@leaf: {} bytes, {literals} of literals", number("leaf", "bytes") - literals);
    assert!(listing.starts_with(&head), "{head} {listing}");
}

#[test]
fn volatile_accesses_are_counted_by_register() {
    let report = json(&folder(), "h.nir");
    let access = |register: Option<&str>, address: Option<u64>, (reads, writes): (u64, u64)| {
        json!({
            "register": register, "address": address, "known": null, "width": 32,
            "reads": reads, "writes": writes, "read_action": null,
        })
    };
    let accesses = json!([
        access(Some("@status"), Some(0x4000_0400), (2, 0)),
        access(Some("@pins[2]"), Some(0x5000_0708), (0, 1)),
    ]);
    assert_eq!(function(&report, "poll")["accesses"], accesses);
    assert_eq!(function(&report, "set")["accesses"], json!([access(None, None, (0, 1))]));
    assert_eq!(
        (&report["totals"]["volatile_reads"], &report["totals"]["volatile_writes"]),
        (&json!(2), &json!(2))
    );
}

#[test]
fn text_and_page_say_what_the_object_says() {
    let folder = folder();
    let report = json(&folder, "a.nir");
    let text = folder.nir(&["report", "a.nir"]).out;
    let page = folder.nir(&["report", "--format", "html", "a.nir", "-o", "a.html"]);
    assert_eq!((page.status, page.out.as_str()), (0, ""));
    let page = folder.read("a.html");
    for row in report["functions"].as_array().expect("a list") {
        let name = format!("@{}", row["name"].as_str().expect("a name"));
        let line = text.lines().find(|line| line.ends_with(&name)).expect(&name);
        let cells: Vec<&str> = line.split_whitespace().collect();
        let cell = |key: &str, none: &str| row[key].as_u64().map_or(none.to_string(), |number| number.to_string());
        let open = if row["bytes"].is_null() { "-" } else { "?" };
        assert_eq!(cells[..3], [cell("bytes", "-"), cell("frame", "-"), cell("stack", open)], "{line}");
        let shown = page.lines().find(|line| line.contains(&format!("<code>{name}</code>"))).expect(&name);
        for key in ["bytes", "frame", "stack"] {
            let cell = row[key].as_u64().map(|number| format!("<td class=\"n\">{number}</td>"));
            assert!(cell.is_none_or(|cell| shown.contains(&cell)), "{key}: {shown}");
        }
    }
    assert!(text.contains("@again has no known bound of the stack: recursive: @again"), "{text}");
    let hardware = folder.nir(&["report", "h.nir"]).out;
    assert!(hardware.contains("  @status at 0x40000400: 2 reads, 0 writes of 32 bits"), "{hardware}");
}

fn fixture(name: &str) -> String {
    format!("{}/../fixtures/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn registers_have_their_vendors_names() {
    let folder = Folder::new();
    let (map, uart) = (fixture("registers/nrf51.svd"), fixture("firmware/uart.nir"));
    let output = folder.nir(&["report", "--registers", &map, "--format", "json", &uart]);
    assert_eq!(output.status, 0, "{}", output.err);
    let report: Value = serde_json::from_str(&output.out).expect("JSON");
    let handler = function(&report, "uart_interrupt")["accesses"].as_array().expect("a list");
    let rxd = handler.iter().find(|access| access["register"] == "@RXD").expect("a read of RXD");
    assert_eq!((&rxd["known"], &rxd["read_action"]), (&json!("UART0.RXD"), &json!("modify-external")));
    assert_eq!(report["without_image"], "no function is the program's first; --entry names one");
    let wrong = fixture("reject/NATIVE_IR_VOLATILE/register-unknown.nir");
    assert_eq!(folder.nir(&["report", "--registers", &map, &wrong]).status, 1);
}

/// The sum of the numbers under a key.
fn sum(list: &Value, key: &str) -> u64 {
    list.as_array().expect("a list").iter().map(|item| item[key].as_u64().expect(key)).sum()
}

#[test]
fn an_image_is_reported_as_it_is_built() {
    let folder = Folder::new();
    let blinky = fixture("firmware/blinky.nir");
    let report = json(&folder, &blinky);
    let image = &report["image"];
    assert_eq!((&image["entry"], &report["without_image"]), (&json!("main"), &Value::Null));
    let built = folder.nir(&["build", "--emit", "bin", &blinky, "-o", "blinky.bin"]);
    assert_eq!(built.status, 0, "{}", built.err);
    let flash = &image["regions"][0];
    let size = std::fs::metadata(folder.path("blinky.bin")).expect("the image").len();
    assert_eq!((flash["used"].as_u64(), sum(&flash["sections"], "bytes")), (Some(size), size));
    // Each function of the module that is reached is in the image, as large as its code.
    let symbols = image["symbols"].as_array().expect("a list");
    for name in ["main", "start", "tick", "TIMER0_IRQHandler"] {
        let symbol = symbols.iter().find(|symbol| symbol["name"] == name).expect(name);
        assert_eq!((&symbol["bytes"], &symbol["origin"]), (&function(&report, name)["bytes"], &json!("program")));
    }
    assert!(!symbols.iter().any(|symbol| symbol["name"] == "self_test"), "nothing reaches it");
    assert!(symbols.iter().any(|symbol| symbol["origin"] == "startup"), "{symbols:?}");
}

#[test]
fn the_stack_of_an_image_has_its_handlers() {
    let report = json(&Folder::new(), &fixture("firmware/blinky.nir"));
    let stack = &report["image"]["stack"];
    let number = |value: &Value| value.as_u64().expect("a number");
    let handler = &stack["handlers"][0];
    assert_eq!((&handler["name"], number(&handler["vector"])), (&json!("TIMER0_IRQHandler"), 24));
    assert_eq!(number(&handler["stack"]), number(&function(&report, "TIMER0_IRQHandler")["stack"]));
    assert_eq!(number(&stack["entry"]), number(&function(&report, "main")["stack"]));
    let all = number(&stack["entry"]) + number(&handler["stack"]) + number(&stack["exception_frame"]);
    assert_eq!(number(&stack["total"]), all);
    assert!(number(&stack["total"]) < number(&stack["room"]));
}

#[test]
fn cycles_are_told_piece_by_piece() {
    let folder = Folder::new();
    let report = json(&folder, &fixture("firmware/blinky.nir"));
    let start = function(&report, "start");
    let pieces = start["pieces"].as_array().expect("a list");
    assert!(!pieces.is_empty() && pieces.iter().any(|piece| piece["block"] == "entry"), "{pieces:?}");
    // Without branches each piece runs once.
    assert_eq!(
        start["cycles"],
        json!({ "least": sum(&start["pieces"], "cycles"), "most": sum(&start["pieces"], "cycles") })
    );
    let (slow, fast) = (["report", "--multiply", "32"], ["report", "--multiply", "1"]);
    let fir = fixture("programs/fir-m0.nir");
    let of = |arguments: &[&str]| folder.nir(&[arguments, &["--format", "json", &fir]].concat()).out;
    assert_ne!(of(&slow), of(&fast), "multiplications take their time");
    assert_eq!(folder.nir(&["report", "--multiply", "2", &fir]).status, 2);
}

#[test]
fn the_page_of_an_image_has_pictures_and_needs_nothing_else() {
    let folder = Folder::new();
    let blinky = fixture("firmware/blinky.nir");
    let page = folder.nir(&["report", "--format", "html", &blinky]).out;
    assert_eq!(page.matches("<svg").count(), 3, "flash, RAM, and what takes flash");
    assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
    assert!(!page.contains("http") && !page.contains("src="), "nothing is fetched");
    let text = folder.nir(&["report", &blinky]).out;
    for line in [
        "image that begins with @main",
        "flash at 0x00000000",
        "RAM at 0x20000000",
        "@TIMER0_IRQHandler, exception 24",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    folder.write("small.txt", "flash 0 0x80\nram 0x20000000 0x400\n");
    let small = folder.nir(&["report", "--memory", "small.txt", &blinky]);
    assert_eq!(small.status, 0);
    assert!(small.out.contains("no image: the program does not fit in flash"), "{}", small.out);
}
