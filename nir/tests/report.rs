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
    let accesses = json!([
        { "register": "@status", "address": 0x4000_0400u64, "reads": 2, "writes": 0 },
        { "register": "@pins", "address": 0x5000_0700u64, "reads": 0, "writes": 1 },
    ]);
    assert_eq!(function(&report, "poll")["accesses"], accesses);
    let elsewhere = json!([{ "register": null, "address": null, "reads": 0, "writes": 1 }]);
    assert_eq!(function(&report, "set")["accesses"], elsewhere);
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
    assert!(hardware.contains("  @status at 0x40000400: 2 reads, 0 writes"), "{hardware}");
}

#[test]
fn firmware_is_reported_without_machine_code() {
    let folder = Folder::new();
    let uart = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/firmware/uart.nir");
    let text = folder.nir(&["report", uart]);
    assert_eq!(text.status, 0);
    assert!(
        text.out.contains("no machine code: there is no emitter for the target `sim-cortex-m0`"),
        "{}",
        text.out
    );
    let report = json(&folder, uart);
    assert!(report["totals"]["volatile_writes"].as_u64().is_some_and(|writes| writes > 0), "{report}");
}
