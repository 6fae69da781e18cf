//! Exceptions of the processor: how handlers begin and end, and how the processor itself ends a run.

use devices::{Bus, armv6m};
use native_ir::{Func, Item, Module, Trap};
use std::sync::Arc;
use verifier::{Options, Verified, verify_text};
use vm::{Config, Halt, Host, MemoryMode, Outcome, Program, Vm};

const NMI: u16 = 2;
const SUPERVISOR_CALL: u16 = 11;

const TEXT: &str = r#"native-ir 1
module   exceptions
target   sim-cortex-m0
abi      zero-freestanding-v1
layout   "e-p:32:32-i64:64-f64:64-n32-S64"
features thumb
profile  bare-metal
source   0 "exceptions.zero" lines=99

register @STATE : ptr[mmio,i32] = 0xe000ed04 access=read-write
register @RESET : ptr[mmio,i32] = 0xe000ed0c access=read-write
register @SLEEP : ptr[mmio,i32] = 0xe000ed10 access=read-write
data @times : i32 = 0

fn pub interrupt @count() -> () effects(read, write, hardware) source=0 !1:1 {
^entry:
    %place: ptr[static,i32] = address @times !1:5
    %before: i32 = load.i32 %place ordering=ordered !1:5
    %after: i32 = iadd %before, 1 !1:5
    store.i32 %after, %place ordering=ordered !1:5
    %third: i1 = icmp.eq %after, 3 !1:5
    branch %third, ^awake, ^done !1:5
^awake:
    %sleep: ptr[mmio,i32] = register @SLEEP !1:5
    store.i32 0, %sleep address_space=mmio ordering=volatile !1:5
    jump ^done !1:5
^done:
    return !1:5
}

fn pub interrupt @fail() -> () effects(trap) source=0 !2:1 {
^entry:
    trap user !2:5
}

fn pub @times_so_far() -> (i32) effects(read) source=0 !3:1 {
^entry:
    %place: ptr[static,i32] = address @times !3:5
    %times: i32 = load.i32 %place ordering=ordered !3:5
    return %times !3:5
}

fn pub @doze() -> (i32) effects(read, hardware) source=0 !4:1 {
^entry:
    wait_interrupt !4:5
    %times: i32 = call @times_so_far() !4:5
    return %times !4:5
}

fn pub @events() -> (i32) effects(read, hardware) source=0 !5:1 {
^entry:
    send_event !5:5
    wait_event !5:5
    %first: i32 = call @times_so_far() !5:5
    wait_event !5:9
    %second: i32 = call @times_so_far() !5:9
    %tens: i32 = imul %first, 10 !5:9
    %both: i32 = iadd %tens, %second !5:9
    return %both !5:9
}

fn pub @start_again() -> (i32) effects(hardware) source=0 !6:1 {
^entry:
    %reset: ptr[mmio,i32] = register @RESET !6:5
    store.i32 4, %reset address_space=mmio ordering=volatile !6:5
    store.i32 0x05fa0004, %reset address_space=mmio ordering=volatile !6:9
    store.i32 0, %reset address_space=mmio ordering=volatile !6:13
    return 1 !6:17
}

fn pub @held() -> (i32) effects(hardware) source=0 !7:1 {
^entry:
    interrupt_disable !7:5
    supervisor_call 1 !7:9
    return 1 !7:13
}

fn pub @only_handlers() -> (i32) effects(read, hardware) source=0 !8:1 {
^entry:
    %sleep: ptr[mmio,i32] = register @SLEEP !8:5
    store.i32 2, %sleep address_space=mmio ordering=volatile !8:5
    supervisor_call 1 !8:9
    %times: i32 = call @times_so_far() !8:13
    return %times !8:13
}

fn pub @urgent() -> (i32) effects(hardware) source=0 !9:1 {
^entry:
    interrupt_disable !9:5
    %state: ptr[mmio,i32] = register @STATE !9:5
    store.i32 0x80000000, %state address_space=mmio ordering=volatile !9:5
    barrier_sync !9:9
    return 1 !9:13
}
"#;

fn module() -> Arc<Verified<Module>> {
    let report = verify_text(TEXT.as_bytes(), &Options::default());
    Arc::new(report.module.unwrap_or_else(|| panic!("{:#?}", report.diagnostics)))
}

fn function(module: &Module, name: &str) -> Func {
    match module.find_symbol(name).map(|symbol| module.item(symbol)) {
        Some(Item::Function(func)) => func,
        _ => panic!("no @{name}"),
    }
}

/// How a function ends with handlers, given something to do whenever the program sleeps for ever; in both memory modes, whole
/// and in slices of fuel, which have to agree.
#[track_caller]
fn ends(name: &str, handlers: &[(u16, &str)], wake: impl Fn(usize, &mut Bus) -> bool) -> Outcome {
    let module = module();
    let func = function(&module, name);
    let handlers: Vec<(u16, Func)> =
        handlers.iter().map(|&(number, name)| (number, function(&module, name))).collect();
    let entries: Vec<Func> = [func].into_iter().chain(handlers.iter().map(|(_, func)| *func)).collect();
    let mut ends = Vec::new();
    for memory_mode in [MemoryMode::Fast, MemoryMode::Checked] {
        for slice in [None, Some(1), Some(3)] {
            let config = Config { memory_mode, fuel: slice.is_some(), sleeps_lightly: false, ..Config::default() };
            let program = Program::new(module.clone(), &entries, &config).expect("the engine takes it");
            let mut vm = Vm::new(program, Host { bus: armv6m(), ..Host::default() }).expect("the host has memory");
            handlers.iter().for_each(|&(number, handler)| vm.on_exception(number, handler));
            vm.set_fuel(slice.unwrap_or(0));
            let mut outcome = vm.call(func, &[]).expect("the call fits");
            let mut slept = 0;
            loop {
                match (&outcome, slice) {
                    (Outcome::OutOfFuel, Some(slice)) => vm.set_fuel(slice),
                    (Outcome::Halted(Halt::Asleep), _) if wake(slept, &mut vm.host().bus) => slept += 1,
                    _ => break,
                }
                outcome = vm.resume();
            }
            ends.push(outcome);
        }
    }
    // Where interrupted code goes on lies between instructions, and is told as one of those around.
    let alike = |one: &Outcome, other: &Outcome| match (one, other) {
        (Outcome::Trapped(one), Outcome::Trapped(other)) => {
            (one.trap, &one.detail, one.stack.first()) == (other.trap, &other.detail, other.stack.first())
        }
        (one, other) => one == other,
    };
    assert!(ends.iter().all(|end| alike(end, &ends[0])), "{ends:?}");
    ends.swap_remove(0)
}

/// Makes an interrupt line pending that is on.
fn raise(bus: &mut Bus, line: u16) {
    bus.write(0xe000_e100, devices::Width::Four, 1 << line).expect("a register");
    bus.raise(line).expect("a line");
}

#[test]
fn a_sleep_that_nothing_ends_is_the_end_until_something_does() {
    assert_eq!(ends("doze", &[], |_, _| false), Outcome::Halted(Halt::Asleep));
    let by_line = |slept, bus: &mut Bus| {
        // The first time nothing comes of it.
        if slept > 0 {
            raise(bus, 5);
        }
        slept < 2
    };
    assert_eq!(ends("doze", &[(21, "count")], by_line), Outcome::Returned(vec![1]));
    assert_eq!(ends("events", &[], |_, _| false), Outcome::Halted(Halt::Asleep));
    let once = |slept, bus: &mut Bus| {
        raise(bus, 0);
        slept == 0
    };
    assert_eq!(ends("events", &[(16, "count")], once), Outcome::Returned(vec![1]));
}

#[test]
fn a_program_that_wants_to_sleeps_behind_its_handlers() {
    let handlers = [(SUPERVISOR_CALL, "count"), (17, "count")];
    assert_eq!(ends("only_handlers", &handlers, |_, _| false), Outcome::Halted(Halt::Asleep));
    // The supervisor call, and two interrupts; the last handler ends that.
    let twice = |slept, bus: &mut Bus| {
        raise(bus, 1);
        slept < 2
    };
    assert_eq!(ends("only_handlers", &handlers, twice), Outcome::Returned(vec![3]));
}

#[test]
fn a_reset_ends_the_run() {
    assert_eq!(ends("start_again", &[], |_, _| false), Outcome::Halted(Halt::Reset));
}

#[test]
fn a_supervisor_call_that_cannot_come_ends_the_run() {
    assert_eq!(ends("held", &[], |_, _| false), Outcome::Returned(vec![1]), "nobody handles it");
    let handlers = [(SUPERVISOR_CALL, "count")];
    assert_eq!(ends("held", &handlers, |_, _| false), Outcome::Halted(Halt::SupervisorCall));
}

#[test]
fn a_trap_in_the_handler_of_the_nmi_is_a_lockup() {
    let Outcome::Trapped(report) = ends("urgent", &[(NMI, "fail")], |_, _| false) else { panic!("no trap") };
    assert_eq!((report.trap, report.detail.as_deref()), (Trap::Lockup, Some("the program stopped itself")));
    let text = report.render(&module());
    assert!(text.contains("at @fail (exceptions.zero:2:5)") && text.contains("at @urgent"), "{text}");
    let Outcome::Trapped(report) = ends("doze", &[(21, "fail")], |_, bus| {
        raise(bus, 5);
        true
    }) else {
        panic!("no trap")
    };
    assert_eq!(report.trap, Trap::User, "any other handler traps as everything does");
}
