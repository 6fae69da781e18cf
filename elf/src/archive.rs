//! Archives of objects, `.a`, as `ar` of the GNU system writes them, with an index of symbols.
//!
//! Times, owners and modes are those of `ar D`: no two runs differ.

use crate::{Error, mangle};
use object::read::{File, Object, ObjectSymbol};

/// An archive of objects by their file names, with an index of their global symbols.
///
/// # Errors
/// When a member is no ELF object, or the archive would be larger than 4 GiB.
pub fn archive(members: &[(&str, &[u8])]) -> Result<Vec<u8>, Error> {
    let symbols = symbols(members)?;
    let (headers, names) = names(members)?;
    let names_bytes = if names.is_empty() { 0 } else { HEADER + names.len().next_multiple_of(2) };
    let index_bytes = 4 + symbols.iter().map(|(_, name)| 4 + name.len() + 1).sum::<usize>();
    let mut at = MAGIC.len() + HEADER + index_bytes.next_multiple_of(2) + names_bytes;
    let mut offsets = Vec::new();
    for (_, bytes) in members {
        offsets.push(u32::try_from(at).map_err(|_| Error::TooLarge)?);
        at += HEADER + bytes.len().next_multiple_of(2);
    }
    let mut index = (symbols.len() as u32).to_be_bytes().to_vec();
    index.extend(symbols.iter().flat_map(|&(member, _)| offsets[member].to_be_bytes()));
    index.extend(symbols.iter().flat_map(|(_, name)| name.iter().copied().chain([0])));
    let mut archive = MAGIC.to_vec();
    member(&mut archive, "/", &index);
    if !names.is_empty() {
        member(&mut archive, "//", names.as_bytes());
    }
    for (header, (_, bytes)) in headers.iter().zip(members) {
        member(&mut archive, header, bytes);
    }
    Ok(archive)
}

/// The global symbols of all members, with the index of each one's member.
fn symbols(members: &[(&str, &[u8])]) -> Result<Vec<(usize, Vec<u8>)>, Error> {
    let mut symbols = Vec::new();
    for (index, (name, bytes)) in members.iter().enumerate() {
        let unfit = |error| Error::Format(format!("{name} is no ELF object: {error}"));
        let file: File<'_> = File::parse(*bytes).map_err(unfit)?;
        let global = file.symbols().filter(|symbol| symbol.is_global() && symbol.is_definition());
        symbols.extend(global.map(|symbol| (index, symbol.name_bytes().unwrap_or_default().to_vec())));
    }
    Ok(symbols)
}

/// What stands in each member's header as its name, and the table of names that are too long for one.
fn names(members: &[(&str, &[u8])]) -> Result<(Vec<String>, String), Error> {
    let (mut headers, mut table) = (Vec::new(), String::new());
    for (name, _) in members {
        mangle::checked(name.to_string())?;
        if name.len() < 16 && !name.contains(['/', ' ', '\n']) {
            headers.push(format!("{name}/"));
        } else {
            headers.push(format!("/{}", table.len()));
            table.push_str(&name.replace(['/', '\n'], "_"));
            table.push_str("/\n");
        }
    }
    Ok((headers, table))
}

const MAGIC: &[u8] = b"!<arch>\n";
/// Bytes of a member's header.
const HEADER: usize = 60;

fn member(archive: &mut Vec<u8>, name: &str, bytes: &[u8]) {
    archive.extend(format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 0, 644, bytes.len()).as_bytes());
    archive.extend(bytes);
    if bytes.len() % 2 == 1 {
        archive.push(b'\n');
    }
}
