//! The receiver as the options ask for it: where it listens, whom it lets in, how much it takes.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::Options;
use crate::model::error::Failure;
use crate::receiver::{Receiver, Tls};
use crate::{receiver, validation};

/// How much is let in.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest body, in bytes.
    pub max_body: usize,
    /// The largest header, in bytes.
    pub max_header: usize,
    /// The longest wait for a header.
    pub header_timeout: Duration,
    /// The longest wait for a body.
    pub body_timeout: Duration,
    /// The longest wait between two requests.
    pub idle_timeout: Duration,
    /// Connections at a time.
    pub max_connections: usize,
    /// Memory for large bodies on their way in, in bytes.
    pub body_memory: usize,
}

/// Where a certificate comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// From files.
    Files {
        /// The certificate, and behind it those that signed it.
        certificate: PathBuf,
        /// Its key.
        key: PathBuf,
    },
    /// It is made for the run.
    SelfSigned,
}

/// A receiver that is bound, and what was found on the way.
pub(super) struct Door {
    pub(super) receiver: Receiver,
    /// The certificate that it speaks TLS with.
    pub(super) tls: Option<Tls>,
    /// How many connections there can be, if fewer than asked for.
    pub(super) fewer_connections: Option<usize>,
}

/// Takes the port. A sender can connect from here on, and waits.
pub(super) async fn bind(options: &Options) -> Result<Door, Failure> {
    let tls = match &options.certificate {
        Some(Certificate::Files { certificate, key }) => Some(Tls::from_files(certificate, key)?),
        Some(Certificate::SelfSigned) => Some(Tls::self_signed(&options.host)?),
        None => None,
    };
    let Limits {
        max_body,
        max_header,
        header_timeout,
        body_timeout,
        idle_timeout,
        max_connections,
        body_memory,
    } = options.limits;
    let connections = receiver::make_room(max_connections);
    let defaults = receiver::ReceiverOptions::new(&options.host, options.port);
    let delay = options.replies.as_ref().map(|replies| replies.delay);
    let receiver = Receiver::bind(receiver::ReceiverOptions {
        credentials: options.credentials.clone(),
        path: options.path.clone(),
        tls: tls.clone(),
        trust_proxy: options.trust_proxy,
        max_body,
        max_head: max_header,
        body_memory,
        head_timeout: header_timeout,
        body_timeout,
        idle_timeout,
        max_connections: connections,
        // Who is made to wait on purpose is in flight so much longer.
        grace: defaults.grace + delay.unwrap_or_default(),
        ..defaults
    })
    .await?;
    let receiver = match &options.replies {
        Some(replies) => receiver.reply_by(replies.policy()),
        None => receiver,
    };
    let receiver = if options.reject_malformed {
        let is_malformed = |capture: &crate::model::capture::Capture| {
            !validation::is_json(&capture.content().bytes)
        };
        receiver.reject_malformed(Arc::new(is_malformed))
    } else {
        receiver
    };
    Ok(Door {
        receiver,
        tls,
        fewer_connections: (connections < max_connections).then_some(connections),
    })
}
