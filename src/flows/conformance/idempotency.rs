//! idempotency: duplicates do no harm, and events that only look the same are not lost.
//!
//! A receiver may recognise a second delivery. It is not an error of the sender, so it is
//! answered 200 like the first. The group effects checks what the deliveries did.

use super::bodies::Body;
use super::context::{CheckContext, all_answered_200};
use super::definition::{Check, Group, Needs};
use super::finding::{Exchange, Finding};
use super::variants;
use crate::catalog::Event;
use crate::model::error::Failure;

/// Deliveries of one event, one after another.
const MANY: u32 = 10;

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "same-event-twice",
        group: Group::Idempotency,
        title: "The same event delivered twice is answered 200 twice.",
        rules: &["tolerate-duplicates"],
        about: "Posts one event, and then the very same bytes again. Delivery is at least once: \
                a retry after an answer that got lost looks like this.",
        change: "Where the event is stored, let the second insert do nothing (INSERT ... ON \
                 CONFLICT DO NOTHING) instead of failing, and answer 200.",
        needs: Needs::GoodEvent,
        requests: |_| 2,
        run: |context| Box::pin(twice(context)),
    },
    Check {
        name: "same-event-ten-times",
        group: Group::Idempotency,
        title: "The same event delivered ten times is answered 200 each time.",
        rules: &["tolerate-duplicates"],
        about: "Posts one event ten times, one after another.",
        change: "Do not count deliveries of an event, and do not lock a sender out for repeating \
                 one.",
        needs: Needs::GoodEvent,
        requests: |_| MANY,
        run: |context| Box::pin(ten_times(context)),
    },
    Check {
        name: "same-event-at-once",
        group: Group::Idempotency,
        title: "The same event delivered ten times at once is answered 200 each time.",
        rules: &["tolerate-duplicates"],
        about: "Posts one event ten times at the same instant, over ten connections. Between \
                looking for an event and storing it another delivery of it can come.",
        change: "Let a unique key in the database decide who was first, not a query before the \
                 insert; take the loser's error for \"known already\", and answer 200.",
        needs: Needs::GoodEvent,
        requests: |_| MANY,
        run: |context| Box::pin(at_once(context)),
    },
    Check {
        name: "same-key-other-body",
        group: Group::Idempotency,
        title: "A second event under the documented key is not refused.",
        rules: &["several-per-session"],
        about: "The key that the documents recommend against duplicates is not unique for events \
                of which a session has several. Posts each of those twice: the same session, the \
                same name, another file.",
        change: "Recognise a duplicate by its whole body (or by the key with the file's URL), not \
                 by the documented key alone.",
        needs: Needs::GoodEvent,
        requests: |events| 2 * events,
        run: |context| Box::pin(same_key(context)),
    },
];

async fn repeated(context: &CheckContext<'_>, count: u32) -> Result<Vec<Exchange>, Failure> {
    let body = context.good_body()?;
    let mut exchanges = Vec::new();
    for number in 1..=count {
        let what = format!("{}, delivery {number} of {count}", body.what);
        let exchange = context
            .post(Body {
                what,
                ..body.clone()
            })
            .await;
        let lost = exchange.status().is_none();
        exchanges.push(exchange);
        if lost {
            break;
        }
    }
    Ok(exchanges)
}

async fn twice(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let exchanges = repeated(context, 2).await?;
    Ok(all_answered_200(&exchanges, "the event", "deliveries"))
}

async fn ten_times(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    if context.has_failed("same-event-twice") {
        return Ok(Finding::skip("fix `same-event-twice` first"));
    }
    let exchanges = repeated(context, MANY).await?;
    Ok(all_answered_200(&exchanges, "the event", "deliveries"))
}

async fn at_once(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    if context.has_failed("same-event-twice") {
        return Ok(Finding::skip("fix `same-event-twice` first"));
    }
    let body = context.good_body()?;
    let bodies = (1..=MANY).map(|number| Body {
        what: format!("{}, {number} of {MANY} at once", body.what),
        ..body.clone()
    });
    let exchanges = context.post_at_once(bodies.collect()).await;
    Ok(all_answered_200(
        &exchanges,
        "the event",
        "deliveries at once",
    ))
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

async fn same_key(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    if context.provider.same_key.is_empty() {
        return Ok(Finding::skip(
            "the documents of this provider recommend no key",
        ));
    }
    let mut exchanges = Vec::new();
    for event in repeating(context) {
        for body in pair(context, event)?.into_iter().flatten() {
            exchanges.push(context.post(body).await);
        }
    }
    Ok(if exchanges.is_empty() {
        Finding::skip("a session of this provider has each event only once")
    } else {
        all_answered_200(&exchanges, "the event", "events")
    })
}
