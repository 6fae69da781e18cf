//! Where a value is whose words move: the claim's places of each word, cut where one of them changes.

use artifact::{Location, Place};
use native_ir::Value;

/// A range of code along which each word of a value stays in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// The first byte.
    pub(super) start: u32,
    /// The first byte behind it.
    pub(super) end: u32,
    /// By word, from the lowest: its place, if it has one.
    pub(super) places: Vec<Option<Place>>,
}

/// The stretches along which at least one of a value's words has a place, in ascending order, none overlapping.
pub(super) fn stretches(locations: &[Location], value: Value, words: u8) -> Vec<Stretch> {
    let first = locations.partition_point(|location| location.value < value);
    let own: Vec<&Location> =
        locations.iter().skip(first).take_while(|location| location.value == value).collect();
    let mut bounds: Vec<u32> = own.iter().flat_map(|location| [location.start, location.end]).collect();
    bounds.sort_unstable();
    bounds.dedup();
    // A word's locations ascend, so that each list is walked once.
    let mut lists: Vec<_> =
        (0..words).map(|word| own.iter().filter(move |location| location.word == word).peekable()).collect();
    let mut all: Vec<Stretch> = Vec::new();
    for pair in bounds.windows(2) {
        let &[start, end] = pair else { continue };
        let mut places = Vec::with_capacity(lists.len());
        for list in &mut lists {
            while list.next_if(|location| location.end <= start).is_some() {}
            places.push(list.peek().filter(|location| location.start <= start).map(|location| location.place));
        }
        if places.iter().all(|place| matches!(place, None | Some(Place::Nowhere))) {
            continue;
        }
        match all.last_mut() {
            Some(last) if last.end == start && last.places == places => last.end = end,
            _ => all.push(Stretch { start, end, places }),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use native_ir::EntityRef;

    fn at(value: usize, word: u8, range: (u32, u32), register: u8) -> Location {
        let place = Place::Core(register);
        Location { value: Value::new(value), word, start: range.0, end: range.1, place }
    }

    #[test]
    fn words_are_cut_where_one_of_them_moves() {
        let locations = [
            at(0, 0, (0, 99), 7),
            at(1, 0, (2, 6), 0),
            at(1, 0, (6, 10), 4),
            at(1, 1, (2, 8), 1),
            at(1, 1, (12, 14), 5),
            at(2, 0, (0, 99), 6),
        ];
        let found = stretches(&locations, Value::new(1), 2);
        let place = |register| Some(Place::Core(register));
        let expected = [
            Stretch { start: 2, end: 6, places: vec![place(0), place(1)] },
            Stretch { start: 6, end: 8, places: vec![place(4), place(1)] },
            Stretch { start: 8, end: 10, places: vec![place(4), None] },
            Stretch { start: 12, end: 14, places: vec![None, place(5)] },
        ];
        assert_eq!(found, expected);
        assert_eq!(stretches(&locations, Value::new(2), 1).len(), 1);
        assert_eq!(stretches(&locations, Value::new(3), 1), []);
    }
}
