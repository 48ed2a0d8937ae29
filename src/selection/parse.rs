//! Reads the text of a query:
//! `event:roomdrop verdict:invalid /file_size>1000 -session:4821* or (body:"text" has:missing)`.
//!
//! Terms that stand side by side must all hold, `or` joins alternatives and binds less, `-` in
//! front negates, parentheses group. Commas separate alternatives within a term.

use std::str::FromStr;

use super::condition::{Condition, ends_word, string};
use super::facts::Relation;
use super::moment::{self, Moment};
use super::pattern::Pattern;
use super::query::{Query, Term};
use super::range;
use crate::json::PathEnd;
use crate::model::report::Verdict;
use crate::text::nearest;

/// Parentheses and `-` within each other are not deeper than this.
const DEEPEST: usize = 64;

/// The words before a colon.
const KEYWORDS: [&str; 10] = [
    "event", "session", "verdict", "code", "seq", "since", "until", "is", "has", "body",
];

/// Whether a term of a query begins with that word and a colon.
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// A text that is not a query.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {}: expected {expected}", at + 1)]
pub struct QueryError {
    /// Characters before the fault.
    pub at: usize,
    /// What was expected there.
    pub expected: String,
}

impl FromStr for Query {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Query, QueryError> {
        let mut reader = Reader {
            text,
            rest: text.trim_start(),
            depth: 0,
        };
        if reader.rest.is_empty() {
            return Ok(Query::default());
        }
        let query = reader.alternatives()?;
        if reader.rest.is_empty() {
            Ok(query)
        } else {
            Err(reader.error("the end: this parenthesis closes nothing"))
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    rest: &'t str,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn error(&self, expected: impl Into<String>) -> QueryError {
        QueryError {
            at: self.text.chars().count() - self.rest.chars().count(),
            expected: expected.into(),
        }
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// The rest behind `or`, if that comes next.
    fn behind_or(&self) -> Option<&'t str> {
        let rest = self.rest.strip_prefix("or");
        let rest = rest.or_else(|| self.rest.strip_prefix("OR"))?;
        let is_word = rest.is_empty() || rest.starts_with(|c: char| c == '(' || ends_word(c));
        is_word.then_some(rest)
    }

    fn alternatives(&mut self) -> Result<Query, QueryError> {
        let mut any = vec![self.terms()?];
        while let Some(rest) = self.behind_or() {
            self.rest = rest.trim_start();
            any.push(self.terms()?);
        }
        Ok(Query::any(any))
    }

    /// Terms side by side, up to `or`, a closing parenthesis or the end.
    fn terms(&mut self) -> Result<Query, QueryError> {
        let mut all = Vec::new();
        loop {
            all.push(self.negatable()?);
            let is_apart = self.rest.starts_with(|c: char| c == '(' || ends_word(c));
            if !is_apart && !self.rest.is_empty() {
                return Err(self.error("a space behind the term"));
            }
            self.skip_blanks();
            if self.rest.is_empty() || self.rest.starts_with(')') || self.behind_or().is_some() {
                return Ok(Query::all(all));
            }
        }
    }

    fn negatable(&mut self) -> Result<Query, QueryError> {
        let (is_negated, is_group) = (self.rest.starts_with('-'), self.rest.starts_with('('));
        if !is_negated && !is_group {
            return self.term().map(Query::Term);
        }
        if self.depth == DEEPEST {
            return Err(self.error("less nesting"));
        }
        self.depth += 1;
        self.rest = &self.rest[1..];
        let query = if is_negated {
            Query::Not(Box::new(self.negatable()?))
        } else {
            self.skip_blanks();
            let query = self.alternatives()?;
            let Some(rest) = self.rest.strip_prefix(')') else {
                return Err(self.error("`)`"));
            };
            self.rest = rest;
            query
        };
        self.depth -= 1;
        Ok(query)
    }

    fn term(&mut self) -> Result<Term, QueryError> {
        if let Some((word, rest)) = self.rest.split_once(':')
            && let Some(keyword) = KEYWORDS.into_iter().find(|keyword| *keyword == word)
        {
            self.rest = rest;
            return self.keyword(keyword);
        }
        let before = self.error("");
        match Condition::read(self.rest, PathEnd::Word) {
            Ok((condition, rest)) => {
                self.rest = rest;
                Ok(Term::Field(condition))
            }
            Err(error) => {
                let end = self.rest.find(ends_word).unwrap_or(self.rest.len());
                let word = &self.rest[..end];
                // A path that has no condition behind it, or a word that is no path.
                if word.starts_with(['/', '"', '[']) || word.contains(['.', '[']) {
                    return Err(QueryError {
                        at: before.at + error.at,
                        expected: error.expected.to_owned(),
                    });
                }
                Err(self.error(not_a_term(word)))
            }
        }
    }

    fn keyword(&mut self, keyword: &'static str) -> Result<Term, QueryError> {
        let name = |what: &'static str| {
            move |text: &str| {
                let text = (!text.is_empty()).then(|| text.to_owned());
                text.ok_or_else(|| what.to_owned())
            }
        };
        Ok(match keyword {
            "event" => Term::Event(self.patterns("the name of an event, such as event:NAME*")?),
            "session" => {
                Term::Session(self.patterns("the id of a session, such as session:4821*")?)
            }
            "code" => {
                Term::Code(self.patterns("the code of a finding, such as code:missing-field")?)
            }
            "verdict" => Term::Verdict(self.list(verdict)?),
            "seq" => {
                Term::Seq(self.list(|text| text.parse().map_err(|_| range::EXPECTED.to_owned()))?)
            }
            "since" => Term::Since(self.one(moment)?),
            "until" => Term::Until(self.one(moment)?),
            "body" => Term::Body(self.one(name("a text, such as body:\"text\""))?),
            "is" => Term::Relation(self.one(is)?),
            _ => Term::Relation(self.one(has)?),
        })
    }

    /// Patterns with commas between them.
    fn patterns(&mut self, expected: &str) -> Result<Vec<Pattern>, QueryError> {
        let mut patterns = Vec::new();
        loop {
            let Some((pattern, rest)) = Pattern::read(self.rest) else {
                return Err(self.error(expected));
            };
            self.rest = rest;
            patterns.push(pattern);
            match self.rest.strip_prefix(',') {
                Some(rest) => self.rest = rest,
                None => return Ok(patterns),
            }
        }
    }

    /// Values with commas between them.
    fn list<T>(
        &mut self,
        mut read: impl FnMut(&str) -> Result<T, String>,
    ) -> Result<Vec<T>, QueryError> {
        let mut values = Vec::new();
        loop {
            let end = self.rest.find(|c: char| c == ',' || ends_word(c));
            let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
            values.push(read(word).map_err(|expected| self.error(expected))?);
            self.rest = rest;
            match self.rest.strip_prefix(',') {
                Some(rest) => self.rest = rest,
                None => return Ok(values),
            }
        }
    }

    /// One value, which may stand in quotes.
    fn one<T>(&mut self, read: impl FnOnce(&str) -> Result<T, String>) -> Result<T, QueryError> {
        let (text, rest) = if self.rest.starts_with('"') {
            string(self.rest)
                .ok_or_else(|| self.error("a text in quotes, written as a JSON string"))?
        } else {
            let end = self.rest.find(ends_word).unwrap_or(self.rest.len());
            (self.rest[..end].to_owned(), &self.rest[end..])
        };
        let value = read(&text).map_err(|expected| self.error(expected))?;
        self.rest = rest;
        Ok(value)
    }
}

fn moment(text: &str) -> Result<Moment, String> {
    text.parse().map_err(|_| moment::EXPECTED.to_owned())
}

fn verdict(text: &str) -> Result<Verdict, String> {
    let mut verdicts = Verdict::ALL.into_iter();
    let found = verdicts.find(|verdict| verdict.word() == text);
    found.ok_or_else(|| {
        let words = Verdict::ALL.map(Verdict::word).join(", ");
        format!("a verdict: {words}")
    })
}

fn is(text: &str) -> Result<Relation, String> {
    match text {
        "duplicate" => Ok(Relation::Duplicate),
        "out-of-order" => Ok(Relation::OutOfOrder),
        _ => Err("is:duplicate or is:out-of-order".to_owned()),
    }
}

fn has(text: &str) -> Result<Relation, String> {
    match text {
        "missing" => Ok(Relation::Missing),
        _ => Err("has:missing".to_owned()),
    }
}

/// What is expected in place of a word that is no term.
fn not_a_term(word: &str) -> String {
    match word.split_once(':') {
        Some((keyword, _)) => match nearest(keyword, KEYWORDS) {
            Some(nearest) => format!("a term; did you mean `{nearest}:`?"),
            None => format!(
                "a term: {}: or a field with a condition",
                KEYWORDS.join(":, ")
            ),
        },
        None => "a term, such as event:NAME, FIELD=VALUE, or body:TEXT for any text".to_owned(),
    }
}
