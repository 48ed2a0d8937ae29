//! Selects captures with a query, and knows why it selected none.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use super::bounds::{Bounds, Unread, joined};
use super::facts::Facts;
use super::moment::Moment;
use super::pattern::Pattern;
use super::query::{Query, Term};
use crate::text::number::{counted, grouped};
use crate::text::{Zone, nearest, show};

/// Names that are remembered, to find the nearest.
const MOST_NAMES: usize = 10_000;

/// Names that are shown.
const SHOWN: usize = 3;

/// A query whose times are [resolved](Query::resolve), and what it left out. Several threads can
/// use it.
#[derive(Debug)]
pub struct Selector {
    query: Query,
    /// What must all hold.
    terms: Vec<Query>,
    has_matched: AtomicBool,
    left_out: Mutex<LeftOut>,
}

/// What was left out before anything was selected.
#[derive(Debug)]
struct LeftOut {
    seen: u64,
    by_term: Vec<Loss>,
}

/// What one term left out: the captures for which all terms before it held.
#[derive(Debug, Default)]
struct Loss {
    count: u64,
    /// Those that lack what the term asks for.
    without: u64,
    /// What stood in its place, and how often.
    names: BTreeMap<String, u64>,
    seqs: Option<(u64, u64)>,
    times: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Selector {
    /// Selects by this query.
    pub fn new(query: Query) -> Selector {
        let mut terms = Vec::new();
        flatten(&query, &mut terms);
        let by_term = terms.iter().map(|_| Loss::default()).collect();
        Selector {
            query,
            terms,
            has_matched: AtomicBool::new(false),
            left_out: Mutex::new(LeftOut { seen: 0, by_term }),
        }
    }

    /// The query.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// Whether a capture is selected.
    pub fn matches(&self, facts: &dyn Facts) -> bool {
        self.matches_all(facts, 1)
    }

    /// The same for a number of captures that are alike.
    pub fn matches_all(&self, facts: &dyn Facts, count: u64) -> bool {
        let failed = self.terms.iter().position(|term| !term.matches(facts));
        let Some(failed) = failed else {
            self.has_matched.store(true, Ordering::Relaxed);
            return true;
        };
        if !self.has_matched.load(Ordering::Relaxed) {
            let mut left_out = self.left_out();
            left_out.seen += count;
            left_out.by_term[failed].take(&self.terms[failed], facts, count);
        }
        false
    }

    /// Takes note of captures that were not read, since their numbers or times are not meant.
    pub fn note_unread(&self, unread: &Unread) {
        let mut left_out = self.left_out();
        if unread.count == 0 {
            return;
        }
        left_out.seen += unread.count;
        let is_excluding = |term: &Query| {
            let bounds = term.bounds();
            let has_seqs = unread.seqs.is_none_or(|(a, b)| bounds.has_seqs(a, b));
            let has_times = unread.times.is_none_or(|(a, b)| bounds.has_times(a, b));
            !(has_seqs && has_times)
        };
        let is_limiting = |term: &Query| term.bounds() != Bounds::default();
        let found = self.terms.iter().position(is_excluding);
        let found = found.or_else(|| self.terms.iter().position(is_limiting));
        if let Some(loss) = found.and_then(|index| left_out.by_term.get_mut(index)) {
            loss.count += unread.count;
            loss.seqs = joined(loss.seqs, unread.seqs);
            loss.times = joined(loss.times, unread.times);
        }
    }

    /// Why nothing was selected: one line for the whole, and one for each term that left something
    /// out. Nothing if a capture was selected, or none was seen.
    pub fn why_none(&self, zone: Zone) -> Option<(String, String)> {
        let left_out = self.left_out();
        if self.has_matched.load(Ordering::Relaxed) || left_out.seen == 0 {
            return None;
        }
        let what = format!(
            "nothing matched in {}",
            counted(left_out.seen, "capture", "captures")
        );
        let mut rest = left_out.seen;
        let losses = self.terms.iter().zip(&left_out.by_term);
        let lines = losses
            .filter(|(_, loss)| loss.count > 0)
            .map(|(term, loss)| {
                rest = rest.saturating_sub(loss.count);
                let count = if loss.count == left_out.seen && loss.count > 1 {
                    format!("all {}", grouped(loss.count))
                } else {
                    grouped(loss.count)
                };
                let term_text = named(term, zone);
                let instead = loss.instead(term, zone, rest == 0);
                format!("{term_text} left out {count}{instead}")
            });
        Some((what, lines.collect::<Vec<_>>().join("\n")))
    }

    fn left_out(&self) -> MutexGuard<'_, LeftOut> {
        self.left_out.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The queries that must all hold.
fn flatten(query: &Query, terms: &mut Vec<Query>) {
    match query {
        Query::All(all) => all.iter().for_each(|one| flatten(one, terms)),
        other => terms.push(other.clone()),
    }
}

/// A term, with times as people read them.
fn named(term: &Query, zone: Zone) -> String {
    match term {
        Query::Term(Term::Since(Moment::At(at))) => format!("since:{}", zone.date_time(*at)),
        Query::Term(Term::Until(Moment::At(at))) => format!("until:{}", zone.date_time(*at)),
        Query::All(_) | Query::Any(_) => format!("({term})"),
        term => term.to_string(),
    }
}

impl Loss {
    fn take(&mut self, term: &Query, facts: &dyn Facts, count: u64) {
        self.count += count;
        let Query::Term(term) = term else { return };
        let is_there = match term {
            Term::Event(_) => self.name(facts.event(), count),
            Term::Session(_) => self.name(facts.session(), count),
            Term::Verdict(_) => self.name(Some(facts.verdict().word()), count),
            Term::Code(_) => {
                let mut codes = Vec::new();
                facts.each_code(&mut |code| codes.push(code.to_owned()));
                for code in &codes {
                    self.name(Some(code), count);
                }
                !codes.is_empty()
            }
            Term::Field(condition) => match condition.instead(facts.value()) {
                Ok(value) => self.name(Some(&value), count),
                Err(fields) => {
                    for field in fields {
                        self.name(Some(&field), 0);
                    }
                    false
                }
            },
            Term::Seq(_) => facts.seq().is_some_and(|seq| {
                self.seqs = joined(self.seqs, Some((seq, seq)));
                true
            }),
            Term::Since(_) | Term::Until(_) => facts.received_at().is_some_and(|at| {
                self.times = joined(self.times, Some((at, at)));
                true
            }),
            Term::Body(_) | Term::Relation(_) => true,
        };
        if !is_there {
            self.without += count;
        }
    }

    fn name(&mut self, name: Option<&str>, count: u64) -> bool {
        let Some(name) = name else { return false };
        if let Some(known) = self.names.get_mut(name) {
            *known += count;
        } else if self.names.len() < MOST_NAMES {
            self.names.insert(name.to_owned(), count);
        }
        true
    }

    /// What stood in the place of what the term asks for. If it left out all (`is_all`), its name may
    /// be misspelled.
    fn instead(&self, term: &Query, zone: Zone, is_all: bool) -> String {
        let Query::Term(term) = term else {
            return String::new();
        };
        let lacks_all = self.without == self.count;
        let rest = match term {
            Term::Event(events) => self.named("an event", "the events are", events, is_all),
            Term::Session(sessions) => {
                self.named("a session", "the sessions are", sessions, is_all)
            }
            Term::Code(codes) => self.named("a finding", "the findings are", codes, is_all),
            Term::Verdict(_) => self.named("a verdict", "the verdicts are", &[], is_all),
            Term::Field(condition) if lacks_all => {
                let field = condition.field();
                let near = nearest(field, self.names.keys().map(String::as_str));
                match near {
                    Some(near) => format!("none has the field; did you mean `{}`?", show(near)),
                    None => "none has the field".to_owned(),
                }
            }
            Term::Field(_) => {
                let values = self.names.iter().filter(|(_, count)| **count > 0);
                let values: Vec<_> = values.take(SHOWN).map(|(value, _)| show(value)).collect();
                format!("the field is {}, for example", values.join(" or "))
            }
            Term::Seq(_) if lacks_all => "these lines have no number".to_owned(),
            Term::Seq(_) => match self.seqs {
                Some((first, last)) if first == last => format!("the number is {first}"),
                Some((first, last)) => format!("the numbers are {first} to {last}"),
                None => String::new(),
            },
            Term::Since(_) | Term::Until(_) if lacks_all => "these lines have no time".to_owned(),
            Term::Since(_) | Term::Until(_) => match self.times {
                Some(times) => match <[_; 2]>::from(times).map(|at| zone.date_time(at)) {
                    [first, last] if first == last => format!("the time is {first}"),
                    [first, last] => format!("the times are {first} to {last}"),
                },
                None => String::new(),
            },
            Term::Body(_) | Term::Relation(_) => String::new(),
        };
        if rest.is_empty() {
            rest
        } else {
            format!(": {rest}")
        }
    }

    /// The commonest names, and the one that was meant if a name is like it.
    fn named(&self, what: &str, they: &str, asked: &[Pattern], is_all: bool) -> String {
        if self.names.is_empty() {
            return format!("none has {what}");
        }
        let known = || self.names.keys().map(String::as_str);
        let mut meant = asked.iter().filter(|_| is_all).filter_map(Pattern::name);
        if let Some(near) = meant.find_map(|name| nearest(name, known())) {
            return format!("did you mean `{}`?", show(near));
        }
        let mut names: Vec<_> = self.names.iter().collect();
        names.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let first = names.iter().take(SHOWN);
        let first: Vec<_> = first
            .map(|(name, count)| format!("{} ({})", show(name), grouped(**count)))
            .collect();
        let mut text = format!("{they} {}", first.join(", "));
        if let Some(more @ 1..) = names.len().checked_sub(SHOWN) {
            let _ = write!(text, " and {more} more");
        }
        text
    }
}
