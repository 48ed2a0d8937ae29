//! What the tests stand on: a sandbox to run the real binary in, a listener that is waited
//! for by its ready line, a receiver that is not our code, and a client made by hand.
//!
//! Nothing here sleeps, asks for a fixed port or leaves this machine. A test waits for a
//! line, a request or an end; [`TOO_LONG`] only turns a test that would hang into one that
//! fails.

mod call;
mod certificate;
mod connection;
#[cfg(unix)]
mod door;
mod fetch;
mod http;
mod listener;
mod log;
mod mask;
#[cfg(unix)]
mod nats;
mod nobody;
mod process;
#[cfg(unix)]
mod proxy;
#[cfg(target_os = "linux")]
mod pty;
mod sandbox;
#[cfg(unix)]
mod shell;
mod sink;
mod tool;

use std::time::Duration;

pub(crate) use call::{Call, Run};
pub(crate) use certificate::Certificate;
pub(crate) use connection::Connection;
#[cfg(unix)]
pub(crate) use door::Door;
pub(crate) use fetch::{SECRET, fetch, urls};
pub(crate) use http::{Message, post, post_raw};
pub(crate) use listener::Listener;
pub(crate) use log::{record, record_with};
pub(crate) use mask::masked;
#[cfg(unix)]
pub(crate) use nats::{Nats, copy, nats_servers};
pub(crate) use nobody::Nobody;
pub(crate) use process::Running;
#[cfg(unix)]
pub(crate) use proxy::Proxy;
#[cfg(target_os = "linux")]
pub(crate) use pty::Terminal;
pub(crate) use sandbox::Sandbox;
#[cfg(unix)]
pub(crate) use shell::shell;
pub(crate) use sink::{End, Reply, Setup, Sink};
pub(crate) use tool::{foreign, skip, tool};

/// Long enough for a busy machine; a test that waits this long has failed.
pub(crate) const TOO_LONG: Duration = Duration::from_secs(60);
