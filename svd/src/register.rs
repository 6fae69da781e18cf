//! A register of a file as rows of a map.

use crate::array::{Instance, instances};
use crate::derive::{Names, View};
use crate::property::{Properties, access, alternate, description, required, word};
use crate::source::{Source, child, place};
use native_ir::Access;
use native_ir::registers::{ReadAction, RegisterInfo, WriteAction};
use roxmltree::Node;

/// What is around a register.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    pub(crate) peripheral: String,
    /// The names of clusters, each with a point behind it.
    pub(crate) prefix: String,
    pub(crate) base: u64,
    pub(crate) properties: Properties,
    /// What the cluster or peripheral is another view of.
    pub(crate) alternate: Option<String>,
}

/// A row, and where in the file it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) info: RegisterInfo,
    pub(crate) place: usize,
}

/// The rows of a register with a name; none when it is wrong or left out, and why was said.
pub(crate) fn register<'a, 'i>(
    view: &View<'a, 'i>,
    name: &str,
    around: &Surroundings,
    names: &Names<'a, 'i>,
    source: &mut Source<'_>,
) -> Vec<Found> {
    let (instances, offset) = (instances(view, name, true, source), required(view, "addressOffset", source));
    let (Some(instances), Some(offset)) = (instances, offset) else { return Vec::new() };
    let properties = around.properties.within(view, source);
    let fields = fields(view, names, source);
    let at = place(view.own);
    let Some(width) = width(name, properties, at, source) else { return Vec::new() };
    let whole = if width == 64 { u64::MAX } else { (1 << width) - 1 };
    let mask = properties.mask.map(|mask| mask & whole).filter(|mask| *mask != whole);
    let reset = properties.reset.map(|reset| reset & whole).filter(|_| mask != Some(0));
    let template = RegisterInfo {
        peripheral: around.peripheral.clone(),
        name: String::new(),
        address: 0,
        width,
        access: properties.access.or(fields.access).unwrap_or(Access::ReadWrite),
        count: 1,
        stride: u64::from(width / 8),
        read_action: read_action(view, source).or(fields.read_action),
        write_action: write_action(view, source).map_or(fields.write_action, Action::special),
        reset,
        reset_mask: mask.filter(|_| reset.is_some()),
        alternate: other(view.own, around),
        description: description(view),
    };
    instances.into_iter().filter_map(|instance| row(&template, instance, around, offset, at, source)).collect()
}

/// The row of one instance, unless no access of the register's width can reach it.
fn row(
    template: &RegisterInfo,
    instance: Instance,
    around: &Surroundings,
    offset: u64,
    at: usize,
    source: &mut Source<'_>,
) -> Option<Found> {
    let name = format!("{}{}", around.prefix, instance.name);
    let bytes = u64::from(template.width / 8);
    let (count, stride) = instance.array.filter(|array| array.0 > 1).unwrap_or((1, bytes));
    let address = offset.checked_add(instance.offset).and_then(|offset| around.base.checked_add(offset));
    let length = stride.checked_mul(count - 1).and_then(|last| last.checked_add(bytes - 1));
    let Some(address) = address.filter(|address| length.and_then(|length| address.checked_add(length)).is_some())
    else {
        let message = format!("the register `{name}` goes beyond the end of the address space");
        source.error(at, message, "correct its addressOffset, dim or dimIncrement");
        return None;
    };
    if !address.is_multiple_of(bytes) || stride < bytes || !stride.is_multiple_of(bytes) {
        let message = format!("`{name}` at {address:#x} is left out: its {bytes} bytes are not aligned");
        source.note(at, message, "correct its size, addressOffset or dimIncrement if a program needs it");
        return None;
    }
    let info = RegisterInfo { name, address, count, stride, ..template.clone() };
    Some(Found { info, place: at })
}

fn width(name: &str, properties: Properties, at: usize, source: &mut Source<'_>) -> Option<u32> {
    let bits = properties.size.unwrap_or(32);
    let width = [8, 16, 32, 64].into_iter().find(|width| u64::from(*width) == bits);
    if width.is_none() {
        let message = format!("`{name}` is left out: no single access has {bits} bits");
        source.note(at, message, "write a size of 8, 16, 32 or 64 if a program needs it");
    }
    width
}

/// The register or peripheral that a register is another view of.
fn other(node: Node<'_, '_>, around: &Surroundings) -> Option<String> {
    let register = alternate(node, "alternateRegister").map(|name| match name.contains('.') {
        true => name,
        false => format!("{}.{}{name}", around.peripheral, around.prefix),
    });
    register.or_else(|| alternate(node, "alternateGroup")).or_else(|| around.alternate.clone())
}

/// What a register's fields are together.
#[derive(Default)]
struct Fields {
    access: Option<Access>,
    read_action: Option<ReadAction>,
    write_action: Option<WriteAction>,
}

/// What the fields of a register say. The write action is that of all fields that have one, if it is one.
fn fields<'a, 'i>(view: &View<'a, 'i>, names: &Names<'a, 'i>, source: &mut Source<'_>) -> Fields {
    let mut fields = Fields::default();
    let mut actions = Vec::new();
    let Some(list) = view.nodes().find_map(|node| child(node, "fields")) else { return fields };
    for node in list.children().filter(|node| node.has_tag_name("field")) {
        let field = names.view(node, source);
        let union =
            |a: Option<Access>, b: Access| Some(if a.is_none_or(|a| a == b) { b } else { Access::ReadWrite });
        if let Some(access) = access(&field, source) {
            fields.access = union(fields.access, access);
        }
        fields.read_action = fields.read_action.or(read_action(&field, source));
        actions.extend(write_action(&field, source).and_then(Action::special));
    }
    actions.dedup();
    if let [action] = actions.as_slice() {
        fields.write_action = Some(*action);
    }
    fields
}

fn read_action(view: &View<'_, '_>, source: &mut Source<'_>) -> Option<ReadAction> {
    let spellings = [
        ("clear", ReadAction::Clear),
        ("set", ReadAction::Set),
        ("modify", ReadAction::Modify),
        ("modifyExternal", ReadAction::ModifyExternal),
    ];
    word(view, "readAction", &spellings, source)
}

/// A word under `modifiedWriteValues`.
#[derive(Clone, Copy)]
enum Action {
    /// A write stores its bits, and the element says so.
    Stores,
    /// It does something else.
    Special(WriteAction),
}

impl Action {
    fn special(self) -> Option<WriteAction> {
        match self {
            Action::Stores => None,
            Action::Special(action) => Some(action),
        }
    }
}

fn write_action(view: &View<'_, '_>, source: &mut Source<'_>) -> Option<Action> {
    let spellings = [
        ("oneToClear", Action::Special(WriteAction::OneToClear)),
        ("oneToSet", Action::Special(WriteAction::OneToSet)),
        ("oneToToggle", Action::Special(WriteAction::OneToToggle)),
        ("zeroToClear", Action::Special(WriteAction::ZeroToClear)),
        ("zeroToSet", Action::Special(WriteAction::ZeroToSet)),
        ("zeroToToggle", Action::Special(WriteAction::ZeroToToggle)),
        ("clear", Action::Special(WriteAction::Clear)),
        ("set", Action::Special(WriteAction::Set)),
        ("modify", Action::Stores),
    ];
    word(view, "modifiedWriteValues", &spellings, source)
}
