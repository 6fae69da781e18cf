//! Modules with machine code, from the emitter or written by hand, certified either way.

#![allow(dead_code, reason = "each test uses a part")]

pub(crate) mod trace;

use artifact::{
    Artifact, BlockRow, CallRow, Claim, FunctionCode, InstRow, Reference, Relocation, RelocationKind,
    RelocationModel, TrapRow, UnwindOp, UnwindRow,
};
use certify::{Certified, Checks, certify};
use elf::Unit;
use native_ir::{Block, Func, Inst, Item, Module, Trap};
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Output};
use std::thread::sleep;
use std::time::Duration;
use verifier::{Options, Verified, verify_text};

/// The lines that a module begins with, for x86-64.
pub(crate) fn envelope(name: &str) -> String {
    format!(
        "native-ir 1\nmodule {name}\ntarget x86_64-unknown-linux-elf\nabi zero-x86_64-sysv-v0.1\n\
         layout \"e-p:64:64-i64:64-i128:128-f64:64-f128:128-n8:16:32:64-S128\"\nprofile hosted\n\
         source 0 \"src/{name}.zero\" lines=99\n"
    )
}

/// The lines that a module begins with, for Cortex-M0.
pub(crate) fn thumb_envelope(name: &str) -> String {
    format!(
        "native-ir 1\nmodule {name}\ntarget sim-cortex-m0\nabi zero-freestanding-v1\n\
         layout \"e-p:32:32-i64:64-f64:64-n32-S64\"\nfeatures thumb\nprofile freestanding\n\
         source 0 \"src/{name}.zero\" lines=99\n"
    )
}

/// A module of a text without envelope, for x86-64.
pub(crate) fn module(name: &str, text: &str) -> Verified<Module> {
    verified(&(envelope(name) + text))
}

/// A module of a text without envelope, for Cortex-M0.
pub(crate) fn thumb_module(name: &str, text: &str) -> Verified<Module> {
    verified(&(thumb_envelope(name) + text))
}

/// The module of a text.
pub(crate) fn verified(text: &str) -> Verified<Module> {
    let report = verify_text(text.as_bytes(), &Options::default());
    report.module.unwrap_or_else(|| panic!("{:#?}", report.diagnostics))
}

/// Machine code that the checks accept.
pub(crate) fn certified(module: &Verified<Module>, artifact: Artifact) -> Certified<Artifact> {
    certify(module, artifact, &Checks::default()).unwrap_or_else(|findings| panic!("{}", findings[0]))
}

/// The function of a name.
pub(crate) fn func(module: &Module, name: &str) -> Func {
    match module.item(module.find_symbol(name).expect("a symbol")) {
        Item::Function(func) => func,
        item => panic!("{name} is {item:?}"),
    }
}

/// The code that the emitter makes of a module.
pub(crate) fn artifact(module: &Verified<Module>, options: &codegen::Options) -> Certified<Artifact> {
    certified(module, codegen::compile(module, &codegen::all_functions(module), options).expect("it compiles"))
}

/// A module with its code.
pub(crate) struct Made {
    pub(crate) module: Verified<Module>,
    artifact: Certified<Artifact>,
}

impl Made {
    /// A module of a text without envelope, with the code that the emitter makes.
    pub(crate) fn compiled(name: &str, text: &str, relocation_model: RelocationModel) -> Made {
        let module = module(name, text);
        let options = codegen::Options { relocation_model, ..codegen::Options::default() };
        Made::of(module, &options)
    }

    /// A module with the code that the emitter makes.
    pub(crate) fn of(module: Verified<Module>, options: &codegen::Options) -> Made {
        let artifact = artifact(&module, options);
        Made { module, artifact }
    }

    pub(crate) fn unit(&self) -> Unit<'_> {
        Unit { module: &self.module, artifact: &self.artifact }
    }

    pub(crate) fn func(&self, name: &str) -> Func {
        func(&self.module, name)
    }

    /// The code of a function.
    pub(crate) fn code(&self, name: &str) -> &FunctionCode {
        let func = self.func(name);
        self.artifact.functions.iter().find(|code| code.func == func).expect("it has code")
    }
}

/// A module whose code is written by hand.
pub(crate) struct Draft {
    module: Verified<Module>,
    artifact: Artifact,
}

impl Draft {
    pub(crate) fn new(name: &str, text: &str) -> Draft {
        Draft::of(module(name, text))
    }

    /// A module for Cortex-M0.
    pub(crate) fn thumb(name: &str, text: &str) -> Draft {
        Draft::of(thumb_module(name, text))
    }

    fn of(module: Verified<Module>) -> Draft {
        let artifact = Artifact {
            triple: module.envelope.target.clone(),
            features: module.envelope.features.clone(),
            relocation_model: RelocationModel::Static,
            kernel_mode: false,
            functions: Vec::new(),
        };
        Draft { module, artifact }
    }

    /// Gives a function its code, of which an entry block and its instructions begin at these bytes. Functions are to be
    /// coded in the module's order.
    pub(crate) fn code(&mut self, name: &str, code: &[u8], insts: &[InstRow]) -> &mut FunctionCode {
        let func = func(&self.module, name);
        let literals = code.len() as u32;
        let entry = BlockRow { offset: insts.first().map_or(0, |row| row.offset), block: Block::from_u32(0) };
        self.artifact.functions.push(FunctionCode {
            func,
            code: code.to_vec(),
            literals,
            pools: Vec::new(),
            align: 16,
            relocations: Vec::new(),
            traps: Vec::new(),
            calls: Vec::new(),
            unwind: Vec::new(),
            claim: Claim { insts: insts.to_vec(), blocks: vec![entry], ..Claim::default() },
        });
        self.artifact.functions.last_mut().expect("it was pushed")
    }

    /// Gives a function of Cortex-M0 its code; constants begin behind so many bytes.
    pub(crate) fn halfwords(
        &mut self,
        name: &str,
        halfwords: &[u16],
        literals: u32,
        insts: &[InstRow],
    ) -> &mut FunctionCode {
        let bytes: Vec<u8> = halfwords.iter().flat_map(|halfword| halfword.to_le_bytes()).collect();
        let code = self.code(name, &bytes, insts);
        code.align = 4;
        code.literals = literals;
        code
    }

    /// Gives a function code that calls something, and returns what that gives back: 14 bytes.
    pub(crate) fn calls(&mut self, name: &str, callee: Reference) -> &mut FunctionCode {
        // sub rsp, 8; call callee; add rsp, 8; ret
        let bytes = [0x48, 0x83, 0xec, 0x08, 0xe8, 0, 0, 0, 0, 0x48, 0x83, 0xc4, 0x08, 0xc3];
        let code = self.code(name, &bytes, &[inst(4, 0), inst(9, 1)]);
        code.relocations.push(relocation(5, RelocationKind::Branch32, callee, -4));
        code.calls.push(call(9, 0));
        code.unwind.extend([cfa(4, 16), cfa(13, 8)]);
        code
    }

    /// A reference to a symbol.
    pub(crate) fn symbol(&self, name: &str) -> Reference {
        Reference::Symbol(self.module.find_symbol(name).expect("a symbol"))
    }

    /// What was written is right.
    pub(crate) fn finish(self) -> Made {
        Made { artifact: certified(&self.module, self.artifact), module: self.module }
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
    // What another thread starts meanwhile has the file open for writing until it begins.
    for _ in 0..500 {
        match Command::new(&path).args(arguments).output() {
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => sleep(Duration::from_millis(2)),
            output => return output.expect("it can be executed"),
        }
    }
    panic!("{} stays open for writing", path.display());
}
