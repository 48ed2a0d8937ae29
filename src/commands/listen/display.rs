//! Shows events as they come, on a thread of its own.

mod eyes;
mod trouble;

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::filter::Filter;
use super::forward::ForwardNotice;
use super::headline::{Columns, Headline, event_column, remark_role, remarks, room};
use super::log_line::{LogNews, Trouble};
use super::machine;
use super::queue::{Notice, Queue};
use super::strangers::Strangers;
use super::{Format, Options, passed_on};
use crate::catalog::{Clock, Fresh};
use crate::commands::Console;
use crate::flows::history::History;
use crate::journal::LogInfo;
use crate::json;
use crate::model::capture::Capture;
use crate::model::content::Content;
use crate::model::error::OutputError;
use crate::model::report::{Report, Verdict};
use crate::render::findings::write_compact;
use crate::render::payload::{write_body, write_payload};
use crate::render::{Layout, Line, Role, TermStyle};
use crate::text::number::{bytes, count};
use crate::text::width::cut;
use crate::text::{Zone, show, time};
use crate::validation::{Glance, Judge, JudgedCapture};

use eyes::Eyes;

/// How often it is said what could not be shown, at most.
const PATIENCE: Duration = Duration::from_millis(500);

/// Renders events until their queue ends. It has stdout to itself meanwhile.
pub(super) struct Display {
    out: Box<dyn Write + Send>,
    style: TermStyle,
    zone: Zone,
    judge: Judge,
    format: Format,
    layout: Layout,
    filter: Filter,
    /// Whether what is not shown is kept.
    has_log: bool,
    /// The target of `--forward`, its password masked.
    target: String,
    strangers: Arc<Strangers>,
    columns: Columns,
    history: History,
    trouble: Trouble,
    eyes: Eyes,
    tally: Tally,
}

/// What was shown, and what was not.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Captures by verdict.
    pub(super) verdicts: BTreeMap<Verdict, u64>,
    /// Events that came too fast to be shown.
    pub(super) dropped: u64,
    /// Captures whose body had come before.
    pub(super) duplicates: u64,
    /// Sessions.
    pub(super) sessions: u64,
}

impl Display {
    pub(super) fn new(
        options: &Options,
        console: &mut Console,
        judge: Judge,
        strangers: Arc<Strangers>,
    ) -> Display {
        Display {
            out: std::mem::replace(&mut console.out, Box::new(std::io::sink())),
            style: console.style,
            zone: console.zone,
            format: options.format,
            layout: Layout {
                margin: 2,
                full: options.full,
                ..Layout::default()
            },
            filter: options.filter.resolve(judge.catalog()),
            has_log: options.log.is_some(),
            target: options
                .forward
                .as_ref()
                .map(|forward| forward.url.to_string())
                .unwrap_or_default(),
            strangers,
            columns: Columns::new(),
            history: History::default(),
            trouble: Trouble::default(),
            eyes: Eyes::new(console.environment.stdout_is_terminal),
            tally: Tally::default(),
            judge,
        }
    }

    /// Shows what comes until nobody sends any more. How it stands to what is in the log is
    /// known from there.
    pub(super) fn run(
        mut self,
        queue: &mut Queue,
        log: Option<&LogInfo>,
    ) -> Result<(Box<dyn Write + Send>, Tally), OutputError> {
        if let Some(log) = log {
            self.history.recall(log, &self.judge);
        }
        let mut said = Instant::now();
        loop {
            match queue.next(PATIENCE) {
                Ok(Notice::Captured { judged, status }) => self.captured(&judged, status)?,
                Ok(Notice::Refused(event)) => self.refused(&event)?,
                Ok(Notice::Forwarded(notice)) => self.forwarded(&notice)?,
                Ok(Notice::Logged(event)) => self.of_the_log(&LogNews::of(&event))?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if said.elapsed() >= PATIENCE {
                said = Instant::now();
                self.say_dropped(queue.dropped() + self.eyes.missed)?;
                if let Some(news) = self.trouble.over() {
                    self.of_the_log(&news)?;
                }
                self.say_more(&self.strangers.due(said))?;
            }
        }
        self.say_dropped(queue.dropped() + self.eyes.missed)?;
        self.say_more(&self.strangers.rest())?;
        self.tally.duplicates = self.history.duplicates();
        self.tally.sessions = self.history.sessions();
        Ok((self.out, self.tally))
    }

    fn captured(&mut self, judged: &JudgedCapture, status: Option<u16>) -> Result<(), OutputError> {
        self.trouble.logged();
        let now = Instant::now();
        let is_missed =
            matches!(self.format, Format::Pretty | Format::Line) && self.eyes.are_full(now);
        let is_full = matches!(self.format, Format::Pretty | Format::Json);
        if is_full && !is_missed {
            // The report is needed anyway, and the glance is a part of it.
            judged.report();
        }
        let glance = judged.glance();
        *self.tally.verdicts.entry(glance.verdict).or_default() += 1;
        let context = self.history.observe(judged);
        if self.format == Format::Quiet || !self.filter.lets(glance) {
            return Ok(());
        }
        if is_missed {
            self.eyes.missed += 1;
            return Ok(());
        }
        self.eyes.see(now);
        let headline = Headline {
            judged,
            status,
            context: &context,
        };
        match self.format {
            Format::Json => machine::capture(&mut *self.out, judged, status, &context),
            Format::Pretty => self.in_full(&headline),
            Format::Line | Format::Quiet => self.one_line(&headline),
        }
    }

    /// `line`: the headline, its remarks, and what the worst finding is called.
    fn one_line(&mut self, headline: &Headline<'_>) -> Result<(), OutputError> {
        let mut line = self.columns.line(self.style, self.zone, headline);
        let mut remarks = remarks(headline);
        let verdict = headline.judged.glance().verdict;
        if verdict != Verdict::Valid {
            remarks.extend(worst(headline.judged.report()));
        }
        if !remarks.is_empty() {
            line.pad_to(self.columns.remarks(self.style));
            let remarks = remarks.join("; ");
            let remarks = show(&remarks);
            let room = room(self.style, self.layout.full, line.width());
            line.push(remark_role(verdict), &cut(&remarks, room));
        }
        line.write(&mut *self.out)?;
        Ok(self.out.flush()?)
    }

    /// `pretty`: the headline, the payload, the findings.
    fn in_full(&mut self, headline: &Headline<'_>) -> Result<(), OutputError> {
        let style = self.style;
        let Headline { judged, .. } = headline;
        let (capture, content, report) = (&judged.capture, judged.content(), judged.report());
        // Put together first, so that a terminal gets one write an event.
        let mut text = Vec::new();
        let mut line = self.columns.line(style, self.zone, headline);
        for remark in remarks(headline) {
            let wide = line.width() + 2 + crate::text::width::width(&remark);
            if style.width.is_some_and(|width| wide > width) {
                line.write(&mut text)?;
                line = Line::indented(style.palette, event_column(style) - 2);
            }
            line.space(2).show(Role::Warning, &remark);
        }
        line.write(&mut text)?;
        if let Some(packed) = packed(capture, content) {
            let mut line = Line::indented(style.palette, self.layout.margin);
            line.show(Role::Dim, &packed).write(&mut text)?;
        }
        let reading = json::read(&content.bytes);
        match &reading.root {
            Some(root) if reading.faults.is_empty() => {
                let annotate =
                    |pointer: &str| self.annotate(report, root, pointer, capture.received_at);
                write_payload(&mut text, style, self.layout, root, &annotate)?;
            }
            _ => write_body(&mut text, style, self.layout, &content.bytes)?,
        }
        for finding in &report.findings {
            write_compact(&mut text, style, self.layout.margin, finding)?;
        }
        self.out.write_all(&text)?;
        Ok(self.out.flush()?)
    }

    /// What stands right of a time: the moment it means, and how long before its arrival.
    fn annotate(
        &self,
        report: &Report,
        root: &json::Node,
        pointer: &str,
        received_at: DateTime<Utc>,
    ) -> Option<String> {
        let field = pointer.strip_prefix('/')?;
        let provider = self.judge.catalog().provider(report.provider.as_deref()?)?;
        let clock: Clock = provider
            .fresh
            .iter()
            .find_map(|(name, fresh)| match fresh {
                Fresh::Now { now } if name == field => Some(*now),
                _ => None,
            })?;
        let moment = clock.read(&root.at(pointer)?.to_value())?;
        let distance = received_at - moment;
        let (length, side) = match distance.to_std() {
            Ok(before) => (before, "before"),
            Err(_) => ((-distance).to_std().ok()?, "after"),
        };
        let same_day = received_at.date_naive() == moment.date_naive();
        let zone = self.zone;
        let shown = if same_day {
            zone.clock_seconds(moment)
        } else {
            zone.date_time(moment)
        };
        // Most clocks of events tick in whole seconds; less than one says nothing.
        if length < Duration::from_secs(1) {
            return Some(format!("{shown}, as it arrived"));
        }
        Some(format!(
            "{shown}, {} {side} it arrived",
            time::duration(length)
        ))
    }

    fn forwarded(&mut self, notice: &ForwardNotice) -> Result<(), OutputError> {
        if let ForwardNotice::Attempted(forwarded) = notice
            && !self.lets(forwarded.judged.as_ref().map(|judged| judged.glance()))
        {
            return Ok(());
        }
        match self.format {
            Format::Quiet => Ok(()),
            Format::Json => machine::forward(&mut *self.out, &self.target, notice),
            Format::Pretty | Format::Line => {
                passed_on::line(self.style, self.layout.full, &self.target, notice)
                    .write(&mut *self.out)?;
                Ok(self.out.flush()?)
            }
        }
    }

    fn lets(&self, glance: Option<&Glance>) -> bool {
        glance.is_none_or(|glance| self.filter.lets(glance))
    }
}

/// How a body was packed, if it was: `gzip: 153 bytes, unpacked 1.2 kB`.
fn packed(capture: &Capture, content: &Content) -> Option<String> {
    if content.codings.is_empty() {
        return None;
    }
    let codings = content.codings.join(", ");
    let before = bytes(count(capture.body.len()));
    Some(match content.fault {
        None => {
            let after = bytes(count(content.bytes.len()));
            format!("({codings}: {before}, unpacked {after})")
        }
        Some(_) => format!("({codings}: {before}, shown as it came)"),
    })
}

/// What the worst finding is called, and how many more there are.
fn worst(report: &Report) -> Option<String> {
    let worst = report
        .findings
        .iter()
        .rev()
        .max_by_key(|finding| finding.severity)?;
    Some(match report.findings.len() - 1 {
        0 => worst.code.to_string(),
        more => format!("{} and {more} more", worst.code),
    })
}
