//! What came of all documents: by event and verdict, and which findings came most often.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::judged::Judged;
use crate::model::report::{Severity, Verdict};
use crate::render::{Cell, Column, Role, Table, TermStyle};
use crate::text::number::{bytes, counted, grouped};
use crate::text::time::duration;

/// Up to so many documents, each one's own line has said it, and a table would say it again.
const FEW: u64 = 10;

/// Findings that the summary names.
const COMMONEST: usize = 5;

/// Events that are counted apart: a flood of made-up names takes no memory.
const MOST_EVENTS: usize = 1000;

/// Documents by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Verdicts {
    #[serde(skip_serializing_if = "is_zero")]
    valid: u64,
    #[serde(skip_serializing_if = "is_zero")]
    warning: u64,
    #[serde(skip_serializing_if = "is_zero")]
    unknown: u64,
    #[serde(skip_serializing_if = "is_zero")]
    invalid: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Verdicts {
    fn of(&mut self, verdict: Verdict) -> &mut u64 {
        match verdict {
            Verdict::Valid => &mut self.valid,
            Verdict::Warning => &mut self.warning,
            Verdict::Unknown => &mut self.unknown,
            Verdict::Invalid => &mut self.invalid,
        }
    }

    fn get(mut self, verdict: Verdict) -> u64 {
        *self.of(verdict)
    }

    fn all(self) -> u64 {
        self.valid + self.warning + self.unknown + self.invalid
    }
}

/// The counts of a run.
#[derive(Debug)]
pub(super) struct Tally {
    began: Instant,
    /// Of all documents.
    verdicts: Verdicts,
    /// Of those of each provider's event. What has none stands under empty names.
    events: BTreeMap<String, BTreeMap<String, Verdicts>>,
    rows: usize,
    codes: BTreeMap<String, (Severity, u64)>,
    /// Bytes of the input that were read.
    pub(super) bytes: u64,
    /// Documents of other events.
    pub(super) left_out: u64,
    /// Findings that were too many to show.
    pub(super) not_shown: u64,
}

impl Tally {
    pub(super) fn new() -> Tally {
        Tally {
            began: Instant::now(),
            verdicts: Verdicts::default(),
            events: BTreeMap::new(),
            rows: 0,
            codes: BTreeMap::new(),
            bytes: 0,
            left_out: 0,
            not_shown: 0,
        }
    }

    /// Counts one document.
    pub(super) fn count(&mut self, judged: &Judged<'_>) {
        let judgement = &judged.judgement;
        let (provider, event) = (judgement.provider, judgement.event);
        let verdict = judged.verdict();
        self.count_alike(
            provider.unwrap_or_default(),
            event.unwrap_or_default(),
            verdict,
            1,
        );
        for finding in judgement.findings {
            if let Some((_, times)) = self.codes.get_mut(&*finding.code) {
                *times += 1;
            } else {
                let code = finding.code.clone().into_owned();
                self.codes.insert(code, (finding.severity, 1));
            }
        }
    }

    /// Counts documents of one event and verdict.
    pub(super) fn count_alike(
        &mut self,
        provider: &str,
        event: &str,
        verdict: Verdict,
        documents: u64,
    ) {
        *self.verdicts.of(verdict) += documents;
        let known = self.events.get_mut(provider);
        if let Some(row) = known.and_then(|events| events.get_mut(event)) {
            *row.of(verdict) += documents;
            return;
        }
        let event = if self.rows < MOST_EVENTS {
            event
        } else {
            "…"
        };
        let events = self.events.entry(provider.to_owned()).or_default();
        let row = events.entry(event.to_owned()).or_insert_with(|| {
            self.rows += 1;
            Verdicts::default()
        });
        *row.of(verdict) += documents;
    }

    /// All documents that were judged.
    pub(super) fn documents(&self) -> u64 {
        self.verdicts.all()
    }

    /// The commonest findings first.
    fn commonest(&self) -> Vec<(&str, Severity, u64)> {
        let mut codes: Vec<_> = self
            .codes
            .iter()
            .map(|(code, (severity, times))| (&**code, *severity, *times))
            .collect();
        codes.sort_by_key(|(_, severity, times)| std::cmp::Reverse((*times, *severity)));
        codes
    }

    /// The summary for people: one line, and of many documents a table.
    pub(super) fn sentences(&self, style: TermStyle) -> Vec<u8> {
        let mut out = Vec::new();
        let took = self.began.elapsed();
        let all = self.documents();
        let many = all > FEW;
        let counts: Vec<String> = Verdict::ALL
            .iter()
            .map(|verdict| (self.verdicts.get(*verdict), verdict))
            .filter(|(number, _)| *number > 0)
            .map(|(number, verdict)| format!("{} {verdict}", grouped(number)))
            .collect();
        let speed = if many {
            format!(
                " in {} ({} a second)",
                duration(took),
                bytes(per_second(self.bytes, took))
            )
        } else {
            String::new()
        };
        let documents = counted(all, "document", "documents");
        let mut lines = vec![format!("{documents}{speed}: {}", counts.join(", "))];
        if self.left_out > 0 {
            let others = counted(self.left_out, "document", "documents");
            lines.push(format!("{others} of other events left out"));
        }
        if self.not_shown > 0 {
            let more = counted(self.not_shown, "more finding", "more findings");
            lines.push(format!("{more} not shown (--max-findings)"));
        }
        for line in lines {
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
        }
        if many {
            // Into memory: nothing can fail.
            let _ = self.table().write(&mut out, style);
            if !self.codes.is_empty() {
                out.extend_from_slice(b"commonest findings\n");
                let _ = self.codes_table().write(&mut out, style);
            }
        }
        out
    }

    fn table(&self) -> Table {
        let shown: Vec<Verdict> = Verdict::ALL
            .into_iter()
            .filter(|verdict| self.verdicts.get(*verdict) > 0)
            .collect();
        let mut columns = vec![Column::right(); shown.len() + 1];
        columns[0] = Column::left();
        let mut table = Table::new(columns).with_margin(2);
        for (provider, events) in &self.events {
            for (event, row) in events {
                let name = match (&**event, &**provider) {
                    ("", _) => Cell::new(Role::Dim, "no event"),
                    ("…", _) => Cell::new(Role::Dim, "further events"),
                    (event, _) => Cell::new(Role::Event, event),
                };
                let cells = shown.iter().map(|verdict| match row.get(*verdict) {
                    0 => Cell::from(""),
                    number => Cell::new(
                        Role::from(*verdict),
                        format!("{} {verdict}", grouped(number)),
                    ),
                });
                table.row([name].into_iter().chain(cells));
            }
        }
        table
    }

    fn codes_table(&self) -> Table {
        let mut table =
            Table::new([Column::right(), Column::left(), Column::left()]).with_margin(2);
        for (code, severity, times) in self.commonest().into_iter().take(COMMONEST) {
            table.row([
                Cell::from(grouped(times)),
                Cell::new(Role::from(severity), severity.word()),
                Cell::from(code),
            ]);
        }
        table
    }

    /// The summary for machines.
    pub(super) fn machine(&self) -> SummaryJson<'_> {
        let took = self.began.elapsed();
        let events = self.events.iter().flat_map(|(provider, events)| {
            events.iter().map(move |(event, verdicts)| EventJson {
                provider: Some(&**provider).filter(|name| !name.is_empty()),
                event: Some(&**event).filter(|name| !name.is_empty()),
                verdicts: *verdicts,
            })
        });
        SummaryJson {
            documents: self.documents(),
            verdicts: self.verdicts,
            events: events.collect(),
            findings: self
                .commonest()
                .into_iter()
                .map(|(code, _, times)| TimesJson { code, times })
                .collect(),
            left_out: self.left_out,
            findings_not_shown: self.not_shown,
            bytes: self.bytes,
            seconds: took.as_secs_f64(),
        }
    }

    /// How many documents there are, by verdict, in words.
    pub(super) fn properties(&self) -> Vec<(String, String)> {
        let count = |verdict: &Verdict| {
            (
                verdict.word().to_owned(),
                self.verdicts.get(*verdict).to_string(),
            )
        };
        Verdict::ALL.iter().map(count).collect()
    }
}

fn per_second(bytes: u64, took: Duration) -> u64 {
    let per_second = u128::from(bytes) * 1_000_000 / took.as_micros().max(1);
    u64::try_from(per_second).unwrap_or(u64::MAX)
}

/// What came of a run, for machines.
#[derive(Serialize)]
pub(super) struct SummaryJson<'t> {
    documents: u64,
    verdicts: Verdicts,
    events: Vec<EventJson<'t>>,
    findings: Vec<TimesJson<'t>>,
    left_out: u64,
    findings_not_shown: u64,
    bytes: u64,
    seconds: f64,
}

#[derive(Serialize)]
struct EventJson<'t> {
    provider: Option<&'t str>,
    event: Option<&'t str>,
    verdicts: Verdicts,
}

#[derive(Serialize)]
struct TimesJson<'t> {
    code: &'t str,
    times: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_names_takes_no_memory_and_every_document_counts() {
        let mut tally = Tally::new();
        for number in 0..3 * MOST_EVENTS {
            tally.count_alike("p", &format!("e{number}"), Verdict::Unknown, 2);
        }
        tally.count_alike("p", "e1", Verdict::Valid, 1);
        assert_eq!(tally.documents(), 6 * MOST_EVENTS as u64 + 1);
        assert!(tally.rows <= MOST_EVENTS + 1);
        let counted: u64 = tally
            .events
            .values()
            .flat_map(BTreeMap::values)
            .map(|row| row.all())
            .sum();
        assert_eq!(counted, tally.documents());
    }

    #[test]
    fn speed_is_no_trouble_when_no_time_has_passed() {
        assert_eq!(per_second(1000, Duration::from_millis(500)), 2000);
        assert_eq!(per_second(5, Duration::ZERO), 5_000_000);
        assert_eq!(per_second(u64::MAX, Duration::ZERO), u64::MAX);
    }
}
