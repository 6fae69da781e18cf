//! The programs of `fixtures/programs/` on the VM, in this process, in its modes.

use super::kernel::Kernel;
use super::{Call, Run};
use crate::measure::cpu_seconds;
use ::vm::{Config, Host, MemoryMode, Outcome, Program, Vm};
use native_ir::{Func, Item, Module, text};
use std::path::Path;
use std::sync::Arc;
use verifier::{Options, Verified};

/// More than any program uses, and what every call begins with when fuel is accounted for.
const FUEL: u64 = i64::MAX as u64;

/// Fast mode: nothing counted, memory compared with its bounds alone.
pub(super) fn fast(kernel: &Kernel, _scratch: &Path) -> Result<Call, String> {
    prepare(kernel, &Config::default())
}

/// Checked memory.
pub(super) fn checked(kernel: &Kernel, _scratch: &Path) -> Result<Call, String> {
    prepare(kernel, &Config { memory_mode: MemoryMode::Checked, ..Config::default() })
}

/// Fast mode with fuel accounted for.
pub(super) fn fuel(kernel: &Kernel, _scratch: &Path) -> Result<Call, String> {
    prepare(kernel, &Config { fuel: true, ..Config::default() })
}

/// Fast mode with a profile.
pub(super) fn profile(kernel: &Kernel, _scratch: &Path) -> Result<Call, String> {
    prepare(kernel, &Config { profile: true, ..Config::default() })
}

/// Translates the program; a call measures the call of its public function alone.
fn prepare(kernel: &Kernel, config: &Config) -> Result<Call, String> {
    let module = Arc::new(load(&kernel.name)?);
    let entry = function(&module, &format!("k_{}", kernel.name))?;
    let program = Program::new(module, &[entry], config).map_err(|found| format!("not translated: {found:?}"))?;
    let mut vm = Vm::new(program, Host::default()).map_err(|error| error.to_string())?;
    Ok(Box::new(move |n| {
        vm.set_fuel(FUEL);
        let start = cpu_seconds();
        let outcome = vm.call(entry, &[u128::from(n)]).map_err(|error| error.to_string())?;
        let seconds = cpu_seconds() - start;
        match outcome {
            Outcome::Returned(results) => {
                Ok(Run { checksum: results.first().map_or(0, |bits| *bits as u32), seconds })
            }
            _ => Err("the program did not return".to_string()),
        }
    }))
}

fn load(name: &str) -> Result<Verified<Module>, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../fixtures/programs/{name}.nir"));
    let source = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let module = text::parse(&source).module;
    verifier::verify(module, &Options::default())
        .map_err(|rejected| format!("{}: {:?}", path.display(), rejected.diagnostics.first()))
}

fn function(module: &Module, name: &str) -> Result<Func, String> {
    match module.find_symbol(name).map(|symbol| module.item(symbol)) {
        Some(Item::Function(func)) => Ok(func),
        _ => Err(format!("no function @{name}")),
    }
}
