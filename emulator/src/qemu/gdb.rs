//! A client of the debugger's protocol (GDB Remote Serial Protocol), as far as QEMU's stub is to be used: registers, memory,
//! breakpoints, going on and stopping.

use crate::Error;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// The number of xPSR among the registers.
pub(super) const STATUS: u8 = 25;
/// Bytes of memory in one packet: the stub takes 4096 characters.
const CHUNK: usize = 1024;
/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(20);

/// A connection.
pub(super) struct Gdb {
    stream: BufReader<UnixStream>,
}

/// What the stub says of a program that went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// It stopped, by a breakpoint or because it was told to.
    Stopped,
    /// It ended, with this status.
    Exited(u8),
    /// The stub is gone.
    Gone,
    /// Nothing came in time.
    Silent,
}

impl Gdb {
    /// A connection over a stream.
    ///
    /// # Errors
    /// The stream cannot be used, or nobody answers.
    pub(super) fn new(stream: UnixStream) -> Result<Gdb, Error> {
        let mut gdb = Gdb { stream: BufReader::new(stream) };
        gdb.limit(Some(ANSWER))?;
        // Registers can be reached one by one from when their description was asked for.
        gdb.send(b"qXfer:features:read:target.xml:0,400")?;
        gdb.receive()?;
        Ok(gdb)
    }

    fn limit(&mut self, limit: Option<Duration>) -> Result<(), Error> {
        self.stream.get_ref().set_read_timeout(limit).map_err(|error| lost(&error))
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.stream.get_mut().write_all(bytes).map_err(|error| lost(&error))
    }

    /// Sends a packet: `$`, the text, `#` and the sum of its bytes.
    fn send(&mut self, text: &[u8]) -> Result<(), Error> {
        let sum = text.iter().fold(0u8, |sum, &byte| sum.wrapping_add(byte));
        let mut packet = Vec::with_capacity(text.len() + 4);
        packet.push(b'$');
        packet.extend(text);
        packet.extend(format!("#{sum:02x}").bytes());
        self.write(&packet)
    }

    /// The text of the next packet.
    fn receive(&mut self) -> Result<Vec<u8>, Error> {
        self.try_receive().map_err(|error| lost(&error))
    }

    fn try_receive(&mut self) -> std::io::Result<Vec<u8>> {
        let mut text = Vec::new();
        // Whatever stands before a packet is an acknowledgement.
        if self.stream.read_until(b'$', &mut text)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        text.clear();
        self.stream.read_until(b'#', &mut text)?;
        if text.pop() != Some(b'#') {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let mut sum = [0; 2];
        self.stream.read_exact(&mut sum)?;
        // The stream loses nothing, so that all sums are right. The stub waits for this, unless it is gone.
        let _ = self.stream.get_mut().write_all(b"+");
        Ok(unescaped(&text))
    }

    /// Sends a request whose answer is `OK`.
    fn order(&mut self, text: &[u8]) -> Result<(), Error> {
        self.send(text)?;
        let answer = self.receive()?;
        if answer == b"OK" {
            return Ok(());
        }
        let (text, answer) = (String::from_utf8_lossy(text), String::from_utf8_lossy(&answer));
        Err(Error::Qemu(format!(
            "the debugger's stub answers `{answer}` to `{}`",
            text.get(..20).unwrap_or(&text)
        )))
    }

    /// Sends a request whose answer is bytes as hexadecimal digits.
    fn ask(&mut self, text: &str) -> Result<Vec<u8>, Error> {
        self.send(text.as_bytes())?;
        let answer = self.receive()?;
        let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
        let pairs = answer.chunks(2).map(|pair| match *pair {
            [high, low] => Some(digit(high)? << 4 | digit(low)?),
            _ => None,
        });
        pairs.collect::<Option<Vec<u8>>>().ok_or_else(|| {
            Error::Qemu(format!("the debugger's stub answers `{}` to `{text}`", String::from_utf8_lossy(&answer)))
        })
    }

    /// What r0 to pc hold.
    pub(super) fn registers(&mut self) -> Result<[u32; 16], Error> {
        let bytes = self.ask("g")?;
        let word = |at: usize| {
            bytes.get(4 * at..).and_then(|rest| rest.first_chunk().copied()).map_or(0, u32::from_le_bytes)
        };
        Ok(std::array::from_fn(word))
    }

    /// Sets r0 to pc.
    pub(super) fn set_registers(&mut self, registers: &[u32; 16]) -> Result<(), Error> {
        let digits: String = registers.iter().map(|word| format!("{:08x}", word.swap_bytes())).collect();
        self.order(format!("G{digits}").as_bytes())
    }

    /// Sets a register, by its number.
    pub(super) fn set_register(&mut self, number: u8, value: u32) -> Result<(), Error> {
        self.order(format!("P{number:x}={:08x}", value.swap_bytes()).as_bytes())
    }

    /// Bytes of memory.
    pub(super) fn read(&mut self, address: u32, bytes: &mut [u8]) -> Result<(), Error> {
        for (chunk, at) in bytes.chunks_mut(CHUNK).zip((0u32..).step_by(CHUNK)) {
            let read = self.ask(&format!("m{:x},{:x}", address.wrapping_add(at), chunk.len()))?;
            match read.get(..chunk.len()) {
                Some(read) => chunk.copy_from_slice(read),
                None => return Err(Error::Qemu(format!("no memory at {address:#010x}"))),
            }
        }
        Ok(())
    }

    /// Writes bytes to memory.
    pub(super) fn write_memory(&mut self, address: u32, bytes: &[u8]) -> Result<(), Error> {
        for (chunk, at) in bytes.chunks(CHUNK).zip((0u32..).step_by(CHUNK)) {
            let digits: String = chunk.iter().map(|byte| format!("{byte:02x}")).collect();
            self.order(format!("M{:x},{:x}:{digits}", address.wrapping_add(at), chunk.len()).as_bytes())?;
        }
        Ok(())
    }

    /// Has the program stop before an address.
    pub(super) fn stop_at(&mut self, address: u32) -> Result<(), Error> {
        self.order(format!("Z1,{address:x},2").as_bytes())
    }

    /// Has the program stop there no more.
    pub(super) fn pass(&mut self, address: u32) -> Result<(), Error> {
        self.order(format!("z1,{address:x},2").as_bytes())
    }

    /// Has QEMU reset the machine, which stays stopped. That is done before the next packet is looked at.
    pub(super) fn reset(&mut self) -> Result<(), Error> {
        let digits: String = b"system_reset".iter().map(|byte| format!("{byte:02x}")).collect();
        self.order(format!("qRcmd,{digits}").as_bytes())
    }

    /// Lets the program go on until it stops, or as long as it may.
    pub(super) fn go_on(&mut self, limit: Duration) -> Result<Reply, Error> {
        self.send(b"c")?;
        // So long a time is none.
        self.limit(Some(limit).filter(|limit| *limit != Duration::MAX))?;
        let reply = self.stop_reply();
        self.limit(Some(ANSWER))?;
        Ok(reply)
    }

    /// Stops the program that goes on.
    pub(super) fn interrupt(&mut self) -> Result<Reply, Error> {
        self.write(&[3])?;
        Ok(self.stop_reply())
    }

    fn stop_reply(&mut self) -> Reply {
        loop {
            match self.try_receive() {
                Ok(text) => match text.first() {
                    Some(b'W' | b'X') => {
                        let status = text.get(1..3).and_then(|digits| std::str::from_utf8(digits).ok());
                        let status = status.and_then(|digits| u8::from_str_radix(digits, 16).ok());
                        return Reply::Exited(status.unwrap_or(0));
                    }
                    Some(b'T' | b'S') => return Reply::Stopped,
                    // Output, which is on the console too.
                    _ => {}
                },
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    return Reply::Silent;
                }
                Err(_) => return Reply::Gone,
            }
        }
    }
}

fn lost(error: &std::io::Error) -> Error {
    Error::Qemu(format!("the connection to the debugger's stub: {error}"))
}

/// A `}` stands before a byte that was changed.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut bytes = text.iter().copied();
    let mut plain = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        plain.push(if byte == b'}' { bytes.next().unwrap_or(0) ^ 0x20 } else { byte });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stub that answers each packet with the next of some texts.
    fn stub(answers: &[&str]) -> (UnixStream, std::thread::JoinHandle<Vec<String>>) {
        let (ours, theirs) = UnixStream::pair().expect("a pair of sockets");
        let answers: Vec<String> = answers.iter().map(ToString::to_string).collect();
        let thread = std::thread::spawn(move || {
            let mut seen = Vec::new();
            let mut stream = BufReader::new(theirs);
            for answer in answers {
                let mut text = Vec::new();
                stream.read_until(b'#', &mut text).expect("a packet");
                let mut sum = [0; 2];
                stream.read_exact(&mut sum).expect("its sum");
                text.extend(sum);
                seen.push(String::from_utf8_lossy(&text).trim_start_matches('+').to_string());
                write!(stream.get_mut(), "+${answer}#00").expect("room");
            }
            seen
        });
        (ours, thread)
    }

    #[test]
    fn packets_have_the_protocols_form() {
        let (stream, thread) =
            stub(&["l<target/>", "7856341201000000", "OK", "6}B36", "OK", "E22", "T05thread:01;"]);
        let mut gdb = Gdb::new(stream).expect("a stub");
        let registers = gdb.registers().expect("digits");
        assert_eq!(registers[..3], [0x1234_5678, 1, 0]);
        assert_eq!(gdb.set_register(0, 0x1234_5678), Ok(()));
        let mut bytes = [0; 2];
        assert_eq!((gdb.read(0x100, &mut bytes), bytes), (Ok(()), [0x6b, 0x36]));
        assert_eq!(gdb.stop_at(0x10), Ok(()));
        assert!(gdb.write_memory(4, &[1, 0xff]).is_err());
        assert_eq!(gdb.go_on(Duration::from_secs(5)), Ok(Reply::Stopped));
        let seen = thread.join().expect("no panic");
        let expected = ["$g#67", "$P0=78563412#61", "$m100,2#5c", "$Z1,10,2#76", "$M4,2:01ff#46"];
        assert_eq!(seen[1..6], expected.map(String::from));
        assert_eq!(seen[6], "$c#63");
    }
}
