//! Rectangles whose areas are as sizes: a squarified treemap (Bruls, Huizing and van Wijk, 2000).
//!
//! Invariant: the rectangles lie within the given one and do not overlap; a size of zero has none.

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// The rectangles of sizes, which come in descending order, in the order of the sizes.
pub(super) fn squarify(sizes: &[u64], within: Rect) -> Vec<Rect> {
    let total: f64 = sizes.iter().map(|size| *size as f64).sum();
    let scale = if total > 0.0 { within.width * within.height / total } else { 0.0 };
    let areas: Vec<f64> = sizes.iter().filter(|size| **size > 0).map(|size| *size as f64 * scale).collect();
    let (mut placed, mut rest, mut left) = (Vec::with_capacity(areas.len()), areas.as_slice(), within);
    while !rest.is_empty() {
        let side = left.width.min(left.height);
        let many = row_length(rest, side);
        let (row, behind) = rest.split_at(many);
        left = place_row(row, left, &mut placed);
        rest = behind;
    }
    placed
}

/// How many of the next areas make the best row along a side: as long as the worst of its rectangles gets squarer.
fn row_length(areas: &[f64], side: f64) -> usize {
    let (mut many, mut sum, mut best) = (0, 0.0, f64::INFINITY);
    let largest = areas.first().copied().unwrap_or(0.0);
    for area in areas {
        sum += area;
        // The ratios of the largest and of the smallest rectangle of the row.
        let thickness = sum / side;
        let ratio = |area: f64| (area / thickness / thickness).max(thickness * thickness / area);
        let worst = ratio(largest).max(ratio(*area));
        if worst > best {
            break;
        }
        best = worst;
        many += 1;
    }
    many.max(1)
}

/// Places a row at the shorter side of a rectangle; gives what is left of it.
fn place_row(row: &[f64], left: Rect, placed: &mut Vec<Rect>) -> Rect {
    let sum: f64 = row.iter().sum();
    let along = left.width >= left.height;
    let side = if along { left.height } else { left.width };
    let thickness = if side > 0.0 { sum / side } else { 0.0 };
    let mut at = 0.0;
    for area in row {
        let length = if thickness > 0.0 { area / thickness } else { 0.0 };
        placed.push(match along {
            true => Rect { x: left.x, y: left.y + at, width: thickness, height: length },
            false => Rect { x: left.x + at, y: left.y, width: length, height: thickness },
        });
        at += length;
    }
    match along {
        true => Rect { x: left.x + thickness, width: (left.width - thickness).max(0.0), ..left },
        false => Rect { y: left.y + thickness, height: (left.height - thickness).max(0.0), ..left },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ROOM: Rect = Rect { x: 10.0, y: 20.0, width: 600.0, height: 400.0 };

    #[test]
    fn one_size_fills_the_room_and_none_leaves_it_empty() {
        let all = squarify(&[7], ROOM);
        assert_eq!(all.len(), 1);
        let near = |one: f64, other: f64| (one - other).abs() < 1e-9;
        assert!(all.iter().all(|it| (it.x, it.y) == (ROOM.x, ROOM.y)), "{all:?}");
        assert!(all.iter().all(|it| near(it.width, ROOM.width) && near(it.height, ROOM.height)), "{all:?}");
        assert_eq!(squarify(&[], ROOM), []);
        assert_eq!(squarify(&[0, 0], ROOM), []);
    }

    proptest! {
        #[test]
        fn areas_are_as_sizes_and_nothing_overlaps(mut sizes in prop::collection::vec(1..5000_u64, 1..60)) {
            sizes.sort_unstable_by(|a, b| b.cmp(a));
            let placed = squarify(&sizes, ROOM);
            prop_assert_eq!(placed.len(), sizes.len());
            let total: u64 = sizes.iter().sum();
            for (rect, size) in placed.iter().zip(&sizes) {
                let area = rect.width * rect.height / (ROOM.width * ROOM.height);
                prop_assert!((area - *size as f64 / total as f64).abs() < 1e-6, "{:?}", rect);
                prop_assert!(rect.x >= ROOM.x - 1e-6 && rect.x + rect.width <= ROOM.x + ROOM.width + 1e-6);
                prop_assert!(rect.y >= ROOM.y - 1e-6 && rect.y + rect.height <= ROOM.y + ROOM.height + 1e-6);
            }
            for (index, a) in placed.iter().enumerate() {
                for b in &placed[index + 1..] {
                    let wide = (a.x + a.width).min(b.x + b.width) - a.x.max(b.x);
                    let high = (a.y + a.height).min(b.y + b.height) - a.y.max(b.y);
                    prop_assert!(wide < 1e-6 || high < 1e-6, "{:?} {:?}", a, b);
                }
            }
        }
    }
}
