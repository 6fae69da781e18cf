//! Modules: the envelope and the items; bodies are in [`crate::function`].

use crate::names::{NameSpace, any_text};
use crate::pool::{Pool, some_effects};
use crate::{Config, Source, debug, function, initializer};
use native_ir::{
    Access, Data, DataObject, Effect, EffectSet, EntityRef, Execution, FloatMode, Function, FunctionType,
    ImportData, ImportKind, Initializer, Inline, Item, Module, RegisterData, SourceData, Space, Span, Symbol,
    SymbolData, Type, TypeTable,
};

/// A valid module.
pub fn module(source: &mut Source<'_>, config: &Config<'_>) -> Module {
    let mut module = Module::default();
    let mut names = NameSpace::default();
    envelope(&mut module, source, config);
    let pool = Pool::new(&mut module, &mut names, source, config);
    let mut items = Items { module: &mut module, names: &mut names, pool: &pool, source, config };
    items.registers();
    items.data();
    items.imports();
    items.functions();
    items.initial_values();
    debug::types(&mut module, source);
    for func in module.functions.keys().collect::<Vec<_>>() {
        function::write(&mut module, func, &pool, source, config);
    }
    module
}

fn envelope(module: &mut Module, source: &mut Source<'_>, config: &Config<'_>) {
    let row = config.row();
    let envelope = &mut module.envelope;
    envelope.name = any_text(source, "generated");
    envelope.target.clone_from(&row.triple);
    envelope.abi.clone_from(&row.abi);
    envelope.layout.clone_from(&row.data_layout);
    envelope.profile = row.profiles.get(source.below(row.profiles.len())).cloned().unwrap_or_default();
    envelope.features = row.features.iter().filter(|_| source.chance(50)).cloned().collect();
    for index in 0..source.between(1, 3) {
        let path = any_text(source, &format!("source{index}.zero"));
        let sha256 = source.chance(40).then(|| std::array::from_fn(|_| source.below(256) as u8));
        module.sources.push(SourceData { path, sha256, lines: source.between(1, 2000) as u32 });
    }
}

/// A span in a source of the module, most often in the one given.
pub(crate) fn span(module: &Module, own: native_ir::Source, source: &mut Source<'_>) -> Span {
    if source.chance(8) {
        return Span::COMPILER;
    }
    let other = source.chance(10).then(|| native_ir::Source::new(source.below(module.sources.len())));
    let file = other.unwrap_or(own);
    let lines = module.sources.get(file).map_or(1, |source| source.lines);
    Span::new(file, source.between(1, lines as usize) as u32, source.between(1, 120) as u16)
}

struct Items<'m, 's, 'b, 'c> {
    module: &'m mut Module,
    names: &'m mut NameSpace,
    pool: &'m Pool,
    source: &'s mut Source<'b>,
    config: &'s Config<'c>,
}

impl Items<'_, '_, '_, '_> {
    fn symbol(&mut self, prefix: &str, item: Item) -> Symbol {
        let name = self.names.fresh(self.source, prefix);
        self.exact_symbol(&name, item)
    }

    fn exact_symbol(&mut self, name: &str, item: Item) -> Symbol {
        let name = self.module.names.intern(name);
        self.module.symbols.push(SymbolData { name, item })
    }

    fn section(&mut self) -> Option<native_ir::Name> {
        let name = self.source.chance(15).then(|| any_text(self.source, ".section.own"))?;
        Some(self.module.names.intern(&name))
    }

    fn align(&mut self) -> Option<u32> {
        self.source.chance(25).then(|| 1 << self.source.below(13))
    }

    fn registers(&mut self) {
        for index in 0..self.source.between(1, 4) {
            let id = self.module.registers.next_key();
            let symbol = self.symbol("reg", Item::Register(id));
            let element = self.source.pick(&self.pool.stored).unwrap_or(Type::I32);
            let array = self.source.chance(30).then(|| self.source.between(1, 9) as u64);
            let pointee = array.map_or(element, |length| self.module.types.array(element, length));
            let ty = self.module.types.pointer(Space::Mmio, pointee);
            // Every storable type is at most 16 bytes wide.
            let address = 0x4000_0000 + 0x1000 * index as u64 + 16 * self.source.below(100) as u64;
            let rights = [Access::ReadWrite, Access::ReadOnly, Access::WriteOnly];
            let access = self.source.pick(&rights).unwrap_or(Access::ReadWrite);
            self.module.registers.push(RegisterData { symbol, ty, address, access });
        }
    }

    fn data(&mut self) {
        for _ in 0..self.source.between(1, 5) {
            let id: Data = self.module.data.next_key();
            let symbol = self.symbol("data", Item::Data(id));
            let ty = self.pool.object(&mut self.module.types, self.source, self.config, 2);
            let object = DataObject {
                symbol,
                ty,
                public: self.source.chance(30),
                weak: self.source.chance(15),
                readonly: self.source.chance(if self.config.runnable { 10 } else { 40 }),
                align: self.align(),
                section: self.section(),
                init: Initializer::default(),
            };
            self.module.data.push(object);
        }
    }

    fn imports(&mut self) {
        for _ in 0..self.source.below(5) {
            match self.source.below(4) {
                _ if self.config.runnable => self.runtime_import(),
                0 => self.runtime_import(),
                1 => {
                    let ty = self.pool.object(&mut self.module.types, self.source, self.config, 2);
                    self.import(ImportKind::Module, ty);
                }
                _ => {
                    let mut ty = self.pool.function_type(&mut self.module.types, self.source, self.config);
                    ty.varargs = self.source.chance(40);
                    let ty = self.module.types.function(ty);
                    let kind = if self.source.chance(50) { ImportKind::Ffi } else { ImportKind::Module };
                    self.import(kind, ty);
                }
            }
        }
    }

    fn import(&mut self, kind: ImportKind, ty: Type) {
        let id = self.module.imports.next_key();
        let symbol = self.symbol("import", Item::Import(id));
        self.module.imports.push(ImportData { symbol, kind, ty });
    }

    fn runtime_import(&mut self) {
        let rows = &self.config.contract.runtime;
        let Some(row) = rows.get(self.source.below(rows.len())) else { return };
        let taken = self.module.find_symbol(&row.symbol).is_some();
        let available = row.available.get(self.config.target).copied().unwrap_or(false);
        if taken || !available || !row.effects.minus(self.pool.effects).is_empty() {
            return;
        }
        let Some(ty) = runtime_type(&mut self.module.types, &row.signature, row.effects) else { return };
        let id = self.module.imports.next_key();
        let name = self.names.unique(&row.symbol);
        let symbol = self.exact_symbol(&name, Item::Import(id));
        self.module.imports.push(ImportData { symbol, kind: ImportKind::Runtime, ty });
    }

    fn functions(&mut self) {
        for _ in 0..self.source.between(1, self.config.functions.max(1)) {
            let id = self.module.functions.next_key();
            let symbol = self.symbol("f", Item::Function(id));
            let function = self.function(symbol);
            self.module.functions.push(function);
        }
        if self.config.runnable {
            // One that fibers can begin with.
            let id = self.module.functions.next_key();
            let symbol = self.symbol("fiber", Item::Function(id));
            let function = Function { ty: self.pool.fiber_function, ..self.function(symbol) };
            self.module.functions.push(Function { interrupt: false, ..function });
        }
    }

    fn function(&mut self, symbol: Symbol) -> Function {
        let interrupt = self.source.chance(10);
        let mut ty = match interrupt {
            true => FunctionType::new(&[], &[]).with_effects(some_effects(self.source, self.pool.effects)),
            false => self.pool.function_type(&mut self.module.types, self.source, self.config),
        };
        let executions = [Execution::Any, Execution::Any, Execution::Native, Execution::Runtime];
        let executions = &executions[..if interrupt { 3 } else { 4 }];
        let executions = if self.config.runnable { &executions[..1] } else { executions };
        let execution = self.source.pick(executions).unwrap_or_default();
        let mut forbidden = EffectSet::EMPTY;
        if execution == Execution::Native || interrupt {
            forbidden = forbidden.union(EffectSet::of(Effect::Suspend));
        }
        if interrupt {
            forbidden = forbidden.union(EffectSet::of(Effect::Alloc));
        }
        ty.effects = ty.effects.minus(forbidden);
        let ty = self.module.types.function(ty);
        let own = native_ir::Source::new(self.source.below(self.module.sources.len()));
        let inlines = [Inline::Auto, Inline::Always, Inline::Never];
        let floats = [FloatMode::Precise, FloatMode::Strict, FloatMode::Fast];
        Function {
            public: self.source.chance(30),
            weak: self.source.chance(15),
            interrupt,
            execution,
            inline: self.source.pick(&inlines).unwrap_or_default(),
            float: self.source.pick(&floats).unwrap_or_default(),
            contract: self.source.chance(25),
            section: self.section(),
            align: self.align(),
            source: own,
            span: if self.source.chance(50) { span(self.module, own, self.source) } else { Span::MISSING },
            ..Function::new(symbol, ty)
        }
    }

    fn initial_values(&mut self) {
        for id in self.module.data.keys().collect::<Vec<_>>() {
            let ty = self.module.data[id].ty;
            self.module.data[id].init = initializer::random(self.module, self.source, self.config, ty);
        }
    }
}

/// The type of a row of `runtime-abi.tsv`, whose signatures consist of simple types and `ptr[generic,i8]`.
pub(crate) fn runtime_type(types: &mut TypeTable, signature: &str, effects: EffectSet) -> Option<Type> {
    let (params, results) = signature.strip_prefix("fn(")?.split_once(") -> (")?;
    let (results, _) = results.split_once(')')?;
    let bytes = types.pointer(Space::Generic, Type::I8);
    let list = |text: &str| -> Option<Vec<Type>> {
        let words = text.split(", ").filter(|word| !word.is_empty());
        words.map(|word| if word == "ptr[generic,i8]" { Some(bytes) } else { Type::from_keyword(word) }).collect()
    };
    let ty = FunctionType::new(&list(params)?, &list(results)?).with_effects(effects);
    Some(types.function(ty))
}
