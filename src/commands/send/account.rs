//! What came of the posts: told one by one, held against what was expected, counted, and put
//! into a report.

use std::io::Write;
use std::time::Instant;

use super::report::Report;
use super::scenario::expect::Expectation;
use super::volley::{Hit, Shot};
use crate::commands::{Console, Format, Outcome, Verbosity};
use crate::delivery::{Attempt, Ending, Limit, RunStats};
use crate::model::error::{Failure, OutputError};
use crate::render::delivery::{latency, push_ending, push_subject, record, sentence, write_answer};
use crate::render::{Cell, Column, Line, Role, Table, TermStyle};
use crate::text::number;
use crate::wire::delivery::{Delivery, SendSummary, Subject, Unmet};
use crate::wire::{JsonLines, milliseconds};

/// Posts of a scenario that are shown before only what is not as expected is.
const SHOWN: u64 = 20;
/// Rows of the table of what is not as expected; more would not be read.
const ROWS: usize = 20;

/// Keeps account of the posts of a run.
pub(super) struct Account {
    url: String,
    format: Format,
    /// The scenario that is played, if one is.
    story: Option<Story>,
    stats: RunStats,
    rows: Vec<[String; 5]>,
    /// Rows for which there was no room.
    left_out: u64,
    report: Option<Report>,
    started: Instant,
    is_interrupted: bool,
}

/// A scenario, as far as its output is concerned.
pub(super) struct Story {
    pub(super) name: String,
    /// Whether its posts are told by their steps.
    pub(super) has_steps: bool,
}

impl Account {
    /// Of nothing yet.
    pub(super) fn new(
        url: String,
        format: Format,
        story: Option<Story>,
        report: Option<Report>,
    ) -> Account {
        Account {
            url,
            format,
            story,
            stats: RunStats::default(),
            rows: Vec::new(),
            left_out: 0,
            report,
            started: Instant::now(),
            is_interrupted: false,
        }
    }

    /// Writes down what came of a post. Returns why no further one would fare better, if so.
    pub(super) fn record(
        &mut self,
        hit: Hit,
        console: &mut Console,
    ) -> Result<Option<Failure>, Failure> {
        let expectation = hit.shot.step.as_ref().map(|step| &step.expect);
        let unmet = match expectation {
            Some(expectation) => expectation.unmet(&hit.attempt),
            None => Expectation::default().unmet(&hit.attempt),
        };
        let is_first_unreached = self.stats.is_first_unreached(&hit.attempt);
        if is_first_unreached && self.story.is_none() {
            // For people, the error that ends the run says what there is to say.
            if self.format == Format::Json {
                self.write_json(&hit, &unmet, &mut *console.out)?;
            }
            self.note(&hit, &unmet)?;
            return Ok(failure(hit.attempt));
        }
        self.stats.count(&hit.attempt, hit.tries, unmet.is_empty());
        self.show(&hit, &unmet, console)?;
        self.note(&hit, &unmet)?;
        // Of the others in flight nothing better is to be expected.
        let is_over = is_first_unreached || self.stats.has_reached(Limit::default());
        Ok(if is_over { failure(hit.attempt) } else { None })
    }

    /// Puts it into the table, and into the report.
    fn note(&mut self, hit: &Hit, unmet: &[Unmet]) -> Result<(), OutputError> {
        if self.story.is_some() {
            for unmet in unmet {
                if self.rows.len() < ROWS {
                    self.rows.push(row(hit, unmet));
                } else {
                    self.left_out += 1;
                }
            }
        }
        if self.report.is_some() {
            let object = serde_json::to_value(self.object(hit, unmet));
            let object = object.map_err(std::io::Error::from)?;
            if let Some(report) = &mut self.report {
                report.add(hit, unmet, object);
            }
        }
        Ok(())
    }

    fn show(&self, hit: &Hit, unmet: &[Unmet], console: &mut Console) -> Result<(), OutputError> {
        if self.format == Format::Json {
            return self.write_json(hit, unmet, &mut *console.out);
        }
        let is_story = self.story.is_some();
        let is_shown = !is_story
            || !unmet.is_empty()
            || self.stats.sent() <= SHOWN
            || console.verbosity == Verbosity::Verbose;
        if !is_shown {
            if self.stats.sent() == SHOWN + 1 {
                console.say(
                    "from here on only what is not as expected is shown (--verbose shows all)",
                )?;
            }
            return Ok(());
        }
        self.headline(hit, console.style).write(&mut *console.out)?;
        let has_answer = !is_story || !unmet.is_empty() || console.verbosity == Verbosity::Verbose;
        if let (true, Ending::Answered(answer)) = (has_answer, &hit.attempt.ending) {
            write_answer(answer, &mut *console.out, console.style)?;
        }
        Ok(console.out.flush()?)
    }

    /// `roomdrop  7700123  ->  http://localhost:8080/hook  200 in 3.1 ms`; in a scenario the
    /// target was said once, beforehand.
    fn headline(&self, hit: &Hit, style: TermStyle) -> Line {
        let mut line = Line::new(style.palette);
        if let (Some(story), Some(step)) = (&self.story, &hit.shot.step)
            && story.has_steps
        {
            line.show(Role::Dim, &step.label()).space(2);
        }
        push_subject(&mut line, &subject(&hit.shot));
        if self.story.is_none() {
            line.push(Role::Dim, "->").space(2);
            line.show(Role::Plain, &self.url).space(2);
        }
        push_ending(&mut line, &hit.attempt, hit.tries);
        if let Some(remark) = hit.shot.remark {
            line.space(2).push(Role::Dim, remark);
        }
        line
    }

    fn write_json(
        &self,
        hit: &Hit,
        unmet: &[Unmet],
        out: &mut dyn Write,
    ) -> Result<(), OutputError> {
        JsonLines::new(out).write("delivery", &self.object(hit, unmet))
    }

    fn object<'h>(&'h self, hit: &'h Hit, unmet: &[Unmet]) -> Delivery<'h> {
        let step = hit.shot.step.as_deref();
        Delivery {
            step: step.map(|step| step.number),
            step_name: step.and_then(|step| step.name.as_deref()),
            tries: (hit.tries > 1).then_some(hit.tries),
            unmet: step.is_some().then(|| unmet.to_vec()),
            ..record(subject(&hit.shot), &self.url, &hit.attempt, hit.tries)
        }
    }

    /// The run was stopped before its end.
    pub(super) fn interrupt(&mut self) {
        self.is_interrupted = true;
        if let Some(report) = &mut self.report {
            report.interrupt();
        }
    }

    /// The last words: a table of what is not as expected, the sum, and the report.
    pub(super) fn finish(self, says_sum: bool, console: &mut Console) -> Result<Outcome, Failure> {
        if self.story.is_some() {
            match self.format {
                Format::Json => {
                    let summary = self.summary();
                    JsonLines::new(&mut *console.out).write("summary", &summary)?;
                }
                Format::Human => self.table(console)?,
            }
        }
        if says_sum || self.is_interrupted {
            let is_cut = if self.is_interrupted {
                "interrupted: "
            } else {
                ""
            };
            console.say(&format!(
                "{is_cut}{}{}",
                sentence(&self.stats),
                self.verdict()
            ))?;
        }
        let summary = serde_json::to_value(self.summary()).unwrap_or_default();
        let outcome = if self.is_interrupted {
            Outcome::Interrupted
        } else {
            self.stats.outcome()
        };
        if let Some(report) = self.report {
            report.write(&summary)?;
        }
        Ok(outcome)
    }

    /// `; all as expected`, where there was something to expect.
    fn verdict(&self) -> String {
        match (&self.story, self.stats.sent(), self.stats.unexpected()) {
            (None, ..) | (_, 0, _) => String::new(),
            (_, _, 0) => "; all as expected".to_owned(),
            (_, _, unexpected) => format!("; {} not as expected", number::grouped(unexpected)),
        }
    }

    fn table(&self, console: &mut Console) -> Result<(), OutputError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        writeln!(console.out)?;
        let left = Column::left();
        let last = left.wrapping();
        let mut table = Table::new([left.at_most(24), left.at_most(28), left, left, last]);
        let heads = ["step", "event", "session", "expected", "came"];
        table.row(heads.map(|head| Cell::new(Role::Dim, head)));
        for row in &self.rows {
            let [step, event, session, expected, came] = row;
            table.row([
                Cell::new(Role::Dim, step),
                Cell::new(Role::Event, event),
                Cell::new(Role::Session, session),
                Cell::new(Role::Plain, expected),
                Cell::new(Role::Invalid, came),
            ]);
        }
        table.write(&mut *console.out, console.style)?;
        if self.left_out > 0 {
            let more = number::grouped(self.left_out);
            writeln!(console.out, "and {more} more")?;
        }
        Ok(console.out.flush()?)
    }

    fn summary(&self) -> SendSummary<'_> {
        SendSummary {
            scenario: self.story.as_ref().map(|story| &*story.name),
            sent: self.stats.sent(),
            answered: self.stats.answered(),
            unanswered: self.stats.unanswered(),
            retried: self.stats.retried(),
            unexpected: self.stats.unexpected(),
            latency_ms: latency(&self.stats),
            seconds: milliseconds(self.started.elapsed()) / 1e3,
            interrupted: self.is_interrupted,
        }
    }
}

fn subject(shot: &Shot) -> Subject<'_> {
    Subject {
        event: shot.event.as_deref(),
        session: shot.session.as_deref(),
        ..Subject::default()
    }
}

/// What the table says of it.
fn row(hit: &Hit, unmet: &Unmet) -> [String; 5] {
    let step = hit.shot.step.as_ref();
    [
        step.map_or_else(String::new, |step| match &step.name {
            Some(name) => name.clone(),
            None => step.number.to_string(),
        }),
        hit.shot
            .event
            .clone()
            .unwrap_or_else(|| "(no event)".to_owned()),
        hit.shot.session.clone().unwrap_or_default(),
        unmet.expected.clone(),
        unmet.came.clone(),
    ]
}

/// Why there was no answer.
fn failure(attempt: Attempt) -> Option<Failure> {
    match attempt.ending {
        Ending::Unanswered(no_answer) => Some(no_answer.into()),
        Ending::Answered(_) => None,
    }
}
