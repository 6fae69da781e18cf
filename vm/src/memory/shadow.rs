//! Checked mode: what is known of each byte of the region.
//!
//! - For each byte one byte of undefined bits: a bit that is set says that nothing wrote the byte's bit. Where no object
//!   is, the bits mean nothing; who creates an object fills them.
//! - For each granule (as many bytes as a pointer has) the tag of the pointer that was stored there whole and aligned.
//!   Whatever else writes to a granule clears it. Where bits are undefined the tag means nothing.
//!
//! Places are offsets from the region's base. Both parts are mapped like the region and take host memory page by page
//! at the first write; fresh ones say "defined, no provenance" everywhere. Places outside the region are undefined,
//! and writing there does nothing.

use super::objects::Tag;
use super::region::{Region, RegionError};
use memmap2::{MmapMut, MmapOptions};

/// The bytes of a tag in the mapping.
const TAG: usize = size_of::<Tag>();

/// What is known of the region's bytes.
#[derive(Debug)]
pub(crate) struct Shadow {
    undefined: MmapMut,
    tags: MmapMut,
    /// The binary logarithm of a granule's bytes: 2 or 3.
    shift: u32,
}

macro_rules! widths {
    ($($read:ident $write:ident $ty:ty;)*) => {$(
        /// The undefined bits of so many bits of memory.
        #[inline]
        pub(crate) fn $read(&self, offset: u64) -> $ty {
            self.array(offset).map_or(<$ty>::MAX, <$ty>::from_le_bytes)
        }

        /// Sets which bits of so many bits of memory are undefined.
        #[inline]
        pub(crate) fn $write(&mut self, offset: u64, mask: $ty) {
            if let Some(bytes) = self.undefined.get_mut(offset as usize..).and_then(<[u8]>::first_chunk_mut) {
                *bytes = mask.to_le_bytes();
            }
        }
    )*};
}

impl Shadow {
    /// The shadow of a region of so many bytes, with pointers of so many.
    ///
    /// # Errors
    /// When the host does not reserve it.
    pub(crate) fn new(limit: u64, pointer_bytes: u32) -> Result<Shadow, RegionError> {
        let shift = if pointer_bytes >= 8 { 3 } else { 2 };
        let bytes = limit.saturating_add(Region::SLACK);
        let tags = ((bytes >> shift) + 1).saturating_mul(TAG as u64);
        Ok(Shadow { undefined: reserve(bytes)?, tags: reserve(tags)?, shift })
    }

    widths! {
        undefined_u8 set_undefined_u8 u8;
        undefined_u16 set_undefined_u16 u16;
        undefined_u32 set_undefined_u32 u32;
        undefined_u64 set_undefined_u64 u64;
        undefined_u128 set_undefined_u128 u128;
    }

    /// Bytes of a granule less one.
    #[inline]
    fn mask(&self) -> u64 {
        (1 << self.shift) - 1
    }

    /// Where the tag of the granule of a place lies.
    #[inline]
    fn tag_place(&self, offset: u64) -> usize {
        ((offset >> self.shift) as usize).saturating_mul(TAG)
    }

    #[inline]
    fn array<const N: usize>(&self, offset: u64) -> Option<[u8; N]> {
        self.undefined.get(offset as usize..)?.first_chunk().copied()
    }

    /// The undefined bits of at most 16 bytes, the first byte's lowest.
    #[inline]
    pub(crate) fn undefined(&self, offset: u64, len: usize) -> u128 {
        match len {
            1 => self.undefined_u8(offset).into(),
            2 => self.undefined_u16(offset).into(),
            4 => self.undefined_u32(offset).into(),
            8 => self.undefined_u64(offset).into(),
            16 => self.undefined_u128(offset),
            _ => self.undefined_bytes(offset, len),
        }
    }

    fn undefined_bytes(&self, offset: u64, len: usize) -> u128 {
        let mut bytes = [0; 16];
        for (at, byte) in bytes.iter_mut().enumerate().take(len) {
            *byte = self.undefined_u8(offset.saturating_add(at as u64));
        }
        u128::from_le_bytes(bytes)
    }

    /// Sets which bits of at most 16 bytes are undefined.
    #[inline]
    pub(crate) fn set_undefined(&mut self, offset: u64, len: usize, mask: u128) {
        match len {
            1 => self.set_undefined_u8(offset, mask as u8),
            2 => self.set_undefined_u16(offset, mask as u16),
            4 => self.set_undefined_u32(offset, mask as u32),
            8 => self.set_undefined_u64(offset, mask as u64),
            16 => self.set_undefined_u128(offset, mask),
            _ => self.set_undefined_bytes(offset, len, mask),
        }
    }

    fn set_undefined_bytes(&mut self, offset: u64, len: usize, mask: u128) {
        for (at, byte) in mask.to_le_bytes().into_iter().enumerate().take(len) {
            self.set_undefined_u8(offset.saturating_add(at as u64), byte);
        }
    }

    /// The first of so many bytes that has an undefined bit.
    pub(crate) fn first_undefined(&self, offset: u64, len: u64) -> Option<u64> {
        match range(offset, len).and_then(|range| self.undefined.get(range)) {
            Some(bytes) => bytes.iter().position(|&byte| byte != 0).map(|at| offset + at as u64),
            None => Some(offset),
        }
    }

    /// Sets the undefined bits of each of so many bytes: 0 for defined, 0xff for undefined.
    pub(crate) fn fill(&mut self, offset: u64, len: u64, byte: u8) {
        if let Some(bytes) = range(offset, len).and_then(|range| self.undefined.get_mut(range)) {
            bytes.fill(byte);
        }
    }

    /// Copies what is known of bytes, which may overlap, as the bytes themselves are copied. Tags go along with pointers
    /// that are copied whole from one aligned place to another.
    pub(crate) fn copy(&mut self, to: u64, from: u64, len: u64) {
        let ranges = range(from, len).zip(range(to, len));
        let Some((source, target)) = ranges.filter(|_| to != from && len != 0) else { return };
        if source.end > self.undefined.len() || target.end > self.undefined.len() {
            return;
        }
        self.undefined.copy_within(source, target.start);
        self.copy_tags(to, from, len);
    }

    fn copy_tags(&mut self, to: u64, from: u64, len: u64) {
        // From the beginning to the first whole granule, and to the end of the last one; the same on both sides.
        let head = (from.wrapping_neg() & self.mask()).min(len);
        let tail = head + ((len - head) & !self.mask());
        if (to ^ from) & self.mask() != 0 {
            return self.clear_tags(to, len);
        }
        let source = self.tag_place(from + head)..self.tag_place(from + tail);
        // Pages of tags that were never written shall stay so.
        if self.tags.get(source.clone()).is_some_and(says_anything) {
            let target = self.tag_place(to + head);
            self.tags.copy_within(source, target);
        } else {
            self.clear_tags(to + head, tail - head);
        }
        self.clear_tags(to, head);
        self.clear_tags(to + tail, len - tail);
    }

    /// The tag of the pointer that was stored at a place; none where the place is not aligned.
    #[inline]
    pub(crate) fn tag(&self, offset: u64) -> Tag {
        let tag = self.tags.get(self.tag_place(offset)..).and_then(<[u8]>::first_chunk);
        match tag {
            Some(bytes) if offset & self.mask() == 0 => Tag(u64::from_le_bytes(*bytes)),
            _ => Tag::NONE,
        }
    }

    /// Sets the tag of a pointer that is stored at a place. Where the place is not aligned the tag is lost.
    #[inline]
    pub(crate) fn set_tag(&mut self, offset: u64, tag: Tag) {
        if offset & self.mask() != 0 || tag == Tag::NONE {
            return self.clear_tags(offset, self.mask() + 1);
        }
        let place = self.tag_place(offset);
        if let Some(bytes) = self.tags.get_mut(place..).and_then(<[u8]>::first_chunk_mut) {
            *bytes = tag.0.to_le_bytes();
        }
    }

    /// Forgets the tags of all pointers that so many bytes are part of: something else is stored there.
    #[inline]
    pub(crate) fn clear_tags(&mut self, offset: u64, len: u64) {
        let Some(last) = len.checked_sub(1).and_then(|len| offset.checked_add(len)) else { return };
        let (first, last) = (self.tag_place(offset), self.tag_place(last));
        // Pages of tags that were never written shall stay so.
        if let Some(tags) = self.tags.get_mut(first..last.saturating_add(TAG))
            && says_anything(tags)
        {
            tags.fill(0);
        }
    }
}

/// Whether one of some tags, given by their bytes, says anything.
#[inline]
fn says_anything(tags: &[u8]) -> bool {
    tags.chunks_exact(TAG).any(|tag| tag != [0; TAG])
}

fn range(offset: u64, len: u64) -> Option<std::ops::Range<usize>> {
    let start = usize::try_from(offset).ok()?;
    Some(start..start.checked_add(usize::try_from(len).ok()?)?)
}

fn reserve(bytes: u64) -> Result<MmapMut, RegionError> {
    let too_large = |_| RegionError::TooLarge { limit: bytes, max: usize::MAX as u64 };
    let len = usize::try_from(bytes).map_err(too_large)?;
    let map = MmapOptions::new().len(len).no_reserve_swap().map_anon();
    map.map_err(|source| RegionError::Reserve { limit: bytes, source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIMIT: u64 = 1 << 20;

    fn both() -> [Shadow; 2] {
        [8, 4].map(|bytes| Shadow::new(LIMIT, bytes).unwrap())
    }

    #[test]
    fn each_width_reads_what_was_written() {
        for mut shadow in both() {
            assert_eq!((shadow.undefined_u128(0), shadow.undefined(LIMIT - 1, 16)), (0, 0), "fresh is defined");
            shadow.set_undefined_u128(32, 0x0f0e_0d0c_0b0a_0908_0706_0504_0302_0100);
            assert_eq!(shadow.undefined_u8(33), 1);
            assert_eq!(shadow.undefined_u16(33), 0x0201);
            assert_eq!(shadow.undefined_u32(33), 0x0403_0201);
            assert_eq!(shadow.undefined_u64(33), 0x0807_0605_0403_0201);
            assert_eq!(shadow.undefined(33, 3), 0x03_0201);
            assert_eq!(shadow.undefined(32, 16), shadow.undefined_u128(32));
            shadow.set_undefined_u8(34, 0xff);
            shadow.set_undefined_u16(35, 0xaaaa);
            shadow.set_undefined_u32(37, 0xbbbb_bbbb);
            assert_eq!(shadow.undefined_u64(33), 0xbbbb_bbbb_aaaa_ff01 & u64::MAX >> 8 | 0xbb << 56);
            shadow.set_undefined_u64(33, 0);
            shadow.set_undefined(36, 2, 0x1234);
            assert_eq!(shadow.undefined(32, 16), 0x0f0e_0d0c_0b0a_0900_0000_1234_0000_0000);
        }
    }

    #[test]
    fn each_length_reads_and_writes_so_many_bytes() {
        for mut shadow in both() {
            for len in 0..=16 {
                let mask = if len == 16 { u128::MAX } else { (1 << (8 * len)) - 1 };
                let bits = 0xf1f2_f3f4_f5f6_f7f8_f9fa_fbfc_fdfe_ff01 & mask;
                shadow.fill(0, 64, 0);
                shadow.set_undefined(5, len, u128::MAX);
                assert_eq!((shadow.undefined(5, 16), shadow.undefined_u8(4)), (mask, 0));
                shadow.set_undefined(5, len, bits);
                shadow.set_undefined_u8(5 + len as u64, 0x55);
                assert_eq!(shadow.undefined(5, len), bits, "{len} bytes");
            }
        }
    }

    #[test]
    fn fills_end_where_they_end() {
        for mut shadow in both() {
            shadow.fill(100, 50, 0xff);
            assert_eq!(shadow.undefined(98, 4), 0xffff_0000);
            assert_eq!(shadow.undefined(148, 4), 0xffff);
            assert_eq!(shadow.first_undefined(90, 20), Some(100));
            assert_eq!(shadow.first_undefined(120, 1), Some(120));
            assert_eq!(shadow.first_undefined(90, 10), None);
            assert_eq!(shadow.first_undefined(150, 1000), None);
            shadow.fill(100, 49, 0);
            assert_eq!(shadow.first_undefined(0, LIMIT), Some(149));
        }
    }

    #[test]
    fn what_is_outside_is_undefined_and_stays_so() {
        for mut shadow in both() {
            for offset in [LIMIT + Region::SLACK, u64::MAX - 15, u64::MAX] {
                shadow.set_undefined_u64(offset, 0);
                shadow.fill(offset, 8, 0);
                shadow.set_tag(offset & !7, Tag(5));
                shadow.clear_tags(offset, 8);
                shadow.copy(offset, 0, 8);
                shadow.copy(0, offset, 8);
                assert_eq!(shadow.undefined_u64(offset), u64::MAX);
                assert_eq!(shadow.undefined(offset, 2), 0xffff);
                assert_eq!(shadow.first_undefined(offset, 8), Some(offset));
            }
            shadow.clear_tags(0, u64::MAX);
            shadow.copy(0, 8, u64::MAX);
            assert_eq!(shadow.tag(!7), Tag::NONE);
        }
    }

    #[test]
    fn whatever_touches_a_pointer_forgets_its_tag() {
        for (mut shadow, granule) in both().into_iter().zip([8, 4]) {
            for (offset, len, kept) in [
                (64, 1, false),
                (64 + granule - 1, 1, false),
                (63, 1, true),
                (64 + granule, 100, true),
                (60, 100, false),
                (64, 0, true),
            ] {
                shadow.set_tag(64, Tag(7));
                shadow.clear_tags(offset, len);
                assert_eq!(shadow.tag(64), if kept { Tag(7) } else { Tag::NONE }, "{offset} {len}");
            }
            shadow.set_tag(64, Tag(7));
            assert_eq!(shadow.tag(65), Tag::NONE, "not aligned");
            shadow.set_tag(64, Tag(1 << 63));
            assert_eq!(shadow.tag(64), Tag(1 << 63));
            shadow.set_tag(64 + granule, Tag(8));
            shadow.set_tag(66, Tag(9));
            assert_eq!((shadow.tag(64), shadow.tag(64 + granule)), (Tag::NONE, Tag::NONE), "over two granules");
        }
    }

    /// The model: for each byte its undefined bits, and the tag and place in the pointer of the pointer it is part of.
    type Model = Vec<(u8, Option<(u64, u64)>)>;

    fn model_tag(model: &Model, offset: u64, granule: u64) -> Tag {
        let part = |at: u64| model[(offset + at) as usize].1;
        match part(0) {
            Some((tag, 0)) if (0..granule).all(|at| part(at) == Some((tag, at))) => Tag(tag),
            _ => Tag::NONE,
        }
    }

    #[derive(Clone, Debug)]
    enum Step {
        Fill(u64, u64, u8),
        Copy(u64, u64, u64),
        Pointer(u64, u64),
        Clear(u64, u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        let (offset, len) = (0u64..150, 0u64..60);
        prop_oneof![
            (offset.clone(), len.clone(), any::<u8>())
                .prop_map(|(offset, len, byte)| Step::Fill(offset, len, byte)),
            (offset.clone(), offset.clone(), len.clone()).prop_map(|(to, from, len)| Step::Copy(to, from, len)),
            (0u64..12, 0u64..12, len.clone()).prop_map(|(to, from, len)| Step::Copy(to * 8, from * 8, len)),
            (0u64..19, 1u64..1000).prop_map(|(granule, tag)| Step::Pointer(granule * 8, tag)),
            (offset, len).prop_map(|(offset, len)| Step::Clear(offset, len)),
        ]
    }

    proptest! {
        /// Pointers are copied whole or not at all: a tag is found only where the model has all bytes of one pointer in
        /// order, and pieces are forgotten.
        #[test]
        fn copies_are_those_of_a_naive_model(steps in prop::collection::vec(step(), 1..40), wide in any::<bool>()) {
            let granule = if wide { 8 } else { 4 };
            let mut shadow = Shadow::new(4096, granule as u32).unwrap();
            let mut model: Model = vec![(0, None); 256];
            for step in steps {
                match step {
                    Step::Fill(offset, len, byte) => {
                        shadow.fill(offset, len, byte);
                        model[offset as usize..][..len as usize].iter_mut().for_each(|known| known.0 = byte);
                    }
                    Step::Copy(to, from, len) => {
                        shadow.copy(to, from, len);
                        model.copy_within(from as usize..(from + len) as usize, to as usize);
                        let touched = |at: u64| to != from && len != 0 && at < to + len && at + granule > to;
                        let whole = |at: u64| at >= to && at + granule <= to + len;
                        for at in (0..240).step_by(granule as usize).filter(|&at| touched(at) && !whole(at)) {
                            model[at as usize..][..granule as usize].iter_mut().for_each(|known| known.1 = None);
                        }
                    }
                    Step::Pointer(offset, tag) => {
                        shadow.set_tag(offset, Tag(tag));
                        (0..granule).for_each(|at| model[(offset + at) as usize].1 = Some((tag, at)));
                    }
                    Step::Clear(offset, len) => {
                        shadow.clear_tags(offset, len);
                        model[offset as usize..][..len as usize].iter_mut().for_each(|known| known.1 = None);
                    }
                }
                for offset in 0..240 {
                    prop_assert_eq!(shadow.undefined_u8(offset), model[offset as usize].0, "at {}", offset);
                }
                for offset in (0..240).step_by(granule as usize) {
                    let expected = model_tag(&model, offset, granule);
                    prop_assert_eq!(shadow.tag(offset), expected, "at {}", offset);
                    if expected == Tag::NONE {
                        (0..granule).for_each(|at| model[(offset + at) as usize].1 = None);
                    }
                }
            }
        }
    }
}
