//! The few rules that compare two fields: the one thing about shapes that a schema cannot say.

use std::cmp::Ordering;

use chrono::{DateTime, FixedOffset, NaiveDateTime};
use serde_json::{Map, Value};

use crate::catalog::{Compare, Comparison};

/// The member that breaks the rule; nothing where the rule holds or cannot be asked.
pub(super) fn broken<'c>(rule: &'c Compare, object: &Map<String, Value>) -> Option<&'c str> {
    let [first, second] = &rule.fields;
    let (one, other) = (object.get(first)?, object.get(second)?);
    let (order, culprit) = match rule.rule {
        Comparison::AtMost => (number(one)?.partial_cmp(&number(other)?)?, first),
        Comparison::NotBefore => (times(one.as_str()?, other.as_str()?)?, second),
    };
    (order == Ordering::Greater).then_some(culprit)
}

/// A number, also one written as a string.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// The order of two times; one with an offset and one without cannot be compared.
fn times(one: &str, other: &str) -> Option<Ordering> {
    match (Time::parse(one)?, Time::parse(other)?) {
        (Time::Exact(one), Time::Exact(other)) => Some(one.cmp(&other)),
        (Time::Local(one), Time::Local(other)) => Some(one.cmp(&other)),
        _ => None,
    }
}

enum Time {
    Exact(DateTime<FixedOffset>),
    Local(NaiveDateTime),
}

impl Time {
    /// Reads RFC 3339, and the near misses that the schemas accept with a warning: a space
    /// or small letters as separators, an offset without colon or minutes, or none.
    fn parse(text: &str) -> Option<Time> {
        let text = text.to_uppercase().replacen(' ', "T", 1);
        let exact = DateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f%#z");
        let local = || NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f");
        exact
            .map(Time::Exact)
            .or_else(|_| local().map(Time::Local))
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rule(rule: Comparison) -> Compare {
        Compare {
            rule,
            fields: ["a".into(), "b".into()],
            code: String::new(),
            message: String::new(),
            help: None,
        }
    }

    fn is_broken(comparison: Comparison, object: &Value) -> bool {
        let rule = rule(comparison);
        object
            .as_object()
            .is_some_and(|object| broken(&rule, object).is_some())
    }

    #[test]
    fn a_number_may_reach_its_limit_and_not_pass_it() {
        let at_most = |object| is_broken(Comparison::AtMost, &object);
        assert!(!at_most(json!({"a": 3, "b": 3.0})));
        assert!(at_most(json!({"a": 4, "b": 3})));
        assert!(at_most(json!({"a": "4", "b": 3})));
        assert!(!at_most(json!({"a": 4})));
        assert!(!at_most(json!({"a": null, "b": 3})));
    }

    #[test]
    fn times_are_compared_as_moments_not_as_text() {
        let not_before =
            |a: &str, b: &str| is_broken(Comparison::NotBefore, &json!({"a": a, "b": b}));
        assert!(!not_before(
            "2024-11-14T09:00:00+01:00",
            "2024-11-14T08:30:00Z"
        ));
        assert!(not_before(
            "2024-11-14T09:00:00Z",
            "2024-11-14T09:00:00+01:00"
        ));
        assert!(not_before("2024-11-14T09:00:00.5", "2024-11-14 09:00:00.4"));
        assert!(not_before(
            "2024-11-14t09:00:01z",
            "2024-11-14T10:00:00+0100"
        ));
        assert!(!not_before("2024-11-14T09:00:00", "2024-11-14T08:00:00Z"));
        assert!(!not_before("yesterday", "2024-11-14T08:00:00Z"));
    }
}
