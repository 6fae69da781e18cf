//! Addresses: where each function's code lies, and what its relocations become.
//!
//! ```text
//!   stubs, 16 bytes each: functions, then imports │ the way to the VM │ code
//! ```
//!
//! A stub stands at the address that a function has for the program. It jumps to the function's code, or says the
//! function's number and jumps to where [`crate::enter`] begins the way to the VM. Code is added piece by piece: what was
//! there before calls what is new through its stub.

use crate::{Error, enter};
use artifact::{Artifact, FunctionCode, Reference, Relocation, RelocationKind};
use certify::Certified;
use native_ir::{EntityRef, Func, Item, Module};
use std::collections::HashMap;
use std::sync::Arc;
use verifier::Verified;
use vm::Vm;

/// Bytes of a stub: the distance of functions' addresses.
const STUB: u64 = 16;
/// Bytes of the way to the VM.
const WAY: u64 = 32;
/// Bytes of a page.
const PAGE: u64 = 4096;
/// `int3`, between functions.
const FILL: u8 = 0xcc;

/// A module and its machine code.
pub(crate) struct Unit {
    module: Owner,
    artifact: Certified<Artifact>,
}

/// Whose a module is.
enum Owner {
    Program(Arc<Verified<Module>>),
    Library(&'static Verified<Module>),
}

impl Unit {
    /// The program.
    pub(crate) fn program(module: Arc<Verified<Module>>, artifact: Certified<Artifact>) -> Unit {
        Unit { module: Owner::Program(module), artifact }
    }

    /// What it needs of the runtime library.
    pub(crate) fn library(module: &'static Verified<Module>, artifact: Certified<Artifact>) -> Unit {
        Unit { module: Owner::Library(module), artifact }
    }

    /// The machine code.
    pub(crate) fn artifact(&self) -> &Artifact {
        &self.artifact
    }

    fn module(&self) -> &Module {
        match &self.module {
            Owner::Program(module) => module,
            Owner::Library(module) => module,
        }
    }

    fn is_library(&self) -> bool {
        matches!(self.module, Owner::Library(_))
    }
}

/// Machine code, and where it lies.
pub(crate) struct Code {
    /// What was put there, in this order.
    units: Vec<Unit>,
    /// Functions in the order of their addresses.
    places: Vec<Place>,
    /// The address of each function's first instruction, those of the runtime library apart.
    entries: HashMap<(bool, Func), u64>,
    /// The address of the first stub, how many there are, and the way to the VM.
    stubs: u64,
    count: u64,
    way: u64,
    /// Where the next function may lie.
    next: u64,
}

/// Where a function lies.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// The address of its first byte.
    start: u64,
    unit: usize,
    /// Its number in the unit's artifact.
    index: usize,
}

/// A function's code and where it lies.
#[derive(Clone, Copy)]
pub(crate) struct Placed<'a> {
    /// The address of its first byte.
    pub(crate) start: u64,
    /// The code.
    pub(crate) code: &'a FunctionCode,
    /// Its module: the program or the runtime library.
    pub(crate) module: &'a Module,
    /// Whether it is of the runtime library.
    pub(crate) library: bool,
}

impl Code {
    /// Puts stubs that lead to the VM at the addresses of a module's functions and imports. The way to the VM carries
    /// `border`.
    ///
    /// # Errors
    /// The host refuses.
    pub(crate) fn new(module: &Module, vm: &mut Vm, border: u64) -> Result<Code, Error> {
        let count = (module.functions.len() + module.imports.len()) as u64;
        let stubs = vm.code().start;
        let way = stubs + count * STUB;
        let next = way + WAY;
        let code =
            Code { units: Vec::new(), places: Vec::new(), entries: HashMap::new(), stubs, count, way, next };
        let mut bytes = code.stub_bytes();
        bytes.extend(enter::way(border));
        vm.write_code(stubs, &bytes).map_err(refused)?;
        Ok(code)
    }

    /// Bytes of addresses that stubs of so many functions and imports need, and code of so many bytes.
    pub(crate) fn room(module: &Module, code: u64) -> u64 {
        let count = (module.functions.len() + module.imports.len()) as u64;
        count * STUB + WAY + code + 2 * PAGE
    }

    /// Bytes of addresses that the code of an artifact needs.
    pub(crate) fn room_of(artifact: &Artifact) -> u64 {
        let bytes = |code: &FunctionCode| code.code.len() as u64 + u64::from(code.align);
        artifact.functions.iter().map(bytes).sum()
    }

    /// Gives code its addresses, puts it there, and lets the program's stubs lead to it. Of functions that have a place
    /// there must be none.
    ///
    /// # Errors
    /// A symbol has no address that fits, or the host refuses; then none of the code is reached.
    pub(crate) fn add(&mut self, vm: &mut Vm, units: Vec<Unit>) -> Result<(), Error> {
        let (first_unit, first_place, first) = (self.units.len(), self.places.len(), self.next);
        self.units.extend(units);
        self.place(first_unit);
        let added = self.image(vm, first_place, first).and_then(|image| {
            vm.write_code(first, &image).map_err(refused)?;
            self.write_stubs(vm, first_place)
        });
        if added.is_err() {
            self.places.truncate(first_place);
            self.units.truncate(first_unit);
            self.entries.retain(|_, entry| *entry < first);
            self.next = first;
        }
        added
    }

    /// Gives functions of the units from one on their places.
    fn place(&mut self, first_unit: usize) {
        for (unit, of) in self.units.iter().enumerate().skip(first_unit) {
            for (index, code) in of.artifact.functions.iter().enumerate() {
                let start = self.next.next_multiple_of(u64::from(code.align.max(1)));
                self.next = start + code.code.len() as u64;
                self.places.push(Place { start, unit, index });
                self.entries.insert((of.is_library(), code.func), start);
            }
        }
    }

    /// The bytes from an address on, which the places from one on fill.
    fn image(&self, vm: &Vm, first_place: usize, first: u64) -> Result<Vec<u8>, Error> {
        let mut image = Vec::with_capacity((self.next - first) as usize);
        for &place in self.places.get(first_place..).unwrap_or(&[]) {
            image.resize((place.start - first) as usize, FILL);
            let at = image.len();
            let code = self.code(place);
            image.extend(&code.code);
            for relocation in &code.relocations {
                self.apply(vm, &mut image[at..], place, relocation)?;
            }
        }
        Ok(image)
    }

    fn write_stubs(&self, vm: &mut Vm, first_place: usize) -> Result<(), Error> {
        let places = self.places.get(first_place..).unwrap_or(&[]);
        if places.len() as u64 >= self.count / 4 {
            return vm.write_code(self.stubs, &self.stub_bytes()).map_err(refused);
        }
        for &place in places.iter().filter(|place| !self.units[place.unit].is_library()) {
            let number = self.code(place).func.index() as u64;
            vm.write_code(self.stubs + number * STUB, &self.stub(number)).map_err(refused)?;
        }
        Ok(())
    }

    fn stub_bytes(&self) -> Vec<u8> {
        (0..self.count).flat_map(|number| self.stub(number)).collect()
    }

    fn stub(&self, number: u64) -> [u8; STUB as usize] {
        let entry = self.entry(Func::new(number as usize));
        stub(self.stubs + number * STUB, number as u32, entry, self.way)
    }

    fn code(&self, place: Place) -> &FunctionCode {
        &self.units[place.unit].artifact.functions[place.index]
    }

    /// The function whose instructions an address is in.
    pub(crate) fn find(&self, address: u64) -> Option<Placed<'_>> {
        let before = self.places.partition_point(|place| place.start <= address).checked_sub(1)?;
        let place = *self.places.get(before)?;
        let placed = self.placed(place);
        (address - place.start < u64::from(placed.code.literals)).then_some(placed)
    }

    fn placed(&self, place: Place) -> Placed<'_> {
        let unit = &self.units[place.unit];
        Placed { start: place.start, code: self.code(place), module: unit.module(), library: unit.is_library() }
    }

    /// All functions in the order of their addresses.
    pub(crate) fn functions(&self) -> impl Iterator<Item = Placed<'_>> {
        self.places.iter().map(|&place| self.placed(place))
    }

    /// The address of the first instruction of a function of the program.
    pub(crate) fn entry(&self, func: Func) -> Option<u64> {
        self.entries.get(&(false, func)).copied()
    }

    /// Whether a function of the runtime library has a place.
    pub(crate) fn has_helper(&self, func: Func) -> bool {
        self.entries.contains_key(&(true, func))
    }

    /// The address of what a relocation in a unit points to; for a call the function's code itself, when there is some.
    fn address(&self, vm: &Vm, unit: &Unit, reference: Reference, call: bool) -> Option<u64> {
        let module = unit.module();
        let item = match reference {
            Reference::Symbol(symbol) => module.item(symbol),
            Reference::Helper(name) => {
                let library = runtime::module(&module.envelope.target)?;
                return match library.item(library.find_symbol(name)?) {
                    Item::Function(func) => self.entries.get(&(true, func)).copied(),
                    _ => None,
                };
            }
        };
        match (item, reference) {
            (Item::Function(func), _) if unit.is_library() => self.entries.get(&(true, func)).copied(),
            (Item::Register(register), _) => module.registers.get(register).map(|register| register.address),
            // The addresses of the VM are those of the program's symbols.
            (Item::Data(data), _) if !unit.is_library() => vm.data_address(data),
            (Item::Function(func), _) if call && self.entry(func).is_some() => self.entry(func),
            (_, Reference::Symbol(symbol)) if !unit.is_library() => vm.function_address(symbol),
            _ => None,
        }
    }

    fn apply(&self, vm: &Vm, code: &mut [u8], place: Place, relocation: &Relocation) -> Result<(), Error> {
        let unit = &self.units[place.unit];
        let nowhere = || {
            Error::Distance(match relocation.target {
                Reference::Symbol(symbol) => unit.module().symbol_name(symbol).to_string(),
                Reference::Helper(name) => name.to_string(),
            })
        };
        let field = place.start + u64::from(relocation.offset);
        let call = relocation.kind == RelocationKind::Branch32;
        let symbol = self.address(vm, unit, relocation.target, call).ok_or_else(nowhere)?;
        let value = symbol.wrapping_add_signed(relocation.addend);
        let (value, bytes) = match relocation.kind {
            RelocationKind::Absolute64 => (value as i64, 8),
            RelocationKind::Absolute32Signed => (value as i64, 4),
            RelocationKind::Relative32 | RelocationKind::Branch32 => (value.wrapping_sub(field) as i64, 4),
            // Only the other relocation model, and another processor, have such.
            RelocationKind::GlobalOffset32 | RelocationKind::Absolute32 | RelocationKind::ThumbCall => {
                return Err(nowhere());
            }
        };
        let fits = bytes == 8 || i32::try_from(value).is_ok();
        let at = relocation.offset as usize;
        match code.get_mut(at..at + bytes) {
            Some(field) if fits => field.copy_from_slice(&value.to_le_bytes()[..bytes]),
            _ => return Err(nowhere()),
        }
        Ok(())
    }
}

fn refused(error: std::io::Error) -> Error {
    Error::Memory(format!("no room for machine code: {error}"))
}

/// The code at a function's address: `jmp entry`, or `mov r11d, number; jmp way`.
fn stub(at: u64, number: u32, entry: Option<u64>, way: u64) -> [u8; STUB as usize] {
    let mut bytes = [FILL; STUB as usize];
    let mut jump = 0;
    if entry.is_none() {
        bytes[..2].copy_from_slice(&[0x41, 0xbb]);
        bytes[2..6].copy_from_slice(&number.to_le_bytes());
        jump = 6;
    }
    bytes[jump] = 0xe9;
    let from = at + jump as u64 + 5;
    // Both lie in the same range of less than 2 GiB.
    let distance = entry.unwrap_or(way).wrapping_sub(from) as u32;
    bytes[jump + 1..jump + 5].copy_from_slice(&distance.to_le_bytes());
    bytes
}
