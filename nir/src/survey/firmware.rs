//! The image of a program without an operating system: its memory, what lies in it, and the stack that is taken at most.

use super::{Stack, collect};
use crate::arguments::Report;
use crate::files;
use crate::native;
use crate::outcome::Failure;
use crate::run::entry;
use crate::tables;
use elf::firmware::{EXCEPTION_STACK, FirmwareOptions, Memory, SymbolKind, Use};
use native_ir::registers::RegisterMap;
use native_ir::{Func, Module};
use program::Linked;
use verifier::Verified;

/// What is known of an image.
#[derive(Debug)]
pub(super) struct Image {
    /// The function that the program begins with.
    pub(super) entry: String,
    /// Flash and RAM.
    pub(super) regions: Vec<Region>,
    /// Functions and objects, by section and address.
    pub(super) symbols: Vec<Symbol>,
    /// The stack from the entry on.
    pub(super) main: Stack,
    pub(super) handlers: Vec<Handler>,
    /// The stack of the entry with all handlers one inside the other.
    pub(super) total: Stack,
    /// The bytes of RAM that are left for the stack.
    pub(super) room: u64,
}

/// A region of memory.
#[derive(Debug)]
pub(super) struct Region {
    pub(super) name: &'static str,
    pub(super) start: u32,
    pub(super) bytes: u64,
    /// The sections in it and their bytes; of the stack what it takes at most, or what it must have.
    pub(super) sections: Vec<(String, u64)>,
}

impl Region {
    pub(super) fn used(&self) -> u64 {
        self.sections.iter().map(|(_, bytes)| bytes).sum()
    }
}

/// A function or object of an image.
#[derive(Debug)]
pub(super) struct Symbol {
    pub(super) name: String,
    pub(super) section: &'static str,
    pub(super) address: u32,
    pub(super) bytes: u64,
    pub(super) origin: Origin,
}

/// Where a symbol comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The module.
    Program,
    /// The runtime library.
    Library,
    /// Made for the image: vectors and the code before the entry.
    Startup,
}

impl Origin {
    pub(super) fn name(self) -> &'static str {
        match self {
            Origin::Program => "program",
            Origin::Library => "library",
            Origin::Startup => "startup",
        }
    }
}

/// A handler of an exception.
#[derive(Debug)]
pub(super) struct Handler {
    pub(super) name: String,
    /// The exception's number; interrupts begin at 16.
    pub(super) vector: u16,
    /// Without the frame of the exception.
    pub(super) stack: Stack,
}

/// The bytes that the entry of an exception takes at most.
pub(super) const FRAME: u64 = EXCEPTION_STACK;

/// The image of a module's program, or why there is none; neither for a target that has no images.
///
/// # Errors
/// [`Failure::Usage`] when the arguments name no function or no description of memory.
pub(super) fn image(
    module: &Verified<Module>,
    arguments: &Report,
    map: Option<&RegisterMap>,
) -> Result<Option<Result<Image, String>>, Failure> {
    let Some(memory) = Memory::of_target(module) else { return Ok(None) };
    let memory = match &arguments.memory {
        Some(path) => {
            let text = String::from_utf8_lossy(&files::read(path)?).into_owned();
            Memory::parse(&text).map_err(|error| Failure::Usage(format!("{}: {error}", files::display(path))))?
        }
        None => memory,
    };
    let entry = match (entry::start(module, arguments.entry.as_deref()), &arguments.entry) {
        (Ok(entry), _) => entry,
        (Err(failure), Some(_)) => return Err(failure),
        (Err(_), None) => {
            return Ok(Some(Err("no function is the program's first; --entry names one".to_string())));
        }
    };
    let mut options = FirmwareOptions::new(Some(entry), memory);
    let linked = match elf::firmware::handlers(module, &tables::lines(map)) {
        Ok(handlers) => {
            options.handlers = handlers;
            let how = native::how(&collect::checked(&arguments.native));
            program::firmware(module, &options, &how).map_err(|error| error.to_string())
        }
        Err(error) => Err(error.to_string()),
    };
    Ok(Some(linked.map(|linked| describe(module, entry, &options, &linked))))
}

fn describe(module: &Module, entry: Func, options: &FirmwareOptions, linked: &Linked<'_>) -> Image {
    let name =
        |func| module.functions.get(func).map_or("", |function| module.symbol_name(function.symbol)).to_string();
    let total = collect::stack(module, &linked.stack(entry, options));
    let handlers = options.handlers.iter().map(|handler| Handler {
        name: name(handler.func),
        vector: handler.vector,
        stack: collect::stack(module, &linked.bound(handler.func)),
    });
    let budget = &linked.image.budget;
    Image {
        entry: name(entry),
        regions: vec![region(&budget.flash, None), region(&budget.ram, Some(&total))],
        symbols: symbols(linked),
        main: collect::stack(module, &linked.bound(entry)),
        handlers: handlers.collect(),
        room: linked.left(),
        total,
    }
}

/// A region; of the stack it shows what is taken at most, where that is known.
fn region(part: &Use, stack: Option<&Stack>) -> Region {
    let sections = part.sections.iter().map(|&(name, bytes)| match (name.starts_with(".stack"), stack) {
        (true, Some(Stack::Bytes(most))) => (".stack, at most".to_string(), *most),
        _ => (name.to_string(), bytes),
    });
    let mut sections: Vec<(String, u64)> = sections.collect();
    if let (Some(Stack::Bytes(most)), false) =
        (stack, part.sections.iter().any(|(name, _)| name.starts_with(".stack")))
    {
        sections.push((".stack, at most".to_string(), *most));
    }
    Region { name: part.name, start: part.region.start, bytes: u64::from(part.region.bytes), sections }
}

fn symbols(linked: &Linked<'_>) -> Vec<Symbol> {
    let image = &linked.image;
    let placed =
        |address: u32| image.functions.iter().find(|function| function.address == address && function.size > 0);
    let all = image.symbols.iter().filter(|symbol| symbol.kind != SymbolKind::Mapping && symbol.size > 0);
    let each = all.map(|symbol| {
        let origin = match (symbol.kind, placed(symbol.address)) {
            (SymbolKind::Function, Some(function)) if function.unit == 0 => Origin::Program,
            (SymbolKind::Function, Some(_)) => Origin::Library,
            (SymbolKind::Function, None) => Origin::Startup,
            _ if symbol.name.starts_with("__nir_") => Origin::Startup,
            _ => Origin::Program,
        };
        Symbol {
            name: local(&symbol.name).to_string(),
            section: image.sections.get(symbol.section).map_or("", |section| section.name),
            address: symbol.address,
            bytes: u64::from(symbol.size),
            origin,
        }
    });
    let mut all: Vec<Symbol> = each.collect();
    all.sort_by_key(|symbol| symbol.address);
    all
}

/// The name of a function or object in its module, of which the symbol of a local one tells more:
/// `pn::blinky::tick$fn(,)`.
fn local(symbol: &str) -> &str {
    let item = symbol.strip_prefix("pn::").and_then(|rest| rest.split_once("::")?.1.rsplit_once('$'));
    item.map_or(symbol, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn local_symbols_have_their_names_in_the_module() {
        assert_eq!(local("pn::blinky::tick$fn(,)"), "tick");
        assert_eq!(local("pn::m::a::b$c$data(,array[i8,4])"), "a::b$c");
        for other in ["main", "__nir_reset", "pn::odd", "x$y"] {
            assert_eq!(local(other), other);
        }
    }
}
