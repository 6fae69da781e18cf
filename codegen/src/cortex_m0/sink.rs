//! What steps on from a value moves behind the last who reads it, so that it may take its register: `p + 1` that is made before
//! `p` is read for the last time would need another one, and a copy on the way round a loop.

use super::inst::{Code, CodeBlock, Inst, Reg};
use super::liveness::{Liveness, is_read};

/// Sinks steps.
pub(super) fn sink(code: &mut Code) {
    let Some(liveness) = Liveness::new(code) else { return };
    for (number, block) in code.blocks.iter_mut().enumerate() {
        let mut at = block.lines.len();
        while at > 0 {
            at -= 1;
            if let Some((dst, src)) = step(&block.lines[at].inst)
                && !liveness.ends(number as u32, src)
                && let Some(to) = place(block, at, dst, src)
            {
                // Rows of an IR block are in its order: the step counts as part of what it follows.
                block.lines[at].source = block.lines[to].source;
                block.lines[at..=to].rotate_left(1);
            }
        }
    }
}

/// What a step makes, and of what.
fn step(inst: &Inst) -> Option<(Reg, Reg)> {
    match *inst {
        Inst::AddImm { dst, src, .. } | Inst::Shift { dst, src, .. } | Inst::Unary { dst, src, .. } => {
            Some((dst, src))
        }
        _ => None,
    }
}

/// The last line that reads what a step is made of, when nobody reads the step before and flags allow it to stand there.
fn place(block: &mut CodeBlock, at: usize, dst: Reg, src: Reg) -> Option<usize> {
    let reads_flags =
        |block: &CodeBlock, at: usize| block.lines.get(at).is_some_and(|line| line.inst.flags().reads());
    if reads_flags(block, at + 1) {
        return None;
    }
    let mut last = None;
    for to in at + 1..block.lines.len() {
        let (mut reads, mut steps) = (false, false);
        block.lines[to].inst.visit(&mut |reg, role| {
            reads |= is_read(role) && *reg == src;
            steps |= is_read(role) && *reg == dst;
        });
        if steps {
            break;
        }
        if reads {
            last = Some(to);
        }
    }
    // Whoever reads flags stands directly behind who makes them.
    last.filter(|&last| last + 1 < block.lines.len() && !reads_flags(block, last + 1))
}
