//! Takes judged documents in the order of the input: selects, counts and shows them, and writes
//! reports.
//!
//! Documents without findings may come as a count per event, if [`ValidateOutput::wants_each`]
//! is false.

use std::io::{BufWriter, Write};

use super::options::{Job, ValidateOptions};
use crate::commands::{Console, Outcome, Verbosity};
use crate::flows::judging::{JudgedDocument, JudgingTotals};
use crate::model::environment::Output;
use crate::model::error::{Failure, OutputError};
use crate::model::report::Verdict;
use crate::render::AnnotatedFormat as Format;
use crate::render::TermStyle;
use crate::render::progress::{Progress, Unit};
use crate::render::validate::reports::Reports;
use crate::render::validate::{json, show, write_summary};
use crate::selection::{Identity, Selector};
use crate::text::show as shown;
use crate::wire::JsonLines;

/// Documents without findings that are shown.
const SHOWN: u64 = 10;

/// Where the results go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    Out,
    /// stdout carries something else.
    Err,
    /// Only the summary is shown.
    Nowhere,
}

/// The output of a run.
pub(super) struct ValidateOutput<'o> {
    options: &'o ValidateOptions,
    /// Which documents are judged.
    selection: Selector,
    out: BufWriter<Box<dyn Output>>,
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
    /// Documents without findings so far.
    plain: u64,
    /// Each document is shown at once: the program that writes the input may wait for it.
    is_live: bool,
    /// The progress bar and the results share a screen.
    shares_screen: bool,
    /// Something was found, and --fix repaired nothing.
    is_unrepaired: bool,
}

impl<'o> ValidateOutput<'o> {
    /// Output to stdout. `bytes`: the size of all files, if known.
    pub(super) fn new(
        options: &'o ValidateOptions,
        selection: Selector,
        reports: Reports,
        stream: Stream,
        bytes: Option<u64>,
        console: &mut Console,
    ) -> ValidateOutput<'o> {
        let environment = &console.environment;
        let progress = if console.verbosity == Verbosity::Quiet {
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
            plain: 0,
            is_live: bytes.is_none(),
            shares_screen,
            is_unrepaired: false,
        }
    }

    /// Takes one document.
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
        let is_hidden =
            self.options.only_invalid && !is_failure || self.is_summed_up(found, console)?;
        if is_hidden || self.stream == Stream::Nowhere {
            return Ok(());
        }
        let most = self.room.min(found);
        self.totals.not_shown += (found - most) as u64;
        self.room -= most;
        // Past the limit only a machine wants to know that a document has findings.
        if found > 0 && most == 0 && self.options.format != Format::Json {
            return Ok(());
        }
        self.text.clear();
        let (format, strict) = (self.options.format, self.options.strict);
        show(format, judged, most, strict, self.style, &mut self.text)?;
        Ok(self.write(console)?)
    }

    /// Whether a document is only counted, since there were several without findings before. People
    /// look for the others.
    fn is_summed_up(&mut self, found: usize, console: &mut Console) -> Result<bool, OutputError> {
        let shows_all = console.verbosity == Verbosity::Verbose;
        if found > 0 || shows_all || self.options.format != Format::Human {
            return Ok(false);
        }
        self.plain += 1;
        if self.plain == SHOWN + 1 && !self.options.only_invalid {
            self.say(
                "from here on, only documents with findings are shown (--verbose shows all)",
                console,
            )?;
        }
        Ok(self.plain > SHOWN)
    }

    /// Whether documents without findings must be taken one by one.
    pub(super) fn wants_each(&self) -> bool {
        let shows_valid = !self.options.only_invalid && self.options.format != Format::Github;
        // A count has no numbers.
        shows_valid || self.reports.want_each() || !self.options.seqs.is_empty()
    }

    /// Takes a number of documents of one event without findings.
    pub(super) fn take_alike(&mut self, provider: &str, event: &str, documents: u64) {
        let verdict = Verdict::Valid;
        let identity = Identity {
            seq: None,
            event: Some(event),
            session: None,
            verdict,
        };
        if self.selection.matches_all(&identity, documents) {
            self.totals
                .stats
                .count_alike(provider, event, verdict, documents);
        } else {
            self.totals.left_out += documents;
        }
    }

    /// Counts bytes of the input that were read. Fails if nothing reads the output, and there is
    /// no other work.
    pub(super) fn advance(&mut self, bytes: u64, console: &mut Console) -> Result<(), OutputError> {
        let is_read = !self.out.get_ref().is_closed();
        if !is_read && self.options.job == Job::Judge && self.options.reports.is_empty() {
            return Err(OutputError::ClosedPipe);
        }
        self.totals.bytes += bytes;
        self.progress.advance(bytes, &mut *console.err)
    }

    /// Reports what could not be read; the run continues.
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

    /// Says that there was nothing to repair, if anything was found all the same.
    pub(super) fn end_without_repairs(&mut self, console: &mut Console) -> Result<(), OutputError> {
        self.is_unrepaired = !self.totals.stats.commonest().is_empty();
        if self.is_unrepaired {
            self.say("nothing was found that --fix repairs", console)?;
        }
        Ok(())
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

    /// Flushes the results before anything goes to stderr.
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
            let summary = json::summary(&self.totals);
            JsonLines::new(&mut self.text).write("summary", &summary)?;
            self.write(console)?;
        }
        self.clear(console)?;
        let reports = std::mem::take(&mut self.reports);
        reports.finish(&self.totals, &*console.catalog()?)?;
        if nothing && self.totals.left_out == 0 {
            console.warn("the input has no document, so nothing was judged", None)?;
        } else if nothing {
            console.warn_of_none(&self.selection)?;
        } else if self.is_worth_a_summary(documents, console) {
            let style = console.err_style;
            write_summary(&mut *console.err, style, &self.totals)?;
        }
        Ok(self.outcome)
    }

    /// A single document needs no summary: its own line is enough.
    fn is_worth_a_summary(&self, documents: u64, console: &Console) -> bool {
        let is_hidden = self.totals.left_out > 0 || self.totals.not_shown > 0;
        let level = match self.options.format {
            Format::Json => Verbosity::Verbose,
            Format::Human | Format::Github => Verbosity::Normal,
        };
        let is_unsaid = is_hidden || self.is_unrepaired && self.stream == Stream::Nowhere;
        (documents > 1 || is_unsaid || self.options.only_invalid) && console.verbosity >= level
    }

    fn is_chosen(&self, judged: &JudgedDocument<'_>) -> bool {
        let identity = Identity {
            seq: judged.seq,
            event: judged.judgement.event,
            session: judged.judgement.session,
            verdict: judged.verdict(),
        };
        // An unreadable document may be of any event, and must stay visible.
        let is_any = judged.is_unread() && self.options.seqs.is_empty();
        is_any || self.selection.matches(&identity)
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
