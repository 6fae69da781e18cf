//! Programs of a few instructions: how they end, what they reach, and files that are no programs.

use devices::{Bus, Plain};
use emulator::Error;
use emulator::x86_64::{End, Host, Run, run};
use std::io::{self, Write};
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Where the code of [`elf`] begins.
const CODE: u64 = 0x40_0078;

/// An executable of one segment that can be read, written and executed, with `extra` bytes of zeros behind the code.
fn elf(code: &[u8], extra: u64) -> Vec<u8> {
    let size = 0x78 + code.len() as u64;
    let mut file = vec![0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 62, 0, 1, 0, 0, 0];
    for word in [CODE, 64, 0] {
        file.extend(word.to_le_bytes());
    }
    for half in [0u16, 0, 64, 56, 1, 0, 0, 0] {
        file.extend(half.to_le_bytes());
    }
    file.extend([1, 0, 0, 0, 7, 0, 0, 0]);
    for word in [0, 0x40_0000, 0x40_0000, size, size + extra, 4096] {
        file.extend(u64::to_le_bytes(word));
    }
    file.extend(code);
    assert_eq!(file.len() as u64, size);
    file
}

fn only(range: Range<u64>) -> Vec<Range<u64>> {
    std::iter::once(range).collect()
}

/// mov eax, 231; mov edi, status; syscall
fn exit(status: u8) -> Vec<u8> {
    vec![0xb8, 231, 0, 0, 0, 0xbf, status, 0, 0, 0, 0x0f, 0x05]
}

fn ran(code: &[u8], host: Host) -> Run {
    run(&elf(code, 0), host).unwrap_or_else(|error| panic!("{error}"))
}

fn end(code: &[u8]) -> End {
    ran(code, Host::default()).end
}

#[test]
fn a_program_ends_by_itself_or_by_a_signal() {
    assert_eq!(end(&exit(7)), End::Exited(7));
    assert_eq!(end(&[0x0f, 0x0b]), End::Killed(4));
    // mov eax, [0]
    assert_eq!(end(&[0x8b, 0x04, 0x25, 0, 0, 0, 0]), End::Killed(11));
    // xor ecx, ecx; div ecx
    assert_eq!(end(&[0x31, 0xc9, 0xf7, 0xf1]), End::Killed(8));
    // jmp 0
    assert_eq!(end(&[0x31, 0xc0, 0xff, 0xe0]), End::Killed(11));
    // mov byte [CODE], 1: what is loaded can be written here. Then the program ends.
    let mut writes = vec![0xc6, 0x04, 0x25, 0x78, 0, 0x40, 0, 1];
    writes.extend(exit(3));
    assert_eq!(end(&writes), End::Exited(3));
}

#[test]
fn a_program_that_does_not_end_is_stopped() {
    let start = Instant::now();
    let host = Host { limit: Some(Duration::from_millis(200)), ..Host::default() };
    assert_eq!(ran(&[0xeb, 0xfe], host).end, End::TimedOut);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn arguments_stand_where_the_kernel_puts_them() {
    let kept = Kept::default();
    // mov edi, 1; mov rsi, [rsp+16]; mov edx, 3; mov eax, 1; syscall, and the number of arguments is the status.
    let mut code = vec![0xbf, 1, 0, 0, 0, 0x48, 0x8b, 0x74, 0x24, 16, 0xba, 3, 0, 0, 0, 0xb8, 1, 0, 0, 0, 0x0f, 5];
    // mov edi, [rsp]; mov eax, 231; syscall
    code.extend([0x8b, 0x3c, 0x24, 0xb8, 231, 0, 0, 0, 0x0f, 5]);
    let arguments = vec![b"name".to_vec(), b"one".to_vec()];
    let host = Host { arguments, output: Box::new(kept.clone()), ..Host::default() };
    assert_eq!(ran(&code, host).end, End::Exited(2));
    assert_eq!(*kept.0.lock().expect("no panic"), b"one");
}

#[test]
fn hardware_registers_are_reached_by_one_access_of_each_width() {
    let base = 0x4000_0000u32.to_le_bytes();
    // mov eax, base; then mov r, imm; mov [rax+offset], r; mov r, [rax+offset] for 1, 2, 4 and 8 bytes.
    let mut code = vec![0xb8];
    code.extend(base);
    code.extend([0xb1, 0x11, 0x88, 0x08, 0x8a, 0x08]);
    code.extend([0x66, 0xb9, 0x22, 0x22, 0x66, 0x89, 0x48, 2, 0x66, 0x8b, 0x48, 2]);
    code.extend([0xb9, 0x33, 0x33, 0x33, 0x33, 0x89, 0x48, 4, 0x8b, 0x48, 4]);
    code.extend([
        0x48, 0xb9, 0x44, 0x44, 0x44, 0x44, 0x55, 0x55, 0x55, 0x55, 0x48, 0x89, 0x48, 8, 0x48, 0x8b, 0x48, 8,
    ]);
    code.extend(exit(0));
    let mut bus = Bus::new();
    bus.map_rest("plain", Box::new(Plain::new())).expect("nothing else is there");
    bus.record(100);
    let registers = only(0x4000_0000..0x4000_0010);
    let run = ran(&code, Host { bus, registers, ..Host::default() });
    assert_eq!(run.end, End::Exited(0));
    let trace: Vec<String> = run.bus.trace().iter().map(ToString::to_string).collect();
    let expected = [(0, 1, "0x11"), (2, 2, "0x2222"), (4, 4, "0x33333333"), (8, 8, "0x5555555544444444")];
    let expected = expected.iter().flat_map(|(offset, width, value)| {
        ["write", "read"].map(|verb| format!("{verb} {:#010x} {width} {value}", 0x4000_0000 + offset))
    });
    assert_eq!(trace, expected.collect::<Vec<_>>());
}

#[test]
fn an_access_that_the_bus_refuses_ends_the_program() {
    // mov eax, [0x40000000], and then an end that must not come.
    let mut code = vec![0x8b, 0x04, 0x25, 0, 0, 0, 0x40];
    code.extend(exit(0));
    let host = || Host { registers: only(0x4000_0000..0x4000_0004), ..Host::default() };
    let text = "`read 0x40000000 4`: no device is there";
    assert_eq!(ran(&code, host()).end, End::Hardware(text.to_string()));
}

#[test]
fn what_is_no_program_is_refused() {
    let good = elf(&exit(0), 0);
    for length in 0..good.len() {
        assert!(run(&good[..length], Host::default()).is_err(), "{length} bytes");
    }
    let changed = |at: usize, value: u8| {
        let mut file = good.clone();
        file[at] = value;
        run(&file, Host::default()).err()
    };
    assert_eq!(changed(18, 40), Some(Error::Unsupported("it is for another machine")));
    assert_eq!(changed(16, 3), Some(Error::Unsupported("it has no fixed addresses")));
    assert_eq!(changed(64, 3), Some(Error::Unsupported("it needs a loader")));
    assert!(matches!(run(&elf(&exit(0), 1 << 40), Host::default()), Err(Error::Format(_))));
    let arguments = vec![b"a\0b".to_vec()];
    assert!(matches!(run(&good, Host { arguments, ..Host::default() }), Err(Error::Arguments)));
    let registers = only(0x40_0000..0x40_0001);
    assert!(matches!(run(&good, Host { registers, ..Host::default() }), Err(Error::Map(..))));
}
