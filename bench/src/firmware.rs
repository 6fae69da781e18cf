//! Code for the Cortex-M0 beside GCC's and Clang's: bytes of the kernels without floats, and cycles on an emulated chip with
//! the architecture's table of cycles. The input of ours is Clang's IR at `-Oz`.

use crate::execution::kernel::{self, Kernel};
use crate::{Plan, table};
use devices::Bus;
use elf::Unit;
use elf::firmware::{Memory as Chip, Region};
use emulator::cortex_m0::{Console, Limits, Machine, Memory, SP, Stop};
use native_ir::{Contract, Module};
use object::{Object, ObjectSegment, ObjectSymbol};
use program::{Board, Callable, How, Manner};
use std::path::Path;
use std::process::Command;
use verifier::Verified;

/// The kernels that compute with floats.
const FLOATS: [&str; 3] = ["mandel", "matmulf", "nbody"];

const GCC: [&str; 7] = [
    "-mcpu=cortex-m0",
    "-mthumb",
    "-ffreestanding",
    "-fno-builtin",
    "-ffp-contract=off",
    "-fno-stack-protector",
    "-fno-asynchronous-unwind-tables",
];

/// What compilers call of a C library, which is not counted in bytes.
const SUPPORT: &str = "
void *memcpy(void *to, const void *from, unsigned n) {
    for (char *at = to; n--; from = (const char *)from + 1) *at++ = *(const char *)from;
    return to;
}
void *memset(void *to, int byte, unsigned n) {
    for (char *at = to; n--;) *at++ = byte;
    return to;
}
void __aeabi_memcpy(void *to, const void *from, unsigned n) { memcpy(to, from, n); }
void __aeabi_memcpy4(void *to, const void *from, unsigned n) { memcpy(to, from, n); }
void __aeabi_memcpy8(void *to, const void *from, unsigned n) { memcpy(to, from, n); }
void __aeabi_memset(void *to, unsigned n, int byte) { memset(to, byte, n); }
void __aeabi_memclr(void *to, unsigned n) { memset(to, 0, n); }
void __aeabi_memclr4(void *to, unsigned n) { memset(to, 0, n); }
void __aeabi_memclr8(void *to, unsigned n) { memset(to, 0, n); }
";

/// What a peer's code of a kernel takes.
#[derive(Clone, Copy)]
struct Cost {
    bytes: u64,
    cycles: u64,
}

/// Whose code is measured.
const WHOSE: [&str; 5] = ["ours", "gcc -Os", "gcc -O1", "gcc -O0", "clang -Oz"];

/// A kernel and what each takes.
type Row<'a> = (&'a Kernel, [Cost; WHOSE.len()]);

/// Measures all kernels. The error says which tool is missing, or what does not give its checksum.
pub(crate) fn run(_: &Plan) -> Result<(), String> {
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let kernels = kernel::table()?;
    let mut rows: Vec<Row<'_>> = Vec::new();
    for kernel in kernels.iter().filter(|kernel| !FLOATS.contains(&kernel.name.as_str())) {
        let [small, fast, none] = ["-Os", "-O1", "-O0"].map(|level| gcc(kernel, level, scratch.path()));
        rows.push((kernel, [ours(kernel, scratch.path())?, small?, fast?, none?, clang(kernel, scratch.path())?]));
    }
    show("Bytes of code and constants of a kernel, without libraries", &rows, |cost| cost.bytes, 1);
    show("Cycles of a kernel at its small size", &rows, |cost| cost.cycles, 2);
    Ok(())
}

/// Prints a table of one kind of cost, and the geometric means of the ratios to that of a column.
fn show(title: &str, rows: &[Row<'_>], of: fn(&Cost) -> u64, to: usize) {
    let ratio = |costs: &[Cost], whose: usize| of(&costs[whose]) as f64 / of(&costs[to]) as f64;
    let last = format!("ours / {}", WHOSE[to]);
    let heads: Vec<&str> = [&["kernel"], &WHOSE[..], &[&last]].concat();
    let line = |(kernel, costs): &Row<'_>| {
        let mut cells = vec![kernel.name.clone()];
        cells.extend(costs.iter().map(|cost| of(cost).to_string()));
        cells.push(format!("{:.2}", ratio(costs, 0)));
        cells
    };
    table::print(title, &heads, rows.iter().map(line));
    let mean = |whose: usize| {
        let logarithms: f64 = rows.iter().map(|(_, costs)| ratio(costs, whose).ln()).sum();
        format!("{} {:.2}", WHOSE[whose], (logarithms / rows.len() as f64).exp())
    };
    let means: Vec<String> = (0..WHOSE.len()).filter(|whose| *whose != to).map(mean).collect();
    println!("\nGeometric means to {}: {}", WHOSE[to], means.join(", "));
}

fn output(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Bytes of an object's code and constants.
fn size(object: &Path) -> Result<u64, String> {
    let told = output(Command::new("arm-none-eabi-size").arg(object))?;
    let number = told.lines().nth(1).and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.ok_or_else(|| format!("arm-none-eabi-size told {told}"))
}

fn gcc(kernel: &Kernel, level: &str, scratch: &Path) -> Result<Cost, String> {
    let object = scratch.join(format!("{}{level}.o", kernel.name));
    let source = kernel::folder().join(format!("{}.c", kernel.name));
    let mut compile = Command::new("arm-none-eabi-gcc");
    output(compile.args(GCC).args([level, "-c"]).arg(source).arg("-o").arg(&object))?;
    linked(kernel, &object)
}

fn clang(kernel: &Kernel, scratch: &Path) -> Result<Cost, String> {
    let object = scratch.join(format!("{}-Oz.o", kernel.name));
    clang_makes(kernel, &["-c"], &object)?;
    linked(kernel, &object)
}

fn clang_makes(kernel: &Kernel, what: &[&str], to: &Path) -> Result<(), String> {
    let flags = kernel::folder().join("../llvm/clang-flags");
    let source = kernel::folder().join(format!("{}.c", kernel.name));
    let mut compile = Command::new("clang-19");
    compile.arg(format!("@{}", flags.display())).args(["--target=thumbv6m-none-eabi", "-Oz"]);
    output(compile.args(what).arg(source).arg("-o").arg(to)).map(|_| ())
}

/// What an object of a C compiler takes, linked with GCC's library.
fn linked(kernel: &Kernel, object: &Path) -> Result<Cost, String> {
    const TOP: u32 = 0x2010_0000;
    let program = object.with_extension("elf");
    let library = output(Command::new("arm-none-eabi-gcc").args(["-mcpu=cortex-m0", "-print-libgcc-file-name"]))?;
    let support = object.with_extension("support.o");
    let source = object.with_extension("support.c");
    std::fs::write(&source, SUPPORT).map_err(|error| error.to_string())?;
    output(Command::new("arm-none-eabi-gcc").args(GCC).args(["-Os", "-c"]).arg(&source).arg("-o").arg(&support))?;
    let mut link = Command::new("arm-none-eabi-ld");
    link.args(["-Ttext=0x1000", "-Tdata=0x20000000", "-e", &format!("k_{}", kernel.name)]);
    output(link.arg(object).arg(&support).arg(library.trim()).arg("-o").arg(&program))?;
    let bytes = std::fs::read(&program).map_err(|error| error.to_string())?;
    let file = object::File::parse(&*bytes).map_err(|error| error.to_string())?;
    let memory = |start, bytes, writable| Memory { start, bytes, writable };
    let memory = [memory(0, 1 << 20, false), memory(0x2000_0000, 1 << 20, true)];
    let text = |error: emulator::Error| error.to_string();
    let mut machine = Machine::new(&memory, Bus::new()).map_err(text)?;
    for segment in file.segments() {
        let bytes = segment.data().map_err(|error| error.to_string())?;
        machine.load(segment.address() as u32, bytes).map_err(text)?;
    }
    machine.set_register(SP, TOP);
    machine.set_register(0, kernel.small.0);
    let entry = file.symbols().find(|symbol| symbol.name() == Ok(&format!("k_{}", kernel.name)));
    let entry = entry.ok_or("the kernel is not in the program")?.address() as u32;
    let stop = machine.call(entry, &Limits::default()).map_err(text)?;
    if stop != Stop::Reached || machine.register(0) != kernel.small.1 {
        return Err(format!("{}: {stop:?}, {}", object.display(), machine.register(0)));
    }
    Ok(Cost { bytes: size(object)?, cycles: machine.cycles() })
}

fn ours(kernel: &Kernel, scratch: &Path) -> Result<Cost, String> {
    let source = scratch.join(format!("{}.ll", kernel.name));
    clang_makes(kernel, &["-S", "-emit-llvm"], &source)?;
    let module = import(&source)?;
    let func =
        program::function(&module, &format!("k_{}", kernel.name)).ok_or("the kernel is not in the module")?;
    let text = |error: program::Error| error.to_string();
    let compiled = program::compile(&module, &codegen::all_functions(&module), &How::default()).map_err(text)?;
    let helpers = program::helpers(&module.envelope.target, &[&compiled], &How::default()).map_err(text)?;
    let library: Vec<Unit<'_>> = helpers.iter().map(program::Compiled::unit).collect();
    let bytes = elf::object(compiled.unit(), &library, None);
    let object = scratch.join(format!("{}-ours.o", kernel.name));
    let bytes = bytes.map_err(|error| error.to_string())?;
    std::fs::write(&object, bytes).map_err(|error| error.to_string())?;
    let chip = Chip {
        flash: Region { start: 0, bytes: 1 << 20 },
        ram: Region { start: 0x2000_0000, bytes: 1 << 20 },
        stack: 0,
    };
    let callable = Callable::new(&module, &[func], Vec::new(), chip, &How::default()).map_err(text)?;
    let mut board = Board::new(&callable, &module, Manner::default()).map_err(text)?;
    let world = (Bus::new(), Console::default());
    let call = (func, &[u128::from(kernel.small.0)][..]);
    let (end, _) = board.call(&callable, &module, call, world, &Limits::default()).map_err(text)?;
    if end != program::End::Returned(vec![kernel.small.1.into()]) {
        return Err(format!("{}: {end:?}", kernel.name));
    }
    let functions = helpers.iter().flat_map(|helpers| &helpers.artifact.functions);
    let shared: u64 = functions.map(|function| function.code.len() as u64).sum();
    Ok(Cost { bytes: size(&object)?.saturating_sub(shared), cycles: board.machine().cycles() })
}

fn import(path: &Path) -> Result<Verified<Module>, String> {
    let text = std::fs::read(path).map_err(|error| error.to_string())?;
    let input = llvm::Input { path: path.display().to_string(), text };
    let (module, _) = llvm::import(&[input], &llvm::Options::default())
        .map_err(|diagnostics| diagnostics.first().map_or(String::new(), |first| first.message.clone()))?;
    let options = verifier::Options { contract: Contract::embedded(), registers: None, threads: 1 };
    verifier::verify(module, &options).map_err(|_| format!("{}: not valid", path.display()))
}
