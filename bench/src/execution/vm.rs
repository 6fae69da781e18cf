//! The kernels on the VM, in this process, in its modes.

use super::kernel::Kernel;
use super::{Call, Run, modules};
use crate::measure::cpu_seconds;
use ::vm::{Config, Host, MemoryMode, Outcome, Program, Vm};
use native_ir::{Func, Item, Module};
use std::path::Path;
use std::sync::Arc;
use verifier::Verified;

/// More than any program uses, and what every call begins with when fuel is accounted for.
const FUEL: u64 = i64::MAX as u64;

/// Fast mode: nothing counted, memory compared with its bounds alone.
pub(super) fn fast(kernel: &Kernel, scratch: &Path) -> Result<Option<Call>, String> {
    imported(kernel, scratch, &Config::default())
}

/// Fast mode, on a program that was written by hand, where there is one.
pub(super) fn written(kernel: &Kernel, _scratch: &Path) -> Result<Option<Call>, String> {
    let module = modules::written(&kernel.name)?;
    module.map(|module| prepare(kernel, module, &Config::default())).transpose()
}

/// Checked memory.
pub(super) fn checked(kernel: &Kernel, scratch: &Path) -> Result<Option<Call>, String> {
    imported(kernel, scratch, &Config { memory_mode: MemoryMode::Checked, ..Config::default() })
}

/// Fast mode with fuel accounted for.
pub(super) fn fuel(kernel: &Kernel, scratch: &Path) -> Result<Option<Call>, String> {
    imported(kernel, scratch, &Config { fuel: true, ..Config::default() })
}

/// Fast mode with a profile.
pub(super) fn profile(kernel: &Kernel, scratch: &Path) -> Result<Option<Call>, String> {
    imported(kernel, scratch, &Config { profile: true, ..Config::default() })
}

fn imported(kernel: &Kernel, scratch: &Path, config: &Config) -> Result<Option<Call>, String> {
    prepare(kernel, modules::imported(&kernel.name, scratch)?, config).map(Some)
}

/// Translates the program; a call measures the call of its public function alone.
fn prepare(kernel: &Kernel, module: Verified<Module>, config: &Config) -> Result<Call, String> {
    let module = Arc::new(module);
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

fn function(module: &Module, name: &str) -> Result<Func, String> {
    match module.find_symbol(name).map(|symbol| module.item(symbol)) {
        Some(Item::Function(func)) => Ok(func),
        _ => Err(format!("no function @{name}")),
    }
}
