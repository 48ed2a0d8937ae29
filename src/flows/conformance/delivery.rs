//! delivery: every legitimate event, in every form, is answered 200.

use super::bodies::Body;
use super::context::{CheckContext, RawRequest, all_answered_200, behind_a_proxy};
use super::definition::{Check, Group, Needs};
use super::finding::{Exchange, Finding, Reply};
use super::variants;
use crate::catalog::Session;
use crate::model::error::Failure;
use crate::text::number;

/// Items of the list in a large event. Sessions with thousands of streams are rare but real.
const MANY: usize = 5000;
/// The most optional parts that are tried.
const MOST_PARTS: u32 = 20;
/// An event name that no provider uses.
const UNKNOWN: &str = "enxhook_unknown";

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "no-redirect",
        group: Group::Delivery,
        title: "Events are answered where they are posted, without a redirect.",
        rules: &["answer-200-at-once", "accept-json-posts"],
        about: "A sender of webhooks does not follow redirects, and a POST that is redirected \
                loses its body on the way. The very first event of the run is looked at.",
        change: "Answer at this very URL, or give the provider the final one. What redirects is \
                 often a missing slash at the end, http in place of https, or a login page.",
        needs: Needs::Answers,
        requests: |_| 0,
        run: |context| Box::pin(std::future::ready(Ok(no_redirect(context)))),
    },
    Check {
        name: "every-event",
        group: Group::Delivery,
        title: "Every documented event is answered exactly 200.",
        rules: &["answer-200-at-once", "accept-json-posts"],
        about: "Posts the sample of each event, in the order of a session's life. Anything but \
                200, 201 and 204 included, is not what the documents name.",
        change: "Answer 200 as soon as the body is read and stored, whatever the event is; work \
                 on it afterwards, so that a failure of that work cannot reach the answer.",
        needs: Needs::GoodEvent,
        requests: |events| events,
        run: |context| Box::pin(every_event(context)),
    },
    Check {
        name: "both-spellings",
        group: Group::Delivery,
        title: "An event is accepted under each of its documented spellings.",
        rules: &["both-spellings"],
        about: "Posts each event that the documents spell in two ways under the other spelling.",
        change: "Map the other spelling to the same handler where the type is looked up.",
        needs: Needs::GoodEvent,
        requests: |events| events,
        run: |context| Box::pin(both_spellings(context)),
    },
    Check {
        name: "optional-parts",
        group: Group::Delivery,
        title: "Events are accepted with and without their optional parts.",
        rules: &["optional-parts"],
        about: "Leaves out each part that the documents call optional, one at a time. With all \
                of them the same events are sent by every-event.",
        change: "Read optional members with a default. A missing object is no error.",
        needs: Needs::GoodEvent,
        requests: |_| MOST_PARTS,
        run: |context| Box::pin(optional_parts(context)),
    },
    Check {
        name: "extra-fields",
        group: Group::Delivery,
        title: "Undocumented fields do no harm.",
        rules: &[],
        about: "Adds members to a known event. Events grow: a field of tomorrow must not stop \
                the handler of today.",
        change: "Ignore members that you do not know; turn off a schema's or a parser's \
                 rejection of unknown fields.",
        needs: Needs::GoodEvent,
        requests: |_| 1,
        run: |context| Box::pin(extra_fields(context)),
    },
    Check {
        name: "unknown-type",
        group: Group::Delivery,
        title: "An event of an unknown type is answered 200.",
        rules: &["accept-unknown-types"],
        about: "Posts a known event under an undocumented name.",
        change: "Let the default branch of the switch over the type store the body and answer 200.",
        needs: Needs::GoodEvent,
        requests: |_| 1,
        run: |context| Box::pin(unknown_type(context)),
    },
    Check {
        name: "large-event",
        group: Group::Delivery,
        title: "A large event is accepted.",
        rules: &[],
        about: "Makes the list in an event 5,000 items long: about half a megabyte, and as \
                legitimate as the sample.",
        change: "Raise the limit on the size of a body to some megabytes, in the handler and in \
                 the proxy before it (nginx: client_max_body_size; express: limit).",
        needs: Needs::GoodEvent,
        requests: |_| 1,
        run: |context| Box::pin(large_event(context)),
    },
    Check {
        name: "any-content-type",
        group: Group::Delivery,
        title: "The body is read as JSON whatever content type it has.",
        rules: &[],
        about: "Posts an event as text/plain, as a form, as octets, and without a content type. \
                Asked only where the provider's documents promise none.",
        change: "Read the raw body and parse it yourself; do not let a framework choose by \
                 content type (express: express.raw({ type: () => true })).",
        needs: Needs::GoodEvent,
        requests: |_| 4,
        run: |context| Box::pin(any_content_type(context)),
    },
    Check {
        name: "chunked-body",
        group: Group::Delivery,
        title: "A chunked body is accepted.",
        rules: &[],
        about: "Posts an event with Transfer-Encoding: chunked, in pieces of 16 bytes. HTTP/1.1 \
                leaves that choice to the sender (RFC 9112, section 7.1).",
        change: "Read the body to its end instead of Content-Length bytes; where the server \
                 cannot, put one before it that can.",
        needs: Needs::GoodEvent,
        requests: |_| 1,
        run: |context| Box::pin(chunked_body(context)),
    },
    Check {
        name: "non-ascii-text",
        group: Group::Delivery,
        title: "Text beyond ASCII is accepted.",
        rules: &[],
        about: "Puts letters, signs and an emoji where an event has free text, once as UTF-8 \
                and once as \\u escapes.",
        change: "Decode the body as UTF-8, and store text in a column that holds all of Unicode \
                 (MySQL: utf8mb4).",
        needs: Needs::GoodEvent,
        requests: |_| 2,
        run: |context| Box::pin(non_ascii_text(context)),
    },
    Check {
        name: "out-of-order",
        group: Group::Delivery,
        title: "Events of a session are accepted in any order.",
        rules: &[],
        about: "Posts the events of one session backwards. Retries and parallel senders reorder \
                what happened in order.",
        change: "Create what an event refers to if it is not there yet, or keep the event for \
                 later; answer 200 either way.",
        needs: Needs::GoodEvent,
        requests: |events| events,
        run: |context| Box::pin(out_of_order(context)),
    },
];

fn no_redirect(context: &CheckContext<'_>) -> Finding {
    let first = context
        .baseline
        .borrow()
        .as_ref()
        .map(|baseline| baseline.first.clone());
    let Some(first) = first else {
        return Finding::skip("no event was answered");
    };
    let Reply::Answered(answer) = &first.reply else {
        return Finding::skip("the first event was not answered").with(&first);
    };
    if (300..400).contains(&answer.status) {
        let to = answer.redirect().map_or_else(
            || ", without saying where to".to_owned(),
            |location| format!(", to {}", String::from_utf8_lossy(location)),
        );
        Finding::fail(format!("{} answered {}{to}", first.sent, answer.status)).with(&first)
    } else {
        Finding::pass(format!("{} {}", first.sent, first.describe())).with(&first)
    }
}

async fn every_event(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let session = context.bodies.session()?;
    let mut exchanges: Vec<Exchange> = Vec::new();
    let mut silent = 0;
    let events = context.provider.events();
    for event in events {
        let body = Body::json(&event.name, &context.bodies.sample(&session, event)?);
        let exchange = context.post(body).await;
        silent += usize::from(exchange.status().is_none());
        if !exchange.is_200() {
            context.note_bad_event(event);
        }
        exchanges.push(exchange);
        if silent == exchanges.len() || silent == 2 {
            // Further events would most likely get no answer either, and only take time.
            break;
        }
    }
    let mut finding = all_answered_200(&exchanges, "the event", "events");
    let rest = events.len() - exchanges.len();
    if rest > 0 {
        finding.message = format!("{}; {rest} more not sent", finding.message);
    }
    let refused = exchanges
        .iter()
        .all(|exchange| matches!(exchange.status(), Some(401 | 403)));
    Ok(if refused && context.credentials.is_none() {
        finding.change("The receiver asks for credentials: run the check with --user NAME.")
    } else {
        finding
    })
}

async fn both_spellings(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let mut exchanges = Vec::new();
    for (alias, name) in &context.provider.aliases {
        let Some(event) = context.provider.event(name) else {
            continue;
        };
        let body = variants::renamed(context.provider, context.bodies.fresh(event)?, alias);
        exchanges.push(context.post(Body::json(alias, &body)).await);
    }
    Ok(if exchanges.is_empty() {
        Finding::skip("no event of this provider has two spellings")
    } else {
        all_answered_200(&exchanges, &exchanges[0].sent, "spellings")
    })
}

async fn optional_parts(context: &CheckContext<'_>) -> Result<Finding, Failure> {
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
    let mut exchanges = Vec::new();
    for body in bodies {
        exchanges.push(context.post(body).await);
    }
    Ok(if exchanges.is_empty() {
        Finding::skip("no event of this provider has optional parts")
    } else {
        all_answered_200(
            &exchanges,
            &exchanges[0].sent,
            "events with a part left out",
        )
    })
}

async fn extra_fields(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let event = context.good_event();
    let body = variants::with_extra_members(context.bodies.fresh(event)?);
    let what = format!("{} with two more fields", event.name);
    let exchange = context.post(Body::json(what, &body)).await;
    Ok(all_answered_200(
        std::slice::from_ref(&exchange),
        &exchange.sent,
        "events",
    ))
}

async fn unknown_type(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let body = context.bodies.fresh(context.good_event())?;
    let body = variants::renamed(context.provider, body, UNKNOWN);
    let exchange = context
        .post(Body::json(format!("\"{UNKNOWN}\""), &body))
        .await;
    Ok(all_answered_200(
        std::slice::from_ref(&exchange),
        &exchange.sent,
        "events",
    ))
}

async fn large_event(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    for event in context.events() {
        let Some(body) = variants::enlarged(context.bodies.fresh(event)?, MANY) else {
            continue;
        };
        if !context.bodies.is_valid(&body) {
            continue;
        }
        let text = body.to_string();
        let size = number::bytes(number::count(text.len()));
        let items = number::grouped(number::count(MANY));
        let what = format!("{} with {items} items ({size})", event.name);
        let exchange = context.post(Body::bytes(what, text)).await;
        return Ok(all_answered_200(
            std::slice::from_ref(&exchange),
            &exchange.sent,
            "events",
        ));
    }
    Ok(Finding::skip(
        "no event of this provider has a list that could grow",
    ))
}

async fn any_content_type(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    if let Some(promised) = &context.provider.content_type {
        return Ok(Finding::skip(format!(
            "the documents of this provider promise {promised}"
        )));
    }
    let headers = &context.options.target.headers;
    if headers.iter().any(|header| header.name() == "content-type") {
        return Ok(Finding::skip("--header sets the content type"));
    }
    let types = [
        None,
        Some("text/plain; charset=utf-8"),
        Some("application/x-www-form-urlencoded"),
        Some("application/octet-stream"),
    ];
    let mut exchanges = Vec::new();
    for content_type in types {
        let good = context.good_body()?;
        let named = content_type.map_or_else(
            || "without a content type".to_owned(),
            |name| format!("as {name}"),
        );
        let body = Body {
            what: format!("{} {named}", good.what),
            content_type,
            ..good
        };
        exchanges.push(context.post(body).await);
    }
    Ok(all_answered_200(&exchanges, "the event", "content types"))
}

async fn chunked_body(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let Some(prober) = &context.prober else {
        return Ok(behind_a_proxy());
    };
    let body = context.good_body()?;
    let fields = [
        ("content-type", "application/json"),
        ("transfer-encoding", "chunked"),
    ];
    let mut request = prober.head("POST", &fields);
    for chunk in body.bytes.chunks(16) {
        request.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        request.extend_from_slice(chunk);
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"0\r\n\r\n");
    let raw = RawRequest {
        what: format!("{} in chunks", body.what),
        bytes: request,
        is_cut_off: false,
    };
    // The chunks split the session id, so it cannot be found in the request.
    context.bodies.note_sent(&body.bytes);
    let exchange = context.ask_once(prober, &raw).await;
    Ok(all_answered_200(&[exchange], &raw.what, "events"))
}

async fn non_ascii_text(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let is_valid = |body: &_| context.bodies.is_valid(body);
    let foreign = |event| -> Result<_, Failure> {
        let body = context.bodies.fresh(event)?;
        Ok(variants::with_foreign_text(
            context.provider,
            &body,
            &is_valid,
        ))
    };
    for event in context.events() {
        // Two sessions, so that only the encoding differs.
        let (Some(plain), Some(escaped)) = (foreign(event)?, foreign(event)?) else {
            continue;
        };
        let what = format!("{} with \"é会議😀\"", event.name);
        let in_ascii = format!("{what} as \\u escapes");
        let exchanges = [
            context.post(Body::json(what, &plain)).await,
            context
                .post(Body::bytes(in_ascii, variants::in_ascii(&escaped)))
                .await,
        ];
        return Ok(all_answered_200(
            &exchanges,
            "the event",
            "ways to write it",
        ));
    }
    Ok(Finding::skip("no event of this provider has free text"))
}

async fn out_of_order(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let session: Session<'_> = context.bodies.session()?;
    let mut exchanges = Vec::new();
    for event in context.events().into_iter().rev() {
        let what = format!("{}, the life of its session backwards", event.name);
        let body = Body::json(what, &context.bodies.sample(&session, event)?);
        exchanges.push(context.post(body).await);
    }
    Ok(all_answered_200(
        &exchanges,
        "the event",
        "events backwards",
    ))
}
