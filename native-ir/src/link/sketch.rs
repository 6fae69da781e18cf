//! Modules and bodies by hand, for tests that should not need the parser.

use crate::{
    Attributes, Block, BlockData, Body, Condition, ConstantData, DataObject, Edge, EdgeData, EntityRef, Func,
    Function, FunctionType, ImportData, ImportKind, InitNode, Initializer, Inst, InstData, Item, Module, Name,
    Opcode, Operand, SourceData, Span, Symbol, SymbolData, Type, Value, ValueData, ValueDef,
};

/// A module of the target `sim-cortex-m0` with one source.
pub(crate) fn module(name: &str) -> Module {
    let mut module = Module::default();
    module.envelope.name = name.to_string();
    module.envelope.target = "sim-cortex-m0".to_string();
    module.envelope.abi = "zero-freestanding-v1".to_string();
    module.envelope.layout = "e-p:32:32-i64:64-f64:64-n32-S64".to_string();
    module.envelope.profile = "bare-metal".to_string();
    module.sources.push(SourceData { path: format!("{name}.zero"), sha256: None, lines: 99 });
    module
}

pub(crate) fn symbol(module: &mut Module, name: &str, item: Item) -> Symbol {
    let name = module.names.intern(name);
    module.symbols.push(SymbolData { name, item })
}

pub(crate) fn import(module: &mut Module, kind: ImportKind, name: &str, ty: Type) -> Symbol {
    let symbol = symbol(module, name, Item::Import(module.imports.next_key()));
    module.imports.push(ImportData { symbol, kind, ty });
    symbol
}

/// A data object of zeros.
pub(crate) fn data(module: &mut Module, public: bool, name: &str, ty: Type) -> Symbol {
    let symbol = symbol(module, name, Item::Data(module.data.next_key()));
    let init = Initializer { nodes: vec![InitNode::Zero], bytes: Vec::new() };
    module.data.push(DataObject {
        symbol,
        ty,
        public,
        weak: false,
        readonly: false,
        align: None,
        section: None,
        init,
    });
    symbol
}

pub(crate) fn function(
    module: &mut Module,
    public: bool,
    name: &str,
    ty: FunctionType,
    body: Body,
) -> (Func, Symbol) {
    let ty = module.types.function(ty);
    let symbol = symbol(module, name, Item::Function(module.functions.next_key()));
    let mut function = Function::new(symbol, ty);
    function.public = public;
    function.span = Span::new(crate::Source::new(0), 1, 1);
    function.body = body;
    (module.functions.push(function), symbol)
}

/// A body that is written from top to bottom; lines of spans count instructions.
#[derive(Default)]
pub(crate) struct Sketch {
    pub(crate) body: Body,
}

impl Sketch {
    fn value(&mut self, ty: Type, def: ValueDef) -> Value {
        self.body.value_names.push(Name::NONE);
        self.body.values.push(ValueData::new(ty, def))
    }

    pub(crate) fn block(&mut self, params: &[Type]) -> Vec<Value> {
        let block = self.body.blocks.push(BlockData::undefined(Name::NONE));
        let values: Vec<Value> = params.iter().map(|&ty| self.value(ty, ValueDef::Parameter(block))).collect();
        let here = self.body.insts.next_key();
        let data = &mut self.body.blocks[block];
        data.defined = true;
        data.params = params.len() as u32;
        data.first_param = values.first().copied().unwrap_or(Value::new(0));
        (data.first_inst, data.end_inst) = (here, here);
        values
    }

    pub(crate) fn constant(&mut self, ty: Type, bits: u128) -> Operand {
        self.body.constants.intern(ConstantData::new(ty, bits)).into()
    }

    pub(crate) fn list(&mut self, operands: &[Operand]) -> [u32; 2] {
        let start = self.body.pool.len() as u32;
        self.body.pool.extend(operands);
        [start, operands.len() as u32]
    }

    pub(crate) fn edges(&mut self, edges: &[(u32, &[Operand])]) -> [u32; 2] {
        let start = self.body.edges.next_key();
        for (block, args) in edges {
            let [first, count] = self.list(args).map(|word| word as usize);
            self.body.edges.push(EdgeData::new(Block::from_u32(*block), first..first + count, None));
        }
        [Edge::as_u32(start), edges.len() as u32]
    }

    pub(crate) fn inst(&mut self, opcode: Opcode, words: [u32; 3], results: &[Type]) -> Vec<Value> {
        let inst = self.body.insts.next_key();
        let values: Vec<Value> = results.iter().map(|&ty| self.value(ty, ValueDef::Result(inst))).collect();
        let mut data = InstData::new(opcode);
        (data.results, data.words) = (results.len() as u8, words);
        self.body.insts.push(data);
        self.body.first_results.push(values.first().copied().unwrap_or(Value::new(0)));
        self.body.spans.push(Span::new(crate::Source::new(0), inst.as_u32() + 1, 5));
        if let Some((_, block)) = self.body.blocks.iter_mut().last() {
            block.end_inst = Inst::from_u32(inst.as_u32() + 1);
        }
        values
    }

    pub(crate) fn attributes(&mut self, attributes: Attributes) {
        if let Some((_, inst)) = self.body.insts.iter_mut().last() {
            inst.attributes = attributes;
        }
    }

    pub(crate) fn icmp(&mut self, condition: Condition, a: Operand, b: Operand) -> Value {
        let result = self.inst(Opcode::Icmp, [a.bits(), b.bits(), 0], &[Type::I1])[0];
        self.attributes(Attributes::of_condition(condition));
        result
    }

    pub(crate) fn address(&mut self, symbol: Symbol, ty: Type) -> Value {
        self.inst(Opcode::Address, [0, 0, symbol.as_u32()], &[ty])[0]
    }

    pub(crate) fn call(&mut self, symbol: Symbol, args: &[Operand], results: &[Type]) -> Vec<Value> {
        let [start, count] = self.list(args);
        self.inst(Opcode::Call, [symbol.as_u32(), start, count], results)
    }

    pub(crate) fn ret(&mut self, values: &[Operand]) {
        let [start, count] = self.list(values);
        self.inst(Opcode::Return, [0, start, count], &[]);
    }
}

/// A body that returns nothing at once.
pub(crate) fn empty_body() -> Body {
    let mut sketch = Sketch::default();
    sketch.block(&[]);
    sketch.ret(&[]);
    sketch.body
}
