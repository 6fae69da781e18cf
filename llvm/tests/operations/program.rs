//! A program of LLVM IR that runs many small cases on tables of values and writes all results.

use std::fmt::Write;

/// A function of one to three values that gives one. Values are `i128`; its lines make `%r` of `%x`, `%y` and `%z`.
pub(crate) struct Case {
    pub(crate) name: String,
    /// The values that it runs on: all pairs of them; the third value is a function of the pair.
    pub(crate) values: Vec<u128>,
    pub(crate) lines: String,
}

impl Case {
    pub(crate) fn new(name: impl Into<String>, values: &[u128], lines: impl Into<String>) -> Case {
        Case { name: name.into(), values: values.to_vec(), lines: lines.into() }
    }

    /// How many results it writes.
    pub(crate) fn results(&self) -> usize {
        self.values.len() * self.values.len()
    }

    /// The values behind a result.
    pub(crate) fn inputs(&self, result: usize) -> [u128; 3] {
        let count = self.values.len();
        let (i, j) = (result / count, result % count);
        [self.values[i], self.values[j], self.values[(i + j) % count]]
    }
}

/// How the program is started and writes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Surroundings {
    /// `main` and `write` of a C library.
    C,
    /// `@program` is called, and writes through the runtime.
    Runtime,
}

/// The text of the program.
pub(crate) fn text(cases: &[Case], declarations: &[String], surroundings: Surroundings) -> String {
    let mut out = String::from(
        "target datalayout = \"e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128\"\n\
         target triple = \"x86_64-unknown-linux-gnu\"\n\n",
    );
    let most = cases.iter().map(Case::results).max().unwrap_or(1);
    writeln!(out, "@out = internal global [{most} x i128] zeroinitializer, align 16").unwrap();
    for (index, case) in cases.iter().enumerate() {
        write_case(&mut out, index, case);
    }
    out.push_str("define i32 @program() {\n");
    for index in 0..cases.len() {
        writeln!(out, "  call void @drive{index}()").unwrap();
    }
    out.push_str("  ret i32 0\n}\n\n");
    let mut declarations = declarations.to_vec();
    declarations.sort();
    declarations.dedup();
    out.push_str(&declarations.join("\n"));
    out.push_str(match surroundings {
        Surroundings::Runtime => "\ndeclare i64 @zero_write(i32, ptr, i64)\n",
        Surroundings::C => {
            "\ndeclare i64 @write(i32, ptr, i64)\n\
             define i64 @zero_write(i32 %fd, ptr %bytes, i64 %count) {\n  \
             %n = call i64 @write(i32 %fd, ptr %bytes, i64 %count)\n  ret i64 %n\n}\n\
             define i32 @main() {\n  %s = call i32 @program()\n  ret i32 %s\n}\n"
        }
    });
    out
}

fn write_case(out: &mut String, index: usize, case: &Case) {
    let count = case.values.len();
    let values: Vec<String> = case.values.iter().map(|value| format!("i128 {value}")).collect();
    let values = values.join(", ");
    let bytes = case.results() * 16;
    let lines = &case.lines;
    writeln!(out, "; {}", case.name).unwrap();
    write!(
        out,
        "@values{index} = internal constant [{count} x i128] [{values}], align 16
define internal i128 @case{index}(i128 %x, i128 %y, i128 %z) noinline {{
{lines}  ret i128 %r
}}
define internal void @drive{index}() {{
  br label %rows
rows:
  %i = phi i64 [ 0, %0 ], [ %i1, %row ]
  %xp = getelementptr inbounds i128, ptr @values{index}, i64 %i
  %x = load i128, ptr %xp, align 16
  br label %cells
cells:
  %j = phi i64 [ 0, %rows ], [ %j1, %cells ]
  %yp = getelementptr inbounds i128, ptr @values{index}, i64 %j
  %y = load i128, ptr %yp, align 16
  %sum = add i64 %i, %j
  %k = urem i64 %sum, {count}
  %zp = getelementptr inbounds i128, ptr @values{index}, i64 %k
  %z = load i128, ptr %zp, align 16
  %r = call i128 @case{index}(i128 %x, i128 %y, i128 %z)
  %row0 = mul i64 %i, {count}
  %place = add i64 %row0, %j
  %op = getelementptr inbounds i128, ptr @out, i64 %place
  store i128 %r, ptr %op, align 16
  %j1 = add i64 %j, 1
  %more = icmp ult i64 %j1, {count}
  br i1 %more, label %cells, label %row
row:
  %i1 = add i64 %i, 1
  %again = icmp ult i64 %i1, {count}
  br i1 %again, label %rows, label %end
end:
  %w = call i64 @zero_write(i32 1, ptr @out, i64 {bytes})
  ret void
}}
"
    )
    .unwrap();
}
