//! What the groups of `listen`'s flags mean: log, display, forwarding, bad replies,
//! assertions.

use std::time::Duration;

use bytes::Bytes;

use super::{credentials, selection};
use crate::cli;
use crate::commands::listen::CertificateSource;
use crate::commands::sources::Sources;
use crate::delivery::{Header, RetryCondition, RetryPolicy, TargetError, TargetUrl};
use crate::flows::expectation::ExpectOptions;
use crate::flows::forwarding::ForwardOptions;
use crate::flows::listening::{LogOptions, ReplyOptions};
use crate::journal::RetentionPolicy;
use crate::model::error::Failure;
use crate::model::secret::Credentials;
use crate::receiver;
use crate::receiver::Reply;
use crate::selection::{Query, Term};

/// The variable that holds the address of an ngrok agent's local API.
const NGROK_API: &str = "ENX_HOOK_NGROK_API";
/// Where the agent has it unless told otherwise.
const DEFAULT_NGROK_API: &str = "http://127.0.0.1:4040/api/tunnels";
/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

pub(super) fn keeping(typed: &cli::Keeping) -> LogOptions {
    LogOptions {
        sync: typed.sync,
        max_unsynced: typed.max_unsynced,
        rotate_at: typed.rotate,
        retention: RetentionPolicy {
            gzip: typed.rotate_gzip,
            keep: typed.keep,
            keep_at_most: typed.keep_at_most,
        },
    }
}

pub(super) fn filter(typed: cli::Showing) -> Query {
    let terms = [
        Term::event(typed.events),
        Term::session(typed.sessions),
        Term::verdict(typed.verdicts),
    ];
    selection::and(terms.into_iter().flatten(), typed.query)
}

pub(super) fn certificate(typed: &cli::Guarding) -> Option<CertificateSource> {
    match (&typed.tls_cert, &typed.tls_key) {
        (Some(certificate), Some(key)) => Some(CertificateSource::Files {
            certificate: certificate.clone(),
            key: key.clone(),
        }),
        _ => typed
            .tls_self_signed
            .then_some(CertificateSource::SelfSigned),
    }
}

/// Where to listen, whom to let in, and how much.
pub(super) fn receiver(
    host: String,
    port: u16,
    credentials: Option<Credentials>,
    guarding: &cli::Guarding,
    limits: &cli::Limits,
) -> receiver::ReceiverOptions {
    receiver::ReceiverOptions {
        credentials,
        path: guarding.path.clone(),
        health_path: guarding.health_path.clone(),
        trust_proxy: guarding.trust_proxy,
        max_body: limits.max_body,
        max_head: limits.max_header,
        head_timeout: limits.header_timeout,
        body_timeout: limits.body_timeout,
        idle_timeout: limits.idle_timeout,
        max_connections: limits.max_connections,
        body_memory: limits.body_memory,
        ..receiver::ReceiverOptions::new(host, port)
    }
}

pub(super) fn forget_targets(typed: &cli::Keeping) -> Result<Vec<TargetUrl>, TargetError> {
    let urls = typed.forget_target.iter();
    urls.map(|url| TargetUrl::parse(url)).collect()
}

pub(super) fn forward(
    typed: cli::Forwarding,
    sync: bool,
    sources: &Sources<'_>,
) -> Result<Option<ForwardOptions>, Failure> {
    let Some(url) = typed.forward else {
        return Ok(None);
    };
    let headers = typed.forward_header.iter().map(|line| Header::parse(line));
    Ok(Some(ForwardOptions {
        url: TargetUrl::parse(&url)?,
        credentials: credentials::settle_forward(typed.forward_user, sources)?,
        headers: headers.collect::<Result<_, _>>()?,
        timeout: typed.forward_timeout,
        concurrency: typed.forward_concurrency,
        retry: RetryPolicy {
            times: typed.forward_retries,
            on: vec![RetryCondition::AnyFailure],
            first_wait: typed.forward_backoff,
            longest_wait: LONGEST_WAIT.max(typed.forward_backoff),
        },
        from: typed.forward_from,
        sync,
    }))
}

/// Nothing where no flag asks for anything but 200.
pub(super) fn replies(typed: cli::Playing) -> Result<Option<ReplyOptions>, Failure> {
    let asked_for = !typed.reply.is_empty()
        || typed.reply_delay.is_some()
        || typed.reply_body.is_some()
        || !typed.reply_header.is_empty()
        || typed.drop_rate.is_some();
    if !asked_for {
        return Ok(None);
    }
    let statuses = if typed.reply.is_empty() {
        vec![200]
    } else {
        typed.reply
    };
    let body = Bytes::from(typed.reply_body.unwrap_or_default());
    let mut replies = Vec::new();
    for status in statuses {
        let mut reply = Reply::new(status)?;
        reply.body = body.clone();
        for line in &typed.reply_header {
            reply.add_header(line)?;
        }
        replies.push(reply);
    }
    Ok(Some(ReplyOptions {
        replies,
        delay: typed.reply_delay.unwrap_or_default(),
        drop_rate: typed.drop_rate.unwrap_or_default(),
        seed: typed.seed.unwrap_or_else(|| u64::from(fastrand::u32(..))),
    }))
}

pub(super) fn expect(typed: cli::Asserting, selection: Query) -> ExpectOptions {
    ExpectOptions {
        events: typed.expect,
        selection,
        verdict: typed.expect_verdict,
        max_events: typed.max_events,
        period: typed.period,
        settle: typed.settle,
    }
}

/// An invalid address asks no agent: the banner then says how to start a tunnel.
pub(super) fn ngrok_api(sources: &Sources<'_>) -> Option<TargetUrl> {
    let text = sources
        .environment
        .variable(NGROK_API)
        .unwrap_or(DEFAULT_NGROK_API);
    TargetUrl::parse(text).ok()
}
