//! Which encodings are tried.

/// An encoding: a halfword, and the one behind it when there are two.
pub(crate) type Encoding = (u16, Option<u16>);

/// The first halfword of encodings of 32 bits.
pub(crate) const WIDE: u16 = 0xe800;

/// All halfwords.
pub(crate) fn narrow() -> Vec<Encoding> {
    (0..=u16::MAX).map(|halfword| (halfword, None)).collect()
}

/// Encodings of 32 bits. All first halfwords with some second ones of each kind, and all second halfwords behind those
/// first ones that calls, barriers and moves of special registers have, or differ from in one bit.
pub(crate) fn wide() -> Vec<Encoding> {
    let seconds = [
        0x0000, 0x07ff, 0x8000, 0x8010, 0x8014, 0x800a, 0x8011, 0x8808, 0x8810, 0x8803, 0x8f00, 0x8f2f, 0x8f3f,
        0x8f40, 0x8f4f, 0x8f5f, 0x8f6f, 0x8f7f, 0x9000, 0xa000, 0xa8de, 0xb800, 0xc000, 0xd000, 0xd7ff, 0xd800,
        0xdabc, 0xe000, 0xe801, 0xf000, 0xf555, 0xf800, 0xfffe, 0xffff,
    ];
    let some = (WIDE..=u16::MAX).flat_map(|first| seconds.map(|second| (first, Some(second))));
    let firsts = [0xf3ef, 0xf3bf, 0xf38c, 0xf000].into_iter();
    let all = firsts.flat_map(|first| (0..=u16::MAX).map(move |second| (first, Some(second))));
    some.chain(all).collect()
}
