//! robustness: malformed requests are refused or accepted, but break nothing.
//!
//! No document asks for it, but anyone who has the URL can post anything. A 4xx or a 2xx
//! passes; a 5xx or no answer fails. The next good event must be answered 200 as before.

use super::bodies::Body;
use super::context::{CheckContext, RawRequest, behind_a_proxy};
use super::definition::{Check, Group, Needs};
use super::finding::{Exchange, Finding};
use super::variants;
use crate::delivery::Cause;
use crate::model::error::Failure;

/// Levels of nesting: too deep for a recursive parser, in 20 kB.
const DEEP: usize = 10_000;
/// Digits of the huge number: more than Python converts to an integer by default.
const DIGITS: usize = 5000;
/// Bytes that are announced and never come.
const MISSING: usize = 64;

/// What to change, in general.
const CHANGE: &str = "Store the raw body and answer before you parse it; or catch what the parser \
                      throws, and answer 400.";

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "not-json",
        group: Group::Robustness,
        title: "A body that is not JSON breaks nothing.",
        rules: &[],
        about: "Posts \"this is not JSON {\" and then a good event.",
        change: CHANGE,
        needs: Needs::GoodEvent,
        requests: |_| 2,
        run: |context| {
            Box::pin(hostile(context, "not JSON", |_| {
                Ok("this is not JSON {".into())
            }))
        },
    },
    Check {
        name: "empty-body",
        group: Group::Robustness,
        title: "An empty body breaks nothing.",
        rules: &[],
        about: "Posts no bytes at all and then a good event.",
        change: CHANGE,
        needs: Needs::GoodEvent,
        requests: |_| 2,
        run: |context| Box::pin(hostile(context, "an empty body", |_| Ok(String::new()))),
    },
    Check {
        name: "json-array",
        group: Group::Robustness,
        title: "JSON that is not an object breaks nothing.",
        rules: &[],
        about: "Posts an event inside an array and then a good event.",
        change: "Make sure that the body is an object before you read a member of it; answer 400, \
                 or store it and answer 200.",
        needs: Needs::GoodEvent,
        requests: |_| 2,
        run: |context| {
            Box::pin(hostile(context, "an array", |context| {
                Ok(format!("[{}]", good_value(context)?))
            }))
        },
    },
    Check {
        name: "deep-nesting",
        group: Group::Robustness,
        title: "Deep nesting breaks nothing.",
        rules: &[],
        about: "Posts an event with 10,000 arrays inside each other, 20 kB, and then a good event.",
        change: "Catch the parser's error for too much nesting (Python: RecursionError, \
                 JavaScript: RangeError) like any other, and answer 400; limit the depth where \
                 your parser can.",
        needs: Needs::GoodEvent,
        requests: |_| 2,
        run: |context| {
            Box::pin(hostile(context, "10,000 nested arrays", |context| {
                let deep = "[".repeat(DEEP) + &"]".repeat(DEEP);
                Ok(variants::with_raw_member(
                    &good_value(context)?,
                    "enxhook_deep",
                    &deep,
                ))
            }))
        },
    },
    Check {
        name: "short-body",
        group: Group::Robustness,
        title: "An incomplete body breaks nothing.",
        rules: &[],
        about: "Announces 64 bytes more than it sends, says that nothing more will come, and \
                posts a good event. To close the connection without an answer is well, too.",
        change: "Stop waiting for the rest when the sender has closed its side, and answer 400 or \
                 close; a limit on the time for a body helps against senders that just stay.",
        needs: Needs::GoodEvent,
        requests: |_| 2,
        run: |context| Box::pin(short_body(context)),
    },
    Check {
        name: "huge-number",
        group: Group::Robustness,
        title: "A huge number breaks nothing.",
        rules: &[],
        about: "Posts an event with an integer of 5,000 digits and with 1e999, and then a good \
                event.",
        change: "Catch the parser's error for a number out of range (Python: ValueError, not only \
                 JSONDecodeError) like any other, and answer 400.",
        needs: Needs::GoodEvent,
        requests: |_| 2,
        run: |context| {
            Box::pin(hostile(context, "a huge number", |context| {
                let huge = format!("[{},1e999]", "9".repeat(DIGITS));
                Ok(variants::with_raw_member(
                    &good_value(context)?,
                    "enxhook_huge",
                    &huge,
                ))
            }))
        },
    },
];

fn good_value(context: &CheckContext<'_>) -> Result<serde_json::Value, Failure> {
    Ok(context.bodies.fresh(context.good_event())?)
}

type Make = fn(&CheckContext<'_>) -> Result<String, Failure>;

async fn hostile(context: &CheckContext<'_>, what: &str, make: Make) -> Result<Finding, Failure> {
    let exchange = context.post(Body::bytes(what, make(context)?)).await;
    then_a_good_event(context, &exchange, exchange.status().is_some()).await
}

/// Judges the answer, and the answer to a good event after it.
async fn then_a_good_event(
    context: &CheckContext<'_>,
    exchange: &Exchange,
    is_over: bool,
) -> Result<Finding, Failure> {
    let harmless = is_over
        && exchange
            .status()
            .is_none_or(|status| matches!(status, 200..300 | 400..500));
    let message = format!("{}: {}", exchange.sent, exchange.describe());
    if !harmless {
        return Ok(Finding::fail(message).with(exchange));
    }
    let good = context.post_good().await?;
    Ok(if good.is_200() {
        Finding::pass(message).with(exchange)
    } else {
        let then = good.describe();
        Finding::fail(format!("{message}; a good event behind it: {then}")).with(&good)
    })
}

async fn short_body(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let Some(prober) = &context.prober else {
        return Ok(behind_a_proxy());
    };
    let body = context.good_body()?;
    let length = (body.bytes.len() + MISSING).to_string();
    let fields = [
        ("content-type", "application/json"),
        ("content-length", &length),
    ];
    let mut request = prober.head("POST", &fields);
    request.extend_from_slice(&body.bytes);
    let raw = RawRequest {
        what: format!("a body {MISSING} bytes short"),
        bytes: request,
        is_cut_off: true,
    };
    let exchange = context.ask_once(prober, &raw).await;
    // An incomplete request needs no answer.
    let is_over = exchange.status().is_some() || exchange.cause() == Some(Cause::Closed);
    if is_over {
        context.take_unanswered();
    }
    then_a_good_event(context, &exchange, is_over).await
}
