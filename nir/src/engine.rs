//! The engines that run programs, by name: those that exist, and those that are only planned.

use std::str::FromStr;

/// An engine that can run a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// Bytecode.
    Vm,
    /// Machine code where there is some, and bytecode elsewhere.
    Jit,
    /// An executable, as a process of this machine.
    Native,
    /// An executable or firmware, on an emulated processor.
    #[cfg(feature = "unicorn")]
    Emulator,
    /// Firmware, in QEMU.
    Qemu,
}

/// Engines that the command line will have.
const PLANNED: [&str; 1] = ["hybrid"];

impl FromStr for Engine {
    type Err = String;

    fn from_str(name: &str) -> Result<Engine, String> {
        match name {
            "vm" => Ok(Engine::Vm),
            "jit" => Ok(Engine::Jit),
            "native" => Ok(Engine::Native),
            "qemu" => Ok(Engine::Qemu),
            #[cfg(feature = "unicorn")]
            "emulator" => Ok(Engine::Emulator),
            #[cfg(not(feature = "unicorn"))]
            "emulator" => {
                Err("this nir is built without the emulator: build it with --features unicorn".to_string())
            }
            _ if PLANNED.contains(&name) => Err(format!("{name} is not built yet; vm, jit, native and qemu are")),
            _ => Err("the engines are vm, jit, native and qemu".to_string()),
        }
    }
}

impl Engine {
    /// The name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Engine::Vm => "vm",
            Engine::Jit => "jit",
            Engine::Native => "native",
            #[cfg(feature = "unicorn")]
            Engine::Emulator => "emulator",
            Engine::Qemu => "qemu",
        }
    }

    /// Whether all that it runs is machine code of an executable.
    pub(crate) fn is_executable(self) -> bool {
        !matches!(self, Engine::Vm | Engine::Jit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planned_engines_are_refused_by_name() {
        assert_eq!("vm".parse(), Ok(Engine::Vm));
        assert_eq!(
            "hybrid".parse::<Engine>(),
            Err("hybrid is not built yet; vm, jit, native and qemu are".to_string())
        );
        assert_eq!("gpu".parse::<Engine>(), Err("the engines are vm, jit, native and qemu".to_string()));
        for engine in [Engine::Vm, Engine::Jit, Engine::Native, Engine::Qemu] {
            assert_eq!(engine.name().parse(), Ok(engine));
        }
    }
}
