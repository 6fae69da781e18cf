//! Loads that extend with copies of the sign: a narrow load whose only reader extends what it loaded becomes one of these, in
//! the form that they have, by a base and an index.

use super::inst::{Address, Code, Inst, Reg, Unary, Width};
use super::liveness::is_read;

/// Joins loads and extensions.
pub(super) fn extend_loads(code: &mut Code) {
    let mut reads = vec![0u32; code.registers];
    let mut read = |reg: Reg| {
        if let Some(count) = reg.virtual_index().and_then(|index| reads.get_mut(index)) {
            *count += 1;
        }
    };
    for block in &mut code.blocks {
        block.args.iter().for_each(|&arg| read(arg));
        for line in &mut block.lines {
            line.inst.visit(&mut |reg, role| {
                if is_read(role) {
                    read(*reg);
                }
            });
        }
    }
    for block in &mut code.blocks {
        for at in 0..block.lines.len() {
            let Some((line, behind)) = block.lines.get_mut(at..).and_then(<[_]>::split_first_mut) else { break };
            let Inst::Load { dst, width, signed: signed @ false, address: Address::Index(..) } = &mut line.inst
            else {
                continue;
            };
            let op = match width {
                Width::Byte => Unary::Sxtb,
                Width::Half => Unary::Sxth,
                Width::Word => continue,
            };
            let once = dst.virtual_index().and_then(|index| reads.get(index)) == Some(&1);
            let extends =
                |inst: &Inst| matches!(*inst, Inst::Unary { op: by, src, .. } if by == op && src == *dst);
            let Some(reader) = behind.iter_mut().find(|line| extends(&line.inst)).filter(|_| once) else {
                continue;
            };
            if let Inst::Unary { dst: extended, .. } = reader.inst {
                // The extension is one of what is there already, which nobody reads.
                reader.inst = Inst::Move { dst: *dst, src: extended };
                (*dst, *signed) = (extended, true);
            }
        }
    }
}
