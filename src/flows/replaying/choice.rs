//! Which captures are replayed.
//!
//! All that is asked for must hold. What a body does not have, such as a number or a time of
//! receipt, fits no condition on it.

use std::collections::{HashSet, VecDeque};
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Local, NaiveDate, NaiveDateTime, TimeZone as _, Utc};

use crate::model::report::Verdict;
use crate::selection::Condition;
use crate::text::Zone;

/// How many bodies are remembered to tell duplicates.
const DUPLICATE_WINDOW: usize = 65_536;

/// What is asked for; what is empty asks for nothing.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// One of these events.
    pub events: Vec<String>,
    /// One of these sessions.
    pub sessions: Vec<String>,
    /// One of these ranges.
    pub seqs: Vec<SeqRange>,
    /// Received then or later.
    pub since: Option<Moment>,
    /// Received earlier.
    pub until: Option<Moment>,
    /// All of these.
    pub conditions: Vec<Condition>,
    /// One of these verdicts.
    pub verdicts: Vec<Verdict>,
    /// Not the same as a body shortly before.
    pub skip_duplicates: bool,
    /// Only the last of them.
    pub last: Option<usize>,
    /// At most so many.
    pub limit: Option<u64>,
}

impl Choice {
    /// Whether nothing is asked for.
    pub(crate) fn is_everything(&self) -> bool {
        self.events.is_empty()
            && self.sessions.is_empty()
            && self.seqs.is_empty()
            && self.since.is_none()
            && self.until.is_none()
            && self.conditions.is_empty()
            && self.verdicts.is_empty()
    }
}

/// Numbers of the log, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeqRange {
    first: u64,
    last: u64,
}

impl SeqRange {
    pub(crate) fn contains(self, seq: u64) -> bool {
        (self.first..=self.last).contains(&seq)
    }
}

impl FromStr for SeqRange {
    type Err = String;

    fn from_str(text: &str) -> Result<SeqRange, String> {
        let number = |text: &str, open: u64| {
            if text.is_empty() {
                return Ok(open);
            }
            let wrong = |_| "expected numbers such as 17, 17..20, 17.. or ..20".to_owned();
            text.trim_start_matches('#').parse::<u64>().map_err(wrong)
        };
        let range = if let Some((first, last)) = text.split_once("..") {
            SeqRange {
                first: number(first, 0)?,
                last: number(last, u64::MAX)?,
            }
        } else {
            let seq = number(if text.is_empty() { "-" } else { text }, 0)?;
            SeqRange {
                first: seq,
                last: seq,
            }
        };
        if range.first > range.last {
            return Err(format!("{} comes after {}", range.first, range.last));
        }
        Ok(range)
    }
}

/// A time as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// So long ago.
    Ago(Duration),
    /// Then, wherever one is.
    At(DateTime<Utc>),
    /// Then, by the clock that times are shown by.
    Clock(NaiveDateTime),
}

impl Moment {
    pub(crate) fn resolve(self, now: DateTime<Utc>, zone: Zone) -> DateTime<Utc> {
        match self {
            Moment::At(at) => at,
            Moment::Ago(age) => chrono::TimeDelta::from_std(age)
                .ok()
                .and_then(|age| now.checked_sub_signed(age))
                .unwrap_or(DateTime::<Utc>::MIN_UTC),
            Moment::Clock(clock) => match zone {
                Zone::Utc => clock.and_utc(),
                // Of the two times that one clock shows when it is set back, the earlier.
                Zone::Local => Local
                    .from_local_datetime(&clock)
                    .earliest()
                    .map_or_else(|| clock.and_utc(), |local| local.with_timezone(&Utc)),
            },
        }
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Moment, String> {
        if let Ok(at) = DateTime::parse_from_rfc3339(text) {
            return Ok(Moment::At(at.with_timezone(&Utc)));
        }
        let spaced = text.replace('T', " ");
        for form in ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"] {
            if let Ok(clock) = NaiveDateTime::parse_from_str(&spaced, form) {
                return Ok(Moment::Clock(clock));
            }
        }
        if let Ok(date) = text.parse::<NaiveDate>() {
            return Ok(Moment::Clock(date.and_time(chrono::NaiveTime::MIN)));
        }
        humantime::parse_duration(text)
            .map(Moment::Ago)
            .map_err(|_| {
                "expected an age such as 2h or 3d, or a time such as 2026-11-20 or \
                 2026-11-20T14:00:00Z"
                    .to_owned()
            })
    }
}

/// The bodies that came before, as far back as the window goes.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    hashes: HashSet<u128>,
    order: VecDeque<u128>,
}

impl Seen {
    /// Whether this body came before. By a hash of 128 bits: that two bodies share one by
    /// chance is less likely than a broken disk.
    pub(crate) fn before(&mut self, body: &[u8]) -> bool {
        let hash = xxhash_rust::xxh3::xxh3_128(body);
        if !self.hashes.insert(hash) {
            return true;
        }
        self.order.push_back(hash);
        if self.order.len() > DUPLICATE_WINDOW
            && let Some(oldest) = self.order.pop_front()
        {
            self.hashes.remove(&oldest);
        }
        false
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_range_includes_both_ends_and_may_be_open() {
        let range = |text: &str| text.parse::<SeqRange>();
        let holds = |text, seqs: [u64; 4]| seqs.map(|seq| range(text).unwrap().contains(seq));
        assert_eq!(holds("17", [16, 17, 18, 0]), [false, true, false, false]);
        assert_eq!(
            holds("17..19", [16, 17, 19, 20]),
            [false, true, true, false]
        );
        assert_eq!(
            holds("17..", [16, 17, u64::MAX, 0]),
            [false, true, true, false]
        );
        assert_eq!(holds("..3", [0, 3, 4, 9]), [true, true, false, false]);
        for wrong in ["", "x", "3..1", "-1", "1..x"] {
            assert!(range(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_moment_is_an_age_or_a_time() {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let at = |text: &str| {
            let moment: Moment = text.parse().unwrap();
            moment.resolve(now, Zone::Utc).to_rfc3339()
        };
        assert_eq!(at("2h"), "2026-11-20T10:00:00+00:00");
        assert_eq!(at("2026-11-19"), "2026-11-19T00:00:00+00:00");
        assert_eq!(at("2026-11-19T08:30"), "2026-11-19T08:30:00+00:00");
        assert_eq!(at("2026-11-19 08:30:15.5"), "2026-11-19T08:30:15.500+00:00");
        assert_eq!(at("2026-11-19T08:30:00+02:00"), "2026-11-19T06:30:00+00:00");
        for wrong in ["", "soon", "2026-13-01", "25:00"] {
            assert!(wrong.parse::<Moment>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_memory_for_duplicates_is_bounded() {
        let mut seen = Seen::default();
        assert!(!seen.before(b"first"));
        assert!(seen.before(b"first"));
        for number in 0..DUPLICATE_WINDOW {
            assert!(!seen.before(number.to_string().as_bytes()));
        }
        assert!(!seen.before(b"first"));
        assert_eq!(seen.hashes.len(), DUPLICATE_WINDOW);
    }
}
