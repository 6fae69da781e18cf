//! Makes the builder's methods from the rows of `opcodes.tsv`: one for each opcode whose types its operands, or one
//! type before them, show. Those with lists, edges or types from elsewhere are written by hand in `src/builder`.

use crate::typing::{Attribute, Edges, Pattern, Signature, Suffix};

/// Opcodes whose result types come from what they name or point to.
const BY_HAND: [&str; 3] = ["slot", "element", "field"];

/// A method's parameters, and how its body makes the operation.
struct Method {
    params: Vec<String>,
    args: Vec<&'static str>,
    /// The method that the operation's attributes come from.
    attributes: Option<String>,
    word: Option<&'static str>,
    /// Whether there is a second method that takes a `MemoryAccess`.
    access: bool,
}

/// The operands' names: what they are for where the row's type variable tells, else letters.
fn operand_names(signature: &Signature) -> Vec<&'static str> {
    let mut letters = ["a", "b", "c"].into_iter();
    let name = |pattern: &Pattern| match pattern {
        Pattern::Var(index) => match signature.typevars[*index].0.as_str() {
            "P" => "p",
            "Q" => "q",
            "I" => "index",
            "N" => "bytes",
            _ => letters.next().unwrap_or("d"),
        },
        Pattern::Fixed(name) => match name.as_str() {
            "flags" => "flags",
            "fiber" => "fiber",
            _ => letters.next().unwrap_or("d"),
        },
    };
    signature.operands.iter().map(name).collect()
}

/// Whether a type comes before the operands: the suffix's, or a result's that no operand shows.
fn takes_type(signature: &Signature) -> bool {
    let hidden = |result: &Pattern| matches!(result, Pattern::Var(_)) && !signature.operands.contains(result);
    signature.suffix == Suffix::Type || signature.results.iter().any(hidden)
}

fn is_by_hand(signature: &Signature) -> bool {
    use Attribute::{Literal, Register, Symbol};
    let foreign = |attribute: &Attribute| matches!(attribute, Literal | Register | Symbol);
    signature.variadic
        || signature.edges != Edges::None
        || signature.attributes.iter().any(foreign)
        || BY_HAND.contains(&signature.base.as_str())
}

fn method_of(signature: &Signature) -> Method {
    let has = |attribute| signature.attributes.contains(&attribute);
    let mut method = Method {
        params: Vec::new(),
        args: operand_names(signature),
        attributes: None,
        word: None,
        access: has(Attribute::Align),
    };
    if signature.suffix == Suffix::Condition {
        method.take("cc: Condition", "Attributes::of_condition(cc)");
    }
    if takes_type(signature) {
        method.params.push("ty: Type".to_string());
    }
    method.params.extend(method.args.iter().map(|name| format!("{name}: impl Into<Arg>")));
    if has(Attribute::Trap) {
        method.take("trap: Trap", "Attributes::of_trap(trap)");
    }
    if has(Attribute::Imm8) {
        method.take("number: u8", "Attributes(u16::from(number))");
    }
    if has(Attribute::SpecialRegister) {
        method.take("register: SpecialRegister", "Attributes(register as u16)");
    }
    if has(Attribute::Signal) || has(Attribute::Mask) {
        method.take("bits: u16", "Attributes(bits)");
    }
    if has(Attribute::Operation) {
        method.take("op: RmwOp", "");
    }
    if has(Attribute::Ordering) && !method.access {
        let op = if has(Attribute::Operation) { "Some(op)" } else { "None" };
        method.take("ordering: Ordering", &format!("ordered(ordering, {op})"));
    }
    if has(Attribute::Slot) {
        method.params.push("slot: Slot".to_string());
        method.word = Some("self.slot_word(slot)");
    }
    method
}

impl Method {
    fn take(&mut self, param: &str, attributes: &str) {
        self.params.push(param.to_string());
        self.attributes = Some(attributes.to_string());
    }

    fn text(&self, name: &str, about: &str, variant: &str, signature: &Signature) -> String {
        let (returns, before_call, after_call) = match signature.results.len() {
            0 => ("", "", ";"),
            1 => (" -> Value", "", ""),
            _ => (" -> (Value, Value)", "pair(", ")"),
        };
        let opcode = format!("Opcode::{variant}");
        let mut operation = match takes_type(signature) {
            true => format!("Operation::typed({opcode}, ty)"),
            false => format!("Operation::new({opcode})"),
        };
        let mut before = format!("        self.opcode = Some({opcode});\n");
        if let Some(attributes) = &self.attributes {
            before += &format!("        let attributes = {attributes};\n");
            operation += ".with(attributes)";
        }
        if let Some(word) = self.word {
            before += &format!("        let word = {word};\n");
            operation += ".immediate(word)";
        }
        let args: Vec<_> = self.args.iter().map(|name| format!("{name}.into()")).collect();
        format!(
            "    /// {about}\n    pub fn {name}(&mut self, {}){returns} {{\n{before}        {before_call}self.operation({operation}, &[{}]){after_call}\n    }}\n",
            self.params.join(", "),
            args.join(", "),
        )
    }

    /// The method that takes a `MemoryAccess`.
    fn with_access(mut self) -> Method {
        self.take("access: MemoryAccess", "self.access(access)");
        self
    }
}

/// The methods of a row; nothing when they are written by hand.
pub(super) fn methods(signature: &Signature, variant: &str, about: &str) -> String {
    if is_by_hand(signature) {
        return String::new();
    }
    let method = method_of(signature);
    let name = &signature.base;
    let mut text = method.text(name, about, variant, signature);
    if method.access {
        let about = format!("As [`FunctionBuilder::{name}`], with how the access is made.");
        text += &method.with_access().text(&format!("{name}_with"), &about, variant, signature);
    }
    text
}
