//! Memory of the host: what tail calls, recursion, and very many fibers take of it.
//!
//! Resident memory is a figure of the whole process, so these tests run one at a time.

use native_ir::{Contract, Span, Trap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use verifier::{Options, Verified, verify_text};
use vm::{Config, Host, MemoryMode, Outcome, Program, TrapReport, Vm};

static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

const HEAD: &str = r#"native-ir 1
module   memory
target   x86_64-unknown-linux-elf
abi      zero-x86_64-sysv-v0.1
layout   "e-p:64:64-i64:64-i128:128-f64:64-f128:128-n8:16:32:64-S128"
profile  hosted
source   0 "memory.c" lines=99

"#;

fn module(body: &str) -> Arc<Verified<native_ir::Module>> {
    let report = verify_text((HEAD.to_string() + body).as_bytes(), &Options::default());
    Arc::new(report.module.unwrap_or_else(|| panic!("{:#?}", report.diagnostics)))
}

/// Every mode that code is translated in.
fn modes() -> Vec<Config> {
    let mode = |memory_mode, fuel| Config { memory_mode, fuel, ..Config::default() };
    [MemoryMode::Fast, MemoryMode::Checked].into_iter().flat_map(|m| [mode(m, false), mode(m, true)]).collect()
}

fn machine(body: &str, entry: &str, config: &Config) -> (Vm, native_ir::Func) {
    let module = module(body);
    let func = module.entry(entry).expect("the entry is there");
    let program = Program::new(module, &[func], config).expect("the engine takes it");
    (Vm::new(program, Host::default()).expect("the host has memory"), func)
}

/// Resident bytes of this process.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").expect("Linux says what a process takes");
    let pages: usize = text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).expect("pages");
    pages * 4096
}

/// Runs a call and says by how many bytes the process grew while the machine still stands.
fn growth(body: &str, entry: &str, config: &Config, arguments: &[u128]) -> (Outcome, usize) {
    let (mut vm, func) = machine(body, entry, config);
    // What the first run takes once is no growth.
    let small: Vec<u128> = arguments.iter().map(|&argument| argument.min(10)).collect();
    vm.call(func, &small).expect("the call fits");
    let before = resident();
    let outcome = vm.call(func, arguments).expect("the call fits");
    (outcome, resident().saturating_sub(before))
}

const TAIL: &str = "
fn pub @down(%n: i64, %a: i64, %b: i64) -> (i64) abi=tail source=0 {
    slot $own: array[i64,4]
^entry:
    %done: i1 = icmp.eq %n, 0 !1:1
    branch %done, ^end, ^more !1:1
^more:
    %m: i64 = isub %n, 1 !2:1
    %c: i64 = iadd %a, 1 !2:1
    tail_call @wide(%m, %b, %c, 7, 8, 9, 10, 11, 12, %n) !2:5
^end:
    %big: i64 = imul %a, 1000003 !3:1
    %sum: i64 = iadd %big, %b !3:1
    return %sum !3:1
}

fn @wide(%n: i64, %a: i64, %b: i64, %p: i64, %q: i64, %r: i64, %s: i64, %t: i64, %u: i64, %v: i64) -> (i64) abi=tail source=0 {
^entry:
    %f: ptr[code,fn(i64, i64, i64) -> (i64) abi=tail] = address @down !4:1
    tail_call_indirect %f(%n, %b, %a) !4:5
}
";

/// The numbers change places twice a round, and one of them grows.
fn tail_result(rounds: u64) -> u128 {
    let (mut a, mut b) = (3_u64, 4_u64);
    for _ in 0..rounds {
        (a, b) = (a + 1, b);
    }
    u128::from(a.wrapping_mul(1_000_003).wrapping_add(b))
}

#[test]
fn a_million_tail_calls_take_no_memory() {
    let _alone = alone();
    for config in modes() {
        let (outcome, bytes) = growth(TAIL, "down", &config, &[500_000, 3, 4]);
        assert_eq!(outcome, Outcome::Returned(vec![tail_result(500_000)]), "{config:?}");
        assert!(bytes < 256 << 10, "{bytes} bytes more for a million tail calls, {config:?}");
    }
}

const RECURSION: &str = "
fn pub @count(%n: i64) -> (i64) source=0 {
^entry:
    %done: i1 = icmp.eq %n, 0 !1:1
    branch %done, ^end, ^more !1:1
^more:
    %m: i64 = isub %n, 1 !2:1
    %r: i64 = call @count(%m) !2:9
    %s: i64 = iadd %r, 1 !2:1
    return %s !2:1
^end:
    return 0 !3:1
}

fn pub @forever(%n: i64) -> (i64) source=0 {
^entry:
    %r: i64 = call @count(-1) !7:3
    return %r !7:1
}

fn pub @objects(%n: i64) -> (i64) source=0 {
    slot $s: array[i64,100]
^entry:
    %m: i64 = iadd %n, 1 !5:1
    %r: i64 = call @objects(%m) !5:9
    return %r !5:1
}
";

fn trapped(outcome: Outcome) -> Box<TrapReport> {
    match outcome {
        Outcome::Trapped(report) => report,
        outcome => panic!("{outcome:?}"),
    }
}

#[test]
fn recursion_ends_in_a_trap_that_says_where() {
    let _alone = alone();
    for config in modes() {
        let (mut vm, func) = machine(RECURSION, "forever", &config);
        let report = trapped(vm.call(func, &[0]).expect("the call fits"));
        assert_eq!(report.trap, Trap::StackExhausted);
        let at = |span: Span| (span.line, span.column);
        let (last, before) = report.stack.split_last().expect("a stack");
        assert_eq!(at(last.span), (7, 3), "the first call is the last that is shown");
        assert!(before.len() > 10_000, "{} calls", before.len());
        assert!(before.iter().all(|site| at(site.span) == (2, 9)), "each calls itself");
        let text = report.render(vm.program().module());
        assert!(text.lines().count() < 50 && text.contains(" calls\n"), "{text}");
        let message = &Contract::embedded().trap(Trap::StackExhausted).message;
        assert!(text.contains(message.as_str()), "{text}");
        // The machine is whole.
        let (mut vm, func) = machine(RECURSION, "count", &config);
        assert_eq!(vm.call(func, &[1000]).expect("the call fits"), Outcome::Returned(vec![1000]));
    }
}

#[test]
fn stack_objects_end_in_the_same_trap() {
    let _alone = alone();
    for config in modes() {
        let (mut vm, func) = machine(RECURSION, "objects", &config);
        let report = trapped(vm.call(func, &[0]).expect("the call fits"));
        assert_eq!(report.trap, Trap::StackExhausted, "{config:?}");
        let depth = report.stack.len() * 800;
        assert!((1 << 20..=8 << 20).contains(&depth), "{depth} bytes of objects, {config:?}");
    }
}

#[test]
fn the_limit_of_the_stack_moves_with_the_configuration() {
    let _alone = alone();
    for config in modes() {
        let depth = |stack_bytes| {
            let config = Config { stack_bytes, ..config.clone() };
            let (mut vm, func) = machine(RECURSION, "forever", &config);
            trapped(vm.call(func, &[0]).expect("the call fits")).stack.len()
        };
        let (small, large) = (depth(64 << 10), depth(1 << 20));
        assert!(small > 50 && large > 12 * small && large < 20 * small, "{small} and {large} calls, {config:?}");
    }
}

/// Each fiber is spawned by the one before, resumes the next and waits for it: a chain as deep as there are fibers.
const CHAIN: &str = "
fn pub @chain(%n: i64) -> (i64) effects(suspend) source=0 {
^entry:
    %done: i1 = icmp.eq %n, 0 !1:1
    branch %done, ^end, ^more !1:1
^more:
    %f: ptr[code,fn(i64) -> (i64) effects(suspend)] = address @chain !2:1
    %m: i64 = isub %n, 1 !2:1
    %next: fiber = fiber_spawn %f, %m !2:1
    %v: i64, %b: i32 = fiber_resume %next, 0 mask=0 !2:1
    %s: i64 = iadd %v, 1 !2:1
    return %s !2:1
^end:
    %w: i64 = emit 5 signal=1 !3:1
    return %w !3:1
}

fn pub @chained(%n: i64) -> (i64) effects(suspend) source=0 {
^entry:
    %f: ptr[code,fn(i64) -> (i64) effects(suspend)] = address @chain !4:1
    %first: fiber = fiber_spawn %f, %n !4:1
    %v: i64, %b: i32 = fiber_resume %first, 0 mask=1 !5:1
    %x: i64, %c: i32 = fiber_resume %first, 100 mask=1 !6:1
    %big: i64 = imul %v, 1000000000 !7:1
    %sum: i64 = iadd %big, %x !7:1
    return %sum !7:1
}
";

#[test]
fn a_hundred_thousand_nested_resumes_leave_the_host_stack_alone() {
    let _alone = alone();
    for config in modes() {
        // The whole run has less host stack than a frame a fiber would take.
        let run = move || {
            let (mut vm, func) = machine(CHAIN, "chained", &config);
            vm.call(func, &[100_000]).expect("the call fits")
        };
        let thread = std::thread::Builder::new().stack_size(512 << 10).spawn(run).expect("a thread");
        assert_eq!(thread.join().expect("no overflow"), Outcome::Returned(vec![5_000_000_000 + 100_100]));
    }
}

/// Each fiber is resumed until it emits, and left there.
const MANY: &str = "
fn @worker(%n: i64) -> (i64) effects(suspend) source=0 {
^entry:
    %v: i64 = emit %n signal=1 !1:1
    %s: i64 = iadd %v, %n !1:1
    return %s !1:1
}

fn pub @many(%n: i64) -> (i64) effects(suspend) source=0 {
^entry:
    %f: ptr[code,fn(i64) -> (i64) effects(suspend)] = address @worker !2:1
    jump ^loop(0, 0) !2:1
^loop(%i: i64, %sum: i64):
    %fiber: fiber = fiber_spawn %f, %i !3:1
    %v: i64, %b: i32 = fiber_resume %fiber, 0 mask=1 !3:1
    %next: i64 = iadd %sum, %v !3:1
    %j: i64 = iadd %i, 1 !3:1
    %more: i1 = icmp.ult %j, %n !3:1
    branch %more, ^loop(%j, %next), ^end(%next) !3:1
^end(%r: i64):
    return %r !4:1
}
";

#[test]
fn two_hundred_thousand_live_fibers_fit() {
    let _alone = alone();
    const COUNT: u64 = 200_000;
    // The first machine is kept: memory that it gives back would be the second one's without growth.
    let mut kept = Vec::new();
    for (memory_mode, most) in [(MemoryMode::Fast, 400), (MemoryMode::Checked, 1000)] {
        let config = Config { memory_mode, ..Config::default() };
        let (mut vm, func) = machine(MANY, "many", &config);
        let before = resident();
        let outcome = vm.call(func, &[COUNT.into()]).expect("the call fits");
        let bytes = resident().saturating_sub(before) / COUNT as usize;
        assert_eq!(outcome, Outcome::Returned(vec![u128::from(COUNT * (COUNT - 1) / 2)]));
        let paused = vm.fiber_statuses().filter(|&status| status == vm::FiberStatus::Paused).count();
        assert_eq!(paused, COUNT as usize, "all of them are alive");
        assert!((100..most).contains(&bytes), "{bytes} bytes a fiber, {memory_mode:?}");
        kept.push(vm);
    }
}
