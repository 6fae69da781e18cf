//! Declarations beside functions: named types, registers, data objects, debug types.

use crate::abi::object_fault;
use crate::context::Context;
use crate::pointer_cast::only_adds_effects;
use crate::types::fault_diagnostic;
use crate::volatile::{register_map_fault, register_shape};
use native_ir::debug::DebugKind;
use native_ir::{
    DataObject, DebugType, Diagnostic, EntityRef, HeaderPart, InitNode, Item, Module, Place, RegisterData, Rule,
    Space, Symbol, Type, TypeData, TypeKind,
};

pub(crate) fn check(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let module = context.module;
    for (named, data) in &module.types.named {
        diagnostics.extend(named_type_fault(context, named, data.body));
    }
    for (id, register) in &module.registers {
        diagnostics.extend(register_fault(context, register, Place::Register(id)));
    }
    for (id, data) in &module.data {
        let place = Place::Data(id);
        match object_fault(context, data.ty, &place) {
            Some(fault) => diagnostics.push(fault),
            None => diagnostics.extend(initializer_fault(context, data, place.clone())),
        }
    }
    for (id, circular) in module.debug_types.keys().zip(circular_debug_types(module)) {
        diagnostics.extend(debug_type_fault(module, id, circular));
    }
    for (func, function) in &module.functions {
        for (index, variable) in function.variables.iter().enumerate() {
            let known = module.debug_types.get(variable.ty).is_some();
            if !known && !module.damaged {
                let place = Place::Variable(func, index as u32);
                let message = "a variable of a debug type that is not declared";
                diagnostics.push(Diagnostic::new(Rule::TypeDebugType, place, message));
            }
        }
        if function.align.is_some_and(|align| !align.is_power_of_two()) {
            let place = Place::Function(func, HeaderPart::Clause("align"));
            let message = "an alignment is a power of two";
            diagnostics.push(Diagnostic::new(Rule::TypeAlignment, place, message).label("not a power of two"));
        }
        for (slot, data) in &function.slots {
            diagnostics.extend(align_fault(data.align, Place::Slot(func, slot)));
        }
    }
}

fn align_fault(align: Option<u32>, place: Place) -> Option<Diagnostic> {
    let align = align.filter(|align| !align.is_power_of_two() || *align > 65536)?;
    let message = format!("alignment {align} is no power of two up to 65536");
    Some(Diagnostic::new(Rule::TypeAlignment, place, message).label("not an alignment"))
}

fn named_type_fault(context: &Context<'_>, named: native_ir::NamedType, body: Type) -> Option<Diagnostic> {
    let place = Place::NamedType(named);
    let types = &context.module.types;
    if body == Type::ERROR && context.module.damaged {
        return None;
    }
    if context.layouts.recursive(named) {
        let name = context.module.names.text(types.named[named].name);
        let message = format!("type `@{name}` contains itself");
        return Some(Diagnostic::new(Rule::TypeRecursiveType, place, message).label("has no size"));
    }
    if context.fault(body).is_some() {
        return fault_diagnostic(context, body, place);
    }
    let aggregate = matches!(types.data(body), TypeData::Struct { .. } | TypeData::Array { .. });
    (!aggregate).then(|| {
        let message = format!("`{}` is no aggregate: only structs and arrays have names", context.type_text(body));
        Diagnostic::new(Rule::TypeInvalidType, place, message).label("not an aggregate")
    })
}

/// The declaration by itself, then against the register map.
fn register_fault(context: &Context<'_>, register: &RegisterData, place: Place) -> Option<Diagnostic> {
    let name = context.symbol_text(register.symbol);
    if context.fault(register.ty).is_some() {
        return fault_diagnostic(context, register.ty, place);
    }
    let shape = register_shape(&context.module.types, register.ty).filter(|(ty, _)| context.is_storable(*ty));
    let Some((ty, count)) = shape else {
        let message = format!("register `{name}` has the type `{}`", context.type_text(register.ty));
        return Some(Diagnostic::new(Rule::TypeRegister, place, message).label("not a ptr[mmio,T]"));
    };
    let bits = context.bits(ty).unwrap_or(8);
    let bytes = u64::from(bits / 8);
    let limit = if context.pointer_bits() >= 64 { u64::MAX } else { (1 << context.pointer_bits()) - 1 };
    let last = bytes.checked_mul(count).and_then(|size| register.address.checked_add(size.saturating_sub(1)));
    if !register.address.is_multiple_of(bytes) || last.is_none_or(|last| last > limit) || count == 0 {
        let message =
            format!("register `{name}` at 0x{:x} is misaligned or outside the address space", register.address);
        return Some(Diagnostic::new(Rule::TypeRegister, place, message).label(format!("{bits} bits wide")));
    }
    register_map_fault(context, register, &name, bits, count, place)
}

/// A walk over the initial value in preorder, with the types that are still to come on a stack.
fn initializer_fault(context: &Context<'_>, data: &DataObject, place: Place) -> Option<Diagnostic> {
    if let Some(fault) = align_fault(data.align, place.clone()) {
        return Some(fault);
    }
    // The reader of a text says itself what does not fit, and leaves a shape that does not either.
    if context.module.damaged {
        return None;
    }
    let wrong = |message: String| {
        Some(Diagnostic::new(Rule::TypeInitializer, place.clone(), message).label("initial value"))
    };
    let types = &context.module.types;
    // Runs of types: so many of this type, then what is below.
    let mut expected: Vec<Run> = vec![Run::Same(data.ty, 1)];
    for node in &data.init.nodes {
        let Some(ty) = next_type(&mut expected) else {
            return wrong("the initial value has more parts than the type".to_string());
        };
        let fits = match *node {
            InitNode::Zero => true,
            InitNode::Scalars { start, len } => {
                let bytes = data.init.bytes.get(start as usize..(start as usize).saturating_add(len as usize));
                bytes.is_some() && scalar_bytes(context, ty) == Some(u64::from(len))
            }
            InitNode::List(count) => match types.resolved(ty) {
                TypeData::Array { element, length } if *length == u64::from(count) => {
                    expected.push(Run::Same(*element, *length));
                    true
                }
                TypeData::Struct { fields, .. } if fields.len() == count as usize => {
                    expected.push(Run::Fields(ty, 0, fields.len()));
                    true
                }
                _ => false,
            },
            InitNode::Address { symbol, .. } => address_fits(context, ty, symbol),
        };
        if !fits {
            let text = context.type_text(ty);
            return wrong(format!("a part of the initial value does not fit its type `{text}`"));
        }
        expand_fields(types, &mut expected);
    }
    match next_type(&mut expected) {
        Some(_) => wrong("the initial value has fewer parts than the type".to_string()),
        None => None,
    }
}

/// Types that are still to come.
enum Run {
    /// So many of one type.
    Same(Type, u64),
    /// The fields of a struct from an index to its end.
    Fields(Type, usize, usize),
}

fn next_type(expected: &mut Vec<Run>) -> Option<Type> {
    loop {
        match expected.last_mut()? {
            Run::Same(_, 0) => drop(expected.pop()),
            Run::Same(ty, left) => {
                *left -= 1;
                return Some(*ty);
            }
            // Fields are expanded as soon as they are pushed.
            Run::Fields(..) => drop(expected.pop()),
        }
    }
}

/// Replaces a struct on top by its fields, the first on top.
fn expand_fields(types: &native_ir::TypeTable, expected: &mut Vec<Run>) {
    if let Some(&Run::Fields(ty, from, to)) = expected.last() {
        expected.pop();
        if let TypeData::Struct { fields, .. } = types.resolved(ty) {
            expected.extend(fields[from..to].iter().rev().map(|&field| Run::Same(field, 1)));
        }
    }
}

/// The bytes that an initial value keeps for a scalar or an array of scalars.
fn scalar_bytes(context: &Context<'_>, ty: Type) -> Option<u64> {
    let one = |ty: Type| match context.module.types.kind(ty)? {
        TypeKind::Addr => Some(8),
        TypeKind::Ptr => None,
        _ => context.bits(ty).map(|bits| u64::from(bits / 8)),
    };
    match context.module.types.resolved(ty) {
        TypeData::Array { element, length } => one(*element)?.checked_mul(*length),
        _ => one(ty),
    }
}

/// Whether the address of a symbol can be the initial value of a type.
fn address_fits(context: &Context<'_>, ty: Type, symbol: Symbol) -> bool {
    let module = context.module;
    let item = module.item(symbol);
    if ty == Type::ADDR {
        return !matches!(item, Item::Register(_)) || module.damaged;
    }
    let (Some((space, pointee)), Some(target)) = (module.types.as_pointer(ty), target_type(module, item)) else {
        return module.damaged && item == Item::Undefined;
    };
    match module.types.as_function(target) {
        Some(function) => {
            let wanted = module.types.as_function(pointee);
            space == Space::Generic || wanted.is_some_and(|wanted| only_adds_effects(function, wanted))
        }
        None => space == Space::Generic || space == Space::Static,
    }
}

fn target_type(module: &Module, item: Item) -> Option<Type> {
    match item {
        Item::Data(data) => module.data.get(data).map(|data| data.ty),
        Item::Function(func) => module.functions.get(func).map(|function| function.ty),
        Item::Import(import) => module.imports.get(import).map(|import| import.ty),
        Item::Register(_) | Item::Undefined => None,
    }
}

/// References to types that exist, members inside the size, and no cycle but through pointers and structs' members.
fn debug_type_fault(module: &Module, id: DebugType, circular: bool) -> Option<Diagnostic> {
    let data = &module.debug_types[id];
    let wrong = |message: &str| Some(Diagnostic::new(Rule::TypeDebugType, Place::DebugType(id), message));
    let exists = |ty: &DebugType| ty.index() < module.debug_types.len() || module.damaged;
    match &data.kind {
        DebugKind::Base { bytes, .. } if *bytes == 0 || *bytes > 16 => wrong("a base type has 1 to 16 bytes"),
        DebugKind::Base { .. } => None,
        DebugKind::Pointer { to, .. } if exists(to) => None,
        _ if circular => wrong("the debug type contains itself"),
        DebugKind::Struct { members, bytes, .. } => {
            if !members.iter().all(|member| exists(&member.ty)) {
                return wrong("a member's debug type is not declared");
            }
            let inside = members.iter().all(|member| member.offset < (*bytes).max(1));
            if inside { None } else { wrong("a member begins outside its struct") }
        }
        DebugKind::Typedef { of, .. } | DebugKind::Array { of, .. } | DebugKind::Enum { of, .. } if exists(of) => {
            None
        }
        _ => wrong("refers to a debug type that is not declared"),
    }
}

/// The debug types that contain themselves without a pointer between: a depth-first walk that meets a type which it
/// has not left yet.
fn circular_debug_types(module: &Module) -> Vec<bool> {
    let part = |ty: DebugType, index: usize| match &module.debug_types.get(ty)?.kind {
        DebugKind::Base { .. } | DebugKind::Pointer { .. } => None,
        DebugKind::Typedef { of, .. } | DebugKind::Array { of, .. } | DebugKind::Enum { of, .. } => {
            (index == 0).then_some(*of)
        }
        DebugKind::Struct { members, .. } => members.get(index).map(|member| member.ty),
    };
    let count = module.debug_types.len();
    let (mut circular, mut entered, mut left) = (vec![false; count], vec![false; count], vec![false; count]);
    let mut walk: Vec<(DebugType, usize)> = Vec::new();
    for start in module.debug_types.keys() {
        if !std::mem::replace(&mut entered[start.index()], true) {
            walk.push((start, 0));
        }
        while let Some((ty, index)) = walk.last_mut() {
            match part(*ty, *index) {
                None => {
                    left[ty.index()] = true;
                    walk.pop();
                }
                Some(next) => {
                    *index += 1;
                    if next.index() >= count {
                        continue;
                    }
                    if std::mem::replace(&mut entered[next.index()], true) {
                        circular[next.index()] |= !left[next.index()];
                    } else {
                        walk.push((next, 0));
                    }
                }
            }
        }
    }
    circular
}
