//! Accesses to memory. Each load and store of at most 64 bits is one access of exactly its width.

use super::address::Address;
use super::emit::Emitter;
use super::encode::Size;
use super::operand::float_of;
use super::register::{Gpr, RAX, RCX, RDX, XMM15};
use native_ir::{InstData, Opcode, Operand, TypeKind, Value};

/// Up to how many bytes memory functions of a constant size are done in place.
pub(super) const SMALL: u64 = 64;

impl Emitter<'_> {
    pub(super) fn load(&mut self, data: &InstData, result: Value) {
        let kind = self.context.kind(data.access_type());
        let address = self.address(data.operand(0), RCX, RDX);
        match kind {
            TypeKind::F32 | TypeKind::F64 => {
                let target = self.vector_target(result, XMM15);
                self.asm.load_float(float_of(kind), target, address);
                self.finish_vector(result, target);
            }
            TypeKind::F16 => {
                let target = self.vector_target(result, XMM15);
                self.asm.movzx(Size::Word, RAX, address);
                self.asm.move_to_xmm(Size::Long, target, RAX);
                self.finish_vector(result, target);
            }
            TypeKind::I128 | TypeKind::F128 => {
                // The second half is read before the first is written, so that nothing is read twice.
                self.asm.load(Size::Quad, RAX, address);
                let high = self.second_half(address);
                self.asm.load(Size::Quad, RDX, high);
                self.finish_wide(result, RAX, RDX);
            }
            kind => {
                let target = self.target(result, RAX);
                self.asm.load(Size::of(kind), target, address);
                self.finish(result, target);
            }
        }
    }

    /// The 8 bytes behind an address.
    fn second_half(&mut self, address: Address) -> Address {
        match address.offset(8) {
            Some(address) => address,
            None => {
                self.asm.lea(RCX, address);
                Address::base(RCX, 8)
            }
        }
    }

    pub(super) fn store(&mut self, data: &InstData) {
        let kind = self.context.kind(data.access_type());
        let value = data.operand(0);
        let address = self.address(data.operand(1), RCX, RDX);
        match kind {
            TypeKind::F32 | TypeKind::F64 if self.constant(value).is_none() => {
                let from = self.vector(value, XMM15);
                self.asm.store_float(float_of(kind), address, from);
            }
            TypeKind::F16 if self.constant(value).is_none() => {
                let from = self.vector(value, XMM15);
                self.asm.move_from_xmm(Size::Long, RAX, from);
                self.asm.store(Size::Word, address, RAX);
            }
            TypeKind::I128 | TypeKind::F128 => {
                self.half_into(value, 0, RAX);
                self.asm.store(Size::Quad, address, RAX);
                let high = self.second_half(address);
                self.half_into(value, 1, RAX);
                self.asm.store(Size::Quad, high, RAX);
            }
            kind => self.store_word(value, kind, address),
        }
    }

    /// Stores an integer, or a constant of any kind up to 64 bits.
    fn store_word(&mut self, value: Operand, kind: TypeKind, address: Address) {
        let size = Size::of(kind);
        let immediate = self.constant(value).and_then(|bits| match size {
            Size::Quad => i32::try_from(bits as i64).ok(),
            _ => Some(bits as u32 as i32),
        });
        match immediate {
            Some(value) => self.asm.store_imm(size, address, value),
            None => {
                let from = self.core(value, RAX);
                self.asm.store(size, address, from);
            }
        }
    }

    /// Copies between two addresses that do not overlap, or are equal. Uses rax and xmm15, and rdx when there are many.
    pub(super) fn copy_bytes(&mut self, to: Address, from: Address, bytes: u64) {
        let mut at = 0;
        while at < bytes {
            let left = bytes - at;
            let step = if left >= 16 { 16 } else { 1 << left.ilog2() };
            let (Some(from), Some(to)) = (from.offset(at as i32), to.offset(at as i32)) else { return };
            match step {
                16 => {
                    self.asm.load_vector(XMM15, from);
                    self.asm.store_vector(to, XMM15);
                }
                step => {
                    let size = size_of_bytes(step);
                    self.asm.load(size, RAX, from);
                    self.asm.store(size, to, RAX);
                }
            }
            at += step;
        }
    }

    /// `memcpy`, `memmove` and `memset` of a small constant size.
    pub(super) fn small_memory(&mut self, data: &InstData) {
        let bytes = self.constant(data.operand(2)).map_or(0, |bits| bits as u64).min(SMALL);
        let to = self.address(data.operand(0), RCX, RCX);
        match data.opcode {
            Opcode::Memset => self.fill_bytes(to, data.operand(1), bytes),
            Opcode::Memcpy => {
                let from = self.address(data.operand(1), RDX, RDX);
                self.copy_bytes(to, from, bytes);
            }
            // Ranges may overlap; a function of the runtime library knows what to do.
            _ => {}
        }
    }

    /// Sets bytes to the low byte of an operand.
    fn fill_bytes(&mut self, to: Address, byte: Operand, bytes: u64) {
        match self.constant(byte) {
            Some(bits) => {
                self.asm.mov_ri(Size::Quad, RAX, u64::from(bits as u8).wrapping_mul(0x0101_0101_0101_0101))
            }
            None => {
                let from = self.rm(byte, RAX);
                self.asm.movzx(Size::Byte, RAX, from);
                self.asm.mov_ri(Size::Quad, RDX, 0x0101_0101_0101_0101);
                self.asm.imul(Size::Quad, RAX, RDX);
            }
        }
        let mut at = 0;
        while at < bytes {
            let left = bytes - at;
            let step = 1 << left.ilog2().min(3);
            let Some(to) = to.offset(at as i32) else { return };
            self.asm.store(size_of_bytes(step), to, RAX);
            at += step;
        }
    }

    /// Stores the low bytes of a register, any number up to 8. The register is shifted when the number is odd.
    pub(super) fn store_bytes(&mut self, to: Address, from: Gpr, bytes: u64) {
        let mut at = 0;
        while at < bytes {
            let step: u64 = 1 << (bytes - at).ilog2();
            let Some(to) = to.offset(at as i32) else { return };
            self.asm.store(size_of_bytes(step), to, from);
            at += step;
            if at < bytes {
                self.asm.shift_imm(super::encode::Shift::Shr, Size::Quad, from, (8 * step) as u8);
            }
        }
    }
}

/// The size of an access to so many bytes.
pub(super) fn size_of_bytes(bytes: u64) -> Size {
    match bytes {
        1 => Size::Byte,
        2 => Size::Word,
        4 => Size::Long,
        _ => Size::Quad,
    }
}
