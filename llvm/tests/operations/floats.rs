//! Cases of floating-point operations. A NaN that an operation makes counts as the NaN.

use crate::integers::{give, take};
use crate::program::Case;

/// A floating-point format.
pub(crate) struct Format {
    pub(crate) ty: &'static str,
    /// In names of intrinsics.
    pub(crate) suffix: &'static str,
    pub(crate) width: u32,
    /// Bits of the fraction.
    pub(crate) fraction: u32,
    /// The literal 0.5.
    pub(crate) half: &'static str,
    /// The literal NaN.
    pub(crate) nan: &'static str,
}

pub(crate) const FORMATS: [Format; 3] = [
    Format { ty: "half", suffix: "f16", width: 16, fraction: 10, half: "0xH3800", nan: "0xH7E00" },
    Format { ty: "float", suffix: "f32", width: 32, fraction: 23, half: "0.5", nan: "0x7FF8000000000000" },
    Format { ty: "double", suffix: "f64", width: 64, fraction: 52, half: "0.5", nan: "0x7FF8000000000000" },
];

impl Format {
    /// The patterns of edges: zeros, subnormals, ones, integers, largest, infinities, NaNs, with both signs.
    pub(crate) fn values(&self) -> Vec<u128> {
        let Format { width, fraction, .. } = *self;
        let bias = (1_u128 << (width - fraction - 2)) - 1;
        let of =
            |exponent: i32, bits: u128| (bias as i128 + i128::from(exponent)) as u128 * (1 << fraction) + bits;
        let infinity = (2 * bias + 1) << fraction;
        let some = 0x5_5a5a_1234_8765 & ((1 << fraction) - 1);
        let mut values = vec![
            0,
            1,
            (1 << fraction) - 1,
            1 << fraction,
            of(-1, 0),
            of(-2, some),
            of(0, 0),
            of(0, 1),
            of(0, 1 << (fraction - 1)),
            of(1, 1 << (fraction - 2)),
            of(3, some),
            of(5, some | 1),
            of(fraction as i32, 1),
            of(fraction as i32 - 1, 1),
            infinity - 1,
            infinity,
            infinity | 1 << (fraction - 1),
            infinity | 1 << (fraction - 2),
        ];
        if width > 16 {
            values.extend([of(30, some), of(31, some), of(63, some), of(99, some), of(-20, some)]);
        }
        let sign = 1 << (width - 1);
        let negative: Vec<u128> = values.iter().map(|value| value | sign).collect();
        values.extend(negative);
        values
    }
}

/// Lines that make `%v` of the float `%g`: its bits, those of the NaN for any.
pub(crate) fn guard(format: &Format) -> String {
    let Format { ty, width, nan, .. } = format;
    format!(
        "  %isnan = fcmp uno {ty} %g, %g\n  %h = select i1 %isnan, {ty} {nan}, {ty} %g\n  \
         %v = bitcast {ty} %h to i{width}\n"
    )
}

/// All cases of all formats.
pub(crate) fn cases(cases: &mut Vec<Case>, declarations: &mut Vec<String>) {
    for format in &FORMATS {
        let mut group = Group { format, values: format.values(), cases, declarations };
        group.arithmetic();
        group.compares();
        group.intrinsics();
        group.classes();
        group.lanes();
    }
}

struct Group<'a> {
    format: &'a Format,
    values: Vec<u128>,
    cases: &'a mut Vec<Case>,
    declarations: &'a mut Vec<String>,
}

impl Group<'_> {
    /// Lines on the floats `%f`, `%s` and `%t` that make the float `%g`.
    fn case(&mut self, name: &str, lines: &str) {
        let Format { ty, width, .. } = *self.format;
        let lines = [&self.take(), lines, &guard(self.format), &give(width)].concat();
        self.cases.push(Case::new(format!("{name} {ty}"), &self.values, lines));
    }

    fn take(&self) -> String {
        let Format { ty, width, .. } = *self.format;
        let floats = format!(
            "  %f = bitcast i{width} %a to {ty}\n  %s = bitcast i{width} %b to {ty}\n  \
             %t = bitcast i{width} %c to {ty}\n"
        );
        take(width) + &floats
    }

    fn arithmetic(&mut self) {
        let ty = self.format.ty;
        for op in ["fadd", "fsub", "fmul", "fdiv", "frem"] {
            self.case(op, &format!("  %g = {op} {ty} %f, %s\n"));
        }
        self.case("fneg", &format!("  %g = fneg {ty} %f\n"));
        self.case("select", &format!("  %q = fcmp olt {ty} %f, %s\n  %g = select i1 %q, {ty} %s, {ty} %t\n"));
    }

    fn compares(&mut self) {
        let Format { ty, .. } = *self.format;
        let all = [
            "false", "oeq", "ogt", "oge", "olt", "ole", "one", "ord", "ueq", "ugt", "uge", "ult", "ule", "une",
            "uno", "true",
        ];
        for cc in all {
            let lines =
                [self.take(), format!("  %v = fcmp {cc} {ty} %f, %s\n  %r = zext i1 %v to i128\n")].concat();
            self.cases.push(Case::new(format!("fcmp {cc} {ty}"), &self.values, lines));
        }
    }

    fn intrinsic(&mut self, name: &str, arguments: &[&str]) {
        let Format { ty, suffix, .. } = *self.format;
        let types = vec![ty; arguments.len()].join(", ");
        let list: Vec<String> = arguments.iter().map(|argument| format!("{ty} %{argument}")).collect();
        self.declarations.push(format!("declare {ty} @llvm.{name}.{suffix}({types})"));
        let call = format!("call {ty} @llvm.{name}.{suffix}({})", list.join(", "));
        // Which zero the least or largest of two zeros is, LLVM leaves open.
        let lines = match name {
            "minnum" | "maxnum" => format!("  %m = {call}\n  %g = fadd {ty} %m, 0.0\n"),
            _ => format!("  %g = {call}\n"),
        };
        self.case(name, &lines);
    }

    fn intrinsics(&mut self) {
        let half = self.format.ty == "half";
        let one = ["fabs", "sqrt", "floor", "ceil", "trunc", "rint", "nearbyint", "round", "roundeven"];
        for name in one {
            self.intrinsic(name, &["f"]);
        }
        for name in ["copysign", "minnum", "maxnum", "minimum", "maximum"] {
            self.intrinsic(name, &["f", "s"]);
        }
        // Through a float, a half is rounded twice here.
        if !half {
            self.intrinsic("fma", &["f", "s", "t"]);
        }
        self.intrinsic("fmuladd", &["f", "s", "t"]);
        for name in ["lrint", "llrint", "lround", "llround"] {
            self.rounded(name);
        }
    }

    /// Integers of values that are small enough.
    fn rounded(&mut self, name: &str) {
        let Format { ty, suffix, half, .. } = *self.format;
        if ty == "half" {
            return;
        }
        self.declarations.push(format!("declare i64 @llvm.{name}.i64.{suffix}({ty})"));
        let lines = format!(
            "  %n = call {ty} @llvm.fabs.{suffix}({ty} %f)\n  %in = fcmp olt {ty} %n, 1.0e9\n  \
             %q = select i1 %in, {ty} %f, {ty} {half}\n  %v = call i64 @llvm.{name}.i64.{suffix}({ty} %q)\n"
        );
        let lines = [&self.take(), &lines[..], &give(64)].concat();
        self.cases.push(Case::new(format!("{name} {ty}"), &self.values, lines));
    }

    fn classes(&mut self) {
        let Format { ty, suffix, .. } = *self.format;
        self.declarations.push(format!("declare i1 @llvm.is.fpclass.{suffix}({ty}, i32 immarg)"));
        for mask in (0..10).map(|bit| 1 << bit).chain([0, 3, 0x1f8, 0x264, 0x3ff]) {
            let line = format!("  %v = call i1 @llvm.is.fpclass.{suffix}({ty} %f, i32 {mask})\n");
            let lines = [&self.take(), &line[..], "  %r = zext i1 %v to i128\n"].concat();
            self.cases.push(Case::new(format!("is.fpclass {mask:#x} {ty}"), &self.values, lines));
        }
    }

    fn lanes(&mut self) {
        let Format { ty, suffix, .. } = *self.format;
        let vector = format!("<4 x {ty}>");
        let make = format!(
            "  %p0 = insertelement {vector} poison, {ty} %f, i32 0\n  %p1 = insertelement {vector} %p0, {ty} %s, i32 1\n  \
             %p2 = insertelement {vector} %p1, {ty} %t, i32 2\n  %p = insertelement {vector} %p2, {ty} %f, i32 3\n  \
             %q = shufflevector {vector} %p, {vector} poison, <4 x i32> <i32 1, i32 2, i32 0, i32 0>\n"
        );
        for op in ["fadd", "fdiv"] {
            let lines = format!("{make}  %w = {op} {vector} %p, %q\n  %g = extractelement {vector} %w, i32 2\n");
            self.case(&format!("{op} by lanes"), &lines);
        }
        for name in ["fadd", "fmul"] {
            self.declarations.push(format!("declare {ty} @llvm.vector.reduce.{name}.v4{suffix}({ty}, {vector})"));
            let lines =
                format!("{make}  %g = call {ty} @llvm.vector.reduce.{name}.v4{suffix}({ty} %t, {vector} %p)\n");
            self.case(&format!("reduce {name}"), &lines);
        }
    }
}
