//! The engines that run programs, by name: those that exist, and those that are only planned.

use std::str::FromStr;

/// An engine that can run a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// Bytecode.
    Vm,
}

/// Engines that the command line will have.
const PLANNED: [&str; 5] = ["jit", "native", "hybrid", "emulator", "qemu"];

impl FromStr for Engine {
    type Err = String;

    fn from_str(name: &str) -> Result<Engine, String> {
        match name {
            "vm" => Ok(Engine::Vm),
            _ if PLANNED.contains(&name) => Err(format!("{name} is not built yet; vm is")),
            _ => Err("the engine is vm".to_string()),
        }
    }
}

impl Engine {
    /// The name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Engine::Vm => "vm",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planned_engines_are_refused_by_name() {
        assert_eq!("vm".parse(), Ok(Engine::Vm));
        assert_eq!("jit".parse::<Engine>(), Err("jit is not built yet; vm is".to_string()));
        assert_eq!("gpu".parse::<Engine>(), Err("the engine is vm".to_string()));
        assert_eq!(Engine::Vm.name().parse(), Ok(Engine::Vm));
    }
}
