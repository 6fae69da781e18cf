//! Libraries for linkers: archives in which each function and each data object is an object of its own, so that a program
//! gets what it uses and nothing else, whatever the linker is told of sections.
//!
//! Items that are not `pub` are hidden: the objects of the archive see them, and programs that the linker makes of it do
//! not export them.

use super::{Writer, tables};
use crate::handwritten::{Comparison, Piece, Value, comparisons};
use crate::machine::{Machine, relocation_type};
use crate::program::{DataPart, FunctionPart, Imports, Program, Roots, Target, Unit};
use crate::unwind::Added;
use crate::{Error, archive, arm};
use artifact::RelocationKind;
use object::{SectionKind, SymbolKind, SymbolScope};

/// Functions that have a second name: their first result is what a function of that name gives, and the registers of the
/// others are nobody's (AAPCS32, 6.1.1).
const SECOND_NAMES: &[(&str, &str)] =
    &[("__aeabi_uidivmod", "__aeabi_uidiv"), ("__aeabi_idivmod", "__aeabi_idiv")];

/// Writes a runtime library as an archive, with what the IR cannot say: the functions for Cortex-M0 that answer in the
/// flags, and second names.
///
/// # Errors
/// As for [`crate::object()`].
pub fn runtime_archive(library: Unit<'_>) -> Result<Vec<u8>, Error> {
    let all = Program::collect(vec![library], Roots::All, Imports::Undefined)?;
    let machine = all.machine();
    let names = Names::new(&all);
    let Program { units, functions, data, .. } = all;
    let mut members: Vec<(String, Vec<u8>)> = Vec::new();
    for (index, part) in functions.into_iter().enumerate() {
        let name = library.module.symbol_name(part.function.symbol);
        let (targets, externals) = names.alone(Target::Function(index), &part.targets);
        let functions = vec![FunctionPart { targets, ..part }];
        let program = Program { units: units.clone(), functions, data: Vec::new(), externals };
        members.push((format!("{name}.o"), member(&program, None)?));
    }
    for (index, part) in data.into_iter().enumerate() {
        let name = library.module.symbol_name(library.module.data[part.data].symbol);
        let (targets, externals) = names.alone(Target::Data(index), &part.targets);
        let data = vec![DataPart { targets, ..part }];
        let program = Program { units: units.clone(), functions: Vec::new(), data, externals };
        members.push((format!("{name}.o"), member(&program, None)?));
    }
    let more = if machine == Machine::Thumb { comparisons() } else { Vec::new() };
    for Comparison { piece, calls } in more {
        let externals = vec![calls.to_string()];
        let program = Program { units: units.clone(), functions: Vec::new(), data: Vec::new(), externals };
        members.push((format!("{}.o", piece.name), member(&program, Some(&piece))?));
    }
    let files: Vec<(&str, &[u8])> =
        members.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    archive(&files)
}

/// Names of all parts in symbol tables.
struct Names {
    functions: Vec<String>,
    data: Vec<String>,
    externals: Vec<String>,
}

impl Names {
    fn new(program: &Program<'_>) -> Names {
        Names {
            functions: program.functions.iter().map(|part| part.name.clone()).collect(),
            data: program.data.iter().map(|part| part.name.clone()).collect(),
            externals: program.externals.clone(),
        }
    }

    fn get(&self, target: Target) -> &str {
        let name = match target {
            Target::Function(index) => self.functions.get(index),
            Target::Data(index) => self.data.get(index),
            Target::External(index) => self.externals.get(index),
        };
        name.map_or("", String::as_str)
    }

    /// What a part's references mean when it stands alone, and the names that other objects define.
    fn alone(&self, own: Target, targets: &[Target]) -> (Vec<Target>, Vec<String>) {
        let mut externals: Vec<String> = Vec::new();
        let each = targets.iter().map(|&target| match target {
            Target::Function(_) if target == own => Target::Function(0),
            Target::Data(_) if target == own => Target::Data(0),
            _ => {
                let name = self.get(target);
                let known = externals.iter().position(|other| other == name);
                Target::External(known.unwrap_or_else(|| {
                    externals.push(name.to_string());
                    externals.len() - 1
                }))
            }
        });
        (each.collect(), externals)
    }
}

/// The object of a program of one part, or of a piece beside none.
fn member(program: &Program<'_>, piece: Option<&Piece>) -> Result<Vec<u8>, Error> {
    let mut writer = Writer::new(program, SymbolScope::Linkage);
    writer.define()?;
    writer.add_second_names();
    let mut added = Vec::new();
    if let Some(piece) = piece {
        writer.add_piece(piece)?;
        added.push(Added { bytes: piece.literals, is_outermost: false, rows: &piece.unwind });
    }
    writer.references()?;
    let Writer { mut object, functions, .. } = writer;
    tables::write(&mut object, program, &functions, &added, &[])?;
    Ok(object.write()?)
}

impl Writer<'_, '_> {
    fn add_second_names(&mut self) {
        let (program, machine) = (self.program, self.machine);
        for (part, (section, offset)) in program.functions.iter().zip(self.functions.clone()) {
            let place = (section, machine.function_address(offset), part.code.code.len() as u64);
            for (_, name) in SECOND_NAMES.iter().filter(|(first, _)| part.function.public && *first == part.name) {
                self.symbol(name, place, SymbolKind::Text, SymbolScope::Dynamic, false);
            }
        }
    }

    /// Defines code that was written by hand.
    ///
    /// # Errors
    /// When it depends on more than functions that it calls.
    fn add_piece(&mut self, piece: &Piece) -> Result<(), Error> {
        let name = format!(".text.{}", piece.name).into_bytes();
        let section = self.object.add_section(Vec::new(), name, SectionKind::Text);
        let mut bytes = piece.bytes.clone();
        for field in &piece.fields {
            let at = field.offset as usize;
            // The addend: the processor counts from 4 bytes behind the call.
            let addend = arm::call(-4).filter(|_| field.kind == RelocationKind::ThumbCall);
            let place = bytes.get_mut(at..at.saturating_add(4));
            let (place, addend) = place.zip(addend).ok_or_else(|| Error::Artifact(piece.name.to_string()))?;
            place.copy_from_slice(&addend);
        }
        let offset = self.append(section, &bytes, 4);
        self.functions.push((section, offset));
        for (name, at) in [(piece.name, 0)].into_iter().chain(piece.inner.iter().copied()) {
            let address = self.machine.function_address(offset + u64::from(at));
            let place = (section, address, (bytes.len() as u64).saturating_sub(at.into()));
            self.symbol(name, place, SymbolKind::Text, SymbolScope::Dynamic, false);
        }
        self.mark(section, offset, true);
        if (piece.literals as usize) < bytes.len() {
            self.mark(section, offset + u64::from(piece.literals), false);
        }
        for field in &piece.fields {
            let Value::Function(target) = field.value else {
                return Err(Error::Artifact(piece.name.to_string()));
            };
            let field_place = (section, offset + u64::from(field.offset));
            let target = (self.target(target), 0);
            super::relocate(&mut self.object, field_place, target, relocation_type(field.kind))?;
        }
        Ok(())
    }
}
