//! The image of a module's data objects: where each lies in the region, and the bytes that it begins with.
//!
//! Objects with an initial value other than zero lie first, so that a run begins with one copy of `bytes`; those that
//! begin as zero follow and cost nothing. Within both groups they keep the module's order. Every object has an address
//! of its own, also one without bytes.

use super::region::Region;
use native_ir::initial::{Piece, Pieces};
use native_ir::layout::Layouts;
use native_ir::{Data, DataObject, EntityRef, Item, Module, PrimaryMap, Symbol};
use std::ops::Range;

/// Why a module has no image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ImageError {
    /// The objects do not fit below the region's limit.
    #[error("the module's data does not fit in the {limit} bytes of guest memory")]
    TooLarge {
        /// The region's limit in bytes.
        limit: u64,
    },
    /// An object whose type has no layout, or whose initial value does not fit it; none such verifies.
    #[error("data object {} has no layout, or an initial value of another shape", .0.index())]
    Malformed(Data),
    /// An initial value names a symbol without an address: imported data, say.
    #[error("the initial value of data object {} names a symbol without an address", .data.index())]
    Unresolved {
        /// The object.
        data: Data,
        /// The symbol.
        symbol: Symbol,
    },
    /// The image is for a region that lies elsewhere.
    #[error("the data was laid out for another region")]
    OtherRegion,
}

/// Where a data object lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DataPlace {
    /// The guest address of its first byte.
    pub(crate) address: u64,
    /// Its size in bytes.
    pub(crate) size: u64,
    /// Whether the program must not write it.
    pub(crate) readonly: bool,
}

/// The data objects of a module in a region.
#[derive(Debug)]
pub(crate) struct Image {
    /// The region's.
    base: u64,
    range: Range<u64>,
    bytes: Vec<u8>,
    places: PrimaryMap<Data, DataPlace>,
    pointers: Vec<(u64, Data)>,
}

impl Image {
    /// Lays out the data of a module in a region, `before` bytes behind its base. `code` gives the address of a function
    /// or import.
    ///
    /// # Errors
    /// When the data does not fit, names a symbol without an address, or would not verify.
    pub(crate) fn new(
        module: &Module,
        layouts: &Layouts,
        region: &Region,
        before: u64,
        code: impl Fn(Symbol) -> Option<u64>,
    ) -> Result<Image, ImageError> {
        let start = region.base() + before;
        let (places, initialised, end) = place(module, layouts, (start, region.limit().saturating_sub(before)))?;
        let pointer_bytes = layouts.machine().pointer_bytes() as usize;
        let bytes = usize::try_from(initialised - start);
        let bytes = vec![0; bytes.map_err(|_| ImageError::TooLarge { limit: region.limit() })?];
        let image = Image { base: region.base(), range: start..end, bytes, places, pointers: Vec::new() };
        let mut writer = Writer { module, layouts, code, pointer_bytes, image };
        for (data, object) in module.data.iter().filter(|(_, object)| !object.init.is_zero()) {
            writer.object(data, object)?;
        }
        Ok(writer.image)
    }

    /// The first address behind all objects, a multiple of 16.
    pub(crate) fn end(&self) -> u64 {
        self.range.end
    }

    /// Where each object lies, in the module's order.
    pub(crate) fn places(&self) -> impl Iterator<Item = (Data, DataPlace)> + '_ {
        self.places.iter().map(|(data, place)| (data, *place))
    }

    /// Where an object lies; none for an object of another module.
    pub(crate) fn place(&self, data: Data) -> Option<DataPlace> {
        self.places.get(data).copied()
    }

    /// The addresses at which initial values hold a pointer to a data object, and that object: its provenance.
    pub(crate) fn pointers(&self) -> &[(u64, Data)] {
        &self.pointers
    }

    /// Makes the region fresh: the objects' initial values, and zero everywhere else.
    ///
    /// # Errors
    /// [`ImageError::OtherRegion`] when the region does not lie where the image's did; nothing has changed then.
    pub(crate) fn install(&self, region: &mut Region) -> Result<(), ImageError> {
        let inside = region.base() == self.base && self.range.end - self.base <= region.limit();
        if !inside {
            return Err(ImageError::OtherRegion);
        }
        region.clear();
        region.write(self.range.start, &self.bytes).ok_or(ImageError::OtherRegion)
    }
}

/// The distance of each data object from the base of a region of so many bytes, wherever that lies: bases are multiples
/// of the largest alignment, and so is `before`, as in [`Image::new`].
///
/// # Errors
/// As [`Image::new`].
pub(crate) fn data_offsets(
    module: &Module,
    layouts: &Layouts,
    limit: u64,
    before: u64,
) -> Result<Vec<u64>, ImageError> {
    let (places, ..) = place(module, layouts, (before, limit.saturating_sub(before)))?;
    Ok(places.values().map(|place| place.address).collect())
}

/// The place of each object, the end of those that are initialised, and the end of all.
fn place(
    module: &Module,
    layouts: &Layouts,
    (base, bytes): (u64, u64),
) -> Result<(PrimaryMap<Data, DataPlace>, u64, u64), ImageError> {
    let too_large = ImageError::TooLarge { limit: bytes };
    let limit = base + bytes;
    let nowhere = |object: &DataObject| DataPlace { address: 0, size: 0, readonly: object.readonly };
    let mut places: PrimaryMap<Data, DataPlace> = module.data.values().map(nowhere).collect();
    let (mut next, mut initialised) = (base, base);
    for zero in [false, true] {
        for (data, object) in module.data.iter().filter(|(_, object)| object.init.is_zero() == zero) {
            let layout = layouts.size(object.ty).zip(layouts.align(object.ty));
            let (size, natural) = layout.ok_or(ImageError::Malformed(data))?;
            let align = u64::from(object.align.unwrap_or(natural)).max(1);
            let address = next.checked_next_multiple_of(align).ok_or(too_large)?;
            next = address.checked_add(size.max(1)).filter(|&end| end <= limit).ok_or(too_large)?;
            places[data].address = address;
            places[data].size = size;
        }
        if !zero {
            initialised = next;
        }
    }
    Ok((places, initialised, next.next_multiple_of(16)))
}

/// Writes initial values into an image.
struct Writer<'a, F> {
    module: &'a Module,
    layouts: &'a Layouts,
    code: F,
    pointer_bytes: usize,
    image: Image,
}

impl<F: Fn(Symbol) -> Option<u64>> Writer<'_, F> {
    fn object(&mut self, data: Data, object: &DataObject) -> Result<(), ImageError> {
        let malformed = ImageError::Malformed(data);
        let start = self.image.places[data].address;
        for piece in Pieces::new(&self.module.types, self.layouts, object) {
            let (offset, piece) = piece.map_err(|_| malformed)?;
            let address = start.checked_add(offset).ok_or(malformed)?;
            match piece {
                Piece::Bytes(bytes) => self.put(address, bytes).ok_or(malformed)?,
                Piece::Address { symbol, addend } => {
                    let target = self.symbol(symbol).ok_or(ImageError::Unresolved { data, symbol })?;
                    let bytes = target.wrapping_add_signed(addend).to_le_bytes();
                    self.put(address, bytes.get(..self.pointer_bytes).unwrap_or(&bytes)).ok_or(malformed)?;
                    if let Item::Data(target) = self.module.item(symbol) {
                        self.image.pointers.push((address, target));
                    }
                }
            }
        }
        Ok(())
    }

    fn symbol(&self, symbol: Symbol) -> Option<u64> {
        match self.module.item(symbol) {
            Item::Data(data) => self.image.place(data).map(|place| place.address),
            Item::Function(_) | Item::Import(_) => (self.code)(symbol),
            Item::Register(_) | Item::Undefined => None,
        }
    }

    fn put(&mut self, address: u64, bytes: &[u8]) -> Option<()> {
        let start = usize::try_from(address.checked_sub(self.image.range.start)?).ok()?;
        self.image.bytes.get_mut(start..start.checked_add(bytes.len())?)?.copy_from_slice(bytes);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use native_ir::layout::MachineLayout;
    use native_ir::{Contract, InitNode, Type, text};

    const HEAD: &str = "native-ir 1\nmodule m\nprofile freestanding\nsource 0 \"m\" lines=9\n";
    const CODE: &str = "fn @plus(%a: i32) -> (i32) source=0 {\n^entry:\n    return %a !1:1\n}\n";

    fn parse(target: &str, body: &str) -> (Module, Layouts, Region) {
        let (abi, layout) = match target {
            "sim-cortex-m0" => ("zero-freestanding-v1", "e-p:32:32-i64:64-f64:64-n32-S64"),
            _ => ("sysv", "e-p:64:64-i64:64-i128:128-f128:128-n8:16:32:64-S128"),
        };
        let envelope = format!("target {target}\nabi {abi}\nlayout \"{layout}\"\n");
        let parsed = text::parse(&(HEAD.replace("profile", &format!("{envelope}profile")) + body));
        assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
        let contract = Contract::embedded();
        let row = contract.targets.iter().position(|row| row.triple == target).unwrap();
        let layouts = Layouts::new(&parsed.module.types, &MachineLayout::of(contract, row));
        let region = Region::new(layouts.machine().pointer_bytes(), 1 << 20).unwrap();
        (parsed.module, layouts, region)
    }

    struct Installed {
        module: Module,
        image: Image,
        region: Region,
    }

    impl Installed {
        fn new(target: &str, body: &str) -> Installed {
            let (module, layouts, mut region) = parse(target, &format!("{body}{CODE}"));
            let code = |symbol: Symbol| (module.symbol_name(symbol) == "plus").then_some(0x2222_2220);
            let image = Image::new(&module, &layouts, &region, 0, code).unwrap();
            image.install(&mut region).unwrap();
            Installed { module, image, region }
        }

        fn place(&self, name: &str) -> DataPlace {
            match self.module.item(self.module.find_symbol(name).unwrap()) {
                Item::Data(data) => self.image.place(data).unwrap(),
                item => panic!("{item:?}"),
            }
        }

        fn bytes(&self, name: &str) -> &[u8] {
            let place = self.place(name);
            self.region.read(place.address, place.size).unwrap()
        }

        fn number(&self, name: &str, at: usize, len: usize) -> u64 {
            let mut bytes = [0; 8];
            bytes[..len].copy_from_slice(&self.bytes(name)[at..at + len]);
            u64::from_le_bytes(bytes)
        }
    }

    const TARGETS: [&str; 2] = ["x86_64-unknown-linux-elf", "sim-cortex-m0"];

    #[test]
    fn scalars_and_arrays_have_their_bytes() {
        for target in TARGETS {
            let body = "data @byte : i8 = -1\ndata @word : i32 = 0x01020304\ndata @text : array[i8,3] = \"abc\"\n\
                        data @half : f16 = 1.5\ndata @wide : i128 = 0x100f0e0d0c0b0a090807060504030201\n\
                        data @numbers : array[i16,3] = [1, -2, 0x7fff]\ndata @places : array[addr,3] = [1, 2, 3]\n\
                        data @place : addr = 0x12345678\n";
            let data = Installed::new(target, body);
            assert_eq!(data.bytes("byte"), [0xff]);
            assert_eq!(data.bytes("word"), [4, 3, 2, 1]);
            assert_eq!(data.bytes("text"), *b"abc");
            assert_eq!(data.bytes("half"), [0x00, 0x3e]);
            assert_eq!(data.bytes("wide"), (1..=16).collect::<Vec<u8>>());
            assert_eq!(data.bytes("numbers"), [1, 0, 0xfe, 0xff, 0xff, 0x7f]);
            let width = if target == "sim-cortex-m0" { 4 } else { 8 };
            assert_eq!(data.place("places").size, 3 * width as u64);
            for index in 0..3 {
                assert_eq!(data.number("places", index * width, width), index as u64 + 1);
            }
            assert_eq!(data.number("place", 0, width), 0x1234_5678);
        }
    }

    #[test]
    fn structs_have_gaps_and_nested_parts() {
        for target in TARGETS {
            let body = "type @Pair = struct{i8, i32}\ndata @pairs : array[@Pair,3] = [{1, 2}, zero, {3, 4}]\n\
                        data @packed : packed{i8, i32} = {5, 6}\n\
                        data @deep : struct{i8, array[struct{i16, array[i8,2]},2], i64} = {7, [{8, [9, 10]}, {11, zero}], 12}\n";
            let data = Installed::new(target, body);
            let mut pairs = vec![0; 24];
            (pairs[0], pairs[4], pairs[16], pairs[20]) = (1, 2, 3, 4);
            assert_eq!(data.bytes("pairs"), pairs);
            assert_eq!(data.bytes("packed"), [5, 6, 0, 0, 0]);
            assert_eq!(
                data.bytes("deep"),
                [7, 0, 8, 0, 9, 10, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0]
            );
        }
    }

    #[test]
    fn addresses_of_data_and_functions_are_filled_in() {
        for target in TARGETS {
            let body = "data @first : struct{ptr[static,i32], ptr[generic,i8], addr} = {@second, @first + 4, @second - 1}\n\
                        data @second : i32 = 1\ndata @calls : array[ptr[code,fn(i32) -> (i32)],2] = [@plus, @plus]\n\
                        data @zero : i32 = zero\ndata @late : ptr[static,i32] = @zero\n";
            let data = Installed::new(target, body);
            let (first, second) = (data.place("first").address, data.place("second").address);
            let width = if target == "sim-cortex-m0" { 4 } else { 8 };
            assert_eq!(data.number("first", 0, width), second);
            assert_eq!(data.number("first", width, width), first + 4);
            assert_eq!(data.number("first", 2 * width, width), second - 1);
            assert_eq!(data.number("calls", 0, width), 0x2222_2220);
            assert_eq!(data.number("calls", width, width), 0x2222_2220);
            assert_eq!(data.number("late", 0, width), data.place("zero").address);
            let pointers: Vec<_> =
                data.image.pointers().iter().map(|&(address, data)| (address, data.index())).collect();
            let (late, width) = (data.place("late").address, width as u64);
            assert_eq!(pointers, [(first, 1), (first + width, 0), (first + 2 * width, 1), (late, 3)]);
        }
    }

    #[test]
    fn objects_are_apart_and_aligned_with_zeros_last() {
        for target in TARGETS {
            let body = "data @a : i8 = 1\ndata @z : array[i64,1000] = zero\ndata @b : i64 = 2\ndata @e : array[i32,0] = zero\n\
                        data @g : i32 = zero\ndata @c : i8 readonly align=4096 = 3\ndata @f : i8 = 4\ndata @y : i32 align=64 = zero\n";
            let data = Installed::new(target, body);
            let mut places: Vec<_> = data.image.places().map(|(_, place)| place).collect();
            places.sort_by_key(|place| place.address);
            assert_eq!(places.first().unwrap().address, data.region.base());
            for two in places.windows(2) {
                assert!(two[0].address + two[0].size.max(1) <= two[1].address);
            }
            assert!(data.image.end() >= places.last().unwrap().address + places.last().unwrap().size);
            assert!(data.image.end().is_multiple_of(16));
            assert!(data.place("b").address.is_multiple_of(8));
            assert!(data.place("c").address.is_multiple_of(4096) && data.place("c").readonly);
            assert!(data.place("y").address.is_multiple_of(64) && !data.place("y").readonly);
            assert!(data.place("z").address > data.place("f").address);
            assert!(data.image.bytes.len() < 4096 + 16, "zeros take no bytes of the image");
            let (module, layouts, region) = parse(target, body);
            let offsets = data_offsets(&module, &layouts, region.limit(), 0).unwrap();
            let places: Vec<_> =
                data.image.places().map(|(_, place)| place.address - data.region.base()).collect();
            assert_eq!(offsets, places, "wherever the region lies");
        }
    }

    #[test]
    fn a_fresh_run_finds_fresh_data() {
        let mut data = Installed::new(TARGETS[0], "data @a : i32 = 1\ndata @z : i32 = zero\n");
        let (a, z) = (data.place("a").address, data.place("z").address);
        let heap = data.image.end() + 100_000;
        for address in [a, z, heap] {
            data.region.write(address, &[9, 9, 9, 9]).unwrap();
        }
        data.image.install(&mut data.region).unwrap();
        for (address, value) in [(a, 1), (z, 0), (heap, 0)] {
            assert_eq!(data.region.read(address, 4).unwrap(), [value, 0, 0, 0]);
        }
        let mut other = Region::new(8, 1 << 20).unwrap();
        assert_eq!(data.image.install(&mut other), Err(ImageError::OtherRegion));
        let (module, layouts, region) = parse(TARGETS[1], "data @z : array[i8,8192] = zero\n");
        let image = Image::new(&module, &layouts, &region, 0, |_| None).unwrap();
        let mut small = Region::new(4, 4096).unwrap();
        assert_eq!(image.install(&mut small), Err(ImageError::OtherRegion));
    }

    #[test]
    fn what_has_no_place_is_an_error() {
        let (module, layouts, region) = parse(TARGETS[1], "data @a : array[i8,1048577] = zero\n");
        let image = Image::new(&module, &layouts, &region, 0, |_| None).map(|_| ());
        assert_eq!(image, Err(ImageError::TooLarge { limit: 1 << 20 }));

        let (module, layouts, region) = parse(TARGETS[1], &format!("data @a : addr = @plus\n{CODE}"));
        let image = Image::new(&module, &layouts, &region, 0, |_| None).map(|_| ());
        assert!(matches!(image, Err(ImageError::Unresolved { .. })), "{image:?}");

        let (mut module, layouts, region) = parse(TARGETS[1], "data @a : array[i32,2] = [1, 2]\n");
        let data = Data::new(0);
        for nodes in [
            vec![InitNode::List(2), InitNode::Zero, InitNode::Zero, InitNode::Scalars { start: 0, len: 4 }],
            vec![InitNode::Scalars { start: 4, len: 8 }],
            vec![InitNode::List(2), InitNode::List(1), InitNode::Scalars { start: 0, len: 4 }],
        ] {
            module.data[data].init.nodes = nodes;
            let image = Image::new(&module, &layouts, &region, 0, |_| None).map(|_| ());
            assert_eq!(image, Err(ImageError::Malformed(data)));
        }
        module.data[data].ty = Type::ERROR;
        let image = Image::new(&module, &layouts, &region, 0, |_| None).map(|_| ());
        assert_eq!(image, Err(ImageError::Malformed(data)));
    }
}
