//! Damage to a module's arrays: what no builder and no reader makes, but anyone who fills the public fields may.

use generate::Source;
use native_ir::{
    Attributes, Block, BlockData, ConstantData, Data, Edge, EdgeData, EntityRef, Func, Inst, InstData, Item,
    Module, Name, Opcode, Operand, Slot, Source as SourceFile, Span, Symbol, Type, Value, ValueData, ValueDef,
};

/// Makes changes until the bytes have run out.
pub(crate) fn damage(module: &mut Module, bytes: &[u8]) {
    // No change takes less than two bytes.
    let changes = bytes.len() / 2;
    let mut source = Source::from_bytes(bytes);
    for _ in 0..changes {
        change(module, &mut source);
    }
}

/// An index that is near a length, small, or anything.
fn index(source: &mut Source<'_>, len: usize) -> u32 {
    match source.below(8) {
        0 => source.bits() as u32,
        1 => u32::MAX - source.below(3) as u32,
        2 => (1 << 31) | source.below(len + 2) as u32,
        3 => len as u32 + source.below(3) as u32,
        _ => source.below(len) as u32,
    }
}

/// An index for types that panic on the one number which stands for none.
fn entity<E: EntityRef>(source: &mut Source<'_>, len: usize) -> E {
    E::new(index(source, len).min(u32::MAX - 1) as usize)
}

fn ty(source: &mut Source<'_>, module: &Module) -> Type {
    Type::from_index(index(source, module.types.len()))
}

fn change(module: &mut Module, source: &mut Source<'_>) {
    let some_type = ty(source, module);
    let functions = module.functions.len();
    match source.below(24) {
        0 => {
            let symbol = entity(source, module.symbols.len());
            let item = match source.below(4) {
                0 => Item::Undefined,
                1 => Item::Data(entity::<Data>(source, module.data.len())),
                _ => Item::Function(entity::<Func>(source, functions)),
            };
            if let Some(data) = module.symbols.get_mut(symbol) {
                data.item = item;
            }
        }
        1 => {
            let data = entity(source, module.data.len());
            let symbol = entity(source, module.symbols.len());
            if let Some(object) = module.data.get_mut(data) {
                object.ty = some_type;
                object.symbol = symbol;
                object.init.bytes.truncate(source.below(9));
            }
        }
        2 => {
            let import = entity(source, module.imports.len());
            if let Some(import) = module.imports.get_mut(import) {
                import.ty = some_type;
            }
        }
        _ => {
            let func = Func::new(source.below(functions));
            let symbols = module.symbols.len();
            let sources = module.sources.len();
            if let Some(function) = module.functions.get_mut(func) {
                change_function(function, source, some_type, symbols, sources);
            }
        }
    }
}

fn change_function(
    function: &mut native_ir::Function,
    source: &mut Source<'_>,
    some_type: Type,
    symbols: usize,
    sources: usize,
) {
    match source.below(16) {
        0 => function.ty = some_type,
        1 => function.symbol = entity::<Symbol>(source, symbols),
        2 => function.source = entity::<SourceFile>(source, sources),
        3 => {
            let slot = entity::<Slot>(source, function.slots.len());
            if let Some(slot) = function.slots.get_mut(slot) {
                slot.ty = some_type;
                slot.align = Some(index(source, 16));
            }
        }
        _ => change_body(&mut function.body, source, some_type),
    }
}

fn change_body(body: &mut native_ir::Body, source: &mut Source<'_>, some_type: Type) {
    let (insts, blocks, values) = (body.insts.len(), body.blocks.len(), body.values.len());
    let (edges, pool) = (body.edges.len(), body.pool.len());
    let inst = Inst::new(source.below(insts));
    match source.below(20) {
        0 => drop(body.spans.pop()),
        1 => drop(body.first_results.pop()),
        2 => drop(body.value_names.pop()),
        3 => body.inline_sites.push(index(source, insts)),
        4 => drop(body.pool.pop()),
        5 => drop(body.constants.intern(ConstantData::new(some_type, u128::from(source.bits())))),
        6 => body.damaged ^= true,
        7 => {
            let def = match source.below(4) {
                0 => ValueDef::Parameter(entity(source, blocks)),
                1 => ValueDef::Undefined,
                2 => ValueDef::Damaged,
                _ => ValueDef::Result(entity(source, insts)),
            };
            let data = ValueData::new(some_type, def);
            match body.values.get_mut(Value::new(source.below(values + 1))) {
                Some(value) => *value = data,
                None => {
                    body.values.push(data);
                    body.value_names.push(Name::NONE);
                }
            }
        }
        8 => {
            let damaged = BlockData {
                name: Name::NONE,
                first_param: entity(source, values),
                params: index(source, 4),
                first_inst: entity(source, insts),
                end_inst: entity(source, insts),
                defined: source.below(3) != 0,
                damaged: source.below(3) == 0,
            };
            match body.blocks.get_mut(Block::new(source.below(blocks + 1))) {
                Some(block) => *block = damaged,
                None => drop(body.blocks.push(damaged)),
            }
        }
        9 => {
            let args = index(source, pool) as usize;
            let args = args..args.saturating_add(source.below(4));
            let case = (source.below(2) == 0).then(|| entity(source, 4));
            let data = EdgeData::new(entity(source, blocks), args, case);
            match body.edges.get_mut(Edge::new(source.below(edges + 1))) {
                Some(edge) => *edge = data,
                None => drop(body.edges.push(data)),
            }
        }
        10 => {
            let bits = index(source, values);
            if let Some(operand) = body.pool.get_mut(source.below(pool)) {
                *operand = Operand::from_bits(bits);
            }
        }
        11 => {
            if let Some(span) = body.spans.get_mut(inst.index()) {
                *span = Span::new(entity(source, 2), index(source, 4), source.bits() as u16);
            }
        }
        12 => {
            let value = entity(source, values);
            if let Some(first) = body.first_results.get_mut(inst.index()) {
                *first = value;
            }
        }
        13 => {
            if let Some(data) = body.insts.get_mut(inst) {
                data.results = source.bits() as u8;
            }
        }
        14 => {
            if let Some(data) = body.insts.get_mut(inst) {
                data.attributes = Attributes(source.bits() as u16);
            }
        }
        15 => {
            let opcode = Opcode::ALL[source.below(Opcode::ALL.len())];
            if let Some(data) = body.insts.get_mut(inst) {
                data.opcode = opcode;
            }
        }
        16 => {
            body.insts.push(InstData::new(Opcode::ALL[source.below(Opcode::ALL.len())]));
        }
        _ => {
            let word = source.below(3);
            let bits = index(source, values.max(pool));
            if let Some(data) = body.insts.get_mut(inst) {
                data.words[word] = bits;
            }
        }
    }
}
