//! Functions that give the operands of a case: `@operand0_T`, `@operand1_T`, `@operand2_T` for a type T.

use crate::computes::kind;
use crate::values::is_float;
use native_ir::Type;
use std::fmt::Write;

/// The operands of a type: one for each place, from the number of a case.
pub(super) fn operand_functions(ty: Type) -> String {
    let name = kind(ty);
    if is_float(ty) {
        let (digits, most) = match ty {
            Type::F16 => (10, 31),
            Type::F32 => (23, 255),
            _ => (52, 2047),
        };
        return float_operands(&name.to_string(), digits, most);
    }
    let mut text = String::new();
    for place in 0..3 {
        let (result, last) = match ty {
            Type::I128 => ("%whole", ""),
            Type::I64 => ("%low", ""),
            _ => ("%short", "    %short: i32 = trunc %low !0:0\n"),
        };
        let wide = if ty == Type::I128 {
            "    %n_2: i64 = iadd %n_0, 8 !0:0
    %n_3: i64 = iadd %n_0, 9 !0:0
    %bits_2: i64 = call @mix(%n_2) !0:0
    %choice_2: i64 = call @mix(%n_3) !0:0
    %high: i64 = call @integer(%bits_2, %choice_2) !0:0
    %length_1: i64 = ushr %choice_2, 32 !0:0
    %length: i128 = zext %length_1 !0:0
    %whole_1: i128 = zext %high !0:0
    %whole_2: i128 = shl %whole_1, 64 !0:0
    %whole_3: i128 = zext %low !0:0
    %whole_4: i128 = or %whole_2, %whole_3 !0:0
    %signed: i128 = sshr %whole_4, %length !0:0
    %odd: i1 = trunc %choice !0:0
    %whole: i128 = select %odd, %whole_4, %signed !0:0\n"
        } else {
            ""
        };
        let _ = write!(
            text,
            "fn pub @operand{place}_{name}(%n: i64) -> ({name}) {{
^entry:
    %n_1: i64 = imul %n, 16 !0:0
    %n_0: i64 = iadd %n_1, {} !0:0
    %n_4: i64 = iadd %n_0, 1 !0:0
    %bits: i64 = call @mix(%n_0) !0:0
    %choice: i64 = call @mix(%n_4) !0:0
    %low: i64 = call @integer(%bits, %choice) !0:0
{wide}{last}    return {result} !0:0
}}\n",
            2 * place
        );
    }
    text
}

/// The second operand is near to the first, the third to their product.
fn float_operands(name: &str, digits: u32, most: u32) -> String {
    let bits = name.replace('f', "i");
    let (widen, narrow, bit) = match name {
        "f64" => (String::new(), String::new(), ("%other_1", "%z")),
        _ => (
            "    %other_2: i64 = zext %other_1 !0:0\n".to_string(),
            format!("    %z_1: {bits} = trunc %z !0:0\n"),
            ("%other_2", "%z_1"),
        ),
    };
    let mut text = String::new();
    for place in 0..3 {
        let other = match place {
            0 => String::new(),
            1 => format!("    %a: {name} = call @operand0_{name}(%n) !0:0\n"),
            _ => format!(
                "    %a_1: {name} = call @operand0_{name}(%n) !0:0\n    %a_2: {name} = call @operand1_{name}(%n) !0:0
    %a_3: {name} = fmul %a_1, %a_2 !0:0\n    %a: {name} = fneg %a_3 !0:0\n"
            ),
        };
        let value = match place {
            0 => format!("    %z: i64 = call @float(%bits, %choice, {digits}, {most}) !0:0\n"),
            _ => format!(
                "    %other_1: {bits} = bitcast %a !0:0\n{widen}    %z: i64 = call @near({}, %bits, %choice, {digits}, {most}) !0:0\n",
                bit.0
            ),
        };
        let _ = write!(
            text,
            "fn pub @operand{place}_{name}(%n: i64) -> ({name}) {{
^entry:
    %n_1: i64 = imul %n, 16 !0:0
    %n_0: i64 = iadd %n_1, {} !0:0
    %n_4: i64 = iadd %n_0, 1 !0:0
    %bits: i64 = call @mix(%n_0) !0:0
    %choice: i64 = call @mix(%n_4) !0:0
{other}{value}{narrow}    %r: {name} = bitcast {} !0:0
    return %r !0:0
}}\n",
            2 * place,
            bit.1
        );
    }
    text
}
