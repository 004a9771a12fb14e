//! Points as rational numbers, and the mark of an answer.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, Sub},
};

use serde::{Deserialize, Serialize};

/// Points as a reduced fraction: marks add up without the drift of floats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "RawPoints")]
pub struct Points {
    /// Numerator.
    num: u32,
    /// Denominator; never 0.
    den: u32,
}

#[derive(Deserialize)]
struct RawPoints {
    num: u32,
    den: u32,
}

impl TryFrom<RawPoints> for Points {
    type Error = &'static str;
    fn try_from(raw: RawPoints) -> Result<Self, Self::Error> {
        if raw.den == 0 {
            Err("a fraction of points can't have denominator 0")
        } else {
            Ok(Self::new(raw.num, raw.den))
        }
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

impl Points {
    pub const ZERO: Self = Self { num: 0, den: 1 };
    pub const ONE: Self = Self { num: 1, den: 1 };
    pub const HALF: Self = Self { num: 1, den: 2 };

    /// `num / den`, reduced. With a denominator of 0 it is zero points.
    #[must_use]
    pub fn new(num: u32, den: u32) -> Self {
        Self::reduced(u64::from(num), u64::from(den))
    }

    fn reduced(num: u64, den: u64) -> Self {
        if den == 0 {
            return Self::ZERO;
        }
        let by = gcd(num, den).max(1);
        let (num, den) = (num / by, den / by);
        match (u32::try_from(num), u32::try_from(den)) {
            (Ok(num), Ok(den)) => Self { num, den },
            // Rarely needed, as the sum of many different fractions: round to thousandths.
            (Err(_), _) | (_, Err(_)) => {
                Self::new(u32::try_from(num.saturating_mul(1000) / den.max(1)).unwrap_or(u32::MAX), 1000)
            }
        }
    }

    #[must_use]
    pub fn num(self) -> u32 {
        self.num
    }

    /// Never zero.
    #[must_use]
    pub fn den(self) -> u32 {
        self.den
    }

    #[must_use]
    pub fn as_f64(self) -> f64 {
        f64::from(self.num) / f64::from(self.den)
    }

    #[must_use]
    pub fn is_zero(self) -> bool {
        self.num == 0
    }
}

impl Default for Points {
    fn default() -> Self {
        Self::ZERO
    }
}

impl PartialOrd for Points {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Points {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (u64::from(self.num) * u64::from(other.den)).cmp(&(u64::from(other.num) * u64::from(self.den)))
    }
}

impl Add for Points {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let (a, b) = (u64::from(self.den), u64::from(other.den));
        Self::reduced(u64::from(self.num) * b + u64::from(other.num) * a, a * b)
    }
}

impl Sub for Points {
    type Output = Self;
    /// Saturates at zero.
    fn sub(self, other: Self) -> Self {
        let (a, b) = (u64::from(self.den), u64::from(other.den));
        Self::reduced((u64::from(self.num) * b).saturating_sub(u64::from(other.num) * a), a * b)
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.den == 1 { write!(f, "{}", self.num) } else { write!(f, "{}", (self.as_f64() * 100.0).round() / 100.0) }
    }
}

/// Outcome of an answer. `Waiting`: a teacher has to mark it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Right,
    Partly,
    Wrong,
    Waiting,
}

/// What the student is told beside the mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MarkNote {
    /// The right word with a slip in its spelling.
    Spelling,
    /// The right word with a missing, added or other accent.
    Accent,
    /// A note of a newer version.
    #[serde(other)]
    Unknown,
}

/// The mark of one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mark {
    /// Points gained.
    pub points: Points,
    /// Most points possible.
    pub max: Points,
    /// Outcome of the answer.
    pub verdict: Verdict,
    /// Null: nothing to add.
    pub note: Option<MarkNote>,
}

impl Mark {
    pub const RIGHT: Self = Self { points: Points::ONE, max: Points::ONE, verdict: Verdict::Right, note: None };
    pub const WRONG: Self = Self { points: Points::ZERO, max: Points::ONE, verdict: Verdict::Wrong, note: None };
    /// Half a point for a misspelling.
    pub const MISSPELT: Self =
        Self { points: Points::HALF, max: Points::ONE, verdict: Verdict::Partly, note: Some(MarkNote::Spelling) };

    /// Half a point for an accent.
    pub const ACCENT: Self =
        Self { points: Points::HALF, max: Points::ONE, verdict: Verdict::Partly, note: Some(MarkNote::Accent) };

    /// One point if right, none if not.
    #[must_use]
    pub fn all_or_nothing(right: bool) -> Self {
        if right { Self::RIGHT } else { Self::WRONG }
    }

    /// `got` of `parts`, out of one point.
    #[must_use]
    pub fn share(got: u32, parts: u32) -> Self {
        let points = Points::new(got.min(parts), parts);
        let verdict = if points == Points::ONE {
            Verdict::Right
        } else if points.is_zero() {
            Verdict::Wrong
        } else {
            Verdict::Partly
        };
        Self { points, max: Points::ONE, verdict, note: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sums_do_not_depend_on_order(mut parts in proptest::collection::vec((0u32..50, 1u32..50), 0..40), seed in any::<u64>()) {
            let forwards: Points = parts.iter().map(|&(n, d)| Points::new(n.min(d), d)).sum();
            let len = parts.len().max(1);
            let by = usize::try_from(seed % len as u64).unwrap_or(0).min(parts.len());
            parts.rotate_left(by);
            let rotated: Points = parts.iter().map(|&(n, d)| Points::new(n.min(d), d)).sum();
            // Exact while the common denominator fits; rounded to thousandths beyond that.
            prop_assert!((forwards.as_f64() - rotated.as_f64()).abs() < 0.01);
        }

        #[test]
        fn a_share_is_never_above_its_max(got in 0u32..200, parts in 1u32..100) {
            let mark = Mark::share(got, parts);
            prop_assert!(mark.points <= mark.max);
            prop_assert_eq!(mark.verdict == Verdict::Right, got >= parts);
        }
    }

    #[test]
    fn a_fraction_with_denominator_zero_is_refused() {
        assert!(serde_json::from_str::<Points>(r#"{"num":1,"den":0}"#).is_err());
    }
}
