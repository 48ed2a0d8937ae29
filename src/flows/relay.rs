//! The relay: one webhook URL, many developers.
//!
//! A listener on a shared machine publishes its log to an engine ([`Publishing`]); each developer
//! reads from there into a log of their own ([`Following`]), byte for byte and in order, and goes on
//! where the last run ended. The local logs stay the truth on both sides. What cannot be delivered
//! is named by its numbers.

mod access;
mod address;
mod engine;
mod event;
#[cfg(test)]
mod fake;
mod follower;
mod following;
#[cfg_attr(
    not(feature = "relay"),
    allow(dead_code, reason = "without an engine no message is read")
)]
mod message;
#[cfg_attr(
    not(feature = "relay"),
    path = "relay/no_nats.rs",
    allow(clippy::unused_async, reason = "it stands in for what waits")
)]
mod nats;
mod order;
mod parts;
mod published;
mod publisher;
mod publishing;
mod server_config;
mod status;
#[cfg_attr(
    not(feature = "relay"),
    allow(dead_code, reason = "without an engine no message is read")
)]
mod subject;
#[cfg(test)]
mod tests;
mod thread;
mod turns;

pub use access::Access;
pub use address::{RelayUrl, RelayUrlError};
pub use engine::{RelayError, StreamInfo};
pub use event::{FollowTotals, PublishTotals, RelayEvent};
pub use follower::{Beginning, Followed, Store};
pub use following::{FollowOptions, Following};
pub use order::Gap;
pub use publishing::{PublishOptions, PublishStart, Publishing, remembered_name};
pub use server_config::server_config;
pub use status::{RelayStatus, SourceStatus, create, status};
pub use subject::{is_name, name_like};
