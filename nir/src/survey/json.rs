//! The survey as one JSON object. Sizes are in bytes; what is not known is null, and the reason stands beside it.

use super::{Code, Row, Stack, Survey};
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
            "reads": place.reads,
            "writes": place.writes,
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
