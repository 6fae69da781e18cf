//! Firmware that gcc made: exceptions, the timer, faults, semihosting, and what a test does to a program.

mod common;

use common::{Kept, LIMITS, booted, build, run};
use devices::{Bus, Plain, Uart, nrf51};
use emulator::Firmware;
use emulator::cortex_m0::{Clock, Console, Event, Limits, Machine, Settings, Stop};
use emulator::coverage::{Coverage, Lines};
use std::io::Cursor;
use std::time::Duration;

#[test]
fn handlers_interrupt_each_other_by_priority() {
    let (stop, said) = run(&build("preempt", &[]));
    // With interrupts off the NMI alone comes; what else is pending comes when they are on again.
    let expected = "a<0<2<3>2>0><1>b<SS><P>c<N>d<0<2<3>2>0><1>e";
    assert_eq!((stop, said.as_str()), (Stop::Exited(3), expected));
}

#[test]
fn the_timer_ticks_by_cycles_and_wakes_a_program_that_sleeps() {
    let file = build("tick", &[]);
    let mut machine = booted(&file, Settings { bus: nrf51(Uart::new()), ..Settings::default() });
    let Stop::Exited(rounds) = machine.resume(&LIMITS).expect("it runs") else { panic!("no exit") };
    // 1000 cycles a tick; a round of the loop is ldr, cmp, beq, adds: 2 + 1 + 1 + 3 + 1 or so.
    assert!((80..=130).contains(&rounds), "{rounds}");
    assert!((6000..6300).contains(&machine.cycles()), "{}", machine.cycles());
    let cycles = machine.cycles();
    let mut again = booted(&file, Settings { bus: nrf51(Uart::new()), ..Settings::default() });
    assert_eq!(again.resume(&LIMITS), Ok(Stop::Exited(rounds)));
    assert_eq!(again.cycles(), cycles, "a run is the same each time");
}

#[test]
fn frames_hold_what_the_architecture_says() {
    assert_eq!(run(&build("frame", &[])).0, Stop::Exited(0));
    assert_eq!(run(&build("process", &[])).0, Stop::Exited(0));
}

#[test]
fn what_the_processor_cannot_do_is_a_hard_fault() {
    for kind in [0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12] {
        let file = build("fault", &[&format!("-DKIND={kind}")]);
        assert_eq!(run(&file), (Stop::Exited(43), "fault ".to_string()), "{kind}");
    }
    let trap = build("fault", &["-DKIND=0"]);
    let settings = || Settings { bus: nrf51(Uart::new()), ..Settings::default() };
    let mut machine = booted(&trap, settings());
    machine.resume(&LIMITS).expect("it runs");
    assert_eq!(machine.last_fault().and_then(|fault| fault.trap), Some(5));
    let mut machine = booted(&trap, Settings { faults_are_exceptions: false, ..settings() });
    assert!(matches!(machine.resume(&LIMITS), Ok(Stop::Trap { code: 5, .. })));
}

#[test]
fn a_fault_in_the_handler_of_a_fault_locks_the_processor_up() {
    let (stop, said) = run(&build("fault", &["-DKIND=0", "-DAGAIN"]));
    assert!(matches!(&stop, Stop::Lockup(fault) if fault.trap == Some(9)), "{stop:?}");
    assert_eq!(said, "fault ");
}

#[test]
fn what_the_bus_refuses_ends_the_run_or_is_a_fault() {
    for (kind, why) in
        [(9, "`read 0x40000000 4`: no device is there"), (10, "several accesses by one instruction")]
    {
        let file = build("fault", &[&format!("-DKIND={kind}")]);
        let settings =
            |faults| Settings { refusals_are_faults: faults, bus: nrf51(Uart::new()), ..Settings::default() };
        let stop = booted(&file, settings(false)).resume(&LIMITS).expect("it runs");
        assert!(matches!(&stop, Stop::Hardware(text) if text.contains(why)), "{stop:?}");
        assert_eq!(booted(&file, settings(true)).resume(&LIMITS), Ok(Stop::Exited(43)));
    }
}

#[test]
fn semihosting_reaches_the_console() {
    let (out, err) = (Kept::default(), Kept::default());
    let console = Some(Console {
        input: Box::new(Cursor::new(b"hello!".to_vec())),
        output: Box::new(out.clone()),
        error: Box::new(err.clone()),
        arguments: vec![b"one".to_vec(), b"two".to_vec()],
    });
    let mut machine = booted(&build("console", &[]), Settings { console, ..Settings::default() });
    assert_eq!(machine.resume(&LIMITS), Ok(Stop::Exited(7)));
    assert_eq!((out.text(), err.text()), ("out\nhello".to_string(), "err\n!one two".to_string()));
    let mut without = booted(&build("console", &[]), Settings { console: None, ..Settings::default() });
    assert!(matches!(without.resume(&LIMITS), Ok(Stop::Exited(_) | Stop::Lockup(_))));
}

/// What a program of `mmio` made of the register at 0x40000000, and its trace.
fn traced(file: &[u8], prepare: impl FnOnce(&mut Machine), clock: Clock) -> (Stop, Vec<String>) {
    let mut bus = Bus::new();
    bus.map_rest("plain", Box::new(Plain::new())).expect("nothing else is there");
    bus.record(1000);
    let mut machine = booted(file, Settings { bus, clock, faults_are_exceptions: false, ..Settings::default() });
    prepare(&mut machine);
    let stop = machine.resume(&LIMITS).expect("it runs");
    let trace = machine.bus().trace().iter().map(ToString::to_string).collect();
    (stop, trace)
}

/// The accesses of the main program.
fn main_only(trace: &[String]) -> Vec<&String> {
    trace.iter().filter(|access| !access.contains("0x40000100")).collect()
}

#[test]
fn an_interrupt_before_any_access_or_instruction_changes_nothing_of_the_program() {
    let file = build("mmio", &[]);
    let (stop, alone) = traced(&file, |_| {}, Clock::Cycles);
    assert_eq!((&stop, alone.len()), (&Stop::Exited(9), 10));
    for clock in [Clock::Cycles, Clock::Accesses] {
        for before in 1..=10 {
            let plan = |machine: &mut Machine| machine.bus().inject(before, 0).expect("there is such a line");
            let (end, trace) = traced(&file, plan, clock);
            assert_eq!((&end, main_only(&trace)), (&stop, alone.iter().collect()), "{before}");
            assert_eq!(trace.iter().position(|access| access.contains("0x40000100")), Some(before as usize - 1));
        }
    }
    let mut count = booted(&file, Settings { bus: plain(), ..Settings::default() });
    assert_eq!(count.resume(&LIMITS), Ok(stop.clone()));
    for before in 1..=count.instructions() {
        let plan = |machine: &mut Machine| machine.plan(before, Event::Interrupt(0));
        let (end, trace) = traced(&file, plan, Clock::Cycles);
        assert_eq!((&end, main_only(&trace)), (&stop, alone.iter().collect()), "{before}");
        assert_eq!(trace.len(), 12, "{before}");
    }
}

fn plain() -> Bus {
    let mut bus = Bus::new();
    bus.map_rest("plain", Box::new(Plain::new())).expect("nothing else is there");
    bus
}

#[test]
fn bits_flip_and_stick_as_planned() {
    let file = build("mmio", &[]);
    let stuck = |machine: &mut Machine| machine.bus().stick(0x4000_0000, 0xff, 0x20);
    assert_eq!(traced(&file, stuck, Clock::Cycles).0, Stop::Exited(32));
    // What is wrong from the first instruction on, and what comes too late to matter.
    let flip = |before| {
        move |machine: &mut Machine| machine.plan(before, Event::FlipRegister { number: 13, mask: 0x8000_0000 })
    };
    assert!(matches!(traced(&file, flip(1), Clock::Cycles).0, Stop::Fault(_) | Stop::Hardware(_)));
    assert_eq!(traced(&file, flip(100_000), Clock::Cycles).0, Stop::Exited(9));
    let code = |machine: &mut Machine| machine.plan(3, Event::FlipByte { address: 0x50, mask: 0xff });
    traced(&file, code, Clock::Cycles);
}

#[test]
fn a_profile_counts_runs_branches_and_cycles() {
    let file = build("mmio", &[]);
    let mut machine = booted(&file, Settings { bus: plain(), profile: true, ..Settings::default() });
    machine.resume(&LIMITS).expect("it runs");
    let profile = machine.take_profile();
    let total = profile.sum(0..u32::MAX);
    assert_eq!((total.executions, total.cycles), (machine.instructions(), machine.cycles()));
    let most = profile.ran().map(|(_, count)| count.executions).max();
    assert_eq!(most, Some(4), "the loop's rounds");
    assert_eq!(machine.take_profile().ran().count(), 0);
}

#[test]
fn limits_and_endless_sleep_end_a_run() {
    let file = build("tick", &[]);
    let settings = || Settings { bus: nrf51(Uart::new()), ..Settings::default() };
    let mut machine = booted(&file, settings());
    let limits = Limits { instructions: Some(10), ..LIMITS };
    assert_eq!((machine.resume(&limits), machine.instructions()), (Ok(Stop::Limit), 10));
    assert_eq!((machine.resume(&limits), machine.instructions()), (Ok(Stop::Limit), 20));
    let again = machine.resume(&LIMITS);
    assert!(matches!(again, Ok(Stop::Exited(_))), "a run goes on where it stopped");
    let mut endless = booted(&build("sleep", &[]), settings());
    assert_eq!(endless.resume(&LIMITS), Ok(Stop::Asleep));
    let mut light = booted(&build("sleep", &[]), Settings { sleeps_lightly: true, ..settings() });
    assert_eq!(light.resume(&LIMITS), Ok(Stop::Exited(5)));
    let mut reset = booted(&build("sleep", &["-DRESET"]), settings());
    assert_eq!(reset.resume(&LIMITS), Ok(Stop::Reset));
    let mut spin = booted(&build("sleep", &["-DSPIN"]), settings());
    let limits = Limits { time: Some(Duration::from_millis(50)), ..Limits::default() };
    assert_eq!(spin.resume(&limits), Ok(Stop::TimedOut));
}

#[test]
fn a_snapshot_brings_registers_and_memory_back() {
    let file = build("mmio", &[]);
    let mut machine = booted(&file, Settings { bus: plain(), ..Settings::default() });
    let fresh = machine.snapshot();
    for _ in 0..2 {
        assert_eq!(machine.resume(&LIMITS), Ok(Stop::Exited(9)));
        machine.restore(&fresh);
        machine.replace_bus(plain());
    }
}

#[test]
fn lines_that_ran_are_known_without_instrumentation() {
    let file = build("mmio", &[]);
    let mut machine = booted(&file, Settings { bus: plain(), profile: true, ..Settings::default() });
    machine.resume(&LIMITS).expect("it runs");
    let profile = machine.take_profile();
    let lines = Lines::read(&file).expect("line tables");
    let firmware = Firmware::read(&file).expect("firmware");
    let mut coverage = Coverage::default();
    coverage.add(&lines, &firmware, |address| profile.count(address).executions);
    let source = include_str!("firmware/mmio.c");
    let line = |text: &str| 1 + source.lines().position(|line| line.contains(text)).expect(text) as u32;
    let (_, counts) = coverage.files.iter().find(|(path, _)| path.ends_with("mmio.c")).expect("the file");
    let count = |text| counts.lines.get(&line(text)).copied();
    assert_eq!((count("DEVICE = step"), count("void IRQ0"), count("leave(DEVICE)")), (Some(4), Some(0), Some(1)));
    let functions =
        ["Reset_Handler", "step", "IRQ0"].map(|name| counts.functions.get(name).map(|(_, count)| *count));
    assert_eq!(functions, [Some(1), Some(4), Some(0)]);
}
