//! Firmware that gcc makes of the programs in `tests/firmware`, and machines that run it.

use devices::{Uart, nrf51};
use emulator::Firmware;
use emulator::cortex_m0::{Console, Limits, Machine, Settings, Stop};
use std::io::{self, Write};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Keeps what is written.
#[derive(Clone, Default)]
pub(crate) struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    /// What was written.
    pub(crate) fn text(&self) -> String {
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
pub(crate) fn build(name: &str, flags: &[&str]) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/firmware");
    let to = tempfile::tempdir().expect("a folder");
    let path = to.path().join("program.elf");
    let mut gcc = Command::new("arm-none-eabi-gcc");
    gcc.args(["-mcpu=cortex-m0", "-mthumb", "-Os", "-g", "-ffreestanding", "-nostdlib", "-Wall", "-Wno-unused"]);
    gcc.arg("-T")
        .arg(format!("{folder}/link.ld"))
        .args(flags)
        .arg(format!("{folder}/{name}.c"))
        .arg("-o")
        .arg(&path);
    let output = gcc.output().expect("arm-none-eabi-gcc (gcc-arm-none-eabi) is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read(path).expect("gcc wrote it")
}

/// A machine that has firmware and is about to begin.
pub(crate) fn booted(file: &[u8], settings: Settings) -> Machine {
    let firmware = Firmware::read(file).expect("firmware");
    let mut machine = Machine::with(settings).expect("a machine");
    machine.load_firmware(&firmware).expect("it fits");
    machine.boot().expect("a vector table");
    machine
}

/// What no program here takes.
pub(crate) const LIMITS: Limits =
    Limits { until: None, instructions: Some(1_000_000), time: Some(Duration::from_secs(60)) };

/// How a program ends with the devices of an nRF51, and what it says on standard error.
pub(crate) fn run(file: &[u8]) -> (Stop, String) {
    let said = Kept::default();
    let console = Some(Console { error: Box::new(said.clone()), ..Console::default() });
    let mut machine = booted(file, Settings { bus: nrf51(Uart::new()), console, ..Settings::default() });
    (machine.resume(&LIMITS).expect("it runs"), said.text())
}
