//! Operations lane by lane, and those that move lanes.

use super::{Atom, Lowering};
use crate::lower::context::Refusal;
use crate::lower::layout::{Leaf, Scalar, native_int};
use crate::syntax::{self, List, Operand};
use native_ir::{Condition, Type};

impl Lowering<'_, '_, '_, '_> {
    /// An operation on each lane of operands that have as many, a scalar being one lane; defines the result. The
    /// operation gets the scalar that the first operand's lane is.
    pub(super) fn lanes<const N: usize>(
        &mut self,
        operands: [Operand; N],
        mut op: impl FnMut(&mut Self, Scalar, [Atom; N]) -> Result<Atom, Refusal>,
    ) -> Result<(), Refusal> {
        let scalars = self.scalars(self.ty(operands[0]))?;
        let nothing = Atom::Bits(Type::I1, 0);
        if let [leaf] = scalars {
            let mut lane = [nothing; N];
            for (atom, &operand) in lane.iter_mut().zip(&operands) {
                *atom = self.scalar(operand)?;
            }
            let result = op(self, leaf.scalar, lane)?;
            self.result(result);
            return Ok(());
        }
        let mut lists: [Vec<Atom>; N] = [const { Vec::new() }; N];
        for (list, &operand) in lists.iter_mut().zip(&operands) {
            self.append_leaves(operand, list)?;
            if list.len() != scalars.len() {
                return Err(Refusal::new("LLVM/type", "operands with other numbers of lanes"));
            }
        }
        let mut results = Vec::with_capacity(scalars.len());
        for (index, leaf) in scalars.iter().enumerate() {
            let lane = std::array::from_fn(|operand| lists[operand][index]);
            results.push(op(self, leaf.scalar, lane)?);
        }
        self.results(results);
        Ok(())
    }

    /// The lane that a constant index names, if it is one and there is such a lane.
    fn constant_lane(&self, index: Operand, lanes: usize) -> Option<Option<usize>> {
        let constant = index.as_constant()?;
        let syntax::ConstantData::Int(number) = self.module.constants.get(constant) else {
            return Some(None);
        };
        Some(usize::try_from(number).ok().filter(|&number| number < lanes))
    }

    /// Whether a variable index names a lane. An index that is too narrow to name it never does.
    fn names_lane(&mut self, index: Atom, bits: u32, lane: usize) -> Option<Atom> {
        let lane = lane as u128;
        let number = Atom::Bits(if bits == 1 { Type::I1 } else { native_int(bits) }, lane);
        (lane >> bits.min(127) == 0).then(|| self.b.icmp(Condition::Eq, index, number).into())
    }

    fn lane_index(&mut self, index: Operand) -> Result<(Atom, u32), Refusal> {
        match self.kind(self.ty(index))? {
            Scalar::Int(bits) => Ok((self.scalar(index)?, bits)),
            _ => Err(Refusal::new("LLVM/type", "an index that is no integer")),
        }
    }

    /// One lane. An index that is out of range may give any value: a constant one gives zero, a variable one the
    /// first lane.
    pub(super) fn extract_element(&mut self, vector: Operand, index: Operand) -> Result<(), Refusal> {
        let lanes = self.leaves(vector)?;
        let Some(&first) = lanes.first() else {
            return Err(Refusal::new("LLVM/type", "a vector without lanes"));
        };
        let found = match self.constant_lane(index, lanes.len()) {
            Some(Some(lane)) => lanes[lane],
            Some(None) => {
                let scalar = self.kind(self.result_type())?;
                self.zero(scalar)
            }
            None => {
                let (index, bits) = self.lane_index(index)?;
                let mut found = first;
                for (lane, &value) in lanes.iter().enumerate().skip(1) {
                    if let Some(here) = self.names_lane(index, bits, lane) {
                        found = self.b.select(here, value, found).into();
                    }
                }
                found
            }
        };
        self.result(found);
        Ok(())
    }

    /// A vector with another lane. An index that is out of range may give any vector: here it changes nothing.
    pub(super) fn insert_element(
        &mut self,
        vector: Operand,
        lane: Operand,
        index: Operand,
    ) -> Result<(), Refusal> {
        let mut lanes = self.leaves(vector)?;
        let value = self.scalar(lane)?;
        match self.constant_lane(index, lanes.len()) {
            Some(Some(lane)) => lanes[lane] = value,
            Some(None) => {}
            None => {
                let (index, bits) = self.lane_index(index)?;
                for (lane, old) in lanes.iter_mut().enumerate() {
                    if let Some(here) = self.names_lane(index, bits, lane) {
                        *old = self.b.select(here, value, *old).into();
                    }
                }
            }
        }
        self.results(lanes);
        Ok(())
    }

    /// Lanes of two vectors in another order; those that are not defined are zero.
    pub(super) fn shuffle_vector(&mut self, x: Operand, y: Operand, mask: List) -> Result<(), Refusal> {
        let body = self.body;
        let zero = match self.scalars(self.result_type())?.first() {
            Some(leaf) => leaf.scalar,
            None => return Err(Refusal::new("LLVM/type", "a vector without lanes")),
        };
        let mut lanes = self.leaves(x)?;
        self.append_leaves(y, &mut lanes)?;
        let mut results = Vec::with_capacity(mask.len as usize);
        for &lane in &body.indices[mask.range()] {
            results.push(match lanes.get(lane as usize) {
                Some(&lane) => lane,
                None => self.zero(zero),
            });
        }
        self.results(results);
        Ok(())
    }

    /// The lanes of a vector joined by an operation, from the first to the last, beginning with `start` if there is
    /// one.
    pub(super) fn reduce(
        &mut self,
        start: Option<Operand>,
        vector: Operand,
        mut op: impl FnMut(&mut Self, Scalar, Atom, Atom) -> Result<Atom, Refusal>,
    ) -> Result<(), Refusal> {
        let mut lanes = Vec::new();
        if let Some(start) = start {
            lanes.push(self.scalar(start)?);
        }
        self.append_leaves(vector, &mut lanes)?;
        let (Some(Leaf { scalar, .. }), Some((&first, others))) =
            (self.scalars(self.ty(vector))?.first(), lanes.split_first())
        else {
            return Err(Refusal::new("LLVM/type", "a vector without lanes"));
        };
        let mut joined = first;
        for &lane in others {
            joined = op(self, *scalar, joined, lane)?;
        }
        self.result(joined);
        Ok(())
    }
}
