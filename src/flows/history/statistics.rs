//! Counts of captures: by event, verdict, code of findings and hour; and the gaps between them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, DurationRound as _, SecondsFormat, TimeDelta, Utc};
use hdrhistogram::Histogram;

use crate::model::name::Name;
use crate::model::report::{Report, Verdict};

/// Different keys that are counted apart, so that a flood of invented names takes no memory.
const MOST_KEYS: usize = 10_000;
/// The key under which all further ones are counted.
const FURTHER: &str = "…";

/// By what captures are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum By {
    /// The event.
    Event,
    /// The verdict.
    Verdict,
    /// The codes of findings; a capture can have several.
    Code,
    /// The hour in which they were received, UTC.
    Hour,
}

impl By {
    /// All of them.
    pub const ALL: [By; 4] = [By::Event, By::Verdict, By::Code, By::Hour];

    /// The word for it in output and flags.
    pub fn word(self) -> &'static str {
        match self {
            By::Event => "event",
            By::Verdict => "verdict",
            By::Code => "code",
            By::Hour => "hour",
        }
    }
}

/// What is counted of one capture.
#[derive(Clone, Debug)]
pub struct Sample {
    event: Option<Name>,
    verdict: Verdict,
    codes: Vec<Cow<'static, str>>,
    at: Option<DateTime<Utc>>,
}

impl Sample {
    /// A capture with that report that came at that time.
    pub fn new(report: &Report, at: Option<DateTime<Utc>>) -> Sample {
        let mut codes: Vec<Cow<'static, str>> = Vec::new();
        for finding in &report.findings {
            if !codes.contains(&finding.code) {
                codes.push(finding.code.clone());
            }
        }
        Sample {
            event: report.event.clone(),
            verdict: report.verdict(),
            codes,
            at,
        }
    }
}

/// The counts so far.
pub struct Statistics {
    captures: u64,
    events: BTreeMap<String, u64>,
    verdicts: BTreeMap<Verdict, u64>,
    codes: BTreeMap<String, u64>,
    hours: BTreeMap<DateTime<Utc>, u64>,
    /// Milliseconds between one capture and the next.
    gaps: Histogram<u64>,
    ends: Option<[DateTime<Utc>; 2]>,
}

/// Captures without an event.
pub const NO_EVENT: &str = "(no event)";

impl Default for Statistics {
    fn default() -> Statistics {
        let gaps = Histogram::new(3).unwrap_or_else(|_| unreachable!("three digits are allowed"));
        Statistics {
            captures: 0,
            events: BTreeMap::new(),
            verdicts: BTreeMap::new(),
            codes: BTreeMap::new(),
            hours: BTreeMap::new(),
            gaps,
            ends: None,
        }
    }
}

impl Statistics {
    /// Counts a capture.
    pub fn count(&mut self, sample: Sample) {
        self.captures += 1;
        add(
            &mut self.events,
            sample.event.as_deref().unwrap_or(NO_EVENT),
        );
        *self.verdicts.entry(sample.verdict).or_default() += 1;
        for code in sample.codes {
            add(&mut self.codes, &code);
        }
        let Some(at) = sample.at else { return };
        if let Ok(hour) = at.duration_trunc(TimeDelta::hours(1))
            && (self.hours.len() < MOST_KEYS || self.hours.contains_key(&hour))
        {
            *self.hours.entry(hour).or_default() += 1;
        }
        if let Some([_, last]) = self.ends {
            let gap = u64::try_from((at - last).num_milliseconds()).unwrap_or(0);
            let _ = self.gaps.record(gap);
        }
        let [first, last] = self.ends.unwrap_or([at, at]);
        self.ends = Some([first.min(at), last.max(at)]);
    }

    /// Captures that were counted.
    pub fn captures(&self) -> u64 {
        self.captures
    }

    /// The earliest and the latest time, if any is known.
    pub fn ends(&self) -> Option<[DateTime<Utc>; 2]> {
        self.ends
    }

    /// The gap that this share of all gaps does not exceed; nothing without gaps.
    pub fn gap(&self, share: f64) -> Option<Duration> {
        let milliseconds = self.gaps.value_at_quantile(share);
        (!self.gaps.is_empty()).then(|| Duration::from_millis(milliseconds))
    }

    /// The keys with their counts: hours in order, everything else by count.
    pub fn rows(&self, by: By) -> Vec<(String, u64)> {
        let named = |counts: &BTreeMap<String, u64>| {
            let rows = counts.iter().map(|(key, count)| (key.clone(), *count));
            rows.collect::<Vec<_>>()
        };
        let mut rows = match by {
            By::Event => named(&self.events),
            By::Code => named(&self.codes),
            By::Verdict => {
                let rows = self.verdicts.iter();
                rows.map(|(key, count)| (key.word().to_owned(), *count))
                    .collect()
            }
            By::Hour => {
                return self
                    .hours()
                    .map(|(hour, count)| (hour.to_rfc3339_opts(SecondsFormat::Secs, true), count))
                    .collect();
            }
        };
        rows.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        rows
    }

    /// The hours that have captures, in order.
    pub fn hours(&self) -> impl Iterator<Item = (DateTime<Utc>, u64)> {
        self.hours.iter().map(|(hour, count)| (*hour, *count))
    }
}

fn add(counts: &mut BTreeMap<String, u64>, key: &str) {
    if let Some(count) = counts.get_mut(key) {
        *count += 1;
        return;
    }
    let is_room = counts.len() < MOST_KEYS;
    let key = if is_room { key } else { FURTHER };
    *counts.entry(key.to_owned()).or_default() += 1;
}
