//! Types, interned: equal types have equal [`Type`] ids within a module.
//!
//! The kinds of `machine-types.tsv` that take no parameters have fixed ids ([`Type::of_kind`]), so the common
//! comparison is one of two integers. Children are interned before their parents; only named types may be recursive.

use crate::opcode::{EffectSet, Space, TypeKind};
use crate::{Name, NamedType};
use cranelift_entity::PrimaryMap;
use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

/// A type of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Type(u32);

impl Type {
    /// No type: what stands for a type that could not be read. Nothing that contains it verifies.
    pub const ERROR: Type = Type(0);
    /// `i1`
    pub const I1: Type = Type::of_kind(TypeKind::I1);
    /// `i8`
    pub const I8: Type = Type::of_kind(TypeKind::I8);
    /// `i16`
    pub const I16: Type = Type::of_kind(TypeKind::I16);
    /// `i32`
    pub const I32: Type = Type::of_kind(TypeKind::I32);
    /// `i64`
    pub const I64: Type = Type::of_kind(TypeKind::I64);
    /// `i128`
    pub const I128: Type = Type::of_kind(TypeKind::I128);
    /// `f16`
    pub const F16: Type = Type::of_kind(TypeKind::F16);
    /// `f32`
    pub const F32: Type = Type::of_kind(TypeKind::F32);
    /// `f64`
    pub const F64: Type = Type::of_kind(TypeKind::F64);
    /// `f128`
    pub const F128: Type = Type::of_kind(TypeKind::F128);
    /// `addr`
    pub const ADDR: Type = Type::of_kind(TypeKind::Addr);
    /// `flags`
    pub const FLAGS: Type = Type::of_kind(TypeKind::Flags);
    /// `fiber`
    pub const FIBER: Type = Type::of_kind(TypeKind::Fiber);

    /// The type of a kind that takes no parameters. For the others ([`TypeKind::Ptr`] …) this is an id that no value
    /// has and that equals no other type.
    pub const fn of_kind(kind: TypeKind) -> Type {
        Type(kind as u32 + 1)
    }

    /// A dense index, for side tables by type.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The type with a dense index; the inverse of [`Type::index`].
    pub const fn from_index(index: u32) -> Type {
        Type(index)
    }

    /// The type that a name of a parameterless kind spells.
    pub fn from_keyword(name: &str) -> Option<Type> {
        match TypeKind::from_name(name)? {
            TypeKind::Ptr | TypeKind::Fn | TypeKind::Struct | TypeKind::Array | TypeKind::Vec => None,
            kind => Some(Type::of_kind(kind)),
        }
    }
}

/// Which ABI a function type has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Abi {
    /// The module's.
    Module,
    /// `tail`: the callee pops its stack arguments.
    Tail,
    /// Another one, which no target has yet; it parses, and does not verify.
    Named(Name),
}

/// How a parameter or result is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Passing {
    /// As a value of its type.
    Value,
    /// As a value, zero-extended by whoever passes it.
    Zext,
    /// As a value, sign-extended by whoever passes it.
    Sext,
    /// An aggregate, as the target's ABI passes structures.
    Agg,
    /// An aggregate copied to the stack.
    ByVal,
    /// A pointer to where the callee writes its aggregate result.
    SRet,
}

impl Passing {
    /// The word before `(T)` in the text form, for the forms that have one.
    pub fn wrapper(self) -> Option<&'static str> {
        match self {
            Passing::Agg => Some("agg"),
            Passing::ByVal => Some("byval"),
            Passing::SRet => Some("sret"),
            Passing::Value | Passing::Zext | Passing::Sext => None,
        }
    }

    /// The word behind the type in the text form, for the forms that have one.
    pub fn extension(self) -> Option<&'static str> {
        match self {
            Passing::Zext => Some("zext"),
            Passing::Sext => Some("sext"),
            _ => None,
        }
    }
}

/// A parameter or a result of a function type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Param {
    /// The type; of an `agg`, `byval` or `sret` the aggregate.
    pub ty: Type,
    /// How it is passed.
    pub passing: Passing,
}

impl Param {
    /// A parameter passed as a plain value.
    pub fn value(ty: Type) -> Param {
        Param { ty, passing: Passing::Value }
    }
}

/// A function type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FunctionType {
    /// Parameters.
    pub params: Vec<Param>,
    /// Results.
    pub results: Vec<Param>,
    /// Whether any number of arguments may follow the parameters (imports only).
    pub varargs: bool,
    /// The calling convention.
    pub abi: Abi,
    /// What the function may do.
    pub effects: EffectSet,
}

impl FunctionType {
    /// A function type with plain values, the module's ABI and no effects.
    pub fn new(params: &[Type], results: &[Type]) -> FunctionType {
        FunctionType {
            params: params.iter().copied().map(Param::value).collect(),
            results: results.iter().copied().map(Param::value).collect(),
            varargs: false,
            abi: Abi::Module,
            effects: EffectSet::EMPTY,
        }
    }

    /// The same type with effects.
    #[must_use]
    pub fn with_effects(mut self, effects: EffectSet) -> FunctionType {
        self.effects = effects;
        self
    }

    /// The aggregate that the function returns, when its result is `agg(T)`.
    pub fn aggregate_result(&self) -> Option<Type> {
        self.results.iter().find(|result| result.passing == Passing::Agg).map(|result| result.ty)
    }

    /// How many SSA results a call has: none when the result is an aggregate.
    pub fn value_results(&self) -> usize {
        if self.aggregate_result().is_some() { 0 } else { self.results.len() }
    }
}

/// The structure of a type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TypeData {
    /// See [`Type::ERROR`].
    Error,
    /// A kind without parameters.
    Primitive(TypeKind),
    /// `ptr[space,pointee]`
    Pointer {
        /// The address space.
        space: Space,
        /// What it points to.
        pointee: Type,
    },
    /// `fn(…) -> (…)`
    Function(Box<FunctionType>),
    /// `struct{…}` or `packed{…}`
    Struct {
        /// Without padding, aligned to 1.
        packed: bool,
        /// Field types.
        fields: Box<[Type]>,
    },
    /// `array[element,length]`
    Array {
        /// Element type.
        element: Type,
        /// Number of elements.
        length: u64,
    },
    /// `@Name`
    Named(NamedType),
    /// `vec[element,lanes]`: deferred.
    Vector {
        /// Element type.
        element: Type,
        /// Number of lanes.
        lanes: u64,
    },
}

impl TypeData {
    /// The types that the type spells, in order. A named type spells none: its body belongs to its declaration.
    pub fn parts(&self) -> Vec<Type> {
        match self {
            TypeData::Error | TypeData::Primitive(_) | TypeData::Named(_) => Vec::new(),
            TypeData::Pointer { pointee: one, .. }
            | TypeData::Array { element: one, .. }
            | TypeData::Vector { element: one, .. } => vec![*one],
            TypeData::Struct { fields, .. } => fields.to_vec(),
            TypeData::Function(function) => {
                function.params.iter().chain(&function.results).map(|param| param.ty).collect()
            }
        }
    }
}

/// A named aggregate type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedTypeData {
    /// Its name, without the `@`.
    pub name: Name,
    /// The aggregate; [`Type::ERROR`] while it is only declared.
    pub body: Type,
}

/// How large a type's text is, saturating.
#[derive(Clone, Copy, Debug)]
struct Extent {
    depth: u8,
    parts: u32,
}

/// The types of a module.
#[derive(Clone, Debug)]
pub struct TypeTable {
    set: IndexSet<TypeData, FxBuildHasher>,
    kinds: Vec<Option<TypeKind>>,
    extents: Vec<Extent>,
    /// Named types.
    pub named: PrimaryMap<NamedType, NamedTypeData>,
}

impl Default for TypeTable {
    fn default() -> TypeTable {
        let mut table = TypeTable {
            set: IndexSet::default(),
            kinds: Vec::new(),
            extents: Vec::new(),
            named: PrimaryMap::new(),
        };
        table.intern(TypeData::Error);
        for &kind in TypeKind::ALL {
            table.intern(TypeData::Primitive(kind));
        }
        table
    }
}

impl TypeTable {
    /// Types nested deeper than this do not verify, and the parser refuses them.
    pub const MAX_DEPTH: u8 = 64;
    /// Types that spell more types than this, parts of parts counted, do not verify, and are printed as `…`.
    pub const MAX_PARTS: u32 = 1 << 20;

    /// The type of a structure, interned when it is new.
    pub fn intern(&mut self, data: TypeData) -> Type {
        if let Some(index) = self.set.get_index_of(&data) {
            return Type(index as u32);
        }
        self.kinds.push(kind_of(&data));
        self.extents.push(self.extent_of(&data));
        let (index, _) = self.set.insert_full(data);
        Type(index as u32)
    }

    fn extent_of(&self, data: &TypeData) -> Extent {
        let none = Extent { depth: 0, parts: 1 };
        let each = data.parts().into_iter().map(|part| self.extents.get(part.index()).copied().unwrap_or(none));
        each.fold(none, |sum, part| Extent {
            depth: sum.depth.max(part.depth.saturating_add(1)),
            parts: sum.parts.saturating_add(part.parts),
        })
    }

    /// `ptr[space,pointee]`
    pub fn pointer(&mut self, space: Space, pointee: Type) -> Type {
        self.intern(TypeData::Pointer { space, pointee })
    }

    /// `array[element,length]`
    pub fn array(&mut self, element: Type, length: u64) -> Type {
        self.intern(TypeData::Array { element, length })
    }

    /// `struct{fields}`
    pub fn structure(&mut self, fields: &[Type]) -> Type {
        self.intern(TypeData::Struct { packed: false, fields: fields.into() })
    }

    /// A function type.
    pub fn function(&mut self, function: FunctionType) -> Type {
        self.intern(TypeData::Function(Box::new(function)))
    }

    /// Declares a named type; its body follows with [`TypeTable::define`].
    pub fn declare(&mut self, name: Name) -> (NamedType, Type) {
        let named = self.named.push(NamedTypeData { name, body: Type::ERROR });
        (named, self.intern(TypeData::Named(named)))
    }

    /// Gives a named type its body.
    pub fn define(&mut self, named: NamedType, body: Type) {
        self.named[named].body = body;
    }

    /// The structure of a type; [`TypeData::Error`] for ids of another module.
    pub fn data(&self, ty: Type) -> &TypeData {
        self.set.get_index(ty.index()).unwrap_or(&TypeData::Error)
    }

    /// The structure of a type, with a named type replaced by its body.
    pub fn resolved(&self, ty: Type) -> &TypeData {
        match self.data(ty) {
            TypeData::Named(named) => self.named.get(*named).map_or(&TypeData::Error, |n| self.data(n.body)),
            data => data,
        }
    }

    /// The kind of a type: `None` for [`Type::ERROR`], [`TypeKind::Struct`] for named types.
    pub fn kind(&self, ty: Type) -> Option<TypeKind> {
        self.kinds.get(ty.index()).copied().flatten()
    }

    /// Whether this is a type that something can have: neither [`Type::ERROR`] nor another module's, nor the bare kind
    /// of a type that takes parameters.
    pub fn is_real(&self, ty: Type) -> bool {
        match self.set.get_index(ty.index()) {
            None | Some(TypeData::Error) => false,
            Some(TypeData::Primitive(kind)) => Type::from_keyword(kind.name()).is_some(),
            Some(_) => true,
        }
    }

    /// How deeply a type is nested; a primitive or named type is 0. Saturates at 255.
    pub fn depth(&self, ty: Type) -> u8 {
        self.extents.get(ty.index()).map_or(0, |extent| extent.depth)
    }

    /// Whether a type spells more than [`TypeTable::MAX_PARTS`] types. Text that is short enough to exist never does,
    /// types from the builder can: equal parts of a type are stored once and spelled each time.
    pub fn is_unprintable(&self, ty: Type) -> bool {
        self.extents.get(ty.index()).is_some_and(|extent| extent.parts > Self::MAX_PARTS)
    }

    /// Whether a type is unprintable, or nested deeper than [`TypeTable::MAX_DEPTH`].
    pub fn is_oversized(&self, ty: Type) -> bool {
        self.depth(ty) > Self::MAX_DEPTH || self.is_unprintable(ty)
    }

    /// Address space and pointee of a pointer type.
    pub fn as_pointer(&self, ty: Type) -> Option<(Space, Type)> {
        match self.data(ty) {
            TypeData::Pointer { space, pointee } => Some((*space, *pointee)),
            _ => None,
        }
    }

    /// The function type behind a type, if it is one.
    pub fn as_function(&self, ty: Type) -> Option<&FunctionType> {
        match self.data(ty) {
            TypeData::Function(function) => Some(function),
            _ => None,
        }
    }

    /// The function type that a `ptr[code,fn…]` points to.
    pub fn as_code_pointer(&self, ty: Type) -> Option<&FunctionType> {
        match self.as_pointer(ty)? {
            (Space::Code, pointee) => self.as_function(pointee),
            _ => None,
        }
    }

    /// How many types there are; their indices are below this.
    pub fn len(&self) -> usize {
        self.set.len()
    }

    /// Never true: the primitive types are always there.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// All types in order of interning, children before parents.
    pub fn iter(&self) -> impl Iterator<Item = (Type, &TypeData)> {
        self.set.iter().enumerate().map(|(index, data)| (Type(index as u32), data))
    }
}

fn kind_of(data: &TypeData) -> Option<TypeKind> {
    Some(match data {
        TypeData::Error => return None,
        TypeData::Primitive(kind) => *kind,
        TypeData::Pointer { .. } => TypeKind::Ptr,
        TypeData::Function(_) => TypeKind::Fn,
        TypeData::Struct { .. } | TypeData::Named(_) => TypeKind::Struct,
        TypeData::Array { .. } => TypeKind::Array,
        TypeData::Vector { .. } => TypeKind::Vec,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_types_have_equal_ids_and_fixed_ones_are_fixed() {
        let mut types = TypeTable::default();
        let a = types.pointer(Space::Heap, Type::I32);
        assert_eq!(types.pointer(Space::Heap, Type::I32), a);
        assert_ne!(types.pointer(Space::Stack, Type::I32), a);
        assert_eq!(types.as_pointer(a), Some((Space::Heap, Type::I32)));
        for &kind in TypeKind::ALL {
            assert_eq!(types.data(Type::of_kind(kind)), &TypeData::Primitive(kind));
        }
        assert_eq!(types.kind(a), Some(TypeKind::Ptr));
        assert_eq!(types.kind(Type::ERROR), None);
    }

    #[test]
    fn depth_counts_nesting_and_saturates() {
        let mut types = TypeTable::default();
        let mut ty = Type::I8;
        for _ in 0..300 {
            ty = types.array(ty, 1);
        }
        assert_eq!(types.depth(ty), 255);
        assert!(types.is_oversized(ty));
    }

    #[test]
    fn a_type_that_doubles_at_each_level_is_oversized_before_its_text_is() {
        let mut types = TypeTable::default();
        let mut ty = Type::I8;
        for _ in 0..40 {
            ty = types.structure(&[ty, ty]);
        }
        assert!(types.depth(ty) < TypeTable::MAX_DEPTH && types.is_oversized(ty));
    }
}
