//! Numbers as CMSIS-SVD writes them.

/// A number: decimal, hexadecimal after `0x`, binary after `#` or `0b`, with `k`, `m`, `g` or `t` behind it for powers of
/// 1024. `None` when it is none, or does not fit 64 bits.
pub(crate) fn number(text: &str) -> Option<u64> {
    let text = text.strip_prefix('+').unwrap_or(text).to_ascii_lowercase();
    if let Some(digits) = text.strip_prefix('#').or_else(|| text.strip_prefix("0b")) {
        return radix(digits, 2);
    }
    let (digits, shift) = match text.as_bytes().last()? {
        b'k' => (text.get(..text.len() - 1)?, 10),
        b'm' => (text.get(..text.len() - 1)?, 20),
        b'g' => (text.get(..text.len() - 1)?, 30),
        b't' => (text.get(..text.len() - 1)?, 40),
        _ => (text.as_str(), 0),
    };
    let number = match digits.strip_prefix("0x") {
        Some(digits) => radix(digits, 16)?,
        None => radix(digits, 10)?,
    };
    number.checked_mul(1 << shift)
}

/// A number of digits alone: `from_str_radix` would take a sign.
fn radix(digits: &str, radix: u32) -> Option<u64> {
    let plain = digits.chars().all(|c| c.is_digit(radix));
    if plain { u64::from_str_radix(digits, radix).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn every_form_of_number_is_read() {
        for (text, expected) in [
            ("0", 0),
            ("010", 10),
            ("0x40002000", 0x4000_2000),
            ("0XFf", 255),
            ("+7", 7),
            ("#101", 5),
            ("0b11", 3),
            ("4k", 4096),
            ("0x1K", 1024),
            ("1M", 1 << 20),
            ("2g", 2 << 30),
            ("1T", 1 << 40),
            ("0xffffffffffffffff", u64::MAX),
        ] {
            assert_eq!(number(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "0x",
            "#",
            "k",
            "-1",
            "1.5",
            "0x+1",
            "++1",
            "#12",
            "ten",
            "18446744073709551616",
            "16777216t",
            "ß",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
