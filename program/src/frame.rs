//! Values where the calling convention puts them. Bits that it leaves unspecified are not zero here, so that a callee that
//! counts on them is found.

use native_ir::abi::{CallLayout, EXTENDED_BITS, Location, Passed, Register};
use native_ir::{Module, Passing, Type, TypeKind};

/// What stands in bits that belong to no value.
const NOISE: u32 = 0xa5a5_a5a5;

/// Registers and stack at the first instruction of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// r0 to r3.
    pub(crate) registers: [u32; 4],
    /// What is at the stack pointer.
    pub(crate) stack: Vec<u8>,
}

/// The frame of a call.
pub(crate) fn frame(module: &Module, layout: &CallLayout, values: &[u128]) -> Frame {
    let stack_bytes = usize::try_from(layout.stack_bytes).unwrap_or(0);
    let mut frame = Frame {
        registers: [NOISE; 4],
        stack: NOISE.to_le_bytes().iter().copied().cycle().take(stack_bytes).collect(),
    };
    for (passed, &value) in layout.params.iter().zip(values) {
        let value = extended(module, passed, value);
        let is_extended = matches!(passed.passing, Passing::Zext | Passing::Sext);
        for piece in layout.pieces(passed) {
            let bits = value >> (8 * piece.offset);
            // What is extended fills the word.
            let bytes = if is_extended { u64::from(EXTENDED_BITS / 8) } else { piece.bytes };
            match piece.location {
                Location::Register(Register::Core(number)) => {
                    if let Some(register) = frame.registers.get_mut(usize::from(number)) {
                        *register = with_low(*register, bits as u32, bytes);
                    }
                }
                Location::Register(Register::Vector(_)) => {}
                Location::Stack(offset) => {
                    let place = usize::try_from(offset).unwrap_or(usize::MAX);
                    let bytes = usize::try_from(bytes).unwrap_or(0).min(16);
                    let to = place.checked_add(bytes).and_then(|end| frame.stack.get_mut(place..end));
                    if let Some(to) = to {
                        to.copy_from_slice(&bits.to_le_bytes()[..bytes]);
                    }
                }
            }
        }
    }
    frame
}

/// A value as wide as it is passed.
fn extended(module: &Module, passed: &Passed, value: u128) -> u128 {
    let bits = narrow_bits(module, passed.ty);
    match (passed.passing, bits) {
        (Passing::Sext, Some(bits)) if value >> (bits - 1) & 1 != 0 => value | u128::MAX << bits,
        _ => value,
    }
}

fn narrow_bits(module: &Module, ty: Type) -> Option<u32> {
    match module.types.kind(ty)? {
        TypeKind::I1 => Some(1),
        TypeKind::I8 => Some(8),
        TypeKind::I16 => Some(16),
        _ => None,
    }
}

/// A word whose low bytes are others.
fn with_low(word: u32, low: u32, bytes: u64) -> u32 {
    match bytes {
        0 => word,
        1..=3 => {
            let mask = (1 << (8 * bytes)) - 1;
            word & !mask | low & mask
        }
        _ => low,
    }
}

/// The bits of the results that registers hold.
pub(crate) fn results(module: &Module, layout: &CallLayout, registers: [u32; 4]) -> Vec<u128> {
    let each = layout.results.iter().map(|passed| {
        let value = layout.pieces(passed).iter().fold(0, |value, piece| {
            let Location::Register(Register::Core(number)) = piece.location else { return value };
            let word = registers.get(usize::from(number)).copied().unwrap_or(0);
            value | u128::from(with_low(0, word, piece.bytes)) << (8 * piece.offset)
        });
        // What is extended has more bits than its type.
        value & u128::MAX >> (128 - narrow_bits(module, passed.ty).unwrap_or(128))
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use native_ir::abi::{Convention, classify};
    use native_ir::layout::{Layouts, MachineLayout};
    use native_ir::{Contract, text};

    /// The frame of a call of the only function of a module, and the results that some registers hold.
    fn called(signature: &str, values: &[u128], registers: [u32; 4]) -> (Frame, Vec<u128>) {
        let text = format!(
            "native-ir 1\nmodule a\ntarget sim-cortex-m0\nabi zero-freestanding-v1\nlayout \"e\"\nprofile bare-metal\n\
             import module @f : fn{signature}\n"
        );
        let module = text::parse(text).module;
        let contract = Contract::embedded();
        let (target, _) = contract.target("sim-cortex-m0").expect("a row");
        let layouts = Layouts::new(&module.types, &MachineLayout::of(contract, target));
        let import = module.imports.values().next().expect("one import");
        let ty = module.types.as_function(import.ty).expect("a function");
        let layout = classify(&module.types, &layouts, Convention::Aapcs32, ty).expect("it fits");
        (frame(&module, &layout, values), results(&module, &layout, registers))
    }

    #[test]
    fn values_stand_where_the_convention_says() {
        let (frame, results) =
            called("(i8, i64, i16 sext, i128) -> (i64)", &[0x7f, 0x1122_3344_5566_7788, 0x8001, 5], [1, 2, 3, 4]);
        // A 64-bit value begins at an even register; what comes behind it is on the stack, the last on 8 bytes.
        assert_eq!(frame.registers, [0xa5a5_a57f, NOISE, 0x5566_7788, 0x1122_3344]);
        assert_eq!(frame.stack[..4], 0xffff_8001u32.to_le_bytes());
        assert_eq!(frame.stack[4..8], NOISE.to_le_bytes());
        assert_eq!(frame.stack[8..], 5u128.to_le_bytes());
        assert_eq!(results, [0x2_0000_0001]);
        let (_, results) = called("() -> (i1 sext, i16 sext)", &[], [u32::MAX, 0xffff_8001, 0, 0]);
        assert_eq!(results, [1, 0x8001]);
    }
}
