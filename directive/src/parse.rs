//! Reading directives. A mistake costs its line alone; the lines below are read all the same.

use super::{Call, DirectiveError, End, MARK, Wanted, World};
use crate::near;
use crate::values::{CallTypes, NO_AGGREGATES};
use devices::Access;
use native_ir::text::{Misread, Scanner};
use native_ir::{Func, Item, Module, Trap, Type};
use std::ops::Range;

/// The directives, as help names them.
const NAMES: [&str; 11] =
    ["run", "trap", "exit", "stdin", "args", "stdout", "stderr", "mmio", "devices", "interrupt", "fuel"];

type Read<T> = Result<T, Misread>;

/// The calls of a module's text, in its order.
///
/// # Errors
/// Everything that is wrong, in the order of the text.
pub fn read(text: &str, module: &Module) -> Result<Vec<Call>, Vec<DirectiveError>> {
    let mut reader = Reader { module, calls: Vec::new(), lost: false };
    let mut errors = Vec::new();
    for (index, row) in text.split('\n').enumerate() {
        let mut line = Line { row, scanner: Scanner::new(row) };
        if !line.scanner.eat(MARK) {
            continue;
        }
        if let Err(misread) = reader.directive(&mut line, index + 1) {
            errors.push(DirectiveError::new(index + 1, row, misread));
        }
    }
    if errors.is_empty() { Ok(reader.calls) } else { Err(errors) }
}

/// A line, and how far it was read.
struct Line<'t> {
    row: &'t str,
    scanner: Scanner<'t>,
}

impl Line<'_> {
    /// The rest of the line without a comment, and its range.
    fn rest(&mut self) -> (&str, Range<usize>) {
        let start = self.scanner.token().start;
        let rest = self.row.get(start..).unwrap_or("");
        let rest = rest.split(';').next().unwrap_or("").trim_end();
        (rest, start..start + rest.len())
    }
}

struct Reader<'m> {
    module: &'m Module,
    calls: Vec<Call>,
    /// Whether the last call could not be read; then what belongs to it is read and dropped.
    lost: bool,
}

fn misread<T>(range: Range<usize>, message: impl Into<String>, help: Option<String>) -> Read<T> {
    Err(Misread { range, message: message.into(), help })
}

impl Reader<'_> {
    fn directive(&mut self, line: &mut Line<'_>, number: usize) -> Read<()> {
        let place = line.scanner.token();
        let name = line.scanner.word();
        if !NAMES.contains(&name) {
            return misread(place, format!("`{name}` is no directive"), Some(suggest(name)));
        }
        line.scanner.expect(":")?;
        if ["run", "trap", "exit"].contains(&name) {
            self.lost = true;
            let call = self.call(line, name, number)?;
            self.calls.push(call);
            self.lost = false;
            return Ok(());
        }
        if self.calls.is_empty() && !self.lost {
            let help = "write it below the `run`, `trap` or `exit` that it belongs to".to_string();
            return misread(place, format!("`{name}` belongs to a call, and none stands above it"), Some(help));
        }
        self.addition(line, name, place)
    }

    fn call(&self, line: &mut Line<'_>, name: &str, number: usize) -> Read<Call> {
        let scanner = &mut line.scanner;
        let (func, types, symbol) = self.callee(scanner)?;
        let arguments = self.list(scanner, &types.parameters, &format!("`@{symbol}` takes"), "argument")?;
        let arguments = arguments.iter().map(|wanted| wanted.bits()).collect();
        let end = match name {
            "trap" => End::Traps(trap(scanner)?),
            "exit" => End::Exits(status(scanner)?),
            _ if scanner.eat("==") => End::Returns(self.results(scanner, &types.results, &symbol)?),
            _ => End::Well,
        };
        scanner.end()?;
        let text = line.row.trim().strip_prefix(MARK).unwrap_or_default().trim().to_string();
        Ok(Call { line: number, text, func, arguments, end, world: World::default() })
    }

    /// A function of the module, and the types of its calls.
    fn callee(&self, scanner: &mut Scanner<'_>) -> Read<(Func, CallTypes, String)> {
        let start = scanner.token().start;
        let symbol = scanner.symbol()?.into_owned();
        let place = start..scanner.at();
        let found = self.module.find_symbol(&symbol).map(|symbol| self.module.item(symbol));
        let Some(Item::Function(func)) = found else {
            let what = if found.is_some() { "is no function" } else { "does not exist" };
            let names = self.module.functions.values().map(|function| self.module.symbol_name(function.symbol));
            let near = near(&symbol, names);
            let help = (!near.is_empty()).then(|| format!("did you mean @{}?", near.join(", @")));
            return misread(place, format!("`@{symbol}` {what} in this module"), help);
        };
        match CallTypes::of(self.module, func) {
            Ok(types) => Ok((func, types, symbol)),
            Err(message) => misread(place, message, Some(NO_AGGREGATES.to_string())),
        }
    }

    fn results(&self, scanner: &mut Scanner<'_>, types: &[Type], symbol: &str) -> Read<Vec<Wanted>> {
        let mut ahead = scanner.clone();
        match types {
            [ty] if !ahead.eat("(") => Ok(vec![self.value(scanner, *ty)?]),
            _ => self.list(scanner, types, &format!("`@{symbol}` gives"), "result"),
        }
    }

    /// Values in parentheses, as many as there are types.
    fn list(&self, scanner: &mut Scanner<'_>, types: &[Type], does: &str, noun: &str) -> Read<Vec<Wanted>> {
        let start = scanner.token().start;
        scanner.expect("(")?;
        let mut values = Vec::new();
        let wrong = |range, found: &str| {
            let plural = if types.len() == 1 { "" } else { "s" };
            let wanted = format!("{} {noun}{plural}", types.len());
            misread(range, format!("{does} {wanted}, and here {found}"), None)
        };
        let mut more = !scanner.eat(")");
        while more {
            let Some(&ty) = types.get(values.len()) else { return wrong(scanner.token(), "are more") };
            values.push(self.value(scanner, ty)?);
            more = scanner.eat(",");
            if !more {
                scanner.expect(")")?;
            }
        }
        if values.len() < types.len() {
            return wrong(start..scanner.at(), "are fewer");
        }
        Ok(values)
    }

    fn value(&self, scanner: &mut Scanner<'_>, ty: Type) -> Read<Wanted> {
        let mut ahead = scanner.clone();
        // A sign or payload makes it a NaN of its own.
        let any_nan = ahead.word() == "nan" && !ahead.eat("(");
        let bits = scanner.scalar(self.module, ty)?;
        Ok(if any_nan { Wanted::Nan(bits) } else { Wanted::Bits(bits) })
    }

    /// A directive that says more of the last call.
    fn addition(&mut self, line: &mut Line<'_>, name: &str, place: Range<usize>) -> Read<()> {
        let mut dropped = World::default();
        let handler = if name == "interrupt" { Some(self.interrupt(&mut line.scanner)?) } else { None };
        let world = match self.calls.last_mut() {
            Some(call) if !self.lost => &mut call.world,
            _ => &mut dropped,
        };
        match name {
            "stdin" => world.stdin.extend_from_slice(&line.scanner.bytes()?),
            "stdout" => world.stdout.get_or_insert_default().extend_from_slice(&line.scanner.bytes()?),
            "stderr" => world.stderr.get_or_insert_default().extend_from_slice(&line.scanner.bytes()?),
            "args" => {
                while !line.scanner.at_end() {
                    world.arguments.push(line.scanner.bytes()?.into_owned());
                }
            }
            "mmio" => {
                world.mmio.push(access(line)?);
                return Ok(());
            }
            "devices" => {
                let place = line.scanner.token();
                let name = line.scanner.word();
                if name != "core" {
                    let help = "write `core`: the processor's own, which are NVIC, SysTick and SCB".to_string();
                    return misread(place, format!("`{name}` are no devices of tests"), Some(help));
                }
                world.core = true;
            }
            "fuel" => {
                let fuel = line.scanner.number("a number of instructions")?;
                if world.fuel.replace(fuel).is_some() {
                    return misread(place, "the call above has its `fuel` already", None);
                }
            }
            _ => world.interrupts.extend(handler),
        }
        line.scanner.end()
    }

    /// `K @handler`
    fn interrupt(&self, scanner: &mut Scanner<'_>) -> Read<(u64, Func)> {
        let before = scanner.number("the number of a volatile access, from 1")?;
        let place = scanner.token();
        let (func, types, symbol) = self.callee(scanner)?;
        if types != CallTypes::default() {
            return misread(place, format!("`@{symbol}` has parameters or results, and so is no handler"), None);
        }
        Ok((before, func))
    }
}

fn access(line: &mut Line<'_>) -> Read<Access> {
    let (rest, range) = line.rest();
    rest.parse::<Access>().or_else(|error| {
        let help = "write `read` or `write`, the address, the width in bytes and the value".to_string();
        misread(range, error.to_string(), Some(help))
    })
}

fn trap(scanner: &mut Scanner<'_>) -> Read<Trap> {
    let place = scanner.token();
    let name = scanner.word();
    match Trap::from_name(name) {
        Some(trap) => Ok(trap),
        None => {
            let near = near(name, Trap::ALL.iter().map(|trap| trap.name()));
            let help = match near.is_empty() {
                true => "`nir contract list traps` shows all".to_string(),
                false => format!("did you mean {}?", near.join(", ")),
            };
            misread(place, format!("`{name}` is no class of traps"), Some(help))
        }
    }
}

fn status(scanner: &mut Scanner<'_>) -> Read<u8> {
    let place = scanner.token();
    let number = scanner.number("an exit status")?;
    u8::try_from(number).or_else(|_| misread(place, format!("exit statuses are 0 to 255, not {number}"), None))
}

fn suggest(name: &str) -> String {
    match near(name, NAMES.into_iter()).first() {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("directives are {}", NAMES.join(", ")),
    }
}
