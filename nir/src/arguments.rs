//! The arguments of each command, and their help.

use crate::engine::Engine;
use crate::run::fault::Fault;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;

/// Checks, runs, tests, explains, formats and draws native IR.
#[derive(Debug, Parser)]
#[command(
    name = "nir",
    version,
    max_term_width = 100,
    after_help = "\
Exit status: 0 fine, 1 the input was rejected or a test failed, 2 wrong usage, 3 a bug in nir;
of `nir run` the program's own, 64 to 95 for a trap, 125 when it could not run.
Example: nir check program.nir"
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Build(Build),
    Check(Check),
    #[command(subcommand)]
    Contract(Contract),
    Disasm(Disasm),
    Explain(Explain),
    Fmt(Fmt),
    Graph(Graph),
    #[command(subcommand)]
    Import(Import),
    Report(Report),
    Run(Run),
    Svd(Svd),
    Test(Test),
}

/// Where the tables come from.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ContractSource {
    /// Load the contract's tables from this folder instead of the built-in ones
    #[arg(long = "contract", value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
}

/// Verify files of native IR
///
/// Folders are walked for *.nir files; `-` reads standard input.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nir check program.nir               one file
  nir check src firmware/blinky.nir   folders and files
  nir check --format sarif . > nir.sarif
  nir check --registers nrf51.tsv firmware")]
pub(crate) struct Check {
    /// Files and folders
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) contract: ContractSource,
    /// Hardware registers that the files' registers are checked against: a table, or a vendor's CMSIS-SVD file
    #[arg(long, value_name = "FILE")]
    pub(crate) registers: Option<PathBuf>,
    /// How diagnostics are written: people read `human` on standard error, programs the others on standard output
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub(crate) format: CheckFormat,
    /// How many threads work; 0 means all
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// Excerpts of the source with what is wrong and how to mend it
    Human,
    /// One JSON object a line for each diagnostic, then one with the totals
    Json,
    /// SARIF 2.1.0 for editors and code hosts
    Sarif,
}

/// Check and browse the contract: the tables that say what native IR means
#[derive(Debug, Subcommand)]
pub(crate) enum Contract {
    /// Check the tables against their format, each other and the built-in ones
    #[command(after_help = "\
Examples:
  nir contract check                       the built-in tables
  nir contract check --contract tables     tables of your own")]
    Check {
        #[command(flatten)]
        contract: ContractSource,
    },
    /// List the rows of a table; without one, list the tables
    #[command(after_help = "\
Examples:
  nir contract list
  nir contract list opcodes
  nir contract list rules | grep VOLATILE")]
    List {
        /// Which rows
        #[arg(value_enum)]
        table: Option<List>,
        #[command(flatten)]
        contract: ContractSource,
    },
    /// Show every row of a name: an opcode, type, target, effect, trap, rule, runtime function …
    #[command(after_help = "\
Examples:
  nir contract show load.T
  nir contract show sim-cortex-m0
  nir contract show NATIVE_IR_TYPE/dominance")]
    Show {
        /// The name, as it stands in the table
        item: String,
        #[command(flatten)]
        contract: ContractSource,
    },
}

/// What `nir contract list` can list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum List {
    /// What instructions do, and which target has them
    Opcodes,
    /// Types, their sizes and alignments
    Types,
    /// The machines that modules are for
    Targets,
    /// What functions may do beside computing values
    Effects,
    /// The classes of traps and their exit statuses
    Traps,
    /// The rules of diagnostics
    Rules,
    /// Address spaces
    Spaces,
    /// The memory model: casts, accesses, lifetimes, aliases
    Memory,
    /// The functions that the runtime gives to programs
    Runtime,
    /// What holds after each stage
    Invariants,
    /// The fields of the text form
    Schema,
}

/// Explain a diagnostic, with an example that fails and one that passes
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nir explain NATIVE_IR_TYPE              the rules of a code
  nir explain NATIVE_IR_TYPE/dominance    one rule")]
pub(crate) struct Explain {
    /// A code, or a code and a rule
    #[arg(value_name = "CODE[/RULE]")]
    pub(crate) rule: String,
}

/// Bring files into the canonical form, comments kept
///
/// Folders are walked for *.nir files; `-` formats standard input to standard output.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nir fmt program.nir      rewrite the file
  nir fmt --check src      name the files that are not in canonical form")]
pub(crate) struct Fmt {
    /// Files and folders
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Write nothing; name the files that would change, and exit with status 1 if there are any
    #[arg(long)]
    pub(crate) check: bool,
}

/// Draw the control-flow graph of a function
///
/// The module need not verify: what could be read of it is drawn.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nir graph program.nir > main.svg            the first public function
  nir graph program.nir @helper -o helper.svg
  nir graph program.nir -o pictures/          every function, a file each
  nir graph program.nir --format dot | dot -Tpdf > main.pdf")]
pub(crate) struct Graph {
    /// The file; `-` reads standard input
    pub(crate) file: PathBuf,
    /// The function; without one the first public function is drawn, or the first of all
    #[arg(value_name = "@FUNCTION")]
    pub(crate) function: Option<String>,
    /// The picture's format; without it the one of OUT's extension, or SVG
    #[arg(long, value_enum)]
    pub(crate) format: Option<GraphFormat>,
    /// Where the picture goes; a folder, or a path that ends in `/`, gets a file for each function
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// A picture that browsers show
    Svg,
    /// Input for Graphviz
    Dot,
}

/// Build files into one artefact
///
/// Several files are linked by name first. Machine code is checked again from its bytes before anything is written.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nir build -g program.nir -o program && ./program     an executable without libraries
  nir build program.nir --emit obj -o program.o        an object for a linker
  nir build a.nir b.nir --emit archive -o libab.a      objects of both
  nir build program.ll -o program                      of LLVM IR
  nir build blinky.nir --emit hex -o blinky.hex        firmware
  nir build --emit runtime --target sim-cortex-m0 -o libnir.a
  nir build program.nir --emit bytecode -o program.nirb")]
pub(crate) struct Build {
    /// The files: native IR as text or in binary form, or LLVM IR
    #[arg(required_unless_present = "target", value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// What is made
    #[arg(long, value_enum, value_name = "KIND", default_value_t = Emit::Exe)]
    pub(crate) emit: Emit,
    /// With --emit runtime: the target whose library is made
    #[arg(long, value_name = "TRIPLE", conflicts_with = "files")]
    pub(crate) target: Option<String>,
    /// Where it goes
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: PathBuf,
    /// Hardware registers that the files' registers are checked against: a table, or a vendor's CMSIS-SVD file
    #[arg(long, value_name = "FILE")]
    pub(crate) registers: Option<PathBuf>,
    /// The function that an executable begins with; without it @_start, @main or the only public function
    #[arg(long, value_name = "@FUNCTION")]
    pub(crate) entry: Option<String>,
    /// The memory that firmware may use, as lines `flash FIRST-ADDRESS LENGTH`, `ram FIRST-ADDRESS LENGTH` and, if a stack of
    /// some size has to fit, `stack LENGTH`; without it the target's
    #[arg(long, value_name = "FILE")]
    pub(crate) memory: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) native: Native,
    /// Debug information: lines and columns, inlining, types, variables in slots
    #[arg(short = 'g', long)]
    pub(crate) debug: bool,
    /// Pass this on to the C compiler that links with the C library, which is done when foreign functions are used or this
    /// stands here; may stand several times
    #[arg(long, value_name = "ARG", allow_hyphen_values = true)]
    pub(crate) link: Vec<OsString>,
    /// The version of DWARF
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u8).range(4..=5))]
    pub(crate) dwarf_version: u8,
    /// Source paths that begin with OLD are shown with NEW instead; may stand several times
    #[arg(long, value_name = "OLD=NEW")]
    pub(crate) path_prefix_map: Vec<PathPrefix>,
}

/// How machine code is made.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Native {
    /// How much work goes into the code
    #[arg(short = 'O', value_enum, value_name = "LEVEL", default_value_t = Level::None)]
    pub(crate) level: Level,
    /// CPU features that the code may use beside those that the module names
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) features: Vec<String>,
    /// How addresses of symbols are made
    #[arg(long, value_enum, value_name = "MODEL", default_value_t = Relocation::Static)]
    pub(crate) relocation_model: Relocation,
    /// Keep away from the memory below the stack pointer
    #[arg(long)]
    pub(crate) kernel_mode: bool,
    /// Check calling conventions, unwinding tables, the form of each instruction and the bound of the stack too
    #[arg(long)]
    pub(crate) certify: bool,
    /// With --certify: take a program whose functions call themselves, so that its stack has no bound
    #[arg(long, requires = "certify")]
    pub(crate) allow_recursion: bool,
}

/// How much work goes into machine code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    /// As fast as it can be made
    #[default]
    None,
}

/// How addresses of symbols are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Relocation {
    /// The program lies at fixed addresses below 2 GiB
    #[default]
    Static,
    /// The code runs at any address
    Pic,
}

/// `OLD=NEW`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathPrefix {
    /// How paths begin.
    pub(crate) old: String,
    /// What is shown instead.
    pub(crate) new: String,
}

impl std::str::FromStr for PathPrefix {
    type Err = String;

    fn from_str(text: &str) -> Result<PathPrefix, String> {
        let (old, new) = text.split_once('=').ok_or("write the old beginning of the path, `=` and the new one")?;
        Ok(PathPrefix { old: old.to_string(), new: new.to_string() })
    }
}

/// What `nir build` makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Emit {
    /// An executable: static and without libraries, linked here; with the C library, by $CC or cc, when foreign functions are
    /// used. For a target without an operating system the same as `elf`
    Exe,
    /// Firmware as an ELF file, with symbols and unwinding tables
    Elf,
    /// Firmware as the bytes of flash
    Bin,
    /// Firmware as Intel HEX
    Hex,
    /// What lies where in firmware, and how full its memory is, as text
    Map,
    /// An object for a linker; symbols of imports are left to it
    Obj,
    /// An archive with an object of each file; the times in it are 0
    Archive,
    /// The runtime library of --target as an archive, for programs that other tools link: each function is an object
    Runtime,
    /// Machine code as text, beside the IR and the spans that it came from
    Asm,
    /// The module in binary form, which `nir run` takes like a text
    Bytecode,
}

/// Make native IR of what other compilers write
#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    Llvm(ImportLlvm),
}

/// Make a module of files of LLVM IR, as clang and rustc write them
///
/// Several files are one program. What the import could not keep as tightly as it would is noted on standard error;
/// docs/llvm.md says what becomes what.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  clang-19 -O1 -g -S -emit-llvm program.c && nir import llvm program.ll -o program.nir
  nir import llvm main.ll library.ll -o program.nir
  nir import llvm --target sim-cortex-m0 --registers nrf51.tsv blinky.ll -o blinky.nir")]
pub(crate) struct ImportLlvm {
    /// The files, as text (.ll) or bitcode (.bc, read by an installed llvm-dis); `-` reads standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The target; without it the one that has the files' data layout
    #[arg(long, value_name = "TRIPLE")]
    pub(crate) target: Option<String>,
    /// Where the module goes; without it to standard output
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    /// The module's name; without it that of the first file
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The module's profile; without it the narrowest that the program's effects allow
    #[arg(long)]
    pub(crate) profile: Option<String>,
    /// Hardware registers, which give volatile accesses their names and are checked: a table, or a vendor's CMSIS-SVD file
    #[arg(long, value_name = "FILE")]
    pub(crate) registers: Option<PathBuf>,
}

/// Show the machine code of functions, with the IR and the spans that it came from
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nir disasm program.nir               every function that can be machine code
  nir disasm program.nir @helper       one function
  nir disasm --bytecode program.nir    what the VM runs")]
pub(crate) struct Disasm {
    /// The file: native IR as text or in binary form, or LLVM IR; `-` reads standard input
    pub(crate) file: PathBuf,
    /// The function; without one all are shown
    #[arg(value_name = "@FUNCTION")]
    pub(crate) function: Option<String>,
    /// Show the VM's bytecode instead
    #[arg(long)]
    pub(crate) bytecode: bool,
    #[command(flatten)]
    pub(crate) native: Native,
}

/// Report what the functions of a module cost and do
///
/// For each function: bytes of machine code, its frame, the most stack that it takes with all that it calls, its cycles on a
/// Cortex-M0, its effects, and how many volatile accesses to which hardware registers its text has. Then the helpers that the
/// code calls, and totals. Of a program without an operating system also its image: flash and RAM by section and symbol, and
/// the stack with all interrupt handlers.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nir report program.nir
  nir report --format json program.nir
  nir report --format html program.nir -o report.html    a page with pictures, that sorts by any column
  nir report --registers nrf51.svd firmware.nir          hardware registers by their vendor's names")]
pub(crate) struct Report {
    /// The file: native IR as text or in binary form, or LLVM IR; `-` reads standard input
    pub(crate) file: PathBuf,
    /// How it is written
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub(crate) format: ReportFormat,
    /// Where it goes; without it to standard output
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    /// Hardware registers, whose names the report gives and which are checked: a table, or a vendor's CMSIS-SVD file
    #[arg(long, value_name = "FILE")]
    pub(crate) registers: Option<PathBuf>,
    /// Where the program of an image starts
    #[arg(long, value_name = "@FUNCTION")]
    pub(crate) entry: Option<String>,
    /// The memory that the program of an image may use; without it that of the target
    #[arg(long, value_name = "FILE")]
    pub(crate) memory: Option<PathBuf>,
    /// How many cycles a multiplication takes on a Cortex-M0: 1 or 32
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = multiply)]
    pub(crate) multiply: u32,
    #[command(flatten)]
    pub(crate) native: Native,
}

/// The cycles of one of the two multipliers.
fn multiply(text: &str) -> Result<u32, String> {
    match text {
        "1" => Ok(1),
        "32" => Ok(32),
        _ => Err("the processor comes with a multiplier of 1 or of 32 cycles".to_string()),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// Tables
    Text,
    /// One object
    Json,
    /// One page that needs nothing else
    Html,
}

/// Run a program
///
/// It starts at --entry, else at @_start, @main or the only public function. Arguments are literals of the entry's
/// parameters; an entry without parameters finds them through the runtime. Results are printed one a line. Files of
/// LLVM IR (.ll, .bc) are imported first; what C's main gives is the exit status then.
#[derive(Debug, Args)]
#[command(after_help = "\
Options stand before FILE; what follows it belongs to the program.

Exit status: the program's own when it ends by itself, the status of the trap's class (64 to 95) when it
traps, 125 when it could not be run or its fuel ran out.

Examples:
  nir run program.nir
  nir run --entry @add program.nir 2 -3            prints the sum
  nir run --memory-mode checked program.nir        finds wrong memory accesses
  nir run --devices nrf51 --trace-mmio blinky.nir  firmware on models of its devices
  nir run --profile=stacks.txt program.nir         where the time goes
  nir run --engine native program.nir              as an executable
  nir run --engine qemu blinky.nir                 firmware, in QEMU
  nir run --engine emulator --fault flip=r3:0x80@1200 blinky.nir
                                                   firmware, with a bit that changes
  nir run program.ll one two                       a program of C with its arguments")]
pub(crate) struct Run {
    /// The file: native IR as text or in binary form, or LLVM IR; `-` reads standard input; with --engine qemu or emulator
    /// also an ELF file of firmware, which begins as in a chip
    pub(crate) file: PathBuf,
    /// The program's arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
    pub(crate) arguments: Vec<OsString>,
    /// Where the program starts
    #[arg(long, value_name = "@FUNCTION")]
    pub(crate) entry: Option<String>,
    /// What runs it: vm, jit, native, qemu for firmware, or emulator where nir is built with it
    #[arg(long, value_name = "ENGINE", default_value = "vm")]
    pub(crate) engine: Engine,
    /// With --engine qemu, wait for a debugger at this port of this machine
    #[arg(long, value_name = "PORT")]
    pub(crate) gdb: Option<u16>,
    /// With --engine jit, compile a function after so many calls; 0 compiles all at the start, `off` none
    #[arg(long, value_name = "N", default_value = "0")]
    pub(crate) jit_threshold: Threshold,
    /// Say on standard error which functions were machine code and which were bytecode, and why
    #[arg(long)]
    pub(crate) report_tiers: bool,
    /// Write where the machine code lies to /tmp/perf-PID.map, for `perf report`
    #[arg(long)]
    pub(crate) perf_map: bool,
    /// Whether memory accesses are checked; machine code does not
    #[arg(long, value_enum, default_value_t = MemoryMode::Fast)]
    pub(crate) memory_mode: MemoryMode,
    /// Stop after so many instructions
    #[arg(long, value_name = "N")]
    pub(crate) fuel: Option<u64>,
    /// Show each volatile access on standard error, as a directive
    #[arg(long)]
    pub(crate) trace_mmio: bool,
    /// Count instructions: tables by opcode and block on standard error; in FILE, folded stacks for a flame graph. For firmware
    /// with --engine emulator it counts cycles, by function and line
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub(crate) profile: Option<Option<PathBuf>>,
    /// Run an interrupt handler before the K-th volatile access, counted from 1; may stand several times
    #[arg(long, value_name = "K=@HANDLER")]
    pub(crate) interrupt: Vec<Injection>,
    /// With --engine emulator and firmware, what goes wrong in the hardware; may stand several times:
    /// flip=REGISTER:MASK@N, flip=ADDRESS:MASK@N, stuck=ADDRESS:MASK=VALUE, lose=LINE@N, raise=LINE@N
    ///
    /// flip changes the bits of MASK, in a core register or a byte of memory, before the N-th instruction, counted from 1.
    /// stuck has reads of a hardware register tell the bits of MASK as in VALUE. lose loses the N-th interrupt that a device
    /// asks for on a line, counted from 1. raise makes a line pending before the N-th instruction. Numbers are decimal, or
    /// hexadecimal after 0x, but those of lines and N.
    #[arg(long, value_name = "SPEC")]
    pub(crate) fault: Vec<Fault>,
    /// What is behind the hardware registers
    #[arg(long, value_enum, default_value_t = Devices::None)]
    pub(crate) devices: Devices,
    /// Hardware registers that the file's registers are checked against: a table, or a vendor's CMSIS-SVD file
    #[arg(long, value_name = "FILE")]
    pub(crate) registers: Option<PathBuf>,
}

/// When functions become machine code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Threshold {
    /// After so many calls.
    Calls(u32),
    /// Never.
    Off,
}

impl std::str::FromStr for Threshold {
    type Err = String;

    fn from_str(text: &str) -> Result<Threshold, String> {
        match text.parse() {
            Ok(calls) => Ok(Threshold::Calls(calls)),
            Err(_) if text == "off" => Ok(Threshold::Off),
            Err(_) => Err("write a number of calls, or off".to_string()),
        }
    }
}

/// `K=@HANDLER`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Injection {
    /// Before which volatile access, from 1.
    pub(crate) before: u64,
    /// The handler's name, without the `@`.
    pub(crate) handler: String,
}

impl std::str::FromStr for Injection {
    type Err = String;

    fn from_str(text: &str) -> Result<Injection, String> {
        let parts = text.split_once("=@").and_then(|(before, handler)| Some((before.parse().ok()?, handler)));
        match parts {
            Some((before, handler)) if before > 0 && !handler.is_empty() => {
                Ok(Injection { before, handler: handler.to_string() })
            }
            _ => Err("write the number of an access from 1, `=`, `@` and a function".to_string()),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MemoryMode {
    /// Every access is held against the object that its pointer belongs to
    Checked,
    /// Accesses only stay inside the program's memory
    Fast,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Devices {
    /// Nothing: a volatile access is a trap
    None,
    /// Registers that remember what was written, at every address
    Plain,
    /// UART, timers, GPIO and interrupt controller of an nRF51; what the UART sends goes to standard output
    Nrf51,
}

/// Make the register map of a vendor's CMSIS-SVD file
///
/// The map is a text of up to three tables: registers with their addresses, widths and rights, address blocks, and
/// interrupts. Registers of the core are added for ARMv6-M. What is odd in the file is noted on standard error.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nir svd nrf51.svd -o nrf51.tsv
  nir check --registers nrf51.tsv firmware    holds the registers of modules against it")]
pub(crate) struct Svd {
    /// The file; `-` reads standard input
    pub(crate) file: PathBuf,
    /// Where the tables go; without it to standard output
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
}

/// Run the directives in files and compare
///
/// Folders are walked for *.nir files. Each call of a `;! run:` begins with fresh memory; fixtures/README.md describes
/// the directives. A call that the engine cannot make is skipped, with the reason.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  nir test fixtures
  nir test --memory-mode fast --fuel 1000000 program.nir
  nir test --engine vm,jit,native program.nir
  nir test --format junit fixtures > report.xml")]
pub(crate) struct Test {
    /// Files and folders
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// What runs them: vm, jit, native, qemu for firmware, or emulator where nir is built with it; with several, such as
    /// vm,jit,native, each call runs on all and does the same
    #[arg(long, value_name = "ENGINE", default_value = "vm", value_delimiter = ',')]
    pub(crate) engine: Vec<Engine>,
    /// Whether memory accesses are checked: as a rule, but not by machine code
    #[arg(long, value_enum)]
    pub(crate) memory_mode: Option<MemoryMode>,
    /// A call that executes more instructions fails
    #[arg(long, value_name = "N")]
    pub(crate) fuel: Option<u64>,
    /// Write which lines of the source ran on the emulated processor to FILE, as a tracefile of lcov
    #[arg(long, value_name = "FILE")]
    pub(crate) coverage: Option<PathBuf>,
    /// How results are written
    #[arg(long, value_enum, default_value_t = TestFormat::Human)]
    pub(crate) format: TestFormat,
    /// Hardware registers that the files' registers are checked against: a table, or a vendor's CMSIS-SVD file
    #[arg(long, value_name = "FILE")]
    pub(crate) registers: Option<PathBuf>,
    /// How many threads work; 0 means all
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: usize,
}

impl Test {
    /// How memory is checked: with bytecode as well as it can be, unless the arguments say otherwise.
    pub(crate) fn memory_mode(&self, engine: Engine) -> MemoryMode {
        let usual = if engine == Engine::Vm { MemoryMode::Checked } else { MemoryMode::Fast };
        self.memory_mode.unwrap_or(usual)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestFormat {
    /// What failed and what was skipped, and a summary
    Human,
    /// JUnit's XML
    Junit,
    /// The Test Anything Protocol, version 14
    Tap,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn thresholds_are_numbers_or_off() {
        assert_eq!("0".parse(), Ok(Threshold::Calls(0)));
        assert_eq!("70".parse(), Ok(Threshold::Calls(70)));
        assert_eq!("off".parse(), Ok(Threshold::Off));
        for wrong in ["", "-1", "on", "4294967296"] {
            assert!(wrong.parse::<Threshold>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn injections_name_an_access_and_a_handler() {
        let injection = Injection { before: 3, handler: "h".to_string() };
        assert_eq!("3=@h".parse(), Ok(injection));
        for wrong in ["", "3", "3=h", "0=@h", "3=@", "x=@h", "-1=@h"] {
            assert!(wrong.parse::<Injection>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_arguments_are_consistent_and_every_command_shows_an_example() {
        let mut command = Arguments::command();
        command.build();
        command.clone().debug_assert();
        let mut stack = vec![command];
        while let Some(mut command) = stack.pop() {
            let leaf = !command.get_subcommands().any(|sub| sub.get_name() != "help");
            let help = command.render_long_help().to_string();
            assert!(!leaf || command.get_name() == "help" || help.contains("Example"), "{help}");
            stack.extend(command.get_subcommands().filter(|sub| sub.get_name() != "help").cloned());
        }
    }
}
