//! What a relay has, and the creation of its stream.

use chrono::{DateTime, Utc};

use super::access::Access;
use super::address::RelayUrl;
use super::engine::{Engine as _, Link as _, RelayError, StreamInfo};
use super::nats::{Nats, NatsLink};
use super::subject::stream;

/// What a relay has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayStatus {
    /// The stream.
    pub stream: StreamInfo,
    /// Its sources, by name.
    pub sources: Vec<SourceStatus>,
    /// Its followers of the last minute, each with how many messages it has still to read; nothing
    /// if this user must not see them.
    pub followers: Option<Vec<(String, u64)>>,
}

/// What a relay has of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceStatus {
    /// Its name.
    pub name: String,
    /// How many messages it has.
    pub messages: u64,
    /// The number of its last capture.
    pub last: Option<u64>,
    /// When that was received.
    pub last_at: Option<DateTime<Utc>>,
}

async fn link(url: &RelayUrl, access: &Access, name: &str) -> Result<NatsLink, RelayError> {
    let engine = Nats {
        url: url.clone(),
        access: access.clone(),
        name: name.to_owned(),
    };
    engine.connect().await
}

/// Asks for the state of a relay. Must be called within a runtime.
pub async fn status(
    url: &RelayUrl,
    access: &Access,
    name: &str,
) -> Result<RelayStatus, RelayError> {
    let link = link(url, access, name).await?;
    let asked = async {
        let found = link.stream().await?;
        let stream = found.ok_or_else(|| RelayError::NoStream(stream(&url.project)))?;
        let mut sources = Vec::new();
        for (name, messages) in link.sources().await? {
            let last = match link.last_of(&name).await {
                Err(RelayError::Foreign(_)) => None,
                last => last?,
            };
            sources.push(SourceStatus {
                name,
                messages,
                last: last.as_ref().map(|last| last.seq),
                last_at: last.and_then(|last| last.received_at),
            });
        }
        let followers = link.followers().await.ok();
        Ok(RelayStatus {
            stream,
            sources,
            followers,
        })
    };
    link.explained(asked.await)
}

/// Creates the stream of a relay, if there is none. Also returns whether it did.
pub async fn create(
    url: &RelayUrl,
    access: &Access,
    name: &str,
) -> Result<(StreamInfo, bool), RelayError> {
    let link = link(url, access, name).await?;
    let created = async {
        match link.stream().await? {
            Some(stream) => Ok((stream, false)),
            None => link.create().await.map(|stream| (stream, true)),
        }
    };
    link.explained(created.await)
}
