//! What people read of `send`.

use std::io::Write;

use crate::delivery::{Delivered, RunStats};
use crate::flows::sending::{Post, Sent, Unmet};
use crate::model::error::OutputError;
use crate::render::delivery::{latency, push_ending, push_subject, record};
use crate::render::expect;
use crate::render::junit::{Case, End};
use crate::render::{Cell, Column, Line, Role, Table, TermStyle};
use crate::text::number::{counted, grouped};
use crate::wire::delivery as wire;
use crate::wire::delivery::{Delivery, SendSummary};

/// Rows of the table of unmet expectations; more would not be read.
const ROWS: usize = 20;

/// `roomdrop  7700123  ->  http://localhost:8080/hook  200 in 3.1 ms`. The URL is left out if
/// there is none, or no room for it; with `has_steps` the line begins with the step of the scenario.
pub fn delivery_line(
    delivered: &Delivered<Post>,
    url: Option<&str>,
    has_steps: bool,
    style: TermStyle,
) -> Line {
    let post = &*delivered.tag;
    let mut line = Line::new(style.palette);
    if let Some(step) = post.step.as_ref().filter(|_| has_steps) {
        line.show(Role::Dim, &step.label()).space(2);
    }
    push_subject(&mut line, &post.subject());
    let with_end = |mut line: Line| {
        push_ending(&mut line, &delivered.attempt, delivered.attempts);
        if let Some(remark) = post.remark {
            line.space(2).push(Role::Dim, remark);
        }
        line
    };
    if let Some(url) = url {
        let mut with_url = line.clone();
        with_url.push(Role::Dim, "->").space(2);
        with_url.show(Role::Plain, url).space(2);
        let with_url = with_end(with_url);
        if style.width.is_none_or(|width| with_url.width() <= width) {
            return with_url;
        }
    }
    with_end(line)
}

/// The JSON object of a delivery.
pub fn delivery_record<'d>(sent: &Sent<'d>, url: &'d str) -> Delivery<'d> {
    let Delivered {
        tag: post,
        attempt,
        attempts,
        ..
    } = sent.delivered;
    let step = post.step.as_deref();
    Delivery {
        step: step.map(|step| step.number),
        step_name: step.and_then(|step| step.name.as_deref()),
        tries: (*attempts > 1).then_some(*attempts),
        unmet: step.is_some().then(|| in_words(sent.unmet).collect()),
        ..record(post.subject(), url, attempt, *attempts)
    }
}

fn in_words(unmet: &[Unmet]) -> impl Iterator<Item = wire::Unmet> {
    unmet.iter().map(expect::unmet)
}

/// The case of a delivery in a `JUnit` report.
pub fn case(sent: &Sent<'_>) -> Case {
    let post = &sent.delivered.tag;
    let event = post.event.as_deref().unwrap_or("(no event)");
    let session = post.session.as_deref().unwrap_or_default();
    let number = sent.stats.sent() + u64::from(!sent.is_counted);
    let mut lines = in_words(sent.unmet)
        .map(|unmet| format!("expected {}, came {}", unmet.expected, unmet.came));
    Case {
        name: format!("{number} {event} {session}").trim_end().to_owned(),
        class: match &post.step {
            Some(step) => step.label(),
            None => "send".to_owned(),
        },
        took: sent.delivered.attempt.took,
        end: lines.next().map_or(End::Passed, |message| End::Failed {
            kind: "unexpected".to_owned(),
            message,
            lines: lines.collect(),
        }),
        remarks: post.remark.map(str::to_owned).into_iter().collect(),
    }
}

/// That an earlier run had more deliveries than this one.
pub fn not_repeated(left: u64) -> String {
    let left = counted(
        left,
        "delivery of the report has",
        "deliveries of the report have",
    );
    format!("{left} no counterpart in this run")
}

/// The JSON object of a run.
pub fn summary<'s>(
    stats: &'s RunStats,
    scenario: Option<&'s str>,
    seconds: f64,
    interrupted: bool,
) -> SendSummary<'s> {
    SendSummary {
        scenario,
        sent: stats.sent(),
        answered: stats.answered(),
        unanswered: stats.unanswered(),
        retried: stats.retried(),
        unexpected: stats.unexpected(),
        latency_ms: latency(stats),
        seconds,
        interrupted,
    }
}

/// `; all as expected`, or how many posts were not.
pub fn verdict(stats: &RunStats) -> String {
    match (stats.sent(), stats.unexpected()) {
        (0, _) => String::new(),
        (_, 0) => "; all as expected".to_owned(),
        (_, unexpected) => format!("; {} not as expected", grouped(unexpected)),
    }
}

/// A table of what is not as expected.
#[derive(Debug, Default)]
pub struct UnmetTable {
    rows: Vec<[Cell; 5]>,
    left_out: u64,
}

impl UnmetTable {
    /// Adds what is not as expected of a post.
    pub fn add(&mut self, post: &Post, unmet: &[Unmet]) {
        let step = post.step.as_deref().map(|step| match &step.name {
            Some(name) => name.clone(),
            None => step.number.to_string(),
        });
        for unmet in in_words(unmet) {
            if self.rows.len() == ROWS {
                self.left_out += 1;
                continue;
            }
            self.rows.push([
                Cell::new(Role::Dim, step.as_deref().unwrap_or_default()),
                Cell::new(Role::Event, post.event.as_deref().unwrap_or("(no event)")),
                Cell::new(Role::Session, post.session.as_deref().unwrap_or_default()),
                Cell::new(Role::Plain, unmet.expected),
                Cell::new(Role::Invalid, unmet.came),
            ]);
        }
    }

    /// Writes the table, unless all was as expected.
    pub fn write(self, out: &mut dyn Write, style: TermStyle) -> Result<(), OutputError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        let left = Column::left();
        let columns = [
            left.at_most(24),
            left.at_most(28),
            left,
            left,
            left.wrapping(),
        ];
        let mut table = Table::new(columns);
        let heads = ["step", "event", "session", "expected", "came"];
        table.row(heads.map(|head| Cell::new(Role::Dim, head)));
        for row in self.rows {
            table.row(row);
        }
        table.write(out, style)?;
        if self.left_out > 0 {
            writeln!(out, "and {} more", grouped(self.left_out))?;
        }
        Ok(out.flush()?)
    }
}
