//! The container: what stands before and behind the sections of a module.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | magic |
//! | 2 | version, little-endian |
//! | 32 | digest of the contract |
//! | 8 | how many bytes the sections have, little-endian |
//! | … | sections |
//! | 32 | SHA-256 over all bytes before |
//!
//! The checksum is SHA-256 and no CRC because the contract's digest needs it anyway, because it also serves to tell
//! artefacts apart, and because it costs less than decoding does.

use super::error::BinaryError;
use crate::Contract;
use sha2::{Digest, Sha256};

/// The version of the format. Every change of the bytes is a new version.
pub const VERSION: u16 = 1;

/// The largest container in bytes. No entity takes less than a byte, so all their numbers fit 31 bits.
pub const MAX_BYTES: usize = i32::MAX as usize;

/// The first byte is none that UTF-8 text may begin with. The line ends behind the name change when the file goes
/// through something that takes it for text.
const MAGIC: [u8; 8] = *b"\x89NIR\r\n\x1a\n";
const NAME: [u8; 4] = *b"\x89NIR";
const AT_VERSION: usize = MAGIC.len();
const AT_DIGEST: usize = AT_VERSION + 2;
const AT_LENGTH: usize = AT_DIGEST + 32;
/// Where the sections begin.
pub(super) const HEADER: usize = AT_LENGTH + 8;
const CHECKSUM: usize = 32;

/// Whether bytes begin like a container, of whatever version and however damaged behind that.
pub fn is_binary(bytes: &[u8]) -> bool {
    bytes.starts_with(&NAME)
}

/// The container of some sections: header and checksum of what [`unseal`] gives. For tools and tests that change what
/// stands inside.
pub fn seal(sections: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER + sections.len() + CHECKSUM);
    out.extend(MAGIC);
    out.extend(VERSION.to_le_bytes());
    out.extend(Contract::embedded().digest());
    out.extend((sections.len() as u64).to_le_bytes());
    out.extend(sections);
    let checksum: [u8; CHECKSUM] = Sha256::digest(&out).into();
    out.extend(checksum);
    out
}

/// The sections of a container that is whole, of this version and of the contract that the tool was built with.
///
/// # Errors
/// What is wrong with the container; the sections are not looked at.
pub fn unseal(bytes: &[u8]) -> Result<&[u8], BinaryError> {
    magic(bytes)?;
    let version = u16::from_le_bytes(array(bytes, AT_VERSION)?);
    if version != VERSION {
        return Err(BinaryError::Version { found: version });
    }
    let digest = array(bytes, AT_DIGEST)?;
    if digest != Contract::embedded().digest() {
        return Err(BinaryError::Contract { found: digest });
    }
    let length = u64::from_le_bytes(array(bytes, AT_LENGTH)?);
    let declared = length.saturating_add((HEADER + CHECKSUM) as u64);
    if declared > MAX_BYTES as u64 {
        return Err(BinaryError::TooLarge { declared });
    }
    if declared != bytes.len() as u64 {
        return Err(BinaryError::Length { declared, actual: bytes.len() });
    }
    let (sealed, checksum) = bytes.split_at(bytes.len() - CHECKSUM);
    if Sha256::digest(sealed).as_slice() != checksum {
        return Err(BinaryError::Checksum { offset: sealed.len() });
    }
    Ok(&sealed[HEADER..])
}

fn magic(bytes: &[u8]) -> Result<(), BinaryError> {
    if bytes.starts_with(&MAGIC) {
        Ok(())
    } else if !is_binary(bytes) {
        Err(BinaryError::Magic)
    } else if MAGIC.starts_with(bytes) {
        Err(BinaryError::Cut { actual: bytes.len() })
    } else {
        Err(BinaryError::TransferredAsText)
    }
}

/// The bytes of a field of the header.
fn array<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], BinaryError> {
    let field = bytes.get(at..).and_then(|rest| rest.first_chunk());
    field.copied().ok_or(BinaryError::Cut { actual: bytes.len() })
}
