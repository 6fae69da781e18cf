//! Putting instructions and items into a module.

use crate::Source;
use crate::draft::{Draft, DraftBlock, DraftInst, Use};
use native_ir::{
    Access, ConstantData, EffectSet, EntityRef, FloatMode, Func, Function, FunctionType, Import, ImportData,
    ImportKind, Item, Module, Name, Opcode, Register, RegisterData, Space, Span, Symbol, SymbolData, Type, Value,
};

/// A place in front of an instruction of a function, where others are put in.
pub(super) struct Edit<'m> {
    pub(super) module: &'m mut Module,
    pub(super) func: Func,
    pub(super) draft: Draft,
    block: usize,
    at: usize,
}

impl<'m> Edit<'m> {
    /// A place in any function.
    pub(super) fn anywhere(module: &'m mut Module, source: &mut Source<'_>) -> Option<Edit<'m>> {
        Edit::where_function(module, source, |_, _| true)
    }

    /// A place in a function that declares these effects.
    pub(super) fn with(module: &'m mut Module, source: &mut Source<'_>, effects: EffectSet) -> Option<Edit<'m>> {
        Edit::where_function(module, source, |_, ty| effects.minus(ty.effects).is_empty())
    }

    /// A place in a function that satisfies a condition.
    pub(super) fn where_function(
        module: &'m mut Module,
        source: &mut Source<'_>,
        fits: impl Fn(&Function, &FunctionType) -> bool,
    ) -> Option<Edit<'m>> {
        let suitable = |func: &Func| {
            let function = &module.functions[*func];
            module.signature(function).is_some_and(|ty| fits(function, ty))
        };
        let functions: Vec<Func> = module.functions.keys().filter(suitable).collect();
        let func = source.pick(&functions)?;
        let draft = Draft::of(&module.functions[func].body);
        let block = source.below(draft.blocks.len());
        let at = source.below(draft.blocks.get(block)?.insts.len());
        Some(Edit { module, func, draft, block, at })
    }

    /// Puts in an instruction with results of these types; the first result.
    pub(super) fn put(&mut self, mut inst: DraftInst, results: &[Type]) -> Value {
        inst.span = Span::COMPILER;
        inst.results = results.iter().map(|&ty| self.draft.value(ty, Name::NONE)).collect();
        let first = inst.results.first().copied().unwrap_or(Value::new(0));
        self.draft.blocks[self.block].insts.insert(self.at, inst);
        self.at += 1;
        first
    }

    /// Puts in an integer constant.
    pub(super) fn integer(&mut self, ty: Type) -> Use {
        let literal = Some(ConstantData::new(ty, 1));
        Use::Value(self.put(DraftInst { literal, ..DraftInst::new(Opcode::Iconst) }, &[ty]))
    }

    /// Puts in a null pointer.
    pub(super) fn null(&mut self, space: Space, pointee: Type) -> Use {
        let ty = self.module.types.pointer(space, pointee);
        Use::Value(self.put(DraftInst::new(Opcode::Null), &[ty]))
    }

    /// Puts in the address of a new register.
    pub(super) fn register(&mut self, ty: Type, access: Access) -> Use {
        let register = add_register(self.module, ty, access);
        let ty = self.module.registers[register].ty;
        Use::Value(self.put(DraftInst::new(Opcode::Register).immediate(register.index()), &[ty]))
    }

    /// Puts the function together again.
    pub(super) fn done(self) -> Option<()> {
        self.module.functions[self.func].body = self.draft.in_order();
        Some(())
    }
}

/// Every instruction of the module's functions that satisfies a condition: its function, block and index.
pub(super) fn find(
    module: &Module,
    source: &mut Source<'_>,
    fits: impl Fn(&Module, &DraftInst) -> bool,
) -> Option<(Func, Draft, usize, usize)> {
    let mut found = Vec::new();
    for (func, function) in &module.functions {
        let draft = Draft::of(&function.body);
        for (block, data) in draft.blocks.iter().enumerate() {
            let insts = data.insts.iter().enumerate().filter(|(_, inst)| fits(module, inst));
            found.extend(insts.map(|(at, _)| (func, block, at)));
        }
    }
    let (func, block, at) = source.pick(&found)?;
    Some((func, Draft::of(&module.functions[func].body), block, at))
}

/// Changes a random instruction that satisfies a condition.
pub(super) fn change(
    module: &mut Module,
    source: &mut Source<'_>,
    fits: impl Fn(&Module, &DraftInst) -> bool,
    change: impl FnOnce(&mut Draft, usize, usize, &mut Source<'_>) -> Option<()>,
) -> Option<()> {
    let (func, mut draft, block, at) = find(module, source, fits)?;
    change(&mut draft, block, at, source)?;
    module.functions[func].body = draft.in_order();
    Some(())
}

/// A new symbol.
pub(super) fn add_symbol(module: &mut Module, item: Item) -> Symbol {
    let mut name = "mutated".to_string();
    while module.names.find(&name).is_some() {
        name.push('_');
    }
    let name = module.names.intern(&name);
    module.symbols.push(SymbolData { name, item })
}

/// A new import.
pub(super) fn add_import(module: &mut Module, kind: ImportKind, ty: Type) -> Import {
    let symbol = add_symbol(module, Item::Import(module.imports.next_key()));
    module.imports.push(ImportData { symbol, kind, ty })
}

/// A new imported function of another module.
pub(super) fn add_function_import(module: &mut Module, ty: FunctionType) -> Symbol {
    let ty = module.types.function(ty);
    let import = add_import(module, ImportKind::Module, ty);
    module.imports[import].symbol
}

/// A new register at an address of its own.
pub(super) fn add_register(module: &mut Module, ty: Type, access: Access) -> Register {
    let symbol = add_symbol(module, Item::Register(module.registers.next_key()));
    let ty = module.types.pointer(Space::Mmio, ty);
    module.registers.push(RegisterData { symbol, ty, address: 0x5000_0000, access })
}

/// A new function of one block. Its parameters are the first values.
pub(super) fn add_function(module: &mut Module, ty: &FunctionType, write: impl FnOnce(&mut Edit<'_>)) -> Func {
    let symbol = add_symbol(module, Item::Function(module.functions.next_key()));
    let function_type = module.types.function(ty.clone());
    let mut draft = Draft::default();
    let params = ty.params.iter().map(|param| {
        use native_ir::Passing::{Agg, ByVal, SRet};
        let ty = match param.passing {
            Agg | ByVal => module.types.pointer(Space::Stack, param.ty),
            SRet => module.types.pointer(Space::Generic, param.ty),
            _ => param.ty,
        };
        draft.value(ty, Name::NONE)
    });
    let params = params.collect();
    draft.blocks.push(DraftBlock { name: None, params, insts: Vec::new(), defined: true });
    let func =
        module.functions.push(Function { float: FloatMode::Precise, ..Function::new(symbol, function_type) });
    let mut edit = Edit { module, func, draft, block: 0, at: 0 };
    write(&mut edit);
    edit.module.functions[func].body = edit.draft.in_order();
    func
}
