//! The kernels as machine code of two compilers, in one process each run, which times itself.

use super::gcc::{FREESTANDING, NATIVE, call};
use super::kernel::{self, Kernel};
use super::process::output;
use crate::codegen::COMPILERS;
use crate::measure::{Subject, interleave};
use crate::{Plan, table};
use std::path::Path;
use std::process::Command;

/// Who makes objects of kernels.
pub(crate) struct Compiler {
    pub(crate) name: &'static str,
    /// Writes the object of a kernel.
    pub(crate) object: fn(&Kernel, &Path) -> Result<(), String>,
}

/// The object of a kernel by gcc, without its vectoriser.
pub(crate) fn gcc(kernel: &Kernel, path: &Path) -> Result<(), String> {
    let mut compile = Command::new("gcc");
    compile.args(["-O2", "-fno-tree-vectorize"]).args(FREESTANDING).args(NATIVE).arg("-c").arg("-o").arg(path);
    output(compile.arg(kernel::folder().join(format!("{}.c", kernel.name))), "gcc").map(|_| ())
}

/// Measures and prints. The error says what is missing or who computes wrongly.
pub(crate) fn run(plan: &Plan) -> Result<(), String> {
    let scratch = tempfile::tempdir().map_err(|error| format!("no scratch folder: {error}"))?;
    let kernels = kernel::table()?;
    let mut subjects = Vec::new();
    for (number, compiler) in COMPILERS.iter().enumerate() {
        let folder = scratch.path().join(number.to_string());
        std::fs::create_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let host = folder.join("host");
        let mut link = Command::new("gcc");
        link.args(["-O2", "-no-pie", "-o"]).arg(&host).arg(kernel::folder().join("host.c"));
        for kernel in &kernels {
            let object = folder.join(format!("{}.o", kernel.name));
            (compiler.object)(kernel, &object)
                .map_err(|reason| format!("{} by {}: {reason}", kernel.name, compiler.name))?;
            link.arg(object);
        }
        output(&mut link, "gcc")?;
        for kernel in &kernels {
            let (n, expected) = if plan.quick { kernel.small } else { kernel.large };
            let (host, name, warm) = (host.clone(), kernel.name.clone(), kernel.small.0);
            let checksum = call(&host, &name, [warm, n])?.checksum;
            if checksum != expected {
                return Err(format!("{name} by {}: the checksum is {checksum}, not {expected}", compiler.name));
            }
            subjects.push(Subject::timed(name.clone(), n as usize, move || {
                call(&host, &name, [warm, n]).expect("a program that ran runs again").seconds
            }));
        }
    }
    interleave(&mut subjects, plan.rounds.div_ceil(3));
    let (theirs, ours) = subjects.split_at(kernels.len());
    let mut rows = Vec::new();
    let mut product = 1.0;
    for (theirs, ours) in theirs.iter().zip(ours) {
        let ratio = ours.median() / theirs.median();
        product *= ratio;
        let ms = |seconds: f64| format!("{:.2}", seconds * 1e3);
        rows.push(vec![theirs.name.clone(), ms(theirs.median()), ms(ours.median()), format!("{ratio:.2}")]);
    }
    let mean = f64::powf(product, 1.0 / kernels.len() as f64);
    rows.push(vec!["geometric mean".to_string(), String::new(), String::new(), format!("{mean:.2}")]);
    table::print(
        "Running machine code, CPU time in ms",
        &["kernel", COMPILERS[0].name, COMPILERS[1].name, "ratio"],
        rows,
    );
    Ok(())
}
