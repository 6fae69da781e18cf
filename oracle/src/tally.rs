//! What became of runs of random modules.

use crate::End;
use std::collections::BTreeMap;

/// Failures that are told in full.
const TOLD: usize = 5;

/// What became of runs of random modules.
#[derive(Debug, Default)]
pub struct Tally {
    /// Runs that were compared, by their end.
    ends: BTreeMap<String, u64>,
    /// Runs that were not, by the reason.
    unclear: BTreeMap<String, u64>,
    wrong: Vec<String>,
}

impl Tally {
    /// A run was compared that ends so.
    pub fn compared(&mut self, end: &End) {
        let name = match end {
            End::Returned(_) => "returned",
            End::Exited(_) => "exited",
            End::Trapped(trap, _) => trap.name(),
            End::OutOfFuel | End::Unclear(_) => "neither",
        };
        *self.ends.entry(name.to_string()).or_default() += 1;
    }

    /// A run was not compared.
    pub fn left_out(&mut self, why: &str) {
        *self.unclear.entry(why.to_string()).or_default() += 1;
    }

    /// An engine did something else: the first line says what, the others show it.
    pub fn wrong(&mut self, what: String) {
        if self.wrong.len() < TOLD {
            println!("{what}\n");
        }
        self.wrong.push(what.lines().next().unwrap_or_default().to_string());
    }

    /// How many runs were compared.
    pub fn total(&self) -> u64 {
        self.ends.values().sum()
    }

    /// Prints the numbers.
    ///
    /// # Panics
    /// When something went wrong, or so little was compared that nothing is known.
    pub fn judge(&self, modules: u64) {
        let compared = self.total();
        let unclear: u64 = self.unclear.values().sum();
        println!("{modules} modules, {compared} runs compared, {unclear} left out, {} wrong", self.wrong.len());
        self.ends.iter().for_each(|(end, count)| println!("{count:8} {end}"));
        self.unclear.iter().for_each(|(why, count)| println!("{count:8} left out: {why}"));
        self.wrong.iter().for_each(|what| println!("wrong: {what}"));
        assert!(self.wrong.is_empty(), "{} runs are wrong", self.wrong.len());
        let returned = self.ends.get("returned").copied().unwrap_or(0);
        assert!(returned * 4 > compared && compared > 2 * unclear, "too few runs say anything");
    }
}
