//! delivery: every legitimate event, in every form, is answered 200.

use serde_json::Value;

use super::bodies::Body;
use super::context::{CheckContext, RawRequest};
use super::definition::{Check, Group, Needs, checks};
use super::finding::{Checking, Early, Exchange, Finding};
use super::patterns::{accepted, all_answered_200, some};
use super::variants;
use crate::catalog::Event;
use crate::model::error::Failure;
use crate::text::number;

/// Items of the list in a large event. Sessions with thousands of streams are rare but real.
const MANY: usize = 5000;
/// The most optional parts that are tried.
const MOST_PARTS: u32 = 20;
/// An event name that no provider uses.
const UNKNOWN: &str = "enxhook_unknown";

checks! { Delivery:
    "no-redirect"      Answers   |_| 0,           c => std::future::ready(Ok(no_redirect(c)));
    "every-event"      GoodEvent |events| events, c => every_event(c);
    "both-spellings"   GoodEvent |events| events, c => accepted(c, both_spellings(c), "spellings");
    "optional-parts"   GoodEvent |_| MOST_PARTS,  c => accepted(c, optional_parts(c), "events without an optional part");
    "extra-fields"     GoodEvent |_| 1,           c => accepted(c, extra_fields(c), "events");
    "unknown-type"     GoodEvent |_| 1,           c => accepted(c, unknown_type(c), "events");
    "large-event"      GoodEvent |_| 1,           c => accepted(c, large_event(c), "events");
    "any-content-type" GoodEvent |_| 4,           c => accepted(c, any_content_type(c), "content types");
    "chunked-body"     GoodEvent |_| 1,           c => chunked_body(c);
    "non-ascii-text"   GoodEvent |_| 2,           c => accepted(c, non_ascii_text(c), "encodings");
    "out-of-order"     GoodEvent |events| events, c => accepted(c, out_of_order(c), "events in reverse order");
}

fn no_redirect(context: &CheckContext<'_>) -> Finding {
    let Some(baseline) = context.baseline.get() else {
        return Finding::skip("no event was answered");
    };
    let first = &baseline.first;
    let finding = match &first.answer {
        Err(_) => Finding::skip("the first event was not answered"),
        Ok(answer) if (300..400).contains(&answer.status) => {
            let to = answer.redirect().map_or_else(
                || ", without a target".to_owned(),
                |location| format!(", to {}", String::from_utf8_lossy(location)),
            );
            Finding::fail(format!("{}: answered {}{to}", first.sent, answer.status))
        }
        Ok(_) => Finding::pass(first.sentence()),
    };
    finding.with(first)
}

async fn every_event(context: &CheckContext<'_>) -> Checking {
    let events: Vec<&Event> = context.provider.events().iter().collect();
    let bodies = in_a_session(context, &events, "")?;
    let exchanges = context.post_all(bodies).await;
    for (event, exchange) in events.iter().zip(&exchanges) {
        if !exchange.is_200() {
            context.note_bad_event(event);
        }
    }
    let finding = all_answered_200(&exchanges, events.len(), "events");
    let mut statuses = exchanges.iter().map(Exchange::status);
    let refused = statuses.all(|status| status == Some(401));
    Ok(if refused && !context.has_credentials() {
        finding.change("The receiver asks for credentials: run the check with --user NAME.")
    } else {
        finding
    })
}

/// The samples of events in one session.
fn in_a_session(
    context: &CheckContext<'_>,
    events: &[&Event],
    detail: &str,
) -> Result<Vec<Body>, Early> {
    let session = context.bodies.session()?;
    let mut bodies = Vec::new();
    for event in events {
        let what = format!("{}{detail}", event.name);
        bodies.push(Body::json(what, &context.bodies.sample(&session, event)?));
    }
    Ok(bodies)
}

fn both_spellings(context: &CheckContext<'_>) -> Result<Vec<Body>, Early> {
    let mut bodies = Vec::new();
    for (alias, name) in &context.provider.aliases {
        if let Some(event) = context.provider.event(name) {
            let body = context.bodies.fresh(event)?;
            let body = variants::renamed(context.provider, body, alias);
            bodies.push(Body::json(alias, &body));
        }
    }
    some(bodies, "no event of this provider has two spellings")
}

fn optional_parts(context: &CheckContext<'_>) -> Result<Vec<Body>, Early> {
    let is_valid = |body: &_| context.bodies.is_valid(body);
    let mut bodies = Vec::new();
    for event in context.events() {
        for part in variants::optional_parts(event, &event.sample()?, &is_valid) {
            // Each is sent in its own session, so that only the part differs.
            if let Some(body) = variants::without(context.bodies.fresh(event)?, &part) {
                bodies.push(Body::json(format!("{} without {part}", event.name), &body));
            }
        }
    }
    bodies.truncate(usize::try_from(MOST_PARTS).unwrap_or(usize::MAX));
    some(bodies, "no event of this provider has optional parts")
}

/// The good event with a change in it.
fn changed(
    context: &CheckContext<'_>,
    what: String,
    change: impl FnOnce(Value) -> Value,
) -> Result<Vec<Body>, Early> {
    let body = context.bodies.fresh(context.good_event())?;
    Ok(vec![Body::json(what, &change(body))])
}

fn extra_fields(context: &CheckContext<'_>) -> Result<Vec<Body>, Early> {
    let what = format!("{} with two more fields", context.good_event().name);
    changed(context, what, variants::with_extra_members)
}

fn unknown_type(context: &CheckContext<'_>) -> Result<Vec<Body>, Early> {
    changed(context, format!("\"{UNKNOWN}\""), |body| {
        variants::renamed(context.provider, body, UNKNOWN)
    })
}

fn large_event(context: &CheckContext<'_>) -> Result<Vec<Body>, Early> {
    for event in context.events() {
        let large = variants::enlarged(context.bodies.fresh(event)?, MANY);
        if let Some(body) = large.filter(|body| context.bodies.is_valid(body)) {
            let text = body.to_string();
            let size = number::bytes(number::count(text.len()));
            let items = number::grouped(number::count(MANY));
            let what = format!("{} with {items} items ({size})", event.name);
            return Ok(vec![Body::bytes(what, text)]);
        }
    }
    Err(Finding::skip("no event of this provider has a list that could grow").into())
}

fn any_content_type(context: &CheckContext<'_>) -> Result<Vec<Body>, Early> {
    if let Some(promised) = &context.provider.content_type {
        let promise = format!("the documents of this provider promise {promised}");
        return Err(Finding::skip(promise).into());
    }
    let headers = &context.options.target.headers;
    if headers.iter().any(|header| header.name() == "content-type") {
        return Err(Finding::skip("--header sets the content type").into());
    }
    let types = [
        (None, "without a content type"),
        (
            Some("text/plain; charset=utf-8"),
            "as text/plain; charset=utf-8",
        ),
        (
            Some("application/x-www-form-urlencoded"),
            "as application/x-www-form-urlencoded",
        ),
        (
            Some("application/octet-stream"),
            "as application/octet-stream",
        ),
    ];
    let mut bodies = Vec::new();
    for (content_type, how) in types {
        let good = context.good_body()?.which(how);
        bodies.push(Body {
            content_type,
            ..good
        });
    }
    Ok(bodies)
}

async fn chunked_body(context: &CheckContext<'_>) -> Checking {
    let client = context.raw_client()?;
    let body = context.good_body()?;
    let mut chunks = Vec::new();
    for chunk in body.bytes.chunks(16) {
        chunks.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        chunks.extend_from_slice(chunk);
        chunks.extend_from_slice(b"\r\n");
    }
    chunks.extend_from_slice(b"0\r\n\r\n");
    let what = format!("{} in chunks", body.what);
    let framing = ("transfer-encoding", "chunked");
    let raw = RawRequest::new(client, "POST", what, framing, &chunks);
    // The chunks split the session id, so it cannot be found in the request.
    context.bodies.note_sent(&body.bytes);
    let exchange = context.ask_once(client, &raw).await;
    Ok(all_answered_200(&[exchange], 1, "events"))
}

fn non_ascii_text(context: &CheckContext<'_>) -> Result<Vec<Body>, Early> {
    let is_valid = |body: &_| context.bodies.is_valid(body);
    let foreign = |event| -> Result<_, Failure> {
        let body = context.bodies.fresh(event)?;
        let with = variants::with_foreign_text(context.provider, &body, &is_valid);
        Ok(with)
    };
    for event in context.events() {
        // Two sessions, so that only the encoding differs.
        if let (Some(plain), Some(escaped)) = (foreign(event)?, foreign(event)?) {
            let what = format!("{} with \"é会議😀\"", event.name);
            let in_ascii = format!("{what} as \\u escapes");
            return Ok(vec![
                Body::json(what, &plain),
                Body::bytes(in_ascii, variants::in_ascii(&escaped)),
            ]);
        }
    }
    Err(Finding::skip("no event of this provider has free text").into())
}

fn out_of_order(context: &CheckContext<'_>) -> Result<Vec<Body>, Early> {
    let mut events = context.events();
    events.reverse();
    in_a_session(context, &events, ", its session in reverse order")
}
