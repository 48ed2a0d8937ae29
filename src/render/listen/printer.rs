//! Prints each thing as it arrives, in the format that was asked for.

use std::io::Write as _;

use chrono::{DateTime, Utc};

use super::columns::{Columns, Headline};
use super::page::Page;
use super::{capture, forward, json, log, refused};
use crate::flows::forwarding::ForwardEvent;
use crate::flows::history::Context;
use crate::flows::listening::FurtherRefusals;
use crate::journal::JournalEvent;
use crate::model::environment::Output;
use crate::model::error::OutputError;
use crate::receiver::{Event, Refusal};
use crate::render::{Line, Role};
use crate::text::number::{counted, grouped};
use crate::validation::JudgedCapture;
use crate::wire::JsonLines;
use crate::wire::listen::{
    DroppedJson, LogNewsJson, ProblemJson, RefusedJson, RefusedMoreJson, timestamp,
};

/// What `listen` prints on stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ListenFormat {
    /// A headline, the payload and the findings of each event.
    Pretty,
    /// One line per event, in columns.
    Line,
    /// One JSON object per line, each with a `kind`.
    Json,
    /// Only the totals, at the end.
    Quiet,
}

impl ListenFormat {
    /// Whether people read it as it comes.
    pub fn is_for_people(self) -> bool {
        matches!(self, ListenFormat::Pretty | ListenFormat::Line)
    }

    /// Whether it shows all findings of a capture.
    pub fn shows_findings(self) -> bool {
        matches!(self, ListenFormat::Pretty | ListenFormat::Json)
    }
}

/// Prints what arrives. It writes to stdout while the run goes on.
pub struct ListenPrinter {
    /// stdout
    pub out: Box<dyn Output>,
    /// What is printed.
    pub format: ListenFormat,
    /// How it is laid out for people.
    pub page: Page,
    /// The target of `--forward`, its password masked.
    pub target: String,
    /// Whether captures that are not shown are in a log.
    pub has_log: bool,
    /// How wide the columns are by now.
    pub columns: Columns,
}

impl ListenPrinter {
    /// Prints a capture, and what it has to do with earlier ones.
    pub fn capture(
        &mut self,
        judged: &JudgedCapture,
        status: Option<u16>,
        context: &Context,
    ) -> Result<(), OutputError> {
        let headline = Headline {
            judged,
            status,
            context,
        };
        // Put together first, so that a terminal gets one write an event.
        let mut text = Vec::new();
        match self.format {
            ListenFormat::Quiet => return Ok(()),
            ListenFormat::Json => return json::capture(&mut *self.out, judged, status, context),
            ListenFormat::Pretty => {
                capture::in_full(&mut text, self.page, &mut self.columns, &headline)?;
            }
            ListenFormat::Line => {
                capture::one_line(&mut text, self.page, &mut self.columns, &headline)?;
            }
        }
        self.out.write_all(&text)?;
        Ok(self.out.flush()?)
    }

    /// Prints what happened at the target of `--forward`.
    pub fn forwarded(&mut self, event: &ForwardEvent) -> Result<(), OutputError> {
        if self.format == ListenFormat::Json {
            return json::forward(&mut *self.out, &self.target, event);
        }
        let line = forward::line(self.page, &self.target, event);
        self.line(&line)
    }

    /// Prints an event of the receiver that is no capture.
    pub fn refused(&mut self, event: &Event) -> Result<(), OutputError> {
        let is_json = self.format == ListenFormat::Json;
        match event {
            Event::Refused {
                at,
                peer,
                method,
                target,
                reason,
            } if is_json => {
                let object = RefusedJson {
                    at: timestamp(*at),
                    peer,
                    method,
                    target,
                    status: reason.status(),
                    reason: reason.to_string(),
                };
                JsonLines::new(&mut *self.out).write("refused", &object)
            }
            // An outage of the log was printed as such.
            Event::Captured { .. }
            | Event::Refused {
                reason: Refusal::NotRecorded(_),
                ..
            } => Ok(()),
            Event::Refused {
                at,
                peer,
                method,
                target,
                reason,
            } => {
                let what = format!("{method} {target} from {peer}: {reason}");
                self.problem(*at, Some(reason.status()), &what)
            }
            Event::Unreadable { at, peer, problem } => {
                let what = format!("from {peer}: {problem}");
                self.problem(*at, problem.status(), &what)
            }
            Event::NotAccepting { at, problem } => {
                let what =
                    format!("the system hands out no more connections, senders wait: {problem}");
                self.problem(*at, None, &what)
            }
        }
    }

    /// Prints how many further requests were refused.
    pub fn further_refusals(&mut self, all: &[FurtherRefusals]) -> Result<(), OutputError> {
        let at = Utc::now();
        for further in all {
            let FurtherRefusals {
                count,
                status,
                reason,
                last_peer,
            } = further;
            if self.format == ListenFormat::Json {
                let object = RefusedMoreJson {
                    at: timestamp(at),
                    count: *count,
                    status: *status,
                    reason,
                    last_peer,
                };
                JsonLines::new(&mut *self.out).write("refused-more", &object)?;
                continue;
            }
            let count = grouped(*count);
            let what = format!("{count} more, the last from {last_peer}: {reason}");
            self.problem(at, *status, &what)?;
        }
        Ok(())
    }

    /// Prints that the log cannot be written any more.
    pub fn log_fails(&mut self, why: &str) -> Result<(), OutputError> {
        self.log(&log::failing(why))
    }

    /// Prints that the log can be written again, and how many requests it refused.
    pub fn log_recovered(&mut self, refused: u64) -> Result<(), OutputError> {
        self.log(&log::recovered(refused))
    }

    /// Prints what happened to the files of the log.
    pub fn log_event(&mut self, event: &JournalEvent) -> Result<(), OutputError> {
        self.log(&log::of_event(event))
    }

    fn log(&mut self, news: &LogNewsJson) -> Result<(), OutputError> {
        if self.format == ListenFormat::Json {
            return JsonLines::new(&mut *self.out).write("log", news);
        }
        let line = log::line(self.page, news);
        self.line(&line)
    }

    /// Prints how many events were not shown since it last said so.
    pub fn not_shown(&mut self, count: u64) -> Result<(), OutputError> {
        if self.format == ListenFormat::Json {
            return JsonLines::new(&mut *self.out).write("dropped", &DroppedJson { count });
        }
        let events = counted(count, "event", "events");
        let elsewhere = if self.has_log {
            "; what was answered 200 is in the log"
        } else {
            ", and there is no log"
        };
        let mut line = Line::new(self.page.style.palette);
        line.push(Role::Warning, &format!("{events} not shown{elsewhere}"));
        self.line(&line)
    }

    fn problem(
        &mut self,
        at: DateTime<Utc>,
        status: Option<u16>,
        what: &str,
    ) -> Result<(), OutputError> {
        match self.format {
            ListenFormat::Quiet => Ok(()),
            ListenFormat::Json => {
                let object = ProblemJson {
                    at: timestamp(at),
                    status,
                    message: what,
                };
                JsonLines::new(&mut *self.out).write("problem", &object)
            }
            ListenFormat::Pretty | ListenFormat::Line => {
                refused::write(&mut *self.out, self.page, at, status, what)?;
                Ok(self.out.flush()?)
            }
        }
    }

    fn line(&mut self, line: &Line) -> Result<(), OutputError> {
        if self.format == ListenFormat::Quiet {
            return Ok(());
        }
        line.write(&mut *self.out)?;
        Ok(self.out.flush()?)
    }
}
