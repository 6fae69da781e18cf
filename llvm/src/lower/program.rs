//! The program in the making, stage by stage.

use super::address::Addresses;
use super::body::{self, Job, Shared};
use super::context::{Context, Refusal};
use super::data::{self, Pieces};
use super::debug::{self, Debug, Sources, Spans};
use super::declare::{self, Declared};
use super::effect::{self, Effects};
use super::layout::{Layouts, NativeTypes, lay_out};
use super::link::{self, Linked};
use super::report::{self, Report};
use super::runtime;
use super::scan::{Scan, Uses, scan};
use super::signature::{self, Passes, Signature};
use super::specialise::{self, Instance, Instances};
use super::start;
use super::target::{Options, THUMB, Target};
use crate::Diagnostic;
use crate::import::Input;
use crate::syntax::{
    Body, FunctionAttributes, Global, GlobalData, GlobalKind, Module, ParamAttributes, Place, Prototype, TypeData,
};
use native_ir::builder::{FunctionBuilder, ModuleBuilder};
use native_ir::contract::targets::TargetRow;
use native_ir::{Contract, EffectSet, Execution, Inline, Space, Type};
use std::rc::Rc;

/// What an instance does and becomes.
pub(super) struct Unit {
    pub(super) instance: Instance,
    /// Its index among the program's functions.
    pub(super) function: u32,
    /// What it does with hardware, and its volatile accesses to memory.
    pub(super) volatile: EffectSet,
    pub(super) addresses: Addresses,
    /// Whether nothing reaches it.
    pub(super) left_out: bool,
}

impl Unit {
    /// A unit of which nothing more is known.
    pub(super) fn new(instance: Instance, function: u32) -> Unit {
        let (volatile, addresses) = (EffectSet::EMPTY, Addresses::default());
        Unit { instance, function, volatile, addresses, left_out: false }
    }
}

/// A function that no file defines, or one of the runtime.
#[derive(Clone, Debug)]
pub(super) enum Imported {
    /// A function of the platform's linker.
    Foreign(Signature),
    /// A function of the runtime.
    Runtime(Signature),
    /// Data of the platform's linker.
    Data(Type),
    Refused(Refusal),
}

/// The program in the making.
pub(super) struct Program<'p, 't> {
    pub(super) files: &'p [Module<'t>],
    inputs: &'p [Input],
    pub(super) options: &'p Options<'p>,
    pub(super) target: Target,
    pub(super) row: Option<&'static TargetRow>,
    pub(super) errors: Vec<Diagnostic>,
    pub(super) report: Report,
    pub(super) builder: ModuleBuilder,
    pub(super) generic: Type,
    pub(super) passes: Passes,
    pub(super) layouts: Vec<Layouts>,
    pub(super) linked: Linked,
    /// By function of the program.
    pub(super) signatures: Vec<Option<Signature>>,
    /// By import.
    pub(super) imported: Vec<Imported>,
    pub(super) uses: Uses,
    pub(super) scans: Vec<Scan>,
    pub(super) units: Vec<Unit>,
    /// By function of the program, the unit that knows no addresses.
    pub(super) general: Vec<Option<u32>>,
    pub(super) instances: Instances,
    /// By unit, with all that it calls.
    pub(super) effects: Vec<EffectSet>,
}

/// The name of the module that is made of files.
fn module_name(files: &[Module<'_>], inputs: &[Input], options: &Options<'_>) -> String {
    let source = files.iter().find_map(|file| file.source_name.as_deref());
    let path = options.name.as_deref().or(source).or(inputs.first().map(|input| &*input.path));
    let path = path.unwrap_or("module");
    if options.name.is_some() {
        return path.to_string();
    }
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let stem = file.split_once('.').map_or(file, |(stem, _)| stem);
    if stem.is_empty() { "module".to_string() } else { stem.to_string() }
}

impl<'p, 't> Program<'p, 't> {
    pub(super) fn new(
        files: &'p [Module<'t>],
        inputs: &'p [Input],
        options: &'p Options<'p>,
        target: Target,
        errors: Vec<Diagnostic>,
    ) -> Program<'p, 't> {
        let row = target.contract_row();
        let name = module_name(files, inputs, options);
        let mut builder = match row {
            Some(row) => ModuleBuilder::new(&name, row),
            None => ModuleBuilder::for_target(&name, ""),
        };
        if target.is_thumb() {
            builder.add_feature(THUMB);
        }
        let generic = builder.types().pointer(Space::Generic, Type::I8);
        let passes = Passes::new(&target, generic);
        Program {
            files,
            inputs,
            options,
            target,
            row,
            errors,
            report: Report::default(),
            builder,
            generic,
            passes,
            layouts: Vec::new(),
            linked: Linked::default(),
            signatures: Vec::new(),
            imported: Vec::new(),
            uses: Uses::default(),
            scans: Vec::new(),
            units: Vec::new(),
            general: Vec::new(),
            instances: Instances::default(),
            effects: Vec::new(),
        }
    }

    pub(super) fn build(mut self) -> Result<(native_ir::Module, Report), Vec<Diagnostic>> {
        self.lay_out();
        self.settle_signatures();
        self.settle_imports();
        self.scan();
        let pieces = self.flatten_data();
        specialise::specialise(&mut self);
        let effects = effect::settle(&mut self);
        let declared = declare::declare(&mut self, &pieces);
        let debug = self.debug();
        let notes = report::notes(&self);
        self.report.notes.extend(notes);
        declare::initialise(&mut self, &declared, &pieces);
        self.lower_bodies(declared, effects, debug)
    }

    pub(super) fn error(&mut self, file: usize, place: Place, refusal: Refusal) {
        if !refusal.is_consequence() {
            self.errors.push(refusal.at(file, place));
        }
    }

    /// A global value of a file.
    pub(super) fn global(&self, file: usize, global: Global) -> &'p GlobalData<'t> {
        &self.files[file].globals[global]
    }

    /// A function of the program.
    pub(super) fn prototype(&self, function: u32) -> Option<&'p Prototype<'t>> {
        let definition = &self.linked.functions[function as usize];
        match &self.global(definition.file, definition.global).kind {
            GlobalKind::Function(prototype) => Some(prototype),
            _ => None,
        }
    }

    /// The body of a function of the program.
    pub(super) fn body(&self, function: u32) -> Option<&'p Body<'t>> {
        self.prototype(function).and_then(|prototype| prototype.body.as_deref())
    }

    /// Lays out the types of all files, and links these.
    fn lay_out(&mut self) {
        let mut taken = link::external_names(self.files);
        let mut native = NativeTypes::new(&mut self.builder, &mut taken, &self.target, self.generic);
        for module in self.files {
            let mut layouts = lay_out(&module.types, &self.target, &mut native);
            pass(module, &mut layouts, &mut native);
            self.layouts.push(layouts);
        }
        self.linked = link::link(self.files, &self.layouts, taken, &mut self.errors);
    }

    fn settle_signatures(&mut self) {
        for index in 0..self.linked.functions.len() as u32 {
            let definition = &self.linked.functions[index as usize];
            let (file, place) = (definition.file, self.global(definition.file, definition.global).place);
            let Some(prototype) = self.prototype(index) else { continue };
            let types = &self.files[file].types;
            let made = signature::of_prototype(&self.passes, types, &self.layouts[file], prototype, true);
            let refused = refused_attribute(&prototype.attributes);
            match (made, refused) {
                (Ok(signature), None) => self.signatures.push(Some(signature)),
                (Err(refusal), _) | (_, Some(refusal)) => {
                    self.error(file, place, refusal);
                    self.signatures.push(None);
                }
            }
        }
    }

    fn settle_imports(&mut self) {
        for index in 0..self.linked.imports.len() {
            let (file, global) = self.linked.imports[index];
            let data = self.global(file, global);
            let imported = match &data.kind {
                GlobalKind::Function(prototype) => {
                    let types = &self.files[file].types;
                    match signature::of_prototype(&self.passes, types, &self.layouts[file], prototype, false) {
                        Ok(signature) => self.function_import(&data.name, prototype, signature),
                        Err(refusal) => Imported::Refused(refusal),
                    }
                }
                GlobalKind::Variable(variable) => match self.layouts[file].memory(variable.ty) {
                    Ok(ty) => Imported::Data(ty),
                    Err(refusal) => Imported::Refused(refusal),
                },
                _ => Imported::Refused(Refusal::new("LLVM/linkage", "neither a function nor data")),
            };
            self.imported.push(imported);
        }
    }

    fn function_import(&mut self, name: &str, prototype: &Prototype<'_>, mut signature: Signature) -> Imported {
        let Some(row) = Contract::embedded().runtime_function(name) else {
            signature.ty.effects = foreign_effects(&prototype.attributes);
            return Imported::Foreign(signature);
        };
        if !row.available.get(self.target.row).copied().unwrap_or(false) {
            let message = format!("`@{name}` is a function of the runtime that the target does not have");
            return Imported::Refused(Refusal::new("LLVM/undefined-symbol", message));
        }
        signature.ty.effects = row.effects;
        Imported::Runtime(signature)
    }

    /// Looks at all bodies.
    fn scan(&mut self) {
        let foreign: Vec<bool> = self
            .imported
            .iter()
            .map(|imported| matches!(imported, Imported::Foreign(_) | Imported::Data(_)))
            .collect();
        let is_foreign = |import: u32| foreign[import as usize];
        let mut uses = Uses {
            addressed: vec![false; self.linked.functions.len()],
            imported: vec![false; self.linked.imports.len()],
            addressed_imports: vec![false; self.linked.imports.len()],
        };
        for index in 0..self.linked.functions.len() as u32 {
            let file = self.linked.functions[index as usize].file;
            let found = match self.body(index) {
                Some(body) => scan(file, &self.files[file], &self.linked, body, &is_foreign, &mut uses),
                None => Scan::default(),
            };
            self.scans.push(found);
        }
        self.uses = uses;
    }

    /// Takes all initial values apart.
    fn flatten_data(&mut self) -> Vec<Option<Pieces>> {
        let mut all = Vec::with_capacity(self.linked.data.len());
        for index in 0..self.linked.data.len() {
            let definition = &self.linked.data[index];
            let (file, global) = (definition.file, definition.global);
            let data = self.global(file, global);
            let GlobalKind::Variable(variable) = &data.kind else {
                all.push(None);
                continue;
            };
            let Some(init) = variable.init else {
                all.push(None);
                continue;
            };
            match data::flatten(file, &self.files[file], &self.layouts[file], &self.linked, init) {
                Ok(pieces) => {
                    for global in pieces.addresses() {
                        self.uses.address(self.linked.get(file, global));
                    }
                    all.push(Some(pieces));
                }
                Err(refusal) => {
                    self.error(file, data.place, refusal);
                    all.push(None);
                }
            }
        }
        all
    }

    fn debug(&mut self) -> Vec<Debug> {
        let mut sources = Sources::default();
        let mut all: Vec<Debug> = Vec::with_capacity(self.files.len());
        for (file, module) in self.files.iter().enumerate() {
            let none = Input::default();
            let input = self.inputs.get(file).unwrap_or(&none);
            all.push(debug::read(module, input, &mut sources));
        }
        if let Some(input) = self.inputs.first() {
            sources.have_one(input);
        }
        if !sources.fit() {
            let refusal = Refusal::new("LLVM/limit", "more than 65,535 source files");
            self.error(0, Place::default(), refusal);
        }
        sources.declare(&mut self.builder);
        for (number, unit) in self.units.iter().enumerate() {
            let subprogram = self.global(unit.instance.file, unit.instance.function).debug;
            let func = self.instances.functions.get(number).copied().flatten();
            let symbol = func.and_then(|func| self.builder.module().functions.get(func)).map(|f| f.symbol);
            if let (Some(subprogram), Some(symbol)) = (subprogram, symbol) {
                all[unit.instance.file].set_symbol(subprogram, symbol);
            }
        }
        let built = self.builder.module();
        let functions = built.functions.values().map(|f| (built.symbol_name(f.symbol).to_string(), f.symbol));
        let functions = functions.collect();
        for (debug, module) in all.iter_mut().zip(self.files) {
            debug.name_gone(module, &functions, &self.linked.taken);
        }
        all
    }

    fn lower_bodies(
        mut self,
        declared: Declared,
        effects: Effects,
        debug: Vec<Debug>,
    ) -> Result<(native_ir::Module, Report), Vec<Diagnostic>> {
        let stack = self.builder.types().pointer(Space::Stack, Type::I8);
        let fixed = self.builder.types().pointer(Space::Static, Type::I8);
        let debug: Vec<Rc<Debug>> = debug.into_iter().map(Rc::new).collect();
        let cx = Context {
            files: self.files,
            target: self.target,
            generic: self.generic,
            stack,
            fixed,
            passes: self.passes,
            layouts: self.layouts,
            symbols: declared.symbols,
            effects,
        };
        let mut shared = Shared::default();
        let mut builder = self.builder;
        for (number, unit) in self.units.into_iter().enumerate() {
            let definition = &self.linked.functions[unit.function as usize];
            let global = &self.files[definition.file].globals[definition.global];
            let GlobalKind::Function(prototype) = &global.kind else { continue };
            let func = self.instances.functions.get(number).copied().flatten();
            let signature = self.signatures[unit.function as usize].as_ref();
            let (Some(func), Some(signature), Some(body)) = (func, signature, prototype.body.as_deref()) else {
                continue;
            };
            self.report.instructions += body.insts.len();
            let foreign = self.scans[unit.function as usize].foreign;
            let mut b = builder.define(func);
            let own = unit.instance.known.is_empty();
            b.set_public(definition.public && own);
            b.set_weak(definition.weak && own);
            let debug = &debug[definition.file];
            mark(&mut b, global, prototype, foreign);
            let (source, span) = debug.declaration(&self.files[definition.file], definition.global);
            b.set_source(source);
            b.set_declaration(span);
            let spans = Spans::new(debug, &self.files[definition.file], definition.global);
            let (instances, addresses) = (&self.instances, unit.addresses);
            let job = Job { cx: &cx, instances, instance: &unit.instance, signature, body, addresses, spans };
            body::lower(job, &mut shared, b);
        }
        for forwarder in &declared.forwarders {
            runtime::define_forwarder(&mut builder, forwarder);
        }
        self.errors.append(&mut shared.errors);
        self.report.notes.append(&mut shared.notes);
        if self.errors.is_empty() {
            finish(builder, self.row, self.options, self.report)
        } else {
            Err(self.errors)
        }
    }
}

/// The module, in the profile that is asked for, or the first that allows what its functions do.
fn finish(
    mut builder: ModuleBuilder,
    row: Option<&TargetRow>,
    options: &Options<'_>,
    report: Report,
) -> Result<(native_ir::Module, Report), Vec<Diagnostic>> {
    if let Some(row) = row {
        start::add(&mut builder, row);
    }
    let module = builder.module();
    let types = module.functions.values().map(|function| function.ty).chain(module.imports.values().map(|i| i.ty));
    let all =
        types.filter_map(|ty| module.types.as_function(ty)).fold(EffectSet::EMPTY, |a, ty| a.union(ty.effects));
    let allows = |profile: &&String| all.minus(Contract::embedded().allowed_effects(profile)).is_empty();
    let found = row.and_then(|row| row.profiles.iter().find(allows));
    if let Some(profile) = options.profile.as_ref().or(found) {
        let profile = profile.clone();
        builder.set_profile(&profile);
    }
    match builder.finish() {
        Ok(module) => Ok((module, report)),
        Err(errors) => {
            let refusal =
                |error: &native_ir::builder::BuildError| Refusal::new("LLVM/instruction", error.to_string());
            Err(errors.0.iter().map(|error| refusal(error).at(0, Place::default())).collect())
        }
    }
}

/// What a function's attributes say of its native form.
fn mark(b: &mut FunctionBuilder<'_>, global: &GlobalData<'_>, prototype: &Prototype<'_>, foreign: bool) {
    if let Some(section) = &global.section {
        b.set_section(section);
    }
    if let Some(align) = global.align {
        b.set_align(align);
    }
    if foreign {
        b.set_execution(Execution::Native);
    }
    let attributes = &prototype.attributes;
    b.set_interrupt(attributes.interrupt);
    b.set_inline(match (attributes.always_inline, attributes.no_inline) {
        (true, _) => Inline::Always,
        (_, true) => Inline::Never,
        _ => Inline::Auto,
    });
}

/// Makes the aggregates that parameters and results of a file are passed as.
fn pass(module: &Module<'_>, layouts: &mut Layouts, native: &mut NativeTypes<'_>) {
    let mut attributes = |list: &[ParamAttributes], layouts: &mut Layouts| {
        for attributes in list {
            if let Some(ty) = attributes.byval {
                layouts.pass(ty, attributes.align, native);
            }
            if let Some(ty) = attributes.sret {
                layouts.pass(ty, None, native);
            }
        }
    };
    for global in module.globals.values() {
        if let GlobalKind::Function(prototype) = &global.kind {
            attributes(&prototype.params, layouts);
            if let Some(body) = &prototype.body {
                attributes(&body.attributes, layouts);
            }
        }
    }
    for index in 0..module.types.len() as u32 {
        let function = crate::syntax::Type::from_u32(index);
        if let TypeData::Function(result, params, _) = module.types.get(function) {
            for &ty in params.iter().chain([result]) {
                layouts.pass(ty, None, native);
            }
        }
    }
}

fn refused_attribute(attributes: &FunctionAttributes) -> Option<Refusal> {
    let refused = attributes.refused.filter(|name| *name != "personality");
    let name = refused.or(attributes.naked.then_some("naked"))?;
    Some(Refusal::new("LLVM/attribute", format!("a function with `{name}` has no place in native IR")))
}

/// What a foreign function may do: everything, unless its declaration says less.
fn foreign_effects(attributes: &FunctionAttributes) -> EffectSet {
    use native_ir::Effect::{Alloc, Io, Read, Write};
    match attributes {
        FunctionAttributes { no_memory: true, .. } => EffectSet::EMPTY,
        FunctionAttributes { no_write: true, .. } => EffectSet::of(Read),
        _ => [Read, Write, Io, Alloc].into_iter().collect(),
    }
}
