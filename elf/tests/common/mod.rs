//! Modules with machine code, written by hand or compiled.

#![allow(dead_code, reason = "each test uses a part")]

use artifact::{
    Artifact, CallRow, Claim, FunctionCode, InstRow, Reference, Relocation, RelocationKind, RelocationModel,
    TrapRow, UnwindOp, UnwindRow,
};
use elf::Unit;
use native_ir::{Func, Inst, Item, Module, Trap};
use std::path::Path;
use std::process::{Command, Output};
use verifier::{Options, Verified, verify_text};

/// The lines that a module begins with, for x86-64.
pub(crate) fn envelope(name: &str) -> String {
    format!(
        "native-ir 1\nmodule {name}\ntarget x86_64-unknown-linux-elf\nabi zero-x86_64-sysv-v0.1\n\
         layout \"e-p:64:64-i64:64-i128:128-f64:64-f128:128-n8:16:32:64-S128\"\nprofile hosted\n\
         source 0 \"src/{name}.zero\" lines=99\n"
    )
}

/// A module of a text without envelope.
pub(crate) fn module(name: &str, text: &str) -> Verified<Module> {
    let report = verify_text((envelope(name) + text).as_bytes(), &Options::default());
    report.module.unwrap_or_else(|| panic!("{:#?}", report.diagnostics))
}

/// The function of a name.
pub(crate) fn func(module: &Module, name: &str) -> Func {
    match module.item(module.find_symbol(name).expect("a symbol")) {
        Item::Function(func) => func,
        item => panic!("{name} is {item:?}"),
    }
}

/// The code that the emitter makes of a module.
pub(crate) fn artifact(module: &Verified<Module>, options: &codegen::Options) -> Artifact {
    codegen::compile(module, &codegen::all_functions(module), options).expect("it compiles")
}

/// A module with its code.
pub(crate) struct Made {
    pub(crate) module: Verified<Module>,
    pub(crate) artifact: Artifact,
}

impl Made {
    pub(crate) fn new(name: &str, text: &str) -> Made {
        let artifact = Artifact {
            triple: "x86_64-unknown-linux-elf".to_string(),
            features: Vec::new(),
            relocation_model: RelocationModel::Static,
            kernel_mode: false,
            functions: Vec::new(),
        };
        Made { module: module(name, text), artifact }
    }

    pub(crate) fn unit(&self) -> Unit<'_> {
        Unit { module: &self.module, artifact: &self.artifact }
    }

    pub(crate) fn func(&self, name: &str) -> Func {
        func(&self.module, name)
    }

    /// Gives a function its code. Functions are to be coded in the module's order.
    pub(crate) fn code(&mut self, name: &str, code: &[u8]) -> &mut FunctionCode {
        let func = self.func(name);
        let literals = code.len() as u32;
        self.artifact.functions.push(FunctionCode {
            func,
            code: code.to_vec(),
            literals,
            align: 16,
            relocations: Vec::new(),
            traps: Vec::new(),
            calls: Vec::new(),
            unwind: Vec::new(),
            claim: Claim::default(),
        });
        self.artifact.functions.last_mut().expect("it was pushed")
    }

    /// A reference to a symbol.
    pub(crate) fn symbol(&self, name: &str) -> Reference {
        Reference::Symbol(self.module.find_symbol(name).expect("a symbol"))
    }
}

pub(crate) fn relocation(offset: u32, kind: RelocationKind, target: Reference, addend: i64) -> Relocation {
    Relocation { offset, kind, target, addend }
}

pub(crate) fn inst(offset: u32, inst: u32) -> InstRow {
    InstRow { offset, inst: Some(Inst::from_u32(inst)) }
}

pub(crate) fn call(offset: u32, inst: u32) -> CallRow {
    CallRow { offset, inst: Inst::from_u32(inst) }
}

pub(crate) fn trap(offset: u32, trap: Trap, inst: u32) -> TrapRow {
    TrapRow { offset, trap, inst: Inst::from_u32(inst) }
}

pub(crate) fn cfa(offset: u32, bytes: u32) -> UnwindRow {
    UnwindRow { offset, op: UnwindOp::Cfa(bytes) }
}

/// Runs a command in a folder and gives what it wrote. It must succeed.
pub(crate) fn run(folder: &Path, command: &str, arguments: &[&str]) -> Output {
    let output = Command::new(command).args(arguments).current_dir(folder).output();
    let output = output.unwrap_or_else(|error| panic!("{command}: {error}"));
    assert!(output.status.success(), "{command} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Writes an executable file, runs it, and gives how it ended.
pub(crate) fn execute(folder: &Path, bytes: &[u8], arguments: &[&str]) -> Output {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join("program");
    std::fs::write(&path, bytes).expect("the folder can be written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("the file is ours");
    Command::new(&path).args(arguments).output().expect("it can be executed")
}
