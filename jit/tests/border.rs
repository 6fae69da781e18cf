//! Calls between bytecode and machine code: where they end, and what else a machine promises. What crosses the border
//! is in `border/*.nir`, which `fixtures.rs` runs.

use jit::{Jit, Options, Reason, Rejected};
use native_ir::{Func, Item, Module, Trap};
use std::sync::Arc;
use verifier::Verified;
use vm::{Config, Host, Outcome, TrapReport, Vm};

const HEAD: &str = r#"native-ir 1
module   border
target   x86_64-unknown-linux-elf
abi      zero-x86_64-sysv-v0.1
layout   "e-p:64:64-i64:64-i128:128-f64:64-f128:128-n8:16:32:64-S128"
profile  hosted
source   0 "border.zero" lines=1000
"#;

struct Machine {
    module: Arc<Verified<Module>>,
    vm: Vm,
    jit: Jit,
}

impl Machine {
    fn new(body: &str, options: &Options) -> Machine {
        let module = module(body);
        let entries: Vec<Func> = module.functions.keys().collect();
        let config = Config { memory_bytes: Some(16 << 20), ..Config::default() };
        let (vm, jit) = jit::machine(&module, &entries, &config, Host::default(), options).unwrap();
        Machine { module, vm, jit }
    }

    fn func(&self, name: &str) -> Func {
        match self.module.item(self.module.find_symbol(name).unwrap()) {
            Item::Function(func) => func,
            item => panic!("{item:?}"),
        }
    }

    fn call(&mut self, name: &str, arguments: &[u128]) -> Outcome {
        self.vm.call(self.func(name), arguments).unwrap()
    }

    fn trap(&mut self, name: &str, arguments: &[u128]) -> Box<TrapReport> {
        match self.call(name, arguments) {
            Outcome::Trapped(report) => report,
            outcome => panic!("{outcome:?}"),
        }
    }

    /// The functions of a report's calls and the lines of their spans.
    fn places(&self, report: &TrapReport) -> Vec<(String, u32)> {
        let name = |func: Func| self.module.symbol_name(self.module.functions[func].symbol).to_string();
        report.stack.iter().map(|site| (name(site.function), site.span.line)).collect()
    }
}

fn module(body: &str) -> Arc<Verified<Module>> {
    // Only freestanding programs access hardware.
    let profile = if body.contains("register @") { "freestanding" } else { "hosted" };
    let text = HEAD.replace("hosted", profile) + body;
    let report = verifier::verify_text(text.as_bytes(), &verifier::Options::default());
    Arc::new(report.module.unwrap_or_else(|| panic!("{:?}", report.diagnostics)))
}

fn machine(body: &str) -> Machine {
    Machine::new(body, &Options::default())
}

fn places(list: &[(&str, u32)]) -> Vec<(String, u32)> {
    list.iter().map(|&(name, line)| (name.to_string(), line)).collect()
}

/// A function of each engine that calls the other, so many times.
const NESTED: &str = "\
fn @native(%n: i32) -> (i32) source=0 !1:1 {
^entry:
    %zero: i1 = icmp.eq %n, 0 !2:5
    branch %zero, ^end, ^more !2:5
^end:
    return 0 !3:5
^more:
    %m: i32 = isub %n, 1 !4:5
    %r: i32 = call @bytecode(%m) !5:5
    %s: i32 = iadd %r, 1 !6:5
    return %s !7:5
}
fn runtime @bytecode(%n: i32) -> (i32) source=0 !11:1 {
^entry:
    %zero: i1 = icmp.eq %n, 0 !12:5
    branch %zero, ^end, ^more !12:5
^end:
    return 0 !13:5
^more:
    %m: i32 = isub %n, 1 !14:5
    %r: i32 = call @native(%m) !15:5
    %s: i32 = iadd %r, 1 !16:5
    return %s !17:5
}
";

#[test]
fn calls_to_and_fro_end_before_the_hosts_stack_does() {
    let mut machine = machine(NESTED);
    assert_eq!(machine.call("native", &[100]), Outcome::Returned(vec![100]));
    for _ in 0..2 {
        let report = machine.trap("native", &[1_000_000]);
        assert_eq!(report.trap, Trap::StackExhausted);
        let places = machine.places(&report);
        assert!(places.len() > 100, "{}", places.len());
        let bytecode = places.iter().position(|(name, _)| name == "bytecode").unwrap();
        for (index, (name, line)) in places.iter().enumerate().skip(1) {
            let expected = if index % 2 == bytecode % 2 { ("bytecode", 15) } else { ("native", 5) };
            assert_eq!((name.as_str(), *line), expected, "{index}");
        }
    }
    assert_eq!(machine.call("bytecode", &[101]), Outcome::Returned(vec![101]));
}

#[test]
fn tiers_say_what_runs_how() {
    let machine = machine(NESTED);
    let tiers = machine.jit.tiers();
    assert_eq!(tiers.native, [machine.func("native")]);
    assert_eq!(tiers.rejected, [rejected(machine.func("bytecode"), Reason::Runtime)]);
    let except = vec![machine.func("native")];
    let other = Machine::new(NESTED, &Options { except, ..Options::default() });
    assert_eq!(other.jit.tiers().native, []);
    assert_eq!(other.jit.tiers().rejected[0].reason, Reason::Excepted);
}

#[test]
fn a_function_is_compiled_when_it_was_called_often_enough() {
    let mut machine = Machine::new(NESTED, &Options { threshold: 3, ..Options::default() });
    let native = machine.func("native");
    // Each call of `@native` with 2 is two calls of it.
    for calls in [2, 4] {
        assert!(machine.jit.tiers().native.is_empty(), "{calls}");
        assert_eq!(machine.jit.tiers().rejected[0], rejected(native, Reason::Cold(3)));
        assert_eq!(machine.call("native", &[2]), Outcome::Returned(vec![2]));
    }
    assert_eq!(machine.jit.tiers().native, [native]);
    assert_eq!(machine.jit.tiers().rejected, [rejected(machine.func("bytecode"), Reason::Runtime)]);
    assert_eq!(machine.call("native", &[50]), Outcome::Returned(vec![50]));
}

fn rejected(func: Func, reason: Reason) -> Rejected {
    Rejected { func, reason }
}

#[test]
fn machine_code_ends_where_its_stack_does() {
    let mut machine = machine(
        "\
fn @deep(%n: i32) -> (i32) source=0 !1:1 {
^entry:
    %zero: i1 = icmp.eq %n, 0 !2:5
    branch %zero, ^end, ^more !2:5
^end:
    return 0 !3:5
^more:
    %m: i32 = isub %n, 1 !4:5
    %r: i32 = call @deep(%m) !5:5
    %s: i32 = iadd %r, %n !6:5
    return %s !7:5
}
fn @large(%n: i32) -> (i32) effects(read, write) source=0 !11:1 {
    slot $s: array[i32,100000]
^entry:
    %s: ptr[stack,array[i32,100000]] = slot $s !12:5
    %p: ptr[stack,i32] = element %s, 0 !12:5
    store.i32 %n, %p !12:5
    %m: i32 = isub %n, 1 !14:5
    %r: i32 = call @large(%m) !15:5
    %v: i32 = load.i32 %p !16:5
    %t: i32 = iadd %v, %r !16:5
    return %t !17:5
}
",
    );
    let sum = Outcome::Returned(vec![1000 * 1001 / 2]);
    assert_eq!(machine.call("deep", &[1000]), sum);
    for (name, line, least) in [("deep", 5, 10_000), ("large", 15, 10), ("deep", 5, 10_000)] {
        let report = machine.trap(name, &[90_000_000]);
        assert_eq!(report.trap, Trap::StackExhausted, "{name}");
        assert!(report.stack.len() > least, "{name}: {}", report.stack.len());
        let places = machine.places(&report);
        assert!(places[1..].iter().all(|place| *place == (name.to_string(), line)), "{name}");
    }
    assert_eq!(machine.call("deep", &[1000]), sum);
}

#[test]
fn an_access_that_the_system_refuses_is_a_trap() {
    let mut machine = machine(
        "\
register @lamp : ptr[mmio,i32] = 0x50000000
fn @load(%a: addr) -> (i32) effects(read) source=0 !1:1 {
^entry:
    %p: ptr[generic,i32] = addr_to_ptr %a !2:5
    %v: i32 = load.i32 %p !3:5
    return %v !4:5
}
fn @call(%a: addr) -> (i32) effects(read) source=0 !11:1 {
^entry:
    %v: i32 = call @load(%a) !12:5
    return %v !13:5
}
fn @device(%v: i32) -> () effects(write, hardware) source=0 !21:1 {
^entry:
    %p: ptr[mmio,i32] = register @lamp !22:5
    store.i32 %v, %p address_space=mmio ordering=volatile !23:5
    return !24:5
}
",
    );
    for address in [0x10, 0x7fff_ffff_0000, 0xdead_0000_0000_0000] {
        let report = machine.trap("call", &[address]);
        assert_eq!(report.trap, Trap::OutOfBounds, "{address:x}");
        assert_eq!(machine.places(&report), places(&[("load", 3), ("call", 12)]));
    }
    let report = machine.trap("device", &[1]);
    assert_eq!(report.trap, Trap::UnmappedMmio);
    assert_eq!(machine.places(&report), places(&[("device", 23)]));
    let detail = report.detail.unwrap();
    assert!(detail.contains("0x50000000"), "{detail}");
}

#[test]
fn calls_are_found_through_functions_that_take_their_arguments_off_the_stack() {
    let mut machine = machine(
        "\
fn @pops(%a0: i64, %a1: i64, %a2: i64, %a3: i64, %a4: i64, %a5: i64, %a6: i64, %a7: i64, %a8: i64) -> (i64) abi=tail effects(trap) source=0 !1:1 {
^entry:
    %r: i64 = udiv %a0, %a8 !2:5
    return %r !3:5
}
fn @middle(%a: i64) -> (i64) effects(trap) source=0 !11:1 {
^entry:
    %r: i64 = call @pops(1, 2, 3, 4, 5, 6, 7, 8, %a) !12:5
    %s: i64 = iadd %r, %a !13:5
    return %s !14:5
}
fn @outer(%a: i64) -> (i64) effects(trap) source=0 !21:1 {
^entry:
    %r: i64 = call @middle(%a) !22:5
    %s: i64 = iadd %r, 1 !23:5
    return %s !24:5
}
",
    );
    assert_eq!(machine.call("outer", &[1]), Outcome::Returned(vec![3]));
    let report = machine.trap("outer", &[0]);
    assert_eq!(machine.places(&report), places(&[("pops", 2), ("middle", 12), ("outer", 22)]));
}

#[test]
fn calls_are_found_through_tail_calls_that_move_the_return_address() {
    let mut machine = machine(
        "\
fn @divides(%a: i64) -> (i64) abi=tail effects(trap) source=0 !1:1 {
^entry:
    %r: i64 = udiv 30, %a !2:5
    return %r !3:5
}
fn @fewer(%a0: i64, %a1: i64, %a2: i64, %a3: i64, %a4: i64, %a5: i64, %a6: i64, %a7: i64, %a8: i64) -> (i64) abi=tail effects(trap) source=0 !5:1 {
^entry:
    tail_call @divides(%a8) !6:5
}
fn @more(%a: i64) -> (i64) abi=tail effects(trap) source=0 !8:1 {
^entry:
    tail_call @fewer(1, 2, 3, 4, 5, 6, 7, 8, %a) !9:5
}
fn @outer(%a: i64) -> (i64) effects(trap) source=0 !11:1 {
^entry:
    %r: i64 = call @more(%a) !12:5
    %s: i64 = call @fewer(1, 2, 3, 4, 5, 6, 7, 8, %r) !13:5
    return %s !14:5
}
",
    );
    assert_eq!(machine.call("outer", &[5]), Outcome::Returned(vec![5]));
    let report = machine.trap("outer", &[0]);
    assert_eq!(machine.places(&report), places(&[("divides", 2), ("outer", 12)]));
    let report = machine.trap("outer", &[31]);
    assert_eq!(machine.places(&report), places(&[("divides", 2), ("outer", 13)]));
}

#[test]
fn calls_are_found_from_the_red_zone() {
    let mut machine = machine(
        "\
fn @leaf(%a: i64, %at: i64) -> (i64) effects(read, write, trap) source=0 !1:1 {
    slot $s: array[i64,12]
^entry:
    %array: ptr[stack,array[i64,12]] = slot $s !2:5
    %cell: ptr[stack,i64] = element %array, %at !2:5
    store.i64 %a, %cell !3:5
    %value: i64 = load.i64 %cell !4:5
    %r: i64 = udiv 30, %value !5:5
    return %r !6:5
}
fn @outer(%a: i64) -> (i64) effects(read, write, trap) source=0 !11:1 {
^entry:
    %r: i64 = call @leaf(%a, 0) !12:5
    %s: i64 = iadd %r, 1 !13:5
    return %s !14:5
}
",
    );
    assert_eq!(machine.call("outer", &[5]), Outcome::Returned(vec![7]));
    let report = machine.trap("outer", &[0]);
    assert_eq!(machine.places(&report), places(&[("leaf", 5), ("outer", 12)]));
    // What the host calls itself has its frame below the stack's upper end.
    assert_eq!(machine.call("leaf", &[3, 11]), Outcome::Returned(vec![10]));
    let report = machine.trap("leaf", &[0, 0]);
    assert_eq!(machine.places(&report), places(&[("leaf", 5)]));
}

#[test]
fn machine_code_cannot_be_written() {
    let mut machine = machine(
        "\
fn @store(%a: addr) -> () effects(write) source=0 !1:1 {
^entry:
    %p: ptr[generic,i8] = addr_to_ptr %a !2:5
    store.i8 0, %p !3:5
    return !4:5
}
",
    );
    let code = machine.vm.code().start;
    assert_eq!(machine.trap("store", &[u128::from(code)]).trap, Trap::OutOfBounds);
    let stack = machine.vm.native_stack();
    assert_eq!(machine.trap("store", &[u128::from(stack.start - 1)]).trap, Trap::StackExhausted);
    assert_eq!(machine.call("store", &[u128::from(stack.start)]), Outcome::Returned(vec![]));
}

#[test]
fn a_wild_call_is_a_trap() {
    let mut machine = machine(
        "\
fn @through(%f: ptr[code,fn(i32) -> (i32)]) -> (i32) source=0 !1:1 {
^entry:
    %r: i32 = call_indirect %f(1) !2:5
    %s: i32 = iadd %r, 1 !3:5
    return %s !4:5
}
",
    );
    for address in [0, 0x1234_5678, 0x7000_0000_0000] {
        let report = machine.trap("through", &[address]);
        assert_eq!(report.trap, Trap::BadSignature, "{address:x}");
        assert_eq!(machine.places(&report), places(&[("through", 2)]));
    }
}

/// Machine code that calls what may suspend as if it did not is wrong; bytecode does not pause it.
#[test]
fn a_signal_does_not_pass_machine_code() {
    let mut machine = machine(
        "\
fn @emits(%v: i64) -> (i64) effects(suspend) source=0 !1:1 {
^entry:
    %r: i64 = emit %v signal=1 !2:5
    return %r !3:5
}
fn @between(%f: ptr[code,fn(i64) -> (i64)]) -> (i64) source=0 !11:1 {
^entry:
    %r: i64 = call_indirect %f(5) !12:5
    %s: i64 = iadd %r, 1 !13:5
    return %s !14:5
}
fn @outside() -> (i64) effects(suspend) source=0 !21:1 {
^entry:
    %r: i64 = emit 1 signal=1 !22:5
    return %r !23:5
}
",
    );
    let emits = machine.module.find_symbol("emits").unwrap();
    let address = u128::from(machine.vm.function_address(emits).unwrap());
    let report = machine.trap("between", &[address]);
    assert_eq!(report.trap, Trap::SuspendAcrossNative);
    assert_eq!(machine.places(&report), places(&[("emits", 2), ("between", 12)]));
    assert_eq!(machine.trap("outside", &[]).trap, Trap::UncaughtSignal);
}

#[test]
fn a_fresh_run_finds_fresh_data_and_the_same_code() {
    let mut machine = machine(
        "\
data @count : i64 = 5
fn @next() -> (i64) effects(read, write) source=0 !1:1 {
^entry:
    %p: ptr[static,i64] = address @count !2:5
    %v: i64 = load.i64 %p !3:5
    %w: i64 = iadd %v, 1 !4:5
    store.i64 %w, %p !5:5
    return %w !6:5
}
",
    );
    for _ in 0..2 {
        assert_eq!(machine.call("next", &[]), Outcome::Returned(vec![6]));
        assert_eq!(machine.call("next", &[]), Outcome::Returned(vec![7]));
        machine.vm.reset();
    }
}

#[test]
fn machines_live_side_by_side() {
    let machines: Vec<Machine> = (0..4).map(|_| machine(NESTED)).collect();
    for mut machine in machines {
        assert_eq!(machine.call("native", &[9]), Outcome::Returned(vec![9]));
    }
}

#[test]
fn the_map_for_perf_names_functions() {
    let machine = machine(NESTED);
    let map = machine.jit.perf_map();
    let lines: Vec<Vec<&str>> = map.lines().map(|line| line.split(' ').collect()).collect();
    let [[start, size, "native"]] =
        lines[..].iter().map(|line| <[&str; 3]>::try_from(&line[..]).unwrap()).collect::<Vec<_>>()[..]
    else {
        panic!("{map}")
    };
    let (start, size) = (u64::from_str_radix(start, 16).unwrap(), u64::from_str_radix(size, 16).unwrap());
    assert!(machine.vm.code().contains(&start) && (8..4096).contains(&size), "{map}");
}

#[test]
fn what_machine_code_cannot_do_is_refused() {
    let module = module(NESTED);
    let machine = |config: Config| {
        let machine = jit::machine(&module, &[], &config, Host::default(), &Options::default());
        machine.map(|(_, jit)| jit.tiers())
    };
    let checked = Config { memory_mode: vm::MemoryMode::Checked, ..Config::default() };
    assert!(matches!(machine(checked), Err(jit::Error::Config(_))));
    let floats = Config { trap_float_exceptions: true, ..Config::default() };
    assert!(matches!(machine(floats), Err(jit::Error::Config(_))));
    let fuel = Config { fuel: true, memory_bytes: Some(1 << 20), ..Config::default() };
    let tiers = machine(fuel).unwrap();
    assert!(tiers.native.is_empty());
    assert_eq!(tiers.rejected[0].reason, Reason::Fuel);
}
