//! Types.

use super::cursor::Id;
use super::{MAX_DEPTH, Reader, Result};
use crate::syntax::{Name, NamedType, Place, Type, TypeData, Types};
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;

/// Types that are met all the time.
#[derive(Clone, Copy)]
pub(super) struct Common {
    pub(super) void: Type,
    pub(super) label: Type,
    pub(super) metadata: Type,
    pub(super) token: Type,
    pub(super) i1: Type,
    pub(super) i8: Type,
    pub(super) i32: Type,
    pub(super) i64: Type,
    pub(super) ptr: Type,
}

impl Common {
    pub(super) fn new(types: &mut Types<'_>) -> Common {
        Common {
            void: types.intern(TypeData::Void),
            label: types.intern(TypeData::Label),
            metadata: types.intern(TypeData::Metadata),
            token: types.intern(TypeData::Token),
            i1: types.intern(TypeData::Int(1)),
            i8: types.intern(TypeData::Int(8)),
            i32: types.intern(TypeData::Int(32)),
            i64: types.intern(TypeData::Int(64)),
            ptr: types.intern(TypeData::Ptr(0)),
        }
    }
}

/// The names of types.
#[derive(Default)]
pub(super) struct TypeNames<'t> {
    names: FxHashMap<Name<'t>, Type>,
    numbers: FxHashMap<u32, Type>,
    /// Named types that are mentioned and not yet defined, by index.
    undefined: FxHashSet<u32>,
    /// Where named types are defined, or first mentioned, by index.
    places: Vec<Place>,
}

/// The widest integer type of LLVM, in bits.
const MAX_INT: u64 = 1 << 23;

impl<'t> Reader<'t> {
    /// A type, `void` and function types among them.
    #[inline]
    pub(super) fn ty(&mut self) -> Result<Type> {
        let ty = self.simple_type()?;
        match self.cursor.peek() {
            b'(' | b'*' | b'a' => self.type_suffix(ty),
            _ => Ok(ty),
        }
    }

    /// One of the types that are met all the time, if what stands behind it cannot belong to it.
    #[inline]
    fn plain_type(&mut self) -> Option<Type> {
        let (ty, len) = match self.cursor.ahead()? {
            b"ptr %" | b"ptr @" => (self.common.ptr, 3),
            [b'i', b'3', b'2', b' ', b'%' | b'0'..=b'9'] | [b'i', b'3', b'2', b',', _] => (self.common.i32, 3),
            [b'i', b'6', b'4', b' ', b'%' | b'0'..=b'9'] | [b'i', b'6', b'4', b',', _] => (self.common.i64, 3),
            [b'i', b'8', b' ', b'%' | b'0'..=b'9', _] | [b'i', b'8', b',', ..] => (self.common.i8, 2),
            [b'i', b'1', b' ', b'%', _] => (self.common.i1, 2),
            _ => return None,
        };
        self.cursor.at += len;
        Some(ty)
    }

    /// A type whose values can be operands.
    #[inline]
    pub(super) fn first_class(&mut self) -> Result<Type> {
        self.cursor.skip();
        if let Some(ty) = self.plain_type() {
            return Ok(ty);
        }
        let place = self.cursor.place();
        let ty = self.ty()?;
        if matches!(self.module.types.written(ty), TypeData::Void | TypeData::Function(..)) {
            return Err(self.wrong_at(place, "LLVM/type", format!("a value has no type `{}`", self.show(ty))));
        }
        Ok(ty)
    }

    /// A type that memory can hold: of array elements, fields, variables, allocations.
    pub(super) fn memory_type(&mut self) -> Result<Type> {
        self.cursor.skip();
        if let Some(ty) = self.plain_type() {
            return Ok(ty);
        }
        let place = self.cursor.place();
        let ty = self.ty()?;
        if self.is_memory(ty) {
            return Ok(ty);
        }
        Err(self.wrong_at(place, "LLVM/type", format!("memory holds no `{}`", self.show(ty))))
    }

    fn is_memory(&self, ty: Type) -> bool {
        use TypeData::{Function, Label, Metadata, Token, Void};
        !matches!(self.module.types.written(ty), Void | Label | Metadata | Token | Function(..))
    }

    #[inline]
    fn simple_type(&mut self) -> Result<Type> {
        let place = self.cursor.here();
        match self.cursor.byte(0) {
            b'i' if self.cursor.byte(1).is_ascii_digit() => self.int_type(place),
            b'p' if self.cursor.eat_word("ptr") => {
                if self.cursor.byte(1) == b'a' && self.cursor.byte(0) == b' ' {
                    return self.spaced_pointer();
                }
                Ok(self.common.ptr)
            }
            b'[' | b'<' | b'{' => self.nested(Reader::compound_type),
            b'%' => self.named_type(),
            _ => self.worded_type(place),
        }
    }

    #[inline]
    fn int_type(&mut self, place: Place) -> Result<Type> {
        self.cursor.at += 1;
        let bits = self.cursor.digits();
        let common = match bits {
            Some(32) => self.common.i32,
            Some(64) => self.common.i64,
            Some(8) => self.common.i8,
            Some(1) => self.common.i1,
            Some(bits @ 1..=MAX_INT) => self.module.types.intern(TypeData::Int(bits as u32)),
            _ => {
                let message = format!("an integer type has from 1 to {MAX_INT} bits");
                return Err(self.wrong_at(place, "LLVM/type", message));
            }
        };
        Ok(common)
    }

    fn spaced_pointer(&mut self) -> Result<Type> {
        match self.optional_address_space()? {
            Some(space) => Ok(self.module.types.intern(TypeData::Ptr(space))),
            None => Ok(self.common.ptr),
        }
    }

    /// `addrspace(N)`
    pub(super) fn optional_address_space(&mut self) -> Result<Option<u32>> {
        self.cursor.skip();
        if !self.cursor.starts_with("addrspace(") {
            return Ok(None);
        }
        self.cursor.at += "addrspace(".len();
        let place = self.cursor.here();
        if self.cursor.byte(0) == b'"' {
            let message = "an address space is given by its number here";
            return Err(self.wrong_at(place, "LLVM/address-space", message.to_owned()));
        }
        let number = self.u32("the number of an address space")?;
        self.expect(b')')?;
        if number >= 1 << 24 {
            let message = "the number of an address space is below 2^24".to_owned();
            return Err(self.wrong_at(place, "LLVM/address-space", message));
        }
        Ok(Some(number))
    }

    fn worded_type(&mut self, place: Place) -> Result<Type> {
        let mark = self.cursor.mark();
        let data = match self.cursor.word() {
            "void" => return Ok(self.common.void),
            "label" => return Ok(self.common.label),
            "metadata" => return Ok(self.common.metadata),
            "token" => return Ok(self.common.token),
            "half" => TypeData::Half,
            "bfloat" => TypeData::BFloat,
            "float" => TypeData::Float,
            "double" => TypeData::Double,
            "fp128" => TypeData::Fp128,
            "x86_fp80" => TypeData::X86Fp80,
            "ppc_fp128" => TypeData::PpcFp128,
            "x86_amx" => TypeData::X86Amx,
            "x86_mmx" => {
                let message = "`x86_mmx` is a type of LLVM before 20 that is not taken".to_owned();
                return Err(self.wrong_at(place, "LLVM/type", message));
            }
            "opaque" => {
                let message = "`opaque` stands only in the definition of a named type".to_owned();
                return Err(self.wrong_at(place, "LLVM/type", message));
            }
            "target" => {
                if self.cursor.peek() != b'(' {
                    return Err(self.unexpected("the parameters of a target type"));
                }
                let start = self.cursor.at;
                self.cursor.skip_group();
                TypeData::Target(self.cursor.since(start).into())
            }
            _ => {
                self.cursor.rewind(mark);
                return Err(self.unexpected("a type"));
            }
        };
        Ok(self.module.types.intern(data))
    }

    /// What may follow a type: parameters, which make it a function type; or what older versions had.
    #[cold]
    fn old_pointer(&mut self) -> Result<Type> {
        let place = self.cursor.here();
        let message = "typed pointers, such as `i32*`, are those of LLVM 16 and before".to_owned();
        let help = "versions 19 to 22 are read: compile again with clang 19 or newer, or rustc 1.78 or newer";
        Err(self.wrong_with(place, "LLVM/syntax", message, help.to_owned()))
    }

    fn type_suffix(&mut self, mut ty: Type) -> Result<Type> {
        loop {
            match self.cursor.peek() {
                b'(' => ty = self.nested(|reader| reader.function_type(ty))?,
                b'*' => return self.old_pointer(),
                b'a' if self.cursor.starts_with("addrspace(") && !self.is_pointer(ty) => {
                    return self.old_pointer();
                }
                _ => return Ok(ty),
            }
        }
    }

    fn function_type(&mut self, result: Type) -> Result<Type> {
        let place = self.cursor.here();
        self.check_result_type(result, place)?;
        self.expect(b'(')?;
        let base = self.types.len();
        let mut varargs = false;
        if !self.cursor.eat(b')') {
            loop {
                if self.cursor.eat_word("...") {
                    varargs = true;
                } else {
                    let ty = self.first_class()?;
                    self.types.push(ty);
                }
                if varargs || !self.cursor.eat(b',') {
                    break;
                }
            }
            self.expect(b')')?;
        }
        let ty = self.module.types.intern_function(result, &self.types[base..], varargs);
        self.types.truncate(base);
        Ok(ty)
    }

    /// Whether a function can give it back.
    pub(super) fn check_result_type(&mut self, ty: Type, place: Place) -> Result<()> {
        use TypeData::{Function, Label, Metadata};
        if matches!(self.module.types.written(ty), Label | Metadata | Function(..)) {
            let message = format!("no function gives a `{}`", self.show(ty));
            return Err(self.wrong_at(place, "LLVM/type", message));
        }
        Ok(())
    }

    fn compound_type(&mut self) -> Result<Type> {
        match self.cursor.peek() {
            b'[' => {
                self.cursor.at += 1;
                let count = self.u64("the length of an array")?;
                self.times()?;
                let element = self.memory_type()?;
                self.expect(b']')?;
                Ok(self.module.types.intern(TypeData::Array(count, element)))
            }
            b'{' => self.struct_type(false),
            _ => {
                self.cursor.at += 1;
                if self.cursor.peek() == b'{' {
                    let ty = self.struct_type(true)?;
                    self.expect(b'>')?;
                    return Ok(ty);
                }
                self.vector_type()
            }
        }
    }

    fn times(&mut self) -> Result<()> {
        if self.cursor.eat_word("x") {
            return Ok(());
        }
        Err(self.unexpected("`x`"))
    }

    fn vector_type(&mut self) -> Result<Type> {
        let place = self.cursor.here();
        let scalable = self.cursor.eat_word("vscale");
        if scalable {
            self.times()?;
        }
        let count = self.u64("the length of a vector")?;
        self.times()?;
        let element = self.memory_type()?;
        self.expect(b'>')?;
        if count == 0 || count > u64::from(u32::MAX) {
            let message = "a vector has from 1 to 2^32 - 1 lanes".to_owned();
            return Err(self.wrong_at(place, "LLVM/type", message));
        }
        if !self.is_int(element) && !self.is_float(element) && !self.is_pointer(element) {
            let message = format!("a vector has no lanes of type `{}`", self.show(element));
            return Err(self.wrong_at(place, "LLVM/type", message));
        }
        Ok(self.module.types.intern(TypeData::Vector(count, element, scalable)))
    }

    fn struct_type(&mut self, packed: bool) -> Result<Type> {
        self.expect(b'{')?;
        let base = self.types.len();
        if !self.cursor.eat(b'}') {
            loop {
                let ty = self.memory_type()?;
                self.types.push(ty);
                if !self.cursor.eat(b',') {
                    break;
                }
            }
            self.expect(b'}')?;
        }
        let ty = self.module.types.intern_struct(&self.types[base..], packed);
        self.types.truncate(base);
        Ok(ty)
    }

    fn named_type(&mut self) -> Result<Type> {
        let place = self.cursor.here();
        self.cursor.at += 1;
        let id = self.id("the name of a type")?;
        let known = match &id {
            Id::Number(number) => self.type_names.numbers.get(number),
            Id::Name(name) => self.type_names.names.get(name),
        };
        match known {
            Some(&ty) => Ok(ty),
            None => Ok(self.new_named_type(id, place)),
        }
    }

    fn new_named_type(&mut self, id: Id<'t>, place: Place) -> Type {
        let index = self.module.types.named.len() as u32;
        let name = match &id {
            Id::Number(number) => Cow::Owned(number.to_string()),
            Id::Name(name) => name.clone(),
        };
        self.module.types.named.push(NamedType { name, body: None });
        let ty = self.module.types.intern(TypeData::Named(index));
        self.name_type(id, ty);
        self.type_names.undefined.insert(index);
        self.type_names.places.push(place);
        ty
    }

    fn name_type(&mut self, id: Id<'t>, ty: Type) {
        match id {
            Id::Number(number) => self.type_names.numbers.insert(number, ty),
            Id::Name(name) => self.type_names.names.insert(name, ty),
        };
    }

    /// `%name = type …`
    pub(super) fn type_definition(&mut self) -> Result<()> {
        let place = self.cursor.here();
        self.cursor.at += 1;
        let id = self.id("the name of a type")?;
        self.expect(b'=')?;
        self.expect_word("type")?;
        let known = match &id {
            Id::Number(number) => self.type_names.numbers.get(number),
            Id::Name(name) => self.type_names.names.get(name),
        };
        let known = known.copied();
        let index = known.and_then(|ty| match *self.module.types.written(ty) {
            TypeData::Named(index) => Some(index),
            _ => None,
        });
        let open = index.is_some_and(|index| self.type_names.undefined.contains(&index));
        if known.is_some() && !open {
            let message = "this type is defined a second time".to_owned();
            return Err(self.wrong_at(place, "LLVM/syntax", message));
        }
        let opaque = self.cursor.eat_word("opaque");
        if !opaque && !self.starts_struct() {
            // The name of any other type is another name of that type.
            if known.is_some() {
                let message = "a type that is no struct is defined before its name is used".to_owned();
                return Err(self.wrong_at(place, "LLVM/type", message));
            }
            let ty = self.ty()?;
            self.name_type(id, ty);
            return Ok(());
        }
        let index = match index {
            Some(index) => index,
            None => {
                self.new_named_type(id, place);
                self.module.types.named.len() as u32 - 1
            }
        };
        self.type_names.undefined.remove(&index);
        self.type_names.places[index as usize] = place;
        if !opaque {
            let body = self.simple_type()?;
            self.module.types.named[index as usize].body = Some(body);
        }
        Ok(())
    }

    fn starts_struct(&mut self) -> bool {
        let mark = self.cursor.mark();
        self.cursor.eat(b'<');
        let found = self.cursor.peek() == b'{';
        self.cursor.rewind(mark);
        found
    }

    /// Reports the types that are nowhere defined, and those that hold themselves.
    pub(super) fn finish_types(&mut self) {
        let mut undefined: Vec<_> = self.type_names.undefined.drain().collect();
        undefined.sort_unstable();
        for index in undefined {
            let place = self.type_names.places[index as usize];
            let name = &self.module.types.named[index as usize].name;
            let message = format!("the type `%{name}` is used and nowhere defined");
            self.wrong_at(place, "LLVM/syntax", message);
        }
        if let Some(index) = self.recursive_type() {
            let name = &self.module.types.named[index as usize].name;
            let message = format!("the type `%{name}` holds itself");
            self.wrong_at(self.type_names.places[index as usize], "LLVM/type", message);
        }
    }

    /// A named type that holds itself.
    fn recursive_type(&self) -> Option<u32> {
        // 0: not seen, 1: on the way, 2: done.
        let mut states = vec![0u8; self.module.types.len()];
        let mut parts = Vec::new();
        let mut stack = Vec::new();
        for root in (0..self.module.types.len()).map(|index| Type::from_u32(index as u32)) {
            stack.push(root);
            while let Some(&ty) = stack.last() {
                let state = &mut states[ty.as_u32() as usize];
                if *state != 0 {
                    *state = 2;
                    stack.pop();
                    continue;
                }
                *state = 1;
                parts.clear();
                match self.module.types.written(ty) {
                    TypeData::Named(index) => parts.extend(self.module.types.named[*index as usize].body),
                    TypeData::Struct(fields, _) => parts.extend_from_slice(fields),
                    TypeData::Array(_, element) => parts.push(*element),
                    _ => {}
                }
                for &part in &parts {
                    match states[part.as_u32() as usize] {
                        0 => stack.push(part),
                        1 => {
                            let on_the_way = |ty: &&Type| states[ty.as_u32() as usize] == 1;
                            return stack.iter().rev().filter(on_the_way).find_map(|&ty| {
                                match *self.module.types.written(ty) {
                                    TypeData::Named(index) => Some(index),
                                    _ => None,
                                }
                            });
                        }
                        _ => {}
                    }
                }
            }
        }
        None
    }

    /// Runs something that may come back here from within itself, so often at most.
    pub(super) fn nested<R>(&mut self, work: impl FnOnce(&mut Self) -> Result<R>) -> Result<R> {
        if self.depth == MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} brackets within each other");
            return Err(self.wrong("LLVM/limit", message));
        }
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        result
    }

    #[inline]
    pub(super) fn is_int(&self, ty: Type) -> bool {
        matches!(self.module.types.written(ty), TypeData::Int(_))
    }

    #[inline]
    pub(super) fn is_pointer(&self, ty: Type) -> bool {
        matches!(self.module.types.written(ty), TypeData::Ptr(_))
    }

    #[inline]
    pub(super) fn is_float(&self, ty: Type) -> bool {
        use TypeData::{BFloat, Double, Float, Fp128, Half, PpcFp128, X86Fp80};
        matches!(self.module.types.written(ty), Half | BFloat | Float | Double | Fp128 | X86Fp80 | PpcFp128)
    }

    /// The type of the lanes of a vector, any other type itself.
    #[inline]
    pub(super) fn lane(&self, ty: Type) -> Type {
        match *self.module.types.written(ty) {
            TypeData::Vector(_, element, _) => element,
            _ => ty,
        }
    }

    /// How many lanes a vector has, and whether they are scalable.
    pub(super) fn lanes(&self, ty: Type) -> Option<(u64, bool)> {
        match *self.module.types.written(ty) {
            TypeData::Vector(count, _, scalable) => Some((count, scalable)),
            _ => None,
        }
    }

    /// The type with the lanes of another: `element`, or a vector of as many.
    pub(super) fn shaped(&mut self, element: Type, like: Type) -> Type {
        match self.lanes(like) {
            Some((count, scalable)) => self.module.types.intern(TypeData::Vector(count, element, scalable)),
            None => element,
        }
    }

    /// The type of a part of an array, vector or struct. For arrays any index has the type of the elements.
    pub(super) fn part(&self, ty: Type, index: u64) -> Option<Type> {
        match self.module.types.get(ty) {
            TypeData::Array(_, element) | TypeData::Vector(_, element, _) => Some(*element),
            TypeData::Struct(fields, _) => fields.get(usize::try_from(index).ok()?).copied(),
            _ => None,
        }
    }

    /// A type as it is written, for messages; long ones are cut.
    pub(super) fn show(&self, ty: Type) -> String {
        let mut out = String::new();
        self.write_type(ty, 4, &mut out);
        out
    }

    fn write_type(&self, ty: Type, depth: usize, out: &mut String) {
        use std::fmt::Write;
        if depth == 0 {
            out.push('…');
            return;
        }
        let list = |types: &[Type], out: &mut String| {
            for (index, &ty) in types.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                if index == 8 {
                    out.push('…');
                    break;
                }
                self.write_type(ty, depth - 1, out);
            }
        };
        // Writing to a string never fails.
        let _ = match self.module.types.written(ty) {
            TypeData::Void => write!(out, "void"),
            TypeData::Label => write!(out, "label"),
            TypeData::Metadata => write!(out, "metadata"),
            TypeData::Token => write!(out, "token"),
            TypeData::Int(bits) => write!(out, "i{bits}"),
            TypeData::Half => write!(out, "half"),
            TypeData::BFloat => write!(out, "bfloat"),
            TypeData::Float => write!(out, "float"),
            TypeData::Double => write!(out, "double"),
            TypeData::Fp128 => write!(out, "fp128"),
            TypeData::X86Fp80 => write!(out, "x86_fp80"),
            TypeData::PpcFp128 => write!(out, "ppc_fp128"),
            TypeData::X86Amx => write!(out, "x86_amx"),
            TypeData::Ptr(0) => write!(out, "ptr"),
            TypeData::Ptr(space) => write!(out, "ptr addrspace({space})"),
            TypeData::Array(count, element) => {
                let _ = write!(out, "[{count} x ");
                self.write_type(*element, depth - 1, out);
                write!(out, "]")
            }
            TypeData::Vector(count, element, scalable) => {
                let _ = write!(out, "<{}{count} x ", if *scalable { "vscale x " } else { "" });
                self.write_type(*element, depth - 1, out);
                write!(out, ">")
            }
            TypeData::Struct(fields, packed) => {
                out.push_str(if *packed { "<{ " } else { "{ " });
                list(fields, out);
                write!(out, "{}", if *packed { " }>" } else { " }" })
            }
            TypeData::Named(index) => write!(out, "%{}", self.module.types.named[*index as usize].name),
            TypeData::Function(result, params, varargs) => {
                self.write_type(*result, depth - 1, out);
                out.push_str(" (");
                list(params, out);
                write!(out, "{}", if *varargs { ", ...)" } else { ")" })
            }
            TypeData::Target(text) => write!(out, "target{text}"),
        };
    }
}
