//! idempotency: duplicates do no harm, and events that only look the same are not lost.
//!
//! A receiver may recognise a second delivery. It is not an error of the sender, so it is
//! answered 200 like the first. The group effects checks what the deliveries did.

use super::bodies::Body;
use super::context::CheckContext;
use super::definition::{Check, Group, Needs, checks};
use super::finding::{Early, Finding};
use super::patterns::{accepted, accepted_at_once, some};
use super::variants;
use crate::catalog::Event;
use crate::model::error::Failure;

/// Deliveries of one event.
const MANY: u32 = 10;

checks! { Idempotency:
    "same-event-twice"     GoodEvent |_| 2,            c => accepted(c, repeated(c, 2), "deliveries");
    "same-event-ten-times" GoodEvent |_| MANY,         c => accepted(c, many_times(c), "deliveries");
    "same-event-at-once"   GoodEvent |_| MANY,         c => accepted_at_once(c, many_times(c), "deliveries at once");
    "same-key-other-body"  GoodEvent |events| 2 * events, c => accepted(c, same_key(c), "events");
}

/// An event several times, byte for byte.
fn repeated(context: &CheckContext<'_>, count: u32) -> Result<Vec<Body>, Early> {
    let body = context.good_body()?;
    let numbered = (1..=count).map(|number| Body {
        what: format!("{}, delivery {number} of {count}", body.what),
        ..body.clone()
    });
    Ok(numbered.collect())
}

fn many_times(context: &CheckContext<'_>) -> Result<Vec<Body>, Early> {
    context.require("same-event-twice", "a second delivery is not accepted")?;
    repeated(context, MANY)
}

/// The two bodies of an event that share the documented key.
pub(super) fn pair(
    context: &CheckContext<'_>,
    event: &Event,
) -> Result<Option<[Body; 2]>, Failure> {
    let is_valid = |body: &_| context.bodies.is_valid(body);
    let body = context.bodies.fresh(event)?;
    let other = variants::another_body(context.provider, &body, &is_valid);
    Ok(other.map(|other| {
        [
            Body::json(&event.name, &body),
            Body::json(format!("{}, the second of its session", event.name), &other),
        ]
    }))
}

/// The events of which a session may have several.
pub(super) fn repeating<'g>(context: &CheckContext<'g>) -> Vec<&'g Event> {
    let mut events = context.events();
    events.retain(|event| context.provider.repeats.contains(&event.name));
    events
}

fn same_key(context: &CheckContext<'_>) -> Result<Vec<Body>, Early> {
    if context.provider.same_key.is_empty() {
        return Err(Finding::skip("the documents of this provider recommend no key").into());
    }
    let mut bodies = Vec::new();
    for event in repeating(context) {
        bodies.extend(pair(context, event)?.into_iter().flatten());
    }
    some(
        bodies,
        "a session of this provider has each event only once",
    )
}
