//! The typing language of `opcodes.tsv`: what the columns `typevars`, `operands`, `results` and `attributes` say.
//!
//! One small language drives the opcode enum's shapes (made by `build.rs`, which includes this file), the parser, the
//! builder, the verifier and the generators of modules in tests. It has no dependencies for that reason.
//!
//! ```text
//! typevars   = "-" | (NAME ":" class ("|" class)*)*    class: a class or a type of machine-types.tsv
//! operands   = "-" | (NAME | type)* ["args*"] ("^")* ["^case*"]
//! results    = "-" | "results*" | (NAME | type)*
//! attributes = "-" | attribute*
//! ```

/// The most operands that an instruction holds in itself, without a list.
pub const MAX_FIXED: usize = 3;
/// The most results of an opcode with a fixed number of results.
pub const MAX_RESULTS: usize = 2;
/// The most type variables of an opcode.
pub const MAX_TYPEVARS: usize = 3;

/// The type of an operand or a result, as a row states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// The type variable with this index in the `typevars` column.
    Var(usize),
    /// A type of machine-types.tsv that takes no parameters.
    Fixed(String),
}

/// How many edges a terminator has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edges {
    /// No edge.
    None,
    /// Exactly this many.
    Exactly(usize),
    /// A default edge and any number of cases with constants.
    Cases,
}

/// A condition-code suffix: which conditions may follow the opcode's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suffix {
    /// Nothing follows the name.
    None,
    /// `.cc`: a condition.
    Condition,
    /// `.T`: the accessed type, which binds the type variable `T`.
    Type,
}

/// What stands behind the operands of an instruction, by name in the `attributes` column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Attribute {
    /// A literal of the result's type.
    Literal,
    /// A symbol of the module.
    Symbol,
    /// A register of the module.
    Register,
    /// A stack slot of the function.
    Slot,
    /// A field's index.
    Index,
    /// A trap class.
    Trap,
    /// An 8-bit number.
    Imm8,
    /// A special register of the core.
    SpecialRegister,
    /// `align=N`
    Align,
    /// `address_space=S`
    AddressSpace,
    /// `ordering=O`
    Ordering,
    /// `op=O`
    Operation,
    /// `signal=BITS`
    Signal,
    /// `mask=BITS`
    Mask,
    /// `into %p`
    Into,
    /// The suffix is a condition on integers.
    IntCondition,
    /// The suffix is a condition on floats.
    FloatCondition,
    /// The suffix is a condition on flags.
    FlagsCondition,
}

impl Attribute {
    const NAMES: [(&'static str, Attribute); 18] = [
        ("literal", Attribute::Literal),
        ("symbol", Attribute::Symbol),
        ("register", Attribute::Register),
        ("slot", Attribute::Slot),
        ("index", Attribute::Index),
        ("trap", Attribute::Trap),
        ("imm8", Attribute::Imm8),
        ("sysreg", Attribute::SpecialRegister),
        ("align", Attribute::Align),
        ("address_space", Attribute::AddressSpace),
        ("ordering", Attribute::Ordering),
        ("op", Attribute::Operation),
        ("signal", Attribute::Signal),
        ("mask", Attribute::Mask),
        ("into", Attribute::Into),
        ("cc:int", Attribute::IntCondition),
        ("cc:float", Attribute::FloatCondition),
        ("cc:flags", Attribute::FlagsCondition),
    ];

    /// The attribute's name in the table and in the text form.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, a)| *a == self).map_or("", |(n, _)| n)
    }

    /// Whether it stands behind the operands after a comma, rather than as `name=value`.
    pub fn is_positional(self) -> bool {
        matches!(
            self,
            Self::Literal
                | Self::Symbol
                | Self::Register
                | Self::Slot
                | Self::Index
                | Self::Trap
                | Self::Imm8
                | Self::SpecialRegister
        )
    }

    /// Whether it takes the instruction's word for an immediate.
    pub fn takes_word(self) -> bool {
        matches!(self, Self::Literal | Self::Symbol | Self::Register | Self::Slot | Self::Index)
    }
}

/// The parsed signature of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The opcode's name without its suffix.
    pub base: String,
    /// What follows the name after a dot.
    pub suffix: Suffix,
    /// Type variables: name, and the classes or types it may be bound to.
    pub typevars: Vec<(String, Vec<String>)>,
    /// Operands that every instruction of the opcode has.
    pub operands: Vec<Pattern>,
    /// Whether any number of operands follows.
    pub variadic: bool,
    /// Edges of a terminator.
    pub edges: Edges,
    /// Results, when their number is fixed.
    pub results: Vec<Pattern>,
    /// Whether the results are those of a callee.
    pub result_list: bool,
    /// Attributes in textual order.
    pub attributes: Vec<Attribute>,
}

fn words(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(' ').filter(|w| !w.is_empty() && *w != "-")
}

fn pattern(word: &str, typevars: &[(String, Vec<String>)]) -> Pattern {
    match typevars.iter().position(|(name, _)| name == word) {
        Some(index) => Pattern::Var(index),
        None => Pattern::Fixed(word.to_string()),
    }
}

impl Signature {
    /// Reads the cells of a row.
    ///
    /// # Errors
    /// A sentence that says which cell breaks which rule of the language. Whether names of types and classes exist is
    /// for the cross-check to say.
    pub fn parse(
        opcode: &str,
        typevars: &str,
        operands: &str,
        results: &str,
        attributes: &str,
    ) -> Result<Signature, String> {
        let (base, suffix) = match opcode.split_once('.') {
            None => (opcode, Suffix::None),
            Some((base, "cc")) => (base, Suffix::Condition),
            Some((base, "T")) => (base, Suffix::Type),
            Some((_, other)) => return Err(format!("opcode suffix `.{other}` is neither `.cc` nor `.T`")),
        };
        let mut signature = Signature {
            base: base.to_string(),
            suffix,
            typevars: Vec::new(),
            operands: Vec::new(),
            variadic: false,
            edges: Edges::None,
            results: Vec::new(),
            result_list: false,
            attributes: Vec::new(),
        };
        for word in words(typevars) {
            let (name, classes) =
                word.split_once(':').ok_or_else(|| format!("type variable `{word}` has no class"))?;
            signature.typevars.push((name.to_string(), classes.split('|').map(str::to_string).collect()));
        }
        signature.parse_operands(operands)?;
        for word in words(results) {
            if word == "results*" {
                signature.result_list = true;
            } else {
                signature.results.push(pattern(word, &signature.typevars));
            }
        }
        for word in words(attributes) {
            let found = Attribute::NAMES.iter().find(|(name, _)| *name == word);
            signature.attributes.push(found.ok_or_else(|| format!("unknown attribute `{word}`"))?.1);
        }
        signature.check()?;
        Ok(signature)
    }

    fn parse_operands(&mut self, cell: &str) -> Result<(), String> {
        for word in words(cell) {
            match word {
                "^" => {
                    self.edges = match self.edges {
                        Edges::None => Edges::Exactly(1),
                        Edges::Exactly(n) => Edges::Exactly(n + 1),
                        Edges::Cases => return Err("`^` after `^case*`".to_string()),
                    }
                }
                "^case*" if self.edges == Edges::Exactly(1) => self.edges = Edges::Cases,
                "^case*" => return Err("`^case*` follows exactly one `^`, the default".to_string()),
                "args*" => self.variadic = true,
                _ if self.variadic || self.edges != Edges::None => {
                    return Err(format!("operand `{word}` after a list or an edge"));
                }
                _ => self.operands.push(pattern(word, &self.typevars)),
            }
        }
        Ok(())
    }

    /// The limits of the instruction's 16 bytes: an immediate word or a list needs room beside the operands.
    fn check(&self) -> Result<(), String> {
        let words =
            self.attributes.iter().filter(|a| a.takes_word()).count() + usize::from(self.suffix == Suffix::Type);
        let lists = if self.variadic || self.edges != Edges::None { 2 } else { 0 };
        if self.operands.len() + words + lists > MAX_FIXED {
            return Err(format!("operands, list and immediates need more than {MAX_FIXED} words"));
        }
        if self.results.len() > MAX_RESULTS {
            return Err(format!("more than {MAX_RESULTS} results"));
        }
        let condition = self
            .attributes
            .iter()
            .any(|a| matches!(a, Attribute::IntCondition | Attribute::FloatCondition | Attribute::FlagsCondition));
        if condition != (self.suffix == Suffix::Condition) {
            return Err("a `.cc` suffix and a `cc:` attribute go together".to_string());
        }
        if self.suffix == Suffix::Type && !self.typevars.iter().any(|(name, _)| name == "T") {
            return Err("a `.T` suffix needs a type variable `T`".to_string());
        }
        Ok(())
    }
}
