//! `opcodes.tsv`: what each opcode takes, gives and does, and which engine can do it for which types.
//!
//! A row that a loaded table leaves out is there all the same, rejected everywhere ([`OpcodeRow::listed`] is false).

use super::cells::{Cells, words};
use super::types::{ClassMask, TypeRow, mask_of};
use super::typing::Signature;
use crate::{EffectSet, Opcode, Trap, TypeKind};

words! {
    /// What an opcode does to memory, for passes that move code.
    Memory, "memory use" {
        /// Nothing.
        None "none",
        /// It reads.
        Read "read",
        /// It writes.
        Write "write",
        /// It reads and writes.
        ReadWrite "readwrite",
        /// It is an ordered point that nothing crosses.
        Volatile "volatile",
    }
}

words! {
    /// How an engine does an opcode, from the best to the worst.
    Support, "support" {
        /// With instructions of its own.
        Native "native",
        /// Through a function of the runtime.
        Helper "helper",
        /// Only the VM does it; native code is refused.
        VmOnly "vm-only",
        /// Not at all: using it is an error.
        Rejected "rejected",
    }
}

words! {
    /// A rule written by hand that a row adds to what its typing columns say.
    ExtraRule, "extra rule" {
        /// A literal fits the result's type.
        Constant "constant",
        /// The space has a null pointer.
        NullPointer "null-pointer",
        /// The result points to the symbol.
        SymbolAddress "symbol-address",
        /// The result points to the register.
        RegisterAddress "register-address",
        /// The result points to the slot.
        SlotAddress "slot-address",
        /// The condition fits the compare.
        FlagsCondition "flags-condition",
        /// The result is wider.
        Wider "wider",
        /// The result is narrower.
        Narrower "narrower",
        /// The result has the same size.
        SameSize "same-size",
        /// A row of the memory model allows the cast.
        PointerCast "pointer-cast",
        /// A row of the memory model allows taking the address.
        PointerToAddress "pointer-to-address",
        /// A row of the memory model allows making the pointer.
        AddressToPointer "address-to-pointer",
        /// The result points to the array's element.
        ElementAddress "element-address",
        /// The result points to the struct's field.
        FieldAddress "field-address",
        /// The space has byte arithmetic.
        PointerOffset "pointer-offset",
        /// The access fits pointer, space and ordering.
        Load "load",
        /// The access fits pointer, space and ordering.
        Store "store",
        /// Both blocks may be copied.
        BlockCopy "block-copy",
        /// The block may be filled.
        BlockFill "block-fill",
        /// The slot exists.
        SlotLifetime "slot-lifetime",
        /// The access is atomic on the target.
        AtomicAccess "atomic-access",
        /// The ordering is one of fences.
        Fence "fence",
        /// The constants of cases differ.
        SwitchCases "switch-cases",
        /// The values are the function's results.
        Return "return",
        /// Programs may raise the class.
        TrapClass "trap-class",
        /// Arguments and results are the callee's.
        Call "call",
        /// Arguments and results are those of the pointer's function type.
        CallIndirect "call-indirect",
        /// The frame can be gone before the callee starts.
        TailCall "tail-call",
        /// The frame can be gone before the callee starts.
        TailCallIndirect "tail-call-indirect",
        /// The function is one that a fiber can run.
        FiberEntry "fiber-entry",
        /// The function is float=strict.
        StrictFloat "strict-float",
    }
}

/// The traps of an opcode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Traps {
    /// The one that the instruction names.
    Named,
    /// One of these; none when empty.
    Of(Vec<Trap>),
}

/// How one engine does an opcode, by the kind of a type variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportCell {
    default: Support,
    by_kind: [Support; TypeKind::ALL.len()],
}

impl SupportCell {
    pub(super) fn all(support: Support) -> SupportCell {
        SupportCell { default: support, by_kind: [support; TypeKind::ALL.len()] }
    }

    /// How the engine does it for a kind; without one, for kinds that the cell does not name.
    pub fn of(&self, kind: Option<TypeKind>) -> Support {
        kind.map_or(self.default, |kind| self.by_kind[kind.index()])
    }

    /// The kinds for which the cell makes an exception.
    pub(super) fn exceptions(&self) -> impl Iterator<Item = TypeKind> {
        TypeKind::ALL.iter().copied().filter(|kind| self.by_kind[kind.index()] != self.default)
    }
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpcodeRow {
    /// The opcode.
    pub opcode: Opcode,
    /// The family it is listed under.
    pub family: String,
    /// What the typing columns say.
    pub signature: Signature,
    /// The kinds that each type variable of the signature may be bound to.
    pub typevars: Vec<ClassMask>,
    /// The effects that it needs; the memory model states those of loads and stores by ordering.
    pub effects: EffectSet,
    /// Whether it ends a block.
    pub terminator: bool,
    /// What it does to memory.
    pub memory: Memory,
    /// The portable traps that it raises.
    pub traps: Traps,
    /// How each target row does it.
    pub targets: Vec<SupportCell>,
    /// How the VM does it.
    pub vm: SupportCell,
    /// The feature that gives an instruction for it; without the feature it is expanded.
    pub native_when: Option<String>,
    /// The feature without which it is refused.
    pub refused_without: Option<String>,
    /// The rule that the typing columns cannot say.
    pub extra_rule: Option<ExtraRule>,
    /// The code of diagnostics about it.
    pub diagnostic: String,
    /// What it does.
    pub description: String,
    /// Whether the table has the row.
    pub listed: bool,
}

impl OpcodeRow {
    /// How a target row does the opcode when one of its type variables is bound to `kind`. Where an opcode has several
    /// type variables, the worst answer for any of them holds; see [`OpcodeRow::support_of`]. A target that the
    /// contract does not have rejects everything.
    pub fn support(&self, target: usize, kind: Option<TypeKind>) -> Support {
        self.targets.get(target).map_or(Support::Rejected, |cell| cell.of(kind))
    }

    /// How a target row does the opcode with its type variables bound to `kinds`.
    pub fn support_of(&self, target: usize, kinds: impl IntoIterator<Item = TypeKind>) -> Support {
        let each = kinds.into_iter().map(|kind| self.support(target, Some(kind)));
        each.fold(None, |worst: Option<Support>, support| worst.max(Some(support)))
            .unwrap_or_else(|| self.support(target, None))
    }
}

pub(super) fn header(triples: &[String]) -> Vec<String> {
    let before = [
        "opcode",
        "family",
        "typevars",
        "operands",
        "results",
        "attributes",
        "effects",
        "terminator",
        "memory",
        "traps",
    ];
    let after = ["vm", "native when", "refused without", "extra rule", "diagnostic", "description"];
    let before = before.map(str::to_string).into_iter();
    before.chain(triples.iter().cloned()).chain(after.map(str::to_string)).collect()
}

/// Reads a row; `columns` maps each target row to the column it takes.
pub(super) fn row(
    cells: &mut Cells<'_>,
    types: &[TypeRow],
    triples: usize,
    columns: &[usize],
) -> Option<OpcodeRow> {
    let name = cells.text();
    let opcode = name.as_deref().and_then(|name| cells.known(0, name));
    let family = cells.text();
    let (signature, typevars) = signature(cells, &name?, types);
    let (effects, terminator, memory, traps) = (cells.effects(), cells.yes(), cells.word(), traps(cells));
    let targets: Vec<Option<SupportCell>> = (0..triples).map(|_| support(cells)).collect();
    let (vm, native_when, refused_without) = (support(cells), cells.optional(), cells.optional());
    let (extra_rule, diagnostic, description) = (cells.word_or_none(), cells.text(), cells.text());
    let targets: Vec<SupportCell> = targets.into_iter().collect::<Option<_>>()?;
    Some(OpcodeRow {
        opcode: opcode?,
        family: family?,
        signature: signature?,
        typevars: typevars?,
        effects: effects?,
        terminator: terminator?,
        memory: memory?,
        traps: traps?,
        targets: columns.iter().map(|&column| at_column(&targets, column)).collect(),
        vm: vm?,
        native_when,
        refused_without,
        extra_rule: extra_rule?,
        diagnostic: diagnostic?,
        description: description?,
        listed: true,
    })
}

/// The cell of a target row; rejected where the row is like a target that the table does not have.
fn at_column(cells: &[SupportCell], column: usize) -> SupportCell {
    cells.get(column).cloned().unwrap_or_else(|| SupportCell::all(Support::Rejected))
}

/// Reads the four typing cells.
fn signature(cells: &mut Cells<'_>, name: &str, types: &[TypeRow]) -> (Option<Signature>, Option<Vec<ClassMask>>) {
    let cell = |cells: &mut Cells<'_>| cells.optional().unwrap_or_else(|| "-".to_string());
    let typevars = cell(cells);
    let masks = masks(cells, &typevars, types);
    let operands = cell(cells);
    fixed_types(cells, &operands, &typevars);
    let results = cell(cells);
    fixed_types(cells, &results, &typevars);
    let attributes = cell(cells);
    match Signature::parse(name, &typevars, &operands, &results, &attributes) {
        Ok(signature) => (Some(signature), masks),
        Err(message) => {
            cells.error(0, message, "the typing columns together break the typing language: mend them");
            (None, masks)
        }
    }
}

/// The kinds that each type variable may be bound to.
fn masks(cells: &mut Cells<'_>, typevars: &str, types: &[TypeRow]) -> Option<Vec<ClassMask>> {
    let mut masks = Vec::new();
    let mut at = 0;
    let mut whole = true;
    for word in typevars.split(' ').filter(|word| *word != "-") {
        let classes = word.split_once(':').map_or("", |(_, classes)| classes);
        let mut offset = at + word.len() - classes.len();
        let mut mask = ClassMask::EMPTY;
        for class in classes.split('|') {
            match mask_of(types, class) {
                Some(kinds) => mask = mask.union(kinds),
                None => {
                    let message = format!("`{class}` is no class and no type");
                    cells.error(offset, message, "use a class or a type of machine-types.tsv");
                    whole = false;
                }
            }
            offset += class.len() + 1;
        }
        masks.push(mask);
        at += word.len() + 1;
    }
    whole.then_some(masks)
}

/// Records each word of a typing cell that is neither a type variable nor a type nor a sign of the language.
fn fixed_types(cells: &mut Cells<'_>, cell: &str, typevars: &str) {
    let mut at = 0;
    for word in cell.split(' ') {
        let variable = typevars.split(' ').any(|var| var.split_once(':').is_some_and(|(name, _)| name == word));
        let sign = matches!(word, "-" | "^" | "^case*" | "args*" | "results*");
        if !variable && !sign && TypeKind::from_name(word).is_none() {
            let message = format!("`{word}` is no type variable of the row and no type");
            cells.error(at, message, "use a variable of the column typevars, or a type of machine-types.tsv");
        }
        at += word.len() + 1;
    }
}

fn traps(cells: &mut Cells<'_>) -> Option<Traps> {
    let list = cells.list()?;
    if let [(_, "*")] = list[..] {
        return Some(Traps::Named);
    }
    let found: Vec<Trap> = list.iter().filter_map(|(at, word)| cells.known(*at, word)).collect();
    (found.len() == list.len()).then_some(Traps::Of(found))
}

/// Reads `WORD (WORD:type,type…)*`: how it is done, and exceptions by type.
fn support(cells: &mut Cells<'_>) -> Option<SupportCell> {
    let list = cells.list()?;
    let Some(((at, word), exceptions)) = list.split_first() else {
        cells.error(0, "the cell says nothing", "write native, helper, vm-only or rejected");
        return None;
    };
    let mut cell = SupportCell::all(cells.known(*at, word)?);
    let mut named = ClassMask::EMPTY;
    for (at, exception) in exceptions {
        let Some((word, types)) = exception.split_once(':') else {
            cells.error(*at, format!("`{exception}` is no exception"), "write as in `native helper:i64,i128`");
            return None;
        };
        let support = cells.known(*at, word)?;
        let mut offset = at + word.len() + 1;
        for name in types.split(',') {
            let kind: TypeKind = cells.known(offset, name)?;
            if named.contains(kind) {
                cells.error(offset, format!("`{name}` stands twice in the cell"), "delete one of the two");
                return None;
            }
            named = named.union(ClassMask::of(kind));
            cell.by_kind[kind.index()] = support;
            offset += name.len() + 1;
        }
    }
    Some(cell)
}
