//! Firmware that gcc made: exceptions, the timer, faults, semihosting, and what a test does to a program.

use devices::{Bus, Plain, Uart, nrf51};
use emulator::cortex_m0::{Clock, Console, Event, Firmware, Limits, Machine, Settings, Stop};
use std::io::{self, Cursor, Write};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("no panic")).into_owned()
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What gcc makes of a program of the folder.
fn build(name: &str, flags: &[&str]) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/firmware");
    let to = tempfile::tempdir().expect("a folder");
    let path = to.path().join("program.elf");
    let mut gcc = Command::new("arm-none-eabi-gcc");
    gcc.args(["-mcpu=cortex-m0", "-mthumb", "-Os", "-g", "-ffreestanding", "-nostdlib", "-Wall", "-Wno-unused"]);
    gcc.arg("-T").arg(format!("{folder}/link.ld")).args(flags).arg(format!("{folder}/{name}.c")).arg("-o").arg(&path);
    let output = gcc.output().expect("arm-none-eabi-gcc (gcc-arm-none-eabi) is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read(path).expect("gcc wrote it")
}

fn booted(file: &[u8], settings: Settings) -> Machine {
    let firmware = Firmware::read(file).expect("firmware");
    let mut machine = Machine::with(settings).expect("a machine");
    machine.load_firmware(&firmware).expect("it fits");
    machine.boot().expect("a vector table");
    machine
}

const LIMITS: Limits = Limits { until: None, instructions: Some(1_000_000), time: Some(Duration::from_secs(60)) };

/// How a program ends with the devices of an nRF51, and what it says on standard error.
fn run(file: &[u8]) -> (Stop, String) {
    let said = Kept::default();
    let console = Some(Console { error: Box::new(said.clone()), ..Console::default() });
    let mut machine = booted(file, Settings { bus: nrf51(Uart::new()), console, ..Settings::default() });
    (machine.resume(&LIMITS).expect("it runs"), said.text())
}

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
    for (kind, why) in [(9, "`read 0x40000000 4`: no device is there"), (10, "several accesses by one instruction")] {
        let file = build("fault", &[&format!("-DKIND={kind}")]);
        let settings = |faults| Settings { refusals_are_faults: faults, bus: nrf51(Uart::new()), ..Settings::default() };
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
