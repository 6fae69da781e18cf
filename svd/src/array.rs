//! Arrays: `dim`, `dimIncrement` and `dimIndex` of peripherals, clusters and registers.

use crate::derive::View;
use crate::property::{required, value};
use crate::source::{Source, child, place, text};

/// The most elements of an array: a device has no more of anything.
const MOST: u64 = 1 << 16;

/// One of the elements that stand for an element of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Instance {
    pub(crate) name: String,
    /// Bytes from the address that the file gives.
    pub(crate) offset: u64,
    /// How many there are, and the bytes from one to the next, where an array stays one.
    pub(crate) array: Option<(u64, u64)>,
}

/// What an element with a name stands for; `None` when its array is wrong, and why was said. With `whole` an array whose
/// name ends in `[%s]` and whose indices count from 0 stays one.
pub(crate) fn instances(
    view: &View<'_, '_>,
    name: &str,
    whole: bool,
    source: &mut Source<'_>,
) -> Option<Vec<Instance>> {
    // What derives from an array is one element, unless its name says otherwise.
    let counted = child(view.own, "dim").is_some() || (name.contains("%s") && view.child("dim").is_some());
    let kind = view.own.tag_name().name();
    match (counted, name.contains("%s")) {
        (false, false) => {
            return Some(vec![Instance { name: name.to_string(), offset: 0, array: None }]);
        }
        (true, true) => {}
        (true, false) => {
            let message = format!("the {kind} `{name}` is an array, but its name has no place for the index");
            source.error(place(view.own), message, "write `%s` or `[%s]` into the name");
            return None;
        }
        (false, true) => {
            let message = format!("the name of the {kind} `{name}` has a place for an index, but it is no array");
            source.error(place(view.own), message, "add <dim>…</dim> and <dimIncrement>…</dimIncrement>");
            return None;
        }
    }
    let (count, step) = size(view, source)?;
    let indices = indices(view, count, source)?;
    match (name.strip_suffix("[%s]"), &indices) {
        (Some(name), None) if whole => {
            Some(vec![Instance { name: name.to_string(), offset: 0, array: Some((count, step)) }])
        }
        _ => Some(expanded(name, count, step, indices.as_deref())),
    }
}

fn expanded(name: &str, count: u64, step: u64, indices: Option<&[String]>) -> Vec<Instance> {
    let place = if name.contains("[%s]") { "[%s]" } else { "%s" };
    let element = |at: u64| {
        let index =
            indices.and_then(|indices| indices.get(at as usize).cloned()).unwrap_or_else(|| at.to_string());
        Instance { name: name.replacen(place, &index, 1), offset: at.saturating_mul(step), array: None }
    };
    (0..count).map(element).collect()
}

/// How many elements there are, and the bytes from one to the next.
fn size(view: &View<'_, '_>, source: &mut Source<'_>) -> Option<(u64, u64)> {
    let element = view.child("dim")?;
    let count = value(element, source)?;
    if !(1..=MOST).contains(&count) {
        let message = format!("an array of {count} elements");
        source.error(place(element), message, format!("write a number from 1 to {MOST}"));
        return None;
    }
    Some((count, required(view, "dimIncrement", source)?))
}

/// The indices of the elements; `Some(None)` when they count from 0.
fn indices(view: &View<'_, '_>, count: u64, source: &mut Source<'_>) -> Option<Option<Vec<String>>> {
    let Some(element) = view.child("dimIndex") else { return Some(None) };
    let text = text(element);
    let indices = match text.split_once('-') {
        Some((first, last)) => range(first.trim(), last.trim(), count),
        None => Some(text.split(',').map(|index| index.trim().to_string()).collect()),
    };
    let plain = |index: &String| {
        !index.is_empty() && index.len() <= 64 && index.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let indices =
        indices.filter(|indices: &Vec<String>| indices.len() as u64 == count && indices.iter().all(plain));
    let Some(indices) = indices else {
        let shown: String = text.chars().take(40).collect();
        let message = format!("`{shown}` gives no indices of {count} elements");
        source.error(place(element), message, "write them as 0-3, A-D or 0,1,2,3");
        return None;
    };
    let usual = indices.iter().enumerate().all(|(at, index)| *index == at.to_string());
    Some(Some(indices).filter(|_| !usual))
}

/// The indices from one number or letter to another, if there are so many.
fn range(first: &str, last: &str, count: u64) -> Option<Vec<String>> {
    if let (Ok(first), Ok(last)) = (first.parse::<u64>(), last.parse::<u64>()) {
        let many = last.checked_sub(first)?.checked_add(1)?;
        return (many == count).then(|| (first..=last).map(|index| index.to_string()).collect());
    }
    let letter = |text: &str| text.parse::<char>().ok().filter(char::is_ascii_alphabetic);
    let (first, last) = (letter(first)?, letter(last)?);
    Some((first..=last).map(String::from).collect())
}
