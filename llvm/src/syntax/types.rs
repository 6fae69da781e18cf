//! The types of LLVM IR, interned.

use super::Name;
use cranelift_entity::{PrimaryMap, entity_impl};
use rustc_hash::FxHashMap;

/// A type. Equal ids are equal types; named structs are equal only to themselves.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Type(u32);
entity_impl!(Type, "type");

/// What a type is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
    ids: FxHashMap<TypeData, Type>,
    /// The named types, by the numbers of [`TypeData::Named`].
    pub named: Vec<NamedType<'t>>,
}

impl Types<'_> {
    /// The id of a type.
    pub fn intern(&mut self, data: TypeData) -> Type {
        if let Some(&ty) = self.ids.get(&data) {
            return ty;
        }
        let ty = self.list.push(data.clone());
        self.ids.insert(data, ty);
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
