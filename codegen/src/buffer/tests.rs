//! Random programs, taken out of the buffer and read again with an independent decoder, and cases at the limits.
//!
//! The reader walks the decoded instructions beside the list that the program was made from; a mark before each part
//! says which it is. A jump may be missing only where its label is; everything else must stand where the rows say.

use super::{Buffer, Literal};
use crate::x86_64::address::Address;
use crate::x86_64::condition::Cc;
use crate::x86_64::encode::{Alu, Assembler, Jump, Size};
use crate::x86_64::register::*;
use artifact::*;
use iced_x86::{Decoder, DecoderOptions, Instruction, Mnemonic};
use native_ir::{Block, EntityRef, Func, Inst, Trap};
use proptest::collection::vec;
use proptest::prelude::*;

/// A part of a program.
#[derive(Clone, Debug)]
enum Part {
    /// So many bytes that do nothing.
    Filler(u32),
    /// A branch to a label, on a condition or always.
    Branch(Option<usize>, usize),
    /// The label that comes next in order stands here, and a block begins.
    Bind,
    /// A call, with a row.
    Call,
    /// A trap, with a row.
    Trap,
    /// A comparison with a constant behind the code: the number in 8 bytes.
    Constant(u64),
    /// The address of a table of all labels.
    Table,
    /// A rule of unwinding.
    Unwind(u32),
}

fn part(labels: usize) -> impl Strategy<Value = Part> {
    prop_oneof![
        3 => (1u32..12).prop_map(Part::Filler),
        2 => (90u32..135).prop_map(Part::Filler),
        6 => (proptest::option::of(0usize..16), 0..labels).prop_map(|(cc, label)| Part::Branch(cc, label)),
        5 => Just(Part::Bind),
        1 => Just(Part::Call),
        1 => Just(Part::Trap),
        1 => (0u64..20).prop_map(Part::Constant),
        1 => Just(Part::Table),
        1 => (0u32..100).prop_map(Part::Unwind),
    ]
}

const LABELS: usize = 12;

/// A program's parts, with as many places for labels as there are labels: what is short of them comes at the end.
fn program() -> impl Strategy<Value = Vec<Part>> {
    vec(part(LABELS), 0..90).prop_map(|mut parts| {
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

/// What a program becomes.
fn assemble(asm: &mut Assembler, parts: &[Part]) -> FunctionCode {
    let first = asm.labels(LABELS as u32);
    let all: Vec<_> = (0..LABELS as u32).map(|index| first.nth(index)).collect();
    let mut bound = 0;
    for (index, part) in parts.iter().enumerate() {
        let inst = Inst::new(index);
        asm.inst_row(Some(inst));
        if !matches!(part, Part::Bind) {
            asm.mov_ri(Size::Long, RAX, index as u64);
        }
        match *part {
            Part::Filler(bytes) => asm.nop(bytes),
            Part::Branch(None, label) => asm.jmp(first.nth(label as u32)),
            Part::Branch(Some(cc), label) => asm.jcc(Cc::ALL[cc], first.nth(label as u32)),
            Part::Bind => {
                asm.block_row(Block::new(bound as usize));
                asm.bind(first.nth(bound));
                bound += 1;
            }
            Part::Call => {
                asm.call(Reference::Helper("callee"));
                asm.call_row(inst);
            }
            Part::Trap => {
                asm.trap_row(Trap::Unreachable, inst);
                asm.trap();
            }
            Part::Constant(number) => {
                let literal = asm.literal(&number.to_le_bytes(), 8);
                asm.alu_imm(Alu::Cmp, Size::Quad, Address::literal(literal), 1000);
            }
            Part::Table => {
                let table = asm.jump_table(&all, inst);
                asm.lea(RCX, Address::literal(table));
            }
            Part::Unwind(bytes) => asm.unwind_row(UnwindOp::Cfa(bytes)),
        }
    }
    asm.inst_row(None);
    asm.ret();
    take(asm)
}

fn take(asm: &mut Assembler) -> FunctionCode {
    asm.finish(Func::new(0), Frame::default(), Vec::new()).expect("it is short")
}

/// The instructions of some code, one after the other, and where each ends.
struct Reader<'a> {
    decoder: Decoder<'a>,
}

impl<'a> Reader<'a> {
    fn new(code: &'a FunctionCode) -> Self {
        let bytes = &code.code[..code.literals as usize];
        Reader { decoder: Decoder::new(64, bytes, DecoderOptions::NONE) }
    }

    fn offset(&self) -> u32 {
        self.decoder.position() as u32
    }

    fn peek(&mut self) -> Instruction {
        let position = self.decoder.position();
        let next = self.next();
        self.decoder.set_position(position).expect("it was there");
        self.decoder.set_ip(position as u64);
        next
    }

    fn next(&mut self) -> Instruction {
        let next = self.decoder.decode();
        assert!(!next.is_invalid(), "at {}: no instruction", self.offset());
        next
    }
}

/// What a reader finds.
#[derive(Default)]
struct Found {
    labels: Vec<u64>,
    /// Where branches go, and to which label they should.
    branches: Vec<(u64, usize)>,
    /// Where the constants lie and what they should be.
    constants: Vec<(u64, u64)>,
    tables: Vec<(u64, Inst)>,
    insts: Vec<InstRow>,
    calls: Vec<CallRow>,
    traps: Vec<TrapRow>,
    unwind: Vec<UnwindRow>,
    fields: Vec<u32>,
    /// Branches that were written long, with their distance.
    long: Vec<i64>,
}

impl Found {
    fn row(&mut self, offset: u32, inst: Option<Inst>) {
        if self.insts.last().is_some_and(|last| last.offset == offset) {
            self.insts.pop();
        }
        self.insts.push(InstRow { offset, inst });
    }

    /// A branch, or nothing where a jump was left out.
    fn branch(&mut self, reader: &mut Reader, mnemonic: Mnemonic, label: usize) {
        let it = reader.peek();
        if it.mnemonic() != mnemonic {
            assert_eq!(mnemonic, Mnemonic::Jmp, "at {}: only jumps are left out", reader.offset());
            return self.branches.push((reader.offset().into(), label));
        }
        reader.next();
        self.branches.push((it.near_branch_target(), label));
        if it.len() > 2 {
            self.long.push(it.near_branch_target() as i64 - it.next_ip() as i64);
        } else {
            assert_ne!(
                (mnemonic, it.near_branch_target()),
                (Mnemonic::Jmp, it.next_ip()),
                "a jump to what follows"
            );
        }
    }

    fn part(&mut self, reader: &mut Reader, part: &Part, inst: Inst) {
        match *part {
            Part::Filler(bytes) => {
                let end = reader.offset() + bytes;
                while reader.offset() < end {
                    assert_eq!(reader.next().mnemonic(), Mnemonic::Nop);
                }
                assert_eq!(reader.offset(), end);
            }
            Part::Branch(None, label) => self.branch(reader, Mnemonic::Jmp, label),
            Part::Branch(Some(cc), label) => self.branch(reader, JUMPS[cc], label),
            Part::Bind => self.labels.push(reader.offset().into()),
            Part::Call => {
                self.fields.push(reader.offset() + 1);
                assert_eq!(reader.next().mnemonic(), Mnemonic::Call);
                self.calls.push(CallRow { offset: reader.offset(), inst });
            }
            Part::Trap => {
                self.traps.push(TrapRow { offset: reader.offset(), trap: Trap::Unreachable, inst });
                assert_eq!(reader.next().mnemonic(), Mnemonic::Ud2);
            }
            Part::Constant(number) => self.constants.push((reader.next().ip_rel_memory_address(), number)),
            Part::Table => self.tables.push((reader.next().ip_rel_memory_address(), inst)),
            Part::Unwind(bytes) => {
                self.unwind.push(UnwindRow { offset: reader.offset(), op: UnwindOp::Cfa(bytes) });
            }
        }
    }

    /// Reads a whole program.
    fn read(parts: &[Part], code: &FunctionCode) -> Found {
        let (mut found, mut reader) = (Found::default(), Reader::new(code));
        for (index, part) in parts.iter().enumerate() {
            let inst = Inst::new(index);
            found.row(reader.offset(), Some(inst));
            if !matches!(part, Part::Bind) {
                assert_eq!(reader.next().immediate(1), index as u64, "the mark of {part:?}");
            }
            found.part(&mut reader, part, inst);
        }
        found.row(reader.offset(), None);
        assert_eq!(reader.next().mnemonic(), Mnemonic::Ret);
        assert_eq!(reader.offset(), code.literals);
        found
    }

    /// Compares with what the buffer says.
    fn check(&self, code: &FunctionCode) {
        for &(target, label) in &self.branches {
            assert_eq!(target, self.labels[label], "label {label}");
        }
        assert_eq!(code.claim.insts, self.insts);
        let blocks: Vec<_> = code.claim.blocks.iter().map(|row| u64::from(row.offset)).collect();
        assert_eq!(blocks, self.labels);
        assert_eq!(code.calls, self.calls);
        assert_eq!(code.traps, self.traps);
        assert_eq!(code.unwind, self.unwind);
        let fields: Vec<_> = code.relocations.iter().map(|it| it.offset).collect();
        assert_eq!(fields, self.fields);
        self.check_literals(code);
    }

    fn check_literals(&self, code: &FunctionCode) {
        let mut used = vec![false; code.code.len()];
        for &(offset, number) in &self.constants {
            assert_eq!(offset % 8, 0);
            assert_eq!(code.code[offset as usize..][..8], number.to_le_bytes());
            used[offset as usize..][..8].fill(true);
        }
        let tables: Vec<_> = code.claim.tables.iter().map(|it| (u64::from(it.offset), it.inst)).collect();
        assert_eq!(tables, self.tables);
        for &(offset, _) in &self.tables {
            let entries = code.code[offset as usize..][..4 * LABELS].chunks_exact(4);
            let targets = entries.map(|it| i32::from_le_bytes(it.try_into().expect("4 bytes")));
            let targets: Vec<_> = targets.map(|distance| offset.wrapping_add_signed(distance.into())).collect();
            assert_eq!(targets, self.labels);
            used[offset as usize..][..4 * LABELS].fill(true);
        }
        let rest = (code.literals as usize..code.code.len()).filter(|&offset| !used[offset]);
        let padding: Vec<_> = rest.map(|offset| code.code[offset]).collect();
        assert!(padding.len() < 8 && padding.iter().all(|&byte| byte == 0xCC), "{padding:x?}");
    }
}

const JUMPS: [Mnemonic; 16] = [
    Mnemonic::Jo,
    Mnemonic::Jno,
    Mnemonic::Jb,
    Mnemonic::Jae,
    Mnemonic::Je,
    Mnemonic::Jne,
    Mnemonic::Jbe,
    Mnemonic::Ja,
    Mnemonic::Js,
    Mnemonic::Jns,
    Mnemonic::Jp,
    Mnemonic::Jnp,
    Mnemonic::Jl,
    Mnemonic::Jge,
    Mnemonic::Jle,
    Mnemonic::Jg,
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn programs_mean_the_same_after_branches_are_shortened(programs in vec(program(), 1..4)) {
        let mut asm = Assembler::new();
        for parts in programs {
            let code = assemble(&mut asm, &parts);
            Found::read(&parts, &code).check(&code);
        }
    }
}

/// The mnemonics and lengths of a function's instructions.
fn lengths(asm: &mut Assembler) -> Vec<(Mnemonic, usize)> {
    let code = take(asm);
    let decoder = Decoder::new(64, &code.code[..code.literals as usize], DecoderOptions::NONE);
    decoder.into_iter().map(|it| (it.mnemonic(), it.len())).filter(|it| it.0 != Mnemonic::Nop).collect()
}

/// How long a branch forward over so many bytes is.
fn forward(form: Jump, bytes: u32) -> usize {
    let mut asm = Assembler::new();
    let label = asm.new_label();
    asm.branch(form, label);
    asm.nop(bytes);
    asm.bind(label);
    asm.ret();
    lengths(&mut asm)[0].1
}

/// How long a branch backward over so many bytes is.
fn backward(form: Jump, bytes: u32) -> usize {
    let mut asm = Assembler::new();
    let label = asm.new_label();
    asm.bind(label);
    asm.nop(bytes);
    asm.branch(form, label);
    lengths(&mut asm)[0].1
}

#[test]
fn the_short_form_is_taken_up_to_its_limits() {
    let equal = Jump::If(Cc::Equal);
    assert_eq!((forward(Jump::Always, 127), forward(Jump::Always, 128)), (2, 5));
    assert_eq!((forward(equal, 127), forward(equal, 128)), (2, 6));
    assert_eq!((forward(equal, 0), forward(equal, 1)), (2, 2));
    assert_eq!((backward(Jump::Always, 126), backward(Jump::Always, 127)), (2, 5));
    assert_eq!((backward(equal, 126), backward(equal, 127)), (2, 6));
    assert_eq!((backward(Jump::Always, 0), forward(Jump::Always, 1 << 20)), (2, 5));
}

#[test]
fn jumps_to_what_follows_are_left_out_one_after_the_other() {
    let mut asm = Assembler::new();
    let (first, second) = (asm.new_label(), asm.new_label());
    asm.inst_row(Some(Inst::new(0)));
    asm.jmp(second);
    asm.inst_row(Some(Inst::new(1)));
    asm.jmp(first);
    asm.bind(first);
    asm.inst_row(Some(Inst::new(2)));
    asm.jmp(second);
    asm.bind(second);
    asm.inst_row(Some(Inst::new(3)));
    asm.ret();
    let code = take(&mut asm);
    assert_eq!(code.code, [0xC3]);
    assert_eq!(code.claim.insts, [InstRow { offset: 0, inst: Some(Inst::new(3)) }]);
}

/// Branches of which each is near only once the next one is short, and the last in any case.
fn chain(length: usize) -> Vec<usize> {
    let mut asm = Assembler::new();
    let mut before = None;
    for _ in 0..length {
        let label = asm.new_label();
        asm.jcc(Cc::Equal, label);
        asm.nop(62);
        if let Some(before) = before.replace(label) {
            asm.bind(before);
        }
    }
    before.into_iter().for_each(|label| asm.bind(label));
    lengths(&mut asm).iter().map(|it| it.1).collect()
}

#[test]
fn a_branch_made_short_brings_others_near() {
    assert_eq!(chain(1), [2]);
    assert_eq!(chain(3), [2, 2, 2]);
    assert_eq!(chain(5), [6, 6, 2, 2, 2], "three looks, no more");
}

#[test]
fn a_branch_made_short_brings_what_is_before_it_near() {
    let mut asm = Assembler::new();
    let (behind, ahead) = (asm.new_label(), asm.new_label());
    asm.bind(behind);
    asm.jcc(Cc::Equal, ahead);
    asm.nop(124);
    asm.bind(ahead);
    asm.jcc(Cc::Less, behind);
    assert_eq!(lengths(&mut asm), [(Mnemonic::Je, 2), (Mnemonic::Jl, 2)]);
}

#[test]
fn equal_constants_are_one_and_the_strictest_stand_first() {
    let mut asm = Assembler::new();
    let four = asm.literal(&1u32.to_le_bytes(), 4);
    let eight = asm.literal(&1u64.to_le_bytes(), 8);
    assert_ne!(four, eight, "the same number, but not the same size");
    let many: Vec<Literal> = (0..100u64).map(|number| asm.literal(&number.to_le_bytes(), 8)).collect();
    assert_eq!(many[1], eight);
    assert_eq!(asm.literal(&99u64.to_le_bytes(), 8), many[99]);
    assert_eq!(asm.literal(&1u32.to_le_bytes(), 16), four);
    asm.lea(RAX, Address::literal(four));
    let code = take(&mut asm);
    assert_eq!(code.literals, 7);
    assert_eq!(code.code.len(), 16 + 4 + 4 + 100 * 8);
    assert_eq!(code.code[7..20], [0xCC, 0xCC, 0xCC, 0xCC, 0xCC, 0xCC, 0xCC, 0xCC, 0xCC, 1, 0, 0, 0]);
    assert_eq!(code.align, 16);
}

#[test]
fn what_is_too_long_is_refused_and_leaves_a_buffer_that_works() {
    let mut asm = Assembler::new();
    asm.limit = 1 << 14;
    let label = asm.new_label();
    asm.bind(label);
    for _ in 0..10_000 {
        asm.jmp(label);
        asm.call(Reference::Helper("callee"));
    }
    assert_eq!(asm.finish(Func::new(0), Frame::default(), Vec::new()).err(), Some(super::TooLong));
    asm.ret();
    assert_eq!(take(&mut asm).code, [0xC3]);
}

#[test]
fn a_function_that_is_given_up_leaves_nothing() {
    let mut asm = Buffer::<Jump>::default();
    let label = asm.new_label();
    asm.jmp(label);
    let _ = asm.literal(&[1; 8], 8);
    asm.inst_row(Some(Inst::new(0)));
    asm.clear();
    asm.ret();
    let code = take(&mut asm);
    assert_eq!(code.code, [0xC3]);
    assert!(code.claim.insts.is_empty());
}
