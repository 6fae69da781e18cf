//! The surroundings in which an operation stands, as functions in text.

use crate::case::Case;
use crate::numbers::{constants, is_float, literal};
use native_ir::{Condition, Opcode, TypeKind};
use semantics::strict_operation;
use std::fmt::{Arguments, Write};

/// The first bytes of the other values, in the input and in the output: an `i64` and an `f64`, again and again.
pub(crate) const OTHERS: usize = 80;
/// How many pairs there are.
pub(crate) const PAIRS: usize = 16;
/// Bytes of the input and of the output.
pub(crate) const SIZE: usize = OTHERS + 16 * PAIRS;
/// Where operands are stored that are used again.
pub(crate) const AGAIN: usize = 32;
/// Where status flags are stored.
pub(crate) const STATUS: usize = 64;

/// What begins every module.
pub(crate) const HEADER: &str = "native-ir 1
module   operations
target   x86_64-unknown-linux-elf
abi      zero-x86_64-sysv-v0.1
layout   \"e-p:64:64-i64:64-i128:128-f64:64-f128:128-n8:16:32:64-S128\"
profile  hosted
source   0 \"operations\" lines=1
";

/// How an operation stands in a function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Form {
    /// Its operands are used nowhere else.
    Plain,
    /// They are used again.
    Kept,
    /// They are, and many other values live on.
    Crowded,
    /// An operand is a constant.
    Constant(usize, u128),
    /// The first two operands are one.
    Twice,
    /// The condition decides a branch, with other values on its edges.
    Branch,
    /// It decides a branch by way of flags.
    BranchFlags,
    /// It decides which of two values it is.
    Select(TypeKind),
    /// It decides a trap.
    TrapIf,
    /// It comes from flags.
    Test,
    /// What it raises counts.
    Strict,
}

impl Form {
    /// All forms that an operation can have.
    pub(crate) fn all(case: &Case) -> Vec<Form> {
        let mut forms = vec![Form::Plain, Form::Kept, Form::Crowded];
        for operand in 0..case.operands() {
            let constants = constants(case.operand_kind(operand));
            forms.extend(constants.into_iter().map(|bits| Form::Constant(operand, bits)));
        }
        if case.operands() > 1 && case.operand_kind(0) == case.operand_kind(1) {
            forms.push(Form::Twice);
        }
        if strict_operation(case.opcode, case.condition.unwrap_or(Condition::Eq), case.from, case.to).is_some() {
            forms.push(Form::Strict);
        }
        if case.condition.is_some() {
            forms.extend([Form::Branch, Form::BranchFlags, Form::TrapIf, Form::Test]);
            forms.extend([TypeKind::I32, TypeKind::F64, TypeKind::I128].map(Form::Select));
        }
        forms
    }

    /// How many pairs of other values live on.
    pub(crate) fn others(self) -> usize {
        match self {
            Form::Crowded => PAIRS,
            Form::Branch | Form::BranchFlags => 4,
            _ => 0,
        }
    }

    /// How many operands are used again.
    pub(crate) fn again(self, case: &Case) -> usize {
        match self {
            Form::Kept | Form::Crowded => case.operands(),
            Form::Branch | Form::BranchFlags => 1,
            _ => 0,
        }
    }
}

/// A function in text as it grows.
struct Text(String);

impl Text {
    fn line(&mut self, line: Arguments<'_>) {
        self.0.push_str("    ");
        self.0.write_fmt(line).expect("text grows");
        self.0.push_str(" !0:0\n");
    }

    /// A value from bytes of the input, with whatever bits above its width.
    fn load(&mut self, name: &str, kind: TypeKind, at: usize) {
        self.line(format_args!("%p_{name}: ptr[generic,i8] = offset %in, {at}"));
        let (ty, wide) = match kind {
            TypeKind::I1 => ("i1", "i8"),
            TypeKind::I8 | TypeKind::I16 | TypeKind::I32 => (kind.name(), "i64"),
            _ => return self.line(format_args!("%{name}: {0} = load.{0} %p_{name} align=8", kind.name())),
        };
        self.line(format_args!("%w_{name}: {wide} = load.{wide} %p_{name} align=8"));
        self.line(format_args!("%{name}: {ty} = trunc %w_{name}"));
    }

    fn store(&mut self, name: &str, kind: TypeKind, at: usize) {
        self.line(format_args!("%q_{name}: ptr[generic,i8] = offset %out, {at}"));
        if kind == TypeKind::I1 {
            self.line(format_args!("%z_{name}: i8 = zext %{name}"));
            self.line(format_args!("store.i8 %z_{name}, %q_{name} align=1"));
        } else {
            self.line(format_args!("store.{} %{name}, %q_{name} align=1", kind.name()));
        }
    }

    fn others(&mut self, count: usize, one: impl Fn(&mut Text, &str, TypeKind, usize)) {
        for pair in 0..count {
            one(self, &format!("i{pair}"), TypeKind::I64, OTHERS + 16 * pair);
            one(self, &format!("d{pair}"), TypeKind::F64, OTHERS + 16 * pair + 8);
        }
    }

    /// Loads operands; gives how they are written.
    fn operands(&mut self, case: &Case, form: Form) -> String {
        let mut operands = Vec::new();
        for operand in 0..case.operands() {
            let kind = case.operand_kind(operand);
            let name = format!("a{operand}");
            match form {
                Form::Constant(constant, bits) if constant == operand => {
                    let opcode = if is_float(kind) { "fconst" } else { "iconst" };
                    self.line(format_args!("%{name}: {} = {opcode} {}", kind.name(), literal(kind, bits)));
                }
                Form::Twice if operand == 1 => {
                    operands.push(String::from("%a0"));
                    continue;
                }
                _ => self.load(&name, kind, 16 * operand),
            }
            operands.push(format!("%{name}"));
        }
        operands.join(", ")
    }

    /// The operation, and what it decides; its results, as far as they are stored.
    fn operation(&mut self, case: &Case, form: Form) {
        let operands = self.operands(case, form);
        let condition = case.condition.map_or("", Condition::name);
        let flags = if case.opcode == Opcode::Icmp { "compare" } else { "fcompare" };
        if form == Form::Strict {
            self.line(format_args!("fenv_clear 31"));
        }
        match form {
            Form::Test | Form::BranchFlags => self.line(format_args!("%flags: flags = {flags} {operands}")),
            _ => {
                let results = case.results();
                let results = results.iter().enumerate().map(|(at, kind)| format!("%r{at}: {}", kind.name()));
                let results: Vec<String> = results.collect();
                self.line(format_args!("{} = {} {operands}", results.join(", "), case.mnemonic()));
            }
        }
        match form {
            Form::Branch => self.branch(case, format_args!("branch %r0")),
            Form::BranchFlags => self.branch(case, format_args!("branch.{condition} %flags")),
            Form::TrapIf => self.line(format_args!("trap_if %r0, user")),
            Form::Select(kind) => {
                self.load("yes", kind, OTHERS);
                self.load("no", kind, OTHERS + 16);
                self.line(format_args!("%chosen: {} = select %r0, %yes, %no", kind.name()));
                self.store("chosen", kind, 0);
            }
            Form::Test => {
                self.line(format_args!("%r0: i1 = test.{condition} %flags"));
                self.store("r0", TypeKind::I1, 0);
            }
            _ => {
                if form == Form::Strict {
                    self.line(format_args!("%status: i32 = fenv_read"));
                    self.store("status", TypeKind::I32, STATUS);
                }
                for (at, kind) in case.results().into_iter().enumerate() {
                    self.store(&format!("r{at}"), kind, 16 * at);
                }
            }
        }
    }

    /// A branch whose edges both lead to one block, with a 1 or a 0, the first operand and other values.
    fn branch(&mut self, case: &Case, branch: Arguments<'_>) {
        let (mut arguments, mut params) = (String::from("%a0"), format!("%same: {}", case.from.name()));
        for pair in 0..Form::Branch.others() {
            write!(arguments, ", %i{pair}, %d{pair}").expect("text grows");
            write!(params, ", %pi{pair}: i64, %pd{pair}: f64").expect("text grows");
        }
        self.line(format_args!("{branch}, ^one(1, {arguments}), ^one(0, {arguments})"));
        writeln!(self.0, "^one(%r: i8, {params}):").expect("text grows");
        self.store("r", TypeKind::I8, 0);
        self.store("same", case.from, AGAIN);
    }
}

/// A function that loads operands, does the operation, and stores what is to be looked at.
pub(crate) fn function(name: usize, case: &Case, form: Form) -> String {
    let clauses = match form {
        Form::Strict => "effects(read, write, trap, fenv) float=strict",
        _ => "effects(read, write, trap)",
    };
    let parameters = "(%in: ptr[generic,i8], %out: ptr[generic,i8]) -> ()";
    let mut text = Text(format!("fn @f{name}{parameters} {clauses} !0:0 {{\n^entry:\n"));
    text.others(form.others(), Text::load);
    text.operation(case, form);
    match form {
        Form::Branch | Form::BranchFlags => {
            text.others(form.others(), |text, name, kind, at| text.store(&format!("p{name}"), kind, at));
        }
        _ => {
            for operand in 0..form.again(case) {
                text.store(&format!("a{operand}"), case.operand_kind(operand), AGAIN + 16 * operand);
            }
            text.others(form.others(), Text::store);
        }
    }
    text.line(format_args!("return"));
    text.0.push_str("}\n");
    text.0
}
