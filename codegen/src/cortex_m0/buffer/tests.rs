//! Random programs, taken out of the buffer and read again with a decoder of their own, and cases at the limits.
//!
//! The reader walks the bytes beside the list that the program was made from; a mark before each part says which it is.
//! Constants may stand where the way ended, or behind a branch around them, and nowhere else.

mod reader;

use super::{Buffer, Demands, Label, Refusal, Word};
use crate::cortex_m0::encode;
use crate::cortex_m0::inst::Cond;
use artifact::*;
use native_ir::{Block, EntityRef, Func, Inst, Trap};
use proptest::collection::vec;
use proptest::prelude::*;
use reader::Found;

/// A part of a program.
#[derive(Clone, Debug)]
enum Part {
    /// So many instructions that do nothing.
    Filler(u32),
    /// A branch to a label, on a condition or always.
    Branch(Option<usize>, usize),
    /// The label that comes next in order stands here, and a block begins.
    Bind,
    /// A call, with a row.
    Call,
    /// A trap, with a row.
    Trap,
    /// A load of a number.
    Constant(u32),
    /// A load of an address.
    Address(i32),
    /// A jump through a table of labels.
    Switch(Vec<usize>),
    /// A rule of unwinding.
    Unwind(u32),
}

const LABELS: usize = 12;

/// What does nothing.
const NOP: u16 = 0xBF00;

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![
        6 => (1u32..40).prop_map(Part::Filler),
        2 => (100u32..140).prop_map(Part::Filler),
        2 => (450u32..560).prop_map(Part::Filler),
        1 => (900u32..1100).prop_map(Part::Filler),
        8 => (proptest::option::of(0usize..14), 0..LABELS).prop_map(|(cond, label)| Part::Branch(cond, label)),
        6 => Just(Part::Bind),
        1 => Just(Part::Call),
        1 => Just(Part::Trap),
        8 => (0u32..60).prop_map(Part::Constant),
        2 => (0i32..4).prop_map(Part::Address),
        2 => vec(0..LABELS, 1..40).prop_map(Part::Switch),
        1 => (0u32..100).prop_map(Part::Unwind),
    ]
}

/// A program's parts, with as many places for labels as there are labels: what is short of them comes at the end.
fn program(part: impl Strategy<Value = Part>, most: usize) -> impl Strategy<Value = Vec<Part>> {
    vec(part, 0..most).prop_map(|mut parts| {
        let mut binds = 0;
        parts.retain(|part| {
            !matches!(part, Part::Bind) || {
                binds += 1;
                binds <= LABELS
            }
        });
        parts.extend(std::iter::repeat_n(Part::Bind, LABELS.saturating_sub(binds)));
        parts
    })
}

/// The symbol of a part that loads an address.
const SYMBOL: Reference = Reference::Helper("symbol");

fn write(asm: &mut Buffer, part: &Part, inst: Inst, first: Label, bound: &mut u32) {
    match part {
        Part::Filler(count) => (0..*count).for_each(|_| asm.put(NOP)),
        Part::Branch(None, label) => asm.jump(first.nth(*label as u32)),
        Part::Branch(Some(cond), label) => asm.jump_if(cond_of(*cond), first.nth(*label as u32)),
        Part::Bind => {
            asm.block_row(Block::new(*bound as usize));
            asm.bind(first.nth(*bound));
            *bound += 1;
        }
        Part::Call => {
            let offset = asm.offset();
            let (first, second) = encode::bl(0);
            asm.put_pair(first, second);
            asm.relocate(offset, RelocationKind::ThumbCall, Reference::Helper("callee"), -4);
            asm.call_row(inst);
        }
        Part::Trap => {
            asm.trap_row(Trap::Unreachable, inst);
            asm.put(encode::udf(4));
            asm.edge();
        }
        Part::Constant(number) => asm.load_word(1, Word::Number(*number)),
        Part::Address(addend) => asm.load_word(1, Word::Address(SYMBOL, *addend)),
        Part::Switch(labels) => {
            let labels: Vec<_> = labels.iter().map(|&label| first.nth(label as u32)).collect();
            asm.switch(2, &labels, inst);
        }
        Part::Unwind(bytes) => asm.unwind_row(UnwindOp::Cfa(*bytes)),
    }
}

/// A condition by its number.
fn cond_of(number: usize) -> Cond {
    let eq = Cond::Eq;
    let all = [Cond::Cs, Cond::Mi, Cond::Vs, Cond::Hi, Cond::Ge, Cond::Gt];
    let even = if number < 2 { eq } else { all[(number - 2) / 2] };
    if number.is_multiple_of(2) { even } else { even.negate() }
}

/// What a program becomes, and what it took.
fn assemble(asm: &mut Buffer, parts: &[Part]) -> (FunctionCode, Demands) {
    let mut demands = Demands::default();
    loop {
        asm.begin(demands);
        let first = asm.labels(LABELS as u32);
        let mut bound = 0;
        for (index, part) in parts.iter().enumerate() {
            let inst = Inst::new(index);
            asm.inst_row(Some(inst));
            if !matches!(part, Part::Bind) {
                asm.put(encode::movs_imm(0, index as u32 & 255));
            }
            write(asm, part, inst, first, &mut bound);
        }
        asm.inst_row(None);
        asm.put(encode::bx(encode::LR));
        asm.edge();
        match asm.finish(Func::new(0), Frame::default()) {
            Ok(code) => return (code, demands),
            Err(refusal) => demands = demands.after(refusal).expect("another attempt"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn programs_mean_the_same_at_their_final_places(programs in vec(program(part(), 120), 1..3)) {
        let mut asm = Buffer::default();
        for parts in programs {
            let (code, demands) = assemble(&mut asm, &parts);
            Found::read(&parts, &code, demands).check(&code);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn programs_of_more_than_a_hundred_kilobytes_too(
        parts in program(prop_oneof![5 => part(), 1 => (8_000u32..20_000).prop_map(Part::Filler)], 60),
    ) {
        let (code, demands) = assemble(&mut Buffer::default(), &parts);
        Found::read(&parts, &code, demands).check(&code);
    }
}

/// How many bytes something takes that branches so many bytes ahead.
fn ahead(cond: Option<Cond>, bytes: u32, link: bool) -> Result<u32, Refusal> {
    let mut asm = Buffer::default();
    asm.begin(Demands { link, near_tables: false });
    let label = asm.new_label();
    match cond {
        None => asm.jump(label),
        Some(cond) => asm.jump_if(cond, label),
    }
    (0..bytes / 2).for_each(|_| asm.put(NOP));
    asm.bind(label);
    asm.put(encode::bx(encode::LR));
    asm.edge();
    asm.finish(Func::new(0), Frame::default()).map(|code| code.literals - bytes - 2)
}

/// How many bytes something takes that branches so many bytes back, to its own first byte for 0.
fn back(cond: Option<Cond>, bytes: u32, link: bool) -> Result<u32, Refusal> {
    let mut asm = Buffer::default();
    asm.begin(Demands { link, near_tables: false });
    let label = asm.new_label();
    asm.bind(label);
    (0..bytes / 2).for_each(|_| asm.put(NOP));
    match cond {
        None => asm.jump(label),
        Some(cond) => asm.jump_if(cond, label),
    }
    asm.put(encode::bx(encode::LR));
    asm.edge();
    asm.finish(Func::new(0), Frame::default()).map(|code| code.literals - bytes - 2)
}

#[test]
fn each_form_of_a_branch_is_taken_up_to_its_limits() {
    let equal = Some(Cond::Eq);
    assert_eq!((ahead(None, 0, false), ahead(None, 2, false)), (Ok(0), Ok(2)));
    assert_eq!((ahead(None, 2048, false), ahead(None, 2050, true)), (Ok(2), Ok(4)));
    assert_eq!((back(None, 2044, false), back(None, 2046, true)), (Ok(2), Ok(4)));
    assert_eq!((ahead(equal, 256, false), ahead(equal, 258, false)), (Ok(2), Ok(4)));
    assert_eq!((back(equal, 252, false), back(equal, 254, false)), (Ok(2), Ok(4)));
    assert_eq!((ahead(equal, 2048, false), ahead(equal, 2050, true)), (Ok(4), Ok(6)));
    assert_eq!((back(equal, 2042, false), back(equal, 2044, true)), (Ok(4), Ok(6)));
    assert_eq!((ahead(equal, 2050, false), back(None, 2046, false)), (Err(Refusal::Link), Err(Refusal::Link)));
    assert_eq!(ahead(equal, 1 << 20, true), Ok(6));
}

#[test]
fn a_branch_that_grows_makes_others_grow() {
    let mut asm = Buffer::default();
    asm.begin(Demands::default());
    let labels = asm.labels(4);
    for index in 0..4 {
        asm.jump_if(Cond::Ne, labels.nth(index));
        (0..62).for_each(|_| asm.put(NOP));
    }
    // The last is just too far, and each is near only as long as the next is short.
    (0..67).for_each(|_| asm.put(NOP));
    for index in (0..4).rev() {
        (0..62).for_each(|_| asm.put(NOP));
        asm.bind(labels.nth(index));
    }
    asm.put(encode::bx(encode::LR));
    asm.edge();
    let code = asm.finish(Func::new(0), Frame::default()).expect("near enough");
    assert_eq!(code.literals, 4 * (4 + 124) + 134 + 4 * 124 + 2);
}

#[test]
fn what_is_too_long_is_refused_and_leaves_a_buffer_that_works() {
    let mut asm = Buffer::default();
    asm.begin(Demands::default());
    let label = asm.new_label();
    asm.bind(label);
    for _ in 0..1 << 20 {
        asm.put_pair(NOP, NOP);
        asm.jump_if(Cond::Eq, label);
    }
    assert_eq!(asm.finish(Func::new(0), Frame::default()).err(), Some(Refusal::TooLong));
    assert_eq!(Demands::default().after(Refusal::TooLong), None);
    asm.begin(Demands::default());
    asm.put(encode::bx(encode::LR));
    asm.edge();
    let code = asm.finish(Func::new(0), Frame::default()).expect("it is short");
    assert_eq!(code.code, [0x70, 0x47]);
}

#[test]
fn constants_are_shared_and_go_behind_the_last_edge_in_reach() {
    let mut asm = Buffer::default();
    asm.begin(Demands::default());
    for _ in 0..100 {
        asm.load_word(0, Word::Number(7));
        asm.load_word(1, Word::Number(8));
        (0..9).for_each(|_| asm.put(NOP));
        asm.put(encode::bx(encode::LR));
        asm.edge();
    }
    let code = asm.finish(Func::new(0), Frame::default()).expect("it is short");
    // 42 times 24 bytes are in reach of the first constant.
    let pools: Vec<_> = code.pools.iter().map(|pool| (pool.offset, pool.bytes)).collect();
    assert_eq!(pools, [(1008, 8), (1008 + 8 + 1008, 8)]);
    assert_eq!(code.code.len(), 2400 + 24);
}
