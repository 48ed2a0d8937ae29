//! Captures in the company of others.

use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::model::capture::Headers;
use crate::validation::Validation;

/// A memory, and the catalog that it is asked with.
struct Listening {
    memory: Memory,
    validation: Validation,
    seq: u64,
}

impl Listening {
    fn new() -> Listening {
        Listening {
            memory: Memory::new(),
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
            peer: String::new(),
            method: String::new(),
            target: String::new(),
            headers: Headers::new(),
            body,
        };
        let glance = self.validation.classify(&capture.body);
        let catalog = self.validation.catalog();
        self.memory
            .place(catalog, Some(self.seq), &capture, &capture.body, &glance)
    }

    fn remarks(&mut self, seconds: i64, body: Bytes) -> Vec<String> {
        self.receive(seconds, body).remarks()
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
    assert_eq!(listening.memory.sessions_begun, 2);
}

#[test]
fn an_identical_body_is_a_duplicate_of_the_first_and_another_one_has_the_same_key() {
    let mut listening = Listening::new();
    let event = listening.order()[2].clone();
    let (one, other) = (
        listening.body(&event, "1", "a"),
        listening.body(&event, "1", "b"),
    );
    assert_eq!(listening.remarks(1, one.clone()), [""; 0]);
    assert_eq!(listening.remarks(2, one.clone()), ["duplicate of #1"]);
    let remarks = listening.remarks(3, other.clone());
    assert_eq!(remarks, ["same key as #2, another body"]);
    assert_eq!(listening.remarks(4, one), ["duplicate of #1"]);
    assert_eq!(listening.remarks(5, other), ["duplicate of #3"]);
    assert_eq!(listening.memory.duplicates, 3);
}

#[test]
fn what_is_not_json_can_be_a_duplicate_too() {
    let mut listening = Listening::new();
    assert_eq!(listening.remarks(1, "oops".into()), [""; 0]);
    assert_eq!(listening.remarks(2, "oops".into()), ["duplicate of #1"]);
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
    let early = listening.remarks(2, bodies[2].clone());
    assert_eq!(early, [format!("no {} before it", order[1])]);
    let late = listening.remarks(3, bodies[1].clone());
    assert_eq!(late, [format!("out of order: after {} #2", order[2])]);
    // A copy of the first one is only that.
    assert_eq!(listening.remarks(4, bodies[0].clone()), ["duplicate of #1"]);
    // Whoever begins to listen in the middle of a session has missed nothing that it can tell.
    let middle = listening.body(&order[2], "2", "");
    assert_eq!(listening.remarks(5, middle), [""; 0]);
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
    let remarks = listening.remarks(2, other.into());
    assert_eq!(remarks, ["same key as #1, another body"]);
}

#[test]
fn memory_is_bounded_and_what_was_forgotten_is_no_duplicate() {
    let mut listening = Listening::new();
    let large = "x".repeat(BODIES / 2);
    for number in 0..10 {
        listening.receive(1, format!("{large}{number}").into());
        assert!(listening.memory.kept_bytes <= BODIES);
    }
    // Its bytes are gone, its hash is not.
    assert_eq!(
        listening.remarks(2, format!("{large}0").into()),
        ["duplicate of #1"]
    );
    for number in 0..CAPTURES {
        listening.receive(3, format!("small {number}").into());
    }
    assert_eq!(listening.remarks(4, format!("{large}0").into()), [""; 0]);
    assert!(listening.memory.kept.len() <= CAPTURES);
}
