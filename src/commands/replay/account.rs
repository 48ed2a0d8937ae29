//! Keeps account of a replay: counts, shows, writes down what is done, and says when it is
//! enough.
//!
//! For people the first deliveries are a line each, and then only those that were not
//! answered 2xx, and of these not all: a long replay must not flood a terminal. For machines
//! each is an object.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::machine;
use super::progress::Progress;
use super::report::Reported;
use super::show::{self, Ended};
use super::supply::Ahead;
use super::tag::{Counts, Tag, Word};
use super::tally::Tally;
use crate::commands::{Console, Format, Outcome, Verbosity};
use crate::delivery::{self, Delivered, Ending, Halt, JobEvent, Limit, TargetUrl};
use crate::model::error::{Failure, OutputError};
use crate::render::delivery::limit_sentence;
use crate::render::progress::Progress as Bar;
use crate::render::report::DeliveryReport;

/// Deliveries that are shown to people whatever came of them.
const SHOWN: u64 = 20;
/// Failures that are shown to people as they come, and bad lines.
const SHOWN_FAILURES: u64 = 100;

/// Why a replay ended before its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// Something broke, or the target cannot be reached.
    Failed(Failure),
    /// Ctrl-C.
    Interrupted,
    /// What was followed is not followed any longer.
    Over,
    /// There were as many failures as were granted.
    Enough(String),
}

pub(super) struct Account<'c> {
    pub(super) console: &'c mut Console,
    pub(super) format: Format,
    pub(super) url: String,
    pub(super) limit: Limit,
    pub(super) progress: Option<Progress>,
    pub(super) report: Option<Reporting>,
    pub(super) bar: Gauge,
    pub(super) counts: Counts,
    /// What went wrong besides deliveries.
    outcome: Outcome,
    bad_lines: u64,
    tally: Tally,
    annotates: bool,
    over: bool,
    /// Where the capture stands that could not even be tried, if that ended the run.
    pub(super) unreached: Option<String>,
}

impl<'c> Account<'c> {
    pub(super) fn new(
        console: &'c mut Console,
        format: Format,
        url: String,
        limit: Limit,
    ) -> Account<'c> {
        // As the runner of GitHub Actions sets it, and those that imitate it.
        let annotates = console.environment.variable("GITHUB_ACTIONS") == Some("true");
        Account {
            console,
            format,
            url,
            limit,
            progress: None,
            report: None,
            bar: Gauge::hidden(),
            counts: Counts::default(),
            outcome: Outcome::Done,
            bad_lines: 0,
            tally: Tally::default(),
            annotates,
            over: false,
            unreached: None,
        }
    }

    /// Takes note of what happened, and says whether to go on.
    pub(super) fn hear(&mut self, event: JobEvent<'_, Tag, Word>) -> ControlFlow<(Stop, Halt)> {
        let heard = match event {
            JobEvent::Word(word) => self.word(word).map(|()| None),
            JobEvent::Delivered(delivered) => self.delivered(delivered),
            JobEvent::Settled => self.settled().map(|()| None),
            JobEvent::Retrying { .. } | JobEvent::Paused(_) | JobEvent::Resumed => Ok(None),
        };
        match heard.unwrap_or_else(|failure| Some(Stop::Failed(failure))) {
            None => ControlFlow::Continue(()),
            Some(stop) => {
                self.over = true;
                ControlFlow::Break((stop, Halt::Gently))
            }
        }
    }

    /// Whoever writes to a terminal must not write into the bar.
    fn screen(&mut self) -> Result<&mut Console, OutputError> {
        self.bar.bar.hide(&mut *self.console.err)?;
        Ok(&mut *self.console)
    }

    fn word(&mut self, word: Word) -> Result<(), Failure> {
        match word {
            Word::Warning(text) => self.screen()?.warn(&text, None)?,
            Word::BadLine(text) => {
                self.bad_lines += 1;
                self.outcome = self.outcome.and(Outcome::Negative);
                let is_verbose = self.console.verbosity == Verbosity::Verbose;
                if is_verbose || self.bad_lines <= SHOWN_FAILURES {
                    self.screen()?.warn(&text, None)?;
                } else if self.bad_lines == SHOWN_FAILURES + 1 {
                    self.screen()?.warn(
                        "further lines that cannot be read are only counted",
                        Some("--verbose names them all"),
                    )?;
                }
            }
            Word::Failed(failure) => {
                self.outcome = self.outcome.and(Outcome::Undone);
                self.screen()?.fail(&failure)?;
            }
            Word::Refused(failure) => return Err(failure),
            Word::Source(number, path) => {
                if let Some(progress) = &mut self.progress {
                    progress.name(number, path)?;
                }
            }
            Word::End(counts) => {
                self.counts = counts;
                self.bar.ends_at(counts.selected - counts.done_before);
            }
        }
        Ok(())
    }

    fn delivered(&mut self, delivered: Delivered<Tag>) -> Result<Option<Stop>, Failure> {
        match &delivered.attempt.ending {
            Ending::Answered(answer) => {
                if let Some(progress) = &mut self.progress {
                    progress.note(delivered.tag.key, answer.status)?;
                }
            }
            ending @ Ending::Unanswered(_) => {
                let is_first = self.tally.stats.sent() == 0;
                if ending.is_unreached() && (self.over || is_first) {
                    // Nothing left this machine, and nothing would.
                    return self.unreached(delivered);
                }
            }
        }
        let is_good = self.tally.count(&delivered);
        self.bar.done += 1;
        let is_enough = !is_good && !self.over && self.tally.stats.has_reached(self.limit);
        let stop =
            is_enough.then(|| Stop::Enough(limit_sentence(self.limit, "capture", "captures")));
        if let Some(reporting) = &mut self.report {
            reporting.report.add(&Reported {
                delivered: &delivered,
                url: &self.url,
                target: &reporting.target,
                options: &reporting.options,
            })?;
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
            machine::write_delivery(&delivered, &self.url, &mut *self.console.out)?;
        }
        let tag = &delivered.tag;
        self.unreached = Some(format!("{}:{}", tag.file, tag.line));
        Ok(match delivered.attempt.ending {
            Ending::Unanswered(why) => Some(Stop::Failed(why.into())),
            Ending::Answered(_) => None,
        })
    }

    /// What belongs to one moment is written at once.
    fn settled(&mut self) -> Result<(), Failure> {
        if let Some(progress) = &mut self.progress {
            progress.write()?;
        }
        self.bar.draw(self.tally.stats.unexpected(), self.console)?;
        Ok(())
    }

    fn show(&mut self, delivered: &Delivered<Tag>, is_good: bool) -> Result<(), OutputError> {
        let failures = if is_good {
            0
        } else {
            self.tally.stats.unexpected()
        };
        if self.annotates && !is_good {
            show::annotate(delivered, failures, self.screen()?)?;
        }
        if self.format == Format::Json {
            let url = std::mem::take(&mut self.url);
            let written = machine::write_delivery(delivered, &url, &mut *self.screen()?.out);
            self.url = url;
            return written;
        }
        let sent = self.tally.stats.sent();
        let is_verbose = self.console.verbosity == Verbosity::Verbose;
        if is_verbose || sent <= SHOWN || (!is_good && failures <= SHOWN_FAILURES) {
            show::delivery(delivered, self.screen()?)?;
        } else if failures == SHOWN_FAILURES + 1 {
            self.screen()?
                .say("further failures are only counted (--verbose shows all)")?;
        }
        if sent == SHOWN + 1 && !is_verbose {
            self.screen()?
                .say("from here on only failures are shown (--verbose shows all)")?;
        }
        Ok(())
    }

    /// Says what would be sent.
    pub(super) fn announce(&mut self, tag: &Tag, length: usize) -> Result<(), OutputError> {
        match self.format {
            Format::Human => show::would_send(tag, length, self.console),
            Format::Json => machine::write_would_send(tag, length, &mut *self.console.out),
        }
    }

    /// The last words, and the last of the report. `before` is the place of the first capture
    /// that was not delivered.
    pub(super) fn summarise(
        &mut self,
        is_dry: bool,
        selects_all: bool,
        before: Option<&str>,
    ) -> Result<(), Failure> {
        self.screen()?;
        let ended = Ended {
            is_dry,
            selects_all,
            before,
            counts: self.counts,
            bad_lines: self.bad_lines,
            is_long: self.tally.stats.sent() > SHOWN,
        };
        let summary = machine::Summary::new(&self.tally, &ended);
        match self.format {
            Format::Json => machine::write_summary(&summary, &mut *self.console.out)?,
            Format::Human => show::summary(&self.tally, &ended, self.console)?,
        }
        if let Some(reporting) = self.report.take() {
            reporting.report.finish(&summary)?;
        }
        Ok(())
    }

    /// What it all means for the exit code.
    pub(super) fn outcome(&self) -> Outcome {
        self.outcome.and(self.tally.stats.outcome())
    }
}

/// The report, and what it takes to tell the requests.
pub(super) struct Reporting {
    pub(super) report: DeliveryReport,
    pub(super) target: TargetUrl,
    pub(super) options: delivery::ClientOptions,
}

/// How far it is, for a person who waits.
pub(super) struct Gauge {
    bar: Bar,
    ahead: Arc<Ahead>,
    /// The bytes of all sources, if that is known.
    bytes: Option<u64>,
    /// Deliveries since the last drawing.
    done: u64,
    is_at_end: bool,
}

impl Gauge {
    pub(super) fn new(bar: Bar, ahead: Arc<Ahead>, bytes: Option<u64>) -> Gauge {
        Gauge {
            bar,
            ahead,
            bytes,
            done: 0,
            is_at_end: false,
        }
    }

    fn hidden() -> Gauge {
        Gauge::new(Bar::hidden(), Arc::default(), None)
    }

    /// All was read: so many there are.
    fn ends_at(&mut self, total: u64) {
        self.is_at_end = true;
        self.bar.set_total(total, true);
    }

    fn draw(&mut self, failures: u64, console: &mut Console) -> Result<(), OutputError> {
        if let (false, Some(all)) = (self.is_at_end, self.bytes) {
            // As many on what is still to be read as on what was.
            let read = self
                .ahead
                .bytes
                .load(Ordering::Relaxed)
                .clamp(1, all.max(1));
            let ordered = u128::from(self.ahead.ordered.load(Ordering::Relaxed));
            let total = ordered * u128::from(all) / u128::from(read);
            self.bar
                .set_total(u64::try_from(total).unwrap_or(u64::MAX), false);
        }
        if failures > 0 {
            self.bar.say(&format!("{failures} failed"));
        }
        self.bar
            .advance(std::mem::take(&mut self.done), &mut *console.err)
    }
}
