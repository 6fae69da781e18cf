//! Which instructions may stand in emitted code.
//!
//! A list of mnemonics, with what each does to a first operand in memory; what is not listed is refused. The forms of
//! control flow, of the stack and of block operations are listed one by one, so that far, 16-bit and segment forms are
//! out. Instructions beyond the baseline (SSE2) need a feature of the artifact.

use crate::piece::Class;
use iced_x86::{Code, CpuidFeature, Mnemonic};
use std::sync::LazyLock;

/// What is done to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Nothing: its address is computed, or not even that.
    None,
    /// It is read.
    Read,
    /// It is written.
    Write,
    /// It is read and written.
    Modify,
}

impl Access {
    pub(crate) fn reads(self) -> bool {
        matches!(self, Access::Read | Access::Modify)
    }

    pub(crate) fn writes(self) -> bool {
        matches!(self, Access::Write | Access::Modify)
    }
}

/// What is known of an instruction's form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) class: Class,
    /// What it does to a first operand.
    pub(crate) first: Access,
    /// Whether it is `movs` or `stos`, which access memory through rdi and rsi.
    pub(crate) block: bool,
    /// The features that it needs, as bits of [`FEATURES`]; all ones when it needs one that has no name here.
    pub(crate) features: u32,
}

const REFUSED: Entry = Entry { class: Class::Refused, first: Access::None, block: false, features: u32::MAX };

/// Mnemonics whose first operand is only written.
const WRITES: &[Mnemonic] = {
    use Mnemonic::*;
    &[
        Mov, Movzx, Movsx, Movsxd, Bswap, Bsf, Bsr, Tzcnt, Lzcnt, Popcnt, Seta, Setae, Setb, Setbe, Sete, Setg,
        Setge, Setl, Setle, Setne, Setno, Setnp, Setns, Seto, Setp, Sets, Movaps, Movapd, Movups, Movupd, Movdqa,
        Movdqu, Movss, Movsd, Movd, Movq, Movhlps, Movlhps, Movmskps, Movmskpd, Pmovmskb, Pshufd, Shufps, Shufpd,
        Pinsrw, Pextrw, Unpcklps, Unpcklpd, Punpcklqdq, Punpckhqdq, Punpckldq, Cvtsi2ss, Cvtsi2sd, Cvttss2si,
        Cvttsd2si, Cvtss2sd, Cvtsd2ss, Sqrtss, Sqrtsd, Roundss, Roundsd, Vcvtph2ps, Vcvtps2ph, Stmxcsr, Shlx,
        Shrx, Sarx, Rorx, Mulx, Andn, Blsr, Blsi, Blsmsk, Pinsrd, Pinsrq, Pextrd, Pextrq,
    ]
};

/// Mnemonics whose first operand is read and written.
const MODIFIES: &[Mnemonic] = {
    use Mnemonic::*;
    &[
        Add,
        Or,
        Adc,
        Sbb,
        And,
        Sub,
        Xor,
        Not,
        Neg,
        Inc,
        Dec,
        Rol,
        Ror,
        Rcl,
        Rcr,
        Shl,
        Shr,
        Sar,
        Shld,
        Shrd,
        Bts,
        Btr,
        Btc,
        Xchg,
        Xadd,
        Cmpxchg,
        Cmova,
        Cmovae,
        Cmovb,
        Cmovbe,
        Cmove,
        Cmovg,
        Cmovge,
        Cmovl,
        Cmovle,
        Cmovne,
        Cmovno,
        Cmovnp,
        Cmovns,
        Cmovo,
        Cmovp,
        Cmovs,
        Addss,
        Addsd,
        Subss,
        Subsd,
        Mulss,
        Mulsd,
        Divss,
        Divsd,
        Minss,
        Minsd,
        Maxss,
        Maxsd,
        Cmpss,
        Cmpsd,
        Andps,
        Andpd,
        Andnps,
        Andnpd,
        Orps,
        Orpd,
        Xorps,
        Xorpd,
        Pand,
        Pandn,
        Por,
        Pxor,
        Psllq,
        Psrlq,
        Pslld,
        Psrld,
        Psrldq,
        Pslldq,
        Paddq,
        Psubq,
        Paddd,
        Psubd,
        Pcmpeqd,
        Pcmpeqb,
        Pcmpeqw,
        Subpd,
        Addpd,
        Haddpd,
        Vfmadd132ss,
        Vfmadd132sd,
        Vfmadd213ss,
        Vfmadd213sd,
        Vfmadd231ss,
        Vfmadd231sd,
    ]
};

/// Mnemonics whose first operand is only read.
const READS: &[Mnemonic] = {
    use Mnemonic::*;
    &[
        Cmp, Test, Bt, Mul, Imul, Div, Idiv, Ucomiss, Ucomisd, Comiss, Comisd, Ldmxcsr, Cwd, Cdq, Cqo, Cbw, Cwde,
        Cdqe, Clc, Stc, Cmc, Cld, Mfence, Lfence, Sfence, Pause,
    ]
};

/// Mnemonics whose operand in memory is not accessed.
const COMPUTES: &[Mnemonic] = &[Mnemonic::Lea, Mnemonic::Nop];

/// Forms that are listed one by one.
const FORMS: &[(Code, Class)] = &[
    (Code::Jmp_rel8_64, Class::Jump),
    (Code::Jmp_rel32_64, Class::Jump),
    (Code::Jmp_rm64, Class::JumpIndirect),
    (Code::Call_rel32_64, Class::Call),
    (Code::Call_rm64, Class::CallIndirect),
    (Code::Retnq, Class::Return),
    (Code::Retnq_imm16, Class::Return),
    (Code::Ud2, Class::Trap),
    (Code::Push_r64, Class::Plain),
    (Code::Pop_r64, Class::Plain),
];

/// Conditional branches.
const BRANCHES: &[Code] = &[
    Code::Jo_rel8_64,
    Code::Jo_rel32_64,
    Code::Jno_rel8_64,
    Code::Jno_rel32_64,
    Code::Jb_rel8_64,
    Code::Jb_rel32_64,
    Code::Jae_rel8_64,
    Code::Jae_rel32_64,
    Code::Je_rel8_64,
    Code::Je_rel32_64,
    Code::Jne_rel8_64,
    Code::Jne_rel32_64,
    Code::Jbe_rel8_64,
    Code::Jbe_rel32_64,
    Code::Ja_rel8_64,
    Code::Ja_rel32_64,
    Code::Js_rel8_64,
    Code::Js_rel32_64,
    Code::Jns_rel8_64,
    Code::Jns_rel32_64,
    Code::Jp_rel8_64,
    Code::Jp_rel32_64,
    Code::Jnp_rel8_64,
    Code::Jnp_rel32_64,
    Code::Jl_rel8_64,
    Code::Jl_rel32_64,
    Code::Jge_rel8_64,
    Code::Jge_rel32_64,
    Code::Jle_rel8_64,
    Code::Jle_rel32_64,
    Code::Jg_rel8_64,
    Code::Jg_rel32_64,
];

/// Block operations.
const BLOCKS: &[Code] = &[Code::Movsb_m8_m8, Code::Movsq_m64_m64, Code::Stosb_m8_AL, Code::Stosq_m64_RAX];

/// Forms of listed mnemonics that are no part of what emitters write: segment, control and debug registers, absolute
/// 64-bit addresses, string operations, reserved encodings.
const EXCLUDED: &[Code] = &[
    Code::Mov_rm16_Sreg,
    Code::Mov_r32m16_Sreg,
    Code::Mov_r64m16_Sreg,
    Code::Mov_Sreg_rm16,
    Code::Mov_Sreg_r32m16,
    Code::Mov_Sreg_r64m16,
    Code::Mov_AL_moffs8,
    Code::Mov_AX_moffs16,
    Code::Mov_EAX_moffs32,
    Code::Mov_RAX_moffs64,
    Code::Mov_moffs8_AL,
    Code::Mov_moffs16_AX,
    Code::Mov_moffs32_EAX,
    Code::Mov_moffs64_RAX,
    Code::Movsd_m32_m32,
    Code::Cmpsd_m32_m32,
];

/// The features that instructions may need, as target rows name them; the bit of each is its index.
const FEATURES: &[(&str, CpuidFeature)] = &[
    ("sse3", CpuidFeature::SSE3),
    ("ssse3", CpuidFeature::SSSE3),
    ("sse4.1", CpuidFeature::SSE4_1),
    ("sse4.2", CpuidFeature::SSE4_2),
    ("popcnt", CpuidFeature::POPCNT),
    ("lzcnt", CpuidFeature::LZCNT),
    ("bmi1", CpuidFeature::BMI1),
    ("bmi2", CpuidFeature::BMI2),
    ("fma", CpuidFeature::FMA),
    ("f16c", CpuidFeature::F16C),
    ("cx16", CpuidFeature::CMPXCHG16B),
    ("avx", CpuidFeature::AVX),
    ("avx2", CpuidFeature::AVX2),
];

/// What every x86-64 has.
const BASELINE: &[CpuidFeature] = &[
    CpuidFeature::INTEL8086,
    CpuidFeature::INTEL186,
    CpuidFeature::INTEL286,
    CpuidFeature::INTEL386,
    CpuidFeature::INTEL486,
    CpuidFeature::X64,
    CpuidFeature::CMOV,
    CpuidFeature::MULTIBYTENOP,
    CpuidFeature::PAUSE,
    CpuidFeature::SSE,
    CpuidFeature::SSE2,
];

/// The entries by [`Code`].
static TABLE: LazyLock<Vec<Entry>> = LazyLock::new(|| Code::values().zip(behaviours()).map(entry_of).collect());

/// The table of all forms; index it with a form's number.
pub(crate) fn table() -> &'static [Entry] {
    &TABLE
}

/// The bits of an artifact's features; what is not named here has none.
pub(crate) fn features(names: &[String]) -> u32 {
    let bits = FEATURES.iter().enumerate().filter(|(_, (name, _))| names.iter().any(|have| have == name));
    bits.fold(0, |set, (bit, _)| set | 1 << bit)
}

/// The names of features that a form needs and an artifact does not have.
pub(crate) fn missing(entry: &Entry, have: u32) -> Vec<&'static str> {
    let bits = FEATURES.iter().enumerate().filter(|(bit, _)| entry.features & !have & 1 << bit != 0);
    bits.map(|(_, (name, _))| *name).collect()
}

fn entry_of((code, behaviour): (Code, Option<(Class, Access)>)) -> Entry {
    let Some((class, first)) = behaviour.filter(|_| !code.is_privileged()) else { return REFUSED };
    let features = code.cpuid_features().iter().map(|feature| feature_bits(*feature));
    let features = features.fold(0, |set, bits| set | bits);
    let class = if features == u32::MAX { Class::Refused } else { class };
    Entry { class, first, block: BLOCKS.contains(&code), features }
}

/// What the lists say of each [`Code`]: those of mnemonics, over them those of forms, over these the excluded ones.
fn behaviours() -> Vec<Option<(Class, Access)>> {
    let lists =
        [(WRITES, Access::Write), (MODIFIES, Access::Modify), (READS, Access::Read), (COMPUTES, Access::None)];
    let mut of_mnemonic = vec![None; Mnemonic::values().len()];
    for (list, first) in lists {
        for &mnemonic in list {
            of_mnemonic[mnemonic as usize] = Some((Class::Plain, first));
        }
    }
    let mut all: Vec<_> = Code::values().map(|code| of_mnemonic[code.mnemonic() as usize]).collect();
    for &code in BRANCHES {
        all[code as usize] = Some((Class::Branch, Access::None));
    }
    for &code in BLOCKS {
        all[code as usize] = Some((Class::Plain, Access::None));
    }
    for &(code, class) in FORMS {
        all[code as usize] = Some((class, Access::Read));
    }
    for &code in EXCLUDED {
        all[code as usize] = None;
    }
    all
}

fn feature_bits(feature: CpuidFeature) -> u32 {
    if BASELINE.contains(&feature) {
        return 0;
    }
    FEATURES.iter().position(|(_, known)| *known == feature).map_or(u32::MAX, |bit| 1 << bit)
}
