//! transport: TLS, connections and methods.

use std::time::Instant;

use chrono::{DateTime, Utc};

use super::context::{CheckContext, RawRequest, behind_a_proxy};
use super::definition::{Check, Group, Needs};
use super::finding::{Evidence, Exchange, Finding};
use crate::delivery::Cause;
use crate::model::error::Failure;

/// A certificate should be renewed when it has fewer days left.
const DAYS: i64 = 14;

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "https",
        group: Group::Transport,
        title: "A public receiver is reached over HTTPS.",
        rules: &["public-https"],
        about: "Looks at the URL. A host of your own network is not asked for it.",
        change: "Put TLS before the receiver (a reverse proxy, a load balancer, a tunnel such as \
                 ngrok), and give the provider the https:// URL.",
        needs: Needs::Nothing,
        requests: |_| 0,
        run: |context| Box::pin(std::future::ready(Ok(https(context)))),
    },
    Check {
        name: "certificate",
        group: Group::Transport,
        title: "The certificate verifies.",
        rules: &["public-https"],
        about: "Opens a TLS connection, with the certificates that this system trusts. A sender \
                of webhooks does not click warnings away.",
        change: "Serve the whole chain (fullchain.pem, not cert.pem), for this very name, from an \
                 authority that senders trust, and renew it in time.",
        needs: Needs::Nothing,
        requests: |_| 0,
        run: |context| Box::pin(certificate(context)),
    },
    Check {
        name: "certificate-expiry",
        group: Group::Transport,
        title: "The certificate is valid for 14 days or more.",
        rules: &[],
        about: "Reads the end of its time from the certificate.",
        change: "Renew the certificate, and look why that did not happen by itself.",
        needs: Needs::Nothing,
        requests: |_| 0,
        run: |context| Box::pin(certificate_expiry(context)),
    },
    Check {
        name: "keep-alive",
        group: Group::Transport,
        title: "A connection carries more than one event.",
        rules: &[],
        about: "Posts two events over one connection. A receiver that closes it after each, and \
                says so, costs every event a handshake: a warning. One that promises to keep it \
                and does not loses events.",
        change: "Speak HTTP/1.1 with keep-alive (Python's http.server: protocol_version = \
                 \"HTTP/1.1\"), send the right Content-Length, and read each request's body to its \
                 end.",
        needs: Needs::GoodEvent,
        requests: |_| 2,
        run: |context| Box::pin(keep_alive(context)),
    },
    Check {
        name: "refuses-other-methods",
        group: Group::Transport,
        title: "PUT and DELETE are refused.",
        rules: &[],
        about: "Sends an event with PUT and with DELETE. Webhooks are POSTs: what takes other \
                methods for events takes more than it was built for. A warning only.",
        change: "Answer 405 with the header Allow: POST to other methods.",
        needs: Needs::GoodEvent,
        requests: |_| 2,
        run: |context| Box::pin(other_methods(context)),
    },
];

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

async fn certificate(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let insecure = context.options.target.trust.insecure;
    Ok(match shown(context).await {
        Err(finding) => finding,
        Ok(_) if insecure => Finding::skip("--insecure trusts every certificate"),
        Ok(Some(not_after)) => Finding::pass(format!(
            "trusted, for {}, until {}",
            context.url.host(),
            not_after.format("%Y-%m-%d")
        )),
        Ok(None) => Finding::pass(format!("trusted, for {}", context.url.host())),
    })
}

async fn certificate_expiry(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let not_after = match shown(context).await {
        Ok(Some(not_after)) => not_after,
        Ok(None) => return Ok(Finding::skip("the certificate cannot be read")),
        Err(finding) if finding.result == super::finding::CheckResult::Skip => return Ok(finding),
        Err(_) => return Ok(Finding::skip("no TLS connection: fix `certificate` first")),
    };
    let days = (not_after - Utc::now()).num_days();
    let message = format!("valid until {}, {days} days", not_after.format("%Y-%m-%d"));
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
    let Some(prober) = &context.prober else {
        return Err(behind_a_proxy());
    };
    let start = Instant::now();
    match prober.connect().await {
        Ok(wire) => Ok(wire.certificate().map(|certificate| certificate.not_after)),
        Err(broken) => {
            let mut finding = Finding::fail(broken.to_string());
            let what = "a TLS connection";
            finding.evidence = Some(Evidence::new(what, &finding.message, start.elapsed()));
            Err(finding)
        }
    }
}

async fn keep_alive(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let Some(prober) = &context.prober else {
        return Ok(behind_a_proxy());
    };
    let start = Instant::now();
    let mut wire = match prober.connect().await {
        Ok(wire) => wire,
        Err(broken) => {
            let exchange = Exchange::probed("a connection", start.elapsed(), Err(broken));
            return Ok(Finding::fail(exchange.describe()).with(&exchange));
        }
    };
    for number in ["first", "second"] {
        let what = format!("the {number} event on one connection");
        let raw = RawRequest::event(prober, "POST", what.clone(), &context.good_body()?);
        let (exchange, keeps) = context.ask(&mut wire, &raw).await;
        let message = format!("{what}: {}", exchange.describe());
        if !exchange.is_200() {
            return Ok(Finding::fail(message).with(&exchange));
        }
        if number == "second" {
            return Ok(Finding::pass("two events on one connection answered 200").with(&exchange));
        }
        if !keeps {
            return Ok(Finding::warn("closes the connection after each event").with(&exchange));
        }
    }
    Ok(Finding::skip("no event was sent"))
}

async fn other_methods(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let Some(prober) = &context.prober else {
        return Ok(behind_a_proxy());
    };
    let mut message = Vec::new();
    let mut odd: Option<Exchange> = None;
    for method in ["PUT", "DELETE"] {
        let body = context.good_body()?;
        let raw = RawRequest::event(prober, method, format!("{method} {}", body.what), &body);
        let exchange = context.ask_once(prober, &raw).await;
        // 501 is what RFC 9110, section 15.6.2, has for a method that a server does not know.
        let refused = matches!(exchange.status(), Some(400..=499 | 501));
        message.push(match exchange.status() {
            Some(status) => format!("{method} answered {status}"),
            None => format!("{method}: {}", exchange.describe()),
        });
        if exchange.cause() == Some(Cause::Closed) {
            context.take_unanswered();
        }
        if !refused && odd.is_none() {
            odd = Some(exchange);
        }
    }
    let message = message.join(", ");
    Ok(match odd {
        None => Finding::pass(message),
        Some(odd) => Finding::warn(message).with(&odd),
    })
}
