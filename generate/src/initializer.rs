//! Initial values of data objects, in the one form that the text gives each: scalars together, the rest in lists.

use crate::literal::{literal, literal_bits};
use crate::{Config, Source};
use native_ir::{InitNode, Initializer, Item, Module, Space, Symbol, Type, TypeData};

/// An initial value that fits a type.
pub(crate) fn random(module: &Module, source: &mut Source<'_>, config: &Config<'_>, ty: Type) -> Initializer {
    let mut init = Initializer::default();
    let mut types = vec![ty];
    while let Some(ty) = types.pop() {
        let node =
            if source.chance(12) { InitNode::Zero } else { node(module, source, config, ty, &mut init.bytes) };
        if let InitNode::List(count) = node {
            types.extend(parts(module, ty, count).into_iter().rev());
        }
        init.nodes.push(node);
    }
    init
}

/// The types of the elements or fields.
fn parts(module: &Module, ty: Type, count: u32) -> Vec<Type> {
    match module.types.resolved(ty) {
        TypeData::Array { element, .. } => vec![*element; count as usize],
        TypeData::Struct { fields, .. } => fields.to_vec(),
        _ => Vec::new(),
    }
}

fn node(module: &Module, source: &mut Source<'_>, config: &Config<'_>, ty: Type, bytes: &mut Vec<u8>) -> InitNode {
    match module.types.resolved(ty) {
        TypeData::Array { element, length } if literal_bits(&module.types, config, *element).is_some() => {
            scalars(module, source, config, *element, *length, bytes)
        }
        TypeData::Array { length, .. } => InitNode::List(*length as u32),
        TypeData::Struct { fields, .. } => InitNode::List(fields.len() as u32),
        TypeData::Pointer { .. } => address(module, source, ty).unwrap_or(InitNode::Zero),
        _ if ty == Type::ADDR && source.chance(40) => address(module, source, ty).unwrap_or(InitNode::Zero),
        _ => scalars(module, source, config, ty, 1, bytes),
    }
}

fn scalars(
    module: &Module,
    source: &mut Source<'_>,
    config: &Config<'_>,
    ty: Type,
    count: u64,
    bytes: &mut Vec<u8>,
) -> InitNode {
    let start = bytes.len();
    for _ in 0..count {
        let bits = literal(&module.types, config, source, ty).map_or(0, |data| data.bits());
        // Addresses take 8 bytes whatever the target.
        let width = if ty == Type::ADDR { 64 } else { literal_bits(&module.types, config, ty).unwrap_or(8) };
        bytes.extend(&bits.to_le_bytes()[..width as usize / 8]);
    }
    InitNode::Scalars { start: start as u32, len: (bytes.len() - start) as u32 }
}

/// The address of a symbol that a pointer or address of this type can be.
fn address(module: &Module, source: &mut Source<'_>, ty: Type) -> Option<InitNode> {
    let pointer = module.types.as_pointer(ty);
    let fits = |item: Item| {
        let target = match item {
            Item::Data(data) => module.data[data].ty,
            Item::Import(import) => module.imports[import].ty,
            Item::Function(func) => module.functions[func].ty,
            Item::Register(_) | Item::Undefined => return false,
        };
        let function = module.types.as_function(target).is_some();
        match pointer {
            None => true,
            Some((Space::Generic, _)) => true,
            Some((Space::Code, pointee)) => function && pointee == target,
            Some((Space::Static, _)) => !function,
            Some(_) => false,
        }
    };
    let symbols: Vec<Symbol> =
        module.symbols.iter().filter(|(_, data)| fits(data.item)).map(|(symbol, _)| symbol).collect();
    let addend = if source.chance(40) { source.between(0, 64) as i64 - 32 } else { 0 };
    Some(InitNode::Address { symbol: source.pick(&symbols)?, addend })
}
