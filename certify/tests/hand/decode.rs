//! C1.

use crate::emit::{Emit, accept, reject};
use artifact::{Reference, RelocationKind};
use certify::{Check, Checks};
use iced_x86::code_asm::*;
use iced_x86::{Code, Instruction, MemoryOperand, Register};
use native_ir::Symbol;

type Done = Result<(), iced_x86::IcedError>;
type Add<'a> = &'a dyn Fn(&mut CodeAssembler) -> Done;

const NOTHING: &str = "fn pub @f() -> () {\n^entry:\nreturn\n}";

fn nothing(e: &mut Emit) -> Done {
    e.block(0);
    e.inst(0).ret()
}

/// Instructions in the row of the return, and the return.
fn with(e: &mut Emit, add: impl Fn(&mut CodeAssembler) -> Done) -> Done {
    e.block(0);
    add(e.inst(0))?;
    e.a.ret()
}

#[test]
fn a_return_is_certified() {
    accept(NOTHING, nothing);
}

#[test]
fn bytes_that_are_no_instruction_are_refused() {
    let finding = reject(NOTHING, Check::Decode, "no instruction", |e| {
        e.patch = Some(Box::new(|code| code.code[0] = 0x06));
        nothing(e)
    });
    assert_eq!((finding.function.as_str(), finding.offset, finding.bytes.as_slice()), ("f", 0, &[6_u8][..]));
    assert_eq!(finding.instruction.as_deref(), Some("return !1:1"));
    assert_eq!(finding.span.as_deref(), Some("m.zero:1:1"));
    let text = finding.to_string();
    assert!(
        text.contains("C1") && text.contains("@f at 0x0: 06") && text.contains("bug of the emitter"),
        "{text}"
    );
}

#[test]
fn truncated_instructions_are_refused() {
    reject(NOTHING, Check::Decode, "no instruction", |e| {
        with(e, |a| a.mov(eax, 5))?;
        e.patch = Some(Box::new(|code| code.literals -= 3));
        Ok(())
    });
}

#[test]
fn instructions_that_emitters_do_not_use_are_refused() {
    let refused: &[&dyn Fn(&mut CodeAssembler) -> Done] = &[
        &|a| a.syscall(),
        &|a| a.hlt(),
        &|a| a.cpuid(),
        &|a| a.std(),
        &|a| a.mov(ax, ds),
        &|a| a.mov(rax, cr0),
        &|a| a.lodsb(),
        &|a| a.in_(al, dx),
        &|a| a.int(0x80),
        &|a| a.fld1(),
        &|a| a.push(5),
        &|a| a.int3(),
        &|a| a.db(&[0xf3]),
        &|a| a.cmpsb(),
        &|a| a.xlatb(),
    ];
    for add in refused {
        reject(NOTHING, Check::Decode, "no instruction that emitters use", |e| with(e, add));
    }
}

#[test]
fn addresses_in_segments_and_of_32_bits_are_refused() {
    reject(NOTHING, Check::Decode, "segment", |e| with(e, |a| a.mov(eax, dword_ptr(rsp).fs())));
    reject(NOTHING, Check::Decode, "32 bits", |e| with(e, |a| a.mov(eax, dword_ptr(ecx))));
}

#[test]
fn features_are_those_of_the_artifact() {
    let feature = reject(NOTHING, Check::Decode, "needs popcnt", |e| with(e, |a| a.popcnt(eax, ecx)));
    assert_eq!(feature.bytes.len(), 4);
    accept(NOTHING, |e| {
        e.features = vec!["popcnt".into()];
        with(e, |a| a.popcnt(eax, ecx))
    });
    let gated: &[(&str, Add)] = &[
        ("lzcnt", &|a| a.lzcnt(eax, ecx)),
        ("bmi1", &|a| a.tzcnt(eax, ecx)),
        ("bmi2", &|a| a.shlx(eax, ecx, edx)),
        ("fma", &|a| a.vfmadd213sd(xmm0, xmm1, xmm2)),
        ("f16c", &|a| a.vcvtph2ps(xmm0, xmm1)),
        ("sse4.1", &|a| a.roundsd(xmm0, xmm1, 9)),
    ];
    for (feature, add) in gated {
        reject(NOTHING, Check::Decode, &format!("needs {feature}"), |e| with(e, add));
        accept(NOTHING, |e| {
            e.features = vec![feature.to_string()];
            with(e, add)
        });
    }
}

#[test]
fn literals_are_read_or_padding() {
    let literal = |e: &mut Emit, at: u32| {
        e.literals = vec![1, 2, 3, 4, 5, 6, 7, 8];
        e.block(0);
        e.inst(0);
        e.relative(Code::Movsd_xmm_xmmm64, Register::XMM13, at)?;
        e.a.ret()
    };
    accept(NOTHING, |e| literal(e, 16));
    reject(NOTHING, Check::Decode, "neither literal", |e| {
        literal(e, 16)?;
        e.literals.push(0);
        Ok(())
    });
    accept(NOTHING, |e| {
        literal(e, 16)?;
        e.literals.push(0xcc);
        Ok(())
    });
    reject(NOTHING, Check::Decode, "no literal's", |e| literal(e, 4));
    reject(NOTHING, Check::Decode, "no literal's", |e| literal(e, 20));
    reject(NOTHING, Check::Decode, "write to a literal", |e| {
        literal(e, 32)?;
        let memory = MemoryOperand::with_base_displ(Register::RIP, 32);
        e.a.add_instruction(Instruction::with2(Code::Mov_rm64_r64, memory, Register::RAX)?)
    });
}

#[test]
fn literals_of_16_bytes_are_aligned() {
    let logic = |e: &mut Emit, at: u32| {
        e.literals = vec![0; 32];
        e.block(0);
        e.inst(0);
        e.relative(Code::Xorps_xmm_xmmm128, Register::XMM13, at)?;
        e.relative(Code::Movups_xmm_xmmm128, Register::XMM14, 32)?;
        e.relative(Code::Movups_xmm_xmmm128, Register::XMM14, 48)?;
        e.a.ret()
    };
    accept(NOTHING, |e| logic(e, 32));
    reject(NOTHING, Check::Decode, "not aligned", |e| logic(e, 40));
}

const DATA: &str = "data @d : i32 = 1\nfn pub @f() -> (i32) effects(read) {\n^entry:\n%p: ptr[static,i32] = address @d\n\
    %v: i32 = load.i32 %p\nreturn %v\n}";

fn data(e: &mut Emit, from_end: u32, kind: RelocationKind, addend: i64) -> Done {
    e.block(0);
    e.inst(1);
    e.relocate(from_end, kind, Reference::Symbol(Symbol::from_u32(0)), addend);
    e.relative(Code::Mov_r32_rm32, Register::EAX, 64)?;
    e.inst(2).ret()
}

#[test]
fn relocations_are_fields_of_their_kind() {
    accept(DATA, |e| data(e, 4, RelocationKind::Relative32, -4));
    reject(DATA, Check::Decode, "no field", |e| data(e, 5, RelocationKind::Relative32, -4));
    reject(DATA, Check::Decode, "another width", |e| data(e, 4, RelocationKind::Absolute64, -4));
    reject(DATA, Check::Decode, "branches", |e| data(e, 4, RelocationKind::Branch32, -4));
    reject(DATA, Check::Decode, "relative field", |e| data(e, 4, RelocationKind::Absolute32Signed, -4));
    reject(DATA, Check::Decode, "global offset", |e| data(e, 4, RelocationKind::GlobalOffset32, -4));
    reject(DATA, Check::Decode, "does not declare", |e| {
        e.patch = Some(Box::new(|code| code.relocations[0].target = Reference::Symbol(Symbol::from_u32(99))));
        data(e, 4, RelocationKind::Relative32, -4)
    });
    reject(DATA, Check::Decode, "two relocations", |e| {
        e.patch = Some(Box::new(|code| code.relocations.push(code.relocations[0])));
        data(e, 4, RelocationKind::Relative32, -4)
    });
    reject(DATA, Check::Decode, "behind the instructions", |e| {
        e.patch = Some(Box::new(|code| {
            let more = artifact::Relocation { offset: 400, ..code.relocations[0] };
            code.relocations.push(more);
        }));
        data(e, 4, RelocationKind::Relative32, -4)
    });
}

#[test]
fn pic_code_has_no_absolute_fields() {
    let code = |e: &mut Emit| {
        e.block(0);
        e.inst(1);
        e.relocate(4, RelocationKind::Absolute32Signed, Reference::Symbol(Symbol::from_u32(0)), 0);
        e.a.mov(ecx, dword_ptr(0x1000))?;
        e.inst(2).ret()
    };
    accept(DATA, code);
    reject(DATA, Check::Decode, "position-independent", |e| {
        e.artifact = Some(Box::new(|artifact| artifact.relocation_model = artifact::RelocationModel::Pic));
        code(e)
    });
}

#[test]
fn other_forms_of_the_same_instruction_are_found_on_request() {
    let long = |e: &mut Emit, canonical| {
        e.checks = Checks { canonical, ..Checks::default() };
        // `ret` with a REX prefix, which means nothing.
        with(e, |a| a.db(&[0x48]))
    };
    accept(NOTHING, |e| long(e, false));
    reject(NOTHING, Check::Decode, "canonical", |e| long(e, true));
    accept(NOTHING, |e| {
        e.checks = Checks::all();
        with(e, |a| a.mov(eax, 5))
    });
}

#[test]
fn artifacts_are_of_the_module() {
    for change in [0, 1, 2] {
        let finding = reject(NOTHING, Check::Decode, "", |e| {
            e.artifact = Some(Box::new(move |artifact| match change {
                0 => artifact.triple = "sim-cortex-m0".into(),
                1 => artifact.functions[0].func = native_ir::Func::from_u32(7),
                _ => artifact.functions.push(artifact.functions[0].clone()),
            }));
            nothing(e)
        });
        assert_eq!(finding.function, "");
    }
}
