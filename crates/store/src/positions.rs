//! Places in a list as fractional indices: between any two there is another, so moving one row touches one row.

use fractional_index::FractionalIndex;

/// A place after `before` and before `after`; either may be missing at the ends of the list.
///
/// Places of damaged rows count as missing: an order is better than a failure.
pub(crate) fn between(before: Option<&str>, after: Option<&str>) -> String {
    let read = |text: &str| FractionalIndex::from_string(text).ok();
    let (before, after) = (before.and_then(read), after.and_then(read));
    FractionalIndex::new(before.as_ref(), after.as_ref())
        .or_else(|| before.as_ref().map(FractionalIndex::new_after))
        .unwrap_or_default()
        .to_string()
}

/// The place for a row that goes after the one at `after` (an index into the sorted `places`), or first.
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
        // Always into the worst place: right after the first.
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
