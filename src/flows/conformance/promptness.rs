//! promptness: the receiver answers at once and does the work later.
//!
//! No document gives a figure. The limit is the user's (`--max-latency`), and every finding
//! says so.

use std::time::Duration;

use super::context::{CheckContext, all_answered_200};
use super::definition::{Check, Group, Needs};
use super::finding::{Evidence, Exchange, Finding};
use super::samples::{median, worst};
use crate::model::error::Failure;
use crate::text::time;

/// Events of the series.
const SERIES: u32 = 30;
/// Events at once.
const BURST: u32 = 50;
/// Events that distinguish a slow first answer from a slow handler.
const WARM: u32 = 3;

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "answers-at-once",
        group: Group::Promptness,
        title: "Every answer of a series comes within the limit.",
        rules: &["answer-200-at-once"],
        about: "Posts 30 events one after another over connections that are kept, and looks at \
                the median and the worst time. The documents say \"immediately\" and name no \
                figure: the limit is --max-latency.",
        change: "Store the body, answer 200, and only then do the work: hand it to a queue or to \
                 a background task. No call to another service before the answer.",
        needs: Needs::GoodEvent,
        requests: |_| SERIES,
        run: |context| Box::pin(answers_at_once(context)),
    },
    Check {
        name: "first-answer",
        group: Group::Promptness,
        title: "The first answer comes within the limit, too.",
        rules: &[],
        about: "Looks at the very first event of the run, which opened a connection, and at \
                three more. Where only the first is slow, it is a start that is slow and not the \
                handler: a function that is loaded, a pool that is filled, a name that is looked \
                up.",
        change: "Keep an instance warm, or load and connect when the server starts and not when \
                 the first event comes.",
        needs: Needs::GoodEvent,
        requests: |_| WARM,
        run: |context| Box::pin(first_answer(context)),
    },
    Check {
        name: "answers-under-burst",
        group: Group::Promptness,
        title: "Fifty events at once are answered within the limit.",
        rules: &[],
        about: "Posts 50 events at the same time, each on a connection of its own. The end of a \
                large session, or of an outage of the receiver, looks like this.",
        change: "Serve requests in parallel (more workers, no global lock, no blocking call on an \
                 event loop), and keep the time before the answer short.",
        needs: Needs::GoodEvent,
        requests: |_| BURST,
        run: |context| Box::pin(answers_under_burst(context)),
    },
];

/// `limit 2 s; the documents name none`
fn limit(context: &CheckContext<'_>) -> String {
    let limit = time::duration(context.options.max_latency);
    format!("limit {limit}; the documents name none")
}

fn times(exchanges: &[Exchange]) -> Vec<Duration> {
    exchanges.iter().map(|exchange| exchange.took).collect()
}

/// Posts events one after another; stops early if they take too long or fail.
async fn series(context: &CheckContext<'_>, count: u32) -> Result<Vec<Exchange>, Failure> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    for _ in 0..count {
        let exchange = context.post_good().await?;
        let good = exchange.is_200();
        exchanges.push(exchange);
        let spent: Duration = times(&exchanges).iter().sum();
        if !good || (exchanges.len() >= 3 && spent > context.options.max_latency * 4) {
            break;
        }
    }
    Ok(exchanges)
}

async fn answers_at_once(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let exchanges = series(context, SERIES).await?;
    if exchanges.iter().any(|exchange| !exchange.is_200()) {
        return Ok(all_answered_200(&exchanges, "the event", "events"));
    }
    let times = times(&exchanges);
    let (median, worst) = (median(&times), worst(&times));
    let message = format!(
        "median {}, worst {} of {} ({})",
        time::duration(median),
        time::duration(worst),
        exchanges.len(),
        limit(context)
    );
    let finding = if worst > context.options.max_latency {
        Finding::fail(message)
    } else {
        Finding::pass(message)
    };
    let slowest = exchanges.iter().max_by_key(|exchange| exchange.took);
    Ok(match slowest {
        Some(slowest) => finding.with(slowest),
        None => finding,
    })
}

async fn first_answer(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let first = context
        .baseline
        .borrow()
        .as_ref()
        .map(|baseline| baseline.first.took);
    let first = first.unwrap_or_default();
    let shown = time::duration(first);
    let limit = limit(context);
    let warm = series(context, WARM).await?;
    let later = time::duration(median(&times(&warm)));
    let evidence = Evidence::new(
        "the first event of the run",
        &format!("answered in {shown}"),
        first,
    );
    let mut finding = if first <= context.options.max_latency {
        Finding::pass(format!(
            "{shown} with its connection, later ones {later} ({limit})"
        ))
    } else if median(&times(&warm)) > context.options.max_latency {
        Finding::skip(format!(
            "{shown}, but later ones take {later} as well: it is the handler, not the start"
        ))
    } else {
        Finding::fail(format!(
            "{shown}, later ones {later}: a slow start, not a slow handler ({limit})"
        ))
    };
    finding.evidence = Some(evidence);
    Ok(finding)
}

async fn answers_under_burst(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    if context.has_failed("answers-at-once") {
        return Ok(Finding::skip(
            "single answers take too long already: fix `answers-at-once` first",
        ));
    }
    let mut bodies = Vec::new();
    for number in 1..=BURST {
        let mut body = context.good_body()?;
        body.what = format!("{}, {number} of {BURST} at once", body.what);
        bodies.push(body);
    }
    let exchanges = context.post_at_once(bodies).await;
    if exchanges.iter().any(|exchange| !exchange.is_200()) {
        return Ok(all_answered_200(&exchanges, "the event", "events at once"));
    }
    let times = times(&exchanges);
    let message = format!(
        "{BURST} at once: median {}, worst {} ({})",
        time::duration(median(&times)),
        time::duration(worst(&times)),
        limit(context)
    );
    let finding = if worst(&times) > context.options.max_latency {
        Finding::fail(message)
    } else {
        Finding::pass(message)
    };
    let slowest = exchanges.iter().max_by_key(|exchange| exchange.took);
    Ok(match slowest {
        Some(slowest) => finding.with(slowest),
        None => finding,
    })
}
