//! Captures in the company of others.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::DateTime;
use serde_json::json;

use super::context::{CAPTURES, History};
use super::name::CaptureName;
use super::sighting::Context;
use crate::catalog::Catalog;
use crate::model::capture::{Capture, Headers};
use crate::validation::Validation;

/// A history, and the validation of what it observes.
struct Listening {
    history: History,
    validation: Validation,
    seq: u64,
}

impl Listening {
    fn new() -> Listening {
        Listening {
            history: History::default(),
            validation: Validation::new(Arc::new(Catalog::embedded().unwrap())),
            seq: 0,
        }
    }

    /// The names of the first provider's ordered events.
    fn order(&self) -> Vec<String> {
        self.validation.catalog().providers()[0].order.clone()
    }

    /// A body of the first provider, as the catalog shows it, of that event and session.
    fn body(&self, event: &str, session: &str, more: &str) -> Bytes {
        let provider = &self.validation.catalog().providers()[0];
        let mut body = provider.event(event).unwrap().sample().unwrap();
        body[&provider.session[0]] = json!(session);
        body["more"] = json!(more);
        body.to_string().into()
    }

    fn receive(&mut self, seconds: i64, body: Bytes) -> Context {
        self.seq += 1;
        let capture = Capture {
            received_at: DateTime::from_timestamp(seconds, 0).unwrap(),
            peer: "".into(),
            method: "".into(),
            target: "".into(),
            headers: Headers::new(),
            body,
        };
        let judged = self.validation.capture(Some(self.seq), Arc::new(capture));
        self.history.observe_received(&judged)
    }

    /// All facts but the gap.
    fn facts(&mut self, seconds: i64, body: impl Into<Bytes>) -> Context {
        Context {
            gap: None,
            ..self.receive(seconds, body.into())
        }
    }
}

const NONE: Context = Context {
    gap: None,
    duplicate_of: None,
    same_key_as: None,
    out_of_order_after: None,
    missing_before: Vec::new(),
};

fn earlier(seq: u64) -> CaptureName {
    CaptureName::of_log(Some(seq))
}

fn duplicate_of(seq: u64) -> Context {
    Context {
        duplicate_of: Some(earlier(seq)),
        ..NONE
    }
}

fn same_key_as(seq: u64) -> Context {
    Context {
        same_key_as: Some(earlier(seq)),
        ..NONE
    }
}

#[test]
fn a_gap_is_the_time_since_the_same_sessions_event_before() {
    let mut listening = Listening::new();
    let order = listening.order();
    let (one, two) = (
        listening.body(&order[0], "1", "a"),
        listening.body(&order[1], "1", "b"),
    );
    let other = listening.body(&order[0], "2", "c");
    assert_eq!(listening.receive(100, one).gap, None);
    assert_eq!(listening.receive(130, other).gap, None);
    let gap = listening.receive(1165, two).gap;
    assert_eq!(gap, Some(Duration::from_secs(1065)));
    assert_eq!(listening.history.sessions(), 2);
}

#[test]
fn an_identical_body_is_a_duplicate_of_the_first_and_another_one_has_the_same_key() {
    let mut listening = Listening::new();
    let event = listening.order()[2].clone();
    let (one, other) = (
        listening.body(&event, "1", "a"),
        listening.body(&event, "1", "b"),
    );
    assert_eq!(listening.facts(1, one.clone()), NONE);
    assert_eq!(listening.facts(2, one.clone()), duplicate_of(1));
    let facts = listening.facts(3, other.clone());
    assert_eq!(facts, same_key_as(2));
    assert_eq!(listening.facts(4, one), duplicate_of(1));
    assert_eq!(listening.facts(5, other), duplicate_of(3));
    assert_eq!(listening.history.duplicates(), 3);
}

#[test]
fn what_is_not_json_can_be_a_duplicate_too() {
    let mut listening = Listening::new();
    assert_eq!(listening.facts(1, "oops"), NONE);
    assert_eq!(listening.facts(2, "oops"), duplicate_of(1));
}

#[test]
fn an_event_ahead_of_its_time_is_told_and_the_late_one_too() {
    let mut listening = Listening::new();
    let order = listening.order();
    let bodies: Vec<_> = order
        .iter()
        .map(|event| listening.body(event, "1", ""))
        .collect();
    listening.receive(1, bodies[0].clone());
    let early = listening.facts(2, bodies[2].clone());
    assert_eq!(early.missing_before, order[1..2]);
    let late = listening.facts(3, bodies[1].clone());
    let after = Some((order[2].clone(), earlier(2)));
    assert_eq!(late.out_of_order_after, after);
    // A copy of the first one is only that.
    assert_eq!(listening.facts(4, bodies[0].clone()), duplicate_of(1));
    // What arrived before the listener started is not missing.
    let middle = listening.body(&order[2], "2", "");
    assert_eq!(listening.facts(5, middle), NONE);
}

#[test]
fn two_spellings_of_an_event_are_one_key() {
    let mut listening = Listening::new();
    let provider = &listening.validation.catalog().providers()[0];
    let (alias, event) = provider.aliases.iter().next().unwrap();
    let (alias, event) = (json!(alias).to_string(), event.clone());
    let one = listening.body(&event, "1", "a");
    let other = String::from_utf8(listening.body(&event, "1", "b").to_vec()).unwrap();
    let other = other.replace(&json!(event).to_string(), &alias);
    listening.receive(1, one);
    let facts = listening.facts(2, other);
    assert_eq!(facts, same_key_as(1));
}

#[test]
fn memory_is_bounded_and_what_was_forgotten_is_no_duplicate() {
    let mut listening = Listening::new();
    assert_eq!(listening.facts(1, "first"), NONE);
    assert_eq!(listening.facts(2, "first"), duplicate_of(1));
    for number in 0..CAPTURES.get() {
        listening.receive(3, format!("small {number}").into());
    }
    assert_eq!(listening.facts(4, "first"), NONE);
}
