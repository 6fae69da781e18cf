//! What the fuzz targets do with their bytes. Each function panics when a promise is broken, and only then.

mod code;
mod damage;
mod execution;
mod llvm;
mod memory;
mod svd;
mod thumb;

pub use code::code;
pub use execution::execution;
pub use llvm::llvm;
pub use memory::memory;
pub use svd::svd;
pub use thumb::thumb;

use generate::{Config, Source};
use native_ir::contract::{TABLES, embedded_source};
use native_ir::{Contract, Module, binary, text};
use std::borrow::Cow;
use verifier::{Options, verify, verify_text};

/// The first byte chooses a table, the others stand in its place: the loader gives a contract or errors, and the
/// verifier works with what it gives.
///
/// # Panics
/// When the loader or the verifier does, or the loader refuses without a word.
pub fn tables(data: &[u8]) {
    let Some((&choice, bytes)) = data.split_first() else { return };
    let chosen = TABLES[usize::from(choice) % TABLES.len()];
    let source = |name: &str| match embedded_source(name) {
        _ if name == chosen => Ok(Cow::Borrowed(bytes)),
        Some(embedded) => Ok(Cow::Borrowed(embedded)),
        None => Err(std::io::ErrorKind::NotFound.into()),
    };
    match Contract::from_sources(source) {
        Ok(contract) => {
            let config = Config::new(Contract::embedded(), 0);
            let module = generate::module(&mut Source::from_seed(u64::from(choice)), &config);
            let options = Options { contract: &contract, threads: 1, ..Options::default() };
            let _ = verify(module, &options).map_err(|rejected| rejected.diagnostics.len());
        }
        Err(errors) => {
            assert!(!errors.is_empty(), "refused without a word");
            for error in errors {
                assert!(!error.to_string().is_empty(), "an error without text");
            }
        }
    }
}

/// Any bytes are text: they are read, verified and formatted, and what verifies comes back from its own text.
///
/// # Panics
/// When any of that panics or gives something else the second time.
pub fn text(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(formatted) = text::format(text)
    {
        assert_eq!(text::format(&formatted).as_ref(), Ok(&formatted), "formatting twice is formatting once");
    }
    let options = Options { threads: 1, ..Options::default() };
    let report = verify_text(data, &options);
    assert_eq!(report.module.is_some(), report.diagnostics.is_empty(), "a module or diagnostics");
    for located in &report.diagnostics {
        assert!(
            located.range.start <= located.range.end && located.range.end <= data.len(),
            "a place in the text"
        );
    }
    match report.module {
        Some(verified) => assert_round_trip(&verified.into_inner()),
        None => drop(text::print(&text::parse(data).module)),
    }
}

/// Bytes drive the generator, whose module verifies and comes back from its text; then they damage its arrays, and
/// neither the verifier nor the printer panics.
///
/// # Panics
/// When they do, or a generated module does not verify.
pub fn structured(data: &[u8]) {
    let Some((&split, data)) = data.split_first() else { return };
    let (damage, choices) = data.split_at(data.len().min(usize::from(split)));
    let contract = Contract::embedded();
    let mut source = Source::from_bytes(choices);
    let config = Config::new(contract, source.below(contract.targets.len()));
    let module = generate::module(&mut source, &config);
    let options = Options { threads: 1, ..Options::default() };
    let mut module = match verify(module, &options) {
        Ok(verified) => verified.into_inner(),
        Err(rejected) => panic!("a generated module does not verify: {:?}", rejected.diagnostics.first()),
    };
    assert_round_trip(&module);
    damage::damage(&mut module, damage);
    match verify(module, &options) {
        Ok(verified) => drop(text::print(&verified)),
        Err(rejected) => drop(text::print(&rejected.module)),
    }
}

/// Bytes are the sections of a container, whose header and checksum are made here: they end in an error with text, or
/// in a module that printer and verifier work with and that is written the same way twice.
///
/// # Panics
/// When decoder, printer or verifier does, or the bytes differ.
pub fn sections(data: &[u8]) {
    let module = match binary::decode(&binary::seal(data)) {
        Ok(module) => module,
        Err(error) => return assert!(!error.to_string().is_empty(), "refused without a word"),
    };
    drop(text::print(&module));
    let encoded = binary::encode(&module);
    let again = binary::decode(&encoded).map(|module| binary::encode(&module));
    assert!(again.is_ok_and(|again| again == encoded), "what was decoded comes back");
    match verify(module, &Options { threads: 1, ..Options::default() }) {
        Ok(verified) => drop(text::print(&verified)),
        Err(rejected) => assert!(!rejected.diagnostics.is_empty(), "refused without a word"),
    }
}

fn assert_round_trip(module: &Module) {
    let printed = text::print(module);
    let parsed = text::parse(&printed);
    assert!(parsed.diagnostics.is_empty(), "what was printed does not parse: {:?}\n{printed}", parsed.diagnostics);
    assert!(parsed.module == *module, "what was printed is another module\n{printed}");
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    fn sections(text: &[u8]) -> Vec<u8> {
        let container = native_ir::binary::encode(&native_ir::text::parse(text).module);
        native_ir::binary::unseal(&container).expect("it was just sealed").to_vec()
    }

    /// All seeds, whole, cut off and with a byte changed.
    #[test]
    fn seeds_keep_every_promise() {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
        let mut files = Vec::new();
        let mut folders = vec![fixtures];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("the fixtures are there").flatten() {
                let list = if entry.path().is_dir() { &mut folders } else { &mut files };
                list.push(entry.path());
            }
        }
        for (index, file) in files.iter().enumerate() {
            let mut bytes = std::fs::read(file).expect("a fixture can be read");
            super::text(&bytes);
            super::text(&bytes[..bytes.len() * (index % 7) / 7]);
            if let Some(byte) = bytes.get_mut(index * 37) {
                *byte ^= 1 << (index % 7);
            }
            super::text(&bytes);
            super::structured(&bytes);
            let mut sections = sections(&std::fs::read(file).expect("a fixture can be read"));
            super::sections(&sections);
            super::sections(&sections[..sections.len() * (index % 7) / 7]);
            for at in (index % 97..sections.len()).step_by(97) {
                let byte = std::mem::replace(&mut sections[at], index as u8);
                super::sections(&sections);
                sections[at] = byte;
            }
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../llvm/tests/read");
        for entry in std::fs::read_dir(folder).expect("the fixtures are there").flatten() {
            let Ok(mut bytes) = std::fs::read(entry.path()) else { continue };
            super::llvm(&bytes);
            for at in (0..bytes.len()).step_by(211) {
                super::llvm(&bytes[..at]);
                bytes[at] ^= 1 << (at % 7);
            }
            super::llvm(&bytes);
        }
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../svd/tests/example.svd");
        let example = std::fs::read(example).expect("the example is there");
        for at in (0..example.len()).step_by(97) {
            let mut bytes = example.clone();
            bytes[at] ^= 1 << (at % 7);
            super::svd(&bytes);
            super::svd(&bytes[..at]);
        }
        for text in ["", "flash 0 1K\nram 0x20000000 1K\nstack 4\n", "ram 0 4\nflash 0xfffffffc 4", "stack"] {
            super::memory(text.as_bytes());
        }
        for seed in 0..500 {
            let mut source = generate::Source::from_seed(seed);
            let mut bytes: Vec<u8> = (0..2000).map(|_| source.below(256) as u8).collect();
            super::thumb(&bytes);
            // None, some and much damage.
            bytes[0] = [0, 2, 4, 100][seed as usize % 4];
            super::code(&bytes);
        }
        for choice in 0..11 {
            let source = native_ir::contract::embedded_source(native_ir::contract::TABLES[choice]);
            let mut seed = vec![choice as u8];
            seed.extend(source.expect("the table is embedded"));
            super::tables(&seed);
            seed.truncate(seed.len() / 2);
            super::tables(&seed);
        }
    }
}
