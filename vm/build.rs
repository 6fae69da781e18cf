//! Decides how handlers are chained, and makes the match over the runtime's functions from `runtime-abi.tsv`.

use std::fmt::Write;
use std::path::Path;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(chained)");
    let level = std::env::var("OPT_LEVEL").unwrap_or_default();
    // Calls in tail position are jumps from level 2 on.
    if matches!(level.as_str(), "2" | "3" | "s" | "z") {
        println!("cargo::rustc-cfg=chained");
    }
    let table = "../native-ir/runtime-abi.tsv";
    println!("cargo::rerun-if-changed={table}");
    let (Ok(text), Ok(out)) = (std::fs::read_to_string(table), std::env::var("OUT_DIR")) else {
        panic!("{table} cannot be read");
    };
    let written = std::fs::write(Path::new(&out).join("runtime.rs"), primitives(&text));
    assert!(written.is_ok(), "{out} cannot be written");
}

/// An enum of the functions that the VM provides, and the match that calls their methods.
fn primitives(text: &str) -> String {
    let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| header.iter().position(|cell| *cell == name).unwrap_or_default();
    let rows = lines.map(|line| line.split('\t').collect::<Vec<_>>());
    let provided = rows.filter(|row| row.get(column("vm")) == Some(&"yes"));
    let symbols: Vec<&str> = provided.filter_map(|row| row.get(column("symbol")).copied()).collect();
    let mut source = String::from("/// A runtime function.\n#[derive(Clone, Copy, Debug)]\nenum Primitive {\n");
    let variant = |symbol: &str| -> String {
        let word = |word: &str| word[..1].to_uppercase() + &word[1..];
        // All begin with the prefix of the runtime.
        symbol.split('_').skip(1).filter(|part| !part.is_empty()).map(word).collect()
    };
    for symbol in &symbols {
        let _ = writeln!(source, "    {},", variant(symbol));
    }
    source += "}\n\nimpl Primitive {\n    fn of(symbol: &str) -> Option<Primitive> {\n        match symbol {\n";
    for symbol in &symbols {
        let _ = writeln!(source, "            \"{symbol}\" => Some(Primitive::{}),", variant(symbol));
    }
    source += "            _ => None,\n        }\n    }\n}\n\nimpl Vm {\n    fn primitive(\n        &mut self,\n";
    source += "        primitive: Primitive,\n        argument: &dyn Fn(usize) -> u64,\n    ) -> Result<Answer, Trap> {\n        match primitive {\n";
    for symbol in &symbols {
        let _ = writeln!(source, "            Primitive::{} => self.{symbol}(argument),", variant(symbol));
    }
    source += "        }\n    }\n}\n";
    source
}
