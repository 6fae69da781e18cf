//! The stack that a program begins with: the number of its arguments, pointers to them and to the environment, an empty
//! auxiliary vector, and above all that the texts (psABI for AMD64, section 3.4.1).

use crate::Error;

/// Where the stack ends: the first byte behind it.
pub(crate) const TOP: u64 = 0x7fff_ffff_f000;
/// Its size in bytes.
pub(crate) const SIZE: u64 = 8 << 20;
/// The most bytes that arguments and environment may take.
const MOST: usize = 1 << 20;

/// The bytes at the top of the stack; the stack pointer is at the first one, a multiple of 16.
///
/// # Errors
/// The texts are too long, or hold a zero byte.
pub(crate) fn initial(arguments: &[Vec<u8>], environment: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
    let texts = || arguments.iter().chain(environment);
    let bytes: usize = texts().map(|text| text.len() + 1).sum();
    // The number of arguments, two nulls, and the two words that end the auxiliary vector.
    let words = arguments.len() + environment.len() + 5;
    if bytes + words * 8 > MOST || texts().any(|text| text.contains(&0)) {
        return Err(Error::Arguments);
    }
    let size = (words * 8 + bytes).next_multiple_of(16);
    let mut at = TOP - bytes as u64;
    let mut stack = Vec::with_capacity(size);
    stack.extend((arguments.len() as u64).to_le_bytes());
    for list in [arguments, environment] {
        for text in list {
            stack.extend(at.to_le_bytes());
            at += text.len() as u64 + 1;
        }
        stack.extend([0; 8]);
    }
    stack.resize(size - bytes, 0);
    for text in texts() {
        stack.extend(text);
        stack.push(0);
    }
    Ok(stack)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_lead_to_the_texts() {
        let texts = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect::<Vec<_>>();
        let stack = initial(&texts(&["a", "bcd"]), &texts(&["E=1"])).expect("it fits");
        assert_eq!(stack.len() % 16, 0);
        let start = TOP - stack.len() as u64;
        let word = |index: usize| u64::from_le_bytes(stack[index * 8..index * 8 + 8].try_into().unwrap());
        let text = |address: u64| {
            let rest = &stack[(address - start) as usize..];
            std::str::from_utf8(&rest[..rest.iter().position(|&byte| byte == 0).unwrap()]).unwrap()
        };
        assert_eq!((word(0), text(word(1)), text(word(2)), word(3)), (2, "a", "bcd", 0));
        assert_eq!((text(word(4)), word(5), word(6), word(7)), ("E=1", 0, 0, 0));
        assert_eq!(initial(&texts(&["a\0"]), &[]), Err(Error::Arguments));
        assert_eq!(initial(&[vec![b'x'; MOST]], &[]), Err(Error::Arguments));
    }
}
