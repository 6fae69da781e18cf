//! What few programs have: frames beyond the reach of 16 bits, floats that trap, registers with a wide index.

use devices::{Bus, Device, Fault, Width};
use native_ir::Trap;
use std::fmt::Write;
use std::sync::Arc;
use verifier::{Options, Verified, verify_text};
use vm::{Config, Host, MemoryMode, Outcome, Program, Vm};

const HEAD: &str = r#"native-ir 1
module   rare
target   x86_64-unknown-linux-elf
abi      zero-x86_64-sysv-v0.1
layout   "e-p:64:64-i64:64-i128:128-f64:64-f128:128-n8:16:32:64-S128"
profile  freestanding
source   0 "rare.c" lines=99

"#;

fn module(body: &str) -> Arc<Verified<native_ir::Module>> {
    let report = verify_text((HEAD.to_string() + body).as_bytes(), &Options::default());
    Arc::new(report.module.unwrap_or_else(|| panic!("{:#?}", report.diagnostics)))
}

/// A device everywhere, that answers with its address.
struct Mirror;

impl Device for Mirror {
    fn read(&mut self, offset: u64, _: Width) -> Result<u64, Fault> {
        Ok(offset)
    }

    fn write(&mut self, _: u64, _: Width, _: u64) -> Result<(), Fault> {
        Ok(())
    }

    fn reset(&mut self) {}
}

/// How `@main` of a module ends, in both memory modes, whole and in slices of fuel, which have to agree.
#[track_caller]
fn run(
    module: &Arc<Verified<native_ir::Module>>,
    float_traps: bool,
    arguments: &[u128],
) -> Result<Vec<u128>, Trap> {
    let func = module.entry("main").expect("there is a main");
    let mut ends = Vec::new();
    for memory_mode in [MemoryMode::Fast, MemoryMode::Checked] {
        for slice in [None, Some(1), Some(997)] {
            let fuel = slice.is_some();
            let config = Config { memory_mode, fuel, trap_float_exceptions: float_traps, ..Config::default() };
            let program = Program::new(module.clone(), &[func], &config).expect("the engine takes it");
            let mut bus = Bus::new();
            bus.map_rest("mirror", Box::new(Mirror)).expect("an empty bus takes a device");
            let mut vm = Vm::new(program, Host { bus, ..Host::default() }).expect("the host has memory");
            vm.set_fuel(slice.unwrap_or(0));
            let mut outcome = vm.call(func, arguments).expect("the call fits");
            while let (Outcome::OutOfFuel, Some(slice)) = (&outcome, slice) {
                vm.set_fuel(slice);
                outcome = vm.resume();
            }
            ends.push(match outcome {
                Outcome::Returned(values) => Ok(values),
                Outcome::Trapped(report) => Err(report.trap),
                outcome => panic!("{outcome:?}"),
            });
        }
    }
    assert!(ends.iter().all(|end| *end == ends[0]), "{arguments:x?}: {ends:x?}");
    ends.swap_remove(0)
}

/// How many values live at once in the function of the following test: more than 16 bits can name.
const MANY: u64 = 66_000;

/// All values are needed at the end, so those of the loop, and the arguments and results of its calls, lie beyond.
fn far_function() -> String {
    let last = MANY - 1;
    let mut text = String::from(
        "fn @mix(%a: i64, %b: i64) -> (i64, i64) source=0 {
^entry:
    %triple: i64 = imul %a, 3 !1:1
    %sum: i64 = iadd %triple, %b !1:1
    return %sum, %a !1:1
}

fn @less(%a: i64, %wide: i128) -> (i128) source=0 {
^entry:
    %by: i128 = zext %a !2:1
    %less: i128 = isub %wide, %by !2:1
    return %less !2:1
}

fn pub @main(%n: i64, %w: i128) -> (i128) effects(read, write, trap) source=0 {
    slot $array: array[i64,4] !3:1
^entry:\n",
    );
    for number in 0..MANY {
        let _ = writeln!(text, "    %v{number}: i64 = imul %n, {number} !4:1");
    }
    let _ = write!(
        text,
        "    %base: ptr[stack,array[i64,4]] = slot $array !5:1
    %wide: i128 = iadd %w, 0x100000000000000000000007 !5:1
    jump ^loop(0, %v{last}, %v7, %wide) !5:1
^loop(%i: i64, %a: i64, %b: i64, %x: i128):
    %one: i64, %same: i64 = call @mix(%a, %b) !6:1
    %y: i128 = call @less(%same, %x) !6:1
    %place: ptr[stack,i64] = element %base, %i !7:1
    store.i64 %one, %place !7:1
    %back: i64 = load.i64 %place !7:1
    %odd: i1 = trunc %back !8:1
    %pick: i64 = select %odd, %a, %back !8:1
    %z: i128 = select %odd, %x, %y !8:1
    %shifted: i64 = ushr %pick, 1 !8:1
    %j: i64 = iadd %i, 1 !9:1
    %again: i1 = icmp.ult %j, 4 !9:1
    branch %again, ^loop(%j, %b, %shifted, %z), ^sum(%shifted) !9:1
^sum(%s: i64):
    %t0: i64 = iadd %s, %b !10:1\n"
    );
    for number in 0..MANY {
        let _ = writeln!(text, "    %t{}: i64 = iadd %t{number}, %v{number} !11:1", number + 1);
    }
    let _ = write!(
        text,
        "    %wider: i128 = zext %t{MANY} !12:1\n    %all: i128 = xor %z, %wider !12:1\n    return %all !12:1\n}}\n"
    );
    text
}

/// What that function computes.
fn far_result(n: u64, w: u128) -> u128 {
    let (mut a, mut b, mut x) = (n.wrapping_mul(MANY - 1), n.wrapping_mul(7), w.wrapping_add((1 << 92) + 7));
    let mut last = b;
    for _ in 0..4 {
        let back = a.wrapping_mul(3).wrapping_add(b);
        let (pick, z) = if back & 1 == 1 { (a, x) } else { (back, x.wrapping_sub(u128::from(a))) };
        (a, b, x, last) = (b, pick >> 1, z, b);
    }
    x ^ u128::from((0..MANY).fold(b.wrapping_add(last), |sum, v| sum.wrapping_add(n.wrapping_mul(v))))
}

#[test]
fn frames_are_larger_than_16_bits_can_name() {
    let module = module(&far_function());
    for (n, w) in [(1, 0), (0x1234_5678_9abc_def1, u128::MAX - 6), (u64::MAX, 1 << 64)] {
        assert_eq!(run(&module, false, &[u128::from(n), w]), Ok(vec![far_result(n, w)]), "{n:x} {w:x}");
    }
}

/// What an operation of one or two parameters of a type gives, with traps for exceptions and without.
#[track_caller]
fn floats(ty: &str, operation: &str, arguments: [u128; 2], with: Result<u128, Trap>, without: u128) {
    let text = format!(
        "fn pub @main(%a: {ty}, %b: {ty}) -> ({}) source=0 {{\n^entry:\n{operation}\n    return %r !9:1\n}}\n",
        operation.rsplit("%r: ").next().and_then(|rest| rest.split(' ').next()).unwrap_or(ty)
    );
    let module = module(&text);
    assert_eq!(run(&module, true, &arguments), with.map(|bits| vec![bits]), "{operation}");
    assert_eq!(run(&module, false, &arguments), Ok(vec![without]), "{operation}");
}

#[test]
fn exceptions_of_floats_trap_when_asked_for() {
    let bits = |float: f64| u128::from(float.to_bits());
    let single = |float: f32| u128::from(float.to_bits());
    let (exception, infinite) = (Err(Trap::FloatException), bits(f64::INFINITY));
    let sum = |to: &str| format!("    %{to}: f64 = fadd %a, %b !1:1");
    floats("f64", &sum("r"), [bits(1.5), bits(2.0)], Ok(bits(3.5)), bits(3.5));
    floats("f64", &sum("r"), [bits(f64::MAX); 2], exception, infinite);
    // An infinity that was there already is nobody's exception.
    floats("f64", &sum("r"), [infinite, bits(1.0)], Ok(infinite), infinite);
    let quotient = "    %r: f64 = fdiv %a, %b !1:1";
    floats("f64", quotient, [bits(1.0), bits(0.0)], exception, infinite);
    floats("f64", "    %r: f64 = fdiv %a, 0.0 !1:1", [bits(1.0), 0], exception, infinite);
    let small = "    %r: f32 = fmul %a, %b !1:1";
    floats("f32", small, [single(f32::MAX), single(2.0)], exception, single(f32::INFINITY));
    // An infinity between two operations is seen, though the second one divides it away or subtracts it from a NaN.
    let pair = "    %m: f64 = fmul %a, %b !1:1\n    %r: f64 = fadd %m, %a !2:1";
    floats("f64", pair, [bits(f64::MAX), bits(-2.0)], exception, bits(f64::NEG_INFINITY));
    let reciprocal = "    %m: f64 = fdiv %a, %b !1:1\n    %r: f64 = fdiv %a, %m !2:1";
    floats("f64", reciprocal, [bits(1.0), bits(0.0)], exception, bits(0.0));
    let narrow = "    %r: f32 = fdemote %a !1:1";
    floats("f64", narrow, [bits(1e300), 0], exception, single(f32::INFINITY));
    // Compares have no float for a result, and changes of sign make nothing new of what they are given.
    floats("f64", "    %r: i1 = fcmp.uno %a, %b !1:1", [bits(1.0), bits(2.0)], Ok(0), 0);
    floats(
        "f64",
        "    %r: f64 = fneg %a !1:1",
        [infinite, 0],
        Ok(bits(f64::NEG_INFINITY)),
        bits(f64::NEG_INFINITY),
    );
}

#[test]
fn a_wide_index_of_registers_is_compared_as_a_whole() {
    let module = module(
        "register @pins : ptr[mmio,array[i32,32]] = 0x50000700 access=read-write

fn pub @main(%index: i128) -> (i32) effects(read, write, hardware, trap) source=0 {
^entry:
    %pins: ptr[mmio,array[i32,32]] = register @pins !1:1
    %pin: ptr[mmio,i32] = element %pins, %index !2:1
    %is: i32 = load.i32 %pin address_space=mmio ordering=volatile !3:1
    return %is !4:1
}
",
    );
    for index in [0, 1, 31] {
        assert_eq!(run(&module, false, &[index]), Ok(vec![0x5000_0700 + 4 * index]));
    }
    // The low half of the third would do.
    for index in [32, u128::MAX, (1 << 64) + 3, 1 << 127] {
        assert_eq!(run(&module, false, &[index]), Err(Trap::Bounds), "{index:x}");
    }
}
