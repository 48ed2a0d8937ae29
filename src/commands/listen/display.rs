//! Shows events as they come, on a thread of its own.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use super::{Format, Options};
use crate::capture::Capture;
use crate::catalog::{Clock, Fresh};
use crate::commands::Console;
use crate::commands::finding::{FindingJson, findings};
use crate::error::OutputError;
use crate::json;
use crate::output::findings::write_compact;
use crate::output::number::counted;
use crate::output::payload::{Layout, write_body, write_payload};
use crate::output::{JsonLines, Line, Page, Role, Zone, time};
use crate::receiver::Event;
use crate::report::{Report, Verdict};
use crate::validation::Validation;

/// Columns of the headline: events and sessions that are longer move what follows.
const EVENT_COLUMN: usize = 14;
const SESSION_COLUMN: usize = 30;
const STATUS_COLUMN: usize = 44;
const SEQ_COLUMN: usize = 58;

/// How often it is said what could not be shown, at most.
const PATIENCE: Duration = Duration::from_millis(500);

/// Renders events until their queue ends. It has stdout to itself meanwhile.
pub(super) struct Display {
    out: Box<dyn Write + Send>,
    page: Page,
    zone: Zone,
    validation: Validation,
    format: Format,
    layout: Layout,
    dropped: Arc<AtomicU64>,
    tally: Tally,
}

/// What was shown, and what was not.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Captures by verdict.
    pub(super) verdicts: BTreeMap<Verdict, u64>,
    /// Requests that were refused.
    pub(super) refused: u64,
    /// Events that came too fast to be shown.
    pub(super) dropped: u64,
}

impl Display {
    pub(super) fn new(
        options: &Options,
        console: &mut Console,
        validation: Validation,
        dropped: Arc<AtomicU64>,
    ) -> Display {
        Display {
            out: std::mem::replace(&mut console.out, Box::new(std::io::sink())),
            page: console.page,
            zone: console.zone,
            validation,
            format: options.format,
            layout: Layout {
                margin: 2,
                full: options.full,
                ..Layout::default()
            },
            dropped,
            tally: Tally::default(),
        }
    }

    /// Shows what comes until nobody sends any more.
    pub(super) fn run(
        mut self,
        events: &Receiver<Event>,
    ) -> Result<(Box<dyn Write + Send>, Tally), OutputError> {
        let mut said = Instant::now();
        loop {
            match events.recv_timeout(PATIENCE) {
                Ok(event) => self.show(&event)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if said.elapsed() >= PATIENCE {
                self.say_dropped()?;
                said = Instant::now();
            }
        }
        self.say_dropped()?;
        Ok((self.out, self.tally))
    }

    fn show(&mut self, event: &Event) -> Result<(), OutputError> {
        match event {
            Event::Captured {
                seq,
                capture,
                status,
            } => {
                let report = self.validation.explain(&capture.body);
                *self.tally.verdicts.entry(report.verdict()).or_default() += 1;
                match self.format {
                    Format::Pretty => self.show_capture(*seq, capture, *status, &report),
                    Format::Json => self.write_json(*seq, capture, *status, &report),
                }
            }
            Event::Refused {
                at,
                peer,
                method,
                target,
                reason,
            } => {
                self.tally.refused += 1;
                match self.format {
                    Format::Pretty => {
                        let what = format!("{method} {target} from {peer}: {reason}");
                        self.show_problem(*at, Some(reason.status()), &what)
                    }
                    Format::Json => {
                        let object = RefusedJson {
                            at: stamp(*at),
                            peer,
                            method,
                            target,
                            status: reason.status(),
                            reason: reason.to_string(),
                        };
                        JsonLines::new(&mut *self.out).write("refused", &object)
                    }
                }
            }
            Event::Unreadable {
                at,
                peer,
                status,
                problem,
            } => {
                self.tally.refused += 1;
                self.show_problem(
                    *at,
                    Some(*status),
                    &format!("from {peer}: not HTTP/1: {problem}"),
                )
            }
            Event::NotAccepting { at, problem } => {
                let what =
                    format!("the system hands out no more connections, senders wait: {problem}");
                self.show_problem(*at, None, &what)
            }
        }
    }

    fn show_capture(
        &mut self,
        seq: Option<u64>,
        capture: &Capture,
        status: u16,
        report: &Report,
    ) -> Result<(), OutputError> {
        let page = self.page;
        let verdict = report.verdict();
        let mut line = Line::new(page.palette);
        line.push(Role::Dim, &self.zone.clock(capture.received_at));
        line.space(2).pad_to(EVENT_COLUMN);
        line.show(Role::Event, report.event.as_deref().unwrap_or("(no event)"));
        line.space(2).pad_to(SESSION_COLUMN);
        line.show(Role::Session, report.session.as_deref().unwrap_or_default());
        line.space(2).pad_to(STATUS_COLUMN);
        line.push(Role::Plain, &status.to_string()).space(2);
        line.push(Role::from(verdict), verdict.word());
        if let Some(seq) = seq {
            line.space(2)
                .pad_to(SEQ_COLUMN)
                .push(Role::Dim, &format!("#{seq}"));
        }
        let out = &mut *self.out;
        line.write(out)?;
        let reading = json::read(&capture.body);
        match &reading.root {
            Some(root) if reading.faults.is_empty() => {
                let annotate =
                    |pointer: &str| self.annotate(report, root, pointer, capture.received_at);
                let mut text = Vec::new();
                write_payload(&mut text, page, self.layout, root, &annotate)?;
                self.out.write_all(&text)?;
            }
            _ => write_body(out, page, self.layout, &capture.body)?,
        }
        for finding in &report.findings {
            write_compact(&mut *self.out, page, self.layout.margin, finding)?;
        }
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

    fn show_problem(
        &mut self,
        at: DateTime<Utc>,
        status: Option<u16>,
        what: &str,
    ) -> Result<(), OutputError> {
        if self.format == Format::Json {
            let object = ProblemJson {
                at: stamp(at),
                status,
                message: what,
            };
            return JsonLines::new(&mut *self.out).write("problem", &object);
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

    fn write_json(
        &mut self,
        seq: Option<u64>,
        capture: &Capture,
        status: u16,
        report: &Report,
    ) -> Result<(), OutputError> {
        let text = std::str::from_utf8(&capture.body).ok();
        let object = CaptureJson {
            seq,
            received_at: stamp(capture.received_at),
            peer: &capture.peer,
            target: &capture.target,
            status,
            provider: report.provider.as_deref(),
            event: report.event.as_deref(),
            session: report.session.as_deref(),
            verdict: report.verdict().word(),
            findings: findings(report),
            body: text,
            body_base64: text.is_none().then(|| STANDARD.encode(&capture.body)),
        };
        JsonLines::new(&mut *self.out).write("capture", &object)
    }

    /// Says how many events the display could not keep up with since it last said so.
    fn say_dropped(&mut self) -> Result<(), OutputError> {
        let dropped = self.dropped.load(Ordering::Relaxed);
        let new = dropped - self.tally.dropped;
        if new == 0 {
            return Ok(());
        }
        self.tally.dropped = dropped;
        match self.format {
            Format::Pretty => {
                let text = format!(
                    "{} not shown; what was answered 200 is in the log",
                    counted(new, "event", "events")
                );
                Line::new(self.page.palette)
                    .push(Role::Warning, &text)
                    .write(&mut *self.out)?;
                Ok(self.out.flush()?)
            }
            Format::Json => {
                JsonLines::new(&mut *self.out).write("dropped", &DroppedJson { count: new })
            }
        }
    }
}

fn stamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A capture, for machines.
#[derive(Serialize)]
struct CaptureJson<'c> {
    seq: Option<u64>,
    received_at: String,
    peer: &'c str,
    target: &'c str,
    status: u16,
    provider: Option<&'c str>,
    event: Option<&'c str>,
    session: Option<&'c str>,
    verdict: &'static str,
    findings: Vec<FindingJson<'c>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
}

/// A refused request, for machines.
#[derive(Serialize)]
struct RefusedJson<'c> {
    at: String,
    peer: &'c str,
    method: &'c str,
    target: &'c str,
    status: u16,
    reason: String,
}

/// Something that came and was no request, for machines.
#[derive(Serialize)]
struct ProblemJson<'c> {
    at: String,
    status: Option<u16>,
    message: &'c str,
}

/// Events that were not shown, for machines.
#[derive(Serialize)]
struct DroppedJson {
    count: u64,
}
