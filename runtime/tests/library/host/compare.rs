//! Functions that call a helper, do its opcode, and compare.

use crate::computes::{kind, operands};
use crate::values::width;
use native_ir::{Module, Opcode, Type};
use runtime::Helper;
use verifier::Verified;

/// What the function of a helper returns, and what is compared.
fn result(helper: &Helper) -> String {
    use Opcode::*;
    match helper.opcode {
        Fcmp | Fcompare | FloatToSint | FloatToUint | UmulOverflow | SmulOverflow | Clz | Ctz | Popcount => {
            "i32".to_string()
        }
        _ => kind(helper.to).to_string(),
    }
}

/// Lines that compute `%w`, what the opcode gives, from `%a`, `%b` and `%c`.
fn reference(helper: &Helper) -> String {
    use Opcode::*;
    let (from, to) = (kind(helper.from), kind(helper.to));
    let opcode = helper.opcode.name();
    let arguments = ["%a", "%a, %b", "%a, %b, %c"][operands(helper.opcode) - 1];
    match helper.opcode {
        Fcmp | Fcompare => "    %uno: i1 = fcmp.uno %a, %b !0:0
    %less: i1 = fcmp.olt %a, %b !0:0
    %more: i1 = fcmp.ogt %a, %b !0:0
    %w_1: i32 = zext %more !0:0
    %w_2: i32 = select %less, -1, %w_1 !0:0
    %w: i32 = select %uno, 2, %w_2 !0:0\n"
            .to_string(),
        UmulOverflow | SmulOverflow => {
            format!("    %product: {from}, %over: i1 = {opcode} {arguments} !0:0\n    %w: i32 = zext %over !0:0\n")
        }
        Clz | Ctz | Popcount if helper.from != Type::I32 => {
            format!("    %w_1: {from} = {opcode} %a !0:0\n    %w: i32 = trunc %w_1 !0:0\n")
        }
        FloatToSint | FloatToUint => {
            let bits = width(helper.to);
            let (low, high) = match helper.opcode {
                FloatToSint => (format!("-0x1p{}", bits - 1), bits - 1),
                _ => ("0.0".to_string(), bits),
            };
            let (promote, wide) = if helper.from == Type::F64 {
                ("    %t: f64 = round_zero %a !0:0\n".to_string(), "%t")
            } else {
                let promote = "    %t_1: f64 = fpromote %a !0:0\n    %t: f64 = round_zero %t_1 !0:0\n";
                (promote.to_string(), "%t")
            };
            format!(
                "{promote}    %enough: i1 = fcmp.oge {wide}, {low} !0:0
    %few: i1 = fcmp.olt {wide}, 0x1p{high} !0:0
    %fits: i1 = and %enough, %few !0:0
    %w: i32 = zext %fits !0:0\n"
            )
        }
        _ => format!("    %w: {to} = {opcode} {arguments} !0:0\n"),
    }
}

/// Lines that make operands such that the helper takes them: no divisor 0, no quotient that overflows, no amount that is
/// the width or more.
fn admit(helper: &Helper) -> String {
    use Opcode::*;
    let from = kind(helper.from);
    let bits = width(helper.from);
    match helper.opcode {
        Udiv | Sdiv | Urem | Srem => {
            let least = (1u128 << (bits - 1)) as i128;
            let least = if bits == 128 { i128::MIN } else { -least };
            format!(
                "    %zero: i1 = icmp.eq %b_0, 0 !0:0
    %least: i1 = icmp.eq %a, {least} !0:0
    %minus: i1 = icmp.eq %b_0, -1 !0:0
    %over: i1 = and %least, %minus !0:0
    %bad: i1 = or %zero, %over !0:0
    %b: {from} = select %bad, 1, %b_0 !0:0\n"
            )
        }
        Shl | Ushr | Sshr | Rotl | Rotr => amount("b", bits, &from.to_string()),
        FunnelLeft | FunnelRight => amount("c", bits, &from.to_string()),
        _ => String::new(),
    }
}

fn amount(name: &str, bits: u32, ty: &str) -> String {
    format!("    %{name}: {ty} = and %{name}_0, {} !0:0\n    %{name}_word: i32 = trunc %{name} !0:0\n", bits - 1)
}

/// Names of the parameters of the comparing function, and the helper's arguments.
fn names(helper: &Helper) -> (Vec<&'static str>, Vec<&'static str>) {
    use Opcode::*;
    match helper.opcode {
        Udiv | Sdiv | Urem | Srem => (vec!["%a", "%b_0"], vec!["%a", "%b"]),
        Shl | Ushr | Sshr | Rotl | Rotr => (vec!["%a", "%b_0"], vec!["%a", "%b_word"]),
        FunnelLeft | FunnelRight => (vec!["%a", "%b", "%c_0"], vec!["%a", "%b", "%c_word"]),
        opcode => {
            let all = ["%a", "%b", "%c"][..operands(opcode)].to_vec();
            (all.clone(), all)
        }
    }
}

/// Roundings give back the NaN that they have, quiet or not.
fn rounds(opcode: Opcode) -> bool {
    use Opcode::*;
    matches!(opcode, RoundEven | RoundAway | RoundZero | RoundDown | RoundUp)
}

/// Lines that compute `%same`, whether `%g`, what the helper gave, is as good as `%w`. A NaN is as good as another when it
/// is quiet.
fn agree(helper: &Helper) -> String {
    let result = result(helper);
    if !result.starts_with('f') {
        return "    %same: i1 = icmp.eq %g, %w !0:0\n".to_string();
    }
    let bits = result.replace('f', "i");
    let quiet: u64 = match result.as_str() {
        _ if rounds(helper.opcode) => u64::MAX >> (64 - width(helper.to)),
        "f16" => 0x200,
        "f32" => 0x40_0000,
        _ => 0x8_0000_0000_0000,
    };
    format!(
        "    %gb: {bits} = bitcast %g !0:0
    %wb: {bits} = bitcast %w !0:0
    %equal: i1 = icmp.eq %gb, %wb !0:0
    %gn: i1 = fcmp.uno %g, %g !0:0
    %wn: i1 = fcmp.uno %w, %w !0:0
    %quiet_1: {bits} = and %gb, {quiet} !0:0
    %quiet: i1 = icmp.ne %quiet_1, 0 !0:0
    %nan_1: i1 = and %gn, %wn !0:0
    %nan: i1 = and %nan_1, %quiet !0:0
    %same: i1 = or %equal, %nan !0:0\n"
    )
}

/// The function that calls a helper and compares, and one that does so for all numbers of cases from one on, and gives
/// the first that is wrong, or the number where it ends.
pub(super) fn comparing(index: usize, helper: &Helper) -> String {
    let from = kind(helper.from);
    let (params, arguments) = names(helper);
    let list = |names: &[&str]| names.iter().map(|name| format!("{name}: {from}")).collect::<Vec<_>>().join(", ");
    let given = result(helper);
    // Each result, of which one is compared.
    let results = if helper.result == 0 && !is_division(helper) {
        format!("%g: {given}")
    } else {
        let order = if helper.result == 0 { ["%g", "%unused"] } else { ["%unused", "%g"] };
        order.map(|name| format!("{name}: {given}")).join(", ")
    };
    let operands: String = (0..params.len())
        .map(|place| format!("    %x{place}: {from} = call @operand{place}_{from}(%n) !0:0\n"))
        .collect();
    let passed: Vec<String> = (0..params.len()).map(|place| format!("%x{place}")).collect();
    format!(
        "fn pub @compare{index}({}) -> (i32) effects(trap) {{
^entry:
{}    {results} = call @{}({}) !0:0
{}{}    %r: i32 = zext %same !0:0
    return %r !0:0
}}
fn pub @cases{index}(%start: i64, %end: i64) -> (i64) effects(trap) {{
^entry:
    jump ^case(%start) !0:0
^case(%n: i64):
{operands}    %same: i32 = call @compare{index}({}) !0:0
    %good: i1 = icmp.ne %same, 0 !0:0
    %next: i64 = iadd %n, 1 !0:0
    branch %good, ^on, ^done(%n) !0:0
^on:
    %more: i1 = icmp.ult %next, %end !0:0
    branch %more, ^case(%next), ^done(%end) !0:0
^done(%r: i64):
    return %r !0:0
}}\n",
        list(&params),
        admit(helper),
        helper.symbol,
        arguments.join(", "),
        reference(helper),
        agree(helper),
        passed.join(", "),
    )
}

/// Divisions of up to 64 bits give quotient and remainder.
fn is_division(helper: &Helper) -> bool {
    matches!(helper.opcode, Opcode::Udiv | Opcode::Sdiv | Opcode::Urem | Opcode::Srem) && helper.from != Type::I128
}

/// The import of a helper.
pub(super) fn import(module: &Verified<Module>, symbol: &str) -> String {
    let function = &module.functions[module.entry(symbol).expect("the library has its helpers")];
    let signature = module.signature(function).expect("a function has a signature");
    let list = |types: Vec<Type>| types.into_iter().map(|ty| kind(ty).to_string()).collect::<Vec<_>>().join(", ");
    let params = list(signature.params.iter().map(|param| param.ty).collect());
    let results = list(signature.results.iter().map(|result| result.ty).collect());
    format!("import module @{symbol} : fn({params}) -> ({results})\n")
}
