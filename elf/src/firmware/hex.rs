//! Intel HEX: bytes with their addresses as text, as programmers of flash read them.
//!
//! A record is `:`, then in hexadecimal the number of bytes, a 16-bit address, the type, the bytes, and a sum that makes
//! all of them 0. Types: 00 data, 01 the end, 04 the upper half of the addresses that follow, 05 where the program begins.

use super::Segment;
use std::fmt::Write;

/// Bytes of data in a record.
const WIDTH: usize = 16;

/// The text of some segments, of a program that begins at an address.
pub(super) fn text(segments: &[Segment], entry: u32) -> String {
    let mut text = String::new();
    let mut upper = 0;
    for segment in segments {
        let mut address = segment.address;
        let mut rest = segment.bytes.as_slice();
        while !rest.is_empty() {
            if address >> 16 != upper {
                upper = address >> 16;
                record(&mut text, 0, 4, &(upper as u16).to_be_bytes());
            }
            // No record goes over the end of 64 KiB: its address would begin anew.
            let room = 0x1_0000 - (address & 0xffff) as usize;
            let (now, later) = rest.split_at(rest.len().min(WIDTH).min(room));
            record(&mut text, address as u16, 0, now);
            rest = later;
            address = address.wrapping_add(now.len() as u32);
        }
    }
    record(&mut text, 0, 5, &entry.to_be_bytes());
    record(&mut text, 0, 1, &[]);
    text
}

fn record(text: &mut String, address: u16, kind: u8, bytes: &[u8]) {
    let [high, low] = address.to_be_bytes();
    let head = [bytes.len() as u8, high, low, kind];
    let sum = head.iter().chain(bytes).fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    text.push(':');
    for byte in head.iter().chain(bytes).chain([&sum.wrapping_neg()]) {
        let _ = write!(text, "{byte:02X}");
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_those_of_the_format() {
        let segments = [
            Segment { address: 0x0010, bytes: b"address gap".to_vec() },
            Segment { address: 0x1_fffe, bytes: vec![1, 2, 3] },
        ];
        let expected = "\
            :0B0010006164647265737320676170A7\n\
            :020000040001F9\n\
            :02FFFE000102FE\n\
            :020000040002F8\n\
            :0100000003FC\n\
            :0400000500000101F5\n\
            :00000001FF\n";
        assert_eq!(text(&segments, 0x101), expected);
    }
}
