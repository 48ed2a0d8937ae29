//! `replay`: posts logged bodies again. What is sent are the logged bytes, never JSON that
//! was parsed and printed again.

use std::io::Write as _;

use serde::Serialize;

use super::post::{Label, Post, Posted, Tally, target_line};
use super::{Console, Format, Input, Outcome, Target, open, small_runtime};
use crate::delivery::Parcel;
use crate::error::{Failure, OutputError};
use crate::journal::{Item, ItemKind};
use crate::output::number::{bytes, counted};
use crate::output::{JsonLines, Role};
use crate::validation::{Glance, Validation};

/// What `replay` was asked for.
#[derive(Debug)]
pub struct Options {
    /// The logs, in this order.
    pub files: Vec<Input>,
    /// Only captures of these events; none means all.
    pub events: Vec<String>,
    /// At most this many captures.
    pub limit: Option<u64>,
    /// Send nothing, and say what would be sent.
    pub dry_run: bool,
    /// The longest line that is taken, in bytes.
    pub max_document: usize,
    /// Where to.
    pub target: Target,
    /// What stdout carries.
    pub format: Format,
}

/// Replays until all is sent, or the target cannot be reached.
pub fn run(options: &Options, console: &mut Console) -> Result<Outcome, Failure> {
    let catalog = console.catalog()?;
    // An alias selects its event, and a name that the catalog does not have selects itself:
    // a log may hold events that are newer than the catalog.
    let events = options
        .events
        .iter()
        .map(|name| {
            catalog
                .find(name)
                .map_or_else(|| name.clone(), |entry| entry.event.name.clone())
        })
        .collect();
    let verb = if options.dry_run {
        "would send"
    } else {
        "replaying"
    };
    console.say(&format!("{verb} to {}", target_line(&options.target)))?;
    let replay = Replay {
        options,
        events,
        validation: Validation::new(catalog),
        selected: 0,
        bad_lines: 0,
        stopped_before: None,
        outcome: Outcome::Done,
    };
    small_runtime()?.block_on(replay.run(console))
}

struct Replay<'o> {
    options: &'o Options,
    events: Vec<String>,
    validation: Validation,
    selected: u64,
    bad_lines: u64,
    /// The file and line of the first capture that was not delivered.
    stopped_before: Option<String>,
    outcome: Outcome,
}

/// A body to post, and where it came from.
struct Selected {
    line: u64,
    seq: Option<u64>,
    length: u64,
    parcel: Parcel,
    glance: Glance,
}

/// Whether to go on.
enum Step {
    On,
    Enough,
    Stopped(Result<Outcome, Failure>),
}

impl Replay<'_> {
    async fn run(mut self, console: &mut Console) -> Result<Outcome, Failure> {
        let mut post = if self.options.dry_run {
            None
        } else {
            Some(Post::new(
                &self.options.target,
                self.options.format,
                console,
            )?)
        };
        let mut stopped = None;
        for input in &self.options.files {
            match self.replay_file(input, post.as_mut(), console).await? {
                Step::On => {}
                Step::Enough => break,
                Step::Stopped(end) => {
                    stopped = Some(end);
                    break;
                }
            }
        }
        let tally = post.as_ref().map(Post::tally);
        if self.selected == 0 && self.outcome == Outcome::Done {
            // A check in CI that checked nothing must not look like one that passed.
            self.outcome = Outcome::Negative;
        }
        self.summarise(tally, console)?;
        match stopped {
            Some(Err(failure)) => Err(failure),
            Some(Ok(outcome)) => Ok(outcome.and(self.outcome)),
            None => Ok(self
                .outcome
                .and(tally.map_or(Outcome::Done, Tally::outcome))),
        }
    }

    async fn replay_file(
        &mut self,
        input: &Input,
        mut post: Option<&mut Post>,
        console: &mut Console,
    ) -> Result<Step, Failure> {
        let name = input.name();
        let source = match open(input, console, self.options.max_document) {
            Ok(source) => source,
            Err(error) => {
                self.outcome = self.outcome.and(Outcome::Undone);
                console.fail(&Failure::from(error))?;
                return Ok(Step::On);
            }
        };
        for item in source {
            if self
                .options
                .limit
                .is_some_and(|limit| self.selected >= limit)
            {
                return Ok(Step::Enough);
            }
            let item = match item {
                Ok(item) => item,
                Err(error) => {
                    self.outcome = self.outcome.and(Outcome::Undone);
                    console.fail(&Failure::from(error))?;
                    return Ok(Step::On);
                }
            };
            let Some(selected) = self.select(&name, item, console)? else {
                continue;
            };
            self.selected += 1;
            let label = Label {
                event: selected.glance.event.as_deref(),
                session: selected.glance.session.as_deref(),
                place: Some((&name, selected.line)),
                seq: selected.seq,
            };
            let Some(post) = post.as_deref_mut() else {
                self.announce(&selected, label, console)?;
                continue;
            };
            match post.post(selected.parcel, label, console).await? {
                Posted::Done => {}
                Posted::Unreachable(failure) => {
                    self.stopped_before = Some(format!("{name}:{}", selected.line));
                    return Ok(Step::Stopped(Err(failure)));
                }
                Posted::Interrupted => {
                    self.stopped_before = Some(format!("{name}:{}", selected.line));
                    return Ok(Step::Stopped(Ok(Outcome::Interrupted)));
                }
            }
        }
        Ok(Step::On)
    }

    /// The body of an item, if it is one that is asked for.
    fn select(
        &mut self,
        file: &str,
        item: Item,
        console: &mut Console,
    ) -> Result<Option<Selected>, Failure> {
        let Item { line, kind } = item;
        let (seq, body, content_type) = match kind {
            ItemKind::Record(record) => {
                let content_type = record
                    .capture
                    .headers
                    .get("content-type")
                    .map(<[u8]>::to_vec);
                (Some(record.seq), record.capture.body, content_type)
            }
            // A bare body came without headers; the providers send JSON.
            ItemKind::Body {
                bytes,
                is_json: true,
            } => (None, bytes, Some(b"application/json".to_vec())),
            ItemKind::Body { is_json: false, .. } => {
                self.skip(file, line, "neither a record nor JSON", console)?;
                return Ok(None);
            }
            ItemKind::Damaged {
                reason,
                torn_tail: true,
            } => {
                let text = format!(
                    "{file}:{line}: the last record is torn, as a crash leaves it: {reason}; skipped"
                );
                console.warn(&text, None)?;
                return Ok(None);
            }
            ItemKind::Damaged { reason, .. } => {
                self.skip(
                    file,
                    line,
                    &format!("a record that cannot be read: {reason}"),
                    console,
                )?;
                return Ok(None);
            }
            ItemKind::TooLarge { bytes: length } => {
                let limit = bytes(self.options.max_document as u64);
                let why = format!(
                    "{} long, more than the {limit} of --max-document",
                    bytes(length)
                );
                self.skip(file, line, &why, console)?;
                return Ok(None);
            }
        };
        let glance = self.validation.glance(&body);
        let wanted = self.events.is_empty()
            || glance
                .event
                .as_ref()
                .is_some_and(|event| self.events.contains(event));
        if !wanted {
            return Ok(None);
        }
        let length = body.len() as u64;
        match Parcel::new(body, content_type.as_deref()) {
            Ok(parcel) => Ok(Some(Selected {
                line,
                seq,
                length,
                parcel,
                glance,
            })),
            Err(error) => {
                self.skip(file, line, &error.to_string(), console)?;
                Ok(None)
            }
        }
    }

    /// Names a line that cannot be sent; the run goes on and ends with a negative outcome.
    fn skip(
        &mut self,
        file: &str,
        line: u64,
        why: &str,
        console: &mut Console,
    ) -> Result<(), OutputError> {
        self.bad_lines += 1;
        self.outcome = self.outcome.and(Outcome::Negative);
        console.warn(&format!("{file}:{line}: {why}; skipped"), None)
    }

    /// Says what would be sent.
    fn announce(
        &self,
        selected: &Selected,
        label: Label<'_>,
        console: &mut Console,
    ) -> Result<(), OutputError> {
        match self.options.format {
            Format::Human => {
                let mut line = label.line(console.page);
                line.push(Role::Dim, &bytes(selected.length));
                Ok(line.write(&mut *console.out)?)
            }
            Format::Json => JsonLines::new(&mut *console.out).write(
                "would-send",
                &WouldSend {
                    file: label.place.map(|(file, _)| file),
                    line: selected.line,
                    seq: label.seq,
                    event: label.event,
                    session: label.session,
                    verdict: selected.glance.verdict.word(),
                    bytes: selected.length,
                },
            ),
        }
    }

    fn summarise(&self, tally: Option<&Tally>, console: &mut Console) -> Result<(), OutputError> {
        if self.options.format == Format::Json {
            let summary = Summary {
                selected: self.selected,
                sent: tally.map_or(0, Tally::sent),
                answered: tally.map(|tally| &tally.answered),
                unanswered: tally.map_or(0, |tally| tally.unanswered),
                bad_lines: self.bad_lines,
                stopped_before: self.stopped_before.as_deref(),
            };
            return JsonLines::new(&mut *console.out).write("summary", &summary);
        }
        console.out.flush()?;
        let said = match tally {
            None => format!(
                "{} would be sent",
                counted(self.selected, "capture", "captures")
            ),
            Some(tally) if tally.sent() > 0 => tally.sentence(),
            Some(_) => "nothing was sent".to_owned(),
        };
        let which = match (self.selected, self.events.is_empty()) {
            (1.., _) => "",
            (0, true) => ": the input has no capture",
            (0, false) => ": the input has no capture of that event",
        };
        let skipped = match self.bad_lines {
            0 => String::new(),
            lines => format!("; {} skipped", counted(lines, "bad line", "bad lines")),
        };
        let stopped = match &self.stopped_before {
            Some(place) => format!("; stopped before {place}"),
            None => String::new(),
        };
        console.say(&format!("{said}{which}{skipped}{stopped}"))
    }
}

/// A capture that would be sent, for machines.
#[derive(Serialize)]
struct WouldSend<'s> {
    file: Option<&'s str>,
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    event: Option<&'s str>,
    session: Option<&'s str>,
    verdict: &'static str,
    bytes: u64,
}

/// What came of it all, for machines.
#[derive(Serialize)]
struct Summary<'s> {
    selected: u64,
    sent: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    answered: Option<&'s std::collections::BTreeMap<u16, u64>>,
    unanswered: u64,
    bad_lines: u64,
    stopped_before: Option<&'s str>,
}
