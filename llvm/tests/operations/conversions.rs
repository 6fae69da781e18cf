//! Cases of conversions.

use crate::floats::{FORMATS, Format, guard};
use crate::integers::{WIDTHS, edges, give, take};
use crate::program::Case;

/// All conversions.
pub(crate) fn cases(cases: &mut Vec<Case>, declarations: &mut Vec<String>) {
    between_integers(cases);
    through_pointers(cases);
    for bits in WIDTHS {
        for format in &FORMATS {
            integer_and_float(cases, declarations, bits, format);
        }
    }
    between_floats(cases);
    casts(cases);
}

fn between_integers(cases: &mut Vec<Case>) {
    for from in WIDTHS {
        for to in WIDTHS {
            let ops: &[&str] = match from.cmp(&to) {
                std::cmp::Ordering::Less => &["zext", "sext"],
                std::cmp::Ordering::Equal => &[],
                std::cmp::Ordering::Greater => &["trunc"],
            };
            for op in ops {
                let lines = [take(from), format!("  %v = {op} i{from} %a to i{to}\n"), give(to)].concat();
                cases.push(Case::new(format!("{op} i{from} to i{to}"), &edges(from), lines));
                let convert = format!(
                    "  %w0 = insertelement <2 x i{from}> poison, i{from} %b, i8 0\n  \
                     %w = insertelement <2 x i{from}> %w0, i{from} %a, i8 1\n  \
                     %n = {op} <2 x i{from}> %w to <2 x i{to}>\n  %v = extractelement <2 x i{to}> %n, i64 1\n"
                );
                let lines = [take(from), convert, give(to)].concat();
                cases.push(Case::new(format!("{op} <2 x i{from}> to i{to}"), &edges(from), lines));
            }
        }
    }
}

fn through_pointers(cases: &mut Vec<Case>) {
    for from in WIDTHS {
        for to in WIDTHS {
            let convert = format!("  %p = inttoptr i{from} %a to ptr\n  %v = ptrtoint ptr %p to i{to}\n");
            let lines = [take(from), convert, give(to)].concat();
            cases.push(Case::new(format!("i{from} through ptr to i{to}"), &edges(from), lines));
        }
    }
    let lines = "  %a = trunc i128 %x to i64\n  %b = trunc i128 %y to i64\n  %p = inttoptr i64 %a to ptr\n  \
                 %q = inttoptr i64 %b to ptr\n  %v = icmp ult ptr %p, %q\n  %r = zext i1 %v to i128\n";
    cases.push(Case::new("icmp ult ptr", &edges(64), lines));
}

/// Converts there, and back when the value is in range.
fn integer_and_float(cases: &mut Vec<Case>, declarations: &mut Vec<String>, bits: u32, format: &Format) {
    let Format { ty, width, .. } = *format;
    for op in ["sitofp", "uitofp"] {
        let convert = format!("  %f = {op} i{bits} %a to {ty}\n  %v = bitcast {ty} %f to i{width}\n");
        let lines = [take(bits), convert, give(width)].concat();
        cases.push(Case::new(format!("{op} i{bits} to {ty}"), &edges(bits), lines));
    }
    for (op, name) in [("fptosi", "fptosi.sat"), ("fptoui", "fptoui.sat")] {
        let function = format!("@llvm.{name}.i{bits}.{}", format.suffix);
        declarations.push(format!("declare i{bits} {function}({ty})"));
        let convert = format!("  %f = bitcast i{width} %a to {ty}\n  %v = call i{bits} {function}({ty} %f)\n");
        let lines = [take(width), convert, give(bits)].concat();
        cases.push(Case::new(format!("{name} {ty} to i{bits}"), &format.values(), lines));
        // The largest integers are infinite in the smaller formats.
        let finite = match ty {
            "half" => false,
            "float" => op == "fptosi" || bits < 128,
            _ => true,
        };
        if finite && bits > 1 {
            let (there, half) = (if op == "fptosi" { "sitofp" } else { "uitofp" }, format.half);
            let convert = format!(
                "  %f = {there} i{bits} %a to {ty}\n  %g = fmul {ty} %f, {half}\n  %v = {op} {ty} %g to i{bits}\n"
            );
            let lines = [take(bits), convert, give(bits)].concat();
            cases.push(Case::new(format!("{op} {ty} to i{bits}"), &edges(bits), lines));
        }
    }
}

fn between_floats(cases: &mut Vec<Case>) {
    for from in &FORMATS {
        for to in &FORMATS {
            let op = match from.width.cmp(&to.width) {
                std::cmp::Ordering::Less => "fpext",
                std::cmp::Ordering::Equal => continue,
                std::cmp::Ordering::Greater => "fptrunc",
            };
            let convert = format!(
                "  %f = bitcast i{} %a to {}\n  %g = {op} {} %f to {}\n",
                from.width, from.ty, from.ty, to.ty
            );
            let lines = [take(from.width), convert, guard(to), give(to.width)].concat();
            cases.push(Case::new(format!("{op} {} to {}", from.ty, to.ty), &from.values(), lines));
        }
    }
}

/// Bit casts between values of other shapes: there, and back.
fn casts(cases: &mut Vec<Case>) {
    const SHAPES: [(u32, &[&str]); 6] = [
        (8, &["i8", "<8 x i1>", "<2 x i4>", "<4 x i2>", "<1 x i8>"]),
        (16, &["i16", "half", "<2 x i8>", "<16 x i1>", "<1 x half>"]),
        (24, &["i24", "<3 x i8>", "<24 x i1>"]),
        (32, &["i32", "float", "<2 x i16>", "<4 x i8>", "<2 x half>", "<32 x i1>", "<1 x i32>"]),
        (64, &["i64", "double", "<2 x i32>", "<2 x float>", "<8 x i8>", "<4 x i16>", "<64 x i1>", "<4 x half>"]),
        (
            128,
            &["i128", "<2 x i64>", "<4 x float>", "<16 x i8>", "<2 x double>", "<8 x half>", "<8 x i16>", "fp128"],
        ),
    ];
    for (bits, shapes) in SHAPES {
        for from in shapes {
            for to in shapes.iter().filter(|to| *to != from) {
                let convert = format!(
                    "  %f = bitcast i{bits} %a to {from}\n  %t = bitcast {from} %f to {to}\n  \
                     %v = bitcast {to} %t to i{bits}\n"
                );
                let lines = [take(bits), convert, give(bits)].concat();
                cases.push(Case::new(format!("bitcast {from} to {to}"), &edges(bits), lines));
            }
        }
    }
    lanes_of_casts(cases);
}

/// Where single bits come to lie.
fn lanes_of_casts(cases: &mut Vec<Case>) {
    for (whole, vector, lane) in
        [(8, "<8 x i1>", "i1"), (64, "<4 x i16>", "i16"), (128, "<16 x i8>", "i8"), (24, "<3 x i8>", "i8")]
    {
        for index in [0, 2] {
            let convert = format!(
                "  %f = bitcast i{whole} %a to {vector}\n  %e = extractelement {vector} %f, i32 {index}\n  \
                 %r = zext {lane} %e to i128\n"
            );
            let lines = [take(whole), convert].concat();
            cases.push(Case::new(format!("lane {index} of i{whole} as {vector}"), &edges(whole), lines));
        }
    }
    let convert = "  %f = bitcast i64 %a to <4 x i16>\n  %s = shufflevector <4 x i16> %f, <4 x i16> %f, \
                   <2 x i32> <i32 3, i32 4>\n  %v = bitcast <2 x i16> %s to i32\n";
    let lines = [take(64), convert.to_string(), give(32)].concat();
    cases.push(Case::new("shuffled lanes", &edges(64), lines));
}
