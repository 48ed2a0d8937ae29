//! Keeps account of a replay, and says what happens: a line a delivery, then a summary.
//!
//! For people the first deliveries are a line each, and then only those that were not
//! answered 2xx: a long replay must not flood a terminal. For machines each is an object.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::time::Duration;

use super::machine::{Latency, Summary, WouldSend, delivery};
use super::progress::Progress;
use super::supply::{Counts, Tag, Word};
use crate::commands::post::{Label, write_answer};
use crate::commands::{Chatter, Console, Format, Outcome};
use crate::delivery::{Delivered, Ending, News};
use crate::error::{Failure, OutputError};
use crate::output::number::{counted, grouped};
use crate::output::{JsonLines, Role, show, time};
use hdrhistogram::Histogram;

/// Deliveries that are shown to people whatever came of them.
const SHOWN: u64 = 20;
/// So many captures without an answer in a row stop a replay that was told no other limit.
const SILENT_IN_A_ROW: u64 = 10;
/// So many of the slowest are named.
const SLOWEST: usize = 3;

/// Why a replay ended before its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// Something broke, or the target cannot be reached.
    Failed(Failure),
    /// Ctrl-C.
    Interrupted,
    /// There were as many failures as were granted.
    Enough(String),
}

/// When failures end a replay.
#[derive(Clone, Copy, Debug)]
pub(super) enum Limit {
    /// After so many captures in all.
    Failures(u64),
    /// When the target seems to be gone.
    Silence,
}

pub(super) struct Account<'c> {
    pub(super) console: &'c mut Console,
    pub(super) format: Format,
    pub(super) url: String,
    pub(super) limit: Limit,
    pub(super) progress: Option<Progress>,
    pub(super) outcome: Outcome,
    pub(super) counts: Counts,
    pub(super) bad_lines: u64,
    answered: BTreeMap<u16, u64>,
    unanswered: u64,
    retried: u64,
    silent_in_a_row: u64,
    over: bool,
    /// Where the capture stands that could not even be tried, if that ended the run.
    pub(super) unreached: Option<String>,
    latency: Option<Histogram<u64>>,
    slowest: Vec<(Duration, String)>,
}

impl<'c> Account<'c> {
    pub(super) fn new(
        console: &'c mut Console,
        format: Format,
        url: String,
        limit: Limit,
    ) -> Account<'c> {
        // Microseconds up to an hour, by three digits; these bounds cannot be refused.
        let latency = Histogram::new_with_bounds(1, 3_600_000_000, 3);
        Account {
            console,
            format,
            url,
            limit,
            progress: None,
            outcome: Outcome::Done,
            counts: Counts::default(),
            bad_lines: 0,
            answered: BTreeMap::new(),
            unanswered: 0,
            retried: 0,
            silent_in_a_row: 0,
            over: false,
            unreached: None,
            latency: latency.ok(),
            slowest: Vec::new(),
        }
    }

    /// Captures that were posted.
    pub(super) fn sent(&self) -> u64 {
        self.answered.values().sum::<u64>() + self.unanswered
    }

    fn failed(&self) -> u64 {
        let good: u64 = self.answered.range(200..300).map(|(_, count)| count).sum();
        self.sent() - good
    }

    /// Takes note of what happened, and says whether to go on.
    pub(super) fn hear(&mut self, news: News<Tag, Word>) -> ControlFlow<Stop> {
        let heard = match news {
            News::Word(word) => self.word(word).map(|()| None),
            News::Delivered(delivered) => self.delivered(delivered),
        };
        match heard {
            Ok(None) => ControlFlow::Continue(()),
            Ok(Some(stop)) => {
                self.over = true;
                ControlFlow::Break(stop)
            }
            Err(failure) => {
                self.over = true;
                ControlFlow::Break(Stop::Failed(failure))
            }
        }
    }

    fn word(&mut self, word: Word) -> Result<(), Failure> {
        match word {
            Word::Warning(text) => self.console.warn(&text, None)?,
            Word::BadLine(text) => {
                self.bad_lines += 1;
                self.outcome = self.outcome.and(Outcome::Negative);
                self.console.warn(&text, None)?;
            }
            Word::Failed(failure) => {
                self.outcome = self.outcome.and(Outcome::Undone);
                self.console.fail(&failure)?;
            }
            Word::End(counts) => self.counts = counts,
        }
        Ok(())
    }

    fn delivered(&mut self, delivered: Delivered<Tag>) -> Result<Option<Stop>, Failure> {
        self.retried += u64::from(delivered.attempts > 1);
        let tag = &delivered.tag;
        let mut stop = None;
        let is_good = match &delivered.attempt.ending {
            Ending::Answered(answer) => {
                self.silent_in_a_row = 0;
                *self.answered.entry(answer.status).or_default() += 1;
                if let Some(progress) = &mut self.progress {
                    progress.note(tag.key, answer.status)?;
                }
                self.time(tag, delivered.attempt.took);
                answer.is_success()
            }
            Ending::Unanswered(why) => {
                let is_first = self.answered.is_empty() && self.unanswered == 0;
                if why.cause().is_unreached() && (self.over || is_first) {
                    // Nothing left this machine, and nothing would.
                    return self.unreached(delivered);
                }
                self.silent_in_a_row += 1;
                self.unanswered += 1;
                false
            }
        };
        if !is_good && !self.over {
            stop = self.enough();
        }
        self.show(&delivered, is_good)?;
        Ok(stop)
    }

    /// For people, the error that ends the run says what there is to say.
    fn unreached(&mut self, delivered: Delivered<Tag>) -> Result<Option<Stop>, Failure> {
        if self.over {
            return Ok(None);
        }
        if self.format == Format::Json {
            self.object(&delivered)?;
        }
        let tag = &delivered.tag;
        self.unreached = Some(format!("{}:{}", tag.file, tag.line));
        Ok(match delivered.attempt.ending {
            Ending::Unanswered(why) => Some(Stop::Failed(why.into())),
            Ending::Answered(_) => None,
        })
    }

    fn show(&mut self, delivered: &Delivered<Tag>, is_good: bool) -> Result<(), OutputError> {
        if self.format == Format::Json {
            return self.object(delivered);
        }
        let shown = self.sent() <= SHOWN || self.console.chatter == Chatter::Verbose;
        if shown || !is_good {
            self.line(delivered)?;
        }
        if self.sent() == SHOWN + 1 && !shown {
            self.console
                .say("from here on only what is not answered 2xx is shown (--verbose shows all)")?;
        }
        Ok(())
    }

    fn enough(&self) -> Option<Stop> {
        match self.limit {
            Limit::Failures(limit) if self.failed() >= limit => {
                let failures = counted(limit, "capture was", "captures were");
                Some(Stop::Enough(format!("{failures} not answered 2xx")))
            }
            Limit::Silence if self.silent_in_a_row >= SILENT_IN_A_ROW => Some(Stop::Enough(
                format!("{SILENT_IN_A_ROW} captures in a row got no answer"),
            )),
            _ => None,
        }
    }

    fn time(&mut self, tag: &Tag, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        if let Some(latency) = &mut self.latency {
            latency.saturating_record(micros.max(1));
        }
        let least = self.slowest.last().map(|(took, _)| *took);
        if self.slowest.len() < SLOWEST || least.is_some_and(|least| took > least) {
            let at = self.slowest.partition_point(|(other, _)| *other >= took);
            self.slowest.insert(at, (took, place(tag)));
            self.slowest.truncate(SLOWEST);
        }
    }

    /// `#17  roomdrop  7700123  200 in 3.1 ms`
    fn line(&mut self, delivered: &Delivered<Tag>) -> Result<(), OutputError> {
        let attempt = &delivered.attempt;
        let page = self.console.page;
        let out = &mut *self.console.out;
        let mut line = label(&delivered.tag).line(page);
        let took = time::duration(attempt.took);
        let tries = match delivered.attempts {
            0 | 1 => String::new(),
            tries => format!(", attempt {tries}"),
        };
        match &attempt.ending {
            Ending::Answered(answer) => {
                let role = if answer.is_success() {
                    Role::Valid
                } else {
                    Role::Invalid
                };
                line.push(role, &answer.status.to_string())
                    .push(Role::Plain, &format!(" in {took}{tries}"));
                line.write(out)?;
                write_answer(answer, out, page)?;
            }
            Ending::Unanswered(why) => {
                let why = show(&why.to_string()).into_owned();
                line.push(Role::Invalid, "no answer")
                    .push(Role::Plain, &format!(" in {took}{tries}: {why}"));
                line.write(out)?;
            }
        }
        Ok(out.flush()?)
    }

    fn object(&mut self, delivered: &Delivered<Tag>) -> Result<(), OutputError> {
        let object = delivery(delivered, &self.url);
        JsonLines::new(&mut *self.console.out).write("delivery", &object)
    }

    /// Says what would be sent.
    pub(super) fn announce(&mut self, tag: &Tag, length: usize) -> Result<(), OutputError> {
        match self.format {
            Format::Human => {
                let mut line = label(tag).line(self.console.page);
                line.push(Role::Dim, &crate::output::number::bytes(length as u64));
                Ok(line.write(&mut *self.console.out)?)
            }
            Format::Json => JsonLines::new(&mut *self.console.out).write(
                "would-send",
                &WouldSend {
                    file: &tag.file,
                    line: tag.line,
                    seq: tag.seq,
                    event: tag.event.as_deref(),
                    session: tag.session.as_deref(),
                    verdict: tag.verdict.word(),
                    bytes: length as u64,
                },
            ),
        }
    }

    /// The last words. `before` is the place of the first capture that was not delivered.
    pub(super) fn summarise(
        &mut self,
        is_dry: bool,
        selects_all: bool,
        before: Option<&str>,
    ) -> Result<(), OutputError> {
        if self.format == Format::Json {
            let summary = self.summary(is_dry, before);
            return JsonLines::new(&mut *self.console.out).write("summary", &summary);
        }
        self.console.out.flush()?;
        let mut said = if is_dry {
            format!(
                "{} would be sent",
                counted(
                    self.counts.selected - self.counts.done_before,
                    "capture",
                    "captures"
                )
            )
        } else if self.sent() > 0 {
            self.sentence()
        } else {
            "nothing was sent".to_owned()
        };
        if self.counts.selected == 0 && self.sent() == 0 && before.is_none() {
            said.push_str(if selects_all {
                ": the input has no capture"
            } else {
                ": the input has no capture that was asked for"
            });
        }
        if self.counts.done_before > 0 {
            let done = counted(self.counts.done_before, "capture", "captures");
            let _ = write!(said, "; {done} done before");
        }
        if self.counts.duplicates > 0 {
            let skipped = counted(self.counts.duplicates, "duplicate", "duplicates");
            let _ = write!(said, "; {skipped} skipped");
        }
        if self.bad_lines > 0 {
            let lines = counted(self.bad_lines, "bad line", "bad lines");
            let _ = write!(said, "; {lines} skipped");
        }
        if let Some(place) = before {
            let _ = write!(said, "; stopped before {}", show(place));
        }
        self.console.say(&said)?;
        if self.sent() > SHOWN && !self.slowest.is_empty() {
            let slowest: Vec<String> = self
                .slowest
                .iter()
                .map(|(took, place)| format!("{} {}", show(place), time::duration(*took)))
                .collect();
            self.console
                .say(&format!("slowest: {}", slowest.join(", ")))?;
        }
        Ok(())
    }

    /// `12 sent: 10 answered 200, 2 answered 500; 3 retried; median 4.1 ms, p99 31 ms`
    fn sentence(&self) -> String {
        let answered = self
            .answered
            .iter()
            .map(|(status, count)| format!("{} answered {status}", grouped(*count)));
        let unanswered = (self.unanswered > 0)
            .then(|| format!("{} without an answer", grouped(self.unanswered)));
        let ends: Vec<String> = answered.chain(unanswered).collect();
        let mut sentence = format!("{} sent: {}", grouped(self.sent()), ends.join(", "));
        if self.retried > 0 {
            let _ = write!(sentence, "; {} retried", grouped(self.retried));
        }
        if let Some(latency) = self.latency() {
            let at = |share| {
                let micros = latency.value_at_quantile(share);
                time::duration(Duration::from_micros(micros))
            };
            let _ = write!(sentence, "; median {}, p99 {}", at(0.5), at(0.99));
        }
        sentence
    }

    fn latency(&self) -> Option<&Histogram<u64>> {
        self.latency.as_ref().filter(|latency| !latency.is_empty())
    }

    fn summary<'s>(&self, is_dry: bool, before: Option<&'s str>) -> Summary<'s> {
        let latency = self.latency().map(Latency::of);
        // Of a run that was stopped nobody knows what else would have fitted.
        let selected = self.counts.selected.max(self.sent());
        Summary {
            selected,
            sent: self.sent(),
            answered: (!is_dry).then(|| self.answered.clone()),
            unanswered: self.unanswered,
            retried: self.retried,
            done_before: self.counts.done_before,
            duplicates: self.counts.duplicates,
            bad_lines: self.bad_lines,
            latency_ms: latency,
            stopped_before: before,
        }
    }

    /// What it all means for the exit code.
    pub(super) fn outcome(&self) -> Outcome {
        let mut outcome = self.outcome;
        if self.failed() > self.unanswered {
            outcome = outcome.and(Outcome::Negative);
        }
        if self.unanswered > 0 {
            outcome = outcome.and(Outcome::Undone);
        }
        outcome
    }
}

fn label(tag: &Tag) -> Label<'_> {
    Label {
        event: tag.event.as_deref(),
        session: tag.session.as_deref(),
        place: Some((&tag.file, tag.line)),
        seq: tag.seq,
    }
}

/// `#17`, or file and line of what has no number.
pub(super) fn place(tag: &Tag) -> String {
    match tag.seq {
        Some(seq) => format!("#{seq}"),
        None => format!("{}:{}", tag.file, tag.line),
    }
}
