//! What the groups of `listen`'s flags mean: log, display, forwarding, bad replies,
//! assertions.

use bytes::Bytes;

use super::selection;
use crate::cli;
use crate::cli::Replies;
use crate::commands::listen::CertificateSource;
use crate::commands::sources::Sources;
use crate::delivery::{Destination, TargetError, TargetUrl};
use crate::flows::expectation::ExpectOptions;
use crate::flows::listening::{LogOptions, ReplyOptions, ReplyRule};
use crate::journal::RetentionPolicy;
use crate::model::error::Failure;
use crate::model::secret::Credentials;
use crate::receiver;
use crate::receiver::{Reply, ReplyError};
use crate::selection::{Query, Term};

/// The variable that holds the address of an ngrok agent's local API.
const NGROK_API: &str = "ENX_HOOK_NGROK_API";
/// Where the agent has it unless told otherwise.
const DEFAULT_NGROK_API: &str = "http://127.0.0.1:4040/api/tunnels";

pub(super) fn keeping(typed: &cli::Keeping) -> LogOptions {
    LogOptions {
        sync: typed.sync,
        max_unsynced: typed.max_unsynced,
        rotate_at: typed.rotate,
        retention: RetentionPolicy {
            gzip: typed.rotate_gzip,
            keep: typed.keep,
            keep_for: typed.keep_for,
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

pub(super) fn forget_targets(typed: &cli::Keeping) -> Result<Vec<Destination>, TargetError> {
    typed
        .forget_target
        .iter()
        .map(|text| text.parse())
        .collect()
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
    let body = Bytes::from(typed.reply_body.unwrap_or_default());
    let mut others = Vec::new();
    let mut rules = Vec::new();
    for Replies { query, statuses } in typed.reply {
        if query.is_everything() {
            others.extend(statuses);
        } else {
            rules.push((query, statuses));
        }
    }
    if others.is_empty() {
        others.push(200);
    }
    rules.push((Query::default(), others));
    let reply = |status| {
        let mut reply = Reply::new(status)?;
        reply.body = body.clone();
        for line in &typed.reply_header {
            reply.add_header(line)?;
        }
        Ok(reply)
    };
    let rules = rules.into_iter().map(|(query, statuses)| {
        let replies = statuses
            .into_iter()
            .map(reply)
            .collect::<Result<_, ReplyError>>()?;
        Ok(ReplyRule { query, replies })
    });
    Ok(Some(ReplyOptions {
        rules: rules.collect::<Result<_, ReplyError>>()?,
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
