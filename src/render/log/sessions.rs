//! The table of sessions, and its JSON.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

use crate::catalog::Provider;
use crate::flows::history::{Session, SessionState, Standings};
use crate::model::error::OutputError;
use crate::render::listen::Page;
use crate::render::picture::sparkline;
use crate::render::{Cell, Column, Line, Role, Table};
use crate::text::number::{counted, grouped};
use crate::text::time;
use crate::wire::JsonLines;
use crate::wire::listen::timestamp;
use crate::wire::log::{SessionJson, SessionStateJson, SessionsSummary};

/// From this width on, there is room for the promises and the activity of each session.
const WIDE: usize = 110;

/// A session, and what applies to it.
#[derive(Debug)]
pub struct SessionRow {
    /// The session.
    pub session: Session,
    /// What applies to it, its state first.
    pub problems: Vec<SessionState>,
    /// The names of the missing events.
    pub missing: Vec<String>,
    /// How many captures of each event there are, by name.
    pub events: BTreeMap<String, u64>,
    /// Promised events that came, and all that are promised.
    pub promised: [u64; 2],
}

impl SessionRow {
    /// What there is to say about a session.
    pub fn new(session: Session, provider: &Provider, standings: &Standings<'_>) -> SessionRow {
        SessionRow {
            problems: session.problems(provider, standings),
            missing: standings.missing(),
            promised: standings.promised(),
            events: session
                .events(provider)
                .map(|(name, count)| (name.to_owned(), count))
                .collect(),
            session,
        }
    }

    /// The state.
    pub fn state(&self) -> SessionState {
        let first = self.problems.first();
        first.copied().unwrap_or(SessionState::Complete)
    }

    /// The state in words: `missing roomdrop`.
    pub(super) fn says(&self) -> String {
        match self.state() {
            SessionState::Missing => format!("missing {}", self.missing.join(", ")),
            SessionState::OutOfOrder => "out of order".to_owned(),
            state => state.word().to_owned(),
        }
    }

    pub(super) fn role(&self) -> Role {
        match self.state() {
            SessionState::Missing => Role::Invalid,
            SessionState::OutOfOrder => Role::Warning,
            SessionState::Truncated | SessionState::Open => Role::Dim,
            SessionState::Complete => Role::Valid,
        }
    }

    fn remarks(&self) -> String {
        let mut remarks = Vec::new();
        if self.session.duplicates > 0 {
            remarks.push(counted(self.session.duplicates, "duplicate", "duplicates"));
        }
        for other in self.problems.iter().skip(1) {
            remarks.push(match other {
                SessionState::OutOfOrder => "out of order".to_owned(),
                other => format!("also {}", other.word()),
            });
        }
        remarks.join(", ")
    }

    /// Writes it as JSON.
    pub fn json(&self, out: &mut dyn Write) -> Result<(), OutputError> {
        JsonLines::new(out).write("session", &self.object())
    }

    /// For programs.
    pub fn object(&self) -> SessionJson<'_> {
        let session = &self.session;
        let [first, last] = &session.ends;
        SessionJson {
            provider: &session.provider,
            session: &session.id,
            first_seq: first.number,
            last_seq: last.number,
            first_file: first.file.as_deref(),
            last_file: last.file.as_deref(),
            first_at: session.times.map(|[first, _]| timestamp(first)),
            seconds: session.length().map(|length| length.as_secs_f64()),
            captures: session.captures,
            events: &self.events,
            state: self.state().into(),
            problems: self.problems.iter().map(|state| (*state).into()).collect(),
            missing: &self.missing,
            verdict: session.verdict,
            duplicates: session.duplicates,
        }
    }
}

impl From<SessionState> for SessionStateJson {
    fn from(state: SessionState) -> SessionStateJson {
        match state {
            SessionState::Missing => SessionStateJson::Missing,
            SessionState::OutOfOrder => SessionStateJson::OutOfOrder,
            SessionState::Truncated => SessionStateJson::Truncated,
            SessionState::Open => SessionStateJson::Open,
            SessionState::Complete => SessionStateJson::Complete,
        }
    }
}

/// Writes the table.
pub fn table(rows: &[SessionRow], page: Page, out: &mut dyn Write) -> Result<(), OutputError> {
    if rows.is_empty() {
        return Ok(());
    }
    let is_wide = page.style.width.is_none_or(|width| width >= WIDE);
    let first_day = |row: &SessionRow| row.session.times.map(|[first, _]| page.zone.day(first));
    let is_one_day = rows.iter().all(|row| first_day(row) == first_day(&rows[0]));
    let is_one_provider = rows
        .iter()
        .all(|row| row.session.provider == rows[0].session.provider);
    let mut names = vec!["session"];
    let mut columns = vec![Column::left()];
    let mut add = |wanted: bool, name, column| {
        if wanted {
            names.push(name);
            columns.push(column);
        }
    };
    add(!is_one_provider, "provider", Column::left());
    add(true, "first", Column::left());
    add(true, "length", Column::right());
    add(true, "captures", Column::right());
    add(is_wide, "promised", Column::right());
    add(is_wide, "activity", Column::left());
    add(
        true,
        "state",
        Column::left().at_most(if is_wide { 40 } else { 24 }),
    );
    add(true, "worst", Column::left());
    add(true, "", Column::left());
    let mut table = Table::new(columns);
    table.row(names.into_iter().map(|name| Cell::new(Role::Dim, name)));
    for row in rows {
        let session = &row.session;
        let first = session.times.map(|[first, _]| {
            if is_one_day {
                page.zone.clock_seconds(first)
            } else {
                page.zone.date_time(first)
            }
        });
        let length = session.length().map(|length| match length {
            Duration::ZERO => "-".to_owned(),
            length => time::duration(length),
        });
        let cells = [
            Some(Cell::new(Role::Session, &session.id)),
            (!is_one_provider).then(|| Cell::from(&session.provider)),
            Some(Cell::new(
                Role::Dim,
                first.unwrap_or_else(|| "-".to_owned()),
            )),
            Some(Cell::from(length.unwrap_or_else(|| "-".to_owned()))),
            Some(Cell::from(grouped(session.captures))),
            is_wide.then(|| {
                Cell::from(match row.promised {
                    [_, 0] => "-".to_owned(),
                    [came, all] => format!("{came} of {all}"),
                })
            }),
            is_wide.then(|| Cell::new(Role::Dim, sparkline(session.activity.counts()))),
            Some(Cell::new(row.role(), row.says())),
            Some(Cell::new(
                Role::from(session.verdict),
                session.verdict.word(),
            )),
            Some(Cell::from(row.remarks())),
        ];
        table.row(cells.into_iter().flatten());
    }
    table.write(out, page.style)
}

/// The totals of all sessions, also of those that are not in the table.
#[derive(Clone, Copy, Debug, Default)]
pub struct SessionTotals {
    /// Sessions by state.
    states: [u64; SessionState::ALL.len()],
    /// Sessions that were counted, and then forgotten in favour of others.
    pub forgotten: u64,
}

impl SessionTotals {
    /// Counts a session.
    pub fn count(&mut self, state: SessionState) {
        self.states[state as usize] += 1;
    }

    /// Counts sessions that were forgotten.
    pub fn forget(&mut self, state: SessionState, sessions: u64) {
        self.states[state as usize] += sessions;
        self.forgotten += sessions;
    }

    /// Sessions of that state.
    pub fn of(&self, state: SessionState) -> u64 {
        self.states[state as usize]
    }

    /// All sessions.
    pub fn all(&self) -> u64 {
        self.states.iter().sum()
    }

    /// Writes the sentence: `20 sessions: 16 complete, 3 with something missing, 1 open`; or, if not
    /// all are listed, `1 of 20 sessions listed; of all, 16 complete, …`.
    pub fn write(&self, listed: usize, page: Page, out: &mut dyn Write) -> Result<(), OutputError> {
        let all = counted(self.all(), "session", "sessions");
        let listed = crate::text::number::count(listed);
        let is_part = listed + self.forgotten < self.all();
        let states = SessionState::ALL
            .iter()
            .rev()
            .filter(|state| self.of(**state) > 0);
        let states: Vec<String> = states
            .map(|state| {
                let words = match state {
                    SessionState::Missing => "with something missing",
                    SessionState::OutOfOrder => "out of order",
                    state => state.word(),
                };
                format!("{} {words}", grouped(self.of(*state)))
            })
            .collect();
        let mut line = Line::new(page.style.palette);
        if is_part {
            line.push(Role::Plain, &format!("{} of {all} listed", grouped(listed)));
        } else {
            line.push(Role::Plain, &all);
        }
        if !states.is_empty() {
            let before = if is_part { "; of all, " } else { ": " };
            line.push(Role::Plain, &format!("{before}{}", states.join(", ")));
        }
        line.write(out)?;
        if self.forgotten > 0 {
            let forgotten = counted(self.forgotten, "session", "sessions");
            let mut line = Line::new(page.style.palette);
            let text = format!("{forgotten} not listed: only the last 100,000 are remembered");
            line.push(Role::Warning, &text).write(out)?;
        }
        Ok(())
    }

    /// Writes the summary as JSON.
    pub fn json(&self, listed: usize, out: &mut dyn Write) -> Result<(), OutputError> {
        JsonLines::new(out).write("summary", &self.object(listed))
    }

    /// The summary for programs.
    pub fn object(&self, listed: usize) -> SessionsSummary {
        SessionsSummary {
            sessions: self.all(),
            listed: crate::text::number::count(listed),
            complete: self.of(SessionState::Complete),
            open: self.of(SessionState::Open),
            truncated: self.of(SessionState::Truncated),
            out_of_order: self.of(SessionState::OutOfOrder),
            missing: self.of(SessionState::Missing),
            forgotten: self.forgotten,
        }
    }
}
