//! Functions of a crate without the standard library: compiled to LLVM IR by one test, and a part of that same test.

/// What a shape is good for.
trait Shape {
    fn area(&self) -> f64;
    fn sides(&self) -> u32;
}

struct Square(f64);
struct Circle {
    radius: f64,
}

impl Shape for Square {
    fn area(&self) -> f64 {
        self.0 * self.0
    }

    fn sides(&self) -> u32 {
        4
    }
}

impl Shape for Circle {
    fn area(&self) -> f64 {
        3.25 * self.radius * self.radius
    }

    fn sides(&self) -> u32 {
        0
    }
}

enum Token {
    Number(u64),
    Add,
    Multiply,
    Duplicate,
    Drop,
}

fn token(byte: u8) -> Option<Token> {
    Some(match byte {
        b'0'..=b'9' => Token::Number(u64::from(byte - b'0')),
        b'+' => Token::Add,
        b'*' => Token::Multiply,
        b'd' => Token::Duplicate,
        b'x' => Token::Drop,
        _ => return None,
    })
}

struct Stack {
    values: [u64; 8],
    depth: usize,
}

impl Stack {
    fn push(&mut self, value: u64) -> Option<()> {
        *self.values.get_mut(self.depth)? = value;
        self.depth += 1;
        Some(())
    }

    fn pop(&mut self) -> Option<u64> {
        self.depth = self.depth.checked_sub(1)?;
        self.values.get(self.depth).copied()
    }
}

fn evaluate(text: &[u8]) -> Option<u64> {
    let mut stack = Stack { values: [0; 8], depth: 0 };
    for &byte in text {
        match token(byte)? {
            Token::Number(number) => stack.push(number)?,
            Token::Add => {
                let sum = stack.pop()?.wrapping_add(stack.pop()?);
                stack.push(sum)?;
            }
            Token::Multiply => {
                let product = stack.pop()?.wrapping_mul(stack.pop()?);
                stack.push(product)?;
            }
            Token::Duplicate => {
                let value = stack.pop()?;
                stack.push(value)?;
                stack.push(value)?;
            }
            Token::Drop => stack.pop().map(|_| ())?,
        }
    }
    stack.pop()
}

/// A calculator for postfix notation: the sum of what some texts give.
#[unsafe(no_mangle)]
pub extern "C" fn calculator(n: u64) -> u64 {
    let texts: [&[u8]; 6] = [b"12+3*", b"9d*d*d*", b"1x", b"12", b"5d+d+d+d+", b"1?"];
    let mut sum = n;
    for text in texts {
        sum = sum.rotate_left(7) ^ evaluate(text).unwrap_or(0x1234);
    }
    sum
}

/// Shapes behind pointers to tables of functions.
#[unsafe(no_mangle)]
pub extern "C" fn shapes(n: u64) -> u64 {
    let square = Square(n as f64 / 3.0);
    let circle = Circle { radius: 1.5 };
    let shapes: [&dyn Shape; 3] = [&square, &circle, &Square(0.5)];
    let area: f64 = shapes.iter().map(|shape| shape.area()).sum();
    let sides: u32 = shapes.iter().map(|shape| shape.sides()).sum();
    area.to_bits() ^ u64::from(sides)
}

/// Numbers of 128 bits.
#[unsafe(no_mangle)]
pub extern "C" fn wide(n: u64) -> u64 {
    let mut a = u128::from(n) << 64 | u128::from(!n);
    let mut sum = 0u128;
    for step in 1..20u32 {
        a = a.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645).wrapping_add(u128::from(step));
        sum ^= (a / (u128::from(n | 1) << (step % 60))) ^ (a as i128 >> step) as u128;
        sum = sum.rotate_right(a.leading_zeros() + a.count_ones());
    }
    (sum >> 64) as u64 ^ sum as u64
}

/// Searching, sorting and summing slices.
#[unsafe(no_mangle)]
pub extern "C" fn slices(n: u64) -> u64 {
    let mut numbers = [0u32; 64];
    let mut state = n as u32 | 1;
    for number in &mut numbers {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        *number = state % 1000;
    }
    for end in (1..numbers.len()).rev() {
        for pair in 0..end {
            if let Some([a, b]) = numbers.get_mut(pair..pair + 2)
                && a > b
            {
                core::mem::swap(a, b);
            }
        }
    }
    let ordered = numbers.iter().zip(numbers.iter().skip(1)).all(|(a, b)| a <= b);
    let odd = numbers.iter().filter(|&&number| number & 1 == 1).count() as u64;
    let weighted = numbers.iter().enumerate().fold(0u64, |sum, (at, &number)| sum + at as u64 * u64::from(number));
    weighted << 8 | odd << 1 | u64::from(ordered)
}

/// An element of an array; behind its end a panic.
#[unsafe(no_mangle)]
pub extern "C" fn element(n: u64) -> u64 {
    const TABLE: [u64; 5] = [2, 3, 5, 7, 11];
    TABLE[n as usize]
}

/// Conversions, checked and saturating arithmetic, floats.
#[unsafe(no_mangle)]
pub extern "C" fn arithmetic(n: u64) -> u64 {
    let signed = n as i32;
    let mut sum = signed.saturating_mul(12345) as u64;
    sum ^= signed.checked_add(i32::MAX / 2).map_or(7, |value| value as u64);
    sum ^= u64::from((n as u8).saturating_sub(100)) << 8 | u64::from((n as u16).wrapping_neg());
    sum ^= signed.overflowing_sub(i32::MIN / 2).0 as u64;
    sum ^= (n as f64 * 1e300 * 1e10) as u64 ^ (-(n as f32)) as i16 as u64 ^ ((n as f32 * 0.0 / 0.0) as i32) as u64;
    sum ^= (signed.rem_euclid(97) as u64) << 32 ^ u64::from(signed.unsigned_abs().swap_bytes().reverse_bits());
    sum ^= (n as f32 / 7.0).to_bits() as u64 ^ ((n as f64).max(1e6).to_bits() >> 3);
    sum.wrapping_add(u64::from(char::from_u32(n as u32 & 0x1fffff).is_some()))
}
