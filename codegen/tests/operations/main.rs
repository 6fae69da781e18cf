//! Each pure opcode on each type as machine code, linked with the runtime library, in many surroundings, gives what
//! crate `semantics` gives.
//!
//! A function loads its operands, narrow ones with any bits above their width, and stores what comes out. Beside these,
//! on the same [`machine`]: floats with the status flags that they raise, and atomic accesses.

mod atomics;
mod case;
mod chains;
mod cortex_m0;
mod floats;
mod form;
mod machine;
mod memory;
mod numbers;

use case::{Case, cases};
use codegen::{Options, all_functions, compile};
use form::{AGAIN, Form, HEADER, OTHERS, SIZE, STATUS, function};
use machine::Machine;
use native_ir::{Condition, Func, Module, Opcode, Trap, TypeKind, text};
use numbers::{Random, bytes, is_nan};
use semantics::strict_operation;
use verifier::Verified;

fn verified(source: &str) -> Verified<Module> {
    let parsed = text::parse(source.as_bytes());
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics.first());
    verifier::verify(parsed.module, &verifier::Options::default())
        .unwrap_or_else(|rejected| panic!("{:?}", rejected.diagnostics.first()))
}

/// The code of a module's functions, linked with the runtime library.
fn machine(module: &Verified<Module>, features: &[&str]) -> Machine {
    let options = Options { features: features.iter().map(ToString::to_string).collect(), ..Options::default() };
    let library = runtime::module("x86_64-unknown-linux-elf").expect("the target has a library");
    let [own, help] = [module, library]
        .map(|module| compile(module, &all_functions(module), &options).expect("functions are not too long"));
    Machine::new((module, &own), (library, &help))
}

/// What runs functions of two pointers.
trait Runs {
    /// Calls a function; tells the class when it traps.
    fn call(&mut self, func: Func, input: &[u8], output: &mut [u8]) -> Result<(), Trap>;

    /// The code of a function, in lines.
    fn listing(&self, func: Func) -> String;
}

impl Runs for Machine {
    fn call(&mut self, func: Func, input: &[u8], output: &mut [u8]) -> Result<(), Trap> {
        Machine::call(self, func, input, output)
    }

    fn listing(&self, func: Func) -> String {
        Machine::listing(self, func)
    }
}

/// Runs all forms of operations, each with about so many operands, and compares.
fn check(cases: &[Case], features: &[&str], count: usize) {
    check_on(HEADER, cases, Form::all, count, |module| machine(module, features));
}

/// Runs forms of operations on a machine for modules that begin in some way.
fn check_on<M: Runs>(
    header: &str,
    cases: &[Case],
    forms: impl Fn(&Case) -> Vec<Form>,
    count: usize,
    machine: impl FnOnce(&Verified<Module>) -> M,
) {
    let mut source = String::from(header);
    let mut list = Vec::new();
    for case in cases {
        for form in forms(case) {
            source += &function(list.len(), case, form);
            list.push((case, form));
        }
    }
    let module = verified(&source);
    let mut machine = machine(&module);
    let mut random = Random(1);
    let (mut wrong, mut runs) = (Vec::new(), 0);
    for (func, &(case, form)) in all_functions(&module).into_iter().zip(&list) {
        for mut operands in case.inputs(&mut random, count) {
            match form {
                Form::Constant(operand, bits) => operands[operand] = bits,
                Form::Twice => operands[1] = operands[0],
                _ => {}
            }
            runs += 1;
            if let Err(message) = run(&mut machine, func, case, form, operands, &mut random) {
                let [a, b, c] = operands;
                let types = format!("{} {}", case.from.name(), case.to.name());
                wrong.push(format!("{} {types} {form:?} of {a:x}, {b:x}, {c:x}: {message}", case.mnemonic()));
                if wrong.len() == 1 {
                    wrong.push(machine.listing(func));
                }
                break;
            }
        }
    }
    println!("{} functions, {runs} runs", list.len());
    assert!(
        wrong.is_empty(),
        "{} functions are wrong:\n{}",
        wrong.len() - 1,
        wrong[..wrong.len().min(40)].join("\n")
    );
}

/// Runs a function once.
fn run(
    machine: &mut impl Runs,
    func: Func,
    case: &Case,
    form: Form,
    operands: [u128; 3],
    random: &mut Random,
) -> Result<(), String> {
    let mut input = [0; SIZE];
    input.chunks_mut(8).for_each(|word| word.copy_from_slice(&random.next().to_le_bytes()));
    for (index, bits) in operands.iter().enumerate().take(case.operands()) {
        let len = bytes(case.operand_kind(index));
        input[16 * index..][..len].copy_from_slice(&bits.to_le_bytes()[..len]);
    }
    let mut output = [0xa5; SIZE];
    let outcome = machine.call(func, &input, &mut output);
    let mut expected = (case.operation)(&operands);
    if form == Form::TrapIf && expected.is_ok_and(|results| results[0] == 1) {
        expected = Err(Trap::User);
    }
    match (expected, outcome) {
        (Err(trap), Err(found)) if trap == found => Ok(()),
        (Ok(_), Ok(())) if form == Form::TrapIf => Ok(()),
        (Ok(results), Ok(())) => {
            compare_results(case, form, results, &input, &output)?;
            if form == Form::Strict {
                compare_status(case, operands, &output)?;
            }
            compare_others(case, form, operands, &input, &output)
        }
        (expected, found) => Err(format!("{expected:x?} expected, {found:?} found")),
    }
}

fn compare_results(
    case: &Case,
    form: Form,
    results: [u128; 2],
    input: &[u8],
    output: &[u8],
) -> Result<(), String> {
    if let Form::Select(kind) = form {
        let from = if results[0] == 1 { OTHERS } else { OTHERS + 16 };
        let same = read(input, from, kind) == read(output, 0, kind);
        return same.then_some(()).ok_or_else(|| String::from("the other value was chosen"));
    }
    let moves = matches!(
        case.opcode,
        Opcode::Fneg | Opcode::Fabs | Opcode::Copysign | Opcode::Bitcast | Opcode::Select | Opcode::Canonicalize
    );
    for (at, (kind, expected)) in case.results().into_iter().zip(results).enumerate() {
        let found = read(output, 16 * at, kind);
        if found != expected && (moves || !is_nan(kind, expected) || !is_nan(kind, found)) {
            return Err(format!("result {at}: {expected:x} expected, {found:x} found"));
        }
    }
    Ok(())
}

fn compare_status(case: &Case, operands: [u128; 3], output: &[u8]) -> Result<(), String> {
    let condition = case.condition.unwrap_or(Condition::Eq);
    let strict = strict_operation(case.opcode, condition, case.from, case.to);
    let raised = strict.and_then(|strict| strict(&operands).ok()).map_or(0, |(_, status)| status.0);
    let found = read(output, STATUS, TypeKind::I32);
    (found == raised.into()).then_some(()).ok_or_else(|| format!("{raised:x} to be raised, {found:x} found"))
}

/// Operands that are used again, and other values.
fn compare_others(
    case: &Case,
    form: Form,
    operands: [u128; 3],
    input: &[u8],
    output: &[u8],
) -> Result<(), String> {
    for (operand, &bits) in operands.iter().enumerate().take(form.again(case)) {
        if read(output, AGAIN + 16 * operand, case.operand_kind(operand)) != bits {
            return Err(format!("operand {operand} is not what it was"));
        }
    }
    let others = OTHERS..OTHERS + 16 * form.others();
    let same = input[others.clone()] == output[others];
    same.then_some(()).ok_or_else(|| String::from("another value is not what it was"))
}

/// A value in memory; an `i1` has a byte.
fn read(memory: &[u8], at: usize, kind: TypeKind) -> u128 {
    let mut word = [0; 16];
    let len = bytes(kind);
    word[..len].copy_from_slice(&memory[at..at + len]);
    u128::from_le_bytes(word)
}

/// All features that change code, as far as this machine has them.
fn features() -> Vec<&'static str> {
    let all = [
        ("popcnt", is_x86_feature_detected!("popcnt")),
        ("lzcnt", is_x86_feature_detected!("lzcnt")),
        ("bmi1", is_x86_feature_detected!("bmi1")),
        ("fma", is_x86_feature_detected!("fma")),
        ("f16c", is_x86_feature_detected!("f16c")),
        ("sse4.1", is_x86_feature_detected!("sse4.1")),
    ];
    all.into_iter().filter_map(|(name, has)| has.then_some(name)).collect()
}

#[test]
fn integers_up_to_64_bits() {
    check(&cases(|case| case.is_integer() && !case.has(TypeKind::I128)), &[], 150);
}

#[test]
fn integers_of_128_bits() {
    check(&cases(|case| case.is_integer() && case.has(TypeKind::I128)), &[], 200);
}

#[test]
fn bits_by_features() {
    let counts = |case: &Case| matches!(case.opcode, Opcode::Clz | Opcode::Ctz | Opcode::Popcount);
    check(&cases(counts), &features(), 200);
}

#[test]
fn floats_of_128_bits() {
    check(&cases(|case| case.has(TypeKind::F128) && case.condition.is_none()), &[], 100);
    check(&cases(|case| case.has(TypeKind::F128) && case.condition.is_some()), &[], 60);
}

#[test]
fn floats_from_and_to_integers_of_128_bits() {
    check(&cases(|case| !case.is_integer() && case.has(TypeKind::I128)), &[], 100);
}

#[test]
fn floats_of_16_bits_by_the_library() {
    let of_half = |case: &Case| match case.opcode {
        Opcode::Fcmp | Opcode::Fma | Opcode::Fpromote => case.from == TypeKind::F16,
        Opcode::FloatToSint | Opcode::FloatToUint | Opcode::FloatToSintSat | Opcode::FloatToUintSat => {
            case.from == TypeKind::F16
        }
        Opcode::Fdemote => case.to == TypeKind::F16,
        _ => false,
    };
    check(&cases(of_half), &[], 60);
    check(&cases(|case| of_half(case) && case.condition.is_none()), &features(), 60);
}

#[test]
fn conditions_of_floats() {
    let compares = |case: &Case| matches!((case.opcode, case.from), (Opcode::Fcmp, TypeKind::F32 | TypeKind::F64));
    check(&cases(compares), &[], 150);
}

#[test]
fn fused_multiplication_by_the_library() {
    let fused = |case: &Case| case.opcode == Opcode::Fma && !case.has(TypeKind::F16);
    check(&cases(fused), &[], 400);
}
