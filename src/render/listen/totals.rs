//! The end of a run: its totals, and the expectations that were not met.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use crate::flows::expectation::{Expectation, ExpectationResult, Expected};
use crate::flows::forwarding::{ForwardOptions, ForwardTotals};
use crate::flows::listening::{DisplayTotals, LogCounts};
use crate::flows::relay::{FollowTotals, PublishTotals};
use crate::journal::Kept;
use crate::model::error::OutputError;
use crate::model::ranges::Ranges;
use crate::receiver;
use crate::render::files::fetched;
use crate::render::request::word;
use crate::render::validate::verdicts;
use crate::render::{Cell, Column, Role, Table, TermStyle};
use crate::text::number::{counted, grouped};
use crate::text::{show, time};
use crate::wire::listen::{
    ExpectationJson, ForwardedJson, ForwardedToJson, LogTotalsJson, SummaryJson,
};
use crate::wire::relay::{FollowedJson, PublishedJson};

/// The longest list of numbers in a command, in bytes. Failures beyond it are in the cursor.
const LONGEST_LIST: usize = 400;

/// What is known at the end of a run.
pub struct ListenTotals<'t> {
    /// Where it listened.
    pub url: &'t str,
    /// What the receiver counted.
    pub requests: receiver::Totals,
    /// The log, if there is one, and where its captures are.
    pub log: Option<(&'t Path, Kept)>,
    /// What happened to it.
    pub log_counts: &'t LogCounts,
    /// What the display counted.
    pub display: &'t DisplayTotals,
    /// What was forwarded to each target; nothing without `--forward`.
    pub forwarded: &'t [ForwardTotals],
    /// How it was forwarded, for each target.
    pub forward: &'t [ForwardOptions],
    /// What was published; nothing without `--relay`.
    pub published: Option<PublishTotals>,
    /// What a relay brought; nothing if a port was open.
    pub followed: Option<FollowTotals>,
    /// The expectations and their results.
    pub results: &'t [ExpectationResult],
    /// What became of the files that were served.
    pub files: &'t [receiver::FileUse],
    /// How long the run took.
    pub took: Duration,
}

impl ListenTotals<'_> {
    /// For machines.
    pub fn json(&self) -> SummaryJson {
        SummaryJson {
            captured: self.requests.captured,
            refused: self.requests.refused,
            greeted: self.requests.greeted,
            log: self.log.map(|_| LogTotalsJson {
                not_logged: self.log_counts.not_logged(),
                parts_finished: self.log_counts.rotated(),
                parts_deleted: self.log_counts.deleted(),
            }),
            not_shown: self.display.not_shown,
            verdicts: self
                .display
                .verdicts
                .seen()
                .map(|(verdict, count)| (verdict.word(), count))
                .collect(),
            duplicates: self.display.duplicates,
            sessions: self.display.sessions,
            forwarded: (!self.forwarded.is_empty()).then(|| self.forwarded()),
            published: self.published.map(|totals| PublishedJson {
                published: totals.published,
                waiting: totals.waiting,
            }),
            followed: self.followed.map(|totals| FollowedJson {
                duplicates: totals.duplicates,
                missing: totals.missing,
            }),
            expectations: self.results.iter().map(ExpectationJson::from).collect(),
            seconds: self.took.as_secs_f64(),
        }
    }

    /// Warns of invalid captures that count for a met expectation, each with its advice.
    pub fn invalid_counted(&self) -> Vec<(String, String)> {
        let warning = |result: &ExpectationResult| match &result.expected {
            Expected::Events(Expectation {
                name,
                count,
                or_more,
                ..
            }) if result.met && result.invalid > 0 && !name.starts_with('(') => {
                let sign = if *or_more { ">=" } else { "=" };
                let text = format!(
                    "{} of the {} {name} that count for --expect are invalid",
                    grouped(result.invalid),
                    grouped(result.came)
                );
                let advice = format!(
                    "--expect '(event:{name} -verdict:invalid){sign}{count}' counts the others"
                );
                Some((text, advice))
            }
            _ => None,
        };
        self.results.iter().filter_map(warning).collect()
    }

    /// Writes every expectation and its result, if one was not met.
    pub fn write_missed(&self, out: &mut dyn Write, style: TermStyle) -> Result<(), OutputError> {
        if self.results.iter().all(|result| result.met) {
            return Ok(());
        }
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
        table.write(out, style)?;
        Ok(out.flush()?)
    }

    /// `6 captures in 18m 19s on http://127.0.0.1:3000: 5 valid, 1 warning; 1 duplicate; 1
    /// session. Forwarded 5, 1 waiting. All are in log.jsonl.`
    pub fn sentence(&self) -> String {
        let ListenTotals {
            requests, display, ..
        } = self;
        let captures = counted(requests.captured, "capture", "captures");
        let took = time::duration(self.took);
        let mut parts = vec![format!("{captures} in {took} on {}", show(self.url))];
        let verdicts = verdicts(display.verdicts);
        if !verdicts.is_empty() {
            parts[0] = format!("{}: {verdicts}", parts[0]);
        }
        let mut some = |count: u64, text: String| {
            if count > 0 {
                parts.push(text);
            }
        };
        some(
            display.duplicates,
            counted(display.duplicates, "duplicate", "duplicates"),
        );
        some(
            display.sessions,
            counted(display.sessions, "session", "sessions"),
        );
        let refused = counted(requests.refused, "request", "requests");
        let not_logged = match self.log_counts.not_logged() {
            0 => String::new(),
            not_logged => format!(", {} as the log failed", grouped(not_logged)),
        };
        some(requests.refused, format!("{refused} refused{not_logged}"));
        let greeted = counted(requests.greeted, "GET or HEAD", "GETs and HEADs");
        some(requests.greeted, format!("{greeted} answered, not logged"));
        let dropped = counted(display.not_shown, "event", "events");
        some(display.not_shown, format!("{dropped} not shown"));
        let mut sentences = vec![parts.join("; ")];
        if !self.files.is_empty() {
            sentences.push(fetched(self.files));
        }
        sentences.extend(self.deliveries().flat_map(|(options, totals)| {
            let to = options.to.to_string();
            what_was_forwarded(totals, (self.forward.len() > 1).then_some(&*to))
        }));
        if let Some(published) = self.published {
            let waiting = match published.waiting {
                0 => String::new(),
                waiting => format!(", {} waiting", grouped(waiting)),
            };
            let published = grouped(published.published);
            sentences.push(format!("Published {published}{waiting}"));
        }
        if let Some(followed) = self.followed.filter(|followed| followed.missing > 0) {
            let missing = counted(followed.missing, "capture", "captures");
            sentences.push(format!("{missing} of the relay did not come"));
        }
        if let (Some((path, kept)), 1..) = (self.log, requests.captured) {
            sentences.push(self.whereabouts(&path.display().to_string(), kept));
        }
        format!("{}.{}", sentences.join(". "), self.again())
    }

    /// Each target, and what came of it.
    fn deliveries(&self) -> impl Iterator<Item = (&ForwardOptions, &ForwardTotals)> {
        self.forward.iter().zip(self.forwarded)
    }

    /// For machines.
    fn forwarded(&self) -> ForwardedJson {
        let mut all = ForwardedJson::default();
        for (options, totals) in self.deliveries() {
            let one = ForwardedToJson {
                target: options.to.to_string(),
                delivered: totals.delivered(),
                failed: totals.failed(),
                waiting: totals.waiting,
                missing: totals.missing,
            };
            all.delivered += one.delivered;
            all.failed += one.failed;
            all.waiting += one.waiting;
            all.missing += one.missing;
            all.targets.push(one);
        }
        if all.targets.len() == 1 {
            all.targets.clear();
        }
        all
    }

    /// The commands that deliver again what was given up. What a command did not take is named in
    /// the cursor alone.
    fn again(&self) -> String {
        let Some((log, _)) = self.log else {
            return String::new();
        };
        let lines = self.deliveries().filter_map(|(options, totals)| {
            let command = redelivery(log, options, &totals.given_up)?;
            Some(format!("\nWhat failed is delivered again by: {command}"))
        });
        lines.collect()
    }

    /// Where the captures are, as far as it is known.
    fn whereabouts(&self, log: &str, kept: Kept) -> String {
        match (self.log_counts.deleted(), kept) {
            (0, Kept::InLog) => format!("All are in {log}"),
            (0, Kept::InParts) => format!("All are in {log} and its parts"),
            (0, Kept::Elsewhere) => format!(
                "{log} was moved, deleted or changed by another program meanwhile; it has what \
                 came after"
            ),
            (deleted, _) => format!(
                "{} deleted; the rest is in {log}",
                counted(deleted, "part was", "parts were")
            ),
        }
    }
}

/// The command that delivers these captures of a log to a server again.
pub fn redelivery(log: &Path, options: &ForwardOptions, captures: &Ranges) -> Option<String> {
    let url = options.to.url()?;
    let captures = captures.to_string();
    if captures.is_empty() || captures.len() > LONGEST_LIST {
        return None;
    }
    let credentials = options.credentials.as_ref().or(url.credentials());
    let user = credentials.map_or_else(String::new, |user| format!(" --user {}", word(&user.user)));
    let path = if options.keep_path {
        " --keep-path"
    } else {
        ""
    };
    let (log, url) = (word(&log.to_string_lossy()), word(url.bare()));
    Some(format!(
        "enx-hook replay {log} --seq {captures} --url {url}{path}{user}"
    ))
}

/// `Forwarded 5 to http://h/, 1 waiting`, and which file names what failed.
fn what_was_forwarded(totals: &ForwardTotals, to: Option<&str>) -> Vec<String> {
    let mut parts = vec![format!("Forwarded {}", grouped(totals.delivered()))];
    if let Some(to) = to {
        parts[0] = format!("{} to {}", parts[0], show(to));
    }
    let mut some = |count: u64, what: &str| {
        if count > 0 {
            parts.push(format!("{} {what}", grouped(count)));
        }
    };
    some(totals.failed(), "failed");
    some(totals.waiting, "waiting");
    some(totals.missing, "missing");
    let mut sentences = vec![parts.join(", ")];
    if let (Some(cursor), 1..) = (&totals.cursor, totals.failed() + totals.missing) {
        let what = if totals.missing > 0 {
            "was not delivered"
        } else {
            "failed"
        };
        sentences.push(format!("{} names what {what}", cursor.display()));
    }
    sentences
}
