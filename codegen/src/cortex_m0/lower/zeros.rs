//! How many low bits of a value are known to be 0: steps of a counter, shifts and products leave them. Then `or` with a small
//! number adds it, and an address may have it as its distance.

use super::Lower;
use native_ir::{EntityRef, InstData, Opcode, Operand, Value};

/// So many walks along the order suffice, or nothing is known.
const WALKS: usize = 8;

/// Nothing is known of what has as many bits as there are.
const ALL: u8 = 32;

impl Lower<'_> {
    /// Finds what is known of all values. Parameters of blocks count as 0 until something else is passed to them.
    pub(super) fn find_zeros(&mut self) {
        self.zeros = vec![0; self.body.values.len()];
        for &block in self.order.blocks.iter().skip(1) {
            for param in self.body.blocks[block].params() {
                self.zeros[param.index()] = ALL;
            }
        }
        for _ in 0..WALKS {
            if !self.walk() {
                return;
            }
        }
        self.zeros.fill(0);
    }

    /// Whether less is known now.
    fn walk(&mut self) -> bool {
        let mut changed = false;
        for &block in &self.order.blocks {
            for inst in self.body.blocks[block].insts() {
                let data = &self.body.insts[inst];
                if data.results == 1 {
                    let zeros = self.zeros_of(data);
                    let slot = &mut self.zeros[self.body.first_results[inst.index()].index()];
                    changed |= std::mem::replace(slot, zeros) != zeros;
                }
            }
            for edge in analysis::edges_of(self.body, block) {
                let params = self.body.blocks[edge.block].params();
                for (&argument, param) in self.body.edge_args(edge).iter().zip(params) {
                    let zeros = self.zeros(argument);
                    let slot = &mut self.zeros[param.index()];
                    changed |= zeros < *slot;
                    *slot = zeros.min(*slot);
                }
            }
        }
        changed
    }

    /// How many low bits of an operand are known to be 0; 32 of a word that is 0.
    pub(crate) fn zeros(&self, operand: Operand) -> u8 {
        if let Some(constant) = operand.constant() {
            let bits = self.body.constants.get(constant).map_or(1, |data| data.bits());
            return bits.trailing_zeros().min(u32::from(ALL)) as u8;
        }
        let known = |value: Value| self.zeros.get(value.index()).copied();
        operand.value().and_then(known).unwrap_or(0)
    }

    fn zeros_of(&self, data: &InstData) -> u8 {
        let (a, b) = (|| self.zeros(data.operand(0)), || self.zeros(data.operand(1)));
        match data.opcode {
            Opcode::Iconst => self.zeros(data.literal().into()),
            Opcode::Iadd | Opcode::Isub | Opcode::Or | Opcode::Xor => a().min(b()),
            Opcode::And => a().max(b()),
            Opcode::Imul => (a() + b()).min(ALL),
            Opcode::Shl => match self.constant(data.operand(1)) {
                Some(amount) => a().saturating_add(amount.min(32) as u8).min(ALL),
                None => a(),
            },
            Opcode::Zext | Opcode::Sext | Opcode::Trunc => a(),
            Opcode::Select => b().min(self.zeros(data.operand(2))),
            _ => 0,
        }
    }
}
