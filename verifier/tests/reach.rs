//! What an engine can reach from an entry.

use native_ir::Rule;
use verifier::{Engine, Options, verify_text};

const HEADER: &str = r#"native-ir 1
module   reach
target   x86_64-unknown-linux-elf
abi      zero-x86_64-sysv-v0.1
layout   "e-p:64:64-i64:64-i128:128-f64:64-f128:128-n8:16:32:64-S128"
profile  hosted
source   0 "reach.zero" lines=9
"#;

#[test]
fn functions_whose_address_stands_in_reachable_data_are_reached() {
    let text = format!(
        "{HEADER}
data @inner : ptr[code,fn() -> ()] readonly = @handler
data @outer : ptr[static,ptr[code,fn() -> ()]] readonly = @inner
data @other : ptr[code,fn() -> ()] readonly = @handler
fn native @handler() -> () source=0 !1:1 {{
^entry:
    return !1:1
}}
fn pub @far() -> (ptr[static,i8]) source=0 !2:1 {{
^entry:
    %p: ptr[static,ptr[static,ptr[code,fn() -> ()]]] = address @outer !2:1
    %q: ptr[static,i8] = cast %p !2:1
    return %q !2:1
}}
fn pub @near() -> () source=0 !3:1 {{
^entry:
    return !3:1
}}
"
    );
    let report = verify_text(text.as_bytes(), &Options { threads: 1, ..Options::default() });
    let messages: Vec<_> = report.diagnostics.iter().map(|located| &located.diagnostic.message).collect();
    let module = report.module.unwrap_or_else(|| panic!("{messages:?}"));
    let entry = |name: &str| module.entry(name).unwrap();
    assert!(module.for_engine(Engine::Vm, &[entry("near")]).is_ok());
    let refused = module.for_engine(Engine::Vm, &[entry("far")]).map(|_| ()).unwrap_err();
    assert_eq!(refused.iter().map(|diagnostic| diagnostic.rule).collect::<Vec<_>>(), [Rule::ExecutionNativeOnVm]);
}
