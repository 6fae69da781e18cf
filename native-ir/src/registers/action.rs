//! What reads and writes of a register do beside reading and writing, and what address blocks are for.

/// What a read does beside reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReadAction {
    /// It clears the register.
    Clear,
    /// It sets the register's bits.
    Set,
    /// It changes the register.
    Modify,
    /// It changes something else.
    ModifyExternal,
}

impl ReadAction {
    /// Every action.
    pub const ALL: [ReadAction; 4] =
        [ReadAction::Clear, ReadAction::Set, ReadAction::Modify, ReadAction::ModifyExternal];

    /// The spelling.
    pub fn name(self) -> &'static str {
        match self {
            ReadAction::Clear => "clear",
            ReadAction::Set => "set",
            ReadAction::Modify => "modify",
            ReadAction::ModifyExternal => "modify-external",
        }
    }

    /// The action of a spelling.
    pub fn from_name(name: &str) -> Option<ReadAction> {
        ReadAction::ALL.into_iter().find(|action| action.name() == name)
    }
}

/// What a write does other than to store its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WriteAction {
    /// Bits that are one in the word clear their bits in the register.
    OneToClear,
    /// Bits that are one set theirs.
    OneToSet,
    /// Bits that are one turn theirs over.
    OneToToggle,
    /// Bits that are zero clear theirs.
    ZeroToClear,
    /// Bits that are zero set theirs.
    ZeroToSet,
    /// Bits that are zero turn theirs over.
    ZeroToToggle,
    /// Any write clears the register.
    Clear,
    /// Any write sets the register's bits.
    Set,
}

impl WriteAction {
    /// Every action.
    pub const ALL: [WriteAction; 8] = [
        WriteAction::OneToClear,
        WriteAction::OneToSet,
        WriteAction::OneToToggle,
        WriteAction::ZeroToClear,
        WriteAction::ZeroToSet,
        WriteAction::ZeroToToggle,
        WriteAction::Clear,
        WriteAction::Set,
    ];

    /// The spelling.
    pub fn name(self) -> &'static str {
        match self {
            WriteAction::OneToClear => "one-to-clear",
            WriteAction::OneToSet => "one-to-set",
            WriteAction::OneToToggle => "one-to-toggle",
            WriteAction::ZeroToClear => "zero-to-clear",
            WriteAction::ZeroToSet => "zero-to-set",
            WriteAction::ZeroToToggle => "zero-to-toggle",
            WriteAction::Clear => "clear",
            WriteAction::Set => "set",
        }
    }

    /// The action of a spelling.
    pub fn from_name(name: &str) -> Option<WriteAction> {
        WriteAction::ALL.into_iter().find(|action| action.name() == name)
    }
}

/// What lies in an address block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Usage {
    /// Registers.
    Registers,
    /// Memory of the peripheral.
    Buffer,
    /// Nothing that a program may touch.
    Reserved,
}

impl Usage {
    /// Every usage.
    pub const ALL: [Usage; 3] = [Usage::Registers, Usage::Buffer, Usage::Reserved];

    /// The spelling.
    pub fn name(self) -> &'static str {
        match self {
            Usage::Registers => "registers",
            Usage::Buffer => "buffer",
            Usage::Reserved => "reserved",
        }
    }

    /// The usage of a spelling.
    pub fn from_name(name: &str) -> Option<Usage> {
        Usage::ALL.into_iter().find(|usage| usage.name() == name)
    }
}
