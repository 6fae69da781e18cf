//! Writes the sections of each text that is named to a file in a folder: `binary_seeds FOLDER TEXT…`.

use native_ir::{binary, text};
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = arguments.next().ok_or("expected a folder and texts")?;
    for (number, file) in arguments.enumerate() {
        let container = binary::encode(&text::parse(std::fs::read(&file)?).module);
        std::fs::write(folder.join(format!("seed-{number}")), binary::unseal(&container)?)?;
    }
    Ok(())
}
