//! What the importer did that its user should know.

use super::program::{Imported, Program};
use crate::syntax::Place;

/// Something that keeps its meaning less tightly than it could.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The file, by its index.
    pub file: usize,
    /// Where in it.
    pub place: Place,
    /// What.
    pub message: String,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Volatile accesses whose address is not known, functions that were specialised, imports that became foreign.
    pub notes: Vec<Note>,
    /// Instructions of LLVM IR that were read in the functions that were lowered.
    pub instructions: usize,
}

/// What the user of a program should know, beside what its bodies say.
pub(super) fn notes(program: &Program<'_, '_>) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut tell = |(file, global), message: String| {
        let place = program.global(file, global).place;
        notes.push(Note { file, place, message });
    };
    for (import, imported) in program.imported.iter().enumerate() {
        let at = program.linked.imports[import];
        if program.uses.imported[import] && matches!(imported, Imported::Foreign(_) | Imported::Data(_)) {
            let name = &program.global(at.0, at.1).name;
            tell(at, format!("`@{name}` is defined in no file: a foreign import, whose users are native"));
        }
    }
    for &at in &program.linked.lost {
        let name = &program.global(at.0, at.1).name;
        tell(at, format!("`@{name}` is another name of data, which is not kept for other modules"));
    }
    let mut instances = vec![0; program.linked.functions.len()];
    for unit in program.units.iter().filter(|unit| !unit.instance.known.is_empty()) {
        instances[unit.function as usize] += 1;
    }
    for (function, definition) in program.linked.functions.iter().enumerate() {
        let at = (definition.file, definition.global);
        if instances[function] > 0 {
            let count = instances[function];
            tell(at, format!("`@{}` has instances for known addresses: {count}", definition.name));
        }
        if definition.public && program.signatures[function].as_ref().is_some_and(|signature| signature.rest) {
            let name = &definition.name;
            tell(at, format!("`@{name}` has any number of arguments, so only this program can call it"));
        }
    }
    notes
}
