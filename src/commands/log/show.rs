//! `log show`: one capture in full.

use std::io::Write as _;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::page;
use crate::commands::reading::{Logs, Reading, deliveries};
use crate::commands::{Console, Format, Input, Outcome, Target};
use crate::delivery::Proxies;
use crate::flows::history::{CaptureFacts, CaptureName, Context, History, Sighting};
use crate::flows::replaying::Envelope;
use crate::flows::sending::Post;
use crate::journal::LogCursor;
use crate::model::error::{Category, Explain, Failure, OutputError};
use crate::render::listen::{Headline, Reply};
use crate::render::log::{show, show_json};
use crate::render::request::{PrintedRequest, RequestForm};
use crate::selection::{Selector, SeqRange, Term};
use crate::validation::{JudgedCapture, Mask, Validation};

/// Captures before it with which it is compared. Reading them takes a few milliseconds.
const BEFORE: u64 = 200;

/// What `log show` was asked for.
#[derive(Debug)]
pub struct ShowOptions {
    /// The capture.
    pub capture: CaptureName,
    /// The logs.
    pub logs: Logs,
    /// As a request to this target.
    pub request: Option<(RequestForm, Target)>,
    /// Only the bytes of the body.
    pub raw: bool,
    /// What is masked.
    pub mask: Mask,
    /// What stdout carries.
    pub format: Format,
}

/// There is no such capture.
#[derive(Debug, thiserror::Error)]
#[error("there is no capture {name} in {logs}")]
pub(super) struct NoCapture {
    name: String,
    logs: String,
}

impl NoCapture {
    pub(super) fn new(name: &CaptureName, files: &[Input]) -> NoCapture {
        let logs: Vec<String> = files.iter().map(Input::name).collect();
        NoCapture {
            name: name.to_string(),
            logs: logs.join(", "),
        }
    }
}

impl Explain for NoCapture {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        Some("`enx-hook log --format line` lists the captures with their names".to_owned())
    }
}

/// A capture that was found, and how it relates to earlier ones.
pub(super) struct Shown {
    pub(super) name: CaptureName,
    pub(super) judged: JudgedCapture,
    pub(super) received_at: Option<DateTime<Utc>>,
    at: Option<DateTime<Utc>>,
    context: Context,
}

/// Shows the capture.
pub(super) fn run(options: &ShowOptions, console: &mut Console) -> Result<Outcome, Failure> {
    let validation = Validation::new(console.catalog()?);
    let (name, files) = (&options.capture, &options.logs.files);
    let found = find(name, files, &validation, console)?;
    let mut found = found.ok_or_else(|| NoCapture::new(name, files))?;
    found.judged = options.mask.of(found.judged);
    let written = if options.raw {
        console
            .out
            .write_all(&found.judged.capture.body)
            .map_err(OutputError::from)
    } else if let Some((form, target)) = &options.request {
        let text = request(&found, *form, target, console)?;
        writeln!(console.out, "{text}").map_err(OutputError::from)
    } else {
        let headline = Headline {
            judged: &found.judged,
            name: Some(&found.name),
            received_at: found.received_at,
            at: found.at,
            reply: Reply::NotKnown,
            context: &found.context,
            path: None,
        };
        let page = page::page(console, true);
        let one = std::iter::once((found.name.clone(), found.received_at));
        let delivered = deliveries(files, one).into_values().next();
        let delivered = delivered.unwrap_or_default();
        match options.format {
            Format::Human => show(&headline, &delivered, page, &mut *console.out),
            Format::Json => show_json(&headline, &delivered, &mut *console.out),
        }
    };
    written?;
    console.out.flush().map_err(OutputError::from)?;
    console.warn_of_mask(&options.mask)?;
    let session = found.judged.classification().session.as_deref();
    if let (Some(session), Format::Human, false, None) =
        (session, options.format, options.raw, &options.request)
    {
        let (session, words) = (page::word(session), &options.logs.words);
        console.say(&format!(
            "its session: enx-hook log timeline {session}{words}"
        ))?;
    }
    Ok(Outcome::Done)
}

/// The capture as a request.
fn request(
    found: &Shown,
    form: RequestForm,
    target: &Target,
    console: &Console,
) -> Result<String, Failure> {
    let class = found.judged.classification();
    let post = Post {
        request: Envelope::again(&found.judged.capture)?,
        event: class.event.clone(),
        session: class.session.clone(),
        due: Duration::ZERO,
        step: None,
        remark: None,
    };
    let delivery = target.options(Proxies::of(&console.environment));
    PrintedRequest::new(&post, target, &delivery)?.text(form)
}

/// Finds a capture by its name.
pub(super) fn find(
    typed: &CaptureName,
    files: &[Input],
    validation: &Validation,
    console: &mut Console,
) -> Result<Option<Shown>, Failure> {
    match in_log(typed, files, validation) {
        Some(found) => Ok(Some(found)),
        None => search(typed, files, validation, console),
    }
}

/// The capture of a single log of this program, found without reading all of it.
fn in_log(typed: &CaptureName, files: &[Input], validation: &Validation) -> Option<Shown> {
    let ([Input::File(log)], None, Some(seq)) = (files, &typed.file, typed.number) else {
        return None;
    };
    let mut history = History::of_log();
    let mut cursor = LogCursor::new(log, seq.saturating_sub(BEFORE));
    let mut found = None;
    // What cannot be read here is reported by the search that follows.
    while let Ok(Some(record)) = cursor.next(seq) {
        let is_wanted = record.seq == seq;
        let judged = validation.capture(Some(record.seq), Arc::new(record.capture));
        let context = history.observe_received(&judged);
        if is_wanted {
            let at = Some(judged.capture.received_at);
            found = Some(Shown {
                name: CaptureName::of_log(Some(seq)),
                received_at: at,
                at,
                judged,
                context,
            });
        }
    }
    found
}

/// The first capture of that name in any input.
fn search(
    typed: &CaptureName,
    files: &[Input],
    validation: &Validation,
    console: &mut Console,
) -> Result<Option<Shown>, Failure> {
    let mut history = History::of_log();
    let seqs = typed.number.filter(|_| typed.file.is_none());
    let seqs = seqs.map(SeqRange::exactly).into_iter().collect();
    let selector = Selector::new(Term::seq(seqs).into_iter().collect());
    let mut shown = None;
    let reading = Reading {
        files,
        validation,
        follow: false,
        within: None,
    };
    reading.run(
        console,
        &|found| {
            let received_at = found.received_at;
            selector.matches(&CaptureFacts::new(found.judged(), received_at, None));
            (
                Sighting::of(found.judged(), received_at),
                received_at,
                found.whole(),
            )
        },
        &mut |_, name, (sighting, received_at, judged)| {
            let (context, _) = history.observe(&name, &sighting, validation.catalog());
            if !name.is_meant_by(typed) {
                return Ok(ControlFlow::Continue(()));
            }
            shown = Some(Shown {
                name,
                judged,
                received_at,
                at: sighting.at,
                context,
            });
            Ok(ControlFlow::Break(()))
        },
    )?;
    if shown.is_none() {
        console.warn_of_none(&selector)?;
    }
    Ok(shown)
}
