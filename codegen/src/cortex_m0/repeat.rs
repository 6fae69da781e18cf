//! What a block computes twice of the same is computed once. Constants and addresses are not looked at: selection makes them
//! anew where keeping them would cost more.

use super::inst::{Code, Reg};
use super::key::{Key, key};
use super::liveness::is_read;
use rustc_hash::FxHashMap;

/// For how many lines a result is used again.
const FRESH: usize = 40;

/// Has readers of what was computed before read that.
pub(super) fn drop_repeated(code: &mut Code) {
    let mut same: FxHashMap<Reg, Reg> = FxHashMap::default();
    for block in &mut code.blocks {
        let mut computed: FxHashMap<Key, (Reg, usize)> = FxHashMap::default();
        for at in 0..block.lines.len() {
            let flags = block.lines.get(at + 1).is_some_and(|next| next.inst.flags().reads());
            let of = |reg: Reg| same.get(&reg).copied().unwrap_or(reg);
            let Some((key, dst)) = key(&block.lines[at].inst, of).filter(|(key, _)| !flags && !key.is_made_anew())
            else {
                continue;
            };
            match computed.get_mut(&key) {
                Some((first, line)) if *line + FRESH >= at => {
                    *line = at;
                    same.insert(dst, *first);
                }
                _ => _ = computed.insert(key, (dst, at)),
            }
        }
    }
    if same.is_empty() {
        return;
    }
    let replace = |reg: &mut Reg| *reg = same.get(reg).copied().unwrap_or(*reg);
    for block in &mut code.blocks {
        for line in &mut block.lines {
            line.inst.visit(&mut |reg, role| {
                if is_read(role) {
                    replace(reg);
                }
            });
        }
        block.args.iter_mut().for_each(replace);
    }
    code.values.iter_mut().for_each(|(reg, ..)| replace(reg));
}
