//! Takes judged documents, in the order of the input, and does all that is to be done with
//! them: selects, counts, shows, and writes reports.
//!
//! It does not care who judges, and how many at once: an engine hands over one document after
//! the other, and a quick answer is one without findings. Where nobody wants to see each, it is
//! enough to say how many of one event there are.

use std::io::{BufWriter, Write};

use super::Options;
use crate::commands::{Console, Outcome, Verbosity};
use crate::flows::judging::{JudgedDocument, JudgingTotals};
use crate::model::error::{Failure, OutputError};
use crate::model::report::Verdict;
use crate::render::AnnotatedFormat as Format;
use crate::render::TermStyle;
use crate::render::progress::{Progress, Unit};
use crate::render::validate::reports::Reports;
use crate::render::validate::{json, show, write_summary};
use crate::selection::{Identity, Query};
use crate::text::show as shown;

/// What is said on which stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    Out,
    /// stdout carries something else.
    Err,
    /// Only what comes of all is told.
    Nowhere,
}

/// Whoever tells what was found.
pub(super) struct ValidateOutput<'o> {
    options: &'o Options,
    /// Which documents are judged.
    selection: Query,
    out: BufWriter<Box<dyn Write + Send>>,
    stream: Stream,
    style: TermStyle,
    /// What is written next.
    text: Vec<u8>,
    totals: JudgingTotals,
    reports: Reports,
    progress: Progress,
    outcome: Outcome,
    /// Findings that may still be shown.
    room: usize,
    /// Whoever writes the input waits for what is said of it.
    is_live: bool,
    /// The bar and what is shown stand on one screen.
    shares_screen: bool,
}

impl<'o> ValidateOutput<'o> {
    /// Takes over stdout. `bytes` are those of all files, where that is known.
    pub(super) fn new(
        options: &'o Options,
        selection: Query,
        reports: Reports,
        stream: Stream,
        bytes: Option<u64>,
        console: &mut Console,
    ) -> ValidateOutput<'o> {
        let environment = &console.environment;
        let is_quiet =
            console.verbosity == Verbosity::Quiet || environment.variable("TERM") == Some("dumb");
        let progress = if is_quiet {
            Progress::hidden()
        } else {
            Progress::new(console.err_style, Unit::Bytes, bytes)
        };
        let shares_screen = environment.stdout_is_terminal || stream == Stream::Err;
        let out = console.out.share();
        ValidateOutput {
            options,
            selection,
            out: BufWriter::new(out),
            stream,
            style: match stream {
                Stream::Out => console.style,
                Stream::Err | Stream::Nowhere => console.err_style,
            },
            text: Vec::new(),
            totals: JudgingTotals::default(),
            reports,
            progress,
            outcome: Outcome::Done,
            room: options.max_findings.unwrap_or(usize::MAX),
            is_live: bytes.is_none(),
            shares_screen,
        }
    }

    /// Tells of one document.
    pub(super) fn take(
        &mut self,
        judged: &JudgedDocument<'_>,
        console: &mut Console,
    ) -> Result<(), Failure> {
        if !self.is_chosen(judged) {
            self.totals.left_out += 1;
            return Ok(());
        }
        self.totals.stats.count(&judged.judgement);
        let is_failure = judged.verdict().is_failure(self.options.strict);
        if is_failure {
            self.outcome = self.outcome.and(Outcome::Negative);
        }
        self.reports.add(judged, is_failure)?;
        let found = judged.judgement.findings.len();
        let is_hidden = self.options.only_invalid && !is_failure;
        if is_hidden || self.stream == Stream::Nowhere {
            return Ok(());
        }
        let most = self.room.min(found);
        self.totals.not_shown += (found - most) as u64;
        self.room -= most;
        // Past the limit a document would only say that it has findings; a machine wants that.
        if found > 0 && most == 0 && self.options.format != Format::Json {
            return Ok(());
        }
        self.text.clear();
        let (format, strict) = (self.options.format, self.options.strict);
        show(format, judged, most, strict, self.style, &mut self.text)?;
        Ok(self.write(console)?)
    }

    /// Whether somebody wants to see documents of which nothing is to be said one by one.
    pub(super) fn wants_each(&self) -> bool {
        let shows_valid = !self.options.only_invalid && self.options.format != Format::Github;
        shows_valid || self.reports.want_each()
    }

    /// Tells of so many documents of one event of which nothing is to be said.
    pub(super) fn take_alike(&mut self, provider: &str, event: &str, documents: u64) {
        let verdict = Verdict::Valid;
        let identity = Identity {
            event: Some(event),
            session: None,
            verdict,
        };
        if self.selection.matches(&identity) {
            self.totals
                .stats
                .count_alike(provider, event, verdict, documents);
        } else {
            self.totals.left_out += documents;
        }
    }

    /// So many bytes more of the input were read.
    pub(super) fn advance(&mut self, bytes: u64, console: &mut Console) -> Result<(), OutputError> {
        self.totals.bytes += bytes;
        self.progress.advance(bytes, &mut *console.err)
    }

    /// Says what could not be read, and goes on.
    pub(super) fn fail(&mut self, failure: &Failure, console: &mut Console) -> Result<(), Failure> {
        self.outcome = self.outcome.and(Outcome::Undone);
        self.clear(console)?;
        console.fail(failure)
    }

    /// Warns on stderr.
    pub(super) fn warn(&mut self, text: &str, console: &mut Console) -> Result<(), OutputError> {
        self.clear(console)?;
        console.warn(text, None)
    }

    /// Says something on stderr.
    pub(super) fn say(&mut self, text: &str, console: &mut Console) -> Result<(), OutputError> {
        self.clear(console)?;
        console.say(&shown(text))
    }

    /// Writes data to stdout.
    pub(super) fn print(&mut self, bytes: &[u8], console: &mut Console) -> Result<(), OutputError> {
        if self.shares_screen {
            self.clear(console)?;
        }
        Ok(self.out.write_all(bytes)?)
    }

    /// What is shown so far is on the stream before anything else is said.
    fn clear(&mut self, console: &mut Console) -> Result<(), OutputError> {
        self.out.flush()?;
        self.progress.hide(&mut *console.err)
    }

    /// Ends the run: reports, summary, outcome.
    pub(super) fn finish(mut self, console: &mut Console) -> Result<Outcome, Failure> {
        let documents = self.totals.documents();
        let nothing = documents == 0 && self.outcome == Outcome::Done;
        if nothing {
            // A check in CI that checked nothing must not look like one that passed.
            self.outcome = Outcome::Negative;
        }
        if self.options.format == Format::Json && self.stream == Stream::Out {
            self.text.clear();
            json::write_summary(&self.totals, &mut self.text)?;
            self.write(console)?;
        }
        self.clear(console)?;
        let reports = std::mem::take(&mut self.reports);
        reports.finish(&self.totals, &*console.catalog()?)?;
        if nothing && self.totals.left_out == 0 {
            console.warn("the input has no document, so nothing was judged", None)?;
        } else if nothing {
            let advice = "all documents are of other events than those asked for";
            console.warn("nothing was judged", Some(advice))?;
        } else if self.is_worth_a_summary(documents, console) {
            let style = console.err_style;
            write_summary(&mut *console.err, style, &self.totals)?;
        }
        Ok(self.outcome)
    }

    /// Of one document its own line has said it all.
    fn is_worth_a_summary(&self, documents: u64, console: &Console) -> bool {
        let is_hidden = self.totals.left_out > 0 || self.totals.not_shown > 0;
        let level = match self.options.format {
            Format::Json => Verbosity::Verbose,
            Format::Human | Format::Github => Verbosity::Normal,
        };
        (documents > 1 || is_hidden || self.options.only_invalid) && console.verbosity >= level
    }

    fn is_chosen(&self, judged: &JudgedDocument<'_>) -> bool {
        let identity = Identity {
            event: judged.judgement.event,
            session: judged.judgement.session,
            verdict: judged.verdict(),
        };
        // What cannot be read may be of any event, and must not be lost from sight.
        judged.is_unread() || self.selection.matches(&identity)
    }

    fn write(&mut self, console: &mut Console) -> Result<(), OutputError> {
        if self.text.is_empty() {
            return Ok(());
        }
        if self.shares_screen {
            self.progress.hide(&mut *console.err)?;
        }
        match self.stream {
            Stream::Out => self.out.write_all(&self.text)?,
            Stream::Err => console.err.write_all(&self.text)?,
            Stream::Nowhere => {}
        }
        if self.is_live {
            self.out.flush()?;
        }
        Ok(())
    }
}
