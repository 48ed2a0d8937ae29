//! Shows events as they come, on a thread of its own.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::context::Memory;
use super::filter::Filter;
use super::forward::{ForwardNotice, Forwarded, What};
use super::headline::{Columns, EVENT_COLUMN, Headline, remark_role, remarks};
use super::machine::{self, DroppedJson, ProblemJson, RefusedJson, stamp};
use super::queue::{Notice, Queue};
use super::{Format, Options};
use crate::capture::Capture;
use crate::catalog::{Clock, Fresh};
use crate::commands::Console;
use crate::delivery::Ending;
use crate::error::OutputError;
use crate::json;
use crate::output::findings::write_compact;
use crate::output::number::counted;
use crate::output::payload::{Layout, write_body, write_payload};
use crate::output::text::cut;
use crate::output::{JsonLines, Line, Page, Role, Zone, show, time};
use crate::receiver::Event;
use crate::report::{Report, Verdict};
use crate::validation::{Glance, Validation};

/// How often it is said what could not be shown, at most.
const PATIENCE: Duration = Duration::from_millis(500);

/// Columns of an answer's body that are shown where the stream has no width.
const ANSWER: usize = 200;

/// Renders events until their queue ends. It has stdout to itself meanwhile.
pub(super) struct Display {
    out: Box<dyn Write + Send>,
    page: Page,
    zone: Zone,
    validation: Validation,
    format: Format,
    layout: Layout,
    filter: Filter,
    /// The target of `--forward`, its password masked.
    target: String,
    columns: Columns,
    memory: Memory,
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
    pub(super) fn new(options: &Options, console: &mut Console, validation: Validation) -> Display {
        Display {
            out: std::mem::replace(&mut console.out, Box::new(std::io::sink())),
            page: console.page,
            zone: console.zone,
            format: options.format,
            layout: Layout {
                margin: 2,
                full: options.full,
                ..Layout::default()
            },
            filter: options.filter.resolve(validation.catalog()),
            target: options
                .forward
                .as_ref()
                .map(|forward| forward.url.to_string())
                .unwrap_or_default(),
            columns: Columns::new(),
            memory: Memory::new(),
            tally: Tally::default(),
            validation,
        }
    }

    /// Shows what comes until nobody sends any more.
    pub(super) fn run(
        mut self,
        queue: &Queue,
    ) -> Result<(Box<dyn Write + Send>, Tally), OutputError> {
        let mut said = Instant::now();
        loop {
            match queue.next(PATIENCE) {
                Ok(Notice::Received(event)) => self.received(&event)?,
                Ok(Notice::Forwarded(notice)) => self.forwarded(&notice)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if said.elapsed() >= PATIENCE {
                said = Instant::now();
                self.say_dropped(queue.dropped())?;
            }
        }
        self.say_dropped(queue.dropped())?;
        self.tally.duplicates = self.memory.duplicates;
        self.tally.sessions = self.memory.sessions_begun;
        Ok((self.out, self.tally))
    }

    fn received(&mut self, event: &Event) -> Result<(), OutputError> {
        match event {
            Event::Captured {
                seq,
                capture,
                status,
            } => self.captured(*seq, capture, *status),
            Event::Refused {
                at,
                peer,
                method,
                target,
                reason,
            } => {
                let status = reason.status();
                if self.format == Format::Json {
                    let object = RefusedJson {
                        at: stamp(*at),
                        peer,
                        method,
                        target,
                        status,
                        reason: reason.to_string(),
                    };
                    return JsonLines::new(&mut *self.out).write("refused", &object);
                }
                let what = format!("{method} {target} from {peer}: {reason}");
                self.problem(*at, Some(status), &what)
            }
            Event::Unreadable {
                at,
                peer,
                status,
                problem,
            } => {
                let what = format!("from {peer}: not HTTP/1: {problem}");
                self.problem(*at, Some(*status), &what)
            }
            Event::NotAccepting { at, problem } => {
                let what =
                    format!("the system hands out no more connections, senders wait: {problem}");
                self.problem(*at, None, &what)
            }
        }
    }

    fn captured(
        &mut self,
        seq: Option<u64>,
        capture: &Capture,
        status: Option<u16>,
    ) -> Result<(), OutputError> {
        let glance = self.validation.glance(&capture.body);
        *self.tally.verdicts.entry(glance.verdict).or_default() += 1;
        let catalog = self.validation.catalog();
        let context = self.memory.place(catalog, seq, capture, &glance);
        if self.format == Format::Quiet || !self.filter.lets(&glance) {
            return Ok(());
        }
        if self.format == Format::Json {
            let report = self.validation.explain(&capture.body);
            return machine::capture(&mut *self.out, seq, capture, status, &report, &context);
        }
        let headline = Headline {
            seq,
            received_at: capture.received_at,
            status,
            glance: &glance,
            context: &context,
        };
        if self.format == Format::Line {
            self.one_line(capture, &headline)
        } else {
            self.in_full(capture, &headline)
        }
    }

    /// `line`: the headline, its remarks, and what the worst finding is called.
    fn one_line(&mut self, capture: &Capture, headline: &Headline<'_>) -> Result<(), OutputError> {
        let mut line = self.columns.line(self.page, self.zone, headline);
        let mut remarks = remarks(headline);
        let verdict = headline.glance.verdict;
        if verdict != Verdict::Valid {
            remarks.extend(worst(&self.validation.explain(&capture.body)));
        }
        if !remarks.is_empty() {
            line.pad_to(self.columns.remarks());
            let remarks = remarks.join("; ");
            let remarks = show(&remarks);
            let room = self.room(line.width());
            line.push(remark_role(verdict), &cut(&remarks, room));
        }
        line.write(&mut *self.out)?;
        Ok(self.out.flush()?)
    }

    /// `pretty`: the headline, the payload, the findings.
    fn in_full(&mut self, capture: &Capture, headline: &Headline<'_>) -> Result<(), OutputError> {
        let page = self.page;
        let report = self.validation.explain(&capture.body);
        // Put together first, so that a terminal gets one write an event.
        let mut text = Vec::new();
        let mut line = self.columns.line(page, self.zone, headline);
        for remark in remarks(headline) {
            let wide = line.width() + 2 + crate::output::text::width(&remark);
            if page.width.is_some_and(|width| wide > width) {
                line.write(&mut text)?;
                line = Line::indented(page.palette, EVENT_COLUMN - 2);
            }
            line.space(2).show(Role::Warning, &remark);
        }
        line.write(&mut text)?;
        let reading = json::read(&capture.body);
        match &reading.root {
            Some(root) if reading.faults.is_empty() => {
                let annotate =
                    |pointer: &str| self.annotate(&report, root, pointer, capture.received_at);
                write_payload(&mut text, page, self.layout, root, &annotate)?;
            }
            _ => write_body(&mut text, page, self.layout, &capture.body)?,
        }
        for finding in &report.findings {
            write_compact(&mut text, page, self.layout.margin, finding)?;
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
        let provider = self
            .validation
            .catalog()
            .provider(report.provider.as_deref()?)?;
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
            && !self.lets(forwarded.glance.as_deref())
        {
            return Ok(());
        }
        match self.format {
            Format::Quiet => Ok(()),
            Format::Json => machine::forward(&mut *self.out, &self.target, notice),
            Format::Pretty | Format::Line => {
                self.forward_line(notice).write(&mut *self.out)?;
                Ok(self.out.flush()?)
            }
        }
    }

    fn lets(&self, glance: Option<&Glance>) -> bool {
        glance.is_none_or(|glance| self.filter.lets(glance))
    }

    /// `forward  #1210  500 in 12 ms  {"error":"no such room"}  next try in 2 s (1 of 5)`
    fn forward_line(&self, notice: &ForwardNotice) -> Line {
        let mut line = Line::indented(self.page.palette, EVENT_COLUMN);
        line.push(Role::Dim, "forward").space(2);
        match notice {
            ForwardNotice::Attempted(forwarded) => self.attempt(&mut line, forwarded),
            ForwardNotice::Paused { why, advice, .. } => {
                line.push(Role::Invalid, "waiting").space(2);
                line.show(Role::Plain, why);
                line.push(Role::Plain, "; what comes is kept in the log");
                if let Some(advice) = advice {
                    line.space(2).show(Role::Dim, advice);
                }
            }
            ForwardNotice::Resumed => {
                line.push(Role::Valid, "going on")
                    .space(2)
                    .show(Role::Plain, &self.target);
            }
            ForwardNotice::Problem(problem) => {
                line.push(Role::Invalid, "problem")
                    .space(2)
                    .show(Role::Plain, problem);
            }
        }
        line
    }

    fn attempt(&self, line: &mut Line, forwarded: &Forwarded) {
        if let Some(seq) = forwarded.seq {
            line.push(Role::Dim, &format!("#{seq}")).space(2);
        }
        let next = match forwarded.what {
            What::Delivered | What::Passed => String::new(),
            What::Again(wait) => format!(
                "next try in {} ({} of {})",
                time::duration(wait),
                forwarded.attempt,
                forwarded.of.saturating_sub(1)
            ),
            What::Failed => format!(
                "given up after {}",
                counted(u64::from(forwarded.attempt), "attempt", "attempts")
            ),
        };
        let took = time::duration(forwarded.ended.took);
        match &forwarded.ended.ending {
            Ending::Answered(answer) => {
                let good = answer.is_success();
                let role = if good { Role::Valid } else { Role::Invalid };
                line.push(role, &answer.status.to_string())
                    .push(Role::Plain, &format!(" in {took}"));
                let body = String::from_utf8_lossy(&answer.body);
                let body = body.trim();
                if !good && !body.is_empty() {
                    let body = show(body);
                    let room = self.room(line.width() + 2 + next.len() + 2);
                    let room = if self.layout.full {
                        room
                    } else {
                        room.min(ANSWER)
                    };
                    line.space(2).push(Role::Plain, &cut(&body, room));
                }
            }
            Ending::Unanswered(no_answer) => {
                line.push(Role::Invalid, "no answer")
                    .push(Role::Plain, &format!(" in {took}"))
                    .space(2)
                    .show(Role::Plain, &no_answer.to_string());
            }
        }
        if !next.is_empty() {
            line.space(2).push(Role::Warning, &next);
        }
    }

    /// Columns that are left on the line.
    fn room(&self, taken: usize) -> usize {
        match self.page.width {
            Some(width) if !self.layout.full => width.saturating_sub(taken).max(16),
            _ => usize::MAX,
        }
    }

    fn problem(
        &mut self,
        at: DateTime<Utc>,
        status: Option<u16>,
        what: &str,
    ) -> Result<(), OutputError> {
        match self.format {
            Format::Quiet => return Ok(()),
            Format::Json => {
                let object = ProblemJson {
                    at: stamp(at),
                    status,
                    message: what,
                };
                return JsonLines::new(&mut *self.out).write("problem", &object);
            }
            Format::Pretty | Format::Line => {}
        }
        let mut line = Line::new(self.page.palette);
        line.push(Role::Dim, &self.zone.clock(at))
            .space(2)
            .pad_to(EVENT_COLUMN);
        line.push(Role::Invalid, "refused").space(2);
        if let Some(status) = status {
            line.push(Role::Plain, &status.to_string()).space(2);
        }
        line.show(Role::Plain, what).write(&mut *self.out)?;
        Ok(self.out.flush()?)
    }

    /// Says how many events the display could not keep up with since it last said so.
    fn say_dropped(&mut self, dropped: u64) -> Result<(), OutputError> {
        let new = dropped - self.tally.dropped;
        if new == 0 {
            return Ok(());
        }
        self.tally.dropped = dropped;
        match self.format {
            Format::Quiet => Ok(()),
            Format::Json => {
                JsonLines::new(&mut *self.out).write("dropped", &DroppedJson { count: new })
            }
            Format::Pretty | Format::Line => {
                let text = format!(
                    "{} not shown; what was answered 200 is in the log",
                    counted(new, "event", "events")
                );
                Line::new(self.page.palette)
                    .push(Role::Warning, &text)
                    .write(&mut *self.out)?;
                Ok(self.out.flush()?)
            }
        }
    }
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
