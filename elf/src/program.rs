//! What goes into a file: the functions and data objects that are reached, and what their references mean.
//!
//! Everything has one order: units as given, functions as their artifact has them, data as their module has it. So a
//! file does not depend on how the parts were found.

use crate::data::{Image, Pointer};
use crate::machine::Machine;
use crate::{Error, mangle};
use artifact::{Artifact, FunctionCode, Reference, RelocationKind};
use certify::Certified;
use native_ir::layout::{Layouts, MachineLayout};
use native_ir::{Contract, Data, EntityRef, Func, Function, ImportKind, Item, Module};
use rustc_hash::FxHashMap;
use verifier::Verified;

/// A module and its machine code, both of which were checked.
///
/// ```compile_fail,E0308
/// // What no check of the certificate saw is not written.
/// fn unit<'a>(
///     module: &'a verifier::Verified<native_ir::Module>,
///     artifact: &'a artifact::Artifact,
/// ) -> elf::Unit<'a> {
///     elf::Unit { module, artifact }
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Unit<'a> {
    /// The module.
    pub module: &'a Verified<Module>,
    /// What an emitter made of it.
    pub artifact: &'a Certified<Artifact>,
}

/// What the references of the first unit's imports mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Imports {
    /// They stay undefined, for a linker.
    Undefined,
    /// They are joined with the `pub` items of the other units.
    Joined,
    /// All but foreign ones are joined, and the end of the program is the C library's; what is not found stays undefined, for
    /// a linker.
    Hosted,
}

/// What a reference means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// A function, by its index in [`Program::functions`].
    Function(usize),
    /// A data object, by its index in [`Program::data`].
    Data(usize),
    /// A symbol that no unit defines, by its index in [`Program::externals`].
    External(usize),
}

/// A function of the file.
#[derive(Debug)]
pub(crate) struct FunctionPart<'a> {
    /// Its unit.
    pub(crate) unit: usize,
    /// The function.
    pub(crate) function: &'a Function,
    /// Its machine code.
    pub(crate) code: &'a FunctionCode,
    /// Its name in symbol tables.
    pub(crate) name: String,
    /// What each of its relocations means.
    pub(crate) targets: Vec<Target>,
}

/// A data object of the file.
#[derive(Debug)]
pub(crate) struct DataPart {
    /// Its unit.
    pub(crate) unit: usize,
    /// The object.
    pub(crate) data: Data,
    /// What it begins with.
    pub(crate) image: Image,
    /// Its name in symbol tables.
    pub(crate) name: String,
    /// What each of its addresses means.
    pub(crate) targets: Vec<Target>,
}

/// The parts of a file.
#[derive(Debug)]
pub(crate) struct Program<'a> {
    /// The modules and their code.
    pub(crate) units: Vec<Unit<'a>>,
    /// The functions.
    pub(crate) functions: Vec<FunctionPart<'a>>,
    /// The data objects.
    pub(crate) data: Vec<DataPart>,
    /// The names of symbols that no unit defines, each once.
    pub(crate) externals: Vec<String>,
}

/// Where the search for parts begins.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Roots<'r> {
    /// All of the first unit.
    All,
    /// Functions of the first unit, and `pub` items of the others by their names.
    Of(&'r [Func], &'r [&'r str]),
}

impl<'a> Program<'a> {
    /// Collects the parts.
    ///
    /// # Errors
    /// When units do not belong together, something is used that has no code or layout, or a name cannot stand in ELF.
    pub(crate) fn collect(units: Vec<Unit<'a>>, roots: Roots<'_>, imports: Imports) -> Result<Program<'a>, Error> {
        check_units(&units)?;
        let mut search = Search::new(units, imports);
        search.roots(roots)?;
        while let Some(place) = search.open.pop() {
            search.visit(place)?;
        }
        search.finish()
    }

    /// The machine that the file is for.
    pub(crate) fn machine(&self) -> Machine {
        self.units.first().map_or(Machine::X86_64, |unit| Machine::of(unit.module))
    }

    /// The module of a unit.
    pub(crate) fn module(&self, unit: usize) -> &'a Module {
        self.units[unit].module
    }

    /// A data object of the file.
    pub(crate) fn object(&self, part: &DataPart) -> &'a native_ir::DataObject {
        &self.module(part.unit).data[part.data]
    }

    /// A function of a unit.
    pub(crate) fn function(&self, unit: usize, func: Func) -> Option<Target> {
        let mut parts = self.functions.iter();
        parts.position(|part| part.unit == unit && part.code.func == func).map(Target::Function)
    }

    /// A `pub` function of the library by its name.
    pub(crate) fn library_function(&self, name: &str) -> Option<Target> {
        let mut parts = self.functions.iter();
        parts.position(|part| part.unit > 0 && part.function.public && part.name == name).map(Target::Function)
    }

    /// A `pub` data object of the library by its name.
    pub(crate) fn library_data(&self, name: &str) -> Option<Target> {
        let mut parts = self.data.iter();
        parts.position(|part| part.unit > 0 && self.object(part).public && part.name == name).map(Target::Data)
    }

    /// The name of what a reference means.
    pub(crate) fn name_of(&self, target: Target) -> &str {
        match target {
            Target::Function(index) => &self.functions[index].name,
            Target::Data(index) => &self.data[index].name,
            Target::External(index) => &self.externals[index],
        }
    }
}

fn check_units(units: &[Unit<'_>]) -> Result<(), Error> {
    let Some((first, others)) = units.split_first() else { return Ok(()) };
    for other in others {
        let (a, b) = (&first.module.envelope, &other.module.envelope);
        let differences = [
            (a.target != b.target, "targets"),
            (a.abi != b.abi, "ABIs"),
            (first.module.digest() != other.module.digest(), "contracts"),
        ];
        if let Some((_, what)) = differences.into_iter().find(|(differs, _)| *differs) {
            return Err(Error::Mixed(a.name.clone(), b.name.clone(), what));
        }
    }
    Ok(())
}

/// A part that was found, by its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Place {
    /// An index in the unit's artifact.
    Function(usize, usize),
    /// A data object.
    Data(usize, Data),
}

/// A part or an external name.
#[derive(Clone, Copy, Debug)]
enum Found {
    Place(Place),
    External(usize),
}

struct UnitTables {
    layouts: Layouts,
    /// By function: its index in the artifact.
    code: Vec<Option<usize>>,
    /// By index in the artifact, then by data object: whether it was found.
    functions: Vec<bool>,
    data: Vec<bool>,
}

struct Search<'a> {
    units: Vec<Unit<'a>>,
    imports: Imports,
    tables: Vec<UnitTables>,
    /// The `pub` items of all units but the first, by name.
    public: FxHashMap<&'a str, (usize, Item)>,
    externals: FxHashMap<&'a str, usize>,
    external_names: Vec<&'a str>,
    images: FxHashMap<(usize, Data), Image>,
    open: Vec<Place>,
}

impl<'a> Search<'a> {
    fn new(units: Vec<Unit<'a>>, imports: Imports) -> Search<'a> {
        let tables = units.iter().map(tables).collect();
        let mut public = FxHashMap::default();
        for (index, unit) in units.iter().enumerate().skip(1) {
            let module: &'a Module = unit.module;
            let functions = module.functions.iter().filter(|(_, function)| function.public);
            let data = module.data.iter().filter(|(_, data)| data.public);
            let functions = functions.map(|(func, function)| (function.symbol, Item::Function(func)));
            let data = data.map(|(data, object)| (object.symbol, Item::Data(data)));
            for (symbol, item) in functions.chain(data) {
                public.entry(module.symbol_name(symbol)).or_insert((index, item));
            }
        }
        Search {
            units,
            imports,
            tables,
            public,
            externals: FxHashMap::default(),
            external_names: Vec::new(),
            images: FxHashMap::default(),
            open: Vec::new(),
        }
    }

    fn roots(&mut self, roots: Roots<'_>) -> Result<(), Error> {
        match roots {
            Roots::All => {
                let Some(unit) = self.units.first() else { return Ok(()) };
                let functions = (0..unit.artifact.functions.len()).map(|index| Place::Function(0, index));
                let data = unit.module.data.keys().map(|data| Place::Data(0, data));
                let all: Vec<Place> = functions.chain(data).collect();
                all.into_iter().for_each(|place| self.add(place));
            }
            Roots::Of(functions, names) => {
                for &func in functions {
                    let found = self.item(0, Item::Function(func)).ok_or_else(|| Error::NoCode {
                        symbol: self.function_name(0, func).to_string(),
                        user: "the start of the program".to_string(),
                    })?;
                    self.add(found);
                }
                for name in names {
                    let found = self.public.get(name).copied().and_then(|(unit, item)| self.item(unit, item));
                    let missing =
                        || Error::Undefined { symbol: name.to_string(), user: "the program".to_string() };
                    self.add(found.ok_or_else(missing)?);
                }
            }
        }
        Ok(())
    }

    fn function_name(&self, unit: usize, func: Func) -> &'a str {
        let module: &'a Module = self.units[unit].module;
        module.functions.get(func).map_or("", |function| module.symbol_name(function.symbol))
    }

    fn add(&mut self, place: Place) {
        let seen = match place {
            Place::Function(unit, index) => self.tables[unit].functions.get_mut(index),
            Place::Data(unit, data) => self.tables[unit].data.get_mut(data.index()),
        };
        if let Some(seen) = seen.filter(|seen| !**seen) {
            *seen = true;
            self.open.push(place);
        }
    }

    fn visit(&mut self, place: Place) -> Result<(), Error> {
        match place {
            Place::Function(unit, index) => {
                let code = &self.units[unit].artifact.functions[index];
                for relocation in &code.relocations {
                    self.follow(unit, relocation.target, |search| search.function_name(unit, code.func))?;
                }
            }
            Place::Data(unit, data) => {
                let module: &'a Module = self.units[unit].module;
                let object = &module.data[data];
                let name = module.symbol_name(object.symbol);
                let image = Image::new(module, &self.tables[unit].layouts, object);
                let image = image.ok_or_else(|| Error::Malformed(name.to_string()))?;
                for pointer in &image.pointers {
                    self.follow(unit, Reference::Symbol(pointer.symbol), |_| name)?;
                }
                self.images.insert((unit, data), image);
            }
        }
        Ok(())
    }

    fn follow(&mut self, unit: usize, reference: Reference, user: impl Fn(&Self) -> &'a str) -> Result<(), Error> {
        match self.find(unit, reference) {
            Some(Found::Place(place)) => self.add(place),
            Some(Found::External(_)) => {}
            None => return Err(self.missing(unit, reference, user(self))),
        }
        Ok(())
    }

    fn missing(&self, unit: usize, reference: Reference, user: &str) -> Error {
        let module: &'a Module = self.units[unit].module;
        let user = user.to_string();
        match reference {
            Reference::Helper(name) => Error::Undefined { symbol: name.to_string(), user },
            Reference::Symbol(symbol) => {
                let name = module.symbol_name(symbol).to_string();
                match module.item(symbol) {
                    Item::Function(_) => Error::NoCode { symbol: name, user },
                    _ => Error::Undefined { symbol: name, user },
                }
            }
        }
    }

    /// What a reference means; none when nothing fits.
    fn find(&mut self, unit: usize, reference: Reference) -> Option<Found> {
        let module: &'a Module = self.units[unit].module;
        match reference {
            Reference::Helper(name) => {
                let (unit, item) = *self.public.get(name)?;
                self.item(unit, item).map(Found::Place)
            }
            Reference::Symbol(symbol) => match module.item(symbol) {
                Item::Import(import) => {
                    let kind = module.imports.get(import)?.kind;
                    self.import(unit, module.symbol_name(symbol), kind)
                }
                item => self.item(unit, item).map(Found::Place),
            },
        }
    }

    fn item(&self, unit: usize, item: Item) -> Option<Place> {
        match item {
            Item::Function(func) => {
                let index = *self.tables[unit].code.get(func.index())?;
                Some(Place::Function(unit, index?))
            }
            Item::Data(data) => self.units[unit].module.data.is_valid(data).then_some(Place::Data(unit, data)),
            Item::Import(_) | Item::Register(_) | Item::Undefined => None,
        }
    }

    fn import(&mut self, unit: usize, name: &'a str, kind: ImportKind) -> Option<Found> {
        let joined = match self.imports {
            _ if unit > 0 => true,
            Imports::Joined => true,
            Imports::Undefined => false,
            Imports::Hosted => kind != ImportKind::Ffi,
        };
        // What the C library keeps back is written when it ends the program itself.
        let ends = self.imports == Imports::Hosted && name == "zero_exit";
        let (joined, name) = if ends { (false, "exit") } else { (joined, name) };
        if let Some(&(unit, item)) = self.public.get(name).filter(|_| joined) {
            return self.item(unit, item).map(Found::Place);
        }
        let next = self.external_names.len();
        let index = *self.externals.entry(name).or_insert(next);
        if index == next {
            self.external_names.push(name);
        }
        Some(Found::External(index))
    }

    /// The parts in their order, and what their references mean.
    fn finish(mut self) -> Result<Program<'a>, Error> {
        let (mut functions, mut data) = (Vec::new(), Vec::new());
        let mut indices: FxHashMap<Place, Target> = FxHashMap::default();
        for (unit, Unit { module, artifact }) in self.units.clone().into_iter().enumerate() {
            let module: &'a Module = module;
            for (index, code) in artifact.functions.iter().enumerate() {
                if self.tables[unit].functions.get(index) != Some(&true) {
                    continue;
                }
                let misfit = |name: String| Error::Artifact(name);
                let function = module.functions.get(code.func).ok_or_else(|| misfit(index.to_string()))?;
                let name = mangle::name(module, function.symbol, function.ty, function.public)?;
                if !fits(code) {
                    return Err(misfit(name));
                }
                indices.insert(Place::Function(unit, index), Target::Function(functions.len()));
                functions.push(FunctionPart { unit, function, code, name, targets: Vec::new() });
            }
            for (key, object) in &module.data {
                let Some(image) = self.images.remove(&(unit, key)) else { continue };
                let name = mangle::name(module, object.symbol, object.ty, object.public)?;
                indices.insert(Place::Data(unit, key), Target::Data(data.len()));
                data.push(DataPart { unit, data: key, image, name, targets: Vec::new() });
            }
        }
        for part in &mut functions {
            let references = part.code.relocations.iter().map(|relocation| relocation.target);
            part.targets = self.targets(&indices, part.unit, references)?;
        }
        for part in &mut data {
            let references = part.image.pointers.iter().map(|pointer: &Pointer| Reference::Symbol(pointer.symbol));
            part.targets = self.targets(&indices, part.unit, references)?;
        }
        let names = self.external_names.iter().map(|name| mangle::checked(name.to_string()));
        let externals = names.collect::<Result<Vec<_>, _>>()?;
        Ok(Program { units: self.units, functions, data, externals })
    }

    fn targets(
        &mut self,
        indices: &FxHashMap<Place, Target>,
        unit: usize,
        references: impl Iterator<Item = Reference>,
    ) -> Result<Vec<Target>, Error> {
        let each = references.map(|reference| {
            let target = match self.find(unit, reference) {
                Some(Found::Place(place)) => indices.get(&place).copied(),
                Some(Found::External(index)) => Some(Target::External(index)),
                None => None,
            };
            target.ok_or_else(|| self.missing(unit, reference, ""))
        });
        each.collect()
    }
}

fn tables(unit: &Unit<'_>) -> UnitTables {
    let module: &Module = unit.module;
    let target = Contract::embedded().target(&module.envelope.target).map_or(usize::MAX, |(index, _)| index);
    let machine = MachineLayout::of(Contract::embedded(), target);
    let mut code = vec![None; module.functions.len()];
    for (index, function) in unit.artifact.functions.iter().enumerate() {
        if let Some(entry) = code.get_mut(function.func.index()) {
            *entry = Some(index);
        }
    }
    UnitTables {
        layouts: Layouts::new(&module.types, &machine),
        code,
        functions: vec![false; unit.artifact.functions.len()],
        data: vec![false; module.data.len()],
    }
}

/// Whether the rows of a function stand in order and inside its code.
fn fits(code: &FunctionCode) -> bool {
    let len = code.code.len();
    code.literals as usize <= len
        && code.align.is_power_of_two()
        && ordered(code.unwind.iter().map(|row| row.offset), len)
        && ordered(code.traps.iter().map(|row| row.offset), len)
        && ordered(code.calls.iter().map(|row| row.offset), len)
        && ordered(code.claim.insts.iter().map(|row| row.offset), len)
        && code.relocations.iter().all(|row| (row.offset as usize).saturating_add(width(row.kind)) <= len)
}

/// Whether offsets ascend up to an end.
fn ordered(mut offsets: impl Iterator<Item = u32>, end: usize) -> bool {
    let mut last = 0;
    offsets.all(|offset| {
        let fits = offset >= last && offset as usize <= end;
        last = offset;
        fits
    })
}

/// How many bytes a relocation's field has.
pub(crate) fn width(kind: RelocationKind) -> usize {
    if kind == RelocationKind::Absolute64 { 8 } else { 4 }
}
