//! Prints each thing as it arrives, in the format that was asked for.

use std::io::Write as _;
use std::path::PathBuf;

use chrono::Utc;
use serde::Serialize;

use super::columns::{Columns, Headline, Reply};
use super::page::Page;
use super::{capture, forward, json, log, refused, relay};
use crate::flows::forwarding::ForwardEvent;
use crate::flows::history::{CaptureName, Context};
use crate::flows::listening::{FurtherRefusals, LastRefusal, NOT_AN_EVENT};
use crate::flows::relay::RelayEvent;
use crate::journal::JournalEvent;
use crate::model::environment::Output;
use crate::model::error::OutputError;
use crate::receiver::{Event, Refusal};
use crate::render::payload::write_body;
use crate::render::{Line, Role};
use crate::text::number::{count, counted, grouped};
use crate::validation::JudgedCapture;
use crate::wire::JsonLines;
use crate::wire::listen::{
    DroppedJson, GreetedJson, LogNewsJson, ProblemJson, RefusedJson, RefusedMoreJson, timestamp,
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

/// Prints what arrives, to stdout, while the run continues.
pub struct ListenPrinter {
    /// stdout
    pub out: Box<dyn Output>,
    /// What is printed.
    pub format: ListenFormat,
    /// How it is laid out for people.
    pub page: Page,
    /// The targets of `--forward`, their passwords masked.
    pub targets: Vec<String>,
    /// The log, which also has the captures that are not shown.
    pub log: Option<PathBuf>,
    /// The path of the captures, unless they show another one.
    pub path: String,
    /// How wide the columns are by now.
    pub columns: Columns,
    /// What is known of the reply to a capture without a status.
    pub unanswered: Reply,
    /// The relay, its password masked.
    pub relay: String,
}

impl ListenPrinter {
    /// Writes an object for machines, or lines for people.
    fn write<T: Serialize>(
        &mut self,
        kind: &str,
        object: impl FnOnce() -> T,
        lines: impl FnOnce(Page) -> Vec<Line>,
    ) -> Result<(), OutputError> {
        match self.format {
            ListenFormat::Quiet => Ok(()),
            ListenFormat::Json => JsonLines::new(&mut *self.out).write(kind, &object()),
            ListenFormat::Pretty | ListenFormat::Line => {
                self.page.style = self.page.style.now();
                for line in lines(self.page) {
                    line.write(&mut *self.out)?;
                }
                Ok(self.out.flush()?)
            }
        }
    }

    /// Prints a capture, and its relation to earlier ones.
    pub fn capture(
        &mut self,
        judged: &JudgedCapture,
        status: Option<u16>,
        context: &Context,
    ) -> Result<(), OutputError> {
        let name = judged.seq.map(|seq| CaptureName::of_log(Some(seq)));
        let headline = Headline {
            judged,
            name: name.as_ref(),
            received_at: Some(judged.capture.received_at),
            at: Some(judged.capture.received_at),
            reply: status.map_or(self.unanswered, Reply::Status),
            context,
            path: Some(&self.path),
        };
        self.page.style = self.page.style.now();
        // Put together first, so that a terminal gets one write per event.
        let mut text = Vec::new();
        match self.format {
            ListenFormat::Quiet => return Ok(()),
            ListenFormat::Json => {
                let object = json::capture(&headline);
                return JsonLines::new(&mut *self.out).write("capture", &object);
            }
            ListenFormat::Pretty => {
                let log = self.log.as_deref();
                capture::in_full(&mut text, self.page, &mut self.columns, &headline, log)?;
            }
            ListenFormat::Line => {
                capture::one_line(&mut text, self.page, &mut self.columns, &headline)?;
            }
        }
        self.out.write_all(&text)?;
        Ok(self.out.flush()?)
    }

    /// Prints what happened at the target of `--forward` with this number.
    pub fn forwarded(&mut self, number: usize, event: &ForwardEvent) -> Result<(), OutputError> {
        let target = self.targets.get(number).cloned().unwrap_or_default();
        let is_one_of = self.targets.len() > 1;
        let object = || json::forward(&target, event);
        self.write("forward", object, |page| {
            vec![forward::line(page, &target, is_one_of, event)]
        })
    }

    /// Prints an event of the receiver that is not a capture.
    pub fn refused(&mut self, event: &Event) -> Result<(), OutputError> {
        let (at, status, message) = match event {
            Event::Captured { .. } => return Ok(()),
            // People see the outage of the log instead.
            Event::Refused {
                reason: Refusal::NotRecorded(_),
                ..
            } if self.format != ListenFormat::Json => return Ok(()),
            Event::Refused {
                at,
                peer,
                method,
                target,
                reason,
                partial,
            } => {
                let status = reason.status();
                let object = || RefusedJson {
                    at: timestamp(*at),
                    peer,
                    method,
                    target,
                    status,
                    reason: reason.to_string(),
                    partial_body: str::from_utf8(partial).ok().filter(|text| !text.is_empty()),
                };
                self.write("refused", object, |page| {
                    let what = format!("{method} {target} from {peer}: {reason}");
                    refused::lines(page, *at, Some(status), &what)
                })?;
                if !partial.is_empty() && self.format.is_for_people() {
                    let Page { style, layout, .. } = self.page;
                    write_body(&mut *self.out, style, layout, partial)?;
                    self.out.flush()?;
                }
                return Ok(());
            }
            Event::Greeted {
                at,
                peer,
                method,
                target,
            } => {
                let object = || GreetedJson {
                    at: timestamp(*at),
                    peer,
                    method,
                    target,
                };
                return self.write("greeted", object, |page| {
                    let what = format!("{method} {target} from {peer}: {NOT_AN_EVENT}");
                    refused::lines(page, *at, Some(200), &what)
                });
            }
            Event::Unreadable { at, peer, problem } => {
                (*at, problem.status(), format!("from {peer}: {problem}"))
            }
            Event::NotAccepting { at, problem } => {
                let what =
                    format!("the system hands out no more connections, senders wait: {problem}");
                (*at, None, what)
            }
            Event::Crowded { at, connections } => {
                let open = counted(count(*connections), "connection is", "connections are");
                let what = format!(
                    "{open} open, the limit (--max-connections): each new one closes the one that \
                     is idle for the longest time"
                );
                (*at, None, what)
            }
        };
        let object = || ProblemJson {
            at: timestamp(at),
            status,
            message: &message,
        };
        self.write("problem", object, |page| {
            refused::lines(page, at, status, &message)
        })
    }

    /// Prints how many further requests were refused.
    pub fn further_refusals(&mut self, all: &[FurtherRefusals]) -> Result<(), OutputError> {
        let at = Utc::now();
        for further in all {
            let FurtherRefusals {
                count,
                status,
                last,
            } = further;
            let request = last.request.as_ref();
            let object = || RefusedMoreJson {
                at: timestamp(at),
                count: *count,
                status: *status,
                reason: &last.reason,
                last_peer: &last.peer,
                last_method: request.map(|(method, _)| &**method),
                last_target: request.map(|(_, target)| &**target),
            };
            self.write("refused-more", object, |page| {
                let count = grouped(*count);
                let LastRefusal { peer, reason, .. } = last;
                let what = request.map_or_else(String::new, |(method, target)| {
                    format!("{method} {target} ")
                });
                let what = format!("{count} more, the last {what}from {peer}: {reason}");
                refused::lines(page, at, *status, &what)
            })?;
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

    /// Prints what happened between the log and a relay.
    pub fn relay(&mut self, event: &RelayEvent) -> Result<(), OutputError> {
        let relay = self.relay.clone();
        if let RelayEvent::Gap(gap) = event {
            let object = || relay::gap(&relay, gap);
            return self.write("gap", object, |page| vec![relay::gap_line(page, gap)]);
        }
        let object = || relay::object(&relay, event);
        self.write("relay", object, |page| {
            vec![relay::line(page, &relay, event)]
        })
    }

    /// Prints what happened to the files of the log.
    pub fn log_event(&mut self, event: &JournalEvent) -> Result<(), OutputError> {
        self.log(&log::of_event(event))
    }

    fn log(&mut self, news: &LogNewsJson) -> Result<(), OutputError> {
        self.write("log", || news, |page| vec![log::line(page, news)])
    }

    /// Prints how many further events were not shown.
    pub fn not_shown(&mut self, count: u64) -> Result<(), OutputError> {
        let elsewhere = if self.log.is_some() {
            "; what was answered 200 is in the log"
        } else {
            ", and there is no log"
        };
        self.write(
            "dropped",
            || DroppedJson { count },
            |page| {
                let events = counted(count, "event", "events");
                let mut line = Line::new(page.style.palette);
                line.push(Role::Warning, &format!("{events} not shown{elsewhere}"));
                vec![line]
            },
        )
    }
}
