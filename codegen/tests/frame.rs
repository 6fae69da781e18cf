//! Where the frame is: in the red zone of what calls nothing, and above a stack pointer that moves everywhere else.

use artifact::FunctionCode;
use codegen::{Options, all_functions, compile};
use iced_x86::{Decoder, DecoderOptions, Register};
use native_ir::text;

const ENVELOPE: &str = "native-ir 1\nmodule frame\ntarget x86_64-unknown-linux-elf\nabi zero-x86_64-sysv-v0.1\n\
    layout \"e-p:64:64-i64:64-i128:128-f64:64-f128:128-n8:16:32:64-S128\"\nprofile hosted\n\
    source 0 \"src/frame.zero\" lines=99\n";

/// The code of a module's first function.
fn code(items: &str, kernel_mode: bool) -> FunctionCode {
    let parsed = text::parse(format!("{ENVELOPE}{items}"));
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics.first());
    let module = verifier::verify(parsed.module, &verifier::Options::default())
        .unwrap_or_else(|rejected| panic!("{:?}", rejected.diagnostics.first()));
    let options = Options { kernel_mode, ..Options::default() };
    let artifact = compile(&module, &all_functions(&module), &options).expect("it is not too long");
    artifact.functions.into_iter().next().expect("there is a function")
}

/// Whether an instruction adds to the stack pointer, or takes from it.
fn moves_stack(code: &FunctionCode) -> bool {
    let bytes = &code.code[..code.literals as usize];
    Decoder::with_ip(64, bytes, 0, DecoderOptions::NONE).iter().any(|inst| inst.op0_register() == Register::RSP)
}

/// Bytes below the stack pointer in which the code names some.
fn named_below(code: &FunctionCode) -> i64 {
    let bytes = &code.code[..code.literals as usize];
    let insts = Decoder::with_ip(64, bytes, 0, DecoderOptions::NONE);
    let of_frame = insts.into_iter().filter(|inst| inst.memory_base() == Register::RSP);
    -of_frame.map(|inst| inst.memory_displacement64() as i64).min().unwrap_or(0).min(0)
}

/// A function with a slot of so many bytes, the first of which it stores and loads.
fn slot(mark: &str, bytes: u32, between: &str) -> String {
    format!(
        "fn {mark}@f() -> () effects(read, write) !1:1 {{\nslot $s: array[i8,{bytes}] !1:1\n^entry:\n\
         %s: ptr[stack,array[i8,{bytes}]] = slot $s !2:1\n%p: ptr[stack,i8] = element %s, 0 !2:1\n\
         store.i8 7, %p !2:1\n{between}%v: i8 = load.i8 %p !2:1\nreturn !2:1\n}}\n\
         fn @g() -> () effects(read, write) !1:1 {{\n^entry:\nreturn !2:1\n}}\n"
    )
}

/// A function that loads so many words before it adds them up.
fn sum(words: usize) -> String {
    let mut body = String::new();
    for word in 0..words {
        body += &format!("%p{word}: ptr[heap,i64] = element %p, {word} !2:1\n");
        body += &format!("%v{word}: i64 = load.i64 %p{word} !2:1\n");
    }
    body += "%s0: i64 = iadd %v0, 0 !3:1\n";
    for word in 1..words {
        body += &format!("%s{word}: i64 = imul %s{}, %v{word} !3:1\n", word - 1);
    }
    format!(
        "fn pub @f(%p: ptr[heap,i64]) -> (i64) effects(read) !1:1 {{\n^entry:\n{body}return %s{} !4:1\n}}\n",
        words - 1
    )
}

#[test]
fn what_calls_nothing_has_its_frame_in_the_red_zone() {
    for items in [slot("", 1, ""), slot("", 120, ""), sum(18), sum(25)] {
        let leaf = code(&items, false);
        let frame = &leaf.claim.frame;
        assert!(!moves_stack(&leaf), "{items}");
        assert_eq!(frame.bytes as usize, 8 * frame.saved.len(), "{items}");
        assert!((1..=128).contains(&frame.below), "{frame:?}: {items}");
        let named = named_below(&leaf);
        assert!(named > 0 && named <= frame.below.into(), "{named}, {frame:?}: {items}");
        let kernel = code(&items, true);
        assert!(moves_stack(&kernel) && named_below(&kernel) == 0, "{items}");
        assert_eq!(kernel.claim.frame.below, 0);
        // The frame is as large either way.
        let whole = |code: &FunctionCode| code.claim.frame.bytes + code.claim.frame.below;
        assert_eq!(whole(&leaf), whole(&kernel), "{items}");
    }
    assert!(!code(&sum(18), false).claim.frame.saved.is_empty(), "registers are pushed above the red zone");
}

/// Frames that are too large, and functions that call: others, helpers, with arguments on the stack.
#[test]
fn all_others_move_the_stack_pointer() {
    let division = "fn @f(%n: i64) -> (i64) effects(trap) !1:1 {\n^entry:\n%a: i128 = zext %n !2:1\n\
        %b: i128 = udiv %a, %a !2:1\n%r: i64 = trunc %b !2:1\nreturn %r !2:1\n}\n";
    let tail = "fn @f() -> (i64) abi=tail effects(read, write) !1:1 {\nslot $s: i64 !1:1\n^entry:\n\
        %s: ptr[stack,i64] = slot $s !2:1\nstore.i64 7, %s !2:1\n\
        tail_call @g(1, 2, 3, 4, 5, 6, 7, 8) !2:1\n}\n\
        fn @g(%a: i64, %b: i64, %c: i64, %d: i64, %e: i64, %f: i64, %g: i64, %h: i64) -> (i64) abi=tail \
        effects(read, write) !1:1 {\n^entry:\nreturn %h !2:1\n}\n";
    let called = slot("", 8, "call @g() !2:1\n");
    let leaves = [slot("", 129, ""), sum(40), slot("interrupt ", 8, "")];
    for items in leaves.iter().map(String::as_str).chain([called.as_str(), division, tail]) {
        let code = code(items, false);
        assert!(moves_stack(&code) && named_below(&code) == 0, "{items}");
        assert_eq!(code.claim.frame.below, 0, "{items}");
    }
    // A tail call is no call, when nothing waits for it below the stack pointer.
    let jump = tail.replace("tail_call @g(1, 2, 3, 4, 5, 6, 7, 8)", "tail_call @f()");
    assert!(!moves_stack(&code(&jump, false)), "{jump}");
}
