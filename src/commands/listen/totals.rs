//! The end of a run: totals, and what was expected and did not come.

use std::io::Write as _;
use std::time::Duration;

use super::display::Tally;
use super::keeping::Counts;
use super::machine::{ForwardedJson, LogJson, SummaryJson};
use super::{Format, Options, forward};
use crate::commands::Console;
use crate::flows::expectation::{ExpectationResult, Expected};
use crate::model::error::OutputError;
use crate::model::report::Verdict;
use crate::receiver;
use crate::render::{Cell, Column, Role, Table};
use crate::text::number::{counted, grouped};
use crate::text::time;
use crate::wire::JsonLines;

/// What is known at the end.
pub(super) struct Totals<'t> {
    pub(super) requests: receiver::Totals,
    pub(super) log: &'t Counts,
    pub(super) tally: &'t Tally,
    pub(super) forwarded: Option<&'t forward::Tally>,
    pub(super) results: &'t [ExpectationResult],
    pub(super) took: Duration,
}

impl Totals<'_> {
    /// Writes them: on stderr for people, on stdout where they are all that was asked for,
    /// and as the last line of stdout for machines.
    pub(super) fn write(
        &self,
        options: &Options,
        console: &mut Console,
    ) -> Result<(), OutputError> {
        if options.format == Format::Json {
            JsonLines::new(&mut *console.out).write("summary", &self.json(options))?;
        } else if self.results.iter().any(|result| !result.met) {
            self.table(console)?;
        }
        let sentence = self.sentence(options);
        if options.format == Format::Quiet {
            writeln!(console.out, "{sentence}")?;
            return Ok(console.out.flush()?);
        }
        console.say(&sentence)
    }

    fn json(&self, options: &Options) -> SummaryJson {
        SummaryJson {
            captured: self.requests.captured,
            refused: self.requests.refused,
            log: options.log.is_some().then(|| LogJson {
                not_logged: self.log.not_logged(),
                parts_finished: self.log.rotated(),
                parts_deleted: self.log.deleted(),
            }),
            not_shown: self.tally.dropped,
            verdicts: self
                .tally
                .verdicts
                .iter()
                .map(|(verdict, count)| (verdict.word(), *count))
                .collect(),
            duplicates: self.tally.duplicates,
            sessions: self.tally.sessions,
            forwarded: self.forwarded.map(|tally| ForwardedJson {
                delivered: tally.delivered,
                failed: tally.failed,
                waiting: tally.waiting,
            }),
            expectations: self.results.iter().map(ExpectationJson::from).collect(),
            seconds: self.took.as_secs_f64(),
        }
    }

    /// Every expectation, and what came of it.
    fn table(&self, console: &mut Console) -> Result<(), OutputError> {
        let columns = [
            Column::left(),
            Column::left(),
            Column::left(),
            Column::right(),
        ];
        let mut table = Table::new(columns);
        let heading = |text| Cell::new(Role::Heading, text);
        table.row(["", "expected", "wanted", "came"].map(heading));
        for row in self.results.iter().map(ExpectationJson::from) {
            let verdict = if row.met {
                Cell::new(Role::Valid, "met")
            } else {
                Cell::new(Role::Invalid, "MISSED")
            };
            table.row([
                verdict,
                Cell::new(Role::Event, row.expected),
                Cell::from(row.wanted),
                Cell::from(grouped(row.came)),
            ]);
        }
        table.write(&mut *console.out, console.style)?;
        Ok(console.out.flush()?)
    }

    /// `6 captures in 18m 19s: 5 valid, 1 warning; 1 duplicate; 1 session. Forwarded 5, 1
    /// waiting. All are in log.jsonl.`
    fn sentence(&self, options: &Options) -> String {
        let Totals {
            requests, tally, ..
        } = self;
        let captures = counted(requests.captured, "capture", "captures");
        let mut parts = vec![format!("{captures} in {}", time::duration(self.took))];
        let words: Vec<String> = Verdict::ALL
            .iter()
            .filter_map(|verdict| {
                let count = tally.verdicts.get(verdict)?;
                Some(format!("{} {verdict}", grouped(*count)))
            })
            .collect();
        if !words.is_empty() {
            parts[0] = format!("{}: {}", parts[0], words.join(", "));
        }
        let mut some = |count: u64, text: String| {
            if count > 0 {
                parts.push(text);
            }
        };
        some(
            tally.duplicates,
            counted(tally.duplicates, "duplicate", "duplicates"),
        );
        some(
            tally.sessions,
            counted(tally.sessions, "session", "sessions"),
        );
        let refused = counted(requests.refused, "request", "requests");
        let not_logged = match self.log.not_logged() {
            0 => String::new(),
            not_logged => format!(", {} as the log failed", grouped(not_logged)),
        };
        some(requests.refused, format!("{refused} refused{not_logged}"));
        let dropped = counted(tally.dropped, "event", "events");
        some(tally.dropped, format!("{dropped} not shown"));
        let mut sentences = vec![parts.join("; ")];
        if let Some(forwarded) = self.forwarded {
            let mut parts = vec![format!("Forwarded {}", grouped(forwarded.delivered))];
            if forwarded.failed > 0 {
                parts.push(format!("{} failed", grouped(forwarded.failed)));
            }
            if forwarded.waiting > 0 {
                parts.push(format!("{} waiting", grouped(forwarded.waiting)));
            }
            sentences.push(parts.join(", "));
            if let (Some(cursor), 1..) = (&forwarded.cursor, forwarded.failed) {
                sentences.push(format!("{} names what failed", cursor.display()));
            }
        }
        if let (Some(path), 1..) = (&options.log, requests.captured) {
            sentences.push(match self.log.deleted() {
                0 => format!("All are in {}", path.display()),
                deleted => format!(
                    "{} deleted; the rest is in {}",
                    counted(deleted, "part was", "parts were"),
                    path.display()
                ),
            });
        }
        format!("{}.", sentences.join(". "))
    }
}

/// One expectation and its result.
#[derive(serde::Serialize)]
pub(super) struct ExpectationJson {
    /// The event, or the verdict.
    expected: String,
    /// How many were wanted.
    wanted: String,
    /// How many arrived.
    came: u64,
    /// Whether that is right.
    met: bool,
}

impl From<&ExpectationResult> for ExpectationJson {
    fn from(result: &ExpectationResult) -> ExpectationJson {
        let (expected, wanted) = match &result.expected {
            Expected::Events(expected) => {
                let how = if expected.or_more {
                    "at least"
                } else {
                    "exactly"
                };
                (expected.event.clone(), format!("{how} {}", expected.count))
            }
            Expected::Verdict(verdict) => {
                (format!("verdict {verdict}"), "every capture".to_owned())
            }
        };
        ExpectationJson {
            expected,
            wanted,
            came: result.came,
            met: result.met,
        }
    }
}
