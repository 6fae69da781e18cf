//! The survey as one JSON object. Sizes are in bytes; what is not known is null, and the reason stands beside it.

use super::firmware::Image;
use super::{Bounds, Code, Row, Stack, Survey};
use serde_json::{Value, json};

/// Writes the survey.
pub(super) fn write(survey: &Survey) -> String {
    let helpers = survey.helpers.iter().map(|helper| {
        let (bytes, reason) = stack(&helper.stack);
        json!({ "name": helper.name, "bytes": helper.bytes, "stack": bytes, "stack_reason": reason })
    });
    let (reads, writes) = survey.accesses();
    let value = json!({
        "module": survey.module,
        "target": survey.target,
        "without_code": survey.without_code,
        "functions": survey.functions.iter().map(function).collect::<Vec<_>>(),
        "helpers": helpers.collect::<Vec<_>>(),
        "totals": {
            "functions": survey.functions.len(),
            "code": survey.code_bytes(),
            "helpers": survey.helper_bytes(),
            "constants": survey.constants,
            "data": survey.data,
            "volatile_reads": reads,
            "volatile_writes": writes,
        },
        "image": survey.image.as_ref().map(image),
        "without_image": survey.without_image,
    });
    format!("{value:#}\n")
}

fn function(row: &Row) -> Value {
    let code = row.code.as_ref();
    let (stack, reason) = code.map_or((None, None), |code| stack(&code.stack));
    let accesses = row.accesses.iter().map(|place| {
        json!({
            "register": place.address.map(|_| &place.place),
            "address": place.address,
            "known": place.known,
            "width": place.width,
            "reads": place.reads,
            "writes": place.writes,
            "read_action": place.read_action,
        })
    });
    json!({
        "name": row.name,
        "public": row.public,
        "bytes": code.map(Code::bytes),
        "literals": code.map(|code| code.literals),
        "frame": code.map(|code| code.frame),
        "stack": stack,
        "stack_reason": reason,
        "cycles": code.and_then(|code| code.cycles).map(cycles),
        "pieces": code.map(pieces).unwrap_or_default(),
        "without_code": row.without_code,
        "effects": row.effects,
        "accesses": accesses.collect::<Vec<_>>(),
    })
}

fn stack(stack: &Stack) -> (Option<u64>, Option<&str>) {
    match stack {
        Stack::Bytes(bytes) => (Some(*bytes), None),
        Stack::Open(reason) => (None, Some(reason)),
    }
}

/// Least and most; the latter is null when it is open, both when a call never returns.
fn cycles(bounds: Option<Bounds>) -> Value {
    json!({ "least": bounds.map(|bounds| bounds.least), "most": bounds.and_then(|bounds| bounds.most) })
}

fn pieces(code: &Code) -> Vec<Value> {
    let piece = |piece: &super::Piece| {
        json!({
            "block": piece.block,
            "start": piece.start,
            "end": piece.end,
            "cycles": piece.cycles,
            "taken": piece.taken,
        })
    };
    code.pieces.iter().map(piece).collect()
}

fn image(image: &Image) -> Value {
    let regions = image.regions.iter().map(|region| {
        let sections = region.sections.iter().map(|(name, bytes)| json!({ "name": name, "bytes": bytes }));
        json!({
            "name": region.name,
            "start": region.start,
            "bytes": region.bytes,
            "used": region.used(),
            "sections": sections.collect::<Vec<_>>(),
        })
    });
    let symbols = image.symbols.iter().map(|symbol| {
        json!({
            "name": symbol.name,
            "section": symbol.section,
            "address": symbol.address,
            "bytes": symbol.bytes,
            "origin": symbol.origin.name(),
        })
    });
    let handlers = image.handlers.iter().map(|handler| {
        let (bytes, reason) = stack(&handler.stack);
        json!({ "name": handler.name, "vector": handler.vector, "stack": bytes, "stack_reason": reason })
    });
    let ((main, main_reason), (total, total_reason)) = (stack(&image.main), stack(&image.total));
    json!({
        "entry": image.entry,
        "regions": regions.collect::<Vec<_>>(),
        "symbols": symbols.collect::<Vec<_>>(),
        "stack": {
            "entry": main,
            "entry_reason": main_reason,
            "exception_frame": super::firmware::FRAME,
            "handlers": handlers.collect::<Vec<_>>(),
            "total": total,
            "total_reason": total_reason,
            "room": image.room,
        },
    })
}
