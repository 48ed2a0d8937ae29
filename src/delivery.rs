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
//! - It sends nothing twice of its own accord. One call of [`Poster::post`] is one
//!   attempt; whether to try again is for the caller to say, with the [`RetryPolicy`] of a
//!   [`Scheduler`]. A request of which not one
//!   byte was written, because the connection kept from the post before turned out to be
//!   closed, was not sent yet: it goes out on a new connection.
//! - It reads no more than [`ANSWER_LIMIT`] bytes of an answer.
//! - It does not unpack, decode or judge what it sends or gets.
//! - It loads no certificates for a target that needs none.

mod attempt;
mod courier;
mod cursor;
mod cursor_writer;
mod fetch;
mod head;
mod header;
mod hops;
mod job;
mod lanes;
mod metronome;
mod no_answer;
mod parcel;
mod poster;
mod prober;
mod proxy;
mod reading;
mod request;
mod retry;
mod scheduler;
mod stats;
mod target;
mod target_url;
mod worker_pool;

pub use attempt::{ANSWER_LIMIT, Answer, Attempt, Ending};
pub use courier::Courier;
pub use cursor::{Cursor, CursorError, Failed, Mark};
pub use cursor_writer::CursorWriter;
pub use fetch::fetch;
pub use header::{Header, HeaderError};
pub use hops::end_to_end;
pub use job::{Delivered, Ended, Halt, Job, JobEvent, Supplied};
pub use lanes::Lane;
pub use metronome::{Metronome, Rate};
pub use no_answer::{Cause, NoAnswer};
pub use parcel::{Parcel, ParcelError};
pub use poster::{Options, Poster, PosterError, Trust};
pub use prober::{Broken, Certificate, Prober, Wire};
pub use proxy::Proxies;
pub use request::{Field, Request};
pub use retry::{RetryCondition, RetryConditionError, RetryPolicy};
pub use scheduler::{Concurrency, Scheduler, SchedulerPolicy, WhenUnreached};
pub use stats::{Limit, Percentiles, RunStats};
pub use target::{Origin, Target};
pub use target_url::{TargetError, TargetUrl};

#[cfg(test)]
mod tests;
