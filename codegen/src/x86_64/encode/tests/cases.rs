//! The cases: one a method.

use super::draw::Draw;
use super::want::{
    Op, SYMBOL, SYMBOL_ADDRESS, Want, bytes_of, gpr, immediate, locked, memory, rm, want, xmm, xmm_rm,
};
use crate::x86_64::encode::{Alu, Arith, Float, Logic, Scan, Shift, Size, Unary};
use crate::x86_64::register::*;
use artifact::Reference;
use iced_x86::{Mnemonic, Register};

type Case = (&'static str, fn(&mut Draw) -> Want);

pub(super) const CASES: &[Case] = &[
    ("mov_rr", mov_rr),
    ("mov_ri", mov_ri),
    ("zero", zero),
    ("load", load),
    ("movzx", movzx),
    ("load_signed", load_signed),
    ("store", store),
    ("store_imm", store_imm),
    ("lea", lea),
    ("lea32", lea32),
    ("alu", alu),
    ("alu_to_memory", alu_to_memory),
    ("alu_imm", alu_imm),
    ("test", test),
    ("test_imm", test_imm),
    ("imul", imul),
    ("imul_imm", imul_imm),
    ("unary", unary),
    ("sign_extend_accumulator", sign_extend_accumulator),
    ("shift_imm", shift_imm),
    ("shift_cl", shift_cl),
    ("double_shift_imm", double_shift_imm),
    ("double_shift_cl", double_shift_cl),
    ("setcc", setcc),
    ("cmov", cmov),
    ("bswap", bswap),
    ("scan", scan),
    ("bit_test_imm", bit_test_imm),
    ("exchange", exchange),
    ("compare_exchange", compare_exchange),
    ("exchange_add", exchange_add),
    ("locked_alu", locked_alu),
    ("jmp_rm", jmp_rm),
    ("call_rm", call_rm),
    ("jmp_symbol", jmp_symbol),
    ("call", call),
    ("ret_pop", ret_pop),
    ("push", push),
    ("pop", pop),
    ("nop", nop),
    ("plain", plain),
    ("move_xmm", move_xmm),
    ("load_float", load_float),
    ("store_float", store_float),
    ("load_vector", load_vector),
    ("store_vector", store_vector),
    ("arithmetic", arithmetic),
    ("compare_float", compare_float),
    ("compare_mask", compare_mask),
    ("logic", logic),
    ("convert_from_int", convert_from_int),
    ("convert_to_int", convert_to_int),
    ("convert_float", convert_float),
    ("move_to_xmm", move_to_xmm),
    ("move_from_xmm", move_from_xmm),
    ("round", round),
    ("fma", fma),
    ("half_to_single", half_to_single),
    ("single_to_half", single_to_half),
    ("load_mxcsr", load_mxcsr),
    ("store_mxcsr", store_mxcsr),
];

/// Which of two mnemonics a format has.
fn by(float: Float, single: Mnemonic, double: Mnemonic) -> Mnemonic {
    match float {
        Float::Single => single,
        Float::Double => double,
    }
}

fn mov_rr(draw: &mut Draw) -> Want {
    let (size, dst, src) = (draw.size(), draw.gpr(), draw.gpr());
    draw.asm.mov_rr(size, dst, src);
    let copied = if size == Size::Quad { Size::Quad } else { Size::Long };
    want(Mnemonic::Mov, [gpr(dst, copied), gpr(src, copied)])
}

fn mov_ri(draw: &mut Draw) -> Want {
    const VALUES: [u64; 12] = [
        0,
        1,
        0xFF,
        0x1_00,
        0xFFFF,
        0x7FFF_FFFF,
        0x8000_0000,
        0xFFFF_FFFF,
        0x1_0000_0000,
        0xFFFF_FFFF_7FFF_FFFF,
        0xFFFF_FFFF_8000_0000,
        u64::MAX,
    ];
    let (size, dst, value) = (draw.size(), draw.gpr(), draw.pick(&VALUES));
    draw.asm.mov_ri(size, dst, value);
    let value = value & (u64::MAX >> (64 - 8 * size.bytes()));
    let written = if u32::try_from(value).is_ok() { Size::Long } else { Size::Quad };
    want(Mnemonic::Mov, [gpr(dst, written), Op::Imm(value)])
}

fn zero(draw: &mut Draw) -> Want {
    let dst = draw.gpr();
    draw.asm.zero(dst);
    want(Mnemonic::Xor, [gpr(dst, Size::Long), gpr(dst, Size::Long)])
}

/// How a load with zeros above looks.
fn zero_extension(from: Size, dst: Gpr, src: Op) -> Want {
    match from {
        Size::Byte | Size::Word => want(Mnemonic::Movzx, [gpr(dst, Size::Long), src]),
        size => want(Mnemonic::Mov, [gpr(dst, size), src]),
    }
}

fn load(draw: &mut Draw) -> Want {
    let (size, dst, address) = (draw.size(), draw.gpr(), draw.address());
    draw.asm.load(size, dst, address);
    zero_extension(size, dst, memory(address, size.bytes() as usize))
}

fn movzx(draw: &mut Draw) -> Want {
    let (size, dst, src) = (draw.size(), draw.gpr(), draw.rm());
    draw.asm.movzx(size, dst, src);
    zero_extension(size, dst, rm(src, size))
}

fn load_signed(draw: &mut Draw) -> Want {
    let (from, to, mnemonic) = draw.pick(&[
        (Size::Byte, Size::Word, Mnemonic::Movsx),
        (Size::Byte, Size::Long, Mnemonic::Movsx),
        (Size::Byte, Size::Quad, Mnemonic::Movsx),
        (Size::Word, Size::Long, Mnemonic::Movsx),
        (Size::Word, Size::Quad, Mnemonic::Movsx),
        (Size::Long, Size::Quad, Mnemonic::Movsxd),
    ]);
    let (dst, src) = (draw.gpr(), draw.rm());
    draw.asm.load_signed(from, to, dst, src);
    want(mnemonic, [gpr(dst, to), rm(src, from)])
}

fn store(draw: &mut Draw) -> Want {
    let (size, address, src) = (draw.size(), draw.address(), draw.gpr());
    draw.asm.store(size, address, src);
    want(Mnemonic::Mov, [memory(address, size.bytes() as usize), gpr(src, size)])
}

fn store_imm(draw: &mut Draw) -> Want {
    let (size, address, value) = (draw.size(), draw.address(), draw.immediate());
    draw.asm.store_imm(size, address, value);
    want(Mnemonic::Mov, [memory(address, size.bytes() as usize), immediate(value, size)])
}

fn lea(draw: &mut Draw) -> Want {
    let (dst, address) = (draw.gpr(), draw.address());
    draw.asm.lea(dst, address);
    want(Mnemonic::Lea, [gpr(dst, Size::Quad), memory(address, 0)])
}

fn lea32(draw: &mut Draw) -> Want {
    let (dst, address) = (draw.gpr(), draw.address());
    draw.asm.lea32(dst, address);
    want(Mnemonic::Lea, [gpr(dst, Size::Long), memory(address, 0)])
}

const ALUS: [(Alu, Mnemonic); 8] = [
    (Alu::Add, Mnemonic::Add),
    (Alu::Or, Mnemonic::Or),
    (Alu::Adc, Mnemonic::Adc),
    (Alu::Sbb, Mnemonic::Sbb),
    (Alu::And, Mnemonic::And),
    (Alu::Sub, Mnemonic::Sub),
    (Alu::Xor, Mnemonic::Xor),
    (Alu::Cmp, Mnemonic::Cmp),
];

fn alu(draw: &mut Draw) -> Want {
    let ((alu, mnemonic), size, dst, src) = (draw.pick(&ALUS), draw.size(), draw.gpr(), draw.rm());
    draw.asm.alu(alu, size, dst, src);
    want(mnemonic, [gpr(dst, size), rm(src, size)])
}

fn alu_to_memory(draw: &mut Draw) -> Want {
    let ((alu, mnemonic), size, address, src) = (draw.pick(&ALUS), draw.size(), draw.address(), draw.gpr());
    draw.asm.alu_to_memory(alu, size, address, src);
    want(mnemonic, [memory(address, size.bytes() as usize), gpr(src, size)])
}

fn alu_imm(draw: &mut Draw) -> Want {
    let ((alu, mnemonic), size, dst, value) = (draw.pick(&ALUS), draw.size(), draw.rm(), draw.immediate());
    draw.asm.alu_imm(alu, size, dst, value);
    want(mnemonic, [rm(dst, size), immediate(value, size)])
}

fn test(draw: &mut Draw) -> Want {
    let (size, a, b) = (draw.size(), draw.rm(), draw.gpr());
    draw.asm.test(size, a, b);
    want(Mnemonic::Test, [rm(a, size), gpr(b, size)])
}

fn test_imm(draw: &mut Draw) -> Want {
    let (size, a, value) = (draw.size(), draw.rm(), draw.immediate());
    draw.asm.test_imm(size, a, value);
    want(Mnemonic::Test, [rm(a, size), immediate(value, size)])
}

fn imul(draw: &mut Draw) -> Want {
    let (size, dst, src) = (draw.size_above_byte(), draw.gpr(), draw.rm());
    draw.asm.imul(size, dst, src);
    want(Mnemonic::Imul, [gpr(dst, size), rm(src, size)])
}

fn imul_imm(draw: &mut Draw) -> Want {
    let (size, dst, src, value) = (draw.size_above_byte(), draw.gpr(), draw.rm(), draw.immediate());
    draw.asm.imul_imm(size, dst, src, value);
    want(Mnemonic::Imul, [gpr(dst, size), rm(src, size), immediate(value, size)])
}

fn unary(draw: &mut Draw) -> Want {
    let (unary, mnemonic) = draw.pick(&[
        (Unary::Not, Mnemonic::Not),
        (Unary::Neg, Mnemonic::Neg),
        (Unary::Mul, Mnemonic::Mul),
        (Unary::Imul, Mnemonic::Imul),
        (Unary::Div, Mnemonic::Div),
        (Unary::Idiv, Mnemonic::Idiv),
        (Unary::Inc, Mnemonic::Inc),
    ]);
    let (size, operand) = (draw.size(), draw.rm());
    draw.asm.unary(unary, size, operand);
    want(mnemonic, [rm(operand, size)])
}

fn sign_extend_accumulator(draw: &mut Draw) -> Want {
    let (size, mnemonic) = draw.pick(&[
        (Size::Byte, Mnemonic::Cbw),
        (Size::Word, Mnemonic::Cwd),
        (Size::Long, Mnemonic::Cdq),
        (Size::Quad, Mnemonic::Cqo),
    ]);
    draw.asm.sign_extend_accumulator(size);
    want(mnemonic, [])
}

const SHIFTS: [(Shift, Mnemonic); 5] = [
    (Shift::Rol, Mnemonic::Rol),
    (Shift::Ror, Mnemonic::Ror),
    (Shift::Shl, Mnemonic::Shl),
    (Shift::Shr, Mnemonic::Shr),
    (Shift::Sar, Mnemonic::Sar),
];

fn shift_imm(draw: &mut Draw) -> Want {
    let ((shift, mnemonic), size, operand, count) = (draw.pick(&SHIFTS), draw.size(), draw.rm(), draw.count());
    draw.asm.shift_imm(shift, size, operand, count);
    want(mnemonic, [rm(operand, size), Op::Imm(count.into())])
}

fn shift_cl(draw: &mut Draw) -> Want {
    let ((shift, mnemonic), size, operand) = (draw.pick(&SHIFTS), draw.size(), draw.rm());
    draw.asm.shift_cl(shift, size, operand);
    want(mnemonic, [rm(operand, size), Op::Reg(Register::CL)])
}

const DOUBLE_SHIFTS: [(bool, Mnemonic); 2] = [(true, Mnemonic::Shld), (false, Mnemonic::Shrd)];

fn double_shift_imm(draw: &mut Draw) -> Want {
    let ((left, mnemonic), size) = (draw.pick(&DOUBLE_SHIFTS), draw.size_above_byte());
    let (dst, src, count) = (draw.rm(), draw.gpr(), draw.count());
    draw.asm.double_shift_imm(left, size, dst, src, count);
    want(mnemonic, [rm(dst, size), gpr(src, size), Op::Imm(count.into())])
}

fn double_shift_cl(draw: &mut Draw) -> Want {
    let ((left, mnemonic), size) = (draw.pick(&DOUBLE_SHIFTS), draw.size_above_byte());
    let (dst, src) = (draw.rm(), draw.gpr());
    draw.asm.double_shift_cl(left, size, dst, src);
    want(mnemonic, [rm(dst, size), gpr(src, size), Op::Reg(Register::CL)])
}

fn setcc(draw: &mut Draw) -> Want {
    let ((cc, [_, mnemonic, _]), dst) = (draw.pick(&super::special::CONDITIONS), draw.rm());
    draw.asm.setcc(cc, dst);
    want(mnemonic, [rm(dst, Size::Byte)])
}

fn cmov(draw: &mut Draw) -> Want {
    let (cc, [_, _, mnemonic]) = draw.pick(&super::special::CONDITIONS);
    let (size, dst, src) = (draw.size_above_byte(), draw.gpr(), draw.rm());
    draw.asm.cmov(cc, size, dst, src);
    want(mnemonic, [gpr(dst, size), rm(src, size)])
}

fn bswap(draw: &mut Draw) -> Want {
    let (size, dst) = (draw.long_or_quad(), draw.gpr());
    draw.asm.bswap(size, dst);
    want(Mnemonic::Bswap, [gpr(dst, size)])
}

fn scan(draw: &mut Draw) -> Want {
    let (scan, mnemonic) = draw.pick(&[
        (Scan::Bsf, Mnemonic::Bsf),
        (Scan::Bsr, Mnemonic::Bsr),
        (Scan::Tzcnt, Mnemonic::Tzcnt),
        (Scan::Lzcnt, Mnemonic::Lzcnt),
        (Scan::Popcnt, Mnemonic::Popcnt),
    ]);
    let (size, dst, src) = (draw.size_above_byte(), draw.gpr(), draw.rm());
    draw.asm.scan(scan, size, dst, src);
    want(mnemonic, [gpr(dst, size), rm(src, size)])
}

fn bit_test_imm(draw: &mut Draw) -> Want {
    let (size, operand, bit) = (draw.size_above_byte(), draw.rm(), draw.count());
    draw.asm.bit_test_imm(size, operand, bit);
    want(Mnemonic::Bt, [rm(operand, size), Op::Imm(bit.into())])
}

fn exchange(draw: &mut Draw) -> Want {
    let (size, address, register) = (draw.size(), draw.address(), draw.gpr());
    draw.asm.exchange(size, address, register);
    want(Mnemonic::Xchg, [memory(address, size.bytes() as usize), gpr(register, size)])
}

fn compare_exchange(draw: &mut Draw) -> Want {
    let (size, address, register) = (draw.size(), draw.address(), draw.gpr());
    draw.asm.compare_exchange(size, address, register);
    locked(Mnemonic::Cmpxchg, [memory(address, size.bytes() as usize), gpr(register, size)])
}

fn exchange_add(draw: &mut Draw) -> Want {
    let (size, address, register) = (draw.size(), draw.address(), draw.gpr());
    draw.asm.exchange_add(size, address, register);
    locked(Mnemonic::Xadd, [memory(address, size.bytes() as usize), gpr(register, size)])
}

fn locked_alu(draw: &mut Draw) -> Want {
    let ((alu, mnemonic), size, address, src) = (draw.pick(&ALUS[..7]), draw.size(), draw.address(), draw.gpr());
    draw.asm.locked_alu(alu, size, address, src);
    locked(mnemonic, [memory(address, size.bytes() as usize), gpr(src, size)])
}

fn jmp_rm(draw: &mut Draw) -> Want {
    let target = draw.rm();
    draw.asm.jmp_rm(target);
    want(Mnemonic::Jmp, [rm(target, Size::Quad)])
}

fn call_rm(draw: &mut Draw) -> Want {
    let target = draw.rm();
    draw.asm.call_rm(target);
    want(Mnemonic::Call, [rm(target, Size::Quad)])
}

fn jmp_symbol(draw: &mut Draw) -> Want {
    draw.asm.jmp_symbol(Reference::Helper(SYMBOL));
    want(Mnemonic::Jmp, [Op::Target(SYMBOL_ADDRESS as u64)])
}

fn call(draw: &mut Draw) -> Want {
    draw.asm.call(Reference::Helper(SYMBOL));
    want(Mnemonic::Call, [Op::Target(SYMBOL_ADDRESS as u64)])
}

fn ret_pop(draw: &mut Draw) -> Want {
    let bytes = draw.pick(&[4, 0x1234, u16::MAX]);
    draw.asm.ret_pop(bytes);
    want(Mnemonic::Ret, [Op::Imm(bytes.into())])
}

fn push(draw: &mut Draw) -> Want {
    let register = draw.gpr();
    draw.asm.push(register);
    want(Mnemonic::Push, [gpr(register, Size::Quad)])
}

fn pop(draw: &mut Draw) -> Want {
    let register = draw.gpr();
    draw.asm.pop(register);
    want(Mnemonic::Pop, [gpr(register, Size::Quad)])
}

/// One byte; the longer forms name memory that they don't access, and are checked apart.
fn nop(draw: &mut Draw) -> Want {
    draw.asm.nop(1);
    want(Mnemonic::Nop, [])
}

/// Those without operands.
fn plain(draw: &mut Draw) -> Want {
    let (number, mnemonic) =
        draw.pick(&[(0, Mnemonic::Ret), (1, Mnemonic::Ud2), (2, Mnemonic::Stc), (3, Mnemonic::Mfence)]);
    match number {
        0 => draw.asm.ret(),
        1 => draw.asm.trap(),
        2 => draw.asm.stc(),
        _ => draw.asm.mfence(),
    }
    want(mnemonic, [])
}

fn move_xmm(draw: &mut Draw) -> Want {
    let (dst, src) = (draw.xmm(), draw.xmm());
    draw.asm.move_xmm(dst, src);
    want(Mnemonic::Movaps, [xmm(dst), xmm(src)])
}

fn load_float(draw: &mut Draw) -> Want {
    let (float, dst, address) = (draw.float(), draw.xmm(), draw.address());
    draw.asm.load_float(float, dst, address);
    want(by(float, Mnemonic::Movss, Mnemonic::Movsd), [xmm(dst), memory(address, bytes_of(float))])
}

fn store_float(draw: &mut Draw) -> Want {
    let (float, address, src) = (draw.float(), draw.address(), draw.xmm());
    draw.asm.store_float(float, address, src);
    want(by(float, Mnemonic::Movss, Mnemonic::Movsd), [memory(address, bytes_of(float)), xmm(src)])
}

fn load_vector(draw: &mut Draw) -> Want {
    let (dst, address) = (draw.xmm(), draw.address());
    draw.asm.load_vector(dst, address);
    want(Mnemonic::Movups, [xmm(dst), memory(address, 16)])
}

fn store_vector(draw: &mut Draw) -> Want {
    let (address, src) = (draw.address(), draw.xmm());
    draw.asm.store_vector(address, src);
    want(Mnemonic::Movups, [memory(address, 16), xmm(src)])
}

fn arithmetic(draw: &mut Draw) -> Want {
    let (arith, single, double) = draw.pick(&[
        (Arith::Add, Mnemonic::Addss, Mnemonic::Addsd),
        (Arith::Sub, Mnemonic::Subss, Mnemonic::Subsd),
        (Arith::Mul, Mnemonic::Mulss, Mnemonic::Mulsd),
        (Arith::Div, Mnemonic::Divss, Mnemonic::Divsd),
        (Arith::Sqrt, Mnemonic::Sqrtss, Mnemonic::Sqrtsd),
        (Arith::Min, Mnemonic::Minss, Mnemonic::Minsd),
        (Arith::Max, Mnemonic::Maxss, Mnemonic::Maxsd),
    ]);
    let (float, dst, src) = (draw.float(), draw.xmm(), draw.xmm_rm());
    draw.asm.arithmetic(arith, float, dst, src);
    want(by(float, single, double), [xmm(dst), xmm_rm(src, bytes_of(float))])
}

fn compare_float(draw: &mut Draw) -> Want {
    let (signalling, float, a, b) = (draw.pick(&[false, true]), draw.float(), draw.xmm(), draw.xmm_rm());
    draw.asm.compare_float(signalling, float, a, b);
    let mnemonic = match signalling {
        false => by(float, Mnemonic::Ucomiss, Mnemonic::Ucomisd),
        true => by(float, Mnemonic::Comiss, Mnemonic::Comisd),
    };
    want(mnemonic, [xmm(a), xmm_rm(b, bytes_of(float))])
}

fn compare_mask(draw: &mut Draw) -> Want {
    let (float, dst, src, predicate) = (draw.float(), draw.xmm(), draw.xmm_rm(), draw.pick(&[0, 1, 3, 7]));
    draw.asm.compare_mask(float, dst, src, predicate);
    let mnemonic = by(float, Mnemonic::Cmpss, Mnemonic::Cmpsd);
    want(mnemonic, [xmm(dst), xmm_rm(src, bytes_of(float)), Op::Imm(predicate.into())])
}

fn logic(draw: &mut Draw) -> Want {
    let (logic, mnemonic) =
        draw.pick(&[(Logic::And, Mnemonic::Andps), (Logic::Or, Mnemonic::Orps), (Logic::Xor, Mnemonic::Xorps)]);
    let (dst, src) = (draw.xmm(), draw.xmm_rm());
    draw.asm.logic(logic, dst, src);
    want(mnemonic, [xmm(dst), xmm_rm(src, 16)])
}

fn convert_from_int(draw: &mut Draw) -> Want {
    let (float, size, dst, src) = (draw.float(), draw.long_or_quad(), draw.xmm(), draw.rm());
    draw.asm.convert_from_int(float, size, dst, src);
    want(by(float, Mnemonic::Cvtsi2ss, Mnemonic::Cvtsi2sd), [xmm(dst), rm(src, size)])
}

fn convert_to_int(draw: &mut Draw) -> Want {
    let (float, size, dst, src) = (draw.float(), draw.long_or_quad(), draw.gpr(), draw.xmm_rm());
    draw.asm.convert_to_int(float, size, dst, src);
    want(by(float, Mnemonic::Cvttss2si, Mnemonic::Cvttsd2si), [gpr(dst, size), xmm_rm(src, bytes_of(float))])
}

fn convert_float(draw: &mut Draw) -> Want {
    let (from, to) = draw.pick(&[(Float::Single, Float::Double), (Float::Double, Float::Single)]);
    let (dst, src) = (draw.xmm(), draw.xmm_rm());
    draw.asm.convert_float(from, to, dst, src);
    want(by(from, Mnemonic::Cvtss2sd, Mnemonic::Cvtsd2ss), [xmm(dst), xmm_rm(src, bytes_of(from))])
}

/// `movd` or `movq`.
fn move_between(size: Size) -> Mnemonic {
    if size == Size::Long { Mnemonic::Movd } else { Mnemonic::Movq }
}

fn move_to_xmm(draw: &mut Draw) -> Want {
    let (size, dst, src) = (draw.long_or_quad(), draw.xmm(), draw.rm());
    draw.asm.move_to_xmm(size, dst, src);
    want(move_between(size), [xmm(dst), rm(src, size)])
}

fn move_from_xmm(draw: &mut Draw) -> Want {
    let (size, dst, src) = (draw.long_or_quad(), draw.gpr(), draw.xmm());
    draw.asm.move_from_xmm(size, dst, src);
    want(move_between(size), [gpr(dst, size), xmm(src)])
}

fn round(draw: &mut Draw) -> Want {
    let (float, dst, src, mode) = (draw.float(), draw.xmm(), draw.xmm_rm(), draw.pick(&[0, 1, 2, 3, 4, 11]));
    draw.asm.round(float, dst, src, mode);
    let mnemonic = by(float, Mnemonic::Roundss, Mnemonic::Roundsd);
    want(mnemonic, [xmm(dst), xmm_rm(src, bytes_of(float)), Op::Imm(mode.into())])
}

fn fma(draw: &mut Draw) -> Want {
    let (float, dst, b, c) = (draw.float(), draw.xmm(), draw.xmm(), draw.xmm_rm());
    draw.asm.fma(float, dst, b, c);
    let mnemonic = by(float, Mnemonic::Vfmadd213ss, Mnemonic::Vfmadd213sd);
    want(mnemonic, [xmm(dst), xmm(b), xmm_rm(c, bytes_of(float))])
}

fn half_to_single(draw: &mut Draw) -> Want {
    let (dst, src) = (draw.xmm(), draw.xmm());
    draw.asm.half_to_single(dst, src);
    want(Mnemonic::Vcvtph2ps, [xmm(dst), xmm(src)])
}

fn single_to_half(draw: &mut Draw) -> Want {
    let (dst, src, mode) = (draw.xmm(), draw.xmm(), draw.pick(&[0, 3, 4]));
    draw.asm.single_to_half(dst, src, mode);
    want(Mnemonic::Vcvtps2ph, [xmm(dst), xmm(src), Op::Imm(mode.into())])
}

fn load_mxcsr(draw: &mut Draw) -> Want {
    let address = draw.address();
    draw.asm.load_mxcsr(address);
    want(Mnemonic::Ldmxcsr, [memory(address, 4)])
}

fn store_mxcsr(draw: &mut Draw) -> Want {
    let address = draw.address();
    draw.asm.store_mxcsr(address);
    want(Mnemonic::Stmxcsr, [memory(address, 4)])
}
