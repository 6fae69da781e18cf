//! Vectors written from the documents. Those for System V that C can express and that are not plain counting (pairs on
//! the stack, unaligned and empty fields, `f16`, `f128`, mixed eightbytes) were compared with the code of gcc 12.

use super::*;
use crate::{Space, TypeData};

/// A signature with the types it needs.
#[derive(Default)]
struct Case {
    types: TypeTable,
}

impl Case {
    fn function(&self, params: &[Param], results: &[Param]) -> FunctionType {
        let mut function = FunctionType::new(&[], &[]);
        function.params = params.to_vec();
        function.results = results.to_vec();
        function
    }

    fn layout(
        &self,
        convention: Convention,
        function: &FunctionType,
        extra: &[Type],
    ) -> Result<CallLayout, AbiError> {
        let machine = match convention {
            Convention::SysV => MachineLayout::x86_64(),
            Convention::Aapcs32 => MachineLayout::cortex_m0(),
        };
        classify_call(&self.types, &Layouts::new(&self.types, &machine), convention, function, extra)
    }

    /// The layout of a signature in words: `params -> results | result pointer | stack bytes`.
    fn text(&self, convention: Convention, params: &[Param], results: &[Param]) -> String {
        match self.layout(convention, &self.function(params, results), &[]) {
            Ok(layout) => layout_text(convention, &layout),
            Err(error) => format!("{error:?}"),
        }
    }

    fn sysv(&self, params: &[Param], results: &[Param]) -> String {
        self.text(Convention::SysV, params, results)
    }

    fn arm(&self, params: &[Param], results: &[Param]) -> String {
        self.text(Convention::Aapcs32, params, results)
    }

    fn packed(&mut self, fields: &[Type]) -> Type {
        self.types.intern(TypeData::Struct { packed: true, fields: fields.into() })
    }
}

/// Each piece as `place[offset+bytes]`, joined by `:`.
fn layout_text(convention: Convention, layout: &CallLayout) -> String {
    let item = |passed: &Passed| {
        let pieces = layout.pieces(passed).iter().map(|piece| {
            let place = match piece.location {
                Location::Register(register) => register.name(convention),
                Location::Stack(at) => format!("sp+{at}"),
            };
            match (piece.offset, piece.bytes) {
                (0, bytes) => format!("{place}/{bytes}"),
                (offset, bytes) => format!("{place}/{offset}+{bytes}"),
            }
        });
        let text = pieces.collect::<Vec<_>>().join(":");
        if text.is_empty() { "-".to_string() } else { text }
    };
    let list = |all: &[Passed]| all.iter().map(item).collect::<Vec<_>>().join(" ");
    let mut text = format!("{} -> {}", list(&layout.params), list(&layout.results));
    if let Some(pointer) = layout.result_pointer {
        let returned = pointer.returned.map_or("-".to_string(), |register| register.name(convention));
        text += &format!(" | result at {} back in {returned}", pointer.passed.name(convention));
    }
    format!("{text} | {}", layout.stack_bytes)
}

fn values(types: &[Type]) -> Vec<Param> {
    types.iter().copied().map(Param::value).collect()
}

fn agg(ty: Type) -> Param {
    Param { ty, passing: Passing::Agg }
}

fn byval(ty: Type) -> Param {
    Param { ty, passing: Passing::ByVal }
}

fn sret(ty: Type) -> Param {
    Param { ty, passing: Passing::SRet }
}

const I8: Type = Type::I8;
const I32: Type = Type::I32;
const I64: Type = Type::I64;
const I128: Type = Type::I128;
const F16: Type = Type::F16;
const F32: Type = Type::F32;
const F64: Type = Type::F64;
const F128: Type = Type::F128;

/// The parameter passing example of psABI 3.2.3, without its `long double` and `__m256`.
#[test]
fn sysv_the_example_of_the_document() {
    let mut case = Case::default();
    let s = case.types.structure(&[I32, I32, F64]);
    let mut params = values(&[I32, I32]);
    params.push(agg(s));
    params.extend(values(&[I32, I32, F64, F64, I32, I32, I32]));
    assert_eq!(
        case.sysv(&params, &[]),
        "rdi/4 rsi/4 rdx/8:xmm0/8+8 rcx/4 r8/4 xmm1/8 xmm2/8 r9/4 sp+0/4 sp+8/4 ->  | 16"
    );
}

#[test]
fn sysv_scalars_take_registers_by_class_and_then_eightbytes_of_stack() {
    let mut case = Case::default();
    let pointer = case.types.pointer(Space::Heap, I8);
    assert_eq!(
        case.sysv(&values(&[Type::I1, I8, Type::I16, Type::ADDR, pointer, I64, I8]), &values(&[pointer])),
        "rdi/1 rsi/1 rdx/2 rcx/8 r8/8 r9/8 sp+0/1 -> rax/8 | 16"
    );
    assert_eq!(
        case.sysv(&values(&[F16, F32, F64, F128, F32, F32, F32, F32, F16, F128, I32]), &values(&[F128])),
        "xmm0/2 xmm1/4 xmm2/8 xmm3/16 xmm4/4 xmm5/4 xmm6/4 xmm7/4 sp+0/2 sp+16/16 rdi/4 -> xmm0/16 | 32"
    );
    assert_eq!(case.sysv(&values(&[Type::FIBER]), &values(&[F16])), "rdi/8 -> xmm0/2 | 0");
}

#[test]
fn sysv_a_pair_is_never_split_and_what_it_leaves_is_used() {
    let mut case = Case::default();
    assert_eq!(
        case.sysv(&values(&[I64, I64, I64, I64, I64, I128, I64, I128, I64]), &values(&[I128])),
        "rdi/8 rsi/8 rdx/8 rcx/8 r8/8 sp+0/16 r9/8 sp+16/16 sp+32/8 -> rax/8:rdx/8+8 | 48"
    );
    assert_eq!(
        case.sysv(&values(&[I64, I64, I64, I64, I64, I64, I64, I128]), &[]),
        "rdi/8 rsi/8 rdx/8 rcx/8 r8/8 r9/8 sp+0/8 sp+16/16 ->  | 32"
    );
    let pair = case.types.structure(&[I64, F64]);
    let mut params = values(&[I64; 6]);
    params.extend([agg(pair), Param::value(F64)]);
    assert_eq!(
        case.sysv(&params, &[]),
        "rdi/8 rsi/8 rdx/8 rcx/8 r8/8 r9/8 sp+0/16 xmm0/8 ->  | 16",
        "the vector register that was assigned to the pair is free again"
    );
}

#[test]
fn sysv_aggregates_go_by_eightbyte() {
    let mut case = Case::default();
    let point = case.types.structure(&[F32, F32, F32]);
    let mixed = case.types.structure(&[F32, I32, F64]);
    let bytes = case.types.array(I8, 11);
    let odd = case.types.structure(&[bytes]);
    let word_first = case.types.structure(&[I32, F32]);
    let halves = case.types.array(F16, 5);
    let quad = case.types.structure(&[F128]);
    let wide = case.types.structure(&[I128]);
    let large = case.types.structure(&[I64, I64, I8]);
    let params = [point, mixed, odd, halves, quad, wide, large].map(agg);
    assert_eq!(
        case.sysv(&params, &[]),
        "xmm0/8:xmm1/8+4 rdi/8:xmm2/8+8 rsi/8:rdx/8+3 xmm3/8:xmm4/8+2 xmm5/16 rcx/8:r8/8+8 sp+0/24 ->  | 32"
    );
    for (ty, expected) in [
        (point, " -> xmm0/8:xmm1/8+4 | 0"),
        (mixed, " -> rax/8:xmm0/8+8 | 0"),
        (odd, " -> rax/8:rdx/8+3 | 0"),
        (word_first, " -> rax/8 | 0"),
        (quad, " -> xmm0/16 | 0"),
        (large, " -> - | result at rdi back in rax | 0"),
    ] {
        assert_eq!(case.sysv(&[], &[agg(ty)]), expected);
    }
}

#[test]
fn sysv_unaligned_fields_go_to_memory() {
    let mut case = Case::default();
    let unaligned = case.packed(&[I8, I32]);
    let aligned = case.packed(&[I32, I8]);
    let inner = case.packed(&[I32, I64]);
    let outer = case.packed(&[I32, inner]);
    let nested = case.types.structure(&[I32, outer]);
    assert_eq!(case.sysv(&[agg(unaligned), agg(aligned)], &[]), "sp+0/5 rdi/5 ->  | 16");
    assert_eq!(case.sysv(&[], &[agg(unaligned)]), " -> - | result at rdi back in rax | 0");
    assert_eq!(case.sysv(&[agg(outer)], &[]), "rdi/8:rsi/8+8 ->  | 0", "aligned where it lies");
    assert_eq!(case.sysv(&[agg(nested)], &[]), "sp+0/20 ->  | 32");
}

#[test]
fn sysv_empty_things_take_no_place() {
    let mut case = Case::default();
    let empty = case.types.structure(&[]);
    let none = case.types.array(I128, 0);
    let padded = case.types.structure(&[I8, none]);
    assert_eq!(case.sysv(&[agg(empty), Param::value(I32)], &[agg(empty)]), "- rdi/4 -> - | 0");
    assert_eq!(case.sysv(&[byval(empty)], &[]), "- ->  | 0");
    assert_eq!(case.sysv(&[agg(padded), Param::value(I32)], &[]), "rdi/8 rsi/4 ->  | 0");
}

#[test]
fn sysv_memory_arguments_respect_alignment() {
    let mut case = Case::default();
    let small = case.types.structure(&[I8]);
    let aligned = case.types.structure(&[I128, I128]);
    assert_eq!(case.sysv(&[byval(small), byval(aligned), byval(small)], &[]), "sp+0/1 sp+16/32 sp+48/1 ->  | 64");
    let sret_and_more = case.sysv(&[sret(aligned), Param::value(I32)], &[]);
    assert_eq!(sret_and_more, "rdi/8 rsi/4 ->  | result at rdi back in rax | 0");
    let large = case.sysv(&values(&[I64; 6]), &[agg(aligned)]);
    assert_eq!(large, "rsi/8 rdx/8 rcx/8 r8/8 r9/8 sp+0/8 -> - | result at rdi back in rax | 16");
}

#[test]
fn sysv_several_results_take_registers_by_class() {
    let case = Case::default();
    assert_eq!(case.sysv(&[], &values(&[I64, F64, I8, F32])), " -> rax/8 xmm0/8 rdx/1 xmm1/4 | 0");
    assert_eq!(case.sysv(&[], &values(&[I32, I32, I32])), "Results(2)");
    assert_eq!(case.sysv(&[], &values(&[I32, I128])), "Results(1)");
    assert_eq!(case.sysv(&[], &values(&[F32, I32, F32, F16])), "Results(3)");
    assert_eq!(case.sysv(&[], &values(&[F128, F128])), " -> xmm0/16 xmm1/16 | 0");
}

#[test]
fn sysv_varargs_count_vector_registers() {
    let case = Case::default();
    let mut function = case.function(&values(&[I64, F64]), &values(&[I32]));
    assert_eq!(case.layout(Convention::SysV, &function, &[]).map(|l| l.vector_registers), Ok(None));
    function.varargs = true;
    let count = |extra: &[Type]| case.layout(Convention::SysV, &function, extra).map(|l| l.vector_registers);
    assert_eq!(count(&[]), Ok(Some(1)));
    assert_eq!(count(&[F64, I32, F128]), Ok(Some(3)));
    assert_eq!(count(&[F64; 20]), Ok(Some(8)));
    let layout = case.layout(Convention::SysV, &function, &[F64, I32]);
    let text = layout.map(|layout| layout_text(Convention::SysV, &layout));
    assert_eq!(text.as_deref(), Ok("rdi/8 xmm0/8 xmm1/8 rsi/4 -> rax/4 | 0"));
    let arm = case.layout(Convention::Aapcs32, &function, &[F64]).map(|l| l.vector_registers);
    assert_eq!(arm, Ok(None));
}

#[test]
fn arm_words_take_r0_to_r3_and_then_the_stack() {
    let mut case = Case::default();
    let pointer = case.types.pointer(Space::Static, I8);
    assert_eq!(
        case.arm(&values(&[Type::I1, I8, pointer, F32, Type::ADDR, F16, I8]), &values(&[F32])),
        "r0/1 r1/1 r2/4 r3/4 sp+0/4 sp+4/2 sp+8/1 -> r0/4 | 16"
    );
}

#[test]
fn arm_double_words_take_even_registers_and_aligned_stack() {
    let case = Case::default();
    let text = |params: &[Type]| case.arm(&values(params), &[]);
    assert_eq!(text(&[I32, I64, I32]), "r0/4 r2/4:r3/4+4 sp+0/4 ->  | 8", "r1 is not filled later");
    assert_eq!(text(&[I32, I32, I32, F64, I32]), "r0/4 r1/4 r2/4 sp+0/8 sp+8/4 ->  | 16", "nor is r3");
    assert_eq!(text(&[I64, I64, I32, I64]), "r0/4:r1/4+4 r2/4:r3/4+4 sp+0/4 sp+8/8 ->  | 16");
    assert_eq!(case.arm(&[], &values(&[I64])), " -> r0/4:r1/4+4 | 0");
    assert_eq!(case.arm(&[], &values(&[F64])), " -> r0/4:r1/4+4 | 0");
}

#[test]
fn arm_i128_begins_at_an_even_register_and_goes_on_on_the_stack() {
    let case = Case::default();
    assert_eq!(
        case.arm(&values(&[I128]), &values(&[I128])),
        "r0/4:r1/4+4:r2/8+4:r3/12+4 -> r0/4:r1/4+4:r2/8+4:r3/12+4 | 0"
    );
    assert_eq!(case.arm(&values(&[I32, I128, I32]), &[]), "r0/4 r2/4:r3/4+4:sp+0/8+8 sp+8/4 ->  | 16");
    assert_eq!(case.arm(&values(&[I32, I32, I32, I128]), &[]), "r0/4 r1/4 r2/4 sp+0/16 ->  | 16");
}

#[test]
fn arm_aggregates_are_split_only_while_the_stack_is_empty() {
    let mut case = Case::default();
    let five = case.types.array(I32, 5);
    let three = case.types.structure(&[I32, I32, I8]);
    let odd = case.types.array(I8, 6);
    let double = case.types.structure(&[I8, I64]);
    assert_eq!(
        case.arm(&[Param::value(I32), agg(five), Param::value(I32)], &[]),
        "r0/4 r1/4:r2/4+4:r3/8+4:sp+0/12+8 sp+8/4 ->  | 16"
    );
    assert_eq!(
        case.arm(&[Param::value(I32), agg(odd), Param::value(I32), Param::value(I8)], &[]),
        "r0/4 r1/4:r2/4+2 r3/4 sp+0/1 ->  | 8"
    );
    assert_eq!(
        case.arm(&[Param::value(I32), agg(double), agg(three)], &[]),
        "r0/4 r2/4:r3/4+4:sp+0/8+8 sp+8/12 ->  | 24"
    );
    assert_eq!(
        case.arm(&[Param::value(I32), Param::value(I32), Param::value(I32), Param::value(I64), agg(three)], &[]),
        "r0/4 r1/4 r2/4 sp+0/8 sp+8/12 ->  | 24",
        "r3 is lost"
    );
}

#[test]
fn arm_byval_is_on_the_stack_and_ends_the_registers() {
    let mut case = Case::default();
    let small = case.types.structure(&[I8, I8, I8]);
    assert_eq!(
        case.arm(&[Param::value(I32), byval(small), Param::value(I32), agg(small)], &[]),
        "r0/4 sp+0/3 sp+4/4 sp+8/3 ->  | 16"
    );
}

#[test]
fn arm_results_of_more_than_a_word_go_through_r0() {
    let mut case = Case::default();
    let word = case.types.structure(&[Type::I16, I8]);
    let more = case.types.array(I8, 5);
    let empty = case.types.structure(&[]);
    assert_eq!(case.arm(&values(&[I32]), &[agg(word)]), "r0/4 -> r0/4 | 0");
    assert_eq!(case.arm(&values(&[I32, I64]), &[agg(more)]), "r1/4 r2/4:r3/4+4 -> - | result at r0 back in - | 0");
    assert_eq!(
        case.arm(&[sret(more), Param::value(I64)], &[]),
        "r0/4 r2/4:r3/4+4 ->  | result at r0 back in - | 0"
    );
    assert_eq!(case.arm(&[agg(empty), Param::value(I32)], &[agg(empty)]), "- r0/4 -> - | 0");
}

#[test]
fn arm_several_results_take_registers_in_order() {
    let case = Case::default();
    assert_eq!(case.arm(&[], &values(&[I32, F32, I8, I32])), " -> r0/4 r1/4 r2/1 r3/4 | 0");
    assert_eq!(case.arm(&[], &values(&[I32, I64])), " -> r0/4 r2/4:r3/4+4 | 0");
    assert_eq!(case.arm(&[], &values(&[I32, I64, I32])), "Results(2)");
    assert_eq!(case.arm(&[], &values(&[I32, I128])), "Results(1)");
    assert_eq!(case.arm(&[], &values(&[I32; 5])), "Results(4)");
}

#[test]
fn tail_functions_have_the_same_places() {
    let mut case = Case::default();
    let large = case.types.structure(&[I64, I64, I64]);
    let mut function = case.function(&[agg(large), Param::value(I32)], &values(&[I32]));
    for convention in [Convention::SysV, Convention::Aapcs32] {
        function.abi = Abi::Module;
        let module = case.layout(convention, &function, &[]);
        function.abi = Abi::Tail;
        let tail = case.layout(convention, &function, &[]);
        assert_eq!(module.as_ref().map(|l| l.callee_pops), Ok(false));
        assert_eq!(tail.as_ref().map(|l| l.callee_pops), Ok(true));
        let text = |layout: Result<CallLayout, AbiError>| layout.map(|l| layout_text(convention, &l));
        assert_eq!(text(module), text(tail));
    }
}

#[test]
fn what_has_no_place_is_an_error_that_says_where() {
    let mut case = Case::default();
    let aggregate = case.types.structure(&[I32]);
    let huge = case.types.array(I8, 1 << 46);
    let unsized_one = case.types.structure(&[Type::I1]);
    let opaque = case.types.function(FunctionType::new(&[], &[]));
    let extended = |ty, passing| Param { ty, passing };
    let (first, second) = (Position::Parameter(0), Position::Parameter(1));
    let i32 = Param::value(I32);
    let cases: &[(&[Param], &[Param], AbiError)] = &[
        (&[i32, Param::value(aggregate)], &[], AbiError::Form(second)),
        (&[agg(I32)], &[], AbiError::Form(first)),
        (&[agg(unsized_one)], &[], AbiError::Type(first)),
        (&[Param::value(opaque)], &[], AbiError::Type(first)),
        (&[Param::value(Type::FLAGS)], &[], AbiError::Type(first)),
        (&[Param::value(Type::ERROR)], &[], AbiError::Type(first)),
        (&[i32, sret(aggregate)], &[], AbiError::Sret(second)),
        (&[sret(aggregate)], &[i32], AbiError::Sret(first)),
        (&[], &[agg(aggregate), i32], AbiError::AggregateResult(Position::Result(0))),
        (&[], &[byval(aggregate)], AbiError::AggregateResult(Position::Result(0))),
        (&[extended(I32, Passing::Zext)], &[], AbiError::Extension(first)),
        (&[], &[extended(F32, Passing::Sext)], AbiError::Extension(Position::Result(0))),
        (&[byval(huge), byval(huge), byval(huge)], &[], AbiError::StackArea),
    ];
    for (params, results, expected) in cases {
        let function = case.function(params, results);
        assert_eq!(case.layout(Convention::SysV, &function, &[]), Err(*expected));
    }
    let f128 = case.function(&values(&[F128]), &[]);
    assert_eq!(case.layout(Convention::Aapcs32, &f128, &[]), Err(AbiError::Type(first)));
    let mut named = case.function(&[], &[]);
    named.abi = Abi::Named(crate::Name::NONE);
    assert_eq!(case.layout(Convention::SysV, &named, &[]), Err(AbiError::Convention));
    for passing in [Passing::Zext, Passing::Sext] {
        let narrow = case.function(&[extended(Type::I16, passing)], &[extended(Type::I1, passing)]);
        assert!(case.layout(Convention::SysV, &narrow, &[]).is_ok());
    }
}

#[test]
fn every_target_has_a_convention() {
    let contract = Contract::embedded();
    let of = |triple| Convention::of(contract, contract.target(triple).map_or(99, |(index, _)| index));
    assert_eq!(of("x86_64-unknown-linux-elf"), Some(Convention::SysV));
    assert_eq!(of("sim-cortex-m0"), Some(Convention::Aapcs32));
    assert_eq!(of("pdp11"), None);
    assert!((0..contract.targets.len()).all(|target| Convention::of(contract, target).is_some()));
}
