//! What of an ELF file is loaded.

use crate::Error;
use object::elf::{EM_X86_64, ET_EXEC, FileHeader64, PF_R, PF_W, PF_X, PT_INTERP, PT_LOAD};
use object::endian::LittleEndian;
use object::read::elf::{FileHeader, ProgramHeader};

/// Bytes of a page.
pub(crate) const PAGE: u64 = 4096;
/// The most that a program's segments may take together, in bytes.
const MOST: u64 = 4 << 30;

/// A program's segments and where it begins.
pub(crate) struct Image<'a> {
    pub(crate) entry: u64,
    pub(crate) segments: Vec<Segment<'a>>,
}

/// A part of memory.
pub(crate) struct Segment<'a> {
    /// Its first byte.
    pub(crate) address: u64,
    /// Its size in bytes; what `bytes` does not cover is zero.
    pub(crate) size: u64,
    pub(crate) bytes: &'a [u8],
    pub(crate) readable: bool,
    pub(crate) writable: bool,
    pub(crate) executable: bool,
}

impl<'a> Image<'a> {
    /// Reads an executable.
    ///
    /// # Errors
    /// It is none, or not a static one for x86-64.
    pub(crate) fn read(file: &'a [u8]) -> Result<Image<'a>, Error> {
        let wrong = |error: object::read::Error| Error::Format(error.to_string());
        let header = FileHeader64::<LittleEndian>::parse(file).map_err(wrong)?;
        let endian = header.endian().map_err(wrong)?;
        if header.e_machine(endian) != EM_X86_64 {
            return Err(Error::Unsupported("it is for another machine"));
        }
        if header.e_type(endian) != ET_EXEC {
            return Err(Error::Unsupported("it has no fixed addresses"));
        }
        let mut segments = Vec::new();
        for row in header.program_headers(endian, file).map_err(wrong)? {
            let kind = row.p_type(endian);
            if kind == PT_INTERP {
                return Err(Error::Unsupported("it needs a loader"));
            }
            if kind != PT_LOAD || row.p_memsz(endian) == 0 {
                continue;
            }
            let bytes =
                row.data(endian, file).map_err(|()| Error::Format("a segment outside of the file".to_string()))?;
            let flags = row.p_flags(endian);
            segments.push(Segment {
                address: row.p_vaddr(endian),
                size: row.p_memsz(endian),
                bytes,
                readable: flags.0 & PF_R.0 != 0,
                writable: flags.0 & PF_W.0 != 0,
                executable: flags.0 & PF_X.0 != 0,
            });
        }
        let fits = |segment: &Segment<'_>| {
            let end = segment.address.checked_add(segment.size);
            segment.bytes.len() as u64 <= segment.size && end.is_some_and(|end| end < 1 << 46)
        };
        let all = segments.iter().try_fold(0u64, |all, segment| all.checked_add(segment.size));
        if !segments.iter().all(fits) || all.is_none_or(|all| all > MOST) {
            return Err(Error::Format("segments that are too large".to_string()));
        }
        Ok(Image { entry: header.e_entry(endian), segments })
    }
}

impl Segment<'_> {
    /// The pages that it lies in: the first byte, and the size.
    pub(crate) fn pages(&self) -> (u64, u64) {
        let start = self.address / PAGE * PAGE;
        (start, (self.address + self.size).next_multiple_of(PAGE) - start)
    }
}
