//! The half in native IR: of each signature a function that C calls and a function that calls C's.

use crate::signature::{Narrow, Passed, Scalar, Signature};

/// A module of all of them.
pub(crate) fn module(envelope: &str, signatures: &[Signature]) -> String {
    let mut text = envelope.to_string();
    signatures.iter().for_each(|signature| text += &functions(signature));
    text
}

/// The types, data and functions of one.
pub(crate) fn functions(signature: &Signature) -> String {
    let index = signature.index;
    let types: String = signature.fields().filter_map(|passed| Some(&*passed.aggregate()?.ir)).collect();
    let fields: Vec<String> = signature.fields().map(|passed| passed.stored().0).collect();
    let fields = fields.join(", ");
    let mut text = format!(
        "{types}type @B{index} = struct{{{fields}}}\ndata pub @args{index} : @B{index} = zero\n\
         data pub @got{index} : @B{index} = zero\n"
    );
    let types = parameters(signature, |_, ty| ty);
    let types = types.join(", ") + if signature.fixed.is_some() { ", ..." } else { "" };
    text +=
        &format!("import ffi @c{index} : fn({types}) -> ({}) effects(read, write)\n", result(&signature.result));
    if signature.fixed.is_none() {
        text += &callee(signature);
    }
    text + &caller(signature)
}

/// The parameters before `...`, and the pointer to a result in memory before them.
fn parameters(signature: &Signature, show: impl Fn(String, String) -> String) -> Vec<String> {
    let first = match &signature.result {
        Passed::Memory(of) => Some(show("%out".to_string(), format!("sret(@{})", of.name))),
        _ => None,
    };
    let count = signature.fixed.unwrap_or(signature.params.len());
    let params = signature.params.iter().take(count).enumerate();
    let params = params.map(|(index, passed)| show(format!("%p{index}"), parameter(passed)));
    first.into_iter().chain(params).collect()
}

fn parameter(passed: &Passed) -> String {
    match passed {
        Passed::Memory(of) => format!("byval(@{})", of.name),
        other => result(other),
    }
}

fn result(passed: &Passed) -> String {
    match passed {
        Passed::Scalar(scalar) => format!("{} {}", scalar.ir, scalar.narrow.word()),
        Passed::Classified(of) => format!("agg(@{})", of.name),
        Passed::Pair([one, two]) => format!("{}, {}", one.ir, two.ir),
        Passed::Memory(_) | Passed::Nothing => String::new(),
    }
}

/// Pointers to the fields of `args` or `got`, named after both.
fn places(signature: &Signature, object: &str) -> String {
    let index = signature.index;
    let mut text = format!("    %{object}: ptr[static,@B{index}] = address @{object}{index} !1:1\n");
    for (field, passed) in signature.fields().enumerate() {
        let ty = passed.stored().0;
        text += &format!("    %{object}{field}: ptr[static,{ty}] = field %{object}, {field} !1:1\n");
    }
    text
}

/// Loads the scalar of a field into a value. A narrow one comes from a word whose other bits are no extension of it, so that
/// who forgets to extend it is found.
fn load(scalar: Scalar, place: &str, value: &str) -> String {
    let Scalar { ir, bytes, narrow, .. } = scalar;
    let above = if ir == "i1" { 1 } else { 8 * bytes };
    match narrow {
        Narrow::Not => format!("    {value}: {ir} = load.{ir} {place} !1:1\n"),
        _ => format!(
            "    {value}x: i32 = load.i32 {place} !1:1\n    {value}y: i32 = xor {value}x, {:#x} !1:1\n    \
             {value}: {ir} = trunc {value}y !1:1\n",
            0x5a5a_5a5b_u64 << above & 0xffff_ffff
        ),
    }
}

/// Stores a value into a field; a narrow one extended.
fn store(scalar: Scalar, place: &str, value: &str) -> String {
    let Scalar { ir, narrow, .. } = scalar;
    match narrow {
        Narrow::Not => format!("    store.{ir} {value}, {place} !1:1\n"),
        _ => format!("    {value}x: i32 = {} {value} !1:1\n    store.i32 {value}x, {place} !1:1\n", narrow.word()),
    }
}

/// Parts of a pair, by field.
fn parts(pair: &[Scalar; 2], object: &str, each: fn(Scalar, &str, &str) -> String) -> String {
    let mut text = String::new();
    for (part, scalar) in pair.iter().enumerate() {
        let place = format!("%{object}0_{part}");
        text += &format!("    {place}: ptr[static,{}] = field %{object}0, {part} !1:1\n", scalar.ir);
        text += &each(*scalar, &place, &format!("%r{part}"));
    }
    text
}

/// A function that stores its parameters in `got` and returns the result of `args`.
fn callee(signature: &Signature) -> String {
    let index = signature.index;
    let params = parameters(signature, |name, ty| format!("{name}: {ty}")).join(", ");
    let mut text = format!(
        "fn pub @n{index}({params}) -> ({}) effects(read, write) source=0 !1:1 {{\n^entry:\n{}{}",
        result(&signature.result),
        places(signature, "args"),
        places(signature, "got")
    );
    for (param, passed) in signature.params.iter().enumerate() {
        let (place, value) = (format!("%got{}", param + 1), format!("%p{param}"));
        text += &match (passed.scalar(), passed.aggregate()) {
            (Some(scalar), _) => store(scalar, &place, &value),
            (_, Some(of)) => format!("    memcpy {place}, {value}, {} align=1 !1:1\n", of.bytes),
            _ => String::new(),
        };
    }
    text += &match &signature.result {
        Passed::Nothing => "    return !1:1\n".to_string(),
        Passed::Scalar(scalar) => load(*scalar, "%args0", "%r") + "    return %r !1:1\n",
        Passed::Classified(_) => "    return %args0 !1:1\n".to_string(),
        Passed::Memory(of) => format!("    memcpy %out, %args0, {} align=1 !1:1\n    return !1:1\n", of.bytes),
        Passed::Pair(pair) => parts(pair, "args", load) + "    return %r0, %r1 !1:1\n",
    };
    text + "}\n"
}

/// A function that calls C's with the parameters of `args`, and stores the result in `got`.
fn caller(signature: &Signature) -> String {
    let index = signature.index;
    let mut text = format!(
        "fn pub native @call{index}() -> () effects(read, write) source=0 !1:1 {{\n^entry:\n{}{}",
        places(signature, "args"),
        places(signature, "got")
    );
    let mut arguments = Vec::new();
    if let Some(of) = signature.result.aggregate() {
        text += &format!("    %into: ptr[generic,@{}] = cast %got0 !1:1\n", of.name);
        if matches!(signature.result, Passed::Memory(_)) {
            arguments.push("%into".to_string());
        }
    }
    for (param, passed) in signature.params.iter().enumerate() {
        let (place, value) = (format!("%args{}", param + 1), format!("%p{param}"));
        match passed.scalar() {
            Some(scalar) => {
                text += &load(scalar, &place, &value);
                arguments.push(value);
            }
            None => arguments.push(place),
        }
    }
    let call = format!("call @c{index}({})", arguments.join(", "));
    text += &match &signature.result {
        Passed::Nothing | Passed::Memory(_) => format!("    {call} !1:1\n"),
        Passed::Classified(_) => format!("    {call} into %into !1:1\n"),
        Passed::Scalar(scalar) => {
            format!("    %r: {} = {call} !1:1\n", scalar.ir) + &store(*scalar, "%got0", "%r")
        }
        Passed::Pair(pair) => {
            format!("    %r0: {}, %r1: {} = {call} !1:1\n", pair[0].ir, pair[1].ir) + &parts(pair, "got", store)
        }
    };
    text + "    return !1:1\n}\n"
}
