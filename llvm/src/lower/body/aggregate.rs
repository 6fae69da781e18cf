//! `extractvalue` and `insertvalue`: parts of the list of leaves.

use super::Lowering;
use crate::lower::context::Refusal;
use crate::syntax::{self, List, Operand, TypeData};
use std::ops::Range;

impl Lowering<'_, '_, '_, '_> {
    pub(super) fn extract_value(&mut self, aggregate: Operand, path: List) -> Result<(), Refusal> {
        let range = self.leaf_range(self.ty(aggregate), path)?;
        let leaves = self.leaves(aggregate)?;
        let part = leaves.get(range).ok_or_else(no_part)?.to_vec();
        self.results(part);
        Ok(())
    }

    pub(super) fn insert_value(&mut self, aggregate: Operand, part: Operand, path: List) -> Result<(), Refusal> {
        let range = self.leaf_range(self.ty(aggregate), path)?;
        let mut leaves = self.leaves(aggregate)?;
        let part = self.leaves(part)?;
        let place = leaves.get_mut(range).filter(|place| place.len() == part.len()).ok_or_else(no_part)?;
        place.copy_from_slice(&part);
        self.results(leaves);
        Ok(())
    }

    /// Which leaves of a type a path of indices names.
    fn leaf_range(&self, ty: syntax::Type, path: List) -> Result<Range<usize>, Refusal> {
        let (mut ty, mut start) = (ty, 0);
        for &index in &self.body.indices[path.range()] {
            let index = index as usize;
            match self.module.types.get(ty) {
                TypeData::Array(_, element) => {
                    start += index.saturating_mul(self.scalars(*element)?.len());
                    ty = *element;
                }
                TypeData::Struct(fields, _) => {
                    for &field in fields.get(..index).ok_or_else(no_part)? {
                        start += self.scalars(field)?.len();
                    }
                    ty = *fields.get(index).ok_or_else(no_part)?;
                }
                _ => return Err(no_part()),
            }
        }
        Ok(start..start.saturating_add(self.scalars(ty)?.len()))
    }
}

fn no_part() -> Refusal {
    Refusal::new("LLVM/type", "the aggregate has no such part")
}
