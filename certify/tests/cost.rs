//! Cycles of code written by hand: one way, two ways, a circle, a trap, a table, a pool and a branch over a long distance.

use artifact::{Artifact, BlockRow, Claim, FunctionCode, JumpTable, Pool, Reference, RelocationModel};
use artifact::{Relocation, RelocationKind};
use certify::cost::{Cycles, costs};
use native_ir::{Block, EntityRef, Func, Inst};

const BX_LR: u16 = 0x4770;

fn function(halfwords: &[u16], blocks: &[u32]) -> FunctionCode {
    let code: Vec<u8> = halfwords.iter().flat_map(|halfword| halfword.to_le_bytes()).collect();
    let row = |(index, &offset): (usize, &u32)| BlockRow { offset, block: Block::new(index) };
    FunctionCode {
        func: Func::new(0),
        literals: code.len() as u32,
        code,
        pools: Vec::new(),
        align: 4,
        relocations: Vec::new(),
        traps: Vec::new(),
        calls: Vec::new(),
        unwind: Vec::new(),
        claim: Claim { blocks: blocks.iter().enumerate().map(row).collect(), ..Claim::default() },
    }
}

fn artifact(function: FunctionCode) -> Artifact {
    Artifact {
        triple: "sim-cortex-m0".to_string(),
        features: Vec::new(),
        relocation_model: RelocationModel::Static,
        kernel_mode: false,
        functions: vec![function],
    }
}

type Bounds = Option<(u64, Option<u64>)>;

/// The cycles of a whole call, and of each block.
fn cycles(function: FunctionCode, multiply: u32) -> (Bounds, Vec<Bounds>) {
    let bounds = |cycles: Option<Cycles>| cycles.map(|cycles| (cycles.least, cycles.most));
    let cost = costs(&artifact(function), multiply).pop().expect("the code can be followed");
    (bounds(cost.cycles), cost.blocks.iter().map(|block| bounds(block.cycles)).collect())
}

fn exactly(cycles: u64) -> Bounds {
    Some((cycles, Some(cycles)))
}

#[test]
fn a_loop_has_a_least_and_no_most() {
    // movs r1, #0; adds r1, #1; cmp r1, r0; bne to the adds; bx lr
    let code = function(&[0x2100, 0x3101, 0x4281, 0xd1fc, BX_LR], &[0, 2, 8]);
    assert_eq!(cycles(code, 1), (Some((1 + 3 + 3, None)), vec![exactly(1), Some((3, Some(5))), exactly(3)]));
}

#[test]
fn a_trap_counts_only_alone() {
    // cmp r0, #0; beq to the udf; movs r0, #1; bx lr; udf #5
    let code = function(&[0x2800, 0xd001, 0x2001, BX_LR, 0xde05], &[0]);
    assert_eq!(cycles(code, 1), (exactly(1 + 1 + 1 + 3), vec![exactly(6)]));
    assert_eq!(cycles(function(&[0x2001, 0xde05], &[0]), 1), (exactly(2), vec![exactly(2)]));
}

#[test]
fn instructions_take_what_the_table_says() {
    // push {r4, lr}; muls r0, r0, r0; ldr r1, [r0]; dmb; pop {r4, pc}
    let code = [0xb510, 0x4340, 0x6801, 0xf3bf, 0x8f5f, 0xbd10];
    assert_eq!(cycles(function(&code, &[2]), 1), (exactly(3 + 1 + 2 + 4 + 6), vec![exactly(1 + 2 + 4 + 6)]));
    assert_eq!(cycles(function(&code, &[2]), 32).0, exactly(3 + 32 + 2 + 4 + 6));
}

#[test]
fn a_circle_without_a_way_out_has_no_cycles() {
    // b to itself
    assert_eq!(cycles(function(&[0xe7fe], &[0]), 1), (None, vec![exactly(3)]));
    // nop; nop; b to the second: a circle within the block
    assert_eq!(cycles(function(&[0xbf00, 0xbf00, 0xe7fd], &[0]), 1), (None, vec![None]));
}

#[test]
fn empty_blocks_take_nothing() {
    assert_eq!(cycles(function(&[0x2001, BX_LR], &[0, 2, 2]), 1).1, [exactly(1), exactly(0), exactly(3)]);
}

#[test]
fn pools_are_gone_around() {
    // ldr r0, [pc, #0]; b over the pool; the pool; bx lr
    let mut code = function(&[0x4800, 0xe001, 0x1234, 0x5678, BX_LR], &[0, 8]);
    code.pools = vec![Pool { offset: 4, bytes: 4 }];
    assert_eq!(cycles(code, 1), (exactly(2 + 3 + 3), vec![exactly(5), exactly(3)]));
}

#[test]
fn tables_lead_to_each_entry() {
    // add r0, pc; ldrb r0, [r0, #4]; lsls r0, r0, #1; add pc, r0; two entries; bx lr; movs r0, #1; bx lr
    let mut code = function(&[0x4478, 0x7900, 0x0040, 0x4487, 0x0100, BX_LR, 0x2001, BX_LR], &[0, 10, 12]);
    code.pools = vec![Pool { offset: 8, bytes: 2 }];
    let table = JumpTable { offset: 8, width: 1, base: 10, entries: 2, inst: Inst::new(0) };
    code.claim.tables = vec![table];
    let (whole, blocks) = cycles(code.clone(), 1);
    assert_eq!(blocks, [exactly(1 + 2 + 1 + 3), exactly(3), exactly(4)]);
    assert_eq!(whole, Some((7 + 3, Some(7 + 4))));
    code.claim.tables.clear();
    assert_eq!(costs(&artifact(code), 1), [], "a jump without a table is not guessed at");
}

#[test]
fn a_call_is_the_branch_alone_and_a_far_branch_is_no_call() {
    // bl; bx lr
    let call = [0xf7ff, 0xfffe, BX_LR];
    let mut code = function(&call, &[0]);
    let target = Reference::Helper("__aeabi_uidiv");
    code.relocations = vec![Relocation { offset: 0, kind: RelocationKind::ThumbCall, target, addend: -4 }];
    assert_eq!(cycles(code, 1).0, exactly(4 + 3));
    // bl over a nop: f000 f801 goes to 0 + 4 + 2
    assert_eq!(cycles(function(&[0xf000, 0xf801, 0xbf00, BX_LR], &[0]), 1).0, exactly(4 + 3));
}

#[test]
fn machines_with_other_clocks_have_no_costs() {
    let mut other = artifact(function(&[BX_LR], &[0]));
    other.triple = "x86_64-unknown-linux-elf".to_string();
    assert_eq!(costs(&other, 1), []);
}
