//! Global values: their names, variables, aliases, and what stands before and behind the definition of any of them.

use super::cursor::Id;
use super::{Reader, Result};
use crate::syntax::{
    Alias, Constant, FunctionAttributes, Global, GlobalData, GlobalKind, Linkage, Name, ParamAttributes, Place,
    Prototype, Type, Variable,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;

/// The names of global values.
#[derive(Default)]
pub(super) struct GlobalNames<'t> {
    names: FxHashMap<Name<'t>, Global>,
    numbers: FxHashMap<u32, Global>,
    /// The number of the next global value without a name.
    next: u32,
    /// The name that is being defined.
    pub(super) current: Option<Id<'t>>,
    /// Those whose definition is wrong: using them is not.
    broken: FxHashSet<Global>,
    /// The first calls of functions that are not yet declared: intrinsics need no declaration.
    pub(super) called: FxHashMap<Global, Type>,
    /// Attribute groups of functions, known at the end of the file.
    pub(super) function_groups: Vec<(Global, u32, Place)>,
    /// Attribute groups of calls: the function, the index of the call.
    pub(super) call_groups: Vec<(Global, u32, u32, Place)>,
}

/// What stands before the kind of a global value.
pub(super) struct Prefix {
    pub(super) linkage: Linkage,
    /// Whether a linkage is written.
    pub(super) linked: bool,
    pub(super) hidden: bool,
    pub(super) thread_local: bool,
    pub(super) address_space: u32,
}

impl<'t> Reader<'t> {
    /// `@name`: the global value, which may be defined later. `space` is the address space of its type.
    #[inline]
    pub(super) fn global(&mut self, space: u32) -> Result<Global> {
        let place = self.cursor.place();
        self.cursor.at += 1;
        let id = self.id("the name of a global value")?;
        let known = match &id {
            Id::Number(number) => self.global_names.numbers.get(number),
            Id::Name(name) => self.global_names.names.get(name),
        };
        let global = match known {
            Some(&global) => global,
            None => self.new_global(id, place, space),
        };
        let found = self.module.globals[global].address_space;
        if found != space {
            let message = format!("this global value is in address space {found}, not {space}");
            return Err(self.wrong_at(place, "LLVM/address-space", message));
        }
        Ok(global)
    }

    fn new_global(&mut self, id: Id<'t>, place: Place, space: u32) -> Global {
        let name = match &id {
            Id::Number(number) => Cow::Owned(number.to_string()),
            Id::Name(name) => unmangled(name),
        };
        let global = self.module.globals.push(GlobalData {
            name,
            place,
            linkage: Linkage::External,
            hidden: false,
            thread_local: false,
            address_space: space,
            section: None,
            align: None,
            debug: None,
            kind: GlobalKind::Unknown,
        });
        match id {
            Id::Number(number) => self.global_names.numbers.insert(number, global),
            Id::Name(name) => self.global_names.names.insert(name, global),
        };
        global
    }

    /// The global value that is defined or declared under a name.
    pub(super) fn define_global(&mut self, id: Id<'t>, place: Place, prefix: &Prefix) -> Result<Global> {
        if let Id::Number(number) = id {
            if number < self.global_names.next {
                let message = format!("`@{number}` comes too late: the next number is {}", self.global_names.next);
                return Err(self.wrong_at(place, "LLVM/syntax", message));
            }
            self.global_names.next = number + 1;
        }
        let known = match &id {
            Id::Number(number) => self.global_names.numbers.get(number),
            Id::Name(name) => self.global_names.names.get(name),
        };
        let global = match known {
            Some(&global) => global,
            None => self.new_global(id, place, prefix.address_space),
        };
        let data = &mut self.module.globals[global];
        let (first, space) = (data.place, data.address_space);
        if !matches!(data.kind, GlobalKind::Unknown) {
            let message = format!("`@{}` is defined or declared a second time", data.name);
            let help = format!("the first time is in line {}", first.line);
            return Err(self.wrong_with(place, "LLVM/duplicate-symbol", message, help));
        }
        data.place = place;
        data.linkage = prefix.linkage;
        data.hidden = prefix.hidden;
        data.thread_local = prefix.thread_local;
        data.address_space = prefix.address_space;
        if space != prefix.address_space {
            let message = format!("line {} has this global value in address space {space}", first.line);
            return Err(self.wrong_at(place, "LLVM/address-space", message));
        }
        Ok(global)
    }

    /// Notes that what is being defined is wrong.
    #[cold]
    pub(super) fn lose_global(&mut self) {
        let Some(id) = self.global_names.current.take() else { return };
        let known = match &id {
            Id::Number(number) => self.global_names.numbers.get(number),
            Id::Name(name) => self.global_names.names.get(name),
        };
        let global = match known {
            Some(&global) => global,
            None => self.new_global(id, Place::default(), 0),
        };
        self.global_names.broken.insert(global);
    }

    /// A number for a global value without a name.
    pub(super) fn next_global(&mut self) -> Id<'t> {
        Id::Number(self.global_names.next)
    }

    /// `@name = …`: a variable, an alias, an ifunc.
    pub(super) fn global_definition(&mut self) -> Result<()> {
        let place = self.cursor.here();
        self.cursor.at += 1;
        let id = self.id("the name of a global value")?;
        self.global_names.current = Some(id.clone());
        self.expect(b'=')?;
        let mut prefix = self.prefix()?;
        if let Some(space) = self.optional_address_space()? {
            prefix.address_space = space;
        }
        self.cursor.eat_word("externally_initialized");
        let start = self.cursor.here();
        match self.cursor.word() {
            "global" => self.variable(id, place, &prefix, false),
            "constant" => self.variable(id, place, &prefix, true),
            "alias" => self.alias(id, place, &prefix),
            "ifunc" => self.ifunc(id, place, &prefix),
            _ => {
                let message = "expected `global`, `constant`, `alias` or `ifunc`".to_owned();
                Err(self.wrong_at(start, "LLVM/syntax", message))
            }
        }
    }

    /// Linkage, visibility and what else stands before the kind of a global value, in any order.
    pub(super) fn prefix(&mut self) -> Result<Prefix> {
        let mut prefix = Prefix {
            linkage: Linkage::External,
            linked: false,
            hidden: false,
            thread_local: false,
            address_space: 0,
        };
        loop {
            let mark = self.cursor.mark();
            let linkage = match self.cursor.word() {
                "private" => Linkage::Private,
                "internal" => Linkage::Internal,
                "external" => Linkage::External,
                "available_externally" => Linkage::AvailableExternally,
                "linkonce" => Linkage::LinkOnce,
                "linkonce_odr" => Linkage::LinkOnceOdr,
                "weak" => Linkage::Weak,
                "weak_odr" => Linkage::WeakOdr,
                "common" => Linkage::Common,
                "appending" => Linkage::Appending,
                "extern_weak" => Linkage::ExternWeak,
                "dso_local" | "dso_preemptable" | "default" | "dllexport" => continue,
                "dllimport" => {
                    prefix.linked = true;
                    continue;
                }
                "unnamed_addr" | "local_unnamed_addr" => continue,
                "hidden" | "protected" => {
                    prefix.hidden = true;
                    continue;
                }
                "thread_local" => {
                    prefix.thread_local = true;
                    if self.cursor.peek() == b'(' {
                        self.cursor.skip_group();
                    }
                    continue;
                }
                _ => {
                    self.cursor.rewind(mark);
                    return Ok(prefix);
                }
            };
            (prefix.linkage, prefix.linked) = (linkage, true);
        }
    }

    /// What follows `global` or `constant`.
    fn variable(&mut self, id: Id<'t>, place: Place, prefix: &Prefix, constant: bool) -> Result<()> {
        let global = self.define_global(id, place, prefix)?;
        let ty = self.memory_type()?;
        let declared = prefix.linked && matches!(prefix.linkage, Linkage::External | Linkage::ExternWeak);
        self.module.globals[global].kind = GlobalKind::Variable(Variable { ty, constant, init: None });
        let init = if declared { None } else { Some(self.constant(ty)?) };
        self.module.globals[global].kind = GlobalKind::Variable(Variable { ty, constant, init });
        while self.cursor.eat(b',') {
            self.variable_property(global)?;
        }
        while self.cursor.peek() == b'#' {
            self.cursor.at += 1;
            self.u32("the number of an attribute group")?;
        }
        Ok(())
    }

    fn variable_property(&mut self, global: Global) -> Result<()> {
        if self.cursor.peek() == b'!' {
            let debug = self.attachment()?;
            self.module.globals[global].debug = debug.or(self.module.globals[global].debug);
            return Ok(());
        }
        let mark = self.cursor.mark();
        match self.cursor.word() {
            "section" => self.module.globals[global].section = Some(self.string("the name of a section")?),
            "partition" | "code_model" => drop(self.string("a name")?),
            "comdat" => self.comdat_of()?,
            "align" => self.module.globals[global].align = Some(self.alignment()?),
            "no_sanitize_address" | "no_sanitize_hwaddress" | "sanitize_memtag" | "sanitize_address_dyninit" => {}
            _ => {
                self.cursor.rewind(mark);
                return Err(self.unexpected("a property of a variable"));
            }
        }
        Ok(())
    }

    /// `comdat`, `comdat($name)`; the word is taken already.
    pub(super) fn comdat_of(&mut self) -> Result<()> {
        if self.cursor.peek() == b'(' {
            self.cursor.skip_group();
        }
        Ok(())
    }

    /// An alignment in bytes.
    pub(super) fn alignment(&mut self) -> Result<u32> {
        let place = self.cursor.here();
        let align = self.u64("an alignment")?;
        match u32::try_from(align) {
            Ok(align) if align.is_power_of_two() => Ok(align),
            _ if align == 1 << 32 => {
                Err(self.wrong_at(place, "LLVM/limit", "an alignment is below 2^32".to_owned()))
            }
            _ => Err(self.wrong_at(place, "LLVM/syntax", "an alignment is a power of two".to_owned())),
        }
    }

    /// What follows `alias`.
    fn alias(&mut self, id: Id<'t>, place: Place, prefix: &Prefix) -> Result<()> {
        let global = self.define_global(id, place, prefix)?;
        let ty = self.ty()?;
        self.expect(b',')?;
        let aliasee = self.aliasee()?;
        self.module.globals[global].kind = GlobalKind::Alias(Alias { ty, aliasee });
        self.partitions()
    }

    /// A pointer behind its type, or an expression without one.
    fn aliasee(&mut self) -> Result<Constant> {
        let mark = self.cursor.mark();
        let place = self.cursor.here();
        let word = self.cursor.word();
        if matches!(word, "getelementptr" | "bitcast" | "inttoptr" | "addrspacecast")
            && let Some((ty, expr)) = self.expression(word, place)?
        {
            return Ok(self.module.constants.list.push((ty, crate::syntax::ConstantData::Expr(expr))));
        }
        self.cursor.rewind(mark);
        self.typed_constant()
    }

    fn partitions(&mut self) -> Result<()> {
        while self.cursor.eat(b',') {
            if self.cursor.peek() == b'!' {
                self.attachment()?;
                continue;
            }
            self.expect_word("partition")?;
            self.string("the name of a partition")?;
        }
        Ok(())
    }

    /// What follows `ifunc`.
    fn ifunc(&mut self, id: Id<'t>, place: Place, prefix: &Prefix) -> Result<()> {
        let global = self.define_global(id, place, prefix)?;
        self.ty()?;
        self.expect(b',')?;
        self.aliasee()?;
        self.module.globals[global].kind = GlobalKind::IFunc;
        self.partitions()
    }

    /// Fills in the attribute groups; declares intrinsics; reports what is nowhere defined.
    pub(super) fn finish_globals(&mut self) {
        for (global, group, place) in std::mem::take(&mut self.global_names.function_groups) {
            let attributes = self.group(group, place);
            if let GlobalKind::Function(prototype) = &mut self.module.globals[global].kind {
                prototype.attributes = prototype.attributes.with(attributes);
            }
        }
        for (global, call, group, place) in std::mem::take(&mut self.global_names.call_groups) {
            let attributes = self.group(group, place);
            if let GlobalKind::Function(prototype) = &mut self.module.globals[global].kind
                && let Some(body) = &mut prototype.body
                && let Some(call) = body.calls.get_mut(call as usize)
            {
                call.function = call.function.with(attributes);
            }
        }
        let called = std::mem::take(&mut self.global_names.called);
        for global in self.module.globals.keys() {
            let data = &self.module.globals[global];
            if !matches!(data.kind, GlobalKind::Unknown) || self.global_names.broken.contains(&global) {
                continue;
            }
            match called.get(&global) {
                Some(&ty) if data.name.starts_with("llvm.") => self.declare_intrinsic(global, ty),
                _ => {
                    let message = format!("`@{}` is used, but neither defined nor declared", data.name);
                    self.wrong_at(data.place, "LLVM/undefined-symbol", message);
                }
            }
        }
    }

    fn group(&mut self, group: u32, place: Place) -> FunctionAttributes {
        match self.groups.get(&group) {
            Some(&attributes) => attributes,
            None => {
                let message = format!("the attribute group #{group} is nowhere defined");
                self.wrong_at(place, "LLVM/attribute", message);
                FunctionAttributes::default()
            }
        }
    }

    fn declare_intrinsic(&mut self, global: Global, ty: Type) {
        let params = match self.module.types.get(ty) {
            crate::syntax::TypeData::Function(_, params, _) => params.len(),
            _ => 0,
        };
        self.module.globals[global].kind = GlobalKind::Function(Box::new(Prototype {
            ty,
            convention: None,
            result: ParamAttributes::default(),
            params: vec![ParamAttributes::default(); params],
            attributes: FunctionAttributes::default(),
            body: None,
        }));
    }
}

/// A name without the byte 1 that keeps it from being mangled.
fn unmangled<'t>(name: &Name<'t>) -> Name<'t> {
    match name {
        Cow::Borrowed(name) => Cow::Borrowed(name.strip_prefix('\u{1}').unwrap_or(name)),
        Cow::Owned(name) => Cow::Owned(name.strip_prefix('\u{1}').unwrap_or(name).to_owned()),
    }
}
