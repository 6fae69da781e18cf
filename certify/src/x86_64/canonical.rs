//! C1 on request: each instruction's bytes are those that another encoder makes of what was decoded.
//!
//! Legitimate encodings differ where the machine has two for one meaning. These are taken as equal: the direction of a
//! move between registers is part of what was decoded; a displacement or branch that a relocation or a label may make
//! long stays long, because the encoder is told its size; padding (`nop`) may have any form.

use super::decode::Decoded;
use super::{Subject, fault};
use crate::finding::{Check, Fault};
use crate::piece::Piece;
use iced_x86::{Encoder, Mnemonic};

/// Checks that encoding what was decoded gives the same bytes.
pub(crate) fn check(subject: Subject<'_>, insts: &[Decoded]) -> Result<(), Fault> {
    let mut encoder = Encoder::new(64);
    for inst in insts.iter().filter(|inst| inst.raw.mnemonic() != Mnemonic::Nop) {
        let encoded = encoder.encode(&inst.raw, inst.raw.ip());
        let bytes = encoder.take_buffer();
        let range = inst.offset() as usize..inst.end() as usize;
        let same = encoded.is_ok() && subject.code.code.get(range) == Some(bytes.as_slice());
        encoder.set_buffer(bytes);
        if !same {
            return Err(fault(Check::Decode, inst, "bytes that are not the canonical form of their instruction"));
        }
        let mut buffer = encoder.take_buffer();
        buffer.clear();
        encoder.set_buffer(buffer);
    }
    Ok(())
}
