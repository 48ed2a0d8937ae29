//! robustness: what is no event is refused or taken, but breaks nothing.
//!
//! No document asks for it: whoever has the URL can post anything. A 4xx or a 2xx is well, a
//! 5xx or no answer is not, and the next good event is answered 200 as if nothing had been.

use super::bodies::Body;
use super::finding::{Exchange, Finding};
use super::ground::{Ground, Raw, behind_a_proxy};
use super::list::{Check, Group, Needs};
use super::variants;
use crate::delivery::Cause;
use crate::model::error::Failure;

/// Levels of nesting: more than a parser that recurses can bear, in 20 kB.
const DEEP: usize = 10_000;
/// Digits of the huge number: more than Python makes an integer of by default.
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
        run: |ground| {
            Box::pin(hostile(ground, "not JSON", |_| {
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
        run: |ground| Box::pin(hostile(ground, "an empty body", |_| Ok(String::new()))),
    },
    Check {
        name: "json-array",
        group: Group::Robustness,
        title: "JSON that is no object breaks nothing.",
        rules: &[],
        about: "Posts an event inside an array and then a good event.",
        change: "Make sure that the body is an object before you read a member of it; answer 400, \
                 or store it and answer 200.",
        needs: Needs::GoodEvent,
        requests: |_| 2,
        run: |ground| {
            Box::pin(hostile(ground, "an array", |ground| {
                Ok(format!("[{}]", good_value(ground)?))
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
        run: |ground| {
            Box::pin(hostile(ground, "10,000 nested arrays", |ground| {
                let deep = "[".repeat(DEEP) + &"]".repeat(DEEP);
                Ok(variants::with_raw_member(
                    &good_value(ground)?,
                    "enxhook_deep",
                    &deep,
                ))
            }))
        },
    },
    Check {
        name: "short-body",
        group: Group::Robustness,
        title: "A body that breaks off breaks nothing.",
        rules: &[],
        about: "Announces 64 bytes more than it sends, says that nothing more will come, and \
                posts a good event. To close the connection without an answer is well, too.",
        change: "Stop waiting for the rest when the sender has closed its side, and answer 400 or \
                 close; a limit on the time for a body helps against senders that just stay.",
        needs: Needs::GoodEvent,
        requests: |_| 2,
        run: |ground| Box::pin(short_body(ground)),
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
        run: |ground| {
            Box::pin(hostile(ground, "a huge number", |ground| {
                let huge = format!("[{},1e999]", "9".repeat(DIGITS));
                Ok(variants::with_raw_member(
                    &good_value(ground)?,
                    "enxhook_huge",
                    &huge,
                ))
            }))
        },
    },
];

fn good_value(ground: &Ground<'_>) -> Result<serde_json::Value, Failure> {
    Ok(ground.bodies.fresh(ground.good_event())?)
}

type Make = fn(&Ground<'_>) -> Result<String, Failure>;

async fn hostile(ground: &Ground<'_>, what: &str, make: Make) -> Result<Finding, Failure> {
    let exchange = ground.post(Body::bytes(what, make(ground)?)).await;
    then_a_good_event(ground, &exchange, exchange.status().is_some()).await
}

/// Whether the answer is well, and that to a good event behind it.
async fn then_a_good_event(
    ground: &Ground<'_>,
    exchange: &Exchange,
    is_over: bool,
) -> Result<Finding, Failure> {
    let harmless = is_over
        && exchange
            .status()
            .is_none_or(|status| matches!(status, 200..300 | 400..500));
    let said = format!("{}: {}", exchange.sent, exchange.told());
    if !harmless {
        return Ok(Finding::fail(said).with(exchange));
    }
    let good = ground.post_good().await?;
    Ok(if good.is_200() {
        Finding::pass(said).with(exchange)
    } else {
        let then = good.told();
        Finding::fail(format!("{said}; a good event behind it: {then}")).with(&good)
    })
}

async fn short_body(ground: &Ground<'_>) -> Result<Finding, Failure> {
    let Some(prober) = &ground.prober else {
        return Ok(behind_a_proxy());
    };
    let body = ground.good_body()?;
    let length = (body.bytes.len() + MISSING).to_string();
    let fields = [
        ("content-type", "application/json"),
        ("content-length", &length),
    ];
    let mut request = prober.head("POST", &fields);
    request.extend_from_slice(&body.bytes);
    let raw = Raw {
        what: format!("a body {MISSING} bytes short"),
        bytes: request,
        is_cut_off: true,
    };
    let exchange = ground.ask_once(prober, &raw).await;
    // An unfinished request needs no answer.
    let is_over = exchange.status().is_some() || exchange.cause() == Some(Cause::Closed);
    if is_over {
        ground.take_lost();
    }
    then_a_good_event(ground, &exchange, is_over).await
}
