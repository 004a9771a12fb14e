//! Counts the ways in which a bank can fill its gaps, by pruned exhaustive search.

/// Which chips fit which gaps: `fits[gap][chip]`.
pub type Matching = Vec<Vec<bool>>;

/// Counts the ways to assign a different chip to every gap, up to `most`.
///
/// Backtracks over the gap with the fewest chips left. A bank has at most a few dozen gaps, and nearly all of them fit
/// one chip, so this is fast. `most` bounds it for a bank in which everything fits everywhere.
#[must_use]
pub fn count_assignments(fits: &Matching, most: usize) -> usize {
    let chips = fits.iter().map(Vec::len).max().unwrap_or(0);
    let mut used = vec![false; chips];
    let mut open: Vec<usize> = (0..fits.len()).collect();
    search(fits, &mut open, &mut used, most)
}

fn search(fits: &Matching, open: &mut Vec<usize>, used: &mut [bool], most: usize) -> usize {
    let free =
        |gap: usize, used: &[bool]| fits[gap].iter().enumerate().filter(|(chip, fits)| **fits && !used[*chip]).count();
    let Some(place) = (0..open.len()).min_by_key(|place| free(open[*place], used)) else { return 1 };
    let gap = open.swap_remove(place);
    let mut found = 0;
    for chip in 0..fits[gap].len() {
        if fits[gap][chip] && !used[chip] {
            used[chip] = true;
            found += search(fits, open, used, most - found);
            used[chip] = false;
            if found >= most {
                break;
            }
        }
    }
    open.push(gap);
    let last = open.len() - 1;
    open.swap(place, last);
    found.min(most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The permanent by brute force: every choice of chips.
    fn brute(fits: &Matching, gap: usize, used: &mut Vec<bool>) -> usize {
        if gap == fits.len() {
            return 1;
        }
        let mut found = 0;
        for chip in 0..used.len() {
            if !used[chip] && fits[gap][chip] {
                used[chip] = true;
                found += brute(fits, gap + 1, used);
                used[chip] = false;
            }
        }
        found
    }

    proptest! {
        #[test]
        fn it_counts_what_brute_force_counts(cells in proptest::collection::vec(any::<bool>(), 30)) {
            let fits: Matching = cells.chunks(6).map(<[bool]>::to_vec).collect();
            prop_assert_eq!(count_assignments(&fits, 100_000), brute(&fits, 0, &mut vec![false; 6]));
        }
    }

    #[test]
    fn everything_everywhere_is_cut_short() {
        assert_eq!(count_assignments(&vec![vec![true; 40]; 40], 2), 2);
    }
}
