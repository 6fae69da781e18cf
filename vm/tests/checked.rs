//! Checked memory: what each checked trap says, and how undefined bits and provenance go through a program.

use native_ir::Trap;
use std::sync::Arc;
use verifier::{Options, Verified, verify_text};
use vm::{Config, Host, MemoryMode, Outcome, Program, TrapReport, Vm};

const X86: &str = r#"native-ir 1
module   checked
target   x86_64-unknown-linux-elf
abi      zero-x86_64-sysv-v0.1
layout   "e-p:64:64-i64:64-i128:128-f64:64-f128:128-n8:16:32:64-S128"
profile  hosted
source   0 "checked.c" lines=99

import runtime @zero_alloc : fn(addr, addr) -> (ptr[generic,i8]) effects(alloc)
import runtime @zero_free : fn(ptr[generic,i8], addr, addr) -> () effects(alloc)
import runtime @zero_write : fn(i32, ptr[generic,i8], addr) -> (addr) effects(read, io)
type @Pair = struct{i8, i32}
data @table : array[i32,4] = [1, 2, 3, 4]
data @fixed : i32 readonly = 7
data @text : array[i8,8] = "abcdefgh"
register @port : ptr[mmio,i32] = 0x40000000
fn @plain(%a: i32) -> (i32) source=0 !80:1 {
^entry:
    return %a !81:1
}
"#;

/// The module of a text; what touches devices is freestanding and has no imports.
fn module(text: &str) -> Arc<Verified<native_ir::Module>> {
    let bare = |line: &&str| !text.contains("mmio ordering") || !line.starts_with("import");
    let text = text.lines().filter(bare).collect::<Vec<_>>().join("\n") + "\n";
    let text = match text.contains("mmio ordering") {
        true => text.replace("profile  hosted", "profile  freestanding"),
        false => text,
    };
    let report = verify_text(text.as_bytes(), &Options::default());
    Arc::new(report.module.unwrap_or_else(|| panic!("{:#?}\n{text}", report.diagnostics)))
}

/// Runs `@main` of a text in checked mode, whole and by single steps, which have to agree.
fn run(text: &str) -> (Outcome, Arc<Verified<native_ir::Module>>) {
    let module = module(text);
    let func = module.entry("main").expect("there is a main");
    let config = Config { memory_mode: MemoryMode::Checked, memory_bytes: Some(1 << 20), ..Config::default() };
    let machine = |config: &Config| {
        let program = Program::new(module.clone(), &[func], config).expect("the engine takes it");
        Vm::new(program, Host::default()).expect("the host has memory")
    };
    let whole = machine(&config).call(func, &[]).expect("the call fits");
    let mut vm = machine(&Config { fuel: true, ..config });
    vm.set_fuel(1);
    let mut stepped = vm.call(func, &[]).expect("the call fits");
    while stepped == Outcome::OutOfFuel {
        vm.set_fuel(1);
        stepped = vm.resume();
    }
    assert_eq!(without_addresses(stepped), without_addresses(whole.clone()), "{text}");
    (whole, module)
}

/// An outcome but for what differs from machine to machine.
fn without_addresses(outcome: Outcome) -> Outcome {
    let Outcome::Trapped(mut report) = outcome else { return outcome };
    report.address = None;
    report.detail = None;
    report.object.iter_mut().for_each(|object| object.base = 0);
    Outcome::Trapped(report)
}

fn trapped(body: &str) -> (Box<TrapReport>, Arc<Verified<native_ir::Module>>) {
    match run(&format!("{X86}{body}")) {
        (Outcome::Trapped(report), module) => (report, module),
        (outcome, _) => panic!("{outcome:?}\n{body}"),
    }
}

/// What a trap shall say of an object: name, size, the address's distance, lines where it came from and ended.
type Note<'n> = (&'n str, u64, i64, Option<u32>, Option<u32>);

#[track_caller]
fn traps(body: &str, trap: Trap, at: (u32, u16), note: Option<Note<'_>>) {
    let (report, module) = trapped(body);
    let text = report.render(&module);
    let span = report.stack.first().map(|site| (site.span.line, site.span.column));
    assert_eq!((report.trap, span), (trap, Some(at)), "{text}{body}");
    let found = report.object.as_ref().map(|object| {
        let distance = report.address.unwrap_or(0).wrapping_sub(object.base) as i64;
        let line = |place: Option<(native_ir::Func, native_ir::Span)>| place.map(|(_, span)| span.line);
        (object.name.as_str(), object.size, distance, line(object.defined), line(object.ended))
    });
    assert_eq!(found, note, "{text}{body}");
    assert!(text.contains(&format!("checked.c:{}:{}", at.0, at.1)), "{text}");
    if let Some((name, ..)) = note {
        assert!(text.contains(name), "{text}");
    }
}

/// `@main` with slots, a body and all effects that it may need.
fn main_of(slots: &str, body: &str) -> String {
    let effects = match body.contains("mmio ordering") {
        true => "effects(read, write, hardware, trap)",
        false => "effects(read, write, io, alloc, trap)",
    };
    format!("fn pub @main() -> (i32) {effects} source=0 !1:1 {{\n{slots}\n^entry:\n{body}\n}}\n")
}

#[test]
fn out_of_bounds_of_each_kind_of_object() {
    let slot = main_of(
        "slot $s: array[i32,4] !2:3",
        "%p: ptr[stack,array[i32,4]] = slot $s !3:1
        %q: ptr[stack,i32] = element %p, 4 !3:1
        %v: i32 = load.i32 %q !4:9
        return %v !5:1",
    );
    traps(&slot, Trap::OutOfBounds, (4, 9), Some(("slot $s of @main", 16, 16, Some(2), None)));
    let data = main_of(
        "",
        "%p: ptr[static,array[i32,4]] = address @table !3:1
        %q: ptr[static,i32] = element %p, -1 !3:1
        store.i32 1, %q !6:2
        return 0 !7:1",
    );
    traps(&data, Trap::OutOfBounds, (6, 2), Some(("data @table", 16, -4, None, None)));
    let heap = main_of(
        "",
        "%p: ptr[generic,i8] = call @zero_alloc(10, 8) !3:5
        memset %p, 0, 11 !8:4
        return 0 !9:1",
    );
    let (report, module) = trapped(&heap);
    let object = report.object.clone().expect("an object");
    assert_eq!(
        (report.trap, object.size, object.defined.map(|(_, span)| span.line)),
        (Trap::OutOfBounds, 10, Some(3))
    );
    assert!(object.name.contains("allocated"), "{}", report.render(&module));
    let nowhere = main_of("", "%p: ptr[heap,i32] = null !3:1\n%v: i32 = load.i32 %p !4:1\nreturn %v !5:1");
    traps(&nowhere, Trap::OutOfBounds, (4, 1), None);
}

#[test]
fn use_after_free_return_and_the_end_of_a_lifetime() {
    let freed = main_of(
        "",
        "%p: ptr[generic,i8] = call @zero_alloc(10, 8) !3:5
        call @zero_free(%p, 10, 8) !4:5
        store.i8 1, %p !5:6
        return 0 !6:1",
    );
    let (report, _) = trapped(&freed);
    let object = report.object.clone().expect("an object");
    let line = |place: Option<(native_ir::Func, native_ir::Span)>| place.map(|(_, span)| span.line);
    assert_eq!((report.trap, report.stack[0].span.line), (Trap::UseAfterLifetime, 5));
    assert_eq!((line(object.defined), line(object.ended)), (Some(3), Some(4)));
    let ended = main_of(
        "slot $s: i32 !2:3",
        "%p: ptr[stack,i32] = slot $s !3:1
        store.i32 1, %p !3:1
        lifetime_end $s !4:1
        %v: i32 = load.i32 %p !5:9
        return %v !6:1",
    );
    traps(&ended, Trap::UseAfterLifetime, (5, 9), Some(("slot $s of @main", 4, 0, Some(2), Some(4))));
    let returned = "fn @leak(%to: ptr[generic,addr]) -> () effects(read, write) source=0 !10:1 {
    slot $s: i32 !11:3
^entry:
    %p: ptr[stack,i32] = slot $s !12:1
    %a: addr = ptr_to_addr %p !12:1
    store.addr %a, %to !12:1
    return !13:2
}
"
    .to_string()
        + &main_of(
            "slot $a: addr !2:3",
            "%p: ptr[stack,addr] = slot $a !3:1
            %g: ptr[generic,addr] = cast %p !3:1
            call @leak(%g) !4:1
            %x: addr = load.addr %p !5:1
            %q: ptr[generic,i32] = addr_to_ptr %x !5:1
            %v: i32 = load.i32 %q !6:9
            return %v !7:1",
        );
    traps(&returned, Trap::UseAfterLifetime, (6, 9), Some(("slot $s of @leak", 4, 0, Some(11), Some(13))));
    let double = main_of(
        "",
        "%p: ptr[generic,i8] = call @zero_alloc(10, 8) !3:5
        call @zero_free(%p, 10, 8) !4:5
        call @zero_free(%p, 10, 8) !5:5
        return 0 !6:1",
    );
    let (report, _) = trapped(&double);
    assert_eq!((report.trap, report.stack[0].span.line), (Trap::UseAfterLifetime, 5));
    let again = main_of(
        "slot $s: i32 !2:3",
        "%p: ptr[stack,i32] = slot $s !3:1
        store.i32 1, %p !3:1
        lifetime_end $s !4:1
        lifetime_start $s !5:1
        store.i32 9, %p !6:1
        %v: i32 = load.i32 %p !7:1
        return %v !8:1",
    );
    assert_eq!(run(&format!("{X86}{again}")).0, Outcome::Returned(vec![9]));
}

#[test]
fn misaligned_and_in_the_wrong_space_and_read_only() {
    let misaligned = main_of(
        "slot $s: array[i8,8] align=8 !2:3",
        "%p: ptr[stack,array[i8,8]] = slot $s !3:1
        %q: ptr[stack,i8] = element %p, 2 !3:1
        store.i32 1, %q !4:5
        return 0 !5:1",
    );
    traps(&misaligned, Trap::Misaligned, (4, 5), Some(("slot $s of @main", 8, 2, Some(2), None)));
    let aligned = misaligned.replace("store.i32 1, %q", "store.i32 1, %q align=2");
    assert_eq!(run(&format!("{X86}{aligned}")).0, Outcome::Returned(vec![0]));
    let space = main_of(
        "slot $s: i8 !2:3",
        "%p: ptr[stack,i8] = slot $s !3:1
        %g: ptr[generic,i8] = cast %p !3:1
        call @zero_free(%g, 1, 1) !4:9
        return 0 !5:1",
    );
    traps(&space, Trap::WrongAddressSpace, (4, 9), Some(("slot $s of @main", 1, 0, Some(2), None)));
    let fixed = main_of(
        "",
        "%p: ptr[static,i32] = address @fixed !3:1
        %g: ptr[generic,i32] = cast %p !3:1
        store.i32 1, %g !4:2
        return 0 !5:1",
    );
    traps(&fixed, Trap::ReadOnlyStore, (4, 2), Some(("data @fixed", 4, 0, None, None)));
    let code = main_of(
        "",
        "%f: ptr[code,fn(i32) -> (i32)] = address @plain !3:1
        %a: addr = ptr_to_addr %f !3:1
        %p: ptr[generic,i32] = addr_to_ptr %a !3:1
        store.i32 1, %p align=1 !4:2
        return 0 !5:1",
    );
    traps(&code, Trap::ReadOnlyStore, (4, 2), None);
    let read = code.replace("store.i32 1, %p align=1", "%v: i32 = load.i32 %p align=1");
    traps(&read, Trap::WrongAddressSpace, (4, 2), None);
}

#[test]
fn a_call_of_what_is_no_such_function() {
    let other = main_of(
        "slot $s: ptr[code,fn(i32) -> (i32)] !2:3",
        "%f: ptr[code,fn(i32) -> (i32)] = address @plain !3:1
        %p: ptr[stack,ptr[code,fn(i32) -> (i32)]] = slot $s !3:1
        store.ptr[code,fn(i32) -> (i32)] %f, %p !3:1
        %b: ptr[stack,i8] = cast %p !3:1
        %g: ptr[code,fn(i64) -> (i32)] = load.ptr[code,fn(i64) -> (i32)] %b !3:1
        %v: i32 = call_indirect %g(1) !4:9
        return %v !5:1",
    );
    let null = main_of(
        "",
        "%f: ptr[code,fn(i32) -> (i32)] = null !3:1
        %v: i32 = call_indirect %f(1) !4:9
        return %v !5:1",
    );
    for body in [other, null] {
        traps(&body, Trap::BadSignature, (4, 9), None);
    }
}

#[test]
fn devices_that_are_not_there_and_copies_that_overlap() {
    let device = main_of(
        "",
        "%p: ptr[mmio,i32] = register @port !3:1
        %v: i32 = load.i32 %p address_space=mmio ordering=volatile !4:9
        return %v !5:1",
    );
    traps(&device, Trap::UnmappedMmio, (4, 9), None);
    let overlap = main_of(
        "slot $s: array[i8,16] !2:3",
        "%p: ptr[stack,array[i8,16]] = slot $s !3:1
        %q: ptr[stack,i8] = element %p, 7 !3:1
        memset %p, 1, 16 !3:1
        memcpy %q, %p, 8 !4:3
        return 0 !5:1",
    );
    traps(&overlap, Trap::OverlappingCopy, (4, 3), None);
    for harmless in ["memmove %q, %p, 8", "memcpy %q, %p, 7", "memcpy %p, %p, 16"] {
        let body = overlap.replace("memcpy %q, %p, 8", harmless);
        assert_eq!(run(&format!("{X86}{body}")).0, Outcome::Returned(vec![0]), "{harmless}");
    }
}

/// A body that begins with `%v`, of 8 undefined bits, and `%w`, of 32 of which the low 8 are defined and 1.
fn with_undefined(body: &str) -> String {
    main_of(
        "slot $s: i32 !2:3\n    slot $pair: @Pair !2:5\n    slot $copy: @Pair !2:7",
        &format!(
            "%p: ptr[stack,i32] = slot $s !3:1
        %low: ptr[stack,i8] = cast %p !3:1
        %v: i8 = load.i8 %low !3:1
        store.i8 1, %low !3:1
        %w: i32 = load.i32 %p !3:1
        {body}"
        ),
    )
}

#[test]
fn undefined_bits_are_found_where_they_decide() {
    let uninitialized = [
        "%c: i1 = icmp.eq %v, 0 !4:1\n branch %c, ^yes, ^no !9:9\n^yes:\n return 1 !5:1\n^no:\n return 0 !6:1",
        "%c: i1 = trunc %v !4:1\n trap_if %c, user !9:9\n return 0 !5:1",
        "switch %v, ^yes, 1: ^no !9:9\n^yes:\n return 1 !5:1\n^no:\n return 0 !6:1",
        "%f: flags = compare %w, 7 !4:1\n branch.slt %f, ^yes, ^no !9:9\n^yes:\n return 1 !5:1\n^no:\n return 0 !6:1",
        "%t: ptr[static,array[i32,4]] = address @table !4:1\n %i: i32 = and %w, 256 !4:1
         %e: ptr[static,i32] = element %t, %i !4:1\n %x: i32 = load.i32 %e !9:9\n return %x !5:1",
        "%r: ptr[mmio,i32] = register @port !4:1\n store.i32 %w, %r address_space=mmio ordering=volatile !9:9\n return 0 !5:1",
        "%g: ptr[generic,i8] = cast %low !4:1\n %x: addr = call @zero_write(1, %g, 2) !9:9\n return 0 !5:1",
        "%n: addr = int_to_addr %w !4:1\n memset %low, 0, %n !9:9\n return 0 !5:1",
        // The sum of a defined and an undefined byte is no more defined.
        "%b: i8 = trunc %w !4:1\n %s: i8 = iadd %b, %v !4:1\n %c: i1 = icmp.eq %s, 0 !4:1\n trap_if %c, user !9:9\n return 0 !5:1",
        // An undefined bit that is shifted to where it is looked at.
        "%s: i32 = ushr %w, 7 !4:1\n %b: i32 = and %s, 2 !4:1\n %c: i1 = icmp.ne %b, 0 !4:1\n trap_if %c, user !9:9\n return 0 !5:1",
    ];
    for body in uninitialized {
        traps(&with_undefined(body), Trap::Uninitialized, (9, 9), None);
    }
}

#[test]
fn undefined_bits_that_decide_nothing_do_no_harm() {
    let harmless = [
        // Bitfields: the defined bits of a word with undefined ones.
        ("%b: i32 = and %w, 255 !4:1\n return %b !5:1", 1),
        ("%b: i32 = and %w, 255 !4:1\n %c: i1 = icmp.eq %b, 1 !4:1\n %z: i32 = zext %c !4:1\n branch %c, ^yes, ^no !5:1\n^yes:\n return 11 !5:1\n^no:\n return 22 !6:1", 11),
        ("%s: i32 = shl %w, 24 !4:1\n %b: i32 = ushr %s, 24 !4:1\n %c: i1 = icmp.eq %b, 1 !4:1\n trap_if %c, user !5:1\n return 0 !5:1", u32::MAX),
        ("%o: i32 = or %w, -256 !4:1\n %c: i1 = icmp.eq %o, -255 !4:1\n branch %c, ^yes, ^no !5:1\n^yes:\n return 11 !5:1\n^no:\n return 22 !6:1", 11),
        ("%b: i8 = trunc %w !4:1\n %z: i32 = sext %b !4:1\n %c: i1 = icmp.eq %z, 1 !4:1\n branch %c, ^yes, ^no !5:1\n^yes:\n return 11 !5:1\n^no:\n return 22 !6:1", 11),
        // A struct with undefined padding is copied as a whole, and its fields are as defined as before.
        ("%a: ptr[stack,@Pair] = slot $pair !4:1\n %x: ptr[stack,i8] = field %a, 0 !4:1\n %y: ptr[stack,i32] = field %a, 1 !4:1
         store.i8 3, %x !4:1\n store.i32 40, %y !4:1\n %d: ptr[stack,@Pair] = slot $copy !4:1\n memcpy %d, %a, 8 !4:1
         %m: ptr[stack,i32] = field %d, 1 !4:1\n %k: i32 = load.i32 %m !4:1\n %c: i1 = icmp.eq %k, 40 !4:1
         branch %c, ^yes, ^no !5:1\n^yes:\n return 11 !5:1\n^no:\n return 22 !6:1", 11),
        // Undefined bits may be stored, loaded, selected and passed on.
        ("%a: ptr[stack,@Pair] = slot $pair !4:1\n %x: ptr[stack,i8] = field %a, 0 !4:1\n store.i8 %v, %x !4:1
         %y: i8 = load.i8 %x !4:1\n %z: i8 = select 1, %y, %v !4:1\n jump ^on(%z) !4:1\n^on(%i: i8):\n %q: i32 = zext %i !5:1
         %r: i32 = call @plain(%q) !5:1\n %b: i32 = ushr %r, 8 !5:1\n return %b !5:1", 0),
    ];
    for (body, result) in harmless {
        let text = format!("{X86}{}", with_undefined(body));
        match run(&text).0 {
            Outcome::Trapped(report) if result == u32::MAX => assert_eq!(report.trap, Trap::User, "{body}"),
            outcome => assert_eq!(outcome, Outcome::Returned(vec![result.into()]), "{body}"),
        }
    }
}

#[test]
fn padding_stays_undefined_through_a_copy() {
    let body =
        "%a: ptr[stack,@Pair] = slot $pair !4:1\n %x: ptr[stack,i8] = field %a, 0 !4:1\n store.i8 3, %x !4:1
        %d: ptr[stack,@Pair] = slot $copy !4:1\n memset %d, 0, 8 !4:1\n memcpy %d, %a, 8 !4:1
        %b: ptr[stack,i8] = cast %d !4:1\n %i: ptr[stack,i8] = element %b, 1 !4:1\n %y: i8 = load.i8 %i !4:1
        %c: i1 = icmp.eq %y, 0 !4:1\n trap_if %c, user !9:9\n return 0 !5:1";
    traps(&with_undefined(body), Trap::Uninitialized, (9, 9), None);
}

#[test]
fn pointers_come_through_integers_and_copies() {
    let through = |middle: &str| {
        main_of(
            "slot $s: array[i32,4] !2:3\n    slot $a: ptr[stack,array[i32,4]] !2:5\n    slot $b: ptr[stack,array[i32,4]] !2:7",
            &format!(
                "%p: ptr[stack,array[i32,4]] = slot $s !3:1
        memset %p, 0, 16 !3:1
        %a: ptr[stack,ptr[stack,array[i32,4]]] = slot $a !3:1
        %b: ptr[stack,ptr[stack,array[i32,4]]] = slot $b !3:1
        store.ptr[stack,array[i32,4]] %p, %a !3:1
        {middle}
        %q: ptr[stack,array[i32,4]] = load.ptr[stack,array[i32,4]] %b !5:1
        %e: ptr[stack,i32] = element %q, 3 !5:1
        store.i32 77, %e !5:1
        %o: ptr[stack,i32] = element %p, 3 !5:1
        %v: i32 = load.i32 %o !5:1
        %far: ptr[stack,i32] = element %q, 4 !6:1
        %bad: i32 = load.i32 %far !7:9
        return %v !8:1"
            ),
        )
    };
    // With its provenance the pointer is known to go too far.
    let whole = through("memcpy %b, %a, 8 !4:1");
    traps(&whole, Trap::OutOfBounds, (7, 9), Some(("slot $s of @main", 16, 16, Some(2), None)));
    // As an integer it takes the object that is there: what is behind `$s` is another one or none.
    let integer = through(
        "%ai: ptr[stack,i8] = cast %a !4:1\n %bi: ptr[stack,i8] = cast %b !4:1
        %n: i64 = load.i64 %ai !4:1\n store.i64 %n, %bi !4:1",
    );
    let fine = integer.replace("%bad: i32 = load.i32 %far !7:9\n", "");
    assert_eq!(run(&format!("{X86}{fine}")).0, Outcome::Returned(vec![77]));
    let bytes: String = (0..8)
        .map(|i| {
            format!(
                "%x{i}: ptr[stack,i8] = element %ai, {i} !4:1\n %y{i}: ptr[stack,i8] = element %bi, {i} !4:1
                 %z{i}: i8 = load.i8 %x{i} !4:1\n store.i8 %z{i}, %y{i} !4:1\n"
            )
        })
        .collect();
    let by_bytes =
        through(&format!("%ai: ptr[stack,i8] = cast %a !4:1\n %bi: ptr[stack,i8] = cast %b !4:1\n{bytes}"));
    let fine = by_bytes.replace("%bad: i32 = load.i32 %far !7:9\n", "");
    assert_eq!(run(&format!("{X86}{fine}")).0, Outcome::Returned(vec![77]));
}

/// Frames of 256 bytes fill the first pieces of a fiber's memory to their ends, if nothing prevents that.
#[test]
fn objects_end_with_their_activations_wherever_they_lie() {
    for depth in 0..12 {
        let text = format!(
            "{X86}fn @deep(%n: i32) -> (ptr[generic,i8]) effects(read, write) source=0 !1:1 {{
    slot $bytes : array[i8,256] !1:1
^entry:
    %array: ptr[stack,array[i8,256]] = slot $bytes !1:1
    %byte: ptr[stack,i8] = element %array, 0 !1:1
    %own: ptr[generic,i8] = cast %byte !1:1
    store.i8 7, %own !1:1
    %more: i1 = icmp.ne %n, 0 !1:1
    branch %more, ^down, ^bottom !1:1
^down:
    %less: i32 = isub %n, 1 !1:1
    %below: ptr[generic,i8] = call @deep(%less) !1:1
    return %own !1:1
^bottom:
    return %own !1:1
}}
fn pub @main() -> (i8) effects(read, write) source=0 !1:1 {{
^entry:
    %gone: ptr[generic,i8] = call @deep({depth}) !1:1
    %byte: i8 = load.i8 %gone !9:9
    return %byte !1:1
}}
"
        );
        let (outcome, _) = run(&text);
        let Outcome::Trapped(report) = outcome else { panic!("{depth}: {outcome:?}") };
        assert_eq!(report.trap, Trap::UseAfterLifetime, "{depth}");
    }
}
