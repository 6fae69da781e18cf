//! The bytes that a data object begins with, and the addresses that stand in them.

use native_ir::initial::{Piece, Pieces};
use native_ir::layout::Layouts;
use native_ir::{DataObject, Module, Symbol};

/// An address in an object's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pointer {
    /// Its first byte.
    pub(crate) offset: u64,
    /// Whose address.
    pub(crate) symbol: Symbol,
    /// What is added to it.
    pub(crate) addend: i64,
}

/// What an object begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Image {
    /// Its size in bytes, at least 1: every object has an address of its own.
    pub(crate) size: u64,
    /// Its alignment, a power of two.
    pub(crate) align: u64,
    /// Its bytes; none when all are zero.
    pub(crate) bytes: Option<Vec<u8>>,
    /// The addresses in it, in ascending order.
    pub(crate) pointers: Vec<Pointer>,
}

/// The largest object that is laid out: what the small code model reaches.
const MOST: u64 = 1 << 31;

impl Image {
    /// Lays an object out; none when its type has no layout, when its initial value has another shape, or when it is
    /// larger than 2 GiB.
    pub(crate) fn new(module: &Module, layouts: &Layouts, object: &DataObject) -> Option<Image> {
        let (size, natural) = layouts.size(object.ty).zip(layouts.align(object.ty))?;
        let size = size.max(1);
        if size > MOST {
            return None;
        }
        let align = u64::from(object.align.unwrap_or(natural)).max(1);
        if object.init.is_zero() {
            return Some(Image { size, align, bytes: None, pointers: Vec::new() });
        }
        let (mut bytes, mut pointers) = (Vec::new(), Vec::new());
        bytes.try_reserve_exact(size as usize).ok()?;
        bytes.resize(size as usize, 0);
        for piece in Pieces::new(&module.types, layouts, object) {
            match piece.ok()? {
                (offset, Piece::Bytes(piece)) => put(&mut bytes, offset, piece)?,
                (offset, Piece::Address { symbol, addend }) => pointers.push(Pointer { offset, symbol, addend }),
            }
        }
        let is_zero = pointers.is_empty() && bytes.iter().all(|byte| *byte == 0);
        Some(Image { size, align, bytes: Some(bytes).filter(|_| !is_zero), pointers })
    }
}

fn put(bytes: &mut [u8], offset: u64, piece: &[u8]) -> Option<()> {
    let start = usize::try_from(offset).ok()?;
    bytes.get_mut(start..start.checked_add(piece.len())?)?.copy_from_slice(piece);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use native_ir::layout::MachineLayout;
    use native_ir::{Contract, text};

    const HEAD: &str = "native-ir 1\nmodule m\nprofile freestanding\nsource 0 \"m\" lines=9\n";
    const CODE: &str = "fn @plus(%a: i32) -> (i32) source=0 {\n^entry:\n    return %a !1:1\n}\n";

    /// What the objects of a text begin with, in its order.
    fn images(target: &str, body: &str) -> Vec<Option<Image>> {
        let (abi, layout) = match target {
            "sim-cortex-m0" => ("zero-freestanding-v1", "e-p:32:32-i64:64-f64:64-n32-S64"),
            _ => ("sysv", "e-p:64:64-i64:64-i128:128-f128:128-n8:16:32:64-S128"),
        };
        let envelope = format!("target {target}\nabi {abi}\nlayout \"{layout}\"\n");
        let parsed = text::parse(HEAD.replace("profile", &format!("{envelope}profile")) + body + CODE);
        assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
        let (row, _) = Contract::embedded().target(target).unwrap();
        let layouts = Layouts::new(&parsed.module.types, &MachineLayout::of(Contract::embedded(), row));
        parsed.module.data.values().map(|object| Image::new(&parsed.module, &layouts, object)).collect()
    }

    fn one(target: &str, body: &str) -> Image {
        images(target, body).pop().unwrap().unwrap()
    }

    const X86_64: &str = "x86_64-unknown-linux-elf";

    #[test]
    fn scalars_and_arrays_have_their_bytes() {
        let bytes = |body: &str| one(X86_64, body).bytes.unwrap();
        assert_eq!(bytes("data @a : i8 = -1\n"), [0xff]);
        assert_eq!(bytes("data @a : i32 = 0x01020304\n"), [4, 3, 2, 1]);
        assert_eq!(bytes("data @a : f16 = 1.5\n"), [0x00, 0x3e]);
        assert_eq!(bytes("data @a : array[i16,3] = [1, -2, 0x7fff]\n"), [1, 0, 0xfe, 0xff, 0xff, 0x7f]);
        assert_eq!(bytes("data @a : array[i8,3] = \"abc\"\n"), *b"abc");
        assert_eq!(bytes("data @a : array[array[i8,2],2] = [\"ab\", \"cd\"]\n"), *b"abcd");
        assert_eq!(bytes("data @a : array[addr,2] = [1, 2]\n"), [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(
            one("sim-cortex-m0", "data @a : array[addr,2] = [1, 2]\n").bytes.unwrap(),
            [1, 0, 0, 0, 2, 0, 0, 0]
        );
    }

    #[test]
    fn fields_lie_where_the_layout_has_them() {
        let image =
            one(X86_64, "data @a : struct{i8, i32, array[struct{i16, i8},2]} = {1, 2, [{3, 4}, {5, 6}]}\n");
        assert_eq!(image.bytes.unwrap(), [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 4, 0, 5, 0, 6, 0]);
        let image = one(X86_64, "data @a : packed{i8, i32, i8} = {1, zero, 2}\n");
        assert_eq!(image.bytes.unwrap(), [1, 0, 0, 0, 0, 2]);
    }

    #[test]
    fn addresses_are_left_open_with_their_addends() {
        let body = "data @a : i32 = 1\n\
                    data @b : struct{i8, ptr[static,i32], ptr[code,fn(i32) -> (i32)]} = {7, @a-4, @plus}\n";
        let image = one(X86_64, body);
        let pointers: Vec<(u64, i64)> =
            image.pointers.iter().map(|pointer| (pointer.offset, pointer.addend)).collect();
        assert_eq!(pointers, [(8, -4), (16, 0)]);
        assert_eq!(image.bytes.unwrap()[..16], [7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn zeros_have_no_bytes_and_everything_has_an_address() {
        let image = one(X86_64, "data @a : array[i64,1000000] align=64 = zero\n");
        assert_eq!((image.bytes, image.size, image.align), (None, 8_000_000, 64));
        assert_eq!(one(X86_64, "data @a : array[array[i8,2],2] = [zero, zero]\n").bytes, None);
        assert_eq!(one(X86_64, "data @a : i32 = 0\n").bytes, None);
        assert!(one(X86_64, "data @b : i32 = 1\ndata @a : ptr[static,i32] = @b\n").bytes.is_some());
        assert_eq!(one(X86_64, "data @a : array[i8,0] = zero\n").size, 1);
    }

    #[test]
    fn what_is_too_large_has_no_image() {
        assert_eq!(images(X86_64, "data @a : array[i8,4294967296] = zero\n"), [None]);
        assert!(images(X86_64, "data @a : array[i8,2147483648] = zero\n")[0].is_some());
    }
}
