//! Statistics over many judged documents: by verdict, by event, and by finding.

use std::collections::BTreeMap;

use crate::model::report::{Judgement, Severity, Verdict};

/// Events that are counted apart, so that a flood of invented names takes no memory.
const MOST_EVENTS: usize = 1000;

/// The name under which all further events are counted together.
pub const FURTHER_EVENTS: &str = "…";

/// Documents by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerdictCounts([u64; Verdict::ALL.len()]);

impl VerdictCounts {
    /// Counts documents of a verdict.
    pub fn add(&mut self, verdict: Verdict, documents: u64) {
        self.0[verdict as usize] += documents;
    }

    /// How many documents have that verdict.
    pub fn get(self, verdict: Verdict) -> u64 {
        self.0[verdict as usize]
    }

    /// All documents.
    pub fn total(self) -> u64 {
        self.0.iter().sum()
    }

    /// The verdicts that came up, best first, with their numbers.
    pub fn seen(self) -> impl Iterator<Item = (Verdict, u64)> {
        let all = Verdict::ALL.into_iter();
        all.map(move |verdict| (verdict, self.get(verdict)))
            .filter(|(_, documents)| *documents > 0)
    }
}

/// The counts of a run.
#[derive(Debug, Default)]
pub struct ValidationStats {
    verdicts: VerdictCounts,
    /// By provider and event. What has none stands under empty names.
    events: BTreeMap<String, BTreeMap<String, VerdictCounts>>,
    rows: usize,
    codes: BTreeMap<String, (Severity, u64)>,
}

impl ValidationStats {
    /// Counts one document and its findings.
    pub fn count(&mut self, judgement: &Judgement<'_>) {
        let provider = judgement.provider.unwrap_or_default();
        let event = judgement.event.unwrap_or_default();
        self.count_alike(provider, event, judgement.verdict(), 1);
        for finding in judgement.findings {
            if let Some((_, times)) = self.codes.get_mut(&*finding.code) {
                *times += 1;
            } else {
                let code = finding.code.clone().into_owned();
                self.codes.insert(code, (finding.severity, 1));
            }
        }
    }

    /// Counts documents of one event and verdict that have no findings.
    pub fn count_alike(&mut self, provider: &str, event: &str, verdict: Verdict, documents: u64) {
        self.verdicts.add(verdict, documents);
        let known = self.events.get_mut(provider);
        if let Some(row) = known.and_then(|events| events.get_mut(event)) {
            return row.add(verdict, documents);
        }
        let event = if self.rows < MOST_EVENTS {
            event
        } else {
            FURTHER_EVENTS
        };
        let events = self.events.entry(provider.to_owned()).or_default();
        let row = events.entry(event.to_owned()).or_insert_with(|| {
            self.rows += 1;
            VerdictCounts::default()
        });
        row.add(verdict, documents);
    }

    /// The verdicts of all documents.
    pub fn verdicts(&self) -> VerdictCounts {
        self.verdicts
    }

    /// The verdicts by provider and event, empty where a document has none.
    pub fn events(&self) -> impl Iterator<Item = (&str, &str, VerdictCounts)> {
        self.events.iter().flat_map(|(provider, events)| {
            let events = events.iter();
            events.map(move |(event, verdicts)| (&**provider, &**event, *verdicts))
        })
    }

    /// The codes of findings, the commonest first.
    pub fn commonest(&self) -> Vec<(&str, Severity, u64)> {
        let codes = self.codes.iter();
        let mut codes: Vec<_> = codes
            .map(|(code, (severity, times))| (&**code, *severity, *times))
            .collect();
        codes.sort_by_key(|(_, severity, times)| std::cmp::Reverse((*times, *severity)));
        codes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_names_takes_no_memory_and_every_document_counts() {
        let mut stats = ValidationStats::default();
        for number in 0..3 * MOST_EVENTS {
            stats.count_alike("p", &format!("e{number}"), Verdict::Unknown, 2);
        }
        stats.count_alike("p", "e1", Verdict::Valid, 1);
        assert_eq!(stats.verdicts().total(), 6 * MOST_EVENTS as u64 + 1);
        assert!(stats.events().count() <= MOST_EVENTS + 1);
        let counted: u64 = stats.events().map(|(_, _, row)| row.total()).sum();
        assert_eq!(counted, stats.verdicts().total());
    }

    #[test]
    fn verdicts_that_came_up_are_seen_best_first() {
        let mut counts = VerdictCounts::default();
        counts.add(Verdict::Invalid, 2);
        counts.add(Verdict::Valid, 1);
        let seen: Vec<_> = counts.seen().collect();
        assert_eq!(seen, [(Verdict::Valid, 1), (Verdict::Invalid, 2)]);
    }
}
