//! Positions in a list as fractional indices: there is always another between two, so moving a row updates only that
//! row.

use fractional_index::FractionalIndex;

/// A position after `before` and before `after`; either is missing at an end of the list.
///
/// A position that can't be read counts as missing: any order is better than a failure.
pub(crate) fn between(before: Option<&str>, after: Option<&str>) -> String {
    let read = |text: &str| FractionalIndex::from_string(text).ok();
    let (before, after) = (before.and_then(read), after.and_then(read));
    FractionalIndex::new(before.as_ref(), after.as_ref())
        .or_else(|| before.as_ref().map(FractionalIndex::new_after))
        .unwrap_or_default()
        .to_string()
}

/// The position for a row that follows the one at `after` (an index into the sorted `places`), or goes first.
pub(crate) fn after(places: &[String], after: Option<usize>) -> String {
    let (left, right) = match after {
        Some(index) => (places.get(index), places.get(index + 1)),
        None => (None, places.first()),
    };
    between(left.map(String::as_str), right.map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inserting_anywhere_keeps_the_order_of_bytes() {
        let mut places: Vec<String> = Vec::new();
        // Always insert in the worst place: right after the first.
        for n in 0..500 {
            let at = if n == 0 { None } else { Some(0) };
            let place = after(&places, at);
            places.insert(at.map_or(0, |i| i + 1), place);
        }
        let mut sorted = places.clone();
        sorted.sort();
        assert_eq!(places, sorted);
        sorted.dedup();
        assert_eq!(sorted.len(), 500);
    }
}
