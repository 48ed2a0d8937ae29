//! The ways in which most checks send and judge.

use std::time::Duration;

use super::bodies::Body;
use super::context::CheckContext;
use super::finding::{Checking, Early, Exchange, Finding};
use super::samples::{median, worst};
use crate::delivery::HttpClient;
use crate::text::time;

/// The bodies; without any, the check is skipped.
pub(super) fn some(bodies: Vec<Body>, otherwise: &str) -> Result<Vec<Body>, Early> {
    if bodies.is_empty() {
        return Err(Finding::skip(otherwise).into());
    }
    Ok(bodies)
}

/// Posts bodies one after another: all must be answered 200. `many` names them in the plural.
pub(super) async fn accepted(
    context: &CheckContext<'_>,
    bodies: Result<Vec<Body>, Early>,
    many: &str,
) -> Checking {
    let bodies = bodies?;
    let count = bodies.len();
    let exchanges = context.post_all(bodies).await;
    Ok(all_answered_200(&exchanges, count, many))
}

/// Posts bodies all at once: all must be answered 200.
pub(super) async fn accepted_at_once(
    context: &CheckContext<'_>,
    bodies: Result<Vec<Body>, Early>,
    many: &str,
) -> Checking {
    let exchanges = context.post_at_once(bodies?).await;
    Ok(all_answered_200(&exchanges, exchanges.len(), many))
}

/// Posts a good event with each client: all must be answered 401. The text says how the client
/// differs.
pub(super) async fn refused(
    context: &CheckContext<'_>,
    clients: Result<Vec<(HttpClient, &str)>, Early>,
) -> Checking {
    let mut exchanges = Vec::new();
    for (client, how) in clients? {
        let body = context.good_body()?.which(how);
        exchanges.push(context.post_with(&client, body).await);
    }
    Ok(all_refused(&exchanges))
}

/// Posts a malformed body: it must be answered 2xx or 4xx, and the next good event 200.
pub(super) async fn survived(
    context: &CheckContext<'_>,
    what: &str,
    bytes: Result<String, Early>,
) -> Checking {
    let exchange = context.post(Body::bytes(what, bytes?)).await;
    let is_over = exchange.status().is_some();
    then_a_good_event(context, &exchange, is_over).await
}

/// Judges the answer to a malformed request, and the answer to a good event after it.
pub(super) async fn then_a_good_event(
    context: &CheckContext<'_>,
    exchange: &Exchange,
    is_over: bool,
) -> Checking {
    let is_harmless = |status| matches!(status, 200..300 | 400..500);
    if !is_over || !exchange.status().is_none_or(is_harmless) {
        return Ok(Finding::fail(exchange.sentence()).with(exchange));
    }
    let good = context.post_good().await?;
    Ok(if good.is_200() {
        Finding::pass(exchange.sentence()).with(exchange)
    } else {
        let (first, then) = (exchange.sentence(), good.describe());
        Finding::fail(format!("{first}; the next good event: {then}")).with(&good)
    })
}

/// Passes if all were answered 200, else reports the first that was not. Of the planned
/// requests, the last ones may not have been sent.
pub(super) fn all_answered_200(exchanges: &[Exchange], planned: usize, many: &str) -> Finding {
    let count = exchanges.len();
    let good = exchanges.iter().filter(|exchange| exchange.is_200());
    let score = format!("{} of {count} {many} answered 200", good.count());
    let bad = exchanges.iter().find(|exchange| !exchange.is_200());
    let finding = match (bad, exchanges) {
        (None, [one]) => Finding::pass(one.sentence()).with(one),
        (None, all) => match slowest(all) {
            Some(slowest) => Finding::pass(score).with(slowest),
            None => Finding::pass(score),
        },
        (Some(bad), [_]) => Finding::fail(bad.sentence()).with(bad),
        (Some(bad), _) => Finding::fail(format!("{score}; {}", bad.sentence())).with(bad),
    };
    let advice = bad.and_then(Exchange::status).and_then(advice);
    let finding = match advice {
        Some(advice) => finding.change(advice),
        None => finding,
    };
    let rest = planned - count;
    if rest > 0 {
        let message = format!("{}; {rest} more not sent", finding.message);
        return Finding { message, ..finding };
    }
    finding
}

/// What to change in a receiver that answers an event with this status.
fn advice(status: u16) -> Option<&'static str> {
    Some(match status {
        403 => {
            "If the receiver asks for credentials, run the check with --user NAME. Otherwise \
             something in front of the handler refuses the request: exclude this path from CSRF \
             protection, and look at the rules of the firewall and at the allowed hosts."
        }
        404 => {
            "Nothing is served at this path: compare the path of the URL with the route of the \
             handler, also the slash at its end."
        }
        405 => {
            "The path is served, but not for POST: register the handler for POST, and check that no \
             redirect to another host or slash is in the way."
        }
        415 => {
            "The handler refuses the content type: read the body as JSON whatever Content-Type \
             says."
        }
        419 => {
            "Laravel answers 419 to a request without a CSRF token: exclude this path from CSRF \
             protection."
        }
        _ => return None,
    })
}

/// Passes if all were answered 401, else reports the first that was not.
pub(super) fn all_refused(exchanges: &[Exchange]) -> Finding {
    let is_bad = |exchange: &&Exchange| exchange.status() != Some(401);
    match (exchanges.iter().find(is_bad), exchanges) {
        (Some(bad), _) => Finding::fail(format!("{}, not 401", bad.sentence())).with(bad),
        (None, [one]) => Finding::pass(one.sentence()).with(one),
        (None, all) => Finding::pass(format!("{0} of {0} answered 401", all.len())).with(&all[0]),
    }
}

/// Passes if all were answered 200 within the limit.
pub(super) fn all_in_time(
    context: &CheckContext<'_>,
    exchanges: &[Exchange],
    many: &str,
) -> Finding {
    let Some(slowest) = slowest(exchanges).filter(|_| exchanges.iter().all(Exchange::is_200))
    else {
        return all_answered_200(exchanges, exchanges.len(), many);
    };
    let times = times(exchanges);
    let message = format!(
        "{} {many}: median {}, worst {} ({})",
        times.len(),
        time::duration(median(&times)),
        time::duration(worst(&times)),
        limit(context)
    );
    let is_late = slowest.took > context.options.max_latency;
    let judged = if is_late {
        Finding::fail
    } else {
        Finding::pass
    };
    judged(message).with(slowest)
}

/// `limit 2 s; the documents give none`
pub(super) fn limit(context: &CheckContext<'_>) -> String {
    let limit = time::duration(context.options.max_latency);
    format!("limit {limit}; the documents give none")
}

pub(super) fn times(exchanges: &[Exchange]) -> Vec<Duration> {
    exchanges.iter().map(|exchange| exchange.took).collect()
}

fn slowest(exchanges: &[Exchange]) -> Option<&Exchange> {
    exchanges.iter().max_by_key(|exchange| exchange.took)
}
