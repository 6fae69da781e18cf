//! `NATIVE_IR_CONTROL_FLOW`: an entry block, one terminator at the end of each block, edges to blocks that exist.

use crate::body::Checker;
use native_ir::{Block, BlockData, Body, Diagnostic, EntityRef, HeaderPart, Inst, InstData, Part, Place, Rule};
use std::ops::Range;

/// The edges of a block's last instruction.
pub(crate) fn edges_of(body: &Body, block: &BlockData) -> (u32, u32) {
    let last = block.insts().next_back().and_then(|inst| body.insts.get(inst));
    let range = last.map_or(0..0, InstData::edge_range);
    let range = if range.end <= body.edges.len() { range } else { 0..0 };
    (range.start as u32, range.end as u32)
}

impl Checker<'_, '_> {
    pub(crate) fn has_entry(&mut self) -> bool {
        let defined = self.body.layout().next().is_some();
        if !defined && !self.body.damaged {
            let name = self.context.symbol_text(self.function.symbol);
            let place = Place::Function(self.func, HeaderPart::Name);
            let message = format!("function `{name}` has no entry block");
            self.push(
                Diagnostic::new(Rule::ControlFlowMissingEntry, place, message).label("no block in its body"),
            );
        }
        defined
    }

    /// A terminator that is not last, or a last instruction that is no terminator.
    #[cold]
    pub(crate) fn report_terminator(&mut self, inst: Inst, terminator: bool, range: Range<usize>) {
        self.control_flow_broken = true;
        let data = self.body.blocks[self.block];
        if data.damaged {
            return;
        }
        if terminator {
            // One report a block: at what follows its first terminator.
            let insts = self.body.insts.values().as_slice();
            let earlier = insts[range.start..inst.index()].iter().any(|other| other.opcode.is_terminator());
            if !earlier {
                let next = Inst::new(inst.index() + 1);
                let message = format!("`{}` stands after the block's terminator", self.opcode(next));
                self.push(
                    Diagnostic::new(Rule::ControlFlowAfterTerminator, self.place(next, Part::Whole), message)
                        .label("never reached")
                        .also(self.place(inst, Part::Whole), "the block ends here"),
                );
            }
        } else if !range.clone().any(|index| self.opcode(Inst::new(index)).is_terminator()) {
            self.report_missing_terminator();
        }
    }

    #[cold]
    pub(crate) fn report_empty_block(&mut self, data: &BlockData) {
        self.control_flow_broken = true;
        if !data.damaged {
            self.report_missing_terminator();
        }
    }

    fn report_missing_terminator(&mut self) {
        let name = native_ir::text::BlockText(self.context.module, self.function, self.block).to_string();
        let message = format!("block `{name}` does not end in a terminator");
        let place = Place::Block(self.func, self.block);
        self.push(Diagnostic::new(Rule::ControlFlowMissingTerminator, place, message).label("runs off its end"));
    }

    /// Targets and arguments of a terminator's edges.
    pub(crate) fn check_edges(&mut self, inst: Inst, instruction: &InstData) {
        let body = self.body;
        let Some(edges) = body.edges.values().as_slice().get(instruction.list()) else {
            self.report_structure(inst, Part::Whole, "edges beyond the function's");
            return;
        };
        for (index, edge) in edges.iter().enumerate() {
            match self.body.blocks.get(edge.block) {
                Some(target) if target.defined && edge.block.index() != 0 => {
                    self.check_edge_arguments(inst, index as u32, edge, target);
                }
                Some(target) => self.report_target(inst, index as u32, edge.block, target.defined),
                None => {
                    self.report_structure(inst, Part::Edge(index as u32), "a block of another function");
                }
            }
        }
    }

    #[cold]
    fn report_target(&mut self, inst: Inst, edge: u32, target: Block, defined: bool) {
        self.control_flow_broken = true;
        let name = native_ir::text::BlockText(self.context.module, self.function, target).to_string();
        let place = self.place(inst, Part::Edge(edge));
        let diagnostic = if defined {
            Diagnostic::new(Rule::ControlFlowEntryTarget, place, format!("`{name}` is the entry block"))
                .label("a branch to the entry")
                .also(Place::Block(self.func, target), "the entry block")
        } else {
            Diagnostic::new(Rule::ControlFlowMissingTarget, place, format!("block `{name}` is not defined"))
                .label("no such block")
        };
        self.push(diagnostic);
    }
}
