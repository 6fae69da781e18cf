//! The serial port.

use devices::{Device, Fault, Uart, Width};
use std::io;

const STARTRX: u64 = 0x000;
const STOPRX: u64 = 0x004;
const STARTTX: u64 = 0x008;
const STOPTX: u64 = 0x00c;
const SUSPEND: u64 = 0x01c;
const RXDRDY: u64 = 0x108;
const TXDRDY: u64 = 0x11c;
const ERROR: u64 = 0x124;
const RXTO: u64 = 0x144;
const INTENSET: u64 = 0x304;
const INTENCLR: u64 = 0x308;
const ERRORSRC: u64 = 0x480;
const ENABLE: u64 = 0x500;
const RXD: u64 = 0x518;
const TXD: u64 = 0x51c;

fn read(uart: &mut Uart, offset: u64) -> u64 {
    uart.read(offset, Width::Four).expect("the register can be read")
}

fn write(uart: &mut Uart, offset: u64, value: u64) {
    uart.write(offset, Width::Four, value).expect("the register can be written");
}

fn started(mut uart: Uart) -> Uart {
    for (offset, value) in [(ENABLE, 4), (STARTRX, 1), (STARTTX, 1)] {
        write(&mut uart, offset, value);
    }
    uart
}

#[test]
fn sends_when_it_is_on_and_started() {
    let mut uart = Uart::new();
    write(&mut uart, TXD, 1);
    write(&mut uart, STARTTX, 1);
    write(&mut uart, TXD, 2);
    assert_eq!((read(&mut uart, TXDRDY), uart.sent()), (0, &b""[..]));
    write(&mut uart, ENABLE, 4);
    write(&mut uart, TXD, 0x141);
    assert_eq!((read(&mut uart, TXDRDY), uart.sent()), (1, &b"A"[..]));
    for stop in [STOPTX, SUSPEND] {
        write(&mut uart, STARTTX, 1);
        write(&mut uart, stop, 1);
        write(&mut uart, TXDRDY, 0);
        write(&mut uart, TXD, 3);
        assert_eq!((read(&mut uart, TXDRDY), uart.sent()), (0, &b"A"[..]));
    }
}

#[test]
fn tasks_start_by_a_one_alone() {
    let mut uart = Uart::new();
    write(&mut uart, ENABLE, 4);
    write(&mut uart, STARTTX, 0);
    write(&mut uart, TXD, 1);
    assert_eq!(uart.sent(), b"");
}

#[test]
fn receives_one_byte_after_the_other() {
    let mut uart = started(Uart::new());
    uart.feed(b"x");
    uart.feed(b"y");
    assert_eq!((uart.unread(), read(&mut uart, RXDRDY)), (2, 1));
    write(&mut uart, RXDRDY, 0);
    assert_eq!(read(&mut uart, RXDRDY), 0, "the next byte waits until this one is read");
    assert_eq!(read(&mut uart, RXD), u64::from(b'x'));
    assert_eq!(read(&mut uart, RXDRDY), 1);
    write(&mut uart, RXDRDY, 0);
    assert_eq!(read(&mut uart, RXD), u64::from(b'y'));
    assert_eq!((uart.unread(), read(&mut uart, RXDRDY)), (0, 0));
}

#[test]
fn bytes_wait_for_the_receiver() {
    let mut uart = Uart::new();
    uart.feed(b"x");
    write(&mut uart, STARTRX, 1);
    assert_eq!(read(&mut uart, RXDRDY), 0);
    write(&mut uart, ENABLE, 4);
    assert_eq!(read(&mut uart, RXDRDY), 1);
    assert_eq!(read(&mut uart, RXD), u64::from(b'x'));
    write(&mut uart, RXDRDY, 0);
    write(&mut uart, STOPRX, 1);
    assert_eq!(read(&mut uart, RXTO), 1);
    uart.feed(b"y");
    assert_eq!(read(&mut uart, RXDRDY), 0);
    write(&mut uart, STARTRX, 1);
    assert_eq!(read(&mut uart, RXDRDY), 1);
    assert_eq!(read(&mut uart, RXD), u64::from(b'y'));
    write(&mut uart, SUSPEND, 1);
    write(&mut uart, RXDRDY, 0);
    uart.feed(b"z");
    assert_eq!(read(&mut uart, RXDRDY), 0);
}

#[test]
fn enabled_events_interrupt() {
    let mut uart = started(Uart::new());
    write(&mut uart, TXD, 1);
    assert!(!uart.interrupt());
    write(&mut uart, INTENSET, 1 << 7 | 1 << 2);
    assert!(uart.interrupt());
    write(&mut uart, INTENCLR, 1 << 7);
    assert_eq!([INTENSET, INTENCLR].map(|offset| read(&mut uart, offset)), [1 << 2; 2]);
    assert!(!uart.interrupt());
    write(&mut uart, INTENSET, 1 << 7);
    write(&mut uart, TXDRDY, 0);
    assert!(!uart.interrupt());
    write(&mut uart, TXDRDY, 1);
    assert!(uart.interrupt(), "a program may raise an event itself");
}

#[test]
fn ones_clear_error_sources() {
    let mut uart = started(Uart::new());
    write(&mut uart, INTENSET, 1 << 9);
    uart.fail(0x15);
    assert!(uart.interrupt());
    assert_eq!((read(&mut uart, ERROR), read(&mut uart, ERRORSRC)), (1, 5));
    write(&mut uart, ERRORSRC, 4);
    assert_eq!(read(&mut uart, ERRORSRC), 1);
    write(&mut uart, ERROR, 0);
    assert!(!uart.interrupt());
}

#[test]
fn reset_keeps_the_line() {
    let mut uart = started(Uart::new());
    write(&mut uart, TXD, 0x41);
    uart.feed(b"xy");
    uart.reset();
    assert_eq!((uart.sent(), uart.unread()), (&b"A"[..], 1));
    assert_eq!((read(&mut uart, TXDRDY), read(&mut uart, ENABLE)), (0, 0));
}

struct Full;

impl io::Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_sink_that_fails_is_a_fault() {
    let mut uart = started(Uart::with_output(Box::new(Full)));
    assert_eq!(uart.write(TXD, Width::Four, 1), Err(Fault::Output(io::ErrorKind::StorageFull)));
    assert_eq!(read(&mut uart, TXDRDY), 0);
}

#[test]
fn a_sink_gets_each_byte() {
    let (sender, receiver) = std::sync::mpsc::channel();
    struct Sink(std::sync::mpsc::Sender<Vec<u8>>);
    impl io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.send(bytes.to_vec()).map_err(io::Error::other)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut uart = started(Uart::with_output(Box::new(Sink(sender))));
    write(&mut uart, TXD, 0x48);
    assert_eq!(receiver.try_recv(), Ok(b"H".to_vec()));
    assert_eq!(uart.sent(), b"");
}
