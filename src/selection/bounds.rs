//! The numbers and times between which a query finds everything that it means.

use chrono::{DateTime, TimeDelta, Utc};

use super::moment::Moment;
use super::query::{Query, Term};
use super::range::SeqRange;

/// By how much a clock may be set back within a file whose times are not all looked at.
const CLOCK_STEP: TimeDelta = TimeDelta::hours(1);

/// Numbers and times. A query means no capture outside of its own, so a reader can leave out the
/// others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The lowest number.
    pub first: u64,
    /// The highest number.
    pub last: u64,
    /// The earliest time.
    pub since: DateTime<Utc>,
    /// The time before which all were received.
    pub until: DateTime<Utc>,
}

/// Everything.
impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            first: 0,
            last: u64::MAX,
            since: DateTime::<Utc>::MIN_UTC,
            until: DateTime::<Utc>::MAX_UTC,
        }
    }
}

impl Bounds {
    /// Whether a number is inside, as far as that is known.
    pub fn has_seqs(&self, first: u64, last: u64) -> bool {
        last >= self.first && first <= self.last
    }

    /// Whether some time from one to the other may be inside. A clock may have been set back.
    pub fn has_times(&self, first: DateTime<Utc>, last: DateTime<Utc>) -> bool {
        first.max(last) >= self.since && first.min(last) < self.until
    }

    /// Whether a record may be inside that stands between two of these times. Its own may be outside of
    /// theirs: a clock is set back by seconds, seldom by more than an hour.
    pub fn may_have_times(&self, first: DateTime<Utc>, last: DateTime<Utc>) -> bool {
        let (early, late) = (first.min(last), first.max(last));
        let early = early.checked_sub_signed(CLOCK_STEP);
        let late = late.checked_add_signed(CLOCK_STEP);
        late.is_none_or(|late| late >= self.since) && early.is_none_or(|early| early < self.until)
    }

    /// Whether some numbers are outside.
    pub fn limits_seqs(&self) -> bool {
        (self.first, self.last) != (0, u64::MAX)
    }

    /// Whether some times are outside.
    pub fn limits_times(&self) -> bool {
        let Bounds { since, until, .. } = Bounds::default();
        (self.since, self.until) != (since, until)
    }

    fn and(self, other: Bounds) -> Bounds {
        Bounds {
            first: self.first.max(other.first),
            last: self.last.min(other.last),
            since: self.since.max(other.since),
            until: self.until.min(other.until),
        }
    }

    fn or(self, other: Bounds) -> Bounds {
        Bounds {
            first: self.first.min(other.first),
            last: self.last.max(other.last),
            since: self.since.min(other.since),
            until: self.until.max(other.until),
        }
    }
}

impl Query {
    /// Between which numbers and times everything is that it means. Its times must be
    /// [resolved](Query::resolve).
    pub fn bounds(&self) -> Bounds {
        let everything = Bounds::default();
        match self {
            Query::All(all) => all.iter().map(Query::bounds).fold(everything, Bounds::and),
            Query::Any(any) => any
                .iter()
                .map(Query::bounds)
                .reduce(Bounds::or)
                .unwrap_or_default(),
            Query::Term(Term::Seq(ranges)) => {
                let (first, last): (Vec<u64>, Vec<u64>) =
                    ranges.iter().copied().map(SeqRange::ends).unzip();
                Bounds {
                    first: first.into_iter().min().unwrap_or(0),
                    last: last.into_iter().max().unwrap_or(u64::MAX),
                    ..everything
                }
            }
            Query::Term(Term::Since(Moment::At(since))) => Bounds {
                since: *since,
                ..everything
            },
            Query::Term(Term::Until(Moment::At(until))) => Bounds {
                until: *until,
                ..everything
            },
            Query::Not(_) | Query::Term(_) => everything,
        }
    }
}

/// Captures outside of the bounds, which were not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    /// How many, as far as their numbers tell.
    pub count: u64,
    /// The lowest and the highest number of the log.
    pub seqs: Option<(u64, u64)>,
    /// The first and the last time of its files.
    pub times: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Unread {
    /// Adds captures of a file with these numbers and times.
    pub fn add(
        &mut self,
        count: u64,
        seqs: (u64, u64),
        times: Option<(DateTime<Utc>, DateTime<Utc>)>,
    ) {
        self.count += count;
        self.seqs = joined(self.seqs, Some(seqs));
        self.times = joined(self.times, times);
    }
}

/// The span of both.
pub(super) fn joined<T: Ord + Copy>(one: Option<(T, T)>, other: Option<(T, T)>) -> Option<(T, T)> {
    match (one, other) {
        (Some((first, last)), Some(more)) => Some((first.min(more.0), last.max(more.1))),
        (one, other) => one.or(other),
    }
}
