//! Sizes, alignments and field offsets of types in memory.
//!
//! [`Layouts`] computes them once for a whole [`TypeTable`], in time linear in the table, without recursion. A type has
//! no layout when it cannot stand in memory (`i1`, `flags`, `fiber`, functions, vectors, types that the target
//! rejects), when it contains itself by value, when part of it has no layout, or when it is larger than
//! [`MachineLayout::max_bytes`].

use crate::{Contract, NamedType, Type, TypeData, TypeKind, TypeTable};
use cranelift_entity::EntitySet;

const KINDS: usize = TypeKind::ALL.len();

/// What a machine says of the kinds of types: the `align` columns of `machine-types.tsv` and the pointer width.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineLayout {
    pointer_bytes: u32,
    aligns: [Option<u32>; KINDS],
}

impl MachineLayout {
    /// A machine with pointers of so many bytes, and for each kind its alignment in bytes, `None` where the machine
    /// has no such type.
    pub fn new(pointer_bytes: u32, align: impl Fn(TypeKind) -> Option<u32>) -> MachineLayout {
        let mut aligns = [None; KINDS];
        for &kind in TypeKind::ALL {
            aligns[kind.index()] = align(kind).filter(|align| align.is_power_of_two());
        }
        MachineLayout { pointer_bytes, aligns }
    }

    /// The machine of a contract's target row, by index; one without any type when there is no such row.
    pub fn of(contract: &Contract, target: usize) -> MachineLayout {
        let pointer_bits = contract.targets.get(target).map_or(0, |row| row.pointer_width);
        MachineLayout::new(pointer_bits / 8, |kind| contract.type_row(kind).aligns.get(target).copied().flatten())
    }

    /// The width of a pointer in bytes.
    pub fn pointer_bytes(&self) -> u32 {
        self.pointer_bytes
    }

    /// The alignment of a kind in bytes, if the machine has it.
    pub fn align(&self, kind: TypeKind) -> Option<u32> {
        self.aligns[kind.index()]
    }

    /// The largest size of an object in bytes: 2^47 with 64-bit pointers (half of what user space has on x86-64),
    /// 2^31 with narrower ones.
    pub fn max_bytes(&self) -> u64 {
        if self.pointer_bytes >= 8 { 1 << 47 } else { 1 << 31 }
    }

    /// Size and alignment in bytes of a scalar that can stand in memory.
    pub fn scalar(&self, kind: TypeKind) -> Option<(u32, u32)> {
        if matches!(kind, TypeKind::I1 | TypeKind::Fiber) {
            return None;
        }
        let bytes = kind.bits(self.pointer_bytes * 8)? / 8;
        Some((bytes, self.align(kind)?))
    }

    /// The layouts of x86-64 under the System V psABI, as the embedded tables have them.
    #[cfg(test)]
    pub(crate) fn x86_64() -> MachineLayout {
        MachineLayout::new(8, |kind| match kind {
            TypeKind::I128 | TypeKind::F128 => Some(16),
            TypeKind::I64 | TypeKind::F64 | TypeKind::Addr | TypeKind::Ptr | TypeKind::Fiber => Some(8),
            TypeKind::I32 | TypeKind::F32 => Some(4),
            TypeKind::I16 | TypeKind::F16 => Some(2),
            _ => Some(1),
        })
    }

    /// The layouts of a Cortex-M0 under AAPCS32, as the embedded tables have them.
    #[cfg(test)]
    pub(crate) fn cortex_m0() -> MachineLayout {
        MachineLayout::new(4, |kind| match kind {
            TypeKind::F128 => None,
            TypeKind::I128 | TypeKind::I64 | TypeKind::F64 | TypeKind::Fiber => Some(8),
            TypeKind::I32 | TypeKind::F32 | TypeKind::Addr | TypeKind::Ptr => Some(4),
            TypeKind::I16 | TypeKind::F16 | TypeKind::Fn => Some(2),
            _ => Some(1),
        })
    }
}

/// Which scalars lie where in a type of at most 16 bytes: what a classifier of registers asks for.
///
/// Byte *n* of the number is 0, or the index of a kind plus one when a scalar of that kind begins at byte *n*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Leaves(u128);

impl Leaves {
    fn of(kind: TypeKind) -> Leaves {
        Leaves(kind.index() as u128 + 1)
    }

    /// With the leaves of a part that begins at a byte below 16.
    fn with(self, part: Leaves, at: u64) -> Leaves {
        Leaves(self.0 | part.0 << (8 * at.min(15)))
    }

    /// Each scalar with the byte at which it begins, in order.
    pub(crate) fn iter(self) -> impl Iterator<Item = (u32, TypeKind)> {
        self.0.to_le_bytes().into_iter().zip(0..).filter_map(|(byte, at)| {
            let index = usize::from(byte).checked_sub(1)?;
            Some((at, *TypeKind::ALL.get(index)?))
        })
    }
}

const _: () = assert!(KINDS < 256);

#[derive(Clone, Copy, Debug)]
struct Layout {
    bytes: u64,
    align: u32,
    leaves: Leaves,
}

impl Layout {
    const EMPTY: Layout = Layout { bytes: 0, align: 1, leaves: Leaves(0) };

    fn stride(&self) -> Option<u64> {
        self.bytes.checked_next_multiple_of(u64::from(self.align))
    }
}

/// The layouts of all types of a table. Types that are interned later have none.
#[derive(Clone, Debug)]
pub struct Layouts {
    machine: MachineLayout,
    layouts: Vec<Option<Layout>>,
    /// For a structure with a layout the index in `offsets` of its first field's.
    first_offsets: Vec<u32>,
    offsets: Vec<u64>,
    recursive: EntitySet<NamedType>,
}

impl Layouts {
    /// Lays out every type of a table.
    pub fn new(types: &TypeTable, machine: &MachineLayout) -> Layouts {
        let layouts = Layouts {
            machine: machine.clone(),
            layouts: vec![None; types.len()],
            first_offsets: vec![0; types.len()],
            offsets: Vec::new(),
            recursive: EntitySet::new(),
        };
        let mut walk = Walk { types, layouts, states: vec![0; types.len()], next: 1, open: Vec::new() };
        for (ty, _) in types.iter() {
            walk.visit(ty);
        }
        walk.layouts
    }

    /// The machine that the layouts are for.
    pub fn machine(&self) -> &MachineLayout {
        &self.machine
    }

    fn get(&self, ty: Type) -> Option<&Layout> {
        self.layouts.get(ty.index())?.as_ref()
    }

    /// The size of a type in bytes.
    pub fn size(&self, ty: Type) -> Option<u64> {
        self.get(ty).map(|layout| layout.bytes)
    }

    /// The alignment of a type in bytes, a power of two.
    pub fn align(&self, ty: Type) -> Option<u32> {
        self.get(ty).map(|layout| layout.align)
    }

    /// How many bytes lie between the beginnings of neighbouring elements of an array of a type.
    pub fn stride(&self, element: Type) -> Option<u64> {
        self.get(element).and_then(Layout::stride)
    }

    /// The offset in bytes of a field of a structure, or of a named type that is one.
    pub fn field_offset(&self, types: &TypeTable, ty: Type, index: usize) -> Option<u64> {
        let ty = match types.data(ty) {
            TypeData::Named(named) => types.named.get(*named)?.body,
            _ => ty,
        };
        self.get(ty)?;
        match types.data(ty) {
            TypeData::Struct { fields, .. } if index < fields.len() => {
                let first = *self.first_offsets.get(ty.index())? as usize;
                self.offsets.get(first.checked_add(index)?).copied()
            }
            _ => None,
        }
    }

    /// Whether a named type contains itself by value, so that it has no size. Types that only contain such a type have
    /// no layout either, and are not recursive.
    pub fn recursive(&self, named: NamedType) -> bool {
        self.recursive.contains(named)
    }

    /// The scalars of a type of at most 16 bytes.
    pub(crate) fn leaves(&self, ty: Type) -> Option<Leaves> {
        self.get(ty).filter(|layout| layout.bytes <= 16).map(|layout| layout.leaves)
    }

    fn lay_out(&mut self, types: &TypeTable, ty: Type) -> Option<Layout> {
        match types.data(ty) {
            TypeData::Primitive(kind) => self.scalar(*kind),
            TypeData::Pointer { .. } => self.scalar(TypeKind::Ptr),
            TypeData::Named(named) => self.get(types.named.get(*named)?.body).copied(),
            TypeData::Array { element, length } => self.array(*element, *length),
            TypeData::Struct { packed, fields } => self.structure(ty, *packed, fields),
            TypeData::Error | TypeData::Function(_) | TypeData::Vector { .. } => None,
        }
    }

    fn scalar(&self, kind: TypeKind) -> Option<Layout> {
        let (bytes, align) = self.machine.scalar(kind)?;
        Some(Layout { bytes: u64::from(bytes), align, leaves: Leaves::of(kind) })
    }

    fn fits(&self, layout: Layout) -> Option<Layout> {
        (layout.bytes <= self.machine.max_bytes()).then_some(layout)
    }

    fn array(&self, element: Type, length: u64) -> Option<Layout> {
        let element = *self.get(element)?;
        let stride = element.stride()?;
        let mut all =
            Layout { bytes: stride.checked_mul(length)?, align: element.align, leaves: Leaves::default() };
        if all.bytes > 0 && all.bytes <= 16 {
            for index in 0..length {
                all.leaves = all.leaves.with(element.leaves, index * stride);
            }
        }
        self.fits(all)
    }

    /// Fields in order, each at the next multiple of its alignment; the size a multiple of the largest alignment.
    fn structure(&mut self, ty: Type, packed: bool, fields: &[Type]) -> Option<Layout> {
        let first = self.offsets.len();
        *self.first_offsets.get_mut(ty.index())? = u32::try_from(first).ok()?;
        let layout = self.fields(packed, fields);
        if layout.is_none() {
            self.offsets.truncate(first);
        }
        layout
    }

    fn fields(&mut self, packed: bool, fields: &[Type]) -> Option<Layout> {
        let mut all = Layout::EMPTY;
        for &field in fields {
            let field = *self.get(field)?;
            let align = if packed { 1 } else { field.align };
            let at = all.bytes.checked_next_multiple_of(u64::from(align))?;
            all.bytes = at.checked_add(field.bytes)?;
            all.align = all.align.max(align);
            if field.bytes > 0 && all.bytes <= 16 {
                all.leaves = all.leaves.with(field.leaves, at);
            }
            self.offsets.push(at);
        }
        all.bytes = all.stride()?;
        self.fits(all)
    }
}

/// Tarjan's walk over "contains by value", with an explicit stack: it finishes parts before wholes, and finds the
/// types that contain themselves as the components of more than one type.
///
/// R. Tarjan, "Depth-first search and linear graph algorithms", SIAM Journal on Computing 1 (1972).
struct Walk<'a> {
    types: &'a TypeTable,
    layouts: Layouts,
    /// By type: 0 not seen, [`Walk::DONE`] finished, else the smallest number reachable while it is open.
    states: Vec<u32>,
    next: u32,
    /// Types whose component is not closed yet.
    open: Vec<Type>,
}

struct Frame {
    ty: Type,
    number: u32,
    child: usize,
}

impl Walk<'_> {
    const DONE: u32 = u32::MAX;

    fn visit(&mut self, root: Type) {
        let mut stack = Vec::new();
        self.enter(root, &mut stack);
        while let Some(frame) = stack.last_mut() {
            match self.types.part(frame.ty, frame.child) {
                Some(part) => {
                    frame.child += 1;
                    let (ty, seen) = (frame.ty, self.states.get(part.index()).copied());
                    match seen {
                        Some(0) => self.enter(part, &mut stack),
                        Some(Self::DONE) | None => {}
                        Some(low) => self.lower(ty, low),
                    }
                }
                None => {
                    let (ty, number) = (frame.ty, frame.number);
                    stack.pop();
                    let low = self.states[ty.index()];
                    if let Some(parent) = stack.last().filter(|_| low != number) {
                        self.lower(parent.ty, low);
                    }
                    if low == number {
                        self.close(ty);
                    }
                }
            }
        }
    }

    fn enter(&mut self, ty: Type, stack: &mut Vec<Frame>) {
        if self.states[ty.index()] == 0 {
            self.states[ty.index()] = self.next;
            self.open.push(ty);
            stack.push(Frame { ty, number: self.next, child: 0 });
            self.next += 1;
        }
    }

    fn lower(&mut self, ty: Type, low: u32) {
        let state = &mut self.states[ty.index()];
        *state = low.min(*state);
    }

    /// Ends the component whose first type is `ty`. A type alone has a layout unless it is its own part, which only a
    /// named type could be.
    fn close(&mut self, ty: Type) {
        let start = self.open.iter().rposition(|&open| open == ty).unwrap_or(0);
        let component = self.open.split_off(start);
        let cyclic = component.len() > 1 || self.types.part(ty, 0) == Some(ty);
        for &ty in &component {
            self.states[ty.index()] = Self::DONE;
            match self.types.data(ty) {
                TypeData::Named(named) if cyclic => {
                    self.layouts.recursive.insert(*named);
                }
                _ if cyclic => {}
                _ => self.layouts.layouts[ty.index()] = self.layouts.lay_out(self.types, ty),
            }
        }
    }
}

impl TypeTable {
    /// The types that a type holds by value, by number: an array has its element once.
    fn part(&self, ty: Type, index: usize) -> Option<Type> {
        match self.data(ty) {
            TypeData::Struct { fields, .. } => fields.get(index).copied(),
            TypeData::Array { element, .. } if index == 0 => Some(*element),
            TypeData::Named(named) if index == 0 => Some(self.named.get(*named)?.body),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::types::Bits;
    use crate::{FunctionType, Names, Space};

    #[test]
    fn the_embedded_tables_say_the_same() {
        let contract = Contract::embedded();
        for (index, row) in contract.targets.iter().enumerate() {
            let machine = MachineLayout::of(contract, index);
            for &kind in TypeKind::ALL {
                let bits = match contract.type_row(kind).bits {
                    Bits::Fixed(bits) => bits,
                    Bits::Pointer => row.pointer_width,
                    Bits::None => 0,
                };
                if let Some((bytes, _)) = machine.scalar(kind) {
                    assert_eq!(bytes * 8, bits, "{kind}");
                }
            }
            let expected = match row.pointer_width {
                64 => MachineLayout::x86_64(),
                _ => MachineLayout::cortex_m0(),
            };
            assert_eq!(machine, expected, "{}", row.triple);
        }
        assert_eq!(MachineLayout::of(contract, 99).scalar(TypeKind::I8), None);
    }

    fn size_align(layouts: &Layouts, ty: Type) -> Option<(u64, u32)> {
        layouts.size(ty).zip(layouts.align(ty))
    }

    #[test]
    fn scalars_have_the_sizes_of_their_machine() {
        let mut types = TypeTable::default();
        let pointer = types.pointer(Space::Heap, Type::I8);
        let wide = Layouts::new(&types, &MachineLayout::x86_64());
        let small = Layouts::new(&types, &MachineLayout::cortex_m0());
        assert_eq!(size_align(&wide, Type::I128), Some((16, 16)));
        assert_eq!(size_align(&small, Type::I128), Some((16, 8)));
        assert_eq!(size_align(&wide, pointer), Some((8, 8)));
        assert_eq!(size_align(&small, pointer), Some((4, 4)));
        assert_eq!(size_align(&wide, Type::ADDR), Some((8, 8)));
        assert_eq!(size_align(&wide, Type::F128), Some((16, 16)));
        assert_eq!(size_align(&small, Type::F128), None);
        assert_eq!(size_align(&wide, Type::F16), Some((2, 2)));
    }

    #[test]
    fn what_cannot_stand_in_memory_has_no_layout() {
        let mut types = TypeTable::default();
        let function = types.function(FunctionType::new(&[], &[]));
        let vector = types.intern(TypeData::Vector { element: Type::I8, lanes: 4 });
        let holder = types.structure(&[Type::I8, Type::I1]);
        let layouts = Layouts::new(&types, &MachineLayout::x86_64());
        for ty in [Type::I1, Type::FLAGS, Type::FIBER, Type::ERROR, function, vector, holder] {
            assert_eq!(layouts.size(ty), None, "{ty:?}");
        }
        assert_eq!(layouts.size(Type::from_index(9999)), None);
        assert_eq!(layouts.field_offset(&types, holder, 0), None);
    }

    #[test]
    fn fields_are_aligned_and_packed_ones_are_not() {
        let mut types = TypeTable::default();
        let fields = [Type::I8, Type::I32, Type::I16, Type::I64, Type::I8];
        let padded = types.structure(&fields);
        let packed = types.intern(TypeData::Struct { packed: true, fields: fields.into() });
        let nested = types.structure(&[Type::I8, packed, padded]);
        let empty = types.structure(&[]);
        let layouts = Layouts::new(&types, &MachineLayout::x86_64());
        let offsets = |ty| (0..6).map_while(|i| layouts.field_offset(&types, ty, i)).collect::<Vec<_>>();
        assert_eq!(size_align(&layouts, padded), Some((32, 8)));
        assert_eq!(offsets(padded), [0, 4, 8, 16, 24]);
        assert_eq!(size_align(&layouts, packed), Some((16, 1)));
        assert_eq!(offsets(packed), [0, 1, 5, 7, 15]);
        assert_eq!(offsets(nested), [0, 1, 24]);
        assert_eq!(size_align(&layouts, nested), Some((56, 8)));
        assert_eq!(size_align(&layouts, empty), Some((0, 1)));
        assert_eq!(layouts.field_offset(&types, Type::I8, 0), None);
    }

    #[test]
    fn sizes_that_overflow_or_pass_the_limit_are_none() {
        let mut types = TypeTable::default();
        let most = types.array(Type::I8, 1 << 47);
        let more = types.array(Type::I8, (1 << 47) + 1);
        let half = types.array(Type::I8, 1 << 31);
        let huge = types.array(Type::I8, 1 << 63);
        let product = types.array(half, 1 << 40);
        let sum = types.structure(&[most, Type::I8]);
        let beyond = types.array(huge, 0);
        let wide = Layouts::new(&types, &MachineLayout::x86_64());
        assert_eq!(wide.size(most), Some(1 << 47));
        for ty in [more, huge, product, sum, beyond] {
            assert_eq!(wide.size(ty), None, "{ty:?}");
        }
        let small = Layouts::new(&types, &MachineLayout::cortex_m0());
        assert_eq!(small.size(half), Some(1 << 31));
        assert_eq!(small.size(most), None);
        assert_eq!(wide.stride(half), Some(1 << 31));
    }

    #[test]
    fn an_array_of_nothing_takes_no_time_whatever_its_length() {
        let mut types = TypeTable::default();
        let nothing = types.structure(&[]);
        let many = types.array(nothing, u64::MAX);
        let none = types.array(Type::I64, 0);
        let layouts = Layouts::new(&types, &MachineLayout::x86_64());
        assert_eq!(size_align(&layouts, many), Some((0, 1)));
        assert_eq!(size_align(&layouts, none), Some((0, 8)));
    }

    #[test]
    fn only_types_on_a_cycle_are_recursive() {
        let (mut types, mut names) = (TypeTable::default(), Names::default());
        let mut declare = |types: &mut TypeTable, name| types.declare(names.intern(name));
        let (list, list_ty) = declare(&mut types, "List");
        let (own, own_ty) = declare(&mut types, "Own");
        let (ping, ping_ty) = declare(&mut types, "Ping");
        let (pong, pong_ty) = declare(&mut types, "Pong");
        let (holder, holder_ty) = declare(&mut types, "Holder");
        let (alias, alias_ty) = declare(&mut types, "Alias");
        let next = types.pointer(Space::Heap, list_ty);
        let list_body = types.structure(&[Type::I32, next]);
        types.define(list, list_body);
        let array = types.array(own_ty, 0);
        let own_body = types.structure(&[Type::I8, array]);
        types.define(own, own_body);
        let (ping_body, pong_body) = (types.structure(&[pong_ty]), types.structure(&[Type::I8, ping_ty, own_ty]));
        types.define(ping, ping_body);
        types.define(pong, pong_body);
        let holder_body = types.structure(&[own_ty, ping_ty]);
        types.define(holder, holder_body);
        types.define(alias, alias_ty);
        let layouts = Layouts::new(&types, &MachineLayout::x86_64());
        assert_eq!(layouts.size(list_ty), Some(16));
        assert_eq!(layouts.field_offset(&types, list_ty, 1), Some(8));
        for (named, recursive) in
            [(list, false), (own, true), (ping, true), (pong, true), (holder, false), (alias, true)]
        {
            assert_eq!(layouts.recursive(named), recursive, "{named}");
        }
        for ty in [own_ty, ping_ty, pong_ty, holder_ty, alias_ty, own_body] {
            assert_eq!(layouts.size(ty), None, "{ty:?}");
        }
    }

    #[test]
    fn a_long_chain_of_forward_names_is_laid_out_without_recursion() {
        let (mut types, mut names) = (TypeTable::default(), Names::default());
        let all: Vec<_> = (0..100_000).map(|i| types.declare(names.intern(&i.to_string()))).collect();
        for pair in all.windows(2) {
            let body = types.structure(&[pair[1].1]);
            types.define(pair[0].0, body);
        }
        let body = types.structure(&[Type::I16, Type::F32]);
        types.define(all[all.len() - 1].0, body);
        let layouts = Layouts::new(&types, &MachineLayout::x86_64());
        assert_eq!(size_align(&layouts, all[0].1), Some((8, 4)));
        let leaves: Vec<_> = layouts.leaves(all[0].1).into_iter().flat_map(Leaves::iter).collect();
        assert_eq!(leaves, [(0, TypeKind::I16), (4, TypeKind::F32)]);
        let cycle = types.structure(&[all[0].1]);
        types.define(all[all.len() - 1].0, cycle);
        let layouts = Layouts::new(&types, &MachineLayout::x86_64());
        assert!(all.iter().all(|(named, _)| layouts.recursive(*named)));
    }

    #[test]
    fn leaves_say_which_scalar_begins_where() {
        let mut types = TypeTable::default();
        let inner = types.intern(TypeData::Struct { packed: true, fields: [Type::I8, Type::F16].into() });
        let four = types.array(inner, 3);
        let outer = types.structure(&[Type::I32, four]);
        let large = types.structure(&[outer, Type::I64]);
        let layouts = Layouts::new(&types, &MachineLayout::x86_64());
        let leaves: Vec<_> = layouts.leaves(outer).into_iter().flat_map(Leaves::iter).collect();
        let (i8, f16) = (TypeKind::I8, TypeKind::F16);
        assert_eq!(leaves, [(0, TypeKind::I32), (4, i8), (5, f16), (7, i8), (8, f16), (10, i8), (11, f16)]);
        assert_eq!(layouts.size(large), Some(24));
        assert_eq!(layouts.leaves(large), None);
    }
}
