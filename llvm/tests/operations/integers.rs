//! Cases of integer operations.

use crate::program::Case;

pub(crate) const WIDTHS: [u32; 13] = [1, 2, 7, 8, 13, 16, 24, 32, 33, 64, 65, 100, 128];

/// Values at the edges of a width, and some in between.
pub(crate) fn edges(bits: u32) -> Vec<u128> {
    let ones = u128::MAX >> (128 - bits);
    let mut values = vec![
        0,
        1,
        2,
        ones,
        ones - 1,
        ones >> 1,
        (ones >> 1) + 1,
        ones / 3,
        ones / 5,
        0x0123_4567_89ab_cdef_fedc_ba98_7654_3210 & ones,
        (0xc0ff_ee00_dead_beef_0bad_f00d_8000_0001 >> (128 - bits)) & ones,
        u128::from(bits) & ones,
        u128::from(bits.wrapping_sub(1)) & ones,
        10 & ones,
    ];
    values.sort_unstable();
    values.dedup();
    values
}

/// Lines that make `%a`, `%b` and `%c` of the inputs.
pub(crate) fn take(bits: u32) -> String {
    let line = |to, from| match bits {
        128 => format!("  %{to} = or i128 %{from}, 0\n"),
        _ => format!("  %{to} = trunc i128 %{from} to i{bits}\n"),
    };
    [line("a", "x"), line("b", "y"), line("c", "z")].concat()
}

/// Lines that make `%r` of `%v`.
pub(crate) fn give(bits: u32) -> String {
    match bits {
        128 => "  %r = or i128 %v, 0\n".to_string(),
        _ => format!("  %r = zext i{bits} %v to i128\n"),
    }
}

struct Width<'a> {
    bits: u32,
    values: Vec<u128>,
    cases: &'a mut Vec<Case>,
    declarations: &'a mut Vec<String>,
}

/// All cases of all widths.
pub(crate) fn cases(cases: &mut Vec<Case>, declarations: &mut Vec<String>) {
    for bits in WIDTHS {
        let mut width = Width { bits, values: edges(bits), cases, declarations };
        width.arithmetic();
        width.divisions();
        width.shifts();
        width.compares();
        width.intrinsics();
        width.lanes();
    }
}

impl Width<'_> {
    fn case(&mut self, name: &str, lines: &str, result: u32) {
        let bits = self.bits;
        let lines = [&take(bits), lines, &give(result)].concat();
        self.cases.push(Case::new(format!("{name} i{bits}"), &self.values, lines));
    }

    fn arithmetic(&mut self) {
        let bits = self.bits;
        for op in ["add", "sub", "mul", "and", "or", "xor"] {
            self.case(op, &format!("  %v = {op} i{bits} %a, %b\n"), bits);
            self.case(&format!("{op} constant"), &format!("  %v = {op} i{bits} %a, 1\n"), bits);
            self.case(&format!("constant {op}"), &format!("  %v = {op} i{bits} -1, %a\n"), bits);
        }
        self.case("freeze", &format!("  %v = freeze i{bits} %a\n"), bits);
    }

    /// Divisions where they are defined.
    fn divisions(&mut self) {
        let bits = self.bits;
        let least = 1_u128 << (bits - 1);
        let ty = format!("i{bits}");
        for op in ["udiv", "urem"] {
            let lines = format!(
                "  %bad = icmp eq {ty} %b, 0\n  %d = select i1 %bad, {ty} 1, {ty} %b\n  %v = {op} {ty} %a, %d\n"
            );
            self.case(op, &lines, bits);
        }
        if bits == 1 {
            return;
        }
        for op in ["sdiv", "srem"] {
            let lines = format!(
                "  %zero = icmp eq {ty} %b, 0\n  %minus = icmp eq {ty} %b, -1\n  %least = icmp eq {ty} %a, {least}\n  \
                 %over = and i1 %minus, %least\n  %bad = or i1 %zero, %over\n  \
                 %d = select i1 %bad, {ty} 1, {ty} %b\n  %v = {op} {ty} %a, %d\n"
            );
            self.case(op, &lines, bits);
        }
    }

    fn shifts(&mut self) {
        let bits = self.bits;
        for op in ["shl", "lshr", "ashr"] {
            let lines = format!("  %n = urem i{bits} %b, {bits}\n  %v = {op} i{bits} %a, %n\n");
            self.case(op, &lines, bits);
            self.case(&format!("{op} constant"), &format!("  %v = {op} i{bits} %a, {}\n", bits / 2), bits);
        }
    }

    fn compares(&mut self) {
        let bits = self.bits;
        for cc in ["eq", "ne", "ugt", "uge", "ult", "ule", "sgt", "sge", "slt", "sle"] {
            self.case(&format!("icmp {cc}"), &format!("  %v = icmp {cc} i{bits} %a, %b\n"), 1);
            let lines = format!("  %t = icmp {cc} i{bits} %a, -1\n  %v = select i1 %t, i{bits} %b, i{bits} %c\n");
            self.case(&format!("select {cc}"), &lines, bits);
        }
    }

    fn intrinsic(&mut self, name: &str, arguments: &str, flag: bool) {
        let bits = self.bits;
        let count = arguments.split(',').count();
        let mut types = vec![format!("i{bits}"); count];
        let mut list: Vec<String> =
            arguments.split(',').map(|argument| format!("i{bits} %{}", argument.trim())).collect();
        if flag {
            types.push("i1".to_string());
            list.push("i1 false".to_string());
        }
        let (types, list) = (types.join(", "), list.join(", "));
        self.declarations.push(format!("declare i{bits} @llvm.{name}.i{bits}({types})"));
        self.case(name, &format!("  %v = call i{bits} @llvm.{name}.i{bits}({list})\n"), bits);
    }

    fn intrinsics(&mut self) {
        let bits = self.bits;
        for name in ["smax", "smin", "umax", "umin", "sadd.sat", "uadd.sat", "ssub.sat", "usub.sat"] {
            self.intrinsic(name, "a, b", false);
        }
        for name in ["fshl", "fshr"] {
            self.intrinsic(name, "a, b, c", false);
            let call = |amount| {
                format!("  %v = call i{bits} @llvm.{name}.i{bits}(i{bits} %a, i{bits} %b, i{bits} {amount})\n")
            };
            self.case(&format!("{name} constant"), &call(1), bits);
        }
        for name in ["ctpop", "bitreverse"] {
            self.intrinsic(name, "a", false);
        }
        for name in ["ctlz", "cttz", "abs"] {
            self.intrinsic(name, "a", true);
        }
        if bits.is_multiple_of(16) {
            self.intrinsic("bswap", "a", false);
        }
        for name in ["sshl.sat", "ushl.sat"] {
            self.declarations.push(format!("declare i{bits} @llvm.{name}.i{bits}(i{bits}, i{bits})"));
            let lines = format!(
                "  %n = urem i{bits} %b, {bits}\n  \
                 %v = call i{bits} @llvm.{name}.i{bits}(i{bits} %a, i{bits} %n)\n"
            );
            self.case(name, &lines, bits);
        }
        self.overflows();
        for name in ["scmp", "ucmp"] {
            for result in [2, 8, 33] {
                self.declarations
                    .push(format!("declare i{result} @llvm.{name}.i{result}.i{bits}(i{bits}, i{bits})"));
                let lines =
                    format!("  %v = call i{result} @llvm.{name}.i{result}.i{bits}(i{bits} %a, i{bits} %b)\n");
                self.case(&format!("{name}.i{result}"), &lines, result);
            }
        }
    }

    fn overflows(&mut self) {
        let bits = self.bits;
        for name in ["sadd", "uadd", "ssub", "usub", "smul", "umul"] {
            let pair = format!("{{ i{bits}, i1 }}");
            self.declarations.push(format!("declare {pair} @llvm.{name}.with.overflow.i{bits}(i{bits}, i{bits})"));
            let call = format!("  %p = call {pair} @llvm.{name}.with.overflow.i{bits}(i{bits} %a, i{bits} %b)\n");
            self.case(&format!("{name} result"), &format!("{call}  %v = extractvalue {pair} %p, 0\n"), bits);
            self.case(&format!("{name} overflow"), &format!("{call}  %v = extractvalue {pair} %p, 1\n"), 1);
        }
    }

    /// The same on vectors.
    fn lanes(&mut self) {
        let ty = format!("i{}", self.bits);
        let vector = format!("<3 x {ty}>");
        let make = format!(
            "  %p0 = insertelement {vector} poison, {ty} %a, i32 0\n  %p1 = insertelement {vector} %p0, {ty} %b, i32 1\n  \
             %p = insertelement {vector} %p1, {ty} %c, i32 2\n  \
             %q = shufflevector {vector} %p, {vector} poison, <3 x i32> <i32 1, i32 2, i32 0>\n"
        );
        for op in ["add", "sub", "mul", "and", "or", "xor"] {
            for lane in 0..3 {
                let lines =
                    format!("{make}  %w = {op} {vector} %p, %q\n  %v = extractelement {vector} %w, i32 {lane}\n");
                self.case(&format!("{op} lane {lane}"), &lines, self.bits);
            }
        }
        for cc in ["eq", "ugt", "slt"] {
            let lines = format!(
                "{make}  %t = icmp {cc} {vector} %p, %q\n  %w = select <3 x i1> %t, {vector} %p, {vector} %q\n  \
                 %v = extractelement {vector} %w, i32 2\n"
            );
            self.case(&format!("select {cc} by lanes"), &lines, self.bits);
        }
        for name in ["umax", "smin", "sadd.sat", "ctpop", "bitreverse", "fshl"] {
            let arguments = match name {
                "ctpop" | "bitreverse" => 1,
                "fshl" => 3,
                _ => 2,
            };
            let list = [format!("{vector} %p"), format!("{vector} %q"), format!("{vector} %q")];
            let list = list[..arguments].join(", ");
            let types = vec![vector.clone(); arguments].join(", ");
            self.declarations.push(format!("declare {vector} @llvm.{name}.v3{ty}({types})"));
            let lines = format!(
                "{make}  %w = call {vector} @llvm.{name}.v3{ty}({list})\n  %v = extractelement {vector} %w, i32 1\n"
            );
            self.case(&format!("{name} by lanes"), &lines, self.bits);
        }
        for name in ["add", "mul", "and", "or", "xor", "smax", "smin", "umax", "umin"] {
            self.declarations.push(format!("declare {ty} @llvm.vector.reduce.{name}.v3{ty}({vector})"));
            let lines = format!("{make}  %v = call {ty} @llvm.vector.reduce.{name}.v3{ty}({vector} %p)\n");
            self.case(&format!("reduce {name}"), &lines, self.bits);
        }
        self.variable_lanes(&make, &ty, &vector);
    }

    fn variable_lanes(&mut self, make: &str, ty: &str, vector: &str) {
        let index = "  %i0 = trunc i128 %y to i32\n  %i = urem i32 %i0, 3\n";
        let lines = format!("{make}{index}  %v = extractelement {vector} %p, i32 %i\n");
        self.case("extractelement", &lines, self.bits);
        let lines = format!(
            "{make}{index}  %w = insertelement {vector} %p, {ty} %c, i32 %i\n  \
             %e = extractelement {vector} %w, i32 0\n  %f = extractelement {vector} %w, i32 1\n  \
             %v = xor {ty} %e, %f\n"
        );
        self.case("insertelement", &lines, self.bits);
    }
}
