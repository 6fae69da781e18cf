//! What the bodies of functions do and refer to: one pass over all instructions before anything is lowered.

use super::body::{assembly, intrinsic};
use super::link::{Found, Linked, mentions};
use crate::syntax::{BinaryOp, Body, Callee, Global, Inst, InstData, Module, Op, Operand};
use native_ir::{Effect, EffectSet};

/// What the program refers to.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// By function: whether its address is taken.
    pub(super) addressed: Vec<bool>,
    /// By import: whether it is used at all.
    pub(super) imported: Vec<bool>,
    /// By import: whether its address is taken.
    pub(super) addressed_imports: Vec<bool>,
}

impl Uses {
    /// The address of something is taken.
    pub(super) fn address(&mut self, found: &Found) {
        match found {
            Found::Function(index) => self.addressed[*index as usize] = true,
            Found::Import(index) => {
                self.imported[*index as usize] = true;
                self.addressed_imports[*index as usize] = true;
            }
            _ => {}
        }
    }
}

/// What a function does by itself.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// The effects of its instructions, but for its calls and volatile accesses.
    pub(super) effects: EffectSet,
    /// Calls of functions and imports, direct and indirect.
    pub(super) calls: Vec<CallSite>,
    /// Volatile loads and stores.
    pub(super) volatile: Vec<Inst>,
    /// Whether it refers to an import that no runtime function is.
    pub(super) foreign: bool,
}

/// A call.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallSite {
    pub(super) inst: Inst,
    /// Its index in the body's calls.
    pub(super) call: u32,
    /// What is called by name.
    pub(super) callee: Option<Global>,
}

const READ: EffectSet = EffectSet::of(Effect::Read);
const WRITE: EffectSet = EffectSet::of(Effect::Write);
const TRAP: EffectSet = EffectSet::of(Effect::Trap);
/// What reads and writes memory.
pub(super) const MEMORY: EffectSet = READ.union(WRITE);

/// Scans a function.
pub(super) fn scan(
    file: usize,
    module: &Module<'_>,
    linked: &Linked,
    body: &Body<'_>,
    is_foreign: &dyn Fn(u32) -> bool,
    uses: &mut Uses,
) -> Scan {
    let mut scanner = Scanner { file, module, linked, body, is_foreign, uses, scan: Scan::default() };
    for (inst, data) in &body.insts {
        scanner.inst(inst, data);
    }
    scanner.scan
}

struct Scanner<'a, 't> {
    file: usize,
    module: &'a Module<'t>,
    linked: &'a Linked,
    body: &'a Body<'t>,
    is_foreign: &'a dyn Fn(u32) -> bool,
    uses: &'a mut Uses,
    scan: Scan,
}

impl Scanner<'_, '_> {
    fn inst(&mut self, inst: Inst, data: &InstData) {
        match data.inst {
            Op::Call(call) => return self.call(inst, call),
            Op::Binary(BinaryOp::UDiv | BinaryOp::SDiv | BinaryOp::URem | BinaryOp::SRem, ..)
            | Op::Unreachable => self.add(TRAP),
            Op::Load { access, .. } => self.access(inst, access.volatile, READ),
            Op::Store { access, .. } => self.access(inst, access.volatile, WRITE),
            Op::AtomicRmw { .. } | Op::CmpXchg { .. } => self.add(MEMORY),
            _ => {}
        }
        self.body.each_operand(&data.inst, &mut |operand| self.operand(operand));
    }

    fn add(&mut self, effects: EffectSet) {
        self.scan.effects = self.scan.effects.union(effects);
    }

    /// An access: a volatile one may be of the hardware, which is found out later.
    fn access(&mut self, inst: Inst, volatile: bool, effects: EffectSet) {
        if volatile {
            self.scan.volatile.push(inst);
        } else {
            self.add(effects);
        }
    }

    /// A global value that is mentioned in an operand has its address taken.
    fn operand(&mut self, operand: Operand) {
        let Some(constant) = operand.as_constant() else { return };
        let Scanner { file, module, linked, is_foreign, uses, scan, .. } = self;
        mentions(module, constant, &mut |global| {
            let found = linked.get(*file, global);
            uses.address(found);
            scan.foreign |= matches!(found, Found::Import(index) if is_foreign(*index));
        });
    }

    fn call(&mut self, inst: Inst, index: u32) {
        let body = self.body;
        let Some(call) = body.calls.get(index as usize) else { return };
        body.list(call.args).iter().for_each(|&operand| self.operand(operand));
        let callee = match &call.callee {
            Callee::Asm(asm) => {
                self.add(assembly::effects(asm));
                return;
            }
            Callee::Operand(callee) => *callee,
        };
        let Some(global) = self.named(callee) else {
            self.operand(callee);
            self.scan.calls.push(CallSite { inst, call: index, callee: None });
            return;
        };
        match self.linked.get(self.file, global) {
            Found::Intrinsic => {
                let effects = intrinsic_effects(&self.module.globals[global].name);
                self.add(effects);
                return;
            }
            Found::Block(_) => return self.add(MEMORY),
            Found::Import(import) => {
                self.uses.imported[*import as usize] = true;
                self.scan.foreign |= (self.is_foreign)(*import);
            }
            _ => {}
        }
        self.scan.calls.push(CallSite { inst, call: index, callee: Some(global) });
    }

    /// The global value that an operand is.
    fn named(&self, operand: Operand) -> Option<Global> {
        match self.module.constants.get(operand.as_constant()?) {
            crate::syntax::ConstantData::Global(global) => Some(global),
            _ => None,
        }
    }
}

/// The effects of what an intrinsic becomes. Those that are refused have none.
fn intrinsic_effects(name: &str) -> EffectSet {
    let rest = super::link::intrinsic(name);
    match ["memcpy", "memmove", "memset", "va_"].iter().any(|block| rest.starts_with(block)) {
        true => MEMORY,
        false => intrinsic::effects(rest),
    }
}
