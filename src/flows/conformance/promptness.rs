//! promptness: the receiver answers at once and does the work later.
//!
//! No document gives a figure. The limit is the user's (`--max-latency`), and every finding
//! says so.

use std::time::Duration;

use super::context::CheckContext;
use super::definition::{Check, Group, Needs, checks};
use super::finding::{Checking, Exchange, Finding};
use super::patterns::{all_in_time, limit, times};
use super::samples::median;
use crate::model::error::Failure;
use crate::text::time;

/// Events of the series.
const SERIES: u32 = 30;
/// Events at once.
const BURST: u32 = 50;
/// Events that distinguish a slow first answer from a slow handler.
const WARM: u32 = 3;

checks! { Promptness:
    "answers-at-once"     GoodEvent |_| SERIES, c => answers_at_once(c);
    "first-answer"        GoodEvent |_| WARM,   c => first_answer(c);
    "answers-under-burst" GoodEvent |_| BURST,  c => answers_under_burst(c);
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

async fn answers_at_once(context: &CheckContext<'_>) -> Checking {
    let exchanges = series(context, SERIES).await?;
    Ok(all_in_time(context, &exchanges, "events"))
}

async fn first_answer(context: &CheckContext<'_>) -> Checking {
    let most = context.options.max_latency;
    let baseline = context.baseline.get();
    let first = baseline.map_or(Duration::ZERO, |baseline| baseline.first.took);
    let later = median(&times(&series(context, WARM).await?));
    let [shown, then] = [first, later].map(time::duration);
    let limit = limit(context);
    let finding = if first <= most {
        Finding::pass(format!(
            "{shown} with its connection, later ones {then} ({limit})"
        ))
    } else if later > most {
        Finding::skip(format!(
            "{shown}, but later ones also take {then}: the handler is slow, not the start"
        ))
    } else {
        Finding::fail(format!(
            "{shown}, later ones {then}: the start is slow, not the handler ({limit})"
        ))
    };
    let received = format!("answered in {shown}");
    Ok(finding.with_evidence("the first event of the run", &received, first))
}

async fn answers_under_burst(context: &CheckContext<'_>) -> Checking {
    context.require("answers-at-once", "single answers already take too long")?;
    let mut bodies = Vec::new();
    for number in 1..=BURST {
        let mut body = context.good_body()?;
        body.what = format!("{}, {number} of {BURST} at once", body.what);
        bodies.push(body);
    }
    let exchanges = context.post_at_once(bodies).await;
    Ok(all_in_time(context, &exchanges, "events at once"))
}
