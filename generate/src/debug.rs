//! Debug types of a module.

use crate::Source;
use crate::names::{NameSpace, any_text};
use native_ir::debug::{DebugKind, DebugTypeData, Encoding, Member};
use native_ir::{DebugType, EntityRef, Module, Name};

/// Adds debug types: the first one a base type, the others made of any, in circles only through pointers.
pub(crate) fn types(module: &mut Module, source: &mut Source<'_>) {
    let mut names = NameSpace::default();
    let count = source.between(1, 6);
    for index in 0..count {
        let name = if source.chance(40) { Name::NONE } else { intern(module, &names.fresh(source, "t")) };
        let kind = if index == 0 { base(module, source) } else { kind(module, source, index, count) };
        module.debug_types.push(DebugTypeData { name, kind });
    }
}

fn intern(module: &mut Module, text: &str) -> Name {
    module.names.intern(text)
}

fn text(module: &mut Module, source: &mut Source<'_>, usual: &str) -> Name {
    let text = any_text(source, usual);
    intern(module, &text)
}

fn base(module: &mut Module, source: &mut Source<'_>) -> DebugKind {
    let encoding = source.pick(&Encoding::ALL).unwrap_or(Encoding::Signed);
    DebugKind::Base { name: text(module, source, "int"), encoding, bytes: source.between(1, 16) as u64 }
}

fn kind(module: &mut Module, source: &mut Source<'_>, index: usize, count: usize) -> DebugKind {
    let earlier = DebugType::new(source.below(index));
    let any = DebugType::new(source.below(count));
    match source.below(6) {
        0 => base(module, source),
        1 => DebugKind::Pointer { to: any, bytes: 4 },
        2 => DebugKind::Typedef { name: text(module, source, "alias"), of: earlier },
        3 => DebugKind::Array { of: earlier, count: source.below(100) as u64 },
        4 => {
            let bytes = source.between(0, 64) as u64;
            let members = (0..source.below(4)).map(|_| Member {
                name: text(module, source, "member"),
                ty: DebugType::new(source.below(index)),
                offset: source.below(bytes.max(1) as usize) as u64,
            });
            let members = members.collect();
            DebugKind::Struct { name: text(module, source, "Struct"), bytes, members }
        }
        _ => {
            let value = |_| (text(module, source, "value"), source.bits() as i64);
            let values = (0..3).map(value).collect();
            DebugKind::Enum { name: text(module, source, "Enum"), of: earlier, values }
        }
    }
}
