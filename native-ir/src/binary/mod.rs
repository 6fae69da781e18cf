//! The binary form: a module in a sealed container.
//!
//! [`encode`] writes what the text form can say, and [`decode`] reads it back: for every module that a builder makes or
//! that is read from text without diagnostics, `decode(&encode(&m))` gives a module equal to `m`. `docs/binary.md`
//! describes the bytes.
//!
//! Each structure is described once, by the trait `Code` or the macros beside it, and both directions come of that
//! one description. What the layout invariant of [`Body`](crate::Body) determines (numbers of values, ranges of blocks
//! and lists) is not written, so a decoded body obeys it.
//!
//! A decoded module is as untrusted as a parsed one: indices of types and names are checked, all others are left to the
//! verifier. Decoding neither panics nor recurses over its input, and reserves memory for what it has read only.

mod body;
mod code;
mod container;
mod debug;
mod error;
mod function;
mod instruction;
mod items;
mod read;
mod span;
mod types;
mod write;

pub use container::{MAX_BYTES, VERSION, is_binary, seal, unseal};
pub use error::{BinaryError, Found};

use crate::Module;
use code::Code;
use read::{Read, Reader};
use write::Writer;

/// Describes a module: the tag, the name and the field of each section, in the order of the file.
macro_rules! sections {
    ($($tag:literal $name:literal $field:ident;)*) => {
        fn write(module: &Module, w: &mut Writer) {
            let Module { $($field,)* damaged: _ } = module;
            $(w.section($tag, |w| $field.put(w));)*
        }

        fn read(r: &mut Reader<'_>) -> Read<Module> {
            $(let $field = r.section($tag, $name)?;)*
            Ok(Module { $($field,)* damaged: false })
        }
    };
}

sections! {
    1 "envelope" envelope;
    2 "names" names;
    3 "types" types;
    4 "sources" sources;
    5 "symbols" symbols;
    6 "registers" registers;
    7 "data" data;
    8 "imports" imports;
    9 "debug types" debug_types;
    10 "functions" functions;
}

/// A module in binary form.
///
/// It names the contract that the tool was built with. It is meant for modules that verify. [`decode`] refuses the
/// container of a [`Module::damaged`] one, and one of more than [`MAX_BYTES`]. Of a module that was put together by hand,
/// what breaks the layout invariant is lost.
///
/// ```
/// use native_ir::{binary, text};
/// let module = text::parse("native-ir 1\nmodule m\ntarget sim-cortex-m0\nabi zero-freestanding-v1\n\
///     layout \"e-p:32:32\"\nprofile bare-metal\nfn @nothing() -> () {\n^entry:\n    return !0:0\n}\n").module;
/// let bytes = binary::encode(&module);
/// assert!(binary::is_binary(&bytes));
/// assert!(binary::decode(&bytes).is_ok_and(|decoded| decoded == module));
/// ```
pub fn encode(module: &Module) -> Vec<u8> {
    let mut w = Writer::default();
    is_damaged(module).put(&mut w);
    write(module, &mut w);
    seal(&w.out)
}

/// The module of a container.
///
/// # Errors
/// The first thing that is wrong: no container, one of another version or contract, one that was cut off or changed,
/// or contents that are no module. Whether the module obeys the contract is for the verifier.
pub fn decode(bytes: &[u8]) -> Result<Module, BinaryError> {
    let sections = unseal(bytes)?;
    let mut r = Reader::new(sections, container::HEADER);
    contents(&mut r).map_err(|error| *error)
}

fn contents(r: &mut Reader<'_>) -> Read<Module> {
    if bool::get(r)? {
        return Err(Box::new(BinaryError::Damaged));
    }
    let mut module = read(r)?;
    r.finish("the end of the sections")?;
    module.names.shrink_to_fit();
    Ok(module)
}

fn is_damaged(module: &Module) -> bool {
    module.damaged || module.functions.values().any(|function| function.body.damaged)
}
