//! The JSON object of a file that `--serve-files` served.

use std::collections::BTreeMap;

use serde::Serialize;

/// A file that a posted event names, or that was asked for, at the end of the run.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ServedFile<'f> {
    /// Its URL.
    pub url: &'f str,
    /// The event that names it. Null if no event does: the receiver changed a URL.
    pub event: Option<&'f str>,
    /// What is in it: chat, meta-data, transcript, video or audio. Null if no event names it.
    pub content: Option<&'f str>,
    /// Whether it stands on the storage of the provider's customer, where no credentials of the
    /// provider belong.
    pub own_storage: bool,
    /// Requests with GET.
    pub requests: u64,
    /// The answers, by status.
    pub statuses: &'f BTreeMap<u16, u64>,
    /// The credentials that came, each once; ten at most.
    pub credentials: Vec<CredentialsGiven<'f>>,
    /// Bytes that were sent at least once.
    pub bytes_sent: usize,
    /// Size of the file in bytes.
    pub size: usize,
    /// Whether all of it was sent.
    pub whole: bool,
}

/// The credentials of a request. Passwords are not kept.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CredentialsGiven<'f> {
    /// The user; of another scheme than Basic, the scheme. Null if none came.
    pub user: Option<&'f str>,
    /// Whether they sufficed for a file of the provider.
    pub accepted: bool,
}
