//! `effects.tsv`: what functions and operations may do beside computing values.

use super::cells::Cells;
use crate::{Effect, EffectSet};

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectRow {
    /// The effect.
    pub effect: Effect,
    /// The effects that come with it.
    pub implies: EffectSet,
    /// The profiles that allow it.
    pub profiles: Vec<String>,
    /// What it is.
    pub description: String,
}

pub(super) const HEADER: &[&str] = &["effect", "implies", "profiles", "description"];

pub(super) fn row(cells: &mut Cells<'_>) -> Option<EffectRow> {
    let (effect, implies, profiles, description) = (cells.word(), cells.effects(), cells.names(), cells.text());
    Some(EffectRow { effect: effect?, implies: implies?, profiles: profiles?, description: description? })
}
