//! What `send` and `replay` share: one target, one post at a time, and what is said of it.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::signals::Signals;
use super::{Console, Format, Origin, Outcome, RuntimeError, Target};
use crate::delivery::{self, Answer, Attempt, Cause, Ending, Poster, Proxies};
use crate::error::{Failure, OutputError};
use crate::json;
use crate::output::payload::{Layout, write_body, write_payload};
use crate::output::{JsonLines, Line, Page, Role, number, show, time};

/// Posts to one target, and tells what came of it.
pub(super) struct Post {
    poster: Arc<Poster>,
    signals: Signals,
    url: String,
    format: Format,
    tally: Tally,
}

/// What is known of a body besides its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Label<'l> {
    /// The event, if that could be told.
    pub(super) event: Option<&'l str>,
    /// The session it belongs to.
    pub(super) session: Option<&'l str>,
    /// The file it comes from, and the line of it.
    pub(super) place: Option<(&'l str, u64)>,
    /// The number of the record it comes from.
    pub(super) seq: Option<u64>,
    /// How often it was tried, if that was counted.
    pub(super) tries: u32,
}

impl Label<'_> {
    /// How a line about it begins: `#17  roomdrop  7700123  `. What has no number is told by
    /// its place.
    pub(super) fn line(&self, page: Page) -> Line {
        let mut line = Line::new(page.palette);
        self.push(&mut line);
        line
    }

    /// The same as a part of a line.
    pub(super) fn push(&self, line: &mut Line) {
        if let Some(seq) = self.seq {
            line.push(Role::Dim, &format!("#{seq}")).space(2);
        } else if let Some((file, number)) = self.place {
            line.push(Role::Dim, &show(&format!("{file}:{number}")))
                .space(2);
        }
        line.push(Role::Event, &show(self.event.unwrap_or("(no event)")))
            .space(2);
        if let Some(session) = self.session {
            line.push(Role::Session, &show(session)).space(2);
        }
    }
}

/// What became of one post.
pub(super) enum Posted {
    /// There was an answer, or there may be one next time.
    Done,
    /// The target cannot be reached: no further post would fare better.
    Unreachable(Failure),
}

/// What came of all posts.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Answers by status.
    pub(super) answered: BTreeMap<u16, u64>,
    /// Posts without an answer.
    pub(super) unanswered: u64,
}

impl Tally {
    /// Bodies posted, answered or not.
    fn sent(&self) -> u64 {
        self.answered.values().sum::<u64>() + self.unanswered
    }

    /// `12 sent: 10 answered 200, 2 answered 500`
    pub(super) fn sentence(&self) -> String {
        let answered = self
            .answered
            .iter()
            .map(|(status, count)| format!("{} answered {status}", number::grouped(*count)));
        let unanswered = (self.unanswered > 0)
            .then(|| format!("{} without an answer", number::grouped(self.unanswered)));
        let parts: Vec<String> = answered.chain(unanswered).collect();
        format!(
            "{} sent: {}",
            number::grouped(self.sent()),
            parts.join(", ")
        )
    }

    /// What it means for the exit code.
    pub(super) fn outcome(&self) -> Outcome {
        let refused = self
            .answered
            .keys()
            .any(|status| !(200..300).contains(status));
        let answered = if refused {
            Outcome::Negative
        } else {
            Outcome::Done
        };
        if self.unanswered > 0 {
            answered.and(Outcome::Undone)
        } else {
            answered
        }
    }
}

impl Post {
    /// Sets up the client; nothing is sent yet. Must be called within a runtime.
    pub(super) fn new(target: &Target, format: Format, console: &Console) -> Result<Post, Failure> {
        let options = delivery_options(target, console);
        Ok(Post {
            poster: Arc::new(Poster::new(&target.url, &options)?),
            signals: Signals::new().map_err(RuntimeError)?,
            url: target.url.to_string(),
            format,
            tally: Tally::default(),
        })
    }

    /// What posts; what came of it is then told by [`Post::record`].
    pub(super) fn poster(&self) -> Arc<Poster> {
        self.poster.clone()
    }

    /// The next signal that ends the run.
    pub(super) async fn signal(&mut self) {
        self.signals.next().await;
    }

    /// Writes what came of a post.
    pub(super) fn record(
        &mut self,
        attempt: Attempt,
        label: Label<'_>,
        console: &mut Console,
    ) -> Result<Posted, Failure> {
        let unreachable = match &attempt.ending {
            Ending::Answered(answer) => {
                *self.tally.answered.entry(answer.status).or_default() += 1;
                false
            }
            Ending::Unanswered(no_answer) => match no_answer.cause() {
                // The body may have arrived, and the next one may fare better.
                Cause::Timeout | Cause::Closed | Cause::BadAnswer | Cause::Other => {
                    self.tally.unanswered += 1;
                    false
                }
                _ => true,
            },
        };
        // For people, the error that ends the run says what there is to say.
        if !unreachable || self.format == Format::Json {
            self.write(&attempt, label, console)?;
        }
        Ok(match attempt.ending {
            Ending::Unanswered(no_answer) if unreachable => Posted::Unreachable(no_answer.into()),
            _ => Posted::Done,
        })
    }

    /// What came of all posts so far.
    pub(super) fn tally(&self) -> &Tally {
        &self.tally
    }

    fn write(
        &self,
        attempt: &Attempt,
        label: Label<'_>,
        console: &mut Console,
    ) -> Result<(), OutputError> {
        match self.format {
            Format::Json => self.write_json(attempt, label, &mut *console.out),
            Format::Human => {
                self.headline(attempt, label, console.page)
                    .write(&mut *console.out)?;
                if let Ending::Answered(answer) = &attempt.ending {
                    write_answer(answer, &mut *console.out, console.page)?;
                }
                Ok(console.out.flush()?)
            }
        }
    }

    /// `#17  roomdrop  7700123  ->  http://localhost:8080/hook  200 in 3.1 ms`
    fn headline(&self, attempt: &Attempt, label: Label<'_>, page: Page) -> Line {
        let mut line = label.line(page);
        // Of many from one file the target was said once, beforehand.
        if label.place.is_none() {
            line.push(Role::Dim, "->")
                .space(2)
                .push(Role::Plain, &show(&self.url))
                .space(2);
        }
        let took = time::duration(attempt.took);
        match &attempt.ending {
            Ending::Answered(answer) => {
                let role = if answer.is_success() {
                    Role::Valid
                } else {
                    Role::Invalid
                };
                line.push(role, &answer.status.to_string())
                    .push(Role::Plain, &format!(" in {took}"));
            }
            Ending::Unanswered(no_answer) => {
                line.push(Role::Invalid, "no answer");
                line.push(
                    Role::Plain,
                    &format!(" in {took}: {}", show(&no_answer.to_string())),
                );
            }
        }
        if label.tries > 1 {
            line.push(Role::Dim, &format!(", try {}", label.tries));
        }
        line
    }

    fn write_json(
        &self,
        attempt: &Attempt,
        label: Label<'_>,
        out: &mut dyn Write,
    ) -> Result<(), OutputError> {
        let (status, answer, error) = match &attempt.ending {
            Ending::Answered(answer) => {
                let text = String::from_utf8_lossy(&answer.body).into_owned();
                (Some(answer.status), Some(text), None)
            }
            Ending::Unanswered(no_answer) => {
                let message = no_answer.to_string();
                (
                    None,
                    None,
                    Some(ErrorJson {
                        cause: no_answer.cause().word(),
                        message,
                    }),
                )
            }
        };
        let object = DeliveryJson {
            file: label.place.map(|(file, _)| file),
            line: label.place.map(|(_, line)| line),
            seq: label.seq,
            event: label.event,
            session: label.session,
            url: &self.url,
            status,
            took_ms: milliseconds(attempt.took),
            tries: (label.tries > 1).then_some(label.tries),
            answer,
            error,
        };
        JsonLines::new(out).write("delivery", &object)
    }
}

/// How a target is posted to.
pub(super) fn delivery_options(target: &Target, console: &Console) -> delivery::Options {
    delivery::Options {
        timeout: target.timeout,
        credentials: target.credentials.clone(),
        headers: target.headers.clone(),
        proxies: Proxies::of(&console.environment),
        trust: target.trust.clone(),
    }
}

/// Where a post goes, and who says so.
pub(super) fn target_line(target: &Target) -> String {
    let origin = match &target.origin {
        Origin::Flag => "--url".to_owned(),
        Origin::Named(name) => format!("--to {name}"),
        Origin::Variable(name) => (*name).to_owned(),
        Origin::File(path) => path.display().to_string(),
        Origin::Default => "the default: where `enx-hook listen` listens".to_owned(),
    };
    format!("{} ({origin})", target.url)
}

/// What was answered, indented: where a redirect points, then the body.
pub(super) fn write_answer(
    answer: &Answer,
    out: &mut dyn Write,
    page: Page,
) -> Result<(), OutputError> {
    let layout = Layout {
        margin: 2,
        ..Layout::default()
    };
    if let Some(place) = answer.redirect() {
        let text = format!("to {}, not followed", show(&String::from_utf8_lossy(place)));
        Line::indented(page.palette, 2)
            .push(Role::Plain, &text)
            .write(out)?;
    }
    if answer.body.iter().all(u8::is_ascii_whitespace) {
        return Ok(());
    }
    let reading = json::read(&answer.body);
    match reading.root {
        // Short JSON stays on its line, as the server wrote it.
        Some(root) if reading.faults.is_empty() && answer.body.len() > 60 => {
            write_payload(out, page, layout, &root, &|_| None)?;
        }
        _ => write_body(out, page, layout, &answer.body)?,
    }
    if answer.truncated {
        let shown = number::bytes(answer.body.len() as u64);
        let text = format!("only the first {shown} of the answer were read");
        Line::indented(page.palette, 2)
            .push(Role::Dim, &text)
            .write(out)?;
    }
    Ok(())
}

fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

/// One delivery, for machines.
#[derive(Serialize)]
struct DeliveryJson<'d> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    event: Option<&'d str>,
    session: Option<&'d str>,
    url: &'d str,
    status: Option<u16>,
    took_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    tries: Option<u32>,
    answer: Option<String>,
    error: Option<ErrorJson>,
}

#[derive(Serialize)]
struct ErrorJson {
    cause: &'static str,
    message: String,
}
