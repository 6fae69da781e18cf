//! Vendors' register files, and register maps.

use native_ir::registers::RegisterMap;

/// Any bytes are a register map, a vendor's or one of ours: it is read or refused, and what is read is the same from its own
/// tables.
///
/// # Panics
/// When the reader does, when it refuses without a word, or when a map is not what its tables say.
pub fn svd(data: &[u8]) {
    let map = match ::svd::is_svd(data) {
        true => ::svd::read("x.svd", data).map(|reading| {
            let table = reading.table();
            assert_eq!(
                RegisterMap::read("x.tsv", table.as_bytes()).as_ref(),
                Ok(&reading.map),
                "tables with comments"
            );
            reading.map
        }),
        false => RegisterMap::read("x.tsv", data),
    };
    match map {
        Ok(map) => assert_eq!(RegisterMap::read("x.tsv", map.to_string().as_bytes()), Ok(map), "tables"),
        Err(errors) => {
            assert!(!errors.is_empty(), "refused without a word");
            assert!(errors.iter().all(|error| !error.to_string().is_empty()), "an error without text");
        }
    }
}
