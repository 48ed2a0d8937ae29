//! `--expect-like`: compares answers with those of an earlier run, which its report has.

use std::collections::{BTreeMap, VecDeque};

use serde::Deserialize;
use serde_json::Value;

use super::expect::{Came, Condition, Unmet};
use super::post::Post;
use crate::delivery::{Attempt, Ending};

/// The shortest session id that is recognised in an answer.
const SHORTEST_ID: usize = 4;
/// What stands for the session id in answers that are compared.
const SESSION: &str = "{session}";

/// The answers of an earlier run.
#[derive(Debug)]
pub struct EarlierAnswers {
    /// Those to each step, in the order in which they came.
    steps: BTreeMap<usize, VecDeque<Earlier>>,
}

/// A delivery of the report.
#[derive(Debug, Deserialize)]
struct Earlier {
    step: usize,
    session: Option<String>,
    status: Option<u16>,
    answer: Option<String>,
}

/// The report, as far as it is compared.
#[derive(Deserialize)]
struct Report {
    deliveries: Vec<Earlier>,
}

impl EarlierAnswers {
    /// Reads a report that `send --scenario --report FILE.json` wrote.
    ///
    /// # Errors
    ///
    /// If it is none, or has no delivery.
    pub fn parse(report: &[u8]) -> Result<EarlierAnswers, String> {
        let report: Report = serde_json::from_slice(report).map_err(|error| error.to_string())?;
        if report.deliveries.is_empty() {
            return Err("nothing was delivered".to_owned());
        }
        let mut steps = BTreeMap::<_, VecDeque<_>>::new();
        for earlier in report.deliveries {
            steps.entry(earlier.step).or_default().push_back(earlier);
        }
        Ok(EarlierAnswers { steps })
    }

    /// How many answers were not compared with any.
    pub fn left(&self) -> usize {
        self.steps.values().map(VecDeque::len).sum()
    }

    /// What differs from the next earlier answer to the same step.
    pub(super) fn unmet(&mut self, post: &Post, attempt: &Attempt) -> Vec<Unmet> {
        let step = post.step.as_ref().map_or(0, |step| step.number);
        let answer = match &attempt.ending {
            Ending::Answered(answer) => Some(answer),
            _ => None,
        };
        let came = match answer {
            Some(answer) => Came::Status(answer.status),
            None => Came::NoAnswer(attempt.ending.failure().unwrap_or_default()),
        };
        let unmet = |expected, came| vec![Unmet { expected, came }];
        let Some(earlier) = self.steps.get_mut(&step).and_then(VecDeque::pop_front) else {
            return unmet(Condition::NotInReport, came);
        };
        if earlier.status != answer.map(|answer| answer.status) {
            return unmet(Condition::EarlierStatus(earlier.status), came);
        }
        let (Some(answer), Some(before)) = (answer, earlier.answer) else {
            return Vec::new();
        };
        let now = String::from_utf8_lossy(&answer.body);
        let before = without(&before, earlier.session.as_deref());
        if is_same(&before, &without(&now, post.session.as_deref())) {
            return Vec::new();
        }
        unmet(
            Condition::EarlierAnswer(before),
            Came::Body(answer.body.clone()),
        )
    }
}

/// An answer without the id of its session, which may be new in each run.
fn without(answer: &str, session: Option<&str>) -> String {
    match session.filter(|session| session.len() >= SHORTEST_ID) {
        Some(session) => answer.replace(session, SESSION),
        None => answer.to_owned(),
    }
}

/// Whether two answers are the same; of JSON, the order of members and white space do not count.
fn is_same(one: &str, other: &str) -> bool {
    let json = |text: &str| serde_json::from_str::<Value>(text);
    one == other
        || match (json(one), json(other)) {
            (Ok(one), Ok(other)) => one == other,
            _ => false,
        }
}
