//! `log sessions`: which sessions are complete, and what the others miss.

use std::io::Write;
use std::ops::ControlFlow;
use std::time::Duration;

use chrono::Utc;

use super::live::{Live, clear};
use super::page;
use super::pager::Pager;
use crate::catalog::Catalog;
use crate::commands::reading::{Logs, Reading};
use crate::commands::{Console, Format, Outcome};
use crate::flows::history::{CaptureName, History, Session, SessionState, Sighting};
use crate::model::error::{Failure, OutputError};
use crate::render::log::{SessionRow, SessionTotals, sessions_table};
use crate::selection::{Query, Selector};
use crate::text::number::counted;
use crate::text::time;
use crate::validation::Validation;

/// How long an event may take that follows another one, unless said otherwise.
const SETTLE_AFTER: Duration = Duration::from_secs(600);

/// What `log sessions` was asked for.
#[derive(Debug)]
pub struct SessionsOptions {
    /// The logs.
    pub logs: Logs,
    /// Which captures.
    pub query: Query,
    /// Only the last sessions.
    pub last: Option<usize>,
    /// At most this many sessions.
    pub limit: Option<usize>,
    /// Only sessions to which one of these applies; empty for all.
    pub states: Vec<SessionState>,
    /// The order of the rows.
    pub sort: SessionOrder,
    /// How long an event may take that follows another one.
    pub settle_after: Duration,
    /// The table is drawn anew while the log grows.
    pub watch: bool,
    /// A session that is missing something or open is a negative result.
    pub expect_complete: bool,
    /// What stdout carries.
    pub format: Format,
}

/// The order of sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum SessionOrder {
    /// The order in which they began.
    First,
    /// The longest first.
    Length,
    /// Those with the most captures first.
    Captures,
    /// What is missing first, then out of order, truncated, open, complete.
    State,
}

/// Lists the sessions.
pub(super) fn run(options: &SessionsOptions, console: &mut Console) -> Result<Outcome, Failure> {
    let catalog = console.catalog()?;
    let selector = console.selector(&options.query, &catalog)?;
    let page = page::page(console, false);
    let live = Live::new(Gathering {
        options,
        history: History::of_log(),
        totals: SessionTotals::default(),
        catalog: &catalog,
    });
    let validation = Validation::new(catalog.clone());
    let draw = |gathering: &Gathering<'_>, out: &mut dyn Write| {
        let (rows, totals, _) = gathering.answer();
        sessions_table(&rows, page, out)?;
        totals.write(rows.len(), page, out)
    };
    let outcome = live.run(options.watch, console, &draw, |console| {
        gather(options, &selector, &validation, &live, console)
    })?;
    let (rows, totals, next) = live.into_state().answer();
    clear(options.watch, console).map_err(OutputError::from)?;
    let mut out = Pager::begin(options.format == Format::Human && !options.watch, console);
    match options.format {
        Format::Human => {
            sessions_table(&rows, page, &mut out)?;
            totals.write(rows.len(), page, &mut out)?;
        }
        Format::Json => {
            rows.iter().try_for_each(|row| row.json(&mut out))?;
            totals.json(rows.len(), &mut out)?;
        }
    }
    out.flush().map_err(OutputError::from)?;
    drop(out);
    console.warn_of_none(&selector)?;
    if options.format == Format::Human {
        advise(options, next.as_deref(), totals, console)?;
    }
    let bad = totals.of(SessionState::Missing) + totals.of(SessionState::Open);
    if options.expect_complete && bad > 0 {
        return Ok(outcome.and(Outcome::Negative));
    }
    Ok(outcome)
}

/// Says which session to look at, and what may still come.
fn advise(
    options: &SessionsOptions,
    next: Option<&str>,
    totals: SessionTotals,
    console: &mut Console,
) -> Result<(), OutputError> {
    let words = &options.logs.words;
    let settle_after = options.settle_after;
    if let Some(session) = next {
        let session = page::word(session);
        let settled = match settle_after {
            SETTLE_AFTER => String::new(),
            time => {
                let time = humantime::format_duration(time).to_string();
                format!(" --settle-after {}", time.replace(' ', ""))
            }
        };
        console.say(&format!(
            "look closer: enx-hook log timeline {session}{settled}{words}"
        ))?;
    }
    let open = totals.of(SessionState::Open);
    let is_asked = options.states == [SessionState::Missing];
    if open > 0 && is_asked && !settle_after.is_zero() {
        console.say(&format!(
            "{} may still get what is missing, until {} after the last event; to count that as missing \
             now: enx-hook log sessions --state missing --settle-after 0s{words}",
            counted(open, "open session", "open sessions"),
            time::duration(settle_after),
        ))?;
    }
    Ok(())
}

/// Reads all captures into a history.
fn gather(
    options: &SessionsOptions,
    selector: &Selector,
    validation: &Validation,
    live: &Live<Gathering<'_>>,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let reading = Reading {
        files: &options.logs.files,
        validation,
        follow: options.watch,
        within: None,
    };
    reading.observe(
        selector,
        console,
        &Sighting::without_key,
        &mut |name, sighting, is_meant| {
            live.change(|gathering| gathering.take(&name, &sighting, is_meant));
            Ok(ControlFlow::Continue(()))
        },
    )
}

/// The sessions so far.
struct Gathering<'g> {
    options: &'g SessionsOptions,
    history: History,
    totals: SessionTotals,
    catalog: &'g Catalog,
}

impl Gathering<'_> {
    fn take(&mut self, name: &CaptureName, sighting: &Sighting, is_meant: bool) {
        let forgotten = if is_meant {
            self.history.observe(name, sighting, self.catalog).1
        } else {
            self.history.leave_out(sighting, self.catalog)
        };
        self.forget(forgotten);
    }

    /// The rows that are asked for, the totals of all, and the session to look at next.
    fn answer(&self) -> (Vec<SessionRow>, SessionTotals, Option<String>) {
        let (now, settle_after) = (Utc::now(), self.options.settle_after);
        let sessions = self.history.all_sessions().into_iter();
        let rows = sessions.filter_map(|session| row(session, self.catalog, settle_after, now));
        let mut rows: Vec<SessionRow> = rows.collect();
        let mut totals = self.totals;
        for row in &rows {
            totals.count(row.state());
        }
        arrange(&mut rows, self.options);
        let next = rows.iter().find(|row| row.state() == SessionState::Missing);
        let next = next.or_else(|| rows.iter().find(|row| !row.problems.is_empty()));
        let next = next.or(rows.first()).map(|row| row.session.id.clone());
        (rows, totals, next)
    }

    /// Counts a session that is not remembered any longer.
    fn forget(&mut self, session: Option<Session>) {
        let row = session
            .filter(|session| session.captures > 0)
            .and_then(|one| row(one, self.catalog, self.options.settle_after, Utc::now()));
        if let Some(row) = row {
            self.totals.count(row.state());
            self.totals.forgotten += 1;
        }
    }
}

/// A session with what applies to it now.
fn row(
    session: Session,
    catalog: &Catalog,
    settle_after: Duration,
    now: chrono::DateTime<Utc>,
) -> Option<SessionRow> {
    let provider = catalog.provider(&session.provider)?;
    let standings = session.standings(provider, now, settle_after);
    Some(SessionRow::new(session, provider, &standings))
}

/// Keeps the rows that are asked for, in their order.
fn arrange(rows: &mut Vec<SessionRow>, options: &SessionsOptions) {
    if !options.states.is_empty() {
        rows.retain(|row| {
            let is_complete = row.problems.is_empty();
            let applies = |state: &SessionState| match state {
                SessionState::Complete => is_complete,
                state => row.problems.contains(state),
            };
            options.states.iter().any(applies)
        });
    }
    let surplus = rows
        .len()
        .saturating_sub(options.last.unwrap_or(usize::MAX));
    rows.drain(..surplus);
    match options.sort {
        SessionOrder::First => {}
        SessionOrder::Length => rows.sort_by_key(|row| std::cmp::Reverse(row.session.length())),
        SessionOrder::Captures => rows.sort_by_key(|row| std::cmp::Reverse(row.session.captures)),
        SessionOrder::State => rows.sort_by_key(SessionRow::state),
    }
    rows.truncate(options.limit.unwrap_or(usize::MAX));
}
