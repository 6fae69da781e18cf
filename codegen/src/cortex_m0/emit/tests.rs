//! What lines become, read as text.

use super::*;
use crate::cortex_m0::inst::{CodeBlock, Line};
use artifact::{Reference, Saved, UnwindOp, UnwindRow};
use native_ir::{Block, EntityRef};

const R0: Reg = Reg(0);

fn reg(number: u32) -> Reg {
    Reg(number)
}

/// A function of blocks of lines, none of which the IR knows.
fn code(blocks: Vec<Vec<Inst>>) -> Code {
    let line = |inst| Line { inst, source: Some(Source::new(0)) };
    let block = |(number, lines): (usize, Vec<Inst>)| CodeBlock {
        block: Some(Block::new(number)),
        lines: lines.into_iter().map(line).collect(),
        ..CodeBlock::default()
    };
    Code { blocks: blocks.into_iter().enumerate().map(block).collect(), ..Code::default() }
}

fn emitted(blocks: Vec<Vec<Inst>>, frame: &Frame) -> FunctionCode {
    let mut asm = Buffer::default();
    let mut demands = Demands::default();
    loop {
        match emit(&mut asm, &code(blocks.clone()), frame, &[], Func::new(0), demands) {
            Ok(code) => return code,
            Err(refusal) => demands = demands.after(refusal).expect("another attempt"),
        }
    }
}

/// The text of a function without constants among its code.
fn lines(code: &FunctionCode) -> Vec<String> {
    let mut at = 0;
    let mut lines = Vec::new();
    while at < code.literals as usize {
        let inst = thumb::decode_bytes(&code.code[at..code.literals as usize]).expect("an instruction");
        at += if inst.encode().is_some_and(|it| matches!(it, thumb::Halfwords::Two(..))) { 4 } else { 2 };
        lines.push(inst.to_string());
    }
    lines
}

fn body(lines: Vec<Inst>) -> Vec<String> {
    let mut all = lines;
    all.push(Inst::Return { values: Vec::new() });
    let mut text = self::lines(&emitted(vec![all], &Frame::default()));
    assert_eq!(text.pop().as_deref(), Some("bx lr"));
    text
}

/// What a sequence leaves in r0, by the few instructions that constants are made of.
fn evaluated(text: &[String], words: &[u8]) -> u32 {
    let mut value = 0u32;
    for line in text {
        let number =
            || line.rsplit_once('#').and_then(|(_, number)| number.parse::<u32>().ok()).expect("a number");
        match line.split_once(' ').expect("an operand").0 {
            "movs" => value = number(),
            "lsls" => value <<= number(),
            "mvns" => value = !value,
            "adds" => value = value.wrapping_add(number()),
            "ldr" => value = u32::from_le_bytes(words[words.len() - 4..].try_into().expect("4 bytes")),
            other => panic!("{other}"),
        }
    }
    value
}

#[test]
fn constants_are_what_they_say_in_as_few_instructions_as_can_be() {
    let mut values: Vec<u32> = (0..600).chain(0u32.wrapping_sub(600)..=u32::MAX).collect();
    values.extend((0..32).flat_map(|shift| [0xFFu32, 0x81, 1, 0x101, 0x1FF].map(|byte| byte << shift)));
    let mut lengths = [0; 3];
    for value in values {
        let constant = vec![Inst::Const { dst: R0, value }, Inst::Return { values: Vec::new() }];
        let code = emitted(vec![constant], &Frame::default());
        let text = lines(&code);
        assert_eq!(evaluated(&text[..text.len() - 1], &code.code), value);
        lengths[text.len() - 1] += 1;
        assert_eq!(text.len() == 2 && code.code.len() == 4, value <= 255, "{value}");
    }
    assert!(lengths[1] > 256 && lengths[2] > 256, "{lengths:?}");
    assert_eq!(body(vec![Inst::Const { dst: R0, value: 509 }]), ["movs r0, #255", "adds r0, #254"]);
    assert_eq!(body(vec![Inst::Const { dst: R0, value: 0xFF00_0000 }]), ["movs r0, #255", "lsls r0, r0, #24"]);
    assert_eq!(body(vec![Inst::Const { dst: R0, value: 0xFFFF_FF00 }]), ["movs r0, #255", "mvns r0, r0"]);
}

#[test]
fn constants_that_are_made_often_stand_in_the_code() {
    let constants = |count| (0..count).map(|dst| Inst::Const { dst: reg(dst), value: 0x4000_0000 });
    let mut twice: Vec<_> = constants(2).collect();
    twice.push(Inst::Return { values: Vec::new() });
    assert_eq!(emitted(vec![twice], &Frame::default()).code.len(), 10);
    let mut often: Vec<_> = constants(3).collect();
    often.push(Inst::Return { values: Vec::new() });
    assert_eq!(emitted(vec![often], &Frame::default()).code.len(), 12);
}

#[test]
fn words_of_the_frame_are_reached_at_any_distance_without_flags() {
    let frame = Frame { outgoing: 4096, lowered: 0, ..Frame::default() };
    let cell = |bytes| Cell::Outgoing(bytes);
    let text = |inst: Inst| lines(&emitted(vec![vec![inst, Inst::Return { values: Vec::new() }]], &frame));
    let near = text(Inst::Spill { src: reg(1), cell: cell(1020) });
    assert_eq!(near, ["str r1, [sp, #1020]", "bx lr"]);
    let far = text(Inst::Spill { src: reg(0), cell: cell(1024) });
    let wanted = ["mov r12, r1", "ldr r1, [pc, #8]", "add r1, sp, r1", "str r0, [r1]", "mov r1, r12", "bx lr"];
    assert_eq!(far, wanted);
    let far = text(Inst::Reload { dst: reg(5), cell: cell(1024) });
    assert_eq!(far, ["ldr r5, [pc, #4]", "add r5, sp, r5", "ldr r5, [r5]", "bx lr"]);
    let address = text(Inst::FrameAddress { dst: reg(2), cell: cell(1020 + 255) });
    assert_eq!(address, ["add r2, sp, #1020", "adds r2, #255", "bx lr"]);
    let address = text(Inst::FrameAddress { dst: reg(2), cell: cell(13) });
    assert_eq!(address, ["add r2, sp, #12", "adds r2, #1", "bx lr"]);
    let address = text(Inst::FrameAddress { dst: reg(2), cell: cell(1276) });
    assert_eq!(address, ["ldr r2, [pc, #4]", "add r2, sp, r2", "bx lr"]);
}

/// Rows as offsets and what they say.
fn rows(code: &FunctionCode) -> Vec<(u32, UnwindOp)> {
    code.unwind.iter().map(|&UnwindRow { offset, op }| (offset, op)).collect()
}

#[test]
fn a_frame_is_made_and_taken_down() {
    let frame = Frame { saved: 1 << 14 | 1 << 4 | 1 << 6, lowered: 12, ..Frame::default() };
    let values = vec![(reg(0), 0), (reg(1), 1)];
    let code = emitted(vec![vec![Inst::Return { values }]], &frame);
    assert_eq!(lines(&code), ["push {r4, r6, lr}", "sub sp, #12", "add sp, #12", "pop {r4, r6, pc}"]);
    let made = [
        (2, UnwindOp::Cfa(12)),
        (2, UnwindOp::Saved(4, 12)),
        (2, UnwindOp::Saved(6, 8)),
        (2, UnwindOp::Saved(14, 4)),
        (4, UnwindOp::Cfa(24)),
        (4, UnwindOp::Remember),
        (6, UnwindOp::Cfa(12)),
    ];
    assert_eq!(rows(&code), made);
    let saved =
        [Saved { register: 4, offset: 12 }, Saved { register: 6, offset: 16 }, Saved { register: 14, offset: 20 }];
    assert_eq!(code.claim.frame.saved, saved);
    assert_eq!(code.claim.frame.bytes, 24);
}

#[test]
fn small_frames_are_popped_into_registers_that_hold_nothing() {
    let frame = Frame { saved: 1 << 14 | 1 << 4, padding: 1 << 3, lowered: 4, ..Frame::default() };
    let values = vec![(reg(0), 0)];
    let code = emitted(vec![vec![Inst::Return { values }]], &frame);
    assert_eq!(lines(&code), ["push {r3, r4, lr}", "sub sp, #4", "pop {r1, r2, r4, pc}"]);
    assert_eq!(rows(&code).len(), 4, "the frame is there until the return");
}

#[test]
fn a_leaf_returns_by_its_link_register() {
    let frame = Frame { saved: 1 << 5, ..Frame::default() };
    let code =
        emitted(vec![vec![Inst::Return { values: Vec::new() }], vec![Inst::Trap { trap: Trap::User }]], &frame);
    assert_eq!(lines(&code), ["push {r5}", "pop {r5}", "bx lr", "udf #7"]);
    let made = [
        (2, UnwindOp::Cfa(4)),
        (2, UnwindOp::Saved(5, 4)),
        (2, UnwindOp::Remember),
        (4, UnwindOp::Restored(5)),
        (4, UnwindOp::Cfa(0)),
        (6, UnwindOp::Recall),
    ];
    assert_eq!(rows(&code), made);
}

#[test]
fn large_frames_move_the_stack_pointer_by_a_constant() {
    let frame = Frame { saved: 1 << 14 | 1 << 4, lowered: 2000, ..Frame::default() };
    let code = emitted(vec![vec![Inst::Return { values: Vec::new() }]], &frame);
    let wanted =
        ["push {r4, lr}", "ldr r4, [pc, #8]", "add sp, r4", "ldr r0, [pc, #8]", "add sp, r0", "pop {r4, pc}"];
    assert_eq!(lines(&code)[..3], wanted[..3]);
    assert_eq!(lines(&code).last().map(String::as_str), Some("pop {r4, pc}"));
    assert_eq!(
        code.code[code.literals as usize..],
        [&(-2000i32).to_le_bytes()[..], &2000i32.to_le_bytes()].concat()
    );
    let frame = Frame { lowered: 2000, ..Frame::default() };
    let text = lines(&emitted(vec![vec![Inst::Return { values: Vec::new() }]], &frame));
    assert_eq!(text[0], "mov r12, r3");
    assert_eq!(text[3], "mov r3, r12");
}

#[test]
fn a_tail_call_hands_over_its_stack_arguments() {
    let frame = Frame { saved: 1 << 14 | 0x70, lowered: 16, pops: 8, ..Frame::default() };
    let call = Inst::TailCall { target: reg(6), args: vec![(reg(0), 0)], stack: Some(16) };
    let code = emitted(vec![vec![call]], &frame);
    let wanted = [
        "push {r4, r5, r6, lr}",
        "sub sp, #16",
        "mov r12, r6",
        "ldr r4, [sp, #28]",
        "mov lr, r4",
        "ldr r6, [sp, #24]",
        "ldr r4, [sp, #20]",
        "push {r4}",
        "ldr r4, [sp, #20]",
        "push {r4}",
        "ldr r4, [sp, #20]",
        "str r4, [sp, #44]",
        "ldr r4, [sp, #16]",
        "str r4, [sp, #40]",
        "ldr r4, [sp, #12]",
        "str r4, [sp, #36]",
        "ldr r4, [sp, #8]",
        "str r4, [sp, #32]",
        "pop {r4, r5}",
        "add sp, #24",
        "bx r12",
    ];
    assert_eq!(lines(&code), wanted);
    assert_eq!(rows(&code).last(), Some(&(40, UnwindOp::Cfa(16))));
}

#[test]
fn callees_that_take_their_arguments_off_leave_the_frame_whole() {
    let frame = Frame { saved: 1 << 14 | 1 << 4, lowered: 8, outgoing: 8, pops: 4, ..Frame::default() };
    let callee = Callee::Direct(Reference::Helper("callee"));
    let call = Inst::Call { callee, args: Vec::new(), results: Vec::new(), pops: 8 };
    let code = emitted(vec![vec![call, Inst::Return { values: Vec::new() }]], &frame);
    let wanted = [
        "push {r4, lr}",
        "sub sp, #8",
        "bl #-4",
        "sub sp, #8",
        "ldr r4, [sp, #12]",
        "mov lr, r4",
        "add sp, #8",
        "pop {r4}",
        "add sp, #8",
        "bx lr",
    ];
    assert_eq!(lines(&code), wanted);
    let said = rows(&code);
    assert_eq!(said[0], (0, UnwindOp::Cfa(4)));
    assert_eq!(said[1..4], [(2, UnwindOp::Cfa(12)), (2, UnwindOp::Saved(4, 12)), (2, UnwindOp::Saved(14, 8))]);
    assert_eq!(said[4..7], [(4, UnwindOp::Cfa(20)), (8, UnwindOp::Cfa(12)), (10, UnwindOp::Cfa(20))]);
    assert_eq!(said.last(), Some(&(20, UnwindOp::Cfa(0))));
}

#[test]
fn traps_stand_behind_the_code_or_where_the_way_ends_near_them() {
    let trap = |trap| Inst::TrapIf { cond: Cond::Eq, trap };
    let filler = || std::iter::repeat_n(Inst::CmpImm { a: R0, imm: 1 }, 90);
    let mut first = vec![trap(Trap::Bounds), trap(Trap::Assertion)];
    first.extend(filler());
    first.push(Inst::Jump { to: 2 });
    let second = vec![trap(Trap::User), Inst::Return { values: Vec::new() }];
    let third = vec![Inst::Jump { to: 1 }];
    let code = emitted(vec![first, second, third], &Frame::default());
    let traps: Vec<_> = code.traps.iter().map(|row| (row.offset, row.trap)).collect();
    assert_eq!(traps, [(186, Trap::Bounds), (188, Trap::Assertion), (196, Trap::User)]);
    assert_eq!(code.claim.blocks.iter().map(|row| row.offset).collect::<Vec<_>>(), [0, 190, 194]);
    assert_eq!(code.literals, 198);
}

#[test]
fn selects_branch_over_their_moves() {
    let words = vec![
        Choice { dst: reg(1), then: reg(1), other: Other::Reg(reg(2)) },
        Choice { dst: reg(3), then: reg(3), other: Other::Byte(9) },
    ];
    let text = body(vec![Inst::Select { cond: Cond::Lt, words }]);
    assert_eq!(text, ["blt #2", "mov r1, r2", "movs r3, #9"]);
}
