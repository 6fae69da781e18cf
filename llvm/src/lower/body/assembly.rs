//! Inline assembly: what is known of it becomes hardware operations, the rest is refused.
//!
//! Known are an empty template, which binds values and orders memory for the compiler, and the instructions of a
//! Cortex-M that have an operation of their own: barriers, waiting, events, the interrupt mask, supervisor calls and
//! special registers. A template may have several, on lines of their own or behind semicolons.

use super::{Atom, Lowering};
use crate::lower::context::Refusal;
use crate::lower::layout::{Leaf, Scalar};
use crate::syntax::{CallData, InlineAsm, Operand};
use native_ir::{Effect, EffectSet, Ordering, SpecialRegister, Type};

/// An instruction that has an operation of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Idiom {
    /// `nop`, `yield`: nothing that is observed.
    Pause,
    BarrierMemory,
    BarrierSync,
    BarrierInstruction,
    WaitInterrupt,
    WaitEvent,
    SendEvent,
    InterruptDisable,
    InterruptEnable,
    /// A supervisor call with a number.
    Call(Number),
    /// A special register goes to the operand of a number.
    Read(u32, SpecialRegister),
    /// The operand of a number goes to a special register.
    Write(SpecialRegister, u32),
}

/// A number in a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Number {
    Literal(u32),
    /// The operand of a number, which is a constant.
    Operand(u32),
}

/// The instructions of a template that are not empty.
fn instructions(template: &str) -> impl Iterator<Item = &str> {
    template.split(['\n', ';']).map(str::trim).filter(|line| !line.is_empty())
}

/// What an instruction is; `None` for one that is not known.
fn idiom(instruction: &str) -> Option<Idiom> {
    let text = instruction.to_ascii_lowercase();
    let (name, rest) = text.split_once([' ', '\t']).unwrap_or((&text, ""));
    let mut operands = rest.split(',').map(str::trim);
    let first = operands.next().unwrap_or_default();
    let second = operands.next();
    if operands.next().is_some() {
        return None;
    }
    Some(match (name, first, second) {
        ("nop" | "yield", "", None) => Idiom::Pause,
        ("dmb", option, None) if is_barrier_option(option) => Idiom::BarrierMemory,
        ("dsb", option, None) if is_barrier_option(option) => Idiom::BarrierSync,
        ("isb", option, None) if is_barrier_option(option) => Idiom::BarrierInstruction,
        ("wfi", "", None) => Idiom::WaitInterrupt,
        ("wfe", "", None) => Idiom::WaitEvent,
        ("sev", "", None) => Idiom::SendEvent,
        ("cpsid", "i", None) => Idiom::InterruptDisable,
        ("cpsie", "i", None) => Idiom::InterruptEnable,
        ("svc", number, None) => Idiom::Call(svc_number(number)?),
        ("mrs", register, Some(special)) => Idiom::Read(operand(register)?, SpecialRegister::from_name(special)?),
        ("msr", special, Some(register)) => Idiom::Write(special_written(special)?, operand(register)?),
        _ => return None,
    })
}

/// All options of a barrier are as strong as the strongest on these cores.
fn is_barrier_option(option: &str) -> bool {
    matches!(option, "" | "sy" | "st" | "ld" | "ish" | "ishst" | "ishld" | "nsh" | "nshst" | "osh" | "oshst")
        || literal(option).is_some_and(|number| number < 16)
}

/// `apsr_nzcvq` is how the application's status is written.
fn special_written(name: &str) -> Option<SpecialRegister> {
    SpecialRegister::from_name(name.strip_suffix("_nzcvq").unwrap_or(name))
}

fn svc_number(text: &str) -> Option<Number> {
    match operand(text.strip_prefix('#').unwrap_or(text)) {
        Some(number) => Some(Number::Operand(number)),
        None => literal(text).map(Number::Literal),
    }
}

/// `0xF`, `15`, with or without `#` before it.
fn literal(text: &str) -> Option<u32> {
    let text = text.strip_prefix('#').unwrap_or(text);
    match text.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// `$0`, `${0}`, `${0:c}`: the number of an operand.
fn operand(text: &str) -> Option<u32> {
    let text = text.strip_prefix('$')?;
    let Some(braced) = text.strip_prefix('{') else { return text.parse().ok() };
    let inner = braced.strip_suffix('}')?;
    let (number, modifier) = inner.split_once(':').unwrap_or((inner, "c"));
    if modifier == "c" { number.parse().ok() } else { None }
}

/// What the constraints say of the operands, in the order of their numbers.
#[derive(Debug, Default, PartialEq, Eq)]
struct Constraints {
    operands: Vec<Constraint>,
    /// `~{memory}`
    memory: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Constraint {
    /// A result, by its number among the results.
    Result(u32),
    /// An argument, by its number.
    Argument(u32),
    /// An argument that a result is bound to, by both numbers.
    Bound { argument: u32, operand: u32 },
}

impl Constraints {
    fn parse(text: &str) -> Constraints {
        let mut constraints = Constraints::default();
        let (mut results, mut arguments) = (0, 0);
        let next = |count: &mut u32| {
            *count += 1;
            *count - 1
        };
        for constraint in text.split(',').map(str::trim).filter(|constraint| !constraint.is_empty()) {
            if let Some(clobber) = constraint.strip_prefix('~') {
                constraints.memory |= clobber == "{memory}";
                continue;
            }
            let operand = match constraint.strip_prefix('=') {
                // What is written through a pointer is an argument.
                Some(output) if !output.trim_start_matches('&').starts_with('*') => {
                    Constraint::Result(next(&mut results))
                }
                Some(_) => Constraint::Argument(next(&mut arguments)),
                None => match constraint.parse() {
                    Ok(operand) => Constraint::Bound { argument: next(&mut arguments), operand },
                    Err(_) => Constraint::Argument(next(&mut arguments)),
                },
            };
            constraints.operands.push(operand);
        }
        constraints
    }

    /// The argument that an operand of the template is.
    fn argument(&self, operand: u32) -> Option<u32> {
        match self.operands.get(operand as usize)? {
            Constraint::Argument(argument) | Constraint::Bound { argument, .. } => Some(*argument),
            Constraint::Result(_) => None,
        }
    }

    /// The result that an operand of the template is.
    fn result(&self, operand: u32) -> Option<u32> {
        match self.operands.get(operand as usize)? {
            Constraint::Result(result) => Some(*result),
            _ => None,
        }
    }

    /// The results that arguments are bound to, with those arguments.
    fn bound(&self) -> impl Iterator<Item = (u32, u32)> {
        self.operands.iter().filter_map(|constraint| match *constraint {
            Constraint::Bound { argument, operand } => Some((self.result(operand)?, argument)),
            _ => None,
        })
    }
}

/// The effects of what inline assembly becomes.
pub(in crate::lower) fn effects(asm: &InlineAsm<'_>) -> EffectSet {
    let hardware = instructions(&asm.template).any(|text| idiom(text) != Some(Idiom::Pause));
    if hardware { EffectSet::of(Effect::Hardware) } else { EffectSet::EMPTY }
}

fn wrong_operand(instruction: &str) -> Refusal {
    Refusal::new("LLVM/assembly", format!("inline assembly `{instruction}` with operands that do not fit it"))
}

impl<'p> Lowering<'_, 'p, '_, '_> {
    /// A call of inline assembly.
    pub(super) fn assembly(&mut self, asm: &'p InlineAsm<'_>, call: &'p CallData<'_>) -> Result<(), Refusal> {
        let body = self.body;
        let args = body.list(call.args);
        let constraints = Constraints::parse(&asm.constraints);
        let mut results = self.assembly_results(&constraints, args)?;
        let mut done = false;
        for instruction in instructions(&asm.template) {
            let known = idiom(instruction).filter(|idiom| *idiom == Idiom::Pause || self.cx.target.is_thumb());
            let Some(idiom) = known else { return Err(unknown(instruction)) };
            self.idiom(idiom, instruction, &constraints, args, &mut results)?;
            done |= idiom != Idiom::Pause;
        }
        if constraints.memory && !done {
            self.b.fence(Ordering::Acqrel);
        }
        self.results(results);
        Ok(())
    }

    /// The results before anything is done: what arguments are bound to them, else zero.
    fn assembly_results(&mut self, constraints: &Constraints, args: &[Operand]) -> Result<Vec<Atom>, Refusal> {
        let leaves = self.scalars(self.result_type())?;
        let mut results: Vec<Atom> = leaves.iter().map(|leaf| self.zero(leaf.scalar)).collect();
        for (result, argument) in constraints.bound() {
            let (Some(Leaf { scalar, .. }), Some(&argument)) =
                (leaves.get(result as usize), args.get(argument as usize))
            else {
                return Err(wrong_operand(""));
            };
            if self.kind(self.ty(argument))? != *scalar {
                return Err(wrong_operand(""));
            }
            results[result as usize] = self.scalar(argument)?;
        }
        Ok(results)
    }

    fn idiom(
        &mut self,
        idiom: Idiom,
        instruction: &str,
        constraints: &Constraints,
        args: &[Operand],
        results: &mut [Atom],
    ) -> Result<(), Refusal> {
        let argument = |operand| constraints.argument(operand).and_then(|index| args.get(index as usize).copied());
        match idiom {
            Idiom::Pause => {}
            Idiom::BarrierMemory => self.b.barrier_memory(),
            Idiom::BarrierSync => self.b.barrier_sync(),
            Idiom::BarrierInstruction => self.b.barrier_instruction(),
            Idiom::WaitInterrupt => self.b.wait_interrupt(),
            Idiom::WaitEvent => self.b.wait_event(),
            Idiom::SendEvent => self.b.send_event(),
            Idiom::InterruptDisable => self.b.interrupt_disable(),
            Idiom::InterruptEnable => self.b.interrupt_enable(),
            Idiom::Call(number) => {
                let number = match number {
                    Number::Literal(number) => Some(u128::from(number)),
                    Number::Operand(operand) => {
                        argument(operand).and_then(|operand| self.constant_number(operand))
                    }
                };
                let number = number.and_then(|number| u8::try_from(number).ok());
                self.b.supervisor_call(number.ok_or_else(|| wrong_operand(instruction))?);
            }
            Idiom::Read(operand, register) => {
                let result = constraints.result(operand).and_then(|result| results.get_mut(result as usize));
                let result = result.ok_or_else(|| wrong_operand(instruction))?;
                if !matches!(result, Atom::Bits(Type::I32, _)) {
                    return Err(wrong_operand(instruction));
                }
                *result = self.b.special_read(register).into();
            }
            Idiom::Write(register, operand) => {
                let value = argument(operand).ok_or_else(|| wrong_operand(instruction))?;
                if self.kind(self.ty(value))? != Scalar::Int(32) {
                    return Err(wrong_operand(instruction));
                }
                let value = self.scalar(value)?;
                self.b.special_write(value, register);
            }
        }
        Ok(())
    }
}

fn unknown(instruction: &str) -> Refusal {
    let help =
        "use an intrinsic or a function of the runtime, or put it into a file of assembly that is linked later";
    Refusal::new("LLVM/assembly", format!("inline assembly `{instruction}` has no counterpart in native IR"))
        .help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idioms_are_read_in_all_their_spellings() {
        assert_eq!(idiom("DMB 0xF"), Some(Idiom::BarrierMemory));
        assert_eq!(idiom("dsb\tsy"), Some(Idiom::BarrierSync));
        assert_eq!(idiom("isb #15"), Some(Idiom::BarrierInstruction));
        assert_eq!(idiom("MRS $0, primask"), Some(Idiom::Read(0, SpecialRegister::Primask)));
        assert_eq!(idiom("mrs ${1}, IPSR"), Some(Idiom::Read(1, SpecialRegister::Ipsr)));
        assert_eq!(idiom("msr PSP,$2"), Some(Idiom::Write(SpecialRegister::Psp, 2)));
        assert_eq!(idiom("svc 0x10"), Some(Idiom::Call(Number::Literal(16))));
        assert_eq!(idiom("svc #${0:c}"), Some(Idiom::Call(Number::Operand(0))));
    }

    #[test]
    fn what_is_not_known_is_no_idiom() {
        for text in [
            "dmb 16",
            "dmb foo",
            "dmb 15, 1",
            "wfi 1",
            "cpsid f",
            "cpsie",
            "mrs r0, primask",
            "msr basepri, $0",
            "mrs $0",
            "bkpt #0xAB",
            "svc",
            "svc ${0:x}",
            "mrs ${0, psp",
            "nop nop",
        ] {
            assert_eq!(idiom(text), None, "{text}");
        }
        assert_eq!(instructions("dsb ; \n\t isb\n").collect::<Vec<_>>(), ["dsb", "isb"]);
    }

    #[test]
    fn constraints_number_results_and_arguments() {
        let constraints = Constraints::parse("=r,=&r,=*m,1,r,~{memory},~{cc}");
        assert!(constraints.memory);
        assert_eq!(
            (constraints.result(0), constraints.result(1), constraints.result(2)),
            (Some(0), Some(1), None)
        );
        assert_eq!((constraints.argument(0), constraints.argument(2)), (None, Some(0)));
        assert_eq!(constraints.bound().collect::<Vec<_>>(), [(1, 1)]);
        assert_eq!((constraints.argument(4), constraints.argument(5)), (Some(2), None));
        assert_eq!(Constraints::parse(""), Constraints::default());
    }
}
