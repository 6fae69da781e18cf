//! What keeps modules apart.

use crate::EffectSet;

/// In what a definition is not what its user takes it for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// One is a function, the other data.
    Kind,
    /// Their types differ, effects aside.
    Type,
    /// The definition has these effects, which the user does not expect.
    Effects(EffectSet),
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Difference::Kind => f.write_str("one is a function and the other is data"),
            Difference::Type => f.write_str("their types differ"),
            Difference::Effects(effects) => write!(f, "the definition also has the effects ({effects})"),
        }
    }
}

/// Why modules do not link.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// No module at all.
    #[error("there is no module to link; name at least one")]
    Empty,
    /// A module that does not verify by itself.
    #[error("module `{module}` is broken: {what}; verify it alone and mend what that reports")]
    Broken {
        /// The module.
        module: String,
        /// What is wrong.
        what: String,
    },
    /// Modules for different machines.
    #[error(
        "modules `{first}` and `{second}` have different {field}s: `{first_value}` and `{second_value}`; build both \
         for the same {field}"
    )]
    Envelope {
        /// The envelope's field.
        field: &'static str,
        /// A module.
        first: String,
        /// What it says.
        first_value: String,
        /// The module that does not agree.
        second: String,
        /// What that says.
        second_value: String,
    },
    /// More sources than spans can name.
    #[error("the modules have more than {limit} sources together; link fewer modules")]
    Sources {
        /// The most sources of a module.
        limit: usize,
    },
    /// Two types of one name.
    #[error(
        "type `@{name}` is not the same in modules `{first}` and `{second}`; make the declarations equal, or rename one"
    )]
    Type {
        /// The type's name.
        name: String,
        /// The module that declares it first.
        first: String,
        /// The module that declares it otherwise.
        second: String,
    },
    /// A symbol that other modules see, and a type of that name.
    #[error(
        "`@{symbol}` is a symbol in module `{module}` and a type in module `{type_module}`; rename one of the two"
    )]
    TypeName {
        /// The name.
        symbol: String,
        /// The symbol's module.
        module: String,
        /// The type's module.
        type_module: String,
    },
    /// Two definitions of which none is weak.
    #[error(
        "`@{symbol}` is defined in modules `{first}` and `{second}`; make one of them weak or internal, or rename it"
    )]
    Duplicate {
        /// The symbol's name.
        symbol: String,
        /// A module that defines it.
        first: String,
        /// Another one.
        second: String,
    },
    /// A definition that is not what an import, or a weak definition that gives way, says.
    #[error(
        "`@{symbol}` of module `{definer}` is not what module `{user}` declares: {difference}; make the declaration in \
         `{user}` agree with the definition"
    )]
    Mismatch {
        /// The symbol's name.
        symbol: String,
        /// The module whose item is taken.
        definer: String,
        /// The module that expects something else.
        user: String,
        /// The difference.
        difference: Difference,
    },
    /// Imports of one name from different places, or a definition of a name that another module imports from elsewhere.
    #[error(
        "`@{symbol}` is {first_kind} in module `{first}` and {second_kind} in module `{second}`; rename one, or use \
         `import module` for what another module defines"
    )]
    Origin {
        /// The symbol's name.
        symbol: String,
        /// A module.
        first: String,
        /// What the symbol is there.
        first_kind: &'static str,
        /// The module that does not agree.
        second: String,
        /// What it is there.
        second_kind: &'static str,
    },
    /// An import that no module defines.
    #[error("no module defines `@{symbol}`, which module `{module}` imports; add the module that does")]
    Unresolved {
        /// The symbol's name.
        symbol: String,
        /// The module that imports it.
        module: String,
    },
}
