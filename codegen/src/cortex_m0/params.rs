//! Parameters of blocks that nobody reads go, with what edges pass to them. The allocator knows no register that is only
//! passed on.

use super::inst::{Code, Inst};

/// Where a register is a parameter: the block and the place among its parameters.
type Place = Option<(u32, u32)>;

/// Drops the parameters that no instruction reads, directly or through other parameters.
pub(super) fn drop_unread(code: &mut Code) {
    let mut places: Vec<Place> = vec![None; code.registers];
    let mut preceding: Vec<Vec<u32>> = vec![Vec::new(); code.blocks.len()];
    for (number, block) in code.blocks.iter().enumerate() {
        for (index, param) in block.params.iter().enumerate() {
            if let Some(place) = param.virtual_index().and_then(|index| places.get_mut(index)) {
                *place = Some((number as u32, index as u32));
            }
        }
        if let Some(&Inst::Jump { to }) = block.lines.last().map(|line| &line.inst)
            && let Some(preceding) = preceding.get_mut(to as usize)
        {
            preceding.push(number as u32);
        }
    }
    let read = read(code, &places, &preceding);
    let is_read = |block: usize, index: usize| read.get(block).and_then(|read| read.get(index)) == Some(&true);
    for number in 0..code.blocks.len() {
        let block = &mut code.blocks[number];
        if let Some(&Inst::Jump { to }) = block.lines.last().map(|line| &line.inst) {
            let mut index = 0..;
            block.args.retain(|_| index.next().is_none_or(|index| is_read(to as usize, index)));
        }
        let mut index = 0..;
        block.params.retain(|_| index.next().is_none_or(|index| is_read(number, index)));
    }
}

/// Which parameters of each block are read: by instructions, or by edges to parameters that are.
fn read(code: &mut Code, places: &[Place], preceding: &[Vec<u32>]) -> Vec<Vec<bool>> {
    let mut read: Vec<Vec<bool>> = code.blocks.iter().map(|block| vec![false; block.params.len()]).collect();
    let mut open = Vec::new();
    for block in &mut code.blocks {
        for line in &mut block.lines {
            line.inst.visit(&mut |reg, _| open.extend(reg.virtual_index().and_then(|index| *places.get(index)?)));
        }
    }
    while let Some((block, index)) = open.pop() {
        let Some(known) = read.get_mut(block as usize).and_then(|read| read.get_mut(index as usize)) else {
            continue;
        };
        if std::mem::replace(known, true) {
            continue;
        }
        for &before in preceding.get(block as usize).into_iter().flatten() {
            let arg = code.blocks.get(before as usize).and_then(|block| block.args.get(index as usize));
            open.extend(arg.and_then(|arg| *places.get(arg.virtual_index()?)?));
        }
    }
    read
}
