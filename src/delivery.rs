//! Posts bytes to a target and says how that ended.
//!
//! `send`, `replay` and everything else that delivers goes through here, so that a body
//! leaves the same way whichever command sent it: the bytes as they are, over HTTP/1.1,
//! with no more header fields than asked for (`Host`, `Content-Length`, `Accept: */*` and
//! `User-Agent` are always there).
//!
//! What this room refuses to do:
//! - It follows no redirect. A webhook provider would not either, and credentials must
//!   not reach another host than the one named.
//! - It sends nothing twice of its own accord. One call of [`HttpClient::post`] is one
//!   attempt; whether to try again is for the caller to say, with the [`RetryPolicy`] of a
//!   [`Scheduler`]. A request of which not one
//!   byte was written, because the connection kept from the post before turned out to be
//!   closed, was not sent yet: it goes out on a new connection.
//! - It reads no more than [`ANSWER_LIMIT`] bytes of an answer.
//! - It does not unpack, decode or judge what it sends or gets.
//! - It loads no certificates for a target that needs none.

mod answer_reader;
mod attempt;
mod client_error;
mod client_options;
mod cursor;
mod cursor_writer;
mod fetch;
mod header;
mod hop_by_hop;
mod http_client;
mod http_worker;
mod job;
mod lanes;
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
mod transport_error;
mod trust;
mod wire_error;
mod worker_pool;

pub use crate::model::cause::Cause;
pub use attempt::{ANSWER_LIMIT, Answer, Attempt, Ending};
pub use client_error::ClientError;
pub use client_options::ClientOptions;
pub use cursor::{Cursor, CursorError, Failed, Mark};
pub use cursor_writer::CursorWriter;
pub use fetch::fetch;
pub use header::{Header, HeaderError};
pub use hop_by_hop::end_to_end;
pub use http_client::HttpClient;
pub use job::{Delivered, Ended, Halt, Job, JobEvent, Supplied};
pub use lanes::Lane;
pub use metronome::{Metronome, Rate};
pub use outgoing_request::{OutgoingRequest, RequestError};
pub use proxy::Proxies;
pub use raw_client::{Certificate, RawClient, Wire};
pub use request::{Field, Request};
pub use retry::{RetryCondition, RetryConditionError, RetryPolicy};
pub use scheduler::{Concurrency, Scheduler, SchedulerPolicy, WhenUnreached};
pub use stats::{Limit, Percentiles, RunStats};
pub use target::{Origin, Target};
pub use target_url::{TargetError, TargetUrl};
pub use transport_error::TransportError;
pub use trust::Trust;
pub use wire_error::WireError;

#[cfg(test)]
mod tests;
