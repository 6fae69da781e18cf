//! Asks compiler and certificate what a survey holds.

use super::{Code, Helper, Piece, Row, Stack, Survey, accesses, firmware};
use crate::arguments::{Native, Report};
use crate::load;
use crate::native;
use crate::outcome::Failure;
use artifact::FunctionCode;
use certify::cycles::{self, Bounds, Timing};
use certify::stack::{StackBound, stack_bounds};
use native_ir::layout::{Layouts, MachineLayout};
use native_ir::registers::RegisterMap;
use native_ir::{Contract, Func, ImportKind, Module};
use program::Compiled;
use std::collections::HashMap;
use verifier::{Engine, Verified};

/// The survey of a module. Functions that cannot be machine code have the reason in its place, and so has a module for
/// whose target there is no emitter.
///
/// # Errors
/// As [`native::compile`] and [`firmware::image`].
pub(super) fn survey(
    module: &Verified<Module>,
    report: &Report,
    map: Option<&RegisterMap>,
) -> Result<Survey, Failure> {
    let arguments = &checked(&report.native);
    let wanted = codegen::all_functions(module);
    let (runnable, refused) = load::split(module, Engine::Native, &wanted);
    let reasons: HashMap<Func, String> = refused.into_iter().collect();
    let mut survey = Survey {
        module: module.envelope.name.clone(),
        target: module.envelope.target.clone(),
        without_code: native::no_emitter(module),
        ..Survey::default()
    };
    let mut codes = HashMap::new();
    if survey.without_code.is_none() {
        let program = native::compile(module, &runnable, arguments).map_err(native::refused)?;
        let helpers = program::helpers(&module.envelope.target, &[&program], &native::how(arguments))
            .map_err(native::refused)?;
        let mut known = Known { multiply: report.multiply, ..Known::default() };
        if let Some(helpers) = &helpers {
            survey.helpers = known.helpers(helpers);
        }
        if module.imports.values().any(|import| import.kind == ImportKind::Runtime) {
            known.add_host(module, arguments)?;
        }
        codes = self::codes(&program, &known);
        (survey.image, survey.without_image) = match firmware::image(module, report, map)? {
            Some(Ok(image)) => (Some(image), None),
            Some(Err(reason)) => (None, Some(reason)),
            None => (None, None),
        };
    }
    for (func, function) in &module.functions {
        let effects = module.signature(function).map(|ty| ty.effects).unwrap_or_default();
        let reason = reasons.get(&func).filter(|_| survey.without_code.is_none());
        survey.functions.push(Row {
            name: module.symbol_name(function.symbol).to_string(),
            public: function.public,
            code: codes.remove(&func),
            without_code: reason.and_then(|reason| reason.lines().next()).map(str::to_string),
            effects: effects.iter().map(native_ir::Effect::name).collect(),
            accesses: accesses::of(module, function, map),
        });
    }
    (survey.constants, survey.data) = data_bytes(module);
    Ok(survey)
}

/// As the arguments say, and checked: a frame counts once it is held against the code.
pub(super) fn checked(arguments: &Native) -> Native {
    Native { certify: true, allow_recursion: true, ..arguments.clone() }
}

/// The stack and the cycles that functions outside of a module take, by their names.
#[derive(Default)]
struct Known {
    stack: HashMap<String, u64>,
    cycles: HashMap<String, Bounds>,
    /// What a multiplication takes.
    multiply: u32,
}

impl Known {
    fn bounds(&self, program: &Compiled<'_>) -> Vec<(Func, Stack)> {
        let bounds = stack_bounds(program.module, &program.artifact, &|name| self.stack.get(name).copied());
        bounds.into_iter().map(|(func, bound)| (func, stack(program.module, &bound))).collect()
    }

    fn timings(&self, program: &Compiled<'_>) -> Vec<Timing> {
        cycles::cycles(program.module, &program.artifact, self.multiply, &|name| self.cycles.get(name).copied())
    }

    /// Learns a library's functions; gives each one's index in the artifact, name and stack.
    fn add(&mut self, library: &Compiled<'_>) -> Vec<(usize, String, Stack)> {
        let bounds = self.bounds(library).into_iter().enumerate();
        let named = bounds.map(|(index, (func, stack))| {
            let symbol = library.module.functions[func].symbol;
            (index, library.module.symbol_name(symbol).to_string(), stack)
        });
        let all: Vec<(usize, String, Stack)> = named.collect();
        for (_, name, stack) in &all {
            if let Stack::Bytes(bytes) = stack {
                self.stack.insert(name.clone(), *bytes);
            }
        }
        for Timing { func, bounds, .. } in self.timings(library) {
            let name = library.module.symbol_name(library.module.functions[func].symbol);
            self.cycles.extend(bounds.map(|bounds| (name.to_string(), bounds)));
        }
        all
    }

    fn helpers(&mut self, library: &Compiled<'_>) -> Vec<Helper> {
        let all = self.add(library).into_iter();
        let helper = |(index, name, stack): (usize, String, Stack)| {
            let code = &library.artifact.functions[index].code;
            Helper { name, bytes: code.len() as u64, stack }
        };
        all.map(helper).collect()
    }

    /// Learns the host runtime, which executables get.
    fn add_host(&mut self, module: &Module, arguments: &Native) -> Result<(), Failure> {
        let Some(host) = program::host(module, &native::how(arguments)).map_err(native::refused)? else {
            return Ok(());
        };
        // The function of a system call leaves the stack alone.
        self.stack.insert("__nir_syscall".to_string(), 0);
        self.add(&host);
        Ok(())
    }
}

fn codes(program: &Compiled<'_>, known: &Known) -> HashMap<Func, Code> {
    let functions = program.artifact.functions.iter().zip(known.bounds(program));
    let mut timings: HashMap<Func, Timing> =
        known.timings(program).into_iter().map(|timing| (timing.func, timing)).collect();
    let each = functions.map(|(code, (func, stack))| {
        let pools: u64 = code.pools.iter().map(|pool| u64::from(pool.bytes)).sum();
        let instructions = u64::from(code.literals).saturating_sub(pools);
        let frame = &code.claim.frame;
        let timing = timings.remove(&func);
        let code = Code {
            instructions,
            literals: (code.code.len() as u64).saturating_sub(instructions),
            frame: u64::from(frame.bytes) + u64::from(frame.below),
            stack,
            cycles: timing.as_ref().map(|timing| timing.bounds),
            pieces: timing.map(|timing| pieces(program.module, code, &timing)).unwrap_or_default(),
        };
        (func, code)
    });
    each.collect()
}

/// The straight pieces of a function's code, with the blocks that they are of.
fn pieces(module: &Module, code: &FunctionCode, timing: &Timing) -> Vec<Piece> {
    let body = &module.functions[code.func].body;
    let block = |offset: u32| {
        let rows = &code.claim.insts;
        let row = rows.get(rows.partition_point(|row| row.offset <= offset).checked_sub(1)?)?;
        let inst = row.inst?;
        let (_, data) = body.layout().find(|(_, data)| data.first_inst <= inst && inst < data.end_inst)?;
        Some(module.names.text(data.name).to_string())
    };
    let piece = |piece: &cycles::Piece| Piece {
        block: block(piece.start),
        start: piece.start,
        end: piece.end,
        cycles: piece.cycles,
        taken: piece.taken,
    };
    timing.pieces.iter().map(piece).collect()
}

pub(super) fn stack(module: &Module, bound: &StackBound) -> Stack {
    let name = |func: &Func| format!("@{}", module.symbol_name(module.functions[*func].symbol));
    match bound {
        StackBound::Bytes(bytes) => Stack::Bytes(*bytes),
        StackBound::Recursive(cycle) => {
            Stack::Open(format!("recursive: {}", cycle.iter().map(name).collect::<Vec<_>>().join(", ")))
        }
        StackBound::Unknown(name) => Stack::Open(format!("calls {name}")),
    }
}

/// Bytes of data objects that cannot be written, and of those that can.
fn data_bytes(module: &Module) -> (u64, u64) {
    let target = Contract::embedded().target(&module.envelope.target).map_or(usize::MAX, |(index, _)| index);
    let layouts = Layouts::new(&module.types, &MachineLayout::of(Contract::embedded(), target));
    let (mut constants, mut data) = (0, 0);
    for object in module.data.values() {
        let bytes = layouts.size(object.ty).unwrap_or(0);
        *(if object.readonly { &mut constants } else { &mut data }) += bytes;
    }
    (constants, data)
}
