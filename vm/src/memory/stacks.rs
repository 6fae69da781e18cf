//! Checked mode: which objects lie in which chunk of stack.
//!
//! A chunk is a range of guest memory that one fiber's frames fill from its beginning on. Its objects come and go at
//! its top, so a list keeps them sorted by address for free; the map of chunks changes only when a stack grows.

use std::collections::BTreeMap;

/// A chunk of stack, until it is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chunk(u32);

#[derive(Debug, Default)]
struct ChunkData {
    base: u64,
    len: u64,
    /// Numbers of objects, ascending by address.
    objects: Vec<u32>,
}

/// All chunks.
#[derive(Debug, Default)]
pub(super) struct Chunks {
    chunks: Vec<ChunkData>,
    /// Places in `chunks` that hold no chunk.
    spare: Vec<u32>,
    by_base: BTreeMap<u64, Chunk>,
}

impl Chunks {
    pub(super) fn open(&mut self, base: u64, len: u64) -> Chunk {
        let data = ChunkData { base, len, objects: Vec::new() };
        let chunk = match self.spare.pop() {
            Some(index) => {
                self.chunks[index as usize] = data;
                Chunk(index)
            }
            None => {
                self.chunks.push(data);
                Chunk((self.chunks.len() - 1) as u32)
            }
        };
        self.by_base.insert(base, chunk);
        chunk
    }

    pub(super) fn close(&mut self, chunk: Chunk) {
        let base = self.chunks.get(chunk.0 as usize).map(|data| data.base);
        if let Some(base) = base.filter(|base| self.by_base.get(base) == Some(&chunk)) {
            self.by_base.remove(&base);
            self.chunks[chunk.0 as usize] = ChunkData::default();
            self.spare.push(chunk.0);
        }
    }

    #[inline]
    pub(super) fn objects(&self, chunk: Chunk) -> &[u32] {
        self.chunks.get(chunk.0 as usize).map_or(&[], |data| &data.objects)
    }

    #[inline]
    pub(super) fn push(&mut self, chunk: Chunk, object: u32) {
        if let Some(data) = self.chunks.get_mut(chunk.0 as usize) {
            data.objects.push(object);
        }
    }

    #[inline]
    pub(super) fn pop(&mut self, chunk: Chunk) -> Option<u32> {
        self.chunks.get_mut(chunk.0 as usize)?.objects.pop()
    }

    /// The last object that begins at or before an address, in the chunk that contains it.
    pub(super) fn object_at(&self, address: u64, base_of: impl Fn(u32) -> u64) -> Option<u32> {
        let (_, chunk) = self.by_base.range(..=address).next_back()?;
        let data = self.chunks.get(chunk.0 as usize).filter(|data| address - data.base < data.len)?;
        let behind = data.objects.partition_point(|&object| base_of(object) <= address);
        data.objects.get(behind.checked_sub(1)?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_sought_in_its_chunk_alone() {
        let mut chunks = Chunks::default();
        let (low, high) = (chunks.open(100, 50), chunks.open(200, 50));
        for (chunk, object) in [(low, 110), (low, 120), (high, 210)] {
            chunks.push(chunk, object);
        }
        // Each object's number is its base.
        let at = |chunks: &Chunks, address| chunks.object_at(address, u64::from);
        for (address, object) in [
            (99, None),
            (109, None),
            (110, Some(110)),
            (119, Some(110)),
            (149, Some(120)),
            (150, None),
            (205, None),
            (249, Some(210)),
            (250, None),
        ] {
            assert_eq!(at(&chunks, address), object, "{address}");
        }
        chunks.close(low);
        assert_eq!((at(&chunks, 110), at(&chunks, 210)), (None, Some(210)));
        assert_eq!(chunks.open(300, 10), low, "its place is used again");
    }
}
