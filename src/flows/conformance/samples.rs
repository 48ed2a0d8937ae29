//! Statistics over a few measured times. They are exact, unlike those of a histogram.

use std::time::Duration;

/// The median; of an even number, the larger of the middle two.
pub(super) fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// The longest.
pub(super) fn worst(times: &[Duration]) -> Duration {
    times.iter().max().copied().unwrap_or_default()
}

/// The share of all pairs, one time from each series, in which the first is the shorter: 0.5 if
/// the series do not differ, near 0 or 1 if they clearly do (the common language effect size of
/// the Mann-Whitney test). Equal times count half.
pub(super) fn shorter(one: &[Duration], other: &[Duration]) -> f64 {
    let mut halves = 0_u32;
    for a in one {
        for b in other {
            halves += match a.cmp(b) {
                std::cmp::Ordering::Less => 2,
                std::cmp::Ordering::Equal => 1,
                std::cmp::Ordering::Greater => 0,
            };
        }
    }
    let pairs = u32::try_from(one.len() * other.len()).unwrap_or(u32::MAX);
    if pairs == 0 {
        return 0.5;
    }
    f64::from(halves) / (2.0 * f64::from(pairs))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(times: &[u64]) -> Vec<Duration> {
        times.iter().map(|ms| Duration::from_millis(*ms)).collect()
    }

    #[test]
    fn the_middle_and_the_end_of_a_series() {
        assert_eq!(median(&ms(&[9, 1, 5])), Duration::from_millis(5));
        assert_eq!(worst(&ms(&[9, 1, 5])), Duration::from_millis(9));
        assert_eq!((median(&[]), worst(&[])), (Duration::ZERO, Duration::ZERO));
    }

    #[test]
    fn two_series_are_told_apart_by_how_often_one_is_the_shorter() {
        let near = |value: f64, expected: f64| assert!((value - expected).abs() < 1e-9, "{value}");
        near(shorter(&ms(&[1, 2, 3]), &ms(&[1, 2, 3])), 0.5);
        near(shorter(&ms(&[1, 2]), &ms(&[3, 4])), 1.0);
        near(shorter(&ms(&[3, 4]), &ms(&[1, 2])), 0.0);
        near(shorter(&[], &ms(&[1])), 0.5);
    }
}
