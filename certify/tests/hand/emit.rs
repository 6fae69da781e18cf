//! A function's code, claim and rows, written by hand.

use artifact::{
    Artifact, BlockRow, CallRow, Frame, FunctionCode, InstRow, JumpTable, Place, Reference, Relocation,
    RelocationKind, TrapRow, UnwindOp, UnwindRow,
};
use certify::{Check, Checks, Finding, certify};
use iced_x86::code_asm::CodeAssembler;
use iced_x86::{BlockEncoderOptions, Code, Instruction, MemoryOperand, Register};
use native_ir::{Block, EntityRef, Func, Inst, Module, Slot, Symbol, Trap, Value};
use verifier::Verified;

const ENVELOPE: &str = "native-ir 1\nmodule m\ntarget x86_64-unknown-linux-elf\nabi zero-x86_64-sysv-v0.1\n\
    layout \"e-p:64:64-i64:64-i128:128-f64:64-f128:128-n8:16:32:64-S128\"\nprofile hosted\n\
    source 0 \"m.zero\" lines=99\n";

/// A module from its items; an instruction without span gets one.
pub(crate) fn module(items: &str) -> Verified<Module> {
    // Registers are for what runs without an operating system.
    let profile = if items.contains("register @") { "freestanding" } else { "hosted" };
    let mut text = ENVELOPE.replace("hosted", profile);
    for line in items.lines() {
        let line = line.trim();
        let bare = ["", "}", "^", "data", "import", "type", "register", "fn", "slot"].iter();
        let spanned = line.contains('!')
            || line.is_empty()
            || bare.skip(1).any(|start| line.starts_with(start) && !line.starts_with("slot %"));
        text += line;
        text += if spanned { "\n" } else { " !1:1\n" };
    }
    let parsed = native_ir::text::parse(&text);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    verifier::verify(parsed.module, &verifier::Options::default())
        .unwrap_or_else(|rejected| panic!("{:?}", rejected.diagnostics))
}

/// Changes what was made.
type Change<T> = Option<Box<dyn Fn(&mut T)>>;

/// A change of a function.
pub(crate) type Patch = fn(&mut FunctionCode);

type Build<'a> = &'a dyn Fn(&mut Emit) -> Result<(), iced_x86::IcedError>;

/// What is written down of a function before its bytes are known. Marks hold indices of machine instructions.
pub(crate) struct Emit {
    pub(crate) a: CodeAssembler,
    insts: Vec<(usize, Option<Inst>)>,
    blocks: Vec<(usize, Block)>,
    traps: Vec<(usize, Trap, Inst)>,
    calls: Vec<(usize, Inst)>,
    /// Instruction, field's distance from the instruction's end, kind, target, addend.
    relocations: Vec<(usize, u32, RelocationKind, Reference, i64)>,
    unwind: Vec<(usize, UnwindOp)>,
    pub(crate) frame: Frame,
    pub(crate) places: Vec<Place>,
    pub(crate) features: Vec<String>,
    /// Behind the code.
    pub(crate) literals: Vec<u8>,
    /// The switch, and for each entry the instruction it leads to.
    pub(crate) table: Option<(Inst, Vec<usize>)>,
    pub(crate) checks: Checks,
    /// Changes what was made.
    pub(crate) patch: Change<FunctionCode>,
    pub(crate) artifact: Change<Artifact>,
}

impl Emit {
    fn new() -> Emit {
        let a = CodeAssembler::new(64).expect("64 bits");
        Emit {
            a,
            insts: Vec::new(),
            blocks: Vec::new(),
            traps: Vec::new(),
            calls: Vec::new(),
            relocations: Vec::new(),
            unwind: Vec::new(),
            frame: Frame::default(),
            places: Vec::new(),
            features: Vec::new(),
            literals: Vec::new(),
            table: None,
            checks: Checks::default(),
            patch: None,
            artifact: None,
        }
    }

    /// The index of the next machine instruction.
    pub(crate) fn here(&self) -> usize {
        self.a.instructions().len()
    }

    /// What follows belongs to an instruction.
    pub(crate) fn inst(&mut self, inst: u32) -> &mut CodeAssembler {
        self.insts.push((self.here(), Some(Inst::from_u32(inst))));
        &mut self.a
    }

    /// What follows is the prologue.
    pub(crate) fn prologue(&mut self) -> &mut CodeAssembler {
        self.insts.push((self.here(), None));
        &mut self.a
    }

    /// A block begins.
    pub(crate) fn block(&mut self, block: u32) {
        self.blocks.push((self.here(), Block::from_u32(block)));
    }

    /// What follows is a trap.
    pub(crate) fn trap(&mut self, inst: u32, trap: Trap) -> Result<(), iced_x86::IcedError> {
        self.traps.push((self.here(), trap, Inst::from_u32(inst)));
        self.inst(inst).ud2()
    }

    /// A call of a symbol by its number.
    pub(crate) fn call(&mut self, inst: u32, symbol: u32) -> Result<(), iced_x86::IcedError> {
        self.relocate(4, RelocationKind::Branch32, Reference::Symbol(Symbol::from_u32(symbol)), -4);
        self.calls.push((self.here(), Inst::from_u32(inst)));
        self.a.call(0x1000)
    }

    /// A row for the call that was just made.
    pub(crate) fn called(&mut self, inst: u32) {
        self.calls.push((self.here() - 1, Inst::from_u32(inst)));
    }

    /// An instruction on a register and on memory at a distance from the function's first byte.
    pub(crate) fn relative(
        &mut self,
        code: Code,
        register: Register,
        target: u32,
    ) -> Result<(), iced_x86::IcedError> {
        let memory = MemoryOperand::with_base_displ(Register::RIP, i64::from(target));
        self.a.add_instruction(Instruction::with2(code, register, memory)?)
    }

    /// The next instruction has a relocation.
    pub(crate) fn relocate(&mut self, from_end: u32, kind: RelocationKind, target: Reference, addend: i64) {
        self.relocations.push((self.here(), from_end, kind, target, addend));
    }

    /// From the next instruction on, unwinding has another rule.
    pub(crate) fn unwind(&mut self, op: UnwindOp) {
        self.unwind.push((self.here(), op));
    }

    /// Where a value lives.
    pub(crate) fn place(&mut self, value: u32, place: Place) {
        let index = Value::from_u32(value).index();
        self.places.resize(self.places.len().max(index + 1), Place::Nowhere);
        self.places[index] = place;
    }

    /// Where a slot lies.
    pub(crate) fn slot(&mut self, slot: u32, offset: u32) {
        self.frame.slots.push((Slot::from_u32(slot), offset));
    }

    fn finish(&mut self, func: Func) -> FunctionCode {
        let options = BlockEncoderOptions::RETURN_NEW_INSTRUCTION_OFFSETS;
        let result = self.a.assemble_options(0, options).expect("assembles").inner;
        let mut offsets = result.new_instruction_offsets;
        let mut code = result.code_buffer;
        offsets.push(code.len() as u32);
        let at = |index: usize| offsets[index];
        let literals = code.len() as u32;
        code.resize(code.len().next_multiple_of(16), 0xcc);
        code.extend_from_slice(&self.literals);
        let mut tables = Vec::new();
        if let Some((inst, entries)) = &self.table {
            let offset = code.len() as u32;
            entries.iter().for_each(|&to| code.extend_from_slice(&at(to).wrapping_sub(offset).to_le_bytes()));
            tables.push(JumpTable { offset, width: 4, base: offset, entries: entries.len() as u32, inst: *inst });
        }
        for &(index, from_end, kind, ..) in &self.relocations {
            let start = (at(index + 1) - from_end) as usize;
            let bytes = if kind == RelocationKind::Absolute64 { 8 } else { 4 };
            code[start..start + bytes].fill(0);
        }
        let relocation = |&(index, from_end, kind, target, addend): &(usize, u32, _, _, i64)| Relocation {
            offset: at(index + 1) - from_end,
            kind,
            target,
            addend,
        };
        FunctionCode {
            func,
            code,
            literals,
            pools: Vec::new(),
            align: 16,
            relocations: self.relocations.iter().map(relocation).collect(),
            traps: self
                .traps
                .iter()
                .map(|&(index, trap, inst)| TrapRow { offset: at(index), trap, inst })
                .collect(),
            calls: self.calls.iter().map(|&(index, inst)| CallRow { offset: at(index + 1), inst }).collect(),
            unwind: self.unwind.iter().map(|&(index, op)| UnwindRow { offset: at(index), op }).collect(),
            claim: artifact::Claim {
                insts: self.insts.iter().map(|&(index, inst)| InstRow { offset: at(index), inst }).collect(),
                blocks: self.blocks.iter().map(|&(index, block)| BlockRow { offset: at(index), block }).collect(),
                tables,
                frame: self.frame.clone(),
                places: self.places.clone(),
                locations: Vec::new(),
            },
        }
    }
}

/// The artifact of the functions that are written down, the first ones of a module.
pub(crate) fn artifact(module: &Module, builds: &[Build]) -> (Artifact, Checks) {
    let mut artifact = Artifact {
        triple: module.envelope.target.clone(),
        features: Vec::new(),
        relocation_model: Default::default(),
        kernel_mode: false,
        functions: Vec::new(),
    };
    let mut checks = Checks::default();
    for (index, build) in builds.iter().enumerate() {
        let mut emit = Emit::new();
        build(&mut emit).expect("instructions are right");
        let mut code = emit.finish(Func::new(index));
        if let Some(patch) = &emit.patch {
            patch(&mut code);
        }
        artifact.functions.push(code);
        artifact.features = std::mem::take(&mut emit.features);
        checks = emit.checks;
        if let Some(patch) = &emit.artifact {
            patch(&mut artifact);
        }
    }
    (artifact, checks)
}

fn check(items: &str, builds: &[Build]) -> Result<(), Vec<Finding>> {
    let module = module(items);
    let (artifact, checks) = artifact(&module, builds);
    certify(&module, artifact, &checks).map(|_| ())
}

/// The code is certified.
#[track_caller]
pub(crate) fn accept(items: &str, build: impl Fn(&mut Emit) -> Result<(), iced_x86::IcedError>) {
    accept_all(items, &[&build]);
}

/// The code of several functions is certified.
#[track_caller]
pub(crate) fn accept_all(items: &str, builds: &[Build]) {
    if let Err(findings) = check(items, builds) {
        panic!("{}", findings[0]);
    }
}

/// The code is refused by a check, with a message that has these words.
#[track_caller]
pub(crate) fn reject(
    items: &str,
    code: Check,
    words: &str,
    build: impl Fn(&mut Emit) -> Result<(), iced_x86::IcedError>,
) -> Finding {
    reject_all(items, code, words, &[&build])
}

/// The code of several functions is refused.
#[track_caller]
pub(crate) fn reject_all(items: &str, code: Check, words: &str, builds: &[Build]) -> Finding {
    let findings = check(items, builds).expect_err("is refused");
    let finding = findings.into_iter().next().expect("a finding");
    assert!(finding.check == code && finding.message.contains(words), "{finding}");
    finding
}
