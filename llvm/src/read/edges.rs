//! The end of a function: blocks get their numbers in the order of the text, and edges are held against the entries of
//! `phi`.

use super::Reader;
use crate::syntax::{Block, Constant, Op, Operand};

impl Reader<'_> {
    /// Names blocks by their order in the text and checks edges. Every block is defined.
    pub(super) fn settle_edges(&mut self) {
        let labels = &self.function.labels;
        // Every label has its block: what is not defined was reported, and nothing comes here then.
        let settled = |block: Block| labels[block.as_u32() as usize].block.unwrap_or(block);
        let body = &mut self.function.body;
        if labels.iter().enumerate().any(|(index, label)| label.block != Some(Block::from_u32(index as u32))) {
            body.incoming.iter_mut().for_each(|(_, block)| *block = settled(*block));
            body.cases.iter_mut().for_each(|(_, block)| *block = settled(*block));
            self.function.edges.iter_mut().for_each(|(_, to)| *to = settled(*to));
            for block in body.blocks.keys() {
                let Some(last) = body.blocks[block].insts().next_back() else { continue };
                match &mut body.insts[last].inst {
                    Op::Br(to) | Op::Switch(_, to, _) => *to = settled(*to),
                    Op::CondBr(_, then, other) => (*then, *other) = (settled(*then), settled(*other)),
                    _ => {}
                }
            }
        }
        self.check_entry();
        self.check_phis();
    }

    fn check_entry(&mut self) {
        let entry = Block::from_u32(0);
        let from = self.function.edges.iter().find(|&&(_, to)| to == entry).map(|&(from, _)| from);
        if let Some(from) = from
            && let Some(last) = self.function.body.blocks[from].insts().next_back()
        {
            let place = self.function.body.insts[last].place;
            self.wrong_at(place, "LLVM/syntax", "nothing branches to the first block of a function".to_owned());
        }
    }

    /// Each `phi` has an entry for each edge into its block, and equal ones for equal edges.
    fn check_phis(&mut self) {
        let body = &self.function.body;
        if !self.function.has_phi {
            return;
        }
        // The edges by the blocks they go to.
        let mut starts = vec![0u32; body.blocks.len() + 1];
        for (_, to) in &self.function.edges {
            starts[to.as_u32() as usize + 1] += 1;
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        let mut filled = starts.clone();
        let mut sources = vec![Block::from_u32(0); self.function.edges.len()];
        for (from, to) in &self.function.edges {
            let slot = &mut filled[to.as_u32() as usize];
            sources[*slot as usize] = *from;
            *slot += 1;
        }
        let mut counts = vec![0u32; body.blocks.len()];
        let mut wrong = Vec::new();
        for block in body.blocks.keys() {
            let index = block.as_u32() as usize;
            let sources = &sources[starts[index] as usize..starts[index + 1] as usize];
            let mut phis = true;
            for inst in body.blocks[block].insts() {
                let data = &body.insts[inst];
                match data.inst {
                    Op::Phi(_) if !phis => wrong.push((data.place, "a `phi` stands behind other instructions")),
                    Op::Phi(list) => {
                        if let Some(message) = self.phi_error(&body.incoming[list.range()], sources, &mut counts) {
                            wrong.push((data.place, message));
                        }
                    }
                    // Nothing but the place of those behind is looked at.
                    _ => phis = false,
                }
            }
        }
        for (place, message) in wrong {
            self.wrong_at(place, "LLVM/syntax", message.to_owned());
        }
    }

    /// What is wrong with the entries of a `phi` whose block has edges from these blocks. `counts` is zero for all
    /// blocks, before and after.
    fn phi_error(
        &self,
        entries: &[(Operand, Block)],
        sources: &[Block],
        counts: &mut [u32],
    ) -> Option<&'static str> {
        const TOO_MANY: &str = "this `phi` has an entry for a block from which no edge comes, or one too many";
        const MISSING: &str = "this `phi` has no entry for one of the edges into its block";
        // Only then does the work stay in proportion to the text.
        if entries.len() != sources.len() {
            return Some(if entries.len() > sources.len() { TOO_MANY } else { MISSING });
        }
        for source in sources {
            counts[source.as_u32() as usize] += 1;
        }
        let repeated = sources.iter().any(|source| counts[source.as_u32() as usize] > 1);
        let mut error = None;
        for (_, from) in entries {
            match &mut counts[from.as_u32() as usize] {
                0 => error = Some(TOO_MANY),
                count => *count -= 1,
            }
        }
        for source in sources {
            counts[source.as_u32() as usize] = 0;
        }
        if error.is_none() && repeated && !self.agree(entries) {
            error = Some("this `phi` has different values for edges from the same block");
        }
        error
    }

    /// Whether entries for the same block are the same.
    fn agree(&self, entries: &[(Operand, Block)]) -> bool {
        let mut sorted = entries.to_vec();
        sorted.sort_by_key(|(_, from)| *from);
        sorted.windows(2).all(|pair| pair[0].1 != pair[1].1 || self.same_operand(pair[0].0, pair[1].0))
    }

    fn same_operand(&self, a: Operand, b: Operand) -> bool {
        match (a.as_constant(), b.as_constant()) {
            (Some(a), Some(b)) => self.same_constant(a, b),
            _ => a == b,
        }
    }

    /// Whether two constants are written alike.
    fn same_constant(&self, a: Constant, b: Constant) -> bool {
        let mut pairs = vec![(a, b)];
        while let Some((a, b)) = pairs.pop() {
            let constants = &self.module.constants;
            if a != b && (constants.ty(a) != constants.ty(b) || !constants.same_head(a, b, &mut pairs)) {
                return false;
            }
        }
        true
    }
}
