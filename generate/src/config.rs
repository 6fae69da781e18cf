//! For what modules are generated, and how large they become.

use native_ir::Contract;
use native_ir::contract::targets::TargetRow;

/// The target, and the bounds of everything that a module has.
#[derive(Clone, Copy, Debug)]
pub struct Config<'c> {
    /// The tables that say what is valid.
    pub contract: &'c Contract,
    /// The index of the target's row.
    pub target: usize,
    /// The most functions; there is at least one.
    pub functions: usize,
    /// The most blocks of a function; there is at least one.
    pub blocks: usize,
    /// The most instructions that are chosen for a block. What their operands need comes on top.
    pub instructions: usize,
    /// The most parameters of a function or block.
    pub params: usize,
    /// Whether edges may go back. Without, control never comes to a block twice, so that what does not call itself ends.
    pub loops: bool,
    /// Whether pointers mostly lead to memory and functions that are there, and nothing is asked of other modules or of
    /// native code, so that what is run comes further than its first access.
    pub runnable: bool,
    /// Whether nothing suspends, which machine code cannot.
    pub native: bool,
}

impl<'c> Config<'c> {
    /// Modules of a size that a test can run many of, for a target row of a contract, by index.
    pub fn new(contract: &'c Contract, target: usize) -> Config<'c> {
        Config {
            contract,
            target,
            functions: 4,
            blocks: 8,
            instructions: 14,
            params: 4,
            loops: true,
            runnable: false,
            native: false,
        }
    }

    /// The configuration for each target of the built-in contract.
    pub fn each_target() -> impl Iterator<Item = Config<'static>> {
        let contract = Contract::embedded();
        (0..contract.targets.len()).map(|target| Config::new(contract, target))
    }

    /// The target's row; the first one when there is no such row.
    pub fn row(&self) -> &'c TargetRow {
        &self.contract.targets[if self.target < self.contract.targets.len() { self.target } else { 0 }]
    }
}
