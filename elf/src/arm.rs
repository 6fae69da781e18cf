//! What files for ARM have and others have not: Thumb calls, mapping symbols, build attributes.

use artifact::FunctionCode;

/// `e_flags` of an object: version 5 of the EABI. How floats are passed stands in executables alone (AAELF32, 5.2.1).
pub(crate) const OBJECT_FLAGS: u32 = 0x0500_0000;
/// `e_flags` of an executable whose floats are passed in core registers.
pub(crate) const EXECUTABLE_FLAGS: u32 = 0x0500_0200;

/// The section of build attributes.
pub(crate) const ATTRIBUTES: &str = ".ARM.attributes";

/// What the code of a file needs and keeps, as linkers compare it (Addenda to the ABI for the Arm Architecture, chapter
/// 3): attributes of the whole file, each a tag and a value. What is not said of wide characters and enumerations is that
/// there are none: the file goes with any other.
pub(crate) fn attributes() -> Vec<u8> {
    let mut pairs: Vec<u8> = Vec::new();
    pairs.push(5); // Tag_CPU_name
    pairs.extend(b"Cortex-M0\0");
    pairs.extend([6, 12]); // Tag_CPU_arch: v6S-M
    pairs.extend([7, b'M']); // Tag_CPU_arch_profile: microcontroller
    pairs.extend([9, 1]); // Tag_THUMB_ISA_use: 16-bit Thumb
    pairs.extend([20, 1]); // Tag_ABI_FP_denormal: kept
    pairs.extend([23, 3]); // Tag_ABI_FP_number_model: all of IEEE 754
    pairs.extend([24, 1]); // Tag_ABI_align_needed: 8 bytes
    pairs.extend([25, 1]); // Tag_ABI_align_preserved: 8 bytes at calls
    pairs.extend([38, 1]); // Tag_ABI_FP_16bit_format: IEEE 754
    let vendor = b"aeabi\0";
    const TAG_FILE: u8 = 1;
    let file = 5 + pairs.len() as u32;
    let section = 4 + vendor.len() as u32 + file;
    let mut bytes = vec![b'A'];
    bytes.extend(section.to_le_bytes());
    bytes.extend(vendor);
    bytes.push(TAG_FILE);
    bytes.extend(file.to_le_bytes());
    bytes.extend(pairs);
    bytes
}

/// The two halfwords of a `BL` over a distance that counts from its first byte and has the processor's 4 bytes taken off;
/// none when it does not reach or is odd (ARM DDI 0419, A6.7.13).
pub(crate) fn call(distance: i64) -> Option<[u8; 4]> {
    const REACH: i64 = 1 << 24;
    if !(-REACH..REACH).contains(&distance) || distance & 1 != 0 {
        return None;
    }
    let bits = distance as u32;
    let bit = |number: u32| bits >> number & 1;
    let sign = bit(24);
    let (first, second) = (bits >> 12 & 0x3ff, bits >> 1 & 0x7ff);
    let (j1, j2) = (1 ^ bit(23) ^ sign, 1 ^ bit(22) ^ sign);
    let high = (0xf000 | sign << 10 | first) as u16;
    let low = (0xd000 | j1 << 13 | j2 << 11 | second) as u16;
    let ([a, b], [c, d]) = (high.to_le_bytes(), low.to_le_bytes());
    Some([a, b, c, d])
}

/// Where a function's bytes change from instructions to constants and back: offset, and whether instructions begin.
pub(crate) fn mapping(code: &FunctionCode) -> Vec<(u32, bool)> {
    let mut all = vec![(0, true)];
    for pool in &code.pools {
        all.extend([(pool.offset, false), (pool.offset.saturating_add(pool.bytes), true)]);
    }
    if (code.literals as usize) < code.code.len() {
        all.push((code.literals, false));
    }
    // Where two meet, the second counts.
    let mut ordered: Vec<(u32, bool)> = Vec::with_capacity(all.len());
    for entry in all {
        match ordered.last_mut() {
            Some(last) if last.0 == entry.0 => *last = entry,
            _ => ordered.push(entry),
        }
    }
    let mut before = None;
    ordered.retain(|&(_, instructions)| before.replace(instructions) != Some(instructions));
    ordered
}

/// The name of a mapping symbol (AAELF32, 5.5.5).
pub(crate) fn mapping_name(instructions: bool) -> &'static str {
    if instructions { "$t" } else { "$d" }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `arm-none-eabi-as` makes of `bl .+4+distance`.
    #[test]
    fn calls_are_encoded_over_their_whole_reach() {
        let known = [
            (-4, [0xff, 0xf7, 0xfe, 0xff]),
            (0, [0x00, 0xf0, 0x00, 0xf8]),
            (0x1000, [0x01, 0xf0, 0x00, 0xf8]),
            (0x7f_fffe, [0xff, 0xf3, 0xff, 0xf7]),
            (0xff_fffe, [0xff, 0xf3, 0xff, 0xd7]),
            (-0x100_0000, [0x00, 0xf4, 0x00, 0xd0]),
        ];
        for (distance, bytes) in known {
            assert_eq!(call(distance), Some(bytes), "{distance:#x}");
        }
        assert_eq!(call(0x100_0000), None);
        assert_eq!(call(-0x100_0002), None);
        assert_eq!(call(3), None);
    }
}
