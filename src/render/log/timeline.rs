//! The timeline of a session: a picture to scale, then a row for each capture and for what has
//! not come.

use std::collections::HashMap;
use std::io::Write;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::deliveries;
use super::sessions::SessionRow;
use crate::catalog::Presence;
use crate::delivery::deliveries::AttemptRecord;
use crate::flows::history::{CaptureName, Standing, Standings, Step, Why};
use crate::model::error::OutputError;
use crate::model::report::Verdict;
use crate::render::listen::Page;
use crate::render::picture::scale;
use crate::render::{Cell, Column, Line, Role, Table};
use crate::text::{show, time};
use crate::wire::JsonLines;
use crate::wire::listen::timestamp;
use crate::wire::log::{StandingJson, StepJson};

/// The widest picture.
const WIDEST: usize = 100;
/// The width of a picture in a file or a pipe.
const PIPED: usize = 72;

/// A timeline with what the documents promise of it.
#[derive(Debug)]
pub struct ShownTimeline<'t> {
    /// The session and what applies to it.
    pub row: SessionRow,
    /// Its captures.
    pub steps: &'t [Step],
    /// How it stands to the promises.
    pub standings: Standings<'t>,
    /// What became of forwarding its captures.
    pub deliveries: &'t HashMap<CaptureName, Vec<AttemptRecord>>,
}

impl ShownTimeline<'_> {
    /// For people.
    pub fn write(&self, page: Page, out: &mut dyn Write) -> Result<(), OutputError> {
        self.headline(page).write(out)?;
        self.picture(page, out)?;
        let mut table = Table::new([
            Column::left(),
            Column::left(),
            Column::left(),
            Column::right(),
            Column::left(),
            Column::left().wrapping(),
        ]);
        let heads = ["time", "offset", "gap", "capture", "event", ""];
        table.row(heads.map(|head| Cell::new(Role::Dim, head)));
        let begin = self.begin();
        for step in self.steps {
            let offset = step.at.zip(begin).map(|(at, begin)| offset(at, begin));
            table.row([
                Cell::new(
                    Role::Dim,
                    step.at.map_or_else(String::new, |at| page.clock(at)),
                ),
                Cell::from(offset.unwrap_or_default()),
                Cell::new(
                    Role::Dim,
                    step.context.gap.map_or_else(String::new, time::gap),
                ),
                Cell::new(Role::Dim, step.name.to_string()),
                Cell::new(Role::Event, step.event.as_deref().unwrap_or("(no event)")),
                Cell::new(role(step), remarks(step, begin)),
            ]);
            for (name, delivery) in self.delivered(step) {
                let capture = if *name == step.name {
                    String::new()
                } else {
                    name.to_string()
                };
                table.row(deliveries::row(delivery, capture, page));
            }
        }
        for (presence, standing) in self.not_come() {
            let (role, text) = words(presence, standing);
            table.row([
                Cell::from(""),
                Cell::from(""),
                Cell::from(""),
                Cell::new(Role::Dim, "-"),
                Cell::new(role, presence.events.join(" or ")),
                Cell::new(role, text),
            ]);
        }
        table.write(out, page.style)
    }

    /// What became of forwarding a capture, and the last copy of it.
    fn delivered<'s>(
        &'s self,
        step: &'s Step,
    ) -> impl Iterator<Item = (&'s CaptureName, &'s AttemptRecord)> {
        let copy = step.last_duplicate.as_ref().map(|(name, _)| name);
        let names = std::iter::once(&step.name).chain(copy);
        names.flat_map(|name| {
            let found = self.deliveries.get(name).into_iter().flatten();
            found.map(move |delivery| (name, delivery))
        })
    }

    fn headline(&self, page: Page) -> Line {
        let session = &self.row.session;
        let mut line = Line::new(page.style.palette);
        line.show(Role::Session, &session.id)
            .space(2)
            .show(Role::Dim, &session.provider);
        if let Some([first, last]) = session.times {
            let (first_day, last_day) = (page.zone.day(first), page.zone.day(last));
            let end = if first_day == last_day {
                page.zone.clock_seconds(last)
            } else {
                page.zone.date_time(last)
            };
            let length = time::duration(session.length().unwrap_or_default());
            let mut text = page.zone.date_time(first);
            if first < last {
                text = format!("{text} to {end}, {length}");
            }
            line.space(2).push(Role::Plain, &text);
        }
        line.space(2).show(self.row.role(), &self.row.says());
        line
    }

    fn begin(&self) -> Option<DateTime<Utc>> {
        self.row.session.times.map(|[first, _]| first)
    }

    /// The captures on a line, to scale.
    fn picture(&self, page: Page, out: &mut dyn Write) -> Result<(), OutputError> {
        let (Some(begin), Some(length)) = (self.begin(), self.row.session.length()) else {
            return Ok(());
        };
        if length.is_zero() || self.steps.len() < 2 {
            return Ok(());
        }
        let marks = self.steps.iter().filter_map(|step| {
            let since = (step.at? - begin).to_std().ok()?;
            Some((
                since.as_secs_f64() / length.as_secs_f64(),
                mark(step.verdict),
            ))
        });
        let marks: Vec<_> = marks.collect();
        let columns = page
            .style
            .width
            .map_or(PIPED, |width| width.min(WIDEST))
            .max(20);
        let end = time::gap(length);
        let mut line = Line::new(page.style.palette);
        let columns = columns.saturating_sub(4 + end.len());
        line.push(Role::Dim, "+0 ")
            .push(Role::Plain, &scale(&marks, columns))
            .push(Role::Dim, &format!(" {end}"));
        Ok(line.write(out)?)
    }

    /// What of the documents has not come.
    fn not_come(&self) -> impl Iterator<Item = (&Presence, &Standing)> {
        self.standings
            .iter()
            .filter(|(_, one)| **one != Standing::Came)
    }

    /// For programs: a line for each row.
    pub fn json(&self, out: &mut dyn Write) -> Result<(), OutputError> {
        let mut lines = JsonLines::new(out);
        self.objects()
            .iter()
            .try_for_each(|step| lines.write("step", step))
    }

    /// For programs: an object for each row.
    pub fn objects(&self) -> Vec<StepJson<'_>> {
        let mut objects = Vec::new();
        let (provider, session) = (&*self.row.session.provider, &*self.row.session.id);
        for step in self.steps {
            let offset = step.at.zip(self.begin()).map(|(at, begin)| at - begin);
            let later = &step.context.out_of_order_after;
            objects.push(StepJson {
                provider,
                session,
                event: step.event.as_deref(),
                seq: step.name.number,
                file: step.name.file.as_deref(),
                at: step.at.map(timestamp),
                offset_ms: offset.map(|offset| offset.num_milliseconds()),
                gap_ms: step.context.gap.map(|gap| gap.as_millis()),
                duplicates: step.duplicates,
                out_of_order: later.is_some(),
                optional: self.is_optional(step),
                standing: StandingJson::Came,
                verdict: Some(step.verdict.word()),
                why: None,
                deliveries: deliveries::json(self.delivered(step).map(|(_, one)| one)),
            });
        }
        for (presence, standing) in self.not_come() {
            for event in &presence.events {
                objects.push(StepJson {
                    provider,
                    session,
                    event: Some(event),
                    seq: None,
                    file: None,
                    at: None,
                    offset_ms: None,
                    gap_ms: None,
                    duplicates: 0,
                    out_of_order: false,
                    optional: presence.only.is_some(),
                    standing: standing.into(),
                    verdict: None,
                    why: Some(words(presence, standing).1),
                    deliveries: Vec::new(),
                });
            }
        }
        objects
    }

    /// The last capture that an event which has not come follows: that of the event after which it
    /// comes, or else of the nearest event that is promised before it.
    pub fn before(&self, event: &str) -> Option<&Step> {
        let last = |name: &str| {
            let mut steps = self.steps.iter().rev();
            steps.find(|step| step.event.as_deref() == Some(name))
        };
        let all: Vec<&Presence> = self.standings.iter().map(|(one, _)| one).collect();
        let is_of = |one: &&Presence| one.events.iter().any(|name| name == event);
        let place = all.iter().position(is_of)?;
        let after = all[place].after.as_deref().and_then(last);
        let promised = all[..place].iter().rev().filter(|one| one.only.is_none());
        after.or_else(|| {
            promised
                .flat_map(|one| &one.events)
                .find_map(|name| last(name))
        })
    }

    /// Whether the documents do not promise the event of a step.
    fn is_optional(&self, step: &Step) -> bool {
        let mut promised = self.standings.iter().filter(|(one, _)| one.only.is_none());
        !promised.any(|(one, _)| {
            one.events
                .iter()
                .any(|event| Some(&**event) == step.event.as_deref())
        })
    }
}

impl From<&Standing> for StandingJson {
    fn from(standing: &Standing) -> StandingJson {
        match standing {
            Standing::Came => StandingJson::Came,
            Standing::Missing(_) => StandingJson::Missing,
            Standing::Open => StandingJson::Open,
            Standing::Optional => StandingJson::Optional,
            Standing::NotKnown => StandingJson::NotKnown,
        }
    }
}

/// `+40m 12s`, counted from the first capture.
fn offset(at: DateTime<Utc>, begin: DateTime<Utc>) -> String {
    match (at - begin).to_std() {
        Ok(Duration::ZERO) | Err(_) => "+0".to_owned(),
        Ok(offset) => time::gap(offset),
    }
}

/// The mark of a capture: its form tells the verdict.
fn mark(verdict: Verdict) -> char {
    match verdict {
        Verdict::Valid => '●',
        Verdict::Warning => '▲',
        Verdict::Unknown => '?',
        Verdict::Invalid => '✕',
    }
}

fn role(step: &Step) -> Role {
    match step.verdict {
        Verdict::Valid => Role::Warning,
        verdict => Role::from(verdict),
    }
}

fn remarks(step: &Step, begin: Option<DateTime<Utc>>) -> String {
    let mut remarks = Vec::new();
    if step.verdict != Verdict::Valid {
        let code = step.code.as_deref().unwrap_or_default();
        remarks.push(format!("{} {code}", step.verdict).trim_end().to_owned());
    }
    if let Some((event, earlier)) = &step.context.out_of_order_after {
        remarks.push(format!("out of order: after {event} {earlier}"));
    }
    if let Some(earlier) = &step.context.same_key_as {
        remarks.push(format!("same key as {earlier}, another body"));
    }
    if let Some((last, at)) = &step.last_duplicate {
        let at = at
            .zip(begin)
            .map(|(at, begin)| format!(" at {}", offset(at, begin)));
        let at = at.unwrap_or_default();
        remarks.push(format!("×{}, again {last}{at}", step.duplicates + 1));
    }
    show(&remarks.join("; ")).into_owned()
}

/// Why an event has not come.
fn words(presence: &Presence, standing: &Standing) -> (Role, String) {
    match standing {
        Standing::Came => (Role::Plain, String::new()),
        Standing::Missing(Why::Later(event)) => (
            Role::Invalid,
            format!("missing: {event} came, which comes later"),
        ),
        Standing::Missing(Why::Settled(event)) => {
            (Role::Invalid, format!("missing: it follows {event}"))
        }
        Standing::Open => (Role::Plain, "open: it may still come".to_owned()),
        Standing::Optional => {
            let only = presence.only.as_deref().unwrap_or_default();
            (Role::Dim, format!("optional: only {only}"))
        }
        Standing::NotKnown => (
            Role::Dim,
            "not known: a part of the session was not read".to_owned(),
        ),
    }
}
