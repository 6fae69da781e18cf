//! Operations on 128 bits that see where an operand comes from, or whose result is one half.

use crate::form::HEADER;
use crate::numbers::{Random, edges};
use crate::{machine, verified};
use codegen::all_functions;
use native_ir::TypeKind;

/// Runs a function of these lines, which read `%a` and `%b` and define `%r`, all of 128 bits.
fn check(lines: &[&str], meaning: impl Fn(u128, u128) -> u128) {
    let body: String = lines.iter().map(|line| format!("    {line} !0:0\n")).collect();
    let source = format!(
        "{HEADER}fn @f(%in: ptr[generic,i8], %out: ptr[generic,i8]) -> () effects(read, write) !0:0 {{
^entry:
    %a: i128 = load.i128 %in align=1 !0:0
    %second: ptr[generic,i8] = offset %in, 16 !0:0
    %b: i128 = load.i128 %second align=1 !0:0
{body}    store.i128 %r, %out align=1 !0:0
    return !0:0
}}
"
    );
    let module = verified(&source);
    let machine = machine(&module, &[]);
    let func = all_functions(&module)[0];
    let mut random = Random(3);
    let edges = edges(TypeKind::I128);
    let pairs = edges.iter().flat_map(|&a| edges.iter().map(move |&b| (a, b)));
    let others: Vec<_> = (0..1000).map(|_| (random.bits(TypeKind::I128), random.bits(TypeKind::I128))).collect();
    for (a, b) in pairs.chain(others) {
        let input = [a.to_le_bytes(), b.to_le_bytes()].concat();
        let mut output = [0xa5; 16];
        machine.call(func, &input, &mut output).expect("nothing traps");
        let found = u128::from_le_bytes(output);
        assert_eq!(found, meaning(a, b), "of {a:x} and {b:x}{}", machine.listing(func));
    }
}

const fn low(bits: u128) -> u128 {
    bits as u64 as u128
}

#[test]
fn addresses() {
    check(&["%x: addr = int_to_addr %a", "%r: i128 = addr_to_int %x"], |a, _| low(a));
    let product = ["%x: addr = int_to_addr %a", "%y: i128 = addr_to_int %x", "%r: i128 = imul %y, %b"];
    check(&product, |a, b| low(a).wrapping_mul(b));
}

#[test]
fn products_of_extended_numbers() {
    let [x, y] = ["%x: i64 = trunc %a", "%y: i64 = trunc %b"];
    let [wide_x, wide_y] = ["%wx: i128 = zext %x", "%wy: i128 = zext %y"];
    check(&[x, y, wide_x, wide_y, "%r: i128 = imul %wx, %wy"], |a, b| low(a) * low(b));
    check(&[x, wide_x, "%r: i128 = imul %wx, %b"], |a, b| low(a).wrapping_mul(b));
    check(&[x, wide_x, "%r: i128 = imul %b, %wx"], |a, b| low(a).wrapping_mul(b));
    let signed = ["%wx: i128 = sext %x", "%wy: i128 = sext %y"];
    check(&[x, y, signed[0], signed[1], "%r: i128 = imul %wx, %wy"], |a, b| {
        (i128::from(a as i64) * i128::from(b as i64)) as u128
    });
    let high = ["%p: i128 = imul %wx, %wy", "%h: i128 = ushr %p, 64", "%n: i64 = trunc %h", "%r: i128 = zext %n"];
    check(&[x, y, wide_x, wide_y, high[0], high[1], high[2], high[3]], |a, b| (low(a) * low(b)) >> 64);
}
