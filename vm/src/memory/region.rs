//! The region: one reserved range of host memory that holds all of a guest's memory.
//!
//! Invariants:
//! - The mapping has [`Region::SLACK`] bytes behind the limit. So an access of at most that many bytes whose *first*
//!   byte is below the limit stays inside the mapping, and `address - base < limit` is all that fast mode compares.
//! - The mapping is anonymous, private, readable and writable from creation to drop, and never moves.
//! - Functions have addresses behind the limit, one every [`CODE_STRIDE`] bytes from [`CODE_GAP`] bytes after it. No
//!   bytes are there: every access to them fails the comparison.

#![allow(
    unsafe_code,
    reason = "guest memory is reached through raw pointers, and given back to the system page by page"
)]

use super::low::{Access, Low};
use memmap2::{MmapOptions, MmapRaw};
use std::ops::Range;

/// Where a region with 32-bit pointers begins.
const NARROW_BASE: u64 = 0x1000_0000;
/// Nothing with 32-bit pointers lies here or above: there are the devices.
const NARROW_END: u64 = 0x4000_0000;
/// The most bytes of a region with 64-bit pointers: what [`super::Heap`] can number.
const WIDE_MAX: u64 = 1 << 35;
/// Bytes between the limit and the first function.
const CODE_GAP: u64 = 4096;
/// Bytes between the addresses of two functions.
const CODE_STRIDE: u64 = 16;
/// Limits are multiples of this.
const PAGE: u64 = 4096;
/// The base is a multiple of this, the largest alignment of an object.
const BASE_ALIGN: u64 = 1 << 16;

/// Why there is no region.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RegionError {
    /// More bytes than guest addresses have room for.
    #[error("guest memory of {limit} bytes is too large: at most {max} bytes have addresses")]
    TooLarge {
        /// The bytes that were asked for.
        limit: u64,
        /// The most that is possible.
        max: u64,
    },
    /// The host refuses.
    #[error("the host does not reserve {limit} bytes of guest memory")]
    Reserve {
        /// The bytes that were asked for.
        limit: u64,
        /// What the host says.
        source: std::io::Error,
    },
}

/// What keeps the bytes mapped.
#[derive(Debug)]
enum Mapping {
    /// Anywhere.
    Free(MmapRaw),
    /// Below 2 GiB.
    Low(Low),
}

/// The guest's memory: see the module's documentation.
#[derive(Debug)]
pub(crate) struct Region {
    map: Mapping,
    /// The first byte.
    first: *mut u8,
    base: u64,
    limit: u64,
    code_end: u64,
}

impl Region {
    /// Bytes behind the limit that an access may touch when its first byte is below it.
    pub(crate) const SLACK: u64 = 64;

    /// Where a region with 32-bit pointers begins.
    pub(crate) const NARROW_BASE: u64 = NARROW_BASE;
    /// Bytes between the addresses of two functions.
    pub(crate) const CODE_STRIDE: u64 = CODE_STRIDE;

    /// The distance of the first function's address from the base of a region with a limit.
    pub(crate) fn code_offset(limit: u64) -> u64 {
        limit + CODE_GAP
    }

    /// The limit of a region of at least so many bytes, or as many as usual.
    pub(crate) fn limit_for(bytes: Option<u64>, pointer_bytes: u32) -> u64 {
        bytes.unwrap_or_else(|| Region::default_limit(pointer_bytes)).max(1).next_multiple_of(PAGE)
    }

    /// How many bytes a module with pointers of so many bytes has when nothing else is said: 1 GiB, or 256 MiB with
    /// pointers of 4 bytes.
    pub(crate) fn default_limit(pointer_bytes: u32) -> u64 {
        if pointer_bytes >= 8 { 1 << 30 } else { 256 << 20 }
    }

    /// Reserves a region of at least so many bytes (whole pages), all zero. Host memory is taken page by page at the
    /// first access.
    ///
    /// # Errors
    /// When guest addresses have no room for it, or the host refuses.
    pub(crate) fn new(pointer_bytes: u32, limit: u64) -> Result<Region, RegionError> {
        let narrow = pointer_bytes < 8;
        let max = if narrow { NARROW_END - NARROW_BASE - CODE_GAP - PAGE } else { WIDE_MAX };
        let too_large = RegionError::TooLarge { limit, max };
        if limit > max {
            return Err(too_large);
        }
        let limit = limit.max(1).next_multiple_of(PAGE);
        let Ok(bytes) = usize::try_from(limit + Region::SLACK + BASE_ALIGN) else { return Err(too_large) };
        let map = MmapOptions::new().len(bytes).no_reserve_swap().map_anon();
        let map = MmapRaw::from(map.map_err(|source| RegionError::Reserve { limit, source })?);
        let start = (map.as_ptr() as u64).next_multiple_of(BASE_ALIGN) - map.as_ptr() as u64;
        // Less than `BASE_ALIGN`, so inside the mapping.
        let first = map.as_mut_ptr().wrapping_add(start as usize);
        let base = if narrow { NARROW_BASE } else { first as u64 };
        let code = base + limit + CODE_GAP;
        let code_end = if narrow { NARROW_END } else { code + CODE_STRIDE * (1 << 32) };
        Ok(Region { map: Mapping::Free(map), first, base, limit, code_end })
    }

    /// Reserves a region whose addresses, those of functions included, are the host's and lie below 2 GiB. From the
    /// first function's address on there are `code` bytes (whole pages) that are inaccessible until
    /// [`Region::write_code`] puts something there; the page before the base always is.
    ///
    /// # Errors
    /// When there is no such range of addresses, or the host refuses.
    pub(crate) fn low(limit: u64, code: u64) -> Result<Region, RegionError> {
        let limit = limit.max(1).next_multiple_of(PAGE);
        let bytes = BASE_ALIGN + limit + CODE_GAP + code.next_multiple_of(PAGE);
        let reserve = |source| RegionError::Reserve { limit, source };
        let map = Low::new(bytes, BASE_ALIGN).map_err(reserve)?;
        let first = map.address().wrapping_add(BASE_ALIGN as usize);
        map.protect(BASE_ALIGN, limit + CODE_GAP, Access::Write).map_err(reserve)?;
        let base = first as u64;
        let code_end = map.address() as u64 + bytes;
        Ok(Region { map: Mapping::Low(map), first, base, limit, code_end })
    }

    /// Writes machine code into a low region. Its pages are executable afterwards, writable only meanwhile, and never
    /// both.
    ///
    /// # Errors
    /// When the bytes are not in the region's code, or the host refuses.
    pub(crate) fn write_code(&mut self, address: u64, bytes: &[u8]) -> std::io::Result<()> {
        let end = address.saturating_add(bytes.len() as u64);
        let inside = address >= self.code().start && end <= self.code_end;
        let Mapping::Low(map) = &self.map else { return Err(std::io::ErrorKind::InvalidInput.into()) };
        if !inside {
            return Err(std::io::ErrorKind::OutOfMemory.into());
        }
        let (from, to) = (address / PAGE * PAGE, end.next_multiple_of(PAGE));
        let from_start = |address: u64| address - map.address() as u64;
        map.protect(from_start(from), to - from, Access::Write)?;
        let place = map.address().wrapping_add(from_start(address) as usize);
        // SAFETY: the bytes are in the mapping, and its pages are writable now. Nobody holds a slice of code, and no
        // code runs while the region is borrowed.
        unsafe { place.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        map.protect(from_start(from), to - from, Access::Execute)
    }

    /// The guest address of the first byte: its host address with 64-bit pointers, else a constant.
    pub(crate) fn base(&self) -> u64 {
        self.base
    }

    /// How many bytes have addresses.
    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    /// The first byte in host memory. Whoever writes through it holds no slice of this region meanwhile.
    pub(crate) fn host(&self) -> *mut u8 {
        self.first
    }

    /// The distance of an address from the base, when it is below the limit.
    #[inline]
    pub(crate) fn offset(&self, address: u64) -> Option<u64> {
        let offset = address.wrapping_sub(self.base);
        (offset < self.limit).then_some(offset)
    }

    /// Makes every byte zero and gives the host its pages back, in time proportional to the pages that were touched.
    pub(crate) fn clear(&mut self) {
        if !self.discard() {
            // SAFETY: the mapping has so many writable bytes, and `&mut self` rules slices of them out.
            unsafe { self.first.write_bytes(0, (self.limit + Region::SLACK) as usize) };
        }
    }

    /// Gives all pages back; whether it could.
    #[cfg(target_os = "linux")]
    fn discard(&mut self) -> bool {
        match &self.map {
            // SAFETY: the mapping is anonymous and private, so its pages read as zero afterwards, which are bytes like
            // any others; `&mut self` rules slices of them out.
            Mapping::Free(map) => unsafe { map.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) }.is_ok(),
            Mapping::Low(map) => map.discard(BASE_ALIGN, self.limit + CODE_GAP),
        }
    }

    /// Only Linux promises that pages which were given back read as zero.
    #[cfg(not(target_os = "linux"))]
    fn discard(&mut self) -> bool {
        false
    }

    /// The place of bytes in the mapping, when all of them are below the limit.
    fn place(&self, address: u64, len: u64) -> Option<(usize, usize)> {
        let offset = address.wrapping_sub(self.base);
        let end = offset.checked_add(len)?;
        let inside = offset <= self.limit && end <= self.limit;
        // Both are at most the mapping's length, which is a `usize`.
        inside.then_some((offset as usize, len as usize))
    }

    /// Bytes of the guest; none when one of them is not below the limit.
    pub(crate) fn read(&self, address: u64, len: u64) -> Option<&[u8]> {
        let (offset, len) = self.place(address, len)?;
        // SAFETY: `place` says that the bytes are in the mapping, which lives as long as `self`; they are initialised,
        // as mapped memory is. Writers through `host` hold no slice, so nobody writes while this one lives.
        Some(unsafe { std::slice::from_raw_parts(self.host().add(offset), len) })
    }

    /// Bytes of the guest, to write; none when one of them is not below the limit.
    pub(crate) fn slice_mut(&mut self, address: u64, len: u64) -> Option<&mut [u8]> {
        let (offset, len) = self.place(address, len)?;
        // SAFETY: as in `read`; `&mut self` makes it the only slice.
        Some(unsafe { std::slice::from_raw_parts_mut(self.host().add(offset), len) })
    }

    /// Writes bytes to the guest; does nothing and says `None` when one of them would not be below the limit.
    #[must_use]
    pub(crate) fn write(&mut self, address: u64, bytes: &[u8]) -> Option<()> {
        self.slice_mut(address, bytes.len() as u64)?.copy_from_slice(bytes);
        Some(())
    }

    /// The addresses that functions may have.
    pub(crate) fn code(&self) -> Range<u64> {
        self.base + self.limit + CODE_GAP..self.code_end
    }

    /// The address of a function by number; none when addresses are too short for so many.
    pub(crate) fn code_address(&self, index: u32) -> Option<u64> {
        let address = self.code().start + CODE_STRIDE * u64::from(index);
        self.code().contains(&address).then_some(address)
    }

    /// The number of the function that has an address. Whether there is a function of that number is the caller's
    /// question.
    #[inline]
    pub(crate) fn code_index(&self, address: u64) -> Option<u32> {
        let distance = address.wrapping_sub(self.code().start);
        let whole = self.code().contains(&address) && distance.is_multiple_of(CODE_STRIDE);
        if whole { u32::try_from(distance / CODE_STRIDE).ok() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both() -> [Region; 2] {
        [8, 4].map(|bytes| Region::new(bytes, Region::default_limit(bytes)).unwrap())
    }

    #[test]
    fn addresses_are_the_hosts_or_begin_at_a_constant() {
        let [wide, narrow] = both();
        assert_eq!((wide.base(), wide.limit()), (wide.host() as u64, 1 << 30));
        assert_eq!((narrow.base(), narrow.limit()), (0x1000_0000, 0x1000_0000));
        assert!(wide.base().is_multiple_of(BASE_ALIGN) && narrow.base().is_multiple_of(BASE_ALIGN));
        assert!(wide.host().addr().is_multiple_of(BASE_ALIGN as usize));
        for region in [wide, narrow] {
            assert_eq!(region.offset(region.base()), Some(0));
            assert_eq!(region.offset(region.base() + region.limit() - 1), Some(region.limit() - 1));
            assert_eq!(region.offset(region.base() + region.limit()), None);
            assert_eq!(region.offset(region.base() - 1), None);
            assert_eq!(region.offset(0), None);
        }
    }

    #[test]
    fn a_low_region_has_addresses_of_32_bits_and_room_for_code() {
        let mut regions = [Region::low(1 << 20, 8192).unwrap(), Region::low(1 << 20, 8192).unwrap()];
        let ends = regions.each_ref().map(|region| (region.base(), region.code().end));
        assert!(ends[0].1 <= ends[1].0 || ends[1].1 <= ends[0].0, "{ends:x?}");
        for region in &mut regions {
            assert!(region.code().end < 1 << 31);
            assert_eq!((region.base(), region.limit()), (region.host() as u64, 1 << 20));
            assert!(region.base().is_multiple_of(BASE_ALIGN));
            let code = region.code();
            assert_eq!(code.end - code.start, 8192);
            for (address, bytes) in [(code.start, 16), (code.start + 4090, 16), (code.end - 16, 16)] {
                assert!(region.write_code(address, &vec![0xcc; bytes]).is_ok());
            }
            for (address, bytes) in [(code.start - 1, 1), (code.end, 1), (code.end - 1, 2), (region.base, 1)] {
                assert!(region.write_code(address, &vec![0; bytes]).is_err(), "{address:x}");
            }
            assert_eq!(region.write(code.start - 4096 - 4, &[1, 2, 3, 4]), Some(()));
            region.clear();
            assert_eq!(region.read(code.start - 4096 - 4, 4), Some(&[0; 4][..]));
            // SAFETY: the byte is mapped, and what is executable is readable.
            let kept = unsafe { *(code.start as *const u8) };
            assert_eq!(kept, 0xcc, "clearing leaves code alone");
        }
        assert!(Region::new(8, 4096).unwrap().write_code(0, &[]).is_err());
    }

    #[test]
    fn bytes_stay_where_they_were_written() {
        for mut region in both() {
            let last = region.base() + region.limit() - 4;
            assert_eq!(region.write(last, &[1, 2, 3, 4]), Some(()));
            assert_eq!(region.read(last, 4), Some(&[1, 2, 3, 4][..]));
            region.slice_mut(last, 2).unwrap()[1] = 9;
            assert_eq!(region.read(last, 4), Some(&[1, 9, 3, 4][..]));
            assert_eq!(region.read(last, 5), None);
            assert_eq!(region.write(last + 1, &[0; 4]), None);
            assert_eq!(region.read(last, 4), Some(&[1, 9, 3, 4][..]), "a refused write changes nothing");
            assert_eq!(region.read(region.base() - 1, 1), None);
            assert_eq!(region.read(region.base() - 1, 0), None);
            assert_eq!(region.read(region.base(), u64::MAX), None);
            assert_eq!(region.read(region.base() + 10, u64::MAX - 5), None);
            assert_eq!(region.read(last + 4, 0), Some(&[][..]));
        }
    }

    /// An access of 16 bytes at the last byte below the limit is inside the mapping.
    #[test]
    fn there_is_room_behind_the_limit() {
        for region in both() {
            let Mapping::Free(map) = &region.map else { panic!("placed low") };
            let start = region.first.addr() - map.as_ptr().addr();
            assert!((map.len() - start) as u64 >= region.limit() + Region::SLACK);
            // SAFETY: the assertion before.
            let last = unsafe { region.host().add(region.limit() as usize - 1).cast::<u128>() };
            // SAFETY: the byte and the 15 after it are mapped.
            unsafe {
                last.write_unaligned(u128::MAX);
                assert_eq!(last.read_unaligned(), u128::MAX);
            }
        }
    }

    #[test]
    fn a_cleared_region_is_zero() {
        for mut region in both() {
            let addresses = [region.base(), region.base() + 123_456_789, region.base() + region.limit() - 1];
            for address in addresses {
                assert_eq!(region.write(address, &[7]), Some(()));
            }
            region.clear();
            for address in addresses {
                assert_eq!(region.read(address, 1), Some(&[0][..]));
            }
        }
    }

    #[test]
    fn functions_have_addresses_of_their_own() {
        for region in both() {
            for index in [0, 1, 2, 1000, 1 << 20] {
                let address = region.code_address(index).unwrap();
                assert_eq!(region.code_index(address), Some(index));
                assert_eq!(region.code_index(address + 1), None);
                assert_eq!(region.offset(address), None);
                assert_eq!(address, region.base() + region.limit() + 4096 + 16 * u64::from(index));
            }
            assert_eq!(region.code_index(region.base()), None);
            assert_eq!(region.code_index(region.code().start - 16), None);
            assert_eq!(region.code_index(0), None);
        }
    }

    #[test]
    fn narrow_addresses_end_below_the_devices() {
        let narrow = Region::new(4, 256 << 20).unwrap();
        let count = (0x4000_0000u64 - 0x2000_1000) / 16;
        assert_eq!(narrow.code_address(count as u32 - 1), Some(0x4000_0000 - 16));
        assert_eq!(narrow.code_address(count as u32), None);
        assert_eq!(narrow.code_index(0x4000_0000), None);
        let largest = Region::new(4, 0x4000_0000 - 0x1000_0000 - 8192).unwrap();
        assert!(largest.code_address(0).is_some());
        assert!(matches!(Region::new(4, 1 << 30), Err(RegionError::TooLarge { .. })));
        assert!(matches!(Region::new(8, u64::MAX), Err(RegionError::TooLarge { .. })));
        assert_eq!(Region::new(8, 0).unwrap().limit(), 4096);
    }
}
