//! In place of the engine in a build without the feature `relay`: it cannot connect.

use futures_util::stream::Empty;

use super::access::Access;
use super::address::RelayUrl;
use super::engine::{Acknowledging, Engine, Link, RelayError, Start, StreamInfo};
use super::message::{Message, Outgoing};

#[derive(Clone, Debug)]
#[allow(dead_code, reason = "it has what the engine of another build needs")]
pub(super) struct Nats {
    pub(super) url: RelayUrl,
    pub(super) access: Access,
    pub(super) name: String,
}

/// There is none.
pub(super) enum NatsLink {}

impl Engine for Nats {
    type Link = NatsLink;

    async fn connect(&self) -> Result<NatsLink, RelayError> {
        let why = "this build of enx-hook has no relay: build it with --features relay";
        Err(RelayError::Refused(why.to_owned()))
    }
}

impl NatsLink {
    pub(super) async fn sources(&self) -> Result<Vec<(String, u64)>, RelayError> {
        match *self {}
    }
}

impl NatsLink {
    pub(super) async fn followers(&self) -> Result<Vec<(String, u64)>, RelayError> {
        match *self {}
    }
}

impl Link for NatsLink {
    type Messages = Empty<Result<Message, RelayError>>;

    fn max_payload(&self) -> usize {
        match *self {}
    }

    async fn stream(&self) -> Result<Option<StreamInfo>, RelayError> {
        match *self {}
    }

    async fn create(&self) -> Result<StreamInfo, RelayError> {
        match *self {}
    }

    async fn last_of(&self, _: &str) -> Result<Option<Message>, RelayError> {
        match *self {}
    }

    async fn at(&self, _: u64) -> Result<Option<Message>, RelayError> {
        match *self {}
    }

    async fn publish(&self, _: Outgoing) -> Result<Acknowledging, RelayError> {
        match *self {}
    }

    async fn read_from(&self, _: Start) -> Result<Self::Messages, RelayError> {
        match *self {}
    }

    async fn lost(&self) -> RelayError {
        match *self {}
    }

    fn refusal(&self) -> Option<String> {
        match *self {}
    }
}
