//! Instructions that compute addresses and access the guest's memory.
//!
//! Fast mode does one comparison: the first byte's distance from the region's base against its length; the region has
//! room behind it for the widest access. Checked mode asks [`crate::vm::Vm::check`] first, and then keeps the shadow:
//! which bits are undefined, and the provenance of pointers. Its accesses have one literal more, an [`Access`].

#![allow(unsafe_code, reason = "handlers work on the machine's registers; see `machine`")]

use crate::machine::{Exit, Machine, Value};
use crate::memory::{Access, Region, Shadow};
use native_ir::Trap;

/// How the module's machine computes with addresses.
pub(crate) trait Pointer: Copy {
    /// An address, in the machine's width.
    fn wrap(address: u64) -> u64;
    /// The distance of an address from the region's base.
    fn distance(address: u64, memory: *mut u8) -> u64;
}

/// Addresses of 64 bits: the host's own.
#[derive(Clone, Copy)]
pub(crate) struct Wide;

/// Addresses of 32 bits.
#[derive(Clone, Copy)]
pub(crate) struct Narrow;

impl Pointer for Wide {
    #[inline(always)]
    fn wrap(address: u64) -> u64 {
        address
    }
    #[inline(always)]
    fn distance(address: u64, memory: *mut u8) -> u64 {
        address.wrapping_sub(memory as u64)
    }
}

impl Pointer for Narrow {
    #[inline(always)]
    fn wrap(address: u64) -> u64 {
        u64::from(address as u32)
    }
    #[inline(always)]
    fn distance(address: u64, _: *mut u8) -> u64 {
        u64::from((address as u32).wrapping_sub(Region::NARROW_BASE as u32))
    }
}

/// An index: read from a slot, with its sign.
pub(crate) trait Index: Copy {
    fn extend(word: u64) -> i64;
}

impl Index for u32 {
    #[inline(always)]
    fn extend(word: u64) -> i64 {
        i64::from(word as i32)
    }
}

impl Index for u64 {
    #[inline(always)]
    fn extend(word: u64) -> i64 {
        word as i64
    }
}

/// The literal of a checked access: the lower half is an [`Access`], bit 16 says that what moves is a pointer.
pub(crate) const POINTER: u64 = 1 << 16;

/// A value in memory: little-endian bytes. Bytes are copied as arrays; functions of the standard library that copy through
/// memory would keep a handler's last call from being a jump.
pub(crate) trait Stored: Value {
    unsafe fn load(at: *const u8) -> Self;
    unsafe fn store(self, at: *mut u8);
    /// Which bits of it are undefined, at a distance in the region.
    fn undefined(shadow: &Shadow, distance: u64) -> u128;
    fn set_undefined(shadow: &mut Shadow, distance: u64, bits: u128);
}

macro_rules! stored {
    ($($ty:ty: $undefined:ident $set_undefined:ident;)*) => {$(
        impl Stored for $ty {
            #[inline(always)]
            unsafe fn load(at: *const u8) -> $ty {
                // SAFETY: the caller's bytes are mapped.
                <$ty>::from_le_bytes(unsafe { *at.cast::<[u8; size_of::<$ty>()]>() })
            }
            #[inline(always)]
            unsafe fn store(self, at: *mut u8) {
                // SAFETY: the caller's bytes are mapped.
                unsafe { *at.cast::<[u8; size_of::<$ty>()]>() = self.to_le_bytes() }
            }
            #[inline(always)]
            fn undefined(shadow: &Shadow, distance: u64) -> u128 {
                u128::from(shadow.$undefined(distance))
            }
            #[inline(always)]
            fn set_undefined(shadow: &mut Shadow, distance: u64, bits: u128) {
                shadow.$set_undefined(distance, bits as $ty);
            }
        }
    )*};
}

stored! {
    u8: undefined_u8 set_undefined_u8;
    u16: undefined_u16 set_undefined_u16;
    u32: undefined_u32 set_undefined_u32;
    u64: undefined_u64 set_undefined_u64;
    u128: undefined_u128 set_undefined_u128;
}

/// Where an instruction's address comes from.
struct Place {
    address: u64,
    tag: u64,
    undefined: u64,
    /// Words of the instruction so far.
    words: usize,
}

/// `b + c`, `c` a number with a sign.
#[inline(always)]
unsafe fn displaced<const C: bool, P: Pointer>(m: Machine<C>) -> Place {
    // SAFETY: the machine's invariants.
    unsafe {
        let base = m.b();
        let displacement = i64::from(m.c() as u16 as i16);
        Place {
            address: P::wrap(m.get(base).wrapping_add_signed(displacement)),
            tag: m.tag(base),
            undefined: m.undefined(base),
            words: 1,
        }
    }
}

/// `b + c * stride + displacement`, the last two the halves of literal 1.
#[inline(always)]
unsafe fn indexed<const C: bool, P: Pointer, I: Index>(m: Machine<C>) -> Place {
    // SAFETY: the machine's invariants.
    unsafe {
        let (base, index) = (m.b(), m.c());
        let halves = m.ip.cast::<i32>();
        let (stride, displacement) = (i64::from(*halves.add(2)), i64::from(*halves.add(3)));
        let distance = I::extend(m.get(index)).wrapping_mul(stride).wrapping_add(displacement);
        Place {
            address: P::wrap(m.get(base).wrapping_add_signed(distance)),
            tag: m.tag(base),
            undefined: m.undefined(base) | m.undefined(index),
            words: 2,
        }
    }
}

/// Why an access is not made.
enum Fault {
    Trap(Trap),
    /// It is outside the guest's memory.
    Stray(u64),
}

impl<const C: bool> Machine<C> {
    /// The host address of so many bytes that an access may touch, and the words of the instruction.
    #[inline(always)]
    unsafe fn reach<P: Pointer, T: Stored>(self, place: &Place) -> Result<(*mut u8, usize), Fault> {
        // SAFETY: the machine's invariants; invariant 4 makes the address mapped.
        unsafe {
            let mut words = place.words;
            if C {
                let access = Access::from_bits(self.word(words) as u16);
                words += 1;
                if place.undefined != 0 {
                    return Err(Fault::Trap(Trap::Uninitialized));
                }
                (*self.vm).check(place.tag, place.address, size_of::<T>() as u64, access).map_err(Fault::Trap)?;
            }
            let distance = P::distance(place.address, self.memory);
            if distance >= (*self.vm).limit {
                return Err(Fault::Stray(place.address));
            }
            Ok((self.memory.add(distance as usize), words))
        }
    }

    #[inline(always)]
    unsafe fn load_from<P: Pointer, T: Stored>(self, place: Place) -> Exit {
        // SAFETY: the machine's invariants.
        unsafe {
            let to = self.a();
            match self.reach::<P, T>(&place) {
                Ok((at, words)) => {
                    self.write(to, T::load(at));
                    if C {
                        self.load_shadow::<P, T>(to, place.address, self.word(words - 1));
                    }
                    self.next(words)
                }
                Err(fault) => self.fail(fault),
            }
        }
    }

    /// A load whose value is widened. An undefined bit spoils all of it.
    #[inline(always)]
    unsafe fn load_extended<P: Pointer, T: Stored, U: Value>(self, place: Place, extend: impl Fn(T) -> U) -> Exit {
        // SAFETY: the machine's invariants.
        unsafe {
            let to = self.a();
            match self.reach::<P, T>(&place) {
                Ok((at, words)) => {
                    self.write(to, extend(T::load(at)));
                    if C && (*self.vm).undefined_of::<T>(P::distance(place.address, self.memory)) != 0 {
                        self.set_undefined(to, U::from_slots(u64::MAX, 0).slots().0);
                    }
                    self.next(words)
                }
                Err(fault) => self.fail(fault),
            }
        }
    }

    #[inline(always)]
    unsafe fn fail(self, fault: Fault) -> Exit {
        // SAFETY: the machine's invariants.
        unsafe {
            match fault {
                Fault::Trap(trap) => self.trap(trap),
                Fault::Stray(address) => self.stray(address),
            }
        }
    }

    #[inline(always)]
    unsafe fn load_shadow<P: Pointer, T: Stored>(self, to: usize, address: u64, access: u64) {
        // SAFETY: the machine's invariants; the access was checked.
        unsafe {
            let distance = P::distance(address, self.memory);
            let undefined = (*self.vm).undefined_of::<T>(distance);
            if undefined != 0 {
                self.set_undefined(to, undefined as u64);
                if T::SLOTS == 2 {
                    self.set_undefined(to + 1, (undefined >> 64) as u64);
                }
            }
            if access & POINTER != 0 {
                self.set_tag(to, (*self.vm).provenance(distance));
            }
        }
    }

    #[inline(always)]
    unsafe fn store_to<P: Pointer, T: Stored>(self, place: Place, value: T, from: Option<usize>) -> Exit {
        // SAFETY: the machine's invariants.
        unsafe {
            match self.reach::<P, T>(&place) {
                Ok((at, words)) => {
                    value.store(at);
                    if C {
                        self.store_shadow::<P, T>(from, place.address, self.word(words - 1));
                    }
                    self.next(words)
                }
                Err(fault) => self.fail(fault),
            }
        }
    }

    #[inline(always)]
    unsafe fn store_shadow<P: Pointer, T: Stored>(self, from: Option<usize>, address: u64, access: u64) {
        // SAFETY: the machine's invariants; the access was checked.
        unsafe {
            let distance = P::distance(address, self.memory);
            let (mut undefined, mut tag) = (0, 0);
            if let Some(from) = from {
                undefined = u128::from(self.undefined(from));
                if T::SLOTS == 2 {
                    undefined |= u128::from(self.undefined(from + 1)) << 64;
                }
                tag = self.tag(from);
            }
            let pointer = access & POINTER != 0;
            (*self.vm).set_shadow_of::<T>(distance, undefined, if pointer { tag } else { 0 });
        }
    }
}

/// `b + c * width`
#[inline(always)]
unsafe fn scaled<const C: bool, P: Pointer, I: Index, T>(m: Machine<C>) -> Place {
    // SAFETY: the machine's invariants.
    unsafe {
        let (base, index) = (m.b(), m.c());
        let distance = I::extend(m.get(index)).wrapping_mul(size_of::<T>() as i64);
        Place {
            address: P::wrap(m.get(base).wrapping_add_signed(distance)),
            tag: m.tag(base),
            undefined: m.undefined(base) | m.undefined(index),
            words: 1,
        }
    }
}

/// `a = [b + c * width]`
#[inline(always)]
pub(crate) unsafe fn load_scaled<const C: bool, P: Pointer, I: Index, T: Stored>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe { m.load_from::<P, T>(scaled::<C, P, I, T>(m)) }
}

/// `a = [b + c * width]`, with its sign.
#[inline(always)]
pub(crate) unsafe fn load_signed_scaled<const C: bool, P: Pointer, I: Index, T: Stored, U: Value>(
    m: Machine<C>,
    extend: impl Fn(T) -> U,
) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe { m.load_extended::<P, T, U>(scaled::<C, P, I, T>(m), extend) }
}

/// `a = second(first([b + c * stride + displacement], d), e)`, `d` and `e` the slots in the halves of literal 2, what is
/// loaded widened by `extend`. Not for checked mode, which keeps the operations apart.
#[inline(always)]
pub(crate) unsafe fn load_apply<const C: bool, T: Stored, U: Value>(
    m: Machine<C>,
    extend: impl Fn(T) -> U,
    first: impl Fn(U, U) -> U,
    second: impl Fn(U, U) -> U,
) -> Exit {
    // SAFETY: the machine's invariants; a word has two halves.
    unsafe {
        match m.reach::<Wide, T>(&indexed::<C, Wide, u64>(m)) {
            Ok((at, _)) => {
                let halves = m.ip.cast::<u32>();
                let (d, e) = (*halves.add(4) as usize, *halves.add(5) as usize);
                m.write(m.a(), second(first(extend(T::load(at)), m.read(d)), m.read(e)));
                m.next(3)
            }
            Err(fault) => m.fail(fault),
        }
    }
}

/// `[b + c * width] = a`
#[inline(always)]
pub(crate) unsafe fn store_scaled<const C: bool, P: Pointer, I: Index, T: Stored>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe { m.store_to::<P, T>(scaled::<C, P, I, T>(m), m.read(m.a()), Some(m.a())) }
}

/// `[b + c * width] = a`, `a` a number with a sign.
#[inline(always)]
pub(crate) unsafe fn store_small_scaled<const C: bool, P: Pointer, I: Index, T: Stored>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let value = T::from_slots(i64::from(m.a() as u16 as i16) as u64, 0);
        m.store_to::<P, T>(scaled::<C, P, I, T>(m), value, None)
    }
}

/// `a = [b + c]`
#[inline(always)]
pub(crate) unsafe fn load<const C: bool, P: Pointer, T: Stored>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe { m.load_from::<P, T>(displaced::<C, P>(m)) }
}

/// `a = [b + c * stride + displacement]`
#[inline(always)]
pub(crate) unsafe fn load_indexed<const C: bool, P: Pointer, I: Index, T: Stored>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe { m.load_from::<P, T>(indexed::<C, P, I>(m)) }
}

/// `a = [b + c]`, with its sign.
#[inline(always)]
pub(crate) unsafe fn load_signed<const C: bool, P: Pointer, T: Stored, U: Value>(
    m: Machine<C>,
    extend: impl Fn(T) -> U,
) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe { m.load_extended::<P, T, U>(displaced::<C, P>(m), extend) }
}

/// `a = [b + c * stride + displacement]`, with its sign.
#[inline(always)]
pub(crate) unsafe fn load_signed_indexed<const C: bool, P: Pointer, I: Index, T: Stored, U: Value>(
    m: Machine<C>,
    extend: impl Fn(T) -> U,
) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe { m.load_extended::<P, T, U>(indexed::<C, P, I>(m), extend) }
}

/// `[b + c] = a`
#[inline(always)]
pub(crate) unsafe fn store<const C: bool, P: Pointer, T: Stored>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe { m.store_to::<P, T>(displaced::<C, P>(m), m.read(m.a()), Some(m.a())) }
}

/// `[b + c * stride + displacement] = a`
#[inline(always)]
pub(crate) unsafe fn store_indexed<const C: bool, P: Pointer, I: Index, T: Stored>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe { m.store_to::<P, T>(indexed::<C, P, I>(m), m.read(m.a()), Some(m.a())) }
}

/// `[b + c] = a`, `a` a number with a sign.
#[inline(always)]
pub(crate) unsafe fn store_small<const C: bool, P: Pointer, T: Stored>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let value = T::from_slots(i64::from(m.a() as u16 as i16) as u64, 0);
        m.store_to::<P, T>(displaced::<C, P>(m), value, None)
    }
}

/// `[b + c * stride + displacement] = a`, `a` a number with a sign.
#[inline(always)]
pub(crate) unsafe fn store_small_indexed<const C: bool, P: Pointer, I: Index, T: Stored>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let value = T::from_slots(i64::from(m.a() as u16 as i16) as u64, 0);
        m.store_to::<P, T>(indexed::<C, P, I>(m), value, None)
    }
}

/// `a = b + c * literal`, the address of an element; the provenance is `b`'s.
#[inline(always)]
pub(crate) unsafe fn element<const C: bool, P: Pointer, I: Index>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let (base, index) = (m.b(), m.c());
        let distance = I::extend(m.get(index)).wrapping_mul(m.word(1) as i64);
        let address = P::wrap(m.get(base).wrapping_add_signed(distance));
        derive(m, address, m.tag(base), m.undefined(base) | m.undefined(index));
        m.next(2)
    }
}

/// `a = b + literal`; the provenance is `b`'s.
#[inline(always)]
pub(crate) unsafe fn displace<const C: bool, P: Pointer>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let base = m.b();
        let address = P::wrap(m.get(base).wrapping_add(m.word(1)));
        derive(m, address, m.tag(base), m.undefined(base));
        m.next(2)
    }
}

#[inline(always)]
unsafe fn derive<const C: bool>(m: Machine<C>, address: u64, tag: u64, undefined: u64) {
    // SAFETY: the machine's invariants.
    unsafe {
        let a = m.a();
        m.put(a, address);
        if C {
            m.set_tag(a, tag);
            m.set_undefined(a, if undefined == 0 { 0 } else { u64::MAX });
        }
    }
}

/// `a = b` without its provenance: an address value.
#[inline(always)]
pub(crate) unsafe fn strip<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        m.copy(m.a(), m.b());
        m.set_tag(m.a(), 0);
        m.next(1)
    }
}

/// `a = b + c * literal 1`, when `c` is a number below literal 2; else the trap `bounds`.
#[inline(always)]
pub(crate) unsafe fn register_element<const C: bool, I: Index>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants.
    unsafe {
        let (base, index) = (m.b(), m.c());
        if C && m.undefined(index) != 0 {
            return m.trap(Trap::Uninitialized);
        }
        let index = I::extend(m.get(index)) as u64;
        if index >= m.word(2) {
            return m.trap(Trap::Bounds);
        }
        m.put(m.a(), m.get(base).wrapping_add(index.wrapping_mul(m.word(1))));
        m.next(3)
    }
}

/// `a = region + literal`: the address of a data object or function; in checked mode literal 2 is the object's number.
#[inline(always)]
pub(crate) unsafe fn address<const C: bool>(m: Machine<C>) -> Exit {
    // SAFETY: the machine's invariants; invariant 3.
    unsafe {
        let a = m.a();
        m.put(a, (*m.vm).base().wrapping_add(m.word(1)));
        if C {
            m.set_tag(a, (*m.vm).data_tag(m.word(2)));
            return m.next(3);
        }
        m.next(2)
    }
}
