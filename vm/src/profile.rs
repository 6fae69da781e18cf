//! How often what ran.

use crate::vm::Vm;
use native_ir::{Block, EntityRef, Func, Inst, Module, Opcode};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Counts of a run with [`crate::Config::profile`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// How often each block that ran was entered, and how many instructions ran in it.
    pub blocks: BTreeMap<(Func, Block), BlockCount>,
    /// How often each opcode ran, most often first.
    pub opcodes: Vec<(Opcode, u64)>,
}

/// Counts of a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BlockCount {
    /// How often it was entered.
    pub entered: u64,
    /// How many of its instructions ran. A segment that a trap or the program's end cut short counts wholly.
    pub instructions: u64,
}

impl Vm {
    /// What was counted since the machine was made. Instructions that run one by one, because the fuel ends among them,
    /// are not counted.
    pub fn profile(&self) -> Profile {
        let program = self.program();
        let module = program.module();
        let mut opcodes = vec![0_u64; Opcode::ALL.len()];
        let mut blocks: BTreeMap<(Func, Block), BlockCount> = BTreeMap::new();
        for (segment, &count) in program.segments().iter().zip(&self.counts).filter(|(_, count)| **count > 0) {
            let body = &module.functions[segment.func].body;
            let block = blocks.entry((segment.func, segment.block)).or_default();
            if body.blocks[segment.block].first_inst == segment.first {
                block.entered += count;
            }
            block.instructions += count * u64::from(segment.length);
            let first = segment.first.index();
            for inst in (first..first + segment.length as usize).map(Inst::new) {
                opcodes[body.insts[inst].opcode as usize] += count;
            }
        }
        let ran = Opcode::ALL.iter().map(|&opcode| (opcode, opcodes[opcode as usize])).filter(|count| count.1 > 0);
        let mut opcodes: Vec<(Opcode, u64)> = ran.collect();
        opcodes.sort_by_key(|&(opcode, count)| (std::cmp::Reverse(count), opcode as u8));
        Profile { blocks, opcodes }
    }
}

impl Profile {
    /// Lines `function;block count`, as programs that draw flame graphs read them.
    pub fn folded(&self, module: &Module) -> String {
        let mut text = String::new();
        for (&(func, block), count) in &self.blocks {
            let function = &module.functions[func];
            let (name, label) =
                (module.symbol_name(function.symbol), module.names.text(function.body.blocks[block].name));
            let _ = writeln!(text, "@{name};^{label} {}", count.instructions);
        }
        text
    }
}
