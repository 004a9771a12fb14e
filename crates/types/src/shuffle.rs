//! A shuffle that gives the same result for the same seed on every machine and in every version: a student who reloads
//! sees the options where they were. (A library's generator may change between versions.)

/// 2^64 divided by the golden ratio: its multiples lie far apart.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The seed for the `n`th attempt; the 0th has `seed` itself.
#[must_use]
pub fn mix(seed: u64, n: u64) -> u64 {
    seed ^ n.wrapping_mul(GOLDEN)
}

/// SplitMix64 (Steele, Lea & Flood 2014): a full-period 64-bit generator in three lines.
#[derive(Clone, Debug)]
pub struct Shuffler(u64);

impl Shuffler {
    /// A generator for `seed` and `salt`: each list of a task uses its own salt to get an independent order.
    #[must_use]
    pub fn new(seed: u64, salt: &str) -> Self {
        // FNV-1a over the salt.
        let hash =
            salt.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        Self(seed ^ hash)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in `0..bound`; 0 if `bound` is 0 or 1.
    pub fn below(&mut self, bound: usize) -> usize {
        if bound < 2 {
            return 0;
        }
        let bound = bound as u64;
        // Reject the tail that would favour small numbers.
        let limit = u64::MAX - u64::MAX % bound;
        loop {
            let x = self.next();
            if x < limit {
                return usize::try_from(x % bound).unwrap_or(0);
            }
        }
    }

    /// Fisher–Yates: every order is equally likely.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            let j = self.below(i + 1);
            list.swap(i, j);
        }
    }

    /// Sorts before shuffling, so that the result doesn't depend on the order in which the author wrote the list.
    #[must_use]
    pub fn shuffled<T: Ord>(&mut self, mut list: Vec<T>) -> Vec<T> {
        list.sort();
        self.shuffle(&mut list);
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_of_four_comes_up_about_equally_often() {
        let mut seen = std::collections::BTreeMap::<Vec<u8>, u32>::new();
        for seed in 0..24_000 {
            *seen.entry(Shuffler::new(seed, "test").shuffled(vec![1, 2, 3, 4])).or_default() += 1;
        }
        assert_eq!(seen.len(), 24);
        // 1000 expected; five standard deviations are about 155.
        assert!(seen.values().all(|&n| (845..1155).contains(&n)), "{seen:?}");
    }

    #[test]
    fn the_order_written_does_not_show() {
        let a = Shuffler::new(7, "x").shuffled(vec!["b", "a", "c"]);
        let b = Shuffler::new(7, "x").shuffled(vec!["c", "b", "a"]);
        assert_eq!(a, b);
    }
}
