//! The types of LLVM IR, interned.

use super::Name;
use cranelift_entity::{PrimaryMap, entity_impl};
use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

/// A type. Equal ids are equal types; named structs are equal only to themselves.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Type(u32);
entity_impl!(Type, "type");

/// What a type is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeData {
    /// `void`
    Void,
    /// `label`
    Label,
    /// `metadata`
    Metadata,
    /// `token`
    Token,
    /// `iN`, N from 1 to 8,388,608
    Int(u32),
    /// `half`
    Half,
    /// `bfloat`
    BFloat,
    /// `float`
    Float,
    /// `double`
    Double,
    /// `fp128`
    Fp128,
    /// `x86_fp80`
    X86Fp80,
    /// `ppc_fp128`
    PpcFp128,
    /// `x86_amx`
    X86Amx,
    /// `ptr`, `ptr addrspace(N)`
    Ptr(u32),
    /// `[N x T]`
    Array(u64, Type),
    /// `<N x T>`; `true` for `<vscale x N x T>`
    Vector(u64, Type, bool),
    /// `{…}`; `true` for `<{…}>`
    Struct(Box<[Type]>, bool),
    /// `%name`: its number in the order of first mention
    Named(u32),
    /// `T (…)`; `true` with `...`
    Function(Type, Box<[Type]>, bool),
    /// `target("…", …)`
    Target(Box<str>),
}

/// A named type.
#[derive(Clone, Debug)]
pub struct NamedType<'t> {
    /// The name without `%`; the number of one without a name.
    pub name: Name<'t>,
    /// What it is; `None` for `opaque`, and before its definition is read.
    pub body: Option<Type>,
}

/// The types of a file.
#[derive(Debug, Default)]
pub struct Types<'t> {
    list: PrimaryMap<Type, TypeData>,
    ids: HashTable<Type>,
    /// The named types, by the numbers of [`TypeData::Named`].
    pub named: Vec<NamedType<'t>>,
}

impl Types<'_> {
    /// The id of a type.
    pub fn intern(&mut self, data: TypeData) -> Type {
        let hash = hash(&data);
        match self.find(hash, |known| *known == data) {
            Some(ty) => ty,
            None => self.insert(hash, data),
        }
    }

    /// The id of a struct.
    pub fn intern_struct(&mut self, fields: &[Type], packed: bool) -> Type {
        let hash = hash_list(STRUCT, fields, packed);
        let known = self.find(hash, |known| match known {
            TypeData::Struct(other, other_packed) => **other == *fields && *other_packed == packed,
            _ => false,
        });
        match known {
            Some(ty) => ty,
            None => self.insert(hash, TypeData::Struct(fields.into(), packed)),
        }
    }

    /// The id of a function type; `varargs` for one that ends with `...`.
    pub fn intern_function(&mut self, result: Type, params: &[Type], varargs: bool) -> Type {
        let hash = hash_list(result.as_u32(), params, varargs);
        let known = self.find(hash, |known| match known {
            TypeData::Function(other, list, other_varargs) => {
                *other == result && **list == *params && *other_varargs == varargs
            }
            _ => false,
        });
        match known {
            Some(ty) => ty,
            None => self.insert(hash, TypeData::Function(result, params.into(), varargs)),
        }
    }

    fn find(&self, hash: u64, is: impl Fn(&TypeData) -> bool) -> Option<Type> {
        self.ids.find(hash, |&ty| is(&self.list[ty])).copied()
    }

    fn insert(&mut self, code: u64, data: TypeData) -> Type {
        let ty = self.list.push(data);
        let list = &self.list;
        self.ids.insert_unique(code, ty, |&ty| hash(&list[ty]));
        ty
    }

    /// What a type is; a named one with a body is what its body is.
    pub fn get(&self, ty: Type) -> &TypeData {
        match &self.list[ty] {
            TypeData::Named(index) => match self.named[*index as usize].body {
                Some(body) => &self.list[body],
                None => &self.list[ty],
            },
            data => data,
        }
    }

    /// What is written: a named type is [`TypeData::Named`].
    pub fn written(&self, ty: Type) -> &TypeData {
        &self.list[ty]
    }

    /// How many types there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

/// Tells structs from function types, which are told by their results.
const STRUCT: u32 = u32::MAX;

fn hash_list(kind: u32, types: &[Type], flag: bool) -> u64 {
    let mut hasher = FxHasher::default();
    kind.hash(&mut hasher);
    flag.hash(&mut hasher);
    types.hash(&mut hasher);
    hasher.finish()
}

fn hash(data: &TypeData) -> u64 {
    let mut hasher = FxHasher::default();
    std::mem::discriminant(data).hash(&mut hasher);
    match data {
        TypeData::Struct(fields, packed) => return hash_list(STRUCT, fields, *packed),
        TypeData::Function(result, params, varargs) => return hash_list(result.as_u32(), params, *varargs),
        TypeData::Int(number) | TypeData::Ptr(number) | TypeData::Named(number) => number.hash(&mut hasher),
        TypeData::Array(count, element) => (count, element).hash(&mut hasher),
        TypeData::Vector(count, element, scalable) => (count, element, scalable).hash(&mut hasher),
        TypeData::Target(text) => text.hash(&mut hasher),
        TypeData::Void
        | TypeData::Label
        | TypeData::Metadata
        | TypeData::Token
        | TypeData::Half
        | TypeData::BFloat
        | TypeData::Float
        | TypeData::Double
        | TypeData::Fp128
        | TypeData::X86Fp80
        | TypeData::PpcFp128
        | TypeData::X86Amx => {}
    }
    hasher.finish()
}
