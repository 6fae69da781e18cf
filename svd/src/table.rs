//! A reading as the file that [`native_ir::registers::RegisterMap::read`] reads.

use crate::Reading;
use std::fmt::Write;

impl Reading {
    /// The map's tables, under comments that say what they are of and keep the licence.
    pub fn table(&self) -> String {
        let mut out = format!("# The registers of {}, made of its vendor's CMSIS-SVD file.\n", self.device);
        for line in &self.licence {
            out.push_str(if line.is_empty() { "#" } else { "# " });
            out.push_str(line);
            out.push('\n');
        }
        let _ = write!(out, "{}", self.map);
        out
    }
}
