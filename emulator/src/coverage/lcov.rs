//! Counts of lines and functions over several runs, and their text in the format of lcov's tracefiles.

use super::Lines;
use crate::Firmware;
use std::collections::BTreeMap;
use std::fmt::Write;

/// How often the lines and functions of a file ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineCounts {
    /// By line, from 1.
    pub lines: BTreeMap<u32, u64>,
    /// By name: the line where it begins, and how often it was called.
    pub functions: BTreeMap<String, (u32, u64)>,
}

/// How often source files ran, by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// By path.
    pub files: BTreeMap<String, LineCounts>,
}

impl Coverage {
    /// Adds a program's counts: of a line as often as that of its instructions ran that ran most often among those which
    /// begin it. A function was called as often as its first instruction ran.
    pub fn add(&mut self, lines: &Lines, firmware: &Firmware, executions: impl Fn(u32) -> u64) {
        let mut most: BTreeMap<(usize, u32), u64> = BTreeMap::new();
        for row in lines.rows.iter().filter(|row| row.line != 0) {
            let count = most.entry((row.file, row.line)).or_insert(0);
            *count = (*count).max(executions(row.address));
        }
        for ((file, line), count) in most {
            if let Some(path) = lines.files.get(file) {
                *self.files.entry(path.clone()).or_default().lines.entry(line).or_insert(0) += count;
            }
        }
        for symbol in firmware.symbols.iter().filter(|symbol| symbol.function) {
            let Some(row) = lines.at(symbol.address) else { continue };
            let Some(path) = lines.files.get(row.file) else { continue };
            let functions = &mut self.files.entry(path.clone()).or_default().functions;
            functions.entry(symbol.name.clone()).or_insert((row.line, 0)).1 += executions(symbol.address);
        }
    }

    /// The tracefile.
    pub fn lcov(&self) -> String {
        let mut text = String::new();
        for (path, counts) in &self.files {
            // Writing to a string does not fail.
            let _ = writeln!(text, "TN:\nSF:{path}");
            for (name, (line, _)) in &counts.functions {
                let _ = writeln!(text, "FN:{line},{name}");
            }
            for (name, (_, count)) in &counts.functions {
                let _ = writeln!(text, "FNDA:{count},{name}");
            }
            let hit = counts.functions.values().filter(|(_, count)| *count > 0).count();
            let _ = writeln!(text, "FNF:{}\nFNH:{hit}", counts.functions.len());
            for (line, count) in &counts.lines {
                let _ = writeln!(text, "DA:{line},{count}");
            }
            let hit = counts.lines.values().filter(|count| **count > 0).count();
            let _ = writeln!(text, "LF:{}\nLH:{hit}\nend_of_record", counts.lines.len());
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Symbol;
    use crate::coverage::Row;

    #[test]
    fn lines_count_as_their_most_frequent_beginning() {
        let row = |address, line| Row { address, file: 0, line, column: 0 };
        let lines = Lines {
            files: vec!["a.c".to_string()],
            rows: vec![row(0, 3), row(4, 4), row(8, 3), row(12, 5), row(14, 0)],
        };
        let symbol = |name: &str, address| Symbol { name: name.to_string(), address, bytes: 4, function: true };
        let symbols = vec![symbol("f", 0), symbol("g", 12)];
        let firmware = Firmware { entry: 0, segments: Vec::new(), symbols, stack_limit: None };
        let mut coverage = Coverage::default();
        let counts =
            |address| [(0, 2), (4, 10), (8, 7)].iter().find(|(at, _)| *at == address).map_or(0, |(_, n)| *n);
        coverage.add(&lines, &firmware, counts);
        coverage.add(&lines, &firmware, counts);
        let expected = "TN:\nSF:a.c\nFN:3,f\nFN:5,g\nFNDA:4,f\nFNDA:0,g\nFNF:2\nFNH:1\nDA:3,14\nDA:4,20\nDA:5,0\nLF:3\nLH:2\n\
                        end_of_record\n";
        assert_eq!(coverage.lcov(), expected);
        assert_eq!((lines.at(10).map(|row| row.line), lines.at(14)), (Some(3), None));
    }
}
