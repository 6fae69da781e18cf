//! Machine code in the running process, beside the bytecode engine.
//!
//! [`machine`] compiles the functions of a verified module that run natively, puts their code into the region of a
//! [`Vm`], and gives that machine: calling it runs machine code where there is some and bytecode elsewhere, one
//! calling the other in either direction. What is not compiled is *rejected*, each function with its [`Reason`].
//!
//! | file | what |
//! |---|---|
//! | `compile` | machine code, and why there is none |
//! | `link` | addresses of functions, data and helpers; relocations |
//! | `enter` | assembly on the border, both ways |
//! | `border` | which word is in which register, both ways |
//! | `fault` | signals: traps of machine code |
//! | `walk` | the calls that led to an instruction |
//! | `engine` | calls from the VM, calls to the VM |
//!
//! Pages are writable or executable, never both. Machine code runs on a stack of its own inside the region, so that
//! bytecode can be given addresses of what is on it.

mod border;
mod compile;
mod engine;
mod enter;
mod fault;
mod link;
mod walk;

use certify::Finding;
use engine::Engine;
use link::Code;
use native_ir::{EntityRef, Execution, Func, Module};
use std::rc::Rc;
use std::sync::Arc;
use verifier::Verified;
use vm::{Config, Host, MemoryMode, NativeConfig, Program, Tier, Vm};

/// Bytes of the stack of machine code.
const STACK_BYTES: u64 = 8 << 20;
/// Bytes of data and heap, unless the configuration says otherwise: addresses below 2 GiB are few.
const MEMORY_BYTES: u64 = 256 << 20;
/// Bytes that the code of an instruction takes at most, on average over a function; what does not fit stays bytecode.
const INST_BYTES: u64 = 64;

/// How to compile.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// CPU features beside those that the module names.
    pub features: Vec<String>,
    /// How many threads compile: 0 for as many as there are cores.
    pub threads: usize,
    /// After how many calls a function is compiled; 0 for all functions at once, before the first call.
    pub threshold: u32,
    /// Whether the machine's devices are to be seen: functions with volatile accesses then stay bytecode, but for
    /// those that are marked native.
    pub devices: bool,
    /// Functions that are not to be compiled.
    pub except: Vec<Func>,
}

/// Why a function stays bytecode.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// It may be paused, which machine code cannot.
    #[error("it may suspend")]
    Suspends,
    /// It is marked so.
    #[error("it is marked `runtime`")]
    Runtime,
    /// It reaches devices, which only the VM has.
    #[error("it accesses devices")]
    Devices,
    /// The program counts fuel, which machine code does not.
    #[error("fuel is counted")]
    Fuel,
    /// [`Options::except`] has it.
    #[error("it is excepted")]
    Excepted,
    /// It was not called often enough.
    #[error("it was not called more than {0} times")]
    Cold(u32),
    /// There is no machine code of it.
    #[error("{0}")]
    Failed(String),
}

/// A function that stays bytecode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The function.
    pub func: Func,
    /// Why.
    pub reason: Reason,
}

/// Which functions run how, both in the module's order.
#[derive(Clone, Debug, Default)]
pub struct Tiers {
    /// Those that are machine code.
    pub native: Vec<Func>,
    /// Those that are bytecode.
    pub rejected: Vec<Rejected>,
}

/// Why there is no machine.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The module has no machine code.
    #[error(transparent)]
    Code(#[from] codegen::Error),
    /// Its machine code is for another machine than this.
    #[error("the target `{0}` is not this machine")]
    Foreign(String),
    /// The machine code is wrong: a bug of the emitter.
    #[error("{}", .0.first().map_or(String::new(), ToString::to_string))]
    Certificate(Vec<Finding>),
    /// What is left to the VM cannot run there.
    #[error("{}", .0.first().map_or("", |first| &first.message))]
    Program(Vec<native_ir::Diagnostic>),
    /// There is no memory, or it cannot be made executable.
    #[error("{0}")]
    Memory(String),
    /// The machine code does not fit the configuration.
    #[error("{0}")]
    Config(&'static str),
    /// A symbol has no address, or one too far away for a field of the code.
    #[error("`{0}` has no address that fits the machine code")]
    Distance(String),
}

/// The machine code of a machine, which goes on to grow where functions are compiled when they were called often enough.
#[derive(Clone)]
pub struct Jit(Rc<Engine>);

impl Jit {
    /// Which functions run how, by now.
    pub fn tiers(&self) -> Tiers {
        self.0.tiers()
    }

    /// The functions of the machine code as `perf` reads them from `/tmp/perf-PID.map`: a line each, the address and the
    /// size in hexadecimal, and the name.
    pub fn perf_map(&self) -> String {
        self.0.perf_map()
    }
}

/// A machine that runs a module as machine code, as far as it can be. Calls begin at `entries`.
///
/// # Errors
/// See [`Error`].
pub fn machine(
    module: &Arc<Verified<Module>>,
    entries: &[Func],
    config: &Config,
    host: Host,
    options: &Options,
) -> Result<(Vm, Jit), Error> {
    if config.memory_mode == MemoryMode::Checked {
        return Err(Error::Config("machine code does not check memory"));
    }
    if config.trap_float_exceptions {
        return Err(Error::Config("machine code does not trap floating-point exceptions"));
    }
    let fuel = config.fuel || compile::counts_fuel(module);
    let mut tiers = vec![Tier::Bytecode; module.functions.len()];
    let mut rejected = Vec::new();
    for (func, function) in module.functions.iter() {
        let at_once = options.threshold == 0 || function.execution == Execution::Native;
        match compile::reason(module, func, options).or(fuel.then_some(Reason::Fuel)) {
            Some(reason) => rejected.push(Rejected { func, reason }),
            None if at_once => tiers[func.index()] = Tier::Native,
            None => tiers[func.index()] = Tier::Counted,
        }
    }
    let native: Vec<Func> = module.functions.keys().filter(|func| tiers[func.index()] == Tier::Native).collect();
    let units = compile::compile(module, &native, options, None)?;
    let later = module.functions.iter().filter(|(func, _)| tiers[func.index()] == Tier::Counted);
    let later: u64 = later.map(|(_, function)| INST_BYTES * (16 + function.body.insts.len() as u64)).sum();
    let code: u64 = units.iter().map(|unit| Code::room_of(unit.artifact())).sum();
    let native = NativeConfig {
        stack_bytes: STACK_BYTES,
        code_bytes: Code::room(module, code + later),
        threshold: options.threshold,
    };
    let config = Config {
        memory_bytes: Some(config.memory_bytes.unwrap_or(MEMORY_BYTES) + STACK_BYTES),
        native: Some(native),
        ..config.clone()
    };
    let program = Program::beside(module.clone(), entries, &tiers, &config).map_err(Error::Program)?;
    let mut vm = Vm::new(program, host).map_err(|error| Error::Memory(error.to_string()))?;
    let engine = Rc::new(Engine::new(module.clone(), units, &mut vm, rejected, options)?);
    vm.set_native(engine.clone());
    Ok((vm, Jit(engine)))
}
