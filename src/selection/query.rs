//! A compiled query: which captures are meant.

use std::fmt;

use chrono::{DateTime, Utc};

use super::condition::{Condition, contains};
use super::facts::{Facts, Need, Relation};
use super::moment::{Bound, Moment};
use super::pattern::Pattern;
use super::range::SeqRange;
use crate::json::quoted;
use crate::model::report::Verdict;
use crate::text::Zone;

/// Which captures are meant. Flags and the text of a query build the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// All of these hold; of none of them, everything is meant.
    All(Vec<Query>),
    /// One of these holds.
    Any(Vec<Query>),
    /// This does not hold.
    Not(Box<Query>),
    /// This holds.
    Term(Term),
}

/// One question about a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// `event:` Its event is one of these.
    Event(Vec<Pattern>),
    /// `session:` Its session is one of these.
    Session(Vec<Pattern>),
    /// `seq:` Its number is in one of these ranges.
    Seq(Vec<SeqRange>),
    /// `since:` It was received then or later.
    Since(Moment),
    /// `until:` It was received earlier.
    Until(Moment),
    /// `body:` Its body has this text in it; case does not matter.
    Body(String),
    /// A field of its body meets this.
    Field(Condition),
    /// `verdict:` Its verdict is one of these.
    Verdict(Vec<Verdict>),
    /// `code:` One of its findings has one of these codes.
    Code(Vec<Pattern>),
    /// `is:` and `has:` It stands so to earlier captures.
    Relation(Relation),
}

impl Default for Query {
    fn default() -> Query {
        Query::All(Vec::new())
    }
}

impl FromIterator<Term> for Query {
    fn from_iter<T: IntoIterator<Item = Term>>(terms: T) -> Query {
        Query::all(terms.into_iter().map(Query::Term).collect())
    }
}

impl Term {
    /// That the event is one of these, or nothing if none is asked for.
    pub fn event(events: Vec<Pattern>) -> Option<Term> {
        (!events.is_empty()).then_some(Term::Event(events))
    }

    /// That the session is one of these, or nothing if none is asked for.
    pub fn session(sessions: Vec<Pattern>) -> Option<Term> {
        (!sessions.is_empty()).then_some(Term::Session(sessions))
    }

    /// That the number is in one of these ranges, or nothing if none is asked for.
    pub fn seq(seqs: Vec<SeqRange>) -> Option<Term> {
        (!seqs.is_empty()).then_some(Term::Seq(seqs))
    }

    /// That the verdict is one of these, or nothing if none is asked for.
    pub fn verdict(verdicts: Vec<Verdict>) -> Option<Term> {
        (!verdicts.is_empty()).then_some(Term::Verdict(verdicts))
    }

    fn need(&self) -> Need {
        match self {
            Term::Seq(_) | Term::Since(_) | Term::Until(_) => Need::Record,
            Term::Event(_) | Term::Session(_) => Need::Identity,
            Term::Body(_) => Need::Body,
            Term::Field(_) => Need::Value,
            Term::Verdict(_) => Need::Verdict,
            Term::Code(_) => Need::Findings,
            Term::Relation(_) => Need::History,
        }
    }

    fn holds(&self, facts: &dyn Facts) -> bool {
        let one_fits = |patterns: &[Pattern], name: &str| patterns.iter().any(|one| one.fits(name));
        let at = |moment: &Moment| match moment {
            Moment::At(at) => Some(*at),
            // Nothing is meant by a time that was not resolved.
            _ => None,
        };
        match self {
            Term::Event(events) => facts.event().is_some_and(|event| one_fits(events, event)),
            Term::Session(all) => facts.session().is_some_and(|one| one_fits(all, one)),
            Term::Seq(ranges) => facts
                .seq()
                .is_some_and(|seq| ranges.iter().any(|range| range.contains(seq))),
            Term::Since(since) => facts
                .received_at()
                .is_some_and(|received| at(since).is_some_and(|since| received >= since)),
            Term::Until(until) => facts
                .received_at()
                .is_some_and(|received| at(until).is_some_and(|until| received < until)),
            Term::Body(text) => contains(facts.body(), text),
            Term::Field(condition) => facts.value().is_some_and(|body| condition.holds(body)),
            Term::Verdict(verdicts) => verdicts.contains(&facts.verdict()),
            Term::Code(codes) => {
                let mut has_one = false;
                facts.each_code(&mut |code| has_one |= one_fits(codes, code));
                has_one
            }
            Term::Relation(relation) => facts.is(*relation),
        }
    }
}

impl Query {
    /// All of these. One alone stands for itself.
    pub fn all(mut queries: Vec<Query>) -> Query {
        match queries.len() {
            1 => queries.remove(0),
            _ => Query::All(queries),
        }
    }

    /// One of these. One alone stands for itself.
    pub fn any(mut queries: Vec<Query>) -> Query {
        match queries.len() {
            1 => queries.remove(0),
            _ => Query::Any(queries),
        }
    }

    /// Whether every capture is meant.
    pub fn is_everything(&self) -> bool {
        matches!(self, Query::All(all) if all.is_empty())
    }

    /// The events of a term that holds for every capture that is meant; nothing if there is no
    /// such term.
    pub fn events(&self) -> &[Pattern] {
        match self {
            Query::Term(Term::Event(events)) => events,
            Query::All(all) => all
                .iter()
                .map(Query::events)
                .find(|one| !one.is_empty())
                .unwrap_or_default(),
            _ => &[],
        }
    }

    /// Whether a capture is meant. Times must be [resolved](Query::resolve) before.
    pub fn matches(&self, facts: &dyn Facts) -> bool {
        match self {
            Query::All(all) => all.iter().all(|one| one.matches(facts)),
            Query::Any(any) => any.iter().any(|one| one.matches(facts)),
            Query::Not(not) => !not.matches(facts),
            Query::Term(term) => term.holds(facts),
        }
    }

    /// The most expensive fact that an answer can take; nothing if there is no question.
    pub fn need(&self) -> Option<Need> {
        match self {
            Query::All(inner) | Query::Any(inner) => inner.iter().filter_map(Query::need).max(),
            Query::Not(inner) => inner.need(),
            Query::Term(term) => Some(term.need()),
        }
    }

    /// Whether an answer takes the body, parsed or not.
    pub fn asks_body(&self) -> bool {
        match self {
            Query::All(inner) | Query::Any(inner) => inner.iter().any(Query::asks_body),
            Query::Not(inner) => inner.asks_body(),
            Query::Term(term) => matches!(term, Term::Body(_) | Term::Field(_)),
        }
    }

    /// The same with points in time in place of ages and of times by a clock, and with what
    /// costs least asked first.
    #[must_use]
    pub fn resolve(mut self, now: DateTime<Utc>, zone: Zone) -> Query {
        self.visit(&mut |term| {
            let (moment, bound) = match term {
                Term::Since(moment) => (moment, Bound::Since),
                Term::Until(moment) => (moment, Bound::Until),
                _ => return,
            };
            *moment = Moment::At(moment.resolve(bound, now, zone));
        });
        self.sort();
        self
    }

    /// Calls a function with every event that is named, and not meant by a pattern; the name
    /// that it returns takes its place.
    pub fn rename_events(&mut self, rename: &mut dyn FnMut(&str) -> Option<String>) {
        self.visit(&mut |term| {
            let Term::Event(events) = term else { return };
            for event in events {
                if let Some(name) = event.name().and_then(&mut *rename) {
                    *event = Pattern::exactly(name);
                }
            }
        });
    }

    fn visit(&mut self, see: &mut dyn FnMut(&mut Term)) {
        match self {
            Query::All(inner) | Query::Any(inner) => {
                for one in inner {
                    one.visit(see);
                }
            }
            Query::Not(inner) => inner.visit(see),
            Query::Term(term) => see(term),
        }
    }

    fn sort(&mut self) {
        match self {
            Query::All(inner) | Query::Any(inner) => {
                inner.iter_mut().for_each(Query::sort);
                inner.sort_by_key(Query::need);
            }
            Query::Not(inner) => inner.sort(),
            Query::Term(_) => {}
        }
    }

    /// Prints it as a part of another one.
    fn print_inside(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Query::All(_) | Query::Any(_) => write!(f, "({self})"),
            Query::Not(_) | Query::Term(_) => write!(f, "{self}"),
        }
    }
}

/// As a text that reads as the same query.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Query::All(all) => join(f, " ", all, Query::print_inside),
            Query::Any(any) => join(f, " or ", any, Query::print_inside),
            Query::Not(not) => {
                f.write_str("-")?;
                not.print_inside(f)
            }
            Query::Term(term) => term.fmt(f),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn list<T: fmt::Display>(
            f: &mut fmt::Formatter<'_>,
            key: &str,
            values: &[T],
        ) -> fmt::Result {
            write!(f, "{key}:")?;
            join(f, ",", values, fmt::Display::fmt)
        }
        match self {
            Term::Event(events) => list(f, "event", events),
            Term::Session(sessions) => list(f, "session", sessions),
            Term::Seq(ranges) => list(f, "seq", ranges),
            Term::Since(moment) => write!(f, "since:{moment}"),
            Term::Until(moment) => write!(f, "until:{moment}"),
            Term::Body(text) => write!(f, "body:{}", quoted(text)),
            Term::Field(condition) => condition.fmt(f),
            Term::Verdict(verdicts) => list(f, "verdict", verdicts),
            Term::Code(codes) => list(f, "code", codes),
            Term::Relation(Relation::Duplicate) => f.write_str("is:duplicate"),
            Term::Relation(Relation::OutOfOrder) => f.write_str("is:out-of-order"),
            Term::Relation(Relation::Missing) => f.write_str("has:missing"),
        }
    }
}

/// Prints values with something between them.
fn join<T>(
    f: &mut fmt::Formatter<'_>,
    between: &str,
    values: &[T],
    print: impl Fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        print(value, f)?;
    }
    Ok(())
}
