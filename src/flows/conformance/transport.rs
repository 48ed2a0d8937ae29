//! transport: TLS, connections and methods.

use std::time::Instant;

use chrono::{DateTime, Utc};

use super::context::{CheckContext, RawRequest};
use super::definition::{Check, Group, Needs, checks};
use super::finding::{CheckResult, Checking, Exchange, Finding};
use crate::delivery::Cause;
use crate::model::error::Failure;

/// A certificate should be renewed when it has fewer days left.
const DAYS: i64 = 14;

checks! { Transport:
    "https"                 Nothing   |_| 0, c => std::future::ready(Ok(https(c)));
    "certificate"           Nothing   |_| 0, c => certificate(c);
    "certificate-expiry"    Nothing   |_| 0, c => certificate_expiry(c);
    "keep-alive"            GoodEvent |_| 2, c => keep_alive(c);
    "refuses-other-methods" GoodEvent |_| 2, c => other_methods(c);
}

fn https(context: &CheckContext<'_>) -> Finding {
    let host = context.url.host();
    if context.url.is_https() {
        Finding::pass("the URL begins with https://")
    } else if context.url.is_public() {
        Finding::fail(format!("{host} is public, and the URL begins with http://"))
    } else {
        Finding::skip(format!("{host} is in your own network"))
    }
}

async fn certificate(context: &CheckContext<'_>) -> Checking {
    let not_after = shown(context).await?;
    if context.options.target.trust.insecure {
        return Ok(Finding::skip("--insecure trusts every certificate"));
    }
    let until = not_after.map_or_else(String::new, |at| format!(", until {}", at.format("%F")));
    let host = context.url.host();
    Ok(Finding::pass(format!("trusted, for {host}{until}")))
}

async fn certificate_expiry(context: &CheckContext<'_>) -> Checking {
    let not_after = match shown(context).await {
        Ok(Some(not_after)) => not_after,
        Ok(None) => return Ok(Finding::skip("the certificate cannot be read")),
        Err(finding) if finding.result == CheckResult::Skip => return Ok(finding),
        Err(_) => return Ok(Finding::skip("no TLS connection: fix `certificate` first")),
    };
    let days = (not_after - Utc::now()).num_days();
    let message = format!("valid until {}, {days} days", not_after.format("%F"));
    Ok(if days < DAYS {
        Finding::warn(message)
    } else {
        Finding::pass(message)
    })
}

/// When the certificate expires, or the finding if there is no certificate.
async fn shown(context: &CheckContext<'_>) -> Result<Option<DateTime<Utc>>, Finding> {
    if !context.url.is_https() {
        return Err(Finding::skip("the URL begins with http://"));
    }
    let client = context.raw_client()?;
    let start = Instant::now();
    match client.connect().await {
        Ok(wire) => Ok(wire.certificate().map(|certificate| certificate.not_after)),
        Err(error) => {
            let message = Failure::from(error).message();
            let finding = Finding::fail(&*message);
            Err(finding.with_evidence("a TLS connection", &message, start.elapsed()))
        }
    }
}

async fn keep_alive(context: &CheckContext<'_>) -> Checking {
    let client = context.raw_client()?;
    let start = Instant::now();
    let mut wire = match client.connect().await {
        Ok(wire) => wire,
        Err(error) => {
            let exchange = Exchange::raw("a connection", start.elapsed(), Err(error));
            return Ok(Finding::fail(exchange.describe()).with(&exchange));
        }
    };
    for number in ["first", "second"] {
        let what = format!("the {number} event on one connection");
        let raw = RawRequest::event(client, "POST", what, &context.good_body()?);
        let (exchange, keeps) = context.ask(&mut wire, &raw).await;
        let finding = if !exchange.is_200() {
            Finding::fail(exchange.sentence())
        } else if number == "second" {
            Finding::pass("two events on one connection answered 200")
        } else if !keeps {
            Finding::warn("the receiver closes the connection after each event")
        } else {
            continue;
        };
        return Ok(finding.with(&exchange));
    }
    Ok(Finding::skip("no event was sent"))
}

async fn other_methods(context: &CheckContext<'_>) -> Checking {
    let client = context.raw_client()?;
    let mut messages = Vec::new();
    let mut accepted: Option<Exchange> = None;
    for method in ["PUT", "DELETE"] {
        let body = context.good_body()?;
        let raw = RawRequest::event(client, method, format!("{method} {}", body.what), &body);
        let exchange = context.ask_once(client, &raw).await;
        messages.push(match exchange.status() {
            Some(status) => format!("{method} answered {status}"),
            None => format!("{method}: {}", exchange.describe()),
        });
        if exchange.cause() == Some(Cause::Closed) {
            context.take_unanswered();
        }
        // 501 is what RFC 9110, section 15.6.2, has for a method that a server does not know.
        if !matches!(exchange.status(), Some(400..=499 | 501)) {
            accepted.get_or_insert(exchange);
        }
    }
    let message = messages.join(", ");
    Ok(match accepted {
        None => Finding::pass(message),
        Some(exchange) => Finding::warn(message).with(&exchange),
    })
}
