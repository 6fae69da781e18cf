//! What a wrong name may have been meant to be.

/// The names nearest to a wrong one, at most three, the nearest first.
pub fn near<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    // A name of another length by far is no slip, and a very long one is not worth the work.
    if wrong.len() > 200 {
        return Vec::new();
    }
    let allowed = (wrong.chars().count() / 3).clamp(1, 4);
    let mut found: Vec<(usize, &str)> = names
        .map(|name| (strsim::damerau_levenshtein(wrong, name), name))
        .filter(|(distance, _)| *distance <= allowed)
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(|(_, name)| name).take(3).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_slips_of_the_finger() {
        let names = ["load.T", "store.T", "iadd", "isub", "iadd_carry"];
        assert_eq!(near("iad", names.into_iter()), ["iadd"]);
        assert_eq!(near("laod.T", names.into_iter()), ["load.T"]);
        assert_eq!(near("multiply", names.into_iter()), [""; 0]);
        assert_eq!(near(&"x".repeat(1 << 20), names.into_iter()), [""; 0]);
    }
}
