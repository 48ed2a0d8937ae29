//! NATS `JetStream` as the engine of a relay.
//!
//! The client reconnects by itself, and may then send what still waited in it. So a link ends at
//! the first disconnect; the caller drops the runtime in which its tasks run.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use async_nats::jetstream::context::{
    ContextBuilder, CreateStreamErrorKind, GetStreamErrorKind, PublishErrorKind, RequestError,
    RequestErrorKind,
};
use async_nats::jetstream::stream::{
    Config, DiscardPolicy, LastRawMessageErrorKind, RetentionPolicy, StorageType,
};
use async_nats::jetstream::{self, Context, ErrorCode};
use async_nats::{ConnectErrorKind, ConnectOptions, Event, HeaderMap};
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::sync::watch;

use super::access::Access;
use super::address::RelayUrl;
use super::engine::{Ack, Acknowledging, Engine, Link, RelayError, Start, StreamInfo};
use super::message::{Message, Outgoing};
use super::subject;

/// How long an answer of the server may take.
const ANSWER: Duration = Duration::from_secs(5);
/// How often a connection is probed; the client gives it up after three probes.
const PING: Duration = Duration::from_secs(5);
/// How long the server may say nothing about a consumer.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// How long the server remembers a follower that went away.
const FORGOTTEN: Duration = Duration::from_secs(60);
/// Bytes that are asked for at a time, about, and the limits of their messages.
const BATCH_BYTES: u64 = 8 * 1024 * 1024;
const BATCH: (u64, u64) = (16, 1000);

/// What a stream is created with.
const MAX_AGE: Duration = Duration::from_secs(7 * 24 * 3600);
const MAX_BYTES: i64 = 1024 * 1024 * 1024;
const WINDOW: Duration = Duration::from_secs(120);

/// A server, and how it is reached.
#[derive(Clone, Debug)]
pub(super) struct Nats {
    pub(super) url: RelayUrl,
    pub(super) access: Access,
    /// The name of this client: it has an inbox of its own, and a follower a consumer.
    pub(super) name: String,
}

/// One connection.
pub(super) struct NatsLink {
    context: Context,
    project: String,
    name: String,
    max_payload: usize,
    state: watch::Receiver<bool>,
    refusal: Arc<Mutex<Option<String>>>,
}

impl Engine for Nats {
    type Link = NatsLink;

    async fn connect(&self) -> Result<NatsLink, RelayError> {
        let (lost, state) = watch::channel(false);
        let refusal = Arc::<Mutex<Option<String>>>::default();
        let heard = Arc::clone(&refusal);
        let lost = Arc::new(lost);
        let options = self
            .options()?
            .name(format!("enx-hook {}", self.name))
            .custom_inbox_prefix(format!("_INBOX_{}", self.name))
            .connection_timeout(ANSWER)
            .request_timeout(Some(ANSWER))
            .ping_interval(PING)
            .max_reconnects(1)
            .event_callback(move |event| {
                match &event {
                    Event::Disconnected | Event::Closed => {
                        lost.send_replace(true);
                    }
                    Event::ServerError(error) => {
                        *heard.lock().unwrap_or_else(PoisonError::into_inner) =
                            Some(error.to_string());
                    }
                    _ => {}
                }
                std::future::ready(())
            });
        let connecting = options.connect(self.url.server());
        let client = match tokio::time::timeout(2 * ANSWER, connecting).await {
            Ok(connected) => connected.map_err(|error| self.not_connected(&error))?,
            Err(_) => return Err(RelayError::TimedOut(2 * ANSWER)),
        };
        let max_payload = client.max_payload();
        let context = ContextBuilder::new()
            .timeout(ANSWER)
            .ack_timeout(ANSWER)
            .build(client);
        Ok(NatsLink {
            context,
            project: self.url.project.clone(),
            name: self.name.clone(),
            max_payload,
            state,
            refusal,
        })
    }
}

impl Nats {
    fn options(&self) -> Result<ConnectOptions, RelayError> {
        let mut options = ConnectOptions::new();
        if let Some(creds) = &self.access.creds {
            options = options.credentials(creds.expose()).map_err(|error| {
                RelayError::Refused(format!("the credentials cannot be used: {error}"))
            })?;
        }
        if let Some(credentials) = self
            .access
            .credentials
            .as_ref()
            .or(self.url.credentials.as_ref())
        {
            let password = credentials.password.expose().to_owned();
            options = options.user_and_password(credentials.user.clone(), password);
        }
        if let Some(file) = &self.access.cacert {
            options = options.add_root_certificates(file.clone());
        }
        Ok(options.require_tls(self.url.scheme == "tls"))
    }

    fn not_connected(&self, error: &async_nats::ConnectError) -> RelayError {
        let server = format!("{}:{}", self.url.host, self.url.port);
        match error.kind() {
            ConnectErrorKind::AuthorizationViolation | ConnectErrorKind::Authentication => {
                let user = (self.access.credentials.is_some() || self.access.creds.is_some())
                    || self.url.credentials.is_some();
                RelayError::Refused(if user {
                    format!("{server} does not accept the credentials")
                } else {
                    format!("{server} requires a user: --relay-user NAME, or --relay-creds FILE")
                })
            }
            ConnectErrorKind::TimedOut => RelayError::TimedOut(ANSWER),
            _ => RelayError::Unreachable(format!("{server} is not reached: {}", innermost(error))),
        }
    }
}

/// The message of the first cause.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

fn other(error: impl fmt::Display) -> RelayError {
    RelayError::Other(error.to_string())
}

impl NatsLink {
    /// An error of the server's API.
    fn failed(&self, error: &jetstream::Error) -> RelayError {
        match error.error_code() {
            ErrorCode::STREAM_NOT_FOUND => RelayError::NoStream(subject::stream(&self.project)),
            ErrorCode::STREAM_STORE_FAILED
            | ErrorCode::INSUFFICIENT_RESOURCES
            | ErrorCode::STORAGE_RESOURCES_EXCEEDED
            | ErrorCode::MEMORY_RESOURCES_EXCEEDED => RelayError::Full(error.to_string()),
            _ if error.code() == 503 => RelayError::Full(error.to_string()),
            _ => other(error),
        }
    }

    fn config(&self) -> Config {
        Config {
            name: subject::stream(&self.project),
            subjects: vec![subject::of_project(&self.project)],
            description: Some("captures of enx-hook".to_owned()),
            retention: RetentionPolicy::Limits,
            storage: StorageType::File,
            discard: DiscardPolicy::Old,
            max_age: MAX_AGE,
            max_bytes: MAX_BYTES,
            duplicate_window: WINDOW,
            allow_direct: true,
            deny_delete: true,
            deny_purge: true,
            ..Config::default()
        }
    }

    async fn handle(&self) -> Result<jetstream::stream::Stream<()>, RelayError> {
        let name = subject::stream(&self.project);
        self.context.get_stream_no_info(&name).await.map_err(other)
    }
}

impl NatsLink {
    /// The sources, each with the number of its messages.
    pub(super) async fn sources(&self) -> Result<Vec<(String, u64)>, RelayError> {
        let stream = self.handle().await?;
        let subjects = subject::of_project(&self.project);
        let subjects = stream.info_with_subjects(subjects).await;
        let mut subjects = subjects.map_err(|error| unanswered(&error))?;
        let mut sources = BTreeMap::<String, u64>::new();
        while let Some(subject) = subjects.next().await {
            let (subject, messages) = subject.map_err(other)?;
            if let Some(source) = subject::source(&subject) {
                *sources.entry(source.to_owned()).or_default() += messages as u64;
            }
        }
        Ok(sources.into_iter().collect())
    }

    /// The followers, each with the number of messages that it has not read.
    pub(super) async fn followers(&self) -> Result<Vec<(String, u64)>, RelayError> {
        let mut consumers = self.handle().await?.consumers();
        let mut followers = Vec::new();
        while let Some(consumer) = consumers.next().await {
            let consumer = consumer.map_err(|error| unanswered(&error))?;
            followers.push((consumer.name, consumer.num_pending));
        }
        Ok(followers)
    }
}

/// The server does not answer a request that it does not allow; it says so beside it.
fn unanswered(error: &(dyn std::error::Error + 'static)) -> RelayError {
    let mut next = Some(error);
    while let Some(error) = next {
        let request = error.downcast_ref::<RequestError>().map(RequestError::kind);
        if matches!(request, Some(RequestErrorKind::NoResponders)) {
            let why = "the server does not offer JetStream, or not to this user";
            return RelayError::Refused(why.to_owned());
        }
        next = error.source();
    }
    RelayError::TimedOut(ANSWER)
}

impl Link for NatsLink {
    type Messages = BoxStream<'static, Result<Message, RelayError>>;

    fn max_payload(&self) -> usize {
        self.max_payload
    }

    async fn stream(&self) -> Result<Option<StreamInfo>, RelayError> {
        let name = subject::stream(&self.project);
        match self.context.get_stream(&name).await {
            Ok(stream) => Ok(Some(info(stream.cached_info(), &self.config()))),
            Err(error) => match error.kind() {
                GetStreamErrorKind::JetStream(error)
                    if error.error_code() == ErrorCode::STREAM_NOT_FOUND =>
                {
                    Ok(None)
                }
                GetStreamErrorKind::JetStream(error) => Err(self.failed(&error)),
                _ => Err(unanswered(&error)),
            },
        }
    }

    async fn create(&self) -> Result<StreamInfo, RelayError> {
        let created = self.context.create_stream(self.config()).await;
        match created {
            Ok(stream) => Ok(info(stream.cached_info(), &self.config())),
            Err(error) => Err(match error.kind() {
                CreateStreamErrorKind::JetStream(error) => self.failed(&error),
                _ => unanswered(&error),
            }),
        }
    }

    async fn last_of(&self, source: &str) -> Result<Option<Message>, RelayError> {
        let subject = subject::of_source(&self.project, source);
        match self
            .handle()
            .await?
            .get_last_raw_message_by_subject(&subject)
            .await
        {
            Ok(stored) => match message(&stored) {
                None => Err(RelayError::Foreign(stored.sequence)),
                last => Ok(last),
            },
            Err(error) => match error.kind() {
                LastRawMessageErrorKind::NoMessageFound => Ok(None),
                LastRawMessageErrorKind::JetStream(error) => Err(self.failed(&error)),
                _ => Err(unanswered(&error)),
            },
        }
    }

    async fn at(&self, seq: u64) -> Result<Option<Message>, RelayError> {
        match self.handle().await?.get_raw_message(seq).await {
            Ok(stored) => Ok(message(&stored)),
            Err(error) => match error.kind() {
                LastRawMessageErrorKind::NoMessageFound => Ok(None),
                LastRawMessageErrorKind::JetStream(error) => Err(self.failed(&error)),
                _ => Err(unanswered(&error)),
            },
        }
    }

    async fn publish(&self, message: Outgoing) -> Result<Acknowledging, RelayError> {
        let mut headers = HeaderMap::new();
        for (name, value) in message.headers {
            headers.insert(name, value.as_str());
        }
        let sent = jetstream::message::PublishMessage::build()
            .payload(message.payload)
            .headers(headers);
        let stream = subject::stream(&self.project);
        let failed = move |error: &jetstream::context::PublishError| {
            let source = std::error::Error::source(error);
            let jetstream = source.and_then(|source| source.downcast_ref::<jetstream::Error>());
            match (error.kind(), jetstream) {
                (PublishErrorKind::TimedOut, _) => RelayError::Unacknowledged(ANSWER),
                (PublishErrorKind::BrokenPipe, _) => RelayError::Lost,
                (PublishErrorKind::StreamNotFound, _) => RelayError::NoStream(stream.clone()),
                (_, Some(error)) if error.code() == 503 => RelayError::Full(error.to_string()),
                // Also what is stored in another way than it should be: the limit of a message.
                (_, Some(error)) => RelayError::Full(error.to_string()),
                _ => other(error),
            }
        };
        match self.context.send_publish(message.subject, sent).await {
            Ok(ack) => Ok(async move {
                let ack = ack.await.map_err(|error| failed(&error))?;
                Ok(Ack {
                    seq: ack.sequence,
                    duplicate: ack.duplicate,
                })
            }
            .boxed_local()),
            Err(error) => Err(failed(&error)),
        }
    }

    async fn read_from(&self, start: Start) -> Result<Self::Messages, RelayError> {
        let name = subject::stream(&self.project);
        let info = self
            .stream()
            .await?
            .ok_or_else(|| RelayError::NoStream(name.clone()))?;
        // The last run of this follower may have left it.
        let _ = self
            .context
            .delete_consumer_from_stream(&self.name, &name)
            .await;
        let deliver_policy = match start {
            Start::Seq(start_sequence) => DeliverPolicy::ByStartSequence {
                start_sequence: start_sequence.max(1),
            },
            Start::Time(time) => DeliverPolicy::ByStartTime { start_time: time },
        };
        let config = pull::Config {
            name: Some(self.name.clone()),
            deliver_policy,
            ack_policy: AckPolicy::None,
            inactive_threshold: FORGOTTEN,
            memory_storage: true,
            num_replicas: 1,
            ..pull::Config::default()
        };
        let consumer = self.context.create_consumer_on_stream(config, &name).await;
        let consumer: jetstream::consumer::PullConsumer =
            consumer.map_err(|error| match error.kind() {
                jetstream::stream::ConsumerErrorKind::JetStream(error) => self.failed(&error),
                _ => unanswered(&error),
            })?;
        let average = info.bytes.checked_div(info.messages).unwrap_or(1).max(1);
        let batch = (BATCH_BYTES / average).clamp(BATCH.0, BATCH.1);
        let messages = consumer
            .stream()
            .max_messages_per_batch(usize::try_from(batch).unwrap_or(1))
            .heartbeat(HEARTBEAT)
            .expires(4 * HEARTBEAT)
            .messages()
            .await
            .map_err(other)?;
        let expected = 1;
        let messages = stream::try_unfold(
            (messages, expected),
            |(mut messages, expected)| async move {
                let Some(next) = messages.next().await else {
                    return Err(RelayError::Lost);
                };
                let message = next.map_err(|error| match error.kind() {
                    pull::MessagesErrorKind::MissingHeartbeat => {
                        RelayError::TimedOut(2 * HEARTBEAT)
                    }
                    pull::MessagesErrorKind::ConsumerDeleted => RelayError::Replaced,
                    _ => other(error),
                })?;
                let place = message.info().map_err(other)?;
                if place.consumer_sequence != expected {
                    return Err(RelayError::Lost);
                }
                let header = |name: &str| {
                    message
                        .headers
                        .as_ref()?
                        .get(name)
                        .map(async_nats::HeaderValue::as_str)
                };
                let (seq, pending) = (place.stream_sequence, place.pending);
                let read = Message::read(
                    seq,
                    pending,
                    &message.subject,
                    header,
                    message.payload.clone(),
                );
                Ok(Some((read.ok_or(seq), (messages, expected + 1))))
            },
        );
        let known = |next: Result<Result<Message, u64>, RelayError>| {
            next.and_then(|read| read.map_err(RelayError::Foreign))
        };
        Ok(messages.map(known).boxed())
    }

    async fn lost(&self) -> RelayError {
        let mut state = self.state.clone();
        let _ = state.wait_for(|lost| *lost).await;
        RelayError::Lost
    }

    fn refusal(&self) -> Option<String> {
        self.refusal
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

fn message(stored: &jetstream::message::StreamMessage) -> Option<Message> {
    let header = |name: &str| {
        stored
            .headers
            .get(name)
            .map(async_nats::HeaderValue::as_str)
    };
    Message::read(
        stored.sequence,
        0,
        &stored.subject,
        header,
        stored.payload.clone(),
    )
}

/// What is known of a stream. Settings that `wanted` has otherwise are differences.
fn info(found: &jetstream::stream::Info, wanted: &Config) -> StreamInfo {
    let (config, state) = (&found.config, &found.state);
    let mut differences = Vec::new();
    let mut differs = |is_other: bool, what: &str| {
        if is_other {
            differences.push(format!("the stream {} {what}", config.name));
        }
    };
    differs(
        config.subjects != wanted.subjects,
        "does not have exactly the subjects of the project",
    );
    differs(
        config.retention != wanted.retention,
        "deletes what was read",
    );
    differs(
        config.storage != wanted.storage,
        "is in memory: a restart of the server empties it",
    );
    differs(
        config.discard != wanted.discard,
        "refuses captures when it is full",
    );
    differs(
        config.no_ack,
        "acknowledges nothing: captures cannot be published to it",
    );
    differs(
        config.max_messages > 0 || config.max_messages_per_subject > 0,
        "limits the number of messages",
    );
    differs(
        config.duplicate_window < wanted.duplicate_window,
        "forgets ids too soon: captures can be stored twice, and followers leave them out",
    );
    differs(
        !config.deny_purge || !config.deny_delete,
        "lets clients delete messages: followers name what is missing",
    );
    StreamInfo {
        name: config.name.clone(),
        created: found.created.to_rfc3339(),
        first_seq: state.first_sequence.max(1),
        last_seq: state.last_sequence,
        messages: state.messages,
        bytes: state.bytes,
        first_at: (state.messages > 0).then_some(state.first_timestamp),
        max_age: config.max_age,
        max_bytes: u64::try_from(config.max_bytes).ok(),
        differences,
    }
}
