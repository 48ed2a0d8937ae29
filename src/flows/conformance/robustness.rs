//! robustness: malformed requests are refused or accepted, but break nothing.
//!
//! No document asks for it, but anyone who has the URL can post anything. A 4xx or a 2xx
//! passes; a 5xx or no answer fails. The next good event must be answered 200 as before.

use super::context::{CheckContext, RawRequest};
use super::definition::{Check, Group, Needs, checks};
use super::finding::{Checking, Early};
use super::patterns::{survived, then_a_good_event};
use super::variants;
use crate::delivery::Cause;

/// Levels of nesting: too deep for a recursive parser, in 20 kB.
const DEEP: usize = 10_000;
/// Digits of the huge number: more than Python converts to an integer by default.
const DIGITS: usize = 5000;
/// Bytes that are announced and never come.
const MISSING: usize = 64;

checks! { Robustness:
    "not-json"     GoodEvent |_| 2, c => survived(c, "not JSON", Ok("this is not JSON {".into()));
    "empty-body"   GoodEvent |_| 2, c => survived(c, "an empty body", Ok(String::new()));
    "json-array"   GoodEvent |_| 2, c => survived(c, "an array", in_an_array(c));
    "deep-nesting" GoodEvent |_| 2, c => survived(c, "10,000 nested arrays", nested(c));
    "short-body"   GoodEvent |_| 2, c => short_body(c);
    "huge-number"  GoodEvent |_| 2, c => survived(c, "a huge number", huge_number(c));
}

fn in_an_array(context: &CheckContext<'_>) -> Result<String, Early> {
    let event = context.bodies.fresh(context.good_event())?;
    Ok(format!("[{event}]"))
}

fn nested(context: &CheckContext<'_>) -> Result<String, Early> {
    let deep = "[".repeat(DEEP) + &"]".repeat(DEEP);
    let event = context.bodies.fresh(context.good_event())?;
    Ok(variants::with_raw_member(&event, "enxhook_deep", &deep))
}

fn huge_number(context: &CheckContext<'_>) -> Result<String, Early> {
    let huge = format!("[{},1e999]", "9".repeat(DIGITS));
    let event = context.bodies.fresh(context.good_event())?;
    Ok(variants::with_raw_member(&event, "enxhook_huge", &huge))
}

async fn short_body(context: &CheckContext<'_>) -> Checking {
    let client = context.raw_client()?;
    let body = context.good_body()?;
    let length = (body.bytes.len() + MISSING).to_string();
    let what = format!("a body {MISSING} bytes short");
    let framing = ("content-length", &*length);
    let mut raw = RawRequest::new(client, "POST", what, framing, &body.bytes);
    raw.is_cut_off = true;
    let exchange = context.ask_once(client, &raw).await;
    // An incomplete request needs no answer.
    let is_over = exchange.status().is_some() || exchange.cause() == Some(Cause::Closed);
    if is_over {
        context.take_unanswered();
    }
    then_a_good_event(context, &exchange, is_over).await
}
