//! The table of trap messages: for each class that the program can raise its code, its exit status, the length of the
//! message and the message. The last entry has the code 0 and stands for faults that are no trap: accesses to memory that
//! is not there.

use crate::program::Program;
use native_ir::contract::traps::TrapRow;
use native_ir::{Contract, Trap};

/// The name under which the reporter finds the table.
pub(super) const TABLE: &str = "__nir_trap_table";

/// Whether the program can trap.
pub(super) fn wanted(program: &Program<'_>) -> bool {
    program.functions.iter().any(|part| !part.code.traps.is_empty())
}

/// The code of the trap that stands for an exception that the program does not expect.
pub(super) fn unexpected() -> u8 {
    Contract::embedded().trap(Trap::Unreachable).code
}

/// The table.
pub(super) fn table(program: &Program<'_>) -> Vec<u8> {
    let contract = Contract::embedded();
    let raised = |row: &&TrapRow| {
        let mut rows = program.functions.iter().flat_map(|part| &part.code.traps);
        row.trap == Trap::Unreachable || rows.any(|trap| trap.trap == row.trap)
    };
    let mut bytes = Vec::new();
    for row in contract.traps().iter().filter(raised) {
        entry(&mut bytes, row.code, row);
    }
    entry(&mut bytes, 0, contract.trap(Trap::OutOfBounds));
    bytes
}

fn entry(bytes: &mut Vec<u8>, code: u8, row: &TrapRow) {
    let message = row.message.as_bytes();
    let message = &message[..message.len().min(usize::from(u8::MAX))];
    bytes.extend([code, row.exit_status, message.len() as u8]);
    bytes.extend(message);
}
