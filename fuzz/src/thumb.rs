//! The decoder of ARMv6-M.

use thumb::{Halfwords, decode_bytes};

/// Any bytes are code: each instruction that is found has the bytes that it is encoded in, reads and writes registers that
/// there are, and is written as text.
///
/// # Panics
/// When decoder or encoder does, or they do not agree.
pub fn thumb(data: &[u8]) {
    let mut at = 0;
    while let Some(rest) = data.get(at..).filter(|rest| rest.len() >= 2) {
        let Some(inst) = decode_bytes(rest) else {
            at += 2;
            continue;
        };
        let size = inst.size() as usize;
        let bytes = match inst.encode() {
            Some(Halfwords::One(first)) => first.to_le_bytes().to_vec(),
            Some(Halfwords::Two(first, second)) => [first.to_le_bytes(), second.to_le_bytes()].concat(),
            None => panic!("{inst} was decoded and is not encoded"),
        };
        assert_eq!(rest.get(..size), Some(&bytes[..]), "{inst}");
        let address = at as u32;
        assert!(!inst.to_string().is_empty() && !inst.at(address).to_string().is_empty(), "no text");
        let effects = inst.effects();
        assert!((effects.reads.iter().chain(effects.writes.iter())).all(|register| register.number() < 16));
        if let Some(target) = inst.target(address) {
            assert!(target.is_multiple_of(2), "{inst} goes to {target:x}");
        }
        let cycles = |taken| inst.cycles(taken, thumb::FAST_MULTIPLY);
        assert!((1..=cycles(true)).contains(&cycles(false)), "{inst}");
        at += size;
    }
}
