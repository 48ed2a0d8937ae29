//! Posts bytes to a target and tells how each attempt ended.
//!
//! Every command that delivers uses this room, so that a body is sent in the same way by all of
//! them: the bytes as they are, over HTTP/1.1, with only the requested header fields and those
//! that are always there (`Host`, `Content-Length`, `Accept: */*` and `User-Agent`).
//!
//! The rules of this room:
//! - It follows no redirect. A webhook provider would not either, and credentials must only reach
//!   the host that the user named.
//! - It repeats nothing on its own. One call of [`HttpClient::post`] is one attempt. The
//!   [`RetryPolicy`] of a [`Scheduler`] decides about further ones, on new connections. Only a
//!   request on a kept connection that ends before any byte of an answer goes out again on
//!   a new connection within its attempt.
//! - It reads at most [`ANSWER_LIMIT`] bytes of the body of an answer, unless the caller asks for
//!   more. A status counts also if the body after it is incomplete.
//! - It does not decompress, decode or judge what it sends or receives.
//! - It loads no certificates for a target without TLS.

mod answer_reader;
mod attempt;
mod client_error;
mod client_options;
mod command;
mod connect;
mod cursor;
mod cursor_writer;
pub mod deliveries;
mod destination;
mod exit;
mod fetch;
mod header;
mod hop_by_hop;
mod http_client;
mod http_worker;
mod job;
mod lanes;
mod loops;
mod metronome;
mod outgoing_request;
mod proxy;
mod raw_client;
mod request;
mod request_headers;
mod retry;
mod scheduler;
mod stats;
mod target;
mod target_url;
mod trace;
mod transport_error;
mod trust;
mod worker_pool;

pub use crate::model::cause::Cause;
pub use attempt::{ANSWER_LIMIT, Answer, Attempt, BodyEnd, Ending};
pub use client_error::ClientError;
pub use client_options::ClientOptions;
pub use command::CommandClient;
pub use cursor::{Cursor, CursorError, Failed, Gap, Mark};
pub use cursor_writer::CursorWriter;
pub use destination::Destination;
pub use exit::{Exit, ExitKind};
pub use fetch::fetch;
pub use header::{Header, HeaderError};
pub use hop_by_hop::end_to_end;
pub use http_client::HttpClient;
pub use job::{Delivered, Ended, Halt, Job, JobEvent, Supplied};
pub use lanes::Lane;
pub use loops::{RunId, reaches};
pub use metronome::{Metronome, Rate};
pub use outgoing_request::{OutgoingRequest, RequestError};
pub use proxy::Proxies;
pub use raw_client::{Certificate, RawClient, Wire};
pub use request::{Field, Request};
pub use retry::{RetryCondition, RetryConditionError, RetryPolicy};
pub use scheduler::{Client, Concurrency, Scheduler, SchedulerPolicy, WhenUnreached};
pub use stats::{Limit, Percentiles, RunStats};
pub use target::{Origin, Target, wait_for};
pub use target_url::{TargetError, TargetUrl};
pub use transport_error::TransportError;
pub use trust::Trust;

#[cfg(test)]
mod tests;
